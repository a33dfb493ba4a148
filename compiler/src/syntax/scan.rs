//! The scanner: from the text of a file to [`Piece`]s.
//!
//! It knows what only context can tell: whether a quote transposes or opens a string, whether a
//! blank in a matrix separates elements, whether a line is command syntax, and where a statement
//! ends. It checks that operands and operators alternate and that brackets pair, because it can
//! say what was expected; a statement with a mistake is reported once and left out.

use std::collections::BTreeSet;

use super::ast::{BinaryOp, Interner, Name};
use super::piece::{Bracket, Keyword, Piece, PieceKind};
use crate::diagnostic::{Diagnostic, FileId, Span};

/// Brackets inside brackets.
pub(super) const NESTING_MAX: usize = 128;
/// Operators in one expression, from its outermost bracket or comma inward.
pub(super) const OPERATORS_MAX: u32 = 1000;
/// Findings in one file.
pub(super) const DIAGNOSTICS_MAX: usize = 50;

/// What an open bracket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nest {
    Group,
    /// `s.(name)`.
    Field,
    Index,
    CellIndex,
    Matrix,
    Cell,
    /// Targets of `[a, b] = ..`.
    Targets,
    /// Parameters of an anonymous function.
    Params,
    /// The body of an anonymous function: no bracket, but blanks mean nothing in it.
    Body,
    /// `for (k = 1:3)`.
    ForHead,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) nest: Nest,
    pub(super) bracket: Bracket,
    /// Index of the opening piece.
    pub(super) piece: usize,
    /// Index of the first piece of the operand that it is part of.
    pub(super) operand: usize,
    /// Operators of the element being read, those in its brackets included.
    operators: u32,
    /// The most of an element before it.
    most: u32,
}

impl Open {
    /// The body after these parameters.
    pub(super) fn body(self) -> Open {
        Open { nest: Nest::Body, operators: 0, most: 0, ..self }
    }
}

/// What the statement needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// Nothing has been read of it.
    Statement,
    Operand,
    /// An operand has just ended.
    Operator,
    /// Nothing: the statement is whole.
    Separator,
}

/// The statement being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current {
    /// Index of its first piece.
    pub(super) first: usize,
    /// The keyword before its expression.
    pub(super) header: Option<Keyword>,
    pub(super) assigned: bool,
    /// Index of the first piece after the last `=`.
    pub(super) part: usize,
    /// It has more than one `=`, as `a = b = 1`.
    pub(super) chained: bool,
    pub(super) operators: u32,
    /// `++x` or `--x`.
    pub(super) increment: Option<(BinaryOp, u32, u32)>,
}

impl Current {
    fn new(first: usize) -> Current {
        Current {
            first,
            header: None,
            assigned: false,
            part: first,
            chained: false,
            operators: 0,
            increment: None,
        }
    }
}

/// A mistake that ends the reading of a statement.
pub(super) struct Mistake(pub(super) Diagnostic);

pub(super) type Scanned<T> = Result<T, Mistake>;

pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) file: FileId,
    pub(super) at: usize,
    /// Blanks were skipped before `at`.
    pub(super) space: bool,
    pub(super) pieces: Vec<Piece>,
    pub(super) stack: Vec<Open>,
    pub(super) expect: Expect,
    pub(super) current: Current,
    /// Names that the text assigns somewhere: `a -1` is then no command.
    pub(super) variables: BTreeSet<&'t str>,
    /// The bracket that closed last, with its opening piece.
    pub(super) closed: Option<Open>,
    /// Index of the first piece of the last operand.
    pub(super) operand: usize,
    pub(super) names: Interner,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// What scanning gives.
pub(super) struct Scan {
    pub(super) pieces: Vec<Piece>,
    pub(super) names: Interner,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads a whole file.
pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut scanner = Scanner {
        text,
        file,
        at: 0,
        space: false,
        pieces: Vec::new(),
        stack: Vec::new(),
        expect: Expect::Statement,
        current: Current::new(0),
        variables: super::words::assigned_names(text),
        closed: None,
        operand: 0,
        names: Interner::default(),
        diagnostics: Vec::new(),
    };
    scanner.run();
    let Scanner { pieces, names, diagnostics, .. } = scanner;
    Scan { pieces, names, diagnostics }
}

impl<'t> Scanner<'t> {
    fn run(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        loop {
            let more = match self.step() {
                Ok(more) => more,
                Err(mistake) => self.recover(mistake),
            };
            if !more || self.diagnostics.len() >= DIAGNOSTICS_MAX {
                return;
            }
        }
    }

    /// Reads one token. False: the text has ended.
    fn step(&mut self) -> Scanned<bool> {
        self.skip_blanks();
        let Some(c) = self.peek(0) else {
            if let Some(open) = self.stack.last().copied() {
                return Err(self.unclosed(open));
            }
            self.end_statement(false)?;
            return Ok(false);
        };
        if c == b'\n' {
            self.newline()?;
            return Ok(true);
        }
        if !self.stack.is_empty() {
            self.token(c)?;
            return Ok(true);
        }
        if c == b';' || c == b',' {
            self.at += 1;
            self.end_statement(c == b';')?;
            return Ok(true);
        }
        if self.expect == Expect::Separator || self.new_statement_follows(c) {
            let runs_on =
                self.expect == Expect::Separator && !super::words::continues_block(self.rest());
            let len = super::words::identifier(self.rest()).len().max(1);
            let mistake = runs_on.then(|| self.nothing_between(len));
            self.end_statement(false)?;
            mistake.map_or(Ok(()), Err)?;
        }
        if self.expect == Expect::Statement && self.statement()? {
            return Ok(true);
        }
        self.token(c)?;
        Ok(true)
    }

    /// In `if x y = 1; end` the second statement begins without a separator, and so does what
    /// ends or goes on with a block (`y = 1 end`).
    fn new_statement_follows(&self, c: u8) -> bool {
        if self.expect != Expect::Operator {
            return false;
        }
        if self.current.header.is_none() {
            return super::words::continues_block(self.rest());
        }
        match c {
            b'~' | b'!' => self.peek(1) != Some(b'='),
            b'@' | b'[' => true,
            _ => c.is_ascii_alphanumeric() || c == b'_',
        }
    }

    fn newline(&mut self) -> Scanned<()> {
        if self.stack.last().is_some_and(|open| open.nest == Nest::Body) {
            self.stack.pop();
        }
        let Some(open) = self.stack.last().copied() else {
            self.end_statement(false)?;
            self.at += 1;
            return Ok(());
        };
        if self.line_begins_statement(self.at + 1) {
            return Err(self.unclosed(open));
        }
        let at = self.at;
        self.at += 1;
        self.space = true;
        if matches!(open.nest, Nest::Matrix | Nest::Cell) {
            if self.expect == Expect::Operand && self.row_is_open() {
                let span = self.span(at, at + 1);
                return Err(Mistake(
                    Diagnostic::error("M001", "the row ends where a value is expected")
                        .at(span)
                        .hint("end the line with `...` to continue it"),
                ));
            }
            self.row(at);
        }
        Ok(())
    }

    /// The last piece is an operator, not a bracket or separator.
    pub(super) fn row_is_open(&self) -> bool {
        let last = self.pieces.last().map(|piece| &piece.kind);
        !matches!(last, Some(PieceKind::Comma | PieceKind::Row | PieceKind::Open { .. }))
    }

    /// Ends the statement at a separator.
    pub(super) fn end_statement(&mut self, semi: bool) -> Scanned<()> {
        match self.expect {
            Expect::Statement => {}
            Expect::Operand => {
                let end = self.at;
                return Err(self.expected_operand(end, "the statement ends"));
            }
            Expect::Operator | Expect::Separator => {
                if let Some((op, start, end)) = self.current.increment {
                    self.pieces.push(Piece { kind: PieceKind::Increment(op), start, end });
                }
                self.check_assigned()?;
                if self.current.chained {
                    self.unchain();
                }
                let at = self.at as u32;
                self.pieces.push(Piece { kind: PieceKind::Sep { semi }, start: at, end: at });
            }
        }
        self.begin_statement();
        Ok(())
    }

    /// `a = b = 1` becomes `b = 1; a = b`, and `a = b(i) = []` becomes `b(i) = []; a = []`: the
    /// value of an assignment is its right side.
    fn unchain(&mut self) {
        let statement = self.pieces.split_off(self.current.first);
        let mut depth = 0usize;
        let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
        let mut signs = Vec::new();
        for piece in statement {
            match piece.kind {
                PieceKind::Open { .. } => depth += 1,
                PieceKind::Close { .. } => depth = depth.saturating_sub(1),
                PieceKind::Assign if depth == 0 => {
                    signs.push(piece);
                    parts.push(Vec::new());
                    continue;
                }
                _ => {}
            }
            if let Some(part) = parts.last_mut() {
                part.push(piece);
            }
        }
        let mut value = parts.pop().unwrap_or_default();
        while let (Some(target), Some(sign)) = (parts.pop(), signs.pop()) {
            self.pieces.extend(target.iter().cloned());
            self.pieces.push(sign);
            self.pieces.extend(value.iter().cloned());
            if target.len() == 1 {
                value = target;
            }
            if !parts.is_empty() {
                self.add(PieceKind::Sep { semi: true });
            }
        }
    }

    pub(super) fn begin_statement(&mut self) {
        let first = self.pieces.len();
        self.current = Current::new(first);
        self.expect = Expect::Statement;
    }

    /// `for` needs `=`.
    fn check_assigned(&self) -> Scanned<()> {
        let is_for = matches!(self.current.header, Some(Keyword::For | Keyword::Parfor));
        if !is_for || self.current.assigned {
            return Ok(());
        }
        let piece = self.pieces.get(self.current.first);
        let (start, end) = piece.map_or((0, 0), |piece| (piece.start, piece.end));
        Err(Mistake(
            Diagnostic::error("M001", "`for` needs a variable, `=` and values")
                .at(self.span(start as usize, end as usize))
                .hint("write `for k = 1:10`"),
        ))
    }

    /// Reports a mistake, drops the statement, and goes on with the next line. False: at the end.
    fn recover(&mut self, mistake: Mistake) -> bool {
        self.diagnostics.push(mistake.0);
        let depth = self.stack.iter().filter(|open| open.nest != Nest::Body).count();
        self.stack.clear();
        let keep = match self.current.header {
            Some(_) => self.current.first + 1,
            None => self.current.first,
        };
        self.pieces.truncate(keep);
        let at = self.at as u32;
        if let Some(keyword) = self.current.header {
            if matches!(keyword, Keyword::For | Keyword::Parfor) {
                for kind in [PieceKind::Ident(Name::ANS), PieceKind::Assign] {
                    self.pieces.push(Piece { kind, start: at, end: at });
                }
            }
            self.pieces.push(Piece { kind: PieceKind::Bad, start: at, end: at });
            self.pieces.push(Piece { kind: PieceKind::Sep { semi: true }, start: at, end: at });
        }
        self.skip_statement(depth, self.current.header.is_some());
        self.begin_statement();
        true
    }

    /// Skips the line, and further ones while brackets that were open at `at` stay so. In the
    /// head of a block a separator ends the skip too, for the `end` can be on the same line.
    fn skip_statement(&mut self, depth: usize, is_head: bool) {
        let mut depth = depth as i64;
        while let Some(c) = self.peek(0) {
            match c {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                b'\n' if depth <= 0 || self.line_begins_statement(self.at + 1) => return,
                b',' | b';' if is_head && depth <= 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Does the line at `at` begin like a statement, so that no bracket can be open there?
    fn line_begins_statement(&self, at: usize) -> bool {
        let line = self.text.get(at..).unwrap_or("").trim_start_matches([' ', '\t']);
        let word = super::words::identifier(line);
        if word.is_empty() {
            return false;
        }
        let rest = line.get(word.len()..).unwrap_or("").trim_start_matches([' ', '\t']);
        let assigns = rest.starts_with('=') && !rest.starts_with("==");
        assigns
            || Keyword::parse(word).is_some_and(|(_, reserved)| reserved && word != "end")
            || (word == "end" && !rest.starts_with([')', '}', ',', '-', '+', ':', '*', '/', ']']))
    }

    pub(super) fn unclosed(&mut self, open: Open) -> Mistake {
        let (start, end) =
            self.pieces.get(open.piece).map_or((0, 0), |piece| (piece.start, piece.end));
        let (opening, closing) = (open.bracket.open(), open.bracket.close());
        Mistake(
            Diagnostic::error("M002", format!("`{opening}` is never closed"))
                .at(self.span(start as usize, end as usize))
                .label(format!("`{closing}` is missing")),
        )
    }

    pub(super) fn expected_operand(&self, end: usize, what: &str) -> Mistake {
        let last = self
            .pieces
            .last()
            .map_or((end, end), |piece| (piece.start as usize, piece.end as usize));
        let found = self.text.get(last.0..last.1).unwrap_or("").trim();
        let message = if found.is_empty() {
            format!("{what} where a value is expected")
        } else {
            format!("{what} where a value is expected, after `{found}`")
        };
        Mistake(Diagnostic::error("M001", message).at(self.span(last.0, last.1.max(last.0))))
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: start as u32, end: end as u32 }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Adds a piece of `len` bytes at the place of reading, and passes it.
    pub(super) fn take(&mut self, kind: PieceKind, len: usize) {
        let start = self.at;
        self.at += len;
        let end = self.at.min(self.text.len());
        self.pieces.push(Piece { kind, start: start as u32, end: end as u32 });
        self.space = false;
    }

    /// Adds a piece without text.
    pub(super) fn add(&mut self, kind: PieceKind) {
        let at = self.at as u32;
        self.pieces.push(Piece { kind, start: at, end: at });
    }

    pub(super) fn open(&mut self, nest: Nest, bracket: Bracket) -> Scanned<()> {
        if self.stack.len() >= NESTING_MAX {
            return Err(Mistake(
                Diagnostic::error("M007", format!("more than {NESTING_MAX} brackets are open"))
                    .at(self.span(self.at, self.at + 1)),
            ));
        }
        let piece = self.pieces.len();
        self.take(PieceKind::Open { bracket, wrapped: false }, 1);
        let continues = matches!(nest, Nest::Index | Nest::CellIndex | Nest::Field);
        let operand = if continues { self.operand } else { piece };
        self.stack.push(Open { nest, bracket, piece, operand, operators: 0, most: 0 });
        self.expect = Expect::Operand;
        Ok(())
    }

    /// Counts an operator of the innermost expression.
    pub(super) fn count_operator(&mut self) -> Scanned<()> {
        self.count_operators(1)
    }

    /// Counts the operators of a bracket that has closed: they bound the depth of the tree.
    pub(super) fn count_closed(&mut self, closed: Open) -> Scanned<()> {
        self.count_operators(closed.operators.max(closed.most))
    }

    fn count_operators(&mut self, more: u32) -> Scanned<()> {
        let count = match self.stack.last_mut() {
            Some(open) => &mut open.operators,
            None => &mut self.current.operators,
        };
        *count += more;
        if *count <= OPERATORS_MAX {
            return Ok(());
        }
        Err(Mistake(
            Diagnostic::error(
                "M007",
                format!("an expression has more than {OPERATORS_MAX} operators"),
            )
            .at(self.span(self.at, self.at + 1))
            .hint("split the expression"),
        ))
    }

    /// A comma starts a new expression.
    pub(super) fn reset_operators(&mut self) {
        if let Some(open) = self.stack.last_mut() {
            open.most = open.most.max(open.operators);
            open.operators = 0;
        }
    }
}
