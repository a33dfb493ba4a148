//! Instructions of compiled scalar code.
//!
//! Registers hold real numbers. An instruction that meets anything else fails its *piece*: the run
//! goes on at the piece's fallback, which walks the tree from the piece's start. So no instruction
//! between the start of a piece and its last possible failure has an effect.

use crate::trace::interpreter::bytecode::places::Extent;

/// A register; [`Reg::COUNT`] of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reg(pub(super) u8);

impl Reg {
    /// How many there are; a power of two.
    pub(super) const COUNT: usize = 16;

    /// Position in the register file.
    pub(super) fn index(self) -> usize {
        usize::from(self.0) & (Reg::COUNT - 1)
    }
}

/// Where a register's number comes from, or goes to, as far as its class matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `double`.
    Double,
    /// `logical`.
    Logical,
    /// `double`, `logical` or `char`, and the register knows which.
    Known,
    /// One of the three; the register does not know which.
    Any,
}

/// A function of the operation table in `f64`.
pub(super) type Map1 = fn(&[f64], &mut [f64]);
/// The same of two numbers.
pub(super) type Map2 = fn(&[f64], &[f64], &mut [f64]);
/// A test of the operation table.
pub(super) type Test1 = fn(&[f64], &mut [u32]);

/// Arguments for which a function of reals has a complex result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Domain {
    /// Below 0.
    Negative,
    /// Below -1.
    BelowMinusOne,
    /// Below 1.
    BelowOne,
    /// Beyond 1 in absolute value.
    BeyondOne,
}

/// One instruction. Positions in the code are `u32`, variables are slots of the running frame.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    /// `dst = value`.
    Const { dst: Reg, value: f64 },
    /// A character.
    Char { dst: Reg, value: char },
    /// A variable that is one number.
    Load { dst: Reg, class: Class, slot: u32 },
    /// `nargin`.
    ArgCount { dst: Reg },
    /// Fails if a variable has a value: the name means a function only without.
    Unset { slot: u32 },
    /// Fails if a variable has no value.
    IsSet { slot: u32 },
    /// An element of a host array or range.
    Element { dst: Reg, class: Class, index: Reg, slot: u32 },
    /// The same by row and column.
    Element2 { dst: Reg, class: Class, row: Reg, column: Reg, slot: u32 },
    /// An element by a variable.
    ElementAt { dst: Reg, class: Class, index: u32, slot: u32 },
    /// What a variable's shape says.
    Size { dst: Reg, extent: Extent, slot: u32 },
    /// `a + b`.
    Add { dst: Reg, a: Reg, b: Reg },
    /// `a - b`.
    Sub { dst: Reg, a: Reg, b: Reg },
    /// `a * b`.
    Mul { dst: Reg, a: Reg, b: Reg },
    /// `a / b`.
    Div { dst: Reg, a: Reg, b: Reg },
    /// `a + variable`.
    AddSlot { dst: Reg, a: Reg, slot: u32 },
    /// `a - variable`.
    SubSlot { dst: Reg, a: Reg, slot: u32 },
    /// `a * variable`.
    MulSlot { dst: Reg, a: Reg, slot: u32 },
    /// `a + value`; `a - b` too, with the value negated.
    AddConst { dst: Reg, a: Reg, value: f64 },
    /// `a * value`.
    MulConst { dst: Reg, a: Reg, value: f64 },
    /// `a / value`.
    DivConst { dst: Reg, a: Reg, value: f64 },
    /// `a ^ b`; fails where that is complex.
    Pow { dst: Reg, a: Reg, b: Reg },
    /// `a < b`.
    Lt { dst: Reg, a: Reg, b: Reg },
    /// `a <= b`.
    Le { dst: Reg, a: Reg, b: Reg },
    /// `a == b`.
    Eq { dst: Reg, a: Reg, b: Reg },
    /// `a ~= b`.
    Ne { dst: Reg, a: Reg, b: Reg },
    /// `a & b`; fails for NaN.
    And { dst: Reg, a: Reg, b: Reg },
    /// `a | b`; fails for NaN.
    Or { dst: Reg, a: Reg, b: Reg },
    /// `-a`.
    Neg { dst: Reg, a: Reg },
    /// `~a`; fails for NaN.
    Not { dst: Reg, a: Reg },
    /// Fails where a function has a complex result.
    Within { a: Reg, domain: Domain },
    /// A simple function.
    Simple { dst: Reg, a: Reg, function: fn(f64) -> f64 },
    /// A function of the operation table.
    Map1 { dst: Reg, a: Reg, function: Map1 },
    /// The same of two numbers.
    Map2 { dst: Reg, a: Reg, b: Reg, function: Map2 },
    /// `mod` or `rem`: quick for small whole numbers, else by the operation table.
    Remainder { dst: Reg, a: Reg, b: Reg, function: Map2 },
    /// A test of the operation table.
    Test1 { dst: Reg, a: Reg, function: Test1 },
    /// `variable = src`.
    Store { src: Reg, class: Class, slot: u32 },
    /// `variable(index) = src`, in place; one past the end of a vector grows it.
    StoreElement { src: Reg, class: Class, index: Reg, slot: u32 },
    /// `variable(row, column) = src`, in place.
    StoreElement2 { src: Reg, class: Class, row: Reg, column: Reg, slot: u32 },
    /// Goes on elsewhere.
    Jump { to: u32 },
    /// Goes on elsewhere if the truth of `src` is `when`; fails for NaN.
    JumpIf { src: Reg, when: bool, to: u32 },
    /// Goes on elsewhere unless `a < b`.
    UnlessLt { a: Reg, b: Reg, to: u32 },
    /// Goes on elsewhere unless `a <= b`.
    UnlessLe { a: Reg, b: Reg, to: u32 },
    /// Goes on elsewhere unless `a == b`.
    UnlessEq { a: Reg, b: Reg, to: u32 },
    /// Pushes a register on the stack of values.
    Push { src: Reg, class: Class },
    /// Pushes a variable's value; takes it out of the variable if `last`.
    PushVariable { slot: u32, last: bool },
    /// Pushes a text of the code.
    PushText { text: u32 },
    /// Pushes the value of an expression, found by walking the tree.
    PushTree { expr: u32 },
    /// Calls a function of a file with the topmost values; its result goes to a variable.
    Call { site: u32, slot: u32 },
    /// Calls the function that a variable holds. Fails if it holds none.
    CallHandle { site: u32, function: u32, slot: u32 },
    /// `variable = [variable, ..]` with the topmost values.
    Append { site: u32, slot: u32 },
    /// Walks a statement; `around` is the loop that it may leave, or [`NO_LOOP`].
    Statement { stmt: u32, around: u32 },
    /// Walks a condition; goes on elsewhere if it does not hold.
    Condition { expr: u32, otherwise: u32 },
    /// Walks an operand of `&&` or `||`; goes on elsewhere if its truth is `when`.
    Operand { expr: u32, to: u32, when: bool },
    /// Walks an expression; its value goes to a variable.
    Evaluate { expr: u32, slot: u32 },
    /// Walks the expression of an anonymous function; its values are the results.
    Results { expr: u32 },
    /// Chooses a case.
    Switch { table: u32 },
    /// Starts a `for` over a range.
    ForRange { at: u32, start: Reg, step: Reg, stop: Reg },
    /// Starts a `for` over the value of an expression.
    ForValues { at: u32, expr: u32 },
    /// The next iteration of a `for`, whose body starts at `body`, or the end of it.
    ForNext { at: u32, body: u32 },
    /// Starts a `while` or `do`.
    Loop { at: u32 },
    /// Starts an iteration of it.
    Iteration { at: u32 },
    /// Ends an iteration of it.
    IterationEnd,
    /// Ends a loop.
    LoopEnd,
    /// Leaves the code.
    Return,
    /// Leaves the code at its end.
    End,
}

impl Op {
    /// True if it leaves a value on the stack.
    pub(super) fn is_push(&self) -> bool {
        matches!(
            self,
            Op::Push { .. } | Op::PushVariable { .. } | Op::PushText { .. } | Op::PushTree { .. }
        )
    }

    /// Shows every position that the instruction may jump to.
    pub(super) fn each_target(&mut self, show: &mut dyn FnMut(&mut u32)) {
        match self {
            Op::Jump { to }
            | Op::JumpIf { to, .. }
            | Op::UnlessLt { to, .. }
            | Op::UnlessLe { to, .. }
            | Op::UnlessEq { to, .. }
            | Op::Operand { to, .. }
            | Op::ForNext { body: to, .. }
            | Op::Condition { otherwise: to, .. } => show(to),
            _ => {}
        }
    }
}

/// No loop of the code is around a statement.
pub(super) const NO_LOOP: u32 = u32::MAX;
