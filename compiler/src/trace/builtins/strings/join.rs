//! Texts put together: side by side, and as rows.

use super::{Call, Outcome, text_of};
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::text::{WIDTH_MAX, convert};
use crate::trace::value::{CellArray, HostArray, HostData, Number, Value};

/// Numbers as the characters of their codes.
fn to_chars(array: &HostArray) -> HostArray {
    let chars = array.numbers().map(|number| match number {
        Number::Char(value) => value,
        other => char::from_u32(other.to_f64().round() as u32).unwrap_or('\0'),
    });
    HostArray::new(array.shape.clone(), HostData::Char(chars.collect()))
}

fn lines(call: &Call<'_, '_>, value: &Value, out: &mut Vec<String>) -> Result<(), ScriptError> {
    if let Value::Cell(cell) = value {
        return cell.values.iter().try_for_each(|value| lines(call, value, out));
    }
    let Some(array) = convert::elements(value) else {
        let message =
            format!("{}: wrong type argument '{}'", call.builtin.name, value.class_name());
        return Err(call.error("M340", message));
    };
    let array = to_chars(&array);
    match array.to_text() {
        Some(text) => out.push(text),
        None => out.extend(convert::rows_of(&array)),
    }
    Ok(())
}

pub(super) fn char_array(call: &mut Call<'_, '_>) -> Outcome {
    if let [value] = call.args.as_slice()
        && let Some(array) = convert::elements(value)
    {
        return Ok(vec![to_chars(&array).into()]);
    }
    let mut rows = Vec::new();
    call.args.iter().try_for_each(|value| lines(call, value, &mut rows))?;
    Ok(vec![matrix(&rows)])
}

pub(super) fn strvcat(call: &mut Call<'_, '_>) -> Outcome {
    let mut rows = Vec::new();
    call.args.iter().try_for_each(|value| lines(call, value, &mut rows))?;
    rows.retain(|row| !row.is_empty());
    Ok(vec![matrix(&rows)])
}

fn matrix(rows: &[String]) -> Value {
    match rows {
        [] => Value::from(""),
        [row] => Value::from(row.as_str()),
        rows => convert::char_matrix(rows).into(),
    }
}

pub(super) fn strcat(call: &mut Call<'_, '_>) -> Outcome {
    let cells = call.args.iter().filter_map(|value| match value {
        Value::Cell(cell) => Some(cell),
        _ => None,
    });
    let shapes: Vec<Shape> = cells.map(|cell| cell.shape.clone()).collect();
    let shape = shapes.iter().max_by_key(|shape| shape.len()).cloned();
    if let Some(shape) = &shape
        && shapes.iter().any(|other| other != shape && !other.is_scalar())
    {
        let message = "strcat: arguments must be the same size, or be scalars";
        return Err(call.error("M342", message));
    }
    match shape {
        Some(shape) => cells_joined(call, shape),
        None => joined(call, true),
    }
}

pub(super) fn cstrcat(call: &mut Call<'_, '_>) -> Outcome {
    if !call.args.iter().all(Value::is_char) {
        return Err(call.error("M340", "cstrcat: arguments must be character strings"));
    }
    joined(call, false)
}

/// Char arrays side by side; those of one row go with every row.
fn joined(call: &mut Call<'_, '_>, trim: bool) -> Outcome {
    let mut columns = Vec::new();
    for value in &call.args {
        let mut rows = Vec::new();
        lines(call, value, &mut rows)?;
        if trim && value.is_char() {
            rows.iter_mut().for_each(|row| row.truncate(row.trim_end_matches(' ').len()));
        }
        columns.push(rows);
    }
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    if columns.iter().any(|rows| rows.len() != count && rows.len() != 1) {
        let message = format!("{}: dimension mismatch", call.builtin.name);
        return Err(call.error("M342", message));
    }
    let row = |index: usize| -> String {
        columns
            .iter()
            .filter_map(|rows| rows.get(index).or(rows.first()))
            .map(String::as_str)
            .collect()
    };
    Ok(vec![matrix(&(0..count).map(row).collect::<Vec<String>>())])
}

fn cells_joined(call: &mut Call<'_, '_>, shape: Shape) -> Outcome {
    let len = shape.len() as usize;
    let mut texts = vec![String::new(); len];
    for value in &call.args {
        for (index, text) in texts.iter_mut().enumerate() {
            let part = match value {
                Value::Cell(cell) if cell.values.len() == len => cell.values.get(index),
                Value::Cell(cell) if cell.values.len() == 1 => cell.values.first(),
                Value::Cell(_) => None,
                other => Some(other),
            };
            let Some(part) = part.and_then(text_of) else {
                let message = "strcat: inputs must be strings or cells of strings of one size";
                return Err(call.error("M342", message));
            };
            // Texts of cells keep their blanks at the end.
            text.push_str(match value {
                Value::Cell(_) => &part,
                _ => part.trim_end_matches(' '),
            });
        }
    }
    let values = texts.iter().map(|text| Value::from(text.as_str())).collect();
    Ok(vec![Value::Cell(CellArray::new(shape, values))])
}

pub(super) fn blanks(call: &mut Call<'_, '_>) -> Outcome {
    let count = call.number(0)?;
    if count < 0.0 || count.fract() != 0.0 || count > WIDTH_MAX as f64 {
        return Err(call.error("M345", "blanks: N must be a non-negative integer"));
    }
    Ok(vec![Value::from(" ".repeat(count as usize).as_str())])
}
