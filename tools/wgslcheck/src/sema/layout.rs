//! Sizes, alignments and offsets in memory (specification, section 14.4).

use std::collections::BTreeSet;

use super::types::{Len, Scalar, Space, Ty, Type, Types};
use super::{Res, type_error};
use crate::syntax::ast::Span;

/// The smallest multiple of `align` that is not below `value`.
pub(crate) fn round_up(align: u64, value: u64) -> u64 {
    value.div_ceil(align.max(1)).saturating_mul(align.max(1))
}

fn scalar_size(scalar: Scalar) -> u64 {
    match scalar {
        Scalar::F16 => 2,
        Scalar::F64 | Scalar::I64 | Scalar::U64 => 8,
        _ => 4,
    }
}

fn vector_align(width: u8, scalar: Scalar) -> u64 {
    scalar_size(scalar) * if width == 2 { 2 } else { 4 }
}

impl Types {
    /// The layout of a type whose parts are interned already.
    pub(super) fn derive_layout(&self, ty: Type) -> (u64, u64) {
        match ty {
            Type::Scalar(scalar) | Type::Atomic(scalar) => {
                (scalar_size(scalar), scalar_size(scalar))
            }
            Type::Vector(width, scalar) => {
                (vector_align(width, scalar), scalar_size(scalar) * u64::from(width))
            }
            Type::Matrix(columns, rows, scalar) => {
                let align = vector_align(rows, scalar);
                let stride = round_up(align, scalar_size(scalar) * u64::from(rows));
                (align, stride * u64::from(columns))
            }
            Type::Array(element, len) => {
                let count = match len {
                    Len::Const(count) => u64::from(count),
                    Len::Override(_) | Len::Runtime => 1,
                };
                let (align, _) = self.layout(element);
                (align, self.stride(element).saturating_mul(count))
            }
            Type::Struct(index) => {
                let members = self.structs.get(index as usize).map(|s| s.members.as_slice());
                let members = members.unwrap_or_default();
                let align = members.iter().map(|m| self.member_layout(m).0).max().unwrap_or(1);
                let end =
                    members.last().map_or(0, |m| m.offset.saturating_add(self.member_layout(m).1));
                (align, round_up(align, end))
            }
            _ => (4, 4),
        }
    }

    /// Alignment and size of a member with its attributes.
    pub(crate) fn member_layout(&self, member: &super::types::Member) -> (u64, u64) {
        let (align, size) = self.layout(member.ty);
        (member.align.unwrap_or(align), member.size.unwrap_or(size))
    }

    /// The distance of two elements of an array.
    pub(crate) fn stride(&self, element: Ty) -> u64 {
        let (align, size) = self.layout(element);
        round_up(align, size)
    }

    fn required_align(&self, ty: Ty, space: Space) -> u64 {
        let (align, _) = self.layout(ty);
        match self.get(ty) {
            Type::Array(..) | Type::Struct(_) if space == Space::Uniform => round_up(16, align),
            _ => align,
        }
    }

    /// Whether `ty` keeps the layout rules of `space` (specification, section 14.4.3).
    pub(crate) fn check_layout(&self, ty: Ty, space: Space, span: Span) -> Res<()> {
        self.check_part(ty, space, span, &mut BTreeSet::new())
    }

    /// `seen` holds the types that were checked already.
    fn check_part(&self, ty: Ty, space: Space, span: Span, seen: &mut BTreeSet<Ty>) -> Res<()> {
        if !seen.insert(ty) {
            return Ok(());
        }
        match self.get(ty) {
            Type::Array(element, _) => {
                let stride = self.stride(element);
                if space == Space::Uniform && !stride.is_multiple_of(16) {
                    let message = format!(
                        "the stride of `{}` is {stride}; in a uniform it is a multiple of 16",
                        self.name(ty)
                    );
                    return type_error(span, message);
                }
                self.check_part(element, space, span, seen)
            }
            Type::Struct(_) => self.check_struct(ty, space, span, seen),
            _ => Ok(()),
        }
    }

    fn check_struct(&self, ty: Ty, space: Space, span: Span, seen: &mut BTreeSet<Ty>) -> Res<()> {
        let members = self.members(ty).unwrap_or_default();
        for (index, member) in members.iter().enumerate() {
            let required = self.required_align(member.ty, space);
            if !member.offset.is_multiple_of(required) {
                let message = format!(
                    "`{}.{}` is at offset {}, which is no multiple of {required}",
                    self.name(ty),
                    member.name,
                    member.offset
                );
                return type_error(span, message);
            }
            let is_struct = matches!(self.get(member.ty), Type::Struct(_));
            if space == Space::Uniform
                && is_struct
                && let Some(next) = members.get(index + 1)
            {
                let size = round_up(16, self.layout(member.ty).1);
                if next.offset - member.offset < size {
                    let message = format!(
                        "`{}.{}` follows a structure in a uniform at less than {size} bytes",
                        self.name(ty),
                        next.name
                    );
                    return type_error(span, message);
                }
            }
            self.check_part(member.ty, space, span, seen)?;
        }
        Ok(())
    }
}
