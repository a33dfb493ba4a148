//! `spirv-val` of the SPIRV-Tools on what naga writes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Has `program` validate a module, for Vulkan 1.1 unless it is a library without entry points; the
/// error is its first complaint.
pub(crate) fn check(program: &Path, words: &[u32], is_library: bool) -> Result<(), String> {
    let environment = if is_library { "spv1.3" } else { "vulkan1.1" };
    let child = Command::new(program)
        .args(["--target-env", environment, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| format!("`spirv-val` does not start: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        // A program that stops reading has found what it will complain about.
        drop(stdin.write_all(&bytes));
    }
    let output =
        child.wait_with_output().map_err(|error| format!("`spirv-val` is lost: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| !line.trim().is_empty());
    Err(line.unwrap_or("no message").trim().to_owned())
}
