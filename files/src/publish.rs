//! Publishing: a temporary file beside the target, to the disk, renamed, the folder to the disk.

use std::io;
use std::path::{Path, PathBuf};

use crate::{FileWrite, Files};

/// Temporary names that are tried before giving up; each taken one is the leaving of a process
/// that was stopped.
const ATTEMPTS_MAX: u32 = 10_000;

/// Whether a file is forced to the disk before it gets its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It is whole after a power cut too.
    Synced,
    /// Readers of this system see it whole; after a power cut it may be torn. For files whose
    /// readers check a hash and can do without.
    Checked,
}

/// Publishes some bytes.
///
/// # Errors
/// What the system says; the target is as it was then, unless only forcing the folder to the disk
/// failed: then it is the old or the new file, whole.
pub fn publish(files: &dyn Files, path: &Path, bytes: &[u8]) -> io::Result<()> {
    publish_with(files, path, Durability::Synced, |file| file.write_all(bytes))
}

/// Publishes what a function writes.
///
/// Readers that have the old file mapped keep it; nothing is ever changed in place.
///
/// # Errors
/// What the function or the system says, as for [`publish`]. The temporary file is removed.
pub fn publish_with<T, E: From<io::Error>>(
    files: &dyn Files,
    path: &Path,
    durability: Durability,
    write: impl FnOnce(&mut dyn FileWrite) -> Result<T, E>,
) -> Result<T, E> {
    let (temporary, mut file) = create_beside(files, path)?;
    let written = write(&mut *file).and_then(|value| {
        if durability == Durability::Synced {
            file.sync()?;
        }
        drop(file);
        files.rename(&temporary, path)?;
        Ok(value)
    });
    if written.is_err() {
        // The first error is the one to report.
        let _ = files.remove(&temporary);
    }
    let value = written?;
    if durability == Durability::Synced {
        files.sync_folder(folder(path))?;
    }
    Ok(value)
}

fn create_beside<'a>(
    files: &'a dyn Files,
    path: &Path,
) -> io::Result<(PathBuf, Box<dyn FileWrite + 'a>)> {
    let name = path.file_name().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, "the path does not name a file")
    })?;
    let name = name.to_string_lossy();
    let process = std::process::id();
    for attempt in 0..ATTEMPTS_MAX {
        let temporary = folder(path).join(format!(".{name}.{process}-{attempt}.tmp"));
        match files.create_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            // Another thread of ours, or the leaving of a process with our number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}
