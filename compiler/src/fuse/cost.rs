//! What is stored and what is computed again.
//!
//! Reading or writing a value of 4 or 8 bytes costs about as much device time as ten simple
//! operations. So a chain is computed again in each group that needs it unless it is long; data
//! that comes from no memory at all (indices, random numbers) is computed again up to a longer
//! chain still; a value that is used for many elements of another shape is stored as soon as it
//! costs more than a few operations.

use preheat_format::OpId;
use preheat_ops::Kind;

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

/// Weight of one operation of the table, in simple arithmetic operations.
pub(super) fn op_weight(op: OpId) -> u32 {
    match preheat_ops::find(op).map(|def| (&def.kind, def.ulp_max)) {
        Some((Kind::Random(_), _)) => 10,
        Some((Kind::Elementwise { .. }, ulp_max)) if ulp_max > 3 => 6,
        Some((Kind::Elementwise { .. } | Kind::Cast | Kind::Reduction(_), _)) | None => 1,
    }
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
