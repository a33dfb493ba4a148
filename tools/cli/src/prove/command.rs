//! `preheat prove`: kernels beside the reference on this device; and the same for `build`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use preheat_format::certificate::{self, Certificate};
use preheat_format::{ArchiveView, ArtifactKey, Attachment, GroupKey, SectionId, attach};

use super::{Outcome, Proof, ProveError, prove_all};
use crate::Status;
use crate::failure::Failure;
use crate::report;
use crate::run::open_archive;
use crate::sign;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat prove warm.preheat && preheat verify warm.preheat \
                        --require-proved")]
pub(crate) struct ProveArgs {
    /// The archive; its certificates are replaced, and it is signed again with the local key
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whether a build proves its kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// If there is a device.
    Auto,
    /// Always; without a device it is an error.
    Always,
    /// Kernels stay unproved.
    Never,
}

/// What proving an archive gave.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) unproved: usize,
    pub(crate) failed: usize,
}

impl Proofs {
    /// The certificates as a section, if there are any.
    pub(crate) fn attachment(&self) -> Option<Attachment> {
        let some = !self.certificates.is_empty();
        some.then(|| certificate::attachment(self.certificates.iter().cloned()))
    }

    /// `12 proved, 1 unproved`
    pub(crate) fn summary(&self) -> String {
        let counts = [(self.certificates.len(), "proved"), (self.unproved, "unproved")];
        let mut words: Vec<String> =
            counts.iter().map(|(count, what)| format!("{count} {what}")).collect();
        if self.failed > 0 {
            words.push(format!("{} wrong", self.failed));
        }
        words.join(", ")
    }
}

/// Proves an archive and attaches the certificates.
pub(crate) fn prove(args: &ProveArgs) -> Result<Status, Failure> {
    let failed = |source: preheat_format::ArchiveError| Failure::Archive {
        path: args.file.clone(),
        source: source.into(),
    };
    let archive = open_archive(&args.file)?;
    let view = archive.view().map_err(failed)?;
    let proofs = tried(&view, &|| {})?;
    let proved = sum_up(&view, proofs);
    if proved.failed == 0 {
        let kept = [SectionId::CERTIFICATES, SectionId::SIGNATURES];
        let mut attachments = attach::attachments(&view, &kept);
        // What another device proved stays, unless this one has something to say.
        let before = certificate::certificates(&view).unwrap_or_default();
        let both = before.into_iter().chain(proved.certificates.iter().cloned());
        attachments.push(certificate::attachment(both));
        sign::publish_attached(&view, attachments, &args.file)?;
    }
    print(&args.file, args.json, &proved)?;
    Ok(if proved.failed == 0 { Status::Done } else { Status::Findings })
}

fn print(file: &Path, is_json: bool, proved: &Proofs) -> Result<(), Failure> {
    let out = &mut io::stdout().lock();
    if is_json {
        let json = serde_json::json!({
            "archive": file.display().to_string(),
            "proved": proved.certificates.len(),
            "unproved": proved.unproved,
            "wrong": proved.failed,
        });
        return Ok(writeln!(out, "{json:#}")?);
    }
    writeln!(out, "{}: {}", file.display(), proved.summary())?;
    Ok(())
}

/// Proves what a build made, as it was asked to.
///
/// # Errors
/// [`Failure::Prove`] without a device, if one is required.
pub(crate) fn prove_built(
    view: &ArchiveView<'_>,
    when: When,
    done: &(dyn Fn() + Sync),
) -> Result<Proofs, Failure> {
    if when == When::Never {
        return Ok(Proofs { unproved: kernels(view), ..Proofs::default() });
    }
    match tried(view, done) {
        Ok(proofs) => Ok(sum_up(view, proofs)),
        Err(Failure::Prove(ProveError::NoDevice(_))) if when == When::Auto => {
            Ok(Proofs { unproved: kernels(view), ..Proofs::default() })
        }
        Err(failure) => Err(failure),
    }
}

fn tried(view: &ArchiveView<'_>, done: &(dyn Fn() + Sync)) -> Result<Vec<Proof>, Failure> {
    prove_all(view, done).map_err(Failure::Prove)
}

fn kernels(view: &ArchiveView<'_>) -> usize {
    kernel_states(view, &[]).values().filter(|state| !state.is_proved).count()
}

/// Says what is wrong with its lines, and counts the rest.
fn sum_up(view: &ArchiveView<'_>, proofs: Vec<Proof>) -> Proofs {
    let mut sums = Proofs::default();
    for proof in proofs {
        let (places, group) = (places(view, proof.group), proof.group.short());
        let kernel = format!("kernel `{}` of group {group}", text::printable(&proof.variant));
        match proof.outcome {
            Outcome::Proved(certificate) => sums.certificates.push(certificate),
            Outcome::Unproved(why) => {
                sums.unproved += 1;
                report::line(&format!("{places}: {kernel} is unproved: {why}"));
            }
            Outcome::Failed(what) => {
                sums.failed += 1;
                report::line(&format!("{places}: {kernel} is wrong on this device: {what}"));
            }
        }
    }
    sums
}

/// `a.m:3, b.m:7`, or the group's key if nothing is known.
pub(crate) fn places(view: &ArchiveView<'_>, group: GroupKey) -> String {
    let rows = view.provenance(group).flatten();
    let mut places: Vec<String> =
        rows.map(|row| format!("{}:{}", text::printable(row.script), row.line_first)).collect();
    places.dedup();
    match places.as_slice() {
        [] => "unknown script".to_owned(),
        places => places.join(", "),
    }
}

/// What is known of one kernel.
#[derive(Clone, Debug)]
pub(crate) struct KernelState {
    pub(crate) group: GroupKey,
    pub(crate) variant: String,
    pub(crate) is_proved: bool,
    pub(crate) is_handwritten: bool,
}

/// Every kernel of an archive by its key, with whether one of its artifacts has a certificate.
pub(crate) fn kernel_states(
    view: &ArchiveView<'_>,
    certificates: &[Certificate],
) -> BTreeMap<[u8; 32], KernelState> {
    let proved: std::collections::BTreeSet<ArtifactKey> =
        certificates.iter().map(|one| one.artifact_key).collect();
    let mut states: BTreeMap<[u8; 32], KernelState> = BTreeMap::new();
    for entry in view.entries().flatten() {
        let Ok(artifact) = entry.to_artifact() else {
            continue;
        };
        let group = entry.row().group_key;
        let state = states.entry(artifact.kernel_key).or_insert_with(|| {
            let signature = view.signature(group).ok().flatten();
            let is_handwritten =
                signature.is_some_and(|known| preheat_format::named::is_named(&known));
            KernelState { group, variant: artifact.variant, is_proved: false, is_handwritten }
        });
        state.is_proved |= proved.contains(&entry.row().artifact_key);
    }
    states
}
