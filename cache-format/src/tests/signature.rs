//! Signatures: limits, references, and the round trip of their bytes.

use proptest::prelude::*;

use super::canonical::{Recipe, recipe};
use super::chain;
use crate::signature::{
    NODES_MAX, OPERANDS_MAX, OUTPUTS_MAX, PARAMS_MAX, RANK_MAX, SOURCES_MAX, VIEWS_MAX,
};
use crate::{
    AxisAccess, AxisRole, Carry, DType, DecodeError, Node, NodeKind, NumericMode, OpId, Output,
    Signature, SignatureBuilder, SignatureError, View, ViewForm,
};

/// A constant, and nothing else.
fn constant() -> Signature {
    let node = Node { dtype: DType::F64, kind: NodeKind::Constant { bits: 1 } };
    Signature {
        mode: NumericMode::Precise,
        roles: vec![AxisRole::Kept],
        sources: Vec::new(),
        params: Vec::new(),
        views: Vec::new(),
        nodes: vec![node],
        outputs: vec![Output { node: 0, view: None }],
        carries: Vec::new(),
    }
}

fn operands(count: usize) -> Signature {
    let mut signature = constant();
    let kind = NodeKind::Apply { op: OpId::new("max"), operands: vec![0; count] };
    signature.nodes.push(Node { dtype: DType::F64, kind });
    signature
}

#[test]
fn every_limit_holds_for_check_and_decode() {
    let check = |fill: fn(&mut Signature, usize), limit: usize| {
        for past in [0, 1] {
            let mut signature = constant();
            fill(&mut signature, limit + past);
            let too_many = SignatureError::TooMany { what: "", found: limit + 1, limit };
            match signature.check() {
                Ok(()) => assert_eq!(past, 0),
                Err(SignatureError::TooMany { found, limit, .. }) => {
                    assert_eq!(SignatureError::TooMany { what: "", found, limit }, too_many);
                }
                Err(error) => panic!("{error}"),
            }
            match Signature::decode(&signature.encode()) {
                Ok(decoded) => assert_eq!((past, decoded), (0, signature)),
                Err(DecodeError::LimitExceeded { .. }) => assert_eq!(past, 1),
                Err(error) => panic!("{error}"),
            }
        }
    };
    check(|s, n| s.roles = vec![AxisRole::Kept; n], RANK_MAX);
    check(|s, n| s.sources = vec![DType::F32; n], SOURCES_MAX);
    check(|s, n| s.params = vec![DType::F32; n], PARAMS_MAX);
    check(|s, n| s.views = vec![View::identity(1); n], VIEWS_MAX);
    check(|s, n| s.nodes = vec![s.nodes[0].clone(); n], NODES_MAX);
    check(|s, n| s.outputs = vec![s.outputs[0]; n], OUTPUTS_MAX);
    check(|s, n| *s = operands(n), OPERANDS_MAX);
}

#[test]
fn references_stay_inside() {
    let check = |kind: NodeKind| {
        let mut signature = constant();
        signature.nodes.push(Node { dtype: DType::F64, kind });
        assert!(signature.check().is_err(), "{signature:?}");
        assert!(Signature::decode(&signature.encode()).is_err());
    };
    let op = OpId::new("sum");
    check(NodeKind::Load { source: 0, view: 0 });
    check(NodeKind::Index { view: 0 });
    check(NodeKind::Param { param: 0 });
    check(NodeKind::Apply { op, operands: vec![1] });
    check(NodeKind::Apply { op, operands: vec![u32::MAX] });
    check(NodeKind::Reduce { op, operand: 0 });
    check(NodeKind::Contract { left: 0, right: 0 });
    check(NodeKind::Scan { op, operand: 0 });
    check(NodeKind::Gather { source: 0, index: 0 });
    let outputs = [(1, None), (0, Some(0)), (u32::MAX, None)];
    for (node, view) in outputs {
        let mut signature = constant();
        signature.outputs = vec![Output { node, view }];
        assert!(signature.check().is_err());
        let mut builder = SignatureBuilder::new(NumericMode::Fast, vec![AxisRole::Kept]);
        builder.node(DType::F64, NodeKind::Constant { bits: 1 });
        builder.output(node, view);
        assert!(builder.finish().is_err());
    }
    let mut signature = constant();
    signature.outputs.clear();
    assert_eq!(signature.check(), Err(SignatureError::NoOutputs));
    signature = constant();
    signature.views.push(View::identity(2));
    assert!(matches!(signature.check(), Err(SignatureError::ViewRank { found: 2, .. })));
}

#[test]
fn a_view_of_another_rank_does_not_reach_the_canonical_form() {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let source = builder.source(DType::F64);
    let view = builder.view(View::identity(3));
    let node = builder.node(DType::F64, NodeKind::Load { source, view });
    builder.output(node, None);
    assert!(matches!(builder.finish(), Err(SignatureError::ViewRank { .. })));
}

#[test]
fn the_deepest_group_is_built_without_recursion() {
    // The load, the parameter and their product come before the chain.
    let signature = chain(NODES_MAX - 3);
    assert_eq!(signature.nodes.len(), NODES_MAX);
    assert_eq!(Signature::decode(&signature.encode()), Ok(signature));
}

#[test]
fn bytes_that_are_not_a_signature() {
    let bytes = chain(2).encode();
    for len in 0..bytes.len() {
        let error = Signature::decode(&bytes[..len]).unwrap_err();
        assert!(matches!(error, DecodeError::Truncated { .. }), "{len}: {error}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    // After the outputs only a list of carries may follow.
    let error = Signature::decode(&longer).unwrap_err();
    assert!(matches!(error, DecodeError::Truncated { field: "carries", .. }), "{error}");
    let mut longer = rolled().encode();
    longer.push(0);
    let trailing = DecodeError::TrailingBytes { field: "signature", count: 1 };
    assert_eq!(Signature::decode(&longer), Err(trailing));
    let mut other = bytes;
    other[0] = 9;
    let error = Signature::decode(&other).unwrap_err().to_string();
    assert!(error.contains("version 9") && error.contains("version 1"), "{error}");
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(recipe in recipe()) {
        let signature = recipe.signature();
        prop_assert_eq!(signature.check(), Ok(()));
        let bytes = signature.encode();
        let decoded = Signature::decode(&bytes);
        prop_assert_eq!(decoded, Ok(signature));
    }

    #[test]
    fn changed_bytes_decode_to_something_else_or_to_nothing(
        recipe in recipe(),
        at in any::<prop::sample::Index>(),
        flip in 1..=255u8,
    ) {
        let bytes = Recipe::signature(&recipe).encode();
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] ^= flip;
        if let Ok(signature) = Signature::decode(&changed) {
            prop_assert_eq!(signature.encode(), changed);
        }
    }

    #[test]
    fn any_bytes_decode_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Signature::decode(&bytes);
        let mut headed = 1u32.to_le_bytes().to_vec();
        headed.extend(bytes);
        let _ = Signature::decode(&headed);
    }
}

/// `source + source`, its output carried into the source.
fn rolled() -> Signature {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let dead = builder.source(DType::U8);
    let source = builder.source(DType::F32);
    let view = builder.view(View::identity(1));
    let load = builder.node(DType::F32, NodeKind::Load { source, view });
    let kind = NodeKind::Apply { op: OpId::new("add"), operands: vec![load, load] };
    let sum = builder.node(DType::F32, kind);
    builder.output(sum, None);
    builder.carry(dead, 0);
    builder.carry(source, 0);
    builder.finish().unwrap().0
}

#[test]
fn carries_are_part_of_the_bytes_only_where_there_are_some() {
    let signature = rolled();
    assert_eq!(signature.carries, [Carry { source: 0, output: 0 }]);
    let bytes = signature.encode();
    assert_eq!(Signature::decode(&bytes).unwrap(), signature);
    let plain = Signature { carries: Vec::new(), ..signature };
    assert!(bytes.starts_with(&plain.encode()));
    assert_ne!(plain.key(), rolled().key());
    let mut empty_list = plain.encode();
    empty_list.extend([0; 4]);
    assert!(matches!(Signature::decode(&empty_list), Err(DecodeError::TrailingBytes { .. })));
}

#[test]
fn a_carried_source_is_element_by_element() {
    let check = |change: fn(&mut Signature)| {
        let mut signature = rolled();
        change(&mut signature);
        assert!(matches!(signature.check(), Err(SignatureError::Carry { .. })), "{signature}");
    };
    check(|s| s.carries[0].source = 1);
    check(|s| s.carries[0].output = 1);
    check(|s| s.carries.push(Carry { source: 0, output: 0 }));
    check(|s| {
        s.sources.push(DType::F32);
        s.carries.push(Carry { source: 1, output: 0 });
    });
    check(|s| s.sources[0] = DType::F64);
    check(|s| s.views[0].form = ViewForm::Strided);
    check(|s| s.views[0].axes[0] = AxisAccess::One);
    check(|s| s.outputs[0].view = Some(0));
    check(|s| {
        s.roles.push(AxisRole::Reduced);
        s.views[0].axes.push(AxisAccess::Full);
    });
}
