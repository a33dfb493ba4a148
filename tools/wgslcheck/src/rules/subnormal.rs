//! W411: A constant is subnormal and may be flushed to zero.

use super::{Rule, finding};
use crate::analysis;
use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::{ExprKind, Number};

/// A constant is subnormal and may be flushed to zero.
pub(crate) const RULE: Rule = Rule {
    code: "W411",
    name: "subnormal",
    severity: Severity::Warning,
    summary: "A constant is subnormal and may be flushed to zero.",
    doc: "\
Devices may treat numbers below 1.18e-38 in `f32` (6.1e-5 in `f16`) as zero.",
    bad: include_str!("subnormal.bad.wgsl"),
    good: include_str!("subnormal.good.wgsl"),
};

/// The smallest normal number of `f16`.
const F16_MIN: f64 = 6.103_515_625e-5;

/// Finds subnormal literals.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    analysis::each_expr(sema, &mut |expr| {
        let subnormal = match &expr.kind {
            // A literal without a type is an `f32` in nearly every shader.
            ExprKind::Number(Number::F32(value) | Number::AbstractFloat(value)) => {
                *value != 0.0 && value.abs() < f64::from(f32::MIN_POSITIVE)
            }
            ExprKind::Number(Number::F16(value)) => *value != 0.0 && value.abs() < F16_MIN,
            _ => false,
        };
        if subnormal {
            issues.push(finding(&RULE, expr.span, "this constant may count as zero"));
        }
    });
    issues
}
