//! Formats of CI systems: GitHub's annotations and JUnit's XML.

use std::io::{self, Write};

use wgslcheck::{Finding, Severity, Verdict};

use super::checked::Checked;

/// GitHub's workflow commands, one line a finding.
pub(crate) fn write_github(out: &mut impl Write, checked: &[Checked]) -> io::Result<()> {
    for one in checked {
        for finding in &one.report.findings {
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let mut place = format!("file={}", property(one.file()));
            if let (Some(start), Some(end)) = (finding.start, finding.end) {
                place.push_str(&format!(
                    ",line={},endLine={},col={}",
                    start.line, end.line, start.column
                ));
            }
            let message = format!("{} {}", finding.code, one.message(finding));
            writeln!(out, "::{level} {place}::{}", data(&message))?;
        }
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// JUnit's XML, one test case a file.
pub(crate) fn write_junit(out: &mut impl Write, checked: &[Checked]) -> io::Result<()> {
    let fails = |one: &&Checked| {
        one.report.findings.iter().any(|finding| finding.severity == Severity::Error)
    };
    let failures = checked.iter().filter(fails).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites><testsuite name=\"wgslcheck\" tests=\"{}\" failures=\"{failures}\">",
        checked.len()
    )?;
    for one in checked {
        write!(out, "<testcase name=\"{}\">", xml(&one.report.path))?;
        let all: Vec<String> = one.report.findings.iter().map(line).collect();
        let text = xml(&all.join("\n"));
        match one.report.verdict {
            _ if fails(&one) => write!(out, "<failure message=\"invalid\">{text}</failure>")?,
            Verdict::Invalid | Verdict::Unsupported => {
                write!(out, "<skipped message=\"{text}\"/>")?
            }
            Verdict::Valid if !all.is_empty() => write!(out, "<system-out>{text}</system-out>")?,
            Verdict::Valid => {}
        }
        writeln!(out, "</testcase>")?;
    }
    writeln!(out, "</testsuite></testsuites>")
}

fn line(finding: &Finding) -> String {
    let place = finding.start.map_or(String::new(), |at| format!("{}:{}: ", at.line, at.column));
    format!("{place}{} {}: {}", finding.severity.name(), finding.code, finding.message)
}

/// XML has no way to write most control characters: they become spaces.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
