//! Reductions on the host: runs of elements into an [`Accumulator`].
//!
//! Sums are kept in eight lanes so that they vectorise; the lanes are joined in a fixed order, so
//! a run always gives the same bits.

use crate::op::Accumulator;

const LANES: usize = 8;

/// The rounding error of `a + b`, given their rounded sum. After Knuth, TAOCP vol. 2, 4.2.2.
fn sum_error(a: f64, b: f64, sum: f64) -> f64 {
    let b_seen = sum - a;
    (a - (sum - b_seen)) + (b - b_seen)
}

/// Adds a term to a sum and its error.
fn add_term(sum: &mut f64, error: &mut f64, term: f64) {
    let next = *sum + term;
    *error += sum_error(*sum, term, next);
    *sum = next;
}

/// Sum and error of `term` over a run.
fn lane_sums<T: Copy>(run: &[T], term: impl Fn(T) -> f64) -> (f64, f64) {
    let mut sums = [0.0; LANES];
    let mut errors = [0.0; LANES];
    let (blocks, rest) = run.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            add_term(&mut sums[lane], &mut errors[lane], term(block[lane]));
        }
    }
    let (mut sum, mut error) = (sums[0], errors[0]);
    for lane in 1..LANES {
        add_term(&mut sum, &mut error, sums[lane]);
        error += errors[lane];
    }
    for &x in rest {
        add_term(&mut sum, &mut error, term(x));
    }
    (sum, error)
}

/// An infinite or undefined sum is itself: its error is undefined.
fn settled(sum: f64, error: f64) -> f64 {
    if sum.is_finite() { sum + error } else { sum }
}

/// Components: sum, its error.
pub(crate) fn sum<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    let (sum, error) = lane_sums(run, T::into);
    add_sum(acc, sum, error);
}

fn add_sum(acc: &mut Accumulator, sum: f64, error: f64) {
    let [total, total_error, _, _] = acc;
    add_term(total, total_error, sum);
    *total_error += error;
}

pub(crate) fn sum_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    let mut acc = *a;
    add_sum(&mut acc, b[0], b[1]);
    acc
}

pub(crate) fn sum_finish(acc: &Accumulator, _count: u64) -> f64 {
    settled(acc[0], acc[1])
}

pub(crate) fn mean_finish(acc: &Accumulator, count: u64) -> f64 {
    settled(acc[0], acc[1]) / count as f64
}

/// Component: product.
pub(crate) fn product<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    acc[0] = run.iter().fold(acc[0], |product, &x| product * x.into());
}

pub(crate) fn product_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    [a[0] * b[0], 0.0, 0.0, 0.0]
}

/// The first component as it is.
pub(crate) fn first(acc: &Accumulator, _count: u64) -> f64 {
    acc[0]
}

/// Components: count, mean, sum of squared deviations. A run is measured about its own mean, then
/// joined: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
/// sample variances", 1979.
pub(crate) fn moments<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    if run.is_empty() {
        return;
    }
    let count = run.len() as f64;
    let (sum, error) = lane_sums(run, T::into);
    let mean = settled(sum, error) / count;
    let (squares, squares_error) = lane_sums(run, |x| {
        let deviation = x.into() - mean;
        deviation * deviation
    });
    *acc = moments_combine(acc, &[count, mean, settled(squares, squares_error), 0.0]);
}

pub(crate) fn moments_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    if a[0] == 0.0 {
        return *b;
    }
    if b[0] == 0.0 {
        return *a;
    }
    let count = a[0] + b[0];
    let apart = b[1] - a[1];
    let mean = a[1] + apart * (b[0] / count);
    let squares = a[2] + b[2] + apart * apart * (a[0] * (b[0] / count));
    [count, mean, squares, 0.0]
}

pub(crate) fn variance_finish(acc: &Accumulator, count: u64) -> f64 {
    // One element varies by nothing, unless it is no number.
    acc[2] / (count.max(2) - 1) as f64
}

pub(crate) fn variance_of_all_finish(acc: &Accumulator, count: u64) -> f64 {
    acc[2] / count as f64
}

/// Component: smallest so far; NaN is the value for no numbers.
pub(crate) fn min<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    acc[0] = run.iter().fold(acc[0], |least, &x| least.min(x.into()));
}

pub(crate) fn min_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    [a[0].min(b[0]), 0.0, 0.0, 0.0]
}

/// Component: largest so far.
pub(crate) fn max<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    acc[0] = run.iter().fold(acc[0], |most, &x| most.max(x.into()));
}

pub(crate) fn max_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    [a[0].max(b[0]), 0.0, 0.0, 0.0]
}

/// Component: 1 if some element is neither 0 nor NaN.
pub(crate) fn any<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    let holds = |&x: &T| {
        let value: f64 = x.into();
        value != 0.0 && !value.is_nan()
    };
    if run.iter().any(holds) {
        acc[0] = 1.0;
    }
}

/// Component: 0 if some element is 0.
pub(crate) fn all<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], _start: u64) {
    if run.iter().any(|&x| x.into() == 0.0) {
        acc[0] = 0.0;
    }
}

/// Components: the extreme value, its position. `better` says which of two numbers wins.
fn extreme<T: Copy + Into<f64>>(
    acc: &mut Accumulator,
    run: &[T],
    start: u64,
    better: fn(f64, f64) -> bool,
) {
    for (offset, &x) in run.iter().enumerate() {
        let value: f64 = x.into();
        if better(value, acc[0]) || (acc[0].is_nan() && !value.is_nan()) {
            *acc = [value, (start + offset as u64) as f64, 0.0, 0.0];
        }
    }
}

fn extreme_combine(a: &Accumulator, b: &Accumulator, better: fn(f64, f64) -> bool) -> Accumulator {
    let earlier_equal = a[0] == b[0] && b[1] < a[1];
    let only_number = a[0].is_nan() && !b[0].is_nan();
    if better(b[0], a[0]) || earlier_equal || only_number { *b } else { *a }
}

fn less(a: f64, b: f64) -> bool {
    a < b
}

fn greater(a: f64, b: f64) -> bool {
    a > b
}

pub(crate) fn argmin<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], start: u64) {
    extreme(acc, run, start, less);
}

pub(crate) fn argmin_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    extreme_combine(a, b, less)
}

pub(crate) fn argmax<T: Copy + Into<f64>>(acc: &mut Accumulator, run: &[T], start: u64) {
    extreme(acc, run, start, greater);
}

pub(crate) fn argmax_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    extreme_combine(a, b, greater)
}

/// The second component: a position.
pub(crate) fn position(acc: &Accumulator, _count: u64) -> f64 {
    acc[1]
}
