//! End-to-end tests over the public interfaces.

mod dependency;
mod determinism;
mod differential;
mod golden;
mod harness;
mod kernels;
mod key_agreement;
mod sync_points;
mod tidy;
