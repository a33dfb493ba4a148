//! The text of an anonymous function as Octave shows it: the source with its own spacing.

use std::fmt::{self, Write};

use super::ast::{Expr, ExprKind, Ident, IndexKind, Interner, Param, Quote};

/// `@(x, y) x + y`, from the parts of the function and the text of its file.
pub(super) fn anonymous(
    params: &[Param],
    varargin: Option<&Ident>,
    body: &Expr,
    (names, text): (&Interner, &str),
) -> String {
    let mut source = Source { names, text, in_brackets: false, out: String::new() };
    // Writing to a string cannot fail.
    let _ = source.params(params, varargin);
    source.out.push(' ');
    let _ = source.expr(body);
    source.out
}

/// The text of an expression.
pub(super) fn expression(expr: &Expr, (names, text): (&Interner, &str)) -> String {
    let mut source = Source { names, text, in_brackets: false, out: String::new() };
    // Writing to a string cannot fail.
    let _ = source.expr(expr);
    source.out
}

struct Source<'s> {
    names: &'s Interner,
    text: &'s str,
    /// Directly in brackets, where a space before an index would begin another element.
    in_brackets: bool,
    out: String,
}

impl Source<'_> {
    fn params(&mut self, params: &[Param], varargin: Option<&Ident>) -> fmt::Result {
        let names = self.names;
        let params = params.iter().map(|param| match param {
            Param::Named(ident) => names.text(ident.name),
            Param::Ignored(_) => "~",
        });
        let varargin = varargin.map(|ident| names.text(ident.name));
        let list: Vec<&str> = params.chain(varargin).collect();
        write!(self.out, "@({})", list.join(", "))
    }

    fn list(&mut self, open: char, list: &[Expr], close: char) -> fmt::Result {
        self.out.push(open);
        self.elements(list)?;
        self.out.push(close);
        Ok(())
    }

    fn elements(&mut self, list: &[Expr]) -> fmt::Result {
        for (index, expr) in list.iter().enumerate() {
            self.out.push_str(if index > 0 { ", " } else { "" });
            self.expr(expr)?;
        }
        Ok(())
    }

    fn rows(&mut self, open: char, rows: &[Vec<Expr>], close: char) -> fmt::Result {
        if rows.is_empty() && open == '{' {
            self.out.push_str("{}(0x0)");
            return Ok(());
        }
        let outside = std::mem::replace(&mut self.in_brackets, true);
        self.out.push(open);
        for (index, row) in rows.iter().enumerate() {
            self.out.push_str(if index > 0 { "; " } else { "" });
            self.elements(row)?;
        }
        self.out.push(close);
        self.in_brackets = outside;
        Ok(())
    }

    fn infix(&mut self, left: &Expr, op: &str, right: &Expr) -> fmt::Result {
        self.expr(left)?;
        write!(self.out, " {op} ")?;
        self.expr(right)
    }

    fn expr(&mut self, expr: &Expr) -> fmt::Result {
        self.out.extend((0..expr.parens).map(|_| '('));
        self.inner(expr)?;
        self.out.extend((0..expr.parens).map(|_| ')'));
        Ok(())
    }

    fn inner(&mut self, expr: &Expr) -> fmt::Result {
        match &expr.kind {
            // Octave does not write quotes inside twice.
            ExprKind::Str { value, quote: Quote::Single } => write!(self.out, "'{value}'")?,
            ExprKind::Number(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Integer { .. }
            | ExprKind::Str { .. } => {
                let text = self.text.get(expr.span.start as usize..expr.span.end as usize);
                let text = text.unwrap_or("");
                let text = if expr.parens > 0 { text.trim_matches(['(', ')', ' ']) } else { text };
                self.out.push_str(text);
            }
            ExprKind::Ident(ident) => self.out.push_str(self.names.text(ident.name)),
            ExprKind::Colon => self.out.push(':'),
            ExprKind::End => self.out.push_str("end"),
            ExprKind::Index { base, args, kind } => {
                self.expr(base)?;
                if !self.in_brackets || matches!(base.kind, ExprKind::Matrix(_) | ExprKind::Cell(_))
                {
                    self.out.push(' ');
                }
                let outside = std::mem::replace(&mut self.in_brackets, false);
                match kind {
                    IndexKind::Paren => self.list('(', args, ')')?,
                    IndexKind::Brace => self.list('{', args, '}')?,
                }
                self.in_brackets = outside;
            }
            ExprKind::Field { base, name } => {
                self.expr(base)?;
                write!(self.out, ".{}", self.names.text(*name))?;
            }
            ExprKind::DynField { base, name } => {
                self.expr(base)?;
                self.out.push_str(".(");
                self.expr(name)?;
                self.out.push(')');
            }
            ExprKind::Unary { op, operand } => {
                self.out.push_str(op.text());
                self.expr(operand)?;
            }
            ExprKind::Postfix { op, operand } => {
                self.expr(operand)?;
                self.out.push_str(op.text());
            }
            // No anonymous function assigns.
            ExprKind::Assign { value, .. } => self.expr(value)?,
            ExprKind::Binary { op, left, right } => self.infix(left, op.text(), right)?,
            ExprKind::ShortCircuit { op, left, right } => self.infix(left, op.text(), right)?,
            ExprKind::Range { start, step, stop } => {
                for part in [Some(start), step.as_ref()].into_iter().flatten() {
                    self.expr(part)?;
                    self.out.push(':');
                }
                self.expr(stop)?;
            }
            ExprKind::Matrix(rows) => self.rows('[', rows, ']')?,
            ExprKind::Cell(rows) => self.rows('{', rows, '}')?,
            // Octave leaves out the blank after the parameters of an inner function.
            ExprKind::Anonymous(function) => {
                self.params(&function.params, function.varargin.as_ref())?;
                self.expr(&function.body)?;
            }
            ExprKind::Handle(name) => write!(self.out, "@{}", self.names.text(*name))?,
        }
        Ok(())
    }
}
