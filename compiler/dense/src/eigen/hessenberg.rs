//! Hessenberg form and double-shift QR steps.

use crate::eigen::balance::Balance;
use crate::matrix::{Complex, Matrix};
use crate::order::hypotenuse;
use crate::solve::{householder, reflect, reflect_columns};

/// Steps per eigenvalue before the iteration gives up.
const STEPS_MAX: usize = 30;

/// `a = q * h * q'`.
pub(crate) struct Hessenberg {
    pub(crate) h: Matrix<f64>,
    pub(crate) q: Matrix<f64>,
}

/// The Hessenberg form of a balanced matrix.
pub(crate) fn reduced(mut a: Matrix<f64>, balance: &Balance) -> Hessenberg {
    let n = a.rows;
    let (low, high) = (balance.low, balance.high);
    let mut reflections = Vec::new();
    for step in low..high.saturating_sub(2) {
        let start = step + 1;
        let mut v: Vec<f64> = (start..high).map(|row| a.at(row, step)).collect();
        let tau = householder(&mut v);
        let beta = std::mem::replace(&mut v[0], 1.0);
        (0..high).for_each(|row| reflect_row(&mut a, row, (start, &v), tau));
        reflect_columns(&mut a, (start, high), (start, n), (&v, tau));
        a.set(start, step, beta);
        (start + 1..high).for_each(|row| a.set(row, step, 0.0));
        reflections.push((start, v, tau));
    }
    let mut q = Matrix::identity(n);
    for (start, v, tau) in reflections.iter().rev() {
        reflect(&mut q.data[start + n * start..high + n * start], v, *tau);
        reflect_columns(&mut q, (*start, high), (start + 1, n), (v, *tau));
    }
    Hessenberg { h: a, q }
}

/// A reflection of columns from `start` on, in one row.
fn reflect_row(a: &mut Matrix<f64>, row: usize, (start, v): (usize, &[f64]), tau: f64) {
    let dot: f64 = v.iter().enumerate().map(|(at, v)| v * a.at(row, start + at)).sum();
    for (at, v) in v.iter().enumerate() {
        let value = a.at(row, start + at) - tau * v * dot;
        a.set(row, start + at, value);
    }
}

/// A reflection of two or three rows from `start` on, in one column, as `dlahqr` does it.
fn reflect_column(a: &mut Matrix<f64>, column: usize, (start, v): (usize, &[f64]), tau: f64) {
    let dot: f64 = v.iter().enumerate().map(|(at, v)| v * a.at(start + at, column)).sum();
    for (at, v) in v.iter().enumerate() {
        let value = a.at(start + at, column) - tau * v * dot;
        a.set(start + at, column, value);
    }
}

/// Turns `h` into the Schur form; its eigenvalues by position. `None` without convergence.
pub(crate) fn iterate(form: &mut Hessenberg, balance: &Balance) -> Option<Vec<Complex<f64>>> {
    let n = form.h.rows;
    let mut values: Vec<Complex<f64>> =
        (0..n).map(|at| Complex::new(form.h.at(at, at), 0.0)).collect();
    let low = balance.low as isize;
    let mut last = balance.high as isize - 1;
    let mut budget = STEPS_MAX * n.max(10);
    while last >= low {
        let end = last as usize;
        let mut tried = 0;
        let first = loop {
            let first = deflated(&form.h, balance, end);
            if first > balance.low {
                form.h.set(first, first - 1, 0.0);
            }
            if first + 1 >= end {
                break first;
            }
            budget = budget.checked_sub(1)?;
            step(form, (first, end), tried);
            tried += 1;
        };
        if first == end {
            values[end] = Complex::new(form.h.at(end, end), 0.0);
        } else {
            let [one, other] = standardize(form, end);
            (values[end - 1], values[end]) = (one, other);
        }
        last = first as isize - 1;
    }
    Some(values)
}

/// First row of the block that ends with row `end` and has no small element below its diagonal.
fn deflated(h: &Matrix<f64>, balance: &Balance, end: usize) -> usize {
    let ulp = f64::EPSILON;
    let least = f64::MIN_POSITIVE * (balance.high as f64 / ulp);
    for k in (balance.low + 1..=end).rev() {
        let below = h.at(k, k - 1).abs();
        if below <= least {
            return k;
        }
        let (a, d) = (h.at(k - 1, k - 1), h.at(k, k));
        let mut size = a.abs() + d.abs();
        if size == 0.0 {
            if k >= balance.low + 2 {
                size += h.at(k - 1, k - 2).abs();
            }
            if k + 1 < balance.high {
                size += h.at(k + 1, k).abs();
            }
        }
        if below <= ulp * size {
            let above = h.at(k - 1, k).abs();
            let (ab, ba) = (below.max(above), below.min(above));
            let (aa, bb) = (d.abs().max((a - d).abs()), d.abs().min((a - d).abs()));
            let s = aa + ab;
            if ba * (ab / s) <= least.max(ulp * (bb * (aa / s))) {
                return k;
            }
        }
    }
    balance.low
}

/// Real and imaginary parts of the two shifts.
fn shifts(h: &Matrix<f64>, (first, end): (usize, usize), tried: usize) -> [(f64, f64); 2] {
    let exceptional = |s: f64, at: f64| (0.75 * s + at, s, -0.4375 * s, 0.75 * s + at);
    let (h11, h21, h12, h22) = if tried > 0 && tried.is_multiple_of(20) {
        let s = h.at(end, end - 1).abs() + h.at(end - 1, end - 2).abs();
        exceptional(s, h.at(end, end))
    } else if tried > 0 && tried.is_multiple_of(10) {
        let s = h.at(first + 1, first).abs() + h.at(first + 2, first + 1).abs();
        exceptional(s, h.at(first, first))
    } else {
        (h.at(end - 1, end - 1), h.at(end, end - 1), h.at(end - 1, end), h.at(end, end))
    };
    let s = h11.abs() + h12.abs() + h21.abs() + h22.abs();
    if s == 0.0 {
        return [(0.0, 0.0); 2];
    }
    let (h11, h21, h12, h22) = (h11 / s, h21 / s, h12 / s, h22 / s);
    let middle = (h11 + h22) / 2.0;
    let determinant = (h11 - middle) * (h22 - middle) - h12 * h21;
    let root = determinant.abs().sqrt();
    if determinant >= 0.0 {
        return [(middle * s, root * s), (middle * s, -root * s)];
    }
    let (one, other) = (middle + root, middle - root);
    let near = if (one - h22).abs() <= (other - h22).abs() { one } else { other };
    [(near * s, 0.0); 2]
}

/// One double-shift step on rows `first..=end`.
fn step(form: &mut Hessenberg, (first, end): (usize, usize), tried: usize) {
    let [(r1, i1), (r2, i2)] = shifts(&form.h, (first, end), tried);
    let h = &form.h;
    let mut v = [0.0; 3];
    let mut start = end - 2;
    loop {
        let m = start;
        let s = (h.at(m, m) - r2).abs() + i2.abs() + h.at(m + 1, m).abs();
        let below = h.at(m + 1, m) / s;
        v[0] = below * h.at(m, m + 1) + (h.at(m, m) - r1) * ((h.at(m, m) - r2) / s) - i1 * (i2 / s);
        v[1] = below * (h.at(m, m) + h.at(m + 1, m + 1) - r1 - r2);
        v[2] = below * h.at(m + 2, m + 1);
        let s: f64 = v.iter().map(|v| v.abs()).sum();
        v.iter_mut().for_each(|v| *v /= s);
        if m == first {
            break;
        }
        let size = h.at(m - 1, m - 1).abs() + h.at(m, m).abs() + h.at(m + 1, m + 1).abs();
        let small = h.at(m, m - 1).abs() * (v[1].abs() + v[2].abs());
        if small <= f64::EPSILON * v[0].abs() * size {
            break;
        }
        start -= 1;
    }
    for k in start..end {
        let count = 3.min(end - k + 1);
        if k > start {
            (0..count).for_each(|at| v[at] = form.h.at(k + at, k - 1));
        }
        let tau = householder(&mut v[..count]);
        if k > start {
            form.h.set(k, k - 1, v[0]);
            (1..count).for_each(|at| form.h.set(k + at, k - 1, 0.0));
        } else if start > first {
            form.h.set(k, k - 1, form.h.at(k, k - 1) * (1.0 - tau));
        }
        v[0] = 1.0;
        let n = form.h.rows;
        (k..n).for_each(|column| reflect_column(&mut form.h, column, (k, &v[..count]), tau));
        for row in 0..=(k + 3).min(end) {
            reflect_row(&mut form.h, row, (k, &v[..count]), tau);
        }
        (0..n).for_each(|row| reflect_row(&mut form.q, row, (k, &v[..count]), tau));
    }
}

/// Brings the 2x2 block that ends at `end` to standard form; its eigenvalues.
fn standardize(form: &mut Hessenberg, end: usize) -> [Complex<f64>; 2] {
    let (p, q) = (end - 1, end);
    let h = &mut form.h;
    let block = Block { a: h.at(p, p), b: h.at(p, q), c: h.at(q, p), d: h.at(q, q) };
    let (block, c, s) = block.standard();
    let n = h.rows;
    for column in q + 1..n {
        let (x, y) = (h.at(p, column), h.at(q, column));
        h.set(p, column, c * x + s * y);
        h.set(q, column, c * y - s * x);
    }
    for row in 0..p {
        let (x, y) = (h.at(row, p), h.at(row, q));
        h.set(row, p, c * x + s * y);
        h.set(row, q, c * y - s * x);
    }
    for row in 0..n {
        let (x, y) = (form.q.at(row, p), form.q.at(row, q));
        form.q.set(row, p, c * x + s * y);
        form.q.set(row, q, c * y - s * x);
    }
    h.set(p, p, block.a);
    h.set(p, q, block.b);
    h.set(q, p, block.c);
    h.set(q, q, block.d);
    let imaginary = if block.c == 0.0 { 0.0 } else { block.b.abs().sqrt() * block.c.abs().sqrt() };
    [Complex::new(block.a, imaginary), Complex::new(block.d, -imaginary)]
}

struct Block {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
}

impl Block {
    /// Upper triangular, or with equal diagonal elements; and the rotation that does it.
    fn standard(self) -> (Block, f64, f64) {
        let Block { a, b, c, d } = self;
        if c == 0.0 {
            return (self, 1.0, 0.0);
        }
        if b == 0.0 {
            return (Block { a: d, b: -c, c: 0.0, d: a }, 0.0, 1.0);
        }
        if a - d == 0.0 && b.signum() != c.signum() {
            return (self, 1.0, 0.0);
        }
        let apart = a - d;
        let p = 0.5 * apart;
        let large = b.abs().max(c.abs());
        let small = b.abs().min(c.abs()) * b.signum() * c.signum();
        let scale = p.abs().max(large);
        let z = (p / scale) * p + (large / scale) * small;
        if z >= 4.0 * f64::EPSILON {
            let z = p + (scale.sqrt() * z.sqrt()).copysign(p);
            let tau = hypotenuse(c, z);
            let block = Block { a: d + z, b: b - c, c: 0.0, d: d - (large / z) * small };
            return (block, z / tau, c / tau);
        }
        self.equalized(apart)
    }

    /// With complex or nearly equal eigenvalues: equal diagonal elements.
    fn equalized(self, apart: f64) -> (Block, f64, f64) {
        let Block { a, b, c, d } = self;
        let sigma = b + c;
        let tau = hypotenuse(sigma, apart);
        let cs = (0.5 * (1.0 + sigma.abs() / tau)).sqrt();
        let sn = -(0.5 * apart / (tau * cs)) * 1f64.copysign(sigma);
        let (aa, bb) = (a * cs + b * sn, -a * sn + b * cs);
        let (cc, dd) = (c * cs + d * sn, -c * sn + d * cs);
        let (a, b) = (aa * cs + cc * sn, bb * cs + dd * sn);
        let (c, d) = (-aa * sn + cc * cs, -bb * sn + dd * cs);
        let middle = 0.5 * (a + d);
        if c == 0.0 {
            return (Block { a: middle, b, c, d: middle }, cs, sn);
        }
        if b == 0.0 {
            return (Block { a: middle, b: -c, c: 0.0, d: middle }, -sn, cs);
        }
        if b.signum() != c.signum() {
            return (Block { a: middle, b, c, d: middle }, cs, sn);
        }
        let (root_b, root_c) = (b.abs().sqrt(), c.abs().sqrt());
        let p = (root_b * root_c).copysign(c);
        let tau = 1.0 / (b + c).abs().sqrt();
        let (c1, s1) = (root_b * tau, root_c * tau);
        let block = Block { a: middle + p, b: b - c, c: 0.0, d: middle - p };
        (block, cs * c1 - sn * s1, cs * s1 + sn * c1)
    }
}
