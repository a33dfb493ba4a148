//! What two archives have and do not have in common, by key and by field.
//!
//! Both are read in the order of their index, a group at a time, so memory is needed for what
//! differs and not for what is the same. In a [`Difference`], `expected` is the old archive's
//! value and `found` the new one's.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use crate::archive::ContentHash;
use crate::error::ArchiveError;
use crate::key::{ArtifactKey, GroupKey, KernelKey};
use crate::nearest::{Difference, artifact_differences, kernel_differences, signature_differences};
use crate::read::{ArchiveView, EntryRef, Provenance};
use crate::row::IndexRow;
use crate::types::Target;

/// Two groups of one script are taken for one that was changed if at most so many fields differ.
pub const NEAR_MAX: usize = 16;

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Groups that only the old archive has.
    pub removed: Vec<GroupSize>,
    /// Groups that only the new archive has.
    pub added: Vec<GroupSize>,
    /// Of those, groups of one script of which one seems to have become the other.
    pub became: Vec<Became>,
    /// Artifacts of groups that both have, but not these.
    pub removed_artifacts: Vec<ArtifactSize>,
    /// The same of the new archive.
    pub added_artifacts: Vec<ArtifactSize>,
    /// Artifacts that both have, with other contents or under another key.
    pub changed: Vec<Changed>,
    /// Places in scripts that only the old archive names.
    pub removed_places: Vec<Place>,
    /// Places in scripts that only the new archive names.
    pub added_places: Vec<Place>,
}

/// A group with what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSize {
    /// The group.
    pub group: GroupKey,
    /// Number of its artifacts.
    pub artifacts: usize,
    /// Bytes of their modules and entries.
    pub bytes: u64,
}

/// An artifact with what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactSize {
    /// The group.
    pub group: GroupKey,
    /// The artifact.
    pub artifact: ArtifactKey,
    /// Name of the variant.
    pub variant: String,
    /// Language of the module.
    pub target: Target,
    /// Bytes of module and entry.
    pub bytes: u64,
}

/// An artifact that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The group.
    pub group: GroupKey,
    /// Name of the variant in the new archive.
    pub variant: String,
    /// Language of the module.
    pub target: Target,
    /// Every field that differs.
    pub differences: Vec<Difference>,
    /// Bytes of module and entry, old and new.
    pub bytes: [u64; 2],
}

/// A group that seems to have become another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Became {
    /// The old group.
    pub old: GroupKey,
    /// The new group.
    pub new: GroupKey,
    /// A script that has both.
    pub script: String,
    /// Every field of their signatures that differs.
    pub differences: Vec<Difference>,
}

/// A place in a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The group that it asks for.
    pub group: GroupKey,
    /// Name of the script.
    pub script: String,
    /// First line, 1-based.
    pub line_first: u32,
    /// Last line.
    pub line_last: u32,
    /// The group as text.
    pub text: String,
}

impl Diff {
    /// True if the archives have the same content.
    pub fn is_empty(&self) -> bool {
        *self == Diff::default()
    }
}

/// What differs between the contents of two archives.
///
/// # Errors
/// [`ArchiveError`] if one is damaged where they differ.
pub fn diff(old: &ArchiveView<'_>, new: &ArchiveView<'_>) -> Result<Diff, ArchiveError> {
    let mut diff = Diff::default();
    let (mut left, mut right) = (groups(old), groups(new));
    loop {
        let [first, second] = [left.head()?, right.head()?];
        let is_left = |other: Option<GroupKey>| other.is_none_or(|other| first <= Some(other));
        match (first, second) {
            (None, None) => break,
            (Some(group), second) if is_left(second) && second != Some(group) => {
                diff.removed.push(size(group, &left.take(group)?));
            }
            (Some(group), Some(same)) if group == same => {
                let entries = [left.take(group)?, right.take(group)?];
                compare([old, new], entries, &mut diff)?;
            }
            (_, Some(group)) => diff.added.push(size(group, &right.take(group)?)),
            (Some(group), None) => diff.removed.push(size(group, &left.take(group)?)),
        }
    }
    places(old, new, &mut diff)?;
    became(old, new, &mut diff)?;
    Ok(diff)
}

/// Entries of an archive, a group at a time.
struct Groups<'a, I: Iterator<Item = Result<EntryRef<'a>, ArchiveError>>> {
    entries: Peekable<I>,
}

fn groups<'a>(
    view: &ArchiveView<'a>,
) -> Groups<'a, impl Iterator<Item = Result<EntryRef<'a>, ArchiveError>> + use<'a>> {
    Groups { entries: view.entries().peekable() }
}

impl<'a, I: Iterator<Item = Result<EntryRef<'a>, ArchiveError>>> Groups<'a, I> {
    /// The group of the next entry.
    fn head(&mut self) -> Result<Option<GroupKey>, ArchiveError> {
        if self.entries.peek().is_some_and(Result::is_err) {
            return self.entries.next().transpose().map(|_| None);
        }
        let next = self.entries.peek().and_then(|entry| entry.as_ref().ok());
        Ok(next.map(|entry| entry.row().group_key))
    }

    fn take(&mut self, group: GroupKey) -> Result<Vec<EntryRef<'a>>, ArchiveError> {
        let mut entries = Vec::new();
        while self.head()? == Some(group) {
            entries.extend(self.entries.next().transpose()?);
        }
        Ok(entries)
    }
}

fn bytes(row: &IndexRow) -> u64 {
    row.entry.len_bytes.saturating_add(row.module.len_bytes)
}

fn size(group: GroupKey, entries: &[EntryRef<'_>]) -> GroupSize {
    let bytes = entries.iter().map(|entry| bytes(entry.row())).sum();
    GroupSize { group, artifacts: entries.len(), bytes }
}

fn variant(entry: &EntryRef<'_>) -> Result<String, ArchiveError> {
    Ok(entry.artifact()?.variant.to_string())
}

fn artifact_size(entry: &EntryRef<'_>) -> Result<ArtifactSize, ArchiveError> {
    let row = entry.row();
    Ok(ArtifactSize {
        group: row.group_key,
        artifact: row.artifact_key,
        variant: variant(entry)?,
        target: row.target,
        bytes: bytes(row),
    })
}

/// Artifacts of a group that both have: those that are equal fall away, the others are paired by
/// target and place among the variants.
fn compare(
    views: [&ArchiveView<'_>; 2],
    [mut old, mut new]: [Vec<EntryRef<'_>>; 2],
    diff: &mut Diff,
) -> Result<(), ArchiveError> {
    let identity = |entry: &EntryRef<'_>| {
        let row = entry.row();
        (row.artifact_key, row.rank, row.entry.hash, row.module.hash)
    };
    let common: BTreeSet<_> = old.iter().map(identity).collect();
    let both: BTreeSet<_> = new.iter().map(identity).filter(|one| common.contains(one)).collect();
    old.retain(|entry| !both.contains(&identity(entry)));
    new.retain(|entry| !both.contains(&identity(entry)));
    for before in old {
        let is_pair = |after: &EntryRef<'_>| {
            let (left, right) = (before.row(), after.row());
            (left.target, left.rank) == (right.target, right.rank)
        };
        match new.iter().position(is_pair) {
            None => diff.removed_artifacts.push(artifact_size(&before)?),
            Some(at) => diff.changed.push(changed(views, [&before, &new.remove(at)])?),
        }
    }
    for after in new {
        diff.added_artifacts.push(artifact_size(&after)?);
    }
    Ok(())
}

fn changed(
    [old_view, new_view]: [&ArchiveView<'_>; 2],
    [old, new]: [&EntryRef<'_>; 2],
) -> Result<Changed, ArchiveError> {
    let (before, after) = (old.row(), new.row());
    let [left, right] = [old.to_artifact()?, new.to_artifact()?];
    let mut differences = Vec::new();
    let kernels = [
        old_view.kernel(KernelKey(left.kernel_key))?,
        new_view.kernel(KernelKey(right.kernel_key))?,
    ];
    if let [Some(expected), Some(found)] = &kernels {
        differences.extend(kernel_differences(expected, found));
    }
    let translations =
        [old_view.translation(before.artifact_key)?, new_view.translation(after.artifact_key)?];
    if let [Some(expected), Some(found)] = &translations {
        differences.extend(artifact_differences(expected, found));
    }
    let mut compare = |field: &str, values: [String; 2]| {
        let [expected, found] = values;
        if expected != found {
            differences.push(Difference { field: field.to_owned(), expected, found });
        }
    };
    compare("features", [&left, &right].map(|one| format!("{:#b}", one.features.0)));
    compare("operations", [&left, &right].map(|one| one.op_count.to_string()));
    compare("scratch buffers", [&left, &right].map(|one| format!("{:?}", one.scratch)));
    compare("uniform fields", [&left, &right].map(|one| format!("{:?}", one.uniform)));
    compare("passes", [&left, &right].map(|one| format!("{:?}", one.passes)));
    let hash = |hash: ContentHash| hash.to_string().chars().take(16).collect();
    compare("module", [hash(before.module.hash), hash(after.module.hash)]);
    Ok(Changed {
        group: after.group_key,
        variant: right.variant,
        target: after.target,
        differences,
        bytes: [bytes(before), bytes(after)],
    })
}

fn place(row: Provenance<'_>) -> Place {
    Place {
        group: row.group_key,
        script: row.script.to_owned(),
        line_first: row.line_first,
        line_last: row.line_last,
        text: row.text.to_owned(),
    }
}

/// Rows of provenance are sorted, so one pass over both finds what only one has.
fn places(
    old: &ArchiveView<'_>,
    new: &ArchiveView<'_>,
    diff: &mut Diff,
) -> Result<(), ArchiveError> {
    let (mut left, mut right) = (old.provenance_all(), new.provenance_all());
    let (mut before, mut after) = (left.next().transpose()?, right.next().transpose()?);
    loop {
        match (before, after) {
            (None, None) => return Ok(()),
            (Some(row), Some(same)) if row == same => {
                before = left.next().transpose()?;
                after = right.next().transpose()?;
            }
            (Some(row), other) if other.is_none_or(|other| row < other) => {
                diff.removed_places.push(place(row));
                before = left.next().transpose()?;
            }
            (_, Some(row)) => {
                diff.added_places.push(place(row));
                after = right.next().transpose()?;
            }
            (Some(row), None) => {
                diff.removed_places.push(place(row));
                before = left.next().transpose()?;
            }
        }
    }
}

/// Pairs groups that went with groups that came, each with the nearest of the same script.
fn became(
    old: &ArchiveView<'_>,
    new: &ArchiveView<'_>,
    diff: &mut Diff,
) -> Result<(), ArchiveError> {
    let mut came: BTreeMap<String, BTreeSet<GroupKey>> = BTreeMap::new();
    for one in &diff.added {
        for row in new.provenance(one.group) {
            came.entry(row?.script.to_owned()).or_default().insert(one.group);
        }
    }
    let mut taken = BTreeSet::new();
    for one in &diff.removed {
        let Some(expected) = old.signature(one.group)? else {
            continue;
        };
        let mut best: Option<Became> = None;
        for row in old.provenance(one.group) {
            let script = row?.script;
            for group in came.get(script).into_iter().flatten() {
                let found = new.signature(*group)?.filter(|_| !taken.contains(group));
                let Some(found) = found else { continue };
                let differences = signature_differences(&expected, &found);
                let nearest = best.as_ref().map_or(NEAR_MAX + 1, |best| best.differences.len());
                if differences.len() < nearest {
                    let (old, new, script) = (one.group, *group, script.to_owned());
                    best = Some(Became { old, new, script, differences });
                }
            }
        }
        if let Some(best) = best {
            taken.insert(best.new);
            diff.became.push(best);
        }
    }
    Ok(())
}
