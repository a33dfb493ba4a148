//! `preheat build --check`: whether an archive is what its inputs make.

use std::io::{self, Write};
use std::path::Path;

use preheat_format::BuiltArchive;
use preheat_runtime::Archive;

use crate::Status;
use crate::build::BuildArgs;
use crate::diff;
use crate::failure::Failure;
use crate::run::open_archive;

/// Compares the content of an archive with what was just built; signatures are not content.
pub(crate) fn check(
    built: &BuiltArchive,
    path: &Path,
    args: &BuildArgs,
) -> Result<Status, Failure> {
    let known = open_archive(path)?;
    let failed = |source| Failure::Archive { path: path.to_path_buf(), source };
    let rebuilt = Archive::from_bytes(&built.bytes).map_err(failed)?;
    let views = (known.view(), rebuilt.view());
    let (old, new) = (views.0.map_err(|error| failed(error.into()))?, views.1);
    let new = new.map_err(|error| failed(error.into()))?;
    let is_same = old.root_hash() == new.root_hash();
    let found = preheat_format::diff::diff(&old, &new).map_err(|error| failed(error.into()))?;
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "archive": path.display().to_string(),
            "same": is_same,
            "root_hash": old.root_hash().to_string(),
            "rebuilt_root_hash": new.root_hash().to_string(),
            "differences": diff::json(&found),
        });
        writeln!(out, "{json:#}")?;
    } else {
        diff::write(out, &found)?;
        let verdict = if is_same { "is what its inputs make" } else { "differs from a rebuild" };
        writeln!(out, "{}: {verdict}", path.display())?;
        writeln!(out, "root hash {}", old.root_hash())?;
        if !is_same {
            writeln!(out, "rebuilt   {}", new.root_hash())?;
        }
    }
    Ok(if is_same { Status::Done } else { Status::Findings })
}
