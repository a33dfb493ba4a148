//! The bytes of a plan: fixed widths, little-endian, length before list. FORMAT.md, "Plans", is
//! the normative description.

use super::expr::{PARTS_MAX, POWER_MAX, TERMS_MAX};
use super::{
    CALLS_MAX, INPUTS_MAX, PLAN_LEN_MAX, PLAN_OUTPUTS_MAX, PLAN_VERSION, Plan, PlanCall, PlanInput,
    PlanOutput, PlanRoll, PlanRun, PlanScalar, PlanSize, PlanView, RUNS_MAX, SIZES_MAX, SizeExpr,
    SizePart, SizeTerm, TABLE_WORDS_MAX,
};
use crate::archive::TEXT_LEN_MAX;
use crate::call::Scalar;
use crate::encode::{Reader, put_list, put_u32};
use crate::error::DecodeError;
use crate::key::GroupKey;
use crate::signature::{OUTPUTS_MAX, PARAMS_MAX, RANK_MAX, SOURCES_MAX, VIEWS_MAX};
use crate::types::DType;

/// Stands for "a new array" in an output.
const NEW: u32 = u32::MAX;

impl Plan {
    /// The bytes that are stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.calls.len() * 128);
        put_u32(&mut out, PLAN_VERSION);
        put_list(&mut out, &self.sizes, |out, size| {
            put_text(out, &size.name);
            [size.recorded, size.min, size.max].iter().for_each(|number| put_u64(out, *number));
        });
        put_list(&mut out, &self.inputs, |out, input| {
            put_text(out, &input.name);
            out.push(input.dtype.code());
            put_expr(out, &input.len);
            out.push(u8::from(input.data.is_some()));
            if let Some(data) = &input.data {
                put_list(out, data, |out, byte| out.push(*byte));
            }
        });
        put_list(&mut out, &self.calls, put_call);
        put_list(&mut out, &self.outputs, |out, output| {
            put_text(out, &output.name);
            put_u32(out, output.value);
            put_list(out, &output.shape, put_expr);
        });
        out
    }

    /// Reads what [`Plan::encode`] wrote; the bytes may come from anywhere.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not exactly one valid plan of this version.
    pub fn decode(bytes: &[u8]) -> Result<Plan, DecodeError> {
        let mut reader = Reader::new(bytes);
        let version = reader.u32("plan version")?;
        if version != PLAN_VERSION {
            let expected = PLAN_VERSION;
            return Err(DecodeError::Version { field: "plan", found: version, expected });
        }
        let plan = Plan {
            sizes: reader.list("sizes", SIZES_MAX, size)?,
            inputs: reader.list("inputs", INPUTS_MAX, input)?,
            calls: reader.list("calls", CALLS_MAX, call)?,
            outputs: reader.list("plan outputs", PLAN_OUTPUTS_MAX, |reader| {
                Ok(PlanOutput {
                    name: text(reader)?,
                    value: reader.u32("value")?,
                    shape: reader.list("shape", RANK_MAX, expr)?,
                })
            })?,
        };
        reader.end("plan")?;
        plan.check().map_err(|_| DecodeError::NotCanonical { field: "plan" })?;
        Ok(plan)
    }
}

fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_list(out, text.as_bytes(), |out, byte| out.push(*byte));
}

fn put_expr(out: &mut Vec<u8>, expr: &SizeExpr) {
    put_list(out, &expr.parts, |out, part| {
        out.extend_from_slice(&part.factor.to_le_bytes());
        put_u32(out, part.divisor);
        put_list(out, &part.terms, |out, term| {
            out.extend_from_slice(&term.coefficient.to_le_bytes());
            put_list(out, &term.powers, |out, power| out.push(*power));
        });
    });
}

fn put_call(out: &mut Vec<u8>, call: &PlanCall) {
    out.extend_from_slice(&call.key.0);
    put_list(out, &call.extents, put_expr);
    put_list(out, &call.views, |out, view| {
        put_expr(out, &view.offset);
        put_list(out, &view.strides, put_expr);
    });
    put_list(out, &call.sources, |out, source| put_u32(out, *source));
    put_list(out, &call.params, put_scalar);
    put_list(out, &call.outputs, |out, output| put_u32(out, output.unwrap_or(NEW)));
    out.push(u8::from(call.roll.is_some()));
    if let Some(roll) = &call.roll {
        put_u32(out, roll.trips);
        put_list(out, &roll.places, |out, place| put_u32(out, *place));
        put_list(out, &roll.table, |out, run| match run {
            PlanRun::Words(words) => {
                out.push(0);
                put_list(out, words, |out, word| put_u32(out, *word));
            }
            PlanRun::Ramp { count, start, step } => {
                out.push(1);
                put_u32(out, *count);
                put_expr(out, start);
                put_expr(out, step);
            }
        });
    }
}

fn put_scalar(out: &mut Vec<u8>, scalar: &PlanScalar) {
    match scalar {
        PlanScalar::Fixed(scalar) => {
            out.extend([0, scalar.dtype.code()]);
            put_u64(out, scalar.bits);
        }
        PlanScalar::Size(dtype, value) => {
            out.extend([1, dtype.code()]);
            put_expr(out, value);
        }
        PlanScalar::Quotient { dtype, dividend, divisor } => {
            out.extend([2, dtype.code()]);
            put_u64(out, dividend.to_bits());
            put_expr(out, divisor);
        }
        PlanScalar::Seed { word, recorded } => {
            out.extend([3, *word]);
            put_u32(out, *recorded);
        }
    }
}

fn u64_of(reader: &mut Reader<'_>, field: &'static str) -> Result<u64, DecodeError> {
    Ok(u64::from_le_bytes(reader.take(field)?))
}

fn text(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let field = "name";
    let len = reader.u32(field)?;
    if u64::from(len) > TEXT_LEN_MAX {
        let (found, limit) = (len.into(), TEXT_LEN_MAX);
        return Err(DecodeError::LimitExceeded { field, found, limit });
    }
    let bytes = reader.slice(field, len as usize)?;
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|_| DecodeError::NotCanonical { field })
}

fn size(reader: &mut Reader<'_>) -> Result<PlanSize, DecodeError> {
    Ok(PlanSize {
        name: text(reader)?,
        recorded: u64_of(reader, "recorded size")?,
        min: u64_of(reader, "least size")?,
        max: u64_of(reader, "largest size")?,
    })
}

fn input(reader: &mut Reader<'_>) -> Result<PlanInput, DecodeError> {
    let name = text(reader)?;
    let dtype = reader.code("element type", DType::from_code)?;
    let len = expr(reader)?;
    let data = match flag(reader, "data")? {
        false => None,
        true => {
            let count = reader.u32("data")?;
            if u64::from(count) > PLAN_LEN_MAX {
                let (field, found, limit) = ("data", count.into(), PLAN_LEN_MAX);
                return Err(DecodeError::LimitExceeded { field, found, limit });
            }
            Some(reader.slice("data", count as usize)?.to_vec())
        }
    };
    Ok(PlanInput { name, dtype, len, data })
}

fn flag(reader: &mut Reader<'_>, field: &'static str) -> Result<bool, DecodeError> {
    reader.code(field, |code| [false, true].get(usize::from(code)).copied())
}

fn expr(reader: &mut Reader<'_>) -> Result<SizeExpr, DecodeError> {
    let parts = reader.list("parts", PARTS_MAX, |reader| {
        let factor = i64::from_le_bytes(reader.take("factor")?);
        let divisor = reader.u32("divisor")?;
        if divisor == 0 {
            return Err(DecodeError::NotCanonical { field: "divisor" });
        }
        let terms = reader.list("terms", TERMS_MAX, |reader| {
            let coefficient = i64::from_le_bytes(reader.take("coefficient")?);
            let powers = reader.list("powers", SIZES_MAX, |reader| {
                reader.code("power", |power| (power <= POWER_MAX).then_some(power))
            })?;
            Ok(SizeTerm { coefficient, powers })
        })?;
        Ok(SizePart { factor, divisor, terms })
    })?;
    Ok(SizeExpr { parts })
}

fn call(reader: &mut Reader<'_>) -> Result<PlanCall, DecodeError> {
    Ok(PlanCall {
        key: GroupKey(reader.take("group key")?),
        extents: reader.list("extents", RANK_MAX, expr)?,
        views: reader.list("views", VIEWS_MAX, |reader| {
            let offset = expr(reader)?;
            Ok(PlanView { offset, strides: reader.list("strides", RANK_MAX, expr)? })
        })?,
        sources: reader.list("sources", SOURCES_MAX, |reader| reader.u32("value"))?,
        params: reader.list("parameters", PARAMS_MAX, scalar)?,
        outputs: reader.list("outputs", OUTPUTS_MAX, |reader| {
            let value = reader.u32("value")?;
            Ok((value != NEW).then_some(value))
        })?,
        roll: flag(reader, "roll")?.then(|| roll(reader)).transpose()?,
    })
}

fn roll(reader: &mut Reader<'_>) -> Result<PlanRoll, DecodeError> {
    Ok(PlanRoll {
        trips: reader.u32("trips")?,
        places: reader.list("table places", PARAMS_MAX, |reader| reader.u32("place"))?,
        table: reader.list("runs of a table", RUNS_MAX, |reader| {
            Ok(match flag(reader, "run of a table")? {
                false => PlanRun::Words(
                    reader.list("words", TABLE_WORDS_MAX, |reader| reader.u32("word"))?,
                ),
                true => PlanRun::Ramp {
                    count: reader.u32("count")?,
                    start: expr(reader)?,
                    step: expr(reader)?,
                },
            })
        })?,
    })
}

fn scalar(reader: &mut Reader<'_>) -> Result<PlanScalar, DecodeError> {
    let dtype = |reader: &mut Reader<'_>| reader.code("element type", DType::from_code);
    Ok(match reader.u8("scalar")? {
        0 => PlanScalar::Fixed(Scalar { dtype: dtype(reader)?, bits: u64_of(reader, "scalar")? }),
        1 => PlanScalar::Size(dtype(reader)?, expr(reader)?),
        2 => PlanScalar::Quotient {
            dtype: dtype(reader)?,
            dividend: f64::from_bits(u64_of(reader, "dividend")?),
            divisor: expr(reader)?,
        },
        3 => PlanScalar::Seed {
            word: reader.code("word of a seed", |code| (code < 2).then_some(code))?,
            recorded: reader.u32("seed")?,
        },
        found => return Err(DecodeError::UnknownCode { field: "scalar", found: found.into() }),
    })
}
