//! `preheat merge`: several archives, or the shards of one build, as one.

use std::collections::BTreeSet;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use preheat_files::Disk;
use preheat_files::publish::{Durability, publish_with};
use preheat_format::certificate::{self, Certificate};
use preheat_format::merge::Merge;
use preheat_format::sign::{SecretKey, sign_all};
use preheat_format::{
    ArchiveError, ArchiveView, ArtifactKey, Attachment, BuildError, ContentHash, IndexRow, Written,
};
use preheat_runtime::Archive;

use crate::Status;
use crate::failure::Failure;
use crate::keys;
use crate::run::open_archive;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat merge shard-*.preheat -o warm.preheat")]
pub(crate) struct MergeArgs {
    /// Archives, in any order; the result is signed with the local key, theirs are not taken over
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Archive to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Merges archives.
pub(crate) fn merge(args: &MergeArgs) -> Result<Status, Failure> {
    let archives: Vec<Archive> =
        args.files.iter().map(|path| open_archive(path)).collect::<Result<_, _>>()?;
    let written = write(&archives, &|_| true, &args.output)?;
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "archive": args.output.display().to_string(),
            "inputs": args.files.len(),
            "artifacts": written.artifact_count,
            "bytes": written.len_bytes,
            "root_hash": written.root_hash.to_string(),
        });
        writeln!(out, "{json:#}")?;
    } else {
        let len = written.len_bytes;
        text::pairs(
            out,
            0,
            &[
                ("archive", args.output.display().to_string()),
                ("inputs", args.files.len().to_string()),
                ("artifacts", text::grouped(written.artifact_count)),
                ("bytes", format!("{} ({})", text::grouped(len), text::bytes(len))),
                ("root hash", written.root_hash.to_string()),
            ],
        )?;
    }
    Ok(Status::Done)
}

/// Publishes the part of some archives that `keep` takes.
///
/// # Errors
/// [`Failure::Build`] if they contradict each other or one is damaged, [`Failure::Write`] if the
/// file cannot be written.
pub(crate) fn write(
    archives: &[Archive],
    keep: &(dyn Fn(&IndexRow) -> bool + Sync),
    output: &Path,
) -> Result<Written, Failure> {
    let signers = keys::local_signer()?;
    publish_with(&Disk, output, Durability::Synced, |mut file| {
        union(archives, keep, &signers, &mut file)
    })
    .map_err(Failure::building(output))
}

/// Publishes the union of some archives with what a function, given its root hash, attaches.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_with(
    archives: &[Archive],
    output: &Path,
    attach: impl FnOnce(ContentHash) -> Vec<Attachment>,
) -> Result<Written, Failure> {
    publish_with(&Disk, output, Durability::Synced, |mut file| {
        let views = archives.iter().map(Archive::view).collect::<Result<Vec<_>, _>>()?;
        Merge { views: &views, keep: &|_| true }.write(&mut file, attach)
    })
    .map_err(Failure::building(output))
}

/// The certificates of what is taken; the greatest error wins where several archives have one.
fn certified(
    views: &[ArchiveView<'_>],
    keep: &(dyn Fn(&IndexRow) -> bool + Sync),
) -> Result<Vec<Attachment>, ArchiveError> {
    let mut taken = Vec::new();
    for view in views {
        let list = certificate::certificates(view)?;
        if list.is_empty() {
            continue;
        }
        let rows = view.entries().flatten().filter(|entry| keep(entry.row()));
        let kept: BTreeSet<ArtifactKey> = rows.map(|entry| entry.row().artifact_key).collect();
        taken.extend(list.into_iter().filter(|one| kept.contains(&one.artifact_key)));
    }
    taken.sort_by(|one, other| {
        let device = |one: &Certificate| (one.device.clone(), one.driver.clone());
        one.error_ulp.total_cmp(&other.error_ulp).then_with(|| device(one).cmp(&device(other)))
    });
    Ok(if taken.is_empty() { Vec::new() } else { vec![certificate::attachment(taken)] })
}

/// Length of the file that [`write`] would write.
///
/// # Errors
/// As [`write`].
pub(crate) fn len_bytes(
    archives: &[Archive],
    keep: &(dyn Fn(&IndexRow) -> bool + Sync),
) -> Result<u64, Failure> {
    let signers = keys::local_signer()?;
    let written = union(archives, keep, &signers, &mut Counting::default());
    Ok(written.map_err(Failure::Build)?.len_bytes)
}

/// Writes what is kept, and what is attached to it.
fn union<S: Write + Seek>(
    archives: &[Archive],
    keep: &(dyn Fn(&IndexRow) -> bool + Sync),
    signers: &[(SecretKey, u64)],
    sink: &mut S,
) -> Result<Written, BuildError> {
    let views = archives.iter().map(Archive::view).collect::<Result<Vec<ArchiveView<'_>>, _>>()?;
    let merge = Merge { views: &views, keep };
    let attached = certified(&views, keep).map_err(BuildError::from)?;
    merge.write(sink, |root_hash| sign_all(root_hash, attached, signers))
}

/// A file that only counts.
#[derive(Debug, Default)]
struct Counting {
    place: u64,
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.place += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Start(place) => self.place = place,
            SeekFrom::End(_) | SeekFrom::Current(_) => {
                return Err(io::ErrorKind::Unsupported.into());
            }
        }
        Ok(self.place)
    }
}
