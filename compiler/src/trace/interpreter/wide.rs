//! Arithmetic of integers without a detour through `double`, which holds no more than 53 bits.
//!
//! Comparisons of integers with any number are exact, whatever the class. Sums, differences,
//! products and whole powers of whole numbers are exact before they saturate. Where an operand of
//! a class of 64 bits meets a `double`, a sum or difference rounds the `double` first, as Octave
//! does; products and quotients are exact until they are rounded, halves away from zero. (Octave
//! loses some of the last bits of a product with a fraction.) Classes of up to 32 bits are
//! computed in `double`, which holds all of their results.

use std::cmp::Ordering;

use crate::syntax::ast::BinaryOp;
use crate::trace::value::{Class, IntClass, Number};

/// A comparison with an integer.
pub(super) fn compare(op: BinaryOp, left: Number, right: Number) -> Option<bool> {
    let is_less = |order: Option<Ordering>| order == Some(Ordering::Less);
    let is_equal = |order: Option<Ordering>| order == Some(Ordering::Equal);
    let is_greater = |order: Option<Ordering>| order == Some(Ordering::Greater);
    let order = || order(left, right);
    Some(match op {
        BinaryOp::Lt => is_less(order()),
        BinaryOp::Le => is_less(order()) || is_equal(order()),
        BinaryOp::Eq => is_equal(order()),
        BinaryOp::Ne => !is_equal(order()),
        BinaryOp::Ge => is_greater(order()) || is_equal(order()),
        BinaryOp::Gt => is_greater(order()),
        BinaryOp::And
        | BinaryOp::Or
        | BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::LeftDiv
        | BinaryOp::Pow
        | BinaryOp::ElemMul
        | BinaryOp::ElemDiv
        | BinaryOp::ElemLeftDiv
        | BinaryOp::ElemPow => return None,
    })
}

/// The order of two real numbers, exactly; none beside NaN.
pub(crate) fn order(left: Number, right: Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Int(_, a), Number::Int(_, b)) => Some(a.cmp(&b)),
        (Number::Int(_, a), b) => beside(a, b.to_f64()),
        (a, Number::Int(_, b)) => beside(b, a.to_f64()).map(Ordering::reverse),
        (a, b) => a.to_f64().partial_cmp(&b.to_f64()),
    }
}

fn beside(whole: i128, value: f64) -> Option<Ordering> {
    if value.is_nan() {
        return None;
    }
    // A conversion of a `double` saturates far beyond every integer class.
    Some(match whole.cmp(&(value.floor() as i128)) {
        Ordering::Equal if value.fract() != 0.0 => Ordering::Less,
        order => order,
    })
}

/// An operator with a result of an integer class, where `double` may not hold it.
pub(super) fn arithmetic(
    op: BinaryOp,
    left: Number,
    right: Number,
    class: IntClass,
) -> Option<Number> {
    let wide = matches!(class, IntClass::Int64 | IntClass::Uint64);
    let (low, high) = class.bounds();
    let result = |value: i128| Some(Number::Int(class, value.clamp(low, high)));
    match op {
        BinaryOp::Add | BinaryOp::Sub => {
            let term = |number: Number| whole(number).or_else(|| wide.then(|| rounded(number)));
            let (a, b) = (term(left)?, term(right)?);
            result(if op == BinaryOp::Add { a.saturating_add(b) } else { a.saturating_sub(b) })
        }
        BinaryOp::Mul | BinaryOp::ElemMul => match (whole(left), whole(right)) {
            (Some(a), Some(b)) => result(a.saturating_mul(b)),
            (Some(a), None) if wide => product(a, right.to_f64()).and_then(result),
            (None, Some(b)) if wide => product(b, left.to_f64()).and_then(result),
            (_, _) => None,
        },
        BinaryOp::Div | BinaryOp::ElemDiv if wide => quotient(left, right).and_then(result),
        BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv if wide => quotient(right, left).and_then(result),
        BinaryOp::Pow | BinaryOp::ElemPow => power(left, right).and_then(result),
        _ => None,
    }
}

/// The value of a number, if it is whole.
fn whole(number: Number) -> Option<i128> {
    match number {
        Number::Int(_, value) => Some(value),
        Number::Complex(..) => None,
        Number::Double(_) | Number::Single(_) | Number::Logical(_) | Number::Char(_) => {
            let value = number.to_f64();
            (value.fract() == 0.0 && value.abs() < 1e30).then_some(value as i128)
        }
    }
}

/// The nearest whole number, as far as an `i128` goes; 0 for NaN.
fn rounded(number: Number) -> i128 {
    number.to_f64().round() as i128
}

/// `|value|` as `fraction * 2^exponent` with an odd fraction; none for 0, NaN and infinities.
fn split(value: f64) -> Option<(i128, i32)> {
    if value == 0.0 || !value.is_finite() {
        return None;
    }
    let bits = value.abs().to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (fraction, exponent) = match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    };
    let zeros = fraction.trailing_zeros();
    Some((i128::from(fraction >> zeros), exponent + zeros as i32))
}

/// `top / bottom` for a positive `bottom`, halves away from zero.
fn nearest(top: i128, bottom: i128) -> i128 {
    let (size, rest) = (top.abs() / bottom, top.abs() % bottom);
    let size = if rest >= bottom - rest { size + 1 } else { size };
    if top < 0 { -size } else { size }
}

/// A whole number times a `double` that is not whole.
fn product(whole: i128, factor: f64) -> Option<i128> {
    let (fraction, exponent) = split(factor)?;
    let value = whole * if factor < 0.0 { -fraction } else { fraction };
    // The product has up to 117 bits: from there on it is less than a half.
    match exponent {
        0.. => None,
        -120..0 => Some(nearest(value, 1 << -exponent)),
        _ => Some(0),
    }
}

fn quotient(left: Number, right: Number) -> Option<i128> {
    if let (Some(a), Some(b)) = (whole(left), whole(right)) {
        if b == 0 {
            // Infinite with the sign of the dividend, and 0 for 0.
            return Some(i128::MAX * a.signum());
        }
        return Some(if b < 0 { nearest(-a, -b) } else { nearest(a, b) });
    }
    let ratio = left.to_f64() / right.to_f64();
    if ratio.abs() > 1e20 || ratio.abs() < 0.25 {
        return Some(rounded(Number::Double(ratio)));
    }
    let (top, top_exponent) = signed(left)?;
    let (bottom, bottom_exponent) = signed(right)?;
    let (top, bottom) = if bottom < 0 { (-top, -bottom) } else { (top, bottom) };
    let shift = top_exponent - bottom_exponent;
    let room = |value: i128| value.unsigned_abs().leading_zeros() as i32 > shift.abs() + 1;
    match shift {
        0.. if room(top) => Some(nearest(top << shift, bottom)),
        ..0 if room(bottom) => Some(nearest(top, bottom << -shift)),
        _ => None,
    }
}

/// A number as `fraction * 2^exponent`.
fn signed(number: Number) -> Option<(i128, i32)> {
    if let Some(value) = whole(number) {
        return Some((value, 0));
    }
    let (fraction, exponent) = split(number.to_f64())?;
    Some((if number.to_f64() < 0.0 { -fraction } else { fraction }, exponent))
}

/// Whole powers; a negative exponent gives 0 for integers, but for the bases 1 and -1.
fn power(base: Number, exponent: Number) -> Option<i128> {
    let (a, b) = (whole(base)?, whole(exponent)?);
    if b >= 0 {
        return Some(
            a.saturating_pow(u32::try_from(b).unwrap_or(u32::MAX - u32::from(b % 2 != 0))),
        );
    }
    match (a, base.class(), exponent.class()) {
        (1, _, _) => Some(1),
        (-1, _, _) => Some(if b % 2 == 0 { 1 } else { -1 }),
        (_, Class::Int(_), Class::Int(_)) => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: i128 = i64::MAX as i128;

    fn int(value: i128) -> Number {
        Number::Int(IntClass::Int64, value)
    }

    fn result(op: BinaryOp, left: Number, right: Number) -> Option<i128> {
        match arithmetic(op, left, right, IntClass::Int64) {
            Some(Number::Int(_, value)) => Some(value),
            _ => None,
        }
    }

    #[test]
    fn products_and_quotients_with_fractions_are_exact() {
        let double = Number::Double;
        let big = int(MOST - 1);
        assert_eq!(result(BinaryOp::Mul, big, double(0.5)), Some(4_611_686_018_427_387_903));
        assert_eq!(result(BinaryOp::Mul, big, double(0.3)), Some(2_767_011_611_056_432_639));
        assert_eq!(result(BinaryOp::Mul, int(5), double(-0.5)), Some(-3));
        assert_eq!(result(BinaryOp::Mul, big, double(1e-300)), Some(0));
        assert_eq!(result(BinaryOp::Div, big, double(0.3)), Some(MOST));
        assert_eq!(result(BinaryOp::Div, int(7), double(0.7)), Some(10));
        assert_eq!(
            result(BinaryOp::Div, int(1_000_000_000_000_000_000), double(0.3)),
            Some(3_333_333_333_333_333_457)
        );
        assert_eq!(result(BinaryOp::Div, double(1e20), big), Some(11));
        assert_eq!(result(BinaryOp::Div, double(1e-300), big), Some(0));
        assert_eq!(result(BinaryOp::Div, big, double(f64::INFINITY)), Some(0));
        assert_eq!(result(BinaryOp::Div, int(-7), double(0.0)), Some(i64::MIN.into()));
    }

    #[test]
    fn orders_beside_doubles_are_exact() {
        let edge = Number::Double(9_223_372_036_854_775_808.0);
        assert_eq!(order(int(MOST), edge), Some(Ordering::Less));
        assert_eq!(order(edge, int(MOST)), Some(Ordering::Greater));
        assert_eq!(order(int(-3), Number::Double(-2.5)), Some(Ordering::Less));
        assert_eq!(order(int(-2), Number::Double(-2.5)), Some(Ordering::Greater));
        assert_eq!(order(int(3), Number::Double(f64::INFINITY)), Some(Ordering::Less));
        assert_eq!(order(int(3), Number::Double(f64::NAN)), None);
    }
}
