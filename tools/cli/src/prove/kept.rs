//! Proofs that are kept in the store, so that a kernel runs beside the reference once.
//!
//! A proof is named by what ran (artifact, module, entry) and by the version of the comparison. It
//! says on which device that was; a build takes it whatever device is at hand, as `preheat merge`
//! takes certificates of other machines. `--prove always` and `preheat prove` take none.

use preheat_files::Store;
use preheat_format::certificate::{Certificate, SpecialPolicy};
use preheat_format::{ArtifactKey, ContentHash, IndexRow};
use serde::{Deserialize, Serialize};

use super::calls::trial_values;

/// Raised when the reference or its bounds change; the values that kernels are tried with are part
/// of the key.
const VERSION: u32 = 4;

/// The proofs of a store.
#[derive(Clone, Debug)]
pub(crate) struct ProofStore {
    store: Store<'static>,
    program: String,
}

/// What became of a kernel, for the store.
#[derive(Debug, Serialize, Deserialize)]
enum Kept {
    Proved(KeptCertificate),
    /// Why there is nothing to prove.
    Unproved(String),
    /// It was wrong on some device: builds find out again, until one has another result.
    Wrong,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptCertificate {
    artifact: [u8; 32],
    compared: u64,
    undecided: u64,
    /// Bits: JSON does not have every number.
    error_ulp: u64,
    bound_ulp: u64,
    device: String,
    driver: String,
}

/// What is known of all kernels of an archive.
#[derive(Debug, Serialize, Deserialize)]
struct KeptArchive {
    certificates: Vec<KeptCertificate>,
    unproved: usize,
}

impl ProofStore {
    /// The proofs of a store. `program` tells programs apart whose reference may differ although
    /// nobody raised a version, as those of a developer do.
    pub(crate) fn new(store: Store<'static>, program: String) -> ProofStore {
        ProofStore { store, program }
    }

    /// What an earlier build found of a kernel: a certificate, or why there is none.
    pub(super) fn recall(&self, row: &IndexRow) -> Option<Result<Certificate, String>> {
        let bytes = self.store.recall(&self.kernel_key(row))?;
        match serde_json::from_slice(&bytes).ok()? {
            Kept::Proved(one) if one.artifact == row.artifact_key.0 => Some(Ok(one.restored()?)),
            Kept::Proved(_) | Kept::Wrong => None,
            Kept::Unproved(why) => Some(Err(why)),
        }
    }

    /// Keeps what was found.
    pub(super) fn keep(&self, row: &IndexRow, found: Result<&Certificate, &str>) {
        let kept = match found {
            Ok(certificate) => Kept::Proved(KeptCertificate::of(certificate)),
            Err(why) => Kept::Unproved(why.to_owned()),
        };
        self.put(&self.kernel_key(row), &kept);
    }

    /// Takes back what is kept of a kernel.
    pub(super) fn revoke(&self, row: &IndexRow) {
        self.put(&self.kernel_key(row), &Kept::Wrong);
    }

    /// The certificates of an archive all of whose kernels were tried, and how many others it has.
    pub(super) fn recall_archive(&self, root: ContentHash) -> Option<(Vec<Certificate>, usize)> {
        let bytes = self.store.recall(&self.key(b"archive", &[&root.0]))?;
        let kept: Option<KeptArchive> = serde_json::from_slice(&bytes).ok()?;
        let kept = kept?;
        let restored = kept.certificates.iter().map(KeptCertificate::restored);
        Some((restored.collect::<Option<_>>()?, kept.unproved))
    }

    /// Keeps the same.
    pub(super) fn keep_archive(
        &self,
        root: ContentHash,
        certificates: &[Certificate],
        unproved: usize,
    ) {
        let certificates = certificates.iter().map(KeptCertificate::of).collect();
        let kept = Some(KeptArchive { certificates, unproved });
        self.put(&self.key(b"archive", &[&root.0]), &kept);
    }

    /// Takes back what is kept of an archive.
    pub(super) fn revoke_archive(&self, root: ContentHash) {
        self.put(&self.key(b"archive", &[&root.0]), &None::<KeptArchive>);
    }

    /// A store that cannot be written costs time.
    fn put(&self, key: &[u8; 32], value: &impl Serialize) {
        if let Ok(bytes) = serde_json::to_vec(value) {
            let _ = self.store.keep(key, &bytes);
        }
    }

    fn kernel_key(&self, row: &IndexRow) -> [u8; 32] {
        self.key(b"kernel!", &[&row.artifact_key.0, &row.entry.hash.0, &row.module.hash.0])
    }

    fn key(&self, kind: &[u8; 7], parts: &[&[u8; 32]]) -> [u8; 32] {
        let mut bytes = b"preheat 2026-11 proof v1".to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&trial_values().0);
        bytes.extend_from_slice(kind);
        parts.iter().for_each(|part| bytes.extend_from_slice(*part));
        bytes.extend_from_slice(env!("CARGO_PKG_VERSION").as_bytes());
        bytes.extend_from_slice(self.program.as_bytes());
        ContentHash::of(&bytes).0
    }
}

impl KeptCertificate {
    fn of(one: &Certificate) -> KeptCertificate {
        KeptCertificate {
            artifact: one.artifact_key.0,
            compared: one.compared,
            undecided: one.undecided,
            error_ulp: one.error_ulp.to_bits(),
            bound_ulp: one.bound_ulp.to_bits(),
            device: one.device.clone(),
            driver: one.driver.clone(),
        }
    }

    /// `None` if it is none that we make.
    fn restored(&self) -> Option<Certificate> {
        let (error_ulp, bound_ulp) =
            (f64::from_bits(self.error_ulp), f64::from_bits(self.bound_ulp));
        let is_sound = error_ulp <= bound_ulp && self.compared > 0;
        is_sound.then(|| Certificate {
            artifact_key: ArtifactKey(self.artifact),
            policy: SpecialPolicy::AsReference,
            compared: self.compared,
            undecided: self.undecided,
            error_ulp,
            bound_ulp,
            device: self.device.clone(),
            driver: self.driver.clone(),
        })
    }
}
