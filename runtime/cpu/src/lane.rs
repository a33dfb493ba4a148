//! Which element of a buffer belongs to which point: offset, strides, and runs of points whose
//! elements lie at one distance.

use std::sync::Arc;

use preheat_format::signature::RANK_MAX;

use crate::column::{Column, Element};

/// Offset and strides over the axes of a pass, in elements. Values are inside their buffer at
/// every point of the pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Walk {
    pub(crate) offset: i64,
    pub(crate) strides: Vec<i64>,
}

/// A buffer with its walk.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub(crate) column: Arc<Column>,
    pub(crate) walk: Walk,
}

/// Neighbouring points whose elements lie `stride` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Place of the first point, counted from the first point asked for.
    pub(crate) at: usize,
    /// Element of the first point.
    pub(crate) address: i64,
    pub(crate) stride: i64,
    pub(crate) len: usize,
}

/// A range of points, column-major over `extents`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range<'a> {
    pub(crate) extents: &'a [usize],
    /// Steps along the first axis from the walk's origin to that of `extents`.
    pub(crate) shift: usize,
    pub(crate) start: usize,
    pub(crate) len: usize,
}

impl Walk {
    /// A contiguous column-major walk.
    pub(crate) fn dense(extents: &[usize]) -> Walk {
        let mut step = 1i64;
        let strides = extents
            .iter()
            .map(|extent| {
                let stride = step;
                step = step.saturating_mul(*extent as i64);
                stride
            })
            .collect();
        Walk { offset: 0, strides }
    }

    /// Smallest and largest element over the points.
    pub(crate) fn reach(&self, extents: &[usize]) -> (i128, i128) {
        let (mut low, mut high) = (i128::from(self.offset), i128::from(self.offset));
        for (stride, extent) in self.strides.iter().zip(extents) {
            let reach = i128::from(*stride) * (*extent as i128 - 1);
            low += reach.min(0);
            high += reach.max(0);
        }
        (low, high)
    }

    /// True if later points have later elements.
    pub(crate) fn is_increasing(&self, extents: &[usize]) -> bool {
        let mut reach = 0i128;
        self.strides.iter().zip(extents).filter(|(_, extent)| **extent > 1).all(
            |(stride, extent)| {
                let beyond = i128::from(*stride) > reach;
                reach += i128::from(*stride) * (*extent as i128 - 1);
                beyond
            },
        )
    }

    /// The element of point `start`.
    pub(crate) fn address(&self, extents: &[usize], start: usize) -> i64 {
        let mut rest = start;
        let mut address = self.offset;
        for (stride, extent) in self.strides.iter().zip(extents) {
            address += stride * (rest % extent) as i64;
            rest /= extent;
        }
        address
    }

    /// Calls `visit` with the runs of a range, in order. Leading axes that continue one another
    /// make one run; no division is done per run.
    pub(crate) fn runs(&self, range: Range<'_>, mut visit: impl FnMut(Run)) {
        let (joined, joined_axes) = self.joined(range.extents);
        let stride = self.strides.first().copied().unwrap_or(0);
        let outer = &range.extents[joined_axes..];
        let steps = &self.strides[joined_axes..];
        let mut coordinates = [0usize; RANK_MAX];
        let mut inner = range.start % joined;
        let mut rest = range.start / joined;
        let mut origin = self.offset + stride * range.shift as i64;
        for ((coordinate, extent), step) in coordinates.iter_mut().zip(outer).zip(steps) {
            *coordinate = rest % extent;
            rest /= extent;
            origin += step * *coordinate as i64;
        }
        let mut at = 0;
        while at < range.len {
            let len = (joined - inner).min(range.len - at);
            visit(Run { at, address: origin + stride * inner as i64, stride, len });
            at += len;
            inner = 0;
            for ((coordinate, extent), step) in coordinates.iter_mut().zip(outer).zip(steps) {
                *coordinate += 1;
                origin += step;
                if *coordinate < *extent {
                    break;
                }
                origin -= step * *extent as i64;
                *coordinate = 0;
            }
        }
    }

    /// The range's only run, if it has one.
    pub(crate) fn single_run(&self, range: Range<'_>) -> Option<Run> {
        let (joined, _) = self.joined(range.extents);
        if range.start % joined + range.len > joined {
            return None;
        }
        let mut single = None;
        self.runs(range, |run| single = Some(run));
        single
    }

    /// Points along the leading axes that continue one another, and the number of these axes.
    fn joined(&self, extents: &[usize]) -> (usize, usize) {
        let (Some(first), Some(stride)) = (extents.first(), self.strides.first()) else {
            return (1, 0);
        };
        let mut joined = *first;
        let mut axes = 1;
        while axes < extents.len() && self.strides[axes] == stride * joined as i64 {
            joined *= extents[axes];
            axes += 1;
        }
        (joined, axes)
    }
}

impl Lane {
    /// Copies the elements of a range.
    pub(crate) fn gather<T: Element>(&self, range: Range<'_>, out: &mut [T]) {
        let source = T::of(&self.column);
        self.walk.runs(range, |run| {
            let out = &mut out[run.at..run.at + run.len];
            let first = run.address as usize;
            match run.stride {
                0 => out.fill(source[first]),
                1 => out.copy_from_slice(&source[first..first + run.len]),
                stride if stride > 0 => {
                    let elements = source[first..].iter().step_by(stride as usize);
                    for (out, element) in out.iter_mut().zip(elements) {
                        *out = *element;
                    }
                }
                stride => {
                    let elements = source[..=first].iter().rev().step_by(-stride as usize);
                    for (out, element) in out.iter_mut().zip(elements) {
                        *out = *element;
                    }
                }
            }
        });
    }
}

/// Writes the values of a range to their elements; `base` is the element that `out` begins with.
pub(crate) fn scatter<T: Element>(
    walk: &Walk,
    range: Range<'_>,
    values: &[T],
    base: i64,
    out: &mut [T],
) {
    walk.runs(range, |run| {
        let values = &values[run.at..run.at + run.len];
        let first = (run.address - base) as usize;
        match run.stride {
            1 => out[first..first + run.len].copy_from_slice(values),
            stride => {
                for (i, value) in values.iter().enumerate() {
                    out[(first as i64 + stride * i as i64) as usize] = *value;
                }
            }
        }
    });
}

/// Makes one axis of neighbouring axes that continue one another in every walk and for which
/// `may_join` holds; returns which of the old axes begins each new one.
pub(crate) fn join_axes<'a>(
    extents: &mut Vec<usize>,
    walks: impl Iterator<Item = &'a mut Walk>,
    may_join: impl Fn(usize, usize) -> bool,
) -> Vec<usize> {
    let mut walks: Vec<&mut Walk> = walks.collect();
    let mut first: Vec<usize> = (0..extents.len()).collect();
    let mut axis = 0;
    while axis + 1 < extents.len() {
        let continues =
            |walk: &&mut Walk| walk.strides[axis + 1] == walk.strides[axis] * extents[axis] as i64;
        if may_join(first[axis], first[axis + 1]) && walks.iter().all(continues) {
            extents[axis] *= extents[axis + 1];
            extents.remove(axis + 1);
            first.remove(axis + 1);
            walks.iter_mut().for_each(|walk| _ = walk.strides.remove(axis + 1));
        } else {
            axis += 1;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(extents: &[usize], strides: &[i64], start: usize, len: usize) -> Vec<Run> {
        let walk = Walk { offset: 100, strides: strides.to_vec() };
        let mut found = Vec::new();
        walk.runs(Range { extents, shift: 0, start, len }, |run| found.push(run));
        found
    }

    #[test]
    fn joined_axes_make_one_run() {
        let run = Run { at: 0, address: 105, stride: 1, len: 12 };
        assert_eq!(runs(&[4, 5], &[1, 4], 5, 12), [run]);
    }

    #[test]
    fn a_range_may_begin_inside_a_run() {
        let expected = [
            Run { at: 0, address: 99, stride: -1, len: 1 },
            Run { at: 1, address: 110, stride: -1, len: 2 },
        ];
        assert_eq!(runs(&[2, 3], &[-1, 10], 1, 3), expected);
    }

    #[test]
    fn increasing_walks() {
        let walk = |strides: &[i64]| Walk { offset: 0, strides: strides.to_vec() };
        assert!(walk(&[2, 10]).is_increasing(&[5, 4]));
        assert!(!walk(&[2, 8]).is_increasing(&[5, 4]));
        assert!(!walk(&[1, -5]).is_increasing(&[5, 4]));
        assert!(walk(&[0, 1]).is_increasing(&[1, 4]));
    }
}
