//! Eigenvalues and vectors of real matrices without symmetry, and the real Schur form.
//!
//! Balancing, reduction to Hessenberg form, double-shift QR steps, back substitution: Golub and
//! Van Loan, "Matrix Computations", chapter 7. The order of the eigenvalues follows from where the
//! iteration deflates, so shifts, tests and the standard form of 2x2 blocks are those of LAPACK
//! (`dgebal`, `dgehd2`, `dlahqr`, `dlanv2`, `dtrevc`).

mod balance;
mod hessenberg;

use self::balance::{Balance, balanced};
use self::hessenberg::{Hessenberg, iterate, reduced};
use crate::matrix::{Complex, Matrix};
use crate::order::norm;

/// `a = u * t * u'`, `t` with blocks of one or two on the diagonal.
#[derive(Clone, Debug)]
pub struct Schur {
    /// Orthogonal factor.
    pub u: Matrix<f64>,
    /// Quasi-triangular factor.
    pub t: Matrix<f64>,
}

/// The real Schur form. `None` if the iteration does not converge.
pub fn schur(a: &Matrix<f64>) -> Option<Schur> {
    let balance = Balance::none(a.rows);
    let mut form = reduced(a.clone(), &balance);
    iterate(&mut form, &balance)?;
    Some(Schur { u: form.q, t: form.h })
}

/// Eigenvalues, and a column of unit length per eigenvalue.
pub type Spectrum = (Vec<Complex<f64>>, Matrix<Complex<f64>>);

/// Eigenvalues and vectors of a real matrix. `None` if the iteration does not
/// converge.
pub fn eigen(a: &Matrix<f64>) -> Option<Spectrum> {
    let (a, balance) = balanced(a.clone());
    let mut form = reduced(a, &balance);
    let values = iterate(&mut form, &balance)?;
    let mut vectors = Matrix::zeros(form.h.rows, form.h.rows);
    let mut at = 0;
    while at < values.len() {
        let x = match values[at].im == 0.0 {
            true => real_substituted(&form, at, values[at].re),
            false => substituted(&form, at, values[at]),
        };
        let wide = if values[at].im == 0.0 { 1 } else { 2 };
        let mut column = transformed(&form, &x);
        balance.undo(&mut column);
        normalize(&mut column, wide == 2);
        for (row, value) in column.into_iter().enumerate() {
            vectors.set(row, at, value);
            if wide == 2 {
                vectors.set(row, at + 1, value.conj());
            }
        }
        at += wide;
    }
    Some((values, vectors))
}

/// The same for a real eigenvalue, without complex steps. The vector is scaled by the reciprocal
/// of its largest element after it was transformed, as `dtrevc3` does.
fn real_substituted(form: &Hessenberg, at: usize, value: f64) -> Vec<Complex<f64>> {
    let t = &form.h;
    let is_triangular = (1..=at).all(|row| t.at(row, row - 1) == 0.0);
    if !is_triangular {
        return substituted(form, at, Complex::new(value, 0.0));
    }
    let mut x: Vec<f64> = (0..at).map(|row| -t.at(row, at)).collect();
    x.push(1.0);
    let scale = t.data.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let least = f64::EPSILON * value.abs().max(scale).max(f64::MIN_POSITIVE);
    for row in (0..at).rev() {
        let pivot = t.at(row, row) - value;
        x[row] /= if pivot.abs() < least { least } else { pivot };
        // The vector has any length: it is kept from overflow.
        if x[row].abs() > 1e100 {
            let down = x[row].abs().recip();
            x.iter_mut().for_each(|value| *value *= down);
        }
        let known = x[row];
        (0..row).for_each(|above| x[above] -= known * t.at(above, row));
    }
    x.resize(t.rows, 0.0);
    x.into_iter().map(|value| Complex::new(value, 0.0)).collect()
}

/// The eigenvector of the quasi-triangular factor that belongs to the block at `at`.
fn substituted(form: &Hessenberg, at: usize, value: Complex<f64>) -> Vec<Complex<f64>> {
    let t = &form.h;
    let n = t.rows;
    let mut x = vec![Complex::new(0.0, 0.0); n];
    if value.im == 0.0 {
        x[at] = Complex::new(1.0, 0.0);
        (0..at).for_each(|row| x[row] = Complex::new(-t.at(row, at), 0.0));
    } else {
        let (above, below) = (t.at(at, at + 1), t.at(at + 1, at));
        let (first, second) = match above.abs() >= below.abs() {
            true => (1.0, value.im / above),
            false => (-value.im / below, 1.0),
        };
        x[at] = Complex::new(first, 0.0);
        x[at + 1] = Complex::new(0.0, second);
        for (row, entry) in x.iter_mut().enumerate().take(at) {
            *entry = Complex::new(-first * t.at(row, at), -second * t.at(row, at + 1));
        }
    }
    let scale = t.data.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let least = f64::EPSILON * value.norm().max(scale).max(f64::MIN_POSITIVE);
    let mut row = at;
    while row > 0 {
        row -= 1;
        let is_pair = row > 0 && t.at(row, row - 1) != 0.0;
        if is_pair {
            let (a, b) = (t.at(row - 1, row - 1) - value, t.at(row - 1, row));
            let (c, d) = (t.at(row, row - 1), t.at(row, row) - value);
            let determinant = away_from_zero(a * d - b * c, least * least);
            let (p, q) = (x[row - 1], x[row]);
            x[row - 1] = (d * p - q * b) / determinant;
            x[row] = (a * q - p * c) / determinant;
            subtract(&mut x, t, row);
            row -= 1;
        } else {
            x[row] /= away_from_zero(t.at(row, row) - value, least);
        }
        subtract(&mut x, t, row);
    }
    x
}

/// Takes what `x[column]` contributes from the rows above its block.
fn subtract(x: &mut [Complex<f64>], t: &Matrix<f64>, column: usize) {
    let value = x[column];
    let is_lower = column > 0 && t.at(column, column - 1) != 0.0;
    let top = if is_lower { column - 1 } else { column };
    (0..top).for_each(|row| x[row] -= value * t.at(row, column));
}

fn away_from_zero(value: Complex<f64>, least: f64) -> Complex<f64> {
    if value.norm() < least { Complex::new(least, 0.0) } else { value }
}

fn transformed(form: &Hessenberg, x: &[Complex<f64>]) -> Vec<Complex<f64>> {
    let n = form.q.rows;
    let row = |row: usize| (0..n).map(|at| x[at] * form.q.at(row, at)).sum();
    (0..n).map(row).collect()
}

/// Unit length; the largest element of a complex vector becomes real.
fn normalize(column: &mut [Complex<f64>], is_complex: bool) {
    if !is_complex {
        let largest = column.iter().map(|value| value.re.abs()).fold(0.0, f64::max);
        column.iter_mut().for_each(|value| *value *= 1.0 / largest);
        let scale = 1.0 / norm(column.iter().map(|value| value.re));
        column.iter_mut().for_each(|value| *value *= scale);
        return;
    }
    let norm = column.iter().map(|value| value.norm()).fold(0.0, f64::hypot);
    if norm == 0.0 {
        return;
    }
    column.iter_mut().for_each(|value| *value /= norm);
    let mut largest = 0;
    for at in 1..column.len() {
        if column[at].norm_sqr() > column[largest].norm_sqr() {
            largest = at;
        }
    }
    let pivot = column[largest];
    let length = pivot.norm().copysign(pivot.re);
    let turn = pivot.conj() / length;
    column.iter_mut().for_each(|value| *value *= turn);
    column[largest].im = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pseudo_random(order: usize, mut state: u64) -> Matrix<f64> {
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / (1u64 << 31) as f64 - 0.5
        };
        Matrix { rows: order, columns: order, data: (0..order * order).map(|_| next()).collect() }
    }

    #[test]
    fn every_pair_satisfies_its_equation() {
        for order in 1..9 {
            for seed in 0..20 {
                let a = pseudo_random(order, seed * 31 + order as u64);
                let (values, vectors) = eigen(&a).expect("converges");
                for (at, value) in values.iter().enumerate() {
                    let v = vectors.column(at);
                    for row in 0..order {
                        let left: Complex<f64> =
                            (0..order).map(|inner| v[inner] * a.at(row, inner)).sum();
                        assert!((left - value * v[row]).norm() < 1e-9, "{order} {seed} {at}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_triangular_matrix_keeps_the_order_of_its_diagonal() {
        let a =
            Matrix { rows: 3, columns: 3, data: vec![3.0, 0.0, 0.0, 1.0, 1.0, 0.0, 2.0, 5.0, 2.0] };
        let values: Vec<f64> = eigen(&a).expect("converges").0.iter().map(|v| v.re).collect();
        assert_eq!(values, [3.0, 1.0, 2.0]);
    }
}
