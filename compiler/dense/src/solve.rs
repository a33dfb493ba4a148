//! Factorisations that solve systems: LU, Cholesky, QR by Householder reflections.
//!
//! Sources: Golub and Van Loan, "Matrix Computations", chapters 3 to 5; the reflections have
//! LAPACK's signs (`dlarfg`), so R's diagonal does too.

use crate::matrix::{Field, Matrix};

/// Factors of a matrix with its rows exchanged.
#[derive(Clone, Debug)]
pub struct Lu<T> {
    /// L below the diagonal, whose ones are not stored, and U.
    pub factors: Matrix<T>,
    /// Row of the original per row of the product.
    pub order: Vec<usize>,
    /// True after an odd number of exchanges.
    pub is_odd: bool,
}

/// LU with partial pivoting. `[m,n]`; a column of zeros gives a zero pivot.
pub fn lu<T: Field>(mut a: Matrix<T>) -> Lu<T> {
    let mut order: Vec<usize> = (0..a.rows).collect();
    let mut is_odd = false;
    for step in 0..a.rows.min(a.columns) {
        let mut best = step;
        for row in step + 1..a.rows {
            if a.at(row, step).modulus() > a.at(best, step).modulus() {
                best = row;
            }
        }
        if best != step {
            a.swap_rows(best, step);
            order.swap(best, step);
            is_odd = !is_odd;
        }
        let pivot = a.at(step, step);
        if pivot.modulus() == 0.0 {
            continue;
        }
        for row in step + 1..a.rows {
            let factor = a.at(row, step) / pivot;
            a.set(row, step, factor);
        }
        for column in step + 1..a.columns {
            let top = a.at(step, column);
            for row in step + 1..a.rows {
                let rest = a.at(row, column) - a.at(row, step) * top;
                a.set(row, column, rest);
            }
        }
    }
    Lu { factors: a, order, is_odd }
}

impl<T: Field> Lu<T> {
    /// The solution of a square system per column of `right`.
    pub fn solve(&self, right: &Matrix<T>) -> Matrix<T> {
        let order = self.factors.rows;
        let mut x: Matrix<T> = Matrix::zeros(order, right.columns);
        for column in 0..right.columns {
            for (row, from) in self.order.iter().enumerate() {
                x.set(row, column, right.at(*from, column));
            }
            for step in 0..order {
                let value = x.at(step, column);
                for row in step + 1..order {
                    let rest = x.at(row, column) - self.factors.at(row, step) * value;
                    x.set(row, column, rest);
                }
            }
            for step in (0..order).rev() {
                let value = x.at(step, column) / self.factors.at(step, step);
                x.set(step, column, value);
                for row in 0..step {
                    let rest = x.at(row, column) - self.factors.at(row, step) * value;
                    x.set(row, column, rest);
                }
            }
        }
        x
    }

    /// The determinant of a square matrix.
    pub fn determinant(&self) -> T {
        let sign = if self.is_odd { -1.0 } else { 1.0 };
        (0..self.factors.rows).fold(T::from(sign), |product, at| product * self.factors.at(at, at))
    }

    /// An estimate from above of the reciprocal condition in the 1-norm: exact, by the inverse.
    pub fn reciprocal_condition(&self, a: &Matrix<T>) -> f64 {
        let order = self.factors.rows;
        if (0..order).any(|at| self.factors.at(at, at).modulus() == 0.0) {
            return 0.0;
        }
        let inverse = self.solve(&Matrix::identity(order));
        1.0 / (one_norm(a) * one_norm(&inverse))
    }
}

fn one_norm<T: Field>(a: &Matrix<T>) -> f64 {
    let sum = |column: usize| a.column(column).iter().map(|value| value.modulus()).sum::<f64>();
    (0..a.columns).map(sum).fold(0.0, f64::max)
}

/// The upper Cholesky factor of a positive definite matrix, of which the upper half is read.
///
/// # Errors
/// The 1-based step at which it is not, with the factor of what comes before.
pub fn cholesky<T: Field>(a: &Matrix<T>) -> Result<Matrix<T>, (usize, Matrix<T>)> {
    let order = a.rows;
    let mut r: Matrix<T> = Matrix::zeros(order, order);
    for column in 0..order {
        for row in 0..=column {
            let mut sum = a.at(row, column);
            for inner in 0..row {
                sum = sum - r.at(inner, row).conjugate() * r.at(inner, column);
            }
            if row < column {
                r.set(row, column, sum / r.at(row, row));
                continue;
            }
            let pivot = sum.real();
            if pivot.is_nan() || pivot <= 0.0 {
                let mut before: Matrix<T> = Matrix::zeros(column, column);
                for (at, value) in before.data.iter_mut().enumerate() {
                    *value = r.at(at % column, at / column);
                }
                return Err((column + 1, before));
            }
            r.set(row, row, T::from(pivot.sqrt()));
        }
    }
    Ok(r)
}

/// A reflection `H = I - tau v v'` with `v[0] = 1` that takes `x` to `[beta, 0, ..]`, as `dlarfg`
/// makes it: the tail of `v` replaces that of `x`, `beta` its head.
pub fn householder<T: Field>(x: &mut [T]) -> T {
    let Some((alpha, tail)) = x.split_first_mut() else {
        return T::from(0.0);
    };
    let norm = tail.iter().map(|value| value.modulus()).fold(0.0, f64::hypot);
    let imaginary = *alpha - T::from(alpha.real());
    if norm == 0.0 && imaginary.modulus() == 0.0 {
        return T::from(0.0);
    }
    let beta = -alpha.modulus().hypot(norm).copysign(alpha.real());
    let tau = (T::from(beta) - *alpha) / T::from(beta);
    let scale = T::from(1.0) / (*alpha - T::from(beta));
    tail.iter_mut().for_each(|value| *value = *value * scale);
    *alpha = T::from(beta);
    tau
}

/// Q and R of `[m,n]`: `[m,k]` and `[k,n]`, where `k` is `m`, or `min(m,n)` if `is_thin`.
pub fn qr<T: Field>(a: &Matrix<T>, is_thin: bool) -> (Matrix<T>, Matrix<T>) {
    triangular(a.clone(), is_thin, None)
}

/// The same with columns exchanged so that R's diagonal does not grow, and which column of `a`
/// each column of the product is.
pub fn pivoted_qr<T: Field>(a: &Matrix<T>, is_thin: bool) -> (Matrix<T>, Matrix<T>, Vec<usize>) {
    let norms = (0..a.columns).map(|column| norm(a.column(column))).collect::<Vec<f64>>();
    let order = (0..a.columns).collect();
    let mut pivots = Pivots { norms: norms.clone(), exact: norms, order };
    let (q, r) = triangular(a.clone(), is_thin, Some(&mut pivots));
    (q, r, pivots.order)
}

fn norm<T: Field>(x: &[T]) -> f64 {
    x.iter().map(|value| value.modulus()).fold(0.0, f64::hypot)
}

/// Columns in the order in which they were taken; norms of what is left of them, as `dlaqp2`
/// keeps them up to date, and as they were when they were last computed.
struct Pivots {
    norms: Vec<f64>,
    exact: Vec<f64>,
    order: Vec<usize>,
}

impl Pivots {
    /// Brings the longest column to place `step`.
    fn choose<T: Field>(&mut self, work: &mut Matrix<T>, step: usize) {
        let longest = (step..work.columns).fold(step, |best, column| {
            if self.norms[column] > self.norms[best] { column } else { best }
        });
        if longest != step {
            work.swap_columns(longest, step);
            self.order.swap(longest, step);
            self.norms[longest] = self.norms[step];
            self.exact[longest] = self.exact[step];
        }
    }

    /// Takes row `step` out of the norms.
    fn shorten<T: Field>(&mut self, work: &Matrix<T>, step: usize) {
        for column in step + 1..work.columns {
            let before = self.norms[column];
            if before == 0.0 {
                continue;
            }
            let left = (1.0 - (work.at(step, column).modulus() / before).powi(2)).max(0.0);
            if left * (before / self.exact[column]).powi(2) <= (f64::EPSILON / 2.0).sqrt() {
                let rest = &work.column(column)[step + 1..];
                self.norms[column] = norm(rest);
                self.exact[column] = self.norms[column];
            } else {
                self.norms[column] = before * left.sqrt();
            }
        }
    }
}

fn triangular<T: Field>(
    mut work: Matrix<T>,
    is_thin: bool,
    mut pivots: Option<&mut Pivots>,
) -> (Matrix<T>, Matrix<T>) {
    let (m, n) = (work.rows, work.columns);
    let steps = m.min(n);
    let mut taus = Vec::with_capacity(steps);
    for step in 0..steps {
        if let Some(pivots) = pivots.as_deref_mut() {
            pivots.choose(&mut work, step);
        }
        let start = step + m * step;
        let tau = householder(&mut work.data[start..m * (step + 1)]);
        let v: Vec<T> = std::iter::once(T::from(1.0))
            .chain(work.data[start + 1..m * (step + 1)].iter().copied())
            .collect();
        for column in step + 1..n {
            reflect(&mut work.data[step + m * column..m * (column + 1)], &v, tau.conjugate());
        }
        if let Some(pivots) = pivots.as_deref_mut() {
            pivots.shorten(&work, step);
        }
        taus.push(tau);
    }
    let k = if is_thin { steps } else { m };
    let mut q: Matrix<T> = Matrix::zeros(m, k);
    (0..k).for_each(|at| q.set(at, at, T::from(1.0)));
    for step in (0..steps).rev() {
        let tail = work.data[step + 1 + m * step..m * (step + 1)].iter().copied();
        let v: Vec<T> = std::iter::once(T::from(1.0)).chain(tail).collect();
        for column in step..k {
            reflect(&mut q.data[step + m * column..m * (column + 1)], &v, taus[step]);
        }
    }
    let mut r: Matrix<T> = Matrix::zeros(k, n);
    for column in 0..n {
        (0..k.min(column + 1)).for_each(|row| r.set(row, column, work.at(row, column)));
    }
    (q, r)
}

/// `x - tau v (v' x)`.
pub(crate) fn reflect<T: Field>(x: &mut [T], v: &[T], tau: T) {
    let zero = T::from(0.0);
    let dot = v.iter().zip(x.iter()).fold(zero, |sum, (v, x)| sum + v.conjugate() * *x);
    let factor = tau * dot;
    x.iter_mut().zip(v).for_each(|(x, v)| *x = *x - factor * *v);
}
