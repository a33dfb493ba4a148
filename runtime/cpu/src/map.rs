//! Passes that write a value at every point. The trips of a rolled group follow one another tile by
//! tile, so that states stay in the cache.

use preheat_format::{DType, Scalar};
use rayon::prelude::*;

use crate::column::{Chunk, Column, Element, with_element};
use crate::error::CpuError;
use crate::lane::{Range, Walk, join_axes, scatter};
use crate::plan::{Axes, Group};
use crate::program::Program;
use crate::tile::{Scratch, ScratchPool};

/// Points that one task works on: enough to hide the cost of handing it out.
const UNIT_POINTS: usize = 1 << 15;

/// Where the values of a root go.
pub(crate) struct Destination {
    pub(crate) column: Column,
    /// Element of each point; `None`: point `i` is element `i`.
    pub(crate) walk: Option<Walk>,
}

/// Writes each root at every point of `axes`, after the last trip, and returns the written columns.
/// There is at least one point.
///
/// # Errors
/// [`CpuError`] if a view leaves its buffer or memory is short.
pub(crate) fn run(
    group: &Group<'_>,
    axes: Axes,
    roots: &[u32],
    destinations: Vec<Destination>,
) -> Result<Vec<Column>, CpuError> {
    let mut program = Program::new(group, roots, axes)?;
    let mut extents = group.extents_of(axes);
    let mut targets = Vec::with_capacity(destinations.len());
    for (root, destination) in roots.iter().zip(destinations) {
        let dtype = group.signature().nodes[*root as usize].dtype;
        targets.push(Target::new(destination, dtype, &extents)?);
    }
    let walks = targets.iter_mut().filter_map(|target| target.destination.walk.as_mut());
    join_axes(&mut extents, program.walks_mut().chain(walks), |_, _| true);
    let points = extents.iter().product();
    let once = [group.call.params.clone()];
    let trips = group.trips.as_ref().map_or(&once[..], |trips| &trips.params);
    let pass = Pass { program: &program, trips, extents: &extents, points };
    let scratch = ScratchPool::new(&program, &group.call.params);
    let work = |(unit, parts): (usize, Vec<Part<'_>>)| {
        scratch.with(|scratch| {
            pass.run_unit(scratch, unit, parts);
            Ok(())
        })
    };
    let units = pass.units(&mut targets);
    match units.len() {
        1 => units.into_iter().enumerate().try_for_each(work)?,
        _ => units.into_par_iter().enumerate().try_for_each(work)?,
    }
    Ok(targets.into_iter().map(|target| target.finish(&extents, points)).collect())
}

/// A destination and how tasks share it.
struct Target {
    destination: Destination,
    /// No cut divides a buffer among tasks whose walk goes back and forth: values are written here
    /// first, in the order of points.
    staged: Option<Column>,
}

/// What one task writes of a target.
struct Part<'a> {
    chunk: Chunk<'a>,
    walk: Option<&'a Walk>,
    /// Element that the chunk begins with, or the first point.
    base: usize,
}

impl Target {
    fn new(destination: Destination, dtype: DType, extents: &[usize]) -> Result<Target, CpuError> {
        let in_order = destination.walk.as_ref().is_none_or(|walk| walk.is_increasing(extents));
        let staged = match in_order {
            true => None,
            false => Some(Column::zeros(dtype, extents.iter().product())?),
        };
        Ok(Target { destination, staged })
    }

    /// One part per unit; `starts` are the units' first points.
    fn parts(&mut self, extents: &[usize], starts: &[usize]) -> Vec<Part<'_>> {
        let (column, walk) = match &mut self.staged {
            Some(staged) => (staged, None),
            None => (&mut self.destination.column, self.destination.walk.as_ref()),
        };
        let len = column.len();
        let first = |start: &usize| match walk {
            Some(walk) if *start > 0 => walk.address(extents, *start) as usize,
            Some(_) => 0,
            None => *start,
        };
        let bases: Vec<usize> = starts.iter().map(first).collect();
        let ends = bases.iter().skip(1).copied().chain([len]);
        let chunks = column.chunk().split(bases.iter().zip(ends).map(|(base, end)| end - base));
        let parts = chunks.into_iter().zip(&bases);
        parts.map(|(chunk, base)| Part { chunk, walk, base: *base }).collect()
    }

    fn finish(self, extents: &[usize], points: usize) -> Column {
        let Destination { mut column, walk } = self.destination;
        if let (Some(staged), Some(walk)) = (self.staged, walk) {
            let range = Range { extents, shift: 0, start: 0, len: points };
            with_element!(column.storage(), T => {
                scatter(&walk, range, T::of(&staged), 0, T::of_mut(&mut column));
            });
        }
        column
    }
}

struct Pass<'a> {
    program: &'a Program,
    /// The parameters of each trip.
    trips: &'a [Vec<Scalar>],
    extents: &'a [usize],
    points: usize,
}

impl Pass<'_> {
    /// The parts of every target that each unit writes.
    fn units<'t>(&self, targets: &'t mut [Target]) -> Vec<Vec<Part<'t>>> {
        let starts: Vec<usize> = (0..self.points).step_by(UNIT_POINTS).collect();
        let mut units: Vec<Vec<Part<'t>>> = starts.iter().map(|_| Vec::new()).collect();
        for target in targets {
            let parts = target.parts(self.extents, &starts);
            units.iter_mut().zip(parts).for_each(|(unit, part)| unit.push(part));
        }
        units
    }

    fn run_unit(&self, scratch: &mut Scratch, unit: usize, mut parts: Vec<Part<'_>>) {
        let end = self.points.min((unit + 1) * UNIT_POINTS);
        let mut start = unit * UNIT_POINTS;
        while start < end {
            let len = self.tile_len(start).min(end - start);
            let range = Range { extents: self.extents, shift: 0, start, len };
            scratch.begin();
            for (trip, params) in self.trips.iter().enumerate() {
                if trip > 0 {
                    scratch.carry(self.program, len);
                }
                scratch.set_params(self.program, params);
                scratch.evaluate(self.program, range);
            }
            for (root, part) in self.program.roots.iter().zip(&mut parts) {
                self.write(scratch, *root, range, part);
            }
            start += len;
        }
    }

    /// Tiles end with a row where rows are long, so that loads along a row can be read in place.
    fn tile_len(&self, start: usize) -> usize {
        let row = self.extents.first().copied().unwrap_or(1);
        let tile = self.program.tile;
        if row < tile {
            return tile;
        }
        tile.min(row - start % row)
    }

    fn write(&self, scratch: &Scratch, root: u32, range: Range<'_>, part: &mut Part<'_>) {
        let base = part.base;
        match &mut part.chunk {
            Chunk::F64(out) => self.write_values(scratch, root, range, (part.walk, base, out)),
            Chunk::F32(out) => self.write_values(scratch, root, range, (part.walk, base, out)),
            Chunk::Word(out) => self.write_values(scratch, root, range, (part.walk, base, out)),
        }
    }

    fn write_values<T: Element>(
        &self,
        scratch: &Scratch,
        root: u32,
        range: Range<'_>,
        (walk, base, out): (Option<&Walk>, usize, &mut &mut [T]),
    ) {
        let values: &[T] = scratch.values(self.program, root, range.len);
        match walk {
            None => out[range.start - base..][..range.len].copy_from_slice(values),
            Some(walk) => scatter(walk, range, values, base as i64, out),
        }
    }
}
