//! Differences, order statistics and tables: on the host, differences recorded.

use preheat_format::OpId;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::search::{compare, sorted_along};
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{Complex, Site, Subscript, collect_numbers, convert_number};
use crate::trace::interpreter::{PLACE_BYTES, has_room, narrow, to_complex};
use crate::trace::record::Operand;
use crate::trace::value::{Class, Float, HostArray, HostData, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("diff", (1, 3, 1), diff, "Differences of neighbours."),
    Builtin::values("mode", (1, 2, 1), mode, "Most frequent element."),
    Builtin::values("accumarray", (2, 6, 1), accumulate, "Sums of values by index."),
    Builtin::values("polyval", (2, 2, 1), polyval, "Value of a polynomial."),
    Builtin::nodes("trapz", (1, 3, 1), trapezoid, "Integral by trapezoids."),
    Builtin::values("factorial", (1, 1, 1), factorial, "Factorial."),
    Builtin::values("nchoosek", (2, 2, 1), choose, "Binomial coefficient."),
    Builtin::values("gcd", (2, ANY, 1), divisor, "Greatest common divisor."),
    Builtin::values("lcm", (2, ANY, 1), divisor, "Least common multiple."),
    Builtin::values("isprime", (1, 1, 1), is_prime, "True for primes."),
    Builtin::values("primes", (1, 1, 1), primes, "Primes up to a number."),
];

fn diff(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let order = match call.get(1) {
        Some(order) if !order.is_empty() => call.number(1)?.max(0.0) as usize,
        Some(_) | None => 1,
    };
    let dim = if call.args.len() > 2 { Some(call.axis(2)?) } else { None };
    let mut value = call.take(0)?;
    let span = call.span;
    for _ in 0..order {
        let shape = value.shape();
        let axis = dim.unwrap_or_else(|| shape.first_axis());
        let extent = shape.extent(axis);
        if extent <= 1 && (dim.is_some() || shape.is_empty() || shape.is_scalar()) {
            return match shape.is_empty() || dim.is_none() {
                true => one(Value::empty()),
                false => {
                    let nothing = shape.with_extent(axis, 0);
                    one(HostArray::new(nothing, HostData::Double(Vec::new())))
                }
            };
        }
        let part = |start: i64| {
            let mut subscripts = vec![Subscript::All; shape.rank().max(axis + 1)];
            subscripts[axis] = Subscript::Span { start, step: 1, count: extent - 1 };
            subscripts
        };
        let site = Site { name: "", span };
        let later = call.interpreter.index_value(&value, &part(1), site)?;
        let before = call.interpreter.index_value(&value, &part(0), site)?;
        let minus = crate::syntax::ast::BinaryOp::Sub;
        value = call.interpreter.binary(minus, later, before, span)?;
    }
    Ok(vec![value])
}

fn mode(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let array = call.array(0)?;
    let axis = if call.args.len() > 1 { call.axis(1)? } else { array.shape.first_axis() };
    let (sorted, _) = sorted_along(&array, axis, false);
    one(super::reduce::reduce_host(&sorted, &[axis], |numbers| {
        // NaN is no value that may be frequent; without any other, it is the one.
        let nan = |number: &Number| number.to_f64().is_nan();
        let count = numbers.iter().filter(|number| !nan(number)).count();
        let numbers = if count > 0 { &numbers[..count] } else { numbers };
        let mut best = (0usize, Number::Double(f64::NAN));
        let mut start = 0;
        for index in 0..numbers.len() {
            if compare(&numbers[start], &numbers[index]).is_ne() {
                start = index;
            }
            if index + 1 - start > best.0 {
                best = (index + 1 - start, numbers[index]);
            }
        }
        best.1
    }))
}

fn accumulate(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let has_function = call.get(3).is_some_and(|value| !value.is_empty());
    let has_fill = call.args.len() > 4;
    let height = |index: usize| call.get(index).map_or(0, |value| value.shape().extent(0));
    let count = call.get(1).map_or(0, |value| value.shape().len());
    let size = call.get(2).filter(|value| !value.is_empty());
    let is_plain = height(0) > 0
        && (count == 1 || count == height(0))
        && size.is_none_or(|value| value.shape().len() > 1)
        && !call.args.iter().any(|value| matches!(value, Value::Cell(_)));
    if has_function || has_fill || !is_plain {
        let mut args: Vec<Value> = std::mem::take(&mut call.args);
        args.resize(6, Value::empty());
        if args.get(4).is_some_and(Value::is_empty) {
            args[4] = Value::from(0.0);
        }
        return call.interpreter.call_name("accumarray__by", args, 1, call.span);
    }
    let subscripts = call.array(0)?;
    let values = call.array(1)?;
    let class = if values.class() == Class::Single { Class::Single } else { Class::Double };
    let values: Vec<Complex> = values.numbers().map(to_complex).collect();
    let (count, width) = (subscripts.shape.extent(0) as usize, subscripts.shape.extent(1) as usize);
    let at = subscripts.doubles();
    let mut extents: Vec<u64> = (0..width)
        .map(|axis| {
            at[axis * count..(axis + 1) * count].iter().fold(0.0f64, |m, v| m.max(*v)) as u64
        })
        .collect();
    if call.args.len() > 2 && call.get(2).is_some_and(|size| !size.is_empty()) {
        extents = call.array(2)?.doubles().into_iter().map(|extent| extent as u64).collect();
    }
    if extents.len() == 1 {
        extents.push(1);
    }
    if width > 1 && extents.len() != width {
        return Err(call.error("M103", "accumarray: dimensions mismatch"));
    }
    let len = extents.iter().copied().fold(1, u64::saturating_mul);
    has_room(len, PLACE_BYTES).map_err(|error| error.at(call.span))?;
    let shape = Shape::new(extents.clone());
    let mut sums = vec![Complex::new(0.0, 0.0); shape.len() as usize];
    for row in 0..count {
        let mut index = 0;
        let mut stride = 1;
        for axis in 0..width {
            let position = at[row + axis * count];
            let most = if width == 1 { sums.len() as u64 } else { extents[axis] };
            if position > most as f64 && width == 1 {
                return Err(call.error("M105", "accumarray: index out of range"));
            }
            if position < 1.0 || position.fract() != 0.0 || position as u64 > most {
                return Err(call.error("M105", "accumarray: indices must be positive integers"));
            }
            index += (position as u64 - 1) * stride;
            stride *= extents[axis];
        }
        if let Some(sum) = sums.get_mut(index as usize)
            && let Some(value) = values.get(row).or(values.first())
        {
            *sum = sum.add(*value);
        }
    }
    one(collect_numbers(class, shape, sums.into_iter().map(|sum| narrow(Float::of(class), sum))))
}

fn polyval(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let coefficients = call.array(0)?;
    let x = call.array(1)?;
    let is_single = coefficients.class() == Class::Single || x.class() == Class::Single;
    let class = if is_single { Class::Single } else { Class::Double };
    if !coefficients.is_complex() && !x.is_complex() {
        let factors = coefficients.doubles();
        let step = |sum: f64, factor: f64| match is_single {
            true => f64::from((sum + factor) as f32),
            false => sum + factor,
        };
        let times = |sum: f64, x: f64| match is_single {
            true => f64::from((sum * x) as f32),
            false => sum * x,
        };
        let value = |number: Number| {
            let x = number.to_f64();
            let (first, rest) = factors.split_first().map_or((0.0, &[][..]), |(a, b)| (*a, b));
            Number::Double(rest.iter().fold(first, |sum, factor| step(times(sum, x), *factor)))
        };
        return one(collect_numbers(class, x.shape.clone(), x.numbers().map(value)));
    }
    let coefficients: Vec<Complex> = coefficients.numbers().map(to_complex).collect();
    let zero = Complex::new(0.0, 0.0);
    let value = |number: Number| {
        let z = to_complex(number);
        narrow(
            Float::of(class),
            coefficients.iter().fold(zero, |sum, factor| sum.mul(z).add(*factor)),
        )
    };
    one(collect_numbers(class, x.shape.clone(), x.numbers().map(value)))
}

fn trapezoid(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let last = call.args.len().clamp(1, 2) - 1;
    if call.get(last).is_some_and(Value::is_complex) {
        return super::derived::by_parts(call, last);
    }
    let is_plain = match call.args.as_slice() {
        [_] => true,
        [x, y] => !x.shape().is_scalar() && !y.shape().is_scalar(),
        _ => false,
    };
    if !is_plain {
        return call.by_form();
    }
    let y = call.lazy(call.args.len() - 1)?;
    let span = call.span;
    let axis = y.shape.first_axis();
    let extent = y.shape.extent(axis);
    if extent < 2 {
        return one(0.0);
    }
    let site = Site { name: "", span };
    let part = |rank: usize, axis: usize, start: i64| {
        let mut subscripts = vec![Subscript::All; rank];
        subscripts[axis] = Subscript::Span { start, step: 1, count: extent - 1 };
        subscripts
    };
    let rank = y.shape.rank();
    let y = Value::Lazy(y);
    let later = call.interpreter.index_value(&y, &part(rank, axis, 1), site)?;
    let before = call.interpreter.index_value(&y, &part(rank, axis, 0), site)?;
    let plus = crate::syntax::ast::BinaryOp::Add;
    let times = crate::syntax::ast::BinaryOp::ElemMul;
    let mut sums = call.interpreter.binary(plus, later, before, span)?;
    if call.args.len() > 1 {
        let x = call.take(0)?;
        let line = x.shape();
        let (x_axis, x_rank) = (line.first_axis(), line.rank());
        let later = call.interpreter.index_value(&x, &part(x_rank, x_axis, 1), site)?;
        let before = call.interpreter.index_value(&x, &part(x_rank, x_axis, 0), site)?;
        let minus = crate::syntax::ast::BinaryOp::Sub;
        let mut widths = call.interpreter.binary(minus, later, before, span)?;
        if x_axis != axis && line.is_vector() {
            let flip = crate::syntax::ast::PostfixOp::Transpose;
            widths = call.interpreter.transpose(flip, widths, span)?;
        }
        sums = call.interpreter.binary(times, sums, widths, span)?;
    }
    let sums = call.interpreter.lazy(sums, span)?;
    let total = call.graph().reduce(OpId::new("red_sum"), &sums, &[axis], span)?;
    let half = Operand::Number(Number::Double(0.5));
    one(call.graph().apply(OpId::new("mul"), &[Operand::Lazy(&total), half], span)?)
}

fn factorial(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let array = call.array(0)?;
    if array.numbers().any(|n| n.to_f64() < 0.0 || n.to_f64().fract() != 0.0) {
        let message = "factorial: all N must be real non-negative integers";
        return Err(call.error("M113", message));
    }
    let value = |number: Number| {
        let n = number.to_f64();
        let product =
            if n > 170.0 { f64::INFINITY } else { (2..=n as u64).fold(1.0, |p, k| p * k as f64) };
        Number::Double(product)
    };
    one(collect_numbers(Class::Double, array.shape.clone(), array.numbers().map(value)))
}

fn choose(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.get(0).is_some_and(|value| !value.shape().is_scalar()) {
        let args = std::mem::take(&mut call.args);
        return call.interpreter.call_name("numbers__choose", args, 1, call.span);
    }
    let class = call.get(0).and_then(Value::class).unwrap_or(Class::Double);
    let (n, k) = (call.number(0)?, call.number(1)?);
    if k > n || n < 0.0 || n.fract() != 0.0 {
        let message = "nchoosek: N must be a non-negative integer >= K";
        return Err(call.error("M113", message));
    }
    let k = k.min(n - k);
    let mut result = 1.0;
    let mut step = 1.0;
    while step <= k {
        result = (result * (n - k + step) / step).round();
        step += 1.0;
    }
    match class {
        Class::Int(_) | Class::Single => {
            one(crate::trace::interpreter::convert_number(Number::Double(result), class))
        }
        Class::Double | Class::Logical | Class::Char => one(result),
    }
}

fn divisor(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.builtin.name;
    if name == "lcm" && !call.args.windows(2).all(super::integers::one_size) {
        return Err(call.error("M103", "lcm: all args must be the same size or scalar"));
    }
    let mut result = call.array(0)?;
    for index in 1..call.args.len() {
        let other = call.array(index)?;
        let joined = |a: Number, b: Number| match common_divisor(name, a, b) {
            Some(number) => Ok(number),
            None => Err(call.error("M113", "gcd: all values must be integers")),
        };
        result = crate::trace::interpreter::binary_host(name, (&result, &other), joined)?;
    }
    one(result)
}

/// The greatest common divisor or least common multiple of whole numbers. The class is the integer
/// class of an operand, else `single` if one is.
fn common_divisor(name: &str, a: Number, b: Number) -> Option<Number> {
    if matches!(a, Number::Complex(..)) || matches!(b, Number::Complex(..)) {
        return None;
    }
    // Of two integer classes the second one's.
    let class = b.class().combined(a.class());
    if let Class::Int(int) = class {
        let whole = |number: Number| match convert_number(number, class) {
            Number::Int(_, value) => value,
            _ => 0,
        };
        let (a, b) = (whole(a), whole(b));
        let (mut common, mut rest) = (a.abs(), b.abs());
        while rest != 0 {
            (common, rest) = (rest, common % rest);
        }
        let value = match name {
            "gcd" => common,
            _ if common == 0 => 0,
            _ => a / common * b,
        };
        return Some(convert_number(Number::Int(int, value), class));
    }
    let (a, b) = (a.to_f64(), b.to_f64());
    if a.fract() != 0.0 || b.fract() != 0.0 || !a.is_finite() || !b.is_finite() {
        return None;
    }
    let (mut common, mut rest) = (a.abs(), b.abs());
    while rest != 0.0 {
        (common, rest) = (rest, common % rest);
    }
    let value = match name {
        "gcd" => common,
        _ if common == 0.0 => 0.0,
        _ => a / common * b,
    };
    Some(convert_number(Number::Double(value), class))
}

fn is_prime_number(n: u64) -> bool {
    const WITNESSES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 {
        return false;
    }
    if let Some(small) = WITNESSES.iter().find(|prime| n.is_multiple_of(**prime)) {
        return n == *small;
    }
    // Miller and Rabin: these bases decide for all of 64 bits.
    let times = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(n)) as u64;
    let twos = (n - 1).trailing_zeros();
    WITNESSES.iter().all(|base| {
        let (mut power, mut square, mut left) = (1, *base, (n - 1) >> twos);
        while left > 0 {
            if left & 1 == 1 {
                power = times(power, square);
            }
            square = times(square, square);
            left >>= 1;
        }
        let mut is_witnessed = power == 1 || power == n - 1;
        for _ in 1..twos {
            power = times(power, power);
            is_witnessed |= power == n - 1;
        }
        is_witnessed
    })
}

fn is_prime(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let array = call.array(0)?;
    let mut truths = Vec::with_capacity(array.len());
    for number in array.numbers() {
        let value = number.to_f64().abs();
        if value.fract() != 0.0 || value.is_nan() {
            return Err(call.error("M113", "isprime: X contains non-integer entries"));
        }
        let whole = match number {
            Number::Int(_, whole) => u64::try_from(whole.unsigned_abs()).unwrap_or(u64::MAX),
            _ => value as u64,
        };
        truths.push(Number::Logical(value.is_finite() && is_prime_number(whole)));
    }
    one(collect_numbers(Class::Logical, array.shape.clone(), truths.into_iter()))
}

/// The most numbers that are sieved: 256 MiB of marks.
const SIEVE_MAX: f64 = 4_294_967_296.0;

fn primes(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let class = call.get(0).and_then(Value::class).unwrap_or(Class::Double);
    let bound = call.number(0)?;
    if !bound.is_finite() {
        return Err(call.error("M113", "primes: N must be finite (not +Inf or NaN)"));
    }
    if bound >= SIEVE_MAX {
        return Err(call.error("M113", "primes: N must be below 2^32"));
    }
    let found: Vec<Number> =
        sieve(bound.max(0.0) as u64).into_iter().map(|n| Number::Double(n as f64)).collect();
    let class = if matches!(class, Class::Int(_) | Class::Single) { class } else { Class::Double };
    one(collect_numbers(class, Shape::matrix(1, found.len() as u64), found.into_iter()))
}

/// The primes up to a number, by Eratosthenes over the odd numbers, one bit each.
fn sieve(bound: u64) -> Vec<u64> {
    if bound < 2 {
        return Vec::new();
    }
    // Position `k` stands for `2 k + 3`.
    let count = (bound.saturating_sub(1) / 2) as usize;
    let mut composite = vec![0u64; count.div_ceil(64)];
    let mut found = vec![2];
    for at in 0..count {
        if composite[at / 64] >> (at % 64) & 1 != 0 {
            continue;
        }
        let prime = 2 * at as u64 + 3;
        found.push(prime);
        if prime * prime <= bound {
            let first = ((prime * prime - 3) / 2) as usize;
            for multiple in (first..count).step_by(prime as usize) {
                composite[multiple / 64] |= 1 << (multiple % 64);
            }
        }
    }
    found
}
