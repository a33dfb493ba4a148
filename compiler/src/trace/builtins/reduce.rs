//! Reductions: sums, means, extremes and their kin.
//!
//! Arrays of `double`, `single` and `logical` are recorded; those of classes that stay on the
//! host are reduced there.

use preheat_format::OpId;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{
    Complex, Subscript, collect_numbers, convert_number, gather, is_host_held, is_host_only,
    is_no_truth, narrow, operand_type, to_complex,
};
use crate::trace::record::Operand;
use crate::trace::value::{Class, Float, HostArray, HostData, Lazy, Number, Value};

const fn row(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (1, ANY, 1), run, doc)
}

pub(super) const BUILTINS: &[Builtin] = &[
    row("sum", "Sum along dimensions."),
    row("prod", "Product along dimensions."),
    row("any", "True if some element is."),
    row("all", "True if every element is."),
    row("mean", "Mean along dimensions."),
    row("sumsq", "Sum of squares along dimensions."),
    Builtin::nodes("nnz", (1, 1, 1), nnz, "Number of elements that are not zero."),
    Builtin::nodes("norm", (1, 3, 1), norm, "Norm of a vector or matrix."),
    Builtin::nodes("dot", (2, 3, 1), dot, "Inner product."),
];

const MUL: OpId = OpId::new("mul");

impl Call<'_, '_> {
    /// Dimensions to reduce, from argument `index`, or the first that is not 1.
    pub(super) fn reduced_axes(
        &mut self,
        index: usize,
        shape: &Shape,
    ) -> Result<Vec<usize>, ScriptError> {
        let is_given = self.get(index).is_some_and(|value| !value.is_empty());
        if is_given {
            return self.axes(index, shape.rank());
        }
        if *shape == Shape::matrix(0, 0) {
            return Ok(vec![0, 1]);
        }
        Ok(vec![shape.first_axis()])
    }

    pub(super) fn apply(
        &mut self,
        op: &'static str,
        operands: &[Operand<'_>],
    ) -> Result<Lazy, ScriptError> {
        let span = self.span;
        Ok(self.graph().apply(OpId::new(op), operands, span)?)
    }

    pub(super) fn reduce(
        &mut self,
        op: &'static str,
        lazy: &Lazy,
        axes: &[usize],
    ) -> Result<Lazy, ScriptError> {
        let span = self.span;
        Ok(self.graph().reduce(OpId::new(op), lazy, axes, span)?)
    }
}

/// True for a text among the arguments that is no option of the table.
fn has_other_option(call: &Call<'_, '_>) -> bool {
    let known = ["native", "omitnan", "double", "default", "includenan", "extra", "all"];
    let is_other = |value: &Value| {
        value.is_char() && value.to_text().is_some_and(|text| !known.contains(&text.as_str()))
    };
    call.args.iter().skip(1).any(is_other)
}

fn run(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.builtin.name == "mean" && has_other_option(call) {
        return call.by_form();
    }
    let native = call.take_option("native");
    let omit = call.take_option("omitnan");
    let double = call.take_option("double");
    for option in ["default", "includenan", "extra"] {
        call.take_option(option);
    }
    let name = call.builtin.name;
    let mut value = call.take(0)?;
    if let Value::Cell(_) = value {
        return match name {
            "any" | "all" => {
                let nothing = HostData::Logical(Vec::new());
                Ok(vec![HostArray::new(Shape::matrix(0, 0), nothing).into()])
            }
            "mean" => Err(call.error("M104", "mean: X must be a numeric vector or matrix")),
            _ => Err(call.error("M104", format!("{name}: wrong type argument 'cell'"))),
        };
    }
    let axes = call.reduced_axes(1, &value.shape())?;
    // Octave takes `[]` for an empty column where a dimension is given.
    if axes.len() == 1 && value.shape() == Shape::matrix(0, 0) {
        value = call.reshaped(value, Shape::matrix(0, 1))?;
    }
    if let Some(result) = host_result(call, &value, &axes, native)? {
        return Ok(vec![result]);
    }
    if let ([axis], false, false) = (axes.as_slice(), native || omit || double, value.is_empty())
        && let Some(result) = small_reduction(call, &value, *axis)
    {
        return one(result);
    }
    let class = value.class();
    let span = call.span;
    let mut lazy = call.interpreter.lazy(value, span)?;
    if double {
        lazy = call.graph().cast(&lazy, Class::Double, span)?;
    }
    let result = match name {
        "sumsq" => {
            let square = call.apply("mul", &[Operand::Lazy(&lazy), Operand::Lazy(&lazy)])?;
            call.reduce("red_sum", &square, &axes)?
        }
        "any" => call.reduce("red_any", &lazy, &axes)?,
        "all" => call.reduce("red_all", &lazy, &axes)?,
        "prod" if omit => {
            let known = known_or(call, &lazy, 1.0)?;
            call.reduce("red_prod", &known, &axes)?
        }
        "prod" => call.reduce("red_prod", &lazy, &axes)?,
        "mean" if omit => mean_omitting_nan(call, &lazy, &axes)?,
        "mean" => call.reduce("red_mean", &lazy, &axes)?,
        _ if omit => {
            let known = known_or(call, &lazy, 0.0)?;
            call.reduce("red_sum", &known, &axes)?
        }
        _ => call.reduce("red_sum", &lazy, &axes)?,
    };
    if native && class == Some(Class::Logical) {
        return one(call.graph().cast(&result, Class::Logical, span)?);
    }
    one(result)
}

/// A reduction of a fixed array over an axis.
fn small_reduction(call: &mut Call<'_, '_>, value: &Value, axis: usize) -> Option<Value> {
    let id = match call.builtin.name {
        "sum" | "sumsq" => "red_sum",
        "prod" => "red_prod",
        "mean" => "red_mean",
        "any" => "red_any",
        "all" => "red_all",
        _ => return None,
    };
    let squares = match call.builtin.name {
        "sumsq" => Some(call.interpreter.small_two(MUL, value, value)?),
        _ => None,
    };
    call.interpreter.small_reduce(OpId::new(id), squares.as_ref().unwrap_or(value), axis)
}

/// The elements, with a number in the place of each NaN.
fn known_or(call: &mut Call<'_, '_>, lazy: &Lazy, instead: f64) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let isnan = call.apply("isnan", &[Operand::Lazy(lazy)])?;
    let class = if lazy.class == Class::Single { Class::Single } else { Class::Double };
    let instead = Operand::Number(convert_number(Number::Double(instead), class));
    Ok(call.graph().select(Operand::Lazy(&isnan), instead, Operand::Lazy(lazy), span)?)
}

fn mean_omitting_nan(
    call: &mut Call<'_, '_>,
    lazy: &Lazy,
    axes: &[usize],
) -> Result<Lazy, ScriptError> {
    let isnan = call.apply("isnan", &[Operand::Lazy(lazy)])?;
    let known = call.apply("not", &[Operand::Lazy(&isnan)])?;
    let values = known_or(call, lazy, 0.0)?;
    let sum = call.reduce("red_sum", &values, axes)?;
    let count = call.reduce("red_sum", &known, axes)?;
    call.apply("div", &[Operand::Lazy(&sum), Operand::Lazy(&count)])
}

/// Scalars, and classes that stay on the host.
fn host_result(
    call: &mut Call<'_, '_>,
    value: &Value,
    axes: &[usize],
    native: bool,
) -> Result<Option<Value>, ScriptError> {
    // Integers count as `double`, but for their own sums, which saturate at every step.
    let is_double = value.is_char() || (matches!(value, Value::Lazy(_)) && !native);
    if !matches!(value, Value::Number(_)) && (!is_host_only(value) || is_double) {
        return Ok(None);
    }
    let name = call.builtin.name;
    if is_host_only(value) {
        call.graph().computed_on_host(name);
    }
    let array = call.interpreter.host_array(value, call.span)?;
    let class = match array.class() {
        Class::Char => Class::Double,
        Class::Logical | Class::Int(_) if !native => Class::Double,
        class => class,
    };
    let is_true = |number: &Number| to_complex(*number).abs() != 0.0;
    let is_nan = |number: &Number| !matches!(number, Number::Complex(..)) && is_no_truth(*number);
    let total = |numbers: &[Number]| {
        let zero = Complex::new(0.0, 0.0);
        numbers.iter().fold(zero, |total, number| total.add(to_complex(*number)))
    };
    let reduced = reduce_host(&array, axes, |numbers| match name {
        "any" => Number::Logical(numbers.iter().any(|number| is_true(number) && !is_nan(number))),
        "all" => Number::Logical(numbers.iter().all(is_true)),
        "prod" if !numbers.iter().any(|number| matches!(number, Number::Complex(..))) => {
            let product: f64 = numbers.iter().map(|number| number.to_f64()).product();
            convert_number(Number::Double(product), class)
        }
        "prod" => {
            let unit = Complex::new(1.0, 0.0);
            let product =
                numbers.iter().fold(unit, |product, number| product.mul(to_complex(*number)));
            convert_number(narrow(Float::Double, product), class)
        }
        "sumsq" => {
            let squares = numbers.iter().map(|number| to_complex(*number).abs().powi(2));
            // Not `sum`, which is -0 for no numbers.
            let total = squares.fold(0.0, |total, square| total + square);
            convert_number(Number::Double(total), class)
        }
        "mean" => {
            let (total, count) = (total(numbers), numbers.len() as f64);
            if !array.is_complex() {
                return convert_number(Number::Double(total.re / count), class);
            }
            let mean = crate::trace::interpreter::Complex::new(total.re / count, total.im / count);
            convert_number(narrow(Float::Double, mean), class)
        }
        _ => match integer_sum(numbers).filter(|_| native) {
            Some(sum) => convert_number(sum, class),
            None => convert_number(narrow(Float::Double, total(numbers)), class),
        },
    });
    if reduced.is_empty() {
        let class = match name {
            "any" | "all" => Class::Logical,
            _ => class,
        };
        return Ok(Some(collect_numbers(class, reduced.shape, std::iter::empty()).into()));
    }
    Ok(Some(reduced.into()))
}

/// The sum of integers in their own class, which saturates at every step.
fn integer_sum(numbers: &[Number]) -> Option<Number> {
    let mut sum = 0i128;
    let mut class = None;
    for number in numbers {
        let Number::Int(int, value) = number else {
            return None;
        };
        let (low, high) = int.bounds();
        class = Some(*int);
        sum = (sum + value).clamp(low, high);
    }
    Some(Number::Int(class?, sum))
}

/// One result for the elements along some axes of a host array.
pub(crate) fn reduce_host(
    array: &HostArray,
    axes: &[usize],
    reduce: impl Fn(&[Number]) -> Number,
) -> HostArray {
    let shape = axes.iter().fold(array.shape.clone(), |shape, axis| shape.with_extent(*axis, 1));
    let mut numbers = Vec::with_capacity(shape.len() as usize);
    for index in 0..shape.len() {
        let mut left = index;
        let mut subscripts = Vec::with_capacity(array.shape.rank());
        for axis in 0..array.shape.rank() {
            if axes.contains(&axis) {
                subscripts.push(Subscript::All);
                continue;
            }
            let extent = array.shape.extent(axis).max(1);
            subscripts.push(Subscript::One(left % extent));
            left /= extent;
        }
        let line = gather(array, &subscripts, "");
        let line: Vec<Number> = line.iter().flat_map(|line| line.numbers()).collect();
        numbers.push(reduce(&line));
    }
    let class = numbers.first().map_or(array.class(), |number| number.class());
    collect_numbers(class, shape, numbers.into_iter())
}

fn nnz(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.get(0).is_some_and(is_host_held) {
        let array = call.array(0)?;
        let is_set = |number: &Number| to_complex(*number).abs() != 0.0;
        return one(array.numbers().filter(is_set).count() as f64);
    }
    let lazy = call.lazy(0)?;
    let span = call.span;
    let truth = call.graph().cast(&lazy, Class::Logical, span)?;
    let axes: Vec<usize> = (0..truth.shape.rank()).collect();
    one(call.reduce("red_sum", &truth, &axes)?)
}

/// A norm of an array of a class that stays on the host.
fn host_norm(call: &Call<'_, '_>, array: &HostArray, kind: &str) -> Result<f64, ScriptError> {
    let sizes: Vec<f64> = array.numbers().map(|number| to_complex(number).abs()).collect();
    let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    let largest = |sums: &mut dyn Iterator<Item = f64>| sums.fold(0.0, f64::max);
    let is_vector = array.shape.is_vector() || array.shape.is_scalar();
    let euclid = || scaled_norm(&sizes);
    Ok(match (kind, is_vector) {
        ("fro", _) | ("2", true) => euclid(),
        ("inf" | "Inf", true) => largest(&mut sizes.iter().copied()),
        ("-inf" | "-Inf", true) => sizes.iter().copied().fold(f64::INFINITY, f64::min),
        (order, true) => {
            let order: f64 = order.parse().map_err(|_| call.invalid())?;
            sizes.iter().map(|size| size.powf(order)).sum::<f64>().powf(1.0 / order)
        }
        ("1", false) => largest(&mut sizes.chunks(rows.max(1)).map(|part| part.iter().sum())),
        ("inf" | "Inf", false) => {
            let row = |row: usize| (0..columns).map(|column| sizes[row + rows * column]).sum();
            largest(&mut (0..rows).map(row))
        }
        ("2", false) => {
            let complex = |number: Number| {
                let Complex { re, im } = to_complex(number);
                preheat_dense::Complex::new(re, im)
            };
            let data = array.numbers().map(complex).collect();
            let found = preheat_dense::svd(&preheat_dense::Matrix { rows, columns, data }, true);
            found.and_then(|found| found.values.first().copied()).unwrap_or(0.0)
        }
        _ => return Err(call.unsupported("norms of this kind for matrices of this class")),
    })
}

fn kind_of_norm(call: &mut Call<'_, '_>) -> Result<String, ScriptError> {
    Ok(match call.get(1) {
        Some(value) if value.is_char() => value.to_text().unwrap_or_default(),
        Some(_) => format!("{}", call.number(1)?),
        None => "2".to_owned(),
    })
}

fn norm(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let last = call.args.last().and_then(Value::to_text).unwrap_or_default();
    if call.args.len() > 1 && matches!(last.as_str(), "rows" | "columns" | "cols") {
        return call.by_form();
    }
    let kind = kind_of_norm(call)?;
    let value = call.take(0)?;
    let shape = value.shape();
    let is_matrix = !shape.is_vector() && !shape.is_scalar();
    if shape.rank() > 2 {
        return Err(call.error("M103", "norm: only valid for 2-D objects"));
    }
    let value = match value.class() {
        Some(Class::Double | Class::Single) => value,
        Some(_) if call.interpreter.is_in_library() => call.by("double", vec![value])?,
        Some(_) | None => {
            let kind = operand_type(&value);
            return Err(call.error("M104", format!("xnorm: wrong type argument '{kind}'")));
        }
    };
    if value.is_empty() {
        return one(0.0);
    }
    let order: f64 = kind.parse().unwrap_or(f64::NAN);
    match order {
        _ if is_matrix && order < 1.0 => Err(call.error("M113", "xnorm: p must be >= 1")),
        _ if is_matrix && order.is_finite() && !matches!(order, 1.0 | 2.0) => {
            let args = vec![value, Value::from(order)];
            call.interpreter.call_name("linear__pnorm", args, 1, call.span)
        }
        0.0 => one(call.by("nnz", vec![value])?),
        _ => norm_of(call, value, &kind),
    }
}

/// A norm of a vector by any order, of a matrix by 1, 2, infinity or its elements.
fn norm_of(call: &mut Call<'_, '_>, value: Value, kind: &str) -> Result<Vec<Value>, ScriptError> {
    let shape = value.shape();
    if is_host_only(&value) || matches!(value, Value::Number(_)) {
        let array = call.interpreter.host_array(&value, call.span)?;
        let norm = host_norm(call, &array, kind)?;
        return one(convert_number(Number::Double(norm), Float::of(array.class()).class()));
    }
    let span = call.span;
    if matches!(kind, "2" | "fro" | "Fro")
        && (shape.is_vector() || kind != "2")
        && let Value::Array(array) = &value
        && array.fixed
    {
        let norm = Number::Double(scaled_norm(&array.doubles()));
        return one(convert_number(norm, Float::of(array.class()).class()));
    }
    let lazy = call.interpreter.lazy(value, span)?;
    let axes: Vec<usize> = (0..shape.rank()).collect();
    let x = Operand::Lazy(&lazy);
    let is_vector = shape.is_vector();
    match kind {
        "2" if !is_vector => {
            let array = call.graph().read(&lazy)?;
            let (rows, columns) = (shape.extent(0) as usize, shape.extent(1) as usize);
            let values = super::linalg::singular_values(&array.doubles(), rows, columns);
            let norm = Number::Double(values.first().copied().unwrap_or(0.0));
            let class = if lazy.class == Class::Single { Class::Single } else { Class::Double };
            one(convert_number(norm, class))
        }
        "2" | "fro" | "Fro" => one(call.reduce("red_norm", &lazy, &axes)?),
        "inf" | "Inf" | "1" => {
            let size = call.apply("abs", &[x])?;
            let is_one = kind == "1";
            if is_vector {
                let op = if is_one { "red_sum" } else { "red_max" };
                return one(call.reduce(op, &size, &axes)?);
            }
            let sums = call.reduce("red_sum", &size, &[usize::from(!is_one)])?;
            one(call.reduce("red_max", &sums, &axes)?)
        }
        "-inf" | "-Inf" if is_vector => {
            let size = call.apply("abs", &[x])?;
            one(call.reduce("red_min", &size, &axes)?)
        }
        other => {
            let Ok(p) = other.parse::<f64>() else {
                return Err(call.error("M113", format!("norm: unrecognized option: {other}")));
            };
            let size = call.apply("abs", &[x])?;
            let power = Operand::Number(Number::Double(p));
            let powers = call.apply("pow", &[Operand::Lazy(&size), power])?;
            let sum = call.reduce("red_sum", &powers, &axes)?;
            let root = Operand::Number(Number::Double(1.0 / p));
            one(call.apply("pow", &[Operand::Lazy(&sum), root])?)
        }
    }
}

fn dot(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let span = call.span;
    let dim = if call.args.len() > 2 { Some(call.axis(2)?) } else { None };
    if call.args.iter().take(2).any(is_host_only) {
        let args = std::mem::take(&mut call.args);
        return call.interpreter.call_name("linear__dot", args, 1, span);
    }
    if dim.is_none()
        && let Some(result) = small_dot(call)
    {
        return one(result);
    }
    let (mut a, mut b) = (call.lazy(0)?, call.lazy(1)?);
    let are_vectors = a.shape.is_vector() && b.shape.is_vector();
    if dim.is_none() && are_vectors && a.shape.len() == b.shape.len() {
        let column = Shape::matrix(a.shape.len(), 1);
        a = call.graph().reshape(&a, column.clone(), span)?;
        b = call.graph().reshape(&b, column, span)?;
    } else if a.shape != b.shape {
        let message = "dot: sizes of X and Y must match";
        return Err(call.error("M103", message));
    }
    let product = call.graph().apply(MUL, &[Operand::Lazy(&a), Operand::Lazy(&b)], span)?;
    let axis = dim.unwrap_or_else(|| product.shape.first_axis());
    one(call.reduce("red_sum", &product, &[axis])?)
}

/// The root of a sum of squares, scaled by the largest element so far, as BLAS has it.
fn scaled_norm(values: &[f64]) -> f64 {
    let (mut scale, mut sum) = (0.0, 1.0);
    for size in values.iter().map(|value| value.abs()) {
        if scale == size {
            sum += 1.0;
        } else if scale < size {
            sum *= (scale / size) * (scale / size);
            sum += 1.0;
            scale = size;
        } else if size != 0.0 {
            sum += (size / scale) * (size / scale);
        }
    }
    scale * f64::sqrt(sum)
}

/// The inner product of two fixed vectors.
fn small_dot(call: &Call<'_, '_>) -> Option<Value> {
    let [left, right] = [0, 1].map(|index| call.get(index).cloned());
    let (left, right) = (left?, right?);
    let len = left.shape().len();
    if !left.shape().is_vector() || !right.shape().is_vector() || right.shape().len() != len {
        return None;
    }
    match (&left, &right) {
        (Value::Array(a), Value::Array(b)) if a.fixed && b.fixed => match (&*a.data, &*b.data) {
            (HostData::Double(x), HostData::Double(y)) => {
                Some(Value::from(preheat_dense::dot(x, y, false)))
            }
            _ => None,
        },
        _ => None,
    }
}
