//! A float type as the elementary functions see it: arithmetic, bits and whole numbers in floats.
//!
//! Everything is inlined and free of branches and calls, so that loops over these functions
//! vectorise, and free of what depends on the vector unit, so that the bits do not: `mul_add`
//! rounds once everywhere.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

use super::tables::Tables;

/// `f32` or `f64`.
pub(crate) trait Float:
    Copy
    + PartialOrd
    + Tables
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
{
    /// A whole number of the same width.
    type Int: Copy + PartialEq;

    const INFINITY: Self;
    const NAN: Self;
    const LEAST_NORMAL: Self;
    const EPSILON: Self;
    /// Below this, `x + O(x^2)` rounds to `x`.
    const OWN_VALUE: Self;
    /// log(2) in two parts, the first so short that its products with exponents are exact.
    const LN_2: [Self; 2];
    /// pi / 2 in two parts.
    const QUARTER: [Self; 2];
    /// log10(2) in two parts.
    const LOG10_2: [Self; 2];
    /// 2 / log(2) and 1/3 in two parts each.
    const TWO_LOG2_E: [Self; 2];
    const THIRD: [Self; 2];
    /// Where `e^x` is 0 and where it overflows.
    const EXP_RANGE: [Self; 2];
    /// The same of `2^x`.
    const EXP2_RANGE: [Self; 2];
    /// From here on every number is an even whole number.
    const ALL_EVEN: Self;
    /// Where `1 + x^2` rounds to `x^2`, with room to spare.
    const SQUARE_WINS: Self;
    /// From here on `tanh` is 1.
    const TANH_MOST: Self;
    /// From here on `erfc` is 0; the centre and the offset of its polynomial.
    const ERFC: [Self; 3];
    /// A quarter of the digits above the least and below the largest number.
    const SMALL: Self;
    const LARGE: Self;
    /// A power of 2 that lifts small numbers.
    const LIFT: Self;
    /// Steps that a cube root needs before the last; what lifts subnormal numbers, and its root.
    const ROOT_STEPS: usize;
    const ROOT_LIFT: [Self; 2];
    /// Radians of a degree, in two parts.
    const DEGREE: [Self; 2];
    /// Up to here multiples of 90 are split off exactly.
    const DEGREES_MOST: Self;

    /// A constant.
    fn of(value: f64) -> Self;
    fn mul_add(self, factor: Self, term: Self) -> Self;
    fn abs(self) -> Self;
    fn copysign(self, sign: Self) -> Self;
    fn sqrt(self) -> Self;
    fn trunc(self) -> Self;
    fn is_nan(self) -> bool;
    fn is_negative(self) -> bool;
    /// The leading half of the significant bits.
    fn high_half(self) -> Self;
    /// The nearest whole number, of a value far below the number of significands.
    fn nearest(self) -> (Self, Self::Int);
    /// A float of a small whole number.
    fn of_int(value: Self::Int) -> Self;
    /// Bit 0 or 1 of a whole number.
    fn bit(value: Self::Int, bit: u32) -> bool;
    fn plus(value: Self::Int, more: i8) -> Self::Int;
    fn minus(value: Self::Int) -> Self::Int;
    /// `2^k` of a normal result; 0 for exponents just below.
    fn two_power(k: Self::Int) -> Self;
    /// `self * 2^k`, rounded once, for `k` of at most twice the range of exponents.
    fn scale(self, k: Self::Int) -> Self;
    /// A positive number as `(1 + fraction) * 2^exponent`, `1 + fraction` between the roots of 1/2
    /// and 2; the exponent as a float and as it is to be taken from numbers of the same size.
    fn split(self) -> (Self, Self, Self::Int);
    /// A cube root, roughly, of a normal number.
    fn rough_cube_root(self) -> Self;
    /// `k * log(2) + log(1 + f)`.
    fn log_parts(k: Self, f: Self) -> Self;
    /// A power of a positive finite number.
    fn positive_power(self, exponent: Self) -> Self;
    /// An angle less a multiple of a right angle: the rest in two parts, and the multiple. Good up
    /// to [`Float::ANGLE_MOST`].
    fn reduce_angle(self) -> (Self, Self, Self::Int);
    const ANGLE_MOST: Self;
}

macro_rules! float {
    ($float:ident, $int:ident, $bits:ident, $shift:literal, $bias:literal, $round:literal,
     $half_mask:literal, $root_half:literal, $lift:literal, $lifted:literal,
     $third:expr, { $($constants:tt)* }) => {
        impl Float for $float {
            type Int = $int;

            const INFINITY: $float = $float::INFINITY;
            const NAN: $float = $float::NAN;
            const LEAST_NORMAL: $float = $float::MIN_POSITIVE;
            const EPSILON: $float = $float::EPSILON;
            $($constants)*

            #[inline(always)]
            fn of(value: f64) -> $float {
                value as $float
            }
            #[inline(always)]
            fn mul_add(self, factor: $float, term: $float) -> $float {
                $float::mul_add(self, factor, term)
            }
            #[inline(always)]
            fn abs(self) -> $float {
                $float::abs(self)
            }
            #[inline(always)]
            fn copysign(self, sign: $float) -> $float {
                $float::copysign(self, sign)
            }
            #[inline(always)]
            fn sqrt(self) -> $float {
                $float::sqrt(self)
            }
            #[inline(always)]
            fn trunc(self) -> $float {
                $float::trunc(self)
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }
            #[inline(always)]
            fn is_negative(self) -> bool {
                $float::is_sign_negative(self)
            }
            #[inline(always)]
            fn high_half(self) -> $float {
                $float::from_bits(self.to_bits() & $half_mask)
            }
            #[inline(always)]
            fn nearest(self) -> ($float, $int) {
                // The sum has the whole number in its low bits.
                let sum = self + $round;
                let int = sum.to_bits().wrapping_sub($round.to_bits()) as $int;
                (sum - $round, int)
            }
            #[inline(always)]
            fn of_int(value: $int) -> $float {
                let bits = ($round as $float).to_bits().wrapping_add(value as $bits);
                $float::from_bits(bits) - $round
            }
            #[inline(always)]
            fn bit(value: $int, bit: u32) -> bool {
                value & (1 << bit) != 0
            }
            #[inline(always)]
            fn plus(value: $int, more: i8) -> $int {
                value.wrapping_add(more.into())
            }
            #[inline(always)]
            fn minus(value: $int) -> $int {
                value.wrapping_neg()
            }
            #[inline(always)]
            fn two_power(k: $int) -> $float {
                $float::from_bits((k.wrapping_add($bias).max(0) as $bits) << $shift)
            }
            #[inline(always)]
            fn scale(self, k: $int) -> $float {
                let half = k >> 1;
                let power = |k: $int| $float::from_bits((k.wrapping_add($bias) as $bits) << $shift);
                self * power(half) * power(k.wrapping_sub(half))
            }
            #[inline(always)]
            fn split(self) -> ($float, $float, $int) {
                let subnormal = self < $float::MIN_POSITIVE;
                let bits = if subnormal { self * $lift } else { self }.to_bits();
                let shift = bits.wrapping_sub($root_half) as $int >> $shift;
                let m = $float::from_bits(bits.wrapping_sub((shift as $bits) << $shift));
                let exponent = <$float as Float>::of_int(shift);
                (m - 1.0, if subnormal { exponent - $lifted } else { exponent }, shift)
            }
            #[inline(always)]
            fn rough_cube_root(self) -> $float {
                $third(self)
            }
            #[inline(always)]
            fn log_parts(k: $float, f: $float) -> $float {
                super::log::$float(k, f)
            }
            #[inline(always)]
            fn positive_power(self, exponent: $float) -> $float {
                super::power::$float(self, exponent)
            }
            #[inline(always)]
            fn reduce_angle(self) -> ($float, $float, $int) {
                super::trig::$float(self)
            }
        }
    };
}

float!(
    f64,
    i64,
    u64,
    52,
    1023,
    6_755_399_441_055_744.0_f64,
    0xffff_ffff_f800_0000,
    0x3fe6_a09e_667f_3bcd,
    18_014_398_509_481_984.0,
    54.0,
    |x: f64| f64::from_bits(((((x.to_bits() >> 32) * 0xaaaa_aaab) >> 33) + 0x2a9f_7893) << 32),
    {
        const OWN_VALUE: f64 = 2.775_557_561_562_891_4e-17;
        const LN_2: [f64; 2] = [0.693147180559663, 2.8235290563031577e-13];
        const QUARTER: [f64; 2] = [std::f64::consts::FRAC_PI_2, 6.123233995736766e-17];
        const LOG10_2: [f64; 2] = [std::f64::consts::LOG10_2, -2.8037281277851704e-18];
        const TWO_LOG2_E: [f64; 2] = [2.8853900817779268, 4.0710547481862066e-17];
        const THIRD: [f64; 2] = [0.3333333333333333, 1.850371707708594e-17];
        const EXP_RANGE: [f64; 2] = [-750.0, 711.0];
        const EXP2_RANGE: [f64; 2] = [-1080.0, 1030.0];
        const ALL_EVEN: f64 = 9_007_199_254_740_992.0;
        const SQUARE_WINS: f64 = 268_435_456.0;
        const TANH_MOST: f64 = 22.0;
        const ERFC: [f64; 3] = [27.5, 3.0, 2.0];
        const SMALL: f64 = 1.1830521861667747e-271;
        const LARGE: f64 = 1.0715086071862673e301;
        const LIFT: f64 = 1.2676506002282294e30;
        const ROOT_STEPS: usize = 2;
        const ROOT_LIFT: [f64; 2] = [18_014_398_509_481_984.0, 262_144.0];
        const DEGREE: [f64; 2] = [0.017453292519943295, 2.9486522708701687e-19];
        const DEGREES_MOST: f64 = 1_125_899_906_842_624.0;
        const ANGLE_MOST: f64 = 1_048_576.0;
    }
);

float!(
    f32,
    i32,
    u32,
    23,
    127,
    12_582_912.0_f32,
    0xffff_f000,
    0x3f35_04f3,
    33_554_432.0,
    25.0,
    |x: f32| f32::from_bits(x.to_bits() / 3 + 0x2a50_d166),
    {
        const OWN_VALUE: f32 = 1.490_116_1e-8;
        const LN_2: [f32; 2] = [0.69314575, 1.4286068e-06];
        const QUARTER: [f32; 2] = [1.5707964, -4.371139e-08];
        const LOG10_2: [f32; 2] = [std::f32::consts::LOG10_2, -1.4320989e-08];
        const TWO_LOG2_E: [f32; 2] = [2.88539, 3.851926e-08];
        const THIRD: [f32; 2] = [0.33333334, -9.934108e-09];
        const EXP_RANGE: [f32; 2] = [-105.0, 90.0];
        const EXP2_RANGE: [f32; 2] = [-152.0, 130.0];
        const ALL_EVEN: f32 = 16_777_216.0;
        const SQUARE_WINS: f32 = 16384.0;
        const TANH_MOST: f32 = 10.0;
        const ERFC: [f32; 3] = [10.2, 2.5, 1.5];
        const SMALL: f32 = 8.077936e-28;
        const LARGE: f32 = 1.329228e36;
        const LIFT: f32 = 1_073_741_824.0;
        const ROOT_STEPS: usize = 1;
        const ROOT_LIFT: [f32; 2] = [16_777_216.0, 256.0];
        const DEGREE: [f32; 2] = [0.017453292, 1.351996e-10];
        const DEGREES_MOST: f32 = 4_194_304.0;
        const ANGLE_MOST: f32 = 8192.0;
    }
);

/// Horner's rule; highest power first.
#[inline(always)]
pub(super) fn polynomial<T: Float>(x: T, coefficients: &[T]) -> T {
    let mut sum = coefficients[0];
    for &coefficient in &coefficients[1..] {
        sum = sum.mul_add(x, coefficient);
    }
    sum
}

/// An unevaluated sum; the second part is far below the first.
#[derive(Clone, Copy)]
pub(super) struct Pair<T>(pub(super) T, pub(super) T);

impl<T: Float> Pair<T> {
    #[inline(always)]
    pub(super) fn of(parts: [T; 2]) -> Pair<T> {
        Pair(parts[0], parts[1])
    }

    #[inline(always)]
    pub(super) fn one(high: T) -> Pair<T> {
        Pair(high, T::of(0.0))
    }

    /// `a + b`; `a` is the larger or 0. After Dekker, 1971.
    #[inline(always)]
    pub(super) fn sum(a: T, b: T) -> Pair<T> {
        let high = a + b;
        Pair(high, b - (high - a))
    }

    #[inline(always)]
    pub(super) fn product(a: T, b: T) -> Pair<T> {
        let high = a * b;
        Pair(high, a.mul_add(b, -high))
    }

    /// Sum; this is the larger or 0.
    #[inline(always)]
    pub(super) fn plus(self, other: Pair<T>) -> Pair<T> {
        let Pair(high, low) = Pair::sum(self.0, other.0);
        Pair(high, low + (self.1 + other.1))
    }

    #[inline(always)]
    pub(super) fn times(self, other: Pair<T>) -> Pair<T> {
        let Pair(high, low) = Pair::product(self.0, other.0);
        Pair(high, low + (self.0.mul_add(other.1, self.1 * other.0)))
    }

    #[inline(always)]
    pub(super) fn round(self) -> T {
        self.0 + self.1
    }
}

/// `x`, but not outside a range; NaN stays.
#[inline(always)]
pub(super) fn clamp<T: Float>(x: T, [least, most]: [T; 2]) -> T {
    let x = if x < least { least } else { x };
    if x > most { most } else { x }
}

/// True for NaN and where `x + O(x^2)` rounds to `x`.
#[inline(always)]
pub(super) fn is_own_value<T: Float>(x: T) -> bool {
    (x.abs() < T::OWN_VALUE) | x.is_nan()
}

/// The rounding error of `a + b`. After Knuth, TAOCP vol. 2, 4.2.2.
#[inline(always)]
pub(super) fn sum_error<T: Float>(a: T, b: T) -> T {
    let sum = a + b;
    let b_seen = sum - a;
    (a - (sum - b_seen)) + (b - b_seen)
}
