//! Similarity by permutations and powers of two that makes rows and columns of equal size.

use crate::matrix::{Complex, Matrix};
use crate::order::norm;

/// Powers of two stay within these sizes.
const SIZE_MAX: f64 = 1e290;

/// What balancing did.
#[derive(Clone, Debug)]
pub(crate) struct Balance {
    /// First row of the part that is not triangular yet.
    pub(crate) low: usize,
    /// One after its last row.
    pub(crate) high: usize,
    /// Factors of rows `low..high`.
    scale: Vec<f64>,
    /// Exchanges, in the order in which they were made.
    swaps: Vec<(usize, usize)>,
}

impl Balance {
    /// Nothing was done.
    pub(crate) fn none(order: usize) -> Balance {
        Balance { low: 0, high: order, scale: vec![1.0; order], swaps: Vec::new() }
    }

    /// The vector of the matrix before balancing.
    pub(crate) fn undo(&self, column: &mut [Complex<f64>]) {
        column.iter_mut().zip(&self.scale).for_each(|(value, factor)| *value *= factor);
        self.swaps.iter().rev().for_each(|(a, b)| column.swap(*a, *b));
    }
}

/// A balanced matrix, and how it was done.
pub(crate) fn balanced(mut a: Matrix<f64>) -> (Matrix<f64>, Balance) {
    let mut balance = Balance::none(a.rows);
    isolate_rows(&mut a, &mut balance);
    isolate_columns(&mut a, &mut balance);
    scale(&mut a, &mut balance);
    (a, balance)
}

fn exchange(a: &mut Matrix<f64>, balance: &mut Balance, from: usize, to: usize) {
    if from != to {
        a.swap_columns(from, to);
        a.swap_rows(from, to);
    }
    balance.swaps.push((from, to));
}

/// Rows with nothing beside the diagonal go to the end.
fn isolate_rows(a: &mut Matrix<f64>, balance: &mut Balance) {
    while balance.high > 1 {
        let high = balance.high;
        let is_alone = |row: &usize| (0..high).all(|at| at == *row || a.at(*row, at) == 0.0);
        let Some(row) = (0..high).rev().find(is_alone) else {
            return;
        };
        exchange(a, balance, row, high - 1);
        balance.high -= 1;
    }
}

/// Columns with nothing beside the diagonal go to the front.
fn isolate_columns(a: &mut Matrix<f64>, balance: &mut Balance) {
    loop {
        let (low, high) = (balance.low, balance.high);
        let is_alone =
            |column: &usize| (low..high).all(|at| at == *column || a.at(at, *column) == 0.0);
        if high <= low + 1 {
            return;
        }
        let Some(column) = (low..high).find(is_alone) else {
            return;
        };
        exchange(a, balance, column, low);
        balance.low += 1;
    }
}

fn scale(a: &mut Matrix<f64>, balance: &mut Balance) {
    let (low, high, n) = (balance.low, balance.high, a.rows);
    let mut is_moving = true;
    while is_moving {
        is_moving = false;
        for at in low..high {
            let mut c = norm((low..high).map(|row| a.at(row, at)));
            let mut r = norm((low..high).map(|column| a.at(at, column)));
            if c == 0.0 || r == 0.0 || !(c + r).is_finite() {
                continue;
            }
            let (sum, mut f) = (c + r, 1.0);
            while c < r / 2.0 && f < SIZE_MAX && c < SIZE_MAX {
                (f, c, r) = (f * 2.0, c * 2.0, r / 2.0);
            }
            while c / 2.0 >= r && f > 1.0 / SIZE_MAX && r < SIZE_MAX {
                (f, c, r) = (f / 2.0, c / 2.0, r * 2.0);
            }
            if c + r >= 0.95 * sum {
                continue;
            }
            is_moving = true;
            balance.scale[at] *= f;
            (low..n).for_each(|column| a.set(at, column, a.at(at, column) / f));
            (0..high).for_each(|row| a.set(row, at, a.at(row, at) * f));
        }
    }
}
