//! W402: A function or private variable is used by no entry point.

use std::collections::BTreeSet;

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::types::Space;
use crate::sema::{Issue, Sema};

/// A function or private variable is used by no entry point.
pub(crate) const RULE: Rule = Rule {
    code: "W402",
    name: "unused-function",
    severity: Severity::Warning,
    summary: "A function or private variable is used by no entry point.",
    doc: "\
Code that no entry point reaches is translated and compiled for nothing. Modules without entry
points are libraries: the lint leaves them alone.",
    bad: include_str!("unused_function.bad.wgsl"),
    good: include_str!("unused_function.good.wgsl"),
};

/// Finds functions and variables that no entry point reaches.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let functions = || (0_u32..).zip(&sema.functions);
    let entries = functions().filter(|(_, info)| info.entry.is_some());
    let reached: BTreeSet<u32> = entries.flat_map(|(index, _)| sema.reachable(index)).collect();
    if reached.is_empty() {
        return Vec::new();
    }
    let mut issues = Vec::new();
    for (_, info) in functions().filter(|(index, _)| !reached.contains(index)) {
        issues.push(finding(&RULE, info.span, "no entry point reaches this function"));
    }
    let live = |index: &u32| {
        functions().any(|(f, info)| reached.contains(&f) && info.globals.contains_key(index))
    };
    for (index, global) in (0_u32..).zip(&sema.globals) {
        let own = matches!(global.space, Space::Private | Space::Workgroup);
        if own && !live(&index) {
            let message = format!("no entry point uses `{}`", global.name);
            issues.push(finding(&RULE, global.span, message));
        }
    }
    issues
}
