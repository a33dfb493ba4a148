//! JSON: values as text and back, with the choices of Octave: arrays of numbers become columns,
//! arrays of equal arrays matrices, arrays of objects with the same names structure arrays.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::system::is_variable_name;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::{ScriptError, fail};
use crate::trace::value::{CellArray, Class, HostArray, HostData, Number, StructArray, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("jsonencode", (1, ANY, 1), encode, "A value as JSON text."),
    Builtin::values("jsondecode", (1, ANY, 1), decode, "The value of a JSON text."),
];

/// Arrays and objects inside each other.
const DEPTH_MAX: usize = 256;

/// How values are written.
struct Writer {
    text: String,
    /// Inf and NaN become `null`.
    converts: bool,
    depth: usize,
}

fn encode(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let mut writer = Writer { text: String::new(), converts: true, depth: 0 };
    if call.args.len().is_multiple_of(2) {
        return Err(call.invalid());
    }
    let span = call.span;
    for index in (1..call.args.len()).step_by(2) {
        let name = call
            .text(index)
            .map_err(|_| call.error("M113", "jsonencode: option argument must be a string"))?;
        let value = call.take(index + 1)?;
        let is_on = call.interpreter.truth(&value, span)?;
        match name.to_ascii_lowercase().as_str() {
            // Octave has it only with a newer library of its own.
            "prettyprint" => {}
            "convertinfandnan" => writer.converts = is_on,
            _ => {
                let message =
                    r#"jsonencode: Valid options are "ConvertInfAndNaN" and "PrettyPrint""#;
                return Err(call.error("M113", message));
            }
        }
    }
    let value = call.take(0)?;
    writer.value(&value)?;
    one(writer.text.as_str())
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<(), ScriptError> {
        match value {
            Value::Number(Number::Char(_)) | Value::Array(_) if value.is_char() => {
                self.chars(value)
            }
            Value::Number(number) => self.number(*number),
            Value::Array(array) => self.array(array),
            Value::Range(range) => self.array(&range.to_array()),
            Value::Cell(cell) => {
                self.list(cell.values.len(), &mut |out, index| out.value(&cell.values[index]))
            }
            Value::Struct(array) if array.shape.is_scalar() => self.object(array, 0),
            Value::Struct(array) => {
                self.nested(&array.shape, &mut |out, index| out.object(array, index))
            }
            Value::Map(map) => {
                let (Value::Cell(keys), Value::Cell(values)) = (map.keys(), map.values()) else {
                    return Ok(());
                };
                let texts: Vec<String> =
                    keys.values.iter().map(|key| key.to_text().unwrap_or_default()).collect();
                self.pairs(texts.len(), &mut |out, index| {
                    out.key(&texts[index]);
                    out.value(&values.values[index])
                })
            }
            Value::Function(_) | Value::Lazy(_) | Value::Deferred(_) => {
                Err(fail("M113", "jsonencode: unsupported type"))
            }
        }
    }

    fn number(&mut self, number: Number) -> Result<(), ScriptError> {
        match number {
            Number::Logical(truth) => self.text.push_str(if truth { "true" } else { "false" }),
            Number::Int(_, whole) => self.text.push_str(&whole.to_string()),
            Number::Complex(..) => return Err(fail("M113", "jsonencode: unsupported type")),
            Number::Double(_) | Number::Single(_) | Number::Char(_) => {
                let value = number.to_f64();
                let word = match value {
                    _ if value.is_finite() => spelled(value),
                    _ if self.converts => "null".to_owned(),
                    _ if value.is_nan() => "NaN".to_owned(),
                    _ if value > 0.0 => "Infinity".to_owned(),
                    _ => "-Infinity".to_owned(),
                };
                self.text.push_str(&word);
            }
        }
        Ok(())
    }

    fn chars(&mut self, value: &Value) -> Result<(), ScriptError> {
        let array = match value {
            Value::Number(number) => number.to_array(),
            Value::Array(array) => array.clone(),
            _ => return Ok(()),
        };
        if array.shape.rank() <= 2 && (array.shape.extent(0) == 1 || array.is_empty()) {
            self.quoted(&array.to_text().unwrap_or_default());
            return Ok(());
        }
        let rows = crate::trace::text::convert::rows_of(&array);
        self.list(rows.len(), &mut |out, index| {
            out.quoted(&rows[index]);
            Ok(())
        })
    }

    fn array(&mut self, array: &HostArray) -> Result<(), ScriptError> {
        if array.is_empty() {
            self.text.push_str("[]");
            return Ok(());
        }
        self.nested(&array.shape, &mut |out, index| match array.get(index) {
            Some(number) => out.number(number),
            None => Ok(()),
        })
    }

    /// Elements of a shape: a vector is one list, others are lists of what an index of the first
    /// dimension has.
    fn nested(
        &mut self,
        shape: &Shape,
        element: &mut dyn FnMut(&mut Writer, usize) -> Result<(), ScriptError>,
    ) -> Result<(), ScriptError> {
        let len = shape.len() as usize;
        let extents: Vec<usize> =
            (0..shape.rank()).map(|axis| shape.extent(axis) as usize).collect();
        if extents.iter().filter(|extent| **extent != 1).count() <= 1 {
            return self.list(len, element);
        }
        self.level(&extents, (0, 1), element)
    }

    fn level(
        &mut self,
        extents: &[usize],
        (start, step): (usize, usize),
        element: &mut dyn FnMut(&mut Writer, usize) -> Result<(), ScriptError>,
    ) -> Result<(), ScriptError> {
        let Some((extent, rest)) = extents.split_first() else {
            return element(self, start);
        };
        self.list(*extent, &mut |out, index| {
            out.level(rest, (start + index * step, step * extent), element)
        })
    }

    fn object(&mut self, array: &StructArray, index: usize) -> Result<(), ScriptError> {
        let fields: Vec<(&String, &Value)> = array
            .fields
            .iter()
            .filter_map(|(name, values)| Some((name, values.get(index)?)))
            .collect();
        self.pairs(fields.len(), &mut |out, at| {
            out.key(fields[at].0);
            out.value(fields[at].1)
        })
    }

    fn key(&mut self, name: &str) {
        self.quoted(name);
        self.text.push(':');
    }

    fn list(
        &mut self,
        count: usize,
        element: &mut dyn FnMut(&mut Writer, usize) -> Result<(), ScriptError>,
    ) -> Result<(), ScriptError> {
        self.bracketed(("[", "]"), count, element)
    }

    fn pairs(
        &mut self,
        count: usize,
        element: &mut dyn FnMut(&mut Writer, usize) -> Result<(), ScriptError>,
    ) -> Result<(), ScriptError> {
        self.bracketed(("{", "}"), count, element)
    }

    fn bracketed(
        &mut self,
        (open, close): (&str, &str),
        count: usize,
        element: &mut dyn FnMut(&mut Writer, usize) -> Result<(), ScriptError>,
    ) -> Result<(), ScriptError> {
        if self.depth >= DEPTH_MAX {
            return Err(fail("M113", "jsonencode: the value is nested too deeply"));
        }
        self.text.push_str(open);
        self.depth += 1;
        for index in 0..count {
            if index > 0 {
                self.text.push(',');
            }
            element(self, index)?;
        }
        self.depth -= 1;
        self.text.push_str(close);
        Ok(())
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{c}' => self.text.push_str("\\f"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                low if low < ' ' => self.text.push_str(&format!("\\u{:04X}", low as u32)),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

/// Whole numbers beyond are written with a fraction.
const WHOLE_MAX: f64 = 1e6;

/// The shortest digits that give a number again; a fraction unless it is whole and not large.
fn spelled(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < WHOLE_MAX {
        return format!("{}", value as i64);
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-6..21).contains(&exponent) {
        return format!("{digits}e{exponent}");
    }
    let plain = format!("{value}");
    if plain.contains('.') { plain } else { plain + ".0" }
}

/// A value as it was written.
enum Json {
    Null,
    Truth(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, (usize, &'static str)>;

fn decode(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.args.len().is_multiple_of(2) {
        return Err(call.error("M113", "jsondecode: option argument must be a string"));
    }
    let text = call
        .text(0)
        .map_err(|_| call.error("M113", "jsondecode: JSON_TXT must be a character string"))?;
    let mut options = Vec::new();
    let mut is_made_valid = true;
    let span = call.span;
    for index in (1..call.args.len()).step_by(2) {
        let name = call
            .text(index)
            .map_err(|_| call.error("M113", "jsondecode: option argument must be a string"))?;
        if name.eq_ignore_ascii_case("makevalidname") {
            let value = call.take(index + 1)?;
            is_made_valid = call.interpreter.truth(&value, span)?;
        } else {
            options.push(Value::from(name.as_str()));
            options.push(call.take(index + 1)?);
        }
    }
    let mut reader = Reader { text: &text, at: 0, depth: 0 };
    let json = reader.document().map_err(|(at, what)| {
        call.error("M113", format!("jsondecode: parse error at offset {}: {what}", at + 1))
    })?;
    let valid = &mut |name: &str| -> Result<String, ScriptError> {
        let is_name =
            is_variable_name(name) && !name.starts_with('_') && !crate::syntax::is_keyword(name);
        if !is_made_valid || is_name {
            return Ok(name.to_owned());
        }
        let mut args = vec![Value::from(name)];
        args.extend(options.iter().cloned());
        let made = call.interpreter.call_name("lang__makeValidName", args, 1, span)?;
        Ok(made.first().and_then(Value::to_text).unwrap_or_default())
    };
    one(value(json, valid)?)
}

type Names<'n> = dyn FnMut(&str) -> Result<String, ScriptError> + 'n;

fn value(json: Json, valid: &mut Names<'_>) -> Result<Value, ScriptError> {
    Ok(match json {
        Json::Null => Value::empty(),
        Json::Truth(truth) => Value::from(truth),
        Json::Number(number) => Value::from(number),
        Json::Text(text) => Value::from(text.as_str()),
        Json::Object(pairs) => {
            let mut fields = IndexMap::new();
            for (name, json) in pairs {
                fields.insert(valid(&name)?, vec![value(json, valid)?]);
            }
            Value::Struct(StructArray { shape: Shape::scalar(), fields: Rc::new(fields) })
        }
        Json::List(items) => list(items, valid)?,
    })
}

fn list(items: Vec<Json>, valid: &mut Names<'_>) -> Result<Value, ScriptError> {
    let is = |test: fn(&Json) -> bool| items.iter().all(test);
    if items.is_empty() {
        return Ok(Value::empty());
    }
    if is(|json| matches!(json, Json::Number(_) | Json::Null)) {
        let numbers = items.iter().map(|json| match json {
            Json::Number(number) => *number,
            _ => f64::NAN,
        });
        return Ok(HostArray::column(numbers.collect()).into());
    }
    if is(|json| matches!(json, Json::Truth(_))) {
        let truths: Vec<bool> =
            items.iter().map(|json| matches!(json, Json::Truth(true))).collect();
        let shape = Shape::matrix(truths.len() as u64, 1);
        return Ok(HostArray::new(shape, HostData::Logical(truths)).into());
    }
    let are_objects = is(|json| matches!(json, Json::Object(_)));
    let are_lists = is(|json| matches!(json, Json::List(_)));
    let values: Vec<Value> =
        items.into_iter().map(|json| value(json, valid)).collect::<Result<_, _>>()?;
    let shape = Shape::matrix(values.len() as u64, 1);
    let joined = match (are_objects, are_lists) {
        (true, _) => structures(&values, &shape),
        (_, true) => stacked(&values),
        _ => None,
    };
    Ok(joined.unwrap_or_else(|| Value::Cell(CellArray::new(shape, values))))
}

/// Structures of the same names as one array.
fn structures(values: &[Value], shape: &Shape) -> Option<Value> {
    let mut fields: IndexMap<String, Vec<Value>> = IndexMap::new();
    for (index, value) in values.iter().enumerate() {
        let Value::Struct(one) = value else { return None };
        if index == 0 {
            fields = one.fields.keys().map(|name| (name.clone(), Vec::new())).collect();
        }
        if !fields.keys().eq(one.fields.keys()) {
            return None;
        }
        for (name, column) in &mut fields {
            column.extend(one.fields.get(name).into_iter().flatten().cloned());
        }
    }
    Some(Value::Struct(StructArray { shape: shape.clone(), fields: Rc::new(fields) }))
}

/// Arrays of numbers, or of truth values, of one shape as an array with one more dimension.
fn stacked(values: &[Value]) -> Option<Value> {
    let mut arrays: Vec<HostArray> = Vec::new();
    for value in values {
        arrays.push(match value {
            Value::Array(array) if !value.is_char() => array.clone(),
            Value::Number(number) => number.to_array(),
            _ => return None,
        });
    }
    let first = arrays.first()?;
    let is_one_kind = |array: &HostArray| {
        array.shape == first.shape && array.class() == first.class() && !array.is_empty()
    };
    if !arrays.iter().all(is_one_kind) {
        return None;
    }
    let mut extents = vec![arrays.len() as u64];
    extents.extend((0..first.shape.rank()).map(|axis| first.shape.extent(axis)));
    let picked =
        (0..first.len()).flat_map(|at| arrays.iter().filter_map(move |array| array.get(at)));
    let data = match first.class() {
        Class::Logical => HostData::Logical(picked.map(|number| number.to_f64() != 0.0).collect()),
        _ => HostData::Double(picked.map(Number::to_f64).collect()),
    };
    Some(HostArray::new(Shape::new(extents), data).into())
}

impl Reader<'_> {
    fn document(&mut self) -> Parsed<Json> {
        self.blanks();
        if self.at >= self.text.len() {
            return Err((self.at, "The document is empty."));
        }
        let json = self.value()?;
        self.blanks();
        match self.at < self.text.len() {
            true => Err((self.at, "The document root must not be followed by other values.")),
            false => Ok(json),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let is_here = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if is_here { word.len() } else { 0 };
        is_here
    }

    fn value(&mut self) -> Parsed<Json> {
        if self.depth >= DEPTH_MAX {
            return Err((self.at, "The text is nested too deeply."));
        }
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'[') => self.list(),
            Some(b'{') => self.object(),
            _ if self.word("null") => Ok(Json::Null),
            _ if self.word("true") => Ok(Json::Truth(true)),
            _ if self.word("false") => Ok(Json::Truth(false)),
            _ if self.word("NaN") => Ok(Json::Number(f64::NAN)),
            _ if self.word("Infinity") || self.word("Inf") => Ok(Json::Number(f64::INFINITY)),
            _ if self.word("-Infinity") || self.word("-Inf") => Ok(Json::Number(f64::NEG_INFINITY)),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Parsed<Json> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        match text.parse().ok().filter(|_| is_number) {
            Some(number) => Ok(Json::Number(number)),
            None => Err((start, "Invalid value.")),
        }
    }

    fn list(&mut self) -> Parsed<Json> {
        let mut items = Vec::new();
        self.at += 1;
        self.depth += 1;
        self.blanks();
        if self.word("]") {
            self.depth -= 1;
            return Ok(Json::List(items));
        }
        loop {
            self.blanks();
            items.push(self.value()?);
            self.blanks();
            if self.word("]") {
                self.depth -= 1;
                return Ok(Json::List(items));
            }
            if !self.word(",") {
                return Err((self.at, "Missing a comma or ] after an array element."));
            }
        }
    }

    fn object(&mut self) -> Parsed<Json> {
        let mut pairs = Vec::new();
        self.at += 1;
        self.depth += 1;
        self.blanks();
        if self.word("}") {
            self.depth -= 1;
            return Ok(Json::Object(pairs));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err((self.at, "Missing a name for object member."));
            }
            let name = self.string()?;
            self.blanks();
            if !self.word(":") {
                return Err((self.at, "Missing a colon after a name of object member."));
            }
            self.blanks();
            let json = self.value()?;
            pairs.push((name, json));
            self.blanks();
            if self.word("}") {
                self.depth -= 1;
                return Ok(Json::Object(pairs));
            }
            if !self.word(",") {
                return Err((self.at, "Missing a comma or } after an object member."));
            }
        }
    }

    fn string(&mut self) -> Parsed<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(letter) = rest.chars().next() else {
                return Err((self.at, "Missing a closing quotation mark in string."));
            };
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(text),
                '\\' => text.push(self.escape()?),
                other => text.push(other),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        let wrong = (self.at, "Invalid escape character in string.");
        let letter = self.peek().ok_or(wrong)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.code(wrong)?;
                if (0xd800..0xdc00).contains(&high) && self.word("\\u") {
                    let low = self.code(wrong)?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(wrong);
                    }
                    let joined = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    char::from_u32(joined).ok_or(wrong)?
                } else {
                    char::from_u32(high).ok_or(wrong)?
                }
            }
            _ => return Err(wrong),
        })
    }

    fn code(&mut self, wrong: (usize, &'static str)) -> Parsed<u32> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(wrong)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| wrong)
    }
}
