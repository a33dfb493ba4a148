//! Elementary functions of single numbers as the system's library computes them.
//!
//! The kernels' own functions are right within a few ULP; a script that prints all digits of one
//! number should see those that other programs print.

/// The function of a name, if the system has it.
pub(crate) fn of_one(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "exp" => f64::exp,
        "expm1" => f64::exp_m1,
        "log" => f64::ln,
        "log1p" => f64::ln_1p,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        "cbrt" => f64::cbrt,
        _ => return None,
    })
}

/// The same for functions of two numbers.
pub(crate) fn of_two(name: &str) -> Option<fn(f64, f64) -> f64> {
    Some(match name {
        "atan2" => f64::atan2,
        "hypot" => f64::hypot,
        "pow" => f64::powf,
        "mod" => modulus,
        "rem" => remainder,
        _ => return None,
    })
}

/// Octave's modulus, which rounds the product that it takes off.
fn modulus(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return x;
    }
    if y.is_infinite() && x.is_finite() {
        return if x == 0.0 || (x < 0.0) == (y < 0.0) { x } else { y };
    }
    let rest = if is_near_multiple(x, y) { 0.0 } else { x - y * (x / y).floor() };
    if x == y { rest } else { rest.copysign(y) }
}

/// Octave's remainder.
fn remainder(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return f64::NAN;
    }
    if y.is_infinite() && x.is_finite() {
        return x;
    }
    let rest = if is_near_multiple(x, y) { 0.0 } else { x - y * (x / y).trunc() };
    if x == y { rest } else { rest.copysign(x) }
}

/// True if a number is a multiple of one that is not whole, as far as rounding tells.
fn is_near_multiple(x: f64, y: f64) -> bool {
    let quotient = x / y;
    let nearest = quotient.round();
    y != y.round() && ((quotient - nearest) / nearest).abs() < f64::EPSILON
}
