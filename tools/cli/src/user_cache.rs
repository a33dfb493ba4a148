//! Groups compiled on this machine, kept between runs: one small archive per group in the user's
//! cache folder.
//!
//! An archive is named by its group's key, its folder by everything else that decides the bytes:
//! generator, translator, options. So a file is never outdated, only unused. Everything here is
//! best effort: a full disk or a folder that cannot be written costs time, not results.

use std::fs;
use std::path::{Path, PathBuf};

use preheat_compiler::pack::PackOptions;
use preheat_compiler::{emit, lower};
use preheat_files::{Disk, Files};
use preheat_format::{ContentHash, GroupKey};
use preheat_runtime::Archive;

/// Archives that are opened; each costs a look-up per group.
const ARCHIVES_MAX: usize = 4096;
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

    /// Every archive, by key. Files that are no archives are left out: a later run replaces them.
    pub(crate) fn archives(&self) -> Vec<Archive> {
        let opened = self.files().into_iter().take(ARCHIVES_MAX);
        opened.filter_map(|path| Archive::open(path).ok()).collect()
    }

    /// Paths of all archives, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let entries = self.folder.iter().filter_map(|folder| fs::read_dir(folder).ok());
        let mut files: Vec<PathBuf> = entries
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|found| found == EXTENSION))
            .collect();
        files.sort();
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

/// Where builds keep what they compiled, if the user has a place for caches.
pub(crate) fn store_folder() -> Option<PathBuf> {
    base().map(|base| base.join("store"))
}

/// Where runs note which groups they used.
pub(crate) fn usage_journal() -> Option<PathBuf> {
    base().map(|base| base.join("usage.journal"))
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
    ContentHash::of(&decides).to_string().chars().take(16).collect()
}
