//! Stages: an order of groups that has no cycles whatever is merged within a stage.
//!
//! Anchors of stage `s` run before maps of stage `s`. An anchor is one stage after its operands; a
//! map is in the latest stage of its operands, or one later than an operand that has to be stored
//! before it can be read. Nodes that must be stored for structural reasons are *barriers*.

use std::collections::{BTreeMap, BTreeSet};

use super::cost::{
    BROADCAST_WEIGHT_MAX, GATHER_WEIGHT, PRODUCT_WEIGHT_MAX, SHARED_WEIGHT_MAX, WEIGHT_CAP,
    op_weight,
};
use crate::dag::{Dag, DagOp, NodeId};

/// The most distinct arrays that one inlined expression may read; leaves room for outputs and
/// scratch within 8 storage bindings.
pub(super) const SOURCES_MAX: usize = 5;

/// The most nodes that one inlined expression may have; well within the limits of signatures.
const SIZE_MAX: u32 = 256;

/// Arrays whose shapes are equal by construction. Two slices that happen to be equally long are
/// not: what is merged must not depend on sizes.
#[derive(Default)]
struct Classes {
    parent: BTreeMap<NodeId, NodeId>,
    /// Results of reductions of one class over the same axes.
    reduced: BTreeMap<(NodeId, u32), NodeId>,
}

impl Classes {
    fn find(&self, id: NodeId) -> NodeId {
        let mut at = id;
        while let Some(next) = self.parent.get(&at) {
            at = *next;
        }
        at
    }

    fn join(&mut self, left: NodeId, right: NodeId) {
        let (left, right) = (self.find(left), self.find(right));
        if left != right {
            // Towards the older node, so that chains stay short.
            self.parent.insert(left.max(right), left.min(right));
        }
    }

    fn place(&mut self, dag: &Dag, id: NodeId, operands: &[NodeId]) {
        let node = dag.node(id);
        match (&node.op, operands) {
            (DagOp::Apply(_), operands) => {
                for operand in operands {
                    if dag.node(*operand).shape == node.shape {
                        self.join(id, *operand);
                    }
                }
            }
            (DagOp::Reduce { axes, .. }, [operand]) => {
                let key = (self.find(*operand), *axes);
                match self.reduced.get(&key) {
                    Some(known) => self.join(id, *known),
                    None => {
                        self.reduced.insert(key, id);
                    }
                }
            }
            (DagOp::Scan { .. }, [operand]) => self.join(id, *operand),
            (DagOp::Gather, [_, index]) => self.join(id, *index),
            (DagOp::Update(_), [base, _]) => self.join(id, *base),
            (_, _) => {}
        }
    }
}

/// What the planner knows about the pending nodes of a cut.
pub(super) struct Stages<'a> {
    pub(super) dag: &'a Dag,
    /// Pending nodes, operands before users.
    pub(super) order: Vec<NodeId>,
    /// Nodes that the cut must store.
    pub(super) roots: BTreeSet<NodeId>,
    /// Nodes that must be stored before others can read them, with the reason.
    pub(super) barriers: BTreeMap<NodeId, &'static str>,
    /// Place of each pending node in `order`.
    pub(super) position: BTreeMap<NodeId, usize>,
    stage: BTreeMap<NodeId, u32>,
    /// Nodes that computing the node inlines, those that are reached twice counted twice.
    size: BTreeMap<NodeId, u32>,
    classes: Classes,
    weight: BTreeMap<NodeId, u32>,
    sources: BTreeMap<NodeId, BTreeSet<NodeId>>,
    linear: BTreeSet<NodeId>,
}

impl<'a> Stages<'a> {
    /// Stages of what `roots` need. `forced` are stored though no rule here asks for it.
    pub(super) fn new(dag: &'a Dag, roots: &[NodeId], forced: &BTreeSet<NodeId>) -> Stages<'a> {
        let order = dag.pending_postorder(roots);
        let reason = "its group needs more arrays than a kernel may bind";
        let mut stages = Stages {
            dag,
            position: order.iter().copied().zip(0..).collect(),
            order,
            roots: roots.iter().copied().collect(),
            barriers: forced.iter().map(|id| (*id, reason)).collect(),
            size: BTreeMap::new(),
            classes: Classes::default(),
            stage: BTreeMap::new(),
            weight: BTreeMap::new(),
            sources: BTreeMap::new(),
            linear: BTreeSet::new(),
        };
        for id in stages.order.clone() {
            stages.place(id);
        }
        stages
    }

    /// The stage of a node; leaves are in stage 0.
    pub(super) fn stage(&self, id: NodeId) -> u32 {
        self.stage.get(&id).copied().unwrap_or(0)
    }

    /// Arrays that computing the node reads, given what is stored before it.
    pub(super) fn sources(&self, id: NodeId) -> BTreeSet<NodeId> {
        match self.sources.get(&id) {
            Some(sources) => sources.clone(),
            None => BTreeSet::from([id]),
        }
    }

    /// True for reductions, scans, matrix products and updates.
    pub(super) fn is_anchor(&self, id: NodeId) -> bool {
        match self.dag.node(id).op {
            DagOp::Reduce { .. } | DagOp::Scan { .. } | DagOp::MatMul | DagOp::Update(_) => true,
            DagOp::Leaf
            | DagOp::Param(_)
            | DagOp::Constant(_)
            | DagOp::Iota
            | DagOp::Apply(_)
            | DagOp::Gather
            | DagOp::View(_)
            | DagOp::Reshape
            | DagOp::Uninit => false,
        }
    }

    fn is_leaf(&self, id: NodeId) -> bool {
        self.dag.node(id).op == DagOp::Leaf
    }

    /// True if the value is in a buffer of its own by the time its users' group runs.
    fn is_stored(&self, id: NodeId) -> bool {
        self.is_leaf(id) || self.is_anchor(id) || self.barriers.contains_key(&id)
    }

    fn place(&mut self, id: NodeId) {
        let operands = self.dag.operands(id);
        self.find_barriers(id, &operands);
        self.limit_sources(&operands);
        self.limit_size(&operands);
        self.classes.place(self.dag, id, &operands);
        let stage = operands.iter().map(|operand| self.stage_after(*operand, id)).max();
        let stage = stage.unwrap_or(0) + u32::from(self.is_anchor(id));
        let own = match &self.dag.node(id).op {
            DagOp::Apply(op) => op_weight(*op),
            DagOp::Gather => GATHER_WEIGHT,
            DagOp::Leaf
            | DagOp::Param(_)
            | DagOp::Constant(_)
            | DagOp::Iota
            | DagOp::Reduce { .. }
            | DagOp::Scan { .. }
            | DagOp::MatMul
            | DagOp::View(_)
            | DagOp::Reshape
            | DagOp::Uninit
            | DagOp::Update(_) => 0,
        };
        let mut weight = own;
        let mut sources = BTreeSet::new();
        for operand in &operands {
            if self.is_stored(*operand) {
                sources.insert(*operand);
            } else {
                weight += self.weight.get(operand).copied().unwrap_or(0);
                sources.extend(self.sources.get(operand).into_iter().flatten().copied());
            }
        }
        self.stage.insert(id, stage);
        self.size.insert(id, 1 + self.inlined(&operands));
        self.weight.insert(id, weight.min(WEIGHT_CAP));
        self.sources.insert(id, sources);
        if self.is_linear(id, &operands) {
            self.linear.insert(id);
        }
        self.share_expensive(id);
    }

    fn stage_after(&self, operand: NodeId, user: NodeId) -> u32 {
        let stage = self.stage(operand);
        if self.is_leaf(operand) || self.is_anchor(operand) {
            return stage;
        }
        let (operand_node, user_node) = (self.dag.node(operand), self.dag.node(user));
        let fuses =
            matches!(user_node.op, DagOp::Apply(_)) && operand_node.shape == user_node.shape;
        let waits =
            self.barriers.contains_key(&operand) || (self.roots.contains(&operand) && !fuses);
        stage + u32::from(waits)
    }

    /// Stores operands that `id` cannot compute on the fly.
    fn find_barriers(&mut self, id: NodeId, operands: &[NodeId]) {
        let node = self.dag.node(id);
        for (position, operand) in operands.iter().copied().enumerate() {
            if self.is_stored(operand) {
                continue;
            }
            let weight = self.weight.get(&operand).copied().unwrap_or(0);
            let shape = &self.dag.node(operand).shape;
            let reason = match &node.op {
                DagOp::Reshape if !self.linear.contains(&operand) => {
                    Some("its elements are read in another order by a reshape")
                }
                DagOp::Gather if position == 0 => Some("its elements are picked by index"),
                DagOp::MatMul if weight > PRODUCT_WEIGHT_MAX => {
                    Some("a matrix product reads it many times")
                }
                DagOp::Update(_) if position == 0 && self.dag.node(operand).op != DagOp::Uninit => {
                    Some("it is updated in place")
                }
                DagOp::Apply(_)
                    if *shape != node.shape
                        && !shape.is_scalar()
                        && weight > BROADCAST_WEIGHT_MAX =>
                {
                    Some("it is expanded and would be computed for every copy")
                }
                DagOp::Leaf
                | DagOp::Param(_)
                | DagOp::Constant(_)
                | DagOp::Iota
                | DagOp::Apply(_)
                | DagOp::Reduce { .. }
                | DagOp::Scan { .. }
                | DagOp::Gather
                | DagOp::MatMul
                | DagOp::View(_)
                | DagOp::Reshape
                | DagOp::Uninit
                | DagOp::Update(_) => None,
            };
            if let Some(reason) = reason {
                self.barriers.insert(operand, reason);
            }
        }
    }

    /// Stores the operand that reads most until all together read at most [`SOURCES_MAX`] arrays.
    fn limit_sources(&mut self, operands: &[NodeId]) {
        loop {
            let mut all = BTreeSet::new();
            for operand in operands {
                match self.is_stored(*operand) {
                    true => all.insert(*operand),
                    false => {
                        all.extend(self.sources(*operand));
                        true
                    }
                };
            }
            let widest = operands
                .iter()
                .filter(|operand| !self.is_stored(**operand))
                .max_by_key(|operand| self.sources(**operand).len());
            match widest {
                Some(widest) if all.len() > SOURCES_MAX && self.sources(*widest).len() > 1 => {
                    self.barriers.insert(*widest, "its group already reads 5 arrays");
                }
                Some(_) | None => return,
            }
        }
    }

    /// Nodes that computing the node inlines.
    pub(super) fn size(&self, id: NodeId) -> u32 {
        self.size.get(&id).copied().unwrap_or(1)
    }

    /// Nodes that computing all of the operands inlines. The sum of their sizes counts what they
    /// share several times; only where it exceeds the limit are nodes counted one by one.
    fn inlined(&self, operands: &[NodeId]) -> u32 {
        let mut stack: Vec<NodeId> =
            operands.iter().copied().filter(|operand| !self.is_stored(*operand)).collect();
        let sum = stack.iter().fold(0u32, |sum, id| sum.saturating_add(self.size(*id)));
        if sum <= SIZE_MAX {
            return sum;
        }
        let mut found = BTreeSet::new();
        while let Some(id) = stack.pop() {
            if found.insert(id) {
                let operands = self.dag.operands(id);
                stack.extend(operands.into_iter().filter(|operand| !self.is_stored(*operand)));
            }
        }
        found.len() as u32
    }

    /// True if two arrays have the same shape because of how they are made, not by chance.
    pub(super) fn same_shape(&self, left: NodeId, right: NodeId) -> bool {
        self.classes.find(left) == self.classes.find(right)
    }

    /// Stores the longest operand until all together inline at most [`SIZE_MAX`] nodes.
    fn limit_size(&mut self, operands: &[NodeId]) {
        loop {
            let open: Vec<NodeId> =
                operands.iter().copied().filter(|operand| !self.is_stored(*operand)).collect();
            let total = self.inlined(&open);
            let longest = open.into_iter().max_by_key(|operand| self.size(*operand));
            match longest {
                Some(longest) if total > SIZE_MAX && self.size(longest) > 1 => {
                    self.barriers.insert(longest, "its group is as long as a kernel may be");
                }
                Some(_) | None => return,
            }
        }
    }

    /// Stores a long chain that groups of different kinds need.
    fn share_expensive(&mut self, id: NodeId) {
        let heavy = self.weight.get(&id).is_some_and(|weight| *weight > SHARED_WEIGHT_MAX);
        let reads = self.sources.get(&id).is_some_and(|sources| !sources.is_empty());
        if !heavy || !reads || self.is_anchor(id) {
            return;
        }
        let shape = &self.dag.node(id).shape;
        let users = self.dag.users(id);
        let is_apart = |user: &&NodeId| {
            let user = self.dag.node(**user);
            !matches!(user.op, DagOp::Apply(_)) || user.shape != *shape
        };
        let apart = users.iter().filter(is_apart).count();
        if apart > 0 && users.len() > 1 {
            self.barriers.insert(id, "several groups need it and it is long to compute");
        }
    }

    /// True if element `i` depends on element `i` of every operand that is not a scalar.
    fn is_linear(&self, id: NodeId, operands: &[NodeId]) -> bool {
        let node = self.dag.node(id);
        let linear = |operand: &NodeId| self.is_stored(*operand) || self.linear.contains(operand);
        match &node.op {
            DagOp::Param(_) | DagOp::Constant(_) | DagOp::Iota | DagOp::Leaf => true,
            DagOp::Reduce { .. } | DagOp::Scan { .. } | DagOp::MatMul | DagOp::Update(_) => true,
            DagOp::Gather => operands.get(1).is_some_and(linear),
            DagOp::Apply(_) => operands.iter().all(|operand| {
                let shape = &self.dag.node(*operand).shape;
                shape.is_scalar() || (*shape == node.shape && linear(operand))
            }),
            DagOp::Reshape => operands.iter().all(linear),
            DagOp::View(_) => {
                operands.iter().all(|operand| self.dag.node(*operand).shape.is_scalar())
            }
            DagOp::Uninit => false,
        }
    }
}
