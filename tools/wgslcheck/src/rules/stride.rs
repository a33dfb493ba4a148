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
Let neighbours access neighbours: `i * 64 + local_id`. The index within the workgroup, and `.x` of
the local and the global id, count; so does a factor that is not known to be below 8.",
    bad: include_str!("stride.bad.wgsl"),
    good: include_str!("stride.good.wgsl"),
};

/// Factors below this stay within a cache line.
const FACTOR_MIN: i64 = 8;

/// Finds indices that multiply the local index.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (function, _) in (0_u32..).zip(&sema.functions).filter(|(_, info)| info.entry.is_some()) {
        let ids = Ids {
            scalars: analysis::derived_locals(sema, function, "local_invocation_index"),
            vectors: ["local_invocation_id", "global_invocation_id"]
                .iter()
                .flat_map(|name| analysis::derived_locals(sema, function, name))
                .collect(),
        };
        analysis::each_expr_of(sema, function, &mut |expr| {
            if let ExprKind::Index(_, index) = &expr.kind
                && ids.scale(sema, index)
            {
                issues.push(finding(&RULE, index.span, "neighbours are far apart here"));
            }
        });
    }
    issues
}

/// Locals that differ by one between neighbours.
struct Ids {
    scalars: BTreeSet<u32>,
    /// Here it is the component `x` that does.
    vectors: BTreeSet<u32>,
}

impl Ids {
    /// Whether `expr` has an id times a factor in it.
    fn scale(&self, sema: &Sema<'_>, expr: &Expr<'_>) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) => self.scale(sema, inner),
            ExprKind::Binary(BinaryOp::Add, left, right) => {
                self.scale(sema, left) || self.scale(sema, right)
            }
            ExprKind::Binary(BinaryOp::Mul, left, right) => {
                (is_far(left) && self.is_id(sema, right))
                    || (is_far(right) && self.is_id(sema, left))
            }
            _ => false,
        }
    }

    fn is_id(&self, sema: &Sema<'_>, expr: &Expr<'_>) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) => self.is_id(sema, inner),
            ExprKind::Member(base, member) if member.name == "x" => {
                analysis::is_local(sema, base, &self.vectors)
            }
            _ => analysis::is_local(sema, expr, &self.scalars),
        }
    }
}

/// Whether a factor may take neighbours out of a cache line.
fn is_far(factor: &Expr<'_>) -> bool {
    match &factor.kind {
        ExprKind::Number(Number::AbstractInt(value) | Number::U32(value) | Number::I32(value)) => {
            *value >= FACTOR_MIN
        }
        ExprKind::Paren(inner) => is_far(inner),
        _ => true,
    }
}
