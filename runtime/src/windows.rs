//! Calls whose arrays are larger than a device can bind at once, run in windows.
//!
//! A window is a range of the slowest axis. In column-major order it is one contiguous piece of
//! every dense array that has that axis, so a kernel runs on `{offset, size}` of each buffer as on
//! a smaller call: it knows extents, not places. That holds for groups of element-wise work, of
//! reductions and scans along faster axes, and of matrix products (by columns of the right factor).
//!
//! Not so, and left to the next step of the ladder: groups that look at indices (generators,
//! random numbers, gathers), strided views, updates in place, rolled loops, and reductions along
//! the slowest axis.

use preheat_format::{AxisAccess, AxisRole, Call, CallOutput, NodeKind, Signature, ViewForm};

use crate::dispatch::Launch;
use crate::error::RuntimeError;
use crate::groups::Group;
use crate::ladder::Refusal;
use crate::operands::{OutputShape, output_shapes};
use crate::recorder::{Engine, Operand, Operands};
use crate::runtime::Runtime;
use crate::value::Buffer;

/// How a call is cut.
pub(crate) struct Windows {
    /// Steps of the slowest axis in one window.
    chunk: u64,
    extent: u64,
    /// Bytes of one step in each source; `None` for a source that every window sees whole.
    sources: Vec<Option<u64>>,
    /// Bytes of one step in each output.
    outputs: Vec<u64>,
}

impl Windows {
    /// The largest windows that `limit_bytes` and `align_bytes` (a power of two) allow.
    pub(crate) fn of(
        call: &Call<Buffer>,
        shapes: &[OutputShape],
        limit_bytes: u64,
        align_bytes: u64,
    ) -> Option<Windows> {
        let signature = &*call.signature;
        let extent = call.extents.last().copied().filter(|extent| *extent > 1)?;
        let is_new = |output: &CallOutput<Buffer>| matches!(output, CallOutput::New);
        let by_index =
            |kind: &NodeKind| matches!(kind, NodeKind::Index { .. } | NodeKind::Gather { .. });
        if signature.roles.last() != Some(&AxisRole::Kept)
            || !call.outputs.iter().all(is_new)
            || call.roll.is_some()
            || signature.nodes.iter().any(|node| by_index(&node.kind))
        {
            return None;
        }
        let sources = (0..call.sources.len()).map(|source| step_bytes(call, source));
        let sources = sources.collect::<Option<Vec<_>>>()?;
        let step = |shape: &OutputShape| {
            shape.len.is_multiple_of(extent).then(|| shape.len_bytes() / extent)
        };
        let outputs = shapes.iter().map(step).collect::<Option<Vec<_>>>()?;
        let whole = call.sources.iter().zip(&sources).filter(|(_, step)| step.is_none());
        if whole.into_iter().any(|(buffer, _)| buffer.len_bytes() > limit_bytes) {
            return None;
        }
        let steps = || sources.iter().flatten().chain(&outputs).copied().filter(|step| *step > 0);
        // A window begins where every buffer may be bound.
        let aligned =
            steps().map(|step| align_bytes >> step.trailing_zeros().min(63)).max()?.max(1);
        let chunk = (limit_bytes / steps().max()?) / aligned * aligned;
        (chunk > 0).then_some(Windows { chunk, extent, sources, outputs })
    }

    fn ranges(&self) -> impl Iterator<Item = (u64, u64)> + use<> {
        let (chunk, extent) = (self.chunk, self.extent);
        let count = extent.div_ceil(chunk);
        (0..count).map(move |window| (window * chunk, chunk.min(extent - window * chunk)))
    }
}

/// Bytes of a source along one step of the slowest axis: `Some(None)` if it does not have that
/// axis, `None` if it cannot be cut.
#[expect(clippy::option_option, reason = "three answers, used in one place")]
fn step_bytes(call: &Call<Buffer>, source: usize) -> Option<Option<u64>> {
    let signature: &Signature = &call.signature;
    let mut found = None;
    for (_, view) in signature.loads().filter(|(of, _)| *of as usize == source) {
        let view = signature.views.get(view as usize)?;
        if view.form != ViewForm::Dense {
            return None;
        }
        let step = (view.axes.last() == Some(&AxisAccess::Full)).then(|| {
            let faster = view.axes.iter().zip(&call.extents).rev().skip(1);
            let full = faster.filter(|(axis, _)| **axis == AxisAccess::Full);
            full.fold(1u64, |product, (_, extent)| product.saturating_mul(*extent))
        });
        if found.is_some_and(|known| known != step) {
            return None;
        }
        found = Some(step);
    }
    let size_bytes = call.sources.get(source)?.dtype().size_bytes();
    Some(found.flatten().map(|step| step.saturating_mul(size_bytes)))
}

impl Runtime {
    /// Runs a call window by window; nothing is lost if a window has no kernel.
    pub(crate) fn call_windows(
        &self,
        engine: &Engine,
        group: &Group,
        call: &Call<Buffer>,
        windows: &Windows,
    ) -> Result<Vec<Buffer>, Refusal> {
        let roles = &call.signature.roles;
        let shapes = output_shapes(&group.outputs, roles, &call.extents)?;
        let sources = call.sources.iter().map(|buffer| buffer.operand(engine));
        let sources = sources.collect::<Result<Vec<_>, _>>()?;
        let outputs = shapes.iter().map(|shape| engine.operand(shape.len_bytes()));
        let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
        for (start, len) in windows.ranges() {
            let mut window = Call { sources: call.sources.clone(), ..call.clone() };
            if let Some(extent) = window.extents.last_mut() {
                *extent = len;
            }
            let largest = windows.outputs.iter().chain(windows.sources.iter().flatten());
            let largest_bytes = largest.max().map_or(0, |step| step * len);
            let chosen = self.choose(engine, group, &window, largest_bytes)?;
            self.counters.fused_ops.add(u64::from(chosen.artifact.op_count));
            let piece = |operand: &Operand, step: Option<u64>| match step {
                Some(step) => operand.window(start * step, len * step),
                None => operand.clone(),
            };
            let scratch = scratch(engine, &chosen.launch)?;
            let steps = windows.sources.iter();
            let operands = Operands {
                sources: sources.iter().zip(steps).map(|(o, step)| Some(piece(o, *step))).collect(),
                outputs: outputs
                    .iter()
                    .zip(&windows.outputs)
                    .map(|(operand, step)| piece(operand, Some(*step)))
                    .collect(),
                scratch,
                table: None,
                traffic_bytes: 0,
            };
            engine.dispatch(chosen.artifact, &chosen.pipelines, &chosen.launch, &operands)?;
            self.counters.windows.add(1);
        }
        let results = shapes.iter().zip(outputs);
        Ok(results
            .map(|(shape, operand)| Buffer::on_device(shape.dtype, shape.len, operand))
            .collect())
    }
}

/// The scratch buffers of a launch.
///
/// # Errors
/// As [`Engine::acquire`].
pub(crate) fn scratch(engine: &Engine, launch: &Launch) -> Result<Vec<Operand>, RuntimeError> {
    launch.scratch_bytes.iter().map(|len_bytes| engine.operand(*len_bytes)).collect()
}
