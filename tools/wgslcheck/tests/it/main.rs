//! The library over its public interface.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod language;
mod rules;
