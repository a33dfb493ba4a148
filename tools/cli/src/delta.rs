//! `preheat delta`: what turns one archive into another, without what both have.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_files::Disk;
use preheat_files::publish::{Durability, publish_with};
use preheat_format::delta::delta as between;

use crate::Status;
use crate::failure::Failure;
use crate::run::open_archive;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  preheat delta warm-1.2.preheat warm-1.3.preheat -o 1.2-1.3.delta"
)]
pub(crate) struct DeltaArgs {
    /// The archive that users have
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) old: PathBuf,
    /// The archive that they are to have, its signatures included
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) new: PathBuf,
    /// Delta to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Writes a delta.
pub(crate) fn delta(args: &DeltaArgs) -> Result<Status, Failure> {
    let (first, second) = (open_archive(&args.old)?, open_archive(&args.new)?);
    let failed = |error: preheat_format::ArchiveError| Failure::Build(error.into());
    let (old, new) = (first.view().map_err(failed)?, second.view().map_err(failed)?);
    let len = publish_with(&Disk, &args.output, Durability::Synced, |mut file| {
        between(&old, &new, &mut file)
    })
    .map_err(Failure::building(&args.output))?;
    let out = &mut io::stdout().lock();
    let new_len = new.len_bytes();
    if args.json {
        let json = serde_json::json!({
            "delta": args.output.display().to_string(),
            "bytes": len,
            "new_bytes": new_len,
            "old_root_hash": old.root_hash().to_string(),
            "new_root_hash": new.root_hash().to_string(),
        });
        writeln!(out, "{json:#}")?;
    } else {
        let rows = [
            ("delta", args.output.display().to_string()),
            ("bytes", format!("{} of {}", text::grouped(len), text::grouped(new_len))),
            ("from", old.root_hash().to_string()),
            ("to", new.root_hash().to_string()),
        ];
        text::pairs(out, 0, &rows)?;
    }
    Ok(Status::Done)
}
