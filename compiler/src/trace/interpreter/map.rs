//! `containers.Map` in expressions: making one, `m(key)`, `m.Count`, `m.isKey(key)`.

use crate::diagnostic::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::Interpreter;
use crate::trace::map::Map;
use crate::trace::value::{IntClass, Number, Value};

impl Interpreter<'_> {
    /// True for the text `containers.Map` where no variable is called `containers`.
    pub(crate) fn is_map_class(&self, expr: &Expr) -> bool {
        let ExprKind::Field { base, name } = &expr.kind else {
            return false;
        };
        match &base.kind {
            ExprKind::Ident(ident) => {
                self.frame.text(*name) == "Map"
                    && self.frame.text(ident.name) == "containers"
                    && !ident.slot.is_some_and(|slot| self.is_set(slot))
            }
            _ => false,
        }
    }

    /// `containers.Map(args)`.
    ///
    /// # Errors
    /// If keys, values or options do not go together.
    pub(crate) fn new_map(
        &mut self,
        mut args: Vec<Value>,
        span: Span,
    ) -> Result<Value, ScriptError> {
        for arg in &mut args {
            self.make_known(arg)?;
        }
        let text = |value: Option<&Value>| value.and_then(Value::to_text).unwrap_or_default();
        let option = |index: usize| text(args.get(index)).to_ascii_lowercase();
        let map = match args.as_slice() {
            [] => Map::new("char", "any"),
            [_, key_type, _, value_type] if option(0) == "keytype" && option(2) == "valuetype" => {
                Map::new(&text(Some(key_type)), &text(Some(value_type)))
            }
            [_, value_type, _, key_type] if option(0) == "valuetype" && option(2) == "keytype" => {
                Map::new(&text(Some(key_type)), &text(Some(value_type)))
            }
            [_, key_type] if option(0) == "keytype" => Map::new(&text(Some(key_type)), "any"),
            [keys, values] => Map::of(&listed(keys, true), listed(values, is_many(keys)), false),
            [keys, values, _, uniform] if option(2) == "uniformvalues" => {
                let is_any = !self.truth(uniform, span)?;
                Map::of(&listed(keys, true), listed(values, is_many(keys)), is_any)
            }
            _ => {
                let message = "containers.Map: incorrect number of inputs specified";
                Err(fail("M122", message))
            }
        };
        map.map(Value::Map).map_err(|error| error.at(span))
    }

    /// `map(key)`.
    ///
    /// # Errors
    /// If there is no such key.
    pub(crate) fn map_value(
        &mut self,
        map: &Map,
        mut args: Vec<Value>,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let Some(mut key) = args.pop().filter(|_| args.is_empty()) else {
            let message = "containers.Map: only '()' indexing with exactly one key is supported";
            return Err(fail("M122", message).at(span));
        };
        self.make_known(&mut key)?;
        let printer = self.settings.printer();
        let shown = move |key: &Value| printer.disp(key);
        map.get(&key, &shown).map_err(|error| error.at(span))
    }

    /// `map.name` and `map.name(args)`.
    ///
    /// # Errors
    /// If a map has nothing of that name.
    pub(crate) fn map_member(
        &mut self,
        map: &Map,
        (name, args): (&str, Vec<Value>),
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        if !map.is_map() {
            return self.property(map, (name, args), span);
        }
        let count = map.count();
        Ok(vec![match name {
            "Count" => Value::Number(Number::Int(IntClass::Uint64, count.into())),
            "KeyType" => Value::from(map.key_type().as_str()),
            "ValueType" => Value::from(map.value_type().as_str()),
            "keys" | "values" | "isKey" | "remove" | "length" | "numel" | "isempty" => {
                let mut all = vec![Value::Map(map.clone())];
                all.extend(args);
                let mut values = self.call_name(name, all, 1, span)?;
                values.pop().unwrap_or_else(Value::empty)
            }
            _ => {
                let message = format!("containers.Map: unknown property '{name}'");
                return Err(fail("M122", message).at(span));
            }
        }])
    }
}

impl Interpreter<'_> {
    /// `object.name` and `object.name(args)` of an object that is no map: a property, or a function
    /// of its class.
    fn property(
        &mut self,
        object: &Map,
        (name, args): (&str, Vec<Value>),
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        if let Some(value) = object.peek(&Value::from(name)) {
            if args.is_empty() {
                return Ok(vec![value]);
            }
            let site = super::index::Site { name, span };
            let subscripts = self.subscripts(&args, site)?;
            return Ok(vec![self.index_value(&value, &subscripts, site)?]);
        }
        let class = object.class_name();
        let function = format!("{class}__{name}");
        if crate::trace::library::find(&function).is_none() {
            let message = format!("invalid use of a {class} object: it has no '{name}'");
            return Err(fail("M122", message).at(span));
        }
        let mut all = vec![Value::Map(object.clone())];
        all.extend(args);
        self.call_name(&function, all, 0, span)
    }
}

fn is_many(keys: &Value) -> bool {
    !keys.is_char() && !keys.shape().is_scalar() || matches!(keys, Value::Cell(_))
}

/// Keys or values one by one: cells, or the elements of an array of numbers if `splits`.
fn listed(value: &Value, splits: bool) -> Vec<Value> {
    match value {
        Value::Cell(cell) => cell.values.to_vec(),
        Value::Array(array) if splits && !value.is_char() => {
            array.numbers().map(Value::Number).collect()
        }
        Value::Range(range) if splits => range.to_array().numbers().map(Value::Number).collect(),
        other => vec![other.clone()],
    }
}
