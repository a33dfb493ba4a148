//! Archives as large as real ones: kernels of 12 kB with the preimages and entries of a map.

use anyhow::Result;
use preheat_format::{
    ArchiveBuilder, Artifact, ArtifactInput, ArtifactPreimage, AxisRole, BindTarget, Binding,
    DType, Features, GroupKey, KernelPreimage, NodeKind, NumericMode, OpId, Pass, Provenance,
    ShapeExpr, ShapeOp, Signature, SignatureBuilder, Target, UniformField, UniformValue, View,
};

/// Words of a module: 12 kB, the mean of the corpus.
const MODULE_WORDS: u64 = 3000;

/// One kernel with all that its keys are made of.
pub struct Kernel {
    pub artifact: Artifact,
    pub module: Vec<u8>,
    pub signature: Signature,
    pub kernel: KernelPreimage,
    pub translation: ArtifactPreimage,
}

impl Kernel {
    pub fn group(&self) -> GroupKey {
        self.signature.key()
    }
}

/// Kernels by number.
pub fn kernels(count: u64) -> Vec<Kernel> {
    (0..count).map(kernel).collect()
}

/// The archive of some kernels.
pub fn archive(kernels: &[Kernel]) -> Result<Vec<u8>> {
    let mut builder = ArchiveBuilder::new();
    for (number, one) in kernels.iter().enumerate() {
        builder.add(&ArtifactInput {
            artifact: &one.artifact,
            module: &one.module,
            signature: &one.signature,
            kernel: &one.kernel,
            translation: &one.translation,
        })?;
        builder.add_provenance(Provenance {
            group_key: one.group(),
            script: "bench.m",
            line_first: number as u32 + 1,
            line_last: number as u32 + 1,
            text: "add, exp, mul",
        })?;
    }
    Ok(builder.finish()?.bytes)
}

fn signature(number: u64) -> Signature {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let view = builder.view(View::identity(1));
    let mut operands = Vec::new();
    for _ in 0..2 {
        let source = builder.source(DType::F32);
        operands.push(builder.node(DType::F32, NodeKind::Load { source, view }));
    }
    let mut node = builder.node(DType::F32, NodeKind::Apply { op: OpId::new("add"), operands });
    // Digits of the number as operations, so that every signature differs.
    for bit in 0..17 {
        let op = OpId::new(if number >> bit & 1 == 1 { "exp" } else { "neg" });
        node = builder.node(DType::F32, NodeKind::Apply { op, operands: vec![node] });
    }
    builder.output(node, None);
    builder.finish().expect("a valid group").0
}

fn kernel(number: u64) -> Kernel {
    let signature = signature(number);
    let text = |text: &str| text.to_owned();
    let kernel = KernelPreimage {
        group: signature.key(),
        variant: text("vec4"),
        guard: vec![1],
        generator: [0; 32],
    };
    let translation = ArtifactPreimage {
        kernel: kernel.key(),
        target: Target::Spirv,
        translator: text("naga 30.0.1"),
        options: text("bounds=restrict"),
        limits: text("webgpu"),
    };
    let storage =
        |target, writable| Binding { target, writable, dtype: DType::F32, size_min_bytes: 4 };
    let artifact = Artifact {
        group_key: signature.key().0,
        kernel_key: kernel.key().0,
        artifact_key: translation.key().0,
        target: Target::Spirv,
        variant: text("vec4"),
        rank: 0,
        guard: ShapeExpr::constant(1),
        features: Features::default(),
        scratch: Vec::new(),
        uniform: vec![UniformField {
            name: text("extent0"),
            offset_bytes: 0,
            value: UniformValue::Shape(ShapeExpr::op(ShapeOp::Extent(0))),
        }],
        uniform_size_bytes: 16,
        passes: vec![Pass {
            entry_point: text("main"),
            workgroup_size: [256, 1, 1],
            bindings: vec![
                storage(BindTarget::Source(0), false),
                storage(BindTarget::Source(1), false),
                storage(BindTarget::Output(0), true),
                storage(BindTarget::Uniform, false),
            ],
            workgroup_count: ShapeExpr::op(ShapeOp::All).div_ceil(256),
        }],
        op_count: 18,
    };
    let word = |at: u64| (at.wrapping_mul(0x9e37_79b9) ^ (number << 7)) as u32;
    let module = (0..MODULE_WORDS).flat_map(|at| word(at).to_le_bytes()).collect();
    Kernel { artifact, module, signature, kernel, translation }
}
