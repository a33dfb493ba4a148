//! Trigonometry in degrees up to [`Float::DEGREES_MOST`]: exact where the result is 0, 1/2, 1 or
//! infinite.

use super::arc;
use super::float::{Float, Pair, is_own_value};
use super::trig::{cos_reduced, sin_reduced};

/// The rest within 45 degrees, which is exact, and the number of right angles.
#[inline(always)]
fn reduce<T: Float>(degrees: T) -> (T, T::Int) {
    let (k, quadrant) = (degrees * T::of(1.0 / 90.0)).nearest();
    (k.mul_add(T::of(-90.0), degrees), quadrant)
}

#[inline(always)]
fn sin_and_cos<T: Float>(degrees: T) -> (T, T) {
    let Pair(r, low) = Pair::one(degrees).times(Pair::of(T::DEGREE));
    let sin = if is_own_value(degrees) { degrees * T::DEGREE[0] } else { sin_reduced(r, low) };
    let third = degrees.abs() == T::of(30.0);
    (if third { T::of(0.5).copysign(degrees) } else { sin }, cos_reduced(r, low))
}

#[inline(always)]
pub(crate) fn sin<T: Float>(x: T) -> T {
    let (rest, quadrant) = reduce(x);
    let (sin, cos) = sin_and_cos(rest);
    let value = if T::bit(quadrant, 0) { cos } else { sin };
    let turns = T::bit(quadrant, 1) & (value != T::of(0.0));
    let value = if turns { -value } else { value };
    if x == T::of(0.0) { x } else { value }
}

#[inline(always)]
pub(crate) fn cos<T: Float>(x: T) -> T {
    let (rest, quadrant) = reduce(x);
    let (sin, cos) = sin_and_cos(rest);
    let value = if T::bit(quadrant, 0) { sin } else { cos };
    let value = if T::bit(T::plus(quadrant, 1), 1) { -value } else { value };
    if value == T::of(0.0) { T::of(0.0) } else { value }
}

#[inline(always)]
pub(crate) fn tan<T: Float>(x: T) -> T {
    let (rest, quadrant) = reduce(x);
    let odd = T::bit(quadrant, 0);
    let Pair(r, low) = Pair::one(rest).times(Pair::of(T::DEGREE));
    let sin = if is_own_value(rest) { rest * T::DEGREE[0] } else { sin_reduced(r, low) };
    let cos = cos_reduced(r, low);
    let value = if odd { -cos } else { sin } / if odd { sin } else { cos };
    let unit = T::of(1.0).copysign(if odd { -rest } else { rest });
    let value = if rest.abs() == T::of(45.0) { unit } else { value };
    // The sign of the infinity is that of the sine.
    let pole = if T::bit(quadrant, 1) { -T::INFINITY } else { T::INFINITY };
    let zero = if x == T::of(0.0) { x } else { T::of(0.0) };
    if rest == T::of(0.0) { if odd { pole } else { zero } } else { value }
}

/// The formula of array languages, whose last bits scripts see.
#[inline(always)]
fn degrees_of<T: Float>(radians: T) -> T {
    radians * T::of(180.0) / T::of(std::f64::consts::PI)
}

#[inline(always)]
pub(crate) fn asin<T: Float>(x: T) -> T {
    let value = degrees_of(arc::asin(x));
    if x == T::of(0.0) { x } else { value }
}

#[inline(always)]
pub(crate) fn acos<T: Float>(x: T) -> T {
    degrees_of(arc::acos(x))
}

#[inline(always)]
pub(crate) fn atan<T: Float>(x: T) -> T {
    let value = degrees_of(arc::atan(x));
    if x == T::of(0.0) { x } else { value }
}
