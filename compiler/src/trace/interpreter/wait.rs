//! Computing everything that variables hold, for scripts that measure time.

use crate::trace::error::ScriptError;
use crate::trace::interpreter::Interpreter;
use crate::trace::value::{Lazy, Value};

impl Interpreter<'_> {
    /// Computes the lazy arrays of all variables of all active calls, and waits for them.
    ///
    /// # Errors
    /// What planning or the engine stumbles over.
    pub(crate) fn wait(&mut self) -> Result<(), ScriptError> {
        let mut held = Vec::new();
        let frames = self.callers.iter().chain([&self.frame]);
        for value in frames.flat_map(|frame| frame.slots.iter().flatten()) {
            collect(value, &mut held);
        }
        for shared in self.globals.values().chain(self.persistents.values()) {
            if let Some(value) = &*shared.borrow() {
                collect(value, &mut held);
            }
        }
        let held: Vec<&Lazy> = held.iter().collect();
        self.graph.settle(&held)?;
        Ok(self.graph.wait()?)
    }
}

/// Lazy arrays in a value, in order.
fn collect(value: &Value, held: &mut Vec<Lazy>) {
    match value {
        Value::Lazy(lazy) => held.push(lazy.clone()),
        Value::Cell(cell) => cell.values.iter().for_each(|value| collect(value, held)),
        Value::Struct(array) => {
            array.fields.values().flatten().for_each(|value| collect(value, held));
        }
        Value::Number(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => {}
    }
}
