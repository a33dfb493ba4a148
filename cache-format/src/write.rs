//! Building an archive.
//!
//! [`ArchiveBuilder`] is a set: artifacts and provenance may be added in any order and more than
//! once, and the bytes depend only on what is in it. A key that comes with two contents is an
//! error, never a choice. What the reader would refuse is refused here, by the same checks.
//!
//! Deliberately absent: publishing. The caller writes the bytes to a temporary file beside the
//! target and renames it.

use std::collections::{BTreeMap, BTreeSet};

use crate::archive::{
    ContentHash, ENTRY_ALIGN, HEADER_LEN, Header, INDEX_ROWS_MAX, MODULE_LEN_MAX, PREIMAGE_LEN_MAX,
    PREIMAGES_MAX, PROVENANCE_ROWS_MAX, ROWS_PER_PAGE, SECTION_ALIGN, Section, SectionId,
    TEXT_LEN_MAX, align_up, check_limit,
};
use crate::artifact::Artifact;
use crate::entry;
use crate::error::{ArchiveError, BuildError, FieldValue, Mismatch};
use crate::key::{ArtifactKey, ArtifactPreimage, GroupKey, KernelPreimage};
use crate::read::Provenance;
use crate::row::{
    BlobRef, INDEX_ROW_LEN, IndexRow, KeyKind, PREIMAGE_ROW_LEN, PROVENANCE_ROW_LEN, PreimageRow,
    ProvenanceRow,
};
use crate::signature::Signature;
use crate::types::Target;

/// An artifact with its module and what its keys are made of.
#[derive(Clone, Copy, Debug)]
pub struct ArtifactInput<'a> {
    /// How to dispatch it.
    pub artifact: &'a Artifact,
    /// SPIR-V words as little-endian bytes, or UTF-8 text.
    pub module: &'a [u8],
    /// Preimage of the group key.
    pub signature: &'a Signature,
    /// Preimage of the kernel key.
    pub kernel: &'a KernelPreimage,
    /// Preimage of the artifact key.
    pub translation: &'a ArtifactPreimage,
}

/// The bytes of a finished archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltArchive {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The hash of all content; equal archives have equal ones.
    pub root_hash: ContentHash,
}

/// Collects what an archive holds, in any order.
#[derive(Clone, Debug, Default)]
pub struct ArchiveBuilder {
    entries: BTreeMap<ArtifactKey, Entry>,
    modules: BTreeMap<(Target, ContentHash), Vec<u8>>,
    preimages: BTreeMap<(KeyKind, [u8; 32]), Vec<u8>>,
    provenance: BTreeSet<ProvenanceOwned>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    group_key: GroupKey,
    target: Target,
    rank: u32,
    bytes: Vec<u8>,
    module: ContentHash,
}

/// Field order is sort order; see FORMAT.md, "Provenance".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ProvenanceOwned {
    group_key: GroupKey,
    script: String,
    line_first: u32,
    line_last: u32,
    text: String,
}

impl ArchiveBuilder {
    /// An empty archive.
    pub fn new() -> ArchiveBuilder {
        ArchiveBuilder::default()
    }

    /// Number of artifacts so far.
    pub fn entry_count(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Adds an artifact; adding it again changes nothing.
    ///
    /// # Errors
    /// [`BuildError::Conflict`] if its key is known with other contents, [`BuildError::Preimage`]
    /// if its keys are not those of its preimages, [`BuildError::Archive`] if it breaks a rule or
    /// a limit of the format. The builder is unchanged then.
    pub fn add(&mut self, input: &ArtifactInput<'_>) -> Result<(), BuildError> {
        let artifact = input.artifact;
        let key = ArtifactKey(artifact.artifact_key);
        let group_key = GroupKey(artifact.group_key);
        let invalid = |source| BuildError::Signature { group: group_key, source };
        input.signature.check().map_err(invalid)?;
        check_keys(key, input)?;
        check_module(key, artifact.target, input.module)?;
        let preimages = [
            ((KeyKind::Group, artifact.group_key), input.signature.encode()),
            ((KeyKind::Kernel, artifact.kernel_key), input.kernel.encode()),
            ((KeyKind::Artifact, artifact.artifact_key), input.translation.encode()),
        ];
        for (_, bytes) in &preimages {
            check_limit("bytes of a preimage", bytes.len() as u64, PREIMAGE_LEN_MAX)?;
        }
        let entry = Entry {
            group_key,
            target: artifact.target,
            rank: artifact.rank,
            bytes: entry::encode(artifact)?,
            module: ContentHash::of(input.module),
        };
        if let Some(known) = self.entries.get(&key) {
            if known.module != entry.module {
                return Err(BuildError::Conflict { key, what: "modules" });
            }
            if *known != entry {
                return Err(BuildError::Conflict { key, what: "entries" });
            }
            return Ok(());
        }
        let module = (entry.target, entry.module);
        self.modules.entry(module).or_insert_with(|| input.module.to_vec());
        self.entries.insert(key, entry);
        self.preimages.extend(preimages);
        Ok(())
    }

    /// Adds where a group comes from; adding it again changes nothing.
    ///
    /// # Errors
    /// [`BuildError::ScriptName`] if the script is not named relative to the inputs with `/`,
    /// [`BuildError::Archive`] if a text is too long.
    pub fn add_provenance(&mut self, provenance: Provenance<'_>) -> Result<(), BuildError> {
        let Provenance { group_key, script, line_first, line_last, text } = provenance;
        if !is_relative_name(script) {
            let script = script.to_owned();
            return Err(BuildError::ScriptName { group: group_key, script });
        }
        for text in [script, text] {
            check_limit("bytes of text", text.len() as u64, TEXT_LEN_MAX)?;
        }
        let (script, text) = (script.to_owned(), text.to_owned());
        let row = ProvenanceOwned { group_key, script, line_first, line_last, text };
        self.provenance.insert(row);
        Ok(())
    }

    /// The archive.
    ///
    /// # Errors
    /// [`BuildError::Archive`] if it is larger than the format allows.
    pub fn finish(self) -> Result<BuiltArchive, BuildError> {
        let index_rows = self.entries.len() as u64;
        check_limit("index rows", index_rows, INDEX_ROWS_MAX)?;
        check_limit("preimages", self.preimages.len() as u64, PREIMAGES_MAX)?;
        check_limit("provenance rows", self.provenance.len() as u64, PROVENANCE_ROWS_MAX)?;
        let mut contents = self.index_entries_modules();
        let preimages = Content::new(self.preimages.len(), preimage_section(&self.preimages));
        contents.insert(SectionId::PREIMAGES, preimages);
        let provenance = Content::new(self.provenance.len(), provenance_section(&self.provenance));
        contents.insert(SectionId::PROVENANCE, provenance);
        Ok(assemble(contents))
    }

    /// The sections that refer to each other.
    fn index_entries_modules(&self) -> BTreeMap<SectionId, Content> {
        let mut order: Vec<_> = self.entries.iter().collect();
        order.sort_by_key(|(key, entry)| (entry.group_key, entry.target, entry.rank, **key));
        let (mut index, mut entries) = (Vec::new(), Vec::new());
        let mut modules: BTreeMap<Target, Vec<u8>> = BTreeMap::new();
        let mut placed: BTreeMap<(Target, ContentHash), BlobRef> = BTreeMap::new();
        for (key, entry) in order {
            let id = (entry.target, entry.module);
            let module = *placed.entry(id).or_insert_with(|| {
                let blob = self.modules.get(&id).map(Vec::as_slice).unwrap_or_default();
                append(modules.entry(entry.target).or_default(), blob, entry.module, SECTION_ALIGN)
            });
            let entry_hash = ContentHash::of(&entry.bytes);
            let row = IndexRow {
                group_key: entry.group_key,
                target: entry.target,
                rank: entry.rank,
                artifact_key: *key,
                entry: append(&mut entries, &entry.bytes, entry_hash, ENTRY_ALIGN),
                module,
            };
            index.extend_from_slice(&row.encode());
        }
        let pages: Vec<u8> = index
            .chunks(ROWS_PER_PAGE as usize * INDEX_ROW_LEN)
            .flat_map(|page| ContentHash::of(page).0)
            .collect();
        let page_count = pages.len() / 32;
        let mut contents = BTreeMap::from([
            (SectionId::INDEX, Content::new(self.entries.len(), index)),
            (SectionId::INDEX_PAGES, Content::new(page_count, pages)),
            (SectionId::ENTRIES, Content::new(0, entries)),
        ]);
        for (target, bytes) in modules {
            contents.insert(SectionId::modules(target), Content::new(0, bytes));
        }
        contents
    }
}

/// A name that is the same on every machine.
pub(crate) fn is_relative_name(script: &str) -> bool {
    let has_drive = script.as_bytes().get(1) == Some(&b':');
    !(script.is_empty() || script.starts_with('/') || script.contains('\\') || has_drive)
}

struct Content {
    row_count: u64,
    bytes: Vec<u8>,
}

impl Content {
    fn new(row_count: usize, bytes: Vec<u8>) -> Content {
        Content { row_count: row_count as u64, bytes }
    }
}

/// Every key has to be the hash of its preimage, and each preimage to name the one above it.
fn check_keys(key: ArtifactKey, input: &ArtifactInput<'_>) -> Result<(), BuildError> {
    let ArtifactInput { artifact, signature, kernel, translation, module: _ } = input;
    let hash = |bytes: [u8; 32]| FieldValue::Hash(ContentHash(bytes));
    let code = |target: Target| FieldValue::Number(target.code().into());
    let group_key = signature.key().0;
    let kernel_key = kernel.key().0;
    let fields = [
        ("group key", hash(group_key), hash(artifact.group_key)),
        ("group key of its kernel", hash(group_key), hash(kernel.group.0)),
        ("kernel key", hash(kernel_key), hash(artifact.kernel_key)),
        ("kernel key of its translation", hash(kernel_key), hash(translation.kernel.0)),
        ("artifact key", hash(translation.key().0), hash(artifact.artifact_key)),
        ("target", code(translation.target), code(artifact.target)),
    ];
    for (field, expected, found) in fields {
        if expected != found {
            let values = Box::new(Mismatch { expected, found });
            return Err(BuildError::Preimage { key, field, values });
        }
    }
    Ok(())
}

/// The little that can be said of a module without knowing its language.
pub(crate) fn check_module(
    key: ArtifactKey,
    target: Target,
    module: &[u8],
) -> Result<(), ArchiveError> {
    check_limit("bytes of a module", module.len() as u64, MODULE_LEN_MAX)?;
    let (holds, rule) = match target {
        Target::Spirv => (module.len().is_multiple_of(4), "expected whole 32-bit words"),
        Target::Wgsl | Target::Msl | Target::Hlsl => {
            (std::str::from_utf8(module).is_ok(), "expected UTF-8 text")
        }
    };
    if holds { Ok(()) } else { Err(ArchiveError::Module { key, target, rule }) }
}

fn preimage_section(preimages: &BTreeMap<(KeyKind, [u8; 32]), Vec<u8>>) -> Vec<u8> {
    let (mut rows, mut heap) = (Vec::new(), Vec::new());
    let heap_start = preimages.len() * PREIMAGE_ROW_LEN;
    for ((kind, key), bytes) in preimages {
        let row = PreimageRow {
            kind: *kind as u32,
            key: *key,
            // `add` bounds the length by `PREIMAGE_LEN_MAX`.
            len_bytes: bytes.len() as u32,
            offset_bytes: (heap_start + heap.len()) as u64,
        };
        rows.extend_from_slice(&row.encode());
        heap.extend_from_slice(bytes);
    }
    rows.append(&mut heap);
    rows
}

fn provenance_section(provenance: &BTreeSet<ProvenanceOwned>) -> Vec<u8> {
    let texts = provenance.iter().flat_map(|row| [row.script.as_str(), row.text.as_str()]);
    let mut offsets: BTreeMap<&str, u64> = texts.map(|text| (text, 0)).collect();
    let mut end = (provenance.len() * PROVENANCE_ROW_LEN) as u64;
    for (text, offset) in &mut offsets {
        *offset = end;
        end += text.len() as u64;
    }
    let offset_of = |text: &str| offsets.get(text).copied().unwrap_or_default();
    let mut bytes = Vec::new();
    for row in provenance {
        let encoded = ProvenanceRow {
            group_key: row.group_key.0,
            script_offset_bytes: offset_of(&row.script),
            text_offset_bytes: offset_of(&row.text),
            // `add_provenance` bounds both by `TEXT_LEN_MAX`.
            script_len_bytes: row.script.len() as u32,
            text_len_bytes: row.text.len() as u32,
            line_first: row.line_first,
            line_last: row.line_last,
        };
        bytes.extend_from_slice(&encoded.encode());
    }
    offsets.keys().for_each(|text| bytes.extend_from_slice(text.as_bytes()));
    bytes
}

/// Puts a blob at the next aligned place of a section.
fn append(section: &mut Vec<u8>, blob: &[u8], hash: ContentHash, align: u64) -> BlobRef {
    let offset_bytes = align_up(section.len() as u64, align);
    section.resize(offset_bytes as usize, 0);
    section.extend_from_slice(blob);
    let len_bytes = blob.len() as u64;
    BlobRef { offset_bytes, len_bytes, hash }
}

fn assemble(contents: BTreeMap<SectionId, Content>) -> BuiltArchive {
    let mut bytes = vec![0; HEADER_LEN];
    let mut sections = Vec::with_capacity(contents.len());
    for (id, content) in contents {
        let hash = ContentHash::of(&content.bytes);
        let place = append(&mut bytes, &content.bytes, hash, SECTION_ALIGN);
        sections.push(Section {
            id,
            is_required: true,
            offset_bytes: place.offset_bytes,
            len_bytes: place.len_bytes,
            row_count: content.row_count,
            hash: place.hash,
        });
    }
    let header = Header::new(sections);
    bytes.resize(header.file_len_bytes as usize, 0);
    bytes.splice(..HEADER_LEN, header.encode());
    BuiltArchive { bytes, root_hash: header.root_hash }
}
