//! `wgslcheck layout`: the layouts of a module's structures, printed or compared.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use wgslcheck::Layouts;

use super::Failure;
use super::files::Input;

/// Prints the layouts, or compares them with the host's in `declared` (JSON, or TOML by name).
pub(crate) fn run(path: &Path, declared: Option<&Path>) -> Result<ExitCode, Failure> {
    let input = if path.as_os_str() == "-" { Input::Stdin } else { Input::File(path.to_owned()) };
    let source = input.read().map_err(Failure::Unreadable)?;
    let shader = wgslcheck::layouts(&source)?;
    let mut out = std::io::stdout().lock();
    let Some(declared) = declared else {
        serde_json::to_writer_pretty(&mut out, &shader)?;
        writeln!(out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let host = self::declared(declared)?;
    let mismatches = wgslcheck::compare(&shader, &host);
    for mismatch in &mismatches {
        writeln!(out, "{}: W301: {}: {}", input.name(), mismatch.name, mismatch.reason)?;
        write!(out, "{}", mismatch.table)?;
    }
    Ok(ExitCode::from(u8::from(!mismatches.is_empty())))
}

/// Reads the layouts that the host declares.
pub(crate) fn declared(path: &Path) -> Result<Layouts, Failure> {
    let text = Input::File(path.to_owned()).read().map_err(Failure::Unreadable)?;
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    let layouts: Result<Layouts, Box<dyn std::error::Error + Send + Sync>> = if is_toml {
        toml::from_str(&text).map_err(Into::into)
    } else {
        serde_json::from_str(&text).map_err(Into::into)
    };
    layouts.map_err(|source| Failure::Declared { path: path.display().to_string(), source })
}
