//! Groups run on the host: known values, and the engine against the reference on random groups.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod group;
mod known;
mod properties;
mod rolled;
