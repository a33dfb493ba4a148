//! Adapters and the one device: choice, features, limits, times, faults.
//!
//! wgpu reports what goes wrong after the fact, through callbacks. [`Gpu`] collects those reports,
//! and every operation asks [`Gpu::check`] before it claims success; nothing here panics.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use preheat_format::Features;
use serde::Serialize;

use crate::error::RuntimeError;
use crate::float_controls::FloatControls;

/// Which engine runs the kernels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The best GPU adapter there is, else the CPU.
    #[default]
    Auto,
    /// A Vulkan adapter; without one, an error.
    Vulkan,
    /// The host, through `preheat-cpu`.
    Cpu,
}

/// What an adapter is and can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdapterReport {
    /// Name given by the driver.
    pub name: String,
    /// Graphics interface, e.g. `vulkan`.
    pub backend: String,
    /// `discrete`, `integrated`, `virtual`, `cpu` or `other`.
    pub kind: &'static str,
    /// Name of the driver.
    pub driver: String,
    /// Version of the driver.
    pub driver_info: String,
    /// PCI vendor number.
    pub vendor: u32,
    /// PCI device number.
    pub device: u32,
    /// Names of the features that preheat makes use of.
    pub features: Vec<&'static str>,
    /// Largest bindable range of a storage buffer, in bytes.
    pub max_binding_bytes: u64,
    /// Largest buffer, in bytes.
    pub max_buffer_bytes: u64,
    /// Storage bindings of one kernel.
    pub max_storage_bindings: u32,
    /// Workgroups along one dimension.
    pub max_workgroups: u32,
    /// Invocations of one workgroup.
    pub max_invocations: u32,
    /// Invocations of one workgroup along each dimension.
    pub max_workgroup_size: [u32; 3],
    /// Workgroup memory, in bytes.
    pub max_workgroup_bytes: u32,
    /// Largest bindable range of a uniform buffer, in bytes.
    pub max_uniform_bytes: u64,
}

/// Milliseconds that each step of the start took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OpenTimes {
    pub(crate) instance_ms: f64,
    pub(crate) adapter_ms: f64,
    pub(crate) device_ms: f64,
}

impl OpenTimes {
    /// The whole start.
    pub(crate) fn sum_ms(&self) -> f64 {
        self.instance_ms + self.adapter_ms + self.device_ms
    }
}

/// A device that an application has opened, with the adapter that it came from.
pub(crate) struct ExistingDevice {
    pub(crate) adapter: wgpu::Adapter,
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
}

/// What a device is opened for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenOptions {
    pub(crate) backends: wgpu::Backends,
    /// Whether kernel times will be asked for.
    pub(crate) timings: bool,
}

/// Features that are asked for where the adapter has them.
const WANTED: [(wgpu::Features, &str); 6] = [
    (wgpu::Features::PASSTHROUGH_SHADERS, "passthrough_shaders"),
    (wgpu::Features::PIPELINE_CACHE, "pipeline_cache"),
    (wgpu::Features::SHADER_F64, "shader_f64"),
    (wgpu::Features::SHADER_INT64, "shader_int64"),
    (wgpu::Features::SUBGROUP, "subgroup"),
    (wgpu::Features::TIMESTAMP_QUERY, "timestamp_query"),
];

/// Blocks in which wgpu takes memory; host memory in halves. The default begins with 128 and 64 MB,
/// and pinning those costs a process that wants a few kilobytes more than its kernels.
const MEMORY_BLOCK_BYTES: std::ops::Range<u64> = 8 << 20..256 << 20;

/// An open device with its queue.
pub(crate) struct Gpu {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) report: AdapterReport,
    pub(crate) limits: wgpu::Limits,
    /// What kernels may ask for.
    pub(crate) features: Features,
    /// True if SPIR-V can be given to the driver as it is.
    pub(crate) passthrough: bool,
    /// What precise kernels ask of the driver.
    pub(crate) float_controls: FloatControls,
    pub(crate) times: OpenTimes,
    /// True if kernel times are to be taken.
    pub(crate) is_timed: bool,
    faults: Arc<Mutex<Faults>>,
}

/// What wgpu's callbacks have reported. A lost device stays lost.
#[derive(Default)]
struct Faults {
    lost: Option<String>,
    first: Option<wgpu::Error>,
}

impl Gpu {
    /// Opens the best adapter of some backends.
    ///
    /// # Errors
    /// [`RuntimeError::NoAdapter`] without a driver; [`RuntimeError::NoDevice`] if it refuses.
    pub(crate) fn open(options: OpenOptions) -> Result<Gpu, RuntimeError> {
        let backends = options.backends;
        let mut times = OpenTimes::default();
        let instance = timed(&mut times.instance_ms, || instance(backends));
        let adapter = timed(&mut times.adapter_ms, || ranked_adapters(&instance, backends))
            .into_iter()
            .next()
            .ok_or(RuntimeError::NoAdapter)?;
        let float_controls = FloatControls::of(&adapter);
        let report = report(&adapter, float_controls);
        let mut features = wanted(adapter.features());
        if !options.timings {
            features.remove(wgpu::Features::TIMESTAMP_QUERY);
        }
        let limits = adapter.limits();
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("preheat"),
            required_features: features,
            required_limits: limits.clone(),
            experimental_features: wgpu::ExperimentalFeatures::disabled(),
            memory_hints: wgpu::MemoryHints::Manual {
                suballocated_device_memory_block_size: MEMORY_BLOCK_BYTES,
            },
            trace: wgpu::Trace::Off,
        };
        let (device, queue) =
            timed(&mut times.device_ms, || pollster::block_on(adapter.request_device(&descriptor)))
                .map_err(|source| RuntimeError::NoDevice {
                    adapter: report.name.clone(),
                    source: Arc::new(source),
                })?;
        let faults = watch(&device);
        let spirv = adapter.get_info().backend == wgpu::Backend::Vulkan;
        let passthrough = spirv && features.contains(wgpu::Features::PASSTHROUGH_SHADERS);
        let is_timed = features.contains(wgpu::Features::TIMESTAMP_QUERY);
        Ok(Gpu {
            device,
            queue,
            report,
            limits,
            features: kernel_features(features),
            passthrough,
            float_controls,
            times,
            is_timed,
            faults,
        })
    }

    /// Uses a device that the application owns; its error and loss handlers stay as they are.
    pub(crate) fn adopt(existing: ExistingDevice, timings: bool) -> Gpu {
        let ExistingDevice { adapter, device, queue } = existing;
        let features = device.features();
        let spirv = adapter.get_info().backend == wgpu::Backend::Vulkan;
        let float_controls = FloatControls::of(&adapter);
        Gpu {
            report: report(&adapter, float_controls),
            limits: device.limits(),
            features: kernel_features(features),
            passthrough: spirv && features.contains(wgpu::Features::PASSTHROUGH_SHADERS),
            float_controls,
            times: OpenTimes::default(),
            is_timed: timings && features.contains(wgpu::Features::TIMESTAMP_QUERY),
            faults: Arc::default(),
            device,
            queue,
        }
    }

    /// Reports what went wrong since the last call, if anything did.
    ///
    /// # Errors
    /// [`RuntimeError::DeviceLost`] for good, else the first fault reported, once.
    pub(crate) fn check(&self) -> Result<(), RuntimeError> {
        self.check_lost()?;
        let first = self.faults.lock().unwrap_or_else(PoisonError::into_inner).first.take();
        match first {
            None => Ok(()),
            Some(error) => Err(self.fault(&error, "a batch of dispatches")),
        }
    }

    /// What an error of the driver is: if the device is lost by now, that is the fault, whatever
    /// was said first.
    fn fault(&self, error: &wgpu::Error, operation: &'static str) -> RuntimeError {
        let lost = self.reclaim().and_then(|()| self.check_lost());
        lost.err().unwrap_or_else(|| driver_error(error, operation))
    }

    /// Runs `create` and returns its result unless the driver complained.
    ///
    /// # Errors
    /// [`RuntimeError::OutOfMemory`] or [`RuntimeError::Driver`]; `what` names the operation.
    pub(crate) fn scoped<T>(
        &self,
        what: &'static str,
        create: impl FnOnce(&wgpu::Device) -> T,
    ) -> Result<T, RuntimeError> {
        let scopes = [
            wgpu::ErrorFilter::OutOfMemory,
            wgpu::ErrorFilter::Internal,
            wgpu::ErrorFilter::Validation,
        ]
        .map(|filter| self.device.push_error_scope(filter));
        let result = create(&self.device);
        // Scopes end in reverse order of their beginning; the first error found is reported.
        let mut first = None;
        for scope in scopes.into_iter().rev() {
            let error = pollster::block_on(scope.pop());
            first = first.or(error);
        }
        match first {
            None => Ok(result),
            Some(error) => Err(self.fault(&error, what)),
        }
    }

    fn check_lost(&self) -> Result<(), RuntimeError> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        match &faults.lost {
            Some(message) => Err(RuntimeError::DeviceLost { message: message.clone() }),
            None => Ok(()),
        }
    }

    /// Waits until a submission is done, and runs the callbacks that it makes due.
    ///
    /// # Errors
    /// [`RuntimeError::DeviceLost`] if the device goes away while waiting.
    pub(crate) fn wait(&self, submission: wgpu::SubmissionIndex) -> Result<(), RuntimeError> {
        let poll = wgpu::PollType::Wait { submission_index: Some(submission), timeout: None };
        self.poll(poll)
    }

    /// Runs the callbacks that are due, without waiting.
    pub(crate) fn reclaim(&self) -> Result<(), RuntimeError> {
        self.poll(wgpu::PollType::Poll)
    }

    fn poll(&self, poll: wgpu::PollType) -> Result<(), RuntimeError> {
        // wgpu 30 panics here when the device is lost (`handle_error_fatal` in `Device::poll`);
        // an application must be able to go on.
        match std::panic::catch_unwind(AssertUnwindSafe(|| self.device.poll(poll))) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(RuntimeError::DeviceLost { message: error.to_string() }),
            Err(_) => {
                let message = String::from("waiting for the device failed");
                let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
                faults.lost.get_or_insert_with(|| message.clone());
                Err(RuntimeError::DeviceLost { message })
            }
        }
    }
}

/// How long a callback may take to arrive before the device is polled again,
const CALLBACK_WAIT: Duration = Duration::from_millis(10);
/// and how often that is done.
const CALLBACK_TRIES_MAX: u32 = 1000;

/// Tells when a buffer can be read.
pub(crate) struct Mapped(mpsc::Receiver<Result<(), wgpu::BufferAsyncError>>);

impl Mapped {
    /// Asks for the first bytes of a buffer.
    pub(crate) fn of(buffer: &wgpu::Buffer, len_bytes: u64) -> Mapped {
        let (sender, mapped) = mpsc::channel();
        buffer.map_async(wgpu::MapMode::Read, 0..len_bytes, move |result| {
            // The receiver is gone only if what wanted the bytes failed before.
            let _ = sender.send(result);
        });
        Mapped(mapped)
    }

    /// Waits for the callback of a mapping whose submission is done. Usually it has run; but if
    /// another thread polled at the same time, that thread runs it, a moment later.
    ///
    /// # Errors
    /// [`RuntimeError::Map`], or what the device fails with.
    pub(crate) fn wait(&self, gpu: &Gpu) -> Result<(), RuntimeError> {
        for _ in 0..CALLBACK_TRIES_MAX {
            match self.0.recv_timeout(CALLBACK_WAIT) {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => gpu.reclaim()?,
            }
        }
        gpu.check()?;
        Err(RuntimeError::Map)
    }
}

/// Every adapter of this machine, best first.
pub fn adapters() -> Vec<AdapterReport> {
    ranked_adapters(&instance(wgpu::Backends::PRIMARY), wgpu::Backends::PRIMARY)
        .iter()
        .map(|adapter| report(adapter, FloatControls::of(adapter)))
        .collect()
}

/// An instance without wgpu's own validation shaders: their WGSL would be compiled when the
/// device is made.
fn instance(backends: wgpu::Backends) -> wgpu::Instance {
    wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends,
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    })
}

fn ranked_adapters(instance: &wgpu::Instance, backends: wgpu::Backends) -> Vec<wgpu::Adapter> {
    let mut found = pollster::block_on(instance.enumerate_adapters(backends));
    found.sort_by_key(|adapter| match adapter.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Cpu => 3,
        wgpu::DeviceType::Other => 4,
    });
    found
}

fn wanted(available: wgpu::Features) -> wgpu::Features {
    WANTED.iter().fold(wgpu::Features::empty(), |all, (feature, _)| all | (*feature & available))
}

fn kernel_features(available: wgpu::Features) -> Features {
    [
        (wgpu::Features::SHADER_F64, Features::F64),
        (wgpu::Features::SHADER_INT64, Features::INT64),
        (wgpu::Features::SUBGROUP, Features::SUBGROUP),
    ]
    .into_iter()
    .filter(|(wgpu_feature, _)| available.contains(*wgpu_feature))
    .fold(Features::default(), |all, (_, feature)| all.union(feature))
}

fn report(adapter: &wgpu::Adapter, float_controls: FloatControls) -> AdapterReport {
    let info = adapter.get_info();
    let limits = adapter.limits();
    let available = adapter.features();
    AdapterReport {
        name: info.name,
        backend: info.backend.to_string(),
        kind: match info.device_type {
            wgpu::DeviceType::DiscreteGpu => "discrete",
            wgpu::DeviceType::IntegratedGpu => "integrated",
            wgpu::DeviceType::VirtualGpu => "virtual",
            wgpu::DeviceType::Cpu => "cpu",
            wgpu::DeviceType::Other => "other",
        },
        driver: info.driver,
        driver_info: info.driver_info,
        vendor: info.vendor,
        device: info.device,
        features: WANTED
            .iter()
            .filter(|(feature, _)| available.contains(*feature))
            .map(|(_, name)| *name)
            .chain(float_controls.names())
            .collect(),
        max_binding_bytes: limits.max_storage_buffer_binding_size,
        max_buffer_bytes: limits.max_buffer_size,
        max_storage_bindings: limits.max_storage_buffers_per_shader_stage,
        max_workgroups: limits.max_compute_workgroups_per_dimension,
        max_invocations: limits.max_compute_invocations_per_workgroup,
        max_workgroup_size: [
            limits.max_compute_workgroup_size_x,
            limits.max_compute_workgroup_size_y,
            limits.max_compute_workgroup_size_z,
        ],
        max_workgroup_bytes: limits.max_compute_workgroup_storage_size,
        max_uniform_bytes: limits.max_uniform_buffer_binding_size,
    }
}

/// Sends wgpu's reports to a shared record instead of its panicking default.
fn watch(device: &wgpu::Device) -> Arc<Mutex<Faults>> {
    let faults = Arc::new(Mutex::new(Faults::default()));
    let uncaptured = Arc::clone(&faults);
    device.on_uncaptured_error(Arc::new(move |error| {
        let mut faults = uncaptured.lock().unwrap_or_else(PoisonError::into_inner);
        faults.first.get_or_insert(error);
    }));
    let lost = Arc::clone(&faults);
    device.set_device_lost_callback(move |reason, message| {
        // wgpu has no words for a device that was destroyed, and fails what uses it later with
        // whatever comes first.
        let message = match reason {
            wgpu::DeviceLostReason::Destroyed => String::from("it was destroyed"),
            wgpu::DeviceLostReason::Unknown => message,
        };
        let mut faults = lost.lock().unwrap_or_else(PoisonError::into_inner);
        faults.lost.get_or_insert(message);
    });
    faults
}

fn driver_error(error: &wgpu::Error, operation: &'static str) -> RuntimeError {
    match error {
        wgpu::Error::OutOfMemory { .. } => RuntimeError::OutOfMemory { operation },
        wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
            let message = description.split_whitespace().collect::<Vec<_>>().join(" ");
            RuntimeError::Driver { operation, message }
        }
    }
}

fn timed<T>(total_ms: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    *total_ms += start.elapsed().as_secs_f64() * 1e3;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu() -> Option<Gpu> {
        match Gpu::open(OpenOptions { backends: wgpu::Backends::VULKAN, timings: false }) {
            Ok(gpu) => Some(gpu),
            Err(error) => {
                assert!(matches!(error, RuntimeError::NoAdapter), "{error}");
                println!("skipped: no adapter");
                None
            }
        }
    }

    #[test]
    fn what_the_driver_reports_keeps_its_kind() {
        let source = || Box::new(std::io::Error::other("no more"));
        let full = wgpu::Error::OutOfMemory { source: source() };
        let error = driver_error(&full, "a device buffer");
        assert!(matches!(error, RuntimeError::OutOfMemory { operation: "a device buffer" }));
        let description = String::from("first\n  second");
        let refused = wgpu::Error::Validation { source: source(), description };
        let error = driver_error(&refused, "a pipeline");
        assert_eq!(error.to_string(), "the driver refused a pipeline: first second");
    }

    /// The callback of a mapping that comes to nothing brings an error, not bytes.
    #[test]
    fn a_mapping_that_fails_is_an_error() {
        let Some(gpu) = gpu() else { return };
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 64,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let mapped = Mapped::of(&buffer, 64);
        buffer.unmap();
        assert!(matches!(mapped.wait(&gpu), Err(RuntimeError::Map)));
        // The device goes on.
        let mapped = Mapped::of(&buffer, 64);
        gpu.wait(gpu.queue.submit(None)).unwrap();
        mapped.wait(&gpu).unwrap();
    }

    #[test]
    fn a_destroyed_device_is_lost() {
        let Some(gpu) = gpu() else { return };
        gpu.check().unwrap();
        gpu.device.destroy();
        let _ = gpu.reclaim();
        assert!(matches!(gpu.check(), Err(RuntimeError::DeviceLost { .. })));
        assert!(matches!(gpu.check(), Err(RuntimeError::DeviceLost { .. })), "it stays lost");
    }
}
