//! Arithmetic.

use preheat_format::OpId;

use super::{floats, same};
use crate::eval::{Eval, float1, float2, map2};
use crate::host::Real;
use crate::host::math::power;
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn op(id: &str, kind: Kind, ulp_max: u32, doc: &'static str) -> OpDef {
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max, doc }
}

const fn unary(wgsl: Wgsl, eval: Eval) -> Kind {
    Kind::Elementwise { arity: 1, wgsl, eval }
}

const fn binary(wgsl: Wgsl, eval: Eval) -> Kind {
    Kind::Elementwise { arity: 2, wgsl, eval }
}

pub(super) const OPS: &[OpDef] = &[
    op("add", binary(same("{0} + {1}"), float2!(|x, y| x + y)), 0, "Sum of two elements."),
    op("sub", binary(same("{0} - {1}"), float2!(|x, y| x - y)), 0, "Difference of two elements."),
    op("mul", binary(same("{0} * {1}"), float2!(|x, y| x * y)), 0, "Product of two elements."),
    op(
        "div",
        binary(floats("{0} / {1}", "div_f32({0}, {1})", "{0} / {1}"), float2!(|x, y| x / y)),
        3,
        "Quotient of two elements.",
    ),
    op("neg", unary(same("-({0})"), float1!(|x| -x)), 0, "Negated element."),
    op(
        "pow",
        binary(
            floats("pow_f64({0}, {1})", "pow_f32({0}, {1})", "pow_fast_f32({0}, {1})"),
            float2!(|x, y| power::pow(x, y)),
        ),
        4,
        "Power; `x^0` is 1, and a negative base with a fractional exponent gives NaN.",
    ),
    op("abs", unary(same("abs({0})"), float1!(|x| x.abs())), 0, "Magnitude."),
    op(
        "sign",
        unary(floats("sign_f64({0})", "sign_f32({0})", ""), float1!(|x| x.sign())),
        0,
        "-1, 0 or 1 as the element is below, at or above 0; NaN stays.",
    ),
    op(
        "min",
        binary(
            floats("min_f64({0}, {1})", "min_f32({0}, {1})", "min({0}, {1})"),
            float2!(|x, y| x.min_number(y)),
        ),
        0,
        "The smaller of two elements; a NaN yields to a number.",
    ),
    op(
        "max",
        binary(
            floats("max_f64({0}, {1})", "max_f32({0}, {1})", "max({0}, {1})"),
            float2!(|x, y| x.max_number(y)),
        ),
        0,
        "The larger of two elements; a NaN yields to a number.",
    ),
    op(
        "hypot",
        binary(
            floats("hypot_f64({0}, {1})", "hypot_f32({0}, {1})", ""),
            Eval::Float2 {
                f64: map2!(f64 => f64, |x, y| power::hypot_f64(x, y)),
                f32: map2!(f32 => f32, |x, y| power::hypot_f32(x, y)),
            },
        ),
        4,
        "Length of the hypotenuse, without needless overflow or underflow.",
    ),
    op(
        "sqrt",
        unary(floats("sqrt({0})", "sqrt_f32({0})", "sqrt({0})"), float1!(|x| x.sqrt())),
        3,
        "Square root; NaN below 0.",
    ),
    op(
        "cbrt",
        unary(floats("cbrt_f64({0})", "cbrt_f32({0})", ""), float1!(|x| power::cbrt(x))),
        4,
        "Real cube root.",
    ),
];
