//! Trigonometry of any number of degrees, one by one; [`super::math::degrees`] serves most.

const RADIANS_PER_DEGREE: f64 = std::f64::consts::PI / 180.0;

/// Quadrant and the rest in `[-45, 45]` degrees; both exact.
fn reduce(degrees: f64) -> (i32, f64) {
    let rest = degrees % 360.0;
    let quadrant = (rest / 90.0).round();
    (quadrant as i32 & 3, rest - quadrant * 90.0)
}

/// Sine and cosine of at most 45 degrees.
fn sin_cos_reduced(degrees: f64) -> (f64, f64) {
    if degrees.abs() == 30.0 {
        return (0.5_f64.copysign(degrees), (degrees * RADIANS_PER_DEGREE).cos());
    }
    (degrees * RADIANS_PER_DEGREE).sin_cos()
}

pub(crate) fn sin(degrees: f64) -> f64 {
    if degrees == 0.0 {
        return degrees;
    }
    if !degrees.is_finite() {
        return f64::NAN;
    }
    let (quadrant, rest) = reduce(degrees);
    let (sin, cos) = sin_cos_reduced(rest);
    match quadrant {
        0 => sin,
        1 => cos,
        2 => 0.0 - sin,
        _ => -cos,
    }
}

pub(crate) fn cos(degrees: f64) -> f64 {
    if !degrees.is_finite() {
        return f64::NAN;
    }
    let (quadrant, rest) = reduce(degrees);
    let (sin, cos) = sin_cos_reduced(rest);
    match quadrant {
        0 => cos,
        1 => 0.0 - sin,
        2 => -cos,
        _ => sin + 0.0,
    }
}

pub(crate) fn tan(degrees: f64) -> f64 {
    if degrees == 0.0 {
        return degrees;
    }
    if !degrees.is_finite() {
        return f64::NAN;
    }
    let (quadrant, rest) = reduce(degrees);
    if rest.abs() == 45.0 {
        return if (quadrant & 1 == 0) == (rest > 0.0) { 1.0 } else { -1.0 };
    }
    let tan = (rest * RADIANS_PER_DEGREE).tan();
    match quadrant {
        0 => tan,
        2 => tan + 0.0,
        // The sign of the infinity is that of the sine.
        1 if rest == 0.0 => f64::INFINITY,
        3 if rest == 0.0 => f64::NEG_INFINITY,
        _ => -1.0 / tan,
    }
}
