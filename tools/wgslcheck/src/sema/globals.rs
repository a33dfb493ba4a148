//! Module-scope constants and variables (specification, section 7).

use super::attributes::find;
use super::types::{Access, Space, Ty, Type};
use super::typing::{access_of, default_access, space_of};
use super::{Entity, Ex, Global, Res, Sema, Stage, Stop, fail, type_error, value_error};
use crate::rules;
use crate::syntax::ast::{Attribute, Expr, Span, Variable};

impl<'a> Sema<'a> {
    /// `const` at either scope.
    pub(super) fn const_declaration(&mut self, variable: &'a Variable<'a>) -> Res<Ex> {
        let Some(init) = &variable.init else {
            return Err(Stop::Known);
        };
        let ex = self.need_const(init)?;
        let ex = match &variable.ty {
            Some(ty) => {
                let ty = self.type_of(ty)?;
                self.coerce(ex, ty, init.span)?
            }
            None => ex,
        };
        if !self.types.is_constructible(ex.ty) {
            return type_error(init.span, "this cannot be a constant");
        }
        Ok(ex)
    }

    /// `const_assert` at either scope.
    pub(super) fn const_assert(&mut self, condition: &'a Expr<'a>) -> Res<()> {
        let ex = self.need_const(condition)?;
        if !self.is_bool(ex.ty) {
            return type_error(condition.span, "`const_assert` takes a `bool`");
        }
        match ex.value {
            Some(super::Value::Bool(false)) => {
                value_error(condition.span, "this assertion does not hold")
            }
            Some(_) => Ok(()),
            None => Err(Stop::Undecided(condition.span, "the value of this assertion".to_owned())),
        }
    }

    pub(super) fn global(
        &mut self,
        variable: &'a Variable<'a>,
        attributes: &'a [Attribute<'a>],
    ) -> Res<Entity> {
        let name = variable.name;
        self.allow(attributes, &["group", "binding"], "on a variable")?;
        let (space, access) = self.space_and_access(variable)?;
        let ex = match &variable.init {
            Some(init) => Some((self.value(init)?, init.span)),
            None => None,
        };
        let ty = match (&variable.ty, &ex) {
            (Some(ty), _) => self.type_of(ty)?,
            (None, Some((ex, _))) => self.types.concrete(ex.ty),
            (None, None) => return type_error(name.span, "a type or a value is missing"),
        };
        let is_handle = matches!(
            self.types.get(ty),
            Type::Texture(_) | Type::Sampler | Type::SamplerComparison
        );
        let (space, access) = match space {
            None if is_handle => (Space::Handle, Access::Read),
            None => return fail(&rules::VARIABLES, name.span, "an address space is missing"),
            Some(_) if is_handle => {
                return fail(
                    &rules::VARIABLES,
                    name.span,
                    "textures and samplers take no address space",
                );
            }
            Some(space) => (space, access.unwrap_or_else(|| default_access(space))),
        };
        self.check_store_type(space, access, ty, name.span)?;
        if let Some((ex, span)) = ex {
            if space != Space::Private {
                let message = format!("a variable in `{}` takes no value", space.name());
                return fail(&rules::VARIABLES, span, message);
            }
            if ex.stage == Stage::Runtime {
                return type_error(span, "this must be a const- or override-expression");
            }
            self.coerce(ex, ty, span)?;
        }
        let binding = self.binding(space, attributes, name.span)?;
        self.globals.push(Global {
            name: name.name.to_owned(),
            span: name.span,
            space,
            access,
            ty,
            binding,
        });
        Ok(Entity::Global(self.globals.len() as u32 - 1))
    }

    fn space_and_access(
        &mut self,
        variable: &'a Variable<'a>,
    ) -> Res<(Option<Space>, Option<Access>)> {
        let args = variable.template.as_deref().unwrap_or_default();
        let (first, second) = match args {
            [] => return Ok((None, None)),
            [first] => (first, None),
            [first, second] => (first, Some(second)),
            [_, _, third, ..] => {
                return fail(&rules::VARIABLES, third.span, "`var` takes two arguments at most");
            }
        };
        let word = self.enumerant(first, "an address space")?;
        if ["push_constant", "task_payload", "ray_payload", "incoming_ray_payload"].contains(&word)
        {
            return Err(Stop::Undecided(first.span, format!("naga's address space `{word}`")));
        }
        let Some(space) = space_of(word).filter(|space| *space != Space::Function) else {
            let message = format!("`{word}` is no address space of module scope");
            return fail(&rules::VARIABLES, first.span, message);
        };
        let Some(second) = second else {
            return Ok((Some(space), None));
        };
        let word = self.enumerant(second, "an access mode")?;
        let Some(access) = access_of(word) else {
            return fail(&rules::VARIABLES, second.span, format!("`{word}` is no access mode"));
        };
        if space != Space::Storage {
            return fail(&rules::VARIABLES, second.span, "only `storage` takes an access mode");
        }
        if access == Access::Write {
            return fail(&rules::VARIABLES, second.span, "`storage` has no access mode `write`");
        }
        Ok((Some(space), Some(access)))
    }

    /// Whether a variable or pointer of `space` can hold a `ty` (specification, section 7.3).
    pub(super) fn check_store_type(
        &self,
        space: Space,
        access: Access,
        ty: Ty,
        span: Span,
    ) -> Res<()> {
        let types = &self.types;
        let fits = match space {
            Space::Function | Space::Private => {
                types.is_constructible(ty) && types.has_creation_footprint(ty)
            }
            Space::Workgroup => types.is_plain(ty) && types.has_fixed_footprint(ty),
            Space::Uniform => types.is_host_shareable(ty) && types.is_constructible(ty),
            Space::Storage => types.is_host_shareable(ty),
            Space::Immediate => {
                types.is_host_shareable(ty)
                    && types.is_constructible(ty)
                    && !types.contains_array(ty)
            }
            Space::Handle => {
                matches!(types.get(ty), Type::Texture(_) | Type::Sampler | Type::SamplerComparison)
            }
        };
        if !fits {
            let message = format!("`{}` cannot hold a `{}`", space.name(), types.name(ty));
            return fail(&rules::VARIABLES, span, message);
        }
        if space == Space::Storage && !access.writes() && types.contains_atomic(ty) {
            return fail(&rules::VARIABLES, span, "an atomic in `storage` needs `read_write`");
        }
        if matches!(space, Space::Uniform | Space::Storage | Space::Immediate) {
            let rules = if self.requires("uniform_buffer_standard_layout") {
                Space::Storage
            } else {
                space
            };
            types.check_layout(ty, rules, span)?;
        }
        Ok(())
    }

    fn binding(
        &mut self,
        space: Space,
        attributes: &'a [Attribute<'a>],
        span: Span,
    ) -> Res<Option<(u32, u32)>> {
        let is_resource = matches!(space, Space::Uniform | Space::Storage | Space::Handle);
        let group = find(attributes, "group");
        let binding = find(attributes, "binding");
        match (group, binding) {
            (Some(attribute), _) | (_, Some(attribute)) if !is_resource => {
                let message = format!("`@{}` on a variable in `{}`", attribute.name, space.name());
                fail(&rules::ATTRIBUTES, attribute.span, message)
            }
            (Some(group), Some(binding)) => {
                let group = self.const_index(group)?;
                Ok(Some((group, self.const_index(binding)?)))
            }
            _ if is_resource => {
                fail(&rules::VARIABLES, span, "a resource needs `@group` and `@binding`")
            }
            _ => Ok(None),
        }
    }
}
