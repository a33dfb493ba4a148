//! Numbers and strings: where they end, and what they mean.

use super::piece::Literal;

/// Reads the number that `text` begins with: its value and its length in bytes.
/// `None`: digits that make no number (`0x` alone).
pub(super) fn number(text: &str) -> Option<(Literal, usize)> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    if byte(0) == b'0' && matches!(byte(1), b'x' | b'X') && byte(2).is_ascii_hexdigit() {
        return radix(text, 16);
    }
    if byte(0) == b'0' && matches!(byte(1), b'b' | b'B') && matches!(byte(2), b'0' | b'1') {
        return radix(text, 2);
    }
    let mut at = 0;
    while byte(at).is_ascii_digit() || (byte(at) == b'_' && byte(at + 1).is_ascii_digit()) {
        at += 1;
    }
    // The dot of `2./x`, `2.'` and `1...` belongs to what follows.
    let dot_is_ours = match byte(at + 1) {
        b'*' | b'/' | b'\\' | b'^' | b'\'' => false,
        b'.' => byte(at + 2) != b'.',
        _ => true,
    };
    if byte(at) == b'.' && dot_is_ours {
        at += 1;
        while byte(at).is_ascii_digit() {
            at += 1;
        }
    }
    let mantissa = text.get(..at)?;
    let mut exponent = "";
    if matches!(byte(at), b'e' | b'E' | b'd' | b'D') {
        let sign = usize::from(matches!(byte(at + 1), b'+' | b'-'));
        let first = at + 1 + sign;
        let mut end = first;
        while byte(end).is_ascii_digit() {
            end += 1;
        }
        if end > first {
            exponent = text.get(at + 1..end)?;
            at = end;
        }
    }
    let exponent = if exponent.is_empty() { "0" } else { exponent };
    let value: f64 = format!("0{mantissa}e{exponent}").replace('_', "").parse().ok()?;
    let word_goes_on = byte(at + 1).is_ascii_alphanumeric() || byte(at + 1) == b'_';
    if matches!(byte(at), b'i' | b'j' | b'I' | b'J') && !word_goes_on {
        return Some((Literal::Imaginary(value), at + 1));
    }
    Some((Literal::Real(value), at))
}

/// `0x1F`, `0b101`, with an optional `u8`, `s16`, ..; the width is else the least that holds the
/// digits written, as in MATLAB and Octave 7.
fn radix(text: &str, base: u32) -> Option<(Literal, usize)> {
    let digits: usize = text.get(2..)?.chars().take_while(|c| c.is_digit(base)).count();
    let value = u64::from_str_radix(text.get(2..2 + digits)?, base).ok()?;
    let rest = text.get(2 + digits..)?;
    let suffixes = ["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"];
    if let Some(suffix) = suffixes.iter().find(|suffix| rest.starts_with(**suffix)) {
        let bits = suffix.get(1..)?.parse().ok()?;
        let signed = suffix.starts_with('s');
        return Some((Literal::Integer { value, bits, signed }, 2 + digits + suffix.len()));
    }
    let written = digits * if base == 16 { 4 } else { 1 };
    let bits = [8, 16, 32, 64].into_iter().find(|bits| written <= usize::from(*bits))?;
    Some((Literal::Integer { value, bits, signed: false }, 2 + digits))
}

/// Reads the string that `text` begins with its quote: its characters and its length in bytes.
/// `None`: the line ends first.
pub(super) fn string(text: &str) -> Option<(String, usize)> {
    let mut chars = text.char_indices().peekable();
    let (_, quote) = chars.next()?;
    let mut value = String::new();
    while let Some((at, c)) = chars.next() {
        if c == '\n' {
            return None;
        }
        if c == quote {
            if chars.next_if(|(_, next)| *next == quote).is_none() {
                return Some((value, at + 1));
            }
            value.push(quote);
        } else if c == '\\' && quote == '"' {
            escape(&mut chars, &mut value);
        } else {
            value.push(c);
        }
    }
    None
}

/// Replaces one escape of a double-quoted string; an unknown one stays as it is written.
fn escape(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, value: &mut String) {
    let Some((_, c)) = chars.next() else { return };
    let mut code = |base: u32, most: usize, first: Option<u32>| {
        let mut code = first;
        let taken = usize::from(first.is_some());
        for _ in taken..most {
            let Some((_, digit)) = chars.next_if(|(_, next)| next.is_digit(base)) else {
                break;
            };
            code = Some(code.unwrap_or(0) * base + digit.to_digit(base).unwrap_or(0));
        }
        code
    };
    let replaced = match c {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '"' | '\'' => c,
        // A backslash at the end of the line continues the string there.
        '\n' => return,
        '0'..='7' => char::from((code(8, 3, c.to_digit(8)).unwrap_or(0) & 0xff) as u8),
        'x' => match code(16, 2, None) {
            Some(code) => char::from(code as u8),
            None => {
                value.push_str("\\x");
                return;
            }
        },
        other => {
            value.push('\\');
            other
        }
    };
    value.push(replaced);
}
