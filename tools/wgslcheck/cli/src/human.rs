//! Excerpts for people, readable without colour.

use std::io::{self, IsTerminal, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use wgslcheck::{Finding, Severity, Verdict};

use super::checked::Checked;

/// Writes every finding with its excerpt, then one line of totals.
pub(crate) fn write(out: &mut impl Write, checked: &[Checked]) -> io::Result<()> {
    let theme = if io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
    for one in checked {
        for finding in &one.report.findings {
            write_finding(out, &handler, one, finding)?;
        }
    }
    let count = |verdict| checked.iter().filter(|one| one.report.verdict == verdict).count();
    writeln!(
        out,
        "{} checked: {} valid, {} invalid, {} unsupported",
        checked.len(),
        count(Verdict::Valid),
        count(Verdict::Invalid),
        count(Verdict::Unsupported)
    )
}

fn write_finding(
    out: &mut impl Write,
    handler: &GraphicalReportHandler,
    one: &Checked,
    finding: &Finding,
) -> io::Result<()> {
    let mut diagnostic = MietteDiagnostic::new(finding.message.clone())
        .with_code(finding.code.clone())
        .with_severity(match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        });
    if let Some(help) = &finding.help {
        diagnostic = diagnostic.with_help(help.clone());
    }
    if let (Some(start), Some(end)) = (finding.start, finding.end) {
        let range = start.offset as usize..end.offset as usize;
        let rule = wgslcheck::rules::find(&finding.code).map(|rule| rule.name.to_owned());
        diagnostic = diagnostic.with_label(LabeledSpan::new_with_span(rule, range));
    }
    let named = NamedSource::new(&one.report.path, one.source.get().into_owned());
    let report = Report::new(diagnostic).with_source_code(named);
    let mut text = String::new();
    match handler.render_report(&mut text, report.as_ref()) {
        Ok(()) => write!(out, "{text}")?,
        Err(_) => writeln!(out, "{}: {}", finding.code, finding.message)?,
    }
    match finding.start {
        Some(start) => writeln!(
            out,
            "{}:{}:{}: {}\n",
            one.report.path,
            start.line,
            start.column,
            finding.severity.name()
        ),
        None => writeln!(out, "{}: {}\n", one.report.path, finding.severity.name()),
    }
}
