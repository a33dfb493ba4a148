//! Sizes, and tests of them.

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::value::{HostArray, Value};

const fn test(name: &'static str, run: crate::trace::builtins::Run, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (1, 1, 1), run, doc)
}

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("size", (1, ANY, ANY), size, "Extents."),
    Builtin::nodes("numel", (1, ANY, 1), |call| count(call, Shape::len), "Number of elements."),
    Builtin::nodes("length", (1, 1, 1), |call| count(call, longest), "Largest extent."),
    Builtin::nodes(
        "ndims",
        (1, 1, 1),
        |call| count(call, |shape| shape.rank() as u64),
        "Number of extents.",
    ),
    Builtin::nodes("rows", (1, 1, 1), |call| count(call, |s| s.extent(0)), "Number of rows."),
    Builtin::nodes("columns", (1, 1, 1), |call| count(call, |s| s.extent(1)), "Number of columns."),
    test("isempty", |call| check(call, Shape::is_empty), "True without elements."),
    test("isscalar", |call| check(call, Shape::is_scalar), "True for one element."),
    test("isvector", |call| check(call, is_vector), "True for `1 x n` and `n x 1`."),
    test("isrow", |call| check(call, |s| s.rank() == 2 && s.extent(0) == 1), "True for `1 x n`."),
    test(
        "iscolumn",
        |call| check(call, |s| s.rank() == 2 && s.extent(1) == 1),
        "True for `n x 1`.",
    ),
    test("ismatrix", |call| check(call, |s| s.rank() == 2), "True for two extents."),
    test(
        "issquare",
        |call| check(call, |s| s.rank() == 2 && s.extent(0) == s.extent(1)),
        "True for as many rows as columns.",
    ),
    Builtin::nodes("size_equal", (0, ANY, 1), size_equal, "True if all sizes are equal."),
];

fn shape_of(call: &mut Call<'_, '_>, index: usize) -> Result<Shape, ScriptError> {
    call.get(index).map(Value::shape).ok_or_else(|| call.invalid())
}

fn longest(shape: &Shape) -> u64 {
    if shape.is_empty() { 0 } else { shape.extents().iter().copied().max().unwrap_or(0) }
}

fn is_vector(shape: &Shape) -> bool {
    shape.is_vector() && !shape.is_empty()
}

fn count(call: &mut Call<'_, '_>, of: fn(&Shape) -> u64) -> Result<Vec<Value>, ScriptError> {
    // Octave counts a map as one object, but gives the number of its keys as its length.
    if call.builtin.name == "numel" && matches!(call.get(0), Some(Value::Map(_))) {
        return one(1.0);
    }
    let shape = shape_of(call, 0)?;
    one(of(&shape) as f64)
}

fn check(call: &mut Call<'_, '_>, of: fn(&Shape) -> bool) -> Result<Vec<Value>, ScriptError> {
    let shape = shape_of(call, 0)?;
    one(of(&shape))
}

fn size(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shape = shape_of(call, 0)?;
    let mut extents: Vec<f64> = shape.extents().iter().map(|extent| *extent as f64).collect();
    if call.args.len() > 1 {
        let mut picked = Vec::new();
        for index in 1..call.args.len() {
            for dim in call.array(index)?.doubles() {
                if dim < 1.0 || dim.fract() != 0.0 {
                    let message = format!("size: requested dimension DIM (= {dim}) out of range");
                    return Err(call.error("M113", message));
                }
                picked.push(shape.extent(dim as usize - 1) as f64);
            }
        }
        return match call.nargout {
            0 | 1 => one(HostArray::row(picked)),
            _ => Ok(picked.into_iter().map(Value::from).collect()),
        };
    }
    if call.nargout <= 1 {
        return one(HostArray::row(extents));
    }
    let wanted = call.nargout;
    if extents.len() > wanted {
        let rest = extents.split_off(wanted - 1);
        extents.push(rest.into_iter().product());
    }
    extents.resize(wanted, 1.0);
    Ok(extents.into_iter().map(Value::from).collect())
}

fn size_equal(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shapes: Vec<Shape> = call.args.iter().map(Value::shape).collect();
    one(shapes.windows(2).all(|pair| pair[0] == pair[1]))
}
