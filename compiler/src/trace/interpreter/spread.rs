//! Targets of several results: `[a(i), b(j)] = f(..)`, `[c{1:n}] = f(..)`, `[s.a] = deal(..)`.

use crate::shape::Shape;
use crate::syntax::ast::LValue;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::assign::{Step, peek};
use crate::trace::interpreter::subscript::{folded, positions};
use crate::trace::interpreter::{Interpreter, Subscript};
use crate::trace::value::Value;

impl Interpreter<'_> {
    /// The ways to the parts that a target with a path names; its indices are evaluated now, before
    /// any result is assigned.
    ///
    /// # Errors
    /// Those of its indices.
    pub(crate) fn spread(&mut self, target: &LValue) -> Result<Vec<Vec<Step>>, ScriptError> {
        let Some(slot) = target.base.slot else {
            return Ok(Vec::new());
        };
        let steps = self.steps(target, slot)?;
        let value = self.load(slot);
        let inside = |count: usize| {
            let value = value.clone();
            steps[..count]
                .iter()
                .fold(value, |value, step| value.and_then(|value| peek(&value, step)))
        };
        let (last, before) = match steps.as_slice() {
            [.., Step::Paren(_), Step::Field(_)] => (steps.len() - 2, true),
            [.., Step::Brace(_)] => (steps.len() - 1, false),
            [.., Step::Field(_)] => (steps.len() - 1, true),
            _ => return Ok(vec![steps]),
        };
        let container = inside(last);
        let shape = match (&container, before) {
            (Some(Value::Cell(cell)), false) => cell.shape.clone(),
            (Some(Value::Struct(array)), true) => array.shape.clone(),
            (Some(value), _) if !value.is_empty() => return Ok(vec![steps]),
            // A field of nothing makes one structure.
            (_, true) if matches!(steps.get(last), Some(Step::Field(_))) => return Ok(vec![steps]),
            (_, _) => Shape::matrix(0, 0),
        };
        let rest = steps.get(last + 1..).unwrap_or_default();
        let way = |place: Step, rest: &[Step]| [&steps[..last], &[place], rest].concat();
        Ok(match &steps[last] {
            Step::Brace(subscripts) => {
                places(&shape, subscripts).map(|at| way(Step::Brace(at), rest)).collect()
            }
            Step::Paren(subscripts) => {
                places(&shape, subscripts).map(|at| way(Step::Paren(at), rest)).collect()
            }
            field => (0..shape.len())
                .map(|at| way(Step::Paren(vec![Subscript::One(at)]), std::slice::from_ref(field)))
                .collect(),
        })
    }
}

/// The elements that subscripts name in a list that grows for them, each by as many subscripts.
fn places(shape: &Shape, subscripts: &[Subscript]) -> impl Iterator<Item = Vec<Subscript>> {
    let grown = super::resize::grown_list(shape, subscripts, &Shape::scalar());
    let grown = grown.unwrap_or_else(|_| Shape::matrix(0, 0));
    let found = match grown.is_empty() {
        true => Vec::new(),
        false => positions(&grown, subscripts),
    };
    let extents = folded(&grown, subscripts.len());
    found.into_iter().map(move |place| {
        let mut left = place as u64;
        let coordinate = |extent: &u64| {
            let at = left % extent.max(&1);
            left /= extent.max(&1);
            Subscript::One(at)
        };
        extents.iter().map(coordinate).collect()
    })
}
