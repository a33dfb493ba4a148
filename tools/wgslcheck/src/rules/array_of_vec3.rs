//! W412: A buffer holds an array of three-component vectors.

use std::collections::BTreeSet;

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::types::{Space, Ty, Type};
use crate::sema::{Issue, Sema};

/// A buffer holds an array of three-component vectors.
pub(crate) const RULE: Rule = Rule {
    code: "W412",
    name: "array-of-vec3",
    severity: Severity::Warning,
    summary: "A buffer holds an array of three-component vectors.",
    doc: "\
Each `vec3` of an array takes 16 bytes, not 12: hosts that pack them tightly read wrong values. Use
`vec4`, or three scalars.",
    bad: include_str!("array_of_vec3.bad.wgsl"),
    good: include_str!("array_of_vec3.good.wgsl"),
};

/// Finds buffers whose type holds such an array.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let buffers = sema
        .globals
        .iter()
        .filter(|global| matches!(global.space, Space::Uniform | Space::Storage));
    buffers
        .filter(|global| holds(sema, global.ty, &mut BTreeSet::new()))
        .map(|global| {
            let message = format!("`{}` holds an array of vec3: its stride is not 3", global.name);
            finding(&RULE, global.span, message)
        })
        .collect()
}

fn holds(sema: &Sema<'_>, ty: Ty, seen: &mut BTreeSet<Ty>) -> bool {
    if !seen.insert(ty) {
        return false;
    }
    match sema.types.get(ty) {
        Type::Array(element, _) => {
            matches!(sema.types.get(element), Type::Vector(3, _)) || holds(sema, element, seen)
        }
        Type::Struct(_) => {
            sema.types.members(ty).unwrap_or_default().iter().any(|m| holds(sema, m.ty, seen))
        }
        _ => false,
    }
}
