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

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::certificate::{Certificate, SpecialPolicy};
use preheat_format::merge::Merge;
use preheat_format::named::is_named;
use preheat_format::{
    ArchiveView, Artifact, ArtifactKey, Call, CallOutput, DType, GroupKey, KernelKey, Signature,
    Target,
};
use preheat_runtime::{Archive, Buffer, DeviceChoice, Runtime, RuntimeError};
use rayon::prelude::*;
use thiserror::Error;

use bounds::Bounded;
use calls::Trial;

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
    /// It could not be run here, or there is nothing to compare with: why.
    Unproved(String),
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
    trials: Vec<Trial>,
}

/// Tries every kernel of an archive; in the order of groups and variants. `done` is called once per
/// kernel, from any thread.
///
/// # Errors
/// [`ProveError`] if there is no device, or the archive cannot be read.
pub(crate) fn prove_all(
    view: &ArchiveView<'_>,
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Proof>, ProveError> {
    let unreadable = |error: preheat_format::ArchiveError| ProveError::Archive(error.to_string());
    let mut groups: BTreeMap<GroupKey, Vec<Artifact>> = BTreeMap::new();
    for entry in view.entries() {
        let entry = entry.map_err(unreadable)?;
        let artifact = entry.to_artifact().map_err(unreadable)?;
        groups.entry(entry.row().group_key).or_default().push(artifact);
    }
    // Layer n holds the nth kernel of every group, so that each is the only one of its group.
    let mut layers: Vec<Vec<Candidate>> = Vec::new();
    let mut proofs = Vec::new();
    for (group, artifacts) in groups {
        let signature = view.signature(group).map_err(unreadable)?;
        for (number, artifact) in runnable(artifacts.clone()).into_iter().enumerate() {
            match candidate(group, signature.as_ref(), artifact, &artifacts) {
                Ok(candidate) => {
                    layers.resize_with(layers.len().max(number + 1), Vec::new);
                    layers[number].push(candidate);
                }
                Err(proof) => {
                    done();
                    proofs.push(*proof);
                }
            }
        }
    }
    for layer in &layers {
        proofs.extend(prove_layer(view, layer, done)?);
    }
    proofs.sort_by_key(|proof| (proof.group, proof.kernel));
    Ok(proofs)
}

/// One artifact per kernel: the SPIR-V if it is there, else the WGSL; a kernel that is there in
/// neither is left with what it has.
fn runnable(mut artifacts: Vec<Artifact>) -> Vec<Artifact> {
    artifacts.sort_by_key(|artifact| (artifact.rank, artifact.kernel_key, artifact.target));
    artifacts.dedup_by_key(|artifact| artifact.kernel_key);
    artifacts
}

fn candidate(
    group: GroupKey,
    signature: Option<&Signature>,
    artifact: Artifact,
    all: &[Artifact],
) -> Result<Candidate, Box<Proof>> {
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
    let before = all.iter().filter(|other| other.rank < artifact.rank);
    let before: Vec<_> = before.map(|other| &other.guard).collect();
    let trials = calls::trials(signature, &artifact, &before);
    let trials = trials.map_err(|error| unproved(&format!("its guard: {error}")))?;
    if trials.is_empty() {
        return Err(unproved("its guard holds at none of the sizes that are tried"));
    }
    Ok(Candidate { group, signature: Arc::new(signature.clone()), artifact, trials })
}

/// Why a kernel that a person wrote has no certificate.
pub(crate) const HANDWRITTEN: &str = "it is written by hand: there is no reference";

fn prove_layer(
    view: &ArchiveView<'_>,
    layer: &[Candidate],
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Proof>, ProveError> {
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
        let proof = machine.prove(one);
        done();
        proof
    };
    Ok(layer.par_iter().map(prove).collect())
}

/// The device under test.
struct Machine {
    runtime: Runtime,
    device: String,
    driver: String,
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
        let (mut device, mut driver) = (String::new(), String::new());
        if let Ok(Some(report)) = runtime.adapter() {
            device.clone_from(&report.name);
            driver = format!("{} {}", report.driver, report.driver_info).trim().to_owned();
        }
        Machine { runtime, device, driver }
    }

    fn prove(&self, one: &Candidate) -> Proof {
        let mut tally = Tally::default();
        let tried = one.trials.iter().try_for_each(|trial| self.try_one(one, trial, &mut tally));
        let outcome = match tried {
            Err(why) => Outcome::Unproved(why),
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
        };
        let (group, kernel) = (one.group, KernelKey(one.artifact.kernel_key));
        Proof { group, kernel, variant: one.artifact.variant.clone(), outcome }
    }

    /// One call on both sides; an error says why the kernel could not be tried.
    fn try_one(&self, one: &Candidate, trial: &Trial, tally: &mut Tally) -> Result<(), String> {
        let call = calls::call(&one.signature, trial);
        let expected = bounds::evaluate(&call).map_err(|error| error.to_string())?;
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
            if !bound.is_finite() {
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
