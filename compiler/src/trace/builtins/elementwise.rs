//! Element-wise functions: those of the operation table, and the operators by name.

use preheat_format::OpId;
use preheat_ops::Kind;
use preheat_ops::eval::Eval;

use crate::shape::Shape;
use crate::syntax::ast::{BinaryOp, PostfixOp, UnaryOp};
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{
    Complex, binary_host, collect_numbers, convert_number, described, domain, is_host_only,
    is_no_truth, nan_as_truth, narrow, refuse_nan, result_class, sized, to_complex,
};
use crate::trace::record::Operand;
use crate::trace::value::{Class, Float, Form, HostArray, HostData, IntClass, Number, Value};

const fn unary(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (1, 1, 1), run_unary, doc)
}

const fn binary(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (2, 2, 1), run_binary, doc)
}

const fn operator(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (2, 2, 1), run_operator, doc)
}

const fn fold(name: &'static str, doc: &'static str) -> Builtin {
    Builtin::nodes(name, (2, ANY, 1), run_operator, doc)
}

pub(super) const BUILTINS: &[Builtin] = &[
    unary("abs", "Absolute value, or modulus."),
    unary("sign", "-1, 0 or 1."),
    unary("floor", "Largest whole number not above."),
    unary("ceil", "Smallest whole number not below."),
    unary("round", "Nearest whole number, halves away from zero."),
    unary("fix", "Whole part."),
    unary("sqrt", "Square root."),
    unary("cbrt", "Cube root."),
    unary("exp", "Exponential."),
    unary("expm1", "`exp(x) - 1`, exact near 0."),
    unary("log", "Natural logarithm."),
    unary("log1p", "`log(1 + x)`, exact near 0."),
    Builtin::nodes("log2", (1, 1, 2), logarithm, "Logarithm to base 2."),
    unary("log10", "Logarithm to base 10."),
    unary("sin", "Sine."),
    unary("cos", "Cosine."),
    unary("tan", "Tangent."),
    unary("asin", "Inverse sine."),
    unary("acos", "Inverse cosine."),
    unary("atan", "Inverse tangent."),
    unary("sinh", "Hyperbolic sine."),
    unary("cosh", "Hyperbolic cosine."),
    unary("tanh", "Hyperbolic tangent."),
    unary("asinh", "Inverse hyperbolic sine."),
    unary("acosh", "Inverse hyperbolic cosine."),
    unary("atanh", "Inverse hyperbolic tangent."),
    unary("sind", "Sine of degrees."),
    unary("cosd", "Cosine of degrees."),
    unary("tand", "Tangent of degrees."),
    unary("asind", "Inverse sine in degrees."),
    unary("acosd", "Inverse cosine in degrees."),
    unary("atand", "Inverse tangent in degrees."),
    unary("erf", "Error function."),
    unary("erfc", "Complementary error function."),
    unary("gamma", "Gamma function."),
    unary("gammaln", "Logarithm of the gamma function."),
    Builtin::nodes("lgamma", (1, 1, 1), run_unary, "Logarithm of the gamma function."),
    unary("isnan", "True where not a number."),
    unary("isinf", "True where infinite."),
    unary("isfinite", "True where finite."),
    binary("mod", "Remainder with the sign of the divisor."),
    binary("rem", "Remainder with the sign of the dividend."),
    binary("atan2", "Angle of a point."),
    binary("hypot", "Length of the hypotenuse."),
    binary("xor", "True where exactly one operand is."),
    fold("plus", "`a + b`."),
    operator("minus", "`a - b`."),
    fold("times", "`a .* b`."),
    fold("mtimes", "`a * b`."),
    operator("rdivide", "`a ./ b`."),
    operator("ldivide", "`a .\\ b`."),
    operator("mrdivide", "`a / b`."),
    operator("mldivide", "`a \\ b`."),
    operator("power", "`a .^ b`."),
    operator("mpower", "`a ^ b`."),
    operator("lt", "`a < b`."),
    operator("le", "`a <= b`."),
    operator("eq", "`a == b`."),
    operator("ne", "`a ~= b`."),
    operator("ge", "`a >= b`."),
    operator("gt", "`a > b`."),
    fold("and", "`a & b`."),
    fold("or", "`a | b`."),
    Builtin::nodes("not", (1, 1, 1), |call| prefix(call, UnaryOp::Not), "`~a`."),
    Builtin::nodes("uminus", (1, 1, 1), |call| prefix(call, UnaryOp::Minus), "`-a`."),
    Builtin::nodes("uplus", (1, 1, 1), |call| prefix(call, UnaryOp::Plus), "`+a`."),
    Builtin::nodes("transpose", (1, 1, 1), |call| postfix(call, PostfixOp::Transpose), "`a.'`."),
    Builtin::nodes("ctranspose", (1, 1, 1), |call| postfix(call, PostfixOp::CTranspose), "`a'`."),
    Builtin::nodes("real", (1, 1, 1), |call| part(call, |z| z.re), "Real part."),
    Builtin::nodes("imag", (1, 1, 1), |call| part(call, |z| z.im), "Imaginary part."),
    Builtin::nodes("arg", (1, 1, 1), |call| part(call, Complex::arg), "Argument."),
    Builtin::nodes("angle", (1, 1, 1), |call| part(call, Complex::arg), "Argument."),
    Builtin::nodes("conj", (1, 1, 1), conj, "Complex conjugate."),
    Builtin::values("complex", (1, 2, 1), complex, "A complex number of its parts."),
];

fn prefix(call: &mut Call<'_, '_>, op: UnaryOp) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let span = call.span;
    call.interpreter.unary(op, value, span).map(|value| vec![value])
}

fn postfix(call: &mut Call<'_, '_>, op: PostfixOp) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let span = call.span;
    call.interpreter.transpose(op, value, span).map(|value| vec![value])
}

fn run_operator(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let op = match call.builtin.name {
        "plus" => BinaryOp::Add,
        "minus" => BinaryOp::Sub,
        "times" => BinaryOp::ElemMul,
        "mtimes" => BinaryOp::Mul,
        "rdivide" => BinaryOp::ElemDiv,
        "ldivide" => BinaryOp::ElemLeftDiv,
        "mrdivide" => BinaryOp::Div,
        "mldivide" => BinaryOp::LeftDiv,
        "power" => BinaryOp::ElemPow,
        "mpower" => BinaryOp::Pow,
        "lt" => BinaryOp::Lt,
        "le" => BinaryOp::Le,
        "eq" => BinaryOp::Eq,
        "ne" => BinaryOp::Ne,
        "ge" => BinaryOp::Ge,
        "gt" => BinaryOp::Gt,
        "and" => BinaryOp::And,
        _ => BinaryOp::Or,
    };
    let span = call.span;
    let mut args = std::mem::take(&mut call.args).into_iter();
    let mut result = args.next().ok_or_else(|| call.invalid())?;
    for right in args {
        result = call.interpreter.binary(op, result, right, span)?;
    }
    one(result)
}

fn op_id(name: &'static str) -> OpId {
    OpId::new(if name == "lgamma" { "gammaln" } else { name })
}

/// `log2(x)`, or fraction and exponent.
fn logarithm(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if call.nargout < 2 {
        return run_unary(call);
    }
    let array = call.array(0)?;
    let class = if array.class() == Class::Single { Class::Single } else { Class::Double };
    let parts = |value: f64| {
        if value == 0.0 || !value.is_finite() {
            return (value, 0.0);
        }
        let mut exponent = value.abs().log2().floor() + 1.0;
        let mut fraction = value / exponent.exp2();
        if fraction.abs() >= 1.0 {
            (fraction, exponent) = (fraction / 2.0, exponent + 1.0);
        }
        (fraction, exponent)
    };
    let parts: Vec<(f64, f64)> = array.doubles().into_iter().map(parts).collect();
    let fractions = parts.iter().map(|(fraction, _)| Number::Double(*fraction));
    let exponents = parts.iter().map(|(_, exponent)| Number::Double(*exponent));
    Ok(vec![
        collect_numbers(class, array.shape.clone(), fractions).into(),
        collect_numbers(class, array.shape.clone(), exponents).into(),
    ])
}

fn run_unary(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let id = op_id(call.builtin.name);
    let value = call.take(0)?;
    if let Value::Number(number) = value {
        return one(call.number_of(id, number)?);
    }
    if matches!(value, Value::Cell(_) | Value::Struct(_) | Value::Function(_) | Value::Map(_)) {
        let name = match call.builtin.name {
            "sign" => "signum",
            "gammaln" => "lgamma",
            name => name,
        };
        let kind = match &value {
            Value::Cell(_) => "cell".to_owned(),
            other => described(other),
        };
        return Err(call.error("M104", format!("{name}: not defined for {kind}")));
    }
    let value = match value {
        Value::Lazy(lazy) if matches!(lazy.class, Class::Int(_)) => {
            if matches!(call.builtin.name, "floor" | "ceil" | "round" | "fix") {
                return one(lazy);
            }
            let span = call.span;
            let number = call.interpreter.lazy(Value::Lazy(lazy.clone()), span)?;
            if matches!(call.builtin.name, "abs" | "sign") {
                let result = call.graph().apply(id, &[Operand::Lazy(&number)], span)?;
                return one(call.graph().cast(&result, lazy.class, span)?);
            }
            Value::Lazy(number)
        }
        other => other,
    };
    if is_host_only(&value) {
        let name = call.builtin.name;
        call.graph().computed_on_host(name);
        let array = call.interpreter.host_array(&value, call.span)?;
        let mut numbers = Vec::with_capacity(array.len());
        for number in array.numbers() {
            numbers.push(call.number_of(id, number)?);
        }
        let class = numbers.first().map_or(Class::Double, |number| number.class());
        return one(collect_numbers(class, array.shape, numbers.into_iter()));
    }
    let span = call.span;
    if let Some(domain) = domain::of(call.builtin.name)
        && !call.interpreter.stays_real(&value, domain, span)?
    {
        let name = call.builtin.name;
        call.graph().computed_on_host(name);
        let array = call.interpreter.host_array(&value, span)?;
        let numbers: Result<Vec<Number>, ScriptError> =
            array.numbers().map(|number| call.number_of(id, number)).collect();
        let class = Float::of(array.class()).class();
        return one(collect_numbers(class, array.shape.clone(), numbers?.into_iter()));
    }
    if let Some(result) = call.interpreter.small_one(id, &value) {
        return one(result);
    }
    let keeps = matches!(call.builtin.name, "abs" | "sqrt") && value.form() == Form::Diagonal;
    let form = if keeps { Form::Diagonal } else { Form::Full };
    let lazy = call.interpreter.lazy(value, span)?;
    let result = call.graph().apply(id, &[Operand::Lazy(&lazy)], span)?;
    one(Value::Lazy(result).with_form(form))
}

impl Call<'_, '_> {
    /// A function of the table on one host number.
    fn number_of(&mut self, id: OpId, number: Number) -> Result<Number, ScriptError> {
        let number = match number {
            Number::Int(class, value) => {
                return Ok(match self.builtin.name {
                    "abs" => convert_number(Number::Int(class, value.abs()), Class::Int(class)),
                    "sign" => Number::Int(class, value.signum()),
                    "floor" | "ceil" | "round" | "fix" => number,
                    "isnan" | "isinf" => Number::Logical(false),
                    "isfinite" => Number::Logical(true),
                    _ => self.number_of(id, Number::Double(value as f64))?,
                });
            }
            Number::Complex(float, re, im) => {
                return complex_function(self.builtin.name, Complex::new(re, im))
                    .map(|result| in_precision(float, result))
                    .ok_or_else(|| self.unsupported("complex numbers"));
            }
            Number::Single(_) => number,
            Number::Double(_) | Number::Logical(_) | Number::Char(_) => {
                Number::Double(number.to_f64())
            }
        };
        let span = self.span;
        if let Some(domain) = domain::of(self.builtin.name)
            && !self.interpreter.stays_real(&Value::Number(number), domain, span)?
            && let Some(result) =
                complex_function(self.builtin.name, Complex::new(number.to_f64(), 0.0))
        {
            return Ok(in_precision(Float::of(number.class()), result));
        }
        self.interpreter
            .evaluate(id, &[number])
            .ok_or_else(|| self.unsupported("numbers on the host"))
    }

    /// The error for a kind of operand that a function does not take here.
    pub(crate) fn unsupported(&self, what: &str) -> ScriptError {
        let name = self.builtin.name;
        self.error("M114", format!("{name}: {what} are not supported"))
    }
}

impl crate::trace::interpreter::Interpreter<'_> {
    /// An element-wise operation of the table on host numbers, all `double` or all `single`.
    pub(crate) fn evaluate(&mut self, id: OpId, numbers: &[Number]) -> Option<Number> {
        let Kind::Elementwise { eval, .. } = &self.op(id)?.kind else {
            return None;
        };
        let is_single = numbers.iter().any(|number| matches!(number, Number::Single(_)));
        let at = |index: usize| numbers.get(index).map_or(0.0, |number| number.to_f64());
        match numbers {
            [Number::Double(x)] => {
                if let Some(function) = preheat_ops::system::of_one(id.as_str()) {
                    return Some(Number::Double(function(*x)));
                }
            }
            [Number::Double(x), Number::Double(y)] => {
                if let Some(function) = preheat_ops::system::of_two(id.as_str()) {
                    return Some(Number::Double(function(*x, *y)));
                }
            }
            _ => {}
        }
        let (x, y) = (&[at(0)], &[at(1)]);
        let (sx, sy) = (&[x[0] as f32], &[y[0] as f32]);
        let words = [u32::from(x[0] != 0.0), u32::from(y[0] != 0.0)];
        let (mut double, mut single, mut word) = ([0.0f64], [0.0f32], [0u32]);
        Some(match eval {
            Eval::Float1 { f32, .. } if is_single => {
                f32(sx, &mut single);
                Number::Single(single[0])
            }
            Eval::Float1 { f64, .. } => {
                f64(x, &mut double);
                Number::Double(double[0])
            }
            Eval::Float2 { f32, .. } if is_single => {
                f32(sx, sy, &mut single);
                Number::Single(single[0])
            }
            Eval::Float2 { f64, .. } => {
                f64(x, y, &mut double);
                Number::Double(double[0])
            }
            Eval::Test1 { f32, .. } if is_single => {
                f32(sx, &mut word);
                Number::Logical(word[0] != 0)
            }
            Eval::Test1 { f64, .. } => {
                f64(x, &mut word);
                Number::Logical(word[0] != 0)
            }
            Eval::Test2 { f32, .. } if is_single => {
                f32(sx, sy, &mut word);
                Number::Logical(word[0] != 0)
            }
            Eval::Test2 { f64, .. } => {
                f64(x, y, &mut word);
                Number::Logical(word[0] != 0)
            }
            Eval::Logic2(logic) => {
                logic(&words[..1], &words[1..], &mut word);
                Number::Logical(word[0] != 0)
            }
            Eval::Float3 { .. } | Eval::Logic1(_) | Eval::Select => return None,
        })
    }
}

/// A result that was computed in `double`, in the precision of the operand.
fn in_precision(float: Float, result: Number) -> Number {
    match result {
        Number::Logical(_) => result,
        other => convert_number(other, float.class()),
    }
}

/// A function of a complex number that gives a real one or a truth value.
fn complex_measure(name: &str, z: Complex) -> Option<Number> {
    Some(match name {
        "abs" => Number::Double(z.abs()),
        "isnan" => Number::Logical(z.re.is_nan() || z.im.is_nan()),
        "isinf" => Number::Logical(z.re.is_infinite() || z.im.is_infinite()),
        "isfinite" => Number::Logical(z.re.is_finite() && z.im.is_finite()),
        _ => return None,
    })
}

/// A function of a complex number, in `double`.
fn complex_function(name: &str, z: Complex) -> Option<Number> {
    if let Some(measure) = complex_measure(name, z) {
        return Some(measure);
    }
    let (one, i) = (Complex::new(1.0, 0.0), Complex::new(0.0, 1.0));
    let real = |f: fn(f64) -> f64| Complex::new(f(z.re), f(z.im));
    let result = match name {
        "sign" if z.abs() == 0.0 => z,
        "sign" => Complex::new(z.re / z.abs(), z.im / z.abs()),
        "floor" => real(f64::floor),
        "ceil" => real(f64::ceil),
        "round" => real(f64::round),
        "fix" => real(f64::trunc),
        "sqrt" => z.sqrt(),
        "exp" => z.exp(),
        "log" => z.log(),
        "log1p" => one.add(z).log(),
        "log2" => z.log().div(Complex::new(std::f64::consts::LN_2, 0.0)),
        "log10" => z.log().div(Complex::new(std::f64::consts::LN_10, 0.0)),
        "sin" => z.sin(),
        "cos" => z.cos(),
        "tan" => z.sin().div(z.cos()),
        "sinh" => z.sinh(),
        "cosh" => z.cosh(),
        "tanh" => z.sinh().div(z.cosh()),
        "asin" => {
            // -i log(i z + sqrt(1 - z^2))
            let root = one.sub(z.mul(z)).sqrt();
            let w = i.mul(z).add(root).log();
            Complex::new(w.im, -w.re)
        }
        "acos" => {
            // -i log(z + i sqrt(1 - z^2))
            let root = i.mul(one.sub(z.mul(z)).sqrt());
            let w = z.add(root).log();
            Complex::new(w.im, -w.re)
        }
        "acosh" => {
            let root = z.add(one).sqrt().mul(z.sub(one).sqrt());
            z.add(root).log()
        }
        "asind" | "acosd" => {
            let radians = complex_function(if name == "asind" { "asin" } else { "acos" }, z)?;
            to_complex(radians).mul(Complex::new(180.0 / std::f64::consts::PI, 0.0))
        }
        "atanh" if z.im == 0.0 && z.re.abs() > 1.0 => {
            let size = ((1.0 + z.re) / (1.0 - z.re)).abs();
            let re = if z.re.is_infinite() { 0.0f64.copysign(z.re) } else { size.ln() / 2.0 };
            Complex::new(re, std::f64::consts::FRAC_PI_2)
        }
        "atanh" => {
            let w = one.add(z).div(one.sub(z)).log();
            Complex::new(w.re / 2.0, w.im / 2.0)
        }
        "expm1" => z.exp().sub(one),
        "asinh" => z.add(z.mul(z).add(one).sqrt()).log(),
        "atan" => {
            // i/2 (log(1 - i z) - log(1 + i z))
            let w = one.sub(i.mul(z)).log().sub(one.add(i.mul(z)).log());
            Complex::new(-w.im / 2.0, w.re / 2.0)
        }
        "gammaln" | "lgamma" if z.im == 0.0 => return gamma_logarithm(z.re),
        "sind" | "cosd" | "tand" => {
            let radians = z.mul(Complex::new(std::f64::consts::PI / 180.0, 0.0));
            return complex_function(&name[..3], radians);
        }
        _ => return None,
    };
    Some(narrow(Float::Double, result))
}

/// The logarithm of the gamma function of a negative number, by reflection: complex where the
/// gamma function is negative.
fn gamma_logarithm(x: f64) -> Option<Number> {
    if x.fract() == 0.0 || x.is_infinite() {
        return Some(Number::Double(f64::INFINITY));
    }
    let other = preheat_ops::find(OpId::new("gammaln"))?;
    let Kind::Elementwise { eval: Eval::Float1 { f64: gammaln, .. }, .. } = &other.kind else {
        return None;
    };
    let mut reflected = [0.0];
    gammaln(&[1.0 - x], &mut reflected);
    let pi = std::f64::consts::PI;
    let size = (pi / (pi * x).sin().abs()).ln() - reflected[0];
    Some(match x.floor() % 2.0 == 0.0 {
        true => Number::Double(size),
        false => Number::Complex(Float::Double, size, pi),
    })
}

fn run_binary(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (left, right) = (call.take(0)?, call.take(1)?);
    if call.builtin.name == "xor" {
        let span = call.span;
        refuse_nan(&left).and_then(|()| refuse_nan(&right)).map_err(|error| error.at(span))?;
    }
    call.apply_binary(op_id(call.builtin.name), left, right).map(|value| vec![value])
}

impl Call<'_, '_> {
    /// A two-operand operation of the table.
    pub(crate) fn apply_binary(
        &mut self,
        id: OpId,
        left: Value,
        right: Value,
    ) -> Result<Value, ScriptError> {
        let is_host = |value: &Value| matches!(value, Value::Number(_)) || is_host_only(value);
        let is_only =
            |value: &Value| is_host_only(value) && !matches!(value, Value::Number(Number::Char(_)));
        let (name, span) = (self.builtin.name, self.span);
        if let (Value::Number(a), Value::Number(b)) = (&left, &right) {
            return self.interpreter.number_pair(id, *a, *b).map(Value::Number);
        }
        if let Some(result) = self.interpreter.integer_function(id, &left, &right, span)? {
            return Ok(result);
        }
        if is_only(&left) || is_only(&right) || (is_host(&left) && is_host(&right)) {
            self.graph().computed_on_host(name);
            let left = self.interpreter.host_array(&left, span)?;
            let right = self.interpreter.host_array(&right, span)?;
            let interpreter = &mut *self.interpreter;
            let apply = |a: Number, b: Number| interpreter.number_pair(id, a, b);
            let result = binary_host(name, (&left, &right), apply);
            let result = result.map_err(|error| error.at(span))?;
            if result.is_empty() {
                let class = match id.as_str() {
                    "xor" => Class::Logical,
                    _ => result_class(BinaryOp::Add, left.class(), right.class()),
                };
                let nothing = std::iter::empty();
                return Ok(collect_numbers(class, result.shape, nothing).into());
            }
            return Ok(Value::from(result));
        }
        if let Some(result) = self.interpreter.small_two(id, &left, &right) {
            return Ok(result);
        }
        let a = self.interpreter.recorded(left, span)?;
        let b = self.interpreter.recorded(right, span)?;
        let result = self.graph().apply(id, &[a.operand(), b.operand()], span);
        result.map(Value::Lazy).map_err(|error| sized(name, error).at(span))
    }
}

impl crate::trace::interpreter::Interpreter<'_> {
    /// A two-operand operation of the table on host numbers of any classes.
    fn number_pair(&mut self, id: OpId, a: Number, b: Number) -> Result<Number, ScriptError> {
        let int = match (a, b) {
            (Number::Int(class, _), _) | (_, Number::Int(class, _)) => Some(class),
            _ => None,
        };
        let is_complex = |number: Number| matches!(number, Number::Complex(..));
        if is_complex(a) || is_complex(b) {
            if let (Some(class), "max" | "min") = (int, id.as_str()) {
                let (name, class) = (id.as_str(), class.name());
                let message =
                    format!("{name}: cannot compute {name} of {class} and complex numbers");
                return Err(crate::trace::error::fail("M104", message));
            }
            let result = complex_pair(id.as_str(), a, b)?;
            return Ok(in_precision(Float::of(a.class().combined(b.class())), result));
        }
        if id.as_str() == "xor" {
            if is_no_truth(a) || is_no_truth(b) {
                return Err(nan_as_truth());
            }
            return Ok(Number::Logical((a.to_f64() != 0.0) != (b.to_f64() != 0.0)));
        }
        if let Some(class) = int
            && matches!(id.as_str(), "mod" | "rem" | "max" | "min")
        {
            return integer_pair(id.as_str(), class, a, b);
        }
        let int = int.filter(|_| !matches!(id.as_str(), "atan2" | "hypot"));
        // In the result of an integer class, `single` counts as `double`.
        let is_single = |number: Number| int.is_none() && matches!(number, Number::Single(_));
        let is_single = is_single(a) || is_single(b);
        let class = if is_single { Class::Single } else { Class::Double };
        let numbers = [a, b].map(|number| convert_number(Number::Double(number.to_f64()), class));
        let result = self.evaluate(id, &numbers).ok_or_else(|| {
            crate::trace::error::fail("M114", format!("`{id}` is not supported on the host"))
        })?;
        Ok(match int {
            Some(int) => convert_number(result, Class::Int(int)),
            None => result,
        })
    }
}

/// A function of two numbers, one of them complex, in `double`.
fn complex_pair(name: &str, a: Number, b: Number) -> Result<Number, ScriptError> {
    let (x, y) = (to_complex(a), to_complex(b));
    let is_true = |z: Complex| z.re != 0.0 || z.im != 0.0;
    // Of equal sizes the first one stays; NaN on the left stays too.
    let first = |stays: bool| if stays || x.abs().is_nan() { x } else { y };
    Ok(match name {
        "xor" => Number::Logical(is_true(x) != is_true(y)),
        "hypot" => Number::Double(x.abs().hypot(y.abs())),
        "max" => narrow(Float::Double, first(x.abs() >= y.abs())),
        "min" => narrow(Float::Double, first(x.abs() <= y.abs())),
        _ => {
            let message = format!("{name}: not defined for complex numbers");
            return Err(crate::trace::error::fail("M104", message));
        }
    })
}

/// Remainders and extremes with an integer: the other operand is brought to its class first.
fn integer_pair(name: &str, class: IntClass, a: Number, b: Number) -> Result<Number, ScriptError> {
    let is_extreme = matches!(name, "max" | "min");
    let class = match (a, b) {
        (Number::Int(x, _), Number::Int(y, _)) if x != y => {
            let (least, most) = (x.bounds(), y.bounds());
            let wider = if least.1 >= most.1 { x } else { y };
            if !is_extreme {
                let (x, y) = (x.name(), y.name());
                let message = format!("{name}: cannot combine {x} and {y}");
                return Err(crate::trace::error::fail("M104", message));
            }
            if (least.0 < 0) != (most.0 < 0) {
                let (x, y) = (x.name(), y.name());
                let message = format!("{name}: cannot compute {name} ({x} scalar, {y} scalar)");
                return Err(crate::trace::error::fail("M104", message));
            }
            wider
        }
        _ => class,
    };
    let whole = |number: Number| match convert_number(number, Class::Int(class)) {
        Number::Int(_, value) => value,
        _ => 0,
    };
    let (x, y) = (whole(a), whole(b));
    let value = match (name, y) {
        ("max", _) => x.max(y),
        ("min", _) => x.min(y),
        ("rem", 0) => 0,
        (_, 0) => x,
        ("rem", _) => x % y,
        (_, _) => ((x % y) + y) % y,
    };
    Ok(Number::Int(class, value))
}

fn part(call: &mut Call<'_, '_>, of: fn(Complex) -> f64) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let is_real = matches!(value, Value::Lazy(_) | Value::Range(_)) && !is_host_only(&value);
    if is_real {
        let span = call.span;
        let lazy = call.interpreter.lazy(value, span)?;
        let zero = Operand::Number(Number::Double(0.0));
        return match call.builtin.name {
            "real" if lazy.class == Class::Logical => {
                one(call.graph().cast(&lazy, Class::Double, span)?)
            }
            "real" => one(lazy),
            "imag" => {
                let class = if lazy.class == Class::Single { lazy.class } else { Class::Double };
                let zero = convert_number(Number::Double(0.0), class);
                one(call.graph().fill(zero, class, lazy.shape.clone(), span)?)
            }
            _ => {
                one(call.graph().apply(OpId::new("atan2"), &[zero, Operand::Lazy(&lazy)], span)?)
            }
        };
    }
    let array = call.interpreter.host_array(&value, call.span)?;
    let is_part = matches!(call.builtin.name, "real" | "imag");
    let class = match array.class() {
        Class::Char | Class::Logical => Class::Double,
        Class::Int(_) if !is_part => Class::Double,
        class => class,
    };
    let numbers = array.numbers().map(|number| Number::Double(of(to_complex(number))));
    one(collect_numbers(class, array.shape.clone(), numbers))
}

fn conj(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = call.take(0)?;
    let conjugate = |number: Number| match number {
        Number::Complex(float, re, im) => Number::Complex(float, re, -im),
        other => other,
    };
    match value {
        Value::Number(number @ (Number::Logical(_) | Number::Char(_))) => one(number.to_f64()),
        Value::Number(number) => one(conjugate(number)),
        Value::Array(array) if array.is_complex() => {
            let numbers = array.numbers().map(conjugate);
            one(collect_numbers(array.class(), array.shape.clone(), numbers))
        }
        other => match other.class() {
            Some(Class::Logical) => Ok(vec![call.by("double", vec![other])?]),
            _ => Ok(vec![other]),
        },
    }
}

fn complex(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let re = call.array(0)?;
    let im = match call.args.len() {
        1 if re.is_complex() => return one(re),
        1 => HostArray::new(Shape::scalar(), HostData::Double(vec![0.0])),
        _ => call.array(1)?,
    };
    // Complex, even where nothing is imaginary.
    let real = binary_host("complex", (&re, &im), |re, _| Ok(Number::Double(re.to_f64())))?;
    let imaginary = binary_host("complex", (&re, &im), |_, im| Ok(Number::Double(im.to_f64())))?;
    let parts = real.doubles().into_iter().zip(imaginary.doubles());
    let float = Float::of(re.class().combined(im.class()));
    let parts: Vec<[f64; 2]> = parts.map(|(re, im)| [float.round(re), float.round(im)]).collect();
    one(HostArray::new(real.shape, HostData::Complex(float, parts)))
}
