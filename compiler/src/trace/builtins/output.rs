//! Printing, and numbers to text: `disp`, `fprintf`, `num2str`, `format`.

use super::{ANY, Builtin, Call, Needs, Settings};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{PLACE_BYTES, has_room};
use crate::trace::text::{Format, compacted, convert, printf, scan};
use crate::trace::value::{CellArray, Float, HostArray, HostData, Number, Value};

/// Rows of this family.
pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "disp",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Output,
        run: disp,
        doc: "Shows a value without its name.",
    },
    Builtin {
        name: "display",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Output,
        run: disp,
        doc: "Shows a value.",
    },
    Builtin {
        name: "fdisp",
        args_min: 2,
        args_max: 2,
        outputs_max: 0,
        needs: Needs::Output,
        run: fdisp,
        doc: "Shows a value on a stream.",
    },
    Builtin {
        name: "fprintf",
        args_min: 1,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Output,
        run: fprintf,
        doc: "Prints a template, applied to all elements of its arguments.",
    },
    Builtin {
        name: "printf",
        args_min: 1,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Output,
        run: print_template,
        doc: "Prints a template, applied to all elements of its arguments.",
    },
    Builtin {
        name: "sprintf",
        args_min: 1,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: sprintf,
        doc: "The text of a template, applied to all elements of its arguments.",
    },
    Builtin {
        name: "puts",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Output,
        run: |call| put(call, 0),
        doc: "Prints a text as it is.",
    },
    Builtin {
        name: "fputs",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Output,
        run: |call| put(call, 1),
        doc: "Prints a text as it is.",
    },
    Builtin {
        name: "format",
        args_min: 0,
        args_max: 2,
        outputs_max: 0,
        needs: Needs::Values,
        run: set_format,
        doc: "Sets how many digits are shown: `format short`, `format long`.",
    },
    Builtin::values(
        "struct_levels_to_print",
        (0, 1, 1),
        struct_levels,
        "How many structures inside of structures are shown.",
    ),
    Builtin {
        name: "num2str",
        args_min: 1,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| one(convert::num2str(&call.take(0)?, call.get(1))),
        doc: "Numbers as text, with four decimals, a precision, or a template.",
    },
    Builtin {
        name: "int2str",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| one(convert::int2str(&call.take(0)?)),
        doc: "Rounded numbers as text.",
    },
    Builtin {
        name: "mat2str",
        args_min: 1,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Text,
        run: mat2str,
        doc: "A matrix as the text of a literal.",
    },
    Builtin {
        name: "str2double",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: str2double,
        doc: "The number that a text spells, or NaN.",
    },
    Builtin {
        name: "str2num",
        args_min: 1,
        args_max: 1,
        outputs_max: 2,
        needs: Needs::Values,
        run: str2num,
        doc: "The matrix literal that a text spells.",
    },
];

fn one(result: Result<Value, ScriptError>) -> Result<Vec<Value>, ScriptError> {
    result.map(|value| vec![value])
}

fn shown(call: &mut Call<'_, '_>, value: &Value) -> String {
    let settings = *call.settings();
    let text = settings.printer().disp(value);
    if settings.is_compact { compacted(&text) } else { text }
}

fn disp(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    if let Value::Range(range) = &value {
        has_room(range.count, PLACE_BYTES).map_err(|error| error.at(call.span))?;
    }
    let text = shown(call, &value);
    if call.nargout > 0 {
        return Ok(vec![Value::from(text.as_str())]);
    }
    call.print(&text);
    Ok(Vec::new())
}

fn fdisp(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let stream = stream(call)?;
    let value = call.take(1)?;
    let text = shown(call, &value);
    emit(call, stream, &text);
    Ok(Vec::new())
}

/// Where output goes.
#[derive(Clone, Copy)]
enum Stream {
    Output,
    Error,
    /// A file of this number.
    File(f64),
}

/// The first argument as a stream.
fn stream(call: &mut Call<'_, '_>) -> Result<Stream, ScriptError> {
    let id = call.number(0)?;
    if id == 1.0 {
        Ok(Stream::Output)
    } else if id == 2.0 {
        Ok(Stream::Error)
    } else {
        call.file(0)?;
        Ok(Stream::File(id))
    }
}

/// Standard error is the host's business too, but it has only notes: what a script prints there
/// is left out of its output.
fn emit(call: &mut Call<'_, '_>, stream: Stream, text: &str) {
    match stream {
        Stream::Output => call.print(text),
        Stream::Error => {
            let text = text.trim_end_matches('\n');
            call.note(crate::diagnostic::Diagnostic::warning("M307", text));
        }
        Stream::File(number) => {
            let file = call.interpreter.files_open.get(number);
            if let Some(file) = file.filter(|file| file.is_writable()) {
                file.put(text.as_bytes());
            }
        }
    }
}

fn fprintf(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.get(0).is_some_and(Value::is_char) {
        return print_template(call);
    }
    let is_number = call.get(0).is_some_and(|value| value.shape().is_scalar());
    if call.args.len() < 2 || !is_number {
        return Err(call.invalid());
    }
    let stream = stream(call)?;
    let text = formatted(call, 1)?;
    emit(call, stream, &text);
    Ok(written(call, &text))
}

fn print_template(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let text = formatted(call, 0)?;
    call.print(&text);
    Ok(written(call, &text))
}

fn written(call: &Call<'_, '_>, text: &str) -> Vec<Value> {
    if call.nargout > 0 { vec![Value::from(text.len() as f64)] } else { Vec::new() }
}

fn formatted(call: &Call<'_, '_>, template: usize) -> Result<String, ScriptError> {
    let args = call.args.get(template + 1..).unwrap_or_default();
    let template = call.get(template).ok_or_else(|| call.invalid())?;
    printf::format(call.builtin.name, template, args)
}

fn sprintf(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let text = formatted(call, 0)?;
    Ok(vec![row(&text)])
}

/// A text of one row, `1x0` if it is empty.
pub(super) fn row(text: &str) -> Value {
    let chars: Vec<char> = text.chars().collect();
    let shape = crate::shape::Shape::matrix(1, chars.len() as u64);
    HostArray::new(shape, HostData::Char(chars)).into()
}

fn put(call: &mut Call<'_, '_>, index: usize) -> Result<Vec<Value>, ScriptError> {
    let text = call.text(index)?;
    let stream = if index > 0 { stream(call)? } else { Stream::Output };
    emit(call, stream, &text);
    Ok(vec![Value::from(0.0)])
}

fn set_format(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.args.is_empty() {
        *call.settings() = Settings::default();
    }
    for index in 0..call.args.len() {
        let word = call.text(index)?.to_ascii_lowercase();
        let settings = call.settings();
        let is_long =
            matches!(settings.format, Format::Long | Format::LongGeneral | Format::LongExponent);
        match word.as_str() {
            "short" => settings.format = Format::Short,
            "long" => settings.format = Format::Long,
            "g" if is_long => settings.format = Format::LongGeneral,
            "g" | "shortg" => settings.format = Format::ShortGeneral,
            "longg" => settings.format = Format::LongGeneral,
            "e" if is_long => settings.format = Format::LongExponent,
            "e" | "shorte" => settings.format = Format::ShortExponent,
            "longe" => settings.format = Format::LongExponent,
            "bank" => settings.format = Format::Bank,
            "rat" => settings.format = Format::Rational,
            "loose" => settings.is_compact = false,
            "compact" => settings.is_compact = true,
            other => {
                return Err(call
                    .error("M308", format!("format: `{other}` is not supported"))
                    .hint("`short`, `long`, `shortg`, `longe`, `bank`, `rat`, `compact` are"));
            }
        }
    }
    Ok(Vec::new())
}

/// `struct_levels_to_print(count)`: sets it, and gives what it was.
fn struct_levels(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let old = call.settings().struct_levels.unwrap_or(2);
    if call.args.is_empty() {
        return Ok(vec![Value::from(old as f64)]);
    }
    let count = call.number(0)?;
    if count < -1.0 || count.fract() != 0.0 {
        let message = "struct_levels_to_print: arg must be greater than -1";
        return Err(call.error("M113", message));
    }
    call.settings().struct_levels = Some(count.max(0.0) as usize);
    Ok(if call.nargout > 0 { vec![Value::from(old as f64)] } else { Vec::new() })
}

/// Significant digits where `mat2str` is not told.
const MAT2STR_DIGITS: usize = 15;

fn mat2str(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let mut digits = [MAT2STR_DIGITS; 2];
    let mut with_class = false;
    for arg in call.args.iter().skip(1) {
        if let Some(text) = arg.to_text().filter(|_| arg.is_char()) {
            with_class |= text == "class";
            continue;
        }
        let wanted = convert::elements(arg).map(|array| array.doubles()).unwrap_or_default();
        let bounded = |digits: f64| digits.clamp(0.0, 1000.0) as usize;
        match wanted.as_slice() {
            [] => {}
            [both] => digits = [bounded(*both); 2],
            [re, im] => digits = [bounded(*re), bounded(*im)],
            _ => {
                let message = "mat2str: N must have only 1 or 2 elements";
                return Err(call.error("M312", message));
            }
        }
    }
    let value = call.take(0)?;
    one(convert::mat2str(&value, digits, with_class).map(|text| Value::from(text.as_str())))
}

fn str2double(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let nan = Number::Double(f64::NAN);
    let result = match &value {
        Value::Cell(cell) => {
            let spelled = |value: &Value| {
                let text = value.to_text().filter(|_| value.is_char());
                text.map_or(nan, |text| scan::number(&text))
            };
            numbers(cell, cell.values.iter().map(spelled).collect())
        }
        Value::Array(array) if value.is_char() && array.shape.extent(0) > 1 => {
            let rows = convert::rows_of(array);
            let shape = crate::shape::Shape::matrix(rows.len() as u64, 1);
            let cell = CellArray { shape, values: std::rc::Rc::new(Vec::new()) };
            numbers(&cell, rows.iter().map(|row| scan::number(row)).collect())
        }
        _ if value.is_char() => Value::Number(scan::number(&value.to_text().unwrap_or_default())),
        _ => Value::Number(nan),
    };
    Ok(vec![result])
}

/// Numbers in the shape of a cell; complex if one of them is.
fn numbers(cell: &CellArray, numbers: Vec<Number>) -> Value {
    let is_complex = |number: &Number| matches!(number, Number::Complex(..));
    let data = if numbers.iter().any(is_complex) {
        let parts = numbers.iter().map(|number| match number {
            Number::Complex(_, re, im) => [*re, *im],
            other => [other.to_f64(), 0.0],
        });
        HostData::Complex(Float::Double, parts.collect())
    } else {
        HostData::Double(numbers.into_iter().map(Number::to_f64).collect())
    };
    HostArray::new(cell.shape.clone(), data).into()
}

fn str2num(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let text = match call.get(0) {
        Some(value @ Value::Array(array)) if value.is_char() && array.shape.extent(0) > 1 => {
            crate::trace::text::convert::rows_of(array).join(";")
        }
        Some(value) if value.is_char() => value.to_text().unwrap_or_default(),
        Some(_) | None => {
            return Err(call.error("M313", "str2num: S must be a string or string array"));
        }
    };
    if let Some(matrix) = scan::matrix(&text) {
        return Ok(vec![Value::from(matrix), Value::from(true)]);
    }
    let span = call.span;
    Ok(match call.interpreter.eval_expression(&format!("[{text}]"), span) {
        Ok(value) => vec![value, Value::from(true)],
        Err(error) if error.is_fatal() => return Err(error),
        Err(_) => vec![Value::empty(), Value::from(false)],
    })
}
