//! Numbers in other bases.

use super::{Call, Outcome};
use crate::trace::builtins::structs::texts;
use crate::trace::error::ScriptError;
use crate::trace::text::{WIDTH_MAX, convert};
use crate::trace::value::{Class, HostArray, Value};

/// Doubles below have exact digits: 2^53.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
/// The same of class `single`: 2^24.
const SINGLE_MAX: f64 = 16_777_216.0;

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

/// True for what has digits here: numbers that are not negative and whose digits are exact.
fn is_plain(value: &Value) -> bool {
    let Some(array) = convert::elements(value) else { return false };
    let is_class = array.class() != Class::Char && !array.is_complex() && !array.is_empty();
    let most = if array.class() == Class::Single { SINGLE_MAX } else { EXACT_MAX };
    let is_small = |value: &f64| *value >= 0.0 && value.fract() == 0.0 && *value < most;
    is_class && array.doubles().iter().all(is_small)
}

/// True for one whole number in a range.
fn is_whole_in(value: &Value, low: f64, high: f64) -> bool {
    let array = convert::elements(value).filter(|array| array.class().is_float());
    let number = array.filter(|array| array.len() == 1).and_then(|array| array.first());
    number.is_some_and(|number| number.fract() == 0.0 && (low..=high).contains(&number))
}

pub(super) fn write(call: &mut Call<'_, '_>, base: Option<u32>) -> Outcome {
    let is_number = match base {
        // `dec2bin` and `dec2hex` refuse truth values, `dec2base` does not.
        Some(_) => call.get(0).is_some_and(|value| value.class() != Some(Class::Logical)),
        None => call.get(1).is_some_and(|value| is_whole_in(value, 2.0, 36.0)),
    };
    let len = call.get(if base.is_some() { 1 } else { 2 });
    let has_len = len.is_none_or(|value| is_whole_in(value, 0.0, WIDTH_MAX as f64));
    if !is_number || !has_len || !call.get(0).is_some_and(is_plain) {
        return call.by_form();
    }
    let len_arg = if base.is_some() { 1 } else { 2 };
    let base = base_of(call, base)?;
    let values = call.array(0)?.doubles();
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

/// Digits of a whole number that is not negative.
fn digits(value: f64, base: u32) -> String {
    let mut rest = value as u64;
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
    if base.is_none() && !call.get(1).is_some_and(|value| is_whole_in(value, 2.0, 36.0)) {
        return call.by_form();
    }
    let base = base_of(call, base)?;
    let Some(lines) = call.get(0).and_then(texts) else {
        return Err(call.error("M340", "base2dec: S must be a string or cellstring"));
    };
    let is_text = call.get(0).is_some_and(Value::is_char);
    let number = |text: &String| {
        let mut digits = text.chars().filter(|c| *c != ' ');
        let add = |total: f64, c: char| {
            c.to_digit(base).map(|digit| total * f64::from(base) + f64::from(digit))
        };
        digits.try_fold(0.0, add).unwrap_or(f64::NAN)
    };
    let lines: Vec<String> = match lines.as_slice() {
        [only] if only.is_empty() && is_text => Vec::new(),
        _ => lines,
    };
    Ok(vec![HostArray::column(lines.iter().map(number).collect()).into()])
}
