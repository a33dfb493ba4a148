//! Files that appear whole or not at all.
//!
//! Whatever preheat leaves on a disk is published: written to a temporary file beside its target,
//! forced to the disk, renamed, and the folder forced to the disk. A reader sees the old file or
//! the new one; so does whoever comes after a power cut.
//!
//! [`Files`] is the little that this needs of a file system. [`Disk`] is the system's;
//! [`memory::MemoryDisk`] is a model that keeps apart what was written from what would survive,
//! and fails or stops at any step that it is told to. Every step of publishing is tested on it.

pub mod disk;
pub mod memory;
pub mod publish;
pub mod store;
pub mod torture;

use std::io::{self, Seek, Write};
use std::path::Path;

pub use disk::Disk;
pub use publish::{publish, publish_with};
pub use store::{ContentName, Store};

/// A file that is being written.
pub trait FileWrite: Write + Seek {
    /// Forces what was written to the disk.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&mut self) -> io::Result<()>;
}

/// What publishing needs of a file system. Errors are what the system says.
pub trait Files: Send + Sync {
    /// Creates a file that does not exist yet.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if it does.
    fn create_new<'a>(&'a self, path: &Path) -> io::Result<Box<dyn FileWrite + 'a>>;

    /// A whole file.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] if it is longer than `len_max`.
    fn read(&self, path: &Path, len_max: u64) -> io::Result<Vec<u8>>;

    /// Gives a file another name, in place of a file that had it.
    ///
    /// # Errors
    /// What the system says; both files are as they were then.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Forces the names in a folder to the disk.
    ///
    /// # Errors
    /// What the system says.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Makes a folder and those above it, for this user alone; one that exists is left as it is.
    ///
    /// # Errors
    /// What the system says.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// True if there is a file of this name.
    fn exists(&self, path: &Path) -> bool;
}
