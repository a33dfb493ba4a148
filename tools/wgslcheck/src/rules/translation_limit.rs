//! W104: naga needs too much time or memory for the module.

use naga::TypeInner;

use super::Rule;
use crate::checker::Draft;
use crate::report::{Severity, Target};

/// naga needs too much time or memory for the module.
pub(crate) const RULE: Rule = Rule {
    code: "W104",
    name: "translation-limit",
    severity: Severity::Error,
    summary: "naga needs too much time or memory for the module.",
    doc: "\
A translation may take 10 seconds and 1 GiB. naga's HLSL writer spells padding out, four bytes a
member: one `@size` of 128 MiB becomes 895 MB of text. An application that translates at run time
would hang or be killed. Use an array for what is large.",
    bad: include_str!("translation_limit.bad.wgsl"),
    good: include_str!("translation_limit.good.wgsl"),
};

/// More padding than this in one structure is refused for HLSL.
const PADDING_BYTES_MAX: u32 = 1 << 20;

/// Finds structures whose padding makes the writer's output explode.
pub(crate) fn check(module: &naga::Module, target: Target) -> Option<Draft> {
    if target != Target::Hlsl {
        return None;
    }
    let gctx = module.to_ctx();
    for (handle, ty) in module.types.iter() {
        let TypeInner::Struct { members, span } = &ty.inner else {
            continue;
        };
        let used: u32 = members
            .iter()
            .map(|member| module.types[member.ty].inner.size(gctx))
            .fold(0, u32::saturating_add);
        if span.saturating_sub(used) > PADDING_BYTES_MAX {
            let name = ty.name.as_deref().unwrap_or("a structure");
            let message = format!(
                "`{name}` has {} bytes of padding, which naga writes out one by one as {}",
                span - used,
                target.name()
            );
            let mut draft = Draft::new(&RULE, message).on(target);
            draft.span = module.types.get_span(handle).to_range();
            return Some(draft);
        }
    }
    None
}
