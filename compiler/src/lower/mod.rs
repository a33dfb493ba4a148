//! A signature to WGSL kernels, with all that their dispatch needs.
//!
//! A group becomes at most four *variants* of one meaning, most specific first; each has a guard
//! over the extents, the last one always holds. `body` turns nodes into statements, `access` views
//! into index expressions, `uniform` collects the parameters; `map`, `reduce` and `contract` fill
//! the kernel templates of `shaders/wgsl/kernels`, `roll` that of `map` with a loop inside.
//!
//! Sizes are never in the text: they come in the uniform buffer, so one kernel serves every size.

mod access;
mod body;
mod cancel;
mod contract;
mod map;
mod reduce;
mod roll;
mod scan;
mod scope;
mod uniform;

pub(crate) use body::is_random;
use preheat_format::{
    Features, NodeKind, Pass, ShapeExpr, Signature, SignatureError, UniformField,
};
use preheat_ops::template::{self, Int64};
use thiserror::Error;

/// Raised when generated code changes in a way that templates and tables do not show.
pub const GENERATOR_VERSION: u32 = 5;

/// Storage bindings that a kernel may use under WebGPU's default limits.
pub const STORAGE_BINDINGS_MAX: usize = 8;

/// One variant of a group's kernel, as text.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Name of the variant.
    pub variant: String,
    /// Place among the variants; the first whose guard holds is taken.
    pub rank: u32,
    /// When it may be used.
    pub guard: ShapeExpr,
    /// Device features that it needs.
    pub features: Features,
    /// Byte lengths of scratch buffers.
    pub scratch: Vec<ShapeExpr>,
    /// Fields of the uniform buffer.
    pub uniform: Vec<UniformField>,
    /// Size of the uniform buffer in bytes.
    pub uniform_size_bytes: u32,
    /// Dispatches.
    pub passes: Vec<Pass>,
    /// One module with an entry point per pass.
    pub wgsl: String,
    /// Element-wise operations and reductions of the group.
    pub op_count: u32,
}

/// A signature that no kernel can be made for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LowerError {
    /// An operation that the table lacks.
    #[error("operation `{op}` is not in the table")]
    UnknownOp {
        /// Its name.
        op: String,
    },
    /// An operation that has no form for a type.
    #[error("operation `{op}` has no kernel form for `{dtype}`")]
    NoForm {
        /// Its name.
        op: String,
        /// The operand type.
        dtype: &'static str,
    },
    /// More bindings than a kernel may use.
    #[error("the group needs {found} storage bindings, a kernel may use {limit}")]
    Bindings {
        /// What it needs.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A combination of parts that no template covers.
    #[error("no kernel template covers {what}")]
    Unsupported {
        /// The combination.
        what: &'static str,
    },
    /// Not a valid signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The variants of a group's kernel, most specific first.
///
/// # Errors
/// [`LowerError`] if the signature is invalid or uses what no template covers.
pub fn lower(signature: &Signature) -> Result<Vec<Kernel>, LowerError> {
    signature.check()?;
    let contracts =
        signature.nodes.iter().any(|node| matches!(node.kind, NodeKind::Contract { .. }));
    let reduces = signature.nodes.iter().any(|node| matches!(node.kind, NodeKind::Reduce { .. }));
    let scans = signature.nodes.iter().any(|node| matches!(node.kind, NodeKind::Scan { .. }));
    let variants = |int64| match (contracts, reduces, scans) {
        (true, true, _) | (true, _, true) | (_, true, true) => {
            Err(LowerError::Unsupported { what: "anchors of several kinds in one group" })
        }
        (true, false, false) => contract::lower(signature, int64),
        (false, true, false) => reduce::lower(signature, int64),
        (false, false, true) => scan::lower(signature, int64),
        (false, false, false) if signature.is_rolled() => roll::lower(signature, int64),
        (false, false, false) => map::lower(signature, int64),
    };
    if !body::has_random(signature) {
        return variants(Int64::Emulated);
    }
    // Philox multiplies 32 by 32 to 64 bits: natively where the device can, and in one last
    // variant, of the same bits, without.
    let mut kernels = variants(Int64::Native)?;
    let portable = variants(Int64::Emulated)?.pop();
    kernels.extend(portable.map(|kernel| Kernel {
        variant: format!("{}_int32", kernel.variant),
        rank: kernel.rank + 1,
        ..kernel
    }));
    Ok(kernels)
}

/// Hash of everything that kernel text is made from: operation table, preludes, templates,
/// generator version. Part of every kernel key.
pub fn generator_hash() -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&GENERATOR_VERSION.to_le_bytes());
    let templates = [map::TEMPLATE, reduce::TEMPLATE].into_iter().chain(contract::TEMPLATES);
    for text in template::sources().chain(templates).chain(scan::TEMPLATES) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The module: what the text needs of the prelude, then the text.
fn module(text: &str, int64: Int64) -> String {
    let prelude = template::closure(text, int64);
    format!("{prelude}{text}")
}
