//! Elementary functions of `f32` and `f64` for whole vectors: at most 4 ULP, free of branches.
//!
//! The algorithms are those of `wgsl/prelude`, with a fused multiply-add where that code has to do
//! without. Trigonometric functions are good up to a limit; callers see to larger angles.

pub(crate) mod arc;
pub(crate) mod degrees;
pub(crate) mod erf;
pub(crate) mod exp;
pub(crate) mod float;
pub(crate) mod gamma;
pub(crate) mod log;
pub(crate) mod power;
pub(crate) mod rest;
mod tables;
pub(crate) mod trig;

pub(crate) use float::Float;

#[cfg(test)]
mod tests;
