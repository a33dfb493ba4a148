//! Functions of `containers.Map`.

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::map::Map;
use crate::trace::value::{CellArray, HostArray, HostData, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("keys", (1, 1, 1), |call| one(call.map()?.keys()), "Keys of a map, in order."),
    Builtin::nodes("values", (1, 2, 1), values, "Values of a map, in the order of its keys."),
    Builtin::values("isKey", (2, 2, 1), is_key, "True for keys of a map."),
    Builtin::nodes("object__", (1, 1, 1), object, "A shared object of a class of the library."),
    Builtin::nodes("property__", (2, 3, 1), property, "A property of such an object."),
    Builtin::values("remove", (2, 2, 1), remove, "Takes keys out of a map."),
];

impl Call<'_, '_> {
    fn map(&self) -> Result<Map, ScriptError> {
        match self.get(0) {
            Some(Value::Map(map)) => Ok(map.clone()),
            Some(_) | None => Err(self.error(
                "M113",
                format!("{}: argument 1 must be a containers.Map", self.builtin.name),
            )),
        }
    }
}

/// `object__(class)`: the object of a class whose functions the library has.
fn object(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    match call.text(0)?.as_str() {
        "inputParser" => one(Value::Map(Map::object("inputParser"))),
        _ => Err(call.invalid()),
    }
}

/// `property__(object, name)` and `property__(object, name, value)`.
fn property(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let object = call.map()?;
    let name = call.take(1)?;
    if call.args.len() > 2 {
        let value = call.take(2)?;
        object.set(&name, value)?;
        return Ok(Vec::new());
    }
    one(object.peek(&name).unwrap_or_else(Value::empty))
}

fn values(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let map = call.map()?;
    if call.args.len() == 1 {
        return one(map.values());
    }
    let mut keys = call.take(1)?;
    call.interpreter.make_known(&mut keys)?;
    let Value::Cell(keys) = keys else {
        return Err(call.error("M122", "containers.Map: input argument 'keySet' must be a cell"));
    };
    let span = call.span;
    let mut found = Vec::with_capacity(keys.values.len());
    for key in keys.values.iter() {
        let value = map.peek(key).ok_or_else(|| {
            let shown = call.settings().printer();
            let shown = shown.disp(key);
            let message = format!("containers.Map: key <{}> does not exist", shown.trim());
            call.error("M122", message).at(span)
        })?;
        found.push(value);
    }
    one(Value::Cell(CellArray::new(keys.shape.clone(), found)))
}

/// Keys one by one, with the shape of the answer.
fn listed(value: &Value) -> (Vec<Value>, Shape) {
    match value {
        Value::Cell(cell) => (cell.values.to_vec(), cell.shape.clone()),
        Value::Array(array) if !value.is_char() => {
            (array.numbers().map(Value::Number).collect(), array.shape.clone())
        }
        other => (vec![other.clone()], Shape::scalar()),
    }
}

fn is_key(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let map = call.map()?;
    let (keys, shape) = listed(&call.take(1)?);
    let found = keys.iter().map(|key| map.contains(key)).collect();
    one(HostArray::new(shape, HostData::Logical(found)))
}

fn remove(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let map = call.map()?;
    let (keys, _) = listed(&call.take(1)?);
    keys.iter().for_each(|key| map.remove(key));
    one(Value::Map(map))
}
