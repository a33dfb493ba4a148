//! The operations on the host: elementary functions for whole vectors, MATLAB's rules, reductions
//! and random numbers.

pub(crate) mod degrees;
pub(crate) mod fold;
pub(crate) mod math;
pub(crate) mod random;
mod real;
pub mod system;

pub(crate) use real::Real;
