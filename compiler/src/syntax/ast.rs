//! The abstract syntax tree: what the interpreter walks.
//!
//! Invariants
//! - Every statement and expression has the span of its text in the original file.
//! - Inside one scope (script, function, anonymous function) a variable is a [`Slot`]; an
//!   [`Ident`] without slot can only be a function.
//! - The tree is frozen once `parse` returns: it holds no cells and is `Send + Sync`.
//!
//! Deliberately absent: comments, the distinction between a call `f(x)` and an index `A(i)`
//! (the same text means either, and only the run knows), and types.

use std::sync::Arc;

pub use super::name::{Interner, Name};
use crate::diagnostic::{FileId, Span};

/// One parsed file.
#[derive(Clone, Debug)]
pub struct Program {
    /// The file that was parsed.
    pub file: FileId,
    /// Its path as the user gave it; empty where nobody said.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// Texts of all names of this file, shared with its functions.
    pub names: Arc<Interner>,
    /// Statements of the script, in order; empty for a function file.
    pub body: Vec<Stmt>,
    /// Variables of the script.
    pub scope: Scope,
    /// Functions of the file in order; nested functions are inside theirs.
    pub functions: Vec<Arc<Function>>,
    /// True when the first statement of the file is a function: the first function is then what
    /// the file's name calls.
    pub is_function_file: bool,
}

/// Index of a variable in the [`Scope`] of its function, script or anonymous function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

impl Slot {
    /// Position in the frame.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The variables of one function, script or anonymous function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Name of each slot.
    pub names: Arc<[Name]>,
    /// Slot of `ans`, where expression statements put their value; `None` when nothing reads it.
    pub ans: Option<Slot>,
    /// Variables can appear that the text does not show (`eval`, `load`, `assignin`, ..). Every
    /// identifier then has a slot, and further names may be needed at run time.
    pub dynamic: bool,
    /// Variables that the text makes longer or shorter (`x = [x v]`, `x(end + 1) = v`,
    /// `x(i) = []`), if any: no array in them has a shape that the text decides.
    pub resized: Option<Arc<[Slot]>>,
}

/// One function of a file.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name it is called by.
    pub name: Name,
    /// Text of the whole definition.
    pub span: Span,
    /// Text of the name in the definition.
    pub name_span: Span,
    /// Parameters in order, without `varargin`.
    pub params: Vec<Param>,
    /// Where surplus arguments go, when the last parameter is `varargin`.
    pub varargin: Option<Ident>,
    /// Results in order, without `varargout`.
    pub outputs: Vec<Ident>,
    /// Where surplus results come from, when the last output is `varargout`.
    pub varargout: Option<Ident>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// Variables.
    pub scope: Scope,
    /// Functions defined inside this one; they see its variables through `shared`.
    pub nested: Vec<Arc<Function>>,
    /// Variables that this nested function shares with the one around it.
    pub shared: Vec<SharedSlot>,
    /// Texts of the names.
    pub names: Arc<Interner>,
}

/// One variable that a nested function shares with the function around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedSlot {
    /// Slot in the nested function.
    pub inner: Slot,
    /// Slot in the function around it.
    pub outer: Slot,
}

/// One parameter of a function or anonymous function.
#[derive(Clone, Debug)]
pub enum Param {
    /// A named parameter.
    Named(Ident),
    /// `~`: the argument is dropped.
    Ignored(Span),
}

/// An identifier that is, or may be, a variable.
#[derive(Clone, Copy, Debug)]
pub struct Ident {
    /// Its name.
    pub name: Name,
    /// Its variable; `None` when nothing in the scope assigns it, so that it names a function.
    pub slot: Option<Slot>,
    /// At a read: no later path reads the variable before it is written, so the value may be
    /// moved out of the slot. Always false where the identifier is written.
    pub last_use: bool,
    /// Its text.
    pub span: Span,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// Its text, without the `;`.
    pub span: Span,
    /// No semicolon follows: show the value.
    pub print: bool,
}

/// The kinds of statement.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `f(x)`, `x`: evaluated for effect; a value goes to `ans` (unless `x` is a variable) and is
    /// shown.
    Expr(Expr),
    /// `A = v`, `A(i).b{3} = v`, and deletion `A(i) = []` (a value that is literally `[]`).
    Assign {
        /// What is written.
        target: LValue,
        /// The value.
        value: Expr,
    },
    /// `A += v`, `A++` (a value of 1): reads the target, then writes it.
    OpAssign {
        /// What is read and written.
        target: LValue,
        /// The operator before `=`.
        op: BinaryOp,
        /// The right operand.
        value: Expr,
    },
    /// `[a, ~, s.x] = f(..)`. One target in brackets is also this kind.
    MultiAssign {
        /// What is written; `None` is `~`.
        targets: Vec<Option<LValue>>,
        /// The call or comma list.
        value: Expr,
    },
    /// `if .. elseif .. else .. end`.
    If {
        /// The `if` and each `elseif`, in order; at least one.
        arms: Vec<IfArm>,
        /// The `else` body.
        otherwise: Option<Vec<Stmt>>,
    },
    /// `for x = v .. end`, over the columns of `v`; `parfor` likewise.
    For {
        /// What each column is assigned to.
        target: LValue,
        /// The values. An [`ExprKind::Range`] here need not be made into an array.
        value: Expr,
        /// Statements.
        body: Vec<Stmt>,
        /// Written `parfor`.
        parallel: bool,
    },
    /// `while c .. end`.
    While {
        /// The condition.
        cond: Expr,
        /// Statements.
        body: Vec<Stmt>,
    },
    /// `do .. until c`.
    DoUntil {
        /// Statements.
        body: Vec<Stmt>,
        /// The condition that ends the loop.
        cond: Expr,
    },
    /// `switch v case a .. otherwise .. end`.
    Switch {
        /// The value.
        value: Expr,
        /// Cases, in order.
        cases: Vec<Case>,
        /// The `otherwise` body.
        otherwise: Option<Vec<Stmt>>,
    },
    /// `try .. catch err .. end`.
    Try {
        /// Statements that may fail.
        body: Vec<Stmt>,
        /// The variable that holds the error.
        error: Option<Ident>,
        /// Statements run after a failure.
        handler: Vec<Stmt>,
    },
    /// `unwind_protect .. unwind_protect_cleanup .. end`.
    UnwindProtect {
        /// Statements that may fail.
        body: Vec<Stmt>,
        /// Statements run in any case.
        cleanup: Vec<Stmt>,
    },
    /// `global a b = 3`.
    Global(Vec<Declaration>),
    /// `persistent a b = 3`.
    Persistent(Vec<Declaration>),
    /// Command syntax: `hold on` means `hold('on')`.
    Command {
        /// The function.
        function: Ident,
        /// Its words.
        args: Vec<Word>,
    },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return`.
    Return,
}

/// One condition of an `if` with its body.
#[derive(Clone, Debug)]
pub struct IfArm {
    /// The condition. MATLAB and Octave short-circuit `|` and `&` here.
    pub cond: Expr,
    /// Statements.
    pub body: Vec<Stmt>,
}

/// One `case`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The value, or a cell of alternatives.
    pub value: Expr,
    /// Statements.
    pub body: Vec<Stmt>,
    /// Text of the case.
    pub span: Span,
}

/// One variable of a `global` or `persistent` statement.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The variable.
    pub ident: Ident,
    /// Its first value (Octave).
    pub init: Option<Expr>,
}

/// One argument of command syntax.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its text, without quotes.
    pub text: String,
    /// Where it is.
    pub span: Span,
}

/// What an assignment writes: a variable, or a part of it.
#[derive(Clone, Debug)]
pub struct LValue {
    /// The variable.
    pub base: Ident,
    /// The way to the part; empty for the whole variable.
    pub path: Vec<Access>,
    /// The indices are evaluated before the value that is assigned, because one of them sets a
    /// variable, the value does, or an index calls a function of the file. Elsewhere the order
    /// shows nowhere. Always false where the target is written.
    pub is_first: bool,
    /// Its text.
    pub span: Span,
}

/// One step into a value.
#[derive(Clone, Debug)]
pub struct Access {
    /// The step.
    pub kind: AccessKind,
    /// Text of the step alone.
    pub span: Span,
}

/// The kinds of step.
#[derive(Clone, Debug)]
pub enum AccessKind {
    /// `(i, j)`.
    Paren(Vec<Expr>),
    /// `{i, j}`.
    Brace(Vec<Expr>),
    /// `.name`.
    Field(Name),
    /// `.(name)`.
    DynField(Expr),
}

/// One expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its text, with its parentheses.
    pub span: Span,
    /// Pairs of parentheses around it: `(c{:})` is its first value only, and `(a(1))` no command.
    pub parens: u8,
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `1.5e3`.
    Number(f64),
    /// `2i`: the imaginary part.
    Imaginary(f64),
    /// `0x1F`, `0b101u8`: a literal of an integer class.
    Integer {
        /// Its value; for a signed class, the bits of it.
        value: u64,
        /// Width: 8, 16, 32 or 64.
        bits: u8,
        /// Of a class `intN`, not `uintN`.
        signed: bool,
    },
    /// `'..'` or `".."`, escapes already replaced; each `char` is one element.
    Str {
        /// The characters.
        value: String,
        /// The kind of quote.
        quote: Quote,
    },
    /// A variable, or a call without arguments.
    Ident(Ident),
    /// `:` as an argument.
    Colon,
    /// `end` in an index: of the innermost indexed *value* around it (a function call is none).
    End,
    /// `f(x)` or `c{i}`.
    Index {
        /// What is indexed or called.
        base: Box<Expr>,
        /// Arguments.
        args: Vec<Expr>,
        /// Which brackets.
        kind: IndexKind,
    },
    /// `s.name`.
    Field {
        /// The structure.
        base: Box<Expr>,
        /// The field.
        name: Name,
    },
    /// `s.(name)`.
    DynField {
        /// The structure.
        base: Box<Expr>,
        /// The field, as text.
        name: Box<Expr>,
    },
    /// `-a`, `+a`, `~a`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a'`, `a.'`.
    Postfix {
        /// The operator.
        op: PostfixOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// Octave's `(x = v)`, `(x += v)`, `++x` and `x++` inside of an expression.
    Assign {
        /// What is written.
        target: Box<LValue>,
        /// The operator before `=`.
        op: Option<BinaryOp>,
        /// The right side; 1 for a step.
        value: Box<Expr>,
        /// `x++`: the value is that from before.
        gives_old: bool,
    },
    /// `a + b`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a && b`.
    ShortCircuit {
        /// The operator.
        op: LogicalOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `start:step:stop`.
    Range {
        /// First value.
        start: Box<Expr>,
        /// Increment; 1 when absent.
        step: Option<Box<Expr>>,
        /// Bound.
        stop: Box<Expr>,
    },
    /// `[a b; c d]`: rows of elements; `[]` has no rows.
    Matrix(Vec<Vec<Expr>>),
    /// `{a b; c d}`.
    Cell(Vec<Vec<Expr>>),
    /// `@(x) x + a`.
    Anonymous(Arc<Anonymous>),
    /// `@name`, `@package.name`.
    Handle(Name),
}

/// An anonymous function.
#[derive(Clone, Debug)]
pub struct Anonymous {
    /// Parameters, without `varargin`.
    pub params: Vec<Param>,
    /// Where surplus arguments go.
    pub varargin: Option<Ident>,
    /// The value.
    pub body: Expr,
    /// Its variables: parameters and captures.
    pub scope: Scope,
    /// Variables copied from the scope around it when the function is made. A name that has a
    /// slot outside but no value there when the function is made names a function.
    pub captures: Vec<Capture>,
    /// Its source with Octave's spacing, `@(x) x + a`: what `func2str` and `disp` show.
    pub text: Arc<str>,
    /// Texts of the names.
    pub names: Arc<Interner>,
}

/// One variable that an anonymous function keeps.
#[derive(Clone, Copy, Debug)]
pub struct Capture {
    /// The read in the scope around it, with that scope's slot.
    pub outer: Ident,
    /// The slot inside.
    pub inner: Slot,
}

/// Kinds of quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// `'..'`: a char array, no escapes.
    Single,
    /// `".."`: escapes are replaced.
    Double,
}

/// Kinds of index brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexKind {
    /// `a(..)`.
    Paren,
    /// `a{..}`.
    Brace,
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `+a`.
    Plus,
    /// `-a`.
    Minus,
    /// `~a`, `!a`.
    Not,
}

/// Postfix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostfixOp {
    /// `a'`: complex conjugate transpose.
    CTranspose,
    /// `a.'`: transpose.
    Transpose,
}

/// Binary operators that evaluate both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `a + b`.
    Add,
    /// `a - b`.
    Sub,
    /// `a * b`.
    Mul,
    /// `a / b`.
    Div,
    /// `a \ b`.
    LeftDiv,
    /// `a ^ b`.
    Pow,
    /// `a .* b`.
    ElemMul,
    /// `a ./ b`.
    ElemDiv,
    /// `a .\ b`.
    ElemLeftDiv,
    /// `a .^ b`.
    ElemPow,
    /// `a < b`.
    Lt,
    /// `a <= b`.
    Le,
    /// `a == b`.
    Eq,
    /// `a ~= b`.
    Ne,
    /// `a >= b`.
    Ge,
    /// `a > b`.
    Gt,
    /// `a & b`.
    And,
    /// `a | b`.
    Or,
}

/// Binary operators that may leave out the right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogicalOp {
    /// `a && b`.
    And,
    /// `a || b`.
    Or,
}

impl UnaryOp {
    /// Its spelling.
    pub fn text(self) -> &'static str {
        match self {
            UnaryOp::Plus => "+",
            UnaryOp::Minus => "-",
            UnaryOp::Not => "!",
        }
    }
}

impl PostfixOp {
    /// Its spelling.
    pub fn text(self) -> &'static str {
        match self {
            PostfixOp::CTranspose => "'",
            PostfixOp::Transpose => ".'",
        }
    }
}

impl BinaryOp {
    /// Its spelling, as Octave shows it.
    pub fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::LeftDiv => "\\",
            BinaryOp::Pow => "^",
            BinaryOp::ElemMul => ".*",
            BinaryOp::ElemDiv => "./",
            BinaryOp::ElemLeftDiv => ".\\",
            BinaryOp::ElemPow => ".^",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Ge => ">=",
            BinaryOp::Gt => ">",
            BinaryOp::And => "&",
            BinaryOp::Or => "|",
        }
    }
}

impl LogicalOp {
    /// Its spelling.
    pub fn text(self) -> &'static str {
        match self {
            LogicalOp::And => "&&",
            LogicalOp::Or => "||",
        }
    }
}
