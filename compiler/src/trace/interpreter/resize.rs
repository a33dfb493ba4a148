//! Growing arrays, and writing elements of host arrays in place.

use std::rc::Rc;

use crate::shape::Shape;
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::arith::collect_numbers;
use crate::trace::interpreter::operator::{RANGE_LEN_MAX, too_long};
use crate::trace::interpreter::subscript::{Subscript, folded, positions};
use crate::trace::value::{CellArray, Class, Float, HostArray, HostData, Number, Value};

/// The most elements of a cell or structure array.
pub(crate) const LIST_LEN_MAX: u64 = 1 << 27;

/// The shape of an array once indices have been assigned; `value` fills colons of empty axes.
///
/// # Errors
/// If one index would have to grow a matrix, or the array would be too long.
pub(crate) fn grown_shape(
    shape: &Shape,
    subscripts: &[Subscript],
    value: &Shape,
) -> Result<Shape, ScriptError> {
    bounded(shape, index_shape(shape, subscripts, value)?, RANGE_LEN_MAX)
}

/// The same of a cell or structure array.
///
/// # Errors
/// As [`grown_shape`].
pub(crate) fn grown_list(
    shape: &Shape,
    subscripts: &[Subscript],
    value: &Shape,
) -> Result<Shape, ScriptError> {
    bounded(shape, index_shape(shape, subscripts, value)?, LIST_LEN_MAX)
}

/// A shape that an array may grow to.
fn bounded(old: &Shape, grown: Shape, len_max: u64) -> Result<Shape, ScriptError> {
    if grown.len() > len_max && grown != *old { Err(too_long()) } else { Ok(grown) }
}

fn index_shape(
    shape: &Shape,
    subscripts: &[Subscript],
    value: &Shape,
) -> Result<Shape, ScriptError> {
    if let [only] = subscripts {
        let len = shape.len();
        if len == 0 && only.is_all() && !value.is_scalar() {
            return Ok(value.clone());
        }
        let bound = only.bound(len);
        if bound <= len {
            return Ok(shape.clone());
        }
        return match (shape.extent(0), shape.extent(1)) {
            (0, 0) | (1, _) if shape.rank() == 2 => Ok(Shape::matrix(1, bound)),
            (_, 1) if shape.rank() == 2 => Ok(Shape::matrix(bound, 1)),
            (0, _) if shape.rank() == 2 => Ok(Shape::matrix(1, bound)),
            (_, _) => {
                let message = "Invalid resizing operation or ambiguous assignment to an \
                               out-of-bounds array element";
                Err(fail("M105", message)
                    .identifier("Octave:invalid-resize")
                    .hint(format!("the array is {shape}; give one index for each dimension")))
            }
        };
    }
    let extents = folded(shape, subscripts.len());
    // Colons take extents from the value only where there are none at all.
    let is_nothing = shape.extents().iter().all(|extent| *extent == 0);
    let fills = if is_nothing { filled(subscripts, value) } else { Vec::new() };
    let mut fills = fills.into_iter();
    let mut grown: Vec<u64> = Vec::with_capacity(extents.len());
    for (subscript, extent) in subscripts.iter().zip(&extents) {
        grown.push(match subscript {
            Subscript::All if is_nothing => fills.next().unwrap_or(1),
            Subscript::All => *extent,
            _ => subscript.bound(*extent).max(*extent),
        });
    }
    if grown == extents {
        return Ok(shape.clone());
    }
    if subscripts.len() < shape.rank() {
        let message = "Invalid resizing operation or ambiguous assignment to an \
                       out-of-bounds array element";
        return Err(fail("M105", message)
            .identifier("Octave:invalid-resize")
            .hint(format!("the array is {shape}; give one index for each dimension")));
    }
    if subscripts.len() < shape.rank() {
        let last = grown.len() - 1;
        grown.truncate(last);
        grown.extend(&shape.extents()[last..]);
    }
    Ok(Shape::new(grown))
}

/// The extents that the colons of an assignment to nothing take from the value: one by one if
/// there are as many indices of several positions as the value has axes, else those that are
/// not 1.
fn filled(subscripts: &[Subscript], value: &Shape) -> Vec<u64> {
    let is_one = |subscript: &&Subscript| subscript.count(2) == 1;
    let several: Vec<&Subscript> =
        subscripts.iter().filter(|subscript| !is_one(subscript)).collect();
    let all_colons = subscripts.iter().all(Subscript::is_all);
    if all_colons || several.len() == value.rank() {
        let extent = |(axis, _): (usize, &&Subscript)| value.extent(axis);
        let colons = several.iter().enumerate().filter(|(_, subscript)| subscript.is_all());
        return colons.map(extent).collect();
    }
    let mut extents = value.extents().iter().copied().filter(|extent| *extent != 1);
    let mut fills = Vec::new();
    for subscript in several {
        let extent =
            if subscript.is_all() || subscript.count(2) > 1 { extents.next() } else { None };
        if subscript.is_all() {
            fills.push(extent.unwrap_or(1));
        }
    }
    fills
}

/// The old position of each element that stays, by new position.
fn moves(old: &Shape, new: &Shape) -> Vec<(usize, usize)> {
    let kept: Vec<Subscript> = (0..new.rank().max(old.rank()))
        .map(|axis| Subscript::Span {
            start: 0,
            step: 1,
            count: old.extent(axis).min(new.extent(axis)),
        })
        .collect();
    positions(old, &kept).into_iter().zip(positions(new, &kept)).collect()
}

/// Vectors grow at their end, where nothing moves.
fn grows_at_end(old: &Shape, new: &Shape) -> bool {
    let last = new.rank() - 1;
    old.is_empty()
        || (old.rank() <= new.rank() && (0..last).all(|a| old.extent(a) == new.extent(a)))
}

/// Gives an array another shape; new elements are zero.
pub(crate) fn resize_array(array: &mut HostArray, shape: &Shape) {
    fn grow<T: Copy>(values: &mut Vec<T>, fill: T, old: &Shape, new: &Shape) {
        let len = new.len() as usize;
        if grows_at_end(old, new) {
            values.resize(len, fill);
            return;
        }
        let mut grown = vec![fill; len];
        for (from, to) in moves(old, new) {
            grown[to] = values[from];
        }
        *values = grown;
    }
    let old = std::mem::replace(&mut array.shape, shape.clone());
    array.form = array.form.once_written(false);
    array.fixed = false;
    match Rc::make_mut(&mut array.data) {
        HostData::Double(values) => grow(values, 0.0, &old, shape),
        HostData::Single(values) => grow(values, 0.0, &old, shape),
        HostData::Logical(values) => grow(values, false, &old, shape),
        HostData::Char(values) => grow(values, '\0', &old, shape),
        HostData::Int(_, values) => grow(values, 0, &old, shape),
        HostData::Uint64(values) => grow(values, 0, &old, shape),
        HostData::Complex(_, values) => grow(values, [0.0; 2], &old, shape),
    }
}

/// Gives values another shape; new ones are `[]`.
pub(crate) fn resize_values(values: &mut Vec<Value>, old: &Shape, new: &Shape) {
    let len = new.len() as usize;
    if grows_at_end(old, new) {
        values.resize(len, Value::empty());
        return;
    }
    let mut grown = vec![Value::empty(); len];
    for (from, to) in moves(old, new) {
        grown[to] = std::mem::replace(&mut values[from], Value::empty());
    }
    *values = grown;
}

/// Gives a cell another shape; new elements are `[]`.
pub(crate) fn resize_cell(cell: &mut CellArray, shape: &Shape) {
    let old = std::mem::replace(&mut cell.shape, shape.clone());
    resize_values(Rc::make_mut(&mut cell.values), &old, shape);
}

/// The class of an array after elements of another class were assigned: its own, but that truth
/// values take no `single`, and text neither that nor integers.
pub(crate) fn assigned_class(base: Class, value: Class) -> Class {
    match (base, value) {
        (Class::Logical | Class::Char, Class::Single) | (Class::Char, Class::Int(_)) => {
            Class::Double
        }
        (base, _) => base,
    }
}

/// Brings an array to a class, and to complex elements if asked for.
fn convert(array: &mut HostArray, class: Class, complex: bool) {
    if array.class() != class {
        *array = collect_numbers(class, array.shape.clone(), array.numbers());
    }
    if complex && !array.is_complex() && class.is_float() {
        let pairs = array.doubles().into_iter().map(|re| [re, 0.0]).collect();
        array.data = Rc::new(HostData::Complex(Float::of(class), pairs));
    }
}

/// Writes elements of a host array in place; one value goes everywhere.
pub(crate) fn write(base: &mut HostArray, at: &[usize], mut value: HostArray) {
    fn set<T: Copy>(base: &mut [T], at: &[usize], value: &[T]) {
        match value {
            [one] => at.iter().for_each(|position| base[*position] = *one),
            many => at.iter().zip(many).for_each(|(position, value)| base[*position] = *value),
        }
    }
    let mut class = assigned_class(base.class(), value.class());
    // Only floats hold complex numbers: an array of another class becomes one.
    if value.is_complex() && !class.is_float() {
        class = Class::Double;
    }
    let complex = base.is_complex() || value.is_complex();
    convert(base, class, complex);
    convert(&mut value, class, complex);
    base.form = base.form.once_written(false);
    match (Rc::make_mut(&mut base.data), &*value.data) {
        (HostData::Double(base), HostData::Double(value)) => set(base, at, value),
        (HostData::Single(base), HostData::Single(value)) => set(base, at, value),
        (HostData::Logical(base), HostData::Logical(value)) => set(base, at, value),
        (HostData::Char(base), HostData::Char(value)) => set(base, at, value),
        (HostData::Int(_, base), HostData::Int(_, value)) => set(base, at, value),
        (HostData::Uint64(base), HostData::Uint64(value)) => set(base, at, value),
        (HostData::Complex(_, base), HostData::Complex(_, value)) => set(base, at, value),
        (
            HostData::Double(_)
            | HostData::Single(_)
            | HostData::Logical(_)
            | HostData::Char(_)
            | HostData::Int(..)
            | HostData::Uint64(_)
            | HostData::Complex(..),
            _,
        ) => {}
    }
    if let HostData::Complex(float, pairs) = &*base.data
        && pairs.iter().all(|[_, im]| *im == 0.0)
    {
        base.data = Rc::new(HostData::complex(*float, pairs.clone()));
    }
}

/// An array of no elements in the class of a value that is going to be assigned.
pub(crate) fn nothing(class: Class) -> HostArray {
    collect_numbers(class, Shape::matrix(0, 0), std::iter::empty::<Number>())
}
