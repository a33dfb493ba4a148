//! Polynomials of sizes, found from their values.
//!
//! Newton's form over three neighbouring values of each size, `u = 0, 1, 2`: the coefficients are
//! forward differences, which are whole numbers for whole values (e.g. Gasca and Sauer,
//! "Polynomial interpolation in several variables", 2000, section 2). The powers that are asked for
//! are closed downwards, so each point that a difference needs is one of them.

use std::collections::BTreeMap;

use preheat_format::{SizeExpr, SizePart, SizeTerm};

/// The largest power of one size,
const POWER_MAX: u8 = 2;
/// and of all together.
const DEGREE_MAX: u8 = 3;

/// A size that is open: its place in the plan, and the value at `u = 0`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) place: usize,
    pub(super) origin: u64,
    /// `x = origin + step * u`, 1 or -1.
    pub(super) step: i64,
}

impl Axis {
    /// The size at a point.
    pub(super) fn value(&self, u: u8) -> u64 {
        self.origin.saturating_add_signed(self.step * i64::from(u))
    }
}

/// Every combination of powers for so many sizes, each after those below it.
pub(super) fn powers(count: usize) -> Vec<Vec<u8>> {
    let mut list: Vec<Vec<u8>> = vec![Vec::new()];
    for _ in 0..count {
        let extended = list.iter().flat_map(|powers| {
            (0..=POWER_MAX).map(move |power| [powers.as_slice(), &[power]].concat())
        });
        list = extended.collect();
    }
    list.retain(|powers| powers.iter().sum::<u8>() <= DEGREE_MAX);
    list.sort();
    list
}

/// Terms over the powers of all sizes of the plan.
type Terms = BTreeMap<Vec<u8>, i128>;

/// The polynomial with these values at the points [`powers`], in their order; `None` if a number
/// is too large.
pub(super) fn interpolate(axes: &[Axis], values: &[i128]) -> Option<SizeExpr> {
    let points = powers(axes.len());
    let known: BTreeMap<&[u8], i128> =
        points.iter().map(Vec::as_slice).zip(values.iter().copied()).collect();
    // Halves of `u (u - 1) / 2` multiply up.
    let scale = 1i128 << axes.len();
    let mut sum = Terms::new();
    for point in &points {
        let difference = difference(&known, point)?;
        if difference == 0 {
            continue;
        }
        let mut product: Terms = [(Vec::new(), difference)].into();
        for (axis, power) in axes.iter().zip(point) {
            product = times(&product, axis, *power)?;
        }
        for (powers, coefficient) in product {
            let entry = sum.entry(powers).or_default();
            *entry = entry.checked_add(coefficient)?;
        }
    }
    finish(sum, scale)
}

/// The mixed forward difference at the origin.
fn difference(known: &BTreeMap<&[u8], i128>, point: &[u8]) -> Option<i128> {
    let binomial = |n: u8, k: u8| if n == 2 && k == 1 { 2 } else { 1 };
    let mut sum = 0i128;
    for (at, value) in known {
        if at.iter().zip(point).any(|(low, high)| low > high) {
            continue;
        }
        let steps = at.iter().zip(point);
        let weight = steps.fold(1i128, |weight, (low, high)| {
            let sign = if (high - low) % 2 == 0 { 1 } else { -1 };
            weight * sign * binomial(*high, *low)
        });
        sum = sum.checked_add(value.checked_mul(weight)?)?;
    }
    Some(sum)
}

/// Twice `u`'s binomial of a power, as a polynomial of `x`, times terms.
fn times(terms: &Terms, axis: &Axis, power: u8) -> Option<Terms> {
    let (step, origin) = (i128::from(axis.step), i128::from(axis.origin));
    let start = step.checked_mul(origin)?;
    // u = step * x - start, and step * step = 1.
    let factors: [i128; 3] = match power {
        0 => [2, 0, 0],
        1 => [start.checked_mul(-2)?, 2 * step, 0],
        _ => {
            let square = origin.checked_mul(origin)?.checked_add(start)?;
            [square, (origin.checked_mul(-2)?).checked_sub(step)?, 1]
        }
    };
    let mut out = Terms::new();
    for (powers, coefficient) in terms {
        for (power, factor) in (0u8..).zip(factors) {
            if factor == 0 {
                continue;
            }
            let mut powers = powers.clone();
            if power > 0 {
                powers.resize(powers.len().max(axis.place + 1), 0);
                powers[axis.place] += power;
            }
            let entry = out.entry(powers).or_default();
            *entry = entry.checked_add(coefficient.checked_mul(factor)?)?;
        }
    }
    Some(out)
}

fn finish(mut sum: Terms, scale: i128) -> Option<SizeExpr> {
    sum.retain(|_, coefficient| *coefficient != 0);
    if sum.is_empty() {
        return Some(SizeExpr::default());
    }
    let common = sum.values().fold(scale, |common, coefficient| gcd(common, *coefficient));
    let mut terms = Vec::with_capacity(sum.len());
    // The highest powers first.
    for (powers, coefficient) in sum.into_iter().rev() {
        let coefficient = i64::try_from(coefficient / common).ok()?;
        terms.push(SizeTerm { coefficient, powers });
    }
    let divisor = u32::try_from(scale / common).ok()?;
    Some(SizeExpr { parts: vec![SizePart { factor: 1, divisor, terms }] })
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], axes: &[Axis], f: impl Fn(&[u64]) -> i128, expected: &str) {
        let at = |point: &Vec<u8>| -> Vec<u64> {
            axes.iter().zip(point).map(|(axis, u)| axis.value(*u)).collect()
        };
        let values: Vec<i128> = powers(axes.len()).iter().map(|point| f(&at(point))).collect();
        let expr = interpolate(axes, &values).unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(expr.display(&names).to_string(), expected);
        for sizes in [[2u64, 3, 5], [97, 1, 12], [1000, 31, 7]] {
            let sizes = &sizes[..axes.len()];
            assert_eq!(expr.evaluate(sizes).unwrap(), f(sizes));
        }
    }

    #[test]
    fn whole_numbers_give_their_polynomial_back() {
        let axis = |place, origin, step| Axis { place, origin, step };
        let (n, m, k) = (axis(0, 40, 1), axis(1, 7, -1), axis(2, 3, 1));
        let [x, y, z] = [0usize, 1, 2].map(|i| move |s: &[u64]| i128::from(s[i]));
        check(&["N"], &[n], |_| 12, "12");
        check(&["N"], &[n], |s| x(s) * (x(s) + 1) / 2, "ceil((N^2 + N)/2)");
        check(&["N", "M"], &[n, m], |s| (x(s) - 1) * y(s), "N*M - M");
        check(&["N", "M"], &[n, m], |s| y(s) * y(s) * x(s) - 3, "N*M^2 - 3");
        check(&["N", "M", "K"], &[n, m, k], |s| x(s) * y(s) * z(s), "N*M*K");
        check(&["N", "M", "K"], &[n, m, k], |s| -z(s) - 2 * x(s), "-2*N - K");
    }
}
