//! The bytes of an archive that reader and writer share: constants, header, section table, rows.
//!
//! FORMAT.md is the normative description; this module is its only spelling in code. All numbers
//! are little-endian. The first [`HEADER_LEN`] bytes hold the header and the section table;
//! sections follow, each at the next multiple of [`SECTION_ALIGN`]. Offsets inside a section are
//! relative to the section, so a section's bytes do not depend on its neighbours.
//!
//! Deliberately absent: file access (the caller maps and publishes), compression.

use std::fmt;

use crate::error::ArchiveError;
use crate::key::ArtifactKey;
use crate::row::{KeyKind, RowWriter, array_at, u32_at, u64_at};
use crate::types::Target;

/// The first eight bytes of every archive.
pub const MAGIC: [u8; 8] = *b"PREHEAT\x1a";
/// Reads as this number only where the byte order is the archive's.
pub const ENDIANNESS_TAG: u32 = 0x0102_0304;
/// The version of the layout. Others are refused, never migrated.
pub const ARCHIVE_VERSION: u32 = 1;
/// Kind of file: a portable archive.
pub const KIND_PORTABLE: u32 = 1;
/// Kind of file: a device sidecar.
pub const KIND_SIDECAR: u32 = 2;
/// Kind of file: a delta between two archives; it has a layout of its own.
pub const KIND_DELTA: u32 = 3;
/// Bytes of header and section table together; sections start here.
pub const HEADER_LEN: usize = 4096;
/// Alignment of every section in the file and of every module in its section.
pub const SECTION_ALIGN: u64 = 64;
/// Alignment of every entry, and of the address at which an archive is read.
pub const ENTRY_ALIGN: u64 = 16;
/// Index rows that one page hash covers.
pub const ROWS_PER_PAGE: u64 = 64;

/// The largest file.
pub const FILE_LEN_MAX: u64 = 1 << 40;
/// The most sections; the table's space in the header is fixed.
pub const SECTIONS_MAX: u32 = 61;
/// The most index rows.
pub const INDEX_ROWS_MAX: u64 = 1 << 24;
/// The most preimages.
pub const PREIMAGES_MAX: u64 = 3 << 24;
/// The most provenance rows.
pub const PROVENANCE_ROWS_MAX: u64 = 1 << 24;
/// The longest entry in bytes.
pub const ENTRY_LEN_MAX: u64 = 1 << 20;
/// The longest module in bytes.
pub const MODULE_LEN_MAX: u64 = 16 << 20;
/// The longest preimage in bytes; the largest signature fits.
pub const PREIMAGE_LEN_MAX: u64 = 1 << 20;
/// The longest script name or description in bytes.
pub const TEXT_LEN_MAX: u64 = 1 << 16;

/// Bytes from which on work is spread over cores.
pub(crate) const PARALLEL_LEN_MIN: usize = 1 << 18;

const HEADER_CONTEXT: &str = "preheat 2026-11 archive header v1";
const ROOT_CONTEXT: &str = "preheat 2026-11 archive root v1";

const TABLE_OFFSET: usize = 128;
const HEADER_HASH_OFFSET: usize = HEADER_LEN - 32;
const SECTION_ROW_LEN: usize = 64;
const FLAG_REQUIRED: u32 = 1;

pub(crate) const PAGE_HASH_LEN: usize = 32;

/// A blake3 hash of stored bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> ContentHash {
        ContentHash(*blake3::hash(bytes).as_bytes())
    }

    /// The same of a whole section, on all cores if it is long.
    pub(crate) fn of_section(bytes: &[u8]) -> ContentHash {
        let mut hasher = blake3::Hasher::new();
        hash_more(&mut hasher, bytes);
        ContentHash(*hasher.finalize().as_bytes())
    }

    fn derived(context: &str, bytes: &[u8]) -> ContentHash {
        ContentHash(blake3::derive_key(context, bytes))
    }
}

/// Adds bytes to a hash, on all cores if they are so many that handing them over pays.
pub(crate) fn hash_more(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    if bytes.len() < PARALLEL_LEN_MIN {
        hasher.update(bytes);
    } else {
        hasher.update_rayon(bytes);
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// The number that says what a section holds.
///
/// Ids below [`SectionId::FIRST_ATTACHED`] are *content* and enter the root hash; the others are
/// *attached* (certificates, signatures) and do not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(pub u32);

impl SectionId {
    /// Sorted fixed-width rows, one per artifact.
    pub const INDEX: SectionId = SectionId(1);
    /// One hash per [`ROWS_PER_PAGE`] index rows.
    pub const INDEX_PAGES: SectionId = SectionId(2);
    /// Artifacts as rkyv bytes.
    pub const ENTRIES: SectionId = SectionId(3);
    /// What each key is the hash of.
    pub const PREIMAGES: SectionId = SectionId(4);
    /// Which lines of which script each group comes from.
    pub const PROVENANCE: SectionId = SectionId(5);
    /// Reserved: bind-group layouts and reflection of hand-written shaders.
    pub const LAYOUTS: SectionId = SectionId(6);
    /// Calls of scripts, with sizes that are still open.
    pub const PLANS: SectionId = SectionId(7);
    /// Rows of a device sidecar.
    pub const DEVICE_INDEX: SectionId = SectionId(8);
    /// Blobs of a device sidecar.
    pub const DEVICE_BLOBS: SectionId = SectionId(9);
    /// The first id of sections outside the root hash.
    pub const FIRST_ATTACHED: SectionId = SectionId(0x1000);
    /// Results of checking kernels on a device.
    pub const CERTIFICATES: SectionId = SectionId(0x1001);
    /// Signatures over the root hash.
    pub const SIGNATURES: SectionId = SectionId(0x1002);

    /// The section of a target's modules.
    pub const fn modules(target: Target) -> SectionId {
        SectionId(0x10 + target.code() as u32)
    }

    /// True if the section enters the root hash.
    pub const fn is_content(self) -> bool {
        self.0 < SectionId::FIRST_ATTACHED.0
    }

    /// The name used in messages.
    pub const fn name(self) -> &'static str {
        match self {
            SectionId::INDEX => "index",
            SectionId::INDEX_PAGES => "index pages",
            SectionId::ENTRIES => "entries",
            SectionId::PREIMAGES => "preimages",
            SectionId::PROVENANCE => "provenance",
            SectionId::LAYOUTS => "layouts",
            SectionId::PLANS => "plans",
            SectionId(0x11) => "modules spirv",
            SectionId(0x12) => "modules wgsl",
            SectionId(0x13) => "modules msl",
            SectionId(0x14) => "modules hlsl",
            SectionId::CERTIFICATES => "certificates",
            SectionId::SIGNATURES => "signatures",
            SectionId::DEVICE_INDEX => "device index",
            SectionId::DEVICE_BLOBS => "device blobs",
            _ => "unknown",
        }
    }
}

impl fmt::Display for SectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:#x})", self.name(), self.0)
    }
}

impl fmt::Debug for SectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SectionId({self})")
    }
}

/// One row of the section table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it holds.
    pub id: SectionId,
    /// True if a reader that does not know the id must refuse the archive.
    pub is_required: bool,
    /// Place in the file.
    pub offset_bytes: u64,
    /// Length without the padding that follows.
    pub len_bytes: u64,
    /// Fixed-width rows at its start, or entries, or modules; see FORMAT.md.
    pub row_count: u64,
    /// blake3 of its bytes.
    pub hash: ContentHash,
}

impl Section {
    pub(crate) fn encode(&self) -> [u8; SECTION_ROW_LEN] {
        let mut row = RowWriter::<SECTION_ROW_LEN>::new();
        row.put(&self.id.0.to_le_bytes());
        row.put(&if self.is_required { FLAG_REQUIRED } else { 0 }.to_le_bytes());
        row.put(&self.offset_bytes.to_le_bytes());
        row.put(&self.len_bytes.to_le_bytes());
        row.put(&self.row_count.to_le_bytes());
        row.put(&self.hash.0);
        row.bytes
    }

    fn decode(bytes: &[u8; SECTION_ROW_LEN]) -> Result<Section, ArchiveError> {
        let id = SectionId(u32_at(bytes, 0));
        let flags = u32_at(bytes, 4);
        if flags & !FLAG_REQUIRED != 0 {
            return Err(ArchiveError::SectionFlags { id, found: flags });
        }
        Ok(Section {
            id,
            is_required: flags & FLAG_REQUIRED != 0,
            offset_bytes: u64_at(bytes, 8),
            len_bytes: u64_at(bytes, 16),
            row_count: u64_at(bytes, 24),
            hash: ContentHash(array_at(bytes, 32)),
        })
    }

    /// Where it ends; saturates, for the numbers may come from anywhere.
    pub(crate) fn end_bytes(&self) -> u64 {
        self.offset_bytes.saturating_add(self.len_bytes)
    }
}

/// Header and section table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) file_len_bytes: u64,
    pub(crate) root_hash: ContentHash,
    pub(crate) sections: Vec<Section>,
}

impl Header {
    /// The header of sections that are already placed.
    pub(crate) fn new(sections: Vec<Section>) -> Header {
        let end = sections.last().map_or(HEADER_LEN as u64, Section::end_bytes);
        let root_hash = root_hash(&sections);
        Header { file_len_bytes: align_up(end, SECTION_ALIGN), root_hash, sections }
    }

    pub(crate) fn encode(&self) -> [u8; HEADER_LEN] {
        self.encode_as(KIND_PORTABLE)
    }

    /// The header of a file of another kind.
    pub(crate) fn encode_as(&self, kind: u32) -> [u8; HEADER_LEN] {
        let mut head = RowWriter::<HEADER_LEN>::new();
        head.put(&MAGIC);
        head.put(&ENDIANNESS_TAG.to_le_bytes());
        head.put(&ARCHIVE_VERSION.to_le_bytes());
        head.put(&self.file_len_bytes.to_le_bytes());
        head.put(&(self.sections.len() as u32).to_le_bytes());
        head.put(&kind.to_le_bytes());
        head.put(&self.root_hash.0);
        head.len = TABLE_OFFSET;
        self.sections.iter().for_each(|section| head.put(&section.encode()));
        seal(&mut head.bytes);
        head.bytes
    }

    /// Checks everything that can be known without looking past the first [`HEADER_LEN`] bytes.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Header, ArchiveError> {
        Header::decode_as(bytes, KIND_PORTABLE)
    }

    /// The same for a file of another kind.
    pub(crate) fn decode_as(bytes: &[u8], wanted: u32) -> Result<Header, ArchiveError> {
        check_identity(bytes)?;
        let head: &[u8; HEADER_LEN] = bytes.first_chunk().ok_or(ArchiveError::Truncated {
            part: Part::Header,
            needed: HEADER_LEN as u64,
            found: bytes.len() as u64,
        })?;
        let file_len_bytes = u64_at(head, 16);
        check_limit("bytes of file", file_len_bytes, FILE_LEN_MAX)?;
        if file_len_bytes != bytes.len() as u64 {
            let (expected, found) = (file_len_bytes, bytes.len() as u64);
            return Err(ArchiveError::Length { expected, found });
        }
        let (expected, found) = (ContentHash(array_at(head, HEADER_HASH_OFFSET)), sealing(head));
        if expected != found {
            return Err(ArchiveError::Hash { part: Part::Header, expected, found });
        }
        let kind = u32_at(head, 28);
        if kind != wanted {
            return Err(ArchiveError::Kind { expected: wanted, found: kind });
        }
        let sections = decode_table(head, file_len_bytes)?;
        let header = Header { file_len_bytes, root_hash: root_hash(&sections), sections };
        let stored = ContentHash(array_at(head, 32));
        if stored != header.root_hash {
            let (part, expected, found) = (Part::Root, stored, header.root_hash);
            return Err(ArchiveError::Hash { part, expected, found });
        }
        Ok(header)
    }
}

/// Magic, byte order and version come first: they decide what the rest means.
fn check_identity(bytes: &[u8]) -> Result<(), ArchiveError> {
    let magic: [u8; 8] = *bytes.first_chunk().ok_or(ArchiveError::Truncated {
        part: Part::Header,
        needed: HEADER_LEN as u64,
        found: bytes.len() as u64,
    })?;
    if magic != MAGIC {
        return Err(ArchiveError::Magic { expected: MAGIC, found: magic });
    }
    if bytes.len() < 16 {
        let (needed, found) = (HEADER_LEN as u64, bytes.len() as u64);
        return Err(ArchiveError::Truncated { part: Part::Header, needed, found });
    }
    let tag = u32_at(bytes, 8);
    if tag != ENDIANNESS_TAG {
        return Err(ArchiveError::Endianness { expected: ENDIANNESS_TAG, found: tag });
    }
    let version = u32_at(bytes, 12);
    if version != ARCHIVE_VERSION {
        return Err(ArchiveError::Version { expected: ARCHIVE_VERSION, found: version });
    }
    Ok(())
}

fn decode_table(head: &[u8; HEADER_LEN], file_len: u64) -> Result<Vec<Section>, ArchiveError> {
    let count = u32_at(head, 24);
    check_limit("sections", count.into(), SECTIONS_MAX.into())?;
    let table_end = TABLE_OFFSET + count as usize * SECTION_ROW_LEN;
    let reserved = head[64..TABLE_OFFSET].iter().chain(&head[table_end..HEADER_HASH_OFFSET]);
    if reserved.copied().any(|byte| byte != 0) {
        return Err(ArchiveError::Reserved { part: Part::Header });
    }
    let (rows, _) = head[TABLE_OFFSET..table_end].as_chunks::<SECTION_ROW_LEN>();
    let mut sections: Vec<Section> = Vec::with_capacity(rows.len());
    let mut end = HEADER_LEN as u64;
    for row in rows {
        let section = Section::decode(row)?;
        let id = section.id;
        if let Some(previous) = sections.last().filter(|previous| previous.id >= id) {
            return Err(ArchiveError::SectionOrder { id, previous: previous.id });
        }
        let expected = align_up(end, SECTION_ALIGN);
        if section.offset_bytes != expected {
            let found = section.offset_bytes;
            return Err(ArchiveError::SectionPlace { id, expected, found });
        }
        end = section.end_bytes();
        if end > file_len {
            return Err(ArchiveError::SectionBounds { id, end, file_len });
        }
        sections.push(section);
    }
    let expected = align_up(end, SECTION_ALIGN);
    if expected != file_len {
        return Err(ArchiveError::Length { expected, found: file_len });
    }
    Ok(sections)
}

/// The rows of a section table that was checked before.
pub(crate) fn section_table(bytes: &[u8], count: u32) -> impl Iterator<Item = Section> + '_ {
    let table = bytes.get(TABLE_OFFSET..HEADER_HASH_OFFSET).unwrap_or_default();
    let (rows, _) = table.as_chunks::<SECTION_ROW_LEN>();
    rows.iter().take(count as usize).filter_map(|row| Section::decode(row).ok())
}

/// Hash over what the content sections hold, not over where they lie.
fn root_hash(sections: &[Section]) -> ContentHash {
    let mut table = Vec::with_capacity(sections.len() * 64);
    for section in sections.iter().filter(|section| section.id.is_content()) {
        table.extend_from_slice(&Section { offset_bytes: 0, ..*section }.encode());
    }
    ContentHash::derived(ROOT_CONTEXT, &table)
}

fn sealing(head: &[u8; HEADER_LEN]) -> ContentHash {
    ContentHash::derived(HEADER_CONTEXT, &head[..HEADER_HASH_OFFSET])
}

/// Writes the header's own hash into its place.
pub(crate) fn seal(head: &mut [u8; HEADER_LEN]) {
    let hash = sealing(head);
    head[HEADER_HASH_OFFSET..].copy_from_slice(&hash.0);
}

/// The part of an archive that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Header and section table.
    Header,
    /// The root hash.
    Root,
    /// A section as a whole.
    Section(SectionId),
    /// A row of the index, 0-based.
    IndexRow(u64),
    /// The stored artifact of a key.
    Entry(ArtifactKey),
    /// The module of a key.
    Module(ArtifactKey),
    /// What a driver made of the module of a key.
    DeviceBlob(ArtifactKey),
    /// A page of index rows, 0-based.
    IndexPage(u64),
    /// The preimage of a key; `None` for a kind that this version does not know.
    Preimage(Option<KeyKind>, ContentHash),
    /// A row of the section `preimages`, 0-based.
    PreimageRow(u64),
    /// A row of the section `provenance`, 0-based.
    ProvenanceRow(u64),
    /// A row of the section `plans`, 0-based.
    PlanRow(u64),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Header => f.write_str("header"),
            Part::Root => f.write_str("root hash"),
            Part::Section(id) => write!(f, "section {id}"),
            Part::IndexRow(row) => write!(f, "index row {row}"),
            Part::Entry(key) => write!(f, "entry {}", key.short()),
            Part::Module(key) => write!(f, "module {}", key.short()),
            Part::DeviceBlob(key) => write!(f, "device blob {}", key.short()),
            Part::IndexPage(page) => write!(f, "index page {page}"),
            Part::Preimage(Some(kind), key) => write!(f, "{} preimage {key}", kind.name()),
            Part::Preimage(None, key) => write!(f, "preimage {key}"),
            Part::PreimageRow(row) => write!(f, "preimage row {row}"),
            Part::ProvenanceRow(row) => write!(f, "provenance row {row}"),
            Part::PlanRow(row) => write!(f, "plan row {row}"),
        }
    }
}

pub(crate) fn check_limit(what: &'static str, found: u64, limit: u64) -> Result<(), ArchiveError> {
    if found <= limit { Ok(()) } else { Err(ArchiveError::Limit { what, found, limit }) }
}

/// The next multiple of a power of two; saturates.
pub(crate) const fn align_up(offset: u64, align: u64) -> u64 {
    offset.saturating_add(align - 1) & !(align - 1)
}
