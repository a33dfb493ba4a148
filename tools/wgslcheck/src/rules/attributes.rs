//! W005: An attribute does not belong here or has a bad argument.

use super::Rule;
use crate::report::Severity;

/// An attribute does not belong here or has a bad argument.
pub(crate) const RULE: Rule = Rule {
    code: "W005",
    name: "attributes",
    severity: Severity::Error,
    summary: "An attribute does not belong here or has a bad argument.",
    doc: "\
Each attribute belongs on certain declarations only, once, with arguments in its range.",
    bad: include_str!("attributes.bad.wgsl"),
    good: include_str!("attributes.good.wgsl"),
};
