//! The canonical form: what does not change a key, and what does.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::{
    AxisAccess, AxisRole, DType, Node, NodeKind, NumericMode, OpId, Output, Signature,
    SignatureBuilder, View, ViewForm,
};

const OPS: [OpId; 4] =
    [OpId::new("plus"), OpId::new("sin"), OpId::new("a_name_of_16_by"), OpId::new("max")];

/// A group to be made: numbers are reduced to what is in range.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    mode: NumericMode,
    roles: Vec<bool>,
    sources: Vec<usize>,
    params: Vec<usize>,
    views: Vec<(bool, Vec<bool>)>,
    steps: Vec<(u8, usize, Vec<u32>, u64)>,
    outputs: Vec<(u32, Option<u32>)>,
}

pub(super) fn recipe() -> impl Strategy<Value = Recipe> {
    use prop::collection::vec;
    let dtype = || 0..DType::ALL.len();
    let view = (any::<bool>(), vec(any::<bool>(), 8));
    let step = (0..10u8, dtype(), vec(any::<u32>(), 1..4), 0..4u64);
    let output = (any::<u32>(), proptest::option::weighted(0.3, any::<u32>()));
    let mode = prop_oneof![Just(NumericMode::Precise), Just(NumericMode::Fast)];
    (
        (mode, vec(any::<bool>(), 1..5)),
        (vec(dtype(), 1..5), vec(dtype(), 1..5), vec(view, 1..6)),
        (vec(step, 1..25), vec(output, 1..4)),
    )
        .prop_map(|((mode, roles), (sources, params, views), (steps, outputs))| Recipe {
            mode,
            roles,
            sources,
            params,
            views,
            steps,
            outputs,
        })
}

impl Recipe {
    /// A valid signature in no canonical order.
    pub(super) fn signature(&self) -> Signature {
        let role = |reduced: &bool| {
            if *reduced { AxisRole::Reduced } else { AxisRole::Kept }
        };
        let access = |full: &bool| {
            if *full { AxisAccess::Full } else { AxisAccess::One }
        };
        let dtypes = |list: &[usize]| list.iter().map(|index| DType::ALL[*index]).collect();
        let rank = self.roles.len();
        let view = |(is_strided, axes): &(bool, Vec<bool>)| View {
            form: if *is_strided { ViewForm::Strided } else { ViewForm::Dense },
            axes: axes[..rank].iter().map(access).collect(),
        };
        let mut signature = Signature {
            mode: self.mode,
            roles: self.roles.iter().map(role).collect(),
            sources: dtypes(&self.sources),
            params: dtypes(&self.params),
            views: self.views.iter().map(view).collect(),
            nodes: Vec::new(),
            outputs: Vec::new(),
            carries: Vec::new(),
        };
        for step in &self.steps {
            let node = self.node(&signature, step);
            signature.nodes.push(node);
        }
        let node_count = signature.nodes.len() as u32;
        let view_count = signature.views.len() as u32;
        let output = |(node, view): &(u32, Option<u32>)| Output {
            node: node % node_count,
            view: view.map(|view| view % view_count),
        };
        signature.outputs = self.outputs.iter().map(output).collect();
        signature
    }

    fn node(&self, so_far: &Signature, step: &(u8, usize, Vec<u32>, u64)) -> Node {
        let (kind, dtype, numbers, bits) = step;
        let first = numbers.first().copied().unwrap_or_default();
        let last = numbers.last().copied().unwrap_or_default();
        let count = so_far.nodes.len() as u32;
        let reduces = so_far.roles.contains(&AxisRole::Reduced);
        let op = OPS[first as usize % OPS.len()];
        let view = last % so_far.views.len() as u32;
        let kind = match kind {
            0 => NodeKind::Load { source: first % so_far.sources.len() as u32, view },
            1 => NodeKind::Index { view },
            2 => NodeKind::Param { param: first % so_far.params.len() as u32 },
            3 | 4 if count > 0 => {
                let operands = numbers.iter().map(|number| number % count).collect();
                NodeKind::Apply { op, operands }
            }
            5 if count > 0 && reduces => NodeKind::Reduce { op, operand: last % count },
            6 if count > 0 && reduces => {
                NodeKind::Contract { left: first % count, right: last % count }
            }
            7 if so_far.roles.iter().filter(|role| **role == AxisRole::Reduced).count() == 1
                && count > 0 =>
            {
                NodeKind::Scan { op, operand: last % count }
            }
            8 => match so_far.nodes.iter().position(|node| node.dtype == DType::U32) {
                Some(index) if !so_far.sources.is_empty() => {
                    let source = first % so_far.sources.len() as u32;
                    NodeKind::Gather { source, index: index as u32 }
                }
                Some(_) | None => NodeKind::Constant { bits: *bits },
            },
            _ => NodeKind::Constant { bits: *bits },
        };
        Node { dtype: DType::ALL[*dtype], kind }
    }
}

/// Rebuilds a group with everything added in another order and something dead beside it.
fn rebuilt(signature: &Signature, shuffle: &[Index]) -> Signature {
    let mut builder = SignatureBuilder::new(signature.mode, signature.roles.clone());
    let sources =
        added(signature.sources.len(), shuffle, |at| builder.source(signature.sources[at]));
    let params = added(signature.params.len(), shuffle, |at| builder.param(signature.params[at]));
    let dead_source = builder.source(DType::I16);
    let dead_param = builder.param(DType::U8);
    let views =
        added(signature.views.len(), shuffle, |at| builder.view(signature.views[at].clone()));
    builder
        .view(View { form: ViewForm::Strided, axes: vec![AxisAccess::One; signature.roles.len()] });
    let mut nodes: Vec<Option<u32>> = vec![None; signature.nodes.len()];
    let mut picks = shuffle.iter().cycle();
    loop {
        let is_ready = |at: &usize| {
            let operands = signature.nodes[*at].kind.operands();
            nodes[*at].is_none() && operands.iter().all(|o| nodes[*o as usize].is_some())
        };
        let ready: Vec<usize> = (0..nodes.len()).filter(is_ready).collect();
        if ready.is_empty() {
            break;
        }
        let at = ready[picks.next().map_or(0, |pick| pick.index(ready.len()))];
        let node = &signature.nodes[at];
        let id = |operand: &u32| nodes[*operand as usize].unwrap();
        let kind = match &node.kind {
            NodeKind::Load { source, view } => {
                NodeKind::Load { source: sources[*source as usize], view: views[*view as usize] }
            }
            NodeKind::Index { view } => NodeKind::Index { view: views[*view as usize] },
            NodeKind::Param { param } => NodeKind::Param { param: params[*param as usize] },
            NodeKind::Constant { bits } => NodeKind::Constant { bits: *bits },
            NodeKind::Apply { op, operands } => {
                NodeKind::Apply { op: *op, operands: operands.iter().map(id).collect() }
            }
            NodeKind::Reduce { op, operand } => NodeKind::Reduce { op: *op, operand: id(operand) },
            NodeKind::Contract { left, right } => {
                NodeKind::Contract { left: id(left), right: id(right) }
            }
            NodeKind::Scan { op, operand } => NodeKind::Scan { op: *op, operand: id(operand) },
            NodeKind::Gather { source, index } => {
                NodeKind::Gather { source: sources[*source as usize], index: id(index) }
            }
        };
        let dead = vec![builder.node(DType::U8, NodeKind::Param { param: dead_param })];
        builder.node(DType::U8, NodeKind::Apply { op: OPS[0], operands: dead });
        nodes[at] = Some(builder.node(node.dtype, kind));
    }
    builder.node(DType::I16, NodeKind::Load { source: dead_source, view: 0 });
    for output in &signature.outputs {
        let view = output.view.map(|view| views[view as usize]);
        builder.output(nodes[output.node as usize].unwrap(), view);
    }
    builder.finish().unwrap().0
}

/// Adds items in a shuffled order; the id of each, in the old order.
fn added(count: usize, shuffle: &[Index], mut add: impl FnMut(usize) -> u32) -> Vec<u32> {
    let mut order: Vec<usize> = (0..count).collect();
    for (at, pick) in (1..count).zip(shuffle.iter().cycle()) {
        order.swap(at, pick.index(at + 1));
    }
    let mut ids = vec![0; count];
    for at in order {
        ids[at] = add(at);
    }
    ids
}

/// Every change of one thing that means something.
fn mutations(signature: &Signature) -> Vec<Signature> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Signature)| {
        let mut changed = signature.clone();
        change(&mut changed);
        all.push(changed);
    };
    with(&|s| s.mode = toggled(s.mode, NumericMode::Fast, NumericMode::Precise));
    for at in 0..signature.sources.len() {
        with(&|s| s.sources[at] = toggled(s.sources[at], DType::F64, DType::F32));
    }
    for at in 0..signature.params.len() {
        with(&|s| s.params[at] = toggled(s.params[at], DType::F64, DType::F32));
    }
    for axis in 0..signature.roles.len() {
        with(&|s| s.roles[axis] = toggled(s.roles[axis], AxisRole::Kept, AxisRole::Reduced));
        for view in 0..signature.views.len() {
            with(&|s| {
                let access = &mut s.views[view].axes[axis];
                *access = toggled(*access, AxisAccess::One, AxisAccess::Full);
            });
        }
    }
    for at in 0..signature.views.len() {
        let toggled = |form| toggled(form, ViewForm::Dense, ViewForm::Strided);
        with(&|s| s.views[at].form = toggled(s.views[at].form));
    }
    for at in 0..signature.nodes.len() {
        with(&|s| s.nodes[at].dtype = toggled(s.nodes[at].dtype, DType::F64, DType::F32));
        for kind in changed_kinds(&signature.nodes[at].kind) {
            with(&|s| s.nodes[at].kind = kind.clone());
        }
    }
    for at in 0..signature.outputs.len() {
        with(&|s| s.outputs.push(s.outputs[at]));
        if signature.outputs[at].view.is_some() {
            with(&|s| s.outputs[at].view = None);
        }
    }
    all
}

/// The other of two values, or the first if it is neither.
fn toggled<T: PartialEq>(value: T, first: T, second: T) -> T {
    if value == first { second } else { first }
}

fn changed_kinds(kind: &NodeKind) -> Vec<NodeKind> {
    let another = OpId::new("another");
    match kind {
        NodeKind::Constant { bits } => vec![NodeKind::Constant { bits: bits ^ 1 << 63 }],
        NodeKind::Apply { op, operands } => {
            let mut longer = operands.clone();
            longer.extend(operands.first());
            let (op, operands) = (*op, operands.clone());
            vec![
                NodeKind::Apply { op, operands: longer },
                NodeKind::Apply { op: another, operands },
            ]
        }
        NodeKind::Reduce { operand, .. } => {
            let operand = *operand;
            let scan = NodeKind::Scan { op: another, operand };
            vec![NodeKind::Reduce { op: another, operand }, scan]
        }
        NodeKind::Scan { operand, .. } => {
            vec![NodeKind::Scan { op: another, operand: *operand }]
        }
        NodeKind::Load { .. }
        | NodeKind::Index { .. }
        | NodeKind::Param { .. }
        | NodeKind::Contract { .. }
        | NodeKind::Gather { .. } => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_adding_and_dead_parts_do_not_change_the_key(
        recipe in recipe(),
        shuffle in prop::collection::vec(any::<Index>(), 1..40),
    ) {
        let signature = recipe.signature();
        let canonical = rebuilt(&signature, &[]);
        let other = rebuilt(&signature, &shuffle);
        prop_assert_eq!(&canonical, &other);
        prop_assert_eq!(canonical.key(), other.key());
        // Canonical form is its own canonical form.
        prop_assert_eq!(&rebuilt(&canonical, &shuffle), &canonical);
    }

    #[test]
    fn every_change_of_meaning_changes_the_key(
        recipe in recipe(),
        shuffle in prop::collection::vec(any::<Index>(), 1..40),
    ) {
        let canonical = rebuilt(&recipe.signature(), &shuffle);
        for changed in mutations(&canonical) {
            prop_assert_ne!(changed.key(), canonical.key());
            if changed.check().is_ok() {
                let again = rebuilt(&changed, &shuffle);
                prop_assert_ne!(again.key(), canonical.key(), "{:?}", changed);
            }
        }
    }
}

#[test]
fn operands_keep_their_order() {
    let group = |swap: bool| {
        let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
        let (a, b) = (builder.param(DType::F64), builder.param(DType::F32));
        let a = builder.node(DType::F64, NodeKind::Param { param: a });
        let b = builder.node(DType::F32, NodeKind::Param { param: b });
        let operands = if swap { vec![b, a] } else { vec![a, b] };
        let node = builder.node(DType::F64, NodeKind::Apply { op: OPS[0], operands });
        builder.output(node, None);
        builder.finish().unwrap().0.key()
    };
    assert_ne!(group(false), group(true));
}

#[test]
fn equal_nodes_are_one_and_numbering_says_where_lists_come_from() {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let unused = builder.source(DType::F32);
    let source = builder.source(DType::F64);
    let view = builder.view(View::identity(1));
    assert_eq!(builder.view(View::identity(1)), view);
    let dead = builder.node(DType::F32, NodeKind::Load { source: unused, view });
    let load = builder.node(DType::F64, NodeKind::Load { source, view });
    assert_eq!(builder.node(DType::F64, NodeKind::Load { source, view }), load);
    let kind = NodeKind::Apply { op: OPS[0], operands: vec![load, load] };
    let sum = builder.node(DType::F64, kind);
    builder.output(sum, None);
    assert_eq!((dead, builder.node_count()), (0, 3));
    let (signature, numbering) = builder.finish().unwrap();
    assert_eq!(signature.sources, [DType::F64]);
    assert_eq!(numbering.sources, [source]);
    assert_eq!(numbering.views, [view]);
    assert_eq!(numbering.nodes, [load, sum]);
}
