//! W003: An expression or declaration has the wrong type.

use super::Rule;
use crate::report::Severity;

/// An expression or declaration has the wrong type.
pub(crate) const RULE: Rule = Rule {
    code: "W003",
    name: "types",
    severity: Severity::Error,
    summary: "An expression or declaration has the wrong type.",
    doc: "\
WGSL converts nothing on its own but literals and other abstract constants: write the conversion.",
    bad: include_str!("types.bad.wgsl"),
    good: include_str!("types.good.wgsl"),
};
