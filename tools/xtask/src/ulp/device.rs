//! Runs one expression over arrays on a Vulkan device, as the runtime runs precise kernels: by
//! the archive's SPIR-V with the device's float controls.

use std::borrow::Cow;

use anyhow::{Context, Result, anyhow};
use preheat_compiler::emit::{self, Contraction};
use preheat_format::{DType, Target};
use preheat_ops::template::{Int64, closure, fill, wgsl_type};
use preheat_runtime::FloatControls;
use wgpu::util::DeviceExt;

const WORKGROUP_SIZE: u32 = 64;
/// Points of one dispatch, below the limit on workgroups of 65,535.
pub(super) const CHUNK_POINTS: usize = 1 << 20;

const KERNEL: &str = "
@group(0) @binding(0) var<storage, read> xs: array<{T}>;
@group(0) @binding(1) var<storage, read> ys: array<{T}>;
@group(0) @binding(2) var<storage, read_write> results: array<{R}>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if id.x >= arrayLength(&results) {
    return;
  }
  let x = xs[id.x];
  let y = ys[id.x];
  results[id.x] = {value};
}
";

/// An open device.
pub(super) struct Device {
    device: wgpu::Device,
    queue: wgpu::Queue,
    float_controls: FloatControls,
    layout: wgpu::BindGroupLayout,
    /// Its name and driver.
    pub(super) info: wgpu::AdapterInfo,
}

/// A compiled expression.
pub(super) struct Kernel {
    pipeline: wgpu::ComputePipeline,
}

impl Device {
    /// The device whose name contains `name`; without one, the fastest.
    pub(super) fn open(name: Option<&str>) -> Result<Device> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: wgpu::Backends::VULKAN,
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::VULKAN));
        let adapter = adapters
            .into_iter()
            .filter(|adapter| match name {
                Some(name) => adapter.get_info().name.contains(name),
                None => true,
            })
            .min_by_key(|adapter| rank(adapter.get_info().device_type))
            .context("no such Vulkan device")?;
        let wanted = wgpu::Features::SHADER_F64
            | wgpu::Features::SHADER_INT64
            | wgpu::Features::PASSTHROUGH_SHADERS;
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            required_features: adapter.features() & wanted,
            required_limits: adapter.limits(),
            ..Default::default()
        }))
        .context("opening the device")?;
        let layout = layout(&device);
        let float_controls = FloatControls::of(&adapter);
        Ok(Device { device, queue, float_controls, layout, info: adapter.get_info() })
    }

    /// Whether the device computes in `f64`.
    pub(super) fn has_f64(&self) -> bool {
        self.device.features().contains(wgpu::Features::SHADER_F64)
    }

    /// Compiles an expression over `x` and `y` of a type; a `bool` is stored as `u32`.
    pub(super) fn compile(&self, expression: &str, dtype: DType, is_test: bool) -> Result<Kernel> {
        let value = if is_test { format!("u32({expression})") } else { expression.to_owned() };
        let element = wgsl_type(dtype);
        let result = if is_test { "u32" } else { element };
        let holes = [("T", element), ("R", result), ("value", value.as_str())];
        let int64 = if self.device.features().contains(wgpu::Features::SHADER_INT64) {
            Int64::Native
        } else {
            Int64::Emulated
        };
        let text = closure(expression, int64) + &fill(KERNEL, &holes);
        let words = translate(&text).with_context(|| format!("compiling `{expression}`"))?;
        let words = self.float_controls.apply(Cow::Owned(words));
        let entry_point = wgpu::PassthroughShaderEntryPoint {
            name: Cow::Borrowed("main"),
            workgroup_size: (WORKGROUP_SIZE, 1, 1),
        };
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let descriptor = wgpu::ShaderModuleDescriptorPassthrough {
            label: None,
            entry_points: Cow::Owned(vec![entry_point]),
            spirv: Some(words),
            ..Default::default()
        };
        #[expect(unsafe_code, reason = "wgpu cannot check a module that it does not parse")]
        // SAFETY: naga wrote the words just now, from a module that it had validated.
        let module = unsafe { self.device.create_shader_module_passthrough(descriptor) };
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&self.layout)],
            immediate_size: 0,
        });
        let pipeline = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: Some(&layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: Default::default(),
            cache: None,
        });
        match pollster::block_on(scope.pop()) {
            Some(error) => Err(anyhow!("compiling `{expression}`: {error}")),
            None => Ok(Kernel { pipeline }),
        }
    }

    /// The bytes of the results for the bytes of `xs` and `ys`.
    pub(super) fn run(
        &self,
        kernel: &Kernel,
        inputs: [&[u8]; 2],
        result_bytes: usize,
        count: usize,
    ) -> Result<Vec<u8>> {
        let operands = inputs.map(|contents| {
            self.device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
                label: None,
                contents,
                usage: wgpu::BufferUsages::STORAGE,
            })
        });
        let (storage, read) = (wgpu::BufferUsages::STORAGE, wgpu::BufferUsages::MAP_READ);
        let results = self.buffer(result_bytes, storage | wgpu::BufferUsages::COPY_SRC);
        let mapped = self.buffer(result_bytes, read | wgpu::BufferUsages::COPY_DST);
        let [x, y] = &operands;
        let entries = [x, y, &results].map(|buffer| buffer.as_entire_binding());
        let entries: Vec<_> = (0..)
            .zip(entries)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        let group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &self.layout,
            entries: &entries,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&kernel.pipeline);
            pass.set_bind_group(0, &group, &[]);
            let count = u32::try_from(count).context("too many points in a dispatch")?;
            pass.dispatch_workgroups(count.div_ceil(WORKGROUP_SIZE), 1, 1);
        }
        encoder.copy_buffer_to_buffer(&results, 0, &mapped, 0, result_bytes as u64);
        self.queue.submit([encoder.finish()]);
        mapped.slice(..).map_async(wgpu::MapMode::Read, |_| ());
        self.device.poll(wgpu::PollType::wait_indefinitely()).context("waiting for the device")?;
        let view = mapped.slice(..).get_mapped_range().context("reading the results")?;
        Ok(view.to_vec())
    }

    fn buffer(&self, bytes: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: bytes as u64,
            usage,
            mapped_at_creation: false,
        })
    }
}

/// The SPIR-V of a kernel, as an archive holds it.
fn translate(text: &str) -> Result<Vec<u32>> {
    let valid = emit::validate(text)?;
    let bytes = emit::write(&valid, Target::Spirv, Contraction::Forbidden)?;
    Ok(bytemuck::pod_collect_to_vec(&bytes))
}

/// Two arrays that are read, and one that is written.
fn layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |(binding, read_only)| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let entries = [(0, true), (1, true), (2, false)].map(entry);
    let descriptor = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
    device.create_bind_group_layout(&descriptor)
}

/// The order in which devices are taken.
fn rank(kind: wgpu::DeviceType) -> u32 {
    match kind {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    }
}
