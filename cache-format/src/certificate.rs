//! Certificates: what was found when kernels ran beside a reference.
//!
//! A certificate says that an artifact's module ran on a device, over how many values it was
//! compared with the reference, and how far apart they were. It depends on the device, so it is
//! attached to the archive, outside the root hash; a signature over the archive covers it.
//! FORMAT.md, "Certificates", is normative.
//!
//! Deliberately absent: how a kernel is run and what the reference is.

use std::collections::BTreeMap;

use crate::archive::{ContentHash, INDEX_ROWS_MAX, SectionId};
use crate::attach::Attachment;
use crate::error::ArchiveError;
use crate::key::ArtifactKey;
use crate::read::ArchiveView;
use crate::row::{RowWriter, array_at, u32_at, u64_at};

/// The longest name of a device or driver in bytes.
pub const DEVICE_NAME_LEN_MAX: usize = 1024;

const ROW_LEN: usize = 96;

/// What a comparison demands of values that are not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum SpecialPolicy {
    /// NaN exactly where the reference has NaN, infinities of the same sign at the same places;
    /// the sign of a zero and the bits of a NaN are free.
    AsReference = 1,
}

impl SpecialPolicy {
    /// The policy in words.
    pub const fn text(self) -> &'static str {
        match self {
            SpecialPolicy::AsReference => "NaN and infinities where the reference has them",
        }
    }
}

/// One artifact that agreed with the reference on a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// What ran.
    pub artifact_key: ArtifactKey,
    /// What was demanded of NaN and infinities.
    pub policy: SpecialPolicy,
    /// Values that were compared.
    pub compared: u64,
    /// Values for which no bound can be given, e.g. a sum whose terms overflow in some order.
    pub undecided: u64,
    /// Greatest difference, in units in the last place of the reference's value.
    pub error_ulp: f64,
    /// The difference that was allowed there, in the same units.
    pub bound_ulp: f64,
    /// The device.
    pub device: String,
    /// Its driver, with the version.
    pub driver: String,
}

/// The section that holds certificates; the last of an artifact's is taken.
pub fn attachment(certificates: impl IntoIterator<Item = Certificate>) -> Attachment {
    let rows: BTreeMap<ArtifactKey, Certificate> =
        certificates.into_iter().map(|one| (one.artifact_key, one)).collect();
    let texts = rows.values().map(|one| ((shortened(&one.device), shortened(&one.driver)), 0));
    let mut heap: BTreeMap<(&str, &str), u64> = texts.collect();
    let mut end = (rows.len() * ROW_LEN) as u64;
    for ((device, driver), offset) in &mut heap {
        *offset = end;
        end += (device.len() + driver.len()) as u64;
    }
    let mut bytes = Vec::new();
    for one in rows.values() {
        let texts = (shortened(&one.device), shortened(&one.driver));
        let mut row = RowWriter::<ROW_LEN>::new();
        row.put(&one.artifact_key.0);
        row.put(&(one.policy as u32).to_le_bytes());
        row.put(&[0; 4]);
        row.put(&one.compared.to_le_bytes());
        row.put(&one.undecided.to_le_bytes());
        row.put(&one.error_ulp.to_bits().to_le_bytes());
        row.put(&one.bound_ulp.to_bits().to_le_bytes());
        row.put(&heap.get(&texts).copied().unwrap_or_default().to_le_bytes());
        // `DEVICE_NAME_LEN_MAX` bounds both.
        row.put(&(texts.0.len() as u32).to_le_bytes());
        row.put(&(texts.1.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&row.bytes);
    }
    for (device, driver) in heap.keys() {
        bytes.extend_from_slice(device.as_bytes());
        bytes.extend_from_slice(driver.as_bytes());
    }
    Attachment { id: SectionId::CERTIFICATES, row_count: rows.len(), bytes }
}

/// The beginning of a name that is too long to be stored.
fn shortened(name: &str) -> &str {
    let mut lens = (0..=name.len().min(DEVICE_NAME_LEN_MAX)).rev();
    lens.find_map(|len| name.get(..len)).unwrap_or_default()
}

/// The certificates of an archive, in the order of artifact keys. They are as good as the signature
/// that covers them.
///
/// # Errors
/// [`ArchiveError::Certificates`] if the section breaks a rule of FORMAT.md.
pub fn certificates(view: &ArchiveView<'_>) -> Result<Vec<Certificate>, ArchiveError> {
    let malformed = |rule| ArchiveError::Certificates { rule };
    let section = view.sections().find(|section| section.id == SectionId::CERTIFICATES);
    let Some(section) = section else {
        return Ok(Vec::new());
    };
    let bytes = view.section_bytes(section.id).unwrap_or_default();
    if ContentHash::of(bytes) != section.hash {
        return Err(malformed("the section has the hash of its table row"));
    }
    let count = usize::try_from(section.row_count).unwrap_or(usize::MAX);
    let rows = bytes.as_chunks::<ROW_LEN>().0.get(..count);
    let Some(rows) = rows.filter(|rows| rows.len() as u64 <= INDEX_ROWS_MAX) else {
        return Err(malformed("there are as many rows as stated"));
    };
    let list: Vec<Certificate> =
        rows.iter().map(|row| decode(row, bytes)).collect::<Result<_, _>>()?;
    // What is written has one form, so a section that has another was not written by us.
    if attachment(list.iter().cloned()).bytes != bytes {
        return Err(malformed("rows ascend, and each text is stored once behind them"));
    }
    Ok(list)
}

fn decode(row: &[u8; ROW_LEN], section: &[u8]) -> Result<Certificate, ArchiveError> {
    let malformed = |rule| ArchiveError::Certificates { rule };
    let offset = u64_at(row, 72);
    let (device_len, driver_len) = (u32_at(row, 80) as usize, u32_at(row, 84) as usize);
    if device_len.max(driver_len) > DEVICE_NAME_LEN_MAX {
        return Err(malformed("a device and its driver have at most 1024 bytes each"));
    }
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let texts = section.get(start..start.saturating_add(device_len + driver_len));
    let texts = texts.and_then(|texts| texts.split_at_checked(device_len));
    let (device, driver) = texts.ok_or(malformed("texts lie inside the section"))?;
    let text = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("texts are UTF-8"))?;
        Ok::<String, ArchiveError>(text.to_owned())
    };
    if u32_at(row, 32) != SpecialPolicy::AsReference as u32 {
        return Err(malformed("the policy is a known one"));
    }
    let (error_ulp, bound_ulp) = (f64::from_bits(u64_at(row, 56)), f64::from_bits(u64_at(row, 64)));
    if error_ulp.is_nan() || bound_ulp.is_nan() || error_ulp > bound_ulp {
        return Err(malformed("a certified error is within its bound"));
    }
    Ok(Certificate {
        artifact_key: ArtifactKey(array_at(row, 0)),
        policy: SpecialPolicy::AsReference,
        compared: u64_at(row, 40),
        undecided: u64_at(row, 48),
        error_ulp,
        bound_ulp,
        device: text(device)?,
        driver: text(driver)?,
    })
}
