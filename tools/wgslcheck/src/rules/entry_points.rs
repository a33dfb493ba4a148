//! W006: An entry point's inputs, outputs or resources are wrong.

use super::Rule;
use crate::report::Severity;

/// An entry point's inputs, outputs or resources are wrong.
pub(crate) const RULE: Rule = Rule {
    code: "W006",
    name: "entry-points",
    severity: Severity::Error,
    summary: "An entry point's inputs, outputs or resources are wrong.",
    doc: "\
Every input and output of an entry point is a built-in value of its stage or has a location of its
own; a vertex shader returns a position; two resources do not share a binding.",
    bad: include_str!("entry_points.bad.wgsl"),
    good: include_str!("entry_points.good.wgsl"),
};
