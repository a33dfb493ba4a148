//! `A \ b` and `A / b` for matrices: on the host.

use preheat_dense::Matrix;

use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::syntax::ast::PostfixOp;
use crate::trace::error::{ScriptError, nonconformant};
use crate::trace::interpreter::positive::Positive;
use crate::trace::interpreter::{Complex, Interpreter, dense, to_complex};
use crate::trace::value::{Class, Float, Form, HostArray, HostData, Value};

impl Interpreter<'_> {
    /// `left \ right`: the solution of a square system, or the one of least squares.
    pub(crate) fn left_divide(
        &mut self,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let (a, b) = (left.shape(), right.shape());
        if a.rank() > 2 || b.rank() > 2 || a.extent(0) != b.extent(0) {
            return Err(nonconformant("operator \\", &a, &b).at(span));
        }
        let is_single = left.class() == Some(Class::Single) || right.class() == Some(Class::Single);
        let float = if is_single { Float::Single } else { Float::Double };
        let (a, b) = (self.host_array(&left, span)?, self.host_array(&right, span)?);
        let (rows, columns) = (a.shape.extent(0) as usize, a.shape.extent(1) as usize);
        if a.is_complex() || b.is_complex() {
            return self.complex_divide((&a, &b), float, span);
        }
        let count = b.shape.extent(1) as usize;
        let banded = (a.form == Form::Sparse && rows == columns).then(|| {
            let [a, b] = [(&a, columns), (&b, count)].map(|(array, columns)| Matrix {
                rows,
                columns,
                data: array.doubles(),
            });
            preheat_dense::banded_solve(&a, &b).map(|x| x.data)
        });
        let (values, is_singular) = match banded.flatten() {
            Some(values) => (values, false),
            None => {
                let positive = (rows == columns).then(|| Positive::of(&a.doubles(), rows));
                match positive.flatten() {
                    Some(positive) => (positive.solve(&b.doubles(), count), false),
                    None => dense::solve((a.doubles(), rows, columns), b.doubles(), count),
                }
            }
        };
        if is_singular {
            let message = "warning: matrix singular to machine precision";
            self.warn(crate::diagnostic::Diagnostic::warning("M131", message).at(span));
        }
        let shape = Shape::matrix(columns as u64, count as u64);
        let data = match is_single {
            true => HostData::Single(values.into_iter().map(|value| value as f32).collect()),
            false => HostData::Double(values),
        };
        Ok(HostArray::new(shape, data).into())
    }

    /// The same for complex matrices.
    fn complex_divide(
        &mut self,
        (a, b): (&HostArray, &HostArray),
        float: Float,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let matrix = |array: &HostArray| {
            let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
            let complex = |number| {
                let Complex { re, im } = to_complex(number);
                preheat_dense::Complex::new(re, im)
            };
            preheat_dense::Matrix { rows, columns, data: array.numbers().map(complex).collect() }
        };
        let (a, b) = (matrix(a), matrix(b));
        let x = if a.rows == a.columns {
            let lu = preheat_dense::lu(a.clone());
            let condition = lu.reciprocal_condition(&a);
            let epsilon = match float {
                Float::Single => f64::from(f32::EPSILON),
                Float::Double => f64::EPSILON,
            };
            if condition < epsilon / 2.0 {
                let message = "warning: matrix singular to machine precision";
                self.warn(crate::diagnostic::Diagnostic::warning("M131", message).at(span));
            }
            let is_singular = condition == 0.0 && a.rows > 1;
            if is_singular { dense::least_norm(&a, &b) } else { lu.solve(&b) }
        } else {
            dense::least_norm(&a, &b)
        };
        let shape = Shape::matrix(x.rows as u64, x.columns as u64);
        let parts = x.data.iter().map(|value| [value.re, value.im]).collect();
        Ok(HostArray::new(shape, HostData::complex(float, parts)).into())
    }

    /// `left / right`, by the transposed system.
    pub(crate) fn right_divide(
        &mut self,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value, ScriptError> {
        let (a, b) = (left.shape(), right.shape());
        if a.rank() > 2 || b.rank() > 2 || a.extent(1) != b.extent(1) {
            let error = nonconformant("operator /", &a, &b);
            return Err(error.hint("`./` divides element by element").at(span));
        }
        let flip = |interpreter: &mut Self, value: Value| {
            interpreter.transpose(PostfixOp::Transpose, value, span)
        };
        let (left, right) = (flip(self, left)?, flip(self, right)?);
        let solution = self.left_divide(right, left, span)?;
        let solution = self.transpose(PostfixOp::Transpose, solution, span)?;
        Ok(solution)
    }
}
