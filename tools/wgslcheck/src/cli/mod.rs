//! The command line.

mod args;
mod cache;
mod ci;
mod config;
mod dialects;
mod files;
mod human;
mod json;
mod layout;
mod manual;
mod rust;
mod sarif;
mod template;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use rayon::prelude::*;
use wgslcheck::{Checker, FileReport, Finding, Limits, Options, Rule, Severity, Verdict};

use args::{Args, Command, Deny, Format, When};
use cache::Cache;
use dialects::{Dialects, Modules};
use files::{Input, Inputs};

/// Nested expressions recurse in the parsers; the default of 2 MiB is too little for naga.
const STACK_BYTES: usize = 64 << 20;

/// One checked file with the text that its excerpts need.
struct Checked {
    report: FileReport,
    source: String,
    /// The values of the placeholders, if there are any; the report's path ends with them.
    variant: String,
}

impl Checked {
    /// The file's own path, for formats that other programs look files up by.
    fn file(&self) -> &str {
        let path = self.report.path.as_str();
        let Some(bare) = path.strip_suffix(']').filter(|_| !self.variant.is_empty()) else {
            return path;
        };
        bare.strip_suffix(&self.variant).and_then(|bare| bare.strip_suffix('[')).unwrap_or(path)
    }

    /// A finding's message with what it holds for.
    fn message(&self, finding: &Finding) -> String {
        if self.variant.is_empty() {
            finding.message.clone()
        } else {
            format!("{} (with {})", finding.message, self.variant)
        }
    }
}

/// Why the job could not be done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot write the output")]
    Output(#[from] io::Error),
    #[error("no rule has the code `{0}`")]
    UnknownCode(String),
    #[error("cannot start the workers")]
    Workers(#[from] rayon::ThreadPoolBuildError),
    #[error("cannot format the report")]
    Json(#[from] serde_json::Error),
    #[error("no path given; try `--help`")]
    NoPath,
    #[error("{0}")]
    Unreadable(String),
    #[error("`{path}` holds no limits")]
    LimitsFile { path: String, source: serde_json::Error },
    #[error("`spirv-val` is not installed")]
    NoSpirvVal,
    #[error("`{path}` is no configuration")]
    Config { path: String, source: Box<toml::de::Error> },
    #[error("cannot lay out the structures")]
    Layout(#[from] wgslcheck::LayoutError),
    #[error("cannot read the declared layout")]
    Toml(#[from] toml::de::Error),
}

/// Runs the program and returns its exit status.
pub(crate) fn run() -> ExitCode {
    silence_caught_panics();
    let mut args = Args::parse();
    let outcome = match &args.command {
        Some(Command::Explain { markdown: true, .. }) => print_manual(),
        Some(Command::Explain { code, .. }) => explain(code.as_deref()),
        Some(Command::Layout { path, check, .. }) => layout::run(path, check.as_deref()),
        Some(Command::Worker) => {
            wgslcheck::serve().map(|()| ExitCode::SUCCESS).map_err(Failure::Output)
        }
        None => config::apply(&mut args).and_then(|()| check(&args)),
    };
    match outcome {
        Ok(status) => status,
        // A reader that closes the pipe early is not an error of ours.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let mut stderr = io::stderr().lock();
            drop(writeln!(stderr, "wgslcheck: {failure}"));
            if let Some(cause) = std::error::Error::source(&failure) {
                drop(writeln!(stderr, "  because: {cause}"));
            }
            ExitCode::from(2)
        }
    }
}

/// A panic of naga's becomes a finding; its default message on stderr would be noise.
fn silence_caught_panics() {
    std::panic::set_hook(Box::new(|_| {}));
}

fn print_manual() -> Result<ExitCode, Failure> {
    manual::write(&mut io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn explain(code: Option<&str>) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    match code {
        Some(code) => {
            let rule = wgslcheck::rules::find(code)
                .ok_or_else(|| Failure::UnknownCode(code.to_owned()))?;
            write!(out, "{}", rule.page())?;
        }
        None => {
            for Rule { code, name, summary, .. } in wgslcheck::rules::ALL {
                writeln!(out, "{code}  {name:<24} {summary}")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(args: &Args) -> Result<ExitCode, Failure> {
    if args.paths.is_empty() && args.rust.is_empty() {
        return Err(Failure::NoPath);
    }
    let mut inputs = Inputs::default();
    inputs.add_shaders(&args.paths, &args.exclude);
    inputs.add_rust(&args.rust, &args.exclude);
    let Inputs { found: inputs, errors: mut unreadable } = inputs;
    let mut checker = Checker::new(options(args, inputs.len())?);
    // Without its own path the program translates in this process.
    if let Ok(program) = std::env::current_exe()
        && !args.in_process
    {
        checker = checker.with_worker(program, vec!["worker".to_owned()]);
    }
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build()?;
    let cache = args.cache.as_ref().map(|path| Cache::open(path, cache_options(args)));
    let job = Job { checker, args, dialects: dialects(args, &inputs), cache };
    let results: Vec<Result<Vec<Checked>, String>> =
        pool.install(|| inputs.par_iter().map(|input| job.check(input)).collect());
    let mut checked = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(some) => checked.extend(some),
            Err(message) => unreadable.push(message),
        }
    }
    merge_same_files(&mut checked);
    if let Some(Err(error)) = job.cache.map(Cache::close) {
        writeln!(io::stderr().lock(), "wgslcheck: cannot write the cache: {error}")?;
    }
    print(args, &checked)?;
    let mut stderr = io::stderr().lock();
    for message in &unreadable {
        writeln!(stderr, "wgslcheck: {message}")?;
    }
    Ok(status(args, &checked, !unreadable.is_empty()))
}

fn dialects(args: &Args, inputs: &[Input]) -> Dialects {
    let files = inputs.iter().filter_map(|input| match input {
        Input::File(path) => Some(path.clone()),
        Input::Stdin | Input::Rust(_) => None,
    });
    Dialects {
        defs: args.shader_def.iter().cloned().collect(),
        folders: args.modules.clone(),
        modules: Modules::new(files.collect(), &args.modules),
    }
}

/// A file that several others import is reported once, with what all of them showed.
fn merge_same_files(checked: &mut Vec<Checked>) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Checked> = Vec::with_capacity(checked.len());
    for mut one in checked.drain(..) {
        let known = first.get(&one.report.path).and_then(|index| kept.get_mut(*index));
        let Some(same) = known.filter(|known| known.source == one.source) else {
            first.entry(one.report.path.clone()).or_insert(kept.len());
            kept.push(one);
            continue;
        };
        let report = &mut same.report;
        one.report.findings.retain(|finding| !report.findings.contains(finding));
        report.findings.append(&mut one.report.findings);
        report.verdict = report.verdict.max(one.report.verdict);
        for (target, verdict) in one.report.targets {
            let entry = report.targets.entry(target).or_insert(verdict);
            *entry = (*entry).max(verdict);
        }
    }
    *checked = kept;
}

/// `auto` runs `spirv-val` over no more texts than this: it is a process each.
const SPIRV_VAL_AUTO_MAX: usize = 100;

fn spirv_val(args: &Args, texts: usize) -> Result<Option<std::path::PathBuf>, Failure> {
    let installed = || {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let name = format!("spirv-val{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
    };
    match args.spirv_val {
        When::Never => Ok(None),
        When::Auto if texts > SPIRV_VAL_AUTO_MAX => Ok(None),
        When::Auto => Ok(installed()),
        When::Always => installed().map(Some).ok_or(Failure::NoSpirvVal),
    }
}

fn options(args: &Args, texts: usize) -> Result<Options, Failure> {
    let limits = match &args.limits {
        None => None,
        Some(name) => match Limits::profile(name) {
            Some(limits) => Some(limits),
            None => {
                let text = Input::File(name.into()).read().map_err(Failure::Unreadable)?;
                let limits = serde_json::from_str(&text);
                Some(limits.map_err(|source| Failure::LimitsFile { path: name.clone(), source })?)
            }
        },
    };
    Ok(Options {
        targets: args.targets.clone(),
        defines: args.defines.iter().cloned().collect(),
        extensions: args.extensions.as_ref().map(|list| list.iter().cloned().collect()),
        limits,
        layouts: args.layout.as_deref().map(layout::declared).transpose()?,
        spirv_val: spirv_val(args, texts)?,
        lints: !args.no_lints,
        allow: args.allow.iter().cloned().collect(),
    })
}

/// Everything that verdicts depend on beside the text.
fn cache_options(args: &Args) -> String {
    let limits = args.limits.as_ref().map(|name| {
        let text = Input::File(name.into()).read().unwrap_or_default();
        (name, text)
    });
    let layout = args.layout.as_ref().map(|path| std::fs::read_to_string(path).ok());
    format!(
        "{:?} {:?} {limits:?} {layout:?} {:?} {:?} {:?} {:?}",
        args.targets, args.defines, args.extensions, args.allow, args.no_lints, args.spirv_val
    )
}

/// What all workers share.
struct Job<'a> {
    checker: Checker,
    args: &'a Args,
    dialects: Dialects,
    cache: Option<Cache>,
}

impl Job<'_> {
    fn check(&self, input: &Input) -> Result<Vec<Checked>, String> {
        let source = input.read()?;
        if let Input::Rust(path) = input {
            return self.check_rust(path, &source);
        }
        let name = input.name();
        let texts = template::expand(&source, &self.args.template)
            .map_err(|error| format!("`{name}`: {error}"))?;
        let checked = texts.into_iter().flat_map(|(label, source)| {
            let mut checked = self.check_text(&name, source);
            if let Some(first) = checked.first_mut().filter(|_| !label.is_empty()) {
                first.report.path = format!("{name}[{label}]");
                first.variant = label;
            }
            checked
        });
        Ok(checked.collect())
    }

    fn check_rust(&self, path: &std::path::Path, source: &str) -> Result<Vec<Checked>, String> {
        let name = path.display().to_string();
        let found = rust::find(path, source).map_err(|error| format!("`{name}`: {error}"))?;
        let texts = found.texts.into_iter();
        let mut checked: Vec<Checked> =
            texts.flat_map(|text| self.check_text(&name, text)).collect();
        for path in found.included {
            checked.extend(self.check(&Input::File(path))?);
        }
        Ok(checked)
    }

    fn check_text(&self, path: &str, source: String) -> Vec<Checked> {
        self.dialects.check(path, source, &self.args.targets, |path, wgsl| self.report(path, wgsl))
    }

    fn report(&self, path: &str, wgsl: &str) -> FileReport {
        if self.cache.as_ref().is_some_and(|cache| cache.is_clean(wgsl)) {
            return self.checker.clean_report(path);
        }
        let report = self.checker.check_source(path, wgsl);
        let clean = report.verdict == Verdict::Valid && report.findings.is_empty();
        if let Some(cache) = self.cache.as_ref().filter(|_| clean) {
            cache.add(wgsl);
        }
        report
    }
}

fn print(args: &Args, checked: &[Checked]) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Human => human::write(&mut out, checked)?,
        Format::Json => json::write(&mut out, checked)?,
        Format::Sarif => sarif::write(&mut out, checked)?,
        Format::Github => ci::write_github(&mut out, checked)?,
        Format::Junit => ci::write_junit(&mut out, checked)?,
    }
    out.flush()?;
    Ok(())
}

fn status(args: &Args, checked: &[Checked], unreadable: bool) -> ExitCode {
    if unreadable {
        return ExitCode::from(2);
    }
    let denies = |deny| args.deny.contains(&deny);
    let found = checked.iter().any(|one| {
        let report = &one.report;
        let unsupported = report.verdict == Verdict::Unsupported
            || report.targets.values().any(|verdict| *verdict == Verdict::Unsupported);
        let warned = report.findings.iter().any(|finding| finding.severity == Severity::Warning);
        let invalid = report.verdict == Verdict::Invalid
            || report.targets.values().any(|verdict| *verdict == Verdict::Invalid);
        invalid || (unsupported && denies(Deny::Unsupported)) || (warned && denies(Deny::Warnings))
    });
    ExitCode::from(u8::from(found))
}
