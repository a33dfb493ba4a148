//! `preheat prune`: a smaller archive of what is worth keeping.
//!
//! What a group is worth follows from when it was last used, as far as this user's runs recorded
//! it (`usage.rs`), and from how many operations it fuses for its bytes: those are what compiling
//! it again costs. The least worthy go first.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::{ArchiveError, ArchiveView, GroupKey, IndexRow, Target};
use preheat_runtime::Archive;
use serde_json::json;

use crate::Status;
use crate::args::TargetName;
use crate::failure::Failure;
use crate::filter::Scripts;
use crate::run::open_archive;
use crate::usage::{self, LastUses};
use crate::{merge, text, user_cache};

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  preheat prune warm.preheat --max-size 20MB --keep-scripts core"
)]
pub(crate) struct PruneArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Archive to write, signed with the local key; FILE itself if not given
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Drop groups, the least worthy first, until the file is at most so large, e.g. `20MB`
    #[arg(long, value_name = "BYTES", value_parser = text::parse_bytes)]
    pub(crate) max_size: Option<u64>,
    /// Drop groups that no run of this user is known to have used since a day (`2026-11-01`) or
    /// for a time (`30d`)
    #[arg(long, value_name = "WHEN", value_parser = text::parse_since)]
    pub(crate) unused_since: Option<u64>,
    /// Drop the modules of these targets
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub(crate) target: Vec<TargetName>,
    /// Drop no group of these scripts: a name, a folder, or a pattern; may be repeated
    #[arg(long, value_name = "SCRIPT")]
    pub(crate) keep_scripts: Vec<String>,
    /// Only say what would be dropped
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is known of a group.
#[derive(Clone, Debug, Default)]
struct Group {
    bytes: u64,
    ops: u64,
    last_use: Option<u64>,
    is_kept: bool,
}

/// Drops what is not worth its bytes.
pub(crate) fn prune(args: &PruneArgs) -> Result<Status, Failure> {
    if args.max_size.is_none() && args.unused_since.is_none() && args.target.is_empty() {
        return Err(Failure::NoCriterion);
    }
    let journal = user_cache::usage_journal().filter(|path| path.is_file());
    if args.unused_since.is_some() && journal.is_none() {
        return Err(Failure::NoUsage);
    }
    let uses = journal.map(|path| usage::read(&path)).unwrap_or_default();
    let archive = open_archive(&args.file)?;
    let failed =
        |error: ArchiveError| Failure::Archive { path: args.file.clone(), source: error.into() };
    let view = archive.view().map_err(failed)?;
    let scripts = Scripts::new(&args.keep_scripts)?;
    let targets: Vec<Target> = args.target.iter().map(|target| (*target).into()).collect();
    let mut pruning = Pruning {
        args,
        archive: &archive,
        view,
        groups: groups(&view, (&targets, &uses, &scripts), args).map_err(failed)?,
        targets,
        dropped: BTreeSet::new(),
    };
    pruning.drop_unused();
    pruning.shrink()?;
    pruning.end()
}

fn groups(
    view: &ArchiveView<'_>,
    (targets, uses, scripts): (&[Target], &LastUses, &Scripts),
    args: &PruneArgs,
) -> Result<BTreeMap<GroupKey, Group>, ArchiveError> {
    let mut groups: BTreeMap<GroupKey, Group> = BTreeMap::new();
    for entry in view.entries() {
        let entry = entry?;
        let row = *entry.row();
        if targets.contains(&row.target) {
            continue;
        }
        let ops = u64::from(entry.artifact()?.op_count.to_native());
        let group = groups.entry(row.group_key).or_default();
        group.bytes = group.bytes.saturating_add(row.module.len_bytes + row.entry.len_bytes);
        group.ops = group.ops.max(ops);
    }
    for (key, group) in &mut groups {
        group.last_use = uses.get(&key.to_string()).copied();
        group.is_kept = !args.keep_scripts.is_empty() && scripts.has_group(view, *key)?;
    }
    Ok(groups)
}

struct Pruning<'a> {
    args: &'a PruneArgs,
    archive: &'a Archive,
    view: ArchiveView<'a>,
    /// What is left without the dropped targets.
    groups: BTreeMap<GroupKey, Group>,
    targets: Vec<Target>,
    dropped: BTreeSet<GroupKey>,
}

impl Pruning<'_> {
    fn drop_unused(&mut self) {
        let Some(since) = self.args.unused_since else { return };
        let is_unused = |group: &Group| group.last_use.is_none_or(|last| last < since);
        let unused = self.groups.iter().filter(|(_, group)| !group.is_kept && is_unused(group));
        self.dropped.extend(unused.map(|(key, _)| *key));
    }

    /// Modules that groups share make sizes less than sums, so the file is laid out to know.
    fn shrink(&mut self) -> Result<(), Failure> {
        let Some(max) = self.args.max_size else { return Ok(()) };
        let mut candidates: Vec<(GroupKey, Group)> = self
            .groups
            .iter()
            .filter(|(key, group)| !group.is_kept && !self.dropped.contains(*key))
            .map(|(key, group)| (*key, group.clone()))
            .collect();
        candidates.sort_by(|(left_key, left), (right_key, right)| {
            // Fewer operations per byte, compared without division.
            let worth =
                |one: &Group, other: &Group| u128::from(one.ops) * u128::from(other.bytes.max(1));
            let worths = worth(left, right).cmp(&worth(right, left));
            left.last_use.cmp(&right.last_use).then(worths).then(left_key.cmp(right_key))
        });
        let mut candidates = candidates.into_iter();
        loop {
            let found = self.len_bytes()?;
            if found <= max {
                return Ok(());
            }
            let mut excess = found - max;
            let mut has_dropped = false;
            while excess > 0 {
                let Some((key, group)) = candidates.next() else { break };
                self.dropped.insert(key);
                excess = excess.saturating_sub(group.bytes);
                has_dropped = true;
            }
            if !has_dropped {
                return Err(Failure::TooLarge { path: self.args.file.clone(), max, found });
            }
        }
    }

    fn keeps(&self, row: &IndexRow) -> bool {
        !self.dropped.contains(&row.group_key) && !self.targets.contains(&row.target)
    }

    /// Length of the file that would be written.
    fn len_bytes(&self) -> Result<u64, Failure> {
        merge::len_bytes(std::slice::from_ref(self.archive), &|row| self.keeps(row))
    }

    fn end(&self) -> Result<Status, Failure> {
        let entries = self.view.entries().filter_map(Result::ok);
        let gone = entries.filter(|entry| !self.keeps(entry.row())).count();
        let output = self.args.output.as_ref().unwrap_or(&self.args.file);
        let is_written = !self.args.dry_run && (gone > 0 || self.args.output.is_some());
        let after = match is_written {
            true => {
                merge::write(std::slice::from_ref(self.archive), &|row| self.keeps(row), output)?
                    .len_bytes
            }
            false if gone == 0 => self.view.len_bytes(),
            false => self.len_bytes()?,
        };
        self.print(gone, after)?;
        Ok(Status::Done)
    }

    fn print(&self, gone: usize, after: u64) -> Result<(), Failure> {
        let out = &mut io::stdout().lock();
        let before = self.view.len_bytes();
        let dropped = self.dropped.iter().filter_map(|key| Some((key, self.groups.get(key)?)));
        if self.args.json {
            let list = dropped.map(|(key, group)| {
                json!({
                    "group": key.to_string(),
                    "bytes": group.bytes,
                    "operations": group.ops,
                    "last_use": group.last_use.map(text::day),
                })
            });
            let json = json!({
                "archive": self.args.file.display().to_string(),
                "dry_run": self.args.dry_run,
                "dropped_groups": list.collect::<Vec<_>>(),
                "dropped_artifacts": gone,
                "bytes_before": before,
                "bytes_after": after,
            });
            return Ok(writeln!(out, "{json:#}")?);
        }
        for (key, group) in dropped {
            let used = group.last_use.map_or("no use on record".to_owned(), |last| {
                format!("last used {}", text::day(last))
            });
            let (bytes, ops) =
                (text::bytes(group.bytes), text::counted(group.ops as usize, "operation"));
            let scripts = self.scripts(*key);
            writeln!(out, "- group {}: {bytes}, {ops}, {used}{scripts}", key.short())?;
        }
        let would = if self.args.dry_run { "would drop" } else { "dropped" };
        let artifacts = text::counted(gone, "artifact");
        let groups = text::counted(self.dropped.len(), "group");
        let [before, after] = [before, after].map(text::grouped);
        writeln!(out, "{would} {groups}, {artifacts}: {before} -> {after} bytes")?;
        Ok(())
    }

    fn scripts(&self, key: GroupKey) -> String {
        let rows = self.view.provenance(key).filter_map(Result::ok);
        let names: BTreeSet<String> = rows.map(|row| text::printable(row.script)).collect();
        names.iter().fold(String::new(), |all, name| format!("{all}, {name}"))
    }
}
