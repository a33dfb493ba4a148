//! Types, stages and values of expressions (specification, section 8).

use super::types::{Access, Len, Scalar, Space, Ty, Type, Types};
use super::value::{self, Value};
use super::{
    Entity, Ex, LocalKind, Referent, Res, Sema, Stage, Stop, fail, type_error, value_error,
};
use crate::rules;
use crate::syntax::ast::{Expr, ExprKind, Ident, Name, Number, Span, UnaryOp};

impl<'a> Sema<'a> {
    /// An expression whose value is used: a reference is read.
    pub(super) fn value(&mut self, expr: &'a Expr<'a>) -> Res<Ex> {
        let ex = self.expr(expr)?;
        if ex.ty == Types::VOID {
            return type_error(expr.span, "this call has no value");
        }
        let Type::Reference(_, store, access) = self.types.get(ex.ty) else {
            return Ok(ex);
        };
        if !access.reads() {
            return type_error(expr.span, "this variable cannot be read");
        }
        let is_handle = !self.types.is_plain(store);
        if !is_handle && !self.types.is_constructible(store) {
            let name = self.types.name(store);
            return type_error(expr.span, format!("a `{name}` cannot be read as a value"));
        }
        if let Some(note) = self.note(expr.id) {
            note.loaded = true;
        }
        Ok(Ex::runtime(store))
    }

    /// An expression; one that names memory keeps its reference type.
    pub(super) fn expr(&mut self, expr: &'a Expr<'a>) -> Res<Ex> {
        let ex = match &expr.kind {
            ExprKind::Bool(value) => {
                Ex { ty: Types::BOOL, stage: Stage::Const, value: Some(Value::Bool(*value)) }
            }
            ExprKind::Number(number) => self.number(*number, expr.span)?,
            ExprKind::Name(name) => self.name_expr(expr, name)?,
            ExprKind::Call(call) => self.call(call)?,
            ExprKind::Paren(inner) => self.expr(inner)?,
            ExprKind::Unary(UnaryOp::AddrOf, inner) => self.address_of(expr.span, inner)?,
            ExprKind::Unary(UnaryOp::Deref, inner) => self.dereference(inner)?,
            ExprKind::Unary(op, inner) => {
                let operand = self.value(inner)?;
                self.unary(*op, operand, expr.span)?
            }
            ExprKind::Binary(op, left, right) => self.binary_expr(*op, left, right, expr.span)?,
            ExprKind::Index(base, index) => self.index(base, index)?,
            ExprKind::Member(base, member) => self.member(base, *member)?,
        };
        if let Some(note) = self.note(expr.id) {
            note.ty = ex.ty;
        }
        Ok(ex)
    }

    fn number(&mut self, number: Number, span: Span) -> Res<Ex> {
        let (scalar, value) = match number {
            Number::AbstractInt(value) => (Scalar::AbstractInt, Value::Int(value)),
            Number::AbstractFloat(value) => (Scalar::AbstractFloat, Value::Float(value)),
            Number::I32(value) => (Scalar::I32, Value::Int(value)),
            Number::U32(value) => (Scalar::U32, Value::Int(value)),
            Number::F32(value) => (Scalar::F32, Value::Float(value)),
            Number::F16(value) => (Scalar::F16, Value::Float(value)),
            Number::I64(value) => (Scalar::I64, Value::Int(value)),
            Number::U64(value) => (Scalar::U64, Value::Int(value as i64)),
            Number::F64(value) => (Scalar::F64, Value::Float(value)),
        };
        if scalar == Scalar::F16 && !self.enabled("f16") {
            return fail(&rules::EXTENSIONS, span, "the suffix `h` needs `enable f16;`");
        }
        Ok(Ex { ty: self.types.scalar(scalar), stage: Stage::Const, value: Some(value) })
    }

    fn name_expr(&mut self, expr: &'a Expr<'a>, name: &'a Name<'a>) -> Res<Ex> {
        let Some(entity) = self.lookup(name.ident.name)? else {
            let text = name.ident.name;
            let known = self.predeclared(name)?.is_some() || super::builtins::is_builtin(text);
            if known {
                return type_error(expr.span, format!("`{text}` is no value"));
            }
            return self.unknown(text, expr.span);
        };
        if name.args.is_some() {
            return type_error(expr.span, "a value takes no template arguments");
        }
        let (ex, referent) = self.entity_value(&entity, name.ident)?;
        if let Some(note) = self.note(expr.id) {
            note.referent = referent;
        }
        Ok(ex)
    }

    fn entity_value(&mut self, entity: &Entity, ident: Ident<'a>) -> Res<(Ex, Referent)> {
        match entity {
            Entity::Const(ex) => Ok((ex.clone(), Referent::None)),
            Entity::Override(index) => {
                let Some(declared) = self.overrides.get(*index as usize) else {
                    return Err(Stop::Known);
                };
                let ex =
                    Ex { ty: declared.ty, stage: Stage::Override, value: declared.value.clone() };
                let index = *index;
                if let Some(info) = self.info() {
                    info.overrides.insert(index);
                }
                Ok((ex, Referent::Override(index)))
            }
            Entity::Global(index) => {
                let index = *index;
                let Some(global) = self.globals.get(index as usize).cloned() else {
                    return Err(Stop::Known);
                };
                match self.info() {
                    Some(info) => {
                        info.globals.entry(index).or_insert(ident.span);
                    }
                    None => {
                        let message =
                            format!("`{}` is a variable: it has no value yet", ident.name);
                        return type_error(ident.span, message);
                    }
                }
                let reference = Type::Reference(global.space, global.ty, global.access);
                let ty = self.types.intern(reference);
                Ok((Ex::runtime(ty), Referent::Global(index)))
            }
            Entity::Local(index) => {
                let local =
                    self.body.as_ref().and_then(|body| body.locals.get(*index as usize)).cloned();
                let Some(local) = local else {
                    return Err(Stop::Known);
                };
                let ex = match local.constant {
                    Some(constant) => constant,
                    None if local.kind == LocalKind::Var => {
                        let kind = Type::Reference(Space::Function, local.ty, Access::ReadWrite);
                        Ex::runtime(self.types.intern(kind))
                    }
                    None => Ex::runtime(local.ty),
                };
                Ok((ex, Referent::Local(*index)))
            }
            Entity::Type(_) | Entity::Function(_) => {
                type_error(ident.span, format!("`{}` is no value", ident.name))
            }
        }
    }

    fn address_of(&mut self, span: Span, inner: &'a Expr<'a>) -> Res<Ex> {
        let ex = self.expr(inner)?;
        let Type::Reference(space, store, access) = self.types.get(ex.ty) else {
            return type_error(span, "only a variable has an address");
        };
        if space == Space::Handle {
            return type_error(span, "a texture or sampler has no address");
        }
        if self.is_vector_component(inner) {
            return type_error(span, "a component of a vector has no address");
        }
        let ty = self.types.intern(Type::Pointer(space, store, access));
        Ok(Ex::runtime(ty))
    }

    fn is_vector_component(&self, expr: &Expr<'a>) -> bool {
        match &expr.kind {
            ExprKind::Paren(inner) => self.is_vector_component(inner),
            ExprKind::Index(base, _) | ExprKind::Member(base, _) => {
                let ty = self.notes.get(base.id.0 as usize).map_or(Types::VOID, |note| note.ty);
                let inner = match self.types.get(ty) {
                    Type::Reference(_, store, _) | Type::Pointer(_, store, _) => store,
                    _ => ty,
                };
                matches!(self.types.get(inner), Type::Vector(..))
            }
            _ => false,
        }
    }

    fn dereference(&mut self, inner: &'a Expr<'a>) -> Res<Ex> {
        let ex = self.value(inner)?;
        let Type::Pointer(space, store, access) = self.types.get(ex.ty) else {
            return type_error(inner.span, "`*` needs a pointer");
        };
        let ty = self.types.intern(Type::Reference(space, store, access));
        Ok(Ex::runtime(ty))
    }

    /// The base of an access: a pointer to a composite stands for what it points to.
    fn base(&mut self, base: &'a Expr<'a>) -> Res<Ex> {
        let mut ex = self.expr(base)?;
        if ex.ty == Types::VOID {
            return type_error(base.span, "this call has no value");
        }
        if let Type::Reference(space, store, _) = self.types.get(ex.ty)
            && (space == Space::Handle || matches!(self.types.get(store), Type::Pointer(..)))
        {
            ex = self.value(base)?;
        }
        if let Type::Pointer(space, store, access) = self.types.get(ex.ty) {
            let ty = self.types.intern(Type::Reference(space, store, access));
            return Ok(Ex::runtime(ty));
        }
        Ok(ex)
    }

    fn index(&mut self, base_expr: &'a Expr<'a>, index_expr: &'a Expr<'a>) -> Res<Ex> {
        let mut base = self.base(base_expr)?;
        let index = self.value(index_expr)?;
        let Some((1, scalar)) = self.types.shape(index.ty).filter(|(_, s)| s.is_integer()) else {
            return type_error(index_expr.span, "an index is an integer");
        };
        if index.stage > Stage::Const {
            base = self.concretize(base, base_expr.span)?;
        }
        let store = self.types.unref(base.ty);
        let (element, len) = match self.types.get(store) {
            Type::Vector(width, scalar) => (self.types.scalar(scalar), Some(u32::from(width))),
            Type::Matrix(columns, rows, scalar) => {
                (self.types.intern(Type::Vector(rows, scalar)), Some(u32::from(columns)))
            }
            Type::Array(element, len) => {
                let count = match len {
                    Len::Const(count) => Some(count),
                    Len::Override(identity) => self.override_count(identity),
                    Len::Runtime => None,
                };
                (element, count)
            }
            _ => {
                let name = self.types.name(store);
                return type_error(base_expr.span, format!("a `{name}` cannot be indexed"));
            }
        };
        if let Some(at) = index.value.as_ref().and_then(Value::as_int) {
            // A `u64` index keeps its bits in an `i64`.
            let too_large = match len {
                Some(len) => at >= i64::from(len),
                // An index without a type of its own becomes an `i32`.
                None => scalar == Scalar::AbstractInt && at > i64::from(i32::MAX),
            };
            let bad = (at < 0 && scalar != Scalar::U64) || too_large;
            if bad && self.unevaluated == 0 {
                return value_error(index_expr.span, format!("the index {at} is out of bounds"));
            }
        }
        let value = self.element_value(&base, &index);
        let mut ex = self.part(&base, element, value);
        ex.stage = ex.stage.max(index.stage);
        Ok(ex)
    }

    /// The number of elements of an array sized by an override with a value.
    fn override_count(&self, identity: u32) -> Option<u32> {
        let (count, _) = self.override_lens.get(&identity)?;
        u32::try_from(*count).ok()
    }

    fn element_value(&self, base: &Ex, index: &Ex) -> Option<Value> {
        let at = usize::try_from(index.value.as_ref()?.as_int()?).ok()?;
        match base.value.as_ref()? {
            Value::Composite(parts) => parts.get(at).cloned(),
            _ => None,
        }
    }

    /// A part of `base` of type `ty`: a reference if the base is one.
    fn part(&mut self, base: &Ex, ty: Ty, value: Option<Value>) -> Ex {
        match self.types.get(base.ty) {
            Type::Reference(space, _, access) => {
                Ex::runtime(self.types.intern(Type::Reference(space, ty, access)))
            }
            _ => Ex { ty, stage: base.stage, value },
        }
    }

    fn member(&mut self, base_expr: &'a Expr<'a>, member: Ident<'a>) -> Res<Ex> {
        let base = self.base(base_expr)?;
        let store = self.types.unref(base.ty);
        match self.types.get(store) {
            Type::Struct(_) => {
                let found = self.types.members(store).and_then(|members| {
                    let index = members.iter().position(|m| m.name == member.name)?;
                    members.get(index).map(|m| (index, m.ty))
                });
                let Some((index, ty)) = found else {
                    let name = self.types.name(store);
                    let message = format!("`{name}` has no member `{}`", member.name);
                    return type_error(member.span, message);
                };
                let value = base.value.as_ref().and_then(|v| v.parts().get(index).cloned());
                Ok(self.part(&base, ty, value))
            }
            Type::Vector(width, scalar) => self.swizzle(&base, (width, scalar), member, base_expr),
            Type::Frexp(..) | Type::Modf(..) | Type::Exchange(_) => {
                let Some((index, ty)) = self.result_member(store, member.name) else {
                    let message = format!("there is no member `{}` here", member.name);
                    return type_error(member.span, message);
                };
                let value = base.value.as_ref().and_then(|v| v.parts().get(index).cloned());
                Ok(self.part(&base, ty, value))
            }
            _ => {
                let name = self.types.name(store);
                type_error(base_expr.span, format!("a `{name}` has no members"))
            }
        }
    }

    fn result_member(&mut self, ty: Ty, name: &str) -> Option<(usize, Ty)> {
        Some(match (self.types.get(ty), name) {
            (Type::Frexp(width, scalar) | Type::Modf(width, scalar), "fract") => {
                (0, self.types.shaped(width, scalar))
            }
            (Type::Modf(width, scalar), "whole") => (1, self.types.shaped(width, scalar)),
            (Type::Frexp(width, scalar), "exp") => {
                let exponent = if scalar.is_abstract() { Scalar::AbstractInt } else { Scalar::I32 };
                (1, self.types.shaped(width, exponent))
            }
            (Type::Exchange(scalar), "old_value") => (0, self.types.scalar(scalar)),
            (Type::Exchange(_), "exchanged") => (1, Types::BOOL),
            _ => return None,
        })
    }

    fn swizzle(
        &mut self,
        base: &Ex,
        (width, scalar): (u8, Scalar),
        member: Ident<'a>,
        base_expr: &'a Expr<'a>,
    ) -> Res<Ex> {
        let Some(picks) = swizzle_picks(member.name, width) else {
            let message = format!("`{}` picks no components of a vec{width}", member.name);
            return type_error(member.span, message);
        };
        let values = base.value.as_ref().map(Value::parts);
        let picked: Option<Vec<Value>> =
            values.and_then(|parts| picks.iter().map(|pick| parts.get(*pick).cloned()).collect());
        if let [_] = picks.as_slice() {
            let ty = self.types.scalar(scalar);
            let value = picked.and_then(|values| values.into_iter().next());
            return Ok(self.part(base, ty, value));
        }
        // A swizzle of several components reads the vector.
        let base = if matches!(self.types.get(base.ty), Type::Reference(..)) {
            self.read_base(base.ty, base_expr)?
        } else {
            base.clone()
        };
        let ty = self.types.intern(Type::Vector(picks.len() as u8, scalar));
        Ok(Ex { ty, stage: base.stage, value: picked.map(Value::composite) })
    }

    fn read_base(&mut self, ty: Ty, base_expr: &'a Expr<'a>) -> Res<Ex> {
        let Type::Reference(_, store, access) = self.types.get(ty) else {
            return Err(Stop::Known);
        };
        if !access.reads() {
            return type_error(base_expr.span, "this variable cannot be read");
        }
        if let Some(note) = self.note(base_expr.id) {
            note.loaded = true;
        }
        Ok(Ex::runtime(store))
    }

    /// Converts `ex` to `to`, as initialisation, assignment and passing do.
    pub(super) fn coerce(&mut self, ex: Ex, to: Ty, span: Span) -> Res<Ex> {
        if ex.ty == to {
            return Ok(ex);
        }
        if !self.types.converts(ex.ty, to) {
            let (found, expected) = (self.types.name(ex.ty), self.types.name(to));
            return type_error(span, format!("expected `{expected}`, found `{found}`"));
        }
        let Some(scalar) = self.types.leaf(to) else {
            return Err(Stop::Known);
        };
        let value = match &ex.value {
            Some(value) => self.convert_value(value, ex.ty, scalar, span)?,
            None => None,
        };
        Ok(Ex { ty: to, stage: ex.stage, value })
    }

    fn convert_value(
        &mut self,
        value: &Value,
        from: Ty,
        to: Scalar,
        span: Span,
    ) -> Res<Option<Value>> {
        if let Type::Frexp(..) = self.types.get(from) {
            let parts = value.parts();
            let (Some(fract), Some(exp)) = (parts.first(), parts.get(1)) else {
                return Ok(None);
            };
            let fract = fract.map(&mut |part| value::convert(part, to));
            return match fract {
                Ok(fract) => Ok(Some(Value::composite(vec![fract, exp.clone()]))),
                Err(message) => value_error(span, message),
            };
        }
        match value.map(&mut |part| value::convert(part, to)) {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.unevaluated > 0 => Ok(None),
            Err(message) => value_error(span, message),
        }
    }

    /// `ex` with an abstract type made concrete.
    pub(super) fn concretize(&mut self, ex: Ex, span: Span) -> Res<Ex> {
        let ty = self.types.concrete(ex.ty);
        self.coerce(ex, ty, span)
    }
}

/// The component indices that `name` picks from a vector of `width`.
pub(super) fn swizzle_picks(name: &str, width: u8) -> Option<Vec<usize>> {
    if name.is_empty() || name.len() > 4 {
        return None;
    }
    ["xyzw", "rgba"].iter().find_map(|letters| {
        name.chars().map(|c| letters.find(c).filter(|at| *at < usize::from(width))).collect()
    })
}
