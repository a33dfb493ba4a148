//! The plainest way to run a group: every node in order, every point in order, one number at a
//! time, each kept as an `f64`. Tests compare [`crate::run`] with it.

use std::sync::Arc;

use preheat_format::{AxisAccess, AxisRole, Call, CallError, CallOutput, DType, NodeKind, Space};
use preheat_ops::eval::Eval;
use preheat_ops::op::{HostReduce, RandomDef};
use preheat_ops::philox4x32_10;

use crate::Table;
use crate::cast::word_of;
use crate::check::{Compute, check};
use crate::column::{Column, Element, Storage, mismatch, with_element};
use crate::error::CpuError;
use crate::plan::element_bits;

/// See [`crate::reference()`].
pub(crate) fn run(call: &Call<Arc<Column>>, find: Table) -> Result<Vec<Arc<Column>>, CpuError> {
    let compute = check(call, find)?;
    let spaces = call.signature.spaces();
    let mut interpreter = Interpreter { call, compute, spaces, values: Vec::new() };
    for node in 0..call.signature.nodes.len() {
        let points = interpreter.points(interpreter.spaces[node]);
        let values = points.iter().map(|point| interpreter.node(node, point));
        let values = values.collect::<Result<Vec<f64>, CpuError>>()?;
        interpreter.values.push(values);
    }
    (0..call.outputs.len()).map(|index| interpreter.output(index).map(Arc::new)).collect()
}

struct Interpreter<'a> {
    call: &'a Call<Arc<Column>>,
    compute: Vec<Compute>,
    spaces: Vec<Space>,
    /// Values of the nodes so far, at each point of their space.
    values: Vec<Vec<f64>>,
}

impl Interpreter<'_> {
    fn dtype(&self, node: u32) -> DType {
        self.call.signature.nodes[node as usize].dtype
    }

    /// Coordinates of every point of a space; reduced ones are 0 in the kept space.
    fn points(&self, space: Space) -> Vec<Vec<u64>> {
        let roles = self.call.signature.roles.iter();
        let extents = roles.zip(&self.call.extents).map(|(role, extent)| match (space, role) {
            (Space::Kept, AxisRole::Reduced) => 1,
            (Space::Kept | Space::Full, AxisRole::Kept | AxisRole::Reduced) => *extent,
        });
        points(extents)
    }

    /// The reduced positions below a kept point.
    fn below(&self, point: &[u64]) -> Vec<Vec<u64>> {
        let roles = self.call.signature.roles.iter();
        let extents = roles.clone().zip(&self.call.extents).map(|(role, extent)| match role {
            AxisRole::Kept => 1,
            AxisRole::Reduced => *extent,
        });
        let mut below = points(extents);
        for position in &mut below {
            for (axis, role) in roles.clone().enumerate() {
                if *role == AxisRole::Kept {
                    position[axis] = point[axis];
                }
            }
        }
        below
    }

    /// The value of an earlier node.
    fn value(&self, node: u32, point: &[u64]) -> f64 {
        let mut index = 0;
        let mut step = 1;
        for (axis, role) in self.call.signature.roles.iter().enumerate() {
            if self.spaces[node as usize] == Space::Full || *role == AxisRole::Kept {
                index += step * point[axis];
                step *= self.call.extents[axis];
            }
        }
        self.values[node as usize][index as usize]
    }

    fn node(&self, id: usize, point: &[u64]) -> Result<f64, CpuError> {
        let dtype = self.dtype(id as u32);
        Ok(match &self.call.signature.nodes[id].kind {
            NodeKind::Load { source, view } => {
                let column = &self.call.sources[*source as usize];
                let element = self.element(*view, point);
                if element < 0 || element >= column.len() as i64 {
                    let (view, len) = (*view as usize, column.len() as u64);
                    let element = i128::from(element);
                    return Err(CpuError::Call(CallError::OutOfBounds { view, element, len }));
                }
                number(dtype, column.bits(element as usize))
            }
            NodeKind::Index { view } => f64::from(self.element(*view, point) as u32),
            NodeKind::Param { param } => number(dtype, self.call.params[*param as usize].bits),
            NodeKind::Constant { bits } => number(dtype, *bits),
            NodeKind::Apply { operands, .. } => {
                let values: Vec<f64> = operands.iter().map(|o| self.value(*o, point)).collect();
                let operand = operands.first().map_or(dtype, |operand| self.dtype(*operand));
                match self.compute[id] {
                    Compute::Elementwise(eval) => elementwise(eval, operand, dtype, &values),
                    Compute::Cast => convert(dtype, values[0]),
                    Compute::Random(random) => draw(random, dtype, &values),
                    Compute::Leaf | Compute::Reduce(_) | Compute::Gather(_) => mismatch(),
                }
            }
            NodeKind::Reduce { operand, .. } => {
                let Compute::Reduce(reduce) = self.compute[id] else { mismatch() };
                let values = self.below(point).iter().map(|p| self.value(*operand, p)).collect();
                convert(dtype, fold(reduce, self.dtype(*operand), values))
            }
            NodeKind::Scan { operand, .. } => {
                let Compute::Reduce(reduce) = self.compute[id] else { mismatch() };
                let roles = &self.call.signature.roles;
                let axis = roles.iter().position(|role| *role == AxisRole::Reduced).unwrap_or(0);
                let before = self.below(point).into_iter().filter(|p| p[axis] <= point[axis]);
                let values = before.map(|p| self.value(*operand, &p)).collect();
                convert(dtype, fold(reduce, self.dtype(*operand), values))
            }
            NodeKind::Gather { source, index } => {
                let column = &self.call.sources[*source as usize];
                let last = column.len().saturating_sub(1);
                let index = (self.value(*index, point) as usize).min(last);
                if column.is_empty() { 0.0 } else { number(dtype, column.bits(index)) }
            }
            NodeKind::Contract { left, right } => {
                let product = |p: &Vec<u64>| self.value(*left, p) * self.value(*right, p);
                let below = self.below(point);
                convert(dtype, below.iter().map(product).fold(0.0, |sum, term| sum + term))
            }
        })
    }

    /// The element that a view shows at a point.
    fn element(&self, view: u32, point: &[u64]) -> i64 {
        let data = self.call.view_data(view as usize);
        let axes = &self.call.signature.views[view as usize].axes;
        let mut element = data.offset as i64;
        for (axis, stride) in data.strides.iter().enumerate() {
            if axes[axis] == AxisAccess::Full {
                element += stride * point[axis] as i64;
            }
        }
        element
    }

    fn output(&self, index: usize) -> Result<Column, CpuError> {
        let output = self.call.signature.outputs[index];
        let dtype = self.dtype(output.node);
        let space = self.spaces[output.node as usize];
        let mut points = self.points(space);
        let mut column = match &self.call.outputs[index] {
            CallOutput::New => Column::zeros(dtype, points.len())?,
            CallOutput::Update(column) => (**column).clone(),
        };
        if let Some(view) = output.view {
            let axes = &self.call.signature.views[view as usize].axes;
            if space == Space::Kept && axes.contains(&AxisAccess::Full) {
                // The view may show one value at several reduced positions.
                points = self.points(Space::Full);
            }
        }
        for (i, point) in points.iter().enumerate() {
            let bits = element_bits(dtype, self.value(output.node, point));
            let element = output.view.map_or(i as i64, |view| self.element(view, point));
            with_element!(column.storage(), T => {
                let one = Column::splat(dtype, bits, 1)?;
                T::of_mut(&mut column)[element as usize] = T::of(&one)[0];
            });
        }
        Ok(column)
    }
}

/// All points of a shape, column-major.
fn points(extents: impl Iterator<Item = u64>) -> Vec<Vec<u64>> {
    let mut points = vec![Vec::new()];
    for extent in extents {
        let longer = (0..extent).flat_map(|coordinate| {
            points.iter().map(move |point| [point.as_slice(), &[coordinate]].concat())
        });
        points = longer.collect();
    }
    points
}

/// The number that an element's bits mean.
fn number(dtype: DType, bits: u64) -> f64 {
    match Storage::of(dtype) {
        Storage::F64 => f64::from_bits(bits),
        Storage::F32 => f64::from(f32::from_bits(bits as u32)),
        Storage::Word => (bits as u32).number(dtype),
    }
}

/// A number as a type holds it.
fn convert(dtype: DType, value: f64) -> f64 {
    number(dtype, element_bits(dtype, value))
}

fn elementwise(eval: Eval, operand: DType, dtype: DType, x: &[f64]) -> f64 {
    let single: Vec<f32> = x.iter().map(|x| *x as f32).collect();
    let word: Vec<u32> = x.iter().map(|x| word_of(dtype, *x)).collect();
    let (mut r64, mut r32, mut flag) = ([0.0f64], [0.0f32], [0u32]);
    let is_f64 = operand == DType::F64;
    let (d, s, w) = (|i: usize| &x[i..=i], |i: usize| &single[i..=i], |i: usize| &word[i..=i]);
    match eval {
        Eval::Float1 { f64, .. } if is_f64 => f64(d(0), &mut r64),
        Eval::Float1 { f32, .. } => f32(s(0), &mut r32),
        Eval::Float2 { f64, .. } if is_f64 => f64(d(0), d(1), &mut r64),
        Eval::Float2 { f32, .. } => f32(s(0), s(1), &mut r32),
        Eval::Float3 { f64, .. } if is_f64 => f64(d(0), d(1), d(2), &mut r64),
        Eval::Float3 { f32, .. } => f32(s(0), s(1), s(2), &mut r32),
        Eval::Test1 { f64, .. } if is_f64 => f64(d(0), &mut flag),
        Eval::Test1 { f32, .. } => f32(s(0), &mut flag),
        Eval::Test2 { f64, .. } if is_f64 => f64(d(0), d(1), &mut flag),
        Eval::Test2 { f32, .. } => f32(s(0), s(1), &mut flag),
        Eval::Logic1(map) => map(w(0), &mut flag),
        Eval::Logic2(map) => map(w(0), w(1), &mut flag),
        Eval::Select => return if x[0] != 0.0 { x[1] } else { x[2] },
    }
    match Storage::of(dtype) {
        Storage::F64 => r64[0],
        Storage::F32 => f64::from(r32[0]),
        Storage::Word => flag[0].number(dtype),
    }
}

fn draw(random: &RandomDef, dtype: DType, x: &[f64]) -> f64 {
    let [index, seed_low, seed_high, first_low, first_high] = [0, 1, 2, 3, 4].map(|i| x[i] as u64);
    let per_block = if dtype == DType::F64 { 2 } else { 4 };
    let block = (first_low | first_high << 32).wrapping_add(index / per_block);
    let counter = [block as u32, (block >> 32) as u32, 0, 0];
    let words = philox4x32_10(counter, [seed_low as u32, seed_high as u32]);
    let lane = (index % per_block) as usize;
    if dtype == DType::F64 {
        (random.f64)(words)[lane]
    } else {
        f64::from((random.f32)(words)[lane])
    }
}

fn fold(reduce: HostReduce, operand: DType, values: Vec<f64>) -> f64 {
    let mut accumulator = reduce.identity;
    for (position, value) in values.iter().enumerate() {
        let start = position as u64;
        match operand {
            DType::F32 => {
                (reduce.f32)(std::slice::from_mut(&mut accumulator), &[*value as f32], start)
            }
            DType::Bool => {
                (reduce.word)(std::slice::from_mut(&mut accumulator), &[*value as u32], start)
            }
            DType::F64
            | DType::U32
            | DType::I32
            | DType::U8
            | DType::I8
            | DType::U16
            | DType::I16 => (reduce.f64)(std::slice::from_mut(&mut accumulator), &[*value], start),
        }
    }
    (reduce.finish)(&accumulator, values.len() as u64)
}
