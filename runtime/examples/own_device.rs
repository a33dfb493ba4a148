//! preheat inside an application that owns its device: a hand-written kernel by name, on the
//! application's own buffers, in its own pass.
//!
//! ```text
//! preheat build runtime/examples/kernels/kernels.toml -o kernels.preheat
//! cargo run --release -p preheat-runtime --example own_device -- kernels.preheat
//! ```
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use preheat_format::DType;
use preheat_runtime::wgpu::{self, BufferUsages};
use preheat_runtime::{Archive, BindingUse, HostBinding, Runtime};

const COUNT: u32 = 1000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("expected an archive")?;
    let (adapter, device, queue) = pollster::block_on(open())?;
    let buffer = |usage: BufferUsages, size: u64| {
        let usage = usage | BufferUsages::COPY_DST;
        let (label, mapped_at_creation) = (None, false);
        device.create_buffer(&wgpu::BufferDescriptor { label, size, usage, mapped_at_creation })
    };
    let (x, y) = (
        buffer(BufferUsages::STORAGE, u64::from(COUNT) * 4),
        buffer(BufferUsages::STORAGE | BufferUsages::COPY_SRC, u64::from(COUNT) * 4),
    );
    let (params, back) =
        (buffer(BufferUsages::UNIFORM, 16), buffer(BufferUsages::MAP_READ, u64::from(COUNT) * 4));
    let numbers: Vec<u8> = (0..COUNT).flat_map(|i| (i as f32).to_le_bytes()).collect();
    queue.write_buffer(&x, 0, &numbers);
    queue.write_buffer(&y, 0, &numbers);
    queue.write_buffer(&params, 0, &[2f32.to_le_bytes(), COUNT.to_le_bytes()].concat());

    // From here on preheat: the application's device and queue are shared, not taken over.
    let runtime = Runtime::builder()
        .existing_device(adapter, device.clone(), queue.clone())
        .archive(Archive::open(path)?)
        .trusted(true)
        .build()?;
    let kernel = runtime.kernel("saxpy")?;
    let bindings = kernel.bind(&[
        HostBinding::new(&x, BindingUse::Read).of(DType::F32),
        HostBinding::new(&y, BindingUse::ReadWrite).of(DType::F32),
        HostBinding::new(&params, BindingUse::Uniform),
    ])?;

    let mut encoder = device.create_command_encoder(&Default::default());
    {
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(kernel.pipeline()?);
        pass.set_bind_group(0, &bindings, &[]);
        let [size, ..] = kernel.workgroup_size();
        pass.dispatch_workgroups(COUNT.div_ceil(size), 1, 1);
    }
    encoder.copy_buffer_to_buffer(&y, 0, &back, 0, u64::from(COUNT) * 4);
    queue.submit([encoder.finish()]);
    back.map_async(wgpu::MapMode::Read, .., |_| {});
    device.poll(wgpu::PollType::wait_indefinitely())?;
    let view = back.get_mapped_range(..)?;
    let is_right = |(i, bytes): (usize, &[u8; 4])| f32::from_le_bytes(*bytes) == 3.0 * i as f32;
    let right = view.as_chunks().0.iter().enumerate().filter(|pair| is_right(*pair)).count();
    let telemetry = runtime.telemetry();
    println!("adapter            {}", telemetry.adapter);
    println!("right results      {right} of {COUNT}");
    println!("frontend compiles  {}", telemetry.frontend_compiles);
    if right == COUNT as usize { Ok(()) } else { Err("wrong results".into()) }
}

/// As any wgpu application opens its device; `PASSTHROUGH_SHADERS` spares the WGSL front end.
async fn open() -> Result<(wgpu::Adapter, wgpu::Device, wgpu::Queue), Box<dyn std::error::Error>> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await?;
    let wanted = wgpu::Features::PASSTHROUGH_SHADERS | wgpu::Features::PIPELINE_CACHE;
    let descriptor = wgpu::DeviceDescriptor {
        required_features: adapter.features() & wanted,
        ..Default::default()
    };
    let (device, queue) = adapter.request_device(&descriptor).await?;
    Ok((adapter, device, queue))
}
