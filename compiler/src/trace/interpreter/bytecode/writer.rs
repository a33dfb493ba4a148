//! Writes code: labels, pieces, registers, and what the statements of a body become.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::syntax::ast::{Anonymous, Expr, Function, Param, Slot, Stmt};
use crate::syntax::liveness::assigned_in;
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::bytecode::op::{Class, NO_LOOP, Op, Reg};
use crate::trace::interpreter::bytecode::{Code, Piece};

/// A position that is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(pub(super) u32);

/// A number in a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scalar {
    pub(super) reg: Reg,
    pub(super) class: Class,
}

/// Instructions that stand out of line, for a piece that failed.
struct Deferred {
    label: Label,
    ops: Vec<Op>,
    resume: Label,
}

/// Code while it is written.
pub(super) struct Writer<'w, 'h> {
    pub(super) interpreter: &'w mut Interpreter<'h>,
    pub(super) code: Code,
    /// Variables that the scope's statements assign.
    assigned: BTreeSet<Slot>,
    labels: Vec<u32>,
    deferred: Vec<Deferred>,
    /// Registers in use.
    pub(super) used: u8,
    next_hidden: u32,
    /// Loops of the code around the statement, innermost last: number, `continue` and `break`.
    pub(super) around: Vec<(u32, Label, Label)>,
    /// Values that `end` may mean: variable, position, number of indices.
    pub(super) ends: Vec<(Slot, u8, u8)>,
    /// Pieces that do not walk the tree.
    compiled: u32,
}

/// A loop of the running frame, if something of it can be compiled.
pub(super) fn compile_loop(interpreter: &mut Interpreter<'_>, stmt: &Stmt) -> Option<Code> {
    let mut assigned = assigned_in(std::slice::from_ref(stmt));
    assigned.extend(interpreter.scope_assigned());
    let mut writer = Writer::new(interpreter, assigned);
    writer.stmt(stmt);
    writer.finish(Op::End)
}

/// The body of the running function.
pub(super) fn compile_function(
    interpreter: &mut Interpreter<'_>,
    function: &Arc<Function>,
) -> Option<Code> {
    if function.scope.dynamic || !function.nested.is_empty() || !function.shared.is_empty() {
        return None;
    }
    let mut assigned = assigned_in(&function.body);
    let own = function.scope.names.len() as u32;
    assigned.extend((0..own).map(Slot));
    let mut writer = Writer::new(interpreter, assigned);
    writer.body(&function.body);
    writer.finish(Op::End)
}

/// The expression of the running anonymous function.
pub(super) fn compile_anonymous(
    interpreter: &mut Interpreter<'_>,
    function: &Arc<Anonymous>,
) -> Option<Code> {
    // A captured name without value means a function.
    let params = function.params.iter().filter_map(|param| match param {
        Param::Named(ident) => ident.slot,
        Param::Ignored(_) => None,
    });
    let rest = function.varargin.iter().filter_map(|ident| ident.slot);
    let variables = params.chain(rest).collect();
    let mut writer = Writer::new(interpreter, variables);
    writer.results(&function.body);
    writer.finish(Op::End)
}

impl<'w, 'h> Writer<'w, 'h> {
    fn new(interpreter: &'w mut Interpreter<'h>, assigned: BTreeSet<Slot>) -> Writer<'w, 'h> {
        let next_hidden = interpreter.frame.scope.names.len() as u32;
        Writer {
            interpreter,
            code: Code::default(),
            assigned,
            labels: Vec::new(),
            deferred: Vec::new(),
            used: 0,
            next_hidden,
            around: Vec::new(),
            ends: Vec::new(),
            compiled: 0,
        }
    }

    fn finish(mut self, last: Op) -> Option<Code> {
        if self.compiled == 0 {
            return None;
        }
        self.emit(last);
        for deferred in std::mem::take(&mut self.deferred) {
            self.bind(deferred.label);
            self.code.ops.extend(deferred.ops);
            self.emit(Op::Jump { to: deferred.resume.0 });
        }
        let labels = self.labels;
        let at = |label: u32| labels.get(label as usize).copied().unwrap_or_default();
        self.code.ops.iter_mut().for_each(|op| op.each_target(&mut |to| *to = at(*to)));
        self.code.pieces.iter_mut().for_each(|piece| piece.fallback = at(piece.fallback));
        for own in &mut self.code.loops {
            (own.again, own.exit) = (at(own.again), at(own.exit));
        }
        for switch in &mut self.code.switches {
            switch.targets.iter_mut().for_each(|to| *to = at(*to));
        }
        self.code.slot_count = self.next_hidden as usize;
        Some(self.code)
    }

    pub(super) fn emit(&mut self, op: Op) {
        self.code.ops.push(op);
    }

    fn here(&self) -> u32 {
        self.code.ops.len() as u32
    }

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(0);
        Label(self.labels.len() as u32 - 1)
    }

    pub(super) fn bind(&mut self, label: Label) {
        let here = self.here();
        if let Some(place) = self.labels.get_mut(label.0 as usize) {
            *place = here;
        }
    }

    /// A register; `None` when all are in use.
    pub(super) fn reg(&mut self) -> Option<Reg> {
        let reg = Reg(self.used);
        self.used += 1;
        (usize::from(reg.0) < Reg::COUNT).then_some(reg)
    }

    /// A variable that the text does not have.
    pub(super) fn hidden(&mut self) -> Slot {
        self.next_hidden += 1;
        Slot(self.next_hidden - 1)
    }

    pub(super) fn expr_index(&mut self, expr: &Expr) -> u32 {
        self.code.exprs.push(expr.clone());
        self.code.exprs.len() as u32 - 1
    }

    /// The instruction that walks a statement.
    pub(super) fn walk(&mut self, stmt: &Stmt) -> Op {
        self.code.stmts.push(stmt.clone());
        let stmt = self.code.stmts.len() as u32 - 1;
        let around = self.around.last().map_or(NO_LOOP, |(number, _, _)| *number);
        Op::Statement { stmt, around }
    }

    /// What `write` emits, as a piece that falls back to other instructions; only these if it
    /// cannot be written.
    pub(super) fn piece(
        &mut self,
        write: impl FnOnce(&mut Self) -> Option<()>,
        fallback: impl FnOnce(&mut Self) -> Vec<Op>,
    ) -> bool {
        let start = self.here();
        self.used = 0;
        let ends = self.ends.len();
        let is_written = write(self).is_some();
        self.ends.truncate(ends);
        let ops = fallback(self);
        if !is_written {
            self.code.ops.truncate(start as usize);
            self.code.ops.extend(ops);
            return false;
        }
        let (label, resume) = (self.label(), self.label());
        self.bind(resume);
        self.code.pieces.push(Piece { start, end: self.here(), fallback: label.0 });
        self.deferred.push(Deferred { label, ops, resume });
        self.compiled += 1;
        true
    }

    /// True if a slot is a variable here, and not the name of a function.
    pub(super) fn is_variable(&self, slot: Slot) -> bool {
        self.assigned.contains(&slot)
            || slot.0 >= self.interpreter.frame.scope.names.len() as u32
            || self.interpreter.is_set(slot)
    }

    /// Statements in order.
    pub(super) fn body(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    /// A statement; loops of it count as compiled only for what is in them.
    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        if !self.statement(stmt) {
            let op = self.walk(stmt);
            self.emit(op);
        }
    }
}

impl Interpreter<'_> {
    /// Variables that the running scope's statements assign.
    fn scope_assigned(&self) -> BTreeSet<Slot> {
        match &self.frame.function {
            Some(function) => assigned_in(&function.body),
            None => {
                let file = self.files.get(self.frame.file);
                file.map(|file| file.assigned.clone()).unwrap_or_default()
            }
        }
    }
}
