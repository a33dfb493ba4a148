//! Analyses of modules whose types are right: what pointers share, and what must be uniform.

mod alias;
mod queries;
mod roots;
mod uniformity;
pub(crate) mod walk;

pub(crate) use queries::{
    derived_locals, each_expr, each_expr_of, is_float, is_local, mentions, read_globals, referent,
    texture_uses, written_globals,
};

use crate::sema::{Issue, Sema};
use crate::syntax::ast::{DeclarationKind, Function};

/// Runs every analysis.
pub(crate) fn run(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = alias::check(sema);
    issues.extend(uniformity::check(sema));
    issues
}

/// The syntax tree of a function.
fn tree<'a>(sema: &Sema<'a>, function: u32) -> Option<&'a Function<'a>> {
    let info = sema.functions.get(function as usize)?;
    let declaration = sema.module.declarations.get(info.declaration)?;
    match &declaration.kind {
        DeclarationKind::Function(function) => Some(function),
        _ => None,
    }
}

/// The functions, callees before callers.
fn callees_first(sema: &Sema<'_>) -> Vec<u32> {
    let count = sema.functions.len();
    let mut order = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    for start in 0..count as u32 {
        let mut stack = vec![(start, false)];
        while let Some((index, done)) = stack.pop() {
            if done {
                order.push(index);
                continue;
            }
            let Some(slot) = seen.get_mut(index as usize) else {
                continue;
            };
            if std::mem::replace(slot, true) {
                continue;
            }
            stack.push((index, true));
            if let Some(info) = sema.functions.get(index as usize) {
                stack.extend(info.calls.keys().map(|callee| (*callee, false)));
            }
        }
    }
    order
}
