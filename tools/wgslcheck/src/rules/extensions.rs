//! W011: A feature is used without being enabled, or is unknown.

use super::Rule;
use crate::report::Severity;

/// A feature is used without being enabled, or is unknown.
pub(crate) const RULE: Rule = Rule {
    code: "W011",
    name: "extensions",
    severity: Severity::Error,
    summary: "A feature is used without being enabled, or is unknown.",
    doc: "\
Extensions are switched on by `enable` at the top of the module, if the device offers them.",
    bad: include_str!("extensions.bad.wgsl"),
    good: include_str!("extensions.good.wgsl"),
};
