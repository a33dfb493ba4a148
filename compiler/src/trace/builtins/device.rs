//! The device as scripts see it: enough to measure time as MATLAB's documentation does, with
//! `wait(gpuDevice)` before `toc`.

use indexmap::IndexMap;

use crate::shape::Shape;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::value::{StructArray, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("gpuDevice", (0, 1, 1), device, "The device, for `wait`."),
    Builtin::nodes("wait", (1, 1, 0), wait, "Computes what variables hold, and waits for it."),
];

/// Its properties are those that are the same on every machine: a script is built for all.
fn device(_: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let fields = [("Name", Value::from("preheat")), ("Index", Value::from(1.0))];
    let fields: IndexMap<String, Vec<Value>> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect();
    let shape = Shape::matrix(1, 1);
    Ok(vec![Value::Struct(StructArray { shape, fields: fields.into() })])
}

fn wait(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    call.interpreter.wait()?;
    Ok(Vec::new())
}
