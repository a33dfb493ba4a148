//! Archives in memory: a mapped file, or bytes.
//!
//! Opening reads the header and the section table; everything else is touched when it is used.
//! An [`Archive`] is immutable, and so must its file be: writers publish by renaming a new file
//! into place, never by changing one.

use std::convert::Infallible;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use memmap2::Mmap;
use preheat_format::sign::{self, ArchiveSignature, TrustPolicy};
use preheat_format::{ArchiveError, ArchiveLayout, ArchiveView, SidecarView};

use crate::error::RuntimeError;

/// An opened archive, shared by its clones.
#[derive(Clone)]
pub struct Archive {
    inner: Arc<Inner>,
}

struct Inner {
    file: MappedFile,
    layout: ArchiveLayout,
    detached: Vec<ArchiveSignature>,
    open_ns: u64,
}

/// The longest file of detached signatures that is read.
const DETACHED_LEN_MAX: u64 = 1 << 14;

/// The bytes of a file, mapped; read into memory where others may change or cut it, since a
/// mapping of a file that is cut takes the program down when it is touched. They begin where the
/// entries of an archive may.
pub struct MappedFile {
    bytes: Bytes,
}

enum Bytes {
    Mapped(Mmap),
    /// Words keep the alignment that entries need; the length is in bytes.
    Copied(Vec<u128>, usize),
}

impl MappedFile {
    /// Maps a file, or reads it.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: impl AsRef<Path>) -> io::Result<MappedFile> {
        let path = path.as_ref();
        let mut file = File::open(path)?;
        if !file.metadata()?.is_file() {
            // A pipe has no length.
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            return Ok(MappedFile::copy_of(&bytes));
        }
        if is_ours_alone(path, &file)? {
            return map(&file);
        }
        let len = usize::try_from(file.metadata()?.len())
            .map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        MappedFile::filled(len, |place| file.read_exact(place))
    }

    fn copy_of(bytes: &[u8]) -> MappedFile {
        let Ok(copy) = MappedFile::filled::<Infallible>(bytes.len(), |place| {
            place.copy_from_slice(bytes);
            Ok(())
        });
        copy
    }

    /// So many bytes in memory, once they are filled in.
    fn filled<E>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<MappedFile, E> {
        let mut words = vec![0u128; len.div_ceil(size_of::<u128>())];
        // The words are as long, or a part of one longer.
        fill(bytemuck::cast_slice_mut(&mut words).get_mut(..len).unwrap_or_default())?;
        Ok(MappedFile { bytes: Bytes::Copied(words, len) })
    }

    /// All of them.
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            Bytes::Copied(words, len) => {
                bytemuck::cast_slice(words).get(..*len).unwrap_or_default()
            }
        }
    }

    /// True if the file is mapped; one that others may change or cut is read instead.
    pub fn is_mapped(&self) -> bool {
        matches!(self.bytes, Bytes::Mapped(_))
    }
}

impl std::fmt::Debug for MappedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (len_bytes, is_mapped) = (self.bytes().len(), self.is_mapped());
        f.debug_struct("MappedFile")
            .field("len_bytes", &len_bytes)
            .field("is_mapped", &is_mapped)
            .finish()
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
        let path = path.as_ref();
        Archive::new(load(path)?, detached(path), start)
    }

    /// Takes an archive that was just built, by copying it to aligned memory.
    ///
    /// # Errors
    /// [`RuntimeError::Archive`] if the bytes are not an archive.
    pub fn from_bytes(bytes: &[u8]) -> Result<Archive, RuntimeError> {
        let start = Instant::now();
        Archive::new(MappedFile::copy_of(bytes), Vec::new(), start)
    }

    fn new(
        file: MappedFile,
        detached: Vec<ArchiveSignature>,
        start: Instant,
    ) -> Result<Archive, RuntimeError> {
        let layout = ArchiveView::open(file.bytes())?.layout();
        // 2^64 ns are 584 years.
        let open_ns = start.elapsed().as_nanos() as u64;
        Ok(Archive { inner: Arc::new(Inner { file, layout, detached, open_ns }) })
    }

    /// The signature by which a policy trusts the archive, its own or one of the file beside it.
    ///
    /// # Errors
    /// The nearest reason why there is none.
    pub fn check_trust(&self, policy: &TrustPolicy) -> Result<ArchiveSignature, RuntimeError> {
        policy.check(&self.view()?, &self.inner.detached).map_err(RuntimeError::Untrusted)
    }

    /// True if the file is mapped; one that others may change or cut is read instead.
    pub fn is_mapped(&self) -> bool {
        self.inner.file.is_mapped()
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
        ArchiveView::new(self.inner.file.bytes(), self.inner.layout)
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("len_bytes", &self.inner.file.bytes().len()).finish()
    }
}

/// Signatures of the file with `.sig` after its name. They are checked when trust is asked for;
/// a file that cannot be read as signatures vouches for nothing.
fn detached(path: &Path) -> Vec<ArchiveSignature> {
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    let Ok(file) = File::open(name) else {
        return Vec::new();
    };
    let mut bytes = Vec::new();
    let read = file.take(DETACHED_LEN_MAX).read_to_end(&mut bytes);
    let decoded = read.ok().and_then(|_| sign::decode_detached(&bytes).ok());
    decoded.map(|(_, signatures)| signatures).unwrap_or_default()
}

fn load(path: &Path) -> Result<MappedFile, RuntimeError> {
    MappedFile::open(path)
        .map_err(|source| RuntimeError::File { path: path.to_path_buf(), source: Arc::new(source) })
}

/// True if nobody but this user and the administrator can write to the file or put another in its
/// place. In a folder with the sticky bit others cannot.
#[cfg(unix)]
fn is_ours_alone(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let own = [0, rustix::process::geteuid().as_raw()];
    let is_closed = |found: &Metadata| own.contains(&found.uid()) && found.mode() & 0o022 == 0;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let folder = std::fs::metadata(folder)?;
    let is_sticky = folder.mode() & 0o1000 != 0;
    Ok(is_closed(&file.metadata()?) && (is_closed(&folder) || is_sticky))
}

#[cfg(not(unix))]
fn is_ours_alone(_path: &Path, _file: &File) -> io::Result<bool> {
    // A mapped file cannot be cut here.
    Ok(true)
}

fn map(file: &File) -> io::Result<MappedFile> {
    #[expect(unsafe_code, reason = "mapping a file that others may change is unsafe")]
    // SAFETY: `open` maps only files that nobody else can write to; ours are published by
    // renaming and never changed in place, so the mapped bytes stay; each structure is checked,
    // and each blob hashed, before it is used.
    let map = unsafe { Mmap::map(file) }?;
    Ok(MappedFile { bytes: Bytes::Mapped(map) })
}

/// An opened device sidecar, shared by its clones: what drivers made of an archive's kernels.
#[derive(Clone)]
pub struct Sidecar {
    file: Arc<MappedFile>,
    detached: Arc<Vec<ArchiveSignature>>,
}

impl Sidecar {
    /// Maps a file and checks its header.
    ///
    /// # Errors
    /// [`RuntimeError::File`] if it cannot be mapped, [`RuntimeError::Archive`] if it is not a
    /// sidecar.
    pub fn open(path: impl AsRef<Path>) -> Result<Sidecar, RuntimeError> {
        let path = path.as_ref();
        let file = Arc::new(load(path)?);
        SidecarView::open(file.bytes())?;
        Ok(Sidecar { file, detached: Arc::new(detached(path)) })
    }

    /// The sidecar's content, read in place.
    ///
    /// # Errors
    /// None in practice: the same checks passed when it was opened.
    pub fn view(&self) -> Result<SidecarView<'_>, ArchiveError> {
        SidecarView::open(self.file.bytes())
    }

    /// The signature by which a policy trusts the sidecar, of the file beside it.
    ///
    /// # Errors
    /// The nearest reason why there is none.
    pub fn check_trust(&self, policy: &TrustPolicy) -> Result<ArchiveSignature, RuntimeError> {
        policy.check_sidecar(&self.view()?, &self.detached).map_err(RuntimeError::Untrusted)
    }

    /// Length of the file in bytes.
    pub fn len_bytes(&self) -> u64 {
        self.file.bytes().len() as u64
    }
}

impl std::fmt::Debug for Sidecar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sidecar").field("len_bytes", &self.len_bytes()).finish()
    }
}
