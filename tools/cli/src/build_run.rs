//! `preheat build --run`: every script from the archive that was just written.

use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use preheat_compiler::trace::graph::GraphOptions;
use serde::Serialize;

use crate::args::{Numeric, numeric_mode};
use crate::build::BuildArgs;
use crate::build_trace::Outcome;
use crate::failure::Failure;
use crate::inputs::Case;
use crate::report::ScriptReport;
use crate::run::{Ended, Machine, open_archive, print};
use crate::script::{self, LoadError, Start};
use crate::text;

/// One script that was run.
#[derive(Debug, Serialize)]
pub(crate) struct RanScript {
    script: String,
    output: String,
    time_ms: f64,
    /// What went wrong, unless it was meant to.
    pub(crate) error: Option<String>,
}

/// Runs the scripts in order, strictly, at their default sizes, on one runtime.
pub(crate) fn run_all(
    cases: &[Case],
    outcomes: &[Outcome],
    args: &BuildArgs,
    output: &Path,
) -> Result<Vec<RanScript>, Failure> {
    let started = Instant::now();
    let machine = Machine::of_archive(open_archive(output)?)?;
    let mut ran = Vec::new();
    let scripts = cases.iter().zip(outcomes).filter(|(_, outcome)| !outcome.is_skipped);
    for (case, _) in scripts {
        let script = script::on_own_stack(|| run_one(&machine, case, args))??;
        if !args.json {
            let time = text::milliseconds(script.time_ms);
            let verdict = if script.error.is_some() { "failed after" } else { "done in" };
            writeln!(io::stdout().lock(), "-- {} {verdict} {time}", case.name)?;
        }
        ran.push(script);
    }
    if !args.json {
        summary(&machine, &ran, started.elapsed(), &mut io::stdout().lock())?;
    }
    Ok(ran)
}

fn run_one(machine: &Machine, case: &Case, args: &BuildArgs) -> Result<RanScript, Failure> {
    let mut output = String::new();
    let mut sink = |text: &str| {
        output.push_str(text);
        if !args.json {
            print(text);
        }
    };
    if !args.json {
        writeln!(io::stdout().lock(), "\n== {}", case.name)?;
    }
    let started = Instant::now();
    let report = match script::load(&case.path, &case.name) {
        Err(LoadError::Failure(failure)) => return Err(*failure),
        Err(LoadError::Syntax(report)) => Some(report),
        Ok(file) => {
            let demote_double = !args.numeric.contains(&Numeric::F64);
            let options = GraphOptions { mode: numeric_mode(args.fast_math), demote_double };
            let start = Start { options, defines: &args.defines, folders: &args.folders };
            let Ended { report, .. } = machine.execute(&file, start, &mut sink);
            report
        }
    };
    let time_ms = started.elapsed().as_secs_f64() * 1e3;
    let error = judged(case, report.as_ref());
    if let Some(report) = &report {
        let line = format!("error: {}\n", report.summary());
        sink(&line);
        if error.is_some() {
            report.say();
        }
    }
    Ok(RanScript { script: case.name.clone(), output, time_ms, error })
}

/// The error of a script, unless it is the one that was meant.
fn judged(case: &Case, report: Option<&ScriptReport>) -> Option<String> {
    match (&case.expect_error, report) {
        (None, None) => None,
        (None, Some(report)) => Some(report.summary()),
        (Some(text), Some(report)) if report.mentions(text) => None,
        (Some(text), _) => Some(format!("no error that says `{text}`")),
    }
}

fn summary(
    machine: &Machine,
    ran: &[RanScript],
    elapsed: Duration,
    out: &mut impl Write,
) -> io::Result<()> {
    let telemetry = machine.runtime.telemetry();
    let rungs = telemetry.rungs;
    let failed = ran.iter().filter(|script| script.error.is_some()).count();
    let device = match telemetry.adapter.as_str() {
        "" => "cpu".to_owned(),
        adapter => format!("{adapter} ({})", telemetry.engine),
    };
    writeln!(out)?;
    text::pairs(
        out,
        0,
        &[
            ("device", device),
            ("ran", text::counted(ran.len(), "script")),
            ("failed", failed.to_string()),
            ("groups", text::grouped(telemetry.groups)),
            ("kernels", text::grouped(telemetry.kernels)),
            ("calls", text::grouped(telemetry.calls)),
            ("compiled", (rungs.compile + rungs.wgsl).to_string()),
            ("time", text::duration(elapsed)),
        ],
    )?;
    out.flush()
}
