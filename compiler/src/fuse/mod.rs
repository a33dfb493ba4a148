//! Cutting the Dag into fusion groups.
//!
//! `cost` decides what is recomputed and what is stored; `stage` orders the nodes; `partition`
//! draws the groups; `emit` turns each into a canonical signature with the sizes of this moment.
//!
//! The rules are general. A group is a *map* (element-wise values of one shape), or is built
//! around *anchors*: reductions of one shape over the same axes, a matrix product, or an update in
//! place. Everything element-wise that leads to an anchor is its prologue, everything element-wise
//! on the anchor's result its epilogue. Movement (views, reshapes) is never computed: it is folded
//! into the addresses of loads. Which node goes where depends on structure, never on extents
//! (except that an extent of 1 is a broadcast), so keys are the same for all sizes.

mod cost;
mod emit;
mod partition;
mod stage;

use std::sync::Arc;

use preheat_format::{GroupKey, NumericMode, Scalar, Signature, ViewData};

pub use self::cost::{is_worth_keeping, may_store};
pub use self::partition::{barriers, partition};
use crate::dag::NodeId;
use crate::trace::engine::GroupOrigin;

/// What groups are made for.
#[derive(Clone, Copy, Debug)]
pub struct Aim<'a> {
    /// Leaves, and what takes their place in the next iteration of a loop.
    pub states: &'a [(NodeId, NodeId)],
    /// What the cut is for.
    pub demand: Demand<'a>,
    /// Accuracy of elementary functions.
    pub mode: NumericMode,
    /// States that have data in common are put in one group, as many as can be carried.
    pub joins_states: bool,
}

/// What a cut must compute, and why, for people.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// The nodes that were asked for.
    pub demanded: &'a [NodeId],
    /// Who asks.
    pub reason: &'static str,
}

/// A fusion group, ready to be called once its sources exist.
#[derive(Clone, Debug)]
pub struct Group {
    /// What is computed.
    pub signature: Arc<Signature>,
    /// Its key.
    pub key: GroupKey,
    /// Extent of each domain axis.
    pub extents: Vec<u64>,
    /// Offsets and strides, one per view of the signature.
    pub views: Vec<ViewData>,
    /// The node behind each source; a leaf by the time the group runs.
    pub sources: Vec<NodeId>,
    /// Scalars, one per parameter of the signature.
    pub params: Vec<Scalar>,
    /// The node behind each output.
    pub outputs: Vec<GroupOutput>,
    /// Where the group comes from.
    pub origin: GroupOrigin,
}

/// One output of a group.
#[derive(Clone, Copy, Debug)]
pub struct GroupOutput {
    /// The node that becomes a leaf.
    pub node: NodeId,
    /// Where it is written.
    pub target: GroupTarget,
}

/// Where an output is written.
#[derive(Clone, Copy, Debug)]
pub enum GroupTarget {
    /// A new buffer.
    New,
    /// A region of the buffer of this node (a leaf or `uninit`).
    Update(NodeId),
}
