//! Pairs block keywords with their ends, so that the grammar only ever sees whole blocks.
//!
//! A file whose functions have no `end` gets them here. What does not pair is reported where it
//! stands and repaired: a missing end is added, a keyword without its block is left out.

use super::piece::{Keyword, Piece, PieceKind};
use crate::diagnostic::{Diagnostic, FileId, Span};

/// Blocks inside blocks.
pub(super) const BLOCKS_MAX: usize = 128;

struct Pairing<'t> {
    file: FileId,
    text: &'t str,
    /// Functions of this file are closed by `end`.
    functions_end: bool,
    open: Vec<(Keyword, u32, u32)>,
    /// The statement being passed is `until`.
    until: bool,
    /// The statement being passed is left out.
    skip: bool,
    too_deep: bool,
    pieces: Vec<Piece>,
    diagnostics: Vec<Diagnostic>,
}

/// Returns the pieces with every block closed.
pub(super) fn pair(file: FileId, text: &str, pieces: Vec<Piece>) -> (Vec<Piece>, Vec<Diagnostic>) {
    let functions_end = functions_have_ends(&pieces);
    let mut pairing = Pairing {
        file,
        text,
        functions_end,
        open: Vec::new(),
        until: false,
        skip: false,
        too_deep: false,
        pieces: Vec::with_capacity(pieces.len() + 8),
        diagnostics: Vec::new(),
    };
    for piece in pieces {
        pairing.piece(piece);
    }
    let end = text.len() as u32;
    while let Some((keyword, start, stop)) = pairing.open.pop() {
        if !pairing.too_deep && (keyword != Keyword::Function || functions_end) {
            pairing.missing_end(keyword, start, stop, None);
        }
        pairing.close(keyword, end);
    }
    (pairing.pieces, pairing.diagnostics)
}

/// More ends than blocks, or an `endfunction`, mean that functions are closed too.
fn functions_have_ends(pieces: &[Piece]) -> bool {
    let mut depth = 0usize;
    let mut functions = 0usize;
    for piece in pieces {
        let PieceKind::Keyword(keyword) = piece.kind else {
            continue;
        };
        match keyword {
            Keyword::Function => functions += 1,
            Keyword::End(Some(super::piece::Ends::Function)) => return true,
            Keyword::End(_) | Keyword::Until if depth > 0 => depth -= 1,
            Keyword::End(_) => return functions > 0,
            _ if keyword.opens() => depth += 1,
            _ => {}
        }
    }
    false
}

impl Pairing<'_> {
    fn piece(&mut self, piece: Piece) {
        let is_separator = matches!(piece.kind, PieceKind::Sep { .. });
        if self.too_deep || (self.skip && !is_separator) {
            return;
        }
        if self.skip {
            self.skip = false;
            return;
        }
        match piece.kind {
            PieceKind::Keyword(keyword) => self.keyword(keyword, piece),
            PieceKind::Sep { .. } if self.until => {
                self.until = false;
                let end = piece.end;
                self.pieces.push(piece);
                self.end_piece(end);
                self.open.pop();
                self.end_piece(end);
            }
            _ => self.pieces.push(piece),
        }
    }

    fn keyword(&mut self, keyword: Keyword, piece: Piece) {
        if keyword == Keyword::Function && !self.functions_end {
            self.close_functions(piece.start);
        }
        if let Keyword::End(ends) = keyword {
            let closes = |open: Keyword| match ends {
                Some(ends) => ends.closes(open),
                None => open != Keyword::Do,
            };
            self.unwind(keyword, &piece, closes);
            if !self.skip {
                self.open.pop();
                self.pieces.push(piece);
            }
            return;
        }
        if let Some(block) = keyword.block() {
            self.unwind(keyword, &piece, |open| open == block);
            self.until = keyword == Keyword::Until && !self.skip;
            if !self.skip {
                self.pieces.push(piece);
            }
            return;
        }
        if keyword.opens() {
            if self.open.len() >= BLOCKS_MAX {
                self.too_deep = true;
                let message = format!("more than {BLOCKS_MAX} blocks are open");
                let span = self.span(piece.start, piece.end);
                self.diagnostics.push(Diagnostic::error("M007", message).at(span));
                return;
            }
            self.open.push((keyword, piece.start, piece.end));
        }
        self.pieces.push(piece);
    }

    /// Closes blocks until the innermost one is what `keyword` belongs to.
    fn unwind(&mut self, keyword: Keyword, piece: &Piece, belongs: impl Fn(Keyword) -> bool) {
        if !self.open.iter().any(|(open, ..)| belongs(*open)) {
            let found = self.text.get(piece.start as usize..piece.end as usize).unwrap_or("end");
            let message = match keyword.block() {
                Some(block) => format!("`{found}` stands outside `{}`", block.text()),
                None => format!("`{found}` closes no block"),
            };
            let mut diagnostic =
                Diagnostic::error("M005", message).at(self.span(piece.start, piece.end));
            if let Some((open, start, _)) = self.open.last().copied() {
                let line = self.line(start);
                let hint = format!("the open block is the `{}` of line {line}", open.text());
                diagnostic = diagnostic.hint(hint);
            }
            self.diagnostics.push(diagnostic);
            self.skip = true;
            return;
        }
        while let Some((open, start, end)) = self.open.last().copied() {
            if belongs(open) {
                return;
            }
            self.missing_end(open, start, end, Some(piece));
            self.close(open, piece.start);
            self.open.pop();
        }
    }

    /// A new function in a file without function ends closes the one before.
    fn close_functions(&mut self, at: u32) {
        while let Some((open, start, end)) = self.open.pop() {
            if open != Keyword::Function {
                self.missing_end(open, start, end, None);
            }
            self.close(open, at);
        }
    }

    fn close(&mut self, open: Keyword, at: u32) {
        if open == Keyword::Do {
            // The grammar sees `while v .. if v end end`.
            for kind in [PieceKind::Keyword(Keyword::Until), PieceKind::Bad] {
                self.pieces.push(Piece { kind, start: at, end: at });
            }
            self.pieces.push(Piece { kind: PieceKind::Sep { semi: true }, start: at, end: at });
            self.end_piece(at);
        }
        self.end_piece(at);
    }

    fn end_piece(&mut self, at: u32) {
        let kinds = [PieceKind::Keyword(Keyword::End(None)), PieceKind::Sep { semi: true }];
        self.pieces.extend(kinds.map(|kind| Piece { kind, start: at, end: at }));
    }

    fn missing_end(&mut self, open: Keyword, start: u32, end: u32, found: Option<&Piece>) {
        let name = open.text();
        let close = if open == Keyword::Do { "until" } else { "end" };
        let span = self.span(start, end);
        let line = self.line(start);
        let mut diagnostic =
            Diagnostic::error("M004", format!("the block opened by `{name}` is not closed"))
                .at(span)
                .label(format!("no `{close}` for this"));
        diagnostic = match found {
            Some(piece) => {
                let word = self.text.get(piece.start as usize..piece.end as usize).unwrap_or("");
                let at = self.line(piece.start);
                diagnostic
                    .hint(format!("line {at} has `{word}`; line {line} needs `{close}` first"))
            }
            None => diagnostic.hint(format!("add `{close}` for the `{name}` of line {line}")),
        };
        self.diagnostics.push(diagnostic);
    }

    fn line(&self, at: u32) -> usize {
        let before = self.text.get(..at as usize).unwrap_or("");
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn span(&self, start: u32, end: u32) -> Span {
        Span { file: self.file, start, end }
    }
}
