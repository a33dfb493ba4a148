//! Variables whose text shows that they grow or shrink.
//!
//! `x = [x v]`, `x = cat(1, x, v)`, `x(end + 1) = v`, `x(numel(x) + 1) = v`, `x(i) = []`, in any of
//! the targets of a statement and with the variable under operators, in calls or in slices; and
//! copies of such a variable. What happens to it through a nested function, a global variable or
//! `eval` is not seen.

use super::ast::{AccessKind, Expr, ExprKind, Ident, IndexKind, LValue, Stmt, StmtKind};
use super::name::{Interner, Name};
use super::visit::{each, parts};

/// Calls `found` with every such variable.
pub(super) fn resized(stmts: &[Stmt], names: &Interner, found: &mut dyn FnMut(&Ident)) {
    let mut grown: Vec<&Ident> = Vec::new();
    let mut copies: Vec<(&Ident, &Ident)> = Vec::new();
    each(stmts, &mut |stmt| match &stmt.kind {
        StmtKind::Assign { target, value } => {
            if grows_at(target)
                || (target.path.is_empty() && joins(value, target.base.name, names))
                || deletes(target, value)
            {
                grown.push(&target.base);
            }
            if let (ExprKind::Ident(source), true) = (&value.kind, target.path.is_empty()) {
                copies.push((&target.base, source));
            }
        }
        StmtKind::MultiAssign { targets, value: _ } => {
            let targets = targets.iter().flatten().filter(|target| grows_at(target));
            grown.extend(targets.map(|target| &target.base));
        }
        _ => {}
    });
    // A copy of a copy may come first.
    loop {
        let is_grown = |ident: &Ident| grown.iter().any(|known| known.name == ident.name);
        let more = copies.iter().find(|(target, source)| is_grown(source) && !is_grown(target));
        let Some((target, _)) = more else { break };
        grown.push(target);
    }
    grown.into_iter().for_each(found);
}

/// `x(end + 1)`, `x(numel(x) + 1)`, `x(:, 1 + end)`.
fn grows_at(target: &LValue) -> bool {
    let [access] = target.path.as_slice() else { return false };
    let AccessKind::Paren(args) = &access.kind else { return false };
    let is_end = |expr: &Expr| match &expr.kind {
        ExprKind::End => true,
        ExprKind::Ident(ident) => ident.name == target.base.name,
        _ => false,
    };
    args.iter().any(|arg| {
        any(arg, &mut |expr| {
            matches!(expr.kind, ExprKind::Binary { .. }) && any(expr, &mut |expr| is_end(expr))
        })
    })
}

/// `x(i) = []`, `x(i) = ''`.
fn deletes(target: &LValue, value: &Expr) -> bool {
    target.path.len() == 1
        && match &value.kind {
            ExprKind::Matrix(rows) => rows.is_empty(),
            ExprKind::Str { value, .. } => value.is_empty(),
            _ => false,
        }
}

/// Brackets, or a call that joins arrays, with the whole variable or a slice of it inside.
fn joins(value: &Expr, name: Name, names: &Interner) -> bool {
    any(value, &mut |expr| match &expr.kind {
        ExprKind::Matrix(rows) => rows.iter().flatten().any(|part| has_slice(part, name)),
        ExprKind::Index { base, args, kind: IndexKind::Paren } => {
            let is_join = match &base.kind {
                ExprKind::Ident(function) => {
                    matches!(names.text(function.name), "cat" | "horzcat" | "vertcat")
                }
                _ => false,
            };
            is_join && args.iter().any(|part| has_slice(part, name))
        }
        _ => false,
    })
}

/// `x`, `x'`, `f(x)`, `x(2:end)`, and not `x(1)`.
fn has_slice(expr: &Expr, name: Name) -> bool {
    match &expr.kind {
        ExprKind::Ident(ident) => ident.name == name,
        ExprKind::Index { base, args, .. } => {
            let is_own = matches!(&base.kind, ExprKind::Ident(ident) if ident.name == name);
            let is_slice = |arg: &Expr| {
                matches!(arg.kind, ExprKind::Colon | ExprKind::Range { .. } | ExprKind::Ident(_))
            };
            (is_own && args.iter().any(is_slice)) || args.iter().any(|arg| has_slice(arg, name))
        }
        _ => {
            let mut is_found = false;
            parts(expr, &mut |child| is_found |= has_slice(child, name));
            is_found
        }
    }
}

/// True if an expression or a part of it is as asked; anonymous functions are not entered.
fn any(expr: &Expr, is: &mut dyn FnMut(&Expr) -> bool) -> bool {
    if is(expr) {
        return true;
    }
    let mut is_found = false;
    parts(expr, &mut |child| is_found = is_found || any(child, is));
    is_found
}
