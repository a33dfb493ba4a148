//! Single numbers as C writes them: `%f`, `%e`, `%g`, and the integers.
//!
//! Digits are exact: the decimal expansion of the binary value, rounded half to even, as glibc
//! does. Width and flags are `printf.rs`'s.

/// `%.{decimals}f`.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    match special(value) {
        Some(text) => text.to_owned(),
        None => format!("{value:.decimals$}"),
    }
}

/// `%.{decimals}e`: at least two digits of exponent.
pub(crate) fn exponent(value: f64, decimals: usize) -> String {
    if let Some(text) = special(value) {
        return text.to_owned();
    }
    let text = format!("{value:.decimals$e}");
    let (mantissa, power) = split_exponent(&text);
    format!("{mantissa}e{}{:02}", sign_of(power), power.unsigned_abs())
}

/// `%.{digits}g`: the shorter of the two, without trailing zeros unless `keep_zeros` (`%#g`).
pub(crate) fn general(value: f64, digits: usize, keep_zeros: bool) -> String {
    if let Some(text) = special(value) {
        return text.to_owned();
    }
    let digits = digits.max(1);
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, power) = split_exponent(&scientific);
    if power < -4 || power >= digits as i32 {
        let mantissa = if keep_zeros { mantissa } else { trim_zeros(mantissa) };
        return format!("{mantissa}e{}{:02}", sign_of(power), power.unsigned_abs());
    }
    let decimals = (digits as i32 - 1 - power).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if keep_zeros { text } else { trim_zeros(&text).to_owned() }
}

/// Fractions have no larger denominators than this.
const RATIO_PARTS: f64 = 2_147_483_647.0;

/// A fraction near a number, of at most `limit` characters: the last convergent of the continued
/// fraction with nearest whole numbers that is no longer, or its whole part, which `is_bounded`
/// keeps to the limit too. `None`: that is too long, or 0 for what is not.
pub(super) fn rational(value: f64, limit: usize, is_bounded: bool) -> Option<String> {
    if !value.is_finite() {
        let sign = if value < 0.0 { "-" } else { "" };
        return Some(format!("{sign}{}/0", u8::from(!value.is_nan())));
    }
    let whole = value.round();
    let text = format!("{whole:.0}");
    if whole == value {
        return (!is_bounded || text.len() <= limit).then_some(text);
    }
    let [mut before, mut last] = [[1.0, 0.0], [whole, 1.0]];
    let mut rest = value - whole;
    let mut found = None;
    if rest.abs() * RATIO_PARTS < 1.0 && whole != 0.0 {
        return (!is_bounded || text.len() <= limit).then_some(text);
    }
    while rest.abs() * RATIO_PARTS > 1.0
        && (value - last[0] / last[1]).abs() > f64::EPSILON * value.abs().max(1e-9)
    {
        let next = (1.0 / rest).round();
        rest = 1.0 / rest - next;
        let [top, bottom] = [0, 1].map(|part| next * last[part] + before[part]);
        (before, last) = (last, [top, bottom]);
        let text = format!("{:.0}/{:.0}", top * bottom.signum(), bottom.abs());
        if text.len() > limit {
            break;
        }
        found = Some(text);
    }
    let is_shown = whole != 0.0 && (!is_bounded || text.len() <= limit);
    found.or_else(|| is_shown.then_some(text))
}

/// `Inf`, `-Inf` or `NaN`, if it is one of them.
pub(crate) fn special(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some(if is_missing(value) { "NA" } else { "NaN" })
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Inf" } else { "-Inf" })
    } else {
        None
    }
}

/// Digits before the decimal point; 0 for 0.1 to 1, negative below, 0 for 0.
pub(crate) fn digits_of(value: f64) -> i32 {
    if value == 0.0 || !value.is_finite() { 0 } else { value.abs().log10().floor() as i32 + 1 }
}

/// The same in single precision, where 0.01 is a power of ten.
pub(crate) fn digits_of_single(value: f64) -> i32 {
    let value = value as f32;
    if value == 0.0 || !value.is_finite() { 0 } else { value.abs().log10().floor() as i32 + 1 }
}

fn split_exponent(text: &str) -> (&str, i32) {
    match text.split_once('e') {
        Some((mantissa, power)) => (mantissa, power.parse().unwrap_or(0)),
        None => (text, 0),
    }
}

fn sign_of(power: i32) -> char {
    if power < 0 { '-' } else { '+' }
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// True for the NaN that stands for a missing value.
pub(super) fn is_missing(value: f64) -> bool {
    value.to_bits() & !(1 << 63) == crate::trace::builtins::MISSING
}
