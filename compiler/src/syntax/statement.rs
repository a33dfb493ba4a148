//! The scanner at the beginning of a statement: keywords, function heads, commands.

use super::ast::{BinaryOp, Name};
use super::lower::{PAIR_MARK, PAIRS};
use super::piece::{Bracket, Keyword, Piece, PieceKind};
use super::scan::{Expect, Mistake, Nest, Scanned, Scanner};
use super::words::identifier;
use crate::diagnostic::Diagnostic;

impl Scanner<'_> {
    /// Reads what only begins statements. False: nothing of that kind, an expression follows.
    pub(super) fn statement(&mut self) -> Scanned<bool> {
        self.current.first = self.pieces.len();
        for (text, op) in [("++", BinaryOp::Add), ("--", BinaryOp::Sub)] {
            let word = self.rest().get(2..).map_or("", identifier);
            if self.rest().starts_with(text) && !word.is_empty() {
                self.current.increment = Some((op, self.at as u32, self.at as u32 + 2));
                self.at += 2;
                return Ok(true);
            }
        }
        if self.peek(0) == Some(b'[') && self.brackets_are_targets() {
            self.open(Nest::Targets, Bracket::Square)?;
            return Ok(true);
        }
        let word = identifier(self.rest());
        if word.is_empty() {
            return Ok(false);
        }
        let after = self.text.get(self.at + word.len()..).unwrap_or("");
        match Keyword::parse(word) {
            _ if matches!(word, "classdef" | "spmd") => self.refuse(word),
            Some((keyword, reserved)) if reserved || is_octave_keyword(keyword, after) => {
                self.keyword(keyword, word)?;
                Ok(true)
            }
            _ if word == "arguments" && self.follows_function_head() && ends_line(after) => {
                self.refuse(word)
            }
            _ => Ok(self.command(word)),
        }
    }

    fn refuse(&mut self, word: &str) -> Scanned<bool> {
        let span = self.span(self.at, self.at + word.len());
        let (what, hint) = match word {
            "classdef" => ("`classdef` is not supported", "write functions that take a struct"),
            "spmd" => ("`spmd` is not supported", "write a `for` loop"),
            _ => ("an `arguments` block is not supported", "check the arguments with `nargin`"),
        };
        self.diagnostics.push(Diagnostic::error("M006", what).at(span).hint(hint));
        if word == "classdef" {
            self.at = self.text.len();
            return Ok(true);
        }
        if word == "spmd" {
            self.keyword(Keyword::Try, word)?;
            return Ok(true);
        }
        let rest = self.rest();
        let end = rest.lines().scan(0, |at, line| {
            let start = *at;
            *at += line.len() + 1;
            Some((start, line))
        });
        let end = end.skip(1).find(|(_, line)| identifier(line.trim_start()) == "end");
        self.at = end.map_or(self.text.len(), |(start, line)| {
            (self.at + start + line.len()).min(self.text.len())
        });
        Ok(true)
    }

    fn follows_function_head(&self) -> bool {
        let mut kinds = self.pieces.iter().rev().map(|piece| &piece.kind).skip(1);
        let head = kinds.find(|kind| matches!(kind, PieceKind::Sep { .. } | PieceKind::Keyword(_)));
        matches!(head, Some(PieceKind::Keyword(Keyword::Function)))
    }

    /// Do the brackets here stand before `=`?
    fn brackets_are_targets(&self) -> bool {
        let mut depth = 0usize;
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '[' | '(' | '{' => depth += 1,
                ']' | ')' | '}' if depth > 1 => depth -= 1,
                ']' | ')' | '}' => {
                    let rest = self.rest().get(at + 1..).unwrap_or("");
                    let rest = skip_continuations(rest);
                    return c == ']' && rest.starts_with('=') && !rest.starts_with("==");
                }
                '.' if self.rest().get(at..).is_some_and(|rest| rest.starts_with("...")) => {
                    chars.by_ref().find(|(_, c)| *c == '\n');
                }
                ';' | '%' | '#' | '\n' | '"' if depth <= 1 => return false,
                _ => {}
            }
        }
        false
    }

    fn keyword(&mut self, keyword: Keyword, word: &str) -> Scanned<()> {
        self.take(PieceKind::Keyword(keyword), word.len());
        match keyword {
            Keyword::If
            | Keyword::Elseif
            | Keyword::While
            | Keyword::Until
            | Keyword::Switch
            | Keyword::Case => {
                self.current.header = Some(keyword);
                self.expect = Expect::Operand;
            }
            Keyword::For | Keyword::Parfor => {
                self.current.header = Some(keyword);
                self.expect = Expect::Operand;
                self.skip_blanks();
                if self.peek(0) == Some(b'[') {
                    return self.pair_target();
                }
                if self.peek(0) == Some(b'(') {
                    self.open(Nest::ForHead, Bracket::Paren)?;
                }
            }
            Keyword::Else
            | Keyword::Otherwise
            | Keyword::Try
            | Keyword::Do
            | Keyword::UnwindProtect
            | Keyword::Cleanup => {
                self.expect = Expect::Separator;
                self.end_statement(false)?;
            }
            Keyword::Catch => self.catch()?,
            Keyword::Function => self.function()?,
            Keyword::Global | Keyword::Persistent => {
                self.current.header = None;
                self.declaration(keyword)?;
            }
            Keyword::Break | Keyword::Continue | Keyword::Return | Keyword::End(_) => {
                self.expect = Expect::Separator;
            }
        }
        Ok(())
    }

    /// `[value, key]` after `for`: one name that holds both, which lowering takes apart.
    fn pair_target(&mut self) -> Scanned<()> {
        let rest = self.rest();
        let inside = rest.find(']').and_then(|end| rest.get(1..end)).unwrap_or_default();
        let mut words = inside.split([',', ' ', '\t']).filter(|word| !word.is_empty());
        let (value, key) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_name = |word: &str| !word.is_empty() && identifier(word) == word;
        if !is_name(value) || !is_name(key) || words.next().is_some() {
            return Err(Mistake(
                Diagnostic::error("M006", "`for [..]` wants two names, a value and a key")
                    .at(self.span(self.at, self.at + 1))
                    .hint("write `for [value, key] = structure`"),
            ));
        }
        let pair = [value, key].join(PAIR_MARK);
        let len = inside.len() + 2;
        [value, key, PAIRS].into_iter().for_each(|name| _ = self.names.intern(name));
        let pair = self.names.intern(&pair);
        self.take(PieceKind::Ident(pair), len);
        self.expect = Expect::Operator;
        Ok(())
    }

    /// `catch err` names a variable when the name ends the line or another word follows it.
    fn catch(&mut self) -> Scanned<()> {
        self.skip_blanks();
        let word = identifier(self.rest());
        let after = self.text.get(self.at + word.len()..).unwrap_or("");
        let next = after.trim_start_matches([' ', '\t']);
        let ends = ends_line(after) || next.starts_with([';', ',']);
        let word_follows = next.len() < after.len() && !identifier(next).is_empty();
        if !word.is_empty() && Keyword::parse(word).is_none() && (ends || word_follows) {
            let name = self.names.intern(word);
            self.take(PieceKind::Ident(name), word.len());
        } else {
            self.add(PieceKind::NoName);
        }
        self.expect = Expect::Separator;
        self.end_statement(false)
    }

    /// `global a b = 3 c`: each value becomes an assignment of its own, marked as belonging here.
    fn declaration(&mut self, keyword: Keyword) -> Scanned<()> {
        let start = self.at as u32;
        loop {
            self.skip_blanks();
            let word = identifier(self.rest());
            if word.is_empty() {
                break;
            }
            let name = self.names.intern(word);
            self.add(PieceKind::Space);
            self.take(PieceKind::Ident(name), word.len());
            self.skip_blanks();
            if self.peek(0) == Some(b'=') && self.peek(1) != Some(b'=') {
                let ident = self.pieces.last().cloned();
                self.add(PieceKind::Sep { semi: true });
                self.pieces.extend(ident);
                self.take(PieceKind::DeclInit, 1);
                self.current.assigned = true;
                self.current.part = usize::MAX;
                self.expect = Expect::Operand;
                return Ok(());
            }
        }
        self.expect = Expect::Separator;
        if self.pieces.last().is_some_and(|piece| matches!(piece.kind, PieceKind::Keyword(_))) {
            let message = format!("`{}` needs the name of a variable", keyword.text());
            let span = self.span(start as usize, start as usize);
            return Err(Mistake(Diagnostic::error("M001", message).at(span)));
        }
        Ok(())
    }

    /// The head of a function, up to its parameters.
    fn function(&mut self) -> Scanned<()> {
        self.skip_blanks();
        if self.peek(0) == Some(b'[') {
            self.outputs()?;
        } else {
            let word = identifier(self.rest());
            let after = self.text.get(self.at + word.len()..).unwrap_or("");
            if !word.is_empty() && skip_continuations(after).starts_with('=') {
                self.name(word);
                self.skip_blanks();
                self.take(PieceKind::Assign, 1);
            }
        }
        self.skip_blanks();
        let word = identifier(self.rest());
        if word.is_empty() {
            return Err(self.head_mistake("the function has no name"));
        }
        let dotted = self.text.get(self.at + word.len()..).is_some_and(|t| {
            // Not a line that goes on.
            t.starts_with('.') && !t.starts_with("...")
        });
        if dotted {
            return Err(self.head_mistake("methods are not supported"));
        }
        self.name(word);
        self.skip_blanks();
        let mut defaults = Vec::new();
        if self.peek(0) == Some(b'(') {
            self.parameters(&mut defaults)?;
        }
        self.expect = Expect::Separator;
        self.end_statement(true)?;
        defaults.into_iter().try_for_each(|(param, end)| self.default(param, end))
    }

    /// Octave's `function f(x = 3)`: a statement at the beginning that sets what was not given.
    fn default(&mut self, param: Piece, end: usize) -> Scanned<()> {
        self.names.intern("exist");
        let resume = self.at;
        self.at = param.end as usize;
        self.pieces.push(param);
        self.skip_blanks();
        self.take(PieceKind::DeclInit, 1);
        self.expect = Expect::Operand;
        self.current.part = usize::MAX;
        self.skip_blanks();
        while let Some(c) = self.peek(0).filter(|_| self.at < end) {
            let before = self.at;
            self.token(c)?;
            self.skip_blanks();
            if self.at <= before {
                return Err(self.head_mistake("the default value of a parameter is no expression"));
            }
        }
        self.end_statement(true)?;
        self.at = resume;
        Ok(())
    }

    /// Passes a default value, up to the `,` or `)` after it.
    fn skip_default(&mut self) {
        let mut depth = 0usize;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth > 0 => depth -= 1,
                ')' | ',' if depth == 0 => return,
                '\'' | '"' => {
                    let len = super::literal::string(self.rest()).map_or(1, |(_, len)| len);
                    self.at += len;
                    continue;
                }
                _ => {}
            }
            self.at += c.len_utf8();
        }
    }

    fn name(&mut self, word: &str) {
        let name = self.names.intern(word);
        self.take(PieceKind::Ident(name), word.len());
    }

    fn outputs(&mut self) -> Scanned<()> {
        self.take(PieceKind::Open { bracket: Bracket::Square, wrapped: false }, 1);
        let mut first = true;
        loop {
            self.skip_blanks();
            match self.peek(0) {
                Some(b']') => break,
                Some(b',') => self.at += 1,
                _ => {
                    let word = identifier(self.rest());
                    if word.is_empty() {
                        return Err(self.head_mistake("the name of a result is expected"));
                    }
                    if !first {
                        self.add(PieceKind::Comma);
                    }
                    first = false;
                    self.name(word);
                }
            }
        }
        self.take(PieceKind::Close { bracket: Bracket::Square, wrapped: false }, 1);
        self.skip_blanks();
        if self.peek(0) != Some(b'=') {
            return Err(self.head_mistake("`=` is expected after the results"));
        }
        self.take(PieceKind::Assign, 1);
        Ok(())
    }

    fn parameters(&mut self, defaults: &mut Vec<(Piece, usize)>) -> Scanned<()> {
        self.take(PieceKind::Open { bracket: Bracket::Paren, wrapped: false }, 1);
        let mut first = true;
        loop {
            self.skip_blanks();
            match self.peek(0) {
                Some(b'\n') => self.at += 1,
                Some(b')') => break,
                Some(b',') if !first => self.at += 1,
                found => {
                    let word = identifier(self.rest());
                    let ignored = matches!(found, Some(b'~' | b'!'));
                    if word.is_empty() && !ignored {
                        return Err(self.head_mistake("the name of a parameter is expected"));
                    }
                    if !first {
                        self.add(PieceKind::Comma);
                    }
                    first = false;
                    if ignored {
                        self.take(PieceKind::Ignored, 1);
                    } else {
                        self.name(word);
                        self.skip_blanks();
                        if self.peek(0) == Some(b'=') {
                            let param = self.pieces.last().cloned();
                            self.skip_default();
                            defaults.extend(param.map(|param| (param, self.at)));
                        }
                    }
                }
            }
        }
        self.take(PieceKind::Close { bracket: Bracket::Paren, wrapped: false }, 1);
        Ok(())
    }

    /// A mistake in a function's head; the function stays, so that its `end` has a partner.
    fn head_mistake(&mut self, message: &str) -> Mistake {
        let len = usize::from(!matches!(self.peek(0), None | Some(b'\n')));
        let diagnostic = Diagnostic::error("M001", message)
            .at(self.span(self.at, self.at + len))
            .hint("write `function [a, b] = name(x, y)`");
        self.pieces.truncate(self.current.first + 1);
        self.add(PieceKind::Ident(Name::ANS));
        self.add(PieceKind::Sep { semi: true });
        self.current.first = self.pieces.len();
        Mistake(diagnostic)
    }
}

/// Words that MATLAB does not reserve are keywords unless they are used as variables.
fn is_octave_keyword(keyword: Keyword, after: &str) -> bool {
    let next = after.trim_start_matches([' ', '\t']);
    let assigned = next.starts_with('=') && !next.starts_with("==");
    let indexed = after.starts_with('(') && keyword == Keyword::Do;
    !assigned && !indexed && !after.starts_with('.')
}

fn ends_line(after: &str) -> bool {
    let line = after.split('\n').next().unwrap_or("").trim();
    line.is_empty() || line.starts_with(['%', '#'])
}

fn skip_continuations(text: &str) -> &str {
    let mut text = text.trim_start_matches([' ', '\t']);
    while let Some(rest) = text.strip_prefix("...") {
        text = rest.split_once('\n').map_or("", |(_, next)| next).trim_start_matches([' ', '\t']);
    }
    text
}
