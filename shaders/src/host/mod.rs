//! Scalar functions of the host that `std` lacks, and MATLAB's rules where they differ.
//!
//! [`Real`] lets one closure serve both float types. Elementary functions of `f32` are computed in
//! `f64` where `std`'s own `f32` form is no better, so they are correctly rounded in practice.

mod degrees;
pub(crate) mod fold;
mod gamma;
pub(crate) mod random;
mod real;
mod special;

pub(crate) use real::Real;
