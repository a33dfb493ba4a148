//! W013: An override has no usable value.

use super::Rule;
use crate::report::Severity;

/// An override has no usable value.
pub(crate) const RULE: Rule = Rule {
    code: "W013",
    name: "overrides",
    severity: Severity::Error,
    summary: "An override has no usable value.",
    doc: "\
With values given by `--define`, every override that the entry points use has a value that its type
can hold, from the command line or from its declaration.",
    bad: include_str!("overrides.bad.wgsl"),
    good: include_str!("overrides.good.wgsl"),
};
