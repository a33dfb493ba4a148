//! Texts with parts removed or replaced.

use super::{Call, Outcome, text_of};
use crate::trace::builtins::cells::each_text;
use crate::trace::text::{convert, function, printf};
use crate::trace::value::{CellArray, HostArray, Value};

pub(super) fn strtrim(call: &mut Call<'_, '_>) -> Outcome {
    let value = call.take(0)?;
    match &value {
        Value::Array(array) if value.is_char() && array.shape.extent(0) > 1 => {
            Ok(vec![trimmed_columns(array, true)])
        }
        _ => {
            let message = "strtrim: S argument must be a string or cellstring";
            let trim = |text: &str| Value::from(convert::trim(text));
            each_text(call, &value, message, &trim).map(|value| vec![value])
        }
    }
}

pub(super) fn deblank(call: &mut Call<'_, '_>) -> Outcome {
    let value = call.take(0)?;
    match &value {
        Value::Array(array) if value.is_char() && array.shape.extent(0) > 1 => {
            Ok(vec![trimmed_columns(array, false)])
        }
        _ => {
            let message = "deblank: S argument must be a string or cellstring";
            let trim = |text: &str| Value::from(text.trim_end_matches(convert::is_blank));
            each_text(call, &value, message, &trim).map(|value| vec![value])
        }
    }
}

/// A char matrix without the columns at its ends that are blank in every row.
fn trimmed_columns(array: &HostArray, both_ends: bool) -> Value {
    let rows: Vec<Vec<char>> =
        convert::rows_of(array).iter().map(|row| row.chars().collect()).collect();
    let used = |row: &Vec<char>| row.iter().rposition(|c| !convert::is_blank(*c));
    let first = |row: &Vec<char>| row.iter().position(|c| !convert::is_blank(*c));
    let end = rows.iter().filter_map(used).max().map_or(0, |last| last + 1);
    let start = if both_ends { rows.iter().filter_map(first).min().unwrap_or(0) } else { 0 };
    let cut = |row: &Vec<char>| row.get(start..end).unwrap_or_default().iter().collect();
    convert::char_matrix(&rows.iter().map(cut).collect::<Vec<String>>()).into()
}

pub(super) fn strrep(call: &mut Call<'_, '_>) -> Outcome {
    let value = call.take(0)?;
    let message = "strrep: S must be a string or cell array of strings";
    let patterns = [call.get(1), call.get(2)].map(|value| value.and_then(text_of));
    let [Some(from), Some(to)] = patterns else {
        return Err(call.error(
            "M340",
            "strrep: PTN and REP arguments must be strings or cell arrays of strings",
        ));
    };
    let replace = |text: &str| Value::from(replaced(text, &from, &to).as_str());
    each_text(call, &value, message, &replace).map(|value| vec![value])
}

/// Every occurrence counts, overlapping ones too.
fn replaced(text: &str, from: &str, to: &str) -> String {
    if from.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut search) = (0, 0);
    while let Some(found) = text.get(search..).and_then(|rest| rest.find(from)) {
        let start = search + found;
        out.push_str(text.get(copied..start).unwrap_or_default());
        out.push_str(to);
        copied = start + from.len();
        search = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    out + text.get(copied..).unwrap_or_default()
}

pub(super) fn do_escapes(call: &mut Call<'_, '_>) -> Outcome {
    Ok(vec![Value::from(printf::unescape(&call.text(0)?).as_str())])
}

pub(super) fn undo_escapes(call: &mut Call<'_, '_>) -> Outcome {
    Ok(vec![Value::from(function::escape(&call.text(0)?).as_str())])
}

/// A `1 x n` cell of texts.
pub(super) fn cell_of(texts: &[String]) -> Value {
    let values: Vec<Value> = texts.iter().map(|text| super::super::output::row(text)).collect();
    Value::Cell(CellArray::new(crate::shape::Shape::matrix(1, values.len() as u64), values))
}
