//! `preheat cover`: whether an archive has every group that a script asks for over a domain of
//! sizes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args as ClapArgs, ValueHint};
use preheat_compiler::reach::{Domain, Exploration, Reached};
use preheat_compiler::session;
use preheat_compiler::trace::engine::{Buffer, Column, Engine, EngineError, GroupOrigin};
use preheat_compiler::trace::interpreter::Define;
use preheat_compiler::trace::planner::Planner;
use preheat_format::{ArchiveView, Call, DType, GroupKey, ShapeOp, Target};
use serde_json::json;

use crate::Status;
use crate::args::{TargetName, Tracing};
use crate::failure::Failure;
use crate::report;
use crate::run::open_archive;
use crate::script::{self, LoadError, ScriptFile, Sinks, Start};
use crate::text;

/// Elements of an array beyond which control flow may not read values: they would be computed.
const ELEMENTS_MAX: u64 = 1 << 22;
/// Points that cannot be planned, and missing groups, that are shown.
const SHOWN_MAX: usize = 20;
/// Characters of a group's operations that are shown.
const OPS_LEN_MAX: usize = 60;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  preheat cover heat.m --archive warm.preheat --vary N=1..1e9,B=1..64"
)]
pub(crate) struct CoverArgs {
    /// The script
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) script: PathBuf,
    /// The archive
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) archive: PathBuf,
    /// Variables and the sizes that each may have, e.g. `N=1..1e9,B=1..64`
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) vary: Domain,
    /// Language in which every group has to be there
    #[arg(long, default_value = "spirv")]
    pub(crate) target: TargetName,
    /// Random points besides the boundaries
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) random: u64,
    /// Give a point up when it takes longer
    #[arg(long, value_name = "MS", default_value_t = 2000)]
    pub(crate) point_ms: u64,
    #[command(flatten)]
    pub(crate) tracing: Tracing,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Looks at every group that is reachable.
pub(crate) fn cover(args: &CoverArgs) -> Result<Status, Failure> {
    let name = args.script.display().to_string();
    let file = match script::load(&args.script, &name) {
        Ok(file) => file,
        Err(LoadError::Failure(failure)) => return Err(*failure),
        Err(LoadError::Syntax(report)) => {
            report.say();
            return Ok(Status::Failed);
        }
    };
    let archive = open_archive(&args.archive)?;
    let failed = |source: preheat_format::ArchiveError| Failure::Archive {
        path: args.archive.clone(),
        source: source.into(),
    };
    let view = archive.view().map_err(failed)?;
    let (explored, seen) = script::on_own_stack(|| explore(&file, args))?;
    let mut missing = Vec::new();
    for (group, point) in &explored.groups {
        if let Some(why) = gap(&view, *group, args.target.into()) {
            missing.push(Missing { group: *group, point: point.clone(), why });
        }
    }
    let report = Report { args, explored, seen, missing };
    report.print()?;
    let is_covered = report.missing.is_empty() && report.explored.undecided.is_empty();
    Ok(if is_covered { Status::Done } else { Status::Findings })
}

/// Why an archive cannot serve a group at every size, if it cannot.
fn gap(view: &ArchiveView<'_>, group: GroupKey, target: Target) -> Option<String> {
    let mut guards = Vec::new();
    for entry in view.lookup(group, target) {
        match entry.to_artifact() {
            Ok(artifact) => guards.push(artifact.guard.0),
            Err(error) => return Some(error.to_string()),
        }
    }
    // The last variant has to hold whatever the sizes.
    let holds = |guard: &Vec<ShapeOp>| matches!(guard[..], [ShapeOp::Const(1..)]);
    match guards.last() {
        None => Some(format!("the archive does not have it as {target}")),
        Some(last) if holds(last) => None,
        Some(_) => Some("no variant of it holds at every size".to_owned()),
    }
}

/// Operations and lines of every group that was met.
type Seen = BTreeMap<GroupKey, (String, (u32, u32))>;

fn explore(file: &ScriptFile, args: &CoverArgs) -> (Exploration, Seen) {
    let mut seen = Seen::new();
    let mut plan = |point: &[u64]| plan(file, args, point, &mut seen);
    let explored = args.vary.explore(args.random, &mut plan);
    (explored, seen)
}

/// Plans the script at a point.
fn plan(file: &ScriptFile, args: &CoverArgs, point: &[u64], seen: &mut Seen) -> Reached {
    let sizes = args.vary.variables().iter().zip(point);
    let sizes = sizes.map(|(variable, size)| (variable.name.clone(), Define::Number(*size as f64)));
    let defines: Vec<_> = args.tracing.defines.iter().cloned().chain(sizes).collect();
    let found = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&found);
    let planner = Planner::new(Box::new(move |call: &Call<Buffer>, origin: &GroupOrigin| {
        sink.borrow_mut().push((call.key, origin.clone()));
    }));
    let deadline = Instant::now() + Duration::from_millis(args.point_ms);
    let limits = Rc::new(RefCell::new(None));
    let given_up = Rc::clone(&limits);
    let engine = Bounded { planner, deadline, largest: 0, given_up };
    let start = Start {
        options: args.tracing.options(),
        defines: &defines,
        folders: &args.tracing.folders,
    };
    let sources = file.sources();
    let sinks = Sinks { print: &mut |_| {}, note: &mut |_, _| {} };
    // An error of the script at these sizes ends it there, as it would end a run.
    let _ = file.run(Box::new(engine), start, &sources, sinks);
    let mut groups = BTreeSet::new();
    for (key, origin) in found.take() {
        groups.insert(key);
        seen.entry(key)
            .or_insert_with(|| (origin.ops.clone(), session::lines(&sources.borrow(), &origin)));
    }
    match limits.take() {
        Some(why) => Reached::Undecided(why),
        None => Reached::Groups(groups),
    }
}

/// A planner that gives up.
struct Bounded {
    planner: Planner,
    deadline: Instant,
    /// Elements of the largest array so far.
    largest: u64,
    given_up: Rc<RefCell<Option<String>>>,
}

impl Bounded {
    fn give_up(&self, why: String) -> EngineError {
        *self.given_up.borrow_mut() = Some(why.clone());
        EngineError::Failed { message: why, source: None }
    }
}

impl Engine for Bounded {
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        self.planner.upload(dtype, column)
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        if Instant::now() > self.deadline {
            return Err(self.give_up("planning it takes too long".to_owned()));
        }
        let points = call.extents.iter().fold(1u64, |all, extent| all.saturating_mul(*extent));
        self.largest = self.largest.max(points);
        self.planner.call(call, origin)
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        if self.largest > ELEMENTS_MAX {
            let largest = text::grouped(self.largest);
            let why = format!("control flow needs values computed over {largest} elements");
            return Err(self.give_up(why));
        }
        self.planner.read(buffer)
    }

    fn is_planning(&self) -> bool {
        true
    }
}

/// A group that the archive cannot serve.
struct Missing {
    group: GroupKey,
    point: Vec<u64>,
    why: String,
}

struct Report<'a> {
    args: &'a CoverArgs,
    explored: Exploration,
    seen: Seen,
    missing: Vec<Missing>,
}

impl Report<'_> {
    fn print(&self) -> Result<(), Failure> {
        let out = &mut io::stdout().lock();
        if self.args.json {
            return Ok(writeln!(out, "{:#}", self.json())?);
        }
        for one in self.missing.iter().take(SHOWN_MAX) {
            let (lines, ops) = self.origin(one.group);
            let (key, point, why) = (one.group.short(), self.point(&one.point), &one.why);
            writeln!(out, "{lines}: group {key} ({ops}), needed at {point}: {why}")?;
        }
        for (point, why) in self.explored.undecided.iter().take(SHOWN_MAX) {
            writeln!(out, "at {}: {why}", self.point(point))?;
        }
        let changes = self.explored.changes.iter();
        for (name, before, after) in changes {
            writeln!(out, "groups change between {name}={before} and {name}={after}")?;
        }
        let (points, groups) = (self.explored.points, self.explored.groups.len());
        let verdict = match (self.missing.len(), self.explored.undecided.len()) {
            (0, 0) => "covered".to_owned(),
            (0, undecided) => {
                format!("{} cannot be planned", text::counted(undecided, "point"))
            }
            (missing, _) => format!("{} missing", text::counted(missing, "group")),
        };
        let (points, groups) = (text::grouped(points), text::counted(groups, "group"));
        writeln!(out, "{}: {groups} at {points} points: {verdict}", self.args.script.display())?;
        if let Some(one) = self.missing.first() {
            let point = self.point(&one.point).replace(", ", " -D ");
            let script = self.args.script.display();
            report::line(&format!(
                "hint: `preheat build {script} -D {point} -o more.preheat`, then `preheat merge`"
            ));
        }
        Ok(())
    }

    fn json(&self) -> serde_json::Value {
        let missing = self.missing.iter().map(|one| {
            let (lines, ops) = self.origin(one.group);
            json!({
                "group": one.group.to_string(),
                "at": self.point(&one.point),
                "place": lines,
                "operations": ops,
                "reason": one.why,
            })
        });
        let undecided = self.explored.undecided.iter();
        let undecided = undecided.map(|(at, why)| json!({ "at": self.point(at), "reason": why }));
        let changes = self.explored.changes.iter();
        let changes = changes.map(
            |(name, before, after)| json!({ "variable": name, "before": before, "after": after }),
        );
        json!({
            "script": self.args.script.display().to_string(),
            "archive": self.args.archive.display().to_string(),
            "target": Target::from(self.args.target).to_string(),
            "points": self.explored.points,
            "groups": self.explored.groups.len(),
            "missing": missing.collect::<Vec<_>>(),
            "undecided": undecided.collect::<Vec<_>>(),
            "changes": changes.collect::<Vec<_>>(),
        })
    }

    /// `N=1, B=64`
    fn point(&self, point: &[u64]) -> String {
        let sizes = self.args.vary.variables().iter().zip(point);
        let words: Vec<String> =
            sizes.map(|(variable, size)| format!("{}={size}", variable.name)).collect();
        words.join(", ")
    }

    fn origin(&self, group: GroupKey) -> (String, String) {
        let Some((ops, (first, last))) = self.seen.get(&group) else {
            return ("unknown line".to_owned(), String::new());
        };
        let script = self.args.script.display();
        let lines = if first == last { first.to_string() } else { format!("{first}-{last}") };
        let ops = if ops.is_empty() { "constants" } else { ops };
        (format!("{script}:{lines}"), text::shortened(ops, OPS_LEN_MAX))
    }
}
