//! Numbers that follow from a plan's sizes.
//!
//! A number is a sum of parts; a part is a factor times a polynomial of the sizes divided by a
//! whole number, rounded up. That covers extents of coalesced axes (`N*M - M`), strides, offsets,
//! and counters of random blocks (`3 * ceil(N/4)`).

use std::fmt;

use crate::error::PlanError;

/// The most parts of a number.
pub(crate) const PARTS_MAX: usize = 64;
/// The most terms of a polynomial.
pub(crate) const TERMS_MAX: usize = 64;
/// The largest power of one size.
pub(crate) const POWER_MAX: u8 = 8;

/// A whole number that follows from sizes; no parts: 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeExpr {
    /// What is added up.
    pub parts: Vec<SizePart>,
}

/// `factor * ceil(sum of terms / divisor)`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizePart {
    /// What the rest is multiplied by.
    pub factor: i64,
    /// At least 1.
    pub divisor: u32,
    /// A polynomial.
    pub terms: Vec<SizeTerm>,
}

/// `coefficient * s0^p0 * s1^p1 * ..`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeTerm {
    /// Its coefficient.
    pub coefficient: i64,
    /// A power per size; those that are not listed are 0.
    pub powers: Vec<u8>,
}

impl SizeExpr {
    /// The same for every size.
    pub fn constant(value: i64) -> SizeExpr {
        if value == 0 {
            return SizeExpr::default();
        }
        let term = SizeTerm { coefficient: value, powers: Vec::new() };
        SizeExpr { parts: vec![SizePart { factor: 1, divisor: 1, terms: vec![term] }] }
    }

    /// The number for these sizes.
    ///
    /// # Errors
    /// [`PlanError::Overflow`] beyond 128 bits, [`PlanError::Rule`] for a divisor of 0 or a size
    /// that is not there; the expression may come from a file.
    pub fn evaluate(&self, sizes: &[u64]) -> Result<i128, PlanError> {
        let overflow = || PlanError::Overflow { what: "a size", value: i128::MAX };
        let mut sum = 0i128;
        for part in &self.parts {
            if part.divisor == 0 {
                return Err(PlanError::Rule { rule: "a divisor is at least 1" });
            }
            let mut polynomial = 0i128;
            for term in &part.terms {
                let value = term.evaluate(sizes)?;
                polynomial = polynomial.checked_add(value).ok_or_else(overflow)?;
            }
            let divisor = i128::from(part.divisor);
            let rounded_up =
                polynomial.div_euclid(divisor) + i128::from(polynomial.rem_euclid(divisor) != 0);
            let value = rounded_up.checked_mul(part.factor.into()).ok_or_else(overflow)?;
            sum = sum.checked_add(value).ok_or_else(overflow)?;
        }
        Ok(sum)
    }

    /// The same, for what cannot be negative.
    ///
    /// # Errors
    /// As [`SizeExpr::evaluate`], and [`PlanError::Overflow`] outside of `u64`.
    pub fn evaluate_u64(&self, sizes: &[u64]) -> Result<u64, PlanError> {
        let value = self.evaluate(sizes)?;
        let what = "an extent, a length or an offset";
        u64::try_from(value).map_err(|_| PlanError::Overflow { what, value })
    }

    /// The same, for strides.
    ///
    /// # Errors
    /// As [`SizeExpr::evaluate`], and [`PlanError::Overflow`] outside of `i64`.
    pub fn evaluate_i64(&self, sizes: &[u64]) -> Result<i64, PlanError> {
        let value = self.evaluate(sizes)?;
        i64::try_from(value).map_err(|_| PlanError::Overflow { what: "a stride", value })
    }

    /// As text over names of the sizes.
    pub fn display<'a>(&'a self, names: &'a [String]) -> impl fmt::Display + 'a {
        Named { expr: self, names }
    }
}

impl SizeTerm {
    fn evaluate(&self, sizes: &[u64]) -> Result<i128, PlanError> {
        let mut product = i128::from(self.coefficient);
        for (at, power) in self.powers.iter().enumerate() {
            if *power == 0 {
                continue;
            }
            let rule = "an expression names sizes of its plan";
            let size = sizes.get(at).ok_or(PlanError::Rule { rule })?;
            for _ in 0..*power {
                let next = product.checked_mul((*size).into());
                let what = "a size";
                product = next.ok_or(PlanError::Overflow { what, value: i128::MAX })?;
            }
        }
        Ok(product)
    }
}

struct Named<'a> {
    expr: &'a SizeExpr,
    names: &'a [String],
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.expr.parts.is_empty() {
            return f.write_str("0");
        }
        for (at, part) in self.expr.parts.iter().enumerate() {
            if at > 0 {
                f.write_str(" + ")?;
            }
            if part.factor != 1 {
                write!(f, "{}*", part.factor)?;
            }
            match part.divisor {
                1 if part.factor == 1 => self.polynomial(f, &part.terms)?,
                1 => {
                    f.write_str("(")?;
                    self.polynomial(f, &part.terms)?;
                    f.write_str(")")?;
                }
                divisor => {
                    f.write_str("ceil((")?;
                    self.polynomial(f, &part.terms)?;
                    write!(f, ")/{divisor})")?;
                }
            }
        }
        Ok(())
    }
}

impl Named<'_> {
    fn polynomial(&self, f: &mut fmt::Formatter<'_>, terms: &[SizeTerm]) -> fmt::Result {
        for (at, term) in terms.iter().enumerate() {
            let size = term.coefficient.unsigned_abs();
            match (at, term.coefficient < 0) {
                (0, false) => {}
                (0, true) => f.write_str("-")?,
                (_, false) => f.write_str(" + ")?,
                (_, true) => f.write_str(" - ")?,
            }
            let powers = term.powers.iter().enumerate().filter(|(_, power)| **power > 0);
            let mut is_first = true;
            if size != 1 || powers.clone().next().is_none() {
                write!(f, "{size}")?;
                is_first = false;
            }
            for (place, power) in powers {
                if !std::mem::take(&mut is_first) {
                    f.write_str("*")?;
                }
                match self.names.get(place) {
                    Some(name) => f.write_str(name)?,
                    None => write!(f, "s{place}")?,
                }
                if *power > 1 {
                    write!(f, "^{power}")?;
                }
            }
        }
        Ok(())
    }
}
