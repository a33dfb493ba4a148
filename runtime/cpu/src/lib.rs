//! Runs fusion groups on the host.
//!
//! [`run`] takes one use of a group (a [`Call`]) and yields its outputs. It works on tiles of a few
//! thousand points that stay in the first-level cache, one pass over the tile per node with the
//! slice functions of the operation table, tiles spread over rayon's current pool. Results do not
//! depend on the number of threads: tiles are cut by sizes alone and partial results are joined in
//! a fixed order.
//!
//! [`reference()`] computes the same with plain loops, one point at a time; tests compare with it.
//!
//! Deliberately absent: what an operation computes (crate `preheat-ops`), any choice of how a
//! group is cut, any memory between calls.

mod cast;
mod check;
mod column;
mod contract;
mod error;
mod gemm;
mod lane;
mod map;
mod pages;
mod plan;
mod program;
mod random;
mod reduce;
mod reference;
mod roll;
mod scan;
pub mod single;
mod tile;

use std::sync::Arc;

use preheat_format::{Call, NodeKind, OpId, Signature};
use preheat_ops::OpDef;

pub use crate::column::Column;
pub use crate::error::CpuError;

/// Finds the row of an operation.
pub(crate) type Table = fn(OpId) -> Option<&'static OpDef>;

/// Runs a group: one column per output. A new output is a fresh column; an updated one is the
/// call's buffer, changed in place if nothing else refers to it, else a changed copy.
///
/// Work is spread over rayon's current pool. Sums are accumulated in `f64` in blocks, products of
/// matrices in the element type.
///
/// # Errors
/// [`CpuError`] if the call does not fit its signature, uses an operation that the table lacks or
/// does not define for the type, or needs more memory than there is.
pub fn run(call: Call<Arc<Column>>) -> Result<Vec<Arc<Column>>, CpuError> {
    match roll::by_points(&call, preheat_ops::find)? {
        Some(columns) => Ok(columns),
        None => roll::run(call, |call| plan::run(call, preheat_ops::find)),
    }
}

/// Computes what [`run`] does with plain loops, one point at a time: slow, and simple enough to be
/// believed. Sums and products are accumulated in `f64` in the order of elements.
///
/// # Errors
/// As [`run`].
pub fn reference(call: &Call<Arc<Column>>) -> Result<Vec<Arc<Column>>, CpuError> {
    roll::run(call.clone(), |call| reference::run(&call, preheat_ops::find))
}

/// Number of operations that a group fuses: its nodes without loads, generators and scalars.
pub fn op_count(signature: &Signature) -> usize {
    let is_op = |kind: &NodeKind| match kind {
        NodeKind::Load { .. }
        | NodeKind::Index { .. }
        | NodeKind::Param { .. }
        | NodeKind::Constant { .. } => false,
        NodeKind::Apply { .. }
        | NodeKind::Reduce { .. }
        | NodeKind::Contract { .. }
        | NodeKind::Scan { .. }
        | NodeKind::Gather { .. } => true,
    };
    signature.nodes.iter().filter(|node| is_op(&node.kind)).count()
}
