//! One index between brackets, and which elements a list of them names.

use crate::shape::Shape;
use crate::trace::error::{ScriptError, fail};
use crate::trace::value::{Class, HostArray, HostData, Number, Range};
use crate::trace::{builtins, library};

/// One index, 0-based.
#[derive(Clone, Debug)]
pub(crate) enum Subscript {
    /// `:`.
    All,
    /// One position.
    One(u64),
    /// Positions at equal distance.
    Span {
        /// First position.
        start: i64,
        /// Distance.
        step: i64,
        /// Number of positions.
        count: u64,
    },
    /// Any positions.
    Many {
        /// The positions.
        indices: Vec<u64>,
        /// Shape of the index array, or of what its mask finds.
        shape: Shape,
    },
}

/// Which index of how many, for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'n> {
    /// The variable, or nothing.
    pub(crate) name: &'n str,
    /// 0-based position of the index.
    pub(crate) position: usize,
    /// Number of indices.
    pub(crate) count: usize,
}

impl Place<'_> {
    /// `a(_,3)`, or `index (_,3)`.
    fn show(&self, text: &str) -> String {
        let list: Vec<&str> =
            (0..self.count).map(|at| if at == self.position { text } else { "_" }).collect();
        let list = list.join(",");
        match self.name {
            "" => format!("index ({list})"),
            name => format!("{name}({list})"),
        }
    }

    /// A note for a variable that has the name of a function: the call may be what was meant.
    fn note(&self) -> String {
        let is_unit = matches!(self.name, "i" | "j");
        let is_function =
            !is_unit && (builtins::find(self.name).is_some() || library::find(self.name).is_some());
        match is_function {
            true => format!(" (note: variable '{}' shadows function)", self.name),
            false => String::new(),
        }
    }

    /// The error for an index that is no position.
    pub(crate) fn invalid(&self, text: &str) -> ScriptError {
        let shown = self.show(text);
        let note = self.note();
        let message =
            format!("{shown}: subscripts must be either integers 1 to (2^63)-1 or logicals{note}");
        let error = fail("M106", message).identifier("Octave:invalid-index");
        if text == "0" { error.hint("indices start at 1") } else { error }
    }

    /// The error for a 1-based position beyond the end.
    pub(crate) fn out_of_bound(&self, index: u64, bound: u64, shape: &Shape) -> ScriptError {
        let shown = self.show(&index.to_string());
        let note = self.note();
        let message = format!("{shown}: out of bound {bound} (dimensions are {shape}){note}");
        fail("M105", message).identifier("Octave:index-out-of-bounds")
    }
}

impl Subscript {
    /// Of a number.
    ///
    /// # Errors
    /// If it is no position.
    pub(crate) fn from_number(number: Number, place: Place<'_>) -> Result<Subscript, ScriptError> {
        match number {
            Number::Char(':') => Ok(Subscript::All),
            Number::Logical(false) => {
                Ok(Subscript::Many { indices: Vec::new(), shape: Shape::matrix(0, 0) })
            }
            Number::Double(_)
            | Number::Single(_)
            | Number::Logical(true)
            | Number::Char(_)
            | Number::Int(..) => position(number.to_f64(), place).map(Subscript::One),
            Number::Complex(_, re, im) => {
                let shown = place.show(&format!("{re}{im:+}i"));
                let message =
                    format!("{shown}: subscripts must be real (forgot to initialize i or j?)");
                Err(fail("M106", message).identifier("Octave:invalid-index"))
            }
        }
    }

    /// Of a range.
    ///
    /// # Errors
    /// If some value is no position.
    pub(crate) fn from_range(range: Range, place: Place<'_>) -> Result<Subscript, ScriptError> {
        if range.count == 0 {
            return Ok(Subscript::Span { start: 0, step: 1, count: 0 });
        }
        position(range.start, place)?;
        position(range.at(range.count - 1), place)?;
        if range.step.fract() != 0.0 {
            position(range.at(1), place)?;
        }
        let (start, step) = (range.start as i64 - 1, range.step as i64);
        Ok(Subscript::Span { start, step, count: range.count })
    }

    /// Of an array: positions, or a mask.
    ///
    /// # Errors
    /// If some value is no position.
    pub(crate) fn from_array(
        array: &HostArray,
        place: Place<'_>,
    ) -> Result<Subscript, ScriptError> {
        if let HostData::Logical(mask) = &*array.data {
            let found = mask.iter().enumerate().filter(|(_, truth)| **truth);
            let indices: Vec<u64> = found.map(|(index, _)| index as u64).collect();
            let count = indices.len() as u64;
            let shape = match line_axis(&array.shape) {
                Some(axis) => array.shape.with_extent(axis, count),
                None if array.shape.is_scalar() => Shape::matrix(1, count),
                None => Shape::matrix(count, 1),
            };
            return Ok(Subscript::Many { indices, shape });
        }
        if array.class() == Class::Char && array.to_text().as_deref() == Some(":") {
            return Ok(Subscript::All);
        }
        let indices = array.numbers().map(|number| position(number.to_f64(), place));
        let indices = indices.collect::<Result<Vec<u64>, _>>()?;
        Ok(Subscript::Many { indices, shape: array.shape.clone() })
    }

    /// How many positions it names along an extent.
    pub(crate) fn count(&self, extent: u64) -> u64 {
        match self {
            Subscript::All => extent,
            Subscript::One(_) => 1,
            Subscript::Span { count, .. } => *count,
            Subscript::Many { indices, .. } => indices.len() as u64,
        }
    }

    /// One past the largest position.
    pub(crate) fn bound(&self, extent: u64) -> u64 {
        match self {
            Subscript::All => extent,
            Subscript::One(index) => index + 1,
            Subscript::Span { count: 0, .. } => 0,
            Subscript::Span { start, step, count } => {
                let last = start + step * (*count as i64 - 1);
                (*start).max(last) as u64 + 1
            }
            Subscript::Many { indices, .. } => indices.iter().max().map_or(0, |index| index + 1),
        }
    }

    /// The position at a 0-based place of the list.
    fn at(&self, index: u64) -> u64 {
        match self {
            Subscript::All => index,
            Subscript::One(position) => *position,
            Subscript::Span { start, step, .. } => (start + step * index as i64) as u64,
            Subscript::Many { indices, .. } => {
                indices.get(index as usize).copied().unwrap_or_default()
            }
        }
    }

    /// Shape of the index itself.
    fn shape(&self, extent: u64) -> Shape {
        match self {
            Subscript::All => Shape::matrix(extent, 1),
            Subscript::One(_) => Shape::scalar(),
            Subscript::Span { count, .. } => Shape::matrix(1, *count),
            Subscript::Many { shape, .. } => shape.clone(),
        }
    }

    /// True for `:`.
    pub(crate) fn is_all(&self) -> bool {
        matches!(self, Subscript::All)
    }
}

/// A 0-based position of a 1-based value.
pub(crate) fn position(value: f64, place: Place<'_>) -> Result<u64, ScriptError> {
    if value >= 1.0 && value.fract() == 0.0 && value <= 9.2e18 {
        return Ok(value as u64 - 1);
    }
    let text = if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") };
    Err(place.invalid(&text))
}

/// Extents as `count` indices see them: the last one runs over all that is left.
pub(crate) fn folded(shape: &Shape, count: usize) -> Vec<u64> {
    let mut extents: Vec<u64> = (0..count).map(|axis| shape.extent(axis)).collect();
    if let Some(last) = extents.last_mut() {
        *last = (count.saturating_sub(1)..shape.rank().max(count))
            .fold(1u64, |total, axis| total.saturating_mul(shape.extent(axis)));
    }
    extents
}

/// The one axis along which a shape has another extent than 1, if there is exactly one.
fn line_axis(shape: &Shape) -> Option<usize> {
    let mut axes = (0..shape.rank()).filter(|axis| shape.extent(*axis) != 1);
    let axis = axes.next();
    axis.filter(|_| axes.next().is_none())
}

/// Shape of what indices name in an array of a shape.
///
/// A line indexed by a line keeps its direction; what else is indexed by one index takes the
/// shape of the index.
pub(crate) fn indexed_shape(shape: &Shape, subscripts: &[Subscript]) -> Shape {
    if let [only] = subscripts {
        let own = only.shape(shape.len());
        return match (only, line_axis(shape), line_axis(&own)) {
            (
                Subscript::One(_) | Subscript::Span { .. } | Subscript::Many { .. },
                Some(at),
                Some(_),
            ) => shape.with_extent(at, own.len()),
            (
                Subscript::All
                | Subscript::One(_)
                | Subscript::Span { .. }
                | Subscript::Many { .. },
                ..,
            ) => own,
        };
    }
    let extents = folded(shape, subscripts.len());
    let counts = subscripts.iter().zip(extents).map(|(subscript, extent)| subscript.count(extent));
    Shape::new(counts.collect())
}

/// Checks that every position exists.
///
/// # Errors
/// For the first index that goes too far.
pub(crate) fn check_bounds(
    shape: &Shape,
    subscripts: &[Subscript],
    name: &str,
) -> Result<(), ScriptError> {
    let extents = folded(shape, subscripts.len());
    for (position, (subscript, extent)) in subscripts.iter().zip(extents).enumerate() {
        let bound = subscript.bound(extent);
        if bound > extent {
            let place = Place { name, position, count: subscripts.len() };
            return Err(place.out_of_bound(bound, extent, shape));
        }
    }
    Ok(())
}

/// Column-major positions of what indices name, first index fastest. They must be in bounds.
pub(crate) fn positions(shape: &Shape, subscripts: &[Subscript]) -> Vec<usize> {
    let extents = folded(shape, subscripts.len());
    let mut found = vec![0usize];
    let mut stride = extents.iter().product::<u64>() as usize;
    for (subscript, extent) in subscripts.iter().zip(&extents).rev() {
        stride /= (*extent).max(1) as usize;
        let count = subscript.count(*extent);
        let mut next = Vec::with_capacity(found.len() * count as usize);
        for base in &found {
            next.extend((0..count).map(|at| base + subscript.at(at) as usize * stride));
        }
        found = next;
    }
    found
}
