//! Constants and arrays of them.

use preheat_format::OpId;

use crate::shape::Shape;
use crate::trace::builtins::arguments::{class_of, one};
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{PLACE_BYTES, collect_numbers, convert_number, has_room};
use crate::trace::record::Operand;
use crate::trace::value::{Class, Float, Form, HostArray, Lazy, Number, Range, Value};

const fn filled(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (0, ANY, 1), run_fill, doc)
}

pub(super) const BUILTINS: &[Builtin] = &[
    filled("zeros", "Zeros of a size and class."),
    filled("ones", "Ones of a size and class."),
    filled("Inf", "Infinity."),
    filled("inf", "Infinity."),
    filled("NaN", "Not a number."),
    filled("nan", "Not a number."),
    filled("NA", "A missing value: a NaN that prints as `NA`."),
    filled("pi", "The circle's circumference over its diameter."),
    filled("e", "Base of the natural logarithm."),
    filled("true", "Logical true."),
    filled("false", "Logical false."),
    Builtin::nodes("i", (0, 0, 1), imaginary, "The imaginary unit."),
    Builtin::nodes("j", (0, 0, 1), imaginary, "The imaginary unit."),
    Builtin::nodes("I", (0, 0, 1), imaginary, "The imaginary unit."),
    Builtin::nodes("J", (0, 0, 1), imaginary, "The imaginary unit."),
    Builtin::values("eps", (0, ANY, 1), eps, "Distance to the next larger number."),
    Builtin::values("realmax", (0, 1, 1), limits, "Largest finite number."),
    Builtin::values("realmin", (0, 1, 1), limits, "Smallest normal number."),
    Builtin::values("flintmax", (0, 1, 1), limits, "Largest of consecutive whole numbers."),
    Builtin::values("intmax", (0, 1, 1), limits, "Largest value of an integer class."),
    Builtin::values("intmin", (0, 1, 1), limits, "Smallest value of an integer class."),
    Builtin::nodes("eye", (0, ANY, 1), eye, "Identity matrix."),
    Builtin::nodes("linspace", (2, 3, 1), linspace, "Values at equal distance."),
    Builtin::values("logspace", (2, 3, 1), logspace, "Powers of ten at equal distance."),
    Builtin::nodes("colon", (2, 3, 1), colon, "`a:b` and `a:step:b`."),
    Builtin::nodes("meshgrid", (1, 3, 3), grid, "Coordinates of a grid, `x` along columns."),
    Builtin::nodes("ndgrid", (1, 3, 3), grid, "Coordinates of a grid, first along rows."),
];

/// Bits of Octave's missing value: a NaN of its own.
pub(crate) const MISSING: u64 = 0x7ff8_40f4_4000_0000;

fn run_fill(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (value, default) = match call.builtin.name {
        "zeros" => (0.0, Class::Double),
        "ones" => (1.0, Class::Double),
        "Inf" | "inf" => (f64::INFINITY, Class::Double),
        "pi" => (std::f64::consts::PI, Class::Double),
        "e" => (std::f64::consts::E, Class::Double),
        "true" => (1.0, Class::Logical),
        "false" => (0.0, Class::Logical),
        "NA" => (f64::from_bits(MISSING), Class::Double),
        _ => (f64::NAN, Class::Double),
    };
    let class = call.take_class().unwrap_or(default);
    let shape = call.size_from(0)?;
    one(call.fill(Number::Double(value), class, shape)?)
}

impl Call<'_, '_> {
    /// An array of one value; a host scalar where it is `1x1`.
    pub(crate) fn fill(
        &mut self,
        value: Number,
        class: Class,
        shape: Shape,
    ) -> Result<Value, ScriptError> {
        let value = convert_number(value, class);
        if shape.is_scalar() {
            return Ok(Value::Number(value));
        }
        if self.graph().dtype_of(class).is_some() && !shape.is_empty() {
            let span = self.span;
            return Ok(Value::Lazy(self.graph().fill(value, class, shape, span)?));
        }
        has_room(shape.len(), PLACE_BYTES).map_err(|error| error.at(self.span))?;
        let len = shape.len() as usize;
        Ok(collect_numbers(class, shape, std::iter::repeat_n(value, len)).into())
    }
}

fn imaginary(_call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    one(Number::Complex(Float::Double, 0.0, 1.0))
}

fn eps(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.take_class();
    let number = match class {
        Some(Class::Single) => Number::Single(f32::EPSILON),
        _ => Number::Double(f64::EPSILON),
    };
    if call.args.len() > 1 || class.is_some() && !call.args.is_empty() {
        let mut args = std::mem::take(&mut call.args);
        args.insert(0, Value::Number(number));
        return one(call.by("repmat", args)?);
    }
    if call.args.is_empty() {
        return one(number);
    }
    let array = call.array(0)?;
    let class = array.class();
    let step = |number: Number| match number {
        Number::Single(value) => {
            let next = f32::from_bits(value.abs().to_bits() + 1) - value.abs();
            Number::Single(if value.is_finite() { next } else { f32::NAN })
        }
        other => {
            let value = other.to_f64().abs();
            let next = f64::from_bits(value.to_bits() + 1) - value;
            Number::Double(if value.is_finite() { next } else { f64::NAN })
        }
    };
    one(collect_numbers(class, array.shape.clone(), array.numbers().map(step)))
}

fn limits(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.builtin.name;
    let is_int = matches!(name, "intmax" | "intmin");
    let class = match call.get(0) {
        None if is_int => class_of("int32"),
        None => Some(Class::Double),
        Some(value) => match value.is_char() {
            true => value.to_text().and_then(|text| class_of(&text)),
            false => value.class(),
        },
    };
    one(match (name, class) {
        ("intmax", Some(Class::Int(int))) => Number::Int(int, int.bounds().1),
        ("intmin", Some(Class::Int(int))) => Number::Int(int, int.bounds().0),
        ("realmax", Some(Class::Double)) => Number::Double(f64::MAX),
        ("realmax", Some(Class::Single)) => Number::Single(f32::MAX),
        ("realmin", Some(Class::Double)) => Number::Double(f64::MIN_POSITIVE),
        ("realmin", Some(Class::Single)) => Number::Single(f32::MIN_POSITIVE),
        ("flintmax", Some(Class::Double)) => Number::Double(9_007_199_254_740_992.0),
        ("flintmax", Some(Class::Single)) => Number::Single(16_777_216.0),
        _ => {
            let given = call.get(0).filter(|value| value.is_char()).and_then(Value::to_text);
            let message = match (name, given) {
                ("flintmax", Some(class)) => format!("flintmax: not defined for class '{class}'"),
                ("realmax" | "realmin", Some(_)) => format!("{name}: invalid class name"),
                (_, Some(class)) => format!("{name}: not defined for '{class}' objects"),
                ("intmax" | "intmin", None) => {
                    format!("{name}: argument must be a string or integer variable")
                }
                (_, None) => format!("{name}: not defined for this class"),
            };
            return Err(call.error("M113", message));
        }
    })
}

fn eye(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.take_class().unwrap_or(Class::Double);
    let shape = call.size_from(0)?;
    if shape.is_scalar() {
        return one(convert_number(Number::Double(1.0), class));
    }
    if shape.rank() > 2 {
        return Err(call.invalid());
    }
    let span = call.span;
    if call.graph().dtype_of(class).is_none() {
        let rows = shape.extent(0).max(1);
        let on = |index: u64| f64::from(u8::from(index % rows == index / rows));
        let numbers = (0..shape.len()).map(|index| Number::Double(on(index)));
        return one(collect_numbers(class, shape.clone(), numbers));
    }
    let equal = call.index_pair(&shape, "eq", 0)?;
    let mut matrix = call.graph().cast(&equal, class, span)?;
    if class.is_float() {
        matrix.form = Form::Diagonal;
    }
    one(matrix)
}

impl Call<'_, '_> {
    /// `row + offset op column` for each element of a matrix: a logical array.
    pub(crate) fn index_pair(
        &mut self,
        shape: &Shape,
        op: &'static str,
        offset: i64,
    ) -> Result<Lazy, ScriptError> {
        let span = self.span;
        let (step, limit) = (1.0, None);
        let rows = Range { start: offset as f64, step, count: shape.extent(0), limit };
        let columns = Range { start: 0.0, step, count: shape.extent(1), limit };
        let rows = self.graph().range(rows, span)?;
        let rows = self.graph().permute(&rows, &[1, 0], span);
        let columns = self.graph().range(columns, span)?;
        let operands = [Operand::Lazy(&rows), Operand::Lazy(&columns)];
        Ok(self.graph().apply(OpId::new(op), &operands, span)?)
    }
}

fn is_complex_number(value: &Value) -> bool {
    matches!(value, Value::Number(Number::Complex(..)))
}

fn linspace(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let is_single =
        (0..2).any(|index| call.get(index).and_then(Value::class) == Some(Class::Single));
    let is_plain = |value: &Value| value.shape().is_scalar() && !is_complex_number(value);
    if !call.args.iter().take(2).all(is_plain) {
        let args = std::mem::take(&mut call.args);
        let span = call.span;
        return call.interpreter.call_name("numbers__linspace", args, 1, span);
    }
    let (first, last) = (call.number(0)?, call.number(1)?);
    let count = if call.args.len() > 2 { call.number(2)? } else { 100.0 };
    if count.is_nan() {
        return Err(call.error("M113", "linspace: N must be a scalar"));
    }
    if count < 1.0 {
        return one(HostArray::row(Vec::new()));
    }
    let count = count.floor() as u64;
    if count == 1 {
        return one(last);
    }
    let span = call.span;
    let lazy = call.graph().linspace(first, last, count, span)?;
    let class = if is_single { Class::Single } else { Class::Double };
    one(call.graph().cast(&lazy, class, span)?)
}

fn logspace(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (first, mut last) = (call.number(0)?, call.number(1)?);
    if last == std::f64::consts::PI {
        // Up to pi itself, as for points on the unit circle.
        last = last.log10();
    }
    let count = if call.args.len() > 2 { call.number(2)? } else { 50.0 };
    let count = count.floor().max(1.0) as u64;
    let span = call.span;
    if !first.is_finite() || !last.is_finite() {
        // Between the ends nothing is finite, but the middle of two opposite ones.
        let middle = if first == -last { 1.0 } else { 10f64.powf(first + last) };
        let power = |at: u64| match at {
            _ if at + 1 == count => 10f64.powf(last),
            0 => 10f64.powf(first),
            _ => middle,
        };
        return one(HostArray::row((0..count).map(power).collect()));
    }
    let powers = call.graph().linspace(first, last, count, span)?;
    let ten = Operand::Number(Number::Double(10.0));
    one(call.graph().apply(OpId::new("pow"), &[ten, Operand::Lazy(&powers)], span)?)
}

fn colon(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let first = call.take(0)?;
    let (step, last) = match call.args.len() {
        2 => (Value::from(1.0), call.take(1)?),
        _ => (call.take(1)?, call.take(2)?),
    };
    let span = call.span;
    call.interpreter.range([first, step, last], span).map(|value| vec![value])
}

fn grid(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let span = call.span;
    let rank = match call.args.len() {
        1 if call.builtin.name == "ndgrid" => call.nargout.max(1),
        1 => call.nargout.max(2),
        given => given,
    };
    let mut lines = Vec::with_capacity(rank);
    for index in 0..rank {
        let value = call.args.get(index).or(call.args.first()).cloned();
        let lazy = call.interpreter.in_class(value.unwrap_or_else(Value::empty), span)?;
        lines.push(lazy);
    }
    let mut extents: Vec<u64> = lines.iter().map(|line| line.shape.len()).collect();
    let is_mesh = call.builtin.name == "meshgrid";
    if is_mesh {
        extents.swap(0, 1);
    }
    let shape = Shape::new(extents);
    let mut results = Vec::with_capacity(rank);
    for (index, line) in lines.iter().enumerate() {
        let axis = match (is_mesh, index) {
            (true, 0) => 1,
            (true, 1) => 0,
            (_, axis) => axis,
        };
        let mut extents = vec![1; rank];
        extents[axis] = line.shape.len();
        let line = call.graph().reshape(line, Shape::new(extents), span)?;
        results.push(Value::Lazy(call.graph().expand(&line, shape.clone(), span)?));
    }
    Ok(results)
}
