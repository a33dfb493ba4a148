//! Checking a whole archive: every byte of it is covered by at least one check.
//!
//! [`ArchiveView::verify_all`] goes from the outside in: section hashes and padding, then rows
//! (sorted, in range, canonical places), then entries, modules and preimages with their keys. It
//! never stops at the first finding, so that a damaged file can be judged, but it stops at
//! [`FINDINGS_MAX`].
//!
//! Hashing and decoding are spread over rayon's current pool; findings are in the order of the
//! checks whatever the number of threads.
//!
//! Deliberately absent: meaning. SPIR-V and WGSL are validated by tools that know them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::archive::{
    ContentHash, ENTRY_ALIGN, HEADER_LEN, PARALLEL_LEN_MIN, Part, ROWS_PER_PAGE, SECTION_ALIGN,
    Section, SectionId, align_up,
};
use crate::certificate::certificates;
use crate::error::{ArchiveError, DecodeError, FieldValue, Mismatch};
use crate::key::{ArtifactKey, ArtifactPreimage, KernelKey, KernelPreimage};
use crate::layout::is_known;
use crate::plan::{PLAN_ROW_LEN, PlanRow};
use crate::read::{ArchiveView, EntryRef, check_preimage_key};
use crate::row::{
    BlobRef, INDEX_ROW_LEN, IndexRow, KeyKind, PREIMAGE_ROW_LEN, PROVENANCE_ROW_LEN, PreimageRow,
    ProvenanceRow,
};
use crate::sign;
use crate::signature::Signature;
use crate::types::Target;
use crate::write::{check_module, is_relative_name};

/// The most findings that are reported.
pub const FINDINGS_MAX: usize = 1000;

impl ArchiveView<'_> {
    /// Checks everything that can be checked without knowing shader languages; empty means sound.
    ///
    /// Reads the whole file. At most [`FINDINGS_MAX`] findings, in order of the checks.
    pub fn verify_all(&self) -> Vec<ArchiveError> {
        let mut findings = Findings::default();
        verify_sections(self, &mut findings);
        findings.note(sign::signatures(self).map_err(ArchiveError::Signatures));
        findings.note(certificates(self));
        verify_index(self, &mut findings);
        verify_preimages(self, &mut findings);
        verify_provenance(self, &mut findings);
        verify_plans(self, &mut findings);
        findings.list
    }

    /// Checks that the bytes are those that the root hash stands for, without a look at what they
    /// mean.
    ///
    /// # Errors
    /// The first finding.
    pub(crate) fn verify_bytes(&self) -> Result<(), ArchiveError> {
        let mut findings = Findings::default();
        verify_sections(self, &mut findings);
        findings.list.into_iter().next().map_or(Ok(()), Err)
    }
}

#[derive(Default)]
struct Findings {
    list: Vec<ArchiveError>,
}

impl Findings {
    /// The value, or `None` and a finding.
    fn note<T>(&mut self, result: Result<T, ArchiveError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(finding) => {
                if !self.is_full() {
                    self.list.push(finding);
                }
                None
            }
        }
    }

    fn require(&mut self, holds: bool, finding: ArchiveError) {
        self.note(if holds { Ok(()) } else { Err(finding) });
    }

    fn extend(&mut self, list: Vec<ArchiveError>) {
        list.into_iter().for_each(|finding| self.require(false, finding));
    }

    fn is_full(&self) -> bool {
        self.list.len() >= FINDINGS_MAX
    }
}

fn verify_sections(view: &ArchiveView<'_>, findings: &mut Findings) {
    let mut end = HEADER_LEN as u64;
    let sections: Vec<Section> = view.sections().collect();
    let hash = |section: &Section| {
        ContentHash::of_section(view.section_bytes(section.id).unwrap_or_default())
    };
    let hashes: Vec<ContentHash> = sections.iter().map(hash).collect();
    for (section, found) in sections.into_iter().zip(hashes) {
        let part = Part::Section(section.id);
        let expected = section.hash;
        findings.require(found == expected, ArchiveError::Hash { part, expected, found });
        let (id, flags) = (section.id, u32::from(section.is_required));
        let is_flagged = section.is_required == id.is_content() || !is_known(id);
        findings.require(is_flagged, ArchiveError::SectionFlags { id, found: flags });
        let is_clean = is_zero(view.bytes(), end, section.offset_bytes);
        findings.require(is_clean, ArchiveError::Reserved { part });
        end = section.end_bytes();
    }
    let is_clean = is_zero(view.bytes(), end, view.len_bytes());
    findings.require(is_clean, ArchiveError::Reserved { part: Part::Header });
    let page_count = view.entry_count().div_ceil(ROWS_PER_PAGE);
    let pages = (0..page_count).collect();
    spread(view, pages, |page| view.check_page(page)).into_iter().for_each(|page| {
        findings.note(page);
    });
}

/// The work on each item, in order; on all cores unless the archive is small.
fn spread<T: Send, R: Send>(
    view: &ArchiveView<'_>,
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    if view.len_bytes() < PARALLEL_LEN_MIN as u64 {
        return items.into_iter().map(work).collect();
    }
    items.into_par_iter().map(work).collect()
}

fn is_zero(bytes: &[u8], start: u64, end: u64) -> bool {
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let gap = range.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default();
    gap.iter().all(|byte| *byte == 0)
}

/// Where the next new blob of each section has to lie.
#[derive(Default)]
struct Places {
    entries_end: u64,
    modules_end: BTreeMap<Target, u64>,
    modules: BTreeMap<(Target, ContentHash), BlobRef>,
    artifacts: BTreeSet<ArtifactKey>,
}

/// Rows whose contents are checked together, so that memory does not grow with the archive.
const ROWS_AT_ONCE: usize = 4096;

/// A row between the check of its place and that of its contents.
struct Placed<'a> {
    entry: EntryRef<'a>,
    /// Findings about the row and the place of its entry.
    row: Vec<ArchiveError>,
    /// Findings about the place of its module.
    module: Vec<ArchiveError>,
    /// No row before has the same module.
    is_module_new: bool,
}

fn verify_index(view: &ArchiveView<'_>, findings: &mut Findings) {
    let mut places = Places::default();
    let mut previous: Option<IndexRow> = None;
    let rows: Vec<(&[u8; INDEX_ROW_LEN], u64)> = view.index_rows().iter().zip(0u64..).collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        if findings.is_full() {
            return;
        }
        let mut placed = Vec::with_capacity(rows.len());
        for (raw, row_index) in rows {
            placed.push(place(view, raw, *row_index, (&mut places, &mut previous)));
        }
        spread(view, placed, |placed| contents(view, placed))
            .into_iter()
            .for_each(|list| findings.extend(list));
    }
    let len = |id| view.section_bytes(id).unwrap_or_default().len() as u64;
    let mut ends = BTreeMap::from([(SectionId::ENTRIES, places.entries_end)]);
    for target in Target::ALL {
        let end = places.modules_end.get(&target).copied().unwrap_or_default();
        ends.insert(SectionId::modules(target), end);
    }
    for (id, expected) in ends {
        let found = len(id);
        let part = Part::Section(id);
        findings.require(expected == found, ArchiveError::Place { part, expected, found });
    }
}

/// Checks a row and where it says that entry and module lie.
fn place<'a>(
    view: &ArchiveView<'a>,
    raw: &[u8; INDEX_ROW_LEN],
    row_index: u64,
    (places, previous): (&mut Places, &mut Option<IndexRow>),
) -> Result<Placed<'a>, Vec<ArchiveError>> {
    let mut findings = Findings::default();
    let part = Part::IndexRow(row_index);
    findings.require(IndexRow::is_reserved_zero(raw), ArchiveError::Reserved { part });
    let Some(entry) = findings.note(view.entry_at(row_index, raw)) else {
        return Err(findings.list);
    };
    let row = *entry.row();
    let ascends = previous.is_none_or(|previous| previous.sort_key() < row.sort_key());
    findings.require(ascends, ArchiveError::Unsorted { part });
    *previous = Some(row);
    let is_new = places.artifacts.insert(row.artifact_key);
    findings.require(is_new, ArchiveError::Duplicate { part, key: row.artifact_key });
    let part = Part::Entry(row.artifact_key);
    let expected = align_up(places.entries_end, ENTRY_ALIGN);
    let found = row.entry.offset_bytes;
    findings.require(expected == found, ArchiveError::Place { part, expected, found });
    let entries = view.section_bytes(SectionId::ENTRIES).unwrap_or_default();
    let is_clean = is_zero(entries, places.entries_end, row.entry.offset_bytes);
    findings.require(is_clean, ArchiveError::Reserved { part });
    places.entries_end = row.entry.end_bytes();
    let (module, is_module_new) = place_module(&entry, places);
    Ok(Placed { entry, row: findings.list, module, is_module_new })
}

/// Findings about a module's place, and whether it is one that no row before has.
fn place_module(entry: &EntryRef<'_>, places: &mut Places) -> (Vec<ArchiveError>, bool) {
    let mut findings = Findings::default();
    let row = entry.row();
    let (key, target) = (row.artifact_key, row.target);
    let part = Part::Module(key);
    let end = places.modules_end.entry(target).or_default();
    if let Some(known) = places.modules.get(&(target, row.module.hash)) {
        let (expected, found) = (known.offset_bytes, row.module.offset_bytes);
        let is_same = *known == row.module;
        findings.require(is_same, ArchiveError::Place { part, expected, found });
        return (findings.list, false);
    }
    let expected = align_up(*end, SECTION_ALIGN);
    let found = row.module.offset_bytes;
    findings.require(expected == found, ArchiveError::Place { part, expected, found });
    let is_clean = is_zero(entry.modules(), *end, row.module.offset_bytes);
    findings.require(is_clean, ArchiveError::Reserved { part });
    *end = row.module.end_bytes();
    places.modules.insert((target, row.module.hash), row.module);
    (findings.list, true)
}

/// All findings about a row, its entry and its module, in order.
fn contents(
    view: &ArchiveView<'_>,
    placed: Result<Placed<'_>, Vec<ArchiveError>>,
) -> Vec<ArchiveError> {
    let placed = match placed {
        Ok(placed) => placed,
        Err(list) => return list,
    };
    let Placed { entry, row, module, is_module_new } = placed;
    let mut findings = Findings { list: row };
    if let Some(artifact) = findings.note(entry.artifact()) {
        verify_keys(view, entry.row(), KernelKey(artifact.kernel_key), &mut findings);
    }
    findings.extend(module);
    if is_module_new && let Some(module) = findings.note(entry.module()) {
        let (key, target) = (entry.row().artifact_key, entry.row().target);
        findings.note(check_module(key, target, module));
    }
    findings.list
}

/// The three preimages of an artifact are there and name each other.
fn verify_keys(
    view: &ArchiveView<'_>,
    row: &IndexRow,
    kernel_key: KernelKey,
    findings: &mut Findings,
) {
    let hash = |key: [u8; 32]| FieldValue::Hash(ContentHash(key));
    let code = |target: Target| FieldValue::Number(target.code().into());
    let mut require = |kind, key, preimage| {
        let missing = ArchiveError::MissingPreimage { kind, key: ContentHash(key) };
        findings.require(preimage, missing);
    };
    // Malformed preimages are findings of `verify_preimages`.
    let group = view.preimage(KeyKind::Group, &row.group_key.0).ok().flatten();
    let kernel = view.preimage(KeyKind::Kernel, &kernel_key.0).ok().flatten();
    let translation = view.preimage(KeyKind::Artifact, &row.artifact_key.0).ok().flatten();
    require(KeyKind::Group, row.group_key.0, group.is_some());
    require(KeyKind::Kernel, kernel_key.0, kernel.is_some());
    require(KeyKind::Artifact, row.artifact_key.0, translation.is_some());
    let kernel = kernel.and_then(|bytes| KernelPreimage::decode(bytes).ok());
    let translation = translation.and_then(|bytes| ArtifactPreimage::decode(bytes).ok());
    let mut same = |kind, key, field, expected: FieldValue, found: FieldValue| {
        let part = Part::Preimage(Some(kind), ContentHash(key));
        let values = Box::new(Mismatch { expected, found });
        let differs = ArchiveError::Field { part, field, values };
        findings.require(expected == found, differs);
    };
    if let Some(kernel) = kernel {
        let (expected, found) = (hash(row.group_key.0), hash(kernel.group.0));
        same(KeyKind::Kernel, kernel_key.0, "group key", expected, found);
    }
    if let Some(translation) = translation {
        let key = row.artifact_key.0;
        let (expected, found) = (hash(kernel_key.0), hash(translation.kernel.0));
        same(KeyKind::Artifact, key, "kernel key", expected, found);
        let (expected, found) = (code(row.target), code(translation.target));
        same(KeyKind::Artifact, key, "target", expected, found);
    }
}

fn verify_preimages(view: &ArchiveView<'_>, findings: &mut Findings) {
    let rows = view.preimage_rows();
    let mut previous = None;
    let mut end = (rows.len() * PREIMAGE_ROW_LEN) as u64;
    for (rows, chunk) in rows.chunks(ROWS_AT_ONCE).zip(0u64..) {
        if findings.is_full() {
            return;
        }
        let rows: Vec<PreimageRow> = rows.iter().map(PreimageRow::decode).collect();
        let first = chunk * ROWS_AT_ONCE as u64;
        let numbered = rows.iter().zip(first..).collect();
        let contents =
            spread(view, numbered, |(row, row_index)| preimage_findings(view, row, row_index));
        for ((row, list), row_index) in rows.iter().zip(contents).zip(first..) {
            let part = Part::PreimageRow(row_index);
            let ascends = previous.is_none_or(|previous| previous < row.sort_key());
            findings.require(ascends, ArchiveError::Unsorted { part });
            previous = Some(row.sort_key());
            let (expected, found) = (end, row.offset_bytes);
            findings.require(expected == found, ArchiveError::Place { part, expected, found });
            end = row.offset_bytes.saturating_add(row.len_bytes.into());
            findings.extend(list);
        }
    }
    check_end(view, SectionId::PREIMAGES, end, findings);
}

/// Findings about the bytes of a preimage.
fn preimage_findings(
    view: &ArchiveView<'_>,
    row: &PreimageRow,
    row_index: u64,
) -> Vec<ArchiveError> {
    let mut findings = Findings::default();
    let part = Part::PreimageRow(row_index);
    if let Some(bytes) = findings.note(view.preimage_bytes(row)) {
        let kind = KeyKind::from_code(row.kind);
        let unknown = ArchiveError::UnknownCode { part, field: "kind", found: row.kind };
        if let Some(kind) = findings.note(kind.ok_or(unknown)) {
            findings.note(check_preimage_key(kind, &row.key, bytes));
            findings.note(check_preimage(kind, &row.key, bytes));
        }
    }
    findings.list
}

/// The bytes decode, and are the one encoding of what they decode to.
fn check_preimage(kind: KeyKind, key: &[u8; 32], bytes: &[u8]) -> Result<(), ArchiveError> {
    let again = match kind {
        KeyKind::Group => Signature::decode(bytes).map(|decoded| decoded.encode()),
        KeyKind::Kernel => KernelPreimage::decode(bytes).map(|decoded| decoded.encode()),
        KeyKind::Artifact => ArtifactPreimage::decode(bytes).map(|decoded| decoded.encode()),
    };
    let key = ContentHash(*key);
    let again = again.map_err(|source| ArchiveError::Preimage { kind, key, source })?;
    if again == bytes {
        return Ok(());
    }
    let source = DecodeError::NotCanonical { field: kind.name() };
    Err(ArchiveError::Preimage { kind, key, source })
}

fn verify_provenance(view: &ArchiveView<'_>, findings: &mut Findings) {
    let rows = view.provenance_rows();
    let mut previous = None;
    let mut offsets: BTreeMap<&str, u64> = BTreeMap::new();
    for (row, row_index) in rows.iter().zip(0u64..) {
        let part = Part::ProvenanceRow(row_index);
        if let Some(provenance) = findings.note(view.provenance_at(row_index, row)) {
            let ascends = previous.is_none_or(|previous| previous < provenance);
            findings.require(ascends, ArchiveError::Unsorted { part });
            previous = Some(provenance);
            let is_relative = is_relative_name(provenance.script);
            findings.require(is_relative, ArchiveError::ScriptName { part });
            offsets.extend([(provenance.script, 0), (provenance.text, 0)]);
        }
        if findings.is_full() {
            return;
        }
    }
    let mut end = (rows.len() * PROVENANCE_ROW_LEN) as u64;
    for (text, offset) in &mut offsets {
        *offset = end;
        end += text.len() as u64;
    }
    for (row, row_index) in rows.iter().zip(0u64..) {
        // Malformed rows are findings of the first loop.
        let Ok(provenance) = view.provenance_at(row_index, row) else {
            continue;
        };
        let part = Part::ProvenanceRow(row_index);
        let row = ProvenanceRow::decode(row);
        let places = [
            (provenance.script, row.script_offset_bytes),
            (provenance.text, row.text_offset_bytes),
        ];
        for (text, found) in places {
            let expected = offsets.get(text).copied().unwrap_or_default();
            findings.require(expected == found, ArchiveError::Place { part, expected, found });
        }
    }
    check_end(view, SectionId::PROVENANCE, end, findings);
}

fn verify_plans(view: &ArchiveView<'_>, findings: &mut Findings) {
    let rows = view.plan_rows();
    let mut previous = None;
    let mut end = (rows.len() * PLAN_ROW_LEN) as u64;
    for (row, row_index) in rows.iter().map(PlanRow::decode).zip(0u64..) {
        if findings.is_full() {
            return;
        }
        let part = Part::PlanRow(row_index);
        findings.require(row.reserved == 0, ArchiveError::Reserved { part });
        let places = [
            (end, row.name_offset_bytes),
            (end.saturating_add(row.name_len_bytes.into()), row.plan_offset_bytes),
        ];
        for (expected, found) in places {
            findings.require(expected == found, ArchiveError::Place { part, expected, found });
        }
        end = row.plan_offset_bytes.saturating_add(row.plan_len_bytes.into());
        let Some(plan) = findings.note(view.plan_at(row_index, &row)) else {
            continue;
        };
        let ascends = previous.is_none_or(|previous| previous < plan.name);
        findings.require(ascends, ArchiveError::Unsorted { part });
        previous = Some(plan.name);
        findings.require(is_relative_name(plan.name), ArchiveError::PlanName { part });
        if let Some(decoded) = findings.note(plan.decode()) {
            let source = Box::new(DecodeError::NotCanonical { field: "plan" });
            let name = plan.name.to_owned();
            findings.require(decoded.encode() == plan.bytes, ArchiveError::Plan { name, source });
        }
    }
    if !rows.is_empty() {
        check_end(view, SectionId::PLANS, end, findings);
    }
}

fn check_end(view: &ArchiveView<'_>, id: SectionId, expected: u64, findings: &mut Findings) {
    let found = view.section_bytes(id).unwrap_or_default().len() as u64;
    let part = Part::Section(id);
    findings.require(expected == found, ArchiveError::Place { part, expected, found });
}
