//! Where everything is in an archive: what the header says, checked, in a form to keep.
//!
//! Reading it touches the first [`HEADER_LEN`](crate::archive::HEADER_LEN) bytes and nothing else.
//! A [`ArchiveLayout`] promises that its sections lie in order inside a file of the stated length
//! and are long enough for their rows; not that what they hold is sound.

use crate::archive::{
    ContentHash, Header, INDEX_ROWS_MAX, PAGE_HASH_LEN, PREIMAGES_MAX, PROVENANCE_ROWS_MAX,
    ROWS_PER_PAGE, Section, SectionId, check_limit,
};
use crate::error::ArchiveError;
use crate::plan::{PLAN_ROW_LEN, PLANS_MAX};
use crate::row::{INDEX_ROW_LEN, PREIMAGE_ROW_LEN, PROVENANCE_ROW_LEN};
use crate::types::Target;

/// Where everything is in an archive whose header was read.
///
/// A holder of a mapping keeps it beside the mapping and makes views with
/// [`crate::ArchiveView::new`], which hashes and allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveLayout {
    pub(crate) file_len_bytes: u64,
    pub(crate) root_hash: ContentHash,
    pub(crate) section_count: u32,
    pub(crate) index: Span,
    pub(crate) index_pages: Span,
    pub(crate) index_pages_hash: ContentHash,
    pub(crate) entries: Span,
    pub(crate) modules: [Span; Target::ALL.len()],
    pub(crate) preimages: Span,
    pub(crate) preimage_count: u64,
    pub(crate) provenance: Span,
    pub(crate) provenance_count: u64,
    /// Empty if there is no such section.
    pub(crate) plans: Span,
    pub(crate) plan_count: u64,
}

/// Bytes of the file from `start` up to `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// Saturates on 32-bit hosts; such a span is outside every slice and reads as empty.
    pub(crate) fn of(section: &Section) -> Span {
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        Span { start: at(section.offset_bytes), end: at(section.end_bytes()) }
    }
}

impl ArchiveLayout {
    /// Reads and checks header and section table; cost does not depend on the archive's size.
    ///
    /// # Errors
    /// The first [`ArchiveError`] found.
    pub fn read(bytes: &[u8]) -> Result<ArchiveLayout, ArchiveError> {
        let header = Header::decode(bytes)?;
        for section in &header.sections {
            if section.is_required && !is_known(section.id) {
                return Err(ArchiveError::UnknownSection { id: section.id });
            }
        }
        let index = required(&header, SectionId::INDEX)?;
        let pages = required(&header, SectionId::INDEX_PAGES)?;
        let preimages = required(&header, SectionId::PREIMAGES)?;
        let provenance = required(&header, SectionId::PROVENANCE)?;
        let page_count = index.row_count.div_ceil(ROWS_PER_PAGE);
        check_limit("index rows", index.row_count, INDEX_ROWS_MAX)?;
        check_limit("preimages", preimages.row_count, PREIMAGES_MAX)?;
        check_limit("provenance rows", provenance.row_count, PROVENANCE_ROWS_MAX)?;
        check_len(index, INDEX_ROW_LEN, index.row_count, Heap::Absent)?;
        check_len(pages, PAGE_HASH_LEN, page_count, Heap::Absent)?;
        check_len(preimages, PREIMAGE_ROW_LEN, preimages.row_count, Heap::Follows)?;
        check_len(provenance, PROVENANCE_ROW_LEN, provenance.row_count, Heap::Follows)?;
        let entries = required(&header, SectionId::ENTRIES)?;
        check_len(entries, 0, 0, Heap::Follows)?;
        let plans = find(&header, SectionId::PLANS);
        let plan_count = plans.map_or(0, |plans| plans.row_count);
        check_limit("plans", plan_count, PLANS_MAX)?;
        if let Some(plans) = plans {
            check_len(plans, PLAN_ROW_LEN, plan_count, Heap::Follows)?;
        }
        let modules = |target| find(&header, SectionId::modules(target));
        Ok(ArchiveLayout {
            file_len_bytes: header.file_len_bytes,
            root_hash: header.root_hash,
            section_count: header.sections.len() as u32,
            index: Span::of(index),
            index_pages: Span::of(pages),
            index_pages_hash: pages.hash,
            entries: Span::of(entries),
            modules: Target::ALL.map(|target| modules(target).map(Span::of).unwrap_or_default()),
            preimages: Span::of(preimages),
            preimage_count: preimages.row_count,
            provenance: Span::of(provenance),
            provenance_count: provenance.row_count,
            plans: plans.map(Span::of).unwrap_or_default(),
            plan_count,
        })
    }
}

/// True if this version reads the section.
pub(crate) fn is_known(id: SectionId) -> bool {
    let known = [
        SectionId::INDEX,
        SectionId::INDEX_PAGES,
        SectionId::ENTRIES,
        SectionId::PREIMAGES,
        SectionId::PROVENANCE,
        SectionId::PLANS,
        SectionId::CERTIFICATES,
        SectionId::SIGNATURES,
    ];
    known.contains(&id) || Target::ALL.into_iter().any(|target| SectionId::modules(target) == id)
}

fn find(header: &Header, id: SectionId) -> Option<&Section> {
    header.sections.iter().find(|section| section.id == id)
}

fn required(header: &Header, id: SectionId) -> Result<&Section, ArchiveError> {
    find(header, id).ok_or(ArchiveError::MissingSection { id })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heap {
    Absent,
    Follows,
}

fn check_len(section: &Section, row: usize, count: u64, heap: Heap) -> Result<(), ArchiveError> {
    let (id, len, row_count) = (section.id, section.len_bytes, section.row_count);
    let expected = count.saturating_mul(row as u64);
    let fits = if heap == Heap::Follows { len >= expected } else { len == expected };
    if fits && row_count == count {
        Ok(())
    } else {
        Err(ArchiveError::SectionLen { id, len, expected, row_count })
    }
}
