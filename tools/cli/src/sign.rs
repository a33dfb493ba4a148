//! `preheat sign`: vouching for an archive; and how every archive that we write is signed.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use preheat_files::publish::{Durability, publish_with};
use preheat_files::{Disk, Files};
use preheat_format::archive::HEADER_LEN;
use preheat_format::sign::{self, ArchiveSignature, Covered};
use preheat_format::{ArchiveView, Attachment, SectionId, attach};
use preheat_runtime::Archive;

use crate::Status;
use crate::failure::Failure;
use crate::keys;
use crate::run::open_archive;
use crate::text;

/// The longest file of detached signatures that is read.
const DETACHED_LEN_MAX: u64 = 1 << 14;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat sign warm.preheat --key acme.key --generation 7")]
pub(crate) struct SignArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Secret key, as `preheat keygen` makes it; this user's local key if not given
    #[arg(long, value_name = "KEYFILE", value_hint = ValueHint::FilePath)]
    pub(crate) key: Option<PathBuf>,
    /// Counts up from one release to the next, so that users can refuse old ones
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) generation: u64,
    /// Leave the archive as it is and write `FILE.sig` beside it
    #[arg(long)]
    pub(crate) detached: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Signs an archive; signatures by other keys stay.
pub(crate) fn sign(args: &SignArgs) -> Result<Status, Failure> {
    let key = match &args.key {
        Some(path) => keys::read_secret(path)?,
        None => keys::local()?.ok_or(Failure::NoLocalKey)?,
    };
    let archive = open_archive(&args.file)?;
    let view = view(&archive, &args.file)?;
    let signature = key.sign(&Covered::of(&view), args.generation);
    let target = if args.detached { beside(&args.file) } else { args.file.clone() };
    if args.detached {
        let known = read_detached(&target)?.filter(|(root, _)| *root == view.root_hash());
        let list = joined(known.map(|(_, list)| list).unwrap_or_default(), signature);
        let bytes = sign::encode_detached(view.root_hash(), list);
        preheat_files::publish(&Disk, &target, &bytes).map_err(Failure::writing(&target))?;
    } else {
        let unreadable = |source| Failure::Signatures { path: args.file.clone(), source };
        let list = joined(sign::signatures(&view).map_err(unreadable)?, signature);
        let mut attachments = attach::attachments(&view, &[SectionId::SIGNATURES]);
        attachments.push(sign::attachment(list));
        attachments.sort_by_key(|attachment| attachment.id);
        publish_with(&Disk, &target, Durability::Synced, |mut file| {
            attach::attach(&view, &attachments, &mut file)
        })
        .map_err(Failure::building(&target))?;
    }
    let (id, file) = (key.id().to_string(), target.display().to_string());
    let out = &mut io::stdout().lock();
    if args.json {
        let root_hash = view.root_hash().to_string();
        let generation = args.generation;
        let json = serde_json::json!({
            "key": id, "generation": generation, "root_hash": root_hash, "file": file,
        });
        writeln!(out, "{json:#}")?;
    } else {
        let rows = [
            ("signed by", id),
            ("generation", args.generation.to_string()),
            ("root hash", view.root_hash().to_string()),
            ("file", file),
        ];
        text::pairs(out, 0, &rows)?;
    }
    Ok(Status::Done)
}

/// The signatures with a new one in place of the same key's.
fn joined(mut list: Vec<ArchiveSignature>, new: ArchiveSignature) -> Vec<ArchiveSignature> {
    list.retain(|old| old.claimed_key() != new.claimed_key());
    list.push(new);
    list
}

fn view<'a>(archive: &'a Archive, path: &Path) -> Result<ArchiveView<'a>, Failure> {
    let failed = |source: preheat_format::ArchiveError| Failure::Archive {
        path: path.to_path_buf(),
        source: source.into(),
    };
    archive.view().map_err(failed)
}

/// Where detached signatures of a file are.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    PathBuf::from(name)
}

/// A file of detached signatures, if there is one.
///
/// # Errors
/// [`Failure::Signatures`] if it is something else, [`Failure::Read`].
pub(crate) fn read_detached(
    path: &Path,
) -> Result<Option<(preheat_format::ContentHash, Vec<ArchiveSignature>)>, Failure> {
    let bytes = match Disk.read(path, DETACHED_LEN_MAX) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::reading(path)(error)),
    };
    let failed = |source| Failure::Signatures { path: path.to_path_buf(), source };
    sign::decode_detached(&bytes).map(Some).map_err(failed)
}

/// Publishes an archive's content with these attachments, signed with the local key where there is
/// one. A file that is already the same, byte for byte, is left alone.
///
/// # Errors
/// [`Failure::Write`], or the local key's own failure.
pub(crate) fn publish_attached(
    view: &ArchiveView<'_>,
    attachments: Vec<Attachment>,
    output: &Path,
) -> Result<(), Failure> {
    let signers = keys::local_signer()?;
    let attachments = sign::sign_all(view.root_hash(), attachments, &signers);
    if is_published(view, &attachments, output) {
        return Ok(());
    }
    publish_with(&Disk, output, Durability::Synced, |mut file| {
        attach::attach(view, &attachments, &mut file)
    })
    .map_err(Failure::building(output))?;
    Ok(())
}

/// True if the file holds exactly what would be written.
fn is_published(view: &ArchiveView<'_>, attachments: &[Attachment], output: &Path) -> bool {
    let Ok(known) = Archive::open(output) else { return false };
    let Ok(known) = known.view() else { return false };
    if known.root_hash() != view.root_hash() {
        return false;
    }
    let mut sink = Compared { known: known.bytes(), place: 0, starts: 0, is_same: true };
    let written = attach::attach(view, attachments, &mut sink);
    written.is_ok_and(|written| written.len_bytes == known.len_bytes()) && sink.is_same
}

/// A file that is compared with what is there instead of being written.
struct Compared<'a> {
    known: &'a [u8],
    place: usize,
    /// How often writing started at the beginning: room for the header first, then the header.
    starts: u32,
    is_same: bool,
}

impl Write for Compared<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = self.place.saturating_add(bytes.len());
        let is_room = self.starts == 1 && end <= HEADER_LEN;
        self.is_same &= is_room || self.known.get(self.place..end) == Some(bytes);
        self.place = end;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Compared<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(place) = to else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        self.starts += u32::from(place == 0);
        self.place = usize::try_from(place).unwrap_or(usize::MAX);
        Ok(place)
    }
}
