//! What was checked, as the report formats see it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use wgslcheck::{FileReport, Finding};

/// The text that a report is about.
pub(crate) enum Text {
    Known(String),
    /// The file holds it; few reports need their text again.
    OnDisk(PathBuf),
}

impl Text {
    /// The text; empty if the file has gone since.
    pub(crate) fn get(&self) -> Cow<'_, str> {
        match self {
            Self::Known(text) => Cow::Borrowed(text),
            Self::OnDisk(path) => Cow::Owned(std::fs::read_to_string(path).unwrap_or_default()),
        }
    }
}

/// One checked file with the text that its excerpts need.
pub(crate) struct Checked {
    pub(crate) report: FileReport,
    pub(crate) source: Text,
    /// The values of the placeholders, if there are any; the report's path ends with them.
    pub(crate) variant: String,
}

impl Checked {
    /// A report about `source` itself.
    pub(crate) fn new(report: FileReport, source: String) -> Self {
        Self { report, source: Text::Known(source), variant: String::new() }
    }

    /// A report about all of the file at `path`.
    pub(crate) fn on_disk(report: FileReport, path: PathBuf) -> Self {
        Self { report, source: Text::OnDisk(path), variant: String::new() }
    }

    /// The file's own path, for formats that other programs look files up by.
    pub(crate) fn file(&self) -> &str {
        let path = self.report.path.as_str();
        let Some(bare) = path.strip_suffix(']').filter(|_| !self.variant.is_empty()) else {
            return path;
        };
        bare.strip_suffix(&self.variant).and_then(|bare| bare.strip_suffix('[')).unwrap_or(path)
    }

    /// A finding's message with what it holds for.
    pub(crate) fn message(&self, finding: &Finding) -> String {
        if self.variant.is_empty() {
            finding.message.clone()
        } else {
            format!("{} (with {})", finding.message, self.variant)
        }
    }
}

/// A file that several others import is reported once, with what all of them showed.
pub(crate) fn merge_same_files(checked: &mut Vec<Checked>) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Checked> = Vec::with_capacity(checked.len());
    for mut one in checked.drain(..) {
        let known = first.get(&one.report.path).and_then(|index| kept.get_mut(*index));
        let Some(same) = known.filter(|known| known.source.get() == one.source.get()) else {
            first.entry(one.report.path.clone()).or_insert(kept.len());
            kept.push(one);
            continue;
        };
        let report = &mut same.report;
        one.report.findings.retain(|finding| !report.findings.contains(finding));
        report.findings.append(&mut one.report.findings);
        report.verdict = report.verdict.max(one.report.verdict);
        for (target, verdict) in one.report.targets {
            let entry = report.targets.entry(target).or_insert(verdict);
            *entry = (*entry).max(verdict);
        }
    }
    *checked = kept;
}
