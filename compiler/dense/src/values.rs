//! Singular values, and eigenvalues of complex Hermitian and of pairs of matrices, by `faer`.

use faer::{MatRef, Side};
use rustfft::num_complex::Complex;

use crate::eigen::Spectrum;
use crate::matrix::Matrix;
use crate::symmetric::in_range;

/// `a = u * diag(values) * v'`.
#[derive(Clone, Debug)]
pub struct Svd {
    /// Left singular vectors, `[m,m]`, or `[m,k]` for `k = min(m,n)`.
    pub u: Matrix<Complex<f64>>,
    /// `k` values, the largest first.
    pub values: Vec<f64>,
    /// Right singular vectors, `[n,n]` or `[n,k]`.
    pub v: Matrix<Complex<f64>>,
}

fn complex(matrix: MatRef<'_, Complex<f64>>) -> Matrix<Complex<f64>> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let elements = (0..rows * columns).map(|at| matrix[(at % rows, at / rows)]);
    Matrix { rows, columns, data: elements.collect() }
}

/// Singular values and vectors. `None` if the iteration does not converge.
pub fn svd(a: &Matrix<Complex<f64>>, is_thin: bool) -> Option<Svd> {
    let is_real = a.data.iter().all(|value| value.im == 0.0);
    if is_real {
        let data = a.data.iter().map(|value| value.re).collect();
        let real = Matrix { rows: a.rows, columns: a.columns, data };
        let (real, up) = in_range(&real);
        let (u, values, v) = crate::bidiagonal::svd(&real, is_thin)?;
        let values = values.into_iter().map(|value| value * up).collect();
        let widen = |matrix: Matrix<f64>| {
            let data = matrix.data.into_iter().map(|value| Complex::new(value, 0.0)).collect();
            Matrix { rows: matrix.rows, columns: matrix.columns, data }
        };
        return Some(Svd { u: widen(u), values, v: widen(v) });
    }
    let matrix = MatRef::from_column_major_slice(&a.data, a.rows, a.columns);
    let found = if is_thin { matrix.thin_svd() } else { matrix.svd() }.ok()?;
    let values = found.S().column_vector().iter().map(|value| value.re).collect();
    Some(Svd { u: complex(found.U()), values, v: complex(found.V()) })
}

/// Singular values of a real matrix, the largest first. `None` if the iteration does not converge.
pub fn singular_values(a: &Matrix<f64>) -> Option<Vec<f64>> {
    let (a, up) = in_range(a);
    let values = MatRef::from_column_major_slice(&a.data, a.rows, a.columns).singular_values();
    Some(values.ok()?.into_iter().map(|value| value * up).collect())
}

/// Eigenvalues, the smallest first, and vectors of a complex Hermitian matrix. `None` if the
/// iteration does not converge.
pub fn hermitian_eigen(a: &Matrix<Complex<f64>>) -> Option<(Vec<f64>, Matrix<Complex<f64>>)> {
    let matrix = MatRef::from_column_major_slice(&a.data, a.rows, a.columns);
    let found = matrix.self_adjoint_eigen(Side::Upper).ok()?;
    let values = found.S().column_vector().iter().map(|value| value.re).collect();
    Some((values, complex(found.U())))
}

/// The values for which `a - value * b` is singular. `None` if the iteration does not converge.
pub fn generalized_values(a: &Matrix<f64>, b: &Matrix<f64>) -> Option<Vec<Complex<f64>>> {
    if let Some(pair) = conjugate_pair(a, b) {
        return Some(pair);
    }
    let a = MatRef::from_column_major_slice(&a.data, a.rows, a.columns);
    let b = MatRef::from_column_major_slice(&b.data, b.rows, b.columns);
    let found = a.generalized_eigen(b).ok()?;
    let pairs = found.S_a().column_vector().iter().zip(found.S_b().column_vector().iter());
    Some(pairs.map(|(a, b)| a / b).collect())
}

/// The values of a pair of 2 by 2 matrices where they are complex, or one real number twice: there
/// faer 0.24 may lack room for the vectors and panic. They are the roots of `det(a - value * b)`.
fn conjugate_pair(a: &Matrix<f64>, b: &Matrix<f64>) -> Option<Vec<Complex<f64>>> {
    let (&[a, c, e, d], &[p, r, q, s]) = (a.data.as_slice(), b.data.as_slice()) else {
        return None;
    };
    let square = p * s - q * r;
    let half = (a * s + d * p - e * r - c * q) / 2.0;
    let root = half * half - square * (a * d - e * c);
    let rounding = f64::EPSILON * 8.0 * (half * half + (square * (a * d - e * c)).abs());
    if root.is_nan() || root > rounding || square == 0.0 {
        return None;
    }
    let root = if root >= -rounding { 0.0 } else { root };
    let (re, im) = (half / square, (-root).sqrt() / square.abs());
    Some(vec![Complex::new(re, im), Complex::new(re, -im)])
}

/// Eigenvalues and vectors of unit length of a complex matrix. `None` if the iteration does not
/// converge.
pub fn complex_eigen(a: &Matrix<Complex<f64>>) -> Option<Spectrum> {
    let matrix = MatRef::from_column_major_slice(&a.data, a.rows, a.columns);
    let found = faer::linalg::solvers::Eigen::new(matrix).ok()?;
    let values = found.S().column_vector().iter().copied().collect();
    let mut vectors = complex(found.U());
    for column in vectors.data.chunks_mut(a.rows.max(1)) {
        let norm = column.iter().map(|value| value.norm()).fold(0.0, f64::hypot);
        column.iter_mut().for_each(|value| *value /= norm);
    }
    Some((values, vectors))
}
