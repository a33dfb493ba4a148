//! Walks over trees: identifiers for reading and writing, and the variables statements assign.

use std::sync::Arc;

use super::ast::{
    AccessKind, Anonymous, Declaration, Expr, ExprKind, Ident, LValue, Stmt, StmtKind,
};

/// What a walk tells.
pub(super) trait Visitor {
    /// A variable or function that an expression names, or a variable that is written.
    fn ident(&mut self, ident: &mut Ident);
    /// An anonymous function; the walk does not enter it.
    fn anonymous(&mut self, function: &mut Arc<Anonymous>);
}

/// Walks over statements in their order.
pub(super) fn statements(stmts: &mut [Stmt], visitor: &mut impl Visitor) {
    for stmt in stmts {
        statement(stmt, visitor);
    }
}

fn statement(stmt: &mut Stmt, visitor: &mut impl Visitor) {
    match &mut stmt.kind {
        StmtKind::Expr(value) => expr(value, visitor),
        StmtKind::Assign { target, value } | StmtKind::OpAssign { target, value, .. } => {
            expr(value, visitor);
            lvalue(target, visitor);
        }
        StmtKind::MultiAssign { targets, value } => {
            expr(value, visitor);
            targets.iter_mut().flatten().for_each(|target| lvalue(target, visitor));
        }
        StmtKind::If { arms, otherwise } => {
            for arm in arms {
                expr(&mut arm.cond, visitor);
                statements(&mut arm.body, visitor);
            }
            otherwise.iter_mut().for_each(|body| statements(body, visitor));
        }
        StmtKind::For { target, value, body, parallel: _ } => {
            expr(value, visitor);
            lvalue(target, visitor);
            statements(body, visitor);
        }
        StmtKind::While { cond, body } => {
            expr(cond, visitor);
            statements(body, visitor);
        }
        StmtKind::DoUntil { body, cond } => {
            statements(body, visitor);
            expr(cond, visitor);
        }
        StmtKind::Switch { value, cases, otherwise } => {
            expr(value, visitor);
            for case in cases {
                expr(&mut case.value, visitor);
                statements(&mut case.body, visitor);
            }
            otherwise.iter_mut().for_each(|body| statements(body, visitor));
        }
        StmtKind::Try { body, error, handler } => guarded(body, error.as_mut(), handler, visitor),
        StmtKind::UnwindProtect { body, cleanup } => guarded(body, None, cleanup, visitor),
        StmtKind::Global(list) | StmtKind::Persistent(list) => declarations(list, visitor),
        StmtKind::Command { function, args: _ } => visitor.ident(function),
        StmtKind::Break | StmtKind::Continue | StmtKind::Return => {}
    }
}

/// A body, what receives its error, and what runs after it.
fn guarded(
    body: &mut [Stmt],
    error: Option<&mut Ident>,
    after: &mut [Stmt],
    visitor: &mut impl Visitor,
) {
    statements(body, visitor);
    error.into_iter().for_each(|error| visitor.ident(error));
    statements(after, visitor);
}

fn declarations(list: &mut [Declaration], visitor: &mut impl Visitor) {
    for declaration in list {
        declaration.init.iter_mut().for_each(|init| expr(init, visitor));
        visitor.ident(&mut declaration.ident);
    }
}

fn lvalue(target: &mut LValue, visitor: &mut impl Visitor) {
    for access in &mut target.path {
        match &mut access.kind {
            AccessKind::Paren(args) | AccessKind::Brace(args) => {
                args.iter_mut().for_each(|arg| expr(arg, visitor));
            }
            AccessKind::Field(_) => {}
            AccessKind::DynField(name) => expr(name, visitor),
        }
    }
    visitor.ident(&mut target.base);
}

/// Walks over an expression, left to right.
pub(super) fn expr(node: &mut Expr, visitor: &mut impl Visitor) {
    match &mut node.kind {
        ExprKind::Number(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Integer { .. }
        | ExprKind::Str { .. }
        | ExprKind::Colon
        | ExprKind::End
        | ExprKind::Handle(_) => {}
        ExprKind::Ident(ident) => visitor.ident(ident),
        ExprKind::Index { base, args, kind: _ } => {
            expr(base, visitor);
            args.iter_mut().for_each(|arg| expr(arg, visitor));
        }
        ExprKind::Field { base, name: _ } => expr(base, visitor),
        ExprKind::DynField { base, name } => {
            expr(base, visitor);
            expr(name, visitor);
        }
        ExprKind::Unary { operand, op: _ } => expr(operand, visitor),
        ExprKind::Postfix { operand, op: _ } => expr(operand, visitor),
        ExprKind::Assign { target, value, op: _, gives_old: _ } => {
            expr(value, visitor);
            lvalue(target, visitor);
        }
        ExprKind::Binary { left, right, op: _ } => {
            expr(left, visitor);
            expr(right, visitor);
        }
        ExprKind::ShortCircuit { left, right, op: _ } => {
            expr(left, visitor);
            expr(right, visitor);
        }
        ExprKind::Range { start, step, stop } => {
            expr(start, visitor);
            step.iter_mut().for_each(|step| expr(step, visitor));
            expr(stop, visitor);
        }
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => {
            rows.iter_mut().flatten().for_each(|element| expr(element, visitor));
        }
        ExprKind::Anonymous(function) => visitor.anonymous(function),
    }
}

/// Calls `found` with every statement, those inside others after them.
pub(super) fn each<'a>(stmts: &'a [Stmt], found: &mut dyn FnMut(&'a Stmt)) {
    for stmt in stmts {
        found(stmt);
        match &stmt.kind {
            StmtKind::If { arms, otherwise } => {
                arms.iter().for_each(|arm| each(&arm.body, found));
                otherwise.iter().for_each(|body| each(body, found));
            }
            StmtKind::For { body, .. }
            | StmtKind::While { body, .. }
            | StmtKind::DoUntil { body, .. } => each(body, found),
            StmtKind::Switch { cases, otherwise, value: _ } => {
                cases.iter().for_each(|case| each(&case.body, found));
                otherwise.iter().for_each(|body| each(body, found));
            }
            StmtKind::Try { body, error: _, handler: after }
            | StmtKind::UnwindProtect { body, cleanup: after } => {
                each(body, found);
                each(after, found);
            }
            StmtKind::Expr(_)
            | StmtKind::Assign { .. }
            | StmtKind::OpAssign { .. }
            | StmtKind::MultiAssign { .. }
            | StmtKind::Global(_)
            | StmtKind::Persistent(_)
            | StmtKind::Command { .. }
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return => {}
        }
    }
}

/// Calls `found` with every variable that the statements write, wholly or in part.
pub(super) fn assigned(stmts: &[Stmt], found: &mut dyn FnMut(&Ident)) {
    each(stmts, &mut |stmt| own_exprs(stmt, &mut |expr| assigned_inside(expr, found)));
    each(stmts, &mut |stmt| match &stmt.kind {
        StmtKind::Assign { target, value: _ }
        | StmtKind::OpAssign { target, .. }
        | StmtKind::For { target, .. } => found(&target.base),
        StmtKind::MultiAssign { targets, value: _ } => {
            targets.iter().flatten().for_each(|target| found(&target.base));
        }
        StmtKind::Try { error, .. } => error.iter().for_each(&mut *found),
        StmtKind::Global(list) | StmtKind::Persistent(list) => {
            list.iter().for_each(|declaration| found(&declaration.ident));
        }
        StmtKind::If { .. }
        | StmtKind::While { .. }
        | StmtKind::DoUntil { .. }
        | StmtKind::Switch { .. }
        | StmtKind::UnwindProtect { .. }
        | StmtKind::Expr(_)
        | StmtKind::Command { .. }
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Return => {}
    });
}

/// Calls `found` with the variables that an expression writes.
fn assigned_inside(expr: &Expr, found: &mut dyn FnMut(&Ident)) {
    if let ExprKind::Assign { target, .. } = &expr.kind {
        found(&target.base);
    }
    parts(expr, &mut |part| assigned_inside(part, found));
}

/// Calls `found` with the expressions of a statement, not with those of statements inside it.
fn own_exprs(stmt: &Stmt, found: &mut dyn FnMut(&Expr)) {
    match &stmt.kind {
        StmtKind::Expr(value) => found(value),
        StmtKind::Assign { target, value } | StmtKind::OpAssign { target, value, .. } => {
            found(value);
            path_exprs(target, found);
        }
        StmtKind::MultiAssign { targets, value } => {
            found(value);
            targets.iter().flatten().for_each(|target| path_exprs(target, found));
        }
        StmtKind::If { arms, .. } => arms.iter().for_each(|arm| found(&arm.cond)),
        StmtKind::For { value, .. } => found(value),
        StmtKind::While { cond, .. } | StmtKind::DoUntil { cond, .. } => found(cond),
        StmtKind::Switch { value, cases, .. } => {
            found(value);
            cases.iter().for_each(|case| found(&case.value));
        }
        StmtKind::Global(list) | StmtKind::Persistent(list) => {
            list.iter().filter_map(|declaration| declaration.init.as_ref()).for_each(found);
        }
        StmtKind::Try { .. }
        | StmtKind::UnwindProtect { .. }
        | StmtKind::Command { .. }
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Return => {}
    }
}

/// Calls `found` with the indices of a target.
pub(super) fn path_exprs(target: &LValue, found: &mut dyn FnMut(&Expr)) {
    for access in &target.path {
        match &access.kind {
            AccessKind::Paren(args) | AccessKind::Brace(args) => args.iter().for_each(&mut *found),
            AccessKind::Field(_) => {}
            AccessKind::DynField(name) => found(name),
        }
    }
}

/// Calls `found` with the parts of an expression.
pub(super) fn parts(expr: &Expr, found: &mut dyn FnMut(&Expr)) {
    match &expr.kind {
        ExprKind::Number(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Integer { .. }
        | ExprKind::Str { .. }
        | ExprKind::Ident(_)
        | ExprKind::Colon
        | ExprKind::End
        | ExprKind::Handle(_)
        | ExprKind::Anonymous(_) => {}
        ExprKind::Index { base, args, kind: _ } => {
            found(base);
            args.iter().for_each(found);
        }
        ExprKind::Field { base, name: _ } => found(base),
        ExprKind::DynField { base, name } => [base, name].into_iter().for_each(|part| found(part)),
        ExprKind::Unary { operand, op: _ } => found(operand),
        ExprKind::Postfix { operand, op: _ } => found(operand),
        ExprKind::Assign { target, value, op: _, gives_old: _ } => {
            found(value);
            path_exprs(target, found);
        }
        ExprKind::Binary { left, right, op: _ } | ExprKind::ShortCircuit { left, right, op: _ } => {
            [left, right].into_iter().for_each(|part| found(part));
        }
        ExprKind::Range { start, step, stop } => {
            found(start);
            step.iter().for_each(|step| found(step));
            found(stop);
        }
        ExprKind::Matrix(rows) | ExprKind::Cell(rows) => {
            rows.iter().flatten().for_each(found);
        }
    }
}
