//! Dense linear algebra on small host matrices, column-major, in `f64`.

use preheat_dense::{Complex, Lu, Matrix};

/// True if the matrix that was factored is singular to the last digit of 1.
fn is_singular(lu: &Lu<f64>, a: &Matrix<f64>) -> bool {
    let condition = lu.reciprocal_condition(a);
    1.0 + condition == 1.0 || condition.is_nan()
}

/// The solution of a lower triangular system, whose rows are not exchanged.
fn forward((a, n): (&[f64], usize), b: &[f64]) -> Option<Vec<f64>> {
    let is_lower = (1..n).all(|column| a[n * column..][..column].iter().all(|value| *value == 0.0));
    let diagonal = || (0..n).map(|at| a[at + n * at].abs());
    let high = diagonal().fold(0.0, f64::max);
    if !is_lower || !diagonal().all(|pivot| pivot > high * f64::EPSILON) {
        return None;
    }
    if n == 0 {
        return Some(Vec::new());
    }
    let mut x = b.to_vec();
    for y in x.chunks_mut(n) {
        for row in 0..n {
            y[row] /= a[row + n * row];
            let known = y[row];
            (row + 1..n).for_each(|below| y[below] -= a[below + n * row] * known);
        }
    }
    Some(x)
}

/// Solves `A x = b`: exactly for a square matrix, else, and for a pivot of zero, by least squares
/// of least norm. Says whether a square matrix is singular.
pub(crate) fn solve(
    (a, rows, columns): (Vec<f64>, usize, usize),
    b: Vec<f64>,
    count: usize,
) -> (Vec<f64>, bool) {
    let least = |a: &[f64], b: &[f64]| {
        let matrix = |values: &[f64], rows: usize, columns: usize| {
            let data = values.iter().map(|value| Complex::new(*value, 0.0)).collect();
            Matrix { rows, columns, data }
        };
        let x = least_norm(&matrix(a, rows, columns), &matrix(b, rows, count));
        x.data.into_iter().map(|value| value.re).collect::<Vec<f64>>()
    };
    if rows == columns {
        if let Some(x) = forward((&a, rows), &b) {
            return (x, false);
        }
        let whole = Matrix { rows, columns, data: a };
        let lu = preheat_dense::lu(whole.clone());
        if rows > 1 && (0..rows).any(|k| lu.factors.at(k, k) == 0.0) {
            return (least(&whole.data, &b), true);
        }
        let is_singular = is_singular(&lu, &whole);
        return (lu.solve(&Matrix { rows, columns: count, data: b }).data, is_singular);
    }
    if rows > columns
        && let Some(x) = least_squares((a.clone(), rows, columns), b.clone(), count)
    {
        return (x, false);
    }
    (least(&a, &b), false)
}

/// The solution of least norm among those of least squares, by singular values: those below the
/// largest's rounding count as zero, as in LAPACK's `gelsd`.
pub(crate) fn least_norm(
    a: &Matrix<Complex<f64>>,
    b: &Matrix<Complex<f64>>,
) -> Matrix<Complex<f64>> {
    let mut x = Matrix::zeros(a.columns, b.columns);
    let Some(svd) = preheat_dense::svd(a, true) else {
        x.data.fill(Complex::new(f64::NAN, 0.0));
        return x;
    };
    let limit = svd.values.first().copied().unwrap_or(0.0) * f64::EPSILON / 2.0;
    for column in 0..b.columns {
        for (at, value) in svd.values.iter().enumerate().filter(|(_, value)| **value > limit) {
            let pairs = svd.u.column(at).iter().zip(b.column(column));
            let part = pairs.map(|(u, b)| u.conj() * b).sum::<Complex<f64>>() / *value;
            for row in 0..a.columns {
                x.set(row, column, x.at(row, column) + svd.v.at(row, at) * part);
            }
        }
    }
    x
}

/// Householder QR and back substitution (Golub and Van Loan, section 5.3.2). `None` for a matrix
/// whose columns may depend on each other.
fn least_squares(
    (mut a, rows, columns): (Vec<f64>, usize, usize),
    mut b: Vec<f64>,
    count: usize,
) -> Option<Vec<f64>> {
    for k in 0..columns {
        let norm = (k..rows).map(|row| a[row + k * rows].powi(2)).sum::<f64>().sqrt();
        if norm == 0.0 {
            continue;
        }
        let mut v: Vec<f64> = (k..rows).map(|row| a[row + k * rows]).collect();
        v[0] += norm.copysign(v[0]);
        let scale = 2.0 / v.iter().map(|value| value * value).sum::<f64>();
        let reflect = |matrix: &mut Vec<f64>, column: usize| {
            let at = column * rows + k;
            let dot: f64 = v.iter().zip(&matrix[at..]).map(|(v, value)| v * value).sum();
            for (offset, v) in v.iter().enumerate() {
                matrix[at + offset] -= scale * dot * v;
            }
        };
        (k..columns).for_each(|column| reflect(&mut a, column));
        (0..count).for_each(|column| reflect(&mut b, column));
    }
    let diagonal = || (0..columns).map(|k| a[k + k * rows].abs());
    if diagonal().fold(f64::INFINITY, f64::min) <= diagonal().fold(0.0, f64::max) * 1e-10 {
        return None;
    }
    let mut x = Vec::with_capacity(columns * count);
    for column in 0..count {
        let mut y: Vec<f64> = b[column * rows..column * rows + columns].to_vec();
        for k in (0..columns).rev() {
            y[k] /= a[k + k * rows];
            let known = y[k];
            for (row, value) in y.iter_mut().enumerate().take(k) {
                *value -= a[row + k * rows] * known;
            }
        }
        x.extend(y);
    }
    Some(x)
}
