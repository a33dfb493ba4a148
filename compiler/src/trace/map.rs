//! `containers.Map`: values by key, shared by all that hold the map.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::shape::Shape;
use crate::trace::builtins::class_of;
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::{Ended, convert_number};
use crate::trace::value::{CellArray, Class, FunctionValue, Number, Value};

/// A map. Cloning shares; so does passing it to a function, as with no other value.
#[derive(Clone, Debug)]
pub struct Map(Rc<RefCell<MapData>>);

/// What a map holds.
#[derive(Debug)]
struct MapData {
    /// `containers.Map`, or the class of another object that is shared: its properties by name.
    class: &'static str,
    key_type: String,
    value_type: String,
    entries: BTreeMap<Key, Value>,
    /// What `onCleanup` calls when the object goes away.
    cleanup: Option<Cleanup>,
}

/// A function that is to be called once nothing holds it.
#[derive(Debug)]
struct Cleanup {
    function: FunctionValue,
    ended: Ended,
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        self.ended.borrow_mut().push(self.function.clone());
    }
}

/// The class of maps.
const MAP: &str = "containers.Map";

/// A key in the order in which `keys` gives them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Bits of a number, made so that their order is that of the numbers.
    Number(u64),
    Text(String),
}

impl Key {
    fn of_number(value: f64) -> Key {
        let bits = (value + 0.0).to_bits();
        Key::Number(if bits >> 63 == 1 { !bits } else { bits | 1 << 63 })
    }

    fn value(&self, key_type: &str) -> Value {
        match self {
            Key::Text(text) => Value::from(text.as_str()),
            Key::Number(bits) => {
                let bits = if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits };
                let class = class_of(key_type).unwrap_or(Class::Double);
                Value::Number(convert_number(Number::Double(f64::from_bits(bits)), class))
            }
        }
    }
}

fn problem(message: impl std::fmt::Display) -> ScriptError {
    fail("M122", format!("containers.Map: {message}"))
}

/// The one number of a key, if it is one.
fn number_of(key: &Value) -> Option<f64> {
    match key {
        Value::Number(Number::Char(_) | Number::Complex(..)) => None,
        Value::Number(number) => Some(number.to_f64()),
        Value::Array(_)
        | Value::Range(_)
        | Value::Lazy(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => None,
    }
}

impl Map {
    /// An empty map for keys and values of some types.
    ///
    /// # Errors
    /// If there are no keys or values of such a type.
    pub fn new(key_type: &str, value_type: &str) -> Result<Map, ScriptError> {
        let key_types = ["char", "double", "single", "int32", "uint32", "int64", "uint64"];
        if !key_types.contains(&key_type) {
            return Err(problem("unsupported KeyType"));
        }
        if value_type != "any" && class_of(value_type).is_none() {
            return Err(problem("unsupported ValueType"));
        }
        let (key_type, value_type) = (key_type.to_owned(), value_type.to_owned());
        let (class, entries, cleanup) = (MAP, BTreeMap::new(), None);
        let data = MapData { class, key_type, value_type, entries, cleanup };
        Ok(Map(Rc::new(RefCell::new(data))))
    }

    /// An object of another class, without properties yet.
    pub fn object(class: &'static str) -> Map {
        let (key_type, value_type) = ("char".to_owned(), "any".to_owned());
        let (entries, cleanup) = (BTreeMap::new(), None);
        Map(Rc::new(RefCell::new(MapData { class, key_type, value_type, entries, cleanup })))
    }

    /// An object of `onCleanup`.
    pub(crate) fn cleanup(function: FunctionValue, ended: Ended) -> Map {
        let object = Map::object("onCleanup");
        object.0.borrow_mut().cleanup = Some(Cleanup { function, ended });
        object
    }

    /// Its class.
    pub fn class_name(&self) -> &'static str {
        self.0.borrow().class
    }

    /// True for a `containers.Map`, false for another object.
    pub fn is_map(&self) -> bool {
        self.class_name() == MAP
    }

    /// A map of keys with their values, both in order.
    ///
    /// # Errors
    /// If they do not go together.
    pub fn of(keys: &[Value], values: Vec<Value>, is_any: bool) -> Result<Map, ScriptError> {
        if keys.is_empty() {
            return Err(problem("empty keys are not allowed"));
        }
        if keys.len() != values.len() {
            return Err(problem("the number of keys and values must match"));
        }
        let key_class = |key: &Value| if key.is_char() { "char" } else { key.class_name() };
        let first = keys.first().map_or("char", key_class);
        let is_number = |key: &Value| number_of(key).is_some();
        let key_type = if keys.iter().all(|key| key_class(key) == first) {
            match first {
                "logical" | "int8" | "uint8" | "int16" | "uint16" => "double",
                other => other,
            }
        } else if keys.iter().all(is_number) {
            "double"
        } else {
            return Err(problem("when using multiple key types, all types must be numeric"));
        };
        if key_type != "char" && !keys.iter().all(is_number) {
            let message = "keys must be real scalar numeric values or char vectors";
            return Err(problem(message));
        }
        let map = Map::new(key_type, if is_any { "any" } else { common_type(&values) })?;
        for (key, value) in keys.iter().zip(values) {
            map.set(key, value)?;
        }
        Ok(map)
    }

    fn is_text_keyed(&self) -> bool {
        self.0.borrow().key_type == "char"
    }

    /// The key of a value; `None` if the map has no keys of its kind.
    fn key(&self, value: &Value) -> Option<Key> {
        match self.is_text_keyed() {
            true if value.is_char() => value.to_text().map(Key::Text),
            true => None,
            false => {
                let class = class_of(&self.0.borrow().key_type).unwrap_or(Class::Double);
                let number = convert_number(Number::Double(number_of(value)?), class);
                Some(Key::of_number(number.to_f64()))
            }
        }
    }

    fn checked_key(&self, value: &Value) -> Result<Key, ScriptError> {
        self.key(value)
            .ok_or_else(|| problem("specified key type does not match the type of this container"))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// If there is none. `shown` says how the key prints.
    pub fn get(&self, key: &Value, shown: &dyn Fn(&Value) -> String) -> Result<Value, ScriptError> {
        let found = self.checked_key(key)?;
        self.0.borrow().entries.get(&found).cloned().ok_or_else(|| {
            problem(format!("specified key <{}> does not exist", shown(key).trim()))
                .hint("`isKey(map, key)` says whether a key is there")
        })
    }

    /// The value of a key that may be missing.
    pub fn peek(&self, key: &Value) -> Option<Value> {
        let key = self.key(key)?;
        self.0.borrow().entries.get(&key).cloned()
    }

    /// Puts a value under a key.
    ///
    /// # Errors
    /// If the key or value is of another type.
    pub fn set(&self, key: &Value, value: Value) -> Result<(), ScriptError> {
        let key = self.checked_key(key)?;
        let mut data = self.0.borrow_mut();
        let value = match (data.value_type.as_str(), &value) {
            ("any", _) => value,
            ("char", value) if value.is_char() => value.clone(),
            (class, Value::Number(number)) if class != "char" && !value.is_char() => {
                let class = class_of(class).unwrap_or(Class::Double);
                Value::Number(convert_number(*number, class))
            }
            _ => {
                let message = "specified value type does not match the type of this container";
                return Err(problem(message));
            }
        };
        data.entries.insert(key, value);
        Ok(())
    }

    /// True if there is such a key.
    pub fn contains(&self, key: &Value) -> bool {
        self.key(key).is_some_and(|key| self.0.borrow().entries.contains_key(&key))
    }

    /// Takes a key out.
    pub fn remove(&self, key: &Value) {
        if let Some(key) = self.key(key) {
            self.0.borrow_mut().entries.remove(&key);
        }
    }

    /// Keys in order, as a row.
    pub fn keys(&self) -> Value {
        let data = self.0.borrow();
        row(data.entries.keys().map(|key| key.value(&data.key_type)).collect())
    }

    /// Values in the order of the keys, as a row.
    pub fn values(&self) -> Value {
        row(self.0.borrow().entries.values().cloned().collect())
    }

    /// Number of keys.
    pub fn count(&self) -> u64 {
        self.0.borrow().entries.len() as u64
    }

    /// Type of the keys.
    pub fn key_type(&self) -> String {
        self.0.borrow().key_type.clone()
    }

    /// Type of the values.
    pub fn value_type(&self) -> String {
        self.0.borrow().value_type.clone()
    }

    /// What `disp` prints.
    pub fn shown(&self) -> String {
        if let Some(Cleanup { function, .. }) = &self.0.borrow().cleanup {
            let text = crate::trace::text::function::text(function);
            return format!("onCleanup ({text})\n");
        }
        match self.class_name() {
            MAP => {}
            "inputParser" => return self.shown_parser(),
            class => return format!("<object {class}>\n"),
        }
        let (count, key, value) = (self.count(), self.key_type(), self.value_type());
        format!(
            "  containers.Map object with properties:\n\n    Count     : {count}\n    \
             KeyType   : {key}\n    ValueType : {value}\n\n"
        )
    }

    /// What `disp` prints of an `inputParser`.
    fn shown_parser(&self) -> String {
        let property = |name: &str| self.peek(&Value::from(name));
        let is_on = |name: &str| match property(name) {
            Some(Value::Number(number)) => number.to_f64() != 0.0,
            Some(value) => !value.is_empty(),
            None => false,
        };
        let mut out = String::from("inputParser object with properties:\n\n");
        // Octave tells of a name only that there is one, and knows no partial matching.
        let names = ["CaseSensitive", "FunctionName", "KeepUnmatched"];
        let shown = names.map(|name| (name, is_on(name)));
        let last = [("PartialMatching", false), ("StructExpand", is_on("StructExpand"))];
        for (name, is_on) in shown.into_iter().chain(last) {
            out.push_str(&format!("   {name:15} : {is_on}\n"));
        }
        let parameters = match property("Parameters") {
            Some(Value::Cell(cell)) => cell.values.iter().filter_map(Value::to_text).collect(),
            Some(_) | None => Vec::new(),
        };
        out.push_str(&format!("\nDefined parameters:\n\n   {{{}}}\n", parameters.join(", ")));
        out
    }

    /// What is shown of it inside of a cell or structure: its properties, as Octave keeps them.
    pub(crate) fn shown_inside(&self, indent: usize) -> String {
        if !self.is_map() {
            return format!("{:indent$}{}", "", self.shown());
        }
        let is_numeric = u8::from(self.key_type() != "char");
        let properties = [
            ("Count", "[1x1 uint64]".to_owned()),
            ("KeyType", self.key_type()),
            ("ValueType", self.value_type()),
            ("map", "[1x1 struct]".to_owned()),
            ("numeric_keys", is_numeric.to_string()),
        ];
        let (head, width) = (indent + 2, indent + 18);
        let lines = properties.iter().map(|(name, value)| format!("{name:>width$}: {value}\n"));
        let lines: String = lines.collect();
        format!("{:head$}{MAP} object with properties:\n\n{lines}", "")
    }

    /// True for the same map, not only an equal one.
    pub fn is_same(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A row of cells; `1x0` without any.
fn row(values: Vec<Value>) -> Value {
    Value::Cell(CellArray::new(Shape::matrix(1, values.len() as u64), values))
}

/// The type of values that are all texts, or all single numbers of a class.
fn common_type(values: &[Value]) -> &'static str {
    let class = values.first().map_or("any", Value::class_name);
    let is_same = values.iter().all(|value| value.class_name() == class);
    let is_fit = match class {
        "char" => true,
        _ => values.iter().all(|value| matches!(value, Value::Number(_))),
    };
    if is_same && is_fit { class } else { "any" }
}
