//! `preheat prove`: kernels beside the reference on this device; and the same for `build`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use preheat_format::certificate::{self, Certificate};
use preheat_format::{ArchiveView, ArtifactKey, Attachment, GroupKey, SectionId, attach};

use super::kept::ProofStore;
use super::{Effort, Outcome, Proof, prove_all};
use crate::Status;
use crate::build_store::BuildStore;
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
    /// What the store does not have, for some seconds, if there is a device.
    Auto,
    /// All of them, again; without a device it is an error.
    Always,
    /// Kernels stay unproved.
    Never,
}

/// What proving an archive gave.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) unproved: usize,
    /// Those of the unproved ones that there was no time for, and the seconds there were.
    pub(crate) untried: usize,
    pub(crate) seconds: u64,
    /// Those that could not be run, and why the first could not.
    pub(crate) not_run: usize,
    pub(crate) why_not_run: String,
    pub(crate) failed: usize,
}

impl Proofs {
    /// The certificates as a section, if there are any.
    pub(crate) fn attachment(&self) -> Option<Attachment> {
        let some = !self.certificates.is_empty();
        some.then(|| certificate::attachment(self.certificates.iter().cloned()))
    }

    /// `12 proved, 4 unproved (3 not tried in 10 s)`
    pub(crate) fn summary(&self) -> String {
        let counts = [(self.certificates.len(), "proved"), (self.unproved, "unproved")];
        let mut words: Vec<String> =
            counts.iter().map(|(count, what)| format!("{count} {what}")).collect();
        if self.untried > 0
            && let Some(unproved) = words.last_mut()
        {
            unproved.push_str(&format!(" ({} not tried in {} s)", self.untried, self.seconds));
        }
        if self.not_run > 0
            && let Some(unproved) = words.last_mut()
        {
            unproved.push_str(&format!(" ({} not run: {})", self.not_run, self.why_not_run));
        }
        if self.failed > 0 {
            words.push(format!("{} wrong", self.failed));
        }
        words.join(", ")
    }
}

/// Proves an archive, attaches the certificates, and keeps them in the user's store.
pub(crate) fn prove(args: &ProveArgs) -> Result<Status, Failure> {
    let failed = |source: preheat_format::ArchiveError| Failure::Archive {
        path: args.file.clone(),
        source: source.into(),
    };
    let archive = open_archive(&args.file)?;
    let view = archive.view().map_err(failed)?;
    // The next build takes them from the user's store.
    let kept = BuildStore::of_user().proofs();
    let asked = BuildProofs { when: When::Always, seconds: 0, store: kept, done: &|| {} };
    let proved = prove_built(&view, &asked)?;
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

/// What a build is asked to prove, and with what.
pub(crate) struct BuildProofs<'a> {
    pub(crate) when: When,
    /// Seconds after which `auto` starts no other kernel.
    pub(crate) seconds: u64,
    pub(crate) store: Option<ProofStore>,
    /// Called once per kernel, from any thread.
    pub(crate) done: &'a (dyn Fn() + Sync),
}

/// Proves what a build made, as it was asked to.
///
/// # Errors
/// [`Failure::Prove`] without a device, if one is required.
pub(crate) fn prove_built(
    view: &ArchiveView<'_>,
    asked: &BuildProofs<'_>,
) -> Result<Proofs, Failure> {
    let is_auto = match asked.when {
        When::Never => return Ok(Proofs { unproved: view.counts().kernels, ..Proofs::default() }),
        When::Auto => true,
        When::Always => false,
    };
    let kept = asked.store.as_ref();
    let known = kept.filter(|_| is_auto);
    if let Some((certificates, unproved)) =
        known.and_then(|kept| kept.recall_archive(view.root_hash()))
    {
        return Ok(Proofs { certificates, unproved, ..Proofs::default() });
    }
    // A time that no clock reaches is none.
    let seconds = Duration::from_secs(asked.seconds);
    let deadline = if is_auto { Instant::now().checked_add(seconds) } else { None };
    let effort = Effort { known, kept, may_lack_device: is_auto, deadline, done: asked.done };
    let proofs = prove_all(view, &effort).map_err(Failure::Prove)?;
    let say = if is_auto { Say::Wrong } else { Say::All };
    let proofs = Proofs { seconds: asked.seconds, ..sum_up(view, proofs, say) };
    let is_whole = proofs.untried + proofs.not_run + proofs.failed == 0;
    match kept {
        Some(kept) if proofs.failed > 0 => kept.revoke_archive(view.root_hash()),
        Some(kept) if is_whole => {
            kept.keep_archive(view.root_hash(), &proofs.certificates, proofs.unproved);
        }
        Some(_) | None => {}
    }
    Ok(proofs)
}

/// Which kernels get a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Say {
    All,
    Wrong,
}

/// Says what is wrong with its lines, and counts the rest.
fn sum_up(view: &ArchiveView<'_>, proofs: Vec<Proof>, say: Say) -> Proofs {
    let mut sums = Proofs::default();
    for proof in proofs {
        let (places, group) = (places(view, proof.group), proof.group.short());
        let kernel = format!("kernel `{}` of group {group}", text::printable(&proof.variant));
        match proof.outcome {
            Outcome::Proved(certificate) => sums.certificates.push(certificate),
            Outcome::Unproved(why) => {
                sums.unproved += 1;
                if say == Say::All {
                    report::line(&format!("{places}: {kernel} is unproved: {why}"));
                }
            }
            Outcome::NotRun(why) => {
                sums.unproved += 1;
                sums.not_run += 1;
                if say == Say::All {
                    report::line(&format!("{places}: {kernel} was not run: {why}"));
                }
                if sums.why_not_run.is_empty() {
                    sums.why_not_run = why;
                }
            }
            Outcome::Untried => {
                sums.unproved += 1;
                sums.untried += 1;
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
