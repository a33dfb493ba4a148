//! Reports of earlier runs, so that what did not change is not checked again.
//!
//! A report is kept under a hash of the program, the options and the text. Which report belongs to
//! a file is kept too, with the file's *stamp* (size, times, inode): a file with the same stamp is
//! not even read. A stamp that is younger than [`SETTLED`] when the file is read proves nothing,
//! for the file may be written again without a new time; such a file is read next time, as git does
//! with its index. Where files have no change time they are always read.
//!
//! The file is read at once and searched in place: magic, checksum, two counts, rows of reports
//! (key, offset, length), rows of files (key of the path, stamp, key of the report), the reports
//! as JSON, none for a report without findings. One that is damaged is as good as none.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use wgslcheck::{Checker, FileReport, Verdict};

type Key = [u8; 32];

const MAGIC: &[u8; 8] = b"wgslchk2";
const HEAD_BYTES: usize = MAGIC.len() + 32 + 8;
const RESULT_BYTES: usize = 32 + 8;
const FILE_BYTES: usize = 32 + STAMP_BYTES + 32;
const STAMP_BYTES: usize = 32;

/// File systems count time in steps of up to two seconds.
const SETTLED: Duration = Duration::from_secs(3);

/// With more reports than this only those of the last run are kept.
const RESULTS_MAX: usize = 1 << 18;

/// Reports beyond this are not kept: offsets have 32 bits, and the file is read whole.
const REPORTS_BYTES_MAX: usize = 256 << 20;

/// What a file's content cannot change without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp([u8; STAMP_BYTES]);

impl Stamp {
    /// The stamp of the file that `metadata` is about, if it lies long enough before now.
    #[cfg(unix)]
    pub(crate) fn settled(metadata: &std::fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let stamp = Self::of(metadata)?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let limit = i64::try_from(now.saturating_sub(SETTLED).as_secs()).ok()?;
        (metadata.mtime() < limit && metadata.ctime() < limit).then_some(stamp)
    }

    #[cfg(unix)]
    fn of(metadata: &std::fs::Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let ns = |seconds: i64, part: i64| seconds.wrapping_mul(1_000_000_000).wrapping_add(part);
        let words = [
            metadata.size(),
            metadata.ino(),
            ns(metadata.mtime(), metadata.mtime_nsec()) as u64,
            ns(metadata.ctime(), metadata.ctime_nsec()) as u64,
        ];
        let mut bytes = [0; STAMP_BYTES];
        for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Some(Self(bytes))
    }

    #[cfg(not(unix))]
    pub(crate) fn settled(_: &std::fs::Metadata) -> Option<Self> {
        None
    }

    #[cfg(not(unix))]
    fn of(_: &std::fs::Metadata) -> Option<Self> {
        None
    }
}

/// The reports of this and earlier runs.
pub(crate) struct Cache {
    path: PathBuf,
    /// The state of a hash that has seen the program and the options.
    seed: blake3::Hasher,
    folder: PathBuf,
    stored: Stored,
    fresh: Mutex<Fresh>,
}

/// What this run adds.
#[derive(Default)]
struct Fresh {
    results: BTreeMap<Key, Vec<u8>>,
    files: BTreeMap<Key, (Stamp, Key)>,
}

impl Cache {
    /// Reads the cache at `path`; `options` is all that a report depends on beside the text.
    pub(crate) fn open(path: &Path, options: &str) -> Self {
        let mut seed = blake3::Hasher::new_derive_key("wgslcheck 2026-11 report v2");
        // The version alone would take reports of another build for this one's.
        let program = program_hash().unwrap_or([0; 32]);
        for part in [env!("CARGO_PKG_VERSION").as_bytes(), &program, options.as_bytes()] {
            update(&mut seed, part);
        }
        Self {
            path: path.to_owned(),
            seed,
            folder: std::env::current_dir().unwrap_or_default(),
            stored: Stored::read(path).unwrap_or_default(),
            fresh: Mutex::default(),
        }
    }

    fn key(&self, kind: &[u8], part: &[u8]) -> Key {
        let mut hasher = self.seed.clone();
        update(&mut hasher, kind);
        update(&mut hasher, part);
        *hasher.finalize().as_bytes()
    }

    fn path_key(&self, path: &Path) -> Key {
        self.key(b"path", self.folder.join(path).as_os_str().as_encoded_bytes())
    }

    /// The report of the file at `path`, if it has not changed since it was checked.
    pub(crate) fn of_file(&self, path: &Path, name: &str, checker: &Checker) -> Option<FileReport> {
        if self.stored.files == 0 {
            return None;
        }
        let (stamp, key) = self.stored.file(&self.path_key(path))?;
        let now = Stamp::of(&std::fs::metadata(path).ok()?)?;
        if stamp != now {
            return None;
        }
        decode(self.stored.result(&key)?, name, checker)
    }

    /// The report of a text, kept or made by `check`. If the text is the whole of a file, `file`
    /// says which.
    pub(crate) fn of_text(
        &self,
        (name, source): (&str, &str),
        file: Option<(&Path, Stamp)>,
        checker: &Checker,
    ) -> FileReport {
        let key = self.key(b"text", source.as_bytes());
        let kept = self.stored.result(&key).and_then(|bytes| decode(bytes, name, checker));
        let is_fresh = kept.is_none();
        let report = kept.unwrap_or_else(|| checker.check_source(name, source));
        // How long a translation takes depends on the day.
        if report.findings.iter().any(|finding| finding.code == "W104") {
            return report;
        }
        if is_fresh || file.is_some() {
            let path_key = file.map(|(path, stamp)| (self.path_key(path), stamp));
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            if is_fresh {
                fresh.results.insert(key, encode(&report));
            }
            if let Some((path_key, stamp)) = path_key {
                fresh.files.insert(path_key, (stamp, key));
            }
        }
        report
    }

    /// Writes the cache beside its file and renames it, if there is anything new.
    pub(crate) fn close(self) -> std::io::Result<()> {
        let fresh = self.fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
        if fresh.results.is_empty() && fresh.files.is_empty() {
            return Ok(());
        }
        let bytes = self.stored.with(&fresh).to_bytes();
        let temporary = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = std::fs::File::create(&temporary)?;
        file.write_all(&bytes)?;
        drop(file);
        std::fs::rename(&temporary, &self.path)
    }
}

fn program_hash() -> std::io::Result<Key> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(std::env::current_exe()?)?)?;
    Ok(*hasher.finalize().as_bytes())
}

/// Each part with its length, so that two lists of parts never hash alike.
fn update(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

fn encode(report: &FileReport) -> Vec<u8> {
    let is_clean = report.verdict == Verdict::Valid && report.findings.is_empty();
    if is_clean { Vec::new() } else { serde_json::to_vec(report).unwrap_or_default() }
}

fn decode(bytes: &[u8], name: &str, checker: &Checker) -> Option<FileReport> {
    if bytes.is_empty() {
        return Some(checker.clean_report(name));
    }
    let report: FileReport = serde_json::from_slice(bytes).ok()?;
    Some(FileReport { path: name.to_owned(), ..report })
}

/// The bytes of a cache file.
#[derive(Default)]
struct Stored {
    bytes: Vec<u8>,
    results: usize,
    files: usize,
}

impl Stored {
    fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let head = bytes.get(..HEAD_BYTES)?;
        let (magic, rest) = head.split_at(MAGIC.len());
        let (checksum, counts) = rest.split_at(32);
        let body = bytes.get(MAGIC.len() + 32..)?;
        if magic != MAGIC || blake3::hash(body).as_bytes() != checksum {
            return None;
        }
        let (results, files) = counts.split_at(4);
        let results = u32::from_le_bytes(results.try_into().ok()?) as usize;
        let files = u32::from_le_bytes(files.try_into().ok()?) as usize;
        let stored = Self { results, files, bytes };
        (stored.reports_start() <= stored.bytes.len()).then_some(stored)
    }

    fn files_start(&self) -> usize {
        HEAD_BYTES + self.results * RESULT_BYTES
    }

    fn reports_start(&self) -> usize {
        self.files_start() + self.files * FILE_BYTES
    }

    fn rows(&self, start: usize, count: usize, width: usize) -> &[u8] {
        self.bytes.get(start..start + count * width).unwrap_or_default()
    }

    fn result_rows(&self) -> &[u8] {
        self.rows(HEAD_BYTES, self.results, RESULT_BYTES)
    }

    fn file_rows(&self) -> &[u8] {
        self.rows(self.files_start(), self.files, FILE_BYTES)
    }

    /// The encoded report with that key.
    fn result(&self, key: &Key) -> Option<&[u8]> {
        self.report(find(self.result_rows(), RESULT_BYTES, key)?)
    }

    fn report(&self, row: &[u8]) -> Option<&[u8]> {
        let number = |range| row.get(range).and_then(|bytes: &[u8]| bytes.try_into().ok());
        let offset = self.reports_start() + u32::from_le_bytes(number(32..36)?) as usize;
        self.bytes.get(offset..offset + u32::from_le_bytes(number(36..40)?) as usize)
    }

    /// The stamp and the report's key of the file whose path has that key.
    fn file(&self, key: &Key) -> Option<(Stamp, Key)> {
        file_of(find(self.file_rows(), FILE_BYTES, key)?)
    }

    /// All that this and `fresh` hold; of too much only what is fresh.
    fn with(&self, fresh: &Fresh) -> Contents {
        let mut contents = Contents::default();
        if self.results + fresh.results.len() <= RESULTS_MAX {
            for row in self.result_rows().chunks_exact(RESULT_BYTES) {
                if let (Some(key), Some(report)) = (key_of(row), self.report(row)) {
                    contents.results.insert(key, report.to_vec());
                }
            }
            for row in self.file_rows().chunks_exact(FILE_BYTES) {
                if let (Some(key), Some(file)) = (key_of(row), file_of(row)) {
                    contents.files.insert(key, file);
                }
            }
        }
        contents.results.extend(fresh.results.iter().map(|(key, report)| (*key, report.clone())));
        contents.files.extend(fresh.files.iter().map(|(key, file)| (*key, *file)));
        contents
    }
}

/// A cache before it is written.
type Contents = Fresh;

impl Contents {
    fn to_bytes(&self) -> Vec<u8> {
        let mut reports: Vec<u8> = Vec::new();
        let mut rows = Vec::with_capacity(self.results.len() * RESULT_BYTES);
        for (key, report) in &self.results {
            if reports.len() + report.len() > REPORTS_BYTES_MAX {
                continue;
            }
            rows.extend(key);
            rows.extend((reports.len() as u32).to_le_bytes());
            rows.extend((report.len() as u32).to_le_bytes());
            reports.extend(report);
        }
        let mut body = Vec::with_capacity(rows.len() + reports.len());
        body.extend(((rows.len() / RESULT_BYTES) as u32).to_le_bytes());
        body.extend((self.files.len() as u32).to_le_bytes());
        body.extend(rows);
        for (key, (stamp, result)) in &self.files {
            body.extend(key);
            body.extend(stamp.0);
            body.extend(result);
        }
        body.extend(reports);
        [MAGIC.as_slice(), blake3::hash(&body).as_bytes(), &body].concat()
    }
}

fn key_of(row: &[u8]) -> Option<Key> {
    row.get(..32)?.try_into().ok()
}

fn file_of(row: &[u8]) -> Option<(Stamp, Key)> {
    let stamp = row.get(32..32 + STAMP_BYTES)?.try_into().ok()?;
    Some((Stamp(stamp), row.get(32 + STAMP_BYTES..)?.try_into().ok()?))
}

/// The row that begins with `key`, of sorted rows of `width` bytes.
fn find<'a>(rows: &'a [u8], width: usize, key: &Key) -> Option<&'a [u8]> {
    let row = |index: usize| rows.get(index * width..(index + 1) * width);
    let (mut low, mut high) = (0, rows.len() / width);
    while low < high {
        let middle = low.midpoint(high);
        match row(middle)?.get(..32)?.cmp(key.as_slice()) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => return row(middle),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use wgslcheck::{Checker, Options};

    use super::{Cache, Stamp, Stored};

    const LINT: &str = "@compute @workgroup_size(48) fn main() { }";

    #[test]
    fn a_file_with_its_old_stamp_is_not_read_and_one_that_was_written_is() {
        let folder = std::env::temp_dir().join(format!("wgslcheck-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (file, kept) = (folder.join("a.wgsl"), folder.join("cache"));
        std::fs::write(&file, LINT).unwrap();
        let checker = Checker::new(Options::default());
        let cache = Cache::open(&kept, "options");
        let stamp = Stamp::of(&std::fs::metadata(&file).unwrap()).unwrap();
        let made = cache.of_text(("a", LINT), Some((&file, stamp)), &checker);
        assert_eq!(made.findings.len(), 1);
        cache.close().unwrap();

        let cache = Cache::open(&kept, "options");
        assert_eq!(cache.of_file(&file, "a", &checker), Some(made));
        assert_eq!(cache.of_file(Path::new("b.wgsl"), "b", &checker), None);
        assert_eq!(Cache::open(&kept, "others").of_file(&file, "a", &checker), None);
        // The same length and the same time of writing: the time of change tells.
        let written = std::fs::metadata(&file).unwrap().modified().unwrap();
        std::fs::write(&file, LINT.replace("48", "64")).unwrap();
        std::fs::File::open(&file).unwrap().set_modified(written).unwrap();
        assert_eq!(cache.of_file(&file, "a", &checker), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_that_was_just_written_has_no_stamp_yet() {
        let file = std::env::temp_dir().join(format!("wgslcheck-new-{}", std::process::id()));
        std::fs::write(&file, LINT).unwrap();
        assert!(Stamp::settled(&std::fs::metadata(&file).unwrap()).is_none());
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_cut_or_flipped_cache_is_none() {
        let path = std::env::temp_dir().join(format!("wgslcheck-cut-{}", std::process::id()));
        let checker = Checker::new(Options::default());
        let cache = Cache::open(&path, "");
        drop(cache.of_text(("a", LINT), None, &checker));
        cache.close().unwrap();
        let whole = std::fs::read(&path).unwrap();
        let results = || Stored::read(&path).map(|stored| stored.results);
        assert_eq!(results(), Some(1));
        for at in 0..whole.len() {
            std::fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(results(), None, "cut at {at}");
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, flipped).unwrap();
            assert_eq!(results(), None, "flipped at {at}");
        }
        std::fs::remove_file(&path).unwrap();
    }
}
