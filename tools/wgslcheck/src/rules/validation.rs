//! W012: naga refuses the module.

use super::Rule;
use crate::report::Severity;

/// naga refuses the module.
pub(crate) const RULE: Rule = Rule {
    code: "W012",
    name: "validation",
    severity: Severity::Error,
    summary: "naga refuses the module.",
    doc: "\
The module uses naga's dialect, which the WGSL specification does not define and the other rules do
not judge, and naga's parser or validator refuses it. The message is naga's own.",
    bad: include_str!("validation.bad.wgsl"),
    good: include_str!("validation.good.wgsl"),
};
