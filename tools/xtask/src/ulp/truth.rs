//! What a function's value is, and how far from it a computed one lies.

use astro_float_num::{BigFloat, Sign};

/// A binary floating-point format.
#[derive(Clone, Copy)]
pub(super) struct Format {
    /// Significant bits.
    pub(super) digits: i32,
    /// Exponent of the least subnormal.
    pub(super) least: i32,
    /// Exponent of the power of 2 above the largest number.
    pub(super) most: i32,
}

pub(super) const F64: Format = Format { digits: 53, least: -1074, most: 1024 };

pub(super) const F32: Format = Format { digits: 24, least: -149, most: 128 };

/// Beyond this many units an infinity in place of a number, or the reverse, is a wrong special
/// value, not an error at the edge of the range.
const EDGE_ULP: f64 = 8.0;

/// The value of a function at a point.
#[derive(Clone, Copy)]
pub(super) enum Truth {
    /// Not a number.
    Nan,
    /// Infinite; negative or not, or of either sign.
    Infinite(Option<bool>),
    /// Zero; negative or not, or of either sign.
    Zero(Option<bool>),
    /// A number other than zero, before it is rounded.
    Real(Real),
}

/// A number as `(high + low) * 2^unit`, `2^unit` being its unit in the last place.
#[derive(Clone, Copy)]
pub(super) struct Real {
    high: f64,
    low: f64,
    unit: i32,
}

impl Truth {
    /// The value `x`, as it is.
    pub(super) fn of(format: Format, x: f64) -> Truth {
        if x.is_nan() {
            return Truth::Nan;
        }
        if x.is_infinite() {
            return Truth::Infinite(Some(x < 0.0));
        }
        if x == 0.0 {
            return Truth::Zero(Some(x.is_sign_negative()));
        }
        let unit = format.unit(exponent(x));
        Truth::Real(Real { high: scale(x, -unit), low: 0.0, unit })
    }

    /// The value of a multi-precision number.
    pub(super) fn of_precise(format: Format, x: &BigFloat) -> Truth {
        if x.is_inf() {
            return Truth::Infinite(Some(x.is_negative()));
        }
        if x.is_zero() {
            return Truth::Zero(None);
        }
        let Some((words, _, sign, exponent, _)) = x.as_raw_parts() else {
            return Truth::Nan;
        };
        let mut leading = words.iter().rev().map(|&word| u128::from(word));
        let top = leading.next().unwrap_or(0) << 64 | leading.next().unwrap_or(0);
        let unit = format.unit(exponent);
        let sign = if sign == Sign::Neg { -1.0 } else { 1.0 };
        let high = (top >> 75) as f64;
        let low = (top & ((1 << 75) - 1)) as f64;
        Truth::Real(Real {
            high: sign * scale(high, exponent - unit - 53),
            low: sign * scale(low, exponent - unit - 128),
            unit,
        })
    }

    /// The error of `got` in units in the last place; `None`: a wrong special value.
    pub(super) fn error(&self, format: Format, got: f64) -> Option<f64> {
        match *self {
            Truth::Nan => got.is_nan().then_some(0.0),
            Truth::Infinite(negative) => {
                let same = got.is_infinite() && negative.is_none_or(|sign| sign == (got < 0.0));
                // The value may be just beyond the range, where it is not known as a number.
                same.then_some(0.0)
            }
            Truth::Zero(negative) if got == 0.0 => {
                negative.is_none_or(|sign| sign == got.is_sign_negative()).then_some(0.0)
            }
            Truth::Zero(_) if got.is_finite() => Some(scale(got.abs(), -format.least)),
            Truth::Zero(_) => None,
            Truth::Real(real) => real.error(format, got),
        }
    }

    /// Whether the sign of the value is left open.
    pub(super) fn is_of_either_sign(&self) -> bool {
        matches!(self, Truth::Infinite(None) | Truth::Zero(None))
    }
}

impl Real {
    fn error(&self, format: Format, got: f64) -> Option<f64> {
        if got.is_nan() || got.is_sign_negative() != self.high.is_sign_negative() {
            // A zero of the wrong sign is a wrong special value, and so is a wrong sign.
            return (got != 0.0 && got.is_finite()).then(|| self.distance(got));
        }
        let bound = scale(1.0, format.most - 1 - self.unit) * 2.0;
        if got.is_infinite() {
            let error = (bound - self.high.abs() - self.low.abs()).max(0.0);
            return (error <= EDGE_ULP).then_some(error);
        }
        let error = self.distance(got);
        let is_beyond = self.high.abs() >= bound;
        (!is_beyond || error <= EDGE_ULP).then_some(error)
    }

    fn distance(&self, got: f64) -> f64 {
        ((scale(got, -self.unit) - self.high) - self.low).abs()
    }
}

impl Format {
    /// Exponent of the unit in the last place of numbers in `[2^(exponent - 1), 2^exponent)`.
    fn unit(self, exponent: i32) -> i32 {
        exponent.min(self.most).max(self.least + self.digits) - self.digits
    }
}

/// The exponent `e` of a finite number other than zero in `[2^(e - 1), 2^e)`.
fn exponent(x: f64) -> i32 {
    let bits = x.to_bits() & (u64::MAX >> 1);
    let biased = (bits >> 52) as i32;
    if biased == 0 { -1010 - bits.leading_zeros() as i32 } else { biased - 1022 }
}

/// `x * 2^k`, rounded only where the result is subnormal.
pub(super) fn scale(x: f64, k: i32) -> f64 {
    let mut rest = k.clamp(-4000, 4000);
    let mut result = x;
    while rest != 0 {
        let step = rest.clamp(-1000, 1000);
        result *= f64::from_bits(((1023 + step) as u64) << 52);
        rest -= step;
    }
    result
}
