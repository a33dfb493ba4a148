//! The syntax tree. It borrows names from the source text and numbers its expressions, so that
//! later stages keep what they learn in tables beside it.

use std::ops::Range;

/// A range of bytes in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// From the start of `self` to the end of `last`.
    pub(crate) fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end.max(self.end) }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A name and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ident<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
}

/// Index of an expression in tables beside the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExprId(pub(crate) u32);

/// An expression.
#[derive(Debug)]
pub(crate) struct Expr<'a> {
    pub(crate) id: ExprId,
    pub(crate) span: Span,
    pub(crate) kind: ExprKind<'a>,
}

/// What an expression is.
#[derive(Debug)]
pub(crate) enum ExprKind<'a> {
    Bool(bool),
    Number(Number),
    Name(Name<'a>),
    Call(Call<'a>),
    Paren(Box<Expr<'a>>),
    Unary(UnaryOp, Box<Expr<'a>>),
    Binary(BinaryOp, Box<Expr<'a>>, Box<Expr<'a>>),
    Index(Box<Expr<'a>>, Box<Expr<'a>>),
    Member(Box<Expr<'a>>, Ident<'a>),
}

/// A numeric literal, already in range of its type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    AbstractInt(i64),
    AbstractFloat(f64),
    I32(i64),
    U32(i64),
    F32(f64),
    F16(f64),
    I64(i64),
    U64(u64),
    F64(f64),
}

/// An identifier with its template arguments.
#[derive(Debug)]
pub(crate) struct Name<'a> {
    pub(crate) ident: Ident<'a>,
    pub(crate) args: Option<Vec<Expr<'a>>>,
}

/// A call: of a function, a constructor or a conversion.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) id: ExprId,
    pub(crate) span: Span,
    pub(crate) callee: Name<'a>,
    pub(crate) args: Vec<Expr<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Neg,
    Not,
    BitNot,
    Deref,
    AddrOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    LogicalAnd,
    LogicalOr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// An attribute with its arguments.
#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
    pub(crate) args: Vec<Expr<'a>>,
}

/// A list of statements in braces.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) statements: Vec<Statement<'a>>,
}

/// A statement.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    /// Index of the statement in tables beside the tree.
    pub(crate) id: u32,
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) span: Span,
    pub(crate) kind: StatementKind<'a>,
}

/// What a statement is.
#[derive(Debug)]
pub(crate) enum StatementKind<'a> {
    Block(Block<'a>),
    If(If<'a>),
    Switch(Switch<'a>),
    Loop(Loop<'a>),
    For(Box<For<'a>>),
    While(Expr<'a>, Block<'a>),
    Break,
    Continue,
    Return(Option<Expr<'a>>),
    Discard,
    Variable(Variable<'a>),
    Assign {
        target: Expr<'a>,
        op: Option<BinaryOp>,
        value: Expr<'a>,
    },
    /// `_ = value;`
    Phony(Expr<'a>),
    /// `target++;` or `target--;`
    Step(Expr<'a>),
    Call(Call<'a>),
    Assert(Expr<'a>),
}

/// `if`, with its `else if`s and its `else`.
#[derive(Debug)]
pub(crate) struct If<'a> {
    pub(crate) branches: Vec<(Expr<'a>, Block<'a>)>,
    pub(crate) otherwise: Option<Block<'a>>,
}

/// `switch`.
#[derive(Debug)]
pub(crate) struct Switch<'a> {
    pub(crate) selector: Expr<'a>,
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) cases: Vec<Case<'a>>,
}

/// One clause of a `switch`; a selector of `None` is `default`.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) selectors: Vec<Option<Expr<'a>>>,
    pub(crate) body: Block<'a>,
    pub(crate) span: Span,
}

/// `loop`.
#[derive(Debug)]
pub(crate) struct Loop<'a> {
    pub(crate) body: Block<'a>,
    pub(crate) continuing: Option<Continuing<'a>>,
}

/// The `continuing` block of a `loop`.
#[derive(Debug)]
pub(crate) struct Continuing<'a> {
    pub(crate) body: Block<'a>,
    pub(crate) break_if: Option<Expr<'a>>,
}

/// `for`.
#[derive(Debug)]
pub(crate) struct For<'a> {
    pub(crate) init: Option<Statement<'a>>,
    pub(crate) condition: Option<Expr<'a>>,
    pub(crate) update: Option<Statement<'a>>,
    pub(crate) body: Block<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariableKind {
    Var,
    Let,
    Const,
    Override,
}

/// A declaration of a value or variable, at either scope.
#[derive(Debug)]
pub(crate) struct Variable<'a> {
    /// Under it stands what the declaration declares.
    pub(crate) id: ExprId,
    pub(crate) kind: VariableKind,
    pub(crate) name: Ident<'a>,
    /// `var<...>`
    pub(crate) template: Option<Vec<Expr<'a>>>,
    pub(crate) ty: Option<Expr<'a>>,
    pub(crate) init: Option<Expr<'a>>,
}

/// A member of a structure or a parameter of a function.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) name: Ident<'a>,
    pub(crate) ty: Expr<'a>,
}

/// `struct`.
#[derive(Debug)]
pub(crate) struct Struct<'a> {
    pub(crate) name: Ident<'a>,
    pub(crate) members: Vec<Field<'a>>,
}

/// `fn`.
#[derive(Debug)]
pub(crate) struct Function<'a> {
    pub(crate) name: Ident<'a>,
    pub(crate) params: Vec<Field<'a>>,
    pub(crate) result: Option<(Vec<Attribute<'a>>, Expr<'a>)>,
    pub(crate) body: Block<'a>,
}

/// A declaration at module scope.
#[derive(Debug)]
pub(crate) struct Declaration<'a> {
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) kind: DeclarationKind<'a>,
}

/// What a declaration is.
#[derive(Debug)]
pub(crate) enum DeclarationKind<'a> {
    Variable(Variable<'a>),
    Struct(Struct<'a>),
    Alias(Ident<'a>, Expr<'a>),
    Function(Function<'a>),
    Assert(Expr<'a>),
}

impl<'a> DeclarationKind<'a> {
    /// The name that is declared.
    pub(crate) fn name(&self) -> Option<Ident<'a>> {
        match self {
            Self::Variable(variable) => Some(variable.name),
            Self::Struct(structure) => Some(structure.name),
            Self::Alias(name, _) => Some(*name),
            Self::Function(function) => Some(function.name),
            Self::Assert(_) => None,
        }
    }
}

/// A diagnostic filter as a directive.
#[derive(Debug)]
pub(crate) struct Filter<'a> {
    pub(crate) severity: &'a str,
    pub(crate) rule: String,
    pub(crate) span: Span,
}

/// `enable`, `requires` and `diagnostic`.
#[derive(Debug, Default)]
pub(crate) struct Directives<'a> {
    pub(crate) enables: Vec<Ident<'a>>,
    pub(crate) requires: Vec<Ident<'a>>,
    pub(crate) filters: Vec<Filter<'a>>,
    /// The places of all `enable` and `requires` directives, whole.
    pub(crate) extension_spans: Vec<Span>,
}

/// A whole module.
#[derive(Debug, Default)]
pub(crate) struct Module<'a> {
    pub(crate) directives: Directives<'a>,
    pub(crate) declarations: Vec<Declaration<'a>>,
    /// The number of expression ids in use.
    pub(crate) expr_count: u32,
    /// The number of statement ids in use.
    pub(crate) statement_count: u32,
    /// The places of `@diagnostic(..)` attributes, whole.
    pub(crate) diagnostic_spans: Vec<Span>,
}
