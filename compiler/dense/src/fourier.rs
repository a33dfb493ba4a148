//! Fourier transforms of any length.

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

/// The longest lines whose sums are formed directly, if their length is no power of two.
const DIRECT_MAX: usize = 32;

/// Sums below this part of the largest term are what the roots of one lack of 107 bits.
const NOISE: f64 = 1e-29;

/// A transform of lines of one length.
pub struct Transform {
    len: usize,
    inverse: bool,
    plan: Plan,
}

enum Plan {
    /// Sums to twice the precision, rounded once: what is whole comes out whole. Powers of the
    /// root of one, real and imaginary parts.
    Direct(Vec<[Wide; 2]>),
    /// In order `n log n`.
    Fast(Arc<dyn Fft<f64>>),
}

impl Transform {
    /// Of lines of `len` values; the inverse divides by `len`.
    pub fn new(len: usize, inverse: bool) -> Transform {
        let plan = match len {
            0 => Plan::Direct(Vec::new()),
            _ if len <= DIRECT_MAX && !len.is_power_of_two() => Plan::Direct(roots(len, inverse)),
            _ if inverse => Plan::Fast(FftPlanner::new().plan_fft_inverse(len)),
            _ => Plan::Fast(FftPlanner::new().plan_fft_forward(len)),
        };
        Transform { len, inverse, plan }
    }

    /// Transforms each line.
    pub fn apply(&self, lines: &mut [Complex<f64>]) {
        match &self.plan {
            Plan::Direct(roots) => lines.chunks_exact_mut(self.len.max(1)).for_each(|line| {
                let given = line.to_vec();
                let parts = given.iter().flat_map(|value| [value.re.abs(), value.im.abs()]);
                let largest = parts.fold(0.0, f64::max);
                let noise = if largest.is_finite() { largest * NOISE } else { 0.0 };
                for (at, value) in line.iter_mut().enumerate() {
                    let exact = sum(&given, roots, at);
                    let kept = |part: f64| if part.abs() < noise { 0.0 } else { part };
                    *value = Complex::new(kept(exact.re), kept(exact.im));
                }
            }),
            Plan::Fast(plan) => plan.process(lines),
        }
        if self.inverse {
            let len = self.len as f64;
            lines.iter_mut().for_each(|value| *value /= len);
        }
    }
}

/// Powers 0, 1, .. of the `len`-th root of one.
fn roots(len: usize, inverse: bool) -> Vec<[Wide; 2]> {
    // Twice pi to 107 bits.
    let turn = Wide(std::f64::consts::TAU, 2.4492935982947064e-16);
    let angle = turn.divided(len as f64);
    let mut roots = vec![[Wide(1.0, 0.0), Wide(0.0, 0.0)]; len];
    let first = cosine_and_sine(angle);
    for power in 1..=len / 2 {
        let [a, b] = roots[power - 1];
        let [c, d] = first;
        let cosine = a.times(c).plus(b.times(d).negated());
        let sine = a.times(d).plus(b.times(c));
        roots[power] = match (power * 2 == len, power * 4 == len) {
            (true, _) => [Wide(-1.0, 0.0), Wide(0.0, 0.0)],
            (_, true) => [Wide(0.0, 0.0), Wide(1.0, 0.0)],
            (false, false) => [cosine, sine],
        };
        // Exactly the mirror image.
        roots[len - power] = [roots[power][0], roots[power][1].negated()];
    }
    if !inverse {
        roots.iter_mut().for_each(|root| root[1] = root[1].negated());
    }
    roots
}

/// By their series, for up to a third of a turn.
fn cosine_and_sine(angle: Wide) -> [Wide; 2] {
    let mut sums = [Wide(0.0, 0.0); 4];
    let mut term = Wide(1.0, 0.0);
    for power in 0..48 {
        sums[power % 4] = sums[power % 4].plus(term);
        term = term.times(angle).divided((power + 1) as f64);
    }
    [sums[0].plus(sums[2].negated()), sums[1].plus(sums[3].negated())]
}

fn sum(given: &[Complex<f64>], roots: &[[Wide; 2]], at: usize) -> Complex<f64> {
    let (mut re, mut im) = (Wide(0.0, 0.0), Wide(0.0, 0.0));
    for (index, value) in given.iter().enumerate() {
        let [cosine, sine] = roots[index * at % given.len()];
        re = re.plus(cosine.scaled(value.re)).plus(sine.scaled(-value.im));
        im = im.plus(cosine.scaled(value.im)).plus(sine.scaled(value.re));
    }
    match (re.0 + re.1, im.0 + im.1) {
        // The lost bits of an infinite number are none.
        (re, im) if re.is_nan() || im.is_nan() => plain_sum(given, roots, at),
        (re, im) => Complex::new(re, im),
    }
}

/// A part that is nothing stays nothing, also of an infinite number.
fn plain_sum(given: &[Complex<f64>], roots: &[[Wide; 2]], at: usize) -> Complex<f64> {
    let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
    let terms = given.iter().enumerate().map(|(index, value)| {
        let [Wide(cosine, _), Wide(sine, _)] = roots[index * at % given.len()];
        let re = product(value.re, cosine) - product(value.im, sine);
        Complex::new(re, product(value.im, cosine) + product(value.re, sine))
    });
    terms.sum()
}

/// An unevaluated sum of two numbers, the second below the last bit of the first. After Dekker,
/// "A floating-point technique for extending the available precision", 1971.
#[derive(Clone, Copy)]
struct Wide(f64, f64);

impl Wide {
    fn plus(self, other: Wide) -> Wide {
        let high = self.0 + other.0;
        let seen = high - self.0;
        let lost = (self.0 - (high - seen)) + (other.0 - seen);
        Wide(high, lost + (self.1 + other.1)).settled()
    }

    fn scaled(self, factor: f64) -> Wide {
        let high = self.0 * factor;
        Wide(high, self.0.mul_add(factor, -high) + self.1 * factor).settled()
    }

    fn times(self, other: Wide) -> Wide {
        let Wide(high, low) = self.scaled(other.0);
        Wide(high, low + self.0 * other.1).settled()
    }

    fn divided(self, by: f64) -> Wide {
        let high = self.0 / by;
        let rest = (-high).mul_add(by, self.0);
        Wide(high, (rest + self.1) / by).settled()
    }

    fn negated(self) -> Wide {
        Wide(-self.0, -self.1)
    }

    fn settled(self) -> Wide {
        let high = self.0 + self.1;
        Wide(high, self.1 - (high - self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transform(lines: &mut [Complex<f64>], len: usize, inverse: bool) {
        Transform::new(len, inverse).apply(lines);
    }

    #[test]
    fn an_inverse_undoes_a_transform_of_any_length() {
        for len in [1, 2, 3, 7, 12, 32, 33, 64, 101] {
            let original: Vec<Complex<f64>> = (0..2 * len)
                .map(|index| Complex::new(index as f64, (index * index) as f64))
                .collect();
            let mut lines = original.clone();
            transform(&mut lines, len, false);
            let sum: Complex<f64> = original[..len].iter().sum();
            assert!((lines[0] - sum).norm() <= 1e-12 * sum.norm().max(1.0), "{len}");
            transform(&mut lines, len, true);
            let apart = lines.iter().zip(&original).map(|(a, b)| (a - b).norm());
            assert!(apart.fold(0.0, f64::max) < 1e-9, "{len}");
        }
    }

    #[test]
    fn direct_sums_are_those_of_the_fast_algorithm() {
        for len in [3, 5, 6, 12, 20, 31] {
            let given: Vec<_> =
                (0..len).map(|at| Complex::new((at * at) as f64, 7.0 - at as f64)).collect();
            for inverse in [false, true] {
                let (mut direct, mut fast) = (given.clone(), given.clone());
                transform(&mut direct, len, inverse);
                let mut planner = FftPlanner::new();
                match inverse {
                    true => planner.plan_fft_inverse(len).process(&mut fast),
                    false => planner.plan_fft_forward(len).process(&mut fast),
                }
                let share = if inverse { len as f64 } else { 1.0 };
                for (a, b) in direct.iter().zip(&fast) {
                    assert!((a * share - b).norm() < 1e-12 * (len * len * len) as f64, "{len}");
                }
            }
        }
    }

    #[test]
    fn what_is_whole_comes_out_whole() {
        let mut line: Vec<_> = (1..=6).map(|at| Complex::new(f64::from(at), 0.0)).collect();
        transform(&mut line, 6, false);
        let real: Vec<f64> = line.iter().map(|value| value.re).collect();
        assert_eq!(real, [21.0, -3.0, -3.0, -3.0, -3.0, -3.0]);
    }
}
