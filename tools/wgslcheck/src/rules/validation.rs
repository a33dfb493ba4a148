//! W012: naga refuses the module.

use super::Rule;
use crate::report::Severity;

/// naga refuses the module.
pub(crate) const RULE: Rule = Rule {
    code: "W012",
    name: "validation",
    severity: Severity::Error,
    summary: "naga refuses the module.",
    doc: "naga's parser or validator refuses the module for a reason that no other rule covers. The
message is naga's own. An application that uses wgpu gets the same refusal when it creates the
shader module.",
    bad: include_str!("validation.bad.wgsl"),
    good: include_str!("validation.good.wgsl"),
};
