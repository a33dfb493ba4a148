//! The engine that plans: it keeps every call, and runs one on the host only when its values are
//! wanted.

use std::sync::{Arc, Mutex, PoisonError};

use preheat_cpu::Column;
use preheat_format::{Call, CallOutput, DType};

use crate::trace::engine::{Buffer, Engine, EngineError, GroupOrigin};

/// Receives every group in the order of the script.
pub type GroupSink = Box<dyn FnMut(&Call<Buffer>, &GroupOrigin)>;

/// An [`Engine`] for building archives and for `explain`.
pub struct Planner {
    sink: GroupSink,
}

impl Planner {
    /// A planner that shows every group to `sink`.
    pub fn new(sink: GroupSink) -> Planner {
        Planner { sink }
    }
}

/// A buffer that is there or can be computed.
#[derive(Clone)]
struct Planned(Arc<Mutex<State>>);

enum State {
    /// One output of a call, by number.
    Pending(Arc<PlannedCall>, usize),
    /// Computed.
    Ready(Arc<Column>),
}

/// A call whose buffers are planned ones.
struct PlannedCall {
    call: Call<Planned>,
    /// Its outputs, once one of them was wanted.
    results: Mutex<Option<Vec<Arc<Column>>>>,
}

impl Planned {
    fn ready(&self) -> Option<Arc<Column>> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(column) => Some(Arc::clone(column)),
            State::Pending(..) => None,
        }
    }

    fn pending(&self) -> Option<(Arc<PlannedCall>, usize)> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(_) => None,
            State::Pending(call, output) => Some((Arc::clone(call), *output)),
        }
    }

    fn set(&self, column: Arc<Column>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::Ready(column);
    }

    /// Computes the buffer and all that it needs; iterative, for chains of updates are long.
    fn force(&self) -> Result<Arc<Column>, EngineError> {
        let mut stack = vec![self.clone()];
        while let Some(top) = stack.last().cloned() {
            let Some((call, output)) = top.pending() else {
                stack.pop();
                continue;
            };
            let missing: Vec<Planned> =
                call.buffers().filter(|buffer| buffer.ready().is_none()).cloned().collect();
            if missing.is_empty() {
                top.set(call.result(output)?);
                stack.pop();
            } else {
                stack.extend(missing);
            }
        }
        self.ready().ok_or_else(|| failed("a planned buffer has no value"))
    }
}

impl PlannedCall {
    fn buffers(&self) -> impl Iterator<Item = &Planned> {
        let updated = self.call.outputs.iter().filter_map(|output| match output {
            CallOutput::New => None,
            CallOutput::Update(buffer) => Some(buffer),
        });
        self.call.sources.iter().chain(updated)
    }

    fn result(&self, output: usize) -> Result<Arc<Column>, EngineError> {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        if results.is_none() {
            let call = map_call(&self.call, |buffer| {
                buffer.ready().ok_or_else(|| failed("an operand has no value"))
            })?;
            *results = Some(preheat_cpu::run(call).map_err(|source| EngineError::Failed {
                message: source.to_string(),
                source: Some(Box::new(source)),
            })?);
        }
        let found = results.as_ref().and_then(|results| results.get(output).cloned());
        found.ok_or_else(|| failed("a call has fewer outputs than were asked for"))
    }
}

fn failed(message: &str) -> EngineError {
    EngineError::Failed { message: message.to_owned(), source: None }
}

/// The same call over other buffers.
///
/// # Errors
/// The first error of `buffer`.
pub fn map_call<A, B, E>(
    call: &Call<A>,
    mut buffer: impl FnMut(&A) -> Result<B, E>,
) -> Result<Call<B>, E> {
    let sources = call.sources.iter().map(&mut buffer).collect::<Result<_, E>>()?;
    let outputs = call
        .outputs
        .iter()
        .map(|output| match output {
            CallOutput::New => Ok(CallOutput::New),
            CallOutput::Update(target) => buffer(target).map(CallOutput::Update),
        })
        .collect::<Result<_, E>>()?;
    Ok(Call {
        signature: Arc::clone(&call.signature),
        key: call.key,
        extents: call.extents.clone(),
        views: call.views.clone(),
        sources,
        params: call.params.clone(),
        outputs,
        roll: call.roll.clone(),
    })
}

impl Engine for Planner {
    fn upload(&mut self, _dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        Ok(Buffer::new(Planned(Arc::new(Mutex::new(State::Ready(column))))))
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        (self.sink)(&call, origin);
        let planned = map_call(&call, |buffer| {
            buffer.inner::<Planned>().cloned().ok_or_else(|| failed("a buffer of another engine"))
        })?;
        let count = planned.outputs.len();
        let call = Arc::new(PlannedCall { call: planned, results: Mutex::new(None) });
        let buffer = |output| {
            let state = State::Pending(Arc::clone(&call), output);
            Buffer::new(Planned(Arc::new(Mutex::new(state))))
        };
        Ok((0..count).map(buffer).collect())
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        let planned =
            buffer.inner::<Planned>().ok_or_else(|| failed("a buffer of another engine"))?;
        planned.force()
    }

    fn is_planning(&self) -> bool {
        true
    }
}
