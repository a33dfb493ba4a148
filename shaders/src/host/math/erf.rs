//! The error function and its complement.

use super::exp::exp_parts;
use super::float::{Float, polynomial};

/// The error function of at most 1 is `x + x * this`.
#[inline(always)]
fn erf_factor<T: Float>(x: T) -> T {
    polynomial(x * x, T::ERF)
}

/// `erfc` of at least 1.
#[inline(always)]
fn erfc_large<T: Float>(x: T) -> T {
    let [most, centre, offset] = T::ERFC;
    let c = if x > most { most } else { x };
    let high = -(c * c);
    let (value, exponent) = exp_parts(high, (-c).mul_add(c, -high));
    let d = c + offset;
    let e = polynomial((c - centre) / d, T::ERFC_RATIO) / d;
    e.mul_add(value, e).scale(exponent)
}

#[inline(always)]
pub(crate) fn erf<T: Float>(x: T) -> T {
    let a = x.abs();
    let near = x.mul_add(erf_factor(x), x);
    let near = if x == T::of(0.0) { x } else { near };
    let far = (T::of(1.0) - erfc_large(a)).copysign(x);
    if a <= T::of(1.0) { near } else { far }
}

#[inline(always)]
pub(crate) fn erfc<T: Float>(x: T) -> T {
    let a = x.abs();
    let rest = x * erf_factor(x);
    // From 1/2 on, 1 - x is exact.
    let near = if x >= T::of(0.5) { (T::of(1.0) - x) - rest } else { T::of(1.0) - (x + rest) };
    let value = erfc_large(a);
    let far = if x < T::of(0.0) { T::of(2.0) - value } else { value };
    if a <= T::of(1.0) { near } else { far }
}
