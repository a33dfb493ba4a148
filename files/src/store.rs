//! Compiled things, kept between runs and shared between processes.
//!
//! Contents are named by their hash, apart from the index that says which content an action gave:
//! two actions with one result share it. Both are put if absent and never changed. Whatever is
//! read is hashed again; what is missing, torn or forged is a miss, and the next one to make it
//! puts it right. So nothing is forced to the disk, and a store can be deleted at any time.
//!
//! The hash proves that a content is what the index names, not who put it there: whoever may write
//! to the folder decides what builds take from it. The folder is made for its user alone.

use std::io;
use std::path::{Path, PathBuf};

use crate::Files;
use crate::publish::{Durability, publish_with};

/// The hash by which a content is known.
pub type ContentName = [u8; 32];

/// The longest content that is read.
pub const CONTENT_LEN_MAX: u64 = 64 << 20;

const VERSION: &str = "v1";
const ACTION_LEN_MAX: u64 = 128;

/// A store in a folder.
#[derive(Clone)]
pub struct Store<'f> {
    files: &'f dyn Files,
    folder: PathBuf,
}

impl<'f> Store<'f> {
    /// The store of a folder, which need not exist.
    pub fn new(files: &'f dyn Files, folder: &Path) -> Store<'f> {
        Store { files, folder: folder.join(VERSION) }
    }

    /// What an action gave, if that is known and sound.
    pub fn recall(&self, action: &[u8; 32]) -> Option<Vec<u8>> {
        self.content(&self.name_of(action)?)
    }

    /// The name of what an action gave, if that is known; the content may be missing or damaged.
    pub fn name_of(&self, action: &[u8; 32]) -> Option<ContentName> {
        let index = self.files.read(&self.action_path(action), ACTION_LEN_MAX).ok()?;
        let digits = std::str::from_utf8(&index).ok()?.strip_suffix('\n')?;
        Some(*blake3::Hash::from_hex(digits).ok()?.as_bytes())
    }

    /// The content of a name, if it is there and sound.
    pub fn content(&self, name: &ContentName) -> Option<Vec<u8>> {
        let name = blake3::Hash::from_bytes(*name);
        let bytes = self.files.read(&self.content_path(&name), CONTENT_LEN_MAX).ok()?;
        (blake3::hash(&bytes) == name).then_some(bytes)
    }

    /// Keeps what an action gave, for whoever asks next, and gives its name.
    ///
    /// # Errors
    /// What the system says; a store that cannot be written costs time, not results.
    pub fn keep(&self, action: &[u8; 32], bytes: &[u8]) -> io::Result<ContentName> {
        let name = self.keep_content(bytes)?;
        let digits = blake3::Hash::from_bytes(name).to_hex();
        self.put(&self.action_path(action), format!("{digits}\n").as_bytes())?;
        Ok(name)
    }

    /// Keeps a content that another one names.
    ///
    /// # Errors
    /// As [`Store::keep`].
    pub fn keep_content(&self, bytes: &[u8]) -> io::Result<ContentName> {
        let content = blake3::hash(bytes);
        let path = self.content_path(&content);
        let is_sound = |found: Vec<u8>| blake3::hash(&found) == content;
        if !self.files.read(&path, CONTENT_LEN_MAX).is_ok_and(is_sound) {
            self.put(&path, bytes)?;
        }
        Ok(*content.as_bytes())
    }

    /// The folders that have its files.
    pub fn folders(&self) -> impl Iterator<Item = PathBuf> + use<> {
        let folder = self.folder.clone();
        let kinds = ["actions", "contents"].into_iter();
        kinds.flat_map(move |kind| {
            let folder = folder.join(kind);
            (0..256).map(move |prefix| folder.join(format!("{prefix:02x}")))
        })
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            self.files.create_folder(folder)?;
        }
        publish_with(self.files, path, Durability::Checked, |file| file.write_all(bytes))
    }

    fn action_path(&self, action: &[u8; 32]) -> PathBuf {
        self.path("actions", blake3::Hash::from_bytes(*action))
    }

    fn content_path(&self, content: &blake3::Hash) -> PathBuf {
        self.path("contents", *content)
    }

    /// 256 folders keep each of them small.
    fn path(&self, kind: &str, hash: blake3::Hash) -> PathBuf {
        let digits = hash.to_hex();
        let prefix = digits.get(..2).unwrap_or_default();
        self.folder.join(kind).join(prefix).join(digits.as_str())
    }
}

impl std::fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}
