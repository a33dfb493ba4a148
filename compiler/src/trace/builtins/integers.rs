//! Bits of whole numbers, and division of integers.

use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{binary_host, convert_number};
use crate::trace::value::{Class, IntClass, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("bitand", (2, 2, 1), bitwise, "Bits that both operands have."),
    Builtin::nodes("bitor", (2, 2, 1), bitwise, "Bits that some operand has."),
    Builtin::nodes("bitxor", (2, 2, 1), bitwise, "Bits that just one operand has."),
    Builtin::nodes("bitshift", (2, 3, 1), bitwise, "Bits moved up, or down by negative counts."),
    Builtin::values("bitcmp", (1, 1, 1), complement, "The other bits."),
    Builtin::values("bitget", (2, 2, 1), bitwise, "One bit."),
    Builtin::values("bitset", (2, 3, 1), set_bit, "One bit set or cleared."),
    Builtin::nodes("idivide", (2, 3, 1), divide, "Quotient of integers, rounded as asked."),
];

/// Bits that a class holds without its sign.
fn width(class: Class) -> u32 {
    match class {
        Class::Int(int) => 128 - int.bounds().1.leading_zeros(),
        Class::Single => 24,
        Class::Double | Class::Logical | Class::Char => 53,
    }
}

fn mask(class: Class) -> i128 {
    (1i128 << width(class)) - 1
}

/// The whole number of an operand; integers of two classes do not go together. A `double` is
/// brought to the class beside it, or to `uint64`: rounded, and saturated.
fn whole(call: &Call<'_, '_>, number: Number, class: Class) -> Result<i128, ScriptError> {
    let name = call.builtin.name;
    let class = match (number, class) {
        (Number::Int(own, _), Class::Int(class)) if own != class => {
            let message = format!("{name}: invalid operand class");
            return Err(call.error("M104", message));
        }
        (Number::Int(_, value), _) => return Ok(value),
        (_, Class::Int(class)) => class,
        (_, _) => IntClass::Uint64,
    };
    match convert_number(number, Class::Int(class)) {
        Number::Int(_, value) => Ok(value),
        _ => Ok(0),
    }
}

fn number(class: Class, value: i128) -> Number {
    match class {
        Class::Int(int) => {
            let (low, high) = int.bounds();
            Number::Int(int, value.clamp(low, high))
        }
        Class::Logical => Number::Logical(value != 0),
        class => convert_number(Number::Double(value as f64), class),
    }
}

/// A function of two operands as a node of the Dag, if it can be recorded.
fn recorded(
    call: &mut Call<'_, '_>,
    record: impl FnOnce(
        &mut crate::trace::interpreter::Interpreter<'_>,
        (&Value, &Value),
    ) -> Result<Option<Value>, ScriptError>,
) -> Result<Option<Value>, ScriptError> {
    let Some((left, right)) = call.get(0).cloned().zip(call.get(1).cloned()) else {
        return Err(call.invalid());
    };
    let result = record(call.interpreter, (&left, &right))?;
    if result.is_none() && [left, right].iter().any(|value| matches!(value, Value::Lazy(_))) {
        let name = call.builtin.name;
        call.graph().computed_on_host(name);
    }
    Ok(result)
}

fn bitwise(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (name, span) = (call.builtin.name, call.span);
    if name != "bitget" && !one_size(&call.args) {
        let operands = if name == "bitshift" { "A and N" } else { "X and Y" };
        let message =
            format!("{name}: size of {operands} must match, or one operand must be a scalar");
        return Err(call.error("M103", message));
    }
    let result = match (name, call.args.len()) {
        ("bitand" | "bitor" | "bitxor", _) => {
            recorded(call, |interpreter, pair| interpreter.recorded_bits(name, pair, span))?
        }
        ("bitshift", 2) => {
            recorded(call, |interpreter, pair| interpreter.recorded_shift(pair, span))?
        }
        (_, _) => None,
    };
    if let Some(result) = result {
        return one(result);
    }
    let (left, right) = (call.array(0)?, call.array(1)?);
    let bits = match call.get(2) {
        Some(_) => call.number(2)?.max(0.0) as u32,
        None => 64,
    };
    let one_by_one = |a: Number, b: Number| {
        if name == "bitshift" {
            if b.to_f64().fract() != 0.0 {
                let message = "bitshift: K must be a scalar or array of integers";
                return Err(call.error("M113", message));
            }
            return Ok(shifted(a, b.to_f64(), bits));
        }
        if name == "bitget" {
            let class = a.class().combined(Class::Double);
            let value = whole(call, a, class)?;
            let bit = place(call, b.to_f64(), class)?;
            return Ok(Number::Logical(value >> bit & 1 != 0));
        }
        let class = match (a, b) {
            (Number::Logical(_), Number::Logical(_)) => Class::Logical,
            (_, _) => a.class().combined(b.class()),
        };
        let (x, y) = (whole(call, a, class)?, whole(call, b, class)?);
        Ok(number(
            class,
            match name {
                "bitand" => x & y,
                "bitor" => x | y,
                _ => x ^ y,
            },
        ))
    };
    binary_host(name, (&left, &right), one_by_one).and_then(one)
}

/// True for two operands of one size, or one of which is a scalar.
pub(super) fn one_size(args: &[Value]) -> bool {
    let [left, right, ..] = args else { return true };
    let (left, right) = (left.shape(), right.shape());
    left == right || left.is_scalar() || right.is_scalar()
}

/// Bits moved. An integer class keeps as many as it has, sign included, as a shift of the machine
/// does; a float keeps the `bits` of its fraction, and its sign stands apart.
fn shifted(a: Number, count: f64, bits: u32) -> Number {
    let count = count.clamp(-127.0, 127.0) as i32;
    let (left, right) = (count.max(0).unsigned_abs(), count.min(0).unsigned_abs());
    let kept = |own: u32| (1i128 << bits.min(own)) - 1;
    match a {
        Number::Int(class, value) => {
            let own = width(Class::Int(class));
            if left >= own {
                return Number::Int(class, 0);
            }
            let is_signed = class.bounds().0 < 0;
            let size = own + u32::from(is_signed);
            let moved = (value << left) >> right;
            let moved = if bits < size { moved & kept(size) } else { moved };
            // The lowest bits, and those above them as copies of the sign.
            let low = moved & ((1i128 << size) - 1);
            let is_negative = is_signed && low >> (size - 1) & 1 != 0;
            Number::Int(class, if is_negative { low - (1i128 << size) } else { low })
        }
        other => {
            let class = other.class().combined(Class::Double);
            let size = other.to_f64().abs().trunc().min(1.8e19) as i128;
            let moved = if left >= 64 { 0 } else { (size << left) >> right };
            let moved = (moved & kept(width(class))) as f64;
            let moved = if other.to_f64() < 0.0 { 0.0 - moved } else { moved };
            convert_number(Number::Double(moved), class)
        }
    }
}

/// A 1-based bit number, 0-based.
fn place(call: &Call<'_, '_>, bit: f64, class: Class) -> Result<u32, ScriptError> {
    let most = match class {
        Class::Int(int) if int.bounds().0 < 0 => width(class) + 1,
        class => width(class),
    };
    if bit >= 1.0 && bit.fract() == 0.0 && bit <= f64::from(most) {
        return Ok(bit as u32 - 1);
    }
    let name = call.builtin.name;
    Err(call.error("M113", format!("{name}: N must be in the range [1,{most}]")))
}

fn complement(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let array = call.array(0)?;
    let flip = |a: Number, _: Number| {
        let class = a.class().combined(Class::Double);
        let value = whole(call, a, class)?;
        let is_signed = matches!(class, Class::Int(int) if int.bounds().0 < 0);
        Ok(number(class, if is_signed { !value } else { value ^ mask(class) }))
    };
    binary_host("bitcmp", (&array, &Number::Double(0.0).to_array()), flip).and_then(one)
}

fn set_bit(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (array, bits) = (call.array(0)?, call.array(1)?);
    let values = if call.args.len() > 2 { call.array(2)? } else { Number::Double(1.0).to_array() };
    // Bits that are to be cleared get a minus.
    let signed = |bit: Number, value: Number| {
        let bit = bit.to_f64();
        Ok(Number::Double(if value.to_f64() == 0.0 { -bit } else { bit }))
    };
    let bits = binary_host("bitset", (&bits, &values), signed)?;
    let set = |a: Number, bit: Number| {
        let class = a.class().combined(Class::Double);
        let (is_set, bit) = (bit.to_f64() > 0.0, bit.to_f64().abs());
        let (value, bit) = (whole(call, a, class)?, place(call, bit, class)?);
        Ok(number(class, if is_set { value | 1 << bit } else { value & !(1 << bit) }))
    };
    binary_host("bitset", (&array, &bits), set).and_then(one)
}

fn divide(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let how = if call.args.len() > 2 { call.text(2)? } else { "fix".to_owned() };
    if !matches!(how.as_str(), "fix" | "floor" | "ceil" | "round") {
        return Err(call.error("M113", format!("idivide: unrecognized rounding type \"{how}\"")));
    }
    let span = call.span;
    let result =
        recorded(call, |interpreter, pair| interpreter.recorded_quotient(&how, pair, span))?;
    if let Some(result) = result {
        return one(result);
    }
    let (left, right) = (call.array(0)?, call.array(1)?);
    let quotient = |a: Number, b: Number| {
        let Class::Int(class) = a.class().combined(b.class()) else {
            let message = "idivide: at least one input (X or Y) must be an integer type";
            return Err(call.error("M104", message));
        };
        if let (Number::Int(x, _), Number::Int(y, _)) = (a, b)
            && x != y
        {
            let (a, b) = (x.name(), y.name());
            let message = format!("idivide: integer type mismatch.  Inputs are {a} and {b}");
            return Err(call.error("M104", message));
        }
        Ok(match (exact(a), exact(b)) {
            (Some(x), Some(y)) if y != 0 => saturated(class, rounded(x, y, &how)),
            (_, _) => {
                let quotient = a.to_f64() / b.to_f64();
                let value = match how.as_str() {
                    "fix" => quotient.trunc(),
                    "floor" => quotient.floor(),
                    "ceil" => quotient.ceil(),
                    _ => quotient.round(),
                };
                convert_number(Number::Double(value), Class::Int(class))
            }
        })
    };
    binary_host("quotient", (&left, &right), quotient).and_then(one)
}

fn exact(number: Number) -> Option<i128> {
    match number {
        Number::Int(_, value) => Some(value),
        other => {
            let value = other.to_f64();
            (value.fract() == 0.0 && value.abs() < 1e18).then_some(value as i128)
        }
    }
}

fn saturated(class: IntClass, value: i128) -> Number {
    let (low, high) = class.bounds();
    Number::Int(class, value.clamp(low, high))
}

/// `x / y` to a whole number; halves away from zero.
fn rounded(x: i128, y: i128, how: &str) -> i128 {
    let (down, left) = (x.div_euclid(y), x.rem_euclid(y));
    // `div_euclid` leaves a remainder from 0: it is the floor for positive divisors only.
    let floor = if y < 0 && left != 0 { down - 1 } else { down };
    match how {
        "fix" => x / y,
        "floor" => floor,
        "ceil" if left != 0 => floor + 1,
        "ceil" => floor,
        _ => {
            let (size, by) = (x.abs(), y.abs());
            let whole = (2 * size + by) / (2 * by);
            if (x < 0) == (y < 0) { whole } else { -whole }
        }
    }
}
