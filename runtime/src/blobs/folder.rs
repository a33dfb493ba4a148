//! The user's folder of device blobs: a sidecar per device, journals, notes of what went wrong.
//!
//! | file | what |
//! |---|---|
//! | `TAG.preheat` | the sidecar of a device, replaced by renaming, never changed |
//! | `TAG.PROCESS.journal` | what one process added; folded into the sidecar by a later one |
//! | `PROCESS.sentinel` | what a process has given to the driver just now |
//! | `quarantine` | keys of blobs that a driver died of, a line each |
//! | `fold.lock` | held while journals are folded |
//!
//! Everything here is best effort: a full disk, a folder that cannot be written, or one that
//! belongs to someone else costs compilations, never results. A folder that others may write to is
//! not read either, for what is in it reaches the driver.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use preheat_format::{ArtifactKey, DeviceKey, SidecarBuilder};

use super::journal::{self, Record};
use super::sentinel::{self, Sentinel};
use super::{Loose, blob_of};
use crate::mapped::Sidecar;
use crate::telemetry::{Counters, QuarantineNote};

/// The largest sidecar of one device; beyond it the oldest blobs go.
const SIDECAR_LEN_MAX: u64 = 512 << 20;
pub(super) const QUARANTINE: &str = "quarantine";

/// One device's part of the folder.
pub(crate) struct BlobFolder {
    path: PathBuf,
    pub(super) tag: String,
    pub(super) process: String,
    sidecar: Option<Sidecar>,
    /// What journals held when the folder was opened.
    pub(super) loose: Loose,
    quarantined: BTreeSet<DeviceKey>,
    journal: Mutex<Option<Journal>>,
    sentinel: OnceLock<Option<Sentinel>>,
    folding: Mutex<Option<JoinHandle<()>>>,
}

/// The journal of this process.
enum Journal {
    Open(File, PathBuf),
    /// It could not be written; this process keeps nothing more.
    Failed,
}

impl BlobFolder {
    /// Opens the folder for a device, or makes it; `None` if it is no safe place.
    pub(crate) fn open(path: &Path, tag: DeviceKey, counters: &Counters) -> Option<BlobFolder> {
        create_private(path).ok()?;
        if !is_private(path) {
            return None;
        }
        let tag: String = tag.short();
        let mut quarantined = read_quarantine(path);
        let found = collect_sentinels(path);
        for (device, artifact) in &found {
            quarantined.insert(*device);
            counters.quarantined(QuarantineNote { device_key: *device, artifact_key: *artifact });
        }
        // Journals first: what is folded in between is then in the sidecar.
        let mut loose = Loose::new();
        let journals = files(path, &tag, "journal");
        journals.iter().for_each(|path| journal::read(path, &mut loose));
        let sidecar = Sidecar::open(path.join(format!("{tag}.preheat"))).ok();
        let has_journals = !journals.is_empty();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        let process = format!("{}-{since:x}", std::process::id());
        let folder = BlobFolder {
            path: path.to_path_buf(),
            tag,
            process,
            sidecar,
            loose,
            quarantined,
            journal: Mutex::new(None),
            sentinel: OnceLock::new(),
            folding: Mutex::new(None),
        };
        if has_journals {
            folder.fold_beside();
        }
        Some(folder)
    }

    /// True if a driver died of this blob.
    pub(crate) fn is_quarantined(&self, key: DeviceKey) -> bool {
        self.quarantined.contains(&key)
    }

    /// The blob of a key, its hash compared.
    pub(crate) fn find(&self, key: DeviceKey, counters: &Counters) -> Option<Cow<'_, [u8]>> {
        if let Some(record) = self.loose.get(&key) {
            return Some(Cow::Borrowed(&record.blob));
        }
        let kept = self.sidecar.as_ref().and_then(|sidecar| blob_of(sidecar, key, counters));
        kept.map(Cow::Borrowed)
    }

    /// True if there is a blob of a key that may be offered.
    pub(crate) fn holds(&self, key: DeviceKey) -> bool {
        let has = |one: &Sidecar| one.view().is_ok_and(|view| view.find(key).is_some());
        !self.is_quarantined(key)
            && (self.loose.contains_key(&key) || self.sidecar.as_ref().is_some_and(has))
    }

    /// The notes of this process, made when they are first needed.
    pub(crate) fn sentinel(&self) -> Option<&Sentinel> {
        let path = || self.path.join(format!("{}.sentinel", self.process));
        self.sentinel.get_or_init(|| Sentinel::new(path()).ok()).as_ref()
    }

    /// Keeps what the driver made, for the next process.
    pub(crate) fn keep(&self, artifact: ArtifactKey, description: &[u8], blob: &[u8]) {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let open = journal.get_or_insert_with(|| self.new_journal());
        let (description, blob) = (description.to_vec(), blob.to_vec());
        if let Journal::Open(file, _) = open
            && (Record { artifact, description, blob }).append(file).is_err()
        {
            *open = Journal::Failed;
        }
    }

    fn new_journal(&self) -> Journal {
        let path = self.path.join(format!("{}.{}.journal", self.tag, self.process));
        let file = File::options().create_new(true).append(true).open(&path);
        match file.and_then(|file| file.lock().map(|()| file)) {
            Ok(file) => Journal::Open(file, path),
            Err(_) => Journal::Failed,
        }
    }

    /// Folds the journals of processes that have ended, on a thread.
    fn fold_beside(&self) {
        let (path, tag) = (self.path.clone(), self.tag.clone());
        let thread = std::thread::Builder::new().name(String::from("preheat-fold"));
        let thread = thread.spawn(move || fold(&path, &tag).unwrap_or(()));
        *self.folding.lock().unwrap_or_else(PoisonError::into_inner) = thread.ok();
    }

    /// What this process has kept so far.
    pub(crate) fn own_records(&self) -> Loose {
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = Loose::new();
        if let Some(Journal::Open(_, path)) = &*journal {
            journal::read(path, &mut own);
        }
        own
    }

    /// Folds all journals that have ended, this process's own too.
    pub(crate) fn fold_own(&self) {
        self.wait_for_fold();
        let own = self.journal.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(own);
        let _ = fold(&self.path, &self.tag);
    }

    fn wait_for_fold(&self) {
        let thread = self.folding.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for BlobFolder {
    fn drop(&mut self) {
        self.wait_for_fold();
        if let Some(Journal::Open(file, path)) =
            self.journal.get_mut().unwrap_or_else(PoisonError::into_inner)
            && file.metadata().is_ok_and(|metadata| metadata.len() == 0)
        {
            let _ = fs::remove_file(path);
        }
    }
}

/// Merges the journals of ended processes into the sidecar of a device.
fn fold(folder: &Path, tag: &str) -> std::io::Result<()> {
    let lock = File::options().create(true).append(true).open(folder.join("fold.lock"))?;
    if lock.try_lock().is_err() {
        // Someone else is at it.
        return Ok(());
    }
    let mut ended = Vec::new();
    let mut loose = Loose::new();
    for path in files(folder, tag, "journal") {
        let Ok(file) = File::open(&path) else { continue };
        // One that is empty may be about to be locked by its writer.
        let has_records = file.metadata().is_ok_and(|metadata| metadata.len() > 0);
        if has_records && file.try_lock().is_ok() {
            journal::read(&path, &mut loose);
            ended.push(path);
        }
    }
    if ended.is_empty() {
        return Ok(());
    }
    let target = folder.join(format!("{tag}.preheat"));
    let mut builder = SidecarBuilder::new();
    for record in loose.values() {
        let _ = builder.add(record.artifact, &record.description, &record.blob);
    }
    if let Ok(old) = Sidecar::open(&target) {
        keep_old(&mut builder, &old);
    }
    let bytes = builder.finish().map_err(std::io::Error::other)?;
    let temporary = folder.join(format!("{tag}.{}.new", std::process::id()));
    let published = publish(&temporary, &target, &bytes);
    if published.is_err() {
        let _ = fs::remove_file(&temporary);
        return published;
    }
    ended.iter().for_each(|path| drop(fs::remove_file(path)));
    Ok(())
}

/// Adds the sound blobs of a sidecar that have no newer one, while there is room.
fn keep_old(builder: &mut SidecarBuilder, old: &Sidecar) {
    let Ok(view) = old.view() else { return };
    for row in view.rows() {
        let fits = builder.len_bytes().saturating_add(row.blob.len_bytes) <= SIDECAR_LEN_MAX;
        if fits
            && !builder.contains(row.device_key)
            && let (Ok(description), Ok(blob)) = (view.description(&row), view.blob(&row))
        {
            let _ = builder.add(row.artifact_key, description, blob);
        }
    }
}

fn publish(temporary: &Path, target: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, target)
}

/// Files of a folder by the beginning and the end of their names, sorted.
pub(super) fn files(folder: &Path, tag: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = |path: &PathBuf| {
        path.extension().is_some_and(|found| found == extension)
            && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(tag))
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(wanted).collect();
    found.sort();
    found
}

/// Moves what dead processes left in the driver's hands to the quarantine.
fn collect_sentinels(folder: &Path) -> Vec<(DeviceKey, ArtifactKey)> {
    let mut found = Vec::new();
    for path in files(folder, "", "sentinel") {
        let Some(keys) = sentinel::left_behind(&path) else { continue };
        let lines: String =
            keys.iter().map(|(device, artifact)| format!("{device} {artifact}\n")).collect();
        let list = File::options().create(true).append(true).open(folder.join(QUARANTINE));
        // The note stays where it cannot be moved, and is found again.
        if lines.is_empty() || list.is_ok_and(|mut list| list.write_all(lines.as_bytes()).is_ok()) {
            let _ = fs::remove_file(&path);
        }
        found.extend(keys);
    }
    found
}

fn read_quarantine(folder: &Path) -> BTreeSet<DeviceKey> {
    super::report::quarantine(folder).into_iter().map(|blob| blob.device_key).collect()
}

fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// True if the folder is this user's and nobody else may write to it.
#[cfg(unix)]
pub(super) fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).is_ok_and(|metadata| {
        metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
    })
}

/// Elsewhere a user's cache folder is private by where it is.
#[cfg(not(unix))]
pub(super) fn is_private(_: &Path) -> bool {
    true
}
