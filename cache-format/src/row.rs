//! Fixed-width rows: of the index, of preimages, of provenance.
//!
//! FORMAT.md gives the place of every field. Reading a row cannot fail but for a code that this
//! version does not know; what its numbers point to is checked where it is read.

use crate::archive::ContentHash;
use crate::key::{ArtifactKey, GroupKey};
use crate::types::Target;

pub(crate) const INDEX_ROW_LEN: usize = 192;
pub(crate) const PREIMAGE_ROW_LEN: usize = 48;
pub(crate) const PROVENANCE_ROW_LEN: usize = 64;

/// A blob inside a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlobRef {
    /// Place, relative to the section.
    pub offset_bytes: u64,
    /// Length.
    pub len_bytes: u64,
    /// blake3 of the bytes.
    pub hash: ContentHash,
}

impl BlobRef {
    /// Its end, relative to the section; saturates.
    pub(crate) fn end_bytes(&self) -> u64 {
        self.offset_bytes.saturating_add(self.len_bytes)
    }
}

/// One row of the index: where an artifact and its module are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexRow {
    /// The group that it computes.
    pub group_key: GroupKey,
    /// Language of the module.
    pub target: Target,
    /// Place among the group's variants; lower is tried first.
    pub rank: u32,
    /// Key of the module.
    pub artifact_key: ArtifactKey,
    /// The artifact, in the section `entries`.
    pub entry: BlobRef,
    /// The module, in its target's section.
    pub module: BlobRef,
}

impl IndexRow {
    pub(crate) fn encode(&self) -> [u8; INDEX_ROW_LEN] {
        let mut row = RowWriter::<INDEX_ROW_LEN>::new();
        row.put(&self.group_key.0);
        row.put(&u32::from(self.target.code()).to_le_bytes());
        row.put(&self.rank.to_le_bytes());
        row.put(&self.entry.offset_bytes.to_le_bytes());
        row.put(&self.entry.len_bytes.to_le_bytes());
        row.put(&self.module.offset_bytes.to_le_bytes());
        row.put(&self.module.len_bytes.to_le_bytes());
        row.put(&self.artifact_key.0);
        row.put(&self.entry.hash.0);
        row.put(&self.module.hash.0);
        row.bytes
    }

    /// `None` if the target's code is unknown.
    pub(crate) fn decode(row: &[u8; INDEX_ROW_LEN]) -> Option<IndexRow> {
        Some(IndexRow {
            group_key: GroupKey(array_at(row, 0)),
            target: Target::from_code(u8::try_from(u32_at(row, 32)).ok()?)?,
            rank: u32_at(row, 36),
            entry: BlobRef {
                offset_bytes: u64_at(row, 40),
                len_bytes: u64_at(row, 48),
                hash: ContentHash(array_at(row, 104)),
            },
            module: BlobRef {
                offset_bytes: u64_at(row, 56),
                len_bytes: u64_at(row, 64),
                hash: ContentHash(array_at(row, 136)),
            },
            artifact_key: ArtifactKey(array_at(row, 72)),
        })
    }

    /// What rows are sorted by.
    pub(crate) fn sort_key(&self) -> (GroupKey, u8, u32, ArtifactKey) {
        (self.group_key, self.target.code(), self.rank, self.artifact_key)
    }

    /// The first two fields of [`IndexRow::sort_key`], read in place.
    pub(crate) fn search_key(row: &[u8; INDEX_ROW_LEN]) -> ([u8; 32], u32) {
        (array_at(row, 0), u32_at(row, 32))
    }

    /// True if the bytes after the fields are zero.
    pub(crate) fn is_reserved_zero(row: &[u8; INDEX_ROW_LEN]) -> bool {
        row[168..].iter().all(|byte| *byte == 0)
    }
}

/// What kind of key a preimage belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum KeyKind {
    /// [`crate::GroupKey`] of an encoded signature.
    Group = 1,
    /// [`crate::KernelKey`].
    Kernel = 2,
    /// [`crate::ArtifactKey`].
    Artifact = 3,
}

impl KeyKind {
    /// The kind of a code, if there is one.
    pub fn from_code(code: u32) -> Option<KeyKind> {
        let kinds = [KeyKind::Group, KeyKind::Kernel, KeyKind::Artifact];
        kinds.into_iter().find(|kind| *kind as u32 == code)
    }

    /// The name used in messages.
    pub const fn name(self) -> &'static str {
        match self {
            KeyKind::Group => "group",
            KeyKind::Kernel => "kernel",
            KeyKind::Artifact => "artifact",
        }
    }
}

/// One row of the section `preimages`; the offset is relative to the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreimageRow {
    /// A code of [`KeyKind`].
    pub(crate) kind: u32,
    pub(crate) key: [u8; 32],
    pub(crate) len_bytes: u32,
    pub(crate) offset_bytes: u64,
}

impl PreimageRow {
    pub(crate) fn encode(&self) -> [u8; PREIMAGE_ROW_LEN] {
        let mut row = RowWriter::<PREIMAGE_ROW_LEN>::new();
        row.put(&self.key);
        row.put(&self.kind.to_le_bytes());
        row.put(&self.len_bytes.to_le_bytes());
        row.put(&self.offset_bytes.to_le_bytes());
        row.bytes
    }

    pub(crate) fn decode(row: &[u8; PREIMAGE_ROW_LEN]) -> PreimageRow {
        PreimageRow {
            key: array_at(row, 0),
            kind: u32_at(row, 32),
            len_bytes: u32_at(row, 36),
            offset_bytes: u64_at(row, 40),
        }
    }

    /// What rows are sorted by.
    pub(crate) fn sort_key(&self) -> (u32, [u8; 32]) {
        (self.kind, self.key)
    }
}

/// One row of the section `provenance`; offsets are relative to the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProvenanceRow {
    pub(crate) group_key: [u8; 32],
    pub(crate) script_offset_bytes: u64,
    pub(crate) text_offset_bytes: u64,
    pub(crate) script_len_bytes: u32,
    pub(crate) text_len_bytes: u32,
    pub(crate) line_first: u32,
    pub(crate) line_last: u32,
}

impl ProvenanceRow {
    pub(crate) fn encode(&self) -> [u8; PROVENANCE_ROW_LEN] {
        let mut row = RowWriter::<PROVENANCE_ROW_LEN>::new();
        row.put(&self.group_key);
        row.put(&self.script_offset_bytes.to_le_bytes());
        row.put(&self.text_offset_bytes.to_le_bytes());
        row.put(&self.script_len_bytes.to_le_bytes());
        row.put(&self.text_len_bytes.to_le_bytes());
        row.put(&self.line_first.to_le_bytes());
        row.put(&self.line_last.to_le_bytes());
        row.bytes
    }

    pub(crate) fn decode(row: &[u8; PROVENANCE_ROW_LEN]) -> ProvenanceRow {
        ProvenanceRow {
            group_key: array_at(row, 0),
            script_offset_bytes: u64_at(row, 32),
            text_offset_bytes: u64_at(row, 40),
            script_len_bytes: u32_at(row, 48),
            text_len_bytes: u32_at(row, 52),
            line_first: u32_at(row, 56),
            line_last: u32_at(row, 60),
        }
    }
}

/// Fills a fixed-width record from its start; what is not written stays zero.
pub(crate) struct RowWriter<const N: usize> {
    pub(crate) bytes: [u8; N],
    pub(crate) len: usize,
}

impl<const N: usize> RowWriter<N> {
    pub(crate) fn new() -> RowWriter<N> {
        RowWriter { bytes: [0; N], len: 0 }
    }

    /// Layouts are constants of this module, so a record that is too small is our own bug.
    pub(crate) fn put(&mut self, field: &[u8]) {
        self.bytes[self.len..self.len + field.len()].copy_from_slice(field);
        self.len += field.len();
    }
}

/// Fields of fixed-width records; the callers' offsets are constants inside the record.
pub(crate) fn array_at<const N: usize>(record: &[u8], offset: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&record[offset..offset + N]);
    out
}

pub(crate) fn u32_at(record: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(array_at(record, offset))
}

pub(crate) fn u64_at(record: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(array_at(record, offset))
}
