//! Targets that take several results: `[c{1:n}] = f(..)`, `[s.a] = deal(..)`.

use crate::shape::Shape;
use crate::syntax::ast::{AccessKind, LValue};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::assign::Step;
use crate::trace::interpreter::subscript::positions;
use crate::trace::interpreter::{Interpreter, Subscript};
use crate::trace::value::Value;

impl Interpreter<'_> {
    /// The ways to the parts that a target names, if there are more or fewer than one.
    ///
    /// # Errors
    /// Those of its indices.
    pub(crate) fn spread(
        &mut self,
        target: &LValue,
    ) -> Result<Option<Vec<Vec<Step>>>, ScriptError> {
        let kinds: Vec<&AccessKind> = target.path.iter().map(|access| &access.kind).collect();
        let is_list = matches!(
            kinds.as_slice(),
            [AccessKind::Brace(_)]
                | [AccessKind::Field(_) | AccessKind::DynField(_)]
                | [AccessKind::Paren(_), AccessKind::Field(_) | AccessKind::DynField(_)]
        );
        let Some(slot) = target.base.slot.filter(|_| is_list) else {
            return Ok(None);
        };
        let shape = match self.load(slot) {
            Some(value @ (Value::Cell(_) | Value::Struct(_))) => value.shape(),
            Some(value) if !value.is_empty() => return Ok(None),
            Some(_) | None if kinds.len() == 1 && !matches!(kinds[0], AccessKind::Brace(_)) => {
                return Ok(None);
            }
            Some(_) | None => Shape::matrix(0, 0),
        };
        let steps = self.steps(target, slot)?;
        let places = |subscripts: &[Subscript]| {
            let grown = super::resize::grown_list(&shape, subscripts, &Shape::scalar());
            grown.map(|grown| positions(&grown, subscripts)).unwrap_or_default()
        };
        let at = |place: usize| vec![Subscript::One(place as u64)];
        let ways: Vec<Vec<Step>> = match steps.as_slice() {
            [Step::Brace(subscripts)] => {
                places(subscripts).into_iter().map(|place| vec![Step::Brace(at(place))]).collect()
            }
            [Step::Paren(subscripts), field @ Step::Field(_)] => places(subscripts)
                .into_iter()
                .map(|place| vec![Step::Paren(at(place)), field.clone()])
                .collect(),
            [field @ Step::Field(_)] => (0..shape.len() as usize)
                .map(|place| vec![Step::Paren(at(place)), field.clone()])
                .collect(),
            _ => return Ok(None),
        };
        Ok((ways.len() != 1).then_some(ways))
    }
}
