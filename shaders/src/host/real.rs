//! What the rows need of a float type.

use super::{degrees, gamma, special};

/// A float type with MATLAB's elementary functions.
pub(crate) trait Real: Copy + PartialOrd {
    /// Power; a negative base with a fractional exponent gives NaN.
    fn power(self, exponent: Self) -> Self;
    /// -1, 0 or 1; NaN stays.
    fn sign(self) -> Self;
    /// Modulus with the sign of the divisor; `modulo(x, 0)` is `x`.
    fn modulo(self, divisor: Self) -> Self;
    /// Remainder with the sign of the dividend; `remainder(x, 0)` is NaN.
    fn remainder(self, divisor: Self) -> Self;
    /// The smaller; NaN only if both are; the second on a tie.
    fn min_number(self, other: Self) -> Self;
    /// The larger; NaN only if both are; the second on a tie.
    fn max_number(self, other: Self) -> Self;
    /// Sine of degrees, exact at multiples of 90 and 30.
    fn sin_degrees(self) -> Self;
    /// Cosine of degrees.
    fn cos_degrees(self) -> Self;
    /// Tangent of degrees.
    fn tan_degrees(self) -> Self;
    /// Arc sine in degrees.
    fn asin_degrees(self) -> Self;
    /// Arc cosine in degrees.
    fn acos_degrees(self) -> Self;
    /// Arc tangent in degrees.
    fn atan_degrees(self) -> Self;
    /// Inverse hyperbolic sine.
    fn arsinh(self) -> Self;
    /// Inverse hyperbolic cosine.
    fn arcosh(self) -> Self;
    /// Inverse hyperbolic tangent.
    fn artanh(self) -> Self;
    /// Error function.
    fn error(self) -> Self;
    /// Complementary error function.
    fn error_complement(self) -> Self;
    /// Gamma function.
    fn gamma_function(self) -> Self;
    /// Logarithm of the gamma function of a non-negative number.
    fn gamma_log(self) -> Self;
}

impl Real for f64 {
    fn power(self, exponent: f64) -> f64 {
        self.powf(exponent)
    }

    fn sign(self) -> f64 {
        if self > 0.0 {
            1.0
        } else if self < 0.0 {
            -1.0
        } else {
            // Zero loses its sign; NaN stays.
            self + 0.0
        }
    }

    fn modulo(self, divisor: f64) -> f64 {
        if divisor == 0.0 {
            return self;
        }
        if divisor != divisor.trunc() && near_multiple(self, divisor) {
            return 0.0_f64.copysign(divisor);
        }
        let rest = self % divisor;
        if rest == 0.0 {
            0.0_f64.copysign(divisor)
        } else if (rest < 0.0) == (divisor < 0.0) {
            rest
        } else {
            rest + divisor
        }
    }

    fn remainder(self, divisor: f64) -> f64 {
        if divisor != divisor.trunc() && near_multiple(self, divisor) {
            return 0.0_f64.copysign(self);
        }
        self % divisor
    }

    fn min_number(self, other: f64) -> f64 {
        if other <= self || self.is_nan() { other } else { self }
    }

    fn max_number(self, other: f64) -> f64 {
        if other >= self || self.is_nan() { other } else { self }
    }

    fn sin_degrees(self) -> f64 {
        degrees::sin(self)
    }

    fn cos_degrees(self) -> f64 {
        degrees::cos(self)
    }

    fn tan_degrees(self) -> f64 {
        degrees::tan(self)
    }

    fn asin_degrees(self) -> f64 {
        degrees::asin(self)
    }

    fn acos_degrees(self) -> f64 {
        degrees::acos(self)
    }

    fn atan_degrees(self) -> f64 {
        degrees::atan(self)
    }

    fn arsinh(self) -> f64 {
        special::asinh(self)
    }

    fn arcosh(self) -> f64 {
        special::acosh(self)
    }

    fn artanh(self) -> f64 {
        special::atanh(self)
    }

    fn error(self) -> f64 {
        libm::erf(self)
    }

    fn error_complement(self) -> f64 {
        libm::erfc(self)
    }

    fn gamma_function(self) -> f64 {
        gamma::gamma(self)
    }

    fn gamma_log(self) -> f64 {
        special::gamma_log(self)
    }
}

/// True if the quotient is a whole number but for rounding: MATLAB then takes it as one when the
/// divisor is not whole itself, so that `mod(0.3, 0.1)` is 0.
fn near_multiple(dividend: f64, divisor: f64) -> bool {
    let quotient = dividend / divisor;
    let whole = quotient.round();
    whole != 0.0 && ((quotient - whole) / whole).abs() < f64::EPSILON
}

/// [`near_multiple`] of `f32`.
fn near_multiple_f32(dividend: f32, divisor: f32) -> bool {
    let quotient = dividend / divisor;
    let whole = quotient.round();
    whole != 0.0 && ((quotient - whole) / whole).abs() < f32::EPSILON
}

/// Functions of `f32` through `f64`: one more rounding, far below half a unit in the last place.
macro_rules! through_f64 {
    ($($name:ident)*) => {
        $(fn $name(self) -> f32 {
            f64::from(self).$name() as f32
        })*
    };
}

impl Real for f32 {
    fn power(self, exponent: f32) -> f32 {
        f64::from(self).powf(f64::from(exponent)) as f32
    }

    fn modulo(self, divisor: f32) -> f32 {
        if divisor == 0.0 {
            return self;
        }
        if divisor != divisor.trunc() && near_multiple_f32(self, divisor) {
            return 0.0_f32.copysign(divisor);
        }
        let rest = self % divisor;
        if rest == 0.0 {
            0.0_f32.copysign(divisor)
        } else if (rest < 0.0) == (divisor < 0.0) {
            rest
        } else {
            rest + divisor
        }
    }

    fn remainder(self, divisor: f32) -> f32 {
        if divisor != divisor.trunc() && near_multiple_f32(self, divisor) {
            return 0.0_f32.copysign(self);
        }
        self % divisor
    }

    fn min_number(self, other: f32) -> f32 {
        if other <= self || self.is_nan() { other } else { self }
    }

    fn max_number(self, other: f32) -> f32 {
        if other >= self || self.is_nan() { other } else { self }
    }

    through_f64! {
        sign sin_degrees cos_degrees tan_degrees asin_degrees acos_degrees atan_degrees
        arsinh arcosh artanh error error_complement gamma_function gamma_log
    }
}
