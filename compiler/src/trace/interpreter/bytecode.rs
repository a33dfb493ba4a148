//! Scalar code, compiled: loops and functions whose statements work on single numbers.
//!
//! A loop, a function of a file or an anonymous function becomes a list of instructions
//! ([`op::Op`]) over 32 registers of `f64`. Variables stay where the tree walk has them, in the
//! slots of the running frame, so compiled and walked statements mix freely: a statement that is
//! not scalar is one instruction that walks it.
//!
//! Nothing is assumed about classes. An expression is a *piece* of code that has no effect before
//! it is done; an instruction that meets another class, an index out of bounds, a missing variable
//! or a complex result leaves the piece, and the tree walk does the whole of it, with its own
//! results and errors. Calls are pieces of their own; what they give waits in hidden variables.
//!
//! Deliberately absent: types. A loop that turns to integers or arrays half way goes on by walking
//! the tree, and comes back when the numbers are simple again.

mod call;
mod cases;
mod expression;
mod lift;
mod machine;
mod op;
mod places;
mod statement;
mod writer;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::Span;
use crate::syntax::ast::{Anonymous, Case, Expr, Function, Slot, Stmt};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::statement::Flow;
use crate::trace::value::Value;

use op::Op;

/// Compiled code with all that its instructions name.
#[derive(Debug, Default)]
pub(crate) struct Code {
    ops: Vec<Op>,
    /// In the order of their starts; they do not overlap.
    pieces: Vec<Piece>,
    stmts: Vec<Stmt>,
    exprs: Vec<Expr>,
    texts: Vec<Value>,
    loops: Vec<Loop>,
    sites: Vec<Site>,
    switches: Vec<Switch>,
    /// Slots of a frame that runs it, hidden ones included.
    slot_count: usize,
}

/// Instructions without effect before the last, and where to go on if one fails.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u32,
    end: u32,
    fallback: u32,
}

/// A loop of the code.
#[derive(Clone, Debug)]
struct Loop {
    /// Variable of a `for`.
    slot: Slot,
    /// Variables that the body assigns.
    assigned: Rc<[Slot]>,
    /// Where `continue` goes.
    again: u32,
    /// Where `break` goes.
    exit: u32,
    span: Span,
}

/// A place that takes values from the stack.
#[derive(Clone, Debug)]
struct Site {
    /// What is called, if it is a function of a file.
    function: Option<Arc<Function>>,
    /// Number of values.
    count: u32,
    /// Variables that lose their value once all values are on the stack.
    last: Vec<Slot>,
    span: Span,
}

/// A `switch`: the value, its cases, and where each body starts; the last is `otherwise`.
#[derive(Clone, Debug)]
struct Switch {
    value: Expr,
    cases: Vec<Case>,
    targets: Vec<u32>,
}

/// Code by the address of what it was made of.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// Of loops. Their programs outlive the run.
    loops: BTreeMap<usize, Option<Rc<Code>>>,
    functions: BTreeMap<usize, FunctionCode>,
    anonymous: BTreeMap<usize, AnonymousCode>,
}

/// Code of a function of a file, made at its second call.
#[derive(Debug)]
struct FunctionCode {
    /// Held so that its address stays its own.
    _function: Arc<Function>,
    called: bool,
    code: Option<Rc<Code>>,
}

/// The same of an anonymous function.
#[derive(Debug)]
struct AnonymousCode {
    _function: Arc<Anonymous>,
    called: bool,
    code: Option<Rc<Code>>,
}

impl Interpreter<'_> {
    /// Runs a loop as compiled code; `None`: it has nothing to compile.
    ///
    /// # Errors
    /// Those of its statements.
    pub(crate) fn compiled_loop(&mut self, stmt: &Stmt) -> Option<Result<Flow, ScriptError>> {
        let key = std::ptr::from_ref(stmt) as usize;
        let known = self.codes.loops.get(&key).cloned();
        let code = match known {
            Some(code) => code?,
            None => {
                let code = writer::compile_loop(self, stmt).map(Rc::new);
                self.codes.loops.insert(key, code.clone());
                code?
            }
        };
        Some(self.run_code(&code))
    }

    /// Runs the body of the running function, compiled from its second call on.
    ///
    /// # Errors
    /// Those of its statements.
    pub(crate) fn function_body(&mut self, function: &Arc<Function>) -> Result<Flow, ScriptError> {
        match self.function_code(function) {
            Some(code) => self.run_code(&code),
            None => self.body(&function.body),
        }
    }

    fn function_code(&mut self, function: &Arc<Function>) -> Option<Rc<Code>> {
        let key = Arc::as_ptr(function) as usize;
        match self.codes.functions.get_mut(&key) {
            Some(FunctionCode { called: true, code, .. }) => code.clone(),
            Some(known) => {
                known.called = true;
                let code = writer::compile_function(self, function).map(Rc::new);
                let known = self.codes.functions.get_mut(&key)?;
                known.code = code;
                known.code.clone()
            }
            None => {
                let known =
                    FunctionCode { _function: Arc::clone(function), called: false, code: None };
                self.codes.functions.insert(key, known);
                None
            }
        }
    }

    /// Code for the expression of the running anonymous function, from its second call on.
    fn anonymous_code(&mut self, function: &Arc<Anonymous>) -> Option<Rc<Code>> {
        let key = Arc::as_ptr(function) as usize;
        match self.codes.anonymous.get_mut(&key) {
            Some(AnonymousCode { called: true, code, .. }) => code.clone(),
            Some(known) => {
                known.called = true;
                let code = writer::compile_anonymous(self, function).map(Rc::new);
                let known = self.codes.anonymous.get_mut(&key)?;
                known.code = code;
                known.code.clone()
            }
            None => {
                let known =
                    AnonymousCode { _function: Arc::clone(function), called: false, code: None };
                self.codes.anonymous.insert(key, known);
                None
            }
        }
    }

    /// The values of the running anonymous function.
    ///
    /// # Errors
    /// Those of its expression.
    pub(crate) fn anonymous_body(
        &mut self,
        function: &Arc<Anonymous>,
        nargout: usize,
    ) -> Result<Vec<Value>, ScriptError> {
        // The code leaves one value: a call without results (`f(x);`) may have none.
        let code = if nargout == 1 { self.anonymous_code(function) } else { None };
        let Some(code) = code else {
            return self.eval_many(&function.body, nargout);
        };
        let base = self.stack.len();
        self.run_code(&code)?;
        Ok(self.stack.split_off(base))
    }
}
