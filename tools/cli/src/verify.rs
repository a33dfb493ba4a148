//! `preheat verify`: every byte of an archive against its hashes and rules, its modules against
//! their languages, its signatures against keys.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args as ClapArgs, ValueHint};
use preheat_compiler::emit;
use preheat_format::certificate;
use preheat_format::sign::{self, ArchiveSignature, Covered, TrustPolicy, TrustedKey};
use preheat_format::{ArchiveView, EntryRef, Target};
use rayon::prelude::*;
use serde::Serialize;

use crate::Status;
use crate::failure::Failure;
use crate::keys;
use crate::prove::command;
use crate::run::open_archive;
use crate::sign::{beside, read_detached};
use crate::text;

/// The environment of the device that the runtime opens.
const SPIRV_ENVIRONMENT: &str = "vulkan1.2";

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat verify warm.preheat --key acme.pub --min-generation 7")]
pub(crate) struct VerifyArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Require a signature by one of these public keys; may be repeated
    #[arg(long, value_name = "KEYFILE", value_hint = ValueHint::FilePath)]
    pub(crate) key: Vec<PathBuf>,
    /// Require that signature to be of this generation or later
    #[arg(long, value_name = "N", default_value_t = 0, requires = "key")]
    pub(crate) min_generation: u64,
    /// Require this root hash, in hexadecimal
    #[arg(long, value_name = "HASH")]
    pub(crate) root_hash: Option<String>,
    /// Require a certificate of every kernel: what ran on a device beside the reference
    #[arg(long)]
    pub(crate) require_proved: bool,
    /// Leave out naga's validation of WGSL and `spirv-val`
    #[arg(long)]
    pub(crate) quick: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// One signature and what it is worth.
#[derive(Debug, Serialize)]
struct Signed {
    key: String,
    generation: u64,
    /// `trusted`, `local`, `valid` (by an unknown key) or `forged`.
    state: &'static str,
    detached: bool,
}

/// Checks an archive.
pub(crate) fn verify(args: &VerifyArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.file)?;
    let failed = |error: preheat_format::ArchiveError| Failure::Archive {
        path: args.file.clone(),
        source: error.into(),
    };
    let view = archive.view().map_err(failed)?;
    let mut findings: Vec<String> = view.verify_all().iter().map(chain).collect();
    let detached = read_detached(&beside(&args.file))?.map(|(_, list)| list).unwrap_or_default();
    let signatures = signatures(&view, args, &detached, &mut findings)?;
    if let Some(expected) = &args.root_hash {
        let found = view.root_hash().to_string();
        if !expected.eq_ignore_ascii_case(&found) {
            findings.push(format!("the root hash is {found}, expected {expected}"));
        }
    }
    let certificates = certificates(&view, args, &mut findings);
    let has_spirv_val = !args.quick && spirv_val_is_there();
    if !args.quick && findings.is_empty() {
        findings.extend(module_findings(&view, has_spirv_val));
    }
    let report = Report { view, findings, signatures, certificates, has_spirv_val };
    report.print(args)?;
    Ok(if report.findings.is_empty() { Status::Done } else { Status::Findings })
}

/// An error with its causes, on one line.
fn chain(error: &preheat_format::ArchiveError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

fn signatures(
    view: &ArchiveView<'_>,
    args: &VerifyArgs,
    detached: &[ArchiveSignature],
    findings: &mut Vec<String>,
) -> Result<Vec<Signed>, Failure> {
    let mut policy = TrustPolicy::default();
    for path in &args.key {
        let (key, generation_min) = (keys::read_public(path)?, args.min_generation);
        policy.keys.push(TrustedKey { key, generation_min });
    }
    if !policy.keys.is_empty()
        && let Err(reason) = policy.check(view, detached)
    {
        findings.push(format!("no trusted signature: {reason}"));
    }
    let local = keys::known_local()?;
    let covered = Covered::of(view);
    // Unreadable signatures are a finding of the structure.
    let attached = sign::signatures(view).unwrap_or_default();
    let all = attached.iter().map(|one| (one, false)).chain(detached.iter().map(|one| (one, true)));
    let mut list = Vec::new();
    for (signature, detached) in all {
        let claimed = signature.claimed_key();
        let state = if signature.verify(&claimed, &covered).is_err() {
            findings.push(format!("the signature of `{}` is not of this archive", signature.id));
            "forged"
        } else if policy.keys.iter().any(|trusted| trusted.key == claimed) {
            "trusted"
        } else if local.as_ref() == Some(&claimed) {
            "local"
        } else {
            "valid"
        };
        let (key, generation) = (signature.id.to_string(), signature.generation);
        list.push(Signed { key, generation, state, detached });
    }
    Ok(list)
}

/// Certificates and kernels; a kernel without one is a finding where that is asked for.
fn certificates(view: &ArchiveView<'_>, args: &VerifyArgs, findings: &mut Vec<String>) -> Proved {
    // Unreadable certificates are a finding of the structure.
    let list = certificate::certificates(view).unwrap_or_default();
    let states = command::kernel_states(view, &list);
    let mut proved = Proved { kernels: states.len(), ..Proved::default() };
    for state in states.into_values() {
        proved.proved += usize::from(state.is_proved);
        proved.handwritten += usize::from(state.is_handwritten);
        if args.require_proved && !state.is_proved && !state.is_handwritten {
            let (group, places) = (state.group.short(), command::places(view, state.group));
            let variant = state.variant;
            findings.push(format!("kernel `{variant}` of group {group} ({places}) is unproved"));
        }
    }
    proved
}

/// How many kernels have a certificate.
#[derive(Debug, Default, Serialize)]
struct Proved {
    kernels: usize,
    proved: usize,
    /// Those that people wrote; there is no reference to prove them with.
    handwritten: usize,
}

/// Every module that its language's checker refuses.
fn module_findings(view: &ArchiveView<'_>, has_spirv_val: bool) -> Vec<String> {
    let entries: Vec<EntryRef<'_>> = view.entries().filter_map(Result::ok).collect();
    let refused = entries.par_iter().filter_map(|entry| {
        let module = entry.module().ok()?;
        let refused = match entry.row().target {
            Target::Wgsl => {
                let text = String::from_utf8_lossy(module);
                emit::validate(&text).err().map(|error| error.to_string())
            }
            Target::Spirv if has_spirv_val => spirv_val(module).err(),
            Target::Spirv | Target::Msl | Target::Hlsl => None,
        };
        let (key, target) = (entry.row().artifact_key.short(), entry.row().target);
        refused.map(|message| format!("the module {key} is not valid {target}: {message}"))
    });
    refused.collect()
}

fn spirv_val_is_there() -> bool {
    let mut command = Command::new("spirv-val");
    let command = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn spirv_val(module: &[u8]) -> Result<(), String> {
    let run = || -> io::Result<std::process::Output> {
        let mut child = Command::new("spirv-val")
            .args(["--target-env", SPIRV_ENVIRONMENT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(module)?;
        }
        child.wait_with_output()
    };
    match run() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Err(format!("`spirv-val` cannot be run: {error}")),
    }
}

struct Report<'a> {
    view: ArchiveView<'a>,
    findings: Vec<String>,
    signatures: Vec<Signed>,
    certificates: Proved,
    has_spirv_val: bool,
}

impl Report<'_> {
    fn print(&self, args: &VerifyArgs) -> Result<(), Failure> {
        let (view, file) = (&self.view, &args.file);
        let out = &mut io::stdout().lock();
        let checked = if args.quick {
            "structure"
        } else if self.has_spirv_val {
            "structure, wgsl, spirv"
        } else {
            "structure, wgsl"
        };
        if args.json {
            let json = serde_json::json!({
                "archive": file.display().to_string(),
                "bytes": view.len_bytes(),
                "root_hash": view.root_hash().to_string(),
                "artifacts": view.entry_count(),
                "checked": checked,
                "signatures": self.signatures,
                "certificates": self.certificates,
                "findings": self.findings,
            });
            return Ok(writeln!(out, "{json:#}")?);
        }
        self.write(file, checked, out)?;
        Ok(())
    }

    fn write(&self, file: &Path, checked: &str, out: &mut impl Write) -> io::Result<()> {
        for finding in &self.findings {
            writeln!(out, "{}: {}", file.display(), text::printable(finding))?;
        }
        for one in &self.signatures {
            let place = if one.detached { ", in a file beside it" } else { "" };
            let (key, state, generation) = (&one.key, one.state, one.generation);
            writeln!(out, "signed by {key}, generation {generation}: {state}{place}")?;
        }
        let Proved { kernels, proved, handwritten } = self.certificates;
        let by_hand = match handwritten {
            0 => String::new(),
            count => format!(" ({count} written by hand)"),
        };
        writeln!(out, "{proved} of {kernels} kernels proved{by_hand}")?;
        let verdict = match self.findings.len() {
            0 => "sound".to_owned(),
            count => text::counted(count, "finding"),
        };
        let artifacts = text::counted(self.view.entry_count() as usize, "artifact");
        let len = text::bytes(self.view.len_bytes());
        writeln!(out, "{}: {artifacts}, {len}, {checked}: {verdict}", file.display())?;
        writeln!(out, "root hash {}", self.view.root_hash())
    }
}
