//! Running a call window by window.
//!
//! Arrays that fit into one buffer of the device are bound in pieces. What is larger stays in host
//! memory: each window's piece of a source is copied to the device, each window's piece of an
//! output back. Where an output goes to the host, one window is under way at a time.

use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::Call;

use crate::error::RuntimeError;
use crate::groups::Group;
use crate::ladder::{Refusal, scratch};
use crate::miss::MissReason;
use crate::operands::{OutputShape, output_shapes};
use crate::parts::{Combine, Parts, carry};
use crate::recorder::{Engine, Operand, Operands};
use crate::runtime::Runtime;
use crate::value::{Buffer, Whole, bytes, bytes_mut};
use crate::windows::{OutputWindow, Windows};

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
        let sources = call.sources.iter().zip(&windows.sources).map(|(buffer, step)| {
            let whole = match step {
                Some(_) => buffer.whole(engine)?,
                None => Whole::Device(buffer.operand(engine)?),
            };
            Ok(Source { whole, step_bytes: *step })
        });
        let sources = sources.collect::<Result<Vec<_>, RuntimeError>>()?;
        let results = shapes.iter().zip(&windows.outputs);
        let results = results.map(|(shape, output)| Gathered::new(engine, *shape, *output));
        let mut results = results.collect::<Result<Vec<_>, _>>()?;
        for (start, len) in windows.ranges() {
            let window = windows.call(call, start, len);
            let chosen = self.choose(engine, group, &window, windows.largest_bytes(len))?;
            self.counters.fused_ops.add(u64::from(chosen.artifact.op_count));
            let outputs = results.iter_mut().map(|result| result.operand(engine, start, len));
            let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
            let sources = sources.iter().map(|source| source.piece(engine, start, len).map(Some));
            let operands = Operands {
                sources: sources.collect::<Result<Vec<_>, _>>()?,
                outputs: outputs.clone(),
                scratch: scratch(engine, &chosen.launch)?,
                table: None,
                traffic_bytes: 0,
            };
            engine.dispatch(chosen.artifact, &chosen.pipelines, &chosen.launch, &operands)?;
            self.counters.windows.add(1);
            for (result, operand) in results.iter_mut().zip(&outputs) {
                result.receive(engine, operand, start)?;
            }
        }
        let finished = results.into_iter().map(|result| result.finish(engine));
        Ok(finished.collect::<Result<_, RuntimeError>>()?)
    }
}

/// A source that windows read.
struct Source {
    whole: Whole,
    /// `None`: every window sees all of it.
    step_bytes: Option<u64>,
}

impl Source {
    /// What the window of `len` steps from `start` sees.
    fn piece(&self, engine: &Engine, start: u64, len: u64) -> Result<Operand, RuntimeError> {
        let place = |all_bytes: u64| match self.step_bytes {
            // A strided view may end before the step that it is in does.
            Some(step) => (start * step).min(all_bytes)..((start + len) * step).min(all_bytes),
            None => 0..all_bytes,
        };
        match &self.whole {
            Whole::Device(operand) => {
                let place = place(operand.len_bytes);
                Ok(operand.window(place.start, place.end - place.start))
            }
            Whole::Host(column) => {
                let bytes = bytes(column);
                let place = place(bytes.len() as u64);
                let bytes = bytes.get(place.start as usize..place.end as usize);
                let bytes = bytes.unwrap_or_default();
                Ok(Operand::new(engine.upload(bytes)?, bytes.len() as u64))
            }
        }
    }
}

/// An output that windows fill.
struct Gathered {
    shape: OutputShape,
    content: Content,
}

enum Content {
    /// In one buffer of the device.
    Device {
        operand: Operand,
        step_bytes: u64,
    },
    /// In host memory; of a scan, with the way to join its windows.
    Host {
        column: Column,
        step_bytes: u64,
        joins: Option<Combine>,
    },
    Parts(Parts),
}

impl Gathered {
    fn new(
        engine: &Engine,
        shape: OutputShape,
        output: OutputWindow,
    ) -> Result<Gathered, RuntimeError> {
        let on_host = |step_bytes, joins| -> Result<Content, RuntimeError> {
            let len = usize::try_from(shape.len).unwrap_or(usize::MAX);
            let column = Column::zeros(shape.dtype, len)?;
            Ok(Content::Host { column, step_bytes, joins })
        };
        let content = match output {
            OutputWindow::Part(combine) => Content::Parts(Parts::new(combine, shape)),
            OutputWindow::Scan(step_bytes, combine) => on_host(step_bytes, Some(combine))?,
            OutputWindow::Piece(step_bytes) => match engine.operand(shape.len_bytes()) {
                Ok(operand) => Content::Device { operand, step_bytes },
                Err(RuntimeError::TooLarge { .. } | RuntimeError::OutOfMemory { .. }) => {
                    on_host(step_bytes, None)?
                }
                Err(error) => return Err(error),
            },
        };
        Ok(Gathered { shape, content })
    }

    /// Where the window of `len` steps from `start` writes.
    fn operand(&mut self, engine: &Engine, start: u64, len: u64) -> Result<Operand, RuntimeError> {
        match &mut self.content {
            Content::Device { operand, step_bytes } => {
                Ok(operand.window(start * *step_bytes, len * *step_bytes))
            }
            Content::Host { step_bytes, .. } => engine.operand(len * *step_bytes),
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
        start: u64,
    ) -> Result<(), RuntimeError> {
        let Content::Host { column, step_bytes, joins } = &mut self.content else {
            return Ok(());
        };
        let place = start * *step_bytes..start * *step_bytes + operand.len_bytes;
        if let Some(bytes) = bytes_mut(column).get_mut(place.start as usize..place.end as usize) {
            engine.download(&operand.buffer, bytes)?;
        }
        if let Some(combine) = joins {
            let elements = |bytes: u64| (bytes / self.shape.dtype.size_bytes()) as usize;
            let window = elements(place.start)..elements(place.end);
            carry(column, window, elements(*step_bytes), *combine);
        }
        Ok(())
    }

    fn finish(self, engine: &Engine) -> Result<Buffer, RuntimeError> {
        let OutputShape { dtype, len } = self.shape;
        match self.content {
            Content::Device { operand, .. } => Ok(Buffer::on_device(dtype, len, operand)),
            Content::Host { column, .. } => Buffer::on_host(dtype, Arc::new(column)),
            Content::Parts(parts) => parts.combine(engine),
        }
    }
}
