//! From the grammar's tree to ours: statements and functions.

use std::sync::Arc;

use tree_sitter::Node;

use super::ast::{AccessKind, Expr, ExprKind};
use super::ast::{
    Case, Declaration, Function, Ident, IfArm, Interner, LValue, Name, Param, Scope, Stmt, StmtKind,
};
use super::piece::{Keyword, Piece, PieceKind, Plain};
use crate::diagnostic::{Diagnostic, FileId, Span};

/// Between the two names of `for [value, key]` in the name of the loop's own variable.
pub(super) const PAIR_MARK: &str = "\0";
/// The function of the library that gives the columns of such a loop.
pub(super) const PAIRS: &str = "cells__pairs";

/// Lowers one tree.
pub(super) struct Lower<'p> {
    pub(super) plain: &'p Plain,
    /// Text of the file.
    pub(super) text: &'p str,
    pub(super) file: FileId,
    pub(super) names: Arc<Interner>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Functions met in the statements being lowered.
    pub(super) functions: Vec<Arc<Function>>,
}

/// The named children of a node.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node).into_iter().find(|child| child.kind() == kind)
}

impl<'p> Lower<'p> {
    pub(super) fn piece(&self, node: Node<'_>) -> Option<&'p Piece> {
        self.plain.at(node.start_byte())
    }

    /// The bytes of the file that a node was made from.
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        let first = self.plain.at(node.start_byte());
        let last = self.plain.at(node.end_byte().saturating_sub(1).max(node.start_byte()));
        let start = first.map_or(0, |piece| piece.start);
        let end = last.map_or(start, |piece| piece.end).max(start);
        Span { file: self.file, start, end }
    }

    fn keyword(&self, node: Node<'_>) -> Option<Keyword> {
        match self.piece(node)?.kind {
            PieceKind::Keyword(keyword) => Some(keyword),
            _ => None,
        }
    }

    /// Reports what the scanner let through and the grammar does not accept.
    pub(super) fn errors(&mut self, root: Node<'_>) {
        let mut nodes = vec![root];
        while let Some(node) = nodes.pop() {
            if node.is_error() || node.is_missing() {
                let mut span = self.span(node);
                let text = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
                let first_line = text.split('\n').next().unwrap_or("").len() as u32;
                span.end = span.start + first_line;
                let diagnostic = Diagnostic::error("M001", "this is not MATLAB syntax");
                self.diagnostics.push(diagnostic.at(span).hint("see docs/language.md"));
                return;
            }
            if node.has_error() {
                let mut cursor = node.walk();
                let mut inner: Vec<Node<'_>> = node.children(&mut cursor).collect();
                inner.reverse();
                nodes.append(&mut inner);
            }
        }
    }

    /// The statements among the children of a node.
    pub(super) fn statements(&mut self, node: Option<Node<'_>>) -> Vec<Stmt> {
        let mut statements: Vec<Stmt> = Vec::new();
        for node in node.map(children).unwrap_or_default() {
            if node.is_error() {
                continue;
            }
            if node.kind() == "function_definition" {
                let function = self.function(node);
                self.functions.push(Arc::new(function));
                continue;
            }
            if self.declared_value(node, &mut statements) {
                continue;
            }
            if let Some(kind) = self.statement(node) {
                let after = self.plain.index_at(node.end_byte().saturating_sub(1)) + 1;
                let sep = self.plain.pieces.get(after).map(|piece| &piece.kind);
                let shows = matches!(
                    kind,
                    StmtKind::Expr(_)
                        | StmtKind::Assign { .. }
                        | StmtKind::OpAssign { .. }
                        | StmtKind::MultiAssign { .. }
                        | StmtKind::Command { .. }
                );
                let print = shows && !matches!(sep, Some(PieceKind::Sep { semi: true }));
                let kind = if print { self.shown_step(node, kind) } else { kind };
                statements.push(Stmt { kind, span: self.span(node), print });
            }
        }
        statements
    }

    /// `x++` and `++x` that are shown: an expression, whose value is that of `ans`.
    fn shown_step(&self, node: Node<'_>, kind: StmtKind) -> StmtKind {
        let mut cursor = node.walk();
        let sign = node.children(&mut cursor).find(|child| child.kind() == "=");
        let sign = sign.and_then(|sign| self.piece(sign));
        match (kind, sign) {
            (
                StmtKind::OpAssign { target, op, value },
                Some(Piece { kind: PieceKind::Increment(_), start, .. }),
            ) => {
                let gives_old = *start > target.span.start;
                let (target, op, value) = (Box::new(target), Some(op), Box::new(value));
                let kind = ExprKind::Assign { target, op, value, gives_old };
                StmtKind::Expr(Expr { kind, span: self.span(node), parens: 0 })
            }
            (kind, _) => kind,
        }
    }

    fn block(&mut self, node: Node<'_>) -> Vec<Stmt> {
        self.statements(child(node, "block"))
    }

    fn statement(&mut self, node: Node<'_>) -> Option<StmtKind> {
        Some(match node.kind() {
            "assignment" => self.assignment(node)?,
            "command" => self.command(node)?,
            "break_statement" => StmtKind::Break,
            "continue_statement" => StmtKind::Continue,
            "return_statement" => StmtKind::Return,
            "global_operator" => StmtKind::Global(self.declarations(node)),
            "persistent_operator" => StmtKind::Persistent(self.declarations(node)),
            "if_statement" => self.if_statement(node)?,
            "for_statement" => self.for_statement(node)?,
            "while_statement" if self.keyword(node) == Some(Keyword::Do) => self.do_until(node)?,
            "while_statement" => {
                let cond = self.condition(node.child_by_field_name("condition")?)?;
                StmtKind::While { cond, body: self.block(node) }
            }
            "switch_statement" => self.switch(node)?,
            "try_statement" => self.try_statement(node),
            _ => StmtKind::Expr(self.expr(node)?),
        })
    }

    fn command(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let piece = self.piece(node)?;
        let PieceKind::Command { function, function_end, args } = &piece.kind else {
            return Some(StmtKind::Expr(self.leaf(node)?));
        };
        let span = Span { file: self.file, start: piece.start, end: *function_end };
        let function = Ident { name: *function, slot: None, last_use: false, span };
        Some(StmtKind::Command { function, args: args.clone() })
    }

    fn assignment(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        let mut cursor = node.walk();
        let sign = node.children(&mut cursor).find(|child| child.kind() == "=")?;
        let op = self.piece(sign).map(|piece| &piece.kind);
        let value = self.expr(right)?;
        if left.kind() == "multioutput_variable" {
            let mut targets = Vec::new();
            for node in children(left) {
                let ignored = node.kind() == "ignored_argument";
                targets.push(if ignored { None } else { Some(self.target(node)?) });
            }
            return Some(StmtKind::MultiAssign { targets, value });
        }
        if left.kind() == "ignored_argument" {
            return Some(StmtKind::MultiAssign { targets: vec![None], value });
        }
        let target = self.target(left)?;
        Some(match op {
            Some(PieceKind::OpAssign(op) | PieceKind::Increment(op)) => {
                StmtKind::OpAssign { target, op: *op, value }
            }
            _ => StmtKind::Assign { target, value },
        })
    }

    fn target(&mut self, node: Node<'_>) -> Option<LValue> {
        let expr = self.expr(node)?;
        let span = expr.span;
        let target = into_target(expr);
        if target.is_none() {
            let diagnostic = Diagnostic::error("M001", "this cannot be assigned to");
            self.diagnostics.push(diagnostic.at(span));
        }
        target
    }

    fn declarations(&self, node: Node<'_>) -> Vec<Declaration> {
        let idents = children(node).into_iter().filter_map(|child| self.ident(child));
        idents.map(|ident| Declaration { ident, init: None }).collect()
    }

    /// The value in `global a = 3` or of a parameter, which the grammar sees as a statement of
    /// its own.
    fn declared_value(&mut self, node: Node<'_>, statements: &mut Vec<Stmt>) -> bool {
        if node.kind() != "assignment" {
            return false;
        }
        let Some(left) = node.child_by_field_name("left") else {
            return false;
        };
        let sign = self.plain.index_at(left.start_byte()) + 1;
        let sign = self.plain.pieces.get(sign).map(|piece| &piece.kind);
        if !matches!(sign, Some(PieceKind::DeclInit)) {
            return false;
        }
        let init = node.child_by_field_name("right").and_then(|right| self.expr(right));
        let span = self.span(node);
        if let Some(Stmt { kind: StmtKind::Global(list) | StmtKind::Persistent(list), .. }) =
            statements.last_mut()
        {
            if let Some(declaration) = list.last_mut() {
                declaration.init = init;
            }
            return true;
        }
        let param = self.ident(left).zip(init);
        statements.extend(param.map(|(param, init)| self.default(param, init, span)));
        true
    }

    /// `if !exist("param", "var") param = init; end`.
    fn default(&self, param: Ident, init: Expr, span: Span) -> Stmt {
        let expr = |kind| Expr { kind, span: param.span, parens: 0 };
        let text = |value: &str| {
            let (value, quote) = (value.to_owned(), super::ast::Quote::Double);
            expr(ExprKind::Str { value, quote })
        };
        let exist = self.names.get("exist").unwrap_or(param.name);
        let exist = Ident { name: exist, slot: None, last_use: false, span: param.span };
        let args = vec![text(self.names.text(param.name)), text("var")];
        let base = Box::new(expr(ExprKind::Ident(exist)));
        let kind = super::ast::IndexKind::Paren;
        let operand = Box::new(expr(ExprKind::Index { base, args, kind }));
        let cond = expr(ExprKind::Unary { op: super::ast::UnaryOp::Not, operand });
        let target = LValue { base: param, path: Vec::new(), is_first: false, span: param.span };
        let kind = StmtKind::Assign { target, value: init };
        let body = vec![Stmt { kind, span, print: false }];
        let kind = StmtKind::If { arms: vec![IfArm { cond, body }], otherwise: None };
        Stmt { kind, span, print: false }
    }

    fn if_statement(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let cond = self.condition(node.child_by_field_name("condition")?)?;
        let mut arms = vec![IfArm { cond, body: self.block(node) }];
        let mut otherwise = None;
        for clause in children(node) {
            match clause.kind() {
                "elseif_clause" => {
                    let cond = self.condition(clause.child_by_field_name("condition")?)?;
                    arms.push(IfArm { cond, body: self.block(clause) });
                }
                "else_clause" => otherwise = Some(self.block(clause)),
                _ => {}
            }
        }
        Some(StmtKind::If { arms, otherwise })
    }

    fn for_statement(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let parallel = self.keyword(node) == Some(Keyword::Parfor);
        let parts = children(child(node, "iterator")?);
        let target = self.target(*parts.first()?)?;
        let value = self.expr(*parts.get(1)?)?;
        let body = self.block(node);
        let names = Arc::clone(&self.names);
        Some(match names.text(target.base.name).split_once(PAIR_MARK) {
            Some(pair) => self.for_pairs(target, pair, value, body),
            None => StmtKind::For { target, value, body, parallel },
        })
    }

    /// `for [value, key] = s`: a loop over the columns of a cell of values and keys.
    fn for_pairs(
        &self,
        target: LValue,
        (value, key): (&str, &str),
        structure: Expr,
        body: Vec<Stmt>,
    ) -> StmtKind {
        let span = target.span;
        let ident = |name: Name| Ident { name, slot: None, last_use: false, span };
        let expr = |kind| Expr { kind, parens: 0, span };
        let pair = target.base.name;
        let part = |name: &str, index: f64| {
            let base = Box::new(expr(ExprKind::Ident(ident(pair))));
            let args = vec![expr(ExprKind::Number(index))];
            let value = expr(ExprKind::Index { base, args, kind: super::ast::IndexKind::Brace });
            let base = ident(self.names.get(name).unwrap_or(pair));
            let target = LValue { base, path: Vec::new(), is_first: false, span };
            Stmt { kind: StmtKind::Assign { target, value }, span, print: false }
        };
        let mut statements = vec![part(value, 1.0), part(key, 2.0)];
        statements.extend(body);
        let base = ident(self.names.get(PAIRS).unwrap_or(pair));
        let base = Box::new(expr(ExprKind::Ident(base)));
        let args = vec![structure];
        let value = expr(ExprKind::Index { base, args, kind: super::ast::IndexKind::Paren });
        StmtKind::For { target, value, body: statements, parallel: false }
    }

    fn do_until(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let block = child(node, "block")?;
        let until = children(block).pop()?;
        let cond = self.condition(until.child_by_field_name("condition")?)?;
        let mut body = self.block(node);
        body.pop();
        Some(StmtKind::DoUntil { body, cond })
    }

    fn switch(&mut self, node: Node<'_>) -> Option<StmtKind> {
        let value = self.expr(node.child_by_field_name("condition")?)?;
        let mut cases = Vec::new();
        let mut otherwise = None;
        for clause in children(node) {
            match clause.kind() {
                "case_clause" => {
                    let value = self.expr(clause.child_by_field_name("condition")?)?;
                    let span = self.span(clause);
                    cases.push(Case { value, body: self.block(clause), span });
                }
                "otherwise_clause" => otherwise = Some(self.block(clause)),
                _ => {}
            }
        }
        Some(StmtKind::Switch { value, cases, otherwise })
    }

    fn try_statement(&mut self, node: Node<'_>) -> StmtKind {
        let body = self.block(node);
        let clause = child(node, "catch_clause");
        let error = clause.and_then(|clause| {
            let name = child(clause, "identifier")?;
            self.ident(name)
        });
        let handler = clause.map(|clause| self.block(clause)).unwrap_or_default();
        if self.keyword(node) == Some(Keyword::UnwindProtect) {
            return StmtKind::UnwindProtect { body, cleanup: handler };
        }
        StmtKind::Try { body, error, handler }
    }

    fn function(&mut self, node: Node<'_>) -> Function {
        let outer = std::mem::take(&mut self.functions);
        let name = node.child_by_field_name("name");
        let mut outputs = Vec::new();
        if let Some(output) = child(node, "function_output") {
            let list = child(output, "multioutput_variable").unwrap_or(output);
            outputs.extend(children(list).into_iter().filter_map(|child| self.ident(child)));
        }
        let varargout = outputs.pop_if(|last| last.name == Name::VARARGOUT);
        let list = child(node, "function_arguments").map(children).unwrap_or_default();
        let (params, varargin) = self.params(list);
        let body = self.block(node);
        let nested = std::mem::replace(&mut self.functions, outer);
        let ident = name.and_then(|name| self.ident(name));
        let span = self.span(node);
        Function {
            name: ident.map_or(Name::ANS, |ident| ident.name),
            span,
            name_span: ident.map_or(span, |ident| ident.span),
            params,
            varargin,
            outputs,
            varargout,
            body,
            scope: Scope::default(),
            nested,
            shared: Vec::new(),
            names: Arc::clone(&self.names),
        }
    }

    /// Parameters in order, with `varargin` apart.
    pub(super) fn params(&self, nodes: Vec<Node<'_>>) -> (Vec<Param>, Option<Ident>) {
        let mut params: Vec<Param> = Vec::with_capacity(nodes.len());
        for node in nodes {
            match self.ident(node) {
                Some(ident) => params.push(Param::Named(ident)),
                None => params.push(Param::Ignored(self.span(node))),
            }
        }
        let last = params.pop();
        match last {
            Some(Param::Named(ident)) if ident.name == Name::VARARGIN => (params, Some(ident)),
            last => {
                params.extend(last);
                (params, None)
            }
        }
    }

    /// The identifier that a node stands for, if its piece is one.
    pub(super) fn ident(&self, node: Node<'_>) -> Option<Ident> {
        let PieceKind::Ident(name) = self.piece(node)?.kind else {
            return None;
        };
        Some(Ident { name, slot: None, last_use: false, span: self.span(node) })
    }
}

/// A chain of indices and fields on a variable, as a target.
pub(super) fn into_target(expr: Expr) -> Option<LValue> {
    let span = expr.span;
    let mut path = Vec::new();
    let mut rest = expr;
    loop {
        let end = rest.span.end;
        let (base, kind) = match rest.kind {
            ExprKind::Ident(base) => {
                path.reverse();
                return Some(LValue { base, path, is_first: false, span });
            }
            ExprKind::Index { base, args, kind: super::ast::IndexKind::Paren } => {
                (base, AccessKind::Paren(args))
            }
            ExprKind::Index { base, args, kind: super::ast::IndexKind::Brace } => {
                (base, AccessKind::Brace(args))
            }
            ExprKind::Field { base, name } => (base, AccessKind::Field(name)),
            ExprKind::DynField { base, name } => (base, AccessKind::DynField(*name)),
            _ => return None,
        };
        if base.parens > 0 {
            return None;
        }
        let step = Span { file: span.file, start: base.span.end, end };
        path.push(super::ast::Access { kind, span: step });
        rest = *base;
    }
}
