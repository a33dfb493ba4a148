//! Philox4x32-10 and the distributions made from a block.
//!
//! After Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

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

/// The middle of one of 2^24 equal parts of (0, 1): never 0 or 1, exact in `f32`.
fn unit_f32(bits: u32) -> f32 {
    // The half part makes 25 significant bits for the upper half, so only 23 bits are used there.
    ((bits >> 9) as f32 + 0.5) * (1.0 / 8_388_608.0)
}

/// The middle of one of 2^52 equal parts of (0, 1).
fn unit_f64(low: u32, high: u32) -> f64 {
    let bits = (u64::from(high) << 20) | u64::from(low >> 12);
    (bits as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

pub(crate) fn uniform_f32(block: [u32; 4]) -> [f32; 4] {
    block.map(unit_f32)
}

pub(crate) fn uniform_f64(block: [u32; 4]) -> [f64; 2] {
    [unit_f64(block[0], block[1]), unit_f64(block[2], block[3])]
}

/// Box and Muller's transform of a pair of uniforms.
fn normal_pair(first: f64, second: f64) -> (f64, f64) {
    let radius = (-2.0 * first.ln()).sqrt();
    let (sin, cos) = (second * std::f64::consts::TAU).sin_cos();
    (radius * cos, radius * sin)
}

pub(crate) fn normal_f32(block: [u32; 4]) -> [f32; 4] {
    let unit = uniform_f32(block).map(f64::from);
    let (a, b) = normal_pair(unit[0], unit[1]);
    let (c, d) = normal_pair(unit[2], unit[3]);
    [a as f32, b as f32, c as f32, d as f32]
}

pub(crate) fn normal_f64(block: [u32; 4]) -> [f64; 2] {
    let [first, second] = uniform_f64(block);
    let (a, b) = normal_pair(first, second);
    [a, b]
}
