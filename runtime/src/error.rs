//! What can go wrong, as one type. Sources are shared so that every caller that waits for the
//! same device gets the same error.

use std::path::PathBuf;
use std::sync::Arc;

use preheat_format::{CallError, DType, GroupKey, PlanError};
use thiserror::Error;

use crate::miss::Miss;

/// An operation of the runtime that did not succeed.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// This machine has no adapter, or no driver for one.
    #[error("no graphics adapter was found; install a Vulkan driver or use the CPU")]
    NoAdapter,
    /// The adapter gave no device.
    #[error("adapter `{adapter}` gave no device")]
    NoDevice {
        /// Name of the adapter.
        adapter: String,
        /// The driver's answer.
        #[source]
        source: Arc<wgpu::RequestDeviceError>,
    },
    /// The thread that opens the device ended without a result.
    #[error("opening the device failed inside the driver or its wrapper")]
    DeviceThread,
    /// Under `strict`: a group that would have to be compiled or computed by the host.
    #[error("{0}")]
    Miss(Miss),
    /// More bytes than the device can hold or bind at once.
    #[error("{what} needs {needed_bytes} bytes, the device gives {available_bytes}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Bytes that it needs.
        needed_bytes: u64,
        /// The device's limit.
        available_bytes: u64,
    },
    /// The device has no memory left, idle buffers having been given up.
    #[error("the device is out of memory for {operation}")]
    OutOfMemory {
        /// What the memory was for.
        operation: &'static str,
    },
    /// The device is gone; a new runtime can be built, values on the host are not lost.
    #[error("the device is lost: {message}")]
    DeviceLost {
        /// What the driver said.
        message: String,
    },
    /// The driver or its wrapper refused an operation.
    #[error("the driver refused {operation}: {message}")]
    Driver {
        /// The operation.
        operation: &'static str,
        /// What was said.
        message: String,
    },
    /// The device's memory could not be read.
    #[error("a buffer could not be mapped for reading")]
    Map,
    /// Sizes or operands that do not fit the group.
    #[error(transparent)]
    Call(#[from] CallError),
    /// An operand of another element type than the group's.
    #[error("{what} {index} is `{found}`, the group takes `{expected}`")]
    OperandType {
        /// Kind of operand.
        what: &'static str,
        /// Its place.
        index: usize,
        /// Type in the signature.
        expected: DType,
        /// Type given.
        found: DType,
    },
    /// An output that must be new and is given a buffer, or must be given one and is not.
    #[error("output {index} has a view if and only if the call gives it a buffer to update")]
    OutputKind {
        /// Its place.
        index: usize,
    },
    /// A column whose storage is not that of the element type.
    #[error("the column does not hold elements of type `{dtype}`")]
    ColumnType {
        /// The element type.
        dtype: DType,
    },
    /// The host could not compute a group.
    #[error("the host could not compute the group")]
    Cpu(#[source] Arc<preheat_cpu::CpuError>),
    /// A file could not be read.
    #[error("cannot read `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A file that is not an archive, or a damaged one.
    #[error(transparent)]
    Archive(Arc<preheat_format::ArchiveError>),
    /// A buffer that does not fit what a hand-written kernel binds.
    #[error("binding {binding} of kernel `{kernel}` takes {expected}, not {found}")]
    Binding {
        /// The kernel.
        kernel: String,
        /// Number of the binding.
        binding: usize,
        /// What it takes.
        expected: String,
        /// What was given.
        found: String,
    },
    /// A device sidecar that cannot be made.
    #[error("the device sidecar cannot be made: {message}")]
    Sidecar {
        /// What is wrong with it.
        message: String,
    },
    /// No signature of a trusted key covers a file.
    #[error("the file is not trusted: {0}")]
    Untrusted(preheat_format::SignError),
    /// A plan that cannot be run as asked.
    #[error("plan `{plan}`: {source}")]
    Replay {
        /// Its name.
        plan: String,
        /// Why.
        #[source]
        source: Box<ReplayError>,
    },
    /// An artifact that contradicts itself or its group.
    #[error("kernel `{kernel}` is inconsistent: {rule}")]
    Artifact {
        /// Variant and key.
        kernel: String,
        /// The broken rule.
        rule: &'static str,
    },
}

/// Why a plan cannot be run as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// No archive has a plan of the name.
    #[error("no archive has it; there are {plan_count} plans")]
    NoPlan {
        /// Number of plans that there are.
        plan_count: usize,
    },
    /// No archive has a group that the plan calls.
    #[error("no archive has its group {}", key.short())]
    NoGroup {
        /// The group.
        key: GroupKey,
    },
    /// Sizes that it does not cover, or numbers that do not fit.
    #[error("{0}")]
    Plan(#[from] PlanError),
    /// An array that must be given and is not.
    #[error("array `{input}` must be given")]
    MissingArray {
        /// Its name.
        input: String,
    },
    /// An array that the plan does not take.
    #[error("it takes no array `{input}`")]
    UnknownArray {
        /// The name given.
        input: String,
    },
    /// An array of another type.
    #[error("array `{input}` is `{found}`, it takes `{expected}`")]
    ArrayType {
        /// Its name.
        input: String,
        /// Type in the plan.
        expected: DType,
        /// Type given.
        found: DType,
    },
    /// An array of another length than the sizes ask for.
    #[error("array `{input}` has {found} elements, the sizes ask for {expected}")]
    ArrayLength {
        /// Its name.
        input: String,
        /// Elements by the sizes.
        expected: u64,
        /// Elements given.
        found: u64,
    },
    /// A seed for a plan that draws no random numbers, or sets several seeds itself.
    #[error("it has no one seed that could be set")]
    Seed,
}

impl From<preheat_format::ArchiveError> for RuntimeError {
    fn from(error: preheat_format::ArchiveError) -> RuntimeError {
        RuntimeError::Archive(Arc::new(error))
    }
}

impl From<preheat_cpu::CpuError> for RuntimeError {
    fn from(error: preheat_cpu::CpuError) -> RuntimeError {
        RuntimeError::Cpu(Arc::new(error))
    }
}
