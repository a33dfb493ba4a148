//! `A(i, j) = v`: on the host, or recorded as an update of a region.

use std::rc::Rc;

use crate::shape::Shape;
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::force::operand_type;
use crate::trace::interpreter::index::{Site, slice};
use crate::trace::interpreter::operator::as_number;
use crate::trace::interpreter::resize::{
    assigned_class, grown_list, grown_shape, nothing, resize_array, resize_cell, resize_values,
    write,
};
use crate::trace::interpreter::subscript::{Subscript, folded, positions};
use crate::trace::known::WRITTEN_MAX;
use crate::trace::record::Slice;
use crate::trace::value::{CellArray, Class, HostArray, Lazy, StructArray, Value};

impl Interpreter<'_> {
    /// `base(subscripts) = value`.
    pub(crate) fn assign_elements(
        &mut self,
        base: &mut Option<Value>,
        subscripts: &[Subscript],
        value: Value,
        site: Site<'_>,
    ) -> Result<(), ScriptError> {
        let value = self.forced(value)?;
        if let Some(Value::Deferred(_)) = base {
            *base = base.take().map(|base| self.forced(base)).transpose()?;
        }
        match (&mut *base, value) {
            (Some(Value::Cell(cell)), value) => assign_cell(cell, subscripts, value),
            (Some(Value::Struct(array)), Value::Struct(value)) => {
                assign_struct(array, subscripts, value)
            }
            (Some(base), value @ (Value::Cell(_) | Value::Struct(_))) if !base.is_empty() => {
                if let Value::Function(_) = base {
                    let message = "can't perform indexed assignment for function handle type";
                    return Err(fail("M104", message));
                }
                let (a, b) = (operand_type(&value), as_number(operand_type(base)));
                let message =
                    format!("operator =: no conversion for assignment of '{a}' to indexed '{b}'");
                Err(fail("M104", message))
            }
            (_, Value::Cell(value)) => {
                let mut cell = CellArray::new(Shape::matrix(0, 0), Vec::new());
                assign_cell(&mut cell, subscripts, Value::Cell(value))?;
                *base = Some(Value::Cell(cell));
                Ok(())
            }
            (_, Value::Struct(value)) => {
                let mut array = StructArray { shape: Shape::matrix(0, 0), fields: Rc::default() };
                assign_struct(&mut array, subscripts, value)?;
                *base = Some(Value::Struct(array));
                Ok(())
            }
            (None, value @ Value::Function(_)) => {
                *base = Some(value);
                Ok(())
            }
            (_, value) => {
                let old = base.take().unwrap_or_else(|| {
                    Value::Array(nothing(value.class().unwrap_or(Class::Double)))
                });
                let (kept, result) = self.assign_numeric(old, subscripts, value, site);
                *base = Some(kept);
                result
            }
        }
    }

    /// Gives the written array, or the old one with the error.
    fn assign_numeric(
        &mut self,
        base: Value,
        subscripts: &[Subscript],
        value: Value,
        site: Site<'_>,
    ) -> (Value, Result<(), ScriptError>) {
        if let Value::Function(_) = base {
            let message = "can't perform indexed assignment for function handle type";
            return (base, Err(fail("M104", message)));
        }
        if let Value::Struct(_) = base {
            return (base, Err(fail("M104", "invalid structure assignment")));
        }
        if base.class().is_none() || value.class().is_none() {
            let message = format!(
                "operator = undefined for '{}' by '{}' operations",
                base.class_name(),
                value.class_name()
            );
            return (base, Err(fail("M104", message)));
        }
        if base.class() == Some(Class::Logical) && value.is_char() {
            let message = "assignment of text to an array of truth values is not possible";
            let error =
                fail("M104", message).hint("`double` makes numbers of the array or the text");
            return (base, Err(error));
        }
        let target = match grown_shape(&base.shape(), subscripts, &value.shape()) {
            Ok(shape) => shape,
            Err(error) => return (base, Err(error)),
        };
        if let Err(error) = check_counts(&target, subscripts, &value.shape()) {
            return (base, Err(error));
        }
        let value = match value {
            Value::Lazy(lazy) if self.is_written_at_once(&base) => {
                self.graph.peek(&lazy).map_or(Value::Lazy(lazy), Value::from)
            }
            other => other,
        };
        if self.is_recorded(&base, (subscripts, &target), &value) {
            return match self.update(base.clone(), subscripts, value, site) {
                Ok(lazy) => (Value::Lazy(lazy), Ok(())),
                Err(error) => (base, Err(error)),
            };
        }
        let by_element = subscripts.iter().all(|one| matches!(one, Subscript::One(_)));
        if !by_element && (base.shape().len() > 1) {
            self.graph.computed_on_host("assignment by index");
        }
        let arrays = self
            .host_array(&value, site.span)
            .and_then(|value| Ok((value, self.host_base(&base, site)?)));
        match arrays {
            Ok((value, mut array)) => {
                drop(base);
                if target != array.shape {
                    resize_array(&mut array, &target);
                }
                write(&mut array, &positions(&target, subscripts), value);
                (Value::from(array), Ok(()))
            }
            Err(error) => (base, Err(error)),
        }
    }

    fn host_base(&mut self, base: &Value, site: Site<'_>) -> Result<HostArray, ScriptError> {
        self.host_array(base, site.span)
    }

    /// An update is recorded if the base or the value is lazy, the indices are affine, and no
    /// element is new; single elements that get a host scalar are written on the host.
    fn is_recorded(
        &self,
        base: &Value,
        (subscripts, target): (&[Subscript], &Shape),
        value: &Value,
    ) -> bool {
        let is_one = |subscript: &Subscript| matches!(subscript, Subscript::One(_));
        let is_many = |subscript: &Subscript| matches!(subscript, Subscript::Many { .. });
        let by_element = subscripts.iter().all(is_one) && matches!(value, Value::Number(_));
        let is_lazy = |value: &Value| matches!(value, Value::Lazy(_) | Value::Range(_));
        let is_line = |shape: &Shape| shape.is_vector();
        let is_affine = match subscripts {
            [Subscript::Span { .. }] => is_line(target),
            _ => !subscripts.iter().any(is_many),
        };
        let is_at_once = !is_lazy(value) && self.is_written_at_once(base);
        (is_lazy(base) || is_lazy(value))
            && !by_element
            && !is_at_once
            && is_affine
            && base.shape() == *target
            && self.is_recordable(base)
            && self.is_recordable(value)
            && !subscripts.is_empty()
    }

    /// True for an array that is on the host, where its elements are written if others are there.
    pub(crate) fn is_written_at_once(&self, base: &Value) -> bool {
        let is_there = match base {
            Value::Array(_) => true,
            Value::Lazy(lazy) => self.graph.is_on_host(lazy),
            _ => false,
        };
        is_there && self.graph.knows_arrays() && base.shape().len() <= WRITTEN_MAX
    }

    /// Records an update of a region.
    fn update(
        &mut self,
        base: Value,
        subscripts: &[Subscript],
        value: Value,
        site: Site<'_>,
    ) -> Result<Lazy, ScriptError> {
        let span = site.span;
        let shape = base.shape();
        let class = assigned_class(
            base.class().unwrap_or(Class::Double),
            value.class().unwrap_or(Class::Double),
        );
        let base = self.in_class(base, span)?;
        let base = self.graph.cast(&base, class, span)?;
        let value = self.in_class(value, span)?;
        let value = self.graph.cast(&value, class, span)?;
        if let [only] = subscripts {
            if only.is_all() && !value.shape.is_scalar() {
                return Ok(self.graph.reshape(&value, shape, span)?);
            }
            let region = linear_region(&shape, only);
            return Ok(self.graph.update(&base, &region, &value, span)?);
        }
        let extents = folded(&shape, subscripts.len());
        let flat = self.graph.reshape(&base, Shape::new(extents.clone()), span)?;
        drop(base);
        let rank = flat.shape.rank();
        let region: Vec<Slice> = subscripts
            .iter()
            .zip(extents)
            .take(rank)
            .map(|(subscript, extent)| slice(subscript, extent))
            .collect();
        let updated = self.graph.update(&flat, &region, &value, span)?;
        Ok(self.graph.reshape(&updated, shape, span)?)
    }
}

/// The region of one index: a stretch of a vector, or one element of any array.
fn linear_region(shape: &Shape, subscript: &Subscript) -> Vec<Slice> {
    match subscript {
        Subscript::All => shape.extents().iter().map(|extent| Slice::all(*extent)).collect(),
        Subscript::One(index) => {
            let mut left = *index;
            let mut region = Vec::with_capacity(shape.rank());
            for extent in shape.extents() {
                let start = (left % extent.max(&1)) as i64;
                left /= extent.max(&1);
                region.push(Slice { start, step: 1, count: 1, whole: false });
            }
            region
        }
        Subscript::Span { .. } | Subscript::Many { .. } => {
            let moving = slice(subscript, shape.len());
            match shape.extent(0) == 1 {
                true => vec![Slice::all(1), moving],
                false => vec![moving, Slice::all(1)],
            }
        }
    }
}

/// The value is a scalar or fills what the indices name, axes of extent 1 apart.
fn check_counts(
    target: &Shape,
    subscripts: &[Subscript],
    value: &Shape,
) -> Result<(), ScriptError> {
    if value.is_scalar() {
        return Ok(());
    }
    let extents = folded(target, subscripts.len());
    let counts: Vec<u64> = subscripts
        .iter()
        .zip(&extents)
        .map(|(subscript, extent)| subscript.count(*extent))
        .collect();
    let squeezed = |extents: &[u64]| -> Vec<u64> {
        extents.iter().copied().filter(|extent| *extent != 1).collect()
    };
    let fits = match counts.as_slice() {
        [count] => *count == value.len(),
        counts => squeezed(counts) == squeezed(value.extents()),
    };
    if fits {
        return Ok(());
    }
    let named = match counts.as_slice() {
        [count] => Shape::matrix(*count, 1),
        counts => Shape::new(counts.to_vec()),
    };
    // Of what goes into an array of pages Octave names the extents that are not 1.
    let value = match squeezed(value.extents()).as_slice() {
        [count] if subscripts.len() > 2 => Shape::matrix(*count, 1),
        _ => value.clone(),
    };
    let message = format!("=: nonconformant arguments (op1 is {named}, op2 is {value})");
    Err(fail("M112", message)
        .identifier("Octave:nonconformant-args")
        .hint("the right side must be one value, or as many as the left side names"))
}

fn assign_cell(
    cell: &mut CellArray,
    subscripts: &[Subscript],
    value: Value,
) -> Result<(), ScriptError> {
    let value = match value {
        Value::Cell(value) => value,
        other => CellArray::new(Shape::scalar(), vec![other]),
    };
    let target = grown_list(&cell.shape, subscripts, &value.shape)?;
    check_counts(&target, subscripts, &value.shape)?;
    if target != cell.shape {
        resize_cell(cell, &target);
    }
    let values = Rc::make_mut(&mut cell.values);
    for (index, position) in positions(&target, subscripts).into_iter().enumerate() {
        let index = if value.values.len() == 1 { 0 } else { index };
        if let (Some(place), Some(value)) = (values.get_mut(position), value.values.get(index)) {
            *place = value.clone();
        }
    }
    Ok(())
}

fn assign_struct(
    array: &mut StructArray,
    subscripts: &[Subscript],
    value: StructArray,
) -> Result<(), ScriptError> {
    let has_same = |name| array.fields.contains_key(name);
    let is_alike = array.fields.len() == value.fields.len() && value.fields.keys().all(has_same);
    if !array.fields.is_empty() && !is_alike {
        let message = "incompatible fields in struct assignment";
        return Err(fail("M115", message).hint("give both structures the same fields"));
    }
    let target = grown_list(&array.shape, subscripts, &value.shape)?;
    check_counts(&target, subscripts, &value.shape)?;
    let (old, len) = (array.shape.clone(), array.shape.len() as usize);
    array.shape = target.clone();
    let fields = Rc::make_mut(&mut array.fields);
    for name in value.fields.keys() {
        fields.entry(name.clone()).or_insert_with(|| vec![Value::empty(); len]);
    }
    let at = positions(&target, subscripts);
    for (name, column) in fields.iter_mut() {
        if target != old {
            resize_values(column, &old, &target);
        }
        for (index, position) in at.iter().enumerate() {
            let values = value.fields.get(name);
            let index = if value.shape.is_scalar() { 0 } else { index };
            let new = values.and_then(|values| values.get(index)).cloned();
            if let Some(place) = column.get_mut(*position) {
                *place = new.unwrap_or_else(Value::empty);
            }
        }
    }
    Ok(())
}
