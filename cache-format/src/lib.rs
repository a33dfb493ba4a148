//! What two preheat processes that never meet must agree on, byte for byte.
//!
//! A compiler builds kernels on one machine; a runtime looks them up on another. Everything that
//! both must spell the same way lives here and nowhere else: the [`Signature`] of a fusion group
//! and its one encoder, the keys derived from it, the [`Artifact`] that says how to dispatch a
//! kernel, and the archive that holds them. FORMAT.md beside this crate is the normative text.
//!
//! Deliberately absent: the meaning of operations (crate `preheat-ops`), any GPU or shader
//! language library, any file access.

#![warn(missing_docs)]

pub mod archive;
pub mod artifact;
mod assemble;
pub mod attach;
pub mod call;
pub mod certificate;
pub mod delta;
pub mod diff;
mod display;
pub mod encode;
pub mod entry;
pub mod error;
pub mod key;
pub mod key_file;
pub mod layout;
pub mod merge;
pub mod named;
pub mod nearest;
pub mod owned;
pub mod plan;
pub mod preimage;
pub mod read;
pub mod row;
mod search;
pub mod shape;
pub mod shard;
pub mod sidecar;
pub mod sign;
pub mod signature;
pub mod types;
pub mod verify;
pub mod write;

#[cfg(test)]
mod tests;

pub use archive::{ContentHash, Part, Section, SectionId};
pub use artifact::{Artifact, BindTarget, Binding, Features, Pass, UniformField, UniformValue};
pub use assemble::Written;
pub use attach::Attachment;
pub use call::{Call, CallOutput, Roll, Scalar, TRIPS_MAX, ViewData};
pub use error::{
    ArchiveError, BuildError, CallError, DecodeError, PlanError, SignError, SignatureError,
};
pub use key::{ArtifactKey, ArtifactPreimage, DeviceKey, GroupKey, KernelKey, KernelPreimage};
pub use layout::ArchiveLayout;
pub use owned::OwnedArchive;
pub use plan::{
    Plan, PlanCall, PlanInput, PlanNumbers, PlanOutput, PlanRef, PlanRoll, PlanRun, PlanScalar,
    PlanSize, PlanView, SizeExpr, SizePart, SizeTerm,
};
pub use read::{ArchiveView, Counts, EntryRef, Provenance};
pub use row::{BlobRef, IndexRow, KeyKind};
pub use shape::{ShapeExpr, ShapeOp};
pub use sidecar::{DeviceDescription, SidecarBuilder, SidecarRow, SidecarView};
pub use signature::{
    AxisAccess, AxisRole, Carry, Node, NodeKind, Output, Signature, SignatureBuilder, Space, View,
    ViewForm,
};
pub use types::{DType, NumericMode, OpId, Target};
pub use write::{ArchiveBuilder, ArtifactInput, BuiltArchive};
