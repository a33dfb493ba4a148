//! Dense factorisations and Fourier transforms on host arrays.
//!
//! Everything is column-major and 0-based. Real and complex matrices share one implementation
//! ([`Field`]). Factorisations whose result is not unique (signs of eigenvectors, order of
//! eigenvalues) follow the published algorithms that LAPACK uses, so that what is printed agrees
//! with other array languages; singular values come from `faer`, transforms from `rustfft`.
//!
//! A crate of its own, so that the generic code of its dependencies is compiled once and not with
//! every change of the compiler.
//!
//! Deliberately absent: sparse storage (a narrow band is solved as one), single precision (callers
//! round), parallelism.

mod banded;
mod bidiagonal;
mod condition;
mod eigen;
mod fourier;
mod matrix;
mod order;
mod solve;
mod symmetric;
mod values;

pub use banded::banded_solve;
pub use eigen::{Schur, Spectrum, eigen, schur};
pub use fourier::Transform;
pub use matrix::{Complex, Field, Matrix};
pub use order::{dot, row_product};
pub use solve::{Lu, blocks, cholesky, householder, lu, pivoted_qr, qr};
pub use symmetric::{in_range, symmetric_eigen, symmetric_values};
pub use values::{Svd, complex_eigen, generalized_values, hermitian_eigen, singular_values, svd};
