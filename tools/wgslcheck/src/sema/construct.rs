//! Value constructors and conversions (specification, sections 8.16 and 17.1).

use super::types::{Len, Scalar, Ty, Type, Types, common_scalar};
use super::typing::Generator;
use super::value::{self, Value};
use super::{Ex, Res, Sema, Stage, type_error};
use crate::syntax::ast::{Call, Span};

impl<'a> Sema<'a> {
    /// `ty(args)`.
    pub(super) fn construct(&mut self, ty: Ty, call: &'a Call<'a>) -> Res<Ex> {
        let name = self.types.name(ty);
        if !self.types.is_constructible(ty) {
            return type_error(call.span, format!("a `{name}` cannot be constructed"));
        }
        let args = self.args(call)?;
        if args.is_empty() {
            return Ok(Ex { ty, stage: Stage::Const, value: value::zero(&self.types, ty) });
        }
        match self.types.get(ty) {
            Type::Scalar(scalar) => self.conversion(scalar, args, call.span),
            Type::Vector(width, scalar) => self.vector(width, scalar, args, call.span),
            Type::Matrix(columns, rows, scalar) => {
                self.matrix((columns, rows), scalar, args, call.span)
            }
            Type::Array(element, Len::Const(len)) => {
                if args.len() != len as usize {
                    let message = format!("`{name}` takes {len} values, not {}", args.len());
                    return type_error(call.span, message);
                }
                let expected = vec![element; args.len()];
                self.compose(ty, &expected, args, call.span)
            }
            Type::Struct(_) => {
                let members: Vec<Ty> =
                    self.types.members(ty).unwrap_or_default().iter().map(|m| m.ty).collect();
                if args.len() != members.len() {
                    let message =
                        format!("`{name}` takes {} values, not {}", members.len(), args.len());
                    return type_error(call.span, message);
                }
                self.compose(ty, &members, args, call.span)
            }
            _ => type_error(call.span, format!("a `{name}` cannot be constructed")),
        }
    }

    /// The values of all arguments.
    pub(super) fn args(&mut self, call: &'a Call<'a>) -> Res<Vec<Ex>> {
        call.args.iter().map(|arg| self.value(arg)).collect()
    }

    fn compose(&mut self, ty: Ty, expected: &[Ty], args: Vec<Ex>, span: Span) -> Res<Ex> {
        let mut stage = Stage::Const;
        let mut parts = Some(Vec::with_capacity(args.len()));
        for (arg, expected) in args.into_iter().zip(expected) {
            let arg = self.coerce(arg, *expected, span)?;
            stage = stage.max(arg.stage);
            match (arg.value, &mut parts) {
                (Some(value), Some(parts)) => parts.push(value),
                _ => parts = None,
            }
        }
        Ok(Ex { ty, stage, value: parts.map(Value::composite) })
    }

    fn conversion(&mut self, to: Scalar, args: Vec<Ex>, span: Span) -> Res<Ex> {
        let ty = self.types.scalar(to);
        let [arg] = args.as_slice() else {
            return type_error(span, format!("`{}` takes one value", to.name()));
        };
        let Some((1, from)) = self.types.shape(arg.ty) else {
            return type_error(span, format!("this does not convert to `{}`", to.name()));
        };
        let value = match &arg.value {
            Some(value) => self.evaluated(value::cast(value, from, to), span)?,
            None => None,
        };
        Ok(Ex { ty, stage: arg.stage, value })
    }

    fn vector(&mut self, width: u8, scalar: Scalar, args: Vec<Ex>, span: Span) -> Res<Ex> {
        let ty = self.types.intern(Type::Vector(width, scalar));
        if let [arg] = args.as_slice()
            && let Some((from_width, from)) = self.types.shape(arg.ty)
        {
            if from_width == width {
                let value = match &arg.value {
                    Some(value) => {
                        let cast = value.map(&mut |part| value::cast(part, from, scalar));
                        self.evaluated(cast, span)?
                    }
                    None => None,
                };
                return Ok(Ex { ty, stage: arg.stage, value });
            }
            if from_width == 1 {
                let component = self.types.scalar(scalar);
                let arg = self.coerce(arg.clone(), component, span)?;
                let splat = arg.value.map(|v| Value::composite(vec![v; usize::from(width)]));
                return Ok(Ex { ty, stage: arg.stage, value: splat });
            }
        }
        self.components(ty, usize::from(width), scalar, args, span)
    }

    /// Scalars and vectors laid end to end.
    fn components(
        &mut self,
        ty: Ty,
        count: usize,
        scalar: Scalar,
        args: Vec<Ex>,
        span: Span,
    ) -> Res<Ex> {
        let mut stage = Stage::Const;
        let mut parts = Some(Vec::with_capacity(count));
        let mut total = 0;
        for arg in args {
            let Some((width, _)) = self.types.shape(arg.ty) else {
                let name = self.types.name(arg.ty);
                return type_error(span, format!("a vector is not made from a `{name}`"));
            };
            let expected = self.types.shaped(width, scalar);
            let arg = self.coerce(arg, expected, span)?;
            total += usize::from(width);
            stage = stage.max(arg.stage);
            match (arg.value, &mut parts) {
                (Some(value), Some(parts)) => parts.extend_from_slice(value.parts()),
                _ => parts = None,
            }
        }
        if total != count {
            let name = self.types.name(ty);
            return type_error(span, format!("`{name}` takes {count} components, not {total}"));
        }
        Ok(Ex { ty, stage, value: parts.map(Value::composite) })
    }

    fn matrix(
        &mut self,
        (columns, rows): (u8, u8),
        scalar: Scalar,
        args: Vec<Ex>,
        span: Span,
    ) -> Res<Ex> {
        let ty = self.types.intern(Type::Matrix(columns, rows, scalar));
        if let [arg] = args.as_slice()
            && let Type::Matrix(c, r, from) = self.types.get(arg.ty)
            && (c, r) == (columns, rows)
        {
            let value = match &arg.value {
                Some(value) => {
                    let cast = value.map(&mut |part| value::cast(part, from, scalar));
                    self.evaluated(cast, span)?
                }
                None => None,
            };
            return Ok(Ex { ty, stage: arg.stage, value });
        }
        let all_scalars = args.iter().all(|a| matches!(self.types.get(a.ty), Type::Scalar(_)));
        let per_column = usize::from(rows);
        let expected_count =
            if all_scalars { usize::from(columns) * per_column } else { usize::from(columns) };
        if args.len() != expected_count {
            let name = self.types.name(ty);
            return type_error(span, format!("wrong number of values for a `{name}`"));
        }
        let part = if all_scalars {
            self.types.scalar(scalar)
        } else {
            self.types.intern(Type::Vector(rows, scalar))
        };
        let mut ex = self.compose(ty, &vec![part; args.len()], args, span)?;
        if all_scalars && let Some(value) = &ex.value {
            let grouped = value.parts().chunks(per_column);
            let grouped = grouped.map(|column| Value::composite(column.to_vec())).collect();
            ex.value = Some(Value::composite(grouped));
        }
        Ok(ex)
    }

    /// `vec3(args)`, `mat2x2(args)`, `array(args)`: the component type follows from the values.
    pub(super) fn construct_inferred(
        &mut self,
        generator: Generator,
        call: &'a Call<'a>,
    ) -> Res<Ex> {
        let args = self.args(call)?;
        match generator {
            Generator::Vector(width) => {
                let Some(scalar) = self.common_leaf(&args) else {
                    if args.is_empty() {
                        let ty = self.types.intern(Type::Vector(width, Scalar::AbstractInt));
                        let value = value::zero(&self.types, ty);
                        return Ok(Ex { ty, stage: Stage::Const, value });
                    }
                    return type_error(call.span, "the components have no common type");
                };
                self.vector(width, scalar, args, call.span)
            }
            Generator::Matrix(columns, rows) => {
                let Some(scalar) = self.common_leaf(&args) else {
                    return type_error(call.span, "the components have no common type");
                };
                let scalar = match scalar {
                    Scalar::AbstractInt => Scalar::AbstractFloat,
                    other => other,
                };
                if !scalar.is_float() {
                    return type_error(call.span, "a matrix holds floats only");
                }
                self.matrix((columns, rows), scalar, args, call.span)
            }
            Generator::Array => self.array(args, call.span),
        }
    }

    fn common_leaf(&self, args: &[Ex]) -> Option<Scalar> {
        let mut common = None;
        for arg in args {
            let leaf = match self.types.get(arg.ty) {
                Type::Scalar(scalar) | Type::Vector(_, scalar) | Type::Matrix(_, _, scalar) => {
                    scalar
                }
                _ => return None,
            };
            common = Some(match common {
                None => leaf,
                Some(previous) => common_scalar(previous, leaf)?,
            });
        }
        common
    }

    fn array(&mut self, args: Vec<Ex>, span: Span) -> Res<Ex> {
        let Some(first) = args.first() else {
            return type_error(span, "`array` without a type needs values");
        };
        let mut element = first.ty;
        for arg in &args {
            if self.types.converts(arg.ty, element) {
                continue;
            }
            if !self.types.converts(element, arg.ty) {
                return type_error(span, "the elements have no common type");
            }
            element = arg.ty;
        }
        if element == Types::VOID || !self.types.is_constructible(element) {
            let name = self.types.name(element);
            return type_error(span, format!("a `{name}` cannot be an element of an array"));
        }
        let ty = self.types.intern(Type::Array(element, Len::Const(args.len() as u32)));
        self.compose(ty, &vec![element; args.len()], args, span)
    }
}
