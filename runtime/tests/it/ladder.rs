//! Which step serves a call, and what `strict` makes of it.

use preheat_cpu::Column;
use preheat_format::{CallOutput, DType, Features, Scalar, ShapeExpr, ShapeOp, Target, ViewData};
use preheat_runtime::{DeviceChoice, MissReason, Runtime, RuntimeBuilder, RuntimeError};

use crate::kernels::{Kernel, archive, archive_bytes, multiply_add, scale_into};
use crate::{counting_f32, f32s, gpu, opened};

fn vulkan(builder: RuntimeBuilder) -> Option<Runtime> {
    opened(builder.device(DeviceChoice::Vulkan).build().unwrap())
}

/// Runs `2 * i + i` over 10 elements.
fn run(runtime: &Runtime, kernel: &Kernel) -> Result<(), RuntimeError> {
    let a = runtime.upload(DType::F32, counting_f32(10))?;
    let outputs = runtime.call(kernel.new_call(10, &[&a, &a], Scalar::f32(2.0)))?;
    let column = runtime.read(&outputs[0])?;
    assert!(f32s(&column).iter().enumerate().all(|(i, value)| *value == 3.0 * i as f32));
    Ok(())
}

fn reason(result: Result<(), RuntimeError>) -> MissReason {
    match result {
        Err(RuntimeError::Miss(miss)) => miss.reason,
        other => panic!("expected a miss, got {other:?}"),
    }
}

#[test]
fn untrusted_archives_are_parsed_again() {
    let kernel = multiply_add(DType::F32);
    let both = || archive(&[&kernel], &[Target::Spirv, Target::Wgsl]);
    let Some(runtime) = vulkan(Runtime::builder().archive(both())) else {
        return;
    };
    run(&runtime, &kernel).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.frontend_compiles, telemetry.rungs.wgsl), (1, 1));
    assert_eq!(telemetry.rungs.spirv, 0);
    let strict = vulkan(Runtime::builder().archive(both()).strict(true)).unwrap();
    assert_eq!(reason(run(&strict, &kernel)), MissReason::Untrusted);
}

#[test]
fn strict_names_the_missing_group() {
    let (kernel, other) = (multiply_add(DType::F32), scale_into(DType::F32));
    let archive = archive(&[&other], &[Target::Spirv]);
    let builder = Runtime::builder().archive(archive).trusted(true);
    let Some(runtime) = vulkan(builder.strict(true)) else {
        return;
    };
    match run(&runtime, &kernel) {
        Err(RuntimeError::Miss(miss)) => {
            assert_eq!(miss.key, kernel.signature.key());
            assert_eq!(miss.reason, MissReason::NotInArchive { archive_count: 1 });
            assert_eq!(runtime.telemetry().misses, [miss]);
        }
        result => panic!("expected a miss, got {result:?}"),
    }
}

#[test]
fn strict_passes_with_stripped_wgsl() {
    let kernel = multiply_add(DType::F32);
    let archive = archive(&[&kernel], &[Target::Spirv]);
    let builder = Runtime::builder().archive(archive).trusted(true);
    let Some(runtime) = vulkan(builder.strict(true)) else {
        return;
    };
    run(&runtime, &kernel).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.frontend_compiles, telemetry.rungs.spirv), (0, 1));
}

#[test]
fn a_miss_is_computed_by_the_host() {
    let kernel = multiply_add(DType::F32);
    let Some(runtime) = gpu(&[], &[]) else { return };
    run(&runtime, &kernel).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.rungs.cpu, telemetry.dispatches), (1, 0));
    assert_eq!(telemetry.misses.len(), 1);
}

#[test]
fn the_hook_compiles_a_miss_once() {
    let kernel = multiply_add(DType::F32);
    let bytes = archive_bytes(&[&kernel], &[Target::Spirv]);
    let builder = Runtime::builder().compile_hook(Box::new(move |_| Ok(bytes.clone())));
    let Some(runtime) = vulkan(builder) else {
        return;
    };
    run(&runtime, &kernel).unwrap();
    run(&runtime, &kernel).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.rungs.compile, telemetry.rungs.memory), (1, 1));
}

#[test]
fn a_hook_that_fails_leaves_the_host() {
    let kernel = multiply_add(DType::F32);
    let builder = Runtime::builder().compile_hook(Box::new(|_| Err(String::from("not today"))));
    let Some(runtime) = vulkan(builder) else {
        return;
    };
    run(&runtime, &kernel).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!(telemetry.rungs.cpu, 1);
    let failed = MissReason::CompileFailed { message: String::from("not today") };
    assert_eq!(telemetry.misses[0].reason, failed);
}

#[test]
fn the_most_specific_variant_whose_guard_holds_is_taken() {
    let mut special = multiply_add(DType::F32);
    special.artifact.variant = String::from("tens");
    let is_ten = ShapeExpr::op(ShapeOp::Extent(0)).with(ShapeOp::Equal, ShapeExpr::constant(10));
    special.artifact.guard = is_ten;
    special.wgsl = special.wgsl.replace("* p.s + b[i]", "* p.s + b[i] + 100.0");
    let mut generic = multiply_add(DType::F32);
    generic.artifact.rank = 1;
    let Some(runtime) = gpu(&[&special, &generic], &[Target::Spirv]) else {
        return;
    };
    let last = |n: usize| {
        let a = runtime.upload(DType::F32, Column::F32(vec![1.0; n])).unwrap();
        let call = generic.new_call(n as u64, &[&a, &a], Scalar::f32(1.0));
        let outputs = runtime.call(call).unwrap();
        f32s(&runtime.read(&outputs[0]).unwrap())[n - 1]
    };
    assert_eq!((last(10), last(11)), (102.0, 2.0));
}

#[test]
fn absent_features_are_a_reason() {
    let mut kernel = multiply_add(DType::F32);
    kernel.artifact.features = Features(1 << 31);
    let archive = || archive(&[&kernel], &[Target::Spirv]);
    let builder = || Runtime::builder().archive(archive()).trusted(true);
    let Some(runtime) = vulkan(builder().strict(true)) else {
        return;
    };
    assert!(matches!(reason(run(&runtime, &kernel)), MissReason::MissingFeature { .. }));
    let lenient = vulkan(builder()).unwrap();
    run(&lenient, &kernel).unwrap();
    assert_eq!(lenient.telemetry().rungs.cpu, 1);
}

#[test]
fn a_kernel_that_the_driver_refuses_is_left_aside() {
    let mut kernel = multiply_add(DType::F32);
    kernel.wgsl = String::from("this is not WGSL");
    let archive = || archive(&[&kernel], &[Target::Wgsl]);
    let Some(runtime) = vulkan(Runtime::builder().archive(archive())) else {
        return;
    };
    run(&runtime, &kernel).unwrap();
    run(&runtime, &kernel).unwrap();
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.rungs.cpu, telemetry.frontend_compiles), (2, 1));
    assert!(matches!(telemetry.misses[0].reason, MissReason::DriverRefused { .. }));
}

/// A strict runtime whose device binds little enough to be exceeded here, and that limit.
fn small_bindings(kernel: &Kernel) -> Option<(Runtime, u64)> {
    let builder = Runtime::builder().archive(archive(&[kernel], &[Target::Spirv])).trusted(true);
    let runtime = vulkan(builder.strict(true))?;
    let limit = runtime.adapter().unwrap().unwrap().max_binding_bytes;
    if limit > 1 << 28 {
        println!("skipped: the device binds {limit} bytes");
        return None;
    }
    Some((runtime, limit))
}

#[test]
fn arrays_larger_than_a_binding_run_in_windows() {
    let kernel = multiply_add(DType::F32);
    let Some((runtime, limit)) = small_bindings(&kernel) else { return };
    let n = limit as usize / 4 * 2 + 1001;
    let values = (0..n).map(|i| (i % 1021) as f32).collect();
    let a = runtime.upload(DType::F32, Column::F32(values)).unwrap();
    let call = kernel.new_call(n as u64, &[&a, &a], Scalar::f32(2.0));
    let outputs = runtime.call(call).unwrap();
    let column = runtime.read(&outputs[0]).unwrap();
    let wrong = f32s(&column).iter().enumerate().find(|(i, x)| **x != 3.0 * (i % 1021) as f32);
    assert_eq!(wrong, None);
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.windows, telemetry.dispatches), (3, 3));
    assert_eq!((telemetry.rungs.cpu, telemetry.calls), (0, 1));
}

#[test]
fn too_large_a_binding_is_said_so() {
    let kernel = scale_into(DType::F32);
    let Some((runtime, limit)) = small_bindings(&kernel) else { return };
    let n = limit as usize / 4 + 1;
    let a = runtime.upload(DType::F32, Column::F32(vec![0.0; n])).unwrap();
    // An update that runs backwards has no windows.
    let backwards = ViewData { offset: n as u64 - 1, strides: vec![-1] };
    let output = (CallOutput::Update(a.clone()), backwards);
    match runtime.call(kernel.call(n as u64, &[&a], Scalar::f32(1.0), output)) {
        Err(RuntimeError::TooLarge { needed_bytes, available_bytes, .. }) => {
            assert_eq!(available_bytes, limit);
            assert!(needed_bytes > limit);
        }
        other => panic!("expected a limit, got {other:?}"),
    }
}

#[test]
fn a_damaged_module_never_reaches_the_driver() {
    let kernel = multiply_add(DType::F32);
    let mut bytes = archive_bytes(&[&kernel], &[Target::Spirv]);
    let code = crate::kernels::spirv(&kernel.wgsl);
    let place = bytes.windows(code.len()).position(|window| window == code).unwrap();
    bytes[place + code.len() / 2] ^= 1;
    let archive = preheat_runtime::Archive::from_bytes(&bytes).unwrap();
    let builder = Runtime::builder().archive(archive).trusted(true);
    let Some(runtime) = vulkan(builder.strict(true)) else {
        return;
    };
    assert!(matches!(reason(run(&runtime, &kernel)), MissReason::Damaged { .. }));
    assert_eq!(runtime.telemetry().driver_compiles, 0);
}
