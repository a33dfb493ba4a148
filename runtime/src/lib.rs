//! Runs fusion groups from a preheat archive without compiling anything.
//!
//! An application opens an [`Archive`], builds a [`Runtime`], and calls groups on [`Buffer`]s:
//! the archive's finished code goes to the driver as it is, dispatches are recorded in batches,
//! and nothing waits until a value is read. What the archive does not serve is computed by the
//! next step of a ladder, counted in [`Telemetry`], or, under `strict`, an error that says why.
//!
//! Reading order: [`Runtime`] (`runtime.rs`) takes a call, `ladder.rs` finds who serves it, with
//! `groups.rs` for a group's kernels and `pipelines.rs` for their pipelines; `dispatch.rs`
//! evaluates sizes, `recorder.rs` encodes, `transfer.rs` copies; `buffers.rs` and
//! `bind_groups.rs` are caches; `timings.rs` asks the device how long kernels took,
//! `float_controls.rs` what precise kernels may ask of it. `replay.rs` runs the recorded calls of a
//! script, `prepare.rs` makes pipelines ahead of calls; `windows.rs` cuts what is too large to bind
//! at once, `windowed.rs` and `parts.rs` run it.
//!
//! Invariants: modules reach the driver unchecked only from trusted archives and after their hash
//! was compared (`trust.rs`, `groups.rs`, `pipelines.rs`); WGSL is parsed in one function, and
//! counted; nothing panics on bad files, failing drivers or lost devices.
//!
//! Deliberately absent: any compiler or shader translator, the meaning of operations (only
//! `preheat-cpu` knows it), global state, environment variables.

#![warn(missing_docs)]

mod bind_groups;
mod blobs;
mod buffers;
mod device;
mod dispatch;
mod error;
mod float_controls;
mod groups;
mod ladder;
mod mapped;
mod miss;
mod named;
mod opening;
mod operands;
mod parts;
mod pipelines;
mod prepare;
mod recorder;
mod replay;
mod runtime;
mod small;
mod telemetry;
mod timings;
mod transfer;
mod trust;
mod value;
mod windowed;
mod windows;

pub use blobs::{COMPILES_PER_DEVICE, DeviceCacheReport, SidecarReport};
pub use device::{AdapterReport, DeviceChoice, adapters};
pub use error::{ReplayError, RuntimeError};
pub use float_controls::FloatControls;
pub use groups::CompileHook;
pub use mapped::{Archive, MappedFile, Sidecar};
pub use miss::{Miss, MissReason};
pub use named::{BindingUse, HostBinding, Kernel, KernelBinding};
pub use opening::DeviceOpener;
pub use prepare::{Ahead, Prepared};
pub use replay::{LoadedPlan, Replay, ReplayInputs, ReplayOutput};
pub use runtime::{Runtime, RuntimeBuilder};
pub use telemetry::{
    BlobCounts, CacheCounts, KernelCounts, PoolCounts, QuarantineNote, RecentDispatch, RungCounts,
    Telemetry, TimeMs,
};
pub use trust::Trust;
pub use value::Buffer;
/// The graphics library that applications with a device of their own share with the runtime.
pub use wgpu;
