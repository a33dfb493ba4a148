//! Powers and roots.

use super::exp::exp2_pair;
use super::float::{Float, Pair, polynomial};
use super::log::log2_pair;

/// Exponents of `f64` are cut to this, so that their products with a logarithm stay finite.
const EXPONENT_MOST: f64 = 1.1805916207174113e21;

/// Power of a positive finite base.
#[inline(always)]
pub(super) fn f64(base: f64, exponent: f64) -> f64 {
    let exponent = super::float::clamp(exponent, [-EXPONENT_MOST, EXPONENT_MOST]);
    let Pair(high, low) = log2_pair(base).times(Pair::one(exponent));
    let Pair(high, low) = Pair::sum(high, low);
    exp2_pair(high, if high.abs() < f64::EXP2_RANGE[1] { low } else { 0.0 })
}

/// `log2((1 + s) / (1 - s)) / s` by powers of `s^2`, for numbers between the roots of 1/2 and 2, to
/// `2^-37` of it.
const LOG2_TO_SINGLE: [f64; 5] = [
    0.3407280615588277,
    0.41167282365855956,
    0.5770835833301162,
    0.9617966733497364,
    2.8853900817900797,
];
/// `2^r` for `r` between -1/2 and 1/2, to `2^-29` of it.
const EXP2_TO_SINGLE: [f64; 7] = [
    0.0001534582738150001,
    0.0013399930789647324,
    0.009618488897953099,
    0.055503287785143435,
    0.24022646891194166,
    0.6931472057363331,
    1.0000000005541032,
];

/// The same of single numbers, in `f64`: what is lost there does not show in the result. Both
/// polynomials have the least largest relative error (Remez).
#[inline(always)]
pub(super) fn f32(base: f32, exponent: f32) -> f32 {
    // Normal, also where the single number is not.
    let bits = f64::from(base).to_bits();
    // The exponent of two with the digits of a number large enough to have it in its last ones.
    const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    let shift = bits.wrapping_sub(ROOT_HALF.wrapping_sub(1023 << 52)) >> 52;
    let whole = f64::from_bits(WHOLE.to_bits() | shift) - (WHOLE + 1023.0);
    let fraction = f64::from_bits(bits.wrapping_add(1023 << 52).wrapping_sub(shift << 52));
    let s = (fraction - 1.0) / (fraction + 1.0);
    let log2 = polynomial(s * s, &LOG2_TO_SINGLE).mul_add(s, whole);
    let power = super::float::clamp(log2 * f64::from(exponent), [-160.0, 140.0]);
    let (nearest, shift) = power.nearest();
    let value = polynomial(power - nearest, &EXP2_TO_SINGLE);
    f64::from_bits(value.to_bits().wrapping_add((shift as u64) << 52)) as f32
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
    let value = if is_limit { limit } else { a.positive_power(y) };
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
