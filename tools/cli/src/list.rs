//! `preheat list`: what an archive holds, one group a line.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::{ArchiveError, ArchiveView, ContentHash, GroupKey, Target};
use preheat_runtime::{Archive, RuntimeError};
use serde::Serialize;

use crate::Status;
use crate::failure::Failure;
use crate::filter::{Filter, Scripts};
use crate::replay::described;
use crate::run::open_archive;
use crate::text;

/// Characters of a group's operations in the table.
const OPS_LEN_MAX: usize = 48;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat list warm.preheat --op red_sum --script 'image/*.m'")]
pub(crate) struct ListArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where a group comes from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Place {
    pub(crate) script: String,
    pub(crate) line_first: u32,
    pub(crate) line_last: u32,
    pub(crate) operations: String,
}

/// One group of an archive.
#[derive(Clone, Debug, Serialize)]
struct Row {
    #[serde(skip)]
    key: GroupKey,
    group: String,
    variants: BTreeSet<String>,
    targets: BTreeSet<&'static str>,
    artifacts: usize,
    /// Bytes of its modules; those shared by two artifacts count twice.
    module_bytes: u64,
    places: Vec<Place>,
}

/// One plan of an archive.
#[derive(Clone, Debug, Serialize)]
struct PlanRow {
    name: String,
    about: String,
}

fn plans(view: &ArchiveView<'_>) -> Result<Vec<PlanRow>, preheat_format::ArchiveError> {
    let row = |plan: preheat_format::PlanRef<'_>| {
        Ok(PlanRow { name: text::printable(plan.name), about: described(&plan.decode()?) })
    };
    view.plans().map(|plan| row(plan?)).collect()
}

/// Lists the groups.
pub(crate) fn list(args: &ListArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.file)?;
    let (view, rows) = rows(&archive, args)?;
    let plans = plans(&view).map_err(|source| {
        let path = args.file.clone();
        Failure::Archive { path, source: source.into() }
    })?;
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "archive": args.file.display().to_string(),
            "bytes": view.len_bytes(),
            "root_hash": view.root_hash().to_string(),
            "groups": rows,
            "plans": plans,
        });
        writeln!(out, "{json:#}")?;
    } else {
        write(out, &rows, view.len_bytes(), view.root_hash())?;
        if !plans.is_empty() {
            let cells: Vec<_> =
                plans.iter().map(|plan| [plan.name.clone(), plan.about.clone()]).collect();
            writeln!(out)?;
            text::table(out, ["plan", "covers"], &cells)?;
        }
    }
    Ok(Status::Done)
}

fn rows<'a>(archive: &'a Archive, args: &ListArgs) -> Result<(ArchiveView<'a>, Vec<Row>), Failure> {
    let failed = |source: RuntimeError| Failure::Archive { path: args.file.clone(), source };
    let damaged = |error: ArchiveError| failed(error.into());
    let view = archive.view().map_err(damaged)?;
    let scripts = Scripts::new(&args.filter.script)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut last: Option<(GroupKey, bool)> = None;
    for entry in view.entries() {
        let entry = entry.map_err(damaged)?;
        let key = entry.row().group_key;
        let known = last.filter(|(group, _)| *group == key);
        let is_wanted = match known {
            Some((_, is_wanted)) => is_wanted,
            None => {
                let has_ops = args.filter.has_ops(&view, key).map_err(damaged)?;
                has_ops && scripts.has_group(&view, key).map_err(damaged)?
            }
        };
        last = Some((key, is_wanted));
        if !is_wanted || !args.filter.has_target(entry.row().target) {
            continue;
        }
        let artifact = entry.to_artifact().map_err(damaged)?;
        if rows.last().is_none_or(|row| row.key != key) {
            rows.push(Row {
                key,
                group: key.to_string(),
                variants: BTreeSet::new(),
                targets: BTreeSet::new(),
                artifacts: 0,
                module_bytes: 0,
                places: places(&view, key).map_err(failed)?,
            });
        }
        // A row was just pushed for the first entry of each group.
        if let Some(row) = rows.last_mut() {
            row.variants.insert(text::printable(&artifact.variant));
            row.targets.insert(artifact.target.name());
            row.artifacts += 1;
            row.module_bytes += entry.row().module.len_bytes;
        }
    }
    rows.retain(|row| args.filter.has_size(row.module_bytes));
    Ok((view, rows))
}

/// Where a group comes from, by script and line.
///
/// # Errors
/// [`RuntimeError::Archive`] if a row is damaged.
pub(crate) fn places(view: &ArchiveView<'_>, key: GroupKey) -> Result<Vec<Place>, RuntimeError> {
    let place = |found: preheat_format::Provenance<'_>| Place {
        script: text::printable(found.script),
        line_first: found.line_first,
        line_last: found.line_last,
        operations: text::printable(found.text),
    };
    view.provenance(key).map(|found| Ok(found.map(place)?)).collect()
}

impl Place {
    /// `image/normalize.m:12-14`.
    pub(crate) fn name(&self) -> String {
        if self.line_first == self.line_last {
            format!("{}:{}", self.script, self.line_first)
        } else {
            format!("{}:{}-{}", self.script, self.line_first, self.line_last)
        }
    }
}

fn write(
    out: &mut impl Write,
    rows: &[Row],
    len_bytes: u64,
    root_hash: ContentHash,
) -> io::Result<()> {
    let cells: Vec<[String; 6]> = rows.iter().map(cells).collect();
    let head = ["group", "variants", "targets", "modules", "from", "operations"];
    text::table(out, head, &cells)?;
    let artifacts = rows.iter().map(|row| row.artifacts).sum();
    writeln!(
        out,
        "\n{}, {}, {}, root hash {root_hash}",
        text::counted(rows.len(), "group"),
        text::counted(artifacts, "artifact"),
        text::bytes(len_bytes),
    )
}

fn cells(row: &Row) -> [String; 6] {
    let targets = Target::ALL.into_iter().map(Target::name);
    let targets: Vec<&str> = targets.filter(|name| row.targets.contains(name)).collect();
    let variants: Vec<&str> = row.variants.iter().map(String::as_str).collect();
    let (place, operations) = match row.places.split_first() {
        None => (String::new(), String::new()),
        Some((place, [])) => (place.name(), place.operations.clone()),
        Some((place, more)) => {
            (format!("{} and {} more", place.name(), more.len()), place.operations.clone())
        }
    };
    [
        row.group.chars().take(16).collect(),
        variants.join(","),
        targets.join(","),
        text::bytes(row.module_bytes),
        place,
        text::shortened(&operations, OPS_LEN_MAX),
    ]
}
