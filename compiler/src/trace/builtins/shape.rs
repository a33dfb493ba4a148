//! Arrays in other shapes and orders.

use crate::shape::Shape;
use crate::syntax::ast::PostfixOp;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::form;
use crate::trace::interpreter::{
    PLACE_BYTES, Site, Subscript, collect_numbers, convert_number, has_room, is_host_held,
    is_host_only,
};
use crate::trace::record::{Operand, Slice};
use crate::trace::value::{CellArray, Class, Form, HostArray, HostData, Lazy, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("reshape", (2, ANY, 1), reshape, "The same elements in another shape."),
    Builtin::nodes("vec", (1, 1, 1), column, "All elements as a column."),
    Builtin::nodes("squeeze", (1, 1, 1), squeeze, "Without extents of 1."),
    Builtin::nodes("shiftdim", (1, 2, 1), shiftdim, "Without leading extents of 1."),
    Builtin::nodes("permute", (2, 2, 1), permute, "Dimensions in another order."),
    Builtin::nodes("ipermute", (2, 2, 1), permute, "Dimensions in the order before `permute`."),
    Builtin::nodes("repmat", (2, ANY, 1), repmat, "Copies side by side."),
    Builtin::nodes("cat", (1, ANY, 1), cat, "Arrays one after the other."),
    Builtin::nodes("horzcat", (0, ANY, 1), |call| join(call, 1), "`[a, b]`."),
    Builtin::nodes("vertcat", (0, ANY, 1), |call| join(call, 0), "`[a; b]`."),
    Builtin::nodes("fliplr", (1, 1, 1), |call| flip(call, Some(1)), "Columns in reverse."),
    Builtin::nodes("flipud", (1, 1, 1), |call| flip(call, Some(0)), "Rows in reverse."),
    Builtin::nodes("flip", (1, 2, 1), |call| flip(call, None), "One dimension in reverse."),
    Builtin::nodes("rot90", (1, 2, 1), rot90, "Turned by quarters, against the clock."),
    Builtin::nodes("circshift", (2, 3, 1), circshift, "Shifted around."),
    Builtin::nodes("diag", (1, 2, 1), diag, "A diagonal, or a matrix of it."),
    Builtin::nodes("tril", (1, 3, 1), |call| triangle(call, "ge"), "Lower triangle."),
    Builtin::nodes("triu", (1, 3, 1), |call| triangle(call, "le"), "Upper triangle."),
];

fn reshape(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    let hole = (1..call.args.len()).find(|index| call.args[*index].is_empty());
    let target = match hole.filter(|_| call.args.len() > 2) {
        None => call.size_from(1)?,
        Some(hole) => {
            call.args[hole] = Value::from(1.0);
            let known = call.size_from(1)?;
            let rest = if known.is_empty() { 0 } else { shape.len() / known.len() };
            if rest * known.len() != shape.len() {
                let known = known.len();
                let message = format!(
                    "reshape: SIZE is not divisible by the product of known dimensions (= {known})"
                );
                return Err(call.error("M103", message));
            }
            known.with_extent(hole - 1, rest)
        }
    };
    let target = match call.args.len() {
        2 if call.args[1].shape().is_scalar() => {
            return Err(call.error("M113", "reshape: SIZE must have 2 or more dimensions"));
        }
        _ => target,
    };
    if target.len() != shape.len() {
        let message = format!("reshape: can't reshape {shape} array to {target} array");
        let hint = format!("{} elements are not {}", shape.len(), target.len());
        return Err(call.error("M103", message).hint(hint));
    }
    let value = call.take(0)?;
    // The extents are values, which a parameter may change.
    call.reshaped(value, target).map(|value| vec![value.with_fixed(false)])
}

impl Call<'_, '_> {
    /// A value in another shape with as many elements.
    pub(crate) fn reshaped(&mut self, value: Value, shape: Shape) -> Result<Value, ScriptError> {
        let span = self.span;
        Ok(match value {
            Value::Array(mut array) => {
                array.shape = shape;
                array.form = Form::Full;
                Value::from(array).narrowed()
            }
            Value::Cell(mut cell) => {
                cell.shape = shape;
                Value::Cell(cell)
            }
            Value::Struct(mut array) => {
                array.shape = shape;
                Value::Struct(array)
            }
            Value::Number(_) => value.narrowed(),
            Value::Function(_) | Value::Map(_) => value,
            other => {
                let lazy = self.interpreter.in_class(other, span)?;
                Value::Lazy(self.graph().reshape(&lazy, shape, span)?)
            }
        })
    }
}

fn column(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let shape = Shape::matrix(value.shape().len(), 1);
    call.reshaped(value, shape).map(|value| vec![value])
}

fn squeeze(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let shape = value.shape();
    if shape.rank() <= 2 {
        return Ok(vec![value.narrowed()]);
    }
    let kept: Vec<u64> = shape.extents().iter().copied().filter(|extent| *extent != 1).collect();
    call.reshaped(value, Shape::new(kept)).map(|value| vec![value])
}

fn shiftdim(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    let shift = match call.args.len() {
        1 => shape.first_axis() as f64,
        _ => call.number(1)?,
    };
    let value = call.take(0)?;
    let rank = shape.rank();
    if shift < 0.0 {
        let mut extents = vec![1; -shift as usize];
        extents.extend(shape.extents());
        return call.reshaped(value, Shape::new(extents)).map(|value| vec![value]);
    }
    let order: Vec<usize> = (0..rank).map(|axis| (axis + shift as usize) % rank).collect();
    call.permuted(value, &order).map(|value| vec![value])
}

fn permute(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let order = call.array(1)?.doubles();
    let value = call.take(0)?;
    let rank = value.shape().rank();
    let mut axes: Vec<usize> = order.iter().map(|dim| (*dim as usize).wrapping_sub(1)).collect();
    let mut sorted = axes.clone();
    sorted.sort_unstable();
    if sorted.len() < rank || sorted.iter().enumerate().any(|(index, axis)| index != *axis) {
        let is_twice = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        let name = call.builtin.name;
        let message = match (sorted.len() < rank, is_twice) {
            (true, _) => format!("Invalid call to {name}"),
            (false, true) => {
                format!("{name}: permutation vector cannot contain identical elements")
            }
            (false, false) => format!("{name}: permutation vector contains an invalid element"),
        };
        return Err(call.error("M113", message));
    }
    if call.builtin.name == "ipermute" {
        let forward = axes.clone();
        forward.iter().enumerate().for_each(|(to, from)| axes[*from] = to);
    }
    call.permuted(value, &axes).map(|value| vec![value])
}

impl Call<'_, '_> {
    /// A value's dimensions in another order.
    pub(crate) fn permuted(&mut self, value: Value, order: &[usize]) -> Result<Value, ScriptError> {
        if is_host_held(&value) || matches!(value, Value::Cell(_) | Value::Struct(_)) {
            return self.permuted_on_host(value, order);
        }
        let span = self.span;
        let lazy = self.interpreter.in_class(value, span)?;
        Ok(Value::Lazy(self.graph().permute(&lazy, order, span)))
    }

    fn permuted_on_host(&mut self, value: Value, order: &[usize]) -> Result<Value, ScriptError> {
        let shape = value.shape();
        let target: Vec<u64> = order.iter().map(|axis| shape.extent(*axis)).collect();
        let strides: Vec<u64> = order
            .iter()
            .map(|axis| (0..*axis).map(|before| shape.extent(before)).product())
            .collect();
        let position = |index: u64| {
            let mut left = index;
            target.iter().zip(&strides).fold(0, |at, (extent, stride)| {
                let coordinate = left % extent.max(&1);
                left /= extent.max(&1);
                at + coordinate * stride
            })
        };
        let indices: Vec<u64> = (0..shape.len()).map(position).collect();
        self.gathered(&value, indices, Shape::new(target.clone()))
    }

    /// Elements of a value at 0-based positions, in a shape.
    pub(crate) fn gathered(
        &mut self,
        value: &Value,
        indices: Vec<u64>,
        shape: Shape,
    ) -> Result<Value, ScriptError> {
        let line = Shape::matrix(1, indices.len() as u64);
        let subscript = Subscript::Many { indices, shape: line };
        let site = Site { name: "", span: self.span };
        let picked = self.interpreter.index_value(value, &[subscript], site)?;
        self.reshaped(picked, shape)
    }
}

fn repmat(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.args.len() > 2 {
        // Nothing counts as once.
        let counts = call.args.iter_mut().skip(1).filter(|count| count.is_empty());
        counts.for_each(|count| *count = Value::from(1.0));
    }
    let counts = call.size_from(1)?;
    let value = call.take(0)?;
    let shape = value.shape();
    let rank = shape.rank().max(counts.rank());
    if let Value::Number(number) = value
        && !matches!(number, Number::Complex(..))
    {
        return call.fill(number, number.class(), counts).map(|value| vec![value]);
    }
    if is_host_held(&value) || matches!(value, Value::Cell(_) | Value::Struct(_)) {
        let target: Vec<u64> =
            (0..rank).map(|axis| shape.extent(axis).saturating_mul(counts.extent(axis))).collect();
        let len = target.iter().copied().fold(1, u64::saturating_mul);
        has_room(len, PLACE_BYTES).map_err(|error| error.at(call.span))?;
        let subscripts = (0..rank).map(|axis| {
            let indices: Vec<u64> =
                (0..target[axis]).map(|index| index % shape.extent(axis).max(1)).collect();
            let shape = Shape::matrix(1, indices.len() as u64);
            Subscript::Many { indices, shape }
        });
        let subscripts: Vec<Subscript> = subscripts.collect();
        let site = Site { name: "", span: call.span };
        return Ok(vec![call.interpreter.index_value(&value, &subscripts, site)?]);
    }
    let span = call.span;
    let lazy = call.interpreter.in_class(value, span)?;
    one(call.graph().repmat(&lazy, counts.extents(), span)?)
}

fn cat(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let axis = call.axis(0)?;
    call.args.remove(0);
    join(call, axis)
}

fn join(call: &mut Call<'_, '_>, axis: usize) -> Result<Vec<Value>, ScriptError> {
    let parts = std::mem::take(&mut call.args);
    match parts.len() {
        0 => one(Value::empty()),
        1 => Ok(parts),
        _ => match call.interpreter.cat(parts, axis, call.span) {
            Ok(value) => Ok(vec![value]),
            Err(error) if error.message().contains("dimensions mismatch") => {
                let message = error.message().to_owned();
                Err(call.error("M118", "cat: dimension mismatch").hint(message))
            }
            Err(error) => Err(error),
        },
    }
}

fn flip(call: &mut Call<'_, '_>, axis: Option<usize>) -> Result<Vec<Value>, ScriptError> {
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    let axis = match axis {
        Some(axis) => axis,
        None if call.args.len() > 1 => call.axis(1)?,
        None => shape.first_axis(),
    };
    let value = call.take(0)?;
    let flipped = call.flipped(value.clone(), axis)?;
    Ok(vec![form::reordered(&value, flipped)])
}

impl Call<'_, '_> {
    fn flipped(&mut self, value: Value, axis: usize) -> Result<Value, ScriptError> {
        let shape = value.shape();
        let reversed = Subscript::Span {
            start: shape.extent(axis) as i64 - 1,
            step: -1,
            count: shape.extent(axis),
        };
        if axis >= shape.rank() || shape.is_empty() {
            return Ok(value);
        }
        let mut subscripts = vec![Subscript::All; shape.rank()];
        subscripts[axis] = reversed;
        let site = Site { name: "", span: self.span };
        self.interpreter.index_value(&value, &subscripts, site)
    }

    /// Each page transposed.
    fn transposed(&mut self, value: Value) -> Result<Value, ScriptError> {
        let span = self.span;
        let rank = value.shape().rank();
        if rank > 2 {
            let order = [2, 1].into_iter().chain(3..=rank).map(|axis| axis as f64).collect();
            let order = HostArray::new(Shape::matrix(1, rank as u64), HostData::Double(order));
            return self.by("permute", vec![value, order.into()]);
        }
        self.interpreter.transpose(PostfixOp::Transpose, value, span)
    }
}

fn rot90(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let turns = if call.args.len() > 1 { call.number(1)? } else { 1.0 };
    let value = call.take(0)?;
    let before = value.clone();
    let result = match turns.rem_euclid(4.0) as u8 {
        1 => {
            let value = call.transposed(value)?;
            call.flipped(value, 0)?
        }
        2 => {
            let value = call.flipped(value, 0)?;
            call.flipped(value, 1)?
        }
        3 => {
            let value = call.transposed(value)?;
            call.flipped(value, 1)?
        }
        _ => value,
    };
    Ok(vec![form::reordered(&before, result)])
}

fn circshift(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shifts = call.array(1)?.doubles();
    let axis = if call.args.len() > 2 { Some(call.axis(2)?) } else { None };
    let mut value = call.take(0)?;
    let before = value.clone();
    let shape = value.shape();
    let moves: Vec<(usize, f64)> = match (axis, shifts.as_slice()) {
        (Some(axis), [shift, ..]) => vec![(axis, *shift)],
        (None, [shift]) => vec![(shape.first_axis(), *shift)],
        (_, shifts) => shifts.iter().copied().enumerate().collect(),
    };
    let span = call.span;
    for (axis, shift) in moves {
        let extent = shape.extent(axis);
        if extent < 2 {
            continue;
        }
        let shift = (shift as i64).rem_euclid(extent as i64);
        let part = |start: i64, count: u64| {
            let mut subscripts = vec![Subscript::All; shape.rank()];
            subscripts[axis] = Subscript::Span { start, step: 1, count };
            subscripts
        };
        let site = Site { name: "", span };
        let tail = part(extent as i64 - shift, shift as u64);
        let head = part(0, extent - shift as u64);
        let tail = call.interpreter.index_value(&value, &tail, site)?;
        let head = call.interpreter.index_value(&value, &head, site)?;
        value = call.interpreter.cat(vec![tail, head], axis, span)?;
    }
    Ok(vec![form::reordered(&before, value)])
}

fn diag(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if matches!(call.get(0), Some(Value::Cell(_))) {
        return call.by_form();
    }
    let offset = if call.args.len() > 1 { call.number(1)? as i64 } else { 0 };
    let value = call.take(0)?;
    let shape = value.shape();
    if shape.rank() > 2 {
        return Err(call.error("M113", "diag: requires vector or matrix"));
    }
    let span = call.span;
    if shape == Shape::matrix(0, 0) && offset == 0 {
        return Ok(vec![value]);
    }
    if let Value::Number(_) = value
        && offset == 0
    {
        return Ok(vec![value]);
    }
    if is_host_only(&value) {
        let is_complex = value.is_complex();
        let args = vec![value, Value::from(offset as f64)];
        let result = call.interpreter.call_name("linear__diag", args, 1, span)?;
        let is_diagonal = shape.is_vector() && offset == 0 && is_complex;
        let form = if is_diagonal { Form::Diagonal } else { Form::Full };
        return Ok(result.into_iter().map(|matrix| matrix.with_form(form)).collect());
    }
    if shape.is_vector() {
        let n = shape.len() + offset.unsigned_abs();
        let lazy = call.interpreter.lazy(value, span)?;
        let square = Shape::matrix(n, n);
        let on = call.index_pair(&square, "eq", offset)?;
        let column = call.graph().reshape(&lazy, Shape::matrix(shape.len(), 1), span)?;
        let column = if offset == 0 {
            column
        } else {
            let pad = Shape::matrix(offset.unsigned_abs(), 1);
            let zeros = call.graph().fill(Number::Double(0.0), lazy.class, pad, span)?;
            let parts = if offset > 0 { [column, zeros] } else { [zeros, column] };
            call.graph().concat(&parts, 0, span)?
        };
        let zero = Operand::Number(convert_number(Number::Double(0.0), lazy.class));
        let (on, column) = (Operand::Lazy(&on), Operand::Lazy(&column));
        let is_logical = lazy.class == Class::Logical;
        let mut matrix = call.graph().select(on, column, zero, span)?;
        if is_logical {
            matrix = call.graph().cast(&matrix, Class::Logical, span)?;
        }
        if offset == 0 {
            matrix.form = Form::Diagonal;
        }
        return one(matrix);
    }
    let (rows, columns) = (shape.extent(0), shape.extent(1));
    let (first_row, first_column) = ((-offset).max(0) as u64, offset.max(0) as u64);
    let count = rows.saturating_sub(first_row).min(columns.saturating_sub(first_column));
    if count == 0 {
        return one(HostArray::column(Vec::new()));
    }
    let start = first_row + first_column * rows;
    if is_host_only(&value) || matches!(value, Value::Array(_)) {
        let indices = (0..count).map(|index| start + index * (rows + 1)).collect();
        return call.gathered(&value, indices, Shape::matrix(count, 1)).map(|value| vec![value]);
    }
    let lazy = call.interpreter.lazy(value, span)?;
    one(strided(call, &lazy, (start, rows + 1, count))?)
}

/// Elements at equal distance in column-major order, as a column.
fn strided(
    call: &mut Call<'_, '_>,
    lazy: &Lazy,
    (start, step, count): (u64, u64, u64),
) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let line = call.graph().reshape(lazy, Shape::matrix(lazy.shape.len(), 1), span)?;
    let slice = Slice { start: start as i64, step: step as i64, count, whole: false };
    Ok(call.graph().slice(&line, &[slice, Slice::all(1)], span))
}

fn triangle(call: &mut Call<'_, '_>, op: &'static str) -> Result<Vec<Value>, ScriptError> {
    if call.args.len() > 1 && call.args.last().is_some_and(Value::is_char) {
        return call.by_form();
    }
    let offset = if call.args.len() > 1 { call.number(1)? as i64 } else { 0 };
    let rows = call.get(0).map_or(1, |value| value.shape().extent(0).max(1)) as usize;
    let is_inside = |index: usize| {
        let apart = (index / rows) as i64 - (index % rows) as i64;
        if op == "ge" { apart <= offset } else { apart >= offset }
    };
    if let Some(Value::Cell(cell)) = call.get(0) {
        let values = cell.values.iter().enumerate();
        let kept = values.map(|(at, value)| match is_inside(at) {
            true => value.clone(),
            false => Value::empty(),
        });
        let (shape, kept) = (cell.shape.clone(), kept.collect());
        return Ok(vec![Value::Cell(CellArray::new(shape, kept))]);
    }
    if call.get(0).is_some_and(is_host_only) {
        let array = call.array(0)?;
        let zero = convert_number(Number::Double(0.0), array.class());
        let numbers = array.numbers().enumerate();
        let kept = numbers.map(|(at, number)| if is_inside(at) { number } else { zero });
        return one(collect_numbers(array.class(), array.shape.clone(), kept));
    }
    let lazy = call.lazy(0)?;
    if lazy.shape.rank() > 2 {
        return Err(call.error("M113", format!("{}: need a 2-D matrix", call.builtin.name)));
    }
    let span = call.span;
    let inside = call.index_pair(&lazy.shape.clone(), op, offset)?;
    let zero = Operand::Number(convert_number(Number::Double(0.0), lazy.class));
    let class = if lazy.class == Class::Logical { Class::Logical } else { lazy.class };
    let result = call.graph().select(Operand::Lazy(&inside), Operand::Lazy(&lazy), zero, span)?;
    one(call.graph().cast(&result, class, span)?)
}
