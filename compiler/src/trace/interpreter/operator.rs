//! Operators on values: host scalars at once, host-only classes on the host, the rest recorded.

use std::rc::Rc;

use preheat_format::OpId;

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::syntax::ast::{BinaryOp, PostfixOp, UnaryOp};
use crate::trace::error::{ScriptError, fail, nonconformant};
use crate::trace::graph::GraphError;
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::arith::{
    binary_arrays, binary_numbers, collect_numbers, convert_number, narrow, to_complex,
};
use crate::trace::interpreter::force::{operand_type, refuse_nan};
use crate::trace::interpreter::small::is_fixed;
use crate::trace::record::Operand;
use crate::trace::value::{
    CellArray, Class, Float, Form, HostArray, HostData, IntClass, Lazy, Number, Range, Value,
};

const MUL: OpId = OpId::new("mul");
const SQRT: OpId = OpId::new("sqrt");

/// The table's operation of an element-wise operator.
pub(crate) fn op_of(op: BinaryOp) -> OpId {
    OpId::new(match op {
        BinaryOp::Add => "add",
        BinaryOp::Sub => "sub",
        BinaryOp::Mul | BinaryOp::ElemMul => "mul",
        BinaryOp::Div | BinaryOp::ElemDiv | BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => "div",
        BinaryOp::Pow | BinaryOp::ElemPow => "pow",
        BinaryOp::Lt => "lt",
        BinaryOp::Le => "le",
        BinaryOp::Eq => "eq",
        BinaryOp::Ne => "ne",
        BinaryOp::Ge => "ge",
        BinaryOp::Gt => "gt",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
    })
}

/// True if operations on a value are done on the host, but for those that `integers.rs` records.
pub(crate) fn is_host_only(value: &Value) -> bool {
    match value {
        Value::Number(number) => matches!(number, Number::Int(..) | Number::Complex(..)),
        Value::Array(array) => {
            array.is_complex() || matches!(array.class(), Class::Int(_) | Class::Char)
        }
        Value::Lazy(lazy) => matches!(lazy.class, Class::Int(_)),
        Value::Range(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => false,
    }
}

/// As [`is_host_only`], of a value whose elements the host has already: lazy integers have
/// operations that are recorded in `double`.
pub(crate) fn is_host_held(value: &Value) -> bool {
    is_host_only(value) && !matches!(value, Value::Lazy(_))
}

/// An operand of a recorded operation, owned.
pub(crate) enum Recorded {
    /// An array.
    Lazy(Lazy),
    /// A parameter.
    Number(Number),
}

impl Recorded {
    /// Borrowed, for the graph.
    pub(crate) fn operand(&self) -> Operand<'_> {
        match self {
            Recorded::Lazy(lazy) => Operand::Lazy(lazy),
            Recorded::Number(number) => Operand::Number(*number),
        }
    }
}

impl Interpreter<'_> {
    /// `left op right`.
    ///
    /// # Errors
    /// If classes or sizes do not go together.
    pub(crate) fn binary(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        if let (Value::Number(a), Value::Number(b)) = (&left, &right) {
            return binary_numbers(op, *a, *b).map(Value::Number).map_err(|error| error.at(span));
        }
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            refuse_nan(&left).and_then(|()| refuse_nan(&right)).map_err(|error| error.at(span))?;
        }
        if let Some(result) = self.small_binary(op, &left, &right) {
            return Ok(result.with_form(super::form::of_binary(op, &left, &right)));
        }
        let (left, right) = (self.forced(left)?, self.forced(right)?);
        if left.class().is_none() || right.class().is_none() {
            // Octave has tried characters and truth values as numbers before it gives up.
            let (a, b) = (as_number(operand_type(&left)), as_number(operand_type(&right)));
            let text = op.text();
            let message =
                format!("binary operator '{text}' not implemented for '{a}' by '{b}' operations");
            return Err(fail("M104", message).at(span));
        }
        let form = super::form::of_binary(op, &left, &right);
        let is_number = |value: &Value| matches!(value, Value::Number(_));
        let fixed =
            (is_fixed(&left) || is_number(&left)) && (is_fixed(&right) || is_number(&right));
        let result = self.binary_full(op, left, right, span)?.with_fixed(fixed);
        Ok(if form == Form::Full { result } else { result.with_form(form) })
    }

    fn binary_full(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let is_scalar = |value: &Value| value.shape().is_scalar();
        let any_scalar = is_scalar(&left) || is_scalar(&right);
        match op {
            BinaryOp::Mul if !any_scalar => return self.matmul(&left, &right, span),
            BinaryOp::Div if !is_scalar(&right) => return self.right_divide(left, right, span),
            BinaryOp::LeftDiv if !is_scalar(&left) => return self.left_divide(left, right, span),
            BinaryOp::Pow if !(is_scalar(&left) && is_scalar(&right)) => {
                return self.matrix_power(left, right, span);
            }
            _ => {}
        }
        self.elementwise(op, left, right, span)
    }

    /// `left op right`, element by element.
    ///
    /// # Errors
    /// As [`Interpreter::binary`].
    pub(crate) fn elementwise(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        if let (Value::Number(a), Value::Number(b)) = (&left, &right) {
            return binary_numbers(op, *a, *b).map(Value::Number).map_err(|error| error.at(span));
        }
        if let Some(result) = self.integer_binary(op, &left, &right, span)? {
            return Ok(result);
        }
        let char_beside_lazy =
            |value: &Value, other: &Value| value.is_char() && matches!(other, Value::Lazy(_));
        let on_host = (is_host_only(&left) && !char_beside_lazy(&left, &right))
            || (is_host_only(&right) && !char_beside_lazy(&right, &left));
        if on_host {
            self.graph.computed_on_host(op.text());
            let (a, b) = (self.host_array(&left, span)?, self.host_array(&right, span)?);
            return binary_arrays(op, &a, &b).map(Value::from).map_err(|error| error.at(span));
        }
        if let Some(range) = range_arithmetic(op, &left, &right) {
            return Ok(Value::Range(range));
        }
        let (left, right) = match op {
            BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => (right, left),
            _ => (left, right),
        };
        if matches!(op, BinaryOp::Pow | BinaryOp::ElemPow)
            && !self.power_stays_real(&left, &right, span)?
        {
            self.graph.computed_on_host(op.text());
            let (a, b) = (self.host_array(&left, span)?, self.host_array(&right, span)?);
            return binary_arrays(op, &a, &b).map(Value::from).map_err(|error| error.at(span));
        }
        if let (BinaryOp::Pow | BinaryOp::ElemPow, Value::Number(power)) = (op, &right)
            && let Some(result) = self.short_power(&left, power.to_f64(), span)?
        {
            return Ok(result);
        }
        let (a, b) = (self.recorded(left, span)?, self.recorded(right, span)?);
        let result = self.graph.apply(op_of(op), &[a.operand(), b.operand()], span);
        let result = result.map_err(|error| sized(&operation_of(op), error).at(span))?;
        Ok(Value::Lazy(result))
    }

    /// Powers 2, 3, 4 by multiplication, -1 by division, 1/2 and 3/2 by the square root.
    fn short_power(
        &mut self,
        base: &Value,
        power: f64,
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        if ![2.0, 3.0, 4.0, -1.0, 0.5, 1.5].contains(&power) {
            return Ok(None);
        }
        let base = self.recorded(base.clone(), span)?;
        let base = base.operand();
        if power < 0.0 {
            let one = Operand::Number(Number::Double(1.0));
            let result = self.graph.apply(OpId::new("div"), &[one, base], span)?;
            return Ok(Some(Value::Lazy(result)));
        }
        if power == 0.5 {
            // A power of -0 is 0, its square root is -0: 0 is added first.
            let zero = Operand::Number(Number::Double(0.0));
            let sum = self.graph.apply(OpId::new("add"), &[base, zero], span)?;
            let result = self.graph.apply(SQRT, &[Operand::Lazy(&sum)], span)?;
            return Ok(Some(Value::Lazy(result)));
        }
        if power == 1.5 {
            let root = self.graph.apply(SQRT, &[base], span)?;
            let result = self.graph.apply(MUL, &[base, Operand::Lazy(&root)], span)?;
            return Ok(Some(Value::Lazy(result)));
        }
        let square = self.graph.apply(MUL, &[base, base], span)?;
        let by = match power {
            2.0 => return Ok(Some(Value::Lazy(square))),
            3.0 => base,
            _ => Operand::Lazy(&square),
        };
        let result = self.graph.apply(MUL, &[Operand::Lazy(&square), by], span)?;
        Ok(Some(Value::Lazy(result)))
    }

    /// A value as an operand of a recorded operation.
    ///
    /// # Errors
    /// If it has no numbers, or of a class that stays on the host.
    pub(crate) fn recorded(&mut self, value: Value, span: Span) -> Result<Recorded, ScriptError> {
        match value {
            Value::Number(Number::Char(value)) => {
                Ok(Recorded::Number(Number::Double(f64::from(u32::from(value)))))
            }
            Value::Number(Number::Int(_, value)) => {
                Ok(Recorded::Number(Number::Double(value as f64)))
            }
            Value::Number(number) => Ok(Recorded::Number(number)),
            other => self.lazy(other, span).map(Recorded::Lazy),
        }
    }

    /// A value as a node of the Dag. Characters and integers count as `double`.
    ///
    /// # Errors
    /// If it has no numbers, or complex ones.
    pub(crate) fn lazy(&mut self, value: Value, span: Span) -> Result<Lazy, ScriptError> {
        match self.forced(value)? {
            Value::Lazy(lazy) if matches!(lazy.class, Class::Int(_)) => {
                Ok(self.graph.cast(&lazy, Class::Double, span)?)
            }
            Value::Lazy(lazy) => Ok(lazy),
            Value::Range(range) => Ok(self.graph.range(range, span)?),
            Value::Number(number @ (Number::Char(_) | Number::Int(..))) => {
                let number = Number::Double(number.to_f64());
                Ok(self.graph.param(number, Class::Double, span)?)
            }
            Value::Number(number @ Number::Complex(..)) => {
                Ok(self.graph.leaf(&number.to_array(), span)?)
            }
            Value::Number(number) => Ok(self.graph.param(number, number.class(), span)?),
            Value::Array(array) => match array.class() {
                Class::Int(_) if self.graph.dtype_of(array.class()).is_some() => {
                    let lazy = self.graph.leaf(&array, span)?;
                    Ok(self.graph.cast(&lazy, Class::Double, span)?)
                }
                Class::Char | Class::Int(_) => {
                    let data = HostData::Double(array.doubles());
                    Ok(self.graph.leaf(&HostArray::new(array.shape, data), span)?)
                }
                Class::Double | Class::Single | Class::Logical => {
                    let mut lazy = self.graph.leaf(&array, span)?;
                    lazy.form = array.form;
                    if self.graph.is_planning() {
                        let is_it = |held: &HostArray| Rc::ptr_eq(&held.data, &array.data);
                        let holds =
                            |value: &Value| matches!(value, Value::Array(held) if is_it(held));
                        if let Some(name) = self.frame.holder(holds) {
                            self.graph.note_name(&lazy, &name);
                        }
                    }
                    Ok(lazy)
                }
            },
            other => {
                let message = format!("wrong type argument '{}'", super::force::described(&other));
                Err(fail("M104", message).at(span))
            }
        }
    }

    fn matmul(&mut self, left: &Value, right: &Value, span: Span) -> Result<Value, ScriptError> {
        if let (Some(Class::Int(_)), _) | (_, Some(Class::Int(_))) = (left.class(), right.class()) {
            let message = format!(
                "binary operator '*' not implemented for '{}' by '{}' operations",
                operand_type(left),
                operand_type(right)
            );
            let error = fail("M104", message);
            return Err(error.hint("`double` converts integers").at(span));
        }
        let (a, b) = (left.shape(), right.shape());
        if a.rank() > 2 || b.rank() > 2 || a.extent(1) != b.extent(0) {
            let error = nonconformant("operator *", &a, &b);
            let error = match a.broadcast(&b) {
                Some(_) => error.hint("`.*` multiplies element by element"),
                None => error.hint(format!(
                    "`*` is the matrix product: {} columns on the left meet {} rows on the right",
                    a.extent(1),
                    b.extent(0)
                )),
            };
            return Err(error.at(span));
        }
        if is_host_only(left) || is_host_only(right) {
            let (a, b) = (self.host_array(left, span)?, self.host_array(right, span)?);
            return Ok(host_product(&a, &b));
        }
        let a = self.lazy(left.clone(), span)?;
        let b = self.lazy(right.clone(), span)?;
        Ok(Value::Lazy(self.graph.matmul(&a, &b, span)?))
    }

    fn matrix_power(
        &mut self,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let shape = left.shape();
        if !right.shape().is_scalar() && !shape.is_scalar() {
            let message = "can't do A ^ B for A and B both matrices";
            return Err(fail("M103", message).hint("`.^` raises element by element").at(span));
        }
        let is_square = |shape: &Shape| shape.rank() == 2 && shape.extent(0) == shape.extent(1);
        if !is_square(&shape) || !is_square(&right.shape()) {
            let message = "for x^y, only square matrix arguments are permitted and one argument \
                           must be scalar.  Use .^ for elementwise power.";
            let error = fail("M103", message).hint("`.^` raises element by element");
            return Err(error.at(span));
        }
        let exponent = self.host_array(&right, span)?;
        let power = exponent.first().unwrap_or(f64::NAN);
        if let Some(result) = self.small_matrix_power(&left, power, span)? {
            return Ok(result);
        }
        let is_counted = exponent.len() == 1
            && !exponent.is_complex()
            && power.fract() == 0.0
            && (0.0..1e9).contains(&power);
        if !is_counted || is_host_only(&left) {
            let mut values = self.call_name("linear__power", vec![left, right], 1, span)?;
            return Ok(values.pop().unwrap_or_else(Value::empty));
        }
        let mut left_over = power as u64;
        let mut base = self.lazy(left, span)?;
        let mut result: Option<Lazy> = None;
        while left_over > 0 {
            if left_over & 1 == 1 {
                result = Some(match result {
                    Some(result) => self.graph.matmul(&result, &base, span)?,
                    None => base.clone(),
                });
            }
            left_over >>= 1;
            if left_over > 0 {
                base = self.graph.matmul(&base, &base, span)?;
            }
        }
        match result {
            Some(result) => Ok(Value::Lazy(result)),
            None => Ok(identity(shape.extent(0)).into()),
        }
    }

    /// `op operand`.
    ///
    /// # Errors
    /// If the class has no such operator.
    pub(crate) fn unary(
        &mut self,
        op: UnaryOp,
        operand: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        if let Value::Number(number) = operand {
            if op == UnaryOp::Not {
                refuse_nan(&operand).map_err(|error| error.at(span))?;
            }
            return Ok(Value::Number(unary_number(op, number)).narrowed());
        }
        let operand = self.forced(operand)?;
        if operand.class().is_none() {
            let (text, kind) = (op.text(), operand_type(&operand));
            let message = format!("unary operator '{text}' not implemented for '{kind}' operands");
            return Err(fail("M104", message).at(span));
        }
        if let (UnaryOp::Minus, Value::Range(range)) = (op, &operand)
            && range.overshoot().is_none()
            && !range.has_inner_zero()
        {
            let (start, step) = (-range.start, -range.step);
            return Ok(Value::Range(Range { start, step, count: range.count, limit: None }));
        }
        if op == UnaryOp::Not {
            refuse_nan(&operand).map_err(|error| error.at(span))?;
        }
        if let Some(result) = self.integer_unary(op, &operand, span)? {
            return Ok(result);
        }
        if is_host_only(&operand) {
            let array = self.host_array(&operand, span)?;
            let numbers: Vec<Number> =
                array.numbers().map(|number| unary_number(op, number)).collect();
            let class = numbers.first().map_or(array.class(), |number| number.class());
            return Ok(collect_numbers(class, array.shape, numbers.into_iter()).into());
        }
        if let Some(result) = self.small_unary(op, &operand) {
            return Ok(result);
        }
        let id = match op {
            UnaryOp::Plus if operand.class() == Some(Class::Logical) => {
                let lazy = self.lazy(operand, span)?;
                return Ok(Value::Lazy(self.graph.cast(&lazy, Class::Double, span)?));
            }
            UnaryOp::Plus => return Ok(operand),
            UnaryOp::Minus => OpId::new("neg"),
            UnaryOp::Not => OpId::new("not"),
        };
        let form = match op {
            UnaryOp::Minus => super::form::of_negated(&operand),
            UnaryOp::Not => super::form::if_sparse(&operand),
            UnaryOp::Plus => Form::Full,
        };
        let lazy = self.lazy(operand, span)?;
        let result = self.graph.apply(id, &[Operand::Lazy(&lazy)], span)?;
        Ok(Value::Lazy(result).with_form(form))
    }

    /// `op operand` of a fixed array.
    fn small_unary(&mut self, op: UnaryOp, operand: &Value) -> Option<Value> {
        match op {
            UnaryOp::Plus => None,
            UnaryOp::Minus => {
                let result = self.small_one(OpId::new("neg"), operand)?;
                Some(result.with_form(super::form::of_negated(operand)))
            }
            UnaryOp::Not => {
                let result = self.small_one(OpId::new("not"), operand)?;
                Some(result.with_form(super::form::if_sparse(operand)))
            }
        }
    }

    /// `operand'` and `operand.'`.
    ///
    /// # Errors
    /// If it has more than two extents.
    pub(crate) fn transpose(
        &mut self,
        op: PostfixOp,
        operand: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        if let Value::Number(number) = operand {
            return Ok(Value::Number(conjugate(op, number)).narrowed());
        }
        let operand = self.forced(operand)?;
        if operand.shape().rank() > 2 {
            return Err(fail("M103", "transpose not defined for N-D objects").at(span));
        }
        if let Some(result) = self.small_transpose(&operand) {
            return Ok(result);
        }
        match operand {
            Value::Array(array) if is_host_only(&Value::Array(array.clone())) => {
                let numbers = transposed(&array.shape);
                let numbers = numbers.into_iter().filter_map(|index| array.get(index));
                let numbers = numbers.map(|number| conjugate(op, number));
                let result = collect_numbers(array.class(), flipped(&array.shape), numbers);
                Ok(Value::from(result).with_form(array.form))
            }
            Value::Cell(cell) => {
                let values = transposed(&cell.shape).into_iter();
                let values = values.filter_map(|index| cell.values.get(index).cloned()).collect();
                Ok(Value::Cell(CellArray::new(flipped(&cell.shape), values)))
            }
            Value::Struct(mut array) if array.shape.is_vector() => {
                array.shape = flipped(&array.shape);
                Ok(Value::Struct(array))
            }
            other => {
                let form = other.form();
                let lazy = self.in_class(other, span)?;
                let flipped = self.graph.permute(&lazy, &[1, 0], span);
                Ok(Value::Lazy(flipped).with_form(form))
            }
        }
    }

    /// `start:step:stop` of host numbers.
    ///
    /// # Errors
    /// If a bound is no number.
    pub(crate) fn range(&mut self, bounds: [Value; 3], span: Span) -> Result<Value, ScriptError> {
        let mut bases = [Number::Double(0.0); 3];
        let mut class = Class::Double;
        for (base, value) in bases.iter_mut().zip(&bounds) {
            if let Value::Number(number @ Number::Double(_)) = value {
                *base = *number;
                continue;
            }
            let array = self.host_array(value, span)?;
            match (array.class(), class) {
                (Class::Int(_), _) | (Class::Single, Class::Double) => class = array.class(),
                (_, _) => {}
            }
            let Some(first) = array.numbers().next() else {
                let limit = None;
                return Ok(Value::Range(Range { start: 0.0, step: 1.0, count: 0, limit }));
            };
            *base = first;
        }
        if bounds.iter().any(Value::is_char) && !matches!(class, Class::Int(_)) {
            class = Class::Char;
        }
        if let Class::Int(int) = class {
            return integer_range(bases, int).map(Value::from).map_err(|error| error.at(span));
        }
        let numbers = bases.map(Number::to_f64);
        let [start, step, stop] = numbers;
        if numbers.iter().any(|number| number.is_nan()) && class.is_float() {
            return Ok(Value::Number(convert_number(Number::Double(f64::NAN), class)));
        }
        if class == Class::Single {
            let range = single_range(numbers.map(|number| number as f32));
            return range.map(Value::from).map_err(|error| error.at(span));
        }
        if start.is_infinite() && start == stop {
            return Ok(Value::from(f64::NAN));
        }
        if step.is_infinite()
            && start.is_finite()
            && (stop == start || (stop > start) == (step > 0.0))
        {
            return Ok(Value::from(start));
        }
        let count = range_count(start, step, stop);
        let range = Range { start, step, count, limit: Some(stop) };
        if class == Class::Double {
            return Ok(Value::Range(range));
        }
        let numbers = (0..range.count).map(|index| Number::Double(range.at(index)));
        let numbers = numbers.map(|number| convert_number(number, class));
        Ok(collect_numbers(class, Shape::matrix(1, range.count), numbers).into())
    }
}

/// The most elements of a range that is made into an array at once.
pub(crate) const RANGE_LEN_MAX: u64 = 1 << 31;

/// Bytes of the place of an element, and of the element.
pub(crate) const PLACE_BYTES: u64 = 16;

/// Fails if the system has no memory for so many elements of so many bytes each.
pub(crate) fn has_room(len: u64, element_bytes: u64) -> Result<(), ScriptError> {
    let bytes = usize::try_from(len.saturating_mul(element_bytes)).map_err(|_| too_long())?;
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| too_long())
}

/// The error for a range that is not to be stored.
pub(crate) fn too_long() -> ScriptError {
    fail("M103", "out of memory or dimension too large for Octave's index type")
}

/// `start:step:stop` with a bound of an integer class: every bound is whole and in that class.
fn integer_range(bounds: [Number; 3], class: IntClass) -> Result<HostArray, ScriptError> {
    let mut whole = [0i128; 3];
    for (at, (value, number)) in whole.iter_mut().zip(bounds).enumerate() {
        let double = match number {
            Number::Int(own, own_value) if own == class => {
                *value = own_value;
                continue;
            }
            Number::Double(double) => double,
            _ => return Err(fail("M104", "incompatible types found in range expression")),
        };
        let (low, high) = class.bounds();
        *value = double as i128;
        let is_inside = at == 1 || (low..=high).contains(value);
        if double.fract() != 0.0 || !double.is_finite() || !is_inside {
            let message = match at {
                0 => {
                    "colon operator lower bound invalid (not an integer or out of range for given \
                     integer type)"
                }
                1 => "colon operator increment invalid (not an integer)",
                _ => {
                    "colon operator upper bound invalid (not an integer or out of range for given \
                     integer type)"
                }
            };
            return Err(fail("M113", message));
        }
    }
    let [start, step, stop] = whole;
    let count = match step.signum() {
        1 if start <= stop => (stop - start) / step + 1,
        -1 if start >= stop => (start - stop) / -step + 1,
        _ => 0,
    };
    let count = u64::try_from(count).ok().filter(|count| *count <= RANGE_LEN_MAX);
    let count = count.ok_or_else(too_long)?;
    let numbers = (0..count).map(|index| Number::Int(class, start + step * i128::from(index)));
    Ok(collect_numbers(Class::Int(class), Shape::matrix(1, count), numbers))
}

/// `start:step:stop` of class `single`: every step is rounded to `single`, as in Octave.
fn single_range([start, step, stop]: [f32; 3]) -> Result<HostArray, ScriptError> {
    let count = if step == 0.0 || (step > 0.0) != (stop >= start) && start != stop {
        0
    } else {
        let allowance = 1.0 + 3.0 * f32::EPSILON;
        // What is beyond every count stays there.
        (((stop - start) / step * allowance).floor() as u64).saturating_add(1)
    };
    if count > RANGE_LEN_MAX {
        return Err(too_long());
    }
    let last = |value: f32| if step > 0.0 { value.min(stop) } else { value.max(stop) };
    let values = (0..count).map(|index| last(start + index as f32 * step)).collect();
    Ok(HostArray::new(Shape::matrix(1, count), HostData::Single(values)))
}

/// Number of values of `start:step:stop`, with Octave's allowance for rounding.
pub(crate) fn range_count(start: f64, step: f64, stop: f64) -> u64 {
    if step == 0.0 || step.is_nan() || start.is_nan() || stop.is_nan() {
        return 0;
    }
    if (step > 0.0 && start > stop) || (step < 0.0 && start < stop) {
        return 0;
    }
    let allowance = 3.0 * f64::EPSILON;
    let count = ((stop - start) / step * (1.0 + allowance)).floor();
    if count < 0.0 { 0 } else { (count as u64).saturating_add(1) }
}

/// A range plus, minus or times a number as a range, where that rounds nothing in another way than
/// element by element: whole numbers, and multiples of `0:n` and `0:-1:n`.
fn range_arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Option<Range> {
    let (range, number, is_left) = match (left, right) {
        (Value::Range(range), Value::Number(Number::Double(number))) => (range, *number, true),
        (Value::Number(Number::Double(number)), Value::Range(range)) => (range, *number, false),
        _ => return None,
    };
    let Range { start, step, count, limit: _ } = *range;
    let limit = None;
    let is_multiple = matches!(op, BinaryOp::Mul | BinaryOp::ElemMul)
        && start == 0.0
        && step.abs() == 1.0
        && number.is_finite();
    let result = match (op, is_left) {
        (BinaryOp::Add, _) => Range { start: start + number, step, count, limit },
        (BinaryOp::Sub, true) => Range { start: start - number, step, count, limit },
        (BinaryOp::Sub, false) => Range { start: number - start, step: -step, count, limit },
        (BinaryOp::Mul | BinaryOp::ElemMul, _) => {
            Range { start: start * number, step: step * number, count, limit }
        }
        _ => return None,
    };
    let is_exact = range.is_whole() && number.fract() == 0.0 && result.is_whole();
    (is_exact || is_multiple).then_some(result)
}

/// What messages about sizes call an operator.
pub(crate) fn operation_of(op: BinaryOp) -> String {
    let name = match op {
        BinaryOp::ElemMul => "product",
        BinaryOp::ElemDiv | BinaryOp::ElemLeftDiv => "quotient",
        BinaryOp::Lt => "mx_el_lt",
        BinaryOp::Le => "mx_el_le",
        BinaryOp::Eq => "mx_el_eq",
        BinaryOp::Ne => "mx_el_ne",
        BinaryOp::Ge => "mx_el_ge",
        BinaryOp::Gt => "mx_el_gt",
        BinaryOp::And => "mx_el_and",
        BinaryOp::Or => "mx_el_or",
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::LeftDiv
        | BinaryOp::Pow
        | BinaryOp::ElemPow => return format!("operator {}", op.text()),
    };
    name.to_owned()
}

/// The error of an operation; sizes that do not go together with its name.
pub(crate) fn sized(operation: &str, error: GraphError) -> ScriptError {
    match &error {
        GraphError::Shapes { left, right } => nonconformant(operation, left, right),
        _ => error.into(),
    }
}

fn unary_number(op: UnaryOp, number: Number) -> Number {
    match (op, number) {
        (UnaryOp::Plus, Number::Logical(_) | Number::Char(_)) => Number::Double(number.to_f64()),
        (UnaryOp::Plus, _) => number,
        (UnaryOp::Not, Number::Complex(_, re, im)) => Number::Logical(re == 0.0 && im == 0.0),
        (UnaryOp::Not, _) => Number::Logical(number.to_f64() == 0.0),
        (UnaryOp::Minus, Number::Single(value)) => Number::Single(-value),
        (UnaryOp::Minus, Number::Complex(float, re, im)) => Number::Complex(float, -re, -im),
        (UnaryOp::Minus, Number::Int(class, value)) => {
            let (low, high) = class.bounds();
            Number::Int(class, (-value).clamp(low, high))
        }
        (UnaryOp::Minus, _) => Number::Double(-number.to_f64()),
    }
}

fn conjugate(op: PostfixOp, number: Number) -> Number {
    match (op, number) {
        (PostfixOp::CTranspose, Number::Complex(float, re, im)) => Number::Complex(float, re, -im),
        (PostfixOp::CTranspose | PostfixOp::Transpose, number) => number,
    }
}

/// Rows and columns exchanged.
pub(crate) fn flipped(shape: &Shape) -> Shape {
    Shape::matrix(shape.extent(1), shape.extent(0))
}

/// For each element of the transposed matrix, its position in the matrix.
fn transposed(shape: &Shape) -> Vec<usize> {
    let (rows, columns) = (shape.extent(0) as usize, shape.extent(1) as usize);
    (0..rows).flat_map(|row| (0..columns).map(move |column| column * rows + row)).collect()
}

/// The identity matrix on the host.
pub(crate) fn identity(n: u64) -> HostArray {
    let mut values = vec![0.0; (n * n) as usize];
    values.iter_mut().step_by(n as usize + 1).for_each(|value| *value = 1.0);
    HostArray::new(Shape::matrix(n, n), HostData::Double(values))
}

/// A matrix product of complex or char matrices.
fn host_product(left: &HostArray, right: &HostArray) -> Value {
    let (m, k, n) = (left.shape.extent(0), left.shape.extent(1), right.shape.extent(1));
    let (m, k, n) = (m as usize, k as usize, n as usize);
    let float = Float::of(left.class().combined(right.class()));
    let at = |array: &HostArray, index: usize| {
        to_complex(array.get(index).unwrap_or(Number::Double(0.0))).rounded(float)
    };
    let mut numbers = Vec::with_capacity(m * n);
    for column in 0..n {
        for row in 0..m {
            let terms = (0..k).map(|i| at(left, row + i * m).mul(at(right, i + column * k)));
            let zero = super::complex::Complex::new(0.0, 0.0);
            numbers.push(narrow(float, terms.fold(zero, |total, term| total.add(term))));
        }
    }
    let shape = Shape::matrix(m as u64, n as u64);
    collect_numbers(float.class(), shape, numbers.into_iter()).into()
}

/// The type of what characters and truth values are as numbers.
pub(crate) fn as_number(kind: String) -> String {
    match kind.as_str() {
        "bool" => "scalar".to_owned(),
        "bool matrix" | "string" => "matrix".to_owned(),
        _ => kind,
    }
}
