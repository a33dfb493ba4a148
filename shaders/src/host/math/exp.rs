//! Exponentials and hyperbolic functions.

use super::float::{Float, clamp, is_own_value, polynomial};

/// `e^(high + low)` is `(1 + value) * 2^exponent`.
#[inline(always)]
pub(super) fn exp_parts<T: Float>(high: T, low: T) -> (T, T::Int) {
    let (k, exponent) = (high * T::of(std::f64::consts::LOG2_E)).nearest();
    let r = (-k).mul_add(T::LN_2[1], (-k).mul_add(T::LN_2[0], high) + low);
    ((r * r).mul_add(polynomial(r, T::EXP), r), exponent)
}

#[inline(always)]
pub(crate) fn exp<T: Float>(x: T) -> T {
    let (value, exponent) = exp_parts(clamp(x, T::EXP_RANGE), T::of(0.0));
    (T::of(1.0) + value).scale(exponent)
}

/// `2^(high + low)`.
#[inline(always)]
pub(super) fn exp2_pair<T: Float>(high: T, low: T) -> T {
    let high = clamp(high, T::EXP2_RANGE);
    let (k, exponent) = high.nearest();
    let r = (high - k) + low;
    polynomial(r, T::EXP2).mul_add(r, T::of(1.0)).scale(exponent)
}

#[inline(always)]
pub(crate) fn exp2<T: Float>(x: T) -> T {
    exp2_pair(x, T::of(0.0))
}

#[inline(always)]
pub(crate) fn expm1<T: Float>(x: T) -> T {
    let (own, n) = exp_parts(clamp(x, [T::of(-40.0), T::EXP_RANGE[1]]), T::of(0.0));
    let value = ((T::of(1.0) - T::two_power(T::minus(n))) + own).scale(n);
    if is_own_value(x) { x } else { value }
}

/// `e^a / 2` for positive `a`, without overflow where the result has none.
#[inline(always)]
fn half_exp<T: Float>(a: T) -> T {
    let a = if a > T::EXP_RANGE[1] { T::EXP_RANGE[1] } else { a };
    let (value, exponent) = exp_parts(a, T::of(0.0));
    (T::of(1.0) + value).scale(T::plus(exponent, -1))
}

#[inline(always)]
pub(crate) fn sinh<T: Float>(x: T) -> T {
    let a = x.abs();
    let small = (a * (a * a)).mul_add(polynomial(a * a, T::SINH), a);
    let e = half_exp(a);
    let value = if a < T::of(1.0) { small } else { e - T::of(0.25) / e };
    if is_own_value(x) { x } else { value.copysign(x) }
}

#[inline(always)]
pub(crate) fn cosh<T: Float>(x: T) -> T {
    let e = half_exp(x.abs());
    e + T::of(0.25) / e
}

#[inline(always)]
pub(crate) fn tanh<T: Float>(x: T) -> T {
    let a = if x.abs() > T::TANH_MOST { T::TANH_MOST } else { x.abs() };
    let small = (a * (a * a)).mul_add(polynomial(a * a, T::TANH), a);
    let (value, exponent) = exp_parts(a + a, T::of(0.0));
    let e = (T::of(1.0) + value) * T::two_power(exponent);
    let large = T::of(1.0) - T::of(2.0) / (e + T::of(1.0));
    let value = if a < T::of(0.55) { small } else { large };
    if is_own_value(x) { x } else { value.copysign(x) }
}
