//! The parser's state, directives, and the entry.

use super::ast::{Directives, ExprId, Filter, Ident, Module, Span};
use super::token::{Kind, Token, tokens};
use super::words;
use super::{Certainty, SyntaxError};

/// Blocks and expressions may nest this deep; the specification asks for 127.
const NESTING_MAX: u32 = 200;

/// Parser result.
pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Parses a whole module.
pub(crate) fn parse(source: &str) -> Result<Module<'_>, SyntaxError> {
    let mut parser = Parser {
        source,
        tokens: tokens(source)?,
        index: 0,
        next_id: 0,
        next_statement: 0,
        nesting: 0,
        diagnostic_spans: Vec::new(),
    };
    let directives = parser.directives()?;
    let declarations = parser.declarations()?;
    Ok(Module {
        directives,
        declarations,
        expr_count: parser.next_id,
        statement_count: parser.next_statement,
        diagnostic_spans: parser.diagnostic_spans,
    })
}

/// A cursor over the tokens.
pub(super) struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    index: usize,
    next_id: u32,
    next_statement: u32,
    nesting: u32,
    pub(super) diagnostic_spans: Vec<Span>,
}

impl<'a> Parser<'a> {
    /// The current token.
    pub(super) fn peek(&self) -> Token {
        self.peek_at(0)
    }

    /// The token `ahead` places on.
    pub(super) fn peek_at(&self, ahead: usize) -> Token {
        let end = Token { kind: Kind::End, span: Span::new(self.source.len(), self.source.len()) };
        self.tokens.get(self.index + ahead).copied().unwrap_or(end)
    }

    /// Makes two signs of the token `--`.
    pub(super) fn split(&mut self) {
        if let Some(token) = self.tokens.get_mut(self.index)
            && token.kind == Kind::Op("--")
        {
            let (start, end) = (token.span.start as usize, token.span.end as usize);
            let signs = [(start, end - 1), (end - 1, end)];
            let signs =
                signs.map(|(from, to)| Token { kind: Kind::Op("-"), span: Span::new(from, to) });
            self.tokens.splice(self.index..=self.index, signs);
        }
    }

    /// Takes the current token.
    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.index += 1;
        token
    }

    /// The text at `span`.
    pub(super) fn text(&self, span: Span) -> &'a str {
        self.source.get(span.range()).unwrap_or("")
    }

    /// Whether the current token is the operator `op`.
    pub(super) fn at(&self, op: &str) -> bool {
        matches!(self.peek().kind, Kind::Op(text) if text == op)
    }

    /// Takes the operator `op` if it comes next.
    pub(super) fn eat(&mut self, op: &str) -> bool {
        let found = self.at(op);
        self.index += usize::from(found);
        found
    }

    /// Takes the operator `op` or fails.
    pub(super) fn expect(&mut self, op: &str) -> Parsed<Span> {
        if self.at(op) { Ok(self.next().span) } else { Err(self.unexpected(&format!("`{op}`"))) }
    }

    /// Whether the current token is the word `word`.
    pub(super) fn at_word(&self, word: &str) -> bool {
        let token = self.peek();
        token.kind == Kind::Word && self.text(token.span) == word
    }

    /// Takes the word `word` if it comes next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        self.index += usize::from(found);
        found
    }

    /// An error that says what was expected here.
    pub(super) fn unexpected(&self, expected: &str) -> SyntaxError {
        let token = self.peek();
        let found = match token.kind {
            Kind::End => "the end of the file".to_owned(),
            _ => format!("`{}`", self.text(token.span)),
        };
        SyntaxError::new(token.span, format!("expected {expected}, found {found}"))
    }

    /// Takes an identifier that may be declared or used.
    pub(super) fn ident(&mut self) -> Parsed<Ident<'a>> {
        let token = self.peek();
        if token.kind != Kind::Word {
            return Err(self.unexpected("an identifier"));
        }
        let name = self.text(token.span);
        if let Some(refusal) = words::refusal(name) {
            return Err(SyntaxError::new(token.span, refusal));
        }
        self.index += 1;
        Ok(Ident { name, span: token.span })
    }

    /// A fresh expression id.
    pub(super) fn fresh_id(&mut self) -> ExprId {
        let id = ExprId(self.next_id);
        self.next_id += 1;
        id
    }

    /// A fresh statement id.
    pub(super) fn fresh_statement(&mut self) -> u32 {
        self.next_statement += 1;
        self.next_statement - 1
    }

    /// Runs `parse` one level deeper.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= NESTING_MAX {
            return Err(SyntaxError {
                message: format!("nesting deeper than {NESTING_MAX} levels"),
                span: self.peek().span,
                certainty: Certainty::TooLarge,
            });
        }
        self.nesting += 1;
        let result = parse(self);
        self.nesting -= 1;
        result
    }

    fn directives(&mut self) -> Parsed<Directives<'a>> {
        let mut directives = Directives::default();
        loop {
            let start = self.peek().span;
            if self.eat_word("enable") {
                self.name_list(&mut directives.enables)?;
            } else if self.eat_word("requires") {
                self.name_list(&mut directives.requires)?;
            } else if self.at_word("diagnostic") {
                let filter = self.filter()?;
                directives.filters.push(filter);
                continue;
            } else if self.at(";") {
                self.next();
                if self.at_directive() {
                    return Err(self.unexpected("a declaration (directives come first)"));
                }
                return Ok(directives);
            } else {
                return Ok(directives);
            }
            let end = self.tokens.get(self.index - 1).map_or(start, |token| token.span);
            directives.extension_spans.push(start.to(end));
        }
    }

    /// Whether a directive starts here, which is an error after the first declaration.
    pub(super) fn at_directive(&self) -> bool {
        ["enable", "requires", "diagnostic"].iter().any(|word| self.at_word(word))
    }

    fn name_list(&mut self, names: &mut Vec<Ident<'a>>) -> Parsed<()> {
        loop {
            names.push(self.ident()?);
            if !self.eat(",") || self.at(";") {
                break;
            }
        }
        self.expect(";").map(drop)
    }

    fn filter(&mut self) -> Parsed<Filter<'a>> {
        let start = self.next().span;
        self.expect("(")?;
        let severity = self.ident()?;
        self.expect(",")?;
        let mut rule = self.ident()?.name.to_owned();
        if self.eat(".") {
            rule = format!("{rule}.{}", self.ident()?.name);
        }
        self.eat(",");
        self.expect(")")?;
        let end = self.expect(";")?;
        Ok(Filter { severity: severity.name, rule, span: start.to(end) })
    }
}
