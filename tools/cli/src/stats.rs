//! `preheat stats`: what takes how much of an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::{ArchiveError, ArchiveView, GroupKey, Target};
use serde::Serialize;

use crate::Status;
use crate::failure::Failure;
use crate::run::open_archive;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat stats warm.preheat")]
pub(crate) struct StatsArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct SectionRow {
    section: &'static str,
    bytes: u64,
    rows: u64,
}

/// What the modules of one target take.
#[derive(Debug, Default, Serialize)]
struct TargetRow {
    artifacts: u64,
    /// Modules that are stored; several artifacts may share one.
    modules: u64,
    bytes: u64,
    /// Bytes that are not stored a second time.
    saved_bytes: u64,
}

/// What the groups of one script take; groups of several scripts count for each.
#[derive(Debug, Default, Serialize)]
struct ScriptRow {
    groups: u64,
    artifacts: u64,
    bytes: u64,
}

/// An archive in numbers.
#[derive(Debug, Serialize)]
struct Stats {
    bytes: u64,
    groups: u64,
    artifacts: u64,
    /// Bytes that equal modules save.
    saved_bytes: u64,
    sections: Vec<SectionRow>,
    targets: BTreeMap<&'static str, TargetRow>,
    scripts: BTreeMap<String, ScriptRow>,
}

/// Counts what an archive holds.
pub(crate) fn stats(args: &StatsArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.file)?;
    let failed =
        |error: ArchiveError| Failure::Archive { path: args.file.clone(), source: error.into() };
    let view = archive.view().map_err(failed)?;
    let stats = Stats::of(&view).map_err(failed)?;
    let out = &mut io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&stats)?)?;
    } else {
        stats.write(out)?;
    }
    Ok(Status::Done)
}

impl Stats {
    /// Reads index and provenance; no module is touched.
    fn of(view: &ArchiveView<'_>) -> Result<Stats, ArchiveError> {
        let mut targets: BTreeMap<&'static str, TargetRow> = BTreeMap::new();
        let mut groups: BTreeMap<GroupKey, [u64; 2]> = BTreeMap::new();
        let mut places: BTreeSet<(Target, u64)> = BTreeSet::new();
        for entry in view.entries() {
            let row = *entry?.row();
            let target = targets.entry(row.target.name()).or_default();
            target.artifacts += 1;
            if places.insert((row.target, row.module.offset_bytes)) {
                target.modules += 1;
                target.bytes += row.module.len_bytes;
            } else {
                target.saved_bytes += row.module.len_bytes;
            }
            let [artifacts, bytes] = groups.entry(row.group_key).or_default();
            *artifacts += 1;
            *bytes = bytes.saturating_add(row.module.len_bytes + row.entry.len_bytes);
        }
        let mut scripts: BTreeMap<String, ScriptRow> = BTreeMap::new();
        let mut last = None;
        for row in view.provenance_all() {
            let row = row?;
            // Rows are sorted by group and script: a group's further places in a script follow.
            if last.replace((row.group_key, row.script)) == Some((row.group_key, row.script)) {
                continue;
            }
            let [artifacts, bytes] = groups.get(&row.group_key).copied().unwrap_or_default();
            let script = scripts.entry(text::printable(row.script)).or_default();
            script.groups += 1;
            script.artifacts += artifacts;
            script.bytes += bytes;
        }
        let section = |section: preheat_format::Section| SectionRow {
            section: section.id.name(),
            bytes: section.len_bytes,
            rows: section.row_count,
        };
        Ok(Stats {
            bytes: view.len_bytes(),
            groups: groups.len() as u64,
            artifacts: view.entry_count(),
            saved_bytes: targets.values().map(|target| target.saved_bytes).sum(),
            sections: view.sections().map(section).collect(),
            targets,
            scripts,
        })
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let number = |number: u64| text::grouped(number);
        let rows: Vec<[String; 3]> = self
            .sections
            .iter()
            .map(|row| [row.section.to_owned(), number(row.bytes), number(row.rows)])
            .collect();
        text::table(out, ["section", "bytes", "rows"], &rows)?;
        let rows: Vec<[String; 5]> = self
            .targets
            .iter()
            .map(|(name, row)| {
                let numbers = [row.artifacts, row.modules, row.bytes, row.saved_bytes];
                let [artifacts, modules, bytes, saved] = numbers.map(number);
                [(*name).to_owned(), artifacts, modules, bytes, saved]
            })
            .collect();
        writeln!(out)?;
        text::table(out, ["target", "artifacts", "modules", "bytes", "saved"], &rows)?;
        let rows: Vec<[String; 4]> = self
            .scripts
            .iter()
            .map(|(name, row)| {
                let [groups, artifacts, bytes] = [row.groups, row.artifacts, row.bytes].map(number);
                [name.clone(), groups, artifacts, bytes]
            })
            .collect();
        writeln!(out)?;
        text::table(out, ["script", "groups", "artifacts", "bytes"], &rows)?;
        writeln!(
            out,
            "\n{} groups, {} artifacts, {} bytes; equal modules save {}",
            number(self.groups),
            number(self.artifacts),
            number(self.bytes),
            text::bytes(self.saved_bytes),
        )
    }
}
