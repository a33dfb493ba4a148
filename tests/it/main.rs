//! End-to-end tests over the public interfaces.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a failed expectation is a failed test; a skipped one says so"
)]

mod conformance;
mod dependency;
mod determinism;
mod differential;
mod edges;
mod golden;
mod harness;
mod integers;
mod kernels;
mod key_agreement;
mod language;
mod ops;
mod plans;
mod properties;
mod random;
mod rolling;
mod shaders;
mod small;
mod stack;
mod structure;
mod sums;
mod sync_points;
mod tidy;
mod windows;
