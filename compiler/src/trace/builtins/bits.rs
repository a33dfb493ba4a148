//! The same bytes as another class.

use crate::shape::Shape;
use crate::trace::builtins::arguments::{class_of, one};
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::collect_numbers;
use crate::trace::value::{Class, Float, HostArray, HostData, IntClass, Number, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

pub(super) const BUILTINS: &[Builtin] =
    &[Builtin::values("typecast", (2, 2, 1), typecast, "The same bytes as another class.")];

fn bytes(array: &HostArray) -> Vec<u8> {
    fn all<const N: usize, T: Copy>(values: &[T], of: fn(T) -> [u8; N]) -> Vec<u8> {
        values.iter().flat_map(|value| of(*value)).collect()
    }
    match &*array.data {
        HostData::Double(values) => all(values, f64::to_le_bytes),
        HostData::Single(values) => all(values, f32::to_le_bytes),
        HostData::Uint64(values) => all(values, u64::to_le_bytes),
        HostData::Logical(values) => values.iter().map(|value| u8::from(*value)).collect(),
        HostData::Char(values) => values.iter().map(|value| *value as u8).collect(),
        HostData::Complex(Float::Single, values) => {
            let parts = values.iter().flatten();
            parts.flat_map(|value| (*value as f32).to_le_bytes()).collect()
        }
        HostData::Complex(Float::Double, values) => {
            values.iter().flatten().flat_map(|value| value.to_le_bytes()).collect()
        }
        HostData::Int(class, values) => {
            let size = size_of_int(*class);
            values.iter().flat_map(|value| value.to_le_bytes().into_iter().take(size)).collect()
        }
    }
}

fn size_of_int(class: IntClass) -> usize {
    match class {
        IntClass::Int8 | IntClass::Uint8 => 1,
        IntClass::Int16 | IntClass::Uint16 => 2,
        IntClass::Int32 | IntClass::Uint32 => 4,
        IntClass::Int64 | IntClass::Uint64 => 8,
    }
}

fn typecast(call: &mut Call<'_, '_>) -> Outcome {
    let array = call.array(0)?;
    let name = call.text(1)?;
    let Some(class) = class_of(&name) else {
        return Err(call.error("M113", "typecast: TYPE name is not recognized"));
    };
    let size = match class {
        Class::Double => 8,
        Class::Single => 4,
        Class::Logical | Class::Char => 1,
        Class::Int(int) => size_of_int(int),
    };
    let bytes = bytes(&array);
    if !bytes.len().is_multiple_of(size) {
        let message = "typecast: incorrect number of input values to make output value";
        return Err(call.error("M113", message));
    }
    let numbers = bytes.chunks(size).map(|chunk| number(class, chunk));
    let count = (bytes.len() / size) as u64;
    let is_column = array.shape.extent(1) == 1 && array.shape.extent(0) != 1;
    let shape = if is_column { Shape::matrix(count, 1) } else { Shape::matrix(1, count) };
    one(collect_numbers(class, shape, numbers))
}

fn number(class: Class, bytes: &[u8]) -> Number {
    let mut wide = [0u8; 8];
    wide.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    let bits = u64::from_le_bytes(wide);
    match class {
        Class::Double => Number::Double(f64::from_bits(bits)),
        Class::Single => Number::Single(f32::from_bits(bits as u32)),
        Class::Logical => Number::Logical(bits != 0),
        Class::Char => Number::Char(char::from(bits as u8)),
        Class::Int(int) => Number::Int(int, int.of_bits(bits)),
    }
}
