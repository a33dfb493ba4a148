//! How near a matrix is to a singular one.
//!
//! Source: Higham, "FORTRAN codes for estimating the one-norm of a real or complex matrix, with
//! applications to condition estimation", ACM TOMS 14 (1988), as LAPACK's `dlacn2` and `zlacn2`
//! have it: a lower bound of the norm of the inverse, from a handful of solutions.

use crate::matrix::{Field, Matrix};
use crate::solve::{Lu, one_norm};

/// Unit vectors that are tried at most.
const STEPS_MAX: usize = 5;

impl<T: Field> Lu<T> {
    /// An estimate, from above, of the reciprocal condition in the 1-norm of the square matrix `a`
    /// that was factored; 0 if a pivot is zero.
    pub fn reciprocal_condition(&self, a: &Matrix<T>) -> f64 {
        let order = self.factors.rows;
        if (0..order).any(|at| self.factors.at(at, at).modulus() == 0.0) {
            return 0.0;
        }
        match order {
            0 => f64::INFINITY,
            _ => 1.0 / self.inverse_norm() / one_norm(a),
        }
    }

    /// A lower bound of the 1-norm of the inverse, which is mostly the norm itself.
    fn inverse_norm(&self) -> f64 {
        let order = self.factors.rows;
        let mut x = self.solution(vec![T::from(1.0 / order as f64); order]);
        let mut norm = sum(&x);
        if order == 1 {
            return norm;
        }
        let mut signs: Vec<T> = x.iter().map(|value| value.sign()).collect();
        x = self.adjoint_solution(signs.clone());
        let mut largest = place_of_largest(&x);
        for _ in 1..STEPS_MAX {
            let mut unit = vec![T::from(0.0); order];
            unit[largest] = T::from(1.0);
            x = self.solution(unit);
            let before = norm;
            norm = sum(&x);
            let next: Vec<T> = x.iter().map(|value| value.sign()).collect();
            if (T::IS_REAL && next == signs) || norm <= before {
                break;
            }
            signs = next;
            x = self.adjoint_solution(signs.clone());
            let last = std::mem::replace(&mut largest, place_of_largest(&x));
            let size = if T::IS_REAL { x[last].real() } else { x[last].modulus() };
            if size == x[largest].modulus() {
                break;
            }
        }
        // A vector of alternating signs catches what the steps above may miss.
        let alternating = (0..order).map(|at| {
            let size = 1.0 + at as f64 / (order - 1) as f64;
            T::from(if at % 2 == 0 { size } else { -size })
        });
        let other = 2.0 * sum(&self.solution(alternating.collect())) / (3.0 * order as f64);
        norm.max(other)
    }

    /// The solution of the system with its rows in the order of the factors, as LAPACK's `dgecon`
    /// has it: a norm does not depend on the order, but the estimate does.
    fn solution(&self, right: Vec<T>) -> Vec<T> {
        let mut data = vec![T::from(0.0); right.len()];
        self.order.iter().zip(&right).for_each(|(at, value)| data[*at] = *value);
        self.solve(&Matrix { rows: right.len(), columns: 1, data }).data
    }

    /// The same of the conjugate transposed system.
    fn adjoint_solution(&self, right: Vec<T>) -> Vec<T> {
        let order = right.len();
        let mut y = right;
        for row in 0..order {
            let known = (0..row).map(|k| self.factors.at(k, row).conjugate() * y[k]);
            let rest = known.fold(y[row], |rest, product| rest - product);
            y[row] = rest / self.factors.at(row, row).conjugate();
        }
        for row in (0..order).rev() {
            let known = (row + 1..order).map(|k| self.factors.at(k, row).conjugate() * y[k]);
            y[row] = known.fold(y[row], |rest, product| rest - product);
        }
        y
    }
}

fn sum<T: Field>(x: &[T]) -> f64 {
    x.iter().map(|value| value.modulus()).sum()
}

fn place_of_largest<T: Field>(x: &[T]) -> usize {
    (0..x.len()).fold(0, |best, at| if x[at].modulus() > x[best].modulus() { at } else { best })
}

#[cfg(test)]
mod tests {
    use crate::Matrix;

    #[test]
    fn the_estimate_is_lapacks() {
        // What LAPACK's dgecon gives, where the inverse itself gives 0.4, 0.4505 and 0.1399.
        let known: [(&[f64], f64); 3] = [
            (&[3.0, -1.0, 2.0, 2.0], 0.545454545454545),
            (&[-2.0, 8.0, 9.0, 5.0], 0.532467532467532),
            (&[-4.0, -1.0, -8.0, -8.0, 5.0, -5.0, -6.0, -3.0, -5.0], 0.177507),
        ];
        for (data, wanted) in known {
            let order = data.len().isqrt();
            let a = Matrix { rows: order, columns: order, data: data.to_vec() };
            let found = crate::lu(a.clone()).reciprocal_condition(&a);
            assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
        }
    }
}
