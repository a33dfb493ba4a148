//! One use of a group: its signature with the sizes and operands of this moment.

use std::sync::Arc;

use crate::error::CallError;
use crate::key::GroupKey;
use crate::shape::product;
use crate::signature::{AxisAccess, AxisRole, Signature, Space, ViewForm};
use crate::types::DType;

/// A scalar operand: its bits as its type stores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Type.
    pub dtype: DType,
    /// `f64::to_bits`, `f32::to_bits` or the integer, zero-extended.
    pub bits: u64,
}

impl Scalar {
    /// An `f64` scalar.
    pub fn f64(value: f64) -> Scalar {
        Scalar { dtype: DType::F64, bits: value.to_bits() }
    }

    /// An `f32` scalar.
    pub fn f32(value: f32) -> Scalar {
        Scalar { dtype: DType::F32, bits: u64::from(value.to_bits()) }
    }

    /// A `u32` scalar.
    pub fn u32(value: u32) -> Scalar {
        Scalar { dtype: DType::U32, bits: u64::from(value) }
    }

    /// A logical scalar.
    pub fn bool(value: bool) -> Scalar {
        Scalar { dtype: DType::Bool, bits: u64::from(value) }
    }
}

/// Offset and strides of a view for this call, in elements. Dense views derive theirs from the
/// extents; see [`Call::view_data`]. The offset that a dense view has here is what kernels add to
/// the indices that they count in it: where a window of a larger call begins. Loads, whose windows
/// are pieces of their buffers, and random numbers, whose counter of blocks says it, do not go by
/// it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewData {
    /// Element of the buffer that the domain's origin shows.
    pub offset: u64,
    /// Step per domain axis; 0 where the view has no such axis.
    pub strides: Vec<i64>,
}

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutput<B> {
    /// A new buffer of [`Call::output_len`] elements, column-major over the output's space.
    New,
    /// Elements of an existing buffer, placed by the output's view; the rest stays.
    Update(B),
}

/// The most trips of one rolled call; drivers are known to stop loops at 65,535.
pub const TRIPS_MAX: u32 = 4096;

/// What a rolled call does more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// Number of trips, 1 to [`TRIPS_MAX`].
    pub trips: u32,
    /// Per parameter, where [`Roll::table`] holds its value of the first trip, those of the other
    /// trips following (two words each for `F64`, low word first); 0: as in [`Call::params`].
    pub places: Vec<u32>,
    /// Values that change from trip to trip. Word 0 is not used.
    pub table: Arc<Vec<u32>>,
}

impl Roll {
    /// One trip.
    pub fn once(param_count: usize) -> Roll {
        Roll { trips: 1, places: vec![0; param_count], table: Arc::new(vec![0]) }
    }

    /// The scalar that parameter `index` is in trip `trip`, if it is `first` in the first.
    pub fn scalar(&self, index: usize, first: Scalar, trip: u32) -> Scalar {
        let place = self.places.get(index).copied().unwrap_or(0) as usize;
        if place == 0 {
            return first;
        }
        let word = |at: usize| u64::from(self.table.get(at).copied().unwrap_or(0));
        let bits = match first.dtype {
            DType::F64 => {
                let at = place + 2 * trip as usize;
                word(at) | word(at + 1) << 32
            }
            DType::F32
            | DType::Bool
            | DType::U32
            | DType::I32
            | DType::U8
            | DType::I8
            | DType::U16
            | DType::I16 => word(place + trip as usize),
        };
        Scalar { dtype: first.dtype, bits }
    }
}

/// One use of a group. `B` names a buffer in whatever way the engine does.
///
/// Domain axes are fastest first (column-major). `extents.len() == signature.roles.len()`.
#[derive(Clone, Debug)]
pub struct Call<B> {
    /// What is computed.
    pub signature: Arc<Signature>,
    /// Its key.
    pub key: GroupKey,
    /// Extent of each domain axis.
    pub extents: Vec<u64>,
    /// One per view of the signature; of the entries of dense views only the offset counts.
    pub views: Vec<ViewData>,
    /// One buffer per source of the signature.
    pub sources: Vec<B>,
    /// One scalar per parameter of the signature.
    pub params: Vec<Scalar>,
    /// One per output of the signature.
    pub outputs: Vec<CallOutput<B>>,
    /// The trips of a rolled group; `None` for any other.
    pub roll: Option<Roll>,
}

impl<B> Call<B> {
    /// Elements of output `index` when it is new: the product of its space's extents.
    ///
    /// # Errors
    /// [`CallError`] if the index is out of range or the product overflows.
    pub fn output_len(&self, index: usize) -> Result<u64, CallError> {
        let outputs = &self.signature.outputs;
        let output = outputs.get(index).ok_or(CallError::Count {
            what: "outputs",
            found: index,
            expected: outputs.len(),
        })?;
        let role = match self.signature.space(output.node) {
            Space::Full => None,
            Space::Kept => Some(AxisRole::Kept),
        };
        product(&self.signature.roles, &self.extents, role)
    }

    /// Offset and strides of view `index`: those of the call if it is strided, else those of a
    /// contiguous column-major array over the axes that it has.
    pub fn view_data(&self, index: usize) -> ViewData {
        let Some(view) = self.signature.views.get(index) else {
            return ViewData::default();
        };
        if view.form == ViewForm::Strided {
            return self.views.get(index).cloned().unwrap_or_default();
        }
        let mut step = 1i64;
        let strides = view
            .axes
            .iter()
            .zip(&self.extents)
            .map(|(access, extent)| match access {
                AxisAccess::One => 0,
                AxisAccess::Full => {
                    let stride = step;
                    step = step.saturating_mul(i64::try_from(*extent).unwrap_or(i64::MAX));
                    stride
                }
            })
            .collect();
        ViewData { offset: 0, strides }
    }

    /// Checks that every list is as long as the signature says and that every view stays inside
    /// its buffer; `len` gives a buffer's length in elements.
    ///
    /// # Errors
    /// The first [`CallError`] found.
    pub fn check(&self, len: impl Fn(&B) -> u64) -> Result<(), CallError> {
        let signature = &self.signature;
        let counts = [
            ("extents", self.extents.len(), signature.roles.len()),
            ("views", self.views.len(), signature.views.len()),
            ("sources", self.sources.len(), signature.sources.len()),
            ("params", self.params.len(), signature.params.len()),
            ("outputs", self.outputs.len(), signature.outputs.len()),
        ];
        for (what, found, expected) in counts {
            if found != expected {
                return Err(CallError::Count { what, found, expected });
            }
        }
        for (data, view) in self.views.iter().zip(&signature.views) {
            let (found, expected) = (data.strides.len(), signature.roles.len());
            if view.form == ViewForm::Strided && found != expected {
                return Err(CallError::Count { what: "strides", found, expected });
            }
        }
        self.check_roll()?;
        product(&signature.roles, &self.extents, None)?;
        for (source, view) in signature.loads() {
            if let Some(buffer) = self.sources.get(source as usize) {
                self.check_view(view as usize, len(buffer))?;
            }
        }
        for (output, spec) in self.outputs.iter().zip(&signature.outputs) {
            if let (CallOutput::Update(buffer), Some(view)) = (output, spec.view) {
                self.check_view(view as usize, len(buffer))?;
            }
        }
        Ok(())
    }

    fn check_roll(&self) -> Result<(), CallError> {
        let Some(roll) = &self.roll else {
            let (what, found, expected) = ("rolls", 0, usize::from(self.signature.is_rolled()));
            return match expected {
                0 => Ok(()),
                _ => Err(CallError::Count { what, found, expected }),
            };
        };
        if !self.signature.is_rolled() {
            return Err(CallError::Count { what: "rolls", found: 1, expected: 0 });
        }
        let (found, expected) = (roll.places.len(), self.params.len());
        if found != expected {
            return Err(CallError::Count { what: "table places", found, expected });
        }
        if !(1..=TRIPS_MAX).contains(&roll.trips) {
            return Err(CallError::Trips { found: roll.trips, limit: TRIPS_MAX });
        }
        for (place, scalar) in roll.places.iter().zip(&self.params) {
            let words = u64::from(roll.trips) * scalar.dtype.size_bytes() / 4;
            let end = u64::from(*place) + words;
            if *place != 0 && end > roll.table.len() as u64 {
                let (found, expected) = (roll.table.len(), end as usize);
                return Err(CallError::Count { what: "table words", found, expected });
            }
        }
        Ok(())
    }

    /// The scalars of one trip.
    pub fn params_at(&self, trip: u32) -> Vec<Scalar> {
        let Some(roll) = &self.roll else {
            return self.params.clone();
        };
        let at = |(index, first): (usize, &Scalar)| roll.scalar(index, *first, trip);
        self.params.iter().enumerate().map(at).collect()
    }

    fn check_view(&self, view: usize, len: u64) -> Result<(), CallError> {
        if self.extents.contains(&0) {
            return Ok(());
        }
        let data = self.view_data(view);
        let (mut low, mut high) = (i128::from(data.offset), i128::from(data.offset));
        for (stride, extent) in data.strides.iter().zip(&self.extents) {
            let reach = i128::from(*stride) * (i128::from(*extent) - 1);
            low += reach.min(0);
            high += reach.max(0);
        }
        if low < 0 || high >= i128::from(len) {
            let element = if low < 0 { low } else { high };
            return Err(CallError::OutOfBounds { view, element, len });
        }
        Ok(())
    }
}
