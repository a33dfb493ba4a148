//! Functions that `std` lacks or computes too loosely.

/// Inverse hyperbolic sine, through `log1p` so that small arguments keep their digits.
pub(super) fn asinh(x: f64) -> f64 {
    let a = x.abs();
    let value = if a < 1e-8 {
        return x;
    } else if a > 1e8 {
        a.ln() + std::f64::consts::LN_2
    } else {
        let root = (a * a + 1.0).sqrt();
        (a + a * a / (1.0 + root)).ln_1p()
    };
    value.copysign(x)
}

/// Inverse hyperbolic cosine.
pub(super) fn acosh(x: f64) -> f64 {
    if x > 1e8 {
        return x.ln() + std::f64::consts::LN_2;
    }
    if x < 1.0 {
        return f64::NAN;
    }
    let above = x - 1.0;
    (above + (above * (x + 1.0)).sqrt()).ln_1p()
}

/// Inverse hyperbolic tangent.
pub(super) fn atanh(x: f64) -> f64 {
    let a = x.abs();
    if a < 1e-8 {
        return x;
    }
    (0.5 * (2.0 * a / (1.0 - a)).ln_1p()).copysign(x)
}

/// Logarithm of the gamma function; NaN below 0, where it is complex, but infinite at the poles.
pub(super) fn gamma_log(x: f64) -> f64 {
    if x < 0.0 && x != x.trunc() {
        return f64::NAN;
    }
    libm::lgamma(x)
}
