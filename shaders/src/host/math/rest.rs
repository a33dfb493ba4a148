//! Modulus and remainder where the quotient is a number that floats count exactly; exact there.

use super::float::Float;

/// Divisors and dividends beyond this are left to the slow form: the quotient is not known exactly,
/// infinite or undefined.
#[inline(always)]
pub(crate) fn is_beyond<T: Float>(x: T, y: T) -> bool {
    let quotient = (x / y).abs();
    let counted = quotient < T::ALL_EVEN * T::of(0.25);
    !counted | (y.abs() == T::INFINITY)
}

/// True if the quotient is a whole number but for rounding: MATLAB then takes it as one when the
/// divisor is not whole itself, so that `mod(0.3, 0.1)` is 0.
#[inline(always)]
pub(crate) fn near_multiple<T: Float>(x: T, y: T) -> bool {
    let quotient = x / y;
    let part = quotient - quotient.trunc();
    let step = if part.abs() >= T::of(0.5) { T::of(1.0).copysign(quotient) } else { T::of(0.0) };
    let whole = quotient.trunc() + step;
    let near = (quotient - whole).abs() < whole.abs() * T::EPSILON;
    (y != y.trunc()) & (whole != T::of(0.0)) & near
}

/// The rest of a division towards 0, or the one on the other side of 0 if the quotient was rounded
/// to the next whole number. Both are exact.
#[inline(always)]
fn rest<T: Float>(x: T, y: T) -> T {
    (-(x / y).trunc()).mul_add(y, x)
}

/// `mod(x, y)`, with the sign of `y`.
#[inline(always)]
pub(crate) fn modulo<T: Float>(x: T, y: T) -> T {
    let rest = rest(x, y);
    let same = rest.is_negative() == y.is_negative();
    let value = if same { rest } else { rest + y };
    let none = (rest == T::of(0.0)) | near_multiple(x, y);
    if none { T::of(0.0).copysign(y) } else { value }
}

/// `rem(x, y)`, with the sign of `x`.
#[inline(always)]
pub(crate) fn remainder<T: Float>(x: T, y: T) -> T {
    let rest = rest(x, y);
    let same = rest.is_negative() == x.is_negative();
    let value = if same { rest } else { rest + y.copysign(x) };
    let none = (rest == T::of(0.0)) | near_multiple(x, y);
    if none { T::of(0.0).copysign(x) } else { value }
}
