//! W401: A resource is declared and no function uses it.

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::{Issue, Sema};

/// A resource is declared and no function uses it.
pub(crate) const RULE: Rule = Rule {
    code: "W401",
    name: "unused-binding",
    severity: Severity::Warning,
    summary: "A resource is declared and no function uses it.",
    doc: "\
The binding takes a slot of the pipeline layout for nothing, or the code that read it is gone by
mistake.",
    bad: include_str!("unused_binding.bad.wgsl"),
    good: include_str!("unused_binding.good.wgsl"),
};

/// Finds resources that no function names.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let used = |index: u32| sema.functions.iter().any(|info| info.globals.contains_key(&index));
    let globals = (0_u32..).zip(&sema.globals);
    globals
        .filter(|(index, global)| global.binding.is_some() && !used(*index))
        .map(|(_, global)| finding(&RULE, global.span, format!("`{}` is never used", global.name)))
        .collect()
}
