//! `x(index)` of a lazy array where an index is an array: elements picked on the device.
//!
//! Positions that the host knows are checked here, as MATLAB does. Where an index is itself lazy,
//! whether all are positions, the least that is none, and the greatest are computed on the device
//! and read, a sync point like output: while building nothing is read, and nothing is checked.

use preheat_format::OpId;

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::index::Site;
use crate::trace::interpreter::subscript::{
    Place, Subscript, check_bounds, folded, indexed_shape, position,
};
use crate::trace::pick::Positions;
use crate::trace::record::{Operand, within_index};
use crate::trace::value::{Lazy, Number, Value};

/// One index: what the host knows, or values that are yet to be computed.
enum Index {
    Known(Subscript),
    Lazy(Lazy),
}

/// An axis of the array as the indices see it.
#[derive(Clone, Copy)]
struct Axis {
    /// Which index.
    place: usize,
    /// Elements from one coordinate to the next.
    stride: u64,
}

impl Interpreter<'_> {
    /// `lazy(values)` if some index is a lazy array of positions; its values stay where they are.
    ///
    /// # Errors
    /// If an index goes too far.
    pub(crate) fn pick_by_lazy(
        &mut self,
        lazy: &Lazy,
        values: &[Value],
        site: Site<'_>,
    ) -> Result<Option<Value>, ScriptError> {
        let is_lazy = |value: &Value| match value {
            Value::Lazy(index) => {
                index.class.is_float() && !index.shape.is_scalar() && !index.shape.is_empty()
            }
            _ => false,
        };
        if !values.iter().any(is_lazy) || lazy.shape.is_empty() {
            return Ok(None);
        }
        let mut indices = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            indices.push(match value {
                Value::Lazy(index) if is_lazy(value) => {
                    let place = Place { name: site.name, position: place, count: values.len() };
                    let extent = folded(&lazy.shape, values.len())[place.position];
                    self.check_lazy(index, (extent, &lazy.shape), place, site.span)
                        .map_err(|error| error.at(site.span))?;
                    Index::Lazy(index.clone())
                }
                // One index at a time, so that messages name its place.
                value => {
                    let mut all = vec![Value::from(1.0); values.len()];
                    all[place] = value.clone();
                    Index::Known(self.subscripts(&all, site)?.swap_remove(place))
                }
            });
        }
        self.picked(lazy, &indices, site).map(|lazy| Some(Value::Lazy(lazy)))
    }

    /// Elements of a lazy array by indices of which some is a list.
    ///
    /// # Errors
    /// If an index goes too far.
    pub(crate) fn pick_by_known(
        &mut self,
        lazy: &Lazy,
        subscripts: &[Subscript],
        site: Site<'_>,
    ) -> Result<Lazy, ScriptError> {
        check_bounds(&lazy.shape, subscripts, site.name)?;
        let indices: Vec<Index> = subscripts.iter().cloned().map(Index::Known).collect();
        self.picked(lazy, &indices, site)
    }

    fn picked(
        &mut self,
        lazy: &Lazy,
        indices: &[Index],
        site: Site<'_>,
    ) -> Result<Lazy, ScriptError> {
        let extents = folded(&lazy.shape, indices.len());
        let shape = match indices {
            [Index::Known(only)] => indexed_shape(&lazy.shape, std::slice::from_ref(only)),
            [Index::Lazy(only)] => {
                let own = Subscript::Many { indices: Vec::new(), shape: only.shape.clone() };
                indexed_shape(&lazy.shape, &[own])
            }
            _ => {
                let count = |(index, extent): (&Index, &u64)| match index {
                    Index::Known(subscript) => subscript.count(*extent),
                    Index::Lazy(index) => index.shape.len(),
                };
                Shape::new(indices.iter().zip(&extents).map(count).collect())
            }
        };
        if shape.is_empty() {
            return Ok(self.graph.empty(lazy.class, shape, site.span)?);
        }
        within_index(&lazy.shape)?;
        within_index(&shape)?;
        let mut total: Option<Positions> = None;
        let mut stride = 1u64;
        for (place, (index, extent)) in indices.iter().zip(extents).enumerate() {
            let own = match indices.len() {
                1 => shape.clone(),
                count => line(place, shape.extent(place), count),
            };
            let axis = Axis { place, stride };
            let positions = self.positions(index, axis, own, site)?;
            stride = stride.wrapping_mul(extent);
            total = Some(match total {
                Some(total) => self.graph.add_positions(&total, &positions, site.span)?,
                None => positions,
            });
        }
        match total {
            Some(positions) => Ok(self.graph.pick(lazy, &positions, site.span)),
            None => Ok(lazy.clone()),
        }
    }

    /// What an index adds to the position of each element, over `shape`. The form depends on how
    /// the index is written, not on its values.
    fn positions(
        &mut self,
        index: &Index,
        axis: Axis,
        shape: Shape,
        site: Site<'_>,
    ) -> Result<Positions, ScriptError> {
        let span = site.span;
        let stride = axis.stride as u32;
        let scaled = |this: &mut Self, positions: Positions| match axis.place {
            0 => Ok(positions),
            _ => this.graph.scale_positions(&positions, stride, span),
        };
        Ok(match index {
            Index::Known(Subscript::All) => {
                let counted = self.graph.counted_positions(shape, span);
                scaled(self, counted)?
            }
            Index::Known(Subscript::One(index)) => {
                self.graph.one_position((*index as u32).wrapping_mul(stride), span)
            }
            Index::Known(Subscript::Span { start, step, .. }) => {
                let counted = self.graph.counted_positions(shape, span);
                let step = (*step as u32).wrapping_mul(stride);
                let moved = self.graph.scale_positions(&counted, step, span)?;
                let start = (*start as u32).wrapping_mul(stride);
                let start = self.graph.one_position(start, span);
                self.graph.add_positions(&moved, &start, span)?
            }
            Index::Known(Subscript::Many { indices, .. }) => {
                let at = indices.iter().map(|index| (*index as u32).wrapping_mul(stride));
                self.graph.known_positions(at.collect(), shape, span)?
            }
            Index::Lazy(index) => {
                let index = self.graph.reshape(index, shape, span)?;
                let one = Operand::Number(Number::Double(1.0));
                let operands = [Operand::Lazy(&index), one];
                let zero_based = self.graph.apply(OpId::new("sub"), &operands, span)?;
                let positions = self.graph.computed_positions(&zero_based, span);
                scaled(self, positions)?
            }
        })
    }

    /// Has the values of a lazy index checked.
    fn check_lazy(
        &mut self,
        index: &Lazy,
        (extent, shape): (u64, &Shape),
        place: Place<'_>,
        span: Span,
    ) -> Result<(), ScriptError> {
        let axes: Vec<usize> = (0..index.shape.rank()).collect();
        let graph = &mut *self.graph;
        let x = Operand::Lazy(index);
        let number = |value: f64| Operand::Number(Number::Double(value));
        let whole = graph.apply(OpId::new("fix"), &[x], span)?;
        let whole = graph.apply(OpId::new("eq"), &[x, Operand::Lazy(&whole)], span)?;
        let counts = graph.apply(OpId::new("ge"), &[x, number(1.0)], span)?;
        let both = [Operand::Lazy(&whole), Operand::Lazy(&counts)];
        let good = graph.apply(OpId::new("and"), &both, span)?;
        let wrong = graph.select(Operand::Lazy(&good), number(f64::NAN), x, span)?;
        // A position that is no number is no good, and no least wrong one either.
        let all_good = graph.reduce(OpId::new("red_all"), &good, &axes, span)?;
        let wrong = graph.reduce(OpId::new("red_min"), &wrong, &axes, span)?;
        let greatest = graph.reduce(OpId::new("red_max"), index, &axes, span)?;
        let Some(found) = graph.output(&[&all_good, &wrong, &greatest])? else {
            return Ok(());
        };
        let at = |of: usize| found.get(of).and_then(|array| array.first()).unwrap_or(f64::NAN);
        if at(0) == 0.0 {
            position(at(1), place)?;
        }
        let last = position(at(2), place)?;
        if last >= extent {
            return Err(place.out_of_bound(last + 1, extent, shape));
        }
        Ok(())
    }
}

/// Extent 1 but along one axis.
fn line(axis: usize, extent: u64, rank: usize) -> Shape {
    let mut extents = vec![1; rank.max(2)];
    extents[axis] = extent;
    Shape::new(extents)
}
