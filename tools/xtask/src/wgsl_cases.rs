//! `cargo xtask wgsl-cases FILE`: the checker's verdicts on cases with known ones, by test name.
//!
//! The work is done by an example of `wgslcheck`, which may name naga; a chore may not.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Which cases, and what to compare with.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// JSON lines of cases
    file: PathBuf,
    /// List every wrong case
    #[arg(long)]
    wrong: bool,
    /// Keep the counts in this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Print what changed since the counts in this file were kept
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
}

/// Runs the example in release mode; its report goes to stdout.
pub(crate) fn run(root: &Path, args: &Args) -> Result<usize> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root);
    command.args(["run", "--quiet", "--release", "--package", "wgslcheck"]);
    command.args(["--example", "wgsl_cases", "--"]);
    let absolute = |path: &Path| -> Result<String> {
        let path = std::path::absolute(path).context("finding the working directory")?;
        Ok(path.display().to_string())
    };
    command.arg(absolute(&args.file)?);
    if args.wrong {
        command.arg("--wrong");
    }
    for (name, path) in [("--save", &args.save), ("--before", &args.before)] {
        if let Some(path) = path {
            command.arg(format!("{name}={}", absolute(path)?));
        }
    }
    let status = command.status().context("starting cargo")?;
    ensure!(status.success(), "the measurement ended with {status}");
    Ok(0)
}
