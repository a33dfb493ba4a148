//! Archives in memory: a mapped file, or bytes.
//!
//! Opening reads the header and the section table; everything else is touched when it is used.
//! An [`Archive`] is immutable, and so must its file be: writers publish by renaming a new file
//! into place, never by changing one.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use memmap2::Mmap;
use preheat_format::{ArchiveError, ArchiveLayout, ArchiveView, SidecarView};

use crate::error::RuntimeError;

/// An opened archive, shared by its clones.
#[derive(Clone)]
pub struct Archive {
    inner: Arc<Inner>,
}

struct Inner {
    bytes: Bytes,
    layout: ArchiveLayout,
    open_ns: u64,
}

enum Bytes {
    Mapped(Mmap),
    /// Words keep the alignment that entries need; the length is in bytes.
    Copied(Vec<u128>, usize),
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Copied(words, len) => {
                bytemuck::cast_slice(words).get(..*len).unwrap_or_default()
            }
        }
    }
}

impl Archive {
    /// Maps a file and checks its header.
    ///
    /// # Errors
    /// [`RuntimeError::File`] if it cannot be mapped, [`RuntimeError::Archive`] if it is not an
    /// archive.
    pub fn open(path: impl AsRef<Path>) -> Result<Archive, RuntimeError> {
        let start = Instant::now();
        Archive::new(map(path.as_ref())?, start)
    }

    /// Takes an archive that was just built, by copying it to aligned memory.
    ///
    /// # Errors
    /// [`RuntimeError::Archive`] if the bytes are not an archive.
    pub fn from_bytes(bytes: &[u8]) -> Result<Archive, RuntimeError> {
        let start = Instant::now();
        let mut words = vec![0u128; bytes.len().div_ceil(size_of::<u128>())];
        let place = bytemuck::cast_slice_mut::<u128, u8>(&mut words).get_mut(..bytes.len());
        if let Some(place) = place {
            place.copy_from_slice(bytes);
        }
        Archive::new(Bytes::Copied(words, bytes.len()), start)
    }

    fn new(bytes: Bytes, start: Instant) -> Result<Archive, RuntimeError> {
        let layout = ArchiveView::open(bytes.as_slice())?.layout();
        // 2^64 ns are 584 years.
        let open_ns = start.elapsed().as_nanos() as u64;
        Ok(Archive { inner: Arc::new(Inner { bytes, layout, open_ns }) })
    }

    /// Nanoseconds that opening took.
    pub(crate) fn open_ns(&self) -> u64 {
        self.inner.open_ns
    }

    /// The archive's content, read in place.
    ///
    /// # Errors
    /// None in practice: the same checks passed when it was opened.
    pub fn view(&self) -> Result<ArchiveView<'_>, ArchiveError> {
        ArchiveView::new(self.inner.bytes.as_slice(), self.inner.layout)
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("len_bytes", &self.inner.bytes.as_slice().len()).finish()
    }
}

fn map(path: &Path) -> Result<Bytes, RuntimeError> {
    let failed = |source| RuntimeError::File { path: path.to_path_buf(), source: Arc::new(source) };
    let file = File::open(path).map_err(failed)?;
    #[expect(unsafe_code, reason = "mapping a file that others may change is unsafe")]
    // SAFETY: archives are published by renaming and never changed in place, so the mapped
    // bytes stay; each structure is checked, and each blob hashed, before it is used.
    let map = unsafe { Mmap::map(&file) }.map_err(failed)?;
    Ok(Bytes::Mapped(map))
}

/// An opened device sidecar, shared by its clones: what drivers made of an archive's kernels.
#[derive(Clone)]
pub struct Sidecar {
    bytes: Arc<Bytes>,
}

impl Sidecar {
    /// Maps a file and checks its header.
    ///
    /// # Errors
    /// [`RuntimeError::File`] if it cannot be mapped, [`RuntimeError::Archive`] if it is not a
    /// sidecar.
    pub fn open(path: impl AsRef<Path>) -> Result<Sidecar, RuntimeError> {
        let bytes = Arc::new(map(path.as_ref())?);
        SidecarView::open(bytes.as_slice())?;
        Ok(Sidecar { bytes })
    }

    /// The sidecar's content, read in place.
    ///
    /// # Errors
    /// None in practice: the same checks passed when it was opened.
    pub fn view(&self) -> Result<SidecarView<'_>, ArchiveError> {
        SidecarView::open(self.bytes.as_slice())
    }

    /// Length of the file in bytes.
    pub fn len_bytes(&self) -> u64 {
        self.bytes.as_slice().len() as u64
    }
}

impl std::fmt::Debug for Sidecar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sidecar").field("len_bytes", &self.len_bytes()).finish()
    }
}
