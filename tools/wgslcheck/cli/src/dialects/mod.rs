//! Dialects that become WGSL before anything compiles them: naga_oil's `#import` and `#ifdef`,
//! WESL's `import` and `@if`. The libraries of the two do the work; here their answers become one
//! text with a way back to the files. A text in neither dialect passes untouched.

mod naga_oil;
mod origin;
mod tokens;
mod wesl;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use wgslcheck::{FileReport, Finding, Position, Severity, Target, Verdict};

pub(crate) use naga_oil::Modules;
use origin::Composed;

use super::checked::Checked;

/// The value of a shader def of naga_oil; WESL knows true and false.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum DefValue {
    Bool(bool),
    Int(i32),
    UInt(u32),
}

impl DefValue {
    /// Reads `true`, `-1` or `1u`; no text at all is `true`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "true" => Some(Self::Bool(true)),
            "false" => Some(Self::Bool(false)),
            _ => match text.strip_suffix('u') {
                Some(digits) => digits.parse().ok().map(Self::UInt),
                None => text.parse().ok().map(Self::Int),
            },
        }
    }
}

/// What the command line says about dialects.
pub(crate) struct Dialects {
    pub(crate) defs: BTreeMap<String, DefValue>,
    /// Folders with modules that shaders import.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) modules: Modules,
}

/// Why a text could not be composed.
struct Refusal {
    /// The file, as a path, and its text; the place within.
    file: Option<(String, String, Range<usize>)>,
    message: String,
    help: Option<String>,
    /// Something that was not given, or that no one can do here: the text may well be right.
    undecided: bool,
}

impl Refusal {
    fn undecided(message: String) -> Self {
        Self { file: None, message, help: None, undecided: true }
    }
}

/// Lints about what a whole module uses: pointless in a file that is only a part of one.
const WHOLE_MODULE: &[&str] = &["W401", "W402", "W404", "W405", "W413", "W415"];

impl Dialects {
    /// Whether `source` is in a dialect; any other text passes untouched.
    pub(crate) fn are_in(path: &str, source: &str) -> bool {
        naga_oil::is_written_in(source) || wesl::is_written_in(path, source)
    }

    /// Checks `source` with `check`, composed first if it is in a dialect; the reports are about
    /// the files that the findings are in, the one at `path` first.
    pub(crate) fn check(
        &self,
        path: &str,
        source: String,
        targets: &[Target],
        check: impl Fn(&str, &str) -> FileReport,
    ) -> Vec<Checked> {
        let composed = if naga_oil::is_written_in(&source) {
            naga_oil::compose(path, &source, self)
        } else if wesl::is_written_in(path, &source) {
            wesl::compose(path, &source, self)
        } else {
            return vec![Checked::new(check(path, &source), source)];
        };
        match composed {
            Ok(composed) => divide(check(path, &composed.text), &composed),
            Err(refusal) => refused(path, source, targets, refusal),
        }
    }
}

/// Deals the findings out to the files that they are in.
fn divide(whole: FileReport, composed: &Composed) -> Vec<Checked> {
    let mut per_file: Vec<Vec<Finding>> = composed.files.iter().map(|_| Vec::new()).collect();
    for mut finding in whole.findings {
        finding.message = naga_oil::readable(&finding.message);
        finding.help = finding.help.map(|help| naga_oil::readable(&help));
        let range = finding.start.zip(finding.end);
        let place = range.and_then(|(start, end)| {
            composed.locate(&(start.offset as usize..end.offset as usize))
        });
        let (file, range) = place.map_or((0, None), |(file, range)| (file, Some(range)));
        let text = composed.files.get(file).map_or("", |file| file.text.as_str());
        finding.start = range.as_ref().map(|range| Position::in_text(text, range.start));
        finding.end = range.as_ref().map(|range| Position::in_text(text, range.end));
        let is_part = file != 0 && WHOLE_MODULE.contains(&finding.code.as_str());
        if let Some(list) = per_file.get_mut(file).filter(|_| !is_part) {
            list.push(finding);
        }
    }
    let mut checked = Vec::new();
    for (index, (file, findings)) in composed.files.iter().zip(per_file).enumerate() {
        if index > 0 && findings.is_empty() {
            continue;
        }
        let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        let verdict = match index {
            0 => whole.verdict,
            _ if has_error => Verdict::Invalid,
            _ => Verdict::Valid,
        };
        let targets = if index == 0 { whole.targets.clone() } else { BTreeMap::new() };
        let report = FileReport { path: file.path.clone(), verdict, targets, findings };
        checked.push(Checked::new(report, file.text.clone()));
    }
    checked
}

/// The report about a text that could not be composed.
fn refused(path: &str, source: String, targets: &[Target], refusal: Refusal) -> Vec<Checked> {
    let (code, severity, verdict) = if refusal.undecided {
        ("W106", Severity::Note, Verdict::Unsupported)
    } else {
        ("W001", Severity::Error, Verdict::Invalid)
    };
    let (file, text, range) = match refusal.file {
        Some((file, text, range)) => (file, text, Some(range)),
        None => (path.to_owned(), source.clone(), None),
    };
    let finding = Finding {
        code: code.to_owned(),
        severity,
        message: refusal.message,
        start: range.as_ref().map(|range| Position::in_text(&text, range.start)),
        end: range.as_ref().map(|range| Position::in_text(&text, range.end)),
        help: refusal.help,
        target: None,
    };
    let report = |path: &str, findings: Vec<Finding>| FileReport {
        path: path.to_owned(),
        verdict,
        targets: targets.iter().map(|target| (*target, verdict)).collect(),
        findings,
    };
    if file == path {
        return vec![Checked::new(report(path, vec![finding]), source)];
    }
    vec![
        Checked::new(report(path, Vec::new()), source),
        Checked::new(report(&file, vec![finding]), text),
    ]
}

/// A path for reports, without a leading `./`.
fn display(path: &Path) -> String {
    path.strip_prefix("./").unwrap_or(path).display().to_string()
}
