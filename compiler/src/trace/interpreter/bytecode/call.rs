//! Calls from compiled code, and growing a row in place.

use std::rc::Rc;
use std::sync::Arc;

use crate::shape::Shape;
use crate::syntax::ast::{Anonymous, Function, Ident, Param, Slot};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::bytecode::Site;
use crate::trace::interpreter::bytecode::machine::Next;
use crate::trace::interpreter::bytecode::places::{push, real};
use crate::trace::interpreter::{Frame, Interpreter};
use crate::trace::value::{FunctionValue, HostArray, HostData, Value};

impl Interpreter<'_> {
    /// Calls a function of a file with the topmost values of the stack.
    pub(super) fn call_site(&mut self, site: &Site) -> Result<Value, ScriptError> {
        let Some(function) = &site.function else {
            return Err(fail("M110", "a call without function").at(site.span));
        };
        self.release(site);
        if !is_simple(function, site.count as usize) {
            let args = self.topmost(site);
            let values = self.call_function(function, args, 1, site.span)?;
            return first(values, site);
        }
        let file = self.file_of(function.span);
        let spare = self.spare.pop().unwrap_or_default();
        let names = Arc::clone(&function.names);
        let mut frame = Frame::with((names, &function.scope), file, spare);
        frame.function = Some(Arc::clone(function));
        (frame.nargin, frame.nargout) = (site.count as usize, 1);
        let start = self.stack.len().saturating_sub(site.count as usize);
        for (param, value) in function.params.iter().zip(self.stack.drain(start..)) {
            if let Param::Named(Ident { slot: Some(slot), .. }) = param {
                frame.slots[slot.index()] = Some(value.open_in(&frame.scope, *slot));
            }
        }
        self.enter(frame, site.span)?;
        let result = self.function_body(function).and_then(|_| self.first_output(function));
        self.leave();
        result.map_err(|error| {
            let name = function.names.text(function.name);
            error.called_from(name.to_owned(), site.span)
        })
    }

    fn first_output(&mut self, function: &Function) -> Result<Value, ScriptError> {
        let slot = function.outputs.first().and_then(|output| output.slot);
        match slot.and_then(|slot| self.take_slot(slot)) {
            Some(value) => Ok(value),
            None => {
                let mut values = self.outputs(function, 1)?;
                Ok(if values.is_empty() { Value::empty() } else { values.swap_remove(0) })
            }
        }
    }

    /// Drops variables whose values are arguments now, so that each has one owner.
    fn release(&mut self, site: &Site) {
        site.last.iter().for_each(|slot| self.unset(*slot));
    }

    fn topmost(&mut self, site: &Site) -> Vec<Value> {
        self.stack.split_off(self.stack.len().saturating_sub(site.count as usize))
    }

    /// Calls the function in a variable with the topmost values of the stack.
    pub(super) fn call_handle(
        &mut self,
        site: &Site,
        variable: Slot,
        slot: Slot,
    ) -> Result<Next, ScriptError> {
        let Some(Some(Value::Function(function))) = self.frame.slots.get(variable.index()) else {
            return Ok(Next::Fallback);
        };
        let function: FunctionValue = function.clone();
        self.release(site);
        if let FunctionValue::Anonymous { function, captures } = &function
            && site.count as usize <= function.params.len()
            && function.varargin.is_none()
        {
            let value = self.call_short((function, captures), site)?;
            self.store(slot, value);
            return Ok(Next::Op);
        }
        let args = self.topmost(site);
        let values = self.call_value(&function, args, 1, site.span)?;
        let value = first(values, site)?;
        self.store(slot, value);
        Ok(Next::Op)
    }

    /// Calls an anonymous function with the topmost values of the stack.
    fn call_short(
        &mut self,
        (function, captures): (&Arc<Anonymous>, &Rc<Vec<Option<Value>>>),
        site: &Site,
    ) -> Result<Value, ScriptError> {
        let spare = self.spare.pop().unwrap_or_default();
        let file = self.file_of(function.body.span);
        let names = Arc::clone(&function.names);
        let mut frame = Frame::with((names, &function.scope), file, spare);
        (frame.nargin, frame.nargout) = (site.count as usize, 1);
        for (capture, value) in function.captures.iter().zip(captures.iter()) {
            frame.slots[capture.inner.index()].clone_from(value);
        }
        let start = self.stack.len().saturating_sub(site.count as usize);
        for (param, value) in function.params.iter().zip(self.stack.drain(start..)) {
            if let Param::Named(Ident { slot: Some(slot), .. }) = param {
                frame.slots[slot.index()] = Some(value);
            }
        }
        self.enter(frame, site.span)?;
        let result = self.anonymous_value(function, site);
        self.leave();
        result.map_err(|error| error.called_from("@<anonymous>".to_owned(), site.span))
    }

    fn anonymous_value(
        &mut self,
        function: &Arc<Anonymous>,
        site: &Site,
    ) -> Result<Value, ScriptError> {
        let Some(code) = self.anonymous_code(function) else {
            return first(self.eval_many(&function.body, 1)?, site);
        };
        let base = self.stack.len();
        self.run_code(&code)?;
        self.stack.truncate(base + 1);
        match self.stack.len() > base {
            true => Ok(self.stack.pop().unwrap_or_else(Value::empty)),
            false => first(Vec::new(), site),
        }
    }

    /// `variable = [variable, ..]` with the topmost values, in place if it can be.
    pub(super) fn append(&mut self, site: &Site, slot: Slot) -> Result<(), ScriptError> {
        let start = self.stack.len().saturating_sub(site.count as usize);
        if let Some(Some(Value::Array(row))) = self.frame.slots.get_mut(slot.index())
            && is_row(row)
            && self.stack[start..].iter().all(|part| is_part(row, part))
        {
            self.stack.drain(start..).for_each(|part| add(row, &part));
            return Ok(());
        }
        let mut parts = vec![self.load(slot).unwrap_or_else(Value::empty)];
        parts.extend(self.stack.drain(start..));
        let value = self.join_row(parts, site.span)?;
        self.store(slot, value);
        Ok(())
    }
}

/// True if a call needs no more than its parameters set.
fn is_simple(function: &Function, count: usize) -> bool {
    count <= function.params.len()
        && function.varargin.is_none()
        && function.varargout.is_none()
        && function.shared.is_empty()
        && !function.outputs.is_empty()
}

fn first(mut values: Vec<Value>, site: &Site) -> Result<Value, ScriptError> {
    if values.is_empty() {
        let message = "value on the right hand side of the assignment not defined";
        return Err(fail("M110", message).at(site.span));
    }
    Ok(values.swap_remove(0))
}

/// A row of numbers or characters, not a single one.
fn is_row(row: &HostArray) -> bool {
    matches!(&*row.data, HostData::Double(_) | HostData::Char(_))
        && matches!(*row.shape.extents(), [1, columns] if columns > 1)
}

/// True for what a row takes in as it is.
fn is_part(row: &HostArray, part: &Value) -> bool {
    match part {
        Value::Number(_) => part.class() == Some(row.class()) && is_real(part),
        Value::Array(part) => {
            part.class() == row.class()
                && !part.is_complex()
                && part.double_quoted == row.double_quoted
                && matches!(*part.shape.extents(), [1, _])
        }
        Value::Range(_)
        | Value::Lazy(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => false,
    }
}

fn is_real(value: &Value) -> bool {
    matches!(value, Value::Number(number) if real(*number).is_some())
}

fn add(row: &mut HostArray, part: &Value) {
    row.fixed = false;
    match part {
        Value::Number(number) => {
            if let Some((value, kind)) = real(*number) {
                push(row, value, kind);
            }
        }
        Value::Array(part) => {
            match (Rc::make_mut(&mut row.data), &*part.data) {
                (HostData::Double(values), HostData::Double(more)) => values.extend(more),
                (HostData::Char(values), HostData::Char(more)) => values.extend(more),
                (_, _) => return,
            }
            row.shape = Shape::matrix(1, row.data.len() as u64);
        }
        Value::Range(_)
        | Value::Lazy(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => {}
    }
}
