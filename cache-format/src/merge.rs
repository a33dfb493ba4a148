//! The union of archives, or a part of it.
//!
//! Associative, commutative, idempotent: an archive is a set, and the bytes depend only on what is
//! in it. A key that comes with two contents is an error, never a choice. Every blob that is taken
//! is checked against its hash first, so a damaged shard cannot spoil the whole.
//!
//! Modules are copied from where the inputs are mapped; memory is needed for rows alone.
//!
//! Deliberately absent: attachments. Signatures are over another root hash; whoever merges says
//! what to attach.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};

use rayon::prelude::*;

use crate::archive::ContentHash;
use crate::assemble::{PartArtifact, Parts, Written};
use crate::attach::Attachment;
use crate::error::BuildError;
use crate::key::{GroupKey, KernelKey};
use crate::layout::is_known;
use crate::read::{ArchiveView, EntryRef, check_preimage_key};
use crate::row::{IndexRow, KeyKind};

/// What of the union to take, and what to attach to it.
#[derive(Clone, Copy)]
pub struct Merge<'a> {
    /// The archives, in any order.
    pub views: &'a [ArchiveView<'a>],
    /// Which artifacts to take. What only the others need (preimages, and the provenance of
    /// groups that lose all of theirs) is left out too.
    pub keep: &'a (dyn Fn(&IndexRow) -> bool + Sync),
}

impl<'a> Merge<'a> {
    /// Writes the archive; `attach` is given its root hash and says what follows the content.
    ///
    /// # Errors
    /// [`BuildError::Conflict`] if archives disagree, [`BuildError::Archive`] if one is damaged,
    /// [`BuildError::Unmergeable`] if one holds content that this version cannot merge,
    /// [`BuildError::Sink`] if the sink fails.
    pub fn write<S: Write + Seek>(
        &self,
        sink: &mut S,
        attach: impl FnOnce(ContentHash) -> Vec<Attachment>,
    ) -> Result<Written, BuildError> {
        self.parts()?.write(sink, attach)
    }

    /// What is taken, checked.
    pub(crate) fn parts(&self) -> Result<Parts<'a>, BuildError> {
        for section in self.views.iter().flat_map(ArchiveView::sections) {
            if section.id.is_content() && !is_known(section.id) {
                return Err(BuildError::Unmergeable { section: section.id });
            }
        }
        let mut taken = Vec::new();
        let (mut kept, mut left) = (BTreeSet::new(), BTreeSet::new());
        for view in self.views {
            for entry in view.entries() {
                let entry = entry?;
                if (self.keep)(entry.row()) {
                    kept.insert(entry.row().group_key);
                    taken.push((view, entry));
                } else {
                    left.insert(entry.row().group_key);
                }
            }
        }
        taken.sort_by_key(|(_, entry)| entry.row().sort_key());
        without_repeats(&mut taken)?;
        let checked: Result<Vec<_>, BuildError> =
            taken.par_iter().map(|(view, entry)| checked(view, entry)).collect();
        let mut artifacts = Vec::with_capacity(taken.len());
        let mut preimages = Vec::with_capacity(taken.len() * 2);
        for (artifact, keys) in checked? {
            artifacts.push(artifact);
            preimages.extend(keys);
        }
        preimages.sort();
        preimages.dedup();
        let mut provenance = Vec::new();
        for row in self.views.iter().flat_map(ArchiveView::provenance_all) {
            let row = row?;
            if kept.contains(&row.group_key) || !left.contains(&row.group_key) {
                provenance.push(row);
            }
        }
        provenance.sort();
        provenance.dedup();
        let plans = self.plans(|key| kept.contains(key) || !left.contains(key))?;
        Ok(Parts { artifacts, preimages, provenance, plans })
    }
}

impl<'a> Merge<'a> {
    /// The plans of all archives, but those with a group that loses all of its artifacts.
    fn plans(
        &self,
        is_there: impl Fn(&GroupKey) -> bool,
    ) -> Result<Vec<(&'a str, &'a [u8])>, BuildError> {
        let mut plans: BTreeMap<&str, &[u8]> = BTreeMap::new();
        for plan in self.views.iter().flat_map(ArchiveView::plans) {
            let plan = plan?;
            if !plan.decode()?.calls.iter().all(|call| is_there(&call.key)) {
                continue;
            }
            let known = plans.insert(plan.name, plan.bytes);
            if known.is_some_and(|known| known != plan.bytes) {
                return Err(BuildError::PlanConflict { name: plan.name.to_owned() });
            }
        }
        Ok(plans.into_iter().collect())
    }
}

/// An artifact that several archives have is taken once, if they agree on it.
fn without_repeats(taken: &mut Vec<(&ArchiveView<'_>, EntryRef<'_>)>) -> Result<(), BuildError> {
    let hashes = |row: &IndexRow| (row.entry.hash, row.module.hash);
    let mut conflict = None;
    taken.dedup_by(|(_, next), (_, first)| {
        let (next, first) = (next.row(), first.row());
        let is_repeat = next.sort_key() == first.sort_key();
        if is_repeat && hashes(next) != hashes(first) && conflict.is_none() {
            let differs = next.module.hash != first.module.hash;
            conflict = Some((first.artifact_key, if differs { "modules" } else { "entries" }));
        }
        is_repeat
    });
    // The same key at another place of the index has another target, group or rank.
    let mut keys: Vec<_> = taken.iter().map(|(_, entry)| entry.row().artifact_key).collect();
    keys.sort();
    let twice = keys.windows(2).find(|pair| pair.first() == pair.last());
    let twice = twice.and_then(|pair| pair.first()).map(|key| (*key, "entries"));
    match conflict.or(twice) {
        Some((key, what)) => Err(BuildError::Conflict { key, what }),
        None => Ok(()),
    }
}

type Preimage<'a> = (KeyKind, [u8; 32], &'a [u8]);

/// An artifact with its preimages, everything hashed.
fn checked<'a>(
    view: &ArchiveView<'a>,
    entry: &EntryRef<'a>,
) -> Result<(PartArtifact<'a>, [Preimage<'a>; 3]), BuildError> {
    let row = entry.row();
    let bytes = entry.bytes()?;
    let artifact = entry.artifact_of(bytes)?;
    let module = entry.module()?;
    let (group, kernel) = (row.group_key, KernelKey(artifact.kernel_key));
    let part = PartArtifact {
        group_key: group,
        target: row.target,
        rank: row.rank,
        artifact_key: row.artifact_key,
        entry: bytes,
        entry_hash: row.entry.hash,
        module,
        module_hash: row.module.hash,
    };
    let preimages = [
        preimage(view, KeyKind::Group, group.0)?,
        preimage(view, KeyKind::Kernel, kernel.0)?,
        preimage(view, KeyKind::Artifact, row.artifact_key.0)?,
    ];
    Ok((part, preimages))
}

fn preimage<'a>(
    view: &ArchiveView<'a>,
    kind: KeyKind,
    key: [u8; 32],
) -> Result<Preimage<'a>, BuildError> {
    let missing = crate::ArchiveError::MissingPreimage { kind, key: ContentHash(key) };
    let bytes = view.preimage(kind, &key)?.ok_or(missing)?;
    check_preimage_key(kind, &key, bytes)?;
    Ok((kind, key, bytes))
}
