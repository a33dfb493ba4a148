//! Texts that were clean: their hashes, so that the next run does not check them again.
//!
//! The key is a hash of the program's version, everything that the options say, and the text. The
//! file is a sorted list of keys; one that is damaged is as good as none.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

type Key = [u8; 32];

/// The clean texts of this and earlier runs.
pub(crate) struct Cache {
    path: PathBuf,
    options: String,
    known: BTreeSet<Key>,
    fresh: Mutex<Vec<Key>>,
}

impl Cache {
    /// Reads the cache at `path`; `options` is all that a verdict depends on beside the text.
    pub(crate) fn open(path: &Path, options: String) -> Self {
        let bytes = std::fs::read(path).unwrap_or_default();
        let known = bytes.chunks_exact(32).filter_map(|chunk| chunk.try_into().ok()).collect();
        Self { path: path.to_owned(), options, known, fresh: Mutex::new(Vec::new()) }
    }

    fn key(&self, source: &str) -> Key {
        let mut hasher = blake3::Hasher::new_derive_key("wgslcheck 2026-11 clean result v1");
        for part in [env!("CARGO_PKG_VERSION"), &self.options, source] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// Whether `source` was clean before.
    pub(crate) fn is_clean(&self, source: &str) -> bool {
        self.known.contains(&self.key(source))
    }

    /// Remembers that `source` is clean.
    pub(crate) fn add(&self, source: &str) {
        let key = self.key(source);
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).push(key);
    }

    /// Writes the cache beside its file and renames it, if there is anything new.
    pub(crate) fn close(mut self) -> std::io::Result<()> {
        let fresh = self.fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
        if fresh.is_empty() {
            return Ok(());
        }
        self.known.extend(fresh);
        let temporary = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = std::io::BufWriter::new(std::fs::File::create(&temporary)?);
        for key in &self.known {
            file.write_all(key)?;
        }
        file.flush()?;
        drop(file);
        std::fs::rename(&temporary, &self.path)
    }
}
