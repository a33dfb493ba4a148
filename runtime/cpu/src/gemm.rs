//! Blocked matrix products: `[m,k] x [k,n] -> [m,n]`, column-major, for each matrix of a batch.
//!
//! Operands are packed into panels that the inner kernel reads in order, after Goto and van de
//! Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008. Code for each
//! vector unit is chosen at run time. Blocks depend on sizes alone, so results do not depend on the
//! number of threads.

use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::Pod;
use preheat_format::DType;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::column::{Column, Element, mismatch};
use crate::error::CpuError;

/// Rows and columns of a task.
const BLOCK: usize = 192;
/// Blocks of rows whose panels are packed together.
const GROUP_BLOCKS: usize = 16;
/// Depth of a packed slab.
const SLAB: usize = 1024;
/// Depth that the inner loops work on at a time.
const STRETCH: usize = 256;
/// Tasks that suffice to keep every thread busy; the depth is not cut further.
const TASKS: usize = 16;
/// Products of fewer multiplications are not spread over threads.
const SERIAL: usize = 1 << 16;

/// A float type, with the vectors of it that a vector unit works on.
pub(crate) trait Real: Element + PartialEq + Pod {
    type Lanes<S: Simd>: Copy + Pod;
    const DTYPE: DType;
    const ZERO: Self;
    fn from_count(count: usize) -> Self;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// The elements of a column that stores this type.
    fn take(column: Column) -> Result<Vec<Self>, CpuError>;
    /// A slice as vectors; what does not fill one is left out.
    fn lanes<S: Simd>(values: &[Self]) -> &[Self::Lanes<S>];
    /// A vector of one value.
    fn splat<S: Simd>(self, simd: S) -> Self::Lanes<S>;
    /// `left * right + sum`, rounded once where the vector unit can.
    fn mul_add<S: Simd>(
        simd: S,
        left: Self::Lanes<S>,
        right: Self::Lanes<S>,
        sum: Self::Lanes<S>,
    ) -> Self::Lanes<S>;
}

macro_rules! real {
    ($type:ident, $variant:ident, $lanes:ident, $slice:ident, $splat:ident, $mul_add:ident) => {
        impl Real for $type {
            type Lanes<S: Simd> = S::$lanes;
            const DTYPE: DType = DType::$variant;
            const ZERO: $type = 0.0;
            fn from_count(count: usize) -> $type {
                count as $type
            }
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                self + other
            }
            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                self * other
            }
            fn take(column: Column) -> Result<Vec<$type>, CpuError> {
                if let Column::$variant(values) = column { Ok(values) } else { mismatch() }
            }
            #[inline(always)]
            fn lanes<S: Simd>(values: &[$type]) -> &[S::$lanes] {
                S::$slice(values).0
            }
            #[inline(always)]
            fn splat<S: Simd>(self, simd: S) -> S::$lanes {
                simd.$splat(self)
            }
            #[inline(always)]
            fn mul_add<S: Simd>(
                simd: S,
                left: S::$lanes,
                right: S::$lanes,
                sum: S::$lanes,
            ) -> S::$lanes {
                simd.$mul_add(left, right, sum)
            }
        }
    };
}

real!(f64, F64, f64s, as_simd_f64s, splat_f64s, mul_add_e_f64s);
real!(f32, F32, f32s, as_simd_f32s, splat_f32s, mul_add_e_f32s);

/// One matrix of a batch: element `(side, depth)` is at `base + sides[side] + depths[depth]`.
#[derive(Clone, Copy)]
pub(crate) struct Operand<'a, T> {
    pub(crate) values: &'a [T],
    /// Offsets along the rows of the left or the columns of the right operand.
    pub(crate) sides: &'a [i64],
    /// Offsets along the reduced axes.
    pub(crate) depth: &'a [i64],
}

/// Two operands; their depths agree.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a, T> {
    pub(crate) left: Operand<'a, T>,
    pub(crate) right: Operand<'a, T>,
    pub(crate) scale: T,
}

/// Multiplies the matrices that begin at each pair of bases into `out`, one after the other.
///
/// # Errors
/// [`CpuError::Memory`] if panels cannot be allocated.
pub(crate) fn run<T: Real>(
    product: &Product<'_, T>,
    bases: &[[i64; 2]],
    out: &mut [T],
) -> Result<(), CpuError> {
    let kernel = Arch::new().dispatch(Detect::<T>(PhantomData));
    let (rows, columns) = (product.left.sides.len(), product.right.sides.len());
    let depth = product.left.depth.len();
    let multiply = |(base, out): (&[i64; 2], &mut [T])| {
        Matrix { product, base: *base, kernel, rows, columns }.multiply(0..depth, out)
    };
    if rows * columns * depth * bases.len() < SERIAL {
        bases.iter().zip(out.chunks_mut(rows * columns)).try_for_each(multiply)?;
    } else {
        bases.par_iter().zip(out.par_chunks_mut(rows * columns)).try_for_each(multiply)?;
    }
    if product.scale != T::from_count(1) {
        out.par_iter_mut().for_each(|value| *value = value.mul(product.scale));
    }
    Ok(())
}

/// One product of the batch.
struct Matrix<'a, T> {
    product: &'a Product<'a, T>,
    base: [i64; 2],
    kernel: Kernel,
    rows: usize,
    columns: usize,
}

impl<T: Real> Matrix<'_, T> {
    /// Writes the sum over a range of the depth, cut in two as long as there are too few blocks to
    /// keep every thread busy. `out` is 0.
    fn multiply(&self, depth: Range<usize>, out: &mut [T]) -> Result<(), CpuError> {
        let blocks = self.rows.div_ceil(BLOCK) * self.columns.div_ceil(BLOCK);
        let spans = self.product.left.depth.len().div_ceil(depth.len());
        if depth.len() <= SLAB || blocks * spans >= TASKS {
            return self.accumulate(depth, out);
        }
        let (start, end) = (depth.start, depth.end);
        let middle = start + depth.len().div_ceil(2);
        let mut other = zeros::<T>(out.len())?;
        let (left, right) = rayon::join(
            || self.multiply(start..middle, out),
            || self.multiply(middle..end, &mut other),
        );
        left.and(right)?;
        out.iter_mut().zip(&other).for_each(|(out, other)| *out = out.add(*other));
        Ok(())
    }

    /// Adds the products of a range of the depth: slab by slab, group by group of rows, so that the
    /// same two buffers hold all panels.
    fn accumulate(&self, depth: Range<usize>, out: &mut [T]) -> Result<(), CpuError> {
        let Product { left, right, .. } = *self.product;
        let slab_len = depth.len().min(SLAB);
        let group_rows = self.rows.min(GROUP_BLOCKS * BLOCK).next_multiple_of(self.kernel.rows);
        let mut left_panels = zeros::<T>(group_rows * slab_len)?;
        let columns = self.columns.next_multiple_of(self.kernel.columns);
        let mut right_panels = zeros::<T>(columns * slab_len)?;
        for start in depth.clone().step_by(SLAB) {
            let slab = start..depth.end.min(start + SLAB);
            let all = 0..self.columns;
            right.pack(self.base[1], (all, slab.clone()), self.kernel.columns, &mut right_panels);
            for (index, blocks) in self.groups(out).into_iter().enumerate() {
                let first = index * GROUP_BLOCKS * BLOCK;
                let rows = first..self.rows.min(first + GROUP_BLOCKS * BLOCK);
                let place = (rows, slab.clone());
                left.pack(self.base[0], place, self.kernel.rows, &mut left_panels);
                self.multiply_blocks(blocks, slab.len(), &left_panels, &right_panels);
            }
        }
        Ok(())
    }

    fn multiply_blocks(
        &self,
        blocks: Vec<Block<'_, T>>,
        depth: usize,
        left_panels: &[T],
        right_panels: &[T],
    ) {
        let multiply = |block: Block<'_, T>| {
            let rows = block.columns[0].len().next_multiple_of(self.kernel.rows);
            let columns = block.columns.len().next_multiple_of(self.kernel.columns);
            Arch::new().dispatch(Multiply {
                left: &left_panels[block.row * depth..][..rows * depth],
                right: &right_panels[block.column * depth..][..columns * depth],
                depth,
                out: block.columns,
            });
        };
        if self.rows * self.columns * depth < SERIAL {
            blocks.into_iter().for_each(multiply);
        } else {
            blocks.into_par_iter().for_each(multiply);
        }
    }

    /// The blocks of the result by group of rows, each with its part of every column that it
    /// covers.
    fn groups<'o>(&self, out: &'o mut [T]) -> Vec<Vec<Block<'o, T>>> {
        let across = self.columns.div_ceil(BLOCK);
        let block = |index: usize| Block {
            row: index / across * BLOCK,
            column: index % across * BLOCK,
            columns: Vec::with_capacity(BLOCK.min(self.columns)),
        };
        let down = self.rows.div_ceil(BLOCK);
        let mut groups: Vec<Vec<Block<'o, T>>> = (0..down.div_ceil(GROUP_BLOCKS))
            .map(|group| {
                let blocks = GROUP_BLOCKS.min(down - group * GROUP_BLOCKS);
                (0..blocks * across).map(block).collect()
            })
            .collect();
        for (column, values) in out.chunks_mut(self.rows).enumerate() {
            for (place, part) in values.chunks_mut(BLOCK).enumerate() {
                let (group, row) = (place / GROUP_BLOCKS, place % GROUP_BLOCKS);
                groups[group][row * across + column / BLOCK].columns.push(part);
            }
        }
        groups
    }
}

/// A block of the result, beginning at a row of its group and a column.
struct Block<'a, T> {
    row: usize,
    column: usize,
    columns: Vec<&'a mut [T]>,
}

impl<T: Real> Operand<'_, T> {
    /// Panels of `width` sides: element `(side, depth)` of a panel is at `depth * width + side`.
    /// The last panel is filled up with what the buffer held; nothing reads its results.
    fn pack(
        &self,
        base: i64,
        (sides, depth): (Range<usize>, Range<usize>),
        width: usize,
        panels: &mut [T],
    ) {
        let panel_len = width * depth.len();
        let (sides, depth) = (&self.sides[sides], &self.depth[depth]);
        let panels = &mut panels[..sides.len().div_ceil(width) * panel_len];
        let pack = |(panel, sides): (&mut [T], &[i64])| {
            let adjacent = sides.windows(2).all(|pair| pair[1] - pair[0] == 1);
            if adjacent {
                for (panel, offset) in panel.chunks_mut(width).zip(depth) {
                    let first = (base + sides[0] + offset) as usize;
                    panel[..sides.len()].copy_from_slice(&self.values[first..][..sides.len()]);
                }
                return;
            }
            for (place, side) in sides.iter().enumerate() {
                let places = panel[place..].iter_mut().step_by(width);
                for (value, offset) in places.zip(depth) {
                    *value = self.values[(base + side + offset) as usize];
                }
            }
        };
        if panels.len() < SERIAL / 16 {
            panels.chunks_mut(panel_len).zip(sides.chunks(width)).for_each(pack);
        } else {
            panels.par_chunks_mut(panel_len).zip(sides.par_chunks(width)).for_each(pack);
        }
    }
}

fn zeros<T: Real>(len: usize) -> Result<Vec<T>, CpuError> {
    T::take(Column::zeros(T::DTYPE, len)?)
}

/// Rows and columns that the inner kernel computes at a time.
#[derive(Clone, Copy, Debug)]
struct Kernel {
    rows: usize,
    columns: usize,
}

impl Kernel {
    /// The largest block whose sums stay in registers: two vectors of rows.
    #[inline(always)]
    fn of<S: Simd, T>() -> Kernel {
        let lanes = S::F64_LANES * size_of::<f64>() / size_of::<T>();
        let rows = VECTORS * if S::F64_LANES == 1 { 1 } else { lanes };
        let columns = match S::F64_LANES {
            8 => 8,
            4 => 6,
            _ => 4,
        };
        Kernel { rows, columns }
    }
}

/// Vectors of rows in a block of the inner kernel.
const VECTORS: usize = 2;

struct Detect<T>(PhantomData<T>);

impl<T> WithSimd for Detect<T> {
    type Output = Kernel;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Kernel {
        Kernel::of::<S, T>()
    }
}

/// Adds the product of packed panels to a block of the result.
struct Multiply<'a, T> {
    left: &'a [T],
    right: &'a [T],
    depth: usize,
    out: Vec<&'a mut [T]>,
}

impl<T: Real> WithSimd for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match Kernel::of::<S, T>().columns {
            8 => self.run::<S, 8>(simd),
            6 => self.run::<S, 6>(simd),
            _ => self.run::<S, 4>(simd),
        }
    }
}

impl<T: Real> Multiply<'_, T> {
    #[inline(always)]
    fn run<S: Simd, const COLUMNS: usize>(mut self, simd: S) {
        let depth = self.depth;
        let rows = Kernel::of::<S, T>().rows;
        for start in (0..depth).step_by(STRETCH) {
            let end = depth.min(start + STRETCH);
            let panels = self.right.chunks_exact(depth * COLUMNS);
            for (right, out) in panels.zip(self.out.chunks_mut(COLUMNS)) {
                let right = &right[start * COLUMNS..end * COLUMNS];
                for (index, left) in self.left.chunks_exact(depth * rows).enumerate() {
                    let left = &left[start * rows..end * rows];
                    let sums = kernel::<T, S, COLUMNS>(simd, left, right);
                    for (out, sums) in out.iter_mut().zip(&sums) {
                        let sums: &[T] = bytemuck::cast_slice(sums);
                        for (out, sum) in out[index * rows..].iter_mut().zip(sums) {
                            *out = out.add(*sum);
                        }
                    }
                }
            }
        }
    }
}

/// Sums of products over the depth of two panels; they stay in vector registers.
#[inline(always)]
fn kernel<T: Real, S: Simd, const COLUMNS: usize>(
    simd: S,
    left: &[T],
    right: &[T],
) -> [[T::Lanes<S>; VECTORS]; COLUMNS] {
    let mut sums = [[T::ZERO.splat(simd); VECTORS]; COLUMNS];
    let left = T::lanes::<S>(left).as_chunks::<VECTORS>().0;
    for (left, right) in left.iter().zip(right.as_chunks::<COLUMNS>().0) {
        for column in 0..COLUMNS {
            let right = right[column].splat(simd);
            for vector in 0..VECTORS {
                let sum = sums[column][vector];
                sums[column][vector] = T::mul_add(simd, left[vector], right, sum);
            }
        }
    }
    sums
}
