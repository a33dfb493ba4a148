//! Groups with hand-written kernels, and archives of them.

use std::sync::Arc;

use preheat_format::{
    ArchiveBuilder, Artifact, ArtifactInput, ArtifactPreimage, AxisAccess, AxisRole, BindTarget,
    Binding, Call, CallOutput, DType, Features, KernelPreimage, NodeKind, NumericMode, OpId, Pass,
    Provenance, Scalar, ShapeExpr, ShapeOp, Signature, SignatureBuilder, Target, UniformField,
    UniformValue, View, ViewData, ViewForm,
};
use preheat_runtime::{Archive, Buffer};

const WORKGROUP_SIZE: u32 = 64;

/// A group with one kernel.
pub(crate) struct Kernel {
    pub(crate) signature: Arc<Signature>,
    pub(crate) wgsl: String,
    pub(crate) artifact: Artifact,
}

fn load(group: &mut SignatureBuilder, dtype: DType, view: u32) -> u32 {
    let source = group.source(dtype);
    group.node(dtype, NodeKind::Load { source, view })
}

fn apply(group: &mut SignatureBuilder, dtype: DType, op: &str, operands: [u32; 2]) -> u32 {
    let op = OpId::from_bytes(op.as_bytes()).unwrap();
    group.node(dtype, NodeKind::Apply { op, operands: operands.to_vec() })
}

/// `o[i] = a[i] * s + b[i]`
pub(crate) fn multiply_add(dtype: DType) -> Kernel {
    let mut group = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let view = group.view(View::identity(1));
    let a = load(&mut group, dtype, view);
    let param = group.param(dtype);
    let s = group.node(dtype, NodeKind::Param { param });
    let product = apply(&mut group, dtype, "mul", [a, s]);
    let b = load(&mut group, dtype, view);
    let sum = apply(&mut group, dtype, "add", [product, b]);
    group.output(sum, None);
    let uniform = vec![
        field("n", 0, UniformValue::Shape(ShapeExpr::op(ShapeOp::All))),
        field("s", 8, UniformValue::Scalar(0, dtype)),
    ];
    let targets = [BindTarget::Source(0), BindTarget::Source(1), BindTarget::Output(0)];
    let body = "o[i] = a[i] * p.s + b[i];";
    kernel(group, dtype, body, ["a", "b", "o"], &targets, uniform)
}

/// `o[offset + i * stride] = a[i] * s`, the rest of `o` staying
pub(crate) fn scale_into(dtype: DType) -> Kernel {
    let mut group = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let view = group.view(View::identity(1));
    let a = load(&mut group, dtype, view);
    let param = group.param(dtype);
    let s = group.node(dtype, NodeKind::Param { param });
    let product = apply(&mut group, dtype, "mul", [a, s]);
    let target = group.view(View { form: ViewForm::Strided, axes: vec![AxisAccess::Full] });
    group.output(product, Some(target));
    let uniform = vec![
        field("n", 0, UniformValue::Shape(ShapeExpr::op(ShapeOp::All))),
        field("s", 8, UniformValue::Scalar(0, dtype)),
        field("offset", 16, UniformValue::ViewOffset(1)),
        field("stride", 20, UniformValue::ViewStride(1, 0)),
    ];
    let targets = [BindTarget::Source(0), BindTarget::Output(0)];
    let body = "o[p.offset + i * p.stride] = a[i] * p.s;";
    kernel(group, dtype, body, ["a", "", "o"], &targets, uniform)
}

fn field(name: &str, offset_bytes: u32, value: UniformValue) -> UniformField {
    UniformField { name: name.to_owned(), offset_bytes, value }
}

fn kernel(
    group: SignatureBuilder,
    dtype: DType,
    body: &str,
    names: [&str; 3],
    targets: &[BindTarget],
    uniform: Vec<UniformField>,
) -> Kernel {
    let (signature, _) = group.finish().unwrap();
    let (key, dtype_name) = (signature.key(), dtype.name());
    let (members, uniform_size_bytes) = members(&uniform, dtype);
    // The parameters come first, as the compiler has it.
    let mut wgsl =
        format!("struct Params {{\n{members}}}\n@group(0) @binding(0) var<uniform> p: Params;\n");
    let mut bindings = vec![Binding {
        target: BindTarget::Uniform,
        writable: false,
        dtype: DType::U32,
        size_min_bytes: uniform_size_bytes,
    }];
    let names = names.into_iter().filter(|name| !name.is_empty());
    for (index, (name, target)) in (1..).zip(names.zip(targets)) {
        let writable = matches!(target, BindTarget::Output(_));
        let access = if writable { "read_write" } else { "read" };
        wgsl += &format!(
            "@group(0) @binding({index}) var<storage, {access}> {name}: array<{dtype_name}>;\n"
        );
        let size_min_bytes = dtype.size_bytes() as u32;
        bindings.push(Binding { target: *target, writable, dtype, size_min_bytes });
    }
    wgsl += &format!(
        "@compute @workgroup_size({WORKGROUP_SIZE})\n\
         fn main(@builtin(workgroup_id) w: vec3<u32>, @builtin(num_workgroups) g: vec3<u32>, \
         @builtin(local_invocation_index) l: u32) {{\n    \
         let i = (w.y * g.x + w.x) * {WORKGROUP_SIZE}u + l;\n    \
         if i < p.n {{ {body} }}\n}}\n"
    );
    let features = if dtype == DType::F64 { Features::F64 } else { Features::default() };
    let workgroups = ShapeExpr::op(ShapeOp::All).div_ceil(u64::from(WORKGROUP_SIZE));
    let artifact = Artifact {
        group_key: key.0,
        kernel_key: [0; 32],
        artifact_key: [0; 32],
        target: Target::Wgsl,
        variant: String::from("generic"),
        rank: 0,
        guard: ShapeExpr::constant(1),
        features,
        scratch: Vec::new(),
        uniform,
        uniform_size_bytes,
        passes: vec![Pass {
            entry_point: String::from("main"),
            workgroup_size: [WORKGROUP_SIZE, 1, 1],
            bindings,
            workgroup_count: workgroups,
        }],
        op_count: 2,
    };
    Kernel { signature: Arc::new(signature), wgsl, artifact }
}

/// Members of the uniform struct, and its size.
fn members(uniform: &[UniformField], dtype: DType) -> (String, u32) {
    let (mut members, mut end) = (String::new(), 0);
    let next = uniform.iter().skip(1).map(|field| Some(field.offset_bytes)).chain([None]);
    for (field, next) in uniform.iter().zip(next) {
        let (ty, size) = match field.value {
            UniformValue::Scalar(..) => (dtype.name(), dtype.size_bytes() as u32),
            UniformValue::Shape(_)
            | UniformValue::ViewOffset(_)
            | UniformValue::ViewStride(..)
            | UniformValue::Trips
            | UniformValue::TablePlace(_) => ("u32", 4),
        };
        end = next.unwrap_or(field.offset_bytes + size);
        members += &format!("    @size({}) {}: {ty},\n", end - field.offset_bytes, field.name);
    }
    (members, end.next_multiple_of(16))
}

/// SPIR-V 1.3 as little-endian bytes, as an archive holds it.
pub(crate) fn spirv(wgsl: &str) -> Vec<u8> {
    let module = naga::front::wgsl::parse_str(wgsl).unwrap();
    let capabilities = naga::valid::Capabilities::FLOAT64;
    let mut validator =
        naga::valid::Validator::new(naga::valid::ValidationFlags::all(), capabilities);
    let info = validator.validate(&module).unwrap();
    let options = naga::back::spv::Options { lang_version: (1, 3), ..Default::default() };
    let words = naga::back::spv::write_vec(&module, &info, &options, None).unwrap();
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

impl Kernel {
    /// Adds the kernel in one language, with its keys.
    fn add(&self, builder: &mut ArchiveBuilder, target: Target) {
        let group = self.signature.key();
        let kernel = KernelPreimage {
            group,
            variant: self.artifact.variant.clone(),
            guard: Vec::new(),
            generator: [7; 32],
        };
        let translation = ArtifactPreimage {
            kernel: kernel.key(),
            target,
            translator: String::from("by hand"),
            options: String::new(),
            limits: String::from("webgpu"),
        };
        let artifact = Artifact {
            kernel_key: kernel.key().0,
            artifact_key: translation.key().0,
            target,
            ..self.artifact.clone()
        };
        let module = match target {
            Target::Spirv => spirv(&self.wgsl),
            Target::Wgsl | Target::Msl | Target::Hlsl => self.wgsl.clone().into_bytes(),
        };
        let input = ArtifactInput {
            artifact: &artifact,
            module: &module,
            signature: &self.signature,
            kernel: &kernel,
            translation: &translation,
        };
        builder.add(&input).unwrap();
    }

    /// A call of this group over `n` elements.
    pub(crate) fn call(
        &self,
        n: u64,
        sources: &[&Buffer],
        s: Scalar,
        output: (CallOutput<Buffer>, ViewData),
    ) -> Call<Buffer> {
        Call {
            signature: Arc::clone(&self.signature),
            key: self.signature.key(),
            extents: vec![n],
            views: (0..self.signature.views.len())
                .map(|view| if view == 1 { output.1.clone() } else { ViewData::default() })
                .collect(),
            sources: sources.iter().map(|buffer| (*buffer).clone()).collect(),
            params: vec![s],
            outputs: vec![output.0],
            roll: None,
        }
    }

    /// A call with a new output.
    pub(crate) fn new_call(&self, n: u64, sources: &[&Buffer], s: Scalar) -> Call<Buffer> {
        self.call(n, sources, s, (CallOutput::New, ViewData::default()))
    }
}

/// The bytes of an archive of these kernels.
pub(crate) fn archive_bytes(kernels: &[&Kernel], targets: &[Target]) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for kernel in kernels {
        for target in targets {
            kernel.add(&mut builder, *target);
        }
    }
    builder.finish().unwrap().bytes
}

/// An archive of these kernels that a script asks for, in this order.
pub(crate) fn archive_of_script(kernels: &[&Kernel], script: &str) -> Archive {
    let mut builder = ArchiveBuilder::new();
    for (kernel, line) in kernels.iter().zip(1u32..) {
        kernel.add(&mut builder, Target::Spirv);
        let (group_key, line_first, line_last) = (kernel.signature.key(), line, line);
        let row = Provenance { group_key, script, line_first, line_last, text: "" };
        builder.add_provenance(row).unwrap();
    }
    Archive::from_bytes(&builder.finish().unwrap().bytes).unwrap()
}

/// An archive of these kernels.
pub(crate) fn archive(kernels: &[&Kernel], targets: &[Target]) -> Archive {
    Archive::from_bytes(&archive_bytes(kernels, targets)).unwrap()
}
