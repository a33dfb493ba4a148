//! The runtime as hosts see it: options, arrays in, calls, arrays out, counters.
//!
//! The device opens on a thread of its own while the host maps, parses and traces; whoever needs
//! it first waits for the rest. How a call is served is `ladder.rs`.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use preheat_cpu::Column;
use preheat_format::sign::TrustPolicy;
use preheat_format::{Call, DType};

use crate::blobs::{BlobOptions, BlobStore};
use crate::device::{AdapterReport, DeviceChoice, ExistingDevice, Gpu, OpenOptions};
use crate::error::RuntimeError;
use crate::groups::{CompileHook, GroupTable};
use crate::mapped::{Archive, Sidecar};
use crate::opening::{DeviceOpener, Opening};
use crate::operands;
use crate::recorder::Engine;
use crate::replay::PlanTable;
use crate::small::SmallCalls;
use crate::telemetry::{Counters, Telemetry, TimeMs, Timer};
use crate::trust::Trust;
use crate::value::Buffer;

/// Options of a [`Runtime`].
#[derive(Default)]
pub struct RuntimeBuilder {
    archives: Vec<Archive>,
    device: DeviceChoice,
    strict: bool,
    trusted: bool,
    policy: TrustPolicy,
    timings: bool,
    blobs: BlobOptions,
    existing: Option<ExistingDevice>,
    hook: Option<CompileHook>,
    binding_bytes_max: Option<u64>,
    buffer_bytes_max: Option<u64>,
    idle_bytes: u64,
    memory_bytes_max: Option<u64>,
    host_work_max: u64,
}

impl RuntimeBuilder {
    /// Adds an archive; earlier ones are searched first.
    #[must_use]
    pub fn archive(mut self, archive: Archive) -> RuntimeBuilder {
        self.archives.push(archive);
        self
    }

    /// Chooses the engine; [`DeviceChoice::Auto`] by default.
    #[must_use]
    pub fn device(mut self, device: DeviceChoice) -> RuntimeBuilder {
        self.device = device;
        self
    }

    /// Makes an error of every group that would have to be compiled, or computed by the host in
    /// a GPU run. On the CPU, a group that no archive holds is an error.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> RuntimeBuilder {
        self.strict = strict;
        self
    }

    /// Pins the keys whose signature makes an archive or a sidecar trusted. Of archives without
    /// one the WGSL text is parsed and validated, sidecars without one are not used.
    #[must_use]
    pub fn trust(mut self, policy: TrustPolicy) -> RuntimeBuilder {
        self.policy = policy;
        self
    }

    /// Vouches for every archive and sidecar, signed or not: their SPIR-V and blobs reach the
    /// driver as they are. For a program that made them itself.
    #[must_use]
    pub fn trusted(mut self, trusted: bool) -> RuntimeBuilder {
        self.trusted = trusted;
        self
    }

    /// Asks the device how long each kernel takes ([`Telemetry::kernel_times`]). Every dispatch
    /// then costs a pass of its own; without it nothing is measured and nothing paid.
    #[must_use]
    pub fn timings(mut self, timings: bool) -> RuntimeBuilder {
        self.timings = timings;
        self
    }

    /// Adds a device sidecar that the program ships; used only if it is trusted, and
    /// only for kernels whose key and driver it names.
    #[must_use]
    pub fn sidecar(mut self, sidecar: Sidecar) -> RuntimeBuilder {
        self.blobs.sidecars.push(sidecar);
        self
    }

    /// A folder of this user where the driver's work is kept between runs. It is made if need be;
    /// one that belongs to someone else, or that others may write to, is left alone.
    #[must_use]
    pub fn device_cache(mut self, folder: impl Into<PathBuf>) -> RuntimeBuilder {
        self.blobs.folder = Some(folder.into());
        self
    }

    /// Uses a device that the application owns, instead of opening one; its handlers stay as they
    /// are. What the runtime makes use of if the device has it: `PASSTHROUGH_SHADERS` (else WGSL is
    /// parsed, and counted), `PIPELINE_CACHE` (else the driver compiles), `SHADER_F64`,
    /// `SHADER_INT64` and `SUBGROUP` (kernels that need one miss otherwise, and say so),
    /// `TIMESTAMP_QUERY` (for timings).
    #[must_use]
    pub fn existing_device(
        mut self,
        adapter: wgpu::Adapter,
        device: wgpu::Device,
        queue: wgpu::Queue,
    ) -> RuntimeBuilder {
        self.existing = Some(ExistingDevice { adapter, device, queue });
        self
    }

    /// Binds at most so many bytes of an array at once, if the device allows more. Larger arrays
    /// run in windows, as those beyond the device's own limit do.
    #[must_use]
    pub fn binding_bytes_max(mut self, bytes: u64) -> RuntimeBuilder {
        self.binding_bytes_max = Some(bytes);
        self
    }

    /// Makes no buffer of more bytes, if the device allows more. Larger arrays stay in host memory
    /// and go through the device window by window, as those beyond the device's own limit do.
    #[must_use]
    pub fn buffer_bytes_max(mut self, bytes: u64) -> RuntimeBuilder {
        self.buffer_bytes_max = Some(bytes);
        self
    }

    /// Keeps so much device memory for later arrays after nothing uses it. By default a fifth of
    /// the most that was used at once, and 64 MiB at least.
    #[must_use]
    pub fn idle_bytes(mut self, bytes: u64) -> RuntimeBuilder {
        self.idle_bytes = bytes;
        self
    }

    /// Leaves calls of at most so many operations on elements to the host if all their arrays are
    /// in its memory; none without it. The numbers are the reference's then, which may differ from
    /// a device's within the bounds of the operations. With [`DeviceOpener::open_when_needed`] a
    /// program that has no other calls opens no device. Not under `strict`.
    #[must_use]
    pub fn host_work_max(mut self, operations: u64) -> RuntimeBuilder {
        self.host_work_max = operations;
        self
    }

    /// The most bytes of device memory that arrays take, idle buffers included; without it as much
    /// as the device has. Calls that need more run in windows where they can be cut, or on the
    /// host.
    #[must_use]
    pub fn memory_bytes_max(mut self, bytes: u64) -> RuntimeBuilder {
        self.memory_bytes_max = Some(bytes);
        self
    }

    /// Gives the runtime a compiler for groups that no archive holds.
    #[must_use]
    pub fn compile_hook(mut self, hook: CompileHook) -> RuntimeBuilder {
        self.hook = Some(hook);
        self
    }

    /// Starts the runtime. The device is opened by a thread of its own; the first call that
    /// needs it waits.
    ///
    /// # Errors
    /// [`RuntimeError::DeviceThread`] if no thread can be started.
    pub fn build(self) -> Result<Runtime, RuntimeError> {
        let (mut runtime, opener) = self.build_unopened();
        if let Some(opener) = opener {
            let thread = std::thread::Builder::new().name(String::from("preheat-device"));
            let thread = thread.spawn(|| opener.open()).map_err(|_| RuntimeError::DeviceThread)?;
            runtime.opening_thread = Some(thread);
        }
        Ok(runtime)
    }

    /// Starts the runtime, and leaves it to the program on which thread the device is opened:
    /// calls wait for [`DeviceOpener::open`]; without an opener there is none to open. Best is a
    /// thread that lives as long as the program: drivers clean up when a thread that used them
    /// ends, NVIDIA's for more than 10 ms in which others wait.
    pub fn build_unopened(self) -> (Runtime, Option<DeviceOpener>) {
        let counters = Arc::new(Counters::default());
        self.archives.iter().for_each(|archive| counters.open_ns.add(archive.open_ns()));
        let (is_vouched_for, policy) = (self.trusted, self.policy);
        let archives = self.archives.into_iter().map(|archive| {
            let trust = Trust::of(is_vouched_for || archive.check_trust(&policy).is_ok());
            (archive, trust)
        });
        let archives = archives.collect();
        let groups = GroupTable::new(archives, self.hook);
        let device = match (self.existing, self.device) {
            (Some(existing), _) => Some(Device::Existing(existing)),
            (None, DeviceChoice::Cpu) => None,
            (None, DeviceChoice::Vulkan) => Some(Device::BestOf(wgpu::Backends::VULKAN)),
            (None, DeviceChoice::Auto) => Some(Device::BestOf(wgpu::Backends::PRIMARY)),
        };
        let (timings, idle_bytes) = (self.timings, self.idle_bytes);
        let memory_bytes_max = self.memory_bytes_max.unwrap_or(u64::MAX);
        let bytes_max =
            [self.binding_bytes_max, self.buffer_bytes_max].map(|max| max.unwrap_or(u64::MAX));
        let mut blobs = self.blobs;
        let is_trusted = |one: &Sidecar| is_vouched_for || one.check_trust(&policy).is_ok();
        blobs.sidecars.retain(is_trusted);
        let is_optional = self.device == DeviceChoice::Auto;
        let open = |device| {
            let counters = Arc::clone(&counters);
            let open = move || {
                let mut gpu = match device {
                    Device::Existing(existing) => Gpu::adopt(existing, timings),
                    Device::BestOf(backends) => Gpu::open(OpenOptions { backends, timings })?,
                };
                let [binding, buffer] = bytes_max;
                let limits = &mut gpu.limits;
                limits.max_buffer_size = limits.max_buffer_size.min(buffer);
                limits.max_storage_buffer_binding_size =
                    limits.max_storage_buffer_binding_size.min(binding).min(buffer);
                let blobs = BlobStore::open(&gpu, blobs, &counters);
                let engine = Engine::new(gpu, blobs, counters)?;
                engine.pool.keep_idle(idle_bytes);
                engine.pool.allow(memory_bytes_max);
                Ok(engine)
            };
            DeviceOpener::new(open, is_optional)
        };
        let (opener, opening) = device.map(open).unzip();
        let opening = opening.unwrap_or_else(|| Arc::new(Opening::of_host()));
        let runtime = Runtime {
            groups,
            plans: PlanTable::default(),
            counters,
            strict: self.strict,
            trust: (is_vouched_for, policy),
            choice: self.device,
            opening,
            small_calls: SmallCalls::new(if self.strict { 0 } else { self.host_work_max }),
            opening_thread: None,
        };
        (runtime, opener)
    }
}

/// Where the device comes from.
enum Device {
    Existing(ExistingDevice),
    BestOf(wgpu::Backends),
}

/// Runs calls of fusion groups; shared by any number of threads.
pub struct Runtime {
    pub(crate) groups: GroupTable,
    pub(crate) counters: Arc<Counters>,
    pub(crate) strict: bool,
    pub(crate) plans: PlanTable,
    /// Whether the program vouches for archives, else the keys that do.
    trust: (bool, TrustPolicy),
    choice: DeviceChoice,
    pub(crate) opening: Arc<Opening>,
    small_calls: SmallCalls,
    opening_thread: Option<JoinHandle<()>>,
}

impl Runtime {
    /// Options for a new runtime.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    /// Takes an array. It is copied to the device when a kernel needs it.
    ///
    /// # Errors
    /// [`RuntimeError::ColumnType`] if the column does not store elements of `dtype`.
    pub fn upload(
        &self,
        dtype: DType,
        column: impl Into<Arc<Column>>,
    ) -> Result<Buffer, RuntimeError> {
        Buffer::on_host(dtype, column.into())
    }

    /// Runs a group; one array per output. On a device this records the work and returns.
    ///
    /// An output that updates a buffer changes its memory in place if the call holds the only
    /// handle to it, else a copy.
    ///
    /// # Errors
    /// [`RuntimeError::Call`] or [`RuntimeError::OperandType`] if the call does not fit its
    /// signature, [`RuntimeError::Miss`] under `strict`, or what device or host fail with; a
    /// failure of an earlier call on the device may show here.
    pub fn call(&self, call: Call<Buffer>) -> Result<Vec<Buffer>, RuntimeError> {
        let _timer = Timer::new(&self.counters.busy_ns);
        let _span = tracing::trace_span!("call").entered();
        operands::check(&call)?;
        self.counters.calls.add(1);
        if self.groups.is_new(call.key) {
            self.counters.groups.add(1);
        }
        if self.small_calls.take(&call) {
            return self.call_host(None, call);
        }
        match self.engine()? {
            Some(engine) => self.call_device(engine, call),
            None => {
                if self.strict {
                    self.groups.require(call.key).map_err(|reason| self.miss(&call, reason))?;
                }
                self.call_host(None, call)
            }
        }
    }

    /// The elements of an array, in host memory. Waits for the calls that they depend on.
    ///
    /// # Errors
    /// What such a call failed with, [`RuntimeError::Map`], or [`RuntimeError::Cpu`] if host
    /// memory runs out.
    pub fn read(&self, buffer: &Buffer) -> Result<Arc<Column>, RuntimeError> {
        let _timer = Timer::new(&self.counters.busy_ns);
        let _span = tracing::debug_span!("read", bytes = buffer.len_bytes()).entered();
        if buffer.is_on_host() {
            self.small_calls.read();
            return buffer.column(None, false);
        }
        buffer.column(self.engine()?, false)
    }

    /// Waits until everything that was called is done.
    ///
    /// # Errors
    /// What a call failed with.
    pub fn finish(&self) -> Result<(), RuntimeError> {
        let _timer = Timer::new(&self.counters.busy_ns);
        let Some(Ok(Some(engine))) = self.opening.get() else {
            return Ok(());
        };
        let submission = engine.record().submit(engine);
        engine.gpu.wait(submission)?;
        engine.record().collect_times(engine, true)?;
        engine.gpu.check()
    }

    /// Adds an archive, searched after the others, to a runtime that is at work: groups that were
    /// missing are looked for again. It is trusted as those of the builder are.
    pub fn add_archive(&self, archive: Archive) {
        self.counters.open_ns.add(archive.open_ns());
        let (is_vouched_for, policy) = &self.trust;
        let trust = Trust::of(*is_vouched_for || archive.check_trust(policy).is_ok());
        self.groups.add(archive, trust);
    }

    /// Gives idle device memory back to the driver, down to `limit_bytes` of idle and used memory
    /// together. Does nothing on the CPU or before the device is open.
    pub fn trim(&self, limit_bytes: u64) {
        if let Some(Ok(Some(engine))) = self.opening.get() {
            engine.trim(limit_bytes);
        }
    }

    /// The adapter in use, `None` for the host; waits until the device is open.
    ///
    /// # Errors
    /// Why there is no device, if one was asked for.
    pub fn adapter(&self) -> Result<Option<&AdapterReport>, RuntimeError> {
        Ok(self.engine()?.map(|engine| &engine.gpu.report))
    }

    /// No call will need the device that was not needed yet: [`DeviceOpener::open_when_needed`]
    /// returns without it. Calls that come nevertheless are computed by the host.
    pub fn forgo_device(&self) {
        self.opening.forgo();
    }

    /// Counts an array operation that the program computed itself, for there is no kernel.
    pub fn count_host_operation(&self, name: &'static str) {
        self.counters.host_operation(name);
    }

    /// A snapshot of all counters. Does not wait for anything: kernel times are those of the work
    /// before the last [`Runtime::finish`].
    pub fn telemetry(&self) -> Telemetry {
        let mut telemetry = self.counters.snapshot();
        let Some(Ok(engine)) = self.opening.get() else {
            return telemetry;
        };
        let Some(engine) = engine else {
            telemetry.engine = String::from("cpu");
            return telemetry;
        };
        let (report, times) = (&engine.gpu.report, engine.gpu.times);
        telemetry.engine.clone_from(&report.backend);
        telemetry.adapter.clone_from(&report.name);
        telemetry.driver = format!("{} {}", report.driver, report.driver_info).trim().to_owned();
        telemetry.buffer_pool = engine.pool.counts();
        telemetry.recent = engine.record().recent();
        telemetry.kernel_times = self.counters.kernel_times(engine.is_timed);
        telemetry.time_ms = TimeMs {
            instance: times.instance_ms,
            adapter: times.adapter_ms,
            device: times.device_ms,
            overlap: (times.sum_ms() - telemetry.time_ms.device_wait).max(0.0),
            ..telemetry.time_ms
        };
        telemetry
    }

    /// Nanoseconds of one look-up of a pipeline and of a bind group, the mean of many over those
    /// that calls have left in the caches. For `examples/hot_path.rs`.
    ///
    /// # Errors
    /// Why there is no device, if one was asked for.
    #[doc(hidden)]
    pub fn lookup_ns(&self, rounds: u32) -> Result<Option<[f64; 2]>, RuntimeError> {
        let Some(engine) = self.engine()? else { return Ok(None) };
        let pipeline = engine.pipelines.lookup_ns(rounds);
        Ok(pipeline.zip(engine.record().bind_group_lookup_ns(rounds)).map(<[f64; 2]>::from))
    }

    /// The device, once it is open; `None` if the host computes.
    pub(crate) fn engine(&self) -> Result<Option<&Engine>, RuntimeError> {
        let opened = match self.opening.get() {
            Some(opened) => opened,
            None => {
                let _timer = Timer::new(&self.counters.device_wait_ns);
                self.opening.wait()
            }
        };
        opened.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// True if no device is wanted.
    pub(crate) fn is_cpu(&self) -> bool {
        self.choice == DeviceChoice::Cpu
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.opening.forgo();
        // A driver that is still starting while the process ends may crash it.
        if let Some(thread) = self.opening_thread.take() {
            let _ = thread.join();
        }
    }
}
