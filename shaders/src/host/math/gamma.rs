//! The gamma function and its logarithm, of `f64`.

use super::float::{Float, Pair, polynomial};
use super::log::{log, log2_pair};
use super::tables::Tables;

/// `gamma(2.5 + w)` for at most 1/2, by `w`; highest power first, as all of these.
const MIDDLE: [f64; 17] = [
    2.0400634926028023e-07,
    -5.063956796114189e-07,
    1.0674107401412734e-06,
    -2.5234479893529546e-06,
    7.2573789319021325e-06,
    -1.2810368525744247e-05,
    6.132950756006378e-05,
    3.942953003969101e-06,
    0.0007544741641773451,
    0.0016074003964706067,
    0.010392403424491322,
    0.028360780598383015,
    0.1096732340021856,
    0.2538712468410792,
    0.6545585779813367,
    0.9347345216260858,
    1.329340388179137,
];

/// Stirling's correction less 1, over `u = 1/x`, by `u`; x at least 8.
const STIRLING: [f64; 11] = [
    -0.0007200859975781928,
    -0.0003809070855371377,
    0.0009219586144588384,
    -6.063374023093974e-05,
    -0.0005915578352661587,
    6.970167577722863e-05,
    0.0007840399358433108,
    -0.00022947210483477765,
    -0.002681327160403681,
    0.00347222222222194,
    0.08333333333333333,
];

/// `sin(pi x) / (pi x)` by `x^2`, x at most 1/2.
const SIN_HALF_TURNS: [f64; 12] = [
    -3.266461943690388e-12,
    1.7160043978052539e-10,
    -7.304691719459611e-09,
    2.5312173561146803e-07,
    -6.975873660898392e-06,
    0.00014842879303099117,
    -0.0023460810354558183,
    0.0261478478176548,
    -0.19075182412208422,
    0.8117424252833536,
    -1.6449340668482264,
    1.0,
];

/// `log(gamma(1 + w)) / w` by `w`.
const LOG_NEAR_ONE: [f64; 31] = [
    -0.24398660354725876,
    0.251120253675131,
    0.21592941256469367,
    -0.2217644038921376,
    -0.18903101891744428,
    0.1947154662831147,
    0.0178938949661182,
    -0.01784295118563085,
    -0.05848540596691502,
    0.060879301182412596,
    -0.04486783157934399,
    0.047172412373950784,
    -0.05299438891072991,
    0.05592853279095751,
    -0.058789516898632696,
    0.062465539151828176,
    -0.0666710421443433,
    0.07143534718529063,
    -0.0769324059462769,
    0.08335372702751424,
    -0.09095402064958344,
    0.10009946111333294,
    -0.11133426579957088,
    0.12550966945281639,
    -0.14404989676963895,
    0.1695571769982229,
    -0.2073855510286698,
    0.27058080842778026,
    -0.40068563438653143,
    0.8224670334241132,
    -0.5772156649015329,
];

/// `log(gamma(2 + w)) / w` by `w`.
const LOG_NEAR_TWO: [f64; 22] = [
    1.4983370766614853e-08,
    -3.13555524230518e-08,
    4.507629747610232e-08,
    -9.49650999222511e-08,
    2.129811326492255e-07,
    -4.5114284064424323e-07,
    9.549477414816911e-07,
    -2.038812374267555e-06,
    4.37489307279475e-06,
    -9.439543071986089e-06,
    2.0507210490924538e-05,
    -4.492623197482072e-05,
    9.945751290533257e-05,
    -0.000223154758711102,
    0.0005096695247391531,
    -0.0011927539116951527,
    0.002890510330741586,
    -0.007385551028674116,
    0.020580808427784546,
    -0.06735230105319809,
    0.3224670334241132,
    0.42278433509846713,
];

/// Stirling's series of the logarithm, over `u`, by `u^2`.
const LOG_STIRLING: [f64; 8] = [
    -0.020853675086758193,
    0.006208027572345061,
    -0.0019149637413688708,
    0.000841732505542267,
    -0.0005952380233230673,
    0.0007936507935114785,
    -0.0027777777777776747,
    0.08333333333333333,
];

/// `2^exponent * numerator / divisor`.
struct Quotient {
    numerator: Pair<f64>,
    divisor: Pair<f64>,
    exponent: i64,
}

/// The gamma function of a number of at least 8, by Stirling's series; the power of 2 in half as
/// many bits again.
#[inline(always)]
fn stirling(x: f64) -> (Pair<f64>, i64) {
    let power = log2_pair(x).times(Pair::one(x - 0.5));
    let decay = Pair::one(-x).times(Pair(std::f64::consts::LOG2_E, 2.0355273740931033e-17));
    // Half the logarithm of 2 pi.
    let root = Pair(1.3257480647361595, -7.153413670427599e-17);
    let Pair(high, low) = power.plus(decay).plus(root);
    let (k, exponent) = high.nearest();
    let r = (high - k) + low;
    let u = 1.0 / x;
    let Pair(power, rest) = Pair::sum(1.0, r * polynomial(r, f64::EXP2));
    // The correction is up to a hundredth: a quotient needs its leading bits in the first part.
    (Pair::sum(power, power.mul_add(u * polynomial(u, &STIRLING), rest)), exponent)
}

/// Gamma of `s` or, if `next`, of `1 + s`; `s` is positive.
#[inline(always)]
fn positive(s: f64, next: bool) -> Quotient {
    let (large, below_one) = (s >= 8.0, s < 1.0);
    let short = s < 2.0;
    // The factors are exact; their product is kept to half as many bits again.
    let mut y = s;
    let mut up = Pair::one(1.0);
    for _ in 0..5 {
        let more = y >= 3.0;
        y = if more { y - 1.0 } else { y };
        let longer = up.times(Pair::one(y));
        up = Pair(if more { longer.0 } else { up.0 }, if more { longer.1 } else { up.1 });
    }
    let w = if short { s - 1.5 } else { y - 2.5 };
    let w = if below_one { s - 0.5 } else { w };
    let (leading, others) = (MIDDLE[MIDDLE.len() - 1], &MIDDLE[..MIDDLE.len() - 1]);
    let middle = Pair::sum(leading, w * polynomial(w, others)).times(up);
    let (power, exponent) = stirling(if large { s } else { 8.0 });
    let value =
        Pair(if large { power.0 } else { middle.0 }, if large { power.1 } else { middle.1 });
    let factor = if next & !short { s } else { 1.0 };
    // Below 2 the polynomial gives gamma of 1 + s, below 1 of 2 + s.
    let above = Pair::sum(1.0, s);
    let divisor =
        Pair(if below_one { above.0 } else { 1.0 }, if below_one { above.1 } else { 0.0 });
    let down = if short & !next { s } else { 1.0 };
    Quotient {
        numerator: value.times(Pair::one(factor)),
        divisor: divisor.times(Pair::one(down)),
        exponent: if large { exponent } else { 0 },
    }
}

/// A quotient, rounded little more than once.
#[inline(always)]
fn quotient(numerator: Pair<f64>, divisor: Pair<f64>) -> f64 {
    let inverse = 1.0 / divisor.0;
    let near = numerator.0 * inverse;
    let rest = (-near).mul_add(divisor.0, numerator.0) + (-near).mul_add(divisor.1, numerator.1);
    rest.mul_add(inverse, near)
}

/// Gamma function: infinite at 0 and the negative whole numbers, as MATLAB has it.
#[inline(always)]
pub(crate) fn gamma(x: f64) -> f64 {
    let negative = x < 0.0;
    let most = if negative { 185.0 } else { 172.0 };
    let s = if x.abs() > most { most } else { x.abs() };
    let Quotient { numerator, divisor, exponent } = positive(s, negative);
    // Euler's reflection: gamma(-s) gamma(1 + s) sin(pi s) = -pi.
    let nearest = x.round_ties_even();
    let turn = x - nearest;
    let half = nearest * 0.5;
    let odd = (half - half.trunc()).abs() == 0.5;
    let z = turn * turn;
    let others = &SIN_HALF_TURNS[..SIN_HALF_TURNS.len() - 1];
    let sine = Pair::sum(1.0, z * polynomial(z, others)).times(Pair::one(turn.abs()));
    let below = numerator.times(sine);
    let above = Pair(
        if negative { divisor.0 } else { numerator.0 },
        if negative { divisor.1 } else { numerator.1 },
    );
    let below = Pair(
        if negative { below.0 } else { divisor.0 },
        if negative { below.1 } else { divisor.1 },
    );
    let exponent = if negative { exponent.wrapping_neg() } else { exponent };
    let value = Float::scale(quotient(above, below), exponent);
    let value = if negative & ((turn < 0.0) != odd) { -value } else { value };
    let value = if negative & (nearest == x) { f64::INFINITY } else { value };
    let value = if x.abs() < f64::OWN_VALUE { 1.0 / x } else { value };
    if x.is_nan() { x } else { value }
}

/// Logarithm of the gamma function; NaN below 0, where it is complex, but infinite at the poles.
#[inline(always)]
pub(crate) fn gammaln(x: f64) -> f64 {
    let (large, small, near_one) = (x >= 8.0, x < 0.5, x < 1.5);
    let mut y = x;
    let mut product = 1.0;
    for _ in 0..6 {
        let more = (y >= 2.5) & !large;
        y = if more { y - 1.0 } else { y };
        product = if more { product * y } else { product };
    }
    let argument = if large | small { x } else { product };
    let log = log(argument);
    let u = 1.0 / x;
    let series = u.mul_add(polynomial(u * u, &LOG_STIRLING), 0.4189385332046727);
    let far = (x - 0.5).mul_add(log - 1.0, series);
    let w = if small { x } else { x - 1.0 };
    let one = w * polynomial(w, &LOG_NEAR_ONE);
    let v = y - 2.0;
    let two = v.mul_add(polynomial(v, &LOG_NEAR_TWO), log);
    let value = if near_one { one } else { two };
    let value = if small { one - log } else { value };
    let value = if large { far } else { value };
    let value = if x == 1.0 { 0.0 } else { value };
    let value = if x == f64::INFINITY { x } else { value };
    let below = if x.trunc() == x { f64::INFINITY } else { f64::NAN };
    if x <= 0.0 { below } else { value }
}
