//! Takes calls of the script's own functions out of expressions, so that what is left has no
//! effect.
//!
//! `y = a + f(b) * c` becomes `h1 = a; h2 = f(b); y = h1 + h2 * c`, in the order in which the
//! tree walk evaluates.

use crate::syntax::ast::{AccessKind, Expr, ExprKind, Ident, IndexKind, LValue, Slot};
use crate::trace::interpreter::Callee;
use crate::trace::interpreter::bytecode::Site;
use crate::trace::interpreter::bytecode::op::Op;
use crate::trace::interpreter::bytecode::statement::Want;
use crate::trace::interpreter::bytecode::writer::Writer;
use crate::trace::value::{FunctionValue, Value};

/// What a call calls.
enum Target {
    Function(std::sync::Arc<crate::syntax::ast::Function>),
    /// The function in a variable.
    Variable(Slot),
}

impl Writer<'_, '_> {
    /// Lifts the calls of an assignment; true if there were any.
    pub(super) fn lift_assignment(&mut self, target: &mut LValue, value: &mut Expr) -> bool {
        let in_target = target.path.iter().any(|access| match &access.kind {
            AccessKind::Paren(args) | AccessKind::Brace(args) => {
                args.iter().any(|arg| self.has_call(arg))
            }
            AccessKind::Field(_) => false,
            AccessKind::DynField(name) => self.has_call(name),
        });
        if in_target || target.is_first {
            return false;
        }
        self.lift(value)
    }

    /// Lifts the calls of an expression; true if there were any.
    pub(super) fn lift(&mut self, expr: &mut Expr) -> bool {
        if !self.has_call(expr) {
            return false;
        }
        match &mut expr.kind {
            ExprKind::Unary { operand, .. } => self.lift(operand),
            ExprKind::Binary { left, right, .. } => {
                let is_later = self.has_call(right);
                self.lift(left);
                if is_later {
                    self.hoist(left);
                    self.lift(right);
                }
                true
            }
            ExprKind::Index { args, .. } => {
                let last = args.iter().rposition(|arg| self.has_call(arg));
                for (index, arg) in args.iter_mut().enumerate() {
                    self.lift(arg);
                    if last.is_some_and(|last| index < last) {
                        self.hoist(arg);
                    }
                }
                self.lift_call(expr);
                true
            }
            ExprKind::Ident(_) => {
                self.lift_call(expr);
                true
            }
            _ => false,
        }
    }

    /// True if an expression has a call that can be lifted, where the walk of [`Writer::lift`]
    /// finds it.
    fn has_call(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Unary { operand, .. } => self.has_call(operand),
            ExprKind::Binary { left, right, .. } => self.has_call(left) || self.has_call(right),
            ExprKind::Index { base, args, kind: IndexKind::Paren } => {
                let ExprKind::Ident(ident) = &base.kind else {
                    return false;
                };
                let is_open = args.iter().any(has_free_end);
                !is_open
                    && (self.target(ident).is_some() || args.iter().any(|arg| self.has_call(arg)))
            }
            ExprKind::Ident(ident) => matches!(self.target(ident), Some(Target::Function(_))),
            _ => false,
        }
    }

    fn target(&mut self, ident: &Ident) -> Option<Target> {
        if let Some(slot) = ident.slot.filter(|slot| self.is_variable(*slot)) {
            let value = self.interpreter.frame.slots.get(slot.index());
            let is_function = matches!(
                value,
                Some(Some(Value::Function(
                    FunctionValue::User(_) | FunctionValue::Anonymous { .. }
                )))
            );
            return is_function.then_some(Target::Variable(slot));
        }
        match self.interpreter.resolve(ident.name)? {
            Callee::User(function) => Some(Target::Function(function)),
            Callee::Builtin(_) | Callee::Script(_) => None,
        }
    }

    /// Makes a call, or nothing if the expression is none, a hidden variable.
    fn lift_call(&mut self, expr: &mut Expr) {
        let (ident, args) = match &expr.kind {
            ExprKind::Ident(ident) => (*ident, &[] as &[Expr]),
            ExprKind::Index { base, args, .. } => match &base.kind {
                ExprKind::Ident(ident) => (*ident, args.as_slice()),
                _ => return,
            },
            _ => return,
        };
        let Some(target) = self.target(&ident) else {
            return;
        };
        let slot = self.hidden();
        let last = args.iter().filter_map(last_read).collect();
        let site = Site { function: None, count: args.len() as u32, last, span: expr.span };
        let write = |writer: &mut Self| {
            writer.unset_function(&ident);
            for arg in args {
                writer.push(arg, false)?;
            }
            match target {
                Target::Function(function) => {
                    let site = writer.site(Site { function: Some(function), ..site });
                    writer.emit(Op::Call { site, slot: slot.0 });
                }
                Target::Variable(variable) => {
                    let (site, function) = (writer.site(site), variable.0);
                    writer.emit(Op::CallHandle { site, function, slot: slot.0 });
                }
            }
            Some(())
        };
        self.piece(write, |writer| {
            vec![Op::Evaluate { expr: writer.expr_index(expr), slot: slot.0 }]
        });
        *expr = hidden(slot, expr);
    }

    fn unset_function(&mut self, ident: &Ident) {
        if !ident.slot.is_some_and(|slot| self.is_variable(slot)) {
            self.unset(ident);
        }
    }

    /// Puts the value of an expression aside.
    fn hoist(&mut self, expr: &mut Expr) {
        if matches!(expr.kind, ExprKind::Number(_) | ExprKind::Str { .. }) || self.is_hidden(expr) {
            return;
        }
        let slot = self.hidden();
        let write = |writer: &mut Self| {
            let scalar = writer.scalar(expr, Want::Known)?;
            writer.emit(Op::Store { src: scalar.reg, class: scalar.class, slot: slot.0 });
            Some(())
        };
        self.piece(write, |writer| {
            vec![Op::Evaluate { expr: writer.expr_index(expr), slot: slot.0 }]
        });
        *expr = hidden(slot, expr);
    }

    fn is_hidden(&self, expr: &Expr) -> bool {
        let own = self.interpreter.frame.scope.names.len() as u32;
        matches!(&expr.kind, ExprKind::Ident(Ident { slot: Some(slot), .. }) if slot.0 >= own)
    }
}

/// The variable that an argument reads for the last time.
fn last_read(arg: &Expr) -> Option<Slot> {
    match &arg.kind {
        ExprKind::Ident(ident) if ident.last_use => ident.slot,
        _ => None,
    }
}

/// A hidden variable in place of an expression.
fn hidden(slot: Slot, expr: &Expr) -> Expr {
    let name = crate::syntax::ast::Name::ANS;
    let ident = Ident { name, slot: Some(slot), last_use: true, span: expr.span };
    Expr { kind: ExprKind::Ident(ident), span: expr.span, parens: 1 }
}

/// True if an expression has an `end` of an index around it.
fn has_free_end(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::End => true,
        ExprKind::Unary { operand, .. } | ExprKind::Postfix { operand, .. } => {
            has_free_end(operand)
        }
        ExprKind::Binary { left, right, .. } | ExprKind::ShortCircuit { left, right, .. } => {
            has_free_end(left) || has_free_end(right)
        }
        // Of a variable's index its own; of a call's arguments the one around it.
        ExprKind::Index { args, .. } => args.iter().any(has_free_end),
        ExprKind::Range { start, step, stop } => {
            has_free_end(start) || has_free_end(stop) || step.as_deref().is_some_and(has_free_end)
        }
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => rows.iter().flatten().any(has_free_end),
        ExprKind::Field { base, .. } | ExprKind::DynField { base, .. } => has_free_end(base),
        ExprKind::Assign { value, .. } => has_free_end(value),
        ExprKind::Number(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Integer { .. }
        | ExprKind::Str { .. }
        | ExprKind::Ident(_)
        | ExprKind::Colon
        | ExprKind::Anonymous(_)
        | ExprKind::Handle(_) => false,
    }
}
