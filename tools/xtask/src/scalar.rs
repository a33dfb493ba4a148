//! `cargo xtask scalar [--times N]`: scalar loops in GNU Octave and in preheat, one after the other
//! in the same run; with `--arrays` loops over arrays of a few elements. Each script of
//! `tools/xtask/scalar` or `tools/xtask/arrays` prints its results and, last, the seconds that it
//! measured itself; the smallest of several runs counts.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs of each script in each program.
    #[arg(long, default_value_t = 5)]
    times: u32,
    /// The program to measure; the release build when left out.
    #[arg(long)]
    preheat: Option<PathBuf>,
    /// Speed-up below which a script is a finding; 20, or 1 with `--arrays`, when left out.
    #[arg(long)]
    least: Option<f64>,
    /// Loops over arrays of a few elements whose size is a variable.
    #[arg(long)]
    arrays: bool,
    /// Scripts by part of their name; all when left out.
    scripts: Vec<String>,
}

/// What a script printed, and its own seconds.
struct Ran {
    text: String,
    seconds: f64,
}

/// Measures the chosen scripts and returns how many are slower than they should be, or differ.
pub(crate) fn run(root: &Path, args: &Args, out: &mut dyn Write) -> Result<usize> {
    let preheat = args.preheat.clone().unwrap_or_else(|| root.join("target/release/preheat"));
    ensure!(preheat.is_file(), "no {}: `cargo build --release -p preheat`", preheat.display());
    let (set, least) = if args.arrays { ("arrays", 1.0) } else { ("scalar", 20.0) };
    let (folder, least) = (root.join("tools/xtask").join(set), args.least.unwrap_or(least));
    let mut scripts = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        scripts.push(entry?.path());
    }
    scripts.retain(|path| path.extension().is_some_and(|extension| extension == "m"));
    scripts.sort();
    writeln!(out, "| script | Octave, ms | preheat, ms | times faster |\n|---|---|---|---|")?;
    let mut findings = 0;
    for script in scripts {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !args.scripts.is_empty() && !args.scripts.iter().any(|part| name.contains(part)) {
            continue;
        }
        let (octave, own) = measure(&preheat, &script, args.times).context(name.clone())?;
        let ratio = octave.seconds / own.seconds;
        let differs = if octave.text == own.text { "" } else { ", other output" };
        findings += usize::from(ratio < least || !differs.is_empty());
        let (theirs, ours) = (octave.seconds * 1e3, own.seconds * 1e3);
        writeln!(out, "| {name} | {theirs:.1} | {ours:.2} | {ratio:.1}{differs} |")?;
    }
    Ok(findings)
}

/// The fastest of several runs in turn, so that both meet the same machine.
fn measure(preheat: &Path, script: &Path, times: u32) -> Result<(Ran, Ran)> {
    let mut best: Option<(Ran, Ran)> = None;
    for _ in 0..times.max(1) {
        let mut octave = Command::new("octave-cli");
        octave.args(["--norc", "--quiet", "--no-history"]).arg(script);
        let mut own = Command::new(preheat);
        own.args(["run", "--device", "cpu"]).arg(script);
        let (octave, own) = (ran(octave)?, ran(own)?);
        best = Some(match best {
            None => (octave, own),
            Some((a, b)) => (faster(a, octave), faster(b, own)),
        });
    }
    best.context("no run")
}

fn faster(a: Ran, b: Ran) -> Ran {
    if b.seconds < a.seconds { b } else { a }
}

fn ran(mut command: Command) -> Result<Ran> {
    let output = command.stderr(Stdio::null()).output().context("starting the program")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let Some((text, last)) = text.trim_end().rsplit_once('\n') else {
        bail!("printed no time: {text}");
    };
    let seconds = last.trim().parse().with_context(|| format!("`{last}` is no time"))?;
    Ok(Ran { text: text.to_owned(), seconds })
}
