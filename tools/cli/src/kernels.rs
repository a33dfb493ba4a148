//! Hand-written kernels among the inputs of `build`: WGSL files, and manifests that name kernels.
//!
//! ```toml
//! [[kernel]]
//! name = "saxpy"              # what hosts call it
//! file = "saxpy.wgsl"         # relative to the manifest
//! entry_point = "main"        # may be left out if the file has one
//! overrides = { size = 128 }  # values of `override` declarations
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use preheat_compiler::emit;
use preheat_compiler::handwritten::Handwritten;

use crate::failure::Failure;
use crate::inputs;
use crate::manifest;

/// The kernels of all inputs, in order.
///
/// # Errors
/// [`Failure`] if a file cannot be read, a manifest is malformed, or a name is there twice.
pub(crate) fn collect(inputs: &[PathBuf]) -> Result<Vec<Handwritten>, Failure> {
    let mut kernels: Vec<Handwritten> = Vec::new();
    for input in inputs {
        let extension = input.extension().unwrap_or_default();
        if extension == "toml" {
            kernels.extend(read_manifest(input)?);
        } else if extension == "wgsl" {
            kernels.extend(read_file(input)?);
        }
    }
    let mut names: Vec<&str> = kernels.iter().map(|kernel| kernel.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned());
    match twice {
        Some(name) => Err(Failure::Kernel { name, rule: "is there twice".to_owned() }),
        None => Ok(kernels),
    }
}

fn read_manifest(path: &Path) -> Result<Vec<Handwritten>, Failure> {
    let manifest = inputs::load_manifest(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let kernel = |kernel: manifest::Kernel| {
        let place = folder.join(&kernel.file);
        let source = fs::read_to_string(&place).map_err(Failure::reading(&place))?;
        let entry_point = match kernel.entry_point {
            Some(entry_point) => entry_point,
            None => only_entry_point(&kernel.name, &source)?,
        };
        Ok(Handwritten {
            name: kernel.name,
            file: kernel.file,
            source,
            entry_point,
            overrides: kernel.overrides,
        })
    };
    manifest.kernels.into_iter().map(kernel).collect()
}

/// A file without a manifest: each entry point is a kernel, named by the file's stem if it is the
/// only one, else by stem and entry point.
fn read_file(path: &Path) -> Result<Vec<Handwritten>, Failure> {
    let source = fs::read_to_string(path).map_err(Failure::reading(path))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let points = entry_points(&stem, &source)?;
    let is_only = points.len() == 1;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let kernel = |entry_point: String| Handwritten {
        name: if is_only { stem.clone() } else { format!("{stem}.{entry_point}") },
        file: file.clone(),
        source: source.clone(),
        entry_point,
        overrides: BTreeMap::new(),
    };
    Ok(points.into_iter().map(kernel).collect())
}

fn entry_points(name: &str, source: &str) -> Result<Vec<String>, Failure> {
    let failed =
        |error: emit::EmitError| Failure::Kernel { name: name.to_owned(), rule: error.to_string() };
    emit::entry_points(source).map_err(failed)
}

fn only_entry_point(name: &str, source: &str) -> Result<String, Failure> {
    let points = entry_points(name, source)?;
    match points.as_slice() {
        [point] => Ok(point.clone()),
        points => {
            let rule = format!("names no entry point, and its file has {}", points.len());
            Err(Failure::Kernel { name: name.to_owned(), rule })
        }
    }
}
