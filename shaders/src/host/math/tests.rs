//! Every function gives the same bits whatever the vector unit.

use pulp::{Arch, Simd, WithSimd};

use super::{arc, degrees, erf, exp, gamma, log, power, rest, trig};

/// The vector units of this machine, and none.
fn units() -> Vec<Arch> {
    let mut units = vec![Arch::Scalar, Arch::new()];
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    units.extend(pulp::x86::V3::try_new().map(Arch::V3));
    units
}

/// Numbers of all sizes, specials among them.
fn numbers() -> Vec<f64> {
    let specials = [0.0, -0.0, 1.0, -1.0, 5e-324, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let common = (0..500).map(|i| f64::from(i) * 0.037 - 9.0);
    specials.into_iter().chain(common).chain((0..500).map(|_| f64::from_bits(random()))).collect()
}

/// Checks functions of two operands, the second of which may be left unused.
macro_rules! same_bits {
    ($float:ty, $(|$x:ident, $y:ident| $value:expr;)*) => {$({
        struct Job<'a>(&'a [$float], &'a mut [$float]);
        impl WithSimd for Job<'_> {
            type Output = ();
            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) {
                for ((result, &$x), &$y) in self.1.iter_mut().zip(self.0).zip(self.0.iter().rev()) {
                    *result = $value;
                }
            }
        }
        let xs: Vec<$float> = numbers().into_iter().map(|x| x as $float).collect();
        let results = units().into_iter().map(|unit| {
            let mut results = vec![0.0; xs.len()];
            unit.dispatch(Job(&xs, &mut results));
            results
        });
        let results: Vec<Vec<$float>> = results.collect();
        for other in &results[1..] {
            for (i, (a, b)) in results[0].iter().zip(other).enumerate() {
                let same = a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                assert!(same, "{} at {}: {a:e}, {b:e}", stringify!($value), xs[i]);
            }
        }
    })*};
}

macro_rules! both_types {
    ($($value:tt)*) => {
        same_bits!(f64, $($value)*);
        same_bits!(f32, $($value)*);
    };
}

#[test]
fn bits_do_not_depend_on_the_vector_unit() {
    both_types! {
        |x, _y| exp::exp(x); |x, _y| exp::exp2(x); |x, _y| exp::expm1(x); |x, _y| exp::sinh(x);
        |x, _y| exp::cosh(x); |x, _y| exp::tanh(x); |x, _y| log::log(x); |x, _y| log::log1p(x);
        |x, _y| log::log2(x); |x, _y| log::log10(x); |x, _y| log::asinh(x); |x, _y| log::acosh(x);
        |x, _y| log::atanh(x); |x, _y| trig::sin(x); |x, _y| trig::cos(x); |x, _y| trig::tan(x);
        |x, _y| arc::asin(x); |x, _y| arc::acos(x); |x, _y| arc::atan(x); |x, y| arc::atan2(x, y);
        |x, _y| degrees::sin(x); |x, _y| degrees::cos(x); |x, _y| degrees::tan(x);
        |x, _y| degrees::asin(x); |x, _y| degrees::acos(x); |x, _y| degrees::atan(x);
        |x, _y| erf::erf(x); |x, _y| erf::erfc(x); |x, y| power::pow(x, y); |x, _y| power::cbrt(x);
        |x, y| rest::modulo(x, y); |x, y| rest::remainder(x, y);
    }
    same_bits! { f64, |x, _y| gamma::gamma(x); |x, _y| gamma::gammaln(x);
    |x, y| power::hypot_f64(x, y); }
    same_bits! { f32, |x, y| power::hypot_f32(x, y); }
}
