//! Sections that follow the content: certificates, signatures.
//!
//! They depend on a device or a user, so they are outside the root hash. Attaching copies the
//! content as it is and writes another section table; no content byte moves.

use std::io::{Seek, Write};

use crate::archive::{HEADER_LEN, SectionId};
use crate::assemble::{Sink, Written};
use crate::error::{ArchiveError, BuildError};
use crate::read::ArchiveView;

/// A section outside the root hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its id, at least [`SectionId::FIRST_ATTACHED`].
    pub id: SectionId,
    /// Fixed-width rows at its start.
    pub row_count: usize,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Copies an archive with these attachments in place of its own. The content is not hashed: the
/// table of the copy says of it what the table of the archive says.
///
/// # Errors
/// [`ArchiveError::SectionOrder`] unless the ids ascend and are outside the content,
/// [`BuildError::Sink`] if the sink fails.
pub fn attach<S: Write + Seek>(
    view: &ArchiveView<'_>,
    attachments: &[Attachment],
    sink: &mut S,
) -> Result<Written, BuildError> {
    let mut previous = SectionId(SectionId::FIRST_ATTACHED.0 - 1);
    for id in attachments.iter().map(|attachment| attachment.id) {
        if id <= previous {
            return Err(ArchiveError::SectionOrder { id, previous }.into());
        }
        previous = id;
    }
    debug_assert!(view.len_bytes() >= HEADER_LEN as u64, "an opened archive has a header");
    let mut out = Sink::new(sink)?;
    for section in view.sections().filter(|section| section.id.is_content()) {
        let bytes = view.section_bytes(section.id).unwrap_or_default();
        out.copy(&section, bytes)?;
    }
    attachments.iter().try_for_each(|attachment| out.attachment(attachment))?;
    let (root_hash, artifact_count) = (view.root_hash(), view.entry_count());
    Ok(Written { len_bytes: out.finish()?, root_hash, artifact_count })
}

/// The attachments of an archive as they are, without those that `drop` names.
pub fn attachments(view: &ArchiveView<'_>, drop: &[SectionId]) -> Vec<Attachment> {
    let attached = view.sections().filter(|section| !section.id.is_content());
    attached
        .filter(|section| !drop.contains(&section.id))
        .map(|section| Attachment {
            id: section.id,
            row_count: section.row_count as usize,
            bytes: view.section_bytes(section.id).unwrap_or_default().to_vec(),
        })
        .collect()
}
