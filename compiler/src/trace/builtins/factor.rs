//! Factorisations of matrices, real and complex: on the host, by `preheat-dense`.

use preheat_dense::{Complex, Lu, Matrix};

use crate::diagnostic::Diagnostic;
use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call, Run};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::positive::Positive;
use crate::trace::interpreter::small::is_fixed;
use crate::trace::interpreter::{self, convert_number};
use crate::trace::value::{Class, Float, Form, HostArray, HostData, Number, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("inv", (1, 1, 2), |call| sized(call, inverse), "Inverse matrix."),
    Builtin::values("det", (1, 1, 1), determinant, "Determinant."),
    Builtin::values("rcond", (1, 1, 1), reciprocal, "Reciprocal condition number."),
    Builtin::values("lu", (1, 2, 3), |call| sized(call, lu), "LU factors with row exchanges."),
    Builtin::values("chol", (1, 2, 2), |call| sized(call, cholesky), "Cholesky factor."),
    Builtin::values("qr", (1, 3, 3), |call| sized(call, qr), "Orthogonal and triangular factor."),
    Builtin::values("svd", (1, 2, 3), |call| sized(call, svd), "Singular values and vectors."),
    Builtin::values("eig", (1, 4, 2), |call| sized(call, eig), "Eigenvalues and vectors."),
    Builtin::values("schur", (1, 2, 2), |call| sized(call, schur), "Real Schur form."),
];

/// A matrix with elements of the one or the other kind.
enum Elements {
    Real(Matrix<f64>),
    Complex(Matrix<Complex<f64>>),
}

impl Elements {
    fn of(array: &HostArray) -> Elements {
        let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
        match &*array.data {
            HostData::Complex(_, values) => {
                let data = values.iter().map(|[re, im]| Complex::new(*re, *im)).collect();
                Elements::Complex(Matrix { rows, columns, data })
            }
            _ => Elements::Real(Matrix { rows, columns, data: array.doubles() }),
        }
    }

    fn complex(self) -> Matrix<Complex<f64>> {
        match self {
            Elements::Complex(matrix) => matrix,
            Elements::Real(Matrix { rows, columns, data }) => {
                let data = data.into_iter().map(|value| Complex::new(value, 0.0)).collect();
                Matrix { rows, columns, data }
            }
        }
    }
}

/// A result of the class of the argument.
/// Runs a function whose results have sizes that those of its arguments decide: of fixed arrays
/// they are fixed. That of a second result of `chol` is none, for it may be smaller.
fn sized(call: &mut Call<'_, '_>, run: Run) -> Outcome {
    let fixed = call.args.first().is_some_and(is_fixed)
        && call.args.iter().all(|arg| is_fixed(arg) || !matches!(arg, Value::Array(_)))
        && !(call.builtin.name == "chol" && call.nargout > 1);
    Ok(run(call)?.into_iter().map(|value| value.with_fixed(fixed)).collect())
}

fn real(matrix: Matrix<f64>, class: Class) -> Value {
    let shape = Shape::matrix(matrix.rows as u64, matrix.columns as u64);
    let data = match class {
        Class::Single => {
            HostData::Single(matrix.data.into_iter().map(|value| value as f32).collect())
        }
        _ => HostData::Double(matrix.data),
    };
    HostArray::new(shape, data).into()
}

/// The same; real if every imaginary part is zero.
fn complex(matrix: Matrix<Complex<f64>>, class: Class) -> Value {
    let shape = Shape::matrix(matrix.rows as u64, matrix.columns as u64);
    let data = matrix.data.iter().map(|value| [value.re, value.im]).collect();
    HostArray::new(shape, HostData::complex(Float::of(class), data)).into()
}

fn column(values: Vec<f64>, class: Class) -> Value {
    real(Matrix { rows: values.len(), columns: 1, data: values }, class)
}

fn diagonal(values: &[f64], (rows, columns): (usize, usize), class: Class) -> Value {
    let mut matrix = Matrix::zeros(rows, columns);
    values.iter().enumerate().for_each(|(at, value)| matrix.set(at, at, *value));
    real(matrix, class).with_form(Form::Diagonal)
}

/// Argument 0 as a finite matrix, with the class of results.
fn matrix(call: &mut Call<'_, '_>) -> Result<(HostArray, Class), ScriptError> {
    let array = call.array(0)?;
    let name = call.builtin.name;
    if array.shape.rank() > 2 {
        return Err(call.error("M113", format!("{name}: A must be a 2-D matrix")));
    }
    if array.class() == Class::Char {
        return Err(call.error("M104", "invalid conversion from string to real matrix"));
    }
    let class = if array.class() == Class::Single { Class::Single } else { Class::Double };
    Ok((array, class))
}

fn square(
    call: &mut Call<'_, '_>,
    message: &'static str,
) -> Result<(HostArray, Class), ScriptError> {
    let (array, class) = matrix(call)?;
    match array.shape.extent(0) == array.shape.extent(1) {
        true => Ok((array, class)),
        false => Err(call.error("M103", message)),
    }
}

fn finite(
    call: &Call<'_, '_>,
    array: &HostArray,
    message: &'static str,
) -> Result<(), ScriptError> {
    let is_finite = |number: Number| match number {
        Number::Complex(_, re, im) => re.is_finite() && im.is_finite(),
        other => other.to_f64().is_finite(),
    };
    match array.numbers().all(is_finite) {
        true => Ok(()),
        false => Err(call.error("M113", message)),
    }
}

fn warn_singular(call: &mut Call<'_, '_>) {
    let message = "matrix singular to machine precision";
    call.note(Diagnostic::warning("M131", message));
}

fn inverse(call: &mut Call<'_, '_>) -> Outcome {
    let (array, class) = square(call, "inverse: A must be a square matrix")?;
    let order = array.shape.extent(0) as usize;
    if let (1, Some(x @ (Number::Double(_) | Number::Single(_)))) = (order, array.get(0))
        && x.to_f64().is_infinite()
    {
        return one(convert_number(Number::Double(0.0), class));
    }
    let infinite = || {
        let data = vec![f64::INFINITY; order * order];
        real(Matrix { rows: order, columns: order, data }, class)
    };
    let (value, condition) = match Elements::of(&array) {
        Elements::Real(a) => {
            let lu = preheat_dense::lu(a.clone());
            let condition = lu.reciprocal_condition(&a);
            let inverse = match Positive::of(&a.data, order) {
                Some(positive) => Matrix { rows: order, columns: order, data: positive.inverse() },
                None => lu.inverse(),
            };
            (real(inverse, class), condition)
        }
        Elements::Complex(a) => {
            let lu = preheat_dense::lu(a.clone());
            let condition = lu.reciprocal_condition(&a);
            (complex(lu.inverse(), class), condition)
        }
    };
    let is_singular = condition == 0.0 || condition.is_nan();
    if order > 0 && (is_singular || condition < f64::EPSILON / 2.0) && call.nargout < 2 {
        warn_singular(call);
    }
    let value = if order > 0 && is_singular { infinite() } else { value };
    let value = value.with_form(array.form);
    Ok(vec![value, Value::from(condition)])
}

fn determinant(call: &mut Call<'_, '_>) -> Outcome {
    let (array, class) = square(call, "det: A must be a square matrix")?;
    let value = match Elements::of(&array) {
        Elements::Real(a) => Number::Double(match Positive::of(&a.data, a.rows) {
            Some(positive) => positive.determinant(),
            None => preheat_dense::lu(a).determinant(),
        }),
        Elements::Complex(a) => {
            let value = preheat_dense::lu(a).determinant();
            let value = interpreter::Complex::new(value.re, value.im);
            interpreter::narrow(Float::of(class), value)
        }
    };
    match (value, class) {
        (Number::Double(value), Class::Single) => one(Number::Single(value as f32)),
        (value, _) => one(value),
    }
}

fn reciprocal(call: &mut Call<'_, '_>) -> Outcome {
    let (array, _) = square(call, "rcond: A must be a square matrix")?;
    if array.is_empty() {
        return one(f64::INFINITY);
    }
    one(match Elements::of(&array) {
        Elements::Real(a) => preheat_dense::lu(a.clone()).reciprocal_condition(&a),
        Elements::Complex(a) => preheat_dense::lu(a.clone()).reciprocal_condition(&a),
    })
}

fn lu(call: &mut Call<'_, '_>) -> Outcome {
    let (array, class) = matrix(call)?;
    let wants_vector = call.args.len() > 1 && call.text(1)? == "vector";
    let outputs = call.nargout;
    let order;
    let (lower, upper, packed) = match Elements::of(&array) {
        Elements::Real(a) => {
            let lu = preheat_dense::lu(a);
            let (lower, upper) = split(&lu, outputs == 2);
            order = lu.order;
            (real(lower, class), real(upper, class), real(lu.factors, class))
        }
        Elements::Complex(a) => {
            let lu = preheat_dense::lu(a);
            let (lower, upper) = split(&lu, outputs == 2);
            order = lu.order;
            (complex(lower, class), complex(upper, class), complex(lu.factors, class))
        }
    };
    if outputs < 2 {
        return Ok(vec![packed]);
    }
    let rows = order.len();
    let exchanges = match wants_vector {
        true => HostArray::column(order.iter().map(|row| *row as f64 + 1.0).collect()).into(),
        false => {
            let mut matrix = Matrix::zeros(rows, rows);
            order.iter().enumerate().for_each(|(row, from)| matrix.set(row, *from, 1.0));
            real(matrix, Class::Double).with_form(Form::Permutation)
        }
    };
    Ok(vec![lower, upper, exchanges])
}

/// L and U; the rows of L as they were before the exchanges if `is_mixed`.
fn split<T: preheat_dense::Field>(lu: &Lu<T>, is_mixed: bool) -> (Matrix<T>, Matrix<T>) {
    let (m, n) = (lu.factors.rows, lu.factors.columns);
    let inner = m.min(n);
    let (mut lower, mut upper) = (Matrix::zeros(m, inner), Matrix::zeros(inner, n));
    for row in 0..m {
        let place = if is_mixed { lu.order[row] } else { row };
        for column in 0..inner.min(row) {
            lower.set(place, column, lu.factors.at(row, column));
        }
        if row < inner {
            lower.set(place, row, T::from(1.0));
            (row..n).for_each(|column| upper.set(row, column, lu.factors.at(row, column)));
        }
    }
    (lower, upper)
}

fn cholesky(call: &mut Call<'_, '_>) -> Outcome {
    let is_lower = call.take_option("lower");
    call.take_option("upper");
    let (array, class) = square(call, "chol: requires square matrix")?;
    let flip = |matrix: Matrix<Complex<f64>>| {
        let mut flipped = Matrix::zeros(matrix.columns, matrix.rows);
        for column in 0..matrix.columns {
            for row in 0..matrix.rows {
                flipped.set(column, row, matrix.at(row, column).conj());
            }
        }
        flipped
    };
    let a = Elements::of(&array).complex();
    let a = if is_lower { flip(a) } else { a };
    let (factor, failed) = match preheat_dense::cholesky(&a) {
        Ok(factor) => (factor, 0),
        Err((step, before)) => (before, step),
    };
    if failed > 0 && call.nargout < 2 {
        return Err(call.error("M113", "chol: input matrix must be positive definite"));
    }
    let factor = if is_lower { flip(factor) } else { factor };
    Ok(vec![complex(factor, class), Value::from(failed as f64)])
}

fn qr(call: &mut Call<'_, '_>) -> Outcome {
    let (array, class) = matrix(call)?;
    let wants_vector = call.take_option("vector");
    let wants_matrix = call.take_option("matrix");
    let is_thin = match call.get(1) {
        None => false,
        Some(option) => match option.to_text() {
            Some(text) if option.is_char() => text == "econ" || text == "0",
            _ if option.is_empty() || option.shape() != Shape::scalar() => {
                return Err(call.unsupported("a right-hand side"));
            }
            _ => true,
        },
    };
    if call.nargout > 2 {
        let (q, r, order) = match Elements::of(&array) {
            Elements::Real(a) => {
                let (q, r, order) = preheat_dense::pivoted_qr(&a, is_thin);
                (real(q, class), real(r, class), order)
            }
            Elements::Complex(a) => {
                let (q, r, order) = preheat_dense::pivoted_qr(&a, is_thin);
                (complex(q, class), complex(r, class), order)
            }
        };
        if wants_vector || is_thin && !wants_matrix {
            let order = order.iter().map(|column| *column as f64 + 1.0).collect();
            return Ok(vec![q, r, HostArray::row(order).into()]);
        }
        let mut exchanges = Matrix::zeros(order.len(), order.len());
        order.iter().enumerate().for_each(|(at, from)| exchanges.set(*from, at, 1.0));
        return Ok(vec![q, r, real(exchanges, Class::Double).with_form(Form::Permutation)]);
    }
    let (q, r) = match Elements::of(&array) {
        Elements::Real(a) => {
            let (q, r) = preheat_dense::qr(&a, is_thin);
            (real(q, class), real(r, class))
        }
        Elements::Complex(a) => {
            let (q, r) = preheat_dense::qr(&a, is_thin);
            (complex(q, class), complex(r, class))
        }
    };
    Ok(if call.nargout < 2 { vec![r] } else { vec![q, r] })
}

fn svd(call: &mut Call<'_, '_>) -> Outcome {
    let (array, class) = matrix(call)?;
    finite(call, &array, "svd: cannot take SVD of matrix containing Inf or NaN values")?;
    let (m, n) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    // `svd(a, 0)` leaves a matrix of more columns than rows as it is.
    let is_zero =
        |value: &Value| matches!(value, Value::Number(n) if n.to_f64() == 0.0 && !value.is_char());
    let is_thin = call.get(1).is_some_and(|option| m > n || !is_zero(option));
    if m == 0 || n == 0 {
        let empty = column(Vec::new(), class);
        let square = |order: usize| real(Matrix::identity(order), class);
        return Ok(match call.nargout {
            0 | 1 => vec![empty],
            _ => vec![square(m), real(Matrix::zeros(m, n), class), square(n)],
        });
    }
    let a = Elements::of(&array).complex();
    let Some(found) = preheat_dense::svd(&a, is_thin) else {
        return Err(call.error("M113", "svd: the iteration does not converge"));
    };
    if call.nargout < 2 {
        return Ok(vec![column(found.values, class)]);
    }
    let inner = found.values.len();
    let extents = if is_thin { (inner, inner) } else { (m, n) };
    let s = diagonal(&found.values, extents, class);
    Ok(vec![complex(found.u, class), s, complex(found.v, class)])
}

fn eig(call: &mut Call<'_, '_>) -> Outcome {
    let wants_vector = call.take_option("vector");
    if call.take_option("matrix") && call.nargout < 2 {
        let args = std::mem::take(&mut call.args);
        let values = call.by("eig", args)?;
        return one(call.by("diag", vec![values])?);
    }
    for option in ["balance", "nobalance", "chol", "qz"] {
        call.take_option(option);
    }
    let (array, class) = square(call, "eig: A must be a square matrix")?;
    finite(call, &array, "eig: matrix contains Inf or NaN values")?;
    if call.args.len() > 1 {
        return generalized(call, &array);
    }
    if array.is_empty() && call.nargout < 2 {
        return one(array);
    }
    let failed = |call: &Call<'_, '_>| call.error("M113", "eig: the iteration does not converge");
    let wants_vectors = call.nargout > 1;
    let found = match Elements::of(&array) {
        Elements::Real(a) if a.is_hermitian() && !wants_vectors && a.rows > 0 => {
            let values = preheat_dense::symmetric_values(&a).ok_or_else(|| failed(call))?;
            return Ok(vec![column(values, class)]);
        }
        Elements::Real(a) if a.is_hermitian() => {
            let (values, vectors) =
                preheat_dense::symmetric_eigen(&a).ok_or_else(|| failed(call))?;
            return Ok(pack(values, real(vectors, class), (wants_vectors, wants_vector), class));
        }
        Elements::Real(a) => preheat_dense::eigen(&a),
        Elements::Complex(a) if a.is_hermitian() => {
            let (values, vectors) =
                preheat_dense::hermitian_eigen(&a).ok_or_else(|| failed(call))?;
            return Ok(pack(values, complex(vectors, class), (wants_vectors, wants_vector), class));
        }
        Elements::Complex(a) => preheat_dense::complex_eigen(&a),
    };
    let (values, vectors) = found.ok_or_else(|| failed(call))?;
    let list = Matrix { rows: values.len(), columns: 1, data: values.clone() };
    if !wants_vectors {
        return Ok(vec![complex(list, class)]);
    }
    let spread = match wants_vector {
        true => complex(list, class),
        false => {
            let mut matrix = Matrix::zeros(values.len(), values.len());
            values.iter().enumerate().for_each(|(at, value)| matrix.set(at, at, *value));
            complex(matrix, class).with_form(Form::Diagonal)
        }
    };
    Ok(vec![complex(vectors, class), spread])
}

/// Real eigenvalues, with the vectors if they are wanted.
fn pack(
    values: Vec<f64>,
    vectors: Value,
    (wants_vectors, wants_vector): (bool, bool),
    class: Class,
) -> Vec<Value> {
    let order = values.len();
    match (wants_vectors, wants_vector) {
        (false, _) => vec![column(values, class)],
        (true, true) => vec![vectors, column(values, class)],
        (true, false) => vec![vectors, diagonal(&values, (order, order), class)],
    }
}

/// Eigenvalues of a pair of matrices, the smallest first if the second is positive definite.
fn generalized(call: &mut Call<'_, '_>, a: &HostArray) -> Outcome {
    let b = call.array(1)?;
    if b.shape != a.shape {
        return Err(call.error("M103", "eig: argument must be a square matrix"));
    }
    let (Elements::Real(a), Elements::Real(b)) = (Elements::of(a), Elements::of(&b)) else {
        return Err(call.unsupported("pairs of complex matrices"));
    };
    let factor = if b.is_hermitian() { preheat_dense::cholesky(&b).ok() } else { None };
    if let (Some(r), true) = (factor, a.is_hermitian()) {
        let inverse = preheat_dense::lu(r).solve(&Matrix::identity(b.rows));
        let mut flipped = Matrix::zeros(b.rows, b.rows);
        for column in 0..b.rows {
            (0..b.rows).for_each(|row| flipped.set(row, column, inverse.at(column, row)));
        }
        let mut reduced = flipped.product(&a).product(&inverse);
        for column in 0..b.rows {
            for row in 0..column {
                let mean = (reduced.at(row, column) + reduced.at(column, row)) / 2.0;
                reduced.set(row, column, mean);
                reduced.set(column, row, mean);
            }
        }
        let Some((values, vectors)) = preheat_dense::symmetric_eigen(&reduced) else {
            return Err(call.error("M113", "eig: the iteration does not converge"));
        };
        let vectors = real(inverse.product(&vectors), Class::Double);
        return Ok(pack(values, vectors, (call.nargout > 1, false), Class::Double));
    }
    if call.nargout > 1 {
        return Err(call.unsupported("vectors of pairs without symmetry"));
    }
    let Some(values) = preheat_dense::generalized_values(&a, &b) else {
        return Err(call.error("M113", "eig: the iteration does not converge"));
    };
    let list = Matrix { rows: values.len(), columns: 1, data: values };
    Ok(vec![complex(list, Class::Double)])
}

fn schur(call: &mut Call<'_, '_>) -> Outcome {
    let (array, class) = square(call, "schur: argument must be a square matrix")?;
    let Elements::Real(a) = Elements::of(&array) else {
        return Err(call.unsupported("complex matrices"));
    };
    let Some(found) = preheat_dense::schur(&a) else {
        return Err(call.error("M113", "schur: the iteration does not converge"));
    };
    let (u, t) = (real(found.u, class), real(found.t, class));
    Ok(if call.nargout < 2 { vec![t] } else { vec![u, t] })
}
