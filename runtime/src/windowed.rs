//! Running a call window by window.
//!
//! Arrays that fit into one buffer of the device are bound in pieces. What is larger stays in host
//! memory: each window's piece of a source is copied to the device, each window's piece of an
//! output back. Where an output goes to the host, one window is under way at a time. Arrays that a
//! call changes are copied first: if the windows come to an end too early, nothing is lost.

use std::ops::Range;
use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{Artifact, Call, CallOutput, UniformValue, ViewForm};

use crate::error::RuntimeError;
use crate::groups::Group;
use crate::ladder::{Refusal, scratch};
use crate::miss::MissReason;
use crate::operands::{OutputShape, output_shapes};
use crate::parts::{Combine, Parts, carry};
use crate::recorder::{Engine, Operand, Operands};
use crate::runtime::Runtime;
use crate::value::{Buffer, Whole, bytes, bytes_mut};
use crate::windows::{OutputWindow, Piece, Windows};

impl Runtime {
    /// Runs a call window by window; nothing is lost if a window has no kernel. Where the device's
    /// memory does not do for the windows, smaller ones are tried.
    pub(crate) fn call_windows(
        &self,
        engine: &Engine,
        group: &Group,
        call: &Call<Buffer>,
        mut windows: Windows,
    ) -> Result<Vec<Buffer>, Refusal> {
        let roles = &call.signature.roles;
        let shapes = output_shapes(&group.outputs, roles, &call.extents)?;
        loop {
            let operation = match self.each_window(engine, group, call, (&windows, &shapes)) {
                Err(Refusal::Failed(RuntimeError::OutOfMemory { operation })) => operation,
                ended => return ended,
            };
            windows = match windows.halved() {
                Some(smaller) if windows.parts_bytes(&shapes) <= windows.window_bytes() => smaller,
                // Smaller windows would have more parts.
                Some(_) | None => return Err(Refusal::Miss(MissReason::OutOfMemory { operation })),
            };
        }
    }

    fn each_window(
        &self,
        engine: &Engine,
        group: &Group,
        call: &Call<Buffer>,
        (windows, shapes): (&Windows, &[OutputShape]),
    ) -> Result<Vec<Buffer>, Refusal> {
        let carries = &call.signature.carries;
        let cut = (0u32..).zip(call.sources.iter().zip(&windows.sources));
        let sources = cut.map(|(number, (buffer, piece))| {
            let whole = match piece {
                // A state is in its output.
                _ if carries.iter().any(|carry| carry.source == number) => return Ok(None),
                Some(_) => buffer.whole(engine)?,
                None => Whole::Device(buffer.operand(engine)?),
            };
            Ok(Some(Source { whole, piece: *piece }))
        });
        let sources = sources.collect::<Result<Vec<_>, RuntimeError>>()?;
        let results = (0u32..).zip(shapes.iter().zip(&windows.outputs));
        let results =
            results.map(|(number, (shape, output))| match (output, given(call, number)) {
                (OutputWindow::Given(piece), Some(buffer)) => {
                    Gathered::given(engine, *shape, *piece, buffer)
                }
                _ => Gathered::new(engine, *shape, *output),
            });
        let mut results = results.collect::<Result<Vec<_>, _>>()?;
        for (start, len) in windows.ranges() {
            let window = windows.call(call, start, len);
            let chosen = self.choose(engine, group, &window, windows.largest_bytes(len))?;
            if !is_told(chosen.artifact, &window, windows) {
                return Err(Refusal::Miss(MissReason::NoVariant));
            }
            self.counters.fused_ops.add(u64::from(chosen.artifact.op_count));
            let outputs = results.iter_mut().map(|result| result.operand(engine, start, len));
            let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
            let sources = sources.iter().map(|source| {
                source.as_ref().map(|source| source.piece(engine, start, len)).transpose()
            });
            let operands = Operands {
                sources: sources.collect::<Result<Vec<_>, _>>()?,
                outputs: outputs.clone(),
                scratch: scratch(engine, &chosen.launch)?,
                table: window.roll.as_ref().map(|roll| engine.table(&roll.table)).transpose()?,
                traffic_bytes: 0,
            };
            engine.dispatch(chosen.artifact, &chosen.pipelines, &chosen.launch, &operands)?;
            self.counters.windows.add(1);
            for (result, operand) in results.iter_mut().zip(&outputs) {
                result.receive(engine, operand, (start, len))?;
            }
        }
        let finished = results.into_iter().map(|result| result.finish(engine));
        Ok(finished.collect::<Result<_, RuntimeError>>()?)
    }
}

/// The array whose content an output begins with.
fn given(call: &Call<Buffer>, output: u32) -> Option<&Buffer> {
    match call.outputs.get(output as usize)? {
        CallOutput::Update(buffer) => Some(buffer),
        CallOutput::New => {
            let carry = call.signature.carries.iter().find(|carry| carry.output == output)?;
            call.sources.get(carry.source as usize)
        }
    }
}

/// True if a kernel asks where its indices begin. Those of archives of old do not.
fn is_told(artifact: &Artifact, call: &Call<Buffer>, windows: &Windows) -> bool {
    windows.indexed.iter().all(|indexed| {
        let view = call.signature.views.get(indexed.view as usize);
        let is_dense = view.is_some_and(|view| view.form == ViewForm::Dense);
        let wanted = UniformValue::ViewOffset(indexed.view);
        !is_dense || artifact.uniform.iter().any(|field| field.value == wanted)
    })
}

/// A source that windows read.
struct Source {
    whole: Whole,
    /// `None`: every window sees all of it.
    piece: Option<Piece>,
}

impl Source {
    /// What the window of `len` steps from `start` sees.
    fn piece(&self, engine: &Engine, start: u64, len: u64) -> Result<Operand, RuntimeError> {
        let place = |all_bytes: u64| match self.piece {
            Some(piece) => piece.range(start, len, all_bytes),
            None => 0..all_bytes,
        };
        match &self.whole {
            Whole::Device(operand) => {
                let place = place(operand.len_bytes);
                Ok(operand.window(place.start, place.end - place.start))
            }
            Whole::Host(column) => {
                let bytes = bytes(column);
                upload(engine, bytes, place(bytes.len() as u64))
            }
        }
    }
}

/// A piece of an array, as a buffer of its own.
fn upload(engine: &Engine, bytes: &[u8], place: Range<u64>) -> Result<Operand, RuntimeError> {
    let bytes = bytes.get(place.start as usize..place.end as usize).unwrap_or_default();
    Ok(Operand::new(engine.upload(bytes)?, bytes.len() as u64))
}

/// An output that windows fill.
struct Gathered {
    shape: OutputShape,
    /// Elements of the array.
    len: u64,
    content: Content,
}

enum Content {
    /// In one buffer of the device.
    Device {
        operand: Operand,
        piece: Piece,
    },
    /// In host memory.
    Host {
        column: Column,
        piece: Piece,
        hosted: Hosted,
    },
    Parts(Parts),
}

/// What windows do to an array in host memory.
#[derive(Clone, Copy)]
enum Hosted {
    /// Each writes all of its piece.
    New,
    /// Each changes its piece.
    Given,
    /// Each writes its piece of a scan; this joins it to those before.
    Scan(Combine),
}

impl Gathered {
    fn new(
        engine: &Engine,
        shape: OutputShape,
        output: OutputWindow,
    ) -> Result<Gathered, RuntimeError> {
        let on_host = |piece, hosted| -> Result<Content, RuntimeError> {
            let len = usize::try_from(shape.len).unwrap_or(usize::MAX);
            Ok(Content::Host { column: Column::zeros(shape.dtype, len)?, piece, hosted })
        };
        let content = match output {
            OutputWindow::Part(combine) => Content::Parts(Parts::new(combine, shape)),
            OutputWindow::Scan(piece, combine) => on_host(piece, Hosted::Scan(combine))?,
            OutputWindow::Piece(piece) | OutputWindow::Given(piece) => {
                match engine.operand(shape.len_bytes()) {
                    Ok(operand) => Content::Device { operand, piece },
                    Err(RuntimeError::TooLarge { .. } | RuntimeError::OutOfMemory { .. }) => {
                        on_host(piece, Hosted::New)?
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        Ok(Gathered { shape, len: shape.len, content })
    }

    /// A copy of an array, to be changed.
    fn given(
        engine: &Engine,
        shape: OutputShape,
        piece: Piece,
        buffer: &Buffer,
    ) -> Result<Gathered, RuntimeError> {
        // The call holds the array too, so this is not its own memory.
        let content = match buffer.clone().into_writable(engine) {
            Ok(operand) => Content::Device { operand, piece },
            Err(RuntimeError::TooLarge { .. } | RuntimeError::OutOfMemory { .. }) => {
                let column = Column::clone(&*buffer.column(Some(engine), false)?);
                Content::Host { column, piece, hosted: Hosted::Given }
            }
            Err(error) => return Err(error),
        };
        Ok(Gathered { shape, len: buffer.len(), content })
    }

    /// Where the window of `len` steps from `start` writes.
    fn operand(&mut self, engine: &Engine, start: u64, len: u64) -> Result<Operand, RuntimeError> {
        match &mut self.content {
            Content::Device { operand, piece } => {
                let place = piece.range(start, len, operand.len_bytes);
                Ok(operand.window(place.start, place.end - place.start))
            }
            Content::Host { column, piece, hosted } => {
                let bytes = bytes(column);
                let place = piece.range(start, len, bytes.len() as u64);
                match hosted {
                    Hosted::Given => upload(engine, bytes, place),
                    Hosted::New | Hosted::Scan(_) => engine.operand(place.end - place.start),
                }
            }
            Content::Parts(parts) => {
                let operand = engine.operand(self.shape.len_bytes())?;
                parts.push(operand.clone(), len);
                Ok(operand)
            }
        }
    }

    /// Takes what a window wrote; waits for it if it goes to the host.
    fn receive(
        &mut self,
        engine: &Engine,
        operand: &Operand,
        (start, len): (u64, u64),
    ) -> Result<(), RuntimeError> {
        let Content::Host { column, piece, hosted } = &mut self.content else {
            return Ok(());
        };
        let place = piece.range(start, len, bytes(column).len() as u64);
        if let Some(bytes) = bytes_mut(column).get_mut(place.start as usize..place.end as usize) {
            engine.download(&operand.buffer, bytes)?;
        }
        if let Hosted::Scan(combine) = hosted {
            let elements = |bytes: u64| (bytes / self.shape.dtype.size_bytes()) as usize;
            let window = elements(place.start)..elements(place.end);
            carry(column, window, elements(piece.step_bytes), *combine);
        }
        Ok(())
    }

    fn finish(self, engine: &Engine) -> Result<Buffer, RuntimeError> {
        let dtype = self.shape.dtype;
        match self.content {
            Content::Device { operand, .. } => Ok(Buffer::on_device(dtype, self.len, operand)),
            Content::Host { column, .. } => Buffer::on_host(dtype, Arc::new(column)),
            Content::Parts(parts) => parts.combine(engine),
        }
    }
}
