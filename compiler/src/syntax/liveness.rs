//! Marks the reads after which a variable's value is not needed in its slot.
//!
//! A backward data-flow analysis per scope, to a fixpoint over loops. The order of evaluation it
//! takes for granted: operands, arguments and elements from left to right; the base of an index
//! or field *after* its arguments; the value of an assignment before the indices on its left,
//! unless the order shows (`LValue::is_first`), which is found out here too.
//!
//! A script's variables end with it. (One that another script runs in its own workspace must be
//! run without regard to the marks.)
//!
//! Conservative, so that a marked read is always safe to move from: global, persistent and shared
//! variables, scopes that can look variables up by name, and the bodies of `try` and
//! `unwind_protect` have no marked reads; a statement that is one bare name may run a script, which
//! may read everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ast::{
    AccessKind, Anonymous, Expr, ExprKind, Function, Ident, Interner, LValue, Name, Program, Scope,
    Slot, Stmt, StmtKind,
};
use super::visit;

type Slots = BTreeSet<Slot>;

/// Bare names that read no variable, though they may not be assigned in the scope.
const HARMLESS: [&str; 22] = [
    "axis", "beep", "cla", "clc", "clear", "clf", "close", "colorbar", "cputime", "disp",
    "drawnow", "figure", "format", "grid", "hold", "legend", "more", "pause", "pkg", "tic", "toc",
    "warning",
];

/// The slots that statements write, wholly or in part: what a loop over them may change.
pub fn assigned_in(stmts: &[Stmt]) -> BTreeSet<Slot> {
    let mut slots = Slots::new();
    visit::assigned(stmts, &mut |ident| slots.extend(ident.slot));
    slots
}

/// Sets `last_use` in a whole program.
pub(super) fn mark(program: &mut Program) {
    let live = Slots::new();
    let names = Arc::clone(&program.names);
    let mut functions = BTreeSet::new();
    name_functions(&program.functions, &mut functions);
    let context = Context { scope: &program.scope, names: &names, functions: &functions };
    mark_body(&mut program.body, context, live, Slots::new());
    for function in &mut program.functions {
        if let Some(function) = Arc::get_mut(function) {
            mark_function(function, &functions);
        }
    }
}

/// The names of functions and of those in them.
fn name_functions(functions: &[Arc<Function>], found: &mut BTreeSet<Name>) {
    for function in functions {
        found.insert(function.name);
        name_functions(&function.nested, found);
    }
}

fn mark_function(function: &mut Function, functions: &BTreeSet<Name>) {
    let outputs = function.outputs.iter().chain(&function.varargout);
    let live: Slots = outputs.filter_map(|ident| ident.slot).collect();
    let shared = function.shared.iter().map(|shared| shared.inner);
    let nested = function.nested.iter().flat_map(|nested| &nested.shared);
    let pinned: Slots = shared.chain(nested.map(|shared| shared.outer)).collect();
    let names = Arc::clone(&function.names);
    let context = Context { scope: &function.scope, names: &names, functions };
    mark_body(&mut function.body, context, live, pinned);
    for nested in &mut function.nested {
        if let Some(nested) = Arc::get_mut(nested) {
            mark_function(nested, functions);
        }
    }
}

fn all(scope: &Scope) -> Slots {
    (0..scope.names.len() as u32).map(Slot).collect()
}

/// What a scope is in.
#[derive(Clone, Copy)]
struct Context<'s> {
    scope: &'s Scope,
    names: &'s Interner,
    /// Functions of the file.
    functions: &'s BTreeSet<Name>,
}

fn mark_body(body: &mut [Stmt], context: Context<'_>, live: Slots, pinned: Slots) {
    let mut pinned = pinned;
    find_pinned(body, &mut pinned);
    let mut flow = Flow {
        context,
        pinned,
        at_exit: live.clone(),
        at_break: Slots::new(),
        at_continue: Slots::new(),
        guarded: u32::from(context.scope.dynamic),
        assigned: assigned_in(body),
        live,
    };
    flow.body(body);
}

/// Global and persistent variables, wherever they are declared.
fn find_pinned(body: &[Stmt], pinned: &mut Slots) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Global(list) | StmtKind::Persistent(list) => {
                pinned.extend(list.iter().filter_map(|declaration| declaration.ident.slot));
            }
            StmtKind::If { arms, otherwise } => {
                arms.iter().for_each(|arm| find_pinned(&arm.body, pinned));
                otherwise.iter().for_each(|body| find_pinned(body, pinned));
            }
            StmtKind::For { body, .. }
            | StmtKind::While { body, cond: _ }
            | StmtKind::DoUntil { body, cond: _ } => find_pinned(body, pinned),
            StmtKind::Switch { cases, otherwise, value: _ } => {
                cases.iter().for_each(|case| find_pinned(&case.body, pinned));
                otherwise.iter().for_each(|body| find_pinned(body, pinned));
            }
            StmtKind::Try { body, handler: other, error: _ }
            | StmtKind::UnwindProtect { body, cleanup: other } => {
                find_pinned(body, pinned);
                find_pinned(other, pinned);
            }
            StmtKind::Expr(_)
            | StmtKind::Assign { .. }
            | StmtKind::OpAssign { .. }
            | StmtKind::MultiAssign { .. }
            | StmtKind::Command { .. }
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return => {}
        }
    }
}

/// The analysis of one scope, walking backward.
struct Flow<'s> {
    context: Context<'s>,
    /// Never moved.
    pinned: Slots,
    at_exit: Slots,
    at_break: Slots,
    at_continue: Slots,
    /// Above zero: no read is marked and no write ends a life.
    guarded: u32,
    assigned: Slots,
    /// Variables that a later path reads before it writes them.
    live: Slots,
}

impl Flow<'_> {
    fn body(&mut self, body: &mut [Stmt]) {
        for stmt in body.iter_mut().rev() {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &mut Stmt) {
        match &mut stmt.kind {
            StmtKind::Expr(expr) => {
                self.bare_name(expr);
                self.expr(expr);
            }
            StmtKind::Assign { target, value } => self.assignment(target, value, false),
            StmtKind::OpAssign { target, value, op: _ } => self.assignment(target, value, true),
            StmtKind::MultiAssign { targets, value } => {
                for target in targets.iter_mut().rev().flatten() {
                    // How many results a part takes is found out before the value is computed:
                    // its indices are read twice.
                    let guard = u32::from(!target.path.is_empty());
                    self.guarded += guard;
                    self.target(target, false);
                    self.guarded -= guard;
                }
                self.expr(value);
            }
            StmtKind::If { .. } | StmtKind::Switch { .. } => self.branches(&mut stmt.kind),
            StmtKind::For { .. } | StmtKind::While { .. } | StmtKind::DoUntil { .. } => {
                self.repeats(&mut stmt.kind);
            }
            StmtKind::Try { body, error, handler } => {
                // After the body comes what follows, or the handler.
                let after = self.live.clone();
                self.body(handler);
                error.iter_mut().for_each(|error| self.kill(error));
                self.live.extend(after);
                self.guarded_body(body);
            }
            StmtKind::UnwindProtect { body, cleanup } => {
                self.body(cleanup);
                self.guarded_body(body);
            }
            StmtKind::Global(list) | StmtKind::Persistent(list) => {
                for declaration in list.iter_mut().rev() {
                    declaration.init.iter_mut().for_each(|init| self.expr(init));
                }
            }
            StmtKind::Command { function, args } => {
                let mentioned: Vec<Name> =
                    args.iter().filter_map(|word| self.context.names.get(&word.text)).collect();
                mentioned.into_iter().for_each(|name| self.mention(name));
                self.live.extend(function.slot);
            }
            StmtKind::Break => self.live = self.at_break.clone(),
            StmtKind::Continue => self.live = self.at_continue.clone(),
            StmtKind::Return => self.live = self.at_exit.clone(),
        }
    }

    /// A body in which any statement may be the last that runs: what is live after it, or read
    /// anywhere in it, is live throughout.
    fn guarded_body(&mut self, body: &mut [Stmt]) {
        let outside = self.live.clone();
        self.guarded += 1;
        let breaks = self.at_break.union(&outside).copied().collect();
        let breaks = std::mem::replace(&mut self.at_break, breaks);
        let continues = self.at_continue.union(&outside).copied().collect();
        let continues = std::mem::replace(&mut self.at_continue, continues);
        let exit = self.at_exit.union(&outside).copied().collect();
        let exit = std::mem::replace(&mut self.at_exit, exit);
        self.body(body);
        (self.at_break, self.at_continue, self.at_exit) = (breaks, continues, exit);
        self.guarded -= 1;
        self.live.extend(outside);
    }

    fn branches(&mut self, kind: &mut StmtKind) {
        let after = self.live.clone();
        match kind {
            StmtKind::If { arms, otherwise } => {
                otherwise.iter_mut().for_each(|body| self.body(body));
                for arm in arms.iter_mut().rev() {
                    let next = std::mem::replace(&mut self.live, after.clone());
                    self.body(&mut arm.body);
                    self.live.extend(next);
                    self.expr(&mut arm.cond);
                }
            }
            StmtKind::Switch { value, cases, otherwise } => {
                otherwise.iter_mut().for_each(|body| self.body(body));
                for case in cases.iter_mut().rev() {
                    let next = std::mem::replace(&mut self.live, after.clone());
                    self.body(&mut case.body);
                    self.live.extend(next);
                    self.expr(&mut case.value);
                }
                self.expr(value);
            }
            _ => {}
        }
    }

    /// Walks over a loop until nothing more becomes live at its head.
    fn repeats(&mut self, kind: &mut StmtKind) {
        let after = self.live.clone();
        let breaks = std::mem::replace(&mut self.at_break, after.clone());
        let continues = std::mem::take(&mut self.at_continue);
        let mut head = after.clone();
        loop {
            let before = head.len();
            self.live = head.clone();
            match kind {
                StmtKind::For { target, body, .. } => {
                    self.at_continue = head.clone();
                    self.body(body);
                    self.target(target, false);
                }
                StmtKind::While { cond, body } => {
                    self.live.extend(after.iter().copied());
                    self.expr(cond);
                    self.at_continue = self.live.clone();
                    self.body(body);
                    self.live.extend(after.iter().copied());
                    self.expr(cond);
                }
                StmtKind::DoUntil { body, cond } => {
                    self.live.extend(after.iter().copied());
                    self.expr(cond);
                    self.at_continue = self.live.clone();
                    self.body(body);
                }
                _ => {}
            }
            head.extend(self.live.iter().copied());
            if head.len() == before {
                break;
            }
        }
        (self.at_break, self.at_continue) = (breaks, continues);
        if let StmtKind::For { value, .. } = kind {
            self.live = head;
            self.expr(value);
        }
    }

    fn kill(&mut self, ident: &Ident) {
        if self.guarded == 0
            && let Some(slot) = ident.slot
        {
            self.live.remove(&slot);
        }
    }

    fn assignment(&mut self, target: &mut LValue, value: &mut Expr, reads: bool) {
        target.is_first = !target.path.is_empty() && (sets(value) || self.has_effect(target));
        if target.is_first {
            self.live.extend(target.base.slot);
            self.expr(value);
            self.indices(target);
        } else {
            self.target(target, reads);
            self.expr(value);
        }
    }

    /// True if an index of a target sets a variable or calls a function of the file.
    fn has_effect(&self, target: &LValue) -> bool {
        let mut found = false;
        visit::path_exprs(target, &mut |index| found |= sets(index) || self.calls(index));
        found
    }

    /// True if an expression names a function of the file, and no variable of that name is set.
    fn calls(&self, expr: &Expr) -> bool {
        if let ExprKind::Ident(ident) = &expr.kind {
            let is_set = ident.slot.is_some_and(|slot| self.assigned.contains(&slot));
            return !is_set && self.context.functions.contains(&ident.name);
        }
        let mut found = false;
        visit::parts(expr, &mut |part| found |= self.calls(part));
        found
    }

    fn target(&mut self, target: &mut LValue, reads: bool) {
        if target.path.is_empty() && !reads {
            self.kill(&target.base);
            return;
        }
        self.live.extend(target.base.slot);
        self.indices(target);
    }

    fn indices(&mut self, target: &mut LValue) {
        for access in target.path.iter_mut().rev() {
            match &mut access.kind {
                AccessKind::Paren(args) | AccessKind::Brace(args) => self.list(args),
                AccessKind::Field(_) => {}
                AccessKind::DynField(name) => self.expr(name),
            }
        }
    }

    fn list(&mut self, args: &mut [Expr]) {
        args.iter_mut().rev().for_each(|arg| self.expr(arg));
    }

    fn read(&mut self, ident: &mut Ident) {
        let Some(slot) = ident.slot else { return };
        let is_last = self.live.insert(slot);
        ident.last_use = is_last && self.guarded == 0 && !self.pinned.contains(&slot);
    }

    /// A name in a literal is looked up when the statement runs.
    fn mention(&mut self, name: Name) {
        let index = self.context.scope.names.iter().position(|known| *known == name);
        self.live.extend(index.map(|index| Slot(index as u32)));
    }

    /// A bare name that no variable has may run a script, which may read everything.
    fn bare_name(&mut self, expr: &Expr) {
        let ExprKind::Ident(ident) = &expr.kind else {
            return;
        };
        let is_assigned = ident.slot.is_some_and(|slot| self.assigned.contains(&slot));
        if !is_assigned && !HARMLESS.contains(&self.context.names.text(ident.name)) {
            self.live = all(self.context.scope);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Number(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Integer { .. }
            | ExprKind::Str { .. }
            | ExprKind::Colon
            | ExprKind::End
            | ExprKind::Handle(_) => {}
            ExprKind::Ident(ident) => self.read(ident),
            ExprKind::Index { base, args, kind: _ } => {
                self.lookups(base, args);
                // A variable is looked at after the arguments; the rest of a chain before them.
                if matches!(base.kind, ExprKind::Ident(_)) {
                    self.expr(base);
                    self.list(args);
                } else {
                    self.list(args);
                    self.expr(base);
                }
            }
            ExprKind::Field { base, name: _ } => self.expr(base),
            ExprKind::DynField { base, name } => {
                self.expr(name);
                self.expr(base);
            }
            ExprKind::Unary { operand, op: _ } => self.expr(operand),
            ExprKind::Postfix { operand, op: _ } => self.expr(operand),
            // It may not be reached, so it ends no life.
            ExprKind::Assign { target, value, op, gives_old: _ } => {
                self.guarded += 1;
                self.assignment(target, value, op.is_some());
                self.guarded -= 1;
            }
            ExprKind::Binary { left, right, op: _ } => {
                self.expr(right);
                self.expr(left);
            }
            ExprKind::ShortCircuit { left, right, op: _ } => {
                self.expr(right);
                self.expr(left);
            }
            ExprKind::Range { start, step, stop } => {
                self.expr(stop);
                step.iter_mut().for_each(|step| self.expr(step));
                self.expr(start);
            }
            ExprKind::Matrix(rows) | ExprKind::Cell(rows) => {
                rows.iter_mut().rev().for_each(|row| self.list(row));
            }
            ExprKind::Anonymous(function) => self.anonymous(function),
        }
    }

    /// `exist('x')` and `clear('x')` look `x` up; with another argument they may look up any.
    fn lookups(&mut self, base: &Expr, args: &[Expr]) {
        let ExprKind::Ident(ident) = &base.kind else {
            return;
        };
        if !matches!(
            self.context.names.text(ident.name),
            "exist" | "clear" | "isvarname" | "isvariable"
        ) {
            return;
        }
        for arg in args {
            match &arg.kind {
                ExprKind::Str { value, quote: _ } => {
                    let name = self.context.names.get(value);
                    name.into_iter().for_each(|name| self.mention(name));
                }
                _ => self.live = all(self.context.scope),
            }
        }
    }

    fn anonymous(&mut self, function: &mut Arc<Anonymous>) {
        let Some(function) = Arc::get_mut(function) else {
            return;
        };
        for capture in function.captures.iter_mut().rev() {
            self.read(&mut capture.outer);
        }
        let context = Context {
            scope: &function.scope,
            names: &function.names,
            functions: self.context.functions,
        };
        let mut inner = Flow {
            context,
            pinned: Slots::new(),
            at_exit: Slots::new(),
            at_break: Slots::new(),
            at_continue: Slots::new(),
            guarded: 0,
            assigned: Slots::new(),
            live: Slots::new(),
        };
        inner.expr(&mut function.body);
    }
}

/// True if an expression sets a variable.
fn sets(expr: &Expr) -> bool {
    if matches!(expr.kind, ExprKind::Assign { .. }) {
        return true;
    }
    let mut found = false;
    visit::parts(expr, &mut |part| found |= sets(part));
    found
}
