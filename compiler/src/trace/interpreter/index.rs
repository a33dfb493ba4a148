//! Reading parts of arrays: views of lazy arrays, elements of host arrays.

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::operator::{PLACE_BYTES, has_room};
use crate::trace::interpreter::subscript::{
    Place, Subscript, check_bounds, folded, indexed_shape, positions,
};
use crate::trace::record::Slice;
use crate::trace::value::{CellArray, HostArray, Lazy, Range, StructArray, Value};

/// The text that is being indexed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site<'n> {
    /// The variable, or nothing.
    pub(crate) name: &'n str,
    /// The whole index.
    pub(crate) span: Span,
}

/// Elements of a host array.
///
/// # Errors
/// If an index goes too far.
pub(crate) fn gather(
    array: &HostArray,
    subscripts: &[Subscript],
    name: &str,
) -> Result<HostArray, ScriptError> {
    check_bounds(&array.shape, subscripts, name)?;
    let shape = indexed_shape(&array.shape, subscripts);
    let data = array.data.gather(positions(&array.shape, subscripts).into_iter());
    let mut result = HostArray::new(shape, data);
    result.double_quoted = array.double_quoted;
    Ok(result)
}

/// True if the elements are asked for one by one: the array must be on the host.
pub(crate) fn wants_host(subscripts: &[Subscript]) -> bool {
    subscripts.iter().all(|subscript| matches!(subscript, Subscript::One(_)))
}

/// True if some index is a list of positions.
fn has_list(subscripts: &[Subscript]) -> bool {
    subscripts.iter().any(|subscript| matches!(subscript, Subscript::Many { .. }))
}

/// Elements that there is always room for.
const SMALL_LEN: u64 = 1 << 24;

impl Interpreter<'_> {
    /// Indices of argument values. Lazy ones are read.
    pub(crate) fn subscripts(
        &mut self,
        args: &[Value],
        site: Site<'_>,
    ) -> Result<Vec<Subscript>, ScriptError> {
        let count = args.len();
        let mut subscripts = Vec::with_capacity(count);
        for (position, arg) in args.iter().enumerate() {
            let place = Place { name: site.name, position, count };
            let subscript = match arg {
                Value::Number(number) => Subscript::from_number(*number, place),
                Value::Range(range) => Subscript::from_range(*range, place),
                Value::Array(array) => Subscript::from_array(array, place),
                Value::Lazy(_) | Value::Deferred(_) => {
                    let array = self.host_array(arg, site.span)?;
                    Subscript::from_array(&array, place)
                }
                Value::Cell(_) | Value::Struct(_) | Value::Function(_) | Value::Map(_) => {
                    let kind = match arg {
                        Value::Cell(_) => "cell".to_owned(),
                        other => super::force::described(other),
                    };
                    Err(place.invalid(&format!("<{kind}>")))
                }
            };
            subscripts.push(subscript.map_err(|error| error.at(site.span))?);
        }
        Ok(subscripts)
    }

    /// `base(subscripts)` of a value that is no function.
    ///
    /// # Errors
    /// If an index goes too far.
    pub(crate) fn index_value(
        &mut self,
        base: &Value,
        subscripts: &[Subscript],
        site: Site<'_>,
    ) -> Result<Value, ScriptError> {
        if subscripts.is_empty() {
            return Ok(base.clone());
        }
        let listed = subscripts.iter().map(|one| match one {
            Subscript::Many { indices, .. } => indices.len() as u64,
            Subscript::All | Subscript::One(_) | Subscript::Span { .. } => 1,
        });
        let len = listed.fold(1u64, u64::saturating_mul);
        if len > SMALL_LEN && !matches!(base, Value::Lazy(_)) {
            has_room(len, PLACE_BYTES).map_err(|error| error.at(site.span))?;
        }
        let result = match base {
            Value::Number(number) => {
                gather(&number.to_array(), subscripts, site.name).map(Value::from)
            }
            Value::Array(array) => gather(array, subscripts, site.name).map(Value::from),
            Value::Range(range) if !range.is_whole() && is_inner(*range, subscripts) => {
                let lazy = self.graph.range(*range, site.span)?;
                self.view(&lazy, subscripts, site).map(Value::Lazy)
            }
            Value::Range(range) => index_range(*range, subscripts, site.name),
            Value::Lazy(lazy) if wants_host(subscripts) => {
                let array = self.graph.read(lazy)?;
                gather(&array, subscripts, site.name).map(Value::from)
            }
            Value::Lazy(lazy) if has_list(subscripts) => {
                self.pick_by_known(lazy, subscripts, site).map(Value::Lazy)
            }
            Value::Lazy(lazy) => self.view(lazy, subscripts, site).map(Value::Lazy),
            Value::Cell(cell) => index_cell(cell, subscripts, site.name).map(Value::Cell),
            Value::Struct(array) => index_struct(array, subscripts, site.name).map(Value::Struct),
            Value::Map(_) => {
                let message =
                    "only '()' indexing with exactly one key is supported by containers.Map";
                Err(fail("M122", message))
            }
            Value::Function(_) | Value::Deferred(_) => {
                let base = self.forced(base.clone())?;
                return self.index_value(&base, subscripts, site);
            }
        };
        let form = super::form::of_index(base, subscripts);
        result.map(|value| value.with_form(form)).map_err(|error| error.at(site.span))
    }

    /// Ranges, colons and single positions of a lazy array, as a view.
    fn view(
        &mut self,
        lazy: &Lazy,
        subscripts: &[Subscript],
        site: Site<'_>,
    ) -> Result<Lazy, ScriptError> {
        check_bounds(&lazy.shape, subscripts, site.name)?;
        let shape = indexed_shape(&lazy.shape, subscripts);
        let extents = folded(&lazy.shape, subscripts.len());
        if let [only] = subscripts {
            return self.linear_view(lazy, only, shape, site.span);
        }
        let base = self.graph.reshape(lazy, Shape::new(extents.clone()), site.span)?;
        if shape.is_empty() {
            return Ok(self.graph.empty(lazy.class, shape, site.span)?);
        }
        let slices: Vec<Slice> = subscripts
            .iter()
            .zip(extents)
            .take(base.shape.rank())
            .map(|(subscript, extent)| slice(subscript, extent))
            .collect();
        Ok(self.graph.slice(&base, &slices, site.span))
    }

    fn linear_view(
        &mut self,
        lazy: &Lazy,
        subscript: &Subscript,
        shape: Shape,
        span: Span,
    ) -> Result<Lazy, ScriptError> {
        if subscript.is_all() {
            return Ok(self.graph.reshape(lazy, shape, span)?);
        }
        if shape.is_empty() {
            return Ok(self.graph.empty(lazy.class, shape, span)?);
        }
        let len = lazy.shape.len();
        let is_column = shape.extent(0) != 1;
        let line = if is_column { Shape::matrix(len, 1) } else { Shape::matrix(1, len) };
        let base = self.graph.reshape(lazy, line, span)?;
        let moving = slice(subscript, len);
        let slices = if is_column { [moving, Slice::all(1)] } else { [Slice::all(1), moving] };
        let line = self.graph.slice(&base, &slices, span);
        Ok(if line.shape == shape { line } else { self.graph.reshape(&line, shape, span)? })
    }
}

/// One index as a slice of an axis. Only a literal `:` is the whole axis by construction.
pub(crate) fn slice(subscript: &Subscript, extent: u64) -> Slice {
    match subscript {
        Subscript::All => Slice::all(extent),
        Subscript::One(index) => Slice { start: *index as i64, step: 1, count: 1, whole: false },
        Subscript::Span { start, step, count } => {
            Slice { start: *start, step: *step, count: *count, whole: false }
        }
        // Callers gather these on the host.
        Subscript::Many { indices, .. } => {
            Slice { start: 0, step: 1, count: indices.len() as u64, whole: false }
        }
    }
}

/// True for positions of which a range of their own would round in another way.
fn is_inner(range: Range, subscripts: &[Subscript]) -> bool {
    match subscripts {
        [Subscript::Span { start, step, .. }] => {
            *start != 0 || *step != 1 || range.overshoot().is_some()
        }
        _ => false,
    }
}

/// A range of a range is a range.
fn index_range(range: Range, subscripts: &[Subscript], name: &str) -> Result<Value, ScriptError> {
    let shape = Shape::matrix(1, range.count);
    check_bounds(&shape, subscripts, name)?;
    Ok(match subscripts {
        [Subscript::One(index)] | [Subscript::One(0), Subscript::One(index)] => {
            Value::from(range.at(*index))
        }
        [Subscript::Span { start, step, count }] if !shape.is_scalar() => Value::Range(Range {
            start: range.start + *start as f64 * range.step,
            step: range.step * *step as f64,
            count: *count,
            limit: None,
        }),
        _ => gather(&range.to_array(), subscripts, name)?.into(),
    })
}

fn index_cell(
    cell: &CellArray,
    subscripts: &[Subscript],
    name: &str,
) -> Result<CellArray, ScriptError> {
    check_bounds(&cell.shape, subscripts, name)?;
    let shape = indexed_shape(&cell.shape, subscripts);
    let picked = positions(&cell.shape, subscripts).into_iter();
    let values = picked.filter_map(|index| cell.values.get(index).cloned()).collect();
    Ok(CellArray::new(shape, values))
}

fn index_struct(
    array: &StructArray,
    subscripts: &[Subscript],
    name: &str,
) -> Result<StructArray, ScriptError> {
    check_bounds(&array.shape, subscripts, name)?;
    let shape = indexed_shape(&array.shape, subscripts);
    let picked = positions(&array.shape, subscripts);
    let column = |values: &Vec<Value>| {
        picked.iter().filter_map(|index| values.get(*index).cloned()).collect::<Vec<Value>>()
    };
    let fields = array.fields.iter().map(|(name, values)| (name.clone(), column(values)));
    Ok(StructArray { shape, fields: std::rc::Rc::new(fields.collect()) })
}
