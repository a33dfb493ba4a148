//! Without a device: the CPU engine, files, the crate's place in the dependency picture.

use preheat_format::{CallOutput, DType, Scalar, Target, ViewData};
use preheat_runtime::{Archive, Buffer, DeviceChoice, MissReason, Runtime, RuntimeError};

use crate::kernels::{archive, archive_bytes, multiply_add, scale_into};
use crate::{counting_f64, f64s};

fn host() -> Runtime {
    Runtime::builder().device(DeviceChoice::Cpu).build().unwrap()
}

#[test]
fn the_host_computes_and_counts() {
    let (kernel, runtime) = (multiply_add(DType::F64), host());
    let a = runtime.upload(DType::F64, counting_f64(100)).unwrap();
    let outputs = runtime.call(kernel.new_call(100, &[&a, &a], Scalar::f64(2.0))).unwrap();
    let column = runtime.read(&outputs[0]).unwrap();
    assert!(f64s(&column).iter().enumerate().all(|(i, value)| *value == 3.0 * i as f64));
    let telemetry = runtime.telemetry();
    assert_eq!(telemetry.engine, "cpu");
    assert_eq!((telemetry.rungs.cpu, telemetry.calls, telemetry.groups), (1, 1, 1));
    assert_eq!((telemetry.upload_bytes, telemetry.dispatches), (0, 0));
}

#[test]
fn the_host_updates_in_place_unless_someone_else_looks() {
    let (kernel, runtime) = (scale_into(DType::F64), host());
    let a = runtime.upload(DType::F64, counting_f64(3)).unwrap();
    let update = |target| {
        let output = (CallOutput::Update(target), ViewData { offset: 0, strides: vec![2] });
        runtime.call(kernel.call(3, &[&a], Scalar::f64(10.0), output)).unwrap().remove(0)
    };
    let base = runtime.upload(DType::F64, counting_f64(5)).unwrap();
    let kept = base.clone();
    let updated = update(base);
    let address = |buffer: &Buffer| f64s(&runtime.read(buffer).unwrap()).as_ptr();
    let before = address(&updated);
    let updated = update(updated);
    assert_eq!(address(&updated), before);
    assert_eq!(f64s(&runtime.read(&updated).unwrap()), [0.0, 1.0, 10.0, 3.0, 20.0]);
    assert_eq!(f64s(&runtime.read(&kept).unwrap()), [0.0, 1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn strict_on_the_host_proves_coverage() {
    let (kernel, other) = (multiply_add(DType::F64), scale_into(DType::F64));
    let runtime = Runtime::builder()
        .archive(archive(&[&kernel], &[Target::Wgsl]))
        .device(DeviceChoice::Cpu)
        .strict(true)
        .build()
        .unwrap();
    let a = runtime.upload(DType::F64, counting_f64(3)).unwrap();
    runtime.call(kernel.new_call(3, &[&a, &a], Scalar::f64(2.0))).unwrap();
    let output = (CallOutput::Update(a.clone()), ViewData { offset: 0, strides: vec![1] });
    match runtime.call(other.call(3, &[&a], Scalar::f64(2.0), output)) {
        Err(RuntimeError::Miss(miss)) => {
            assert_eq!(miss.key, other.signature.key());
            assert_eq!(miss.reason, MissReason::NotInArchive { archive_count: 1 });
        }
        result => panic!("expected a miss, got {result:?}"),
    }
}

#[test]
fn archives_are_mapped_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.preheat");
    let kernel = multiply_add(DType::F64);
    std::fs::write(&path, archive_bytes(&[&kernel], &[Target::Wgsl])).unwrap();
    let archive = Archive::open(&path).unwrap();
    assert_eq!(archive.view().unwrap().entry_count(), 1);
    let absent = Archive::open(folder.path().join("absent"));
    assert!(matches!(absent, Err(RuntimeError::File { .. })));
    std::fs::write(&path, b"something else").unwrap();
    assert!(matches!(Archive::open(&path), Err(RuntimeError::Archive(_))));
    std::fs::write(&path, b"").unwrap();
    assert!(Archive::open(&path).is_err());
}

#[test]
fn the_snapshot_has_the_fields_that_hosts_read() {
    let json = serde_json::to_value(host().telemetry()).unwrap();
    let paths = [
        "/frontend_compiles /driver_compiles /dispatches /fused_ops /groups /kernels",
        "/upload_bytes /download_bytes /pipeline_cache/hits /pipeline_cache/misses",
        "/bind_group_cache/hits /bind_group_cache/misses",
        "/bind_group_layout_cache/hits /bind_group_layout_cache/misses",
        "/buffer_pool/hits /buffer_pool/misses /buffer_pool/bytes_in_use",
        "/buffer_pool/bytes_pooled /device_blob/hits /device_blob/misses /device_blob/rejected",
        "/rungs/memory /rungs/device_blob /rungs/spirv /rungs/wgsl /rungs/compile /rungs/cpu",
        "/time_ms/instance /time_ms/adapter /time_ms/device /time_ms/open /time_ms/trace",
        "/time_ms/pipelines /time_ms/execute /time_ms/total",
    ];
    for path in paths.iter().flat_map(|line| line.split(' ')) {
        assert!(json.pointer(path).is_some_and(serde_json::Value::is_number), "{path}");
    }
}

#[test]
fn the_runtime_names_no_shader_translator() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "preheat-runtime"])
        .args(["--edges", "normal", "--depth", "1", "--prefix", "none"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let names = String::from_utf8(tree.stdout).unwrap();
    assert!(names.contains("wgpu "), "{names}");
    assert!(!names.lines().any(|line| line.starts_with("naga ")), "{names}");
    assert!(!names.contains("preheat-compiler"), "{names}");
}

#[test]
fn a_runtime_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Runtime>();
    shared::<Buffer>();
    shared::<Archive>();
}
