//! Functions and statements, with the behaviours of each (specification, sections 9 and 10).

use super::attributes::find;
use super::types::{Scalar, Space, Ty, Type, Types};
use super::value::Value;
use super::{Body, Entity, EntryStage, Ex, FnInfo, Local, LocalKind, Res, Sema, fail, type_error};
use crate::rules;
use crate::syntax::ast::{
    Attribute, BinaryOp, Block, Call, DeclarationKind, Expr, For, Function, If, Loop, Span,
    Statement, StatementKind, Switch, Variable, VariableKind,
};

/// How control leaves a statement: a set of these bits.
pub(crate) type Behavior = u8;
/// Control goes on after the statement.
pub(crate) const NEXT: Behavior = 1;
const BREAK: Behavior = 2;
const CONTINUE: Behavior = 4;
const RETURN: Behavior = 8;

/// Where a statement is.
#[derive(Clone, Copy, Default)]
struct Place {
    in_loop: bool,
    in_switch: bool,
    /// Directly in a `continuing` block, with no loop or `switch` between.
    in_continuing: bool,
    /// Anywhere in a `continuing` block.
    no_return: bool,
}

impl Place {
    /// The body of a loop that stands here.
    fn in_loop(self) -> Self {
        Self { in_loop: true, in_switch: false, in_continuing: false, ..self }
    }
}

impl<'a> Sema<'a> {
    /// The declaration of a function, without its body.
    pub(super) fn signature(
        &mut self,
        declaration: usize,
        function: &'a Function<'a>,
        attributes: &'a [Attribute<'a>],
    ) -> Res<Entity> {
        let allowed = ["vertex", "fragment", "compute", "workgroup_size", "must_use", "diagnostic"];
        self.allow(attributes, &allowed, "on a function")?;
        let entry = self.entry_stage(attributes)?;
        let mut params = Vec::with_capacity(function.params.len());
        for param in &function.params {
            let ty = self.type_of(&param.ty)?;
            self.check_param_type(ty, param.ty.span)?;
            params.push(ty);
        }
        let result = match &function.result {
            Some((_, ty)) => {
                let result = self.type_of(ty)?;
                if !self.types.is_constructible(result) {
                    let name = self.types.name(result);
                    return type_error(ty.span, format!("a function cannot return a `{name}`"));
                }
                result
            }
            None => Types::VOID,
        };
        let must_use = find(attributes, "must_use");
        if let Some(attribute) = must_use.filter(|_| function.result.is_none()) {
            let message = "`@must_use` on a function without a result";
            return fail(&rules::ATTRIBUTES, attribute.span, message);
        }
        self.functions.push(FnInfo {
            declaration,
            span: function.name.span,
            params,
            result,
            must_use: must_use.is_some(),
            entry,
            workgroup_size: Vec::new(),
            calls: Default::default(),
            globals: Default::default(),
            overrides: Default::default(),
            staged: Vec::new(),
            locals: Vec::new(),
        });
        Ok(Entity::Function(self.functions.len() as u32 - 1))
    }

    fn entry_stage(&mut self, attributes: &'a [Attribute<'a>]) -> Res<Option<EntryStage>> {
        let mut entry = None;
        for attribute in attributes {
            let stage = match attribute.name {
                "vertex" => EntryStage::Vertex,
                "fragment" => EntryStage::Fragment,
                "compute" => EntryStage::Compute,
                _ => continue,
            };
            if entry.replace(stage).is_some() {
                return fail(&rules::ATTRIBUTES, attribute.span, "an entry point has one stage");
            }
        }
        let size = find(attributes, "workgroup_size");
        match (entry, size) {
            (Some(EntryStage::Compute), None) => {
                let span = attributes.first().map_or(Span::default(), |attribute| attribute.span);
                fail(&rules::ENTRY_POINTS, span, "`@compute` needs `@workgroup_size`")
            }
            (Some(EntryStage::Compute), _) | (_, None) => Ok(entry),
            (_, Some(attribute)) => {
                fail(&rules::ATTRIBUTES, attribute.span, "`@workgroup_size` needs `@compute`")
            }
        }
    }

    fn check_param_type(&self, ty: Ty, span: Span) -> Res<()> {
        if let Type::Pointer(space, ..) = self.types.get(ty)
            && !matches!(space, Space::Function | Space::Private)
            && !self.requires("unrestricted_pointer_parameters")
        {
            let message = format!(
                "a parameter that points to `{}` needs `requires unrestricted_pointer_parameters;`",
                space.name()
            );
            return fail(&rules::EXTENSIONS, span, message);
        }
        let fits = match self.types.get(ty) {
            Type::Pointer(..) => true,
            Type::Texture(_) | Type::Sampler | Type::SamplerComparison => true,
            _ => self.types.is_constructible(ty),
        };
        if fits {
            return Ok(());
        }
        let name = self.types.name(ty);
        type_error(span, format!("a function cannot take a `{name}`"))
    }

    pub(super) fn check_bodies(&mut self) {
        for index in 0..self.functions.len() as u32 {
            let declaration = self.functions.get(index as usize).map(|info| info.declaration);
            let kind = declaration.and_then(|at| self.module.declarations.get(at));
            let Some(declaration) = kind else {
                continue;
            };
            let DeclarationKind::Function(function) = &declaration.kind else {
                continue;
            };
            let outcome = self.check_body(index, function);
            self.keep(outcome);
            let locals = self.body.take().map(|body| body.locals).unwrap_or_default();
            if let Some(info) = self.functions.get_mut(index as usize) {
                info.locals = locals;
            }
        }
    }

    fn check_body(&mut self, index: u32, function: &'a Function<'a>) -> Res<()> {
        let Some(info) = self.functions.get(index as usize) else {
            return Ok(());
        };
        let (params, result) = (info.params.clone(), info.result);
        self.body = Some(Body {
            scopes: vec![Vec::new()],
            locals: Vec::new(),
            function: index,
            result: Some(result),
        });
        for (at, (param, ty)) in function.params.iter().zip(params).enumerate() {
            let local = Local { kind: LocalKind::Param(at as u32), ty, constant: None };
            self.declare_local(param.name, local)?;
        }
        self.only_filters(&function.body.attributes)?;
        let behavior = self.sequence(&function.body.statements, Place::default())?;
        if result != Types::VOID && behavior != RETURN {
            let message = format!("`{}` does not return a value on every path", function.name.name);
            return fail(&rules::BEHAVIOR, function.name.span, message);
        }
        Ok(())
    }

    fn declare_local(&mut self, name: crate::syntax::ast::Ident<'a>, local: Local) -> Res<()> {
        let Some(body) = &mut self.body else {
            return Ok(());
        };
        body.locals.push(local);
        let index = body.locals.len() as u32 - 1;
        self.declare(name, Entity::Local(index))
    }

    fn scoped<T>(&mut self, check: impl FnOnce(&mut Self) -> Res<T>) -> Res<T> {
        if let Some(body) = &mut self.body {
            body.scopes.push(Vec::new());
        }
        let result = check(self);
        if let Some(body) = &mut self.body {
            body.scopes.pop();
        }
        result
    }

    fn block(&mut self, block: &'a Block<'a>, place: Place) -> Res<Behavior> {
        self.only_filters(&block.attributes)?;
        self.scoped(|sema| sema.sequence(&block.statements, place))
    }

    fn sequence(&mut self, statements: &'a [Statement<'a>], place: Place) -> Res<Behavior> {
        let mut behavior = NEXT;
        for statement in statements {
            let own = self.statement(statement, place)?;
            if behavior & NEXT != 0 {
                behavior = (behavior & !NEXT) | own;
            }
        }
        Ok(behavior)
    }

    fn statement(&mut self, statement: &'a Statement<'a>, place: Place) -> Res<Behavior> {
        let behavior = self.statement_kind(statement, place)?;
        if let Some(slot) = self.behaviors.get_mut(statement.id as usize) {
            *slot = behavior;
        }
        Ok(behavior)
    }

    fn statement_kind(&mut self, statement: &'a Statement<'a>, place: Place) -> Res<Behavior> {
        self.only_filters(&statement.attributes)?;
        let span = statement.span;
        match &statement.kind {
            StatementKind::Block(block) => return self.block(block, place),
            StatementKind::If(branches) => return self.if_statement(branches, place),
            StatementKind::Switch(switch) => return self.switch(switch, place),
            StatementKind::Loop(inner) => return self.loop_statement(inner, span, place),
            StatementKind::For(inner) => return self.for_statement(inner, span, place),
            StatementKind::While(condition, body) => {
                self.condition(condition)?;
                let inner = self.block(body, place.in_loop())?;
                return Ok(NEXT | (inner & RETURN));
            }
            StatementKind::Break => {
                if place.in_continuing || !(place.in_loop || place.in_switch) {
                    return fail(&rules::BEHAVIOR, span, "`break` outside of a loop or `switch`");
                }
                return Ok(BREAK);
            }
            StatementKind::Continue => {
                if !place.in_loop {
                    return fail(&rules::BEHAVIOR, span, "`continue` outside of a loop body");
                }
                return Ok(CONTINUE);
            }
            StatementKind::Return(value) => {
                return self.return_statement(value.as_ref(), span, place);
            }
            StatementKind::Discard => {
                if let Some(info) = self.info() {
                    info.staged.push(("dpdx", span));
                }
            }
            StatementKind::Variable(variable) => self.local(variable)?,
            StatementKind::Assign { target, op, value } => self.assign(target, *op, value)?,
            StatementKind::Phony(value) => {
                self.value(value)?;
            }
            StatementKind::Step(target) => {
                let ty = self.target(target, true)?;
                if !self.types.shape(ty).is_some_and(|(width, s)| width == 1 && s.is_integer()) {
                    return type_error(target.span, "`++` and `--` take an integer variable");
                }
            }
            StatementKind::Call(call) => self.call_statement(call)?,
            StatementKind::Assert(condition) => self.const_assert(condition)?,
        }
        Ok(NEXT)
    }

    fn condition(&mut self, condition: &'a Expr<'a>) -> Res<Ex> {
        let ex = self.value(condition)?;
        if self.is_bool(ex.ty) {
            return Ok(ex);
        }
        let name = self.types.name(ex.ty);
        type_error(condition.span, format!("a condition is a `bool`, not a `{name}`"))
    }

    fn if_statement(&mut self, branches: &'a If<'a>, place: Place) -> Res<Behavior> {
        let mut behavior = 0;
        for (condition, body) in &branches.branches {
            self.condition(condition)?;
            behavior |= self.block(body, place)?;
        }
        match &branches.otherwise {
            Some(otherwise) => Ok(behavior | self.block(otherwise, place)?),
            None => Ok(behavior | NEXT),
        }
    }

    fn switch(&mut self, switch: &'a Switch<'a>, place: Place) -> Res<Behavior> {
        self.only_filters(&switch.attributes)?;
        let selector = self.value(&switch.selector)?;
        let mut common = self.selector_scalar(&selector, switch.selector.span)?;
        let mut values = Vec::new();
        let mut defaults = 0;
        let mut first = Span::default();
        for case in &switch.cases {
            first = case.span;
            for value in &case.selectors {
                let Some(value) = value else {
                    defaults += 1;
                    continue;
                };
                let ex = self.need_const(value)?;
                let scalar = self.selector_scalar(&ex, value.span)?;
                match super::types::common_scalar(common, scalar) {
                    Some(scalar) => common = scalar,
                    None => return type_error(value.span, "selectors of different types"),
                }
                values.push((ex, value.span));
            }
        }
        if defaults != 1 {
            return fail(&rules::SYNTAX, first, "a `switch` has exactly one `default`");
        }
        let ty = self.types.scalar(common.concrete());
        self.coerce(selector, ty, switch.selector.span)?;
        let mut seen: Vec<Value> = Vec::new();
        for (ex, span) in values {
            let ex = self.coerce(ex, ty, span)?;
            if let Some(value) = ex.value {
                if seen.contains(&value) {
                    return fail(&rules::TYPES, span, "this selector is given twice");
                }
                seen.push(value);
            }
        }
        let inner = Place { in_switch: true, in_continuing: false, ..place };
        let mut behavior = 0;
        for case in &switch.cases {
            behavior |= self.block(&case.body, inner)?;
        }
        Ok(if behavior & BREAK != 0 { (behavior & !BREAK) | NEXT } else { behavior })
    }

    fn selector_scalar(&self, ex: &Ex, span: Span) -> Res<Scalar> {
        match self.types.shape(ex.ty) {
            Some((1, scalar)) if scalar.is_integer() => Ok(scalar),
            _ => type_error(span, "a selector is an integer"),
        }
    }

    fn loop_statement(&mut self, inner: &'a Loop<'a>, span: Span, place: Place) -> Res<Behavior> {
        self.only_filters(&inner.body.attributes)?;
        let behavior = self.scoped(|sema| {
            let mut behavior = sema.sequence(&inner.body.statements, place.in_loop())?;
            if let Some(continuing) = &inner.continuing {
                sema.only_filters(&continuing.body.attributes)?;
                let place = Place { in_continuing: true, no_return: true, ..Place::default() };
                sema.check_skipped(inner)?;
                let own = sema.scoped(|sema| {
                    let own = sema.sequence(&continuing.body.statements, place)?;
                    if let Some(condition) = &continuing.break_if {
                        sema.condition(condition)?;
                        return Ok(own | BREAK);
                    }
                    Ok(own)
                })?;
                // A body that only leaves never comes to `continuing`.
                if behavior & (NEXT | CONTINUE) != 0 {
                    behavior |= own;
                }
            }
            Ok(behavior)
        })?;
        let behavior = if behavior & BREAK != 0 {
            (behavior | NEXT) & !(BREAK | CONTINUE)
        } else {
            behavior & !(NEXT | CONTINUE)
        };
        if behavior == 0 {
            return fail(&rules::BEHAVIOR, span, "this loop never ends");
        }
        Ok(behavior)
    }

    /// A `continue` must not skip the declaration of what `continuing` uses.
    fn check_skipped(&mut self, inner: &'a Loop<'a>) -> Res<()> {
        let mut hidden: Vec<&str> = Vec::new();
        let mut skips = false;
        for statement in &inner.body.statements {
            if let StatementKind::Variable(variable) = &statement.kind
                && skips
            {
                hidden.push(variable.name.name);
            }
            skips |= super::super::analysis::walk::continues(statement);
        }
        let Some(continuing) = &inner.continuing else {
            return Ok(());
        };
        let mut used = None;
        super::super::analysis::walk::names(continuing, &mut |name, span| {
            if hidden.contains(&name) {
                used = Some((name.to_owned(), span));
            }
        });
        match used {
            Some((name, span)) => {
                let message = format!("a `continue` skips the declaration of `{name}`");
                fail(&rules::BEHAVIOR, span, message)
            }
            None => Ok(()),
        }
    }

    fn for_statement(&mut self, inner: &'a For<'a>, span: Span, place: Place) -> Res<Behavior> {
        self.scoped(|sema| {
            if let Some(init) = &inner.init {
                sema.statement(init, Place::default())?;
            }
            if let Some(condition) = &inner.condition {
                sema.condition(condition)?;
            }
            if let Some(update) = &inner.update {
                sema.statement(update, Place::default())?;
            }
            let behavior = sema.block(&inner.body, place.in_loop())?;
            let ends = inner.condition.is_some() || behavior & BREAK != 0;
            let behavior = (behavior & RETURN) | if ends { NEXT } else { 0 };
            if behavior == 0 {
                return fail(&rules::BEHAVIOR, span, "this loop never ends");
            }
            Ok(behavior)
        })
    }

    fn return_statement(
        &mut self,
        value: Option<&'a Expr<'a>>,
        span: Span,
        place: Place,
    ) -> Res<Behavior> {
        if place.no_return {
            return fail(&rules::BEHAVIOR, span, "`return` in a `continuing` block");
        }
        let expected = self.body.as_ref().and_then(|body| body.result).unwrap_or(Types::VOID);
        match value {
            None if expected == Types::VOID => Ok(RETURN),
            None => type_error(span, "a value is missing"),
            Some(value) if expected == Types::VOID => {
                type_error(value.span, "this function returns nothing")
            }
            Some(value) => {
                let ex = self.value(value)?;
                self.coerce(ex, expected, value.span)?;
                Ok(RETURN)
            }
        }
    }

    fn local(&mut self, variable: &'a Variable<'a>) -> Res<()> {
        let name = variable.name;
        if variable.kind == VariableKind::Const {
            let ex = self.const_declaration(variable)?;
            let local = Local { kind: LocalKind::Const, ty: ex.ty, constant: Some(ex) };
            return self.declare_variable(variable, local);
        }
        if let Some(template) = &variable.template {
            let words: Vec<Option<&str>> =
                template.iter().map(|arg| self.enumerant(arg, "an address space").ok()).collect();
            if words != [Some("function")] {
                let message = "a variable in a function is in the address space `function`";
                return fail(&rules::VARIABLES, name.span, message);
            }
        }
        let ex = match &variable.init {
            Some(init) => Some((self.value(init)?, init.span)),
            None => None,
        };
        let ty = match (&variable.ty, &ex) {
            (Some(ty), _) => self.type_of(ty)?,
            (None, Some((ex, _))) => self.types.concrete(ex.ty),
            (None, None) => return type_error(name.span, "a type or a value is missing"),
        };
        let constructible = self.types.is_constructible(ty);
        let is_pointer = matches!(self.types.get(ty), Type::Pointer(..));
        let fits = if variable.kind == VariableKind::Let {
            constructible || is_pointer
        } else {
            constructible
        };
        if !fits {
            let type_name = self.types.name(ty);
            return type_error(name.span, format!("`{}` cannot hold a `{type_name}`", name.name));
        }
        if let Some((ex, span)) = ex {
            self.coerce(ex, ty, span)?;
        }
        let kind = if variable.kind == VariableKind::Let { LocalKind::Let } else { LocalKind::Var };
        let local = Local { kind, ty, constant: None };
        self.declare_variable(variable, local)
    }

    fn declare_variable(&mut self, variable: &'a Variable<'a>, local: Local) -> Res<()> {
        self.declare_local(variable.name, local)?;
        let index = self.body.as_ref().map_or(0, |body| body.locals.len() as u32 - 1);
        if let Some(note) = self.note(variable.id) {
            note.referent = super::Referent::Local(index);
        }
        Ok(())
    }

    /// The type that can be written to `target`; `reads` if it is read first.
    fn target(&mut self, target: &'a Expr<'a>, reads: bool) -> Res<Ty> {
        let ex = self.expr(target)?;
        let Type::Reference(_, store, access) = self.types.get(ex.ty) else {
            return type_error(target.span, "this cannot be assigned to");
        };
        if !access.writes() || (reads && !access.reads()) {
            return type_error(target.span, "this variable cannot be written");
        }
        if !self.types.is_constructible(store) {
            let name = self.types.name(store);
            return type_error(target.span, format!("a `{name}` cannot be assigned"));
        }
        if reads && let Some(note) = self.note(target.id) {
            note.loaded = true;
        }
        Ok(store)
    }

    fn assign(
        &mut self,
        target: &'a Expr<'a>,
        op: Option<BinaryOp>,
        value: &'a Expr<'a>,
    ) -> Res<()> {
        let ty = self.target(target, op.is_some())?;
        let mut ex = self.value(value)?;
        if let Some(op) = op {
            let span = target.span.to(value.span);
            ex = self.binary(op, Ex::runtime(ty), ex, span)?;
        }
        self.coerce(ex, ty, value.span).map(drop)
    }

    fn call_statement(&mut self, call: &'a Call<'a>) -> Res<()> {
        let name = call.callee.ident.name;
        let is_builtin = !self.is_shadowed(name) && super::builtins::is_builtin(name);
        let function = match self.lookup(name)? {
            Some(Entity::Function(index)) => Some(index),
            _ => None,
        };
        if function.is_none() && !is_builtin {
            return fail(&rules::SYNTAX, call.span, "a value cannot stand alone as a statement");
        }
        let ex = self.call(call)?;
        let must_use = match function {
            Some(index) => self.functions.get(index as usize).is_some_and(|info| info.must_use),
            None => super::builtins::must_use(name) && ex.ty != Types::VOID,
        };
        if must_use {
            return type_error(call.span, format!("the result of `{name}` must be used"));
        }
        Ok(())
    }
}
