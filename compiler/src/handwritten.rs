//! Hand-written WGSL kernels: named by a manifest, validated, reflected, translated like the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use preheat_format::key::{ArtifactPreimage, KernelPreimage};
use preheat_format::named::named_signature;
use preheat_format::{Artifact, Pass, ShapeExpr, ShapeOp, Signature};

use crate::emit::{self, Contraction, EmitError, Reflected};
use crate::pack::{CompiledArtifact, CompiledGroup, PackOptions};

/// The longest name in bytes.
pub const NAME_LEN_MAX: usize = 200;

/// A kernel that a person wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Handwritten {
    /// What hosts call it.
    pub name: String,
    /// Name of its file, relative, with `/`.
    pub file: String,
    /// WGSL.
    pub source: String,
    /// The entry point.
    pub entry_point: String,
    /// Values of `override` declarations.
    pub overrides: BTreeMap<String, f64>,
}

impl Handwritten {
    /// Compiles the kernel for every target.
    ///
    /// # Errors
    /// [`EmitError`] if it is not valid, cannot be reflected, or cannot be written.
    pub fn compile(&self, options: &PackOptions) -> Result<CompiledGroup, EmitError> {
        if self.name.is_empty() || self.name.len() > NAME_LEN_MAX {
            let message = format!("its name must have 1 to {NAME_LEN_MAX} bytes");
            return Err(EmitError::Reflect { message });
        }
        let reflected = emit::reflect(&self.source, &self.entry_point, &self.overrides)?;
        options.limits.check_module(&reflected.module)?;
        let signature = Arc::new(self.signature());
        let always = ShapeExpr::op(ShapeOp::Const(1));
        let kernel = KernelPreimage {
            group: signature.key(),
            variant: self.entry_point.clone(),
            guard: always.encode(),
            generator: self.hash(),
        };
        let mut artifacts = Vec::new();
        for target in options.targets.iter().copied() {
            let translation = ArtifactPreimage {
                kernel: kernel.key(),
                target,
                translator: emit::TRANSLATOR.to_owned(),
                options: emit::OPTIONS.to_owned(),
                limits: options.limits.name.clone(),
            };
            let module = emit::write(&reflected.module, target, Contraction::Allowed)?;
            let artifact = artifact(&kernel, &translation, &reflected, always.clone());
            artifacts.push(CompiledArtifact {
                artifact,
                module,
                kernel: kernel.clone(),
                translation,
            });
        }
        let naga_calls = 1 + options.targets.len();
        Ok(CompiledGroup { signature, artifacts, kernel_count: 1, naga_calls })
    }

    /// What stands for its name.
    pub fn signature(&self) -> Signature {
        named_signature(&self.name)
    }

    /// Over all that decides the code.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for text in [&self.source, &self.entry_point] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        for (name, value) in &self.overrides {
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            hasher.update(&value.to_bits().to_le_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

fn artifact(
    kernel: &KernelPreimage,
    translation: &ArtifactPreimage,
    reflected: &Reflected,
    always: ShapeExpr,
) -> Artifact {
    Artifact {
        group_key: kernel.group.0,
        kernel_key: kernel.key().0,
        artifact_key: translation.key().0,
        target: translation.target,
        variant: reflected.entry_point.clone(),
        rank: 0,
        guard: always.clone(),
        features: reflected.features,
        scratch: Vec::new(),
        uniform: Vec::new(),
        uniform_size_bytes: 0,
        passes: vec![Pass {
            entry_point: reflected.entry_point.clone(),
            workgroup_size: reflected.workgroup_size,
            bindings: reflected.bindings.clone(),
            // The host says how many at each dispatch.
            workgroup_count: always,
        }],
        op_count: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAXPY: &str = "
        struct Params { a: f32, n: u32 }
        override size: u32 = 64;
        @group(0) @binding(0) var<storage> x: array<f32>;
        @group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
        @group(0) @binding(2) var<uniform> p: Params;
        @compute @workgroup_size(size)
        fn main(@builtin(global_invocation_id) id: vec3<u32>) {
            if id.x < p.n { y[id.x / 4][id.x % 4] += p.a * x[id.x]; }
        }";

    fn kernel(source: &str) -> Handwritten {
        Handwritten {
            name: "saxpy".to_owned(),
            file: "saxpy.wgsl".to_owned(),
            source: source.to_owned(),
            entry_point: "main".to_owned(),
            overrides: BTreeMap::from([("size".to_owned(), 128.0)]),
        }
    }

    #[test]
    fn bindings_and_sizes_are_reflected() {
        let group = kernel(SAXPY).compile(&PackOptions::default()).unwrap();
        let pass = &group.artifacts[0].artifact.passes[0];
        assert_eq!(pass.workgroup_size, [128, 1, 1]);
        let bindings: Vec<_> =
            pass.bindings.iter().map(|b| (b.writable, b.dtype.name(), b.size_min_bytes)).collect();
        assert_eq!(bindings, [(false, "f32", 4), (true, "f32", 16), (false, "u32", 8)]);
    }

    #[test]
    fn what_a_host_cannot_give_is_refused_with_a_reason() {
        let check = |from: &str, to: &str, reason: &str| {
            let error = kernel(&SAXPY.replace(from, to)).compile(&PackOptions::default());
            let message = error.unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
        };
        check("@group(0) @binding(2)", "@group(1) @binding(0)", "`p` is not in `@group(0)`");
        check("@binding(2)", "@binding(7)", "without gaps");
        check("@binding(2)", "@binding(1)", "does not validate");
        check("fn main", "fn other", "no compute entry point `main`");
        check("override size", "override width", "not valid WGSL");
        let mut wrong = kernel(SAXPY);
        wrong.overrides.insert("depth".to_owned(), 1.0);
        let message = wrong.compile(&PackOptions::default()).unwrap_err().to_string();
        assert!(message.contains("no override `depth`"), "{message}");
    }

    #[test]
    fn the_key_follows_source_entry_point_and_overrides() {
        let key = |kernel: &Handwritten| {
            kernel.compile(&PackOptions::default()).unwrap().artifacts[0].artifact.artifact_key
        };
        let (first, mut other) = (kernel(SAXPY), kernel(SAXPY));
        assert_eq!(key(&first), key(&other));
        other.overrides.insert("size".to_owned(), 256.0);
        assert_ne!(key(&first), key(&other));
        other = kernel(&SAXPY.replace("+=", "-="));
        assert_ne!(key(&first), key(&other));
    }
}
