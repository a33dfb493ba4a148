//! The stable text of a tree: S-expressions, one statement a line, bodies indented.
//!
//! `x` is an identifier, `x*` a read that may move its variable; `;` at a statement's end means
//! that nothing is shown.

use std::fmt::{self, Display, Write};

use super::ast::{
    Access, AccessKind, Anonymous, Declaration, Expr, ExprKind, Function, Ident, IndexKind,
    Interner, LValue, Param, Program, Quote, Stmt, StmtKind,
};

impl Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut dump = Dump { names: &self.names, out: f };
        dump.body(&self.body, 0)?;
        self.functions.iter().try_for_each(|function| dump.function(function, 0))
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Dump { names: &self.names, out: f }.function(self, 0)
    }
}

impl Display for Anonymous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Dump { names: &self.names, out: f }.anonymous(self)
    }
}

struct Dump<'d, 'f> {
    names: &'d Interner,
    out: &'d mut fmt::Formatter<'f>,
}

impl Dump<'_, '_> {
    fn body(&mut self, body: &[Stmt], depth: usize) -> fmt::Result {
        body.iter().try_for_each(|stmt| self.statement(stmt, depth))
    }

    fn line(&mut self, depth: usize) -> fmt::Result {
        write!(self.out, "{:1$}", "", depth * 2)
    }

    /// A keyword that a body or clause follows, on its own line.
    fn head(&mut self, depth: usize, word: &str, expr: Option<&Expr>) -> fmt::Result {
        self.line(depth)?;
        self.out.write_str(word)?;
        if let Some(expr) = expr {
            self.out.write_char(' ')?;
            self.expr(expr)?;
        }
        self.out.write_char('\n')
    }

    fn statement(&mut self, stmt: &Stmt, depth: usize) -> fmt::Result {
        match &stmt.kind {
            StmtKind::If { .. }
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::DoUntil { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Try { .. }
            | StmtKind::UnwindProtect { .. } => return self.block(&stmt.kind, depth),
            _ => {}
        }
        self.line(depth)?;
        self.simple(&stmt.kind)?;
        self.out.write_str(if stmt.print { "\n" } else { " ;\n" })
    }

    fn simple(&mut self, kind: &StmtKind) -> fmt::Result {
        match kind {
            StmtKind::Expr(expr) => self.expr(expr),
            StmtKind::Assign { target, value } => {
                self.out.write_str("(= ")?;
                self.target(target)?;
                self.then(value)
            }
            StmtKind::OpAssign { target, op, value } => {
                write!(self.out, "({}= ", op.text())?;
                self.target(target)?;
                self.then(value)
            }
            StmtKind::MultiAssign { targets, value } => {
                self.out.write_str("(= [")?;
                for (index, target) in targets.iter().enumerate() {
                    self.out.write_str(if index > 0 { " " } else { "" })?;
                    match target {
                        Some(target) => self.target(target)?,
                        None => self.out.write_char('~')?,
                    }
                }
                self.out.write_char(']')?;
                self.then(value)
            }
            StmtKind::Global(list) => self.declarations("global", list),
            StmtKind::Persistent(list) => self.declarations("persistent", list),
            StmtKind::Command { function, args } => {
                write!(self.out, "(command {}", self.names.text(function.name))?;
                args.iter().try_for_each(|word| write!(self.out, " {:?}", word.text))?;
                self.out.write_char(')')
            }
            StmtKind::Break => self.out.write_str("break"),
            StmtKind::Continue => self.out.write_str("continue"),
            StmtKind::Return => self.out.write_str("return"),
            StmtKind::If { .. }
            | StmtKind::For { .. }
            | StmtKind::While { .. }
            | StmtKind::DoUntil { .. }
            | StmtKind::Switch { .. }
            | StmtKind::Try { .. }
            | StmtKind::UnwindProtect { .. } => Ok(()),
        }
    }

    fn then(&mut self, value: &Expr) -> fmt::Result {
        self.out.write_char(' ')?;
        self.expr(value)?;
        self.out.write_char(')')
    }

    fn declarations(&mut self, word: &str, list: &[Declaration]) -> fmt::Result {
        write!(self.out, "({word}")?;
        for declaration in list {
            self.out.write_char(' ')?;
            self.ident(&declaration.ident)?;
            if let Some(init) = &declaration.init {
                self.out.write_char('=')?;
                self.expr(init)?;
            }
        }
        self.out.write_char(')')
    }

    fn block(&mut self, kind: &StmtKind, depth: usize) -> fmt::Result {
        match kind {
            StmtKind::If { arms, otherwise } => {
                for (index, arm) in arms.iter().enumerate() {
                    let word = if index == 0 { "if" } else { "elseif" };
                    self.head(depth, word, Some(&arm.cond))?;
                    self.body(&arm.body, depth + 1)?;
                }
                self.clause(depth, "else", otherwise.as_deref())
            }
            StmtKind::For { target, value, body, parallel } => {
                self.line(depth)?;
                self.out.write_str(if *parallel { "parfor " } else { "for " })?;
                self.target(target)?;
                self.out.write_char(' ')?;
                self.expr(value)?;
                self.out.write_char('\n')?;
                self.body(body, depth + 1)
            }
            StmtKind::While { cond, body } => {
                self.head(depth, "while", Some(cond))?;
                self.body(body, depth + 1)
            }
            StmtKind::DoUntil { body, cond } => {
                self.head(depth, "do", None)?;
                self.body(body, depth + 1)?;
                self.head(depth, "until", Some(cond))
            }
            StmtKind::Switch { value, cases, otherwise } => {
                self.head(depth, "switch", Some(value))?;
                for case in cases {
                    self.head(depth, "case", Some(&case.value))?;
                    self.body(&case.body, depth + 1)?;
                }
                self.clause(depth, "otherwise", otherwise.as_deref())
            }
            StmtKind::Try { body, error, handler } => {
                self.clause(depth, "try", Some(body))?;
                self.line(depth)?;
                self.out.write_str("catch")?;
                if let Some(error) = error {
                    self.out.write_char(' ')?;
                    self.ident(error)?;
                }
                self.out.write_char('\n')?;
                self.body(handler, depth + 1)
            }
            StmtKind::UnwindProtect { body, cleanup } => {
                self.clause(depth, "unwind_protect", Some(body))?;
                self.clause(depth, "cleanup", Some(cleanup))
            }
            _ => Ok(()),
        }
    }

    fn clause(&mut self, depth: usize, word: &str, body: Option<&[Stmt]>) -> fmt::Result {
        let Some(body) = body else { return Ok(()) };
        self.head(depth, word, None)?;
        self.body(body, depth + 1)
    }

    fn function(&mut self, function: &Function, depth: usize) -> fmt::Result {
        self.line(depth)?;
        self.out.write_str("function [")?;
        let outputs = function.outputs.iter().chain(&function.varargout);
        for (index, output) in outputs.enumerate() {
            self.out.write_str(if index > 0 { " " } else { "" })?;
            self.ident(output)?;
        }
        write!(self.out, "] {}", self.names.text(function.name))?;
        self.params(&function.params, function.varargin.as_ref())?;
        self.out.write_char('\n')?;
        self.body(&function.body, depth + 1)?;
        function.nested.iter().try_for_each(|nested| self.function(nested, depth + 1))
    }

    fn params(&mut self, params: &[Param], varargin: Option<&Ident>) -> fmt::Result {
        self.out.write_char('(')?;
        for (index, param) in params.iter().enumerate() {
            self.out.write_str(if index > 0 { " " } else { "" })?;
            match param {
                Param::Named(ident) => self.ident(ident)?,
                Param::Ignored(_) => self.out.write_char('~')?,
            }
        }
        if let Some(ident) = varargin {
            self.out.write_str(if params.is_empty() { "" } else { " " })?;
            self.ident(ident)?;
        }
        self.out.write_char(')')
    }

    fn anonymous(&mut self, function: &Anonymous) -> fmt::Result {
        self.out.write_str("(@")?;
        self.params(&function.params, function.varargin.as_ref())?;
        self.out.write_char(' ')?;
        self.expr(&function.body)?;
        if !function.captures.is_empty() {
            self.out.write_str(" captures")?;
            for capture in &function.captures {
                self.out.write_char(' ')?;
                self.ident(&capture.outer)?;
            }
        }
        self.out.write_char(')')
    }

    fn ident(&mut self, ident: &Ident) -> fmt::Result {
        self.out.write_str(self.names.text(ident.name))?;
        self.out.write_str(if ident.last_use { "*" } else { "" })
    }

    fn target(&mut self, target: &LValue) -> fmt::Result {
        self.ident(&target.base)?;
        target.path.iter().try_for_each(|access| self.access(access))
    }

    fn access(&mut self, access: &Access) -> fmt::Result {
        match &access.kind {
            AccessKind::Paren(args) => self.list('(', args, ')'),
            AccessKind::Brace(args) => self.list('{', args, '}'),
            AccessKind::Field(name) => write!(self.out, ".{}", self.names.text(*name)),
            AccessKind::DynField(name) => {
                self.out.write_str(".(")?;
                self.expr(name)?;
                self.out.write_char(')')
            }
        }
    }

    fn list(&mut self, open: char, args: &[Expr], close: char) -> fmt::Result {
        self.out.write_char(open)?;
        for (index, arg) in args.iter().enumerate() {
            self.out.write_str(if index > 0 { " " } else { "" })?;
            self.expr(arg)?;
        }
        self.out.write_char(close)
    }

    fn rows(&mut self, open: char, rows: &[Vec<Expr>], close: char) -> fmt::Result {
        self.out.write_char(open)?;
        for (index, row) in rows.iter().enumerate() {
            self.out.write_str(if index > 0 { "; " } else { "" })?;
            for (index, element) in row.iter().enumerate() {
                self.out.write_str(if index > 0 { ", " } else { "" })?;
                self.expr(element)?;
            }
        }
        self.out.write_char(close)
    }

    fn pair(&mut self, op: &str, left: &Expr, right: &Expr) -> fmt::Result {
        write!(self.out, "({op} ")?;
        self.expr(left)?;
        self.then(right)
    }

    fn expr(&mut self, expr: &Expr) -> fmt::Result {
        match &expr.kind {
            ExprKind::Number(value) => write!(self.out, "{value}"),
            ExprKind::Imaginary(value) => write!(self.out, "{value}i"),
            ExprKind::Integer { value, bits, signed } => {
                write!(self.out, "{value}{}{bits}", if *signed { 's' } else { 'u' })
            }
            ExprKind::Str { value, quote: Quote::Double } => write!(self.out, "{value:?}"),
            ExprKind::Str { value, quote: Quote::Single } => {
                write!(self.out, "'{}'", value.escape_debug())
            }
            ExprKind::Ident(ident) => self.ident(ident),
            ExprKind::Colon => self.out.write_char(':'),
            ExprKind::End => self.out.write_str("end"),
            ExprKind::Index { base, args, kind } => {
                self.expr(base)?;
                match kind {
                    IndexKind::Paren => self.list('(', args, ')'),
                    IndexKind::Brace => self.list('{', args, '}'),
                }
            }
            ExprKind::Field { base, name } => {
                self.expr(base)?;
                write!(self.out, ".{}", self.names.text(*name))
            }
            ExprKind::DynField { base, name } => {
                self.expr(base)?;
                self.out.write_str(".(")?;
                self.expr(name)?;
                self.out.write_char(')')
            }
            ExprKind::Unary { op, operand } => {
                write!(self.out, "({}", op.text())?;
                self.then(operand)
            }
            ExprKind::Postfix { op, operand } => {
                write!(self.out, "({}", op.text())?;
                self.then(operand)
            }
            ExprKind::Assign { target, op, value, gives_old } => {
                let sign = if *gives_old { "after" } else { "set" };
                write!(self.out, "({sign}{} ", op.map_or("", |op| op.text()))?;
                self.target(target)?;
                self.then(value)
            }
            ExprKind::Binary { op, left, right } => self.pair(op.text(), left, right),
            ExprKind::ShortCircuit { op, left, right } => self.pair(op.text(), left, right),
            ExprKind::Range { start, step, stop } => {
                self.out.write_str("(: ")?;
                self.expr(start)?;
                if let Some(step) = step {
                    self.out.write_char(' ')?;
                    self.expr(step)?;
                }
                self.then(stop)
            }
            ExprKind::Matrix(rows) => self.rows('[', rows, ']'),
            ExprKind::Cell(rows) => self.rows('{', rows, '}'),
            ExprKind::Anonymous(function) => self.anonymous(function),
            ExprKind::Handle(name) => write!(self.out, "@{}", self.names.text(*name)),
        }
    }
}
