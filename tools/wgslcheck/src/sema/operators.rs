//! Unary and binary operators (specification, sections 8.6 to 8.11).

use super::types::{Scalar, Ty, Type, Types, common_scalar};
use super::value::{Value, round, wrap};
use super::{Ex, Res, Sema, Stage, type_error, value_error};
use crate::syntax::ast::{BinaryOp, Expr, Span, UnaryOp};

/// What an operation on two scalars yields, or why it has no value.
type Evaluated = Result<Value, String>;

impl<'a> Sema<'a> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: Ex, span: Span) -> Res<Ex> {
        let fits = match (self.types.get(operand.ty), op) {
            (Type::Scalar(scalar) | Type::Vector(_, scalar), UnaryOp::Neg) => {
                scalar.is_float() || scalar.is_signed_integer()
            }
            (Type::Scalar(scalar) | Type::Vector(_, scalar), UnaryOp::Not) => {
                scalar == Scalar::Bool
            }
            (Type::Scalar(scalar) | Type::Vector(_, scalar), UnaryOp::BitNot) => {
                scalar.is_integer()
            }
            _ => false,
        };
        let Some(scalar) = self.types.leaf(operand.ty).filter(|_| fits) else {
            let name = self.types.name(operand.ty);
            return type_error(span, format!("this operator does not take a `{name}`"));
        };
        let value = match &operand.value {
            Some(value) => {
                let outcome = value.map(&mut |part| unary_scalar(op, part, scalar));
                self.evaluated(outcome, span)?
            }
            None => None,
        };
        Ok(Ex { value, ..operand })
    }

    /// Keeps a value; an error counts only where the expression is evaluated.
    pub(super) fn evaluated<T>(&self, outcome: Result<T, String>, span: Span) -> Res<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.unevaluated > 0 => Ok(None),
            Err(message) => value_error(span, message),
        }
    }

    pub(super) fn binary_expr(
        &mut self,
        op: BinaryOp,
        left: &'a Expr<'a>,
        right: &'a Expr<'a>,
        span: Span,
    ) -> Res<Ex> {
        let a = self.value(left)?;
        if matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) {
            return self.short_circuit(op, a, right, span);
        }
        let b = self.value(right)?;
        self.binary(op, a, b, span)
    }

    fn short_circuit(&mut self, op: BinaryOp, a: Ex, right: &'a Expr<'a>, span: Span) -> Res<Ex> {
        let decides = Some(Value::Bool(op == BinaryOp::LogicalOr));
        let skips = a.value.is_some() && a.value == decides;
        self.unevaluated += u32::from(skips);
        let b = self.value(right);
        self.unevaluated -= u32::from(skips);
        let b = b?;
        if !self.is_bool(a.ty) || !self.is_bool(b.ty) {
            return type_error(span, "`&&` and `||` take `bool`");
        }
        let value =
            if skips { a.value.clone() } else { b.value.clone().filter(|_| a.value.is_some()) };
        Ok(Ex { ty: Types::BOOL, stage: a.stage.max(b.stage), value })
    }

    /// A binary operator on two values.
    pub(super) fn binary(&mut self, op: BinaryOp, a: Ex, b: Ex, span: Span) -> Res<Ex> {
        match op {
            BinaryOp::Shl | BinaryOp::Shr => self.shift(op, a, b, span),
            BinaryOp::Mul if self.is_matrix(a.ty) || self.is_matrix(b.ty) => {
                self.matrix_product(a, b, span)
            }
            BinaryOp::Add | BinaryOp::Sub if self.is_matrix(a.ty) && self.is_matrix(b.ty) => {
                self.matrix_sum(op, a, b, span)
            }
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                self.arithmetic(op, a, b, span)
            }
            _ => self.same_shape(op, a, b, span),
        }
    }

    fn is_matrix(&self, ty: Ty) -> bool {
        matches!(self.types.get(ty), Type::Matrix(..))
    }

    fn mismatch<T>(&self, a: &Ex, b: &Ex, span: Span) -> Res<T> {
        let (left, right) = (self.types.name(a.ty), self.types.name(b.ty));
        type_error(span, format!("this operator does not take `{left}` and `{right}`"))
    }

    /// Both operands with their scalars made the same.
    fn unify(&mut self, a: Ex, b: Ex, span: Span) -> Res<(Ex, Ex, Scalar)> {
        let common = match (self.types.leaf(a.ty), self.types.leaf(b.ty)) {
            (Some(x), Some(y)) => common_scalar(x, y),
            _ => None,
        };
        let Some(common) = common else {
            return self.mismatch(&a, &b, span);
        };
        let (ta, tb) = (self.types.with_leaf(a.ty, common), self.types.with_leaf(b.ty, common));
        let a = self.coerce(a, ta, span)?;
        let b = self.coerce(b, tb, span)?;
        Ok((a, b, common))
    }

    fn arithmetic(&mut self, op: BinaryOp, a: Ex, b: Ex, span: Span) -> Res<Ex> {
        let shapes = (self.types.shape(a.ty), self.types.shape(b.ty));
        let (Some((wa, _)), Some((wb, _))) = shapes else {
            return self.mismatch(&a, &b, span);
        };
        let width = wa.max(wb);
        let same = wa == wb || wa == 1 || wb == 1;
        let (a, b, scalar) = self.unify(a, b, span)?;
        if !same || !scalar.is_numeric() {
            return self.mismatch(&a, &b, span);
        }
        let stage = a.stage.max(b.stage);
        let value = self.elementwise(op, &a, &b, scalar, span)?;
        if matches!(op, BinaryOp::Div | BinaryOp::Rem) && a.value.is_none() && scalar.is_integer() {
            self.check_divisor(&b, span)?;
        }
        let ty = self.types.shaped(width, scalar);
        Ok(Ex { ty, stage, value })
    }

    fn check_divisor(&self, b: &Ex, span: Span) -> Res<()> {
        let zero = b.value.as_ref().is_some_and(|v| v.parts().contains(&Value::Int(0)));
        if zero && self.unevaluated == 0 {
            return value_error(span, "division by zero");
        }
        Ok(())
    }

    /// Comparison, logic and bits: both operands have the same type.
    fn same_shape(&mut self, op: BinaryOp, a: Ex, b: Ex, span: Span) -> Res<Ex> {
        use BinaryOp::{And, Eq, Ne, Or, Xor};
        let (Some((wa, _)), Some((wb, _))) = (self.types.shape(a.ty), self.types.shape(b.ty))
        else {
            return self.mismatch(&a, &b, span);
        };
        let (a, b, scalar) = self.unify(a, b, span)?;
        let fits = match op {
            Eq | Ne => true,
            And | Or => scalar.is_integer() || scalar == Scalar::Bool,
            Xor => scalar.is_integer(),
            _ => scalar.is_numeric(),
        };
        if wa != wb || !fits {
            return self.mismatch(&a, &b, span);
        }
        let stage = a.stage.max(b.stage);
        let value = self.elementwise(op, &a, &b, scalar, span)?;
        let result = if matches!(op, And | Or | Xor) { scalar } else { Scalar::Bool };
        let ty = self.types.shaped(wa, result);
        Ok(Ex { ty, stage, value })
    }

    fn elementwise(
        &self,
        op: BinaryOp,
        a: &Ex,
        b: &Ex,
        scalar: Scalar,
        span: Span,
    ) -> Res<Option<Value>> {
        let (Some(x), Some(y)) = (&a.value, &b.value) else {
            return Ok(None);
        };
        let (px, py) = (x.parts(), y.parts());
        let count = px.len().max(py.len());
        let at = |parts: &'_ [Value], index: usize| {
            parts.get(if parts.len() == 1 { 0 } else { index }).cloned().unwrap_or(Value::Int(0))
        };
        let outcome: Result<Vec<Value>, String> = (0..count)
            .map(|index| binary_scalar(op, &at(px, index), &at(py, index), scalar))
            .collect();
        let vector = matches!(x, Value::Composite(_)) || matches!(y, Value::Composite(_));
        let values = self.evaluated(outcome, span)?;
        Ok(values.and_then(|values| {
            if vector { Some(Value::composite(values)) } else { values.into_iter().next() }
        }))
    }

    fn shift(&mut self, op: BinaryOp, a: Ex, b: Ex, span: Span) -> Res<Ex> {
        let shapes = (self.types.shape(a.ty), self.types.shape(b.ty));
        let (Some((wa, sa)), Some((wb, sb))) = shapes else {
            return self.mismatch(&a, &b, span);
        };
        if wa != wb || !sa.is_integer() || !matches!(sb, Scalar::U32 | Scalar::AbstractInt) {
            return self.mismatch(&a, &b, span);
        }
        let amount = self.types.shaped(wb, Scalar::U32);
        let b = self.coerce(b, amount, span)?;
        // An abstract value that is shifted by one known later becomes concrete.
        let a = if b.stage > Stage::Const { self.concretize(a, span)? } else { a };
        let sa = self.types.leaf(a.ty).unwrap_or(sa);
        if let Some(amounts) = &b.value
            && self.unevaluated == 0
        {
            let width = i64::from(sa.bits());
            let too_far = |v: &Value| !sa.is_abstract() && v.as_int().is_some_and(|n| n >= width);
            if amounts.parts().iter().any(too_far) {
                let message = format!("a shift by {} bits or more", sa.bits());
                return value_error(span, message);
            }
        }
        let value = self.elementwise(op, &a, &b, sa, span)?;
        Ok(Ex { ty: a.ty, stage: a.stage.max(b.stage), value })
    }

    fn matrix_sum(&mut self, op: BinaryOp, a: Ex, b: Ex, span: Span) -> Res<Ex> {
        let (a, b, scalar) = self.unify(a, b, span)?;
        if a.ty != b.ty {
            return self.mismatch(&a, &b, span);
        }
        let value = match (&a.value, &b.value) {
            (Some(x), Some(y)) => {
                let columns: Result<Vec<Value>, String> = x
                    .parts()
                    .iter()
                    .zip(y.parts())
                    .map(|(p, q)| zip(p, q, |u, v| binary_scalar(op, u, v, scalar)))
                    .collect();
                self.evaluated(columns, span)?.map(Value::composite)
            }
            _ => None,
        };
        Ok(Ex { ty: a.ty, stage: a.stage.max(b.stage), value })
    }

    fn matrix_product(&mut self, a: Ex, b: Ex, span: Span) -> Res<Ex> {
        let (a, b, scalar) = self.unify(a, b, span)?;
        let kinds = (self.types.get(a.ty), self.types.get(b.ty));
        let result = match kinds {
            (Type::Matrix(..), Type::Scalar(_)) => a.ty,
            (Type::Scalar(_), Type::Matrix(..)) => b.ty,
            (Type::Matrix(columns, rows, _), Type::Vector(width, _)) if columns == width => {
                self.types.intern(Type::Vector(rows, scalar))
            }
            (Type::Vector(width, _), Type::Matrix(columns, rows, _)) if rows == width => {
                self.types.intern(Type::Vector(columns, scalar))
            }
            (Type::Matrix(ca, ra, _), Type::Matrix(cb, rb, _)) if ca == rb => {
                self.types.intern(Type::Matrix(cb, ra, scalar))
            }
            _ => return self.mismatch(&a, &b, span),
        };
        let value = match (&a.value, &b.value) {
            (Some(x), Some(y)) => {
                let outcome = product(kinds, x, y, scalar);
                self.evaluated(outcome, span)?
            }
            _ => None,
        };
        Ok(Ex { ty: result, stage: a.stage.max(b.stage), value })
    }
}

fn zip(a: &Value, b: &Value, f: impl Fn(&Value, &Value) -> Evaluated) -> Evaluated {
    let parts: Result<Vec<Value>, String> =
        a.parts().iter().zip(b.parts()).map(|(x, y)| f(x, y)).collect();
    parts.map(Value::composite)
}

/// The sum of products, rounded after each step as an implementation would.
fn dot(pairs: impl Iterator<Item = (f64, f64)>, scalar: Scalar) -> Result<f64, String> {
    let mut sum = 0.0;
    for (x, y) in pairs {
        sum = round(sum + round(x * y, scalar)?, scalar)?;
    }
    Ok(sum)
}

fn product(kinds: (Type, Type), x: &Value, y: &Value, scalar: Scalar) -> Evaluated {
    let rows_of = |m: &Value| m.parts().first().map_or(0, |column| column.parts().len());
    let cell = |m: &Value, column: usize, row: usize| {
        m.parts().get(column).and_then(|c| c.parts().get(row)).map_or(0.0, Value::number)
    };
    let times_vector = |m: &Value, v: &Value| -> Evaluated {
        let parts: Result<Vec<Value>, String> = (0..rows_of(m))
            .map(|row| {
                let pairs = v.parts().iter().enumerate();
                dot(pairs.map(|(at, part)| (cell(m, at, row), part.number())), scalar)
                    .map(Value::Float)
            })
            .collect();
        parts.map(Value::composite)
    };
    match kinds {
        (Type::Scalar(_), Type::Matrix(..)) => {
            y.map(&mut |part| round(x.number() * part.number(), scalar).map(Value::Float))
        }
        (Type::Matrix(..), Type::Scalar(_)) => {
            x.map(&mut |part| round(part.number() * y.number(), scalar).map(Value::Float))
        }
        (Type::Matrix(..), Type::Vector(..)) => times_vector(x, y),
        (Type::Vector(..), Type::Matrix(..)) => {
            let parts: Result<Vec<Value>, String> = y
                .parts()
                .iter()
                .map(|column| {
                    let pairs = x.parts().iter().zip(column.parts());
                    dot(pairs.map(|(p, q)| (p.number(), q.number())), scalar).map(Value::Float)
                })
                .collect();
            parts.map(Value::composite)
        }
        _ => {
            let columns: Result<Vec<Value>, String> =
                y.parts().iter().map(|column| times_vector(x, column)).collect();
            columns.map(Value::composite)
        }
    }
}

fn unary_scalar(op: UnaryOp, value: &Value, scalar: Scalar) -> Evaluated {
    Ok(match (op, value) {
        (UnaryOp::Neg, Value::Int(int)) => match int.checked_neg() {
            Some(negated) => Value::Int(wrap(negated, scalar)),
            None if scalar == Scalar::AbstractInt => return Err("integer overflow".to_owned()),
            None => Value::Int(*int),
        },
        (UnaryOp::Neg, Value::Float(float)) => Value::Float(-float),
        (UnaryOp::Not, Value::Bool(bool)) => Value::Bool(!bool),
        (UnaryOp::BitNot, Value::Int(int)) => Value::Int(wrap(!int, scalar)),
        _ => return Err("no value".to_owned()),
    })
}

/// A binary operator on two scalars of the same type (but for shifts).
pub(super) fn binary_scalar(op: BinaryOp, a: &Value, b: &Value, scalar: Scalar) -> Evaluated {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => integers(op, *x, *y, scalar),
        (Value::Float(x), Value::Float(y)) => floats(op, *x, *y, scalar),
        (Value::Bool(x), Value::Bool(y)) => Ok(Value::Bool(match op {
            BinaryOp::And | BinaryOp::LogicalAnd => x & y,
            BinaryOp::Or | BinaryOp::LogicalOr => x | y,
            BinaryOp::Eq => x == y,
            _ => x != y,
        })),
        _ => Err("no value".to_owned()),
    }
}

fn floats(op: BinaryOp, x: f64, y: f64, scalar: Scalar) -> Evaluated {
    let arithmetic = |value: f64| round(value, scalar).map(Value::Float);
    match op {
        BinaryOp::Add => arithmetic(x + y),
        BinaryOp::Sub => arithmetic(x - y),
        BinaryOp::Mul => arithmetic(x * y),
        BinaryOp::Div | BinaryOp::Rem if y == 0.0 => Err("division by zero".to_owned()),
        BinaryOp::Div => arithmetic(x / y),
        // `x - y * trunc(x / y)`: the quotient must fit too, that of `f16` into an `f32`.
        BinaryOp::Rem => {
            let wide = if scalar == Scalar::F16 { Scalar::F32 } else { scalar };
            round(x / y, wide).and_then(|_| arithmetic(x % y))
        }
        BinaryOp::Eq => Ok(Value::Bool(x == y)),
        BinaryOp::Ne => Ok(Value::Bool(x != y)),
        BinaryOp::Lt => Ok(Value::Bool(x < y)),
        BinaryOp::Le => Ok(Value::Bool(x <= y)),
        BinaryOp::Gt => Ok(Value::Bool(x > y)),
        BinaryOp::Ge => Ok(Value::Bool(x >= y)),
        _ => Err("no value".to_owned()),
    }
}

fn integers(op: BinaryOp, x: i64, y: i64, scalar: Scalar) -> Evaluated {
    let is_abstract = scalar == Scalar::AbstractInt;
    let arithmetic = |checked: Option<i64>, wrapped: i64| match checked {
        Some(value) => Ok(Value::Int(wrap(value, scalar))),
        None if is_abstract => Err("integer overflow".to_owned()),
        None => Ok(Value::Int(wrap(wrapped, scalar))),
    };
    let order = |test: fn(std::cmp::Ordering) -> bool| {
        let ordering = if scalar == Scalar::U64 { (x as u64).cmp(&(y as u64)) } else { x.cmp(&y) };
        Ok(Value::Bool(test(ordering)))
    };
    match op {
        BinaryOp::Add => arithmetic(x.checked_add(y), x.wrapping_add(y)),
        BinaryOp::Sub => arithmetic(x.checked_sub(y), x.wrapping_sub(y)),
        BinaryOp::Mul => arithmetic(x.checked_mul(y), x.wrapping_mul(y)),
        BinaryOp::Div | BinaryOp::Rem => divide(op, x, y, scalar),
        BinaryOp::And => Ok(Value::Int(x & y)),
        BinaryOp::Or => Ok(Value::Int(x | y)),
        BinaryOp::Xor => Ok(Value::Int(wrap(x ^ y, scalar))),
        BinaryOp::Shl => shift_left(x, y, scalar),
        BinaryOp::Shr if scalar == Scalar::U64 => Ok(Value::Int(((x as u64) >> (y & 63)) as i64)),
        BinaryOp::Shr => Ok(Value::Int(x >> y.clamp(0, 63))),
        BinaryOp::Eq => Ok(Value::Bool(x == y)),
        BinaryOp::Ne => Ok(Value::Bool(x != y)),
        BinaryOp::Lt => order(std::cmp::Ordering::is_lt),
        BinaryOp::Le => order(std::cmp::Ordering::is_le),
        BinaryOp::Gt => order(std::cmp::Ordering::is_gt),
        BinaryOp::Ge => order(std::cmp::Ordering::is_ge),
        BinaryOp::LogicalAnd | BinaryOp::LogicalOr => Err("no value".to_owned()),
    }
}

fn divide(op: BinaryOp, x: i64, y: i64, scalar: Scalar) -> Evaluated {
    if y == 0 {
        return Err("division by zero".to_owned());
    }
    if scalar == Scalar::U64 {
        let (x, y) = (x as u64, y as u64);
        return Ok(Value::Int(if op == BinaryOp::Div { x / y } else { x % y } as i64));
    }
    let lowest = if scalar == Scalar::I32 { i64::from(i32::MIN) } else { i64::MIN };
    if x == lowest && y == -1 && scalar.is_signed_integer() {
        return Err(format!("`{x}` divided by `-1` cannot be represented as `{}`", scalar.name()));
    }
    Ok(Value::Int(if op == BinaryOp::Div { x / y } else { x % y }))
}

/// Bits that are shifted out must not change the value (specification, section 8.9).
fn shift_left(x: i64, amount: i64, scalar: Scalar) -> Evaluated {
    if amount > 63 && x != 0 {
        return Err(format!("`{x} << {amount}` loses bits as `{}`", scalar.name()));
    }
    let amount = (amount & 63) as u32;
    let shifted = wrap(x.wrapping_shl(amount), scalar);
    let back = match scalar {
        Scalar::U64 => ((shifted as u64) >> amount) as i64,
        _ => shifted >> amount,
    };
    if back == x {
        Ok(Value::Int(shifted))
    } else {
        Err(format!("`{x} << {amount}` loses bits as `{}`", scalar.name()))
    }
}
