//! `preheat explain`: the fusion groups of a script, in order, and whether archives have them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use preheat_compiler::diagnostic::{SourceMap, Span};
use preheat_compiler::session::{self, TracedGroup};
use preheat_format::GroupKey;
use preheat_runtime::Archive;
use serde::Serialize;

use crate::Status;
use crate::args::Tracing;
use crate::explain_recorded;
use crate::failure::Failure;
use crate::nearest::{Given, NearestGroup, damaged};
use crate::replay::described;
use crate::report;
use crate::run::open_archive;
use crate::script::{self, LoadError, Start, Traced};
use crate::text;

/// Lines of a group's excerpt.
const EXCERPT_LINES_MAX: usize = 12;
/// Characters of a line of it.
const LINE_LEN_MAX: usize = 92;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat explain heat.m --archive warm.preheat\n  \
                        preheat explain --recorded --archive warm.preheat")]
pub(crate) struct ExplainArgs {
    /// The script
    #[arg(value_hint = ValueHint::FilePath, required_unless_present = "recorded")]
    pub(crate) script: Option<PathBuf>,
    /// Explain the misses that a run recorded: those of the last run, or of a file that `run
    /// --stats` or an application wrote
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "script")]
    #[arg(num_args = 0..=1, require_equals = true)]
    pub(crate) recorded: Option<Option<PathBuf>>,
    /// Archive in which to look for each group; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) archive: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) tracing: Tracing,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// One group as it is shown; the same group at the same place in a loop is one.
#[derive(Debug, Serialize)]
struct Explained {
    group: String,
    times: usize,
    /// Trips of a rolled loop in all calls; equal to `times` for any other group.
    trips: u64,
    line_first: u32,
    line_last: u32,
    operations: String,
    extents: Vec<u64>,
    read_bytes: u64,
    written_bytes: u64,
    boundary: String,
    /// Whether an archive has it; absent without archives.
    hit: Option<bool>,
    /// On a miss: the group of an archive that is most like it.
    nearest: Option<NearestGroup>,
    excerpt: Vec<String>,
    #[serde(skip)]
    identity: (GroupKey, Vec<Span>),
}

/// Shows the groups.
pub(crate) fn explain(args: &ExplainArgs) -> Result<Status, Failure> {
    let archives = args.archive.iter().map(|path| open_archive(path));
    let archives: Vec<Archive> = archives.collect::<Result<_, _>>()?;
    let mut given = Vec::new();
    for (path, archive) in args.archive.iter().zip(&archives) {
        given.push(Given { path, view: archive.view().map_err(damaged(path))? });
    }
    match (&args.script, &args.recorded) {
        (Some(script), _) => explain_script(script, args, &given),
        (None, recorded) => {
            let file = recorded.as_ref().and_then(Option::as_deref);
            explain_recorded::explain(file, &given, args.json)
        }
    }
}

fn explain_script(path: &Path, args: &ExplainArgs, given: &[Given<'_>]) -> Result<Status, Failure> {
    let name = path.display().to_string();
    let file = match script::load(path, &name) {
        Ok(file) => file,
        Err(LoadError::Failure(failure)) => return Err(*failure),
        Err(LoadError::Syntax(report)) => {
            report.say();
            return Ok(Status::Failed);
        }
    };
    let start = Start {
        options: args.tracing.options(),
        defines: &args.tracing.defines,
        folders: &args.tracing.folders,
    };
    let (traced, plan) = script::on_own_stack(|| (file.trace(start), file.plan(start)))?;
    let plan = plan.map_or_else(|obstacle| format!("none: {obstacle}"), |plan| described(&plan));
    let explained = explained(&traced, given)?;
    let out = &mut io::stdout().lock();
    if args.json {
        let error = traced.report.as_ref().map(|report| report.summary());
        let json = serde_json::json!({
            "script": name, "groups": explained, "plan": plan, "error": error
        });
        writeln!(out, "{json:#}")?;
    } else {
        write(out, &name, &explained)?;
        writeln!(out, "\nplan: {plan}")?;
    }
    out.flush()?;
    for note in file.warnings.iter().chain(&traced.notes) {
        report::diagnostic(&traced.script.sources, note);
    }
    match traced.report {
        None => Ok(Status::Done),
        Some(report) => {
            report.say();
            Ok(Status::Failed)
        }
    }
}

fn explained(traced: &Traced, given: &[Given<'_>]) -> Result<Vec<Explained>, Failure> {
    let mut list: Vec<Explained> = Vec::new();
    for group in &traced.groups {
        let known = list
            .iter_mut()
            .find(|known| known.identity.0 == group.key && known.identity.1 == group.origin.spans);
        match known {
            Some(known) => {
                known.times += 1;
                known.trips += u64::from(group.trips);
            }
            None => list.push(Explained::new(group, &traced.script.sources, given)?),
        }
    }
    Ok(list)
}

impl Explained {
    fn new(
        group: &TracedGroup,
        sources: &SourceMap,
        given: &[Given<'_>],
    ) -> Result<Explained, Failure> {
        let (line_first, line_last) = session::lines(sources, &group.origin);
        let is_hit = given.iter().any(|one| one.has(group.key));
        let nearest = if is_hit { None } else { NearestGroup::find(&group.signature, given)? };
        Ok(Explained {
            group: group.key.to_string(),
            times: 1,
            trips: group.trips.into(),
            line_first,
            line_last,
            operations: group.origin.ops.clone(),
            extents: group.extents.clone(),
            read_bytes: group.bytes.0,
            written_bytes: group.bytes.1,
            boundary: group.origin.boundary.clone(),
            hit: (!given.is_empty()).then_some(is_hit),
            nearest,
            excerpt: excerpt(&group.origin.spans, sources),
            identity: (group.key, group.origin.spans.clone()),
        })
    }

    fn write(&self, number: usize, out: &mut impl Write) -> io::Result<()> {
        let hit = match self.hit {
            None => "",
            Some(true) => ", hit",
            Some(false) => ", miss",
        };
        let times = if self.times > 1 { format!(", {} times", self.times) } else { String::new() };
        let trips = match self.trips > self.times as u64 {
            true => format!(", {} trips of a loop", self.trips),
            false => String::new(),
        };
        let extents: Vec<String> = self.extents.iter().map(u64::to_string).collect();
        let extents = match extents.as_slice() {
            [] => "1".to_owned(),
            extents => extents.join(" x "),
        };
        let short: String = self.group.chars().take(16).collect();
        writeln!(out, "\ngroup {number}, key {short}{hit}{times}{trips}")?;
        let (read, written) = (text::bytes(self.read_bytes), text::bytes(self.written_bytes));
        text::pairs(
            out,
            2,
            &[
                ("operations", self.operations.clone()),
                ("extents", extents),
                ("bytes", format!("{read} read, {written} written")),
                ("ends", self.boundary.clone()),
            ],
        )?;
        if let Some(nearest) = &self.nearest {
            nearest.write(out)?;
        }
        self.excerpt.iter().try_for_each(|line| writeln!(out, "  {line}"))
    }
}

/// The lines of the group's places, each once, in order, with their numbers.
fn excerpt(spans: &[Span], sources: &SourceMap) -> Vec<String> {
    let mut places: Vec<_> =
        spans.iter().filter_map(|span| Some((span.file, sources.line_column(*span)?.0))).collect();
    places.sort();
    places.dedup();
    let more = places.len().saturating_sub(EXCERPT_LINES_MAX);
    let first_file = spans.first().map(|span| span.file);
    let shown = places.iter().take(EXCERPT_LINES_MAX).filter_map(|(id, number)| {
        let file = sources.file(*id)?;
        let line = file.text.lines().nth(*number as usize - 1)?;
        let line = text::printable(&text::shortened(line.trim_end(), LINE_LEN_MAX));
        let name = if Some(*id) == first_file { String::new() } else { format!("{}:", file.name) };
        Some(format!("{name}{number:>5} | {line}"))
    });
    let mut lines: Vec<String> = shown.collect();
    if more > 0 {
        lines.push(format!("      | .. {}", text::counted(more, "more line")));
    }
    lines
}

fn write(out: &mut impl Write, name: &str, explained: &[Explained]) -> io::Result<()> {
    let calls = explained.iter().map(|group| group.times).sum();
    let groups = text::counted(explained.len(), "group");
    writeln!(out, "{name}: {groups}, {}", text::counted(calls, "call"))?;
    explained.iter().zip(1..).try_for_each(|(group, number)| group.write(number, out))
}
