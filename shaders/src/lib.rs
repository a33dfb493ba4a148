//! What each array operation is: one table.
//!
//! A row ([`OpDef`]) holds everything that differs from operation to operation: arity, class rule,
//! WGSL in every numeric form, host evaluation, accuracy, documentation. Adding an operation is
//! adding a literal to a slice in `ops/<family>.rs`; no other file changes. The crate is data and
//! small pure functions: no GPU, no shader translator, no file access.

pub mod eval;
mod host;
pub mod op;
pub mod ops;
mod page;
pub mod template;

pub use host::random::philox4x32_10;
pub use host::system;
pub use op::{DTypeRule, Kind, OpDef, Wgsl};
pub use ops::{find, table};
pub use page::page;
