//! Places in tables, repeated elements, and counts between edges: on the host.

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{PLACE_BYTES, has_room};
use crate::trace::value::{HostArray, HostData, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("lookup", (2, 2, 1), lookup, "The last place in a sorted table not above."),
    Builtin::values("histc", (2, 3, 2), histogram, "Counts between edges, and the bin of each."),
    Builtin::values("repelem", (2, ANY, 1), repeat, "Elements repeated along dimensions."),
];

fn lookup(call: &mut Call<'_, '_>) -> Outcome {
    if let Some(Value::Cell(table)) = call.get(0) {
        let texts: Vec<String> = table.values.iter().filter_map(Value::to_text).collect();
        let place = |text: String| texts.partition_point(|known| *known <= text) as f64;
        return match call.get(1) {
            Some(Value::Cell(cell)) => {
                let places = cell.values.iter().filter_map(Value::to_text).map(place).collect();
                one(HostArray::new(cell.shape.clone(), HostData::Double(places)))
            }
            Some(_) => {
                let text = call.text(1)?;
                one(place(text))
            }
            None => Err(call.invalid()),
        };
    }
    let (table, values) = (call.array(0)?.doubles(), call.array(1)?);
    let is_falling = table.len() > 1 && table.first() > table.last();
    let place = |value: f64| match is_falling {
        true => table.partition_point(|known| *known >= value) as f64,
        false if value.is_nan() => table.len() as f64,
        false => table.partition_point(|known| *known <= value) as f64,
    };
    let places = values.doubles().into_iter().map(place).collect();
    one(HostArray::new(values.shape, HostData::Double(places)))
}

fn histogram(call: &mut Call<'_, '_>) -> Outcome {
    let is_deep = call.args.len() > 2 && call.axis(2)? > 1;
    if is_deep || call.get(0).is_some_and(|values| values.shape().rank() > 2) {
        return call.by_form();
    }
    let values = call.array(0)?;
    let edges = call.array(1)?.doubles();
    let is_vector = values.shape.is_vector() || values.shape.is_scalar();
    let axis = match call.args.len() {
        3 => call.axis(2)?,
        _ => values.shape.first_axis(),
    };
    let (rows, columns) = (values.shape.extent(0) as usize, values.shape.extent(1) as usize);
    let lines = if axis == 0 { columns } else { rows };
    let (stride, step) = if axis == 0 { (1, rows) } else { (rows, 1) };
    let extent = if axis == 0 { rows } else { columns };
    let bins = edges.len();
    let shape = values.shape.with_extent(axis, bins as u64);
    let mut counts = vec![0.0; bins * lines];
    let mut places = vec![0.0; values.len()];
    let elements = values.doubles();
    for line in 0..lines {
        for at in 0..extent {
            let from = line * step + at * stride;
            let value = elements[from];
            let above = edges.partition_point(|edge| *edge <= value);
            if above > 0 && (above < bins || edges.last() == Some(&value)) {
                let bin = above - 1;
                let to = if axis == 0 { bin + line * bins } else { line + bin * rows };
                counts[to] += 1.0;
                places[from] = above as f64;
            }
        }
    }
    debug_assert!(is_vector || lines > 0 || values.is_empty());
    let counts = HostArray::new(shape, HostData::Double(counts));
    Ok(vec![counts.into(), HostArray::new(values.shape, HostData::Double(places)).into()])
}

fn repeat(call: &mut Call<'_, '_>) -> Outcome {
    let array = call.array(0)?;
    let mut factors = Vec::new();
    for index in 1..call.args.len() {
        factors.push(call.array(index)?.doubles());
    }
    let wrong = |call: &Call<'_, '_>| {
        call.error("M103", "repelem: R1, R2, ... must be scalars or vectors of the right length")
    };
    if let [only] = factors.as_slice() {
        if !(array.shape.is_vector() || array.shape.is_scalar()) {
            let message = "repelem: %s requires at least 3 inputs for an array";
            return Err(call.error("M103", message.replace("%s ", "")));
        }
        let axis = usize::from(array.shape.extent(1) > 1 || array.shape.is_scalar());
        factors = if axis == 0 { vec![only.clone()] } else { vec![vec![1.0], only.clone()] };
    }
    let factor = |counts: &Vec<f64>| match counts.as_slice() {
        [count] => *count,
        counts => counts.iter().copied().fold(0.0, f64::max),
    };
    let most = factors.iter().map(factor).fold(array.len() as f64, |len, factor| len * factor);
    has_room(most as u64, PLACE_BYTES).map_err(|error| error.at(call.span))?;
    let mut picked: Vec<usize> = (0..array.len()).collect();
    let mut shape = array.shape.clone();
    for (axis, factor) in factors.iter().enumerate() {
        let extent = shape.extent(axis) as usize;
        let order: Vec<usize> = match factor.as_slice() {
            [count] => {
                (0..extent).flat_map(|at| std::iter::repeat_n(at, *count as usize)).collect()
            }
            counts if counts.len() == extent => counts
                .iter()
                .enumerate()
                .flat_map(|(at, count)| std::iter::repeat_n(at, *count as usize))
                .collect(),
            _ => return Err(wrong(call)),
        };
        let stride: usize = (0..axis).map(|before| shape.extent(before) as usize).product();
        let block = stride * extent;
        let blocks = picked.len().checked_div(block).unwrap_or(0);
        let mut next = Vec::with_capacity(blocks * stride * order.len());
        for outer in 0..blocks {
            for at in &order {
                let start = outer * block + at * stride;
                next.extend_from_slice(&picked[start..start + stride]);
            }
        }
        picked = next;
        shape = shape.with_extent(axis, order.len() as u64);
    }
    debug_assert_eq!(Shape::len(&shape), picked.len() as u64);
    one(HostArray::new(shape, array.data.gather(picked.into_iter())))
}
