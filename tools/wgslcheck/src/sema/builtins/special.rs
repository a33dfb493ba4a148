//! Built-in functions with rules of their own.

use super::super::types::{Access, Len, Scalar, Space, Type, Types};
use super::super::value::{Value, round};
use super::super::{Ex, Res, Sema, Stage, fail, type_error, value_error};
use super::bits;
use crate::rules;
use crate::syntax::ast::{Call, Expr, Span};

impl<'a> Sema<'a> {
    pub(super) fn special_call(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        match name {
            "bitcast" => self.bitcast(call),
            "arrayLength" => self.array_length(call),
            "workgroupUniformLoad" => self.workgroup_uniform_load(call),
            "select" => self.select(call),
            "transpose" | "determinant" => self.matrix_function(name, call),
            "frexp" | "modf" => self.split_float(name, call),
            _ => self.lane_function(name, call),
        }
    }

    fn refuse<T>(&self, name: &str, args: &[Ex], span: Span) -> Res<T> {
        let types: Vec<String> =
            args.iter().map(|arg| format!("`{}`", self.types.name(arg.ty))).collect();
        type_error(span, format!("`{name}` does not take ({})", types.join(", ")))
    }

    fn bitcast(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let (Some([target]), [arg]) = (call.callee.args.as_deref(), call.args.as_slice()) else {
            return type_error(call.span, "`bitcast` takes one type and one value");
        };
        let to = self.type_of(target)?;
        let ex = self.value(arg)?;
        let (Some((from_width, from)), Some((width, scalar))) =
            (self.types.shape(ex.ty), self.types.shape(to))
        else {
            return type_error(call.span, "`bitcast` takes numbers and vectors of them");
        };
        let bits = u32::from(width) * scalar.bits();
        let from = match from {
            // An abstract integer takes the type that it is cast to, if it is an integer too.
            Scalar::AbstractInt if scalar == Scalar::U32 && from_width == width => Scalar::U32,
            // Of the overloads that the size leaves, the one with `f16` comes last.
            other if other.is_abstract() && u32::from(from_width) * 16 == bits => Scalar::F16,
            other => other.concrete(),
        };
        if from == Scalar::Bool || scalar == Scalar::Bool || scalar.is_abstract() {
            return type_error(call.span, "`bitcast` takes numbers and vectors of them");
        }
        if u32::from(from_width) * from.bits() != bits {
            return type_error(call.span, "`bitcast` between types of different sizes");
        }
        let is_half_scalar = |width: u8, scalar: Scalar| width == 3 && scalar == Scalar::F16;
        if (is_half_scalar(from_width, from) || is_half_scalar(width, scalar)) && from != scalar {
            return type_error(call.span, "`bitcast` between types of different sizes");
        }
        let concrete = self.types.shaped(from_width, from);
        let ex = self.coerce(ex, concrete, arg.span)?;
        let value = match &ex.value {
            Some(value) => {
                let outcome = bits::bitcast(value, from, scalar, width);
                self.evaluated(outcome, call.span)?
            }
            None => None,
        };
        Ok(Ex { ty: to, stage: ex.stage, value })
    }

    fn array_length(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        if let [arg] = args.as_slice()
            && let Some((Space::Storage, store, _)) = self.pointee(arg.ty)
            && let Type::Array(_, Len::Runtime) = self.types.get(store)
        {
            return Ok(Ex::runtime(Types::U32));
        }
        self.refuse("arrayLength", &args, call.span)
    }

    fn workgroup_uniform_load(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        if let [arg] = args.as_slice()
            && let Some((Space::Workgroup, store, Access::ReadWrite)) = self.pointee(arg.ty)
        {
            if let Type::Atomic(scalar) = self.types.get(store) {
                let ty = self.types.scalar(scalar);
                return Ok(Ex::runtime(ty));
            }
            if self.types.is_constructible(store) {
                return Ok(Ex::runtime(store));
            }
        }
        self.refuse("workgroupUniformLoad", &args, call.span)
    }

    fn select(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        let [rejected, accepted, condition] = args.as_slice() else {
            return self.refuse("select", &args, call.span);
        };
        let shapes = (self.types.shape(rejected.ty), self.types.shape(accepted.ty));
        let (Some((width, a)), Some((other, b))) = shapes else {
            return self.refuse("select", &args, call.span);
        };
        let common = super::common_scalar(a, b).filter(|_| width == other);
        let fits = matches!(
            self.types.shape(condition.ty),
            Some((count, Scalar::Bool)) if count == 1 || count == width
        );
        let Some(common) = common.filter(|_| fits) else {
            return self.refuse("select", &args, call.span);
        };
        let stage = args.iter().map(|arg| arg.stage).max().unwrap_or(Stage::Const);
        let common = if stage > Stage::Const { common.concrete() } else { common };
        let ty = self.types.shaped(width, common);
        let condition_value = condition.value.clone();
        let rejected = self.coerce(rejected.clone(), ty, call.span)?;
        let accepted = self.coerce(accepted.clone(), ty, call.span)?;
        let value = match (condition_value, rejected.value, accepted.value) {
            (Some(Value::Bool(true)), _, Some(value)) => Some(value),
            (Some(Value::Bool(false)), Some(value), _) => Some(value),
            (Some(condition), Some(rejected), Some(accepted)) => {
                let picks = condition.parts().iter().zip(rejected.parts()).zip(accepted.parts());
                let picked = picks.map(
                    |((take, no), yes)| {
                        if take.as_bool() == Some(true) { yes } else { no }
                    },
                );
                Some(Value::composite(picked.cloned().collect()))
            }
            _ => None,
        };
        let value = value.filter(|_| stage < Stage::Runtime);
        Ok(Ex { ty, stage, value })
    }

    fn matrix_function(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        let [arg] = args.as_slice() else {
            return self.refuse(name, &args, call.span);
        };
        let Type::Matrix(columns, rows, scalar) = self.types.get(arg.ty) else {
            return self.refuse(name, &args, call.span);
        };
        let cells: Option<Vec<Vec<f64>>> = arg.value.as_ref().map(|value| {
            let columns = value.parts().iter();
            columns.map(|column| column.parts().iter().map(Value::number).collect()).collect()
        });
        if name == "transpose" {
            let value = cells.map(|cells| {
                let row = |at: usize| {
                    let parts = cells.iter().filter_map(|column| column.get(at).copied());
                    Value::composite(parts.map(Value::Float).collect())
                };
                Value::composite((0..usize::from(rows)).map(row).collect())
            });
            let ty = self.types.intern(Type::Matrix(rows, columns, scalar));
            return Ok(Ex { ty, stage: arg.stage, value });
        }
        if columns != rows {
            return self.refuse(name, &args, call.span);
        }
        let value = match cells {
            Some(cells) => {
                let columns: Vec<&[f64]> = cells.iter().map(Vec::as_slice).collect();
                let value = determinant(&columns, scalar).map(Value::Float);
                self.evaluated(value, call.span)?
            }
            None => None,
        };
        let ty = self.types.scalar(scalar);
        Ok(Ex { ty, stage: arg.stage, value })
    }

    fn split_float(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        let [arg] = args.as_slice() else {
            return self.refuse(name, &args, call.span);
        };
        let Some((width, scalar)) = self.types.shape(arg.ty) else {
            return self.refuse(name, &args, call.span);
        };
        let scalar = match scalar {
            Scalar::AbstractInt => Scalar::AbstractFloat,
            other => other,
        };
        if !scalar.is_float() {
            return self.refuse(name, &args, call.span);
        }
        let scalar = if arg.stage > Stage::Const { scalar.concrete() } else { scalar };
        let expected = self.types.shaped(width, scalar);
        let arg = self.coerce(arg.clone(), expected, call.span)?;
        let kind =
            if name == "frexp" { Type::Frexp(width, scalar) } else { Type::Modf(width, scalar) };
        let value = arg.value.as_ref().map(|value| split(name, value));
        Ok(Ex { ty: self.types.intern(kind), stage: arg.stage, value })
    }

    /// `subgroupBroadcast`, `subgroupShuffle` and `quadBroadcast`: a value and a lane.
    fn lane_function(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        let [value, lane] = args.as_slice() else {
            return self.refuse(name, &args, call.span);
        };
        let numeric = self.types.shape(value.ty).filter(|(_, scalar)| scalar.is_numeric());
        let lane_scalar = match self.types.get(lane.ty) {
            Type::Scalar(scalar @ (Scalar::I32 | Scalar::U32 | Scalar::AbstractInt)) => scalar,
            _ => return self.refuse(name, &args, call.span),
        };
        if numeric.is_none() {
            return self.refuse(name, &args, call.span);
        }
        let lane_span = call.args.get(1).map_or(call.span, |arg: &Expr<'a>| arg.span);
        if name != "subgroupShuffle" && lane.stage != Stage::Const {
            return type_error(
                lane_span,
                format!("the lane of `{name}` must be a const-expression"),
            );
        }
        let lanes = if name == "quadBroadcast" { 4 } else { 128 };
        if let Some(Value::Int(at)) = lane.value
            && !(0..lanes).contains(&at)
        {
            let message = format!("`{name}` has no lane {at}");
            return value_error(lane_span, message);
        }
        let lane_ty = self.types.scalar(lane_scalar.concrete());
        self.coerce(lane.clone(), lane_ty, lane_span)?;
        let value = self.concretize(value.clone(), call.span)?;
        Ok(Ex::runtime(value.ty))
    }

    /// The offset of a texture function: constants from -8 to 7.
    pub(super) fn check_offset(&mut self, ex: &Ex, span: Span) -> Res<()> {
        if ex.stage != Stage::Const {
            return fail(&rules::TYPES, span, "a texture offset must be a const-expression");
        }
        let out = |v: &Value| v.as_int().is_some_and(|at| !(-8..=7).contains(&at));
        if ex.value.as_ref().is_some_and(|value| value.parts().iter().any(out)) {
            return value_error(span, "a texture offset is from -8 to 7");
        }
        Ok(())
    }
}

/// Expansion along the first row, each step rounded: an overflow on the way is one of the whole.
fn determinant(columns: &[&[f64]], scalar: Scalar) -> Result<f64, String> {
    let mut sum: Option<f64> = None;
    for (at, column) in columns.iter().enumerate() {
        let first = column.first().copied().unwrap_or(0.0);
        let others = columns.iter().enumerate().filter(|(other, _)| *other != at);
        let minor: Vec<&[f64]> =
            others.map(|(_, other)| other.get(1..).unwrap_or_default()).collect();
        let term = match minor.as_slice() {
            [] => first,
            minor => round(first * determinant(minor, scalar)?, scalar)?,
        };
        let sign = if at % 2 == 0 { 1.0 } else { -1.0 };
        sum = Some(match sum {
            None => term,
            Some(sum) => round(sum + sign * term, scalar)?,
        });
    }
    Ok(sum.unwrap_or(1.0))
}

fn split(name: &str, value: &Value) -> Value {
    let pair = |x: f64| {
        if name == "frexp" {
            let (fract, exp) = libm::frexp(x);
            (Value::Float(fract), Value::Int(i64::from(exp)))
        } else {
            (Value::Float(x - x.trunc()), Value::Float(x.trunc()))
        }
    };
    let (first, second): (Vec<Value>, Vec<Value>) =
        value.parts().iter().map(|part| pair(part.number())).unzip();
    if matches!(value, Value::Composite(_)) {
        return Value::composite(vec![Value::composite(first), Value::composite(second)]);
    }
    Value::composite(first.into_iter().chain(second).collect())
}
