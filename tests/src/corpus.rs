//! `corpus/corpus.toml` and the recorded results beside each script.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// Script variables predefined for one run, by name.
pub type Defines = BTreeMap<String, i64>;

/// The list of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// One script. The fields are described at the head of `corpus.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub path: String,
    pub family: String,
    pub compare: Compare,
    #[serde(default)]
    pub tolerance: f64,
    pub expect_error: Option<String>,
    #[serde(default)]
    pub small: Defines,
    #[serde(default)]
    pub random: BTreeMap<String, [i64; 2]>,
}

/// How outputs are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    Output,
    Values,
    None,
}

/// What Octave did with one script, as stored in `case.expected.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Record {
    pub octave: String,
    pub small: Run,
    /// Absent where a case has no sizes, and where the default ones take too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Run>,
}

/// One run of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    pub defines: Defines,
    pub stdout: String,
    pub status: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Reads `corpus.toml` and checks what its head promises.
pub fn load(corpus: &Path) -> Result<Manifest> {
    let path = corpus.join("corpus.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let manifest: Manifest = toml::from_str(&text).context("reading corpus.toml")?;
    for case in &manifest.cases {
        let name = &case.path;
        ensure!(corpus.join(name).is_file(), "`{name}` is listed but is not there");
        let in_family = name.split_once('/').is_some_and(|(family, _)| family == case.family);
        ensure!(in_family, "`{name}` is not in the folder of family `{}`", case.family);
        ensure!(
            (case.compare == Compare::Values) == (case.tolerance > 0.0),
            "`{name}`: `tolerance` goes with compare = \"values\", and only with it"
        );
        ensure!(
            case.small.keys().eq(case.random.keys()),
            "`{name}`: `small` and `random` name different variables"
        );
        for (variable, [low, high]) in &case.random {
            ensure!(2 <= *low && low < high, "`{name}`: bad range of `{variable}`");
        }
    }
    for name in scripts(corpus)? {
        let listed = manifest.cases.iter().any(|case| case.path == name);
        ensure!(listed, "`{name}` is not listed in corpus.toml");
    }
    Ok(manifest)
}

/// Every `family/case.m` of the corpus folder.
fn scripts(corpus: &Path) -> Result<Vec<String>> {
    let mut scripts = Vec::new();
    for family in fs::read_dir(corpus)? {
        let family = family?;
        if !family.file_type()?.is_dir() {
            continue;
        }
        for script in fs::read_dir(family.path())? {
            let script = script?.file_name();
            let name = format!("{}/{}", family.file_name().display(), script.display());
            if name.ends_with(".m") {
                scripts.push(name);
            }
        }
    }
    Ok(scripts)
}

/// Whether two outputs are the same by the rule of the case: equal text, or text that is
/// equal between its numbers while the numbers agree within the relative tolerance.
pub fn agree(case: &Case, expected: &str, found: &str) -> bool {
    match case.compare {
        Compare::None => true,
        Compare::Output => expected == found,
        Compare::Values => {
            let (expected, found) = (pieces(expected), pieces(found));
            expected.len() == found.len()
                && expected.iter().zip(&found).all(|(a, b)| same_piece(a, b, case.tolerance))
        }
    }
}

fn same_piece(a: &str, b: &str, tolerance: f64) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x == y || (x - y).abs() <= tolerance * x.abs().max(y.abs()),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
        (Err(_), Err(_)) => a == b,
    }
}

/// Cuts a text into numbers and what is between them. A number starts with a digit, or with
/// a minus and a digit, and goes on over digits, a point, and an exponent.
fn pieces(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let signed = bytes[at] == b'-' && digit(at + 1);
        if !signed && !digit(at) {
            at += 1;
            continue;
        }
        pieces.push(&text[start..at]);
        start = at;
        at += 1;
        while at < bytes.len() {
            let exponent = bytes[at] == b'e'
                && (digit(at + 1)
                    || (matches!(bytes.get(at + 1), Some(b'+' | b'-')) && digit(at + 2)));
            let sign = matches!(bytes[at], b'+' | b'-') && bytes[at - 1] == b'e';
            if !(digit(at) || bytes[at] == b'.' || exponent || sign) {
                break;
            }
            at += 1;
        }
        pieces.push(&text[start..at]);
        start = at;
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_out_of_text() {
        let cut = pieces("a -1.5e-3, x=2\nend");
        assert_eq!(cut, ["a ", "-1.5e-3", ", x=", "2", "\nend"]);
    }

    #[test]
    fn numbers_within_the_tolerance_agree() {
        assert!(same_piece("100.0", "100.01", 1e-3));
        assert!(!same_piece("100.0", "101.0", 1e-3));
        assert!(!same_piece("3", " ", 1.0));
    }
}
