//! Reading an archive in place.
//!
//! [`ArchiveView::open`] looks at the header and its table only; a lookup is a binary search over
//! fixed-width rows; an entry and a module are hashed when they are asked for, each time (a
//! runtime caches what it made of them). Nothing read here is trusted: every offset is checked
//! against the section that it points into, and a bad one is a typed error or a miss.
//!
//! Trust goes from the root hash downwards: the header's table holds the hash of the section
//! `index pages`, that section the hash of each page of rows, a row the hashes of its entry and
//! module. [`ArchiveView::authenticate`] checks the first two steps for one row; the others are
//! checked whenever an entry or module is read.
//!
//! Deliberately absent: mapping the file, verifying signatures, caching.

use crate::archive::{
    ContentHash, ENTRY_ALIGN, ENTRY_LEN_MAX, MODULE_LEN_MAX, PAGE_HASH_LEN, PREIMAGE_LEN_MAX, Part,
    ROWS_PER_PAGE, Section, SectionId, TEXT_LEN_MAX, check_limit, section_table,
};
use crate::artifact::{ArchivedArtifact, Artifact};
use crate::entry;
use crate::error::{ArchiveError, DecodeError, FieldValue, Mismatch};
use crate::key::{ArtifactKey, ArtifactPreimage, GroupKey, KernelKey, KernelPreimage};
use crate::layout::{ArchiveLayout, Span};
use crate::plan::PLAN_ROW_LEN;
use crate::row::{
    BlobRef, INDEX_ROW_LEN, IndexRow, KeyKind, PREIMAGE_ROW_LEN, PROVENANCE_ROW_LEN, PreimageRow,
    ProvenanceRow,
};
use crate::search::first_at_least;
use crate::signature::Signature;
use crate::types::Target;

/// What an archive holds, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Groups.
    pub groups: usize,
    /// Kernels: variants of groups, whatever the number of targets.
    pub kernels: usize,
    /// Kernels in a language.
    pub artifacts: usize,
    /// Plans.
    pub plans: usize,
}

/// An opened archive. Cheap to copy; everything it yields borrows from the bytes.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveView<'a> {
    bytes: &'a [u8],
    layout: ArchiveLayout,
}

impl<'a> ArchiveView<'a> {
    /// Reads and checks header and section table, and nothing else.
    ///
    /// # Errors
    /// [`ArchiveError::Misaligned`] unless the bytes begin at a multiple of [`ENTRY_ALIGN`] (a
    /// mapping does), else the first error of [`ArchiveLayout::read`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, ArchiveError> {
        ArchiveView::new(bytes, ArchiveLayout::read(bytes)?)
    }

    /// A view of bytes whose layout was read before.
    ///
    /// # Errors
    /// [`ArchiveError::Misaligned`] as for [`ArchiveView::open`]; [`ArchiveError::Length`] if
    /// these cannot be the bytes that the layout is of.
    pub fn new(bytes: &'a [u8], layout: ArchiveLayout) -> Result<Self, ArchiveError> {
        let remainder = bytes.as_ptr().addr() as u64 % ENTRY_ALIGN;
        if remainder != 0 {
            return Err(ArchiveError::Misaligned { align: ENTRY_ALIGN, remainder });
        }
        let (expected, found) = (layout.file_len_bytes, bytes.len() as u64);
        if expected != found {
            return Err(ArchiveError::Length { expected, found });
        }
        Ok(ArchiveView { bytes, layout })
    }

    /// Where everything is, for [`ArchiveView::new`].
    pub fn layout(&self) -> ArchiveLayout {
        self.layout
    }

    /// The variants of a group for a target, in the order in which their guards are to be tried.
    /// None: a miss.
    pub fn lookup(
        &self,
        group: GroupKey,
        target: Target,
    ) -> impl Iterator<Item = EntryRef<'a>> + use<'a> {
        let view = *self;
        let rows = view.index_rows();
        let wanted = (group.0, u32::from(target.code()));
        let first = first_at_least(rows, &group.0, |row| IndexRow::search_key(row) < wanted);
        let found = rows.get(first..).unwrap_or_default().iter();
        found
            .take_while(move |row| IndexRow::search_key(row) == wanted)
            .zip(first as u64..)
            .filter_map(move |(row, row_index)| view.entry_at(row_index, row).ok())
    }

    /// Every artifact, in the order of the index.
    pub fn entries(&self) -> impl Iterator<Item = Result<EntryRef<'a>, ArchiveError>> + use<'a> {
        let view = *self;
        let rows = view.index_rows().iter().zip(0u64..);
        rows.map(move |(row, row_index)| view.entry_at(row_index, row))
    }

    /// Number of artifacts.
    pub fn entry_count(&self) -> u64 {
        self.index_rows().len() as u64
    }

    /// How many of everything there are.
    pub fn counts(&self) -> Counts {
        let group = |row: &[u8; INDEX_ROW_LEN]| IndexRow::search_key(row).0;
        let groups = self.index_rows().chunk_by(|one, next| group(one) == group(next)).count();
        let is_kernel =
            |row: &&[u8; PREIMAGE_ROW_LEN]| PreimageRow::decode(row).kind == KeyKind::Kernel as u32;
        Counts {
            groups,
            kernels: self.preimage_rows().iter().filter(is_kernel).count(),
            artifacts: self.index_rows().len(),
            plans: self.plan_rows().len(),
        }
    }

    /// The section table.
    pub fn sections(&self) -> impl Iterator<Item = Section> + use<'a> {
        section_table(self.bytes, self.layout.section_count)
    }

    /// The hash of all content; equal archives have equal ones.
    pub fn root_hash(&self) -> ContentHash {
        self.layout.root_hash
    }

    /// Length of the file in bytes.
    pub fn len_bytes(&self) -> u64 {
        self.layout.file_len_bytes
    }

    /// Checks that an entry's index row is what the root hash vouches for.
    ///
    /// Hashes the list of page hashes and one page of rows, not the index.
    ///
    /// # Errors
    /// [`ArchiveError::Hash`] if not.
    pub fn authenticate(&self, entry: &EntryRef<'_>) -> Result<(), ArchiveError> {
        let part = Part::Section(SectionId::INDEX_PAGES);
        let pages = self.slice(self.layout.index_pages);
        check_hash(part, self.layout.index_pages_hash, pages)?;
        self.check_page(entry.row_index / ROWS_PER_PAGE)
    }

    /// The bytes that a key is the hash of, if they are stored. Not hashed again.
    ///
    /// # Errors
    /// [`ArchiveError`] if the row points outside its section or beyond the limit.
    pub fn preimage(
        &self,
        kind: KeyKind,
        key: &[u8; 32],
    ) -> Result<Option<&'a [u8]>, ArchiveError> {
        let rows = self.preimage_rows();
        let wanted = (kind as u32, *key);
        let at = rows.partition_point(|row| PreimageRow::decode(row).sort_key() < wanted);
        let row = rows.get(at).map(PreimageRow::decode).filter(|row| row.sort_key() == wanted);
        row.map(|row| self.preimage_bytes(&row)).transpose()
    }

    /// The signature of a group, if it is stored.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is not the signature of this key.
    pub fn signature(&self, group: GroupKey) -> Result<Option<Signature>, ArchiveError> {
        self.decoded(KeyKind::Group, &group.0, Signature::decode)
    }

    /// What a kernel key is made of, if it is stored.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is not the preimage of this key.
    pub fn kernel(&self, key: KernelKey) -> Result<Option<KernelPreimage>, ArchiveError> {
        self.decoded(KeyKind::Kernel, &key.0, KernelPreimage::decode)
    }

    /// What an artifact key is made of, if it is stored.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is not the preimage of this key.
    pub fn translation(&self, key: ArtifactKey) -> Result<Option<ArtifactPreimage>, ArchiveError> {
        self.decoded(KeyKind::Artifact, &key.0, ArtifactPreimage::decode)
    }

    /// Where a group comes from, sorted by script and line.
    pub fn provenance(
        &self,
        group: GroupKey,
    ) -> impl Iterator<Item = Result<Provenance<'a>, ArchiveError>> + use<'a> {
        let view = *self;
        let rows = view.provenance_rows();
        let key = |row: &_| ProvenanceRow::decode(row).group_key;
        let first = rows.partition_point(|row| key(row) < group.0);
        let found = rows.get(first..).unwrap_or_default().iter();
        found
            .take_while(move |row| key(row) == group.0)
            .zip(first as u64..)
            .map(move |(row, row_index)| view.provenance_at(row_index, row))
    }

    /// Every provenance row, sorted by group, script and line.
    pub fn provenance_all(
        &self,
    ) -> impl Iterator<Item = Result<Provenance<'a>, ArchiveError>> + use<'a> {
        let view = *self;
        let rows = view.provenance_rows().iter().zip(0u64..);
        rows.map(move |(row, row_index)| view.provenance_at(row_index, row))
    }

    /// The bytes of a section, if it is there.
    pub fn section_bytes(&self, id: SectionId) -> Option<&'a [u8]> {
        let section = self.sections().find(|section| section.id == id);
        section.map(|section| self.slice(Span::of(&section)))
    }

    pub(crate) fn index_rows(&self) -> &'a [[u8; INDEX_ROW_LEN]] {
        self.slice(self.layout.index).as_chunks().0
    }

    pub(crate) fn preimage_rows(&self) -> &'a [[u8; PREIMAGE_ROW_LEN]] {
        rows(self.slice(self.layout.preimages), self.layout.preimage_count)
    }

    pub(crate) fn provenance_rows(&self) -> &'a [[u8; PROVENANCE_ROW_LEN]] {
        rows(self.slice(self.layout.provenance), self.layout.provenance_count)
    }

    pub(crate) fn plan_rows(&self) -> &'a [[u8; PLAN_ROW_LEN]] {
        rows(self.slice(self.layout.plans), self.layout.plan_count)
    }

    /// The whole file.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn entry_at(
        &self,
        row_index: u64,
        row: &[u8; INDEX_ROW_LEN],
    ) -> Result<EntryRef<'a>, ArchiveError> {
        let row = IndexRow::decode(row).ok_or_else(|| ArchiveError::UnknownCode {
            part: Part::IndexRow(row_index),
            field: "target",
            found: IndexRow::search_key(row).1,
        })?;
        let modules = self.layout.modules.get(usize::from(row.target.code()) - 1);
        Ok(EntryRef {
            row,
            row_index,
            entries: self.slice(self.layout.entries),
            modules: modules.map(|span| self.slice(*span)).unwrap_or_default(),
        })
    }

    pub(crate) fn check_page(&self, page: u64) -> Result<(), ArchiveError> {
        let part = Part::IndexPage(page);
        let (hashes, _) = self.slice(self.layout.index_pages).as_chunks::<PAGE_HASH_LEN>();
        let len = (ROWS_PER_PAGE as usize) * INDEX_ROW_LEN;
        let mut pages = self.slice(self.layout.index).chunks(len);
        let at = usize::try_from(page).unwrap_or(usize::MAX);
        let (Some(expected), Some(rows)) = (hashes.get(at), pages.nth(at)) else {
            let section_len = hashes.len() as u64 * PAGE_HASH_LEN as u64;
            let end = page.saturating_add(1).saturating_mul(PAGE_HASH_LEN as u64);
            return Err(ArchiveError::Bounds { part, end, section_len });
        };
        check_hash(part, ContentHash(*expected), rows)
    }

    pub(crate) fn preimage_bytes(&self, row: &PreimageRow) -> Result<&'a [u8], ArchiveError> {
        let kind = KeyKind::from_code(row.kind);
        let part = Part::Preimage(kind, ContentHash(row.key));
        check_limit("bytes of a preimage", row.len_bytes.into(), PREIMAGE_LEN_MAX)?;
        let section = self.slice(self.layout.preimages);
        blob(part, section, row.offset_bytes, row.len_bytes.into())
    }

    pub(crate) fn provenance_at(
        &self,
        row_index: u64,
        row: &[u8; PROVENANCE_ROW_LEN],
    ) -> Result<Provenance<'a>, ArchiveError> {
        let row = ProvenanceRow::decode(row);
        let part = Part::ProvenanceRow(row_index);
        let section = self.slice(self.layout.provenance);
        let text = |offset: u64, len: u32| {
            check_limit("bytes of text", len.into(), TEXT_LEN_MAX)?;
            std::str::from_utf8(blob(part, section, offset, len.into())?)
                .map_err(|source| ArchiveError::Text { part, source })
        };
        Ok(Provenance {
            group_key: GroupKey(row.group_key),
            script: text(row.script_offset_bytes, row.script_len_bytes)?,
            line_first: row.line_first,
            line_last: row.line_last,
            text: text(row.text_offset_bytes, row.text_len_bytes)?,
        })
    }

    fn slice(&self, span: Span) -> &'a [u8] {
        self.bytes.get(span.start..span.end).unwrap_or_default()
    }

    fn decoded<T>(
        &self,
        kind: KeyKind,
        key: &[u8; 32],
        decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, ArchiveError> {
        let Some(bytes) = self.preimage(kind, key)? else {
            return Ok(None);
        };
        check_preimage_key(kind, key, bytes)?;
        let key = ContentHash(*key);
        let decoded = decode(bytes);
        decoded.map(Some).map_err(|source| ArchiveError::Preimage { kind, key, source })
    }
}

/// Where a group comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provenance<'a> {
    /// The group.
    pub group_key: GroupKey,
    /// Name of the script, relative, with `/`.
    pub script: &'a str,
    /// First line, 1-based.
    pub line_first: u32,
    /// Last line, 1-based.
    pub line_last: u32,
    /// The group as text, for people.
    pub text: &'a str,
}

/// One artifact of an archive: its index row, and access to what the row points to.
#[derive(Clone, Copy, Debug)]
pub struct EntryRef<'a> {
    row: IndexRow,
    row_index: u64,
    entries: &'a [u8],
    modules: &'a [u8],
}

impl<'a> EntryRef<'a> {
    /// The index row.
    pub fn row(&self) -> &IndexRow {
        &self.row
    }

    pub(crate) fn modules(&self) -> &'a [u8] {
        self.modules
    }

    /// The artifact, read in place.
    ///
    /// Hashes the entry on each call.
    ///
    /// # Errors
    /// [`ArchiveError`] if the entry is out of bounds, has another hash, is malformed, or is not
    /// the one that the index row names.
    pub fn artifact(&self) -> Result<&'a ArchivedArtifact, ArchiveError> {
        self.artifact_of(self.bytes()?)
    }

    /// The artifact in the entry's bytes, hashed before.
    pub(crate) fn artifact_of(
        &self,
        bytes: &'a [u8],
    ) -> Result<&'a ArchivedArtifact, ArchiveError> {
        let key = self.row.artifact_key;
        let part = Part::Entry(key);
        let artifact = entry::access(key, bytes)?;
        let hash = |bytes: [u8; 32]| FieldValue::Hash(ContentHash(bytes));
        let code = |target: Target| FieldValue::Number(target.code().into());
        let rank = |rank: u32| FieldValue::Number(rank.into());
        let fields = [
            ("group key", hash(self.row.group_key.0), hash(artifact.group_key)),
            ("artifact key", hash(key.0), hash(artifact.artifact_key)),
            ("target", code(self.row.target), code(entry::target(artifact))),
            ("rank", rank(self.row.rank), rank(artifact.rank.to_native())),
        ];
        for (field, expected, found) in fields {
            if expected != found {
                let values = Box::new(Mismatch { expected, found });
                return Err(ArchiveError::Field { part, field, values });
            }
        }
        Ok(artifact)
    }

    /// The entry as it is stored, hashed on each call.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is out of bounds or has another hash.
    pub fn bytes(&self) -> Result<&'a [u8], ArchiveError> {
        check_limit("bytes of an entry", self.row.entry.len_bytes, ENTRY_LEN_MAX)?;
        checked_blob(Part::Entry(self.row.artifact_key), self.entries, &self.row.entry)
    }

    /// An owned copy of the artifact.
    ///
    /// # Errors
    /// As [`EntryRef::artifact`].
    pub fn to_artifact(&self) -> Result<Artifact, ArchiveError> {
        entry::own(self.row.artifact_key, self.artifact()?)
    }

    /// The module: SPIR-V words as little-endian bytes, or text. Hashed on each call.
    ///
    /// # Errors
    /// [`ArchiveError`] if the module is out of bounds or has another hash.
    pub fn module(&self) -> Result<&'a [u8], ArchiveError> {
        check_limit("bytes of a module", self.row.module.len_bytes, MODULE_LEN_MAX)?;
        checked_blob(Part::Module(self.row.artifact_key), self.modules, &self.row.module)
    }
}

/// The key is that of the bytes.
pub(crate) fn check_preimage_key(
    kind: KeyKind,
    key: &[u8; 32],
    bytes: &[u8],
) -> Result<(), ArchiveError> {
    let found = match kind {
        KeyKind::Group => GroupKey::of(bytes).0,
        KeyKind::Kernel => KernelKey::of(bytes).0,
        KeyKind::Artifact => ArtifactKey::of(bytes).0,
    };
    let (expected, found) = (ContentHash(*key), ContentHash(found));
    let part = Part::Preimage(Some(kind), expected);
    if expected == found { Ok(()) } else { Err(ArchiveError::Hash { part, expected, found }) }
}

pub(crate) fn check_hash(
    part: Part,
    expected: ContentHash,
    bytes: &[u8],
) -> Result<(), ArchiveError> {
    let found = ContentHash::of(bytes);
    if expected == found { Ok(()) } else { Err(ArchiveError::Hash { part, expected, found }) }
}

fn checked_blob<'a>(part: Part, section: &'a [u8], at: &BlobRef) -> Result<&'a [u8], ArchiveError> {
    let bytes = blob(part, section, at.offset_bytes, at.len_bytes)?;
    check_hash(part, at.hash, bytes)?;
    Ok(bytes)
}

pub(crate) fn blob(
    part: Part,
    section: &[u8],
    offset: u64,
    len: u64,
) -> Result<&[u8], ArchiveError> {
    let end = offset.saturating_add(len);
    let range = usize::try_from(offset).ok().zip(usize::try_from(end).ok());
    let found = range.and_then(|(start, end)| section.get(start..end));
    let section_len = section.len() as u64;
    found.ok_or(ArchiveError::Bounds { part, end, section_len })
}

fn rows<const N: usize>(section: &[u8], count: u64) -> &[[u8; N]] {
    let (rows, _) = section.as_chunks();
    usize::try_from(count).ok().and_then(|count| rows.get(..count)).unwrap_or_default()
}
