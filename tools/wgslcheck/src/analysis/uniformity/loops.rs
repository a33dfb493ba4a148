//! Loops: what variables hold where a loop starts depends on what they hold where it ends.

use std::collections::BTreeMap;

use super::Walker;
use super::graph::Node;
use crate::sema::statements::{Behavior, NEXT};
use crate::syntax::ast::{Block, Expr, For, Loop};

/// A loop or `switch` around the statement at hand.
pub(super) struct Frame {
    is_loop: bool,
    /// The variables at each `break`.
    breaks: Vec<BTreeMap<u32, Node>>,
    /// The variables at each `continue`.
    continues: Vec<BTreeMap<u32, Node>>,
}

impl<'a> Walker<'_, 'a> {
    fn enter(&mut self, is_loop: bool) {
        self.loops.push(Frame { is_loop, breaks: Vec::new(), continues: Vec::new() });
    }

    pub(super) fn enter_switch(&mut self) {
        self.enter(false);
    }

    pub(super) fn exit_switch(&mut self) -> Vec<BTreeMap<u32, Node>> {
        self.loops.pop().map(|frame| frame.breaks).unwrap_or_default()
    }

    pub(super) fn leave_loop(&mut self) {
        let now = self.values.clone();
        if let Some(frame) = self.loops.last_mut() {
            frame.breaks.push(now);
        }
    }

    pub(super) fn restart_loop(&mut self) {
        let now = self.values.clone();
        if let Some(frame) = self.loops.iter_mut().rev().find(|frame| frame.is_loop) {
            frame.continues.push(now);
        }
    }

    /// Every variable gets a node that stands for its value at the start of any iteration.
    fn start(&mut self) -> BTreeMap<u32, Node> {
        let mut start = BTreeMap::new();
        for (local, value) in self.values.clone() {
            let node = self.graph.depending([value]);
            start.insert(local, node);
        }
        self.values = start.clone();
        self.enter(true);
        start
    }

    /// The variables where every `continue` and the end of the body meet.
    fn meet(&mut self, start: &BTreeMap<u32, Node>, body_ends: bool) {
        let mut ends = self
            .loops
            .last_mut()
            .map(|frame| std::mem::take(&mut frame.continues))
            .unwrap_or_default();
        if body_ends {
            ends.push(self.values.clone());
        }
        self.values = self.merge(start, ends);
    }

    /// Whether a `continue` of the innermost loop was reached.
    fn continues(&self) -> bool {
        self.loops.last().is_some_and(|frame| !frame.continues.is_empty())
    }

    /// Ties the end of an iteration to the start of the next, and goes on behind the loop.
    fn finish(&mut self, start: &BTreeMap<u32, Node>) {
        for (local, node) in start {
            if let Some(now) = self.values.get(local) {
                self.graph.edge(*node, *now);
            }
        }
        let breaks = self.loops.pop().map(|frame| frame.breaks).unwrap_or_default();
        self.values = self.merge(start, breaks);
    }

    pub(super) fn loop_statement(
        &mut self,
        cf: Node,
        inner: &'a Loop<'a>,
        behavior: Behavior,
    ) -> Node {
        let start = self.start();
        let flow = self.graph.depending([cf]);
        let outer = self.filters;
        self.filters = outer.with(&inner.body.attributes);
        let mut end = self.sequence(flow, &inner.body.statements);
        let body_behavior = self.sequence_behavior(&inner.body.statements);
        let comes_back = self.continues() || body_behavior & NEXT != 0;
        self.meet(&start, body_behavior & NEXT != 0);
        if let Some(continuing) = &inner.continuing
            && comes_back
        {
            end = self.block(end, &continuing.body);
            if let Some(condition) = &continuing.break_if {
                let (_, value) = self.expr(end, condition);
                self.leave_loop();
                end = self.graph.depending([end, value]);
            }
        }
        self.filters = outer;
        self.graph.edge(flow, end);
        self.finish(&start);
        if behavior == NEXT { cf } else { flow }
    }

    pub(super) fn while_statement(
        &mut self,
        cf: Node,
        condition: &'a Expr<'a>,
        body: &'a Block<'a>,
        behavior: Behavior,
    ) -> Node {
        let start = self.start();
        let flow = self.graph.depending([cf]);
        let inside = self.enter_condition(flow, condition);
        let end = self.block(inside, body);
        let body_behavior = self.sequence_behavior(&body.statements);
        self.meet(&start, body_behavior & NEXT != 0);
        self.graph.edge(flow, end);
        self.finish(&start);
        if behavior == NEXT { cf } else { flow }
    }

    /// Control flow inside a loop that goes on while `condition` holds.
    fn enter_condition(&mut self, flow: Node, condition: &'a Expr<'a>) -> Node {
        let (_, value) = self.expr(flow, condition);
        self.leave_loop();
        self.graph.depending([flow, value])
    }

    pub(super) fn for_statement(
        &mut self,
        cf: Node,
        inner: &'a For<'a>,
        behavior: Behavior,
    ) -> Node {
        let cf = match &inner.init {
            Some(init) => self.statement(cf, init),
            None => cf,
        };
        let start = self.start();
        let flow = self.graph.depending([cf]);
        let inside = match &inner.condition {
            Some(condition) => self.enter_condition(flow, condition),
            None => flow,
        };
        let mut end = self.block(inside, &inner.body);
        let body_behavior = self.sequence_behavior(&inner.body.statements);
        self.meet(&start, body_behavior & NEXT != 0);
        if let Some(update) = &inner.update {
            end = self.statement(end, update);
        }
        self.graph.edge(flow, end);
        self.finish(&start);
        if behavior == NEXT { cf } else { flow }
    }
}
