//! Runs compiled code.

use crate::trace::error::ScriptError;
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::bytecode::Code;
use crate::trace::interpreter::bytecode::op::{Class, Domain, Map2, Op, Reg};
use crate::trace::interpreter::bytecode::places::{
    Kind, element, element2, extent, of_kind, real, set_element, set_element2,
};
use crate::trace::interpreter::loops::{Columns, Iteration};
use crate::trace::interpreter::statement::Flow;
use crate::trace::value::{Number, Value};

/// The registers.
pub(super) struct Regs {
    values: [f64; Reg::COUNT],
    /// Classes, where an instruction said so.
    kinds: [Kind; Reg::COUNT],
}

/// A running loop.
pub(super) struct Running {
    /// What a `for` runs over.
    pub(super) columns: Columns,
    pub(super) count: u64,
    /// The next column.
    pub(super) next: u64,
    /// Nodes recorded before the iteration.
    pub(super) recorded: u64,
    /// What the iteration started with.
    pub(super) iteration: Option<Iteration>,
    /// The interpreter's count of walked instructions then.
    pub(super) walked: u64,
}

/// Where the run goes on.
pub(super) enum Next {
    /// At the next instruction.
    Op,
    /// Elsewhere.
    At(u32),
    /// At the piece's fallback.
    Fallback,
    /// Nowhere: the code ends.
    Leave(Flow),
}

impl Regs {
    fn new() -> Regs {
        Regs { values: [0.0; Reg::COUNT], kinds: [Kind::Double; Reg::COUNT] }
    }

    #[inline(always)]
    pub(super) fn get(&self, reg: Reg) -> f64 {
        self.values[reg.index()]
    }

    #[inline(always)]
    fn set(&mut self, reg: Reg, value: f64) -> bool {
        self.values[reg.index()] = value;
        true
    }

    #[inline(always)]
    fn put(&mut self, reg: Reg, value: Option<f64>) -> bool {
        match value {
            Some(value) => self.set(reg, value),
            None => false,
        }
    }

    #[inline(always)]
    fn join(
        &mut self,
        dst: Reg,
        (a, b): (Reg, Reg),
        function: Map2,
        by: impl FnOnce(Map2, f64, f64) -> f64,
    ) -> bool {
        self.set(dst, by(function, self.get(a), self.get(b)))
    }

    /// Whether a jump is taken that `a < b` prevents.
    #[inline(always)]
    fn less(&self, a: Reg, b: Reg) -> Outcome {
        if self.get(a) < self.get(b) { Outcome::Stay } else { Outcome::Jump }
    }

    /// Whether a jump is taken that `a <= b` prevents.
    #[inline(always)]
    fn at_most(&self, a: Reg, b: Reg) -> Outcome {
        if self.get(a) <= self.get(b) { Outcome::Stay } else { Outcome::Jump }
    }

    /// Whether a jump is taken that wants a truth.
    #[inline(always)]
    fn decide(&self, reg: Reg, when: bool) -> Outcome {
        let value = self.get(reg);
        match (value.is_nan(), (value != 0.0) == when) {
            (true, _) => Outcome::Neither,
            (false, true) => Outcome::Jump,
            (false, false) => Outcome::Stay,
        }
    }

    #[inline(always)]
    fn truth(&mut self, reg: Reg, value: bool) -> bool {
        self.set(reg, f64::from(u8::from(value)))
    }

    /// A number that was read, if it is of the class that is asked for.
    #[inline(always)]
    fn take(&mut self, reg: Reg, class: Class, found: Option<(f64, Kind)>) -> bool {
        let Some((value, kind)) = found else { return false };
        self.values[reg.index()] = value;
        self.kinds[reg.index()] = kind;
        class != Class::Double || kind == Kind::Double
    }

    /// A register as a number of its class.
    pub(super) fn number(&self, reg: Reg, class: Class) -> Number {
        let (value, kind) = self.known(reg, class);
        of_kind(value, kind)
    }

    /// A register with its class.
    #[inline(always)]
    pub(super) fn known(&self, reg: Reg, class: Class) -> (f64, Kind) {
        let kind = match class {
            Class::Double => Kind::Double,
            Class::Logical => Kind::Logical,
            Class::Known | Class::Any => self.kinds[reg.index()],
        };
        (self.get(reg), kind)
    }
}

/// The variable of a slot, if its frame holds it.
#[inline(always)]
fn held(slots: &[Option<Value>], slot: u32) -> Option<&Value> {
    slots.get(slot as usize)?.as_ref()
}

#[inline(always)]
fn held_mut(slots: &mut [Option<Value>], slot: u32) -> Option<&mut Value> {
    slots.get_mut(slot as usize)?.as_mut()
}

impl Interpreter<'_> {
    /// Runs code in the running frame.
    ///
    /// # Errors
    /// Those of the statements that it walks.
    pub(super) fn run_code(&mut self, code: &Code) -> Result<Flow, ScriptError> {
        if self.frame.slots.len() < code.slot_count {
            self.frame.slots.resize(code.slot_count, None);
        }
        let base = self.stack.len();
        let result = self.execute(code);
        if result.is_err() {
            self.stack.truncate(base);
        }
        result
    }

    /// One `match` over everything that is frequent: the dispatch is what scalar code waits for.
    fn execute(&mut self, code: &Code) -> Result<Flow, ScriptError> {
        let mut regs = Regs::new();
        let mut loops: Vec<Running> = Vec::new();
        let mut pc = 0;
        while let Some(op) = code.ops.get(pc) {
            let slots = &mut self.frame.slots;
            pc += 1;
            let is_done = match *op {
                Op::Const { dst, value } => regs.set(dst, value),
                Op::Load { dst, class, slot } => regs.take(dst, class, self.number(slot)),
                Op::Element { dst, class, index, slot } => {
                    regs.take(dst, class, element(held(slots, slot), regs.get(index)))
                }
                Op::ElementAt { dst, class, index, slot } => {
                    regs.take(dst, class, self.element_at(slot, index))
                }
                Op::Element2 { dst, class, row, column, slot } => {
                    let (row, column) = (regs.get(row), regs.get(column));
                    regs.take(dst, class, element2(held(slots, slot), row, column))
                }
                Op::AddSlot { dst, a, slot } => regs.put(dst, self.after(slot, regs.get(a), add)),
                Op::SubSlot { dst, a, slot } => regs.put(dst, self.after(slot, regs.get(a), sub)),
                Op::MulSlot { dst, a, slot } => regs.put(dst, self.after(slot, regs.get(a), mul)),
                Op::Size { dst, extent: of, slot } => regs.put(dst, extent(held(slots, slot), of)),
                Op::Add { dst, a, b } => regs.set(dst, regs.get(a) + regs.get(b)),
                Op::Sub { dst, a, b } => regs.set(dst, regs.get(a) - regs.get(b)),
                Op::Mul { dst, a, b } => regs.set(dst, regs.get(a) * regs.get(b)),
                Op::Div { dst, a, b } => regs.set(dst, regs.get(a) / regs.get(b)),
                Op::AddConst { dst, a, value } => regs.set(dst, regs.get(a) + value),
                Op::MulConst { dst, a, value } => regs.set(dst, regs.get(a) * value),
                Op::DivConst { dst, a, value } => regs.set(dst, regs.get(a) / value),
                Op::Lt { dst, a, b } => regs.truth(dst, regs.get(a) < regs.get(b)),
                Op::Le { dst, a, b } => regs.truth(dst, regs.get(a) <= regs.get(b)),
                Op::Eq { dst, a, b } => regs.truth(dst, regs.get(a) == regs.get(b)),
                Op::Ne { dst, a, b } => regs.truth(dst, regs.get(a) != regs.get(b)),
                Op::Neg { dst, a } => regs.set(dst, -regs.get(a)),
                Op::Simple { dst, a, function } => regs.set(dst, function(regs.get(a))),
                Op::Map2 { dst, a, b, function } => regs.join(dst, (a, b), function, apply),
                Op::Remainder { dst, a, b, function } => {
                    regs.join(dst, (a, b), function, remainder)
                }
                Op::Store { src, class, slot } => self.put(slot, regs.known(src, class)),
                Op::StoreElement { src, class, index, slot } => {
                    set_element(held_mut(slots, slot), regs.get(index), regs.known(src, class))
                }
                Op::StoreElement2 { src, class, row, column, slot } => {
                    let at = (regs.get(row), regs.get(column));
                    set_element2(held_mut(slots, slot), at, regs.known(src, class))
                }
                Op::Jump { to } => jump(&mut pc, to, true),
                Op::UnlessLt { a, b, to } => regs.less(a, b).leads(&mut pc, to),
                Op::UnlessLe { a, b, to } => regs.at_most(a, b).leads(&mut pc, to),
                Op::UnlessEq { a, b, to } => jump(&mut pc, to, regs.get(a) != regs.get(b)),
                Op::JumpIf { src, when, to } => regs.decide(src, when).leads(&mut pc, to),
                Op::Unset { slot } => held(slots, slot).is_none() && !self.is_linked(slot),
                Op::ForNext { at, body } if self.next_number(&mut loops, code, at) => {
                    jump(&mut pc, body, true)
                }
                _ => match self.rest(code, op, &mut regs, &mut loops)? {
                    Next::Leave(flow) => return Ok(flow),
                    next => next.leads(&mut pc),
                },
            };
            if !is_done {
                pc = self.fall_back(code, pc - 1);
            }
        }
        Ok(Flow::Next)
    }

    /// Where the tree walk takes over from an instruction, its operands dropped.
    fn fall_back(&mut self, code: &Code, at: usize) -> usize {
        let (fallback, pushed) = code.fallback(at);
        self.stack.truncate(self.stack.len().saturating_sub(pushed));
        fallback
    }

    /// The instructions that are rarer.
    fn rest(
        &mut self,
        code: &Code,
        op: &Op,
        regs: &mut Regs,
        loops: &mut Vec<Running>,
    ) -> Result<Next, ScriptError> {
        let slots = &self.frame.slots;
        let is_done = match *op {
            Op::Char { dst, value } => {
                let found = Some((f64::from(u32::from(value)), Kind::Char));
                regs.take(dst, Class::Known, found)
            }
            Op::ArgCount { dst } => regs.set(dst, self.frame.nargin as f64),
            Op::IsSet { slot } => held(slots, slot).is_some(),
            Op::Pow { dst, a, b } => regs.put(dst, power(regs.get(a), regs.get(b))),
            Op::And { dst, a, b } => {
                let (a, b) = (regs.get(a), regs.get(b));
                regs.truth(dst, a != 0.0 && b != 0.0) && !a.is_nan() && !b.is_nan()
            }
            Op::Or { dst, a, b } => {
                let (a, b) = (regs.get(a), regs.get(b));
                regs.truth(dst, a != 0.0 || b != 0.0) && !a.is_nan() && !b.is_nan()
            }
            Op::Not { dst, a } => {
                let a = regs.get(a);
                regs.truth(dst, a == 0.0) && !a.is_nan()
            }
            Op::Within { a, domain } => domain.holds(regs.get(a)),
            Op::Map1 { dst, a, function } => {
                let mut result = [0.0];
                function(&[regs.get(a)], &mut result);
                regs.set(dst, result[0])
            }
            Op::Test1 { dst, a, function } => {
                let mut result = [0];
                function(&[regs.get(a)], &mut result);
                regs.truth(dst, result[0] != 0)
            }
            _ => return self.control(code, *op, regs, loops),
        };
        Ok(if is_done { Next::Op } else { Next::Fallback })
    }

    /// The number in a variable.
    #[inline(always)]
    fn number(&self, slot: u32) -> Option<(f64, Kind)> {
        match held(&self.frame.slots, slot) {
            Some(Value::Number(Number::Double(value))) => Some((*value, Kind::Double)),
            _ => self.number_in(slot),
        }
    }

    /// A number and that of a variable, joined.
    #[inline(always)]
    fn after(&self, slot: u32, a: f64, join: impl FnOnce(f64, f64) -> f64) -> Option<f64> {
        Some(join(a, self.number(slot)?.0))
    }

    /// An element by the number in a variable.
    #[inline(always)]
    fn element_at(&self, slot: u32, index: u32) -> Option<(f64, Kind)> {
        let slots = &self.frame.slots;
        match held(slots, index) {
            Some(Value::Number(Number::Double(index))) => element(held(slots, slot), *index),
            _ => None,
        }
    }

    /// True if a variable has a value in a cell that several frames see.
    #[inline(always)]
    fn is_linked(&self, slot: u32) -> bool {
        !self.frame.links.is_empty() && self.is_set(crate::syntax::ast::Slot(slot))
    }

    /// The number in a variable, of one that is linked too.
    fn number_in(&self, slot: u32) -> Option<(f64, Kind)> {
        let index = slot as usize;
        match self.frame.slots.get(index)? {
            Some(Value::Number(number)) => real(*number),
            Some(_) => None,
            None => match &*self.frame.links.get(index)?.as_ref()?.borrow() {
                Some(Value::Number(number)) => real(*number),
                Some(_) | None => None,
            },
        }
    }

    /// Writes a number to a variable.
    #[inline(always)]
    fn put(&mut self, slot: u32, (value, kind): (f64, Kind)) -> bool {
        if self.frame.links.is_empty() {
            let place = self.frame.slots.get_mut(slot as usize);
            if let (Some(Some(Value::Number(Number::Double(place)))), Kind::Double) = (place, kind)
            {
                *place = value;
                return true;
            }
            let number = of_kind(value, kind);
            match self.frame.slots.get_mut(slot as usize) {
                Some(Some(Value::Number(place))) => *place = number,
                Some(place) => *place = Some(Value::Number(number)),
                None => return false,
            }
            return true;
        }
        let slot = crate::syntax::ast::Slot(slot);
        self.store(slot, Value::Number(of_kind(value, kind)));
        true
    }

    /// The next number of a range, if nothing was recorded meanwhile.
    #[inline(always)]
    fn next_number(&mut self, loops: &mut [Running], code: &Code, at: u32) -> bool {
        let (Some(running), Some(own)) = (loops.last_mut(), code.loops.get(at as usize)) else {
            return false;
        };
        let Columns::Range(range) = &running.columns else {
            return false;
        };
        let is_settled =
            running.recorded == self.graph.recorded_count && running.walked == self.walked;
        if running.next >= running.count || !is_settled || running.iteration.is_none() {
            return false;
        }
        let value = range.at(running.next);
        running.next += 1;
        self.put(own.slot.0, (value, Kind::Double))
    }
}

impl Next {
    /// Moves the position; false at a failure.
    fn leads(self, pc: &mut usize) -> bool {
        match self {
            Next::At(to) => jump(pc, to, true),
            Next::Op => true,
            Next::Fallback | Next::Leave(_) => false,
        }
    }
}

/// The outcome of a test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Jump,
    Stay,
    /// NaN is neither true nor false.
    Neither,
}

impl Outcome {
    #[inline(always)]
    fn leads(self, pc: &mut usize, to: u32) -> bool {
        self != Outcome::Neither && jump(pc, to, self == Outcome::Jump)
    }
}

fn add(a: f64, b: f64) -> f64 {
    a + b
}

fn sub(a: f64, b: f64) -> f64 {
    a - b
}

fn mul(a: f64, b: f64) -> f64 {
    a * b
}

/// `mod` and `rem` of small whole numbers that are not negative are the same.
#[inline(always)]
fn remainder(function: Map2, a: f64, b: f64) -> f64 {
    let (x, y) = (a as u32, b as u32);
    let is_whole = f64::from(x) == a && f64::from(y) == b && y > 0 && a.is_sign_positive();
    if is_whole { f64::from(x % y) } else { apply(function, a, b) }
}

/// A function of the table of two numbers.
#[inline(always)]
fn apply(function: Map2, a: f64, b: f64) -> f64 {
    let mut result = [0.0];
    function(&[a], &[b], &mut result);
    result[0]
}

#[inline(always)]
fn jump(pc: &mut usize, to: u32, is_taken: bool) -> bool {
    if is_taken {
        *pc = to as usize;
    }
    true
}

/// `a ^ b`, if it is real.
fn power(a: f64, b: f64) -> Option<f64> {
    let is_complex = a < 0.0 && b.fract() != 0.0 && b.is_finite();
    (!is_complex).then(|| crate::trace::interpreter::arith::power(a, b))
}

impl Domain {
    fn holds(self, value: f64) -> bool {
        !match self {
            Domain::Negative => value < 0.0,
            Domain::BelowMinusOne => value < -1.0,
            Domain::BelowOne => value < 1.0,
            Domain::BeyondOne => value.abs() > 1.0,
        }
    }
}

impl Code {
    /// Where a failed instruction goes on, and how many values its piece has pushed.
    fn fallback(&self, pc: usize) -> (usize, usize) {
        let after = self.pieces.partition_point(|piece| piece.start as usize <= pc);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some(piece) if pc < piece.end as usize => {
                let done = self.ops.get(piece.start as usize..pc).unwrap_or_default();
                (piece.fallback as usize, done.iter().filter(|op| op.is_push()).count())
            }
            Some(_) | None => (self.ops.len(), 0),
        }
    }
}
