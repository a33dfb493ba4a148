//! Bit operations and whole quotients of lazy arrays.
//!
//! Integers of up to 32 bits are combined as words. A `double` counts as the integer from 0 to
//! 2^64 - 1 that is nearest, as in Octave: its two words are combined one by one. Shifts and
//! quotients are arithmetic in `double` that never rounds.

use preheat_format::OpId;

use crate::diagnostic::Span;
use crate::trace::error::ScriptError;
use crate::trace::graph::{Graph, GraphError};
use crate::trace::interpreter::operator::sized;
use crate::trace::interpreter::{Interpreter, convert_number};
use crate::trace::record::Operand;
use crate::trace::value::{Class, IntClass, Lazy, Number, Value};

/// 2^32: what the high word of a number counts.
const WORD: f64 = 4_294_967_296.0;
/// 2^64: the first number beyond two words.
const BEYOND: f64 = WORD * WORD;
/// Bits of the fraction of a `double`, the first one included.
const DOUBLE_BITS: i32 = 53;
/// Bits of the fraction of a `single`, the first one included.
const SINGLE_BITS: i32 = 24;
/// The largest number that Octave takes apart into bits, as it comes out of a shift.
const SHIFTED_MAX: f64 = 1.8e19;

/// Records element-wise operations for one place of the script.
struct Recorder<'g> {
    graph: &'g mut Graph,
    span: Span,
}

/// A number as an operand.
fn number(value: f64) -> Operand<'static> {
    Operand::Number(Number::Double(value))
}

impl Recorder<'_> {
    fn one(&mut self, op: &str, x: &Lazy) -> Result<Lazy, GraphError> {
        self.graph.apply(OpId::new(op), &[Operand::Lazy(x)], self.span)
    }

    fn two(&mut self, op: &str, x: Operand<'_>, y: Operand<'_>) -> Result<Lazy, GraphError> {
        self.graph.apply(OpId::new(op), &[x, y], self.span)
    }

    fn with(&mut self, op: &str, x: &Lazy, y: f64) -> Result<Lazy, GraphError> {
        self.two(op, Operand::Lazy(x), number(y))
    }

    fn cast(&mut self, x: &Lazy, class: Class) -> Result<Lazy, GraphError> {
        self.graph.cast(x, class, self.span)
    }

    fn choose(
        &mut self,
        condition: &Lazy,
        if_true: Operand<'_>,
        if_false: Operand<'_>,
    ) -> Result<Lazy, GraphError> {
        self.graph.select(Operand::Lazy(condition), if_true, if_false, self.span)
    }

    /// The nearest whole number from 0; undefined numbers are 0.
    fn whole(&mut self, x: &Lazy) -> Result<Lazy, GraphError> {
        let whole = self.one("round", x)?;
        self.with("max", &whole, 0.0)
    }

    /// High and low word of the nearest integer from 0 to 2^64 - 1.
    fn words(&mut self, x: &Lazy) -> Result<[Lazy; 2], GraphError> {
        let word = Class::Int(IntClass::Uint32);
        let x = self.cast(x, Class::Double)?;
        let whole = self.whole(&x)?;
        let high = self.with("mul", &whole, 1.0 / WORD)?;
        let high = self.one("floor", &high)?;
        let above = self.with("mul", &high, WORD)?;
        let low = self.two("sub", Operand::Lazy(&whole), Operand::Lazy(&above))?;
        let is_beyond = self.with("ge", &whole, BEYOND)?;
        let low = self.choose(&is_beyond, number(WORD - 1.0), Operand::Lazy(&low))?;
        Ok([self.cast(&high, word)?, self.cast(&low, word)?])
    }

    /// The bits of two numbers that are not of an integer class.
    fn of_floats(
        &mut self,
        op: OpId,
        class: Class,
        (x, y): (&Lazy, &Lazy),
    ) -> Result<Lazy, GraphError> {
        let word = Class::Int(IntClass::Uint32);
        let ([x_high, x_low], [y_high, y_low]) = (self.words(x)?, self.words(y)?);
        let mut joined = |x: &Lazy, y: &Lazy| {
            let operands = [Operand::Lazy(x), Operand::Lazy(y)];
            let bits = self.graph.apply_words(op, word, &operands, self.span)?;
            self.graph.cast(&bits, Class::Double, self.span)
        };
        let (high, low) = (joined(&x_high, &y_high)?, joined(&x_low, &y_low)?);
        let high = self.with("mul", &high, WORD)?;
        let sum = self.two("add", Operand::Lazy(&high), Operand::Lazy(&low))?;
        self.cast(&sum, class)
    }

    /// Bits of an integer moved up, those beyond its width lost, or down.
    fn shifted_integer(
        &mut self,
        x: &Lazy,
        class: IntClass,
        count: i32,
    ) -> Result<Lazy, GraphError> {
        let (low, high) = class.bounds();
        let is_signed = low < 0;
        let width = (i128::BITS - high.leading_zeros()) as i32;
        let size = width + i32::from(is_signed);
        // One form for all counts, which kernels must not depend on; no product rounds.
        let factor = if count >= width { 0.0 } else { 2f64.powi(count) };
        let wide = self.cast(x, Class::Double)?;
        let scaled = self.with("mul", &wide, factor)?;
        let whole = self.one("floor", &scaled)?;
        let mut moved = self.with("mod", &whole, 2f64.powi(size))?;
        if is_signed {
            let is_negative = self.with("ge", &moved, 2f64.powi(size - 1))?;
            let negative = self.with("sub", &moved, 2f64.powi(size))?;
            moved = self.choose(&is_negative, Operand::Lazy(&negative), Operand::Lazy(&moved))?;
        }
        self.cast(&moved, Class::Int(class))
    }

    /// Bits of a whole number moved; the sign stands apart.
    fn shifted_float(&mut self, x: &Lazy, count: i32) -> Result<Lazy, GraphError> {
        let (class, bits) = match x.class {
            Class::Single => (Class::Single, SINGLE_BITS),
            _ => (Class::Double, DOUBLE_BITS),
        };
        let wide = self.cast(x, Class::Double)?;
        let size = self.one("abs", &wide)?;
        let size = self.one("fix", &size)?;
        let size = self.with("min", &size, SHIFTED_MAX)?;
        let factor = if count >= 64 { 0.0 } else { 2f64.powi(count) };
        let moved = self.with("mul", &size, factor)?;
        let moved = self.one("floor", &moved)?;
        let moved = self.with("mod", &moved, 2f64.powi(bits))?;
        let is_negative = self.with("lt", &wide, 0.0)?;
        let negative = self.two("sub", number(0.0), Operand::Lazy(&moved))?;
        let moved = self.choose(&is_negative, Operand::Lazy(&negative), Operand::Lazy(&moved))?;
        self.cast(&moved, class)
    }

    fn size(&mut self, x: Operand<'_>) -> Result<Lazy, GraphError> {
        self.graph.apply(OpId::new("abs"), &[x], self.span)
    }

    /// `x / y` of whole numbers of up to 32 bits, rounded as `how` says, halves away from zero. A
    /// division by 0 keeps its infinity, which an integer class saturates.
    fn quotient(
        &mut self,
        how: &str,
        (x, y): (Operand<'_>, Operand<'_>),
    ) -> Result<Lazy, GraphError> {
        let by_zero = self.two("div", x, y)?;
        let is_zero = self.two("eq", y, number(0.0))?;
        let exact = match how {
            "ceil" => {
                let negative = self.two("sub", number(0.0), x)?;
                let rest = self.two("mod", Operand::Lazy(&negative), y)?;
                self.two("add", x, Operand::Lazy(&rest))?
            }
            "round" => {
                let (size, by) = (self.size(x)?, self.size(y)?);
                let twice = self.with("mul", &size, 2.0)?;
                let sum = self.two("add", Operand::Lazy(&twice), Operand::Lazy(&by))?;
                let by = self.with("mul", &by, 2.0)?;
                let rest = self.two("mod", Operand::Lazy(&sum), Operand::Lazy(&by))?;
                let exact = self.two("sub", Operand::Lazy(&sum), Operand::Lazy(&rest))?;
                let whole = self.two("div", Operand::Lazy(&exact), Operand::Lazy(&by))?;
                let whole = self.one("round", &whole)?;
                let sign = self.one("sign", &by_zero)?;
                let signed = self.two("mul", Operand::Lazy(&whole), Operand::Lazy(&sign))?;
                return self.choose(&is_zero, Operand::Lazy(&by_zero), Operand::Lazy(&signed));
            }
            how => {
                let rest = self.two(if how == "floor" { "mod" } else { "rem" }, x, y)?;
                self.two("sub", x, Operand::Lazy(&rest))?
            }
        };
        // A device may round a quotient that is whole to the number beside it.
        let whole = self.two("div", Operand::Lazy(&exact), y)?;
        let whole = self.one("round", &whole)?;
        self.choose(&is_zero, Operand::Lazy(&by_zero), Operand::Lazy(&whole))
    }
}

impl Interpreter<'_> {
    /// True if some value is a lazy array and all can be recorded.
    fn records(&self, values: &[&Value]) -> bool {
        let is_operand = |value: &&Value| {
            !value.is_complex() && (matches!(value, Value::Number(_)) || self.is_recordable(value))
        };
        values.iter().any(|value| matches!(value, Value::Lazy(_))) && values.iter().all(is_operand)
    }

    /// `bitand`, `bitor` or `bitxor` of which an operand is lazy, if it can be recorded.
    ///
    /// # Errors
    /// If sizes do not go together.
    pub(crate) fn recorded_bits(
        &mut self,
        name: &'static str,
        (left, right): (&Value, &Value),
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        // Numbers of 32 bits do not hold the words.
        if !self.records(&[left, right]) || self.graph.demotes() {
            return Ok(None);
        }
        let op = OpId::new(name);
        let (Some(a), Some(b)) = (left.class(), right.class()) else {
            return Ok(None);
        };
        let class = match (a, b) {
            (Class::Int(a), Class::Int(b)) if a != b => return Ok(None),
            (Class::Logical, Class::Logical) => Class::Logical,
            (a, b) => a.combined(b),
        };
        let failed = |error| sized(name, error).at(span);
        let result = match class {
            Class::Int(_) if self.graph.dtype_of(class).is_none() => return Ok(None),
            Class::Int(_) | Class::Logical => {
                let op = match (class, name) {
                    (Class::Logical, "bitand") => OpId::new("and"),
                    (Class::Logical, "bitor") => OpId::new("or"),
                    (Class::Logical, _) => OpId::new("xor"),
                    (_, _) => op,
                };
                let left = self.word_operand(left, class, span)?;
                let right = self.word_operand(right, class, span)?;
                let operands = [Operand::Lazy(&left), Operand::Lazy(&right)];
                self.graph.apply_words(op, class, &operands, span).map_err(failed)?
            }
            _ => {
                let left = self.word_operand(left, Class::Double, span)?;
                let right = self.word_operand(right, Class::Double, span)?;
                let mut recorder = Recorder { graph: self.graph, span };
                recorder.of_floats(op, class, (&left, &right)).map_err(failed)?
            }
        };
        Ok(Some(Value::Lazy(result)))
    }

    /// A value as a node of a class, rounded and saturated.
    fn word_operand(
        &mut self,
        value: &Value,
        class: Class,
        span: Span,
    ) -> Result<Lazy, ScriptError> {
        Ok(match value {
            Value::Number(number) => {
                self.graph.param(convert_number(*number, class), class, span)?
            }
            other => {
                let lazy = self.in_class(other.clone(), span)?;
                self.graph.cast(&lazy, class, span)?
            }
        })
    }

    /// `bitshift` of a lazy array by a number of bits, if it can be recorded.
    ///
    /// # Errors
    /// If the result cannot be recorded after all.
    pub(crate) fn recorded_shift(
        &mut self,
        (value, count): (&Value, &Value),
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        let (Value::Lazy(lazy), Value::Number(count)) = (value, count) else {
            return Ok(None);
        };
        let bits = count.to_f64();
        if !self.records(&[value]) || self.graph.demotes() || bits.fract() != 0.0 {
            return Ok(None);
        }
        // No class has more bits.
        let bits = bits.clamp(-127.0, 127.0) as i32;
        let mut recorder = Recorder { graph: self.graph, span };
        Ok(Some(Value::Lazy(match lazy.class {
            Class::Int(class) => recorder.shifted_integer(lazy, class, bits)?,
            _ => recorder.shifted_float(lazy, bits)?,
        })))
    }

    /// `idivide` of which an operand is lazy, if it can be recorded.
    ///
    /// # Errors
    /// If sizes do not go together.
    pub(crate) fn recorded_quotient(
        &mut self,
        how: &str,
        (left, right): (&Value, &Value),
        span: Span,
    ) -> Result<Option<Value>, ScriptError> {
        // Whether a `double` is whole is no question for kernels: the host divides by it.
        let is_whole = |value: &Value| matches!(value.class(), Some(Class::Int(_)));
        if !self.records(&[left, right]) || !is_whole(left) || !is_whole(right) {
            return Ok(None);
        }
        let class = match (left.class(), right.class()) {
            (Some(Class::Int(a)), Some(Class::Int(b))) if a != b => return Ok(None),
            (Some(class @ Class::Int(_)), _) | (_, Some(class @ Class::Int(_))) => class,
            (_, _) => return Ok(None),
        };
        if self.graph.dtype_of(class).is_none() {
            return Ok(None);
        }
        let (x, y) = (self.double_operand(left, span)?, self.double_operand(right, span)?);
        let mut recorder = Recorder { graph: self.graph, span };
        let result = recorder.quotient(how, (x.operand(), y.operand()));
        let result = result.map_err(|error| sized("quotient", error).at(span))?;
        Ok(Some(Value::Lazy(self.graph.cast(&result, class, span)?)))
    }
}
