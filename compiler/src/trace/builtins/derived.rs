//! Functions that are made of others: each is a formula over rows of the operation table, so it
//! fuses with what is around it.

use preheat_format::OpId;

use crate::shape::Shape;
use crate::syntax::ast::BinaryOp;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::record::Operand;
use crate::trace::value::{Class, Number, Value};

const fn row(name: &'static str, run: crate::trace::builtins::Run, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (1, 1, 1), run, doc)
}

/// `1 ./ f(x)`.
const fn over(name: &'static str, doc: &'static str) -> Builtin {
    row(name, reciprocal, doc)
}

/// `f(1 ./ x)`.
const fn of_inverse(name: &'static str, doc: &'static str) -> Builtin {
    row(name, inverse, doc)
}

pub(super) const BUILTINS: &[Builtin] = &[
    over("sec", "Secant."),
    over("csc", "Cosecant."),
    over("cot", "Cotangent."),
    over("sech", "Hyperbolic secant."),
    over("csch", "Hyperbolic cosecant."),
    over("coth", "Hyperbolic cotangent."),
    over("secd", "Secant of degrees."),
    over("cscd", "Cosecant of degrees."),
    over("cotd", "Cotangent of degrees."),
    of_inverse("asec", "Inverse secant."),
    of_inverse("acsc", "Inverse cosecant."),
    of_inverse("acot", "Inverse cotangent."),
    of_inverse("asech", "Inverse hyperbolic secant."),
    of_inverse("acsch", "Inverse hyperbolic cosecant."),
    of_inverse("acoth", "Inverse hyperbolic cotangent."),
    of_inverse("asecd", "Inverse secant in degrees."),
    of_inverse("acscd", "Inverse cosecant in degrees."),
    of_inverse("acotd", "Inverse cotangent in degrees."),
    row("deg2rad", |call| scaled(call, std::f64::consts::PI / 180.0), "Degrees as radians."),
    row("rad2deg", |call| scaled(call, 180.0 / std::f64::consts::PI), "Radians as degrees."),
    Builtin::nodes("pow2", (1, 2, 1), pow2, "Power of 2, times a factor if one is given first."),
    Builtin::nodes("nthroot", (2, 2, 1), nthroot, "Real root."),
    Builtin::nodes("beta", (2, 2, 1), beta, "Beta function."),
    Builtin::nodes("range", (1, 2, 1), range, "Largest less smallest element."),
    Builtin::nodes("meansq", (1, 2, 1), mean_square, "Mean of squares."),
    Builtin::nodes("rms", (1, 2, 1), mean_square, "Root of the mean of squares."),
    Builtin::nodes("bounds", (1, 2, 2), bounds, "Smallest and largest elements."),
    Builtin::nodes("center", (1, 2, 1), center, "Elements less their mean."),
    Builtin::nodes("zscore", (1, 3, 1), zscore, "Elements less their mean, in deviations."),
    Builtin::nodes("vecnorm", (1, 3, 1), vecnorm, "Norms of columns or rows."),
    Builtin::nodes("cumtrapz", (1, 3, 1), running_trapezoid, "Running integral by trapezoids."),
    Builtin::nodes("pagemtimes", (2, 4, 1), page_product, "Matrix products, page by page."),
];

impl Call<'_, '_> {
    /// The first result of another function.
    pub(crate) fn by(
        &mut self,
        name: &'static str,
        args: Vec<Value>,
    ) -> Result<Value, ScriptError> {
        let Some(builtin) = super::find(name) else {
            return Err(self.invalid());
        };
        let span = self.span;
        let mut results = self.interpreter.call_builtin(builtin, args, 1, span)?;
        if results.is_empty() { Err(self.invalid()) } else { Ok(results.swap_remove(0)) }
    }

    /// `left op right`, element by element.
    pub(crate) fn with(
        &mut self,
        op: BinaryOp,
        left: impl Into<Value>,
        right: impl Into<Value>,
    ) -> Result<Value, ScriptError> {
        let span = self.span;
        self.interpreter.elementwise(op, left.into(), right.into(), span)
    }

    /// `a` where the condition holds, `b` elsewhere.
    pub(crate) fn choose(
        &mut self,
        condition: Value,
        a: Value,
        b: Value,
    ) -> Result<Value, ScriptError> {
        let span = self.span;
        if let (Value::Number(condition), Value::Number(_)) = (&condition, &b) {
            return Ok(if condition.to_f64() != 0.0 { a } else { b });
        }
        let condition = self.interpreter.recorded(condition, span)?;
        let a = self.interpreter.recorded(a, span)?;
        let b = self.interpreter.recorded(b, span)?;
        let operands = (condition.operand(), a.operand(), b.operand());
        let chosen = self.graph().select(operands.0, operands.1, operands.2, span)?;
        Ok(Value::Lazy(chosen))
    }

    /// The arguments from `first` on, taken out.
    fn rest(&mut self, first: usize) -> Vec<Value> {
        self.args.split_off(first.min(self.args.len()))
    }
}

fn reciprocal(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = match call.builtin.name {
        "sec" => "cos",
        "csc" => "sin",
        "cot" => "tan",
        "sech" => "cosh",
        "csch" => "sinh",
        "coth" => "tanh",
        "secd" => "cosd",
        "cscd" => "sind",
        _ => "tand",
    };
    let value = call.take(0)?;
    let value = call.by(name, vec![value])?;
    one(call.with(BinaryOp::ElemDiv, 1.0, value)?)
}

fn inverse(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = match call.builtin.name {
        "asec" => "acos",
        "acsc" => "asin",
        "acot" => "atan",
        "asech" => "acosh",
        "acsch" => "asinh",
        "acoth" => "atanh",
        "asecd" => "acosd",
        "acscd" => "asind",
        _ => "atand",
    };
    let value = call.take(0)?;
    let value = call.with(BinaryOp::ElemDiv, 1.0, value)?;
    one(call.by(name, vec![value])?)
}

fn scaled(call: &mut Call<'_, '_>, factor: f64) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    one(call.with(BinaryOp::ElemMul, value, factor)?)
}

fn pow2(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let factor = if call.args.len() > 1 { Some(call.take(0)?) } else { None };
    let exponent = call.take(call.args.len() - 1)?;
    let power = call.with(BinaryOp::ElemPow, 2.0, exponent)?;
    match factor {
        Some(factor) => one(call.with(BinaryOp::ElemMul, factor, power)?),
        None => one(power),
    }
}

/// The real root; one Newton step takes away the rounding of the exponent `1 / n`.
fn nthroot(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let n = call.number(1)?;
    let x = call.take(0)?;
    if n == 0.0 || n.fract() != 0.0 {
        return Err(call.error("M113", "nthroot: N must be a real nonzero scalar"));
    }
    if n == 3.0 {
        return one(call.by("cbrt", vec![x])?);
    }
    let is_odd = n % 2.0 != 0.0;
    if let Value::Number(number) = &x
        && number.to_f64() < 0.0
        && !is_odd
    {
        let message = "nthroot: N must be an odd integer if X contains negative values";
        return Err(call.error("M113", message));
    }
    let size = call.by("abs", vec![x.clone()])?;
    let root = call.with(BinaryOp::ElemPow, size.clone(), 1.0 / n)?;
    let power = call.with(BinaryOp::ElemPow, root.clone(), n - 1.0)?;
    let quotient = call.with(BinaryOp::ElemDiv, size, power)?;
    let step = call.with(BinaryOp::Sub, quotient, root.clone())?;
    let step = call.with(BinaryOp::ElemDiv, step, n)?;
    let better = call.with(BinaryOp::Add, root.clone(), step)?;
    // At 0 and infinity the step is not a number, and the root exact.
    let is_known = call.by("isfinite", vec![better.clone()])?;
    let root = call.choose(is_known, better, root)?;
    if !is_odd {
        // Even roots of negative numbers are not real.
        let bad = call.with(BinaryOp::Lt, x, 0.0)?;
        return one(call.choose(bad, Value::from(f64::NAN), root)?);
    }
    let sign = call.by("sign", vec![x])?;
    one(call.with(BinaryOp::ElemMul, sign, root)?)
}

fn beta(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (a, b) = (call.take(0)?, call.take(1)?);
    let sum = call.with(BinaryOp::Add, a.clone(), b.clone())?;
    let (a, b) = (call.by("gammaln", vec![a])?, call.by("gammaln", vec![b])?);
    let sum = call.by("gammaln", vec![sum])?;
    let both = call.with(BinaryOp::Add, a, b)?;
    let log = call.with(BinaryOp::Sub, both, sum)?;
    one(call.by("exp", vec![log])?)
}

/// The smallest and largest elements along a dimension.
fn ends(call: &mut Call<'_, '_>) -> Result<[Value; 2], ScriptError> {
    let dim = call.rest(1);
    let x = call.take(0)?;
    let arguments = || {
        let mut args = vec![x.clone()];
        if !dim.is_empty() {
            args.push(Value::empty());
            args.extend(dim.iter().cloned());
        }
        args
    };
    Ok([call.by("min", arguments())?, call.by("max", arguments())?])
}

fn range(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let [low, high] = ends(call)?;
    one(call.with(BinaryOp::Sub, high, low)?)
}

fn bounds(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    ends(call).map(|[low, high]| vec![low, high])
}

/// The first argument, integers as `double`.
fn numbers_of(call: &mut Call<'_, '_>) -> Result<Value, ScriptError> {
    let x = call.take(0)?;
    match x.class() {
        Some(Class::Int(_)) => call.by("double", vec![x]),
        _ => Ok(x),
    }
}

/// A linear function of complex numbers: that of the real and of the imaginary parts of argument
/// `index`.
pub(super) fn by_parts(call: &mut Call<'_, '_>, index: usize) -> Result<Vec<Value>, ScriptError> {
    let args = std::mem::take(&mut call.args);
    let name = call.builtin.name;
    let mut part = |part: &'static str| {
        let mut args = args.clone();
        let Some(value) = args.get_mut(index) else {
            return Err(call.invalid());
        };
        *value = call.by(part, vec![value.clone()])?;
        call.by(name, args)
    };
    let (re, im) = (part("real")?, part("imag")?);
    one(call.by("complex", vec![re, im])?)
}

fn mean_square(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let mut args = call.rest(1);
    let x = numbers_of(call)?;
    let x = if x.is_complex() { call.by("abs", vec![x])? } else { x };
    let square = call.with(BinaryOp::ElemMul, x.clone(), x)?;
    args.insert(0, square);
    let mean = call.by("mean", args)?;
    match call.builtin.name {
        "rms" => one(call.by("sqrt", vec![mean])?),
        _ => one(mean),
    }
}

fn center(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let dim = call.rest(1);
    let x = numbers_of(call)?;
    let mut args = vec![x.clone()];
    args.extend(dim);
    let mean = call.by("mean", args)?;
    one(call.with(BinaryOp::Sub, x, mean)?)
}

fn zscore(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let x = numbers_of(call)?;
    let weight = if call.args.len() > 1 { call.take(1)? } else { Value::empty() };
    let dim = call.rest(2);
    let mut args = vec![x.clone()];
    args.extend(dim.iter().cloned());
    let mean = call.by("mean", args)?;
    let mut args = vec![x.clone(), weight];
    args.extend(dim);
    let deviation = call.by("std", args)?;
    // A constant line stays 0.
    let is_zero = call.with(BinaryOp::Eq, deviation.clone(), 0.0)?;
    let deviation = call.choose(is_zero, Value::from(1.0), deviation)?;
    let centred = call.with(BinaryOp::Sub, x, mean)?;
    one(call.with(BinaryOp::ElemDiv, centred, deviation)?)
}

fn vecnorm(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let p = match call.get(1) {
        Some(value) if !value.is_empty() => match call.text(1).as_deref() {
            Ok("inf" | "Inf") => f64::INFINITY,
            Ok(_) => return Err(call.invalid()),
            Err(_) => call.number(1)?,
        },
        Some(_) | None => 2.0,
    };
    let dim = call.rest(2);
    let x = call.take(0)?;
    let size = call.by("abs", vec![x])?;
    if p == f64::INFINITY {
        let mut args = vec![size];
        if !dim.is_empty() {
            args.push(Value::empty());
        }
        args.extend(dim);
        return one(call.by("max", args)?);
    }
    if p.is_nan() || p <= 0.0 {
        return Err(call.error("M113", "vecnorm: P must be positive real scalar or Inf"));
    }
    let powers = if p == 1.0 { size } else { call.with(BinaryOp::ElemPow, size, p)? };
    let mut args = vec![powers];
    args.extend(dim);
    let sum = call.by("sum", args)?;
    match p {
        1.0 => one(sum),
        2.0 => one(call.by("sqrt", vec![sum])?),
        _ => one(call.with(BinaryOp::ElemPow, sum, 1.0 / p)?),
    }
}

/// Half of each element and the one before it, times their distance, summed up to each.
fn running_trapezoid(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let last = call.args.len().clamp(1, 2) - 1;
    if call.get(last).is_some_and(Value::is_complex) {
        return by_parts(call, last);
    }
    let is_form = match call.args.as_slice() {
        [x, y] => x.shape().is_scalar() || y.shape().is_scalar(),
        // Points at equal distance.
        [x, _, _] => x.shape().is_scalar(),
        _ => false,
    };
    if is_form {
        return call.by_form();
    }
    let dim = if call.args.len() > 2 { Some(call.axis(2)?) } else { None };
    let x = if call.args.len() > 1 { Some(call.take(0)?) } else { None };
    let y = call.take(usize::from(x.is_some()))?;
    let span = call.span;
    let y = call.interpreter.lazy(y, span)?;
    let axis = dim.unwrap_or_else(|| y.shape.first_axis());
    let extent = y.shape.extent(axis);
    if extent < 2 {
        return one(call.with(BinaryOp::ElemMul, y, 0.0)?);
    }
    let (later, earlier) = (stretch(call, &y, axis, 1), stretch(call, &y, axis, 0));
    let sum = call.with(BinaryOp::Add, later, earlier)?;
    let mut steps = call.with(BinaryOp::ElemMul, sum, 0.5)?;
    if let Some(x) = x.filter(|x| !x.is_empty()) {
        let mut x = call.interpreter.lazy(x, span)?;
        if x.shape.is_vector() && x.shape.len() == extent {
            let mut line = vec![1; y.shape.rank().max(axis + 1)];
            line[axis] = extent;
            x = call.graph().reshape(&x, Shape::new(line), span)?;
        }
        let (later, earlier) = (stretch(call, &x, axis, 1), stretch(call, &x, axis, 0));
        let distance = call.with(BinaryOp::Sub, later, earlier)?;
        steps = call.with(BinaryOp::ElemMul, steps, distance)?;
    }
    let steps = call.interpreter.lazy(steps, span)?;
    let sums = call.graph().scan(OpId::new("red_sum"), &steps, axis, span)?;
    let zero = convert(Number::Double(0.0), sums.class);
    let start = call.graph().fill(zero, sums.class, y.shape.with_extent(axis, 1), span)?;
    one(call.graph().concat(&[start, sums], axis, span)?)
}

fn convert(number: Number, class: crate::trace::value::Class) -> Number {
    crate::trace::interpreter::convert_number(number, class)
}

/// All but the last (`start` 0) or first (1) along an axis.
fn stretch(
    call: &mut Call<'_, '_>,
    lazy: &crate::trace::value::Lazy,
    axis: usize,
    start: i64,
) -> Value {
    let slices: Vec<crate::trace::record::Slice> = (0..lazy.shape.rank())
        .map(|at| match at == axis {
            true => crate::trace::record::Slice {
                start,
                step: 1,
                count: lazy.shape.extent(at) - 1,
                whole: false,
            },
            false => crate::trace::record::Slice::all(lazy.shape.extent(at)),
        })
        .collect();
    let span = call.span;
    Value::Lazy(call.graph().slice(lazy, &slices, span))
}

/// Products of pages as one expanded product that is summed over the inner axis: no page is
/// stored, and pages expand as operands of `.*` do.
fn page_product(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let span = call.span;
    let (left, right) = match call.args.len() {
        2 => (call.take(0)?, call.take(1)?),
        4 => {
            let (left, right) = (call.take(0)?, call.take(2)?);
            let turns = [call.text(1)?, call.text(3)?];
            let [left, right] =
                [(left, &turns[0]), (right, &turns[1])].map(|(page, turn)| match turn.as_str() {
                    "none" => Ok(page),
                    "transpose" | "ctranspose" => {
                        let lazy = call.interpreter.lazy(page, span)?;
                        let mut order: Vec<usize> = (0..lazy.shape.rank()).collect();
                        order.swap(0, 1);
                        Ok(Value::Lazy(call.graph().permute(&lazy, &order, span)))
                    }
                    _ => Err(call.invalid()),
                });
            (left?, right?)
        }
        _ => return Err(call.invalid()),
    };
    let a = call.interpreter.lazy(left, span)?;
    let b = call.interpreter.lazy(right, span)?;
    if a.shape.rank() == 2 && b.shape.rank() == 2 {
        return one(call.graph().matmul(&a, &b, span)?);
    }
    if a.shape.extent(1) != b.shape.extent(0) {
        let message = "pagemtimes: the inner dimensions of the pages must agree";
        return Err(call.error("M103", message));
    }
    let rank = a.shape.rank().max(b.shape.rank());
    // [m, 1, k, ..] and [1, n, k, ..].
    let order = |first: [usize; 3]| -> Vec<usize> { first.into_iter().chain(2..rank).collect() };
    let a = call.graph().permute(&a, &order([0, rank, 1]), span);
    let b = call.graph().permute(&b, &order([rank, 1, 0]), span);
    let product = [Operand::Lazy(&a), Operand::Lazy(&b)];
    let product = call.graph().apply(OpId::new("mul"), &product, span)?;
    let sum = call.graph().reduce(OpId::new("red_sum"), &product, &[2], span)?;
    let mut extents = sum.shape.extents().to_vec();
    if extents.len() > 2 {
        extents.remove(2);
    }
    one(call.graph().reshape(&sum, Shape::new(extents), span)?)
}
