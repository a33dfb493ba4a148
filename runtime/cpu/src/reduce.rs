//! Passes that reduce values over the reduced axes.
//!
//! Points are visited with the axis that is fastest in memory innermost. If that axis is reduced,
//! each kept element sees its values as contiguous runs. If it is kept, a tile holds a block of
//! kept elements by a stretch of reduced positions; memory is read along the block and each
//! element's values are then collected within the cache.
//!
//! Long reductions are cut into spans. Cuts depend on extents alone, and the accumulators of spans
//! are joined as a balanced tree, so results do not depend on the number of threads.

use preheat_format::{AxisRole, DType, Scalar};
use preheat_ops::op::{Accumulator, HostReduce};
use rayon::prelude::*;

use crate::check::Compute;
use crate::column::{Chunk, Column, Element, Storage, mismatch};
use crate::error::CpuError;
use crate::lane::{Range, join_axes};
use crate::plan::{Axes, Group, element_bits};
use crate::program::Program;
use crate::tile::{Scratch, ScratchPool};

/// Points that one task works on, where the extents allow.
const UNIT_POINTS: usize = 1 << 15;
/// Kept elements of a block where the fastest axis is kept and long.
const BLOCK_ELEMENTS: usize = 64;
/// Tasks that suffice to keep every thread busy; reductions are not cut further.
const TASKS: usize = 256;

/// Reduces the operand of each node over the points of `axes`; columns are dense over the node's
/// axes.
///
/// # Errors
/// [`CpuError`] if a view leaves its buffer or memory is short.
pub(crate) fn run(group: &Group<'_>, axes: Axes, nodes: &[u32]) -> Result<Vec<Column>, CpuError> {
    let sinks: Vec<Sink> = nodes.iter().map(|node| Sink::new(group, *node)).collect();
    let kept = group.points(axes.and(group.kept));
    let reduced = group.points(axes.and(group.reduced));
    if reduced == 0 {
        let nothing = |sink: &Sink| {
            let value = (sink.reduce.finish)(&sink.reduce.identity, 0);
            Column::splat(sink.result, element_bits(sink.result, value), kept)
        };
        return sinks.iter().map(nothing).collect();
    }
    let operands: Vec<u32> = sinks.iter().map(|sink| sink.node).collect();
    let mut program = Program::new(group, &operands, axes)?;
    let layout = Layout::new(group, axes, &mut program);
    let mut columns = Vec::with_capacity(sinks.len());
    for sink in &sinks {
        columns.push(Column::zeros(sink.result, kept)?);
    }
    let params = &group.call.params;
    Pass { program: &program, params, layout: &layout, sinks: &sinks }.run(&mut columns)?;
    Ok(columns)
}

/// One reduction of a pass.
#[derive(Clone, Copy)]
struct Sink {
    reduce: HostReduce,
    /// Node and type of the reduced values.
    node: u32,
    operand: DType,
    result: DType,
}

impl Sink {
    fn new(group: &Group<'_>, id: u32) -> Sink {
        let node = &group.signature().nodes[id as usize];
        let (Compute::Reduce(reduce), [operand]) =
            (group.compute[id as usize], &node.kind.operands()[..])
        else {
            mismatch()
        };
        let source = group.signature().nodes[*operand as usize].dtype;
        Sink { reduce, node: *operand, operand: source, result: node.dtype }
    }
}

/// How the points of a pass are ordered and cut. Order: the block of kept elements, the reduced
/// axes, the other kept axes.
#[derive(Debug)]
struct Layout {
    /// Extents in that order; the first is that of a whole block's axis, if `blocked`.
    extents: Vec<usize>,
    /// True if the first axis is kept.
    blocked: bool,
    /// Kept elements of the first axis, 1 if it is reduced.
    first: usize,
    /// Kept elements of a block.
    block: usize,
    reduced: usize,
    /// Points of the kept axes that are not the first.
    others: usize,
    /// Of these, how many a task takes together.
    together: usize,
    /// Number of stretches that the reduced positions are cut into.
    spans: usize,
}

/// Kept elements of one task: `block` of the first axis from `shift`, at `count` others.
#[derive(Clone, Copy, Debug)]
struct Item {
    shift: usize,
    block: usize,
    other: usize,
    count: usize,
}

impl Layout {
    /// Joins and reorders the axes of the program's walks.
    fn new(group: &Group<'_>, axes: Axes, program: &mut Program) -> Layout {
        let mut extents = group.extents_of(axes);
        let roles: Vec<AxisRole> = axes.iter().map(|axis| group.signature().roles[axis]).collect();
        let alike = |a: usize, b: usize| roles[a] == roles[b];
        let begins = join_axes(&mut extents, program.walks_mut(), alike);
        let with_role = |role| {
            let role_of = |axis: &usize| roles[begins[*axis]] == role;
            (0..begins.len()).filter(role_of).collect::<Vec<usize>>()
        };
        let (kept, reduced) = (with_role(AxisRole::Kept), with_role(AxisRole::Reduced));
        let blocked = kept_is_faster(program, kept.first(), reduced.first());
        let (block_axes, other_axes) = kept.split_at(usize::from(blocked));
        let order = [block_axes, &reduced, other_axes].concat();
        for walk in program.walks_mut() {
            walk.strides = order.iter().map(|axis| walk.strides[*axis]).collect();
        }
        let points = |axes: &[usize]| axes.iter().map(|axis| extents[*axis]).product::<usize>();
        let mut layout = Layout {
            extents: order.iter().map(|axis| extents[*axis]).collect(),
            blocked,
            first: points(block_axes),
            block: 1,
            reduced: points(&reduced),
            others: points(other_axes),
            together: 1,
            spans: 1,
        };
        layout.cut(program.tile);
        layout
    }

    fn cut(&mut self, tile: usize) {
        let wide = BLOCK_ELEMENTS.max(tile / self.reduced);
        // Blocks of one size, give or take one: a small last block would cost as much as a whole.
        let blocks = self.first.div_ceil(wide);
        self.block = self.first.div_ceil(blocks);
        let unit = self.block * self.reduced;
        if blocks == 1 {
            self.together = (UNIT_POINTS / unit).clamp(1, self.others);
        }
        let tasks = blocks * self.others.div_ceil(self.together);
        if tasks < TASKS {
            self.spans = unit.div_ceil(UNIT_POINTS).min(TASKS.div_ceil(tasks)).min(self.reduced);
        }
    }

    /// Tasks in the order of their kept elements.
    fn items(&self) -> Vec<Item> {
        let others = (0..self.others).step_by(self.together);
        let blocks = || (0..self.first).step_by(self.block);
        let item = |other: usize, shift: usize| Item {
            shift,
            block: self.block.min(self.first - shift),
            other,
            count: self.together.min(self.others - other),
        };
        others.flat_map(|other| blocks().map(move |shift| item(other, shift))).collect()
    }
}

/// True if stepping along the first kept axis moves less in memory than along the first reduced.
fn kept_is_faster(program: &Program, kept: Option<&usize>, reduced: Option<&usize>) -> bool {
    let (Some(kept), Some(reduced)) = (kept, reduced) else {
        return false;
    };
    // Beyond a cache line all strides cost the same.
    let cost = |axis: usize| -> u64 {
        program.walks().map(|walk| walk.strides[axis].unsigned_abs().min(16)).sum()
    };
    let (kept_cost, reduced_cost) = (cost(*kept), cost(*reduced));
    kept_cost < reduced_cost || (kept_cost == reduced_cost && kept < reduced)
}

struct Pass<'a> {
    program: &'a Program,
    params: &'a [Scalar],
    layout: &'a Layout,
    sinks: &'a [Sink],
}

/// Accumulators of each sink for the kept elements of an item.
type Partial = Vec<Vec<Accumulator>>;

impl Pass<'_> {
    fn run(&self, columns: &mut [Column]) -> Result<(), CpuError> {
        let items = self.layout.items();
        let spans = self.layout.spans;
        let scratch = ScratchPool::new(self.program, self.params);
        let span = |item: Item, span: usize| {
            let step = self.layout.reduced.div_ceil(spans);
            let positions = (span * step).min(self.layout.reduced)
                ..((span + 1) * step).min(self.layout.reduced);
            scratch.with(|scratch| Ok(self.accumulate(scratch, item, positions)))
        };
        let lens = || items.iter().map(|item| item.block * item.count);
        let mut parts: Vec<Vec<Chunk<'_>>> = items.iter().map(|_| Vec::new()).collect();
        for column in columns {
            let chunks = column.chunk().split(lens());
            parts.iter_mut().zip(chunks).for_each(|(part, chunk)| part.push(chunk));
        }
        if items.len() * spans == 1 {
            let tasks = items.iter().zip(parts);
            return tasks.into_iter().try_for_each(|(item, parts)| {
                self.finish(vec![span(*item, 0)?], parts);
                Ok(())
            });
        }
        items.par_iter().zip(parts).try_for_each(|(item, parts)| {
            let partials: Result<Vec<Partial>, CpuError> = match spans {
                1 => span(*item, 0).map(|partial| vec![partial]),
                _ => (0..spans).into_par_iter().map(|index| span(*item, index)).collect(),
            };
            self.finish(partials?, parts);
            Ok(())
        })
    }

    /// Accumulators of an item over a stretch of reduced positions.
    fn accumulate(
        &self,
        scratch: &mut Scratch,
        item: Item,
        positions: std::ops::Range<usize>,
    ) -> Partial {
        let (layout, tile) = (self.layout, self.program.tile);
        let mut partial: Partial = self
            .sinks
            .iter()
            .map(|sink| vec![sink.reduce.identity; item.block * item.count])
            .collect();
        let mut extents = layout.extents.clone();
        if layout.blocked {
            extents[0] = item.block;
        }
        let whole = item.block * layout.reduced;
        let is_whole = positions.len() == layout.reduced;
        let together = if is_whole { (tile / whole).clamp(1, item.count) } else { 1 };
        let stretch = (tile / item.block).clamp(1, positions.len().max(1));
        for other in (0..item.count).step_by(together) {
            let count = together.min(item.count - other);
            let mut position = positions.start;
            while position < positions.end {
                let len = stretch.min(positions.end - position);
                let start = (item.other + other) * whole + position * item.block;
                let points = item.block * len * count;
                let range = Range { extents: &extents, shift: item.shift, start, len: points };
                scratch.evaluate(self.program, range);
                let values = Values { block: item.block, stretch: len, position, points };
                for (index, accumulators) in partial.iter_mut().enumerate() {
                    let elements = &mut accumulators[other * item.block..][..count * item.block];
                    self.join(scratch, index, values, elements);
                }
                position += len;
            }
        }
        partial
    }

    /// Adds a tile's values of one sink to its accumulators.
    fn join(
        &self,
        scratch: &Scratch,
        index: usize,
        values: Values,
        accumulators: &mut [Accumulator],
    ) {
        let (sink, register) = (self.sinks[index], self.program.roots[index]);
        let reduce = sink.reduce;
        match Storage::of(sink.operand) {
            Storage::F64 => {
                let all = scratch.values(self.program, register, values.points);
                values.join(all, reduce.f64, accumulators);
            }
            Storage::F32 => {
                let all = scratch.values(self.program, register, values.points);
                values.join(all, reduce.f32, accumulators);
            }
            Storage::Word if sink.operand == DType::Bool => {
                let all = scratch.values(self.program, register, values.points);
                values.join(all, reduce.word, accumulators);
            }
            Storage::Word => {
                let words: &[u32] = scratch.values(self.program, register, values.points);
                let all: Vec<f64> = words.iter().map(|word| word.number(sink.operand)).collect();
                values.join(&all, reduce.f64, accumulators);
            }
        }
    }

    /// Joins the spans of an item and writes its results.
    fn finish(&self, partials: Vec<Partial>, mut parts: Vec<Chunk<'_>>) {
        let count = self.layout.reduced as u64;
        let joined = tree(&partials, self.sinks);
        for ((sink, part), accumulators) in self.sinks.iter().zip(&mut parts).zip(&joined) {
            let results = accumulators.iter().map(|acc| (sink.reduce.finish)(acc, count));
            match part {
                Chunk::F64(out) => out.iter_mut().zip(results).for_each(|(out, x)| *out = x),
                Chunk::F32(out) => {
                    out.iter_mut().zip(results).for_each(|(out, x)| *out = x as f32);
                }
                Chunk::Word(out) => {
                    let bits = results.map(|x| element_bits(sink.result, x) as u32);
                    out.iter_mut().zip(bits).for_each(|(out, x)| *out = x);
                }
            }
        }
    }
}

/// Joins neighbours, then neighbours of these, until one is left.
fn tree(partials: &[Partial], sinks: &[Sink]) -> Partial {
    let (left, right) = match partials {
        [one] => return one.clone(),
        many => many.split_at(many.len().next_power_of_two() / 2),
    };
    let (mut left, right) = (tree(left, sinks), tree(right, sinks));
    for ((left, right), sink) in left.iter_mut().zip(&right).zip(sinks) {
        for (left, right) in left.iter_mut().zip(right) {
            *left = (sink.reduce.combine)(left, right);
        }
    }
    left
}

/// How a tile's values lie: `block` kept elements fastest, `stretch` reduced positions from
/// `position`, and further kept elements.
#[derive(Clone, Copy)]
struct Values {
    block: usize,
    stretch: usize,
    position: usize,
    points: usize,
}

impl Values {
    fn join<T: Element>(
        self,
        all: &[T],
        add: fn(&mut [Accumulator], &[T], u64),
        accumulators: &mut [Accumulator],
    ) {
        let groups = all.chunks(self.block * self.stretch);
        for (accumulators, group) in accumulators.chunks_mut(self.block).zip(groups) {
            add(accumulators, group, self.position as u64);
        }
    }
}
