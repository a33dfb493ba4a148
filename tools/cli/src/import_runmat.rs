//! RunMat's warm-up folders: pairs of `<16 hex>.json` and `<16 hex>.wgsl`.
//!
//! RunMat compiles each of these texts when it starts. Here each becomes a hand-written kernel
//! whose name is the file's stem, validated and translated once. The folder is written file by
//! file by programs that may stop in between, so a text without its description is taken and a
//! description without its text is a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use preheat_compiler::emit;
use preheat_compiler::handwritten::Handwritten;
use preheat_compiler::pack::{self, CompiledGroup, PackOptions};
use preheat_compiler::store::Compiler;
use preheat_format::archive::MODULE_LEN_MAX;
use preheat_format::read::Provenance;
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::import::{ImportArgs, Imported, Parts, read_limited};
use crate::runmat_pair::{self, DESCRIPTION_LEN_MAX, Description};
use crate::text;

/// Kernels that are compiled between two looks at the memory they take.
const BATCH_LEN: usize = 256;

/// A kernel of the folder, compiled.
struct Compiled {
    kernel: Handwritten,
    group: CompiledGroup,
    description: Description,
}

/// Imports every pair of a folder.
///
/// # Errors
/// [`Failure::ImportKind`] if there is none, [`Failure`] if the folder cannot be read.
pub(crate) fn import(args: &ImportArgs, parts: &mut Parts<'_>) -> Result<Imported, Failure> {
    let folder = &args.folder;
    let stems = stems(folder)?;
    if stems.is_empty() {
        return Err(Failure::ImportKind { path: folder.clone() });
    }
    let targets = args.targets.iter().map(|target| (*target).into()).collect();
    let compiler = Compiler::new(PackOptions { targets, limits: args.limits.read()? });
    let mut imported = Imported { kernels: Vec::new(), findings: Vec::new() };
    let stems: Vec<&String> = stems.iter().collect();
    for batch in stems.chunks(BATCH_LEN) {
        let compiled: Vec<_> = batch
            .par_iter()
            .map(|stem| compile(folder, stem, &compiler).map_err(|rule| format!("{stem}: {rule}")))
            .collect();
        for one in compiled {
            match one {
                Ok(one) => {
                    add(&one, parts)?;
                    imported.kernels.push(one.json());
                }
                Err(finding) => imported.findings.push(text::printable(&finding)),
            }
        }
    }
    Ok(imported)
}

/// Stems of the folder's texts and descriptions.
fn stems(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let mut stems = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(Failure::reading(folder))? {
        let name = entry.map_err(Failure::reading(folder))?.file_name();
        let name = name.to_string_lossy();
        stems.extend(runmat_pair::stem(&name).map(str::to_owned));
    }
    Ok(stems)
}

fn compile(folder: &Path, stem: &str, compiler: &Compiler<'_>) -> Result<Compiled, String> {
    let path = folder.join(format!("{stem}.wgsl"));
    if !path.exists() {
        return Err("its text is missing; RunMat stopped while it wrote the pair".to_owned());
    }
    let source = read_limited(&path, MODULE_LEN_MAX).map_err(chain)?;
    let source = runmat_pair::text(source)?;
    let path = folder.join(format!("{stem}.json"));
    let description = match path.exists() {
        false => Description::default(),
        true => {
            let bytes = read_limited(&path, DESCRIPTION_LEN_MAX).map_err(chain)?;
            runmat_pair::description(&bytes)?
        }
    };
    let points = emit::entry_points(&source).map_err(|error| error.to_string())?;
    let [entry_point] = points.as_slice() else {
        return Err(format!("it has {} compute entry points, expected one", points.len()));
    };
    let kernel = Handwritten {
        name: stem.to_owned(),
        file: format!("{stem}.wgsl"),
        source,
        entry_point: entry_point.clone(),
        overrides: BTreeMap::new(),
    };
    let group = compiler.handwritten(&kernel).map_err(|error| error.to_string())?;
    Ok(Compiled { kernel, group, description })
}

/// A failure with its causes, on one line.
fn chain(failure: Failure) -> String {
    let mut text = failure.to_string();
    let mut cause = std::error::Error::source(&failure);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

fn add(one: &Compiled, parts: &mut Parts<'_>) -> Result<(), Failure> {
    let len = one.group.artifacts.iter().map(|artifact| artifact.module.len()).sum();
    let builder = parts.builder(len)?;
    pack::add(builder, &one.group).map_err(Failure::Compile)?;
    let label = text::printable(&one.description.label);
    builder
        .add_provenance(Provenance {
            group_key: one.group.signature.key(),
            script: &one.kernel.file,
            line_first: 1,
            // A source of 4 billion lines is no kernel.
            line_last: one.kernel.source.lines().count().max(1) as u32,
            text: &text::shortened(&format!("kernel {} {label}", one.kernel.name), 1000),
        })
        .map_err(Failure::Build)
}

impl Compiled {
    fn json(&self) -> Value {
        let description = &self.description;
        json!({
            "name": self.kernel.name,
            "group": self.group.signature.key().to_string(),
            "entry_point": self.kernel.entry_point,
            "label": description.label,
            "layout_tag": description.layout_tag,
            "workgroup_size": description.workgroup_size,
            "version": description.version,
            "precision": description.precision,
        })
    }
}
