//! Values as `x = ..` and `disp` show them.

use std::fmt::Write;

use super::{Format, function, matrix};
use crate::trace::interpreter::to_complex;
use crate::trace::value::{
    CellArray, Class, Form, FunctionValue, HostArray, HostData, Number, StructArray, Value,
};

/// Structures inside structures that are shown whole; those further in only name their fields'
/// classes.
const STRUCT_DEPTH_MAX: usize = 2;

/// Cells inside cells that are shown; a script cannot overflow the stack with more.
const NESTING_MAX: usize = 256;

/// Shows values.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    /// What `format` has set.
    pub format: Format,
    /// How many structures inside of structures are shown; 2 where nothing is said.
    pub struct_levels: Option<usize>,
}

/// Where in a nested value something stands.
#[derive(Clone, Copy)]
struct Place {
    indent: usize,
    struct_depth: usize,
    nesting: usize,
}

impl Place {
    const TOP: Place = Place { indent: 0, struct_depth: 0, nesting: 0 };

    fn inside(self, indent: usize) -> Place {
        Place { indent: self.indent + indent, nesting: self.nesting + 1, ..self }
    }
}

/// What comes after the name of a value.
enum Shown {
    /// ` = text`.
    Inline(String),
    /// ` =`, a blank line, the text, a blank line.
    Block(String),
}

impl Printer {
    /// What a statement without semicolon prints: `x = 5`, ending with a line feed.
    pub fn display(&self, name: &str, value: &Value) -> String {
        let mut out = String::new();
        self.named(&mut out, name, value, Place::TOP);
        out
    }

    /// What `disp` prints, ending with a line feed.
    pub fn disp(&self, value: &Value) -> String {
        let mut out = String::new();
        match value {
            Value::Cell(cell) => match inline_cell(cell) {
                Some(text) => out = text + "\n",
                None => self.cell_body(&mut out, cell, Place::TOP),
            },
            Value::Struct(structure) if structure.shape.is_scalar() => {
                self.fields(&mut out, structure, Place::TOP.inside(4));
            }
            Value::Struct(structure) => struct_array(&mut out, structure, Place::TOP.inside(2)),
            Value::Map(map) => out = map.shown(),
            Value::Number(_)
            | Value::Array(_)
            | Value::Range(_)
            | Value::Lazy(_)
            | Value::Function(_)
            | Value::Deferred(_) => match self.shown(value, 0) {
                Shown::Inline(text) => out = text + "\n",
                Shown::Block(text) => out = text,
            },
        }
        out
    }

    fn named(&self, out: &mut String, name: &str, value: &Value, place: Place) {
        let indent = place.indent;
        if place.nesting > NESTING_MAX {
            _ = writeln!(out, "{:indent$}{name} = ...", "");
            return;
        }
        match value {
            Value::Cell(cell) => match inline_cell(cell) {
                Some(text) => _ = writeln!(out, "{:indent$}{name} = {text}", ""),
                None => {
                    _ = writeln!(out, "{:indent$}{name} =", "");
                    self.cell_body(out, cell, place);
                    out.push('\n');
                }
            },
            Value::Map(map) => {
                let shown = if indent == 0 { map.shown() } else { map.shown_inside(indent) };
                _ = write!(out, "{:indent$}{name} =\n\n{shown}\n", "");
            }
            Value::Struct(structure) => {
                _ = write!(out, "{:indent$}{name} =\n\n", "");
                self.struct_body(out, structure, place);
                out.push('\n');
            }
            Value::Number(_)
            | Value::Array(_)
            | Value::Range(_)
            | Value::Lazy(_)
            | Value::Function(_)
            | Value::Deferred(_) => match self.shown(value, indent) {
                Shown::Inline(text) => _ = writeln!(out, "{:indent$}{name} = {text}", ""),
                Shown::Block(text) => _ = write!(out, "{:indent$}{name} =\n\n{text}\n", ""),
            },
        }
    }

    fn shown(&self, value: &Value, indent: usize) -> Shown {
        match value {
            Value::Number(number) => {
                Shown::Inline(matrix::element(self.format, &number.to_array(), 0))
            }
            Value::Array(array) => self.array(array, indent),
            Value::Range(range) if range.count == 0 => Shown::Inline("[](1x0)".to_owned()),
            Value::Range(range) if range.count == 1 => {
                self.shown(&Value::Number(Number::Double(range.start)), indent)
            }
            Value::Range(range) => match range.limit {
                Some(limit) => {
                    Shown::Block(matrix::range_body(self.format, (*range, limit), indent))
                }
                None => self.array(&range.to_array(), indent),
            },
            Value::Function(function @ FunctionValue::Anonymous { .. }) => {
                let text = function::text(function);
                Shown::Block(text + "\n")
            }
            Value::Function(function) => Shown::Inline(function::text(function)),
            Value::Lazy(lazy) => Shown::Inline(format!("<{} {}>", lazy.shape, lazy.class.name())),
            Value::Deferred(deferred) => Shown::Inline(format!("<{}(..)>", deferred.function)),
            Value::Cell(_) | Value::Struct(_) | Value::Map(_) => Shown::Inline(String::new()),
        }
    }

    fn array(&self, array: &HostArray, indent: usize) -> Shown {
        if let HostData::Char(chars) = &*array.data {
            return text_array(array, chars);
        }
        if array.form == Form::Sparse && array.shape.rank() == 2 {
            return self.sparse(array);
        }
        if array.shape.is_empty() {
            return Shown::Inline(format!("[]({})", array.shape));
        }
        if array.shape.is_scalar() {
            return Shown::Inline(matrix::element(self.format, array, 0));
        }
        let body = matrix::body(self.format, array, indent);
        Shown::Block(match array.form {
            Form::Full | Form::Sparse => body,
            Form::Diagonal => format!("Diagonal Matrix\n\n{body}"),
            Form::Permutation => format!("Permutation Matrix\n\n{body}"),
        })
    }

    /// The elements of a sparse matrix that are not zero, column by column.
    fn sparse(&self, array: &HostArray) -> Shown {
        let (rows, columns) = (array.shape.extent(0), array.shape.extent(1));
        let is_set = |index: &usize| {
            array.get(*index).map(to_complex).is_some_and(|z| z.re != 0.0 || z.im != 0.0)
        };
        let places: Vec<usize> = (0..array.len()).filter(is_set).collect();
        let count = places.len();
        let head =
            format!("Compressed Column Sparse (rows = {rows}, cols = {columns}, nnz = {count}");
        if array.shape.is_empty() {
            return Shown::Inline(format!("{head})\n"));
        }
        let mut body = format!("{head} [{}%])\n\n", share(count, array.len()));
        for index in places {
            let (row, column) = (index as u64 % rows + 1, index as u64 / rows + 1);
            let element = matrix::element(self.format, array, index);
            _ = writeln!(body, "  ({row}, {column}) -> {element}");
        }
        Shown::Block(body)
    }

    fn cell_body(&self, out: &mut String, cell: &CellArray, place: Place) {
        let indent = place.indent;
        _ = writeln!(out, "{:indent$}{{", "");
        let rows = cell.shape.extent(0).max(1) as usize;
        for (index, value) in cell.values.iter().enumerate() {
            let name = format!("[{},{}]", index % rows + 1, index / rows + 1);
            self.named(out, &name, value, place.inside(2));
        }
        _ = writeln!(out, "{:indent$}}}", "");
    }

    fn struct_body(&self, out: &mut String, structure: &StructArray, place: Place) {
        if !structure.shape.is_scalar() {
            struct_array(out, structure, place.inside(2));
            return;
        }
        let indent = place.indent + 2;
        _ = write!(out, "{:indent$}scalar structure containing the fields:\n\n", "");
        self.fields(out, structure, place.inside(4));
    }

    fn fields(&self, out: &mut String, structure: &StructArray, place: Place) {
        let indent = place.indent;
        for (name, values) in structure.fields.iter() {
            let Some(value) = values.first() else {
                continue;
            };
            if place.struct_depth >= self.struct_levels.unwrap_or(STRUCT_DEPTH_MAX) {
                let (shape, kind) = brief(value);
                _ = writeln!(out, "{:indent$}{name}: {shape} {kind}", "");
            } else {
                let inner = Place { struct_depth: place.struct_depth + 1, ..place };
                self.named(out, name, value, inner);
            }
        }
    }
}

fn struct_array(out: &mut String, structure: &StructArray, place: Place) {
    let (indent, inner, shape) = (place.indent, place.indent + 2, &structure.shape);
    _ = write!(out, "{:indent$}{shape} struct array containing the fields:\n\n", "");
    for name in structure.fields.keys() {
        _ = writeln!(out, "{:inner$}{name}", "");
    }
}

/// A cell array without braces: an empty one, or one of more than two axes.
fn inline_cell(cell: &CellArray) -> Option<String> {
    let shape = &cell.shape;
    if shape.rank() > 2 {
        Some(format!("{{{shape} Cell Array}}"))
    } else {
        shape.is_empty().then(|| format!("{{}}({shape})"))
    }
}

/// Characters are never indented.
fn text_array(array: &HostArray, chars: &[char]) -> Shown {
    let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    let page = |page: &[char]| -> String {
        let line = |row: usize| {
            let mut line: String = page.iter().skip(row).step_by(rows.max(1)).collect();
            line.push('\n');
            line
        };
        (0..rows).map(line).collect()
    };
    if array.shape.rank() > 2 {
        let pages = chars.chunks((rows * columns).max(1));
        let named = matrix::page_names(&array.shape).into_iter().zip(pages);
        if rows == 1 {
            let lines = named.map(|(name, chars)| format!("{name} = {}", page(chars)));
            let lines: String = lines.collect();
            return Shown::Inline(lines.trim_end_matches('\n').to_owned());
        }
        let blocks = named.map(|(name, chars)| format!("{name} =\n\n{}", page(chars)));
        return Shown::Block(blocks.collect::<Vec<String>>().join("\n"));
    }
    match rows {
        0 => Shown::Inline(String::new()),
        1 => Shown::Inline(chars.iter().collect()),
        _ => Shown::Block(page(chars)),
    }
}

/// Size and Octave's name of a value's type, for fields that are too deep to show.
fn brief(value: &Value) -> (String, String) {
    let scalar_or_matrix = |class: &str, is_scalar: bool| {
        format!("{class}{}", if is_scalar { "scalar" } else { "matrix" })
    };
    match value {
        Value::Number(number) => brief(&Value::Array(number.to_array())),
        Value::Range(range) => (format!("1x{}", range.count), "double_range".to_owned()),
        Value::Lazy(lazy) => (lazy.shape.to_string(), scalar_or_matrix("", lazy.shape.is_scalar())),
        Value::Cell(cell) => (cell.shape.to_string(), "cell".to_owned()),
        Value::Struct(structure) => {
            let prefix = if structure.shape.is_scalar() { "scalar " } else { "" };
            (structure.shape.to_string(), format!("{prefix}struct"))
        }
        Value::Function(_) => ("1x1".to_owned(), "function handle".to_owned()),
        Value::Map(map) => (format!("{}x1", map.count()), "object".to_owned()),
        Value::Deferred(_) => ("?".to_owned(), "value".to_owned()),
        Value::Array(array) => {
            let is_scalar = array.shape.is_scalar();
            let kind = match array.class() {
                Class::Double if array.is_complex() => scalar_or_matrix("complex ", is_scalar),
                Class::Double => scalar_or_matrix("", is_scalar),
                Class::Single if array.is_complex() => {
                    scalar_or_matrix("float complex ", is_scalar)
                }
                Class::Single => scalar_or_matrix("float ", is_scalar),
                Class::Logical if is_scalar => "bool".to_owned(),
                Class::Logical => "bool matrix".to_owned(),
                Class::Char if array.double_quoted => "string".to_owned(),
                Class::Char => "sq_string".to_owned(),
                Class::Int(class) => scalar_or_matrix(&format!("{} ", class.name()), is_scalar),
            };
            (array.shape.to_string(), kind)
        }
    }
}

/// How many of a hundred elements are set: two digits, more near a hundred, which only a matrix
/// without zeros reaches.
fn share(count: usize, all: usize) -> String {
    let percent = count as f64 / all as f64 * 100.0;
    let digits = match percent {
        100.0 => 3,
        _ if percent > 99.9 => 4,
        _ if percent > 99.0 => 3,
        _ => 2,
    };
    let shown = if count < all { percent.min(99.99) } else { percent };
    super::number::general(shown, digits, false)
}
