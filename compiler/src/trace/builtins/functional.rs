//! Functions that call functions.

use std::rc::Rc;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::{Site, Subscript, convert_number};
use crate::trace::text;
use crate::trace::value::{CellArray, Class, FunctionValue, HostArray, HostData, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("feval", (1, ANY, ANY), feval, "Calls a function."),
    Builtin::nodes("builtin", (1, ANY, ANY), original, "Calls what a name is without the script."),
    Builtin::nodes("cellfun", (2, ANY, ANY), over_cells, "Calls a function per cell element."),
    Builtin::nodes("arrayfun", (2, ANY, ANY), over_arrays, "Calls a function per element."),
    Builtin::nodes("bsxfun", (3, 3, 1), feval, "Calls a function that expands its operands."),
    Builtin::nodes("deal", (1, ANY, ANY), deal, "Arguments as results."),
    Builtin::values("func2str", (1, 1, 1), func2str, "Text of a function."),
    Builtin::values("str2func", (1, 2, 1), str2func, "Function of a text."),
    Builtin::values("eval", (1, 2, ANY), eval, "Runs a text."),
    Builtin::values("evalc", (1, 2, 1), captured, "Runs a text and gives what it prints."),
    Builtin::nodes("isargout", (1, 1, 1), isargout, "True if a result is wanted."),
];

/// `builtin(name, ..)`: past functions of the script and its files.
fn original(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.text(0)?;
    let mut args = std::mem::take(&mut call.args);
    args.remove(0);
    call.interpreter.call_original(&name, args, call.nargout, call.span)
}

impl Call<'_, '_> {
    /// Argument `index` as a function: a handle or a name.
    pub(crate) fn function(&mut self, index: usize) -> Result<FunctionValue, ScriptError> {
        match self.take(index)? {
            Value::Function(function) => Ok(function),
            value => match value.to_text() {
                Some(name) if value.is_char() => match name.starts_with('@') {
                    true => self.parsed(&name),
                    false => Ok(FunctionValue::Named(Rc::from(name.as_str()))),
                },
                Some(_) | None => {
                    let name = self.builtin.name;
                    let message = match name {
                        "feval" => "feval: first argument must be a string, inline function, or \
                                    a function handle"
                            .to_owned(),
                        "arrayfun" | "cellfun" => {
                            format!("{name}: argument NAME must be a string or function handle")
                        }
                        _ => format!("{name}: FCN must be a string or function handle"),
                    };
                    Err(self.error("M113", message))
                }
            },
        }
    }

    fn parsed(&mut self, text: &str) -> Result<FunctionValue, ScriptError> {
        let span = self.span;
        match self.interpreter.eval_expression(text, span)? {
            Value::Function(function) => Ok(function),
            _ => Err(self.error("M113", "str2func: FCN_NAME must be a valid function")),
        }
    }
}

fn feval(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let function = call.function(0)?;
    let args = call.args.split_off(1);
    if let FunctionValue::Named(name) = &function
        && call.interpreter.resolve_text(name).is_none()
    {
        let message = format!("{}: function '{name}' not found", call.builtin.name);
        return Err(call.error("M101", message));
    }
    let nargout = call.nargout;
    call.call(&function, args, nargout)
}

/// Options at the end of `cellfun` and `arrayfun`.
#[derive(Default)]
struct Options {
    lists: bool,
    handler: Option<FunctionValue>,
}

fn options(call: &mut Call<'_, '_>) -> Result<Options, ScriptError> {
    let mut options = Options::default();
    while call.args.len() >= 4 {
        let at = call.args.len() - 2;
        let name = call.args[at].to_text().unwrap_or_default().to_lowercase();
        // A name may be cut short.
        let is = |whole: &str| !name.is_empty() && whole.starts_with(&name);
        match name.as_str() {
            _ if is("uniformoutput") => {
                let span = call.span;
                let value = call.take(at + 1)?;
                options.lists = !call.interpreter.truth(&value, span)?;
            }
            _ if is("errorhandler") => options.handler = Some(call.function(at + 1)?),
            _ => break,
        }
        call.args.truncate(at);
    }
    Ok(options)
}

/// Names that old scripts give with further arguments: `cellfun("size", c, k)`.
fn named_test(call: &mut Call<'_, '_>) -> Result<Option<Value>, ScriptError> {
    let name = call.get(0).and_then(Value::to_text).unwrap_or_default();
    let (Some(Value::Cell(cell)), Some(by), 3) = (call.get(1), call.get(2), call.args.len()) else {
        return Ok(None);
    };
    let (shape, values) = (cell.shape.clone(), Rc::clone(&cell.values));
    let data = match name.as_str() {
        "isclass" => {
            let class = by.to_text().unwrap_or_default();
            let is = values.iter().map(|value| value.class_name() == class);
            HostData::Logical(is.collect())
        }
        "size" => {
            let axis = call.axis(2)?;
            let extent = values.iter().map(|value| value.shape().extent(axis) as f64);
            HostData::Double(extent.collect())
        }
        _ => return Ok(None),
    };
    Ok(Some(HostArray::new(shape, data).into()))
}

fn over_cells(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if let Some(value) = named_test(call)? {
        return Ok(vec![value]);
    }
    let options = options(call)?;
    let function = call.function(0)?;
    let mut cells = Vec::new();
    for value in call.args.split_off(1) {
        match value {
            Value::Cell(cell) => cells.push(cell),
            _ => return Err(call.error("M113", "cellfun: C must be a cell array")),
        }
    }
    let shape = common_shape(call, cells.iter().map(|cell| &cell.shape))?;
    let element = |_: &mut Call<'_, '_>, argument: usize, index: usize| {
        let values = &cells[argument].values;
        let index = if values.len() == 1 { 0 } else { index };
        Ok(values.get(index).cloned().unwrap_or_else(Value::empty))
    };
    map(call, (&function, &options), (cells.len(), shape), element)
}

fn over_arrays(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let options = options(call)?;
    let function = call.function(0)?;
    let mut arrays = call.args.split_off(1);
    let shapes: Vec<Shape> = arrays.iter().map(Value::shape).collect();
    let shape = common_shape(call, shapes.iter())?;
    let is_even = shapes.iter().all(|own| *own == shape);
    if is_even && !options.lists && options.handler.is_none() && call.nargout < 2 {
        let recorded = call.traced(&function, &arrays, &shape)?;
        if let Some(recorded) = recorded {
            return Ok(vec![recorded]);
        }
    }
    for array in &mut arrays {
        if let Value::Lazy(_) | Value::Range(_) = array {
            *array = call.interpreter.host_array(array, call.span)?.into();
        }
    }
    let element = |call: &mut Call<'_, '_>, argument: usize, index: usize| {
        let site = Site { name: "", span: call.span };
        let is_one = arrays[argument].shape().is_scalar();
        let at = [Subscript::One(if is_one { 0 } else { index as u64 })];
        call.interpreter.index_value(&arrays[argument], &at, site)
    };
    map(call, (&function, &options), (arrays.len(), shape), element)
}

/// The shape that arguments have in common; one element goes with any.
fn common_shape<'s>(
    call: &Call<'_, '_>,
    shapes: impl Iterator<Item = &'s Shape> + Clone,
) -> Result<Shape, ScriptError> {
    let Some(first) = shapes.clone().find(|shape| shape.len() != 1).or(shapes.clone().next())
    else {
        return Err(call.invalid());
    };
    if shapes.clone().all(|shape| shape == first || shape.len() == 1) {
        return Ok(first.clone());
    }
    let name = call.builtin.name;
    let id = if name == "arrayfun" { "Octave:invalid-input-arg" } else { "" };
    Err(call.error("M103", format!("{name}: dimensions mismatch")).identifier(id))
}

fn map(
    call: &mut Call<'_, '_>,
    (function, options): (&FunctionValue, &Options),
    (arguments, shape): (usize, Shape),
    element: impl Fn(&mut Call<'_, '_>, usize, usize) -> Result<Value, ScriptError>,
) -> Result<Vec<Value>, ScriptError> {
    let wanted = call.nargout.max(1);
    let mut columns: Vec<Vec<Value>> = vec![Vec::new(); wanted];
    for index in 0..shape.len() as usize {
        let mut args = Vec::with_capacity(arguments);
        for argument in 0..arguments {
            args.push(element(call, argument, index)?);
        }
        let kept = args.clone();
        // A handler must give what the function would have given.
        let nargout = match options.handler {
            Some(_) => call.nargout.max(1),
            None => call.nargout,
        };
        let results = match (call.call(function, args, nargout), &options.handler) {
            (Err(error), Some(handler)) if !error.is_fatal() => {
                let problem = crate::trace::value::StructArray::single([
                    ("identifier".to_owned(), Value::from(error.id())),
                    ("message".to_owned(), Value::from(error.message())),
                    ("index".to_owned(), Value::from(index as f64 + 1.0)),
                ]);
                let mut args = vec![Value::Struct(problem)];
                args.extend(kept);
                call.call(handler, args, nargout)?
            }
            (results, _) => results?,
        };
        for (column, value) in columns.iter_mut().zip(results) {
            if !options.lists && !value.shape().is_scalar() {
                let message = format!(
                    "{}: all values must be scalars when UniformOutput = true",
                    call.builtin.name
                );
                let hint = "`'UniformOutput', false` gives the values as a cell";
                let is_arrays = call.builtin.name == "arrayfun";
                let id = if is_arrays { "Octave:invalid-fun-call" } else { "" };
                return Err(call.error("M113", message).identifier(id).hint(hint));
            }
            column.push(value);
        }
    }
    let count = shape.len() as usize;
    let mut results = Vec::with_capacity(wanted);
    for column in columns {
        if call.nargout == 0 && (column.len() < count || count == 0 && !options.lists) {
            return Ok(Vec::new());
        }
        results.push(match options.lists {
            true => Value::Cell(CellArray::new(shape.clone(), column)),
            false => {
                let span = call.span;
                let line = call.interpreter.cat(in_first_class(column), 1, span)?;
                call.reshaped(line, shape.clone())?
            }
        });
    }
    Ok(results)
}

/// Scalars in the class of the first one, where all are numbers, truth values or characters.
fn in_first_class(values: Vec<Value>) -> Vec<Value> {
    let Some(class) = values.first().and_then(Value::class) else {
        return values;
    };
    let has_complex = values.iter().any(Value::is_complex);
    let class = if has_complex && !class.is_float() { Class::Double } else { class };
    if values.iter().all(|value| value.class() == Some(class)) {
        return values;
    }
    let convert = |value| match value {
        Value::Number(number) => Value::Number(convert_number(number, class)),
        other => other,
    };
    values.into_iter().map(convert).collect()
}

fn deal(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let wanted = call.nargout;
    match call.args.len() {
        _ if wanted == 0 => Ok(Vec::new()),
        1 => Ok(vec![call.take(0)?; wanted]),
        given if given == wanted => Ok(std::mem::take(&mut call.args)),
        _ => Err(call.error("M107", "deal: nargin > 1 and nargin != nargout")),
    }
}

fn func2str(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let Value::Function(function) = call.take(0)? else {
        return Err(
            call.error("M113", "func2str: FCN_HANDLE argument must be a function handle object")
        );
    };
    let spelled = text::function::text(&function);
    one(match function {
        FunctionValue::Anonymous { .. } => spelled.as_str(),
        FunctionValue::Named(_) | FunctionValue::User(_) => spelled.trim_start_matches('@'),
    })
}

fn str2func(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = match call.get(0) {
        Some(value) if value.is_char() => call.text(0)?,
        Some(_) | None => {
            return Err(call.error("M113", "str2func: FCN_NAME must be a string"));
        }
    };
    if name.trim_start().starts_with('@') {
        return call.parsed(&name).map(|function| vec![Value::Function(function)]);
    }
    Ok(vec![call.interpreter.handle(&name)])
}

pub(super) fn eval(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let text = call.text(0)?;
    let fallback = if call.args.len() > 1 { Some(call.text(1)?) } else { None };
    let span = call.span;
    if call.nargout > 0 {
        let value = match (call.interpreter.eval_expression(&text, span), fallback) {
            (Err(error), Some(fallback)) if !error.is_fatal() => {
                call.interpreter.note_error(&error);
                call.interpreter.eval_expression(&fallback, span)?
            }
            (result, _) => result?,
        };
        return one(value);
    }
    match (call.interpreter.eval_text(&text, span), fallback) {
        (Err(error), Some(fallback)) if !error.is_fatal() => {
            call.interpreter.note_error(&error);
            call.interpreter.eval_text(&fallback, span)?;
        }
        (result, _) => result?,
    }
    Ok(Vec::new())
}

/// `evalc(text)`, `evalc(text, on_error)`.
fn captured(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    call.interpreter.captured.push(String::new());
    call.nargout = 0;
    let result = eval(call);
    let text = call.interpreter.captured.pop().unwrap_or_default();
    result?;
    one(text.as_str())
}

fn isargout(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let index = call.number(0)?;
    if index < 1.0 {
        return Err(fail("M113", "isargout: K must be a positive integer").at(call.span));
    }
    one(call.interpreter.is_wanted(index as usize - 1))
}
