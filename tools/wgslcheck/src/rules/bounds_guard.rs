//! W409: An index that comes from `global_invocation_id` is used without a guard.

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::{Issue, Referent, Sema};
use crate::syntax::ast::{BinaryOp, ExprKind};

/// An index that comes from `global_invocation_id` is used without a guard.
pub(crate) const RULE: Rule = Rule {
    code: "W409",
    name: "bounds-guard",
    severity: Severity::Warning,
    summary: "An index that comes from `global_invocation_id` is used without a guard.",
    doc: "\
The number of invocations is a multiple of the workgroup size, so the last ones lie beyond the data:
compare the index with `arrayLength` or a count, or bound it by `min`, `clamp` or `%`. WGSL clamps
the access, and the last element is written by all of them.",
    bad: include_str!("bounds_guard.bad.wgsl"),
    good: include_str!("bounds_guard.good.wgsl"),
};

/// Finds entry points that index with their id and never compare anything that comes from it.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for entry in (0_u32..).zip(&sema.functions).filter(|(_, info)| info.entry.is_some()) {
        let ids = analysis::derived_locals(sema, entry.0, "global_invocation_id");
        let mut first = None;
        let mut guarded = ids.is_empty();
        analysis::each_expr_of(sema, entry.0, &mut |expr| match &expr.kind {
            ExprKind::Index(_, index) if analysis::mentions(sema, index, &ids) => {
                first.get_or_insert(index.span);
            }
            ExprKind::Binary(
                BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Rem,
                left,
                right,
            ) => {
                guarded |= analysis::mentions(sema, left, &ids);
                guarded |= analysis::mentions(sema, right, &ids);
            }
            ExprKind::Call(call) => {
                let bounds = [Referent::Builtin("min"), Referent::Builtin("clamp")];
                let passes = call.args.iter().any(|arg| analysis::mentions(sema, arg, &ids));
                let referent = analysis::referent(sema, call.id);
                let leaves = matches!(referent, Referent::Function(_));
                guarded |= passes && (bounds.contains(&referent) || leaves);
            }
            _ => {}
        });
        if let Some(span) = first.filter(|_| !guarded) {
            issues.push(finding(&RULE, span, "this index is never compared with a length"));
        }
    }
    issues
}
