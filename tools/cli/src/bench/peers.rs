//! Other programs that run the same workloads, where they are installed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ValueEnum;
use serde::Deserialize;

use crate::report;

use super::workload::Workload;
use super::{Row, Spread, agrees};

/// A program to measure beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    Octave,
    Numpy,
    Torch,
    TorchCompile,
    All,
}

/// A peer: how it is started.
pub(super) struct Peer {
    pub(super) name: &'static str,
    program: &'static str,
    /// Words before the workload's.
    words: &'static [&'static str],
    /// Its file and that file's text.
    file: (&'static str, &'static str),
    /// Words after the file.
    mode: &'static [&'static str],
    /// Shows whether it is there.
    probe: &'static [&'static str],
}

const OCTAVE_FILE: (&str, &str) =
    ("bench_octave.m", include_str!("../../../bench/peers/bench_octave.m"));
const NUMPY_FILE: (&str, &str) =
    ("bench_numpy.py", include_str!("../../../bench/peers/bench_numpy.py"));
const TORCH_FILE: (&str, &str) =
    ("bench_torch.py", include_str!("../../../bench/peers/bench_torch.py"));

const PEERS: [(Choice, Peer); 4] = [
    (
        Choice::Octave,
        Peer {
            name: "octave",
            program: "octave-cli",
            words: &["--quiet", "--no-init-file", "--norc"],
            file: OCTAVE_FILE,
            mode: &[],
            probe: &["--version"],
        },
    ),
    (
        Choice::Numpy,
        Peer {
            name: "numpy",
            program: "python3",
            words: &[],
            file: NUMPY_FILE,
            mode: &[],
            probe: &["-c", "import numpy"],
        },
    ),
    (
        Choice::Torch,
        Peer {
            name: "torch",
            program: "python3",
            words: &[],
            file: TORCH_FILE,
            mode: &["eager"],
            probe: &["-c", "import torch"],
        },
    ),
    (
        Choice::TorchCompile,
        Peer {
            name: "torch-compile",
            program: "python3",
            words: &[],
            file: TORCH_FILE,
            mode: &["compile"],
            probe: &["-c", "import torch"],
        },
    ),
];

/// What a peer prints as its last line.
#[derive(Debug, Deserialize)]
struct Answer {
    ms: Vec<f64>,
    /// True if the times are those of kernels by the device's clock.
    #[serde(default)]
    is_kernel_time: bool,
    check: Vec<f64>,
}

/// The peers that were asked for and are there; says which are not.
pub(super) fn installed(choices: &[Choice]) -> Vec<Peer> {
    let wanted = |choice: &Choice| choices.contains(choice) || choices.contains(&Choice::All);
    let mut found = Vec::new();
    for (_, peer) in PEERS.into_iter().filter(|(choice, _)| wanted(choice)) {
        let mut probe = Command::new(peer.program);
        probe.args(peer.probe).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match probe.status() {
            Ok(status) if status.success() => found.push(peer),
            Ok(_) | Err(_) => report::line(&format!("{} is not installed", peer.name)),
        }
    }
    found
}

impl Peer {
    /// Runs a workload; `Err` says why there is no row.
    pub(super) fn measure(
        &self,
        workload: &Workload,
        n: u64,
        repeat: u32,
        expected: &[f64],
    ) -> Result<Row, String> {
        let folder = Folder::new().map_err(|error| error.to_string())?;
        let (name, text) = self.file;
        let path = folder.0.join(name);
        fs::write(&path, text).map_err(|error| error.to_string())?;
        let answer = self.answer(&path, &[&workload.name, &n.to_string(), &repeat.to_string()])?;
        let spread = Spread::of(answer.ms).ok_or("it gave no times")?;
        let check_agrees = agrees(&answer.check, expected, workload);
        Ok(Row {
            workload: workload.name.clone(),
            n,
            engine: self.name.to_owned(),
            wall_ms: spread,
            kernel_ms: answer.is_kernel_time.then_some(spread),
            dispatches: None,
            gigabytes_per_second: workload.gigabytes_per_second(n, spread.least),
            teraflops: workload.teraflops(n, spread.least),
            check: answer.check,
            agrees: check_agrees,
        })
    }

    fn answer(&self, path: &Path, words: &[&str]) -> Result<Answer, String> {
        let mut command = Command::new(self.program);
        command.args(self.words).arg(path).args(words).args(self.mode).stdin(Stdio::null());
        let output = command.output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().rfind(|line| line.starts_with('{'));
        match last.map(serde_json::from_str) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(error)) => Err(format!("its answer cannot be read: {error}")),
            None => {
                let errors = String::from_utf8_lossy(&output.stderr);
                let line = errors.lines().last().unwrap_or("it printed nothing").to_owned();
                Err(line)
            }
        }
    }
}

/// A folder that is removed with all that it holds.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Folder> {
        let path = std::env::temp_dir().join(format!("preheat-bench-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // It is a folder for temporary files: what stays is removed by the system.
        let _ = fs::remove_dir_all(&self.0);
    }
}
