//! Searching, sorting and sets: on the host, for their sizes follow from the values.

use std::cmp::Ordering;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{Subscript, collect_numbers, gather, to_complex};
use crate::trace::value::{CellArray, Class, HostArray, HostData, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("find", (1, 3, 3), find, "Positions of elements that are not zero."),
    Builtin::values("sort", (1, 3, 2), sort, "Elements in order, and where they were."),
    Builtin::values("unique", (1, 4, 3), unique, "Different elements in order."),
    Builtin::values("ismember", (2, 3, 2), is_member, "True for elements that are in a set."),
    Builtin::values("union", (2, 3, 1), |call| set(call, |a, b| a || b), "In one set or both."),
    Builtin::values("intersect", (2, 3, 1), |call| set(call, |a, b| a && b), "In both sets."),
    Builtin::values("setdiff", (2, 3, 1), |call| set(call, |a, b| a && !b), "In the first only."),
    Builtin::values("setxor", (2, 3, 1), |call| set(call, |a, b| a != b), "In one set only."),
    Builtin::values("sub2ind", (2, ANY, 1), sub2ind, "Linear index of coordinates."),
    Builtin::values("ind2sub", (2, 2, ANY), ind2sub, "Coordinates of a linear index."),
    Builtin::values("issorted", (1, 2, 1), is_sorted, "True for elements in order."),
];

/// Numbers in order: NaN last, complex by modulus.
pub(super) fn compare(a: &Number, b: &Number) -> Ordering {
    if let (Number::Int(_, a), Number::Int(_, b)) = (a, b) {
        return a.cmp(b);
    }
    let key = |number: &Number| match number {
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
        Number::Complex(re, im) => *re != 0.0 || *im != 0.0,
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
            let message = format!("{}: only cell arrays of strings", call.builtin.name);
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

/// A value's elements as things to compare: numbers or texts.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Number(Number),
    Text(String),
    Row(Vec<Number>),
}

impl Key {
    fn compare(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Number(a), Key::Number(b)) => compare(a, b),
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            (Key::Row(a), Key::Row(b)) => a
                .iter()
                .zip(b)
                .map(|(a, b)| compare(a, b))
                .find(|ordering| *ordering != Ordering::Equal)
                .unwrap_or(Ordering::Equal),
            (Key::Number(_) | Key::Text(_) | Key::Row(_), _) => Ordering::Equal,
        }
    }

    fn is_nan(&self) -> bool {
        matches!(self, Key::Number(number) if number.to_f64().is_nan())
    }
}

fn keys(call: &mut Call<'_, '_>, index: usize) -> Result<Vec<Key>, ScriptError> {
    if let Some(Value::Cell(cell)) = call.get(index) {
        return Ok(texts_of(call, cell)?.into_iter().map(Key::Text).collect());
    }
    Ok(call.array(index)?.numbers().map(Key::Number).collect())
}

/// Keys as an array or cell of the kind of argument `index`.
fn gathered(
    call: &mut Call<'_, '_>,
    index: usize,
    (picked, shape): (&[Key], Shape),
) -> Result<Value, ScriptError> {
    if let Some(Value::Cell(_)) = call.get(index) {
        let texts = picked.iter().map(|key| match key {
            Key::Text(text) => Value::from(text.as_str()),
            Key::Number(_) | Key::Row(_) => Value::empty(),
        });
        return Ok(Value::Cell(CellArray::new(shape, texts.collect())));
    }
    let class = call.get(index).and_then(Value::class).unwrap_or(Class::Double);
    let numbers = picked.iter().filter_map(|key| match key {
        Key::Number(number) => Some(*number),
        Key::Text(_) | Key::Row(_) => None,
    });
    Ok(collect_numbers(class, shape, numbers).into())
}

fn unique(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let rows = call.take_option("rows");
    let stable = call.take_option("stable");
    let first = call.take_option("first");
    call.take_option("last");
    call.take_option("sorted");
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    let keys = match rows {
        true => row_keys(&call.array(0)?)?,
        false => keys(call, 0)?,
    };
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| keys[*a].compare(&keys[*b]));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in order {
        let same = groups.last().and_then(|group| group.first()).is_some_and(|other| {
            keys[*other].compare(&keys[index]) == Ordering::Equal && !keys[index].is_nan()
        });
        match groups.last_mut() {
            Some(group) if same => group.push(index),
            Some(_) | None => groups.push(vec![index]),
        }
    }
    if stable {
        groups.sort_by_key(|group| group.first().copied());
    }
    let mut places = vec![0.0; keys.len()];
    for (number, group) in groups.iter().enumerate() {
        group.iter().for_each(|index| places[*index] = number as f64 + 1.0);
    }
    let pick = |group: &Vec<usize>| {
        let index = if first || stable { group.first() } else { group.last() };
        index.copied().unwrap_or_default()
    };
    let picked: Vec<usize> = groups.iter().map(pick).collect();
    let count = picked.len() as u64;
    let is_row = shape.rank() == 2 && shape.extent(0) == 1 && !rows;
    let line = |count: u64| match is_row {
        true => Shape::matrix(1, count),
        false => Shape::matrix(count, 1),
    };
    let result = match rows {
        true => {
            let indices = picked.iter().map(|index| *index as u64).collect();
            let rows = Subscript::Many { indices, shape: Shape::matrix(count, 1) };
            gather(&call.array(0)?, &[rows, Subscript::All], "")?.into()
        }
        false => {
            let chosen: Vec<Key> = picked.iter().map(|index| keys[*index].clone()).collect();
            let target = if shape == Shape::matrix(0, 0) { shape.clone() } else { line(count) };
            gathered(call, 0, (&chosen, target))?
        }
    };
    let picked = picked.into_iter().map(|index| index as f64 + 1.0).collect();
    let from = HostArray::new(line(count), HostData::Double(picked));
    let to = HostArray::new(line(places.len() as u64), HostData::Double(places));
    Ok(vec![result, from.into(), to.into()])
}

fn row_keys(array: &HostArray) -> Result<Vec<Key>, ScriptError> {
    let row = |index: u64| {
        let row = gather(array, &[Subscript::One(index), Subscript::All], "")?;
        Ok(Key::Row(row.numbers().collect()))
    };
    (0..array.shape.extent(0)).map(row).collect()
}

fn is_member(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let is_text =
        call.get(0).is_some_and(Value::is_char) && matches!(call.get(1), Some(Value::Cell(_)));
    let shape = match is_text {
        true => Shape::scalar(),
        false => call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar),
    };
    let wanted = match is_text {
        true => vec![Key::Text(call.text(0)?)],
        false => keys(call, 0)?,
    };
    let set = keys(call, 1)?;
    let mut order: Vec<usize> = (0..set.len()).collect();
    order.sort_by(|a, b| set[*a].compare(&set[*b]));
    let place = |key: &Key| {
        let at = order.partition_point(|index| set[*index].compare(key) == Ordering::Less);
        let index = *order.get(at)?;
        let is_same = set[index].compare(key) == Ordering::Equal && !key.is_nan();
        is_same.then_some(index)
    };
    let places: Vec<Option<usize>> = wanted.iter().map(place).collect();
    let found = places.iter().map(Option::is_some).collect();
    let found = HostArray::new(shape.clone(), HostData::Logical(found));
    let places = places.iter().map(|place| place.map_or(0.0, |index| index as f64 + 1.0));
    let places = HostArray::new(shape, HostData::Double(places.collect()));
    Ok(vec![found.into(), places.into()])
}

fn set(call: &mut Call<'_, '_>, keep: fn(bool, bool) -> bool) -> Result<Vec<Value>, ScriptError> {
    let shapes = [0, 1].map(|index| call.get(index).map(Value::shape));
    let (left, right) = (keys(call, 0)?, keys(call, 1)?);
    let mut all: Vec<(Key, bool, bool)> = Vec::new();
    all.extend(left.into_iter().map(|key| (key, true, false)));
    all.extend(right.into_iter().map(|key| (key, false, true)));
    all.sort_by(|a, b| a.0.compare(&b.0));
    let mut merged: Vec<(Key, bool, bool)> = Vec::new();
    for (key, left, right) in all {
        match merged.last_mut() {
            Some(last) if last.0.compare(&key) == Ordering::Equal && !key.is_nan() => {
                last.1 |= left;
                last.2 |= right;
            }
            Some(_) | None => merged.push((key, left, right)),
        }
    }
    let kept: Vec<Key> =
        merged.into_iter().filter(|(_, a, b)| keep(*a, *b)).map(|(key, _, _)| key).collect();
    let count = kept.len() as u64;
    let is_column = |shape: &Option<Shape>| {
        shape.as_ref().is_some_and(|shape| shape.extent(1) == 1 && shape.extent(0) > 1)
    };
    let shape = match shapes.iter().any(is_column) && !matches!(call.get(0), Some(Value::Cell(_))) {
        true => Shape::matrix(count, 1),
        false => Shape::matrix(1, count),
    };
    Ok(vec![gathered(call, 0, (&kept, shape))?])
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

fn is_sorted(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let keys = keys(call, 0)?;
    one(keys.windows(2).all(|pair| pair[0].compare(&pair[1]) != Ordering::Greater))
}
