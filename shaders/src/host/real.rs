//! Small functions of either float type, by MATLAB's rules.

use super::math::Float;
use super::math::rest::near_multiple;

/// A float type with MATLAB's rules.
pub(crate) trait Real: Float {
    /// -1, 0 or 1; NaN stays.
    #[inline(always)]
    fn sign(self) -> Self {
        let zero = Self::of(0.0);
        // Zero loses its sign.
        let value = if self < zero { Self::of(-1.0) } else { self + zero };
        if self > zero { Self::of(1.0) } else { value }
    }

    /// Modulus with the sign of the divisor; `modulo(x, 0)` is `x`.
    fn modulo(self, divisor: Self) -> Self {
        if divisor == Self::of(0.0) {
            return self;
        }
        if near_multiple(self, divisor) {
            return Self::of(0.0).copysign(divisor);
        }
        let rest = self % divisor;
        if rest == Self::of(0.0) {
            Self::of(0.0).copysign(divisor)
        } else if rest.is_negative() == divisor.is_negative() {
            rest
        } else {
            rest + divisor
        }
    }

    /// Remainder with the sign of the dividend; `remainder(x, 0)` is NaN.
    fn remainder(self, divisor: Self) -> Self {
        if near_multiple(self, divisor) {
            return Self::of(0.0).copysign(self);
        }
        self % divisor
    }

    /// The smaller; NaN only if both are; the second on a tie.
    #[inline(always)]
    fn min_number(self, other: Self) -> Self {
        if (other <= self) | self.is_nan() { other } else { self }
    }

    /// The larger; NaN only if both are; the second on a tie.
    #[inline(always)]
    fn max_number(self, other: Self) -> Self {
        if (other >= self) | self.is_nan() { other } else { self }
    }
}

impl Real for f64 {}
impl Real for f32 {}
