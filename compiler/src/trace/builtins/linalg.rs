//! Dense linear algebra: products recorded, factorisations on the host.

use preheat_format::OpId;

use crate::diagnostic::Diagnostic;
use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{Lu, identity};
use crate::trace::record::Operand;
use crate::trace::value::{HostArray, HostData, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::nodes("kron", (2, 2, 1), kron, "Kronecker product."),
    Builtin::nodes("trace", (1, 1, 1), trace, "Sum of the diagonal."),
    Builtin::values("inv", (1, 1, 1), inverse, "Inverse matrix."),
    Builtin::values("det", (1, 1, 1), determinant, "Determinant."),
    Builtin::values("cross", (2, 2, 1), cross, "Vector product in three dimensions."),
    Builtin::values("rank", (1, 2, 1), rank, "Number of independent columns."),
    Builtin::values("svd", (1, 1, 1), svd, "Singular values."),
    Builtin::values("cond", (1, 1, 1), cond, "Condition number."),
    Builtin::values("lu", (1, 1, 3), lu, "LU factors with row exchanges."),
    Builtin::values("chol", (1, 1, 1), cholesky, "Cholesky factor."),
];

fn kron(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (a, b) = (call.lazy(0)?, call.lazy(1)?);
    let span = call.span;
    let (m, n) = (a.shape.extent(0), a.shape.extent(1));
    let (p, q) = (b.shape.extent(0), b.shape.extent(1));
    let a = call.graph().reshape(&a, Shape::new(vec![1, m, 1, n]), span)?;
    let b = call.graph().reshape(&b, Shape::new(vec![p, 1, q]), span)?;
    let operands = [Operand::Lazy(&a), Operand::Lazy(&b)];
    let product = call.graph().apply(OpId::new("mul"), &operands, span)?;
    one(call.graph().reshape(&product, Shape::matrix(m * p, n * q), span)?)
}

fn trace(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let shape = call.get(0).map(Value::shape).unwrap_or_else(Shape::scalar);
    if shape.rank() > 2 || shape.extent(0) != shape.extent(1) {
        return Err(call.error("M103", "trace: only valid on square matrix"));
    }
    let span = call.span;
    let diagonal = call.interpreter.call_name("diag", vec![call.args[0].clone()], 1, span)?;
    let diagonal = diagonal.into_iter().next().unwrap_or_else(Value::empty);
    call.interpreter.call_name("sum", vec![diagonal], 1, span)
}

/// A square matrix on the host.
fn square(call: &mut Call<'_, '_>, message: &str) -> Result<(Vec<f64>, usize), ScriptError> {
    let array = call.array(0)?;
    if array.is_complex() {
        return Err(call.unsupported("complex matrices"));
    }
    if array.shape.rank() > 2 || array.shape.extent(0) != array.shape.extent(1) {
        return Err(call.error("M103", message));
    }
    Ok((array.doubles(), array.shape.extent(0) as usize))
}

fn matrix(values: Vec<f64>, rows: usize, columns: usize) -> HostArray {
    HostArray::new(Shape::matrix(rows as u64, columns as u64), HostData::Double(values))
}

fn inverse(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (a, n) = square(call, "inverse: argument must be a square matrix")?;
    let lu = Lu::new(a, n);
    if lu.is_singular() {
        let message = "matrix singular to machine precision";
        call.note(Diagnostic::warning("M131", message));
        if lu.determinant() == 0.0 {
            return one(matrix(vec![f64::INFINITY; n * n], n, n));
        }
    }
    one(matrix(lu.solve(&identity(n as u64).doubles(), n), n, n))
}

fn determinant(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (a, n) = square(call, "det: A must be a square matrix")?;
    one(Lu::new(a, n).determinant())
}

fn cross(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (left, right) = (call.array(0)?, call.array(1)?);
    let (a, b) = (left.doubles(), right.doubles());
    let ([a0, a1, a2], [b0, b1, b2]) = (a.as_slice(), b.as_slice()) else {
        let message = "cross: both X and Y must have 3 elements";
        return Err(call.error("M103", message));
    };
    let values = vec![a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0];
    one(HostArray::new(left.shape.clone(), HostData::Double(values)))
}

/// Singular values, largest first, by one-sided Jacobi rotations (Demmel and Veselic, "Jacobi's
/// method is more accurate than QR", 1992).
pub(super) fn singular_values(a: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let mut a = a.to_vec();
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
    let mut values: Vec<f64> = (0..columns).map(norm).collect();
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

fn svd(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (values, _, _) = values_of(call)?;
    one(HostArray::column(values))
}

fn cond(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (values, _, _) = values_of(call)?;
    let (first, last) = (values.first().copied(), values.last().copied());
    one(first.unwrap_or(0.0) / last.unwrap_or(1.0))
}

fn lu(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (a, n) = square(call, "lu: matrices that are not square are not supported")?;
    let lu = Lu::new(a, n);
    let mut lower = vec![0.0; n * n];
    let mut upper = vec![0.0; n * n];
    let mut order = vec![0.0; n * n];
    for column in 0..n {
        for row in 0..n {
            let value = lu.packed[row + column * n];
            if row > column {
                lower[row + column * n] = value
            } else {
                upper[row + column * n] = value
            }
        }
        lower[column + column * n] = 1.0;
    }
    for (row, from) in lu.order.iter().enumerate() {
        order[row + from * n] = 1.0;
    }
    if call.nargout < 3 {
        let mut mixed = vec![0.0; n * n];
        for (row, from) in lu.order.iter().enumerate() {
            (0..n).for_each(|column| mixed[from + column * n] = lower[row + column * n]);
        }
        lower = mixed;
    }
    let square = |values| Value::from(matrix(values, n, n));
    Ok(vec![square(lower), square(upper), square(order)])
}

fn cholesky(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (a, n) = square(call, "chol: A must be a square matrix")?;
    let mut r = vec![0.0; n * n];
    for column in 0..n {
        for row in 0..=column {
            let dot: f64 = (0..row).map(|k| r[k + row * n] * r[k + column * n]).sum();
            let rest = a[row + column * n] - dot;
            if row < column {
                r[row + column * n] = rest / r[row + row * n];
            } else if rest > 0.0 {
                r[row + column * n] = rest.sqrt();
            } else {
                let message = "chol: input matrix must be positive definite";
                return Err(call.error("M113", message));
            }
        }
    }
    one(matrix(r, n, n))
}
