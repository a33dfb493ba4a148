//! Searching and sorting: on the host, for their sizes follow from the values.

use std::cmp::Ordering;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{collect_numbers, to_complex, wide};
use crate::trace::value::{CellArray, HostArray, HostData, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("find", (1, 3, 3), find, "Positions of elements that are not zero."),
    Builtin::values("sort", (1, 3, 2), sort, "Elements in order, and where they were."),
    Builtin::values("sub2ind", (2, ANY, 1), sub2ind, "Linear index of coordinates."),
    Builtin::values("ind2sub", (2, 2, ANY), ind2sub, "Coordinates of a linear index."),
    Builtin::values("issorted", (1, 3, 1), is_sorted, "True for elements in order."),
];

/// Numbers in order: NaN last, complex by modulus.
pub(super) fn compare(a: &Number, b: &Number) -> Ordering {
    if (matches!(a, Number::Int(..)) || matches!(b, Number::Int(..)))
        && let Some(order) = wide::order(*a, *b)
    {
        return order;
    }
    let key = |number: &Number| match number {
        Number::Complex(_, 0.0, 0.0) => (0.0, 0.0),
        Number::Complex(..) => (to_complex(*number).abs(), to_complex(*number).arg()),
        other => (other.to_f64(), 0.0),
    };
    let ((a, x), (b, y)) = (key(a), key(b));
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.partial_cmp(&b).unwrap_or(Ordering::Equal).then(x.total_cmp(&y)),
    }
}

fn find(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let array = call.array(0)?;
    let limit = if call.args.len() > 1 { call.number(1)? as usize } else { usize::MAX };
    let from_last = call.args.len() > 2 && call.text(2)? == "last";
    let is_found = |number: &Number| match number {
        Number::Complex(_, re, im) => *re != 0.0 || *im != 0.0,
        other => other.to_f64() != 0.0,
    };
    let found = array.numbers().enumerate().filter(|(_, number)| is_found(number));
    let mut found: Vec<usize> = found.map(|(index, _)| index).collect();
    match from_last {
        true => drop(found.drain(..found.len().saturating_sub(limit))),
        false => found.truncate(limit),
    }
    let count = found.len() as u64;
    let is_row = array.shape.rank() == 2 && array.shape.extent(0) == 1 && array.shape.len() != 1;
    let shape = match (is_row, array.shape.is_empty()) {
        (_, true) if array.shape == Shape::matrix(0, 0) => Shape::matrix(0, 0),
        _ if array.shape.is_scalar() && count == 0 => Shape::matrix(0, 0),
        (true, _) => Shape::matrix(1, count),
        (false, _) => Shape::matrix(count, 1),
    };
    let line =
        |values: Vec<f64>| Value::from(HostArray::new(shape.clone(), HostData::Double(values)));
    if call.nargout < 2 {
        return Ok(vec![line(found.iter().map(|index| *index as f64 + 1.0).collect())]);
    }
    let rows = array.shape.extent(0).max(1) as usize;
    let row = line(found.iter().map(|index| (index % rows) as f64 + 1.0).collect());
    let column = line(found.iter().map(|index| (index / rows) as f64 + 1.0).collect());
    let values = collect_numbers(
        array.class(),
        shape.clone(),
        found.iter().filter_map(|index| array.get(*index)),
    );
    Ok(vec![row, column, values.into()])
}

fn sort(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let descending = call.take_option("descend");
    call.take_option("ascend");
    if let Some(Value::Cell(cell)) = call.get(0) {
        let cell = cell.clone();
        return sort_texts(call, &cell, descending);
    }
    let array = call.array(0)?;
    let axis = if call.args.len() > 1 { call.axis(1)? } else { array.shape.first_axis() };
    let (sorted, order) = sorted_along(&array, axis, descending);
    Ok(vec![sorted.into(), order.into()])
}

/// An array with each line along an axis in order, and the 1-based places of its elements before.
pub(super) fn sorted_along(
    array: &HostArray,
    axis: usize,
    descending: bool,
) -> (HostArray, HostArray) {
    let shape = &array.shape;
    let extent = shape.extent(axis) as usize;
    let stride: usize = (0..axis).map(|before| shape.extent(before) as usize).product();
    let mut positions: Vec<usize> = vec![0; array.len()];
    let mut order = vec![0.0; array.len()];
    for base in (0..array.len()).filter(|base| (base / stride).is_multiple_of(extent.max(1))) {
        let at = |index: usize| base + index * stride;
        let mut places: Vec<usize> = (0..extent).collect();
        places.sort_by(|a, b| {
            let (a, b) = (array.get(at(*a)), array.get(at(*b)));
            let ordering = match (a, b) {
                (Some(a), Some(b)) => compare(&a, &b),
                _ => Ordering::Equal,
            };
            if descending { ordering.reverse() } else { ordering }
        });
        for (index, place) in places.into_iter().enumerate() {
            positions[at(index)] = at(place);
            order[at(index)] = place as f64 + 1.0;
        }
    }
    let data = array.data.gather(positions.into_iter());
    (HostArray::new(shape.clone(), data), HostArray::new(shape.clone(), HostData::Double(order)))
}

fn texts_of(call: &Call<'_, '_>, cell: &CellArray) -> Result<Vec<String>, ScriptError> {
    let text = |value: &Value| {
        value.to_text().ok_or_else(|| {
            let message = format!(
                "{}: only cell arrays of character strings may be sorted",
                call.builtin.name
            );
            call.error("M113", message)
        })
    };
    cell.values.iter().map(text).collect()
}

fn sort_texts(
    call: &mut Call<'_, '_>,
    cell: &CellArray,
    descending: bool,
) -> Result<Vec<Value>, ScriptError> {
    let texts = texts_of(call, cell)?;
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by(|a, b| {
        let ordering = texts[*a].cmp(&texts[*b]);
        if descending { ordering.reverse() } else { ordering }
    });
    let values = order.iter().map(|index| cell.values[*index].clone()).collect();
    let places = order.iter().map(|index| *index as f64 + 1.0).collect();
    let sorted = CellArray::new(cell.shape.clone(), values);
    let places = HostArray::new(cell.shape.clone(), HostData::Double(places));
    Ok(vec![Value::Cell(sorted), places.into()])
}

/// The elements of an argument: numbers or texts.
#[derive(Clone, Debug)]
enum Key {
    Number(Number),
    Text(String),
}

impl Key {
    fn compare(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Number(a), Key::Number(b)) => compare(a, b),
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            (Key::Number(_) | Key::Text(_), _) => Ordering::Equal,
        }
    }
}

fn keys(call: &mut Call<'_, '_>, index: usize) -> Result<Vec<Key>, ScriptError> {
    if let Some(Value::Cell(cell)) = call.get(index) {
        return Ok(texts_of(call, cell)?.into_iter().map(Key::Text).collect());
    }
    Ok(call.array(index)?.numbers().map(Key::Number).collect())
}

fn sub2ind(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let dims = call.array(0)?.doubles();
    let first = call.array(1)?;
    let mut index = vec![1.0; first.len()];
    let mut stride = 1.0;
    for axis in 1..call.args.len() {
        let extent = dims.get(axis - 1).copied().unwrap_or(1.0);
        for (index, value) in index.iter_mut().zip(call.array(axis)?.doubles()) {
            if value < 1.0 || value > extent || value.fract() != 0.0 {
                let message = "sub2ind: index out of range".to_owned();
                return Err(call.error("M105", message).identifier("Octave:index-out-of-bounds"));
            }
            *index += (value - 1.0) * stride;
        }
        stride *= extent;
    }
    one(HostArray::new(first.shape, HostData::Double(index)))
}

fn ind2sub(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let mut dims = call.array(0)?.doubles();
    let index = call.array(1)?;
    let wanted = call.nargout.max(1);
    if dims.len() > wanted {
        let rest = dims.split_off(wanted - 1);
        dims.push(rest.into_iter().product());
    }
    dims.resize(wanted, 1.0);
    let total: f64 = dims.iter().product();
    let mut left: Vec<f64> = index.doubles().into_iter().map(|value| value - 1.0).collect();
    if left.iter().any(|value| *value < 0.0 || *value >= total || value.fract() != 0.0) {
        return Err(call
            .error("M105", "ind2sub: index out of range")
            .identifier("Octave:index-out-of-bounds"));
    }
    let mut results = Vec::with_capacity(wanted);
    for extent in dims {
        let values = left.iter().map(|value| value % extent + 1.0).collect();
        left.iter_mut().for_each(|value| *value = (*value / extent).floor());
        results.push(HostArray::new(index.shape.clone(), HostData::Double(values)).into());
    }
    Ok(results)
}

fn has_rows_option(call: &Call<'_, '_>) -> bool {
    let is_rows = |arg: &Value| arg.to_text().is_some_and(|text| text.eq_ignore_ascii_case("rows"));
    call.args.iter().skip(1).any(is_rows)
}

fn is_sorted(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    if !shape.is_vector() && !shape.is_scalar() && !shape.is_empty() || has_rows_option(call) {
        return call.by_form();
    }
    let mode = match call.get(1) {
        Some(value) if value.is_char() => call.text(1)?.to_lowercase(),
        Some(_) | None => "ascend".to_owned(),
    };
    let keys = keys(call, 0)?;
    let is_never = |order: Ordering| keys.windows(2).all(|pair| pair[0].compare(&pair[1]) != order);
    one(match mode.as_str() {
        "ascend" | "ascending" => is_never(Ordering::Greater),
        "descend" | "descending" => is_never(Ordering::Less),
        "either" => is_never(Ordering::Greater) || is_never(Ordering::Less),
        _ => {
            let message = "issorted: MODE must be \"ascend\", \"descend\", or \"either\"";
            return Err(call.error("M113", message));
        }
    })
}
