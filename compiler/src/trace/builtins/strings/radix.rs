//! Numbers in other bases.

use super::{Call, Outcome};
use crate::trace::builtins::structs::texts;
use crate::trace::error::ScriptError;
use crate::trace::text::{WIDTH_MAX, convert};
use crate::trace::value::{HostArray, Value};

/// The base: fixed, or the second argument.
fn base_of(call: &mut Call<'_, '_>, base: Option<u32>) -> Result<u32, ScriptError> {
    if let Some(base) = base {
        return Ok(base);
    }
    let base = call.number(1)?;
    if (2.0..=36.0).contains(&base) && base.fract() == 0.0 {
        return Ok(base as u32);
    }
    let message = format!("{}: BASE must be an integer between 2 and 36", call.builtin.name);
    Err(call.error("M346", message))
}

pub(super) fn write(call: &mut Call<'_, '_>, base: Option<u32>) -> Outcome {
    let len_arg = if base.is_some() { 1 } else { 2 };
    let base = base_of(call, base)?;
    let values = match call.take(0)? {
        Value::Cell(cell) => {
            cell.values.iter().filter_map(convert::elements).flat_map(|a| a.doubles()).collect()
        }
        value => convert::elements(&value).map(|array| array.doubles()).unwrap_or_default(),
    };
    let is_whole = |value: &f64| value.fract() == 0.0 && value.abs() < 18_446_744_073_709_551_616.0;
    if !values.iter().all(is_whole) {
        let message = format!("{}: input must be integers", call.builtin.name);
        return Err(call.error("M346", message));
    }
    let least = if call.args.len() > len_arg { call.number(len_arg)? } else { 0.0 };
    let least = least.clamp(0.0, WIDTH_MAX as f64) as usize;
    let texts: Vec<String> = values.iter().map(|value| digits(*value, base)).collect();
    let width = texts.iter().map(String::len).max().unwrap_or(0).max(least);
    let rows: Vec<String> = texts.iter().map(|text| format!("{text:0>width$}")).collect();
    Ok(vec![match rows.as_slice() {
        [row] => Value::from(row.as_str()),
        rows => convert::char_matrix(rows).into(),
    }])
}

/// Digits of an integer; a negative one as the two's complement of the width it fits.
fn digits(value: f64, base: u32) -> String {
    let mut rest = if value >= 0.0 {
        value as u64
    } else {
        let bits = [8, 16, 32].into_iter().find(|bits| value >= -f64::from(2u32.pow(bits - 1)));
        let wrapped = (value as i64) as u64;
        bits.map_or(wrapped, |bits| wrapped & ((1 << bits) - 1))
    };
    let mut text = Vec::new();
    loop {
        let digit = char::from_digit((rest % u64::from(base)) as u32, base).unwrap_or('?');
        text.push(digit.to_ascii_uppercase());
        rest /= u64::from(base);
        if rest == 0 {
            break;
        }
    }
    text.iter().rev().collect()
}

pub(super) fn read(call: &mut Call<'_, '_>, base: Option<u32>) -> Outcome {
    let base = base_of(call, base)?;
    let Some(lines) = call.get(0).and_then(texts) else {
        let message = format!("{}: S must be a string or cellstring", call.builtin.name);
        return Err(call.error("M340", message));
    };
    let number = |text: &String| {
        let mut digits = text.chars().filter(|c| *c != ' ').peekable();
        if digits.peek().is_none() {
            return f64::NAN;
        }
        let add = |total: f64, c: char| {
            c.to_digit(base).map(|digit| total * f64::from(base) + f64::from(digit))
        };
        digits.try_fold(0.0, add).unwrap_or(f64::NAN)
    };
    let lines: Vec<String> = match lines.as_slice() {
        [only] if only.is_empty() => Vec::new(),
        _ => lines,
    };
    Ok(vec![HostArray::column(lines.iter().map(number).collect()).into()])
}
