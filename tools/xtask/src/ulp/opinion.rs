//! What the system's mathematics library has to say: values within some two units of the exact
//! ones, found by other ways than ours, and cheap. They tell at which points ours may be worst.

/// The library's value of a function, if it has it.
pub(super) fn opinion(id: &str, x: f64, y: f64) -> Option<f64> {
    Some(match id {
        "pow" => x.powf(y),
        "hypot" => x.hypot(y),
        "cbrt" => x.cbrt(),
        "exp" => x.exp(),
        "expm1" => x.exp_m1(),
        "exp2" => x.exp2(),
        "log" => x.ln(),
        "log1p" => x.ln_1p(),
        "log2" => x.log2(),
        "log10" => x.log10(),
        "sinh" => x.sinh(),
        "cosh" => x.cosh(),
        "tanh" => x.tanh(),
        "asinh" => libm::asinh(x),
        "acosh" => libm::acosh(x),
        "atanh" => libm::atanh(x),
        "sin" => x.sin(),
        "cos" => x.cos(),
        "tan" => x.tan(),
        "asin" => x.asin(),
        "acos" => x.acos(),
        "atan" => x.atan(),
        "atan2" => x.atan2(y),
        "asind" => x.asin() * (180.0 / std::f64::consts::PI),
        "acosd" => x.acos() * (180.0 / std::f64::consts::PI),
        "atand" => x.atan() * (180.0 / std::f64::consts::PI),
        "erf" => libm::erf(x),
        "erfc" => libm::erfc(x),
        "gamma" => libm::tgamma(x),
        "gammaln" if x > 0.0 => libm::lgamma(x),
        _ => return None,
    })
}
