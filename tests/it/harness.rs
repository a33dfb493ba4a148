//! Running corpus scripts in this process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::{cell::RefCell, fs};

use preheat_compiler::diagnostic::Diagnostic;
use preheat_compiler::pack::{self, PackOptions};
use preheat_compiler::plan::Log;
use preheat_compiler::session::{self, Script, TracedGroup};
use preheat_compiler::trace::engine::{Buffer, Engine, EngineError, GroupOrigin, KNOWN_LEN_MAX};
use preheat_compiler::trace::files::no_disk;
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::{Define, Host, PathKind};
use preheat_compiler::trace::planner::map_call;
use preheat_cpu::Column;
use preheat_format::{ArchiveBuilder, Call, DType, GroupKey, Signature};
use preheat_runtime::{DeviceChoice, Runtime};
use preheat_tests::corpus::{Case, Defines, Manifest, Record};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace").to_owned()
}

pub(crate) fn manifest() -> Manifest {
    preheat_tests::corpus::load(&root().join("corpus")).expect("corpus.toml is valid")
}

pub(crate) fn record(case: &Case) -> Record {
    let path = root().join("corpus").join(&case.path).with_extension("expected.json");
    let text = fs::read_to_string(&path).expect("every case has recorded results");
    serde_json::from_str(&text).expect("recorded results are JSON")
}

pub(crate) fn script(case: &Case) -> Result<Script, Vec<Diagnostic>> {
    let text = fs::read_to_string(root().join("corpus").join(&case.path)).expect("a script");
    session::parse(&case.path, &text).map(|(script, _)| script).map_err(|(_, found)| found)
}

pub(crate) fn defines(values: &Defines) -> Vec<(String, Define)> {
    values.iter().map(|(name, value)| (name.clone(), Define::Number(*value as f64))).collect()
}

/// What a script printed, and its error's text.
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) error: Option<String>,
}

fn with_host<T>(run: impl FnOnce(Host<'_>) -> (T, Option<String>)) -> (T, Outcome) {
    let mut stdout = String::new();
    let (value, error) = run(Host {
        print: &mut |text| stdout.push_str(text),
        note: &mut |_| {},
        env: &|_| None,
        folder: &|| String::from("/home/scripts"),
        load: &mut |_| None,
        search: &|_| {},
        path: &|path| {
            let found = std::fs::metadata(path).ok()?;
            Some(if found.is_dir() { PathKind::Folder } else { PathKind::File })
        },
        disk: &no_disk,
        clock: &|| 0.0,
    });
    (value, Outcome { stdout, error })
}

/// The groups of a case, planned only.
pub(crate) fn trace(case: &Case, values: &Defines) -> (Vec<TracedGroup>, Outcome) {
    let script = match script(case) {
        Ok(script) => script,
        Err(found) => return (Vec::new(), parse_failure(&found)),
    };
    with_host(|host| {
        let (groups, result) =
            session::trace(&script, GraphOptions::default(), host, &defines(values));
        (groups, result.err().map(|error| error.to_string()))
    })
}

/// The pending Dag of a case before each cut, repeats left out.
pub(crate) fn dags(case: &Case, values: &Defines) -> Vec<String> {
    let script = script(case).expect("it parsed before");
    let (mut texts, _) = with_host(|host| (session::dags(&script, host, &defines(values)), None));
    texts.dedup();
    texts
}

/// The groups of a script given as text.
pub(crate) fn trace_text(name: &str, text: &str) -> Vec<TracedGroup> {
    let (script, _) = session::parse(name, text).expect("it parses");
    let (groups, outcome) = with_host(|host| {
        let (groups, result) = session::trace(&script, GraphOptions::default(), host, &[]);
        (groups, result.err().map(|error| error.to_string()))
    });
    assert_eq!(outcome.error, None);
    groups
}

fn parse_failure(found: &[Diagnostic]) -> Outcome {
    let text = found.iter().map(|diagnostic| diagnostic.to_string()).collect::<Vec<_>>();
    Outcome { stdout: String::new(), error: Some(text.join("\n")) }
}

/// Runs a case on an engine.
pub(crate) fn run(case: &Case, values: &Defines, engine: Box<dyn Engine>) -> Outcome {
    let script = match script(case) {
        Ok(script) => script,
        Err(found) => return parse_failure(&found),
    };
    let ((), outcome) = with_host(|host| {
        let options = GraphOptions::default();
        let result = session::run(&script, engine, options, host, &defines(values));
        ((), result.err().map(|error| error.to_string()))
    });
    outcome
}

/// What a script given as text prints on a runtime.
pub(crate) fn run_text(text: &str, runtime: &Arc<Runtime>) -> String {
    printed(text, run_outcome(text, runtime))
}

/// The same where arrays of a few elements are computed as they are recorded.
pub(crate) fn run_known(text: &str, runtime: &Arc<Runtime>) -> String {
    printed(text, run_on(text, RuntimeEngine::new(runtime, &Rc::default()).knowing()))
}

fn printed(text: &str, outcome: Outcome) -> String {
    assert_eq!(outcome.error, None, "{text}");
    outcome.stdout
}

/// What a script given as text prints on a runtime, and its error.
pub(crate) fn run_outcome(text: &str, runtime: &Arc<Runtime>) -> Outcome {
    run_on(text, RuntimeEngine::new(runtime, &Rc::default()))
}

fn run_on(text: &str, engine: Box<RuntimeEngine>) -> Outcome {
    let (script, _) = session::parse("test.m", text).expect("it parses");
    let ((), outcome) = with_host(|host| {
        let result = session::run(&script, engine, GraphOptions::default(), host, &[]);
        ((), result.err().map(|error| error.to_string()))
    });
    outcome
}

/// An engine over a runtime that notes the keys of its calls.
pub(crate) struct RuntimeEngine {
    runtime: Arc<Runtime>,
    keys: Rc<RefCell<Vec<GroupKey>>>,
    known_len_max: u64,
}

impl RuntimeEngine {
    pub(crate) fn new(
        runtime: &Arc<Runtime>,
        keys: &Rc<RefCell<Vec<GroupKey>>>,
    ) -> Box<RuntimeEngine> {
        let (runtime, keys) = (Arc::clone(runtime), Rc::clone(keys));
        Box::new(RuntimeEngine { runtime, keys, known_len_max: 0 })
    }

    /// The same, leaving arrays of a few elements to the tracer as `preheat run` does.
    pub(crate) fn knowing(mut self: Box<RuntimeEngine>) -> Box<RuntimeEngine> {
        self.known_len_max = KNOWN_LEN_MAX;
        self
    }
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::Failed { message: error.to_string(), source: None }
}

fn inner(buffer: &Buffer) -> Result<preheat_runtime::Buffer, EngineError> {
    let found = buffer.inner::<preheat_runtime::Buffer>();
    found.cloned().ok_or_else(|| failed("a buffer of another engine"))
}

impl Engine for RuntimeEngine {
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        self.runtime.upload(dtype, column).map(Buffer::new).map_err(failed)
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        _origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        self.keys.borrow_mut().push(call.key);
        let call = map_call(&call, inner)?;
        let results = self.runtime.call(call).map_err(failed)?;
        Ok(results.into_iter().map(Buffer::new).collect())
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        self.runtime.read(&inner(buffer)?).map_err(failed)
    }

    fn is_planning(&self) -> bool {
        false
    }

    fn known_len_max(&self) -> u64 {
        self.known_len_max
    }

    fn at_hand(&mut self, buffer: &Buffer) -> Option<Arc<Column>> {
        let buffer = inner(buffer).ok()?;
        if buffer.is_on_host() { self.runtime.read(&buffer).ok() } else { None }
    }
}

/// The Vulkan adapter's presence; prints that a test is skipped without one, and fails it where
/// one is required.
pub(crate) fn has_gpu() -> bool {
    let found = Runtime::builder()
        .device(DeviceChoice::Vulkan)
        .build()
        .and_then(|runtime| runtime.adapter().map(|adapter| adapter.is_some()));
    if matches!(found, Ok(true)) {
        return true;
    }
    let required = std::env::var_os("PREHEAT_REQUIRE_GPU").is_some_and(|value| value == "1");
    assert!(!required, "PREHEAT_REQUIRE_GPU=1 and no Vulkan adapter: {:?}", found.err());
    println!("skipped: no adapter");
    false
}

/// Sizes within a case's random ranges, from a small generator with a fixed seed.
pub(crate) fn random_sizes(case: &Case, seed: u64) -> Defines {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |low: i64, high: i64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + ((state >> 33) as i64) % (high - low + 1)
    };
    case.random.iter().map(|(name, [low, high])| (name.clone(), next(*low, *high))).collect()
}

/// The cases by path, those whose text does not parse left out.
pub(crate) fn parsed_cases() -> BTreeMap<String, Case> {
    let cases = manifest().cases.into_iter().filter(|case| script(case).is_ok());
    cases.map(|case| (case.path.clone(), case)).collect()
}

/// The calls of a script, for its plan.
pub(crate) fn record_calls(
    script: &Script,
    options: GraphOptions,
    defines: &[(String, Define)],
) -> Log {
    with_host(|host| (session::record(script, options, host, defines), None)).0
}

/// Adds a group with its kernels to an archive that is being built.
pub(crate) fn add_group(builder: &mut ArchiveBuilder, signature: &Arc<Signature>) {
    let group = pack::compile(signature, &PackOptions::default()).expect("it compiles");
    pack::add(builder, &group).expect("it can be added");
}
