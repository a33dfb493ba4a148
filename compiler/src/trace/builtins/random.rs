//! Random numbers: Philox4x32-10 by seed and block counter, made where they are used; or the
//! Mersenne twister on the host, where `rng(seed, 'twister')` asks for it.

use preheat_format::OpId;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::RandomState;
use crate::trace::record::Operand;
use crate::trace::twister::Twister;
use crate::trace::value::{Class, HostArray, HostData, IntClass, Lazy, Number, StructArray, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("rand", (0, ANY, 1), random, "Uniform numbers between 0 and 1."),
    Builtin::nodes("randn", (0, ANY, 1), random, "Normal numbers of mean 0 and variance 1."),
    Builtin::nodes("randi", (1, ANY, 1), whole, "Uniform whole numbers."),
    Builtin::nodes("randperm", (1, 2, 1), permutation, "A random order of `1:n`."),
    Builtin::values(
        "rng",
        (0, 2, 1),
        rng,
        "Seed and generator of random numbers, or a state that it gave before.",
    ),
];

fn random(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.take_class().unwrap_or(Class::Double);
    if call.get(0).is_some_and(Value::is_char) {
        if call.args.len() > 1 {
            let state = call.array(1)?.doubles();
            if state.len() == STATE_LEN {
                return resume(call, &state).map(|()| Vec::new());
            }
            let seed = state.first().copied().unwrap_or(0.0);
            start(call, seed.abs() as u64, None)?;
            return Ok(Vec::new());
        }
        return Ok(if call.nargout > 0 { vec![state(call)?] } else { Vec::new() });
    }
    let shape = call.size_from(0)?;
    let name = call.builtin.name;
    one(draw(call, name, class, shape)?)
}

/// Words of a state, as many as Octave's has.
const STATE_LEN: usize = 625;

/// `rand("seed")` and `rand("state")`: what brings the numbers that follow again.
fn state(call: &Call<'_, '_>) -> Result<Value, ScriptError> {
    let RandomState { seed, block } = call.interpreter.random;
    if call.text(0)? == "seed" {
        return Ok(Value::from(seed as f64));
    }
    let mut words: Vec<i64> = match &call.interpreter.twister {
        Some((_, twister)) => twister.save().into_iter().map(i64::from).collect(),
        None => [seed, seed >> 32, block, block >> 32].map(|word| i64::from(word as u32)).to_vec(),
    };
    words.resize(STATE_LEN, 0);
    let shape = Shape::matrix(STATE_LEN as u64, 1);
    Ok(HostArray::new(shape, HostData::Int(IntClass::Uint32, words)).into())
}

/// `rand("state", old)`, `old` of [`state`].
fn resume(call: &mut Call<'_, '_>, words: &[f64]) -> Result<(), ScriptError> {
    if let Some((seed, _)) = call.interpreter.twister {
        let words: Vec<u32> = words.iter().map(|word| *word as u32).collect();
        let twister = Twister::restore(&words);
        let twister = twister.ok_or_else(|| call.error("M113", "rand: this is no state"))?;
        call.interpreter.twister = Some((seed, twister));
        return Ok(());
    }
    let [low, high, block, block_high, ..] = words else { return Err(call.invalid()) };
    let joined = |low: f64, high: f64| low as u64 | (high as u64) << 32;
    call.interpreter.random =
        RandomState { seed: joined(*low, *high), block: joined(*block, *block_high) };
    Ok(())
}

fn draw(
    call: &mut Call<'_, '_>,
    op: &'static str,
    class: Class,
    shape: Shape,
) -> Result<Lazy, ScriptError> {
    let span = call.span;
    let class = if class == Class::Single { Class::Single } else { Class::Double };
    if let Some((_, twister)) = &mut call.interpreter.twister {
        let array = twisted(twister, op == "rand", class, shape);
        return Ok(call.graph().leaf(&array, span)?);
    }
    let source = call.interpreter.draw(class, shape.len());
    Ok(call.graph().random(OpId::new(op), class, shape, source, span)?)
}

/// Numbers of the twister, in the order of elements.
fn twisted(twister: &mut Twister, uniform: bool, class: Class, shape: Shape) -> HostArray {
    let mut next = || if uniform { twister.uniform() } else { twister.normal() };
    let count = 0..shape.len();
    // Rounding to 32 bits must not give 1.
    let most = if uniform { 1.0 - f32::EPSILON / 2.0 } else { f32::MAX };
    let data = match class {
        Class::Single => HostData::Single(count.map(|_| (next() as f32).min(most)).collect()),
        _ => HostData::Double(count.map(|_| next()).collect()),
    };
    HostArray::new(shape, data)
}

fn whole(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.take_class().unwrap_or(Class::Double);
    let bounds = call.array(0)?.doubles();
    let (low, high) = match bounds.as_slice() {
        [high] => (1.0, *high),
        [low, high, ..] => (*low, *high),
        [] => return Err(call.invalid()),
    };
    if low.fract() != 0.0 || high.fract() != 0.0 {
        return Err(call.error("M113", "randi: IMIN and IMAX must be integer bounds"));
    }
    if low > high {
        let message = match bounds.len() {
            1 => "randi: require IMAX >= 1",
            _ => "randi: require IMIN <= IMAX",
        };
        return Err(call.error("M113", message));
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

/// Settings as `rng` gives and takes them.
fn settings(call: &Call<'_, '_>) -> StructArray {
    let fields = match &call.interpreter.twister {
        Some((seed, twister)) => {
            let words = twister.save().into_iter().map(i64::from).collect::<Vec<i64>>();
            let shape = Shape::matrix(words.len() as u64, 1);
            let state = HostArray::new(shape, HostData::Int(IntClass::Uint32, words));
            (Value::from("twister"), f64::from(*seed), Value::from(state))
        }
        None => {
            let state = call.interpreter.random;
            (Value::from("philox"), state.seed as f64, Value::from(state.block as f64))
        }
    };
    StructArray::single([
        ("Type".to_owned(), fields.0),
        ("Seed".to_owned(), Value::from(fields.1)),
        ("State".to_owned(), fields.2),
    ])
}

fn restore(call: &mut Call<'_, '_>, saved: &StructArray) -> Result<(), ScriptError> {
    let kind = saved.field("Type").and_then(Value::to_text).unwrap_or_default();
    let (seed, state) = (saved.field("Seed").cloned(), saved.field("State").cloned());
    let (Some(seed), Some(state)) = (seed, state) else {
        return Err(call.error("M113", "rng: the structure has no Seed and State"));
    };
    let span = call.span;
    let seed = call.interpreter.host_array(&seed, span)?.first().unwrap_or(0.0);
    let state = call.interpreter.host_array(&state, span)?.doubles();
    if kind != "twister" {
        let block = state.first().copied().unwrap_or(0.0) as u64;
        call.interpreter.random = RandomState { seed: seed as u64, block };
        call.interpreter.twister = None;
        return Ok(());
    }
    let words: Vec<u32> = state.into_iter().map(|word| word as u32).collect();
    let Some(twister) = Twister::restore(&words) else {
        return Err(call.error("M113", "rng: the State is not one of the twister"));
    };
    call.interpreter.twister = Some((seed as u32, twister));
    Ok(())
}

/// Starts a generator; without a name the one that is in use.
fn start(call: &mut Call<'_, '_>, seed: u64, kind: Option<&str>) -> Result<(), ScriptError> {
    let twists = match kind {
        None => call.interpreter.twister.is_some(),
        Some("twister") => true,
        Some("philox") => false,
        Some(other) => {
            let message = format!("rng: generator '{other}' is not supported");
            return Err(call
                .error("M113", message)
                .hint("'philox' (the default) and 'twister' are"));
        }
    };
    call.interpreter.random = RandomState { seed, block: 0 };
    let seed = seed as u32;
    call.interpreter.twister = twists.then(|| (seed, Twister::new(seed)));
    Ok(())
}

fn rng(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let old = settings(call);
    let kind = if call.args.len() > 1 { Some(call.text(1)?) } else { None };
    match call.get(0).cloned() {
        None => {}
        Some(Value::Struct(saved)) => restore(call, &saved)?,
        Some(value) if value.is_char() => match call.text(0)?.as_str() {
            "default" => start(call, 0, Some("philox"))?,
            "shuffle" => {
                let seed = (call.interpreter.host.clock)().to_bits();
                start(call, seed ^ seed >> 32, kind.as_deref())?;
            }
            name @ ("philox" | "twister") => start(call, 0, Some(name))?,
            other => {
                let message = format!("rng: '{other}' is no seed, 'default' or 'shuffle'");
                return Err(call.error("M113", message));
            }
        },
        Some(_) => {
            let seed = call.number(0)?;
            if seed.is_nan() || seed < 0.0 || seed.fract() != 0.0 {
                return Err(call.error("M113", "rng: SEED must be a whole number from 0"));
            }
            start(call, seed as u64, kind.as_deref())?;
        }
    }
    match call.nargout {
        0 => Ok(Vec::new()),
        _ => Ok(vec![Value::Struct(old)]),
    }
}
