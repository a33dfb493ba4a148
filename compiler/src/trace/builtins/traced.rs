//! `arrayfun` with a simple handle over lazy arrays: the body is recorded once for all elements.
//!
//! Simple is an expression of parameters, captured scalars and numbers under operators and
//! element-wise functions that are real wherever their arguments are; `*`, `/`, `\` and `^` of
//! single elements are their element-wise forms. Anything else is called element by element.

use crate::shape::Shape;
use crate::syntax::ast::{Anonymous, BinaryOp, Expr, ExprKind, IndexKind, Param, Slot};
use crate::trace::builtins::Call;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::Callee;
use crate::trace::value::{Class, FunctionValue, Number, Value};

/// Functions of the table of one number that gives a real one.
const FUNCTIONS: [&str; 30] = [
    "abs", "sign", "floor", "ceil", "round", "fix", "cbrt", "exp", "expm1", "sin", "cos", "tan",
    "atan", "sinh", "cosh", "tanh", "asinh", "sind", "cosd", "tand", "erf", "erfc", "gamma",
    "isnan", "isinf", "isfinite", "real", "deg2rad", "rad2deg", "not",
];

/// Values of the variables of a body.
type Variables = Vec<(Slot, Value)>;

impl Call<'_, '_> {
    /// The results of a function for every element of some arrays, recorded; `None` if the
    /// function is not simple or no array is lazy.
    ///
    /// # Errors
    /// Those of the operations.
    pub(crate) fn traced(
        &mut self,
        function: &FunctionValue,
        arrays: &[Value],
        shape: &Shape,
    ) -> Result<Option<Value>, ScriptError> {
        let FunctionValue::Anonymous { function, captures } = function else {
            return Ok(None);
        };
        let is_known = |value: &Value| match value {
            Value::Lazy(lazy) => lazy.class.is_float() || lazy.class == Class::Logical,
            Value::Range(_) => true,
            Value::Array(array) => array.class().is_float() && !array.is_complex(),
            _ => false,
        };
        let has_lazy = arrays.iter().any(|value| matches!(value, Value::Lazy(_)));
        if !has_lazy || !arrays.iter().all(is_known) || shape.is_empty() || shape.is_scalar() {
            return Ok(None);
        }
        if function.varargin.is_some() || function.params.len() != arrays.len() {
            return Ok(None);
        }
        let mut variables = Variables::new();
        for (param, array) in function.params.iter().zip(arrays) {
            if let Param::Named(ident) = param
                && let Some(slot) = ident.slot
            {
                variables.push((slot, array.clone()));
            }
        }
        for (capture, value) in function.captures.iter().zip(captures.iter()) {
            if let Some(Value::Number(number @ (Number::Double(_) | Number::Single(_)))) = value {
                variables.push((capture.inner, Value::Number(*number)));
            }
        }
        if !self.is_simple(function, &function.body, &variables) {
            return Ok(None);
        }
        let result = self.recorded_body(function, &function.body, &variables)?;
        let span = self.span;
        let lazy = self.interpreter.lazy(result, span)?;
        // A body without parameters has one value for all elements.
        Ok(Some(Value::Lazy(self.graph().expand(&lazy, shape.clone(), span)?)))
    }

    fn is_simple(&mut self, function: &Anonymous, body: &Expr, variables: &Variables) -> bool {
        match &body.kind {
            ExprKind::Number(_) => true,
            ExprKind::Ident(ident) => {
                ident.slot.is_some_and(|slot| variables.iter().any(|(known, _)| *known == slot))
            }
            ExprKind::Unary { operand, .. } => self.is_simple(function, operand, variables),
            ExprKind::Binary { op, left, right } => {
                let is_power = matches!(op, BinaryOp::Pow | BinaryOp::ElemPow);
                let is_whole =
                    matches!(right.kind, ExprKind::Number(power) if power.fract() == 0.0);
                (!is_power || is_whole)
                    && self.is_simple(function, left, variables)
                    && self.is_simple(function, right, variables)
            }
            ExprKind::Index { base, args, kind: IndexKind::Paren } => match (&base.kind, &args[..])
            {
                (ExprKind::Ident(ident), [argument]) if ident.slot.is_none() => {
                    let name = function.names.text(ident.name);
                    FUNCTIONS.contains(&name)
                        && matches!(self.interpreter.resolve_text(name), Some(Callee::Builtin(_)))
                        && self.is_simple(function, argument, variables)
                }
                (_, _) => false,
            },
            _ => false,
        }
    }

    fn recorded_body(
        &mut self,
        function: &Anonymous,
        body: &Expr,
        variables: &Variables,
    ) -> Result<Value, ScriptError> {
        let span = self.span;
        match &body.kind {
            ExprKind::Number(number) => Ok(Value::from(*number)),
            ExprKind::Ident(ident) => {
                let found = variables.iter().find(|(slot, _)| Some(*slot) == ident.slot);
                found.map(|(_, value)| value.clone()).ok_or_else(|| self.invalid())
            }
            ExprKind::Unary { op, operand } => {
                let operand = self.recorded_body(function, operand, variables)?;
                self.interpreter.unary(*op, operand, span)
            }
            ExprKind::Binary { op, left, right } => {
                let left = self.recorded_body(function, left, variables)?;
                let right = self.recorded_body(function, right, variables)?;
                self.interpreter.elementwise(elementwise(*op), left, right, span)
            }
            ExprKind::Index { base, args, .. } => {
                let (ExprKind::Ident(ident), [argument]) = (&base.kind, &args[..]) else {
                    return Err(self.invalid());
                };
                let argument = self.recorded_body(function, argument, variables)?;
                let name = function.names.text(ident.name);
                match FUNCTIONS.iter().find(|known| **known == name) {
                    Some(known) => self.by(known, vec![argument]),
                    None => Err(self.invalid()),
                }
            }
            _ => Err(self.invalid()),
        }
    }
}

/// What an operator of matrices does with single elements.
fn elementwise(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Mul => BinaryOp::ElemMul,
        BinaryOp::Div => BinaryOp::ElemDiv,
        BinaryOp::LeftDiv => BinaryOp::ElemLeftDiv,
        BinaryOp::Pow => BinaryOp::ElemPow,
        other => other,
    }
}
