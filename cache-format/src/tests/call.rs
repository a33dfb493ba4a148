//! Calls: dense strides, bounds of views, counts.

use std::sync::Arc;

use crate::{
    AxisAccess, AxisRole, Call, CallError, CallOutput, DType, NodeKind, NumericMode, OpId,
    SignatureBuilder, View, ViewData, ViewForm,
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
