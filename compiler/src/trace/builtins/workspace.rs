//! Tables of the variables that a call can see.

use std::fmt::Write as _;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::shape::Shape;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::Marks;
use crate::trace::text::wildcard::fits;
use crate::trace::value::{CellArray, Class, Form, HostArray, IntClass, StructArray, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("who", (0, ANY, 1), who, "Lists the names of variables, or gives them."),
    Builtin::values("whos", (0, ANY, 1), whos, "Lists variables with their sizes and classes."),
];

/// Characters of a line.
const LINE_WIDTH: usize = 80;

/// Fields of what `whos` gives.
const DESCRIPTION: [&str; 9] =
    ["name", "size", "bytes", "class", "global", "sparse", "complex", "nesting", "persistent"];

/// What stands above every list.
const TITLE: &str = "Variables visible from the current scope:\n\n";

fn who(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let names = chosen(call);
    if call.nargout > 0 {
        let shape = Shape::matrix(names.len() as u64, u64::from(!names.is_empty()));
        let values = names.iter().map(|name| Value::from(name.as_str())).collect();
        return Ok(vec![Value::Cell(CellArray::new(shape, values))]);
    }
    if !names.is_empty() {
        let text = format!("{TITLE}{}\n", columns(&names));
        call.interpreter.print(&text);
    }
    Ok(Vec::new())
}

/// Names in columns, each as wide as the longest one and two spaces.
fn columns(names: &[String]) -> String {
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0) + 2;
    let row_count = names.len().div_ceil((LINE_WIDTH / width).max(1));
    let mut text = String::new();
    for row in 0..row_count {
        let line: String = names
            .iter()
            .skip(row)
            .step_by(row_count)
            .map(|name| format!("{name:width$}"))
            .collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names of variables that a pattern among the arguments fits; all without arguments.
fn chosen(call: &Call<'_, '_>) -> Vec<String> {
    let patterns: Vec<String> = call.args.iter().filter_map(Value::to_text).collect();
    let mut names = call.interpreter.variable_names();
    names.retain(|name| patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, name)));
    names
}

/// One line of the table.
struct Row {
    marks: String,
    name: String,
    /// The first extent, and the others with an `x` before each.
    size: (String, String),
    len: u64,
    bytes: u64,
    class: &'static str,
}

fn whos(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let names = chosen(call);
    if call.nargout > 0 {
        return Ok(vec![described(call, &names)]);
    }
    let rows: Vec<Row> = names.into_iter().filter_map(|name| row(call, name)).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let scope = match call.interpreter.function_name() {
        Some(name) => format!("{name}: {}", call.interpreter.running_path()),
        None => "top scope".to_owned(),
    };
    let text = format!("{TITLE}variables in scope: {scope}\n\n{}", table(&rows));
    call.interpreter.print(&text);
    Ok(Vec::new())
}

/// A structure for each variable, in a column.
fn described(call: &Call<'_, '_>, names: &[String]) -> Value {
    let mut fields: IndexMap<String, Vec<Value>> = DESCRIPTION
        .iter()
        .map(|field| ((*field).to_owned(), Vec::with_capacity(names.len())))
        .collect();
    let scope = call.interpreter.function_name();
    let level = if scope.is_some() { 2.0 } else { 1.0 };
    let nesting = StructArray::single([
        ("function".to_owned(), Value::from(scope.unwrap_or("top scope"))),
        ("level".to_owned(), Value::from(level)),
    ]);
    let found = names.iter().filter_map(|name| Some((name, call.interpreter.load_name(name)?)));
    for (name, value) in found {
        let Marks { is_formal: _, is_global, is_persistent } = call.interpreter.marks(name);
        let extents = value.shape().extents().iter().map(|extent| *extent as f64).collect();
        let size = HostArray::row(extents);
        let values = [
            Value::from(name.as_str()),
            size.into(),
            Value::from(bytes(&value) as f64),
            Value::from(value.class_name()),
            Value::from(is_global),
            Value::from(value.form() == Form::Sparse),
            Value::from(value.is_complex()),
            Value::Struct(nesting.clone()),
            Value::from(is_persistent),
        ];
        fields.values_mut().zip(values).for_each(|(list, value)| list.push(value));
    }
    let count = fields.first().map_or(0, |(_, list)| list.len()) as u64;
    Value::Struct(StructArray { shape: Shape::matrix(count, 1), fields: Rc::new(fields) })
}

fn row(call: &Call<'_, '_>, name: String) -> Option<Row> {
    let value = call.interpreter.load_name(&name)?;
    let Marks { is_formal, is_global, is_persistent } = call.interpreter.marks(&name);
    let complex = value.is_complex();
    let marks = [(complex, 'c'), (false, 's'), (is_formal, 'f'), (is_global, 'g')];
    let marks = marks.into_iter().chain([(is_persistent, 'p')]);
    let shape = value.shape();
    let (first, rest) = shape.extents().split_first()?;
    Some(Row {
        marks: marks.map(|(is_set, mark)| if is_set { mark } else { ' ' }).collect(),
        name,
        size: (first.to_string(), rest.iter().map(|extent| format!("x{extent}")).collect()),
        len: if matches!(value, Value::Map(_)) { 1 } else { shape.len() },
        bytes: bytes(&value),
        class: value.class_name(),
    })
}

/// Bytes that Octave takes for a value.
fn bytes(value: &Value) -> u64 {
    match value {
        Value::Range(_) => 24,
        Value::Cell(cell) => cell.values.iter().map(bytes).sum(),
        Value::Struct(array) => array.fields.values().flatten().map(bytes).sum(),
        Value::Function(_) | Value::Map(_) => 0,
        Value::Array(HostArray { form: Form::Diagonal, shape, .. }) => {
            8 * shape.extent(0).min(shape.extent(1))
        }
        Value::Number(_) | Value::Array(_) | Value::Lazy(_) | Value::Deferred(_) => {
            value.shape().len() * element_bytes(value)
        }
    }
}

fn element_bytes(value: &Value) -> u64 {
    match value.class() {
        Some(Class::Double) if value.is_complex() => 16,
        Some(Class::Single) if value.is_complex() => 8,
        Some(Class::Double | Class::Int(IntClass::Int64 | IntClass::Uint64)) | None => 8,
        Some(Class::Single | Class::Int(IntClass::Int32 | IntClass::Uint32)) => 4,
        Some(Class::Int(IntClass::Int16 | IntClass::Uint16)) => 2,
        Some(Class::Logical | Class::Char | Class::Int(IntClass::Int8 | IntClass::Uint8)) => 1,
    }
}

/// The table: sizes stand with their first `x` in one column.
fn table(rows: &[Row]) -> String {
    let widest = |of: &dyn Fn(&Row) -> usize, least: usize| {
        rows.iter().map(of).max().unwrap_or(0).max(least)
    };
    let name_width = widest(&|row| row.name.chars().count(), 6);
    let front = widest(&|row| row.size.0.len(), 5);
    let back = widest(&|row| row.size.1.len(), 10);
    let class_width = 5;
    let mut text = String::new();
    let mut line = |marks: &str, name: &str, size: [&str; 2], bytes: &str, class: &str| {
        let [first, rest] = size;
        let _ = writeln!(
            text,
            "  {marks:5}  {name:name_width$}  {first:>front$}{rest:back$}  {bytes:>17}  {class}"
        );
    };
    line("Attr", "Name", ["S", "ize"], "Bytes", "Class");
    line("====", "====", ["=", "==="], "=====", &format!("{:=<class_width$} ", ""));
    for row in rows {
        let size = [row.size.0.as_str(), row.size.1.as_str()];
        line(&row.marks, &row.name, size, &row.bytes.to_string(), row.class);
    }
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    let (len, bytes) =
        rows.iter().fold((0, 0), |(len, bytes), row| (len + row.len, bytes + row.bytes));
    let (lens, many) = (plural(len), plural(bytes));
    let _ = writeln!(text, "\nTotal is {len} element{lens} using {bytes} byte{many}\n");
    text
}
