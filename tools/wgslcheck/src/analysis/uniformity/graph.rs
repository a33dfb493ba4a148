//! The dependency graph of a function.

use std::collections::BTreeSet;

/// Index of a node.
pub(super) type Node = u32;

/// What may differ between invocations.
pub(super) const NON_UNIFORM: Node = 0;
/// Control flow where the function starts.
pub(super) const CF_START: Node = 1;

/// Nodes and what each depends on.
pub(super) struct Graph {
    edges: Vec<Vec<Node>>,
}

impl Graph {
    pub(super) fn new() -> Self {
        Self { edges: vec![Vec::new(), Vec::new()] }
    }

    /// A fresh node.
    pub(super) fn node(&mut self) -> Node {
        self.edges.push(Vec::new());
        self.edges.len() as Node - 1
    }

    /// A fresh node that depends on `on`.
    pub(super) fn depending(&mut self, on: impl IntoIterator<Item = Node>) -> Node {
        let node = self.node();
        for other in on {
            self.edge(node, other);
        }
        node
    }

    /// Says that `from` depends on `on`.
    pub(super) fn edge(&mut self, from: Node, on: Node) {
        if from != on
            && let Some(edges) = self.edges.get_mut(from as usize)
        {
            edges.push(on);
        }
    }

    /// All that `start` depends on, itself included.
    pub(super) fn reach(&self, start: impl IntoIterator<Item = Node>) -> BTreeSet<Node> {
        let mut pending: Vec<Node> = start.into_iter().collect();
        let mut reached: BTreeSet<Node> = pending.iter().copied().collect();
        while let Some(node) = pending.pop() {
            for next in self.edges.get(node as usize).into_iter().flatten() {
                if reached.insert(*next) {
                    pending.push(*next);
                }
            }
        }
        reached
    }
}
