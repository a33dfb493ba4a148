//! `preheat clean`: gives back the disk space of what this user's caches keep and nobody uses.
//!
//! Everything in the caches can be made again, and may go while other processes use it: what they
//! have mapped stays until they end. Groups of other versions of this program serve nobody here
//! and go in any case. For the rest the last use counts: the later of the times at which a file was
//! read and written, as the system notes them (a day late on many systems).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args as ClapArgs, ValueHint};
use preheat_files::{Disk, Store};
use serde_json::json;

use crate::Status;
use crate::failure::Failure;
use crate::text;
use crate::user_cache::{self, UserCache};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat clean --unused-since 30d --max-size 2GB")]
pub(crate) struct CleanArgs {
    /// Remove what was not used since a day (`2026-11-01`) or for a time (`30d`)
    #[arg(long, value_name = "WHEN", value_parser = text::parse_since)]
    pub(crate) unused_since: Option<u64>,
    /// Remove files, longest unused first, until all together take at most so much, e.g. `2GB`
    #[arg(long, value_name = "BYTES", value_parser = text::parse_bytes)]
    pub(crate) max_size: Option<u64>,
    /// The store of builds, if it is not in the user's cache folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) store: Option<PathBuf>,
    /// Only say what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a file is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Store,
    Groups,
    OldGroups,
    Device,
    Needs,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Store => "store of builds",
            Kind::Groups => "compiled groups",
            Kind::OldGroups => "groups of other versions",
            Kind::Device => "device blobs",
            Kind::Needs => "notes of scripts",
        }
    }
}

/// A file of a cache.
#[derive(Debug)]
struct Item {
    path: PathBuf,
    kind: Kind,
    bytes: u64,
    /// Seconds since 1970.
    last_use: u64,
}

/// Files and bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    files: usize,
    bytes: u64,
}

impl Sum {
    fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// Removes what is not worth its room.
pub(crate) fn clean(args: &CleanArgs) -> Result<Status, Failure> {
    let mut items = find(args);
    // Those that go in any case make room for others.
    let order = |item: &Item| (!goes_anyway(item, args), item.last_use, item.path.clone());
    items.sort_by_cached_key(order);
    let mut left_bytes: u64 = items.iter().map(|item| item.bytes).sum();
    let mut sums: BTreeMap<Kind, [Sum; 2]> = BTreeMap::new();
    for item in &items {
        let [found, removed] = sums.entry(item.kind).or_default();
        found.add(item.bytes);
        let is_beyond = args.max_size.is_some_and(|max| left_bytes > max);
        if !goes_anyway(item, args) && !is_beyond {
            continue;
        }
        match if args.dry_run { Ok(()) } else { fs::remove_file(&item.path) } {
            Ok(()) => {}
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::writing(&item.path)(error)),
        }
        removed.add(item.bytes);
        left_bytes -= item.bytes;
    }
    if !args.dry_run {
        remove_empty_folders(args);
    }
    write(args, &sums)?;
    Ok(Status::Done)
}

fn goes_anyway(item: &Item, args: &CleanArgs) -> bool {
    item.kind == Kind::OldGroups || args.unused_since.is_some_and(|since| item.last_use < since)
}

/// The folders of the caches, with what is in them.
fn folders(args: &CleanArgs) -> Vec<(PathBuf, Kind)> {
    let store = args.store.clone().or_else(user_cache::store_folder);
    let parts = store.iter().flat_map(|path| Store::new(&Disk, path).folders());
    let mut folders: Vec<(PathBuf, Kind)> = parts.map(|path| (path, Kind::Store)).collect();
    folders.extend(user_cache::device_folder().map(|path| (path, Kind::Device)));
    folders.extend(user_cache::needs_folder().map(|path| (path, Kind::Needs)));
    let cache = UserCache::of_user();
    if let Some(own) = cache.folder() {
        folders.push((own.to_path_buf(), Kind::Groups));
        folders
            .extend(user_cache::other_groups(own).into_iter().map(|path| (path, Kind::OldGroups)));
    }
    folders
}

fn find(args: &CleanArgs) -> Vec<Item> {
    let mut items = Vec::new();
    for (folder, kind) in folders(args) {
        search(&folder, kind, &mut items);
    }
    items
}

/// Files of a folder that a cache has made, by their names: a folder that someone named by mistake
/// has none. Links are not followed.
fn search(folder: &Path, kind: Kind, items: &mut Vec<Item>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, Ok(found)) = (entry.path(), entry.metadata()) else { continue };
        if found.is_file() && is_made(&path, kind) {
            let seconds = |time: io::Result<SystemTime>| {
                let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                since.map_or(0, |since| since.as_secs())
            };
            let last_use = seconds(found.accessed()).max(seconds(found.modified()));
            items.push(Item { path, kind, bytes: found.len(), last_use });
        }
    }
}

/// Not so locks, the quarantine, and what processes that run write to: they take no room to speak
/// of.
fn is_made(path: &Path, kind: Kind) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match kind {
        Kind::Store | Kind::Needs => {
            name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        Kind::Groups | Kind::OldGroups | Kind::Device => name.ends_with(".preheat"),
    }
}

/// Folders of other versions, once they are empty but for a lock.
fn remove_empty_folders(args: &CleanArgs) {
    for (folder, _) in folders(args).iter().filter(|(_, kind)| *kind == Kind::OldGroups) {
        let lock = folder.join("merge.lock");
        // A program of that version may be at it.
        if File::open(&lock).is_ok_and(|file| file.try_lock().is_err()) {
            continue;
        }
        let _ = fs::remove_file(lock);
        let _ = fs::remove_dir(folder);
    }
}

fn write(args: &CleanArgs, sums: &BTreeMap<Kind, [Sum; 2]>) -> Result<(), Failure> {
    let out = &mut io::stdout().lock();
    let total = sums.values().fold([Sum::default(); 2], |total, sums| {
        [0, 1].map(|at| Sum {
            files: total[at].files + sums[at].files,
            bytes: total[at].bytes + sums[at].bytes,
        })
    });
    if args.json {
        let one = |[found, removed]: &[Sum; 2]| {
            json!({
                "files": found.files,
                "bytes": found.bytes,
                "removed_files": removed.files,
                "removed_bytes": removed.bytes,
            })
        };
        let kinds: serde_json::Map<String, serde_json::Value> =
            sums.iter().map(|(kind, sums)| (kind.name().replace(' ', "_"), one(sums))).collect();
        let json = json!({ "dry_run": args.dry_run, "caches": kinds, "all": one(&total) });
        return Ok(writeln!(out, "{json:#}")?);
    }
    let row = |name: &str, [found, removed]: &[Sum; 2]| {
        let sum = |sum: &Sum| [text::grouped(sum.files as u64), text::bytes(sum.bytes)];
        let ([files, bytes], [gone, gone_bytes]) = (sum(found), sum(removed));
        [name.to_owned(), files, bytes, gone, gone_bytes]
    };
    let mut rows: Vec<_> = sums.iter().map(|(kind, sums)| row(kind.name(), sums)).collect();
    rows.push(row("all", &total));
    let removed = if args.dry_run { "would remove" } else { "removed" };
    Ok(text::table(out, ["cache", "files", "bytes", removed, "bytes"], &rows)?)
}
