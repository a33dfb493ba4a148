//! From what an archive holds to its bytes: the one place that lays sections out.
//!
//! [`Parts`] borrow blobs from wherever they are, a builder's memory or mapped archives, so that
//! merging large archives needs memory for rows and not for modules. Sections are written in the
//! order of their ids and hashed on the way; the header comes last, at the start.
//!
//! Deliberately absent: files. The sink is anything that can be written and sought.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};

use crate::archive::{
    ContentHash, ENTRY_ALIGN, HEADER_LEN, Header, INDEX_ROWS_MAX, PREIMAGES_MAX,
    PROVENANCE_ROWS_MAX, ROWS_PER_PAGE, SECTION_ALIGN, Section, SectionId, align_up, check_limit,
    hash_more,
};
use crate::attach::Attachment;
use crate::error::BuildError;
use crate::key::{ArtifactKey, GroupKey};
use crate::plan::{PLAN_ROW_LEN, PLANS_MAX, put_plans};
use crate::read::Provenance;
use crate::row::{
    BlobRef, INDEX_ROW_LEN, IndexRow, KeyKind, PREIMAGE_ROW_LEN, PROVENANCE_ROW_LEN, PreimageRow,
    ProvenanceRow,
};
use crate::types::Target;

/// Bytes that are gathered before they are hashed and written: many small blobs at once.
const BUFFER_LEN: usize = 1 << 20;

/// One artifact whose bytes lie somewhere else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PartArtifact<'a> {
    pub(crate) group_key: GroupKey,
    pub(crate) target: Target,
    pub(crate) rank: u32,
    pub(crate) artifact_key: ArtifactKey,
    pub(crate) entry: &'a [u8],
    pub(crate) entry_hash: ContentHash,
    pub(crate) module: &'a [u8],
    pub(crate) module_hash: ContentHash,
}

impl PartArtifact<'_> {
    pub(crate) fn sort_key(&self) -> (GroupKey, u8, u32, ArtifactKey) {
        (self.group_key, self.target.code(), self.rank, self.artifact_key)
    }
}

/// What an archive holds, each list strictly ascending as FORMAT.md orders its section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) artifacts: Vec<PartArtifact<'a>>,
    pub(crate) preimages: Vec<(KeyKind, [u8; 32], &'a [u8])>,
    pub(crate) provenance: Vec<Provenance<'a>>,
    /// By name, encoded.
    pub(crate) plans: Vec<(&'a str, &'a [u8])>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Length of the file.
    pub len_bytes: u64,
    /// The hash of all content.
    pub root_hash: ContentHash,
    /// Number of artifacts.
    pub artifact_count: u64,
}

impl Parts<'_> {
    /// Writes the archive; `attach` is asked for what follows the content.
    pub(crate) fn write<S: Write + Seek>(
        &self,
        sink: &mut S,
        attach: impl FnOnce(ContentHash) -> Vec<Attachment>,
    ) -> Result<Written, BuildError> {
        check_limit("index rows", self.artifacts.len() as u64, INDEX_ROWS_MAX)?;
        check_limit("preimages", self.preimages.len() as u64, PREIMAGES_MAX)?;
        check_limit("plans", self.plans.len() as u64, PLANS_MAX)?;
        check_limit("provenance rows", self.provenance.len() as u64, PROVENANCE_ROWS_MAX)?;
        let places = self.place();
        let index = self.index(&places);
        let pages: Vec<u8> = index
            .chunks(ROWS_PER_PAGE as usize * INDEX_ROW_LEN)
            .flat_map(|page| ContentHash::of(page).0)
            .collect();
        let mut out = Sink::new(sink)?;
        out.section(SectionId::INDEX, self.artifacts.len(), |out| out.put(&index))?;
        out.section(SectionId::INDEX_PAGES, pages.len() / 32, |out| out.put(&pages))?;
        out.section(SectionId::ENTRIES, 0, |out| {
            let entries = self.artifacts.iter().zip(&places.artifacts);
            blobs(out, entries.map(|(artifact, (entry, _))| (artifact.entry, entry.offset_bytes)))
        })?;
        out.section(SectionId::PREIMAGES, self.preimages.len(), |out| self.put_preimages(out))?;
        out.section(SectionId::PROVENANCE, self.provenance.len(), |out| self.put_provenance(out))?;
        if !self.plans.is_empty() {
            let plans = &self.plans;
            out.section(SectionId::PLANS, plans.len(), |out| put_plans(out, plans))?;
        }
        for (target, modules) in &places.modules {
            out.section(SectionId::modules(*target), 0, |out| {
                blobs(out, modules.iter().map(|(at, place)| (self.module(*at), *place)))
            })?;
        }
        let root_hash = Header::new(out.sections.clone()).root_hash;
        for attachment in attach(root_hash) {
            out.attachment(&attachment)?;
        }
        let len_bytes = out.finish()?;
        Ok(Written { len_bytes, root_hash, artifact_count: self.artifacts.len() as u64 })
    }

    /// At least the length of the file without attachments.
    pub(crate) fn len_estimate(&self) -> u64 {
        let blob = |bytes: &[u8]| align_up(bytes.len() as u64, SECTION_ALIGN);
        let artifacts = self.artifacts.iter();
        let blobs: u64 = artifacts.map(|one| blob(one.entry) + blob(one.module)).sum();
        let preimages: u64 = self.preimages.iter().map(|(.., bytes)| bytes.len() as u64).sum();
        let texts: usize =
            self.provenance.iter().map(|row| row.script.len() + row.text.len()).sum();
        let plans: usize =
            self.plans.iter().map(|(name, plan)| name.len() + plan.len() + PLAN_ROW_LEN).sum();
        let rows = self.artifacts.len() * (INDEX_ROW_LEN + 1)
            + self.preimages.len() * PREIMAGE_ROW_LEN
            + self.provenance.len() * PROVENANCE_ROW_LEN;
        blobs + preimages + (texts + plans + rows + 2 * HEADER_LEN) as u64
    }

    fn module(&self, at: usize) -> &[u8] {
        self.artifacts.get(at).map(|artifact| artifact.module).unwrap_or_default()
    }

    fn place(&self) -> Places {
        let mut places = Places::default();
        let mut entries_end = 0;
        let mut ends: BTreeMap<Target, u64> = BTreeMap::new();
        let mut placed: BTreeMap<(Target, ContentHash), BlobRef> = BTreeMap::new();
        for (at, artifact) in self.artifacts.iter().enumerate() {
            let entry = next(&mut entries_end, artifact.entry, artifact.entry_hash, ENTRY_ALIGN);
            let target = artifact.target;
            let module = *placed.entry((target, artifact.module_hash)).or_insert_with(|| {
                let (end, hash) = (ends.entry(target).or_default(), artifact.module_hash);
                let module = next(end, artifact.module, hash, SECTION_ALIGN);
                places.modules.entry(target).or_default().push((at, module.offset_bytes));
                module
            });
            places.artifacts.push((entry, module));
        }
        places
    }

    fn index(&self, places: &Places) -> Vec<u8> {
        let mut index = Vec::with_capacity(self.artifacts.len() * INDEX_ROW_LEN);
        for (artifact, (entry, module)) in self.artifacts.iter().zip(&places.artifacts) {
            let row = IndexRow {
                group_key: artifact.group_key,
                target: artifact.target,
                rank: artifact.rank,
                artifact_key: artifact.artifact_key,
                entry: *entry,
                module: *module,
            };
            index.extend_from_slice(&row.encode());
        }
        index
    }

    fn put_preimages<S: Write>(&self, out: &mut Sink<'_, S>) -> Result<(), BuildError> {
        let mut offset_bytes = (self.preimages.len() * PREIMAGE_ROW_LEN) as u64;
        for (kind, key, bytes) in &self.preimages {
            // Whoever made the parts bounds the length by `PREIMAGE_LEN_MAX`.
            let len_bytes = bytes.len() as u32;
            let row = PreimageRow { kind: *kind as u32, key: *key, len_bytes, offset_bytes };
            out.put(&row.encode())?;
            offset_bytes += bytes.len() as u64;
        }
        self.preimages.iter().try_for_each(|(.., bytes)| out.put(bytes))
    }

    fn put_provenance<S: Write>(&self, out: &mut Sink<'_, S>) -> Result<(), BuildError> {
        let texts = self.provenance.iter().flat_map(|row| [row.script, row.text]);
        let mut offsets: BTreeMap<&str, u64> = texts.map(|text| (text, 0)).collect();
        let mut end = (self.provenance.len() * PROVENANCE_ROW_LEN) as u64;
        for (text, offset) in &mut offsets {
            *offset = end;
            end += text.len() as u64;
        }
        let offset_of = |text: &str| offsets.get(text).copied().unwrap_or_default();
        for row in &self.provenance {
            let encoded = ProvenanceRow {
                group_key: row.group_key.0,
                script_offset_bytes: offset_of(row.script),
                text_offset_bytes: offset_of(row.text),
                // Whoever made the parts bounds both by `TEXT_LEN_MAX`.
                script_len_bytes: row.script.len() as u32,
                text_len_bytes: row.text.len() as u32,
                line_first: row.line_first,
                line_last: row.line_last,
            };
            out.put(&encoded.encode())?;
        }
        offsets.keys().try_for_each(|text| out.put(text.as_bytes()))
    }
}

/// Where blobs go.
#[derive(Default)]
struct Places {
    /// Entry and module of each artifact.
    artifacts: Vec<(BlobRef, BlobRef)>,
    /// Per target the artifact that has each distinct module, and the module's offset.
    modules: BTreeMap<Target, Vec<(usize, u64)>>,
}

fn next(end: &mut u64, blob: &[u8], hash: ContentHash, align: u64) -> BlobRef {
    let (offset_bytes, len_bytes) = (align_up(*end, align), blob.len() as u64);
    *end = offset_bytes + len_bytes;
    BlobRef { offset_bytes, len_bytes, hash }
}

fn blobs<'a, S: Write>(
    out: &mut Sink<'_, S>,
    blobs: impl Iterator<Item = (&'a [u8], u64)>,
) -> Result<(), BuildError> {
    let start = out.len_bytes;
    for (blob, offset_bytes) in blobs {
        out.pad_to(start + offset_bytes)?;
        out.put(blob)?;
    }
    Ok(())
}

/// The file so far. What is put goes through a buffer, the section's hash and the sink.
pub(crate) struct Sink<'s, S> {
    sink: &'s mut S,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
    len_bytes: u64,
    sections: Vec<Section>,
}

impl<'s, S: Write> Sink<'s, S> {
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), BuildError> {
        self.len_bytes += bytes.len() as u64;
        if self.buffer.len() + bytes.len() > BUFFER_LEN {
            self.flush()?;
        }
        if bytes.len() > BUFFER_LEN {
            hash_more(&mut self.hasher, bytes);
            return Ok(self.sink.write_all(bytes)?);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn pad_to(&mut self, offset_bytes: u64) -> Result<(), BuildError> {
        const ZEROS: [u8; SECTION_ALIGN as usize] = [0; SECTION_ALIGN as usize];
        let gap = offset_bytes.saturating_sub(self.len_bytes) as usize;
        self.put(ZEROS.get(..gap).unwrap_or(&ZEROS))
    }

    fn flush(&mut self) -> Result<(), BuildError> {
        hash_more(&mut self.hasher, &self.buffer);
        self.sink.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    pub(crate) fn section(
        &mut self,
        id: SectionId,
        row_count: usize,
        content: impl FnOnce(&mut Self) -> Result<(), BuildError>,
    ) -> Result<(), BuildError> {
        self.pad_to(align_up(self.len_bytes, SECTION_ALIGN))?;
        self.flush()?;
        self.hasher.reset();
        let offset_bytes = self.len_bytes;
        content(self)?;
        self.flush()?;
        self.sections.push(Section {
            id,
            is_required: id.is_content(),
            offset_bytes,
            len_bytes: self.len_bytes - offset_bytes,
            row_count: row_count as u64,
            hash: ContentHash(*self.hasher.finalize().as_bytes()),
        });
        Ok(())
    }

    /// A section that another archive has, as it is: its hash is in that archive's table, so the
    /// bytes are not hashed again.
    pub(crate) fn copy(&mut self, section: &Section, bytes: &[u8]) -> Result<(), BuildError> {
        self.pad_to(align_up(self.len_bytes, SECTION_ALIGN))?;
        self.flush()?;
        let offset_bytes = self.len_bytes;
        self.sink.write_all(bytes)?;
        self.len_bytes += bytes.len() as u64;
        self.sections.push(Section { offset_bytes, ..*section });
        Ok(())
    }

    pub(crate) fn attachment(&mut self, attachment: &Attachment) -> Result<(), BuildError> {
        self.section(attachment.id, attachment.row_count, |out| out.put(&attachment.bytes))
    }
}

impl<'s, S: Write + Seek> Sink<'s, S> {
    pub(crate) fn new(sink: &'s mut S) -> Result<Sink<'s, S>, BuildError> {
        sink.seek(SeekFrom::Start(0))?;
        sink.write_all(&[0; HEADER_LEN])?;
        let (hasher, buffer) = (blake3::Hasher::new(), Vec::with_capacity(BUFFER_LEN));
        let (len_bytes, sections) = (HEADER_LEN as u64, Vec::new());
        Ok(Sink { sink, buffer, hasher, len_bytes, sections })
    }

    /// Pads the end, writes the header, and gives the length.
    pub(crate) fn finish(mut self) -> Result<u64, BuildError> {
        self.pad_to(align_up(self.len_bytes, SECTION_ALIGN))?;
        self.flush()?;
        let header = Header::new(std::mem::take(&mut self.sections));
        self.sink.seek(SeekFrom::Start(0))?;
        self.sink.write_all(&header.encode())?;
        self.sink.seek(SeekFrom::Start(header.file_len_bytes))?;
        self.sink.flush()?;
        Ok(header.file_len_bytes)
    }
}
