//! W102: A writer of naga refuses the module.

use super::Rule;
use crate::report::Severity;

/// A writer of naga refuses the module.
pub(crate) const RULE: Rule = Rule {
    code: "W102",
    name: "translation",
    severity: Severity::Error,
    summary: "A writer of naga refuses the module.",
    doc: "\
naga called the module valid, but the language of the named target cannot say it, or naga's writer
does not know how. The message is the writer's own.",
    bad: include_str!("translation.bad.wgsl"),
    good: include_str!("translation.good.wgsl"),
};
