//! A group rebuilt by hand through the public builder has the key that the compiler gave it.

use preheat_format::{AxisRole, DType, NodeKind, NumericMode, OpId, SignatureBuilder, View};

use super::harness;

/// Rebuilds every group of the corpus with sources, views, parameters and nodes added in another
/// order than the compiler's: canonical numbering must undo it.
#[test]
fn rebuilt_groups_have_the_compilers_keys() {
    let mut count = 0;
    for case in harness::parsed_cases().into_values() {
        for group in harness::trace(&case, &case.small).0 {
            let signature = &group.signature;
            let mut builder = SignatureBuilder::new(signature.mode, signature.roles.clone());
            let last = |len: usize, id: u32| (len - 1) as u32 - id;
            signature.sources.iter().rev().for_each(|dtype| {
                builder.source(*dtype);
            });
            signature.params.iter().rev().for_each(|dtype| {
                builder.param(*dtype);
            });
            let mut views: Vec<u32> =
                signature.views.iter().rev().map(|view| builder.view(view.clone())).collect();
            views.reverse();
            for node in &signature.nodes {
                let kind = match &node.kind {
                    NodeKind::Load { source, view } => NodeKind::Load {
                        source: last(signature.sources.len(), *source),
                        view: views[*view as usize],
                    },
                    NodeKind::Index { view } => NodeKind::Index { view: views[*view as usize] },
                    NodeKind::Param { param } => {
                        NodeKind::Param { param: last(signature.params.len(), *param) }
                    }
                    NodeKind::Gather { source, index } => NodeKind::Gather {
                        source: last(signature.sources.len(), *source),
                        index: *index,
                    },
                    other => other.clone(),
                };
                builder.node(node.dtype, kind);
            }
            for output in &signature.outputs {
                builder.output(output.node, output.view.map(|view| views[view as usize]));
            }
            for carry in &signature.carries {
                builder.carry(last(signature.sources.len(), carry.source), carry.output);
            }
            let (rebuilt, _) = builder.finish().expect("the group is valid");
            assert_eq!(rebuilt.key(), group.key, "{}\n{signature}", case.path);
            count += 1;
        }
    }
    assert!(count > 100, "the corpus has {count} groups");
}

/// The first group of a scale-and-add, written out as a host would: `y = 2 * x + 1` over a vector
/// of doubles with both scalars as parameters.
#[test]
fn a_host_finds_the_key_without_the_compiler() {
    let case = preheat_tests::corpus::Case {
        path: "host_side.m".to_owned(),
        family: String::new(),
        compare: preheat_tests::corpus::Compare::None,
        tolerance: 0.0,
        expect_error: None,
        small: Default::default(),
        random: Default::default(),
    };
    // A literal alone would be computed at once.
    let text = "n = 3; x = [1 2 3]; x = x(1:n); y = 2*x + 1; disp(y)";
    let groups = harness::trace_text(&case.path, text);
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let (x, a, b) =
        (builder.source(DType::F64), builder.param(DType::F64), builder.param(DType::F64));
    let view = builder.view(View::identity(1));
    let load = builder.node(DType::F64, NodeKind::Load { source: x, view });
    let a = builder.node(DType::F64, NodeKind::Param { param: a });
    let b = builder.node(DType::F64, NodeKind::Param { param: b });
    let apply = |op: &str, operands: Vec<u32>| NodeKind::Apply {
        op: OpId::from_bytes(op.as_bytes()).expect("a name"),
        operands,
    };
    let scaled = builder.node(DType::F64, apply("mul", vec![a, load]));
    let shifted = builder.node(DType::F64, apply("add", vec![scaled, b]));
    builder.output(shifted, None);
    let (signature, _) = builder.finish().expect("the group is valid");
    assert_eq!(groups.first().map(|group| group.key), Some(signature.key()));
}
