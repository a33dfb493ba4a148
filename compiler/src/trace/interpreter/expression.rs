//! Expressions: one value, or as many as a call or comma list gives.

use std::rc::Rc;

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Ident, IndexKind, LogicalOp, Name, Quote};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::operator::is_host_only;
use crate::trace::value::{CellArray, Float, FunctionValue, HostArray, IntClass, Number, Value};

impl Interpreter<'_> {
    /// The value of an expression.
    ///
    /// # Errors
    /// What it stumbles over; also if it has no value.
    pub(crate) fn eval(&mut self, expr: &Expr) -> Result<Value, ScriptError> {
        match &expr.kind {
            ExprKind::Number(value) => Ok(Value::Number(Number::Double(*value))),
            ExprKind::Ident(ident) => match self.load_ident(ident) {
                Some(value) => Ok(value),
                None => self.eval_first(expr),
            },
            ExprKind::Index { base, args, kind: IndexKind::Paren } => {
                match self.element(base, args)? {
                    Some(number) => Ok(Value::Number(number)),
                    None => self.eval_first(expr),
                }
            }
            ExprKind::Binary { op, left, right } => {
                if let Some(value) = self.small_names(*op, left, right) {
                    return Ok(value);
                }
                let left = self.operand(left)?;
                let right = self.operand(right)?;
                self.binary(*op, left, right, expr.span)
            }
            _ => self.eval_rest(expr),
        }
    }

    /// The kinds that scalar loops use less.
    fn eval_rest(&mut self, expr: &Expr) -> Result<Value, ScriptError> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(value) => Ok(Value::Number(Number::Double(*value))),
            ExprKind::Imaginary(value) => {
                Ok(Value::Number(Number::Complex(Float::Double, 0.0, *value)))
            }
            ExprKind::Integer { value, bits, signed } => Ok(integer(*value, *bits, *signed)),
            ExprKind::Str { value, quote } => Ok(text(value, *quote)),
            ExprKind::Colon => Ok(Value::Number(Number::Char(':'))),
            ExprKind::End => self.end(span),
            ExprKind::Ident(_)
            | ExprKind::Index { .. }
            | ExprKind::Field { .. }
            | ExprKind::DynField { .. } => self.eval_first(expr),
            ExprKind::Unary { op, operand } => {
                let operand = self.operand(operand)?;
                self.unary(*op, operand, span)
            }
            ExprKind::Postfix { op, operand } => {
                let operand = self.operand(operand)?;
                self.transpose(*op, operand, span)
            }
            ExprKind::Assign { target, op: None, value, .. } => {
                let before = self.first_steps(target)?;
                let value = self.eval(value)?;
                match before {
                    Some((slot, steps)) => {
                        self.assign_steps(target, (slot, &steps), value.clone())?;
                    }
                    None => self.assign(target, value.clone())?,
                }
                Ok(value)
            }
            ExprKind::Assign { target, op: Some(op), value, gives_old } => {
                self.op_assign(target, *op, value, *gives_old)
            }
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                self.binary(*op, left, right, span)
            }
            ExprKind::ShortCircuit { op, left, right } => self.short_circuit(*op, left, right),
            ExprKind::Range { start, step, stop } => {
                let range = self.range_of((start, step.as_deref(), stop), span)?;
                if matches!(&range, Value::Range(range) if range.is_endless()) {
                    let message = "range with infinite number of elements cannot be stored";
                    return Err(fail("M103", message).at(span));
                }
                Ok(range)
            }
            ExprKind::Matrix(rows) => self.matrix(rows, span),
            ExprKind::Cell(rows) => self.cell(rows, span),
            ExprKind::Anonymous(function) => {
                let captures =
                    function.captures.iter().map(|capture| self.load_ident(&capture.outer));
                let mut captures: Vec<Option<Value>> = captures.collect();
                captures.extend(self.made_variables().map(Some));
                let captures = Rc::new(captures);
                let function = std::sync::Arc::clone(function);
                Ok(Value::Function(FunctionValue::Anonymous { function, captures }))
            }
            ExprKind::Handle(name) => {
                let name = self.frame.text(*name).to_owned();
                Ok(self.handle(&name))
            }
        }
    }

    /// A range, that a loop may run over even if it has no end.
    ///
    /// # Errors
    /// Those of its bounds.
    pub(crate) fn range_of(
        &mut self,
        (start, step, stop): (&Expr, Option<&Expr>, &Expr),
        span: Span,
    ) -> Result<Value, ScriptError> {
        let start = self.eval(start)?;
        let step = match step {
            Some(step) => self.eval(step)?,
            None => Value::from(1.0),
        };
        let stop = self.eval(stop)?;
        self.range([start, step, stop], span)
    }

    /// The first value of a call or comma list.
    fn eval_first(&mut self, expr: &Expr) -> Result<Value, ScriptError> {
        let mut values = self.eval_many(expr, 1)?;
        match values.is_empty() {
            false => Ok(values.swap_remove(0)),
            true => {
                let is_list = matches!(
                    expr.kind,
                    ExprKind::Index { kind: IndexKind::Brace, .. } | ExprKind::Field { .. }
                );
                let message = match is_list {
                    true => "invalid number of elements on RHS of assignment",
                    false => "value on the right hand side of the assignment not defined",
                };
                Err(fail("M110", message).at(expr.span))
            }
        }
    }

    /// An operand of an operator. A variable's host array becomes a leaf that the variable
    /// keeps, so that it is uploaded once; reading it back is free.
    fn operand(&mut self, expr: &Expr) -> Result<Value, ScriptError> {
        let value = self.eval(expr)?;
        if let (ExprKind::Ident(Ident { slot: Some(slot), last_use: false, .. }), Value::Array(_)) =
            (&expr.kind, &value)
            && !is_host_only(&value)
            && !super::small::is_fixed(&value)
        {
            let lazy = Value::Lazy(self.lazy(value, expr.span)?);
            if self.is_set(*slot) {
                self.store(*slot, lazy.clone());
            }
            return Ok(lazy);
        }
        Ok(value)
    }

    /// All values of an expression: of a call as many as it gives for `nargout`, of a comma list
    /// all, of anything else one.
    pub(crate) fn eval_many(
        &mut self,
        expr: &Expr,
        nargout: usize,
    ) -> Result<Vec<Value>, ScriptError> {
        let mut values = match &expr.kind {
            ExprKind::Ident(ident) => match self.load_ident(ident) {
                Some(value) => vec![value],
                None => self.call_ident(ident, Vec::new(), nargout)?,
            },
            ExprKind::Index { base, args, kind } => {
                self.index(base, args, *kind, (nargout, expr.span))?
            }
            ExprKind::Field { .. } if self.is_map_class(expr) => {
                vec![self.new_map(Vec::new(), expr.span)?]
            }
            ExprKind::Field { base, name } => {
                let name = self.frame.text(*name).to_owned();
                let base = self.base_of(base)?;
                self.field_values(&base, &name, expr.span)?
            }
            ExprKind::DynField { base, name } => {
                let base = self.base_of(base)?;
                let name = self.field_name(name)?;
                self.field_values(&base, &name, expr.span)?
            }
            _ => vec![self.eval_rest(expr)?],
        };
        // Brackets make one value of a comma list; a call gives as many as are asked for.
        if expr.parens > 0 && nargout <= 1 {
            values.truncate(1);
        }
        Ok(values)
    }

    /// The text of a dynamic field.
    pub(crate) fn field_name(&mut self, name: &Expr) -> Result<String, ScriptError> {
        let value = self.eval(name)?;
        let value = self.forced(value)?;
        value.to_text().ok_or_else(|| {
            let message = "dynamic structure field names must be strings";
            fail("M117", message).at(name.span)
        })
    }

    /// Argument values of a call or index. Comma lists spread.
    pub(crate) fn args(&mut self, exprs: &[Expr]) -> Result<Vec<Value>, ScriptError> {
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            self.arg(expr, &mut values)?;
        }
        Ok(values)
    }

    fn arg(&mut self, expr: &Expr, values: &mut Vec<Value>) -> Result<(), ScriptError> {
        let spreads = matches!(
            expr.kind,
            ExprKind::Index { kind: IndexKind::Brace, .. }
                | ExprKind::Field { .. }
                | ExprKind::DynField { .. }
        );
        match spreads {
            true => values.extend(self.eval_many(expr, 1)?),
            false => values.push(self.eval(expr)?),
        }
        Ok(())
    }

    /// Argument values inside the index of a value, where `end` means something.
    pub(crate) fn index_args(
        &mut self,
        exprs: &[Expr],
        end: super::EndOf,
    ) -> Result<Vec<Value>, ScriptError> {
        let mut values = Vec::with_capacity(exprs.len());
        self.ends.push((end, 0, exprs.len()));
        for (position, expr) in exprs.iter().enumerate() {
            if let Some(last) = self.ends.last_mut() {
                last.1 = position;
            }
            self.arg(expr, &mut values)?;
        }
        self.ends.pop();
        Ok(values)
    }

    /// The value of `end`.
    fn end(&mut self, span: Span) -> Result<Value, ScriptError> {
        let Some((end, position, count)) = self.ends.last().cloned() else {
            return Err(fail("M116", "'end': nonconformant arguments").at(span));
        };
        let value = match end {
            super::EndOf::Value(value) => Some(value),
            super::EndOf::Slot(slot) => self.load(slot),
        };
        let value = self.forced(value.unwrap_or_else(Value::empty))?;
        let extents = super::subscript::folded(&value.shape(), count);
        Ok(Value::from(extents.get(position).copied().unwrap_or(1) as f64))
    }

    fn short_circuit(
        &mut self,
        op: LogicalOp,
        left: &Expr,
        right: &Expr,
    ) -> Result<Value, ScriptError> {
        let value = self.eval(left)?;
        let truth = self.truth(&value, left.span)?;
        if truth == (op == LogicalOp::Or) {
            return Ok(Value::from(truth));
        }
        let value = self.eval(right)?;
        Ok(Value::from(self.truth(&value, right.span)?))
    }

    /// A condition. `|` and `&` leave out a right side that cannot matter.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Result<bool, ScriptError> {
        let value = self.condition_value(expr)?;
        self.truth(&value, expr.span)
    }

    /// The value of a condition, or of an operand of its `|` and `&`.
    fn condition_value(&mut self, expr: &Expr) -> Result<Value, ScriptError> {
        match &expr.kind {
            ExprKind::Binary { op: op @ (BinaryOp::Or | BinaryOp::And), left, right } => {
                let value = self.condition_value(left)?;
                if let Value::Number(_) = value {
                    let truth = self.truth(&value, left.span)?;
                    if truth == (*op == BinaryOp::Or) {
                        return Ok(Value::from(truth));
                    }
                }
                let right = self.condition_value(right)?;
                self.binary(*op, value, right, expr.span)
            }
            _ => self.operand(expr),
        }
    }

    fn cell(&mut self, rows: &[Vec<Expr>], span: Span) -> Result<Value, ScriptError> {
        let mut lines: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
        for row in rows {
            let line = self.args(row)?;
            if !line.is_empty() {
                lines.push(line);
            }
        }
        let columns = lines.first().map_or(0, Vec::len);
        if let Some(other) = lines.iter().find(|line| line.len() != columns) {
            let widths = format!("the rows have {columns} and {} columns", other.len());
            let error = fail("M118", "number of columns must match");
            return Err(error.hint(widths).at(span));
        }
        let shape = Shape::matrix(lines.len() as u64, columns as u64);
        let mut values = Vec::with_capacity(lines.len() * columns);
        for column in 0..columns {
            values.extend(lines.iter().filter_map(|line| line.get(column).cloned()));
        }
        Ok(Value::Cell(CellArray::new(shape, values)))
    }

    /// `nargin` and `nargout`, if the name is one of them and no variable.
    pub(crate) fn count_of(&self, name: Name) -> Option<Value> {
        match name {
            Name::NARGIN => Some(Value::from(self.frame.nargin as f64)),
            Name::NARGOUT => Some(Value::from(self.frame.nargout as f64)),
            _ => None,
        }
    }
}

/// A literal text.
pub(crate) fn text(value: &str, quote: Quote) -> Value {
    let mut array = HostArray::from_text(value);
    array.double_quoted = quote == Quote::Double;
    Value::from(array)
}

fn integer(value: u64, bits: u8, signed: bool) -> Value {
    let (class, value) = match (bits, signed) {
        (8, true) => (IntClass::Int8, i128::from(value as i8)),
        (16, true) => (IntClass::Int16, i128::from(value as i16)),
        (32, true) => (IntClass::Int32, i128::from(value as i32)),
        (_, true) => (IntClass::Int64, i128::from(value as i64)),
        (8, false) => (IntClass::Uint8, i128::from(value)),
        (16, false) => (IntClass::Uint16, i128::from(value)),
        (32, false) => (IntClass::Uint32, i128::from(value)),
        (_, false) => (IntClass::Uint64, i128::from(value)),
    };
    Value::Number(Number::Int(class, value))
}
