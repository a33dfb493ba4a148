//! A model of a disk that fails.
//!
//! Every file has what was written and what would survive a power cut; so has every name. A plan
//! says at which step something happens: an error (full disk, read-only, busy, failed write or
//! rename), a short write, or the end of the process. What follows the end does nothing. After a
//! power cut ([`MemoryDisk::cut`]) names and contents that were not forced to the disk are kept or
//! lost, torn at any byte, as the plan's seed says.
//!
//! The model is harsher than common file systems: it keeps a rename without the content that was
//! not forced before it.

use std::collections::BTreeMap;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{FileWrite, Files};

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space is left; a write stores some of its bytes first.
    Full,
    /// The file system is read-only.
    ReadOnly,
    /// Something else uses it.
    Busy,
    /// The device failed.
    Device,
    /// A write takes only some of its bytes, without an error.
    Short,
    /// The process ends.
    Kill,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 6] =
        [Fault::Full, Fault::ReadOnly, Fault::Busy, Fault::Device, Fault::Short, Fault::Kill];

    fn error(self) -> io::Error {
        match self {
            Fault::Full => io::ErrorKind::StorageFull.into(),
            Fault::ReadOnly => io::ErrorKind::ReadOnlyFilesystem.into(),
            Fault::Busy => io::ErrorKind::ResourceBusy.into(),
            Fault::Device | Fault::Short => io::Error::other("the device failed"),
            Fault::Kill => io::Error::other("the process has ended"),
        }
    }
}

/// The disk.
#[derive(Debug, Default)]
pub struct MemoryDisk {
    state: Mutex<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    names_synced: BTreeMap<PathBuf, usize>,
    step: u64,
    fault: Option<(u64, Fault)>,
    is_dead: bool,
    random: u64,
}

#[derive(Clone, Debug, Default)]
struct Content {
    written: Vec<u8>,
    synced: Vec<u8>,
}

impl State {
    /// Counts a step; the fault that happens at it, if any. Steps come from 1 on.
    fn step(&mut self) -> io::Result<Option<Fault>> {
        if self.is_dead {
            return Err(Fault::Kill.error());
        }
        self.step += 1;
        match self.fault {
            Some((at, Fault::Kill)) if at == self.step => {
                self.is_dead = true;
                Err(Fault::Kill.error())
            }
            Some((at, fault)) if at == self.step => Ok(Some(fault)),
            _ => Ok(None),
        }
    }

    /// For what cannot happen in part; a short write is none of its faults.
    fn whole_step(&mut self) -> io::Result<()> {
        match self.step()? {
            None | Some(Fault::Short) => Ok(()),
            Some(fault) => Err(fault.error()),
        }
    }

    /// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.random;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.random() % (limit as u64 + 1)) as usize
    }

    fn content(&mut self, path: &Path) -> io::Result<&mut Content> {
        let file = self.names.get(path).copied().ok_or(io::ErrorKind::NotFound)?;
        self.files.get_mut(file).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl MemoryDisk {
    /// An empty disk; `seed` decides what survives a power cut and how writes are cut short.
    pub fn new(seed: u64) -> MemoryDisk {
        let state = State { random: seed, ..State::default() };
        MemoryDisk { state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans a fault at a step from now on, the first being 1; steps are counted from here.
    pub fn plan(&self, step: u64, fault: Fault) {
        let mut state = self.lock();
        (state.step, state.fault) = (0, Some((step, fault)));
    }

    /// Steps since the last plan.
    pub fn steps(&self) -> u64 {
        self.lock().step
    }

    /// The process is started again; what was written is still there.
    pub fn restart(&self) {
        let mut state = self.lock();
        (state.is_dead, state.fault, state.step) = (false, None, 0);
    }

    /// The power goes and comes back: of what was not forced to the disk anything may be lost.
    pub fn cut(&self) {
        let mut state = self.lock();
        let paths: Vec<PathBuf> =
            state.names.keys().chain(state.names_synced.keys()).cloned().collect();
        let mut names = BTreeMap::new();
        for path in paths {
            let kept = if state.random().is_multiple_of(2) {
                state.names.get(&path)
            } else {
                state.names_synced.get(&path)
            };
            names.extend(kept.copied().map(|file| (path, file)));
        }
        for at in 0..state.files.len() {
            let content = state.files.get(at).cloned().unwrap_or_default();
            let torn =
                if state.random().is_multiple_of(2) { content.written } else { content.synced };
            let has_more =
                state.files.get(at).is_some_and(|content| content.synced.len() < torn.len());
            let len = if has_more { state.below(torn.len()) } else { torn.len() };
            let torn: Vec<u8> = torn.into_iter().take(len).collect();
            if let Some(content) = state.files.get_mut(at) {
                let survivor =
                    if torn.len() < content.synced.len() { content.synced.clone() } else { torn };
                (content.written, content.synced) = (survivor.clone(), survivor);
            }
        }
        state.names = names.clone();
        state.names_synced = names;
        drop(state);
        self.restart();
    }

    /// A file as anyone sees it now.
    pub fn contents(&self, path: &Path) -> Option<Vec<u8>> {
        let mut state = self.lock();
        state.content(path).ok().map(|content| content.written.clone())
    }

    /// Every name, sorted.
    pub fn names(&self) -> Vec<PathBuf> {
        self.lock().names.keys().cloned().collect()
    }

    /// Damages a byte of a file, counted around its end.
    pub fn flip(&self, path: &Path, at: usize) {
        if let Ok(content) = self.lock().content(path) {
            let len = content.written.len().max(1);
            if let Some(byte) = content.written.get_mut(at % len) {
                *byte ^= 1;
            }
        }
    }
}

struct MemoryFile<'a> {
    disk: &'a MemoryDisk,
    file: usize,
    at: usize,
}

impl Write for MemoryFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.lock();
        let fault = state.step()?;
        let taken = match fault {
            None => bytes.len(),
            Some(Fault::Short | Fault::Full) => state.below(bytes.len().saturating_sub(1)),
            Some(fault) => return Err(fault.error()),
        };
        let start = self.at;
        if let Some(content) = state.files.get_mut(self.file) {
            let end = start + taken;
            if content.written.len() < end {
                content.written.resize(end, 0);
            }
            let place = content.written.get_mut(start..end);
            if let (Some(place), Some(bytes)) = (place, bytes.get(..taken)) {
                place.copy_from_slice(bytes);
            }
        }
        self.at += taken;
        if fault == Some(Fault::Full) || (taken == 0 && !bytes.is_empty()) {
            return Err(Fault::Full.error());
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for MemoryFile<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut state = self.disk.lock();
        state.whole_step()?;
        let len = state.files.get(self.file).map_or(0, |content| content.written.len()) as i128;
        let target = match to {
            SeekFrom::Start(offset) => i128::from(offset),
            SeekFrom::End(offset) => len + i128::from(offset),
            SeekFrom::Current(offset) => self.at as i128 + i128::from(offset),
        };
        let at = u64::try_from(target).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.at = usize::try_from(at).map_err(|_| io::ErrorKind::InvalidInput)?;
        Ok(at)
    }
}

impl FileWrite for MemoryFile<'_> {
    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.whole_step()?;
        if let Some(content) = state.files.get_mut(self.file) {
            content.synced = content.written.clone();
        }
        Ok(())
    }
}

impl Files for MemoryDisk {
    fn create_new<'a>(&'a self, path: &Path) -> io::Result<Box<dyn FileWrite + 'a>> {
        let mut state = self.lock();
        state.whole_step()?;
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = state.files.len();
        state.files.push(Content::default());
        state.names.insert(path.to_path_buf(), file);
        Ok(Box::new(MemoryFile { disk: self, file, at: 0 }))
    }

    fn read(&self, path: &Path, len_max: u64) -> io::Result<Vec<u8>> {
        let mut state = self.lock();
        state.whole_step()?;
        let bytes = state.content(path)?.written.clone();
        let fits = bytes.len() as u64 <= len_max;
        if fits { Ok(bytes) } else { Err(io::ErrorKind::FileTooLarge.into()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.whole_step()?;
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_path_buf(), file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.whole_step()?;
        state.names.remove(path).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.whole_step()?;
        let inside = |path: &Path| path.parent() == Some(folder);
        state.names_synced.retain(|path, _| !inside(path));
        let synced: Vec<_> = state.names.iter().filter(|(path, _)| inside(path)).collect();
        let synced: Vec<_> = synced.into_iter().map(|(path, file)| (path.clone(), *file)).collect();
        state.names_synced.extend(synced);
        Ok(())
    }

    fn create_folder(&self, _folder: &Path) -> io::Result<()> {
        // Folders are only names here; making one can still fail.
        self.lock().whole_step()
    }

    fn exists(&self, path: &Path) -> bool {
        let state = self.lock();
        !state.is_dead && state.names.contains_key(path)
    }
}
