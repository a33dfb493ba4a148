//! Philox4x32-10 and the distributions made from a block.
//!
//! After Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

use pulp::{Arch, Simd, WithSimd};

use super::math::Float;
use super::math::log::log_of_normal;
use super::math::trig::turn;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;

/// The block of a 128-bit counter (lowest word first) under a 64-bit key.
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let first = u64::from(c0) * u64::from(MULTIPLIERS[0]);
        let second = u64::from(c2) * u64::from(MULTIPLIERS[1]);
        (c0, c2) = ((second >> 32) as u32 ^ c1 ^ k0, (first >> 32) as u32 ^ c3 ^ k1);
        (c1, c3) = (second as u32, first as u32);
        k0 = k0.wrapping_add(KEY_STEPS[0]);
        k1 = k1.wrapping_add(KEY_STEPS[1]);
    }
    [c0, c1, c2, c3]
}

/// The middle of one of 2^23 equal parts of (0, 1): never 0 or 1, exact in `f32`.
#[inline(always)]
fn unit_f32(bits: u32) -> f32 {
    // The half part makes 25 significant bits for the upper half, so only 23 bits are used there.
    ((bits >> 9) as i32 as f32 + 0.5) * (1.0 / 8_388_608.0)
}

/// The middle of one of 2^52 equal parts of (0, 1).
#[inline(always)]
fn unit_f64(low: u32, high: u32) -> f64 {
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    let bits = (u64::from(high) << 20) | u64::from(low >> 12);
    // A whole number below 2^52 as the low bits of 2^52 and itself.
    let number = f64::from_bits(bits | WHOLE.to_bits()) - WHOLE;
    (number + 0.5) * (1.0 / WHOLE)
}

#[inline(always)]
pub(crate) fn uniform_f32(block: [u32; 4]) -> [f32; 4] {
    block.map(unit_f32)
}

#[inline(always)]
pub(crate) fn uniform_f64(block: [u32; 4]) -> [f64; 2] {
    [unit_f64(block[0], block[1]), unit_f64(block[2], block[3])]
}

/// Box and Muller's transform of a pair of uniforms.
#[inline(always)]
fn normal_pair<T: Float>(first: T, second: T) -> [T; 2] {
    let radius = (T::of(-2.0) * log_of_normal(first)).sqrt();
    let (x, y) = turn(second);
    [radius * x, radius * y]
}

#[inline(always)]
pub(crate) fn normal_f32(block: [u32; 4]) -> [f32; 4] {
    let [first, second, third, fourth] = uniform_f32(block);
    let ([a, b], [c, d]) = (normal_pair(first, second), normal_pair(third, fourth));
    [a, b, c, d]
}

#[inline(always)]
pub(crate) fn normal_f64(block: [u32; 4]) -> [f64; 2] {
    let [first, second] = uniform_f64(block);
    normal_pair(first, second)
}

/// A distribution over many blocks.
macro_rules! blocks {
    ($name:ident, $distribution:ident, $float:ty, $len:literal) => {
        pub(crate) fn $name(words: [&[u32]; 4], blocks: &mut [[$float; $len]]) {
            struct Job<'a>([&'a [u32]; 4], &'a mut [[$float; $len]]);
            impl WithSimd for Job<'_> {
                type Output = ();
                #[inline(always)]
                fn with_simd<S: Simd>(self, _: S) {
                    let [a, b, c, d] = self.0;
                    let words = a.iter().zip(b).zip(c).zip(d);
                    for (block, (((&a, &b), &c), &d)) in self.1.iter_mut().zip(words) {
                        *block = $distribution([a, b, c, d]);
                    }
                }
            }
            Arch::new().dispatch(Job(words, blocks));
        }
    };
}

blocks!(uniform_f32_blocks, uniform_f32, f32, 4);
blocks!(uniform_f64_blocks, uniform_f64, f64, 2);
blocks!(normal_f32_blocks, normal_f32, f32, 4);
blocks!(normal_f64_blocks, normal_f64, f64, 2);
