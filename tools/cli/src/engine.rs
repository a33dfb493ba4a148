//! The tracer's engine over the runtime: groups of a script go to a device or to the CPU.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;

use preheat_compiler::trace::engine::Column;
use preheat_compiler::trace::engine::{Buffer, Engine, EngineError, GroupOrigin};
use preheat_format::{Call, CallOutput, DType, GroupKey};
use preheat_runtime::{Miss, Runtime, RuntimeError};

use crate::compile::{Compiled, GroupCompiler};

/// What happened to a group that someone may want to hear of.
pub(crate) enum Event<'a> {
    /// No archive had it, and it was compiled, or could not be.
    Compiled(&'a Compiled),
    /// No archive had it, under `--strict`.
    Missed(&'a Miss),
}

/// Hears of events, with the place in the script that asked for the group.
pub(crate) type Watch = Box<dyn FnMut(Event<'_>, &GroupOrigin)>;

/// An [`Engine`] that runs groups.
pub(crate) struct DeviceEngine {
    runtime: Arc<Runtime>,
    compiler: Option<Arc<GroupCompiler>>,
    watch: Watch,
    /// Operations of each group that was called, if someone wants to know.
    names: Option<GroupNames>,
    known_len_max: u64,
}

/// What groups compute, by key.
pub(crate) type GroupNames = Rc<RefCell<BTreeMap<GroupKey, String>>>;

impl DeviceEngine {
    /// An engine over a runtime; `compiler` is the one whose hook the runtime has.
    pub(crate) fn new(
        runtime: Arc<Runtime>,
        compiler: Option<Arc<GroupCompiler>>,
        watch: Watch,
    ) -> DeviceEngine {
        DeviceEngine { runtime, compiler, watch, names: None, known_len_max: 0 }
    }

    /// Leaves arrays of up to so many elements to the tracer.
    pub(crate) fn knowing(mut self, len_max: u64) -> DeviceEngine {
        self.known_len_max = len_max;
        self
    }

    /// Has the operations of each group noted.
    pub(crate) fn naming(mut self, names: Option<GroupNames>) -> DeviceEngine {
        self.names = names;
        self
    }
}

impl Engine for DeviceEngine {
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        let uploaded = self.runtime.upload(dtype, column);
        uploaded.map(Buffer::new).map_err(failed)
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        if let Some(names) = &self.names {
            names.borrow_mut().entry(call.key).or_insert_with(|| origin.ops.to_string());
        }
        let called = self.runtime.call(runtime_call(call)?);
        for compiled in self.compiler.iter().flat_map(|compiler| compiler.take_done()) {
            (self.watch)(Event::Compiled(&compiled), origin);
        }
        match called {
            Ok(buffers) => Ok(buffers.into_iter().map(Buffer::new).collect()),
            Err(RuntimeError::Miss(miss)) => {
                (self.watch)(Event::Missed(&miss), origin);
                Err(EngineError::Miss { reason: miss.to_string() })
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        self.runtime.read(&known(buffer)?).map_err(failed)
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        self.runtime.finish().map_err(failed)
    }

    fn is_planning(&self) -> bool {
        false
    }

    fn known_len_max(&self) -> u64 {
        self.known_len_max
    }

    fn at_hand(&mut self, buffer: &Buffer) -> Option<Arc<Column>> {
        let buffer = buffer.inner::<preheat_runtime::Buffer>()?;
        if buffer.is_on_host() { self.runtime.read(buffer).ok() } else { None }
    }

    fn computed_on_host(&mut self, operation: &'static str) {
        self.runtime.count_host_operation(operation);
    }
}

/// The same call over the runtime's buffers. The only handle to a buffer that is updated stays
/// the only one, so that the runtime may change it in place.
fn runtime_call(call: Call<Buffer>) -> Result<Call<preheat_runtime::Buffer>, EngineError> {
    let sources = call.sources.iter().map(known).collect::<Result<_, _>>()?;
    // An operand may also be what is updated; its wrapper must not be a second handle then.
    drop(call.sources);
    let outputs = call.outputs.into_iter().map(|output| match output {
        CallOutput::New => Ok(CallOutput::New),
        CallOutput::Update(buffer) => match buffer.into_inner() {
            Ok(unique) => Ok(CallOutput::Update(unique)),
            Err(shared) => known(&shared).map(CallOutput::Update),
        },
    });
    Ok(Call {
        signature: call.signature,
        key: call.key,
        extents: call.extents,
        views: call.views,
        sources,
        params: call.params,
        outputs: outputs.collect::<Result<_, EngineError>>()?,
        roll: call.roll,
    })
}

fn known(buffer: &Buffer) -> Result<preheat_runtime::Buffer, EngineError> {
    buffer.inner::<preheat_runtime::Buffer>().cloned().ok_or_else(|| EngineError::Failed {
        message: "a buffer of another engine".to_owned(),
        source: None,
    })
}

fn failed(error: RuntimeError) -> EngineError {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        message.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    EngineError::Failed { message, source: Some(Box::new(error)) }
}
