//! Files: opening, reading lines, variables in files.

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::system::is_variable_name;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::files::{Disk, OpenFile, decoded};
use crate::trace::text::wildcard::fits;
use crate::trace::value::{HostArray, HostData, StructArray, Value};

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
    Builtin::values("is_valid_file_id", (1, 1, 1), is_valid, "True for the number of a file."),
    Builtin::values("SEEK_SET", (0, 0, 1), |_| one(0.0), "From the start of a file."),
    Builtin::values("SEEK_CUR", (0, 0, 1), |_| one(1.0), "From the position in a file."),
    Builtin::values("SEEK_END", (0, 0, 1), |_| one(2.0), "From the end of a file."),
    Builtin::values("stdin", (0, 0, 1), |_| one(0.0), "The input stream."),
    Builtin::values("disk__", (2, 3, 2), disk, "What the library asks of the disk."),
    Builtin::values("fits__", (2, 2, 1), fitting, "True for names that a pattern fits."),
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
        let order = if file.is_big { "ieee-be" } else { "ieee-le" };
        let (path, mode) = (file.path.clone(), file.mode.clone());
        return Ok(vec![path.as_str().into(), mode.as_str().into(), order.into()]);
    }
    let path = call.text(0)?;
    if path == "all" && call.args.len() == 1 {
        let numbers = call.interpreter.files_open.numbers();
        let shape = Shape::matrix(numbers.len() as u64, u64::from(!numbers.is_empty()));
        return one(HostArray::new(shape, HostData::Double(numbers)));
    }
    let mode = if call.args.len() > 1 { call.text(1)? } else { "r".to_owned() };
    let order = if call.args.len() > 2 { call.text(2)? } else { String::new() };
    let is_big = super::binary::is_big_endian(&order).unwrap_or(false);
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
            let file = OpenFile { path, mode, bytes, kept, is_big, ..OpenFile::default() };
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
    one(0.0)
}

fn flush(call: &mut Call<'_, '_>) -> Outcome {
    let number = call.number(0)?;
    if !(0.0..3.0).contains(&number) {
        call.file(0)?;
    }
    call.interpreter.flush_files();
    one(0.0)
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
    if !keeps_end {
        let ends: [&[u8]; 2] = [b"\r\n", b"\n"];
        let end = ends.iter().find(|end| line.ends_with(end)).map_or(0, |end| end.len());
        line.truncate(line.len() - end);
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

/// `fits__(pattern, names)`: which texts of a cell a pattern fits.
fn fitting(call: &mut Call<'_, '_>) -> Outcome {
    let pattern = call.text(0)?;
    let Value::Cell(cell) = call.take(1)? else { return Err(call.invalid()) };
    let fit = |value: &Value| value.to_text().is_some_and(|name| fits(&pattern, &name));
    let found = cell.values.iter().map(fit).collect();
    one(HostArray::new(cell.shape.clone(), HostData::Logical(found)))
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
        patterns => {
            let mut wanted = Vec::new();
            for pattern in patterns {
                let before = wanted.len();
                wanted.extend(known.iter().filter(|name| fits(pattern, name)).cloned());
                if wanted.len() == before {
                    let missing = format!("save: no such variable: '{pattern}'");
                    return Err(call.error("M306", missing));
                }
            }
            wanted
        }
    };
    for name in wanted {
        let value = call.interpreter.load_name(&name);
        picked.extend(value.map(|value| (name, value)));
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
