//! The runtime over its public interface, with hand-written kernels.
//!
//! Tests of the device print `skipped: no adapter` where there is none, and fail if
//! `PREHEAT_REQUIRE_GPU` is `1`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod caches;
mod device;
mod faults;
mod host;
mod kernels;
mod ladder;
mod named;
mod trust;

use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::Target;
use preheat_runtime::{Archive, DeviceChoice, Runtime, RuntimeError};

use crate::kernels::Kernel;

/// A trusting runtime on the GPU for these kernels, unless there is no adapter.
fn gpu(kernels: &[&Kernel], targets: &[Target]) -> Option<Runtime> {
    gpu_with(kernels::archive(kernels, targets))
}

fn gpu_with(archive: Archive) -> Option<Runtime> {
    let builder = Runtime::builder().archive(archive).trusted(true);
    opened(builder.device(DeviceChoice::Vulkan).build().unwrap())
}

fn opened(runtime: Runtime) -> Option<Runtime> {
    match runtime.adapter() {
        Ok(_) => Some(runtime),
        Err(RuntimeError::NoAdapter) => {
            let required = std::env::var("PREHEAT_REQUIRE_GPU").is_ok_and(|value| value == "1");
            assert!(!required, "PREHEAT_REQUIRE_GPU is 1 and there is no adapter");
            println!("skipped: no adapter");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// `0, 1, 2, ..` as `f32`.
fn counting_f32(n: usize) -> Column {
    Column::F32((0..n).map(|i| i as f32).collect())
}

/// `0, 1, 2, ..` as `f64`.
fn counting_f64(n: usize) -> Column {
    Column::F64((0..n).map(|i| i as f64).collect())
}

fn f32s(column: &Arc<Column>) -> &[f32] {
    match &**column {
        Column::F32(values) => values,
        Column::F64(_) | Column::Word(_) => panic!("expected f32"),
    }
}

fn f64s(column: &Arc<Column>) -> &[f64] {
    match &**column {
        Column::F64(values) => values,
        Column::F32(_) | Column::Word(_) => panic!("expected f64"),
    }
}
