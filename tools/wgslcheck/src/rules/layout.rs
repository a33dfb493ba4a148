//! W301: A structure differs from what the host declares.

use super::{Rule, finding};
use crate::host_layout::{self, Layouts};
use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::{DeclarationKind, Span};

/// A structure differs from what the host declares.
pub(crate) const RULE: Rule = Rule {
    code: "W301",
    name: "layout",
    severity: Severity::Error,
    summary: "A structure differs from what the host declares.",
    doc: "\
With `--layout FILE` (and in `wgslcheck layout --check FILE`) every structure of a uniform, storage
or immediate variable is compared with the host's structure of the same name: fields, offsets,
sizes and, where the host states them, types. The usual causes: a `vec3` takes 12 bytes and the next
scalar follows at once; a `_pad` that is missing; a field renamed, dropped or moved on one side
only. The shader then reads other bytes than the host wrote, and nothing else reports it. Fields
of the host whose names start with `_` are padding.",
    bad: include_str!("layout.bad.wgsl"),
    good: include_str!("layout.good.wgsl"),
};

/// Compares the structures that both sides name.
pub(crate) fn check(sema: &Sema<'_>, declared: &Layouts) -> Vec<Issue> {
    let shader = host_layout::shared(sema);
    let both: Layouts = declared
        .iter()
        .filter(|(name, _)| shader.contains_key(*name))
        .map(|(name, fields)| (name.clone(), fields.clone()))
        .collect();
    let mismatches = host_layout::compare(&shader, &both);
    let issue = |mismatch: host_layout::Mismatch| {
        let message = format!("`{}`: {}", mismatch.name, mismatch.reason);
        let mut issue = finding(&RULE, declaration(sema, &mismatch.name), message);
        issue.help = Some(format!("side by side:\n{}", mismatch.table));
        issue
    };
    mismatches.into_iter().map(issue).collect()
}

fn declaration(sema: &Sema<'_>, name: &str) -> Span {
    let declarations = sema.module.declarations.iter();
    declarations
        .filter_map(|one| match &one.kind {
            DeclarationKind::Struct(structure) => Some(structure.name),
            _ => None,
        })
        .find(|ident| ident.name == name)
        .map_or(Span::default(), |ident| ident.span)
}
