//! W414: A uniform is large enough to be a storage buffer.

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::types::Space;
use crate::sema::{Issue, Sema};

/// A uniform is large enough to be a storage buffer.
pub(crate) const RULE: Rule = Rule {
    code: "W414",
    name: "large-uniform",
    severity: Severity::Warning,
    summary: "A uniform is large enough to be a storage buffer.",
    doc: "\
Devices guarantee 64 KiB for a uniform, many keep only 16 KiB in fast memory, and arrays that are
indexed by data are slow there: a read-only storage buffer is no slower and has no such limit.",
    bad: include_str!("large_uniform.bad.wgsl"),
    good: include_str!("large_uniform.good.wgsl"),
};

/// What downlevel devices guarantee for a uniform.
const BYTES_MAX: u64 = 16 << 10;

/// Finds uniforms above it.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let uniforms = sema.globals.iter().filter(|global| global.space == Space::Uniform);
    uniforms
        .filter(|global| sema.types.layout(global.ty).1 > BYTES_MAX)
        .map(|global| {
            let message = format!("`{}` is larger than {BYTES_MAX} bytes", global.name);
            let mut issue = finding(&RULE, global.span, message);
            issue.help = Some("make it `var<storage, read>`".to_owned());
            issue
        })
        .collect()
}
