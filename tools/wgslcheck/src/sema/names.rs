//! Directives, scopes, and the order in which declarations are resolved: each when it is first
//! needed, so that text order does not matter and cycles show.

use super::{Entity, Res, Sema, State, Stop, fail};
use crate::rules;
use crate::syntax::ast::{DeclarationKind, Ident, Span, VariableKind};

/// Extensions that `enable` may name.
const EXTENSIONS: &[&str] =
    &["f16", "clip_distances", "dual_source_blending", "subgroups", "primitive_index"];

/// Language features that `requires` may name.
const FEATURES: &[&str] = &[
    "readonly_and_readwrite_storage_textures",
    "packed_4x8_integer_dot_product",
    "unrestricted_pointer_parameters",
    "pointer_composite_access",
    "subgroup_id",
    "linear_indexing",
    "texture_formats_tier1",
    "immediate_address_space",
    "uniform_buffer_standard_layout",
];

/// Later language features that this checker does not judge.
const LATER: &[&str] = &[
    "subgroup_uniformity",
    "texture_and_sampler_let",
    "fragment_depth",
    "buffer_view",
    "swizzle_assignment",
    "filtering_parameters",
];

impl<'a> Sema<'a> {
    pub(super) fn directives(&mut self) -> Res<()> {
        let directives = &self.module.directives;
        for name in &directives.enables {
            self.enable(*name)?;
        }
        for name in &directives.requires {
            if LATER.contains(&name.name) {
                let what = format!("the language feature `{}`", name.name);
                return Err(Stop::Undecided(name.span, what));
            }
            if !FEATURES.contains(&name.name) {
                let message = format!("`{}` is no language feature of WGSL", name.name);
                return fail(&rules::EXTENSIONS, name.span, message);
            }
        }
        self.check_filters()
    }

    fn enable(&mut self, name: Ident<'a>) -> Res<()> {
        if !EXTENSIONS.contains(&name.name) {
            if name.name.starts_with("wgpu_") || name.name == "draw_index" {
                let what = format!("naga's extension `{}`", name.name);
                return Err(Stop::Undecided(name.span, what));
            }
            let message = format!("`{}` is no extension of WGSL", name.name);
            return fail(&rules::EXTENSIONS, name.span, message);
        }
        let offered =
            self.settings.extensions.as_ref().is_none_or(|offered| offered.contains(name.name));
        if !offered {
            let message = format!("the device does not offer the extension `{}`", name.name);
            return fail(&rules::EXTENSIONS, name.span, message);
        }
        self.enabled.insert(name.name);
        Ok(())
    }

    pub(super) fn declare_names(&mut self) {
        for (index, declaration) in self.module.declarations.iter().enumerate() {
            let Some(ident) = declaration.kind.name() else {
                continue;
            };
            if self.names.insert(ident.name, index).is_some() {
                let message = format!("`{}` is declared twice", ident.name);
                let outcome = fail(&rules::NAMES, ident.span, message);
                self.keep(outcome);
            }
        }
    }

    /// What the declaration at `index` declares.
    pub(super) fn resolve(&mut self, index: usize) -> Res<Option<Entity>> {
        let Some(declaration) = self.module.declarations.get(index) else {
            return Err(Stop::Known);
        };
        let Some(ident) = declaration.kind.name() else {
            return Ok(None);
        };
        match self.states.get(index) {
            Some(State::Done(entity)) => return Ok(Some(entity.clone())),
            Some(State::Waiting) => {}
            Some(State::Busy) => {
                let message = format!("`{}` depends on itself", ident.name);
                return fail(&rules::NAMES, ident.span, message);
            }
            Some(State::Failed) | None => return Err(Stop::Known),
        }
        self.set_state(index, State::Busy);
        let body = self.body.take();
        let unevaluated = std::mem::take(&mut self.unevaluated);
        let outcome = self.resolve_kind(index);
        self.body = body;
        self.unevaluated = unevaluated;
        match outcome {
            Ok(entity) => {
                self.set_state(index, State::Done(entity.clone()));
                Ok(Some(entity))
            }
            Err(stop) => {
                self.set_state(index, State::Failed);
                Err(stop)
            }
        }
    }

    fn set_state(&mut self, index: usize, state: State) {
        if let Some(slot) = self.states.get_mut(index) {
            *slot = state;
        }
    }

    fn resolve_kind(&mut self, index: usize) -> Res<Entity> {
        let Some(declaration) = self.module.declarations.get(index) else {
            return Err(Stop::Known);
        };
        let attributes = &declaration.attributes;
        match &declaration.kind {
            DeclarationKind::Variable(variable) => match variable.kind {
                VariableKind::Const => {
                    self.no_attributes(attributes)?;
                    let ex = self.const_declaration(variable)?;
                    Ok(Entity::Const(ex))
                }
                VariableKind::Override => self.override_declaration(variable, attributes),
                VariableKind::Var | VariableKind::Let => self.global(variable, attributes),
            },
            DeclarationKind::Struct(structure) => {
                self.no_attributes(attributes)?;
                self.structure(structure).map(Entity::Type)
            }
            DeclarationKind::Alias(_, ty) => {
                self.no_attributes(attributes)?;
                self.type_of(ty).map(Entity::Type)
            }
            DeclarationKind::Function(function) => self.signature(index, function, attributes),
            DeclarationKind::Assert(_) => Err(Stop::Known),
        }
    }

    pub(super) fn module_asserts(&mut self) {
        for declaration in &self.module.declarations {
            if let DeclarationKind::Assert(condition) = &declaration.kind {
                let outcome = self
                    .no_attributes(&declaration.attributes)
                    .and_then(|()| self.const_assert(condition));
                self.keep(outcome);
            }
        }
    }

    /// What the program itself declares under `name`, innermost scope first.
    pub(super) fn lookup(&mut self, name: &str) -> Res<Option<Entity>> {
        if let Some(body) = &self.body {
            for scope in body.scopes.iter().rev() {
                if let Some((_, entity)) = scope.iter().rev().find(|(n, _)| *n == name) {
                    return Ok(Some(entity.clone()));
                }
            }
        }
        match self.names.get(name) {
            Some(&index) => self.resolve(index),
            None => Ok(None),
        }
    }

    /// Whether the program declares `name` itself, hiding the language's own.
    pub(super) fn is_shadowed(&self, name: &str) -> bool {
        let local = self.body.as_ref().is_some_and(|body| {
            body.scopes.iter().any(|scope| scope.iter().any(|(n, _)| *n == name))
        });
        local || self.names.contains_key(name)
    }

    /// Declares `ident` in the innermost scope of the function.
    pub(super) fn declare(&mut self, ident: Ident<'a>, entity: Entity) -> Res<()> {
        let Some(scope) = self.body.as_mut().and_then(|body| body.scopes.last_mut()) else {
            return Err(Stop::Known);
        };
        if scope.iter().any(|(name, _)| *name == ident.name) {
            let message = format!("`{}` is declared twice in this scope", ident.name);
            return fail(&rules::NAMES, ident.span, message);
        }
        scope.push((ident.name, entity));
        Ok(())
    }

    /// An unknown name; one of naga's dialect is left to naga.
    pub(super) fn unknown<T>(&self, name: &str, span: Span) -> Res<T> {
        let dialect = ["ray_", "acceleration_structure", "binding_array", "coop_", "rayQuery"];
        if dialect.iter().any(|prefix| name.starts_with(prefix)) {
            return Err(Stop::Undecided(span, format!("naga's `{name}`")));
        }
        fail(&rules::NAMES, span, format!("nothing is called `{name}` here"))
    }
}
