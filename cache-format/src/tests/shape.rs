//! Shape expressions: what they compute, and what they refuse.

use proptest::prelude::*;

use crate::shape::{SHAPE_OPS_MAX, product};
use crate::{AxisRole, CallError, ShapeExpr, ShapeOp};

const ROLES: [AxisRole; 3] = [AxisRole::Kept, AxisRole::Reduced, AxisRole::Kept];

fn value(ops: &[ShapeOp], extents: &[u64]) -> Result<u64, CallError> {
    ShapeExpr(ops.to_vec()).evaluate(&ROLES, extents)
}

fn check(ops: &[ShapeOp], expected: u64) {
    assert_eq!(value(ops, &[5, 7, 3]), Ok(expected), "{ops:?}");
}

fn check_error(ops: &[ShapeOp], word: &str) {
    let error = value(ops, &[5, 7, 3]).unwrap_err().to_string();
    assert!(error.contains(word), "{ops:?}: {error}");
}

#[test]
fn leaves() {
    check(&[ShapeOp::Const(9)], 9);
    check(&[ShapeOp::Extent(1)], 7);
    check(&[ShapeOp::Kept], 15);
    check(&[ShapeOp::Reduced], 7);
    check(&[ShapeOp::All], 105);
}

#[test]
fn binary_steps() {
    use ShapeOp::{Add, And, AtMost, Const, DivCeil, Equal, Max, Min, Mul, Rem};
    let cases = [
        (Add, 17, 5, 22),
        (Mul, 17, 5, 85),
        (DivCeil, 17, 5, 4),
        (DivCeil, 15, 5, 3),
        (DivCeil, 0, 5, 0),
        (Rem, 17, 5, 2),
        (Min, 17, 5, 5),
        (Max, 17, 5, 17),
        (AtMost, 17, 5, 0),
        (AtMost, 5, 5, 1),
        (Equal, 5, 5, 1),
        (Equal, 17, 5, 0),
        (And, 17, 5, 1),
        (And, 17, 0, 0),
    ];
    for (op, left, right, expected) in cases {
        check(&[Const(left), Const(right), op], expected);
    }
}

#[test]
fn builders_write_postfix() {
    let expression = ShapeExpr::op(ShapeOp::Extent(0)).div_ceil(2);
    assert_eq!(expression.0, [ShapeOp::Extent(0), ShapeOp::Const(2), ShapeOp::DivCeil]);
    assert_eq!(expression.evaluate(&ROLES, &[5, 7, 3]), Ok(3));
}

#[test]
fn malformed_programs() {
    use ShapeOp::{Add, Const, Extent};
    check_error(&[], "no single value");
    check_error(&[Const(1), Const(2)], "no single value");
    check_error(&[Add], "operand is missing");
    check_error(&[Const(1), Add], "operand is missing");
    check_error(&[Extent(3)], "axis");
    check_error(&[Extent(255)], "axis");
}

#[test]
fn arithmetic_that_has_no_value() {
    use ShapeOp::{Add, Const, DivCeil, Mul, Rem};
    check_error(&[Const(u64::MAX), Const(1), Add], "overflow");
    check_error(&[Const(u64::MAX), Const(2), Mul], "overflow");
    check_error(&[Const(1), Const(0), DivCeil], "zero");
    check_error(&[Const(1), Const(0), Rem], "zero");
    assert_eq!(value(&[Const(u64::MAX), Const(1), DivCeil], &[1, 1, 1]), Ok(u64::MAX));
}

#[test]
fn the_longest_program() {
    // `n` leaves and `n - 1` binary steps: whole programs have odd lengths.
    let leaves = SHAPE_OPS_MAX / 2;
    let mut longest = vec![ShapeOp::Const(1); leaves];
    longest.extend(vec![ShapeOp::Add; leaves - 1]);
    assert_eq!(value(&longest, &[1, 1, 1]), Ok(leaves as u64));
    let at_limit = vec![ShapeOp::Const(1); SHAPE_OPS_MAX];
    let past = vec![ShapeOp::Const(1); SHAPE_OPS_MAX + 1];
    assert!(value(&at_limit, &[1, 1, 1]).unwrap_err().to_string().contains("no single value"));
    assert!(value(&past, &[1, 1, 1]).unwrap_err().to_string().contains("too long"));
}

#[test]
fn products() {
    assert_eq!(product(&[], &[], None), Ok(1));
    assert_eq!(product(&ROLES, &[5, 7, 3], Some(AxisRole::Kept)), Ok(15));
    assert_eq!(product(&ROLES[..1], &[5], Some(AxisRole::Reduced)), Ok(1));
    assert!(product(&ROLES, &[1 << 32, 1 << 31, 2], None).is_err());
    assert_eq!(product(&ROLES, &[1 << 32, 1 << 31, 1], None), Ok(1 << 63));
}

#[test]
fn an_empty_axis_empties_the_product_in_any_order() {
    for extents in [[0, 1 << 40, 1 << 40], [1 << 40, 1 << 40, 0]] {
        assert_eq!(product(&ROLES, &extents, None), Ok(0));
    }
}

fn any_op() -> impl Strategy<Value = ShapeOp> {
    prop_oneof![
        any::<u64>().prop_map(ShapeOp::Const),
        (0..4u64).prop_map(ShapeOp::Const),
        (0..5u8).prop_map(ShapeOp::Extent),
        prop::sample::select(vec![
            ShapeOp::Kept,
            ShapeOp::Reduced,
            ShapeOp::All,
            ShapeOp::Add,
            ShapeOp::Mul,
            ShapeOp::DivCeil,
            ShapeOp::Rem,
            ShapeOp::Min,
            ShapeOp::Max,
            ShapeOp::AtMost,
            ShapeOp::Equal,
            ShapeOp::And,
        ]),
    ]
}

proptest! {
    #[test]
    fn any_program_ends_without_panic(
        ops in prop::collection::vec(any_op(), 0..80),
        extents in prop::collection::vec(any::<u64>(), 0..5),
    ) {
        let _ = value(&ops, &extents);
    }
}

#[test]
fn sizes_are_shown_as_formulas() {
    let extent = || ShapeExpr::op(ShapeOp::Extent(0));
    let four = || ShapeExpr::constant(4);
    let guard = extent().with(ShapeOp::Rem, four()).with(ShapeOp::Equal, ShapeExpr::constant(0));
    assert_eq!(guard.to_string(), "(extent[0] % 4) == 0");
    let count = ShapeExpr::op(ShapeOp::All).with(ShapeOp::Add, four()).div_ceil(256);
    assert_eq!(count.to_string(), "ceil((all + 4) / 256)");
    let least = ShapeExpr::op(ShapeOp::Kept).with(ShapeOp::Min, ShapeExpr::op(ShapeOp::Reduced));
    assert_eq!(least.to_string(), "min(kept, reduced)");
    assert_eq!(ShapeExpr(vec![ShapeOp::Add]).to_string(), "[Add]");
}
