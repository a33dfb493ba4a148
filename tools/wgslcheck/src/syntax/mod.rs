//! WGSL text to a syntax tree, by the grammar of the WGSL specification (section 3 and 16).
//!
//! naga's parser is more lenient than the grammar in places (operators that need parentheses,
//! attributes where none belong) and stricter in others (extensions that it does not know); this
//! one follows the specification, so that the later rules see every module.

pub(crate) mod ast;
mod attributes;
mod declarations;
mod expressions;
mod parser;
mod statements;
mod token;
mod words;

pub(crate) use parser::parse;

/// Why a text has no tree.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) message: String,
    pub(crate) span: ast::Span,
    pub(crate) certainty: Certainty,
}

impl SyntaxError {
    fn new(span: ast::Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, certainty: Certainty::Wrong }
    }
}

/// What a text without a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// It is no WGSL.
    Wrong,
    /// It is in naga's dialect, so naga can tell.
    Dialect,
    /// It is larger than this parser follows, and naga may say no for the same reason.
    TooLarge,
}
