//! Functions whose correctly rounded value IEEE arithmetic of the host gives, and the values that
//! other functions have at zeros, infinities and beyond their range.

use preheat_format::DType;

use super::truth::{F32, F64, Format, Truth};

/// Beyond this magnitude exponentials and their kin have reached their limits.
const LIMIT: f64 = 2000.0;

/// The correctly rounded value for `f64` or `f32` operands, and for tests 0 or 1.
macro_rules! exact {
    ($name:ident, $float:ident) => {
        fn $name(id: &str, x: $float, y: $float) -> Option<$float> {
            let test = |holds: bool| if holds { 1.0 } else { 0.0 };
            // MATLAB takes a quotient as whole if it is but for rounding and the divisor is not.
            let quotient = x / y;
            let whole = quotient.round();
            let is_multiple = y != y.trunc()
                && whole != 0.0
                && ((quotient - whole) / whole).abs() < $float::EPSILON;
            let rest = if is_multiple { 0.0 } else { x % y };
            Some(match id {
                "add" => x + y,
                "sub" => x - y,
                "mul" => x * y,
                "div" => quotient,
                "neg" => -x,
                "abs" => x.abs(),
                "sign" if x == 0.0 || x.is_nan() => x,
                "sign" => x.signum(),
                "select" => {
                    if x < y {
                        x
                    } else {
                        y
                    }
                }
                "min" if x.is_nan() || (y <= x) => y,
                "max" if x.is_nan() || (y >= x) => y,
                "min" | "max" => x,
                "sqrt" => x.sqrt(),
                "floor" => x.floor(),
                "ceil" => x.ceil(),
                "round" => x.round(),
                "fix" => x.trunc(),
                "mod" if y == 0.0 => x,
                "mod" if rest == 0.0 || (rest < 0.0) == (y < 0.0) => rest,
                "mod" => rest + y,
                "rem" => rest,
                "lt" => test(x < y),
                "le" => test(x <= y),
                "gt" => test(x > y),
                "ge" => test(x >= y),
                "eq" => test(x == y),
                "ne" => test(x != y),
                "isnan" => test(x.is_nan()),
                "isinf" => test(x.is_infinite()),
                "isfinite" => test(x.is_finite()),
                _ => return None,
            })
        }
    };
}

exact!(exact_f64, f64);
exact!(exact_f32, f32);

/// The rounded value, if host arithmetic gives it.
pub(super) fn rounded(id: &str, dtype: DType, x: f64, y: f64) -> Option<Truth> {
    let truth = if dtype == DType::F32 {
        Truth::of(F32, f64::from(exact_f32(id, x as f32, y as f32)?))
    } else {
        Truth::of(F64, exact_f64(id, x, y)?)
    };
    let has_open_sign = matches!(id, "mod" | "rem" | "sign" | "min" | "max");
    match truth {
        Truth::Zero(_) if has_open_sign => Some(Truth::Zero(None)),
        truth => Some(truth),
    }
}

/// The value at a zero, an infinity, NaN or a pole, or far beyond the range. After C, annex F,
/// but for the poles of the gamma function, where it and its logarithm are infinite in Octave, -Inf
/// among them.
pub(super) fn special(id: &str, format: Format, x: f64, y: f64) -> Option<Truth> {
    let is_plain = |x: f64| x.is_finite() && x != 0.0;
    let value = match id {
        "pow" | "hypot" | "atan2" => {
            if is_plain(x) && is_plain(y) {
                return None;
            }
            match id {
                "pow" => x.powf(y),
                "hypot" => x.hypot(y),
                _ => x.atan2(y),
            }
        }
        "gamma" | "gammaln" => return special_gamma(id, x),
        "tand" if (x % 180.0).abs() == 90.0 => return Some(Truth::Infinite(None)),
        "erf" | "erfc" => {
            if is_plain(x) && x.abs() < LIMIT {
                return None;
            }
            match id {
                "erf" if x == 0.0 || x.is_nan() => x,
                "erf" => x.signum(),
                _ if x.is_nan() => x,
                _ => 1.0 - if x == 0.0 { 0.0 } else { x.signum() },
            }
        }
        _ => return special_unary(id, x).map(|value| Truth::of(format, value)),
    };
    Some(Truth::of(format, value))
}

fn special_unary(id: &str, x: f64) -> Option<f64> {
    let saturates = matches!(id, "exp" | "expm1" | "exp2" | "sinh" | "cosh" | "tanh");
    if x.is_finite() && x != 0.0 && !(saturates && x.abs() > LIMIT) {
        return None;
    }
    Some(match id {
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
        "asinh" => x.asinh(),
        "atanh" => x.atanh(),
        "sin" | "sind" => x.sin(),
        "cos" | "cosd" => x.cos(),
        "tan" | "tand" => x.tan(),
        "asin" | "asind" => x.asin(),
        "atan" => x.atan(),
        "atand" if x.is_infinite() => 90.0_f64.copysign(x),
        "atand" => x,
        "acosh" if x > 1.0 => x,
        "acosh" => f64::NAN,
        _ => return None,
    })
}

fn special_gamma(id: &str, x: f64) -> Option<Truth> {
    if x.is_nan() {
        return Some(Truth::Nan);
    }
    if id == "gammaln" {
        return match x {
            0.0 | f64::INFINITY => Some(Truth::Infinite(Some(false))),
            1.0 | 2.0 => Some(Truth::Zero(None)),
            _ if x < 0.0 && x == x.trunc() => Some(Truth::Infinite(Some(false))),
            _ => (x < 0.0).then_some(Truth::Nan),
        };
    }
    if x == 0.0 {
        return Some(Truth::Infinite(Some(x.is_sign_negative())));
    }
    if x < 0.0 && x == x.trunc() {
        return Some(Truth::Infinite(None));
    }
    if x < -LIMIT {
        return Some(Truth::Zero(None));
    }
    (x > LIMIT).then_some(Truth::Infinite(Some(false)))
}
