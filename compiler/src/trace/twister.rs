//! The Mersenne twister MT19937, as MATLAB's and NumPy's legacy generator use it. After Matsumoto
//! and Nishimura, "Mersenne twister: a 623-dimensionally equidistributed uniform pseudo-random
//! number generator", ACM TOMACS 8 (1998).
//!
//! Its numbers come one after the other on the host; arrays of them are uploaded.

/// Words of the state.
const WORDS: usize = 624;
/// Distance of the words that a step mixes.
const MIDDLE: usize = 397;

/// The generator's state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Twister {
    words: Vec<u32>,
    /// Words used since the last step.
    used: usize,
    /// The second of a pair of normal numbers.
    normal: Option<f64>,
}

impl Twister {
    /// The state of a 32-bit seed: initialisation by Knuth's multiplier.
    pub(crate) fn new(seed: u32) -> Twister {
        let mut words = vec![seed; WORDS];
        for index in 1..WORDS {
            let before = words[index - 1];
            let mixed = (before ^ before >> 30).wrapping_mul(1_812_433_253);
            words[index] = mixed.wrapping_add(index as u32);
        }
        Twister { words, used: WORDS, normal: None }
    }

    fn step(&mut self) {
        for index in 0..WORDS {
            let next = self.words[(index + 1) % WORDS];
            let joined = (self.words[index] & 0x8000_0000) | (next & 0x7fff_ffff);
            let odd = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[index] = self.words[(index + MIDDLE) % WORDS] ^ joined >> 1 ^ odd;
        }
        self.used = 0;
    }

    fn word(&mut self) -> u32 {
        if self.used >= WORDS {
            self.step();
        }
        let mut word = self.words[self.used];
        self.used += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    /// A number of 53 bits from [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        let (high, low) = (self.word() >> 5, self.word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// A normal number: Marsaglia's polar method, two at a time, as NumPy's `RandomState`.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(second) = self.normal.take() {
            return second;
        }
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let scale = (-2.0 * square.ln() / square).sqrt();
                self.normal = Some(scale * x);
                return scale * y;
            }
        }
    }

    /// The state as words: the 624, how many are used, and the waiting normal number.
    pub(crate) fn save(&self) -> Vec<u32> {
        let mut saved = self.words.clone();
        let waiting = self.normal.unwrap_or(0.0).to_bits();
        saved.push(self.used as u32);
        saved.push(u32::from(self.normal.is_some()));
        saved.extend([waiting as u32, (waiting >> 32) as u32]);
        saved
    }

    /// The state that [`Twister::save`] gave; `None` if the words are no such state.
    pub(crate) fn restore(saved: &[u32]) -> Option<Twister> {
        let (words, rest) = saved.split_at_checked(WORDS)?;
        let [used, has_normal, low, high] = *rest else {
            return None;
        };
        let normal = f64::from_bits(u64::from(low) | u64::from(high) << 32);
        let normal = (has_normal == 1 && normal.is_finite()).then_some(normal);
        let used = (used as usize).min(WORDS);
        Some(Twister { words: words.to_vec(), used, normal })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `numpy.random.RandomState(seed).random_sample(3)`.
    #[test]
    fn uniform_numbers_are_those_of_numpy() {
        let check = |seed: u32, expected: [f64; 3]| {
            let mut twister = Twister::new(seed);
            assert_eq!([twister.uniform(), twister.uniform(), twister.uniform()], expected);
        };
        check(0, [0.548_813_503_927_324_8, 0.715_189_366_372_419_5, 0.602_763_376_071_643_9]);
        check(1, [0.417_022_004_702_574, 0.720_324_493_442_158_1, 0.000_114_374_817_344_886_64]);
        check(42, [0.374_540_118_847_362_5, 0.950_714_306_409_916_2, 0.731_993_941_811_405_1]);
        // MATLAB's start-up state.
        let mut twister = Twister::new(5489);
        assert_eq!(twister.uniform(), 0.814_723_686_393_178_9);
    }

    /// As `numpy.random.RandomState(0).standard_normal(3)`.
    #[test]
    fn normal_numbers_are_those_of_numpy() {
        let mut twister = Twister::new(0);
        let found = [twister.normal(), twister.normal(), twister.normal()];
        let expected = [1.764_052_345_967_664, 0.400_157_208_367_223_3, 0.978_737_984_105_739_2];
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() <= 4.0 * f64::EPSILON, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_saved_state_goes_on_where_it_was() {
        let mut twister = Twister::new(7);
        // An odd number of them: the second of a pair waits.
        for _ in 0..1001 {
            twister.normal();
        }
        let mut other = Twister::restore(&twister.save()).unwrap();
        assert_eq!(other, twister);
        assert_eq!(other.normal(), twister.normal());
        assert_eq!(other.uniform(), twister.uniform());
        assert_eq!(Twister::restore(&[1, 2, 3]), None);
    }
}
