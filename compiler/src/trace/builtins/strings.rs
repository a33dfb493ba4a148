//! Texts: comparing, editing, splitting, joining, bases.
//!
//! A text is a row of characters; functions that take one take a cell of them too, and give a
//! cell of the same shape.

mod compare;
mod digest;
mod edit;
mod join;
mod pattern;
mod radix;
mod read;
mod regex;
mod split;

use super::structs::truth;
use super::{ANY, Builtin, Call, Needs};
use crate::trace::error::ScriptError;
use crate::trace::text::convert;
use crate::trace::value::{CellArray, HostArray, HostData, Number, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

/// Rows of this family.
pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "ischar",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: |call| truth(call.get(0).is_some_and(Value::is_char)),
        doc: "True for a text or char array.",
    },
    Builtin {
        name: "strcmp",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::strcmp,
        doc: "True where two texts are equal.",
    },
    Builtin {
        name: "strcmpi",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::strcmpi,
        doc: "True where two texts are equal but for case.",
    },
    Builtin {
        name: "strncmp",
        args_min: 3,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::strncmp,
        doc: "True where the first characters of two texts are equal.",
    },
    Builtin {
        name: "strncmpi",
        args_min: 3,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::strncmpi,
        doc: "True where the first characters of two texts are equal but for case.",
    },
    Builtin {
        name: "startsWith",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::starts_with,
        doc: "True for texts that start with one of some patterns.",
    },
    Builtin {
        name: "endsWith",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::ends_with,
        doc: "True for texts that end with one of some patterns.",
    },
    Builtin {
        name: "hash",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: hash,
        doc: "The digest of a text by the name of an algorithm: md5, sha256 and the like.",
    },
    Builtin {
        name: "validatestring",
        args_min: 2,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: compare::validate,
        doc: "The one of some texts that starts with a given one.",
    },
    Builtin {
        name: "lower",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| change_case(call, false),
        doc: "In lower case.",
    },
    Builtin {
        name: "tolower",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| change_case(call, false),
        doc: "In lower case.",
    },
    Builtin {
        name: "upper",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| change_case(call, true),
        doc: "In upper case.",
    },
    Builtin {
        name: "toupper",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| change_case(call, true),
        doc: "In upper case.",
    },
    Builtin {
        name: "isspace",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, char_is_space),
        doc: "True for white space.",
    },
    Builtin {
        name: "isdigit",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_digit()),
        doc: "True for decimal digits.",
    },
    Builtin {
        name: "isalpha",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_alphabetic()),
        doc: "True for letters.",
    },
    Builtin {
        name: "isletter",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_alphabetic()),
        doc: "True for letters.",
    },
    Builtin {
        name: "isupper",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_uppercase()),
        doc: "True for upper-case letters.",
    },
    Builtin {
        name: "islower",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_lowercase()),
        doc: "True for lower-case letters.",
    },
    Builtin {
        name: "isalnum",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_alphanumeric()),
        doc: "True for letters and digits.",
    },
    Builtin {
        name: "ispunct",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| characters(call, |c| c.is_ascii_punctuation()),
        doc: "True for punctuation.",
    },
    Builtin {
        name: "strtrim",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: edit::strtrim,
        doc: "Without white space at both ends.",
    },
    Builtin {
        name: "deblank",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: edit::deblank,
        doc: "Without white space at the end.",
    },
    Builtin {
        name: "strrep",
        args_min: 3,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Text,
        run: edit::strrep,
        doc: "With one text replaced by another.",
    },
    Builtin {
        name: "do_string_escapes",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: edit::do_escapes,
        doc: "With escapes such as `\\n` replaced.",
    },
    Builtin {
        name: "undo_string_escapes",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: edit::undo_escapes,
        doc: "With special characters as escapes.",
    },
    Builtin {
        name: "strsplit",
        args_min: 1,
        args_max: 4,
        outputs_max: 2,
        needs: Needs::Text,
        run: split::strsplit,
        doc: "The parts of a text between delimiters, and the delimiters.",
    },
    Builtin {
        name: "ostrsplit",
        args_min: 2,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Text,
        run: split::ostrsplit,
        doc: "The parts of a text between any of some characters.",
    },
    Builtin {
        name: "strjoin",
        args_min: 1,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: split::strjoin,
        doc: "Texts joined by a delimiter.",
    },
    Builtin {
        name: "strtok",
        args_min: 1,
        args_max: 2,
        outputs_max: 2,
        needs: Needs::Text,
        run: split::strtok,
        doc: "The text before the first delimiter, and the rest.",
    },
    Builtin {
        name: "strfind",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: split::strfind,
        doc: "Where a text occurs in another.",
    },
    Builtin {
        name: "index",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| split::position(call, false),
        doc: "Where a text first occurs in another, or 0.",
    },
    Builtin {
        name: "rindex",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| split::position(call, true),
        doc: "Where a text last occurs in another, or 0.",
    },
    Builtin {
        name: "char",
        args_min: 0,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: join::char_array,
        doc: "Numbers, texts or cells of texts as the rows of a char array.",
    },
    Builtin {
        name: "strvcat",
        args_min: 1,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: join::strvcat,
        doc: "Texts as the rows of a char array, without empty ones.",
    },
    Builtin {
        name: "strcat",
        args_min: 0,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: join::strcat,
        doc: "Texts one after the other.",
    },
    Builtin {
        name: "cstrcat",
        args_min: 0,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: join::cstrcat,
        doc: "Texts one after the other, white space kept.",
    },
    Builtin {
        name: "blanks",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: join::blanks,
        doc: "So many spaces.",
    },
    Builtin {
        name: "dec2bin",
        args_min: 1,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| radix::write(call, Some(2)),
        doc: "Numbers in binary.",
    },
    Builtin {
        name: "dec2hex",
        args_min: 1,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| radix::write(call, Some(16)),
        doc: "Numbers in hexadecimal.",
    },
    Builtin {
        name: "dec2base",
        args_min: 2,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| radix::write(call, None),
        doc: "Numbers in a base from 2 to 36.",
    },
    Builtin {
        name: "bin2dec",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| radix::read(call, Some(2)),
        doc: "The numbers of binary texts.",
    },
    Builtin {
        name: "hex2dec",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| radix::read(call, Some(16)),
        doc: "The numbers of hexadecimal texts.",
    },
    Builtin {
        name: "base2dec",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Text,
        run: |call| radix::read(call, None),
        doc: "The numbers of texts in a base from 2 to 36.",
    },
    Builtin {
        name: "regexp",
        args_min: 2,
        args_max: ANY,
        outputs_max: 7,
        needs: Needs::Text,
        run: regex::search,
        doc: "Where a pattern matches, and what.",
    },
    Builtin {
        name: "regexpi",
        args_min: 2,
        args_max: ANY,
        outputs_max: 7,
        needs: Needs::Text,
        run: regex::search,
        doc: "Where a pattern matches, whatever the case.",
    },
    Builtin {
        name: "regexprep",
        args_min: 3,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Text,
        run: regex::replace,
        doc: "With the matches of a pattern replaced.",
    },
    Builtin {
        name: "sscanf",
        args_min: 2,
        args_max: 3,
        outputs_max: ANY,
        needs: Needs::Text,
        run: read::sscanf,
        doc: "Numbers and texts read from a text by a template.",
    },
];

/// `hash(function, text)`: a character below 256 is one byte.
fn hash(call: &mut Call<'_, '_>) -> Outcome {
    let name = call.get(0).filter(|value| value.is_char()).and_then(text_of).unwrap_or_default();
    let text = call.text(1)?;
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match digest::digest(&name, &bytes.unwrap_or_else(|| text.as_bytes().to_vec())) {
        Some(digits) => Ok(vec![Value::from(digits.as_str())]),
        None => Err(call.error("M344", format!("hash function '{name}' not supported"))),
    }
}

/// The characters of a text argument, if it is one.
fn text_of(value: &Value) -> Option<String> {
    value.to_text().filter(|_| value.is_char())
}

fn change_case(call: &mut Call<'_, '_>, up: bool) -> Outcome {
    let value = call.take(0)?;
    Ok(vec![cased(&value, up)])
}

fn cased(value: &Value, up: bool) -> Value {
    match value {
        Value::Cell(cell) => {
            let values = cell.values.iter().map(|value| cased(value, up)).collect();
            Value::Cell(CellArray::new(cell.shape.clone(), values))
        }
        other if other.is_char() => {
            map_chars(other, |c| if up { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        }
        other => other.clone(),
    }
}

/// A char array with each character replaced.
fn map_chars(value: &Value, edit: impl Fn(char) -> char) -> Value {
    let Some(array) = convert::elements(value) else {
        return value.clone();
    };
    let chars = array.numbers().map(|number| match number {
        Number::Char(value) => edit(value),
        _ => '\0',
    });
    let mut edited = HostArray::new(array.shape.clone(), HostData::Char(chars.collect()));
    edited.double_quoted = array.double_quoted;
    edited.into()
}

fn char_is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

fn characters(call: &mut Call<'_, '_>, is: fn(char) -> bool) -> Outcome {
    let value = call.take(0)?;
    tested(&value, is).map(|value| vec![value]).ok_or_else(|| call.invalid())
}

fn tested(value: &Value, is: fn(char) -> bool) -> Option<Value> {
    if let Value::Cell(cell) = value {
        let values: Option<Vec<Value>> =
            cell.values.iter().map(|value| tested(value, is)).collect();
        return Some(Value::Cell(CellArray::new(cell.shape.clone(), values?)));
    }
    let array = convert::elements(value)?;
    let answer = |number: Number| matches!(number, Number::Char(value) if is(value));
    let data = HostData::Logical(array.numbers().map(answer).collect());
    Some(HostArray::new(array.shape.clone(), data).into())
}
