//! `cargo xtask conformance [FAMILY...]`: what GNU Octave gives for the rows of the conformance
//! table. Rows without a value get one; recorded ones are checked again.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use preheat_tests::conformance::{self, Line, Row};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write the values; without it they are compared with what is recorded.
    #[arg(long)]
    write: bool,
    /// Families by name; all when left out.
    families: Vec<String>,
}

/// Records or checks the chosen families and returns the number of findings.
pub(crate) fn run(root: &Path, args: &Args, out: &mut dyn Write) -> Result<usize> {
    let folder = root.join("tests/conformance");
    let helpers = fs::read_to_string(folder.join("show.m")).context("reading show.m")?;
    let scratch = root.join("target/octave");
    fs::create_dir_all(&scratch).context("making target/octave")?;
    let (mut findings, mut count) = (0, 0);
    for (family, mut lines) in conformance::families(&folder)? {
        if !args.families.is_empty() && !args.families.contains(&family) {
            continue;
        }
        let rows: Vec<&Row> = conformance::rows(&lines).collect();
        let values = values(&scratch, &family, &conformance::script(&helpers, rows.into_iter()))?;
        let mut values = values.into_iter();
        for line in &mut lines {
            let Line::Row(row) = line else { continue };
            let value = values.next().with_context(|| format!("{family}: a line is missing"))?;
            count += 1;
            if !args.write && !conformance::agree(&row.value, &value) {
                writeln!(out, "{family}: {}\n  {}\n  {value}", row.expression, row.value)?;
                findings += 1;
            }
            row.value = value;
        }
        if args.write {
            let text: Vec<String> = lines.iter().map(written).collect();
            fs::write(folder.join(format!("{family}.txt")), text.join("\n") + "\n")
                .with_context(|| format!("writing {family}"))?;
        }
    }
    ensure!(count > 0, "no family of tests/conformance matches");
    writeln!(out, "{count} rows")?;
    Ok(findings)
}

fn written(line: &Line) -> String {
    match line {
        Line::Row(row) => format!("{} => {}", row.expression, row.value),
        Line::Other(text) => text.clone(),
    }
}

/// The lines that Octave prints for a script.
fn values(scratch: &Path, family: &str, script: &str) -> Result<Vec<String>> {
    let path = scratch.join(format!("conformance_{family}.m"));
    fs::write(&path, script).with_context(|| format!("writing {}", path.display()))?;
    let output = Command::new("octave-cli")
        .args(["--no-gui", "--norc", "--quiet"])
        .arg(&path)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .context("running octave-cli, of the package `octave`")?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(str::to_owned).collect())
}
