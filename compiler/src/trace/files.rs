//! Files of a running script.
//!
//! A file is read whole when it is opened, and written when it is closed, flushed, or when the
//! script asks for anything else of the disk. The disk is the host's ([`DiskFn`]): while a script
//! is built, what it writes stays in memory.
//!
//! Text is UTF-8; bytes that are not become the characters of their numbers, as in Latin-1.

use crate::trace::interpreter::{Interpreter, PathKind};

/// The number of the first file that a script opens; those below are the standard streams.
const FIRST: usize = 3;

/// What a script wants of the disk at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk<'r> {
    /// The bytes of a file.
    Read,
    /// A file of these bytes in place of what is there.
    Write(&'r [u8]),
    /// These bytes at the end of a file, which is made if it is not there.
    Append(&'r [u8]),
    /// The file goes.
    Remove,
    /// The file or folder gets another path; a file that is there is replaced.
    Rename(&'r str),
    /// The file's bytes are at another path too.
    Copy(&'r str),
    /// How many bytes the file has, in digits.
    Size,
    /// An empty folder.
    MakeFolder,
    /// The folder goes, if it is empty.
    RemoveFolder,
    /// The folder goes with all that is in it. Links in it go, not what they lead to.
    RemoveTree,
    /// Names in a folder, in order, a NUL between them.
    List,
}

/// Answers what a script wants of a path: bytes (none but for `Read`, `Size` and `List`), or the
/// system's reason why not.
pub type DiskFn<'h> = dyn Fn(&str, Disk<'_>) -> Result<Vec<u8>, String> + 'h;

/// A disk that has nothing and takes nothing.
///
/// # Errors
/// Always.
pub fn no_disk(_: &str, _: Disk<'_>) -> Result<Vec<u8>, String> {
    Err("No such file or directory".to_owned())
}

/// A file that the script has open.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenFile {
    pub(crate) path: String,
    pub(crate) mode: String,
    pub(crate) bytes: Vec<u8>,
    /// Where the next byte is read or written.
    pub(crate) at: usize,
    /// Reading has met the end.
    pub(crate) is_ended: bool,
    /// It has bytes that the disk has not.
    pub(crate) is_changed: bool,
    /// Bytes from the start that the disk has.
    pub(crate) kept: usize,
    /// Some of those bytes are others now.
    pub(crate) is_rewritten: bool,
    /// The greatest byte of a number comes first.
    pub(crate) is_big: bool,
}

/// The files that a script has open, by number.
#[derive(Debug, Default)]
pub(crate) struct OpenFiles(Vec<Option<OpenFile>>);

impl OpenFile {
    /// Writes bytes at the place of writing.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if self.mode.starts_with('a') {
            self.at = self.bytes.len();
        }
        let end = self.at + bytes.len();
        self.is_rewritten |= self.at < self.kept;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[self.at..end].copy_from_slice(bytes);
        self.at = end;
        self.is_changed = true;
    }

    /// True if it was opened for writing.
    pub(crate) fn is_writable(&self) -> bool {
        !self.mode.starts_with('r') || self.mode.contains('+')
    }

    /// Takes up to `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> &[u8] {
        let rest = self.bytes.len().saturating_sub(self.at);
        self.is_ended |= count > rest;
        let start = self.at.min(self.bytes.len());
        self.at = start + count.min(rest);
        &self.bytes[start..self.at]
    }

    /// Takes a line with its end, if one is left. At the end of the file it is met, even if the
    /// last line was whole.
    pub(crate) fn take_line(&mut self, len_max: usize) -> Option<Vec<u8>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            self.is_ended = true;
            return None;
        }
        let len = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        let line = rest[..len.min(len_max)].to_vec();
        self.at += line.len();
        self.is_ended |= self.at == self.bytes.len();
        Some(line)
    }
}

impl OpenFiles {
    /// Keeps a file under the least number that is free.
    pub(crate) fn add(&mut self, file: OpenFile) -> usize {
        let free = self.0.iter().position(Option::is_none).unwrap_or(self.0.len());
        if free == self.0.len() {
            self.0.push(None);
        }
        self.0[free] = Some(file);
        free + FIRST
    }

    /// The file of a number.
    pub(crate) fn get(&mut self, number: f64) -> Option<&mut OpenFile> {
        let index = (number as usize).checked_sub(FIRST)?;
        self.0.get_mut(index).filter(|_| number.fract() == 0.0)?.as_mut()
    }

    /// Forgets the file of a number.
    pub(crate) fn remove(&mut self, number: f64) {
        if let Some(place) = (number as usize).checked_sub(FIRST).and_then(|at| self.0.get_mut(at))
        {
            *place = None;
        }
    }

    /// Numbers of all files.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let open = self.0.iter().enumerate().filter(|(_, file)| file.is_some());
        open.map(|(index, _)| (index + FIRST) as f64).collect()
    }
}

impl Interpreter<'_> {
    /// Brings what was written to the disk.
    pub(crate) fn flush_files(&mut self) {
        let disk = self.host.disk;
        for file in self.files_open.0.iter_mut().flatten().filter(|file| file.is_changed) {
            // What follows the bytes that are there is put behind them, so that nothing is lost
            // that others wrote, or if the program dies meanwhile.
            let new = file.bytes.get(file.kept..).unwrap_or_default();
            let wish = match file.is_rewritten {
                true => Disk::Write(&file.bytes),
                false => Disk::Append(new),
            };
            // A disk that takes no more is found when the script reads the file again.
            let _ = disk(&file.path, wish);
            file.kept = file.bytes.len();
            (file.is_changed, file.is_rewritten) = (false, false);
        }
    }

    /// Asks the disk, which has all that was written before. A file to be read is looked for in
    /// the folders of the search path as well.
    pub(crate) fn disk(&mut self, path: &str, wish: Disk<'_>) -> Result<Vec<u8>, String> {
        self.flush_files();
        let kind = self.host.path;
        let on_path = match wish {
            Disk::Read if !path.starts_with('/') && kind(path).is_none() => {
                let beside = self.search_path().iter().map(|folder| format!("{folder}/{path}"));
                beside.into_iter().find(|path| kind(path) == Some(PathKind::File))
            }
            _ => None,
        };
        (self.host.disk)(on_path.as_deref().unwrap_or(path), wish)
    }
}

/// Bytes of a file as text.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_file_does() {
        let mut file = OpenFile { bytes: b"ab\ncd\n".to_vec(), ..OpenFile::default() };
        assert_eq!(file.take_line(usize::MAX).as_deref(), Some(&b"ab\n"[..]));
        assert!(!file.is_ended);
        assert_eq!(file.take_line(2).as_deref(), Some(&b"cd"[..]));
        assert_eq!(file.take_line(9).as_deref(), Some(&b"\n"[..]));
        assert!(file.is_ended);
        assert_eq!(file.take_line(9), None);
    }

    #[test]
    fn numbers_of_closed_files_are_taken_again() {
        let mut files = OpenFiles::default();
        assert_eq!((files.add(OpenFile::default()), files.add(OpenFile::default())), (3, 4));
        files.remove(3.0);
        assert!(files.get(3.0).is_none() && files.get(4.0).is_some() && files.get(2.0).is_none());
        assert_eq!(files.add(OpenFile::default()), 3);
        assert_eq!(files.numbers(), [3.0, 4.0]);
    }
}
