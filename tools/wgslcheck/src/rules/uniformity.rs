//! W009: An operation that needs uniform control flow may be reached without it.

use super::Rule;
use crate::report::Severity;

/// An operation that needs uniform control flow may be reached without it.
pub(crate) const RULE: Rule = Rule {
    code: "W009",
    name: "uniformity",
    severity: Severity::Error,
    summary: "An operation that needs uniform control flow may be reached without it.",
    doc: "\
Barriers, derivatives and subgroup operations work across invocations: all of a workgroup reach
them together, or the result is undefined and the GPU may hang. The analysis is that of the WGSL
specification; derivatives and subgroup operations obey `diagnostic(off, derivative_uniformity)`
and `diagnostic(off, subgroup_uniformity)`, barriers do not.",
    bad: include_str!("uniformity.bad.wgsl"),
    good: include_str!("uniformity.good.wgsl"),
};
