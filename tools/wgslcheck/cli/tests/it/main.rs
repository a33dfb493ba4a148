//! The program, as people and CI systems call it.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod dialects;
mod program;
