//! Building an archive.
//!
//! [`ArchiveBuilder`] is a set: artifacts and provenance may be added in any order and more than
//! once, and the bytes depend only on what is in it. A key that comes with two contents is an
//! error, never a choice. What the reader would refuse is refused here, by the same checks.
//!
//! Deliberately absent: publishing. The caller writes the bytes to a temporary file beside the
//! target and renames it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use crate::archive::{ContentHash, MODULE_LEN_MAX, PREIMAGE_LEN_MAX, TEXT_LEN_MAX, check_limit};
use crate::artifact::Artifact;
use crate::assemble::{PartArtifact, Parts};
use crate::attach::Attachment;
use crate::entry;
use crate::error::{ArchiveError, BuildError, FieldValue, Mismatch, PlanError};
use crate::key::{ArtifactKey, ArtifactPreimage, GroupKey, KernelPreimage};
use crate::plan::{PLAN_LEN_MAX, Plan};
use crate::read::Provenance;
use crate::row::KeyKind;
use crate::signature::Signature;
use crate::types::Target;

/// An artifact with its module and what its keys are made of.
#[derive(Clone, Copy, Debug)]
pub struct ArtifactInput<'a> {
    /// How to dispatch it.
    pub artifact: &'a Artifact,
    /// SPIR-V words as little-endian bytes, or UTF-8 text.
    pub module: &'a [u8],
    /// Preimage of the group key.
    pub signature: &'a Signature,
    /// Preimage of the kernel key.
    pub kernel: &'a KernelPreimage,
    /// Preimage of the artifact key.
    pub translation: &'a ArtifactPreimage,
}

/// The bytes of a finished archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltArchive {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The hash of all content; equal archives have equal ones.
    pub root_hash: ContentHash,
}

/// Collects what an archive holds, in any order.
#[derive(Clone, Debug, Default)]
pub struct ArchiveBuilder {
    entries: BTreeMap<ArtifactKey, Entry>,
    modules: BTreeMap<(Target, ContentHash), Vec<u8>>,
    preimages: BTreeMap<(KeyKind, [u8; 32]), Vec<u8>>,
    provenance: BTreeSet<ProvenanceOwned>,
    plans: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    group_key: GroupKey,
    target: Target,
    rank: u32,
    hash: ContentHash,
    bytes: Vec<u8>,
    module: ContentHash,
}

/// Field order is sort order; see FORMAT.md, "Provenance".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ProvenanceOwned {
    group_key: GroupKey,
    script: String,
    line_first: u32,
    line_last: u32,
    text: String,
}

impl ArchiveBuilder {
    /// An empty archive.
    pub fn new() -> ArchiveBuilder {
        ArchiveBuilder::default()
    }

    /// Number of artifacts so far.
    pub fn entry_count(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Adds an artifact; adding it again changes nothing.
    ///
    /// # Errors
    /// [`BuildError::Conflict`] if its key is known with other contents, [`BuildError::Preimage`]
    /// if its keys are not those of its preimages, [`BuildError::Archive`] if it breaks a rule or
    /// a limit of the format. The builder is unchanged then.
    pub fn add(&mut self, input: &ArtifactInput<'_>) -> Result<(), BuildError> {
        let artifact = input.artifact;
        let key = ArtifactKey(artifact.artifact_key);
        let group_key = GroupKey(artifact.group_key);
        let invalid = |source| BuildError::Signature { group: group_key, source };
        input.signature.check().map_err(invalid)?;
        check_keys(key, input)?;
        check_module(key, artifact.target, input.module)?;
        let preimages = [
            ((KeyKind::Group, artifact.group_key), input.signature.encode()),
            ((KeyKind::Kernel, artifact.kernel_key), input.kernel.encode()),
            ((KeyKind::Artifact, artifact.artifact_key), input.translation.encode()),
        ];
        for (_, bytes) in &preimages {
            check_limit("bytes of a preimage", bytes.len() as u64, PREIMAGE_LEN_MAX)?;
        }
        let bytes = entry::encode(artifact)?;
        let entry = Entry {
            group_key,
            target: artifact.target,
            rank: artifact.rank,
            hash: ContentHash::of(&bytes),
            bytes,
            module: ContentHash::of(input.module),
        };
        if let Some(known) = self.entries.get(&key) {
            if known.module != entry.module {
                return Err(BuildError::Conflict { key, what: "modules" });
            }
            if *known != entry {
                return Err(BuildError::Conflict { key, what: "entries" });
            }
            return Ok(());
        }
        let module = (entry.target, entry.module);
        self.modules.entry(module).or_insert_with(|| input.module.to_vec());
        self.entries.insert(key, entry);
        self.preimages.extend(preimages);
        Ok(())
    }

    /// Adds where a group comes from; adding it again changes nothing.
    ///
    /// # Errors
    /// [`BuildError::ScriptName`] if the script is not named relative to the inputs with `/`,
    /// [`BuildError::Archive`] if a text is too long.
    pub fn add_provenance(&mut self, provenance: Provenance<'_>) -> Result<(), BuildError> {
        let Provenance { group_key, script, line_first, line_last, text } = provenance;
        if !is_relative_name(script) {
            let script = script.to_owned();
            return Err(BuildError::ScriptName { group: group_key, script });
        }
        for text in [script, text] {
            check_limit("bytes of text", text.len() as u64, TEXT_LEN_MAX)?;
        }
        let (script, text) = (script.to_owned(), text.to_owned());
        let row = ProvenanceOwned { group_key, script, line_first, line_last, text };
        self.provenance.insert(row);
        Ok(())
    }

    /// Adds the plan of a script; adding it again changes nothing.
    ///
    /// # Errors
    /// [`BuildError::PlanConflict`] if there is another plan of the name, [`BuildError::Plan`] if
    /// it breaks a rule or its name is not relative, [`BuildError::Archive`] if it is too long.
    pub fn add_plan(&mut self, name: &str, plan: &Plan) -> Result<(), BuildError> {
        let failed = |source| {
            let (name, source) = (name.to_owned(), Box::new(source));
            BuildError::Plan { name, source }
        };
        plan.check().map_err(failed)?;
        if !is_relative_name(name) {
            return Err(failed(PlanError::Rule { rule: "its name is relative, with `/`" }));
        }
        check_limit("bytes of text", name.len() as u64, TEXT_LEN_MAX)?;
        let bytes = plan.encode();
        check_limit("bytes of a plan", bytes.len() as u64, PLAN_LEN_MAX)?;
        match self.plans.get(name) {
            Some(known) if *known != bytes => {
                Err(BuildError::PlanConflict { name: name.to_owned() })
            }
            Some(_) => Ok(()),
            None => {
                self.plans.insert(name.to_owned(), bytes);
                Ok(())
            }
        }
    }

    /// The archive.
    ///
    /// # Errors
    /// [`BuildError::Archive`] if it is larger than the format allows.
    pub fn finish(self) -> Result<BuiltArchive, BuildError> {
        self.finish_with(|_| Vec::new())
    }

    /// The archive with what a function, given its root hash, attaches.
    ///
    /// # Errors
    /// [`BuildError::Archive`] if it is larger than the format allows.
    pub fn finish_with(
        self,
        attach: impl FnOnce(ContentHash) -> Vec<Attachment>,
    ) -> Result<BuiltArchive, BuildError> {
        let parts = self.parts();
        let capacity = usize::try_from(parts.len_estimate()).unwrap_or(0);
        let mut sink = Cursor::new(Vec::with_capacity(capacity));
        let root_hash = parts.write(&mut sink, attach)?.root_hash;
        Ok(BuiltArchive { bytes: sink.into_inner(), root_hash })
    }

    fn parts(&self) -> Parts<'_> {
        let mut artifacts: Vec<_> =
            self.entries.iter().map(|(key, one)| self.part(key, one)).collect();
        artifacts.sort_by_key(PartArtifact::sort_key);
        let preimages = self.preimages.iter();
        Parts {
            artifacts,
            preimages: preimages.map(|((kind, key), bytes)| (*kind, *key, &**bytes)).collect(),
            provenance: self.provenance.iter().map(ProvenanceOwned::borrowed).collect(),
            plans: self.plans.iter().map(|(name, plan)| (&**name, &**plan)).collect(),
        }
    }

    fn part<'a>(&'a self, key: &ArtifactKey, entry: &'a Entry) -> PartArtifact<'a> {
        let module = self.modules.get(&(entry.target, entry.module));
        PartArtifact {
            group_key: entry.group_key,
            target: entry.target,
            rank: entry.rank,
            artifact_key: *key,
            entry: &entry.bytes,
            entry_hash: entry.hash,
            module: module.map(Vec::as_slice).unwrap_or_default(),
            module_hash: entry.module,
        }
    }
}

impl ProvenanceOwned {
    fn borrowed(&self) -> Provenance<'_> {
        let ProvenanceOwned { group_key, script, line_first, line_last, text } = self;
        let (group_key, line_first, line_last) = (*group_key, *line_first, *line_last);
        Provenance { group_key, script, line_first, line_last, text }
    }
}

/// A name that is the same on every machine.
pub(crate) fn is_relative_name(script: &str) -> bool {
    let has_drive = script.as_bytes().get(1) == Some(&b':');
    !(script.is_empty() || script.starts_with('/') || script.contains('\\') || has_drive)
}

/// Every key has to be the hash of its preimage, and each preimage to name the one above it.
fn check_keys(key: ArtifactKey, input: &ArtifactInput<'_>) -> Result<(), BuildError> {
    let ArtifactInput { artifact, signature, kernel, translation, module: _ } = input;
    let hash = |bytes: [u8; 32]| FieldValue::Hash(ContentHash(bytes));
    let code = |target: Target| FieldValue::Number(target.code().into());
    let group_key = signature.key().0;
    let kernel_key = kernel.key().0;
    let fields = [
        ("group key", hash(group_key), hash(artifact.group_key)),
        ("group key of its kernel", hash(group_key), hash(kernel.group.0)),
        ("kernel key", hash(kernel_key), hash(artifact.kernel_key)),
        ("kernel key of its translation", hash(kernel_key), hash(translation.kernel.0)),
        ("artifact key", hash(translation.key().0), hash(artifact.artifact_key)),
        ("target", code(translation.target), code(artifact.target)),
    ];
    for (field, expected, found) in fields {
        if expected != found {
            let values = Box::new(Mismatch { expected, found });
            return Err(BuildError::Preimage { key, field, values });
        }
    }
    Ok(())
}

/// The little that can be said of a module without knowing its language.
pub(crate) fn check_module(
    key: ArtifactKey,
    target: Target,
    module: &[u8],
) -> Result<(), ArchiveError> {
    check_limit("bytes of a module", module.len() as u64, MODULE_LEN_MAX)?;
    let (holds, rule) = match target {
        Target::Spirv => (module.len().is_multiple_of(4), "expected whole 32-bit words"),
        Target::Wgsl | Target::Msl | Target::Hlsl => {
            (std::str::from_utf8(module).is_ok(), "expected UTF-8 text")
        }
    };
    if holds { Ok(()) } else { Err(ArchiveError::Module { key, target, rule }) }
}
