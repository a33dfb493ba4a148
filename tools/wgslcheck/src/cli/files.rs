//! From the paths of the command line to texts.

use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// No shader is this long; a file that is was named by mistake.
const SOURCE_BYTES_MAX: u64 = 64 << 20;

/// Where a text comes from.
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// The name in reports.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Reads the text; the error is a message for the user.
    pub(crate) fn read(&self) -> Result<String, String> {
        let mut bytes = Vec::new();
        let outcome = match self {
            Self::Stdin => {
                std::io::stdin().lock().take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes)
            }
            Self::File(path) => std::fs::File::open(path)
                .and_then(|file| file.take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes)),
        };
        outcome.map_err(|error| format!("cannot read `{}`: {error}", self.name()))?;
        if bytes.len() as u64 > SOURCE_BYTES_MAX {
            return Err(format!("`{}` is longer than {SOURCE_BYTES_MAX} bytes", self.name()));
        }
        String::from_utf8(bytes).map_err(|error| format!("`{}` is not UTF-8: {error}", self.name()))
    }
}

/// The inputs that `paths` name, in a stable order, and messages about those that do not exist.
pub(crate) fn collect(paths: &[PathBuf]) -> (Vec<Input>, Vec<String>) {
    let mut inputs = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
        } else if path.is_dir() {
            walk(path, &mut inputs, &mut errors);
        } else {
            inputs.push(Input::File(path.clone()));
        }
    }
    (inputs, errors)
}

fn walk(directory: &Path, inputs: &mut Vec<Input>, errors: &mut Vec<String>) {
    let walker = WalkBuilder::new(directory).sort_by_file_path(Ord::cmp).require_git(false).build();
    for entry in walker {
        match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                let path = entry.into_path();
                if is_file && path.extension().is_some_and(|extension| extension == "wgsl") {
                    inputs.push(Input::File(path));
                }
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
}
