//! `preheat diff`: what two archives do not have in common, by key and by field.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::attach::attachments;
use preheat_format::diff::{ArtifactSize, Diff, GroupSize, Place};
use preheat_format::nearest::Difference;
use serde_json::{Value, json};

use crate::Status;
use crate::failure::Failure;
use crate::run::open_archive;
use crate::text;

/// Characters of a value in the text form.
const VALUE_LEN_MAX: usize = 60;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat diff warm-1.2.preheat warm-1.3.preheat")]
pub(crate) struct DiffArgs {
    /// The old archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) old: PathBuf,
    /// The new archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) new: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Compares two archives; exit status 1 if their contents differ.
pub(crate) fn diff(args: &DiffArgs) -> Result<Status, Failure> {
    let (first, second) = (open_archive(&args.old)?, open_archive(&args.new)?);
    let failed = |path: &PathBuf, error: preheat_format::ArchiveError| Failure::Archive {
        path: path.clone(),
        source: error.into(),
    };
    let old = first.view().map_err(|error| failed(&args.old, error))?;
    let new = second.view().map_err(|error| failed(&args.new, error))?;
    let is_same = old.root_hash() == new.root_hash();
    // Equal root hashes vouch for equal content.
    let found = match is_same {
        true => Diff::default(),
        false => {
            preheat_format::diff::diff(&old, &new).map_err(|error| failed(&args.new, error))?
        }
    };
    let has_same_attachments = attachments(&old, &[]) == attachments(&new, &[]);
    let out = &mut io::stdout().lock();
    if args.json {
        let json = json!({
            "old": args.old.display().to_string(),
            "new": args.new.display().to_string(),
            "same": is_same,
            "same_signatures": has_same_attachments,
            "root_hashes": [old.root_hash().to_string(), new.root_hash().to_string()],
            "bytes": [old.len_bytes(), new.len_bytes()],
            "differences": json(&found),
        });
        writeln!(out, "{json:#}")?;
    } else {
        write(out, &found)?;
        let bytes = [old.len_bytes(), new.len_bytes()].map(text::grouped);
        let verdict = match (is_same, has_same_attachments) {
            (true, true) => "the same",
            (true, false) => "the same content, other signatures",
            (false, _) => "not the same",
        };
        writeln!(out, "{verdict}; {} and {} bytes", bytes[0], bytes[1])?;
        writeln!(out, "root hash {}\nroot hash {}", old.root_hash(), new.root_hash())?;
    }
    Ok(if is_same { Status::Done } else { Status::Findings })
}

/// The differences, one a line.
///
/// # Errors
/// Those of the writer.
pub(crate) fn write(out: &mut impl Write, diff: &Diff) -> io::Result<()> {
    for one in &diff.became {
        let (old, new) = (one.old.short(), one.new.short());
        writeln!(
            out,
            "~ group {old} became {new} ({}){}",
            shown(&one.script),
            fields(&one.differences)
        )?;
    }
    let groups = [("-", &diff.removed), ("+", &diff.added)];
    for (sign, one) in signed(&groups) {
        let (artifacts, bytes) = (text::counted(one.artifacts, "artifact"), text::bytes(one.bytes));
        writeln!(out, "{sign} group {}: {artifacts}, {bytes}", one.group.short())?;
    }
    let artifacts = [("-", &diff.removed_artifacts), ("+", &diff.added_artifacts)];
    for (sign, one) in signed(&artifacts) {
        let (group, variant) = (one.group.short(), text::printable(&one.variant));
        writeln!(
            out,
            "{sign} {variant} of group {group} as {}: {}",
            one.target,
            text::bytes(one.bytes)
        )?;
    }
    for one in &diff.changed {
        let (group, variant) = (one.group.short(), text::printable(&one.variant));
        let [before, after] = one.bytes.map(text::grouped);
        let fields = fields(&one.differences);
        writeln!(
            out,
            "~ {variant} of group {group} as {}{fields}, {before} -> {after} bytes",
            one.target
        )?;
    }
    let places = [("-", &diff.removed_places), ("+", &diff.added_places)];
    for (sign, one) in signed(&places) {
        let (script, group) = (shown(&one.script), one.group.short());
        writeln!(
            out,
            "{sign} {script}:{}-{} asks for group {group}",
            one.line_first, one.line_last
        )?;
    }
    Ok(())
}

/// Each of both lists with the sign of its list.
fn signed<'a, T>(lists: &'a [(&'a str, &'a Vec<T>); 2]) -> impl Iterator<Item = (&'a str, &'a T)> {
    lists.iter().flat_map(|(sign, list)| list.iter().map(move |one| (*sign, one)))
}

fn shown(script: &str) -> String {
    text::printable(script)
}

/// `: node 3: operation: add -> sub`
fn fields(differences: &[Difference]) -> String {
    let one = |one: &Difference| {
        let value = |value: &str| text::printable(&text::shortened(value, VALUE_LEN_MAX));
        format!("{}: {} -> {}", one.field, value(&one.expected), value(&one.found))
    };
    let list: Vec<String> = differences.iter().map(one).collect();
    if list.is_empty() { String::new() } else { format!(": {}", list.join("; ")) }
}

/// The differences for machines.
pub(crate) fn json(diff: &Diff) -> Value {
    let groups = |list: &[GroupSize]| -> Vec<Value> {
        let one = |one: &GroupSize| {
            let group = one.group.to_string();
            json!({ "group": group, "artifacts": one.artifacts, "bytes": one.bytes })
        };
        list.iter().map(one).collect()
    };
    let artifacts = |list: &[ArtifactSize]| -> Vec<Value> {
        let one = |one: &ArtifactSize| {
            json!({
                "group": one.group.to_string(),
                "artifact": one.artifact.to_string(),
                "variant": one.variant,
                "target": one.target.name(),
                "bytes": one.bytes,
            })
        };
        list.iter().map(one).collect()
    };
    let places = |list: &[Place]| -> Vec<Value> {
        let one = |one: &Place| {
            json!({
                "group": one.group.to_string(),
                "script": one.script,
                "line_first": one.line_first,
                "line_last": one.line_last,
            })
        };
        list.iter().map(one).collect()
    };
    let changed = diff.changed.iter().map(|one| {
        json!({
            "group": one.group.to_string(),
            "variant": one.variant,
            "target": one.target.name(),
            "fields": fields_json(&one.differences, ["old", "new"]),
            "bytes": one.bytes,
        })
    });
    let became = diff.became.iter().map(|one| {
        json!({
            "old": one.old.to_string(),
            "new": one.new.to_string(),
            "script": one.script,
            "fields": fields_json(&one.differences, ["old", "new"]),
        })
    });
    json!({
        "removed": groups(&diff.removed),
        "added": groups(&diff.added),
        "became": became.collect::<Vec<_>>(),
        "removed_artifacts": artifacts(&diff.removed_artifacts),
        "added_artifacts": artifacts(&diff.added_artifacts),
        "changed": changed.collect::<Vec<_>>(),
        "removed_places": places(&diff.removed_places),
        "added_places": places(&diff.added_places),
    })
}

/// Fields that differ, with names for the two values.
pub(crate) fn fields_json(differences: &[Difference], names: [&str; 2]) -> Vec<Value> {
    let [first, second] = names;
    let one =
        |one: &Difference| json!({ "field": one.field, first: one.expected, second: one.found });
    differences.iter().map(one).collect()
}
