//! Pieces: the tokens of a script after whitespace, comments, continuations, command syntax and
//! Octave's spellings have been resolved, and the plain text that is made of them.
//!
//! That text, and not the file, is what the grammar reads: operands are all spelt `v`, elements
//! are separated by `,` and `;`, statements by line breaks, and every block ends in `end`. A node
//! of the grammar's tree leads back to the file through the piece at its first byte.

use super::ast::{BinaryOp, LogicalOp, Name, PostfixOp, Quote, UnaryOp, Word};

/// One piece, with its bytes in the file.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a piece is.
#[derive(Clone, Debug)]
pub(super) enum PieceKind {
    Ident(Name),
    Number(Literal),
    Str {
        value: String,
        quote: Quote,
    },
    Handle(Name),
    /// `end` in an index.
    End,
    /// `:` as an argument.
    Colon,
    /// `~` as a parameter or target.
    Ignored,
    /// Stands for an expression that could not be read.
    Bad,
    Binary(BinaryOp),
    Logical(LogicalOp),
    Prefix(UnaryOp),
    Postfix(PostfixOp),
    /// `:` between operands.
    Range,
    /// An opening bracket. `wrapped`: an index follows the closing one, so that the grammar, which
    /// indexes names only, is shown `v((..))`.
    Open {
        bracket: Bracket,
        wrapped: bool,
    },
    Close {
        bracket: Bracket,
        wrapped: bool,
    },
    Comma,
    /// `;` between rows.
    Row,
    Assign,
    OpAssign(BinaryOp),
    /// `++` or `--`: `= v` to the grammar.
    Increment(BinaryOp),
    /// `=` or `+=` inside of an expression: an operator to the grammar.
    Set(Option<BinaryOp>),
    /// `++` or `--` before or after a variable inside of an expression.
    Step {
        op: BinaryOp,
        is_before: bool,
    },
    /// `=` in a declaration.
    DeclInit,
    Dot,
    /// `@` before parameters.
    Lambda,
    Keyword(Keyword),
    /// A space between declared names.
    Space,
    /// End of a statement; `semi`: written `;`.
    Sep {
        semi: bool,
    },
    /// A whole statement in command syntax.
    Command {
        function: Name,
        function_end: u32,
        args: Vec<Word>,
    },
    /// Stands where `catch` has no variable.
    NoName,
}

/// A numeric literal.
#[derive(Clone, Copy, Debug)]
pub(super) enum Literal {
    Real(f64),
    Imaginary(f64),
    Integer { value: u64, bits: u8, signed: bool },
}

/// Kinds of bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Paren,
    Square,
    Brace,
}

impl Bracket {
    pub(super) fn open(self) -> char {
        match self {
            Bracket::Paren => '(',
            Bracket::Square => '[',
            Bracket::Brace => '{',
        }
    }

    pub(super) fn close(self) -> char {
        match self {
            Bracket::Paren => ')',
            Bracket::Square => ']',
            Bracket::Brace => '}',
        }
    }
}

/// Statement keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    If,
    Elseif,
    Else,
    For,
    Parfor,
    While,
    Do,
    Until,
    Switch,
    Case,
    Otherwise,
    Try,
    Catch,
    UnwindProtect,
    Cleanup,
    Function,
    Global,
    Persistent,
    Break,
    Continue,
    Return,
    /// `end` in any spelling; `Some`: the block that the spelling names.
    End(Option<Ends>),
}

/// Blocks that have an end keyword of their own in Octave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    If,
    For,
    While,
    Switch,
    Try,
    UnwindProtect,
    Function,
}

impl Ends {
    /// Does this spelling end a block that `opener` began?
    pub(super) fn closes(self, opener: Keyword) -> bool {
        match self {
            Ends::If => opener == Keyword::If,
            Ends::For => matches!(opener, Keyword::For | Keyword::Parfor),
            Ends::While => opener == Keyword::While,
            Ends::Switch => opener == Keyword::Switch,
            Ends::Try => opener == Keyword::Try,
            Ends::UnwindProtect => opener == Keyword::UnwindProtect,
            Ends::Function => opener == Keyword::Function,
        }
    }
}

/// Spelling, keyword, and whether MATLAB reserves the word too. Words that only Octave reserves
/// are keywords where they can be one, so that MATLAB scripts may use them as names.
const KEYWORDS: [(&str, Keyword, bool); 32] = [
    ("if", Keyword::If, true),
    ("elseif", Keyword::Elseif, true),
    ("else", Keyword::Else, true),
    ("for", Keyword::For, true),
    ("parfor", Keyword::Parfor, true),
    ("while", Keyword::While, true),
    ("do", Keyword::Do, false),
    ("until", Keyword::Until, false),
    ("switch", Keyword::Switch, true),
    ("case", Keyword::Case, true),
    ("otherwise", Keyword::Otherwise, true),
    ("try", Keyword::Try, true),
    ("catch", Keyword::Catch, true),
    ("unwind_protect", Keyword::UnwindProtect, false),
    ("unwind_protect_cleanup", Keyword::Cleanup, false),
    ("function", Keyword::Function, true),
    ("global", Keyword::Global, true),
    ("persistent", Keyword::Persistent, true),
    ("break", Keyword::Break, true),
    ("continue", Keyword::Continue, true),
    ("return", Keyword::Return, true),
    ("end", Keyword::End(None), true),
    ("endif", Keyword::End(Some(Ends::If)), false),
    ("endfor", Keyword::End(Some(Ends::For)), false),
    ("endparfor", Keyword::End(Some(Ends::For)), false),
    ("endwhile", Keyword::End(Some(Ends::While)), false),
    ("endswitch", Keyword::End(Some(Ends::Switch)), false),
    ("end_try_catch", Keyword::End(Some(Ends::Try)), false),
    ("end_unwind_protect", Keyword::End(Some(Ends::UnwindProtect)), false),
    ("endfunction", Keyword::End(Some(Ends::Function)), false),
    ("classdef", Keyword::End(None), true),
    ("spmd", Keyword::End(None), true),
];

impl Keyword {
    /// The keyword spelt `text`, and whether MATLAB reserves the word too.
    pub(super) fn parse(text: &str) -> Option<(Keyword, bool)> {
        let (_, keyword, reserved) = KEYWORDS.iter().find(|entry| entry.0 == text)?;
        Some((*keyword, *reserved))
    }

    /// Its plain spelling.
    pub(super) fn text(self) -> &'static str {
        KEYWORDS.iter().find(|entry| entry.1 == self).map_or("end", |entry| entry.0)
    }

    /// Does it begin a block?
    pub(super) fn opens(self) -> bool {
        matches!(
            self,
            Keyword::If
                | Keyword::For
                | Keyword::Parfor
                | Keyword::While
                | Keyword::Do
                | Keyword::Switch
                | Keyword::Try
                | Keyword::UnwindProtect
                | Keyword::Function
        )
    }

    /// The block that a middle keyword divides, or that `until` ends.
    pub(super) fn block(self) -> Option<Keyword> {
        match self {
            Keyword::Elseif | Keyword::Else => Some(Keyword::If),
            Keyword::Case | Keyword::Otherwise => Some(Keyword::Switch),
            Keyword::Catch => Some(Keyword::Try),
            Keyword::Cleanup => Some(Keyword::UnwindProtect),
            Keyword::Until => Some(Keyword::Do),
            Keyword::If
            | Keyword::For
            | Keyword::Parfor
            | Keyword::While
            | Keyword::Do
            | Keyword::Switch
            | Keyword::Try
            | Keyword::UnwindProtect
            | Keyword::Function
            | Keyword::Global
            | Keyword::Persistent
            | Keyword::Break
            | Keyword::Continue
            | Keyword::Return
            | Keyword::End(_) => None,
        }
    }

    /// Does it end a block, or begin another part of one?
    pub(super) fn continues(self) -> bool {
        matches!(self, Keyword::End(_)) || self.block().is_some()
    }

    /// What the grammar is shown.
    fn plain(self) -> &'static str {
        match self {
            Keyword::Do => "while v",
            Keyword::Until => "if ",
            Keyword::UnwindProtect => "try",
            Keyword::Cleanup => "catch v",
            Keyword::If => "if ",
            Keyword::Elseif => "elseif ",
            Keyword::Else => "else",
            Keyword::For => "for ",
            Keyword::Parfor => "parfor ",
            Keyword::While => "while ",
            Keyword::Switch => "switch ",
            Keyword::Case => "case ",
            Keyword::Otherwise => "otherwise",
            Keyword::Try => "try",
            Keyword::Catch => "catch ",
            Keyword::Function => "function ",
            Keyword::Global => "global",
            Keyword::Persistent => "persistent",
            Keyword::Break => "break",
            Keyword::Continue => "continue",
            Keyword::Return => "return",
            Keyword::End(_) => "end",
        }
    }
}

impl PieceKind {
    fn write(&self, out: &mut String) {
        match self {
            PieceKind::Ident(_)
            | PieceKind::Number(_)
            | PieceKind::Str { .. }
            | PieceKind::Handle(_)
            | PieceKind::End
            | PieceKind::Bad
            | PieceKind::Command { .. }
            | PieceKind::NoName => out.push('v'),
            PieceKind::Colon | PieceKind::Range => out.push(':'),
            PieceKind::Ignored => out.push('~'),
            PieceKind::Binary(BinaryOp::Ne) => out.push_str("~="),
            PieceKind::Binary(op) => out.push_str(op.text()),
            PieceKind::Logical(op) => out.push_str(op.text()),
            PieceKind::Prefix(UnaryOp::Not) => out.push('~'),
            PieceKind::Prefix(op) => out.push_str(op.text()),
            PieceKind::Postfix(op) => out.push_str(op.text()),
            PieceKind::Open { bracket, wrapped } => {
                out.push_str(if *wrapped { "v(" } else { "" });
                out.push(bracket.open());
            }
            PieceKind::Close { bracket, wrapped } => {
                out.push(bracket.close());
                out.push_str(if *wrapped { ")" } else { "" });
            }
            PieceKind::Comma => out.push(','),
            PieceKind::Row => out.push(';'),
            PieceKind::Assign | PieceKind::OpAssign(_) | PieceKind::DeclInit => out.push('='),
            PieceKind::Increment(_) => out.push_str("=v"),
            PieceKind::Set(_) => out.push_str("||"),
            PieceKind::Step { is_before, .. } => out.push(if *is_before { '-' } else { '\'' }),
            PieceKind::Dot => out.push('.'),
            PieceKind::Lambda => out.push('@'),
            PieceKind::Keyword(keyword) => out.push_str(keyword.plain()),
            PieceKind::Space => out.push(' '),
            PieceKind::Sep { .. } => out.push('\n'),
        }
    }
}

/// The pieces of a script with the plain text made of them.
pub(super) struct Plain {
    pub(super) pieces: Vec<Piece>,
    pub(super) text: String,
    /// Where each piece begins in `text`.
    starts: Vec<u32>,
}

impl Plain {
    pub(super) fn new(pieces: Vec<Piece>) -> Plain {
        let mut text = String::with_capacity(pieces.len() * 2);
        let mut starts = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            starts.push(text.len() as u32);
            piece.kind.write(&mut text);
        }
        Plain { pieces, text, starts }
    }

    /// Index of the piece that holds byte `at` of the plain text.
    pub(super) fn index_at(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= at).saturating_sub(1)
    }

    /// The piece that holds byte `at` of the plain text.
    pub(super) fn at(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(self.index_at(at))
    }
}
