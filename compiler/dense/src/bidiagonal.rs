//! Singular values and vectors of real matrices.
//!
//! Reduction to two diagonals by reflections, then implicit QR steps (Golub and Van Loan, "Matrix
//! Computations", section 8.6; Demmel and Kahan, "Accurate singular values of bidiagonal
//! matrices", 1990). Vectors are unique up to a sign per pair: the choices that decide the signs
//! are those of LAPACK's `dgesvd`, `dgebrd`, `dbdsqr` and `dlasv2`.

use crate::matrix::Matrix;
use crate::solve::{householder, qr, reflect};
use crate::symmetric::rotation;

/// LAPACK's machine precision: half of the distance between numbers near 1.
const ROUNDING: f64 = f64::EPSILON / 2.0;

/// Left vectors, values from the largest on, right vectors.
pub(crate) type Parts = (Matrix<f64>, Vec<f64>, Matrix<f64>);

/// Of `[m,n]`: vectors `[m,k]` and `[n,k]` for `k = min(m,n)` if `is_thin`, else `[m,m]` and
/// `[n,n]`. `None` if the iteration does not converge.
pub(crate) fn svd(a: &Matrix<f64>, is_thin: bool) -> Option<Parts> {
    let (m, n) = (a.rows, a.columns);
    // From there on LAPACK factors the matrix first.
    let is_long = m.max(n) >= m.min(n) * 8 / 5;
    if m >= n && is_long {
        let (q, r) = qr(a, is_thin);
        let (u, values, v) = square(&head(&r, n), false)?;
        return Some((product_with_rest(&q, &u), values, v));
    }
    if m < n && is_long {
        let (q, r) = qr(&transposed(a), is_thin);
        let (u, values, v) = square(&transposed(&head(&r, m)), false)?;
        return Some((u, values, product_with_rest(&q, &v)));
    }
    square(a, is_thin)
}

/// Without a factorisation before.
fn square(a: &Matrix<f64>, is_thin: bool) -> Option<Parts> {
    let (m, n) = (a.rows, a.columns);
    let is_wide = m < n;
    let inner = m.min(n);
    let reduced = reduce(if is_wide { transposed(a) } else { a.clone() });
    let full = |order: usize| if is_thin { inner } else { order };
    let first = reduced.factor(&reduced.left, m.max(n), full(m.max(n)), 0);
    let second = reduced.factor(&reduced.right, inner, inner, 1);
    let (u, v) = if is_wide { (second, first) } else { (first, second) };
    let mut state = Bidiagonal { d: reduced.d, e: reduced.e, u, v };
    if is_wide {
        state.lower_to_upper();
    }
    state.iterate()?;
    state.sort();
    Some((state.u, state.d, state.v))
}

/// The first rows and as many columns.
fn head(a: &Matrix<f64>, order: usize) -> Matrix<f64> {
    let mut part = Matrix::zeros(order, order);
    for column in 0..order {
        (0..order).for_each(|row| part.set(row, column, a.at(row, column)));
    }
    part
}

fn transposed(a: &Matrix<f64>) -> Matrix<f64> {
    let mut flipped = Matrix::zeros(a.columns, a.rows);
    for column in 0..a.columns {
        (0..a.rows).for_each(|row| flipped.set(column, row, a.at(row, column)));
    }
    flipped
}

/// `q` with its first columns times `u`.
fn product_with_rest(q: &Matrix<f64>, u: &Matrix<f64>) -> Matrix<f64> {
    let order = u.rows;
    let first = Matrix { rows: q.rows, columns: order, data: q.data[..q.rows * order].to_vec() };
    let mut data = first.product(u).data;
    data.extend_from_slice(&q.data[q.rows * order..]);
    Matrix { rows: q.rows, columns: q.columns, data }
}

/// `a = left * [d e] * right'` for `m >= n`: reflections as their vectors and factors.
struct Reduced {
    d: Vec<f64>,
    e: Vec<f64>,
    left: Vec<(Vec<f64>, f64)>,
    right: Vec<(Vec<f64>, f64)>,
}

fn reduce(mut a: Matrix<f64>) -> Reduced {
    let (m, n) = (a.rows, a.columns);
    let mut reduced = Reduced { d: Vec::new(), e: Vec::new(), left: Vec::new(), right: Vec::new() };
    let vector =
        |x: &[f64]| -> Vec<f64> { std::iter::once(1.0).chain(x.iter().skip(1).copied()).collect() };
    for i in 0..n {
        let mut x = a.data[i + m * i..m * (i + 1)].to_vec();
        let tau = householder(&mut x);
        reduced.d.push(x[0]);
        let v = vector(&x);
        for column in i + 1..n {
            reflect(&mut a.data[i + m * column..m * (column + 1)], &v, tau);
        }
        reduced.left.push((v, tau));
        if i + 1 == n {
            break;
        }
        let mut x: Vec<f64> = (i + 1..n).map(|column| a.at(i, column)).collect();
        let tau = householder(&mut x);
        reduced.e.push(x[0]);
        let v = vector(&x);
        for row in i + 1..m {
            let mut line: Vec<f64> = (i + 1..n).map(|column| a.at(row, column)).collect();
            reflect(&mut line, &v, tau);
            (i + 1..n).zip(line).for_each(|(column, value)| a.set(row, column, value));
        }
        reduced.right.push((v, tau));
    }
    reduced
}

impl Reduced {
    /// The product of reflections, of which the first leaves `skip` rows as they are.
    fn factor(
        &self,
        reflections: &[(Vec<f64>, f64)],
        rows: usize,
        columns: usize,
        skip: usize,
    ) -> Matrix<f64> {
        let mut q = Matrix::zeros(rows, columns);
        (0..columns).for_each(|at| q.set(at, at, 1.0));
        for (at, (v, tau)) in reflections.iter().enumerate().rev() {
            for column in at..columns {
                let start = rows * column + at + skip;
                reflect(&mut q.data[start..rows * (column + 1)], v, *tau);
            }
        }
        q
    }
}

/// Two diagonals between the vectors found so far.
struct Bidiagonal {
    d: Vec<f64>,
    e: Vec<f64>,
    u: Matrix<f64>,
    v: Matrix<f64>,
}

/// One rotation per neighbouring pair of a block: cosines and sines for `v` and for `u`.
struct Rotations {
    v: Vec<(f64, f64)>,
    u: Vec<(f64, f64)>,
}

impl Bidiagonal {
    fn lower_to_upper(&mut self) {
        for i in 0..self.e.len() {
            let (c, s, r) = rotation(self.d[i], self.e[i]);
            self.d[i] = r;
            self.e[i] = s * self.d[i + 1];
            self.d[i + 1] *= c;
            rotate(&mut self.u, i, (c, s));
        }
    }

    /// What an element beside the diagonal is dropped below, whatever its neighbours.
    fn threshold(&self, tolerance: f64) -> f64 {
        let n = self.d.len();
        let Some(first) = self.d.first() else { return 0.0 };
        let mut mu = first.abs();
        let mut least = mu;
        for i in 1..n {
            if least == 0.0 {
                break;
            }
            mu = self.d[i].abs() * (mu / (mu + self.e[i - 1].abs()));
            least = least.min(mu);
        }
        let steps = 6.0 * (n * n) as f64;
        (tolerance * (least / (n as f64).sqrt())).max(steps * f64::MIN_POSITIVE)
    }

    fn iterate(&mut self) -> Option<()> {
        let n = self.d.len();
        let tolerance = ROUNDING.powf(-0.125).clamp(10.0, 100.0) * ROUNDING;
        let threshold = self.threshold(tolerance);
        let mut budget = 6 * n * n;
        let (mut end, mut known, mut is_down) = (n, (usize::MAX, usize::MAX), true);
        while end > 1 {
            let last = end - 1;
            let mut largest = self.d[last].abs();
            let mut first = 0;
            for at in (0..last).rev() {
                let (here, beside) = (self.d[at].abs(), self.e[at].abs());
                if beside <= threshold {
                    self.e[at] = 0.0;
                    first = at + 1;
                    break;
                }
                largest = largest.max(here).max(beside);
            }
            if first == last {
                end = last;
                continue;
            }
            if first + 1 == last {
                self.pair(first);
                end = first;
                continue;
            }
            let (old_first, old_last) = known;
            if old_first == usize::MAX || first > old_last || last < old_first {
                is_down = self.d[first].abs() >= self.d[last].abs();
            }
            let Some(smallest) = self.deflate((first, last), is_down, tolerance) else {
                continue;
            };
            known = (first, last);
            budget = budget.checked_sub(last - first)?;
            let shift = self.shift((first, last), is_down, (tolerance, smallest / largest));
            let rotations = match (shift == 0.0, is_down) {
                (true, true) => self.plain_down(first, last),
                (true, false) => self.plain_up(first, last),
                (false, true) => self.shifted_down((first, last), shift),
                (false, false) => self.shifted_up((first, last), shift),
            };
            self.apply(first, is_down, &rotations);
            let edge = if is_down { last - 1 } else { first };
            if self.e[edge].abs() <= threshold {
                self.e[edge] = 0.0;
            }
        }
        Some(())
    }

    /// Drops an element that is small beside its neighbours and says `None`, else a lower bound
    /// of the block's smallest value.
    fn deflate(
        &mut self,
        (first, last): (usize, usize),
        is_down: bool,
        tolerance: f64,
    ) -> Option<f64> {
        let (end, edge) = if is_down { (last, last - 1) } else { (first, first) };
        if self.e[edge].abs() <= tolerance * self.d[end].abs() {
            self.e[edge] = 0.0;
            return None;
        }
        let mut mu = self.d[if is_down { first } else { last }].abs();
        let mut smallest = mu;
        for step in 0..last - first {
            let at = if is_down { first + step } else { last - 1 - step };
            if self.e[at].abs() <= tolerance * mu {
                self.e[at] = 0.0;
                return None;
            }
            let next = self.d[if is_down { at + 1 } else { at }].abs();
            mu = next * (mu / (mu + self.e[at].abs()));
            smallest = smallest.min(mu);
        }
        Some(smallest)
    }

    /// The shift of a step, zero where it would cost accuracy.
    fn shift(
        &self,
        (first, last): (usize, usize),
        is_down: bool,
        (tolerance, spread): (f64, f64),
    ) -> f64 {
        if self.d.len() as f64 * tolerance * spread <= ROUNDING.max(0.01 * tolerance) {
            return 0.0;
        }
        let (start, at) = if is_down { (first, last - 1) } else { (last, first) };
        let shift = smaller_value(self.d[at], self.e[at], self.d[at + 1]);
        let start = self.d[start].abs();
        let is_lost = start > 0.0 && (shift / start).powi(2) < ROUNDING;
        if is_lost { 0.0 } else { shift }
    }

    fn plain_down(&mut self, first: usize, last: usize) -> Rotations {
        let mut rotations = Rotations::new();
        let ((mut c, mut s), (mut old_c, mut old_s)) = ((1.0, 0.0), (1.0, 0.0));
        for i in first..last {
            let r;
            (c, s, r) = rotation(self.d[i] * c, self.e[i]);
            if i > first {
                self.e[i - 1] = old_s * r;
            }
            (old_c, old_s, self.d[i]) = rotation(old_c * r, self.d[i + 1] * s);
            rotations.push((c, s), (old_c, old_s));
        }
        let h = self.d[last] * c;
        self.d[last] = h * old_c;
        self.e[last - 1] = h * old_s;
        let _ = s;
        rotations
    }

    fn plain_up(&mut self, first: usize, last: usize) -> Rotations {
        let mut rotations = Rotations::new();
        let (mut c, (mut old_c, mut old_s)) = (1.0, (1.0, 0.0));
        for i in (first + 1..=last).rev() {
            let (s, r);
            (c, s, r) = rotation(self.d[i] * c, self.e[i - 1]);
            if i < last {
                self.e[i] = old_s * r;
            }
            (old_c, old_s, self.d[i]) = rotation(old_c * r, self.d[i - 1] * s);
            rotations.push((old_c, -old_s), (c, -s));
        }
        let h = self.d[first] * c;
        self.d[first] = h * old_c;
        self.e[first] = h * old_s;
        rotations
    }

    fn shifted_down(&mut self, (first, last): (usize, usize), shift: f64) -> Rotations {
        let mut rotations = Rotations::new();
        let start = self.d[first];
        let mut f = (start.abs() - shift) * (1f64.copysign(start) + shift / start);
        let mut g = self.e[first];
        for i in first..last {
            let (c, s, r) = rotation(f, g);
            if i > first {
                self.e[i - 1] = r;
            }
            f = c * self.d[i] + s * self.e[i];
            self.e[i] = c * self.e[i] - s * self.d[i];
            g = s * self.d[i + 1];
            self.d[i + 1] *= c;
            let (left_c, left_s, r) = rotation(f, g);
            self.d[i] = r;
            f = left_c * self.e[i] + left_s * self.d[i + 1];
            self.d[i + 1] = left_c * self.d[i + 1] - left_s * self.e[i];
            if i + 1 < last {
                g = left_s * self.e[i + 1];
                self.e[i + 1] *= left_c;
            }
            rotations.push((c, s), (left_c, left_s));
        }
        self.e[last - 1] = f;
        rotations
    }

    fn shifted_up(&mut self, (first, last): (usize, usize), shift: f64) -> Rotations {
        let mut rotations = Rotations::new();
        let start = self.d[last];
        let mut f = (start.abs() - shift) * (1f64.copysign(start) + shift / start);
        let mut g = self.e[last - 1];
        for i in (first + 1..=last).rev() {
            let (c, s, r) = rotation(f, g);
            if i < last {
                self.e[i] = r;
            }
            f = c * self.d[i] + s * self.e[i - 1];
            self.e[i - 1] = c * self.e[i - 1] - s * self.d[i];
            g = s * self.d[i - 1];
            self.d[i - 1] *= c;
            let (left_c, left_s, r) = rotation(f, g);
            self.d[i] = r;
            f = left_c * self.e[i - 1] + left_s * self.d[i - 1];
            self.d[i - 1] = left_c * self.d[i - 1] - left_s * self.e[i - 1];
            if i > first + 1 {
                g = left_s * self.e[i - 2];
                self.e[i - 2] *= left_c;
            }
            rotations.push((left_c, -left_s), (c, -s));
        }
        self.e[first] = f;
        rotations
    }

    fn apply(&mut self, first: usize, is_down: bool, rotations: &Rotations) {
        let count = rotations.v.len();
        for step in 0..count {
            // Rotations upwards were found from the last pair on.
            let at = if is_down { first + step } else { first + count - 1 - step };
            rotate(&mut self.v, at, rotations.v[step]);
            rotate(&mut self.u, at, rotations.u[step]);
        }
    }

    /// A block of two.
    fn pair(&mut self, at: usize) {
        let found = two_values(self.d[at], self.e[at], self.d[at + 1]);
        (self.d[at], self.e[at], self.d[at + 1]) = (found.large, 0.0, found.small);
        rotate(&mut self.v, at, found.right);
        rotate(&mut self.u, at, found.left);
    }

    /// No negative values, the largest first.
    fn sort(&mut self) {
        let n = self.d.len();
        for at in 0..n {
            if self.d[at] < 0.0 {
                self.d[at] = -self.d[at];
                let rows = self.v.rows;
                self.v.data[rows * at..rows * (at + 1)].iter_mut().for_each(|x| *x = -*x);
            }
        }
        for end in (1..n).rev() {
            let least = (1..=end).fold(0, |least, at| match self.d[at] <= self.d[least] {
                true => at,
                false => least,
            });
            if least != end {
                self.d.swap(least, end);
                self.u.swap_columns(least, end);
                self.v.swap_columns(least, end);
            }
        }
    }
}

impl Rotations {
    fn new() -> Rotations {
        Rotations { v: Vec::new(), u: Vec::new() }
    }

    fn push(&mut self, v: (f64, f64), u: (f64, f64)) {
        self.v.push(v);
        self.u.push(u);
    }
}

/// Columns `at` and `at + 1` turned.
fn rotate(matrix: &mut Matrix<f64>, at: usize, (c, s): (f64, f64)) {
    for row in 0..matrix.rows {
        let (x, y) = (matrix.at(row, at), matrix.at(row, at + 1));
        matrix.set(row, at, s * y + c * x);
        matrix.set(row, at + 1, c * y - s * x);
    }
}

/// The smaller singular value of `[f g; 0 h]`.
fn smaller_value(f: f64, g: f64, h: f64) -> f64 {
    let (f, g, h) = (f.abs(), g.abs(), h.abs());
    let (low, high) = (f.min(h), f.max(h));
    if low == 0.0 {
        return 0.0;
    }
    let (sum, apart) = (1.0 + low / high, (high - low) / high);
    if g < high {
        let part = (g / high).powi(2);
        return low * (2.0 / ((sum * sum + part).sqrt() + (apart * apart + part).sqrt()));
    }
    let part = high / g;
    if part == 0.0 {
        return low * high / g;
    }
    let root = |x: f64| (1.0 + (x * part).powi(2)).sqrt();
    2.0 * (low * (1.0 / (root(sum) + root(apart))) * part)
}

struct Two {
    large: f64,
    small: f64,
    right: (f64, f64),
    left: (f64, f64),
}

/// The singular values of `[f g; 0 h]` and the rotations that make it diagonal.
fn two_values(f: f64, g: f64, h: f64) -> Two {
    let is_swapped = h.abs() > f.abs();
    let (front, back) = if is_swapped { (h, f) } else { (f, h) };
    let (fa, ha, ga) = (front.abs(), back.abs(), g.abs());
    let (mut large, mut small) = (fa, ha);
    let (mut left, mut right) = ((1.0, 0.0), (1.0, 0.0));
    if ga != 0.0 && ga > fa && fa / ga < ROUNDING {
        large = ga;
        small = if ha > 1.0 { fa / (ga / ha) } else { fa / ga * ha };
        left = (1.0, back / g);
        right = (front / g, 1.0);
    } else if ga != 0.0 {
        let apart = fa - ha;
        let l = if apart == fa { 1.0 } else { apart / fa };
        let m = g / front;
        let t = 2.0 - l;
        let s = (t * t + m * m).sqrt();
        let r = if l == 0.0 { m.abs() } else { (l * l + m * m).sqrt() };
        let a = 0.5 * (s + r);
        (small, large) = (ha / a, fa * a);
        let t = if m * m != 0.0 {
            (m / (s + t) + m / (r + l)) * (1.0 + a)
        } else if l == 0.0 {
            2f64.copysign(front) * 1f64.copysign(g)
        } else {
            g / apart.copysign(front) + m / t
        };
        let root = (t * t + 4.0).sqrt();
        right = (2.0 / root, t / root);
        left = ((right.0 + right.1 * m) / a, back / front * right.1 / a);
    }
    if is_swapped {
        (left, right) = ((right.1, right.0), (left.1, left.0));
    }
    let sign = |x: f64| 1f64.copysign(x);
    let which = if ga > fa {
        sign(right.1) * sign(left.0) * sign(g)
    } else if is_swapped {
        sign(right.1) * sign(left.1) * sign(h)
    } else {
        sign(right.0) * sign(left.0) * sign(f)
    };
    Two {
        large: large.copysign(which),
        small: small.copysign(which * sign(f) * sign(h)),
        right,
        left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix of sines, of some rank.
    fn sample(rows: usize, columns: usize, rank: usize) -> Matrix<f64> {
        let factor = |rows: usize, columns: usize, seed: f64| Matrix {
            rows,
            columns,
            data: (0..rows * columns).map(|at| (seed + at as f64 * 1.7).sin()).collect(),
        };
        factor(rows, rank, 0.3).product(&factor(rank, columns, 4.1))
    }

    #[test]
    fn factors_give_the_matrix_back() {
        for (rows, columns) in
            [(1, 1), (2, 2), (3, 2), (2, 3), (5, 4), (4, 5), (9, 2), (2, 9), (8, 8)]
        {
            for rank in 1..=rows.min(columns) {
                for is_thin in [true, false] {
                    let a = sample(rows, columns, rank);
                    let (u, values, v) = svd(&a, is_thin).expect("converges");
                    assert!(values.windows(2).all(|pair| pair[0] >= pair[1]), "{values:?}");
                    for row in 0..rows {
                        for column in 0..columns {
                            let terms = values.iter().enumerate();
                            let sum: f64 = terms
                                .map(|(at, value)| value * u.at(row, at) * v.at(column, at))
                                .sum();
                            let off = (sum - a.at(row, column)).abs();
                            assert!(off < 1e-13, "{rows}x{columns} rank {rank}: {off}");
                        }
                    }
                    let gram = transposed(&u).product(&u);
                    for at in 0..gram.data.len() {
                        let wanted = if at % gram.rows == at / gram.rows { 1.0 } else { 0.0 };
                        assert!((gram.data[at] - wanted).abs() < 1e-13);
                    }
                }
            }
        }
    }
}
