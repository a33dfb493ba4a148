//! Operations on lazy arrays of integer classes.
//!
//! Integers of up to 32 bits are computed in `double`, which holds every sum, difference and
//! product of two before it rounds, and are rounded and saturated by the conversion back: the same
//! numbers as MATLAB's. They are recorded if some operand is lazy already; what is on the host, and
//! what is not listed here, is done there. Powers are recorded for a whole exponent that is a
//! `double` on the host: others follow rules of their own.

use preheat_format::OpId;

use crate::diagnostic::Span;
use crate::syntax::ast::{BinaryOp, UnaryOp};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::operator::{Recorded, is_host_only, op_of, operation_of, sized};
use crate::trace::interpreter::{Interpreter, convert_number};
use crate::trace::record::Operand;
use crate::trace::value::{Class, IntClass, Lazy, Number, Value};

impl Interpreter<'_> {
    /// True if a value can be an operand of a recorded operation in its own class.
    pub(crate) fn is_recordable(&self, value: &Value) -> bool {
        match value.class() {
            Some(class @ Class::Int(_)) => self.graph.dtype_of(class).is_some(),
            _ => !is_host_only(value),
        }
    }

    /// A value as a node of the Dag, integers in their own class where it can be stored.
    ///
    /// # Errors
    /// As [`Interpreter::lazy`].
    pub(crate) fn in_class(&mut self, value: Value, span: Span) -> Result<Lazy, ScriptError> {
        match self.forced(value)? {
            Value::Lazy(lazy) => Ok(lazy),
            Value::Array(array)
                if matches!(array.class(), Class::Int(_))
                    && self.graph.dtype_of(array.class()).is_some() =>
            {
                Ok(self.graph.leaf(&array, span)?)
            }
            other => self.lazy(other, span),
        }
    }

    /// The integer class of two operands whose result is recorded: one is lazy, and their classes
    /// go together.
    fn integer_class(&self, left: &Value, right: &Value) -> Option<IntClass> {
        let is_lazy = |value: &Value| matches!(value, Value::Lazy(_));
        if !(is_lazy(left) || is_lazy(right)) || left.is_complex() || right.is_complex() {
            return None;
        }
        let class = match (left.class()?, right.class()?) {
            (Class::Int(left), Class::Int(right)) if left != right => return None,
            (Class::Int(class), _) | (_, Class::Int(class)) => class,
            _ => return None,
        };
        self.graph.dtype_of(Class::Int(class)).map(|_| class)
    }

    /// A value as a `double` operand.
    pub(super) fn double_operand(
        &mut self,
        value: &Value,
        span: Span,
    ) -> Result<Recorded, ScriptError> {
        Ok(match value {
            Value::Number(number) => Recorded::Number(Number::Double(number.to_f64())),
            other => {
                let lazy = self.lazy(other.clone(), span)?;
                Recorded::Lazy(self.graph.cast(&lazy, Class::Double, span)?)
            }
        })
    }

    /// A value in a class.
    fn brought_to(
        &mut self,
        value: &Value,
        class: Class,
        span: Span,
    ) -> Result<Value, ScriptError> {
        Ok(match value {
            Value::Number(number) => Value::Number(convert_number(*number, class)),
            other if other.class() == Some(class) => other.clone(),
            other => {
                let lazy = self.lazy(other.clone(), span)?;
                Value::Lazy(self.graph.cast(&lazy, class, span)?)
            }
        })
    }

    fn in_doubles(
        &mut self,
        id: OpId,
        (left, right): (&Value, &Value),
        name: &str,
        span: Span,
    ) -> Result<Lazy, ScriptError> {
        let (a, b) = (self.double_operand(left, span)?, self.double_operand(right, span)?);
        let result = self.graph.apply(id, &[a.operand(), b.operand()], span);
        result.map_err(|error| sized(name, error).at(span))
    }

    /// `left op right`, element by element, if some operand is of an integer class and the
    /// result is recorded.
    ///
    /// # Errors
    /// If sizes do not go together.
    pub(crate) fn integer_binary(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        let Some(class) = self.integer_class(left, right) else {
            return Ok(None);
        };
        let class = Class::Int(class);
        if matches!(op, BinaryOp::Pow | BinaryOp::ElemPow) {
            let (Value::Lazy(base), Value::Number(Number::Double(power))) = (left, right) else {
                return Ok(None);
            };
            if base.class != class || *power < 0.0 || power.fract() != 0.0 {
                return Ok(None);
            }
            let base = Value::Lazy(self.graph.cast(base, Class::Double, span)?);
            let result = self.elementwise(op, base, right.clone(), span)?;
            let result = self.lazy(result, span)?;
            return Ok(Some(Value::Lazy(self.graph.cast(&result, class, span)?)));
        }
        let (left, right) = match op {
            BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => (right, left),
            _ => (left, right),
        };
        let result = self.in_doubles(op_of(op), (left, right), &operation_of(op), span)?;
        Ok(Some(Value::Lazy(match result.class {
            Class::Logical => result,
            _ => self.graph.cast(&result, class, span)?,
        })))
    }

    /// As [`Interpreter::integer_binary`], of a function of the table with two operands.
    ///
    /// # Errors
    /// If sizes do not go together.
    pub(crate) fn integer_function(
        &mut self,
        id: OpId,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        let Some(class) = self.integer_class(left, right) else {
            return Ok(None);
        };
        if matches!(id.as_str(), "atan2" | "hypot")
            && [left, right].iter().any(|value| value.class() == Some(Class::Single))
        {
            return Ok(None);
        }
        // These bring the other operand to the integer class first.
        let (left, right) = match id.as_str() {
            "mod" | "rem" | "max" | "min" => {
                let class = Class::Int(class);
                (&self.brought_to(left, class, span)?, &self.brought_to(right, class, span)?)
            }
            _ => (left, right),
        };
        let result = self.in_doubles(id, (left, right), id.as_str(), span)?;
        Ok(Some(Value::Lazy(match id.as_str() {
            "mod" | "rem" | "max" | "min" => self.graph.cast(&result, Class::Int(class), span)?,
            _ => result,
        })))
    }

    /// `op operand` of a lazy array of an integer class.
    ///
    /// # Errors
    /// If it is too large.
    pub(crate) fn integer_unary(
        &mut self,
        op: UnaryOp,
        operand: &Value,
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        let Value::Lazy(lazy) = operand else {
            return Ok(None);
        };
        if !matches!(lazy.class, Class::Int(_)) {
            return Ok(None);
        }
        Ok(Some(Value::Lazy(match op {
            UnaryOp::Plus => lazy.clone(),
            UnaryOp::Not => self.graph.apply(OpId::new("not"), &[Operand::Lazy(lazy)], span)?,
            UnaryOp::Minus => {
                let result = self.graph.apply(OpId::new("neg"), &[Operand::Lazy(lazy)], span)?;
                self.graph.cast(&result, lazy.class, span)?
            }
        })))
    }
}
