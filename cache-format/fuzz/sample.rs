//! Small archives, the same in the fuzz targets and in the test that replays their inputs.

use preheat_format::{
    ArchiveBuilder, Artifact, ArtifactInput, ArtifactPreimage, AxisRole, DType, Features,
    KernelPreimage, NodeKind, NumericMode, OpId, Pass, Provenance, ShapeExpr, ShapeOp, Signature,
    SignatureBuilder, Target, View,
};

/// A reduction of a chain.
pub(super) fn signature(length: usize) -> Signature {
    let roles = vec![AxisRole::Kept, AxisRole::Reduced];
    let mut builder = SignatureBuilder::new(NumericMode::Precise, roles);
    let source = builder.source(DType::F32);
    let view = builder.view(View::identity(2));
    let mut node = builder.node(DType::F32, NodeKind::Load { source, view });
    for _ in 0..length {
        let exp = NodeKind::Apply { op: OpId::new("exp"), operands: vec![node] };
        node = builder.node(DType::F32, exp);
    }
    let sum = builder.node(DType::F32, NodeKind::Reduce { op: OpId::new("sum"), operand: node });
    builder.output(sum, None);
    builder.finish().expect("a valid group").0
}

/// An archive of so many groups.
pub(super) fn archive(count: usize) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for length in 0..count {
        let signature = signature(length);
        let kernel = KernelPreimage {
            group: signature.key(),
            variant: "generic".to_owned(),
            guard: vec![0],
            generator: [0; 32],
        };
        for target in [Target::Spirv, Target::Wgsl] {
            let text = String::new();
            let translation = ArtifactPreimage {
                kernel: kernel.key(),
                target,
                translator: text.clone(),
                options: text.clone(),
                limits: text,
            };
            let artifact = Artifact {
                group_key: signature.key().0,
                kernel_key: kernel.key().0,
                artifact_key: translation.key().0,
                target,
                variant: "generic".to_owned(),
                rank: 0,
                guard: ShapeExpr::constant(1),
                features: Features::default(),
                scratch: vec![ShapeExpr::op(ShapeOp::Kept)],
                uniform: Vec::new(),
                uniform_size_bytes: 0,
                passes: vec![Pass {
                    entry_point: "main".to_owned(),
                    workgroup_size: [64, 1, 1],
                    bindings: Vec::new(),
                    workgroup_count: ShapeExpr::op(ShapeOp::All).div_ceil(64),
                }],
                op_count: 1,
            };
            let (signature, kernel, translation) = (&signature, &kernel, &translation);
            let (artifact, module) = (&artifact, [0u8; 8].as_slice());
            let input = ArtifactInput { artifact, module, signature, kernel, translation };
            builder.add(&input).expect("a sound artifact");
        }
        let (group_key, script, text) = (signature.key(), "a.m", "sum(exp(x), 2)");
        let row = Provenance { group_key, script, line_first: 1, line_last: 1, text };
        builder.add_provenance(row).expect("a sound row");
    }
    builder.finish().expect("a small archive").bytes
}
