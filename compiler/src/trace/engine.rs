//! What executes fusion groups, and the engine that only plans.
//!
//! The tracer hands every group to an [`Engine`]. A program that runs scripts implements it over
//! its device; [`Planner`] implements it for building: it keeps the calls and computes a value on
//! the host only when control flow needs it.

use std::any::Any;
use std::sync::Arc;

pub use preheat_cpu::Column;
use preheat_format::{Call, DType};
use thiserror::Error;

use crate::diagnostic::Span;

/// A buffer of an engine; only the engine that made it knows what it holds. Dropping the last
/// clone gives it back.
#[derive(Clone)]
pub struct Buffer(Arc<dyn Any + Send + Sync>);

impl Buffer {
    /// Wraps an engine's own handle.
    pub fn new(inner: impl Any + Send + Sync) -> Buffer {
        Buffer(Arc::new(inner))
    }

    /// Where it is in memory: the same for all handles of one buffer.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// True if both are handles of one buffer.
    pub fn is_same(&self, other: &Buffer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The engine's own handle, if it made this buffer.
    pub fn inner<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// The engine's own handle, taken out, if no other clone is left and it made this buffer.
    pub fn into_inner<T: Any + Send + Sync>(self) -> Result<T, Buffer> {
        let typed = self.0.downcast::<T>().map_err(Buffer)?;
        Arc::try_unwrap(typed).map_err(|shared| Buffer(shared))
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Buffer")
    }
}

/// Where a group comes from, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupOrigin {
    /// Spans of the script that the group computes, in order, without repeats.
    pub spans: Vec<Span>,
    /// Names of its operations, e.g. `mul, sub, red_mean`.
    pub ops: String,
    /// Why the group ends where it does.
    pub boundary: String,
}

/// An array that output shows.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'a> {
    /// The variable that holds it, if one does.
    pub name: Option<&'a str>,
    /// Its extents.
    pub shape: &'a [u64],
    /// Its elements.
    pub buffer: &'a Buffer,
}

/// An engine that could not do its part.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A kernel that the archive lacks, under `--strict`.
    #[error("{reason}")]
    Miss {
        /// What is missing and how it differs from what is there.
        reason: String,
    },
    /// Anything else: device lost, out of memory, a call that does not fit.
    #[error("{message}")]
    Failed {
        /// The engine's own message.
        message: String,
        /// The engine's own error.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

/// The most elements of an array that takes less time to compute than to plan.
pub const KNOWN_LEN_MAX: u64 = 2048;

/// Executes fusion groups.
pub trait Engine {
    /// Makes a buffer of a host column that stores elements of `dtype`.
    ///
    /// # Errors
    /// [`EngineError`] if there is no room.
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError>;

    /// Runs a group (now or later) and gives one buffer per output.
    ///
    /// # Errors
    /// [`EngineError`] if the group cannot be run.
    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError>;

    /// The elements of a buffer; waits for them.
    ///
    /// # Errors
    /// [`EngineError`] if they cannot be had.
    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError>;

    /// Waits until every call is done; nothing to do where calls run at once.
    ///
    /// # Errors
    /// What a call failed with.
    fn finish(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    /// True if output needs no values: groups are planned, not run.
    fn is_planning(&self) -> bool;

    /// The most elements of an array that the tracer computes itself while it records; 0: none.
    fn known_len_max(&self) -> u64 {
        0
    }

    /// The elements of a buffer, if nothing has to be computed or copied for them.
    fn at_hand(&mut self, _buffer: &Buffer) -> Option<Arc<Column>> {
        None
    }

    /// Hears of an array that output shows, if it only plans.
    fn printed(&mut self, _printed: Printed<'_>) {}

    /// Hears which variable holds an array that was uploaded, if it only plans.
    fn named(&mut self, _buffer: &Buffer, _variable: &str) {}

    /// Hears of an array operation that the tracer computed itself, for there is no kernel.
    fn computed_on_host(&mut self, _operation: &'static str) {}
}
