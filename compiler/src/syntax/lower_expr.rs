//! From the grammar's tree to ours: expressions.
//!
//! The grammar's operators have precedences of their own, so a tree of operators is flattened to
//! the sequence it was written as, and put together again by the rules of MATLAB and Octave. From
//! tight to loose: `'` `.'` `^` `.^` (left to right); `+a` `-a` `~a`; `*` `/`; `+` `-`; `:`;
//! comparisons; `&`; `|`; `&&`; `||`.

use std::collections::VecDeque;
use std::sync::Arc;

use tree_sitter::Node;

use super::ast::{
    Anonymous, BinaryOp, Expr, ExprKind, Ident, IndexKind, LogicalOp, Param, PostfixOp, Scope,
    UnaryOp,
};
use super::lower::{Lower, children};
use super::piece::{Bracket, Literal, PieceKind};
use crate::diagnostic::{Diagnostic, Span};

/// One step of a flattened expression.
enum Item {
    Operand(Expr),
    Infix(Infix),
    Prefix(UnaryOp, Span),
    Postfix(PostfixOp, Span),
    /// `++` or `--` before an operand.
    StepBefore(BinaryOp, Span),
    /// `++` or `--` after an operand.
    StepAfter(BinaryOp, Span),
    /// `@(params)`; its body follows.
    Lambda(Vec<Param>, Option<Ident>, Span),
}

#[derive(Clone, Copy)]
enum Infix {
    Binary(BinaryOp),
    Logical(LogicalOp),
    Range,
    /// `=`, or `+=`.
    Set(Option<BinaryOp>),
}

/// Binding strength of what stands between operands.
fn strength(infix: Infix) -> u8 {
    match infix {
        Infix::Set(_) => 0,
        Infix::Logical(LogicalOp::Or) => 1,
        Infix::Logical(LogicalOp::And) => 2,
        Infix::Range => RANGE,
        Infix::Binary(op) => match op {
            BinaryOp::Or => 3,
            BinaryOp::And => 4,
            BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Ge
            | BinaryOp::Gt => 5,
            BinaryOp::Add | BinaryOp::Sub => 7,
            BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::LeftDiv
            | BinaryOp::ElemMul
            | BinaryOp::ElemDiv
            | BinaryOp::ElemLeftDiv => 8,
            BinaryOp::Pow | BinaryOp::ElemPow => POWER,
        },
    }
}

const RANGE: u8 = 6;
const UNARY: u8 = 9;
const POWER: u8 = 10;

impl Lower<'_> {
    /// Lowers an expression; `None` where the grammar found a mistake, which is reported apart.
    pub(super) fn expr(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut items = VecDeque::new();
        self.flatten(node, &mut items)?;
        self.climb(&mut items, 0)
    }

    fn flatten(&mut self, node: Node<'_>, items: &mut VecDeque<Item>) -> Option<()> {
        match node.kind() {
            "binary_operator"
            | "boolean_operator"
            | "comparison_operator"
            | "unary_operator"
            | "not_operator"
            | "postfix_operator"
            | "range"
            | "_expression" => {
                let mut cursor = node.walk();
                let parts: Vec<Node<'_>> = node.children(&mut cursor).collect();
                for part in parts {
                    if part.is_named() {
                        self.flatten(part, items)?;
                    } else {
                        items.push_back(self.operator(part)?);
                    }
                }
            }
            "lambda" => {
                let list = children(node).into_iter().find(|child| child.kind() == "arguments");
                let (params, varargin) = self.params(list.map(children).unwrap_or_default());
                items.push_back(Item::Lambda(params, varargin, self.span(node)));
                self.flatten(node.child_by_field_name("expression")?, items)?;
            }
            _ => {
                let operand = self.primary(node)?;
                items.push_back(Item::Operand(operand));
            }
        }
        Some(())
    }

    fn operator(&self, node: Node<'_>) -> Option<Item> {
        let span = self.span(node);
        Some(match self.piece(node)?.kind {
            PieceKind::Binary(op) => Item::Infix(Infix::Binary(op)),
            PieceKind::Logical(op) => Item::Infix(Infix::Logical(op)),
            PieceKind::Range => Item::Infix(Infix::Range),
            PieceKind::Prefix(op) => Item::Prefix(op, span),
            PieceKind::Postfix(op) => Item::Postfix(op, span),
            PieceKind::Set(op) => Item::Infix(Infix::Set(op)),
            PieceKind::Step { op, is_before: true } => Item::StepBefore(op, span),
            PieceKind::Step { op, is_before: false } => Item::StepAfter(op, span),
            _ => return None,
        })
    }

    /// Reads operators that bind at least as tightly as `least`.
    fn climb(&mut self, items: &mut VecDeque<Item>, least: u8) -> Option<Expr> {
        let mut left = match items.pop_front()? {
            Item::Operand(expr) => stepped(items, expr)?,
            Item::StepBefore(op, span) => stepped_before(items, op, span)?,
            Item::Prefix(op, span) => {
                let operand = self.climb(items, UNARY)?;
                unary(op, span, operand)
            }
            Item::Lambda(params, varargin, span) => {
                let body = self.climb(items, 0)?;
                self.anonymous(params, varargin, span, body)
            }
            Item::Infix(_) | Item::Postfix(..) | Item::StepAfter(..) => return None,
        };
        loop {
            left = match items.front() {
                Some(Item::Postfix(op, span)) => {
                    let (op, span) = (*op, left.span.to(*span));
                    items.pop_front();
                    make(ExprKind::Postfix { op, operand: Box::new(left) }, span)
                }
                Some(Item::Infix(infix)) if strength(*infix) >= least => {
                    let infix = *infix;
                    items.pop_front();
                    self.right_side(items, infix, left)?
                }
                _ => return Some(left),
            };
        }
    }

    fn right_side(&mut self, items: &mut VecDeque<Item>, infix: Infix, left: Expr) -> Option<Expr> {
        let strength = strength(infix);
        if let Infix::Set(op) = infix {
            let value = self.climb(items, 0)?;
            let span = left.span.to(value.span);
            return assignment(left, op, value, false).map(|kind| make(kind, span));
        }
        let right = if strength == POWER {
            self.exponent(items)?
        } else {
            self.climb(items, strength + 1)?
        };
        let span = left.span.to(right.span);
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = match infix {
            Infix::Binary(op) => ExprKind::Binary { op, left, right },
            Infix::Logical(op) => ExprKind::ShortCircuit { op, left, right },
            Infix::Set(_) => return None,
            Infix::Range => match items.front() {
                Some(Item::Infix(Infix::Range)) => {
                    items.pop_front();
                    let stop = self.climb(items, RANGE + 1)?;
                    let span = span.to(stop.span);
                    let step = Some(right);
                    return Some(make(
                        ExprKind::Range { start: left, step, stop: Box::new(stop) },
                        span,
                    ));
                }
                _ => ExprKind::Range { start: left, step: None, stop: right },
            },
        };
        Some(make(kind, span))
    }

    /// The right side of `^`: one operand with its signs, so that `2^-1^2` is `(2^-1)^2`.
    fn exponent(&mut self, items: &mut VecDeque<Item>) -> Option<Expr> {
        match items.pop_front()? {
            Item::Operand(expr) => stepped(items, expr),
            Item::StepBefore(op, span) => stepped_before(items, op, span),
            Item::Prefix(op, span) => {
                let operand = self.exponent(items)?;
                Some(unary(op, span, operand))
            }
            Item::Lambda(..) | Item::Infix(_) | Item::Postfix(..) | Item::StepAfter(..) => None,
        }
    }

    fn anonymous(
        &mut self,
        params: Vec<Param>,
        varargin: Option<Ident>,
        span: Span,
        body: Expr,
    ) -> Expr {
        let span = span.to(body.span);
        self.refuse_assignment(&body);
        let (scope, captures) = (Scope::default(), Vec::new());
        let names = Arc::clone(&self.names);
        let context = (&*self.names, self.text);
        let text = super::source::anonymous(&params, varargin.as_ref(), &body, context);
        let text = text.into();
        let function = Anonymous { params, varargin, body, scope, captures, text, names };
        make(ExprKind::Anonymous(Arc::new(function)), span)
    }

    /// A condition. One that sets a variable is more often meant to compare.
    pub(super) fn condition(&mut self, node: Node<'_>) -> Option<Expr> {
        let expr = self.expr(node)?;
        if matches!(expr.kind, ExprKind::Assign { op: None, .. }) && expr.parens == 0 {
            let message = "suggest parenthesis around assignment used as truth value";
            let hint = "write `==` to compare";
            self.diagnostics.push(Diagnostic::warning("M011", message).at(expr.span).hint(hint));
        }
        Some(expr)
    }

    /// An anonymous function sets no variable.
    fn refuse_assignment(&mut self, part: &Expr) {
        let ExprKind::Assign { op, value, gives_old, target } = &part.kind else {
            return super::visit::parts(part, &mut |part| self.refuse_assignment(part));
        };
        let is_step = *gives_old || value.span.end <= target.span.start;
        let sign = match (op, is_step) {
            (None, _) => "=".to_owned(),
            (Some(op), true) => op.text().repeat(2),
            (Some(op), false) => format!("{}=", op.text()),
        };
        let message = format!("invalid use of operator {sign} in anonymous function");
        self.diagnostics.push(Diagnostic::error("M010", message).at(part.span));
    }

    /// Lowers what is no operator.
    fn primary(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(node);
        match node.kind() {
            "identifier" | "ignored_argument" => self.leaf(node),
            "parenthesis" => {
                let mut inner = self.expr(*children(node).first()?)?;
                inner.span = span;
                inner.parens = inner.parens.saturating_add(1);
                Some(inner)
            }
            "matrix" => Some(make(ExprKind::Matrix(self.rows(node)?), span)),
            "cell" => Some(make(ExprKind::Cell(self.rows(node)?), span)),
            "function_call" => {
                let name = node.child_by_field_name("name")?;
                let wraps = matches!(self.piece(name)?.kind, PieceKind::Open { wrapped: true, .. })
                    && name.kind() == "identifier";
                if wraps {
                    let list = children(node).into_iter().find(|c| c.kind() == "arguments")?;
                    return self.expr(*children(list).first()?);
                }
                let base = self.primary(name)?;
                self.index(base, node)
            }
            "field_expression" => {
                let base = self.primary(node.child_by_field_name("object")?)?;
                self.fields(base, node)
            }
            _ => None,
        }
    }

    /// Applies the brackets of a `function_call` node to what stands before them.
    fn index(&mut self, base: Expr, node: Node<'_>) -> Option<Expr> {
        let mut cursor = node.walk();
        let open = node.children(&mut cursor).find(|child| matches!(child.kind(), "(" | "{"))?;
        let kind = match self.piece(open)?.kind {
            PieceKind::Open { bracket: Bracket::Brace, .. } => IndexKind::Brace,
            _ => IndexKind::Paren,
        };
        let list = children(node).into_iter().find(|child| child.kind() == "arguments");
        let mut args = match list {
            Some(list) => self.args(list)?,
            None => Vec::new(),
        };
        if let (ExprKind::Ident(name), [only]) = (&base.kind, args.as_mut_slice())
            && matches!(self.names.text(name.name), "int64" | "uint64")
        {
            self.keep_digits(only);
        }
        let span = base.span.to(self.span(node));
        Some(make(ExprKind::Index { base: Box::new(base), args, kind }, span))
    }

    /// A whole literal with more digits than a `double` holds, as the argument of `int64` or
    /// `uint64`: Octave gives it exactly.
    fn keep_digits(&self, expr: &mut Expr) {
        let (negative, number) = match &mut expr.kind {
            ExprKind::Unary { op: UnaryOp::Minus, operand } => (true, &mut **operand),
            _ => (false, expr),
        };
        let (ExprKind::Number(rounded), start, end) =
            (&number.kind, number.span.start as usize, number.span.end as usize)
        else {
            return;
        };
        let text = self.text.get(start..end).unwrap_or("").trim_matches(['(', ')', ' ']);
        if *rounded < 9_007_199_254_740_992.0 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if let Ok(value) = text.parse::<u64>()
            && (!negative || i64::try_from(value).is_ok())
        {
            number.kind = ExprKind::Integer { value, bits: 64, signed: negative };
        }
    }

    fn args(&mut self, list: Node<'_>) -> Option<Vec<Expr>> {
        let mut args: Vec<Expr> = Vec::new();
        let mut cursor = list.walk();
        let parts: Vec<Node<'_>> = list.children(&mut cursor).collect();
        for part in parts {
            match part.kind() {
                "," => {}
                "spread_operator" => args.push(make(ExprKind::Colon, self.span(part))),
                _ => args.push(self.expr(part)?),
            }
        }
        Some(args)
    }

    /// Applies the `field` children of a node, in order.
    fn fields(&mut self, base: Expr, node: Node<'_>) -> Option<Expr> {
        let mut cursor = node.walk();
        let fields: Vec<Node<'_>> = node.children_by_field_name("field", &mut cursor).collect();
        fields.into_iter().try_fold(base, |base, field| self.field(base, field))
    }

    fn field(&mut self, base: Expr, node: Node<'_>) -> Option<Expr> {
        let span = base.span.to(self.span(node));
        match node.kind() {
            "identifier" => {
                let name = self.ident(node)?.name;
                Some(make(ExprKind::Field { base: Box::new(base), name }, span))
            }
            "indirect_access" => {
                let name = Box::new(self.expr(*children(node).first()?)?);
                Some(make(ExprKind::DynField { base: Box::new(base), name }, span))
            }
            "function_call" => {
                let base = self.field(base, node.child_by_field_name("name")?)?;
                self.index(base, node)
            }
            "field_expression" => {
                let base = self.field(base, node.child_by_field_name("object")?)?;
                self.fields(base, node)
            }
            _ => None,
        }
    }

    fn rows(&mut self, node: Node<'_>) -> Option<Vec<Vec<Expr>>> {
        let mut rows = Vec::new();
        for row in children(node) {
            let mut elements = Vec::new();
            for element in children(row) {
                elements.push(self.expr(element)?);
            }
            rows.push(elements);
        }
        Some(rows)
    }

    /// The operand that a `v` of the plain text stands for.
    pub(super) fn leaf(&self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(node);
        let kind = match &self.piece(node)?.kind {
            PieceKind::Ident(_) => ExprKind::Ident(self.ident(node)?),
            PieceKind::Number(Literal::Real(value)) => ExprKind::Number(*value),
            PieceKind::Number(Literal::Imaginary(value)) => ExprKind::Imaginary(*value),
            PieceKind::Number(Literal::Integer { value, bits, signed }) => {
                ExprKind::Integer { value: *value, bits: *bits, signed: *signed }
            }
            PieceKind::Str { value, quote } => {
                ExprKind::Str { value: value.clone(), quote: *quote }
            }
            PieceKind::Handle(name) => ExprKind::Handle(*name),
            PieceKind::End => ExprKind::End,
            PieceKind::Increment(_) => ExprKind::Number(1.0),
            PieceKind::Bad => ExprKind::Matrix(Vec::new()),
            _ => return None,
        };
        Some(make(kind, span))
    }
}

/// `left = value` as a part of an expression.
fn assignment(left: Expr, op: Option<BinaryOp>, value: Expr, gives_old: bool) -> Option<ExprKind> {
    let target = Box::new(super::lower::into_target(left)?);
    Some(ExprKind::Assign { target, op, value: Box::new(value), gives_old })
}

/// An operand with the `++` or `--` that follows it.
fn stepped(items: &mut VecDeque<Item>, operand: Expr) -> Option<Expr> {
    let Some(Item::StepAfter(op, span)) = items.front() else {
        return Some(operand);
    };
    let (op, one) = (*op, make(ExprKind::Number(1.0), *span));
    let span = operand.span.to(*span);
    items.pop_front();
    assignment(operand, Some(op), one, true).map(|kind| make(kind, span))
}

/// The operand after `++` or `--`; what is no variable keeps its two signs.
fn stepped_before(items: &mut VecDeque<Item>, op: BinaryOp, span: Span) -> Option<Expr> {
    let Item::Operand(operand) = items.pop_front()? else { return None };
    let whole = span.to(operand.span);
    let is_variable = matches!(
        operand.kind,
        ExprKind::Ident(_)
            | ExprKind::Index { .. }
            | ExprKind::Field { .. }
            | ExprKind::DynField { .. }
    );
    if !is_variable {
        let sign = if op == BinaryOp::Add { UnaryOp::Plus } else { UnaryOp::Minus };
        return Some(unary(sign, span, unary(sign, span, operand)));
    }
    let one = make(ExprKind::Number(1.0), span);
    assignment(operand, Some(op), one, false).map(|kind| make(kind, whole))
}

fn unary(op: UnaryOp, span: Span, operand: Expr) -> Expr {
    let span = span.to(operand.span);
    make(ExprKind::Unary { op, operand: Box::new(operand) }, span)
}

fn make(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, span, parens: 0 }
}
