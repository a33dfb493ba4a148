//! From a group's key to the kernels that can compute it: the search of the ladder.
//!
//! A group's artifacts are decoded once and checked against the signature that they claim to
//! compute; then a look-up is a read of a sorted map. Pipelines are made later, when a variant is
//! chosen (`pipelines.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use preheat_format::named::is_named;
use preheat_format::{
    Artifact, ArtifactKey, BindTarget, DType, GroupKey, NumericMode, Plan, Signature, Target,
    UniformValue,
};

use crate::error::RuntimeError;
use crate::mapped::Archive;
use crate::miss::MissReason;
use crate::operands::{OutputSpec, output_specs};
use crate::pipelines::{Code, Made};
use crate::telemetry::Rung;
use crate::trust::Trust;

/// Compiles a group and yields an archive that holds its artifacts, or says why it could not.
///
/// Given by programs that link the compiler; its archives are trusted.
pub type CompileHook = Box<dyn Fn(&Signature) -> Result<Vec<u8>, String> + Send + Sync>;

/// The most groups kept decoded.
const GROUPS_MAX: usize = 16384;

/// One variant in one language.
pub(crate) struct Candidate {
    pub(crate) artifact: Artifact,
    archive: Archive,
    /// Its numbers must be as IEEE 754 says.
    is_precise: bool,
    /// The rung that making its pipelines counts for.
    pub(crate) rung: Rung,
    /// Why its pipelines could not be made, once that was tried.
    pub(crate) refused: OnceLock<MissReason>,
}

impl Candidate {
    /// The step of the ladder that its pipelines count for.
    pub(crate) fn rung_of(&self, made: Made) -> Rung {
        match made {
            Made::Before => Rung::Memory,
            Made::Now => self.rung,
            Made::FromBlob => Rung::DeviceBlob,
        }
    }

    /// The module, whose bytes have the hash that the archive stores for them.
    ///
    /// # Errors
    /// [`RuntimeError::Archive`] if they are damaged.
    pub(crate) fn code(&self) -> Result<Code<'_>, RuntimeError> {
        let key = ArtifactKey(self.artifact.artifact_key);
        let group = GroupKey(self.artifact.group_key);
        let mut entries = self.archive.view()?.lookup(group, self.artifact.target);
        let entry = entries.find(|entry| entry.row().artifact_key == key);
        let rule = "its index row is gone";
        let kernel = self.artifact.variant.clone();
        let bytes = entry.ok_or(RuntimeError::Artifact { kernel, rule })?.module()?;
        Ok(Code { bytes, is_precise: self.is_precise })
    }
}

/// All that can compute one group on this device, in the order in which to try.
pub(crate) struct Group {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) outputs: Vec<OutputSpec>,
}

/// What the search depends on besides the archives.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    /// The device takes SPIR-V as it is.
    pub(crate) passthrough: bool,
    /// Nothing may be compiled.
    pub(crate) strict: bool,
}

/// The opened archives, and the groups found in them.
pub(crate) struct GroupTable {
    archives: RwLock<Vec<(Archive, Trust)>>,
    groups: RwLock<BTreeMap<GroupKey, Arc<Group>>>,
    hook: Option<CompileHook>,
    /// Held while the hook runs, so that a group is compiled once.
    compiling: Mutex<()>,
    /// Every group that was asked for.
    seen: Mutex<BTreeSet<GroupKey>>,
}

impl GroupTable {
    pub(crate) fn new(archives: Vec<(Archive, Trust)>, hook: Option<CompileHook>) -> GroupTable {
        GroupTable {
            archives: RwLock::new(archives),
            groups: RwLock::new(BTreeMap::new()),
            hook,
            compiling: Mutex::new(()),
            seen: Mutex::new(BTreeSet::new()),
        }
    }

    /// Adds an archive, searched after the others.
    pub(crate) fn add(&self, archive: Archive, trust: Trust) {
        self.archives.write().unwrap_or_else(PoisonError::into_inner).push((archive, trust));
    }

    /// True the first time that a group is asked for.
    pub(crate) fn is_new(&self, key: GroupKey) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(key)
    }

    /// Checks that some archive holds the group, for any device.
    ///
    /// # Errors
    /// The nearest reason if none does.
    pub(crate) fn require(&self, key: GroupKey) -> Result<(), MissReason> {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        let held = archives.iter().filter_map(|(archive, _)| archive.view().ok()).any(|view| {
            Target::ALL.into_iter().any(|target| view.lookup(key, target).next().is_some())
        });
        let archive_count = archives.len();
        if held { Ok(()) } else { Err(MissReason::NotInArchive { archive_count }) }
    }

    /// The group's candidates, from memory, from an archive, or from the compiler.
    ///
    /// # Errors
    /// The nearest reason for a miss.
    pub(crate) fn get(
        &self,
        key: GroupKey,
        signature: &Signature,
        search: Search,
    ) -> Result<Arc<Group>, MissReason> {
        if let Some(found) = self.find(&key) {
            return Ok(found);
        }
        let reason = match self.load(key, signature, search) {
            Ok(group) => return Ok(self.keep(key, group)),
            Err(reason) => reason,
        };
        let Some(hook) = self.hook.as_ref().filter(|_| !search.strict) else {
            return Err(reason);
        };
        let _compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = self.find(&key) {
            return Ok(found);
        }
        let failed = |message: String| MissReason::CompileFailed { message };
        let bytes = hook(signature).map_err(failed)?;
        let archive = Archive::from_bytes(&bytes).map_err(|error| failed(error.to_string()))?;
        let source = Source { archive: &archive, trust: Trust::Trusted, rung: Some(Rung::Compile) };
        let candidates = source.candidates(key, signature, search)?;
        Ok(self.keep(key, Group { candidates, outputs: output_specs(signature) }))
    }

    /// A group's candidates by the signature that its archive stores, if one has it.
    pub(crate) fn stored(&self, key: GroupKey, search: Search) -> Option<Arc<Group>> {
        if let Some(found) = self.find(&key) {
            return Some(found);
        }
        let signature = {
            let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
            let views = archives.iter().filter_map(|(archive, _)| archive.view().ok());
            views.filter_map(|view| view.signature(key).ok().flatten()).next()?
        };
        let group = self.load(key, &signature, search).ok()?;
        Some(self.keep(key, group))
    }

    /// Keys of every group in the archives, each once, in order.
    pub(crate) fn keys(&self) -> Vec<GroupKey> {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        let mut keys = BTreeSet::new();
        for view in archives.iter().filter_map(|(archive, _)| archive.view().ok()) {
            keys.extend(view.entries().flatten().map(|entry| entry.row().group_key));
        }
        keys.into_iter().collect()
    }

    /// Groups that the archives say a script asks for, in the order of its lines. `path` is the
    /// script as the program names it: archives remember its end.
    pub(crate) fn of_script(&self, path: &str) -> Vec<GroupKey> {
        let path = path.replace('\\', "/");
        let is_named = |name: &str| {
            let folder = path.strip_suffix(name);
            folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
        };
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        let views = archives.iter().filter_map(|(archive, _)| archive.view().ok());
        let rows = views.flat_map(|view| view.provenance_all()).flatten();
        let rows = rows.filter(|row| is_named(row.script));
        let mut found: Vec<_> = rows.map(|row| (row.line_first, row.group_key)).collect();
        found.sort();
        let mut seen = BTreeSet::new();
        found.retain(|(_, key)| seen.insert(*key));
        found.into_iter().map(|(_, key)| key).collect()
    }

    /// Names of the plans in the archives, each once.
    pub(crate) fn plans(&self) -> Vec<String> {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        let views = archives.iter().filter_map(|(archive, _)| archive.view().ok());
        let names = views.flat_map(|view| view.plans()).flatten();
        let names: BTreeSet<String> = names.map(|plan| plan.name.to_owned()).collect();
        names.into_iter().collect()
    }

    /// The plan of a name, of the first archive that has one.
    ///
    /// # Errors
    /// [`RuntimeError::Archive`] if it is damaged.
    pub(crate) fn plan(&self, name: &str) -> Result<Option<Plan>, RuntimeError> {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        for (archive, _) in archives.iter() {
            if let Some(plan) = archive.view()?.plan(name)? {
                return Ok(Some(plan));
            }
        }
        Ok(None)
    }

    /// The signature of a group, of the first archive that has it.
    ///
    /// # Errors
    /// [`RuntimeError::Archive`] if it is damaged.
    pub(crate) fn signature(&self, key: GroupKey) -> Result<Option<Signature>, RuntimeError> {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        for (archive, _) in archives.iter() {
            if let Some(signature) = archive.view()?.signature(key)? {
                return Ok(Some(signature));
            }
        }
        Ok(None)
    }

    /// Reads what an archive holds of a group for drivers, so that it is in memory when it is used.
    pub(crate) fn read_in(&self, key: GroupKey) {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        let views = archives.iter().filter_map(|(archive, _)| archive.view().ok());
        for entry in views.flat_map(|view| view.lookup(key, Target::Spirv)) {
            // What is wrong with it, whoever uses it says.
            let _ = entry.artifact().and_then(|_| entry.module());
        }
    }

    fn find(&self, key: &GroupKey) -> Option<Arc<Group>> {
        self.groups.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: GroupKey, group: Group) -> Arc<Group> {
        let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
        if groups.len() >= GROUPS_MAX {
            // Any will do: a group that is still needed is decoded again in microseconds.
            groups.pop_first();
        }
        Arc::clone(groups.entry(key).or_insert_with(|| Arc::new(group)))
    }

    /// The first archive that serves the group wins; the reason of the last that does not is kept
    /// if it says more than that the group is absent.
    fn load(
        &self,
        key: GroupKey,
        signature: &Signature,
        search: Search,
    ) -> Result<Group, MissReason> {
        let archives = self.archives.read().unwrap_or_else(PoisonError::into_inner);
        let mut nearest = MissReason::NotInArchive { archive_count: archives.len() };
        for (archive, trust) in archives.iter() {
            let source = Source { archive, trust: *trust, rung: None };
            match source.candidates(key, signature, search) {
                Ok(candidates) => {
                    return Ok(Group { candidates, outputs: output_specs(signature) });
                }
                Err(MissReason::NotInArchive { .. }) => {}
                Err(reason) => nearest = reason,
            }
        }
        Err(nearest)
    }
}

/// One archive in the search.
struct Source<'a> {
    archive: &'a Archive,
    trust: Trust,
    /// What its kernels count for, if not for their language.
    rung: Option<Rung>,
}

impl Source<'_> {
    fn candidates(
        &self,
        key: GroupKey,
        signature: &Signature,
        search: Search,
    ) -> Result<Vec<Candidate>, MissReason> {
        let damaged = |message: String| MissReason::Damaged { message };
        let view = self.archive.view().map_err(|error| damaged(error.to_string()))?;
        let is_precise = signature.mode == NumericMode::Precise && !is_named(signature);
        let mut candidates = Vec::new();
        for target in self.trust.targets(search.passthrough) {
            // A WGSL module would be parsed: that is a compilation.
            if search.strict && *target == Target::Wgsl {
                continue;
            }
            for entry in view.lookup(key, *target) {
                // What reaches the driver unchecked must be what the root hash vouches for.
                let authentic = match target {
                    Target::Spirv => view.authenticate(&entry),
                    Target::Wgsl | Target::Msl | Target::Hlsl => Ok(()),
                };
                let artifact = authentic.and_then(|()| entry.to_artifact());
                let artifact = artifact.map_err(|error| damaged(error.to_string()))?;
                check_artifact(&artifact, signature).map_err(|rule| damaged(rule.to_owned()))?;
                let rung = self.rung.unwrap_or(match target {
                    Target::Spirv => Rung::Spirv,
                    Target::Wgsl | Target::Msl | Target::Hlsl => Rung::Wgsl,
                });
                let archive = self.archive.clone();
                let refused = OnceLock::new();
                candidates.push(Candidate { artifact, archive, is_precise, rung, refused });
            }
        }
        if candidates.is_empty() {
            let held = |target| view.lookup(key, target).next().is_some();
            return Err(if !Target::ALL.into_iter().any(held) {
                MissReason::NotInArchive { archive_count: 1 }
            } else if self.trust == Trust::Untrusted && search.strict {
                MissReason::Untrusted
            } else {
                MissReason::NoTarget { wanted: if search.passthrough { "spirv" } else { "wgsl" } }
            });
        }
        // Stable: within a rank the better language, which was found first, stays first.
        candidates.sort_by_key(|candidate| candidate.artifact.rank);
        match view.signature(key) {
            Ok(Some(stored)) if stored != *signature => Err(MissReason::SignatureDiffers),
            Ok(Some(_) | None) => Ok(candidates),
            Err(error) => Err(damaged(error.to_string())),
        }
    }
}

/// Checks that an artifact names only what its group has; the archive's reader cannot know.
fn check_artifact(artifact: &Artifact, signature: &Signature) -> Result<(), &'static str> {
    if is_named(signature) {
        return check_named(artifact);
    }
    let known = |index: u32, count: usize| (index as usize) < count;
    for pass in &artifact.passes {
        let mut uniform_count = 0;
        for binding in &pass.bindings {
            let fits = match binding.target {
                BindTarget::Source(index) => {
                    let dtype = signature.sources.get(index as usize);
                    let is_state = signature.carries.iter().any(|carry| carry.source == index);
                    !binding.writable && dtype == Some(&binding.dtype) && !is_state
                }
                BindTarget::Output(index) => known(index, signature.outputs.len()),
                BindTarget::Scratch(index) => known(index, artifact.scratch.len()),
                BindTarget::Table => {
                    !binding.writable && binding.dtype == DType::U32 && signature.is_rolled()
                }
                BindTarget::Uniform => {
                    uniform_count += 1;
                    !binding.writable
                }
            };
            if !fits {
                return Err("a kernel binds what its group does not have");
            }
        }
        if uniform_count > 1 {
            return Err("a pass binds the uniform buffer twice");
        }
    }
    for field in &artifact.uniform {
        let (fits, len) = match &field.value {
            UniformValue::Shape(_) => (true, 4),
            UniformValue::Trips => (signature.is_rolled(), 4),
            UniformValue::TablePlace(param) => (known(*param, signature.params.len()), 4),
            UniformValue::ViewOffset(view) => (known(*view, signature.views.len()), 4),
            UniformValue::ViewStride(view, axis) => {
                (known(*view, signature.views.len()) && known(*axis, signature.roles.len()), 4)
            }
            UniformValue::Scalar(param, dtype) => {
                (signature.params.get(*param as usize) == Some(dtype), dtype.size_bytes() as u32)
            }
        };
        let end = field.offset_bytes.checked_add(len);
        if !fits || end.is_none_or(|end| end > artifact.uniform_size_bytes) {
            return Err("a uniform field is outside of its group or its buffer");
        }
    }
    Ok(())
}

/// Checks that a hand-written kernel needs nothing but the host's own bindings.
fn check_named(artifact: &Artifact) -> Result<(), &'static str> {
    let is_plain = artifact.uniform.is_empty() && artifact.uniform_size_bytes == 0;
    if !is_plain || !artifact.scratch.is_empty() || artifact.passes.len() != 1 {
        return Err("a hand-written kernel has one pass, and neither parameters nor scratch");
    }
    Ok(())
}
