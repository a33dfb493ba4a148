//! Known values, in-place updates, empty domains, and calls that must be refused.

use std::sync::Arc;

use preheat_cpu::{Column, CpuError, op_count, reference, run};
use preheat_format::signature::AxisAccess::{Full, One};
use preheat_format::signature::AxisRole::{Kept, Reduced};
use preheat_format::{
    AxisAccess, AxisRole, Call, CallError, CallOutput, DType, NodeKind, NumericMode, OpId,
    SignatureBuilder, View, ViewData, ViewForm,
};

/// A group over `f64` sources, dense unless said otherwise.
struct Group {
    builder: SignatureBuilder,
    extents: Vec<u64>,
    sources: Vec<Arc<Column>>,
    views: Vec<ViewData>,
    outputs: Vec<CallOutput<Arc<Column>>>,
}

impl Group {
    fn new(axes: &[(AxisRole, u64)]) -> Group {
        let roles = axes.iter().map(|(role, _)| *role).collect();
        let builder = SignatureBuilder::new(NumericMode::Precise, roles);
        let extents = axes.iter().map(|(_, extent)| *extent).collect();
        Group { builder, extents, sources: Vec::new(), views: Vec::new(), outputs: Vec::new() }
    }

    fn view(&mut self, axes: &[AxisAccess], data: Option<(u64, &[i64])>) -> u32 {
        let form = if data.is_some() { ViewForm::Strided } else { ViewForm::Dense };
        let id = self.builder.view(View { form, axes: axes.to_vec() });
        let (offset, strides) = data.unwrap_or((0, &[]));
        if id as usize == self.views.len() {
            self.views.push(ViewData { offset, strides: strides.to_vec() });
        }
        id
    }

    fn load(&mut self, axes: &[AxisAccess], values: Vec<f64>) -> u32 {
        self.sources.push(Arc::new(Column::F64(values)));
        let (source, view) = (self.builder.source(DType::F64), self.view(axes, None));
        self.builder.node(DType::F64, NodeKind::Load { source, view })
    }

    fn apply(&mut self, op: &str, operands: &[u32]) -> u32 {
        let kind = NodeKind::Apply { op: OpId::new(op), operands: operands.to_vec() };
        self.builder.node(DType::F64, kind)
    }

    fn reduce(&mut self, op: &str, operand: u32) -> u32 {
        self.builder.node(DType::F64, NodeKind::Reduce { op: OpId::new(op), operand })
    }

    fn output(&mut self, node: u32) {
        self.builder.output(node, None);
        self.outputs.push(CallOutput::New);
    }

    fn call(self) -> Call<Arc<Column>> {
        let (signature, numbering) = self.builder.finish().expect("the group is well formed");
        Call {
            key: signature.key(),
            extents: self.extents,
            views: numbering.views.iter().map(|id| self.views[*id as usize].clone()).collect(),
            sources: numbering
                .sources
                .iter()
                .map(|id| Arc::clone(&self.sources[*id as usize]))
                .collect(),
            params: Vec::new(),
            outputs: self.outputs,
            roll: None,
            signature: Arc::new(signature),
        }
    }
}

fn f64s(values: &[f64]) -> Arc<Column> {
    Arc::new(Column::F64(values.to_vec()))
}

/// The outputs, which the reference gives too.
fn outputs(call: Call<Arc<Column>>) -> Vec<Arc<Column>> {
    let expected = reference(&call).expect("the call fits");
    let found = run(call).expect("the call fits");
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
    found
}

#[test]
fn rows_are_normalised_in_two_passes() {
    let mut group = Group::new(&[(Reduced, 3), (Kept, 2)]);
    let x = group.load(&[Full, Full], vec![1.0, 2.0, 3.0, 10.0, 10.0, 40.0]);
    let mean = group.reduce("red_mean", x);
    let centred = group.apply("sub", &[x, mean]);
    group.output(centred);
    group.output(mean);
    let call = group.call();
    assert_eq!(op_count(&call.signature), 2);
    let centred = f64s(&[-1.0, 0.0, 1.0, -10.0, -10.0, 20.0]);
    assert_eq!(outputs(call), [centred, f64s(&[2.0, 20.0])]);
}

#[test]
fn products_sum_over_the_reduced_axis() {
    let mut group = Group::new(&[(Kept, 2), (Kept, 2), (Reduced, 3)]);
    let left = group.load(&[Full, One, Full], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let right = group.load(&[One, Full, Full], vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    let product = group.builder.node(DType::F64, NodeKind::Contract { left, right });
    group.output(product);
    assert_eq!(outputs(group.call()), [f64s(&[6.0, 8.0, 8.0, 10.0])]);
}

#[test]
fn reductions_of_nothing_give_what_no_elements_give() {
    let mut group = Group::new(&[(Kept, 2), (Reduced, 0)]);
    let x = group.load(&[Full, Full], Vec::new());
    for op in ["red_sum", "red_prod"] {
        let node = group.reduce(op, x);
        group.output(node);
    }
    group.output(x);
    let columns = outputs(group.call());
    assert_eq!(columns, [f64s(&[0.0, 0.0]), f64s(&[1.0, 1.0]), f64s(&[])]);
}

/// `x(end:-2:1) = x(end:-2:1) + 1` over a buffer of five.
fn update(buffer: Arc<Column>) -> Call<Arc<Column>> {
    let mut group = Group::new(&[(Kept, 3)]);
    let x = group.load(&[Full], vec![10.0, 20.0, 30.0]);
    let view = group.view(&[Full], Some((4, &[-2])));
    group.builder.output(x, Some(view));
    group.outputs.push(CallOutput::Update(buffer));
    group.call()
}

#[test]
fn a_buffer_of_ones_own_is_updated_in_place() {
    let buffer = f64s(&[0.0, 1.0, 2.0, 3.0, 4.0]);
    let Column::F64(values) = &*buffer else { panic!("made of f64") };
    let address = values.as_ptr();
    let columns = run(update(buffer)).expect("the call fits");
    assert_eq!(columns, [f64s(&[30.0, 1.0, 20.0, 3.0, 10.0])]);
    let Column::F64(values) = &*columns[0] else { panic!("made of f64") };
    assert_eq!(values.as_ptr(), address);
}

#[test]
fn a_shared_buffer_is_copied_before_it_is_updated() {
    let buffer = f64s(&[0.0; 5]);
    let columns = outputs(update(Arc::clone(&buffer)));
    assert_eq!(columns, [f64s(&[30.0, 0.0, 20.0, 0.0, 10.0])]);
    assert_eq!(buffer, f64s(&[0.0; 5]));
}

#[test]
fn sums_of_many_singles_are_close() {
    const N: usize = 3_000_000;
    let mut group = Group::new(&[(Reduced, N as u64)]);
    group.sources.push(Arc::new(Column::F32(vec![0.1; N])));
    let (source, view) = (group.builder.source(DType::F32), group.view(&[Full], None));
    let operand = group.builder.node(DType::F32, NodeKind::Load { source, view });
    let op = OpId::new("red_mean");
    let mean = group.builder.node(DType::F32, NodeKind::Reduce { op, operand });
    group.output(mean);
    assert_eq!(*run(group.call()).expect("the call fits")[0], Column::F32(vec![0.1]));
}

/// Larger than the reference can check quickly: `(A * B) * 1 = A * (B * 1)`.
#[test]
fn large_products_are_associative() {
    for (m, k, n) in [(300, 2500, 5), (1, 3000, 1), (250, 300, 230), (3, 5000, 400)] {
        let whole = |seed: usize, len: u64| {
            (0..len as usize).map(|i| ((i * seed) % 17) as f64 - 8.0).collect::<Vec<_>>()
        };
        let (a, b) = (whole(7, m * k), whole(5, k * n));
        let mut group = Group::new(&[(Kept, m), (Kept, n), (Reduced, k)]);
        let left = group.load(&[Full, One, Full], a.clone());
        let right = group.load(
            &[One, Full, Full],
            (0..n * k)
                .map(|i| {
                    // `right` is stored with columns fastest: element (n, k) at `n + columns * k`.
                    b[((i % n) * k + i / n) as usize]
                })
                .collect(),
        );
        let product = group.builder.node(DType::F64, NodeKind::Contract { left, right });
        group.output(product);
        let columns = run(group.call()).expect("the call fits");
        let Column::F64(product) = &*columns[0] else { panic!("a product of f64") };
        for row in 0..m {
            let found: f64 = (0..n).map(|column| product[(row + column * m) as usize]).sum();
            let term = |depth: u64| {
                let right: f64 = (0..n).map(|column| b[(column * k + depth) as usize]).sum();
                a[(row + depth * m) as usize] * right
            };
            assert_eq!(found, (0..k).map(term).sum::<f64>(), "row {row} of {m}x{k}x{n}");
        }
    }
}

#[test]
fn misfits_are_refused_with_their_reason() {
    let mut group = Group::new(&[(Kept, 3)]);
    let x = group.load(&[Full], vec![1.0; 3]);
    let y = group.apply("no_such_op", &[x]);
    group.output(y);
    let op = OpId::new("no_such_op");
    assert_eq!(run(group.call()), Err(CpuError::UnknownOp { op }));

    let mut group = Group::new(&[(Kept, 3)]);
    let x = group.load(&[Full], vec![1.0; 3]);
    let y = group.apply("add", &[x]);
    group.output(y);
    assert!(matches!(run(group.call()), Err(CpuError::Arity { found: 1, expected: 2, .. })));

    let mut group = Group::new(&[(Kept, 3)]);
    let x = group.load(&[Full], vec![1.0; 2]);
    group.output(x);
    let outside = CallError::OutOfBounds { view: 0, element: 2, len: 2 };
    assert_eq!(run(group.call()), Err(CpuError::Call(outside)));

    let mut group = Group::new(&[(Kept, 3)]);
    let x = group.load(&[Full], vec![1.0; 3]);
    let flag = NodeKind::Apply { op: OpId::new("and"), operands: vec![x, x] };
    let y = group.builder.node(DType::Bool, flag);
    group.output(y);
    assert!(matches!(run(group.call()), Err(CpuError::DType { dtype: DType::F64, .. })));
}

#[test]
fn more_than_memory_is_refused() {
    let mut group = Group::new(&[(Kept, 1 << 60)]);
    let x = group.load(&[One], vec![1.0]);
    let y = group.apply("neg", &[x]);
    let view = group.view(&[Full], None);
    let kind = NodeKind::Index { view };
    let index = group.builder.node(DType::U32, kind);
    group.output(y);
    group.output(index);
    assert!(matches!(run(group.call()), Err(CpuError::Memory { .. })));
}
