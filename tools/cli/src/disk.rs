//! The disk as scripts see it: the real one in a run; while a script is traced, what it changes
//! stays in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;

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
    let done = match wish {
        Disk::Read => fs::read(path),
        Disk::Write(bytes) => fs::write(path, bytes).map(|()| Vec::new()),
        Disk::Remove => fs::remove_file(path).map(|()| Vec::new()),
        Disk::MakeFolder => fs::create_dir(path).map(|()| Vec::new()),
        Disk::RemoveFolder => fs::remove_dir(path).map(|()| Vec::new()),
        Disk::List => names(path),
    };
    done.map_err(|error| reason(&error))
}

fn names(path: &str) -> io::Result<Vec<u8>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names.join("\n").into_bytes())
}

/// The system's words for an error.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

impl Changes {
    /// Does what a script wants in memory, over the real disk.
    pub(crate) fn apply(&self, path: &str, wish: Disk<'_>) -> Result<Vec<u8>, String> {
        let here = self.0.borrow().get(path).cloned();
        let missing = || Err("No such file or directory".to_owned());
        let becomes = |changed| {
            self.0.borrow_mut().insert(path.to_owned(), changed);
            Ok(Vec::new())
        };
        match (wish, here) {
            (Disk::Read, Some(Changed::File(bytes))) => Ok(bytes),
            (Disk::Read | Disk::Remove | Disk::RemoveFolder, Some(Changed::Nothing)) => missing(),
            (Disk::Read, Some(Changed::Folder)) => Err("Is a directory".to_owned()),
            (Disk::Read | Disk::List, None) => real(path, wish),
            (Disk::Write(bytes), _) => becomes(Changed::File(bytes.to_vec())),
            (Disk::Remove, None) if self.kind(path) != Some(PathKind::File) => missing(),
            (Disk::RemoveFolder, None) if self.kind(path) != Some(PathKind::Folder) => missing(),
            (Disk::Remove | Disk::RemoveFolder, _) => becomes(Changed::Nothing),
            (Disk::MakeFolder, _) => becomes(Changed::Folder),
            (Disk::List, Some(_)) => {
                let known = self.0.borrow();
                let inside = known.keys().filter_map(|name| name.strip_prefix(path));
                let names: Vec<&str> = inside.map(|name| name.trim_start_matches('/')).collect();
                Ok(names.join("\n").into_bytes())
            }
        }
    }

    /// What is at a path.
    pub(crate) fn kind(&self, path: &str) -> Option<PathKind> {
        match self.0.borrow().get(path) {
            Some(Changed::File(_)) => Some(PathKind::File),
            Some(Changed::Folder) => Some(PathKind::Folder),
            Some(Changed::Nothing) => None,
            None => path_kind(path),
        }
    }

    /// True if the script itself decided what is at a path.
    pub(crate) fn knows(&self, path: &str) -> bool {
        self.0.borrow().contains_key(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
