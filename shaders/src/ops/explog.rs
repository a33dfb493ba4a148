//! Exponentials, logarithms and hyperbolic functions.

use preheat_format::OpId;

use super::floats;
use crate::eval::{Eval, float1, through_f64};
use crate::host::Real;
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn unary(id: &str, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity: 1, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max: 4, doc }
}

pub(super) const OPS: &[OpDef] = &[
    unary(
        "exp",
        floats("exp_f64({0})", "exp_f32({0})", "exp({0})"),
        through_f64!(|x| x.exp()),
        "e to the power of each element.",
    ),
    unary(
        "expm1",
        floats("expm1_f64({0})", "expm1_f32({0})", ""),
        through_f64!(|x| x.exp_m1()),
        "`exp(x) - 1` without loss near 0.",
    ),
    unary(
        "exp2",
        floats("exp2_f64({0})", "exp2_f32({0})", "exp2({0})"),
        through_f64!(|x| x.exp2()),
        "2 to the power of each element.",
    ),
    unary(
        "log",
        floats("log_f64({0})", "log_f32({0})", "log({0})"),
        through_f64!(|x| x.ln()),
        "Natural logarithm; NaN below 0.",
    ),
    unary(
        "log1p",
        floats("log1p_f64({0})", "log1p_f32({0})", ""),
        through_f64!(|x| x.ln_1p()),
        "`log(1 + x)` without loss near 0; NaN below -1.",
    ),
    unary(
        "log2",
        floats("log2_f64({0})", "log2_f32({0})", "log2({0})"),
        through_f64!(|x| x.log2()),
        "Logarithm to base 2, exact at powers of 2; NaN below 0.",
    ),
    unary(
        "log10",
        floats("log10_f64({0})", "log10_f32({0})", ""),
        through_f64!(|x| x.log10()),
        "Logarithm to base 10, exact at powers of 10; NaN below 0.",
    ),
    unary(
        "sinh",
        floats("sinh_f64({0})", "sinh_f32({0})", "sinh({0})"),
        through_f64!(|x| x.sinh()),
        "Hyperbolic sine.",
    ),
    unary(
        "cosh",
        floats("cosh_f64({0})", "cosh_f32({0})", "cosh({0})"),
        through_f64!(|x| x.cosh()),
        "Hyperbolic cosine.",
    ),
    unary(
        "tanh",
        floats("tanh_f64({0})", "tanh_f32({0})", "tanh({0})"),
        through_f64!(|x| x.tanh()),
        "Hyperbolic tangent.",
    ),
    unary(
        "asinh",
        floats("asinh_f64({0})", "asinh_f32({0})", ""),
        float1!(|x| x.arsinh()),
        "Inverse hyperbolic sine.",
    ),
    unary(
        "acosh",
        floats("acosh_f64({0})", "acosh_f32({0})", ""),
        float1!(|x| x.arcosh()),
        "Inverse hyperbolic cosine; NaN below 1.",
    ),
    unary(
        "atanh",
        floats("atanh_f64({0})", "atanh_f32({0})", ""),
        float1!(|x| x.artanh()),
        "Inverse hyperbolic tangent; NaN beyond 1.",
    ),
];
