//! Statements: each takes a point of control flow and yields the one after it.

use std::collections::BTreeMap;

use super::super::roots::Root;
use super::Walker;
use super::graph::Node;
use crate::sema::statements::{Behavior, NEXT};
use crate::sema::{LocalKind, Referent};
use crate::syntax::ast::{Block, Expr, If, Statement, StatementKind, Switch, Variable};

impl<'a> Walker<'_, 'a> {
    pub(super) fn block(&mut self, cf: Node, block: &'a Block<'a>) -> Node {
        let outer = self.filters;
        self.filters = outer.with(&block.attributes);
        let after = self.sequence(cf, &block.statements);
        self.filters = outer;
        after
    }

    pub(super) fn sequence(&mut self, cf: Node, statements: &'a [Statement<'a>]) -> Node {
        let mut cf = cf;
        for statement in statements {
            cf = self.statement(cf, statement);
            // What follows a jump is never reached.
            if self.behavior(statement) & NEXT == 0 {
                break;
            }
        }
        cf
    }

    pub(super) fn behavior(&self, statement: &Statement<'a>) -> Behavior {
        self.sema.behaviors.get(statement.id as usize).copied().unwrap_or(NEXT)
    }

    /// The behaviour of a list of statements.
    pub(super) fn sequence_behavior(&self, statements: &[Statement<'a>]) -> Behavior {
        let mut behavior = NEXT;
        for statement in statements {
            if behavior & NEXT != 0 {
                behavior = (behavior & !NEXT) | self.behavior(statement);
            }
        }
        behavior
    }

    pub(super) fn statement(&mut self, cf: Node, statement: &'a Statement<'a>) -> Node {
        let outer = self.filters;
        self.filters = outer.with(&statement.attributes);
        let after = self.kind(cf, statement);
        self.filters = outer;
        after
    }

    fn kind(&mut self, cf: Node, statement: &'a Statement<'a>) -> Node {
        let behavior = self.behavior(statement);
        match &statement.kind {
            StatementKind::Block(block) => self.block(cf, block),
            StatementKind::If(branches) => self.branch(cf, branches, 0),
            StatementKind::Switch(switch) => self.switch(cf, switch, behavior),
            StatementKind::Loop(inner) => self.loop_statement(cf, inner, behavior),
            StatementKind::For(inner) => self.for_statement(cf, inner, behavior),
            StatementKind::While(condition, body) => {
                self.while_statement(cf, condition, body, behavior)
            }
            StatementKind::Break => {
                self.leave_loop();
                cf
            }
            StatementKind::Continue => {
                self.restart_loop();
                cf
            }
            StatementKind::Return(value) => {
                let (cf, value) = match value {
                    Some(value) => self.expr(cf, value),
                    None => (cf, cf),
                };
                self.graph.edge(self.result, value);
                self.leave();
                cf
            }
            StatementKind::Discard | StatementKind::Assert(_) => cf,
            StatementKind::Variable(variable) => self.declare(cf, variable),
            StatementKind::Assign { target, op, value } => {
                let (cf, view) = self.expr(cf, target);
                let (cf, value) = self.expr(cf, value);
                // The target is read too in `a += b`: its value is `view` then.
                let _ = op;
                self.write(cf, target, [view, value]);
                cf
            }
            StatementKind::Phony(value) => self.expr(cf, value).0,
            StatementKind::Step(target) => {
                let (cf, view) = self.expr(cf, target);
                self.write(cf, target, [view, view]);
                cf
            }
            StatementKind::Call(call) => self.call(cf, call).0,
        }
    }

    fn declare(&mut self, cf: Node, variable: &'a Variable<'a>) -> Node {
        let (cf, value) = match &variable.init {
            Some(init) => self.expr(cf, init),
            None => (cf, cf),
        };
        let referent = self.sema.notes.get(variable.id.0 as usize).map(|note| note.referent);
        if let Some(Referent::Local(local)) = referent {
            let node = self.graph.depending([cf, value]);
            match self.roots.kind(local) {
                Some(LocalKind::Var) => self.values.insert(local, node),
                _ => self.lets.insert(local, node),
            };
        }
        cf
    }

    /// Writes to `target`: its root holds a new value that depends on `on`.
    fn write(&mut self, cf: Node, target: &'a Expr<'a>, on: [Node; 2]) {
        let Some(Root::Local(local)) = self.roots.of(target) else {
            return;
        };
        let node = self.graph.depending(on);
        self.graph.edge(node, cf);
        let old = self.values.insert(local, node);
        if let Some(old) = old
            && self.roots.is_part(target)
        {
            self.graph.edge(node, old);
        }
    }

    fn branch(&mut self, cf: Node, branches: &'a If<'a>, at: usize) -> Node {
        let Some((condition, body)) = branches.branches.get(at) else {
            return match &branches.otherwise {
                Some(otherwise) => self.block(cf, otherwise),
                None => cf,
            };
        };
        let (_, value) = self.expr(cf, condition);
        let inner = self.graph.depending([cf, value]);
        let before = self.values.clone();
        let cf_then = self.block(inner, body);
        let then = std::mem::replace(&mut self.values, before.clone());
        let cf_else = self.branch(inner, branches, at + 1);
        let then_behavior = self.sequence_behavior(&body.statements);
        let else_behavior = self.rest_behavior(branches, at + 1);
        let otherwise = std::mem::take(&mut self.values);
        let mut ends = Vec::new();
        if then_behavior & NEXT != 0 {
            ends.push(then);
        }
        if else_behavior & NEXT != 0 {
            ends.push(otherwise);
        }
        self.values = self.merge(&before, ends);
        if then_behavior | else_behavior == NEXT {
            return cf;
        }
        self.graph.depending([cf_then, cf_else])
    }

    fn rest_behavior(&self, branches: &If<'a>, at: usize) -> Behavior {
        let rest = branches.branches.iter().skip(at);
        let own = rest.fold(0, |all, (_, body)| all | self.sequence_behavior(&body.statements));
        own | match &branches.otherwise {
            Some(otherwise) => self.sequence_behavior(&otherwise.statements),
            None => NEXT,
        }
    }

    /// The variables of `before` after control came from each of `ends`.
    pub(super) fn merge(
        &mut self,
        before: &BTreeMap<u32, Node>,
        ends: Vec<BTreeMap<u32, Node>>,
    ) -> BTreeMap<u32, Node> {
        let mut merged = BTreeMap::new();
        for (local, old) in before {
            let mut nodes: Vec<Node> =
                ends.iter().map(|end| end.get(local).copied().unwrap_or(*old)).collect();
            nodes.sort_unstable();
            nodes.dedup();
            let node = match nodes.as_slice() {
                [] => *old,
                [only] => *only,
                several => self.graph.depending(several.iter().copied()),
            };
            merged.insert(*local, node);
        }
        merged
    }

    fn switch(&mut self, cf: Node, switch: &'a Switch<'a>, behavior: Behavior) -> Node {
        let (_, value) = self.expr(cf, &switch.selector);
        let outer = self.filters;
        self.filters = outer.with(&switch.attributes);
        let inner = self.graph.depending([cf, value]);
        let before = self.values.clone();
        self.enter_switch();
        let mut ends = Vec::new();
        let mut flows = Vec::new();
        for case in &switch.cases {
            self.values = before.clone();
            flows.push(self.block(inner, &case.body));
            if self.sequence_behavior(&case.body.statements) & NEXT != 0 {
                ends.push(std::mem::take(&mut self.values));
            }
        }
        ends.extend(self.exit_switch());
        self.values = self.merge(&before, ends);
        self.filters = outer;
        if behavior == NEXT { cf } else { self.graph.depending(flows) }
    }
}
