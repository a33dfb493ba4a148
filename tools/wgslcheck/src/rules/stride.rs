//! W410: Neighbouring invocations access memory far apart.

use std::collections::BTreeSet;

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Number};

/// Neighbouring invocations access memory far apart.
pub(crate) const RULE: Rule = Rule {
    code: "W410",
    name: "stride",
    severity: Severity::Warning,
    summary: "Neighbouring invocations access memory far apart.",
    doc: "\
An index such as `local_id * 16 + i` makes each invocation of a group touch a cache line of its own.
Let neighbours access neighbours: `i * 64 + local_id`.",
    bad: include_str!("stride.bad.wgsl"),
    good: include_str!("stride.good.wgsl"),
};

/// Factors below this stay within a cache line.
const FACTOR_MIN: i64 = 8;

/// Finds indices that multiply the local index.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (function, _) in (0_u32..).zip(&sema.functions).filter(|(_, info)| info.entry.is_some()) {
        let ids = analysis::derived_locals(sema, function, "local_invocation_index");
        analysis::each_expr_of(sema, function, &mut |expr| {
            if let ExprKind::Index(_, index) = &expr.kind
                && scales(sema, index, &ids)
            {
                issues.push(finding(&RULE, index.span, "neighbours are far apart here"));
            }
        });
    }
    issues
}

fn scales(sema: &Sema<'_>, expr: &Expr<'_>, ids: &BTreeSet<u32>) -> bool {
    let factor = |expr: &Expr<'_>| match &expr.kind {
        ExprKind::Number(Number::AbstractInt(value) | Number::U32(value) | Number::I32(value)) => {
            *value >= FACTOR_MIN
        }
        _ => false,
    };
    match &expr.kind {
        ExprKind::Paren(inner) => scales(sema, inner, ids),
        ExprKind::Binary(BinaryOp::Add, left, right) => {
            scales(sema, left, ids) || scales(sema, right, ids)
        }
        ExprKind::Binary(BinaryOp::Mul, left, right) => {
            let is_id = |expr| analysis::is_local(sema, expr, ids);
            (factor(left) && is_id(right)) || (factor(right) && is_id(left))
        }
        _ => false,
    }
}
