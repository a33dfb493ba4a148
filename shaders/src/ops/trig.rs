//! Trigonometric functions, of radians and of degrees.

use preheat_format::OpId;

use super::floats;
use crate::eval::{Eval, float1, float2, limited};
use crate::host;
use crate::host::math::{Float, arc, degrees, trig};
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn unary(id: &str, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity: 1, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max: 4, doc }
}

pub(super) const OPS: &[OpDef] = &[
    unary(
        "sin",
        floats("sin_f64({0})", "sin_f32({0})", "sin({0})"),
        limited!(trig::sin, ANGLE_MOST, f64::sin),
        "Sine of radians.",
    ),
    unary(
        "cos",
        floats("cos_f64({0})", "cos_f32({0})", "cos({0})"),
        limited!(trig::cos, ANGLE_MOST, f64::cos),
        "Cosine of radians.",
    ),
    unary(
        "tan",
        floats("tan_f64({0})", "tan_f32({0})", "tan({0})"),
        limited!(trig::tan, ANGLE_MOST, f64::tan),
        "Tangent of radians.",
    ),
    unary(
        "asin",
        floats("asin_f64({0})", "asin_f32({0})", "asin({0})"),
        float1!(|x| arc::asin(x)),
        "Arc sine; NaN beyond 1.",
    ),
    unary(
        "acos",
        floats("acos_f64({0})", "acos_f32({0})", "acos({0})"),
        float1!(|x| arc::acos(x)),
        "Arc cosine; NaN beyond 1.",
    ),
    unary(
        "atan",
        floats("atan_f64({0})", "atan_f32({0})", "atan({0})"),
        float1!(|x| arc::atan(x)),
        "Arc tangent.",
    ),
    OpDef {
        id: OpId::new("atan2"),
        kind: Kind::Elementwise {
            arity: 2,
            wgsl: floats("atan2_f64({0}, {1})", "atan2_f32({0}, {1})", ""),
            eval: float2!(|x, y| arc::atan2(x, y)),
        },
        dtype: DTypeRule::Same,
        ulp_max: 4,
        doc: "Angle of the point with ordinate `{0}` and abscissa `{1}`.",
    },
    unary(
        "sind",
        floats("sind_f64({0})", "sind_f32({0})", ""),
        limited!(degrees::sin, DEGREES_MOST, host::degrees::sin),
        "Sine of degrees, exact at multiples of 90 and 30.",
    ),
    unary(
        "cosd",
        floats("cosd_f64({0})", "cosd_f32({0})", ""),
        limited!(degrees::cos, DEGREES_MOST, host::degrees::cos),
        "Cosine of degrees, exact at multiples of 90 and 60.",
    ),
    unary(
        "tand",
        floats("tand_f64({0})", "tand_f32({0})", ""),
        limited!(degrees::tan, DEGREES_MOST, host::degrees::tan),
        "Tangent of degrees, exact at multiples of 45.",
    ),
    unary(
        "asind",
        floats("asind_f64({0})", "asind_f32({0})", ""),
        float1!(|x| degrees::asin(x)),
        "Arc sine in degrees.",
    ),
    unary(
        "acosd",
        floats("acosd_f64({0})", "acosd_f32({0})", ""),
        float1!(|x| degrees::acos(x)),
        "Arc cosine in degrees.",
    ),
    unary(
        "atand",
        floats("atand_f64({0})", "atand_f32({0})", ""),
        float1!(|x| degrees::atan(x)),
        "Arc tangent in degrees.",
    ),
];
