//! The manual: a fixed text and every rule's page.

use std::io::{self, Write};

use wgslcheck::rules;

/// Writes the whole manual as Markdown.
pub(crate) fn write(out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", include_str!("manual.md"))?;
    writeln!(out, "## Rules\n")?;
    writeln!(out, "| code | name | severity | what |\n|---|---|---|---|")?;
    for rule in rules::ALL {
        let severity = rule.severity.name();
        writeln!(out, "| {} | {} | {severity} | {} |", rule.code, rule.name, rule.summary)?;
    }
    for rule in rules::ALL {
        writeln!(
            out,
            "\n### {} {}\n\n{}\n\n{}",
            rule.code,
            rule.name,
            rule.summary,
            rule.doc.trim()
        )?;
        writeln!(out, "\nBad:\n\n```wgsl\n{}```", rule.bad)?;
        writeln!(out, "\nGood:\n\n```wgsl\n{}```", rule.good)?;
    }
    Ok(())
}
