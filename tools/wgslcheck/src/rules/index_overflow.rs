//! W416: The arithmetic of an index may leave 32 bits.

use std::collections::BTreeSet;

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::types::{Scalar, Type};
use crate::sema::{Issue, Referent, Sema};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

/// The arithmetic of an index may leave 32 bits.
pub(crate) const RULE: Rule = Rule {
    code: "W416",
    name: "index-overflow",
    severity: Severity::Warning,
    summary: "The arithmetic of an index may leave 32 bits.",
    doc: "\
Integers wrap without a trace. `i - 1u` of an `i` that is 0 is 4294967295, and the access is clamped
to the last element: compare `i` first, or use `max(i, 1u) - 1u`. A product of three sizes passes
2^32 already at 1,626 each: split the array, or index in two steps.",
    bad: include_str!("index_overflow.bad.wgsl"),
    good: include_str!("index_overflow.good.wgsl"),
};

/// Factors of one product that are known only when the shader runs.
const FACTORS_MAX: usize = 2;

/// Finds differences of unsigned values that nothing compares, and products of many sizes.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for function in 0..sema.functions.len() as u32 {
        let compared = compared_locals(sema, function);
        analysis::each_expr_of(sema, function, &mut |expr| {
            if let ExprKind::Index(_, index) = &expr.kind {
                analysis::walk::expr(index, &mut |part| {
                    if wraps_below_zero(sema, part, &compared) {
                        let message = "this difference wraps around where it is below zero";
                        issues.push(finding(&RULE, part.span, message));
                    }
                });
                if factors(sema, index) > FACTORS_MAX {
                    let message = "this product of sizes may pass 2^32";
                    issues.push(finding(&RULE, index.span, message));
                }
            }
        });
    }
    issues
}

/// The locals that some comparison, bound or loop of the function mentions.
fn compared_locals(sema: &Sema<'_>, function: u32) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    analysis::each_expr_of(sema, function, &mut |expr| {
        use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne, Rem};
        if let ExprKind::Binary(Lt | Le | Gt | Ge | Eq | Ne | Rem, left, right) = &expr.kind {
            found.extend(locals(sema, left));
            found.extend(locals(sema, right));
        }
    });
    found
}

fn locals(sema: &Sema<'_>, expr: &Expr<'_>) -> Vec<u32> {
    let mut found = Vec::new();
    analysis::walk::expr(expr, &mut |part| {
        if let (ExprKind::Name(_), Referent::Local(local)) =
            (&part.kind, analysis::referent(sema, part.id))
        {
            found.push(local);
        }
    });
    found
}

fn is_runtime(sema: &Sema<'_>, expr: &Expr<'_>) -> bool {
    let mut found = false;
    analysis::walk::expr(expr, &mut |part| {
        let referent = analysis::referent(sema, part.id);
        found |= matches!(referent, Referent::Local(_) | Referent::Global(_));
    });
    found
}

fn wraps_below_zero(sema: &Sema<'_>, expr: &Expr<'_>, compared: &BTreeSet<u32>) -> bool {
    let ExprKind::Binary(BinaryOp::Sub, left, _) = &expr.kind else {
        return false;
    };
    let note = sema.notes.get(expr.id.0 as usize);
    let unsigned = note.is_some_and(|note| sema.types.get(note.ty) == Type::Scalar(Scalar::U32));
    // Only a plain variable or component: what a call or a sum yields may be bounded already.
    let mut inner = &**left;
    while let ExprKind::Paren(next) | ExprKind::Member(next, _) = &inner.kind {
        inner = next;
    }
    let is_local = matches!(
        (&inner.kind, analysis::referent(sema, inner.id)),
        (ExprKind::Name(_), Referent::Local(_))
    );
    unsigned && is_local && locals(sema, left).iter().all(|local| !compared.contains(local))
}

/// The largest number of runtime factors in one product of `expr`.
fn factors(sema: &Sema<'_>, expr: &Expr<'_>) -> usize {
    match &expr.kind {
        ExprKind::Paren(inner) => factors(sema, inner),
        ExprKind::Binary(BinaryOp::Mul, left, right) => product(sema, left) + product(sema, right),
        ExprKind::Binary(_, left, right) => factors(sema, left).max(factors(sema, right)),
        _ => 0,
    }
}

fn product(sema: &Sema<'_>, expr: &Expr<'_>) -> usize {
    match &expr.kind {
        ExprKind::Paren(inner) => product(sema, inner),
        ExprKind::Binary(BinaryOp::Mul, left, right) => product(sema, left) + product(sema, right),
        _ => usize::from(is_runtime(sema, expr)).max(factors(sema, expr)),
    }
}
