//! W415: A resource is used only by functions that no entry point reaches.

use std::collections::BTreeSet;

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::{Issue, Sema};

/// A resource is used only by functions that no entry point reaches.
pub(crate) const RULE: Rule = Rule {
    code: "W415",
    name: "unreachable-binding",
    severity: Severity::Warning,
    summary: "A resource is used only by functions that no entry point reaches.",
    doc: "\
It is no part of any pipeline: an automatic layout leaves it out, and an explicit one carries it for
nothing. Modules without entry points are libraries: the lint leaves them alone.",
    bad: include_str!("unreachable_binding.bad.wgsl"),
    good: include_str!("unreachable_binding.good.wgsl"),
};

/// Finds resources that some function uses, but none that runs.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let functions = || (0_u32..).zip(&sema.functions);
    let entries = functions().filter(|(_, info)| info.entry.is_some());
    let reached: BTreeSet<u32> = entries.flat_map(|(index, _)| sema.reachable(index)).collect();
    if reached.is_empty() {
        return Vec::new();
    }
    let used = |index: u32, live: bool| {
        functions().any(|(function, info)| {
            info.globals.contains_key(&index) && (!live || reached.contains(&function))
        })
    };
    let globals = (0_u32..).zip(&sema.globals);
    globals
        .filter(|(index, global)| {
            global.binding.is_some() && used(*index, false) && !used(*index, true)
        })
        .map(|(_, global)| {
            finding(&RULE, global.span, format!("no entry point reaches `{}`", global.name))
        })
        .collect()
}
