//! The variable or parameter that a pointer or reference leads back to (specification, section
//! 6.4.5, "root identifier").

use std::collections::{BTreeMap, BTreeSet};

use crate::sema::{LocalKind, Referent, Sema};
use crate::syntax::ast::{Expr, ExprKind, StatementKind, Variable};

use super::walk;

/// What memory an expression is a view of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    /// A variable of the function, or what a pointer parameter points to.
    Local(u32),
    Global(u32),
}

/// The roots within one function.
pub(super) struct Roots<'s, 'a> {
    sema: &'s Sema<'a>,
    function: u32,
    /// What each `let` of a pointer type points to.
    lets: BTreeMap<u32, Root>,
    /// Those of them that point to a part of their root.
    parts: BTreeSet<u32>,
}

impl<'s, 'a> Roots<'s, 'a> {
    pub(super) fn new(sema: &'s Sema<'a>, function: u32) -> Self {
        let mut roots = Self { sema, function, lets: BTreeMap::new(), parts: BTreeSet::new() };
        if let Some(tree) = super::tree(sema, function) {
            walk::variables(&tree.body, &mut |variable| roots.learn(variable));
        }
        roots
    }

    fn learn(&mut self, variable: &Variable<'a>) {
        let Some(Referent::Local(index)) = self.referent(variable.id.0) else {
            return;
        };
        if self.kind(index) == Some(LocalKind::Let)
            && let Some(init) = &variable.init
            && let Some(root) = self.of(init)
        {
            if self.is_part(init) {
                self.parts.insert(index);
            }
            self.lets.insert(index, root);
        }
    }

    /// Whether `expr`, a view of memory, is of a part of its root.
    pub(super) fn is_part(&self, expr: &Expr<'a>) -> bool {
        match &expr.kind {
            ExprKind::Index(..) | ExprKind::Member(..) => true,
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => self.is_part(inner),
            ExprKind::Name(_) => match self.referent(expr.id.0) {
                Some(Referent::Local(index)) => self.parts.contains(&index),
                _ => false,
            },
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Call(_) | ExprKind::Binary(..) => {
                false
            }
        }
    }

    fn referent(&self, id: u32) -> Option<Referent> {
        self.sema.notes.get(id as usize).map(|note| note.referent)
    }

    /// The kind of a local of this function.
    pub(super) fn kind(&self, local: u32) -> Option<LocalKind> {
        let info = self.sema.functions.get(self.function as usize)?;
        info.locals.get(local as usize).map(|local| local.kind)
    }

    /// The root of `expr`, if it is a view of memory.
    pub(super) fn of(&self, expr: &Expr<'a>) -> Option<Root> {
        match &expr.kind {
            ExprKind::Name(_) => match self.referent(expr.id.0)? {
                Referent::Global(index) => Some(Root::Global(index)),
                Referent::Local(index) => match self.kind(index)? {
                    LocalKind::Let => self.lets.get(&index).copied(),
                    LocalKind::Var | LocalKind::Param(_) => Some(Root::Local(index)),
                    LocalKind::Const => None,
                },
                _ => None,
            },
            ExprKind::Paren(inner)
            | ExprKind::Unary(_, inner)
            | ExprKind::Index(inner, _)
            | ExprKind::Member(inner, _) => self.of(inner),
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Call(_) | ExprKind::Binary(..) => {
                None
            }
        }
    }
}

/// Whether the statement writes through its first expression.
pub(super) fn written<'b, 'a>(kind: &'b StatementKind<'a>) -> Option<&'b Expr<'a>> {
    match kind {
        StatementKind::Assign { target, .. } | StatementKind::Step(target) => Some(target),
        _ => None,
    }
}
