//! The canonical description of a fusion group.
//!
//! A group works over a *domain*: a list of axes, fastest first (column-major), each kept or
//! reduced. Nodes are values at each point of the domain, or, after a reduction, at each point of
//! the kept axes. Inputs are *sources* (buffers) seen through *views* (which element of the
//! buffer belongs to which point). Nothing here has a size, a name or a value of the script.
//!
//! Invariants, checked by [`Signature::check`]: nodes refer only to earlier nodes; views have the
//! domain's rank; counts are within the limits below; there is at least one output; a reduction
//! consumes a value that varies along a reduced axis or is constant along it, in a domain that has
//! one. Signatures made by [`SignatureBuilder`] are moreover canonical: depth-first post-order
//! from the outputs, operands left to right, equal nodes interned, dead ones gone, and sources,
//! views and parameters numbered by first use.
//!
//! A group whose outputs feed its own sources again is *rolled*: [`Signature::carries`] names the
//! pairs, and a call says how many trips are made. Carried sources are seen through identity views
//! only, in a domain without reduced axes, so a trip needs no element but its own.

use std::hash::BuildHasherDefault;

use indexmap::IndexSet;
use rustc_hash::FxHasher;
use smallvec::{SmallVec, smallvec};

use crate::error::SignatureError;
use crate::key::GroupKey;
use crate::types::{DType, NumericMode, OpId};

/// The most axes of a domain.
pub const RANK_MAX: usize = 8;
/// The most sources of a group.
pub const SOURCES_MAX: usize = 64;
/// The most scalar parameters of a group.
pub const PARAMS_MAX: usize = 1024;
/// The most views of a group.
pub const VIEWS_MAX: usize = 256;
/// The most nodes of a group.
pub const NODES_MAX: usize = 8192;
/// The most outputs of a group.
pub const OUTPUTS_MAX: usize = 64;
/// The most operands of a node.
pub const OPERANDS_MAX: usize = 16;

/// What happens along a domain axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AxisRole {
    /// The axis is an axis of every output.
    Kept = 0,
    /// The group's reductions, or its scan, run over it.
    Reduced = 1,
}

/// Whether an operand varies along a domain axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AxisAccess {
    /// The same element for all coordinates: a broadcast.
    One = 0,
    /// One element per coordinate.
    Full = 1,
}

/// How a view's strides are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ViewForm {
    /// Contiguous column-major over the axes that it has, from element 0.
    Dense = 0,
    /// Offset and strides are given with the call.
    Strided = 1,
}

/// Which element of a buffer belongs to which point of the domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View {
    /// How the strides are known.
    pub form: ViewForm,
    /// One entry per domain axis.
    pub axes: Vec<AxisAccess>,
}

impl View {
    /// A dense view over every axis: element `i` belongs to point `i`.
    pub fn identity(rank: usize) -> View {
        View { form: ViewForm::Dense, axes: vec![AxisAccess::Full; rank] }
    }

    /// True if element `i` belongs to point `i` of the domain.
    pub fn is_identity(&self) -> bool {
        self.form == ViewForm::Dense && self.axes.iter().all(|axis| *axis == AxisAccess::Full)
    }
}

/// One value of the group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its element type.
    pub dtype: DType,
    /// How it is computed.
    pub kind: NodeKind,
}

/// How a value is computed. Operands are indices of earlier nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// An element of a source.
    Load {
        /// The source.
        source: u32,
        /// The view through which it is seen.
        view: u32,
    },
    /// The 0-based linear index (`U32`) that a dense array seen through `view` has at this point.
    Index {
        /// The view.
        view: u32,
    },
    /// A scalar of the script.
    Param {
        /// The parameter.
        param: u32,
    },
    /// A structural constant: `f64::to_bits`, `f32::to_bits` or the integer, zero-extended.
    Constant {
        /// Its bits.
        bits: u64,
    },
    /// An element-wise operation of the table.
    Apply {
        /// The operation.
        op: OpId,
        /// Its operands, left to right.
        operands: Vec<u32>,
    },
    /// A reduction of the table over all reduced axes.
    Reduce {
        /// The reduction.
        op: OpId,
        /// What is reduced.
        operand: u32,
    },
    /// The sum over all reduced axes of `left * right`, as a tiled product.
    Contract {
        /// Left factor.
        left: u32,
        /// Right factor.
        right: u32,
    },
    /// A reduction of the table over the elements of the reduced axis up to and including each
    /// point: a running sum, product or extreme. The domain has one reduced axis, and the value
    /// varies along it.
    Scan {
        /// The reduction.
        op: OpId,
        /// What is scanned.
        operand: u32,
    },
    /// Element `index` (0-based, column-major, modulo 2^32) of a dense source. Past its end: 0, or
    /// the last element; who asks checks before.
    Gather {
        /// The source.
        source: u32,
        /// The index, of type `U32`.
        index: u32,
    },
}

impl NodeKind {
    /// The operands, left to right.
    pub fn operands(&self) -> SmallVec<[u32; 4]> {
        match self {
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. } => SmallVec::new(),
            NodeKind::Apply { operands, .. } => SmallVec::from_slice(operands),
            NodeKind::Reduce { operand, .. } | NodeKind::Scan { operand, .. } => {
                smallvec![*operand]
            }
            NodeKind::Gather { index, .. } => smallvec![*index],
            NodeKind::Contract { left, right } => smallvec![*left, *right],
        }
    }

    /// The same computation on other operands, sources, views and parameters.
    fn renumbered(
        &self,
        mut node: impl FnMut(u32) -> u32,
        source: impl FnOnce(u32) -> u32,
        view: impl FnOnce(u32) -> u32,
        param: impl FnOnce(u32) -> u32,
    ) -> NodeKind {
        match self {
            NodeKind::Load { source: s, view: v } => {
                NodeKind::Load { source: source(*s), view: view(*v) }
            }
            NodeKind::Index { view: v } => NodeKind::Index { view: view(*v) },
            NodeKind::Param { param: p } => NodeKind::Param { param: param(*p) },
            NodeKind::Constant { bits } => NodeKind::Constant { bits: *bits },
            NodeKind::Apply { op, operands } => {
                NodeKind::Apply { op: *op, operands: operands.iter().map(|o| node(*o)).collect() }
            }
            NodeKind::Reduce { op, operand } => {
                NodeKind::Reduce { op: *op, operand: node(*operand) }
            }
            NodeKind::Contract { left, right } => {
                NodeKind::Contract { left: node(*left), right: node(*right) }
            }
            NodeKind::Scan { op, operand } => NodeKind::Scan { op: *op, operand: node(*operand) },
            NodeKind::Gather { source: s, index } => {
                NodeKind::Gather { source: source(*s), index: node(*index) }
            }
        }
    }
}

/// A result of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Output {
    /// The value.
    pub node: u32,
    /// `None`: a new dense buffer over the value's space. `Some`: the elements of an existing
    /// buffer that the view shows.
    pub view: Option<u32>,
}

/// A state of a rolled loop: the output of a trip is the source of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carry {
    /// The source; the call's buffer is its value in the first trip.
    pub source: u32,
    /// The output that takes its place in the trips after that.
    pub output: u32,
}

/// Over which points a value exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Every point of the domain.
    Full,
    /// Every point of the kept axes.
    Kept,
}

/// The canonical form of a fusion group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Accuracy of elementary functions.
    pub mode: NumericMode,
    /// Role of each domain axis, fastest first.
    pub roles: Vec<AxisRole>,
    /// Element type of each input buffer.
    pub sources: Vec<DType>,
    /// Type of each scalar.
    pub params: Vec<DType>,
    /// Views of sources, index generators and updated outputs.
    pub views: Vec<View>,
    /// Values, each after its operands.
    pub nodes: Vec<Node>,
    /// Results, in order.
    pub outputs: Vec<Output>,
    /// States of a rolled loop, in the order of their sources; empty if the group is not rolled.
    pub carries: Vec<Carry>,
}

impl Signature {
    /// The key: blake3 of the encoding.
    pub fn key(&self) -> GroupKey {
        GroupKey::of(&self.encode())
    }

    /// Over which points a node exists. A reduced value, and one that varies along no reduced
    /// axis, exists over the kept axes; a scanned one over all.
    pub fn space(&self, node: u32) -> Space {
        self.spaces().get(node as usize).copied().unwrap_or(Space::Kept)
    }

    /// [`Signature::space`] of every node.
    pub fn spaces(&self) -> Vec<Space> {
        let mut spaces: Vec<Space> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let space = match &node.kind {
                NodeKind::Load { view, .. } | NodeKind::Index { view } => self.view_space(*view),
                NodeKind::Param { .. } | NodeKind::Constant { .. } => Space::Kept,
                NodeKind::Apply { operands, .. } => {
                    let full = |o: &u32| spaces.get(*o as usize) == Some(&Space::Full);
                    if operands.iter().any(full) { Space::Full } else { Space::Kept }
                }
                NodeKind::Gather { index, .. } => {
                    spaces.get(*index as usize).copied().unwrap_or(Space::Kept)
                }
                NodeKind::Reduce { .. } | NodeKind::Contract { .. } => Space::Kept,
                NodeKind::Scan { .. } => Space::Full,
            };
            spaces.push(space);
        }
        spaces
    }

    fn view_space(&self, view: u32) -> Space {
        let varies = self.views.get(view as usize).is_some_and(|view| {
            view.axes
                .iter()
                .zip(&self.roles)
                .any(|(access, role)| *access == AxisAccess::Full && *role == AxisRole::Reduced)
        });
        if varies { Space::Full } else { Space::Kept }
    }

    /// True if some axis is reduced.
    pub fn has_reduced_axis(&self) -> bool {
        self.roles.contains(&AxisRole::Reduced)
    }

    /// Source and view of every load.
    pub fn loads(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.nodes.iter().filter_map(|node| match node.kind {
            NodeKind::Load { source, view } => Some((source, view)),
            NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Apply { .. }
            | NodeKind::Reduce { .. }
            | NodeKind::Contract { .. }
            | NodeKind::Scan { .. }
            | NodeKind::Gather { .. } => None,
        })
    }

    /// True if some element of a source is chosen by an index.
    pub fn is_gathered(&self, source: u32) -> bool {
        self.nodes.iter().any(|node| match node.kind {
            NodeKind::Gather { source: known, .. } => known == source,
            _ => false,
        })
    }

    /// Checks the invariants of the module documentation, canonical order apart.
    ///
    /// # Errors
    /// The first [`SignatureError`] found.
    pub fn check(&self) -> Result<(), SignatureError> {
        let limits = [
            ("axes", self.roles.len(), RANK_MAX),
            ("sources", self.sources.len(), SOURCES_MAX),
            ("parameters", self.params.len(), PARAMS_MAX),
            ("views", self.views.len(), VIEWS_MAX),
            ("nodes", self.nodes.len(), NODES_MAX),
            ("outputs", self.outputs.len(), OUTPUTS_MAX),
        ];
        for (what, found, limit) in limits {
            if found > limit {
                return Err(SignatureError::TooMany { what, found, limit });
            }
        }
        for (view, spec) in self.views.iter().enumerate() {
            if spec.axes.len() != self.roles.len() {
                let (found, expected) = (spec.axes.len(), self.roles.len());
                return Err(SignatureError::ViewRank { view, found, expected });
            }
        }
        for (index, node) in self.nodes.iter().enumerate() {
            self.check_node(index, node)?;
        }
        if self.outputs.is_empty() {
            return Err(SignatureError::NoOutputs);
        }
        let past_end = self.nodes.len();
        for output in &self.outputs {
            check_reference(past_end, "output node", output.node, self.nodes.len())?;
            if let Some(view) = output.view {
                check_reference(past_end, "output view", view, self.views.len())?;
            }
        }
        self.check_carries()
    }

    fn check_carries(&self) -> Result<(), SignatureError> {
        let ascending = self.carries.windows(2).all(|pair| pair[0].source < pair[1].source);
        let mut outputs: Vec<u32> = self.carries.iter().map(|carry| carry.output).collect();
        outputs.sort_unstable();
        let distinct = outputs.windows(2).all(|pair| pair[0] != pair[1]);
        if let Some(first) = self.carries.first()
            && (!ascending || !distinct || self.has_reduced_axis())
        {
            return Err(SignatureError::Carry { source_index: first.source });
        }
        let identity =
            |view: u32| self.views.get(view as usize).is_some_and(|view| view.is_identity());
        for carry in &self.carries {
            let source = self.sources.get(carry.source as usize);
            let output = self.outputs.get(carry.output as usize);
            let node = output.and_then(|output| self.nodes.get(output.node as usize));
            let same_type = node.is_some_and(|node| source == Some(&node.dtype));
            let own = self
                .loads()
                .filter(|(source, _)| *source == carry.source)
                .all(|(_, view)| identity(view));
            let gathers = |node: &Node| match node.kind {
                NodeKind::Gather { source, .. } => source == carry.source,
                _ => false,
            };
            let own = own && !self.nodes.iter().any(gathers);
            let own = own && !self.is_gathered(carry.source);
            if !same_type || !own || output.is_none_or(|output| output.view.is_some()) {
                return Err(SignatureError::Carry { source_index: carry.source });
            }
        }
        Ok(())
    }

    /// True if a call of the group may make more than one trip.
    pub fn is_rolled(&self) -> bool {
        !self.carries.is_empty()
    }

    fn check_node(&self, index: usize, node: &Node) -> Result<(), SignatureError> {
        let operands = node.kind.operands();
        if operands.len() > OPERANDS_MAX {
            let (what, found, limit) = ("operands a node", operands.len(), OPERANDS_MAX);
            return Err(SignatureError::TooMany { what, found, limit });
        }
        for operand in operands {
            check_reference(index, "node", operand, index)?;
        }
        match &node.kind {
            NodeKind::Load { source, view } => {
                check_reference(index, "source", *source, self.sources.len())?;
                check_reference(index, "view", *view, self.views.len())
            }
            NodeKind::Index { view } => check_reference(index, "view", *view, self.views.len()),
            NodeKind::Param { param } => {
                check_reference(index, "parameter", *param, self.params.len())
            }
            NodeKind::Gather { source, index: at } => {
                check_reference(index, "source", *source, self.sources.len())?;
                match self.nodes.get(*at as usize).map(|node| node.dtype) {
                    Some(DType::U32) => Ok(()),
                    Some(_) | None => Err(SignatureError::IndexType { node: index }),
                }
            }
            NodeKind::Reduce { .. } | NodeKind::Contract { .. } | NodeKind::Scan { .. }
                if !self.has_reduced_axis() =>
            {
                Err(SignatureError::NothingToReduce { node: index })
            }
            NodeKind::Scan { .. } => {
                let reduced = self.roles.iter().filter(|role| **role == AxisRole::Reduced);
                match reduced.count() {
                    1 => Ok(()),
                    found => Err(SignatureError::ScanAxes { node: index, found }),
                }
            }
            NodeKind::Constant { .. }
            | NodeKind::Apply { .. }
            | NodeKind::Reduce { .. }
            | NodeKind::Contract { .. } => Ok(()),
        }
    }
}

fn check_reference(
    node: usize,
    what: &'static str,
    index: u32,
    count: usize,
) -> Result<(), SignatureError> {
    if (index as usize) < count {
        Ok(())
    } else {
        Err(SignatureError::BadReference { node, what, index })
    }
}

/// Collects a group in any order and yields its canonical [`Signature`].
///
/// The same builder is used by the compiler and by a host that asks for a kernel at run time, so
/// both arrive at the same bytes. Sources and parameters have identity: adding one twice makes two.
#[derive(Clone, Debug)]
pub struct SignatureBuilder {
    /// All but its nodes.
    draft: Signature,
    nodes: IndexSet<Node, BuildHasherDefault<FxHasher>>,
}

/// Which of the builder's ids each list entry of the canonical signature is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbering {
    /// Builder's source id of each canonical source.
    pub sources: Vec<u32>,
    /// Builder's parameter id of each canonical parameter.
    pub params: Vec<u32>,
    /// Builder's view id of each canonical view.
    pub views: Vec<u32>,
    /// Builder's node id of each canonical node.
    pub nodes: Vec<u32>,
}

impl SignatureBuilder {
    /// An empty group over a domain; axes fastest first.
    pub fn new(mode: NumericMode, roles: Vec<AxisRole>) -> SignatureBuilder {
        let draft = Signature {
            mode,
            roles,
            sources: Vec::new(),
            params: Vec::new(),
            views: Vec::new(),
            nodes: Vec::new(),
            outputs: Vec::new(),
            carries: Vec::new(),
        };
        SignatureBuilder { draft, nodes: IndexSet::default() }
    }

    /// Adds an input buffer.
    pub fn source(&mut self, dtype: DType) -> u32 {
        push(&mut self.draft.sources, dtype)
    }

    /// Adds a scalar.
    pub fn param(&mut self, dtype: DType) -> u32 {
        push(&mut self.draft.params, dtype)
    }

    /// Adds a view. Equal dense views are one; every strided one is its own.
    pub fn view(&mut self, view: View) -> u32 {
        if view.form == ViewForm::Dense
            && let Some(found) = self.draft.views.iter().position(|known| *known == view)
        {
            return found as u32;
        }
        push(&mut self.draft.views, view)
    }

    /// Adds a value, or finds the equal one.
    pub fn node(&mut self, dtype: DType, kind: NodeKind) -> u32 {
        self.nodes.insert_full(Node { dtype, kind }).0 as u32
    }

    /// Number of values so far.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a result; results keep the order in which they are added.
    pub fn output(&mut self, node: u32, view: Option<u32>) {
        self.draft.outputs.push(Output { node, view });
    }

    /// Makes the group a rolled one: `output` (by number) of a trip is `source` of the next.
    pub fn carry(&mut self, source: u32, output: u32) {
        self.draft.carries.push(Carry { source, output });
    }

    /// The canonical signature, and where its lists come from.
    ///
    /// # Errors
    /// [`SignatureError`] if the group breaks an invariant or a limit.
    pub fn finish(self) -> Result<(Signature, Numbering), SignatureError> {
        let draft = Signature { nodes: self.nodes.into_iter().collect(), ..self.draft };
        // Limits of the draft are those of the result, except that dead parts may still go.
        for (index, node) in draft.nodes.iter().enumerate() {
            draft.check_node(index, node)?;
        }
        let mut canon = Canonical::new(&draft);
        for output in &draft.outputs {
            let past_end = draft.nodes.len();
            check_reference(past_end, "output node", output.node, draft.nodes.len())?;
            if let Some(view) = output.view {
                check_reference(past_end, "output view", view, draft.views.len())?;
            }
            let node = canon.visit(output.node);
            let view = output.view.map(|view| canon.view(view));
            canon.result.outputs.push(Output { node, view });
        }
        // A state that no output depends on is no state.
        let place = |source: u32| canon.numbering.sources.iter().position(|id| *id == source);
        let carries = draft.carries.iter().filter_map(|carry| {
            Some(Carry { source: place(carry.source)? as u32, output: carry.output })
        });
        canon.result.carries = carries.collect();
        canon.result.carries.sort_unstable();
        let (signature, numbering) = (canon.result, canon.numbering);
        signature.check()?;
        Ok((signature, numbering))
    }
}

fn push<T>(list: &mut Vec<T>, item: T) -> u32 {
    // Lists are bounded far below `u32::MAX` by memory; `finish` checks the real limits.
    let id = list.len() as u32;
    list.push(item);
    id
}

struct Canonical<'a> {
    draft: &'a Signature,
    result: Signature,
    numbering: Numbering,
    nodes: Vec<Option<u32>>,
}

impl<'a> Canonical<'a> {
    fn new(draft: &'a Signature) -> Canonical<'a> {
        let result = Signature {
            mode: draft.mode,
            roles: draft.roles.clone(),
            sources: Vec::new(),
            params: Vec::new(),
            views: Vec::new(),
            nodes: Vec::new(),
            outputs: Vec::new(),
            carries: Vec::new(),
        };
        let nodes = vec![None; draft.nodes.len()];
        let numbering = Numbering::default();
        Canonical { draft, result, numbering, nodes }
    }

    /// Post-order with an explicit stack: groups may be deeper than the thread's stack.
    fn visit(&mut self, root: u32) -> u32 {
        let mut stack = vec![(root, false)];
        while let Some((id, operands_done)) = stack.pop() {
            if self.nodes[id as usize].is_some() {
                continue;
            }
            let node = &self.draft.nodes[id as usize];
            if !operands_done {
                stack.push((id, true));
                stack.extend(node.kind.operands().iter().rev().map(|operand| (*operand, false)));
                continue;
            }
            self.place(id);
        }
        self.nodes[root as usize].unwrap_or_default()
    }

    fn place(&mut self, id: u32) {
        let draft = &self.draft.nodes[id as usize];
        let (dtype, kind) = (draft.dtype, draft.kind.clone());
        let (mut source_id, mut view_id, mut param_id) = (None, None, None);
        if let NodeKind::Load { source, view } = kind {
            source_id = Some(self.source(source));
            view_id = Some(self.view(view));
        }
        if let NodeKind::Gather { source, .. } = kind {
            source_id = Some(self.source(source));
        }
        if let NodeKind::Index { view } = kind {
            view_id = Some(self.view(view));
        }
        if let NodeKind::Param { param } = kind {
            param_id = Some(self.param(param));
        }
        let nodes = &self.nodes;
        let kind = kind.renumbered(
            |operand| nodes[operand as usize].unwrap_or_default(),
            |source| source_id.unwrap_or(source),
            |view| view_id.unwrap_or(view),
            |param| param_id.unwrap_or(param),
        );
        // Nodes of the draft differ, and other numbers for what they name do not make them equal.
        self.numbering.nodes.push(id);
        self.nodes[id as usize] = Some(push(&mut self.result.nodes, Node { dtype, kind }));
    }

    fn source(&mut self, id: u32) -> u32 {
        first_use(&mut self.numbering.sources, id, || {
            self.result.sources.push(self.draft.sources[id as usize]);
        })
    }

    fn view(&mut self, id: u32) -> u32 {
        first_use(&mut self.numbering.views, id, || {
            self.result.views.push(self.draft.views[id as usize].clone());
        })
    }

    fn param(&mut self, id: u32) -> u32 {
        first_use(&mut self.numbering.params, id, || {
            self.result.params.push(self.draft.params[id as usize]);
        })
    }
}

fn first_use(seen: &mut Vec<u32>, id: u32, add: impl FnOnce()) -> u32 {
    if let Some(found) = seen.iter().position(|known| *known == id) {
        return found as u32;
    }
    add();
    push(seen, id)
}
