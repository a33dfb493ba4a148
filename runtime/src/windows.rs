//! Calls whose arrays are larger than a device can bind at once, or that have more elements than
//! a kernel can count, run in windows.
//!
//! A window is a range of the slowest axis, or, of a matrix product, of the columns of the right
//! factor. In column-major order it is one contiguous piece of every array that has that axis, so a
//! kernel runs on `{offset, size}` of each buffer as on a smaller call: it knows extents, not
//! places. That holds for groups of element-wise work, of reductions and scans along faster axes,
//! of matrix products, of rolled loops, and for updates. Views of one source that begin at
//! different steps, as those of a difference of neighbours, see a piece that holds them all.
//!
//! Three things know the place of an element and are told of the window: indices, to which the
//! first one of the window is added; random numbers, whose counter of blocks goes up by the
//! elements before the window, so that they are the same however the call is cut; and reductions
//! along the slowest axis, of which each window gives a part that the host combines (`parts.rs`).
//! Scans along the slowest axis start anew in each window, and the host adds what was carried.
//!
//! Not so, and left to the next step of the ladder: views that run backwards along the axis or
//! whose elements along it lie between others', and results that are computed from a reduction or
//! scan along the slowest axis within the group.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use preheat_format::shape::product;
use preheat_format::{
    AxisAccess, AxisRole, Call, CallOutput, DType, Node, NodeKind, Scalar, Signature, Space, View,
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
    let is_product = |node: &Node| matches!(node.kind, NodeKind::Contract { .. });
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
    /// What windows see of each source; `None` for a source that every window sees whole.
    pub(crate) sources: Vec<Option<Piece>>,
    pub(crate) outputs: Vec<OutputWindow>,
    /// Offsets of strided views in the pieces of their buffers.
    offsets: Vec<(usize, u64)>,
    /// Views that indices look at, with the elements of a step.
    pub(crate) indexed: Vec<IndexStep>,
    draws: Vec<Draw>,
}

/// The bytes of a buffer that windows see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where the first window begins: a multiple of what bindings are aligned to.
    first_bytes: u64,
    /// From the begin of a step to that of the next.
    pub(crate) step_bytes: u64,
    /// What a window sees before its first and beyond its last step.
    slack_bytes: u64,
}

impl Piece {
    /// A window's steps and nothing else.
    fn steps(step_bytes: u64) -> Piece {
        Piece { first_bytes: 0, step_bytes, slack_bytes: 0 }
    }

    /// What the window of `len` steps from `start` sees of so many bytes. A strided view may end
    /// before the step that it is in does.
    pub(crate) fn range(&self, start: u64, len: u64, all_bytes: u64) -> Range<u64> {
        let first = self.first_bytes.saturating_add(start.saturating_mul(self.step_bytes));
        first.min(all_bytes)..first.saturating_add(self.len_bytes(len)).min(all_bytes)
    }

    /// The most bytes that a window of so many steps sees.
    pub(crate) fn len_bytes(&self, len: u64) -> u64 {
        self.step_bytes.saturating_mul(len).saturating_add(self.slack_bytes)
    }
}

/// What a window gives of an output.
#[derive(Clone, Copy)]
pub(crate) enum OutputWindow {
    /// A piece of a new array.
    Piece(Piece),
    /// A piece of an array with content: one that is updated, or the first state of a rolled loop.
    Given(Piece),
    /// A part of each element.
    Part(Combine),
    /// A piece of a new array, that lacks what the pieces before it carry.
    Scan(Piece, Combine),
}

impl OutputWindow {
    pub(crate) fn piece(self) -> Option<Piece> {
        match self {
            OutputWindow::Piece(piece)
            | OutputWindow::Given(piece)
            | OutputWindow::Scan(piece, _) => Some(piece),
            OutputWindow::Part(_) => None,
        }
    }
}

/// A view whose elements some node counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexStep {
    pub(crate) view: u32,
    elements: u64,
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
        let extent = call.extents.get(axis).copied().filter(|extent| *extent > 0)?;
        let mut shown = Shown { call, axis, align_bytes: limits.align_bytes, offsets: Vec::new() };
        let sources = (0u32..).zip(&call.sources).map(|(source, _)| shown.source(source));
        let sources = sources.collect::<Option<Vec<_>>>()?;
        let given = (0u32..).zip(&call.outputs).map(|(output, _)| shown.given(output));
        let given = given.collect::<Option<Vec<_>>>()?;
        let outputs = outputs(signature, (shapes, &given), (axis, extent))?;
        let states_fit = signature.carries.iter().all(|carry| {
            let source = sources.get(carry.source as usize).copied().flatten();
            let output = outputs.get(carry.output as usize).and_then(|output| output.piece());
            // Kernels read and write states element by element.
            source.is_some_and(|piece| piece == Piece::steps(piece.step_bytes)) && source == output
        });
        let indexed = indexed_views(call, axis)?;
        // A view has one offset in a kernel.
        let is_shared =
            |(view, _): &(usize, u64)| indexed.iter().any(|indexed| indexed.view as usize == *view);
        if !states_fit || shown.offsets.iter().any(is_shared) {
            return None;
        }
        let draws = draws(call, (axis, extent))?;
        let whole = call.sources.iter().zip(&sources).filter(|(_, piece)| piece.is_none());
        if whole.into_iter().any(|(buffer, _)| buffer.len_bytes() > limits.binding_bytes) {
            return None;
        }
        let pieces = outputs.iter().filter_map(|output| output.piece());
        let pieces: Vec<Piece> = sources.iter().flatten().copied().chain(pieces).collect();
        let steps = || pieces.iter().map(|piece| piece.step_bytes).filter(|step| *step > 0);
        // A window begins where every buffer may be bound, and at the start of a random block.
        let multiple = |step: u64, of: u64| of >> step.trailing_zeros().min(63);
        let blocks =
            draws.iter().map(|draw| multiple(draw.elements_per_step, draw.elements_per_block));
        let aligned = steps().map(|step| multiple(step, limits.align_bytes));
        let aligned = aligned.chain(blocks).max().unwrap_or(1).max(1);
        let mut step_extents = call.extents.clone();
        if let Some(extent) = step_extents.get_mut(axis) {
            *extent = 1;
        }
        let per_step = counted(signature, &step_extents);
        let by_count = ELEMENTS_MAX / per_step.max(1);
        let fitting = |piece: &Piece| {
            let bytes = limits.binding_bytes.saturating_sub(piece.slack_bytes);
            bytes.checked_div(piece.step_bytes).unwrap_or(u64::MAX)
        };
        let by_bytes = pieces.iter().map(fitting).min().unwrap_or(u64::MAX);
        let chunk =
            by_count.min(by_bytes).min(extent.next_multiple_of(aligned)) / aligned * aligned;
        (chunk > 0).then_some(Windows {
            axis,
            chunk,
            aligned,
            extent,
            sources,
            outputs,
            offsets: shown.offsets,
            indexed,
            draws,
        })
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
        let pieces = self.outputs.iter().filter_map(|output| output.piece());
        let pieces = self.sources.iter().flatten().copied().chain(pieces);
        pieces.map(|piece| piece.len_bytes(len)).max().unwrap_or(0)
    }

    /// The call of a window.
    pub(crate) fn call(&self, call: &Call<Buffer>, start: u64, len: u64) -> Call<Buffer> {
        let mut window = call.clone();
        if let Some(extent) = window.extents.get_mut(self.axis) {
            *extent = len;
        }
        let mut place = |view: usize, offset: u64| {
            if let Some(data) = window.views.get_mut(view) {
                data.offset = offset;
            }
        };
        self.offsets.iter().for_each(|(view, offset)| place(*view, *offset));
        for indexed in &self.indexed {
            let view = indexed.view as usize;
            let offset = call.views.get(view).map_or(0, |data| data.offset);
            place(view, offset.wrapping_add(start.wrapping_mul(indexed.elements)));
        }
        for draw in &self.draws {
            draw.shift(&mut window, start);
        }
        window
    }
}

impl Draw {
    /// Blocks of so many steps.
    fn blocks(&self, steps: u64) -> u64 {
        steps.wrapping_mul(self.elements_per_step) / self.elements_per_block
    }

    /// Lets a call begin at a step; each trip of a rolled one.
    fn shift(&self, call: &mut Call<Buffer>, start: u64) {
        let blocks = self.blocks(start);
        let words = |counter: [Scalar; 2]| {
            let [low, high] = counter.map(|word| word.bits & u64::from(u32::MAX));
            let block = (low | high << 32).wrapping_add(blocks);
            [block as u32, (block >> 32) as u32]
        };
        let places = [self.low, self.high].map(|param| param as usize);
        let first = places.map(|param| call.params.get(param).copied().unwrap_or(Scalar::u32(0)));
        if let Some(roll) = &mut call.roll {
            let known = roll.clone();
            for trip in 0..known.trips {
                let counter = [0, 1].map(|word| known.scalar(places[word], first[word], trip));
                for (param, word) in places.into_iter().zip(words(counter)) {
                    let place = known.places.get(param).copied().unwrap_or(0);
                    let table = Arc::make_mut(&mut roll.table);
                    if let (true, Some(place)) = (place > 0, table.get_mut((place + trip) as usize))
                    {
                        *place = word;
                    }
                }
            }
        }
        for (param, word) in places.into_iter().zip(words(first)) {
            if let Some(param) = call.params.get_mut(param) {
                *param = Scalar::u32(word);
            }
        }
    }

    /// True if the counters of all trips can be moved by so many steps: a high word that does not
    /// change from trip to trip must not have to.
    fn moves(&self, call: &Call<Buffer>, steps: u64) -> bool {
        let Some(roll) = &call.roll else { return true };
        let changes = |param: u32| roll.places.get(param as usize).is_some_and(|place| *place > 0);
        let first = call.params.get(self.low as usize).copied().unwrap_or(Scalar::u32(0));
        let mut lows = (0..roll.trips).map(|trip| roll.scalar(self.low as usize, first, trip).bits);
        changes(self.high)
            || !changes(self.low)
            || lows.all(|low| low.saturating_add(self.blocks(steps)) <= u64::from(u32::MAX))
    }
}

/// What a window gives of each output; `None` if that cannot be put together.
fn outputs(
    signature: &Signature,
    (shapes, given): (&[OutputShape], &[Option<Piece>]),
    (axis, extent): (usize, u64),
) -> Option<Vec<OutputWindow>> {
    let is_kept = signature.roles.get(axis) == Some(&AxisRole::Kept);
    let is_slowest = axis + 1 == signature.roles.len();
    let spaces = signature.spaces();
    let scans = |node: &Node| matches!(node.kind, NodeKind::Scan { .. });
    let scan_count = signature.nodes.iter().filter(|node| scans(node)).count();
    type Given<'a> = (&'a preheat_format::Output, &'a OutputShape);
    let window = |((output, shape), given): (Given<'_>, &Option<Piece>)| {
        let node = signature.nodes.get(output.node as usize)?;
        let is_full = spaces.get(output.node as usize) == Some(&Space::Full);
        if is_full && !is_slowest {
            return None;
        }
        let is_whole = shape.len.is_multiple_of(extent);
        let piece = is_whole.then(|| Piece::steps(shape.len_bytes() / extent));
        if is_kept || (is_full && scan_count == 0) {
            return match given {
                Some(given) => Some(OutputWindow::Given(*given)),
                None => piece.map(OutputWindow::Piece),
            };
        }
        if given.is_some() {
            return None;
        }
        match &node.kind {
            // The only one: it does not scan what another one gave.
            NodeKind::Scan { op, .. } if scan_count == 1 => {
                Some(OutputWindow::Scan(piece?, Combine::of_scan(op.as_str())?))
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
    let reduces =
        |node: &Node| matches!(node.kind, NodeKind::Reduce { .. } | NodeKind::Contract { .. });
    let is_full =
        |output: &preheat_format::Output| spaces.get(output.node as usize) == Some(&Space::Full);
    let needs_all = signature.outputs.iter().any(is_full) || scan_count > 0;
    if !is_kept && signature.nodes.iter().any(reduces) && needs_all {
        return None;
    }
    signature.outputs.iter().zip(shapes).zip(given).map(window).collect()
}

/// The random numbers of a call; `None` if the counter of some cannot be moved.
fn draws(call: &Call<Buffer>, (axis, extent): (usize, u64)) -> Option<Vec<Draw>> {
    let signature = &*call.signature;
    // The uses of each block counter that are understood.
    let mut counters: BTreeMap<u32, usize> = BTreeMap::new();
    let mut draws: Vec<Draw> = Vec::new();
    for node in &signature.nodes {
        let Some([index, _, _, low, high]) = drawn(node) else { continue };
        let kind = |node: u32| signature.nodes.get(node as usize).map(|node| &node.kind);
        let Some(NodeKind::Index { view }) = kind(index) else { return None };
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
        ) = (kind(low), kind(high))
        else {
            return None;
        };
        [low, high].into_iter().for_each(|word| *counters.entry(word).or_default() += 1);
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
    let is_output = |id: u32| signature.outputs.iter().any(|output| output.node == id);
    let is_counter =
        counters.iter().all(|(id, count)| uses(signature, *id) == *count && !is_output(*id));
    let all_move = draws.iter().all(|draw| draw.moves(call, extent));
    (is_counter && all_move).then_some(draws)
}

/// The operands of a random number.
fn drawn(node: &Node) -> Option<[u32; 5]> {
    match &node.kind {
        NodeKind::Apply { op, operands } if ["rand", "randn"].contains(&op.as_str()) => {
            operands.as_slice().try_into().ok()
        }
        _ => None,
    }
}

/// Operands that are this node.
fn uses(signature: &Signature, wanted: u32) -> usize {
    let operands = signature.nodes.iter().flat_map(|node| node.kind.operands());
    operands.filter(|operand| *operand == wanted).count()
}

/// The views whose elements are counted by more than random numbers; `None` if they cannot be
/// counted from where a window begins.
fn indexed_views(call: &Call<Buffer>, axis: usize) -> Option<Vec<IndexStep>> {
    let signature = &*call.signature;
    let draws = |id: u32| {
        let drawn = signature.nodes.iter().filter_map(drawn);
        drawn.filter(|[index, ..]| *index == id).count()
    };
    let mut found: Vec<IndexStep> = Vec::new();
    for (id, node) in (0u32..).zip(&signature.nodes) {
        let NodeKind::Index { view } = node.kind else { continue };
        let is_output = signature.outputs.iter().any(|output| output.node == id);
        let spec = signature.views.get(view as usize)?;
        let has_axis = spec.axes.get(axis) == Some(&AxisAccess::Full);
        if !has_axis || (!is_output && uses(signature, id) == draws(id)) {
            continue;
        }
        let elements = match spec.form {
            ViewForm::Dense => {
                let all = dense_len(spec, &call.extents, spec.axes.len());
                let is_counted = is_slowest_of(&spec.axes, axis) && all <= ELEMENTS_MAX + 1;
                is_counted.then(|| dense_len(spec, &call.extents, axis))?
            }
            ViewForm::Strided => {
                let data = call.views.get(view as usize)?;
                u64::try_from(*data.strides.get(axis)?).ok()?
            }
        };
        let step = IndexStep { view, elements };
        if !found.contains(&step) {
            found.push(step);
        }
    }
    Some(found)
}

/// True if a view has no axis that is slower than this one.
fn is_slowest_of(axes: &[AxisAccess], axis: usize) -> bool {
    axes.iter().skip(axis + 1).all(|access| *access == AxisAccess::One)
}

/// What windows along an axis see of the buffers of a call.
struct Shown<'a> {
    call: &'a Call<Buffer>,
    axis: usize,
    /// Bindings begin at multiples of this power of two.
    align_bytes: u64,
    /// Offsets of strided views in their pieces.
    offsets: Vec<(usize, u64)>,
}

/// Steps of a buffer that a view goes through, in elements.
#[derive(Clone, Copy)]
struct Steps {
    view: usize,
    /// Elements from the begin of a step to that of the next.
    elements: u64,
    /// The first step that it shows.
    first: u64,
    /// Elements of a step before those that it shows.
    rest: u64,
}

impl Shown<'_> {
    /// Of a source: `Some(None)` if it does not have the axis, `None` if it cannot be cut.
    #[expect(clippy::option_option, reason = "three answers, used in one place")]
    fn source(&mut self, source: u32) -> Option<Option<Piece>> {
        let signature = &*self.call.signature;
        let mut shown: Vec<Steps> = Vec::new();
        let mut is_whole = false;
        for (_, view) in signature.loads().filter(|(of, _)| *of == source) {
            match self.steps(view as usize)? {
                Some(steps) => shown.push(steps),
                None => is_whole = true,
            }
        }
        // What is picked by index may be anywhere.
        if !shown.is_empty() && (is_whole || signature.is_gathered(source)) {
            return None;
        }
        let dtype = self.call.sources.get(source as usize)?.dtype();
        self.piece(&shown, dtype)
    }

    /// Of what an output has been given to change: `Some(None)` for a new array, `None` if it
    /// cannot be cut.
    #[expect(clippy::option_option, reason = "three answers, used in one place")]
    fn given(&mut self, output: u32) -> Option<Option<Piece>> {
        let signature = &*self.call.signature;
        let CallOutput::Update(buffer) = self.call.outputs.get(output as usize)? else {
            let carry = signature.carries.iter().find(|carry| carry.output == output);
            return carry.map_or(Some(None), |carry| self.source(carry.source));
        };
        let view = signature.outputs.get(output as usize)?.view? as usize;
        let steps = self.steps(view)??;
        self.piece(&[steps], buffer.dtype())
    }

    /// The steps of a view: `Some(None)` if it does not have the axis, `None` if it cannot be cut.
    #[expect(clippy::option_option, reason = "three answers, used in one place")]
    fn steps(&self, view: usize) -> Option<Option<Steps>> {
        let (call, axis) = (self.call, self.axis);
        let spec = call.signature.views.get(view)?;
        if spec.axes.get(axis) != Some(&AxisAccess::Full) {
            return Some(None);
        }
        if spec.form == ViewForm::Dense {
            let elements = dense_len(spec, &call.extents, axis);
            let steps = Steps { view, elements, first: 0, rest: 0 };
            return is_slowest_of(&spec.axes, axis).then_some(Some(steps));
        }
        let data = call.views.get(view)?;
        let elements = u64::try_from(*data.strides.get(axis)?).ok()?;
        if elements == 0 {
            return Some(None);
        }
        let (first, rest) = (data.offset / elements, data.offset % elements);
        let mut reach = rest;
        for (other, (stride, extent)) in data.strides.iter().zip(&call.extents).enumerate() {
            if other != axis {
                let stride = u64::try_from(*stride).ok()?;
                reach = reach.checked_add(stride.checked_mul(extent.saturating_sub(1))?)?;
            }
        }
        // All that a step shows lies before the next.
        (reach < elements).then_some(Some(Steps { view, elements, first, rest }))
    }

    /// The piece that holds what all views of a buffer show of a window.
    #[expect(clippy::option_option, reason = "three answers, used in one place")]
    fn piece(&mut self, shown: &[Steps], dtype: DType) -> Option<Option<Piece>> {
        let Some(elements) = shown.first().map(|steps| steps.elements) else {
            return Some(None);
        };
        if shown.iter().any(|steps| steps.elements != elements) {
            return None;
        }
        let size_bytes = dtype.size_bytes();
        let step_bytes = elements.checked_mul(size_bytes)?;
        let first = shown.iter().map(|steps| steps.first).min()?;
        let last = shown.iter().map(|steps| steps.first).max()?;
        let begin_bytes = first.checked_mul(step_bytes)?;
        let lead_bytes = begin_bytes % self.align_bytes;
        for steps in shown {
            let offset = (steps.first - first) * elements + steps.rest + lead_bytes / size_bytes;
            let is_dense = self.call.signature.views.get(steps.view)?.form == ViewForm::Dense;
            // Kernels know that dense views begin at 0; those that begin there do.
            if is_dense {
                continue;
            }
            match self.offsets.iter().find(|(view, _)| *view == steps.view) {
                Some((_, known)) if *known != offset => return None,
                Some(_) => {}
                None => self.offsets.push((steps.view, offset)),
            }
        }
        Some(Some(Piece {
            first_bytes: begin_bytes - lead_bytes,
            step_bytes,
            slack_bytes: (last - first).checked_mul(step_bytes)?.checked_add(lead_bytes)?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_halve_down_to_their_alignment() {
        let piece = Piece::steps(4);
        let windows = Windows {
            axis: 0,
            chunk: 256,
            aligned: 64,
            extent: 1000,
            sources: vec![Some(piece)],
            outputs: vec![OutputWindow::Piece(piece)],
            offsets: Vec::new(),
            indexed: Vec::new(),
            draws: Vec::new(),
        };
        let halved = windows.halved().expect("smaller ones");
        assert_eq!(halved.ranges().map(|(_, len)| len).max(), Some(128));
        assert_eq!(halved.ranges().map(|(_, len)| len).sum::<u64>(), 1000);
        assert_eq!(halved.window_bytes(), 512);
        let least = halved.halved().expect("smaller ones");
        assert!(least.halved().is_none(), "a window begins where buffers may be bound");
    }
}
