//! W413: The bindings of a group have a gap.

use std::collections::BTreeMap;

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::Span;

/// The bindings of a group have a gap.
pub(crate) const RULE: Rule = Rule {
    code: "W413",
    name: "binding-gap",
    severity: Severity::Warning,
    summary: "The bindings of a group have a gap.",
    doc: "\
wgpu numbers the bindings of a layout 0, 1, 2 in order on Vulkan: SPIR-V that is passed through with
other numbers does not meet it. Dense bindings are safe everywhere.",
    bad: include_str!("binding_gap.bad.wgsl"),
    good: include_str!("binding_gap.good.wgsl"),
};

/// Finds groups whose bindings are not 0, 1, 2 and so on.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut groups: BTreeMap<u32, BTreeMap<u32, Span>> = BTreeMap::new();
    for global in &sema.globals {
        if let Some((group, binding)) = global.binding {
            groups.entry(group).or_default().insert(binding, global.span);
        }
    }
    let mut issues = Vec::new();
    for (group, bindings) in groups {
        let gap = (0_u32..).zip(&bindings).find(|(expected, (binding, _))| expected != *binding);
        if let Some((expected, (_, span))) = gap {
            let message = format!("group {group} has no binding {expected} before this one");
            issues.push(finding(&RULE, *span, message));
        }
    }
    issues
}
