//! The body of an array: rows of padded numbers, split into chunks of columns that fit a line.

use super::layout::{self, Precision};
use super::number;
use crate::shape::Shape;
use crate::trace::value::{Float, Form, HostArray, HostData, Number};

/// Characters of a line.
const LINE_WIDTH: usize = 80;

/// A matrix whose elements are already text.
struct Table {
    rows: usize,
    columns: usize,
    /// Width of a column with the space before it.
    column_width: usize,
    /// What a column is taken for when lines are filled, beyond its width.
    column_more: usize,
    /// Characters that columns may take.
    line_width: usize,
    /// Elements, column-major; padded on the left as they are written.
    cells: Vec<String>,
}

impl Table {
    fn write(&self, indent: usize) -> String {
        let chunk = (self.line_width / (self.column_width + self.column_more)).max(1);
        if self.columns <= chunk {
            return self.rows(indent, 0, self.columns);
        }
        let mut chunks = Vec::new();
        for first in (0..self.columns).step_by(chunk) {
            let end = (first + chunk).min(self.columns);
            let (first_name, last_name) = (first + 1, end);
            let title = match end - first {
                1 => format!("Column {first_name}:"),
                2 => format!("Columns {first_name} and {last_name}:"),
                _ => format!("Columns {first_name} through {last_name}:"),
            };
            let rows = self.rows(indent, first, end);
            chunks.push(format!("{:indent$} {title}\n\n{rows}", ""));
        }
        chunks.join("\n")
    }

    fn rows(&self, indent: usize, first: usize, end: usize) -> String {
        let mut text = String::new();
        for row in 0..self.rows {
            text.extend(std::iter::repeat_n(' ', indent));
            for column in first..end {
                let cell = self.cells.get(column * self.rows + row).map_or("", String::as_str);
                // Two spaces stay in front of a number that is wider than its column.
                let padding = self.column_width.saturating_sub(cell.len()).max(2);
                text.extend(std::iter::repeat_n(' ', padding));
                text.push_str(cell);
            }
            text.push('\n');
        }
        text
    }
}

/// Rows of an array of numbers or truth values, with the pages of one of more than two axes.
pub(super) fn body(format: super::Format, array: &HostArray, indent: usize) -> String {
    let [rows, columns] = [array.shape.extent(0) as usize, array.shape.extent(1) as usize];
    let page_len = rows * columns;
    if array.shape.rank() == 2 {
        return page(format, array, 0..page_len, indent);
    }
    let mut blocks = Vec::new();
    let inline = page_len == 1 && !matches!(&*array.data, HostData::Int(..) | HostData::Uint64(_));
    for (index, name) in page_names(&array.shape).into_iter().enumerate() {
        let range = index * page_len..(index + 1) * page_len;
        blocks.push(if inline {
            let text = element(format, array, index);
            format!("{:indent$}{name} = {text}\n", "")
        } else {
            let rows = page(format, array, range, indent);
            format!("{:indent$}{name} =\n\n{rows}", "")
        });
    }
    blocks.join(if inline { "" } else { "\n" })
}

/// `ans(:,:,1)`, .. of the pages of a shape, in the order of storage.
pub(super) fn page_names(shape: &Shape) -> Vec<String> {
    let outer = shape.extents().get(2..).unwrap_or_default();
    let count: u64 = outer.iter().product();
    let name = |page: u64| {
        let mut rest = page;
        let mut text = "ans(:,:".to_owned();
        for extent in outer {
            text.push_str(&format!(",{}", rest % extent + 1));
            rest /= extent;
        }
        text + ")"
    };
    (0..count).map(name).collect()
}

fn page(
    format: super::Format,
    array: &HostArray,
    range: std::ops::Range<usize>,
    indent: usize,
) -> String {
    let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    if array.form == Form::Diagonal && array.shape.rank() == 2 && !array.is_empty() {
        let (column_width, cells) = diagonal(format, array);
        let line_width = LINE_WIDTH.saturating_sub(indent);
        let column_more = column_more(array);
        return Table { rows, columns, column_width, column_more, line_width, cells }.write(indent);
    }
    let (column_width, cells) = match &*array.data {
        HostData::Double(values) => {
            reals(Precision::new(format, false), values.get(range).unwrap_or_default())
        }
        HostData::Single(values) => {
            let part = values.get(range).unwrap_or_default();
            let wide: Vec<f64> = part.iter().map(|value| f64::from(*value)).collect();
            reals(Precision::new(format, true), &wide)
        }
        HostData::Complex(float, values) if shows_reals(format, array, range.clone()) => {
            let part = values.get(range).unwrap_or_default();
            let real: Vec<f64> = part.iter().map(|value| value[0]).collect();
            reals(Precision::new(format, *float == Float::Single), &real)
        }
        HostData::Complex(float, values) => {
            let precision = Precision::new(format, *float == Float::Single);
            let part = values.get(range).unwrap_or_default();
            let layout = layout::complex_matrix(precision, part);
            let cells = part.iter().map(|value| layout.write(*value)).collect();
            (layout.total_width() + 2, cells)
        }
        HostData::Logical(_) | HostData::Int(..) | HostData::Uint64(_)
            if format == super::Format::Bank =>
        {
            let all = array.doubles();
            let digits = all.iter().map(|value| number::digits_of(*value)).max().unwrap_or(0);
            let negative = all.iter().any(|value| *value < 0.0);
            let width = 2 + usize::from(negative) + digits.max(1) as usize + 3;
            let cells = all.get(range).unwrap_or_default().iter();
            (width, cells.map(|value| number::fixed(*value, 2)).collect())
        }
        HostData::Logical(values) => {
            let part = values.get(range).unwrap_or_default();
            // A zero has no digits when Octave measures.
            let width = if values.contains(&true) { 3 } else { 2 };
            (width, part.iter().map(|value| u8::from(*value).to_string()).collect())
        }
        HostData::Int(class, values) => {
            let least = class.bounds().0;
            let cells: Vec<String> =
                values.get(range).unwrap_or_default().iter().map(i64::to_string).collect();
            // Octave measures the whole array, and takes the least value of a class for nothing.
            let measured = values.iter().map(|value| i128::from(*value));
            (integer_width(measured.filter(|value| *value != least || least == 0)) + 2, cells)
        }
        HostData::Uint64(values) => {
            let cells = values.get(range).unwrap_or_default().iter().map(u64::to_string).collect();
            (integer_width(values.iter().map(|value| i128::from(*value))) + 2, cells)
        }
        HostData::Char(values) => {
            (1, values.get(range).unwrap_or_default().iter().map(char::to_string).collect())
        }
    };
    let line_width = LINE_WIDTH.saturating_sub(indent);
    let column_more = column_more(array);
    Table { rows, columns, column_width, column_more, line_width, cells }.write(indent)
}

/// `format bank` shows no imaginary parts, and a page of several may have none.
fn shows_reals(format: super::Format, array: &HostArray, mut page: std::ops::Range<usize>) -> bool {
    let is_real = |at| !matches!(array.data.get(at), Some(Number::Complex(_, _, im)) if im != 0.0);
    format == super::Format::Bank || (array.shape.rank() > 2 && page.all(is_real))
}

/// Octave takes complex columns for wider than they are.
fn column_more(array: &HostArray) -> usize {
    usize::from(array.is_complex())
}

/// Octave measures the diagonal alone.
fn diagonal(format: super::Format, array: &HostArray) -> (usize, Vec<String>) {
    let rows = array.shape.extent(0) as usize;
    let order = rows.min(array.shape.extent(1) as usize);
    let places = (0..order).map(|at| at * (rows + 1));
    let (width, shown): (usize, Vec<String>) = match &*array.data {
        HostData::Complex(float, values) => {
            let precision = Precision::new(format, *float == Float::Single);
            let part: Vec<[f64; 2]> = places.clone().map(|at| values[at]).collect();
            let layout = layout::complex_matrix(precision, &part);
            let cells = part.iter().map(|value| layout.write(*value)).collect();
            (layout.total_width() + 2, cells)
        }
        data => {
            let is_single = matches!(data, HostData::Single(_));
            let values = array.doubles();
            let part: Vec<f64> = places.clone().map(|at| values[at]).collect();
            reals(Precision::new(format, is_single), &part)
        }
    };
    let mut cells = vec!["0".to_owned(); rows * array.shape.extent(1) as usize];
    for (place, text) in places.zip(shown) {
        cells[place] = text;
    }
    (width, cells)
}

fn reals(precision: Precision, values: &[f64]) -> (usize, Vec<String>) {
    let layout = layout::matrix(precision, values);
    (layout.width + 2, values.iter().map(|value| layout.style.write(*value)).collect())
}

/// As many characters as the longest number has; a zero has none when Octave measures.
fn integer_width(values: impl Iterator<Item = i128>) -> usize {
    let (mut digits, mut any_negative, mut any) = (0, false, false);
    for value in values {
        any = true;
        any_negative |= value < 0;
        digits =
            digits.max(value.unsigned_abs().checked_ilog10().map_or(0, |log| log as usize + 1));
    }
    if any { digits + usize::from(any_negative) } else { 1 }
}

/// The rows of a range and the end that was written.
pub(super) fn range_body(
    format: super::Format,
    (range, limit): (crate::trace::value::Range, f64),
    indent: usize,
) -> String {
    let layout = layout::range(Precision::new(format, false), [range.start, limit], range.step);
    let value = |index: u64| range.start + range.step * index as f64;
    let cells = (0..range.count).map(|index| layout.style.write(value(index))).collect();
    let (columns, column_width) = (range.count as usize, layout.width + 2);
    // Octave does not take the indent off here.
    let line_width = LINE_WIDTH;
    Table { rows: 1, columns, column_width, column_more: 0, line_width, cells }.write(indent)
}

/// One element as a scalar is shown.
pub(super) fn element(format: super::Format, array: &HostArray, index: usize) -> String {
    match &*array.data {
        HostData::Double(values) => {
            let value = values.get(index).copied().unwrap_or_default();
            layout::scalar(Precision::new(format, false), value).write(value)
        }
        HostData::Single(values) => {
            let value = f64::from(values.get(index).copied().unwrap_or_default());
            layout::scalar(Precision::new(format, true), value).write(value)
        }
        HostData::Complex(float, values) => {
            let precision = Precision::new(format, *float == Float::Single);
            let value = values.get(index).copied().unwrap_or_default();
            if format == super::Format::Bank {
                let text = layout::scalar(precision, value[0]).write(value[0]);
                return format!("{text:>5}");
            }
            // A page of a complex array may be real.
            if value[1] == 0.0 && array.shape.rank() > 2 {
                return layout::scalar(precision, value[0]).write(value[0]);
            }
            layout::complex_scalar(precision, value).write(value)
        }
        HostData::Logical(_) | HostData::Int(..) | HostData::Uint64(_)
            if format == super::Format::Bank =>
        {
            number::fixed(array.data.get(index).map_or(0.0, Number::to_f64), 2)
        }
        HostData::Logical(values) => {
            u8::from(values.get(index).copied().unwrap_or_default()).to_string()
        }
        HostData::Int(_, values) => values.get(index).copied().unwrap_or_default().to_string(),
        HostData::Uint64(values) => values.get(index).copied().unwrap_or_default().to_string(),
        HostData::Char(values) => values.get(index).copied().unwrap_or(' ').to_string(),
    }
}
