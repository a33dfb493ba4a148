//! Inverse trigonometric functions.

use super::float::{Float, Pair, is_own_value, polynomial};

/// `arcsin(x) - x` for at most 1/2; `z` is `x * x`.
#[inline(always)]
fn asin_rest<T: Float>(x: T, z: T) -> T {
    x * z * polynomial(z, T::ASIN)
}

#[inline(always)]
pub(crate) fn asin<T: Float>(x: T) -> T {
    let a = x.abs();
    let near = x + asin_rest(x, x * x);
    // The root in two parts, so that nothing is lost against a right angle.
    let w = (T::of(1.0) - a) * T::of(0.5);
    let s = w.sqrt();
    let h = s.high_half();
    let c = (-h).mul_add(h, w) / (s + h);
    let c = if s == T::of(0.0) { s } else { c };
    let Pair(first, lost) = Pair::sum(T::QUARTER[0], T::of(-2.0) * h);
    let rest = T::of(2.0) * asin_rest(s, w) - (T::QUARTER[1] - T::of(2.0) * c);
    let far = (first - (rest - lost)).copysign(x);
    let value = if a <= T::of(0.5) { near } else { far };
    if x == T::of(0.0) { x } else { value }
}

#[inline(always)]
pub(crate) fn acos<T: Float>(x: T) -> T {
    let a = x.abs();
    let near = T::QUARTER[0] - (x + (asin_rest(x, x * x) - T::QUARTER[1]));
    let w = (T::of(1.0) - a) * T::of(0.5);
    let s = w.sqrt();
    let half = s + asin_rest(s, w);
    let twice = half + half;
    let (pi, pi_low) = (T::of(2.0) * T::QUARTER[0], T::of(2.0) * T::QUARTER[1]);
    let far = if x < T::of(0.0) { pi - (twice - pi_low) } else { twice };
    if a <= T::of(0.5) { near } else { far }
}

/// `arctan(num / den)` for non-negative `num` and `den`, not both 0 or infinite.
#[inline(always)]
fn atan_parts<T: Float>(num: T, den: T) -> T {
    let steep = num > den * T::of(2.414213562373095);
    let middle = (num > den * T::of(0.41421356237309503)) & !steep;
    let n = if middle { num - den } else { num };
    let n = if steep { -den } else { n };
    let d = if middle { num + den } else { den };
    let d = if steep { num } else { d };
    let t = n / d;
    let z = t * t;
    let (half, half_low) = (T::of(0.5) * T::QUARTER[0], T::of(0.5) * T::QUARTER[1]);
    let base = if middle { half } else { T::of(0.0) };
    let base = if steep { T::QUARTER[0] } else { base };
    let low = if middle { half_low } else { T::of(0.0) };
    let low = if steep { T::QUARTER[1] } else { low };
    base + (t + (t * z).mul_add(polynomial(z, T::ATAN), low))
}

#[inline(always)]
pub(crate) fn atan<T: Float>(x: T) -> T {
    let a = x.abs();
    let value = atan_parts(a, T::of(1.0)).copysign(x);
    let value = if is_own_value(x) { x } else { value };
    if a == T::INFINITY { T::QUARTER[0].copysign(x) } else { value }
}

#[inline(always)]
pub(crate) fn atan2<T: Float>(y: T, x: T) -> T {
    let (zero, one) = (T::of(0.0), T::of(1.0));
    let (num, den) = (y.abs(), x.abs());
    // Infinities count as 1 against 0; zero against zero is an angle of 0.
    let infinite = (num == T::INFINITY) | (den == T::INFINITY);
    let unit = |side: T| if side == T::INFINITY { one } else { zero };
    let (num, den) = if infinite { (unit(num), unit(den)) } else { (num, den) };
    let den = if (num == zero) & (den == zero) { one } else { den };
    let most = if num > den { num } else { den };
    let factor = if most < T::SMALL { T::LIFT } else { one };
    let factor = if most > T::LARGE { T::of(0.0009765625) } else { factor };
    let angle = atan_parts(num * factor, den * factor);
    let (pi, pi_low) = (T::of(2.0) * T::QUARTER[0], T::of(2.0) * T::QUARTER[1]);
    let whole = if x.is_negative() { pi - (angle - pi_low) } else { angle };
    if x.is_nan() | y.is_nan() { T::NAN } else { whole.copysign(y) }
}
