//! W106: The checker or naga cannot decide.

use super::Rule;
use crate::report::Severity;

/// The checker or naga cannot decide.
pub(crate) const RULE: Rule = Rule {
    code: "W106",
    name: "not-implemented",
    severity: Severity::Note,
    summary: "The checker or naga cannot decide.",
    doc: "\
The module uses a construct that naga, or this checker, does not handle. With a target it means that
naga cannot translate the module although the module is valid: the target's verdict is
unsupported, the module's stays valid. Without one neither of the two can judge the module. With
`--deny unsupported` both count as findings.",
    bad: include_str!("not_implemented.bad.wgsl"),
    good: include_str!("not_implemented.good.wgsl"),
};
