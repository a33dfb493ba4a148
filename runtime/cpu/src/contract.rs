//! Matrix products over any axes.
//!
//! Axes fall into four groups: rows (kept, only the left operand varies), columns (kept, only the
//! right one varies), batch (kept, both vary) and depth (reduced). An operand is a load, read
//! where it is, or a value stored by an earlier pass.

use preheat_format::{DType, NodeKind};

use crate::column::{Column, mismatch};
use crate::error::CpuError;
use crate::gemm::{self, Operand, Product, Real};
use crate::lane::{Lane, Range, Walk};
use crate::plan::{Axes, Group};

/// The product of a node, dense over the node's axes.
///
/// # Errors
/// [`CpuError`] if a view leaves its buffer or memory is short.
pub(crate) fn run(group: &Group<'_>, id: u32) -> Result<Column, CpuError> {
    let node = &group.signature().nodes[id as usize];
    let NodeKind::Contract { left, right } = node.kind else { mismatch() };
    let own = group.axes[id as usize];
    if group.points(group.reduced) == 0 {
        return Column::zeros(node.dtype, group.points(own));
    }
    let axes = [left, right].map(|operand| group.axes[operand as usize]);
    let split = Split::new(group, own, axes);
    let operands = if split.swapped { [right, left] } else { [left, right] };
    let mut lanes = Vec::with_capacity(2);
    for operand in operands {
        lanes.push(operand_lane(group, operand)?);
    }
    match node.dtype {
        DType::F64 => Ok(Column::F64(split.product(group, own, &lanes)?)),
        DType::F32 => Ok(Column::F32(split.product(group, own, &lanes)?)),
        DType::Bool | DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            mismatch()
        }
    }
}

/// The elements of an operand over all axes that it varies along.
fn operand_lane(group: &Group<'_>, operand: u32) -> Result<(Lane, Axes), CpuError> {
    let axes = group.axes[operand as usize];
    match group.stored_lane(operand, axes) {
        Some(lane) => Ok((lane, axes)),
        None => Ok((group.load_lane(operand, axes)?, axes)),
    }
}

/// The groups of axes. Rows and columns are swapped if that puts the result in order.
struct Split {
    rows: Axes,
    columns: Axes,
    batch: Axes,
    depth: Axes,
    /// Times that each product counts: points of reduced axes that no operand varies along.
    times: usize,
    swapped: bool,
}

impl Split {
    fn new(group: &Group<'_>, own: Axes, [left, right]: [Axes; 2]) -> Split {
        let batch = left.and(right).and(group.kept);
        let (rows, columns) = (own.without(right), own.without(left));
        let depth = left.or(right).and(group.reduced);
        let times = group.points(group.reduced.without(depth));
        let swapped = rows.iter().next() > columns.iter().next();
        let (rows, columns) = if swapped { (columns, rows) } else { (rows, columns) };
        Split { rows, columns, batch, depth, times, swapped }
    }

    fn product<T: Real>(
        &self,
        group: &Group<'_>,
        own: Axes,
        lanes: &[(Lane, Axes)],
    ) -> Result<Vec<T>, CpuError> {
        let dtype = T::DTYPE;
        let operand = |(lane, axes): &(Lane, Axes), side: Axes| {
            let offsets = |along: Axes| offsets(group, lane, *axes, along);
            (offsets(side), offsets(self.depth), offsets(self.batch))
        };
        let (left, right) = (operand(&lanes[0], self.rows), operand(&lanes[1], self.columns));
        let product = Product {
            left: Operand { values: T::of(&lanes[0].0.column), sides: &left.0, depth: &left.1 },
            right: Operand { values: T::of(&lanes[1].0.column), sides: &right.0, depth: &right.1 },
            scale: T::from_count(self.times),
        };
        let bases: Vec<[i64; 2]> = left
            .2
            .iter()
            .zip(&right.2)
            .map(|(l, r)| [l + lanes[0].0.walk.offset, r + lanes[1].0.walk.offset])
            .collect();
        let mut result = Column::zeros(dtype, group.points(own))?;
        gemm::run(&product, &bases, T::of_mut(&mut result))?;
        let order: Vec<usize> =
            self.rows.iter().chain(self.columns.iter()).chain(self.batch.iter()).collect();
        if !order.is_sorted() {
            result = reorder::<T>(group, own, &order, result)?;
        }
        T::take(result)
    }
}

/// Distance of each point of `along`, column-major, from the origin of an operand.
fn offsets(group: &Group<'_>, lane: &Lane, axes: Axes, along: Axes) -> Vec<i64> {
    let mut offsets = vec![0];
    for axis in along.iter() {
        let place = axes.iter().position(|known| known == axis);
        let stride = place.map_or(0, |place| lane.walk.strides[place]);
        let steps = (0..group.extents[axis] as i64).map(|step| step * stride);
        offsets = steps.flat_map(|step| offsets.iter().map(move |base| base + step)).collect();
    }
    offsets
}

/// Values that are dense over axes in `order`, made dense over the same axes in their own order.
fn reorder<T: Real>(
    group: &Group<'_>,
    own: Axes,
    order: &[usize],
    values: Column,
) -> Result<Column, CpuError> {
    let extents: Vec<usize> = order.iter().map(|axis| group.extents[*axis]).collect();
    let steps = Walk::dense(&extents).strides;
    let stride = |axis| order.iter().position(|known| *known == axis).map_or(0, |i| steps[i]);
    let walk = Walk { offset: 0, strides: own.iter().map(stride).collect() };
    let mut result = Column::zeros(T::DTYPE, values.len())?;
    let lane = Lane { column: values.into(), walk };
    let extents = group.extents_of(own);
    let range = Range { extents: &extents, shift: 0, start: 0, len: result.len() };
    lane.gather(range, T::of_mut(&mut result));
    Ok(result)
}
