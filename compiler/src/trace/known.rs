//! Values of nodes that are computed as they are recorded.
//!
//! An operation on a few elements takes less time than planning it. So where the engine leaves
//! arrays of a few elements to the tracer ([`Engine::known_len_max`]), a node of no more elements,
//! whose operands the host knows, is computed at once. It is recorded all the same: a cut that
//! needs nodes which no one has computed plans all of its nodes, as a build does, and asks for the
//! same groups; a cut that finds every node computed calls none.
//!
//! [`Engine::known_len_max`]: crate::trace::engine::Engine::known_len_max

use std::sync::Arc;

use preheat_cpu::Column;
use preheat_cpu::single::{self, Along, Operand};
use preheat_format::{DType, Scalar};
use smallvec::SmallVec;

use crate::dag::{AxisMap, DagNode, DagOp, NodeId, RegionAxis};
use crate::fuse;
use crate::shape::Shape;
use crate::trace::graph::{Graph, GraphError, LeafData};
use crate::trace::interpreter::arith::expanded;
use crate::trace::value::{HostArray, Lazy, Number};

/// Scalars whose columns are kept.
const SCALARS: usize = 64;

/// The most multiplications of a matrix product that is computed at once.
const PRODUCT_MAX: u64 = 1 << 16;

/// The most elements of an array that is made and written on the host where arrays of a few
/// elements are known: to copy it to a device again takes no longer than some updates there.
pub(crate) const WRITTEN_MAX: u64 = 1 << 20;

/// The most nodes of a cut for which no group can need more arrays than a kernel may bind.
const PLAINLY_CUT_MAX: usize = 64;

/// Elements of nodes, by slot.
#[derive(Debug)]
pub(super) struct Known {
    len_max: u64,
    /// Nodes are recorded for the sake of one whose elements are known another way.
    is_paused: bool,
    columns: Vec<Option<Arc<Column>>>,
    /// Columns of scalars, by their bits: scripts use few again and again.
    scalars: [Option<(Scalar, Arc<Column>)>; SCALARS],
}

/// An operand of a node that is computed.
pub(super) struct Part<'a> {
    pub(super) dtype: DType,
    pub(super) shape: &'a Shape,
    pub(super) column: Arc<Column>,
}

impl Known {
    /// Knows arrays of up to so many elements.
    pub(super) fn new(len_max: u64) -> Known {
        let scalars = [const { None }; SCALARS];
        Known { len_max, is_paused: false, columns: Vec::new(), scalars }
    }

    /// True if arrays are known at all.
    pub(super) fn is_used(&self) -> bool {
        self.len_max > 0
    }

    /// True if an array may be known.
    pub(super) fn takes(&self, shape: &Shape) -> bool {
        !self.is_paused && (1..=self.len_max).contains(&shape.len())
    }

    /// The column of a scalar.
    fn scalar(&mut self, scalar: Scalar) -> Arc<Column> {
        let mixed = scalar.bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let place = &mut self.scalars[mixed as usize % SCALARS];
        match place {
            Some((known, column)) if *known == scalar => Arc::clone(column),
            _ => {
                let column = Arc::new(single::scalar(scalar));
                *place = Some((scalar, Arc::clone(&column)));
                column
            }
        }
    }

    pub(super) fn get(&self, id: NodeId) -> Option<&Arc<Column>> {
        self.columns.get(id.slot())?.as_ref()
    }

    /// Notes the elements of a node, or that they are not known.
    pub(super) fn set(&mut self, id: NodeId, column: Option<Arc<Column>>) {
        if self.columns.len() <= id.slot() {
            if column.is_none() {
                return;
            }
            self.columns.resize(id.slot() + 1, None);
        }
        self.columns[id.slot()] = column;
    }
}

impl Graph {
    /// The elements of a node that is about to be recorded, if the host can have them at once.
    pub(super) fn evaluate(&mut self, node: &DagNode, operands: &[NodeId]) -> Option<Arc<Column>> {
        if !self.known.takes(&node.shape) || node.op == DagOp::Leaf {
            return None;
        }
        if let DagOp::Param(scalar) | DagOp::Constant(scalar) = node.op {
            return Some(self.known.scalar(scalar));
        }
        for id in operands {
            self.learn(*id)?;
        }
        let part = |id: &NodeId| {
            let node = self.dag.node(*id);
            let column = Arc::clone(self.known.get(*id)?);
            Some(Part { dtype: node.dtype, shape: &node.shape, column })
        };
        let parts = operands.iter().map(part).collect::<Option<SmallVec<[Part<'_>; 5]>>>()?;
        evaluate(node, &parts)
    }

    /// Records nodes whose result has elements that are known another way: what leads to it is not
    /// computed. Without any the nodes are as all others.
    pub(super) fn record_as(
        &mut self,
        column: Option<Arc<Column>>,
        record: impl FnOnce(&mut Graph) -> Result<Lazy, GraphError>,
    ) -> Result<Lazy, GraphError> {
        self.known.is_paused = column.is_some();
        let result = record(self);
        self.known.is_paused = false;
        if let (Some(column), Ok(result)) = (column, &result) {
            self.known.set(result.node, Some(column));
        }
        result
    }

    /// The product of two matrices of one class, if both are known and it does not take long: each
    /// element in the order in which [`preheat_dense`] and Octave add its terms.
    pub(super) fn known_product(&mut self, left: &Lazy, right: &Lazy) -> Option<Arc<Column>> {
        let (m, k, n) = (left.shape.extent(0), left.shape.extent(1), right.shape.extent(1));
        let is_short = m.saturating_mul(k).saturating_mul(n) <= PRODUCT_MAX;
        if !is_short || !self.known.takes(&Shape::matrix(m, n)) {
            return None;
        }
        self.learn(left.node)?;
        self.learn(right.node)?;
        let (x, y) = (self.known.get(left.node)?, self.known.get(right.node)?);
        let extents = [m, k, n].map(|extent| extent as usize);
        let product = match (&**x, &**y) {
            (Column::F64(x), Column::F64(y)) => Column::F64(product(x, y, extents)?),
            (Column::F32(x), Column::F32(y)) => Column::F32(single::product(x, y, extents)?),
            (_, _) => return None,
        };
        Some(Arc::new(product))
    }

    /// Makes the elements of a leaf known, if they are few and on the host.
    fn learn(&mut self, id: NodeId) -> Option<()> {
        if self.known.get(id).is_some() {
            return Some(());
        }
        let node = self.dag.node(id);
        if node.op != DagOp::Leaf || !self.known.takes(&node.shape) {
            return None;
        }
        let column = match self.leaves.get(&id)? {
            LeafData::Host(array) => Arc::new(array.to_column(node.dtype).ok()?),
            LeafData::Buffer { buffer, .. } => self.engine.at_hand(buffer)?,
            LeafData::Known { .. } | LeafData::Chained => return None,
        };
        self.known.set(id, Some(column));
        Some(())
    }

    /// True for an array that exists on the host, or would cost no more than memory to make.
    pub(crate) fn is_on_host(&self, lazy: &Lazy) -> bool {
        match self.leaves.get(&lazy.node) {
            Some(LeafData::Host(_) | LeafData::Known { .. }) => true,
            Some(LeafData::Buffer { host, .. }) => {
                host.is_some() || self.known.get(lazy.node).is_some()
            }
            Some(LeafData::Chained) => false,
            None => self.is_filled(lazy.node),
        }
    }

    /// The elements of an array, if they are known. No sync point.
    pub(crate) fn peek(&self, lazy: &Lazy) -> Option<HostArray> {
        let column = self.known.get(lazy.node)?;
        Some(HostArray::from_column(lazy.class, lazy.shape.clone(), column))
    }

    /// True if small arrays are computed as they are recorded.
    pub(crate) fn knows_arrays(&self) -> bool {
        self.known.is_used()
    }

    /// The one element of an array, if it is known.
    pub(crate) fn known_number(&self, lazy: &Lazy) -> Option<Number> {
        if lazy.shape.is_scalar() { self.peek(lazy)?.data.element(0) } else { None }
    }

    /// True for a pending array that holds one number everywhere, which memory is enough for.
    fn is_filled(&self, id: NodeId) -> bool {
        let node = self.dag.node(id);
        let is_number = |of: &NodeId| matches!(self.dag.node(*of).op, DagOp::Param(_));
        self.known.is_used()
            && matches!(node.op, DagOp::View(_))
            && node.shape.len() <= WRITTEN_MAX
            && self.dag.operands(id).iter().all(is_number)
    }

    /// Makes the elements of such an array known.
    pub(super) fn fill_known(&mut self, id: NodeId) {
        let len = self.dag.node(id).shape.len() as usize;
        let operand = self.dag.operands(id).first().map(|of| self.dag.node(*of).op.clone());
        if let (None, Some(DagOp::Param(scalar))) = (self.known.get(id), operand) {
            let one = preheat_cpu::single::scalar(scalar);
            let column = preheat_cpu::single::pick(&one, std::iter::repeat_n(0, len));
            self.known.set(id, column.map(Arc::new));
        }
    }

    /// The elements of a leaf that was known before it became one.
    pub(super) fn known_array(&mut self, lazy: &Lazy) -> HostArray {
        let nothing = Column::F64(Vec::new());
        let column = self.known.get(lazy.node).map_or(&nothing, |column| column);
        let array = HostArray::from_column(lazy.class, lazy.shape.clone(), column);
        self.leaves.insert(lazy.node, LeafData::Known { host: Some(array.clone()) });
        array
    }

    /// What a plan of a cut would store, if the host knows all of it: nothing is left to compute.
    pub(super) fn known_stores(&self, roots: &[NodeId], order: &[NodeId]) -> Option<Vec<NodeId>> {
        if !roots.iter().all(|id| self.known.get(*id).is_some() || self.is_filled(*id)) {
            return None;
        }
        let mut stores = roots.to_vec();
        // What stays pending may be made of nodes that the plan would store on its way.
        let stays = |id: &NodeId| {
            self.is_live(*id) && !roots.contains(id) && fuse::may_store(&self.dag, *id)
        };
        if order.iter().any(stays) {
            if order.len() > PLAINLY_CUT_MAX {
                return None;
            }
            stores.extend(fuse::barriers(&self.dag, roots));
        }
        Some(stores)
    }
}

/// The product `[m, k] x [k, n]`, the terms of an element added as Octave adds those of so few: in
/// order, those of one row as [`preheat_dense::dot`] does. `None` without elements.
pub(crate) fn product(x: &[f64], y: &[f64], [m, k, n]: [usize; 3]) -> Option<Vec<f64>> {
    if m != 1 || k == 0 {
        return single::product(x, y, [m, k, n]);
    }
    let columns: SmallVec<[&[f64]; 8]> = y.chunks_exact(k).collect();
    Some(match columns.as_slice() {
        [column] => vec![preheat_dense::dot(x, column, false)],
        columns => preheat_dense::row_product(x, columns, (false, k)),
    })
}

/// The elements of a node. `None`: it has none of its own, or another way is better.
pub(super) fn evaluate(node: &DagNode, parts: &[Part<'_>]) -> Option<Arc<Column>> {
    let len = node.shape.len() as usize;
    let column = match (&node.op, parts) {
        (DagOp::Iota, _) => Column::Word((0..len as u32).collect()),
        (DagOp::Uninit, _) => Column::zeros(node.dtype, len).ok()?,
        (DagOp::Reshape, [part]) => return Some(Arc::clone(&part.column)),
        (DagOp::Apply(op), _) => {
            let spread = parts.iter().map(|part| part.spread(&node.shape));
            let spread = spread.collect::<Option<SmallVec<[Arc<Column>; 5]>>>()?;
            let operands: SmallVec<[Operand<'_>; 5]> = parts
                .iter()
                .zip(&spread)
                .map(|(part, column)| Operand { dtype: part.dtype, column })
                .collect();
            single::apply(*op, node.dtype, &operands, len)?
        }
        (DagOp::Reduce { op, axes }, [part]) => {
            single::reduce(*op, node.dtype, part.operand(), along(part.shape, *axes)?)?
        }
        (DagOp::Scan { op, axis }, [part]) => {
            let along = along(part.shape, 1 << axis)?;
            single::scan(*op, node.dtype, part.operand(), along)?
        }
        (DagOp::View(maps), [part]) => {
            let (offset, steps) = viewed(part.shape, maps, node.shape.rank());
            single::pick(&part.column, places(node.shape.extents(), offset, &steps)?.into_iter())?
        }
        (DagOp::Gather, [from, index]) => {
            let Column::Word(words) = &*index.column else { return None };
            single::pick(&from.column, words.iter().map(|word| *word as usize))?
        }
        (DagOp::Update(region), [base, value]) => {
            let (offset, steps) = updated(base.shape, region);
            let counts: SmallVec<[u64; 4]> = region.iter().map(|axis| axis.count).collect();
            let places = places(&counts, offset, &steps)?;
            single::put(&base.column, places.into_iter(), &value.column)?
        }
        (
            DagOp::Leaf
            | DagOp::Param(_)
            | DagOp::Constant(_)
            | DagOp::Reshape
            | DagOp::Reduce { .. }
            | DagOp::Scan { .. }
            | DagOp::View(_)
            | DagOp::Gather
            | DagOp::Update(_)
            | DagOp::MatMul,
            _,
        ) => return None,
    };
    Some(Arc::new(column))
}

impl Part<'_> {
    fn operand(&self) -> Operand<'_> {
        Operand { dtype: self.dtype, column: &self.column }
    }

    /// The elements in the shape of a result; one element may stay one.
    fn spread(&self, shape: &Shape) -> Option<Arc<Column>> {
        if self.shape == shape || self.column.len() == 1 {
            return Some(Arc::clone(&self.column));
        }
        single::pick(&self.column, expanded(shape, self.shape).into_iter()).map(Arc::new)
    }
}

/// How the elements lie about the axes of a mask; `None` if others lie between them.
fn along(shape: &Shape, axes: u32) -> Option<Along> {
    let mut along = Along { inner: 1, count: 1, outer: 1 };
    for (axis, extent) in shape.extents().iter().enumerate() {
        let extent = *extent as usize;
        match extent {
            1 => {}
            _ if axes & 1 << axis.min(31) == 0 && along.count == 1 => along.inner *= extent,
            _ if axes & 1 << axis.min(31) == 0 => along.outer *= extent,
            _ if along.outer != 1 => return None,
            _ => along.count *= extent,
        }
    }
    Some(along)
}

/// Where a view's first element is in its operand, and the steps along the view's axes.
fn viewed(shape: &Shape, maps: &[AxisMap], rank: usize) -> (i64, SmallVec<[i64; 4]>) {
    let (mut offset, mut stride) = (0, 1);
    let mut steps = SmallVec::from_elem(0, rank);
    for (axis, map) in maps.iter().enumerate() {
        offset += map.start * stride;
        if let Some(step) = map.axis.and_then(|to| steps.get_mut(to as usize)) {
            *step += map.step * stride;
        }
        stride *= shape.extent(axis) as i64;
    }
    (offset, steps)
}

/// The same of the elements that an update writes in its base.
fn updated(shape: &Shape, region: &[RegionAxis]) -> (i64, SmallVec<[i64; 4]>) {
    let (mut offset, mut stride) = (0, 1);
    let mut steps = SmallVec::new();
    for (axis, part) in region.iter().enumerate() {
        offset += part.start * stride;
        steps.push(part.step * stride);
        stride *= shape.extent(axis) as i64;
    }
    (offset, steps)
}

/// The places that a walk over all points of some extents, the first fastest, goes through.
/// `None` if one is negative.
fn places(extents: &[u64], offset: i64, steps: &[i64]) -> Option<Vec<usize>> {
    let step = |axis: usize| steps.get(axis).copied().unwrap_or(0);
    let mut found = vec![usize::try_from(offset).ok()?];
    found.reserve(extents.iter().product::<u64>() as usize);
    for (axis, extent) in extents.iter().enumerate() {
        let before = found.len();
        for position in 1..*extent as i64 {
            for at in 0..before {
                let place = found[at] as i64 + position * step(axis);
                found.push(usize::try_from(place).ok()?);
            }
        }
        if *extent == 0 {
            found.clear();
        }
    }
    Some(found)
}
