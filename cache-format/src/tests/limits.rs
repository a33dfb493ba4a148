//! Every limit of the format, at the limit and one past it.

use super::reseal::reseal_header;
use super::{Sample, archive, pass, provenance, samples};
use crate::archive::{
    FILE_LEN_MAX, INDEX_ROWS_MAX, MODULE_LEN_MAX, PREIMAGES_MAX, PROVENANCE_ROWS_MAX, SECTIONS_MAX,
    TEXT_LEN_MAX,
};
use crate::entry::{
    BINDINGS_MAX, NAME_LEN_MAX, PASSES_MAX, SCRATCH_MAX, UNIFORM_FIELDS_MAX, UNIFORM_SIZE_MAX,
};
use crate::preimage::FIELD_LEN_MAX;
use crate::shape::SHAPE_OPS_MAX;
use crate::{
    ArchiveBuilder, ArchiveError, ArchiveView, ArtifactPreimage, BindTarget, BuildError,
    DecodeError, KernelPreimage, SectionId, ShapeExpr, ShapeOp, UniformField, UniformValue,
};

/// Adds a changed artifact; past the limit the error has to be that of the limit.
fn check(change: impl Fn(&mut Sample, u64), limit: u64) {
    for past in [0, 1] {
        let mut sample = samples(1).remove(0);
        change(&mut sample, limit + past);
        match ArchiveBuilder::new().add(&sample.input()) {
            Ok(()) => assert_eq!(past, 0),
            Err(BuildError::Archive(ArchiveError::Limit { found, limit: known, .. })) => {
                assert_eq!((past, found, known), (1, limit + 1, limit));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn lists_of_an_artifact() {
    let many = |count: u64, item: ShapeExpr| vec![item; count as usize];
    check(|s, n| s.artifact.scratch = many(n, ShapeExpr::constant(1)), SCRATCH_MAX);
    check(|s, n| s.artifact.passes = vec![pass("main"); n as usize], PASSES_MAX);
    check(
        |s, n| {
            let binding = s.artifact.passes[0].bindings[0].clone();
            s.artifact.passes[0].bindings = vec![binding; n as usize];
        },
        BINDINGS_MAX,
    );
    check(
        |s, n| {
            let value = UniformValue::ViewOffset(0);
            let field = |i| UniformField {
                name: String::new(),
                offset_bytes: 4 * i as u32,
                value: value.clone(),
            };
            s.artifact.uniform = (0..n).map(field).collect();
            s.artifact.uniform_size_bytes = UNIFORM_SIZE_MAX as u32;
        },
        UNIFORM_FIELDS_MAX,
    );
    let ops = |n: u64| ShapeExpr(vec![ShapeOp::Const(1); n as usize]);
    check(|s, n| s.artifact.guard = ops(n), SHAPE_OPS_MAX as u64);
    check(|s, n| s.artifact.passes[0].workgroup_count = ops(n), SHAPE_OPS_MAX as u64);
}

#[test]
fn names_and_modules() {
    check(|s, n| s.artifact.passes[0].entry_point = "x".repeat(n as usize), NAME_LEN_MAX);
    check(|s, n| s.artifact.uniform[0].name = "x".repeat(n as usize), NAME_LEN_MAX);
    check(|s, n| s.artifact.variant = "x".repeat(n as usize), NAME_LEN_MAX);
    check(
        |s, n| {
            *s = samples(1).remove(1);
            s.module = vec![b' '; n as usize];
        },
        MODULE_LEN_MAX,
    );
}

#[test]
fn rules_of_an_artifact() {
    let check = |change: fn(&mut Sample), word: &str| {
        let mut sample = samples(1).remove(0);
        change(&mut sample);
        let error = ArchiveBuilder::new().add(&sample.input()).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    };
    check(|s| s.artifact.uniform_size_bytes = 20, "multiple of 16");
    check(|s| s.artifact.uniform_size_bytes = (UNIFORM_SIZE_MAX + 16) as u32, "65536");
    check(|s| s.artifact.uniform[1].offset_bytes = 16, "inside the uniform buffer");
    check(|s| s.artifact.uniform[1].offset_bytes = u32::MAX, "inside the uniform buffer");
    check(|s| s.artifact.uniform[1].offset_bytes = 4, "aligned to their width");
    check(|s| s.artifact.passes[0].workgroup_size[1] = 0, "at least one invocation");
    check(
        |s| s.artifact.passes[0].bindings[0].target = BindTarget::Scratch(1),
        "scratch buffers of the artifact",
    );
}

#[test]
fn texts_of_provenance() {
    let group = samples(1)[0].group_key();
    for past in [0, 1] {
        let text = "x".repeat(TEXT_LEN_MAX as usize + past);
        let mut row = provenance(group, "a.m", 1);
        row.text = &text;
        assert_eq!(ArchiveBuilder::new().add_provenance(row).is_ok(), past == 0);
        let row = provenance(group, &text, 1);
        assert_eq!(ArchiveBuilder::new().add_provenance(row).is_ok(), past == 0);
    }
}

#[test]
fn fields_of_preimages() {
    let sample = samples(1).remove(0);
    for past in [0, 1] {
        let text = "x".repeat(FIELD_LEN_MAX + past);
        let kernel = KernelPreimage { variant: text.clone(), ..sample.kernel.clone() };
        let decoded = KernelPreimage::decode(&kernel.encode());
        assert_eq!(decoded.ok(), (past == 0).then_some(kernel));
        let translation = ArtifactPreimage { options: text, ..sample.translation.clone() };
        let decoded = ArtifactPreimage::decode(&translation.encode());
        assert_eq!(decoded.ok(), (past == 0).then_some(translation));
    }
    let bytes = sample.kernel.encode();
    for len in 0..bytes.len() {
        let error = KernelPreimage::decode(&bytes[..len]).unwrap_err();
        assert!(matches!(error, DecodeError::Truncated { .. }));
    }
}

/// Numbers of the header: past the limit it is the limit that is named, at it the next check.
#[test]
fn counts_of_the_header() {
    let bytes = archive(1);
    let row = |id| {
        let view = ArchiveView::open(&bytes).unwrap();
        128 + 64 * view.sections().position(|section| section.id == id).unwrap()
    };
    let counts = [
        (16, FILE_LEN_MAX),
        (24, SECTIONS_MAX.into()),
        (row(SectionId::INDEX) + 24, INDEX_ROWS_MAX),
        (row(SectionId::PREIMAGES) + 24, PREIMAGES_MAX),
        (row(SectionId::PROVENANCE) + 24, PROVENANCE_ROWS_MAX),
    ];
    for (at, limit) in counts {
        for past in [0, 1] {
            let mut bytes = bytes.clone();
            let len = if at == 24 { 4 } else { 8 };
            bytes[at..at + len].copy_from_slice(&(limit + past).to_le_bytes()[..len]);
            if at != 16 {
                reseal_header(&mut bytes);
            }
            let error = ArchiveView::open(&bytes).unwrap_err();
            let is_limit =
                matches!(error, ArchiveError::Limit { limit: known, .. } if known == limit);
            assert_eq!(is_limit, past == 1, "{error}");
        }
    }
}

/// Lengths in rows, forged: the limit is checked before the bounds.
#[test]
fn lengths_of_blobs() {
    let bytes = archive(1);
    let view = ArchiveView::open(&bytes).unwrap();
    let index = view.sections().next().unwrap().offset_bytes as usize;
    for (at, limit) in [(48, crate::archive::ENTRY_LEN_MAX), (64, MODULE_LEN_MAX)] {
        for past in [0, 1] {
            let mut bytes = bytes.clone();
            bytes[index + at..index + at + 8].copy_from_slice(&(limit + past).to_le_bytes());
            let view = ArchiveView::open(&bytes).unwrap();
            let entry = view.entries().next().unwrap().unwrap();
            let error =
                if at == 48 { entry.artifact().unwrap_err() } else { entry.module().unwrap_err() };
            assert_eq!(matches!(error, ArchiveError::Limit { .. }), past == 1, "{error}");
        }
    }
}
