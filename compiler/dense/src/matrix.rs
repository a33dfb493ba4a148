//! A matrix, and what its elements can do.

use std::ops::{Add, Div, Mul, Neg, Sub};

pub use rustfft::num_complex::Complex;

/// Elements: real or complex numbers.
pub trait Field:
    Copy
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + From<f64>
{
    /// True for real numbers.
    const IS_REAL: bool;
    /// The number over its modulus; 1 for 0.
    fn sign(self) -> Self;
    /// The complex conjugate.
    fn conjugate(self) -> Self;
    /// The modulus.
    fn modulus(self) -> f64;
    /// The real part.
    fn real(self) -> f64;
}

impl Field for f64 {
    const IS_REAL: bool = true;

    fn sign(self) -> f64 {
        if self >= 0.0 { 1.0 } else { -1.0 }
    }

    fn conjugate(self) -> f64 {
        self
    }

    fn modulus(self) -> f64 {
        self.abs()
    }

    fn real(self) -> f64 {
        self
    }
}

impl Field for Complex<f64> {
    const IS_REAL: bool = false;

    fn sign(self) -> Complex<f64> {
        let size = self.norm();
        if size > f64::MIN_POSITIVE { self / size } else { Complex::new(1.0, 0.0) }
    }

    fn conjugate(self) -> Complex<f64> {
        self.conj()
    }

    fn modulus(self) -> f64 {
        self.norm()
    }

    fn real(self) -> f64 {
        self.re
    }
}

/// A matrix, column-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<T> {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// `rows * columns` elements.
    pub data: Vec<T>,
}

impl<T: Field> Matrix<T> {
    /// All zeros.
    pub fn zeros(rows: usize, columns: usize) -> Matrix<T> {
        Matrix { rows, columns, data: vec![T::from(0.0); rows * columns] }
    }

    /// Ones on the diagonal.
    pub fn identity(order: usize) -> Matrix<T> {
        let mut matrix = Matrix::zeros(order, order);
        (0..order).for_each(|index| matrix.set(index, index, T::from(1.0)));
        matrix
    }

    /// One element.
    pub fn at(&self, row: usize, column: usize) -> T {
        self.data[row + self.rows * column]
    }

    /// Sets one element.
    pub fn set(&mut self, row: usize, column: usize, value: T) {
        self.data[row + self.rows * column] = value;
    }

    /// A column.
    pub fn column(&self, column: usize) -> &[T] {
        &self.data[self.rows * column..self.rows * (column + 1)]
    }

    /// Exchanges two columns.
    pub fn swap_columns(&mut self, a: usize, b: usize) {
        (0..self.rows).for_each(|row| self.data.swap(row + self.rows * a, row + self.rows * b));
    }

    /// Exchanges two rows.
    pub fn swap_rows(&mut self, a: usize, b: usize) {
        (0..self.columns)
            .for_each(|column| self.data.swap(a + self.rows * column, b + self.rows * column));
    }

    /// True if the matrix is its own conjugate transpose.
    pub fn is_hermitian(&self) -> bool {
        self.rows == self.columns
            && (0..self.columns).all(|column| {
                (0..=column).all(|row| self.at(row, column) == self.at(column, row).conjugate())
            })
    }

    /// `self * other`.
    pub fn product(&self, other: &Matrix<T>) -> Matrix<T> {
        let mut result = Matrix::zeros(self.rows, other.columns);
        for column in 0..other.columns {
            for inner in 0..self.columns {
                let factor = other.at(inner, column);
                for row in 0..self.rows {
                    let sum = result.at(row, column) + self.at(row, inner) * factor;
                    result.set(row, column, sum);
                }
            }
        }
        result
    }
}
