//! Rounding to the float types of WGSL (specification, section 15.7).

/// `value` rounded to `f32`; `None` if it overflows or is no number.
pub(crate) fn to_f32(value: f64) -> Option<f64> {
    let rounded = f64::from(value as f32);
    rounded.is_finite().then_some(rounded)
}

/// `value` rounded to `f16`; `None` if it overflows or is no number.
pub(crate) fn to_f16(value: f64) -> Option<f64> {
    let rounded = half::f16::from_f64(value).to_f64();
    rounded.is_finite().then_some(rounded)
}
