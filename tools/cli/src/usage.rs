//! Which groups runs used, and when: what `preheat prune` goes by.
//!
//! A journal in the user's cache: a line `SECONDS GROUP` per group and run, appended in one write,
//! so processes at once lose nothing and one that dies loses its own last lines at most. Lines that
//! do not read as that are skipped. A journal that grew long is folded to the last use of each
//! group. Best effort: no record only means that nothing is known.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use preheat_files::{Disk, Files};
use preheat_runtime::Telemetry;

use crate::user_cache;

/// Length at which the journal is folded.
const FOLD_LEN: u64 = 4 << 20;
/// The longest journal that is read.
const JOURNAL_LEN_MAX: u64 = 256 << 20;

/// The last use of groups, in seconds since 1970, by key in hexadecimal.
pub(crate) type LastUses = BTreeMap<String, u64>;

/// Notes the groups that a run used on a device.
pub(crate) fn record(telemetry: &Telemetry) {
    let groups: BTreeSet<String> =
        telemetry.kernel_times.iter().map(|kernel| kernel.group.to_string()).collect();
    if let (Some(path), false) = (user_cache::usage_journal(), groups.is_empty()) {
        append(&path, &groups, now());
    }
}

fn append(path: &Path, groups: &BTreeSet<String>, seconds: u64) {
    let lines: String = groups.iter().map(|group| format!("{seconds} {group}\n")).collect();
    if path.parent().is_none_or(|folder| Disk.create_folder(folder).is_err()) {
        return;
    }
    if fs::metadata(path).is_ok_and(|found| found.len() > FOLD_LEN) {
        fold(path);
    }
    if let Ok(mut file) = OpenOptions::new().append(true).create(true).open(path) {
        let _ = file.write_all(lines.as_bytes());
    }
}

fn fold(path: &Path) {
    let uses = read(path);
    let lines: String =
        uses.iter().map(|(group, seconds)| format!("{seconds} {group}\n")).collect();
    let _ = preheat_files::publish(&Disk, path, lines.as_bytes());
}

/// The last uses that a journal has; none if it cannot be read.
pub(crate) fn read(path: &Path) -> LastUses {
    let mut uses = LastUses::new();
    let bytes = Disk.read(path, JOURNAL_LEN_MAX).unwrap_or_default();
    for line in String::from_utf8_lossy(&bytes).lines() {
        let Some((seconds, group)) = line.split_once(' ') else { continue };
        let is_key = group.len() == 64 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let (Ok(seconds), true) = (seconds.parse::<u64>(), is_key) {
            let last = uses.entry(group.to_owned()).or_default();
            *last = seconds.max(*last);
        }
    }
    uses
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_use_counts_and_torn_lines_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache/usage.journal");
        let group = |digit: &str| digit.repeat(64);
        append(&path, &BTreeSet::from([group("a"), group("b")]), 100);
        append(&path, &BTreeSet::from([group("a")]), 300);
        append(&path, &BTreeSet::from([group("a")]), 200);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(format!("400 {}", &group("c")[..40]).as_bytes()).unwrap();
        drop(file);
        let expected = LastUses::from([(group("a"), 300), (group("b"), 100)]);
        assert_eq!(read(&path), expected);
        fold(&path);
        assert_eq!(read(&path), expected);
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
        assert!(read(&folder.path().join("absent")).is_empty());
    }
}
