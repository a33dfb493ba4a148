//! W007: Control flow cannot leave a function or loop as it must.

use super::Rule;
use crate::report::Severity;

/// Control flow cannot leave a function or loop as it must.
pub(crate) const RULE: Rule = Rule {
    code: "W007",
    name: "behavior",
    severity: Severity::Error,
    summary: "Control flow cannot leave a function or loop as it must.",
    doc: "\
A function with a result returns it on every path, a loop has an end, and `break`, `continue` and
`return` stand where they have a meaning (behaviour analysis of the WGSL specification).",
    bad: include_str!("behavior.bad.wgsl"),
    good: include_str!("behavior.good.wgsl"),
};
