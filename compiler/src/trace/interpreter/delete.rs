//! `A(i) = []`: deletion of elements.

use crate::shape::Shape;
use crate::syntax::ast::{AccessKind, LValue, Slot};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::assign::Step;
use crate::trace::interpreter::index::Site;
use crate::trace::interpreter::subscript::{Subscript, folded, positions};
use crate::trace::value::Value;

/// What became of `target = []`.
pub(crate) enum Deletion {
    /// Elements were deleted.
    Done,
    /// The target is no `(..)` of something that is there. Nothing was evaluated.
    NoPart,
    /// A key of a map, which gets the value. Its way is evaluated, and must not be again.
    Assignment(Slot, Vec<Step>),
}

impl Interpreter<'_> {
    /// Deletes what a target names, if it is a part of an array, a cell or a structure.
    ///
    /// # Errors
    /// If the indices do not name whole lines of the array.
    pub(crate) fn delete(&mut self, target: &LValue) -> Result<Deletion, ScriptError> {
        let Some(slot) = target.base.slot.filter(|slot| self.is_set(*slot)) else {
            return Ok(Deletion::NoPart);
        };
        if !matches!(target.path.last().map(|last| &last.kind), Some(AccessKind::Paren(_))) {
            return Ok(Deletion::NoPart);
        }
        let mut steps = self.steps(target, slot)?;
        let subscripts = match steps.pop() {
            Some(Step::Paren(subscripts)) => subscripts,
            other => {
                steps.extend(other);
                return Ok(Deletion::Assignment(slot, steps));
            }
        };
        let inner = LValue { path: target.path.clone(), ..*target };
        let mut inner = inner;
        inner.path.pop();
        if !self.is_set(slot) {
            return Err(self.undefined(&inner.base));
        }
        let value = self.read_target(&inner, slot, &steps)?;
        let value = self.forced(value)?;
        if let Value::Function(_) = value {
            let message = "operator = undefined for 'function handle' by 'matrix' operations";
            return Err(fail("M104", message).at(target.span));
        }
        let names = std::sync::Arc::clone(&self.frame.names);
        let site = Site { name: names.text(target.base.name), span: target.span };
        let kept = self.without(value, &subscripts, site).map_err(|error| error.at(target.span))?;
        self.assign_steps(&inner, (slot, &steps), kept)?;
        Ok(Deletion::Done)
    }

    /// A value without some of its elements.
    pub(crate) fn without(
        &mut self,
        value: Value,
        subscripts: &[Subscript],
        site: Site<'_>,
    ) -> Result<Value, ScriptError> {
        let shape = value.shape();
        // Axes beyond the indices stay whole, and the last index is of its own axis alone.
        let mut all = subscripts.to_vec();
        if all.len() > 1 {
            all.resize(all.len().max(shape.rank()), Subscript::All);
        }
        let subscripts = &all[..];
        check_bounds(&shape, subscripts)?;
        let value = match value {
            Value::Lazy(_) | Value::Range(_) | Value::Number(_) => {
                Value::Array(self.host_array(&value, site.span)?)
            }
            other => other,
        };
        let extents = folded(&shape, subscripts.len());
        let names_nothing = |(subscript, extent): (&Subscript, &u64)| {
            !subscript.is_all() && subscript.count(*extent) == 0
        };
        if subscripts.iter().zip(&extents).any(names_nothing) {
            return Ok(value);
        }
        if let [only] = subscripts {
            if only.is_all() {
                let none = Subscript::Many { indices: Vec::new(), shape: Shape::matrix(0, 0) };
                return self.index_value(&value, &[none], site);
            }
            let kept = rest(shape.len(), &positions(&shape, subscripts));
            let line = line_left(&shape, only, kept.len() as u64);
            let kept = Subscript::Many { indices: kept, shape: line };
            return self.index_value(&value, &[kept], site);
        }
        let is_whole = |(subscript, extent): (&Subscript, &u64)| {
            let named = match subscript {
                Subscript::All => *extent,
                _ => extent - rest(*extent, &single(subscript, *extent)).len() as u64,
            };
            named == *extent
        };
        let partial: Vec<usize> = (0..subscripts.len())
            .filter(|axis| !is_whole((&subscripts[*axis], &extents[*axis])))
            .collect();
        let axis = match partial.as_slice() {
            [] => subscripts.iter().position(|subscript| !subscript.is_all()).unwrap_or(0),
            [axis] => *axis,
            _ => {
                let message = "a null assignment can only have one non-colon index";
                return Err(fail("M115", message).hint("delete whole rows or whole columns"));
            }
        };
        let kept = rest(extents[axis], &single(&subscripts[axis], extents[axis]));
        let line = Shape::matrix(1, kept.len() as u64);
        let mut keep = vec![Subscript::All; subscripts.len()];
        keep[axis] = Subscript::Many { indices: kept, shape: line };
        self.index_value(&value, &keep, site)
    }
}

/// The shape of what one index leaves of an array: of a matrix a column, unless it loses a stretch.
fn line_left(shape: &Shape, lost: &Subscript, count: u64) -> Shape {
    let is_stretch = match lost {
        Subscript::One(_) | Subscript::Span { step: 1, .. } => true,
        Subscript::All | Subscript::Span { .. } | Subscript::Many { .. } => count == 0,
    };
    let is_row = shape.extent(0) == 1 && shape.rank() == 2;
    let is_column = shape.extent(1) == 1 && shape.rank() == 2 && !is_row;
    match is_column || !(is_row || is_stretch) {
        true => Shape::matrix(count, 1),
        false => Shape::matrix(1, count),
    }
}

fn check_bounds(shape: &Shape, subscripts: &[Subscript]) -> Result<(), ScriptError> {
    for (subscript, extent) in subscripts.iter().zip(folded(shape, subscripts.len())) {
        let bound = subscript.bound(extent);
        if bound > extent {
            let place = if subscripts.len() > 1 { "..,I,.." } else { "I" };
            let message = format!(
                "A({place}) = []: index out of bounds: value {bound} out of bound {extent}"
            );
            return Err(fail("M105", message).identifier("Octave:index-out-of-bounds"));
        }
    }
    Ok(())
}

/// Positions that one index names along an axis.
fn single(subscript: &Subscript, extent: u64) -> Vec<usize> {
    positions(&Shape::matrix(1, extent), &[Subscript::One(0), subscript.clone()])
}

/// All other positions, in order.
fn rest(len: u64, named: &[usize]) -> Vec<u64> {
    let mut keep = vec![true; len as usize];
    for position in named {
        if let Some(keep) = keep.get_mut(*position) {
            *keep = false;
        }
    }
    (0..len).filter(|position| keep[*position as usize]).collect()
}
