//! Text to numbers: `str2double`, and the literals that `str2num` reads.

use crate::shape::Shape;
use crate::trace::value::{Float, HostArray, HostData, Number};

/// The number that a text spells, complex if it has an imaginary part; `NaN` if it spells none.
pub fn number(text: &str) -> Number {
    let text: String = text.chars().filter(|c| *c != ',').collect();
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let mut parts: [Option<f64>; 2] = [None, None];
    let mut is_first = true;
    while !rest.is_empty() {
        let Some((value, is_imaginary, after)) = component(rest, is_first) else {
            return Number::Double(f64::NAN);
        };
        let part = &mut parts[usize::from(is_imaginary)];
        if part.is_some() {
            return Number::Double(f64::NAN);
        }
        (*part, rest, is_first) = (Some(value), after.trim_start(), false);
    }
    match parts {
        [None, None] => Number::Double(f64::NAN),
        [Some(re), None] => Number::Double(re),
        [re, Some(im)] => Number::Complex(Float::Double, re.unwrap_or(0.0), im),
    }
}

/// One signed term, whether it is imaginary, and what follows. Only the first needs no sign.
fn component(text: &str, is_first: bool) -> Option<(f64, bool, &str)> {
    let mut rest = text;
    let (mut negative, mut has_sign) = (false, false);
    while let Some(after) = rest.strip_prefix(['+', '-']) {
        negative ^= rest.starts_with('-');
        has_sign = true;
        rest = after.trim_start();
    }
    if !has_sign && !is_first {
        return None;
    }
    // Not a product: that would lose the sign of `NaN`.
    let signed = |value: f64| if negative { -value } else { value };
    if let Some(after) = strip_unit(rest) {
        return match after.trim_start().strip_prefix('*') {
            None => Some((signed(1.0), true, after)),
            Some(after) => {
                let (value, after) = unsigned(after.trim_start())?;
                Some((signed(value), true, after))
            }
        };
    }
    let (value, after) = unsigned(rest)?;
    let factor = after.trim_start().strip_prefix('*').map(str::trim_start);
    match strip_unit(factor.unwrap_or(after)) {
        Some(after) => Some((signed(value), true, after)),
        None if factor.is_some() => None,
        None => Some((signed(value), false, after)),
    }
}

/// After an `i` or `j` that ends a term; `Inf` starts with none.
fn strip_unit(text: &str) -> Option<&str> {
    let after = text.strip_prefix(['i', 'j', 'I', 'J'])?;
    if after.starts_with(|c: char| c.is_alphanumeric() || c == '.') { None } else { Some(after) }
}

/// A number without sign, and what follows.
fn unsigned(text: &str) -> Option<(f64, &str)> {
    let is_word = |word: &str| text.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word));
    for (word, value) in [("inf", f64::INFINITY), ("nan", f64::NAN), ("na", f64::NAN)] {
        if is_word(word) {
            return Some((value, &text[word.len()..]));
        }
    }
    let len = number_len(text);
    let value: f64 = text.get(..len)?.parse().ok()?;
    if value.is_finite() { Some((value, &text[len..])) } else { None }
}

/// Bytes of the decimal number at the start; 0 if there is none.
pub(crate) fn number_len(text: &str) -> usize {
    let digits = |from: usize| text.bytes().skip(from).take_while(u8::is_ascii_digit).count();
    let at = |index: usize| text.as_bytes().get(index).copied();
    let whole = digits(0);
    let mut len = whole;
    let mut any = whole > 0;
    if at(len) == Some(b'.') {
        let fraction = digits(len + 1);
        any |= fraction > 0;
        len += 1 + fraction;
    }
    if !any {
        return 0;
    }
    if matches!(at(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(at(len + 1), Some(b'+' | b'-')));
        let power = digits(len + 1 + sign);
        if power > 0 {
            len += 1 + sign + power;
        }
    }
    len
}

/// A matrix of literals, with or without brackets: rows by `;` or line feed, elements by space or
/// comma, `a:b` and `a:step:b`, `Inf`, `NaN`, `pi`, `e`, `true`, `false`. `None` if it is anything
/// else.
pub fn matrix(text: &str) -> Option<HostArray> {
    let text = text.trim();
    let inner = match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None => text,
    };
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for line in inner.split([';', '\n']) {
        let row = row(line)?;
        if !row.is_empty() {
            rows.push(row);
        }
    }
    let columns = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != columns) {
        return None;
    }
    let values = (0..columns).flat_map(|column| rows.iter().map(move |row| row[column])).collect();
    let shape = Shape::matrix(rows.len() as u64, columns as u64);
    Some(HostArray::new(shape, HostData::Double(values)))
}

/// Most elements that a range in a text may have.
const RANGE_LEN_MAX: f64 = 1e7;

fn row(line: &str) -> Option<Vec<f64>> {
    let mut values = Vec::new();
    for element in line.split([' ', ',', '\t', '\r']).filter(|element| !element.is_empty()) {
        let bounds: Vec<f64> = element.split(':').map(literal).collect::<Option<_>>()?;
        match bounds.as_slice() {
            [value] => values.push(*value),
            [start, stop] => range(&mut values, *start, 1.0, *stop)?,
            [start, step, stop] => range(&mut values, *start, *step, *stop)?,
            _ => return None,
        }
    }
    Some(values)
}

fn range(values: &mut Vec<f64>, start: f64, step: f64, stop: f64) -> Option<()> {
    let steps = ((stop - start) / step * (1.0 + f64::EPSILON)).floor();
    if !steps.is_finite() || steps > RANGE_LEN_MAX {
        return None;
    }
    if steps >= 0.0 {
        values.extend((0..=steps as u64).map(|index| start + step * index as f64));
    }
    Some(())
}

fn literal(text: &str) -> Option<f64> {
    let (sign, name) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = match name {
        "pi" => std::f64::consts::PI,
        "e" => std::f64::consts::E,
        "Inf" | "inf" => f64::INFINITY,
        "NaN" | "nan" => f64::NAN,
        "eps" => f64::EPSILON,
        "true" => 1.0,
        "false" => 0.0,
        _ if number_len(name) == name.len() => name.parse().ok()?,
        _ => return None,
    };
    Some(sign * value)
}
