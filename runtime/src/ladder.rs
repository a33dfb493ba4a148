//! From a call to whoever serves it: the steps of the ladder, in order.
//!
//! Pipelines in memory, archived SPIR-V, archived WGSL, the program's compiler, the host.
//! `groups.rs` finds candidates, this file chooses among them by guard, features and limits; a
//! candidate that the driver refuses is left aside for good.

use std::collections::BTreeMap;
use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{Artifact, Call, CallError, CallOutput, Features, Node, NodeKind};

use crate::buffers::padded;
use crate::dispatch::Launch;
use crate::error::RuntimeError;
use crate::groups::{Candidate, Group, Search};
use crate::miss::{Miss, MissReason, feature_names};
use crate::operands::{OutputShape, largest_bytes, output_shapes, output_specs};
use crate::pipelines::{Asker, KernelPipelines};
use crate::recorder::{Engine, Operand, Operands};
use crate::runtime::Runtime;
use crate::telemetry::Rung;
use crate::timings::traffic_bytes;
use crate::value::Buffer;
use crate::windows::{ELEMENTS_MAX, WindowLimits, Windows, counted, dense_len};

/// A variant with the numbers of one call.
pub(crate) struct Chosen<'a> {
    pub(crate) artifact: &'a Artifact,
    pub(crate) pipelines: Arc<KernelPipelines>,
    pub(crate) launch: Launch,
}

/// Why no variant was chosen.
pub(crate) enum Refusal {
    /// None can serve; the next step of the ladder may.
    Miss(MissReason),
    /// Nothing can go on.
    Failed(RuntimeError),
}

impl<E: Into<RuntimeError>> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::Failed(error.into())
    }
}

impl Runtime {
    /// Counts a miss, and makes the error that it is under `strict`.
    pub(crate) fn miss(&self, call: &Call<Buffer>, reason: MissReason) -> RuntimeError {
        let signature = Some(Arc::clone(&call.signature));
        let miss = Miss { key: call.key, signature, reason };
        self.counters.missed(&miss);
        RuntimeError::Miss(miss)
    }

    /// Runs a checked call on the device, or on the host if no kernel serves it.
    pub(crate) fn call_device(
        &self,
        engine: &Engine,
        call: Call<Buffer>,
    ) -> Result<Vec<Buffer>, RuntimeError> {
        let search = Search { passthrough: engine.gpu.passthrough, strict: self.strict };
        let group = match self.groups.get(call.key, &call.signature, search) {
            Ok(group) => group,
            Err(reason) => return self.fall_back(engine, call, reason),
        };
        let shapes = output_shapes(&group.outputs, &call.signature.roles, &call.extents)?;
        if shapes.iter().all(|shape| shape.len == 0) {
            return untouched(call, &shapes);
        }
        let largest_bytes = largest_bytes(&call, &shapes);
        let limits = &engine.gpu.limits;
        let limits = WindowLimits {
            binding_bytes: limits.max_storage_buffer_binding_size,
            align_bytes: limits.min_storage_buffer_offset_alignment.max(16).into(),
        };
        let elements = counted(&call.signature, &call.extents);
        if (padded(largest_bytes) > limits.binding_bytes || elements > ELEMENTS_MAX)
            && let Some(windows) = Windows::of(&call, &shapes, limits)
        {
            return self.call_in_parts(engine, &group, call, windows);
        }
        if elements > ELEMENTS_MAX {
            let what = "the number of elements";
            let (needed, available) = (elements, ELEMENTS_MAX);
            let reason = MissReason::TooLarge { what, needed, available };
            return self.fall_back(engine, call, reason);
        }
        match self.choose(engine, &group, &call, largest_bytes) {
            Ok(chosen) => {
                let placed = match Placed::of(engine, &call, &shapes, &chosen.launch) {
                    Ok(placed) => placed,
                    Err(RuntimeError::OutOfMemory { operation }) => {
                        let windows = Windows::of(&call, &shapes, limits);
                        return match windows.and_then(|windows| windows.halved()) {
                            Some(windows) => self.call_in_parts(engine, &group, call, windows),
                            None => {
                                let reason = MissReason::OutOfMemory { operation };
                                self.fall_back(engine, call, reason)
                            }
                        };
                    }
                    Err(error) => return Err(error),
                };
                self.counters.fused_ops.add(u64::from(chosen.artifact.op_count));
                dispatch(engine, call, &shapes, &chosen, placed)
            }
            Err(Refusal::Miss(reason)) => self.fall_back(engine, call, reason),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Runs a call window by window, or on the host.
    fn call_in_parts(
        &self,
        engine: &Engine,
        group: &Group,
        call: Call<Buffer>,
        windows: Windows,
    ) -> Result<Vec<Buffer>, RuntimeError> {
        match self.call_windows(engine, group, &call, windows) {
            Ok(results) => Ok(results),
            Err(Refusal::Miss(reason)) => self.fall_back(engine, call, reason),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// The first variant that these sizes and this device allow, with its pipelines.
    pub(crate) fn choose<'a>(
        &self,
        engine: &Engine,
        group: &'a Group,
        call: &Call<Buffer>,
        largest_bytes: u64,
    ) -> Result<Chosen<'a>, Refusal> {
        let mut reason = MissReason::NoVariant;
        for candidate in &group.candidates {
            let artifact = &candidate.artifact;
            if let Some(refused) = candidate.refused.get() {
                reason = refused.clone();
                continue;
            }
            if !artifact.features.is_subset_of(engine.gpu.features) {
                let missing = Features(artifact.features.0 & !engine.gpu.features.0);
                reason = MissReason::MissingFeature { features: feature_names(missing) };
                continue;
            }
            if artifact.guard.evaluate(&call.signature.roles, &call.extents)? == 0 {
                continue;
            }
            let launch = Launch::new(artifact, call)?;
            if let Some((what, needed, available)) =
                engine.exceeded(artifact, &launch, largest_bytes)
            {
                reason = MissReason::TooLarge { what, needed, available };
                continue;
            }
            match self.pipelines(engine, candidate)? {
                Ok(pipelines) => {
                    return Ok(Chosen { artifact, pipelines, launch });
                }
                Err(refused) => reason = refused,
            }
        }
        Err(Refusal::Miss(reason))
    }

    /// A candidate's pipelines, or why it is left aside from now on.
    fn pipelines(
        &self,
        engine: &Engine,
        candidate: &Candidate,
    ) -> Result<Result<Arc<KernelPipelines>, MissReason>, RuntimeError> {
        let making = engine.making(Asker::Call);
        let made = engine.pipelines.get(making, &candidate.artifact, || candidate.code());
        let error = match made {
            Ok((pipelines, made)) => {
                self.counters.served(candidate.rung_of(made));
                return Ok(Ok(pipelines));
            }
            Err(error) => error,
        };
        if matches!(error, RuntimeError::DeviceLost { .. } | RuntimeError::OutOfMemory { .. }) {
            return Err(error);
        }
        let message = error.to_string();
        let is_archive = matches!(error, RuntimeError::Archive(_) | RuntimeError::Artifact { .. });
        let reason = if is_archive {
            MissReason::Damaged { message }
        } else {
            MissReason::DriverRefused { message }
        };
        Ok(Err(candidate.refused.get_or_init(|| reason).clone()))
    }

    /// The last step of the ladder on a device: the host computes.
    fn fall_back(
        &self,
        engine: &Engine,
        call: Call<Buffer>,
        reason: MissReason,
    ) -> Result<Vec<Buffer>, RuntimeError> {
        if let (true, MissReason::TooLarge { what, needed, available }) = (self.strict, &reason) {
            let (needed_bytes, available_bytes) = (*needed, *available);
            return Err(RuntimeError::TooLarge { what, needed_bytes, available_bytes });
        }
        if let (true, MissReason::OutOfMemory { operation }) = (self.strict, &reason) {
            return Err(RuntimeError::OutOfMemory { operation });
        }
        let miss = self.miss(&call, reason);
        if self.strict { Err(miss) } else { self.call_host(Some(engine), call) }
    }

    /// Runs a checked call on the host; `engine` is the device that holds its buffers, if any.
    pub(crate) fn call_host(
        &self,
        engine: Option<&Engine>,
        call: Call<Buffer>,
    ) -> Result<Vec<Buffer>, RuntimeError> {
        check_indices(&call)?;
        self.counters.served(Rung::Cpu);
        self.counters.fused_ops.add(preheat_cpu::op_count(&call.signature) as u64);
        let specs = output_specs(&call.signature);
        let moved = |buffer: &Buffer| {
            if !buffer.is_on_host() {
                self.counters.fallback_bytes.add(buffer.len_bytes());
            }
        };
        call.sources.iter().for_each(moved);
        let sources = call.sources.iter().map(|buffer| buffer.column(engine, true));
        let sources = sources.collect::<Result<Vec<_>, _>>()?;
        // Dropped now, so that an update that names none of them can work in place.
        drop(call.sources);
        let outputs = call.outputs.into_iter().map(|output| match output {
            CallOutput::New => Ok(CallOutput::New),
            CallOutput::Update(buffer) => {
                moved(&buffer);
                buffer.into_column(engine).map(CallOutput::Update)
            }
        });
        let outputs = outputs.collect::<Result<Vec<_>, RuntimeError>>()?;
        let columns = preheat_cpu::run(Call {
            signature: call.signature,
            key: call.key,
            extents: call.extents,
            views: call.views,
            sources,
            params: call.params,
            outputs,
            roll: call.roll,
        })?;
        let buffers = columns.into_iter().zip(specs);
        buffers.map(|(column, spec)| Buffer::on_host(spec.dtype, column)).collect()
    }
}

/// Refuses what the host would count modulo 2^32: indices of more elements, random numbers too.
fn check_indices(call: &Call<Buffer>) -> Result<(), RuntimeError> {
    let counted = |node: &Node| {
        let NodeKind::Index { view } = node.kind else { return 0 };
        let view = call.signature.views.get(view as usize);
        view.map_or(0, |view| dense_len(view, &call.extents, view.axes.len()))
    };
    let elements = call.signature.nodes.iter().map(counted).max().unwrap_or(0);
    if elements > ELEMENTS_MAX + 1 {
        let what = "the number of elements that indices or random numbers of the host count";
        return Err(CallError::TooLarge { what, value: elements.into() }.into());
    }
    Ok(())
}

/// The scratch buffers of a launch.
///
/// # Errors
/// As [`Engine::acquire`].
pub(crate) fn scratch(engine: &Engine, launch: &Launch) -> Result<Vec<Operand>, RuntimeError> {
    launch.scratch_bytes.iter().map(|len_bytes| engine.operand(*len_bytes)).collect()
}

/// The results of a call that has nothing to compute.
fn untouched(call: Call<Buffer>, shapes: &[OutputShape]) -> Result<Vec<Buffer>, RuntimeError> {
    let outputs = call.outputs.into_iter().zip(shapes);
    let results = outputs.map(|(output, shape)| match output {
        CallOutput::Update(buffer) => Ok(buffer),
        CallOutput::New => Buffer::on_host(shape.dtype, Arc::new(Column::zeros(shape.dtype, 0)?)),
    });
    results.collect()
}

/// The memory of a call, but for what its own arrays give.
struct Placed {
    /// By source; `None` for the first state of a rolled loop, which is in its output.
    sources: Vec<Option<Operand>>,
    /// By output; `None` for those in the array of a state or of what is updated.
    outputs: Vec<Option<Operand>>,
    scratch: Vec<Operand>,
    table: Option<Operand>,
}

impl Placed {
    /// Sources to the device, outputs and scratch from the pool.
    ///
    /// # Errors
    /// As [`Engine::acquire`]; the call is whole then.
    fn of(
        engine: &Engine,
        call: &Call<Buffer>,
        shapes: &[OutputShape],
        launch: &Launch,
    ) -> Result<Placed, RuntimeError> {
        let carries = &call.signature.carries;
        let sources = (0u32..).zip(&call.sources).map(|(number, buffer)| {
            let is_state = carries.iter().any(|carry| carry.source == number);
            let operand = buffer.operand(engine)?;
            Ok((!is_state).then_some(operand))
        });
        let sources = sources.collect::<Result<_, RuntimeError>>()?;
        let mut updated = call.outputs.iter().filter_map(|output| match output {
            CallOutput::Update(buffer) => Some(buffer),
            CallOutput::New => None,
        });
        // Placed now, while the call is whole; taken as they are later.
        updated.try_for_each(|buffer| buffer.operand(engine).map(drop))?;
        let outputs = (0u32..).zip(&call.outputs).zip(shapes).map(|((number, output), shape)| {
            let is_state = carries.iter().any(|carry| carry.output == number);
            let is_new = matches!(output, CallOutput::New) && !is_state;
            is_new.then(|| engine.operand(shape.len_bytes())).transpose()
        });
        let outputs = outputs.collect::<Result<_, _>>()?;
        let scratch = scratch(engine, launch)?;
        let table = call.roll.as_ref().map(|roll| engine.table(&roll.table)).transpose()?;
        Ok(Placed { sources, outputs, scratch, table })
    }
}

/// Records a chosen variant; states and updates in place.
fn dispatch(
    engine: &Engine,
    call: Call<Buffer>,
    shapes: &[OutputShape],
    chosen: &Chosen<'_>,
    placed: Placed,
) -> Result<Vec<Buffer>, RuntimeError> {
    let traffic_bytes = if engine.is_timed { traffic_bytes(&call, shapes) } else { 0 };
    // The states of a rolled loop begin in the arrays of their outputs.
    let mut states: BTreeMap<u32, Buffer> = BTreeMap::new();
    for (number, buffer) in (0u32..).zip(call.sources) {
        let mut carries = call.signature.carries.iter();
        if let Some(carry) = carries.find(|carry| carry.source == number) {
            states.insert(carry.output, buffer);
        }
        // Dropped by now: a buffer that the call alone holds, and only as an update or a state,
        // is unique.
    }
    let mut results = Vec::with_capacity(shapes.len());
    let mut outputs = Vec::with_capacity(shapes.len());
    let given = call.outputs.into_iter().zip(placed.outputs).zip(shapes);
    for (((output, new), shape), number) in given.zip(0u32..) {
        let (operand, len) = match (output, new) {
            (CallOutput::New, Some(new)) => (new, shape.len),
            (CallOutput::New, None) => match states.remove(&number) {
                Some(state) => (state.into_writable(engine)?, shape.len),
                None => (engine.operand(shape.len_bytes())?, shape.len),
            },
            (CallOutput::Update(buffer), _) => {
                let len = buffer.len();
                (buffer.into_writable(engine)?, len)
            }
        };
        outputs.push(operand.clone());
        results.push(Buffer::on_device(shape.dtype, len, operand));
    }
    let Placed { sources, scratch, table, .. } = placed;
    let operands = Operands { sources, outputs, scratch, table, traffic_bytes };
    engine.dispatch(chosen.artifact, &chosen.pipelines, &chosen.launch, &operands)?;
    Ok(results)
}

#[cfg(test)]
mod tests {
    use preheat_format::{
        AxisAccess, AxisRole, DType, NumericMode, OpId, SignatureBuilder, View, ViewData, ViewForm,
    };

    use super::*;

    /// A product of a matrix of indices with an array: `[n, k] x [k, m]`.
    fn product(extents: [u64; 3]) -> Call<Buffer> {
        use AxisAccess::{Full, One};
        let roles = vec![AxisRole::Kept, AxisRole::Reduced, AxisRole::Kept];
        let mut group = SignatureBuilder::new(NumericMode::Precise, roles);
        let dense = |axes: [AxisAccess; 3]| View { form: ViewForm::Dense, axes: axes.to_vec() };
        let (left, right) =
            (group.view(dense([Full, Full, One])), group.view(dense([One, Full, Full])));
        let index = group.node(DType::U32, NodeKind::Index { view: left });
        let op = OpId::new("cast");
        let left = group.node(DType::F32, NodeKind::Apply { op, operands: vec![index] });
        let source = group.source(DType::F32);
        let right = group.node(DType::F32, NodeKind::Load { source, view: right });
        let result = group.node(DType::F32, NodeKind::Contract { left, right });
        group.output(result, None);
        let (signature, _) = group.finish().expect("a product");
        let source = Column::zeros(DType::F32, 0).expect("an empty column");
        Call {
            key: signature.key(),
            extents: extents.to_vec(),
            views: vec![ViewData::default(); signature.views.len()],
            sources: vec![Buffer::on_host(DType::F32, Arc::new(source)).expect("no elements")],
            params: Vec::new(),
            outputs: vec![CallOutput::New],
            roll: None,
            signature: Arc::new(signature),
        }
    }

    #[test]
    fn the_host_counts_indices_and_not_multiplications() {
        // 1626 to the third power is more than 2^32; the indices are 1626 squared.
        assert!(check_indices(&product([1626; 3])).is_ok());
        assert!(check_indices(&product([1 << 17, 1 << 16, 2])).is_err());
        assert!(check_indices(&product([2, 1 << 17, 1 << 16])).is_ok());
    }
}
