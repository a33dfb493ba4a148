//! `sscanf`: values read from a text by a template.

use super::{Call, Outcome};
use crate::shape::Shape;
use crate::trace::text::printf;
use crate::trace::value::{HostArray, HostData, Value};

/// One piece of a template.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// Any white space.
    Space,
    /// This character.
    Literal(char),
    /// A conversion: its letter, most characters, whether its value is left out.
    Conversion { kind: char, width: usize, is_skipped: bool },
    /// Characters of a set, or not of it.
    Set { chars: Vec<char>, is_negated: bool, width: usize, is_skipped: bool },
}

impl Piece {
    fn is_conversion(&self) -> bool {
        matches!(self, Piece::Conversion { .. } | Piece::Set { .. })
    }

    fn is_text(&self) -> bool {
        match self {
            Piece::Conversion { kind, .. } => matches!(kind, 's' | 'c'),
            Piece::Set { .. } => true,
            Piece::Space | Piece::Literal(_) => false,
        }
    }

    fn is_kept(&self) -> bool {
        match self {
            Piece::Conversion { is_skipped, .. } | Piece::Set { is_skipped, .. } => !is_skipped,
            Piece::Space | Piece::Literal(_) => false,
        }
    }
}

fn pieces(template: &str) -> Vec<Piece> {
    let chars: Vec<char> = template.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at += 1;
        if c.is_whitespace() {
            found.push(Piece::Space);
            continue;
        }
        if c != '%' || chars.get(at) == Some(&'%') {
            at += usize::from(c == '%');
            found.push(Piece::Literal(c));
            continue;
        }
        let is_skipped = chars.get(at) == Some(&'*');
        at += usize::from(is_skipped);
        let digits: String = chars[at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        at += digits.len();
        while matches!(chars.get(at), Some('l' | 'h' | 'L')) {
            at += 1;
        }
        let Some(&kind) = chars.get(at) else { break };
        at += 1;
        let width = match digits.parse() {
            Ok(width) => width,
            Err(_) if kind == 'c' => 1,
            Err(_) => usize::MAX,
        };
        if kind != '[' {
            found.push(Piece::Conversion { kind, width, is_skipped });
            continue;
        }
        let is_negated = chars.get(at) == Some(&'^');
        at += usize::from(is_negated);
        let first = at;
        while chars.get(at).is_some_and(|c| *c != ']' || at == first) {
            at += 1;
        }
        let inside = chars.get(first..at.min(chars.len())).unwrap_or_default();
        found.push(Piece::Set { chars: spread(inside), is_negated, width, is_skipped });
        at += 1;
    }
    found
}

/// A set with its ranges written out.
fn spread(inside: &[char]) -> Vec<char> {
    let mut chars = Vec::new();
    let mut at = 0;
    while let Some(&c) = inside.get(at) {
        match (inside.get(at + 1), inside.get(at + 2)) {
            (Some('-'), Some(&last)) => {
                chars.extend(c..=last);
                at += 3;
            }
            _ => {
                chars.push(c);
                at += 1;
            }
        }
    }
    chars
}

/// Characters of one number.
const NUMBER_LEN_MAX: usize = 1 << 12;

/// A text that is being read.
struct Input {
    chars: Vec<char>,
    at: usize,
}

impl Input {
    fn skip_space(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.chars.len()
    }

    /// Characters while they belong, at most `width`.
    fn take(&mut self, width: usize, belongs: impl Fn(char) -> bool) -> Vec<char> {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let taken: Vec<char> =
            rest.iter().copied().take(width).take_while(|c| belongs(*c)).collect();
        self.at += taken.len();
        taken
    }

    /// A number in the spelling of a conversion.
    fn number(&mut self, kind: char, width: usize) -> Option<f64> {
        self.skip_space();
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let may_belong = |c: &&char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let rest: String =
            rest.iter().take(width.min(NUMBER_LEN_MAX)).take_while(may_belong).collect();
        let (value, len) = match kind {
            'd' | 'u' => integer(&rest, 10)?,
            'i' => integer(&rest, 0)?,
            'x' | 'X' => integer(&rest, 16)?,
            'o' => integer(&rest, 8)?,
            _ => float(&rest)?,
        };
        self.at += len;
        Some(value)
    }
}

fn sign(text: &str) -> (f64, usize) {
    match text.chars().next() {
        Some('-') => (-1.0, 1),
        Some('+') => (1.0, 1),
        _ => (1.0, 0),
    }
}

/// A whole number and its length; base 0: as its prefix says.
fn integer(text: &str, base: u32) -> Option<(f64, usize)> {
    let (sign, mut start) = sign(text);
    let rest = text.get(start..)?;
    let has_hex = rest.starts_with("0x") || rest.starts_with("0X");
    let base = match base {
        0 if has_hex => 16,
        0 if rest.starts_with('0') => 8,
        0 => 10,
        base => base,
    };
    if base == 16 && has_hex {
        start += 2;
    }
    let digits: String = text.get(start..)?.chars().take_while(|c| c.is_digit(base)).collect();
    let digit = |c: char| c.to_digit(base).map_or(0.0, f64::from);
    let value = digits.chars().fold(0.0, |value, c| value * f64::from(base) + digit(c));
    (!digits.is_empty()).then_some((sign * value, start + digits.len()))
}

/// A decimal number and its length.
fn float(text: &str) -> Option<(f64, usize)> {
    let (sign, start) = sign(text);
    let rest = text.get(start..)?;
    for (name, value) in [("inf", f64::INFINITY), ("nan", f64::NAN), ("na", f64::NAN)] {
        if rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)) {
            return Some((sign * value, start + name.len()));
        }
    }
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        bytes.get(from..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count()
    };
    let whole = digits(0);
    let mut len = whole;
    let mut fraction = 0;
    if bytes.get(len) == Some(&b'.') {
        fraction = digits(len + 1);
        len += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(len), Some(b'e' | b'E' | b'd' | b'D')) {
        let signed = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
        let power = digits(len + 1 + signed);
        if power > 0 {
            len += 1 + signed + power;
        }
    }
    let spelled = rest.get(..len)?.replace(['d', 'D'], "e");
    Some((sign * spelled.parse::<f64>().ok()?, start + len))
}

/// What was read.
#[derive(Default)]
struct Read {
    values: Vec<f64>,
    /// How many conversions succeeded.
    count: usize,
    /// True while every kept conversion was of text.
    is_text: bool,
    /// As many values were read as are wanted.
    is_full: bool,
}

fn read(input: &mut Input, pieces: &[Piece], limit: usize) -> Read {
    let kept = pieces.iter().filter(|piece| piece.is_kept());
    let mut read = Read { is_text: kept.clone().all(Piece::is_text), ..Read::default() };
    let has_conversion = pieces.iter().any(Piece::is_conversion);
    loop {
        let before = (input.at, read.count);
        for piece in pieces {
            if read.values.len() >= limit {
                read.is_full = true;
                return read;
            }
            if !step(input, piece, &mut read) {
                return read;
            }
        }
        let is_stuck = (input.at, read.count) == before;
        if !has_conversion || input.is_at_end() || is_stuck {
            return read;
        }
    }
}

/// Reads one piece; false if the text does not go on like that.
fn step(input: &mut Input, piece: &Piece, read: &mut Read) -> bool {
    let codes = |chars: &[char]| chars.iter().map(|c| f64::from(u32::from(*c))).collect::<Vec<_>>();
    match piece {
        Piece::Space => input.skip_space(),
        Piece::Literal(c) => {
            if input.chars.get(input.at) != Some(c) {
                return false;
            }
            input.at += 1;
        }
        Piece::Set { chars, is_negated, width, is_skipped } => {
            let taken = input.take(*width, |c| chars.contains(&c) != *is_negated);
            if taken.is_empty() {
                return false;
            }
            if !is_skipped {
                read.values.extend(codes(&taken));
                read.count += 1;
            }
        }
        Piece::Conversion { kind: kind @ ('s' | 'c'), width, is_skipped } => {
            if *kind == 's' {
                input.skip_space();
            }
            let is_word = *kind == 's';
            let taken = input.take(*width, |c| !is_word || !c.is_whitespace());
            if taken.is_empty() {
                return false;
            }
            if !is_skipped {
                read.values.extend(codes(&taken));
                read.count += 1;
            }
        }
        Piece::Conversion { kind, width, is_skipped } => {
            let Some(value) = input.number(*kind, *width) else {
                return false;
            };
            if !is_skipped {
                read.values.push(value);
                read.count += 1;
            }
        }
    }
    true
}

/// `sscanf(text, template, size)`.
pub(super) fn sscanf(call: &mut Call<'_, '_>) -> Outcome {
    let text =
        call.text(0).map_err(|_| call.error("M113", "sscanf: argument STRING must be a string"))?;
    let template =
        call.text(1).map_err(|_| call.error("M113", "sscanf: format TEMPLATE must be a string"))?;
    let pieces = pieces(&printf::unescape(&template));
    let size = match call.get(2) {
        Some(value) if value.is_char() => return separate(&text, &pieces, call.nargout),
        Some(_) => call.array(2)?.doubles(),
        None => Vec::new(),
    };
    let limit = match size.as_slice() {
        [] => usize::MAX,
        [count] => *count as usize,
        [rows, columns, ..] if columns.is_finite() => (rows * columns) as usize,
        [..] => usize::MAX,
    };
    let mut input = Input { chars: text.chars().collect(), at: 0 };
    let Read { mut values, count, is_text, is_full } = read(&mut input, &pieces, limit);
    let shape = match size.as_slice() {
        [rows, columns, ..] if !values.is_empty() => {
            let rows = (*rows).max(1.0) as usize;
            let width = values.len().div_ceil(rows);
            let width = if columns.is_finite() { width.min(*columns as usize) } else { width };
            values.resize(rows * width, 0.0);
            Shape::matrix(rows as u64, width as u64)
        }
        _ if values.is_empty() && is_text => Shape::matrix(1, 0),
        _ if values.is_empty() => Shape::matrix(0, 1),
        _ if is_text => Shape::matrix(1, values.len() as u64),
        _ => Shape::matrix(values.len() as u64, 1),
    };
    let data = match is_text {
        true => HostData::Char(
            values.iter().map(|code| char::from_u32(*code as u32).unwrap_or('\0')).collect(),
        ),
        false => HostData::Double(values),
    };
    let is_done = is_full || input.is_at_end();
    let message = if is_done { "" } else { "sscanf: format failed to match" };
    let position = input.at as f64 + 1.0;
    Ok(vec![
        HostArray::new(shape, data).into(),
        Value::from(count as f64),
        Value::from(message),
        Value::from(position),
    ])
}

/// `sscanf(text, template, "C")`: a result per conversion.
fn separate(text: &str, pieces: &[Piece], nargout: usize) -> Outcome {
    let mut input = Input { chars: text.chars().collect(), at: 0 };
    let mut results = Vec::new();
    for piece in pieces {
        let mut read = Read::default();
        let is_met = step(&mut input, piece, &mut read);
        if !piece.is_kept() {
            continue;
        }
        results.push(match (is_met, piece.is_text()) {
            (false, _) => Value::empty(),
            (true, false) => read.values.first().map_or_else(Value::empty, |v| Value::from(*v)),
            (true, true) => {
                let chars = read.values.iter().filter_map(|code| char::from_u32(*code as u32));
                Value::from(chars.collect::<String>().as_str())
            }
        });
    }
    let count = results.iter().filter(|value| !value.is_empty()).count();
    results.push(Value::from(count as f64));
    results.resize(results.len().max(nargout), Value::empty());
    Ok(results)
}
