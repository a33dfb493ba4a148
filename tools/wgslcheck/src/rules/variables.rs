//! W010: A variable's address space, type or binding is wrong.

use super::Rule;
use crate::report::Severity;

/// A variable's address space, type or binding is wrong.
pub(crate) const RULE: Rule = Rule {
    code: "W010",
    name: "variables",
    severity: Severity::Error,
    summary: "A variable's address space, type or binding is wrong.",
    doc: "\
Each address space holds certain types only; resources have a group and a binding; only private
variables have initial values.",
    bad: include_str!("variables.bad.wgsl"),
    good: include_str!("variables.good.wgsl"),
};
