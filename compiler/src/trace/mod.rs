//! Running a script: host things eagerly, array operations into a Dag.
//!
//! `engine` is what executes fusion groups; `value` is what a script computes with; `graph` is the
//! pending Dag with its sync points, `record` adds to it; `interpreter` walks the syntax tree;
//! `builtins` are the host and traced functions by family, `library` those in the language itself;
//! `text` is all printing and formatting.

mod bounds;
pub mod builtins;
pub mod convert;
pub mod engine;
pub mod error;
pub mod files;
pub mod graph;
pub mod interpreter;
mod known;
pub mod library;
pub mod map;
pub mod pick;
pub mod planner;
pub mod record;
mod rolling;
pub mod text;
mod twister;
pub mod value;

#[cfg(test)]
mod tests;
