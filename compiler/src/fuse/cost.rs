//! What is stored and what is computed again.
//!
//! Reading or writing a value of 4 or 8 bytes costs about as much device time as ten simple
//! operations. So a chain is computed again in each group that needs it unless it is long; data
//! that comes from no memory at all (indices, random numbers) is computed again up to a longer
//! chain still; a value that is used for many elements of another shape is stored as soon as it
//! costs more than a few operations.

use preheat_format::OpId;
use preheat_ops::Kind;
use smallvec::SmallVec;

use crate::dag::{Dag, DagOp, NodeId};

/// Weight of a chain over stored data beyond which several groups share its stored result.
pub(super) const SHARED_WEIGHT_MAX: u32 = 24;
/// Weight beyond which an operand that is expanded along an axis is stored first.
pub(super) const BROADCAST_WEIGHT_MAX: u32 = 4;
/// Weight beyond which an operand of a matrix product is stored first: each of its elements is
/// read once per tile.
pub(super) const PRODUCT_WEIGHT_MAX: u32 = 4;
/// Weight of a chain over no stored data beyond which a live value is stored.
const DATA_FREE_WEIGHT_MAX: u32 = 48;
/// Weight of an element that is read by a computed index, which no cache line shares.
pub(super) const GATHER_WEIGHT: u32 = 10;
/// Weights saturate here; enough to compare with the limits above.
pub(super) const WEIGHT_CAP: u32 = 1 << 16;

/// The most nodes that are looked at for whether one of them may be stored.
const CONE_MAX: usize = 64;

/// Weight of one operation of the table, in simple arithmetic operations.
pub(super) fn op_weight(op: OpId) -> u32 {
    match preheat_ops::find(op).map(|def| (&def.kind, def.ulp_max)) {
        Some((Kind::Random(_), _)) => 10,
        Some((Kind::Elementwise { .. }, ulp_max)) if ulp_max > 3 => 6,
        Some((Kind::Elementwise { .. } | Kind::Cast | Kind::Reduction(_), _)) | None => 1,
    }
}

/// True if a plan may store a node that stays pending, or something that it is made of, because
/// of those that use it (`Stages::find_barriers`).
pub fn may_store(dag: &Dag, id: NodeId) -> bool {
    let mut stack: SmallVec<[NodeId; 32]> = SmallVec::from_slice(&[id]);
    let mut seen = 0;
    while let Some(id) = stack.pop() {
        seen += 1;
        let node = dag.node(id);
        match &node.op {
            DagOp::Leaf | DagOp::Param(_) | DagOp::Constant(_) => continue,
            DagOp::Iota | DagOp::Apply(_) | DagOp::View(_) | DagOp::Reshape => {}
            DagOp::Reduce { .. }
            | DagOp::Scan { .. }
            | DagOp::Gather
            | DagOp::MatMul
            | DagOp::Uninit
            | DagOp::Update(_) => return true,
        }
        let is_stored_for = |user: NodeId| match &dag.node(user).op {
            DagOp::Apply(_) => dag.node(user).shape != node.shape && !is_light(dag, id),
            DagOp::MatMul => !is_light(dag, id),
            DagOp::View(_) | DagOp::Reduce { .. } | DagOp::Scan { .. } => false,
            DagOp::Gather
            | DagOp::Update(_)
            | DagOp::Reshape
            | DagOp::Leaf
            | DagOp::Param(_)
            | DagOp::Constant(_)
            | DagOp::Iota
            | DagOp::Uninit => true,
        };
        if seen > CONE_MAX || dag.has_user(id, is_stored_for) {
            return true;
        }
        stack.extend_from_slice(dag.operands(id));
    }
    false
}

/// True if what is expanded or multiplied is not stored before for its weight, whatever of it is.
fn is_light(dag: &Dag, id: NodeId) -> bool {
    let mut stack: SmallVec<[NodeId; 32]> = SmallVec::from_slice(&[id]);
    let mut weight = 0;
    while let Some(id) = stack.pop() {
        if let DagOp::Apply(op) = &dag.node(id).op {
            weight += op_weight(*op);
        }
        if weight > BROADCAST_WEIGHT_MAX.min(PRODUCT_WEIGHT_MAX) {
            return false;
        }
        stack.extend_from_slice(dag.operands(id));
    }
    true
}

/// True if a live node should be stored when a cut computes it on the way: it costs more to
/// compute again than to read.
pub fn is_worth_keeping(dag: &Dag, id: NodeId) -> bool {
    let mut weight = 0;
    let mut data_free = true;
    let mut movement_only = true;
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        match &dag.node(id).op {
            DagOp::Leaf => data_free = false,
            DagOp::Reduce { .. } | DagOp::Scan { .. } | DagOp::MatMul | DagOp::Update(_) => {
                return true;
            }
            // What is picked is scattered in memory: reading it again costs more than its result.
            DagOp::Gather => return true,
            DagOp::Apply(op) => {
                movement_only = false;
                weight += op_weight(*op);
            }
            DagOp::Param(_)
            | DagOp::Constant(_)
            | DagOp::Iota
            | DagOp::View(_)
            | DagOp::Reshape
            | DagOp::Uninit => {}
        }
        if weight > DATA_FREE_WEIGHT_MAX {
            return true;
        }
        stack.extend(dag.operands(id));
    }
    !data_free && !movement_only
}
