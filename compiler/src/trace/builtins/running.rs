//! Running sums, products and extremes: scans, recorded; integer and complex arrays on the host.

use std::cmp::Ordering;

use preheat_format::OpId;

use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{
    collect_numbers, convert_number, is_host_only, narrow, to_complex, wide,
};
use crate::trace::record::{Operand, Slice};
use crate::trace::value::{Class, Float, HostArray, Lazy, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("cumsum", (1, 4, 1), running, "Running sums."),
    Builtin::nodes("cumprod", (1, 4, 1), running, "Running products."),
    Builtin::nodes("cummax", (1, 4, 2), running, "Running maxima, and where they are."),
    Builtin::nodes("cummin", (1, 4, 2), running, "Running minima, and where they are."),
];

/// What a call asks for besides values.
#[derive(Clone, Copy)]
struct Options {
    axis: usize,
    reverse: bool,
    omit_nan: bool,
    /// Sums and products in the class of the operand.
    native: bool,
}

fn running(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let reverse = call.take_option("reverse");
    call.take_option("forward");
    let native = call.take_option("native");
    call.take_option("double");
    let omits = call.take_option("omitnan");
    let includes = call.take_option("includenan");
    let is_extreme = matches!(call.builtin.name, "cummax" | "cummin");
    let value = call.take(0)?;
    let axis = match call.args.len() {
        1 => value.shape().first_axis(),
        2 => call.axis(1)?,
        _ => return Err(call.invalid()),
    };
    let omit_nan = if is_extreme { !includes } else { omits };
    let options = Options { axis, reverse, omit_nan, native };
    if native && !is_extreme && value.class().is_some_and(|class| !class.is_float()) {
        return on_host(call, &value, options);
    }
    let is_recorded = value.is_char() || matches!(value, Value::Lazy(_));
    if matches!(value, Value::Number(_)) || (is_host_only(&value) && !is_recorded) {
        return on_host(call, &value, options);
    }
    // Integers are computed as `double`; extremes are theirs again.
    let class = value.class().filter(|class| is_extreme && matches!(class, Class::Int(_)));
    let span = call.span;
    let is_logical = is_extreme && value.class() == Some(Class::Logical);
    let lazy = call.interpreter.lazy(value, span)?;
    let lazy = if reverse { flipped(call, &lazy, axis) } else { lazy };
    let mut results = if is_extreme {
        extremes(call, &lazy, options)?
    } else {
        vec![total(call, &lazy, options)?]
    };
    if let (Some(class), Some(values)) = (class, results.first_mut()) {
        *values = call.graph().cast(values, class, span)?;
    }
    if reverse {
        for result in &mut results {
            *result = flipped(call, result, axis);
        }
        if let [_, at] = results.as_mut_slice() {
            // Positions were counted from the other end.
            let last = Operand::Number(Number::Double(lazy.shape.extent(axis) as f64 + 1.0));
            *at = call.graph().apply(OpId::new("sub"), &[last, Operand::Lazy(at)], span)?;
        }
    }
    if is_logical && let Some(values) = results.first_mut() {
        *values = call.graph().cast(values, Class::Logical, span)?;
    }
    Ok(results.into_iter().map(Value::Lazy).collect())
}

/// The axis from its end.
fn flipped(call: &mut Call<'_, '_>, lazy: &Lazy, axis: usize) -> Lazy {
    let span = call.span;
    let slices: Vec<Slice> = (0..lazy.shape.rank())
        .map(|at| match at == axis {
            true => {
                let count = lazy.shape.extent(at);
                Slice { start: count as i64 - 1, step: -1, count, whole: false }
            }
            false => Slice::all(lazy.shape.extent(at)),
        })
        .collect();
    if lazy.shape.is_empty() { lazy.clone() } else { call.graph().slice(lazy, &slices, span) }
}

fn total(call: &mut Call<'_, '_>, lazy: &Lazy, options: Options) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let (op, unit) = match call.builtin.name {
        "cumsum" => ("red_sum", 0.0),
        _ => ("red_prod", 1.0),
    };
    let known = match options.omit_nan {
        true => {
            let isnan = call.graph().apply(OpId::new("isnan"), &[Operand::Lazy(lazy)], span)?;
            let unit = Operand::Number(convert_number(Number::Double(unit), lazy.class));
            call.graph().select(Operand::Lazy(&isnan), unit, Operand::Lazy(lazy), span)?
        }
        false => lazy.clone(),
    };
    Ok(call.graph().scan(OpId::new(op), &known, options.axis, span)?)
}

/// Values, and 1-based positions if they are asked for.
fn extremes(
    call: &mut Call<'_, '_>,
    lazy: &Lazy,
    options: Options,
) -> Result<Vec<Lazy>, ScriptError> {
    let span = call.span;
    let is_max = call.builtin.name == "cummax";
    let (best, place) = if is_max { ("red_max", "red_argmax") } else { ("red_min", "red_argmin") };
    let mut values = call.graph().scan(OpId::new(best), lazy, options.axis, span)?;
    if !options.omit_nan {
        let isnan = call.graph().apply(OpId::new("isnan"), &[Operand::Lazy(lazy)], span)?;
        let seen = call.graph().scan(OpId::new("red_max"), &isnan, options.axis, span)?;
        let seen = call.graph().cast(&seen, Class::Logical, span)?;
        let nan = Operand::Number(convert_number(Number::Double(f64::NAN), values.class));
        values = call.graph().select(Operand::Lazy(&seen), nan, Operand::Lazy(&values), span)?;
    }
    if call.nargout < 2 {
        return Ok(vec![values]);
    }
    let at = call.graph().scan(OpId::new(place), lazy, options.axis, span)?;
    let one = Operand::Number(Number::Double(1.0));
    let at = call.graph().apply(OpId::new("add"), &[Operand::Lazy(&at), one], span)?;
    Ok(vec![values, at])
}

/// Scalars, and classes that stay on the host.
fn on_host(
    call: &mut Call<'_, '_>,
    value: &Value,
    options: Options,
) -> Result<Vec<Value>, ScriptError> {
    let name = call.builtin.name;
    let array = call.interpreter.host_array(value, call.span)?;
    if array.len() > 1 {
        call.graph().computed_on_host(name);
    }
    let class = match array.class() {
        Class::Logical if options.native => Class::Logical,
        Class::Logical if !matches!(name, "cumsum" | "cumprod") => Class::Logical,
        Class::Logical | Class::Char => Class::Double,
        Class::Int(_) if matches!(name, "cumsum" | "cumprod") && !options.native => Class::Double,
        class => class,
    };
    let line = Line::of(&array, options);
    let mut numbers: Vec<Number> = array.numbers().map(|n| convert_number(n, class)).collect();
    let mut places = vec![Number::Double(1.0); numbers.len()];
    let is_int = matches!(class, Class::Int(_));
    let size = |number: Number| match number {
        Number::Complex(..) => to_complex(number).abs(),
        other => other.to_f64(),
    };
    for index in line.order(numbers.len()) {
        let position = index / line.stride % line.extent;
        places[index] = Number::Double(position as f64 + 1.0);
        let Some(earlier) = line.before(index) else {
            continue;
        };
        let (before, here) = (numbers[earlier], numbers[index]);
        let stays = match call.builtin.name {
            "cummax" if is_int => wide::order(before, here) != Some(Ordering::Less),
            "cummin" if is_int => wide::order(before, here) != Some(Ordering::Greater),
            "cummax" => size(before) >= size(here) || size(here).is_nan(),
            "cummin" => size(before) <= size(here) || size(here).is_nan(),
            name => {
                numbers[index] = joined(name, before, here, class);
                continue;
            }
        };
        if stays {
            (numbers[index], places[index]) = (before, places[earlier]);
        }
    }
    let values = collect_numbers(class, array.shape.clone(), numbers.into_iter());
    if call.nargout < 2 {
        return one(values);
    }
    let places = collect_numbers(Class::Double, array.shape, places.into_iter());
    Ok(vec![values.into(), places.into()])
}

fn joined(name: &str, before: Number, here: Number, class: Class) -> Number {
    let is_complex = |number: Number| matches!(number, Number::Complex(..));
    if !is_complex(before) && !is_complex(here) {
        if let (Number::Int(_, a), Number::Int(_, b)) = (before, here) {
            let exact = if name == "cumsum" { a + b } else { a.saturating_mul(b) };
            let Number::Int(int, _) = here else { return here };
            return convert_number(Number::Int(int, exact), class);
        }
        let (a, b) = (before.to_f64(), here.to_f64());
        return convert_number(Number::Double(if name == "cumsum" { a + b } else { a * b }), class);
    }
    let (a, b) = (to_complex(before), to_complex(here));
    let next = if name == "cumsum" { a.add(b) } else { a.mul(b) };
    convert_number(narrow(Float::Double, next), class)
}

/// How the lines along an axis lie in a host array.
struct Line {
    stride: usize,
    extent: usize,
    reverse: bool,
}

impl Line {
    fn of(array: &HostArray, options: Options) -> Line {
        let extent = |axis: usize| array.shape.extent(axis) as usize;
        let stride = (0..options.axis).map(extent).product();
        Line { stride, extent: extent(options.axis).max(1), reverse: options.reverse }
    }

    fn order(&self, len: usize) -> Vec<usize> {
        if self.reverse { (0..len).rev().collect() } else { (0..len).collect() }
    }

    /// The element before along its line.
    fn before(&self, index: usize) -> Option<usize> {
        let position = index / self.stride.max(1) % self.extent;
        match self.reverse {
            true => (position + 1 < self.extent).then(|| index + self.stride),
            false => (position > 0).then(|| index - self.stride),
        }
    }
}
