//! From the words of the command line to scripts: files, folders, manifests.

use std::fs;
use std::path::{Path, PathBuf};

use preheat_compiler::trace::interpreter::Define;

use crate::failure::Failure;
use crate::manifest::{self, Setting};

/// Folders inside each other that are searched.
const DEPTH_MAX: usize = 64;
/// Name of the manifest that stands for its folder.
const MANIFEST: &str = "corpus.toml";

/// One script to build.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its name relative to the input, with `/`.
    pub(crate) name: String,
    /// Sizes at which it is traced.
    pub(crate) defines: Vec<(String, Define)>,
    /// The script is meant to end with an error whose message contains this.
    pub(crate) expect_error: Option<String>,
    /// It was found in a folder, not named: a function file is skipped then.
    pub(crate) is_found: bool,
}

/// The scripts of all inputs, in the order of the inputs, within one by name or as listed.
///
/// # Errors
/// [`Failure`] if an input cannot be read or is of no known kind, or if there is no script and
/// no kernel (`kernels.rs`).
pub(crate) fn collect(inputs: &[PathBuf], has_kernels: bool) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    for input in inputs {
        let kind = fs::metadata(input).map_err(Failure::reading(input))?;
        let manifest = input.join(MANIFEST);
        if kind.is_dir() && manifest.is_file() {
            cases.extend(read_manifest(&manifest)?);
        } else if kind.is_dir() {
            search(input, "", 0, &mut cases)?;
        } else if has_extension(input, "toml") {
            cases.extend(read_manifest(input)?);
        } else if has_extension(input, "m") {
            let name = input.file_name().unwrap_or_default().to_string_lossy();
            cases.push(Case { is_found: false, ..found(input.clone(), name.into_owned()) });
        } else if !has_extension(input, "wgsl") {
            return Err(Failure::InputKind { path: input.clone() });
        }
    }
    if cases.is_empty() && !has_kernels { Err(Failure::NoScripts) } else { Ok(cases) }
}

fn found(path: PathBuf, name: String) -> Case {
    Case { path, name, defines: Vec::new(), expect_error: None, is_found: true }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// Every script below a folder, by name. Hidden folders and links to folders are left out.
fn search(folder: &Path, prefix: &str, depth: usize, cases: &mut Vec<Case>) -> Result<(), Failure> {
    let reading = || Failure::reading(folder);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        entries.push((entry.file_name(), entry.file_type().map_err(reading())?));
    }
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    for (name, kind) in entries {
        let path = folder.join(&name);
        let name = format!("{prefix}{}", name.to_string_lossy());
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if kind.is_dir() && !is_hidden && depth < DEPTH_MAX {
            search(&path, &format!("{name}/"), depth + 1, cases)?;
        } else if !kind.is_dir() && has_extension(&path, "m") {
            cases.push(found(path, name));
        }
    }
    Ok(())
}

fn read_manifest(path: &Path) -> Result<Vec<Case>, Failure> {
    let manifest = load_manifest(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let case = |case: manifest::Case| {
        let failed = |rule: String| {
            let case = case.path.clone();
            Failure::Case { path: path.to_path_buf(), case, rule }
        };
        if !case.is_below() {
            return Err(failed(
                "`path` must be relative to the manifest, below it, with `/`".to_owned(),
            ));
        }
        let defines = case.small.iter().map(|(name, value)| match manifest::setting(value) {
            Some(Setting::Number(number)) => Ok((name.clone(), Define::Number(number))),
            Some(Setting::Text(text)) => Ok((name.clone(), Define::Text(text))),
            None => Err(failed(format!("the value of `{name}` must be a number or a text"))),
        });
        Ok(Case {
            path: folder.join(&case.path),
            defines: defines.collect::<Result<_, Failure>>()?,
            name: case.path,
            expect_error: case.expect_error,
            is_found: false,
        })
    };
    manifest.cases.into_iter().map(case).collect()
}

/// A manifest that is a file.
///
/// # Errors
/// [`Failure`] if it cannot be read or is none.
pub(crate) fn load_manifest(path: &Path) -> Result<manifest::Manifest, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::reading(path))?;
    manifest::parse(&text)
        .map_err(|source| Failure::Manifest { path: path.to_path_buf(), source: Box::new(source) })
}
