//! `preheat check`: what of many scripts cannot run here, found without running them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use preheat_compiler::coverage;
use preheat_compiler::diagnostic::{Diagnostic, Severity, SourceMap};
use preheat_compiler::syntax;
use rayon::prelude::*;
use serde::Serialize;

use crate::Status;
use crate::failure::Failure;
use crate::inputs::{self, Case};
use crate::script::{decode, stems};
use crate::text;

/// Stack of a thread that reads trees.
const STACK_BYTES: usize = 64 << 20;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat check scripts --json")]
pub(crate) struct CheckArgs {
    /// Scripts (.m), folders, or manifests (.toml)
    #[arg(required = true, value_name = "SCRIPT", value_hint = ValueHint::AnyPath)]
    pub(crate) scripts: Vec<PathBuf>,
    /// Scripts read at once; as many as there are processors if not given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Look for functions in this folder too; may be repeated
    #[arg(long = "path", value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) folders: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Folders within folders that are looked into.
const DEPTH_MAX: usize = 8;

/// One finding as it is shown.
#[derive(Debug, Serialize)]
struct Found {
    file: String,
    line: u32,
    column: u32,
    /// `error`: the script cannot run past this place. `warning`: it may not mean what it says.
    severity: &'static str,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

/// All of it.
#[derive(Debug, Serialize)]
struct Checked {
    scripts: usize,
    scripts_with_errors: usize,
    findings: Vec<Found>,
    /// How often each message was found, the most frequent first.
    summary: Vec<(String, usize)>,
}

/// Checks scripts.
pub(crate) fn check(args: &CheckArgs) -> Result<Status, Failure> {
    let cases = inputs::collect(&args.scripts, false)?;
    let folders: BTreeSet<PathBuf> = cases.iter().map(|case| folder_of(&case.path)).collect();
    let given: BTreeSet<String> = args.folders.iter().flat_map(|folder| stems(folder)).collect();
    let names = |folder: PathBuf| {
        let mut names = stems(&folder);
        names.extend(stems(&folder.join("private")));
        names.extend(given.iter().cloned());
        (folder, names)
    };
    let names: BTreeMap<PathBuf, BTreeSet<String>> = folders.into_iter().map(names).collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs.map_or(0, usize::from))
        .stack_size(STACK_BYTES)
        .build()
        .map_err(Failure::Workers)?;
    let none = BTreeSet::new();
    let one = |case: &Case| {
        let beside = names.get(&folder_of(&case.path)).unwrap_or(&none);
        examine(case, beside)
    };
    let found: Vec<Vec<Found>> =
        pool.install(|| cases.par_iter().map(one).collect::<Result<_, Failure>>())?;
    let is_error = |found: &Found| found.severity == "error";
    let scripts_with_errors = found.iter().filter(|found| found.iter().any(is_error)).count();
    let findings: Vec<Found> = found.into_iter().flatten().collect();
    let summary = summary(&findings);
    let checked = Checked { scripts: cases.len(), scripts_with_errors, findings, summary };
    let out = &mut io::BufWriter::new(io::stdout().lock());
    if args.json {
        writeln!(out, "{:#}", serde_json::to_value(&checked)?)?;
    } else {
        checked.write(out)?;
    }
    out.flush()?;
    Ok(if checked.findings.is_empty() { Status::Done } else { Status::Findings })
}

/// Stems of the `.m` files in folders below a folder, hidden ones left out.
fn stems_below(folder: &Path, depth: usize) -> BTreeSet<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(stems(&entry.path()));
            if depth > 0 {
                found.extend(stems_below(&entry.path(), depth - 1));
            }
        }
    }
    found
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_path_buf()
}

fn examine(case: &Case, beside: &BTreeSet<String>) -> Result<Vec<Found>, Failure> {
    let bytes = fs::read(&case.path).map_err(Failure::reading(&case.path))?;
    let text = decode(bytes);
    let mut sources = SourceMap::default();
    let file = sources.add(case.path.display().to_string(), text.as_str());
    let (program, found) = syntax::parse(file, &text);
    // Where a script adds folders to its path, those below its own may be among them.
    let below = match text.contains("addpath") {
        true => stems_below(&folder_of(&case.path), DEPTH_MAX),
        false => BTreeSet::new(),
    };
    let is_file = |name: &str| beside.contains(name) || below.contains(name);
    let findings = coverage::examine(&program, found, &is_file);
    Ok(findings.into_iter().map(|finding| Found::new(finding, &sources, case)).collect())
}

impl Found {
    fn new(finding: Diagnostic, sources: &SourceMap, case: &Case) -> Found {
        let place = finding.span.and_then(|span| sources.line_column(span));
        let (line, column) = place.unwrap_or((1, 1));
        Found {
            file: case.path.display().to_string(),
            line,
            column,
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: finding.code,
            message: finding.message,
            hint: finding.hint,
        }
    }
}

fn summary(findings: &[Found]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(&finding.message).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> =
        counts.into_iter().map(|(message, count)| (message.to_owned(), count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}

impl Checked {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for found in &self.findings {
            let Found { file, line, column, severity, code, message, hint } = found;
            let message = text::printable(message);
            write!(out, "{file}:{line}:{column}: {severity} {code}: {message}")?;
            match hint {
                Some(hint) => writeln!(out, " (hint: {})", text::printable(hint))?,
                None => writeln!(out)?,
            }
        }
        let scripts = text::counted(self.scripts, "script");
        let findings = text::counted(self.findings.len(), "finding");
        writeln!(out, "{scripts}, {findings}, {} with errors", self.scripts_with_errors)
    }
}
