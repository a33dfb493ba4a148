//! Kernel times by timestamp queries, and what was dispatched of each kernel.
//!
//! Dispatches are always counted. Times and bytes cost a compute pass and two queries per dispatch,
//! so they are taken only if the host asks (`RuntimeBuilder::timings`). The queries of a batch are
//! resolved at its end into a mappable buffer, which is read when somebody wants to know.

use std::collections::VecDeque;
use std::sync::Arc;

use preheat_format::{Artifact, AxisAccess, Call, CallOutput, GroupKey, KernelKey};

use crate::device::{Gpu, Mapped};
use crate::error::RuntimeError;
use crate::operands::OutputShape;
use crate::telemetry::{CacheCounters, Count, KernelCounts, RecentDispatch};
use crate::value::Buffer;

/// Queries of one batch: two per dispatch.
const QUERIES_MAX: u32 = wgpu::QUERY_SET_MAX_QUERIES;
/// Batches whose times are not read yet; beyond that the oldest is waited for.
const PENDING_MAX: usize = 64;

/// What was dispatched of one kernel.
#[derive(Debug)]
pub(crate) struct KernelUse {
    kernel: KernelKey,
    group: GroupKey,
    name: String,
    pub(crate) dispatches: Count,
    time_ns: Count,
    pub(crate) bytes: Count,
    pub(crate) bind_groups: CacheCounters,
    pub(crate) layouts: CacheCounters,
}

impl KernelUse {
    pub(crate) fn new(artifact: &Artifact) -> KernelUse {
        KernelUse {
            kernel: KernelKey(artifact.kernel_key),
            group: GroupKey(artifact.group_key),
            name: artifact.variant.clone(),
            dispatches: Count::default(),
            time_ns: Count::default(),
            bytes: Count::default(),
            bind_groups: CacheCounters::default(),
            layouts: CacheCounters::default(),
        }
    }

    /// The counts now; times and bytes only if they were taken.
    pub(crate) fn counts(&self, is_timed: bool) -> KernelCounts {
        KernelCounts {
            key: self.kernel,
            group: self.group,
            name: self.name.clone(),
            dispatches: self.dispatches.get(),
            time_ns: is_timed.then(|| self.time_ns.get()),
            bytes: is_timed.then(|| self.bytes.get()),
            bind_group_cache: self.bind_groups.snapshot(),
            bind_group_layout_cache: self.layouts.snapshot(),
        }
    }

    /// One dispatch of this kernel.
    pub(crate) fn recorded(&self, workgroups: [u32; 2], submission: u64) -> RecentDispatch {
        let (key, name) = (self.kernel, self.name.clone());
        RecentDispatch { key, name, workgroups, submission }
    }
}

/// Bytes that a call must move at least: each element that it reads or writes, once.
pub(crate) fn traffic_bytes(call: &Call<Buffer>, shapes: &[OutputShape]) -> u64 {
    let signature = &call.signature;
    let viewed = |view: u32| -> u64 {
        let axes = signature.views.get(view as usize).map_or(&[][..], |view| &view.axes);
        let full = axes.iter().zip(&call.extents).filter(|(axis, _)| **axis == AxisAccess::Full);
        full.fold(1, |product: u64, (_, extent)| product.saturating_mul(*extent))
    };
    let mut read = vec![0u64; call.sources.len()];
    for (source, view) in signature.loads() {
        if let Some(elements) = read.get_mut(source as usize) {
            *elements = elements.saturating_add(viewed(view));
        }
    }
    let bytes = |elements: u64, buffer: &Buffer| {
        elements.min(buffer.len()).saturating_mul(buffer.dtype().size_bytes())
    };
    let sources = call.sources.iter().zip(read).map(|(buffer, elements)| bytes(elements, buffer));
    let outputs = call.outputs.iter().zip(shapes).zip(&signature.outputs).map(
        |((output, shape), spec)| match (output, spec.view) {
            (CallOutput::Update(buffer), Some(view)) => bytes(viewed(view), buffer),
            (CallOutput::New, _) | (CallOutput::Update(_), None) => shape.len_bytes(),
        },
    );
    sources.chain(outputs).fold(0, u64::saturating_add)
}

/// The queries of the open batch, and the batches whose times are not read yet.
pub(crate) struct Timings {
    set: wgpu::QuerySet,
    target: wgpu::Buffer,
    nanoseconds_per_tick: f64,
    open: Vec<Arc<KernelUse>>,
    /// Parts of the open batch whose queries were used up.
    resolved: Vec<Resolved>,
    pending: VecDeque<Pending>,
    idle: Vec<wgpu::Buffer>,
}

/// A batch that was submitted.
struct Pending {
    ticks: wgpu::Buffer,
    kernels: Vec<Arc<KernelUse>>,
    submission: wgpu::SubmissionIndex,
    mapped: Mapped,
}

/// Dispatches whose queries are on their way to the host.
struct Resolved {
    ticks: wgpu::Buffer,
    kernels: Vec<Arc<KernelUse>>,
}

impl Timings {
    /// Queries for a device, or `None` if it has no timestamps.
    ///
    /// # Errors
    /// What the driver refuses.
    pub(crate) fn new(gpu: &Gpu) -> Result<Option<Timings>, RuntimeError> {
        if !gpu.is_timed {
            return Ok(None);
        }
        let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        let (set, target) = gpu.scoped("timestamp queries", |device| {
            let set = device.create_query_set(&wgpu::QuerySetDescriptor {
                label: Some("timings"),
                ty: wgpu::QueryType::Timestamp,
                count: QUERIES_MAX,
            });
            (set, ticks_buffer(device, usage))
        })?;
        Ok(Some(Timings {
            set,
            target,
            nanoseconds_per_tick: f64::from(gpu.queue.get_timestamp_period()),
            open: Vec::new(),
            resolved: Vec::new(),
            pending: VecDeque::new(),
            idle: Vec::new(),
        }))
    }

    /// The queries around the next dispatch, which is of this kernel.
    pub(crate) fn next(
        &mut self,
        gpu: &Gpu,
        encoder: &mut wgpu::CommandEncoder,
        kernel: &Arc<KernelUse>,
    ) -> wgpu::ComputePassTimestampWrites<'_> {
        if 2 * self.open.len() as u64 >= u64::from(QUERIES_MAX) {
            self.resolve(gpu, encoder);
        }
        // Below `QUERIES_MAX`.
        let first = 2 * self.open.len() as u32;
        self.open.push(Arc::clone(kernel));
        wgpu::ComputePassTimestampWrites {
            query_set: &self.set,
            beginning_of_pass_write_index: Some(first),
            end_of_pass_write_index: Some(first + 1),
        }
    }

    /// Has the queries copied to where the host can read them; the last step of a batch.
    pub(crate) fn resolve(&mut self, gpu: &Gpu, encoder: &mut wgpu::CommandEncoder) {
        if self.open.is_empty() {
            return;
        }
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let ticks = self.idle.pop().unwrap_or_else(|| ticks_buffer(&gpu.device, usage));
        let kernels = std::mem::take(&mut self.open);
        let query_count = 2 * kernels.len() as u32;
        encoder.resolve_query_set(&self.set, 0..query_count, &self.target, 0);
        encoder.copy_buffer_to_buffer(&self.target, 0, &ticks, 0, len_bytes(query_count));
        self.resolved.push(Resolved { ticks, kernels });
    }

    /// Takes note of a batch that was submitted.
    pub(crate) fn submitted(&mut self, submission: &wgpu::SubmissionIndex) {
        for Resolved { ticks, kernels } in self.resolved.drain(..) {
            let mapped = Mapped::of(&ticks, len_bytes(2 * kernels.len() as u32));
            let submission = submission.clone();
            self.pending.push_back(Pending { ticks, kernels, submission, mapped });
        }
    }

    /// Waits for batches and adds their times, until few enough are left.
    ///
    /// # Errors
    /// What the device fails with; the times of that batch are lost.
    pub(crate) fn collect(&mut self, gpu: &Gpu, is_final: bool) -> Result<(), RuntimeError> {
        let left = if is_final { 0 } else { PENDING_MAX };
        while self.pending.len() > left {
            let Some(batch) = self.pending.pop_front() else { break };
            gpu.wait(batch.submission)?;
            batch.mapped.wait(gpu)?;
            let len_bytes = len_bytes(2 * batch.kernels.len() as u32);
            let view = batch.ticks.get_mapped_range(0..len_bytes).map_err(|_| RuntimeError::Map)?;
            let words = view.as_chunks::<8>().0.as_chunks::<2>().0;
            for ([begin, end], kernel) in words.iter().zip(&batch.kernels) {
                let ticks = u64::from_le_bytes(*end).saturating_sub(u64::from_le_bytes(*begin));
                kernel.time_ns.add((ticks as f64 * self.nanoseconds_per_tick).round() as u64);
            }
            drop(view);
            batch.ticks.unmap();
            self.idle.push(batch.ticks);
        }
        Ok(())
    }
}

fn len_bytes(query_count: u32) -> u64 {
    u64::from(query_count) * u64::from(wgpu::QUERY_SIZE)
}

fn ticks_buffer(device: &wgpu::Device, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("timings"),
        size: len_bytes(QUERIES_MAX),
        usage,
        mapped_at_creation: false,
    })
}
