//! Running a workload in this process.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use preheat_compiler::trace::engine::{Buffer, Column, Engine, EngineError, GroupOrigin};
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::Define;
use preheat_format::{Call, DType};
use preheat_runtime::Runtime;

use crate::args::{Device, numeric_mode};
use crate::compile::GroupCompiler;
use crate::engine::DeviceEngine;
use crate::failure::Failure;
use crate::report;
use crate::script::{self, ScriptFile, Sinks, Start};
use crate::user_cache::UserCache;

use super::workload::{WARM_UP as WARM_UP_SCRIPT, Workload};
use super::{BenchArgs, Report, Row, Spread, check_numbers};

/// Names of adapters that are CPUs.
const CPU_ADAPTERS: [&str; 2] = ["llvmpipe", "SwiftShader"];

/// How long a GPU works before each measured part. The clock of one that has waited for half a
/// second is low, and kernels then take four to five times as long.
const WARM_UP: Duration = Duration::from_millis(300);

/// What scripts run on.
#[derive(Clone)]
struct Rig {
    runtime: Arc<Runtime>,
    compiler: Option<Arc<GroupCompiler>>,
    options: GraphOptions,
}

/// A runtime that measures.
pub(super) struct Bench {
    rig: Rig,
    repeat: u32,
    /// The adapter is not a CPU.
    has_clock: bool,
    device: String,
    driver: String,
}

/// A moment between two parts of a script.
#[derive(Clone, Copy)]
struct Mark {
    time: Instant,
    kernel_ns: Option<u64>,
    dispatches: u64,
}

/// One run of a workload.
struct Run {
    wall_ms: f64,
    kernel_ms: Option<f64>,
    dispatches: u64,
    output: String,
}

impl Bench {
    pub(super) fn open(args: &BenchArgs) -> Result<Bench, Failure> {
        let mut builder = Runtime::builder().device(args.device.into()).trusted(true).timings(true);
        // What the device is warmed up with must not take the place of what is measured.
        builder = builder.idle_bytes(u64::MAX / 2);
        let compiler =
            (args.device != Device::Cpu).then(|| GroupCompiler::new(UserCache::none(), None));
        if let Some(compiler) = &compiler {
            builder = builder.compile_hook(compiler.hook());
        }
        let runtime = builder.build().map(Arc::new).map_err(Failure::Runtime)?;
        runtime.adapter().map_err(Failure::Runtime)?;
        let telemetry = runtime.telemetry();
        let is_cpu = telemetry.adapter.is_empty();
        let has_clock = !is_cpu && !CPU_ADAPTERS.iter().any(|cpu| telemetry.adapter.contains(cpu));
        let device = if is_cpu { "CPU".to_owned() } else { telemetry.adapter };
        let options = GraphOptions { mode: numeric_mode(args.fast_math), demote_double: false };
        Ok(Bench {
            rig: Rig { runtime, compiler, options },
            repeat: args.repeat,
            has_clock,
            device,
            driver: telemetry.driver,
        })
    }

    /// An empty report of this machine.
    pub(super) fn report(&self) -> Report {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Report {
            version: 1,
            preheat: env!("CARGO_PKG_VERSION").to_owned(),
            device: self.device.clone(),
            driver: self.driver.clone(),
            fast_math: self.rig.options.mode == numeric_mode(true),
            time: now.map_or(0, |since| since.as_secs()),
            rows: Vec::new(),
        }
    }

    /// The size of a workload here.
    pub(super) fn size(&self, workload: &Workload, small: bool) -> u64 {
        if small || !self.has_clock { workload.host_n } else { workload.device_n }
    }

    /// Runs a workload once to compile its kernels, then several times.
    pub(super) fn measure(&mut self, workload: &Workload, n: u64) -> Result<Row, Failure> {
        let failed = || Failure::Workload { name: workload.name.clone() };
        let file = script::from_text(&workload.name, workload.script()).map_err(|_| failed())?;
        let mut runs = Vec::new();
        for _ in 0..=self.repeat {
            runs.push(script::on_own_stack(|| self.run(&file, n))?.ok_or_else(failed)?);
        }
        let check = check_numbers(&runs.remove(0).output);
        let wall = Spread::of(runs.iter().map(|run| run.wall_ms).collect()).ok_or_else(failed)?;
        let kernel = Spread::of(runs.iter().filter_map(|run| run.kernel_ms).collect());
        let same = runs.iter().all(|run| {
            let found = check_numbers(&run.output);
            found.iter().map(|x| x.to_bits()).eq(check.iter().map(|x| x.to_bits()))
        });
        let mut row = Row {
            workload: workload.name.clone(),
            n,
            engine: "preheat".to_owned(),
            wall_ms: wall,
            kernel_ms: kernel,
            dispatches: self.rig.compiler.is_some().then(|| runs[0].dispatches),
            gigabytes_per_second: 0.0,
            teraflops: None,
            // Two runs must give the same bits.
            agrees: same && !check.is_empty() && check.iter().all(|number| number.is_finite()),
            check,
        };
        row.gigabytes_per_second = workload.gigabytes_per_second(n, row.best_ms());
        row.teraflops = workload.teraflops(n, row.best_ms());
        Ok(row)
    }

    /// One run; `None` if the script failed, which has been said.
    fn run(&self, file: &ScriptFile, n: u64) -> Option<Run> {
        let marks = Rc::new(RefCell::new(Vec::new()));
        let engine = MarkedEngine {
            inner: self.rig.engine(),
            rig: self.rig.clone(),
            warms_up: self.has_clock,
            marks: Rc::clone(&marks),
        };
        let defines = [("N".to_owned(), Define::Number(n as f64))];
        let output = self.rig.output(file, Box::new(engine), &defines)?;
        let marks = marks.borrow();
        let [first, last] = marks.as_slice() else {
            return None;
        };
        let kernel_ns = last.kernel_ns.zip(first.kernel_ns).map(|(last, first)| last - first);
        Some(Run {
            wall_ms: (last.time - first.time).as_secs_f64() * 1e3,
            kernel_ms: kernel_ns.map(|ns| ns as f64 / 1e6),
            dispatches: last.dispatches - first.dispatches,
            output,
        })
    }
}

impl Rig {
    fn engine(&self) -> DeviceEngine {
        let (runtime, compiler) = (Arc::clone(&self.runtime), self.compiler.clone());
        DeviceEngine::new(runtime, compiler, Box::new(|_, _| {}))
    }

    /// Gives the device work for [`WARM_UP`].
    fn warm_up(&self) {
        let start = Instant::now();
        let file = script::from_text("warm_up", WARM_UP_SCRIPT);
        while let Ok(file) = &file
            && start.elapsed() < WARM_UP
        {
            if self.output(file, Box::new(self.engine()), &[]).is_none() {
                break;
            }
        }
    }

    /// What a script prints; `None` if it failed, which has been said.
    fn output(
        &self,
        file: &ScriptFile,
        engine: Box<dyn Engine>,
        defines: &[(String, Define)],
    ) -> Option<String> {
        let start = Start { options: self.options, defines, folders: &[] };
        let mut output = String::new();
        let sources = file.sources();
        let print = &mut |text: &str| output.push_str(text);
        let note = &mut |sources: &_, note| report::diagnostic(sources, &note);
        let result = file.run(engine, start, &sources, Sinks { print, note });
        if let Err((error, broken)) = result {
            let sources = sources.borrow().clone();
            report::ScriptReport::of_error(sources, broken, error).say();
            return None;
        }
        Some(output)
    }
}

/// An engine that notes time and counters whenever a script waits.
struct MarkedEngine {
    inner: DeviceEngine,
    rig: Rig,
    /// The device works before the measured part.
    warms_up: bool,
    marks: Rc<RefCell<Vec<Mark>>>,
}

impl Engine for MarkedEngine {
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        self.inner.upload(dtype, column)
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        self.inner.call(call, origin)
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        self.inner.read(buffer)
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        self.inner.finish()?;
        let done = Instant::now();
        if self.warms_up && self.marks.borrow().is_empty() {
            self.rig.warm_up();
        }
        let telemetry = self.rig.runtime.telemetry();
        let times = telemetry.kernel_times.iter().filter_map(|kernel| kernel.time_ns);
        let is_timed = telemetry.kernel_times.iter().any(|kernel| kernel.time_ns.is_some());
        let mark = Mark {
            // The counters are read outside the measured part.
            time: if self.marks.borrow().is_empty() { Instant::now() } else { done },
            kernel_ns: (is_timed || !telemetry.adapter.is_empty()).then(|| times.sum()),
            dispatches: telemetry.dispatches,
        };
        self.marks.borrow_mut().push(mark);
        Ok(())
    }

    fn is_planning(&self) -> bool {
        false
    }
}
