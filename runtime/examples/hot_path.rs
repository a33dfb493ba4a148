//! What one warm dispatch costs the host: from a call to the encoded command.
//!
//! `cargo run --release -p preheat-runtime --example hot_path` records many small dispatches in a
//! loop, as a script does, and prints nanoseconds a call, without and with the device's work,
//! and of the two look-ups alone.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints its result")]

#[path = "../tests/it/kernels.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod kernels;

use std::time::Instant;

use preheat_cpu::Column;
use preheat_format::{DType, Scalar, Target};
use preheat_runtime::{DeviceChoice, Runtime, RuntimeError};

const CALLS: u32 = 100_000;

fn main() -> Result<(), RuntimeError> {
    let kernel = kernels::multiply_add(DType::F32);
    let archive = kernels::archive(&[&kernel], &[Target::Spirv]);
    let builder = Runtime::builder().archive(archive).trusted(true).strict(true);
    let runtime = builder.device(DeviceChoice::Vulkan).build()?;
    let b = runtime.upload(DType::F32, Column::F32(vec![0.5; 256]))?;
    let mut value = runtime.upload(DType::F32, Column::F32(vec![1.0; 256]))?;
    let mut record_ns: Vec<u128> = Vec::with_capacity(CALLS as usize);
    let warm_up = 1000;
    let mut start = Instant::now();
    for round in 0..warm_up + CALLS {
        if round == warm_up {
            runtime.finish()?;
            record_ns.clear();
            start = Instant::now();
        }
        let call = kernel.new_call(256, &[&value, &b], Scalar::f32(0.5));
        let began = Instant::now();
        value = runtime.call(call)?.remove(0);
        record_ns.push(began.elapsed().as_nanos());
    }
    runtime.finish()?;
    let total = start.elapsed();
    record_ns.sort_unstable();
    let median_ns = record_ns.get(record_ns.len() / 2).copied().unwrap_or(0);
    let mean_ns = record_ns.iter().sum::<u128>() / u128::from(CALLS);
    let whole_ns = total.as_nanos() / u128::from(CALLS);
    if let Some([pipeline_ns, group_ns]) = runtime.lookup_ns(1_000_000)? {
        println!("look-ups     {pipeline_ns:.0} ns pipeline, {group_ns:.0} ns bind group");
    }
    let telemetry = runtime.telemetry();
    println!("adapter      {}", telemetry.adapter);
    println!("record       {median_ns} ns a call (median: without submission)");
    println!("record       {mean_ns} ns a call (mean: with submissions)");
    println!("whole loop   {whole_ns} ns a call, device included");
    println!("submissions  {}", telemetry.submissions);
    println!("bind groups  {} made", telemetry.bind_group_cache.misses);
    println!("buffers      {} made", telemetry.buffer_pool.misses);
    Ok(())
}
