//! What is in the user's folder of device blobs, for people, and how to clear its quarantine.

use std::path::{Path, PathBuf};

use preheat_format::{ArtifactKey, DeviceDescription, DeviceKey};
use serde::Serialize;

use super::folder::{QUARANTINE, files, is_private};
use crate::error::RuntimeError;
use crate::mapped::Sidecar;
use crate::telemetry::QuarantineNote;

/// What is in a folder of device blobs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceCacheReport {
    /// The folder.
    pub folder: PathBuf,
    /// False if it is not this user's own, and therefore not used.
    pub is_private: bool,
    /// The sidecar of each device.
    pub sidecars: Vec<SidecarReport>,
    /// Journals that are not folded in yet.
    pub journal_count: usize,
    /// Blobs that are not offered any more because a driver died of them.
    pub quarantined: Vec<QuarantineNote>,
}

/// One device's sidecar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SidecarReport {
    /// The file.
    pub path: PathBuf,
    /// Adapter and driver, as the first blob's description says.
    pub device: String,
    /// Number of blobs.
    pub blob_count: usize,
    /// Length of the file.
    pub len_bytes: u64,
}

impl DeviceCacheReport {
    /// Looks into a folder; an absent one is empty.
    pub fn of(folder: &Path) -> DeviceCacheReport {
        DeviceCacheReport {
            folder: folder.to_path_buf(),
            is_private: !folder.exists() || is_private(folder),
            sidecars: files(folder, "", "preheat")
                .iter()
                .filter_map(|path| sidecar(path))
                .collect(),
            journal_count: files(folder, "", "journal").len(),
            quarantined: quarantine(folder),
        }
    }

    /// Forgets which blobs a driver died of, so that they are tried again.
    ///
    /// # Errors
    /// [`RuntimeError::File`] if the list cannot be removed.
    pub fn clear_quarantine(folder: &Path) -> Result<(), RuntimeError> {
        let path = folder.join(QUARANTINE);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(RuntimeError::File { path, source: std::sync::Arc::new(source) })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn sidecar(path: &Path) -> Option<SidecarReport> {
    let sidecar = Sidecar::open(path).ok()?;
    let view = sidecar.view().ok()?;
    let first = view.rows().next();
    let described =
        first.and_then(|row| DeviceDescription::decode(view.description(&row).ok()?).ok());
    let name = |device: DeviceDescription| {
        format!("{}, {} {}", device.adapter, device.driver, device.driver_version)
    };
    Some(SidecarReport {
        path: path.to_path_buf(),
        device: described.map(name).unwrap_or_default(),
        blob_count: view.len(),
        len_bytes: sidecar.len_bytes(),
    })
}

/// The keys of a folder's list; lines that do not read as two keys are skipped.
pub(super) fn quarantine(folder: &Path) -> Vec<QuarantineNote> {
    let text = std::fs::read_to_string(folder.join(QUARANTINE)).unwrap_or_default();
    let blob = |line: &str| {
        let (device, artifact) = line.split_once(' ')?;
        let device_key = DeviceKey(from_hexadecimal(device)?);
        Some(QuarantineNote { device_key, artifact_key: ArtifactKey(from_hexadecimal(artifact)?) })
    };
    let mut blobs: Vec<QuarantineNote> = text.lines().filter_map(blob).collect();
    blobs.sort_by_key(|blob| blob.device_key);
    blobs.dedup();
    blobs
}

fn from_hexadecimal(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        // Two digits of 4 bits.
        *byte = (digit(*high)? << 4 | digit(*low)?) as u8;
    }
    Some(bytes)
}
