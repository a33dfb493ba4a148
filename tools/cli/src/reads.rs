//! What a script was given besides its own text while it was traced: files of functions, names that
//! no file has, environment variables, the folder that it is in.
//!
//! A trace follows from these and nothing else (its clock is always the same one), so they are what
//! a kept trace is named by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use preheat_compiler::trace::files::Disk;
use preheat_compiler::trace::interpreter::PathKind;
use preheat_format::ContentHash;
use serde::{Deserialize, Serialize};

use crate::disk;
use crate::script::{function_file, whole_path};

/// What was asked for, and what was found: hashes, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    files: BTreeMap<String, Option<ContentHash>>,
    variables: BTreeMap<String, Option<ContentHash>>,
    folder: Option<ContentHash>,
    /// Paths that were looked at, and what kind of thing was there.
    paths: BTreeMap<String, Option<ContentHash>>,
    /// Files that were read, and folders that were listed.
    data: BTreeMap<String, Option<ContentHash>>,
    /// Two answers to one question: someone changed a file meanwhile.
    is_unsteady: bool,
}

/// The questions alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Questions {
    files: BTreeSet<String>,
    variables: BTreeSet<String>,
    folder: bool,
    paths: BTreeSet<String>,
    data: BTreeSet<String>,
}

impl Reads {
    /// Notes that the file of a function was asked for.
    pub(crate) fn note_file(&mut self, name: &str, bytes: Option<&[u8]>) {
        let found = bytes.map(ContentHash::of);
        self.is_unsteady |= note(&mut self.files, name, found);
    }

    /// Notes that an environment variable was asked for.
    pub(crate) fn note_variable(&mut self, name: &str, value: Option<&str>) {
        let found = value.map(|value| ContentHash::of(value.as_bytes()));
        self.is_unsteady |= note(&mut self.variables, name, found);
    }

    /// Notes that the path of the script's folder was asked for.
    pub(crate) fn note_folder(&mut self, path: &str) {
        let known = self.folder.replace(ContentHash::of(path.as_bytes()));
        self.is_unsteady |= known.is_some() && known != self.folder;
    }

    /// Notes that a path was looked at.
    pub(crate) fn note_path(&mut self, path: &str, kind: Option<PathKind>) {
        let found = kind.map(|kind| ContentHash::of(format!("{kind:?}").as_bytes()));
        self.is_unsteady |= note(&mut self.paths, path, found);
    }

    /// Notes that the bytes of a file, or the names in a folder, were asked for.
    pub(crate) fn note_data(&mut self, path: &str, bytes: Option<&[u8]>) {
        self.is_unsteady |= note(&mut self.data, path, bytes.map(ContentHash::of));
    }

    /// Takes in what another trace asked for.
    pub(crate) fn extend(&mut self, other: Reads) {
        self.is_unsteady |= other.is_unsteady;
        let maps = [
            (&mut self.files, other.files),
            (&mut self.variables, other.variables),
            (&mut self.paths, other.paths),
            (&mut self.data, other.data),
        ];
        for (own, other) in maps {
            for (name, found) in other {
                self.is_unsteady |= note(own, &name, found);
            }
        }
        let both = self.folder.zip(other.folder);
        self.is_unsteady |= both.is_some_and(|(own, other)| own != other);
        self.folder = self.folder.or(other.folder);
    }

    /// True if every question had one answer.
    pub(crate) fn is_steady(&self) -> bool {
        !self.is_unsteady
    }

    /// What was asked.
    pub(crate) fn questions(&self) -> Questions {
        let names = |map: &BTreeMap<String, Option<ContentHash>>| map.keys().cloned().collect();
        let (files, variables) = (names(&self.files), names(&self.variables));
        let (paths, data) = (names(&self.paths), names(&self.data));
        Questions { files, variables, folder: self.folder.is_some(), paths, data }
    }

    /// All of it, the same for equal answers to equal questions only.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for map in [&self.files, &self.variables, &self.paths, &self.data] {
            bytes.extend_from_slice(&(map.len() as u64).to_le_bytes());
            for (name, found) in map {
                bytes.extend_from_slice(&(name.len() as u64).to_le_bytes());
                bytes.extend_from_slice(name.as_bytes());
                bytes.push(found.is_some().into());
                bytes.extend_from_slice(&found.unwrap_or_default().0);
            }
        }
        // No hash: it was not asked for.
        bytes.extend(self.folder.iter().flat_map(|hash| hash.0));
        bytes
    }
}

impl Questions {
    /// The answers of today.
    pub(crate) fn ask(&self, folder: &Path) -> Reads {
        let mut reads = Reads::default();
        for name in &self.files {
            reads.note_file(name, function_file(folder, name).as_deref());
        }
        for name in &self.variables {
            reads.note_variable(name, std::env::var(name).ok().as_deref());
        }
        for path in &self.paths {
            reads.note_path(path, path_kind(path));
        }
        for path in &self.data {
            let read = disk::real(path, Disk::Read).or_else(|_| disk::real(path, Disk::List));
            reads.note_data(path, read.ok().as_deref());
        }
        if self.folder {
            reads.note_folder(&whole_path(folder));
        }
        reads
    }
}

/// What is at a path, relative to the folder in which the program runs.
pub(crate) fn path_kind(path: &str) -> Option<PathKind> {
    let found = std::fs::metadata(path).ok()?;
    Some(if found.is_dir() { PathKind::Folder } else { PathKind::File })
}

/// Notes an answer; true if there was another one.
fn note(
    map: &mut BTreeMap<String, Option<ContentHash>>,
    name: &str,
    found: Option<ContentHash>,
) -> bool {
    let known = map.insert(name.to_owned(), found);
    known.is_some_and(|known| known != found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_and_no_others_encode_alike() {
        let asked = |files: &[(&str, Option<&[u8]>)], variables: &[(&str, Option<&str>)]| {
            let mut reads = Reads::default();
            files.iter().for_each(|(name, found)| reads.note_file(name, *found));
            variables.iter().for_each(|(name, value)| reads.note_variable(name, *value));
            reads
        };
        let f: (&str, Option<&[u8]>) = ("f", Some(b"x = 1;"));
        let all = [
            asked(&[], &[]),
            asked(&[f], &[]),
            asked(&[("f", None)], &[]),
            asked(&[("f", Some(b""))], &[]),
            asked(&[("g", f.1)], &[]),
            asked(&[f, ("g", None)], &[]),
            asked(&[], &[("f", Some("x = 1;"))]),
            asked(&[], &[("f", Some(""))]),
            asked(&[], &[("f", None)]),
        ];
        let in_folder = |path: &str| {
            let mut reads = asked(&[], &[]);
            reads.note_folder(path);
            reads
        };
        let all: Vec<Reads> = all.into_iter().chain([in_folder("/a"), in_folder("/b")]).collect();
        let encoded: BTreeSet<Vec<u8>> = all.iter().map(Reads::encode).collect();
        assert_eq!(encoded.len(), all.len());
        let order = asked(&[("g", None), f, f], &[]);
        assert_eq!(order.encode(), asked(&[f, ("g", None)], &[]).encode());
        assert!(order.is_steady());
    }

    #[test]
    fn two_answers_are_unsteady() {
        let mut reads = Reads::default();
        reads.note_file("f", None);
        let mut other = Reads::default();
        other.note_file("f", Some(b"y"));
        reads.extend(other);
        assert!(!reads.is_steady());
        let mut reads = Reads::default();
        reads.note_variable("V", Some("1"));
        reads.note_variable("V", Some("2"));
        assert!(!reads.is_steady());
        let mut reads = Reads::default();
        reads.note_path("p", Some(PathKind::File));
        reads.note_path("p", None);
        assert!(!reads.is_steady());
    }
}
