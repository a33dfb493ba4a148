//! The limits on files, functions, lines and file names: `cargo xtask tidy`, and a test.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::scan;

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 100;
/// Names that say nothing about what is inside.
const FILE_NAMES_FORBIDDEN: [&str; 2] = ["utils.rs", "common.rs"];

/// Prints what is over a limit in any Rust file that git does not ignore, and counts it.
///
/// # Errors
/// If git does not answer or a file cannot be read.
pub fn run(root: &Path, out: &mut dyn Write) -> Result<usize> {
    let mut findings = Vec::new();
    for path in rust_files(root)? {
        let text =
            fs::read_to_string(root.join(&path)).with_context(|| format!("reading {path}"))?;
        check(&path, &text, &mut findings);
    }
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    Ok(findings.len())
}

fn rust_files(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.rs"])
        .current_dir(root)
        .output()
        .context("running git")?;
    ensure!(output.status.success(), "git ls-files failed: {}", output.status);
    let list = String::from_utf8(output.stdout).context("reading the names of files")?;
    let mut files: Vec<String> = list
        .split_terminator('\0')
        // A deleted file stays in the index until the next commit.
        .filter(|path| root.join(path).is_file())
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

fn check(path: &str, text: &str, findings: &mut Vec<String>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    if FILE_NAMES_FORBIDDEN.contains(&name) {
        findings.push(format!("{path}: the name `{name}` says nothing; name what is inside"));
    }
    let line_count = text.lines().count();
    if line_count > FILE_LINES_MAX {
        findings.push(format!("{path}: {line_count} lines, at most {FILE_LINES_MAX}"));
    }
    for (index, line) in text.lines().enumerate() {
        let column_count = line.chars().count();
        if column_count > LINE_COLUMNS_MAX {
            let at = index + 1;
            findings
                .push(format!("{path}:{at}: {column_count} columns, at most {LINE_COLUMNS_MAX}"));
        }
    }
    for function in scan::functions(text) {
        if function.line_count > FUNCTION_LINES_MAX {
            findings.push(format!(
                "{path}:{}: function `{}` has {} lines, at most {FUNCTION_LINES_MAX}",
                function.line, function.name, function.line_count
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        check(path, text, &mut findings);
        findings
    }

    #[test]
    fn limits_hold_at_the_limit_and_not_beyond() {
        let function = |lines: usize| format!("fn f() {{\n{}}}\n", "    x();\n".repeat(lines - 2));
        assert!(findings("a.rs", &function(FUNCTION_LINES_MAX)).is_empty());
        assert_eq!(findings("a.rs", &function(FUNCTION_LINES_MAX + 1)).len(), 1);
        assert!(findings("a.rs", &"\n".repeat(FILE_LINES_MAX)).is_empty());
        assert_eq!(findings("a.rs", &"\n".repeat(FILE_LINES_MAX + 1)).len(), 1);
        assert!(findings("a.rs", &"x".repeat(LINE_COLUMNS_MAX)).is_empty());
        assert_eq!(findings("a.rs", &"x".repeat(LINE_COLUMNS_MAX + 1)).len(), 1);
    }

    #[test]
    fn empty_names_are_found() {
        assert_eq!(findings("a/utils.rs", "").len(), 1);
        assert!(findings("a/strings.rs", "").is_empty());
    }
}
