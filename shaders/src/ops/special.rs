//! Error and gamma functions.

use preheat_format::OpId;

use super::floats;
use crate::eval::{Eval, float1, through_f64};
use crate::host::math::{erf, gamma};
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn unary(id: &str, ulp_max: u32, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity: 1, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max, doc }
}

pub(super) const OPS: &[OpDef] = &[
    unary(
        "erf",
        4,
        floats("erf_f64({0})", "erf_f32({0})", ""),
        float1!(|x| erf::erf(x)),
        "Error function.",
    ),
    unary(
        "erfc",
        4,
        floats("erfc_f64({0})", "erfc_f32({0})", ""),
        float1!(|x| erf::erfc(x)),
        "Complementary error function, without loss for large elements.",
    ),
    unary(
        "gamma",
        4,
        floats("gamma_f64({0})", "gamma_f32({0})", ""),
        through_f64!(gamma::gamma),
        "Gamma function; infinite at 0 and the negative whole numbers.",
    ),
    unary(
        "gammaln",
        4,
        floats("gammaln_f64({0})", "gammaln_f32({0})", ""),
        through_f64!(gamma::gammaln),
        "Logarithm of the gamma function; NaN below 0.",
    ),
];
