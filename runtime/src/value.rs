//! Values of the runtime: arrays that live on the host, on the device, or on both.
//!
//! A [`Buffer`] is immutable and shared by its clones. It goes to the side that needs it the first
//! time that it is needed there, and stays on both. An update consumes it: if no clone is left,
//! its memory is changed in place.

use std::sync::{Arc, OnceLock};

use preheat_cpu::Column;
use preheat_format::DType;

use crate::error::RuntimeError;
use crate::recorder::{Engine, Operand};

/// An array: element type, length, and its elements in column-major order.
#[derive(Clone)]
pub struct Buffer {
    value: Arc<Value>,
}

struct Value {
    dtype: DType,
    len: u64,
    host: OnceLock<Arc<Column>>,
    device: OnceLock<Operand>,
}

/// Where all elements of an array are.
pub(crate) enum Whole {
    Device(Operand),
    Host(Arc<Column>),
}

impl Buffer {
    pub(crate) fn on_host(dtype: DType, column: Arc<Column>) -> Result<Buffer, RuntimeError> {
        if !column.stores(dtype) {
            return Err(RuntimeError::ColumnType { dtype });
        }
        let len = column.len() as u64;
        let (host, device) = (OnceLock::from(column), OnceLock::new());
        Ok(Buffer { value: Arc::new(Value { dtype, len, host, device }) })
    }

    pub(crate) fn on_device(dtype: DType, len: u64, operand: Operand) -> Buffer {
        let (host, device) = (OnceLock::new(), OnceLock::from(operand));
        Buffer { value: Arc::new(Value { dtype, len, host, device }) }
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.value.dtype
    }

    /// Number of elements.
    pub fn len(&self) -> u64 {
        self.value.len
    }

    /// True if there are no elements.
    pub fn is_empty(&self) -> bool {
        self.value.len == 0
    }

    /// Bytes of the elements.
    pub fn len_bytes(&self) -> u64 {
        self.value.len.saturating_mul(self.value.dtype.size_bytes())
    }

    /// True if reading the elements copies nothing.
    pub fn is_on_host(&self) -> bool {
        self.value.host.get().is_some()
    }

    /// True if the device has the elements, or a copy of them.
    pub(crate) fn is_on_device(&self) -> bool {
        self.value.device.get().is_some()
    }

    /// The elements in host memory, copied from the device if they are only there. `keep` says
    /// whether the copy stays with the value.
    pub(crate) fn column(
        &self,
        engine: Option<&Engine>,
        keep: bool,
    ) -> Result<Arc<Column>, RuntimeError> {
        if let Some(column) = self.value.host.get() {
            return Ok(Arc::clone(column));
        }
        let len = usize::try_from(self.value.len).unwrap_or(usize::MAX);
        let mut column = Column::zeros(self.value.dtype, len)?;
        // A value without host memory was made by the engine.
        if let (Some(engine), Some(operand)) = (engine, self.value.device.get()) {
            engine.download(&operand.buffer, bytes_mut(&mut column))?;
        }
        let column = Arc::new(column);
        if keep {
            let _ = self.value.host.set(Arc::clone(&column));
        }
        Ok(column)
    }

    /// The elements in device memory, copied there if need be.
    pub(crate) fn operand(&self, engine: &Engine) -> Result<Operand, RuntimeError> {
        if let Some(operand) = self.value.device.get() {
            return Ok(operand.clone());
        }
        let operand = self.uploaded(engine)?;
        let _ = self.value.device.set(operand.clone());
        Ok(operand)
    }

    /// The elements for windows: in device memory as a whole if they are there or one buffer may
    /// hold them, else in host memory.
    pub(crate) fn whole(&self, engine: &Engine) -> Result<Whole, RuntimeError> {
        match self.operand(engine) {
            Err(RuntimeError::OutOfMemory { .. } | RuntimeError::TooLarge { .. }) => {
                Ok(Whole::Host(self.column(None, true)?))
            }
            operand => operand.map(Whole::Device),
        }
    }

    fn uploaded(&self, engine: &Engine) -> Result<Operand, RuntimeError> {
        let column = self.column(None, false)?;
        let buffer = engine.upload(bytes(&column))?;
        Ok(Operand::new(buffer, self.len_bytes()))
    }

    /// Device memory with these elements that may be changed: the value's own if nobody else
    /// holds it, else a copy.
    pub(crate) fn into_writable(self, engine: &Engine) -> Result<Operand, RuntimeError> {
        let Some(operand) = self.value.device.get().cloned() else {
            return self.uploaded(engine);
        };
        // Dropping the value leaves this handle alone if no clone of the value is left.
        drop(self);
        if operand.buffer.is_unique() {
            return Ok(operand);
        }
        let buffer = engine.copy(&operand)?;
        Ok(Operand { buffer, ..operand })
    }

    /// The column, for an update on the host: the only handle to it if nobody else has one.
    pub(crate) fn into_column(self, engine: Option<&Engine>) -> Result<Arc<Column>, RuntimeError> {
        match Arc::try_unwrap(self.value) {
            Ok(Value { host, device, dtype, len }) => match host.into_inner() {
                Some(column) => Ok(column),
                None => {
                    let host = OnceLock::new();
                    Buffer { value: Arc::new(Value { host, device, dtype, len }) }
                        .column(engine, false)
                }
            },
            Err(value) => Buffer { value }.column(engine, true),
        }
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buffer")
            .field("dtype", &self.dtype())
            .field("len", &self.len())
            .field("on_host", &self.is_on_host())
            .field("on_device", &self.value.device.get().is_some())
            .finish()
    }
}

/// The elements as stored on the device: little-endian, as on every host that we build for.
pub(crate) fn bytes(column: &Column) -> &[u8] {
    match column {
        Column::F64(values) => bytemuck::cast_slice(values),
        Column::F32(values) => bytemuck::cast_slice(values),
        Column::Word(values) => bytemuck::cast_slice(values),
    }
}

pub(crate) fn bytes_mut(column: &mut Column) -> &mut [u8] {
    match column {
        Column::F64(values) => bytemuck::cast_slice_mut(values),
        Column::F32(values) => bytemuck::cast_slice_mut(values),
        Column::Word(values) => bytemuck::cast_slice_mut(values),
    }
}
