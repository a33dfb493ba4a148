//! Views as index expressions, coordinates as statements.

use preheat_format::{AxisAccess, Signature, ViewForm};

use super::uniform::Uniform;

/// Statements that split the linear index `linear` over `axes` into coordinates `c{axis}`, each
/// line indented by `indent`. The slowest axis needs no division.
pub(super) fn coordinates(
    uniform: &mut Uniform,
    linear: &str,
    axes: &[usize],
    indent: &str,
) -> String {
    let mut text = String::new();
    let mut rest = linear.to_owned();
    for (place, axis) in axes.iter().enumerate() {
        if place + 1 == axes.len() {
            text += &format!("{indent}let c{axis} = {rest};\n");
            break;
        }
        let extent = uniform.extent(*axis);
        text += &format!("{indent}let c{axis} = {rest} % {extent};\n");
        let next = format!("r{axis}");
        text += &format!("{indent}let {next} = {rest} / {extent};\n");
        rest = next;
    }
    text
}

/// The element of a view's buffer at coordinates `c{axis}`. Strides are two's complement, so sums
/// wrap to the right element.
pub(super) fn index(signature: &Signature, uniform: &mut Uniform, view: u32) -> String {
    let Some(spec) = signature.views.get(view as usize) else {
        return "0u".to_owned();
    };
    let mut terms = Vec::new();
    if spec.form == ViewForm::Strided {
        terms.push(uniform.offset(view));
    }
    let mut is_first = true;
    for (axis, access) in spec.axes.iter().enumerate() {
        if *access == AxisAccess::One {
            continue;
        }
        let unit = spec.form == ViewForm::Dense && is_first;
        is_first = false;
        terms.push(match unit {
            true => format!("c{axis}"),
            false => format!("c{axis} * {}", uniform.stride(view, axis)),
        });
    }
    if terms.is_empty() { "0u".to_owned() } else { terms.join(" + ") }
}

/// An expression over coordinates, `lane` elements further along the first axis.
pub(super) fn shifted(text: &str, lane: u32) -> String {
    if lane == 0 {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len() + 16);
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        match word.as_str() {
            "c0" => result += &format!("(c0 + {lane}u)"),
            other => result += other,
        }
        word.clear();
        if c != '\0' {
            result.push(c);
        }
    }
    result
}
