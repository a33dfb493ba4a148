//! What the first kernels of a process cost: pipelines of an archive, with or without blobs.
//!
//! `cargo run --release -p preheat-runtime --example cold_start -- ARCHIVE [CACHE_FOLDER [COUNT]]`
//! makes the pipelines of the first COUNT groups one after another, then those of all groups on
//! all cores, and prints a line of JSON. Run it twice with a cache folder: the first run fills it.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::time::Instant;

use preheat_runtime::{Archive, DeviceChoice, Runtime};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("expected an archive")?;
    let folder = args.next();
    let count: usize = args.next().map_or(Ok(30), |count| count.parse())?;
    let ms = |since: Instant| since.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    let archive = Archive::open(&path)?;
    let mut builder = Runtime::builder().archive(archive).trusted(true).strict(true);
    if let Some(folder) = folder {
        builder = builder.device_cache(folder);
    }
    let runtime = builder.device(DeviceChoice::Vulkan).build()?;
    runtime.adapter()?;
    let opened_ms = ms(start);
    let groups = runtime.groups();
    let first = groups.get(..count.min(groups.len())).unwrap_or_default();
    let one_by_one = Instant::now();
    let mut few = preheat_runtime::Prepared::default();
    for group in first {
        let prepared = runtime.prepare(std::slice::from_ref(group))?;
        few.kernels += prepared.kernels;
        few.from_blob += prepared.from_blob;
        few.compiled += prepared.compiled;
    }
    let few_ms = ms(one_by_one);
    let at_once = Instant::now();
    let all = runtime.prepare(&groups)?;
    let all_ms = ms(at_once);
    let telemetry = runtime.telemetry();
    println!(
        "{{\"adapter\":{:?},\"driver\":{:?},\"open_and_device_ms\":{opened_ms:.1},\
         \"first_groups\":{},\"first_kernels\":{},\"first_from_blob\":{},\"first_compiled\":{},\
         \"first_ms\":{few_ms:.2},\"rest_kernels\":{},\"rest_from_blob\":{},\
         \"rest_compiled\":{},\"rest_ms\":{all_ms:.2},\"driver_compiles\":{},\
         \"blobs_rejected\":{}}}",
        telemetry.adapter,
        telemetry.driver,
        first.len(),
        few.kernels,
        few.from_blob,
        few.compiled,
        all.kernels - all.ready,
        all.from_blob,
        all.compiled,
        telemetry.driver_compiles,
        telemetry.device_blob.rejected,
    );
    Ok(())
}
