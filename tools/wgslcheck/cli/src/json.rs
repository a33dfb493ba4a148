//! The JSON document.

use std::io::Write;

use serde::Serialize;
use wgslcheck::FileReport;

use super::Failure;
use super::checked::Checked;

/// Raised when a field changes its meaning or goes away.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    files: Vec<&'a FileReport>,
}

/// Writes one document for all files.
pub(crate) fn write(out: &mut impl Write, checked: &[Checked]) -> Result<(), Failure> {
    let document =
        Document { version: VERSION, files: checked.iter().map(|one| &one.report).collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}
