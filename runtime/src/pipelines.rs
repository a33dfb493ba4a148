//! Pipelines by artifact key, their layouts, and the one place where code reaches the driver.
//!
//! Layouts are always explicit, from the artifact's bindings: modules that are passed through have
//! none of their own. SPIR-V goes to the driver as it is and is never parsed here; WGSL, for
//! archives that are not trusted and for backends without passthrough, goes through wgpu's parser
//! and validator in [`wgsl_module`], and only there.
//!
//! Any number of threads make pipelines at once; what one of them is making, the others wait for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use preheat_format::{Artifact, ArtifactKey, BindTarget, Binding, Target};

use crate::blobs::BlobStore;
use crate::device::Gpu;
use crate::error::RuntimeError;
use crate::telemetry::{CacheCounters, Counters, Timer, mean_ns};
use crate::timings::KernelUse;

/// The most artifacts whose pipelines are kept.
const ARTIFACTS_MAX: usize = 4096;

/// A bind-group layout with the pipeline layout that holds it alone.
pub(crate) struct Layout {
    /// Number of this layout; never given again.
    pub(crate) id: u64,
    /// Bindings; kernels may have fewer.
    pub(crate) len: u32,
    pub(crate) group: wgpu::BindGroupLayout,
    pipeline: wgpu::PipelineLayout,
}

/// One pass of an artifact, ready to dispatch.
pub(crate) struct PassPipeline {
    pub(crate) raw: wgpu::ComputePipeline,
    pub(crate) layout: Arc<Layout>,
}

/// The passes of one artifact.
pub(crate) struct KernelPipelines {
    pub(crate) passes: Vec<PassPipeline>,
    pub(crate) usage: Arc<KernelUse>,
}

struct Entry {
    pipelines: Arc<KernelPipelines>,
    last_used: AtomicU64,
}

/// Pipelines and layouts of one device.
pub(crate) struct PipelineCache {
    entries: RwLock<BTreeMap<ArtifactKey, Entry>>,
    layouts: Mutex<BTreeMap<LayoutKey, Arc<LayoutCell>>>,
    /// What is being made, so that two threads do not make the same; others go on meanwhile.
    making: Mutex<BTreeSet<ArtifactKey>>,
    made: Condvar,
    pub(crate) blobs: BlobStore,
    clock: AtomicU64,
}

/// A layout that is there or being made.
struct LayoutCell {
    id: u64,
    made: Mutex<Option<Arc<Layout>>>,
}

/// What pipelines are made of.
pub(crate) struct Code<'a> {
    /// The module as the archive has it.
    pub(crate) bytes: &'a [u8],
    /// Its numbers must be as IEEE 754 says.
    pub(crate) is_precise: bool,
}

/// Who wants pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A call, which goes on when they are there.
    Call,
    /// Someone who works ahead of calls, beside them.
    Ahead,
}

/// What pipelines are made with, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Making<'a> {
    pub(crate) gpu: &'a Gpu,
    pub(crate) counters: &'a Counters,
    pub(crate) asker: Asker,
}

impl<'a> Making<'a> {
    /// Counts the time of whoever asks.
    fn timer(&self) -> Timer<'a> {
        Timer::new(match self.asker {
            Asker::Call => &self.counters.pipelines_ns,
            Asker::Ahead => &self.counters.ahead_ns,
        })
    }
}

/// Storage bindings of the layouts of kernels with parameters. What a kernel does not have is bound
/// to the filler of the engine. An NVIDIA driver takes 4 ms for the first pipeline layout of a
/// process, 2.3 ms for the first with each other number of storage buffers, and up to a millisecond
/// for further ones; a dispatch takes wgpu a tenth of a microsecond for each binding.
const STORAGE_BINDINGS: usize = 8;

/// Kind of each binding. Not its smallest size: what is bound is at least as large by the
/// recorder's and `named.rs`'s own care, and a layout costs the driver up to a millisecond.
type LayoutKey = Vec<BindingKind>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum BindingKind {
    /// The runtime's parameters of a launch, selected by a dynamic offset.
    Params,
    /// A uniform buffer of the host.
    Uniform,
    Read,
    ReadWrite,
}

impl BindingKind {
    fn of(binding: &Binding, has_params: bool) -> BindingKind {
        match (binding.target, binding.writable) {
            (BindTarget::Uniform, _) if has_params => BindingKind::Params,
            (BindTarget::Uniform, _) => BindingKind::Uniform,
            (
                BindTarget::Source(_)
                | BindTarget::Output(_)
                | BindTarget::Scratch(_)
                | BindTarget::Table,
                is_writable,
            ) => {
                if is_writable {
                    BindingKind::ReadWrite
                } else {
                    BindingKind::Read
                }
            }
        }
    }
}

/// How pipelines came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// They were already.
    Before,
    /// They were made now, and the driver compiled them.
    Now,
    /// They were made now, from what the driver had compiled before.
    FromBlob,
}

impl PipelineCache {
    pub(crate) fn new(blobs: BlobStore) -> PipelineCache {
        PipelineCache {
            entries: RwLock::new(BTreeMap::new()),
            layouts: Mutex::new(BTreeMap::new()),
            making: Mutex::new(BTreeSet::new()),
            made: Condvar::new(),
            blobs,
            clock: AtomicU64::new(0),
        }
    }

    /// The artifact's pipelines; `code` yields its checked module if they must be made.
    ///
    /// # Errors
    /// What `code` fails with, or the driver's refusal.
    pub(crate) fn get<'a>(
        &self,
        making: Making<'_>,
        artifact: &Artifact,
        code: impl FnOnce() -> Result<Code<'a>, RuntimeError>,
    ) -> Result<(Arc<KernelPipelines>, Made), RuntimeError> {
        let (key, counters) = (ArtifactKey(artifact.artifact_key), making.counters);
        if let Some(found) = self.find(&key) {
            counters.pipelines.hits.add(1);
            return Ok((found, Made::Before));
        }
        let _timer = making.timer();
        let _making = self.claim(key);
        if let Some(found) = self.find(&key) {
            counters.pipelines.hits.add(1);
            return Ok((found, Made::Before));
        }
        counters.pipelines.misses.add(1);
        let _span = tracing::debug_span!("pipelines", artifact = %key.short()).entered();
        let (pipelines, made) = self.make(making, artifact, code()?)?;
        let pipelines = Arc::new(pipelines);
        counters.kernels.add(1);
        self.keep(counters, key, Arc::clone(&pipelines));
        Ok((pipelines, made))
    }

    /// Waits until nobody makes this artifact's pipelines, and claims them.
    fn claim(&self, key: ArtifactKey) -> Claim<'_> {
        let mut making = self.making();
        while !making.insert(key) {
            making = self.made.wait(making).unwrap_or_else(PoisonError::into_inner);
        }
        Claim { cache: self, key }
    }

    fn making(&self) -> MutexGuard<'_, BTreeSet<ArtifactKey>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: &ArtifactKey) -> Option<Arc<KernelPipelines>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(key)?;
        entry.last_used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some(Arc::clone(&entry.pipelines))
    }

    /// Nanoseconds of a look-up of pipelines that are there, over all of them in turn; `None` if
    /// there are none.
    pub(crate) fn lookup_ns(&self, rounds: u32) -> Option<f64> {
        let keys: Vec<ArtifactKey> = {
            let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
            entries.keys().copied().collect()
        };
        mean_ns(&keys, rounds, |key| drop(black_box(self.find(black_box(key)))))
    }

    fn keep(&self, counters: &Counters, key: ArtifactKey, pipelines: Arc<KernelPipelines>) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ARTIFACTS_MAX {
            let used = |entry: &Entry| entry.last_used.load(Ordering::Relaxed);
            let oldest = entries.iter().min_by_key(|(_, entry)| used(entry)).map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                entries.remove(&oldest);
                counters.pipelines.evictions.add(1);
            }
        }
        let last_used = AtomicU64::new(self.clock.fetch_add(1, Ordering::Relaxed));
        entries.insert(key, Entry { pipelines, last_used });
    }

    fn make(
        &self,
        making: Making<'_>,
        artifact: &Artifact,
        code: Code<'_>,
    ) -> Result<(KernelPipelines, Made), RuntimeError> {
        let Making { gpu, counters, .. } = making;
        let module = match artifact.target {
            Target::Spirv => spirv_module(gpu, artifact, code)?,
            Target::Wgsl => wgsl_module(gpu, counters, artifact, code.bytes)?,
            Target::Msl | Target::Hlsl => {
                let rule = "its language has no way to the driver";
                return Err(RuntimeError::Artifact { kernel: artifact.variant.clone(), rule });
            }
        };
        let key = ArtifactKey(artifact.artifact_key);
        let usage = counters.usage(artifact);
        let cache = self.blobs.cache(gpu, counters, key);
        let mut passes = Vec::with_capacity(artifact.passes.len());
        for (pass, key) in artifact.passes.iter().zip(layout_keys(gpu, artifact)) {
            let layout = self.layout(making, &[&counters.layouts, &usage.layouts], key)?;
            let descriptor = wgpu::ComputePipelineDescriptor {
                label: Some(&artifact.variant),
                layout: Some(&layout.pipeline),
                module: &module,
                entry_point: Some(&pass.entry_point),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: cache.as_ref().map(|cache| &cache.raw),
            };
            let raw =
                gpu.scoped("a pipeline", |device| device.create_compute_pipeline(&descriptor))?;
            passes.push(PassPipeline { raw, layout });
        }
        let is_taken = cache.is_some_and(|cache| self.blobs.finish(&cache, counters));
        let made = if is_taken { Made::FromBlob } else { Made::Now };
        if !is_taken {
            counters.driver_compiles.add(passes.len() as u64);
        }
        Ok((KernelPipelines { passes, usage }, made))
    }

    /// Makes the layout that all archived SPIR-V shares, while nothing else keeps the driver busy.
    /// What fails here fails again for whoever needs it.
    pub(crate) fn make_shared_layout(&self, making: Making<'_>) {
        if making.gpu.passthrough && can_fill(making.gpu) {
            let _ = self.layout(making, &[&making.counters.layouts], shared_layout());
        }
    }

    fn layout(
        &self,
        making: Making<'_>,
        counters: &[&CacheCounters],
        key: LayoutKey,
    ) -> Result<Arc<Layout>, RuntimeError> {
        let cell = {
            let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
            let id = layouts.len() as u64;
            let new = || Arc::new(LayoutCell { id, made: Mutex::new(None) });
            Arc::clone(layouts.entry(key.clone()).or_insert_with(new))
        };
        let mut made = cell.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = &*made {
            counters.iter().for_each(|counters| counters.hits.add(1));
            return Ok(Arc::clone(found));
        }
        counters.iter().for_each(|counters| counters.misses.add(1));
        let _timer = Timer::new(&making.counters.layouts_ns);
        let layout = Arc::new(make_layout(making.gpu, cell.id, &key)?);
        *made = Some(Arc::clone(&layout));
        Ok(layout)
    }
}

/// The layout of each pass; where the parameters come first, filled up to [`STORAGE_BINDINGS`].
///
/// SPIR-V that wgpu does not parse is not compared with its layout, and Vulkan has one kind of
/// storage buffer: so every such kernel gets the same layout, all of it writable for wgpu, whatever
/// the module itself writes. WGSL gets a layout of what it declares.
fn layout_keys(gpu: &Gpu, artifact: &Artifact) -> impl Iterator<Item = LayoutKey> {
    let has_params = artifact.uniform_size_bytes > 0;
    let kind = move |binding: &Binding| BindingKind::of(binding, has_params);
    let is_shared = artifact.target == Target::Spirv;
    let can_fill = can_fill(gpu);
    artifact.passes.iter().map(move |pass| {
        let mut key: LayoutKey = pass.bindings.iter().map(kind).collect();
        let has_room = key.len() <= 1 + STORAGE_BINDINGS;
        if !can_fill || !has_room || key.first() != Some(&BindingKind::Params) {
            return key;
        }
        if is_shared {
            return shared_layout();
        }
        key.resize(1 + STORAGE_BINDINGS, BindingKind::Read);
        key
    })
}

fn can_fill(gpu: &Gpu) -> bool {
    STORAGE_BINDINGS <= gpu.limits.max_storage_buffers_per_shader_stage as usize
}

fn shared_layout() -> LayoutKey {
    let mut key = vec![BindingKind::ReadWrite; 1 + STORAGE_BINDINGS];
    key[0] = BindingKind::Params;
    key
}

/// The right to make an artifact's pipelines; given back when it is dropped.
struct Claim<'a> {
    cache: &'a PipelineCache,
    key: ArtifactKey,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.cache.making().remove(&self.key);
        self.cache.made.notify_all();
    }
}

fn make_layout(gpu: &Gpu, id: u64, key: &LayoutKey) -> Result<Layout, RuntimeError> {
    let entries: Vec<wgpu::BindGroupLayoutEntry> = (0u32..)
        .zip(key)
        .map(|(binding, kind)| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: match kind {
                    BindingKind::Params | BindingKind::Uniform => wgpu::BufferBindingType::Uniform,
                    BindingKind::Read => wgpu::BufferBindingType::Storage { read_only: true },
                    BindingKind::ReadWrite => wgpu::BufferBindingType::Storage { read_only: false },
                },
                has_dynamic_offset: *kind == BindingKind::Params,
                min_binding_size: None,
            },
            count: None,
        })
        .collect();
    gpu.scoped("a pipeline layout", |device| {
        let group = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: None,
            entries: &entries,
        });
        let pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&group)],
            immediate_size: 0,
        });
        Layout { id, len: key.len() as u32, group, pipeline }
    })
}

/// Gives SPIR-V to the driver, with the float controls that precise numbers need there.
///
/// `code` must come from `Archive::module`, which checks its hash, and from an archive that the
/// program trusts; `groups.rs` offers no other SPIR-V.
fn spirv_module(
    gpu: &Gpu,
    artifact: &Artifact,
    code: Code<'_>,
) -> Result<wgpu::ShaderModule, RuntimeError> {
    let words: Cow<'_, [u32]> = match bytemuck::try_cast_slice(code.bytes) {
        Ok(words) => Cow::Borrowed(words),
        Err(_) => Cow::Owned(
            code.bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect(),
        ),
    };
    let words = if code.is_precise { gpu.float_controls.apply(words) } else { words };
    let entry_points: Vec<_> = artifact
        .passes
        .iter()
        .map(|pass| wgpu::PassthroughShaderEntryPoint {
            name: Cow::Borrowed(pass.entry_point.as_str()),
            workgroup_size: pass.workgroup_size.into(),
        })
        .collect();
    let descriptor = wgpu::ShaderModuleDescriptorPassthrough {
        label: Some(artifact.variant.as_str()),
        entry_points: Cow::Owned(entry_points),
        spirv: Some(words),
        ..Default::default()
    };
    gpu.scoped("a SPIR-V module", |device| {
        #[expect(unsafe_code, reason = "wgpu cannot check a module that it does not parse")]
        // SAFETY: the bytes have the blake3 that the archive stores for them (`Archive::module`
        // checks it on each use), the archive is trusted by the program, and its SPIR-V was
        // written by naga from a module that it had validated, with bounds checks. What `apply`
        // adds are execution modes that this device has.
        unsafe {
            device.create_shader_module_passthrough(descriptor)
        }
    })
}

/// The WGSL rung: the only place where a kernel is parsed and validated at run time.
fn wgsl_module(
    gpu: &Gpu,
    counters: &Counters,
    artifact: &Artifact,
    code: &[u8],
) -> Result<wgpu::ShaderModule, RuntimeError> {
    let text = std::str::from_utf8(code).map_err(|_| RuntimeError::Artifact {
        kernel: artifact.variant.clone(),
        rule: "its WGSL is not UTF-8",
    })?;
    counters.frontend_compiles.add(1);
    let descriptor = wgpu::ShaderModuleDescriptor {
        label: Some(&artifact.variant),
        source: wgpu::ShaderSource::Wgsl(Cow::Borrowed(text)),
    };
    gpu.scoped("a WGSL module", |device| device.create_shader_module(descriptor))
}
