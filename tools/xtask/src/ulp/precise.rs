//! Elementary and special functions in multi-precision arithmetic.
//!
//! Values are good to well over 64 bits, of which the comparison uses some 60. What the crate
//! below does not have is made from what it has, in forms that lose nothing to cancellation.

use std::cell::RefCell;

use anyhow::{Context, Result, anyhow};
use astro_float_num::{BigFloat, Consts, RoundingMode};

use super::truth::scale;

/// Bits of intermediate results.
const BITS: usize = 128;
/// Bits where up to 60 of them may cancel.
const BITS_CANCELLING: usize = 192;
/// Terms of Stirling's series, and the argument from which they suffice for 192 bits.
const STIRLING_TERMS: usize = 30;
const STIRLING_FROM: f64 = 40.0;
/// Step and number of the nodes of the trapezoidal rule for `erfc`: its error is `e^-(pi/h)^2`.
const NODE_STEP: f64 = 0.3125;
const NODE_COUNT: u32 = 34;

/// Brings a subnormal number among the normal ones.
const SUBNORMAL_SHIFT: i32 = 200;

const NEAREST: RoundingMode = RoundingMode::None;

type Method = fn(&BigFloat, usize, RoundingMode, &mut Consts) -> BigFloat;

/// The functions, with the constants that they share.
pub(super) struct Precise {
    bits: usize,
    consts: RefCell<Consts>,
    /// `B(2k) / (2k (2k - 1))`.
    stirling: Vec<BigFloat>,
    /// `h^2 k^2` and `e^-(h^2 k^2)`.
    nodes: Vec<[BigFloat; 2]>,
}

impl Precise {
    pub(super) fn new() -> Result<Precise> {
        let consts =
            Consts::new().map_err(|error| anyhow!("multi-precision constants: {error}"))?;
        let mut precise = Precise {
            bits: 512,
            consts: RefCell::new(consts),
            stirling: Vec::new(),
            nodes: Vec::new(),
        };
        precise.stirling = precise.stirling_series().context("Bernoulli numbers")?;
        precise.bits = BITS;
        for k in 1..=NODE_COUNT {
            let square = precise.num((NODE_STEP * f64::from(k)).powi(2));
            let weight = precise.call(BigFloat::exp, &square.neg());
            precise.nodes.push([square, weight]);
        }
        Ok(precise)
    }

    /// The value of a function at a point where no operand is zero, infinite or NaN.
    pub(super) fn value(&mut self, id: &str, x: f64, y: f64) -> Option<BigFloat> {
        self.bits = if id == "gammaln" { BITS_CANCELLING } else { BITS };
        let [a, b] = [self.num(x), self.num(y)];
        Some(match id {
            "pow" => self.pow(x, y),
            "hypot" => {
                let sum = self.add(&self.mul(&a, &a), &self.mul(&b, &b));
                sum.sqrt(self.bits, NEAREST)
            }
            "atan2" => self.atan2(&a, &b),
            "cbrt" => a.cbrt(self.bits, NEAREST),
            "exp" => self.call(BigFloat::exp, &a),
            "expm1" => self.expm1(&a),
            "exp2" => {
                let ln2 = self.call(BigFloat::ln, &self.num(2.0));
                self.call(BigFloat::exp, &self.mul(&a, &ln2))
            }
            "log" => self.call(BigFloat::ln, &a),
            "log1p" => self.log1p(&a, x),
            "log2" => self.call(BigFloat::log2, &a),
            "log10" => self.call(BigFloat::log10, &a),
            "sinh" => self.call(BigFloat::sinh, &a),
            "cosh" => self.call(BigFloat::cosh, &a),
            "tanh" => self.call(BigFloat::tanh, &a),
            "asinh" => self.call(BigFloat::asinh, &a),
            "acosh" => self.call(BigFloat::acosh, &a),
            "atanh" => self.call(BigFloat::atanh, &a),
            "sin" => self.call(BigFloat::sin, &a),
            "cos" => self.call(BigFloat::cos, &a),
            "tan" => self.call(BigFloat::tan, &a),
            "asin" => self.call(BigFloat::asin, &a),
            "acos" => self.call(BigFloat::acos, &a),
            "atan" => self.call(BigFloat::atan, &a),
            "sind" => self.sin_degrees(x, 0),
            "cosd" => self.sin_degrees(x, 1),
            "tand" => self.div(&self.sin_degrees(x, 0), &self.sin_degrees(x, 1)),
            "asind" => self.degrees(BigFloat::asin, &a),
            "acosd" => self.degrees(BigFloat::acos, &a),
            "atand" => self.degrees(BigFloat::atan, &a),
            "erf" => self.erf(x),
            "erfc" => self.erfc(x),
            "gamma" => self.gamma(x),
            "gammaln" => self.gamma_log(x),
            _ => return None,
        })
    }

    fn num(&self, x: f64) -> BigFloat {
        if x == 0.0 || x.abs() >= f64::MIN_POSITIVE {
            return BigFloat::from_f64(x, self.bits);
        }
        // The crate does not take subnormals as they are.
        let mut number = BigFloat::from_f64(scale(x, SUBNORMAL_SHIFT), self.bits);
        if let Some(exponent) = number.exponent() {
            number.set_exponent(exponent - SUBNORMAL_SHIFT);
        }
        number
    }

    fn add(&self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        a.add(b, self.bits, NEAREST)
    }

    fn sub(&self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        a.sub(b, self.bits, NEAREST)
    }

    fn mul(&self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        a.mul(b, self.bits, NEAREST)
    }

    fn div(&self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        a.div(b, self.bits, NEAREST)
    }

    fn call(&self, method: Method, x: &BigFloat) -> BigFloat {
        method(x, self.bits, NEAREST, &mut self.consts.borrow_mut())
    }

    fn pi(&self) -> BigFloat {
        self.consts.borrow_mut().pi(self.bits, NEAREST)
    }

    fn pow(&self, x: f64, y: f64) -> BigFloat {
        if x < 0.0 && y != y.trunc() {
            return BigFloat::nan(None);
        }
        let log = self.call(BigFloat::ln, &self.num(x.abs()));
        let product = self.mul(&log, &self.num(y));
        let power = self.call(BigFloat::exp, &product);
        if x < 0.0 && y % 2.0 != 0.0 { power.neg() } else { power }
    }

    fn atan2(&self, y: &BigFloat, x: &BigFloat) -> BigFloat {
        let angle = self.call(BigFloat::atan, &self.div(y, x));
        if x.is_positive() {
            return angle;
        }
        let pi = self.pi();
        if y.is_negative() { self.sub(&angle, &pi) } else { self.add(&angle, &pi) }
    }

    /// `2 sinh(x / 2) exp(x / 2)`.
    fn expm1(&self, x: &BigFloat) -> BigFloat {
        let half = self.mul(x, &self.num(0.5));
        let product = self.mul(&self.call(BigFloat::sinh, &half), &self.call(BigFloat::exp, &half));
        self.mul(&product, &self.num(2.0))
    }

    /// `2 atanh(x / (2 + x))` near 0.
    fn log1p(&self, a: &BigFloat, x: f64) -> BigFloat {
        if x.abs() > 0.25 {
            let sum = self.add(a, &self.num(1.0));
            return if sum.is_zero() {
                astro_float_num::INF_NEG
            } else {
                self.call(BigFloat::ln, &sum)
            };
        }
        let ratio = self.div(a, &self.add(a, &self.num(2.0)));
        let half = self.call(BigFloat::atanh, &ratio);
        self.mul(&half, &self.num(2.0))
    }

    /// Sine of `x` plus `quarters` right angles, reduced without rounding.
    fn sin_degrees(&self, x: f64, quarters: i32) -> BigFloat {
        let rest = x % 360.0;
        let turns = (rest / 90.0).round();
        let angle = self.sub(&self.num(rest), &self.num(turns * 90.0));
        let pi = self.pi();
        let radians = self.div(&self.mul(&angle, &pi), &self.num(180.0));
        let quadrant = (turns as i32 + quarters).rem_euclid(4);
        let method = if quadrant % 2 == 0 { BigFloat::sin } else { BigFloat::cos };
        let value = self.call(method, &radians);
        if quadrant < 2 { value } else { value.neg() }
    }

    fn degrees(&self, method: Method, x: &BigFloat) -> BigFloat {
        let radians = self.call(method, x);
        let pi = self.pi();
        self.div(&self.mul(&radians, &self.num(180.0)), &pi)
    }

    fn erf(&self, x: f64) -> BigFloat {
        if x.abs() >= 1.0 {
            let rest = self.sub(&self.num(1.0), &self.erfc_large(x.abs()));
            return if x < 0.0 { rest.neg() } else { rest };
        }
        // 2 / sqrt(pi) (x - x^3 / 3 + x^5 / (2! 5) - ..)
        let a = self.num(x);
        let square = self.mul(&a, &a).neg();
        let mut power = a.clone();
        let mut sum = a;
        for k in 1..=34_u32 {
            power = self.div(&self.mul(&power, &square), &self.num(f64::from(k)));
            let term = self.div(&power, &self.num(f64::from(2 * k + 1)));
            sum = self.add(&sum, &term);
        }
        let root = self.pi().sqrt(self.bits, NEAREST);
        self.div(&self.mul(&sum, &self.num(2.0)), &root)
    }

    fn erfc(&self, x: f64) -> BigFloat {
        if x >= 1.0 {
            return self.erfc_large(x);
        }
        let part = self.erf(x);
        self.sub(&self.num(1.0), &part)
    }

    /// `erfc` from 1 by the trapezoidal rule with the pole's residue taken off. After Matta and
    /// Reichel, "Uniform computation of the error function and other related functions", 1971.
    fn erfc_large(&self, x: f64) -> BigFloat {
        let a = self.num(x);
        let square = self.mul(&a, &a);
        let mut sum = self.div(&self.num(0.5), &square);
        for [node, weight] in &self.nodes {
            sum = self.add(&sum, &self.div(weight, &self.add(node, &square)));
        }
        let pi = self.pi();
        let factor = self.mul(&a, &self.num(2.0 * NODE_STEP));
        let scale = self.div(&self.mul(&factor, &self.call(BigFloat::exp, &square.neg())), &pi);
        let value = self.mul(&sum, &scale);
        if x * NODE_STEP >= std::f64::consts::PI {
            return value;
        }
        let period = self.div(&self.mul(&pi, &a), &self.num(NODE_STEP / 2.0));
        let growth = self.call(BigFloat::exp, &period);
        let residue = self.div(&self.num(2.0), &self.sub(&growth, &self.num(1.0)));
        self.sub(&value, &residue)
    }

    /// The gamma function where it has a value; by reflection below 1/2.
    fn gamma(&self, x: f64) -> BigFloat {
        if x >= 0.5 {
            let (log, product) = self.shifted_gamma(self.num(x));
            let shifted = self.call(BigFloat::exp, &log);
            return self.div(&shifted, &product);
        }
        let (log, product) = self.shifted_gamma(self.sub(&self.num(1.0), &self.num(x)));
        let reflected = self.div(&self.call(BigFloat::exp, &log), &product);
        let whole = x.round();
        let pi = self.pi();
        let fraction = self.sub(&self.num(x), &self.num(whole));
        let sine = self.call(BigFloat::sin, &self.mul(&fraction, &pi));
        let value = self.div(&pi, &self.mul(&sine, &reflected));
        if whole % 2.0 == 0.0 { value } else { value.neg() }
    }

    fn gamma_log(&self, x: f64) -> BigFloat {
        let (log, product) = self.shifted_gamma(self.num(x));
        let shift = self.call(BigFloat::ln, &product);
        self.sub(&log, &shift)
    }

    /// Logarithm of `gamma(a + n)` by Stirling's series, and `a (a + 1) .. (a + n - 1)`.
    fn shifted_gamma(&self, mut a: BigFloat) -> (BigFloat, BigFloat) {
        let mut product = self.num(1.0);
        let from = self.num(STIRLING_FROM);
        while a.cmp(&from).is_some_and(|order| order < 0) {
            product = self.mul(&product, &a);
            a = self.add(&a, &self.num(1.0));
        }
        let inverse = self.div(&self.num(1.0), &a);
        let square = self.mul(&inverse, &inverse);
        let mut series = self.num(0.0);
        for coefficient in self.stirling.iter().rev() {
            series = self.add(&self.mul(&series, &square), coefficient);
        }
        let tail = self.mul(&series, &inverse);
        let log = self.call(BigFloat::ln, &a);
        let main = self.sub(&self.mul(&self.sub(&a, &self.num(0.5)), &log), &a);
        let turn = self.pi();
        let turn = self.mul(&turn, &self.num(2.0));
        let half = self.mul(&self.call(BigFloat::ln, &turn), &self.num(0.5));
        (self.add(&self.add(&main, &half), &tail), product)
    }

    /// The coefficients of Stirling's series, by the recurrence of Bernoulli's numbers.
    fn stirling_series(&self) -> Option<Vec<BigFloat>> {
        let mut bernoulli = vec![self.num(1.0)];
        for m in 1..=2 * STIRLING_TERMS {
            // The sum of C(m + 1, j) B(j) over j = 0..m vanishes.
            let mut choose = self.num(1.0);
            let mut sum = self.num(0.0);
            for (j, known) in bernoulli.iter().enumerate() {
                sum = self.add(&sum, &self.mul(&choose, known));
                let up = self.mul(&choose, &self.num((m + 1 - j) as f64));
                choose = self.div(&up, &self.num((j + 1) as f64));
            }
            bernoulli.push(self.div(&sum, &self.num(m as f64 + 1.0)).neg());
        }
        (1..=STIRLING_TERMS)
            .map(|k| {
                let number = bernoulli.get(2 * k)?;
                Some(self.div(number, &self.num((2 * k * (2 * k - 1)) as f64)))
            })
            .collect()
    }
}
