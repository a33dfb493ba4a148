//! What a driver takes for pipeline layouts: which shapes cost, and whether threads help.
//!
//! `cargo run --release -p preheat-runtime --example layouts [THREADS [padded]]` makes a layout for
//! every shape that kernels have (the parameters, read-only arrays, written arrays), in order and
//! one after another, or on so many threads, and prints milliseconds of each and of all. `padded`
//! fills every layout up to the same number of bindings, as the runtime does.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints its result")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use preheat_runtime::wgpu::{self, BindingType, BufferBindingType, ShaderStages};

/// The most storage bindings of a kernel.
const BINDINGS_MAX: usize = 8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let threads: usize = std::env::args().nth(1).map_or(Ok(1), |count| count.parse())?;
    let is_padded = std::env::args().nth(2).is_some_and(|word| word == "padded");
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..Default::default()
    };
    let adapter = pollster::block_on(instance.request_adapter(&options))?;
    let descriptor =
        wgpu::DeviceDescriptor { required_limits: adapter.limits(), ..Default::default() };
    let (device, _queue) = pollster::block_on(adapter.request_device(&descriptor))?;
    let mut shapes = Vec::new();
    for count in 1..=BINDINGS_MAX {
        for writes in 1..=count.min(2) {
            shapes.push((count - writes, writes));
        }
    }
    // Each a second time: what is known costs less.
    let shapes = [shapes.clone(), shapes].concat();
    let (next, times) = (AtomicUsize::new(0), Mutex::new(vec![(0.0, 0.0); shapes.len()]));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while let Some(shape) = shapes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let at = shapes.iter().position(|known| std::ptr::eq(known, shape)).unwrap();
                    times.lock().unwrap()[at] = make(&device, *shape, is_padded);
                }
            });
        }
    });
    let all_ms = start.elapsed().as_secs_f64() * 1e3;
    println!("adapter  {}", adapter.get_info().name);
    println!("reads writes  bind-group layout ms  pipeline layout ms");
    for ((reads, writes), (group, pipeline)) in shapes.iter().zip(times.into_inner()?) {
        println!("{reads:>5} {writes:>6}  {group:>20.3}  {pipeline:>18.3}");
    }
    println!("all {} on {threads} threads: {all_ms:.2} ms", shapes.len());
    Ok(())
}

/// Milliseconds for the layout of a bind group, and of the pipeline that has it.
fn make(device: &wgpu::Device, (reads, writes): (usize, usize), is_padded: bool) -> (f64, f64) {
    let storage = |read_only| BufferBindingType::Storage { read_only };
    let padding = if is_padded { BINDINGS_MAX - reads - writes } else { 0 };
    let kinds = std::iter::once(BufferBindingType::Uniform)
        .chain(std::iter::repeat_n(storage(true), reads))
        .chain(std::iter::repeat_n(storage(false), writes))
        .chain(std::iter::repeat_n(storage(true), padding));
    let entries: Vec<_> = (0u32..)
        .zip(kinds)
        .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: ShaderStages::COMPUTE,
            ty: BindingType::Buffer {
                ty,
                has_dynamic_offset: ty == BufferBindingType::Uniform,
                min_binding_size: None,
            },
            count: None,
        })
        .collect();
    let start = Instant::now();
    let descriptor = wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries };
    let group = device.create_bind_group_layout(&descriptor);
    let group_ms = start.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    let _layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: None,
        bind_group_layouts: &[Some(&group)],
        immediate_size: 0,
    });
    (group_ms, start.elapsed().as_secs_f64() * 1e3)
}
