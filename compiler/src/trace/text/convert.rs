//! Numbers to text: `num2str`, `mat2str`, `int2str`, and char matrices of lines.
//!
//! Each builds a template and leaves the digits to `printf`, as Octave's own functions do; so the
//! columns line up as there.

use super::{WIDTH_MAX, printf};
use crate::shape::Shape;
use crate::trace::error::{ScriptError, fail};
use crate::trace::value::{Class, HostArray, HostData, Number, Value};

/// Numbers, truth values or characters as a host array.
pub(crate) fn elements(value: &Value) -> Option<HostArray> {
    match value {
        Value::Number(number) => Some(number.to_array()),
        Value::Array(array) => Some(array.clone()),
        Value::Range(range) => Some(range.to_array()),
        Value::Lazy(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => None,
    }
}

/// `num2str(x)`, `num2str(x, precision)`, `num2str(x, template)`.
///
/// # Errors
/// If `x` is no array, or the second argument neither a count nor a template.
pub fn num2str(value: &Value, arg: Option<&Value>) -> Result<Value, ScriptError> {
    let Some(array) = elements(value) else {
        let message = "num2str: X must be a numeric, logical, or character array";
        return Err(fail("M310", message));
    };
    if array.class() == Class::Char {
        return Ok(value.clone());
    }
    if array.is_empty() {
        return Ok(Value::from(""));
    }
    if array.is_complex() {
        return complex_to_text(&array, arg);
    }
    let template = match arg {
        None => real_template(&array),
        Some(arg) if arg.is_char() => printf::unescape(&arg.to_text().unwrap_or_default()),
        Some(arg) => match (precision(arg)?, array.class().is_float()) {
            (digits, true) => format!("%{}.{digits}g", digits + 7),
            (digits, false) => format!("%{digits}d"),
        },
    };
    let conversions = template.replace("%%", "").matches('%').count();
    let template = if conversions > 1 || template == "%s" || template == "%c" {
        template
    } else {
        let (rows, len) = (array.shape.extent(0) as usize, array.len());
        template.repeat(len / rows.max(1)).trim_end().to_owned() + "\n"
    };
    let text = write("num2str", &template, by_rows(&array))?;
    Ok(Value::from(trimmed_lines(&text)))
}

fn precision(arg: &Value) -> Result<usize, ScriptError> {
    let digits = elements(arg).filter(|array| array.len() == 1).and_then(|array| array.first());
    match digits {
        Some(digits) if digits >= 0.0 && digits.fract() == 0.0 && digits < WIDTH_MAX as f64 => {
            Ok(digits as usize)
        }
        Some(_) | None => Err(fail("M311", "num2str: PRECISION must be a scalar integer >= 0")),
    }
}

/// The power of ten of the largest finite size; 0 if there is none or all are 0.
fn power_of(values: impl Iterator<Item = f64>) -> i64 {
    let largest = values.filter(|value| value.is_finite()).fold(0.0, |a: f64, b| a.max(b.abs()));
    if largest == 0.0 { 0 } else { largest.log10().floor() as i64 }
}

/// Significant digits of numbers with fractions: four after the point of the largest.
fn significant(power: i64) -> i64 {
    (power + 5).clamp(5, 16)
}

fn real_template(array: &HostArray) -> String {
    if array.class() == Class::Logical {
        return "%3d".to_owned();
    }
    let values = array.doubles();
    let power = power_of(values.iter().copied());
    let any_fraction = values.iter().any(|value| value.is_finite() && value.fract() != 0.0);
    if power > 15 || any_fraction {
        let digits = significant(power);
        return format!("%{}.{digits}g", digits + 7);
    }
    let any_special = values.iter().any(|value| !value.is_finite());
    let width = if any_special { (power + 3).max(5) } else { power + 3 };
    if array.class().is_float() { format!("%{width}.0f") } else { format!("%{width}d") }
}

fn complex_to_text(array: &HostArray, arg: Option<&Value>) -> Result<Value, ScriptError> {
    let parts = match &*array.data {
        HostData::Complex(_, parts) => parts.clone(),
        HostData::Double(_)
        | HostData::Single(_)
        | HostData::Logical(_)
        | HostData::Char(_)
        | HostData::Int(..)
        | HostData::Uint64(_) => Vec::new(),
    };
    let template = match arg {
        Some(arg) if arg.is_char() => {
            let text = arg.to_text().unwrap_or_default();
            let text = text.trim_end();
            format!("{text}%-+{}i", text.get(1..).unwrap_or_default())
        }
        Some(arg) => {
            let (digits, width) = (precision(arg)?, precision(arg)? + 7);
            format!("%{width}.{digits}g%-+{width}.{digits}gi")
        }
        None => {
            let power = power_of(parts.iter().flatten().copied());
            let is_fraction = |[re, im]: &[f64; 2]| {
                re.is_finite() && im.is_finite() && (re.fract() != 0.0 || im.fract() != 0.0)
            };
            if parts.iter().any(is_fraction) {
                let (digits, width) = (significant(power), significant(power) + 7);
                format!("%{width}.{digits}g%-+{width}.{digits}gi")
            } else {
                format!("%{0}.0f%-+{0}.0fi", power + 3)
            }
        }
    };
    let rows = (array.shape.extent(0) as usize).max(1);
    let columns = parts.len() / rows;
    let template = template.repeat(columns).trim_end().to_owned() + "\n";
    let order = row_order(rows, columns).filter_map(|index| parts.get(index));
    let text = write("num2str", &template, HostArray::row(order.flatten().copied().collect()))?;
    let lines: Vec<String> = text.lines().map(close_up).collect();
    Ok(Value::from(trimmed_lines(&lines.join("\n"))))
}

/// Moves the padding before every `i` behind it; at the end of the line it goes.
fn close_up(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut padding = 0;
    for c in line.chars() {
        match c {
            ' ' => padding += 1,
            'i' => {
                out.push('i');
                out.extend(std::iter::repeat_n(' ', padding));
                padding = 0;
            }
            other => {
                out.extend(std::iter::repeat_n(' ', padding));
                padding = 0;
                out.push(other);
            }
        }
    }
    out.trim_end().to_owned()
}

/// `int2str(x)`.
///
/// # Errors
/// If `x` is no array.
pub fn int2str(value: &Value) -> Result<Value, ScriptError> {
    let Some(array) = elements(value) else {
        let message = "int2str: N must be a numeric, logical, or character array";
        return Err(fail("M310", message));
    };
    if array.class() == Class::Char {
        return Ok(value.clone());
    }
    if array.is_empty() {
        return Ok(Value::from(""));
    }
    let values: Vec<f64> = array.doubles().into_iter().map(f64::round).collect();
    let any_special = values.iter().any(|value| !value.is_finite());
    let power = power_of(values.iter().copied());
    let width = if any_special { (power + 3).max(5) } else { power + 3 };
    let rows = (array.shape.extent(0) as usize).max(1);
    let template = format!("%{width}.0f").repeat(values.len() / rows) + "\n";
    let rounded = HostArray::new(array.shape.clone(), HostData::Double(values));
    Ok(Value::from(trimmed_lines(&write("int2str", &template, by_rows(&rounded))?)))
}

/// `mat2str(x, digits)`: a text that gives `x` again; `with_class` names its class.
///
/// # Errors
/// If `x` is no matrix of numbers or truth values.
pub fn mat2str(value: &Value, digits: [usize; 2], with_class: bool) -> Result<String, ScriptError> {
    let array = elements(value).filter(|array| array.class() != Class::Char);
    let Some(array) = array else {
        return Err(fail("M312", "mat2str: X must be a numeric or logical array"));
    };
    if array.shape.rank() > 2 {
        return Err(fail("M312", "mat2str: X must be two dimensional"));
    }
    let element = |number: Number| -> Result<String, ScriptError> {
        let template =
            |text: &str, args: &[Value]| printf::format("mat2str", &Value::from(text), args);
        match number {
            Number::Logical(value) => Ok(value.to_string()),
            Number::Complex(_, re, im) => template(
                &format!("%.{}g%+.{}gi", digits[0], digits[1]),
                &[Value::from(re), Value::from(im)],
            ),
            other => template(&format!("%.{}g", digits[0]), &[Value::Number(other)]),
        }
    };
    let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    let mut text = String::new();
    for index in row_order(rows, columns) {
        let separator = match index {
            0 => "",
            _ if index < rows => ";",
            _ => " ",
        };
        text.push_str(separator);
        if let Some(number) = array.get(index) {
            text.push_str(&element(number)?);
        }
    }
    if array.len() != 1 {
        text = format!("[{text}]");
    }
    Ok(if with_class { format!("{}({text})", array.class().name()) } else { text })
}

/// Positions of a column-major matrix, row by row.
fn row_order(rows: usize, columns: usize) -> impl Iterator<Item = usize> {
    (0..rows).flat_map(move |row| (0..columns).map(move |column| row + rows * column))
}

fn by_rows(array: &HostArray) -> HostArray {
    let rows = (array.shape.extent(0) as usize).max(1);
    let data = array.data.gather(row_order(rows, array.len() / rows));
    HostArray::new(Shape::matrix(1, array.len() as u64), data)
}

fn write(function: &str, template: &str, array: HostArray) -> Result<String, ScriptError> {
    let mut template = HostArray::from_text(template);
    template.double_quoted = true;
    printf::format(function, &Value::Array(template), &[Value::Array(array)])
}

/// The lines of a text as a char matrix, without the blank columns at both sides.
fn trimmed_lines(text: &str) -> HostArray {
    let lines: Vec<&str> = text.split('\n').filter(|line| !line.is_empty()).collect();
    if let [line] = lines.as_slice() {
        return HostArray::from_text(trim(line));
    }
    let lead = |line: &&str| line.len() - line.trim_start().len();
    let left = lines.iter().map(lead).min().unwrap_or(0);
    let right = lines.iter().map(|line| line.trim_end().len()).max().unwrap_or(0);
    let cut = |line: &&str| line.get(left..right.min(line.len())).unwrap_or_default().to_owned();
    char_matrix(&lines.iter().map(cut).collect::<Vec<String>>())
}

/// Without white space and NUL at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// White space as `strtrim` sees it.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\0')
}

/// Lines as the rows of a char matrix, padded with spaces.
pub(crate) fn char_matrix(lines: &[String]) -> HostArray {
    let lines: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let mut chars = Vec::with_capacity(columns * lines.len());
    for column in 0..columns {
        chars.extend(lines.iter().map(|line| line.get(column).copied().unwrap_or(' ')));
    }
    HostArray::new(Shape::matrix(lines.len() as u64, columns as u64), HostData::Char(chars))
}

/// The rows of a char matrix.
pub(crate) fn rows_of(array: &HostArray) -> Vec<String> {
    let HostData::Char(chars) = &*array.data else {
        return Vec::new();
    };
    let rows = array.shape.extent(0) as usize;
    (0..rows).map(|row| chars.iter().skip(row).step_by(rows.max(1)).collect()).collect()
}
