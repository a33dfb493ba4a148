//! Recording array operations as Dag nodes.
//!
//! Every function here is cheap, executes nothing and checks shapes. Classes follow MATLAB: an
//! operation computes in `single` if an operand is `single`, else in `double`; logical operands
//! become numbers except under `and`, `or`, `not`, `xor`. Axes are 0-based.

use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{DType, OpId, Scalar};
use preheat_ops::{DTypeRule, Kind};
use smallvec::SmallVec;

use crate::dag::{AxisMap, DagNode, DagOp, NodeId, RegionAxis};
use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::trace::graph::{Graph, GraphError};
use crate::trace::value::{Class, Form, HostArray, HostData, Lazy, Number, Range};

/// An operand of a recorded operation.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// A lazy array.
    Lazy(&'a Lazy),
    /// A host scalar; becomes a parameter of the kernel.
    Number(Number),
}

impl Operand<'_> {
    fn class(&self) -> Class {
        match self {
            Operand::Lazy(lazy) => lazy.class,
            Operand::Number(number) => number.class(),
        }
    }

    fn shape(&self) -> Shape {
        match self {
            Operand::Lazy(lazy) => lazy.shape.clone(),
            Operand::Number(_) => Shape::scalar(),
        }
    }
}

/// One axis of a slice: `count` coordinates from `start` by `step` (0-based).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// First coordinate.
    pub start: i64,
    /// Increment, may be negative.
    pub step: i64,
    /// Number of coordinates.
    pub count: u64,
    /// Written as `:` (or otherwise the whole axis whatever its extent).
    pub whole: bool,
}

impl Slice {
    /// The whole of an axis.
    pub fn all(extent: u64) -> Slice {
        Slice { start: 0, step: 1, count: extent, whole: true }
    }
}

/// Where random numbers come from; the caller advances `block` by [`RandomSource::blocks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomSource {
    /// Philox key.
    pub seed: u64,
    /// First Philox block.
    pub block: u64,
}

impl RandomSource {
    /// Philox blocks that `len` elements of a class use: 4 `single` or 2 `double` each.
    pub fn blocks(class: Class, len: u64) -> u64 {
        if class == Class::Single { len.div_ceil(4) } else { len.div_ceil(2) }
    }
}

const ADD: OpId = OpId::new("add");
const MUL: OpId = OpId::new("mul");
const EQ: OpId = OpId::new("eq");
const SELECT: OpId = OpId::new("select");
const CAST: OpId = OpId::new("cast");
const RED_SUM: OpId = OpId::new("red_sum");

impl Graph {
    /// An element-wise operation with implicit expansion.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if two operands cannot be expanded to one shape, or
    /// [`GraphError::Class`] if one cannot be recorded.
    pub fn apply(
        &mut self,
        op: OpId,
        operands: &[Operand<'_>],
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let single = operands.iter().any(|operand| operand.class() == Class::Single);
        let float = if single { Class::Single } else { Class::Double };
        let rule = preheat_ops::find(op).map(|def| def.dtype);
        let is_logic = matches!(op.as_str(), "and" | "or" | "xor" | "not");
        let input = if is_logic { Class::Logical } else { float };
        let result = if rule == Some(DTypeRule::Bool) { Class::Logical } else { float };
        let shape = common_shape(operands)?;
        if shape.is_empty() {
            return self.empty(result, shape, span);
        }
        let nodes = self.operand_nodes(operands, input, span)?;
        self.apply_nodes(op, result, shape, &nodes, span)
    }

    /// An element-wise operation of the table on words: truth values, or integers of up to 32 bits.
    ///
    /// # Errors
    /// As [`Graph::apply`].
    pub(crate) fn apply_words(
        &mut self,
        op: OpId,
        class: Class,
        operands: &[Operand<'_>],
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let shape = common_shape(operands)?;
        if shape.is_empty() {
            return self.empty(class, shape, span);
        }
        let nodes = self.operand_nodes(operands, class, span)?;
        self.apply_nodes(op, class, shape, &nodes, span)
    }

    /// `select(condition, if_true, if_false)`; the class follows from the two values.
    ///
    /// # Errors
    /// As [`Graph::apply`].
    pub fn select(
        &mut self,
        condition: Operand<'_>,
        if_true: Operand<'_>,
        if_false: Operand<'_>,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let single = [if_true, if_false].iter().any(|value| value.class() == Class::Single);
        let class = if single { Class::Single } else { Class::Double };
        let shape = common_shape(&[condition, if_true, if_false])?;
        if shape.is_empty() {
            return self.empty(class, shape, span);
        }
        let mut nodes = self.operand_nodes(&[condition], Class::Logical, span)?;
        nodes.extend(self.operand_nodes(&[if_true, if_false], class, span)?);
        self.apply_nodes(SELECT, class, shape, &nodes, span)
    }

    /// Conversion to another class, rounding and saturating where it is an integer class.
    ///
    /// # Errors
    /// [`GraphError::Class`] for another class.
    pub fn cast(&mut self, lazy: &Lazy, class: Class, span: Span) -> Result<Lazy, GraphError> {
        if lazy.class == class {
            return Ok(lazy.clone());
        }
        if lazy.shape.is_empty() {
            return self.empty(class, lazy.shape.clone(), span);
        }
        let dtype = self.recorded_dtype(class, "cast")?;
        if self.dag.node(lazy.node).dtype == dtype {
            let mut same = lazy.clone();
            same.class = class;
            return Ok(same);
        }
        let op = DagOp::Apply(CAST);
        let node = DagNode { op, dtype, shape: lazy.shape.clone(), span };
        Ok(self.add(node, &[lazy.node], class))
    }

    /// A reduction of the table over some axes; each becomes extent 1. The element class is that
    /// of the operand, integers and logical counting as `double` (logical not for `red_any` and
    /// `red_all`).
    ///
    /// # Errors
    /// [`GraphError::Class`] if the operand cannot be recorded.
    pub fn reduce(
        &mut self,
        op: OpId,
        lazy: &Lazy,
        axes: &[usize],
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let def = preheat_ops::find(op);
        let is_logic = matches!(op.as_str(), "red_any" | "red_all");
        let input = match lazy.class {
            Class::Logical if is_logic => lazy.clone(),
            Class::Logical | Class::Int(_) => self.cast(lazy, Class::Double, span)?,
            Class::Double | Class::Single | Class::Char => lazy.clone(),
        };
        let is_position = matches!(op.as_str(), "red_argmin" | "red_argmax");
        if is_position {
            within_index(&input.shape)?;
        }
        let class = match def.map(|def| def.dtype) {
            Some(DTypeRule::Bool) => Class::Logical,
            _ if is_position => Class::Double,
            _ => input.class,
        };
        let shape =
            axes.iter().fold(input.shape.clone(), |shape, axis| shape.with_extent(*axis, 1));
        if input.shape.is_empty() {
            let value = match def.map(|def| &def.kind) {
                Some(Kind::Reduction(reduction)) => {
                    (reduction.eval.finish)(&reduction.eval.identity, 0)
                }
                _ => f64::NAN,
            };
            return self.fill(Number::Double(value), class, shape, span);
        }
        let keeps_value =
            matches!(op.as_str(), "red_sum" | "red_prod" | "red_min" | "red_max" | "red_mean");
        if keeps_value && shape == input.shape {
            return Ok(input);
        }
        // Axes beyond the rank have extent 1; they count, so that there is something to reduce.
        let mask = axes.iter().fold(0u32, |mask, axis| mask | 1 << (*axis).min(31));
        let dtype = self.recorded_dtype(class, op)?;
        let node = DagNode { op: DagOp::Reduce { op, axes: mask }, dtype, shape, span };
        Ok(self.add(node, &[input.node], class))
    }

    /// Matrix product `[m, k] x [k, n] -> [m, n]`; products with a vector become reductions.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if the inner extents differ or an operand has more than two axes.
    pub fn matmul(&mut self, left: &Lazy, right: &Lazy, span: Span) -> Result<Lazy, GraphError> {
        let (m, k, n) = (left.shape.extent(0), left.shape.extent(1), right.shape.extent(1));
        if left.shape.rank() > 2 || right.shape.rank() > 2 || k != right.shape.extent(0) {
            let (left, right) = (left.shape.clone(), right.shape.clone());
            return Err(GraphError::Shapes { left, right });
        }
        let single = left.class == Class::Single || right.class == Class::Single;
        let class = if single { Class::Single } else { Class::Double };
        let shape = Shape::matrix(m, n);
        if shape.is_empty() {
            return self.empty(class, shape, span);
        }
        if k == 0 {
            return self.fill(Number::Double(0.0), class, shape, span);
        }
        let (left, right) = (self.cast(left, class, span)?, self.cast(right, class, span)?);
        let product = self.known_product(&left, &right);
        self.record_as(product, |graph| graph.record_product(&left, &right, shape, span))
    }

    /// The nodes of a product of matrices of one class.
    fn record_product(
        &mut self,
        left: &Lazy,
        right: &Lazy,
        shape: Shape,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let (class, k) = (left.class, left.shape.extent(1));
        if shape.extent(1) == 1 {
            let row = self.permute(right, &[1, 0], span);
            let product = [Operand::Lazy(left), Operand::Lazy(&row)];
            let product = self.apply(MUL, &product, span)?;
            return self.reduce(RED_SUM, &product, &[1], span);
        }
        if shape.extent(0) == 1 {
            let column = self.permute(left, &[1, 0], span);
            let product = [Operand::Lazy(&column), Operand::Lazy(right)];
            let product = self.apply(MUL, &product, span)?;
            return self.reduce(RED_SUM, &product, &[0], span);
        }
        if k == 1 {
            return self.apply(MUL, &[Operand::Lazy(left), Operand::Lazy(right)], span);
        }
        let dtype = self.recorded_dtype(class, "mtimes")?;
        let node = DagNode { op: DagOp::MatMul, dtype, shape, span };
        Ok(self.add(node, &[left.node, right.node], class))
    }

    /// Axes in another order: axis `i` of the result is axis `order[i]` of the operand. `order`
    /// is a permutation of at least the operand's axes.
    pub fn permute(&mut self, lazy: &Lazy, order: &[usize], span: Span) -> Lazy {
        let extents = order.iter().map(|axis| lazy.shape.extent(*axis)).collect();
        let maps = (0..lazy.shape.rank())
            .map(|axis| match order.iter().position(|from| *from == axis) {
                Some(to) if lazy.shape.extent(axis) != 1 => AxisMap::whole(to),
                Some(_) | None => AxisMap::single(),
            })
            .collect();
        self.view(lazy, maps, Shape::new(extents), span)
    }

    /// Some coordinates of each axis; `slices.len()` must be the operand's rank.
    pub fn slice(&mut self, lazy: &Lazy, slices: &[Slice], span: Span) -> Lazy {
        let extents = slices.iter().map(|slice| slice.count).collect();
        let maps = slices
            .iter()
            .enumerate()
            .map(|(axis, slice)| {
                let moving = (slice.count != 1).then_some(axis as u32);
                let (start, step, whole) = (slice.start, slice.step, slice.whole);
                AxisMap { axis: moving, start, step, whole }
            })
            .collect();
        self.view(lazy, maps, Shape::new(extents), span)
    }

    /// The operand repeated along axes where its extent is 1, up to `shape`.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if an extent other than 1 differs.
    pub fn expand(&mut self, lazy: &Lazy, shape: Shape, span: Span) -> Result<Lazy, GraphError> {
        let shape = checked(shape)?;
        if lazy.shape.broadcast(&shape).as_ref() != Some(&shape) {
            return Err(GraphError::Shapes { left: lazy.shape.clone(), right: shape });
        }
        let maps = (0..lazy.shape.rank())
            .map(|axis| match lazy.shape.extent(axis) {
                1 => AxisMap::single(),
                _ => AxisMap::whole(axis),
            })
            .collect();
        Ok(self.view(lazy, maps, shape, span))
    }

    /// The operand tiled `counts[i]` times along axis `i`.
    ///
    /// # Errors
    /// [`GraphError`] if the result is too large.
    pub fn repmat(&mut self, lazy: &Lazy, counts: &[u64], span: Span) -> Result<Lazy, GraphError> {
        let rank = lazy.shape.rank().max(counts.len());
        let count = |axis: usize| counts.get(axis).copied().unwrap_or(1);
        let result: Vec<u64> =
            (0..rank).map(|a| lazy.shape.extent(a).saturating_mul(count(a))).collect();
        let result = checked(Shape::new(result))?;
        if result.is_empty() {
            return self.empty(lazy.class, result, span);
        }
        if (0..rank).all(|axis| count(axis) == 1 || lazy.shape.extent(axis) == 1) {
            return self.expand(lazy, result, span);
        }
        // Each axis becomes (extent, repeats); the pair merges again in the reshape.
        let mut split = Vec::new();
        let mut maps = Vec::new();
        for axis in 0..rank {
            if axis < lazy.shape.rank() {
                maps.push(match lazy.shape.extent(axis) {
                    1 => AxisMap::single(),
                    _ => AxisMap::whole(split.len()),
                });
            }
            split.extend([lazy.shape.extent(axis), count(axis)]);
        }
        let tiled = self.view(lazy, maps, Shape::new(split), span);
        self.reshape(&tiled, result, span)
    }

    /// The same elements in column-major order under another shape.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if the number of elements differs.
    pub fn reshape(&mut self, lazy: &Lazy, shape: Shape, span: Span) -> Result<Lazy, GraphError> {
        if lazy.shape.len() != shape.len() {
            return Err(GraphError::Shapes { left: lazy.shape.clone(), right: shape });
        }
        if lazy.shape == shape {
            return Ok(lazy.clone());
        }
        if shape.is_empty() {
            return self.empty(lazy.class, shape, span);
        }
        let dtype = self.dag.node(lazy.node).dtype;
        let node = DagNode { op: DagOp::Reshape, dtype, shape, span };
        Ok(self.add(node, &[lazy.node], lazy.class))
    }

    /// Arrays one after the other along an axis; the caller has brought them to one class.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if other extents differ.
    pub fn concat(&mut self, parts: &[Lazy], axis: usize, span: Span) -> Result<Lazy, GraphError> {
        let parts: Vec<&Lazy> = parts.iter().filter(|part| !part.shape.is_empty()).collect();
        let [first, rest @ ..] = parts.as_slice() else {
            return self.empty(Class::Double, Shape::matrix(0, 0), span);
        };
        let mut total = first.shape.extent(axis);
        for part in rest {
            if first.shape.with_extent(axis, 0) != part.shape.with_extent(axis, 0) {
                let (left, right) = (first.shape.clone(), part.shape.clone());
                return Err(GraphError::Shapes { left, right });
            }
            total += part.shape.extent(axis);
        }
        let shape = first.shape.with_extent(axis, total);
        let mut result = self.uninit(first.class, shape.clone(), span)?;
        let mut start = 0;
        for part in parts {
            let region: Vec<Slice> = (0..shape.rank())
                .map(|at| match at == axis {
                    true => Slice { start, step: 1, count: part.shape.extent(axis), whole: false },
                    false => Slice::all(shape.extent(at)),
                })
                .collect();
            start += part.shape.extent(axis) as i64;
            result = self.update(&result, &region, part, span)?;
        }
        Ok(result)
    }

    /// `base` with a region replaced by `value`, which is a scalar or has as many elements per
    /// axis as the region (axes of extent 1 apart). `base` should be given up by the caller, so
    /// that the write can happen in place.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if the value does not fill the region.
    pub fn update(
        &mut self,
        base: &Lazy,
        region: &[Slice],
        value: &Lazy,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let target = Shape::new(region.iter().map(|slice| slice.count).collect());
        if target.is_empty() {
            return Ok(base.clone());
        }
        let value = self.cast(value, base.class, span)?;
        let value = match value.shape.is_scalar() || value.shape == target {
            true => value,
            false if squeezed(&value.shape) == squeezed(&target) => {
                self.reshape(&value, target.clone(), span)?
            }
            false => {
                return Err(GraphError::Shapes { left: target, right: value.shape });
            }
        };
        let axes = region
            .iter()
            .map(|slice| {
                let (start, step) = (slice.start, slice.step);
                RegionAxis { start, step, count: slice.count, whole: slice.whole }
            })
            .collect();
        let dtype = self.dag.node(base.node).dtype;
        let node = DagNode { op: DagOp::Update(axes), dtype, shape: base.shape.clone(), span };
        Ok(self.add(node, &[base.node, value.node], base.class))
    }

    /// A constant array: `zeros`, `ones`, `NaN(..)`; nothing is stored until it has to be.
    ///
    /// # Errors
    /// [`GraphError`] if the class cannot be recorded or the array is too large.
    pub fn fill(
        &mut self,
        value: Number,
        class: Class,
        shape: Shape,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        if shape.is_empty() {
            return self.empty(class, shape, span);
        }
        let scalar = self.param(value, class, span)?;
        if shape.is_scalar() { Ok(scalar) } else { self.expand(&scalar, checked(shape)?, span) }
    }

    /// The values of a range as a lazy `1 x count` row of class `double`.
    ///
    /// # Errors
    /// [`GraphError`] if it is too large.
    pub fn range(&mut self, range: Range, span: Span) -> Result<Lazy, GraphError> {
        let shape = Shape::matrix(1, range.count);
        if shape.is_empty() {
            return self.empty(Class::Double, shape, span);
        }
        let values = || (0..range.count).map(|at| range.at(at)).collect();
        let values = self.known.takes(&shape).then(|| Arc::new(Column::F64(values())));
        self.record_as(values, |graph| graph.record_range(range, shape, span))
    }

    /// The nodes of a range that is not empty.
    fn record_range(&mut self, range: Range, shape: Shape, span: Span) -> Result<Lazy, GraphError> {
        let index = self.index(Class::Double, checked(shape)?, span)?;
        let step = Operand::Number(Number::Double(range.step));
        let scaled = self.apply(MUL, &[Operand::Lazy(&index), step], span)?;
        let start = Operand::Number(Number::Double(range.start));
        let values = self.apply(ADD, &[start, Operand::Lazy(&scaled)], span)?;
        let Some(limit) = range.overshoot() else { return Ok(values) };
        let bound = OpId::new(if range.step > 0.0 { "min" } else { "max" });
        self.apply(bound, &[Operand::Lazy(&values), Operand::Number(Number::Double(limit))], span)
    }

    /// `count` values from `first` to `last`, both exact, as a `1 x count` row.
    ///
    /// # Errors
    /// [`GraphError`] if it is too large.
    pub fn linspace(
        &mut self,
        first: f64,
        last: f64,
        count: u64,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let shape = Shape::matrix(1, count.max(1));
        let values = || from_both_ends(first, last, count.max(1) as usize);
        let values = self.known.takes(&shape).then(|| Arc::new(Column::F64(values())));
        self.record_as(values, |graph| graph.record_linspace((first, last), shape, span))
    }

    /// The nodes of values at equal distance.
    fn record_linspace(
        &mut self,
        (first, last): (f64, f64),
        shape: Shape,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let count = shape.len();
        let index = self.index(Class::Double, checked(shape)?, span)?;
        let double = |value: f64| Operand::Number(Number::Double(value));
        let steps = (count - 1).max(1) as f64;
        let scaled =
            self.apply(MUL, &[Operand::Lazy(&index), double((last - first) / steps)], span)?;
        let inner = self.apply(ADD, &[double(first), Operand::Lazy(&scaled)], span)?;
        let at_end = [Operand::Lazy(&index), double((count - 1) as f64)];
        let at_end = self.apply(EQ, &at_end, span)?;
        self.select(Operand::Lazy(&at_end), double(last), Operand::Lazy(&inner), span)
    }

    /// The 0-based linear index of each element, as numbers of a class.
    ///
    /// # Errors
    /// [`GraphError`] if it is too large.
    pub fn index(&mut self, class: Class, shape: Shape, span: Span) -> Result<Lazy, GraphError> {
        let shape = within(INDEXED_MAX, shape)?;
        let node = DagNode { op: DagOp::Iota, dtype: DType::U32, shape, span };
        let iota = self.add(node, &[], Class::Double);
        let dtype = self.recorded_dtype(class, "colon")?;
        let op = DagOp::Apply(CAST);
        let node = DagNode { op, dtype, shape: iota.shape.clone(), span };
        Ok(self.add(node, &[iota.node], class))
    }

    /// Random numbers of the table's generator `op` (`rand`, `randn`), class `double` or `single`.
    ///
    /// # Errors
    /// [`GraphError`] if the class cannot be recorded or the array is too large.
    pub fn random(
        &mut self,
        op: OpId,
        class: Class,
        shape: Shape,
        source: RandomSource,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        if shape.is_empty() {
            return self.empty(class, shape, span);
        }
        let shape = checked(shape)?;
        let node = DagNode { op: DagOp::Iota, dtype: DType::U32, shape: shape.clone(), span };
        let mut operands = vec![self.add(node, &[], Class::Double).node];
        for word in [source.seed, source.seed >> 32, source.block, source.block >> 32] {
            operands.push(self.scalar(DagOp::Param(Scalar::u32(word as u32)), DType::U32, span));
        }
        let dtype = self.recorded_dtype(class, op)?;
        let node = DagNode { op: DagOp::Apply(op), dtype, shape, span };
        Ok(self.add(node, &operands, class))
    }

    /// An array of no elements.
    ///
    /// # Errors
    /// [`GraphError::Class`] if the class cannot be recorded.
    pub fn empty(&mut self, class: Class, shape: Shape, span: Span) -> Result<Lazy, GraphError> {
        let data = match class {
            Class::Double => HostData::Double(Vec::new()),
            Class::Single => HostData::Single(Vec::new()),
            Class::Logical => HostData::Logical(Vec::new()),
            Class::Int(int) if self.dtype_of(class).is_some() => HostData::Int(int, Vec::new()),
            Class::Char | Class::Int(_) => {
                let op = "an empty array".to_owned();
                return Err(GraphError::Class { class: class.name(), op });
            }
        };
        let array = HostArray {
            shape,
            data: std::rc::Rc::new(data),
            double_quoted: false,
            form: Form::Full,
            fixed: false,
            returned: false,
        };
        self.leaf(&array, span)
    }

    /// A host scalar as a parameter of kernels, `1 x 1`.
    ///
    /// # Errors
    /// [`GraphError::Class`] if the class cannot be recorded.
    pub fn param(&mut self, value: Number, class: Class, span: Span) -> Result<Lazy, GraphError> {
        if let Class::Int(_) = class {
            let number = self.param(value, Class::Double, span)?;
            return self.cast(&number, class, span);
        }
        let dtype = self.recorded_dtype(class, "a scalar")?;
        let scalar = match dtype {
            DType::F32 => Scalar::f32(match value {
                Number::Single(value) => value,
                other => other.to_f64() as f32,
            }),
            DType::Bool => Scalar::bool(value.to_f64() != 0.0),
            _ => Scalar::f64(value.to_f64()),
        };
        let node = DagNode { op: DagOp::Param(scalar), dtype, shape: Shape::scalar(), span };
        Ok(self.add(node, &[], class))
    }

    fn scalar(&mut self, op: DagOp, dtype: DType, span: Span) -> NodeId {
        let node = DagNode { op, dtype, shape: Shape::scalar(), span };
        self.add(node, &[], Class::Double).node
    }

    fn uninit(&mut self, class: Class, shape: Shape, span: Span) -> Result<Lazy, GraphError> {
        let dtype = self.recorded_dtype(class, "an array")?;
        let node = DagNode { op: DagOp::Uninit, dtype, shape: checked(shape)?, span };
        Ok(self.add(node, &[], class))
    }

    fn view(&mut self, lazy: &Lazy, maps: Vec<AxisMap>, shape: Shape, span: Span) -> Lazy {
        let dtype = self.dag.node(lazy.node).dtype;
        let node = DagNode { op: DagOp::View(maps), dtype, shape, span };
        self.add(node, &[lazy.node], lazy.class)
    }

    pub(super) fn recorded_dtype(
        &self,
        class: Class,
        op: impl std::fmt::Display,
    ) -> Result<DType, GraphError> {
        self.dtype_of(class)
            .ok_or_else(|| GraphError::Class { class: class.name(), op: op.to_string() })
    }

    fn operand_nodes(
        &mut self,
        operands: &[Operand<'_>],
        class: Class,
        span: Span,
    ) -> Result<SmallVec<[NodeId; 3]>, GraphError> {
        let node = |operand: &Operand<'_>| match operand {
            Operand::Lazy(lazy) => self.cast(lazy, class, span).map(|lazy| lazy.node),
            Operand::Number(number) => self.param(*number, class, span).map(|lazy| lazy.node),
        };
        operands.iter().map(node).collect()
    }

    fn apply_nodes(
        &mut self,
        op: OpId,
        class: Class,
        shape: Shape,
        operands: &[NodeId],
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let dtype = self.recorded_dtype(class, op)?;
        let node = DagNode { op: DagOp::Apply(op), dtype, shape: checked(shape)?, span };
        Ok(self.add(node, operands, class))
    }
}

/// Values at equal distance, the lower half counted from the first and the upper from the last, as
/// Octave rounds them.
fn from_both_ends(first: f64, last: f64, count: usize) -> Vec<f64> {
    let step = (last - first) / (count.max(2) - 1) as f64;
    let half = count.div_ceil(2);
    (0..count)
        .map(|at| match count - 1 - at {
            0 => last,
            _ if at + 1 == half && count % 2 == 1 => f64::midpoint(first, last),
            _ if at < half => first + at as f64 * step,
            rest => last - rest as f64 * step,
        })
        .collect()
}

/// The largest array that indices of kernels reach.
const INDEXED_MAX: u64 = 1 << 32;
/// The largest array at all: kernels see windows of it.
const LEN_MAX: u64 = 1 << 48;

fn checked(shape: Shape) -> Result<Shape, GraphError> {
    within(LEN_MAX, shape)
}

/// Checks that 32 bits count the elements of an array, as positions do.
///
/// # Errors
/// [`GraphError::TooLarge`] if not.
pub(crate) fn within_index(shape: &Shape) -> Result<(), GraphError> {
    within(INDEXED_MAX, shape.clone()).map(|_| ())
}

fn within(limit: u64, shape: Shape) -> Result<Shape, GraphError> {
    if shape.len() > limit { Err(GraphError::TooLarge { shape }) } else { Ok(shape) }
}

fn common_shape(operands: &[Operand<'_>]) -> Result<Shape, GraphError> {
    let mut shape = Shape::scalar();
    for operand in operands {
        let right = operand.shape();
        shape = shape.broadcast(&right).ok_or(GraphError::Shapes { left: shape, right })?;
    }
    Ok(shape)
}

/// Extents other than 1, in order.
fn squeezed(shape: &Shape) -> Vec<u64> {
    shape.extents().iter().copied().filter(|extent| *extent != 1).collect()
}
