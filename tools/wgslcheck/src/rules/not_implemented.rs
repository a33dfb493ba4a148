//! W106: The checker or naga cannot decide.

use super::Rule;
use crate::report::Severity;

/// The checker or naga cannot decide.
pub(crate) const RULE: Rule = Rule {
    code: "W106",
    name: "not-implemented",
    severity: Severity::Note,
    summary: "The checker or naga cannot decide.",
    doc: "The module uses a construct that WGSL defines and that naga, or this checker, does not handle. The
verdict is then unsupported: it is neither known to be valid nor known to be invalid. With
`--deny unsupported` it counts as a finding. On a target it means that naga cannot translate the
module although the module is valid.",
    bad: include_str!("not_implemented.bad.wgsl"),
    good: include_str!("not_implemented.good.wgsl"),
};
