//! Stages: an order of groups that has no cycles whatever is merged within a stage.
//!
//! Anchors of stage `s` run before maps of stage `s`. An anchor is one stage after its operands; a
//! map is in the latest stage of its operands, or one later than an operand that has to be stored
//! before it can be read. Nodes that must be stored for structural reasons are *barriers*.

use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;

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

/// Arrays that an expression reads, in ascending order.
pub(super) type Sources = SmallVec<[NodeId; SOURCES_MAX + 1]>;

/// Adds to `all` what it lacks of `more`; both are in ascending order.
pub(super) fn join_sources(all: &mut Sources, more: &[NodeId]) {
    for id in more {
        if let Err(place) = all.binary_search(id) {
            all.insert(place, *id);
        }
    }
}

/// What the planner knows of a node.
#[derive(Clone, Debug)]
struct Placed {
    id: NodeId,
    /// The cut must store it.
    is_root: bool,
    /// Why it must be stored before others can read it.
    barrier: Option<&'static str>,
    stage: u32,
    /// Nodes that computing it inlines, those that are reached twice counted twice.
    size: u32,
    /// What computing it costs; see `cost`.
    weight: u32,
    /// Arrays that computing it reads, given what is stored before it.
    sources: Sources,
    /// Element `i` depends on element `i` of every operand that is not a scalar.
    is_linear: bool,
    /// Another entry of the same shape by construction, or this one.
    parent: u32,
    /// The last count of inlined nodes that found it; see [`Stages::inlined`].
    counted: u32,
}

/// An entry's place before there is one.
const NOWHERE: u32 = u32::MAX;

/// What the planner knows about the pending nodes of a cut.
pub(super) struct Stages<'a> {
    pub(super) dag: &'a Dag,
    /// Pending nodes, operands before users.
    pub(super) order: Vec<NodeId>,
    /// Pending nodes in that order, then leaves as they are met.
    placed: Vec<Placed>,
    /// Place of each node in `placed`, by slot.
    places: Vec<u32>,
    /// Results of reductions over the same axes of arrays whose shapes are equal by construction.
    reduced: BTreeMap<(NodeId, u32), NodeId>,
    /// How often inlined nodes were counted one by one.
    counts: u32,
}

impl<'a> Stages<'a> {
    /// Stages of what `roots` need. `forced` are stored though no rule here asks for it.
    pub(super) fn new(dag: &'a Dag, roots: &[NodeId], forced: &BTreeSet<NodeId>) -> Stages<'a> {
        let order = dag.pending_postorder(roots);
        let mut stages = Stages {
            dag,
            placed: Vec::with_capacity(order.len() + SOURCES_MAX),
            places: vec![NOWHERE; dag.slot_bound()],
            reduced: BTreeMap::new(),
            counts: 0,
            order,
        };
        for at in 0..stages.order.len() {
            stages.enter(stages.order[at]);
        }
        for root in roots {
            let place = stages.enter(*root);
            stages.placed[place].is_root = true;
        }
        for id in forced {
            stages.set_barrier(*id, "its group needs more arrays than a kernel may bind");
        }
        for at in 0..stages.order.len() {
            stages.place(at);
        }
        stages
    }

    /// The entry of a node; a leaf gets one when it is met.
    fn enter(&mut self, id: NodeId) -> usize {
        let place = &mut self.places[id.slot()];
        if *place == NOWHERE {
            *place = self.placed.len() as u32;
            let (parent, sources) = (*place, Sources::new());
            let (is_root, barrier, is_linear) = (false, None, false);
            let (stage, size, weight) = (0, 1, 0);
            self.placed.push(Placed {
                id,
                is_root,
                barrier,
                stage,
                size,
                weight,
                sources,
                is_linear,
                parent,
                counted: 0,
            });
        }
        *place as usize
    }

    fn of(&self, id: NodeId) -> Option<&Placed> {
        self.placed.get(self.position(id)?)
    }

    /// Place of a node in the order, that of a leaf after it; `None` of what was not met.
    pub(super) fn position(&self, id: NodeId) -> Option<usize> {
        self.places.get(id.slot()).filter(|place| **place != NOWHERE).map(|place| *place as usize)
    }

    /// True for nodes that this cut computes.
    pub(super) fn is_pending(&self, id: NodeId) -> bool {
        self.position(id).is_some_and(|place| place < self.order.len())
    }

    /// True for nodes that the cut must store.
    pub(super) fn is_root(&self, id: NodeId) -> bool {
        self.of(id).is_some_and(|placed| placed.is_root)
    }

    /// Why a node must be stored before others can read it, if it must.
    pub(super) fn barrier(&self, id: NodeId) -> Option<&'static str> {
        self.of(id).and_then(|placed| placed.barrier)
    }

    fn set_barrier(&mut self, id: NodeId, reason: &'static str) {
        let place = self.enter(id);
        self.placed[place].barrier = Some(reason);
    }

    /// The stage of a node; leaves are in stage 0.
    pub(super) fn stage(&self, id: NodeId) -> u32 {
        self.of(id).map_or(0, |placed| placed.stage)
    }

    fn weight(&self, id: NodeId) -> u32 {
        self.of(id).map_or(0, |placed| placed.weight)
    }

    /// Nodes that computing the node inlines.
    pub(super) fn size(&self, id: NodeId) -> u32 {
        self.of(id).map_or(1, |placed| placed.size)
    }

    /// Arrays that computing a pending node reads, given what is stored before it. A node that is
    /// not pending is read itself.
    pub(super) fn sources(&self, id: NodeId) -> &[NodeId] {
        match self.of(id) {
            Some(placed) if self.is_pending(id) => &placed.sources,
            Some(placed) => std::slice::from_ref(&placed.id),
            None => &[],
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
        self.is_leaf(id) || self.is_anchor(id) || self.barrier(id).is_some()
    }

    fn place(&mut self, at: usize) {
        let (dag, id) = (self.dag, self.order[at]);
        let operands = dag.operands(id);
        for operand in operands {
            self.enter(*operand);
        }
        self.find_barriers(id, operands);
        self.limit_sources(operands);
        let inlined = self.limit_size(operands);
        self.join_shapes(id, operands);
        let stage = operands.iter().map(|operand| self.stage_after(*operand, id)).max();
        let stage = stage.unwrap_or(0) + u32::from(self.is_anchor(id));
        let mut weight = match &dag.node(id).op {
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
        for operand in operands.iter().filter(|operand| !self.is_stored(**operand)) {
            weight += self.weight(*operand);
        }
        let sources = self.joint_sources(operands);
        let is_linear = self.is_linear(id, operands);
        let placed = &mut self.placed[at];
        placed.stage = stage;
        placed.size = 1 + inlined;
        placed.weight = weight.min(WEIGHT_CAP);
        placed.sources = sources;
        placed.is_linear = is_linear;
        self.share_expensive(id);
    }

    /// Arrays that an expression of these operands reads.
    fn joint_sources(&self, operands: &[NodeId]) -> Sources {
        let mut all = Sources::new();
        for operand in operands {
            match self.is_stored(*operand) {
                true => join_sources(&mut all, std::slice::from_ref(operand)),
                false => join_sources(&mut all, self.sources(*operand)),
            }
        }
        all
    }

    /// Notes which arrays have the shape of `id` because of how it is made. Two slices that happen
    /// to be equally long have not: what is merged must not depend on sizes.
    fn join_shapes(&mut self, id: NodeId, operands: &[NodeId]) {
        let node = self.dag.node(id);
        match (&node.op, operands) {
            (DagOp::Apply(_), operands) => {
                for operand in operands {
                    if self.dag.node(*operand).shape == node.shape {
                        self.join(id, *operand);
                    }
                }
            }
            (DagOp::Reduce { axes, .. }, [operand]) => {
                let key = (self.shape_class(*operand), *axes);
                match self.reduced.get(&key).copied() {
                    Some(known) => self.join(id, known),
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

    /// The node that stands for all of the same shape by construction.
    fn shape_class(&self, id: NodeId) -> NodeId {
        let mut id = id;
        while let Some(placed) = self.of(id) {
            let parent = self.placed[placed.parent as usize].id;
            if parent == id {
                break;
            }
            id = parent;
        }
        id
    }

    fn join(&mut self, left: NodeId, right: NodeId) {
        let (left, right) = (self.shape_class(left), self.shape_class(right));
        if left != right {
            // Towards the older node, so that chains stay short.
            let older = self.enter(left.min(right)) as u32;
            let newer = self.enter(left.max(right));
            self.placed[newer].parent = older;
        }
    }

    fn stage_after(&self, operand: NodeId, user: NodeId) -> u32 {
        let stage = self.stage(operand);
        if self.is_leaf(operand) || self.is_anchor(operand) {
            return stage;
        }
        let (operand_node, user_node) = (self.dag.node(operand), self.dag.node(user));
        let fuses =
            matches!(user_node.op, DagOp::Apply(_)) && operand_node.shape == user_node.shape;
        let waits = self.barrier(operand).is_some() || (self.is_root(operand) && !fuses);
        stage + u32::from(waits)
    }

    /// Stores operands that `id` cannot compute on the fly.
    fn find_barriers(&mut self, id: NodeId, operands: &[NodeId]) {
        let node = self.dag.node(id);
        for (position, operand) in operands.iter().copied().enumerate() {
            if self.is_stored(operand) {
                continue;
            }
            let weight = self.weight(operand);
            let shape = &self.dag.node(operand).shape;
            let reason = match &node.op {
                DagOp::Reshape if !self.is_placed_linear(operand) => {
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
                self.set_barrier(operand, reason);
            }
        }
    }

    /// Stores the operand that reads most until all together read at most [`SOURCES_MAX`] arrays.
    fn limit_sources(&mut self, operands: &[NodeId]) {
        while self.joint_sources(operands).len() > SOURCES_MAX {
            let widest = operands
                .iter()
                .filter(|operand| !self.is_stored(**operand))
                .max_by_key(|operand| self.sources(**operand).len());
            match widest {
                Some(widest) if self.sources(*widest).len() > 1 => {
                    self.set_barrier(*widest, "its group already reads 5 arrays");
                }
                Some(_) | None => return,
            }
        }
    }

    /// Nodes that computing all of the operands inlines. The sum of their sizes counts what they
    /// share several times; only where it exceeds the limit are nodes counted one by one.
    fn inlined(&mut self, operands: &[NodeId]) -> u32 {
        let is_open = |stages: &Stages<'_>, operand: NodeId| !stages.is_stored(operand);
        let mut stack: SmallVec<[NodeId; 16]> =
            operands.iter().copied().filter(|operand| is_open(self, *operand)).collect();
        let sum = stack.iter().fold(0u32, |sum, id| sum.saturating_add(self.size(*id)));
        if sum <= SIZE_MAX {
            return sum;
        }
        self.counts += 1;
        let mut found = 0;
        while let Some(id) = stack.pop() {
            let place = self.enter(id);
            if std::mem::replace(&mut self.placed[place].counted, self.counts) != self.counts {
                found += 1;
                let operands = self.dag.operands(id).iter().copied();
                stack.extend(operands.filter(|operand| is_open(self, *operand)));
            }
        }
        found
    }

    /// True if two arrays have the same shape because of how they are made, not by chance.
    pub(super) fn same_shape(&self, left: NodeId, right: NodeId) -> bool {
        self.shape_class(left) == self.shape_class(right)
    }

    /// Stores the longest operand until all together inline at most [`SIZE_MAX`] nodes; gives the
    /// number of those that are left.
    fn limit_size(&mut self, operands: &[NodeId]) -> u32 {
        loop {
            let total = self.inlined(operands);
            let open = operands.iter().copied().filter(|operand| !self.is_stored(*operand));
            let longest = open.max_by_key(|operand| self.size(*operand));
            match longest {
                Some(longest) if total > SIZE_MAX && self.size(longest) > 1 => {
                    self.set_barrier(longest, "its group is as long as a kernel may be");
                }
                Some(_) | None => return total,
            }
        }
    }

    /// Stores a long chain that groups of different kinds need.
    fn share_expensive(&mut self, id: NodeId) {
        let heavy = self.weight(id) > SHARED_WEIGHT_MAX;
        let reads = !self.sources(id).is_empty();
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
            self.set_barrier(id, "several groups need it and it is long to compute");
        }
    }

    fn is_placed_linear(&self, id: NodeId) -> bool {
        self.of(id).is_some_and(|placed| placed.is_linear)
    }

    /// True if element `i` depends on element `i` of every operand that is not a scalar.
    fn is_linear(&self, id: NodeId, operands: &[NodeId]) -> bool {
        let node = self.dag.node(id);
        let linear = |operand: &NodeId| self.is_stored(*operand) || self.is_placed_linear(*operand);
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
