//! W405: A private or workgroup variable is written and never read.

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::types::Space;
use crate::sema::{Issue, Sema};

/// A private or workgroup variable is written and never read.
pub(crate) const RULE: Rule = Rule {
    code: "W405",
    name: "never-read",
    severity: Severity::Warning,
    summary: "A private or workgroup variable is written and never read.",
    doc: "\
What is never read need not be computed or stored.",
    bad: include_str!("never_read.bad.wgsl"),
    good: include_str!("never_read.good.wgsl"),
};

/// Finds variables that are only written.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let written = analysis::written_globals(sema);
    let read = analysis::read_globals(sema);
    let globals = (0_u32..).zip(&sema.globals);
    globals
        .filter(|(index, global)| {
            matches!(global.space, Space::Private | Space::Workgroup)
                && written.contains(index)
                && !read.contains(index)
        })
        .map(|(_, global)| finding(&RULE, global.span, format!("`{}` is never read", global.name)))
        .collect()
}
