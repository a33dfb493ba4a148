//! Packing, unpacking and reinterpretation of constants (specification, sections 17.2, 17.10 and
//! 17.11).

use super::super::number::to_f16;
use super::super::types::Scalar;
use super::super::value::Value;

/// Evaluates `name` if it packs, unpacks or multiplies packed integers.
pub(super) fn evaluate(name: &str, args: &[Value]) -> Result<Option<Value>, String> {
    let Some(first) = args.first() else {
        return Ok(None);
    };
    if let Some(how) = name.strip_prefix("unpack") {
        let word = first.as_int().unwrap_or(0) as u32;
        return unpack(how, word).map(Some);
    }
    if let Some(how) = name.strip_prefix("pack") {
        return pack(how, first.parts()).map(Some);
    }
    let words = (first.as_int().unwrap_or(0), args.get(1).and_then(Value::as_int).unwrap_or(0));
    let bytes = |word: i64| (word as u32).to_le_bytes();
    let pairs = bytes(words.0).into_iter().zip(bytes(words.1));
    Ok(match name {
        "dot4I8Packed" => {
            let sum = pairs.map(|(x, y)| i64::from(x as i8) * i64::from(y as i8)).sum();
            Some(Value::Int(sum))
        }
        "dot4U8Packed" => {
            let sum = pairs.map(|(x, y)| i64::from(x) * i64::from(y)).sum();
            Some(Value::Int(sum))
        }
        _ => None,
    })
}

fn pack(how: &str, parts: &[Value]) -> Result<Value, String> {
    let scaled =
        |value: f64, low: f64, scale: f64| (0.5 + scale * value.clamp(low, 1.0)).floor() as i64;
    let (width, lanes): (u32, Result<Vec<i64>, String>) = match how {
        "4x8snorm" => (8, Ok(parts.iter().map(|v| scaled(v.number(), -1.0, 127.0)).collect())),
        "4x8unorm" => (8, Ok(parts.iter().map(|v| scaled(v.number(), 0.0, 255.0)).collect())),
        "2x16snorm" => (16, Ok(parts.iter().map(|v| scaled(v.number(), -1.0, 32767.0)).collect())),
        "2x16unorm" => (16, Ok(parts.iter().map(|v| scaled(v.number(), 0.0, 65535.0)).collect())),
        "2x16float" => (16, parts.iter().map(|v| half_bits(v.number())).collect()),
        "4xI8Clamp" => (8, Ok(ints(parts).map(|v| v.clamp(-128, 127)).collect())),
        "4xU8Clamp" => (8, Ok(ints(parts).map(|v| v.clamp(0, 255)).collect())),
        _ => (8, Ok(ints(parts).collect())),
    };
    let mask = (1_i64 << width) - 1;
    let word = lanes?
        .into_iter()
        .enumerate()
        .fold(0, |word, (at, lane)| word | (lane & mask) << (width * at as u32));
    Ok(Value::Int(word))
}

fn ints(parts: &[Value]) -> impl Iterator<Item = i64> + '_ {
    parts.iter().map(|v| v.as_int().unwrap_or(0))
}

fn half_bits(value: f64) -> Result<i64, String> {
    match to_f16(value) {
        Some(rounded) => Ok(i64::from(half::f16::from_f64(rounded).to_bits())),
        None => Err(format!("the value `{value}` cannot be represented as `f16`")),
    }
}

fn unpack(how: &str, word: u32) -> Result<Value, String> {
    let bytes = word.to_le_bytes();
    let halves = [word as u16, (word >> 16) as u16];
    let floats =
        |values: Vec<f64>| Value::composite(values.into_iter().map(Value::Float).collect());
    let rounded = |value: f64| f64::from(value as f32);
    Ok(match how {
        "4x8snorm" => {
            floats(bytes.iter().map(|b| rounded((f64::from(*b as i8) / 127.0).max(-1.0))).collect())
        }
        "4x8unorm" => floats(bytes.iter().map(|b| rounded(f64::from(*b) / 255.0)).collect()),
        "2x16snorm" => floats(
            halves.iter().map(|h| rounded((f64::from(*h as i16) / 32767.0).max(-1.0))).collect(),
        ),
        "2x16unorm" => floats(halves.iter().map(|h| rounded(f64::from(*h) / 65535.0)).collect()),
        "2x16float" => {
            let values: Vec<f64> =
                halves.iter().map(|h| half::f16::from_bits(*h).to_f64()).collect();
            if values.iter().any(|value| !value.is_finite()) {
                return Err("the bits are infinity or NaN".to_owned());
            }
            floats(values)
        }
        "4xI8" => Value::composite(bytes.iter().map(|b| Value::Int(i64::from(*b as i8))).collect()),
        _ => Value::composite(bytes.iter().map(|b| Value::Int(i64::from(*b))).collect()),
    })
}

/// The bits of `value` as `width` components of `to`.
pub(super) fn bitcast(value: &Value, from: Scalar, to: Scalar, width: u8) -> Result<Value, String> {
    let mut bytes = Vec::new();
    for part in value.parts() {
        match (part, from.bits()) {
            (Value::Float(float), 16) => {
                bytes.extend(half::f16::from_f64(*float).to_bits().to_le_bytes());
            }
            (Value::Float(float), 32) => bytes.extend((*float as f32).to_bits().to_le_bytes()),
            (Value::Float(float), _) => bytes.extend(float.to_bits().to_le_bytes()),
            (Value::Int(int), 32) => bytes.extend((*int as u32).to_le_bytes()),
            (Value::Int(int), _) => bytes.extend(int.to_le_bytes()),
            _ => return Err("no bits".to_owned()),
        }
    }
    let size = to.bits() as usize / 8;
    let parts: Result<Vec<Value>, String> =
        bytes.chunks(size).map(|chunk| component(chunk, to)).collect();
    let parts = parts?;
    if width == 1 {
        parts.into_iter().next().ok_or_else(|| "no bits".to_owned())
    } else {
        Ok(Value::composite(parts))
    }
}

fn component(chunk: &[u8], to: Scalar) -> Result<Value, String> {
    let bits = chunk.iter().rev().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let float = match to {
        Scalar::F16 => half::f16::from_bits(bits as u16).to_f64(),
        Scalar::F32 => f64::from(f32::from_bits(bits as u32)),
        Scalar::F64 => f64::from_bits(bits),
        Scalar::I32 => return Ok(Value::Int(i64::from(bits as u32 as i32))),
        _ => return Ok(Value::Int(bits as i64)),
    };
    if float.is_finite() {
        Ok(Value::Float(float))
    } else {
        Err("the bits are infinity or NaN".to_owned())
    }
}
