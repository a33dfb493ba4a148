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
    /// The text may be WGSL, but this parser cannot tell.
    pub(crate) undecided: bool,
}

impl SyntaxError {
    fn new(span: ast::Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span, undecided: false }
    }
}
