//! W404: A `read_write` resource is used in one direction only.

use std::collections::BTreeSet;

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::types::{Access, Space, Texture, Type};
use crate::sema::{Global, Issue, Sema};

/// A `read_write` resource is used in one direction only.
pub(crate) const RULE: Rule = Rule {
    code: "W404",
    name: "never-written",
    severity: Severity::Warning,
    summary: "A `read_write` buffer or texture is never written, or a texture never read.",
    doc: "\
A buffer that is only read should be declared `read`: drivers may then cache it, bind groups may
share it, and its values count as uniform. A storage texture that is only read or only written
should be declared so: few formats allow both. A buffer that is only written is left alone, for
`write` is no access mode of buffers.",
    bad: include_str!("never_written.bad.wgsl"),
    good: include_str!("never_written.good.wgsl"),
};

/// Finds resources with more access than they use; an unused one is another rule's.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let written = analysis::written_globals(sema);
    let (stored, loaded) = analysis::texture_uses(sema);
    let used = |index: u32| sema.functions.iter().any(|info| info.globals.contains_key(&index));
    let mut issues = Vec::new();
    for (index, global) in (0_u32..).zip(&sema.globals).filter(|(index, _)| used(*index)) {
        let is_texture = matches!(
            sema.types.get(global.ty),
            Type::Texture(Texture::Storage(.., Access::ReadWrite))
        );
        if is_texture {
            issues.extend(of_texture(index, global, &stored, &loaded));
        } else if global.space == Space::Storage
            && global.access == Access::ReadWrite
            && !written.contains(&index)
        {
            issues.push(issue(global, "written", "`var<storage, read>`"));
        }
    }
    issues
}

fn of_texture(
    index: u32,
    global: &Global,
    stored: &BTreeSet<u32>,
    loaded: &BTreeSet<u32>,
) -> Option<Issue> {
    match (stored.contains(&index), loaded.contains(&index)) {
        (true, false) => Some(issue(global, "read", "with access `write`")),
        (false, true) => Some(issue(global, "written", "with access `read`")),
        // Both, or questions about its size alone.
        (true, true) | (false, false) => None,
    }
}

fn issue(global: &Global, never: &str, declare: &str) -> Issue {
    let mut issue = finding(&RULE, global.span, format!("`{}` is never {never}", global.name));
    issue.help = Some(format!("declare it {declare}"));
    issue
}
