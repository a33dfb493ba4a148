//! The conformance table: expressions with the values that GNU Octave gives, a family a file.
//!
//! A row is `EXPRESSION => VALUE`, the value as `show.m` writes it, or `error: MESSAGE`. A row
//! under a line `! REASON` differs here on purpose, and a test holds it to differing. Lines that
//! start with `#` are comments. `cargo xtask conformance` writes the values.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Numbers agree within this, relative to the larger: ten digits are written.
const RELATIVE_MAX: f64 = 2e-9;
/// The same for `single`: four units in the last place, what elementary functions may be off.
const SINGLE_MAX: f64 = 5e-7;
/// What is left where large terms cancel.
const ABSOLUTE_MAX: f64 = 1e-13;

/// One line of a family's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// An expression with its value, empty while it is not recorded, and why it differs here.
    Row(Row),
    /// A comment, an empty line, a reason.
    Other(String),
}

/// An expression with its recorded value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The expression.
    pub expression: String,
    /// Octave's value.
    pub value: String,
    /// Why the value differs here, if it does.
    pub reason: Option<String>,
}

/// The families, by file name, in order.
///
/// # Errors
/// If a file cannot be read.
pub fn families(folder: &Path) -> Result<Vec<(String, Vec<Line>)>> {
    let mut families = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            families.push((name, lines(&text)));
        }
    }
    families.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(families)
}

/// The lines of a file.
pub fn lines(text: &str) -> Vec<Line> {
    let mut reason = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(text) = line.strip_prefix("! ") {
            reason = Some(text.to_owned());
            lines.push(Line::Other(line.to_owned()));
        } else if line.is_empty() || line.starts_with('#') {
            lines.push(Line::Other(line.to_owned()));
        } else {
            let (expression, value) = line.split_once(" => ").unwrap_or((line, ""));
            let (expression, value) = (expression.trim_end().to_owned(), value.to_owned());
            lines.push(Line::Row(Row { expression, value, reason: reason.take() }));
        }
    }
    lines
}

/// The rows alone.
pub fn rows(lines: &[Line]) -> impl Iterator<Item = &Row> {
    lines.iter().filter_map(|line| match line {
        Line::Row(row) => Some(row),
        Line::Other(_) => None,
    })
}

/// A script that prints a line for each row: its value or its error. `helpers` is the text of
/// `show.m`.
pub fn script<'r>(helpers: &str, rows: impl Iterator<Item = &'r Row>) -> String {
    let mut text = format!("1;\n{helpers}\n");
    for row in rows {
        text += &format!(
            "try\n  r__ = show__({});\ncatch e__\n  r__ = ['error: ' strrep(e__.message, \"\\n\", \
             '\\n')];\nend\nputs([r__ \"\\n\"]);\n",
            row.expression
        );
    }
    text
}

/// True if two shown values agree: equal text between numbers, numbers within the tolerance.
pub fn agree(expected: &str, found: &str) -> bool {
    let relative = if expected.starts_with("single[") { SINGLE_MAX } else { RELATIVE_MAX };
    let (expected, found): (Vec<&str>, Vec<&str>) =
        (expected.split(' ').collect(), found.split(' ').collect());
    expected.len() == found.len() && expected.iter().zip(&found).all(|(a, b)| same(a, b, relative))
}

fn same(a: &str, b: &str, relative: f64) -> bool {
    if a == b {
        return true;
    }
    let number = |text: &str| text.trim_end_matches([';', '}']).parse::<f64>();
    match (number(a), number(b)) {
        (Ok(x), Ok(y)) => {
            let distance = (x - y).abs();
            distance <= ABSOLUTE_MAX || distance <= relative * x.abs().max(y.abs())
        }
        (_, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_carry_the_reason_above_them() {
        let found = lines("# numbers\n1 + 1 => double[1x1] 2\n! signs\nf(2) => double[1x1] -1\n3");
        let rows: Vec<&Row> = rows(&found).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!((rows[0].expression.as_str(), &rows[0].reason), ("1 + 1", &None));
        assert_eq!(rows[1].reason.as_deref(), Some("signs"));
        assert_eq!((rows[2].expression.as_str(), rows[2].value.as_str()), ("3", ""));
    }

    #[test]
    fn numbers_agree_within_ten_digits() {
        assert!(agree("double[1x2] 1 0.3333333333", "double[1x2] 1 0.3333333334"));
        assert!(agree("double[1x1] 0", "double[1x1] 1e-17"));
        assert!(!agree("double[1x1] 1", "double[1x1] 1.00000001"));
        assert!(!agree("single[1x1] 1", "double[1x1] 1"));
        assert!(!agree("double[1x1] NaN", "double[1x1] 0"));
    }
}
