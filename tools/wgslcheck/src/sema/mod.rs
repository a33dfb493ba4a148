//! From a syntax tree to what the specification calls a valid module: names, types, constant
//! values, attributes. What is learned about each expression stays in tables for the analyses.
//!
//! Invariant: [`check`] ends on every tree. A construct of naga's dialect that WGSL does not have
//! makes the answer undecided, never an error.

pub(crate) mod attributes;
mod builtins;
mod calls;
mod construct;
mod entry;
mod expressions;
mod globals;
pub(crate) mod layout;
mod names;
pub(crate) mod number;
mod operators;
mod overrides;
mod reach;
pub(crate) mod statements;
mod structs;
pub(crate) mod types;
mod typing;
pub(crate) mod value;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::rules::{self, Rule};
use crate::syntax::ast::{ExprId, Module, Span};
use types::{Access, Space, Ty, Types};
use value::Value;

/// One error of a module.
#[derive(Clone, Debug)]
pub(crate) struct Issue {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) span: Span,
    pub(crate) help: Option<String>,
}

/// Why a part of the module was left.
#[derive(Debug)]
pub(crate) enum Stop {
    Issue(Box<Issue>),
    /// It depends on something that was reported already.
    Known,
    /// A construct that this checker does not judge.
    Undecided(Span, String),
}

/// The result of checking one part.
pub(crate) type Res<T> = Result<T, Stop>;

/// An error of `rule`.
pub(crate) fn fail<T>(rule: &'static Rule, span: Span, message: impl Into<String>) -> Res<T> {
    Err(Stop::Issue(Box::new(Issue { rule, message: message.into(), span, help: None })))
}

/// A type error.
pub(crate) fn type_error<T>(span: Span, message: impl Into<String>) -> Res<T> {
    fail(&rules::TYPES, span, message)
}

/// An error of a constant's value.
pub(crate) fn value_error<T>(span: Span, message: impl Into<String>) -> Res<T> {
    fail(&rules::CONSTANTS, span, message)
}

/// When an expression gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Const,
    Override,
    Runtime,
}

/// What is known about an expression.
#[derive(Clone, Debug)]
pub(crate) struct Ex {
    pub(crate) ty: Ty,
    pub(crate) stage: Stage,
    pub(crate) value: Option<Value>,
}

impl Ex {
    pub(crate) fn runtime(ty: Ty) -> Self {
        Self { ty, stage: Stage::Runtime, value: None }
    }
}

/// What a name or call refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Referent {
    None,
    Local(u32),
    Global(u32),
    Override(u32),
    Function(u32),
    Builtin(&'static str),
}

/// What the analyses need of an expression.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Note {
    pub(crate) ty: Ty,
    pub(crate) referent: Referent,
    /// The expression is a reference whose value is read here.
    pub(crate) loaded: bool,
}

/// A variable at module scope.
#[derive(Clone, Debug)]
pub(crate) struct Global {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) space: Space,
    pub(crate) access: Access,
    pub(crate) ty: Ty,
    pub(crate) binding: Option<(u32, u32)>,
}

/// A pipeline-overridable constant.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) id: Option<u32>,
    pub(crate) value: Option<Value>,
}

/// A local variable, value or parameter.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) kind: LocalKind,
    pub(crate) ty: Ty,
    pub(crate) constant: Option<Ex>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LocalKind {
    Var,
    Let,
    Const,
    Param(u32),
}

/// The stage of an entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntryStage {
    Vertex,
    Fragment,
    Compute,
}

/// A function.
#[derive(Clone, Debug)]
pub(crate) struct FnInfo {
    /// Index of the declaration.
    pub(crate) declaration: usize,
    /// The place of its name.
    pub(crate) span: Span,
    pub(crate) params: Vec<Ty>,
    pub(crate) result: Ty,
    pub(crate) must_use: bool,
    pub(crate) entry: Option<EntryStage>,
    /// The workgroup size as far as it is known.
    pub(crate) workgroup_size: Vec<Option<u32>>,
    pub(crate) calls: BTreeMap<u32, Span>,
    pub(crate) globals: BTreeMap<u32, Span>,
    pub(crate) overrides: BTreeSet<u32>,
    /// Built-in functions that only some stages have.
    pub(crate) staged: Vec<(&'static str, Span)>,
    pub(crate) locals: Vec<Local>,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Entity {
    Const(Ex),
    Override(u32),
    Global(u32),
    Type(Ty),
    Function(u32),
    Local(u32),
}

#[derive(Clone, Debug)]
enum State {
    Waiting,
    Busy,
    Done(Entity),
    Failed,
}

/// The function whose body is being checked.
#[derive(Debug, Default)]
struct Body<'a> {
    scopes: Vec<Vec<(&'a str, Entity)>>,
    locals: Vec<Local>,
    function: u32,
    result: Option<Ty>,
}

/// What the caller decides about a check.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Values for overrides, by name or id; `None` leaves overrides without values.
    pub(crate) overrides: Option<BTreeMap<String, f64>>,
    /// The extensions that the device offers; `None` is all.
    pub(crate) extensions: Option<BTreeSet<String>>,
}

/// A module under check, and afterwards what is known about it.
pub(crate) struct Sema<'a> {
    pub(crate) module: &'a Module<'a>,
    pub(crate) types: Types,
    pub(crate) notes: Vec<Note>,
    /// How control leaves each statement, by its id.
    pub(crate) behaviors: Vec<statements::Behavior>,
    pub(crate) globals: Vec<Global>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) functions: Vec<FnInfo>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) undecided: Option<(Span, String)>,
    settings: Settings,
    names: IndexMap<&'a str, usize>,
    states: Vec<State>,
    enabled: BTreeSet<&'a str>,
    body: Option<Body<'a>>,
    /// Above 0 the expression at hand is never evaluated: its values raise no errors.
    unevaluated: u32,
    next_override_len: u32,
    /// The number of elements of arrays that are sized by overrides with values.
    pub(crate) override_lens: BTreeMap<u32, (i64, Span)>,
    io: IndexMap<u32, Vec<structs::MemberIo>>,
}

/// Checks `module`.
pub(crate) fn check<'a>(module: &'a Module<'a>, settings: Settings) -> Sema<'a> {
    let note = Note { ty: Types::VOID, referent: Referent::None, loaded: false };
    let mut sema = Sema {
        module,
        types: Types::new(),
        notes: vec![note; module.expr_count as usize],
        behaviors: vec![0; module.statement_count as usize],
        globals: Vec::new(),
        overrides: Vec::new(),
        functions: Vec::new(),
        issues: Vec::new(),
        undecided: None,
        settings,
        names: IndexMap::new(),
        states: vec![State::Waiting; module.declarations.len()],
        enabled: BTreeSet::new(),
        body: None,
        unevaluated: 0,
        next_override_len: 0,
        override_lens: BTreeMap::new(),
        io: IndexMap::new(),
    };
    sema.run();
    sema
}

impl<'a> Sema<'a> {
    fn run(&mut self) {
        let outcome = self.directives();
        self.keep(outcome);
        if self.undecided.is_some() {
            return;
        }
        self.declare_names();
        for index in 0..self.module.declarations.len() {
            let outcome = self.resolve(index).map(drop);
            self.keep(outcome);
        }
        self.module_asserts();
        self.check_overrides();
        self.check_bodies();
        self.check_calls();
        self.check_entry_points();
    }

    /// Records why a part was left, if it was.
    fn keep(&mut self, outcome: Res<()>) {
        match outcome {
            Ok(()) | Err(Stop::Known) => {}
            Err(Stop::Issue(issue)) => self.issues.push(*issue),
            Err(Stop::Undecided(span, what)) => {
                self.undecided.get_or_insert((span, what));
            }
        }
    }

    fn note(&mut self, id: ExprId) -> Option<&mut Note> {
        self.notes.get_mut(id.0 as usize)
    }

    fn enabled(&self, extension: &str) -> bool {
        self.enabled.contains(extension)
    }

    fn requires(&self, feature: &str) -> bool {
        self.module.directives.requires.iter().any(|name| name.name == feature)
    }

    fn info(&mut self) -> Option<&mut FnInfo> {
        let function = self.body.as_ref()?.function;
        self.functions.get_mut(function as usize)
    }
}
