//! Functions as text: `@sin`, `@(x) x .^ 2`, spaced as Octave spaces them.
//!
//! Numbers are spelled as the script spells them where its text is at hand.

use std::fmt::Write;

use super::number;
use crate::diagnostic::{FileId, SourceMap};
use crate::syntax::ast::{
    Anonymous, Expr, ExprKind, IndexKind, Interner, Param, Quote, Stmt, StmtKind,
};
use crate::trace::value::FunctionValue;

/// A function as it is shown. `sources` holds the text it was read from.
pub fn text(function: &FunctionValue, sources: Option<&SourceMap>) -> String {
    match function {
        FunctionValue::Named(name) => format!("@{name}"),
        FunctionValue::User(function) => format!("@{}", function.names.text(function.name)),
        FunctionValue::Anonymous { function, .. } if sources.is_none() => function.text.to_string(),
        FunctionValue::Anonymous { function, .. } => {
            let mut speller = Speller::new(&function.names, sources);
            speller.anonymous(function, " ");
            speller.out
        }
    }
}

/// The text of an expression, spaced as Octave spaces it; as it is if it is no expression.
pub fn spelled(text: &str) -> String {
    let (program, findings) = crate::syntax::parse(FileId(0), text);
    let [Stmt { kind: StmtKind::Expr(expr), .. }] = program.body.as_slice() else {
        return text.to_owned();
    };
    if !findings.is_empty() {
        return text.to_owned();
    }
    let mut speller = Speller::new(&program.names, None);
    speller.text = Some(text);
    speller.expr(expr);
    speller.out
}

struct Speller<'a> {
    names: &'a Interner,
    sources: Option<&'a SourceMap>,
    /// The text, if it is in none of them.
    text: Option<&'a str>,
    /// Directly in brackets, where a space before an index would begin another element.
    in_brackets: bool,
    out: String,
}

impl<'a> Speller<'a> {
    fn new(names: &'a Interner, sources: Option<&'a SourceMap>) -> Speller<'a> {
        Speller { names, sources, text: None, in_brackets: false, out: String::new() }
    }

    fn anonymous(&mut self, function: &Anonymous, gap: &str) {
        let mut params: Vec<&str> = function
            .params
            .iter()
            .map(|param| match param {
                Param::Named(ident) => self.names.text(ident.name),
                Param::Ignored(_) => "~",
            })
            .collect();
        if function.varargin.is_some() {
            params.push("varargin");
        }
        _ = write!(self.out, "@({}){gap}", params.join(", "));
        self.expr(&function.body);
    }

    fn expr(&mut self, expr: &Expr) {
        self.out.extend((0..expr.parens).map(|_| '('));
        self.kind(expr);
        self.out.extend((0..expr.parens).map(|_| ')'));
    }

    fn kind(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(value) => self.number(expr, *value, ""),
            ExprKind::Imaginary(value) => self.number(expr, *value, "i"),
            ExprKind::Integer { value, .. } => _ = write!(self.out, "{value}"),
            ExprKind::Str { value, quote: Quote::Single } => _ = write!(self.out, "'{value}'"),
            ExprKind::Str { value, quote: Quote::Double } => {
                _ = write!(self.out, "\"{}\"", escape(value));
            }
            ExprKind::Ident(ident) => self.out.push_str(self.names.text(ident.name)),
            ExprKind::Colon => self.out.push(':'),
            ExprKind::End => self.out.push_str("end"),
            ExprKind::Index { base, args, kind } => {
                self.expr(base);
                let (open, close) = match kind {
                    IndexKind::Paren => ('(', ')'),
                    IndexKind::Brace => ('{', '}'),
                };
                // Octave leaves the space out if what is indexed has no parentheses or brackets.
                let is_literal = matches!(base.kind, ExprKind::Matrix(_) | ExprKind::Cell(_));
                if !self.in_brackets || is_literal {
                    self.out.push(' ');
                }
                self.out.push(open);
                let outside = std::mem::replace(&mut self.in_brackets, false);
                self.list(args);
                self.in_brackets = outside;
                self.out.push(close);
            }
            ExprKind::Field { base, name } => {
                self.expr(base);
                _ = write!(self.out, ".{}", self.names.text(*name));
            }
            ExprKind::DynField { base, name } => {
                self.expr(base);
                self.out.push_str(".(");
                self.expr(name);
                self.out.push(')');
            }
            ExprKind::Matrix(rows) => self.rows(rows, ['[', ']']),
            ExprKind::Cell(rows) => self.rows(rows, ['{', '}']),
            ExprKind::Anonymous(function) => self.anonymous(function, ""),
            ExprKind::Handle(name) => _ = write!(self.out, "@{}", self.names.text(*name)),
            // No anonymous function assigns.
            ExprKind::Assign { value, .. } => self.expr(value),
            ExprKind::Unary { .. }
            | ExprKind::Postfix { .. }
            | ExprKind::Binary { .. }
            | ExprKind::ShortCircuit { .. }
            | ExprKind::Range { .. } => self.operator(&expr.kind),
        }
    }

    fn operator(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Unary { op, operand } => {
                self.out.push_str(op.text());
                self.expr(operand);
            }
            ExprKind::Postfix { op, operand } => {
                self.expr(operand);
                self.out.push_str(op.text());
            }
            ExprKind::Binary { op, left, right } => self.infix(left, op.text(), right),
            ExprKind::ShortCircuit { op, left, right } => self.infix(left, op.text(), right),
            ExprKind::Range { start, step, stop } => {
                self.expr(start);
                for part in step.iter().chain([stop]) {
                    self.out.push(':');
                    self.expr(part);
                }
            }
            _ => {}
        }
    }

    fn infix(&mut self, left: &Expr, operator: &str, right: &Expr) {
        self.expr(left);
        _ = write!(self.out, " {operator} ");
        self.expr(right);
    }

    fn list(&mut self, exprs: &[Expr]) {
        for (position, expr) in exprs.iter().enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.expr(expr);
        }
    }

    fn rows(&mut self, rows: &[Vec<Expr>], brackets: [char; 2]) {
        if rows.is_empty() && brackets == ['{', '}'] {
            self.out.push_str("{}(0x0)");
            return;
        }
        let outside = std::mem::replace(&mut self.in_brackets, true);
        self.out.push(brackets[0]);
        for (position, row) in rows.iter().enumerate() {
            if position > 0 {
                self.out.push_str("; ");
            }
            self.list(row);
        }
        self.out.push(brackets[1]);
        self.in_brackets = outside;
    }

    fn number(&mut self, expr: &Expr, value: f64, unit: &str) {
        let span = expr.span;
        let file = self.sources.and_then(|sources| sources.file(span.file));
        let spelled = file
            .map(|file| &*file.text)
            .or(self.text)
            .and_then(|text| text.get(span.start as usize..span.end as usize))
            .map(|text| text.trim_matches(['(', ')', ' ']))
            .filter(|text| text.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
        match spelled {
            Some(text) => self.out.push_str(text),
            None => _ = write!(self.out, "{}{unit}", number::shortest(value)),
        }
    }
}

/// The text of a double-quoted literal.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            other => out.push(other),
        }
    }
    out
}
