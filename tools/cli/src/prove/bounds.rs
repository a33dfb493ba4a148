//! Values of a group on the host, and how far a sound device may be from each.
//!
//! The group is evaluated node by node, every node by `preheat-cpu` as a group of its own. Beside
//! each value goes a bound: what the node itself may add (the table's `ulp_max` on the device, one
//! unit on the host, one unit where an intermediate result may be kept in more precision or fused
//! with its use), and what its operands' bounds may do to it. The latter is found by evaluating
//! the node again with its operands moved within their bounds: both ends, and places between. So
//! cancellation, steps of `floor` and comparisons that may go either way all show.
//!
//! A bound that is infinite says that nothing can be demanded of the value: a sum whose terms
//! overflow in some order, an element that an uncertain position picks.

use std::sync::Arc;

use preheat_cpu::{Column, CpuError};
use preheat_format::{
    AxisAccess, AxisRole, Call, CallOutput, DType, NodeKind, OpId, Scalar, SignatureBuilder, View,
    ViewData, ViewForm,
};
use preheat_ops::{Kind, OpDef};

/// Fractions of the bounds by which operands are moved. All together and one against the other are
/// the corners between which an operation of two operands that is monotonic in each of them stays:
/// a difference moves most where its operands move apart, and not at all where they move together.
const MOVES: [Move; 10] = [
    Move::Together(1.0),
    Move::Together(-1.0),
    Move::Against(1.0),
    Move::Against(-1.0),
    Move::Apart(1.0, 1),
    Move::Apart(1.0, 2),
    Move::Apart(1.0, 3),
    Move::Apart(0.7, 4),
    Move::Apart(0.4, 5),
    Move::Apart(0.15, 6),
];
/// Moves are samples of what is possible, so what they show is taken twice.
const MOVES_SCALE: f64 = 2.0;

#[derive(Clone, Copy)]
enum Move {
    /// Every element by this fraction of its bound.
    Together(f64),
    /// Every second operand by this fraction, the others the other way.
    Against(f64),
    /// Every element by this fraction, up or down by its place and a seed.
    Apart(f64, u64),
}

/// An output of a group.
pub(super) struct Bounded {
    pub(super) dtype: DType,
    pub(super) values: Arc<Column>,
    pub(super) bounds: Arc<Vec<f64>>,
}

/// A node: dense over the domain's axes along which it varies.
#[derive(Clone)]
struct Value {
    dtype: DType,
    axes: Vec<bool>,
    values: Arc<Column>,
    bounds: Arc<Vec<f64>>,
}

/// Evaluates a call; one entry per output. A device that `flushes` may have 0 for any subnormal
/// `f32`, as WGSL allows.
pub(super) fn evaluate(call: &Call<Arc<Column>>, flushes: bool) -> Result<Vec<Bounded>, CpuError> {
    let exact = |column: &Arc<Column>| (Arc::clone(column), Arc::new(vec![0.0; column.len()]));
    let mut sources: Vec<_> = call.sources.iter().map(exact).collect();
    let trips = call.roll.as_ref().map_or(1, |roll| roll.trips);
    let mut outputs = Vec::new();
    for trip in 0..trips {
        let params = call.params_at(trip);
        let group = Group { call, sources: &sources, params: &params, flushes };
        outputs = group.outputs()?;
        for carry in &call.signature.carries {
            let state = outputs
                .get(carry.output as usize)
                .map(|output: &Bounded| (Arc::clone(&output.values), Arc::clone(&output.bounds)));
            if let (Some(place), Some(state)) = (sources.get_mut(carry.source as usize), state) {
                *place = state;
            }
        }
    }
    Ok(outputs)
}

/// One trip of a call.
struct Group<'a> {
    call: &'a Call<Arc<Column>>,
    sources: &'a [(Arc<Column>, Arc<Vec<f64>>)],
    params: &'a [Scalar],
    flushes: bool,
}

impl Group<'_> {
    fn outputs(&self) -> Result<Vec<Bounded>, CpuError> {
        let signature = &*self.call.signature;
        let mut nodes: Vec<Value> = Vec::with_capacity(signature.nodes.len());
        for id in 0..signature.nodes.len() {
            let mut value = self.node(id, &nodes)?;
            if self.flushes && value.dtype == DType::F32 {
                may_flush(&mut value);
            }
            nodes.push(value);
        }
        let outputs = signature.outputs.iter().zip(&self.call.outputs);
        outputs
            .map(|(spec, output)| self.output(spec.view, output, &nodes[spec.node as usize]))
            .collect()
    }

    fn node(&self, id: usize, nodes: &[Value]) -> Result<Value, CpuError> {
        let signature = &*self.call.signature;
        let node = &signature.nodes[id];
        let rank = signature.roles.len();
        let is_used =
            signature.nodes.iter().any(|other| other.kind.operands().contains(&(id as u32)));
        match &node.kind {
            NodeKind::Load { source, view } => self.load(*source, *view),
            NodeKind::Index { view } => self.index(*view),
            NodeKind::Param { param } => Ok(single(
                rank,
                self.params.get(*param as usize).copied().unwrap_or(Scalar::u32(0)),
            )),
            NodeKind::Constant { bits } => {
                Ok(single(rank, Scalar { dtype: node.dtype, bits: *bits }))
            }
            NodeKind::Apply { op, operands } => {
                let operands: Vec<&Value> =
                    operands.iter().map(|operand| &nodes[*operand as usize]).collect();
                let axes = union(rank, &operands);
                let step =
                    Step { group: self, kind: StepKind::Apply(*op), dtype: node.dtype, axes };
                let mut value = step.moved(&operands)?;
                let own = match preheat_ops::find(*op) {
                    Some(def) => own_units(def, is_used),
                    None => 0.0,
                };
                add_units(&mut value, own);
                Ok(value)
            }
            NodeKind::Reduce { op, operand } => {
                self.accumulate(StepKind::Reduce(*op), *op, &nodes[*operand as usize], node.dtype)
            }
            NodeKind::Scan { op, operand } => {
                self.accumulate(StepKind::Scan(*op), *op, &nodes[*operand as usize], node.dtype)
            }
            NodeKind::Contract { left, right } => {
                self.contract(&nodes[*left as usize], &nodes[*right as usize], node.dtype)
            }
            NodeKind::Gather { source, index } => {
                self.gather(*source, &nodes[*index as usize], node.dtype)
            }
        }
    }

    fn load(&self, source: u32, view: u32) -> Result<Value, CpuError> {
        let signature = &*self.call.signature;
        let dtype = signature.sources[source as usize];
        let axes = full_axes(&signature.views[view as usize]);
        let (values, bounds) = &self.sources[source as usize];
        let seen = |dtype: DType, column: &Arc<Column>| self.seen(view, Seen::Load(dtype, column));
        let shown = seen(dtype, values)?;
        let is_exact = bounds.iter().all(|bound| *bound == 0.0);
        let bounds = match is_exact {
            true => vec![0.0; shown.len()],
            false => numbers(&*seen(DType::F64, &Arc::new(Column::F64(bounds.to_vec())))?),
        };
        Ok(Value { dtype, axes, values: shown, bounds: Arc::new(bounds) })
    }

    fn index(&self, view: u32) -> Result<Value, CpuError> {
        let values = self.seen(view, Seen::Index)?;
        let axes = full_axes(&self.call.signature.views[view as usize]);
        let bounds = Arc::new(vec![0.0; values.len()]);
        Ok(Value { dtype: DType::U32, axes, values, bounds })
    }

    /// What a view shows, dense over the axes that it has.
    fn seen(&self, view: u32, what: Seen<'_>) -> Result<Arc<Column>, CpuError> {
        let signature = &*self.call.signature;
        let spec = &signature.views[view as usize];
        let axes = full_axes(spec);
        let data = self.call.view_data(view as usize);
        let mut builder = SignatureBuilder::new(signature.mode, kept(&axes));
        let rank = axes.iter().filter(|full| **full).count();
        let own =
            builder.view(View { form: ViewForm::Strided, axes: vec![AxisAccess::Full; rank] });
        let (node, sources) = match what {
            Seen::Load(dtype, column) => {
                let source = builder.source(dtype);
                let load = NodeKind::Load { source, view: own };
                (builder.node(dtype, load), vec![Arc::clone(column)])
            }
            Seen::Index => (builder.node(DType::U32, NodeKind::Index { view: own }), Vec::new()),
        };
        builder.output(node, None);
        let strides = data.strides.iter().zip(&axes).filter(|(_, full)| **full);
        let strides = strides.map(|(stride, _)| *stride).collect();
        let views = vec![ViewData { offset: data.offset, strides }];
        let group = Mini { builder, extents: only(&self.call.extents, &axes), views };
        group.run(sources)
    }

    /// A reduction or a scan.
    fn accumulate(
        &self,
        kind: StepKind,
        op: OpId,
        operand: &Value,
        dtype: DType,
    ) -> Result<Value, CpuError> {
        let roles = &self.call.signature.roles;
        // Reduced axes along which the operand does not vary count too.
        let axes: Vec<bool> = (operand.axes.iter().zip(roles))
            .map(|(varies, role)| *varies || *role == AxisRole::Reduced)
            .collect();
        let step = Step { group: self, kind, dtype, axes };
        let mut value = step.moved(&[operand])?;
        let Some(Kind::Reduction(reduction)) = preheat_ops::find(op).map(|def| &def.kind) else {
            return Ok(value);
        };
        let ulp_max = preheat_ops::find(op).map_or(0, |def| def.ulp_max);
        // One that starts from NaN selects an element, exactly; flags and positions are exact.
        let selects = reduction.accumulator.first().is_none_or(|first| first.identity == "{nan}");
        if selects || !dtype.is_float() {
            return Ok(value);
        }
        let count: u64 = (self.call.extents.iter().zip(roles))
            .filter(|(_, role)| **role == AxisRole::Reduced)
            .map(|(extent, _)| *extent)
            .product();
        let sizes = step.run(&[&absolute(operand)], None)?;
        let (sizes, count) = (numbers(&sizes), count.max(1) as f64);
        let eps = epsilon(dtype);
        // A sum carries its error along, up to the square of a unit; a product rounds each time.
        // A scan joins the sums of its parts.
        let (relative, absolute) = match (ulp_max, kind) {
            (0, _) => (2.0 * count, 0.0),
            (_, StepKind::Scan(_)) => (2.0, (count.log2() + 4.0) * eps),
            (_, _) => (f64::from(ulp_max) + 1.0, 8.0 * count * eps * eps),
        };
        let operand_is_finite = numbers(&operand.values).iter().all(|value| value.is_finite());
        add_units(&mut value, relative);
        let values = numbers(&value.values);
        let bounds = Arc::make_mut(&mut value.bounds);
        for ((bound, size), found) in bounds.iter_mut().zip(&sizes).zip(&values) {
            *bound += absolute * size.abs();
            let overflows = !size.is_finite() || !found.is_finite();
            let underflows = ulp_max == 0 && *found == 0.0;
            // What leaves the range in one order may stay in it in another.
            if operand_is_finite && (overflows || underflows)
                || (ulp_max == 0 && !found.is_finite())
            {
                *bound = f64::INFINITY;
            }
        }
        Ok(value)
    }

    fn contract(&self, left: &Value, right: &Value, dtype: DType) -> Result<Value, CpuError> {
        let axes = vec![true; self.call.extents.len()];
        let step = Step { group: self, kind: StepKind::Contract, dtype, axes };
        let values = step.run(&[left, right], None)?;
        let wide = |value: &Value, more: bool| {
            let numbers = numbers(&value.values);
            let moved = numbers.iter().zip(value.bounds.iter());
            let moved = moved.map(|(number, bound)| number.abs() + if more { *bound } else { 0.0 });
            let values = Arc::new(Column::F64(moved.collect()));
            Value { dtype: DType::F64, values, ..value.clone() }
        };
        let step = Step { dtype: DType::F64, axes: step.axes.clone(), ..step };
        let size = step.run(&[&wide(left, false), &wide(right, false)], None)?;
        let size = numbers(&size);
        let most = step.run(&[&wide(left, true), &wide(right, true)], None)?;
        let most = numbers(&most);
        let roles = &self.call.signature.roles;
        let depth: u64 = (self.call.extents.iter().zip(roles))
            .filter(|(_, role)| **role == AxisRole::Reduced)
            .map(|(extent, _)| *extent)
            .product();
        let unit = 2.0 * (depth as f64 + 2.0) * epsilon(dtype);
        let found = numbers(&values);
        let limit = if dtype == DType::F32 { f64::from(f32::MAX) } else { f64::MAX };
        let bounds = size.iter().zip(&most).zip(&found).map(|((size, most), found)| {
            let bound = (most - size) + unit * size;
            match bound.is_finite() && *size <= limit {
                true => bound,
                // Not finite because an operand is not: NaN and infinities have their places.
                false if found.is_nan() => 0.0,
                false => f64::INFINITY,
            }
        });
        let bounds = Arc::new(bounds.collect());
        let axes = self.result_axes(StepKind::Contract, &step.axes);
        Ok(Value { dtype, axes, values, bounds })
    }

    fn gather(&self, source: u32, index: &Value, dtype: DType) -> Result<Value, CpuError> {
        let signature = &*self.call.signature;
        let (column, source_bounds) = &self.sources[source as usize];
        let mut builder = SignatureBuilder::new(signature.mode, kept(&index.axes));
        let rank = index.axes.iter().filter(|full| **full).count();
        let view = builder.view(View::identity(rank));
        let (from, at) = (builder.source(dtype), builder.source(DType::U32));
        let at = builder.node(DType::U32, NodeKind::Load { source: at, view });
        let node = builder.node(dtype, NodeKind::Gather { source: from, index: at });
        builder.output(node, None);
        let extents = only(&self.call.extents, &index.axes);
        let group = Mini { builder, extents, views: vec![ViewData::default()] };
        let values = group.run(vec![Arc::clone(column), Arc::clone(&index.values)])?;
        let places = numbers(&index.values);
        let bounds =
            places.iter().zip(index.bounds.iter()).map(|(place, bound)| {
                match source_bounds.get(*place as usize) {
                    Some(inner) if *bound == 0.0 => *inner,
                    Some(_) | None => f64::INFINITY,
                }
            });
        let bounds = Arc::new(bounds.collect());
        Ok(Value { dtype, axes: index.axes.clone(), values, bounds })
    }

    /// A value over the whole space of an output, or placed in the buffer that it updates.
    fn output(
        &self,
        view: Option<u32>,
        output: &CallOutput<Arc<Column>>,
        value: &Value,
    ) -> Result<Bounded, CpuError> {
        let signature = &*self.call.signature;
        let roles = &signature.roles;
        let is_full = value.axes.iter().zip(roles).any(|(a, r)| *a && *r == AxisRole::Reduced);
        let is_full = is_full || !signature.has_reduced_axis();
        let space: Vec<bool> =
            roles.iter().map(|role| is_full || *role == AxisRole::Kept).collect();
        let spread = |dtype: DType, column: Arc<Column>, base: Option<Arc<Column>>| {
            let mut builder = SignatureBuilder::new(signature.mode, kept(&space));
            let source = builder.source(dtype);
            let seen =
                builder.view(View { form: ViewForm::Dense, axes: access(&value.axes, &space) });
            let node = builder.node(dtype, NodeKind::Load { source, view: seen });
            let mut views = vec![ViewData::default()];
            let target = view.map(|view| {
                let spec = &signature.views[view as usize];
                let data = self.call.view_data(view as usize);
                let strides = only(&data.strides, &space);
                views.push(ViewData { offset: data.offset, strides });
                builder.view(View { form: ViewForm::Strided, axes: only(&spec.axes, &space) })
            });
            builder.output(node, target);
            let group = Mini { builder, extents: only(&self.call.extents, &space), views };
            group.update(vec![column], base)
        };
        let (base, zeros) = match output {
            CallOutput::New => (None, None),
            CallOutput::Update(column) => {
                let zeros = Arc::new(Column::F64(vec![0.0; column.len()]));
                (Some(Arc::clone(column)), Some(zeros))
            }
        };
        let values = spread(value.dtype, Arc::clone(&value.values), base)?;
        let bounds = Arc::new(Column::F64(value.bounds.to_vec()));
        let bounds = numbers(&*spread(DType::F64, bounds, zeros)?);
        Ok(Bounded { dtype: value.dtype, values, bounds: Arc::new(bounds) })
    }

    fn result_axes(&self, kind: StepKind, axes: &[bool]) -> Vec<bool> {
        let roles = &self.call.signature.roles;
        let stays = |(varies, role): (&bool, &AxisRole)| match kind {
            StepKind::Apply(_) | StepKind::Scan(_) => *varies,
            StepKind::Reduce(_) | StepKind::Contract => *varies && *role == AxisRole::Kept,
        };
        axes.iter().zip(roles).map(stays).collect()
    }
}

enum Seen<'a> {
    Load(DType, &'a Arc<Column>),
    Index,
}

#[derive(Clone, Copy)]
enum StepKind {
    Apply(OpId),
    Reduce(OpId),
    Scan(OpId),
    Contract,
}

/// A node as a group of its own.
struct Step<'a> {
    group: &'a Group<'a>,
    kind: StepKind,
    dtype: DType,
    /// Axes of the domain that it works over.
    axes: Vec<bool>,
}

impl Step<'_> {
    /// The node's value with what its operands' bounds do to it.
    fn moved(&self, operands: &[&Value]) -> Result<Value, CpuError> {
        let values = self.run(operands, None)?;
        let found = numbers(&values);
        let mut bounds = vec![0.0f64; found.len()];
        let is_exact = |value: &&Value| value.bounds.iter().all(|bound| *bound == 0.0);
        if !operands.iter().all(is_exact) {
            for by in MOVES {
                let other = numbers(&*self.run(operands, Some(by))?);
                for ((bound, found), other) in bounds.iter_mut().zip(&found).zip(&other) {
                    *bound = bound.max(MOVES_SCALE * apart(*found, *other));
                }
            }
        }
        if self.dtype == DType::Bool {
            // A truth value that may go either way.
            bounds.iter_mut().for_each(|bound| *bound = bound.min(1.0));
        }
        let axes = self.group.result_axes(self.kind, &self.axes);
        Ok(Value { dtype: self.dtype, axes, values, bounds: Arc::new(bounds) })
    }

    fn run(&self, operands: &[&Value], by: Option<Move>) -> Result<Arc<Column>, CpuError> {
        let signature = &*self.group.call.signature;
        let roles: Vec<AxisRole> = match self.kind {
            StepKind::Apply(_) => kept(&self.axes),
            StepKind::Reduce(_) | StepKind::Scan(_) | StepKind::Contract => {
                only(&signature.roles, &self.axes)
            }
        };
        let mut builder = SignatureBuilder::new(signature.mode, roles);
        let (mut loads, mut sources, mut views) = (Vec::new(), Vec::new(), Vec::new());
        for (place, operand) in operands.iter().enumerate() {
            let source = builder.source(operand.dtype);
            let axes = access(&operand.axes, &self.axes);
            let view = builder.view(View { form: ViewForm::Dense, axes });
            views.resize(views.len().max(view as usize + 1), ViewData::default());
            loads.push(builder.node(operand.dtype, NodeKind::Load { source, view }));
            sources.push(match by {
                None => Arc::clone(&operand.values),
                Some(by) => Arc::new(nudged(operand, by, place as u64)),
            });
        }
        let first = loads.first().copied().unwrap_or_default();
        let kind = match self.kind {
            StepKind::Apply(op) => NodeKind::Apply { op, operands: loads },
            StepKind::Reduce(op) => NodeKind::Reduce { op, operand: first },
            StepKind::Scan(op) => NodeKind::Scan { op, operand: first },
            StepKind::Contract => {
                NodeKind::Contract { left: first, right: loads.last().copied().unwrap_or(first) }
            }
        };
        let node = builder.node(self.dtype, kind);
        builder.output(node, None);
        let extents = only(&self.group.call.extents, &self.axes);
        Mini { builder, extents, views }.run(sources)
    }
}

/// A group that is made, run once, and forgotten.
struct Mini {
    builder: SignatureBuilder,
    extents: Vec<u64>,
    /// By the builder's numbers.
    views: Vec<ViewData>,
}

impl Mini {
    fn run(self, sources: Vec<Arc<Column>>) -> Result<Arc<Column>, CpuError> {
        self.update(sources, None)
    }

    fn update(
        self,
        sources: Vec<Arc<Column>>,
        base: Option<Arc<Column>>,
    ) -> Result<Arc<Column>, CpuError> {
        let (signature, numbers) = self.builder.finish()?;
        let source = |id: &u32| sources.get(*id as usize).cloned();
        let view = |id: &u32| self.views.get(*id as usize).cloned().unwrap_or_default();
        let call = Call {
            key: signature.key(),
            extents: self.extents,
            views: numbers.views.iter().map(view).collect(),
            sources: numbers.sources.iter().filter_map(source).collect(),
            params: Vec::new(),
            outputs: vec![base.map_or(CallOutput::New, CallOutput::Update)],
            roll: None,
            signature: Arc::new(signature),
        };
        let mut columns = preheat_cpu::run(call)?;
        Ok(columns.pop().unwrap_or_else(|| Arc::new(Column::Word(Vec::new()))))
    }
}

fn single(rank: usize, scalar: Scalar) -> Value {
    let values = match scalar.dtype {
        DType::F64 => Column::F64(vec![f64::from_bits(scalar.bits)]),
        DType::F32 => Column::F32(vec![f32::from_bits(scalar.bits as u32)]),
        DType::Bool | DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            Column::Word(vec![scalar.bits as u32])
        }
    };
    let (values, bounds) = (Arc::new(values), Arc::new(vec![0.0]));
    Value { dtype: scalar.dtype, axes: vec![false; rank], values, bounds }
}

fn full_axes(view: &View) -> Vec<bool> {
    view.axes.iter().map(|access| *access == AxisAccess::Full).collect()
}

fn union(rank: usize, values: &[&Value]) -> Vec<bool> {
    (0..rank).map(|axis| values.iter().any(|value| value.axes[axis])).collect()
}

/// Roles of a domain of these axes in which none is reduced.
fn kept(axes: &[bool]) -> Vec<AxisRole> {
    axes.iter().filter(|full| **full).map(|_| AxisRole::Kept).collect()
}

/// Items of the axes that are there.
fn only<T: Copy>(items: &[T], axes: &[bool]) -> Vec<T> {
    items.iter().zip(axes).filter(|(_, full)| **full).map(|(item, _)| *item).collect()
}

/// How a value over `own` axes is seen in a domain of `axes`.
fn access(own: &[bool], axes: &[bool]) -> Vec<AxisAccess> {
    let access = |varies: bool| if varies { AxisAccess::Full } else { AxisAccess::One };
    only(own, axes).into_iter().map(access).collect()
}

/// Units in the last place that a node itself may be off.
fn own_units(def: &OpDef, is_used: bool) -> f64 {
    match def.ulp_max {
        0 if is_used => 1.0,
        0 => 0.0,
        units => f64::from(units) + 1.0,
    }
}

/// Widens the bounds of subnormal numbers to 0.
fn may_flush(value: &mut Value) {
    let values = numbers(&value.values);
    let bounds = Arc::make_mut(&mut value.bounds);
    for (bound, size) in bounds.iter_mut().zip(values.iter().map(|value| value.abs())) {
        if size < f64::from(f32::MIN_POSITIVE) {
            *bound = bound.max(size);
        }
    }
}

fn add_units(value: &mut Value, units: f64) {
    if units == 0.0 || !value.dtype.is_float() {
        return;
    }
    let values = numbers(&value.values);
    let bounds = Arc::make_mut(&mut value.bounds);
    for (bound, value_at) in bounds.iter_mut().zip(values) {
        *bound += units * unit(value_at, value.dtype);
    }
}

/// The distance to the next number of a type, away from zero; 0 for what is not finite.
pub(super) fn unit(value: f64, dtype: DType) -> f64 {
    let size = value.abs();
    match dtype {
        _ if !value.is_finite() => 0.0,
        DType::F32 => f64::from((size as f32).next_up()).min(f64::from(f32::MAX) * 2.0) - size,
        _ => (size.next_up() - size).min(f64::MAX),
    }
}

fn epsilon(dtype: DType) -> f64 {
    if dtype == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

/// How far apart two results are; infinite if one is NaN, or infinite alone.
pub(super) fn apart(left: f64, right: f64) -> f64 {
    if left == right || (left.is_nan() && right.is_nan()) {
        return 0.0;
    }
    let distance = (left - right).abs();
    if distance.is_nan() { f64::INFINITY } else { distance }
}

fn absolute(value: &Value) -> Value {
    let values = match &*value.values {
        Column::F64(values) => Column::F64(values.iter().map(|value| value.abs()).collect()),
        Column::F32(values) => Column::F32(values.iter().map(|value| value.abs()).collect()),
        Column::Word(values) => Column::Word(values.clone()),
    };
    Value { values: Arc::new(values), ..value.clone() }
}

/// Elements as numbers; words as they are stored.
pub(super) fn numbers(column: &Column) -> Vec<f64> {
    match column {
        Column::F64(values) => values.clone(),
        Column::F32(values) => values.iter().map(|value| f64::from(*value)).collect(),
        Column::Word(values) => values.iter().map(|value| f64::from(*value)).collect(),
    }
}

/// An operand moved within its bounds.
fn nudged(value: &Value, by: Move, operand: u64) -> Column {
    let shift = |(at, bound): (usize, &f64)| {
        let (fraction, is_up) = match by {
            Move::Together(fraction) => (fraction, true),
            Move::Against(fraction) => (fraction, operand.is_multiple_of(2)),
            Move::Apart(fraction, seed) => (fraction, is_up(at as u64, seed + 16 * operand)),
        };
        // Nothing times infinity is not a number.
        let shift = if *bound == 0.0 { 0.0 } else { bound * fraction };
        if is_up { shift } else { -shift }
    };
    let shifts = value.bounds.iter().enumerate().map(shift);
    // What may be no NaN at all is something else once it is moved.
    let moved = |value: f64, shift: f64| {
        if value.is_nan() && shift.is_infinite() { shift } else { value + shift }
    };
    match &*value.values {
        Column::F64(values) => {
            Column::F64(values.iter().zip(shifts).map(|(v, s)| moved(*v, s)).collect())
        }
        Column::F32(values) => {
            let moved = values.iter().zip(shifts).map(|(v, s)| moved(f64::from(*v), s) as f32);
            Column::F32(moved.collect())
        }
        Column::Word(values) if value.dtype == DType::Bool => {
            let moved =
                values.iter().zip(shifts).map(|(v, s)| if s > 0.0 { 1 - (v & 1) } else { *v });
            Column::Word(moved.collect())
        }
        Column::Word(values) => {
            let moved = values.iter().zip(shifts).map(|(v, s)| (f64::from(*v) + s.round()) as u32);
            Column::Word(moved.collect())
        }
    }
}

/// A coin by place and seed.
fn is_up(at: u64, seed: u64) -> bool {
    let word = (at ^ (seed << 40)).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (word ^ (word >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63 == 1
}
