//! Statements other than loops.

use std::rc::Rc;

use crate::diagnostic::Span;
use crate::syntax::ast::{
    BinaryOp, Case, Declaration, Expr, ExprKind, Ident, IfArm, IndexKind, LValue, Slot, Stmt,
    StmtKind, Word,
};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::arith::to_complex;
use crate::trace::interpreter::assign::Step;
use crate::trace::interpreter::delete::Deletion;
use crate::trace::interpreter::{Interpreter, PLACE_BYTES, has_room};
use crate::trace::value::Value;

/// How a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The next statement follows.
    Next,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return`.
    Return,
}

impl Interpreter<'_> {
    /// Statements in order.
    ///
    /// # Errors
    /// Those of the first that fails.
    pub(crate) fn body(&mut self, body: &[Stmt]) -> Result<Flow, ScriptError> {
        for stmt in body {
            let flow = self.statement(stmt)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    /// One statement.
    ///
    /// # Errors
    /// What it stumbles over.
    pub(crate) fn statement(&mut self, stmt: &Stmt) -> Result<Flow, ScriptError> {
        match &stmt.kind {
            StmtKind::Assign { target, value } => {
                self.assign_statement(target, value).map_err(|error| error.at(stmt.span))?;
                self.show_target(stmt, target)?;
            }
            StmtKind::If { arms, otherwise } => return self.branch(arms, otherwise.as_deref()),
            StmtKind::For { .. } | StmtKind::While { .. } | StmtKind::DoUntil { .. } => {
                return self.repeat(stmt);
            }
            StmtKind::Expr(expr) => self.expression(stmt, expr)?,
            StmtKind::OpAssign { target, op, value } => {
                self.op_assign(target, *op, value, false).map_err(|error| error.at(stmt.span))?;
                self.show_target(stmt, target)?;
            }
            StmtKind::MultiAssign { targets, value } => self.multi_assign(stmt, targets, value)?,
            StmtKind::Switch { value, cases, otherwise } => {
                return self.switch(value, cases, otherwise.as_deref());
            }
            StmtKind::Try { body, error, handler } => {
                return self.try_catch(body, error.as_ref(), handler);
            }
            StmtKind::UnwindProtect { body, cleanup } => return self.protect(body, cleanup),
            StmtKind::Global(list) => self.globals(list)?,
            StmtKind::Persistent(list) => self.persistents(list)?,
            StmtKind::Command { function, args } => self.command(stmt, function, args)?,
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Return => return Ok(Flow::Return),
        }
        if self.has_ended() {
            self.run_ended();
        }
        Ok(Flow::Next)
    }

    /// `x` or `f(x)` as a statement.
    fn expression(&mut self, stmt: &Stmt, expr: &Expr) -> Result<(), ScriptError> {
        if let ExprKind::Ident(ident) = &expr.kind
            && let Some(slot) = ident.slot
            && let Some(value) = self.load(slot)
        {
            let name = self.frame.text(ident.name).to_owned();
            return if stmt.print { self.show(&name, value, stmt.span) } else { Ok(()) };
        }
        let values = self.eval_many(expr, 0)?;
        let is_list = matches!(
            expr.kind,
            ExprKind::Index { kind: IndexKind::Brace, .. }
                | ExprKind::Field { .. }
                | ExprKind::DynField { .. }
        );
        let count = if is_list { values.len() } else { 1 };
        self.keep_answer(stmt, values.into_iter().take(count))
    }

    /// Shows values of a statement that assigns none, and keeps the last.
    fn keep_answer(
        &mut self,
        stmt: &Stmt,
        values: impl Iterator<Item = Value>,
    ) -> Result<(), ScriptError> {
        for value in values {
            if stmt.print {
                self.show("ans", value.clone(), stmt.span)?;
            }
            if let Some(slot) = self.frame.scope.ans {
                self.store(slot, value);
            }
        }
        Ok(())
    }

    fn assign_statement(&mut self, target: &LValue, value: &Expr) -> Result<(), ScriptError> {
        let deletion = match !target.path.is_empty() && is_nothing(value) {
            true => self.delete(target)?,
            false => Deletion::NoPart,
        };
        let before = match deletion {
            Deletion::Done => return Ok(()),
            Deletion::Assignment(slot, steps) => Some((slot, steps)),
            Deletion::NoPart => self.first_steps(target)?,
        };
        let value = self.eval(value)?;
        match before {
            Some((slot, steps)) => self.assign_steps(target, (slot, &steps), value),
            None => self.assign(target, value),
        }
    }

    /// The way to a part whose indices are evaluated before the value that it gets.
    ///
    /// # Errors
    /// Those of the indices.
    pub(crate) fn first_steps(
        &mut self,
        target: &LValue,
    ) -> Result<Option<(Slot, Vec<Step>)>, ScriptError> {
        match target.base.slot.filter(|_| target.is_first) {
            Some(slot) => Ok(Some((slot, self.steps(target, slot)?))),
            None => Ok(None),
        }
    }

    pub(crate) fn op_assign(
        &mut self,
        target: &LValue,
        op: BinaryOp,
        value: &Expr,
        gives_old: bool,
    ) -> Result<Value, ScriptError> {
        let before = self.first_steps(target)?;
        let right = self.eval(value)?;
        let Some(slot) = target.base.slot.filter(|slot| self.is_set(*slot)) else {
            let message = match (gives_old, target.path.is_empty()) {
                (true, _) => "in x++ or ++x, x must be defined first",
                (_, true) => "in computed assignment A OP= X, A must be defined first",
                (_, false) => "in computed assignment A(index) OP= X, A must be defined first",
            };
            return Err(fail("M101", message).at(target.span));
        };
        // The indices are evaluated once: their last reads move values out.
        let steps = match before {
            Some((_, steps)) => steps,
            None => self.steps(target, slot)?,
        };
        let left = self.read_target(target, slot, &steps)?;
        let old = if gives_old { left.clone() } else { Value::empty() };
        let value = self.binary(op, left, right, target.span)?;
        let kept = if gives_old { old } else { value.clone() };
        self.assign_steps(target, (slot, &steps), value)?;
        Ok(kept)
    }

    fn multi_assign(
        &mut self,
        stmt: &Stmt,
        targets: &[Option<LValue>],
        value: &Expr,
    ) -> Result<(), ScriptError> {
        self.ignored = targets.iter().map(Option::is_none).collect();
        if self.ignored.iter().all(|ignored| !ignored) {
            self.ignored.clear();
        }
        let mut ways = Vec::with_capacity(targets.len());
        for target in targets {
            ways.push(match target {
                Some(target) if !target.path.is_empty() => Some(self.spread(target)?),
                Some(_) | None => None,
            });
        }
        let count = ways.iter().map(|ways| ways.as_ref().map_or(1, Vec::len)).sum();
        let values = self.eval_many(value, count);
        self.ignored.clear();
        let mut values = values?.into_iter();
        for (index, (target, ways)) in targets.iter().zip(ways).enumerate() {
            if let (Some(target), Some(ways)) = (target, ways)
                && let Some(slot) = target.base.slot
            {
                for steps in &ways {
                    let value = values.next().ok_or_else(|| unset(index).at(target.span))?;
                    self.assign_steps(target, (slot, steps), value)
                        .map_err(|error| error.at(stmt.span))?;
                }
                self.show_target(stmt, target)?;
                continue;
            }
            let value = values.next();
            let Some(target) = target else { continue };
            let value = value.ok_or_else(|| unset(index).at(target.span))?;
            self.assign(target, value).map_err(|error| error.at(stmt.span))?;
            self.show_target(stmt, target)?;
        }
        Ok(())
    }

    /// `x = ..` after an assignment without semicolon.
    fn show_target(&mut self, stmt: &Stmt, target: &LValue) -> Result<(), ScriptError> {
        // What the variable was before goes away now.
        if self.has_ended() {
            self.run_ended();
        }
        if !stmt.print {
            return Ok(());
        }
        let Some(value) = target.base.slot.and_then(|slot| self.load(slot)) else {
            return Ok(());
        };
        let name = self.frame.text(target.base.name).to_owned();
        self.show(&name, value, stmt.span)
    }

    /// Prints `name = value`. A sync point if some part of it is lazy.
    pub(crate) fn show(&mut self, name: &str, value: Value, span: Span) -> Result<(), ScriptError> {
        if let Value::Range(range) = &value {
            has_room(range.count, PLACE_BYTES).map_err(|error| error.at(span))?;
        }
        let args = vec![value, Value::from(name)];
        self.call_builtin(&super::display::DISPLAY, args, 0, span).map(drop)
    }

    fn branch(&mut self, arms: &[IfArm], otherwise: Option<&[Stmt]>) -> Result<Flow, ScriptError> {
        for arm in arms {
            if self.condition(&arm.cond)? {
                return self.body(&arm.body);
            }
        }
        otherwise.map_or(Ok(Flow::Next), |body| self.body(body))
    }

    fn switch(
        &mut self,
        value: &Expr,
        cases: &[Case],
        otherwise: Option<&[Stmt]>,
    ) -> Result<Flow, ScriptError> {
        let chosen = self.chosen_case(value, cases)?;
        let body = cases.get(chosen).map(|case| case.body.as_slice()).or(otherwise);
        body.map_or(Ok(Flow::Next), |body| self.body(body))
    }

    /// Which case a `switch` takes; their number for `otherwise`.
    ///
    /// # Errors
    /// Those of the value and the labels.
    pub(crate) fn chosen_case(
        &mut self,
        value: &Expr,
        cases: &[Case],
    ) -> Result<usize, ScriptError> {
        let mut subject = self.eval(value)?;
        self.make_known(&mut subject)?;
        for (index, case) in cases.iter().enumerate() {
            let mut label = self.eval(&case.value)?;
            self.make_known(&mut label)?;
            let is_met = match &label {
                Value::Cell(cell) => cell.values.iter().any(|label| matches_case(&subject, label)),
                label => matches_case(&subject, label),
            };
            if is_met {
                return Ok(index);
            }
        }
        Ok(cases.len())
    }

    fn try_catch(
        &mut self,
        body: &[Stmt],
        ident: Option<&Ident>,
        handler: &[Stmt],
    ) -> Result<Flow, ScriptError> {
        let (ends, depth) = (self.ends.len(), self.callers.len());
        let error = match self.body(body) {
            Err(error) if !error.is_fatal() => error,
            other => return other,
        };
        debug_assert_eq!(depth, self.callers.len());
        self.ends.truncate(ends);
        self.note_error(&error);
        if let Some(slot) = ident.and_then(|ident| ident.slot) {
            let value = self.error_value(&error);
            self.store(slot, value);
        }
        self.body(handler)
    }

    fn protect(&mut self, body: &[Stmt], cleanup: &[Stmt]) -> Result<Flow, ScriptError> {
        let ends = self.ends.len();
        let result = self.body(body);
        self.ends.truncate(ends);
        match self.body(cleanup)? {
            Flow::Next => result,
            flow => result.map(|_| flow),
        }
    }

    fn globals(&mut self, list: &[Declaration]) -> Result<(), ScriptError> {
        for declaration in list {
            let Some(slot) = declaration.ident.slot else {
                continue;
            };
            let name = self.frame.text(declaration.ident.name).to_owned();
            let is_new = !self.globals.contains_key(&name);
            let shared = Rc::clone(self.globals.entry(name).or_default());
            // A variable becomes the first value of a global one, which otherwise keeps its own.
            let own = self.frame.slots[slot.index()].take();
            self.connect(slot, Rc::clone(&shared));
            if is_new {
                let value = match (own, &declaration.init) {
                    (Some(own), _) => own,
                    (None, Some(init)) => self.eval(init)?,
                    (None, None) => Value::empty(),
                };
                *shared.borrow_mut() = Some(value);
            }
        }
        Ok(())
    }

    fn persistents(&mut self, list: &[Declaration]) -> Result<(), ScriptError> {
        let start = self.frame.function.as_ref().map_or(0, |function| function.span.start);
        let Some(file) = self.files.get(self.frame.file).map(|file| file.id) else {
            return Ok(());
        };
        for declaration in list {
            let Some(slot) = declaration.ident.slot else {
                continue;
            };
            let key = (file, start, slot);
            let is_new = !self.persistents.contains_key(&key);
            let shared = Rc::clone(self.persistents.entry(key).or_default());
            self.connect(slot, Rc::clone(&shared));
            if is_new {
                let value = match &declaration.init {
                    Some(init) => self.eval(init)?,
                    None => Value::empty(),
                };
                *shared.borrow_mut() = Some(value);
            }
        }
        Ok(())
    }

    fn command(&mut self, stmt: &Stmt, function: &Ident, args: &[Word]) -> Result<(), ScriptError> {
        let args = args.iter().map(|word| Value::from(word.text.as_str())).collect();
        let values = self.call_ident_at(function, args, (0, stmt.span))?;
        self.keep_answer(stmt, values.into_iter().take(1))
    }

    /// Variables that statements assign; found once per body.
    pub(crate) fn assigned(&mut self, body: &[Stmt]) -> Rc<[Slot]> {
        let key = body.as_ptr() as usize;
        if let Some(slots) = self.loop_slots.get(&key) {
            return Rc::clone(slots);
        }
        let slots: Rc<[Slot]> = crate::syntax::liveness::assigned_in(body).into_iter().collect();
        self.loop_slots.insert(key, Rc::clone(&slots));
        slots
    }
}

/// The error for a result that a call does not have, by its place among the targets.
fn unset(index: usize) -> ScriptError {
    match index {
        0 => fail("M110", "value on the right hand side of the assignment not defined")
            .identifier("Octave:undefined-function"),
        _ => fail("M110", format!("element number {} undefined in return list", index + 1)),
    }
}

/// True if a `case` label is the value of the `switch`.
fn matches_case(subject: &Value, label: &Value) -> bool {
    if let (Value::Number(a), Value::Number(b)) = (subject, label) {
        return to_complex(*a) == to_complex(*b);
    }
    let elements = crate::trace::text::convert::elements;
    let (Some(a), Some(b)) = (elements(subject), elements(label)) else {
        return false;
    };
    // Characters are compared by their codes; two empty arrays of one size match.
    a.shape == b.shape && a.numbers().zip(b.numbers()).all(|(a, b)| to_complex(a) == to_complex(b))
}

/// True for `[]`, `''` and `""`: assigned to elements they delete them.
fn is_nothing(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Matrix(rows) => rows.is_empty(),
        ExprKind::Str { value, .. } => value.is_empty(),
        _ => false,
    }
}
