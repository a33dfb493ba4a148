//! An archive in memory of its own, where its bytes are aligned as entries need.

use rkyv::util::AlignedVec;

use crate::archive::ENTRY_ALIGN;
use crate::error::ArchiveError;
use crate::layout::ArchiveLayout;
use crate::read::ArchiveView;

/// The bytes of an opened archive.
#[derive(Debug)]
pub struct OwnedArchive {
    bytes: AlignedVec<{ ENTRY_ALIGN as usize }>,
    layout: ArchiveLayout,
}

impl OwnedArchive {
    /// Copies and opens an archive.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is none.
    pub fn new(bytes: &[u8]) -> Result<OwnedArchive, ArchiveError> {
        let mut aligned = AlignedVec::with_capacity(bytes.len());
        aligned.extend_from_slice(bytes);
        let layout = ArchiveLayout::read(&aligned)?;
        Ok(OwnedArchive { bytes: aligned, layout })
    }

    /// Its content, read in place.
    ///
    /// # Errors
    /// None in practice: the same checks passed when it was opened.
    pub fn view(&self) -> Result<ArchiveView<'_>, ArchiveError> {
        ArchiveView::new(&self.bytes, self.layout)
    }
}
