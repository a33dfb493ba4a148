//! Caches stay small however long a program runs, and archives may come later.

use std::sync::Arc;

use preheat_format::{DType, Scalar, Target};
use preheat_runtime::{DeviceChoice, MissReason, Runtime, RuntimeError};

use crate::kernels::{archive, archive_of_script, multiply_add};
use crate::{counting_f32, counting_f64, f32s, gpu, opened};

#[test]
fn a_loop_of_many_dispatches_makes_nothing_new() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else { return };
    let step = runtime.upload(DType::F32, counting_f32(64)).unwrap();
    let mut value = runtime.upload(DType::F32, counting_f32(64)).unwrap();
    let mut run = |count: usize| {
        for _ in 0..count {
            let call = kernel.new_call(64, &[&value, &step], Scalar::f32(0.5));
            value = runtime.call(call).unwrap().remove(0);
        }
        runtime.telemetry()
    };
    let warm = run(1000);
    let after = run(99_000);
    assert_eq!(after.dispatches, 100_000);
    assert_eq!(after.bind_group_cache.misses, warm.bind_group_cache.misses);
    assert_eq!(after.bind_group_cache.evictions, 0);
    assert_eq!(after.bind_group_layout_cache.misses, 1);
    assert_eq!(after.buffer_pool.misses, warm.buffer_pool.misses);
    assert!(after.bind_group_cache.misses <= 8, "{:?}", after.bind_group_cache);
    assert!(after.buffer_pool.misses <= 4, "{:?}", after.buffer_pool);
    assert_eq!(after.recent.len(), 64);
    assert_eq!(after.recent.last().unwrap().workgroups, [1, 1]);
    // x / 2 + i: its limit is 2 i.
    let column = runtime.read(&value).unwrap();
    assert!(f32s(&column).iter().enumerate().all(|(i, x)| (x - 2.0 * i as f32).abs() < 1e-3));
}

#[test]
fn memory_stays_near_the_live_set() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else { return };
    let n = 1 << 20;
    let step = runtime.upload(DType::F32, counting_f32(n)).unwrap();
    let mut live = Vec::new();
    for round in 0..200 {
        let last = live.last().unwrap_or(&step);
        let call = kernel.new_call(n as u64, &[last, &step], Scalar::f32(0.5));
        let made = runtime.call(call).unwrap().remove(0);
        live.push(made);
        if live.len() > 5 {
            live.remove(round % 5);
        }
    }
    runtime.finish().unwrap();
    let pool = runtime.telemetry().buffer_pool;
    // Five kept, the one that is made, and the step.
    assert!(pool.bytes_in_use_max <= 7 * 4 * n as u64, "{pool:?}");
    assert!(pool.bytes_max * 5 <= pool.bytes_in_use_max * 6, "{pool:?}");
    drop(live);
    runtime.trim(0);
    let pool = runtime.telemetry().buffer_pool;
    assert_eq!((pool.bytes_pooled, pool.bytes_in_use), (0, 4 * n as u64));
}

#[test]
fn an_archive_that_comes_later_serves_what_was_missing() {
    let [first, second] = [multiply_add(DType::F32), multiply_add(DType::F64)];
    let builder = Runtime::builder().archive(archive(&[&first], &[Target::Spirv])).strict(true);
    let runtime = builder.trusted(true).device(DeviceChoice::Vulkan).build().unwrap();
    let Some(runtime) = opened(runtime) else { return };
    let a = runtime.upload(DType::F64, counting_f64(10)).unwrap();
    let call = || second.new_call(10, &[&a, &a], Scalar::f64(2.0));
    let Err(RuntimeError::Miss(miss)) = runtime.call(call()) else { panic!("expected a miss") };
    assert_eq!(miss.reason, MissReason::NotInArchive { archive_count: 1 });
    runtime.add_archive(archive(&[&second], &[Target::Spirv]));
    runtime.call(call()).unwrap();
    assert_eq!(runtime.telemetry().rungs.spirv, 1);
}

#[test]
fn groups_can_be_prepared_before_they_are_called() {
    let kernels = [multiply_add(DType::F32), multiply_add(DType::F64)];
    let Some(runtime) = gpu(&[&kernels[0], &kernels[1]], &[Target::Spirv]) else { return };
    let groups = runtime.groups();
    assert_eq!(groups.len(), 2);
    let prepared = runtime.prepare(&groups).unwrap();
    assert_eq!((prepared.kernels, prepared.refused, prepared.ready), (2, 0, 0));
    assert_eq!(runtime.prepare(&groups).unwrap().ready, 2);
    let a = runtime.upload(DType::F32, counting_f32(10)).unwrap();
    runtime.call(kernels[0].new_call(10, &[&a, &a], Scalar::f32(2.0))).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.rungs.memory, telemetry.pipeline_cache.misses), (1, 2));
}

#[test]
fn a_scripts_pipelines_are_made_beside_it() {
    let kernels = [multiply_add(DType::F32), multiply_add(DType::F64)];
    let archive = || archive_of_script(&[&kernels[0], &kernels[1]], "models/heat.m");
    let open = || {
        let builder = Runtime::builder().archive(archive()).trusted(true).strict(true);
        opened(builder.device(DeviceChoice::Vulkan).build().unwrap()).map(Arc::new)
    };
    let Some(runtime) = open() else { return };
    runtime.prepare_ahead("/home/me/models/heat.m").finish();
    let made = runtime.telemetry();
    assert_eq!((made.pipeline_cache.misses, made.bind_group_layout_cache.misses), (2, 1));
    assert_eq!((made.calls, made.time_ms.pipelines), (0, 0.0));
    assert!(made.time_ms.ahead > 0.0);
    let a = runtime.upload(DType::F32, counting_f32(10)).unwrap();
    runtime.call(kernels[0].new_call(10, &[&a, &a], Scalar::f32(2.0))).unwrap();
    let called = runtime.telemetry();
    assert_eq!((called.rungs.memory, called.pipeline_cache.misses), (1, 2));
    // Neither another script's nor a part of a name is taken.
    let Some(other) = open() else { return };
    other.prepare_ahead("other/heat.m").finish();
    other.prepare_ahead("mymodels/heat.m").finish();
    assert_eq!(other.telemetry().pipeline_cache.misses, 0);
    // Ending it early leaves the rest to the calls.
    drop(other.prepare_ahead("models/heat.m"));
    let a = other.upload(DType::F32, counting_f32(10)).unwrap();
    other.call(kernels[0].new_call(10, &[&a, &a], Scalar::f32(2.0))).unwrap();
}
