//! Numbers of a text in rows: what `dlmread`, `importdata` and `load` are made of.

use crate::shape::Shape;
use crate::trace::builtins::arguments::{class_of, one};
use crate::trace::builtins::{Builtin, Call, MISSING};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::collect_numbers;
use crate::trace::text::scan;
use crate::trace::value::{Class, Float, IntClass, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("rows__", (4, 4, 1), separated, "Rows of numbers between separators."),
    Builtin::values("matrix__", (1, 1, 1), matrix, "Rows of numbers and nothing else; or -1."),
    Builtin::values("column__", (2, 2, 1), column, "All numbers of a text, in a class."),
    Builtin::values("bytes__", (1, 1, 1), bytes, "How many bytes a text has in a file."),
];

type Outcome = Result<Vec<Value>, ScriptError>;

/// Rows of numbers as a matrix; short rows are filled up.
fn table(rows: &[Vec<Number>], fill: Number) -> Value {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let shape = Shape::matrix(if width == 0 { 0 } else { rows.len() as u64 }, width as u64);
    let at = |column: usize, row: &Vec<Number>| row.get(column).copied().unwrap_or(fill);
    let numbers = (0..width).flat_map(|column| rows.iter().map(move |row| at(column, row)));
    Value::from(collect_numbers(Class::Double, shape, numbers))
}

/// `rows__(text, separator, fill, [first row, column, last row, column])`: without a separator the
/// first of the text is it, and blanks count once.
fn separated(call: &mut Call<'_, '_>) -> Outcome {
    let text = call.text(0)?;
    let separator = call.text(1)?;
    let fill = Number::Double(call.number(2)?);
    let range = call.array(3)?.doubles();
    let [first, left, last, right] = range[..] else { return Err(call.invalid()) };
    let is_open = separator.is_empty();
    let found = text.chars().take_while(|c| *c != '\n').find(|c| ",:; \t".contains(*c));
    let separator = if is_open { found.unwrap_or(' ').to_string() } else { separator };
    let has_blanks = is_open && matches!(separator.as_str(), " " | "\t");
    let mut rows = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || (index as f64) < first || index as f64 > last {
            continue;
        }
        let words: Vec<&str> = match has_blanks {
            true => line.split([' ', '\t']).filter(|word| !word.is_empty()).collect(),
            false => line.split(separator.as_str()).collect(),
        };
        let words = words.iter().enumerate().filter(|(at, _)| {
            let at = *at as f64;
            at >= left && at <= right
        });
        rows.push(words.map(|(_, word)| value(word, fill)).collect());
    }
    one(table(&rows, fill))
}

/// The number that a word is, or starts with.
fn value(word: &str, fill: Number) -> Number {
    let word = word.trim();
    if let Ok(number) = word.parse::<f64>()
        && !number.is_nan()
    {
        return Number::Double(number);
    }
    match scan::number(word) {
        Number::Double(number) if number.is_nan() => {
            let unsigned = word.trim_start_matches(['+', '-']);
            if unsigned == "NA" {
                return Number::Double(f64::from_bits(MISSING));
            }
            if unsigned.eq_ignore_ascii_case("nan") {
                return Number::Double(number);
            }
            let start = word.len() - unsigned.len();
            let len = scan::number_len(unsigned);
            match word[..start + len].parse() {
                Ok(number) if len > 0 => Number::Double(number),
                Ok(_) | Err(_) => fill,
            }
        }
        number => number,
    }
}

/// `matrix__(text)`: rows of as many numbers each, with comments after `%` and `#`; -1 if the text
/// is anything else.
fn matrix(call: &mut Call<'_, '_>) -> Outcome {
    let text = call.text(0)?;
    let mut rows: Vec<Vec<Number>> = Vec::new();
    for line in text.lines() {
        let line = line.split(['%', '#']).next().unwrap_or_default();
        let words = line.split([' ', '\t', ',', ';', '\r']).filter(|word| !word.is_empty());
        let missing = Number::Double(f64::NEG_INFINITY);
        let mut row = Vec::new();
        for word in words {
            let is_infinite = word.trim_start_matches(['+', '-']).len() >= 3
                && word.to_ascii_lowercase().trim_start_matches(['+', '-']).starts_with("inf");
            let number = value(&word.replace(['d', 'D'], "e"), missing);
            if matches!(number, Number::Double(f64::NEG_INFINITY)) && !is_infinite {
                return one(-1.0);
            }
            row.push(number);
        }
        if !row.is_empty() {
            rows.push(row);
        }
    }
    let is_even = rows.windows(2).all(|pair| pair[0].len() == pair[1].len());
    if rows.is_empty() || !is_even {
        return one(-1.0);
    }
    one(table(&rows, Number::Double(0.0)))
}

/// `column__(text, class)`: numbers between blanks; integers keep every digit, and `(a,b)` is a
/// complex number.
fn column(call: &mut Call<'_, '_>) -> Outcome {
    let text = call.text(0)?;
    let name = call.text(1)?;
    let class = class_of(&name).ok_or_else(|| call.invalid())?;
    let mut numbers = Vec::new();
    for word in text.split_ascii_whitespace() {
        let pair = word.strip_prefix('(').and_then(|pair| pair.strip_suffix(')'));
        let number = match (pair.and_then(|pair| pair.split_once(',')), class) {
            (Some((re, im)), _) => Some(Number::Complex(Float::Double, real(re), real(im))),
            (None, Class::Int(int)) => whole(word, int),
            (None, _) => Some(Number::Double(real(word))),
        };
        numbers.extend(number);
    }
    let shape = Shape::matrix(numbers.len() as u64, 1);
    one(Value::from(collect_numbers(class, shape, numbers.into_iter())))
}

fn real(word: &str) -> f64 {
    match word {
        "NA" => f64::from_bits(MISSING),
        _ => word.parse().unwrap_or(f64::NAN),
    }
}

fn whole(word: &str, class: IntClass) -> Option<Number> {
    let whole = word.parse().ok().or_else(|| word.parse().ok().map(|value: f64| value as i128));
    whole.map(|value| Number::Int(class, value))
}

fn bytes(call: &mut Call<'_, '_>) -> Outcome {
    let len = call.text(0)?.len();
    one(len as f64)
}
