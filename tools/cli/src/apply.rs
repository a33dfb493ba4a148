//! `preheat apply`: an old archive and a delta make the new one, byte for byte, or an error.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_files::Disk;
use preheat_files::publish::{Durability, publish_with};
use preheat_format::delta::Delta;
use preheat_runtime::MappedFile;

use crate::Status;
use crate::failure::Failure;
use crate::run::open_archive;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat apply warm.preheat 1.2-1.3.delta -o warm.preheat")]
pub(crate) struct ApplyArgs {
    /// The archive that the delta was made from
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) old: PathBuf,
    /// The delta
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) delta: PathBuf,
    /// Archive to write; may be the old one
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Applies a delta.
pub(crate) fn apply(args: &ApplyArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.old)?;
    let old = archive.view().map_err(|error| Failure::Build(error.into()))?;
    let file = MappedFile::open(&args.delta).map_err(Failure::reading(&args.delta))?;
    let malformed = |source| Failure::DeltaFile { path: args.delta.clone(), source };
    let delta = Delta::decode(file.bytes()).map_err(malformed)?;
    let written = publish_with(&Disk, &args.output, Durability::Synced, |mut file| {
        delta.apply(&old, &mut file)
    })
    .map_err(Failure::building(&args.output))?;
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "archive": args.output.display().to_string(),
            "artifacts": written.artifact_count,
            "bytes": written.len_bytes,
            "root_hash": written.root_hash.to_string(),
        });
        writeln!(out, "{json:#}")?;
    } else {
        let rows = [
            ("archive", args.output.display().to_string()),
            ("artifacts", text::grouped(written.artifact_count)),
            ("bytes", text::grouped(written.len_bytes)),
            ("root hash", written.root_hash.to_string()),
        ];
        text::pairs(out, 0, &rows)?;
    }
    Ok(Status::Done)
}
