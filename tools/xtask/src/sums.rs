//! `cargo xtask sums`: how far sum, mean and variance of many `single` numbers are from their exact
//! values, on the CPU and on a device.
//!
//! `preheat run` computes them twice; the two outputs must be the same.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use preheat_tests::sums;

/// Options of the chore.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many numbers.
    #[arg(long, default_value_t = 100_000_000)]
    points: u32,
    /// Devices, as `preheat run --device` takes them.
    #[arg(long, default_values = ["cpu", "vulkan"])]
    device: Vec<String>,
    /// The program; without it, the one that was built for release.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Prints a row for each device; returns the number of values that are off by more than 1e-6 or
/// differ from run to run.
pub(crate) fn run(root: &Path, args: &Args, out: &mut dyn Write) -> Result<usize> {
    let program = args.program.clone().unwrap_or_else(|| root.join("target/release/preheat"));
    let folder = std::env::temp_dir().join(format!("preheat-sums-{}", std::process::id()));
    fs::create_dir_all(&folder).context("making a folder for the script")?;
    let script = folder.join("sums.m");
    fs::write(&script, sums::SCRIPT).context("writing the script")?;
    let mut findings = 0;
    writeln!(out, "| device | numbers | sum | mean | variance | second run |")?;
    writeln!(out, "|---|--:|--:|--:|--:|---|")?;
    for device in &args.device {
        let measure = || {
            let mut command = Command::new(&program);
            command.arg("run").arg(&script).args(["--device", device]);
            let output = command.arg("-D").arg(format!("N={}", args.points)).output();
            let output = output.with_context(|| format!("starting {}", program.display()))?;
            let problem = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "running on {device}: {problem}");
            String::from_utf8(output.stdout).context("reading the results")
        };
        let (first, second) = (measure()?, measure()?);
        let errors = sums::errors(&first, args.points).context("reading the results")?;
        ensure!(errors.len() == 3, "three results were expected: {first}");
        findings += errors.iter().filter(|error| **error > sums::MOST).count();
        findings += usize::from(first != second);
        let same = if first == second { "the same" } else { "differs" };
        let shown: Vec<String> = errors.iter().map(|error| format!("{error:.1e}")).collect();
        writeln!(out, "| {device} | {} | {} | {same} |", args.points, shown.join(" | "))?;
    }
    fs::remove_dir_all(&folder).context("removing the script")?;
    Ok(findings)
}
