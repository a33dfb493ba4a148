//! Systems whose matrix has its elements near the diagonal.

use crate::matrix::Matrix;

/// How much wider a matrix must be than its band for the band to be worth while.
const SHARE: usize = 4;

/// A pivot that is this much smaller than the largest one is left to other methods.
const PIVOT_MIN: f64 = 1e-13;

/// Solves `a * x = b` for a square matrix `[n,n]` with a narrow band, by Gaussian elimination with
/// partial pivoting inside the band (Golub and Van Loan, Matrix Computations, section 4.3): `n`
/// times the square of the band's width in operations. `None` if the band is not narrow, or the
/// matrix singular or nearly so.
pub fn banded_solve(a: &Matrix<f64>, b: &Matrix<f64>) -> Option<Matrix<f64>> {
    let (below, above) = band(a)?;
    let mut rows = Rows::of(a, below, above);
    let mut x = b.clone();
    let n = a.rows;
    let (mut least, mut largest) = (f64::INFINITY, 0.0_f64);
    for step in 0..n {
        let last = (step + below).min(n - 1);
        let size = |row: usize| rows.at(row, step).abs();
        let pivot = (step..=last).fold(step, |best, row| match size(row) > size(best) {
            true => row,
            false => best,
        });
        let own = size(pivot);
        (least, largest) = (least.min(own), largest.max(own));
        if own.is_nan() || least <= PIVOT_MIN * largest {
            return None;
        }
        if pivot != step {
            rows.exchange(step, pivot);
            (0..x.columns).for_each(|column| x.data.swap(step + n * column, pivot + n * column));
        }
        for row in step + 1..=last {
            let factor = rows.at(row, step) / rows.at(step, step);
            if factor != 0.0 {
                rows.subtract(row, step, factor);
                for column in 0..x.columns {
                    x.data[row + n * column] -= factor * x.data[step + n * column];
                }
            }
        }
    }
    for column in 0..x.columns {
        for row in (0..n).rev() {
            // What rows might have filled and have not stays out of it, for infinities.
            let known = (row + 1..=(row + rows.reach).min(n - 1))
                .filter(|other| rows.at(row, *other) != 0.0)
                .map(|other| rows.at(row, other) * x.data[other + n * column])
                .sum::<f64>();
            let at = row + n * column;
            x.data[at] = (x.data[at] - known) / rows.at(row, row);
        }
    }
    Some(x)
}

/// How many diagonals below and above the main one have elements; `None` if that is much of the
/// matrix.
fn band(a: &Matrix<f64>) -> Option<(usize, usize)> {
    let (mut below, mut above) = (0, 0);
    for column in 0..a.columns {
        let line = &a.data[column * a.rows..(column + 1) * a.rows];
        let is_set = |value: &f64| *value != 0.0;
        if let Some(first) = line.iter().position(is_set) {
            above = above.max(column.saturating_sub(first));
        }
        if let Some(last) = line.iter().rposition(is_set) {
            below = below.max(last.saturating_sub(column));
        }
        if (2 * below + above + 1) * SHARE > a.rows {
            return None;
        }
    }
    (a.rows == a.columns).then_some((below, above))
}

/// The band by rows: of row `i` the columns from `i - below` to `i + reach`.
struct Rows {
    data: Vec<f64>,
    below: usize,
    /// Diagonals above the main one, with those that exchanges of rows fill.
    reach: usize,
    n: usize,
}

impl Rows {
    fn of(a: &Matrix<f64>, below: usize, above: usize) -> Rows {
        let (n, reach) = (a.rows, above + below);
        let mut rows = Rows { data: vec![0.0; n * (below + reach + 1)], below, reach, n };
        for column in 0..n {
            for row in column.saturating_sub(above)..=(column + below).min(n - 1) {
                let at = rows.place(row, column);
                rows.data[at] = a.data[row + n * column];
            }
        }
        rows
    }

    fn place(&self, row: usize, column: usize) -> usize {
        row * (self.below + self.reach + 1) + column + self.below - row
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.data[self.place(row, column)]
    }

    /// Exchanges the rows from a column on.
    fn exchange(&mut self, step: usize, pivot: usize) {
        for column in step..=(step + self.reach).min(self.n - 1) {
            let (one, other) = (self.place(step, column), self.place(pivot, column));
            self.data.swap(one, other);
        }
    }

    /// Takes a multiple of a row from one below it.
    fn subtract(&mut self, row: usize, step: usize, factor: f64) {
        let count = (step + self.reach).min(self.n - 1) + 1 - step;
        let (from, to) = (self.place(step, step), self.place(row, step));
        let (upper, lower) = self.data.split_at_mut(to);
        for (target, value) in lower[..count].iter_mut().zip(&upper[from..from + count]) {
            *target -= factor * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_system_has_the_solution_of_the_whole_one() {
        let n = 60;
        let mut a = Matrix::zeros(n, n);
        for row in 0..n {
            for column in row.saturating_sub(2)..(row + 4).min(n) {
                // The diagonal is small, so rows are exchanged.
                let value =
                    if row == column { 0.01 } else { ((row * 7 + column * 3) % 11) as f64 - 4.5 };
                a.set(row, column, value);
            }
        }
        let b =
            Matrix { rows: n, columns: 2, data: (0..2 * n).map(|at| (at % 7) as f64).collect() };
        let x = banded_solve(&a, &b).expect("a narrow band");
        let whole = crate::lu(a).solve(&b);
        for (one, other) in x.data.iter().zip(&whole.data) {
            assert!((one - other).abs() <= 1e-9 * other.abs().max(1.0), "{one} {other}");
        }
        assert!(banded_solve(&Matrix::zeros(n, n), &b).is_none());
        assert!(banded_solve(&Matrix { rows: 2, columns: 2, data: vec![1.0; 4] }, &b).is_none());
    }
}
