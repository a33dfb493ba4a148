//! Counters of one runtime, and the typed snapshot of them that hosts print.
//!
//! The field names of [`Telemetry`] are a contract: tests and users read its JSON. Counting is
//! relaxed atomics, always on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use preheat_format::{Artifact, ArtifactKey, DeviceKey, GroupKey, KernelKey};
use serde::{Serialize, Serializer};

use crate::miss::Miss;
use crate::timings::KernelUse;

/// Which step of the ladder served a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rung {
    /// The pipeline was already there.
    Memory,
    /// The pipeline was made from what the driver had compiled before.
    DeviceBlob,
    /// The pipeline was made from archived SPIR-V.
    Spirv,
    /// The pipeline was made from archived WGSL.
    Wgsl,
    /// The group was compiled by the program's compiler.
    Compile,
    /// The host computed it.
    Cpu,
}

/// Hits and misses of one cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheCounts {
    /// Look-ups that found their entry.
    pub hits: u64,
    /// Look-ups that had to make it.
    pub misses: u64,
    /// Entries dropped to stay within the cache's bound.
    pub evictions: u64,
}

/// State of the buffer pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PoolCounts {
    /// Requests served by an idle buffer.
    pub hits: u64,
    /// Requests that made a new buffer.
    pub misses: u64,
    /// Bytes of buffers that are held by values.
    pub bytes_in_use: u64,
    /// Bytes of idle buffers.
    pub bytes_pooled: u64,
    /// The most bytes that were held at once.
    pub bytes_in_use_max: u64,
    /// The most bytes that were held or idle at once.
    pub bytes_max: u64,
    /// Idle buffers given back to the driver.
    pub evictions: u64,
}

/// Driver blobs of this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BlobCounts {
    /// Blobs that the driver took.
    pub hits: u64,
    /// Kernels without a blob.
    pub misses: u64,
    /// Blobs that the driver or a check refused.
    pub rejected: u64,
}

/// Calls served by each step of the ladder; their sum is the number of calls that had work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RungCounts {
    /// The pipeline was already there.
    pub memory: u64,
    /// Pipeline from a driver blob.
    pub device_blob: u64,
    /// Pipeline from archived SPIR-V.
    pub spirv: u64,
    /// Pipeline from archived WGSL, parsed and validated at run time.
    pub wgsl: u64,
    /// Compiled now.
    pub compile: u64,
    /// Computed by the host.
    pub cpu: u64,
}

/// What was dispatched of one kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KernelCounts {
    /// Key of the kernel.
    #[serde(serialize_with = "hexadecimal")]
    pub key: KernelKey,
    /// Key of the group that it computes.
    #[serde(serialize_with = "hexadecimal")]
    pub group: GroupKey,
    /// Name of the variant.
    pub name: String,
    /// Dispatches; a kernel of several passes counts each.
    pub dispatches: u64,
    /// Nanoseconds on the device by its own clock; `None` unless timings were asked for and the
    /// device has timestamps.
    pub time_ns: Option<u64>,
    /// Bytes that its calls must move at least: every element read or written, once. `None` as
    /// above.
    pub bytes: Option<u64>,
    /// Look-ups of its bind groups.
    pub bind_group_cache: CacheCounts,
    /// Look-ups of its bind-group layouts, when its pipelines were made.
    pub bind_group_layout_cache: CacheCounts,
}

/// One of the last dispatches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecentDispatch {
    /// Key of the kernel.
    #[serde(serialize_with = "hexadecimal")]
    pub key: KernelKey,
    /// Name of the variant.
    pub name: String,
    /// Workgroups along two dimensions.
    pub workgroups: [u32; 2],
    /// Number of the submission that it belongs to, from 1.
    pub submission: u64,
}

pub(crate) fn hexadecimal<S: Serializer>(
    key: &impl std::fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(key)
}

/// Wall-clock milliseconds. `trace` and `total` are the host's to fill in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct TimeMs {
    /// Creating the wgpu instance.
    pub instance: f64,
    /// Finding and ranking adapters.
    pub adapter: f64,
    /// Creating the device.
    pub device: f64,
    /// Waiting for the device when the first call needed it.
    pub device_wait: f64,
    /// The part of `instance`, `adapter` and `device` that passed beside other work.
    pub overlap: f64,
    /// Opening archives.
    pub open: f64,
    /// Tracing the script.
    pub trace: f64,
    /// Making pipelines that calls waited for.
    pub pipelines: f64,
    /// Making pipelines ahead of calls, beside them; threads that do so at once count each.
    pub ahead: f64,
    /// Making bind-group and pipeline layouts; a part of the two above.
    pub layouts: f64,
    /// Everything else that calls and reads took.
    pub execute: f64,
    /// The whole run.
    pub total: f64,
}

/// A snapshot of all counters of a runtime.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Telemetry {
    /// Engine in use: an interface such as `vulkan`, or `cpu`.
    pub engine: String,
    /// Name of the adapter; empty on the CPU.
    pub adapter: String,
    /// Driver and its version; empty on the CPU.
    pub driver: String,
    /// Modules parsed and validated at run time.
    pub frontend_compiles: u64,
    /// Pipelines compiled by the driver.
    pub driver_compiles: u64,
    /// Pipelines by artifact key.
    pub pipeline_cache: CacheCounts,
    /// Bind groups by layout and buffers.
    pub bind_group_cache: CacheCounts,
    /// Bind-group and pipeline layouts.
    pub bind_group_layout_cache: CacheCounts,
    /// Device buffers.
    pub buffer_pool: PoolCounts,
    /// Driver blobs.
    pub device_blob: BlobCounts,
    /// Kernel launches.
    pub dispatches: u64,
    /// Command buffers given to the queue.
    pub submissions: u64,
    /// Pieces of calls whose arrays were too large to bind at once.
    pub windows: u64,
    /// Operations inside the kernels that ran, counted at every call.
    pub fused_ops: u64,
    /// Calls of fusion groups.
    pub calls: u64,
    /// Distinct fusion groups that ran.
    pub groups: u64,
    /// Distinct kernels that ran.
    pub kernels: u64,
    /// Bytes copied to the device.
    pub upload_bytes: u64,
    /// Bytes copied from the device.
    pub download_bytes: u64,
    /// Bytes moved because the host computed a group in a GPU run; part of the two above.
    pub fallback_bytes: u64,
    /// Calls by step of the ladder.
    pub rungs: RungCounts,
    /// Times.
    pub time_ms: TimeMs,
    /// What was dispatched of each kernel, those that took longest first.
    pub kernel_times: Vec<KernelCounts>,
    /// The last dispatches, at most 64, the newest last.
    pub recent: Vec<RecentDispatch>,
    /// Groups that the archives did not serve, with reasons; at most 64, each once.
    pub misses: Vec<Miss>,
    /// Driver blobs that were set aside at this start: a process died while the driver had them.
    pub quarantined: Vec<QuarantineNote>,
    /// Array operations that the script's host computed because no kernel does, by name.
    pub host_operations: BTreeMap<&'static str, u64>,
}

/// A driver blob that is not offered any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuarantineNote {
    /// Key of artifact and device.
    #[serde(serialize_with = "hexadecimal")]
    pub device_key: DeviceKey,
    /// Key of the artifact.
    #[serde(serialize_with = "hexadecimal")]
    pub artifact_key: ArtifactKey,
}

/// The most misses kept for the snapshot.
const MISSES_MAX: usize = 64;

/// One counter.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Hits, misses and evictions of one cache.
#[derive(Debug, Default)]
pub(crate) struct CacheCounters {
    pub(crate) hits: Count,
    pub(crate) misses: Count,
    pub(crate) evictions: Count,
}

impl CacheCounters {
    pub(crate) fn snapshot(&self) -> CacheCounts {
        CacheCounts {
            hits: self.hits.get(),
            misses: self.misses.get(),
            evictions: self.evictions.get(),
        }
    }
}

/// Driver blobs that were taken, absent, or refused.
#[derive(Debug, Default)]
pub(crate) struct BlobCounters {
    pub(crate) hits: Count,
    pub(crate) misses: Count,
    pub(crate) rejected: Count,
}

/// The live counters; a part of them lives with the caches and is joined in the snapshot.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) frontend_compiles: Count,
    pub(crate) driver_compiles: Count,
    pub(crate) pipelines: CacheCounters,
    pub(crate) bind_groups: CacheCounters,
    pub(crate) layouts: CacheCounters,
    pub(crate) dispatches: Count,
    pub(crate) submissions: Count,
    pub(crate) windows: Count,
    pub(crate) fused_ops: Count,
    pub(crate) calls: Count,
    pub(crate) groups: Count,
    pub(crate) kernels: Count,
    pub(crate) upload_bytes: Count,
    pub(crate) download_bytes: Count,
    pub(crate) fallback_bytes: Count,
    pub(crate) device_blobs: BlobCounters,
    memory: Count,
    device_blob: Count,
    spirv: Count,
    wgsl: Count,
    compile: Count,
    cpu: Count,
    pub(crate) open_ns: Count,
    pub(crate) device_wait_ns: Count,
    pub(crate) pipelines_ns: Count,
    pub(crate) ahead_ns: Count,
    pub(crate) layouts_ns: Count,
    pub(crate) busy_ns: Count,
    misses: Mutex<Vec<Miss>>,
    quarantined: Mutex<Vec<QuarantineNote>>,
    host_operations: Mutex<BTreeMap<&'static str, u64>>,
    uses: Mutex<BTreeMap<ArtifactKey, Arc<KernelUse>>>,
}

impl Counters {
    pub(crate) fn served(&self, rung: Rung) {
        match rung {
            Rung::Memory => self.memory.add(1),
            Rung::DeviceBlob => self.device_blob.add(1),
            Rung::Spirv => self.spirv.add(1),
            Rung::Wgsl => self.wgsl.add(1),
            Rung::Compile => self.compile.add(1),
            Rung::Cpu => self.cpu.add(1),
        }
    }

    pub(crate) fn missed(&self, miss: &Miss) {
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() < MISSES_MAX && !misses.contains(miss) {
            misses.push(miss.clone());
        }
    }

    /// Takes note of a blob that an earlier process died with.
    pub(crate) fn quarantined(&self, note: QuarantineNote) {
        self.quarantined.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    pub(crate) fn host_operation(&self, name: &'static str) {
        let mut counts = self.host_operations.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name).or_default() += 1;
    }

    /// Where dispatches of an artifact are counted.
    pub(crate) fn usage(&self, artifact: &Artifact) -> Arc<KernelUse> {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = uses.entry(ArtifactKey(artifact.artifact_key));
        Arc::clone(usage.or_insert_with(|| Arc::new(KernelUse::new(artifact))))
    }

    /// What was dispatched of each kernel, those that took longest first.
    pub(crate) fn kernel_times(&self, is_timed: bool) -> Vec<KernelCounts> {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = uses.values().map(|usage| usage.counts(is_timed));
        let mut counts: Vec<_> = counts.filter(|kernel| kernel.dispatches > 0).collect();
        counts.sort_by_key(|kernel| std::cmp::Reverse((kernel.time_ns, kernel.dispatches)));
        counts
    }

    /// All that is counted here; engine, pool and start-up times are the caller's to add.
    pub(crate) fn snapshot(&self) -> Telemetry {
        let misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Telemetry {
            frontend_compiles: self.frontend_compiles.get(),
            driver_compiles: self.driver_compiles.get(),
            pipeline_cache: self.pipelines.snapshot(),
            bind_group_cache: self.bind_groups.snapshot(),
            bind_group_layout_cache: self.layouts.snapshot(),
            device_blob: BlobCounts {
                hits: self.device_blobs.hits.get(),
                misses: self.device_blobs.misses.get(),
                rejected: self.device_blobs.rejected.get(),
            },
            dispatches: self.dispatches.get(),
            submissions: self.submissions.get(),
            windows: self.windows.get(),
            fused_ops: self.fused_ops.get(),
            calls: self.calls.get(),
            groups: self.groups.get(),
            kernels: self.kernels.get(),
            upload_bytes: self.upload_bytes.get(),
            download_bytes: self.download_bytes.get(),
            fallback_bytes: self.fallback_bytes.get(),
            rungs: RungCounts {
                memory: self.memory.get(),
                device_blob: self.device_blob.get(),
                spirv: self.spirv.get(),
                wgsl: self.wgsl.get(),
                compile: self.compile.get(),
                cpu: self.cpu.get(),
            },
            time_ms: TimeMs {
                open: milliseconds(self.open_ns.get()),
                device_wait: milliseconds(self.device_wait_ns.get()),
                pipelines: milliseconds(self.pipelines_ns.get()),
                ahead: milliseconds(self.ahead_ns.get()),
                layouts: milliseconds(self.layouts_ns.get()),
                execute: milliseconds(
                    self.busy_ns
                        .get()
                        .saturating_sub(self.pipelines_ns.get())
                        .saturating_sub(self.device_wait_ns.get()),
                ),
                ..TimeMs::default()
            },
            misses,
            quarantined: self.quarantined.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            host_operations: (self.host_operations.lock())
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            ..Telemetry::default()
        }
    }
}

fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

/// Adds the time until it is dropped to a counter of nanoseconds.
pub(crate) struct Timer<'a> {
    start: Instant,
    total: &'a Count,
}

impl<'a> Timer<'a> {
    pub(crate) fn new(total: &'a Count) -> Timer<'a> {
        Timer { start: Instant::now(), total }
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        // 2^64 ns are 584 years.
        self.total.add(self.start.elapsed().as_nanos() as u64);
    }
}
/// Nanoseconds of one look at something that is known, the mean of many over all of them in turn;
/// `None` if there is nothing.
pub(crate) fn mean_ns<T>(known: &[T], rounds: u32, look: impl FnMut(&T)) -> Option<f64> {
    let start = Instant::now();
    known.iter().cycle().take(rounds as usize).for_each(look);
    (!known.is_empty()).then(|| start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds))
}
