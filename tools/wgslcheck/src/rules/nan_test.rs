//! W406: A value is compared with itself to find NaN.

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

/// A value is compared with itself to find NaN.
pub(crate) const RULE: Rule = Rule {
    code: "W406",
    name: "nan-test",
    severity: Severity::Warning,
    summary: "A value is compared with itself to find NaN.",
    doc: "\
WGSL lets compilers assume that there are no NaNs (section 15.7.2): `x != x` may be folded to
`false`. Test the bits instead: `(bitcast<u32>(x) & 0x7fffffff) > 0x7f800000`.",
    bad: include_str!("nan_test.bad.wgsl"),
    good: include_str!("nan_test.good.wgsl"),
};

/// Finds comparisons of a float with itself.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    analysis::each_expr(sema, &mut |expr| {
        if let ExprKind::Binary(BinaryOp::Eq | BinaryOp::Ne, left, right) = &expr.kind
            && same(left, right)
            && analysis::is_float(sema, left)
        {
            issues.push(finding(&RULE, expr.span, "a compiler may fold this NaN test"));
        }
    });
    issues
}

/// Whether both are the same name or member of it.
pub(super) fn same(left: &Expr<'_>, right: &Expr<'_>) -> bool {
    match (&left.kind, &right.kind) {
        (ExprKind::Paren(inner), _) => same(inner, right),
        (_, ExprKind::Paren(inner)) => same(left, inner),
        (ExprKind::Name(a), ExprKind::Name(b)) => a.ident.name == b.ident.name,
        (ExprKind::Member(a, x), ExprKind::Member(b, y)) => x.name == y.name && same(a, b),
        (ExprKind::Index(a, x), ExprKind::Index(b, y)) => same(a, b) && same(x, y),
        _ => false,
    }
}
