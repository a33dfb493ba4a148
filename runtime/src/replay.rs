//! Running a plan: the recorded calls of a script, at other sizes, on other arrays.
//!
//! No text of a script is read: a plan names groups, whose signatures are in the archive with
//! their kernels. Sizes outside of what the plan covers, and arrays that do not fit them, are
//! errors before anything runs; every call is then checked like any other. Arrays are dropped
//! after the last call that reads them, so that their memory is used again.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use preheat_cpu::Column;
use preheat_format::{
    Call, CallOutput, DType, Plan, PlanInput, PlanNumbers, PlanOutput, Signature, SizeExpr,
};

use crate::error::{ReplayError, RuntimeError};
use crate::runtime::Runtime;
use crate::value::Buffer;

/// The plans that were run, decoded.
#[derive(Default)]
pub(crate) struct PlanTable(Mutex<BTreeMap<String, Arc<LoadedPlan>>>);

/// What a run of a plan is given; what is left out is as recorded.
#[derive(Clone, Debug, Default)]
pub struct ReplayInputs {
    sizes: Vec<(String, u64)>,
    arrays: Vec<(String, Buffer)>,
    seed: Option<u64>,
}

impl ReplayInputs {
    /// Everything as recorded.
    pub fn new() -> ReplayInputs {
        ReplayInputs::default()
    }

    /// Sets a size of the script.
    #[must_use]
    pub fn size(mut self, name: impl Into<String>, value: u64) -> ReplayInputs {
        self.sizes.push((name.into(), value));
        self
    }

    /// Gives an array, column-major.
    #[must_use]
    pub fn array(mut self, name: impl Into<String>, array: Buffer) -> ReplayInputs {
        self.arrays.push((name.into(), array));
        self
    }

    /// Sets the seed of random numbers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> ReplayInputs {
        self.seed = Some(seed);
        self
    }
}

/// A value that the script prints.
#[derive(Clone, Debug)]
pub struct ReplayOutput {
    /// Its name in the plan.
    pub name: String,
    /// Its extents, fastest first (column-major).
    pub shape: Vec<u64>,
    /// Its elements.
    pub array: Buffer,
}

/// A plan with all that its calls need.
pub struct LoadedPlan {
    name: String,
    plan: Plan,
    /// One per call.
    signatures: Vec<Arc<Signature>>,
    last_uses: Vec<Option<usize>>,
    /// The arrays that the plan holds itself, once they were needed.
    held: Vec<OnceLock<Arc<Column>>>,
}

impl Runtime {
    /// Names of the plans in the archives.
    pub fn plans(&self) -> Vec<String> {
        self.groups.plans()
    }

    /// The plan of a name, decoded once.
    ///
    /// # Errors
    /// [`RuntimeError::Replay`] if no archive has it or one of its groups,
    /// [`RuntimeError::Archive`] if it is damaged.
    pub fn plan(&self, name: &str) -> Result<Arc<LoadedPlan>, RuntimeError> {
        let table = || self.plans.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = table().get(name) {
            return Ok(Arc::clone(known));
        }
        let failed = |source| {
            let (plan, source) = (name.to_owned(), Box::new(source));
            RuntimeError::Replay { plan, source }
        };
        let plan = self.groups.plan(name)?;
        let plan_count = || self.groups.plans().len();
        let plan = plan.ok_or_else(|| failed(ReplayError::NoPlan { plan_count: plan_count() }))?;
        let mut known: BTreeMap<_, Arc<Signature>> = BTreeMap::new();
        let mut signatures = Vec::with_capacity(plan.calls.len());
        for call in &plan.calls {
            let signature = match known.entry(call.key) {
                Entry::Occupied(found) => Arc::clone(found.get()),
                Entry::Vacant(place) => {
                    let signature = self.groups.signature(call.key)?;
                    let missing = || failed(ReplayError::NoGroup { key: call.key });
                    Arc::clone(place.insert(Arc::new(signature.ok_or_else(missing)?)))
                }
            };
            signatures.push(signature);
        }
        let (last_uses, held) = (plan.last_uses(), plan.inputs.iter().map(|_| OnceLock::new()));
        let (name, held) = (name.to_owned(), held.collect());
        let loaded = Arc::new(LoadedPlan { name, plan, signatures, last_uses, held });
        Ok(Arc::clone(table().entry(loaded.name.clone()).or_insert(loaded)))
    }

    /// Runs the plan of a script, and gives what the script prints. On a device this records the
    /// work and returns.
    ///
    /// # Errors
    /// [`RuntimeError::Replay`] if the plan cannot be run with these inputs, else what a call
    /// fails with.
    pub fn replay(
        &self,
        plan: &str,
        inputs: &ReplayInputs,
    ) -> Result<Vec<ReplayOutput>, RuntimeError> {
        let plan = self.plan(plan)?;
        let mut replay = plan.start(inputs)?;
        while let Some(call) = replay.next_call()? {
            let outputs = self.call(call)?;
            replay.made(outputs);
        }
        Ok(replay.finish())
    }
}

/// A run of a plan, call by call.
pub struct Replay<'a> {
    loaded: &'a LoadedPlan,
    sizes: Vec<u64>,
    seed: Option<u64>,
    values: Vec<Option<Buffer>>,
    shapes: Vec<Vec<u64>>,
    next: usize,
}

impl LoadedPlan {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    fn failed(&self, source: impl Into<ReplayError>) -> RuntimeError {
        RuntimeError::Replay { plan: self.name.clone(), source: Box::new(source.into()) }
    }

    /// Begins a run; everything that can be wrong with its inputs is found here.
    ///
    /// # Errors
    /// [`RuntimeError::Replay`].
    pub fn start(&self, inputs: &ReplayInputs) -> Result<Replay<'_>, RuntimeError> {
        let sizes = self.plan.sizes(&inputs.sizes).map_err(|source| self.failed(source))?;
        if inputs.seed.is_some() && self.plan.seed().is_none() {
            return Err(self.failed(ReplayError::Seed));
        }
        let is_known = |name: &String| self.plan.inputs.iter().any(|input| input.name == *name);
        if let Some((name, _)) = inputs.arrays.iter().find(|(name, _)| !is_known(name)) {
            return Err(self.failed(ReplayError::UnknownArray { input: name.clone() }));
        }
        let mut values = vec![None; self.plan.value_count()];
        for (at, (input, value)) in self.plan.inputs.iter().zip(&mut values).enumerate() {
            let given = inputs.arrays.iter().rfind(|(name, _)| *name == input.name);
            *value = Some(match given {
                Some((_, array)) => self.checked(input, array, &sizes)?,
                None => self.held(at, input)?,
            });
        }
        let shape = |output: &PlanOutput| {
            let extents = output.shape.iter().map(|extent| self.number(extent, &sizes));
            extents.collect::<Result<Vec<u64>, _>>()
        };
        let shapes = self.plan.outputs.iter().map(shape).collect::<Result<_, _>>()?;
        Ok(Replay { loaded: self, sizes, seed: inputs.seed, values, shapes, next: 0 })
    }

    fn number(&self, expr: &SizeExpr, sizes: &[u64]) -> Result<u64, RuntimeError> {
        expr.evaluate_u64(sizes).map_err(|source| self.failed(source))
    }

    fn checked(
        &self,
        input: &PlanInput,
        array: &Buffer,
        sizes: &[u64],
    ) -> Result<Buffer, RuntimeError> {
        let (name, expected) = (|| input.name.clone(), self.number(&input.len, sizes)?);
        if array.dtype() != input.dtype {
            let (expected, found) = (input.dtype, array.dtype());
            return Err(self.failed(ReplayError::ArrayType { input: name(), expected, found }));
        }
        let found = array.len();
        if found != expected {
            return Err(self.failed(ReplayError::ArrayLength { input: name(), expected, found }));
        }
        Ok(array.clone())
    }

    /// An array that the plan holds.
    fn held(&self, at: usize, input: &PlanInput) -> Result<Buffer, RuntimeError> {
        let Some(data) = &input.data else {
            let input = input.name.clone();
            return Err(self.failed(ReplayError::MissingArray { input }));
        };
        let decode = || Arc::new(column(input.dtype, data));
        let held = self.held.get(at).map(|cell| Arc::clone(cell.get_or_init(decode)));
        Buffer::on_host(input.dtype, held.unwrap_or_else(decode))
    }
}

/// Elements from how they are stored.
fn column(dtype: DType, data: &[u8]) -> Column {
    match dtype {
        DType::F64 => {
            Column::F64(data.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
        }
        DType::F32 => {
            Column::F32(data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
        }
        DType::Bool | DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            Column::Word(data.as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect())
        }
    }
}

impl Replay<'_> {
    /// The next call; after it, [`Replay::made`] must be told its outputs.
    ///
    /// # Errors
    /// [`RuntimeError::Replay`] if a number does not fit.
    pub fn next_call(&mut self) -> Result<Option<Call<Buffer>>, RuntimeError> {
        let (loaded, at) = (self.loaded, self.next);
        let Some(signature) = loaded.signatures.get(at) else {
            return Ok(None);
        };
        let numbers = PlanNumbers { sizes: &self.sizes, seed: self.seed };
        let call = loaded.plan.call(at, signature, numbers);
        let call = call.map_err(|source| loaded.failed(source))?;
        let sources = call.sources.iter().map(|value| self.value(*value));
        let sources = sources.collect::<Result<_, _>>()?;
        let outputs = call.outputs.iter().map(|output| match output {
            CallOutput::New => Ok(CallOutput::New),
            CallOutput::Update(value) => self.value(*value).map(CallOutput::Update),
        });
        let outputs = outputs.collect::<Result<Vec<_>, RuntimeError>>()?;
        let used = call.sources.iter().copied();
        let updated = call.outputs.iter().filter_map(|output| match output {
            CallOutput::New => None,
            CallOutput::Update(value) => Some(*value),
        });
        // The call is to have the only handle of what nobody needs after it.
        let dropped: Vec<u32> = used.chain(updated).filter(|value| self.is_last(*value)).collect();
        for value in dropped {
            if let Some(place) = self.values.get_mut(value as usize) {
                *place = None;
            }
        }
        Ok(Some(Call {
            signature: call.signature,
            key: call.key,
            extents: call.extents,
            views: call.views,
            sources,
            params: call.params,
            outputs,
            roll: call.roll,
        }))
    }

    /// Takes the outputs of the call that [`Replay::next_call`] gave.
    pub fn made(&mut self, outputs: Vec<Buffer>) {
        let first = self.loaded.plan.first_value(self.next) as usize;
        for (value, output) in (first..).zip(outputs) {
            let is_needed = self.loaded.last_uses.get(value).is_some_and(Option::is_some)
                || self.is_output(value);
            if let Some(place) = self.values.get_mut(value).filter(|_| is_needed) {
                *place = Some(output);
            }
        }
        self.next += 1;
    }

    /// What the script prints, when every call was made.
    pub fn finish(mut self) -> Vec<ReplayOutput> {
        let outputs = self.loaded.plan.outputs.iter().zip(std::mem::take(&mut self.shapes));
        let output = |(output, shape): (&PlanOutput, Vec<u64>)| {
            let array = self.values.get(output.value as usize)?.clone()?;
            Some(ReplayOutput { name: output.name.clone(), shape, array })
        };
        outputs.filter_map(output).collect()
    }

    fn value(&self, value: u32) -> Result<Buffer, RuntimeError> {
        let found = self.values.get(value as usize).cloned().flatten();
        let rule = "a value is there until its last use";
        found.ok_or_else(|| self.loaded.failed(preheat_format::PlanError::Rule { rule }))
    }

    fn is_last(&self, value: u32) -> bool {
        let last = self.loaded.last_uses.get(value as usize);
        last == Some(&Some(self.next)) && !self.is_output(value as usize)
    }

    fn is_output(&self, value: usize) -> bool {
        self.loaded.plan.outputs.iter().any(|output| output.value as usize == value)
    }
}
