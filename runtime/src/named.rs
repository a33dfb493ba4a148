//! Hand-written kernels by name, for applications that record their own commands.
//!
//! [`Runtime::kernel`] yields a finished pipeline with what it binds; the application makes bind
//! groups through [`Kernel::bind`], which checks every buffer against the kernel's reflection, and
//! dispatches in its own passes. Nothing of the application's device is changed.

use std::sync::Arc;

use preheat_format::named::named_signature;
use preheat_format::{BindTarget, Binding, DType, GroupKey};

use crate::error::RuntimeError;
use crate::groups::Search;
use crate::miss::{Miss, MissReason, feature_names};
use crate::pipelines::{Asker, KernelPipelines};
use crate::runtime::Runtime;

/// How a kernel uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingUse {
    /// `var<uniform>`.
    Uniform,
    /// `var<storage, read>`.
    Read,
    /// `var<storage, read_write>`.
    ReadWrite,
}

impl BindingUse {
    fn of(binding: &Binding) -> BindingUse {
        match (binding.target, binding.writable) {
            (BindTarget::Uniform, _) => BindingUse::Uniform,
            (_, true) => BindingUse::ReadWrite,
            (_, false) => BindingUse::Read,
        }
    }

    fn usage(self) -> wgpu::BufferUsages {
        match self {
            BindingUse::Uniform => wgpu::BufferUsages::UNIFORM,
            BindingUse::Read | BindingUse::ReadWrite => wgpu::BufferUsages::STORAGE,
        }
    }
}

/// What one binding of a kernel takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelBinding {
    /// How it is used.
    pub usage: BindingUse,
    /// The scalar that an array is made of; `u32` for a structure.
    pub element: DType,
    /// Bytes of the value, or of one element of an array without a length.
    pub size_min_bytes: u64,
}

/// A buffer for a binding, with what the host believes that it is.
#[derive(Clone, Copy, Debug)]
pub struct HostBinding<'a> {
    /// The buffer.
    pub buffer: &'a wgpu::Buffer,
    /// First byte.
    pub offset_bytes: u64,
    /// Bytes; `None` for all that follow.
    pub size_bytes: Option<u64>,
    /// How the host expects it to be used.
    pub usage: BindingUse,
    /// What the host has stored in it; `None` does not say.
    pub element: Option<DType>,
}

impl<'a> HostBinding<'a> {
    /// A whole buffer.
    pub fn new(buffer: &'a wgpu::Buffer, usage: BindingUse) -> HostBinding<'a> {
        HostBinding { buffer, offset_bytes: 0, size_bytes: None, usage, element: None }
    }

    /// The same, holding elements of a type.
    #[must_use]
    pub fn of(mut self, element: DType) -> HostBinding<'a> {
        self.element = Some(element);
        self
    }
}

/// A hand-written kernel, ready to dispatch.
pub struct Kernel {
    name: String,
    pipelines: Arc<KernelPipelines>,
    bindings: Vec<KernelBinding>,
    workgroup_size: [u32; 3],
    device: wgpu::Device,
}

impl Runtime {
    /// The hand-written kernel of a name. What is missing is a [`RuntimeError::Miss`] with its
    /// reason; without `strict` the archive's WGSL is taken where SPIR-V cannot be, and counted.
    ///
    /// # Errors
    /// As above, [`RuntimeError::NoAdapter`] on the CPU, or the driver's refusal.
    pub fn kernel(&self, name: &str) -> Result<Kernel, RuntimeError> {
        let engine = self.engine()?.ok_or(RuntimeError::NoAdapter)?;
        let signature = named_signature(name);
        let key = signature.key();
        let search = Search { passthrough: engine.gpu.passthrough, strict: self.strict };
        let group = self.groups.get(key, &signature, search);
        let group = group.map_err(|reason| self.named_miss(key, reason))?;
        let mut reason = MissReason::NoVariant;
        for candidate in &group.candidates {
            let artifact = &candidate.artifact;
            let missing = artifact.features.0 & !engine.gpu.features.0;
            if missing != 0 {
                let features = feature_names(preheat_format::Features(missing));
                reason = MissReason::MissingFeature { features };
                continue;
            }
            let making = engine.making(Asker::Call);
            let made = engine.pipelines.get(making, artifact, || candidate.code());
            let (pipelines, made) = made?;
            self.counters.served(candidate.rung_of(made));
            let pass = artifact.passes.first();
            let binding = |binding: &Binding| KernelBinding {
                usage: BindingUse::of(binding),
                element: binding.dtype,
                size_min_bytes: u64::from(binding.size_min_bytes),
            };
            return Ok(Kernel {
                name: name.to_owned(),
                pipelines,
                bindings: pass.iter().flat_map(|pass| pass.bindings.iter().map(binding)).collect(),
                workgroup_size: pass.map_or([1; 3], |pass| pass.workgroup_size),
                device: engine.gpu.device.clone(),
            });
        }
        Err(self.named_miss(key, reason))
    }

    fn named_miss(&self, key: GroupKey, reason: MissReason) -> RuntimeError {
        let miss = Miss { key, signature: None, reason };
        self.counters.missed(&miss);
        RuntimeError::Miss(miss)
    }
}

impl Kernel {
    /// The pipeline, for the application's own pass.
    ///
    /// # Errors
    /// [`RuntimeError::Artifact`] if the archive holds a kernel without a pass.
    pub fn pipeline(&self) -> Result<&wgpu::ComputePipeline, RuntimeError> {
        Ok(&self.pass()?.raw)
    }

    /// What it binds, in group 0.
    pub fn bindings(&self) -> &[KernelBinding] {
        &self.bindings
    }

    /// Invocations of a workgroup.
    pub fn workgroup_size(&self) -> [u32; 3] {
        self.workgroup_size
    }

    /// A bind group for group 0, after every buffer was checked against what the kernel takes.
    ///
    /// # Errors
    /// [`RuntimeError::Binding`] names the first binding that does not fit; nothing has reached
    /// the driver then.
    pub fn bind(&self, bindings: &[HostBinding<'_>]) -> Result<wgpu::BindGroup, RuntimeError> {
        let (expected, found) = (self.bindings.len(), bindings.len());
        if expected != found {
            let place = expected.min(found);
            return Err(self.misfit(place, counted(expected), counted(found)));
        }
        let limits = self.device.limits();
        let pairs = self.bindings.iter().zip(bindings).enumerate();
        let entries = pairs.map(|(place, (kernel, host))| {
            let binding = place as u32;
            let size = self.check(place, kernel, host, &limits)?;
            let (buffer, offset) = (host.buffer, host.offset_bytes);
            let size = std::num::NonZeroU64::new(size);
            let resource =
                wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer, offset, size });
            Ok(wgpu::BindGroupEntry { binding, resource })
        });
        let entries = entries.collect::<Result<Vec<_>, RuntimeError>>()?;
        Ok(self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&self.name),
            layout: &self.pass()?.layout.group,
            entries: &entries,
        }))
    }

    /// Bytes of the binding, if it fits.
    fn check(
        &self,
        place: usize,
        kernel: &KernelBinding,
        host: &HostBinding<'_>,
        limits: &wgpu::Limits,
    ) -> Result<u64, RuntimeError> {
        let misfit = |expected: String, found: String| Err(self.misfit(place, expected, found));
        if host.usage != kernel.usage {
            return misfit(format!("{:?}", kernel.usage), format!("{:?}", host.usage));
        }
        if let Some(element) = host.element.filter(|element| *element != kernel.element) {
            return misfit(kernel.element.name().to_owned(), element.name().to_owned());
        }
        let usage = kernel.usage.usage();
        if !host.buffer.usage().contains(usage) {
            return misfit(format!("{usage:?}"), format!("{:?}", host.buffer.usage()));
        }
        let (align, size_max) = match kernel.usage {
            BindingUse::Uniform => {
                (limits.min_uniform_buffer_offset_alignment, limits.max_uniform_buffer_binding_size)
            }
            BindingUse::Read | BindingUse::ReadWrite => {
                (limits.min_storage_buffer_offset_alignment, limits.max_storage_buffer_binding_size)
            }
        };
        if !host.offset_bytes.is_multiple_of(u64::from(align)) {
            let found = format!("an offset of {}", host.offset_bytes);
            return misfit(format!("a multiple of {align}"), found);
        }
        let left = host.buffer.size().saturating_sub(host.offset_bytes);
        let size = host.size_bytes.unwrap_or(left);
        if size < kernel.size_min_bytes || size > left || size > size_max {
            let most = left.min(size_max);
            let expected = format!("{} to {most} bytes", kernel.size_min_bytes);
            return misfit(expected, format!("{size} bytes"));
        }
        Ok(size)
    }

    fn misfit(&self, place: usize, expected: String, found: String) -> RuntimeError {
        RuntimeError::Binding { kernel: self.name.clone(), binding: place, expected, found }
    }

    fn pass(&self) -> Result<&crate::pipelines::PassPipeline, RuntimeError> {
        let rule = "it has no pass";
        let kernel = self.name.clone();
        self.pipelines.passes.first().ok_or(RuntimeError::Artifact { kernel, rule })
    }
}

fn counted(count: usize) -> String {
    format!("{count} bindings")
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel")
            .field("name", &self.name)
            .field("bindings", &self.bindings)
            .field("workgroup_size", &self.workgroup_size)
            .finish_non_exhaustive()
    }
}
