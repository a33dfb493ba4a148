//! Which scripts needed the device when they last ran.
//!
//! Opening a device takes longer than most scripts, and `--device auto` opens it for those alone
//! that come to a call that is worth it. A script that came to one last time will do so again, so
//! its next run opens the device at once, beside reading and tracing. One empty file per script in
//! the user's cache, named by a hash of its text and of the values that it was given. Best effort:
//! without a note the device is opened later, and the results are the same.

use std::fs::{self, File};
use std::path::PathBuf;

use preheat_files::{Disk, Files};
use preheat_format::ContentHash;

use crate::run::RunArgs;
use crate::user_cache;

/// The longest script that is looked up.
const SCRIPT_LEN_MAX: u64 = 1 << 20;

/// The note of one script.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    path: PathBuf,
}

impl Note {
    /// The place of a script's note; `None` if there is no place for it, or no script.
    pub(crate) fn of(args: &RunArgs) -> Option<Note> {
        let folder = user_cache::needs_folder()?;
        let mut identity = Disk.read(&args.script, SCRIPT_LEN_MAX).ok()?;
        for define in &args.tracing.defines {
            identity.extend_from_slice(format!("\0{define:?}").as_bytes());
        }
        Some(Note { path: folder.join(ContentHash::of(&identity).to_string()) })
    }

    /// True if the script needed the device when it last ran.
    pub(crate) fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// Keeps whether it did this time.
    pub(crate) fn keep(&self, needed: bool) {
        match (needed, self.is_there()) {
            (true, false) => {
                let folder = self.path.parent();
                if folder.is_some_and(|folder| Disk.create_folder(folder).is_ok()) {
                    let _ = File::create(&self.path);
                }
            }
            (false, true) => drop(fs::remove_file(&self.path)),
            (true, true) | (false, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_comes_and_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let note = Note { path: folder.path().join("needs-device/ab") };
        note.keep(false);
        assert!(!note.is_there());
        for needed in [true, true, false, false, true] {
            note.keep(needed);
            assert_eq!(note.is_there(), needed);
        }
    }
}
