//! `fprintf` and `sprintf`: a template, applied to all elements of all arguments.
//!
//! The template is used again until every element is used up, and ends early at the first
//! conversion that nothing is left for. Octave's own rules on top of C's: an empty argument feeds
//! one conversion with nothing; `%s` takes all that is left of a text, and of numbers those that
//! are codes of characters; a number that `%d` and its kin cannot show goes through `%g`.

use super::{WIDTH_MAX, number};
use crate::trace::error::{ScriptError, fail};
use crate::trace::value::{Class, HostArray, HostData, Number, Value};

/// One part of a template.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Literal(String),
    Conversion(Conversion),
}

/// Width or precision of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Amount {
    #[default]
    Default,
    Fixed(usize),
    /// `*`: the next element says it.
    Argument,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternate: bool,
    width: Amount,
    precision: Amount,
    letter: char,
}

/// A conversion whose `*` are known.
#[derive(Clone, Copy)]
struct Spec {
    conversion: Conversion,
    width: usize,
    precision: Option<usize>,
}

/// What feeds one conversion.
enum Datum {
    Nothing,
    Text(String),
    Number(f64),
    Integer(i128),
    Char(char),
}

/// The text of a template with arguments; `function` is named in errors. The template's escapes
/// are replaced unless double quotes did that already.
///
/// # Errors
/// For a template that is no text, an unknown conversion, an argument that is no array of
/// numbers, truth values or characters, or a width beyond [`WIDTH_MAX`].
pub fn format(function: &str, template: &Value, args: &[Value]) -> Result<String, ScriptError> {
    let Some(text) = template.to_text().filter(|_| template.is_char()) else {
        return Err(fail("M301", format!("{function}: format TEMPLATE must be a string")));
    };
    let raw = matches!(template, Value::Array(array) if array.double_quoted);
    let text = if raw { text } else { unescape(&text) };
    let pieces = parse(function, &text)?;
    let mut feed = Feed::new(function, args)?;
    let mut out = String::new();
    let has_conversion = pieces.iter().any(|piece| matches!(piece, Piece::Conversion(_)));
    loop {
        for piece in &pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Conversion(conversion) => {
                    let Some(spec) = feed.spec(function, *conversion)? else {
                        return Ok(out);
                    };
                    let Some(datum) = feed.next(conversion.letter) else {
                        return Ok(out);
                    };
                    spec.write(&mut out, datum);
                }
            }
        }
        if !has_conversion || feed.is_done() {
            return Ok(out);
        }
    }
}

/// Replaces the escapes of a single-quoted text: `\n`, `\t`, `\\`, `\x41`, `\101`, ...
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let replaced = match chars.next() {
            None => '\\',
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('v') => '\u{b}',
            Some('x') => {
                let (code, rest) = char_code(chars.as_str(), 16, 2);
                chars = rest.chars();
                code
            }
            Some('0'..='7') => {
                let (code, rest) = char_code(after, 8, 3);
                chars = rest.chars();
                code
            }
            Some(other) => other,
        };
        out.push(replaced);
        rest = chars.as_str();
    }
    out + rest
}

/// The character of a code of at most so many digits, and the text after it.
fn char_code(text: &str, radix: u32, digits_max: usize) -> (char, &str) {
    let len = text.chars().take(digits_max).take_while(|c| c.is_digit(radix)).count();
    let (digits, rest) = text.split_at(len);
    let code = u32::from_str_radix(digits, radix).unwrap_or(0).min(255);
    (char::from_u32(code).unwrap_or('\0'), rest)
}

fn parse(function: &str, text: &str) -> Result<Vec<Piece>, ScriptError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        literal.push_str(before);
        let Some((conversion, tail)) = parse_conversion(after) else {
            return Err(fail("M302", format!("{function}: invalid format specified"))
                .hint("write `%%` for a percent sign"));
        };
        rest = tail;
        if conversion.letter == '%' {
            literal.push('%');
            continue;
        }
        let fixed = [conversion.width, conversion.precision];
        if fixed.iter().any(|amount| matches!(amount, Amount::Fixed(n) if *n > WIDTH_MAX)) {
            return Err(too_wide(function));
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Conversion(conversion));
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

fn too_wide(function: &str) -> ScriptError {
    fail("M303", format!("{function}: a field width or precision is larger than {WIDTH_MAX}"))
}

/// The conversion after a `%`, and the text after it.
fn parse_conversion(text: &str) -> Option<(Conversion, &str)> {
    let mut conversion = Conversion::default();
    let flags = text.len() - text.trim_start_matches(['-', '+', ' ', '0', '#']).len();
    let (flags, mut rest) = text.split_at(flags);
    for flag in flags.chars() {
        match flag {
            '-' => conversion.left = true,
            '+' => conversion.plus = true,
            ' ' => conversion.space = true,
            '0' => conversion.zero = true,
            _ => conversion.alternate = true,
        }
    }
    (conversion.width, rest) = amount(rest);
    if let Some(after) = rest.strip_prefix('.') {
        (conversion.precision, rest) = amount(after);
        if conversion.precision == Amount::Default {
            conversion.precision = Amount::Fixed(0);
        }
    }
    let (letters, after) = match rest.strip_prefix(['l', 'h']) {
        Some(after) => ("diouxX", after),
        None => match rest.strip_prefix('L') {
            Some(after) => ("feEgG", after),
            None => ("diouxXcsfeEgG%", rest),
        },
    };
    let letter = after.chars().next().filter(|letter| letters.contains(*letter))?;
    conversion.letter = letter;
    Some((conversion, &after[letter.len_utf8()..]))
}

fn amount(text: &str) -> (Amount, &str) {
    if let Some(rest) = text.strip_prefix('*') {
        return (Amount::Argument, rest);
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &text[..text.len() - rest.len()];
    if digits.is_empty() {
        return (Amount::Default, rest);
    }
    (Amount::Fixed(digits.parse().unwrap_or(usize::MAX)), rest)
}

/// The elements of all arguments, in order.
struct Feed {
    args: Vec<HostArray>,
    arg: usize,
    element: usize,
}

impl Feed {
    fn new(function: &str, args: &[Value]) -> Result<Feed, ScriptError> {
        let wrong =
            |kind: &str| Err(fail("M304", format!("{function}: wrong type argument '{kind}'")));
        let mut arrays = Vec::with_capacity(args.len());
        for value in args {
            arrays.push(match value {
                // Octave takes the real parts.
                Value::Number(Number::Complex(_, re, _)) => Number::Double(*re).to_array(),
                Value::Array(array) if array.is_complex() => {
                    HostArray::new(array.shape.clone(), HostData::Double(array.doubles()))
                }
                Value::Number(number) => number.to_array(),
                Value::Array(array) => array.clone(),
                Value::Range(range) => range.to_array(),
                Value::Cell(_) => return wrong("cell"),
                Value::Struct(array) if array.shape.is_scalar() => return wrong("scalar struct"),
                Value::Struct(_) => return wrong("struct"),
                Value::Function(_) => return wrong("function handle"),
                Value::Map(_) => return wrong("object"),
                Value::Lazy(_) | Value::Deferred(_) => return wrong("unknown value"),
            });
        }
        Ok(Feed { args: arrays, arg: 0, element: 0 })
    }

    fn is_done(&self) -> bool {
        self.arg >= self.args.len()
    }

    fn advance(&mut self, count: usize) {
        self.element += count;
        if self.args.get(self.arg).is_some_and(|array| self.element >= array.len()) {
            (self.arg, self.element) = (self.arg + 1, 0);
        }
    }

    /// A conversion with its `*` read; `None` if nothing is left for one.
    fn spec(
        &mut self,
        function: &str,
        conversion: Conversion,
    ) -> Result<Option<Spec>, ScriptError> {
        let mut amounts = [None, None];
        for (place, amount) in [conversion.width, conversion.precision].into_iter().enumerate() {
            amounts[place] = match amount {
                Amount::Default => None,
                Amount::Fixed(value) => Some(value),
                Amount::Argument => {
                    let value = match self.next('d') {
                        None => return Ok(None),
                        Some(Datum::Number(value)) => value,
                        Some(Datum::Integer(value)) => value as f64,
                        Some(Datum::Char(value)) => f64::from(u32::from(value)),
                        Some(Datum::Nothing | Datum::Text(_)) => -1.0,
                    };
                    if value < 0.0 || value.fract() != 0.0 || !value.is_finite() {
                        let message = "invalid field width, must be integer >= 0 and <= INT_MAX";
                        return Err(fail("M305", format!("{function}: {message}")));
                    }
                    if value > WIDTH_MAX as f64 {
                        return Err(too_wide(function));
                    }
                    Some(value as usize)
                }
            };
        }
        let [width, precision] = amounts;
        Ok(Some(Spec { conversion, width: width.unwrap_or(0), precision }))
    }

    fn next(&mut self, letter: char) -> Option<Datum> {
        let array = self.args.get(self.arg)?;
        if array.is_empty() {
            self.arg += 1;
            return Some(Datum::Nothing);
        }
        if letter == 's'
            && let Some((text, len)) = run_of_text(array, self.element)
        {
            self.advance(len);
            return Some(Datum::Text(text));
        }
        let datum = match array.get(self.element)? {
            Number::Char(value) => Datum::Char(value),
            Number::Int(_, value) => Datum::Integer(value),
            Number::Logical(value) => Datum::Integer(value.into()),
            number @ (Number::Double(_) | Number::Single(_) | Number::Complex(..)) => {
                Datum::Number(number.to_f64())
            }
        };
        self.advance(1);
        Some(datum)
    }
}

/// What `%s` takes from an argument, and how many elements that is: all that is left of a text, or
/// as many codes of characters as come next.
fn run_of_text(array: &HostArray, first: usize) -> Option<(String, usize)> {
    let rest = (first..array.len()).filter_map(|index| array.get(index));
    let is_text = array.class() == Class::Char;
    let fits = |c: &char| is_text || u32::from(*c) < 256;
    let text: String = rest.map_while(|number| char_of(number).filter(fits)).collect();
    let len = text.chars().count();
    if len == 0 { None } else { Some((text, len)) }
}

fn char_of(number: Number) -> Option<char> {
    match number {
        Number::Char(value) => Some(value),
        Number::Double(_)
        | Number::Single(_)
        | Number::Logical(_)
        | Number::Int(..)
        | Number::Complex(..) => char_of_code(number.to_f64()),
    }
}

fn char_of_code(code: f64) -> Option<char> {
    let is_code = code.fract() == 0.0 && (0.0..=f64::from(u32::from(char::MAX))).contains(&code);
    if is_code { char::from_u32(code as u32) } else { None }
}

impl Spec {
    fn write(self, out: &mut String, datum: Datum) {
        match (self.conversion.letter, datum) {
            ('s' | 'c', Datum::Nothing) => self.pad(out, "", ""),
            (_, Datum::Nothing) => {}
            ('s' | 'c', Datum::Text(text)) => match self.precision {
                Some(len) => self.pad(out, "", &text.chars().take(len).collect::<String>()),
                None => self.pad(out, "", &text),
            },
            ('s' | 'c', Datum::Char(value)) => self.pad(out, "", value.encode_utf8(&mut [0; 4])),
            (_, Datum::Text(text)) => self.pad(out, "", &text),
            (_, Datum::Char(value)) => self.number(out, f64::from(u32::from(value))),
            ('d' | 'i', Datum::Integer(value)) if i64::try_from(value).is_ok() => {
                self.integer(out, value < 0, &value.unsigned_abs().to_string());
            }
            ('o' | 'u' | 'x' | 'X', Datum::Integer(value)) if value >= 0 => {
                self.unsigned(out, value as u64);
            }
            ('d' | 'i', Datum::Integer(value)) => self.float(out, value as f64, 'g'),
            (_, Datum::Integer(value)) => self.number(out, value as f64),
            (_, Datum::Number(value)) => self.number(out, value),
        }
    }

    fn number(self, out: &mut String, value: f64) {
        let is_integer = value.fract() == 0.0;
        match self.conversion.letter {
            _ if !value.is_finite() => self.special(out, value),
            's' | 'c' if is_integer => {
                // A number that is no character shows nothing, not even padding.
                let character = char_of_code(value);
                let limit = if self.conversion.letter == 's' { 256 } else { u32::MAX };
                if let Some(value) = character.filter(|c| u32::from(*c) < limit) {
                    self.pad(out, "", value.encode_utf8(&mut [0; 4]));
                }
            }
            's' => {}
            // Saturates at both ends of `int64`, but only exactly at the upper one.
            'd' | 'i' if is_integer && value <= 9_223_372_036_854_775_808.0 => {
                let value = value as i64;
                self.integer(out, value < 0, &value.unsigned_abs().to_string());
            }
            'o' | 'u' | 'x' | 'X' if is_integer && value >= 0.0 => {
                self.unsigned(out, value as u64);
            }
            'f' | 'e' | 'E' | 'g' | 'G' => self.float(out, value, self.conversion.letter),
            _ => self.float(out, value, 'g'),
        }
    }

    fn special(self, out: &mut String, value: f64) {
        let sign = match value {
            _ if value < 0.0 => "-",
            _ if self.conversion.plus => "+",
            _ if self.conversion.space => " ",
            _ => "",
        };
        let text = match value.is_nan() {
            true if super::number::is_missing(value) => "NA",
            true => "NaN",
            false => "Inf",
        };
        self.pad(out, sign, text);
    }

    fn unsigned(self, out: &mut String, value: u64) {
        let prefix = |prefix: &'static str| {
            if self.conversion.alternate && value != 0 { prefix } else { "" }
        };
        let (prefix, digits) = match self.conversion.letter {
            'o' => (prefix("0"), format!("{value:o}")),
            'x' => (prefix("0x"), format!("{value:x}")),
            'X' => (prefix("0X"), format!("{value:X}")),
            _ => ("", value.to_string()),
        };
        self.digits(out, prefix, &digits);
    }

    fn integer(self, out: &mut String, negative: bool, digits: &str) {
        self.digits(out, self.sign(negative), digits);
    }

    fn digits(self, out: &mut String, prefix: &str, digits: &str) {
        let least = self.precision.unwrap_or(1);
        let digits = if least == 0 && digits == "0" { "" } else { digits };
        let digits = format!("{digits:0>least$}");
        if self.conversion.zero && !self.conversion.left && self.precision.is_none() {
            let width = self.width.saturating_sub(prefix.len());
            self.pad(out, prefix, &format!("{digits:0>width$}"));
        } else {
            self.pad(out, prefix, &digits);
        }
    }

    fn float(self, out: &mut String, value: f64, letter: char) {
        let precision = self.precision.unwrap_or(6);
        let size = value.abs();
        let mut text = match letter {
            'f' => number::fixed(size, precision),
            'e' | 'E' => number::exponent(size, precision),
            _ => number::general(size, precision, self.conversion.alternate),
        };
        if self.conversion.alternate && precision == 0 && !text.contains('.') {
            let mantissa = text.find('e').unwrap_or(text.len());
            text.insert(mantissa, '.');
        }
        if letter.is_ascii_uppercase() {
            text = text.to_ascii_uppercase();
        }
        let sign = self.sign(value.is_sign_negative());
        if self.conversion.zero && !self.conversion.left {
            let width = self.width.saturating_sub(sign.len());
            text = format!("{text:0>width$}");
        }
        self.pad(out, sign, &text);
    }

    fn sign(self, negative: bool) -> &'static str {
        match (negative, self.conversion.plus, self.conversion.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn pad(self, out: &mut String, prefix: &str, text: &str) {
        let padding = self.width.saturating_sub(prefix.len() + text.chars().count());
        let padding = std::iter::repeat_n(' ', padding);
        if self.conversion.left {
            out.push_str(prefix);
            out.push_str(text);
            out.extend(padding);
        } else {
            out.extend(padding);
            out.push_str(prefix);
            out.push_str(text);
        }
    }
}
