//! `preheat bench`: the workloads on a device beside other programs that can run them.
//!
//! A workload is a script of `tools/bench/workloads` that marks its measured part with
//! `wait(gpuDevice)` and prints numbers to check. It runs several times in this process, kernels
//! compiled before the first measured run; then every peer that was asked for and is installed runs
//! its own form of the workload. Rows of peers whose numbers differ say so.

mod gate;
mod measure;
mod peers;
mod plot;
mod workload;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use serde::{Deserialize, Serialize};

use crate::Status;
use crate::args::Device;
use crate::failure::Failure;
use crate::report;
use crate::text;
use preheat_files::Disk;

use measure::Bench;
use workload::Workload;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  preheat bench sum chain --peers numpy,octave --json bench.json"
)]
pub(crate) struct BenchArgs {
    /// Workloads to run; all if none is named
    pub(crate) workloads: Vec<String>,
    /// What computes arrays
    #[arg(long, default_value = "auto")]
    pub(crate) device: Device,
    /// Other programs to measure beside: octave, numpy, torch, torch-compile, or all
    #[arg(long, value_delimiter = ',', value_name = "PEER")]
    pub(crate) peers: Vec<peers::Choice>,
    /// Measured runs of each
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) repeat: u32,
    /// Use this size for every workload instead of its own
    #[arg(short = 'N', value_name = "N", value_parser = clap::value_parser!(u64).range(16..))]
    pub(crate) size: Option<u64>,
    /// Use the sizes for CPUs on a GPU too
    #[arg(long)]
    pub(crate) small: bool,
    /// Use the device's own elementary functions, whatever their error
    #[arg(long)]
    pub(crate) fast_math: bool,
    /// Write all figures as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) json: Option<PathBuf>,
    /// Draw the times as an SVG picture
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) svg: Option<PathBuf>,
    /// Compare with the JSON of an earlier run: exit status 1 if a workload became slower by more
    /// than `--slack`, or its numbers changed
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) gate: Option<PathBuf>,
    /// Slowdown that the gate allows, in per cent
    #[arg(long, default_value_t = 15.0, value_name = "PERCENT")]
    pub(crate) slack: f64,
    /// List the workloads
    #[arg(long)]
    pub(crate) list: bool,
}

/// Median and extremes of several runs, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// `None` without runs.
    fn of(mut times_ms: Vec<f64>) -> Option<Spread> {
        times_ms.sort_by(f64::total_cmp);
        let (least, most) = (*times_ms.first()?, *times_ms.last()?);
        let median = *times_ms.get(times_ms.len() / 2)?;
        Some(Spread { median, least, most })
    }
}

/// One workload on one engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) workload: String,
    pub(crate) n: u64,
    /// `preheat` or a peer.
    pub(crate) engine: String,
    /// Time between the two waits on the host's clock.
    pub(crate) wall_ms: Spread,
    /// Time of kernels on the device's clock, where there is one.
    pub(crate) kernel_ms: Option<Spread>,
    /// Dispatches of one run.
    pub(crate) dispatches: Option<u64>,
    /// Least bytes over the least time, in 10^9 bytes per second.
    pub(crate) gigabytes_per_second: f64,
    /// Floating-point operations over the least time, in 10^12 per second.
    pub(crate) teraflops: Option<f64>,
    /// The numbers that the workload prints.
    pub(crate) check: Vec<f64>,
    /// Whether they agree with ours.
    pub(crate) agrees: bool,
}

impl Row {
    /// Best time: of kernels if the device told, else of the host.
    pub(crate) fn best_ms(&self) -> f64 {
        self.kernel_ms.unwrap_or(self.wall_ms).least
    }
}

/// A whole report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) version: u32,
    pub(crate) preheat: String,
    pub(crate) device: String,
    pub(crate) driver: String,
    pub(crate) fast_math: bool,
    /// Seconds since 1970.
    pub(crate) time: u64,
    pub(crate) rows: Vec<Row>,
}

/// Runs workloads.
pub(crate) fn bench(args: &BenchArgs) -> Result<Status, Failure> {
    let known = workload::all()?;
    if args.list {
        let rows = known.iter().map(|workload| {
            [workload.name.clone(), text::grouped(workload.device_n), workload.title().to_owned()]
        });
        let rows: Vec<[String; 3]> = rows.collect();
        text::table(&mut io::stdout().lock(), ["name", "N on a GPU", "what it does"], &rows)?;
        return Ok(Status::Done);
    }
    let chosen = workload::choose(known, &args.workloads)?;
    let mut bench = Bench::open(args)?;
    let peers = peers::installed(&args.peers);
    let mut report = bench.report();
    for workload in &chosen {
        let n = args.size.unwrap_or(bench.size(workload, args.small));
        let ours = bench.measure(workload, n)?;
        let check = ours.check.clone();
        report.rows.push(ours);
        for peer in &peers {
            match peer.measure(workload, n, args.repeat, &check) {
                Ok(row) => report.rows.push(row),
                Err(reason) => report::line(&format!("{}: {}: {reason}", peer.name, workload.name)),
            }
        }
    }
    print(&report)?;
    if let Some(path) = &args.json {
        write(path, &serde_json::to_vec_pretty(&report)?)?;
    }
    if let Some(path) = &args.svg {
        write(path, plot::svg(&report).as_bytes())?;
    }
    let mut findings: Vec<String> = report
        .rows
        .iter()
        .filter(|row| !row.agrees)
        .map(|row| {
            format!("{}: the numbers of {} differ: {:?}", row.workload, row.engine, row.check)
        })
        .collect();
    if let Some(path) = &args.gate {
        findings.extend(gate::compare(path, &report, args.slack)?);
    }
    findings.iter().for_each(|finding| report::line(finding));
    Ok(if findings.is_empty() { Status::Done } else { Status::Findings })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    preheat_files::publish(&Disk, path, bytes).map_err(Failure::writing(path))
}

fn print(report: &Report) -> Result<(), Failure> {
    let milliseconds = |spread: Spread| text::milliseconds(spread.median);
    let row = |row: &Row| {
        [
            row.workload.clone(),
            text::grouped(row.n),
            row.engine.clone(),
            row.kernel_ms.map_or_else(|| "-".to_owned(), milliseconds),
            milliseconds(row.wall_ms),
            text::milliseconds(row.best_ms()),
            format!("{:.0}", row.gigabytes_per_second),
            row.teraflops.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.1}")),
            row.dispatches.map_or_else(|| "-".to_owned(), text::grouped),
            if row.agrees { "yes".to_owned() } else { "NO".to_owned() },
        ]
    };
    let rows: Vec<[String; 10]> = report.rows.iter().map(row).collect();
    let head = [
        "workload",
        "N",
        "engine",
        "kernels",
        "wall",
        "best",
        "GB/s",
        "TFLOP/s",
        "dispatches",
        "agrees",
    ];
    let mut out = io::stdout().lock();
    writeln!(out, "{} {}", report.device, report.driver)?;
    Ok(text::table(&mut out, head, &rows)?)
}

/// Parses the line `check A B ..` of a workload's output.
fn check_numbers(output: &str) -> Vec<f64> {
    let line = output.lines().find_map(|line| line.strip_prefix("check "));
    let words = line.into_iter().flat_map(str::split_whitespace);
    words.map(|word| word.parse().unwrap_or(f64::NAN)).collect()
}

/// True if each number is within a relative tolerance of the expected one.
fn agrees(found: &[f64], expected: &[f64], workload: &Workload) -> bool {
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= workload.tolerance * a.abs().max(b.abs());
    found.len() == expected.len() && !found.is_empty() && found.iter().zip(expected).all(close)
}
