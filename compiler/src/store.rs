//! What was compiled, kept between builds and shared between processes.
//!
//! An *action* is compiling one group for one target. It is named by all that decides the result:
//! the group, the generator, the target, the translator and its options, the limits; the same
//! things that artifact keys are made of. What it gave is a small archive of that group's
//! artifacts, in a content-addressed store (`preheat-files`), whose reads are hashed again. So
//! nothing is ever outdated: a changed generator asks for other actions.
//!
//! A store that cannot be read or written costs time, not results.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use preheat_files::{ContentName, Store};
use preheat_format::{
    ArchiveBuilder, ArchiveError, ArtifactKey, GroupKey, KernelKey, OwnedArchive, Signature, Target,
};

use crate::emit::{self, EmitError};
use crate::handwritten::Handwritten;
use crate::lower;
use crate::pack::{self, CompileError, CompiledArtifact, CompiledGroup, PackOptions};

const ACTION_CONTEXT: &str = "preheat 2026-11 build action v1";

/// Compiling one group for one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action<'a> {
    /// The group.
    pub group: GroupKey,
    /// Hash of all that its WGSL is made from.
    pub generator: [u8; 32],
    /// Language of the modules.
    pub target: Target,
    /// Translator and its version.
    pub translator: &'a str,
    /// Options of the translator.
    pub options: &'a str,
    /// Name of the limits profile.
    pub limits: &'a str,
    /// What else tells programs apart; empty for a released one.
    pub program: &'a str,
}

impl Action<'_> {
    /// The name under which a store knows the action.
    pub fn key(&self) -> [u8; 32] {
        let mut bytes = self.group.0.to_vec();
        bytes.extend_from_slice(&self.generator);
        bytes.push(self.target.code());
        for text in [self.translator, self.options, self.limits, self.program] {
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        blake3::derive_key(ACTION_CONTEXT, &bytes)
    }
}

/// Compiles groups, or takes them from a store.
#[derive(Debug)]
pub struct Compiler<'f> {
    options: PackOptions,
    store: Option<Store<'f>>,
    program: String,
    first_error: Mutex<Option<io::Error>>,
}

impl<'f> Compiler<'f> {
    /// A compiler without a store.
    pub fn new(options: PackOptions) -> Compiler<'f> {
        Compiler { options, store: None, program: String::new(), first_error: Mutex::new(None) }
    }

    /// The same with a store. `program` tells programs apart whose generators may differ although
    /// they have the same hash, as those of a developer do; empty otherwise.
    #[must_use]
    pub fn with_store(self, store: Store<'f>, program: &str) -> Compiler<'f> {
        Compiler { store: Some(store), program: program.to_owned(), ..self }
    }

    /// What archives are built for.
    pub fn options(&self) -> &PackOptions {
        &self.options
    }

    /// Why the store could not be written, the first time.
    pub fn store_error(&self) -> Option<String> {
        let error = self.first_error.lock().unwrap_or_else(PoisonError::into_inner);
        error.as_ref().map(io::Error::to_string)
    }

    /// A group for every target.
    ///
    /// # Errors
    /// As [`pack::compile`].
    pub fn group(&self, signature: &Arc<Signature>) -> Result<CompiledGroup, CompileError> {
        let generator = lower::generator_hash();
        self.through_store(signature, generator, |options| pack::compile(signature, options))
    }

    /// A hand-written kernel for every target.
    ///
    /// # Errors
    /// As [`Handwritten::compile`].
    pub fn handwritten(&self, kernel: &Handwritten) -> Result<CompiledGroup, EmitError> {
        let signature = Arc::new(kernel.signature());
        self.through_store(&signature, kernel.hash(), |options| kernel.compile(options))
    }

    /// Names of the store's contents that make up a group, one for each target, if the store knows
    /// all of them.
    pub fn contents(&self, signature: &Signature) -> Option<Vec<ContentName>> {
        let store = self.store.as_ref()?;
        let (group, generator) = (signature.key(), lower::generator_hash());
        let targets = self.options.targets.iter();
        targets.map(|target| store.name_of(&self.action(group, generator, *target).key())).collect()
    }

    fn through_store<E>(
        &self,
        signature: &Arc<Signature>,
        generator: [u8; 32],
        compile: impl FnOnce(&PackOptions) -> Result<CompiledGroup, E>,
    ) -> Result<CompiledGroup, E> {
        let Some(store) = &self.store else {
            return compile(&self.options);
        };
        let group = signature.key();
        let action = |target| self.action(group, generator, target);
        let mut found = Vec::new();
        let mut missing = PackOptions { targets: Vec::new(), ..self.options.clone() };
        for target in self.options.targets.iter().copied() {
            match recall(store, &action(target)) {
                Some(artifacts) => found.extend(artifacts),
                None => missing.targets.push(target),
            }
        }
        let mut naga_calls = 0;
        if !missing.targets.is_empty() {
            let made = compile(&missing)?;
            naga_calls = made.naga_calls;
            for target in &missing.targets {
                self.keep(store, &action(*target), signature, &made.artifacts);
            }
            found.extend(made.artifacts);
        }
        let kernel_count = kernel_count(&found);
        Ok(CompiledGroup {
            signature: Arc::clone(signature),
            artifacts: found,
            kernel_count,
            naga_calls,
        })
    }

    fn action(&self, group: GroupKey, generator: [u8; 32], target: Target) -> Action<'_> {
        Action {
            group,
            generator,
            target,
            translator: emit::TRANSLATOR,
            options: emit::OPTIONS,
            limits: &self.options.limits.name,
            program: &self.program,
        }
    }

    fn keep(
        &self,
        store: &Store<'_>,
        action: &Action<'_>,
        signature: &Arc<Signature>,
        artifacts: &[CompiledArtifact],
    ) {
        let own = artifacts.iter().filter(|one| one.artifact.target == action.target);
        let group = CompiledGroup {
            signature: Arc::clone(signature),
            artifacts: own.cloned().collect(),
            kernel_count: 0,
            naga_calls: 0,
        };
        let mut builder = ArchiveBuilder::new();
        let built = pack::add(&mut builder, &group).map(|()| builder.finish());
        // What no archive can hold is reported where the whole archive is put together.
        let Ok(Ok(built)) = built else { return };
        if let Err(error) = store.keep(&action.key(), &built.bytes) {
            let mut first = self.first_error.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(error);
        }
    }
}

/// Number of kernels of some artifacts: variants, whatever the number of targets.
pub(crate) fn kernel_count(artifacts: &[CompiledArtifact]) -> usize {
    let keys: BTreeSet<[u8; 32]> = artifacts.iter().map(|one| one.artifact.kernel_key).collect();
    keys.len()
}

/// The artifacts that an action gave before, if the store has them whole.
fn recall(store: &Store<'_>, action: &Action<'_>) -> Option<Vec<CompiledArtifact>> {
    let bytes = store.recall(&action.key())?;
    read(&bytes, action).ok().flatten()
}

/// `None` if the archive is not of this action: someone else wrote it.
fn read(bytes: &[u8], action: &Action<'_>) -> Result<Option<Vec<CompiledArtifact>>, ArchiveError> {
    let archive = OwnedArchive::new(bytes)?;
    let view = archive.view()?;
    let mut artifacts = Vec::new();
    for entry in view.entries() {
        let entry = entry?;
        let artifact = entry.to_artifact()?;
        let kernel = view.kernel(KernelKey(artifact.kernel_key))?;
        let translation = view.translation(ArtifactKey(artifact.artifact_key))?;
        let (Some(kernel), Some(translation)) = (kernel, translation) else {
            return Ok(None);
        };
        let made = Action {
            group: kernel.group,
            generator: kernel.generator,
            target: translation.target,
            translator: &translation.translator,
            options: &translation.options,
            limits: &translation.limits,
            program: action.program,
        };
        if made != *action || translation.kernel != kernel.key() {
            return Ok(None);
        }
        let module = entry.module()?.to_vec();
        artifacts.push(CompiledArtifact { artifact, module, kernel, translation });
    }
    Ok(Some(artifacts))
}

#[cfg(test)]
mod tests {
    use preheat_files::memory::MemoryDisk;
    use preheat_format::{AxisRole, DType, NodeKind, NumericMode, OpId, SignatureBuilder, View};
    use std::path::Path;

    use super::*;
    use crate::limits::Limits;

    fn signature(op: &str) -> Arc<Signature> {
        let mut group = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
        let source = group.source(DType::F32);
        let view = group.view(View::identity(1));
        let load = group.node(DType::F32, NodeKind::Load { source, view });
        let op = OpId::from_bytes(op.as_bytes()).unwrap();
        let node = group.node(DType::F32, NodeKind::Apply { op, operands: vec![load] });
        group.output(node, None);
        Arc::new(group.finish().unwrap().0)
    }

    fn options(targets: &[Target], limits: Limits) -> PackOptions {
        PackOptions { targets: targets.to_vec(), limits }
    }

    /// Each thing that decides a result is part of its name, and nothing runs into its neighbour.
    #[test]
    fn every_field_of_an_action_changes_its_key() {
        let action = Action {
            group: GroupKey([1; 32]),
            generator: [2; 32],
            target: Target::Spirv,
            translator: "naga",
            options: "fast",
            limits: "webgpu",
            program: "",
        };
        let others = [
            Action { group: GroupKey([3; 32]), ..action },
            Action { generator: [3; 32], ..action },
            Action { target: Target::Wgsl, ..action },
            Action { translator: "naga ", ..action },
            Action { options: "fas", ..action },
            Action { limits: "webgpu ", ..action },
            Action { program: "debug", ..action },
            Action { translator: "nagaf", options: "ast", ..action },
            Action { limits: "", program: "webgpu", ..action },
        ];
        let keys: BTreeSet<[u8; 32]> = others.iter().map(Action::key).collect();
        assert_eq!(keys.len(), others.len());
        assert!(!keys.contains(&action.key()));
        assert_eq!(action.key(), Action { ..action }.key());
    }

    #[test]
    fn what_a_store_gives_is_what_was_compiled() {
        let disk = MemoryDisk::new(1);
        let store = || Store::new(&disk, Path::new("store"));
        let both = [Target::Spirv, Target::Wgsl];
        let group = |targets: &[Target], program: &str| {
            let options = options(targets, Limits::webgpu());
            Compiler::new(options).with_store(store(), program).group(&signature("neg")).unwrap()
        };
        let plain = pack::compile(&signature("neg"), &options(&both, Limits::webgpu())).unwrap();
        let sorted = |group: &CompiledGroup| {
            let one = |one: &CompiledArtifact| (one.artifact.artifact_key, one.module.clone());
            group.artifacts.iter().map(one).collect::<BTreeSet<_>>()
        };
        let first = group(&both[..1], "");
        assert!(first.naga_calls > 0);
        let second = group(&both, "");
        assert!(second.naga_calls > 0 && second.naga_calls < plain.naga_calls + 1);
        let third = group(&both, "");
        assert_eq!((third.naga_calls, third.kernel_count), (0, plain.kernel_count));
        assert_eq!(sorted(&third), sorted(&plain));
        assert!(group(&both, "another program").naga_calls > 0);
    }

    /// A store that someone else wrote: a sound archive under another action's name.
    #[test]
    fn what_is_of_another_action_is_not_taken() {
        let disk = MemoryDisk::new(1);
        let store = Store::new(&disk, Path::new("store"));
        let options = options(&[Target::Wgsl], Limits::webgpu());
        let compiler = Compiler::new(options).with_store(store.clone(), "");
        let generator = lower::generator_hash();
        let action = |name: &str| compiler.action(signature(name).key(), generator, Target::Wgsl);
        compiler.group(&signature("neg")).unwrap();
        let stolen = store.recall(&action("neg").key()).unwrap();
        store.keep(&action("abs").key(), &stolen).unwrap();
        let group = compiler.group(&signature("abs")).unwrap();
        assert!(group.naga_calls > 0);
        assert!(group.artifacts.iter().all(|one| one.kernel.group == signature("abs").key()));
    }

    #[test]
    fn a_group_beyond_the_limits_is_refused_with_or_without_a_store() {
        let small = Limits { invocations: 64, ..Limits::webgpu() }.named_by_content();
        let disk = MemoryDisk::new(1);
        let compiler = Compiler::new(options(&[Target::Wgsl], small))
            .with_store(Store::new(&disk, Path::new("store")), "");
        for _ in 0..2 {
            let error = compiler.group(&signature("neg")).unwrap_err().to_string();
            assert!(error.contains("invocations in a workgroup"), "{error}");
        }
    }
}
