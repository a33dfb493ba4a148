//! Expressions: each takes a point of control flow and yields another, and a value.

use super::super::roots::Root;
use super::Walker;
use super::graph::{NON_UNIFORM, Node};
use crate::sema::types::Space;
use crate::sema::{LocalKind, Referent};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

impl<'a> Walker<'_, 'a> {
    /// The control flow after `expr`, and its value.
    pub(super) fn expr(&mut self, cf: Node, expr: &'a Expr<'a>) -> (Node, Node) {
        let (after, value) = self.raw(cf, expr);
        let loaded = self.sema.notes.get(expr.id.0 as usize).is_some_and(|note| note.loaded);
        if !loaded {
            return (after, value);
        }
        match self.roots.of(expr) {
            Some(root) => {
                let contents = self.contents(root, after);
                (after, self.graph.depending([after, value, contents]))
            }
            None => (after, value),
        }
    }

    /// What is in memory now.
    pub(super) fn contents(&self, root: Root, cf: Node) -> Node {
        match root {
            Root::Local(local) => self.values.get(&local).copied().unwrap_or(cf),
            Root::Global(index) => {
                let Some(global) = self.sema.globals.get(index as usize) else {
                    return cf;
                };
                let varies = match global.space {
                    Space::Function | Space::Private | Space::Workgroup => true,
                    Space::Storage => global.access.writes(),
                    Space::Uniform | Space::Handle | Space::Immediate => false,
                };
                if varies { NON_UNIFORM } else { cf }
            }
        }
    }

    fn raw(&mut self, cf: Node, expr: &'a Expr<'a>) -> (Node, Node) {
        match &expr.kind {
            ExprKind::Bool(_) | ExprKind::Number(_) => (cf, cf),
            ExprKind::Name(_) => (cf, self.name(cf, expr)),
            ExprKind::Call(call) => self.call(cf, call),
            ExprKind::Paren(inner) | ExprKind::Unary(_, inner) | ExprKind::Member(inner, _) => {
                self.expr(cf, inner)
            }
            ExprKind::Binary(op, left, right) => {
                let (cf_left, left) = self.expr(cf, left);
                if matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr) {
                    let inner = self.graph.depending([cf_left, left]);
                    let (_, right) = self.expr(inner, right);
                    return (cf_left, right);
                }
                let (cf_right, right) = self.expr(cf_left, right);
                (cf_right, self.graph.depending([left, right]))
            }
            ExprKind::Index(base, index) => {
                let (cf, base) = self.expr(cf, base);
                let (cf, index) = self.expr(cf, index);
                (cf, self.graph.depending([base, index]))
            }
        }
    }

    fn name(&mut self, cf: Node, expr: &'a Expr<'a>) -> Node {
        let referent = self.sema.notes.get(expr.id.0 as usize).map(|note| note.referent);
        let Some(Referent::Local(local)) = referent else {
            return cf;
        };
        match self.roots.kind(local) {
            Some(LocalKind::Let | LocalKind::Param(_)) => {
                let value = self.lets.get(&local).copied().unwrap_or(cf);
                self.graph.depending([cf, value])
            }
            _ => cf,
        }
    }
}
