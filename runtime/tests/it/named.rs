//! Hand-written kernels by name, on a device that belongs to the application.

use std::sync::Arc;

use preheat_format::named::named_signature;
use preheat_format::{Artifact, BindTarget, Binding, DType, Features, Pass, ShapeExpr, Target};
use preheat_runtime::wgpu::{self, BufferUsages};
use preheat_runtime::{BindingUse, HostBinding, Kernel, MissReason, Runtime, RuntimeError};

use crate::kernels::{self, archive};

const WGSL: &str = "
    struct Params { a: f32, count: u32 }
    @group(0) @binding(0) var<storage> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    @group(0) @binding(2) var<uniform> p: Params;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
        if id.x < p.count { y[id.x] += p.a * x[id.x]; }
    }";

fn saxpy(features: Features) -> kernels::Kernel {
    let signature = Arc::new(named_signature("saxpy"));
    let binding = |target, writable, dtype, size_min_bytes| Binding {
        target,
        writable,
        dtype,
        size_min_bytes,
    };
    let artifact = Artifact {
        group_key: signature.key().0,
        kernel_key: [0; 32],
        artifact_key: [0; 32],
        target: Target::Wgsl,
        variant: String::from("main"),
        rank: 0,
        guard: ShapeExpr::constant(1),
        features,
        scratch: Vec::new(),
        uniform: Vec::new(),
        uniform_size_bytes: 0,
        passes: vec![Pass {
            entry_point: String::from("main"),
            workgroup_size: [64, 1, 1],
            bindings: vec![
                binding(BindTarget::Source(0), false, DType::F32, 4),
                binding(BindTarget::Output(1), true, DType::F32, 4),
                binding(BindTarget::Uniform, false, DType::U32, 8),
            ],
            workgroup_count: ShapeExpr::constant(1),
        }],
        op_count: 0,
    };
    kernels::Kernel { signature, wgsl: WGSL.to_owned(), artifact }
}

struct Application {
    adapter: wgpu::Adapter,
    device: wgpu::Device,
    queue: wgpu::Queue,
}

impl Application {
    fn open(wanted: wgpu::Features) -> Option<Application> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions::default();
        let Ok(adapter) = pollster::block_on(instance.request_adapter(&options)) else {
            println!("skipped: no adapter");
            return None;
        };
        let required_features = adapter.features() & wanted;
        let descriptor = wgpu::DeviceDescriptor { required_features, ..Default::default() };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
        Some(Application { adapter, device, queue })
    }

    fn runtime(&self, kernel: &kernels::Kernel) -> Runtime {
        Runtime::builder()
            .existing_device(self.adapter.clone(), self.device.clone(), self.queue.clone())
            .archive(archive(&[kernel], &[Target::Spirv, Target::Wgsl]))
            .trusted(true)
            .build()
            .unwrap()
    }

    fn buffer(&self, size: u64, usage: BufferUsages) -> wgpu::Buffer {
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: usage | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }

    /// Runs the kernel over `0, 1, 2, ..` and gives `y`.
    fn run(&self, kernel: &Kernel) -> Vec<f32> {
        let n = 100u32;
        let bytes = u64::from(n) * 4;
        let x = self.buffer(bytes, BufferUsages::STORAGE);
        let y = self.buffer(bytes, BufferUsages::STORAGE | BufferUsages::COPY_SRC);
        let back = self.buffer(bytes, BufferUsages::MAP_READ);
        let params = self.buffer(16, BufferUsages::UNIFORM);
        let numbers: Vec<f32> = (0..n).map(|i| i as f32).collect();
        self.queue.write_buffer(&x, 0, bytemuck::cast_slice(&numbers));
        self.queue.write_buffer(&y, 0, bytemuck::cast_slice(&numbers));
        self.queue.write_buffer(&params, 0, &[2f32.to_le_bytes(), n.to_le_bytes()].concat());
        let group = kernel
            .bind(&[
                HostBinding::new(&x, BindingUse::Read).of(DType::F32),
                HostBinding::new(&y, BindingUse::ReadWrite),
                HostBinding::new(&params, BindingUse::Uniform),
            ])
            .unwrap();
        let mut encoder = self.device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(kernel.pipeline().unwrap());
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(2, 1, 1);
        }
        encoder.copy_buffer_to_buffer(&y, 0, &back, 0, bytes);
        self.queue.submit([encoder.finish()]);
        back.map_async(wgpu::MapMode::Read, .., |_| {});
        self.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let view = back.get_mapped_range(..).unwrap();
        bytemuck::cast_slice(&view).to_vec()
    }
}

#[test]
fn a_kernel_by_name_runs_on_the_applications_device() {
    let kernel = saxpy(Features::default());
    let check = |wanted: wgpu::Features, frontend_compiles: u64| {
        let Some(application) = Application::open(wanted) else { return };
        let runtime = application.runtime(&kernel);
        let saxpy = runtime.kernel("saxpy").unwrap();
        assert_eq!(saxpy.workgroup_size(), [64, 1, 1]);
        let y = application.run(&saxpy);
        assert!(y.iter().enumerate().all(|(i, y)| *y == 3.0 * i as f32));
        assert_eq!(runtime.telemetry().frontend_compiles, frontend_compiles);
    };
    check(wgpu::Features::PASSTHROUGH_SHADERS, 0);
    // Without the feature the archive's WGSL is taken.
    check(wgpu::Features::empty(), 1);
}

#[test]
fn a_buffer_that_does_not_fit_is_refused_before_the_driver_sees_it() {
    let kernel = saxpy(Features::default());
    let Some(application) = Application::open(wgpu::Features::PASSTHROUGH_SHADERS) else { return };
    let runtime = application.runtime(&kernel);
    let saxpy = runtime.kernel("saxpy").unwrap();
    let storage = application.buffer(64, BufferUsages::STORAGE);
    let uniform = application.buffer(16, BufferUsages::UNIFORM);
    let small = application.buffer(4, BufferUsages::UNIFORM);
    let good = [
        HostBinding::new(&storage, BindingUse::Read),
        HostBinding::new(&storage, BindingUse::ReadWrite),
        HostBinding::new(&uniform, BindingUse::Uniform),
    ];
    let check = |place: usize, bad: HostBinding<'_>| {
        let mut bindings = good;
        bindings[place] = bad;
        match saxpy.bind(&bindings) {
            Err(RuntimeError::Binding { binding, kernel, expected, found }) => {
                assert_eq!((binding, kernel.as_str()), (place, "saxpy"));
                assert_ne!(expected, found);
            }
            other => panic!("{other:?}"),
        }
    };
    check(0, HostBinding::new(&storage, BindingUse::ReadWrite));
    check(0, HostBinding::new(&storage, BindingUse::Read).of(DType::F64));
    check(0, HostBinding::new(&uniform, BindingUse::Read));
    check(1, HostBinding { offset_bytes: 3, ..good[1] });
    check(1, HostBinding { offset_bytes: 1024, ..good[1] });
    check(1, HostBinding { size_bytes: Some(100), ..good[1] });
    check(2, HostBinding::new(&small, BindingUse::Uniform));
    let two = saxpy.bind(&good[..2]).unwrap_err();
    assert!(matches!(two, RuntimeError::Binding { .. }), "{two}");
}

#[test]
fn what_is_missing_has_a_reason() {
    let Some(application) = Application::open(wgpu::Features::PASSTHROUGH_SHADERS) else { return };
    let runtime = application.runtime(&saxpy(Features::F64));
    let reason = |name: &str| match runtime.kernel(name) {
        Err(RuntimeError::Miss(miss)) => miss.reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("daxpy"), MissReason::NotInArchive { archive_count: 1 });
    let features = vec!["shader_f64"];
    assert_eq!(reason("saxpy"), MissReason::MissingFeature { features });
}
