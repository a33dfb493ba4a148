//! Files: opening, reading and writing.

use crate::shape::Shape;
use crate::trace::builtins::arguments::{class_of, one};
use crate::trace::builtins::system::is_variable_name;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::files::{Disk, OpenFile, decoded};
use crate::trace::interpreter::collect_numbers;
use crate::trace::value::{Class, HostArray, HostData, IntClass, Number, StructArray, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("fopen", (1, 4, 3), open, "Opens a file; -1 if it cannot be opened."),
    Builtin::values("fclose", (1, 1, 1), close, "Closes a file, or \"all\"."),
    Builtin::values("fflush", (1, 1, 1), flush, "Brings what was written to the disk."),
    Builtin::values("fgetl", (1, 2, 2), line, "The next line of a file, without its end."),
    Builtin::values("fgets", (1, 2, 2), line, "The next line of a file."),
    Builtin::values("fskipl", (1, 2, 1), skip_lines, "Passes lines of a file."),
    Builtin::values("feof", (1, 1, 1), is_ended, "True once reading has met the end."),
    Builtin::values("ferror", (1, 2, 2), no_error, "The error of a file, of which there is none."),
    Builtin::values("ftell", (1, 1, 1), tell, "The position in a file, in bytes."),
    Builtin::values("fseek", (2, 3, 1), seek, "Moves the position in a file."),
    Builtin::values("frewind", (1, 1, 1), seek, "Moves to the start of a file."),
    Builtin::values("fread", (1, 5, 2), read, "Numbers from the bytes of a file."),
    Builtin::values("fwrite", (2, 5, 1), write, "Numbers to the bytes of a file."),
    Builtin::values("is_valid_file_id", (1, 1, 1), is_valid, "True for the number of a file."),
    Builtin::values("SEEK_SET", (0, 0, 1), |_| one(0.0), "From the start of a file."),
    Builtin::values("SEEK_CUR", (0, 0, 1), |_| one(1.0), "From the position in a file."),
    Builtin::values("SEEK_END", (0, 0, 1), |_| one(2.0), "From the end of a file."),
    Builtin::values("stdin", (0, 0, 1), |_| one(0.0), "The input stream."),
    Builtin::values("disk__", (2, 3, 2), disk, "What the library asks of the disk."),
    Builtin::values("rest__", (1, 2, 1), rest, "The text that is left of a file."),
    Builtin::values("save", (0, ANY, 1), save, "Writes variables to a file."),
    Builtin::values("load", (1, ANY, 1), load, "Reads variables from a file."),
];

type Outcome = Result<Vec<Value>, ScriptError>;

impl Call<'_, '_> {
    /// The open file of an argument.
    pub(super) fn file(&mut self, index: usize) -> Result<&mut OpenFile, ScriptError> {
        let name = self.builtin.name;
        let number = self.number(index)?;
        let error = self.error("M306", format!("{name}: invalid stream number = {number}"));
        self.interpreter.files_open.get(number).ok_or(error)
    }
}

/// `fopen(name, mode)`, `fopen("all")` and `fopen(number)`.
fn open(call: &mut Call<'_, '_>) -> Outcome {
    if call.get(0).is_some_and(|value| !value.is_char()) {
        let file = call.file(0)?;
        let (path, mode) = (file.path.clone(), file.mode.clone());
        return Ok(vec![path.as_str().into(), mode.as_str().into(), "ieee-le".into()]);
    }
    let path = call.text(0)?;
    if path == "all" && call.args.len() == 1 {
        let numbers = call.interpreter.files_open.numbers();
        let shape = Shape::matrix(numbers.len() as u64, u64::from(!numbers.is_empty()));
        return one(HostArray::new(shape, HostData::Double(numbers)));
    }
    let mode = if call.args.len() > 1 { call.text(1)? } else { "r".to_owned() };
    let kept = mode.replace(['b', 't'], "");
    if !matches!(kept.as_str(), "r" | "w" | "a" | "r+" | "w+" | "a+") {
        return Err(call.error("M306", format!("fopen: invalid mode specified: {mode}")));
    }
    let found = match kept.starts_with('w') {
        true => call.interpreter.disk(&path, Disk::Write(&[])).map(|_| Vec::new()),
        false => match call.interpreter.disk(&path, Disk::Read) {
            // What is there and cannot be read is left alone.
            Err(_) if kept.starts_with('a') && (call.interpreter.host.path)(&path).is_none() => {
                call.interpreter.disk(&path, Disk::Append(&[])).map(|_| Vec::new())
            }
            found => found,
        },
    };
    match found {
        Ok(bytes) => {
            let mode = if kept == mode && !mode.contains('t') { kept + "b" } else { mode };
            let kept = bytes.len();
            let file = OpenFile { path, mode, bytes, kept, ..OpenFile::default() };
            let number = call.interpreter.files_open.add(file);
            Ok(vec![Value::from(number as f64), Value::from("")])
        }
        Err(reason) => Ok(vec![Value::from(-1.0), Value::from(reason.as_str())]),
    }
}

fn close(call: &mut Call<'_, '_>) -> Outcome {
    call.interpreter.flush_files();
    if call.get(0).is_some_and(Value::is_char) {
        for number in call.interpreter.files_open.numbers() {
            call.interpreter.files_open.remove(number);
        }
        return one(0.0);
    }
    let number = call.number(0)?;
    if !(0.0..3.0).contains(&number) {
        call.file(0)?;
        call.interpreter.files_open.remove(number);
    }
    Ok(if call.nargout > 0 { vec![Value::from(0.0)] } else { Vec::new() })
}

fn flush(call: &mut Call<'_, '_>) -> Outcome {
    let number = call.number(0)?;
    if !(0.0..3.0).contains(&number) {
        call.file(0)?;
    }
    call.interpreter.flush_files();
    Ok(if call.nargout > 0 { vec![Value::from(0.0)] } else { Vec::new() })
}

/// `fgetl` and `fgets`: -1 where nothing is left.
fn line(call: &mut Call<'_, '_>) -> Outcome {
    let keeps_end = call.builtin.name == "fgets";
    let limit = if call.args.len() > 1 { call.number(1)? } else { f64::INFINITY };
    let limit = if limit.is_finite() { limit.max(0.0) as usize } else { usize::MAX };
    let Some(mut line) = call.file(0)?.take_line(limit) else {
        return Ok(vec![Value::from(-1.0), Value::from(0.0)]);
    };
    let count = line.len() as f64;
    if !keeps_end && line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(vec![Value::from(decoded(&line).as_str()), Value::from(count)])
}

fn skip_lines(call: &mut Call<'_, '_>) -> Outcome {
    let count = if call.args.len() > 1 { call.number(1)? } else { 1.0 };
    let file = call.file(0)?;
    let mut passed = 0.0;
    while passed < count && file.take_line(usize::MAX).is_some() {
        passed += 1.0;
    }
    one(passed)
}

fn is_ended(call: &mut Call<'_, '_>) -> Outcome {
    let is_ended = call.file(0)?.is_ended;
    one(is_ended)
}

fn no_error(call: &mut Call<'_, '_>) -> Outcome {
    call.file(0)?;
    Ok(vec![Value::from(""), Value::from(0.0)])
}

fn tell(call: &mut Call<'_, '_>) -> Outcome {
    let at = call.file(0)?.at;
    one(at as f64)
}

/// `fseek(file, offset, origin)` and `frewind(file)`.
fn seek(call: &mut Call<'_, '_>) -> Outcome {
    let offset = if call.args.len() > 1 { call.number(1)? } else { 0.0 };
    let origin = match call.get(2) {
        Some(value) if value.is_char() => match call.text(2)?.as_str() {
            "cof" => 1.0,
            "eof" => 2.0,
            _ => 0.0,
        },
        Some(_) => call.number(2)?,
        None => 0.0,
    };
    let is_rewind = call.builtin.name == "frewind";
    let file = call.file(0)?;
    let base = match origin {
        1.0 => file.at,
        2.0 => file.bytes.len(),
        _ => 0,
    };
    let target = base as f64 + offset;
    if !(0.0..=file.bytes.len() as f64).contains(&target) {
        return one(-1.0);
    }
    (file.at, file.is_ended) = (target as usize, false);
    Ok(if is_rewind && call.nargout == 0 { Vec::new() } else { vec![Value::from(0.0)] })
}

/// How bytes stand for a number.
#[derive(Clone, Copy)]
enum Coded {
    Char,
    Double,
    Single,
    Int(IntClass),
}

impl Coded {
    fn parse(name: &str) -> Option<Coded> {
        Some(match name {
            "char" | "char*1" | "uchar" | "unsigned char" | "schar" => Coded::Char,
            "float64" | "real*8" | "double" => Coded::Double,
            "float32" | "real*4" | "single" | "float" => Coded::Single,
            "int" | "integer*4" => Coded::Int(IntClass::Int32),
            "short" | "integer*2" => Coded::Int(IntClass::Int16),
            "long" | "integer*8" => Coded::Int(IntClass::Int64),
            "integer*1" | "signed char" => Coded::Int(IntClass::Int8),
            "uint" | "unsigned int" => Coded::Int(IntClass::Uint32),
            "ushort" | "unsigned short" => Coded::Int(IntClass::Uint16),
            "ulong" | "unsigned long" => Coded::Int(IntClass::Uint64),
            _ => match class_of(name)? {
                Class::Int(class) => Coded::Int(class),
                Class::Double | Class::Single | Class::Logical | Class::Char => return None,
            },
        })
    }

    fn width(self) -> usize {
        match self {
            Coded::Char => 1,
            Coded::Double => 8,
            Coded::Single => 4,
            Coded::Int(class) => {
                let (low, high) = class.bounds();
                (high - low + 1).ilog2() as usize / 8
            }
        }
    }

    fn decode(self, bytes: &[u8]) -> f64 {
        let mut wide = [0u8; 8];
        wide.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        let bits = u64::from_le_bytes(wide);
        match self {
            Coded::Char => bits as f64,
            Coded::Double => f64::from_bits(bits),
            Coded::Single => f32::from_bits(bits as u32).into(),
            Coded::Int(IntClass::Int8) => (bits as i8).into(),
            Coded::Int(IntClass::Int16) => (bits as i16).into(),
            Coded::Int(IntClass::Int32) => (bits as i32).into(),
            Coded::Int(IntClass::Int64) => bits as i64 as f64,
            Coded::Int(
                IntClass::Uint8 | IntClass::Uint16 | IntClass::Uint32 | IntClass::Uint64,
            ) => bits as f64,
        }
    }

    fn encode(self, value: f64) -> Vec<u8> {
        let wide = match self {
            Coded::Char => (value as u32 as u64).to_le_bytes(),
            Coded::Double => value.to_bits().to_le_bytes(),
            Coded::Single => u64::from((value as f32).to_bits()).to_le_bytes(),
            Coded::Int(class) => {
                let (low, high) = class.bounds();
                let whole = (value.round() as i128).clamp(low, high);
                (whole as u64).to_le_bytes()
            }
        };
        wide[..self.width()].to_vec()
    }
}

/// The most rows of a matrix that `fread` fills up.
const READ_ROWS_MAX: f64 = 2_147_483_647.0;

/// `fread(file, size, precision, skip, order)`: a column, or a matrix of a size.
fn read(call: &mut Call<'_, '_>) -> Outcome {
    let mut size = vec![f64::INFINITY];
    let mut precision = "uint8".to_owned();
    let mut next = 1;
    if call.get(1).is_some_and(|value| !value.is_char()) {
        size = call.array(1)?.doubles();
        next = 2;
    }
    if call.args.len() > next {
        precision = call.text(next)?;
    }
    let bare = precision.strip_prefix('*').unwrap_or(&precision);
    let (from, to) = bare.split_once("=>").unwrap_or((bare, ""));
    let wrong = || call.error("M306", format!("fread: invalid precision `{precision}`"));
    let source = Coded::parse(from.trim()).ok_or_else(wrong)?;
    let target = match (precision.starts_with('*'), to.trim()) {
        (true, _) if matches!(source, Coded::Char) => Class::Char,
        (true, _) => class_of(from.trim()).unwrap_or(Class::Double),
        (false, "") => Class::Double,
        (false, name) => class_of(name).ok_or_else(wrong)?,
    };
    let wanted: f64 = size.iter().product();
    let count = if wanted.is_finite() { wanted.max(0.0) as usize } else { usize::MAX };
    let file = call.file(0)?;
    let bytes = file.take(count.saturating_mul(source.width()));
    let mut values: Vec<f64> =
        bytes.chunks_exact(source.width()).map(|chunk| source.decode(chunk)).collect();
    let found = values.len();
    let shape = match size.as_slice() {
        [rows, _, ..] if found > 0 => {
            if *rows > READ_ROWS_MAX {
                let message = "out of memory or dimension too large for Octave's index type";
                return Err(call.error("M306", message));
            }
            let rows = (*rows).max(1.0) as usize;
            values.resize(found.div_ceil(rows) * rows, 0.0);
            Shape::matrix(rows as u64, (values.len() / rows) as u64)
        }
        _ if found == 0 => Shape::matrix(0, 0),
        _ => Shape::matrix(found as u64, 1),
    };
    let numbers = values.into_iter().map(Number::Double);
    let array = collect_numbers(target, shape, numbers);
    Ok(vec![Value::from(array), Value::from(found as f64)])
}

fn write(call: &mut Call<'_, '_>) -> Outcome {
    let precision = if call.args.len() > 2 { call.text(2)? } else { "uint8".to_owned() };
    let coded = Coded::parse(&precision)
        .ok_or_else(|| call.error("M306", format!("fwrite: invalid precision `{precision}`")))?;
    let array = call.array(1)?;
    let values = array.doubles();
    let mut bytes = Vec::with_capacity(values.len() * coded.width());
    for value in &values {
        match (coded, char::from_u32(*value as u32)) {
            (Coded::Char, Some(letter)) if array.class() == Class::Char => {
                bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => bytes.extend(coded.encode(*value)),
        }
    }
    if (1.0..3.0).contains(&call.number(0)?) {
        let text = decoded(&bytes);
        call.print(&text);
    } else {
        let file = call.file(0)?;
        if !file.is_writable() {
            return one(0.0);
        }
        file.put(&bytes);
    }
    Ok(if call.nargout > 0 { vec![Value::from(values.len() as f64)] } else { Vec::new() })
}

fn is_valid(call: &mut Call<'_, '_>) -> Outcome {
    let number = call.number(0).unwrap_or(-1.0);
    one((0.0..3.0).contains(&number) || call.interpreter.files_open.get(number).is_some())
}

/// `disk__(wish, path)` and `disk__("write", path, text)`: what was found, and why not.
fn disk(call: &mut Call<'_, '_>) -> Outcome {
    let (wish, path) = (call.text(0)?, call.text(1)?);
    let text = if call.args.len() > 2 { call.text(2)? } else { String::new() };
    let wish = match wish.as_str() {
        "read" => Disk::Read,
        "write" => Disk::Write(text.as_bytes()),
        "remove" => Disk::Remove,
        "rename" => Disk::Rename(&text),
        "copy" => Disk::Copy(&text),
        "size" => Disk::Size,
        "mkdir" => Disk::MakeFolder,
        "rmdir" => Disk::RemoveFolder,
        "rmtree" => Disk::RemoveTree,
        "list" => Disk::List,
        _ => return Err(call.invalid()),
    };
    Ok(match call.interpreter.disk(&path, wish) {
        Ok(bytes) => vec![Value::from(decoded(&bytes).as_str()), Value::from("")],
        Err(reason) => vec![Value::from(-1.0), Value::from(reason.as_str())],
    })
}

/// `rest__(file)`: the text that is left; `rest__(file, text)`: all but that much is passed.
fn rest(call: &mut Call<'_, '_>) -> Outcome {
    if call.args.len() > 1 {
        let left = call.text(1)?.len();
        let file = call.file(0)?;
        file.at = file.bytes.len().saturating_sub(left);
        file.is_ended |= left == 0;
        return Ok(Vec::new());
    }
    let file = call.file(0)?;
    one(decoded(file.bytes.get(file.at..).unwrap_or_default()).as_str())
}

/// `save file names ..`: the variables go to the library as a structure.
fn save(call: &mut Call<'_, '_>) -> Outcome {
    let words: Result<Vec<String>, ScriptError> =
        (0..call.args.len()).map(|index| call.text(index)).collect();
    let (options, names): (Vec<String>, Vec<String>) =
        words?.into_iter().partition(|word| word.starts_with('-') && word.len() > 1);
    let mut names = names.into_iter();
    let path = names.next().ok_or_else(|| call.invalid())?;
    let patterns: Vec<String> = names.collect();
    let known = call.interpreter.variable_names();
    let mut picked: Vec<(String, Value)> = Vec::new();
    let wanted: Vec<String> = match patterns.as_slice() {
        [] => known,
        patterns => patterns
            .iter()
            .flat_map(|pattern| match pattern.strip_suffix('*') {
                Some(prefix) => {
                    known.iter().filter(|name| name.starts_with(prefix)).cloned().collect()
                }
                None => vec![pattern.clone()],
            })
            .collect(),
    };
    for name in wanted {
        let value = call.interpreter.load_name(&name);
        let missing = format!("save: no such variable: '{name}'");
        picked.push((name, value.ok_or_else(|| call.error("M306", missing))?));
    }
    let variables = StructArray::single(picked);
    let options = options.iter().map(|option| Value::from(option.as_str())).collect();
    let args = vec![path.as_str().into(), Value::Struct(variables), Value::cell_row(options)];
    let span = call.span;
    call.interpreter.call_name("textfiles__save", args, 0, span)
}

/// `load file`: the variables of a file, or a structure of them.
fn load(call: &mut Call<'_, '_>) -> Outcome {
    let (nargout, span) = (call.nargout, call.span);
    let mut args = vec![Value::from(nargout == 0)];
    args.append(&mut call.args);
    let found = call.interpreter.call_name("textfiles__load", args, 1, span)?;
    match found.first() {
        Some(Value::Struct(variables)) if nargout == 0 => {
            let fields: Vec<(String, Value)> = variables
                .fields
                .iter()
                .filter(|(name, _)| is_variable_name(name))
                .filter_map(|(name, values)| Some((name.clone(), values.first()?.clone())))
                .collect();
            for (name, value) in fields {
                call.interpreter.store_name(&name, value);
            }
            Ok(Vec::new())
        }
        _ => Ok(found),
    }
}
