//! Rolled groups against the reference, which takes one trip after the other.

use std::sync::Arc;

use preheat_cpu::{Column, reference, run};
use preheat_format::signature::AxisAccess::Full;
use preheat_format::signature::AxisRole::Kept;
use preheat_format::{
    Call, CallOutput, DType, NodeKind, NumericMode, OpId, Roll, Scalar, SignatureBuilder, View,
    ViewData, ViewForm,
};

/// More points than a tile has, and no multiple of one.
const ROWS: u64 = 123;
const TRIPS: u32 = 5;

/// `[a, b] = [b + k, a * b]` for each trip's number `k`.
fn exchange(columns: u64) -> Call<Arc<Column>> {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![Kept, Kept]);
    let view = builder.view(View { form: ViewForm::Dense, axes: vec![Full, Full] });
    let mut load = || {
        let source = builder.source(DType::F64);
        builder.node(DType::F64, NodeKind::Load { source, view })
    };
    let (a, b) = (load(), load());
    let param = builder.param(DType::F64);
    let k = builder.node(DType::F64, NodeKind::Param { param });
    let mut apply = |op, operands: [u32; 2]| {
        let kind = NodeKind::Apply { op: OpId::new(op), operands: operands.to_vec() };
        builder.node(DType::F64, kind)
    };
    let (sum, product) = (apply("add", [b, k]), apply("mul", [a, b]));
    builder.output(sum, None);
    builder.output(product, None);
    builder.carry(0, 0);
    builder.carry(1, 1);
    let (signature, numbering) = builder.finish().expect("the group is well formed");
    let len = ROWS * columns;
    let column = |scale: f64| Column::F64((0..len).map(|i| (i as f64 * scale).sin()).collect());
    let sources = [Arc::new(column(0.1)), Arc::new(column(0.7))];
    let numbers = (0..TRIPS).map(|trip| f64::from(trip).exp().to_bits());
    let words = numbers.flat_map(|bits| [bits as u32, (bits >> 32) as u32]);
    Call {
        key: signature.key(),
        extents: vec![ROWS, columns],
        views: vec![ViewData::default(); numbering.views.len()],
        sources: numbering.sources.iter().map(|id| Arc::clone(&sources[*id as usize])).collect(),
        params: vec![Scalar::f64(1.0)],
        outputs: vec![CallOutput::New, CallOutput::New],
        roll: Some(Roll {
            trips: TRIPS,
            places: vec![1],
            // Word 0 is not used.
            table: Arc::new([0].into_iter().chain(words).collect()),
        }),
        signature: Arc::new(signature),
    }
}

#[test]
fn states_are_exchanged_point_by_point() {
    for columns in [1, 457] {
        let call = exchange(columns);
        assert_eq!(run(call.clone()), reference(&call));
    }
}
