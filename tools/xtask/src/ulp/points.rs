//! Arguments at which functions are measured.

use std::f64::consts::FRAC_PI_2;

use preheat_format::DType;

/// Arguments at and around which functions change their course.
const LANDMARKS: [f64; 46] = [
    0.0,
    0.25,
    0.5,
    0.75,
    1.0,
    1.5,
    2.0,
    2.5,
    3.0,
    10.0,
    30.0,
    45.0,
    60.0,
    90.0,
    180.0,
    270.0,
    360.0,
    100.0,
    1e3,
    1e5,
    1e10,
    1e22,
    0.1,
    0.01,
    1e-5,
    1e-20,
    88.72284,
    104.0,
    171.6243769,
    35.04010,
    709.782712893384,
    745.13321910194,
    16_777_216.0,
    2_147_483_648.0,
    4_294_967_296.0,
    4_503_599_627_370_496.0,
    9_007_199_254_740_992.0,
    1e300,
    1e-300,
    1e30,
    1e-40,
    f32::MAX as f64,
    f32::MIN_POSITIVE as f64,
    f64::MAX,
    f64::MIN_POSITIVE,
    f64::INFINITY,
];

/// Neighbours of a landmark on either side.
const NEIGHBOURS: i64 = 8;

/// SplitMix64: the same points in every run.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In `[0, 1)`.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn sign(&mut self) -> f64 {
        if self.next() & 1 == 0 { 1.0 } else { -1.0 }
    }
}

/// The points of one function: pairs of numbers that its type holds.
pub(super) struct Points {
    id: &'static str,
    dtype: DType,
    generator: Generator,
    landmarks: Vec<(f64, f64)>,
}

impl Points {
    pub(super) fn new(id: &'static str, dtype: DType, arity: u8) -> Points {
        let signed = LANDMARKS.iter().flat_map(|&x| [x, -x]).chain([f64::NAN]);
        let mut values: Vec<f64> = signed.collect();
        let mut landmarks = Vec::new();
        if arity == 1 {
            values.extend((1..200).flat_map(|k| [f64::from(k), -f64::from(k)]));
            values.extend((1..100).map(|k| f64::from(k) * FRAC_PI_2));
            for &x in &values {
                let near = (-NEIGHBOURS..=NEIGHBOURS).map(|step| (shift(dtype, x, step), 0.0));
                landmarks.extend(near);
            }
        } else {
            values.extend((3..12).flat_map(|k| [f64::from(k), -f64::from(k)]));
            for &x in &values {
                landmarks.extend(values.iter().map(|&y| (round(dtype, x), round(dtype, y))));
            }
        }
        Points { id, dtype, generator: Generator(1), landmarks }
    }

    /// How many points come before the random ones.
    pub(super) fn landmark_count(&self) -> usize {
        self.landmarks.len()
    }

    /// The point of an index; indices are asked for in order.
    pub(super) fn next(&mut self, index: usize) -> (f64, f64) {
        if let Some(&point) = self.landmarks.get(index) {
            return point;
        }
        let x = self.number();
        let y = self.second(x);
        (round(self.dtype, x), round(self.dtype, y))
    }

    fn number(&mut self) -> f64 {
        let dtype = self.dtype;
        let g = &mut self.generator;
        let sign = g.sign();
        match g.next() % 10 {
            // Every exponent, infinities and NaN among them.
            0 | 1 => match dtype {
                DType::F32 => f64::from(f32::from_bits(g.next() as u32)),
                _ => f64::from_bits(g.next()),
            },
            2 => sign * (g.unit() * 40.0 - 20.0).exp2(),
            3 => sign * g.unit() * 2.0,
            4 => sign * g.unit() * if dtype == DType::F32 { 110.0 } else { 760.0 },
            5 => {
                let multiple = (g.unit() * 30.0).exp2().floor() * FRAC_PI_2;
                sign * shift(dtype, multiple, (g.next() % 9) as i64 - 4)
            }
            6 => sign * (1.0 + g.sign() * (-g.unit() * 53.0).exp2()),
            7 => sign * (g.unit() * if dtype == DType::F32 { 128.0 } else { 1024.0 }).exp2(),
            8 => match dtype {
                DType::F32 => sign * f64::from(f32::from_bits(g.next() as u32 >> 9)),
                _ => sign * f64::from_bits(g.next() >> 12),
            },
            _ => sign * ((g.unit() * 12.0).exp2() * 2.0).round() * 0.5,
        }
    }

    fn second(&mut self, x: f64) -> f64 {
        let any = self.number();
        let g = &mut self.generator;
        if self.id == "pow" {
            // Exponents for which the power is neither 0 nor infinite.
            let range = if self.dtype == DType::F32 { 152.0 } else { 1080.0 };
            let y = (g.unit() * 2.0 - 1.0) * range / x.abs().log2();
            let y = if x < 0.0 { y.round() } else { y };
            return if g.next().is_multiple_of(4) || !y.is_finite() { any } else { y };
        }
        match g.next() % 4 {
            0 => x * (g.unit() * 2.0 - 1.0),
            1 => x * (1.0 + g.sign() * (-g.unit() * 53.0).exp2()),
            2 => x * (g.unit() - 0.5) * (-g.unit() * 30.0).exp2(),
            _ => any,
        }
    }
}

/// The nearest number of a type.
fn round(dtype: DType, x: f64) -> f64 {
    if dtype == DType::F32 { f64::from(x as f32) } else { x }
}

/// The number `steps` places up from `x`; zero, infinities and NaN stay.
fn shift(dtype: DType, x: f64, steps: i64) -> f64 {
    if dtype == DType::F32 {
        let x = x as f32;
        if x == 0.0 || !x.is_finite() {
            return f64::from(x);
        }
        return f64::from(f32::from_bits(x.to_bits().wrapping_add_signed(steps as i32)));
    }
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    f64::from_bits(x.to_bits().wrapping_add_signed(steps))
}
