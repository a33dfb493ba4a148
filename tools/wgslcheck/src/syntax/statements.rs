//! Statements (specification, section 9).

use super::SyntaxError;
use super::ast::{
    Attribute, BinaryOp, Block, Call, Case, Continuing, Expr, ExprKind, For, If, Loop, Span,
    Statement, StatementKind, Switch, VariableKind,
};
use super::parser::{Parsed, Parser};
use super::token::Kind;

impl<'a> Parser<'a> {
    /// A block with attributes that come next.
    pub(super) fn block(&mut self) -> Parsed<Block<'a>> {
        let attributes = self.attributes()?;
        self.block_with(attributes)
    }

    /// A block whose attributes were already taken.
    pub(super) fn block_with(&mut self, attributes: Vec<Attribute<'a>>) -> Parsed<Block<'a>> {
        self.expect("{")?;
        let statements = self.statements()?;
        self.expect("}")?;
        Ok(Block { attributes, statements })
    }

    /// Statements up to `}` or `continuing`.
    fn statements(&mut self) -> Parsed<Vec<Statement<'a>>> {
        self.nested(|parser| {
            let mut statements = Vec::new();
            while !parser.at("}") && !parser.at_word("continuing") {
                if parser.eat(";") {
                    continue;
                }
                statements.push(parser.statement()?);
            }
            Ok(statements)
        })
    }

    fn statement(&mut self) -> Parsed<Statement<'a>> {
        let start = self.peek().span;
        let attributes = self.attributes()?;
        if let Some(kind) = self.compound()? {
            let span = start.to(start);
            return Ok(Statement { id: self.fresh_statement(), attributes, span, kind });
        }
        if let Some(attribute) = attributes.first() {
            let message = format!("`@{}` cannot be on this statement", attribute.name);
            return Err(SyntaxError::new(attribute.span, message));
        }
        let kind = if self.eat_word("break") {
            if self.at_word("if") {
                return Err(self.unexpected("`;` (`break if` ends a `continuing` block)"));
            }
            StatementKind::Break
        } else if self.eat_word("continue") {
            StatementKind::Continue
        } else if self.eat_word("discard") {
            StatementKind::Discard
        } else if self.eat_word("return") {
            let value = if self.at(";") { None } else { Some(self.expr()?) };
            StatementKind::Return(value)
        } else if self.eat_word("const_assert") {
            StatementKind::Assert(self.expr()?)
        } else if let Some(variable) = self.variable()? {
            if variable.kind == VariableKind::Override {
                return Err(SyntaxError::new(start, "`override` belongs to module scope"));
            }
            StatementKind::Variable(variable)
        } else {
            self.update()?
        };
        let end = self.expect(";")?;
        Ok(Statement { id: self.fresh_statement(), attributes, span: start.to(end), kind })
    }

    /// A statement that ends with a block, if one comes next.
    fn compound(&mut self) -> Parsed<Option<StatementKind<'a>>> {
        Ok(Some(if self.at("{") {
            StatementKind::Block(self.block()?)
        } else if self.eat_word("if") {
            StatementKind::If(self.if_rest()?)
        } else if self.eat_word("switch") {
            StatementKind::Switch(self.switch_rest()?)
        } else if self.eat_word("loop") {
            StatementKind::Loop(self.loop_rest()?)
        } else if self.eat_word("for") {
            StatementKind::For(Box::new(self.for_rest()?))
        } else if self.eat_word("while") {
            let condition = self.expr()?;
            StatementKind::While(condition, self.block()?)
        } else {
            return Ok(None);
        }))
    }

    fn if_rest(&mut self) -> Parsed<If<'a>> {
        let condition = self.expr()?;
        let mut branches = vec![(condition, self.block()?)];
        while self.eat_word("else") {
            if self.eat_word("if") {
                let condition = self.expr()?;
                branches.push((condition, self.block()?));
            } else {
                let otherwise = Some(self.block()?);
                return Ok(If { branches, otherwise });
            }
        }
        Ok(If { branches, otherwise: None })
    }

    fn switch_rest(&mut self) -> Parsed<Switch<'a>> {
        let selector = self.expr()?;
        let attributes = self.attributes()?;
        self.expect("{")?;
        let mut cases = Vec::new();
        while !self.at("}") {
            cases.push(self.case()?);
        }
        self.expect("}")?;
        Ok(Switch { selector, attributes, cases })
    }

    fn case(&mut self) -> Parsed<Case<'a>> {
        let start = self.peek().span;
        let mut selectors = Vec::new();
        if self.eat_word("default") {
            selectors.push(None);
        } else if self.eat_word("case") {
            loop {
                if self.eat_word("default") {
                    selectors.push(None);
                } else {
                    selectors.push(Some(self.expr()?));
                }
                if !self.eat(",") || self.at(":") || self.at("{") || self.at("@") {
                    break;
                }
            }
        } else {
            return Err(self.unexpected("`case` or `default`"));
        }
        self.eat(":");
        Ok(Case { selectors, span: start, body: self.block()? })
    }

    fn loop_rest(&mut self) -> Parsed<Loop<'a>> {
        let attributes = self.attributes()?;
        self.expect("{")?;
        let statements = self.statements()?;
        let continuing = if self.eat_word("continuing") { Some(self.continuing()?) } else { None };
        self.expect("}")?;
        let body = Block { attributes, statements };
        Ok(Loop { body, continuing })
    }

    fn continuing(&mut self) -> Parsed<Continuing<'a>> {
        let attributes = self.attributes()?;
        self.expect("{")?;
        let mut break_if = None;
        let statements = self.nested(|parser| {
            let mut statements = Vec::new();
            while !parser.at("}") {
                if parser.eat(";") {
                    continue;
                }
                let next = parser.peek_at(1);
                let ends = next.kind == Kind::Word && parser.text(next.span) == "if";
                if parser.at_word("break") && ends {
                    parser.next();
                    parser.next();
                    break_if = Some(parser.expr()?);
                    parser.expect(";")?;
                    break;
                }
                statements.push(parser.statement()?);
            }
            Ok(statements)
        })?;
        self.expect("}")?;
        Ok(Continuing { body: Block { attributes, statements }, break_if })
    }

    fn for_rest(&mut self) -> Parsed<For<'a>> {
        self.expect("(")?;
        let init = if self.at(";") { None } else { Some(self.for_part(true)?) };
        self.expect(";")?;
        let condition = if self.at(";") { None } else { Some(self.expr()?) };
        self.expect(";")?;
        let update = if self.at(")") { None } else { Some(self.for_part(false)?) };
        self.expect(")")?;
        Ok(For { init, condition, update, body: self.block()? })
    }

    fn for_part(&mut self, declares: bool) -> Parsed<Statement<'a>> {
        let span = self.peek().span;
        let variable = if declares { self.variable()? } else { None };
        let kind = match variable {
            Some(variable) if variable.kind == VariableKind::Override => {
                return Err(SyntaxError::new(span, "`override` belongs to module scope"));
            }
            Some(variable) => StatementKind::Variable(variable),
            None => self.update()?,
        };
        Ok(Statement { id: self.fresh_statement(), attributes: Vec::new(), span, kind })
    }

    /// An assignment, an increment or a call.
    fn update(&mut self) -> Parsed<StatementKind<'a>> {
        let first = self.peek();
        if first.kind == Kind::Word && self.text(first.span) == "_" {
            self.next();
            self.expect("=")?;
            return Ok(StatementKind::Phony(self.expr()?));
        }
        let starts = first.kind == Kind::Word || ["(", "*", "&"].iter().any(|op| self.at(op));
        if !starts {
            return Err(self.unexpected("a statement"));
        }
        let target = self.unary()?;
        let target = match into_call(target) {
            Ok(call) => return Ok(StatementKind::Call(call)),
            Err(target) => target,
        };
        check_target(&target)?;
        let Kind::Op(op) = self.peek().kind else {
            return Err(self.unexpected("`=`"));
        };
        let span = self.next().span;
        match op {
            "++" | "--" => Ok(StatementKind::Step(target)),
            "=" => Ok(StatementKind::Assign { target, op: None, value: self.expr()? }),
            _ => {
                let op = compound_op(op)
                    .ok_or_else(|| SyntaxError::new(span, format!("expected `=`, found `{op}`")))?;
                Ok(StatementKind::Assign { target, op: Some(op), value: self.expr()? })
            }
        }
    }
}

fn into_call(expr: Expr<'_>) -> Result<Call<'_>, Expr<'_>> {
    match expr {
        Expr { kind: ExprKind::Call(call), .. } => Ok(call),
        other => Err(other),
    }
}

/// The grammar of the left side of an assignment has no calls and no literals.
fn check_target(target: &Expr<'_>) -> Parsed<()> {
    let refuse = |span: Span| Err(SyntaxError::new(span, "this cannot be assigned to"));
    match &target.kind {
        ExprKind::Name(name) if name.args.is_some() => refuse(target.span),
        ExprKind::Name(_) => Ok(()),
        ExprKind::Paren(inner) | ExprKind::Index(inner, _) | ExprKind::Member(inner, _) => {
            check_target(inner)
        }
        ExprKind::Unary(op, inner) => match op {
            super::ast::UnaryOp::Deref | super::ast::UnaryOp::AddrOf => check_target(inner),
            _ => refuse(target.span),
        },
        ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Call(_) | ExprKind::Binary(..) => {
            refuse(target.span)
        }
    }
}

fn compound_op(op: &str) -> Option<BinaryOp> {
    Some(match op {
        "+=" => BinaryOp::Add,
        "-=" => BinaryOp::Sub,
        "*=" => BinaryOp::Mul,
        "/=" => BinaryOp::Div,
        "%=" => BinaryOp::Rem,
        "&=" => BinaryOp::And,
        "|=" => BinaryOp::Or,
        "^=" => BinaryOp::Xor,
        "<<=" => BinaryOp::Shl,
        ">>=" => BinaryOp::Shr,
        _ => return None,
    })
}
