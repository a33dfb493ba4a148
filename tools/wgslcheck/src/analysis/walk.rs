//! Walks over statements and expressions.

use crate::syntax::ast::{
    Block, Call, Continuing, Expr, ExprKind, Name, Span, Statement, StatementKind, Variable,
};

/// Whether the statement holds a `continue` of the loop around it.
pub(crate) fn continues(statement: &Statement<'_>) -> bool {
    let any = |block: &Block<'_>| block.statements.iter().any(continues);
    match &statement.kind {
        StatementKind::Continue => true,
        StatementKind::Block(block) => any(block),
        StatementKind::If(branches) => {
            branches.branches.iter().any(|(_, block)| any(block))
                || branches.otherwise.as_ref().is_some_and(any)
        }
        StatementKind::Switch(switch) => switch.cases.iter().any(|case| any(&case.body)),
        _ => false,
    }
}

/// Calls `f` with every name used in a `continuing` block.
pub(crate) fn names<'a>(continuing: &Continuing<'a>, f: &mut impl FnMut(&'a str, Span)) {
    block(&continuing.body, &mut |expr| own_name(expr, f));
    if let Some(condition) = &continuing.break_if {
        expr(condition, &mut |expr| own_name(expr, f));
    }
}

fn own_name<'a>(expr: &Expr<'a>, f: &mut impl FnMut(&'a str, Span)) {
    if let ExprKind::Name(name) = &expr.kind {
        f(name.ident.name, name.ident.span);
    }
}

/// Calls `f` on every expression of a block, statement by statement.
pub(crate) fn block<'b, 'a>(body: &'b Block<'a>, f: &mut impl FnMut(&'b Expr<'a>)) {
    for one in &body.statements {
        statement(one, f);
    }
}

fn maybe<'b, 'a>(one: Option<&'b Expr<'a>>, f: &mut impl FnMut(&'b Expr<'a>)) {
    if let Some(one) = one {
        expr(one, f);
    }
}

/// Calls `f` on every expression of a statement.
pub(crate) fn statement<'b, 'a>(one: &'b Statement<'a>, f: &mut impl FnMut(&'b Expr<'a>)) {
    match &one.kind {
        StatementKind::Block(body) => block(body, f),
        StatementKind::If(branches) => {
            for (condition, body) in &branches.branches {
                expr(condition, f);
                block(body, f);
            }
            if let Some(body) = &branches.otherwise {
                block(body, f);
            }
        }
        StatementKind::Switch(switch) => {
            expr(&switch.selector, f);
            for case in &switch.cases {
                for selector in &case.selectors {
                    maybe(selector.as_ref(), f);
                }
                block(&case.body, f);
            }
        }
        StatementKind::Loop(inner) => {
            block(&inner.body, f);
            if let Some(continuing) = &inner.continuing {
                block(&continuing.body, f);
                maybe(continuing.break_if.as_ref(), f);
            }
        }
        StatementKind::For(inner) => {
            for part in [&inner.init, &inner.update].into_iter().flatten() {
                statement(part, f);
            }
            maybe(inner.condition.as_ref(), f);
            block(&inner.body, f);
        }
        StatementKind::While(condition, body) => {
            expr(condition, f);
            block(body, f);
        }
        StatementKind::Break | StatementKind::Continue | StatementKind::Discard => {}
        StatementKind::Return(value) => maybe(value.as_ref(), f),
        StatementKind::Variable(variable) => maybe(variable.init.as_ref(), f),
        StatementKind::Assign { target, value, .. } => {
            expr(target, f);
            expr(value, f);
        }
        StatementKind::Phony(value) | StatementKind::Step(value) | StatementKind::Assert(value) => {
            expr(value, f);
        }
        StatementKind::Call(inner) => call(inner, f),
    }
}

fn call<'b, 'a>(inner: &'b Call<'a>, f: &mut impl FnMut(&'b Expr<'a>)) {
    name(&inner.callee, f);
    for arg in &inner.args {
        expr(arg, f);
    }
}

fn name<'b, 'a>(inner: &'b Name<'a>, f: &mut impl FnMut(&'b Expr<'a>)) {
    for arg in inner.args.iter().flatten() {
        expr(arg, f);
    }
}

/// Calls `f` on `one` and every expression inside.
pub(crate) fn expr<'b, 'a>(one: &'b Expr<'a>, f: &mut impl FnMut(&'b Expr<'a>)) {
    f(one);
    match &one.kind {
        ExprKind::Bool(_) | ExprKind::Number(_) => {}
        ExprKind::Name(inner) => name(inner, f),
        ExprKind::Call(inner) => call(inner, f),
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) | ExprKind::Member(inner, _) => {
            expr(inner, f);
        }
        ExprKind::Binary(_, left, right) | ExprKind::Index(left, right) => {
            expr(left, f);
            expr(right, f);
        }
    }
}

/// Calls `f` on every statement of a block, outer ones first, in the order of the text.
pub(crate) fn statements<'b, 'a>(body: &'b Block<'a>, f: &mut impl FnMut(&'b Statement<'a>)) {
    for one in &body.statements {
        inner_statements(one, f);
    }
}

fn inner_statements<'b, 'a>(one: &'b Statement<'a>, f: &mut impl FnMut(&'b Statement<'a>)) {
    f(one);
    match &one.kind {
        StatementKind::Block(body) | StatementKind::While(_, body) => statements(body, f),
        StatementKind::If(branches) => {
            for (_, body) in &branches.branches {
                statements(body, f);
            }
            if let Some(body) = &branches.otherwise {
                statements(body, f);
            }
        }
        StatementKind::Switch(switch) => {
            for case in &switch.cases {
                statements(&case.body, f);
            }
        }
        StatementKind::Loop(inner) => {
            statements(&inner.body, f);
            if let Some(continuing) = &inner.continuing {
                statements(&continuing.body, f);
            }
        }
        StatementKind::For(inner) => {
            for part in [&inner.init, &inner.update].into_iter().flatten() {
                inner_statements(part, f);
            }
            statements(&inner.body, f);
        }
        StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Return(_)
        | StatementKind::Discard
        | StatementKind::Variable(_)
        | StatementKind::Assign { .. }
        | StatementKind::Phony(_)
        | StatementKind::Step(_)
        | StatementKind::Call(_)
        | StatementKind::Assert(_) => {}
    }
}

/// Calls `f` on every declaration of a block, in the order of the text.
pub(crate) fn variables<'b, 'a>(body: &'b Block<'a>, f: &mut impl FnMut(&'b Variable<'a>)) {
    statements(body, &mut |one| {
        if let StatementKind::Variable(variable) = &one.kind {
            f(variable);
        }
    });
}

/// Calls `f` on every call of a block, callees' arguments included.
pub(crate) fn calls<'b, 'a>(body: &'b Block<'a>, f: &mut impl FnMut(&'b Call<'a>)) {
    statements(body, &mut |one| {
        if let StatementKind::Call(inner) = &one.kind {
            f(inner);
        }
    });
    block(body, &mut |one| {
        if let ExprKind::Call(inner) = &one.kind {
            f(inner);
        }
    });
}
