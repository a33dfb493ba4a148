//! Factorisations that solve systems: LU, Cholesky, QR by Householder reflections.
//!
//! Sources: Golub and Van Loan, "Matrix Computations", chapters 3 to 5; the reflections have
//! LAPACK's signs (`dlarfg`), so R's diagonal does too.

use std::ops::Range;

use crate::matrix::{Field, Matrix};
use crate::order;

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

/// Columns up to which a factorisation is done column after column.
const LEFT_MAX: usize = 64;

/// LU with partial pivoting. `[m,n]`; a column of zeros gives a zero pivot.
pub fn lu<T: Field>(a: Matrix<T>) -> Lu<T> {
    let mut lu = Lu { order: (0..a.rows).collect(), factors: a, is_odd: false };
    match lu.factors.columns <= LEFT_MAX {
        true => lu.column_by_column(),
        false => lu.step_by_step(),
    }
    lu
}

impl<T: Field> Lu<T> {
    /// The row with the largest element of a column, from its diagonal on.
    fn pivot(&self, step: usize) -> usize {
        let size = |row: usize| self.factors.at(row, step).modulus();
        (step..self.factors.rows).fold(
            step,
            |best, row| {
                if size(row) > size(best) { row } else { best }
            },
        )
    }

    fn exchange(&mut self, step: usize, pivot: usize) {
        if pivot != step {
            self.order.swap(pivot, step);
            self.is_odd = !self.is_odd;
        }
    }

    /// Column after column, as OpenBLAS's `getf2` does for so few: each is brought up to date by
    /// those before it, and divided by its pivot by way of the reciprocal.
    fn column_by_column(&mut self) {
        let (m, n) = (self.factors.rows, self.factors.columns);
        let mut exchanges = Vec::new();
        for step in 0..n {
            for (row, pivot) in exchanges.iter().enumerate() {
                self.factors.data.swap(row + m * step, pivot + m * step);
            }
            let inner = step.min(m);
            for row in 1..m {
                let known = inner.min(row);
                let pairs = (0..known).map(|k| (self.factors.at(row, k), self.factors.at(k, step)));
                let sum = match row < inner {
                    true => order::strided_dot(pairs),
                    false => pairs.fold(T::from(0.0), |sum, (left, right)| sum + left * right),
                };
                self.factors.set(row, step, self.factors.at(row, step) - sum);
            }
            if step >= m {
                continue;
            }
            let pivot = self.pivot(step);
            exchanges.push(pivot);
            self.exchange(step, pivot);
            for column in 0..=step {
                self.factors.data.swap(step + m * column, pivot + m * column);
            }
            let value = self.factors.at(step, step);
            if value.modulus() == 0.0 {
                continue;
            }
            let scale = T::from(1.0) / value;
            for row in step + 1..m {
                self.factors.set(row, step, self.factors.at(row, step) * scale);
            }
        }
    }

    /// Step after step: each changes all that is left.
    fn step_by_step(&mut self) {
        for step in 0..self.factors.rows.min(self.factors.columns) {
            let best = self.pivot(step);
            self.exchange(step, best);
            let a = &mut self.factors;
            if best != step {
                a.swap_rows(best, step);
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
    }

    /// The inverse of a square matrix without a zero pivot: that of U, then the columns of L from
    /// the last one on, as LAPACK's `dtrti2` and `dgetri` do.
    pub fn inverse(&self) -> Matrix<T> {
        let n = self.factors.rows;
        let mut a = self.factors.clone();
        for column in 0..n {
            let pivot = T::from(1.0) / a.at(column, column);
            a.set(column, column, pivot);
            for inner in 0..column {
                let factor = a.at(inner, column);
                for row in 0..inner {
                    a.set(row, column, a.at(row, column) + factor * a.at(row, inner));
                }
                a.set(inner, column, factor * a.at(inner, inner));
            }
            (0..column).for_each(|row| a.set(row, column, a.at(row, column) * -pivot));
        }
        for column in (0..n).rev() {
            let lower: Vec<T> = (column + 1..n).map(|row| a.at(row, column)).collect();
            (column + 1..n).for_each(|row| a.set(row, column, T::from(0.0)));
            for row in 0..n {
                let products =
                    lower.iter().enumerate().map(|(at, l)| a.at(row, column + 1 + at) * *l);
                let sum = products.fold(T::from(0.0), |sum, product| sum + product);
                a.set(row, column, a.at(row, column) - sum);
            }
        }
        let mut inverse: Matrix<T> = Matrix::zeros(n, n);
        for (column, place) in self.order.iter().enumerate() {
            (0..n).for_each(|row| inverse.set(row, *place, a.at(row, column)));
        }
        inverse
    }

    /// The solution of a square system per column of `right`: of one column by substitution, of
    /// several in blocks of rows and by the reciprocals of the pivots, as OpenBLAS does.
    pub fn solve(&self, right: &Matrix<T>) -> Matrix<T> {
        let order = self.factors.rows;
        let mut x: Matrix<T> = Matrix::zeros(order, right.columns);
        let blocks = match right.columns {
            1 => std::iter::once(0..order).collect(),
            _ => blocks(order),
        };
        for column in 0..right.columns {
            let mut y: Vec<T> = self.order.iter().map(|row| right.at(*row, column)).collect();
            let known = |y: &[T], row: usize, columns: Range<usize>| {
                let products = columns.map(|k| self.factors.at(row, k) * y[k]);
                products.fold(T::from(0.0), |sum, product| sum + product)
            };
            for rows in blocks.iter().cloned() {
                for row in rows.clone().filter(|_| rows.start > 0) {
                    y[row] = y[row] - known(&y, row, 0..rows.start);
                }
                for row in rows.clone() {
                    for below in row + 1..rows.end {
                        y[below] = y[below] - self.factors.at(below, row) * y[row];
                    }
                }
            }
            for rows in blocks.iter().rev().cloned() {
                for row in rows.clone().filter(|_| rows.end < order) {
                    y[row] = y[row] - known(&y, row, rows.end..order);
                }
                for row in rows.clone().rev() {
                    let pivot = self.factors.at(row, row);
                    y[row] = match right.columns {
                        1 => y[row] / pivot,
                        _ => y[row] * (T::from(1.0) / pivot),
                    };
                    for above in rows.start..row {
                        y[above] = y[above] - self.factors.at(above, row) * y[row];
                    }
                }
            }
            x.data[order * column..order * (column + 1)].copy_from_slice(&y);
        }
        x
    }

    /// The determinant of a square matrix.
    pub fn determinant(&self) -> T {
        let sign = if self.is_odd { -1.0 } else { 1.0 };
        (0..self.factors.rows).fold(T::from(sign), |product, at| product * self.factors.at(at, at))
    }
}

/// Rows that a triangular system takes together: fours, then what is left by twos and ones.
pub fn blocks(count: usize) -> Vec<Range<usize>> {
    let whole = count / 4 * 4;
    let mut blocks: Vec<Range<usize>> = (0..whole).step_by(4).map(|row| row..row + 4).collect();
    let mut start = whole;
    for rows in [2, 1] {
        if count & rows != 0 {
            blocks.push(start..start + rows);
            start += rows;
        }
    }
    blocks
}

/// The largest sum of moduli of a column.
pub(crate) fn one_norm<T: Field>(a: &Matrix<T>) -> f64 {
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
    for step in 0..order {
        let conjugated: Vec<T> =
            r.column(step)[..step].iter().map(|value| value.conjugate()).collect();
        let is_odd = |column: usize| order % 2 == 1 && column % 2 == 1;
        let own = order::dot(&conjugated, &r.column(step)[..step], is_odd(step));
        let pivot = (a.at(step, step) - own).real();
        if pivot.is_nan() || pivot <= 0.0 {
            let mut before: Matrix<T> = Matrix::zeros(step, step);
            for (at, value) in before.data.iter_mut().enumerate() {
                *value = r.at(at % step, at / step);
            }
            return Err((step + 1, before));
        }
        let pivot = pivot.sqrt();
        r.set(step, step, T::from(pivot));
        let known: Vec<&[T]> = (step + 1..order).map(|column| &r.column(column)[..step]).collect();
        let known = order::row_product(&conjugated, &known, (is_odd(step + 1), order));
        let scale = T::from(1.0 / pivot);
        for (column, known) in (step + 1..order).zip(known) {
            r.set(step, column, (a.at(step, column) - known) * scale);
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
    let norm = norm(tail);
    let imaginary = *alpha - T::from(alpha.real());
    if norm == 0.0 && imaginary.modulus() == 0.0 {
        return T::from(0.0);
    }
    let beta = -order::hypotenuse(alpha.modulus(), norm).copysign(alpha.real());
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
    order::norm(x.iter().map(|value| value.modulus()))
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
        reflect_columns(&mut work, (step, m), (step + 1, n), (&v, tau.conjugate()));
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
        reflect_columns(&mut q, (step, m), (step + 1, k), (&v, taus[step]));
        if step < k {
            reflect(&mut q.data[step + m * step..m * (step + 1)], &v, taus[step]);
        }
    }
    let mut r: Matrix<T> = Matrix::zeros(k, n);
    for column in 0..n {
        (0..k.min(column + 1)).for_each(|row| r.set(row, column, work.at(row, column)));
    }
    (q, r)
}

/// A reflection of rows `top..end` in columns `first..last`, whose products with `v` are taken
/// together.
pub(crate) fn reflect_columns<T: Field>(
    a: &mut Matrix<T>,
    (top, end): (usize, usize),
    (first, last): (usize, usize),
    (v, tau): (&[T], T),
) {
    let rows = a.rows;
    let conjugated: Vec<T> = v.iter().map(|value| value.conjugate()).collect();
    let columns: Vec<&[T]> =
        (first..last).map(|column| &a.data[top + rows * column..end + rows * column]).collect();
    let is_odd = (top + rows * first) % 2 == 1;
    let products = order::row_product(&conjugated, &columns, (is_odd, rows));
    for (column, product) in (first..last).zip(products) {
        let factor = tau * product;
        let x = &mut a.data[top + rows * column..end + rows * column];
        x.iter_mut().zip(v).for_each(|(x, v)| *x = *x - factor * *v);
    }
}

/// `x - tau v (v' x)`.
pub(crate) fn reflect<T: Field>(x: &mut [T], v: &[T], tau: T) {
    let zero = T::from(0.0);
    let dot = v.iter().zip(x.iter()).fold(zero, |sum, (v, x)| sum + v.conjugate() * *x);
    let factor = tau * dot;
    x.iter_mut().zip(v).for_each(|(x, v)| *x = *x - factor * *v);
}
