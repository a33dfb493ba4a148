//! The scanner inside a statement: operands, operators, brackets.

use super::ast::{BinaryOp, LogicalOp, PostfixOp, Quote, UnaryOp};
use super::piece::{Bracket, Keyword, Piece, PieceKind};
use super::scan::{Expect, Mistake, Nest, Open, Scanned, Scanner};
use super::words::identifier;
use crate::diagnostic::Diagnostic;

/// Operators that stand between operands, longest spelling first.
const INFIX: [(&str, PieceKind); 27] = [
    (".**", PieceKind::Binary(BinaryOp::ElemPow)),
    ("&&", PieceKind::Logical(LogicalOp::And)),
    ("||", PieceKind::Logical(LogicalOp::Or)),
    ("==", PieceKind::Binary(BinaryOp::Eq)),
    ("~=", PieceKind::Binary(BinaryOp::Ne)),
    ("!=", PieceKind::Binary(BinaryOp::Ne)),
    ("<=", PieceKind::Binary(BinaryOp::Le)),
    (">=", PieceKind::Binary(BinaryOp::Ge)),
    (".*", PieceKind::Binary(BinaryOp::ElemMul)),
    ("./", PieceKind::Binary(BinaryOp::ElemDiv)),
    (".\\", PieceKind::Binary(BinaryOp::ElemLeftDiv)),
    (".^", PieceKind::Binary(BinaryOp::ElemPow)),
    (".+", PieceKind::Binary(BinaryOp::Add)),
    (".-", PieceKind::Binary(BinaryOp::Sub)),
    ("**", PieceKind::Binary(BinaryOp::Pow)),
    ("+", PieceKind::Binary(BinaryOp::Add)),
    ("-", PieceKind::Binary(BinaryOp::Sub)),
    ("*", PieceKind::Binary(BinaryOp::Mul)),
    ("/", PieceKind::Binary(BinaryOp::Div)),
    ("\\", PieceKind::Binary(BinaryOp::LeftDiv)),
    ("^", PieceKind::Binary(BinaryOp::Pow)),
    ("<", PieceKind::Binary(BinaryOp::Lt)),
    (">", PieceKind::Binary(BinaryOp::Gt)),
    ("&", PieceKind::Binary(BinaryOp::And)),
    ("|", PieceKind::Binary(BinaryOp::Or)),
    (":", PieceKind::Range),
    (".'", PieceKind::Postfix(PostfixOp::Transpose)),
];

/// Assignments that read their target, as Octave spells them.
const OP_ASSIGN: [(&str, BinaryOp); 12] = [
    (".*=", BinaryOp::ElemMul),
    ("./=", BinaryOp::ElemDiv),
    (".^=", BinaryOp::ElemPow),
    ("**=", BinaryOp::Pow),
    ("+=", BinaryOp::Add),
    ("-=", BinaryOp::Sub),
    ("*=", BinaryOp::Mul),
    ("/=", BinaryOp::Div),
    ("\\=", BinaryOp::LeftDiv),
    ("^=", BinaryOp::Pow),
    ("|=", BinaryOp::Or),
    ("&=", BinaryOp::And),
];

impl Scanner<'_> {
    /// Reads one token that begins with `c`.
    pub(super) fn token(&mut self, c: u8) -> Scanned<()> {
        self.element_boundary(c);
        let after_operand = self.expect == Expect::Operator;
        match c {
            b'(' | b'[' | b'{' => self.open_bracket(c),
            b')' | b']' | b'}' => self.close_bracket(c),
            b',' | b';' => self.separator(c),
            b'\'' if after_operand => {
                self.count_operator()?;
                self.take(PieceKind::Postfix(PostfixOp::CTranspose), 1);
                Ok(())
            }
            b'\'' | b'"' => self.string(c),
            b'@' => self.handle(),
            b'0'..=b'9' => self.number(),
            b'.' if !after_operand && self.peek(1).is_some_and(|d| d.is_ascii_digit()) => {
                self.number()
            }
            b'.' if after_operand && self.field()? => Ok(()),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.word(),
            b'=' if self.peek(1) != Some(b'=') => self.assign(),
            _ if after_operand => self.infix(),
            _ => self.prefix(c),
        }
    }

    /// Adds the comma that a blank means inside matrix brackets.
    fn element_boundary(&mut self, c: u8) {
        let in_body = self.nest() == Some(Nest::Body);
        let in_matrix = matches!(self.nest(), Some(Nest::Matrix | Nest::Cell | Nest::Targets));
        if !(in_matrix || in_body) || self.expect != Expect::Operator {
            return;
        }
        let next = self.peek(1).unwrap_or(b' ');
        let next_is_blank = next.is_ascii_whitespace();
        let boundary = match c {
            b'+' | b'-' => in_matrix && self.space && !next_is_blank && next != b'=',
            b'~' | b'!' => self.space && next != b'=',
            b'\'' | b'(' | b'{' => self.space && !in_body,
            b'.' => self.space && next.is_ascii_digit(),
            b'"' | b'[' => self.space || !in_body,
            _ => self.space && (c.is_ascii_alphanumeric() || matches!(c, b'_' | b'@')),
        };
        if boundary {
            if in_body {
                self.stack.pop();
            }
            self.add(PieceKind::Comma);
            self.reset_operators();
            self.expect = Expect::Operand;
        }
    }

    fn nest(&self) -> Option<Nest> {
        self.stack.last().map(|open| open.nest)
    }

    fn begin_operand(&mut self, len: usize) -> Scanned<()> {
        if self.expect != Expect::Operator {
            return Ok(());
        }
        Err(self.nothing_between(len))
    }

    /// Two things stand side by side; the second has `len` bytes.
    pub(super) fn nothing_between(&self, len: usize) -> Mistake {
        let word = self.rest().get(..len).unwrap_or("");
        let word = word.split('\n').next().unwrap_or("");
        let before = self.pieces.last().map_or((0, 0), |piece| (piece.start, piece.end));
        let before = self.text.get(before.0 as usize..before.1 as usize).unwrap_or("");
        Mistake(
            Diagnostic::error("M001", format!("`{word}` follows `{before}` with nothing between"))
                .at(self.span(self.at, self.at + len))
                .hint("an operator, a comma or a new line is missing"),
        )
    }

    fn operand(&mut self, kind: PieceKind, len: usize) -> Scanned<()> {
        self.begin_operand(len)?;
        self.operand = self.pieces.len();
        self.take(kind, len);
        self.expect = Expect::Operator;
        Ok(())
    }

    fn number(&mut self) -> Scanned<()> {
        let Some((literal, len)) = super::literal::number(self.rest()) else {
            return Err(Mistake(
                Diagnostic::error("M008", "the number cannot be read")
                    .at(self.span(self.at, self.at + 1)),
            ));
        };
        self.operand(PieceKind::Number(literal), len)
    }

    fn string(&mut self, c: u8) -> Scanned<()> {
        let Some((value, len)) = super::literal::string(self.rest()) else {
            let line = self.rest().split('\n').next().unwrap_or("").trim_end();
            let message = format!("the string has no closing `{}`", char::from(c));
            return Err(Mistake(
                Diagnostic::error("M003", message).at(self.span(self.at, self.at + line.len())),
            ));
        };
        let quote = if c == b'"' { Quote::Double } else { Quote::Single };
        self.operand(PieceKind::Str { value, quote }, len)
    }

    fn handle(&mut self) -> Scanned<()> {
        let rest = self.rest().get(1..).unwrap_or("");
        let name = rest.trim_start_matches([' ', '\t']);
        let blanks = rest.len() - name.len();
        if name.starts_with('(') {
            self.begin_operand(1)?;
            self.take(PieceKind::Lambda, 1 + blanks);
            return self.open(Nest::Params, Bracket::Paren);
        }
        let mut len = identifier(name).len();
        while name.get(len..).is_some_and(|rest| rest.starts_with('.')) {
            let part = name.get(len + 1..).map_or("", identifier).len();
            if part == 0 {
                break;
            }
            len += 1 + part;
        }
        if len == 0 {
            return Err(Mistake(
                Diagnostic::error("M001", "`@` needs the name of a function or `(`")
                    .at(self.span(self.at, self.at + 1))
                    .hint("write `@sin` or `@(x) x + 1`"),
            ));
        }
        let name = self.names.intern(name.get(..len).unwrap_or(""));
        self.operand(PieceKind::Handle(name), 1 + blanks + len)
    }

    fn word(&mut self) -> Scanned<()> {
        let word = identifier(self.rest());
        match Keyword::parse(word) {
            Some((_, true)) if word == "end" && self.is_indexing() => {
                self.operand(PieceKind::End, word.len())
            }
            Some((_, true)) => {
                if let Some(open) = self.stack.first().copied() {
                    return Err(self.unclosed(open));
                }
                let message = format!("the keyword `{word}` cannot stand in an expression");
                Err(Mistake(
                    Diagnostic::error("M001", message).at(self.span(self.at, self.at + word.len())),
                ))
            }
            _ => {
                let name = self.names.intern(word);
                self.operand(PieceKind::Ident(name), word.len())
            }
        }
    }

    fn is_indexing(&self) -> bool {
        self.stack.iter().any(|open| matches!(open.nest, Nest::Index | Nest::CellIndex))
    }

    /// `.name` or `.(`; false when the dot begins an operator.
    fn field(&mut self) -> Scanned<bool> {
        let rest = self.rest().get(1..).unwrap_or("");
        let word = identifier(rest);
        if !word.is_empty() {
            self.wrap_closed();
            self.count_operator()?;
            self.take(PieceKind::Dot, 1);
            let name = self.names.intern(word);
            self.take(PieceKind::Ident(name), word.len());
            return Ok(true);
        }
        if rest.starts_with('(') {
            self.wrap_closed();
            self.count_operator()?;
            self.take(PieceKind::Dot, 1);
            self.open(Nest::Field, Bracket::Paren)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// The last operand is indexed but is no name, index or field: the grammar is shown a name.
    fn wrap_closed(&mut self) {
        let closed = self.closed.take();
        if self.last_is(|kind| matches!(kind, PieceKind::Postfix(_))) {
            let start = self.pieces.get(self.operand).map_or(0, |piece| piece.start);
            let kind = PieceKind::Open { bracket: Bracket::Paren, wrapped: true };
            let at = self.operand.min(self.pieces.len());
            self.pieces.insert(at, Piece { kind, start, end: start });
            self.add(PieceKind::Close { bracket: Bracket::Paren, wrapped: true });
            return;
        }
        let Some(open) = closed else { return };
        let ends_there = self.last_is(|kind| matches!(kind, PieceKind::Close { .. }));
        if !ends_there || !matches!(open.nest, Nest::Group | Nest::Matrix | Nest::Cell) {
            return;
        }
        let open = self.pieces.get_mut(open.piece).map(|piece| &mut piece.kind);
        if let Some(PieceKind::Open { wrapped, .. }) = open {
            *wrapped = true;
        }
        let close = self.pieces.last_mut().map(|piece| &mut piece.kind);
        if let Some(PieceKind::Close { wrapped, .. }) = close {
            *wrapped = true;
        }
    }

    fn open_bracket(&mut self, c: u8) -> Scanned<()> {
        let indexes = self.expect == Expect::Operator;
        let (nest, bracket) = match c {
            b'(' if indexes => (Nest::Index, Bracket::Paren),
            b'(' => (Nest::Group, Bracket::Paren),
            b'{' if indexes => (Nest::CellIndex, Bracket::Brace),
            b'{' => (Nest::Cell, Bracket::Brace),
            _ => (Nest::Matrix, Bracket::Square),
        };
        if c == b'[' {
            self.begin_operand(1)?;
        } else if indexes {
            self.wrap_closed();
            self.count_operator()?;
        }
        self.open(nest, bracket)
    }

    fn close_bracket(&mut self, c: u8) -> Scanned<()> {
        if self.nest() == Some(Nest::Body) {
            self.stack.pop();
        }
        let found = char::from(c);
        let Some(open) = self.stack.pop() else {
            return Err(Mistake(
                Diagnostic::error("M002", format!("`{found}` closes nothing"))
                    .at(self.span(self.at, self.at + 1)),
            ));
        };
        if open.bracket.close() != found {
            let mut mistake = self.unclosed(open);
            let at = self.span(self.at, self.at + 1);
            mistake.0 = mistake.0.hint(format!("`{found}` was found instead")).at(at);
            mistake.0.label = Some(format!("expected `{}`", open.bracket.close()));
            return Err(mistake);
        }
        let is_list = matches!(open.nest, Nest::Matrix | Nest::Cell | Nest::Targets);
        let list_ended = is_list && !self.row_is_open();
        while is_list && self.last_is(|kind| matches!(kind, PieceKind::Comma | PieceKind::Row)) {
            self.pieces.pop();
        }
        let is_empty = self.pieces.len() == open.piece + 1;
        let ended = self.expect == Expect::Operator
            || self.last_is(|kind| matches!(kind, PieceKind::Ident(_) | PieceKind::Ignored));
        let may_be_empty =
            is_empty && !matches!(open.nest, Nest::Group | Nest::Field | Nest::ForHead);
        if !(ended || list_ended || may_be_empty) {
            return Err(self.expected_operand(self.at, &format!("`{found}` stands")));
        }
        self.take(PieceKind::Close { bracket: open.bracket, wrapped: false }, 1);
        self.count_closed(open)?;
        self.closed = Some(open);
        self.operand = open.operand;
        self.expect = Expect::Operator;
        if open.nest == Nest::Params {
            self.expect = Expect::Operand;
            self.begin_body(open);
        }
        Ok(())
    }

    /// In a matrix, the body of an anonymous function keeps its blanks.
    fn begin_body(&mut self, open: Open) {
        if matches!(self.nest(), Some(Nest::Matrix | Nest::Cell)) {
            self.stack.push(open.body());
        }
    }

    pub(super) fn last_is(&self, test: impl Fn(&PieceKind) -> bool) -> bool {
        self.pieces.last().is_some_and(|piece| test(&piece.kind))
    }

    /// `,` or `;` inside brackets.
    fn separator(&mut self, c: u8) -> Scanned<()> {
        if self.nest() == Some(Nest::Body) {
            self.stack.pop();
        }
        let Some(open) = self.stack.last().copied() else {
            return Ok(());
        };
        let is_list = matches!(open.nest, Nest::Matrix | Nest::Cell);
        if self.expect == Expect::Operand && (!is_list || self.row_is_open()) {
            return Err(self.expected_operand(self.at, &format!("`{}` stands", char::from(c))));
        }
        if is_list {
            let at = self.at;
            self.at += 1;
            if c == b';' {
                self.row(at);
            } else if self.expect == Expect::Operator {
                self.at = at;
                self.take(PieceKind::Comma, 1);
            }
        } else if c == b';' {
            return Err(self.unclosed(open));
        } else if matches!(open.nest, Nest::Group | Nest::Field) {
            return Err(Mistake(
                Diagnostic::error("M001", "`,` stands in parentheses that hold one value")
                    .at(self.span(self.at, self.at + 1))
                    .hint("use `[..]` to make a row"),
            ));
        } else {
            self.take(PieceKind::Comma, 1);
        }
        self.reset_operators();
        self.expect = Expect::Operand;
        Ok(())
    }

    /// Ends a row of a matrix, unless it is empty.
    pub(super) fn row(&mut self, at: usize) {
        while self.last_is(|kind| matches!(kind, PieceKind::Comma)) {
            self.pieces.pop();
        }
        if !self.last_is(|kind| matches!(kind, PieceKind::Row))
            && self.stack.last().is_some_and(|open| open.piece + 1 < self.pieces.len())
        {
            let (start, end) = (at as u32, at as u32 + 1);
            self.pieces.push(Piece { kind: PieceKind::Row, start, end });
        }
        self.reset_operators();
        self.expect = Expect::Operand;
    }

    fn assign(&mut self) -> Scanned<()> {
        let head = matches!(self.current.header, Some(Keyword::For | Keyword::Parfor));
        let allowed = match self.nest() {
            None if head => !self.current.assigned,
            None => self.current.header.is_none(),
            Some(Nest::ForHead) => !self.current.assigned,
            Some(_) => false,
        };
        if !allowed && self.expect == Expect::Operator && self.element_is_path() {
            self.take(PieceKind::Set(None), 1);
            self.expect = Expect::Operand;
            return Ok(());
        }
        let is_target = self.is_target();
        if !allowed || !is_target || self.expect != Expect::Operator {
            let (message, hint) = if allowed {
                ("the left side of `=` is no variable", "a variable, `a(i)` or `s.f` can be set")
            } else {
                (
                    "`=` cannot stand here",
                    "write `==` to compare; set variables in a statement of their own",
                )
            };
            let span = self.span(self.at, self.at + 1);
            return Err(Mistake(Diagnostic::error("M001", message).at(span).hint(hint)));
        }
        self.take(PieceKind::Assign, 1);
        self.current.chained = self.current.assigned;
        self.current.assigned = true;
        self.current.part = self.pieces.len();
        self.expect = Expect::Operand;
        Ok(())
    }

    /// Can what the statement has so far be assigned to?
    fn is_target(&self) -> bool {
        let skip = usize::from(self.current.header.is_some())
            + usize::from(self.nest() == Some(Nest::ForHead));
        let pieces = self.pieces.get(self.current.part + skip..).unwrap_or(&[]);
        let first = pieces.first().map(|piece| &piece.kind);
        let targets = matches!(first, Some(PieceKind::Open { bracket: Bracket::Square, .. }));
        let mut depth = 0usize;
        let mut only_path = true;
        for piece in pieces {
            match piece.kind {
                PieceKind::Open { wrapped, .. } => {
                    only_path &= !wrapped;
                    depth += 1;
                }
                PieceKind::Close { .. } => depth = depth.saturating_sub(1),
                PieceKind::Ident(_) | PieceKind::Dot | PieceKind::Ignored => {}
                _ => only_path &= depth > 0,
            }
        }
        only_path && (targets || matches!(first, Some(PieceKind::Ident(_) | PieceKind::Ignored)))
    }

    /// Is what may be set inside of an expression a variable or a part of one? It stands since
    /// the bracket, or a separator in it; outside of brackets since the keyword of a condition or
    /// the last `=`.
    fn element_is_path(&self) -> bool {
        let Some(open) = self.stack.last() else {
            return match self.current.header {
                _ if self.current.assigned => self.is_path(self.current.part),
                Some(Keyword::If | Keyword::Elseif | Keyword::While | Keyword::Until) => {
                    self.is_path(self.current.first + 1)
                }
                _ => false,
            };
        };
        if !matches!(open.nest, Nest::Group | Nest::Index | Nest::Matrix | Nest::Cell) {
            return false;
        }
        let mut depth = 0usize;
        let mut first = open.piece + 1;
        for (index, piece) in self.pieces.iter().enumerate().skip(first) {
            match piece.kind {
                PieceKind::Open { .. } => depth += 1,
                PieceKind::Close { .. } => depth = depth.saturating_sub(1),
                PieceKind::Comma | PieceKind::Row if depth == 0 => first = index + 1,
                PieceKind::Set(_) if depth == 0 => first = index + 1,
                _ => {}
            }
        }
        self.is_path(first)
    }

    /// Are the pieces from an index on a variable or a part of one?
    fn is_path(&self, first: usize) -> bool {
        let pieces = self.pieces.get(first..).unwrap_or(&[]);
        let mut depth = 0usize;
        let starts = matches!(pieces.first().map(|piece| &piece.kind), Some(PieceKind::Ident(_)));
        starts
            && pieces.iter().all(|piece| {
                match piece.kind {
                    PieceKind::Open { .. } => depth += 1,
                    PieceKind::Close { .. } => depth = depth.saturating_sub(1),
                    PieceKind::Ident(_) | PieceKind::Dot => {}
                    _ => return depth > 0,
                }
                true
            })
    }

    /// `x++` and `x--` inside of an expression: nothing that the second sign could belong to
    /// follows.
    fn steps_after(&mut self) -> bool {
        let rest = self.rest();
        let op = match rest.get(..2) {
            Some("++") => BinaryOp::Add,
            Some("--") => BinaryOp::Sub,
            _ => return false,
        };
        let after = rest.get(2..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
        // In a matrix a blank behind the signs, and none before them, ends the element.
        let in_matrix = matches!(self.nest(), Some(Nest::Matrix | Nest::Cell));
        let is_element = in_matrix && !self.space && rest[2..].starts_with([' ', '\t']);
        let ends =
            is_element || after.starts_with(|next: char| ")]},;:<>=!~&|*/^+-'\n%#".contains(next));
        if !(ends || after.is_empty()) || after.starts_with("!(") || !self.is_path(self.operand) {
            return false;
        }
        self.take(PieceKind::Step { op, is_before: false }, 2);
        true
    }

    fn infix(&mut self) -> Scanned<()> {
        let rest = self.rest();
        if self.stack.is_empty() && self.assigns_with_operator()? {
            return Ok(());
        }
        if self.steps_after() {
            return self.count_operator();
        }
        let found = OP_ASSIGN.iter().find(|(text, _)| rest.starts_with(text));
        let found = found.filter(|(text, _)| !is_equality(rest, text.len()));
        if let Some((text, op)) = found.filter(|_| self.element_is_path()) {
            self.count_operator()?;
            self.take(PieceKind::Set(Some(*op)), text.len());
            self.expect = Expect::Operand;
            return Ok(());
        }
        let Some((text, kind)) = INFIX.iter().find(|(text, _)| rest.starts_with(text)) else {
            return Err(self.stray());
        };
        if matches!(self.nest(), Some(Nest::Params | Nest::Targets)) {
            return Err(self.stray());
        }
        self.count_operator()?;
        self.take(kind.clone(), text.len());
        if !matches!(kind, PieceKind::Postfix(_)) {
            self.expect = Expect::Operand;
        }
        Ok(())
    }

    /// `+=` and the like, and `++` and `--` at the end of a statement.
    fn assigns_with_operator(&mut self) -> Scanned<bool> {
        let rest = self.rest();
        if self.current.assigned || self.current.header.is_some() || !self.is_target() {
            return Ok(false);
        }
        for (text, op) in [("++", BinaryOp::Add), ("--", BinaryOp::Sub)] {
            let after = rest.get(2..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
            let ends = after.is_empty()
                || after.starts_with([';', ',', '\n', '%', '#'])
                || super::words::continues_block(after);
            if rest.starts_with(text) && ends {
                self.take(PieceKind::Increment(op), 2);
                self.expect = Expect::Separator;
                return Ok(true);
            }
        }
        let found = OP_ASSIGN.iter().find(|(text, _)| rest.starts_with(text));
        let Some((text, op)) = found.filter(|(text, _)| !is_equality(rest, text.len())) else {
            return Ok(false);
        };
        self.current.assigned = true;
        self.take(PieceKind::OpAssign(*op), text.len());
        self.expect = Expect::Operand;
        Ok(true)
    }

    fn prefix(&mut self, c: u8) -> Scanned<()> {
        let next = self.peek(1);
        let is_step = matches!((c, next), (b'+', Some(b'+')) | (b'-', Some(b'-')))
            && !super::words::identifier(self.after_sign()).is_empty();
        if is_step {
            let op = if c == b'+' { BinaryOp::Add } else { BinaryOp::Sub };
            self.count_operator()?;
            self.take(PieceKind::Step { op, is_before: true }, 2);
            self.expect = Expect::Operand;
            return Ok(());
        }
        let kind = match c {
            b'+' => PieceKind::Prefix(UnaryOp::Plus),
            b'-' => PieceKind::Prefix(UnaryOp::Minus),
            b'~' | b'!' if matches!(self.nest(), Some(Nest::Params | Nest::Targets)) => {
                return self.operand(PieceKind::Ignored, 1);
            }
            b'~' | b'!' if next != Some(b'=') => PieceKind::Prefix(UnaryOp::Not),
            b'~' if self.expect == Expect::Statement => {
                return self.operand(PieceKind::Ignored, 1);
            }
            b':' if matches!(self.nest(), Some(Nest::Index | Nest::CellIndex)) => {
                return self.operand(PieceKind::Colon, 1);
            }
            _ if INFIX.iter().any(|(text, _)| self.rest().starts_with(text)) => {
                return Err(self.missing_left());
            }
            _ => return Err(self.stray()),
        };
        self.count_operator()?;
        self.take(kind, 1);
        self.expect = Expect::Operand;
        Ok(())
    }

    /// What follows `++` or `--`, in brackets of elements at once.
    fn after_sign(&self) -> &str {
        let rest = self.rest().get(2..).unwrap_or("");
        match self.nest() {
            Some(Nest::Matrix | Nest::Cell) => rest,
            _ => rest.trim_start_matches([' ', '\t']),
        }
    }

    fn missing_left(&self) -> Mistake {
        let rest = self.rest();
        let text =
            INFIX.iter().find(|(text, _)| rest.starts_with(text)).map_or("", |(text, _)| text);
        Mistake(
            Diagnostic::error("M001", format!("a value is expected before `{text}`"))
                .at(self.span(self.at, self.at + text.len())),
        )
    }

    fn stray(&self) -> Mistake {
        let c = self.rest().chars().next().unwrap_or(' ');
        Mistake(
            Diagnostic::error("M001", format!("`{c}` cannot stand here"))
                .at(self.span(self.at, self.at + c.len_utf8())),
        )
    }
}

/// `a |= b` sets; `a ~== b` and `x >== y` do not occur; `+==` is no assignment.
fn is_equality(rest: &str, len: usize) -> bool {
    rest.get(len..).is_some_and(|after| after.starts_with('='))
}
