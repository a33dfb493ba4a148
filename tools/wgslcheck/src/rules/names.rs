//! W002: A name is unknown, declared twice, or depends on itself.

use super::Rule;
use crate::report::Severity;

/// A name is unknown, declared twice, or depends on itself.
pub(crate) const RULE: Rule = Rule {
    code: "W002",
    name: "names",
    severity: Severity::Error,
    summary: "A name is unknown, declared twice, or depends on itself.",
    doc: "\
Every name is declared once in its scope, and no declaration may lead back to itself. Functions
cannot be recursive.",
    bad: include_str!("names.bad.wgsl"),
    good: include_str!("names.good.wgsl"),
};
