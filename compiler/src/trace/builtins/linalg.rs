//! Dense linear algebra: products recorded, factorisations on the host.

use preheat_dense::Matrix;
use preheat_format::OpId;

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{collect_numbers, is_host_only};
use crate::trace::record::Operand;
use crate::trace::value::{Class, Number, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("kron", (2, ANY, 1), kron, "Kronecker product."),
    Builtin::nodes("trace", (1, 1, 1), trace, "Sum of the diagonal."),
    Builtin::values("cross", (2, 2, 1), cross, "Vector product in three dimensions."),
    Builtin::values("rank", (1, 2, 1), rank, "Number of independent columns."),
    Builtin::values("cond", (1, 1, 1), cond, "Condition number."),
];

fn kron(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    // From the left, two at a time.
    while call.args.len() > 2 {
        let pair: Vec<Value> = call.args.drain(..2).collect();
        let product = call.by("kron", pair)?;
        call.args.insert(0, product);
    }
    for index in 0..call.args.len() {
        // The result is `double` for integers.
        if matches!(call.get(index).and_then(Value::class), Some(Class::Int(_))) {
            let value = call.take(index)?;
            call.args[index] = call.by("double", vec![value])?;
        }
    }
    if call.args.iter().any(is_host_only) {
        let args = std::mem::take(&mut call.args);
        let span = call.span;
        return call.interpreter.call_name("linear__kron", args, 1, span);
    }
    let (a, b) = (call.lazy(0)?, call.lazy(1)?);
    let span = call.span;
    // The pages of an array stand side by side.
    let sides = |shape: &Shape| {
        let rows = shape.extent(0);
        (rows, shape.len().checked_div(rows).unwrap_or(shape.extent(1)))
    };
    let ((m, n), (p, q)) = (sides(&a.shape), sides(&b.shape));
    let a = call.graph().reshape(&a, Shape::new(vec![1, m, 1, n]), span)?;
    let b = call.graph().reshape(&b, Shape::new(vec![p, 1, q]), span)?;
    let operands = [Operand::Lazy(&a), Operand::Lazy(&b)];
    let product = call.graph().apply(OpId::new("mul"), &operands, span)?;
    one(call.graph().reshape(&product, Shape::matrix(m * p, n * q), span)?)
}

fn trace(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    if shape.rank() > 2 {
        return Err(call.error("M103", "trace: only valid on 2-D objects"));
    }
    if shape.is_vector() || shape.is_empty() {
        return call.by_form();
    }
    let span = call.span;
    let diagonal = call.interpreter.call_name("diag", vec![call.args[0].clone()], 1, span)?;
    let diagonal = diagonal.into_iter().next().unwrap_or_else(Value::empty);
    call.interpreter.call_name("sum", vec![diagonal], 1, span)
}

fn cross(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (left, right) = (call.array(0)?, call.array(1)?);
    if left.shape != right.shape || left.len() != 3 || left.is_complex() || right.is_complex() {
        return call.by_form();
    }
    let (a, b) = (left.doubles(), right.doubles());
    let ([a0, a1, a2], [b0, b1, b2]) = (a.as_slice(), b.as_slice()) else {
        let message = "cross: must have at least one dimension with 3 elements";
        return Err(call.error("M103", message));
    };
    let values = vec![a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0];
    let class = left.class().combined(right.class());
    let values = values.into_iter().map(Number::Double);
    one(collect_numbers(class, left.shape.clone(), values))
}

/// The most rows or columns of a matrix whose singular values are found by rotations: each sweep of
/// them takes as long as all of another method.
const ROTATED_MAX: usize = 32;

/// Singular values, largest first, of small matrices by one-sided Jacobi rotations (Demmel and
/// Veselic, "Jacobi's method is more accurate than QR", 1992).
pub(super) fn singular_values(a: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let matrix = Matrix { rows, columns, data: a.to_vec() };
    if rows.min(columns) > ROTATED_MAX
        && let Some(values) = preheat_dense::singular_values(&matrix)
    {
        return values;
    }
    let (scaled, up) = preheat_dense::in_range(&matrix);
    let mut a = scaled.data;
    for _ in 0..60 {
        let mut rotated = false;
        for p in 0..columns {
            for q in p + 1..columns {
                let dot = |x: usize, y: usize| -> f64 {
                    (0..rows).map(|row| a[row + x * rows] * a[row + y * rows]).sum()
                };
                let (alpha, beta, gamma) = (dot(p, p), dot(q, q), dot(p, q));
                if gamma.abs() <= f64::EPSILON * (alpha * beta).sqrt() {
                    continue;
                }
                rotated = true;
                let zeta = (beta - alpha) / (2.0 * gamma);
                let t = 1.0f64.copysign(zeta) / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
                let c = 1.0 / (1.0 + t * t).sqrt();
                let s = c * t;
                for row in 0..rows {
                    let (x, y) = (a[row + p * rows], a[row + q * rows]);
                    a[row + p * rows] = c * x - s * y;
                    a[row + q * rows] = s * x + c * y;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let norm = |column: usize| -> f64 {
        (0..rows).map(|row| a[row + column * rows].powi(2)).sum::<f64>().sqrt()
    };
    let mut values: Vec<f64> = (0..columns).map(|column| norm(column) * up).collect();
    values.sort_by(|x, y| y.total_cmp(x));
    values.truncate(rows.min(columns));
    values
}

fn values_of(call: &mut Call<'_, '_>) -> Result<(Vec<f64>, usize, usize), ScriptError> {
    let array = call.array(0)?;
    if array.is_complex() || array.shape.rank() > 2 {
        return Err(call.unsupported("complex matrices and arrays of more dimensions"));
    }
    let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    Ok((singular_values(&array.doubles(), rows, columns), rows, columns))
}

fn rank(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (values, rows, columns) = values_of(call)?;
    let largest = values.first().copied().unwrap_or(0.0);
    let tolerance = match call.args.len() {
        1 => rows.max(columns) as f64 * largest * f64::EPSILON,
        _ => call.number(1)?,
    };
    one(values.iter().filter(|value| **value > tolerance).count() as f64)
}

fn cond(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (values, _, _) = values_of(call)?;
    let (first, last) = (values.first().copied(), values.last().copied());
    one(first.unwrap_or(0.0) / last.unwrap_or(1.0))
}
