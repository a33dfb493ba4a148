//! A note on disk of what the driver has in hand, so that a blob that takes the process down is
//! not offered again.
//!
//! Each process has a file of slots. Before a blob goes to the driver, its keys are written to a
//! free slot; afterwards the slot is cleared. A file whose owner is gone (its lock is free) and
//! that has a slot in use tells which blob the driver died of. Several threads may have had
//! several in hand: all of them are set aside, for who is to blame cannot be known.
//!
//! The page cache outlives the process, so nothing is flushed: a machine that loses power loses
//! the note, which costs one more crash at worst.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use preheat_format::{ArtifactKey, DeviceKey};

/// Device key, then artifact key.
const SLOT_LEN: usize = 64;
/// Blobs in the driver's hands at once; beyond that none is noted.
const SLOTS_MAX: usize = 256;

/// This process's file.
pub(crate) struct Sentinel {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: File,
    /// Slots in use.
    taken: Vec<bool>,
}

/// A slot in use; cleared when it is dropped.
pub(crate) struct Guard<'a> {
    sentinel: &'a Sentinel,
    slot: usize,
}

impl Sentinel {
    /// Makes the file and locks it.
    pub(crate) fn new(path: PathBuf) -> std::io::Result<Sentinel> {
        let file = File::options().create_new(true).write(true).open(&path)?;
        file.lock()?;
        Ok(Sentinel { path, state: Mutex::new(State { file, taken: Vec::new() }) })
    }

    /// Notes that the driver is about to get a blob.
    pub(crate) fn enter(&self, key: DeviceKey, artifact: ArtifactKey) -> Option<Guard<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let free = state.taken.iter().position(|taken| !taken);
        let slot = free.or((state.taken.len() < SLOTS_MAX).then_some(state.taken.len()))?;
        let mut bytes = [0; SLOT_LEN];
        bytes[..32].copy_from_slice(&key.0);
        bytes[32..].copy_from_slice(&artifact.0);
        state.write(slot, &bytes).ok()?;
        match state.taken.get_mut(slot) {
            Some(taken) => *taken = true,
            None => state.taken.push(true),
        }
        Some(Guard { sentinel: self, slot })
    }
}

impl State {
    fn write(&mut self, slot: usize, bytes: &[u8; SLOT_LEN]) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start((slot * SLOT_LEN) as u64))?;
        self.file.write_all(bytes)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let mut state = self.sentinel.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A slot that cannot be cleared stays taken: its blob is set aside without need.
        if state.write(self.slot, &[0; SLOT_LEN]).is_ok()
            && let Some(taken) = state.taken.get_mut(self.slot)
        {
            *taken = false;
        }
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What the driver had in hand when the owner of a file died; `None` while it lives.
pub(crate) fn left_behind(path: &Path) -> Option<Vec<(DeviceKey, ArtifactKey)>> {
    let file = File::open(path).ok()?;
    file.try_lock().ok()?;
    // An empty one may be about to be locked by its owner.
    let bytes = std::fs::read(path).ok().filter(|bytes| !bytes.is_empty())?;
    let slots = bytes.as_chunks::<SLOT_LEN>().0.iter();
    let taken = slots.filter(|slot| slot.iter().any(|byte| *byte != 0));
    let keys = taken.filter_map(|slot| {
        let (key, artifact) = slot.split_at(32);
        Some((DeviceKey(*key.first_chunk()?), ArtifactKey(*artifact.first_chunk()?)))
    });
    Some(keys.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_hand_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sentinel");
        let sentinel = Sentinel::new(path.clone()).unwrap();
        let key = |n: u8| (DeviceKey([n; 32]), ArtifactKey([n + 100; 32]));
        let first = sentinel.enter(key(1).0, key(1).1).unwrap();
        let second = sentinel.enter(key(2).0, key(2).1).unwrap();
        drop(first);
        let third = sentinel.enter(key(3).0, key(3).1).unwrap();
        assert_eq!(left_behind(&path), None, "its owner lives");
        let copy = folder.path().join("b.sentinel");
        std::fs::copy(&path, &copy).unwrap();
        assert_eq!(left_behind(&copy).unwrap(), [key(3), key(2)]);
        drop((second, third));
        std::fs::copy(&path, &copy).unwrap();
        assert_eq!(left_behind(&copy).unwrap(), []);
        drop(sentinel);
        assert!(!path.exists());
    }
}
