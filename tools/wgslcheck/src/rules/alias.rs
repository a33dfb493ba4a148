//! W008: A call passes two views of one variable and writes through one.

use super::Rule;
use crate::report::Severity;

/// A call passes two views of one variable and writes through one.
pub(crate) const RULE: Rule = Rule {
    code: "W008",
    name: "alias",
    severity: Severity::Error,
    summary: "A call passes two views of one variable and writes through one.",
    doc: "\
Memory that a function sees through two pointers, or through a pointer and a global, must not be
written through either: translations assume that they are apart.",
    bad: include_str!("alias.bad.wgsl"),
    good: include_str!("alias.good.wgsl"),
};
