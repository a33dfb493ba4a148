//! Built-in functions (specification, section 17): which there are, and how a call is resolved.

mod atomics;
mod bits;
mod evaluate;
mod signatures;
mod special;
mod textures;

use super::types::{Scalar, Ty, Type, Types, common_scalar};
use super::value::Value;
use super::{EntryStage, Ex, Referent, Res, Sema, Stage, fail, type_error, value_error};
use crate::rules;
use crate::syntax::ast::{Call, Span};
use signatures::{SIGNATURES, Signature};

/// Functions whose calls are resolved by code of their own.
const SPECIAL: &[&str] = &[
    "arrayLength",
    "bitcast",
    "determinant",
    "frexp",
    "modf",
    "select",
    "transpose",
    "workgroupUniformLoad",
    "subgroupBroadcast",
    "subgroupShuffle",
    "quadBroadcast",
];

/// Whether WGSL has a built-in function of that name.
pub(super) fn is_builtin(name: &str) -> bool {
    canonical(name).is_some()
}

/// The static text of a built-in function's name.
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    if let Ok(index) = SIGNATURES.binary_search_by(|signature| signature.name.cmp(name)) {
        return SIGNATURES.get(index).map(|signature| signature.name);
    }
    let lists = [SPECIAL, atomics::NAMES, textures::NAMES];
    lists.iter().find_map(|list| list.iter().find(|known| **known == name).copied())
}

/// The stages that have the built-in function `name`.
pub(super) fn stages(name: &str) -> &'static [EntryStage] {
    use EntryStage::{Compute, Fragment, Vertex};
    if name.starts_with("dpd") || name.starts_with("fwidth") {
        return &[Fragment];
    }
    match name {
        "textureSample" | "textureSampleBias" | "textureSampleCompare" => &[Fragment],
        "workgroupBarrier" | "storageBarrier" | "textureBarrier" | "workgroupUniformLoad" => {
            &[Compute]
        }
        _ if name.starts_with("atomic") => &[Fragment, Compute],
        _ if name.starts_with("subgroup") || name.starts_with("quad") => &[Fragment, Compute],
        _ => &[Vertex, Fragment, Compute],
    }
}

/// Whether the result of `name` must be used.
pub(crate) fn must_use(name: &str) -> bool {
    !name.starts_with("atomic")
}

impl<'a> Sema<'a> {
    pub(super) fn builtin_call(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let Some(name) = canonical(call.callee.ident.name) else {
            return self.unknown(call.callee.ident.name, call.span);
        };
        if call.callee.args.is_some() && name != "bitcast" {
            return type_error(call.span, format!("`{name}` takes no template arguments"));
        }
        let uses_subgroups = name.starts_with("subgroup") || name.starts_with("quad");
        let is_quad = name.starts_with("quantize");
        if uses_subgroups && !is_quad && !self.enabled("subgroups") {
            let message = format!("`{name}` needs `enable subgroups;`");
            return fail(&rules::EXTENSIONS, call.span, message);
        }
        if stages(name).len() < 3
            && let Some(info) = self.info()
        {
            info.staged.push((name, call.span));
        }
        if let Some(note) = self.note(call.id) {
            note.referent = Referent::Builtin(name);
        }
        let ex = if atomics::NAMES.contains(&name) {
            self.atomic_call(name, call)?
        } else if textures::NAMES.contains(&name) {
            self.texture_call(name, call)?
        } else if SPECIAL.contains(&name) {
            self.special_call(name, call)?
        } else {
            self.table_call(name, call)?
        };
        if ex.stage == Stage::Runtime && self.body.is_none() {
            return type_error(call.span, format!("`{name}` is not a constant function"));
        }
        Ok(ex)
    }

    fn table_call(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        let args = self.args(call)?;
        let first = SIGNATURES.partition_point(|signature| signature.name < name);
        let overloads: Vec<&Signature> =
            SIGNATURES.iter().skip(first).take_while(|signature| signature.name == name).collect();
        for signature in overloads {
            if let Some((width, scalar)) = self.matches(signature, &args) {
                return self.apply(signature, args, (width, scalar), call);
            }
        }
        let types: Vec<String> =
            args.iter().map(|arg| format!("`{}`", self.types.name(arg.ty))).collect();
        type_error(call.span, format!("`{name}` does not take ({})", types.join(", ")))
    }

    /// The shape and scalar that make `args` fit `signature`.
    fn matches(&mut self, signature: &Signature, args: &[Ex]) -> Option<(u8, Scalar)> {
        let params = signature.params();
        if params.clone().count() != args.len() {
            return None;
        }
        let mut width = None;
        let mut common: Option<Scalar> = None;
        let mut all_const = true;
        for (param, arg) in params.clone().zip(args) {
            all_const &= arg.stage == Stage::Const;
            let shape = self.types.shape(arg.ty);
            let generic = match param {
                "S" | "V" | "V3" | "B" | "E" => {
                    let (found, scalar) = shape?;
                    let fits = match param {
                        "V" => found > 1,
                        "V3" => found == 3,
                        "B" => scalar == Scalar::Bool,
                        "E" => matches!(scalar, Scalar::I32 | Scalar::AbstractInt),
                        _ => true,
                    };
                    if !fits || width.is_some_and(|width| width != found) {
                        return None;
                    }
                    width = Some(found);
                    (param != "B" && param != "E").then_some(scalar)
                }
                "T" => Some(shape.filter(|(found, _)| *found == 1)?.1),
                fixed => {
                    let expected = self.fixed(fixed);
                    if !self.types.converts(arg.ty, expected) {
                        return None;
                    }
                    None
                }
            };
            if let Some(scalar) = generic {
                common = Some(match common {
                    None => scalar,
                    Some(previous) => common_scalar(previous, scalar)?,
                });
            }
        }
        let concrete_exponent = params
            .zip(args)
            .any(|(param, arg)| param == "E" && self.types.leaf(arg.ty) == Some(Scalar::I32));
        let abstract_allowed = all_const && signature.is_const && !concrete_exponent;
        let scalar = match common {
            Some(common) => pick(common, signature.set, abstract_allowed)?,
            None => Scalar::Bool,
        };
        Some((width.unwrap_or(1), scalar))
    }

    /// The type that a parameter names outright.
    fn fixed(&mut self, text: &str) -> Ty {
        let scalar = match text.chars().next_back() {
            Some('u') => Scalar::U32,
            Some('i') => Scalar::I32,
            Some('b') => Scalar::Bool,
            _ => Scalar::F32,
        };
        let width = text.as_bytes().get(1).map_or(1, |digit| digit.wrapping_sub(b'0'));
        self.types.shaped(width, scalar)
    }

    fn param_type(&mut self, param: &str, width: u8, scalar: Scalar) -> Ty {
        match param {
            "S" | "V" | "V3" => self.types.shaped(width, scalar),
            "T" => self.types.scalar(scalar),
            "B" => self.types.shaped(width, Scalar::Bool),
            "E" if scalar.is_abstract() => self.types.shaped(width, Scalar::AbstractInt),
            "E" => self.types.shaped(width, Scalar::I32),
            "-" => Types::VOID,
            fixed => self.fixed(fixed),
        }
    }

    fn apply(
        &mut self,
        signature: &Signature,
        args: Vec<Ex>,
        (width, scalar): (u8, Scalar),
        call: &'a Call<'a>,
    ) -> Res<Ex> {
        let mut stage = if signature.is_const { Stage::Const } else { Stage::Runtime };
        let mut values: Vec<Option<Value>> = Vec::with_capacity(args.len());
        for ((param, arg), expr) in signature.params().zip(args).zip(&call.args) {
            let expected = self.param_type(param, width, scalar);
            let arg = self.coerce(arg, expected, expr.span)?;
            stage = stage.max(arg.stage);
            values.push(arg.value);
        }
        let ty = self.param_type(signature.result(), width, scalar);
        if !signature.is_const {
            self.check_runtime_args(signature.name, &values, call.span)?;
            return Ok(Ex { ty, stage, value: None });
        }
        let partial = evaluate::check_partial(signature.name, &values, scalar);
        self.evaluated(partial, call.span)?;
        let all: Option<Vec<Value>> = values.into_iter().collect();
        let value = match all {
            Some(all) => {
                let outcome = evaluate::evaluate(signature.name, &all, scalar);
                self.evaluated(outcome, call.span)?
            }
            None => None,
        };
        Ok(Ex { ty, stage, value })
    }

    /// What must be a small constant though the call runs later.
    fn check_runtime_args(&self, name: &str, values: &[Option<Value>], span: Span) -> Res<()> {
        let shuffles = ["subgroupShuffleXor", "subgroupShuffleUp", "subgroupShuffleDown"];
        if shuffles.contains(&name)
            && let Some(Some(Value::Int(delta))) = values.get(1)
            && !(0..128).contains(delta)
        {
            return value_error(span, format!("`{name}` takes a number below 128"));
        }
        Ok(())
    }

    /// The pointer's address space, type and access.
    pub(super) fn pointee(
        &self,
        ty: Ty,
    ) -> Option<(super::types::Space, Ty, super::types::Access)> {
        match self.types.get(ty) {
            Type::Pointer(space, store, access) => Some((space, store, access)),
            _ => None,
        }
    }
}

/// The first type, by conversion rank, that `from` converts to and `set` holds.
fn pick(from: Scalar, set: &[Scalar], abstract_allowed: bool) -> Option<Scalar> {
    set.iter()
        .filter(|to| abstract_allowed || !to.is_abstract())
        .filter_map(|to| from.rank_to(*to).map(|rank| (rank, *to)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, to)| to)
}
