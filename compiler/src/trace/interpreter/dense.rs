//! Dense linear algebra on small host matrices, column-major, in `f64`.

/// LU factors with row exchanges: the packed factors and the row order.
pub(crate) struct Lu {
    /// `L` below the diagonal (ones on it), `U` on and above.
    pub(crate) packed: Vec<f64>,
    /// Row of the matrix that each row of the factors is.
    pub(crate) order: Vec<usize>,
    /// Extent.
    pub(crate) n: usize,
}

impl Lu {
    /// Factors a square matrix by Gaussian elimination with partial pivoting (Golub and Van Loan,
    /// Matrix Computations, section 3.4).
    pub(crate) fn new(mut a: Vec<f64>, n: usize) -> Lu {
        let mut order: Vec<usize> = (0..n).collect();
        for k in 0..n {
            let pivot = (k..n).fold(k, |best, row| {
                if a[row + k * n].abs() > a[best + k * n].abs() { row } else { best }
            });
            if pivot != k {
                (0..n).for_each(|column| a.swap(k + column * n, pivot + column * n));
                order.swap(k, pivot);
            }
            let diagonal = a[k + k * n];
            if diagonal == 0.0 {
                continue;
            }
            for row in k + 1..n {
                a[row + k * n] /= diagonal;
            }
            for column in k + 1..n {
                let factor = a[k + column * n];
                for row in k + 1..n {
                    a[row + column * n] -= a[row + k * n] * factor;
                }
            }
        }
        Lu { packed: a, order, n }
    }

    /// True if a pivot is zero, or tiny beside the largest.
    pub(crate) fn is_singular(&self) -> bool {
        let pivots = (0..self.n).map(|k| self.packed[k + k * self.n].abs());
        let (low, high) = pivots
            .fold((f64::INFINITY, 0.0f64), |(low, high), pivot| (low.min(pivot), high.max(pivot)));
        self.n > 0 && (low == 0.0 || low < high * f64::EPSILON)
    }

    /// Solves for `count` columns.
    pub(crate) fn solve(&self, b: &[f64], count: usize) -> Vec<f64> {
        let n = self.n;
        let mut x = Vec::with_capacity(n * count);
        for column in 0..count {
            let mut y: Vec<f64> = self.order.iter().map(|row| b[row + column * n]).collect();
            for k in 0..n {
                let known = y[k];
                for (row, value) in y.iter_mut().enumerate().skip(k + 1) {
                    *value -= self.packed[row + k * n] * known;
                }
            }
            for k in (0..n).rev() {
                y[k] /= self.packed[k + k * n];
                let known = y[k];
                for (row, value) in y.iter_mut().enumerate().take(k) {
                    *value -= self.packed[row + k * n] * known;
                }
            }
            x.extend(y);
        }
        x
    }
}

/// Solves `A x = b`: exactly for a square matrix, else by least squares of least norm. Says
/// whether a square matrix is singular.
pub(crate) fn solve(
    (a, rows, columns): (Vec<f64>, usize, usize),
    b: Vec<f64>,
    count: usize,
) -> (Vec<f64>, bool) {
    if rows == columns {
        let lu = Lu::new(a, rows);
        return (lu.solve(&b, count), lu.is_singular());
    }
    if rows > columns {
        return (least_squares((a, rows, columns), b, count), false);
    }
    // x = A' (A A')^-1 b, by the QR factors of A'.
    let at = transpose(&a, rows, columns);
    let gram = product((&a, rows, columns), (&at, rows));
    let y = Lu::new(gram, rows).solve(&b, count);
    (product((&at, columns, rows), (&y, count)), false)
}

/// Householder QR and back substitution (Golub and Van Loan, section 5.3.2).
fn least_squares(
    (mut a, rows, columns): (Vec<f64>, usize, usize),
    mut b: Vec<f64>,
    count: usize,
) -> Vec<f64> {
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
    x
}

/// Rows and columns exchanged.
pub(crate) fn transpose(a: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    (0..rows).flat_map(|row| (0..columns).map(move |column| a[row + column * rows])).collect()
}

/// `[m, k] x [k, n]`.
pub(crate) fn product((a, m, k): (&[f64], usize, usize), (b, n): (&[f64], usize)) -> Vec<f64> {
    let mut c = vec![0.0; m * n];
    for column in 0..n {
        for i in 0..k {
            let factor = b[i + column * k];
            for row in 0..m {
                c[row + column * m] += a[row + i * m] * factor;
            }
        }
    }
    c
}
