//! Classes: conversions and tests.

use std::cmp::Ordering;

use crate::trace::builtins::arguments::{class_of, one};
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{
    collect_numbers, convert_number, described, nan_as_truth, operand_type, to_complex, wide,
};
use crate::trace::text::convert::elements;
use crate::trace::value::{Class, Float, Form, HostArray, HostData, Number, Value};

const fn conversion(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (1, 1, 1), |call| to_class(call, call.builtin.name), doc)
}

const fn test(name: &'static str, run: crate::trace::builtins::Run, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (1, 1, 1), run, doc)
}

pub(super) const BUILTINS: &[Builtin] = &[
    test("typeinfo", type_name, "How Octave stores a value, in words."),
    conversion("double", "To class `double`."),
    conversion("single", "To class `single`."),
    conversion("logical", "To class `logical`."),
    conversion("int8", "To class `int8`, rounded and saturated."),
    conversion("int16", "To class `int16`, rounded and saturated."),
    conversion("int32", "To class `int32`, rounded and saturated."),
    conversion("int64", "To class `int64`, rounded and saturated."),
    conversion("uint8", "To class `uint8`, rounded and saturated."),
    conversion("uint16", "To class `uint16`, rounded and saturated."),
    conversion("uint32", "To class `uint32`, rounded and saturated."),
    conversion("uint64", "To class `uint64`, rounded and saturated."),
    Builtin::nodes("cast", (2, 2, 1), cast, "To the class of a name."),
    Builtin::nodes("class", (1, 1, 1), class, "Name of the class."),
    Builtin::nodes("isa", (2, 2, 1), isa, "True for a class or group of classes."),
    test("isnumeric", |call| check(call, is_numeric), "True for numbers."),
    test("isfloat", |call| check(call, Class::is_float), "True for `double` and `single`."),
    test("isinteger", |call| check(call, |c| matches!(c, Class::Int(_))), "True for integers."),
    test("islogical", |call| check(call, |c| c == Class::Logical), "True for truth values."),
    test("isbool", |call| check(call, |c| c == Class::Logical), "True for truth values."),
    test("isreal", |call| is_complex(call, false), "True without imaginary parts."),
    test("iscomplex", |call| is_complex(call, true), "True with imaginary parts."),
    test(
        "is_function_handle",
        |call| one(matches!(call.get(0), Some(Value::Function(_)))),
        "True for function handles.",
    ),
    test(
        "isobject",
        |call| one(matches!(call.get(0), Some(Value::Map(map)) if map.is_map())),
        "True for a `containers.Map`.",
    ),
    test(
        "issparse",
        |call| one(call.get(0).is_some_and(|value| value.form() == Form::Sparse)),
        "True for a sparse matrix, whose elements are all stored nevertheless.",
    ),
    Builtin::nodes("sparse__", (1, 1, 1), sparse_form, "The same matrix as a sparse one."),
    test("isjava", |_| one(false), "False."),
    test(
        "full",
        |call| Ok(vec![call.take(0)?.with_form(Form::Full).narrowed()]),
        "The array itself.",
    ),
    Builtin::nodes("gpuArray", (1, 1, 1), |call| Ok(vec![call.take(0)?]), "The array itself."),
    Builtin::nodes("gather", (1, ANY, ANY), gather, "Arrays, computed on the host."),
    Builtin::nodes("isgpuarray", (1, 1, 1), |_| one(false), "False."),
    Builtin::values("isequal", (2, ANY, 1), is_equal, "True if all are equal."),
];

/// `sparse__(a)`: only matrices that a device or the host holds have a form.
fn sparse_form(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let value = match value {
        Value::Range(_) => Value::Array(call.interpreter.host_array(&value, call.span)?),
        other => other,
    };
    Ok(vec![value.with_form(Form::Sparse)])
}

fn type_name(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let (form, is_quoted) = match &value {
        Value::Array(array) => (array.form, array.double_quoted),
        Value::Lazy(lazy) => (lazy.form, false),
        _ => (Form::Full, false),
    };
    let name = match (&value, form) {
        (Value::Range(_), _) => "double_range".to_owned(),
        (Value::Map(_), _) => "object".to_owned(),
        (_, Form::Diagonal) => "diagonal matrix".to_owned(),
        (_, Form::Permutation) => "permutation matrix".to_owned(),
        (value, Form::Sparse) => match value.class() {
            Some(Class::Logical) => "sparse bool matrix".to_owned(),
            _ if value.is_complex() => "sparse complex matrix".to_owned(),
            _ => "sparse matrix".to_owned(),
        },
        (value, Form::Full) if value.is_char() && !is_quoted => "sq_string".to_owned(),
        (value, Form::Full) => operand_type(value),
    };
    one(name.as_str())
}

fn is_numeric(class: Class) -> bool {
    !matches!(class, Class::Logical | Class::Char)
}

fn check(call: &mut Call<'_, '_>, test: fn(Class) -> bool) -> Result<Vec<Value>, ScriptError> {
    one(call.get(0).and_then(Value::class).is_some_and(test))
}

fn is_complex(call: &mut Call<'_, '_>, wanted: bool) -> Result<Vec<Value>, ScriptError> {
    let Some(value) = call.get(0) else {
        return Err(call.invalid());
    };
    let complex = match value {
        Value::Number(number) => matches!(number, Number::Complex(..)),
        Value::Array(array) => array.is_complex(),
        Value::Range(_) | Value::Lazy(_) => false,
        Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => {
            return one(false);
        }
    };
    one(complex == wanted)
}

fn class(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.get(0).map_or("double", Value::class_name);
    one(name)
}

fn isa(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (Some(value), Some(names)) = (call.get(0), call.get(1)) else {
        return Err(call.invalid());
    };
    if let Value::Cell(names) = names {
        let is: Option<Vec<bool>> =
            names.values.iter().map(|name| Some(is_a(value, &name.to_text()?))).collect();
        let is = is.ok_or_else(|| call.invalid())?;
        return one(HostArray::new(names.shape.clone(), HostData::Logical(is)));
    }
    one(is_a(value, &call.text(1)?))
}

/// True if a value is of a class or group of classes.
fn is_a(value: &Value, name: &str) -> bool {
    let class = value.class();
    match name {
        "numeric" => class.is_some_and(is_numeric),
        "float" => class.is_some_and(Class::is_float),
        "integer" => matches!(class, Some(Class::Int(_))),
        "handle" => matches!(value, Value::Map(_)),
        name => value.class_name() == name,
    }
}

fn cast(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.text(1)?;
    to_class(call, &name)
}

fn to_class(call: &mut Call<'_, '_>, name: &str) -> Result<Vec<Value>, ScriptError> {
    let Some(class) = class_of(name) else {
        return Err(
            call.error("M113", format!("cast: type conversion to '{name}' is not supported"))
        );
    };
    let span = call.span;
    let value = call.take(0)?;
    let value = if class.is_float() { value.narrowed() } else { value };
    if value.is_complex() && matches!(class, Class::Int(_) | Class::Char) {
        let kind = described(&value);
        return Err(call.error("M104", format!("invalid conversion from {kind} to {name}")));
    }
    let has_nan = |array: &HostArray| array.numbers().any(|number| number.to_f64().is_nan());
    match value {
        Value::Number(number) if class == Class::Logical && number.to_f64().is_nan() => {
            Err(nan_as_truth().at(span))
        }
        Value::Number(number) => one(convert_number(number, class)),
        Value::Lazy(lazy) if call.graph().dtype_of(class).is_some() => {
            let form = lazy.form.in_class(class);
            one(Value::Lazy(call.graph().cast(&lazy, class, span)?).with_form(form))
        }
        Value::Range(range) if class.is_float() || class == Class::Logical => {
            if class == Class::Double {
                return Ok(vec![value]);
            }
            let lazy = call.graph().range(range, span)?;
            one(call.graph().cast(&lazy, class, span)?)
        }
        Value::Array(array) if array.class() == class => one(array),
        Value::Array(_) | Value::Lazy(_) | Value::Range(_) => {
            let array = call.interpreter.host_array(&value, span)?;
            if class == Class::Logical && has_nan(&array) {
                return Err(nan_as_truth().at(span));
            }
            let form = array.form.in_class(class);
            let result = collect_numbers(class, array.shape.clone(), array.numbers());
            one(Value::Array(result).with_form(form))
        }
        other => {
            let kind = other.class_name();
            let message = match class {
                Class::Logical => format!("{name}: wrong type argument '{kind}'"),
                _ => format!("invalid conversion from {} to {name}", operand_type(&other)),
            };
            Err(call.error("M104", message))
        }
    }
}

/// Cuts the Dag, so that what comes before does not mix with what comes after; an array stays
/// with the engine until something wants its elements.
fn gather(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let args = std::mem::take(&mut call.args);
    let lazies: Vec<_> = args
        .iter()
        .filter_map(|value| match value {
            Value::Lazy(lazy) => Some(lazy),
            _ => None,
        })
        .collect();
    call.graph().settle(&lazies)?;
    Ok(args)
}

fn is_equal(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    one(call.args.windows(2).all(|pair| equal(&pair[0], &pair[1])))
}

/// Equal sizes and equal elements, classes apart.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    if left.shape() != right.shape() {
        return false;
    }
    match (left, right) {
        (Value::Cell(a), Value::Cell(b)) => {
            a.values.iter().zip(b.values.iter()).all(|(a, b)| equal(a, b))
        }
        (Value::Struct(a), Value::Struct(b)) => {
            a.fields.len() == b.fields.len()
                && a.fields.iter().all(|(name, values)| {
                    b.fields
                        .get(name)
                        .is_some_and(|others| values.iter().zip(others).all(|(a, b)| equal(a, b)))
                })
        }
        (Value::Function(a), Value::Function(b)) => same_function(a, b),
        (Value::Map(a), Value::Map(b)) => a.is_same(b),
        (Value::Cell(_) | Value::Struct(_) | Value::Function(_) | Value::Map(_), _)
        | (_, Value::Cell(_) | Value::Struct(_) | Value::Function(_) | Value::Map(_)) => false,
        (a, b) => match (elements(a), elements(b)) {
            (Some(a), Some(b)) => equal_elements(&a, &b),
            _ => false,
        },
    }
}

fn equal_elements(a: &HostArray, b: &HostArray) -> bool {
    if a.is_complex() || b.is_complex() {
        let float = Float::of(a.class().combined(b.class()));
        let same = |(a, b)| to_complex(a).rounded(float) == to_complex(b).rounded(float);
        return a.numbers().zip(b.numbers()).all(same);
    }
    // As `==` does: integers exactly, and beside `single` in `single`.
    let is_same = |(a, b): (Number, Number)| match (a, b) {
        (Number::Int(..), _) | (_, Number::Int(..)) => wide::order(a, b) == Some(Ordering::Equal),
        (Number::Single(_), _) | (_, Number::Single(_)) => a.to_f64() as f32 == b.to_f64() as f32,
        (a, b) => a.to_f64() == b.to_f64(),
    };
    a.numbers().zip(b.numbers()).all(is_same)
}

fn same_function(
    a: &crate::trace::value::FunctionValue,
    b: &crate::trace::value::FunctionValue,
) -> bool {
    use crate::trace::value::FunctionValue as F;
    match (a, b) {
        (F::Named(a), F::Named(b)) => a == b,
        (F::User(a), F::User(b)) => std::sync::Arc::ptr_eq(a, b),
        (F::Anonymous { function: a, .. }, F::Anonymous { function: b, .. }) => {
            std::sync::Arc::ptr_eq(a, b)
        }
        (F::Named(_) | F::User(_) | F::Anonymous { .. }, _) => false,
    }
}
