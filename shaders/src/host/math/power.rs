//! Powers and roots.

use super::exp::exp2_pair;
use super::float::{Float, Pair};
use super::log::log2_pair;

/// Power of a positive finite base.
#[inline(always)]
fn magnitude<T: Float>(base: T, exponent: T) -> T {
    let exponent = super::float::clamp(exponent, [-T::POWER_MOST, T::POWER_MOST]);
    let Pair(high, low) = log2_pair(base).times(Pair::one(exponent));
    let Pair(high, low) = Pair::sum(high, low);
    exp2_pair(high, if high.abs() < T::EXP2_RANGE[1] { low } else { T::of(0.0) })
}

/// `x^y`; a negative base with a fractional exponent gives NaN, `x^0` and `1^y` are 1.
#[inline(always)]
pub(crate) fn pow<T: Float>(x: T, y: T) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let a = x.abs();
    let whole = y.trunc() == y;
    let half = y * T::of(0.5);
    let odd = whole & (y.abs() < T::ALL_EVEN) & ((half - half.trunc()).abs() == T::of(0.5));
    let limit = if (a > one) == (y > zero) { T::INFINITY } else { zero };
    let limit = if a == one { one } else { limit };
    let is_limit = (a == zero) | (a == T::INFINITY) | (y.abs() == T::INFINITY);
    let value = if is_limit { limit } else { magnitude(a, y) };
    let signed = if odd & x.is_negative() { -value } else { value };
    let undefined = (x < zero) & !whole & !is_limit;
    let value = if undefined | x.is_nan() | y.is_nan() { T::NAN } else { signed };
    if (y == zero) | (x == one) { one } else { value }
}

#[inline(always)]
pub(crate) fn cbrt<T: Float>(x: T) -> T {
    let a = x.abs();
    let subnormal = a < T::LEAST_NORMAL;
    let v = if subnormal { a * T::ROOT_LIFT[0] } else { a };
    let mut t = v.rough_cube_root();
    for _ in 0..T::ROOT_STEPS {
        let rough = v / (t * t);
        t = t + t * ((rough - t) / (t + t + rough));
    }
    // A third-order step from so few bits that the square is exact.
    let h = t.high_half();
    let quotient = v / (h * h);
    let t = h + h * ((quotient - h) / (h + h + quotient));
    let t = if subnormal { t / T::ROOT_LIFT[1] } else { t };
    if (a > T::of(0.0)) & (a < T::INFINITY) { t.copysign(x) } else { x }
}

/// Length of the hypotenuse.
#[inline(always)]
pub(crate) fn hypot_f64(x: f64, y: f64) -> f64 {
    let (x, y) = (x.abs(), y.abs());
    let most = if x > y { x } else { y };
    let (large, small) = (most > 3.273390607896142e150, most < 3.4395525670743494e-136);
    let down = if small { 4.149515568880993e180 } else { 1.0 };
    let down = if large { 1.90109156629516e-211 } else { down };
    let up = if small { 2.409919865102884e-181 } else { 1.0 };
    let up = if large { 5.260135901548374e210 } else { up };
    let (a, b) = (x * down, y * down);
    let value = a.mul_add(a, b * b).sqrt() * up;
    if (x == f64::INFINITY) | (y == f64::INFINITY) { f64::INFINITY } else { value }
}

/// The same: squares of `f32` neither overflow nor vanish in `f64`.
#[inline(always)]
pub(crate) fn hypot_f32(x: f32, y: f32) -> f32 {
    let (a, b) = (f64::from(x), f64::from(y));
    let value = a.mul_add(a, b * b).sqrt() as f32;
    if (x.abs() == f32::INFINITY) | (y.abs() == f32::INFINITY) { f32::INFINITY } else { value }
}
