//! Entry points: their inputs, outputs, workgroup size and bindings (specification, section 13).

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::find;
use super::structs::{IO_ATTRIBUTES, MemberIo};
use super::types::{Len, Scalar, Space, Texture, Ty, Type};
use super::{EntryStage, Res, Sema, Stage, fail, type_error, value_error};
use crate::rules;
use crate::syntax::ast::{Attribute, Declaration, DeclarationKind, Function, Span};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

impl<'a> Sema<'a> {
    pub(super) fn check_entry_points(&mut self) {
        for index in 0..self.functions.len() as u32 {
            let Some(info) = self.functions.get(index as usize) else {
                continue;
            };
            let (entry, result) = (info.entry, info.result);
            let params = info.params.clone();
            let Some(declaration) = self.module.declarations.get(info.declaration) else {
                continue;
            };
            let DeclarationKind::Function(function) = &declaration.kind else {
                continue;
            };
            let outcome = match entry {
                Some(stage) => self.entry_point(index, stage, declaration, (&params, result)),
                None => self.plain_function(function),
            };
            self.keep(outcome);
        }
    }

    /// A function that is no entry point takes no attributes of inputs and outputs.
    fn plain_function(&mut self, function: &'a Function<'a>) -> Res<()> {
        for param in &function.params {
            self.allow(&param.attributes, &[], "on a parameter of a plain function")?;
        }
        match &function.result {
            Some((attributes, _)) => {
                self.allow(attributes, &[], "on the result of a plain function")
            }
            None => Ok(()),
        }
    }

    fn entry_point(
        &mut self,
        index: u32,
        stage: EntryStage,
        declaration: &'a Declaration<'a>,
        (params, result): (&[Ty], Ty),
    ) -> Res<()> {
        let DeclarationKind::Function(function) = &declaration.kind else {
            return Ok(());
        };
        if let Some(attribute) = find(&declaration.attributes, "workgroup_size") {
            let sizes = self.workgroup_size(attribute)?;
            if let Some(info) = self.functions.get_mut(index as usize) {
                info.workgroup_size = sizes;
            }
        }
        let mut inputs = Vec::new();
        for (param, ty) in function.params.iter().zip(params) {
            self.allow(&param.attributes, IO_ATTRIBUTES, "on a parameter")?;
            self.collect_io(*ty, param.name.span, &param.attributes, &mut inputs)?;
        }
        self.check_io(&inputs, stage, Direction::Input)?;
        let mut outputs = Vec::new();
        if let Some((attributes, ty)) = &function.result {
            self.allow(attributes, IO_ATTRIBUTES, "on a result")?;
            self.collect_io(result, ty.span, attributes, &mut outputs)?;
        }
        self.check_io(&outputs, stage, Direction::Output)?;
        let has_position = outputs.iter().any(|io| io.builtin == Some("position"));
        if stage == EntryStage::Vertex && !has_position {
            let message = format!("`{}` does not return a position", function.name.name);
            return fail(&rules::ENTRY_POINTS, function.name.span, message);
        }
        self.check_bindings(index)?;
        self.check_used_globals(index, stage)
    }

    fn workgroup_size(&mut self, attribute: &'a Attribute<'a>) -> Res<Vec<Option<u32>>> {
        let mut sizes = Vec::new();
        let mut common: Option<Scalar> = None;
        for arg in &attribute.args {
            let ex = self.value(arg)?;
            let Some((1, scalar)) = self.types.shape(ex.ty).filter(|(_, s)| s.is_integer()) else {
                return type_error(arg.span, "a workgroup size is an integer");
            };
            if ex.stage == Stage::Runtime {
                return type_error(arg.span, "a workgroup size is known before it runs");
            }
            let ex = self.concretize(ex, arg.span)?;
            common = match common {
                None => Some(scalar),
                Some(previous) => super::types::common_scalar(previous, scalar),
            };
            if common.is_none() {
                return type_error(arg.span, "workgroup sizes of different types");
            }
            let size = ex.value.as_ref().and_then(super::Value::as_int);
            if let Some(size) = size.filter(|size| *size < 1) {
                return value_error(arg.span, format!("a workgroup size cannot be {size}"));
            }
            sizes.push(size.and_then(|size| u32::try_from(size).ok()));
        }
        Ok(sizes)
    }

    /// Flattens a parameter or result into its inputs or outputs.
    fn collect_io(
        &mut self,
        ty: Ty,
        span: Span,
        attributes: &'a [Attribute<'a>],
        out: &mut Vec<MemberIo>,
    ) -> Res<()> {
        let own = self.io_attributes(ty, span, attributes)?;
        if own.blend_src.is_some() {
            return fail(&rules::ATTRIBUTES, span, "`@blend_src` belongs on a member");
        }
        if own.builtin.is_some() || own.location.is_some() {
            out.push(own);
            return Ok(());
        }
        let Type::Struct(index) = self.types.get(ty) else {
            return fail(&rules::ENTRY_POINTS, span, "`@builtin` or `@location` is missing");
        };
        for member in self.io.get(&index).cloned().unwrap_or_default() {
            if member.builtin.is_none() && member.location.is_none() {
                let message = "a member of this structure has no `@builtin` and no `@location`";
                return fail(&rules::ENTRY_POINTS, span, message);
            }
            out.push(member);
        }
        Ok(())
    }

    fn check_io(&self, ios: &[MemberIo], stage: EntryStage, direction: Direction) -> Res<()> {
        let mut builtins = BTreeSet::new();
        let mut locations = BTreeSet::new();
        for io in ios {
            if io.builtin.is_some() && io.location.is_some() {
                let message = "`@location` and `@builtin` exclude each other";
                return fail(&rules::ENTRY_POINTS, io.span, message);
            }
            if let Some(name) = io.builtin {
                if !builtin_fits(name, stage, direction) {
                    let message = format!("`{name}` does not belong here");
                    return fail(&rules::ENTRY_POINTS, io.span, message);
                }
                if !builtins.insert(name) {
                    let message = format!("`{name}` is given twice");
                    return fail(&rules::ENTRY_POINTS, io.span, message);
                }
            }
            let Some(location) = io.location else {
                continue;
            };
            if stage == EntryStage::Compute {
                return fail(&rules::ENTRY_POINTS, io.span, "`@location` in a compute shader");
            }
            if !locations.insert((location, io.blend_src.unwrap_or(0))) {
                let message = format!("the location {location} is given twice");
                return fail(&rules::ENTRY_POINTS, io.span, message);
            }
            let varying = matches!(
                (stage, direction),
                (EntryStage::Vertex, Direction::Output) | (EntryStage::Fragment, Direction::Input)
            );
            let integer = self.types.leaf(io.ty).is_some_and(Scalar::is_integer);
            if varying && integer && io.interpolate != Some("flat") {
                let message = "an integer between stages needs `@interpolate(flat)`";
                return fail(&rules::ENTRY_POINTS, io.span, message);
            }
        }
        self.check_blend(ios, stage, direction)
    }

    /// Dual source blending (specification, section 13.3.1.5).
    fn check_blend(&self, ios: &[MemberIo], stage: EntryStage, direction: Direction) -> Res<()> {
        let Some(first) = ios.iter().find(|io| io.blend_src.is_some()) else {
            return Ok(());
        };
        let located: Vec<&MemberIo> = ios.iter().filter(|io| io.location.is_some()).collect();
        let fits = stage == EntryStage::Fragment
            && direction == Direction::Output
            && located.len() == 2
            && located.iter().all(|io| io.location == Some(0) && io.blend_src.is_some())
            && located.iter().all(|io| io.ty == first.ty);
        if fits {
            Ok(())
        } else {
            let message = "`@blend_src` needs exactly two outputs of one type at location 0";
            fail(&rules::ENTRY_POINTS, first.span, message)
        }
    }

    /// Two resources of one entry point do not share a binding.
    fn check_bindings(&self, entry: u32) -> Res<()> {
        let mut seen: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for function in self.reachable(entry) {
            let Some(info) = self.functions.get(function as usize) else {
                continue;
            };
            for index in info.globals.keys() {
                let Some(global) = self.globals.get(*index as usize) else {
                    continue;
                };
                let Some(binding) = global.binding else {
                    continue;
                };
                let earlier = *seen.entry(binding).or_insert(*index);
                if earlier != *index {
                    let other = self.globals.get(earlier as usize).map_or("", |g| g.name.as_str());
                    let message = format!(
                        "`{}` and `{other}` share group {} binding {}",
                        global.name, binding.0, binding.1
                    );
                    return fail(&rules::ENTRY_POINTS, global.span, message);
                }
            }
        }
        Ok(())
    }
}

impl<'a> Sema<'a> {
    /// The variables that the entry point uses exist in its stage, and have a size.
    fn check_used_globals(&self, entry: u32, stage: EntryStage) -> Res<()> {
        let mut immediate = None;
        for function in self.reachable(entry) {
            let Some(info) = self.functions.get(function as usize) else {
                continue;
            };
            for (index, span) in &info.globals {
                let Some(global) = self.globals.get(*index as usize) else {
                    continue;
                };
                let kind = self.types.get(global.ty);
                let compute_only = global.space == Space::Workgroup;
                let never_vertex = match (global.space, kind) {
                    (Space::Storage, _) => global.access.writes(),
                    (_, Type::Texture(Texture::Storage(_, _, access))) => access.writes(),
                    _ => false,
                };
                if (compute_only && stage != EntryStage::Compute)
                    || (never_vertex && stage == EntryStage::Vertex)
                {
                    let message = format!("`{}` cannot be used in this stage", global.name);
                    return fail(&rules::ENTRY_POINTS, *span, message);
                }
                if global.space == Space::Immediate && *immediate.get_or_insert(*index) != *index {
                    let message = "an entry point uses at most one variable in `immediate`";
                    return fail(&rules::ENTRY_POINTS, *span, message);
                }
                if let Type::Array(_, Len::Override(identity)) = kind
                    && let Some((len, span)) = self.override_lens.get(&identity)
                    && !(1..=i64::from(u32::MAX)).contains(len)
                {
                    return value_error(*span, format!("an array cannot have {len} elements"));
                }
            }
        }
        Ok(())
    }

    /// The number of inputs and of outputs with a location.
    pub(crate) fn location_counts(&self, info: &super::FnInfo) -> (u64, u64) {
        let declaration = self.module.declarations.get(info.declaration);
        let Some(DeclarationKind::Function(function)) = declaration.map(|one| &one.kind) else {
            return (0, 0);
        };
        let count = |ty: Ty, attributes: &[Attribute<'a>]| -> u64 {
            if find(attributes, "location").is_some() {
                return 1;
            }
            let Type::Struct(index) = self.types.get(ty) else {
                return 0;
            };
            let members = self.io.get(&index).into_iter().flatten();
            members.filter(|io| io.location.is_some()).count() as u64
        };
        let params = function.params.iter().zip(&info.params);
        let inputs = params.map(|(param, ty)| count(*ty, &param.attributes)).sum();
        let outputs =
            function.result.as_ref().map_or(0, |(attributes, _)| count(info.result, attributes));
        (inputs, outputs)
    }

    /// Whether a parameter of an entry point has the same value in all invocations of a workgroup.
    pub(crate) fn is_uniform_input(
        &self,
        stage: EntryStage,
        ty: Ty,
        attributes: &[Attribute<'a>],
    ) -> bool {
        const UNIFORM: &[&str] = &[
            "workgroup_id",
            "num_workgroups",
            "subgroup_size",
            "num_subgroups",
            "workgroup_index",
        ];
        if stage != EntryStage::Compute {
            return false;
        }
        if let Some(attribute) = find(attributes, "builtin") {
            let word = attribute.args.first().map(|arg| &arg.kind);
            return matches!(
                word,
                Some(crate::syntax::ast::ExprKind::Name(name)) if UNIFORM.contains(&name.ident.name)
            );
        }
        match self.types.get(ty) {
            Type::Struct(index) => self.io.get(&index).is_some_and(|members| {
                members.iter().all(|io| io.builtin.is_some_and(|name| UNIFORM.contains(&name)))
            }),
            _ => false,
        }
    }
}

fn builtin_fits(name: &str, stage: EntryStage, direction: Direction) -> bool {
    use Direction::{Input, Output};
    use EntryStage::{Compute, Fragment, Vertex};
    match name {
        "vertex_index" | "instance_index" => (stage, direction) == (Vertex, Input),
        "position" => {
            matches!((stage, direction), (Vertex, Output) | (Fragment, Input))
        }
        "clip_distances" => (stage, direction) == (Vertex, Output),
        "front_facing" | "sample_index" | "primitive_index" => {
            (stage, direction) == (Fragment, Input)
        }
        "frag_depth" => (stage, direction) == (Fragment, Output),
        "sample_mask" => stage == Fragment,
        "subgroup_invocation_id" | "subgroup_size" => direction == Input && stage != Vertex,
        _ => (stage, direction) == (Compute, Input),
    }
}
