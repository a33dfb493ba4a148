//! Values of built-in functions of constants, and the ranges of their arguments (specification,
//! sections 17.3 to 17.5). Floats are computed in f64 and rounded to their type once.

use super::super::types::Scalar;
use super::super::value::{Value, round, wrap};
use super::bits;

/// A value, or why there is none.
pub(super) type Evaluated = Result<Value, String>;

/// Checks arguments that must be in range even where others are not known yet.
pub(super) fn check_partial(
    name: &str,
    values: &[Option<Value>],
    scalar: Scalar,
) -> Result<(), String> {
    let at = |index: usize| values.get(index).and_then(Option::as_ref);
    match name {
        "clamp" => match (at(1), at(2)) {
            (Some(low), Some(high)) if any_pair(low, high, |l, h| l > h) => {
                Err("`clamp` with `low` above `high`".to_owned())
            }
            _ => Ok(()),
        },
        "smoothstep" => match (at(0), at(1)) {
            (Some(low), Some(high)) if any_pair(low, high, |l, h| l == h) => {
                Err("`smoothstep` with equal edges".to_owned())
            }
            (Some(low), Some(high)) => {
                let edges = low.parts().iter().zip(high.parts());
                let mut widths = edges.map(|(l, h)| h.number() - l.number());
                widths.try_for_each(|width| round(width, scalar).map(drop))
            }
            _ => Ok(()),
        },
        "extractBits" | "insertBits" => {
            let first = if name == "extractBits" { 1 } else { 2 };
            let ends = (at(first).and_then(Value::as_int), at(first + 1).and_then(Value::as_int));
            match ends {
                (Some(offset), Some(count)) if offset + count > 32 => {
                    Err(format!("`{name}` with `offset + count` above 32"))
                }
                _ => Ok(()),
            }
        }
        "ldexp" => {
            let max = match scalar {
                Scalar::F16 => 16,
                Scalar::F32 => 128,
                _ => 1024,
            };
            let too_large = |v: &Value| v.as_int().is_some_and(|e| e > max);
            match at(1) {
                Some(exponent) if exponent.parts().iter().any(too_large) => {
                    Err(format!("`ldexp` with an exponent above {max}"))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn any_pair(a: &Value, b: &Value, test: impl Fn(f64, f64) -> bool) -> bool {
    a.parts().iter().zip(b.parts()).any(|(x, y)| test(x.number(), y.number()))
}

/// Evaluates `name` on constants.
pub(super) fn evaluate(name: &str, args: &[Value], scalar: Scalar) -> Evaluated {
    if let Some(value) = bits::evaluate(name, args)? {
        return Ok(value);
    }
    if let Some(value) = geometric(name, args, scalar)? {
        return Ok(value);
    }
    match name {
        "all" => return Ok(Value::Bool(args_bools(args).all(|b| b))),
        "any" => return Ok(Value::Bool(args_bools(args).any(|b| b))),
        _ => {}
    }
    // `mix` of vectors takes a scalar third argument: every argument is spread to the shape.
    let count = args.iter().map(|arg| arg.parts().len()).max().unwrap_or(1);
    let is_vector = args.iter().any(|arg| matches!(arg, Value::Composite(_)));
    let component = |index: usize| -> Evaluated {
        let parts: Vec<Value> = args
            .iter()
            .map(|arg| {
                let parts = arg.parts();
                parts
                    .get(if parts.len() == 1 { 0 } else { index })
                    .cloned()
                    .unwrap_or(Value::Int(0))
            })
            .collect();
        elementwise(name, &parts, scalar)
    };
    if is_vector {
        let parts: Result<Vec<Value>, String> = (0..count).map(component).collect();
        parts.map(Value::composite)
    } else {
        component(0)
    }
}

fn args_bools(args: &[Value]) -> impl Iterator<Item = bool> + '_ {
    args.iter().flat_map(Value::parts).filter_map(Value::as_bool)
}

fn elementwise(name: &str, parts: &[Value], scalar: Scalar) -> Evaluated {
    let int = |index: usize| parts.get(index).and_then(Value::as_int).unwrap_or(0);
    if scalar.is_integer() {
        return integer(name, (int(0), int(1), int(2), int(3)), scalar).map(Value::Int);
    }
    let float = |index: usize| parts.get(index).map_or(0.0, Value::number);
    let (x, y, z) = (float(0), float(1), float(2));
    let value = match name {
        "ldexp" => libm::ldexp(x, int(1).clamp(-10_000, 10_000) as i32),
        "atan2" | "pow" | "max" | "min" | "step" => binary(name, x, y)?,
        "clamp" | "fma" | "mix" | "smoothstep" => return ternary(name, (x, y, z), scalar),
        _ => unary(name, x, scalar)?,
    };
    round(value, scalar).map(Value::Float)
}

fn domain(ok: bool, name: &str, x: f64) -> Result<(), String> {
    if ok { Ok(()) } else { Err(format!("`{name}` is not defined for `{x}`")) }
}

fn unary(name: &str, x: f64, scalar: Scalar) -> Result<f64, String> {
    match name {
        "acos" | "asin" => domain(x.abs() <= 1.0, name, x)?,
        "acosh" => domain(x >= 1.0, name, x)?,
        "atanh" => domain(x.abs() < 1.0, name, x)?,
        "log" | "log2" | "inverseSqrt" => domain(x > 0.0, name, x)?,
        "sqrt" => domain(x >= 0.0, name, x)?,
        "quantizeToF16" => domain(super::super::number::to_f16(x).is_some(), name, x)?,
        _ => {}
    }
    Ok(match name {
        "abs" => x.abs(),
        "acos" => libm::acos(x),
        "acosh" => libm::acosh(x),
        "asin" => libm::asin(x),
        "asinh" => libm::asinh(x),
        "atan" => libm::atan(x),
        "atanh" => libm::atanh(x),
        "ceil" => x.ceil(),
        "cos" => libm::cos(x),
        "cosh" => libm::cosh(x),
        "degrees" => x * (180.0 / std::f64::consts::PI),
        "exp" => libm::exp(x),
        "exp2" => libm::exp2(x),
        "floor" => x.floor(),
        "fract" => round(x - x.floor(), scalar)?,
        "inverseSqrt" => 1.0 / x.sqrt(),
        "log" => libm::log(x),
        "log2" => libm::log2(x),
        "quantizeToF16" => super::super::number::to_f16(x).unwrap_or(x),
        "radians" => x * (std::f64::consts::PI / 180.0),
        "round" => x.round_ties_even(),
        "saturate" => x.clamp(0.0, 1.0),
        "sign" => f64::from(i8::from(x > 0.0) - i8::from(x < 0.0)),
        "sin" => libm::sin(x),
        "sinh" => libm::sinh(x),
        "sqrt" => x.sqrt(),
        "tan" => libm::tan(x),
        "tanh" => libm::tanh(x),
        "trunc" => x.trunc(),
        _ => return Err(format!("`{name}` cannot be evaluated")),
    })
}

fn binary(name: &str, x: f64, y: f64) -> Result<f64, String> {
    Ok(match name {
        "atan2" => libm::atan2(x, y),
        "pow" => {
            domain(x > 0.0 || (x == 0.0 && y > 0.0), name, x)?;
            libm::pow(x, y)
        }
        "max" => x.max(y),
        "min" => x.min(y),
        _ => f64::from(u8::from(x <= y)),
    })
}

/// Functions defined by an expression: each step is rounded, as the expression's would be.
fn ternary(name: &str, (x, y, z): (f64, f64, f64), scalar: Scalar) -> Evaluated {
    let r = |value: f64| round(value, scalar);
    let value = match name {
        "clamp" => x.max(y).min(z),
        "fma" => r(r(x * y)? + z)?,
        "mix" => r(r(x * r(1.0 - z)?)? + r(y * z)?)?,
        _ => {
            let t = r(r(z - x)? / r(y - x)?)?.clamp(0.0, 1.0);
            t * t * (3.0 - 2.0 * t)
        }
    };
    r(value).map(Value::Float)
}

fn integer(name: &str, (x, y, z, w): (i64, i64, i64, i64), scalar: Scalar) -> Result<i64, String> {
    let bits = scalar.bits();
    let mask = if bits == 32 { u64::from(u32::MAX) } else { u64::MAX };
    let pattern = x as u64 & mask;
    let unsigned = matches!(scalar, Scalar::U32 | Scalar::U64);
    let less = |a: i64, b: i64| {
        if unsigned { (a as u64) < (b as u64) } else { a < b }
    };
    let max = |a, b| if less(a, b) { b } else { a };
    let min = |a, b| if less(b, a) { b } else { a };
    let value = match name {
        "abs" if unsigned => x,
        "abs" => x.wrapping_abs(),
        "clamp" => min(max(x, y), z),
        "max" => max(x, y),
        "min" => min(x, y),
        "sign" => x.signum(),
        "countLeadingZeros" => i64::from(pattern.leading_zeros() - (64 - bits)),
        "countOneBits" => i64::from(pattern.count_ones()),
        "countTrailingZeros" => i64::from(pattern.trailing_zeros().min(bits)),
        "firstTrailingBit" if pattern == 0 => -1,
        "firstTrailingBit" => i64::from(pattern.trailing_zeros()),
        "firstLeadingBit" => {
            let seen = if !unsigned && x < 0 { !pattern & mask } else { pattern };
            if seen == 0 { -1 } else { i64::from(63 - seen.leading_zeros()) }
        }
        "reverseBits" => (pattern.reverse_bits() >> (64 - bits)) as i64,
        "extractBits" => extract(pattern, y, z, unsigned),
        "insertBits" => {
            let field = if w >= 32 { mask } else { (1 << w) - 1 } << z & mask;
            ((pattern & !field) | (((y as u64) << z) & field)) as i64
        }
        _ => return Err(format!("`{name}` cannot be evaluated")),
    };
    Ok(wrap(value, scalar))
}

fn extract(pattern: u64, offset: i64, count: i64, unsigned: bool) -> i64 {
    if count <= 0 {
        return 0;
    }
    let (offset, count) = (offset.clamp(0, 63) as u32, count.clamp(1, 32) as u32);
    let field = ((pattern >> offset) & ((1 << count) - 1)) as i64;
    if unsigned { field } else { (field << (64 - count)) >> (64 - count) }
}

/// Functions of whole vectors; each step is rounded.
fn geometric(name: &str, args: &[Value], scalar: Scalar) -> Result<Option<Value>, String> {
    let vector = |index: usize| -> Vec<f64> {
        args.get(index).map_or(Vec::new(), |arg| arg.parts().iter().map(Value::number).collect())
    };
    let r = |value: f64| round(value, scalar);
    let dot = |a: &[f64], b: &[f64]| -> Result<f64, String> {
        let mut sum = 0.0;
        for (x, y) in a.iter().zip(b) {
            sum = r(sum + r(x * y)?)?;
        }
        Ok(sum)
    };
    let each = |values: Vec<f64>| -> Evaluated {
        let parts: Result<Vec<Value>, String> =
            values.into_iter().map(|value| r(value).map(Value::Float)).collect();
        parts.map(Value::composite)
    };
    let length = |a: &[f64]| -> Result<f64, String> {
        if a.len() == 1 { Ok(a.iter().map(|x| x.abs()).sum()) } else { r(dot(a, a)?.sqrt()) }
    };
    let (a, b, c) = (vector(0), vector(1), vector(2));
    let value = match name {
        "dot" if scalar.is_integer() => Value::Int(integer_dot(args, scalar)?),
        "dot" => Value::Float(dot(&a, &b)?),
        "length" => Value::Float(length(&a)?),
        "distance" => {
            let difference: Result<Vec<f64>, String> =
                a.iter().zip(&b).map(|(x, y)| r(x - y)).collect();
            Value::Float(length(&difference?)?)
        }
        "normalize" => {
            let length = length(&a)?;
            domain(length != 0.0, name, length)?;
            each(a.iter().map(|x| x / length).collect())?
        }
        "cross" => cross(&a, &b, scalar)?,
        "faceForward" => {
            let sign = if dot(&b, &c)? < 0.0 { 1.0 } else { -1.0 };
            each(a.iter().map(|x| x * sign).collect())?
        }
        "reflect" => {
            let twice = r(2.0 * dot(&b, &a)?)?;
            let parts: Result<Vec<f64>, String> =
                a.iter().zip(&b).map(|(x, n)| Ok(x - r(twice * n)?)).collect();
            each(parts?)?
        }
        "refract" => refract(&a, &b, args.get(2).map_or(0.0, Value::number), scalar)?,
        _ => return Ok(None),
    };
    Ok(Some(value))
}

/// Refraction as section 17.5 defines it, each step rounded.
fn refract(incident: &[f64], normal: &[f64], eta: f64, scalar: Scalar) -> Evaluated {
    let r = |value: f64| round(value, scalar);
    let mut cosine = 0.0;
    for (x, n) in incident.iter().zip(normal) {
        cosine = r(cosine + r(x * n)?)?;
    }
    let k = r(1.0 - r(r(eta * eta)? * r(1.0 - r(cosine * cosine)?)?)?)?;
    if k < 0.0 {
        return Ok(Value::composite(vec![Value::Float(0.0); incident.len()]));
    }
    let factor = r(r(eta * cosine)? + r(k.sqrt())?)?;
    let parts: Result<Vec<Value>, String> = incident
        .iter()
        .zip(normal)
        .map(|(x, n)| r(r(eta * x)? - r(factor * n)?).map(Value::Float))
        .collect();
    parts.map(Value::composite)
}

fn integer_dot(args: &[Value], scalar: Scalar) -> Result<i64, String> {
    let [a, b] = args else {
        return Ok(0);
    };
    let mut sum = 0_i64;
    for (x, y) in a.parts().iter().zip(b.parts()) {
        let (x, y) = (x.as_int().unwrap_or(0), y.as_int().unwrap_or(0));
        sum = if scalar == Scalar::AbstractInt {
            x.checked_mul(y)
                .and_then(|product| sum.checked_add(product))
                .ok_or("integer overflow")?
        } else {
            wrap(sum.wrapping_add(x.wrapping_mul(y)), scalar)
        };
    }
    Ok(sum)
}

fn cross(a: &[f64], b: &[f64], scalar: Scalar) -> Evaluated {
    let at = |v: &[f64], index: usize| v.get(index % 3).copied().unwrap_or(0.0);
    let parts: Result<Vec<Value>, String> = (0..3)
        .map(|index| {
            let left = round(at(a, index + 1) * at(b, index + 2), scalar)?;
            let right = round(at(a, index + 2) * at(b, index + 1), scalar)?;
            round(left - right, scalar).map(Value::Float)
        })
        .collect();
    parts.map(Value::composite)
}
