//! Entries: artifacts as rkyv bytes, and the rules that every stored artifact obeys.
//!
//! One encoding (rkyv 0.8, `little_endian`, `aligned`, `pointer_width_32`) and one check, used by
//! the writer before it stores and by the reader before it hands out. The check holds no device
//! knowledge: it bounds every list and keeps offsets inside what they index.

use rkyv::rancor;

use crate::archive::{ENTRY_LEN_MAX, check_limit};
use crate::artifact::{
    ArchivedArtifact, ArchivedBindTarget, ArchivedUniformField, ArchivedUniformValue, Artifact,
};
use crate::error::ArchiveError;
use crate::key::ArtifactKey;
use crate::shape::{ArchivedShapeExpr, SHAPE_OPS_MAX};
use crate::types::{ArchivedDType, ArchivedTarget, Target};

/// The most passes of an artifact.
pub const PASSES_MAX: u64 = 64;
/// The most bindings of a pass.
pub const BINDINGS_MAX: u64 = 256;
/// The most scratch buffers of an artifact.
pub const SCRATCH_MAX: u64 = 64;
/// The most fields of the uniform buffer.
pub const UNIFORM_FIELDS_MAX: u64 = 8192;
/// The largest uniform buffer in bytes.
pub const UNIFORM_SIZE_MAX: u64 = 1 << 16;
/// The longest variant, field or entry-point name in bytes.
pub const NAME_LEN_MAX: u64 = 256;

/// The stored form of an artifact.
pub(crate) fn encode(artifact: &Artifact) -> Result<Vec<u8>, ArchiveError> {
    let key = ArtifactKey(artifact.artifact_key);
    let bytes = rkyv::to_bytes::<rancor::Error>(artifact)
        .map_err(|source| ArchiveError::Entry { key, source })?;
    check_limit("bytes of an entry", bytes.len() as u64, ENTRY_LEN_MAX)?;
    access(key, &bytes)?;
    Ok(bytes.to_vec())
}

/// Reads an artifact in place. `bytes` must be aligned to 8.
pub(crate) fn access(key: ArtifactKey, bytes: &[u8]) -> Result<&ArchivedArtifact, ArchiveError> {
    let artifact = rkyv::access::<ArchivedArtifact, rancor::Error>(bytes)
        .map_err(|source| ArchiveError::Entry { key, source })?;
    check(key, artifact)?;
    Ok(artifact)
}

/// An owned copy of a stored artifact.
pub(crate) fn own(key: ArtifactKey, stored: &ArchivedArtifact) -> Result<Artifact, ArchiveError> {
    rkyv::deserialize::<Artifact, rancor::Error>(stored)
        .map_err(|source| ArchiveError::Entry { key, source })
}

/// The target of a stored artifact.
pub(crate) fn target(stored: &ArchivedArtifact) -> Target {
    match stored.target {
        ArchivedTarget::Spirv => Target::Spirv,
        ArchivedTarget::Wgsl => Target::Wgsl,
        ArchivedTarget::Msl => Target::Msl,
        ArchivedTarget::Hlsl => Target::Hlsl,
    }
}

fn check(key: ArtifactKey, artifact: &ArchivedArtifact) -> Result<(), ArchiveError> {
    let rule = |holds: bool, rule: &'static str| {
        if holds { Ok(()) } else { Err(ArchiveError::Artifact { key, rule }) }
    };
    let uniform_size = u64::from(artifact.uniform_size_bytes.to_native());
    check_name(&artifact.variant)?;
    check_shape(&artifact.guard)?;
    check_limit("scratch buffers of an artifact", artifact.scratch.len() as u64, SCRATCH_MAX)?;
    artifact.scratch.iter().try_for_each(check_shape)?;
    check_limit("bytes of a uniform buffer", uniform_size, UNIFORM_SIZE_MAX)?;
    rule(uniform_size.is_multiple_of(16), "the uniform buffer's size is a multiple of 16")?;
    check_limit("uniform fields", artifact.uniform.len() as u64, UNIFORM_FIELDS_MAX)?;
    for field in artifact.uniform.iter() {
        check_name(&field.name)?;
        if let ArchivedUniformValue::Shape(shape) = &field.value {
            check_shape(shape)?;
        }
        let (offset, width) = (u64::from(field.offset_bytes.to_native()), width_bytes(field));
        rule(offset + width <= uniform_size, "uniform fields lie inside the uniform buffer")?;
        rule(offset.is_multiple_of(width), "uniform fields are aligned to their width")?;
    }
    check_limit("passes of an artifact", artifact.passes.len() as u64, PASSES_MAX)?;
    for pass in artifact.passes.iter() {
        check_name(&pass.entry_point)?;
        check_shape(&pass.workgroup_count)?;
        rule(
            pass.workgroup_size.iter().all(|size| size.to_native() > 0),
            "a workgroup has at least one invocation",
        )?;
        check_limit("bindings of a pass", pass.bindings.len() as u64, BINDINGS_MAX)?;
        for binding in pass.bindings.iter() {
            if let ArchivedBindTarget::Scratch(scratch) = &binding.target {
                let is_known = (scratch.to_native() as usize) < artifact.scratch.len();
                rule(is_known, "bindings name scratch buffers of the artifact")?;
            }
        }
    }
    Ok(())
}

/// Bytes of a field in the uniform buffer.
fn width_bytes(field: &ArchivedUniformField) -> u64 {
    match &field.value {
        ArchivedUniformValue::Scalar(_, ArchivedDType::F64) => 8,
        ArchivedUniformValue::Scalar(..)
        | ArchivedUniformValue::Shape(_)
        | ArchivedUniformValue::ViewOffset(_)
        | ArchivedUniformValue::ViewStride(..)
        | ArchivedUniformValue::Trips
        | ArchivedUniformValue::TablePlace(_) => 4,
    }
}

fn check_name(name: &str) -> Result<(), ArchiveError> {
    check_limit("bytes of a name", name.len() as u64, NAME_LEN_MAX)
}

fn check_shape(shape: &ArchivedShapeExpr) -> Result<(), ArchiveError> {
    check_limit("steps of a shape expression", shape.0.len() as u64, SHAPE_OPS_MAX as u64)
}
