//! Comparing texts.

use super::{Call, Outcome, text_of};
use crate::shape::Shape;
use crate::trace::builtins::structs::texts;
use crate::trace::error::ScriptError;
use crate::trace::text::convert;
use crate::trace::value::{CellArray, HostArray, HostData, Value};

pub(super) fn strcmp(call: &mut Call<'_, '_>) -> Outcome {
    compared(call, true, &|left, right| left == right)
}

pub(super) fn strcmpi(call: &mut Call<'_, '_>) -> Outcome {
    compared(call, true, &|left, right| left.eq_ignore_ascii_case(right))
}

pub(super) fn strncmp(call: &mut Call<'_, '_>) -> Outcome {
    let len = prefix_len(call)?;
    compared(call, false, &|left, right| match (prefix(left, len), prefix(right, len)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    })
}

pub(super) fn strncmpi(call: &mut Call<'_, '_>) -> Outcome {
    let len = prefix_len(call)?;
    compared(call, false, &|left, right| match (prefix(left, len), prefix(right, len)) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(&right),
        _ => left.eq_ignore_ascii_case(right),
    })
}

fn prefix_len(call: &mut Call<'_, '_>) -> Result<usize, ScriptError> {
    let len = call.number(2)?;
    if len > 0.0 {
        return Ok(len as usize);
    }
    Err(call.error("M341", format!("{}: N must be greater than 0", call.builtin.name)))
}

/// The first characters of a text; of a shorter one all, with a mark behind, so that only equal
/// ones compare equal.
fn prefix(text: &str, len: usize) -> Option<String> {
    let prefix: String = text.chars().take(len).collect();
    let is_short = prefix.chars().count() < len;
    Some(if is_short { prefix + "\0" } else { prefix })
}

/// Compares texts and cells of texts. `whole`: char arrays must have the same shape, not only the
/// same rows.
fn compared(call: &mut Call<'_, '_>, whole: bool, equal: &dyn Fn(&str, &str) -> bool) -> Outcome {
    let (left, right) = (call.take(0)?, call.take(1)?);
    let same = |left: &Value, right: &Value| match (rows(left), rows(right)) {
        (Some(left), Some(right)) => {
            left.len() == right.len() && left.iter().zip(&right).all(|(l, r)| equal(l, r))
        }
        _ => false,
    };
    let (cell, other) = match (&left, &right) {
        (Value::Cell(left), Value::Cell(right)) => {
            if left.shape.is_scalar() {
                (right, left.values.first())
            } else if right.shape.is_scalar() {
                (left, right.values.first())
            } else if left.shape == right.shape {
                let pairs = left.values.iter().zip(right.values.iter());
                return Ok(vec![logical(left, pairs.map(|(l, r)| same(l, r)).collect())]);
            } else {
                let message = format!("{}: nonconformant cell arrays", call.builtin.name);
                return Err(call.error("M342", message));
            }
        }
        (Value::Cell(cell), other) | (other, Value::Cell(cell)) => (cell, Some(other)),
        (left, right) => {
            let fits = !whole || left.shape() == right.shape();
            return Ok(vec![Value::from(fits && same(left, right))]);
        }
    };
    if let Some(rows) = other.and_then(rows).filter(|rows| rows.len() > 1) {
        return Ok(vec![rows_compared(cell, &rows, equal)]);
    }
    let answers = cell.values.iter().map(|value| other.is_some_and(|other| same(value, other)));
    Ok(vec![logical(cell, answers.collect())])
}

/// A cell beside the rows of a char matrix: one text with every row, or as many texts each with
/// its row.
fn rows_compared(cell: &CellArray, rows: &[String], equal: &dyn Fn(&str, &str) -> bool) -> Value {
    let is = |value: &Value, row: &String| text_of(value).is_some_and(|text| equal(&text, row));
    match cell.values.first() {
        Some(only) if cell.values.len() == 1 => {
            let answers = rows.iter().map(|row| is(only, row)).collect();
            let shape = Shape::matrix(rows.len() as u64, 1);
            HostArray::new(shape, HostData::Logical(answers)).into()
        }
        _ if cell.values.len() == rows.len() => {
            logical(cell, cell.values.iter().zip(rows).map(|(value, row)| is(value, row)).collect())
        }
        _ => Value::from(false),
    }
}

/// The rows of a char array; one empty row for every empty one.
fn rows(value: &Value) -> Option<Vec<String>> {
    if !value.is_char() {
        return None;
    }
    match text_of(value) {
        Some(text) => Some(vec![text]),
        None => convert::elements(value).map(|array| convert::rows_of(&array)),
    }
}

fn logical(cell: &CellArray, answers: Vec<bool>) -> Value {
    HostArray::new(cell.shape.clone(), HostData::Logical(answers)).into()
}

pub(super) fn starts_with(call: &mut Call<'_, '_>) -> Outcome {
    matched(call, |text, pattern| text.starts_with(pattern))
}

pub(super) fn ends_with(call: &mut Call<'_, '_>) -> Outcome {
    matched(call, |text, pattern| text.ends_with(pattern))
}

fn matched(call: &mut Call<'_, '_>, is: fn(&str, &str) -> bool) -> Outcome {
    let (value, patterns) = (call.take(0)?, call.take(1)?);
    let name = call.builtin.name;
    let wrong = |what: &str| {
        call.error("M340", format!("{name}: {what} must be a string or cell array of strings"))
    };
    let patterns = texts(&patterns).ok_or_else(|| wrong("PATTERN"))?;
    let answer = |text: &String| patterns.iter().any(|pattern| is(text, pattern));
    let found = texts(&value).ok_or_else(|| wrong("STR"))?;
    match &value {
        Value::Cell(cell) => Ok(vec![logical(cell, found.iter().map(answer).collect())]),
        _ => Ok(vec![Value::from(found.iter().any(answer))]),
    }
}

/// How messages of `validatestring` start and go on after the text: what its arguments from the
/// third on say of the function, the variable and the position.
fn described(call: &Call<'_, '_>) -> Result<(String, String), ScriptError> {
    let mut names: Vec<String> = Vec::new();
    let mut position = None;
    for value in call.args.iter().skip(2) {
        match text_of(value).filter(|_| value.is_char()) {
            Some(name) => names.push(name),
            None => position = convert::elements(value).and_then(|array| array.first()),
        }
    }
    if position.is_some_and(|position| position < 1.0) {
        return Err(call.error("M340", "validatestring: POSITION must be >= 1"));
    }
    let mut names = names.into_iter();
    let function = names.next().filter(|name| !name.is_empty());
    let variable = names.next().map(|name| format!("variable {name}"));
    let position = position.map(|position| format!("argument #{position}"));
    let what: Vec<String> = variable.into_iter().chain(position).collect();
    let what = if what.is_empty() { String::new() } else { format!(" ({})", what.join(", ")) };
    Ok((function.unwrap_or_else(|| call.builtin.name.to_owned()), what))
}

pub(super) fn validate(call: &mut Call<'_, '_>) -> Outcome {
    let (front, what) = described(call)?;
    let (value, options) = (call.take(0)?, call.take(1)?);
    let Some(text) = text_of(&value).filter(|text| !text.is_empty()) else {
        let message = "validatestring: STR must be a single character string";
        return Err(call.error("M340", message));
    };
    let is_cell = matches!(options, Value::Cell(_));
    let Some(options) = texts(&options).filter(|_| is_cell) else {
        let message = "validatestring: STRARRAY must be a cellstr";
        return Err(call.error("M340", message));
    };
    let starts = |option: &&String| {
        option.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(&text))
    };
    let found: Vec<&String> = options.iter().filter(starts).collect();
    let quoted = |names: &mut dyn Iterator<Item = &String>| {
        names.map(|name| format!("'{name}'")).collect::<Vec<String>>().join(", ")
    };
    let shortest = found.iter().min_by_key(|option| option.len());
    let is_common = |short: &&&String| {
        found.iter().all(|option| {
            option.get(..short.len()).is_some_and(|start| start.eq_ignore_ascii_case(short))
        })
    };
    match (shortest, shortest.filter(|_| found.len() == 1).or(shortest.filter(is_common))) {
        (_, Some(option)) => Ok(vec![Value::from(option.as_str())]),
        (None, None) => {
            let all = quoted(&mut options.iter());
            let message = format!("{front}: '{text}'{what} does not match any of\n{all}");
            let message = message.trim_end();
            Err(call.error("M343", message))
        }
        (Some(_), None) => {
            let all = quoted(&mut found.iter().copied());
            let message =
                format!("{front}: '{text}'{what} matches multiple possible values:\n{all}");
            Err(call.error("M343", message))
        }
    }
}
