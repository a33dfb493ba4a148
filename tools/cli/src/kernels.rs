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

use crate::build_store::BuildStore;
use crate::failure::Failure;
use crate::inputs;
use crate::manifest;

/// The text of a kernel, or of several without a manifest.
pub(crate) struct KernelText {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// WGSL.
    pub(crate) source: String,
    /// Name of the file, relative, with `/`.
    file: String,
    /// What a manifest says of it.
    wanted: Option<manifest::Kernel>,
}

impl KernelText {
    /// Values of `override` declarations.
    pub(crate) fn overrides(&self) -> BTreeMap<String, f64> {
        self.wanted.as_ref().map(|wanted| wanted.overrides.clone()).unwrap_or_default()
    }

    /// The same as one text.
    pub(crate) fn overrides_text(&self) -> String {
        let overrides = self.overrides();
        overrides.iter().map(|(name, value)| format!("{name}={:x} ", value.to_bits())).collect()
    }
}

/// The texts of all inputs, in order.
///
/// # Errors
/// [`Failure`] if a file cannot be read or a manifest is malformed.
pub(crate) fn collect(inputs: &[PathBuf]) -> Result<Vec<KernelText>, Failure> {
    let mut texts: Vec<KernelText> = Vec::new();
    for input in inputs {
        let extension = input.extension().unwrap_or_default();
        if extension == "toml" {
            texts.extend(read_manifest(input)?);
        } else if extension == "wgsl" {
            let source = fs::read_to_string(input).map_err(Failure::reading(input))?;
            let file = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
            texts.push(KernelText { path: input.clone(), source, file, wanted: None });
        }
    }
    Ok(texts)
}

fn read_manifest(path: &Path) -> Result<Vec<KernelText>, Failure> {
    let manifest = inputs::load_manifest(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let text = |kernel: manifest::Kernel| {
        let path = folder.join(&kernel.file);
        let source = fs::read_to_string(&path).map_err(Failure::reading(&path))?;
        Ok(KernelText { path, source, file: kernel.file.clone(), wanted: Some(kernel) })
    };
    manifest.kernels.into_iter().map(text).collect()
}

/// The kernels of valid texts, in order, and the number of texts that naga read for it.
///
/// A file without a manifest has a kernel for each entry point, named by the file's stem if it is
/// the only one, else by stem and entry point.
///
/// # Errors
/// [`Failure::Kernel`] if a text is not valid, names no entry point of several, or if a name is
/// there twice.
pub(crate) fn resolve(
    texts: Vec<KernelText>,
    store: &BuildStore,
) -> Result<(Vec<Handwritten>, usize), Failure> {
    let mut kernels: Vec<Handwritten> = Vec::new();
    let mut naga_calls = 0;
    for text in texts {
        let KernelText { path, source, file, wanted } = text;
        if let Some(manifest::Kernel { name, entry_point: Some(entry_point), overrides, .. }) =
            wanted
        {
            kernels.push(Handwritten { name, file, source, entry_point, overrides });
            continue;
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = wanted.as_ref().map_or(&stem, |wanted| &wanted.name).clone();
        let find = || emit::entry_points(&source).map_err(|error| error.to_string());
        let (points, is_new) = store.remembered(&["entry points", &source], find);
        naga_calls += usize::from(is_new);
        let failed = |rule: String| Failure::Kernel { name: name.clone(), rule };
        let points: Vec<String> = points.map_err(&failed)?;
        match (wanted, points.as_slice()) {
            (Some(wanted), [entry_point]) => kernels.push(Handwritten {
                name: wanted.name,
                file,
                source,
                entry_point: entry_point.clone(),
                overrides: wanted.overrides,
            }),
            (Some(_), points) => {
                let count = points.len();
                let rule = format!("names no entry point, and its file has {count}");
                return Err(failed(rule));
            }
            (None, points) => kernels.extend(points.iter().map(|point| Handwritten {
                name: if points.len() == 1 { stem.clone() } else { format!("{stem}.{point}") },
                file: file.clone(),
                source: source.clone(),
                entry_point: point.clone(),
                overrides: BTreeMap::new(),
            })),
        }
    }
    let mut names: Vec<&str> = kernels.iter().map(|kernel| kernel.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned());
    match twice {
        Some(name) => Err(Failure::Kernel { name, rule: "is there twice".to_owned() }),
        None => Ok((kernels, naga_calls)),
    }
}
