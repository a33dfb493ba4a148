//! Symmetric positive definite matrices: solutions, inverses and determinants by Cholesky factors.
//!
//! Octave takes this way for every matrix that may be positive definite, and what it prints shows
//! the rounding of it: `det` of such a matrix of whole numbers is seldom whole. The order of the
//! operations is that of LAPACK's unblocked `dpotf2`, `dpotrs`, `dtrti2` and `dlauu2`, which
//! multiply by the reciprocals of the diagonal.

use std::ops::Range;

use preheat_dense::{Matrix, blocks};

/// The upper factor `R` with `A = R' R`, column-major.
pub(crate) struct Positive {
    upper: Vec<f64>,
    n: usize,
}

impl Positive {
    /// The factor, if the matrix is symmetric and positive definite, and not triangular.
    pub(crate) fn of(a: &[f64], n: usize) -> Option<Positive> {
        if n < 2 || a.len() != n * n || !may_be(a, n) {
            return None;
        }
        let matrix = Matrix { rows: n, columns: n, data: a.to_vec() };
        let r = preheat_dense::cholesky(&matrix).ok()?.data;
        let pivots = || (0..n).map(|k| r[k + k * n]);
        let (low, high) = (pivots().fold(f64::INFINITY, f64::min), pivots().fold(0.0f64, f64::max));
        // Near a singular matrix the other way knows when to warn.
        (low * low > high * high * f64::EPSILON).then_some(Positive { upper: r, n })
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.upper[row + column * self.n]
    }

    /// The determinant of the matrix.
    pub(crate) fn determinant(&self) -> f64 {
        let product: f64 = (0..self.n).map(|k| self.at(k, k)).product();
        product * product
    }

    /// Solves for `count` columns.
    pub(crate) fn solve(&self, b: &[f64], count: usize) -> Vec<f64> {
        let n = self.n;
        let mut x = b.to_vec();
        for y in x.chunks_mut(n).take(count) {
            for rows in blocks(n) {
                self.forward(y, rows);
            }
            for rows in blocks(n).into_iter().rev() {
                self.backward(y, rows);
            }
        }
        x
    }

    /// A block of `R' y = b`: what is known is taken off at once, the block's own row by row.
    fn forward(&self, y: &mut [f64], rows: Range<usize>) {
        for row in rows.clone() {
            y[row] -= (0..rows.start).map(|k| self.at(k, row) * y[k]).sum::<f64>();
        }
        for row in rows.clone() {
            y[row] *= 1.0 / self.at(row, row);
            (row + 1..rows.end).for_each(|k| y[k] -= self.at(row, k) * y[row]);
        }
    }

    /// A block of `R x = y`.
    fn backward(&self, y: &mut [f64], rows: Range<usize>) {
        for row in rows.clone() {
            y[row] -= (rows.end..self.n).map(|k| self.at(row, k) * y[k]).sum::<f64>();
        }
        for row in rows.clone().rev() {
            y[row] *= 1.0 / self.at(row, row);
            (rows.start..row).for_each(|k| y[k] -= self.at(k, row) * y[row]);
        }
    }

    /// The inverse of the matrix.
    pub(crate) fn inverse(&self) -> Vec<f64> {
        let n = self.n;
        let mut u = self.upper.clone();
        // The inverse of the factor.
        for j in 0..n {
            let pivot = 1.0 / u[j + j * n];
            u[j + j * n] = pivot;
            for row in 0..j {
                let sum: f64 = (row..j).map(|k| u[row + k * n] * u[k + j * n]).sum();
                u[row + j * n] = sum;
            }
            for row in 0..j {
                u[row + j * n] *= -pivot;
            }
        }
        // Its product with its transpose.
        let mut inverse = vec![0.0; n * n];
        for column in 0..n {
            for row in 0..=column {
                let first = u[row + column * n] * u[column + column * n];
                let rest: f64 = (column + 1..n).map(|k| u[row + k * n] * u[column + k * n]).sum();
                inverse[row + column * n] = first + rest;
                inverse[column + row * n] = first + rest;
            }
        }
        inverse
    }
}

/// Octave's test before it tries: a positive diagonal that outweighs what is beside it, symmetric,
/// and something on each side of the diagonal.
fn may_be(a: &[f64], n: usize) -> bool {
    let mut is_triangular = true;
    for column in 0..n {
        let diagonal = a[column + column * n];
        if diagonal.is_nan() || diagonal <= 0.0 {
            return false;
        }
        for row in 0..column {
            let value = a[row + column * n];
            let is_fit =
                value == a[column + row * n] && value * value < diagonal * a[row + row * n];
            if !is_fit {
                return false;
            }
            is_triangular &= value == 0.0;
        }
    }
    !is_triangular
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_solves_and_inverts() {
        let a = [4.0, -2.0, 1.0, -2.0, 4.0, -2.0, 1.0, -2.0, 4.0];
        let factor = Positive::of(&a, 3).expect("positive definite");
        assert!((factor.determinant() - 36.0).abs() < 1e-12);
        let x = factor.solve(&[3.0, 0.0, 3.0], 1);
        let back: Vec<f64> =
            (0..3).map(|row| (0..3).map(|k| a[row + 3 * k] * x[k]).sum()).collect();
        for (found, wanted) in back.iter().zip([3.0, 0.0, 3.0]) {
            assert!((found - wanted).abs() < 1e-13);
        }
        let inverse = factor.inverse();
        let one: f64 = (0..3).map(|k| a[3 * k] * inverse[k]).sum();
        assert!((one - 1.0).abs() < 1e-13);
    }

    #[test]
    fn other_matrices_have_none() {
        assert!(Positive::of(&[1.0, 2.0, 2.0, 1.0], 2).is_none());
        assert!(Positive::of(&[1.0, 0.0, 0.0, 1.0], 2).is_none());
        assert!(Positive::of(&[2.0, 1.0, 0.5, 2.0], 2).is_none());
        assert!(Positive::of(&[2.0, f64::NAN, f64::NAN, 2.0], 2).is_none());
    }
}
