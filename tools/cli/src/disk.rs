//! The disk as scripts see it: the real one in a run; while a script is traced, what it changes
//! stays in memory.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Component;

use preheat_compiler::trace::files::Disk;
use preheat_compiler::trace::interpreter::PathKind;

use crate::reads::path_kind;

/// What a traced script has changed, by path.
#[derive(Debug, Default)]
pub(crate) struct Changes(RefCell<BTreeMap<String, Changed>>);

/// What is at a path now.
#[derive(Clone, Debug)]
enum Changed {
    File(Vec<u8>),
    Folder,
    Nothing,
}

/// Does what a script wants on the real disk.
pub(crate) fn real(path: &str, wish: Disk<'_>) -> Result<Vec<u8>, String> {
    let nothing = |()| Vec::new();
    let done = match wish {
        Disk::Read => read(path),
        Disk::Write(bytes) => fs::write(path, bytes).map(nothing),
        Disk::Append(bytes) => append(path, bytes).map(nothing),
        Disk::Remove => fs::remove_file(path).map(nothing),
        Disk::Rename(to) => fs::rename(path, to).map(nothing),
        Disk::Copy(to) => copy(path, to).map(nothing),
        Disk::Size => fs::metadata(path).map(|found| found.len().to_string().into_bytes()),
        Disk::MakeFolder => fs::create_dir(path).map(nothing),
        Disk::RemoveFolder => fs::remove_dir(path).map(nothing),
        Disk::RemoveTree => fs::remove_dir_all(path).map(nothing),
        Disk::List => names(path).map(joined),
    };
    done.map_err(|error| reason(&error))
}

/// The bytes of a file; devices and pipes may have no end.
fn read(path: &str) -> io::Result<Vec<u8>> {
    match fs::metadata(path)?.is_file() {
        true => fs::read(path),
        false => Err(io::Error::other("Not a regular file")),
    }
}

fn append(path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().append(true).create(true).open(path)?;
    io::Write::write_all(&mut file, bytes)
}

/// A copy onto itself would leave nothing.
fn copy(from: &str, to: &str) -> io::Result<()> {
    match fs::canonicalize(to) {
        Ok(there) if there == fs::canonicalize(from)? => Ok(()),
        _ => fs::copy(from, to).map(|_| ()),
    }
}

fn names(path: &str) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(path)? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

fn joined(names: BTreeSet<String>) -> Vec<u8> {
    names.into_iter().collect::<Vec<_>>().join("\0").into_bytes()
}

/// The one name of a path among those that lead to the same place, links apart.
fn whole(path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    format!("/{}", parts.join("/"))
}

/// The folder that a whole path is in.
fn above(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

/// The system's words for an error.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

impl Changes {
    /// Does what a script wants in memory, over the real disk.
    pub(crate) fn apply(&self, path: &str, wish: Disk<'_>) -> Result<Vec<u8>, String> {
        let path = &whole(path);
        let kind = self.kind(path);
        let missing = || Err("No such file or directory".to_owned());
        let needs = |wanted| match kind {
            Some(found) if found == wanted => Ok(()),
            Some(PathKind::Folder) => Err("Is a directory".to_owned()),
            Some(PathKind::File) => Err("Not a directory".to_owned()),
            None => missing().map(|_: Vec<u8>| ()),
        };
        match wish {
            Disk::Read => {
                needs(PathKind::File)?;
                self.bytes(path)
            }
            Disk::Size => Ok(self.bytes(path)?.len().to_string().into_bytes()),
            Disk::Write(bytes) => self.put(path, bytes.to_vec()),
            Disk::Append(bytes) => {
                let old = if kind.is_none() { Vec::new() } else { self.bytes(path)? };
                self.put(path, [&old, bytes].concat())
            }
            Disk::Copy(to) => {
                needs(PathKind::File)?;
                self.put(&whole(to), self.bytes(path)?)
            }
            Disk::Rename(to) => {
                needs(PathKind::File)?;
                let bytes = self.bytes(path)?;
                self.set(path, Changed::Nothing)?;
                self.put(&whole(to), bytes)
            }
            Disk::Remove => {
                needs(PathKind::File)?;
                self.set(path, Changed::Nothing)
            }
            Disk::MakeFolder if kind.is_some() => Err("File exists".to_owned()),
            Disk::MakeFolder if self.kind(above(path)) != Some(PathKind::Folder) => missing(),
            Disk::MakeFolder => self.set(path, Changed::Folder),
            Disk::List => {
                needs(PathKind::Folder)?;
                Ok(joined(self.names(path)))
            }
            Disk::RemoveFolder if kind.is_some() && !self.names(path).is_empty() => {
                Err("Directory not empty".to_owned())
            }
            Disk::RemoveFolder | Disk::RemoveTree => {
                needs(PathKind::Folder)?;
                let inside = format!("{path}/");
                self.0.borrow_mut().retain(|known, _| !known.starts_with(&inside));
                self.set(path, Changed::Nothing)
            }
        }
    }

    fn set(&self, path: &str, changed: Changed) -> Result<Vec<u8>, String> {
        self.0.borrow_mut().insert(path.to_owned(), changed);
        Ok(Vec::new())
    }

    /// A file of these bytes, if its folder is there.
    fn put(&self, path: &str, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        match (self.kind(path), self.kind(above(path))) {
            (Some(PathKind::Folder), _) => Err("Is a directory".to_owned()),
            (_, Some(PathKind::Folder)) => self.set(path, Changed::File(bytes)),
            (_, _) => Err("No such file or directory".to_owned()),
        }
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.0.borrow().get(path) {
            Some(Changed::File(bytes)) => Ok(bytes.clone()),
            Some(Changed::Folder | Changed::Nothing) => Err("No such file or directory".to_owned()),
            None => real(path, Disk::Read),
        }
    }

    /// Names in a folder: those of the real one, less what went, and what came.
    fn names(&self, path: &str) -> BTreeSet<String> {
        let known = self.0.borrow();
        let mut found = match known.get(path) {
            None => names(path).unwrap_or_default(),
            Some(_) => BTreeSet::new(),
        };
        for (at, changed) in known.iter().filter(|(at, _)| above(at) == path) {
            let name = at.rsplit('/').next().unwrap_or_default().to_owned();
            match changed {
                Changed::Nothing => found.remove(&name),
                Changed::File(_) | Changed::Folder => found.insert(name),
            };
        }
        found
    }

    /// What is at a path.
    pub(crate) fn kind(&self, path: &str) -> Option<PathKind> {
        let path = whole(path);
        let known = self.0.borrow();
        let mut folder = above(&path);
        match known.get(&path) {
            Some(Changed::File(_)) => return Some(PathKind::File),
            Some(Changed::Folder) => return Some(PathKind::Folder),
            Some(Changed::Nothing) => return None,
            None => {}
        }
        // Nothing is in a folder that went, or that came.
        while folder != "/" {
            if known.contains_key(folder) {
                return None;
            }
            folder = above(folder);
        }
        path_kind(&path)
    }

    /// True if the script itself decided what is at a path.
    pub(crate) fn knows(&self, path: &str) -> bool {
        self.0.borrow().contains_key(&whole(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_list_what_is_real_and_what_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(at("real.txt"), "1").expect("a file");
        let changes = Changes::default();
        assert_eq!(changes.apply(&at("sub"), Disk::MakeFolder), Ok(Vec::new()));
        assert_eq!(changes.apply(&at("sub/../new.txt"), Disk::Write(b"2")), Ok(Vec::new()));
        assert_eq!(changes.apply(&at("./new.txt"), Disk::Append(b"3")), Ok(Vec::new()));
        assert_eq!(changes.apply(&at("new.txt"), Disk::Read), Ok(b"23".to_vec()));
        assert!(changes.apply(&at("none/x"), Disk::Write(b"4")).is_err());
        let list = |name: &str| changes.apply(&at(name), Disk::List);
        assert_eq!(list(""), Ok(b"new.txt\0real.txt\0sub".to_vec()));
        assert_eq!(changes.apply(&at("real.txt"), Disk::Rename(&at("sub/a"))), Ok(Vec::new()));
        assert_eq!((list(""), list("sub")), (Ok(b"new.txt\0sub".to_vec()), Ok(b"a".to_vec())));
        assert!(changes.apply(&at("sub"), Disk::RemoveFolder).is_err());
        assert_eq!(changes.apply(&at("sub"), Disk::RemoveTree), Ok(Vec::new()));
        assert_eq!(changes.kind(&at("sub/a")), None);
        assert_eq!(fs::read(at("real.txt")).expect("still there"), b"1");
    }

    #[cfg(unix)]
    #[test]
    fn what_links_lead_to_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        for name in ["out", "other"] {
            fs::create_dir(at(name)).expect("a folder");
        }
        fs::write(at("other/keep"), [0xff, 0xfe]).expect("a file");
        std::os::unix::fs::symlink(at("other"), at("out/link")).expect("a link");
        assert_eq!(real(&at("out"), Disk::RemoveTree), Ok(Vec::new()));
        assert_eq!(real(&at("other/keep"), Disk::Copy(&at("other/keep"))), Ok(Vec::new()));
        assert!(real(&at("other/keep"), Disk::Rename(&at("none/keep"))).is_err());
        assert_eq!(real(&at("other/keep"), Disk::Copy(&at("copy"))), Ok(Vec::new()));
        assert_eq!(real(&at("copy"), Disk::Append(b"x")), Ok(Vec::new()));
        assert_eq!(real(&at("other/keep"), Disk::Read), Ok(vec![0xff, 0xfe]));
        assert_eq!(real(&at("copy"), Disk::Size), Ok(b"3".to_vec()));
    }

    #[test]
    fn changes_stay_in_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt").to_string_lossy().into_owned();
        let changes = Changes::default();
        assert_eq!(changes.apply(&path, Disk::Read), Err("No such file or directory".to_owned()));
        assert_eq!(changes.apply(&path, Disk::Write(b"x")), Ok(Vec::new()));
        assert_eq!(changes.apply(&path, Disk::Read), Ok(b"x".to_vec()));
        assert_eq!((changes.kind(&path), path_kind(&path)), (Some(PathKind::File), None));
        assert_eq!(changes.apply(&path, Disk::Remove), Ok(Vec::new()));
        assert!(changes.apply(&path, Disk::Read).is_err() && changes.knows(&path));
        assert_eq!(real(&path, Disk::Write(b"y")), Ok(Vec::new()));
        assert!(changes.apply(&path, Disk::Read).is_err());
        assert_eq!(real(&path, Disk::Read), Ok(b"y".to_vec()));
    }
}
