//! `preheat run`: a script on a device or on the CPU, its kernels from archives.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use clap::{Args as ClapArgs, ValueHint};
use preheat_compiler::diagnostic::{Diagnostic, SourceMap};
use preheat_compiler::session;
use preheat_compiler::trace::engine::{GroupOrigin, KNOWN_LEN_MAX};
use preheat_files::Disk;
use preheat_format::GroupKey;
use preheat_runtime::{Archive, DeviceOpener, Miss, MissReason, Runtime, Telemetry};

use crate::Status;
use crate::args::{Device, Tracing, Trusting};
use crate::compile::{Compiled, GroupCompiler};
use crate::engine::{DeviceEngine, Event, GroupNames};
use crate::failure::{Failure, OutputClosed};
use crate::keys;
use crate::needs::Note;
use crate::report::{self, ScriptReport};
use crate::script::{self, LoadError, ScriptFile, Sinks, Start};
use crate::text;
use crate::timings;
use crate::usage;
use crate::user_cache::{self, Merging, UserCache};
use crate::warm;

/// Characters of a group's operations that messages show.
const OPS_LEN_MAX: usize = 60;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat run heat.m --archive warm.preheat -D N=512 --stats -")]
pub(crate) struct RunArgs {
    /// The script
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) script: PathBuf,
    /// Archive to take kernels from; may be repeated, the first that has a kernel serves it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) archive: Vec<PathBuf>,
    /// Device sidecar of an archive, as `preheat warm --out` writes it; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) sidecar: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: Trusting,
    /// What computes arrays
    #[arg(long, default_value = "auto")]
    pub(crate) device: Device,
    /// Fail on a kernel that no archive has, instead of compiling it
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) tracing: Tracing,
    /// Write counters and times as one line of JSON; `-` is stdout, after the script's output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) stats: Option<PathBuf>,
    /// Print on stderr where the time went
    #[arg(long)]
    pub(crate) timings: bool,
}

/// Operations on elements that the host has done before a device has a result back.
const HOST_WORK: u64 = 1 << 15;

impl RunArgs {
    /// The device is for what is worth it. Whoever names one, or wants proof, gets it for all.
    fn leaves_small_calls(&self) -> bool {
        self.device == Device::Auto && !self.strict
    }

    /// The most elements of an array that the tracer computes itself.
    fn known_len_max(&self) -> u64 {
        if self.device == Device::Vulkan || self.strict { 0 } else { KNOWN_LEN_MAX }
    }
}

/// Runs a script.
pub(crate) fn run(args: &RunArgs) -> Result<Status, Failure> {
    let started = Instant::now();
    let (machine, opener) = Machine::of_args(args)?;
    let note = args.leaves_small_calls().then(|| Note::of(args)).flatten();
    let is_known = note.as_ref().is_some_and(Note::is_there);
    // This thread lives longest: the driver cleans up at the end of the one that opened the device.
    let open = || match opener {
        Some(opener) if args.leaves_small_calls() && !is_known => opener.open_when_needed(),
        Some(opener) => opener.open(),
        None => {}
    };
    let work = || {
        // However the script ends.
        let _end = EndOfCalls(&machine.runtime);
        run_script(args, &machine, (started, note))
    };
    script::on_own_stack_beside(work, open)?
}

/// Dropped when there are no more calls: a device that nobody needed is not opened.
struct EndOfCalls<'a>(&'a Runtime);

impl Drop for EndOfCalls<'_> {
    fn drop(&mut self) {
        self.0.forgo_device();
    }
}

fn run_script(
    args: &RunArgs,
    machine: &Machine,
    (started, note): (Instant, Option<Note>),
) -> Result<Status, Failure> {
    let name = args.script.display().to_string();
    // Its pipelines are made beside tracing, as soon as there is a device.
    let ahead = machine.runtime.prepare_ahead(&name);
    let file = match script::load(&args.script, &name) {
        Ok(file) => file,
        Err(LoadError::Failure(failure)) => return Err(*failure),
        Err(LoadError::Syntax(report)) => {
            report.say();
            return Ok(Status::Failed);
        }
    };
    for warning in &file.warnings {
        report::diagnostic(&file.script.sources, warning);
    }
    let start = Start {
        options: args.tracing.options(),
        defines: &args.tracing.defines,
        folders: &args.tracing.folders,
    };
    let print = &mut |text: &str| print(text);
    let ended = machine.execute(&file, start, print);
    machine.runtime.forgo_device();
    drop(ahead);
    let telemetry = machine.telemetry(started);
    report::set_aside(&telemetry);
    io::stdout().flush()?;
    if ended.report.is_some() && !ended.is_miss {
        // Without a device the script is not what is wrong.
        machine.runtime.adapter().map_err(Failure::Runtime)?;
    }
    if let Some(report) = &ended.report {
        report.say();
    }
    let mut json = serde_json::to_string(&telemetry)?;
    json.push('\n');
    user_cache::store_last_run(&json);
    usage::record(&telemetry);
    if let Some(note) = note {
        note.keep(telemetry.dispatches > 0);
    }
    if let Some(path) = &args.stats {
        write_stats(path, &json)?;
    }
    if args.timings {
        let compile_ms = machine.compiler.as_ref().map_or(0.0, |compiler| compiler.elapsed_ms());
        report::line(&timings::stages(&telemetry.time_ms, compile_ms));
        report::line(&timings::kernels(&telemetry.kernel_times, &ended.names)?);
    }
    Ok(match (&ended.report, ended.is_miss) {
        (None, _) => Status::Done,
        (Some(_), true) => Status::Findings,
        (Some(_), false) => Status::Failed,
    })
}

/// Prints what a script prints. Without a reader the script has no use: its thread unwinds, so
/// that everything that it holds is given back in order.
pub(crate) fn print(text: &str) {
    if let Err(error) = io::stdout().lock().write_all(text.as_bytes()) {
        std::panic::resume_unwind(Box::new(OutputClosed(error)));
    }
}

/// Opens archives.
pub(crate) fn open_archive(path: &Path) -> Result<Archive, Failure> {
    Archive::open(path).map_err(|source| Failure::Archive { path: path.to_path_buf(), source })
}

/// What scripts run on.
pub(crate) struct Machine {
    pub(crate) runtime: Arc<Runtime>,
    compiler: Option<Arc<GroupCompiler>>,
    /// The most elements of an array that the tracer computes itself.
    known_len_max: u64,
    is_timed: bool,
    /// Ends before the process does.
    _merging: Option<Merging>,
}

/// How a script ended.
pub(crate) struct Ended {
    /// Its error.
    pub(crate) report: Option<ScriptReport>,
    /// The error is a kernel that no archive has, under `--strict`.
    pub(crate) is_miss: bool,
    /// What its groups compute, with `--timings`.
    pub(crate) names: BTreeMap<GroupKey, String>,
}

impl Machine {
    fn of_args(args: &RunArgs) -> Result<(Machine, Option<DeviceOpener>), Failure> {
        let mut builder = Runtime::builder().device(args.device.into()).strict(args.strict);
        if args.leaves_small_calls() {
            builder = builder.host_work_max(HOST_WORK);
        }
        let local = keys::local()?;
        let policy = args.trust.policy(local.as_ref())?;
        builder = builder.timings(args.timings);
        if let Some(folder) = user_cache::device_folder() {
            builder = builder.device_cache(folder);
        }
        let sidecars = warm::open_sidecars(&args.sidecar)?;
        builder = sidecars.into_iter().fold(builder, |builder, sidecar| builder.sidecar(sidecar));
        for path in &args.archive {
            let archive = open_archive(path)?;
            keys::say_untrusted(path, &archive, &policy);
            builder = builder.archive(archive);
        }
        builder = builder.trust(policy);
        // The CPU runs groups as they are; and strict means: from the given archives alone.
        let compiles = !args.strict && args.device != Device::Cpu;
        let compiler = compiles.then(|| {
            let cache = UserCache::of_user();
            let files = cache.files();
            let archives = user_cache::opened(&files);
            let merging = cache.merge_beside(files, local.clone());
            (GroupCompiler::new(cache, local), archives, merging)
        });
        let mut merging = None;
        let compiler = match compiler {
            None => None,
            Some((compiler, archives, begun)) => {
                merging = begun;
                builder =
                    archives.into_iter().fold(builder, |builder, archive| builder.archive(archive));
                builder = builder.compile_hook(compiler.hook());
                Some(compiler)
            }
        };
        let (runtime, opener) = builder.build_unopened();
        let (runtime, is_timed) = (Arc::new(runtime), args.timings);
        let known_len_max = args.known_len_max();
        Ok((Machine { runtime, compiler, known_len_max, is_timed, _merging: merging }, opener))
    }

    /// The best device, with nothing but one archive.
    pub(crate) fn of_archive(archive: Archive) -> Result<Machine, Failure> {
        let builder = Runtime::builder().archive(archive).strict(true).trusted(true);
        let runtime = start(builder)?;
        Ok(Machine { runtime, compiler: None, known_len_max: 0, is_timed: false, _merging: None })
    }

    /// Runs a script to its end.
    pub(crate) fn execute(
        &self,
        file: &ScriptFile,
        start: Start<'_>,
        print: &mut dyn FnMut(&str),
    ) -> Ended {
        let sources = file.sources();
        let missed = Rc::new(RefCell::new(None));
        let (watched, found) = (Rc::clone(&sources), Rc::clone(&missed));
        let watch = move |event: Event<'_>, origin: &GroupOrigin| match event {
            Event::Compiled(compiled) => {
                report::line(&compiled_line(compiled, origin, &watched.borrow()));
            }
            Event::Missed(miss) => *found.borrow_mut() = Some(missed_finding(miss, origin)),
        };
        let (runtime, compiler) = (Arc::clone(&self.runtime), self.compiler.clone());
        let names = self.is_timed.then(GroupNames::default);
        let engine = DeviceEngine::new(runtime, compiler, Box::new(watch))
            .naming(names.clone())
            .knowing(self.known_len_max);
        let note = &mut |sources: &SourceMap, note: Diagnostic| report::diagnostic(sources, &note);
        let result = file.run(Box::new(engine), start, &sources, Sinks { print, note });
        let sources = sources.borrow().clone();
        let names = names.map(|names| names.take()).unwrap_or_default();
        let Err((error, broken)) = result else {
            return Ended { names, ..self.finish(sources) };
        };
        let is_miss = error.is_miss();
        let report = match missed.take() {
            Some(finding) if is_miss => ScriptReport::new(sources, vec![finding]),
            _ => ScriptReport::of_error(sources, broken, error),
        };
        Ended { report: Some(report), is_miss, names }
    }

    /// Waits for work whose results nobody read: it may have failed too.
    fn finish(&self, sources: SourceMap) -> Ended {
        let has_work = self.runtime.telemetry().calls > 0;
        let finished = if has_work { self.runtime.finish() } else { Ok(()) };
        let report = finished.err().map(|error| {
            ScriptReport::new(sources, vec![Diagnostic::error("R002", error.to_string())])
        });
        Ended { report, is_miss: false, names: BTreeMap::new() }
    }

    /// All counters, with the times that only the program knows.
    fn telemetry(&self, started: Instant) -> Telemetry {
        let mut telemetry = self.runtime.telemetry();
        let times = &mut telemetry.time_ms;
        times.total = started.elapsed().as_secs_f64() * 1e3;
        let busy = times.device_wait + times.open + times.pipelines + times.execute;
        times.trace = (times.total - busy).max(0.0);
        telemetry
    }
}

fn start(builder: preheat_runtime::RuntimeBuilder) -> Result<Arc<Runtime>, Failure> {
    builder.build().map(Arc::new).map_err(Failure::Runtime)
}

/// `compiled 1 kernel of group 3f9a.. (line 12): mul, add`
fn compiled_line(compiled: &Compiled, origin: &GroupOrigin, sources: &SourceMap) -> String {
    let group = format!("group {} ({})", compiled.key.short(), lines(origin, sources));
    let ops = operations(&origin.ops);
    match &compiled.outcome {
        Ok(count) => format!("compiled {} of {group}: {ops}", text::counted(*count, "kernel")),
        Err(message) => {
            format!("{group} cannot be compiled, the CPU computes it: {ops}: {message}")
        }
    }
}

/// A group's operations for a message; a group that only fills an array has none.
fn operations(ops: &str) -> String {
    if ops.is_empty() {
        return "constants".to_owned();
    }
    text::shortened(ops, OPS_LEN_MAX)
}

/// `line 12`, `lines 12-14`.
fn lines(origin: &GroupOrigin, sources: &SourceMap) -> String {
    match session::lines(sources, origin) {
        (first, last) if first == last => format!("line {first}"),
        (first, last) => format!("lines {first}-{last}"),
    }
}

fn missed_finding(miss: &Miss, origin: &GroupOrigin) -> Diagnostic {
    let ops = operations(&origin.ops);
    let key = miss.key.short();
    let message = format!("no finished kernel for group `{key}` ({ops}): {}", miss.reason);
    let hint = match miss.reason {
        MissReason::NotInArchive { archive_count: 0 } => {
            "`--archive FILE` names an archive; without `--strict` kernels are compiled"
        }
        _ => "`preheat build` with this script makes an archive that has it",
    };
    let finding = Diagnostic::error("R001", message).hint(hint);
    match origin.spans.last() {
        Some(span) => finding.at(*span).label("needs this group"),
        None => finding,
    }
}

fn write_stats(path: &Path, json: &str) -> Result<(), Failure> {
    if path == Path::new("-") {
        Ok(io::stdout().lock().write_all(json.as_bytes())?)
    } else {
        preheat_files::publish(&Disk, path, json.as_bytes()).map_err(Failure::writing(path))
    }
}
