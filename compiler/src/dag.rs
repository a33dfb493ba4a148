//! The traced graph of array operations.
//!
//! A node is one array value: its operation, element type and shape. Edges run from operand to
//! user, one for each time that the user reads it; the user itself lists its operands in order.
//! petgraph holds them; its types stay in this file.
//!
//! Nothing here is executed: a node is pending until the graph's owner turns it into a leaf.

use std::fmt;

use petgraph::Direction;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use preheat_format::{DType, OpId, Scalar};
use smallvec::SmallVec;

use crate::diagnostic::Span;
use crate::shape::Shape;

/// A node of a [`Dag`]. Valid while the node is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    fn index(self) -> NodeIndex<u32> {
        NodeIndex::new(self.0 as usize)
    }

    /// Position in tables that are indexed by node.
    pub fn slot(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

/// Where one axis of a view's operand is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisMap {
    /// The view's axis that moves along the operand's axis; `None`: it stays at `start`.
    pub axis: Option<u32>,
    /// Operand coordinate at view coordinate 0.
    pub start: i64,
    /// Operand coordinates per view coordinate.
    pub step: i64,
    /// The whole operand axis in order: `start` 0, `step` 1, equal extents, by construction and
    /// not by the values at hand.
    pub whole: bool,
}

impl AxisMap {
    /// All of an operand's axis along a view's axis.
    pub fn whole(axis: usize) -> AxisMap {
        AxisMap { axis: Some(axis as u32), start: 0, step: 1, whole: true }
    }

    /// Coordinate 0 only: the operand has extent 1 there.
    pub fn single() -> AxisMap {
        AxisMap { axis: None, start: 0, step: 0, whole: true }
    }
}

/// Where an update writes along one axis of its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionAxis {
    /// Base coordinate of the region's first element.
    pub start: i64,
    /// Base coordinates per region coordinate.
    pub step: i64,
    /// Elements of the region along the axis.
    pub count: u64,
    /// The whole axis, by construction.
    pub whole: bool,
}

/// How an array is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum DagOp {
    /// Data that exists: an upload, or the result of a group that ran.
    Leaf,
    /// A scalar of the script.
    Param(Scalar),
    /// A structural scalar: part of the key.
    Constant(Scalar),
    /// The 0-based linear index of each element (`U32`).
    Iota,
    /// An element-wise operation of the table, with implicit expansion.
    Apply(OpId),
    /// A reduction of the table over the axes of a bit mask.
    Reduce { op: OpId, axes: u32 },
    /// A reduction of the table over the elements of an axis up to and including each.
    Scan { op: OpId, axis: u32 },
    /// Elements of the first operand by the 0-based linear indices of the second (`U32`).
    Gather,
    /// Matrix product: `[m, k] x [k, n] -> [m, n]`.
    MatMul,
    /// Elements of the operand by an affine map of coordinates, one entry per operand axis.
    View(Vec<AxisMap>),
    /// The operand's elements in column-major order under another shape.
    Reshape,
    /// An array whose elements no one has set; only ever the base of an update.
    Uninit,
    /// The first operand with a region replaced by the second, one entry per base axis.
    Update(Vec<RegionAxis>),
}

/// One array value.
#[derive(Clone, Debug)]
pub struct DagNode {
    /// How it is computed.
    pub op: DagOp,
    /// Element type.
    pub dtype: DType,
    /// Extents.
    pub shape: Shape,
    /// The script's text that asked for it.
    pub span: Span,
}

/// A node with what it reads.
#[derive(Clone, Debug)]
struct Entry {
    node: DagNode,
    operands: SmallVec<[NodeId; 3]>,
}

/// The graph.
#[derive(Clone, Debug, Default)]
pub struct Dag {
    graph: StableDiGraph<Entry, (), u32>,
}

impl Dag {
    /// Adds a node.
    pub fn add(&mut self, node: DagNode, operands: &[NodeId]) -> NodeId {
        let entry = Entry { node, operands: SmallVec::from_slice(operands) };
        let index = self.graph.add_node(entry);
        for operand in operands {
            self.graph.add_edge(operand.index(), index, ());
        }
        NodeId(index.index() as u32)
    }

    /// The node, if it is in the graph.
    pub fn get(&self, id: NodeId) -> Option<&DagNode> {
        self.graph.node_weight(id.index()).map(|entry| &entry.node)
    }

    /// The node of an id that the caller holds a handle or an edge to.
    ///
    /// # Panics
    /// If it is not in the graph: a bug in the owner's book-keeping.
    pub fn node(&self, id: NodeId) -> &DagNode {
        &self.graph[id.index()].node
    }

    /// Operands in order.
    pub fn operands(&self, id: NodeId) -> &[NodeId] {
        self.graph.node_weight(id.index()).map_or(&[], |entry| &entry.operands)
    }

    /// Nodes that use a node, each once, in ascending order.
    pub fn users(&self, id: NodeId) -> Vec<NodeId> {
        let mut found: Vec<NodeId> = self
            .graph
            .neighbors_directed(id.index(), Direction::Outgoing)
            .map(|index| NodeId(index.index() as u32))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// True if some node uses it.
    pub fn is_used(&self, id: NodeId) -> bool {
        self.graph.neighbors_directed(id.index(), Direction::Outgoing).next().is_some()
    }

    /// True if some node that uses a node is so.
    pub fn has_user(&self, id: NodeId, is_so: impl Fn(NodeId) -> bool) -> bool {
        let users = self.graph.neighbors_directed(id.index(), Direction::Outgoing);
        users.map(|index| NodeId(index.index() as u32)).any(is_so)
    }

    /// Turns a node into data that exists; its operands lose a user.
    pub fn become_leaf(&mut self, id: NodeId) {
        let mut walk = self.graph.neighbors_directed(id.index(), Direction::Incoming).detach();
        while let Some((edge, _)) = walk.next(&self.graph) {
            self.graph.remove_edge(edge);
        }
        if let Some(entry) = self.graph.node_weight_mut(id.index()) {
            entry.node.op = DagOp::Leaf;
            entry.operands.clear();
        }
    }

    /// Removes a node that nothing uses.
    pub fn remove(&mut self, id: NodeId) {
        self.graph.remove_node(id.index());
    }

    /// Every node, in ascending order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.graph.node_indices().map(|index| NodeId(index.index() as u32))
    }

    /// One past the largest slot in use.
    pub fn slot_bound(&self) -> usize {
        self.graph.node_indices().next_back().map_or(0, |index| index.index() + 1)
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// True without nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pending nodes that `roots` need, operands before users. Leaves are not among them.
    pub fn pending_postorder(&self, roots: &[NodeId]) -> Vec<NodeId> {
        let mut done = vec![false; self.slot_bound()];
        let mut order = Vec::new();
        let mut stack: Vec<(NodeId, bool)> = roots.iter().rev().map(|id| (*id, false)).collect();
        while let Some((id, operands_done)) = stack.pop() {
            if operands_done {
                order.push(id);
                continue;
            }
            if std::mem::replace(&mut done[id.slot()], true) || self.node(id).op == DagOp::Leaf {
                continue;
            }
            stack.push((id, true));
            stack.extend(self.operands(id).iter().rev().map(|operand| (*operand, false)));
        }
        order
    }
}

impl fmt::Display for Dag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for id in self.ids() {
            let node = self.node(id);
            write!(f, "{id}: {}[{}] = {}", node.dtype, node.shape, node.op)?;
            for operand in self.operands(id) {
                write!(f, " {operand}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for DagOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DagOp::Leaf => f.write_str("leaf"),
            DagOp::Param(_) => f.write_str("param"),
            DagOp::Constant(scalar) => write!(f, "constant {:#x}", scalar.bits),
            DagOp::Iota => f.write_str("iota"),
            DagOp::Apply(op) => write!(f, "{op}"),
            DagOp::Reduce { op, axes } => write!(f, "{op} axes {axes:#b}"),
            DagOp::Scan { op, axis } => write!(f, "scan {op} axis {axis}"),
            DagOp::Gather => f.write_str("gather"),
            DagOp::MatMul => f.write_str("matmul"),
            DagOp::View(axes) => {
                f.write_str("view")?;
                axes.iter().try_for_each(|map| match map.axis {
                    Some(axis) if map.whole => write!(f, " {axis}"),
                    Some(axis) => write!(f, " {axis}:{}+{}", map.start, map.step),
                    None => write!(f, " @{}", map.start),
                })
            }
            DagOp::Reshape => f.write_str("reshape"),
            DagOp::Uninit => f.write_str("uninit"),
            DagOp::Update(axes) => {
                f.write_str("update")?;
                axes.iter()
                    .try_for_each(|axis| write!(f, " {}+{}x{}", axis.start, axis.step, axis.count))
            }
        }
    }
}
