//! `preheat build`: scripts to an archive.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use clap::{Args as ClapArgs, ValueHint};
use indicatif::{ProgressBar, ProgressStyle};
use preheat_compiler::pack::{self, CompileError, GroupSet, PackOptions, Packed};
use preheat_compiler::store::Compiler;
use preheat_compiler::trace::interpreter::Define;
use preheat_format::merge::Merge;
use preheat_format::shard::SHARDS_MAX;
use preheat_format::{ArchiveError, ArchiveView, BuiltArchive, GroupKey, OwnedArchive};
use rayon::prelude::*;

use crate::Status;
use crate::args::{self, Numeric, TargetName};
use crate::build_check;
use crate::build_run;
use crate::build_scripts::{KeptScript, ScriptStore};
use crate::build_shaders;
use crate::build_store::BuildStore;
use crate::build_summary::Built;
use crate::build_trace::{self, Outcome};
use crate::failure::Failure;
use crate::inputs::{self, Case};
use crate::kernels;
use crate::limits::LimitsChoice;
use crate::prove::command::{BuildProofs, Proofs, When, prove_built};
use crate::report;
use crate::sign;

/// naga recurses over expressions.
const WORKER_STACK_BYTES: usize = 64 << 20;
/// Code of the note that a script has no variable of a `-D` name.
const NO_VARIABLE: &str = "M130";
/// Code of the note that an array goes from the host back to the device.
const ROUND_TRIP: &str = "M138";

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat build corpus -o warm.preheat --run")]
pub(crate) struct BuildArgs {
    /// Scripts (.m), folders, manifests of scripts or kernels (.toml), kernels (.wgsl)
    ///
    /// A folder stands for its `corpus.toml` if it has one, else for every script below it. A
    /// manifest lists `[[case]]` (path) and `[[kernel]]` (name, file, entry_point, overrides).
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Archive to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(required_unless_present = "check")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing: rebuild without the store, and say what this archive has otherwise
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(conflicts_with_all = ["output", "run", "keep_going"])]
    pub(crate) check: Option<PathBuf>,
    /// Then run every script from the archive, with `--strict` and at its default sizes
    #[arg(long)]
    pub(crate) run: bool,
    /// Languages to translate kernels to
    #[arg(long, value_delimiter = ',', value_name = "LIST", default_value = "spirv,wgsl")]
    pub(crate) targets: Vec<TargetName>,
    /// Types in which arrays of class `double` are computed
    #[arg(long, value_delimiter = ',', value_name = "LIST", default_value = "f64")]
    pub(crate) numeric: Vec<Numeric>,
    /// Build for `run --fast-math`
    #[arg(long)]
    pub(crate) fast_math: bool,
    /// Device limits that kernels stay within: webgpu, native, or a file that `preheat info
    /// --json` wrote
    #[arg(long, value_name = "webgpu|native|FILE", default_value = "webgpu")]
    pub(crate) limits: LimitsChoice,
    /// Folder where compiled kernels are kept between builds; the user's cache if not given
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
    /// Compile everything, and keep nothing between builds
    #[arg(long, conflicts_with = "store")]
    pub(crate) no_store: bool,
    /// Scripts and kernels worked on at once; as many as there are processors if not given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Set a variable before each script starts; may be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE", value_parser = args::define)]
    pub(crate) defines: Vec<(String, Define)>,
    /// Look for functions in this folder too, as after `addpath`; may be repeated
    #[arg(long = "path", value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) folders: Vec<PathBuf>,
    /// Build only a part, e.g. `2/8`; `merge` of all parts equals the whole
    #[arg(long, value_name = "I/N", conflicts_with = "run")]
    pub(crate) shard: Option<Shard>,
    /// Whether each kernel runs on edge values beside the reference, on this machine's device
    ///
    /// What the store knows is not run again. `preheat prove FILE` proves all of them later.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) prove: When,
    /// Seconds after which `--prove auto` leaves the other kernels unproved
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) prove_seconds: u64,
    /// Leave out the plans by which `preheat replay` and applications run the scripts
    #[arg(long)]
    pub(crate) no_plans: bool,
    /// Write the archive although a script has an unexpected error
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A part of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// 0-based.
    index: u32,
    count: u32,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(word: &str) -> Result<Shard, String> {
        let numbers = word.split_once('/');
        let numbers = numbers.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((number @ 1.., count @ 1..=SHARDS_MAX)) if number <= count => {
                Ok(Shard { index: number - 1, count })
            }
            _ => Err(format!("expected `I/N` with I from 1 to N and N at most {SHARDS_MAX}")),
        }
    }
}

/// Builds an archive, and runs its scripts from it with `--run`.
pub(crate) fn build(args: &BuildArgs) -> Result<Status, Failure> {
    let started = Instant::now();
    let pool = workers(args.jobs)?;
    let (cases, built) = pool.install(|| make(args))?;
    let mut built = Built { elapsed: started.elapsed(), ..built };
    if let Some(path) = &args.check {
        return build_check::check(&built.packed.archive, path, args);
    }
    let output = args.output.as_deref().unwrap_or(Path::new(""));
    built.proofs = pool.install(|| publish_proved(&built.packed, args, output))?;
    if built.proofs.failed > 0 {
        let (wrong, kernels) = (built.proofs.failed, built.packed.kernel_count);
        let rest = match args.prove {
            When::Always => "no archive was written",
            When::Auto | When::Never => "the archive has them without a certificate",
        };
        report::line(&format!("{wrong} of {kernels} kernels are wrong on this device: {rest}"));
        if args.prove == When::Always {
            return Ok(Status::Findings);
        }
    }
    built.elapsed = started.elapsed();
    if !args.json {
        built.write(output, &mut io::stdout().lock())?;
    }
    let ran = match args.run {
        true => build_run::run_all(&cases, &built.outcomes, args, output)?,
        false => Vec::new(),
    };
    if args.json {
        writeln!(io::stdout().lock(), "{:#}", built.json(output, &ran))?;
    }
    let has_errors = built.failed > 0 || built.refused > 0 || built.proofs.failed > 0;
    let is_clean = !has_errors && ran.iter().all(|script| script.error.is_none());
    Ok(if is_clean { Status::Done } else { Status::Findings })
}

/// Threads with room for naga; as many as there are processors if no number is given.
///
/// # Errors
/// [`Failure::Workers`].
pub(crate) fn workers(jobs: Option<u16>) -> Result<rayon::ThreadPool, Failure> {
    let jobs = match jobs {
        Some(jobs) => usize::from(jobs),
        None => std::thread::available_parallelism().map_or(1, NonZero::get),
    };
    let builder = rayon::ThreadPoolBuilder::new();
    Ok(builder.num_threads(jobs).stack_size(WORKER_STACK_BYTES).build()?)
}

/// Checks, traces, compiles; publishes nothing.
fn make(args: &BuildArgs) -> Result<(Vec<Case>, Built), Failure> {
    let limits = args.limits.read()?;
    let store = BuildStore::of_args(args);
    let texts = kernels::collect(&args.inputs)?;
    let cases = inputs::collect(&args.inputs, !texts.is_empty())?;
    let shaders = build_shaders::check(&texts, args, &limits, &store);
    shaders.say();
    if shaders.failed() > 0 {
        return Err(Failure::Shaders { failed: shaders.failed(), shaders: shaders.len() });
    }
    let (kernels, mut naga_calls) = kernels::resolve(texts, &store)?;
    naga_calls += shaders.naga_calls;
    let targets = args.targets.iter().map(|target| (*target).into()).collect();
    let options = PackOptions { targets, limits };
    let scripts = ScriptStore::new(&store, args, &options);
    let outcomes = build_trace::trace_all(&cases, args, &scripts)?;
    let failed = say_findings(&outcomes, args);
    let is_refused = failed > 0 && !args.keep_going;
    let refusal = || Failure::Scripts { failed, scripts: cases.len() };
    if is_refused && !store.is_there() {
        return Err(refusal());
    }
    let mut set = GroupSet::default();
    outcomes.iter().filter_map(Outcome::groups).for_each(|groups| set.extend(groups.clone()));
    kernels.into_iter().for_each(|kernel| set.add_handwritten(kernel));
    if let Some(shard) = args.shard {
        set.keep_shard(shard.index, shard.count);
    }
    let compiler = store.compiler(options);
    let packed = pack_kept(set, &outcomes, (&scripts, &compiler), args);
    if is_refused {
        // The store has the other scripts now, for the build after the mend.
        return Err(refusal());
    }
    let (mut packed, refused) = packed?;
    packed.naga_calls += naga_calls;
    let has_store = store.is_there();
    let elapsed = Duration::ZERO;
    let proofs = Proofs::default();
    Ok((cases, Built { packed, proofs, elapsed, outcomes, failed, refused, shaders, has_store }))
}

/// Says warnings and unexpected errors in the order of the scripts; gives the number of scripts
/// with one.
fn say_findings(outcomes: &[Outcome], args: &BuildArgs) -> usize {
    let has_all_defines = |outcome: &&Outcome| {
        !outcome.is_skipped && !outcome.notes.iter().any(|(_, note)| note.code == NO_VARIABLE)
    };
    // A variable need not be in every script, but a name that none has is a slip.
    let is_slip = !args.defines.is_empty() && !outcomes.iter().any(|one| has_all_defines(&one));
    let mut said = Vec::new();
    let mut round_trips = Vec::new();
    for outcome in outcomes {
        for (sources, note) in &outcome.notes {
            let is_about_define = note.code == NO_VARIABLE;
            if note.code == ROUND_TRIP {
                round_trips.push(outcome.name.as_str());
            } else if !is_about_define {
                report::diagnostic(sources, note);
            } else if is_slip && !said.contains(&&note.message) {
                report::diagnostic(sources, note);
                said.push(&note.message);
            }
        }
        if let Some(finding) = &outcome.finding {
            match &outcome.report {
                Some(report) => report.say(),
                None => report::line(&format!("{}: {finding}", outcome.name)),
            }
        }
    }
    if let [first, ..] = round_trips.as_slice() {
        let count = round_trips.len();
        let places = if count == 1 { "place sends" } else { "places send" };
        report::line(&format!(
            "note: {count} {places} an array back to the device that the host had read: \
             `preheat explain SCRIPT` shows them, for example of {first}"
        ));
    }
    outcomes.iter().filter(|outcome| outcome.finding.is_some()).count()
}

/// Compiles what was traced, keeps it for later builds, and adds what those before kept.
fn pack_kept(
    set: GroupSet,
    outcomes: &[Outcome],
    (scripts, compiler): (&ScriptStore, &Compiler<'_>),
    args: &BuildArgs,
) -> Result<(Packed, usize), Failure> {
    let (packed, refused) = pack_all(set, compiler, args)?;
    if refused == 0 {
        outcomes.par_iter().for_each(|outcome| scripts.keep(outcome, compiler));
    }
    if let Some(error) = compiler.store_error() {
        report::line(&format!("warning: the store cannot be written: {error}"));
    }
    Ok((with_kept(packed, outcomes)?, refused))
}

/// What was compiled with what earlier builds made of the scripts that were not traced: the same
/// bytes as if all had been compiled now.
fn with_kept(packed: Packed, outcomes: &[Outcome]) -> Result<Packed, Failure> {
    let kept = outcomes.iter().filter_map(Outcome::kept);
    let parts: BTreeMap<_, _> = kept.flat_map(KeptScript::parts).collect();
    if parts.is_empty() {
        return Ok(packed);
    }
    let failed = |error: ArchiveError| Failure::Build(error.into());
    let new = OwnedArchive::new(&packed.archive.bytes).map_err(failed)?;
    let all = parts.into_values().chain([&new]);
    let views = all.map(OwnedArchive::view).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let len_bytes: u64 = views.iter().map(ArchiveView::len_bytes).sum();
    let mut sink = Cursor::new(Vec::with_capacity(usize::try_from(len_bytes).unwrap_or(0)));
    let merge = Merge { views: &views, keep: &|_| true };
    let root_hash = merge.write(&mut sink, |_| Vec::new()).map_err(Failure::Build)?.root_hash;
    let archive = BuiltArchive { bytes: sink.into_inner(), root_hash };
    let counts = viewed(&archive.bytes, |view| Ok(view.counts()))?;
    let built_count = packed.group_count - packed.reused_count;
    Ok(Packed {
        archive,
        group_count: counts.groups,
        kernel_count: counts.kernels,
        artifact_count: counts.artifacts,
        plan_count: counts.plans,
        reused_count: counts.groups - built_count,
        naga_calls: packed.naga_calls,
    })
}

/// Hands an archive that was just built to `work`, copied only if it does not lie as entries need.
fn viewed<T>(
    bytes: &[u8],
    work: impl FnOnce(&ArchiveView<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let failed = |error: ArchiveError| Failure::Build(error.into());
    match ArchiveView::open(bytes) {
        Ok(view) => work(&view),
        Err(ArchiveError::Misaligned { .. }) => {
            let copy = OwnedArchive::new(bytes).map_err(failed)?;
            work(&copy.view().map_err(failed)?)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Packs a set; with `--keep-going` without the groups that cannot be compiled, whose number is
/// given too.
fn pack_all(
    mut set: GroupSet,
    compiler: &Compiler<'_>,
    args: &BuildArgs,
) -> Result<(Packed, usize), Failure> {
    let mut refused = 0;
    loop {
        let bar = progress(set.len(), "compiling");
        let packed = pack::pack_with(&set, compiler, || bar.inc(1));
        bar.finish_and_clear();
        let error = match packed {
            Ok(packed) => return Ok((packed, refused)),
            Err(error) => error,
        };
        let Some(key) = refused_group(&error) else {
            return Err(Failure::Compile(error));
        };
        for line in origins(&set, key) {
            report::line(&format!("{line}: group {} cannot be compiled", key.short()));
        }
        if !args.keep_going {
            return Err(Failure::Compile(error));
        }
        report::line(&error.to_string());
        refused += 1;
        set = without(&set, key);
    }
}

/// Proves what was packed and publishes it with the certificates, unless a kernel is wrong.
fn publish_proved(packed: &Packed, args: &BuildArgs, output: &Path) -> Result<Proofs, Failure> {
    viewed(&packed.archive.bytes, |view| {
        let bar = progress(packed.kernel_count, "proving");
        let store = BuildStore::of_args(args).proofs();
        let (when, seconds) = (args.prove, args.prove_seconds);
        let asked = BuildProofs { when, seconds, store, done: &|| bar.inc(1) };
        let proofs = prove_built(view, &asked);
        bar.finish_and_clear();
        let proofs = proofs?;
        if proofs.failed == 0 || args.prove != When::Always {
            sign::publish_attached(view, proofs.attachment().into_iter().collect(), output)?;
        }
        Ok(proofs)
    })
}

fn refused_group(error: &CompileError) -> Option<GroupKey> {
    match error {
        CompileError::Lower { key, .. } | CompileError::Emit { key, .. } => Some(*key),
        _ => None,
    }
}

fn origins(set: &GroupSet, wanted: GroupKey) -> Vec<String> {
    let found = set.iter().filter(|(key, ..)| **key == wanted);
    let origins = found.flat_map(|(_, _, origins)| origins);
    origins.map(|origin| format!("{}:{}", origin.script, origin.line_first)).collect()
}

fn without(set: &GroupSet, unwanted: GroupKey) -> GroupSet {
    let mut rest = GroupSet::default();
    set.handwritten().iter().for_each(|kernel| rest.add_handwritten(kernel.clone()));
    for (name, plan) in set.plans() {
        if plan.calls.iter().all(|call| call.key != unwanted) {
            rest.add_plan(name.clone(), plan.clone());
        }
    }
    for (key, signature, origins) in set.iter().filter(|(key, ..)| **key != unwanted) {
        origins.iter().for_each(|origin| rest.add(signature, *key, origin.clone()));
    }
    rest
}

/// A bar on stderr; indicatif shows none where stderr is no terminal.
pub(crate) fn progress(len: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(len as u64).with_message(what);
    match ProgressStyle::with_template("{msg:9} [{bar:30}] {pos}/{len}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
