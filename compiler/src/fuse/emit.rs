//! A drawn group to its canonical signature, with the sizes and operands of this moment.
//!
//! Values are asked for at a point of the group's domain. A *context* says which coordinates of a
//! node's array that point means, axis by axis; views compose into it, and where a stored array is
//! reached it becomes offset and strides. Domain axes of extent 1 are then dropped and axes that
//! every view treats alike are merged, so that a kernel sees as few axes as possible.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use preheat_format::signature::SignatureBuilder;
use preheat_format::{
    AxisAccess, AxisRole, DType, NodeKind, Scalar, SignatureError, View, ViewData, ViewForm,
};
use smallvec::{SmallVec, smallvec};

use super::partition::STORAGE_MAX;
use super::stage::{Sources, Stages, join_sources};
use super::{Aim, Demand, Group, GroupOutput, GroupTarget};
use crate::dag::{AxisMap, DagOp, NodeId, RegionAxis};
use crate::shape::Shape;
use crate::trace::engine::GroupOrigin;

/// A group before emission.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// When it runs.
    pub(super) stage: u32,
    /// Anchors; empty for a map.
    pub(super) anchors: Vec<NodeId>,
    /// Nodes whose values exist over the kept axes and are computed here: anchors and epilogue, or
    /// the outputs of a map.
    pub(super) members: BTreeSet<NodeId>,
    /// Nodes to store.
    pub(super) outputs: Vec<NodeId>,
    /// Arrays that the members read, members among them.
    pub(super) reads: Sources,
}

impl Draft {
    /// Makes a node a member that reads `sources`.
    pub(super) fn add(&mut self, id: NodeId, sources: &[NodeId]) {
        self.members.insert(id);
        join_sources(&mut self.reads, sources);
    }

    /// Arrays that the group reads from elsewhere, in ascending order.
    pub(super) fn sources(&self) -> Sources {
        self.reads.iter().copied().filter(|id| !self.members.contains(id)).collect()
    }
}

/// Coordinate of one array axis at a point of the domain: `start + step * domain[axis]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Coordinate {
    axis: Option<usize>,
    start: i64,
    step: i64,
    whole: bool,
}

impl Coordinate {
    fn along(axis: usize) -> Coordinate {
        Coordinate { axis: Some(axis), start: 0, step: 1, whole: true }
    }

    fn fixed(start: i64, whole: bool) -> Coordinate {
        Coordinate { axis: None, start, step: 0, whole }
    }
}

/// Where a point of the domain is in an array, one entry per axis.
type Context = SmallVec<[Coordinate; 3]>;

/// An array as one of the group's expressions sees it: under which shape, at which coordinates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sight {
    shape: Shape,
    context: Context,
}

/// Place of a [`Sight`] in the emitter's list; equal ones have one.
type SightId = u32;

/// A view before axes are dropped and merged.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DraftView {
    dense: bool,
    offset: i64,
    strides: Vec<i64>,
    access: Vec<AxisAccess>,
    /// Per domain axis, the place of the array axis among those of extent other than 1, if the
    /// view takes that axis whole.
    intact: Vec<Option<usize>>,
    /// The load or index that it belongs to; strided views are not shared between them.
    owner: (NodeId, SightId),
}

struct Emitter<'a> {
    stages: &'a Stages<'a>,
    draft: &'a Draft,
    available: &'a BTreeSet<NodeId>,
    extents: Vec<u64>,
    roles: Vec<AxisRole>,
    views: Vec<DraftView>,
    sources: Vec<NodeId>,
    params: Vec<(NodeId, Scalar)>,
    nodes: Vec<(DType, NodeKind)>,
    sights: Vec<Sight>,
    sight_ids: BTreeMap<Sight, SightId>,
    memo: BTreeMap<(NodeId, SightId), u32>,
    origin: GroupOrigin,
}

/// The group of a draft; `available` are stored results of groups that run before it.
pub(super) fn emit(
    stages: &Stages<'_>,
    draft: &Draft,
    available: &BTreeSet<NodeId>,
    aim: Aim<'_>,
) -> Result<Group, SignatureError> {
    let (extents, roles) = domain(stages, draft);
    let mut emitter = Emitter {
        stages,
        draft,
        available,
        extents,
        roles,
        views: Vec::new(),
        sources: Vec::new(),
        params: Vec::new(),
        nodes: Vec::new(),
        sights: Vec::new(),
        sight_ids: BTreeMap::new(),
        memo: BTreeMap::new(),
        origin: GroupOrigin::default(),
    };
    let mut outputs = Vec::new();
    for output in &draft.outputs {
        outputs.push(emitter.output(*output));
    }
    emitter.finish(outputs, aim)
}

/// Extents and roles of the group's domain, before axes are dropped and merged.
fn domain(stages: &Stages<'_>, draft: &Draft) -> (Vec<u64>, Vec<AxisRole>) {
    let dag = stages.dag;
    let Some(anchor) = draft.anchors.first().copied() else {
        let shape = draft.outputs.first().map(|output| dag.node(*output).shape.clone());
        let extents = shape.map_or_else(Vec::new, |shape| shape.extents().to_vec());
        let roles = vec![AxisRole::Kept; extents.len()];
        return (extents, roles);
    };
    let operands = dag.operands(anchor);
    let shape = |index: usize| {
        operands.get(index).map_or_else(Shape::scalar, |id| dag.node(*id).shape.clone())
    };
    match &dag.node(anchor).op {
        DagOp::Reduce { axes, .. } => {
            let mut extents = shape(0).extents().to_vec();
            let beyond = (u32::BITS - axes.leading_zeros()) as usize;
            extents.resize(extents.len().max(beyond), 1);
            let role = |axis| match axes >> axis & 1 {
                0 => AxisRole::Kept,
                _ => AxisRole::Reduced,
            };
            let roles = (0..extents.len()).map(role).collect();
            (extents, roles)
        }
        DagOp::Scan { axis, .. } => {
            let extents = shape(0).extents().to_vec();
            let role = |at: usize| match at == *axis as usize {
                true => AxisRole::Reduced,
                false => AxisRole::Kept,
            };
            let roles = (0..extents.len()).map(role).collect();
            (extents, roles)
        }
        DagOp::MatMul => {
            let extents = vec![shape(0).extent(0), shape(1).extent(1), shape(0).extent(1)];
            (extents, vec![AxisRole::Kept, AxisRole::Kept, AxisRole::Reduced])
        }
        DagOp::Update(region) => {
            let extents: Vec<u64> = region.iter().map(|axis| axis.count).collect();
            let roles = vec![AxisRole::Kept; extents.len()];
            (extents, roles)
        }
        DagOp::Leaf
        | DagOp::Param(_)
        | DagOp::Constant(_)
        | DagOp::Iota
        | DagOp::Apply(_)
        | DagOp::Gather
        | DagOp::View(_)
        | DagOp::Reshape
        | DagOp::Uninit => (Vec::new(), Vec::new()),
    }
}

/// An output before views are final.
struct DraftOutput {
    node: u32,
    view: Option<u32>,
    dag_node: NodeId,
    target: GroupTarget,
}

impl Emitter<'_> {
    fn output(&mut self, id: NodeId) -> DraftOutput {
        let node = self.stages.dag.node(id);
        if let DagOp::Update(region) = &node.op {
            return self.update_output(id, region);
        }
        let context = self.kept_context(&node.shape);
        let sight = self.sight(node.shape.clone(), context);
        let node = self.value(id, sight);
        DraftOutput { node, view: None, dag_node: id, target: GroupTarget::New }
    }

    fn update_output(&mut self, id: NodeId, region: &[RegionAxis]) -> DraftOutput {
        let dag = self.stages.dag;
        let operands = dag.operands(id);
        let (base, value) = match operands {
            [base, value] => (*base, *value),
            _ => (id, id),
        };
        self.note(id, "update");
        let shape = dag.node(value).shape.clone();
        let context = match shape.is_scalar() {
            true => at_first(&shape),
            false => self.kept_context(&shape),
        };
        let sight = self.sight(shape, context);
        let node = self.value(value, sight);
        let place: Context = region
            .iter()
            .enumerate()
            .map(|(axis, part)| match part.count {
                1 => Coordinate::fixed(part.start, false),
                _ => Coordinate {
                    axis: Some(axis),
                    start: part.start,
                    step: part.step,
                    whole: part.whole,
                },
            })
            .collect();
        let sight = self.sight(dag.node(base).shape.clone(), place);
        let mut view = self.draft_view(id, sight);
        view.dense = false;
        let view = push(&mut self.views, view);
        DraftOutput { node, view: Some(view), dag_node: id, target: GroupTarget::Update(base) }
    }

    /// The point itself, for an array whose axes are the domain's kept axes, or, in the group of a
    /// scan, all.
    fn kept_context(&self, shape: &Shape) -> Context {
        let scans =
            |anchor: &NodeId| matches!(self.stages.dag.node(*anchor).op, DagOp::Scan { .. });
        if self.draft.anchors.iter().any(scans) {
            return self.full_context(shape);
        }
        (0..shape.rank())
            .map(|axis| match self.extents.get(axis) {
                Some(extent) if *extent != 1 && self.roles[axis] == AxisRole::Kept => {
                    Coordinate::along(axis)
                }
                Some(_) | None => Coordinate::fixed(0, true),
            })
            .collect()
    }

    /// The place of a shape and coordinates among those that were met.
    fn sight(&mut self, shape: Shape, context: Context) -> SightId {
        let sight = Sight { shape, context };
        if let Some(found) = self.sight_ids.get(&sight) {
            return *found;
        }
        let id = push(&mut self.sights, sight.clone());
        self.sight_ids.insert(sight, id);
        id
    }

    /// A value at a point.
    fn value(&mut self, id: NodeId, sight: SightId) -> u32 {
        if let Some(found) = self.memo.get(&(id, sight)) {
            return *found;
        }
        let node = self.compute(id, sight);
        self.memo.insert((id, sight), node);
        node
    }

    fn compute(&mut self, id: NodeId, sight: SightId) -> u32 {
        let dag = self.stages.dag;
        let node = dag.node(id);
        if node.op == DagOp::Leaf || self.available.contains(&id) {
            return self.load(id, sight);
        }
        let operands = dag.operands(id);
        match &node.op {
            DagOp::Param(scalar) => self.param(id, *scalar),
            DagOp::Constant(scalar) => {
                push(&mut self.nodes, (node.dtype, NodeKind::Constant { bits: scalar.bits }))
            }
            DagOp::Iota => {
                let view = self.view(id, sight);
                push(&mut self.nodes, (node.dtype, NodeKind::Index { view }))
            }
            DagOp::Apply(op) => {
                let reshaped = self.sights[sight as usize].shape != node.shape;
                let operands: Vec<u32> = operands
                    .iter()
                    .map(|operand| self.operand(*operand, sight, reshaped))
                    .collect();
                self.note(id, op.as_str());
                push(&mut self.nodes, (node.dtype, NodeKind::Apply { op: *op, operands }))
            }
            DagOp::View(maps) => {
                let Some(operand) = operands.first().copied() else {
                    return 0;
                };
                let inner = compose(maps, &self.sights[sight as usize].context);
                let inner = self.sight(dag.node(operand).shape.clone(), inner);
                self.value(operand, inner)
            }
            DagOp::Reshape => match operands.first() {
                Some(operand) => self.value(*operand, sight),
                None => 0,
            },
            DagOp::Gather => self.gather(id, operands, sight),
            DagOp::Reduce { .. } | DagOp::Scan { .. } | DagOp::MatMul => self.anchor(id),
            // The base of an update and updates themselves are stored before they are read.
            DagOp::Leaf | DagOp::Uninit | DagOp::Update(_) => self.load(id, sight),
        }
    }

    /// An operand of an element-wise operation, with implicit expansion.
    fn operand(&mut self, id: NodeId, sight: SightId, reshaped: bool) -> u32 {
        let own = &self.stages.dag.node(id).shape;
        let Sight { shape, context } = &self.sights[sight as usize];
        if own.is_scalar() && !shape.is_scalar() {
            let sight = self.sight(own.clone(), at_first(own));
            return self.value(id, sight);
        }
        if reshaped || own == shape {
            return self.value(id, sight);
        }
        let inner: Context = (0..own.rank())
            .map(|axis| match (own.extent(axis), context.get(axis)) {
                (1, Some(outer)) if shape.extent(axis) == 1 => *outer,
                (1, _) | (_, None) => Coordinate::fixed(0, true),
                (_, Some(outer)) => *outer,
            })
            .collect();
        let inner = self.sight(own.clone(), inner);
        self.value(id, inner)
    }

    fn anchor(&mut self, id: NodeId) -> u32 {
        let dag = self.stages.dag;
        let node = dag.node(id);
        let kind = match (&node.op, dag.operands(id)) {
            (DagOp::Reduce { op, .. }, [operand]) => {
                let operand = self.whole(*operand);
                self.note(id, op.as_str());
                NodeKind::Reduce { op: *op, operand }
            }
            (DagOp::Scan { op, .. }, [operand]) => {
                let operand = self.whole(*operand);
                self.note(id, &format!("scan {op}"));
                NodeKind::Scan { op: *op, operand }
            }
            (DagOp::MatMul, [left, right]) => {
                let mut factor = |id: NodeId, rows: usize, columns: usize| {
                    let at = smallvec![Coordinate::along(rows), Coordinate::along(columns)];
                    let sight = self.sight(dag.node(id).shape.clone(), at);
                    self.value(id, sight)
                };
                let (left, right) = (factor(*left, 0, 2), factor(*right, 2, 1));
                self.note(id, "mtimes");
                NodeKind::Contract { left, right }
            }
            (_, _) => NodeKind::Constant { bits: 0 },
        };
        push(&mut self.nodes, (node.dtype, kind))
    }

    /// The value at the point itself, of an array over all axes of the domain.
    fn whole(&mut self, id: NodeId) -> u32 {
        let shape = self.stages.dag.node(id).shape.clone();
        let context = self.full_context(&shape);
        let sight = self.sight(shape, context);
        self.value(id, sight)
    }

    fn full_context(&self, shape: &Shape) -> Context {
        (0..shape.rank())
            .map(|axis| match self.extents.get(axis) {
                Some(extent) if *extent != 1 => Coordinate::along(axis),
                Some(_) | None => Coordinate::fixed(0, true),
            })
            .collect()
    }

    fn param(&mut self, id: NodeId, scalar: Scalar) -> u32 {
        let param = match self.params.iter().position(|(known, _)| *known == id) {
            Some(found) => found as u32,
            None => push(&mut self.params, (id, scalar)),
        };
        push(&mut self.nodes, (scalar.dtype, NodeKind::Param { param }))
    }

    /// The source is dense whatever the sight: only the index is seen through it.
    fn gather(&mut self, id: NodeId, operands: &[NodeId], sight: SightId) -> u32 {
        let [data, index] = operands else {
            return 0;
        };
        let source = self.source(*data);
        let index = self.value(*index, sight);
        self.note(id, "gather");
        push(&mut self.nodes, (self.stages.dag.node(id).dtype, NodeKind::Gather { source, index }))
    }

    fn source(&mut self, id: NodeId) -> u32 {
        match self.sources.iter().position(|known| *known == id) {
            Some(found) => found as u32,
            None => push(&mut self.sources, id),
        }
    }

    fn load(&mut self, id: NodeId, sight: SightId) -> u32 {
        let source = self.source(id);
        let view = self.view(id, sight);
        let dtype = self.stages.dag.node(id).dtype;
        push(&mut self.nodes, (dtype, NodeKind::Load { source, view }))
    }

    fn view(&mut self, id: NodeId, sight: SightId) -> u32 {
        let view = self.draft_view(id, sight);
        let same = |known: &DraftView| match view.dense {
            true => known.dense && known.access == view.access,
            false => known.owner == view.owner,
        };
        match self.views.iter().position(same) {
            Some(found) => found as u32,
            None => push(&mut self.views, view),
        }
    }

    fn draft_view(&self, id: NodeId, sight: SightId) -> DraftView {
        let Sight { shape, context } = &self.sights[sight as usize];
        let rank = self.extents.len();
        let mut view = DraftView {
            dense: true,
            offset: 0,
            strides: vec![0; rank],
            access: vec![AxisAccess::One; rank],
            intact: vec![None; rank],
            owner: (id, sight),
        };
        let (mut stride, mut place, mut last) = (1i64, 0, None);
        for (axis, extent) in shape.extents().iter().enumerate() {
            let at = context.get(axis).copied().unwrap_or(Coordinate::fixed(0, true));
            view.offset += at.start * stride;
            match at.axis {
                Some(domain) => {
                    view.strides[domain] += at.step * stride;
                    let first = view.access[domain] == AxisAccess::One;
                    view.access[domain] = AxisAccess::Full;
                    view.intact[domain] = (at.whole && first).then_some(place);
                    view.dense &= at.whole && first && last.is_none_or(|last| last < domain);
                    last = Some(domain);
                }
                None => view.dense &= *extent == 1,
            }
            stride = stride.saturating_mul(*extent as i64);
            place += usize::from(*extent != 1);
        }
        view
    }

    fn note(&mut self, id: NodeId, op: &str) {
        self.origin.add_span(self.stages.dag.node(id).span);
        if !self.origin.ops.is_empty() {
            self.origin.ops.push_str(", ");
        }
        self.origin.ops.push_str(op);
    }

    fn finish(mut self, outputs: Vec<DraftOutput>, aim: Aim<'_>) -> Result<Group, SignatureError> {
        let axes = self.merged_axes();
        let role = |axis: &Vec<usize>| axis.first().map_or(AxisRole::Kept, |at| self.roles[*at]);
        let roles: Vec<AxisRole> = axes.iter().map(role).collect();
        let extents: Vec<u64> =
            axes.iter().map(|axis| axis.iter().map(|at| self.extents[*at]).product()).collect();
        let mut builder = SignatureBuilder::new(aim.mode, roles);
        let mut datas = Vec::new();
        let mut view_ids = Vec::new();
        let mut identities = Vec::new();
        for view in &self.views {
            let (view, data) = final_view(view, &axes);
            identities.push(view.is_identity());
            let id = builder.view(view);
            if datas.len() <= id as usize {
                datas.resize(id as usize + 1, ViewData::default());
            }
            datas[id as usize] = data;
            view_ids.push(id);
        }
        for source in &self.sources {
            builder.source(self.stages.dag.node(*source).dtype);
        }
        for (_, scalar) in &self.params {
            builder.param(scalar.dtype);
        }
        for (source, output) in self.carries(&outputs, aim.states, &identities) {
            builder.carry(source, output);
        }
        let mut node_ids: Vec<u32> = Vec::with_capacity(self.nodes.len());
        for (dtype, kind) in self.nodes {
            let kind = renumber(kind, &node_ids, &view_ids);
            node_ids.push(builder.node(dtype, kind));
        }
        for output in &outputs {
            let view = output.view.map(|view| view_ids[view as usize]);
            builder.output(node_ids[output.node as usize], view);
        }
        let (signature, numbering) = builder.finish()?;
        self.origin.boundary = boundary(self.stages, self.draft, aim.demand);
        Ok(Group {
            key: signature.key(),
            signature: Arc::new(signature),
            extents,
            views: numbering.views.iter().map(|view| datas[*view as usize].clone()).collect(),
            sources: numbering.sources.iter().map(|id| self.sources[*id as usize]).collect(),
            params: numbering.params.iter().map(|id| self.params[*id as usize].1).collect(),
            outputs: outputs
                .iter()
                .map(|output| GroupOutput { node: output.dag_node, target: output.target })
                .collect(),
            origin: self.origin,
        })
    }

    /// Sources and outputs of the group that are states of a loop which can be rolled: every trip
    /// needs of them no element but its own.
    fn carries(
        &self,
        outputs: &[DraftOutput],
        states: &[(NodeId, NodeId)],
        identities: &[bool],
    ) -> Vec<(u32, u32)> {
        let mut carries: Vec<(u32, u32)> = Vec::new();
        if !self.draft.anchors.is_empty() {
            return carries;
        }
        let dtype = |id: NodeId| self.stages.dag.node(id).dtype;
        for (before, after) in states {
            let source = self.sources.iter().position(|id| id == before);
            let output = outputs.iter().position(|output| output.dag_node == *after);
            let (Some(source), Some(output)) = (source, output) else {
                continue;
            };
            let pair = (source as u32, output as u32);
            let is_own = self.nodes.iter().all(|(_, kind)| match kind {
                NodeKind::Load { source, view } if *source == pair.0 => identities[*view as usize],
                NodeKind::Gather { source, .. } => *source != pair.0,
                _ => true,
            });
            let is_new = carries.iter().all(|known| known.0 != pair.0 && known.1 != pair.1);
            if is_own && is_new && dtype(*before) == dtype(*after) {
                carries.push(pair);
            }
        }
        // A state needs one binding, and the table of changing scalars takes one.
        let bindings = self.sources.len() + outputs.len() - carries.len() + 1;
        if bindings > STORAGE_MAX { Vec::new() } else { carries }
    }

    /// Domain axes after those of extent 1 are dropped and those that belong together merged.
    fn merged_axes(&self) -> Vec<Vec<usize>> {
        let reduced = |axis: &usize| self.roles[*axis] == AxisRole::Reduced;
        let mut axes: Vec<usize> =
            (0..self.extents.len()).filter(|axis| self.extents[*axis] != 1).collect();
        // A reduction over axes of extent 1 keeps one of them: there is something to reduce.
        if !axes.iter().any(reduced)
            && let Some(axis) = (0..self.extents.len()).find(reduced)
        {
            let place = axes.partition_point(|known| *known < axis);
            axes.insert(place, axis);
        }
        let mut merged: Vec<Vec<usize>> = Vec::new();
        for axis in axes {
            match merged.last_mut() {
                Some(last) if last.last().is_some_and(|before| self.merges(*before, axis)) => {
                    last.push(axis);
                }
                Some(_) | None => merged.push(vec![axis]),
            }
        }
        merged
    }

    fn merges(&self, fast: usize, slow: usize) -> bool {
        // A product keeps its three axes: its template tells rows from columns by them.
        let is_product = self
            .draft
            .anchors
            .first()
            .is_some_and(|anchor| self.stages.dag.node(*anchor).op == DagOp::MatMul);
        !is_product
            && self.roles[fast] == self.roles[slow]
            && self.views.iter().all(|view| {
                let adjacent = match (view.intact[fast], view.intact[slow]) {
                    (Some(fast), Some(slow)) => slow == fast + 1,
                    (_, _) => false,
                };
                view.access[fast] == view.access[slow]
                    && (view.access[fast] == AxisAccess::One || view.dense || adjacent)
            })
    }
}

/// The first element of an array.
fn at_first(shape: &Shape) -> Context {
    smallvec![Coordinate::fixed(0, true); shape.rank()]
}

/// The coordinates of a view's operand at the point where the view's own are `context`.
fn compose(maps: &[AxisMap], context: &Context) -> Context {
    maps.iter()
        .map(|map| match map.axis.and_then(|axis| context.get(axis as usize)) {
            Some(outer) => Coordinate {
                axis: outer.axis,
                start: map.start + map.step * outer.start,
                step: map.step * outer.step,
                whole: map.whole && outer.whole,
            },
            None => Coordinate::fixed(map.start, map.whole),
        })
        .collect()
}

fn final_view(view: &DraftView, axes: &[Vec<usize>]) -> (View, ViewData) {
    let first = |axis: &Vec<usize>| axis.first().copied();
    let access =
        axes.iter().map(|axis| first(axis).map_or(AxisAccess::One, |at| view.access[at])).collect();
    let form = if view.dense { ViewForm::Dense } else { ViewForm::Strided };
    let data = match view.dense {
        true => ViewData::default(),
        false => ViewData {
            // A view's first element is inside its array: recording checked the slices.
            offset: view.offset.max(0) as u64,
            strides: axes.iter().map(|axis| first(axis).map_or(0, |at| view.strides[at])).collect(),
        },
    };
    (View { form, axes: access }, data)
}

fn renumber(kind: NodeKind, nodes: &[u32], views: &[u32]) -> NodeKind {
    let node = |id: u32| nodes[id as usize];
    let view = |id: u32| views[id as usize];
    match kind {
        NodeKind::Load { source, view: at } => NodeKind::Load { source, view: view(at) },
        NodeKind::Index { view: at } => NodeKind::Index { view: view(at) },
        NodeKind::Param { .. } | NodeKind::Constant { .. } => kind,
        NodeKind::Apply { op, operands } => {
            NodeKind::Apply { op, operands: operands.into_iter().map(node).collect() }
        }
        NodeKind::Reduce { op, operand } => NodeKind::Reduce { op, operand: node(operand) },
        NodeKind::Contract { left, right } => {
            NodeKind::Contract { left: node(left), right: node(right) }
        }
        NodeKind::Scan { op, operand } => NodeKind::Scan { op, operand: node(operand) },
        NodeKind::Gather { source, index } => NodeKind::Gather { source, index: node(index) },
    }
}

/// Why the group ends where it does, for people.
fn boundary(stages: &Stages<'_>, draft: &Draft, demand: Demand<'_>) -> String {
    let reason = draft.outputs.iter().find_map(|output| {
        if let Some(reason) = stages.barrier(*output) {
            return Some(reason.to_owned());
        }
        if stages.is_root(*output) {
            let reason = match demand.demanded.contains(output) {
                true => demand.reason,
                false => "a variable holds it, and it is cheaper to read than to compute again",
            };
            return Some(reason.to_owned());
        }
        stages.is_anchor(*output).then(|| match stages.dag.node(*output).op {
            DagOp::Reduce { .. } => "a reduction is complete only after all elements".to_owned(),
            DagOp::Scan { .. } => "a scan is complete only after the elements before".to_owned(),
            DagOp::MatMul => "a product is complete only after its inner axis".to_owned(),
            _ => "an update ends the group".to_owned(),
        })
    });
    reason.unwrap_or_else(|| "another group reads its result".to_owned())
}

fn push<T>(list: &mut Vec<T>, item: T) -> u32 {
    let id = list.len() as u32;
    list.push(item);
    id
}
