//! Dispatches, buffers and caches on the device.

use preheat_cpu::Column;
use preheat_format::{CallError, CallOutput, DType, Scalar, Target, ViewData};
use preheat_runtime::{DeviceChoice, Runtime, RuntimeError};

use crate::kernels::{archive, multiply_add, scale_into};
use crate::{counting_f32, counting_f64, f32s, f64s, gpu, opened};

const BOTH: [Target; 2] = [Target::Spirv, Target::Wgsl];

#[test]
fn f64_kernels_compute_from_spirv() {
    let kernel = multiply_add(DType::F64);
    let Some(runtime) = gpu(&[&kernel], &BOTH) else {
        return;
    };
    let a = runtime.upload(DType::F64, counting_f64(1000)).unwrap();
    let b = runtime.upload(DType::F64, Column::F64(vec![0.1; 1000])).unwrap();
    let outputs = runtime.call(kernel.new_call(1000, &[&a, &b], Scalar::f64(1e-9))).unwrap();
    let column = runtime.read(&outputs[0]).unwrap();
    for (i, value) in f64s(&column).iter().enumerate() {
        let exact = (i as f64).mul_add(1e-9, 0.1);
        assert!((value - exact).abs() <= 2.0 * f64::EPSILON, "{i}: {value}, expected {exact}");
    }
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.rungs.spirv, telemetry.frontend_compiles), (1, 0));
    assert_eq!(telemetry.driver_compiles, 1);
    assert_eq!(telemetry.download_bytes, 8000);
    assert_eq!(telemetry.upload_bytes, 16_000);
}

#[test]
fn more_workgroups_than_one_dimension_holds() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    // 65,536 workgroups of 64, and a bit.
    let n = 65_536 * 64 + 17;
    let a = runtime.upload(DType::F32, counting_f32(n)).unwrap();
    let outputs = runtime.call(kernel.new_call(n as u64, &[&a, &a], Scalar::f32(1.0))).unwrap();
    let column = runtime.read(&outputs[0]).unwrap();
    assert!(f32s(&column).iter().enumerate().all(|(i, value)| *value == 2.0 * i as f32));
    assert_eq!(runtime.telemetry().dispatches, 1);
}

#[test]
fn a_loop_finds_its_buffers_and_bind_groups_again() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let zero = runtime.upload(DType::F32, Column::F32(vec![0.0; 100])).unwrap();
    let mut value = runtime.upload(DType::F32, Column::F32(vec![1.0; 100])).unwrap();
    let step = |value: &mut preheat_runtime::Buffer| {
        let call = kernel.new_call(100, &[&*value, &zero], Scalar::f32(-1.0));
        *value = runtime.call(call).unwrap().remove(0);
    };
    (0..10).for_each(|_| step(&mut value));
    let before = runtime.telemetry();
    (0..10_000).for_each(|_| step(&mut value));
    let after = runtime.telemetry();
    assert_eq!(after.bind_group_cache.misses, before.bind_group_cache.misses);
    assert_eq!(after.buffer_pool.misses, before.buffer_pool.misses);
    assert_eq!(after.buffer_pool.bytes_in_use, before.buffer_pool.bytes_in_use);
    assert_eq!(after.pipeline_cache.misses, 1);
    assert_eq!(after.dispatches, 10_010);
    assert_eq!(after.rungs.memory, 10_009);
    assert!(after.submissions < 100, "{} submissions", after.submissions);
    assert_eq!(f32s(&runtime.read(&value).unwrap()), [1.0; 100]);
}

#[test]
fn dropped_buffers_are_reused_and_counted() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let a = runtime.upload(DType::F32, counting_f32(1000)).unwrap();
    let call = || runtime.call(kernel.new_call(1000, &[&a, &a], Scalar::f32(1.0))).unwrap();
    let first = call();
    let held = runtime.telemetry().buffer_pool;
    assert_eq!((held.misses, held.hits), (2, 0));
    assert_eq!(held.bytes_in_use, 2 * 4096);
    drop(first);
    let idle = runtime.telemetry().buffer_pool;
    assert_eq!((idle.bytes_in_use, idle.bytes_pooled), (4096, 4096));
    let second = call();
    let again = runtime.telemetry().buffer_pool;
    assert_eq!((again.misses, again.hits, again.bytes_pooled), (2, 1, 0));
    assert_eq!(f32s(&runtime.read(&second[0]).unwrap())[999], 1998.0);
}

/// A host write must not overtake recorded commands that use the same memory.
#[test]
fn an_upload_into_reused_memory_waits_its_turn() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let zero = runtime.upload(DType::F32, Column::F32(vec![0.0; 64])).unwrap();
    let mut results = Vec::new();
    for i in 0..20 {
        let a = runtime.upload(DType::F32, Column::F32(vec![i as f32; 64])).unwrap();
        let call = kernel.new_call(64, &[&a, &zero], Scalar::f32(1.0));
        results.push(runtime.call(call).unwrap().remove(0));
    }
    for (i, result) in results.iter().enumerate() {
        assert_eq!(f32s(&runtime.read(result).unwrap()), [i as f32; 64]);
    }
}

#[test]
fn updates_happen_in_place_unless_someone_else_looks() {
    let kernel = scale_into(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let a = runtime.upload(DType::F32, Column::F32(vec![1.0, 2.0, 3.0])).unwrap();
    let view = || ViewData { offset: 1, strides: vec![2] };
    let update = |target, s| {
        let output = (CallOutput::Update(target), view());
        runtime.call(kernel.call(3, &[&a], Scalar::f32(s), output)).unwrap().remove(0)
    };
    let base = runtime.upload(DType::F32, Column::F32(vec![9.0; 7])).unwrap();
    let first = update(base, 10.0);
    let misses = runtime.telemetry().buffer_pool.misses;
    let second = update(first, 20.0);
    assert_eq!(runtime.telemetry().buffer_pool.misses, misses, "the only handle: in place");
    let kept = second.clone();
    let third = update(second, 30.0);
    assert_eq!(runtime.telemetry().buffer_pool.misses, misses + 1, "shared: a copy");
    let read = |buffer| f32s(&runtime.read(buffer).unwrap()).to_vec();
    assert_eq!(read(&kept), [9.0, 20.0, 9.0, 40.0, 9.0, 60.0, 9.0]);
    assert_eq!(read(&third), [9.0, 30.0, 9.0, 60.0, 9.0, 90.0, 9.0]);
}

#[test]
fn an_array_may_be_updated_from_itself() {
    let kernel = scale_into(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let a = runtime.upload(DType::F32, Column::F32(vec![1.0, 2.0, 3.0])).unwrap();
    let output = (CallOutput::Update(a.clone()), ViewData { offset: 2, strides: vec![-1] });
    let call = kernel.call(3, &[&a], Scalar::f32(2.0), output);
    drop(a);
    let reversed = runtime.call(call).unwrap().remove(0);
    assert_eq!(f32s(&runtime.read(&reversed).unwrap()), [6.0, 4.0, 2.0]);
}

#[test]
fn empty_domains_dispatch_nothing() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let empty = runtime.upload(DType::F32, Column::F32(Vec::new())).unwrap();
    let outputs = runtime.call(kernel.new_call(0, &[&empty, &empty], Scalar::f32(1.0))).unwrap();
    assert!(outputs[0].is_empty());
    assert!(runtime.read(&outputs[0]).unwrap().is_empty());
    assert_eq!(runtime.telemetry().dispatches, 0);
}

#[test]
fn wrong_operands_are_typed_errors() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let a = runtime.upload(DType::F32, counting_f32(10)).unwrap();
    let wide = runtime.upload(DType::F64, counting_f64(10)).unwrap();
    let error = |call| runtime.call(call).unwrap_err();
    let short = error(kernel.new_call(11, &[&a, &a], Scalar::f32(1.0)));
    assert!(matches!(short, RuntimeError::Call(CallError::OutOfBounds { len: 10, .. })));
    let few = error(kernel.new_call(10, &[&a], Scalar::f32(1.0)));
    assert!(matches!(few, RuntimeError::Call(CallError::Count { found: 1, .. })));
    let other = error(kernel.new_call(10, &[&a, &wide], Scalar::f32(1.0)));
    assert!(matches!(other, RuntimeError::OperandType { index: 1, found: DType::F64, .. }));
    let scalar = error(kernel.new_call(10, &[&a, &a], Scalar::f64(1.0)));
    assert!(matches!(scalar, RuntimeError::OperandType { what: "parameter", .. }));
    assert!(matches!(
        runtime.upload(DType::F32, counting_f64(1)),
        Err(RuntimeError::ColumnType { dtype: DType::F32 })
    ));
}

#[test]
fn sixteen_threads_share_a_runtime() {
    let kernels = [multiply_add(DType::F32), multiply_add(DType::F64)];
    let Some(runtime) = gpu(&[&kernels[0], &kernels[1]], &[Target::Spirv]) else {
        return;
    };
    let work = |runtime: &Runtime, thread: usize| {
        for round in 0..50 {
            let n = 100 + 300 * (round % 5) + thread;
            let a = runtime.upload(DType::F32, counting_f32(n)).unwrap();
            let call = kernels[0].new_call(n as u64, &[&a, &a], Scalar::f32(thread as f32));
            let out = runtime.call(call).unwrap();
            let wide = runtime.upload(DType::F64, counting_f64(n)).unwrap();
            let call = kernels[1].new_call(n as u64, &[&wide, &wide], Scalar::f64(0.5));
            let wide = runtime.call(call).unwrap();
            let factor = thread as f32 + 1.0;
            let column = runtime.read(&out[0]).unwrap();
            assert!(f32s(&column).iter().enumerate().all(|(i, v)| *v == i as f32 * factor));
            let column = runtime.read(&wide[0]).unwrap();
            assert!(f64s(&column).iter().enumerate().all(|(i, v)| *v == i as f64 * 1.5));
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let runtime = &runtime;
            scope.spawn(move || work(runtime, thread));
        }
    });
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.calls, telemetry.dispatches), (1600, 1600));
    assert_eq!(telemetry.rungs.memory + telemetry.rungs.spirv, 1600);
    assert_eq!((telemetry.kernels, telemetry.groups), (2, 2));
    assert_eq!(telemetry.buffer_pool.bytes_in_use, 0);
}

/// Long arrays are copied in pieces.
#[test]
fn arrays_longer_than_a_piece_come_back_whole() {
    let kernel = multiply_add(DType::F64);
    let Some(runtime) = gpu(&[&kernel], &[Target::Spirv]) else {
        return;
    };
    let n = (80 << 20) / 8 + 3;
    let a = runtime.upload(DType::F64, counting_f64(n)).unwrap();
    let outputs = runtime.call(kernel.new_call(n as u64, &[&a, &a], Scalar::f64(3.0))).unwrap();
    let column = runtime.read(&outputs[0]).unwrap();
    assert!(f64s(&column).iter().enumerate().all(|(i, value)| *value == 4.0 * i as f64));
}

#[test]
fn kernel_times_are_taken_when_asked_for() {
    let kernel = multiply_add(DType::F32);
    let run = |timings: bool| {
        let archive = archive(&[&kernel], &[Target::Spirv]);
        let builder = Runtime::builder().archive(archive).trusted(true).timings(timings);
        let runtime = opened(builder.device(DeviceChoice::Vulkan).build().unwrap())?;
        let n = 1 << 12;
        let a = runtime.upload(DType::F32, counting_f32(n)).unwrap();
        let b = runtime.upload(DType::F32, counting_f32(n)).unwrap();
        // More than the queries of one set, and more than one batch.
        for _ in 0..2500 {
            runtime.call(kernel.new_call(n as u64, &[&a, &b], Scalar::f32(0.5))).unwrap();
        }
        runtime.finish().unwrap();
        Some((n as u64, runtime.telemetry()))
    };
    let Some((n, timed)) = run(true) else { return };
    let [times] = &timed.kernel_times[..] else { panic!("{:?}", timed.kernel_times) };
    assert_eq!(times.dispatches, 2500);
    assert_eq!(times.group, kernel.signature.key());
    assert_eq!(times.bytes, Some(2500 * 3 * 4 * n));
    assert!(times.time_ns.is_some_and(|ns| ns > 0), "{times:?}");
    let Some((_, plain)) = run(false) else { return };
    let [times] = &plain.kernel_times[..] else { panic!("{:?}", plain.kernel_times) };
    assert_eq!((times.dispatches, times.time_ns, times.bytes), (2500, None, None));
}
