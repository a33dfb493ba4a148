//! What statements become.

use std::rc::Rc;

use crate::syntax::ast::{
    Access, AccessKind, BinaryOp, Case, Expr, ExprKind, Ident, IfArm, IndexKind, LValue, LogicalOp,
    Slot, Stmt, StmtKind,
};
use crate::syntax::liveness::assigned_in;
use crate::trace::interpreter::bytecode::op::Op;
use crate::trace::interpreter::bytecode::writer::{Label, Scalar, Writer};
use crate::trace::interpreter::bytecode::{Loop, Site, Switch};

/// Which class of number an expression is wanted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Any that a register holds.
    Any,
    /// `double`.
    Double,
    /// Any, but known.
    Known,
}

impl Writer<'_, '_> {
    /// Writes a statement; false: it can only be walked.
    pub(super) fn statement(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Assign { target, value } if !stmt.print => self.assign(stmt, target, value),
            StmtKind::OpAssign { target, op, value } if !stmt.print => {
                let read = Box::new(read_of(target));
                let kind = ExprKind::Binary { op: *op, left: read, right: Box::new(value.clone()) };
                let value = Expr { kind, span: stmt.span, parens: 0 };
                self.numeric(stmt, target, &value)
            }
            StmtKind::If { arms, otherwise } => {
                self.branches(arms, otherwise.as_deref());
                true
            }
            StmtKind::For { target, value, body, parallel: _ } if target.path.is_empty() => {
                self.for_loop(target, value, body)
            }
            StmtKind::While { cond, body } => {
                self.while_loop(cond, body);
                true
            }
            StmtKind::DoUntil { body, cond } => {
                self.do_loop(body, cond);
                true
            }
            StmtKind::Switch { value, cases, otherwise } => {
                self.switch(value, cases, otherwise.as_deref());
                true
            }
            StmtKind::Break | StmtKind::Continue => {
                let Some((_, again, exit)) = self.around.last().copied() else {
                    return false;
                };
                let to = if matches!(stmt.kind, StmtKind::Break) { exit } else { again };
                self.emit(Op::Jump { to: to.0 });
                true
            }
            StmtKind::Return => {
                self.emit(Op::Return);
                true
            }
            StmtKind::Assign { .. }
            | StmtKind::OpAssign { .. }
            | StmtKind::For { .. }
            | StmtKind::Expr(_)
            | StmtKind::MultiAssign { .. }
            | StmtKind::Try { .. }
            | StmtKind::UnwindProtect { .. }
            | StmtKind::Global(_)
            | StmtKind::Persistent(_)
            | StmtKind::Command { .. } => false,
        }
    }

    fn assign(&mut self, stmt: &Stmt, target: &LValue, value: &Expr) -> bool {
        if let ([], Some(slot), ExprKind::Matrix(rows)) =
            (target.path.as_slice(), target.base.slot, &value.kind)
        {
            return match rows.as_slice() {
                [row] => self.append(stmt, slot, row, value),
                _ => false,
            };
        }
        self.numeric(stmt, target, value)
    }

    /// An assignment of a number to a variable or an element.
    fn numeric(&mut self, stmt: &Stmt, target: &LValue, value: &Expr) -> bool {
        let Some(slot) = target.base.slot else {
            return false;
        };
        let mut target = target.clone();
        let mut value = value.clone();
        let has_calls = self.lift_assignment(&mut target, &mut value);
        let indices = match target.path.as_slice() {
            [] => &[],
            [Access { kind: AccessKind::Paren(args), .. }] if matches!(args.len(), 1 | 2) => {
                args.as_slice()
            }
            _ => return has_calls && self.rewritten(stmt, &target, &value),
        };
        let write = |writer: &mut Self| {
            let value = writer.scalar(&value, Want::Known)?;
            writer.store(slot, indices, value)
        };
        let walked = || {
            if !has_calls {
                return stmt.clone();
            }
            let (target, value) = (target.clone(), value.clone());
            let kind = StmtKind::Assign { target, value };
            Stmt { kind, span: stmt.span, print: stmt.print }
        };
        self.piece(write, |writer| vec![writer.walk(&walked())]);
        true
    }

    /// An assignment whose calls were lifted, walked.
    fn rewritten(&mut self, stmt: &Stmt, target: &LValue, value: &Expr) -> bool {
        let kind = StmtKind::Assign { target: target.clone(), value: value.clone() };
        let op = self.walk(&Stmt { kind, span: stmt.span, print: stmt.print });
        self.emit(op);
        true
    }

    fn store(&mut self, slot: Slot, indices: &[Expr], value: Scalar) -> Option<()> {
        let (src, class, slot_index) = (value.reg, value.class, slot.0);
        match indices {
            [] => self.emit(Op::Store { src, class, slot: slot_index }),
            [index] => {
                let index = self.subscript(index, (slot, 0, 1))?;
                self.emit(Op::StoreElement { src, class, index, slot: slot_index });
            }
            [row, column] => {
                let row = self.subscript(row, (slot, 0, 2))?;
                let column = self.subscript(column, (slot, 1, 2))?;
                self.emit(Op::StoreElement2 { src, class, row, column, slot: slot_index });
            }
            _ => return None,
        }
        Some(())
    }

    /// `x = [x, ..]`.
    fn append(&mut self, stmt: &Stmt, slot: Slot, row: &[Expr], whole: &Expr) -> bool {
        let [first, parts @ ..] = row else {
            return false;
        };
        let is_own =
            matches!(&first.kind, ExprKind::Ident(Ident { slot: Some(own), .. }) if *own == slot);
        if !is_own || parts.is_empty() || parts.iter().any(spreads) {
            return false;
        }
        let done = self.label();
        let walked = |writer: &mut Self| vec![writer.walk(stmt), Op::Jump { to: done.0 }];
        let is_set = |writer: &mut Self| {
            writer.emit(Op::IsSet { slot: slot.0 });
            Some(())
        };
        self.piece(is_set, walked);
        // The variable keeps its value until it is appended to, whatever the parts read.
        let mut parts = parts.to_vec();
        parts.iter_mut().for_each(keep_values);
        for part in &parts {
            self.part(part);
        }
        let count = parts.len() as u32;
        let site = self.site(Site { function: None, count, last: Vec::new(), span: whole.span });
        self.emit(Op::Append { site, slot: slot.0 });
        self.bind(done);
        true
    }

    /// Pushes the value of an expression.
    fn part(&mut self, part: &Expr) {
        let write = |writer: &mut Self| writer.push(part, true);
        self.piece(write, |writer| vec![Op::PushTree { expr: writer.expr_index(part) }]);
    }

    pub(super) fn site(&mut self, site: Site) -> u32 {
        self.code.sites.push(site);
        self.code.sites.len() as u32 - 1
    }

    fn branches(&mut self, arms: &[IfArm], otherwise: Option<&[Stmt]>) {
        let done = self.label();
        for arm in arms {
            let next = self.label();
            self.branch(&arm.cond, false, next, None);
            self.body(&arm.body);
            self.emit(Op::Jump { to: done.0 });
            self.bind(next);
        }
        self.body(otherwise.unwrap_or_default());
        self.bind(done);
    }

    /// Goes to a label if the truth of a condition is `when`.
    fn branch(&mut self, cond: &Expr, when: bool, to: Label, inside: Option<LogicalOp>) {
        if let ExprKind::ShortCircuit { op, left, right } = &cond.kind {
            // `a && b` is false, and `a || b` true, as soon as `a` is.
            if (*op == LogicalOp::Or) == when {
                self.branch(left, when, to, Some(*op));
                self.branch(right, when, to, Some(*op));
            } else {
                let skip = self.label();
                self.branch(left, !when, skip, Some(*op));
                self.branch(right, when, to, Some(*op));
                self.bind(skip);
            }
            return;
        }
        let mut cond = cond.clone();
        // The right side of `|` and `&` may have to be left out: its calls stay where they are.
        if !matches!(&cond.kind, ExprKind::Binary { op: BinaryOp::Or | BinaryOp::And, .. }) {
            self.lift(&mut cond);
        }
        let write = |writer: &mut Self| writer.test(&cond, when, to);
        let walked = |writer: &mut Self| {
            let expr = writer.expr_index(&cond);
            let to = to.0;
            vec![match inside {
                Some(_) => Op::Operand { expr, to, when },
                None => Op::Condition { expr, otherwise: to },
            }]
        };
        self.piece(write, walked);
    }

    fn test(&mut self, cond: &Expr, when: bool, to: Label) -> Option<()> {
        let to = to.0;
        if let ExprKind::Binary { op, left, right } = &cond.kind
            && !when
        {
            let unless: Option<fn(_, _, _) -> Op> = match op {
                BinaryOp::Lt => Some(|a, b, to| Op::UnlessLt { a, b, to }),
                BinaryOp::Le => Some(|a, b, to| Op::UnlessLe { a, b, to }),
                BinaryOp::Gt => Some(|a, b, to| Op::UnlessLt { a: b, b: a, to }),
                BinaryOp::Ge => Some(|a, b, to| Op::UnlessLe { a: b, b: a, to }),
                BinaryOp::Eq => Some(|a, b, to| Op::UnlessEq { a, b, to }),
                _ => None,
            };
            if let Some(unless) = unless {
                let a = self.scalar(left, Want::Any)?;
                let b = self.scalar(right, Want::Any)?;
                self.emit(unless(a.reg, b.reg, to));
                return Some(());
            }
        }
        let src = self.scalar(cond, Want::Any)?.reg;
        self.emit(Op::JumpIf { src, when, to });
        Some(())
    }

    /// A loop around what `write` writes; the labels are `continue` and `break`.
    fn looped(
        &mut self,
        (slot, body): (Slot, &[Stmt]),
        span: crate::diagnostic::Span,
        write: impl FnOnce(&mut Self, u32, Label, Label),
    ) {
        let (again, exit) = (self.label(), self.label());
        let assigned: Rc<[Slot]> = assigned_in(body).into_iter().collect();
        let number = self.code.loops.len() as u32;
        self.code.loops.push(Loop { slot, assigned, again: again.0, exit: exit.0, span });
        self.around.push((number, again, exit));
        write(self, number, again, exit);
        self.around.pop();
        self.bind(exit);
        self.emit(Op::LoopEnd);
    }

    fn for_loop(&mut self, target: &LValue, value: &Expr, body: &[Stmt]) -> bool {
        let Some(slot) = target.base.slot else {
            return false;
        };
        self.looped((slot, body), target.span, |writer, at, again, _| {
            let range = |writer: &mut Self| {
                let ExprKind::Range { start, step, stop } = &value.kind else {
                    return None;
                };
                let start = writer.scalar(start, Want::Double)?.reg;
                let step = match step {
                    Some(step) => writer.scalar(step, Want::Double)?.reg,
                    None => writer.constant(1.0)?,
                };
                let stop = writer.scalar(stop, Want::Double)?.reg;
                writer.emit(Op::ForRange { at, start, step, stop });
                Some(())
            };
            writer
                .piece(range, |writer| vec![Op::ForValues { at, expr: writer.expr_index(value) }]);
            let start = writer.label();
            writer.emit(Op::Jump { to: again.0 });
            writer.bind(start);
            writer.body(body);
            writer.bind(again);
            writer.emit(Op::ForNext { at, body: start.0 });
        });
        true
    }

    fn while_loop(&mut self, cond: &Expr, body: &[Stmt]) {
        self.looped((Slot(0), body), cond.span, |writer, at, again, exit| {
            let head = writer.label();
            writer.emit(Op::Loop { at });
            writer.bind(head);
            writer.branch(cond, false, exit, None);
            writer.emit(Op::Iteration { at });
            writer.body(body);
            writer.bind(again);
            writer.emit(Op::IterationEnd);
            writer.emit(Op::Jump { to: head.0 });
        });
    }

    fn do_loop(&mut self, body: &[Stmt], cond: &Expr) {
        self.looped((Slot(0), body), cond.span, |writer, at, again, _| {
            let head = writer.label();
            writer.emit(Op::Loop { at });
            writer.bind(head);
            writer.emit(Op::Iteration { at });
            writer.body(body);
            writer.bind(again);
            writer.emit(Op::IterationEnd);
            writer.branch(cond, false, head, None);
        });
    }

    fn switch(&mut self, value: &Expr, cases: &[Case], otherwise: Option<&[Stmt]>) {
        let done = self.label();
        let targets: Vec<Label> = (0..=cases.len()).map(|_| self.label()).collect();
        self.emit(Op::Switch { table: self.code.switches.len() as u32 });
        self.code.switches.push(Switch {
            value: value.clone(),
            cases: cases.iter().map(|case| Case { body: Vec::new(), ..case.clone() }).collect(),
            targets: targets.iter().map(|label| label.0).collect(),
        });
        let bodies = cases.iter().map(|case| case.body.as_slice());
        for (body, target) in bodies.chain([otherwise.unwrap_or_default()]).zip(targets) {
            self.bind(target);
            self.body(body);
            self.emit(Op::Jump { to: done.0 });
        }
        self.bind(done);
    }

    /// The value of an anonymous function.
    pub(super) fn results(&mut self, body: &Expr) {
        let mut body = body.clone();
        self.lift(&mut body);
        let write = |writer: &mut Self| writer.push(&body, true);
        self.piece(write, |writer| vec![Op::Results { expr: writer.expr_index(&body) }]);
    }
}

/// True for what may have several values.
fn spreads(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Index { kind: IndexKind::Brace, .. }
            | ExprKind::Field { .. }
            | ExprKind::DynField { .. }
    )
}

/// The expression that reads a target, and moves nothing: the target is written later.
fn read_of(target: &LValue) -> Expr {
    let mut target = target.clone();
    for access in &mut target.path {
        match &mut access.kind {
            AccessKind::Paren(args) | AccessKind::Brace(args) => {
                args.iter_mut().for_each(keep_values);
            }
            AccessKind::Field(_) => {}
            AccessKind::DynField(name) => keep_values(name),
        }
    }
    let base = |ident: &Ident| Expr {
        kind: ExprKind::Ident(Ident { last_use: false, ..*ident }),
        span: ident.span,
        parens: 0,
    };
    let start = base(&target.base);
    target.path.iter().fold(start, |expr, access| {
        let base = Box::new(expr);
        let kind = match &access.kind {
            AccessKind::Paren(args) => {
                ExprKind::Index { base, args: args.clone(), kind: IndexKind::Paren }
            }
            AccessKind::Brace(args) => {
                ExprKind::Index { base, args: args.clone(), kind: IndexKind::Brace }
            }
            AccessKind::Field(name) => ExprKind::Field { base, name: *name },
            AccessKind::DynField(name) => ExprKind::DynField { base, name: Box::new(name.clone()) },
        };
        Expr { kind, span: target.span, parens: 0 }
    })
}

/// Unmarks the last reads of an expression.
fn keep_values(expr: &mut Expr) {
    match &mut expr.kind {
        ExprKind::Ident(ident) => ident.last_use = false,
        ExprKind::Index { base, args, .. } => {
            keep_values(base);
            args.iter_mut().for_each(keep_values);
        }
        ExprKind::Field { base, .. } => keep_values(base),
        ExprKind::DynField { base, name } => {
            keep_values(base);
            keep_values(name);
        }
        ExprKind::Unary { operand, .. } | ExprKind::Postfix { operand, .. } => {
            keep_values(operand);
        }
        ExprKind::Binary { left, right, .. } | ExprKind::ShortCircuit { left, right, .. } => {
            keep_values(left);
            keep_values(right);
        }
        ExprKind::Range { start, step, stop } => {
            keep_values(start);
            step.iter_mut().for_each(|step| keep_values(step));
            keep_values(stop);
        }
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => {
            rows.iter_mut().flatten().for_each(keep_values);
        }
        ExprKind::Assign { value, .. } => keep_values(value),
        // Captures of an anonymous function are shared with the tree.
        ExprKind::Anonymous(_)
        | ExprKind::Number(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Integer { .. }
        | ExprKind::Str { .. }
        | ExprKind::Colon
        | ExprKind::End
        | ExprKind::Handle(_) => {}
    }
}
