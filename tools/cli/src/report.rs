//! Messages for people, on stderr: excerpts of scripts with what is wrong, readable without colour.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use preheat_compiler::diagnostic::{Diagnostic, Severity, SourceMap};
use preheat_compiler::trace::error::{ScriptError, StackFrame};

use crate::failure::Failure;

/// Columns of a report; wider terminals are rarely full.
const WIDTH: usize = 100;
/// Calls around an error that are shown.
const FRAMES_MAX: usize = 8;

/// What was found in a script, with the texts to show it in.
#[derive(Debug, Default)]
pub(crate) struct ScriptReport {
    pub(crate) sources: SourceMap,
    pub(crate) findings: Vec<Diagnostic>,
    /// Calls around the last finding, innermost first.
    pub(crate) stack: Vec<StackFrame>,
}

impl ScriptReport {
    /// What stands by itself.
    pub(crate) fn new(sources: SourceMap, findings: Vec<Diagnostic>) -> ScriptReport {
        let stack = Vec::new();
        ScriptReport { sources, findings, stack }
    }

    /// The error that ended a script, after what was found in the files that it called.
    pub(crate) fn of_error(
        sources: SourceMap,
        mut findings: Vec<Diagnostic>,
        error: ScriptError,
    ) -> ScriptReport {
        let stack = error.stack().to_vec();
        findings.push(error.into_diagnostic());
        ScriptReport { sources, findings, stack }
    }

    /// True if a message contains the text, upper and lower case alike.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.findings.iter().any(|finding| finding.message.to_lowercase().contains(&text))
    }

    /// The error in one line: file, line, column, message.
    pub(crate) fn summary(&self) -> String {
        let is_error = |finding: &&Diagnostic| finding.severity == Severity::Error;
        let Some(finding) = self.findings.iter().rfind(is_error) else {
            return String::new();
        };
        match place(&self.sources, finding) {
            Some(place) => format!("{place}: {}", finding.message),
            None => finding.message.clone(),
        }
    }

    /// Says all of it.
    pub(crate) fn say(&self) {
        say(&self.render());
    }

    /// All of it, for people.
    fn render(&self) -> String {
        let mut text: String =
            self.findings.iter().map(|finding| render(&self.sources, finding)).collect();
        for frame in self.stack.iter().take(FRAMES_MAX) {
            let place = self.sources.line_column(frame.span);
            let file = self.sources.file(frame.span.file);
            if let (Some((line, column)), Some(file)) = (place, file) {
                // Writing to a string cannot fail.
                let _ =
                    writeln!(text, "  in `{}` at {}:{line}:{column}", frame.function, file.name);
            }
        }
        text
    }
}

/// File, line and column of a finding.
fn place(sources: &SourceMap, finding: &Diagnostic) -> Option<String> {
    let span = finding.span?;
    let (line, column) = sources.line_column(span)?;
    Some(format!("{}:{line}:{column}", sources.file(span.file)?.name))
}

/// One finding with its excerpt.
fn render(sources: &SourceMap, finding: &Diagnostic) -> String {
    let mut shown = MietteDiagnostic::new(finding.message.clone())
        .with_code(finding.code)
        .with_severity(match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        });
    let mut source = None;
    if let Some(span) = finding.span
        && let Some(file) = sources.file(span.file)
    {
        let range = span.start as usize..span.end as usize;
        shown = shown.with_label(match &finding.label {
            Some(label) => LabeledSpan::at(range, label.clone()),
            None => LabeledSpan::underline(range),
        });
        source = Some(NamedSource::new(&file.name, file.text.to_string()));
    }
    let report = Report::new(shown);
    let report = match source {
        Some(source) => report.with_source_code(source),
        None => report,
    };
    draw(&report, finding.hint.as_deref())
}

/// Says a finding.
pub(crate) fn diagnostic(sources: &SourceMap, finding: &Diagnostic) {
    say(&render(sources, finding));
}

/// Says what the shader checker found, with an excerpt and the place.
pub(crate) fn shader(path: &str, source: &str, finding: &wgslcheck::Finding) {
    let severity = match finding.severity {
        wgslcheck::Severity::Error => miette::Severity::Error,
        wgslcheck::Severity::Warning => miette::Severity::Warning,
        wgslcheck::Severity::Note => miette::Severity::Advice,
    };
    let place = match finding.start {
        Some(start) => format!("{path}:{}:{}", start.line, start.column),
        None => path.to_owned(),
    };
    let mut shown = MietteDiagnostic::new(format!("{place}: {}", finding.message))
        .with_code(finding.code.clone())
        .with_severity(severity);
    if let (Some(start), Some(end)) = (finding.start, finding.end) {
        let range = start.offset as usize..end.offset as usize;
        shown = shown.with_label(LabeledSpan::underline(range));
    }
    let report = Report::new(shown).with_source_code(NamedSource::new(path, source.to_owned()));
    say(&draw(&report, finding.help.as_deref()));
}

/// Says why a command could not do its job.
pub(crate) fn failure(failure: &Failure) {
    let mut text = String::new();
    let drawn = handler().render_report(&mut text, failure);
    if drawn.is_err() {
        text = format!("{failure}\n");
    }
    say(&with_hint(text, failure.hint()));
}

/// Says a line.
pub(crate) fn line(text: &str) {
    say(&format!("{text}\n"));
}

/// Writes to stderr after all that stdout has so far. There is nowhere to report a failure to.
fn say(text: &str) {
    let _ = io::stdout().flush();
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn draw(report: &Report, hint: Option<&str>) -> String {
    let mut text = String::new();
    if handler().render_report(&mut text, report.as_ref()).is_err() {
        text = format!("{report}\n");
    }
    with_hint(text, hint)
}

fn with_hint(mut text: String, hint: Option<&str>) -> String {
    if let Some(hint) = hint {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  hint: {hint}");
    }
    text
}

fn handler() -> GraphicalReportHandler {
    let coloured = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme =
        if coloured { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_context_lines(1)
}

/// Says which driver blobs were set aside at this start.
pub(crate) fn set_aside(telemetry: &preheat_runtime::Telemetry) {
    for note in &telemetry.quarantined {
        let artifact = note.artifact_key.short();
        line(&format!(
            "warning: a process died while the driver had the blob of artifact {artifact}; it is \
             set aside (`preheat warm FILE --retry` tries it again)"
        ));
    }
}
