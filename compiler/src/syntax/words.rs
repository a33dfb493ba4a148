//! Blanks, comments, identifiers and command syntax.

use std::collections::BTreeSet;

use super::ast::Word;
use super::piece::{Keyword, PieceKind};
use super::scan::{Expect, Scanner};

/// The identifier that `text` begins with; empty when there is none.
pub(super) fn identifier(text: &str) -> &str {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    if !text.starts_with(letter) {
        return "";
    }
    let end = text.find(|c: char| !letter(c) && !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// True if a text begins with a keyword that ends a block, or begins another part of one.
pub(super) fn continues_block(text: &str) -> bool {
    Keyword::parse(identifier(text)).is_some_and(|(keyword, _)| keyword.continues())
}

/// Names that stand before `=`, in brackets before `=`, after `for`, or in a function's head: all
/// that a statement like `a -1` needs to know about `a`. Strings and comments are not left out,
/// so there may be too many.
pub(super) fn assigned_names(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for line in text.split(['\n', ';']) {
        let is_head = line.trim_start().starts_with("function");
        let is_declared =
            ["global ", "persistent "].iter().any(|w| line.trim_start().starts_with(w));
        let end = match assignment_at(line) {
            _ if is_head || is_declared => line.len(),
            Some(_) if is_option(line) || is_before_text(line) => continue,
            Some(at) => at,
            None => continue,
        };
        let mut rest = line.get(..end).unwrap_or("");
        let own = if is_head { function_name(line) } else { "" };
        while !rest.is_empty() {
            let word = identifier(rest);
            if word.is_empty() {
                let skip = rest.chars().next().map_or(1, char::len_utf8);
                rest = rest.get(skip..).unwrap_or("");
            } else {
                if word != own {
                    names.insert(word);
                }
                rest = rest.get(word.len()..).unwrap_or("");
            }
        }
    }
    names
}

/// The name of the function whose head a line is.
fn function_name(line: &str) -> &str {
    let head = line.trim_start().strip_prefix("function").unwrap_or("");
    let head = head.rsplit_once('=').map_or(head, |(_, name)| name);
    identifier(head.trim_start())
}

/// `word -x..`: no target of an assignment has a sign after a blank.
fn is_option(line: &str) -> bool {
    let line = line.trim_start();
    let word = identifier(line);
    let rest = line.get(word.len()..).unwrap_or("");
    let sign = rest.trim_start_matches([' ', '\t']);
    let after = sign.strip_prefix('-').unwrap_or("");
    !word.is_empty()
        && Keyword::parse(word).is_none()
        && sign.len() < rest.len()
        && sign.starts_with(|c: char| c.is_alphabetic())
        || !word.is_empty()
            && Keyword::parse(word).is_none()
            && sign.len() < rest.len()
            && !after.is_empty()
            && !after.starts_with(['=', ' ', '\t', '-'])
        || !word.is_empty() && sign.len() < rest.len() && is_long_option(after)
}

/// `word '..`: no target of an assignment has a quote after a blank.
fn is_before_text(line: &str) -> bool {
    let line = line.trim_start();
    let word = identifier(line);
    let rest = line.get(word.len()..).unwrap_or("");
    let text = rest.trim_start_matches([' ', '\t']);
    !word.is_empty()
        && Keyword::parse(word).is_none()
        && text.len() < rest.len()
        && text.starts_with(['\'', '"'])
}

/// `-name`, of `--name`.
fn is_long_option(after: &str) -> bool {
    after.strip_prefix('-').is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()))
}

/// Where the last `=` of a line is that assigns.
fn assignment_at(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    (0..bytes.len()).rev().find(|at| {
        let before = byte(at.wrapping_sub(1));
        byte(*at) == b'='
            && byte(at + 1) != b'='
            && !matches!(before, b'=' | b'~' | b'!' | b'<' | b'>')
    })
}

impl Scanner<'_> {
    /// Passes blanks, comments and continuations, up to a token or line break.
    pub(super) fn skip_blanks(&mut self) {
        while let Some(c) = self.peek(0) {
            match c {
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'%' | b'#' => self.skip_comment(),
                b'.' if self.rest().starts_with("...") && self.continues() => {
                    self.skip_line();
                    self.at = (self.at + 1).min(self.text.len());
                }
                0xc2 if self.rest().starts_with('\u{a0}') => self.at += 2,
                _ => return,
            }
            self.space = true;
        }
    }

    /// `...` continues a line unless it is part of a name or number like `x....y`.
    fn continues(&self) -> bool {
        self.peek(3) != Some(b'.') || self.rest().trim_start_matches('.').starts_with(['\n', '\r'])
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn skip_comment(&mut self) {
        if !self.block_mark('{') {
            self.skip_line();
            return;
        }
        let mut depth = 0usize;
        while !self.rest().is_empty() {
            if self.block_mark('{') {
                depth += 1;
            } else if self.block_mark('}') {
                depth -= 1;
            }
            self.skip_line();
            if depth == 0 {
                return;
            }
            self.at += 1;
            let line = self.rest();
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            self.at += blank;
        }
        self.at = self.text.len();
    }

    /// Is `%{` (or the like) at the place of reading alone on its line?
    fn block_mark(&self, brace: char) -> bool {
        let before = self.text.get(..self.at).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let mut rest = self.rest().chars();
        let is_mark = matches!(rest.next(), Some('%' | '#')) && rest.next() == Some(brace);
        let after = rest.as_str().split('\n').next().unwrap_or("");
        is_mark && line.trim().is_empty() && after.trim().is_empty()
    }

    /// Reads the statement as a command if it is one: a word, a blank, and then no operator with
    /// blanks on both sides, as MATLAB and Octave decide it.
    pub(super) fn command(&mut self, word: &str) -> bool {
        let after = self.text.get(self.at + word.len()..).unwrap_or("");
        let line = after.split('\n').next().unwrap_or("");
        let args = line.trim_start_matches([' ', '\t']);
        let is_variable = self.variables.contains(word);
        if args.len() == line.len() || !looks_like_args(args, is_variable) {
            return false;
        }
        let start = self.at;
        let function = self.names.intern(word);
        let function_end = (start + word.len()) as u32;
        self.at = start + word.len();
        let args = self.command_words();
        let len = self.at - start;
        self.at = start;
        self.take(PieceKind::Command { function, function_end, args }, len);
        self.expect = Expect::Separator;
        true
    }

    /// The words of a command, up to the end of the statement.
    fn command_words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            while matches!(self.peek(0), Some(b' ' | b'\t' | b'\r')) {
                self.at += 1;
            }
            let start = self.at;
            let mut text = String::new();
            while let Some(c) = self.rest().chars().next() {
                if c.is_whitespace() || matches!(c, ';' | ',') {
                    break;
                }
                if matches!(c, '%' | '#') && self.at == start {
                    break;
                }
                match super::literal::string(self.rest()) {
                    Some((value, len)) if matches!(c, '\'' | '"') => {
                        text.push_str(&value);
                        self.at += len;
                    }
                    _ => {
                        text.push(c);
                        self.at += c.len_utf8();
                    }
                }
            }
            if self.at == start {
                return words;
            }
            words.push(Word { text, span: self.span(start, self.at) });
        }
    }
}

/// Is the text after a word and a blank that of a command's arguments?
fn looks_like_args(args: &str, is_variable: bool) -> bool {
    let mut chars = args.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    match first {
        ';' | ',' | '%' | '#' | '=' | '(' | '\r' => return false,
        '\'' | '"' => return !is_variable,
        c if c.is_alphanumeric() || c == '_' => return !(is_variable && is_keyword(args)),
        '.' if args.starts_with("...") => return false,
        '$' | '`' | '?' => return false,
        _ => {}
    }
    let width = args.find(|c: char| !"+-*/\\^<>=&|~!.:'".contains(c)).unwrap_or(args.len());
    let operator = args.get(..width).unwrap_or("");
    let after = args.get(width..).unwrap_or("");
    let assigns = operator.ends_with('=');
    let increments = matches!(operator, "++" | "--")
        && after.trim_start_matches([' ', '\t']).starts_with([';', ',', '%', '#', '\r', '\n'])
        || matches!(operator, "++" | "--") && after.trim().is_empty();
    let is_infix = after.starts_with([' ', '\t']) && !operator.is_empty();
    !(is_variable || assigns || increments || is_infix)
}

fn is_keyword(args: &str) -> bool {
    Keyword::parse(identifier(args)).is_some_and(|(_, reserved)| reserved)
}
