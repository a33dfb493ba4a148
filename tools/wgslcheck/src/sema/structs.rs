//! Structures, and the attributes that tie members to shader inputs and outputs.

use super::attributes::find;
use super::layout::round_up;
use super::types::{Len, Member, Scalar, StructInfo, Ty, Type};
use super::{Res, Sema, fail, type_error};
use crate::rules;
use crate::syntax::ast::{Attribute, Span, Struct};

/// How a member, parameter or result is an input or output of a shader.
#[derive(Clone, Debug)]
pub(super) struct MemberIo {
    pub(super) ty: Ty,
    pub(super) span: Span,
    pub(super) builtin: Option<&'static str>,
    pub(super) location: Option<u32>,
    pub(super) blend_src: Option<u32>,
    /// Interpolation type, if given.
    pub(super) interpolate: Option<&'static str>,
}

/// Built-in values: name, width and scalar (width 0: `clip_distances`).
const BUILTINS: &[(&str, u8, Scalar)] = &[
    ("vertex_index", 1, Scalar::U32),
    ("instance_index", 1, Scalar::U32),
    ("position", 4, Scalar::F32),
    ("front_facing", 1, Scalar::Bool),
    ("frag_depth", 1, Scalar::F32),
    ("sample_index", 1, Scalar::U32),
    ("sample_mask", 1, Scalar::U32),
    ("local_invocation_id", 3, Scalar::U32),
    ("local_invocation_index", 1, Scalar::U32),
    ("global_invocation_id", 3, Scalar::U32),
    ("workgroup_id", 3, Scalar::U32),
    ("num_workgroups", 3, Scalar::U32),
    ("subgroup_invocation_id", 1, Scalar::U32),
    ("subgroup_size", 1, Scalar::U32),
    ("num_subgroups", 1, Scalar::U32),
    ("subgroup_id", 1, Scalar::U32),
    ("global_invocation_index", 1, Scalar::U32),
    ("workgroup_index", 1, Scalar::U32),
    ("primitive_index", 1, Scalar::U32),
    ("clip_distances", 0, Scalar::F32),
];

/// Built-in values of naga's dialect.
const DIALECT: &[&str] = &[
    "view_index",
    "draw_index",
    "barycentric",
    "barycentric_no_perspective",
    "base_vertex",
    "base_instance",
    "cull_distance",
    "point_size",
    "point_coord",
    "ray_invocation_id",
];

/// The attributes of inputs and outputs.
pub(super) const IO_ATTRIBUTES: &[&str] =
    &["location", "builtin", "interpolate", "invariant", "blend_src"];

impl<'a> Sema<'a> {
    pub(super) fn structure(&mut self, structure: &'a Struct<'a>) -> Res<Ty> {
        let mut info = StructInfo { name: structure.name.name.to_owned(), members: Vec::new() };
        let mut io = Vec::new();
        let mut offset = 0_u64;
        let count = structure.members.len();
        for (index, field) in structure.members.iter().enumerate() {
            if info.members.iter().any(|member| member.name == field.name.name) {
                let message = format!("`{}` is declared twice", field.name.name);
                return fail(&rules::NAMES, field.name.span, message);
            }
            let ty = self.type_of(&field.ty)?;
            self.check_member_type(ty, index + 1 == count, field.ty.span)?;
            let allowed =
                ["align", "size", "location", "builtin", "interpolate", "invariant", "blend_src"];
            self.allow(&field.attributes, &allowed, "on a member")?;
            let (align, size) = self.member_layout_attributes(ty, &field.attributes)?;
            io.push(self.io_attributes(ty, field.name.span, &field.attributes)?);
            let (own_align, own_size) = self.types.layout(ty);
            offset = round_up(align.unwrap_or(own_align), offset);
            info.members.push(Member { name: field.name.name.to_owned(), ty, align, size, offset });
            offset = offset.saturating_add(size.unwrap_or(own_size));
        }
        check_locations(&io)?;
        let index = self.types.structs.len() as u32;
        self.types.structs.push(info);
        self.io.insert(index, io);
        Ok(self.types.intern(Type::Struct(index)))
    }

    fn check_member_type(&self, ty: Ty, last: bool, span: Span) -> Res<()> {
        let runtime_array = matches!(self.types.get(ty), Type::Array(_, Len::Runtime));
        let fits = self.types.is_plain(ty)
            && (self.types.has_creation_footprint(ty) || (runtime_array && last));
        if fits {
            return Ok(());
        }
        let name = self.types.name(ty);
        type_error(span, format!("`{name}` cannot be the type of this member"))
    }

    fn member_layout_attributes(
        &mut self,
        ty: Ty,
        attributes: &'a [Attribute<'a>],
    ) -> Res<(Option<u64>, Option<u64>)> {
        let (own_align, own_size) = self.types.layout(ty);
        let mut align = None;
        let mut size = None;
        if let Some(attribute) = find(attributes, "align") {
            let value = self.const_int(attribute)?;
            if value < 1 || value & (value - 1) != 0 {
                let message = format!("`@align({value})` is no power of two");
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            if !(value as u64).is_multiple_of(own_align) {
                let message = format!(
                    "`@align({value})` is no multiple of the type's alignment, {own_align}"
                );
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            align = Some(value as u64);
        }
        if let Some(attribute) = find(attributes, "size") {
            let value = self.const_int(attribute)?;
            if !self.types.has_creation_footprint(ty) {
                let message = "`@size` on a type without a fixed size";
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            if value < 0 || (value as u64) < own_size {
                let message = format!("`@size({value})` is below the type's {own_size} bytes");
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            size = Some(value as u64);
        }
        Ok((align, size))
    }

    /// Reads and checks the attributes of an input or output.
    pub(super) fn io_attributes(
        &mut self,
        ty: Ty,
        span: Span,
        attributes: &'a [Attribute<'a>],
    ) -> Res<MemberIo> {
        let mut io = MemberIo {
            ty,
            span,
            builtin: None,
            location: None,
            blend_src: None,
            interpolate: None,
        };
        if let Some(attribute) = find(attributes, "builtin") {
            io.builtin = Some(self.builtin_value(ty, attribute)?);
        }
        if let Some(attribute) = find(attributes, "location") {
            io.location = Some(self.const_index(attribute)?);
            let fits =
                self.types.shape(ty).is_some_and(|(_, s)| s.is_numeric() && !s.is_abstract());
            if !fits {
                let message = format!("`@location` on a `{}`", self.types.name(ty));
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
        }
        if let Some(attribute) = find(attributes, "interpolate") {
            io.interpolate = Some(self.interpolation(attribute)?);
            let is_integer = self.types.leaf(ty).is_some_and(Scalar::is_integer);
            if is_integer && io.interpolate != Some("flat") {
                let message = "integers take only `@interpolate(flat)`";
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            if io.location.is_none() {
                let message = "`@interpolate` needs `@location`";
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
        }
        if let Some(attribute) = find(attributes, "invariant")
            && io.builtin != Some("position")
        {
            let message = "`@invariant` needs `@builtin(position)`";
            return fail(&rules::ATTRIBUTES, attribute.span, message);
        }
        if let Some(attribute) = find(attributes, "blend_src") {
            if !self.enabled("dual_source_blending") {
                let message = "`@blend_src` needs `enable dual_source_blending;`";
                return fail(&rules::EXTENSIONS, attribute.span, message);
            }
            let index = self.const_index(attribute)?;
            if index > 1 || io.location.is_none() {
                let message = "`@blend_src` is 0 or 1 and needs `@location`";
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            io.blend_src = Some(index);
        }
        Ok(io)
    }

    fn builtin_value(&mut self, ty: Ty, attribute: &'a Attribute<'a>) -> Res<&'static str> {
        let word = match attribute.args.first() {
            Some(arg) => plain_word(arg),
            None => None,
        };
        let Some((name, width, scalar)) = BUILTINS.iter().find(|(name, ..)| Some(*name) == word)
        else {
            let word = word.unwrap_or("this");
            if DIALECT.contains(&word) {
                let what = format!("naga's built-in value `{word}`");
                return Err(super::Stop::Undecided(attribute.span, what));
            }
            return fail(
                &rules::ATTRIBUTES,
                attribute.span,
                format!("`{word}` is no built-in value"),
            );
        };
        let extension = match *name {
            "subgroup_invocation_id" | "subgroup_size" | "subgroup_id" | "num_subgroups" => {
                Some("subgroups")
            }
            "primitive_index" | "clip_distances" => Some(*name),
            _ => None,
        };
        if let Some(extension) = extension.filter(|extension| !self.enabled(extension)) {
            let message = format!("`{name}` needs `enable {extension};`");
            return fail(&rules::EXTENSIONS, attribute.span, message);
        }
        let fits = match self.types.get(ty) {
            Type::Array(element, Len::Const(1..=8)) if *width == 0 => {
                self.types.get(element) == Type::Scalar(Scalar::F32)
            }
            _ => self.types.shape(ty) == Some((*width, *scalar)),
        };
        if fits {
            return Ok(name);
        }
        let message = format!("`{name}` is not a `{}`", self.types.name(ty));
        fail(&rules::ATTRIBUTES, attribute.span, message)
    }

    fn interpolation(&mut self, attribute: &'a Attribute<'a>) -> Res<&'static str> {
        let words: Vec<Option<&str>> = attribute.args.iter().map(plain_word).collect();
        let kind = ["perspective", "linear", "flat"]
            .into_iter()
            .find(|kind| words.first() == Some(&Some(*kind)));
        let sampling: &[&str] = match kind {
            Some("flat") => &["first", "either"],
            _ => &["center", "centroid", "sample"],
        };
        let second_fits = match words.get(1) {
            Some(Some(word)) => sampling.contains(word),
            Some(None) => false,
            None => true,
        };
        match kind {
            Some(kind) if second_fits => Ok(kind),
            _ => {
                if words.first() == Some(&Some("per_vertex")) {
                    let what = "naga's interpolation `per_vertex`".to_owned();
                    return Err(super::Stop::Undecided(attribute.span, what));
                }
                fail(&rules::ATTRIBUTES, attribute.span, "no such interpolation")
            }
        }
    }
}

/// A structure's locations differ, and dual sources are two of one type at location 0, whether or
/// not an entry point uses it (specification, sections 12.2 and 13.3.1.3).
fn check_locations(io: &[MemberIo]) -> Res<()> {
    let mut seen = std::collections::BTreeSet::new();
    let located: Vec<&MemberIo> = io.iter().filter(|one| one.location.is_some()).collect();
    for one in &located {
        if !seen.insert((one.location, one.blend_src.unwrap_or(0))) {
            let message = format!("the location {} is given twice", one.location.unwrap_or(0));
            return fail(&rules::ATTRIBUTES, one.span, message);
        }
    }
    let Some(first) = located.iter().find(|one| one.blend_src.is_some()) else {
        return Ok(());
    };
    let fits = located.len() == 2
        && located.iter().all(|one| one.location == Some(0) && one.blend_src.is_some())
        && located.iter().all(|one| one.ty == first.ty);
    if fits {
        return Ok(());
    }
    let message = "`@blend_src` needs exactly two members of one type at location 0";
    fail(&rules::ATTRIBUTES, first.span, message)
}

/// The word of a context-dependent name in an attribute, where nothing can shadow it.
fn plain_word<'a>(expr: &crate::syntax::ast::Expr<'a>) -> Option<&'a str> {
    match &expr.kind {
        crate::syntax::ast::ExprKind::Name(name) if name.args.is_none() => Some(name.ident.name),
        _ => None,
    }
}
