//! `[a b; c d]` and `cat`: on the host where all parts are there, else recorded.
//!
//! Text with parts that no one has computed is postponed as a whole, through [`TEXT_ROWS`].

use std::rc::Rc;

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::syntax::ast::Expr;
use crate::trace::builtins::{ANY, Builtin, Needs};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::arith::collect_numbers;
use crate::trace::interpreter::force::{has_unknown, operand_type};
use crate::trace::interpreter::resize::{nothing, resize_array, write};
use crate::trace::interpreter::small::fixed;
use crate::trace::interpreter::subscript::{Subscript, positions};
use crate::trace::value::{
    CellArray, Class, Form, HostArray, HostData, Lazy, Number, StructArray, Value,
};

/// Rows of text, one cell each; reached by matrix literals only.
pub(crate) const TEXT_ROWS: Builtin = Builtin {
    name: "[text]",
    args_min: 0,
    args_max: ANY,
    outputs_max: 1,
    needs: Needs::Text,
    run: |call| {
        let span = call.span;
        let rows = std::mem::take(&mut call.args).into_iter().map(|row| match row {
            Value::Cell(cell) => cell.values.to_vec(),
            other => vec![other],
        });
        let rows = rows.collect();
        call.interpreter.stack_rows(rows, span).map(|value| vec![value])
    },
    doc: "Rows of a matrix literal with text in it.",
};

/// A number as the character that it becomes beside text: whole, and a byte if it is negative.
fn byte_beside_text(number: Number) -> Number {
    let code = number.to_f64().trunc();
    match code.is_finite() {
        true if !(0.0..256.0).contains(&code) => Number::Double(code.rem_euclid(256.0)),
        true => Number::Double(code),
        false => Number::Double(0.0),
    }
}

impl Interpreter<'_> {
    /// `[..]`.
    pub(crate) fn matrix(&mut self, rows: &[Vec<Expr>], span: Span) -> Result<Value, ScriptError> {
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            lines.push(self.args(row)?);
        }
        // A comma list has as many values as something else decides: its length is not the text's.
        let is_written = rows.iter().zip(&lines).all(|(row, line)| row.len() == line.len());
        let mut joined = self.joined(lines, span)?;
        // In brackets a range is a matrix: it prints as one.
        if let Value::Range(range) = &mut joined {
            if range.overshoot().is_some() {
                joined = range.to_array().into();
            } else {
                range.limit = None;
            }
        }
        Ok(if is_written { joined } else { joined.with_fixed(false) })
    }

    /// A row of parts.
    ///
    /// # Errors
    /// If they do not go together.
    pub(crate) fn join_row(&mut self, row: Vec<Value>, span: Span) -> Result<Value, ScriptError> {
        self.joined(vec![row], span)
    }

    fn joined(&mut self, lines: Vec<Vec<Value>>, span: Span) -> Result<Value, ScriptError> {
        if let [line] = lines.as_slice()
            && let Some(row) = number_row(line)
        {
            return Ok(row);
        }
        if let Some(matrix) = number_rows(&lines) {
            return Ok(matrix);
        }
        let parts = || lines.iter().flatten();
        let is_text = parts().any(|part| part.is_char() || matches!(part, Value::Deferred(_)))
            && !parts().any(|part| matches!(part, Value::Cell(_) | Value::Struct(_)));
        if is_text && parts().any(has_unknown) {
            let args = lines.into_iter().map(Value::cell_row).collect();
            let mut values = self.call_builtin(&TEXT_ROWS, args, 1, span)?;
            return Ok(values.pop().unwrap_or_else(Value::empty));
        }
        self.stack_rows(lines, span)
    }

    /// Rows of parts, one above the other.
    pub(crate) fn stack_rows(
        &mut self,
        rows: Vec<Vec<Value>>,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let any_cell = rows.iter().flatten().any(|part| matches!(part, Value::Cell(_)));
        let mut lines = Vec::with_capacity(rows.len());
        for mut row in rows {
            if any_cell {
                row = row.into_iter().filter(|part| !is_dropped(part)).map(in_cell).collect();
            }
            match row.len() {
                0 => {}
                1 => lines.extend(row),
                _ => lines.push(self.cat(row, 1, span)?),
            }
        }
        pad_texts(&mut lines);
        match lines.len() {
            0 if any_cell => Ok(Value::Cell(CellArray::new(Shape::matrix(0, 0), Vec::new()))),
            0 => Ok(Value::empty()),
            1 => Ok(lines.swap_remove(0)),
            _ => self.cat(lines, 0, span),
        }
    }

    /// Parts one after the other along an axis.
    ///
    /// # Errors
    /// If other extents differ or classes do not go together.
    pub(crate) fn cat(
        &mut self,
        parts: Vec<Value>,
        axis: usize,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let is_sparse = parts.iter().any(|part| part.form() == Form::Sparse);
        let joined = self.cat_parts(parts, axis, span)?;
        Ok(if is_sparse { joined.with_form(Form::Sparse) } else { joined })
    }

    fn cat_parts(
        &mut self,
        parts: Vec<Value>,
        axis: usize,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let mut known = Vec::with_capacity(parts.len());
        for part in parts {
            known.push(self.forced(part)?);
        }
        let parts = known;
        if parts.iter().all(|part| matches!(part, Value::Map(_))) && !parts.is_empty() {
            return cat_maps(&parts).map_err(|error| error.at(span));
        }
        if parts.iter().any(|part| matches!(part, Value::Cell(_))) {
            return cat_cells(parts, axis).map_err(|error| error.at(span));
        }
        if parts.iter().any(|part| matches!(part, Value::Struct(_))) {
            return cat_structs(parts, axis).map_err(|error| error.at(span));
        }
        let mut class: Option<Class> = None;
        for part in &parts {
            let Some(next) = part.class() else {
                let message = "concatenation operator not implemented for 'matrix' by 'function \
                               handle' operations";
                return Err(fail("M118", message).at(span));
            };
            // Parts without elements count as well, as in Octave.
            class = Some(class.map_or(next, |class| joined_class(class, next)));
        }
        let class = class.unwrap_or(Class::Double);
        if !class.is_float() && parts.iter().any(Value::is_complex) {
            let name = class.name();
            let message = format!("concatenation of complex numbers and class {name} failed");
            let error = fail("M118", message);
            return Err(error.hint("only `double` and `single` hold complex numbers").at(span));
        }
        let shapes: Vec<Shape> = parts.iter().map(Value::shape).collect();
        let shape = joined_shape(&shapes, axis).map_err(|error| error.at(span))?;
        let is_lazy = |part: &Value| matches!(part, Value::Lazy(_) | Value::Range(_));
        if self.graph.dtype_of(class).is_some()
            && parts.iter().any(is_lazy)
            && parts.iter().all(|part| self.is_recordable(part))
        {
            return self.cat_recorded(parts, (class, axis), &shape, span);
        }
        let mut result = nothing(class);
        resize_array(&mut result, &shape);
        let mut start = 0;
        for part in parts {
            if part.shape().is_empty() {
                continue;
            }
            let array = self.host_array(&part, span)?;
            result.double_quoted |= array.double_quoted;
            let array = match array.class() == class {
                true => array,
                false if class == Class::Char => {
                    let numbers = array.numbers().map(byte_beside_text);
                    collect_numbers(class, array.shape.clone(), numbers)
                }
                false => collect_numbers(class, array.shape.clone(), array.numbers()),
            };
            let region = region(&shape, (axis, start), array.shape.extent(axis));
            start += array.shape.extent(axis);
            write(&mut result, &positions(&shape, &region), array);
        }
        Ok(result.into())
    }

    fn cat_recorded(
        &mut self,
        parts: Vec<Value>,
        (class, axis): (Class, usize),
        shape: &Shape,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let mut lazies: Vec<Lazy> = Vec::with_capacity(parts.len());
        for part in parts {
            if !part.is_empty() {
                let lazy = self.in_class(part, span)?;
                lazies.push(self.graph.cast(&lazy, class, span)?);
            }
        }
        if lazies.is_empty() {
            return Ok(Value::Lazy(self.graph.empty(class, shape.clone(), span)?));
        }
        Ok(Value::Lazy(self.graph.concat(&lazies, axis, span)?))
    }
}

/// A row of doubles only: the usual literal.
fn number_row(line: &[Value]) -> Option<Value> {
    let mut values = Vec::with_capacity(line.len());
    for part in line {
        let Value::Number(Number::Double(value)) = part else {
            return None;
        };
        values.push(*value);
    }
    match values.as_slice() {
        [] => None,
        [one] => Some(Value::from(*one)),
        _ => Some(Value::Array(fixed_row(values))),
    }
}

fn fixed_row(values: Vec<f64>) -> HostArray {
    fixed(Shape::matrix(1, values.len() as u64), HostData::Double(values))
}

/// Rows of as many doubles each: the usual literal of a matrix.
fn number_rows(lines: &[Vec<Value>]) -> Option<Value> {
    let (rows, columns) = (lines.len(), lines.first()?.len());
    if rows < 2 || columns == 0 || lines.iter().any(|line| line.len() != columns) {
        return None;
    }
    let mut values = vec![0.0; rows * columns];
    for (row, line) in lines.iter().enumerate() {
        for (column, part) in line.iter().enumerate() {
            let Value::Number(Number::Double(value)) = part else {
                return None;
            };
            values[row + column * rows] = *value;
        }
    }
    let shape = Shape::matrix(rows as u64, columns as u64);
    Some(Value::Array(fixed(shape, HostData::Double(values))))
}

fn is_nothing(part: &Value) -> bool {
    part.shape() == Shape::matrix(0, 0)
}

/// True for parts that add nothing to cells: arrays without elements, and `{}`.
fn is_dropped(part: &Value) -> bool {
    match part {
        Value::Cell(_) | Value::Struct(_) => is_nothing(part),
        other => other.class().is_some() && other.is_empty(),
    }
}

fn in_cell(part: Value) -> Value {
    match part {
        Value::Cell(_) => part,
        other => Value::Cell(CellArray::new(Shape::scalar(), vec![other])),
    }
}

fn joined_class(left: Class, right: Class) -> Class {
    match (left, right) {
        (Class::Char, _) | (_, Class::Char) => Class::Char,
        (Class::Int(int), _) | (_, Class::Int(int)) => Class::Int(int),
        (Class::Single, _) | (_, Class::Single) => Class::Single,
        (Class::Logical, Class::Logical) => Class::Logical,
        (Class::Double | Class::Logical, Class::Double | Class::Logical) => Class::Double,
    }
}

/// The shape of parts one after the other; empty parts do not count.
fn joined_shape(shapes: &[Shape], axis: usize) -> Result<Shape, ScriptError> {
    let is_counted = |shape: &&Shape| **shape != Shape::matrix(0, 0);
    let mut counted = shapes.iter().filter(is_counted);
    let Some(first) = counted.next() else {
        return Ok(Shape::matrix(0, 0));
    };
    let mut joined = first.clone();
    for shape in counted {
        if shape.with_extent(axis, 0) == joined.with_extent(axis, 0) {
            joined = joined.with_extent(axis, joined.extent(axis) + shape.extent(axis));
            continue;
        }
        if shape.is_empty() && shape.is_vector() {
            continue;
        }
        if joined.is_empty() && joined.is_vector() {
            joined = shape.clone();
            continue;
        }
        let message = match axis {
            0 => format!("vertical dimensions mismatch ({joined} vs {shape})"),
            1 => format!("horizontal dimensions mismatch ({joined} vs {shape})"),
            _ => "cat: dimension mismatch".to_owned(),
        };
        return Err(fail("M118", message));
    }
    Ok(joined)
}

/// The part of an array from `start` on along an axis.
fn region(shape: &Shape, (axis, start): (usize, u64), count: u64) -> Vec<Subscript> {
    (0..shape.rank().max(axis + 1))
        .map(|at| match at == axis {
            true => Subscript::Span { start: start as i64, step: 1, count },
            false => Subscript::All,
        })
        .collect()
}

fn cat_cells(parts: Vec<Value>, axis: usize) -> Result<Value, ScriptError> {
    let cells: Vec<CellArray> = parts
        .into_iter()
        .filter(|part| !is_dropped(part))
        .filter_map(|part| match in_cell(part) {
            Value::Cell(cell) => Some(cell),
            _ => None,
        })
        .collect();
    let shapes: Vec<Shape> = cells.iter().map(|cell| cell.shape.clone()).collect();
    let shape = joined_shape(&shapes, axis)?;
    let mut values = vec![Value::empty(); shape.len() as usize];
    let mut start = 0;
    for cell in cells.iter().filter(|cell| !cell.shape.is_empty()) {
        let region = region(&shape, (axis, start), cell.shape.extent(axis));
        start += cell.shape.extent(axis);
        for (position, value) in positions(&shape, &region).into_iter().zip(cell.values.iter()) {
            values[position] = value.clone();
        }
    }
    Ok(Value::Cell(CellArray::new(shape, values)))
}

fn cat_structs(parts: Vec<Value>, axis: usize) -> Result<Value, ScriptError> {
    let mut structs: Vec<StructArray> = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Value::Struct(array) if array.shape.is_empty() => {}
            Value::Struct(array) => structs.push(array),
            other if other.is_empty() => {}
            other => {
                let kind = operand_type(&other);
                let message = format!(
                    "concatenation operator not implemented for 'struct' by '{kind}' operations"
                );
                return Err(fail("M118", message));
            }
        }
    }
    let Some(first) = structs.first() else {
        return Ok(Value::empty());
    };
    let names: Vec<String> = first.fields.keys().cloned().collect();
    for other in &structs {
        let same = other.fields.len() == names.len()
            && names.iter().all(|name| other.fields.contains_key(name));
        if !same {
            let message = "cat: field names mismatch in concatenating structs";
            return Err(fail("M118", message));
        }
    }
    let shapes: Vec<Shape> = structs.iter().map(|array| array.shape.clone()).collect();
    let shape = joined_shape(&shapes, axis)?;
    let column = |name: &String| -> Vec<Value> {
        structs.iter().filter_map(|array| array.fields.get(name)).flatten().cloned().collect()
    };
    let fields = names.iter().map(|name| (name.clone(), column(name))).collect();
    Ok(Value::Struct(StructArray { shape, fields: Rc::new(fields) }))
}

/// One map of the keys of several; of equal keys the last one's value stays.
fn cat_maps(parts: &[Value]) -> Result<Value, ScriptError> {
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for part in parts {
        let Value::Map(map) = part else { continue };
        if let (Value::Cell(some_keys), Value::Cell(some_values)) = (map.keys(), map.values()) {
            keys.extend(some_keys.values.iter().cloned());
            values.extend(some_values.values.iter().cloned());
        }
    }
    crate::trace::map::Map::of(&keys, values, false).map(Value::Map)
}

/// Rows of characters that are not equally long get blanks at their ends, as in Octave.
fn pad_texts(lines: &mut [Value]) {
    let widths = lines.iter().map(|line| line.shape().extent(1));
    let width = widths.clone().max().unwrap_or(0);
    let is_text = |line: &Value| line.is_char() && line.shape().rank() == 2;
    if lines.len() < 2 || widths.clone().all(|own| own == width) || !lines.iter().all(is_text) {
        return;
    }
    for line in lines {
        let mut array = match &*line {
            Value::Number(number) => number.to_array(),
            Value::Array(array) => array.clone(),
            _ => continue,
        };
        let rows = array.shape.extent(0);
        if rows == 0 || array.shape.extent(1) == width {
            continue;
        }
        let missing = rows * (width - array.shape.extent(1));
        if let crate::trace::value::HostData::Char(chars) = Rc::make_mut(&mut array.data) {
            chars.extend(std::iter::repeat_n(' ', missing as usize));
        }
        array.shape = Shape::matrix(rows, width);
        *line = Value::Array(array);
    }
}
