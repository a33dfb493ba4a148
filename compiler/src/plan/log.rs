//! What one trace of a script asked for: its calls, over numbered values.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use preheat_format::plan::CALLS_MAX;
use preheat_format::{Call, CallOutput, DType, GroupKey, Plan, Roll, Scalar, Signature, ViewData};

use super::{Obstacle, fit};
use crate::trace::engine::{Buffer, Column, Engine, EngineError, GroupOrigin, Printed};
use crate::trace::planner::Planner;

/// The calls of a trace.
#[derive(Debug, Default)]
pub struct Log {
    pub(super) inputs: Vec<LoggedInput>,
    pub(super) calls: Vec<LoggedCall>,
    pub(super) outputs: Vec<LoggedOutput>,
    /// Why they are not all that the script does.
    pub obstacle: Option<Obstacle>,
    value_count: u32,
}

#[derive(Debug)]
pub(super) struct LoggedInput {
    pub(super) value: u32,
    pub(super) dtype: DType,
    pub(super) column: Arc<Column>,
    /// The variable that holds it.
    pub(super) name: Option<String>,
}

#[derive(Debug)]
pub(super) struct LoggedCall {
    pub(super) signature: Arc<Signature>,
    pub(super) key: GroupKey,
    pub(super) extents: Vec<u64>,
    pub(super) views: Vec<ViewData>,
    pub(super) sources: Vec<u32>,
    pub(super) params: Vec<Scalar>,
    pub(super) outputs: Vec<Option<u32>>,
    pub(super) roll: Option<Roll>,
}

#[derive(Debug)]
pub(super) struct LoggedOutput {
    pub(super) name: String,
    pub(super) value: u32,
    pub(super) shape: Vec<u64>,
}

impl Log {
    /// The calls, over the values that the trace numbers.
    pub fn calls(&self) -> Vec<Call<u32>> {
        let output = |value: &Option<u32>| value.map_or(CallOutput::New, CallOutput::Update);
        let call = |call: &LoggedCall| Call {
            signature: Arc::clone(&call.signature),
            key: call.key,
            extents: call.extents.clone(),
            views: call.views.clone(),
            sources: call.sources.clone(),
            params: call.params.clone(),
            outputs: call.outputs.iter().map(output).collect(),
            roll: call.roll.clone(),
        };
        self.calls.iter().map(call).collect()
    }

    /// True if a plan makes just these calls at these sizes, one for each of its own.
    pub fn is_made_by(&self, plan: &Plan, sizes: &[(String, u64)]) -> bool {
        plan.sizes(sizes).is_ok_and(|sizes| fit::gives_back(plan, self, &sizes))
    }

    /// True if two traces differ in numbers only.
    pub(super) fn has_form_of(&self, base: &Log) -> bool {
        let same_call = |one: &LoggedCall, other: &LoggedCall| {
            let strides = |call: &LoggedCall| -> Vec<usize> {
                call.views.iter().map(|view| view.strides.len()).collect()
            };
            let roll = |call: &LoggedCall| {
                let roll = call.roll.as_ref();
                roll.map(|roll| (roll.trips, roll.places.clone(), roll.table.len()))
            };
            one.key == other.key
                && one.sources == other.sources
                && one.outputs == other.outputs
                && one.extents.len() == other.extents.len()
                && one.params.len() == other.params.len()
                && strides(one) == strides(other)
                && roll(one) == roll(other)
        };
        let same_input = |one: &LoggedInput, other: &LoggedInput| {
            (one.value, one.dtype, &one.name) == (other.value, other.dtype, &other.name)
        };
        let same_output = |one: &LoggedOutput, other: &LoggedOutput| {
            (one.value, &one.name, one.shape.len()) == (other.value, &other.name, other.shape.len())
        };
        self.obstacle == base.obstacle
            && self.calls.len() == base.calls.len()
            && self.inputs.len() == base.inputs.len()
            && self.outputs.len() == base.outputs.len()
            && self.calls.iter().zip(&base.calls).all(|(one, other)| same_call(one, other))
            && self.inputs.iter().zip(&base.inputs).all(|(one, other)| same_input(one, other))
            && self.outputs.iter().zip(&base.outputs).all(|(one, other)| same_output(one, other))
    }
}

/// An [`Engine`] that plans, and notes what it is asked for.
pub struct PlanRecorder {
    planner: Planner,
    log: Rc<RefCell<Log>>,
    /// Number of each buffer, by its address; buffers are kept, so an address stays theirs.
    numbers: BTreeMap<usize, u32>,
    kept: Vec<Buffer>,
}

impl PlanRecorder {
    /// A recorder, and where its log can be taken from.
    pub fn new() -> (PlanRecorder, Rc<RefCell<Log>>) {
        let log = Rc::new(RefCell::new(Log::default()));
        let planner = Planner::new(Box::new(|_, _| {}));
        let (numbers, kept) = (BTreeMap::new(), Vec::new());
        (PlanRecorder { planner, log: Rc::clone(&log), numbers, kept }, log)
    }

    fn number(&mut self, buffer: &Buffer) -> u32 {
        let mut log = self.log.borrow_mut();
        let number = log.value_count;
        log.value_count += 1;
        self.numbers.insert(buffer.address(), number);
        self.kept.push(buffer.clone());
        number
    }

    fn known(&self, buffer: &Buffer) -> u32 {
        // Every buffer of the tracer came from here.
        self.numbers.get(&buffer.address()).copied().unwrap_or(u32::MAX)
    }

    fn note(&self, call: &Call<Buffer>) {
        let updated = |output: &CallOutput<Buffer>| match output {
            CallOutput::New => None,
            CallOutput::Update(buffer) => Some(self.known(buffer)),
        };
        let logged = LoggedCall {
            signature: Arc::clone(&call.signature),
            key: call.key,
            extents: call.extents.clone(),
            views: call.views.clone(),
            sources: call.sources.iter().map(|buffer| self.known(buffer)).collect(),
            params: call.params.clone(),
            outputs: call.outputs.iter().map(updated).collect(),
            roll: call.roll.clone(),
        };
        self.log.borrow_mut().calls.push(logged);
    }
}

impl Engine for PlanRecorder {
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        let buffer = self.planner.upload(dtype, Arc::clone(&column))?;
        let value = self.number(&buffer);
        self.log.borrow_mut().inputs.push(LoggedInput { value, dtype, column, name: None });
        Ok(buffer)
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        let found = self.log.borrow().calls.len() + 1;
        if found > CALLS_MAX {
            let what = "calls or more";
            let obstacle = Obstacle::TooMany { what, found, limit: CALLS_MAX };
            self.log.borrow_mut().obstacle = Some(obstacle);
            return Err(EngineError::Failed { message: what.to_owned(), source: None });
        }
        self.note(&call);
        let buffers = self.planner.call(call, origin)?;
        buffers.iter().for_each(|buffer| {
            self.number(buffer);
        });
        Ok(buffers)
    }

    fn read(&mut self, _buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        self.log.borrow_mut().obstacle = Some(Obstacle::ValueNeeded);
        let message = "a plan cannot go on without a value".to_owned();
        Err(EngineError::Failed { message, source: None })
    }

    fn is_planning(&self) -> bool {
        true
    }

    fn printed(&mut self, printed: Printed<'_>) {
        let value = self.known(printed.buffer);
        let mut log = self.log.borrow_mut();
        let ordinal = log.outputs.len() + 1;
        let stem = printed.name.map_or_else(|| format!("printed{ordinal}"), str::to_owned);
        let is_taken = |name: &str| log.outputs.iter().any(|output| output.name == name);
        let mut name = stem.clone();
        let mut count = 1;
        while is_taken(&name) {
            count += 1;
            name = format!("{stem}#{count}");
        }
        log.outputs.push(LoggedOutput { name, value, shape: printed.shape.to_vec() });
    }

    fn named(&mut self, buffer: &Buffer, name: &str) {
        let value = self.known(buffer);
        let mut log = self.log.borrow_mut();
        if let Some(input) = log.inputs.iter_mut().find(|input| input.value == value) {
            input.name = Some(name.to_owned());
        }
    }
}
