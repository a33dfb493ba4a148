//! Values of const-expressions and override-expressions.

use std::rc::Rc;

use super::number::{to_f16, to_f32, written_f32};
use super::types::{Len, Scalar, Ty, Type, Types};

/// A value; its type is kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    /// An integer of any type; `u64` keeps its bits.
    Int(i64),
    /// A float of any type, already rounded to it.
    Float(f64),
    /// The components of a vector, columns of a matrix, elements of an array or members.
    Composite(Rc<[Value]>),
}

impl Value {
    pub(crate) fn composite(parts: Vec<Self>) -> Self {
        Self::Composite(parts.into())
    }

    /// The parts of a composite, or the scalar alone.
    pub(crate) fn parts(&self) -> &[Self] {
        match self {
            Self::Composite(parts) => parts,
            scalar => std::slice::from_ref(scalar),
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The number as a float, of whichever kind it is.
    pub(crate) fn number(&self) -> f64 {
        match self {
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Int(value) => *value as f64,
            Self::Float(value) => *value,
            Self::Composite(_) => f64::NAN,
        }
    }

    /// Applies `f` to every scalar inside.
    pub(crate) fn map<E>(&self, f: &mut impl FnMut(&Self) -> Result<Self, E>) -> Result<Self, E> {
        match self {
            Self::Composite(parts) => {
                let mapped: Result<Vec<_>, E> = parts.iter().map(|part| part.map(f)).collect();
                Ok(Self::composite(mapped?))
            }
            scalar => f(scalar),
        }
    }
}

/// A composite of more parts than this has no value: it would cost memory for nothing.
const PARTS_MAX: u64 = 1 << 16;

/// The zero value of a constructible type; `None` if it is too large to write down.
pub(crate) fn zero(types: &Types, ty: Ty) -> Option<Value> {
    if types.facts(ty).scalars > PARTS_MAX {
        return None;
    }
    let scalar_zero = |scalar: Scalar| match scalar {
        Scalar::Bool => Value::Bool(false),
        scalar if scalar.is_float() => Value::Float(0.0),
        _ => Value::Int(0),
    };
    Some(match types.get(ty) {
        Type::Scalar(scalar) => scalar_zero(scalar),
        Type::Vector(width, scalar) => {
            Value::composite(vec![scalar_zero(scalar); usize::from(width)])
        }
        Type::Matrix(columns, rows, scalar) => {
            let column = Value::composite(vec![scalar_zero(scalar); usize::from(rows)]);
            Value::composite(vec![column; usize::from(columns)])
        }
        Type::Array(element, Len::Const(len)) => {
            Value::composite(vec![zero(types, element)?; len as usize])
        }
        Type::Struct(_) => {
            let members = types.members(ty)?;
            let parts: Option<Vec<_>> = members.iter().map(|m| zero(types, m.ty)).collect();
            Value::composite(parts?)
        }
        _ => return None,
    })
}

/// Rounds a float to its type; the error is what `scalar` cannot hold.
pub(crate) fn round(value: f64, scalar: Scalar) -> Result<f64, String> {
    let rounded = match scalar {
        Scalar::F32 => to_f32(value),
        // Arithmetic of halves is done in `f32`: what that cannot tell from the maximum fits.
        Scalar::F16 => to_f16(f64::from(value as f32)),
        _ => value.is_finite().then_some(value),
    };
    rounded
        .ok_or_else(|| format!("the value `{value}` cannot be represented as `{}`", scalar.name()))
}

/// Wraps an integer to its type.
pub(crate) fn wrap(value: i64, scalar: Scalar) -> i64 {
    match scalar {
        Scalar::I32 => i64::from(value as i32),
        Scalar::U32 => i64::from(value as u32),
        _ => value,
    }
}

/// Converts a scalar as automatic conversion does: the value must fit.
pub(crate) fn convert(value: &Value, to: Scalar) -> Result<Value, String> {
    let refuse = || {
        let shown = value.number();
        Err(format!("the value `{shown}` cannot be represented as `{}`", to.name()))
    };
    match (value, to) {
        (Value::Bool(_), _) => Ok(value.clone()),
        (Value::Int(int), Scalar::I32) if i32::try_from(*int).is_err() => refuse(),
        (Value::Int(int), Scalar::U32) if u32::try_from(*int).is_err() => refuse(),
        (Value::Int(int), Scalar::U64) if *int < 0 => refuse(),
        (Value::Int(int), to) if to.is_float() => round(*int as f64, to).map(Value::Float),
        (Value::Float(float), Scalar::F32) => {
            written_f32(*float).map_or_else(refuse, |value| Ok(Value::Float(value)))
        }
        (Value::Float(float), Scalar::F16) => {
            to_f16(*float).map_or_else(refuse, |value| Ok(Value::Float(value)))
        }
        (Value::Float(float), to) if to.is_float() => round(*float, to).map(Value::Float),
        _ => Ok(value.clone()),
    }
}

/// Converts a scalar as a conversion expression such as `i32(x)` does.
pub(crate) fn cast(value: &Value, from: Scalar, to: Scalar) -> Result<Value, String> {
    if to == Scalar::Bool {
        return Ok(Value::Bool(value.number() != 0.0));
    }
    match value {
        Value::Bool(bool) => Ok(if to.is_float() {
            Value::Float(f64::from(u8::from(*bool)))
        } else {
            Value::Int(i64::from(*bool))
        }),
        Value::Int(int) if to.is_float() => {
            let number = if from == Scalar::U64 { *int as u64 as f64 } else { *int as f64 };
            round(number, to).map(Value::Float)
        }
        Value::Int(_) if from == Scalar::AbstractInt => convert(value, to),
        Value::Int(int) => Ok(Value::Int(wrap(*int, to))),
        Value::Float(_) if from == Scalar::AbstractFloat && to.is_float() => convert(value, to),
        Value::Float(float) if to.is_float() => round(*float, to).map(Value::Float),
        Value::Float(float) => Ok(float_to_int(*float, from, to)),
        Value::Composite(_) => Ok(value.clone()),
    }
}

/// The value nearest to `float` among those that both types hold (specification, section 15.7.6).
fn float_to_int(float: f64, from: Scalar, to: Scalar) -> Value {
    let is_f32 = from == Scalar::F32;
    let (low, high) = match to {
        Scalar::I32 if is_f32 => (f64::from(i32::MIN), 2_147_483_520.0),
        Scalar::U32 if is_f32 => (0.0, 4_294_967_040.0),
        Scalar::I32 => (f64::from(i32::MIN), f64::from(i32::MAX)),
        Scalar::U32 => (0.0, f64::from(u32::MAX)),
        Scalar::U64 => (0.0, u64::MAX as f64),
        _ => (i64::MIN as f64, i64::MAX as f64),
    };
    let clamped = float.trunc().clamp(low, high);
    Value::Int(if to == Scalar::U64 { clamped as u64 as i64 } else { clamped as i64 })
}
