//! From a call to passes: what is computed once and stored, in which order, over which axes.
//!
//! A *pass* evaluates a program at every point of some domain axes. Reductions and products are
//! passes of their own whose results are stored; nodes after them read these as further inputs, so
//! normalising (reduce, then map over the same data) is two passes. A value that varies along few
//! axes and is used along many is stored too, rather than computed anew for each point. Axes of
//! extent 1 play no part anywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use preheat_format::signature::RANK_MAX;
use preheat_format::{
    AxisAccess, AxisRole, Call, CallError, CallOutput, Carry, DType, Node, NodeKind, Scalar,
    Signature, Space,
};

use crate::cast::word_of;
use crate::check::{Compute, check};
use crate::column::{Column, Storage};
use crate::error::CpuError;
use crate::lane::{Lane, Walk};
use crate::map::Destination;
use crate::{Table, contract, map, reduce, scan};

/// Storing a value pays if it is used at this many times more points than it has.
const STORE_RATIO: usize = 4;

/// A set of domain axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Axes(u8);

const _: () = assert!(RANK_MAX <= 8);

impl Axes {
    fn only(axis: usize) -> Axes {
        Axes(1 << axis)
    }

    pub(crate) fn has(self, axis: usize) -> bool {
        self.0 & 1 << axis != 0
    }

    pub(crate) fn and(self, other: Axes) -> Axes {
        Axes(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Axes) -> Axes {
        Axes(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Axes) -> Axes {
        Axes(self.0 & !other.0)
    }

    /// The axes, fastest first.
    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..RANK_MAX).filter(move |axis| self.has(*axis))
    }
}

/// The most points of a group whose elementary functions are called number by number: 20 us each.
const FEW_POINTS: usize = 2048;

/// A call on its way.
pub(crate) struct Group<'a> {
    pub(crate) call: &'a Call<Arc<Column>>,
    pub(crate) compute: Vec<Compute>,
    pub(crate) extents: Vec<usize>,
    /// Axes of extent other than 1 that are kept.
    pub(crate) kept: Axes,
    /// Axes of extent other than 1 that are reduced.
    pub(crate) reduced: Axes,
    /// Axes along which each node varies.
    pub(crate) axes: Vec<Axes>,
    /// Results of earlier passes, dense over their node's axes.
    pub(crate) columns: Vec<Option<Arc<Column>>>,
    /// The trips of a rolled group.
    pub(crate) trips: Option<Trips>,
}

/// How often a group runs, each trip fed with the outputs of the one before.
pub(crate) struct Trips {
    /// Parameters of each trip.
    pub(crate) params: Vec<Vec<Scalar>>,
    pub(crate) carries: Vec<Carry>,
}

impl<'a> Group<'a> {
    fn new(call: &'a Call<Arc<Column>>, compute: Vec<Compute>) -> Result<Group<'a>, CpuError> {
        let signature = &*call.signature;
        let extent = |extent: &u64| {
            let reason = "an extent is larger than memory";
            usize::try_from(*extent).map_err(|_| CpuError::Call(CallError::Shape { reason }))
        };
        let extents = call.extents.iter().map(extent).collect::<Result<Vec<_>, _>>()?;
        let with_role = |role: AxisRole| {
            let axes = (0..extents.len())
                .filter(|axis| extents[*axis] != 1 && signature.roles[*axis] == role);
            axes.fold(Axes::default(), |all, axis| all.or(Axes::only(axis)))
        };
        let (kept, reduced) = (with_role(AxisRole::Kept), with_role(AxisRole::Reduced));
        let columns = vec![None; signature.nodes.len()];
        let (axes, trips) = (Vec::new(), None);
        let mut group = Group { call, compute, extents, kept, reduced, axes, columns, trips };
        for node in &signature.nodes {
            let of = |node: &u32| group.axes[*node as usize];
            let axes = match &node.kind {
                NodeKind::Load { view, .. } | NodeKind::Index { view } => {
                    let strides = group.strides(*view);
                    let varies = kept.or(reduced).iter().filter(|axis| strides[*axis] != 0);
                    varies.fold(Axes::default(), |all, axis| all.or(Axes::only(axis)))
                }
                NodeKind::Param { .. } | NodeKind::Constant { .. } => Axes::default(),
                NodeKind::Apply { operands, .. } => {
                    operands.iter().fold(Axes::default(), |all, operand| all.or(of(operand)))
                }
                NodeKind::Reduce { operand, .. } => of(operand).and(kept),
                NodeKind::Contract { left, right } => of(left).or(of(right)).and(kept),
                NodeKind::Scan { operand, .. } => of(operand).or(reduced),
                NodeKind::Gather { index, .. } => of(index),
            };
            group.axes.push(axes);
        }
        if group.points(kept.or(reduced)) <= FEW_POINTS {
            group.use_system_functions();
        }
        Ok(group)
    }

    /// Elementary functions by the system's library, so that a few numbers have the digits that
    /// each of them has alone.
    fn use_system_functions(&mut self) {
        for (compute, node) in self.compute.iter_mut().zip(&self.call.signature.nodes) {
            if let (Compute::Elementwise(own), NodeKind::Apply { op, .. }) = (compute, &node.kind)
                && let Some(eval) = preheat_ops::system::eval(*op)
            {
                *own = eval;
            }
        }
    }

    pub(crate) fn signature(&self) -> &'a Signature {
        &self.call.signature
    }

    /// Extents of some axes, fastest first.
    pub(crate) fn extents_of(&self, axes: Axes) -> Vec<usize> {
        axes.iter().map(|axis| self.extents[axis]).collect()
    }

    /// Number of points of some axes.
    pub(crate) fn points(&self, axes: Axes) -> usize {
        axes.iter().fold(1, |points, axis| points.saturating_mul(self.extents[axis]))
    }

    /// Strides of a view along all axes, 0 where it has none.
    fn strides(&self, view: u32) -> Vec<i64> {
        let mut strides = self.call.view_data(view as usize).strides;
        strides.resize(self.extents.len(), 0);
        for (stride, access) in strides.iter_mut().zip(&self.signature().views[view as usize].axes)
        {
            if *access == AxisAccess::One {
                *stride = 0;
            }
        }
        strides
    }

    /// The walk of a view over the points of `axes`.
    pub(crate) fn walk(&self, view: u32, axes: Axes) -> Walk {
        let strides = self.strides(view);
        // `Call::check` compared the offset with the buffer; generators may have any.
        let offset = self.call.view_data(view as usize).offset as i64;
        Walk { offset, strides: axes.iter().map(|axis| strides[axis]).collect() }
    }

    /// The elements that a load node reads over the points of `axes`.
    pub(crate) fn load_lane(&self, node: u32, axes: Axes) -> Result<Lane, CpuError> {
        let NodeKind::Load { source, view } = self.signature().nodes[node as usize].kind else {
            crate::column::mismatch()
        };
        let column = Arc::clone(&self.call.sources[source as usize]);
        let walk = self.walk(view, axes);
        self.check_walk(&walk, view, axes, column.len())?;
        Ok(Lane { column, walk })
    }

    /// `Call::check` skips calls with an extent of 0, which may still have kept values.
    fn check_walk(&self, walk: &Walk, view: u32, axes: Axes, len: usize) -> Result<(), CpuError> {
        let (low, high) = walk.reach(&self.extents_of(axes));
        if low >= 0 && high < len as i128 {
            return Ok(());
        }
        let element = if low < 0 { low } else { high };
        let (view, len) = (view as usize, len as u64);
        Err(CpuError::Call(CallError::OutOfBounds { view, element, len }))
    }

    /// The stored values of a node over the points of `axes`.
    pub(crate) fn stored_lane(&self, node: u32, axes: Axes) -> Option<Lane> {
        let column = Arc::clone(self.columns[node as usize].as_ref()?);
        let own = self.axes[node as usize];
        let dense = Walk::dense(&self.extents_of(own)).strides;
        let along = |axis| own.iter().position(|known| known == axis).map_or(0, |i| dense[i]);
        let strides = axes.iter().map(along).collect();
        Some(Lane { column, walk: Walk { offset: 0, strides } })
    }
}

/// Work of one pass; passes run in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PassKey {
    /// Number of stored results that the pass needs one after the other.
    depth: u32,
    work: Work,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    Map(Axes),
    Reduce(Axes),
    Contract(u32),
    Scan(u32),
}

/// What a pass yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Store(u32),
    Output(usize),
}

/// Runs a call of a group that is not rolled; see [`crate::run`].
pub(crate) fn run(mut call: Call<Arc<Column>>, find: Table) -> Result<Vec<Arc<Column>>, CpuError> {
    let compute = check(&call, find)?;
    // The buffers to update leave the call, so that those nobody else holds change in place.
    let mut updates = std::mem::take(&mut call.outputs);
    let mut group = Group::new(&call, compute)?;
    let outputs = output_axes(&group)?;
    let mut results: Vec<Option<Arc<Column>>> = vec![None; outputs.len()];
    for (key, targets) in partition(&group, &outputs) {
        match key.work {
            Work::Map(axes) => {
                run_map(&mut group, axes, &targets, &mut updates, &mut results)?;
            }
            Work::Reduce(axes) => {
                let nodes = targets.iter().filter_map(|target| target.stored()).collect::<Vec<_>>();
                let columns = reduce::run(&group, axes, &nodes)?;
                for (node, column) in nodes.iter().zip(columns) {
                    group.columns[*node as usize] = Some(Arc::new(column));
                }
            }
            Work::Contract(node) => {
                let column = contract::run(&group, node)?;
                group.columns[node as usize] = Some(Arc::new(column));
            }
            Work::Scan(node) => {
                let column = scan::run(&group, node)?;
                group.columns[node as usize] = Some(Arc::new(column));
            }
        }
    }
    finish(&group, &outputs, updates, results)
}

/// Runs the trips of a group tile by tile; `None`: it has to be run trip by trip.
pub(crate) fn run_trips(
    call: &Call<Arc<Column>>,
    trips: Trips,
    find: Table,
) -> Result<Option<Vec<Arc<Column>>>, CpuError> {
    let mut group = Group::new(call, check(call, find)?)?;
    let outputs = output_axes(&group)?;
    let mut passes = partition(&group, &outputs).into_iter();
    let (Some((PassKey { work: Work::Map(axes), .. }, targets)), None) =
        (passes.next(), passes.next())
    else {
        return Ok(None);
    };
    let all = (0..outputs.len()).map(Target::Output);
    if !targets.iter().copied().eq(all) || !carries_in_place(&group, axes, &trips.carries) {
        return Ok(None);
    }
    group.trips = Some(trips);
    let mut updates: Vec<_> = outputs.iter().map(|_| CallOutput::New).collect();
    let mut results = vec![None; outputs.len()];
    run_map(&mut group, axes, &targets, &mut updates, &mut results)?;
    finish(&group, &outputs, updates, results).map(Some)
}

/// True if each state is read, at every point, where an output is written there.
fn carries_in_place(group: &Group<'_>, axes: Axes, carries: &[Carry]) -> bool {
    let extents = group.extents_of(axes);
    let dense = Walk::dense(&extents);
    let outputs = &group.signature().outputs;
    let is_new = |carry: &Carry| outputs[carry.output as usize].view.is_none();
    let is_state = |source: u32| carries.iter().any(|carry| carry.source == source);
    let in_place = |node: &Node| match node.kind {
        NodeKind::Load { source, view } => !is_state(source) || group.walk(view, axes) == dense,
        // Elements chosen by index may be any.
        NodeKind::Gather { .. } | NodeKind::Scan { .. } => false,
        NodeKind::Index { .. }
        | NodeKind::Param { .. }
        | NodeKind::Constant { .. }
        | NodeKind::Apply { .. }
        | NodeKind::Reduce { .. }
        | NodeKind::Contract { .. } => true,
    };
    !extents.is_empty()
        && carries.iter().all(is_new)
        && group.signature().nodes.iter().all(in_place)
}

impl Target {
    fn stored(self) -> Option<u32> {
        match self {
            Target::Store(node) => Some(node),
            Target::Output(_) => None,
        }
    }
}

/// Axes over which each output is written.
fn output_axes(group: &Group<'_>) -> Result<Vec<Axes>, CpuError> {
    let signature = group.signature();
    let spaces = signature.spaces();
    let axes = signature.outputs.iter().enumerate().map(|(index, output)| {
        group.call.output_len(index)?;
        let space = match spaces[output.node as usize] {
            Space::Full => group.kept.or(group.reduced),
            Space::Kept => group.kept,
        };
        let Some(view) = output.view else {
            return Ok(space);
        };
        let full = |axis: &usize| signature.views[view as usize].axes[*axis] == AxisAccess::Full;
        let shown = group.kept.or(group.reduced).iter().filter(full);
        Ok(shown.fold(space, |all, axis| all.or(Axes::only(axis))))
    });
    axes.collect()
}

/// Which passes are run, and what each yields.
fn partition(group: &Group<'_>, outputs: &[Axes]) -> BTreeMap<PassKey, Vec<Target>> {
    let nodes = &group.signature().nodes;
    let needed = needed_nodes(group, outputs);
    let stored = stored_nodes(group, &needed, outputs);
    let mut depths = vec![0u32; nodes.len()];
    let mut passes: BTreeMap<PassKey, Vec<Target>> = BTreeMap::new();
    let after =
        |depths: &[u32], node: u32| depths[node as usize] + u32::from(stored[node as usize]);
    for (id, node) in nodes.iter().enumerate().filter(|(id, _)| needed[*id]) {
        let operands = node.kind.operands();
        let depth = operands.iter().map(|operand| after(&depths, *operand)).max().unwrap_or(0);
        depths[id] = depth;
        if !stored[id] {
            continue;
        }
        let work = match &node.kind {
            NodeKind::Reduce { operand, .. } => {
                Work::Reduce(group.axes[*operand as usize].or(group.reduced))
            }
            NodeKind::Contract { .. } => Work::Contract(id as u32),
            NodeKind::Scan { .. } => Work::Scan(id as u32),
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Gather { .. }
            | NodeKind::Apply { .. } => Work::Map(group.axes[id]),
        };
        passes.entry(PassKey { depth, work }).or_default().push(Target::Store(id as u32));
    }
    for (index, (output, axes)) in group.signature().outputs.iter().zip(outputs).enumerate() {
        let node = output.node;
        let as_stored = stored[node as usize] && *axes == group.axes[node as usize];
        if group.points(*axes) > 0 && !(as_stored && output.view.is_none()) {
            let key = PassKey { depth: after(&depths, node), work: Work::Map(*axes) };
            passes.entry(key).or_default().push(Target::Output(index));
        }
    }
    passes
}

/// Nodes that some output with points depends on. Reductions of nothing need no operands.
fn needed_nodes(group: &Group<'_>, outputs: &[Axes]) -> Vec<bool> {
    let nodes = &group.signature().nodes;
    let mut needed = vec![false; nodes.len()];
    for (output, axes) in group.signature().outputs.iter().zip(outputs) {
        needed[output.node as usize] |= group.points(*axes) > 0;
    }
    for id in (0..nodes.len()).rev().filter(|id| group.points(group.axes[*id]) > 0) {
        let reduces = matches!(nodes[id].kind, NodeKind::Reduce { .. } | NodeKind::Contract { .. });
        if needed[id] && !(reduces && group.points(group.reduced) == 0) {
            for operand in nodes[id].kind.operands() {
                needed[operand as usize] = true;
            }
        }
    }
    needed
}

/// Nodes whose values are kept in memory from one pass to another.
fn stored_nodes(group: &Group<'_>, needed: &[bool], outputs: &[Axes]) -> Vec<bool> {
    let nodes = &group.signature().nodes;
    let mut stored = vec![false; nodes.len()];
    let mut used = |node: u32, axes: Axes| {
        let own = group.points(group.axes[node as usize]);
        let pays = own.saturating_mul(STORE_RATIO) <= group.points(axes);
        if pays && matches!(nodes[node as usize].kind, NodeKind::Apply { .. }) {
            stored[node as usize] = true;
        }
    };
    for (output, axes) in group.signature().outputs.iter().zip(outputs) {
        used(output.node, *axes);
    }
    for (id, node) in nodes.iter().enumerate().filter(|(id, _)| needed[*id]) {
        match &node.kind {
            NodeKind::Apply { operands, .. } => {
                operands.iter().for_each(|operand| used(*operand, group.axes[id]));
            }
            NodeKind::Reduce { operand, .. } => {
                used(*operand, group.axes[*operand as usize].or(group.reduced));
            }
            NodeKind::Gather { index, .. } => used(*index, group.axes[id]),
            NodeKind::Scan { operand, .. } => used(*operand, group.axes[id]),
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Contract { .. } => {}
        }
    }
    for (id, node) in nodes.iter().enumerate() {
        match &node.kind {
            NodeKind::Reduce { .. } | NodeKind::Scan { .. } => stored[id] = true,
            NodeKind::Contract { left, right } => {
                stored[id] = true;
                // A product packs its operands; loads are packed from where they are.
                for operand in [*left, *right] {
                    let kind = &nodes[operand as usize].kind;
                    stored[operand as usize] |= !matches!(kind, NodeKind::Load { .. });
                }
            }
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Gather { .. }
            | NodeKind::Apply { .. } => {}
        }
    }
    stored
}

fn run_map(
    group: &mut Group<'_>,
    axes: Axes,
    targets: &[Target],
    updates: &mut [CallOutput<Arc<Column>>],
    results: &mut [Option<Arc<Column>>],
) -> Result<(), CpuError> {
    let signature = group.signature();
    let mut roots = Vec::new();
    let mut destinations = Vec::new();
    for target in targets {
        let (node, view, old) = match target {
            Target::Store(node) => (*node, None, CallOutput::New),
            Target::Output(index) => {
                let output = &signature.outputs[*index];
                let old = std::mem::replace(&mut updates[*index], CallOutput::New);
                (output.node, output.view, old)
            }
        };
        let dtype = signature.nodes[node as usize].dtype;
        let points = group.points(axes);
        let walk = view.map(|view| group.walk(view, axes));
        let column = match old {
            CallOutput::New => Column::zeros(dtype, points)?,
            CallOutput::Update(column) => own(column, dtype)?,
        };
        match (&walk, view) {
            (Some(walk), Some(view)) => group.check_walk(walk, view, axes, column.len())?,
            (None, _) | (_, None) if column.len() != points => {
                let (found, expected) = (column.len() as u64, points as u64);
                return Err(CpuError::Length { found, expected });
            }
            (None, _) | (_, None) => {}
        }
        roots.push(node);
        destinations.push(Destination { column, walk });
    }
    let columns = map::run(group, axes, &roots, destinations)?;
    for (target, column) in targets.iter().zip(columns) {
        match target {
            Target::Store(node) => group.columns[*node as usize] = Some(Arc::new(column)),
            Target::Output(index) => results[*index] = Some(Arc::new(column)),
        }
    }
    Ok(())
}

/// The buffer itself if nobody else refers to it, else a copy.
fn own(column: Arc<Column>, dtype: DType) -> Result<Column, CpuError> {
    Arc::try_unwrap(column).or_else(|shared| shared.try_clone(dtype))
}

/// Every output: written by a pass, stored by one, or without points.
fn finish(
    group: &Group<'_>,
    outputs: &[Axes],
    updates: Vec<CallOutput<Arc<Column>>>,
    results: Vec<Option<Arc<Column>>>,
) -> Result<Vec<Arc<Column>>, CpuError> {
    let finished = results.into_iter().zip(updates).enumerate().map(|(index, (result, update))| {
        let node = group.signature().outputs[index].node as usize;
        match (result, update, &group.columns[node]) {
            (Some(result), _, _) => Ok(result),
            (None, CallOutput::Update(column), _) => Ok(column),
            (None, CallOutput::New, Some(column)) if group.points(outputs[index]) > 0 => {
                Ok(Arc::clone(column))
            }
            (None, CallOutput::New, _) => {
                Ok(Arc::new(Column::zeros(group.signature().nodes[node].dtype, 0)?))
            }
        }
    });
    finished.collect()
}

/// A result of a reduction, which is computed in `f64`, as an element's bits.
pub(crate) fn element_bits(dtype: DType, value: f64) -> u64 {
    match Storage::of(dtype) {
        Storage::F64 => value.to_bits(),
        Storage::F32 => u64::from((value as f32).to_bits()),
        Storage::Word => u64::from(word_of(dtype, value)),
    }
}
