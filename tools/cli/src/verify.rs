//! `preheat verify`: every byte of an archive against its hashes and rules.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::Status;
use crate::failure::Failure;
use crate::run::open_archive;
use crate::text;
use clap::{Args as ClapArgs, ValueHint};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat verify warm.preheat")]
pub(crate) struct VerifyArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Checks an archive.
pub(crate) fn verify(args: &VerifyArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.file)?;
    let view = archive
        .view()
        .map_err(|error| Failure::Archive { path: args.file.clone(), source: error.into() })?;
    let findings: Vec<String> = view.verify_all().iter().map(ToString::to_string).collect();
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "archive": args.file.display().to_string(),
            "bytes": view.len_bytes(),
            "root_hash": view.root_hash().to_string(),
            "artifacts": view.entry_count(),
            "findings": findings,
        });
        writeln!(out, "{json:#}")?;
    } else {
        for finding in &findings {
            writeln!(out, "{}: {}", args.file.display(), text::printable(finding))?;
        }
        let verdict = match findings.len() {
            0 => "sound".to_owned(),
            count => text::counted(count, "finding"),
        };
        let artifacts = usize::try_from(view.entry_count()).unwrap_or(usize::MAX);
        writeln!(
            out,
            "{}: {verdict}; {}, {}, root hash {}",
            args.file.display(),
            text::counted(artifacts, "artifact"),
            text::bytes(view.len_bytes()),
            view.root_hash(),
        )?;
    }
    Ok(if findings.is_empty() { Status::Done } else { Status::Findings })
}
