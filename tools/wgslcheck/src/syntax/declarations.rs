//! Declarations at module scope.

use super::ast::{Declaration, DeclarationKind, Field, Function, Struct, Variable, VariableKind};
use super::parser::{Parsed, Parser};
use super::token::Kind;

impl<'a> Parser<'a> {
    /// All declarations to the end of the text.
    pub(super) fn declarations(&mut self) -> Parsed<Vec<Declaration<'a>>> {
        let mut declarations = Vec::new();
        while self.peek().kind != Kind::End {
            if self.eat(";") {
                continue;
            }
            declarations.push(self.declaration()?);
        }
        Ok(declarations)
    }

    fn declaration(&mut self) -> Parsed<Declaration<'a>> {
        if self.at_directive() {
            return Err(self.unexpected("a declaration (directives come first)"));
        }
        let attributes = self.attributes()?;
        let kind = if self.eat_word("fn") {
            DeclarationKind::Function(self.function()?)
        } else if self.eat_word("struct") {
            DeclarationKind::Struct(self.structure()?)
        } else if self.eat_word("alias") {
            let name = self.ident()?;
            self.expect("=")?;
            let ty = self.type_expr()?;
            self.expect(";")?;
            DeclarationKind::Alias(name, ty)
        } else if self.eat_word("const_assert") {
            let condition = self.expr()?;
            self.expect(";")?;
            DeclarationKind::Assert(condition)
        } else if let Some(variable) = self.variable()? {
            if variable.kind == VariableKind::Let {
                return Err(
                    self.unexpected("`const`, `override` or `var`, not `let`, at module scope")
                );
            }
            self.expect(";")?;
            DeclarationKind::Variable(variable)
        } else {
            return Err(self.unexpected("a declaration"));
        };
        Ok(Declaration { attributes, kind })
    }

    /// `var`, `let`, `const` or `override` up to, not including, the semicolon.
    pub(super) fn variable(&mut self) -> Parsed<Option<Variable<'a>>> {
        let kind = if self.eat_word("var") {
            VariableKind::Var
        } else if self.eat_word("let") {
            VariableKind::Let
        } else if self.eat_word("const") {
            VariableKind::Const
        } else if self.eat_word("override") {
            VariableKind::Override
        } else {
            return Ok(None);
        };
        let template = if kind == VariableKind::Var && self.peek().kind == Kind::TemplateStart {
            self.next();
            Some(self.template_args()?)
        } else {
            None
        };
        let name = self.ident()?;
        let ty = self.eat(":").then(|| self.type_expr()).transpose()?;
        let needs_init = matches!(kind, VariableKind::Let | VariableKind::Const);
        let init = if needs_init || self.at("=") {
            self.expect("=")?;
            Some(self.expr()?)
        } else {
            None
        };
        Ok(Some(Variable { id: self.fresh_id(), kind, name, template, ty, init }))
    }

    fn structure(&mut self) -> Parsed<Struct<'a>> {
        let name = self.ident()?;
        self.expect("{")?;
        let mut members = vec![self.field()?];
        while self.eat(",") && !self.at("}") {
            members.push(self.field()?);
        }
        self.expect("}")?;
        Ok(Struct { name, members })
    }

    fn field(&mut self) -> Parsed<Field<'a>> {
        let attributes = self.attributes()?;
        let name = self.ident()?;
        self.expect(":")?;
        let ty = self.type_expr()?;
        Ok(Field { attributes, name, ty })
    }

    fn function(&mut self) -> Parsed<Function<'a>> {
        let name = self.ident()?;
        self.expect("(")?;
        let mut params = Vec::new();
        while !self.at(")") {
            params.push(self.field()?);
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        let result = if self.eat("->") {
            let attributes = self.attributes()?;
            Some((attributes, self.type_expr()?))
        } else {
            None
        };
        let attributes = self.attributes()?;
        let body = self.block_with(attributes)?;
        Ok(Function { name, params, result, body })
    }
}
