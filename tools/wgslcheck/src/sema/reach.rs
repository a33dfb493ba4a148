//! Which declarations an entry point reaches. Override-expressions get their values when a pipeline
//! is made, and a pipeline evaluates those that its entry point reaches and no others
//! (specification, section 2.1, "pipeline-creation error").

use std::collections::{BTreeMap, BTreeSet};

use super::{Issue, Override, Sema, fail};
use crate::analysis::walk;
use crate::rules;
use crate::syntax::ast::{
    Attribute, Block, Declaration, DeclarationKind, Expr, ExprKind, Field, Variable,
};

impl Sema<'_> {
    /// Drops what values of overrides made wrong where no entry point comes by. A module without
    /// entry points is a library: all of it counts.
    pub(crate) fn forget_unreached_issues(&mut self) {
        let reached = self.reached_declarations();
        if reached.is_empty() {
            return;
        }
        let starts: Vec<u32> = self.module.declarations.iter().map(start).collect();
        let matters = |issue: &Issue| {
            // A number that does not fit its override is refused wherever it is used.
            let is_given = issue.rule.code == rules::OVERRIDES.code;
            let owner = starts.partition_point(|start| *start <= issue.span.start);
            is_given || owner == 0 || reached.contains(&(owner - 1))
        };
        self.issues.retain(matters);
    }

    /// With values given, every override that an entry point reaches has one.
    pub(crate) fn check_reached_overrides(&mut self) {
        for index in self.reached_declarations() {
            let Some(declaration) = self.module.declarations.get(index) else {
                continue;
            };
            let DeclarationKind::Variable(variable) = &declaration.kind else {
                continue;
            };
            let without = |one: &&Override| one.name == variable.name.name && one.value.is_none();
            // One whose own initializer is wrong is known already.
            if variable.init.is_none() && self.overrides.iter().any(|one| without(&one)) {
                let message = format!("the override `{}` has no value", variable.name.name);
                let outcome = fail(&rules::OVERRIDES, variable.name.span, message);
                self.keep(outcome);
            }
        }
    }

    fn reached_declarations(&self) -> BTreeSet<usize> {
        let declarations = &self.module.declarations;
        let by_name: BTreeMap<&str, usize> = declarations
            .iter()
            .enumerate()
            .filter_map(|(index, one)| one.kind.name().map(|name| (name.name, index)))
            .collect();
        let is_entry = |one: &Declaration<'_>| {
            let stages = ["vertex", "fragment", "compute"];
            one.attributes.iter().any(|attribute| stages.contains(&attribute.name))
        };
        let entries = declarations.iter().enumerate().filter(|(_, one)| is_entry(one));
        let mut pending: Vec<usize> = entries.map(|(index, _)| index).collect();
        let mut reached: BTreeSet<usize> = pending.iter().copied().collect();
        while let Some(one) = pending.pop().and_then(|index| declarations.get(index)) {
            names(one, &mut |name| {
                if let Some(&index) = by_name.get(name)
                    && reached.insert(index)
                {
                    pending.push(index);
                }
            });
        }
        reached
    }
}

/// The first byte of a declaration whose place is known; errors of values lie behind it.
fn start(declaration: &Declaration<'_>) -> u32 {
    let first = match &declaration.kind {
        DeclarationKind::Assert(condition) => condition.span,
        kind => kind.name().map_or_else(Default::default, |name| name.span),
    };
    let attributes = declaration.attributes.iter().map(|attribute| attribute.span.start);
    attributes.min().unwrap_or(first.start)
}

/// Calls `f` with every name in a declaration. A local of the same name as a declaration counts
/// too: that only keeps an error.
fn names<'a>(declaration: &Declaration<'a>, f: &mut impl FnMut(&'a str)) {
    attributes(&declaration.attributes, f);
    match &declaration.kind {
        DeclarationKind::Variable(inner) => variable(inner, f),
        DeclarationKind::Struct(inner) => fields(&inner.members, f),
        DeclarationKind::Alias(_, target) => expr(target, f),
        DeclarationKind::Function(function) => {
            fields(&function.params, f);
            if let Some((found, ty)) = &function.result {
                attributes(found, f);
                expr(ty, f);
            }
            body(&function.body, f);
        }
        DeclarationKind::Assert(condition) => expr(condition, f),
    }
}

fn attributes<'a>(found: &[Attribute<'a>], f: &mut impl FnMut(&'a str)) {
    for argument in found.iter().flat_map(|attribute| &attribute.args) {
        expr(argument, f);
    }
}

fn fields<'a>(found: &[Field<'a>], f: &mut impl FnMut(&'a str)) {
    for field in found {
        attributes(&field.attributes, f);
        expr(&field.ty, f);
    }
}

fn variable<'a>(one: &Variable<'a>, f: &mut impl FnMut(&'a str)) {
    for part in one.ty.iter().chain(&one.init).chain(one.template.iter().flatten()) {
        expr(part, f);
    }
}

fn body<'a>(block: &Block<'a>, f: &mut impl FnMut(&'a str)) {
    walk::block(block, &mut |one| own(one, f));
    walk::calls(block, &mut |call| f(call.callee.ident.name));
    walk::variables(block, &mut |one| variable(one, f));
}

fn expr<'a>(one: &Expr<'a>, f: &mut impl FnMut(&'a str)) {
    walk::expr(one, &mut |inner| own(inner, f));
}

fn own<'a>(one: &Expr<'a>, f: &mut impl FnMut(&'a str)) {
    match &one.kind {
        ExprKind::Name(name) => f(name.ident.name),
        ExprKind::Call(call) => f(call.callee.ident.name),
        ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Paren(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::Index(..)
        | ExprKind::Member(..) => {}
    }
}
