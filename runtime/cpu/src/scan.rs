//! Scans: the reduction over the elements of an axis up to and including each.
//!
//! The scanned values are computed first, as a map, and then replaced in place. An axis is cut
//! into slabs by extents alone; a first pass accumulates each slab, the accumulators before each
//! are joined in order, and a second pass scans it from there. So results do not depend on the
//! number of threads.

use preheat_format::DType;
use preheat_ops::op::{Accumulator, HostReduce};
use rayon::prelude::*;

use crate::cast::word_value;
use crate::check::Compute;
use crate::column::{Chunk, Column, mismatch};
use crate::error::CpuError;
use crate::map::{self, Destination};
use crate::plan::{Group, element_bits};

/// Elements that one task works on, where the extents allow.
const SLAB_ELEMS: usize = 1 << 16;
/// Side of the square that is turned so that an axis other than the first lies along memory.
const SIDE: usize = 32;

/// The scan of a node's operand; the column is dense over the node's axes.
///
/// # Errors
/// [`CpuError`] if a view leaves its buffer or memory is short.
pub(crate) fn run(group: &Group<'_>, id: u32) -> Result<Column, CpuError> {
    let node = &group.signature().nodes[id as usize];
    let (Compute::Reduce(reduce), [operand]) =
        (group.compute[id as usize], &node.kind.operands()[..])
    else {
        mismatch()
    };
    let axes = group.axes[id as usize];
    let from = group.signature().nodes[*operand as usize].dtype;
    let column = Column::zeros(from, group.points(axes))?;
    let destination = Destination { column, walk: None };
    let mut columns = map::run(group, axes, &[*operand], vec![destination])?;
    let Some(column) = columns.pop() else { mismatch() };
    let mut layout = Layout { inner: 1, len: 1, outer: 1 };
    for axis in axes.iter() {
        let part = match group.reduced.iter().next() {
            Some(scanned) if axis == scanned => &mut layout.len,
            Some(scanned) if axis < scanned => &mut layout.inner,
            Some(_) | None => &mut layout.outer,
        };
        *part *= group.extents[axis];
    }
    let no_form = CpuError::DType {
        node: id as usize,
        what: preheat_format::OpId::new("scan"),
        dtype: node.dtype,
    };
    let mut column = in_storage(column, from, node.dtype)?.ok_or(no_form)?;
    layout.scan(&mut column, reduce, node.dtype);
    Ok(column)
}

/// The column itself if results are stored as its elements are, else their numbers.
/// `None`: results of that type would lose some.
fn in_storage(column: Column, from: DType, to: DType) -> Result<Option<Column>, CpuError> {
    if from == to {
        return Ok(Some(column));
    }
    let mut numbers = Column::zeros(to, column.len())?;
    match (&mut numbers, &column) {
        (Column::F64(to), Column::F32(from)) => {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = f64::from(*from));
        }
        (Column::F64(to), Column::Word(words)) => {
            to.iter_mut().zip(words).for_each(|(to, word)| *to = word_value(from, *word));
        }
        (Column::F64(to), Column::F64(from)) => to.copy_from_slice(from),
        (_, _) => return Ok(None),
    }
    Ok(Some(numbers))
}

/// Elements lie `inner` fastest, then along the scanned axis, then `outer`.
#[derive(Clone, Copy, Debug)]
struct Layout {
    inner: usize,
    len: usize,
    outer: usize,
}

/// Accumulators of a slab, one per inner element.
type Partial = Vec<Accumulator>;

impl Layout {
    fn scan(self, column: &mut Column, reduce: HostReduce, dtype: DType) {
        let block = self.inner * self.len;
        if block == 0 || self.outer == 0 {
            return;
        }
        let slab = (SLAB_ELEMS / self.inner).clamp(1, self.len);
        let slabs = self.len.div_ceil(slab);
        let lens = (0..self.outer).flat_map(|_| {
            (0..slabs).map(move |index| slab.min(self.len - index * slab) * self.inner)
        });
        let mut chunks = column.chunk().split(lens);
        let starts = match slabs {
            1 => vec![vec![reduce.identity; self.inner]; self.outer],
            _ => {
                let sums = chunks.par_iter_mut().enumerate().map(|(index, chunk)| {
                    let mut partial = vec![reduce.identity; self.inner];
                    let position = (index % slabs * slab) as u64;
                    let mut work = Slab { chunk, inner: self.inner, reduce, dtype };
                    work.pass(&mut partial, position, false);
                    partial
                });
                prefixes(sums.collect(), slabs, reduce)
            }
        };
        chunks.par_iter_mut().zip(starts).enumerate().for_each(|(index, (chunk, mut start))| {
            let position = (index % slabs * slab) as u64;
            Slab { chunk, inner: self.inner, reduce, dtype }.pass(&mut start, position, true);
        });
    }
}

/// What lies before each slab: the accumulators of the earlier slabs of its block, joined in order.
fn prefixes(sums: Vec<Partial>, slabs: usize, reduce: HostReduce) -> Vec<Partial> {
    let mut starts: Vec<Partial> = Vec::with_capacity(sums.len());
    for block in sums.chunks(slabs) {
        let mut before = vec![reduce.identity; block.first().map_or(0, Vec::len)];
        for sum in block {
            starts.push(before.clone());
            for (before, sum) in before.iter_mut().zip(sum) {
                *before = (reduce.combine)(before, sum);
            }
        }
    }
    starts
}

/// A stretch of the scanned axis with all inner elements.
struct Slab<'a, 'c> {
    chunk: &'a mut Chunk<'c>,
    inner: usize,
    reduce: HostReduce,
    dtype: DType,
}

impl Slab<'_, '_> {
    /// Adds every element to the accumulator of its place; writes the results if asked to.
    fn pass(&mut self, accumulators: &mut [Accumulator], position: u64, write: bool) {
        let len = self.chunk.len() / self.inner;
        let columns = SIDE.min(self.inner);
        let stretch = if self.inner == 1 { SIDE * SIDE } else { SIDE };
        let mut square = vec![0.0; columns * stretch];
        for first in (0..self.inner).step_by(columns) {
            let width = columns.min(self.inner - first);
            for start in (0..len).step_by(stretch) {
                let steps = stretch.min(len - start);
                let place = Place { inner: self.inner, first, start, width, steps };
                place.read(self.chunk, self.dtype, &mut square);
                let own = accumulators[first..].iter_mut().zip(square.chunks_mut(steps));
                for (accumulator, values) in own.take(width) {
                    let at = position + start as u64;
                    match write {
                        true => (self.reduce.scan)(accumulator, values, at),
                        false => (self.reduce.f64)(std::slice::from_mut(accumulator), values, at),
                    }
                }
                if write {
                    place.write(self.chunk, self.dtype, &square);
                }
            }
        }
    }
}

/// A rectangle of a slab: `width` inner elements from `first`, `steps` along the axis from
/// `start`. It is held with the axis fastest.
#[derive(Clone, Copy)]
struct Place {
    inner: usize,
    first: usize,
    start: usize,
    width: usize,
    steps: usize,
}

impl Place {
    /// Calls `visit` with an element's place in the chunk and in the rectangle.
    fn each(self, mut visit: impl FnMut(usize, usize)) {
        for step in 0..self.steps {
            let row = (self.start + step) * self.inner + self.first;
            for column in 0..self.width {
                visit(row + column, column * self.steps + step);
            }
        }
    }

    fn read(self, chunk: &Chunk<'_>, dtype: DType, square: &mut [f64]) {
        match chunk {
            Chunk::F64(values) => self.each(|from, to| square[to] = values[from]),
            Chunk::F32(values) => self.each(|from, to| square[to] = f64::from(values[from])),
            Chunk::Word(values) => {
                self.each(|from, to| square[to] = word_value(dtype, values[from]));
            }
        }
    }

    fn write(self, chunk: &mut Chunk<'_>, dtype: DType, square: &[f64]) {
        match chunk {
            Chunk::F64(values) => self.each(|to, from| values[to] = square[from]),
            Chunk::F32(values) => self.each(|to, from| values[to] = square[from] as f32),
            Chunk::Word(values) => {
                self.each(|to, from| values[to] = element_bits(dtype, square[from]) as u32);
            }
        }
    }
}
