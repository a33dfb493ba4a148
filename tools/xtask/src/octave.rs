//! `cargo xtask octave [--check] [CASE...]`: what GNU Octave prints for each corpus script,
//! at the small sizes of `corpus.toml` and at the script's own, kept in `case.expected.json`.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::hoist;
use preheat_tests::corpus::{self, Case, Defines, Record, Run};

/// Default sizes that take longer are not recorded.
const TIME_MAX: Duration = Duration::from_secs(20);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run again and compare with what is recorded; write nothing.
    #[arg(long)]
    check: bool,
    /// Cases by path or part of it, such as `image/` or `chain`; all when left out.
    cases: Vec<String>,
}

/// Records or checks the chosen cases and returns the number of findings.
pub(crate) fn run(root: &Path, args: &Args, out: &mut dyn Write) -> Result<usize> {
    let corpus = root.join("corpus");
    let manifest = corpus::load(&corpus)?;
    let octave = Octave::find(root)?;
    let chosen = |case: &&Case| {
        args.cases.is_empty() || args.cases.iter().any(|part| case.path.contains(part))
    };
    let mut findings = 0;
    let mut count = 0;
    for case in manifest.cases.iter().filter(chosen) {
        count += 1;
        let start = Instant::now();
        let found = octave.record(&corpus, case).with_context(|| case.path.clone())?;
        let mut problems = problems_of(case, &found);
        let path = corpus.join(&case.path).with_extension("expected.json");
        if args.check {
            problems.extend(differences(case, &read(&path)?, &found));
        } else {
            let text = serde_json::to_string_pretty(&found)?;
            fs::write(&path, text + "\n").with_context(|| format!("writing {}", path.display()))?;
        }
        writeln!(out, "{} ({:.1} s)", case.path, start.elapsed().as_secs_f64())?;
        for problem in &problems {
            writeln!(out, "  {problem}")?;
        }
        findings += problems.len();
    }
    ensure!(count > 0, "no case of corpus.toml matches");
    Ok(findings)
}

fn read(path: &Path) -> Result<Record> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))
}

/// What is wrong with a record in itself: an error where none belongs, or the wrong one.
fn problems_of(case: &Case, record: &Record) -> Vec<String> {
    let runs = std::iter::once(&record.small).chain(&record.default);
    runs.filter_map(|run| match (&case.expect_error, &run.error) {
        (None, None) => None,
        (None, Some(error)) => Some(format!("failed: {error}")),
        (Some(fragment), None) => Some(format!("did not fail with `{fragment}`")),
        (Some(fragment), Some(error)) => {
            let contains = error.to_lowercase().contains(&fragment.to_lowercase());
            (!contains).then(|| format!("error lacks `{fragment}`: {error}"))
        }
    })
    .collect()
}

fn differences(case: &Case, expected: &Record, found: &Record) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |sizes: &str, expected: &Run, found: &Run| {
        if expected.defines != found.defines || expected.status != found.status {
            differences.push(format!("{sizes} sizes: other defines or status than recorded"));
        } else if !corpus::agree(case, &expected.stdout, &found.stdout) {
            let (expected, found) = (&expected.stdout, &found.stdout);
            differences.push(format!("{sizes} sizes: expected\n{expected}  found\n{found}"));
        }
    };
    compare("small", &expected.small, &found.small);
    // A slow machine may have no time for the default sizes; that is not a difference.
    if let (Some(expected), Some(found)) = (&expected.default, &found.default) {
        compare("default", expected, found);
    }
    differences
}

struct Octave {
    version: String,
    /// Functions that this Octave may lack.
    additions: PathBuf,
    scratch: PathBuf,
}

impl Octave {
    fn find(root: &Path) -> Result<Self> {
        let output = Command::new("octave-cli")
            .arg("--version")
            .output()
            .context("running octave-cli, of the package `octave`")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.lines().next().and_then(|line| line.rsplit(' ').next());
        let scratch = root.join("target/octave");
        fs::create_dir_all(&scratch).context("making target/octave")?;
        Ok(Self {
            version: version.context("octave-cli names no version")?.to_owned(),
            additions: root.join("tools/xtask/octave"),
            scratch,
        })
    }

    fn record(&self, corpus: &Path, case: &Case) -> Result<Record> {
        let path = corpus.join(&case.path);
        let script =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let script = hoist::functions_first(&script);
        let Some(small) = self.run(case, &script, &case.small)? else {
            bail!("`{}` takes too long at its small sizes", case.path);
        };
        let default =
            if case.small.is_empty() { None } else { self.run(case, &script, &Defines::new())? };
        Ok(Record { octave: self.version.clone(), small, default })
    }

    /// One run of a script; `None` when it takes longer than [`TIME_MAX`].
    fn run(&self, case: &Case, script: &str, defines: &Defines) -> Result<Option<Run>> {
        let name = case.path.replace(['/', '-'], "_");
        let file = |extension: &str| self.scratch.join(&name).with_extension(extension);
        let (source, stdout, stderr) = (file("m"), file("stdout"), file("stderr"));
        fs::write(&source, script)?;
        let mut program = format!(
            "warning('off', 'Octave:shadowed-function'); addpath('{}');",
            self.additions.display()
        );
        for (variable, value) in defines {
            program += &format!("{variable} = {value};");
        }
        program += &format!("source('{name}');");
        let mut command = Command::new("octave-cli");
        command
            .args(["--no-gui", "--norc", "--quiet", "--eval", &program])
            .current_dir(&self.scratch)
            .stdin(Stdio::null())
            .stdout(File::create(&stdout)?)
            .stderr(File::create(&stderr)?);
        let Some(status) = wait(&mut command)? else {
            return Ok(None);
        };
        // Octave may write on stderr, as it exits, after a script that ran to its end.
        let error = if status.success() {
            None
        } else {
            let message = self.error_message(&fs::read_to_string(&stderr)?);
            Some(message.context("octave-cli failed without a message")?)
        };
        Ok(Some(Run {
            defines: defines.clone(),
            stdout: fs::read_to_string(&stdout)?,
            status: status.code().context("octave-cli was killed")?,
            error,
        }))
    }

    /// The message of the error that ended a script, without the traceback and without
    /// the folder that the script happened to run in.
    fn error_message(&self, stderr: &str) -> Option<String> {
        let start = stderr.find("error: ")? + "error: ".len();
        let message = &stderr[start..];
        let end = message.find("\nerror: ").unwrap_or(message.len());
        let folder = format!("{}/", self.scratch.display());
        Some(message[..end].trim().replace(&folder, ""))
    }
}

/// Waits for a process, and kills it when its time is over.
fn wait(command: &mut Command) -> Result<Option<ExitStatus>> {
    let mut child = command.spawn().context("starting octave-cli")?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > TIME_MAX {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}
