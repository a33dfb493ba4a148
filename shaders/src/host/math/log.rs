//! Logarithms and inverse hyperbolic functions.

use super::float::{Float, Pair, is_own_value, polynomial};
use super::tables::Tables;

/// `k * log(2) + log(1 + f)` through `s = f / (2 + f)`.
#[inline(always)]
pub(super) fn f64(k: f64, f: f64) -> f64 {
    let s = f / (2.0 + f);
    let q = 0.5 * f * f;
    let p = polynomial(s * s, f64::LOG);
    let low = f - (q - s.mul_add((s * s).mul_add(p, q), k * f64::LN_2[1]));
    k.mul_add(f64::LN_2[0], low)
}

/// The same by powers of `f`, for there is no division then.
#[inline(always)]
pub(super) fn f32(k: f32, f: f32) -> f32 {
    let q = f * f;
    let p = polynomial(f, f32::LOG);
    let low = f + p.mul_add(f * q, q.mul_add(-0.5, k * f32::LN_2[1]));
    k.mul_add(f32::LN_2[0], low)
}

/// The logarithm of positive finite numbers as given; of others what it must be.
#[inline(always)]
fn with_edges<T: Float>(x: T, value: T) -> T {
    let edge = if x == T::of(0.0) { -T::INFINITY } else { T::NAN };
    let above = if x < T::INFINITY { value } else { x };
    if x > T::of(0.0) { above } else { edge }
}

#[inline(always)]
pub(crate) fn log<T: Float>(x: T) -> T {
    let (fraction, exponent, _) = x.split();
    with_edges(x, T::log_parts(exponent, fraction))
}

/// The logarithm of a normal number.
#[inline(always)]
pub(crate) fn log_of_normal<T: Float>(x: T) -> T {
    let (fraction, exponent, _) = x.split();
    T::log_parts(exponent, fraction)
}

#[inline(always)]
pub(crate) fn log1p<T: Float>(x: T) -> T {
    let u = T::of(1.0) + x;
    let x_seen = u - T::of(1.0);
    let lost = (T::of(1.0) - (u - x_seen)) + (x - x_seen);
    let (fraction, exponent, shift) = u.split();
    let correction = lost * T::two_power(T::minus(shift));
    let value = with_edges(u, T::log_parts(exponent, fraction + correction));
    if is_own_value(x) { x } else { value }
}

/// `log2` of a positive number, to half as many bits again.
#[inline(always)]
pub(super) fn log2_pair<T: Float>(x: T) -> Pair<T> {
    let (f, exponent, _) = x.split();
    let d = Pair::sum(T::of(2.0), f);
    let inverse = T::of(1.0) / d.0;
    let high = f * inverse;
    let rest = (-high).mul_add(d.1, (-high).mul_add(d.0, f));
    let s = Pair(high, rest * inverse);
    let z = s.times(s);
    let tail = polynomial(z.0, T::LOG2) * (z.0 * z.0);
    let w = z.times(Pair::of(T::THIRD)).plus(Pair::one(tail));
    let factor = Pair::one(T::of(1.0)).plus(w);
    Pair::one(exponent).plus(s.times(Pair::of(T::TWO_LOG2_E)).times(factor))
}

#[inline(always)]
pub(crate) fn log2<T: Float>(x: T) -> T {
    with_edges(x, log2_pair(x).round())
}

#[inline(always)]
pub(crate) fn log10<T: Float>(x: T) -> T {
    with_edges(x, log2_pair(x).times(Pair::of(T::LOG10_2)).round())
}

#[inline(always)]
pub(crate) fn asinh<T: Float>(x: T) -> T {
    let a = x.abs();
    let large = a > T::SQUARE_WINS;
    let z = a * a;
    let near = a + z / (T::of(1.0) + (z + T::of(1.0)).sqrt());
    let value = log1p(if large { a - T::of(1.0) } else { near });
    let value = if large { value + T::of(std::f64::consts::LN_2) } else { value };
    if is_own_value(x) { x } else { value.copysign(x) }
}

#[inline(always)]
pub(crate) fn acosh<T: Float>(x: T) -> T {
    let large = x > T::SQUARE_WINS;
    let t = x - T::of(1.0);
    let value = log1p(if large { t } else { t + (t * (x + T::of(1.0))).sqrt() });
    let value = if large { value + T::of(std::f64::consts::LN_2) } else { value };
    if x >= T::of(1.0) { value } else { T::NAN }
}

#[inline(always)]
pub(crate) fn atanh<T: Float>(x: T) -> T {
    let a = x.abs();
    let value = T::of(0.5) * log1p((a + a) / (T::of(1.0) - a));
    let inside = if is_own_value(x) { x } else { value.copysign(x) };
    if a > T::of(1.0) { T::NAN } else { inside }
}
