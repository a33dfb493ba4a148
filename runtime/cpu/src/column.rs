//! Typed dense buffers, and the one place that goes from their enum to slices.

use preheat_format::DType;

use crate::cast::word_value;
use crate::error::CpuError;
use crate::pages;

/// A dense buffer, column-major. Words hold `Bool` (0 or 1) and the integer types (`I32` and
/// narrower ones as two's complement).
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// `F64` elements.
    F64(Vec<f64>),
    /// `F32` elements.
    F32(Vec<f32>),
    /// Elements of every other type.
    Word(Vec<u32>),
}

/// Zeroed by the system, so that each thread is the first to touch its own part.
fn zeroed<T: bytemuck::Zeroable>(len: usize) -> Result<Vec<T>, ()> {
    let mut values = bytemuck::try_zeroed_vec(len)?;
    pages::prefer_large(&mut values);
    Ok(values)
}

impl Column {
    /// `len` zeros.
    ///
    /// # Errors
    /// [`CpuError::Memory`] if they cannot be allocated.
    pub fn zeros(dtype: DType, len: usize) -> Result<Column, CpuError> {
        let memory = |()| CpuError::Memory { elements: len as u64, dtype };
        Ok(match Storage::of(dtype) {
            Storage::F64 => Column::F64(zeroed(len).map_err(memory)?),
            Storage::F32 => Column::F32(zeroed(len).map_err(memory)?),
            Storage::Word => Column::Word(zeroed(len).map_err(memory)?),
        })
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Column::F64(values) => values.len(),
            Column::F32(values) => values.len(),
            Column::Word(values) => values.len(),
        }
    }

    /// True if there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True if elements of `dtype` are stored like these.
    pub fn stores(&self, dtype: DType) -> bool {
        self.storage() == Storage::of(dtype)
    }

    pub(crate) fn storage(&self) -> Storage {
        match self {
            Column::F64(_) => Storage::F64,
            Column::F32(_) => Storage::F32,
            Column::Word(_) => Storage::Word,
        }
    }

    /// A column without memory, to stand in while another is worked on.
    pub(crate) const fn nothing() -> Column {
        Column::Word(Vec::new())
    }

    /// `len` times the scalar with these bits.
    pub(crate) fn splat(dtype: DType, bits: u64, len: usize) -> Result<Column, CpuError> {
        let mut column = Column::zeros(dtype, len)?;
        column.fill(bits);
        Ok(column)
    }

    /// Every element becomes the scalar with these bits.
    pub(crate) fn fill(&mut self, bits: u64) {
        match self {
            Column::F64(values) => values.fill(f64::from_bits(bits)),
            Column::F32(values) => values.fill(f32::from_bits(bits as u32)),
            Column::Word(values) => values.fill(bits as u32),
        }
    }

    /// The bits of an element.
    pub(crate) fn bits(&self, index: usize) -> u64 {
        match self {
            Column::F64(values) => values[index].to_bits(),
            Column::F32(values) => u64::from(values[index].to_bits()),
            Column::Word(values) => u64::from(values[index]),
        }
    }

    /// Makes an element the scalar with these bits.
    pub(crate) fn set_bits(&mut self, index: usize, bits: u64) {
        match self {
            Column::F64(values) => values[index] = f64::from_bits(bits),
            Column::F32(values) => values[index] = f32::from_bits(bits as u32),
            Column::Word(values) => values[index] = bits as u32,
        }
    }

    /// A copy that reports when there is no memory for it.
    pub(crate) fn try_clone(&self, dtype: DType) -> Result<Column, CpuError> {
        let mut copy = Column::zeros(dtype, self.len())?;
        match (&mut copy, self) {
            (Column::F64(to), Column::F64(from)) => to.copy_from_slice(from),
            (Column::F32(to), Column::F32(from)) => to.copy_from_slice(from),
            (Column::Word(to), Column::Word(from)) => to.copy_from_slice(from),
            (Column::F64(_) | Column::F32(_) | Column::Word(_), _) => mismatch(),
        }
        Ok(copy)
    }

    /// All elements, to be split among threads.
    pub(crate) fn chunk(&mut self) -> Chunk<'_> {
        match self {
            Column::F64(values) => Chunk::F64(values),
            Column::F32(values) => Chunk::F32(values),
            Column::Word(values) => Chunk::Word(values),
        }
    }
}

/// How elements are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    F64,
    F32,
    Word,
}

impl Storage {
    pub(crate) const fn of(dtype: DType) -> Storage {
        match dtype {
            DType::F64 => Storage::F64,
            DType::F32 => Storage::F32,
            DType::Bool
            | DType::U32
            | DType::I32
            | DType::U8
            | DType::I8
            | DType::U16
            | DType::I16 => Storage::Word,
        }
    }
}

/// A part of a column that one thread may write.
pub(crate) enum Chunk<'a> {
    F64(&'a mut [f64]),
    F32(&'a mut [f32]),
    Word(&'a mut [u32]),
}

impl<'a> Chunk<'a> {
    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        match self {
            Chunk::F64(values) => values.len(),
            Chunk::F32(values) => values.len(),
            Chunk::Word(values) => values.len(),
        }
    }

    /// The first `middle` elements, and the rest.
    pub(crate) fn split_at(self, middle: usize) -> (Chunk<'a>, Chunk<'a>) {
        match self {
            Chunk::F64(values) => {
                let (head, tail) = values.split_at_mut(middle);
                (Chunk::F64(head), Chunk::F64(tail))
            }
            Chunk::F32(values) => {
                let (head, tail) = values.split_at_mut(middle);
                (Chunk::F32(head), Chunk::F32(tail))
            }
            Chunk::Word(values) => {
                let (head, tail) = values.split_at_mut(middle);
                (Chunk::Word(head), Chunk::Word(tail))
            }
        }
    }

    /// Parts of the given lengths, in order; what is left over is dropped.
    pub(crate) fn split(self, lens: impl Iterator<Item = usize>) -> Vec<Chunk<'a>> {
        let mut rest = self;
        let mut parts = Vec::with_capacity(lens.size_hint().0);
        for len in lens {
            let (part, tail) = rest.split_at(len);
            parts.push(part);
            rest = tail;
        }
        parts
    }
}

/// A type that columns store.
pub(crate) trait Element: Copy + Default + Send + Sync + 'static {
    /// The elements of a column that stores this type.
    fn of(column: &Column) -> &[Self];
    /// The same, `None` of a column that stores another type.
    fn try_of(column: &Column) -> Option<&[Self]>;
    /// The same, to be written.
    fn of_mut(column: &mut Column) -> &mut [Self];
    /// The number that an element of a type means.
    fn number(self, dtype: DType) -> f64;
}

macro_rules! element {
    ($type:ty, $variant:ident, $number:expr) => {
        impl Element for $type {
            fn of(column: &Column) -> &[Self] {
                <$type>::try_of(column).unwrap_or_else(|| mismatch())
            }
            fn try_of(column: &Column) -> Option<&[Self]> {
                if let Column::$variant(values) = column { Some(values) } else { None }
            }
            fn of_mut(column: &mut Column) -> &mut [Self] {
                if let Column::$variant(values) = column { values } else { mismatch() }
            }
            fn number(self, dtype: DType) -> f64 {
                $number(dtype, self)
            }
        }
    };
}

element!(f64, F64, |_, value| value);
element!(f32, F32, |_, value| f64::from(value));
element!(u32, Word, word_value);

/// Runs an expression with `$type` as the Rust type of a storage.
macro_rules! with_element {
    ($storage:expr, $type:ident => $body:expr) => {
        match $storage {
            $crate::column::Storage::F64 => {
                type $type = f64;
                $body
            }
            $crate::column::Storage::F32 => {
                type $type = f32;
                $body
            }
            $crate::column::Storage::Word => {
                type $type = u32;
                $body
            }
        }
    };
}
pub(crate) use with_element;

/// The call was checked before, so storage that differs here is a bug of this crate.
#[expect(clippy::panic, reason = "a bug of this crate, not of its input")]
#[cold]
pub(crate) fn mismatch() -> ! {
    panic!("storage of every value was checked against its type")
}
