//! Tests of this crate over its public interface, and the archive that they share.

mod archive;
mod call;
mod canonical;
mod certificate;
mod damage;
mod delta;
mod diff;
mod entry;
mod limits;
mod merge;
mod nearest;
mod plan;
#[path = "../../fuzz/reseal.rs"]
mod reseal;
mod shape;
mod sign;
mod signature;
#[path = "../../fuzz/walk.rs"]
mod walk;

use crate::{
    ArchiveBuilder, ArchiveError, ArchiveView, Artifact, ArtifactInput, ArtifactPreimage, AxisRole,
    BindTarget, Binding, DType, Features, GroupKey, KernelKey, KernelPreimage, NodeKind,
    NumericMode, OpId, Pass, Provenance, ShapeExpr, ShapeOp, Signature, SignatureBuilder, Target,
    UniformField, UniformValue, View,
};

/// What one artifact of the sample archive is made of.
#[derive(Clone, Debug)]
struct Sample {
    artifact: Artifact,
    module: Vec<u8>,
    signature: Signature,
    kernel: KernelPreimage,
    translation: ArtifactPreimage,
}

impl Sample {
    fn input(&self) -> ArtifactInput<'_> {
        ArtifactInput {
            artifact: &self.artifact,
            module: &self.module,
            signature: &self.signature,
            kernel: &self.kernel,
            translation: &self.translation,
        }
    }

    fn group_key(&self) -> GroupKey {
        GroupKey(self.artifact.group_key)
    }
}

/// `count` groups with two variants for two targets each; some modules are equal.
fn samples(count: usize) -> Vec<Sample> {
    let mut all = Vec::new();
    for group in 0..count {
        for (rank, variant) in ["vec4", "generic"].into_iter().enumerate() {
            for target in [Target::Spirv, Target::Wgsl] {
                all.push(sample(group, rank as u32, variant, target));
            }
        }
    }
    all
}

fn sample(group: usize, rank: u32, variant: &str, target: Target) -> Sample {
    let signature = chain(group + 1);
    let kernel = KernelPreimage {
        group: signature.key(),
        variant: variant.to_owned(),
        guard: vec![rank as u8; 3],
        generator: [7; 32],
    };
    let translation = ArtifactPreimage {
        kernel: kernel.key(),
        target,
        translator: "naga 30.0.1".to_owned(),
        options: "bounds=restrict".to_owned(),
        limits: "webgpu".to_owned(),
    };
    let artifact = Artifact {
        group_key: signature.key().0,
        kernel_key: kernel.key().0,
        artifact_key: translation.key().0,
        target,
        variant: variant.to_owned(),
        rank,
        guard: ShapeExpr::op(ShapeOp::Extent(0)).with(ShapeOp::Rem, ShapeExpr::constant(4)),
        features: Features::F64,
        scratch: vec![ShapeExpr::op(ShapeOp::Kept)],
        uniform: vec![
            UniformField {
                name: "extent0".to_owned(),
                offset_bytes: 0,
                value: UniformValue::Shape(ShapeExpr::op(ShapeOp::Extent(0))),
            },
            UniformField {
                name: "scale".to_owned(),
                offset_bytes: 8,
                value: UniformValue::Scalar(0, DType::F64),
            },
        ],
        uniform_size_bytes: 16,
        passes: vec![pass("main"), pass("finish_the_reduction_of_partial_sums")],
        op_count: group as u32 + 1,
    };
    // Modules of every third group are equal, to be stored once.
    let module = if target == Target::Spirv {
        (0..40 + group as u32 % 3).flat_map(u32::to_le_bytes).collect()
    } else {
        format!("@compute fn main() {{ /* {} */ }}", group % 3).into_bytes()
    };
    Sample { artifact, module, signature, kernel, translation }
}

fn pass(entry_point: &str) -> Pass {
    let storage =
        |target, writable| Binding { target, writable, dtype: DType::F64, size_min_bytes: 8 };
    Pass {
        entry_point: entry_point.to_owned(),
        workgroup_size: [256, 1, 1],
        bindings: vec![
            storage(BindTarget::Source(0), false),
            storage(BindTarget::Output(0), true),
            storage(BindTarget::Scratch(0), true),
            storage(BindTarget::Uniform, false),
        ],
        workgroup_count: ShapeExpr::op(ShapeOp::All).div_ceil(256),
    }
}

/// `sin` applied `length` times to a scaled array.
fn chain(length: usize) -> Signature {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let source = builder.source(DType::F64);
    let param = builder.param(DType::F64);
    let view = builder.view(View::identity(1));
    let load = builder.node(DType::F64, NodeKind::Load { source, view });
    let scale = builder.node(DType::F64, NodeKind::Param { param });
    let operands = vec![load, scale];
    let times = NodeKind::Apply { op: OpId::new("times"), operands };
    let mut node = builder.node(DType::F64, times);
    for _ in 0..length {
        let sin = NodeKind::Apply { op: OpId::new("sin"), operands: vec![node] };
        node = builder.node(DType::F64, sin);
    }
    builder.output(node, None);
    builder.finish().unwrap().0
}

fn provenance(group_key: GroupKey, script: &str, line: u32) -> Provenance<'_> {
    Provenance { group_key, script, line_first: line, line_last: line + 2, text: "sin(x * a)" }
}

/// The bytes of an archive of `count` groups.
fn archive(count: usize) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for sample in samples(count) {
        builder.add(&sample.input()).unwrap();
        for (script, line) in [("image/normalise.m", 3), ("chain.m", 1)] {
            builder.add_provenance(provenance(sample.group_key(), script, line)).unwrap();
        }
    }
    builder.finish().unwrap().bytes
}
