//! Numbers in the bytes of files: `fread` and `fwrite`.

use crate::shape::Shape;
use crate::trace::builtins::arguments::{class_of, one};
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::files::{OpenFile, decoded};
use crate::trace::interpreter::{collect_numbers, convert_number, too_long};
use crate::trace::value::{Class, IntClass, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("fread", (1, 5, 2), read, "Numbers from the bytes of a file."),
    Builtin::values("fwrite", (2, 5, 1), write, "Numbers to the bytes of a file."),
];

type Outcome = Result<Vec<Value>, ScriptError>;

/// How bytes stand for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coded {
    Char,
    Double,
    Single,
    Int(IntClass),
}

impl Coded {
    fn parse(name: &str) -> Option<Coded> {
        Some(match name {
            "char" | "char*1" | "uchar" | "unsigned char" | "schar" => Coded::Char,
            "float64" | "real*8" | "double" => Coded::Double,
            "float32" | "real*4" | "single" | "float" => Coded::Single,
            "int" | "integer*4" | "long" => Coded::Int(IntClass::Int32),
            "short" | "integer*2" => Coded::Int(IntClass::Int16),
            "integer*8" => Coded::Int(IntClass::Int64),
            "integer*1" | "signed char" => Coded::Int(IntClass::Int8),
            "uint" | "unsigned int" | "ulong" | "unsigned long" => Coded::Int(IntClass::Uint32),
            "ushort" | "unsigned short" => Coded::Int(IntClass::Uint16),
            _ => match class_of(name)? {
                Class::Int(class) => Coded::Int(class),
                Class::Double | Class::Single | Class::Logical | Class::Char => return None,
            },
        })
    }

    fn width(self) -> usize {
        match self {
            Coded::Char => 1,
            Coded::Double => 8,
            Coded::Single => 4,
            Coded::Int(class) => {
                let (low, high) = class.bounds();
                (high - low + 1).ilog2() as usize / 8
            }
        }
    }

    /// The class whose values are all that it can stand for.
    fn class(self) -> Class {
        match self {
            Coded::Char => Class::Char,
            Coded::Double => Class::Double,
            Coded::Single => Class::Single,
            Coded::Int(class) => Class::Int(class),
        }
    }

    fn decode(self, bytes: &[u8], is_big: bool) -> Number {
        let mut wide = [0u8; 8];
        if is_big {
            wide.iter_mut().zip(bytes.iter().rev()).for_each(|(to, from)| *to = *from);
        } else {
            wide.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
        let bits = u64::from_le_bytes(wide);
        match self {
            Coded::Char => Number::Double(bits as f64),
            Coded::Double => Number::Double(f64::from_bits(bits)),
            Coded::Single => Number::Double(f32::from_bits(bits as u32).into()),
            Coded::Int(class) => Number::Int(class, class.of_bits(bits)),
        }
    }

    fn encode(self, number: Number, is_big: bool, out: &mut Vec<u8>) {
        let value = number.to_f64();
        let wide = match self {
            Coded::Char => (value as u32 as u64).to_le_bytes(),
            Coded::Double => value.to_bits().to_le_bytes(),
            Coded::Single => u64::from((value as f32).to_bits()).to_le_bytes(),
            Coded::Int(class) => match convert_number(number, Class::Int(class)) {
                Number::Int(_, whole) => (whole as u64).to_le_bytes(),
                _ => [0; 8],
            },
        };
        let bytes = &wide[..self.width()];
        match is_big {
            true => out.extend(bytes.iter().rev()),
            false => out.extend_from_slice(bytes),
        }
    }
}

/// What a call says about the numbers: `3*int16=>double`, a skip, an order of bytes.
struct Layout {
    coded: Coded,
    /// The class of what is read.
    class: Class,
    /// Numbers between two skips.
    block: usize,
    /// Bytes passed after a block when reading, before it when writing.
    skip: usize,
    is_big: bool,
}

impl Call<'_, '_> {
    /// The arguments from `first` on: precision, skip, order.
    fn layout(&mut self, first: usize) -> Result<Layout, ScriptError> {
        let name = self.builtin.name;
        let wrong = self.error("M306", format!("{name}: invalid PRECISION specified"));
        let precision = match self.args.len() > first {
            true => self.text(first)?,
            false => "uint8".to_owned(),
        };
        let bare = precision.strip_prefix('*').unwrap_or(&precision);
        let (from, to) = bare.split_once("=>").unwrap_or((bare, ""));
        let (block, from) = match from.split_once('*') {
            Some((count, rest)) if count.trim().parse::<usize>().is_ok() => {
                (count.trim().parse().unwrap_or(1), rest)
            }
            _ => (1, from),
        };
        let Some(coded) = Coded::parse(from.trim()) else { return Err(wrong) };
        let class = match (precision.starts_with('*'), to.trim()) {
            (true, _) => Some(coded.class()),
            (false, "") => Some(Class::Double),
            (false, to) => class_of(to).or_else(|| Coded::parse(to).map(Coded::class)),
        };
        let Some(class) = class else { return Err(wrong) };
        let file_order = self.file(0).is_ok_and(|file| file.is_big);
        let mut layout = Layout { coded, class, block, skip: 0, is_big: file_order };
        for index in first + 1..self.args.len() {
            if self.get(index).is_some_and(Value::is_char) {
                let order = self.text(index)?;
                layout.is_big = is_big_endian(&order).unwrap_or(file_order);
            } else {
                layout.skip = self.number(index)?.max(0.0) as usize;
            }
        }
        Ok(layout)
    }
}

/// What the name of an order of bytes says: the greatest first, or not; `None` for the file's own.
pub(super) fn is_big_endian(name: &str) -> Option<bool> {
    match name {
        "ieee-be" | "b" => Some(true),
        "ieee-le" | "l" => Some(false),
        _ => None,
    }
}

/// The most rows of a matrix that `fread` fills up.
const READ_ROWS_MAX: f64 = 2_147_483_647.0;

/// `fread(file, size, precision, skip, order)`: a column, or a matrix of a size.
fn read(call: &mut Call<'_, '_>) -> Outcome {
    let has_size = call.get(1).is_some_and(|value| !value.is_char());
    let size = if has_size { call.array(1)?.doubles() } else { vec![f64::INFINITY] };
    let layout = call.layout(if has_size { 2 } else { 1 })?;
    let wanted: f64 = size.iter().product();
    let count = if wanted.is_finite() { wanted.max(0.0) as usize } else { usize::MAX };
    let mut values = numbers(call.file(0)?, &layout, count);
    let found = values.len();
    let shape = match size.as_slice() {
        [rows, _, ..] if found > 0 => {
            if *rows > READ_ROWS_MAX {
                return Err(too_long().at(call.span));
            }
            let rows = (*rows).max(1.0) as usize;
            values.resize(found.div_ceil(rows) * rows, Number::Double(0.0));
            Shape::matrix(rows as u64, (values.len() / rows) as u64)
        }
        _ if found == 0 => Shape::matrix(0, 0),
        _ => Shape::matrix(found as u64, 1),
    };
    let array = collect_numbers(layout.class, shape, values.into_iter());
    Ok(vec![Value::from(array), Value::from(found as f64)])
}

/// Up to `count` numbers of a file.
fn numbers(file: &mut OpenFile, layout: &Layout, count: usize) -> Vec<Number> {
    let width = layout.coded.width();
    let decode = |chunk: &[u8]| layout.coded.decode(chunk, layout.is_big);
    if layout.skip == 0 {
        return file.take(count.saturating_mul(width)).chunks_exact(width).map(decode).collect();
    }
    let mut found: Vec<Number> = Vec::new();
    while found.len() < count {
        let wanted = layout.block.max(1).min(count - found.len());
        let before = found.len();
        found.extend(file.take(wanted.saturating_mul(width)).chunks_exact(width).map(decode));
        if found.len() - before < wanted {
            break;
        }
        file.at = file.at.saturating_add(layout.skip).min(file.bytes.len());
    }
    found
}

/// `fwrite(file, numbers, precision, skip, order)`.
fn write(call: &mut Call<'_, '_>) -> Outcome {
    let layout = call.layout(2)?;
    let array = call.array(1)?;
    let mut bytes = Vec::with_capacity(array.len() * layout.coded.width());
    for (index, number) in array.numbers().enumerate() {
        if index % layout.block.max(1) == 0 {
            bytes.resize(bytes.len() + layout.skip, 0);
        }
        match (layout.coded, number) {
            (Coded::Char, Number::Char(letter)) => {
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => layout.coded.encode(number, layout.is_big, &mut bytes),
        }
    }
    if (1.0..3.0).contains(&call.number(0)?) {
        let text = decoded(&bytes);
        call.print(&text);
    } else {
        let file = call.file(0)?;
        if !file.is_writable() {
            return one(0.0);
        }
        file.put(&bytes);
    }
    one(array.len() as f64)
}
