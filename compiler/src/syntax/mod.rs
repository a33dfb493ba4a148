//! From the text of a `.m` file to its syntax tree.
//!
//! `parse` runs five stages, each a function from one value to the next:
//! scan (text to pieces: what only context tells, Octave's spellings), pair (blocks and their
//! ends), the tree-sitter grammar over the plain text of the pieces, lower (its tree to ours),
//! and resolve (names to slots, last uses).
//!
//! Invariants
//! - Never panics; a mistake becomes a [`Diagnostic`](crate::diagnostic::Diagnostic) and the rest
//!   of the file is still read. With an error the tree is for tools to look at, not to run.
//! - Nesting and the length of expressions are bounded, so that recursion over a tree is safe.
//!
//! Deliberately absent: comments, `classdef`, and any knowledge of which functions exist.

pub mod ast;
mod blocks;
mod dump;
mod literal;
pub mod liveness;
mod lower;
mod lower_expr;
mod name;
mod piece;
mod resized;
mod scan;
mod scope;
mod source;
mod statement;
mod token;
mod visit;
mod words;

#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::ast::{Program, Scope};
use self::lower::Lower;
use self::piece::{PieceKind, Plain};
use crate::diagnostic::{Diagnostic, FileId};

/// Bytes in one file.
const FILE_BYTES_MAX: usize = 64 << 20;

/// Reads the text of a file. The findings hold an error when the program must not run.
pub fn parse(file: FileId, text: &str) -> (Program, Vec<Diagnostic>) {
    let too_long = text.len() > FILE_BYTES_MAX;
    let text = if too_long { "" } else { text };
    let scan = scan::scan(file, text);
    let mut diagnostics = scan.diagnostics;
    if too_long {
        let message = format!("the file is longer than {FILE_BYTES_MAX} bytes");
        diagnostics.push(Diagnostic::error("M007", message));
    }
    let (pieces, unpaired) = blocks::pair(file, text, scan.pieces);
    diagnostics.extend(unpaired);
    let plain = Plain::new(pieces);
    let names = Arc::new(scan.names);
    let mut lower = Lower {
        plain: &plain,
        text,
        file,
        names: Arc::clone(&names),
        diagnostics: Vec::new(),
        functions: Vec::new(),
    };
    let mut body = Vec::new();
    match grammar(&plain.text) {
        Some(tree) => {
            lower.errors(tree.root_node());
            body = lower.statements(Some(tree.root_node()));
        }
        None => lower.diagnostics.push(Diagnostic::error("M009", "the grammar cannot be loaded")),
    }
    let Lower { functions, diagnostics: lowered, .. } = lower;
    diagnostics.extend(lowered);
    diagnostics.iter_mut().for_each(|diagnostic| snap(diagnostic, text));
    diagnostics.iter_mut().filter(|found| is_syntax_error(found)).for_each(|diagnostic| {
        diagnostic.message = format!("syntax error: {}", diagnostic.message);
    });
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.start, span.end)));
    let mut kinds = plain.pieces.iter().map(|piece| &piece.kind);
    let first = kinds.find(|kind| !matches!(kind, PieceKind::Sep { .. }));
    let is_function_file = matches!(first, Some(PieceKind::Keyword(piece::Keyword::Function)));
    let scope = Scope::default();
    let text = Arc::from(text);
    let mut program = Program {
        file,
        path: String::new(),
        text,
        names,
        body,
        scope,
        functions,
        is_function_file,
    };
    scope::resolve(&mut program);
    liveness::mark(&mut program);
    (program, diagnostics)
}

/// The text of an expression, spaced as Octave spaces it, from the text that it was read from.
pub(crate) fn spelled(expr: &ast::Expr, context: (&ast::Interner, &str)) -> String {
    source::expression(expr, context)
}

/// True for a word of the language that cannot be a variable.
pub(crate) fn is_keyword(word: &str) -> bool {
    piece::Keyword::parse(word).is_some()
}

/// Makes a script keep its variables to its end: it runs among those of a caller, who may read
/// them afterwards.
pub(crate) fn keep_variables(program: &mut Program) {
    program.scope.dynamic = true;
    liveness::mark(program);
}

/// Widens the place of a finding to whole characters.
fn snap(diagnostic: &mut Diagnostic, text: &str) {
    let Some(span) = &mut diagnostic.span else {
        return;
    };
    span.end = span.end.min(text.len() as u32);
    while !text.is_char_boundary(span.end as usize) {
        span.end += 1;
    }
    span.start = span.start.min(span.end);
    while !text.is_char_boundary(span.start as usize) {
        span.start -= 1;
    }
}

fn grammar(text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_matlab::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// True if the text is not of the language at all; other findings say what they are.
fn is_syntax_error(found: &Diagnostic) -> bool {
    matches!(found.code, "M001" | "M002" | "M003" | "M004" | "M005" | "M008")
}
