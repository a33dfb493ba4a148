//! The device tier: what this machine's driver made of kernels, offered to it again.
//!
//! A kernel's pipelines share one pipeline cache of the driver. With a blob from an earlier run in
//! it, the driver has nothing to compile. Blobs come from sidecars that the host gives, and from a
//! folder that the runtime fills itself (`folder.rs`, `journal.rs`).
//!
//! The sign that a driver took a blob is that the cache holds the same bytes after the pipelines
//! were made as before: a driver that compiles adds what it made, one that refuses the blob starts
//! from nothing. Time is no such sign. A driver that stores nothing (its cache is as long as an
//! empty one) is offered nothing, and each of its pipelines counts as compiled.
//!
//! An NVIDIA driver (580.159) trains a dictionary of 2 MB once it has compiled about a thousand
//! kernels for a process with a device open, and puts it into the cache of every kernel that
//! follows; a process takes 20 ms for the first of these, and 2 ms for each other. Such caches are
//! not kept: a later process gets a small one. Whoever has more to compile closes its device in
//! time, and opens a new one.
//!
//! A blob reaches the driver only under the key of this very device and driver, with the hash
//! that its row states, and unless a process has died with it in the driver's hands
//! (`sentinel.rs`).

mod folder;
mod journal;
mod report;
mod sentinel;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use preheat_format::sidecar::{CACHE_HEADER_LEN, device_key};
use preheat_format::{
    Artifact, ArtifactKey, BuildError, DeviceDescription, DeviceKey, SidecarBuilder,
};

use crate::device::Gpu;
use crate::error::RuntimeError;
use crate::mapped::Sidecar;
use crate::telemetry::Counters;
use folder::BlobFolder;
pub use report::{DeviceCacheReport, SidecarReport};
use sentinel::Guard;

/// Kernels that a process may compile before its driver has seen too many of them; it forgets them
/// when no device is open.
pub const COMPILES_PER_DEVICE: u64 = 512;

/// What a driver that has compiled more may keep of one kernel; the largest of this project's
/// corpus takes 0.15 MB.
const LATE_BLOB_BYTES_MAX: usize = 1 << 20;

/// Where blobs come from.
#[derive(Default)]
pub(crate) struct BlobOptions {
    /// Given by the host, searched first.
    pub(crate) sidecars: Vec<Sidecar>,
    /// A folder of the user, read and written.
    pub(crate) folder: Option<PathBuf>,
}

/// All blobs for one device.
#[derive(Default)]
pub(crate) struct BlobStore {
    /// `None` if the device has no pipeline caches.
    device: Option<Device>,
    sidecars: Vec<Sidecar>,
    folder: Option<BlobFolder>,
    /// Kernels that the driver has compiled on this device.
    compiled: AtomicU64,
}

struct Device {
    description: Vec<u8>,
    /// Length of a cache that holds nothing.
    empty_len: usize,
}

/// The driver's cache for the pipelines of one kernel, while they are made.
pub(crate) struct KernelCache<'a> {
    pub(crate) raw: wgpu::PipelineCache,
    key: DeviceKey,
    artifact: ArtifactKey,
    offered: Option<Cow<'a, [u8]>>,
    /// Says on disk that the driver has the blob; taken back when this is dropped.
    _guard: Option<Guard<'a>>,
}

impl BlobStore {
    /// Finds what there is for a device. Nothing that goes wrong with files is an error.
    pub(crate) fn open(gpu: &Gpu, options: BlobOptions, counters: &Counters) -> BlobStore {
        let Some(device) = Device::of(gpu) else {
            return BlobStore::default();
        };
        let tag = device_key(ArtifactKey([0; 32]), &device.description);
        let folder = options.folder.and_then(|path| BlobFolder::open(&path, tag, counters));
        let compiled = AtomicU64::new(0);
        BlobStore { device: Some(device), sidecars: options.sidecars, folder, compiled }
    }

    /// A cache for an artifact's pipelines, filled if there is a blob for them; `None` if the
    /// device has no pipeline caches.
    pub(crate) fn cache(
        &self,
        gpu: &Gpu,
        counters: &Counters,
        artifact: ArtifactKey,
    ) -> Option<KernelCache<'_>> {
        let device = self.device.as_ref()?;
        let key = device_key(artifact, &device.description);
        let found = self.find(key, counters).filter(|blob| blob.len() > device.empty_len);
        let guard = match (&found, &self.folder) {
            (Some(_), Some(folder)) => folder.sentinel().and_then(|s| s.enter(key, artifact)),
            (Some(_) | None, Some(_) | None) => None,
        };
        if found.is_none() {
            counters.device_blobs.misses.add(1);
        }
        let raw = gpu.scoped("a pipeline cache", |_| new_cache(gpu, found.as_deref())).ok()?;
        Some(KernelCache { raw, key, artifact, offered: found, _guard: guard })
    }

    /// Ends the making of a kernel's pipelines; true if the driver took them from the blob. What
    /// it compiled is kept for the next run.
    pub(crate) fn finish(&self, cache: &KernelCache<'_>, counters: &Counters) -> bool {
        let data = cache.raw.get_data().unwrap_or_default();
        if cache.offered.as_deref().is_some_and(|offered| offered == data) {
            counters.device_blobs.hits.add(1);
            return true;
        }
        if cache.offered.is_some() {
            counters.device_blobs.rejected.add(1);
        }
        let compiled = self.compiled.fetch_add(1, Ordering::Relaxed);
        let has_dictionary = compiled >= COMPILES_PER_DEVICE && data.len() > LATE_BLOB_BYTES_MAX;
        if let (Some(device), Some(folder)) = (&self.device, &self.folder)
            && data.len() > device.empty_len
            && !has_dictionary
            && !folder.is_quarantined(cache.key)
        {
            folder.keep(cache.artifact, &device.description, &data);
        }
        false
    }

    /// True if there is a blob for an artifact; whether it is sound is seen when it is used.
    pub(crate) fn holds(&self, artifact: &Artifact) -> bool {
        let Some(device) = &self.device else { return false };
        let key = device_key(ArtifactKey(artifact.artifact_key), &device.description);
        let has = |one: &Sidecar| one.view().is_ok_and(|view| view.find(key).is_some());
        self.sidecars.iter().any(has) || self.folder.as_ref().is_some_and(|one| one.holds(key))
    }

    /// Merges what this process has kept into the folder's sidecar.
    pub(crate) fn fold(&self) {
        if let Some(folder) = &self.folder {
            folder.fold_own();
        }
    }

    /// A sidecar with the blobs of these artifacts for this device.
    ///
    /// # Errors
    /// [`RuntimeError::Sidecar`] if it would be larger than the format allows.
    pub(crate) fn export(
        &self,
        artifacts: impl Iterator<Item = ArtifactKey>,
    ) -> Result<SidecarBuilder, RuntimeError> {
        let failed = |error: BuildError| RuntimeError::Sidecar { message: error.to_string() };
        let mut builder = SidecarBuilder::new();
        let Some(device) = &self.device else {
            return Ok(builder);
        };
        let counters = Counters::default();
        let own = self.folder.as_ref().map(BlobFolder::own_records).unwrap_or_default();
        for artifact in artifacts {
            let key = device_key(artifact, &device.description);
            let made = own.get(&key).map(|record| Cow::Borrowed(record.blob.as_slice()));
            if let Some(blob) = made.or_else(|| self.find(key, &counters)) {
                builder.add(artifact, &device.description, &blob).map_err(failed)?;
            }
        }
        Ok(builder)
    }

    fn find(&self, key: DeviceKey, counters: &Counters) -> Option<Cow<'_, [u8]>> {
        if self.folder.as_ref().is_some_and(|folder| folder.is_quarantined(key)) {
            return None;
        }
        let given = self.sidecars.iter().find_map(|sidecar| blob_of(sidecar, key, counters));
        let given = given.map(Cow::Borrowed);
        given.or_else(|| self.folder.as_ref().and_then(|folder| folder.find(key, counters)))
    }
}

/// A sidecar's blob for a key, if it is there and sound.
fn blob_of<'a>(sidecar: &'a Sidecar, key: DeviceKey, counters: &Counters) -> Option<&'a [u8]> {
    let view = sidecar.view().ok()?;
    let blob = view.blob(&view.find(key)?);
    if blob.is_err() {
        counters.device_blobs.rejected.add(1);
    }
    blob.ok()
}

impl Device {
    fn of(gpu: &Gpu) -> Option<Device> {
        if !gpu.device.features().contains(wgpu::Features::PIPELINE_CACHE) {
            return None;
        }
        let empty = gpu.scoped("a pipeline cache", |_| new_cache(gpu, None)).ok()?.get_data()?;
        let report = &gpu.report;
        let description = DeviceDescription {
            interface: report.backend.clone(),
            adapter: report.name.clone(),
            driver: report.driver.clone(),
            driver_version: report.driver_info.clone(),
            pci: format!("{:04x}:{:04x}", report.vendor, report.device),
            wrapper: gpu
                .float_controls
                .names()
                .fold(String::from(WRAPPER), |text, name| text + ", " + name),
            // The length and the hash that follow the identity are those of no content.
            cache_header: *empty.first_chunk::<CACHE_HEADER_LEN>()?,
        };
        Some(Device { description: description.encode(), empty_len: empty.len() })
    }
}

/// Part of every device key: another wgpu may lay its caches out otherwise. The float controls that
/// are put into modules follow.
const WRAPPER: &str = "wgpu 30";

fn new_cache(gpu: &Gpu, data: Option<&[u8]>) -> wgpu::PipelineCache {
    let descriptor = wgpu::PipelineCacheDescriptor { label: None, data, fallback: true };
    #[expect(unsafe_code, reason = "wgpu cannot check what a driver wrote")]
    // SAFETY: the bytes were returned by `get_data` for a device of the same description (they are
    // found by a key over it), on this machine or by someone whom the program trusts, and they
    // have the hash that was noted then (`SidecarView::blob`, `journal::read`).
    unsafe {
        gpu.device.create_pipeline_cache(&descriptor)
    }
}

/// Blobs by key, with what they are of.
type Loose = BTreeMap<DeviceKey, journal::Record>;

#[cfg(test)]
mod tests;
