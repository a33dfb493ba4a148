//! Fourier transforms of any length.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// The transform of each line of `len` values; the inverse divides by `len`.
pub fn transform(lines: &mut [Complex<f64>], len: usize, inverse: bool) {
    if len == 0 {
        return;
    }
    let mut planner = FftPlanner::new();
    let plan = match inverse {
        true => planner.plan_fft_inverse(len),
        false => planner.plan_fft_forward(len),
    };
    plan.process(lines);
    if inverse {
        let factor = 1.0 / len as f64;
        lines.iter_mut().for_each(|value| *value *= factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes_a_transform_of_any_length() {
        for len in [1, 2, 3, 7, 12, 64, 101] {
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
}
