//! Comparison, classification and logic. Results are `Bool`.
//!
//! NVIDIA's driver (580.159) takes `x == x`, `x <= x` and `x >= x` for true whatever `x` is, so
//! these test for NaN by its bits as well, unless one operand is known to be a number.

use preheat_format::OpId;

use super::{floats, guarded, same, word};
use crate::eval::{Eval, logic2, test1, test2};
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn op(id: &str, arity: u8, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Bool, ulp_max: 0, doc }
}

/// Negation of 0 and 1.
fn not(xs: &[u32], results: &mut [u32]) {
    results.iter_mut().zip(xs).for_each(|(result, &x)| *result = u32::from(x == 0));
}

pub(super) const OPS: &[OpDef] = &[
    op("lt", 2, same("{0} < {1}"), test2!(|x, y| x < y), "Less than; false for NaN."),
    op(
        "le",
        2,
        guarded("({0} <= {1}) & !isnan_{T}({0})", "({0} <= {1})"),
        test2!(|x, y| x <= y),
        "At most; false for NaN.",
    ),
    op("gt", 2, same("{0} > {1}"), test2!(|x, y| x > y), "Greater than; false for NaN."),
    op(
        "ge",
        2,
        guarded("({0} >= {1}) & !isnan_{T}({0})", "({0} >= {1})"),
        test2!(|x, y| x >= y),
        "At least; false for NaN.",
    ),
    op(
        "eq",
        2,
        guarded("({0} == {1}) & !isnan_{T}({0})", "({0} == {1})"),
        test2!(|x, y| x == y),
        "Equal; false for NaN.",
    ),
    op(
        "ne",
        2,
        // Not `!=`: naga writes the ordered comparison, which is false for NaN.
        guarded("!({0} == {1}) | isnan_{T}({0})", "!({0} == {1})"),
        test2!(|x, y| x != y),
        "Not equal; true for NaN.",
    ),
    op(
        "isnan",
        1,
        floats("isnan_f64({0})", "isnan_f32({0})", ""),
        test1!(|x| x.is_nan()),
        "True for NaN.",
    ),
    op(
        "isinf",
        1,
        floats("isinf_f64({0})", "isinf_f32({0})", ""),
        test1!(|x| x.is_infinite()),
        "True for the infinities.",
    ),
    op(
        "isfinite",
        1,
        floats("isfinite_f64({0})", "isfinite_f32({0})", ""),
        test1!(|x| x.is_finite()),
        "True for everything but NaN and the infinities.",
    ),
    op("and", 2, word("{0} & {1}"), logic2!(|x, y| x & y), "True if both are."),
    op("or", 2, word("{0} | {1}"), logic2!(|x, y| x | y), "True if either is."),
    op("xor", 2, word("{0} != {1}"), logic2!(|x, y| x ^ y), "True if just one is."),
    op("not", 1, word("!({0})"), Eval::Logic1(not), "True if the element is false."),
];
