//! W407: Floats are compared with `==` or `!=`.

use super::nan_test::same;
use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Number};

/// Floats are compared with `==` or `!=`.
pub(crate) const RULE: Rule = Rule {
    code: "W407",
    name: "float-equality",
    severity: Severity::Warning,
    summary: "Floats are compared with `==` or `!=`.",
    doc: "\
Rounding differs between devices: compare with a tolerance. A comparison with a literal zero is
left alone, and so is one with the result of a call, such as `trunc(x) == x`.",
    bad: include_str!("float_equality.bad.wgsl"),
    good: include_str!("float_equality.good.wgsl"),
};

/// Finds equality of floats.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    analysis::each_expr(sema, &mut |expr| {
        if let ExprKind::Binary(BinaryOp::Eq | BinaryOp::Ne, left, right) = &expr.kind
            && analysis::is_float(sema, left)
            && analysis::is_float(sema, right)
            && !is_zero(left)
            && !is_zero(right)
            && !same(left, right)
            && !is_call(left)
            && !is_call(right)
        {
            issues.push(finding(&RULE, expr.span, "equality of floats"));
        }
    });
    issues
}

/// `trunc(x) == x` and comparisons with what a function gives are exact on purpose.
fn is_call(expr: &Expr<'_>) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_call(inner),
        ExprKind::Call(_) => true,
        _ => false,
    }
}

fn is_zero(expr: &Expr<'_>) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => is_zero(inner),
        ExprKind::Number(Number::AbstractInt(value)) => *value == 0,
        ExprKind::Number(
            Number::AbstractFloat(value)
            | Number::F32(value)
            | Number::F16(value)
            | Number::F64(value),
        ) => *value == 0.0,
        _ => false,
    }
}
