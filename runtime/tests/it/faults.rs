//! Devices that fail or are too small: typed errors, and nothing of the host is lost.

use std::io::Cursor;

use preheat_format::merge::Merge;
use preheat_format::{ArchiveView, CallOutput, DType, Scalar, Target, ViewData};
use preheat_runtime::wgpu::{self, Limits};
use preheat_runtime::{Archive, DeviceChoice, Runtime, RuntimeError};

use crate::kernels::{archive, archive_bytes, multiply_add, scale_into};
use crate::{counting_f32, f32s, gpu, opened};

/// A device of the application's own, with the default limits but these.
fn device(limits: Limits) -> Option<(wgpu::Adapter, wgpu::Device, wgpu::Queue)> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let options = wgpu::RequestAdapterOptions::default();
    let Ok(adapter) = pollster::block_on(instance.request_adapter(&options)) else {
        println!("skipped: no adapter");
        return None;
    };
    let descriptor = wgpu::DeviceDescriptor {
        required_features: adapter.features() & wgpu::Features::PASSTHROUGH_SHADERS,
        required_limits: limits,
        ..Default::default()
    };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
    Some((adapter, device, queue))
}

fn runtime((adapter, device, queue): (wgpu::Adapter, wgpu::Device, wgpu::Queue)) -> Runtime {
    let kernel = multiply_add(DType::F32);
    let archive = archive(&[&kernel], &[Target::Spirv, Target::Wgsl]);
    let builder = Runtime::builder().existing_device(adapter, device, queue).trusted(true);
    builder.archive(archive).build().unwrap()
}

#[test]
fn after_a_loss_arrays_of_the_host_go_on_in_a_new_runtime() {
    let kernel = multiply_add(DType::F32);
    let Some(parts) = device(Limits::default()) else { return };
    let owned = parts.1.clone();
    // The application's own device reports to the application.
    owned.on_uncaptured_error(std::sync::Arc::new(|_| {}));
    let first = runtime(parts);
    let a = first.upload(DType::F32, counting_f32(100)).unwrap();
    let run = |runtime: &Runtime, a: &preheat_runtime::Buffer| {
        let outputs = runtime.call(kernel.new_call(100, &[a, a], Scalar::f32(2.0)))?;
        runtime.read(&outputs[0])
    };
    let expected = run(&first, &a).unwrap();
    owned.destroy();
    let failed = run(&first, &a).unwrap_err();
    assert!(!failed.to_string().is_empty());
    let kept = first.read(&a).unwrap();
    assert_eq!(f32s(&kept)[99], 99.0);
    let Some(second) = gpu(&[&kernel], &[Target::Spirv]) else { return };
    let a = second.upload(DType::F32, kept).unwrap();
    assert_eq!(f32s(&run(&second, &a).unwrap()), f32s(&expected));
}

/// Limits of a device whose buffers have at most 1 MiB.
fn small() -> Limits {
    Limits {
        max_buffer_size: 1 << 20,
        max_storage_buffer_binding_size: 1 << 20,
        ..Limits::default()
    }
}

#[test]
fn an_array_beyond_the_largest_buffer_stays_on_the_host_and_runs_in_windows() {
    let Some(parts) = device(small()) else { return };
    let runtime = runtime(parts);
    let n = (1 << 18) + 1;
    let a = runtime.upload(DType::F32, counting_f32(n)).unwrap();
    let kernel = multiply_add(DType::F32);
    let outputs =
        runtime.call(kernel.new_call(n as u64, &[&a, &a], Scalar::f32(1.0))).expect("windows");
    let column = runtime.read(&outputs[0]).unwrap();
    assert!(f32s(&column).iter().enumerate().all(|(i, value)| *value == 2.0 * i as f32));
    let telemetry = runtime.telemetry();
    assert_eq!((telemetry.windows, telemetry.rungs.cpu), (2, 0));
}

/// An update that runs backwards cannot be cut.
#[test]
fn what_fits_no_buffer_and_no_window_is_said_in_bytes() {
    let Some((adapter, device, queue)) = device(small()) else { return };
    let kernel = scale_into(DType::F32);
    let builder = Runtime::builder().existing_device(adapter, device, queue).trusted(true);
    let archive = archive(&[&kernel], &[Target::Spirv, Target::Wgsl]);
    let runtime = builder.archive(archive).strict(true).build().unwrap();
    let n = (1 << 18) + 1;
    let a = runtime.upload(DType::F32, counting_f32(n)).unwrap();
    let backwards = ViewData { offset: n as u64 - 1, strides: vec![-1] };
    let update = (CallOutput::Update(a.clone()), backwards);
    match runtime.call(kernel.call(n as u64, &[&a], Scalar::f32(1.0), update)) {
        Err(RuntimeError::TooLarge { what, needed_bytes, available_bytes }) => {
            assert_eq!(what, "a binding");
            assert_eq!(
                (needed_bytes, available_bytes),
                ((4 * n as u64).next_multiple_of(16), 1 << 20)
            );
        }
        other => panic!("expected a limit, got {other:?}"),
    }
    // A smaller one still runs.
    let a = runtime.upload(DType::F32, counting_f32(10)).unwrap();
    let update = (CallOutput::Update(a.clone()), ViewData { offset: 0, strides: vec![1] });
    let outputs = runtime.call(kernel.call(10, &[&a], Scalar::f32(3.0), update)).unwrap();
    assert_eq!(f32s(&runtime.read(&outputs[0]).unwrap())[9], 27.0);
}

/// If the results are right without any WGSL in the file, none was compiled.
#[test]
fn an_archive_without_its_wgsl_serves_strictly() {
    let kernel = multiply_add(DType::F32);
    let whole = archive_bytes(&[&kernel], &[Target::Spirv, Target::Wgsl]);
    let whole = Archive::from_bytes(&whole).unwrap();
    let views = [whole.view().unwrap()];
    let mut stripped = Cursor::new(Vec::new());
    let merge = Merge { views: &views, keep: &|row| row.target == Target::Spirv };
    merge.write(&mut stripped, |_| Vec::new()).unwrap();
    let stripped = Archive::from_bytes(&stripped.into_inner()).unwrap();
    let has_wgsl =
        |view: ArchiveView<'_>| view.lookup(kernel.signature.key(), Target::Wgsl).count();
    assert_eq!((has_wgsl(views[0]), has_wgsl(stripped.view().unwrap())), (1, 0));
    let builder = Runtime::builder().archive(stripped).trusted(true).strict(true);
    let Some(runtime) = opened(builder.device(DeviceChoice::Vulkan).build().unwrap()) else {
        return;
    };
    let a = runtime.upload(DType::F32, counting_f32(10)).unwrap();
    let outputs = runtime.call(kernel.new_call(10, &[&a, &a], Scalar::f32(2.0))).unwrap();
    assert_eq!(f32s(&runtime.read(&outputs[0]).unwrap())[9], 27.0);
    assert_eq!(runtime.telemetry().frontend_compiles, 0);
}
