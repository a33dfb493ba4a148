//! W404: A `read_write` storage buffer is never written.

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::types::{Access, Space};
use crate::sema::{Issue, Sema};

/// A `read_write` storage buffer is never written.
pub(crate) const RULE: Rule = Rule {
    code: "W404",
    name: "never-written",
    severity: Severity::Warning,
    summary: "A `read_write` storage buffer is never written.",
    doc: "\
A buffer that is only read should be declared `read`: drivers may then cache it, bind groups may
share it, and its values count as uniform.",
    bad: include_str!("never_written.bad.wgsl"),
    good: include_str!("never_written.good.wgsl"),
};

/// Finds writable buffers without a write; an unused one is another rule's.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let written = analysis::written_globals(sema);
    let used = |index: u32| sema.functions.iter().any(|info| info.globals.contains_key(&index));
    let globals = (0_u32..).zip(&sema.globals);
    globals
        .filter(|(index, global)| {
            global.space == Space::Storage
                && global.access == Access::ReadWrite
                && used(*index)
                && !written.contains(index)
        })
        .map(|(_, global)| {
            let mut issue =
                finding(&RULE, global.span, format!("`{}` is never written", global.name));
            issue.help = Some("declare it `var<storage, read>`".to_owned());
            issue
        })
        .collect()
}
