//! The gamma function on the host.

/// Coefficients of gamma(2.5 + w), |w| <= 1/2, at Chebyshev nodes.
const MIDDLE: [f64; 17] = [
    1.329340388179137,
    0.9347345216260858,
    0.6545585779813367,
    0.2538712468410792,
    0.1096732340021856,
    0.028360780598383015,
    0.010392403424491322,
    0.0016074003964706067,
    0.0007544741641773451,
    3.942953003969101e-06,
    6.132950756006378e-05,
    -1.2810368525744247e-05,
    7.2573789319021325e-06,
    -2.5234479893529546e-06,
    1.0674107401412734e-06,
    -5.063956796114189e-07,
    2.0400634926028023e-07,
];

/// Coefficients of Stirling's correction, less 1, by 1/x; x >= 8.
const STIRLING: [f64; 11] = [
    0.08333333333333333,
    0.00347222222222194,
    -0.002681327160403681,
    -0.00022947210483477765,
    0.0007840399358433108,
    6.970167577722863e-05,
    -0.0005915578352661587,
    -6.063374023093974e-05,
    0.0009219586144588384,
    -0.0003809070855371377,
    -0.0007200859975781928,
];

/// Square root of 2 pi.
const ROOT_OF_TURN: f64 = 2.506_628_274_631_000_7;

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, &coefficient| sum * x + coefficient)
}

/// Numerator and denominator of gamma of a positive number below 8.
fn quotient(x: f64) -> (f64, f64) {
    if x < 1.0 {
        return (polynomial(&MIDDLE, x - 0.5), x * (x + 1.0));
    }
    if x < 2.0 {
        return (polynomial(&MIDDLE, x - 1.5), x);
    }
    // The factors are exact.
    let mut rest = x;
    let mut product = 1.0;
    while rest >= 3.0 {
        rest -= 1.0;
        product *= rest;
    }
    (polynomial(&MIDDLE, rest - 2.5) * product, 1.0)
}

/// Gamma of a positive number.
fn positive(x: f64) -> f64 {
    if x < 8.0 {
        let (value, divisor) = quotient(x);
        return value / divisor;
    }
    // The power in two halves, for it may overflow where the result does not.
    let half = x.powf(0.5 * x - 0.25);
    let value = half * (-x).exp() * ROOT_OF_TURN * half;
    value + value * (polynomial(&STIRLING, 1.0 / x) / x)
}

/// Gamma function: infinite at 0 and the negative whole numbers, as MATLAB has it.
pub(super) fn gamma(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0 / x;
    }
    if x > 0.0 || x.is_nan() {
        return if x > 172.0 { f64::INFINITY } else { positive(x) };
    }
    if x == x.trunc() {
        return f64::INFINITY;
    }
    // Euler's reflection: gamma(-a) gamma(1 + a) sin(pi a) = -pi.
    let a = -x;
    let nearest = a.round();
    let sine = (std::f64::consts::PI * (a - nearest)).sin();
    let sign = if nearest % 2.0 == 0.0 { -1.0 } else { 1.0 };
    if a > 190.0 {
        return 0.0_f64.copysign(sign * sine);
    }
    if a > 170.0 {
        // Of a number less by ten, and then the ten factors, so that nothing overflows.
        let near = a - 10.0;
        let value = std::f64::consts::PI / (sine * near * positive(near));
        return (1..=10).fold(sign * value, |value, step| value / (near + f64::from(step)));
    }
    let (value, divisor) = if a < 2.0 { quotient(a + 1.0) } else { (a * positive(a), 1.0) };
    sign * std::f64::consts::PI * divisor / (sine * value)
}
