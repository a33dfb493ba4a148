//! Assignment to a variable or a part of it.
//!
//! The indices are evaluated before the variable is taken out of its slot, so that its array is
//! uniquely owned while it is written; it goes back even if the write fails.

use std::rc::Rc;

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::syntax::ast::{Access, AccessKind, Expr, LValue, Slot};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::access::{indexed_type, linear, matrix};
use crate::trace::interpreter::index::Site;
use crate::trace::interpreter::subscript::{folded, positions};
use crate::trace::interpreter::{EndOf, Interpreter, Subscript};
use crate::trace::value::{CellArray, HostData, Number, StructArray, Value};

const ONE_LEVEL: &str = "containers.Map: only one level of indexing is supported";

/// One step of the way to a part, its indices evaluated.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// `(..)`.
    Paren(Vec<Subscript>),
    /// `{..}`.
    Brace(Vec<Subscript>),
    /// `.name`.
    Field(String),
    /// `(key)` of a `containers.Map`.
    Key(Value),
}

impl Interpreter<'_> {
    /// `target = value`.
    ///
    /// # Errors
    /// If an index or the value does not fit; the variable then keeps its value.
    pub(crate) fn assign(&mut self, target: &LValue, value: Value) -> Result<(), ScriptError> {
        let Some(slot) = target.base.slot else {
            return Err(fail("M112", "invalid assignment target").at(target.span));
        };
        if target.path.is_empty() {
            self.store(slot, value);
            return Ok(());
        }
        let value = match (&value, &self.frame.slots[slot.index()]) {
            (Value::Lazy(lazy), Some(base @ (Value::Array(_) | Value::Lazy(_))))
                if self.is_written_at_once(base) =>
            {
                self.graph.known_number(lazy).map_or(value, Value::Number)
            }
            (_, _) => value,
        };
        if let ([Access { kind: AccessKind::Paren(args), .. }], Value::Number(number)) =
            (target.path.as_slice(), &value)
            && self.set_element(slot, args, *number)?
        {
            return Ok(());
        }
        let steps = self.steps(target, slot)?;
        self.assign_steps(target, (slot, &steps), value)
    }

    /// The same, the way to the part evaluated.
    ///
    /// # Errors
    /// As [`Interpreter::assign`].
    pub(crate) fn assign_steps(
        &mut self,
        target: &LValue,
        (slot, steps): (Slot, &[Step]),
        value: Value,
    ) -> Result<(), ScriptError> {
        if steps.is_empty() {
            self.store(slot, value);
            return Ok(());
        }
        let name = self.frame.text(target.base.name).to_owned();
        let site = Site { name: &name, span: target.span };
        let mut base = self.take_slot(slot);
        let result = self.assign_into(&mut base, steps, value, site);
        if let Some(base) = base {
            self.store(slot, base);
        }
        result.map_err(|error| error.at(target.span))
    }

    /// Writes one element of a host variable by one or two numbers; false: not that simple.
    fn set_element(
        &mut self,
        slot: Slot,
        args: &[Expr],
        number: Number,
    ) -> Result<bool, ScriptError> {
        let Some(Value::Array(array)) = &self.frame.slots[slot.index()] else {
            return Ok(false);
        };
        let is_same = matches!(
            (&*array.data, number),
            (HostData::Double(_), Number::Double(_) | Number::Logical(_))
                | (HostData::Logical(_), Number::Logical(_))
        );
        if !is_same || args.len() > 2 || !args.iter().all(super::access::is_plain) {
            return Ok(false);
        }
        let mut indices = [1.0; 2];
        for (index, arg) in indices.iter_mut().zip(args) {
            let Value::Number(Number::Double(value)) = self.eval(arg)? else {
                return Ok(false);
            };
            *index = value;
        }
        let Some(Value::Array(array)) = &mut self.frame.slots[slot.index()] else {
            return Ok(false);
        };
        let position = match args.len() {
            1 => linear(indices[0], array.shape.len()),
            2 if array.shape.rank() == 2 => matrix(indices, array),
            _ => None,
        };
        let Some(position) = position else {
            return Ok(false);
        };
        // A diagonal matrix stays one if an element of its diagonal changes.
        let on_diagonal = args.len() == 2 && indices[0] == indices[1];
        array.form = array.form.once_written(on_diagonal);
        match (Rc::make_mut(&mut array.data), number) {
            (HostData::Double(values), _) => values[position] = number.to_f64(),
            (HostData::Logical(values), Number::Logical(value)) => values[position] = value,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The way to a part, evaluated. `end` is of the value that each step goes into.
    pub(crate) fn steps(&mut self, target: &LValue, slot: Slot) -> Result<Vec<Step>, ScriptError> {
        let mut steps = Vec::with_capacity(target.path.len());
        let mut current: Option<Value> = None;
        for (index, access) in target.path.iter().enumerate() {
            let step = match &access.kind {
                AccessKind::Field(name) => Step::Field(self.frame.text(*name).to_owned()),
                AccessKind::DynField(name) => Step::Field(self.field_name(name)?),
                AccessKind::Paren(args) if self.is_map(slot, index, current.as_ref()) => {
                    Step::Key(self.map_key(args, access.span)?)
                }
                AccessKind::Paren(args) | AccessKind::Brace(args) if args.is_empty() => {
                    return Err(fail("M105", "invalid empty index list").at(access.span));
                }
                AccessKind::Paren(args) | AccessKind::Brace(args) => {
                    let end = match (index, current.take()) {
                        (0, _) => EndOf::Slot(slot),
                        (_, value) => EndOf::Value(value.unwrap_or_else(Value::empty)),
                    };
                    if let EndOf::Value(value) = &end {
                        current = Some(value.clone());
                    }
                    let values = self.index_args(args, end)?;
                    let names = std::sync::Arc::clone(&self.frame.names);
                    let name = names.text(target.base.name);
                    let subscripts = self.subscripts(&values, Site { name, span: access.span })?;
                    match &access.kind {
                        AccessKind::Paren(_) => Step::Paren(subscripts),
                        _ => Step::Brace(subscripts),
                    }
                }
            };
            if index + 1 < target.path.len() {
                let value = if index == 0 { self.load(slot) } else { current };
                current = value.and_then(|value| peek(&value, &step));
            }
            steps.push(step);
        }
        Ok(steps)
    }

    /// True if the step at `index` of a way goes into a map.
    fn is_map(&self, slot: Slot, index: usize, current: Option<&Value>) -> bool {
        match index {
            0 => matches!(self.load(slot), Some(Value::Map(_))),
            _ => matches!(current, Some(Value::Map(_))),
        }
    }

    fn map_key(&mut self, args: &[Expr], span: Span) -> Result<Value, ScriptError> {
        let mut values = self.args(args)?;
        let Some(mut key) = values.pop().filter(|_| values.is_empty()) else {
            let message = "containers.Map: only '()' indexing with exactly one key is supported";
            return Err(fail("M122", message).at(span));
        };
        self.make_known(&mut key)?;
        Ok(key)
    }

    /// The value of a target, for `+=`.
    ///
    /// # Errors
    /// If there is no such part.
    pub(crate) fn read_target(
        &mut self,
        target: &LValue,
        slot: Slot,
        steps: &[Step],
    ) -> Result<Value, ScriptError> {
        let name = self.frame.text(target.base.name).to_owned();
        let site = Site { name: &name, span: target.span };
        let mut value = self.load(slot).unwrap_or_else(Value::empty);
        for step in steps {
            value = self.forced(value)?;
            value = match (step, &value) {
                (Step::Paren(subscripts), _) => self.index_value(&value, subscripts, site)?,
                (Step::Brace(subscripts), Value::Cell(_)) => {
                    match self.index_value(&value, subscripts, site)? {
                        Value::Cell(cell) => {
                            cell.values.first().cloned().unwrap_or_else(Value::empty)
                        }
                        other => other,
                    }
                }
                (Step::Brace(_), other) => {
                    let kind = indexed_type(other);
                    let message = format!("{kind} cannot be indexed with {{");
                    return Err(fail("M116", message).at(target.span));
                }
                (Step::Key(key), Value::Map(map)) => {
                    let map = map.clone();
                    self.map_value(&map, vec![key.clone()], target.span)?
                }
                (Step::Key(_), _) => Value::empty(),
                (Step::Field(name), _) => {
                    let mut values = self.field_values(&value, name, target.span)?;
                    if values.is_empty() { Value::empty() } else { values.swap_remove(0) }
                }
            };
        }
        Ok(value)
    }

    fn assign_into(
        &mut self,
        base: &mut Option<Value>,
        steps: &[Step],
        value: Value,
        site: Site<'_>,
    ) -> Result<(), ScriptError> {
        match steps {
            [] => {
                if let (Some(Value::Lazy(before)), Value::Lazy(after)) = (&*base, &value) {
                    self.graph.note_replaced(before, after);
                }
                *base = Some(value);
                Ok(())
            }
            [Step::Key(key)] => match base {
                Some(Value::Map(map)) => map.set(key, value),
                Some(_) | None => Err(fail("M112", "invalid assignment target").at(site.span)),
            },
            [Step::Key(_), ..] => Err(fail("M122", ONE_LEVEL).at(site.span)),
            [Step::Paren(subscripts)] => self.assign_elements(base, subscripts, value, site),
            [Step::Paren(subscripts), Step::Field(name), rest @ ..] => {
                let array = as_struct(base, Shape::matrix(0, 0))?;
                let mut shape = array.shape.clone();
                let index = single_position(&mut shape, subscripts, site)?;
                resize_struct(array, &shape);
                grow_fields(array, name);
                self.assign_field(base, (index, name), (rest, value), site)
            }
            [Step::Paren(_), ..] => {
                let message = "only `s(i).name` can follow an index in an assignment";
                Err(fail("M114", message).at(site.span))
            }
            [Step::Field(name)] if matches!(base, Some(Value::Map(_))) => {
                self.set_property(base, name, value).map_err(|error| error.at(site.span))
            }
            [Step::Field(name), rest @ ..] => {
                let array = as_struct(base, Shape::scalar())?;
                if !array.shape.is_scalar() {
                    let message = "invalid dot name structure assignment because the \
                         structure array is empty.  Specify a subscript on the structure array to \
                         resolve.";
                    return Err(fail("M117", message)
                        .hint(format!("the structure array is {}; pick one", array.shape))
                        .at(site.span));
                }
                grow_fields(array, name);
                self.assign_field(base, (0, name), (rest, value), site)
            }
            [Step::Brace(subscripts), rest @ ..] => {
                let cell = as_cell(base)?;
                let mut shape = cell.shape.clone();
                let index = single_position(&mut shape, subscripts, site)?;
                if shape != cell.shape {
                    super::resize::resize_cell(cell, &shape);
                }
                let Some(place) = Rc::make_mut(&mut cell.values).get_mut(index) else {
                    return Err(fail("M105", "index out of bound").at(site.span));
                };
                let mut element = filled(Some(std::mem::replace(place, Value::empty())), rest);
                let result = self.assign_into(&mut element, rest, value, site);
                if let (Some(Value::Cell(cell)), Some(element)) = (base, element)
                    && let Some(place) = Rc::make_mut(&mut cell.values).get_mut(index)
                {
                    *place = element;
                }
                result
            }
        }
    }

    /// `object.name = value`.
    fn set_property(
        &mut self,
        base: &Option<Value>,
        name: &str,
        value: Value,
    ) -> Result<(), ScriptError> {
        match base {
            Some(Value::Map(object)) if !object.is_map() => {
                let key = Value::from(name);
                match object.contains(&key) {
                    true => object.set(&key, value),
                    false => {
                        let class = object.class_name();
                        let message = format!("{class}: it has no property '{name}'");
                        Err(fail("M122", message))
                    }
                }
            }
            Some(_) | None => {
                let message =
                    "containers.Map: only '()' indexing with exactly one key is supported";
                Err(fail("M122", message).hint("`map(key) = value` puts a value under a key"))
            }
        }
    }

    fn assign_field(
        &mut self,
        base: &mut Option<Value>,
        (index, name): (usize, &str),
        (rest, value): (&[Step], Value),
        site: Site<'_>,
    ) -> Result<(), ScriptError> {
        let mut element = filled(with_field(base, (index, name), Value::empty()), rest);
        let result = self.assign_into(&mut element, rest, value, site);
        if let Some(element) = element {
            with_field(base, (index, name), element);
        }
        result
    }
}

/// What is written into in a field or a cell: nothing where there is an array without elements, so
/// that it has the class of what is put into it. A variable keeps its own.
fn filled(element: Option<Value>, rest: &[Step]) -> Option<Value> {
    let is_nothing = matches!(
        &element,
        Some(value @ (Value::Array(_) | Value::Lazy(_))) if value.shape().is_empty()
    );
    element.filter(|_| !(is_nothing && matches!(rest, [Step::Paren(_)])))
}

/// Puts a value into a field and gives what was there.
fn with_field(
    base: &mut Option<Value>,
    (index, name): (usize, &str),
    value: Value,
) -> Option<Value> {
    let Some(Value::Struct(array)) = base else {
        return None;
    };
    let place = Rc::make_mut(&mut array.fields).get_mut(name)?.get_mut(index)?;
    Some(std::mem::replace(place, value))
}

/// What a step leads to, if it is there.
pub(super) fn peek(value: &Value, step: &Step) -> Option<Value> {
    let one = |shape: &Shape, subscripts: &[Subscript]| {
        let extents = folded(shape, subscripts.len());
        let in_bounds = subscripts
            .iter()
            .zip(&extents)
            .all(|(subscript, extent)| subscript.bound(*extent) <= *extent);
        in_bounds.then(|| positions(shape, subscripts).first().copied()).flatten()
    };
    match (step, value) {
        (Step::Key(key), Value::Map(map)) => map.peek(key),
        (Step::Field(name), Value::Struct(array)) => array.field(name).cloned(),
        (Step::Brace(subscripts), Value::Cell(cell)) => {
            cell.values.get(one(&cell.shape, subscripts)?).cloned()
        }
        (Step::Paren(subscripts), Value::Struct(array)) => {
            let index = one(&array.shape, subscripts)?;
            let fields = array.fields.iter();
            let fields = fields.map(|(name, values)| (name.clone(), values[index].clone()));
            Some(Value::Struct(StructArray::single(fields)))
        }
        _ => None,
    }
}

/// Nothing, `[]` or `{}` counts as a structure without fields.
fn as_struct(base: &mut Option<Value>, shape: Shape) -> Result<&mut StructArray, ScriptError> {
    let is_new = match base {
        None => true,
        Some(Value::Array(array)) => array.is_empty(),
        Some(Value::Lazy(lazy)) => lazy.shape.is_empty(),
        Some(Value::Cell(cell)) => cell.values.is_empty(),
        Some(_) => false,
    };
    if is_new {
        *base = Some(Value::Struct(StructArray { shape, fields: Rc::default() }));
    }
    match base {
        Some(Value::Struct(array)) => Ok(array),
        Some(Value::Function(_)) => Err(no_assignment()),
        Some(other) if other.class().is_some() && !other.shape().is_scalar() => {
            let message = "invalid dot name structure assignment because the structure array is \
                           empty.  Specify a subscript on the structure array to resolve.";
            Err(fail("M117", message))
        }
        other => {
            let kind = other.as_ref().map_or_else(|| "value".to_owned(), indexed_type);
            Err(fail("M117", format!("{kind} cannot be indexed with .")))
        }
    }
}

/// Nothing or `[]` counts as an empty cell.
fn as_cell(base: &mut Option<Value>) -> Result<&mut CellArray, ScriptError> {
    let is_new = match base {
        None => true,
        Some(Value::Array(array)) => array.is_empty(),
        Some(Value::Lazy(lazy)) => lazy.shape.is_empty(),
        Some(_) => false,
    };
    if is_new {
        *base = Some(Value::Cell(CellArray::new(Shape::matrix(0, 0), Vec::new())));
    }
    match base {
        Some(Value::Cell(cell)) => Ok(cell),
        Some(Value::Function(_)) => Err(no_assignment()),
        other => {
            let kind = other.as_ref().map_or_else(|| "matrix".to_owned(), indexed_type);
            Err(fail("M116", format!("{kind} cannot be indexed with {{")))
        }
    }
}

/// The error for a function that is written into.
fn no_assignment() -> ScriptError {
    fail("M104", "can't perform indexed assignment for function handle type")
}

/// A field in every structure, and as many values as structures.
fn grow_fields(array: &mut StructArray, name: &str) {
    let len = array.shape.len() as usize;
    let fields = Rc::make_mut(&mut array.fields);
    fields.entry(name.to_owned()).or_default();
    for values in fields.values_mut() {
        values.resize(len, Value::empty());
    }
}

/// Gives a structure array another shape; new elements have `[]` in their fields.
fn resize_struct(array: &mut StructArray, shape: &Shape) {
    if array.shape == *shape {
        return;
    }
    let old = std::mem::replace(&mut array.shape, shape.clone());
    for values in Rc::make_mut(&mut array.fields).values_mut() {
        super::resize::resize_values(values, &old, shape);
    }
}

/// The position of one element; the shape grows to hold it.
fn single_position(
    shape: &mut Shape,
    subscripts: &[Subscript],
    site: Site<'_>,
) -> Result<usize, ScriptError> {
    let grown = super::resize::grown_list(shape, subscripts, &Shape::scalar())
        .map_err(|error| error.at(site.span))?;
    *shape = grown;
    match positions(shape, subscripts).as_slice() {
        [position] => Ok(*position),
        found => {
            let message = format!(
                "some elements undefined in argument list: {} elements, one value",
                found.len()
            );
            Err(fail("M112", message).at(site.span))
        }
    }
}
