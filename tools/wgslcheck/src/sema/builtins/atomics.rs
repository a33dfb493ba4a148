//! Atomic built-in functions (specification, section 17.8).

use super::super::types::{Access, Space, Type, Types};
use super::super::{Ex, Res, Sema, type_error};
use crate::syntax::ast::Call;

/// The functions of this file.
pub(super) const NAMES: &[&str] = &[
    "atomicAdd",
    "atomicAnd",
    "atomicCompareExchangeWeak",
    "atomicExchange",
    "atomicLoad",
    "atomicMax",
    "atomicMin",
    "atomicOr",
    "atomicStore",
    "atomicSub",
    "atomicXor",
];

impl<'a> Sema<'a> {
    pub(super) fn atomic_call(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        let count = match name {
            "atomicLoad" => 1,
            "atomicCompareExchangeWeak" => 3,
            _ => 2,
        };
        let args = self.args(call)?;
        if args.len() != count {
            return type_error(call.span, format!("`{name}` takes {count} values"));
        }
        let pointee = args.first().and_then(|arg| self.pointee(arg.ty));
        let Some((Space::Storage | Space::Workgroup, store, Access::ReadWrite)) = pointee else {
            return type_error(call.span, format!("`{name}` takes a pointer to an atomic first"));
        };
        let Type::Atomic(scalar) = self.types.get(store) else {
            return type_error(call.span, format!("`{name}` takes a pointer to an atomic first"));
        };
        let ty = self.types.scalar(scalar);
        for (arg, expr) in args.into_iter().zip(&call.args).skip(1) {
            self.coerce(arg, ty, expr.span)?;
        }
        Ok(Ex::runtime(match name {
            "atomicStore" => Types::VOID,
            "atomicCompareExchangeWeak" => self.types.intern(Type::Exchange(scalar)),
            _ => ty,
        }))
    }
}
