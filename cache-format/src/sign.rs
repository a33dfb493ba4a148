//! Signatures over an archive: who vouches for it.
//!
//! ed25519 (RFC 8032) over the root hash, the hash of what is attached, and the signer's key id
//! and generation. A signature is attached to the archive or kept in a file beside it. Trust is in
//! public keys that a program pins, never in names, paths or the key that a signature brings
//! along; the generation lets a program refuse an archive that was good once.
//!
//! Deliberately absent: where keys are kept, and randomness.

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

use crate::archive::{ContentHash, Section, SectionId};
use crate::attach::Attachment;
use crate::error::SignError;
use crate::read::ArchiveView;
use crate::row::{RowWriter, array_at, u32_at, u64_at};
use crate::sidecar::SidecarView;

pub use crate::key_file::{KeyId, PublicKey, SecretKey};

/// The most signatures of an archive.
pub const SIGNATURES_MAX: usize = 64;
/// The first bytes of a file of detached signatures.
pub const DETACHED_MAGIC: [u8; 8] = *b"PREHEATS";
/// Version of such files.
pub const DETACHED_VERSION: u32 = 1;

const MESSAGE_CONTEXT: &[u8; 40] = b"preheat 2026-11 archive signature v1\0\0\0\0";
const ATTACHED_CONTEXT: &str = "preheat 2026-11 attached sections v1";
const ROW_LEN: usize = 192;
const DETACHED_HEAD_LEN: usize = 48;
const NAME_LEN: usize = 32;

/// What a signature is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The archive's root hash.
    pub root_hash: ContentHash,
    /// Hash over the table rows of attached sections, signatures apart.
    pub attached: ContentHash,
}

impl Covered {
    /// Of an archive.
    pub fn of(view: &ArchiveView<'_>) -> Covered {
        Covered { root_hash: view.root_hash(), attached: attached_hash(view.sections()) }
    }

    /// Of content and what is going to be attached to it.
    pub fn of_parts(root_hash: ContentHash, attachments: &[Attachment]) -> Covered {
        let rows = attachments.iter().map(|attachment| Section {
            id: attachment.id,
            is_required: false,
            offset_bytes: 0,
            len_bytes: attachment.bytes.len() as u64,
            row_count: attachment.row_count as u64,
            hash: ContentHash::of(&attachment.bytes),
        });
        Covered { root_hash, attached: attached_hash(rows) }
    }

    fn message(&self, id: &KeyId, generation: u64) -> Vec<u8> {
        let mut message = MESSAGE_CONTEXT.to_vec();
        message.extend_from_slice(&self.root_hash.0);
        message.extend_from_slice(&self.attached.0);
        message.extend_from_slice(&generation.to_le_bytes());
        message.extend_from_slice(&id.version().to_le_bytes());
        message.extend_from_slice(&padded(id.name()));
        message
    }
}

fn attached_hash(sections: impl Iterator<Item = Section>) -> ContentHash {
    let mut hasher = blake3::Hasher::new_derive_key(ATTACHED_CONTEXT);
    let attached = sections.filter(|one| !one.id.is_content() && one.id != SectionId::SIGNATURES);
    for section in attached {
        hasher.update(&Section { offset_bytes: 0, ..section }.encode());
    }
    ContentHash(*hasher.finalize().as_bytes())
}

fn padded(name: &str) -> [u8; NAME_LEN] {
    let mut out = [0; NAME_LEN];
    // A key id's name is no longer than the field.
    out.iter_mut().zip(name.bytes()).for_each(|(place, byte)| *place = byte);
    out
}

/// One signature, as it is stored. Nothing in it is to be believed before it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveSignature {
    /// Whose key signed.
    pub id: KeyId,
    /// Counts up from one release to the next.
    pub generation: u64,
    /// The signer's public key, as the signature says.
    pub public_key: [u8; 32],
    /// The 64 bytes of ed25519.
    pub signature: [u8; 64],
}

impl SecretKey {
    /// Signs. The same key, content and generation give the same bytes.
    pub fn sign(&self, covered: &Covered, generation: u64) -> ArchiveSignature {
        let signing = SigningKey::from_bytes(self.seed());
        let signature = signing.sign(&covered.message(self.id(), generation)).to_bytes();
        let public_key = signing.verifying_key().to_bytes();
        ArchiveSignature { id: self.id().clone(), generation, public_key, signature }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        let bytes = SigningKey::from_bytes(self.seed()).verifying_key().to_bytes();
        PublicKey::new(self.id().clone(), bytes)
    }
}

impl ArchiveSignature {
    /// Checks that this key signed this.
    ///
    /// # Errors
    /// [`SignError::OtherKey`] if another key did, [`SignError::Forged`] if the signature is not
    /// of this archive.
    pub fn verify(&self, key: &PublicKey, covered: &Covered) -> Result<(), SignError> {
        let forged = || SignError::Forged { id: self.id.clone() };
        if self.public_key != *key.as_bytes() || self.id != *key.id() {
            return Err(SignError::OtherKey { id: self.id.clone() });
        }
        let verifying = VerifyingKey::from_bytes(key.as_bytes()).map_err(|_| forged())?;
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature);
        let message = covered.message(&self.id, self.generation);
        verifying.verify_strict(&message, &signature).map_err(|_| forged())
    }

    /// The key that the signature says made it; proves nothing about who holds it.
    pub fn claimed_key(&self) -> PublicKey {
        PublicKey::new(self.id.clone(), self.public_key)
    }

    fn encode(&self) -> [u8; ROW_LEN] {
        let mut row = RowWriter::<ROW_LEN>::new();
        row.put(&padded(self.id.name()));
        row.put(&self.id.version().to_le_bytes());
        row.put(&[0; 4]);
        row.put(&self.generation.to_le_bytes());
        row.put(&self.public_key);
        row.put(&self.signature);
        row.bytes
    }

    fn decode(row: &[u8; ROW_LEN]) -> Result<ArchiveSignature, SignError> {
        let name: [u8; NAME_LEN] = array_at(row, 0);
        let len = name.iter().position(|byte| *byte == 0).unwrap_or(NAME_LEN);
        let (name, rest) = name.split_at(len);
        let malformed = |rule| SignError::Malformed { rule };
        let name = std::str::from_utf8(name).map_err(|_| malformed("a key's name is text"))?;
        let reserved = row[36..40].iter().chain(&row[144..]).chain(rest);
        if reserved.copied().any(|byte| byte != 0) {
            return Err(malformed("reserved bytes of a signature are zero"));
        }
        Ok(ArchiveSignature {
            id: KeyId::new(name, u32_at(row, 32))?,
            generation: u64_at(row, 40),
            public_key: array_at(row, 48),
            signature: array_at(row, 80),
        })
    }

    fn sort_key(&self) -> (KeyId, u64, [u8; 32]) {
        (self.id.clone(), self.generation, self.public_key)
    }
}

/// The section that holds signatures, sorted; one key signs once per generation.
pub fn attachment(mut signatures: Vec<ArchiveSignature>) -> Attachment {
    signatures.sort_by_key(ArchiveSignature::sort_key);
    signatures.dedup_by_key(|signature| signature.sort_key());
    let bytes = signatures.iter().flat_map(ArchiveSignature::encode).collect();
    Attachment { id: SectionId::SIGNATURES, row_count: signatures.len(), bytes }
}

/// Appends signatures to what is going to be attached to content.
pub fn sign_all(
    root_hash: ContentHash,
    mut attachments: Vec<Attachment>,
    signers: &[(SecretKey, u64)],
) -> Vec<Attachment> {
    attachments.retain(|attachment| attachment.id != SectionId::SIGNATURES);
    let covered = Covered::of_parts(root_hash, &attachments);
    if !signers.is_empty() {
        let signed = signers.iter().map(|(key, generation)| key.sign(&covered, *generation));
        attachments.push(attachment(signed.collect()));
    }
    attachments.sort_by_key(|attachment| attachment.id);
    attachments
}

/// The signatures that an archive carries, unverified.
///
/// # Errors
/// [`SignError::Malformed`] if the section breaks a rule of FORMAT.md.
pub fn signatures(view: &ArchiveView<'_>) -> Result<Vec<ArchiveSignature>, SignError> {
    let section = view.sections().find(|section| section.id == SectionId::SIGNATURES);
    let Some(section) = section else {
        return Ok(Vec::new());
    };
    let bytes = view.section_bytes(section.id).unwrap_or_default();
    if ContentHash::of(bytes) != section.hash {
        return Err(SignError::Malformed { rule: "the section has the hash of its table row" });
    }
    decode_rows(bytes, section.row_count)
}

fn decode_rows(bytes: &[u8], count: u64) -> Result<Vec<ArchiveSignature>, SignError> {
    let malformed = |rule| SignError::Malformed { rule };
    let (rows, rest) = bytes.as_chunks::<ROW_LEN>();
    if !rest.is_empty() || rows.len() as u64 != count {
        return Err(malformed("there are as many rows as stated, and nothing else"));
    }
    if rows.len() > SIGNATURES_MAX {
        return Err(malformed("an archive has at most 64 signatures"));
    }
    let list: Vec<ArchiveSignature> =
        rows.iter().map(ArchiveSignature::decode).collect::<Result<_, _>>()?;
    let ascends = |pair: &[ArchiveSignature]| match pair {
        [left, right] => left.sort_key() < right.sort_key(),
        _ => true,
    };
    if list.windows(2).all(ascends) { Ok(list) } else { Err(malformed("signatures ascend")) }
}

/// Signatures as a file of their own, for an archive with this root hash.
pub fn encode_detached(root_hash: ContentHash, signatures: Vec<ArchiveSignature>) -> Vec<u8> {
    let rows = attachment(signatures);
    let mut bytes = DETACHED_MAGIC.to_vec();
    bytes.extend_from_slice(&DETACHED_VERSION.to_le_bytes());
    bytes.extend_from_slice(&(rows.row_count as u32).to_le_bytes());
    bytes.extend_from_slice(&root_hash.0);
    bytes.extend_from_slice(&rows.bytes);
    bytes
}

/// Reads what [`encode_detached`] wrote; the bytes may come from anywhere.
///
/// # Errors
/// [`SignError::Malformed`] if they are something else.
pub fn decode_detached(bytes: &[u8]) -> Result<(ContentHash, Vec<ArchiveSignature>), SignError> {
    let malformed = |rule| SignError::Malformed { rule };
    let head: &[u8; DETACHED_HEAD_LEN] =
        bytes.first_chunk().ok_or(malformed("a signature file has a head of 48 bytes"))?;
    if !head.starts_with(&DETACHED_MAGIC) {
        return Err(malformed("a signature file starts with `PREHEATS`"));
    }
    if u32_at(head, 8) != DETACHED_VERSION {
        return Err(malformed("the signature file's version is 1"));
    }
    let rows = bytes.get(DETACHED_HEAD_LEN..).unwrap_or_default();
    Ok((ContentHash(array_at(head, 16)), decode_rows(rows, u32_at(head, 12).into())?))
}

/// What a program trusts.
#[derive(Clone, Debug, Default)]
pub struct TrustPolicy {
    /// The pinned keys.
    pub keys: Vec<TrustedKey>,
}

/// A pinned key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Its signatures of an older generation are refused.
    pub generation_min: u64,
}

impl TrustPolicy {
    /// The signature by which an archive is trusted; `detached` are tried like attached ones.
    ///
    /// # Errors
    /// The nearest reason why there is none: [`SignError::Malformed`], [`SignError::Unsigned`],
    /// [`SignError::OtherKey`], [`SignError::Replayed`], [`SignError::Forged`].
    pub fn check(
        &self,
        view: &ArchiveView<'_>,
        detached: &[ArchiveSignature],
    ) -> Result<ArchiveSignature, SignError> {
        let mut candidates = signatures(view)?;
        candidates.extend_from_slice(detached);
        self.check_covered(&Covered::of(view), candidates)
    }

    /// The signature by which a device sidecar is trusted. Its index is hashed, which vouches for
    /// the hash of every blob.
    ///
    /// # Errors
    /// As [`TrustPolicy::check`].
    pub fn check_sidecar(
        &self,
        view: &SidecarView<'_>,
        detached: &[ArchiveSignature],
    ) -> Result<ArchiveSignature, SignError> {
        if !view.is_index_authentic() {
            return Err(SignError::Malformed { rule: "the index has the hash of its table row" });
        }
        let root_hash = view.root_hash();
        self.check_covered(&Covered::of_parts(root_hash, &[]), detached.to_vec())
    }

    fn check_covered(
        &self,
        covered: &Covered,
        candidates: Vec<ArchiveSignature>,
    ) -> Result<ArchiveSignature, SignError> {
        let mut nearest = SignError::Unsigned;
        for candidate in candidates {
            let claimed = candidate.claimed_key();
            let trusted = self.keys.iter().find(|trusted| trusted.key == claimed);
            let found = match trusted {
                None => Err(SignError::OtherKey { id: candidate.id.clone() }),
                Some(trusted) => candidate.verify(&trusted.key, covered).and_then(|()| {
                    let (found, expected) = (candidate.generation, trusted.generation_min);
                    let id = candidate.id.clone();
                    let is_new = found >= expected;
                    if is_new { Ok(()) } else { Err(SignError::Replayed { id, found, expected }) }
                }),
            };
            match found {
                Ok(()) => return Ok(candidate),
                Err(error) if error.nearness() >= nearest.nearness() => nearest = error,
                Err(_) => {}
            }
        }
        Err(nearest)
    }
}
