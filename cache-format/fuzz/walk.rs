//! Uses every part of whatever opens as an archive.
//!
//! Included by the fuzz targets and by the crate's tests; the includer has `ArchiveView`,
//! `GroupKey` and `Target` in scope of `super`.

use super::{ArchiveError, ArchiveView, GroupKey, Target};

/// Opens the bytes and reads everything in every way; returns what verification found.
pub(super) fn walk(bytes: &[u8], groups: &[GroupKey]) -> Result<Vec<ArchiveError>, ArchiveError> {
    let view = ArchiveView::open(bytes)?;
    let listed = view.entries().flatten().map(|entry| entry.row().group_key);
    let groups: Vec<GroupKey> = groups.iter().copied().chain(listed.take(64)).collect();
    for group in groups {
        for entry in Target::ALL.into_iter().flat_map(|target| view.lookup(group, target)) {
            let _ = view.authenticate(&entry);
            let _ = entry.module();
            if let Ok(artifact) = entry.to_artifact() {
                let kernel = super::KernelKey(artifact.kernel_key);
                let _ = view.kernel(kernel);
            }
            let _ = view.translation(entry.row().artifact_key);
        }
        let _ = view.signature(group);
        let _ = view.provenance(group).count();
    }
    let _ = view.provenance_all().filter(Result::is_ok).count();
    for section in view.sections() {
        let _ = view.section_bytes(section.id);
    }
    // `verify_all` reads signatures and certificates too.
    let findings = view.verify_all();
    for finding in &findings {
        assert!(!finding.to_string().is_empty());
    }
    Ok(findings)
}
