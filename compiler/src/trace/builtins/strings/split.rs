//! Finding texts in texts, and taking texts apart there.

use super::edit::cell_of;
use super::{Call, Outcome, text_of};
use crate::shape::Shape;
use crate::trace::builtins::structs::texts;
use crate::trace::error::ScriptError;
use crate::trace::text::printf;
use crate::trace::value::{CellArray, HostArray, Value};

const WHITE_SPACE: [&str; 6] = [" ", "\u{c}", "\n", "\r", "\t", "\u{b}"];

const NO_TEXT: &str = "strsplit: S and DEL must be string values";

pub(super) fn strsplit(call: &mut Call<'_, '_>) -> Outcome {
    let Some(text) = call.get(0).and_then(text_of) else {
        return Err(call.error("M340", NO_TEXT));
    };
    let mut options = call.args.get(1..).unwrap_or_default();
    let mut delimiters: Vec<String> = WHITE_SPACE.map(str::to_owned).to_vec();
    let is_switch = |value: &Value| value.class().is_some() && !value.is_char();
    if let Some((first, rest)) = options.split_first()
        && !is_switch(first)
        && (options.len() % 2 == 1 || rest.first().is_some_and(is_switch))
    {
        let Some(given) = texts(first) else {
            return Err(call.error("M340", NO_TEXT));
        };
        delimiters = given.iter().map(|delimiter| printf::unescape(delimiter)).collect();
        options = rest;
    }
    let mut collapse = true;
    if let Some((first, rest)) = options.split_first().filter(|(first, _)| is_switch(first)) {
        collapse = is_true(first);
        options = rest;
    }
    for pair in options.chunks(2) {
        let [name, value] = pair else { continue };
        let written = text_of(name).unwrap_or_default();
        match written.to_ascii_lowercase().as_str() {
            "collapsedelimiters" => collapse = is_true(value),
            "delimitertype" => match text_of(value).unwrap_or_default().to_ascii_lowercase() {
                kind if "simple".starts_with(&kind) || "legacy".starts_with(&kind) => {}
                kind if "regularexpression".starts_with(&kind) => return call.by_form(),
                _ => return Err(call.error("M344", "strsplit: Invalid DELIMITERTYPE")),
            },
            _ => {
                let message = format!("strsplit: invalid parameter name, '{written}'");
                return Err(call.error("M344", message));
            }
        }
    }
    let (parts, found) = parts(&text, &delimiters, collapse);
    // An empty part is `0x0`.
    let parts = parts.iter().map(|part| Value::from(part.as_str())).collect();
    Ok(vec![Value::cell_row(parts), cell_of(&found)])
}

fn is_true(value: &Value) -> bool {
    crate::trace::text::convert::elements(value)
        .and_then(|array| array.first())
        .is_some_and(|value| value != 0.0)
}

/// The parts of a text, and what stood between them.
fn parts(text: &str, delimiters: &[String], collapse: bool) -> (Vec<String>, Vec<String>) {
    let (mut parts, mut found) = (vec![String::new()], Vec::<String>::new());
    let mut rest = text;
    let mut just_split = false;
    while let Some(next) = rest.chars().next() {
        let fits = |delimiter: &&String| !delimiter.is_empty() && rest.starts_with(*delimiter);
        let longest = delimiters.iter().filter(fits).max_by_key(|delimiter| delimiter.len());
        match (longest, found.last_mut(), parts.last_mut()) {
            (Some(delimiter), Some(between), _) if collapse && just_split => {
                between.push_str(delimiter);
                rest = &rest[delimiter.len()..];
            }
            (Some(delimiter), _, _) => {
                found.push(delimiter.clone());
                parts.push(String::new());
                rest = &rest[delimiter.len()..];
                just_split = true;
            }
            (None, _, Some(part)) => {
                part.push(next);
                rest = &rest[next.len_utf8()..];
                just_split = false;
            }
            (None, _, None) => break,
        }
    }
    (parts, found)
}

pub(super) fn ostrsplit(call: &mut Call<'_, '_>) -> Outcome {
    let line = |value: Option<&Value>| value.filter(|value| value.is_char()).and_then(text_of);
    let has_text = call.get(0).is_some_and(|value| !value.is_empty());
    let is_one = call.get(2).is_none_or(|value| value.shape().is_scalar());
    let (Some(text), Some(separators), true) =
        (line(call.get(0)), line(call.get(1)), is_one && has_text)
    else {
        return call.by_form();
    };
    let strip_empty = call.get(2).is_some_and(is_true);
    let parts: Vec<String> = text
        .split(|c| separators.contains(c))
        .filter(|part| !strip_empty || !part.is_empty())
        .map(str::to_owned)
        .collect();
    Ok(vec![cell_of(&parts)])
}

pub(super) fn strjoin(call: &mut Call<'_, '_>) -> Outcome {
    let is_cell = matches!(call.get(0), Some(Value::Cell(_)));
    let Some(parts) = call.get(0).filter(|_| is_cell).and_then(texts) else {
        return Err(call.invalid());
    };
    let delimiters = match call.get(1) {
        None => vec![" ".to_owned()],
        Some(Value::Cell(cell)) => {
            texts(&Value::Cell(cell.clone())).ok_or_else(|| call.invalid())?
        }
        Some(value) => vec![printf::unescape(&text_of(value).ok_or_else(|| call.invalid())?)],
    };
    let mut joined = String::new();
    let count = parts.len();
    for (position, part) in parts.iter().enumerate() {
        joined.push_str(part);
        if position + 1 < count {
            let delimiter = match delimiters.as_slice() {
                [same] => Some(same),
                several => several.get(position),
            };
            joined.push_str(delimiter.map_or("", String::as_str));
        }
    }
    Ok(vec![Value::from(joined.as_str())])
}

pub(super) fn strtok(call: &mut Call<'_, '_>) -> Outcome {
    let value = call.take(0)?;
    let delimiters: Vec<char> = match call.get(1) {
        None => vec![' ', '\u{c}', '\n', '\r', '\t', '\u{b}', '\0'],
        Some(value) => text_of(value).ok_or_else(|| call.invalid())?.chars().collect(),
    };
    let token = |text: &str| {
        let rest = text.trim_start_matches(delimiters.as_slice());
        let end = rest.find(delimiters.as_slice()).unwrap_or(rest.len());
        [rest[..end].to_owned(), rest[end..].to_owned()].map(|text| Value::from(text.as_str()))
    };
    if let Value::Cell(cell) = &value {
        let tokens: Option<Vec<[Value; 2]>> =
            cell.values.iter().map(|value| text_of(value).map(|text| token(&text))).collect();
        let tokens = tokens.ok_or_else(|| call.invalid())?;
        let column = |which: usize| {
            let values = tokens.iter().map(|pair| pair[which].clone()).collect();
            Value::Cell(CellArray::new(cell.shape.clone(), values))
        };
        return Ok(vec![column(0), column(1)]);
    }
    let message = "strtok: STR must be a string or cell array of strings";
    let text = value.to_text().ok_or_else(|| call.error("M340", message))?;
    Ok(token(&text).to_vec())
}

pub(super) fn strfind(call: &mut Call<'_, '_>) -> Outcome {
    let name = call.builtin.name;
    let Some(pattern) = call.get(1).and_then(text_of) else {
        let message = format!("{name}: PATTERN must be a string or cell array of strings");
        return Err(call.error("M340", message));
    };
    let wrong = || {
        let message = format!("{name}: first argument must be a string or cell array of strings");
        call.error("M340", message)
    };
    match call.get(0) {
        Some(Value::Cell(cell)) => {
            let find = |value: &Value| -> Result<Value, ScriptError> {
                Ok(positions(&text_of(value).ok_or_else(wrong)?, &pattern))
            };
            let values: Result<Vec<Value>, ScriptError> = cell.values.iter().map(find).collect();
            Ok(vec![Value::Cell(CellArray::new(cell.shape.clone(), values?))])
        }
        Some(value) => Ok(vec![positions(&text_of(value).ok_or_else(wrong)?, &pattern)]),
        None => Err(wrong()),
    }
}

/// 1-based positions of every occurrence, overlapping ones too.
fn occurrences(text: &str, pattern: &str) -> Vec<f64> {
    if pattern.is_empty() {
        return Vec::new();
    }
    let starts = text.char_indices().enumerate();
    starts
        .filter(|(_, (byte, _))| text[*byte..].starts_with(pattern))
        .map(|(position, _)| position as f64 + 1.0)
        .collect()
}

fn positions(text: &str, pattern: &str) -> Value {
    let found = occurrences(text, pattern);
    if found.is_empty() {
        return Value::empty();
    }
    HostArray::new(
        Shape::matrix(1, found.len() as u64),
        crate::trace::value::HostData::Double(found),
    )
    .into()
}

pub(super) fn position(call: &mut Call<'_, '_>, last: bool) -> Outcome {
    if call.args.iter().any(|value| value.is_char() && text_of(value).is_none())
        || matches!(call.get(0), Some(Value::Cell(_)))
    {
        return call.by_form();
    }
    let found = occurrences(&call.text(0)?, &call.text(1)?);
    let position = if last { found.last() } else { found.first() };
    Ok(vec![Value::from(position.copied().unwrap_or(0.0))])
}
