//! Calls whose arrays are larger than a device can bind at once, or that have more elements than
//! a kernel can count, run in windows.
//!
//! A window is a range of the slowest axis, or, of a matrix product, of the columns of the right
//! factor. In column-major order it is one contiguous piece of every array that has that axis, so a
//! kernel runs on `{offset, size}` of each buffer as on a smaller call: it knows extents, not
//! places. That holds for groups of element-wise work, of reductions and scans along faster axes,
//! and of matrix products.
//!
//! Two things know the place of an element and are told of the window: random numbers, whose
//! counter of blocks goes up by the elements before the window, so that they are the same however
//! the call is cut; and reductions along the slowest axis, of which each window gives a part that
//! the host combines (`parts.rs`). Scans along the slowest axis start anew in each window, and the
//! host adds what was carried.
//!
//! Not so, and left to the next step of the ladder: ranges and other groups that look at indices,
//! views whose elements along the axis lie between others', updates in place, rolled loops, and
//! results that are computed from a reduction or scan along the slowest axis within the group.

use std::collections::BTreeMap;

use preheat_format::shape::product;
use preheat_format::{
    AxisAccess, AxisRole, Call, CallOutput, DType, NodeKind, Scalar, Signature, Space, View,
    ViewForm,
};

use crate::operands::OutputShape;
use crate::parts::Combine;
use crate::value::Buffer;

/// The most elements of a call: kernels count them in 32 bits.
pub(crate) const ELEMENTS_MAX: u64 = u32::MAX as u64;

/// The most elements that a kernel of a call counts: those of the domain; of a matrix product, of
/// the result or of a row times a column.
pub(crate) fn counted(signature: &Signature, extents: &[u64]) -> u64 {
    let along = |role| product(&signature.roles, extents, Some(role)).unwrap_or(u64::MAX);
    let (kept, reduced) = (along(AxisRole::Kept), along(AxisRole::Reduced));
    let is_product = |node: &preheat_format::Node| matches!(node.kind, NodeKind::Contract { .. });
    match signature.nodes.iter().any(is_product) {
        true => kept.max(reduced),
        false => kept.saturating_mul(reduced),
    }
}

/// Elements of a dense view along the first axes of a domain, as many as `axes`.
pub(crate) fn dense_len(view: &View, extents: &[u64], axes: usize) -> u64 {
    let along = view.axes.iter().zip(extents).take(axes);
    let full = along.filter(|(access, _)| **access == AxisAccess::Full);
    full.fold(1u64, |all, (_, extent)| all.saturating_mul(*extent))
}

/// What limits a window.
#[derive(Clone, Copy)]
pub(crate) struct WindowLimits {
    /// Bytes that can be bound at once,
    pub(crate) binding_bytes: u64,
    /// from offsets that are multiples of this power of two.
    pub(crate) align_bytes: u64,
}

/// How a call is cut.
#[derive(Clone)]
pub(crate) struct Windows {
    /// The axis that is cut.
    axis: usize,
    /// Steps of it in one window, a multiple of `aligned`.
    chunk: u64,
    aligned: u64,
    extent: u64,
    /// Bytes of one step in each source; `None` for a source that every window sees whole.
    pub(crate) sources: Vec<Option<u64>>,
    pub(crate) outputs: Vec<OutputWindow>,
    draws: Vec<Draw>,
}

/// What a window gives of an output.
#[derive(Clone, Copy)]
pub(crate) enum OutputWindow {
    /// A piece of so many bytes a step.
    Piece(u64),
    /// A part of each element.
    Part(Combine),
    /// A piece of so many bytes a step, that lacks what the pieces before it carry.
    Scan(u64, Combine),
}

impl OutputWindow {
    /// Bytes of a step.
    fn step_bytes(self) -> Option<u64> {
        match self {
            OutputWindow::Piece(step) | OutputWindow::Scan(step, _) => Some(step),
            OutputWindow::Part(_) => None,
        }
    }
}

/// Random numbers of a call: the words of their block counter, and elements per step and block.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Draw {
    low: u32,
    high: u32,
    elements_per_step: u64,
    elements_per_block: u64,
}

impl Windows {
    /// The largest windows that the device allows; `None` if the call cannot be cut.
    pub(crate) fn of(
        call: &Call<Buffer>,
        shapes: &[OutputShape],
        limits: WindowLimits,
    ) -> Option<Windows> {
        let slowest = call.extents.len().checked_sub(1)?;
        let kept = call.signature.roles.iter().rposition(|role| *role == AxisRole::Kept);
        let along = |axis| Windows::along(axis, call, shapes, limits);
        along(slowest).or_else(|| along(kept.filter(|axis| *axis != slowest)?))
    }

    fn along(
        axis: usize,
        call: &Call<Buffer>,
        shapes: &[OutputShape],
        limits: WindowLimits,
    ) -> Option<Windows> {
        let signature = &*call.signature;
        let extent = call.extents.get(axis).copied().filter(|extent| *extent > 1)?;
        let is_new = |output: &CallOutput<Buffer>| matches!(output, CallOutput::New);
        if !call.outputs.iter().all(is_new) || call.roll.is_some() {
            return None;
        }
        let sources = (0..call.sources.len()).map(|source| step_bytes(call, source, axis));
        let sources = sources.collect::<Option<Vec<_>>>()?;
        let outputs = outputs(signature, shapes, (axis, extent))?;
        let draws = draws(call, axis)?;
        let whole = call.sources.iter().zip(&sources).filter(|(_, step)| step.is_none());
        if whole.into_iter().any(|(buffer, _)| buffer.len_bytes() > limits.binding_bytes) {
            return None;
        }
        let pieces = outputs.iter().filter_map(|output| output.step_bytes());
        let steps: Vec<u64> =
            sources.iter().flatten().copied().chain(pieces).filter(|step| *step > 0).collect();
        // A window begins where every buffer may be bound, and at the start of a random block.
        let multiple = |step: u64, of: u64| of >> step.trailing_zeros().min(63);
        let blocks =
            draws.iter().map(|draw| multiple(draw.elements_per_step, draw.elements_per_block));
        let aligned = steps.iter().map(|step| multiple(*step, limits.align_bytes));
        let aligned = aligned.chain(blocks).max().unwrap_or(1).max(1);
        let mut step_extents = call.extents.clone();
        if let Some(extent) = step_extents.get_mut(axis) {
            *extent = 1;
        }
        let per_step = counted(signature, &step_extents);
        let by_count = ELEMENTS_MAX / per_step.max(1);
        let by_bytes = steps.iter().max().map_or(u64::MAX, |step| limits.binding_bytes / step);
        let chunk =
            by_count.min(by_bytes).min(extent.next_multiple_of(aligned)) / aligned * aligned;
        (chunk > 0).then_some(Windows { axis, chunk, aligned, extent, sources, outputs, draws })
    }

    /// Windows of at most half the steps; `None` if they cannot be smaller.
    pub(crate) fn halved(&self) -> Option<Windows> {
        let chunk = self.chunk.min(self.extent) / 2 / self.aligned * self.aligned;
        (chunk > 0).then(|| Windows { chunk, ..self.clone() })
    }

    /// Bytes of a window of the most steps in its largest buffer.
    pub(crate) fn window_bytes(&self) -> u64 {
        self.largest_bytes(self.chunk.min(self.extent))
    }

    /// Bytes of the parts that all windows give of elements.
    pub(crate) fn parts_bytes(&self, shapes: &[OutputShape]) -> u64 {
        let parts = self.outputs.iter().zip(shapes);
        let parts = parts.filter(|(output, _)| matches!(output, OutputWindow::Part(_)));
        let window_bytes: u64 = parts.map(|(_, shape)| shape.len_bytes()).sum();
        window_bytes.saturating_mul(self.extent.div_ceil(self.chunk))
    }

    /// First step and number of steps of each window.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (u64, u64)> + use<> {
        let (chunk, extent) = (self.chunk, self.extent);
        let count = extent.div_ceil(chunk);
        (0..count).map(move |window| (window * chunk, chunk.min(extent - window * chunk)))
    }

    /// Bytes of the largest buffer that a window of so many steps binds.
    pub(crate) fn largest_bytes(&self, len: u64) -> u64 {
        let pieces = self.outputs.iter().filter_map(|output| output.step_bytes());
        let steps = self.sources.iter().flatten().copied().chain(pieces);
        steps.max().map_or(0, |step| step.saturating_mul(len))
    }

    /// The call of a window.
    pub(crate) fn call(&self, call: &Call<Buffer>, start: u64, len: u64) -> Call<Buffer> {
        let mut window = call.clone();
        if let Some(extent) = window.extents.get_mut(self.axis) {
            *extent = len;
        }
        for draw in &self.draws {
            let word = |params: &[Scalar], at: u32| {
                params.get(at as usize).map_or(0, |scalar| scalar.bits & u64::from(u32::MAX))
            };
            let block = word(&call.params, draw.low) | word(&call.params, draw.high) << 32;
            let before = start.wrapping_mul(draw.elements_per_step) / draw.elements_per_block;
            let block = block.wrapping_add(before);
            for (place, word) in [(draw.low, block as u32), (draw.high, (block >> 32) as u32)] {
                if let Some(param) = window.params.get_mut(place as usize) {
                    *param = Scalar::u32(word);
                }
            }
        }
        window
    }
}

/// What a window gives of each output; `None` if that cannot be put together.
fn outputs(
    signature: &Signature,
    shapes: &[OutputShape],
    (axis, extent): (usize, u64),
) -> Option<Vec<OutputWindow>> {
    let is_kept = signature.roles.get(axis) == Some(&AxisRole::Kept);
    let is_slowest = axis + 1 == signature.roles.len();
    let spaces = signature.spaces();
    let scans = |node: &preheat_format::Node| matches!(node.kind, NodeKind::Scan { .. });
    let scan_count = signature.nodes.iter().filter(|node| scans(node)).count();
    let window = |(output, shape): (&preheat_format::Output, &OutputShape)| {
        let node = signature.nodes.get(output.node as usize)?;
        let is_full = spaces.get(output.node as usize) == Some(&Space::Full);
        if is_full && !is_slowest {
            return None;
        }
        let step_bytes = shape.len.is_multiple_of(extent).then(|| shape.len_bytes() / extent);
        if is_kept || (is_full && scan_count == 0) {
            return step_bytes.map(OutputWindow::Piece);
        }
        match &node.kind {
            // The only one: it does not scan what another one gave.
            NodeKind::Scan { op, .. } if scan_count == 1 => {
                Some(OutputWindow::Scan(step_bytes?, Combine::of_scan(op.as_str())?))
            }
            NodeKind::Reduce { op, .. } => Combine::of(op.as_str()).map(OutputWindow::Part),
            NodeKind::Contract { .. } => Some(OutputWindow::Part(Combine::Sum)),
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Apply { .. }
            | NodeKind::Scan { .. }
            | NodeKind::Gather { .. } => None,
        }
    };
    // A full value that is computed from a reduction needs all of it, and so does a reduction of
    // what a scan gave.
    let reduces = |node: &preheat_format::Node| {
        matches!(node.kind, NodeKind::Reduce { .. } | NodeKind::Contract { .. })
    };
    let is_full =
        |output: &preheat_format::Output| spaces.get(output.node as usize) == Some(&Space::Full);
    let needs_all = signature.outputs.iter().any(is_full) || scan_count > 0;
    if !is_kept && signature.nodes.iter().any(reduces) && needs_all {
        return None;
    }
    signature.outputs.iter().zip(shapes).map(window).collect()
}

/// The random numbers of a call; `None` if something else looks at indices.
fn draws(call: &Call<Buffer>, axis: usize) -> Option<Vec<Draw>> {
    let signature = &*call.signature;
    // The uses of each index and each block counter that are understood.
    let mut indices: BTreeMap<u32, usize> = BTreeMap::new();
    let mut counters: BTreeMap<u32, usize> = BTreeMap::new();
    let mut draws: Vec<Draw> = Vec::new();
    for node in &signature.nodes {
        let NodeKind::Apply { op, operands } = &node.kind else { continue };
        let (true, [index, _, _, low, high]) =
            (["rand", "randn"].contains(&op.as_str()), operands.as_slice())
        else {
            continue;
        };
        let kind = |node: u32| signature.nodes.get(node as usize).map(|node| &node.kind);
        let Some(NodeKind::Index { view }) = kind(*index) else { continue };
        *indices.entry(*index).or_default() += 1;
        let view = signature.views.get(*view as usize)?;
        if view.axes.get(axis) != Some(&AxisAccess::Full) {
            // Every window draws the same.
            continue;
        }
        if view.form != ViewForm::Dense || !is_slowest_of(&view.axes, axis) {
            return None;
        }
        let (
            Some(NodeKind::Param { param: low_param }),
            Some(NodeKind::Param { param: high_param }),
        ) = (kind(*low), kind(*high))
        else {
            return None;
        };
        [low, high].into_iter().for_each(|word| *counters.entry(*word).or_default() += 1);
        let draw = Draw {
            low: *low_param,
            high: *high_param,
            elements_per_step: dense_len(view, &call.extents, axis),
            elements_per_block: if node.dtype == DType::F64 { 2 } else { 4 },
        };
        let shares = |known: &Draw| {
            [known.low, known.high].iter().any(|param| [draw.low, draw.high].contains(param))
        };
        match draws.iter().find(|known| shares(known)) {
            Some(known) if *known == draw => {}
            Some(_) => return None,
            None => draws.push(draw),
        }
    }
    let uses = |wanted: u32| {
        let operands = signature.nodes.iter().flat_map(|node| node.kind.operands());
        operands.filter(|operand| *operand == wanted).count()
    };
    let nodes = (0u32..).zip(&signature.nodes);
    let mut looks = nodes.filter(|(_, node)| matches!(node.kind, NodeKind::Index { .. }));
    let is_understood = looks.all(|(id, _)| indices.get(&id) == Some(&uses(id)));
    let is_counter = counters.iter().all(|(id, count)| uses(*id) == *count);
    let is_output = |id: &u32| signature.outputs.iter().any(|output| output.node == *id);
    let is_plain = !indices.keys().chain(counters.keys()).any(is_output);
    (is_understood && is_counter && is_plain).then_some(draws)
}

/// True if a view has no axis that is slower than this one.
fn is_slowest_of(axes: &[AxisAccess], axis: usize) -> bool {
    axes.iter().skip(axis + 1).all(|access| *access == AxisAccess::One)
}

/// Bytes of a source along one step of an axis: `Some(None)` if it does not have that axis, `None`
/// if it cannot be cut.
#[expect(clippy::option_option, reason = "three answers, used in one place")]
fn step_bytes(call: &Call<Buffer>, source: usize, axis: usize) -> Option<Option<u64>> {
    let signature: &Signature = &call.signature;
    let mut found = None;
    for (_, index) in signature.loads().filter(|(of, _)| *of as usize == source) {
        let view = signature.views.get(index as usize)?;
        let has_axis = view.axes.get(axis) == Some(&AxisAccess::Full);
        let step = match (has_axis, view.form) {
            (false, _) => None,
            (true, ViewForm::Dense) if is_slowest_of(&view.axes, axis) => {
                Some(dense_len(view, &call.extents, axis))
            }
            (true, ViewForm::Dense) => return None,
            (true, ViewForm::Strided) => Some(strided_step(call, index as usize, axis)?),
        };
        if found.is_some_and(|known| known != step) {
            return None;
        }
        found = Some(step);
    }
    // What is picked by index may be anywhere.
    if found.flatten().is_some() && signature.is_gathered(source as u32) {
        return None;
    }
    let size_bytes = call.sources.get(source)?.dtype().size_bytes();
    Some(found.flatten().map(|step| step.saturating_mul(size_bytes)))
}

/// Elements of a strided view from one step of an axis to the next, if all that a step shows lies
/// before the next.
fn strided_step(call: &Call<Buffer>, view: usize, axis: usize) -> Option<u64> {
    let data = call.views.get(view)?;
    let step = u64::try_from(*data.strides.get(axis)?).ok().filter(|step| *step > 0)?;
    let mut reach = data.offset;
    for (other, (stride, extent)) in data.strides.iter().zip(&call.extents).enumerate() {
        if other != axis {
            let stride = u64::try_from(*stride).ok()?;
            reach = reach.checked_add(stride.checked_mul(extent.saturating_sub(1))?)?;
        }
    }
    (reach < step).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_halve_down_to_their_alignment() {
        let (sources, outputs, draws) = (vec![Some(4)], vec![OutputWindow::Piece(4)], Vec::new());
        let windows =
            Windows { axis: 0, chunk: 256, aligned: 64, extent: 1000, sources, outputs, draws };
        let halved = windows.halved().expect("smaller ones");
        assert_eq!(halved.ranges().map(|(_, len)| len).max(), Some(128));
        assert_eq!(halved.ranges().map(|(_, len)| len).sum::<u64>(), 1000);
        assert_eq!(halved.window_bytes(), 512);
        let least = halved.halved().expect("smaller ones");
        assert!(least.halved().is_none(), "a window begins where buffers may be bound");
    }
}
