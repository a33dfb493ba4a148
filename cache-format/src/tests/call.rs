//! Calls: dense strides, bounds of views, counts.

use std::sync::Arc;

use crate::{
    AxisAccess, AxisRole, Call, CallError, CallOutput, DType, NodeKind, NumericMode, OpId, Roll,
    Scalar, SignatureBuilder, TRIPS_MAX, View, ViewData, ViewForm,
};

/// One load through `view`, summed if `roles` reduce, written to one output.
fn call(roles: &[AxisRole], extents: &[u64], view: View, data: ViewData) -> Call<u64> {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, roles.to_vec());
    let source = builder.source(DType::F32);
    let view = builder.view(view);
    let mut node = builder.node(DType::F32, NodeKind::Load { source, view });
    if roles.contains(&AxisRole::Reduced) {
        let sum = NodeKind::Reduce { op: OpId::new("sum"), operand: node };
        node = builder.node(DType::F32, sum);
    }
    builder.output(node, None);
    let signature = builder.finish().unwrap().0;
    Call {
        key: signature.key(),
        signature: Arc::new(signature),
        extents: extents.to_vec(),
        views: vec![data],
        sources: vec![0],
        params: Vec::new(),
        outputs: vec![CallOutput::New],
        roll: None,
    }
}

fn strided(extents: &[u64], offset: u64, strides: &[i64]) -> Call<u64> {
    let rank = extents.len();
    let view = View { form: ViewForm::Strided, axes: vec![AxisAccess::Full; rank] };
    let data = ViewData { offset, strides: strides.to_vec() };
    call(&vec![AxisRole::Kept; rank], extents, view, data)
}

fn dense(extents: &[u64], axes: &[AxisAccess]) -> Call<u64> {
    let view = View { form: ViewForm::Dense, axes: axes.to_vec() };
    call(&vec![AxisRole::Kept; extents.len()], extents, view, ViewData::default())
}

const FULL: AxisAccess = AxisAccess::Full;
const ONE: AxisAccess = AxisAccess::One;

#[test]
fn dense_strides_are_column_major_over_the_axes_that_the_view_has() {
    let check = |axes: &[AxisAccess], strides: &[i64]| {
        assert_eq!(dense(&[4, 5, 6], axes).view_data(0).strides, strides);
    };
    check(&[FULL, FULL, FULL], &[1, 4, 20]);
    check(&[ONE, FULL, FULL], &[0, 1, 5]);
    check(&[FULL, ONE, FULL], &[1, 0, 4]);
    check(&[ONE, ONE, ONE], &[0, 0, 0]);
}

#[test]
fn a_dense_view_needs_as_many_elements_as_its_axes_have() {
    let call = dense(&[4, 5, 6], &[FULL, ONE, FULL]);
    assert_eq!(call.check(|_| 24), Ok(()));
    let expected = CallError::OutOfBounds { view: 0, element: 23, len: 23 };
    assert_eq!(call.check(|_| 23), Err(expected));
}

#[test]
fn a_strided_view_stays_inside_at_both_ends() {
    let call = strided(&[4, 3], 10, &[-2, 5]);
    assert_eq!(call.check(|_| 21), Ok(()));
    let past = CallError::OutOfBounds { view: 0, element: 20, len: 20 };
    assert_eq!(call.check(|_| 20), Err(past));
    let before = CallError::OutOfBounds { view: 0, element: -1, len: 100 };
    assert_eq!(strided(&[4, 3], 5, &[-2, 5]).check(|_| 100), Err(before));
}

#[test]
fn the_widest_numbers_do_not_overflow() {
    let call = strided(&[u64::MAX, 1], u64::MAX, &[i64::MAX, i64::MIN]);
    assert!(matches!(call.check(|_| u64::MAX), Err(CallError::OutOfBounds { .. })));
    let call = strided(&[u64::MAX], 0, &[i64::MIN]);
    assert!(matches!(call.check(|_| u64::MAX), Err(CallError::OutOfBounds { .. })));
    let call = strided(&[1 << 32, 1 << 31], u64::MAX, &[i64::MIN, i64::MAX]);
    assert!(matches!(call.check(|_| u64::MAX), Err(CallError::OutOfBounds { .. })));
}

#[test]
fn an_empty_domain_reaches_nothing() {
    assert_eq!(strided(&[0, 3], 100, &[7, 7]).check(|_| 0), Ok(()));
    assert_eq!(strided(&[1 << 40, 1 << 40, 0], 1, &[1, 1, 1]).check(|_| 0), Ok(()));
}

#[test]
fn a_domain_of_more_than_64_bits_is_refused() {
    let call = dense(&[1 << 32, 1 << 32], &[ONE, ONE]);
    assert!(matches!(call.check(|_| 1), Err(CallError::Shape { .. })));
    assert!(matches!(call.output_len(0), Err(CallError::Shape { .. })));
}

#[test]
fn outputs_have_the_length_of_their_space() {
    let roles = [AxisRole::Kept, AxisRole::Reduced, AxisRole::Kept];
    let reduced = call(&roles, &[4, 5, 6], View::identity(3), ViewData::default());
    assert_eq!(reduced.output_len(0), Ok(24));
    assert_eq!(dense(&[4, 5, 6], &[FULL; 3]).output_len(0), Ok(120));
    let error = CallError::Count { what: "outputs", found: 1, expected: 1 };
    assert_eq!(reduced.output_len(1), Err(error));
}

#[test]
fn lists_have_the_length_of_the_signature() {
    let check = |change: fn(&mut Call<u64>), what: &str| {
        let mut call = strided(&[4, 3], 0, &[1, 4]);
        assert_eq!(call.check(|_| 12), Ok(()));
        change(&mut call);
        let error = call.check(|_| 12).unwrap_err();
        assert!(matches!(error, CallError::Count { what: found, .. } if found == what), "{error}");
    };
    check(|call| call.extents.push(1), "extents");
    check(|call| call.views.clear(), "views");
    check(|call| call.sources.push(0), "sources");
    check(|call| call.params.push(crate::Scalar::f64(1.0)), "params");
    check(|call| call.outputs.clear(), "outputs");
    check(|call| call.views[0].strides.truncate(1), "strides");
}

/// `x * a + b` over one axis, `x` carried; `a` is `F64`, `b` is `U32`.
fn rolled(roll: Option<Roll>) -> Call<u64> {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let source = builder.source(DType::F64);
    let (a, b) = (builder.param(DType::F64), builder.param(DType::U32));
    let view = builder.view(View::identity(1));
    let load = builder.node(DType::F64, NodeKind::Load { source, view });
    let a = builder.node(DType::F64, NodeKind::Param { param: a });
    let b = builder.node(DType::U32, NodeKind::Param { param: b });
    let op = OpId::new("fma");
    let kind = NodeKind::Apply { op, operands: vec![load, a, b] };
    let node = builder.node(DType::F64, kind);
    builder.output(node, None);
    builder.carry(source, 0);
    let signature = builder.finish().unwrap().0;
    Call {
        key: signature.key(),
        signature: Arc::new(signature),
        extents: vec![4],
        views: vec![ViewData::default()],
        sources: vec![4],
        params: vec![Scalar::f64(1.5), Scalar::u32(7)],
        outputs: vec![CallOutput::New],
        roll,
    }
}

#[test]
fn scalars_of_a_trip_come_from_the_table_or_stay() {
    let bits = 2.5f64.to_bits();
    let table = vec![0, 0, 0, bits as u32, (bits >> 32) as u32];
    let roll = Roll { trips: 2, places: vec![1, 0], table: Arc::new(table) };
    let call = rolled(Some(roll));
    call.check(|len| *len).unwrap();
    assert_eq!(call.params_at(1), [Scalar::f64(2.5), Scalar::u32(7)]);
}

#[test]
fn trips_and_table_are_checked() {
    let error = |roll: Option<Roll>| rolled(roll).check(|len| *len).unwrap_err();
    let roll = |trips, places, words| Some(Roll { trips, places, table: Arc::new(vec![0; words]) });
    assert!(matches!(error(None), CallError::Count { what: "rolls", .. }));
    assert!(matches!(error(roll(0, vec![0, 0], 1)), CallError::Trips { found: 0, .. }));
    assert!(matches!(error(roll(TRIPS_MAX + 1, vec![0, 0], 1)), CallError::Trips { .. }));
    assert!(matches!(error(roll(1, vec![0], 1)), CallError::Count { what: "table places", .. }));
    assert!(matches!(error(roll(3, vec![1, 0], 6)), CallError::Count { what: "table words", .. }));
    rolled(roll(3, vec![1, 0], 7)).check(|len| *len).unwrap();
    rolled(roll(TRIPS_MAX, vec![0, 0], 1)).check(|len| *len).unwrap();
    let mut plain = strided(&[2], 0, &[1]);
    plain.sources = vec![2];
    plain.roll = roll(1, Vec::new(), 1);
    assert!(matches!(plain.check(|len| *len), Err(CallError::Count { what: "rolls", .. })));
}
