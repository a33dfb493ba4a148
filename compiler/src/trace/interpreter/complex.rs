//! Complex numbers of the host: arithmetic and elementary functions on scalars.

use crate::trace::value::Float;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Complex {
    /// Real part.
    pub(crate) re: f64,
    /// Imaginary part.
    pub(crate) im: f64,
}

impl Complex {
    /// From its parts.
    pub(crate) fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    /// From modulus and argument.
    pub(crate) fn polar(modulus: f64, argument: f64) -> Complex {
        Complex::new(modulus * argument.cos(), modulus * argument.sin())
    }

    /// Modulus.
    pub(crate) fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }

    /// Argument.
    pub(crate) fn arg(self) -> f64 {
        self.im.atan2(self.re)
    }

    pub(crate) fn add(self, other: Complex) -> Complex {
        Complex::new(self.re + other.re, self.im + other.im)
    }

    pub(crate) fn sub(self, other: Complex) -> Complex {
        Complex::new(self.re - other.re, self.im - other.im)
    }

    pub(crate) fn mul(self, other: Complex) -> Complex {
        let re = self.re * other.re - self.im * other.im;
        Complex::new(re, self.re * other.im + self.im * other.re)
    }

    /// The product with a real number.
    pub(crate) fn scaled(self, factor: f64) -> Complex {
        Complex::new(self.re * factor, self.im * factor)
    }

    /// The same, with every product rounded to a precision.
    pub(crate) fn mul_in(self, float: Float, other: Complex) -> Complex {
        let round = |value: f64| float.round(value);
        let re = round(self.re * other.re) - round(self.im * other.im);
        Complex::new(re, round(self.re * other.im) + round(self.im * other.re))
    }

    /// Both parts in a precision.
    pub(crate) fn rounded(self, float: Float) -> Complex {
        Complex::new(float.round(self.re), float.round(self.im))
    }

    /// Smith's method, which does not overflow early.
    pub(crate) fn div(self, other: Complex) -> Complex {
        if other.im == 0.0 {
            return Complex::new(self.re / other.re, self.im / other.re);
        }
        if other.re.abs() >= other.im.abs() {
            let ratio = other.im / other.re;
            let scale = other.re + other.im * ratio;
            let re = (self.re + self.im * ratio) / scale;
            Complex::new(re, (self.im - self.re * ratio) / scale)
        } else {
            let ratio = other.re / other.im;
            let scale = other.re * ratio + other.im;
            let re = (self.re * ratio + self.im) / scale;
            Complex::new(re, (self.im * ratio - self.re) / scale)
        }
    }

    /// Principal square root.
    pub(crate) fn sqrt(self) -> Complex {
        if self.im == 0.0 {
            return match self.re < 0.0 {
                true => Complex::new(0.0, (-self.re).sqrt()),
                false => Complex::new(self.re.sqrt(), self.im),
            };
        }
        let half = ((self.abs() + self.re.abs()) / 2.0).sqrt();
        let other = self.im.abs() / (2.0 * half);
        match self.re >= 0.0 {
            true => Complex::new(half, other.copysign(self.im)),
            false => Complex::new(other, half.copysign(self.im)),
        }
    }

    pub(crate) fn exp(self) -> Complex {
        Complex::polar(self.re.exp(), self.im)
    }

    /// Principal logarithm.
    pub(crate) fn log(self) -> Complex {
        Complex::new(self.abs().ln(), self.arg())
    }

    pub(crate) fn pow(self, power: Complex) -> Complex {
        if power == Complex::new(0.0, 0.0) {
            return Complex::new(1.0, 0.0);
        }
        if self == Complex::new(0.0, 0.0) {
            return Complex::new(0.0, 0.0);
        }
        if power.im == 0.0 && power.re.fract() == 0.0 && power.re.abs() <= 1024.0 {
            return self.powi(power.re as i32);
        }
        self.log().mul(power).exp()
    }

    fn powi(self, power: i32) -> Complex {
        let mut result = Complex::new(1.0, 0.0);
        let (mut base, mut left) = (self, power.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                result = result.mul(base);
            }
            base = base.mul(base);
            left >>= 1;
        }
        if power < 0 { Complex::new(1.0, 0.0).div(result) } else { result }
    }

    pub(crate) fn sin(self) -> Complex {
        Complex::new(self.re.sin() * self.im.cosh(), self.re.cos() * self.im.sinh())
    }

    pub(crate) fn cos(self) -> Complex {
        Complex::new(self.re.cos() * self.im.cosh(), -self.re.sin() * self.im.sinh())
    }

    pub(crate) fn sinh(self) -> Complex {
        Complex::new(self.re.sinh() * self.im.cos(), self.re.cosh() * self.im.sin())
    }

    pub(crate) fn cosh(self) -> Complex {
        Complex::new(self.re.cosh() * self.im.cos(), self.re.sinh() * self.im.sin())
    }
}
