//! Elementary functions as the system's library computes them.
//!
//! The kernels' own functions are right within a few ULP; a script that prints all digits of a few
//! numbers should see those that other programs print, and the same of one number as of many.

use preheat_format::OpId;

use crate::eval::Eval;

/// Evaluates one function of floats, element by element.
macro_rules! each1 {
    ($name:ident) => {
        Eval::Float1 {
            f64: |xs, results| {
                results.iter_mut().zip(xs).for_each(|(result, x)| *result = x.$name());
            },
            f32: |xs, results| {
                results.iter_mut().zip(xs).for_each(|(result, x)| *result = x.$name());
            },
        }
    };
}

/// The same for two operands.
macro_rules! each2 {
    ($name:ident) => {
        Eval::Float2 {
            f64: |xs, ys, results| {
                let pairs = xs.iter().zip(ys);
                results.iter_mut().zip(pairs).for_each(|(result, (x, y))| *result = x.$name(*y));
            },
            f32: |xs, ys, results| {
                let pairs = xs.iter().zip(ys);
                results.iter_mut().zip(pairs).for_each(|(result, (x, y))| *result = x.$name(*y));
            },
        }
    };
}

/// The host evaluation of an operation by the system's library, if it has the function; a call an
/// element, several times slower than the vectors of the table.
pub fn eval(op: OpId) -> Option<Eval> {
    Some(match op.as_str() {
        "exp" => each1!(exp),
        "expm1" => each1!(exp_m1),
        "log" => each1!(ln),
        "log1p" => each1!(ln_1p),
        "log2" => each1!(log2),
        "log10" => each1!(log10),
        "sin" => each1!(sin),
        "cos" => each1!(cos),
        "tan" => each1!(tan),
        "asin" => each1!(asin),
        "acos" => each1!(acos),
        "atan" => each1!(atan),
        "sinh" => each1!(sinh),
        "cosh" => each1!(cosh),
        "tanh" => each1!(tanh),
        "cbrt" => each1!(cbrt),
        "atan2" => each2!(atan2),
        "hypot" => each2!(hypot),
        "pow" => each2!(powf),
        _ => return None,
    })
}

/// The function of a name, if the system has it.
pub fn of_one(name: &str) -> Option<fn(f64) -> f64> {
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
pub fn of_two(name: &str) -> Option<fn(f64, f64) -> f64> {
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
