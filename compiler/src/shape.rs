//! Extents of arrays.

use smallvec::{SmallVec, smallvec};

/// Extents, at least two, column-major; trailing ones beyond the second are dropped. Those of up to
/// three axes need no memory of their own.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(SmallVec<[u64; 3]>);

impl Clone for Shape {
    /// A copy of bytes, which a derived one is not.
    fn clone(&self) -> Shape {
        Shape(SmallVec::from_slice(&self.0))
    }
}

impl Shape {
    /// `1 x 1`.
    pub fn scalar() -> Shape {
        Shape(smallvec![1, 1])
    }

    /// `rows x columns`.
    pub fn matrix(rows: u64, columns: u64) -> Shape {
        Shape(smallvec![rows, columns])
    }

    /// From any list: padded to two extents, trailing ones dropped.
    pub fn new(mut extents: Vec<u64>) -> Shape {
        while extents.len() > 2 && extents.last() == Some(&1) {
            extents.pop();
        }
        while extents.len() < 2 {
            extents.push(1);
        }
        Shape(SmallVec::from_slice(&extents))
    }

    /// The extents.
    pub fn extents(&self) -> &[u64] {
        &self.0
    }

    /// Number of extents, at least 2.
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// Extent along a 0-based axis; 1 beyond the rank.
    pub fn extent(&self, axis: usize) -> u64 {
        self.0.get(axis).copied().unwrap_or(1)
    }

    /// One more along an axis that it has.
    pub(crate) fn grow(&mut self, axis: usize) {
        if let Some(extent) = self.0.get_mut(axis) {
            *extent += 1;
        }
    }

    /// Elements; saturates at `u64::MAX`.
    pub fn len(&self) -> u64 {
        self.0.iter().fold(1u64, |total, extent| total.saturating_mul(*extent))
    }

    /// True if some extent is 0.
    pub fn is_empty(&self) -> bool {
        self.0.contains(&0)
    }

    /// True for `1 x 1`.
    pub fn is_scalar(&self) -> bool {
        self.extents() == [1, 1]
    }

    /// True for `1 x n` or `n x 1`.
    pub fn is_vector(&self) -> bool {
        self.rank() == 2 && (self.extent(0) == 1 || self.extent(1) == 1)
    }

    /// First axis whose extent is not 1, or 0: where reductions run by default.
    pub fn first_axis(&self) -> usize {
        self.0.iter().position(|extent| *extent != 1).unwrap_or(0)
    }

    /// The common shape under implicit expansion, if there is one.
    pub fn broadcast(&self, other: &Shape) -> Option<Shape> {
        if self == other || other.is_scalar() {
            return Some(self.clone());
        }
        if self.is_scalar() {
            return Some(other.clone());
        }
        let rank = self.rank().max(other.rank());
        let extents = (0..rank).map(|axis| match (self.extent(axis), other.extent(axis)) {
            (left, right) if left == right => Some(left),
            (1, right) => Some(right),
            (left, 1) => Some(left),
            (_, _) => None,
        });
        extents.collect::<Option<Vec<u64>>>().map(Shape::new)
    }

    /// With another extent along an axis.
    #[must_use]
    pub fn with_extent(&self, axis: usize, extent: u64) -> Shape {
        let mut extents = self.0.to_vec();
        if axis >= extents.len() {
            extents.resize(axis + 1, 1);
        }
        extents[axis] = extent;
        Shape::new(extents)
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&texts.join("x"))
    }
}
