//! What a runtime needs to dispatch a kernel: passes, bindings, parameters, guards.
//!
//! An artifact is self-contained: with it and a [`crate::Call`] every size, binding and workgroup
//! count follows by evaluating [`ShapeExpr`]s. Stored with rkyv; only primitives, `Vec`, `String`.

use crate::shape::ShapeExpr;
use crate::types::{DType, Target};

/// Device features that a module needs, as bits.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(derive(Debug))]
pub struct Features(pub u32);

impl Features {
    /// `SHADER_F64`.
    pub const F64: Features = Features(1);
    /// `SHADER_INT64`.
    pub const INT64: Features = Features(2);
    /// `SUBGROUP`.
    pub const SUBGROUP: Features = Features(4);

    /// Both sets together.
    pub const fn union(self, other: Features) -> Features {
        Features(self.0 | other.0)
    }

    /// True if every feature of `self` is in `available`.
    pub const fn is_subset_of(self, available: Features) -> bool {
        self.0 & !available.0 == 0
    }
}

/// A kernel variant for one target with all that its dispatch needs.
#[derive(Clone, Debug, PartialEq, Eq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
pub struct Artifact {
    /// Key of the group that it computes.
    pub group_key: [u8; 32],
    /// Key of the variant's WGSL.
    pub kernel_key: [u8; 32],
    /// Key of this module.
    pub artifact_key: [u8; 32],
    /// Language of the module.
    pub target: Target,
    /// Name of the variant, e.g. `vec4` or `generic`.
    pub variant: String,
    /// Place among the group's variants; the lowest whose guard holds is taken.
    pub rank: u32,
    /// Holds if it evaluates to something other than 0; the generic variant's is the constant 1.
    pub guard: ShapeExpr,
    /// Features without which the module cannot be used.
    pub features: Features,
    /// Byte lengths of scratch buffers.
    pub scratch: Vec<ShapeExpr>,
    /// Fields of the uniform buffer.
    pub uniform: Vec<UniformField>,
    /// Size of the uniform buffer in bytes, a multiple of 16.
    pub uniform_size_bytes: u32,
    /// Dispatches, in order; each sees the writes of the one before.
    pub passes: Vec<Pass>,
    /// Fused operations, for telemetry.
    pub op_count: u32,
}

/// One dispatch of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
pub struct Pass {
    /// Name of the entry point in the module.
    pub entry_point: String,
    /// Invocations per workgroup.
    pub workgroup_size: [u32; 3],
    /// Bindings of group 0, dense from 0.
    pub bindings: Vec<Binding>,
    /// Number of workgroups in all; the runtime folds what exceeds 65,535 into a second dimension
    /// and the kernel linearises `workgroup_id` with `num_workgroups`.
    pub workgroup_count: ShapeExpr,
}

/// One binding of a pass; its number is its place in the list.
#[derive(Clone, Debug, PartialEq, Eq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
pub struct Binding {
    /// What is bound.
    pub target: BindTarget,
    /// True if the kernel writes to it.
    pub writable: bool,
    /// Element type of a storage array; `U32` for the uniform.
    pub dtype: DType,
    /// Smallest size that the kernel's layout accepts.
    pub size_min_bytes: u32,
}

/// The buffer that a binding shows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize,
)]
#[rkyv(derive(Debug))]
pub enum BindTarget {
    /// Input buffer of the call.
    Source(u32),
    /// Output buffer of the call.
    Output(u32),
    /// Scratch buffer of the artifact.
    Scratch(u32),
    /// The uniform buffer.
    Uniform,
    /// The table of a rolled call's changing scalars, an array of `u32`.
    Table,
}

/// One field of the uniform buffer.
#[derive(Clone, Debug, PartialEq, Eq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
pub struct UniformField {
    /// Name in the WGSL struct.
    pub name: String,
    /// Byte offset; `f64` fields are 8-byte aligned.
    pub offset_bytes: u32,
    /// What is written there.
    pub value: UniformValue,
}

/// The content of a uniform field.
#[derive(Clone, Debug, PartialEq, Eq, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
pub enum UniformValue {
    /// A size, as `u32`.
    Shape(ShapeExpr),
    /// Element offset of a strided view, as `u32`.
    ViewOffset(u32),
    /// Element stride of a view along a domain axis, as two's complement `u32`; 0 along an axis
    /// that the view does not have. For dense views it follows from the extents.
    ViewStride(u32, u32),
    /// A scalar of the script; its width follows from the signature's parameter type.
    Scalar(u32, DType),
    /// Number of trips of a rolled call, as `u32`; at least 1.
    Trips,
    /// Where the table holds a scalar's value of the first trip, as `u32`; 0 if the scalar is the
    /// same in every trip.
    TablePlace(u32),
}
