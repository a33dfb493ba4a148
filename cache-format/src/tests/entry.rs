//! The layout of entries, as FORMAT.md states it: rkyv could change it under us.

use std::mem::{align_of, offset_of, size_of};

use super::{archive, samples};
use crate::artifact::{
    ArchivedArtifact, ArchivedBindTarget, ArchivedBinding, ArchivedFeatures, ArchivedPass,
    ArchivedUniformField, ArchivedUniformValue,
};
use crate::shape::{ArchivedShapeExpr, ArchivedShapeOp};
use crate::types::{ArchivedDType, ArchivedTarget};
use crate::{ArchiveView, ContentHash, DType, ShapeOp, Target};

const ENTRY_HASH: &str = "867f9fa915503f7f13595e4b973207ce6e95ae1535397fdf5bfc3abca08ee8c9";
const ROOT_HASH: &str = "d13cc97027f71dbebebc1cb103a5cd2c3eb4c12247225d53908df41431abaa78";

#[test]
fn sizes_and_alignments() {
    let layout = [
        (size_of::<ArchivedArtifact>(), align_of::<ArchivedArtifact>()),
        (size_of::<ArchivedPass>(), align_of::<ArchivedPass>()),
        (size_of::<ArchivedBinding>(), align_of::<ArchivedBinding>()),
        (size_of::<ArchivedBindTarget>(), align_of::<ArchivedBindTarget>()),
        (size_of::<ArchivedUniformField>(), align_of::<ArchivedUniformField>()),
        (size_of::<ArchivedUniformValue>(), align_of::<ArchivedUniformValue>()),
        (size_of::<ArchivedShapeExpr>(), align_of::<ArchivedShapeExpr>()),
        (size_of::<ArchivedShapeOp>(), align_of::<ArchivedShapeOp>()),
        (size_of::<ArchivedFeatures>(), align_of::<ArchivedFeatures>()),
        (size_of::<ArchivedDType>(), align_of::<ArchivedDType>()),
        (size_of::<ArchivedTarget>(), align_of::<ArchivedTarget>()),
    ];
    let expected = [
        (156, 4),
        (36, 4),
        (16, 4),
        (8, 4),
        (24, 4),
        (12, 4),
        (8, 4),
        (16, 8),
        (4, 4),
        (1, 1),
        (1, 1),
    ];
    assert_eq!(layout, expected);
}

#[test]
fn offsets_of_fields() {
    let artifact = [
        offset_of!(ArchivedArtifact, group_key),
        offset_of!(ArchivedArtifact, kernel_key),
        offset_of!(ArchivedArtifact, artifact_key),
        offset_of!(ArchivedArtifact, target),
        offset_of!(ArchivedArtifact, variant),
        offset_of!(ArchivedArtifact, rank),
        offset_of!(ArchivedArtifact, guard),
        offset_of!(ArchivedArtifact, features),
        offset_of!(ArchivedArtifact, scratch),
        offset_of!(ArchivedArtifact, uniform),
        offset_of!(ArchivedArtifact, uniform_size_bytes),
        offset_of!(ArchivedArtifact, passes),
        offset_of!(ArchivedArtifact, op_count),
    ];
    assert_eq!(artifact, [0, 32, 64, 96, 100, 108, 112, 120, 124, 132, 140, 144, 152]);
    let pass = [
        offset_of!(ArchivedPass, entry_point),
        offset_of!(ArchivedPass, workgroup_size),
        offset_of!(ArchivedPass, bindings),
        offset_of!(ArchivedPass, workgroup_count),
    ];
    assert_eq!(pass, [0, 8, 20, 28]);
    let binding = [
        offset_of!(ArchivedBinding, target),
        offset_of!(ArchivedBinding, writable),
        offset_of!(ArchivedBinding, dtype),
        offset_of!(ArchivedBinding, size_min_bytes),
    ];
    assert_eq!(binding, [0, 8, 9, 12]);
    let field = [
        offset_of!(ArchivedUniformField, name),
        offset_of!(ArchivedUniformField, offset_bytes),
        offset_of!(ArchivedUniformField, value),
    ];
    assert_eq!(field, [0, 8, 12]);
}

/// A variant's tag is its stated code, or else its place among the variants.
#[test]
fn tags_of_enums() {
    let bytes = |op: ShapeOp| rkyv::to_bytes::<rkyv::rancor::Error>(&op).unwrap().to_vec();
    let mut number = vec![0; 16];
    number[8] = 7;
    assert_eq!(bytes(ShapeOp::Const(7)), number);
    let mut axis = vec![0; 16];
    axis[..2].copy_from_slice(&[1, 3]);
    assert_eq!(bytes(ShapeOp::Extent(3)), axis);
    assert_eq!(bytes(ShapeOp::And)[0], 13);
    for target in Target::ALL {
        let bytes = rkyv::to_bytes::<rkyv::rancor::Error>(&target).unwrap();
        assert_eq!(bytes.as_slice(), [target.code()]);
    }
    for dtype in DType::ALL {
        let bytes = rkyv::to_bytes::<rkyv::rancor::Error>(&dtype).unwrap();
        assert_eq!(bytes.as_slice(), [dtype.code()]);
    }
}

#[test]
fn known_bytes_stay() {
    let sample = samples(1).remove(0);
    let entry = crate::entry::encode(&sample.artifact).unwrap();
    let bytes = archive(3);
    let root = ArchiveView::open(&bytes).unwrap().root_hash();
    assert_eq!(ContentHash::of(&entry).to_string(), ENTRY_HASH, "entry; see FORMAT.md, Versions");
    assert_eq!(root.to_string(), ROOT_HASH, "archive; see FORMAT.md, Versions");
}
