//! Conversion between element types: to integers saturating and rounding half away from zero, to
//! `Bool` by `x != 0`, to floats the nearest value. NaN becomes 0 in integers and 1 in `Bool`.

use preheat_format::DType;

use crate::column::{Column, Element};

/// The number that a stored word means.
#[inline]
pub(crate) fn word_value(dtype: DType, word: u32) -> f64 {
    match dtype {
        DType::I32 | DType::I8 | DType::I16 => f64::from(word as i32),
        DType::Bool | DType::U32 | DType::U8 | DType::U16 | DType::F64 | DType::F32 => {
            f64::from(word)
        }
    }
}

/// The word of type `dtype` that is nearest to a number.
#[inline]
pub(crate) fn word_of(dtype: DType, value: f64) -> u32 {
    let (low, high) = match dtype {
        DType::Bool => return u32::from(value != 0.0),
        DType::U32 => (0.0, f64::from(u32::MAX)),
        DType::I32 => (f64::from(i32::MIN), f64::from(i32::MAX)),
        DType::U8 => (0.0, f64::from(u8::MAX)),
        DType::I8 => (f64::from(i8::MIN), f64::from(i8::MAX)),
        DType::U16 => (0.0, f64::from(u16::MAX)),
        DType::I16 => (f64::from(i16::MIN), f64::from(i16::MAX)),
        DType::F64 | DType::F32 => (0.0, 0.0),
    };
    // NaN stays NaN through `clamp` and becomes 0 in the conversion to an integer.
    value.round().clamp(low, high) as i64 as u32
}

/// Converts elements of the type `from` to the type `to` of the column.
pub(crate) fn cast<T: Element>(from: DType, values: &[T], to: DType, out: &mut Column) {
    let number = |value: T| value.number(from);
    match to {
        DType::F64 => each(values, out, number),
        DType::F32 => each(values, out, |x| number(x) as f32),
        DType::Bool => each(values, out, |x| u32::from(number(x) != 0.0)),
        DType::U32 => each(values, out, |x| word_of(DType::U32, number(x))),
        DType::I32 => each(values, out, |x| word_of(DType::I32, number(x))),
        DType::U8 => each(values, out, |x| word_of(DType::U8, number(x))),
        DType::I8 => each(values, out, |x| word_of(DType::I8, number(x))),
        DType::U16 => each(values, out, |x| word_of(DType::U16, number(x))),
        DType::I16 => each(values, out, |x| word_of(DType::I16, number(x))),
    }
}

fn each<T: Copy, R: Element>(values: &[T], out: &mut Column, convert: impl Fn(T) -> R) {
    for (out, value) in R::of_mut(out).iter_mut().zip(values) {
        *out = convert(*value);
    }
}
