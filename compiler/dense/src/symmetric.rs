//! Eigenvalues and vectors of real symmetric matrices.
//!
//! Reduction to tridiagonal form by reflections from the last column on, then implicit QL or QR
//! steps: Parlett, "The Symmetric Eigenvalue Problem", chapters 7 and 8; the choices that decide
//! the signs of the vectors are those of LAPACK's `dsytd2` (upper half), `dsteqr` and `dlaev2`.

use crate::matrix::Matrix;
use crate::order::hypotenuse;
use crate::solve::householder;

/// Steps per eigenvalue before the iteration gives up.
const STEPS_MAX: usize = 30;

/// Eigenvalues, the smallest first, and vectors, of which the upper half of `a` is read. `None`
/// if the iteration does not converge.
pub fn symmetric_eigen(a: &Matrix<f64>) -> Option<(Vec<f64>, Matrix<f64>)> {
    let (a, up) = in_range(a);
    let (diagonal, beside, vectors) = tridiagonal(a);
    let mut state = Tridiagonal { d: diagonal, e: beside, z: vectors };
    state.iterate()?;
    state.sort();
    Some((state.d.into_iter().map(|value| value * up).collect(), state.z))
}

/// Eigenvalues alone, the smallest first, by the steps without roots of Pal, Walker and Kahan, as
/// `dsterf` takes them. `None` if the iteration does not converge.
pub fn symmetric_values(a: &Matrix<f64>) -> Option<Vec<f64>> {
    let (a, up) = in_range(a);
    let (d, e, _) = tridiagonal(a);
    let mut state = Squares { d, e };
    state.iterate()?;
    state.d.sort_by(f64::total_cmp);
    Some(state.d.into_iter().map(|value| value * up).collect())
}

/// The matrix times a power of two that keeps squares of its elements from over- and underflow,
/// and what brings its eigenvalues or singular values back.
pub fn in_range(a: &Matrix<f64>) -> (Matrix<f64>, f64) {
    let largest = a.data.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest == 0.0 || !largest.is_finite() || (1e-90..1e90).contains(&largest) {
        return (a.clone(), 1.0);
    }
    // In two halves: the power itself may be out of range.
    let half = -(largest.log2() / 2.0).floor() as i32;
    let (down, up) = (2f64.powi(half), 2f64.powi(-half));
    let data = a.data.iter().map(|value| value * down * down).collect();
    (Matrix { rows: a.rows, columns: a.columns, data }, up * up)
}

/// A tridiagonal matrix; inside of a block, `e` are squares.
struct Squares {
    d: Vec<f64>,
    e: Vec<f64>,
}

impl Squares {
    fn iterate(&mut self) -> Option<()> {
        let n = self.d.len();
        let mut budget = STEPS_MAX * n;
        let mut first = 0;
        while first < n {
            let last = (first..n - 1)
                .find(|at| {
                    let bound = self.d[*at].abs().sqrt() * self.d[at + 1].abs().sqrt();
                    self.e[*at].abs() <= bound * (f64::EPSILON / 2.0)
                })
                .unwrap_or(n - 1);
            if last > first {
                self.e[first..last].iter_mut().for_each(|e| *e *= *e);
                match self.d[last].abs() < self.d[first].abs() {
                    true => self.block(last, first, &mut budget)?,
                    false => self.block(first, last, &mut budget)?,
                }
            }
            first = last + 1;
        }
        Some(())
    }

    /// Steps on rows from `l` to `end`, upwards or downwards.
    fn block(&mut self, l: usize, end: usize, budget: &mut usize) -> Option<()> {
        let step: isize = if end >= l { 1 } else { -1 };
        let toward = |at: usize, count: isize| at.wrapping_add_signed(step * count);
        // What stands between a row and the next one.
        let between = |at: usize| if step > 0 { at } else { at - 1 };
        let epsilon = (f64::EPSILON / 2.0).powi(2);
        let mut l = l;
        let mut left = end.abs_diff(l) as isize;
        while left >= 0 {
            let count = (0..left)
                .find(|count| {
                    let at = toward(l, *count);
                    let bound = epsilon * (self.d[at] * self.d[toward(at, 1)]).abs();
                    self.e[between(at)].abs() <= bound
                })
                .unwrap_or(left);
            let m = toward(l, count);
            if count < left {
                self.e[between(m)] = 0.0;
            }
            if count < 2 {
                if count == 1 {
                    let root = self.e[between(l)].sqrt();
                    let (one, other, _, _) = pair(self.d[l], root, self.d[m]);
                    (self.d[l], self.d[m], self.e[between(l)]) = (one, other, 0.0);
                }
                l = toward(l, count + 1);
                left -= count + 1;
                continue;
            }
            *budget = budget.checked_sub(1)?;
            self.sweep((l, m), step);
        }
        Some(())
    }

    /// One step on rows from `m` back to `l`.
    fn sweep(&mut self, (l, m): (usize, usize), step: isize) {
        let toward = |at: usize| at.wrapping_add_signed(step);
        let between = |at: usize| if step > 0 { at } else { at - 1 };
        let p0 = self.d[l];
        let root = self.e[between(l)].sqrt();
        let shift = (self.d[toward(l)] - p0) / (2.0 * root);
        let shift = p0 - root / (shift + hypotenuse(shift, 1.0).copysign(shift));
        let (mut c, mut s) = (1.0, 0.0);
        let mut gamma = self.d[m] - shift;
        let mut p = gamma * gamma;
        let mut at = m;
        while at != l {
            let next = at.wrapping_add_signed(-step);
            let square = self.e[between(next)];
            let r = p + square;
            if at != m {
                self.e[between(at)] = s * r;
            }
            let old_c = c;
            (c, s) = (p / r, square / r);
            let (old, alpha) = (gamma, self.d[next]);
            gamma = c * (alpha - shift) - s * old;
            self.d[at] = old + (alpha - gamma);
            p = if c == 0.0 { old_c * square } else { (gamma * gamma) / c };
            at = next;
        }
        self.e[between(l)] = s * p;
        self.d[l] = shift + gamma;
    }
}

/// Diagonal, its neighbours, and the orthogonal factor.
fn tridiagonal(mut a: Matrix<f64>) -> (Vec<f64>, Vec<f64>, Matrix<f64>) {
    let n = a.rows;
    let mut e = vec![0.0; n.saturating_sub(1)];
    let mut q = Matrix::identity(n);
    let mut reflections: Vec<(Vec<f64>, f64)> = Vec::new();
    for i in (0..n.saturating_sub(1)).rev() {
        // Head `a[i, i+1]`, tail `a[0..i, i+1]`.
        let mut x: Vec<f64> =
            std::iter::once(a.at(i, i + 1)).chain((0..i).map(|row| a.at(row, i + 1))).collect();
        let tau = householder(&mut x);
        e[i] = x[0];
        let mut v: Vec<f64> = x[1..].to_vec();
        v.push(1.0);
        if tau != 0.0 {
            let symmetric = |row: usize, column: usize| match row <= column {
                true => a.at(row, column),
                false => a.at(column, row),
            };
            let mut w: Vec<f64> = (0..=i)
                .map(|row| (0..=i).map(|at| symmetric(row, at) * (tau * v[at])).sum::<f64>())
                .collect();
            let alpha = -0.5 * tau * w.iter().zip(&v).map(|(w, v)| w * v).sum::<f64>();
            w.iter_mut().zip(&v).for_each(|(w, v)| *w += alpha * v);
            for column in 0..=i {
                for row in 0..=column {
                    let value = a.at(row, column) - v[column] * w[row] - w[column] * v[row];
                    a.set(row, column, value);
                }
            }
        }
        reflections.push((v, tau));
    }
    // The product H(n-2) .. H(0), its first factor first found.
    for (v, tau) in reflections.iter().rev() {
        for column in 0..n {
            let dot: f64 = v.iter().enumerate().map(|(row, v)| v * q.at(row, column)).sum();
            for (row, v) in v.iter().enumerate() {
                let value = q.at(row, column) - tau * dot * v;
                q.set(row, column, value);
            }
        }
    }
    let d = (0..n).map(|at| a.at(at, at)).collect();
    (d, e, q)
}

struct Tridiagonal {
    d: Vec<f64>,
    e: Vec<f64>,
    z: Matrix<f64>,
}

impl Tridiagonal {
    fn iterate(&mut self) -> Option<()> {
        let n = self.d.len();
        let mut budget = STEPS_MAX * n;
        let mut first = 0;
        while first < n {
            if first > 0 {
                self.e[first - 1] = 0.0;
            }
            let mut last = first;
            while last + 1 < n {
                let size = self.e[last].abs();
                let bound = self.d[last].abs().sqrt() * self.d[last + 1].abs().sqrt();
                if size <= bound * (f64::EPSILON / 2.0) {
                    self.e[last] = 0.0;
                    break;
                }
                last += 1;
            }
            match self.d[last].abs() < self.d[first].abs() {
                true => self.block_qr(last, first, &mut budget)?,
                false => self.block_ql(first, last, &mut budget)?,
            }
            first = last + 1;
        }
        Some(())
    }

    fn is_small(&self, at: usize) -> bool {
        let epsilon = (f64::EPSILON / 2.0).powi(2);
        let bound = epsilon * self.d[at].abs() * self.d[at + 1].abs() + f64::MIN_POSITIVE;
        self.e[at].powi(2) <= bound
    }

    /// QL steps on rows `l..=end`, from the top.
    fn block_ql(&mut self, mut l: usize, end: usize, budget: &mut usize) -> Option<()> {
        while l <= end {
            let m = (l..end).find(|at| self.is_small(*at)).unwrap_or(end);
            if m < end {
                self.e[m] = 0.0;
            }
            if m == l {
                l += 1;
                continue;
            }
            if m == l + 1 {
                let (first, second, c, s) = pair(self.d[l], self.e[l], self.d[l + 1]);
                self.rotate(l, c, s);
                (self.d[l], self.d[l + 1], self.e[l]) = (first, second, 0.0);
                l += 2;
                continue;
            }
            *budget = budget.checked_sub(1)?;
            let p0 = self.d[l];
            let shift = (self.d[l + 1] - p0) / (2.0 * self.e[l]);
            let r = hypotenuse(shift, 1.0);
            let mut g = self.d[m] - p0 + self.e[l] / (shift + r.copysign(shift));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut rotations = Vec::with_capacity(m - l);
            for i in (l..m).rev() {
                let (f, b) = (s * self.e[i], c * self.e[i]);
                let r;
                (c, s, r) = rotation(g, f);
                if i != m - 1 {
                    self.e[i + 1] = r;
                }
                g = self.d[i + 1] - p;
                let r = (self.d[i] - g) * s + 2.0 * c * b;
                p = s * r;
                self.d[i + 1] = g + p;
                g = c * r - b;
                rotations.push((i, c, -s));
            }
            rotations.into_iter().for_each(|(at, c, s)| self.rotate(at, c, s));
            self.d[l] -= p;
            self.e[l] = g;
        }
        Some(())
    }

    /// QR steps on rows `end..=l`, from the bottom.
    fn block_qr(&mut self, l: usize, end: usize, budget: &mut usize) -> Option<()> {
        let mut l = l as isize;
        while l >= end as isize {
            let at = l as usize;
            let m = (end..at).rev().find(|at| self.is_small(*at)).map_or(end, |at| at + 1);
            if m > end {
                self.e[m - 1] = 0.0;
            }
            if m == at {
                l -= 1;
                continue;
            }
            if m + 1 == at {
                let (first, second, c, s) = pair(self.d[m], self.e[m], self.d[at]);
                self.rotate(m, c, s);
                (self.d[m], self.d[at], self.e[m]) = (first, second, 0.0);
                l -= 2;
                continue;
            }
            *budget = budget.checked_sub(1)?;
            let p0 = self.d[at];
            let shift = (self.d[at - 1] - p0) / (2.0 * self.e[at - 1]);
            let r = hypotenuse(shift, 1.0);
            let mut g = self.d[m] - p0 + self.e[at - 1] / (shift + r.copysign(shift));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut rotations = Vec::with_capacity(at - m);
            for i in m..at {
                let (f, b) = (s * self.e[i], c * self.e[i]);
                let r;
                (c, s, r) = rotation(g, f);
                if i != m {
                    self.e[i - 1] = r;
                }
                g = self.d[i] - p;
                let r = (self.d[i + 1] - g) * s + 2.0 * c * b;
                p = s * r;
                self.d[i] = g + p;
                g = c * r - b;
                rotations.push((i, c, s));
            }
            rotations.into_iter().for_each(|(at, c, s)| self.rotate(at, c, s));
            self.d[at] -= p;
            self.e[at - 1] = g;
        }
        Some(())
    }

    /// Turns columns `at` and `at + 1` of the vectors.
    fn rotate(&mut self, at: usize, c: f64, s: f64) {
        for row in 0..self.z.rows {
            let (left, right) = (self.z.at(row, at), self.z.at(row, at + 1));
            self.z.set(row, at + 1, c * right - s * left);
            self.z.set(row, at, s * right + c * left);
        }
    }

    fn sort(&mut self) {
        for at in 0..self.d.len() {
            let mut least = at;
            for other in at + 1..self.d.len() {
                if self.d[other] < self.d[least] {
                    least = other;
                }
            }
            if least != at {
                self.d.swap(at, least);
                self.z.swap_columns(at, least);
            }
        }
    }
}

/// Cosine, sine and length of the rotation that takes `(f, g)` to `(r, 0)`.
pub(crate) fn rotation(f: f64, g: f64) -> (f64, f64, f64) {
    if g == 0.0 {
        return (1.0, 0.0, f);
    }
    if f == 0.0 {
        return (0.0, 1f64.copysign(g), g.abs());
    }
    let r = (f * f + g * g).sqrt().copysign(f);
    (f.abs() / r.abs(), g / r, r)
}

/// Eigenvalues of `[a b; b c]`, the larger modulus first, and the vector of the first.
fn pair(a: f64, b: f64, c: f64) -> (f64, f64, f64, f64) {
    let (sum, apart, twice) = (a + c, a - c, b + b);
    let (large, small) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    let root = hypotenuse(apart, twice);
    let (first, second, is_negative) = if sum < 0.0 {
        let first = 0.5 * (sum - root);
        (first, (large / first) * small - (b / first) * b, true)
    } else if sum > 0.0 {
        let first = 0.5 * (sum + root);
        (first, (large / first) * small - (b / first) * b, false)
    } else {
        (0.5 * root, -0.5 * root, false)
    };
    let cs = if apart >= 0.0 { apart + root } else { apart - root };
    let (mut c1, mut s1) = if cs.abs() > twice.abs() {
        let ct = -twice / cs;
        let s1 = 1.0 / (1.0 + ct * ct).sqrt();
        (ct * s1, s1)
    } else if twice == 0.0 {
        (1.0, 0.0)
    } else {
        let tn = -cs / twice;
        let c1 = 1.0 / (1.0 + tn * tn).sqrt();
        (c1, tn * c1)
    };
    if is_negative == (apart < 0.0) {
        (c1, s1) = (-s1, c1);
    }
    (first, second, c1, s1)
}
