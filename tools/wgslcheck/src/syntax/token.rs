//! Characters to tokens, with template lists found as section 3.9 of the specification says.

use super::SyntaxError;
use super::ast::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, keyword or reserved word.
    Word,
    /// A numeric literal.
    Number,
    /// An operator or punctuation mark, by its text.
    Op(&'static str),
    /// `<` that opens a template list.
    TemplateStart,
    /// `>` that closes a template list.
    TemplateEnd,
    /// After the last token.
    End,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// Longest first, so that the first match is the right one.
const OPERATORS: &[&str] = &[
    "<<=", ">>=", "&&", "||", "->", "==", "!=", "<=", ">=", "<<", ">>", "++", "--", "+=", "-=",
    "*=", "/=", "%=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "=", "<",
    ">", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "@",
];

/// Splits `source` into tokens.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer = Lexer { source, offset: 0, raw: Vec::with_capacity(source.len() / 3) };
    lexer.run()?;
    let marks = template_marks(&lexer.raw, source);
    Ok(merge(&lexer.raw, &marks, source))
}

/// A word, a number or one character, before operators are put together.
#[derive(Clone, Copy)]
struct Raw {
    class: Class,
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Number,
    Mark(u8),
}

struct Lexer<'a> {
    source: &'a str,
    offset: usize,
    raw: Vec<Raw>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.offset..).unwrap_or("")
    }

    fn run(&mut self) -> Result<(), SyntaxError> {
        while let Some(c) = self.rest().chars().next() {
            let start = self.offset;
            match c {
                ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{200e}'
                | '\u{200f}' | '\u{2028}' | '\u{2029}' => self.offset += c.len_utf8(),
                '/' if self.rest().starts_with("//") => self.line_comment()?,
                '/' if self.rest().starts_with("/*") => self.block_comment()?,
                '_' | 'a'..='z' | 'A'..='Z' => self.word(),
                '0'..='9' => self.number(),
                '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
                c if c.is_ascii() && OPERATORS.iter().any(|op| op.starts_with(c)) => {
                    self.offset += 1;
                    self.push(Class::Mark(c as u8), start);
                }
                c if unicode_ident::is_xid_start(c) => self.word(),
                c => {
                    let span = Span::new(start, start + c.len_utf8());
                    let shown = c.escape_default();
                    return Err(SyntaxError::new(span, format!("unexpected character `{shown}`")));
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, class: Class, start: usize) {
        self.raw.push(Raw { class, start: start as u32, end: self.offset as u32 });
    }

    fn word(&mut self) {
        let start = self.offset;
        let len = self
            .rest()
            .find(|c: char| {
                !(c == '_' || c.is_ascii_alphanumeric() || (!c.is_ascii() && is_continue(c)))
            })
            .unwrap_or(self.rest().len());
        self.offset += len;
        self.push(Class::Word, start);
    }

    fn line_comment(&mut self) -> Result<(), SyntaxError> {
        let is_break = |c: char| {
            matches!(c, '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
        };
        let len = self.rest().find(is_break).unwrap_or(self.rest().len());
        self.skip_comment(len)
    }

    fn block_comment(&mut self) -> Result<(), SyntaxError> {
        let start = self.offset;
        let bytes = self.rest().as_bytes();
        let mut depth = 0_usize;
        let mut index = 0;
        while index < bytes.len() {
            match bytes.get(index..index + 2) {
                Some(b"/*") => {
                    depth += 1;
                    index += 2;
                }
                Some(b"*/") => {
                    depth -= 1;
                    index += 2;
                    if depth == 0 {
                        return self.skip_comment(index);
                    }
                }
                _ => index += 1,
            }
        }
        let span = Span::new(start, start + 2);
        Err(SyntaxError::new(span, "this block comment has no end"))
    }

    fn skip_comment(&mut self, len: usize) -> Result<(), SyntaxError> {
        let start = self.offset;
        if let Some(at) = self.rest()[..len].find('\0') {
            let span = Span::new(start + at, start + at + 1);
            return Err(SyntaxError::new(span, "a comment holds the character U+0000"));
        }
        self.offset += len;
        Ok(())
    }

    /// Takes the longest numeric literal; whether its suffix fits is the parser's question.
    fn number(&mut self) {
        let start = self.offset;
        let bytes = self.rest().as_bytes();
        let len = number_len(bytes);
        self.offset += len;
        self.push(Class::Number, start);
    }
}

/// `XID_Continue` of the Unicode version that WGSL names (14); later versions added four.
fn is_continue(c: char) -> bool {
    const ADDED: [char; 4] = ['\u{200c}', '\u{200d}', '\u{30fb}', '\u{ff65}'];
    unicode_ident::is_xid_continue(c) && !ADDED.contains(&c)
}

fn count(bytes: &[u8], from: usize, test: impl Fn(&u8) -> bool) -> usize {
    bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|b| test(b)).count())
}

/// The length of the numeric literal that `bytes` starts with, its suffix included.
fn number_len(bytes: &[u8]) -> usize {
    let hex = matches!(bytes.get(..2), Some(b"0x" | b"0X"));
    let digit = |b: &u8| {
        if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() }
    };
    let mut len = if hex { 2 } else { 0 };
    len += count(bytes, len, digit);
    if bytes.get(len) == Some(&b'.') {
        len += 1;
        len += count(bytes, len, digit);
    }
    let exponent: &[u8] = if hex { b"pP" } else { b"eE" };
    if bytes.get(len).is_some_and(|b| exponent.contains(b)) {
        let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
        let digits = count(bytes, len + 1 + sign, u8::is_ascii_digit);
        if digits > 0 {
            len += 1 + sign + digits;
        }
    }
    match bytes.get(len..).unwrap_or_default() {
        [b'l', b'i' | b'u' | b'f', ..] => len + 2,
        [b'i' | b'u' | b'f' | b'h', ..] => len + 1,
        _ => len,
    }
}

fn less_follows(raw: &[Raw], index: usize) -> bool {
    raw.get(index + 1).is_some_and(|next| next.class == Class::Mark(b'<'))
}

/// For each raw token: `1` if it opens a template list, `2` if it closes one.
fn template_marks(raw: &[Raw], source: &str) -> Vec<u8> {
    let mut marks = vec![0; raw.len()];
    let mut pending: Vec<(usize, usize)> = Vec::new();
    let mut depth = 0_usize;
    let adjacent = |index: usize, mark: u8| {
        let follows = raw.get(index + 1).is_some_and(|next| next.class == Class::Mark(mark));
        follows && raw.get(index).map(|one| one.end) == raw.get(index + 1).map(|next| next.start)
    };
    let mut index = 0;
    while let Some(token) = raw.get(index) {
        match token.class {
            Class::Word if less_follows(raw, index) => {
                index += 1;
                if adjacent(index, b'<') || adjacent(index, b'=') {
                    index += 1;
                } else if source.get(token.start as usize..token.end as usize) != Some("_") {
                    pending.push((index, depth));
                }
            }
            Class::Mark(b'>') => {
                if let Some((start, _)) = pending.pop_if(|(_, at)| *at == depth) {
                    marks[start] = 1;
                    marks[index] = 2;
                } else if adjacent(index, b'=') {
                    index += 1;
                }
            }
            Class::Mark(b'(' | b'[') => depth += 1,
            Class::Mark(b')' | b']') => {
                while pending.pop_if(|(_, at)| *at >= depth).is_some() {}
                depth = depth.saturating_sub(1);
            }
            Class::Mark(b'!') if adjacent(index, b'=') => index += 1,
            Class::Mark(b'=') => {
                if adjacent(index, b'=') {
                    index += 1;
                } else {
                    depth = 0;
                    pending.clear();
                }
            }
            Class::Mark(b';' | b'{' | b':') => {
                depth = 0;
                pending.clear();
            }
            Class::Mark(mark @ (b'&' | b'|')) if adjacent(index, mark) => {
                index += 1;
                while pending.pop_if(|(_, at)| *at >= depth).is_some() {}
            }
            Class::Word | Class::Number | Class::Mark(_) => {}
        }
        index += 1;
    }
    marks
}

/// Puts operators of several characters together, but for the brackets of template lists.
fn merge(raw: &[Raw], marks: &[u8], source: &str) -> Vec<Token> {
    let mut merged = Vec::with_capacity(raw.len() + 1);
    let mut index = 0;
    while let Some(token) = raw.get(index) {
        let (kind, width) = match (token.class, marks.get(index)) {
            (Class::Word, _) => (Kind::Word, 1),
            (Class::Number, _) => (Kind::Number, 1),
            (Class::Mark(_), Some(1)) => (Kind::TemplateStart, 1),
            (Class::Mark(_), Some(2)) => (Kind::TemplateEnd, 1),
            (Class::Mark(_), _) => operator(raw, marks, source, index),
        };
        let last = raw.get(index + width - 1).unwrap_or(token);
        let span = Span::new(token.start as usize, last.end as usize);
        merged.push(Token { kind, span });
        index += width;
    }
    let end = Span::new(source.len(), source.len());
    merged.push(Token { kind: Kind::End, span: end });
    merged
}

fn operator(raw: &[Raw], marks: &[u8], source: &str, index: usize) -> (Kind, usize) {
    let start = raw.get(index).map_or(0, |token| token.start as usize);
    let rest = source.get(start..).unwrap_or("");
    for op in OPERATORS {
        let unmarked = marks.iter().skip(index).take(op.len()).all(|mark| *mark == 0);
        if unmarked && rest.starts_with(op) && !cuts_comment(op, rest) {
            return (Kind::Op(op), op.len());
        }
    }
    (Kind::Op(""), 1)
}

/// `a*/**/b` is a product: the operator ends where a comment starts.
fn cuts_comment(op: &str, rest: &str) -> bool {
    op == "/=" && rest.starts_with("//")
}
