//! Matrices with a name.

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::collect_numbers;
use crate::trace::value::{Class, HostArray, HostData, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("magic", (1, 1, 1), magic, "Magic square."),
    Builtin::values("vander", (1, 2, 1), vander, "Vandermonde matrix."),
    Builtin::values("hilb", (1, 1, 1), hilbert, "Hilbert matrix."),
    Builtin::values("toeplitz", (1, 2, 1), toeplitz, "Constant along diagonals."),
];

fn matrix(rows: usize, columns: usize, at: impl Fn(usize, usize) -> f64) -> HostArray {
    let at = &at;
    let values =
        (0..columns).flat_map(|column| (0..rows).map(move |row| at(row, column))).collect();
    HostArray::new(Shape::matrix(rows as u64, columns as u64), HostData::Double(values))
}

fn in_class(array: HostArray, class: Class) -> HostArray {
    match class {
        Class::Double => array,
        class => collect_numbers(class, array.shape.clone(), array.numbers()),
    }
}

/// Equal sums of rows, columns and diagonals, by the usual construction for each kind of extent.
fn magic(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let n = call.number(0)?.floor();
    if n < 0.0 {
        return Err(call.error("M113", "magic: N must be non-negative"));
    }
    let n = n.min(1e4) as usize;
    if n == 2 {
        let values = [[4.0, 3.0], [1.0, 2.0]];
        return one(matrix(2, 2, |row, column| values[row][column]));
    }
    one(matrix(n, n, |row, column| match n % 4 {
        0 => doubly_even(n, row, column),
        2 => singly_even(n, row, column),
        _ => odd(n, row, column),
    }))
}

fn odd(n: usize, row: usize, column: usize) -> f64 {
    let (i, j) = (row + 1, column + 1);
    let high = (i + j + n - (n + 3) / 2) % n;
    let low = (i + 2 * j - 2) % n;
    (n * high + low + 1) as f64
}

fn doubly_even(n: usize, row: usize, column: usize) -> f64 {
    let value = (row * n + column + 1) as f64;
    let half = |index: usize| (index + 1) % 4 / 2;
    if half(row) == half(column) { (n * n + 1) as f64 - value } else { value }
}

fn singly_even(n: usize, row: usize, column: usize) -> f64 {
    let (half, k) = (n / 2, (n - 2) / 4);
    let is_outer = column < k || column > n - k;
    let is_exchanged = match row % half == k {
        true => (column == k) || (is_outer && column != 0),
        false => is_outer,
    };
    let from = if is_exchanged { (row + half) % n } else { row };
    let times = match (from < half, column < half) {
        (true, true) => 0,
        (false, false) => 1,
        (true, false) => 2,
        (false, true) => 3,
    };
    odd(half, from % half, column % half) + (times * half * half) as f64
}

/// True for numbers along one dimension.
fn is_vector(value: &Value) -> bool {
    let shape = value.shape();
    value.class().is_some() && shape.is_vector() && !shape.is_empty()
}

fn vander(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.args.iter().any(Value::is_complex) || !call.args.iter().all(is_vector) {
        return call.by_form();
    }
    let points = call.array(0)?;
    let class = if points.class() == Class::Single { Class::Single } else { Class::Double };
    let points = points.doubles();
    let count = if call.args.len() > 1 { call.number(1)?.max(0.0) as usize } else { points.len() };
    let power = |row: usize, column: usize| points[row].powi((count - 1 - column) as i32);
    one(in_class(matrix(points.len(), count, power), class))
}

fn hilbert(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if !call.get(0).is_some_and(|value| value.shape().is_scalar()) {
        return Err(call.error("M113", "hilb: N must be a scalar integer"));
    }
    let n = call.number(0)?.clamp(0.0, 1e4) as usize;
    one(matrix(n, n, |row, column| 1.0 / (row + column + 1) as f64))
}

fn toeplitz(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.args.iter().any(Value::is_complex) || !call.args.iter().all(is_vector) {
        return call.by_form();
    }
    let first = call.array(0)?;
    let second = if call.args.len() > 1 { call.array(1)? } else { first.clone() };
    let class = first.class().combined(second.class());
    let (first, second) = (first.doubles(), second.doubles());
    let square = matrix(first.len(), second.len(), |row, column| match row >= column {
        true => first[row - column],
        false => second[column - row],
    });
    one(in_class(square, class))
}
