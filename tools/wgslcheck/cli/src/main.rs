//! The program: finds files, checks them on all cores, prints what was found.
//!
//! Exit status: 0 clean, 1 findings, 2 could not do the job.

mod args;
mod cache;
mod checked;
mod ci;
mod config;
mod dialects;
mod files;
mod human;
mod job;
mod json;
mod layout;
mod manual;
mod rust;
mod sarif;
mod template;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use wgslcheck::{Rule, Severity, Verdict};

use args::{Args, Command, Deny, Format};
use checked::Checked;

/// Why the job could not be done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot write the output")]
    Output(#[from] io::Error),
    #[error("no rule has the code `{0}`; `wgslcheck explain` lists them")]
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
    #[error("`{path}` holds no layouts")]
    Declared { path: String, source: Box<dyn std::error::Error + Send + Sync> },
}

fn main() -> ExitCode {
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
    let outcome = job::run(args)?;
    print(args, &outcome.checked)?;
    let mut stderr = io::stderr().lock();
    if let Err(error) = &outcome.kept {
        writeln!(stderr, "wgslcheck: cannot write the cache: {error}")?;
    }
    for name in &outcome.unused_defines {
        writeln!(stderr, "wgslcheck: warning: no module has an override `{name}` (--define)")?;
    }
    for message in &outcome.unreadable {
        writeln!(stderr, "wgslcheck: {message}")?;
    }
    Ok(status(args, &outcome.checked, !outcome.unreadable.is_empty()))
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
