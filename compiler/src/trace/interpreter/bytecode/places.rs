//! Numbers in variables: reading them, their elements and extents, and writing elements in place.
//!
//! Every function here gives up (`None`, `false`) where the tree walk has more to say: other
//! classes, other shapes, indices that do not exist.

use std::rc::Rc;

use crate::shape::Shape;
use crate::trace::interpreter::arith::saturate;
use crate::trace::value::{HostArray, HostData, Number, Value};

/// Classes of numbers that a register can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Double,
    Logical,
    Char,
}

/// What a shape is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Along a 0-based axis.
    Axis(u8),
    /// `end` as index `.0` of `.1`.
    End(u8, u8),
    /// `numel`.
    Count,
    /// `length`.
    Longest,
    /// `ndims`.
    Rank,
    /// `isempty`.
    IsEmpty,
}

/// A number with its class, if it is one that a register can hold.
pub(super) fn real(number: Number) -> Option<(f64, Kind)> {
    match number {
        Number::Double(value) => Some((value, Kind::Double)),
        Number::Logical(value) => Some((f64::from(u8::from(value)), Kind::Logical)),
        Number::Char(value) => Some((f64::from(u32::from(value)), Kind::Char)),
        Number::Single(_) | Number::Int(..) | Number::Complex(..) => None,
    }
}

/// The number of a class with a value.
pub(super) fn of_kind(value: f64, kind: Kind) -> Number {
    match kind {
        Kind::Double => Number::Double(value),
        Kind::Logical => Number::Logical(value != 0.0),
        Kind::Char => Number::Char(char::from_u32(value as u32).unwrap_or('\u{fffd}')),
    }
}

/// The 0-based position of a 1-based index, if there is one.
fn position(index: f64, len: usize) -> Option<usize> {
    let position = index as usize;
    (position as f64 == index && position.wrapping_sub(1) < len).then(|| position - 1)
}

fn at(data: &HostData, position: usize) -> Option<(f64, Kind)> {
    match data {
        HostData::Double(values) => Some((*values.get(position)?, Kind::Double)),
        HostData::Logical(values) => {
            Some((f64::from(u8::from(*values.get(position)?)), Kind::Logical))
        }
        HostData::Char(values) => Some((f64::from(u32::from(*values.get(position)?)), Kind::Char)),
        HostData::Single(_) | HostData::Int(..) | HostData::Uint64(_) | HostData::Complex(..) => {
            None
        }
    }
}

/// `value(index)`.
#[inline]
pub(super) fn element(value: Option<&Value>, index: f64) -> Option<(f64, Kind)> {
    match value? {
        Value::Array(array) => {
            if let HostData::Double(values) = &*array.data {
                return Some((values[position(index, values.len())?], Kind::Double));
            }
            at(&array.data, position(index, array.data.len())?)
        }
        Value::Range(range) => {
            let position = position(index, usize::try_from(range.count).ok()?)?;
            Some((range.at(position as u64), Kind::Double))
        }
        Value::Number(number) if index == 1.0 => real(*number),
        Value::Number(_)
        | Value::Lazy(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => None,
    }
}

/// The column-major position of a row and column of a matrix, if there is one.
#[inline]
fn matrix(shape: &Shape, row: f64, column: f64) -> Option<usize> {
    let [rows, columns] = *shape.extents() else { return None };
    let (row, column) = (position(row, rows as usize)?, position(column, columns as usize)?);
    Some(row + column * rows as usize)
}

/// `value(row, column)`.
#[inline]
pub(super) fn element2(value: Option<&Value>, row: f64, column: f64) -> Option<(f64, Kind)> {
    match value? {
        Value::Array(array) => {
            let position = matrix(&array.shape, row, column)?;
            if let HostData::Double(values) = &*array.data {
                return Some((*values.get(position)?, Kind::Double));
            }
            at(&array.data, position)
        }
        Value::Range(_) if row == 1.0 => element(value, column),
        Value::Number(number) if row == 1.0 && column == 1.0 => real(*number),
        Value::Range(_)
        | Value::Number(_)
        | Value::Lazy(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => None,
    }
}

/// Writes an element in place; false: not that simple.
fn put(data: &mut HostData, position: usize, value: f64, kind: Kind) -> bool {
    match (data, kind) {
        (HostData::Double(values), Kind::Double | Kind::Logical) => {
            values.get_mut(position).map(|place| *place = value).is_some()
        }
        (HostData::Logical(values), Kind::Logical | Kind::Double) if !value.is_nan() => {
            values.get_mut(position).map(|place| *place = value != 0.0).is_some()
        }
        (HostData::Char(values), Kind::Char) => match char::from_u32(value as u32) {
            Some(value) => values.get_mut(position).map(|place| *place = value).is_some(),
            None => false,
        },
        (HostData::Single(values), Kind::Double | Kind::Logical) => {
            values.get_mut(position).map(|place| *place = value as f32).is_some()
        }
        (HostData::Int(class, values), Kind::Double | Kind::Logical) => {
            match (values.get_mut(position), saturate(*class, value)) {
                (Some(place), Number::Int(_, value)) => {
                    *place = value as i64;
                    true
                }
                (_, _) => false,
            }
        }
        (_, _) => false,
    }
}

/// `value(index) = number`; one past the end of a vector grows it.
#[inline]
pub(super) fn set_element(
    value: Option<&mut Value>,
    index: f64,
    (number, kind): (f64, Kind),
) -> bool {
    let Some(Value::Array(array)) = value else {
        return false;
    };
    let len = array.data.len();
    array.form = array.form.once_written(false);
    match position(index, len) {
        Some(position) => put(Rc::make_mut(&mut array.data), position, number, kind),
        None => index == (len + 1) as f64 && push(array, number, kind),
    }
}

/// `value(row, column) = number`.
#[inline]
pub(super) fn set_element2(
    value: Option<&mut Value>,
    (row, column): (f64, f64),
    (number, kind): (f64, Kind),
) -> bool {
    let Some(Value::Array(array)) = value else {
        return false;
    };
    array.form = array.form.once_written(row == column);
    match matrix(&array.shape, row, column) {
        Some(position) => put(Rc::make_mut(&mut array.data), position, number, kind),
        None => false,
    }
}

/// Grows a vector by one element.
pub(super) fn push(array: &mut HostArray, number: f64, kind: Kind) -> bool {
    // A single element is no array, so `[]` and `1x0` are not for here.
    let axis = match *array.shape.extents() {
        [1, columns] if columns > 0 => 1,
        [rows, 1] if rows > 1 => 0,
        _ => return false,
    };
    match (Rc::make_mut(&mut array.data), kind) {
        (HostData::Double(values), Kind::Double | Kind::Logical) => values.push(number),
        (HostData::Logical(values), Kind::Logical) => values.push(number != 0.0),
        (HostData::Char(values), Kind::Char) => match char::from_u32(number as u32) {
            Some(value) => values.push(value),
            None => return false,
        },
        (_, _) => return false,
    }
    array.shape.grow(axis);
    array.fixed = false;
    true
}

/// What a value's shape says.
pub(super) fn extent(value: Option<&Value>, extent: Extent) -> Option<f64> {
    let shape = match value? {
        Value::Deferred(_) => return None,
        Value::Array(array) => return Some(shape_says(&array.shape, extent)),
        Value::Lazy(lazy) => return Some(shape_says(&lazy.shape, extent)),
        other => other.shape(),
    };
    Some(shape_says(&shape, extent))
}

fn shape_says(shape: &Shape, extent: Extent) -> f64 {
    match extent {
        Extent::Axis(axis) => shape.extent(usize::from(axis)) as f64,
        Extent::Count | Extent::End(0, 1) => shape.len() as f64,
        Extent::End(position, count) if position + 1 < count => {
            shape.extent(usize::from(position)) as f64
        }
        Extent::End(position, _) => (usize::from(position)..shape.rank())
            .map(|axis| shape.extent(axis))
            .product::<u64>() as f64,
        Extent::Longest if shape.is_empty() => 0.0,
        Extent::Longest => shape.extents().iter().copied().max().unwrap_or(0) as f64,
        Extent::Rank => shape.rank() as f64,
        Extent::IsEmpty => f64::from(u8::from(shape.is_empty())),
    }
}
