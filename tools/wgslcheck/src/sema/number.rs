//! Rounding to the float types of WGSL (specification, section 15.7).

/// `value` rounded to `f32`; `None` if it overflows or is no number.
pub(crate) fn to_f32(value: f64) -> Option<f64> {
    let rounded = f64::from(value as f32);
    rounded.is_finite().then_some(rounded)
}

/// `value` rounded to `f16`; `None` if it is beyond the largest finite value, even where rounding
/// to nearest would come back to it (section 15.7.2 lets implementations round either way).
pub(crate) fn to_f16(value: f64) -> Option<f64> {
    let rounded = half::f16::from_f64(value).to_f64();
    (value.abs() <= f64::from(half::f16::MAX)).then_some(rounded)
}

/// `value` as an `f32` that an author wrote down: nothing beyond the largest finite value.
pub(crate) fn written_f32(value: f64) -> Option<f64> {
    (value.abs() <= f64::from(f32::MAX)).then_some(f64::from(value as f32))
}
