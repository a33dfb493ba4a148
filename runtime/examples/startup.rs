//! The floor that nobody can start below: instance, adapter and device, and nothing else.
//!
//! `cargo run --release -p preheat-runtime --example startup` prints milliseconds; compare with
//! `time_ms` of a run.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let mut options = wgpu::InstanceDescriptor::new_without_display_handle();
    options.backends = wgpu::Backends::PRIMARY;
    options.flags = wgpu::InstanceFlags::empty();
    let instance = wgpu::Instance::new(options);
    let instance_done = start.elapsed();
    let request = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..Default::default()
    };
    let adapter = pollster::block_on(instance.request_adapter(&request))?;
    let adapter_done = start.elapsed();
    let descriptor = wgpu::DeviceDescriptor {
        required_features: adapter.features() & !wgpu::Features::all_experimental_mask(),
        required_limits: adapter.limits(),
        ..Default::default()
    };
    let (_device, _queue) = pollster::block_on(adapter.request_device(&descriptor))?;
    let device_done = start.elapsed();
    let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1e3;
    println!("adapter   {}", adapter.get_info().name);
    println!("instance  {:.2} ms", ms(instance_done));
    println!("adapter   {:.2} ms", ms(adapter_done - instance_done));
    println!("device    {:.2} ms", ms(device_done - adapter_done));
    println!("total     {:.2} ms", ms(device_done));
    Ok(())
}
