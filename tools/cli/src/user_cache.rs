//! Groups compiled on this machine, kept between runs: a small archive per group in the user's
//! cache folder, and one that many of these were merged into.
//!
//! A small archive is named by its group's key, the folder by everything else that decides the
//! bytes: generator, translator, options. So a file is never outdated, only unused. Everything here
//! is best effort: a full disk or a folder that cannot be written costs time, not results.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use preheat_compiler::pack::PackOptions;
use preheat_compiler::{emit, lower};
use preheat_files::publish::{Durability, publish_with};
use preheat_files::{Disk, Files};
use preheat_format::merge::Merge;
use preheat_format::sign::{SecretKey, TrustPolicy, TrustedKey, sign_all};
use preheat_format::{ArchiveView, BuildError, ContentHash, GroupKey};
use preheat_runtime::Archive;

use crate::keys::LOCAL_GENERATION;

/// Archives that are opened; each costs a look-up per group.
const ARCHIVES_MAX: usize = 4096;
/// More archives of single groups than this are merged.
const SINGLE_MAX: usize = 128;
/// The merged archive starts anew beyond this length.
const MERGED_LEN_MAX: u64 = 512 << 20;
/// Digits in the name of a folder of groups.
const GENERATION_DIGITS: usize = 16;
/// Name of the merged archive.
const MERGED: &str = "merged";
const EXTENSION: &str = "preheat";

/// The folder for this generator, if the user has a place for caches.
#[derive(Clone, Debug)]
pub(crate) struct UserCache {
    folder: Option<PathBuf>,
}

impl UserCache {
    /// The cache of this user; makes nothing on disk.
    pub(crate) fn of_user() -> UserCache {
        UserCache { folder: base().map(|base| base.join(format!("groups-{}", generation()))) }
    }

    /// A cache that keeps nothing.
    pub(crate) fn none() -> UserCache {
        UserCache { folder: None }
    }

    /// Where archives are kept.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Merges the archives of single groups into one, on a thread of its own, if there are many:
    /// each of them costs every run the time to open it and to check its signature.
    pub(crate) fn merge_beside(
        &self,
        files: Vec<PathBuf>,
        signer: Option<SecretKey>,
    ) -> Option<Merging> {
        let (folder, signer) = (self.folder.clone()?, signer?);
        let singles: Vec<PathBuf> = files.into_iter().filter(|path| !is_merged(path)).collect();
        if singles.len() <= SINGLE_MAX {
            return None;
        }
        let thread = std::thread::Builder::new().name(String::from("preheat-merge"));
        // What goes wrong is tried again by the next run.
        let merge = move || drop(merge(&folder, &singles, signer));
        Some(Merging { thread: thread.spawn(merge).ok() })
    }

    /// Paths of all archives by name, the merged one first, which has the most.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let entries = self.folder.iter().filter_map(|folder| fs::read_dir(folder).ok());
        let mut files: Vec<PathBuf> = entries
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|found| found == EXTENSION))
            .collect();
        files.sort_by(|a, b| (!is_merged(a), a).cmp(&(!is_merged(b), b)));
        files
    }

    /// Keeps an archive, if that is possible.
    pub(crate) fn store(&self, key: GroupKey, bytes: &[u8]) {
        let Some(folder) = &self.folder else { return };
        // What is kept here reaches the driver unchecked, so nobody else may write to it.
        if Disk.create_folder(folder).is_ok() {
            let _ =
                preheat_files::publish(&Disk, &folder.join(format!("{key}.{EXTENSION}")), bytes);
        }
    }
}

/// The archives of files. Those that are none are left out: a later run replaces them.
pub(crate) fn opened(files: &[PathBuf]) -> Vec<Archive> {
    files.iter().take(ARCHIVES_MAX).filter_map(|path| Archive::open(path).ok()).collect()
}

fn is_merged(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == MERGED)
}

/// A merge that is under way; dropping it waits for its end.
#[derive(Debug)]
pub(crate) struct Merging {
    thread: Option<JoinHandle<()>>,
}

impl Drop for Merging {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Merges archives into the merged one and removes them. What the local key did not sign is not
/// signed by it now, but removed too: it is of no more use than what is not there. So is what is
/// damaged.
fn merge(folder: &Path, singles: &[PathBuf], signer: SecretKey) -> Result<(), BuildError> {
    let lock = File::options().create(true).append(true).open(folder.join("merge.lock"))?;
    if lock.try_lock().is_err() {
        // Another process is at it.
        return Ok(());
    }
    let own = TrustedKey { key: signer.public(), generation_min: 0 };
    let policy = TrustPolicy { keys: vec![own] };
    let signers = [(signer, LOCAL_GENERATION)];
    let target = folder.join(format!("{MERGED}.{EXTENSION}"));
    let fits = fs::metadata(&target).is_ok_and(|found| found.len() <= MERGED_LEN_MAX);
    let paths = fits.then_some(&target).into_iter().chain(singles);
    let is_sound = |archive: &Archive| {
        archive.check_trust(&policy).is_ok()
            && archive.view().is_ok_and(|view| view.verify_all().is_empty())
    };
    let archives: Vec<Archive> =
        paths.filter_map(|path| Archive::open(path).ok()).filter(is_sound).collect();
    let views = archives.iter().map(Archive::view).collect::<Result<Vec<ArchiveView<'_>>, _>>()?;
    let merged: Result<_, BuildError> =
        publish_with(&Disk, &target, Durability::Synced, |mut file| {
            let merge = Merge { views: &views, keep: &|_| true };
            merge.write(&mut file, |root_hash| sign_all(root_hash, Vec::new(), &signers))
        });
    merged?;
    drop(archives);
    singles.iter().for_each(|path| drop(fs::remove_file(path)));
    Ok(())
}

/// Folders of groups that other versions of this program made, beside that of this one.
pub(crate) fn other_groups(own: &Path) -> Vec<PathBuf> {
    let beside = own.parent().and_then(|base| fs::read_dir(base).ok());
    let is_other = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix("groups-"));
        let is_ours = |digits: &str| {
            digits.len() == GENERATION_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        // A link is none of ours.
        let is_folder = entry.file_type().is_ok_and(|found| found.is_dir());
        is_folder && digits.is_some_and(is_ours) && entry.path() != own
    };
    let entries = beside.into_iter().flatten().flatten();
    entries.filter(is_other).map(|entry| entry.path()).collect()
}

/// Where builds keep what they compiled, if the user has a place for caches.
pub(crate) fn store_folder() -> Option<PathBuf> {
    base().map(|base| base.join("store"))
}

/// Where runs note which groups they used.
pub(crate) fn usage_journal() -> Option<PathBuf> {
    base().map(|base| base.join("usage.journal"))
}

/// Where runs note which scripts needed the device.
pub(crate) fn needs_folder() -> Option<PathBuf> {
    base().map(|base| base.join("needs-device"))
}

/// Where the driver's work is kept between runs, if the user has a place for caches.
pub(crate) fn device_folder() -> Option<PathBuf> {
    base().map(|base| base.join("device"))
}

/// Where the counters of the last run are kept.
pub(crate) fn last_run() -> Option<PathBuf> {
    base().map(|base| base.join("last-run.json"))
}

/// Keeps the counters of a run, if that is possible.
pub(crate) fn store_last_run(json: &str) {
    let Some(path) = last_run() else { return };
    if path.parent().is_some_and(|folder| Disk.create_folder(folder).is_ok()) {
        let _ = fs::write(path, json);
    }
}

/// `$XDG_CACHE_HOME/preheat`, or `~/.cache/preheat`. The specification has relative paths ignored.
fn base() -> Option<PathBuf> {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(caches.join("preheat"))
}

/// The first digits of a hash over all that decides an archive's bytes besides the group.
fn generation() -> String {
    let PackOptions { targets, limits } = PackOptions::default();
    let mut decides = lower::generator_hash().to_vec();
    for text in [emit::TRANSLATOR, emit::OPTIONS, &limits.name, env!("CARGO_PKG_VERSION")] {
        decides.extend_from_slice(text.as_bytes());
        decides.push(0);
    }
    decides.extend(targets.iter().map(|target| target.code()));
    ContentHash::of(&decides).to_string().chars().take(GENERATION_DIGITS).collect()
}
