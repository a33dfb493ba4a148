//! Signatures to artifacts, and artifacts to an archive.
//!
//! Compiling a group is pure: the same signature gives the same bytes on any machine. Groups are
//! compiled in parallel; the archive's bytes do not depend on the order.

use std::collections::BTreeMap;
use std::sync::Arc;

use preheat_format::key::{ArtifactPreimage, KernelPreimage};
use preheat_format::read::Provenance;
use preheat_format::shard::shard_of;
use preheat_format::write::{ArchiveBuilder, ArtifactInput, BuiltArchive};
use preheat_format::{Artifact, GroupKey, NumericMode, Plan, Signature, Target};
use rayon::prelude::*;
use thiserror::Error;

use crate::emit::{self, Contraction, EmitError};
use crate::handwritten::Handwritten;
use crate::limits::Limits;
use crate::lower::{self, LowerError};
use crate::store::{self, Compiler};

/// What an archive is built for.
#[derive(Clone, Debug)]
pub struct PackOptions {
    /// Languages to translate to.
    pub targets: Vec<Target>,
    /// What kernels may ask of a device; the profile's name is part of artifact keys.
    pub limits: Limits,
}

impl Default for PackOptions {
    fn default() -> PackOptions {
        PackOptions { targets: vec![Target::Spirv, Target::Wgsl], limits: Limits::webgpu() }
    }
}

/// A group that could not be compiled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompileError {
    /// No kernel text could be made.
    #[error("group {}: {source}", key.short())]
    Lower {
        /// The group.
        key: GroupKey,
        /// Why.
        #[source]
        source: LowerError,
    },
    /// The kernel text could not be translated.
    #[error("group {}, variant `{variant}`: {source}", key.short())]
    Emit {
        /// The group.
        key: GroupKey,
        /// The variant.
        variant: String,
        /// Why.
        #[source]
        source: EmitError,
    },
    /// A hand-written kernel that cannot be built.
    #[error("kernel `{name}` of `{file}`: {source}")]
    Handwritten {
        /// Its name.
        name: String,
        /// Its file.
        file: String,
        /// Why.
        #[source]
        source: EmitError,
    },
    /// The archive could not be put together.
    #[error(transparent)]
    Build(#[from] preheat_format::error::BuildError),
}

/// A compiled variant for one target.
#[derive(Clone, Debug)]
pub struct CompiledArtifact {
    /// How to dispatch it.
    pub artifact: Artifact,
    /// The module.
    pub module: Vec<u8>,
    /// Preimage of its kernel key.
    pub kernel: KernelPreimage,
    /// Preimage of its artifact key.
    pub translation: ArtifactPreimage,
}

/// A compiled group.
#[derive(Clone, Debug)]
pub struct CompiledGroup {
    /// What is computed.
    pub signature: Arc<Signature>,
    /// Variants for all targets.
    pub artifacts: Vec<CompiledArtifact>,
    /// Number of kernels: variants, whatever the number of targets.
    pub kernel_count: usize,
    /// Modules that were parsed or written for it; 0 if all came from a store.
    pub naga_calls: usize,
}

/// Compiles a group for every target.
///
/// # Errors
/// [`CompileError`] if a variant cannot be made. A target whose writer cannot express a kernel at
/// all (`f64` in MSL and HLSL) is left out if another target has it.
pub fn compile(
    signature: &Arc<Signature>,
    options: &PackOptions,
) -> Result<CompiledGroup, CompileError> {
    let key = signature.key();
    let kernels = lower::lower(signature).map_err(|source| CompileError::Lower { key, source })?;
    let generator = lower::generator_hash();
    let contraction = match signature.mode {
        NumericMode::Precise => Contraction::Forbidden,
        NumericMode::Fast => Contraction::Allowed,
    };
    let (mut artifacts, mut naga_calls) = (Vec::new(), 0);
    for kernel in &kernels {
        let failed = |source| {
            let variant = kernel.variant.clone();
            CompileError::Emit { key, variant, source }
        };
        naga_calls += 1 + options.targets.len();
        let valid = emit::validate(&kernel.wgsl).map_err(failed)?;
        let limits = &options.limits;
        limits.check_module(&valid).map_err(|error| failed(error.into()))?;
        let rank = signature.roles.len();
        limits.check_dispatches(&kernel.passes, rank).map_err(|error| failed(error.into()))?;
        let preimage = KernelPreimage {
            group: key,
            variant: kernel.variant.clone(),
            guard: kernel.guard.encode(),
            generator,
        };
        for target in options.targets.iter().copied() {
            let module = match emit::write(&valid, target, contraction) {
                Ok(module) => module,
                Err(_) if is_optional(target) => continue,
                Err(source) => return Err(failed(source)),
            };
            let translation = ArtifactPreimage {
                kernel: preimage.key(),
                target,
                translator: emit::TRANSLATOR.to_owned(),
                options: emit::OPTIONS.to_owned(),
                limits: limits.name.clone(),
            };
            let artifact = artifact(key, kernel, &preimage, &translation);
            let kernel = preimage.clone();
            artifacts.push(CompiledArtifact { artifact, module, kernel, translation });
        }
    }
    let kernel_count = store::kernel_count(&artifacts);
    Ok(CompiledGroup { signature: Arc::clone(signature), artifacts, kernel_count, naga_calls })
}

/// MSL has no 64-bit floats, and HLSL lacks some operations on them.
fn is_optional(target: Target) -> bool {
    match target {
        Target::Msl | Target::Hlsl => true,
        Target::Spirv | Target::Wgsl => false,
    }
}

fn artifact(
    group: GroupKey,
    kernel: &lower::Kernel,
    preimage: &KernelPreimage,
    translation: &ArtifactPreimage,
) -> Artifact {
    Artifact {
        group_key: group.0,
        kernel_key: preimage.key().0,
        artifact_key: translation.key().0,
        target: translation.target,
        variant: kernel.variant.clone(),
        rank: kernel.rank,
        guard: kernel.guard.clone(),
        features: kernel.features,
        scratch: kernel.scratch.clone(),
        uniform: kernel.uniform.clone(),
        uniform_size_bytes: kernel.uniform_size_bytes,
        passes: kernel.passes.clone(),
        op_count: kernel.op_count,
    }
}

/// A place in a script that asks for a group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Name of the script, relative, with `/`.
    pub script: String,
    /// First line, 1-based.
    pub line_first: u32,
    /// Last line, 1-based.
    pub line_last: u32,
    /// The group's operations.
    pub text: String,
}

/// Groups to compile with the places that ask for them.
#[derive(Clone, Debug, Default)]
pub struct GroupSet {
    groups: BTreeMap<GroupKey, (Arc<Signature>, Vec<Origin>)>,
    handwritten: Vec<Handwritten>,
    plans: BTreeMap<String, Plan>,
}

impl GroupSet {
    /// The plans, by name.
    pub fn plans(&self) -> &BTreeMap<String, Plan> {
        &self.plans
    }

    /// Adds the plan of a script.
    pub fn add_plan(&mut self, name: String, plan: Plan) {
        self.plans.insert(name, plan);
    }

    /// The hand-written kernels.
    pub fn handwritten(&self) -> &[Handwritten] {
        &self.handwritten
    }

    /// Adds a hand-written kernel.
    pub fn add_handwritten(&mut self, kernel: Handwritten) {
        self.handwritten.push(kernel);
    }

    /// Adds a group, or another place of a known one.
    pub fn add(&mut self, signature: &Arc<Signature>, key: GroupKey, origin: Origin) {
        let entry = self.groups.entry(key).or_insert_with(|| (Arc::clone(signature), Vec::new()));
        if !entry.1.contains(&origin) {
            entry.1.push(origin);
        }
    }

    /// Takes in another set.
    pub fn extend(&mut self, other: GroupSet) {
        self.handwritten.extend(other.handwritten);
        self.plans.extend(other.plans);
        for (key, (signature, origins)) in other.groups {
            for origin in origins {
                self.add(&signature, key, origin);
            }
        }
    }

    /// Leaves the groups that a shard of so many makes; 0-based.
    pub fn keep_shard(&mut self, shard: u32, shard_count: u32) {
        self.groups.retain(|key, _| shard_of(*key, shard_count) == shard);
        let key = |kernel: &Handwritten| kernel.signature().key();
        self.handwritten.retain(|kernel| shard_of(key(kernel), shard_count) == shard);
        let key = |name: &String| GroupKey::of(name.as_bytes());
        self.plans.retain(|name, _| shard_of(key(name), shard_count) == shard);
    }

    /// Number of groups.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// True without groups.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Every group, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&GroupKey, &Arc<Signature>, &[Origin])> {
        self.groups.iter().map(|(key, (signature, origins))| (key, signature, origins.as_slice()))
    }
}

/// What a build made.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The archive.
    pub archive: BuiltArchive,
    /// Number of groups.
    pub group_count: usize,
    /// Number of kernels.
    pub kernel_count: usize,
    /// Number of artifacts: kernels times targets.
    pub artifact_count: usize,
    /// Number of plans.
    pub plan_count: usize,
    /// Groups that were taken whole from a store.
    pub reused_count: usize,
    /// Modules that were parsed or written for the others.
    pub naga_calls: usize,
}

impl Packed {
    fn new(archive: BuiltArchive) -> Packed {
        Packed {
            archive,
            group_count: 0,
            kernel_count: 0,
            artifact_count: 0,
            plan_count: 0,
            reused_count: 0,
            naga_calls: 0,
        }
    }

    fn count(&mut self, group: &CompiledGroup) {
        self.group_count += 1;
        self.kernel_count += group.kernel_count;
        self.artifact_count += group.artifacts.len();
        self.reused_count += usize::from(group.naga_calls == 0);
        self.naga_calls += group.naga_calls;
    }
}

/// Compiles every group without a store; see [`pack_with`].
///
/// # Errors
/// The [`CompileError`] of the group with the smallest key that has one.
pub fn pack(
    set: &GroupSet,
    options: &PackOptions,
    done: impl Fn() + Sync,
) -> Result<Packed, CompileError> {
    pack_with(set, &Compiler::new(options.clone()), done)
}

/// Compiles every group, or takes it from the compiler's store, in parallel on rayon's current
/// pool, and puts the archive together. `done` is called once per group, from any thread.
///
/// # Errors
/// The [`CompileError`] of the group with the smallest key that has one.
pub fn pack_with(
    set: &GroupSet,
    compiler: &Compiler<'_>,
    done: impl Fn() + Sync,
) -> Result<Packed, CompileError> {
    let groups: Vec<_> = set.groups.values().collect();
    let compiled: Vec<Result<CompiledGroup, CompileError>> = groups
        .par_iter()
        .map(|(signature, _)| {
            let compiled = compiler.group(signature);
            done();
            compiled
        })
        .collect();
    let compiled: Vec<CompiledGroup> = compiled.into_iter().collect::<Result<_, _>>()?;
    let handwritten: Vec<Result<CompiledGroup, CompileError>> =
        set.handwritten.par_iter().map(|kernel| handwritten(kernel, compiler)).collect();
    let handwritten: Vec<CompiledGroup> = handwritten.into_iter().collect::<Result<_, _>>()?;
    let mut builder = ArchiveBuilder::new();
    compiled.iter().chain(&handwritten).try_for_each(|group| add(&mut builder, group))?;
    add_origins(&mut builder, set)?;
    let mut packed = Packed::new(builder.finish()?);
    packed.plan_count = set.plans.len();
    compiled.iter().chain(&handwritten).for_each(|group| packed.count(group));
    Ok(packed)
}

/// An archive of what a set says besides its kernels: where groups come from, and plans.
///
/// # Errors
/// [`CompileError::Build`] if it breaks a rule of the format.
pub fn pack_origins(set: &GroupSet) -> Result<BuiltArchive, CompileError> {
    let mut builder = ArchiveBuilder::new();
    add_origins(&mut builder, set)?;
    Ok(builder.finish()?)
}

/// Where groups come from, and the plans of scripts.
fn add_origins(builder: &mut ArchiveBuilder, set: &GroupSet) -> Result<(), CompileError> {
    for (key, (_, origins)) in &set.groups {
        for origin in origins {
            builder.add_provenance(Provenance {
                group_key: *key,
                script: &origin.script,
                line_first: origin.line_first,
                line_last: origin.line_last,
                text: &origin.text,
            })?;
        }
    }
    for kernel in &set.handwritten {
        builder.add_provenance(Provenance {
            group_key: kernel.signature().key(),
            script: &kernel.file,
            line_first: 1,
            // A source of 4 billion lines is no kernel.
            line_last: kernel.source.lines().count().max(1) as u32,
            text: &format!("kernel {}", kernel.name),
        })?;
    }
    for (name, plan) in &set.plans {
        builder.add_plan(name, plan)?;
    }
    Ok(())
}

fn handwritten(
    kernel: &Handwritten,
    compiler: &Compiler<'_>,
) -> Result<CompiledGroup, CompileError> {
    compiler.handwritten(kernel).map_err(|source| CompileError::Handwritten {
        name: kernel.name.clone(),
        file: kernel.file.clone(),
        source,
    })
}

/// Adds a compiled group to an archive.
///
/// # Errors
/// [`CompileError::Build`] if the archive holds the same key with other content.
pub fn add(builder: &mut ArchiveBuilder, group: &CompiledGroup) -> Result<(), CompileError> {
    for compiled in &group.artifacts {
        builder.add(&ArtifactInput {
            artifact: &compiled.artifact,
            module: &compiled.module,
            signature: &group.signature,
            kernel: &compiled.kernel,
            translation: &compiled.translation,
        })?;
    }
    Ok(())
}
