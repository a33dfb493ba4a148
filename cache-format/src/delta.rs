//! What turns one archive into another, without what both have.
//!
//! An archive's bytes follow from what is in it, so a delta ships contents and no offsets: the
//! artifacts that are new (as a small archive, with all plans), the keys of those that go, the same
//! for provenance, and the attached sections whole. Applying it lays the result out again and
//! compares root hashes: the result is the new archive, byte for byte, or an error.

use std::collections::BTreeSet;
use std::io::{self, Seek, SeekFrom, Write};

use rkyv::util::AlignedVec;

use crate::archive::{
    ARCHIVE_VERSION, ContentHash, ENTRY_ALIGN, FILE_LEN_MAX, INDEX_ROWS_MAX, KIND_DELTA, MAGIC,
    PROVENANCE_ROWS_MAX, SECTIONS_MAX, SectionId, align_up,
};
use crate::assemble::{PartArtifact, Parts, Written};
use crate::attach::{Attachment, attachments};
use crate::encode::Reader;
use crate::entry;
use crate::error::{BuildError, DecodeError};
use crate::merge::Merge;
use crate::read::{ArchiveView, Provenance};
use crate::row::{IndexRow, KeyKind};

const HASH_CONTEXT: &str = "preheat 2026-11 delta v2";
const ROW_CONTEXT: &str = "preheat 2026-11 provenance row v1";
const HASH_LEN: usize = 32;

/// A delta that was read. What is new stays where the bytes are.
#[derive(Debug)]
pub struct Delta<'a> {
    /// Root hash of the archive that it applies to.
    pub old_root: ContentHash,
    /// Root hash of the archive that it makes.
    pub new_root: ContentHash,
    artifacts_gone: BTreeSet<[u8; 32]>,
    provenance_gone: BTreeSet<[u8; 32]>,
    attachments: Vec<Attachment>,
    added: Added<'a>,
}

/// The archive of what is new.
#[derive(Debug)]
enum Added<'a> {
    InPlace(&'a [u8]),
    /// Those that do not begin as entries need it; a mapped file's do.
    Copied(AlignedVec<{ ENTRY_ALIGN as usize }>),
}

impl<'a> Added<'a> {
    fn new(bytes: &'a [u8]) -> Added<'a> {
        if bytes.as_ptr().addr().is_multiple_of(ENTRY_ALIGN as usize) {
            return Added::InPlace(bytes);
        }
        let mut copy = AlignedVec::new();
        copy.extend_from_slice(bytes);
        Added::Copied(copy)
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Added::InPlace(bytes) => bytes,
            Added::Copied(bytes) => bytes,
        }
    }
}

fn row_hash(row: &Provenance<'_>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(ROW_CONTEXT);
    hasher.update(&row.group_key.0);
    hasher.update(&row.line_first.to_le_bytes());
    hasher.update(&row.line_last.to_le_bytes());
    for text in [row.script, row.text] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

fn parts<'a>(views: &'a [ArchiveView<'a>]) -> Result<Parts<'a>, BuildError> {
    Merge { views, keep: &|_| true }.parts()
}

/// Writes the delta from one archive to another, and yields its length in bytes.
///
/// # Errors
/// [`BuildError::Archive`] if one is damaged, [`BuildError::Unmergeable`] if it holds content that
/// this version cannot take apart, [`BuildError::Sink`] if it cannot be written.
pub fn delta<S: Write + Seek>(
    old: &ArchiveView<'_>,
    new: &ArchiveView<'_>,
    sink: &mut S,
) -> Result<u64, BuildError> {
    let (old_views, new_views) = ([*old], [*new]);
    let (old_parts, mut added) = (parts(&old_views)?, parts(&new_views)?);
    let identity = |one: &PartArtifact<'_>| (one.artifact_key.0, one.entry_hash, one.module_hash);
    let old_set: BTreeSet<_> = old_parts.artifacts.iter().map(identity).collect();
    let new_set: BTreeSet<_> = added.artifacts.iter().map(identity).collect();
    let gone: Vec<[u8; 32]> = old_set.difference(&new_set).map(|(key, ..)| *key).collect();
    added.artifacts.retain(|one| !old_set.contains(&identity(one)));
    let needed = needed_preimages(&added)?;
    added.preimages.retain(|(kind, key, _)| needed.contains(&(*kind, *key)));
    let old_rows: BTreeSet<_> = old_parts.provenance.iter().map(row_hash).collect();
    let new_rows: BTreeSet<_> = added.provenance.iter().map(row_hash).collect();
    added.provenance.retain(|row| !old_rows.contains(&row_hash(row)));
    let rows_gone: Vec<[u8; 32]> = old_rows.difference(&new_rows).copied().collect();
    let mut head = head(old, new, [&gone, &rows_gone]);
    let base = added_at(head.len());
    let start = sink.stream_position()?;
    // What is new comes first: the head says how long it is, and which.
    sink.write_all(&vec![0; base])?;
    let base = base as u64;
    let written = added.write(&mut Behind { sink, base: start + base }, |_| Vec::new())?;
    head.extend_from_slice(&written.len_bytes.to_le_bytes());
    let hash = hash_of(&head, written.root_hash);
    head.extend_from_slice(&hash);
    sink.seek(SeekFrom::Start(start))?;
    sink.write_all(&head)?;
    let len_bytes = base + written.len_bytes;
    sink.seek(SeekFrom::Start(start + len_bytes))?;
    Ok(len_bytes)
}

/// Where what is new begins, behind so many bytes, its length and the hash: as entries need it.
fn added_at(head_len: usize) -> usize {
    // Lengths of memory that is there.
    align_up((head_len + size_of::<u64>() + HASH_LEN) as u64, ENTRY_ALIGN) as usize
}

/// Covers all before it, and what is new by its root hash.
fn hash_of(head: &[u8], added: ContentHash) -> [u8; HASH_LEN] {
    let mut hasher = blake3::Hasher::new_derive_key(HASH_CONTEXT);
    hasher.update(head);
    hasher.update(&added.0);
    *hasher.finalize().as_bytes()
}

/// What is written behind the first `base` bytes of a sink, as if it began there.
struct Behind<'s, S> {
    sink: &'s mut S,
    base: u64,
}

impl<S: Write> Write for Behind<'_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl<S: Seek> Seek for Behind<'_, S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(place) => SeekFrom::Start(self.base.saturating_add(place)),
            other => other,
        };
        let place = self.sink.seek(to)?;
        place.checked_sub(self.base).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

/// The small archive is one of its own, so it has the preimages of what it holds.
fn needed_preimages(parts: &Parts<'_>) -> Result<BTreeSet<(KeyKind, [u8; 32])>, BuildError> {
    let mut needed = BTreeSet::new();
    for one in &parts.artifacts {
        let kernel_key = entry::access(one.artifact_key, one.entry)?.kernel_key;
        needed.insert((KeyKind::Group, one.group_key.0));
        needed.insert((KeyKind::Kernel, kernel_key));
        needed.insert((KeyKind::Artifact, one.artifact_key.0));
    }
    Ok(needed)
}

/// All before the length of what is new.
fn head(old: &ArchiveView<'_>, new: &ArchiveView<'_>, gone: [&[[u8; 32]]; 2]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&ARCHIVE_VERSION.to_le_bytes());
    bytes.extend_from_slice(&KIND_DELTA.to_le_bytes());
    bytes.extend_from_slice(&old.root_hash().0);
    bytes.extend_from_slice(&new.root_hash().0);
    for list in gone {
        bytes.extend_from_slice(&(list.len() as u32).to_le_bytes());
        list.iter().for_each(|hash| bytes.extend_from_slice(hash));
    }
    let attached = attachments(new, &[]);
    bytes.extend_from_slice(&(attached.len() as u32).to_le_bytes());
    for one in &attached {
        bytes.extend_from_slice(&one.id.0.to_le_bytes());
        bytes.extend_from_slice(&(one.row_count as u64).to_le_bytes());
        bytes.extend_from_slice(&(one.bytes.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&one.bytes);
    }
    bytes
}

impl<'a> Delta<'a> {
    /// Reads what [`delta`] wrote, and hashes all of it; the bytes may come from anywhere.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not a whole delta.
    pub fn decode(bytes: &'a [u8]) -> Result<Delta<'a>, DecodeError> {
        let mut reader = Reader::new(bytes);
        if reader.take::<8>("magic")? != MAGIC {
            return Err(DecodeError::NotCanonical { field: "magic" });
        }
        let (version, kind) = (reader.u32("version")?, reader.u32("kind")?);
        if version != ARCHIVE_VERSION {
            let (expected, found) = (ARCHIVE_VERSION, version);
            return Err(DecodeError::Version { field: "delta", expected, found });
        }
        if kind != KIND_DELTA {
            return Err(DecodeError::NotCanonical { field: "kind" });
        }
        let old_root = ContentHash(reader.take("old root hash")?);
        let new_root = ContentHash(reader.take("new root hash")?);
        let artifacts_gone = hashes(&mut reader, "artifacts that go", INDEX_ROWS_MAX)?;
        let provenance_gone = hashes(&mut reader, "provenance that goes", PROVENANCE_ROWS_MAX)?;
        let attachments = read_attachments(&mut reader)?;
        let field = "archive of what is new";
        let head_len = reader.offset();
        let len = len_of(&mut reader, field)?;
        let (head, _) = bytes.split_at(head_len + size_of::<u64>());
        let hash: [u8; HASH_LEN] = reader.take("hash of the delta")?;
        let padding = added_at(head_len) - head.len() - HASH_LEN;
        if reader.slice("padding", padding)?.iter().any(|byte| *byte != 0) {
            return Err(DecodeError::NotCanonical { field: "padding" });
        }
        let added = Added::new(reader.slice(field, len)?);
        reader.end("delta")?;
        let view =
            ArchiveView::open(added.bytes()).map_err(|_| DecodeError::NotCanonical { field })?;
        if hash != hash_of(head, view.root_hash()) {
            return Err(DecodeError::NotCanonical { field: "hash of the delta" });
        }
        view.verify_bytes().map_err(|_| DecodeError::NotCanonical { field })?;
        Ok(Delta { old_root, new_root, artifacts_gone, provenance_gone, attachments, added })
    }

    /// Writes the new archive.
    ///
    /// # Errors
    /// [`BuildError::Base`] if the delta is for another archive, [`BuildError::Archive`] if what
    /// it ships is damaged, [`BuildError::Result`] if what comes out is not what it promises; what
    /// was written to the sink is to be thrown away then.
    pub fn apply<S: Write + Seek>(
        &self,
        old: &ArchiveView<'_>,
        sink: &mut S,
    ) -> Result<Written, BuildError> {
        if old.root_hash() != self.old_root {
            let (expected, found) = (self.old_root, old.root_hash());
            return Err(BuildError::Base { expected, found });
        }
        let added = ArchiveView::open(self.added.bytes())?;
        let keep = |row: &IndexRow| !self.artifacts_gone.contains(&row.artifact_key.0);
        let (old_views, added_views) = ([*old], [added]);
        let mut all = Merge { views: &old_views, keep: &keep }.parts()?;
        let mut added_parts = parts(&added_views)?;
        all.artifacts.append(&mut added_parts.artifacts);
        all.artifacts.sort_by_key(PartArtifact::sort_key);
        all.preimages.append(&mut added_parts.preimages);
        all.preimages.sort();
        all.preimages.dedup();
        let mut rows: BTreeSet<Provenance<'_>> = BTreeSet::new();
        for row in old.provenance_all() {
            let row = row?;
            if !self.provenance_gone.contains(&row_hash(&row)) {
                rows.insert(row);
            }
        }
        for row in added.provenance_all() {
            rows.insert(row?);
        }
        all.provenance = rows.into_iter().collect();
        // What is new has all plans: they are short, and follow from groups that it may lack.
        all.plans = added_parts.plans;
        let written = all.write(sink, |_| self.attachments.clone())?;
        let (expected, found) = (self.new_root, written.root_hash);
        if expected == found { Ok(written) } else { Err(BuildError::Result { expected, found }) }
    }
}

fn hashes(
    reader: &mut Reader<'_>,
    field: &'static str,
    limit: u64,
) -> Result<BTreeSet<[u8; 32]>, DecodeError> {
    let count = reader.u32(field)?;
    if u64::from(count) > limit {
        return Err(DecodeError::LimitExceeded { field, found: count.into(), limit });
    }
    (0..count).map(|_| reader.take(field)).collect()
}

fn read_attachments(reader: &mut Reader<'_>) -> Result<Vec<Attachment>, DecodeError> {
    let field = "attached sections";
    let count = reader.u32(field)?;
    if count > SECTIONS_MAX {
        let (found, limit) = (count.into(), SECTIONS_MAX.into());
        return Err(DecodeError::LimitExceeded { field, found, limit });
    }
    let mut list: Vec<Attachment> = Vec::new();
    for _ in 0..count {
        let id = SectionId(reader.u32(field)?);
        let ascends = list.last().is_none_or(|last| last.id < id);
        if id.is_content() || !ascends {
            return Err(DecodeError::NotCanonical { field });
        }
        let row_count = u64::from_le_bytes(reader.take(field)?);
        let row_count =
            usize::try_from(row_count).map_err(|_| DecodeError::NotCanonical { field })?;
        let bytes = sized(reader, field)?.to_vec();
        list.push(Attachment { id, row_count, bytes });
    }
    Ok(list)
}

fn sized<'a>(reader: &mut Reader<'a>, field: &'static str) -> Result<&'a [u8], DecodeError> {
    let len = len_of(reader, field)?;
    reader.slice(field, len)
}

fn len_of(reader: &mut Reader<'_>, field: &'static str) -> Result<usize, DecodeError> {
    let len = u64::from_le_bytes(reader.take(field)?);
    if len > FILE_LEN_MAX {
        return Err(DecodeError::LimitExceeded { field, found: len, limit: FILE_LEN_MAX });
    }
    // On a 32-bit host what does not fit is not there either.
    Ok(usize::try_from(len).unwrap_or(usize::MAX))
}
