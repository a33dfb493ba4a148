//! Random numbers: Philox4x32-10 by seed and block counter.

use preheat_format::OpId;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::RandomState;
use crate::trace::record::Operand;
use crate::trace::value::{Class, HostArray, Lazy, Number, StructArray, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("rand", (0, ANY, 1), random, "Uniform numbers between 0 and 1."),
    Builtin::nodes("randn", (0, ANY, 1), random, "Normal numbers of mean 0 and variance 1."),
    Builtin::nodes("randi", (1, ANY, 1), whole, "Uniform whole numbers."),
    Builtin::nodes("randperm", (1, 2, 1), permutation, "A random order of `1:n`."),
    Builtin::values("rng", (0, 2, 1), rng, "Sets the seed of random numbers."),
];

fn random(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.take_class().unwrap_or(Class::Double);
    if call.get(0).is_some_and(Value::is_char) {
        if call.args.len() > 1 {
            let seed = call.number(1)?;
            call.interpreter.random = RandomState { seed: seed.abs() as u64, block: 0 };
        }
        return Ok(Vec::new());
    }
    let shape = call.size_from(0)?;
    let name = call.builtin.name;
    one(draw(call, name, class, shape)?)
}

fn draw(
    call: &mut Call<'_, '_>,
    op: &'static str,
    class: Class,
    shape: Shape,
) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let class = if class == Class::Single { Class::Single } else { Class::Double };
    let source = call.interpreter.draw(class, shape.len());
    Ok(call.graph().random(OpId::new(op), class, shape, source, span)?)
}

fn whole(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.take_class().unwrap_or(Class::Double);
    let bounds = call.array(0)?.doubles();
    let (low, high) = match bounds.as_slice() {
        [high] => (1.0, *high),
        [low, high, ..] => (*low, *high),
        [] => return Err(call.invalid()),
    };
    if low > high || low.fract() != 0.0 || high.fract() != 0.0 {
        return Err(call.error("M113", "randi: require IMAX >= IMIN, both whole numbers"));
    }
    let shape = call.size_from(1)?;
    let span = call.span;
    let float = if class == Class::Single { Class::Single } else { Class::Double };
    let uniform = draw(call, "rand", float, shape)?;
    let number = |value: f64| Operand::Number(Number::Double(value));
    let width = number(high - low + 1.0);
    let scaled = call.graph().apply(OpId::new("mul"), &[Operand::Lazy(&uniform), width], span)?;
    let steps = call.graph().apply(OpId::new("floor"), &[Operand::Lazy(&scaled)], span)?;
    let result =
        call.graph().apply(OpId::new("add"), &[Operand::Lazy(&steps), number(low)], span)?;
    match class {
        Class::Int(_) => {
            let array = call.graph().read(&result)?;
            one(crate::trace::interpreter::collect_numbers(
                class,
                array.shape.clone(),
                array.numbers(),
            ))
        }
        _ => one(result),
    }
}

fn permutation(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let n = call.number(0)?.max(0.0) as u64;
    let count = if call.args.len() > 1 { call.number(1)?.max(0.0) as usize } else { n as usize };
    if count as u64 > n {
        return Err(call.error("M113", "randperm: arguments must satisfy 0 <= M <= N"));
    }
    let uniform = draw(call, "rand", Class::Double, Shape::matrix(1, n))?;
    let keys = call.graph().read(&uniform)?.doubles();
    let mut order: Vec<usize> = (0..n as usize).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    one(HostArray::row(order.into_iter().take(count).map(|index| index as f64 + 1.0).collect()))
}

fn rng(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let state = call.interpreter.random;
    let old = StructArray::single([
        ("Type".to_owned(), Value::from("philox")),
        ("Seed".to_owned(), Value::from(state.seed as f64)),
        ("State".to_owned(), Value::from(state.block as f64)),
    ]);
    match call.get(0) {
        None => {}
        Some(Value::Struct(saved)) => {
            let field = |name| match saved.field(name) {
                Some(Value::Number(number)) => number.to_f64() as u64,
                Some(_) | None => 0,
            };
            let restored = RandomState { seed: field("Seed"), block: field("State") };
            call.interpreter.random = restored;
        }
        Some(value) if value.is_char() => {
            let seed = match call.text(0)?.as_str() {
                "shuffle" => (call.interpreter.host.clock)().to_bits(),
                _ => 0,
            };
            call.interpreter.random = RandomState { seed, block: 0 };
        }
        Some(_) => {
            let seed = call.number(0)?.abs() as u64;
            call.interpreter.random = RandomState { seed, block: 0 };
        }
    }
    match call.nargout {
        0 => Ok(Vec::new()),
        _ => Ok(vec![Value::Struct(old)]),
    }
}
