//! Elementary functions as the system's library computes them.
//!
//! The kernels' own functions are right within a few ULP; a script that prints all digits of a few
//! numbers should see those that other programs print, and the same of one number as of many.

use preheat_format::OpId;

use crate::eval::Eval;

/// Lists the system's functions of one and of two numbers, by the names of operations, once for all
/// that look one up.
macro_rules! functions {
    (one: $($one:literal $unary:ident,)* two: $($two:literal $binary:ident,)*) => {
        /// The host evaluation of an operation by the system's library, if it has the function; a
        /// call an element, several times slower than the vectors of the table.
        pub fn eval(op: OpId) -> Option<Eval> {
            const ROWS: &[(OpId, Eval)] = &[
                $((OpId::new($one), Eval::Float1 {
                    f64: |xs, results| each1(xs, results, f64::$unary),
                    f32: |xs, results| each1(xs, results, f32::$unary),
                }),)*
                $((OpId::new($two), Eval::Float2 {
                    f64: |xs, ys, results| each2(xs, ys, results, f64::$binary),
                    f32: |xs, ys, results| each2(xs, ys, results, f32::$binary),
                }),)*
            ];
            ROWS.iter().find(|(id, _)| *id == op).map(|(_, eval)| *eval)
        }

        /// The function of a name, if the system has it.
        pub fn of_one(name: &str) -> Option<fn(f64) -> f64> {
            Some(match name {
                $($one => f64::$unary,)*
                _ => return None,
            })
        }

        /// The same for functions of two numbers.
        pub fn of_two(name: &str) -> Option<fn(f64, f64) -> f64> {
            Some(match name {
                $($two => f64::$binary,)*
                "mod" => modulus,
                "rem" => remainder,
                _ => return None,
            })
        }
    };
}

functions! {
    one:
    "exp" exp, "expm1" exp_m1, "log" ln, "log1p" ln_1p, "log2" log2, "log10" log10,
    "sin" sin, "cos" cos, "tan" tan, "asin" asin, "acos" acos, "atan" atan,
    "sinh" sinh, "cosh" cosh, "tanh" tanh, "cbrt" cbrt,
    two:
    "atan2" atan2, "hypot" hypot, "pow" powf,
}

fn each1<T: Copy>(xs: &[T], results: &mut [T], function: impl Fn(T) -> T) {
    results.iter_mut().zip(xs).for_each(|(result, x)| *result = function(*x));
}

fn each2<T: Copy>(xs: &[T], ys: &[T], results: &mut [T], function: impl Fn(T, T) -> T) {
    let pairs = xs.iter().zip(ys);
    results.iter_mut().zip(pairs).for_each(|(result, (x, y))| *result = function(*x, *y));
}

/// The modulus or remainder of two numbers as Octave rounds it, for their operations.
pub fn of_residue(op: OpId) -> Option<fn(f64, f64) -> f64> {
    const MOD: OpId = OpId::new("mod");
    const REM: OpId = OpId::new("rem");
    match op {
        MOD => Some(modulus),
        REM => Some(remainder),
        _ => None,
    }
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
