//! `cargo xtask gen`: pages that are made from tables.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

/// Writes every generated page that is not fresh, and says which.
pub(crate) fn run(root: &Path, out: &mut dyn Write) -> Result<usize> {
    for (name, text) in [("docs/ops.md", preheat_ops::page())] {
        let path = root.join(name);
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            continue;
        }
        fs::write(&path, text).with_context(|| format!("writing {name}"))?;
        writeln!(out, "wrote {name}")?;
    }
    Ok(0)
}
