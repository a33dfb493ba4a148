//! Proving kernels: each runs on this machine's device, on edge values, beside the reference.
//!
//! A kernel is called alone, from an archive in which its group has no other, at sizes that its
//! guard allows (`calls.rs`). Every value must be within the bound that follows from the accuracy
//! that the operation table states (`bounds.rs`); NaN and infinities must be where the reference
//! has them. What agrees gets a certificate; what does not is a finding with the values.
//!
//! Compiler and runtime never name each other, so this is here, where both are known.

mod bounds;
mod calls;
pub(crate) mod command;
pub(crate) mod kept;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

use preheat_cpu::Column;
use preheat_format::certificate::{Certificate, SpecialPolicy};
use preheat_format::merge::Merge;
use preheat_format::named::is_named;
use preheat_format::{
    ArchiveView, Artifact, ArtifactKey, Call, CallOutput, DType, GroupKey, IndexRow, KernelKey,
    Signature, Target,
};
use preheat_runtime::{Archive, Buffer, DeviceChoice, Runtime, RuntimeError};
use rayon::prelude::*;
use thiserror::Error;

use bounds::Bounded;
use calls::Trial;
use kept::ProofStore;

/// The feature of adapters that keep subnormal `f32` numbers.
const DENORM_PRESERVE: &str = "denorm_preserve";

/// Values of a failure that are shown.
const SHOWN: usize = 3;

/// What became of one kernel.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) group: GroupKey,
    pub(crate) kernel: KernelKey,
    pub(crate) variant: String,
    pub(crate) outcome: Outcome,
}

/// How the comparison ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It agrees with the reference.
    Proved(Certificate),
    /// It does not: where, with the values.
    Failed(String),
    /// There is nothing to compare with, whatever the device: why.
    Unproved(String),
    /// It could not be run here: why. Another device may.
    NotRun(String),
    /// There was no time left for it.
    Untried,
}

/// How much is done for proofs.
pub(crate) struct Effort<'a> {
    /// Proofs of earlier builds that are taken.
    pub(crate) known: Option<&'a ProofStore>,
    /// Where new ones are kept.
    pub(crate) kept: Option<&'a ProofStore>,
    /// Without a device what is not known is not run, instead of an error.
    pub(crate) may_lack_device: bool,
    /// No kernel is started after this.
    pub(crate) deadline: Option<Instant>,
    /// Called once per kernel, from any thread.
    pub(crate) done: &'a (dyn Fn() + Sync),
}

impl Effort<'_> {
    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn keep(&self, row: &IndexRow, outcome: &Outcome) {
        let Some(store) = self.kept else { return };
        match outcome {
            Outcome::Proved(certificate) => store.keep(row, Ok(certificate)),
            Outcome::Unproved(why) => store.keep(row, Err(why)),
            // The next build has to find it again.
            Outcome::Failed(_) => store.revoke(row),
            Outcome::NotRun(_) | Outcome::Untried => {}
        }
    }
}

/// Why nothing could be proved at all.
#[derive(Debug, Error)]
pub(crate) enum ProveError {
    /// There is no device.
    #[error("there is no device to prove kernels on: {0}")]
    NoDevice(RuntimeError),
    /// The archive cannot be read.
    #[error("the archive cannot be read: {0}")]
    Archive(String),
}

/// A kernel of an archive, in the language that this device takes.
struct Candidate {
    group: GroupKey,
    signature: Arc<Signature>,
    artifact: Artifact,
    row: IndexRow,
    trials: Vec<Trial>,
}

/// Tries every kernel of an archive; in the order of groups and variants.
///
/// # Errors
/// [`ProveError`] if there is no device although one is needed, or the archive cannot be read.
pub(crate) fn prove_all(
    view: &ArchiveView<'_>,
    effort: &Effort<'_>,
) -> Result<Vec<Proof>, ProveError> {
    // Layer n holds the nth kernel of every group, so that each is the only one of its group.
    let mut layers: Vec<Vec<Candidate>> = Vec::new();
    let mut proofs = Vec::new();
    for (group, artifacts) in by_group(view)? {
        let signature = view.signature(group).map_err(unreadable)?;
        for (number, (artifact, row)) in runnable(artifacts.clone()).into_iter().enumerate() {
            let known = known(&artifact, &row, effort).map(Err);
            let found = known.unwrap_or_else(|| {
                candidate(signature.as_ref(), artifact, row, &artifacts).inspect_err(|proof| {
                    effort.keep(&row, &proof.outcome);
                })
            });
            match found {
                Ok(candidate) => {
                    layers.resize_with(layers.len().max(number + 1), Vec::new);
                    layers[number].push(candidate);
                }
                Err(proof) => {
                    (effort.done)();
                    proofs.push(*proof);
                }
            }
        }
    }
    let mut layers = layers.iter();
    while let Some(layer) = layers.next() {
        match prove_layer(view, layer, effort) {
            Err(ProveError::NoDevice(error)) if effort.may_lack_device => {
                let rest = std::iter::once(layer).chain(layers.by_ref()).flatten();
                proofs.extend(rest.map(|one| one.proof(Outcome::NotRun(error.to_string()))));
            }
            proved => proofs.extend(proved?),
        }
    }
    proofs.sort_by_key(|proof| (proof.group, proof.kernel));
    Ok(proofs)
}

fn unreadable(error: preheat_format::ArchiveError) -> ProveError {
    ProveError::Archive(error.to_string())
}

type Artifacts = Vec<(Artifact, IndexRow)>;

fn by_group(view: &ArchiveView<'_>) -> Result<BTreeMap<GroupKey, Artifacts>, ProveError> {
    let mut groups: BTreeMap<GroupKey, Artifacts> = BTreeMap::new();
    for entry in view.entries() {
        let entry = entry.map_err(unreadable)?;
        let artifact = entry.to_artifact().map_err(unreadable)?;
        groups.entry(entry.row().group_key).or_default().push((artifact, *entry.row()));
    }
    Ok(groups)
}

/// What an earlier build found.
fn known(artifact: &Artifact, row: &IndexRow, effort: &Effort<'_>) -> Option<Box<Proof>> {
    let outcome = match effort.known?.recall(row)? {
        Ok(certificate) => Outcome::Proved(certificate),
        Err(why) => Outcome::Unproved(why),
    };
    let (group, kernel) = (row.group_key, KernelKey(artifact.kernel_key));
    Some(Box::new(Proof { group, kernel, variant: artifact.variant.clone(), outcome }))
}

/// One artifact per kernel: the SPIR-V if it is there, else the WGSL; a kernel that is there in
/// neither is left with what it has.
fn runnable(mut artifacts: Artifacts) -> Artifacts {
    artifacts.sort_by_key(|(artifact, _)| (artifact.rank, artifact.kernel_key, artifact.target));
    artifacts.dedup_by_key(|(artifact, _)| artifact.kernel_key);
    artifacts
}

fn candidate(
    signature: Option<&Signature>,
    artifact: Artifact,
    row: IndexRow,
    all: &Artifacts,
) -> Result<Candidate, Box<Proof>> {
    let group = row.group_key;
    let kernel = KernelKey(artifact.kernel_key);
    let variant = artifact.variant.clone();
    let unproved = |why: &str| {
        let (variant, outcome) = (variant.clone(), Outcome::Unproved(why.to_owned()));
        Box::new(Proof { group, kernel, variant, outcome })
    };
    let signature = signature.ok_or_else(|| unproved("its signature is not in the archive"))?;
    if is_named(signature) {
        return Err(unproved(HANDWRITTEN));
    }
    if !calls::has_reference(signature) {
        return Err(unproved("the table does not have one of its operations"));
    }
    if matches!(artifact.target, Target::Msl | Target::Hlsl) {
        return Err(unproved("it is there in no language that can be run here"));
    }
    let before = all.iter().filter(|(other, _)| other.rank < artifact.rank);
    let before: Vec<_> = before.map(|(other, _)| &other.guard).collect();
    let trials = calls::trials(signature, &artifact, &before);
    let trials = trials.map_err(|error| unproved(&format!("its guard: {error}")))?;
    if trials.is_empty() {
        return Err(unproved("its guard holds at none of the sizes that are tried"));
    }
    Ok(Candidate { group, signature: Arc::new(signature.clone()), artifact, row, trials })
}

/// Why a kernel that a person wrote has no certificate.
pub(crate) const HANDWRITTEN: &str = "it is written by hand: there is no reference";

fn prove_layer(
    view: &ArchiveView<'_>,
    layer: &[Candidate],
    effort: &Effort<'_>,
) -> Result<Vec<Proof>, ProveError> {
    if layer.is_empty() {
        return Ok(Vec::new());
    }
    if effort.is_over() {
        return Ok(layer.iter().map(|one| one.proof(Outcome::Untried)).collect());
    }
    let wanted: BTreeSet<[u8; 32]> = layer.iter().map(|one| one.artifact.artifact_key).collect();
    let keep = |row: &preheat_format::IndexRow| wanted.contains(&row.artifact_key.0);
    let views = [*view];
    let mut sink = Cursor::new(Vec::new());
    let written = Merge { views: &views, keep: &keep }.write(&mut sink, |_| Vec::new());
    written.map_err(|error| ProveError::Archive(error.to_string()))?;
    let archive = Archive::from_bytes(&sink.into_inner());
    let archive = archive.map_err(|error| ProveError::Archive(error.to_string()))?;
    let runtime = |strict: bool| {
        let builder = Runtime::builder().archive(archive.clone()).trusted(true).strict(strict);
        let runtime = builder.device(DeviceChoice::Vulkan).build().map_err(ProveError::NoDevice)?;
        runtime.adapter().map_err(ProveError::NoDevice)?;
        Ok::<Runtime, ProveError>(runtime)
    };
    let machine = Machine::new(runtime(true)?);
    // WGSL is compiled on the way, which `strict` forbids.
    let is_text = |one: &Candidate| one.artifact.target == Target::Wgsl;
    let texts = if layer.iter().any(is_text) { Some(Machine::new(runtime(false)?)) } else { None };
    let prove = |one: &Candidate| {
        let machine = texts.as_ref().filter(|_| is_text(one)).unwrap_or(&machine);
        let outcome = if effort.is_over() { Outcome::Untried } else { machine.prove(one) };
        effort.keep(&one.row, &outcome);
        (effort.done)();
        one.proof(outcome)
    };
    Ok(layer.par_iter().map(prove).collect())
}

impl Candidate {
    fn proof(&self, outcome: Outcome) -> Proof {
        let (group, kernel) = (self.group, KernelKey(self.artifact.kernel_key));
        Proof { group, kernel, variant: self.artifact.variant.clone(), outcome }
    }
}

/// The device under test.
struct Machine {
    runtime: Runtime,
    device: String,
    driver: String,
    /// Subnormal `f32` numbers may be 0.
    flushes: bool,
}

/// What all trials of a kernel found.
#[derive(Default)]
struct Tally {
    compared: u64,
    undecided: u64,
    error_ulp: f64,
    bound_ulp: f64,
    /// The greatest share of its bound that an error took.
    wrong: Vec<String>,
    wrong_count: u64,
}

impl Machine {
    fn new(runtime: Runtime) -> Machine {
        let (mut device, mut driver, mut flushes) = (String::new(), String::new(), false);
        if let Ok(Some(report)) = runtime.adapter() {
            device.clone_from(&report.name);
            driver = format!("{} {}", report.driver, report.driver_info).trim().to_owned();
            flushes = !report.features.contains(&DENORM_PRESERVE);
        }
        Machine { runtime, device, driver, flushes }
    }

    fn prove(&self, one: &Candidate) -> Outcome {
        let mut tally = Tally::default();
        let tried = one.trials.iter().try_for_each(|trial| self.try_one(one, trial, &mut tally));
        match tried.and_then(|()| self.try_tame(one, &mut tally)) {
            Err(why) => Outcome::NotRun(why),
            Ok(()) if tally.wrong_count > 0 => Outcome::Failed(format!(
                "{} of {} values differ from the reference: {}",
                tally.wrong_count,
                tally.compared,
                tally.wrong.join("; ")
            )),
            Ok(()) if tally.compared == 0 => {
                Outcome::Unproved("no value could be compared".to_owned())
            }
            Ok(()) => Outcome::Proved(Certificate {
                artifact_key: ArtifactKey(one.artifact.artifact_key),
                policy: SpecialPolicy::AsReference,
                compared: tally.compared,
                undecided: tally.undecided,
                error_ulp: tally.error_ulp,
                bound_ulp: tally.bound_ulp,
                device: self.device.clone(),
                driver: self.driver.clone(),
            }),
        }
    }

    /// Tries tame values, one kind after the other, until something can be compared.
    fn try_tame(&self, one: &Candidate, tally: &mut Tally) -> Result<(), String> {
        let Some(first) = one.trials.first() else { return Ok(()) };
        for fill in calls::TAME {
            if tally.compared == 0 {
                self.try_one(one, &Trial { fill, ..first.clone() }, tally)?;
            }
        }
        Ok(())
    }

    /// One call on both sides; an error says why the kernel could not be tried.
    fn try_one(&self, one: &Candidate, trial: &Trial, tally: &mut Tally) -> Result<(), String> {
        let call = calls::call(&one.signature, trial);
        let expected = bounds::evaluate(&call, self.flushes).map_err(|error| error.to_string())?;
        let computed_before = self.runtime.telemetry().rungs.cpu;
        let found = self.run(call).map_err(|error| error.to_string())?;
        if self.runtime.telemetry().rungs.cpu > computed_before && !self.is_strict(one) {
            return Err("the device does not take it".to_owned());
        }
        for (number, (expected, found)) in expected.iter().zip(&found).enumerate() {
            let place =
                |at: usize| format!("output {number}, element {at} of extents {:?}", trial.extents);
            tally.compare(expected, found, &place);
        }
        Ok(())
    }

    /// A strict runtime computes nothing on the host, whatever other threads do.
    fn is_strict(&self, one: &Candidate) -> bool {
        one.artifact.target != Target::Wgsl
    }

    fn run(&self, call: Call<Arc<Column>>) -> Result<Vec<Arc<Column>>, RuntimeError> {
        let signature = &call.signature;
        let dtypes = signature.sources.iter().copied();
        let sources = call.sources.into_iter().zip(dtypes);
        let sources = sources.map(|(column, dtype)| self.runtime.upload(dtype, column));
        let outputs = call.outputs.into_iter().zip(&signature.outputs).map(|(output, spec)| {
            let node = signature.nodes.get(spec.node as usize);
            let dtype = node.map_or(DType::F64, |node| node.dtype);
            Ok(match output {
                CallOutput::New => CallOutput::New,
                CallOutput::Update(column) => {
                    CallOutput::Update(self.runtime.upload(dtype, column)?)
                }
            })
        });
        let buffers: Vec<Buffer> = self.runtime.call(Call {
            sources: sources.collect::<Result<_, RuntimeError>>()?,
            outputs: outputs.collect::<Result<_, RuntimeError>>()?,
            signature: Arc::clone(signature),
            key: call.key,
            extents: call.extents,
            views: call.views,
            params: call.params,
            roll: call.roll,
        })?;
        buffers.iter().map(|buffer| self.runtime.read(buffer)).collect()
    }
}

impl Tally {
    fn compare(&mut self, expected: &Bounded, found: &Column, place: &dyn Fn(usize) -> String) {
        let (values, found) = (bounds::numbers(&expected.values), bounds::numbers(found));
        if values.len() != found.len() {
            self.wrong_count += 1;
            self.wrong.push(format!("{} elements, expected {}", found.len(), values.len()));
            return;
        }
        let all = values.iter().zip(expected.bounds.iter()).zip(&found);
        for (at, ((expected_at, bound), found)) in all.enumerate() {
            // A device may flush subnormal `f32`: they prove nothing, either way.
            let is_tiny = |value: f64| value.abs() < f64::from(f32::MIN_POSITIVE);
            let may_flush = expected.dtype == DType::F32 && *expected_at != 0.0;
            if !bound.is_finite() || (may_flush && is_tiny(*expected_at) && is_tiny(*found)) {
                self.undecided += 1;
                continue;
            }
            self.compared += 1;
            let error = bounds::apart(*expected_at, *found);
            if error > *bound {
                self.wrong_count += 1;
                if self.wrong.len() < SHOWN {
                    let place = place(at);
                    self.wrong.push(format!(
                        "{place}: {found:?}, the reference has {expected_at:?} (within {bound:e})"
                    ));
                }
            } else if expected.dtype.is_float() && error > 0.0 {
                let unit = bounds::unit(*expected_at, expected.dtype);
                if error / unit > self.error_ulp {
                    (self.error_ulp, self.bound_ulp) = (error / unit, bound / unit);
                }
            }
        }
    }
}
