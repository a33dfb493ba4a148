//! From the paths of the command line to texts.

use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::cache::Stamp;

/// No shader is this long; a file that is was named by mistake.
const SOURCE_BYTES_MAX: u64 = 64 << 20;

/// Where a text comes from.
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
    /// Rust source with shaders in its strings.
    Rust(PathBuf),
}

impl Input {
    /// The name in reports.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) | Self::Rust(path) => path.display().to_string(),
        }
    }

    /// Reads the text; the error is a message for the user.
    pub(crate) fn read(&self) -> Result<String, String> {
        self.read_stamped().map(|(text, _)| text)
    }

    /// Reads the text, with the stamp that the file had before.
    pub(crate) fn read_stamped(&self) -> Result<(String, Option<Stamp>), String> {
        let (bytes, stamp) =
            self.bytes().map_err(|error| format!("cannot read `{}`: {error}", self.name()))?;
        if bytes.len() as u64 > SOURCE_BYTES_MAX {
            return Err(format!("`{}` is longer than {SOURCE_BYTES_MAX} bytes", self.name()));
        }
        let text = String::from_utf8(bytes)
            .map_err(|error| format!("`{}` is not UTF-8: {error}", self.name()))?;
        Ok((text, stamp))
    }

    /// At most one byte more than is allowed.
    fn bytes(&self) -> std::io::Result<(Vec<u8>, Option<Stamp>)> {
        let mut bytes = Vec::new();
        let stamp = match self {
            Self::Stdin => {
                std::io::stdin().lock().take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
                None
            }
            Self::File(path) | Self::Rust(path) => {
                let file = std::fs::File::open(path)?;
                let metadata = file.metadata()?;
                bytes.reserve(metadata.len().min(SOURCE_BYTES_MAX) as usize + 1);
                file.take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
                Stamp::settled(&metadata)
            }
        };
        Ok((bytes, stamp))
    }
}

/// The inputs that were found, in a stable order, and messages about those that were not.
#[derive(Default)]
pub(crate) struct Inputs {
    pub(crate) found: Vec<Input>,
    pub(crate) errors: Vec<String>,
}

impl Inputs {
    /// Adds what `paths` name: files, `-`, and what folders and globs hold but for what `exclude`
    /// matches.
    pub(crate) fn add_shaders(&mut self, paths: &[PathBuf], exclude: &[String]) {
        for path in paths {
            if path.as_os_str() == "-" {
                self.found.push(Input::Stdin);
            } else if path.is_dir() {
                self.walk(path, &excluding(exclude), &["wgsl", "wesl"]);
            } else if !path.exists() && is_glob(path) {
                self.glob(path, exclude);
            } else {
                self.found.push(Input::File(path.clone()));
            }
        }
    }

    /// Adds Rust sources.
    pub(crate) fn add_rust(&mut self, paths: &[PathBuf], exclude: &[String]) {
        for path in paths {
            if path.is_dir() {
                self.walk(path, &excluding(exclude), &["rs"]);
            } else {
                self.found.push(Input::Rust(path.clone()));
            }
        }
    }

    fn glob(&mut self, path: &Path, exclude: &[String]) {
        let text = path.to_string_lossy().replace('\\', "/");
        let text = text.strip_prefix("./").unwrap_or(&text);
        let fixed: PathBuf =
            path.components().take_while(|part| !is_glob(Path::new(part.as_os_str()))).collect();
        let fixed = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed };
        let mut globs = vec![text.to_owned()];
        globs.extend(exclude.iter().map(|glob| format!("!{glob}")));
        let before = self.found.len();
        self.walk(&fixed, &globs, &[]);
        if self.found.len() == before {
            self.errors.push(format!("`{}` matches no file", path.display()));
        }
    }

    /// Adds the files of `folder` that end with one of `extensions`; with any end if there is none.
    fn walk(&mut self, folder: &Path, globs: &[String], extensions: &[&str]) {
        let overrides = match overrides(folder, globs) {
            Ok(overrides) => overrides,
            Err(error) => {
                self.errors.push(error.to_string());
                return;
            }
        };
        let walker = WalkBuilder::new(folder)
            .require_git(false)
            .overrides(overrides)
            .threads(std::thread::available_parallelism().map_or(1, usize::from))
            .build_parallel();
        let fits = |entry: &DirEntry| {
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let end = entry.path().extension().unwrap_or_default();
            is_file && (extensions.is_empty() || extensions.iter().any(|one| end == *one))
        };
        let (sender, entries) = std::sync::mpsc::channel();
        walker.run(|| {
            let sender = sender.clone();
            Box::new(move |entry| {
                let entry = entry.map(|entry| fits(&entry).then(|| entry.into_path()));
                // The receiver outlives the walk.
                drop(sender.send(entry.map_err(|error| error.to_string())));
                WalkState::Continue
            })
        });
        drop(sender);
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(path) => paths.extend(path),
                Err(message) => self.errors.push(message),
            }
        }
        paths.sort();
        self.errors.sort();
        self.found.extend(paths.into_iter().map(|path| {
            let path = path.strip_prefix("./").map_or(path.clone(), Path::to_owned);
            if extensions == ["rs"] { Input::Rust(path) } else { Input::File(path) }
        }));
    }
}

/// Globs are relative to the working directory, or absolute like the folder.
fn overrides(folder: &Path, globs: &[String]) -> Result<Override, ignore::Error> {
    let mut builder = OverrideBuilder::new(if folder.is_absolute() { "/" } else { "." });
    for glob in globs {
        builder.add(glob)?;
    }
    builder.build()
}

fn excluding(exclude: &[String]) -> Vec<String> {
    exclude.iter().map(|glob| format!("!{glob}")).collect()
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}
