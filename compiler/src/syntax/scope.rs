//! Gives every variable of a scope its slot.
//!
//! A function's variables are its parameters, results, and what it assigns; any other identifier
//! there names a function. A script may be given variables from outside, so there every identifier
//! has a slot; so it is in a function that can make variables the text does not show.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexSet;

use super::ast::{
    Anonymous, Capture, Function, Ident, Interner, Name, Param, Program, Scope, SharedSlot, Slot,
    Stmt,
};
use super::resized;
use super::visit::{self, Visitor};

/// Functions that read or write variables of their caller by name.
const DYNAMIC: [&str; 13] = [
    "eval",
    "evalc",
    "who",
    "whos",
    "save",
    "load",
    "inputname",
    "run",
    "source",
    "keyboard",
    "input",
    "clearvars",
    "__vars__",
];

/// Functions that do so with variables of any call: a file that names one keeps all variables.
const FAR: [&str; 2] = ["evalin", "assignin"];

/// Variables of one scope while it is resolved.
struct Env {
    names: IndexSet<Name>,
    /// Every identifier is a variable.
    all: bool,
    /// An anonymous function: what it does not know, it captures.
    is_anonymous: bool,
    captures: Vec<Capture>,
}

struct Resolver {
    /// The scope being resolved, last, inside those around it.
    envs: Vec<Env>,
}

/// Fills every scope, slot, capture list and shared list of a program.
pub(super) fn resolve(program: &mut Program) {
    let dynamic = mentions(&mut program.body, &[]).is_dynamic(&program.names);
    let mut resolver = Resolver { envs: Vec::new() };
    resolver.push(IndexSet::new(), true, false);
    visit::statements(&mut program.body, &mut resolver);
    let ans = resolver.lookup(0, &Ident { name: Name::ANS, slot: None, ..nowhere(program) });
    program.scope = resolver.pop().map(|env| scope(env, dynamic)).unwrap_or_default();
    program.scope.ans = ans;
    program.scope.resized = resized(&program.body, &program.names);
    for function in &mut program.functions {
        if let Some(function) = Arc::get_mut(function) {
            resolve_function(function, None);
        }
    }
}

fn nowhere(program: &Program) -> Ident {
    let span = crate::diagnostic::Span { file: program.file, start: 0, end: 0 };
    Ident { name: Name::ANS, slot: None, last_use: false, span }
}

fn scope(env: Env, dynamic: bool) -> Scope {
    let ans = env.names.get_index_of(&Name::ANS).map(slot);
    Scope { names: env.names.into_iter().collect(), ans, dynamic, resized: None }
}

/// Slots of the variables that grow or shrink, once they have slots.
fn resized(body: &[Stmt], names: &Interner) -> Option<Arc<[Slot]>> {
    let mut slots = BTreeSet::new();
    resized::resized(body, names, &mut |ident| slots.extend(ident.slot));
    (!slots.is_empty()).then(|| slots.into_iter().collect())
}

fn slot(index: usize) -> Slot {
    Slot(index as u32)
}

fn resolve_function(function: &mut Function, outer: Option<&Scope>) {
    let mentioned = mentions(&mut function.body, &function.nested);
    let dynamic = mentioned.is_dynamic(&function.names);
    let mut names = declared(function);
    let own = names.len();
    visit::assigned(&function.body, &mut |ident| {
        names.insert(ident.name);
    });
    if !function.nested.is_empty() {
        // What only a nested function assigns is a variable here too, if it is read here.
        let own = mentions(&mut function.body, &[]);
        for nested in &function.nested {
            assigned_in_nested(nested, &mut |name| {
                if own.names.contains(&name) {
                    names.insert(name);
                }
            });
        }
    }
    if mentioned.names.contains(&Name::ANS) {
        names.insert(Name::ANS);
    }
    let outer_names = outer.map(|scope| &*scope.names).unwrap_or_default();
    for (index, name) in outer_names.iter().enumerate() {
        let is_own = names.get_index_of(name).is_some_and(|index| index < own);
        if !is_own && mentioned.names.contains(name) {
            let inner = slot(names.insert_full(*name).0);
            function.shared.push(SharedSlot { inner, outer: slot(index) });
        }
    }
    let mut resolver = Resolver { envs: Vec::new() };
    resolver.push(names, dynamic, false);
    let outputs = function.outputs.iter_mut().chain(&mut function.varargout);
    for ident in outputs.chain(&mut function.varargin) {
        resolver.ident(ident);
    }
    resolver.params(&mut function.params);
    visit::statements(&mut function.body, &mut resolver);
    function.scope = resolver.pop().map(|env| scope(env, dynamic)).unwrap_or_default();
    function.scope.resized = resized(&function.body, &function.names);
    for nested in &mut function.nested {
        if let Some(nested) = Arc::get_mut(nested) {
            resolve_function(nested, Some(&function.scope));
        }
    }
}

/// Names of the parameters and results of a function.
fn declared(function: &Function) -> IndexSet<Name> {
    let params = function.params.iter().filter_map(|param| match param {
        Param::Named(ident) => Some(ident.name),
        Param::Ignored(_) => None,
    });
    let others = function.varargin.iter().chain(&function.outputs).chain(&function.varargout);
    params.chain(others.map(|ident| ident.name)).collect()
}

/// Names that a nested function, or one inside it, assigns and does not keep for itself.
fn assigned_in_nested(function: &Function, found: &mut dyn FnMut(Name)) {
    let own = declared(function);
    let mut shared = |name| {
        if !own.contains(&name) {
            found(name);
        }
    };
    visit::assigned(&function.body, &mut |ident| shared(ident.name));
    for nested in &function.nested {
        assigned_in_nested(nested, &mut shared);
    }
}

impl Resolver {
    fn push(&mut self, names: IndexSet<Name>, all: bool, is_anonymous: bool) {
        self.envs.push(Env { names, all, is_anonymous, captures: Vec::new() });
    }

    fn pop(&mut self) -> Option<Env> {
        self.envs.pop()
    }

    fn params(&mut self, params: &mut [Param]) {
        for param in params {
            match param {
                Param::Named(ident) => self.ident(ident),
                Param::Ignored(_) => {}
            }
        }
    }

    /// The slot of an identifier in the scope at `level`.
    fn lookup(&mut self, level: usize, ident: &Ident) -> Option<Slot> {
        let env = self.envs.get(level)?;
        if let Some(index) = env.names.get_index_of(&ident.name) {
            return Some(slot(index));
        }
        if env.is_anonymous {
            let outer = self.lookup(level.checked_sub(1)?, ident)?;
            let env = self.envs.get_mut(level)?;
            let inner = slot(env.names.insert_full(ident.name).0);
            env.captures.push(Capture { outer: Ident { slot: Some(outer), ..*ident }, inner });
            return Some(inner);
        }
        if !env.all {
            return None;
        }
        self.envs.get_mut(level).map(|env| slot(env.names.insert_full(ident.name).0))
    }
}

impl Visitor for Resolver {
    fn ident(&mut self, ident: &mut Ident) {
        let level = self.envs.len().saturating_sub(1);
        ident.slot = self.lookup(level, ident);
    }

    fn anonymous(&mut self, function: &mut Arc<Anonymous>) {
        let Some(function) = Arc::get_mut(function) else {
            return;
        };
        let mut names = IndexSet::new();
        for param in &function.params {
            match param {
                Param::Named(ident) => names.insert(ident.name),
                Param::Ignored(_) => false,
            };
        }
        names.extend(function.varargin.iter().map(|ident| ident.name));
        self.push(names, false, true);
        self.params(&mut function.params);
        if let Some(ident) = &mut function.varargin {
            self.ident(ident);
        }
        visit::expr(&mut function.body, self);
        if let Some(mut env) = self.pop() {
            function.captures = std::mem::take(&mut env.captures);
            function.scope = scope(env, false);
        }
    }
}

/// All names that a scope mentions.
#[derive(Default)]
struct Mentions {
    names: BTreeSet<Name>,
}

fn mentions(body: &mut [Stmt], nested: &[Arc<Function>]) -> Mentions {
    let mut mentions = Mentions::default();
    visit::statements(body, &mut mentions);
    for function in nested {
        let mut body = function.body.clone();
        mentions.names.append(&mut self::mentions(&mut body, &function.nested).names);
    }
    mentions
}

impl Mentions {
    fn is_dynamic(&self, names: &Interner) -> bool {
        let mut found = DYNAMIC.iter().filter_map(|text| names.get(text));
        found.any(|name| self.names.contains(&name))
            || FAR.iter().any(|text| names.get(text).is_some())
    }
}

impl Visitor for Mentions {
    fn ident(&mut self, ident: &mut Ident) {
        self.names.insert(ident.name);
    }

    fn anonymous(&mut self, function: &mut Arc<Anonymous>) {
        // The tree is not shared yet; a body that is would have been visited before.
        if let Some(function) = Arc::get_mut(function) {
            visit::expr(&mut function.body, self);
        }
    }
}
