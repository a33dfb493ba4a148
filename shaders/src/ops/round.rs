//! Rounding and remainders.

use preheat_format::OpId;

use super::floats;
use crate::eval::{Eval, float1, limited2};
use crate::host::Real;
use crate::host::math::rest;
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn exact(id: &str, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let arity = match eval {
        Eval::Float2 { .. } => 2,
        Eval::Float1 { .. }
        | Eval::Float3 { .. }
        | Eval::Test1 { .. }
        | Eval::Test2 { .. }
        | Eval::Logic1(_)
        | Eval::Logic2(_)
        | Eval::Select => 1,
    };
    let kind = Kind::Elementwise { arity, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max: 0, doc }
}

pub(super) const OPS: &[OpDef] = &[
    exact(
        "floor",
        floats("floor_f64({0})", "floor({0})", ""),
        float1!(|x| x.floor()),
        "Largest whole number not above.",
    ),
    exact(
        "ceil",
        floats("ceil_f64({0})", "ceil({0})", ""),
        float1!(|x| x.ceil()),
        "Smallest whole number not below.",
    ),
    exact(
        "round",
        floats("round_f64({0})", "round_f32({0})", ""),
        float1!(|x| x.round()),
        "Nearest whole number, halves away from zero.",
    ),
    exact(
        "fix",
        floats("trunc_f64({0})", "trunc({0})", ""),
        float1!(|x| x.trunc()),
        "Whole part, towards zero.",
    ),
    exact(
        "mod",
        floats("mod_f64({0}, {1})", "mod_f32({0}, {1})", ""),
        limited2!(rest::modulo, rest::is_beyond, Real::modulo),
        "Modulus with the divisor's sign; `mod(x, 0)` is `x`. Exact however large the quotient.",
    ),
    exact(
        "rem",
        floats("rem_f64({0}, {1})", "rem_f32({0}, {1})", ""),
        limited2!(rest::remainder, rest::is_beyond, Real::remainder),
        "Remainder with the dividend's sign; `rem(x, 0)` is NaN. Exact.",
    ),
];
