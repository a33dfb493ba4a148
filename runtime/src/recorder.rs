//! The engine of a device: records dispatches into one command encoder and submits them in
//! batches.
//!
//! One encoder and one compute pass stay open until a read-back asks for results or enough work
//! has gathered; nothing waits for a single dispatch. Parameters of all dispatches of a batch lie
//! in one uniform buffer that is written right before the batch is submitted, and are selected by
//! dynamic offsets, so a bind group does not depend on them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use preheat_format::{Artifact, BindTarget, Pass};

use crate::bind_groups::{BindGroupCache, BoundRange};
use crate::blobs::BlobStore;
use crate::buffers::{BufferPool, GpuBuffer, padded};
use crate::device::Gpu;
use crate::dispatch::Launch;
use crate::error::RuntimeError;
use crate::pipelines::{Asker, KernelPipelines, Making, PassPipeline, PipelineCache};
use crate::telemetry::{Counters, RecentDispatch};
use crate::timings::{KernelUse, Timings};
use crate::transfer::Staging;

/// Bytes of the uniform buffer: parameters of one batch.
const UNIFORMS_LEN: u64 = 256 << 10;
/// A batch is submitted when it holds this many dispatches,
const BATCH_DISPATCHES_MAX: u64 = 256;
/// or touches this many bytes, so that the device starts while the host records on.
const BATCH_BYTES_MAX: u64 = 256 << 20;
/// Bytes of the buffer behind bindings that a kernel does not have.
const FILLER_LEN: u64 = 16;
/// Dispatches that telemetry shows.
const RECENT_MAX: usize = 64;
/// The uniform buffer's place in bind-group keys; pooled buffers count from 1.
const UNIFORMS_ID: u64 = 0;

/// A device buffer that holds `len_bytes` of data.
#[derive(Clone)]
pub(crate) struct Operand {
    pub(crate) buffer: GpuBuffer,
    /// Where the data begin; not 0 for a window of a larger array.
    pub(crate) offset_bytes: u64,
    pub(crate) len_bytes: u64,
}

impl Operand {
    /// All of a buffer's first bytes.
    pub(crate) fn new(buffer: GpuBuffer, len_bytes: u64) -> Operand {
        Operand { buffer, offset_bytes: 0, len_bytes }
    }

    /// A piece of it.
    pub(crate) fn window(&self, offset_bytes: u64, len_bytes: u64) -> Operand {
        let offset_bytes = self.offset_bytes + offset_bytes;
        Operand { buffer: self.buffer.clone(), offset_bytes, len_bytes }
    }
}

/// What the bindings of a launch refer to.
pub(crate) struct Operands {
    /// `None` for the states of a rolled loop: they are in their outputs.
    pub(crate) sources: Vec<Option<Operand>>,
    pub(crate) outputs: Vec<Operand>,
    pub(crate) scratch: Vec<Operand>,
    /// Bytes that the launch must move at least; 0 where nobody asks.
    pub(crate) traffic_bytes: u64,
    /// Changing scalars of a rolled call.
    pub(crate) table: Option<Operand>,
}

impl Operands {
    fn find(&self, target: BindTarget) -> Option<&Operand> {
        match target {
            BindTarget::Source(index) => self.sources.get(index as usize)?.as_ref(),
            BindTarget::Output(index) => self.outputs.get(index as usize),
            BindTarget::Scratch(index) => self.scratch.get(index as usize),
            BindTarget::Table => self.table.as_ref(),
            BindTarget::Uniform => None,
        }
    }
}

/// A device with its caches and the batch that is being recorded.
pub(crate) struct Engine {
    pub(crate) gpu: Gpu,
    pub(crate) pool: BufferPool,
    pub(crate) pipelines: PipelineCache,
    pub(crate) staging: Staging,
    pub(crate) counters: Arc<Counters>,
    /// True if kernel times are taken.
    pub(crate) is_timed: bool,
    /// The table of rolled calls without changing scalars.
    empty_table: OnceLock<Operand>,
    recorder: Mutex<Recorder>,
}

/// The open batch.
pub(crate) struct Recorder {
    encoder: Option<wgpu::CommandEncoder>,
    /// Must be dropped before the encoder is used otherwise.
    pass: Option<wgpu::ComputePass<'static>>,
    bind_groups: BindGroupCache,
    timings: Option<Timings>,
    /// Kernel, workgroups and batch of the last dispatches.
    recent: VecDeque<(Arc<KernelUse>, [u32; 2], u64)>,
    uniforms: wgpu::Buffer,
    /// Bound where a layout has more bindings than its kernel.
    filler: wgpu::Buffer,
    uniform_bytes: Vec<u8>,
    ranges: Vec<BoundRange>,
    /// Number of the batch; starts at 1.
    epoch: u64,
    dispatch_count: u64,
    touched_bytes: u64,
}

impl Engine {
    pub(crate) fn new(
        gpu: Gpu,
        blobs: BlobStore,
        counters: Arc<Counters>,
    ) -> Result<Engine, RuntimeError> {
        let new_buffer = |label: &'static str, size, usage| {
            gpu.scoped(label, |device| {
                let label = Some(label);
                let mapped_at_creation = false;
                device.create_buffer(&wgpu::BufferDescriptor {
                    label,
                    size,
                    usage,
                    mapped_at_creation,
                })
            })
        };
        let uniform_usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let uniforms = new_buffer("the uniform buffer", UNIFORMS_LEN, uniform_usage)?;
        let filler = new_buffer("the filler", FILLER_LEN, wgpu::BufferUsages::STORAGE)?;
        let recorder = Recorder {
            encoder: None,
            pass: None,
            bind_groups: BindGroupCache::default(),
            timings: Timings::new(&gpu)?,
            recent: VecDeque::with_capacity(RECENT_MAX),
            uniforms,
            filler,
            uniform_bytes: Vec::new(),
            ranges: Vec::new(),
            epoch: 1,
            dispatch_count: 0,
            touched_bytes: 0,
        };
        let is_timed = recorder.timings.is_some();
        let engine = Engine {
            gpu,
            pool: BufferPool::new(),
            pipelines: PipelineCache::new(blobs),
            staging: Staging::default(),
            counters,
            is_timed,
            empty_table: OnceLock::new(),
            recorder: Mutex::new(recorder),
        };
        engine.pipelines.make_shared_layout(engine.making(Asker::Ahead));
        Ok(engine)
    }

    /// What pipelines are made with.
    pub(crate) fn making(&self, asker: Asker) -> Making<'_> {
        Making { gpu: &self.gpu, counters: &self.counters, asker }
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A buffer of at least `len_bytes`; when the device is full, everything idle is given up
    /// and it is tried once more.
    ///
    /// # Errors
    /// As [`BufferPool::acquire`].
    pub(crate) fn acquire(&self, len_bytes: u64) -> Result<GpuBuffer, RuntimeError> {
        match self.pool.acquire(&self.gpu, len_bytes) {
            Err(RuntimeError::OutOfMemory { .. }) => {
                let submission = self.record().submit(self);
                self.pool.trim(0);
                self.record().bind_groups.forget(&self.pool.take_retired());
                self.gpu.wait(submission)?;
                self.pool.acquire(&self.gpu, len_bytes)
            }
            acquired => acquired,
        }
    }

    /// A new array of so many bytes.
    ///
    /// # Errors
    /// As [`Engine::acquire`].
    pub(crate) fn operand(&self, len_bytes: u64) -> Result<Operand, RuntimeError> {
        Ok(Operand::new(self.acquire(len_bytes)?, len_bytes))
    }

    /// Gives up idle memory, and the bind groups that name it.
    pub(crate) fn trim(&self, limit_bytes: u64) {
        self.pool.trim(limit_bytes);
        self.record().bind_groups.forget(&self.pool.take_retired());
    }

    /// A new buffer with the content of another, by a copy on the device.
    ///
    /// # Errors
    /// As [`Engine::acquire`].
    pub(crate) fn copy(&self, operand: &Operand) -> Result<GpuBuffer, RuntimeError> {
        let copy = self.acquire(operand.len_bytes)?;
        let mut recorder = self.record();
        let len_bytes = padded(operand.len_bytes);
        if let (Some(from), Some(to)) = (operand.buffer.raw(), copy.raw()) {
            recorder.encoder(self).copy_buffer_to_buffer(from, 0, to, 0, len_bytes);
        }
        recorder.touch(&operand.buffer, len_bytes);
        recorder.touch(&copy, len_bytes);
        Ok(copy)
    }

    /// The changing scalars of a rolled call in device memory. A call without any gets the same
    /// buffer each time, so that its bind group is found again.
    ///
    /// # Errors
    /// As [`Engine::acquire`].
    pub(crate) fn table(&self, words: &[u32]) -> Result<Operand, RuntimeError> {
        if words.len() > 1 {
            let buffer = self.upload(bytemuck::cast_slice(words))?;
            return Ok(Operand::new(buffer, 4 * words.len() as u64));
        }
        if let Some(known) = self.empty_table.get() {
            return Ok(known.clone());
        }
        let made = Operand::new(self.upload(&[0; 4])?, 4);
        Ok(self.empty_table.get_or_init(|| made).clone())
    }

    /// The first limit of the device that a launch exceeds: what, needed and available bytes.
    pub(crate) fn exceeded(
        &self,
        artifact: &Artifact,
        launch: &Launch,
        operands_max_bytes: u64,
    ) -> Option<(&'static str, u64, u64)> {
        let limits = &self.gpu.limits;
        let uniform = u64::from(artifact.uniform_size_bytes);
        let uniform_max = limits.max_uniform_buffer_binding_size.min(UNIFORMS_LEN);
        if uniform > uniform_max {
            return Some(("the uniform buffer", uniform, uniform_max));
        }
        let scratch = launch.scratch_bytes.iter().copied().max().unwrap_or(0);
        let binding = padded(scratch.max(operands_max_bytes));
        let binding_max = limits.max_storage_buffer_binding_size;
        (binding > binding_max).then_some(("a binding", binding, binding_max))
    }

    /// Records the passes of a launch.
    ///
    /// # Errors
    /// [`RuntimeError`] if a bind group cannot be made or an earlier batch failed.
    pub(crate) fn dispatch(
        &self,
        artifact: &Artifact,
        pipelines: &KernelPipelines,
        launch: &Launch,
        operands: &Operands,
    ) -> Result<(), RuntimeError> {
        let usage = &pipelines.usage;
        usage.bytes.add(operands.traffic_bytes);
        let mut recorder = self.record();
        let offset = recorder.place_uniform(self, &launch.uniform);
        let passes = artifact.passes.iter().zip(&pipelines.passes).zip(&launch.workgroups);
        for ((pass, pipeline), workgroups) in passes {
            if let Some([x, y]) = workgroups {
                let uniform = UniformRange { offset, len_bytes: artifact.uniform_size_bytes };
                let bound = Bound { pass, pipeline, usage, operands, uniform };
                recorder.dispatch(self, &bound, [*x, *y])?;
            }
        }
        if recorder.dispatch_count >= BATCH_DISPATCHES_MAX
            || recorder.touched_bytes >= BATCH_BYTES_MAX
        {
            recorder.submit(self);
            recorder.collect_times(self, false)?;
            self.gpu.reclaim()?;
            self.gpu.check()?;
        }
        Ok(())
    }
}

/// One pass with what it is bound to.
struct Bound<'a> {
    pass: &'a Pass,
    pipeline: &'a PassPipeline,
    usage: &'a Arc<KernelUse>,
    operands: &'a Operands,
    uniform: UniformRange,
}

/// The parameters of one launch among those of the batch.
#[derive(Clone, Copy)]
struct UniformRange {
    offset: u32,
    len_bytes: u32,
}

impl Recorder {
    /// Number of the open batch.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// As [`BindGroupCache::lookup_ns`].
    pub(crate) fn bind_group_lookup_ns(&mut self, rounds: u32) -> Option<f64> {
        self.bind_groups.lookup_ns(rounds)
    }

    /// The last dispatches, the newest last.
    pub(crate) fn recent(&self) -> Vec<RecentDispatch> {
        let recent = self.recent.iter();
        recent.map(|(kernel, workgroups, epoch)| kernel.recorded(*workgroups, *epoch)).collect()
    }

    /// The encoder, outside of any pass.
    pub(crate) fn encoder(&mut self, engine: &Engine) -> &mut wgpu::CommandEncoder {
        self.pass = None;
        self.encoder.get_or_insert_with(|| new_encoder(engine))
    }

    /// The open pass; with timings, one of its own for each dispatch.
    fn pass(&mut self, engine: &Engine, usage: &Arc<KernelUse>) -> &mut wgpu::ComputePass<'static> {
        if self.timings.is_some() {
            self.pass = None;
        }
        let encoder = self.encoder.get_or_insert_with(|| new_encoder(engine));
        let timings = &mut self.timings;
        self.pass.get_or_insert_with(|| {
            let timestamp_writes =
                timings.as_mut().map(|timings| timings.next(&engine.gpu, encoder, usage));
            let descriptor = wgpu::ComputePassDescriptor { label: None, timestamp_writes };
            encoder.begin_compute_pass(&descriptor).forget_lifetime()
        })
    }

    /// Notes that the open batch uses a buffer.
    pub(crate) fn touch(&mut self, buffer: &GpuBuffer, len_bytes: u64) {
        buffer.mark(self.epoch);
        self.touched_bytes += len_bytes;
    }

    /// Appends parameters to those of the batch, and yields their offset.
    fn place_uniform(&mut self, engine: &Engine, bytes: &[u8]) -> u32 {
        let align = engine.gpu.limits.min_uniform_buffer_offset_alignment.max(16) as usize;
        let mut start = self.uniform_bytes.len().next_multiple_of(align);
        if start + bytes.len() > UNIFORMS_LEN as usize {
            self.submit(engine);
            start = 0;
        }
        self.uniform_bytes.resize(start, 0);
        self.uniform_bytes.extend_from_slice(bytes);
        // Below `UNIFORMS_LEN`.
        start as u32
    }

    fn dispatch(
        &mut self,
        engine: &Engine,
        bound: &Bound<'_>,
        [x, y]: [u32; 2],
    ) -> Result<(), RuntimeError> {
        self.ranges.clear();
        let mut has_uniform = false;
        for binding in &bound.pass.bindings {
            let size_min_bytes = u64::from(binding.size_min_bytes);
            let range = match bound.operands.find(binding.target) {
                Some(operand) => {
                    let size_bytes = padded(operand.len_bytes).max(size_min_bytes);
                    operand.buffer.mark(self.epoch);
                    self.touched_bytes += size_bytes;
                    let (buffer_id, offset_bytes) = (operand.buffer.id(), operand.offset_bytes);
                    BoundRange { buffer_id, offset_bytes, size_bytes }
                }
                None => {
                    has_uniform = true;
                    BoundRange {
                        buffer_id: UNIFORMS_ID,
                        offset_bytes: 0,
                        size_bytes: u64::from(bound.uniform.len_bytes),
                    }
                }
            };
            self.ranges.push(range);
        }
        let layout = &bound.pipeline.layout;
        let (ranges, own) = (&self.ranges, [&self.uniforms, &self.filler]);
        let counters = [&engine.counters.bind_groups, &bound.usage.bind_groups];
        let group = self
            .bind_groups
            .get(counters, layout.id, ranges, || bind(engine, bound, own, ranges))?;
        let pass = self.pass(engine, bound.usage);
        pass.set_pipeline(&bound.pipeline.raw);
        let offsets = [bound.uniform.offset];
        pass.set_bind_group(0, &group, if has_uniform { &offsets[..] } else { &[] });
        pass.dispatch_workgroups(x, y, 1);
        self.dispatch_count += 1;
        bound.usage.dispatches.add(1);
        engine.counters.dispatches.add(1);
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((Arc::clone(bound.usage), [x, y], self.epoch));
        Ok(())
    }

    /// Gives the open batch to the queue and begins another.
    pub(crate) fn submit(&mut self, engine: &Engine) -> wgpu::SubmissionIndex {
        let _span = tracing::debug_span!("submit", dispatches = self.dispatch_count).entered();
        self.pass = None;
        if !self.uniform_bytes.is_empty() {
            // The queue takes whole words; parameters are multiples of 16 bytes.
            engine.gpu.queue.write_buffer(&self.uniforms, 0, &self.uniform_bytes);
            self.uniform_bytes.clear();
        }
        if let (Some(timings), Some(encoder)) = (&mut self.timings, &mut self.encoder) {
            timings.resolve(&engine.gpu, encoder);
        }
        let commands = self.encoder.take().map(wgpu::CommandEncoder::finish);
        engine.counters.submissions.add(1);
        self.epoch += 1;
        self.dispatch_count = 0;
        self.touched_bytes = 0;
        self.bind_groups.forget(&engine.pool.take_retired());
        let submission = engine.gpu.queue.submit(commands);
        if let Some(timings) = &mut self.timings {
            timings.submitted(&submission);
        }
        submission
    }

    /// Adds the kernel times of batches that are done: of all, or of the oldest if there are many.
    ///
    /// # Errors
    /// What the device fails with.
    pub(crate) fn collect_times(
        &mut self,
        engine: &Engine,
        is_final: bool,
    ) -> Result<(), RuntimeError> {
        match &mut self.timings {
            Some(timings) => timings.collect(&engine.gpu, is_final),
            None => Ok(()),
        }
    }
}

fn new_encoder(engine: &Engine) -> wgpu::CommandEncoder {
    engine.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
}

fn bind(
    engine: &Engine,
    bound: &Bound<'_>,
    [uniforms, filler]: [&wgpu::Buffer; 2],
    ranges: &[BoundRange],
) -> Result<wgpu::BindGroup, RuntimeError> {
    let bindings = (0u32..).zip(&bound.pass.bindings).zip(ranges);
    let layout = &bound.pipeline.layout;
    let known = bindings.filter_map(|((binding, spec), range)| {
        let buffer = match bound.operands.find(spec.target) {
            Some(operand) => operand.buffer.raw()?,
            None => uniforms,
        };
        let size = std::num::NonZeroU64::new(range.size_bytes);
        let resource = wgpu::BufferBinding { buffer, offset: range.offset_bytes, size };
        let resource = wgpu::BindingResource::Buffer(resource);
        Some(wgpu::BindGroupEntry { binding, resource })
    });
    let fill = (ranges.len() as u32..layout.len)
        .map(|binding| wgpu::BindGroupEntry { binding, resource: filler.as_entire_binding() });
    let entries: Vec<wgpu::BindGroupEntry<'_>> = known.chain(fill).collect();
    engine.gpu.scoped("a bind group", |device| {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &layout.group,
            entries: &entries,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::OpenOptions;

    #[test]
    fn a_lost_device_is_an_error_not_a_panic() {
        let engine =
            match Gpu::open(OpenOptions { backends: wgpu::Backends::VULKAN, timings: false }) {
                Ok(gpu) => Engine::new(gpu, BlobStore::default(), Arc::default()).unwrap(),
                Err(error) => {
                    assert!(matches!(error, RuntimeError::NoAdapter), "{error}");
                    println!("skipped: no adapter");
                    return;
                }
            };
        let bytes = [7; 64];
        let buffer = engine.upload(&bytes).unwrap();
        let mut back = [0; 64];
        engine.download(&buffer, &mut back).unwrap();
        assert_eq!(back, bytes);
        engine.gpu.device.destroy();
        let lost = |error: RuntimeError| matches!(error, RuntimeError::DeviceLost { .. });
        assert!(lost(engine.download(&buffer, &mut back).unwrap_err()));
        assert!(lost(engine.upload(&[0; 4096]).err().unwrap()));
    }
}
