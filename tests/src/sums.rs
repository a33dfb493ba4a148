//! Sum, mean and variance of many `single` numbers, and what they are exactly.
//!
//! The numbers are those of `rand` after `rng(7, 'philox')`: odd multiples of 2^-24, so that their
//! sum and the sum of their squares are whole numbers of units.

use std::num::ParseFloatError;

use preheat_ops::philox4x32_10;

/// Prints the three for the numbers that `N` says.
pub const SCRIPT: &str = include_str!("sums.m");

/// What each may be off by, relative to the exact value.
pub const MOST: f64 = 1e-6;

const SEED: u32 = 7;

/// How far each number that the script printed is from the exact value, relative to that.
///
/// # Errors
/// If something else than numbers was printed.
pub fn errors(printed: &str, points: u32) -> Result<Vec<f64>, ParseFloatError> {
    let errors = printed.split_whitespace().zip(exact(points)).map(|(found, exact)| {
        let found: f64 = found.parse()?;
        Ok((found / exact - 1.0).abs())
    });
    errors.collect()
}

/// The exact sum, mean and variance, each rounded but a few times.
fn exact(points: u32) -> [f64; 3] {
    let (mut sum, mut squares) = (0_u128, 0_u128);
    for block in 0..points.div_ceil(4) {
        let words = philox4x32_10([block, 0, 0, 0], [SEED, 0]);
        let left = (points - 4 * block).min(4) as usize;
        for word in &words[..left] {
            let number = u128::from(word >> 8 | 1);
            sum += number;
            squares += number * number;
        }
    }
    let count = u128::from(points);
    let unit = 1.0 / f64::from(1 << 24);
    let total = sum as f64 * unit;
    // N (sum of squares) - (sum)^2 is a whole number and exact.
    let spread = (count * squares - sum * sum) as f64 * unit * unit;
    let n = f64::from(points);
    [total, total / n, spread / (n * (n - 1.0))]
}
