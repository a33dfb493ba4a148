//! Host arithmetic: operators on scalars of every class, and on char, integer and complex arrays.
//!
//! The class of a result: an integer class wins over all and needs an equal class or a scalar of
//! another; then complex, then `single`, then `double`. Integer results round half away from zero
//! and saturate.

use crate::shape::Shape;
use crate::syntax::ast::BinaryOp;
use crate::trace::error::{ScriptError, fail, nonconformant};
use crate::trace::interpreter::complex::Complex;
use crate::trace::interpreter::force::operand_type;
use crate::trace::interpreter::wide;
use crate::trace::value::{Class, Float, HostArray, HostData, IntClass, Number, Value};

/// An operator on two host scalars.
///
/// # Errors
/// If the classes do not go together.
pub(crate) fn binary_numbers(
    op: BinaryOp,
    left: Number,
    right: Number,
) -> Result<Number, ScriptError> {
    use Number as N;
    if matches!(op, BinaryOp::And | BinaryOp::Or) && (is_no_truth(left) || is_no_truth(right)) {
        return Err(nan_as_truth());
    }
    match (left, right) {
        (N::Double(a), N::Double(b)) => Ok(doubles(op, a, b)),
        (N::Int(..), _) | (_, N::Int(..)) => integers(op, left, right),
        (N::Complex(..), _) | (_, N::Complex(..)) => Ok(complexes(op, left, right)),
        (N::Single(_), _) | (_, N::Single(_))
            if is_power(op)
                && left.to_f64() < 0.0
                && right.to_f64().fract() != 0.0
                && right.to_f64().is_finite() =>
        {
            Ok(complexes(op, left, right))
        }
        (N::Single(_), _) | (_, N::Single(_)) => Ok(singles(op, left, right)),
        (N::Double(_) | N::Logical(_) | N::Char(_), N::Double(_) | N::Logical(_) | N::Char(_)) => {
            Ok(doubles(op, left.to_f64(), right.to_f64()))
        }
    }
}

/// True for NaN, which is neither true nor false.
pub(crate) fn is_no_truth(number: Number) -> bool {
    match number {
        Number::Double(value) => value.is_nan(),
        Number::Single(value) => value.is_nan(),
        Number::Logical(_) | Number::Char(_) | Number::Int(..) | Number::Complex(..) => false,
    }
}

/// The error for NaN where a truth value is wanted.
pub(crate) fn nan_as_truth() -> ScriptError {
    fail("M113", "invalid conversion from NaN to logical")
}

fn compare(op: BinaryOp, a: f64, b: f64) -> Option<bool> {
    Some(match op {
        BinaryOp::Lt => a < b,
        BinaryOp::Le => a <= b,
        BinaryOp::Eq => a == b,
        BinaryOp::Ne => a != b,
        BinaryOp::Ge => a >= b,
        BinaryOp::Gt => a > b,
        BinaryOp::And => a != 0.0 && b != 0.0,
        BinaryOp::Or => a != 0.0 || b != 0.0,
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::LeftDiv
        | BinaryOp::Pow
        | BinaryOp::ElemMul
        | BinaryOp::ElemDiv
        | BinaryOp::ElemLeftDiv
        | BinaryOp::ElemPow => return None,
    })
}

fn real(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul | BinaryOp::ElemMul => a * b,
        BinaryOp::Div | BinaryOp::ElemDiv => a / b,
        BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => b / a,
        BinaryOp::Pow | BinaryOp::ElemPow => power(a, b),
        BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Ge
        | BinaryOp::Gt
        | BinaryOp::And
        | BinaryOp::Or => f64::from(u8::from(compare(op, a, b).unwrap_or(false))),
    }
}

/// A power of one number: the system's, which for a square is the product.
pub(crate) fn power(a: f64, b: f64) -> f64 {
    match b {
        2.0 => a * a,
        -1.0 => 1.0 / a,
        _ => a.powf(b),
    }
}

fn is_power(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Pow | BinaryOp::ElemPow)
}

fn doubles(op: BinaryOp, a: f64, b: f64) -> Number {
    if let Some(truth) = compare(op, a, b) {
        return Number::Logical(truth);
    }
    if is_power(op) && a < 0.0 && b.fract() != 0.0 && b.is_finite() {
        let result = Complex::new(a, 0.0).pow(Complex::new(b, 0.0));
        return Number::Complex(Float::Double, result.re, result.im);
    }
    Number::Double(real(op, a, b))
}

fn singles(op: BinaryOp, left: Number, right: Number) -> Number {
    let (a, b) = (to_f32(left), to_f32(right));
    if let Some(truth) = compare(op, a.into(), b.into()) {
        return Number::Logical(truth);
    }
    Number::Single(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul | BinaryOp::ElemMul => a * b,
        BinaryOp::Div | BinaryOp::ElemDiv => a / b,
        BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => b / a,
        BinaryOp::Pow | BinaryOp::ElemPow => power(a.into(), b.into()) as f32,
        BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Ge
        | BinaryOp::Gt
        | BinaryOp::And
        | BinaryOp::Or => 0.0,
    })
}

pub(crate) fn to_f32(number: Number) -> f32 {
    match number {
        Number::Single(value) => value,
        Number::Double(_)
        | Number::Logical(_)
        | Number::Char(_)
        | Number::Int(..)
        | Number::Complex(..) => number.to_f64() as f32,
    }
}

pub(crate) fn to_complex(number: Number) -> Complex {
    match number {
        Number::Complex(_, re, im) => Complex::new(re, im),
        Number::Double(_)
        | Number::Single(_)
        | Number::Logical(_)
        | Number::Char(_)
        | Number::Int(..) => Complex::new(number.to_f64(), 0.0),
    }
}

fn complexes(op: BinaryOp, left: Number, right: Number) -> Number {
    let float = Float::of(left.class().combined(right.class()));
    let (a, b) = (to_complex(left).rounded(float), to_complex(right).rounded(float));
    // Octave orders complex numbers by modulus, then argument. A real number beside them has the
    // argument 0, whatever its sign.
    let argument = |number: Number| match number {
        Number::Complex(_, re, im) if Complex::new(re, im).arg() == -std::f64::consts::PI => {
            std::f64::consts::PI
        }
        Number::Complex(_, re, im) => Complex::new(re, im).arg(),
        _ => 0.0,
    };
    let order = |test: fn(f64, f64) -> bool| match a.abs() == b.abs() {
        true => test(argument(left), argument(right)),
        false => test(a.abs(), b.abs()),
    };
    let is_true = |z: Complex| z.re != 0.0 || z.im != 0.0;
    let result = match op {
        BinaryOp::Add => a.add(b),
        BinaryOp::Sub => a.sub(b),
        // A real factor has no imaginary part: not one of 0, which beside infinities makes NaN.
        BinaryOp::Mul | BinaryOp::ElemMul => match (left, right) {
            (Number::Complex(..), Number::Complex(..)) => a.mul_in(float, b),
            (Number::Complex(..), _) => a.scaled(b.re),
            _ => b.scaled(a.re),
        },
        BinaryOp::Div | BinaryOp::ElemDiv => a.div(b),
        BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => b.div(a),
        BinaryOp::Pow | BinaryOp::ElemPow => a.pow(b),
        BinaryOp::Eq => return Number::Logical(a == b),
        BinaryOp::Ne => return Number::Logical(a != b),
        BinaryOp::And => return Number::Logical(is_true(a) && is_true(b)),
        BinaryOp::Or => return Number::Logical(is_true(a) || is_true(b)),
        BinaryOp::Lt => return Number::Logical(order(|a, b| a < b)),
        BinaryOp::Le => return Number::Logical(order(|a, b| a <= b)),
        BinaryOp::Ge => return Number::Logical(order(|a, b| a >= b)),
        BinaryOp::Gt => return Number::Logical(order(|a, b| a > b)),
    };
    narrow(float, result)
}

/// A complex result in a precision; without imaginary part it is real.
pub(crate) fn narrow(float: Float, value: Complex) -> Number {
    let (re, im) = (float.round(value.re), float.round(value.im));
    match (im == 0.0, float) {
        (true, Float::Double) => Number::Double(re),
        (true, Float::Single) => Number::Single(re as f32),
        (false, _) => Number::Complex(float, re, im),
    }
}

/// Rounds half away from zero and saturates; NaN is 0.
pub(crate) fn saturate(class: IntClass, value: f64) -> Number {
    let (low, high) = class.bounds();
    let rounded = value.round();
    let value = if rounded.is_nan() { 0 } else { (rounded as i128).clamp(low, high) };
    Number::Int(class, value)
}

fn integers(op: BinaryOp, left: Number, right: Number) -> Result<Number, ScriptError> {
    if let (Number::Int(a, _), Number::Int(b, _)) = (left, right)
        && a != b
        && compare(op, 0.0, 0.0).is_none()
    {
        let (text, a, b) = (op.text(), a.name(), b.name());
        let message = format!(
            "binary operator '{text}' not implemented for '{a} scalar' by '{b} scalar' operations"
        );
        return Err(fail("M104", message));
    }
    let class = match (left.class(), right.class()) {
        (Class::Int(class), _) | (_, Class::Int(class)) => class,
        (_, _) => IntClass::Int32,
    };
    if matches!(left, Number::Complex(..)) || matches!(right, Number::Complex(..)) {
        let [a, b] = [left, right].map(|number| operand_type(&Value::Number(number)));
        let text = op.text();
        let message =
            format!("binary operator '{text}' not implemented for '{a}' by '{b}' operations");
        return Err(fail("M104", message));
    }
    if let Some(truth) = wide::compare(op, left, right) {
        return Ok(Number::Logical(truth));
    }
    if let Some(exact) = wide::arithmetic(op, left, right, class) {
        return Ok(exact);
    }
    let (a, b) = (left.to_f64(), right.to_f64());
    Ok(match compare(op, a, b) {
        Some(truth) => Number::Logical(truth),
        None => saturate(class, real(op, a, b)),
    })
}

/// A number in another class.
pub(crate) fn convert_number(number: Number, class: Class) -> Number {
    match (number, class) {
        (Number::Complex(_, re, im), Class::Double) => Number::Complex(Float::Double, re, im),
        (Number::Complex(_, re, im), Class::Single) => {
            let float = Float::Single;
            Number::Complex(float, float.round(re), float.round(im))
        }
        (Number::Int(_, value), Class::Int(class)) => {
            let (low, high) = class.bounds();
            Number::Int(class, value.clamp(low, high))
        }
        (_, Class::Double) => Number::Double(number.to_f64()),
        (_, Class::Single) => Number::Single(to_f32(number)),
        (_, Class::Logical) => {
            let Complex { re, im } = to_complex(number);
            Number::Logical(re != 0.0 || im != 0.0)
        }
        (Number::Char(_), Class::Char) => number,
        (_, Class::Char) => {
            let code = number.to_f64().round().clamp(0.0, f64::from(u32::MAX)) as u32;
            Number::Char(char::from_u32(code).unwrap_or('\u{fffd}'))
        }
        (_, Class::Int(class)) => saturate(class, number.to_f64()),
    }
}

/// An array of numbers that are brought to one class; complex if one of them is.
pub(crate) fn collect_numbers(
    class: Class,
    shape: Shape,
    numbers: impl Iterator<Item = Number>,
) -> HostArray {
    let data = match class {
        Class::Double | Class::Single => return collect_floats(Float::of(class), shape, numbers),
        Class::Logical => HostData::Logical(
            numbers
                .map(|number| {
                    matches!(convert_number(number, Class::Logical), Number::Logical(true))
                })
                .collect(),
        ),
        Class::Char => HostData::Char(
            numbers
                .map(|number| match convert_number(number, Class::Char) {
                    Number::Char(value) => value,
                    _ => ' ',
                })
                .collect(),
        ),
        Class::Int(IntClass::Uint64) => HostData::Uint64(
            numbers.map(|number| integer(number, IntClass::Uint64) as u64).collect(),
        ),
        Class::Int(int) => {
            HostData::Int(int, numbers.map(|number| integer(number, int) as i64).collect())
        }
    };
    HostArray::new(shape, data)
}

fn integer(number: Number, class: IntClass) -> i128 {
    match convert_number(number, Class::Int(class)) {
        Number::Int(_, value) => value,
        _ => 0,
    }
}

fn collect_floats(float: Float, shape: Shape, numbers: impl Iterator<Item = Number>) -> HostArray {
    let mut values = Vec::new();
    let mut imaginary: Vec<f64> = Vec::new();
    for number in numbers {
        if let Number::Complex(_, _, im) = number {
            imaginary.resize(values.len(), 0.0);
            imaginary.push(im);
        } else if !imaginary.is_empty() {
            imaginary.push(0.0);
        }
        values.push(number.to_f64());
    }
    let data = if imaginary.iter().any(|im| *im != 0.0) {
        let pairs = values.into_iter().zip(imaginary).map(|(re, im)| [re, im]).collect();
        HostData::complex(float, pairs)
    } else if float == Float::Single {
        HostData::Single(values.into_iter().map(|value| value as f32).collect())
    } else {
        HostData::Double(values)
    };
    HostArray::new(shape, data)
}

/// The index into each operand of each element of the expanded shape.
pub(crate) fn expanded(shape: &Shape, operand: &Shape) -> Vec<usize> {
    let len = shape.len() as usize;
    if operand.is_scalar() {
        return vec![0; len];
    }
    if operand == shape {
        return (0..len).collect();
    }
    let mut indices = Vec::with_capacity(len);
    let mut coordinates = vec![0u64; shape.rank()];
    for _ in 0..len {
        let mut index = 0;
        let mut stride = 1;
        for (axis, coordinate) in coordinates.iter().enumerate() {
            let extent = operand.extent(axis);
            index += if extent == 1 { 0 } else { coordinate * stride };
            stride *= extent;
        }
        indices.push(index as usize);
        for (axis, coordinate) in coordinates.iter_mut().enumerate() {
            *coordinate += 1;
            if *coordinate < shape.extent(axis) {
                break;
            }
            *coordinate = 0;
        }
    }
    indices
}

/// An operator on host arrays, element by element with implicit expansion.
///
/// # Errors
/// If sizes or classes do not go together.
pub(crate) fn binary_arrays(
    op: BinaryOp,
    left: &HostArray,
    right: &HostArray,
) -> Result<HostArray, ScriptError> {
    let is_int = |array: &HostArray| matches!(array.class(), Class::Int(_));
    let is_mixed = (is_int(left) && right.is_complex()) || (is_int(right) && left.is_complex());
    let are_two = matches!((left.class(), right.class()),
        (Class::Int(a), Class::Int(b)) if a != b && compare(op, 0.0, 0.0).is_none());
    if is_mixed || are_two {
        let [a, b] = [left, right].map(|array| operand_type(&Value::Array(array.clone())));
        let text = op.text();
        let message =
            format!("binary operator '{text}' not implemented for '{a}' by '{b}' operations");
        return Err(fail("M104", message));
    }
    let operation = crate::trace::interpreter::operator::operation_of(op);
    let result = binary_host(&operation, (left, right), |a, b| binary_numbers(op, a, b))?;
    if result.is_empty() {
        let class = result_class(op, left.class(), right.class());
        return Ok(collect_numbers(class, result.shape, std::iter::empty()));
    }
    Ok(result)
}

/// A function of two numbers on host arrays, with implicit expansion. The class is that of the
/// first result.
///
/// # Errors
/// If sizes do not go together, or those of the function.
pub(crate) fn binary_host(
    operation: &str,
    (left, right): (&HostArray, &HostArray),
    mut apply: impl FnMut(Number, Number) -> Result<Number, ScriptError>,
) -> Result<HostArray, ScriptError> {
    let Some(shape) = left.shape.broadcast(&right.shape) else {
        return Err(nonconformant(operation, &left.shape, &right.shape));
    };
    let (a, b) = (expanded(&shape, &left.shape), expanded(&shape, &right.shape));
    let mut numbers = Vec::with_capacity(a.len());
    for (a, b) in a.into_iter().zip(b) {
        if let (Some(a), Some(b)) = (left.get(a), right.get(b)) {
            numbers.push(apply(a, b)?);
        }
    }
    let class = numbers.first().map_or(Class::Double, |number: &Number| number.class());
    Ok(collect_numbers(class, shape, numbers.into_iter()))
}

/// The class of an operator's result.
pub(crate) fn result_class(op: BinaryOp, left: Class, right: Class) -> Class {
    if compare(op, 0.0, 0.0).is_some() {
        return Class::Logical;
    }
    left.combined(right)
}
