//! W408: `pow` is called with a base that may be negative.

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::{Issue, Referent, Sema};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

/// `pow` is called with a base that may be negative.
pub(crate) const RULE: Rule = Rule {
    code: "W408",
    name: "pow-base",
    severity: Severity::Warning,
    summary: "`pow` is called with a base that may be negative.",
    doc: "\
`pow(x, y)` is evaluated as `exp2(y * log2(x))`: for a negative base the result is undefined. Use
`abs`, `max(x, 0)`, or a product for a whole exponent.",
    bad: include_str!("pow_base.bad.wgsl"),
    good: include_str!("pow_base.good.wgsl"),
};

/// Finds calls whose base is a difference or a negation.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    analysis::each_expr(sema, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && analysis::referent(sema, call.id) == Referent::Builtin("pow")
            && let Some(base) = call.args.first()
            && may_be_negative(base)
        {
            issues.push(finding(&RULE, base.span, "this base of `pow` may be negative"));
        }
    });
    issues
}

fn may_be_negative(expr: &Expr<'_>) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) => may_be_negative(inner),
        ExprKind::Unary(UnaryOp::Neg, _) | ExprKind::Binary(BinaryOp::Sub, ..) => true,
        ExprKind::Binary(BinaryOp::Mul | BinaryOp::Add, left, right) => {
            may_be_negative(left) || may_be_negative(right)
        }
        _ => false,
    }
}
