//! Variance, deviation, median and extremes, with their options.

use std::cmp::Ordering;

use preheat_format::OpId;

use crate::shape::Shape;
use crate::syntax::ast::BinaryOp;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::reduce::reduce_host;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{collect_numbers, convert_number, is_host_held, to_complex, wide};
use crate::trace::record::Operand;
use crate::trace::value::{Class, HostArray, Lazy, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("var", (1, 5, 1), variance, "Variance along dimensions."),
    Builtin::nodes("std", (1, 5, 1), variance, "Standard deviation along dimensions."),
    Builtin::nodes("median", (1, 4, 1), median, "Middle element."),
    Builtin::nodes("max", (1, 5, 2), extreme, "Largest elements, and where they are."),
    Builtin::nodes("min", (1, 5, 2), extreme, "Smallest elements, and where they are."),
];

fn number(class: Class, value: f64) -> Operand<'static> {
    Operand::Number(convert_number(Number::Double(value), class))
}

fn variance(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let omit = call.take_option("omitnan");
    call.take_option("includenan");
    let weights = match call.get(1) {
        Some(value) if !value.is_empty() => call.array(1)?.doubles(),
        Some(_) | None => vec![0.0],
    };
    let value = call.take(0)?;
    let axes = call.reduced_axes(2, &value.shape())?;
    if let Value::Number(number) = value {
        let class = if number.class() == Class::Single { Class::Single } else { Class::Double };
        let nothing = if number.to_f64().is_finite() { 0.0 } else { f64::NAN };
        return one(convert_number(Number::Double(nothing), class));
    }
    let span = call.span;
    let is_complex = matches!(&value, Value::Array(array) if array.is_complex());
    if value.is_empty() || is_complex {
        let name = call.builtin.name;
        // 0: of all elements.
        let axis = match axes.as_slice() {
            [axis] => axis + 1,
            _ => 0,
        };
        let args = vec![
            Value::from(name),
            value,
            Value::from(weights.first().copied().unwrap_or(0.0)),
            Value::from(axis as f64),
        ];
        return call.interpreter.call_name("statistics__spread", args, 1, span);
    }
    let lazy = call.interpreter.lazy(value, span)?;
    let variance = match weights.as_slice() {
        [weight] if *weight != 0.0 && *weight != 1.0 => {
            return Err(call.error("M113", "var: W must be 0, 1, or a vector of positive integers"));
        }
        [weight] if omit => variance_of_known(call, &lazy, &axes, *weight == 0.0)?,
        [1.0] => call.reduce("red_var_pop", &lazy, &axes)?,
        [_] => call.reduce("red_var", &lazy, &axes)?,
        weights => weighted_variance(call, &lazy, &axes, weights)?,
    };
    match call.builtin.name {
        "std" => one(call.apply("sqrt", &[Operand::Lazy(&variance)])?),
        _ => one(variance),
    }
}

/// Squared deviations of what is a number, over its count or one less.
fn variance_of_known(
    call: &mut Call<'_, '_>,
    lazy: &Lazy,
    axes: &[usize],
    is_sample: bool,
) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let lazy = match lazy.class {
        Class::Logical => call.graph().cast(lazy, Class::Double, span)?,
        _ => lazy.clone(),
    };
    let class = lazy.class;
    let isnan = call.apply("isnan", &[Operand::Lazy(&lazy)])?;
    let known = call.apply("not", &[Operand::Lazy(&isnan)])?;
    let known = call.graph().cast(&known, class, span)?;
    let zero = number(class, 0.0);
    let values = call.graph().select(Operand::Lazy(&isnan), zero, Operand::Lazy(&lazy), span)?;
    let (count, sum) =
        (call.reduce("red_sum", &known, axes)?, call.reduce("red_sum", &values, axes)?);
    let mean = call.apply("div", &[Operand::Lazy(&sum), Operand::Lazy(&count)])?;
    let apart = call.apply("sub", &[Operand::Lazy(&lazy), Operand::Lazy(&mean)])?;
    let apart = call.graph().select(Operand::Lazy(&isnan), zero, Operand::Lazy(&apart), span)?;
    let square = call.apply("mul", &[Operand::Lazy(&apart), Operand::Lazy(&apart)])?;
    let squares = call.reduce("red_sum", &square, axes)?;
    let by = match is_sample {
        true => {
            let less = call.apply("sub", &[Operand::Lazy(&count), number(class, 1.0)])?;
            call.apply("max", &[Operand::Lazy(&less), number(class, 1.0)])?
        }
        false => count.clone(),
    };
    let variance = call.apply("div", &[Operand::Lazy(&squares), Operand::Lazy(&by)])?;
    let none = call.apply("eq", &[Operand::Lazy(&count), zero])?;
    let nan = number(class, f64::NAN);
    Ok(call.graph().select(Operand::Lazy(&none), nan, Operand::Lazy(&variance), span)?)
}

/// Squared deviations from the weighted mean, weighted.
fn weighted_variance(
    call: &mut Call<'_, '_>,
    lazy: &Lazy,
    axes: &[usize],
    weights: &[f64],
) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let name = call.builtin.name;
    let [axis] = *axes else {
        return Err(call.error("M113", format!("{name}: weights go along one dimension")));
    };
    if weights.len() as u64 != lazy.shape.extent(axis) {
        let message = "var: the length of W must be equal to the size of X in the dimension \
                       along which variance is calculated";
        return Err(call.error("M103", message));
    }
    let total: f64 = weights.iter().sum();
    let mut line = vec![1; lazy.shape.rank().max(axis + 1)];
    line[axis] = weights.len() as u64;
    let parts = weights.iter().map(|weight| weight / total).collect();
    let parts = HostArray::new(Shape::new(line), crate::trace::value::HostData::Double(parts));
    let parts = call.graph().leaf(&parts, span)?;
    let class = if lazy.class == Class::Single { Class::Single } else { Class::Double };
    let parts = call.graph().cast(&parts, class, span)?;
    let part = call.apply("mul", &[Operand::Lazy(lazy), Operand::Lazy(&parts)])?;
    let mean = call.reduce("red_sum", &part, axes)?;
    let apart = call.apply("sub", &[Operand::Lazy(lazy), Operand::Lazy(&mean)])?;
    let square = call.apply("mul", &[Operand::Lazy(&apart), Operand::Lazy(&apart)])?;
    let square = call.apply("mul", &[Operand::Lazy(&square), Operand::Lazy(&parts)])?;
    call.reduce("red_sum", &square, axes)
}

/// On the host: there is no kernel that orders elements.
fn median(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let omit = call.take_option("omitnan");
    call.take_option("includenan");
    let array = call.array(0)?;
    if array.is_complex() {
        return Err(call.unsupported("complex numbers"));
    }
    if array.len() > 1 {
        call.graph().computed_on_host("median");
    }
    let axes = call.reduced_axes(1, &array.shape)?;
    let class = match array.class() {
        class @ (Class::Single | Class::Int(_) | Class::Logical) => class,
        Class::Double | Class::Char => Class::Double,
    };
    let result = reduce_host(&array, &axes, |numbers| {
        if let Some(middle) = middle_whole(numbers) {
            return middle;
        }
        let mut values: Vec<f64> = numbers.iter().map(|number| number.to_f64()).collect();
        if omit {
            values.retain(|value| !value.is_nan());
        }
        Number::Double(middle(values))
    });
    one(collect_numbers(class, result.shape.clone(), result.numbers()))
}

/// The middle one of integers, or the mean of the middle two: exactly, halves away from zero.
fn middle_whole(numbers: &[Number]) -> Option<Number> {
    let whole = |number: &Number| match number {
        Number::Int(class, value) => Some((*class, *value)),
        _ => None,
    };
    let mut values: Vec<i128> = Vec::with_capacity(numbers.len());
    for number in numbers {
        values.push(whole(number)?.1);
    }
    let (class, _) = whole(numbers.first()?)?;
    values.sort_unstable();
    let sum = values[(values.len() - 1) / 2] + values[values.len() / 2];
    Some(Number::Int(class, (sum + sum.signum()) / 2))
}

/// The middle one, or the mean of the middle two; NaN if there is none or some is.
fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let count = values.len();
    if count == 0 || values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    let (low, high) = (values[(count - 1) / 2], values[count / 2]);
    if low == high { low } else { low / 2.0 + high / 2.0 }
}

/// What a call of `max` or `min` asks for.
#[derive(Clone, Copy)]
struct Extreme {
    is_max: bool,
    /// A NaN wins over numbers.
    includes_nan: bool,
    /// Positions count the whole array.
    linear: bool,
}

fn extreme(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let includes_nan = call.take_option("includenan");
    let has_option = call.take_option("omitnan") || includes_nan;
    let linear = call.take_option("linear");
    let how = Extreme { is_max: call.builtin.name == "max", includes_nan, linear };
    let second_is_none = call.get(1).is_some_and(Value::is_empty) && has_option;
    if call.args.len() == 2 && !second_is_none {
        return pairwise(call, how);
    }
    let value = call.take(0)?;
    let shape = value.shape();
    let mut axes = call.reduced_axes(2, &shape)?;
    if shape.is_empty() {
        // An extent of 0 stays; any other becomes 1.
        if *axes == [0, 1] {
            axes.pop();
        }
        let is_none = |axis: &usize| shape.extent(*axis) == 0;
        let kept = axes.iter().filter(|axis| !is_none(axis));
        let shape = kept.fold(shape.clone(), |shape, axis| shape.with_extent(*axis, 1));
        let class = match value.class() {
            Some(class) if class != Class::Char => class,
            Some(_) | None => Class::Double,
        };
        let places = collect_numbers(Class::Double, shape.clone(), std::iter::empty());
        let best = collect_numbers(class, shape, std::iter::empty());
        return Ok(vec![best.into(), places.into()]);
    }
    if is_host_held(&value) || matches!(value, Value::Number(_)) {
        return host_extreme(call, &value, &axes, how);
    }
    if let Some(result) = small_extreme(call, &value, &axes, how) {
        return one(result);
    }
    let span = call.span;
    let own = value.class().filter(|class| !class.is_float() && *class != Class::Char);
    let lazy = call.interpreter.lazy(value, span)?;
    let mut best = call.reduce(if how.is_max { "red_max" } else { "red_min" }, &lazy, &axes)?;
    if let Some(class) = own {
        best = call.graph().cast(&best, class, span)?;
    }
    let mut missing = None;
    if how.includes_nan && own.is_none() {
        let isnan = call.apply("isnan", &[Operand::Lazy(&lazy)])?;
        let some = call.reduce("red_any", &isnan, &axes)?;
        let nan = number(best.class, f64::NAN);
        best = call.graph().select(Operand::Lazy(&some), nan, Operand::Lazy(&best), span)?;
        missing = Some((isnan, some));
    }
    if call.nargout < 2 {
        return one(best);
    }
    let place = if how.is_max { "red_argmax" } else { "red_argmin" };
    let mut at = call.reduce(place, &lazy, &axes)?;
    if let Some((isnan, some)) = missing {
        let isnan = call.graph().cast(&isnan, Class::Double, span)?;
        let first = call.reduce("red_argmax", &isnan, &axes)?;
        at = call.graph().select(
            Operand::Lazy(&some),
            Operand::Lazy(&first),
            Operand::Lazy(&at),
            span,
        )?;
    }
    if how.linear {
        at = whole_position(call, &at, &shape, &axes)?;
    }
    let at = call.apply("add", &[Operand::Lazy(&at), number(Class::Double, 1.0)])?;
    Ok(vec![best.into(), at.into()])
}

/// 0-based positions along one axis as positions in the whole array.
fn whole_position(
    call: &mut Call<'_, '_>,
    at: &Lazy,
    shape: &Shape,
    axes: &[usize],
) -> Result<Lazy, ScriptError> {
    let [axis] = *axes else {
        return if axes.len() >= shape.rank() {
            Ok(at.clone())
        } else {
            Err(call.unsupported("linear positions over some of the dimensions"))
        };
    };
    let span = call.span;
    let stride: u64 = (0..axis).map(|before| shape.extent(before)).product();
    let double = |value: u64| number(Class::Double, value as f64);
    let line = call.graph().index(Class::Double, at.shape.clone(), span)?;
    let inner = call.apply("mod", &[Operand::Lazy(&line), double(stride)])?;
    let outer = call.apply("sub", &[Operand::Lazy(&line), Operand::Lazy(&inner)])?;
    let outer = call.apply("mul", &[Operand::Lazy(&outer), double(shape.extent(axis))])?;
    let along = call.apply("mul", &[Operand::Lazy(at), double(stride)])?;
    let sum = call.apply("add", &[Operand::Lazy(&inner), Operand::Lazy(&outer)])?;
    call.apply("add", &[Operand::Lazy(&sum), Operand::Lazy(&along)])
}

/// Of two operands, element by element.
fn pairwise(call: &mut Call<'_, '_>, how: Extreme) -> Result<Vec<Value>, ScriptError> {
    let (left, right) = (call.take(0)?, call.take(1)?);
    let id = OpId::new(if how.is_max { "max" } else { "min" });
    let is_logical = |value: &Value| value.class() == Some(Class::Logical);
    let mut best = call.apply_binary(id, left.clone(), right.clone())?;
    if is_logical(&left) && is_logical(&right) {
        best = call.by("logical", vec![best])?;
    }
    if !how.includes_nan {
        return Ok(vec![best]);
    }
    let isnan = |call: &mut Call<'_, '_>, value: Value| call.by("isnan", vec![value]);
    let (a, b) = (isnan(call, left)?, isnan(call, right)?);
    let some = call.with(BinaryOp::Or, a, b)?;
    one(call.choose(some, Value::from(f64::NAN), best)?)
}

/// The extremes of a fixed array over one axis, without places.
fn small_extreme(
    call: &mut Call<'_, '_>,
    value: &Value,
    axes: &[usize],
    how: Extreme,
) -> Option<Value> {
    let [axis] = axes else {
        return None;
    };
    if call.nargout > 1 || how.includes_nan || value.class() != Some(Class::Double) {
        return None;
    }
    let id = OpId::new(if how.is_max { "red_max" } else { "red_min" });
    call.interpreter.small_reduce(id, value, *axis)
}

fn host_extreme(
    call: &mut Call<'_, '_>,
    value: &Value,
    axes: &[usize],
    how: Extreme,
) -> Result<Vec<Value>, ScriptError> {
    if let Value::Number(number @ Number::Logical(_)) = value {
        return Ok(vec![Value::Number(*number), Value::from(1.0)]);
    }
    let array = call.interpreter.host_array(value, call.span)?;
    // Complex numbers are ordered by modulus, then by argument.
    let is_complex = array.is_complex();
    let key = |number: Number| match is_complex {
        true => (to_complex(number).abs(), to_complex(number).arg()),
        false => (number.to_f64(), 0.0),
    };
    let best = |numbers: &[Number]| {
        if matches!(numbers.first(), Some(Number::Int(..))) {
            let beyond = if how.is_max { Ordering::Greater } else { Ordering::Less };
            return numbers.iter().enumerate().fold(0, |best, (index, number)| {
                match wide::order(*number, numbers[best]) == Some(beyond) {
                    true => index,
                    false => best,
                }
            });
        }
        let mut best: Option<(usize, (f64, f64))> = None;
        for (index, number) in numbers.iter().enumerate() {
            let own = key(*number);
            if own.0.is_nan() && how.includes_nan {
                return index;
            }
            let is_better = best.is_none_or(|(_, best)| {
                best.0.is_nan() || if how.is_max { own > best } else { own < best }
            });
            if is_better && !own.0.is_nan() || best.is_none() {
                best = Some((index, own));
            }
        }
        best.map_or(0, |(index, _)| index)
    };
    let class = array.class();
    let values = reduce_host(&array, axes, |numbers| {
        let number = numbers.get(best(numbers)).copied().unwrap_or(Number::Double(f64::NAN));
        match class {
            Class::Char | Class::Logical => Number::Double(number.to_f64()),
            _ => number,
        }
    });
    let at = reduce_host(&array, axes, |numbers| Number::Double(best(numbers) as f64 + 1.0));
    Ok(vec![values.into(), at.into()])
}
