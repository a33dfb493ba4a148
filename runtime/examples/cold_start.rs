//! What the first kernels of a process cost: pipelines of an archive, with or without blobs.
//!
//! `cargo run --release -p preheat-runtime --example cold_start -- ARCHIVE [CACHE_FOLDER [COUNT
//! [THREADS]]]` makes the pipelines of the first COUNT groups together, then those of all groups,
//! each on so many threads (all cores if not said), and prints a line of JSON. Run it twice with a
//! cache folder: the first run fills it.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::time::Instant;

use preheat_runtime::{Archive, DeviceChoice, DeviceOpener, Runtime};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("expected an archive")?;
    let folder = args.next();
    let count: usize = args.next().map_or(Ok(30), |count| count.parse())?;
    let threads: usize = args.next().map_or(Ok(0), |count| count.parse())?;
    // 0 stands for all cores. The threads are there before the clock starts, as in a program.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    pool.broadcast(|_| ());
    let ms = |since: Instant| since.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    let archive = Archive::open(&path)?;
    let mut builder = Runtime::builder().archive(archive).trusted(true).strict(true);
    if let Some(folder) = folder {
        builder = builder.device_cache(folder);
    }
    // On a thread that goes on: an NVIDIA driver cleans up behind one that ends.
    let (runtime, opener) = builder.device(DeviceChoice::Vulkan).build_unopened();
    opener.into_iter().for_each(DeviceOpener::open);
    runtime.adapter()?;
    let opened_ms = ms(start);
    let groups = runtime.groups();
    let first = groups.get(..count.min(groups.len())).unwrap_or_default();
    let start = Instant::now();
    let few = pool.install(|| runtime.prepare(first))?;
    let few_ms = ms(start);
    let first_times = runtime.telemetry();
    let start = Instant::now();
    let all = pool.install(|| runtime.prepare(&groups))?;
    let all_ms = ms(start);
    let telemetry = runtime.telemetry();
    let json = serde_json::json!({
        "adapter": telemetry.adapter,
        "driver": telemetry.driver,
        "threads": pool.current_num_threads(),
        "open_and_device_ms": opened_ms,
        "first": {
            "groups": first.len(),
            "kernels": few,
            "ms": few_ms,
            "layouts": first_times.bind_group_layout_cache.misses,
            "layouts_ms_of_threads": first_times.time_ms.layouts,
            "pipelines_ms_of_threads": first_times.time_ms.ahead,
        },
        "rest": { "kernels": all, "ms": all_ms },
        "layouts": telemetry.bind_group_layout_cache.misses,
        "driver_compiles": telemetry.driver_compiles,
        "blobs_rejected": telemetry.device_blob.rejected,
    });
    println!("{json}");
    Ok(())
}
