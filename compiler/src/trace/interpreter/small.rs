//! Arrays of a few elements whose shape the text of the script decides, computed at once.
//!
//! Such an array is [`HostArray::fixed`]: a literal of numbers, `zeros`, `ones` or `eye` of literal
//! numbers, and what operations, functions and reductions of fixed arrays and host numbers give,
//! up to [`LEN_MAX`] elements; an index of a fixed array by numbers, colons, and literal ranges or
//! lists. What parts of several elements are joined to and whatever has a size that the host
//! computed is not fixed, and no array is in a variable that the text makes longer or shorter
//! ([`Scope::resized`]). So which operations are recorded does not depend on the sizes that
//! parameters of the script give, and an archive serves all of them. The limit: an array of a
//! written size that an index beyond it grows (`x = zeros(1, 3); x(k) = v`) is fixed at sizes
//! where `k` stays inside, and not where it does not; so is a field or cell element that grows.
//!
//! The bits are those that Octave has for so few elements: sums and products are taken in the
//! order of the elements, each step rounded (those of one row as [`preheat_dense::dot`] does), and
//! elementary functions are the system's, as for numbers ([`preheat_ops::system`]). All else is
//! the operation table's.

use preheat_format::OpId;
use preheat_ops::eval::Eval;
use preheat_ops::{DTypeRule, Kind};

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Ident, Scope, Slot};
use crate::trace::builtins;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::arith::{self, expanded};
use crate::trace::interpreter::operator::{flipped, op_of};
use crate::trace::interpreter::{Callee, Interpreter};
use crate::trace::known;
use crate::trace::value::{Class, Form, HostArray, HostData, Number, Value};

const RED_SUM: OpId = OpId::new("red_sum");

/// The most elements of a fixed array.
pub(crate) const LEN_MAX: u64 = 64;

/// The elements of an operand: those of a fixed array, or one number.
enum Operand<'v> {
    Many(&'v HostArray),
    One([f64; 1]),
}

impl<'v> Operand<'v> {
    fn of(value: &'v Value) -> Option<Operand<'v>> {
        match value {
            Value::Array(array) if array.fixed && is_kind(array) => Some(Operand::Many(array)),
            Value::Number(Number::Double(number)) => Some(Operand::One([*number])),
            Value::Number(Number::Logical(truth)) => {
                Some(Operand::One([f64::from(u8::from(*truth))]))
            }
            _ => None,
        }
    }

    /// The elements, if they are `double`.
    fn doubles(&self) -> Option<&[f64]> {
        match self {
            Operand::Many(array) => match &*array.data {
                HostData::Double(values) => Some(values),
                _ => None,
            },
            Operand::One(number) => Some(number),
        }
    }

    fn shape(&self) -> Option<&Shape> {
        match self {
            Operand::Many(array) => Some(&array.shape),
            Operand::One(_) => None,
        }
    }
}

/// A fixed array, unless it has too many elements.
pub(crate) fn fixed(shape: Shape, data: HostData) -> HostArray {
    let fixed = shape.len() <= LEN_MAX;
    HostArray { fixed, ..HostArray::new(shape, data) }
}

/// True for a host array of truth values or `double` that is fixed.
pub(crate) fn is_fixed(value: &Value) -> bool {
    matches!(value, Value::Array(array) if array.fixed && is_kind(array))
}

impl Value {
    /// The same value, a host array marked as fixed or not.
    pub(crate) fn with_fixed(mut self, fixed: bool) -> Value {
        if let Value::Array(array) = &mut self {
            array.fixed = fixed && is_kind(array) && array.shape.len() <= LEN_MAX;
        }
        self
    }
}

impl Value {
    /// The value as a variable keeps it: not fixed if the variable grows or shrinks.
    #[inline]
    pub(crate) fn open_in(mut self, scope: &Scope, slot: Slot) -> Value {
        if let Value::Array(array) = &mut self
            && array.fixed
            && scope.resized.as_ref().is_some_and(|resized| resized.contains(&slot))
        {
            array.fixed = false;
        }
        self
    }
}

/// True for the classes that are computed here.
fn is_kind(array: &HostArray) -> bool {
    matches!(*array.data, HostData::Double(_) | HostData::Logical(_))
}

impl Interpreter<'_> {
    /// `left op right` of variables and literals, at least one a fixed array, without a copy of
    /// either: sums, differences, products and quotients. `None`: another way.
    pub(crate) fn small_names(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Value> {
        let value = |expr: &Expr| match &expr.kind {
            ExprKind::Ident(ident) => self.frame.slots.get(ident.slot?.index())?.as_ref(),
            _ => None,
        };
        let (left, right) = (value(left)?, value(right)?);
        if !(is_fixed(left) || is_fixed(right)) || self.graph.demotes() {
            return None;
        }
        let (a, b) = (Operand::of(left)?, Operand::of(right)?);
        let result = match (op, a.shape(), b.shape()) {
            (BinaryOp::Mul, Some(_), Some(_)) => small_product(&a, &b)?,
            (BinaryOp::Div, _, Some(_)) => return None,
            (_, a_shape, b_shape) => {
                if a_shape.is_some() && b_shape.is_some() && a_shape != b_shape {
                    return None;
                }
                let values = plain(op, a.doubles()?, b.doubles()?)?;
                let shape = a_shape.or(b_shape)?.clone();
                Value::Array(fixed(shape, HostData::Double(values)))
            }
        };
        Some(result.with_form(super::form::of_binary(op, left, right)))
    }

    /// `left op right` of fixed arrays and numbers, at least one of them an array. `None`: they are
    /// not, or the operation has another way or gives an error.
    pub(crate) fn small_binary(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> Option<Value> {
        if !(is_fixed(left) || is_fixed(right)) || self.graph.demotes() {
            return None;
        }
        let (a, b) = (Operand::of(left)?, Operand::of(right)?);
        match (op, a.shape(), b.shape()) {
            (BinaryOp::Mul, Some(_), Some(_)) => return small_product(&a, &b),
            (BinaryOp::Div | BinaryOp::Pow, _, Some(_)) | (BinaryOp::Pow, Some(_), _) => {
                return None;
            }
            (BinaryOp::LeftDiv, Some(_), _) => return None,
            _ => {}
        }
        if matches!(op, BinaryOp::ElemPow | BinaryOp::Pow) {
            return self.small_power(&a, &b);
        }
        if matches!(op, BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv) {
            return self.small_pair(op_of(op), &b, &a);
        }
        if let (Some(x), Some(y)) = (a.doubles(), b.doubles()) {
            let shape = a.shape().or(b.shape())?;
            let same = a.shape().is_none() || b.shape().is_none() || a.shape() == b.shape();
            if let (true, Some(values)) = (same, plain(op, x, y)) {
                return Some(Value::Array(fixed(shape.clone(), HostData::Double(values))));
            }
        }
        self.small_pair(op_of(op), &a, &b)
    }

    /// A power; a cube is a product of three, which that of one number is not.
    fn small_power(&mut self, base: &Operand<'_>, power: &Operand<'_>) -> Option<Value> {
        let (values, shape) = (base.doubles()?, base.shape()?.clone());
        let Operand::One([power]) = *power else {
            return None;
        };
        let is_real = || values.iter().all(|x| *x >= 0.0);
        let values = match power {
            2.0 | -1.0 => values.iter().map(|x| arith::power(*x, power)).collect(),
            3.0 => values.iter().map(|x| x * x * x).collect(),
            power if power.fract() == 0.0 || is_real() => {
                return self.small_pair(OpId::new("pow"), base, &Operand::One([power]));
            }
            _ => return None,
        };
        Some(Value::Array(fixed(shape, HostData::Double(values))))
    }

    /// A whole power of a fixed matrix, or of its inverse, by squares. `None`: another way.
    pub(crate) fn small_matrix_power(
        &mut self,
        base: &Value,
        power: f64,
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        let is_counted = power.fract() == 0.0 && power != 0.0 && power.abs() < 1e9;
        if !is_fixed(base) || !is_counted || self.graph.demotes() {
            return Ok(None);
        }
        let mut base = match power < 0.0 {
            true => {
                // The language's own, whatever the script calls so.
                let Some(inverse) = builtins::find("inv") else { return Ok(None) };
                match self.call_builtin(inverse, vec![base.clone()], 1, span)?.pop() {
                    Some(inverse) => inverse,
                    None => return Ok(None),
                }
            }
            false => base.clone(),
        };
        let mut result = base.clone();
        let mut left = power.abs() as u64 - 1;
        while left > 0 {
            if left & 1 == 1 {
                result = self.binary(BinaryOp::Mul, result, base.clone(), span)?;
            }
            left >>= 1;
            if left > 0 {
                base = self.binary(BinaryOp::Mul, base.clone(), base, span)?;
            }
        }
        Ok(Some(result))
    }

    /// An operation of the table on two values: fixed arrays and numbers.
    pub(crate) fn small_two(&mut self, id: OpId, left: &Value, right: &Value) -> Option<Value> {
        if !(is_fixed(left) || is_fixed(right)) || self.graph.demotes() {
            return None;
        }
        self.small_pair(id, &Operand::of(left)?, &Operand::of(right)?)
    }

    fn small_pair(&mut self, id: OpId, a: &Operand<'_>, b: &Operand<'_>) -> Option<Value> {
        let def = self.op(id)?;
        let Kind::Elementwise { eval, .. } = &def.kind else {
            return None;
        };
        let scalar = Shape::scalar();
        let (a_shape, b_shape) = (a.shape().unwrap_or(&scalar), b.shape().unwrap_or(&scalar));
        let shape = a_shape.broadcast(b_shape)?;
        let (x, y) = (spread(a, &shape), spread(b, &shape));
        let len = x.len();
        if let Some(function) = preheat_ops::system::of_two(id.as_str()) {
            let values = x.iter().zip(&y).map(|(x, y)| function(*x, *y)).collect();
            return Some(Value::Array(fixed(shape, HostData::Double(values))));
        }
        let data = match eval {
            Eval::Float2 { f64, .. } => {
                let mut values = vec![0.0; len];
                f64(&x, &y, &mut values);
                HostData::Double(values)
            }
            Eval::Test2 { f64, .. } => {
                let mut words = vec![0; len];
                f64(&x, &y, &mut words);
                HostData::Logical(words.into_iter().map(|word| word != 0).collect())
            }
            Eval::Logic2(logic) => {
                let words = |values: &[f64]| -> Vec<u32> {
                    values.iter().map(|value| u32::from(*value != 0.0)).collect()
                };
                let mut result = vec![0; len];
                logic(&words(&x), &words(&y), &mut result);
                HostData::Logical(result.into_iter().map(|word| word != 0).collect())
            }
            Eval::Float1 { .. }
            | Eval::Float3 { .. }
            | Eval::Test1 { .. }
            | Eval::Logic1(_)
            | Eval::Select => return None,
        };
        Some(Value::Array(fixed(shape, data)))
    }

    /// An operation of the table on a fixed array; its elements are within the domain.
    pub(crate) fn small_one(&mut self, id: OpId, value: &Value) -> Option<Value> {
        let (Value::Array(array), true) = (value, is_fixed(value) && !self.graph.demotes()) else {
            return None;
        };
        let Kind::Elementwise { eval, .. } = &self.op(id)?.kind else {
            return None;
        };
        let x = array.doubles();
        if let Some(function) = preheat_ops::system::of_one(id.as_str()) {
            let values = x.into_iter().map(function).collect();
            return Some(Value::Array(fixed(array.shape.clone(), HostData::Double(values))));
        }
        let data = match eval {
            Eval::Float1 { f64, .. } => {
                let mut values = vec![0.0; x.len()];
                f64(&x, &mut values);
                HostData::Double(values)
            }
            Eval::Test1 { f64, .. } => {
                let mut words = vec![0; x.len()];
                f64(&x, &mut words);
                HostData::Logical(words.into_iter().map(|word| word != 0).collect())
            }
            Eval::Logic1(_) if id == OpId::new("not") => {
                HostData::Logical(x.iter().map(|value| *value == 0.0).collect())
            }
            Eval::Logic1(_)
            | Eval::Float2 { .. }
            | Eval::Float3 { .. }
            | Eval::Test2 { .. }
            | Eval::Logic2(_)
            | Eval::Select => return None,
        };
        Some(Value::Array(fixed(array.shape.clone(), data)))
    }

    /// Rows and columns of a fixed matrix exchanged.
    pub(crate) fn small_transpose(&mut self, value: &Value) -> Option<Value> {
        let (Value::Array(array), true) = (value, is_fixed(value)) else {
            return None;
        };
        let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
        let shape = flipped(&array.shape);
        let places = (0..rows).flat_map(|row| (0..columns).map(move |at| at * rows + row));
        let data = match array.shape.is_vector() {
            true => return Some(Value::Array(HostArray { shape, ..array.clone() })),
            false => array.data.gather(places),
        };
        Some(Value::Array(HostArray { form: array.form, ..fixed(shape, data) }))
    }

    /// A reduction of the table over one axis of a fixed array that is not empty.
    pub(crate) fn small_reduce(&mut self, id: OpId, value: &Value, axis: usize) -> Option<Value> {
        let (Value::Array(array), true) = (value, is_fixed(value) && !self.graph.demotes()) else {
            return None;
        };
        let def = self.op(id)?;
        let Kind::Reduction(reduction) = &def.kind else {
            return None;
        };
        let is_logic = def.dtype == DTypeRule::Bool;
        if array.is_empty() || (is_logic && !matches!(*array.data, HostData::Logical(_))) {
            return None;
        }
        let values = array.doubles();
        let count = array.shape.extent(axis) as usize;
        let stride: usize = (0..axis).map(|axis| array.shape.extent(axis) as usize).product();
        let shape = array.shape.with_extent(axis, 1);
        let result = |at: usize| {
            let start = at / stride * stride * count + at % stride;
            let line: Vec<f64> = (0..count).map(|k| values[start + k * stride]).collect();
            let mut sum = [reduction.eval.identity];
            match is_logic {
                _ if matches!(id.as_str(), "red_sum" | "red_mean") => {
                    let sum = line.iter().fold(0.0, |sum, x| sum + x);
                    return if id == RED_SUM { sum } else { sum / count as f64 };
                }
                true => {
                    let words: Vec<u32> = line.iter().map(|x| u32::from(*x != 0.0)).collect();
                    (reduction.eval.word)(&mut sum, &words, 0);
                }
                false => (reduction.eval.f64)(&mut sum, &line, 0),
            }
            (reduction.eval.finish)(&sum[0], count as u64)
        };
        let results = (0..shape.len() as usize).map(result);
        let data = match is_logic {
            true => HostData::Logical(results.map(|value| value != 0.0).collect()),
            false => HostData::Double(results.collect()),
        };
        Some(Value::from(fixed(shape, data)))
    }

    /// `zeros`, `ones` and `eye` of literal numbers.
    pub(crate) fn small_constant(&mut self, ident: &Ident, args: &[Expr]) -> Option<Value> {
        let literal = |expr: &Expr| match expr.kind {
            ExprKind::Number(value) if value.fract() == 0.0 && value <= LEN_MAX as f64 => {
                Some(value as u64)
            }
            _ => None,
        };
        let (rows, columns) = match args {
            [both] => (literal(both)?, literal(both)?),
            [rows, columns] => (literal(rows)?, literal(columns)?),
            _ => return None,
        };
        let len = rows * columns;
        if !(2..=LEN_MAX).contains(&len) || self.graph.demotes() {
            return None;
        }
        let name = match self.frame.text(ident.name) {
            name @ ("zeros" | "ones" | "eye") => name,
            _ => return None,
        };
        let (value, is_eye) = (f64::from(u8::from(name == "ones")), name == "eye");
        let Some(Callee::Builtin(_)) = self.resolve(ident.name) else {
            return None;
        };
        let mut values = vec![value; len as usize];
        if is_eye {
            let diagonal = values.iter_mut().step_by(rows as usize + 1);
            diagonal.take(rows.min(columns) as usize).for_each(|value| *value = 1.0);
        }
        let array = fixed(Shape::matrix(rows, columns), HostData::Double(values));
        let form = if is_eye { Form::Diagonal } else { Form::Full };
        Some(Value::Array(HostArray { form, ..array }))
    }
}

/// True for an index whose count of positions the text decides, given its value.
pub(crate) fn is_fixed_index(expr: &Expr, value: &Value) -> bool {
    let is_literal = |expr: &Expr| matches!(expr.kind, ExprKind::Number(_) | ExprKind::End);
    match (&expr.kind, value) {
        (ExprKind::Colon, _) => true,
        (_, Value::Number(number)) => !matches!(number, Number::Logical(_)),
        (_, Value::Array(array)) => array.fixed && array.class() == Class::Double,
        (ExprKind::Range { start, step, stop }, Value::Range(_)) => {
            is_literal(start) && is_literal(stop) && step.as_deref().is_none_or(is_literal)
        }
        _ => false,
    }
}

/// Sums, differences, products and quotients of elements of one shape, or of one and a number.
fn plain(op: BinaryOp, x: &[f64], y: &[f64]) -> Option<Vec<f64>> {
    fn each(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        match (x, y) {
            ([x], _) => y.iter().map(|y| f(*x, *y)).collect(),
            (_, [y]) => x.iter().map(|x| f(*x, *y)).collect(),
            (x, y) => x.iter().zip(y).map(|(x, y)| f(*x, *y)).collect(),
        }
    }
    Some(match op {
        BinaryOp::Add => each(x, y, |x, y| x + y),
        BinaryOp::Sub => each(x, y, |x, y| x - y),
        BinaryOp::Mul | BinaryOp::ElemMul => each(x, y, |x, y| x * y),
        BinaryOp::Div | BinaryOp::ElemDiv => each(x, y, |x, y| x / y),
        BinaryOp::LeftDiv
        | BinaryOp::ElemLeftDiv
        | BinaryOp::Pow
        | BinaryOp::ElemPow
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Ge
        | BinaryOp::Gt
        | BinaryOp::And
        | BinaryOp::Or => return None,
    })
}

/// The elements of an operand in the shape of the result.
fn spread(operand: &Operand<'_>, shape: &Shape) -> Vec<f64> {
    match operand {
        Operand::One([value]) => vec![*value; shape.len() as usize],
        Operand::Many(array) => {
            let values = array.doubles();
            match array.shape == *shape {
                true => values,
                false => expanded(shape, &array.shape).into_iter().map(|at| values[at]).collect(),
            }
        }
    }
}

/// A matrix product.
fn small_product(left: &Operand<'_>, right: &Operand<'_>) -> Option<Value> {
    let (x, y) = (left.doubles()?, right.doubles()?);
    let (a, b) = (left.shape()?, right.shape()?);
    let (m, k, n) = (a.extent(0) as usize, a.extent(1) as usize, b.extent(1) as usize);
    if a.rank() > 2 || b.rank() > 2 || b.extent(0) as usize != k || x.is_empty() || y.is_empty() {
        return None;
    }
    let values = known::product(x, y, [m, k, n])?;
    Some(Value::from(fixed(Shape::matrix(m as u64, n as u64), HostData::Double(values))))
}
