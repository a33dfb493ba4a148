//! Sine, cosine and tangent of angles up to [`Float::ANGLE_MOST`].

use super::float::{Float, polynomial, sum_error};

/// Splits off a multiple of pi / 2, whose parts are so short that their products with the multiple
/// are exact.
#[inline(always)]
pub(super) fn f64(x: f64) -> (f64, f64, i64) {
    let (k, quadrant) = Float::nearest(x * std::f64::consts::FRAC_2_PI);
    let a = (-k).mul_add(1.5707963267341256, x);
    let b = k * 6.077100506303966e-11;
    let ab = a - b;
    let ab_low = sum_error(a, -b);
    let c = k * 2.0222662487111665e-21;
    let abc = ab - c;
    let abc_low = sum_error(ab, -c) + (ab_low - k * 8.4784276603689e-32);
    let r = abc + abc_low;
    (r, abc_low - (r - abc), quadrant)
}

#[inline(always)]
pub(super) fn f32(x: f32) -> (f32, f32, i32) {
    let (k, quadrant) = Float::nearest(x * std::f32::consts::FRAC_2_PI);
    let r = (-k).mul_add(1.5703125, x);
    let r = (-k).mul_add(0.0004837513, r);
    let r = (-k).mul_add(7.5495336e-08, r);
    let r = (-k).mul_add(2.563283e-12, r);
    let last = k * 6.123234e-17;
    let high = r - last;
    (high, (r - high) - last, quadrant)
}

/// Sine of `r + low`, at most 45 degrees.
#[inline(always)]
pub(super) fn sin_reduced<T: Float>(r: T, low: T) -> T {
    let z = r * r;
    let tail = low * (T::of(-0.5)).mul_add(z, T::of(1.0));
    r + (r * z).mul_add(polynomial(z, T::SIN), tail)
}

/// Cosine of `r + low`.
#[inline(always)]
pub(super) fn cos_reduced<T: Float>(r: T, low: T) -> T {
    let z = r * r;
    let tail = T::of(-0.5).mul_add(z, -(r * low));
    T::of(1.0) + (z * z).mul_add(polynomial(z, T::COS), tail)
}

#[inline(always)]
pub(crate) fn sin<T: Float>(x: T) -> T {
    let (high, low, quadrant) = x.reduce_angle();
    let (sin, cos) = (sin_reduced(high, low), cos_reduced(high, low));
    let value = if T::bit(quadrant, 0) { cos } else { sin };
    let turned = if T::bit(quadrant, 1) { -value } else { value };
    if x == T::of(0.0) { x } else { turned }
}

#[inline(always)]
pub(crate) fn cos<T: Float>(x: T) -> T {
    let (high, low, quadrant) = x.reduce_angle();
    let (sin, cos) = (sin_reduced(high, low), cos_reduced(high, low));
    let value = if T::bit(quadrant, 0) { sin } else { cos };
    if T::bit(T::plus(quadrant, 1), 1) { -value } else { value }
}

#[inline(always)]
pub(crate) fn tan<T: Float>(x: T) -> T {
    let (high, low, quadrant) = x.reduce_angle();
    let (sin, cos) = (sin_reduced(high, low), cos_reduced(high, low));
    let turned = T::bit(quadrant, 0);
    let value = if turned { -cos } else { sin } / if turned { sin } else { cos };
    if x == T::of(0.0) { x } else { value }
}

/// Cosine and sine of a fraction of a turn, at least 0 and at most 1.
#[inline(always)]
pub(crate) fn turn<T: Float>(fraction: T) -> (T, T) {
    let (k, quadrant) = (fraction * T::of(4.0)).nearest();
    // Of a turn the nearest quarter goes, exactly.
    let r = k.mul_add(T::of(-0.25), fraction) * T::of(std::f64::consts::TAU);
    let (sin, cos) = (sin_reduced(r, T::of(0.0)), cos_reduced(r, T::of(0.0)));
    let odd = T::bit(quadrant, 0);
    let (x, y) = (if odd { sin } else { cos }, if odd { cos } else { sin });
    let x = if T::bit(T::plus(quadrant, 1), 1) { -x } else { x };
    (x, if T::bit(quadrant, 1) { -y } else { y })
}
