//! SARIF 2.1.0, for code scanning.

use std::io::Write;

use serde_json::{Value, json};
use wgslcheck::{Finding, Severity, rules};

use super::Failure;
use super::checked::Checked;

/// Writes one run with every finding.
pub(crate) fn write(out: &mut impl Write, checked: &[Checked]) -> Result<(), Failure> {
    let rules: Vec<Value> = rules::ALL
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": { "text": rule.summary },
                "fullDescription": { "text": rule.doc },
                "defaultConfiguration": { "level": rule.severity.name() },
            })
        })
        .collect();
    let results: Vec<Value> = checked
        .iter()
        .flat_map(|one| one.report.findings.iter().map(|finding| result(one, finding)))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "wgslcheck",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

fn result(one: &Checked, finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let text = match &finding.help {
        Some(help) => format!("{} ({help})", one.message(finding)),
        None => one.message(finding),
    };
    let mut location = json!({ "artifactLocation": { "uri": one.file().replace('\\', "/") } });
    if let (Some(start), Some(end)) = (finding.start, finding.end) {
        location["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": text },
        "locations": [{ "physicalLocation": location }],
    })
}
