//! Sums of products in the orders of OpenBLAS's kernels for processors with SSE2, which decide the
//! last bits of what other array languages print: two numbers a register, and up to four registers
//! that are added in pairs at the end.

use crate::matrix::Field;

/// Lanes of one register.
type Pair<T> = [T; 2];

fn zeros<T: Field, const N: usize>() -> [Pair<T>; N] {
    [[T::from(0.0); 2]; N]
}

/// `sum x[i] y[i]` of neighbours in memory. `is_odd`: `y` does not start at a multiple of 16 bytes;
/// its first element is taken alone.
pub fn dot<T: Field>(x: &[T], y: &[T], is_odd: bool) -> T {
    let mut sums: [Pair<T>; 4] = zeros();
    let (mut x, mut y) = (x, y);
    if is_odd && let ([first_x, rest_x @ ..], [first_y, rest_y @ ..]) = (x, y) {
        sums[0][0] = *first_x * *first_y;
        (x, y) = (rest_x, rest_y);
    }
    let count = x.len().min(y.len());
    let mut add = |register: usize, at: usize| {
        sums[register][0] = sums[register][0] + x[at] * y[at];
        sums[register][1] = sums[register][1] + x[at + 1] * y[at + 1];
    };
    let mut at = 0;
    while at + 8 <= count {
        (0..4).for_each(|register| add(register, at + 2 * register));
        at += 8;
    }
    if count - at >= 4 {
        add(0, at);
        add(1, at + 2);
        at += 4;
    }
    if count - at >= 2 {
        add(0, at);
        at += 2;
    }
    if at < count {
        sums[0][0] = sums[0][0] + x[at] * y[at];
    }
    let lane = |lane: usize| (sums[0][lane] + sums[1][lane]) + (sums[2][lane] + sums[3][lane]);
    lane(0) + lane(1)
}

/// `sum x[i] y[i]` of pairs that are not neighbours in memory.
pub(crate) fn strided_dot<T: Field>(pairs: impl ExactSizeIterator<Item = (T, T)>) -> T {
    let mut sums = [T::from(0.0); 4];
    let whole = pairs.len() / 4 * 4;
    for (at, (x, y)) in pairs.enumerate() {
        let register = if at < whole { at % 4 } else { 0 };
        sums[register] = sums[register] + x * y;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// `x' A` per column of `A`, a column of `rows` elements after the other. `is_odd`: `A` does not
/// start at a multiple of 16 bytes; `leading`: elements from column to column.
pub fn row_product<T: Field>(
    x: &[T],
    columns: &[&[T]],
    (is_odd, leading): (bool, usize),
) -> Vec<T> {
    let by_four = columns.len() / 4 * 4;
    let is_pair = |column: usize| columns.len() & 2 != 0 && column < by_four + 2;
    columns
        .iter()
        .enumerate()
        .map(|(column, values)| {
            let alternates = column >= by_four && (leading.is_multiple_of(2) || !is_pair(column));
            column_product(x, values, is_odd, alternates)
        })
        .collect()
}

/// One column of [`row_product`], in one register or in two that alternate.
fn column_product<T: Field>(x: &[T], column: &[T], is_odd: bool, alternates: bool) -> T {
    let mut sums: [Pair<T>; 2] = zeros();
    let first = usize::from(is_odd && !x.is_empty());
    for at in 0..first {
        sums[0][0] = x[at] * column[at];
    }
    let pairs = (x.len() - first) / 2;
    for pair in 0..pairs {
        let (at, register) = (first + 2 * pair, if alternates { pair % 2 } else { 0 });
        sums[register][0] = sums[register][0] + x[at] * column[at];
        sums[register][1] = sums[register][1] + x[at + 1] * column[at + 1];
    }
    for at in first + 2 * pairs..x.len() {
        sums[0][0] = sums[0][0] + x[at] * column[at];
    }
    (sums[0][0] + sums[1][0]) + (sums[0][1] + sums[1][1])
}

/// The root of a sum of squares as OpenBLAS's `dnrm2` has it, whose sums are longer than `double`.
pub(crate) fn norm(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().map(f64::abs).fold(0.0, f64::max);
    if !(1e-140..1e140).contains(&largest) {
        return values.fold(0.0, f64::hypot);
    }
    let (mut sum, mut rest) = (0.0, 0.0);
    for value in values {
        let (square, low) = squared(value);
        let next: f64 = sum + square;
        let other = next - sum;
        rest += (sum - (next - other)) + (square - other) + low;
        sum = next;
    }
    let root = (sum + rest).sqrt();
    let (square, low) = squared(root);
    root + ((sum - square) - low + rest) / (2.0 * root)
}

/// A square and what its rounding left, by Dekker's splitting.
fn squared(value: f64) -> (f64, f64) {
    let square = value * value;
    let wide = 134_217_729.0 * value;
    let high = wide - (wide - value);
    let low = value - high;
    (square, ((high * high - square) + 2.0 * high * low) + low * low)
}

/// `sqrt(x^2 + y^2)` as LAPACK's `dlapy2` has it.
pub(crate) fn hypotenuse(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    let (large, small) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    match small == 0.0 || large == f64::INFINITY {
        true => large,
        false => large * (1.0 + (small / large).powi(2)).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_one_sum_in_every_order() {
        let x: Vec<f64> = (1..=29).map(f64::from).collect();
        let expected: f64 = x.iter().map(|value| value * value).sum();
        for is_odd in [false, true] {
            assert_eq!(dot(&x, &x, is_odd), expected);
            for leading in [28, 29] {
                let columns = vec![x.as_slice(); 7];
                assert_eq!(row_product(&x, &columns, (is_odd, leading)), vec![expected; 7]);
            }
        }
        assert_eq!(strided_dot(x.iter().map(|value| (*value, *value))), expected);
        assert_eq!(dot::<f64>(&[], &[], true), 0.0);
    }

    #[test]
    fn norms_are_rounded_once() {
        assert_eq!(norm([3.0, 4.0].into_iter()), 5.0);
        assert_eq!(norm([1.0; 2].into_iter()), std::f64::consts::SQRT_2);
        assert!((norm([3e200, 4e200].into_iter()) / 5e200 - 1.0).abs() < 1e-15);
        assert_eq!(norm([0.0; 3].into_iter()), 0.0);
        assert_eq!(hypotenuse(-3.0, 4.0), 5.0);
        assert_eq!(hypotenuse(0.0, -2.0), 2.0);
    }

    #[test]
    fn neighbours_are_added_two_by_two() {
        // In order, 1 is lost beside 1e16; in pairs it is not.
        assert_eq!(dot(&[1e16, 1.0, -1e16, 1.0], &[1.0; 4], false), 2.0);
        assert_eq!(dot(&[1e16, 1.0, -1e16], &[1.0; 3], false), 1.0);
    }
}
