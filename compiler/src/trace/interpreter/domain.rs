//! Where functions of real numbers leave the reals.
//!
//! Outside its domain a root, a logarithm or a power is complex, and complex numbers live on the
//! host. Elements that the host has are looked at. Of a lazy array the bounds that were kept as it
//! was recorded say most often that no look is needed; otherwise the array is computed, whether an
//! element lies outside is found on the device, and that one truth value is read: a sync point
//! like output. While building nothing is read, and the result counts as real; should it not be so
//! in a run, the host computes what follows, and what the script records later on may miss in an
//! archive that was built for real results.

use preheat_format::OpId;

use crate::diagnostic::Span;
use crate::trace::bounds::Bounds;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::Interpreter;
use crate::trace::record::Operand;
use crate::trace::text::convert::elements;
use crate::trace::value::{HostArray, HostData, Lazy, Number, Value};

const INF: f64 = f64::INFINITY;

/// Where a function of one number is real.
pub(crate) fn of(name: &str) -> Option<Bounds> {
    Some(match name {
        "sqrt" | "log" | "log2" | "log10" | "gammaln" | "lgamma" => Bounds::new(0.0, INF),
        "log1p" => Bounds::new(-1.0, INF),
        "asin" | "acos" | "atanh" | "asind" | "acosd" => Bounds::new(-1.0, 1.0),
        "acosh" => Bounds::new(1.0, INF),
        _ => return None,
    })
}

/// True if a number lies outside; NaN does not.
pub(crate) fn is_outside(value: f64, domain: Bounds) -> bool {
    value < domain.low || value > domain.high
}

fn has_fraction(value: f64) -> bool {
    value.is_finite() && value.fract() != 0.0
}

fn any(array: &HostArray, test: impl Fn(f64) -> bool) -> bool {
    match &*array.data {
        HostData::Double(values) => values.iter().any(|value| test(*value)),
        HostData::Single(values) => values.iter().any(|value| test(f64::from(*value))),
        HostData::Logical(_)
        | HostData::Char(_)
        | HostData::Int(..)
        | HostData::Uint64(_)
        | HostData::Complex(..) => array.doubles().into_iter().any(test),
    }
}

impl Interpreter<'_> {
    /// True if every element of a real array lies in a domain, as far as that is known: while
    /// building, lazy arrays count as if they did.
    ///
    /// # Errors
    /// If the engine fails.
    pub(crate) fn stays_real(
        &mut self,
        value: &Value,
        domain: Bounds,
        span: Span,
    ) -> Result<bool, ScriptError> {
        let leaves = match (value, elements(value)) {
            (_, Some(array)) => any(&array, |value| is_outside(value, domain)),
            (Value::Lazy(lazy), None) if !lazy.shape.is_empty() => {
                self.is_any_outside(lazy, domain, span)?
            }
            (_, None) => false,
        };
        Ok(!leaves)
    }

    /// True if no power of `base` by `power`, element by element, is complex.
    ///
    /// # Errors
    /// As [`Interpreter::stays_real`].
    pub(crate) fn power_stays_real(
        &mut self,
        base: &Value,
        power: &Value,
        span: Span,
    ) -> Result<bool, ScriptError> {
        let positive = Bounds::new(0.0, INF);
        let leaves = match (elements(base), elements(power)) {
            (Some(base), Some(power)) => {
                any(&base, |value| value < 0.0) && any(&power, has_fraction)
            }
            (_, Some(power)) if !any(&power, has_fraction) => false,
            (_, Some(power)) if power.len() == 1 => return self.stays_real(base, positive, span),
            (Some(base), _) if !any(&base, |value| value < 0.0) => false,
            (_, _) => self.is_any_power_complex(base, power, span)?,
        };
        Ok(!leaves)
    }

    fn is_any_outside(
        &mut self,
        lazy: &Lazy,
        domain: Bounds,
        span: Span,
    ) -> Result<bool, ScriptError> {
        if self.graph.bounds(lazy).within(domain) {
            return Ok(false);
        }
        // It is computed first, so that nothing is missing should the host have to read it.
        self.graph.settle_for(&[lazy], "whether a result is real depends on it")?;
        let x = Operand::Lazy(lazy);
        let end = |value: f64| Operand::Number(Number::Double(value));
        let below = match domain.low.is_finite() {
            true => Some(self.graph.apply(OpId::new("lt"), &[x, end(domain.low)], span)?),
            false => None,
        };
        let above = match domain.high.is_finite() {
            true => Some(self.graph.apply(OpId::new("gt"), &[x, end(domain.high)], span)?),
            false => None,
        };
        let outside = match (below, above) {
            (Some(below), Some(above)) => {
                let both = [Operand::Lazy(&below), Operand::Lazy(&above)];
                self.graph.apply(OpId::new("or"), &both, span)?
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return Ok(false),
        };
        self.is_any_true(&outside, span)
    }

    fn is_any_power_complex(
        &mut self,
        base: &Value,
        power: &Value,
        span: Span,
    ) -> Result<bool, ScriptError> {
        let is_positive = |this: &Self, value: &Value| match value {
            Value::Lazy(lazy) => this.graph.bounds(lazy).low >= 0.0,
            _ => false,
        };
        if is_positive(self, base) || base.shape().is_empty() || power.shape().is_empty() {
            return Ok(false);
        }
        let (a, b) = (self.lazy(base.clone(), span)?, self.lazy(power.clone(), span)?);
        self.graph.settle_for(&[&a, &b], "whether a power is real depends on it")?;
        let zero = Operand::Number(Number::Double(0.0));
        let negative = self.graph.apply(OpId::new("lt"), &[Operand::Lazy(&a), zero], span)?;
        let whole = self.graph.apply(OpId::new("fix"), &[Operand::Lazy(&b)], span)?;
        let operands = [Operand::Lazy(&b), Operand::Lazy(&whole)];
        let fraction = self.graph.apply(OpId::new("ne"), &operands, span)?;
        let operands = [Operand::Lazy(&negative), Operand::Lazy(&fraction)];
        let complex = self.graph.apply(OpId::new("and"), &operands, span)?;
        self.is_any_true(&complex, span)
    }

    /// Reads whether an element is true; false while building.
    fn is_any_true(&mut self, lazy: &Lazy, span: Span) -> Result<bool, ScriptError> {
        let axes: Vec<usize> = (0..lazy.shape.rank()).collect();
        let found = self.graph.reduce(OpId::new("red_any"), lazy, &axes, span)?;
        let found = self.graph.output(&[&found])?.unwrap_or_default();
        Ok(found.first().and_then(HostArray::first).unwrap_or(0.0) != 0.0)
    }
}
