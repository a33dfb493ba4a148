//! Chores of the workspace: `cargo xtask octave`, `conformance`, `scalar`, `sums`, `tidy`, `ulp`,
//! `gen`, `random`, `wgsl-cases`, `torture`, `processes`.
//!
//! Exit status 0: nothing to report; 1: findings; 2: the chore could not be done.

mod conformance;
mod generate;
mod hoist;
mod octave;
mod processes;
mod random;
mod scalar;
mod sums;
mod torture;
mod ulp;
mod wgsl_cases;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use preheat_tests::tidy;

/// Chores of the preheat workspace.
#[derive(Parser)]
#[command(name = "xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Record what GNU Octave prints for the scripts of the corpus.
    Octave(octave::Args),
    /// Record what GNU Octave gives for the expressions of the conformance table.
    Conformance(conformance::Args),
    /// Time scalar loops in GNU Octave and in preheat, in the same run.
    Scalar(scalar::Args),
    /// Measure how far sums of many single numbers are from their exact values.
    Sums(sums::Args),
    /// Check file, function and line lengths and file names.
    Tidy,
    /// Measure how far the element-wise functions are from their exact values.
    Ulp(ulp::Args),
    /// Write the pages that are made from tables: docs/ops.md.
    Gen,
    /// Test random numbers: moments, Kolmogorov-Smirnov, serial correlation.
    Random(random::Args),
    /// Inject faults while files are written: nothing may be torn.
    Torture(torture::Args),
    /// Let many processes build into one store and publish one archive.
    Processes(processes::Args),
    /// Count right and wrong verdicts of wgslcheck on cases with known ones.
    WgslCases(wgsl_cases::Args),
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            // Nothing is left to do when stderr is closed.
            let _ = writeln!(io::stderr().lock(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs one chore and returns the number of findings that it printed.
fn run(cli: &Cli) -> Result<usize> {
    let root = workspace_root()?;
    let mut out = io::stdout().lock();
    match &cli.chore {
        Chore::Octave(args) => octave::run(&root, args, &mut out),
        Chore::Conformance(args) => conformance::run(&root, args, &mut out),
        Chore::Scalar(args) => scalar::run(&root, args, &mut out),
        Chore::Sums(args) => sums::run(&root, args, &mut out),
        Chore::Tidy => tidy::run(&root, &mut out),
        Chore::Ulp(args) => ulp::run(&root, args, &mut out),
        Chore::Gen => generate::run(&root, &mut out),
        Chore::Random(args) => random::run(args, &mut out),
        Chore::Torture(args) => torture::run(args, &mut out),
        Chore::Processes(args) => processes::run(args, &mut out),
        Chore::WgslCases(args) => wgsl_cases::run(&root, args),
    }
}

fn workspace_root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().context("finding the workspace root")
}
