//! Exponentials, logarithms and hyperbolic functions.

use preheat_format::OpId;

use super::floats;
use crate::eval::{Eval, float1};
use crate::host::math::{exp, log};
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn unary(id: &str, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity: 1, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max: 4, doc }
}

pub(super) const OPS: &[OpDef] = &[
    unary(
        "exp",
        floats("exp_f64({0})", "exp_f32({0})", "exp({0})"),
        float1!(|x| exp::exp(x)),
        "e to the power of each element.",
    ),
    unary(
        "expm1",
        floats("expm1_f64({0})", "expm1_f32({0})", ""),
        float1!(|x| exp::expm1(x)),
        "`exp(x) - 1` without loss near 0.",
    ),
    unary(
        "exp2",
        floats("exp2_f64({0})", "exp2_f32({0})", "exp2({0})"),
        float1!(|x| exp::exp2(x)),
        "2 to the power of each element.",
    ),
    unary(
        "log",
        floats("log_f64({0})", "log_f32({0})", "log({0})"),
        float1!(|x| log::log(x)),
        "Natural logarithm; NaN below 0.",
    ),
    unary(
        "log1p",
        floats("log1p_f64({0})", "log1p_f32({0})", ""),
        float1!(|x| log::log1p(x)),
        "`log(1 + x)` without loss near 0; NaN below -1.",
    ),
    unary(
        "log2",
        floats("log2_f64({0})", "log2_f32({0})", "log2({0})"),
        float1!(|x| log::log2(x)),
        "Logarithm to base 2, exact at powers of 2; NaN below 0.",
    ),
    unary(
        "log10",
        floats("log10_f64({0})", "log10_f32({0})", ""),
        float1!(|x| log::log10(x)),
        "Logarithm to base 10, exact at powers of 10; NaN below 0.",
    ),
    unary(
        "sinh",
        floats("sinh_f64({0})", "sinh_f32({0})", "sinh({0})"),
        float1!(|x| exp::sinh(x)),
        "Hyperbolic sine.",
    ),
    unary(
        "cosh",
        floats("cosh_f64({0})", "cosh_f32({0})", "cosh({0})"),
        float1!(|x| exp::cosh(x)),
        "Hyperbolic cosine.",
    ),
    unary(
        "tanh",
        floats("tanh_f64({0})", "tanh_f32({0})", "tanh({0})"),
        float1!(|x| exp::tanh(x)),
        "Hyperbolic tangent.",
    ),
    unary(
        "asinh",
        floats("asinh_f64({0})", "asinh_f32({0})", ""),
        float1!(|x| log::asinh(x)),
        "Inverse hyperbolic sine.",
    ),
    unary(
        "acosh",
        floats("acosh_f64({0})", "acosh_f32({0})", ""),
        float1!(|x| log::acosh(x)),
        "Inverse hyperbolic cosine; NaN below 1.",
    ),
    unary(
        "atanh",
        floats("atanh_f64({0})", "atanh_f32({0})", ""),
        float1!(|x| log::atanh(x)),
        "Inverse hyperbolic tangent; NaN beyond 1.",
    ),
];
