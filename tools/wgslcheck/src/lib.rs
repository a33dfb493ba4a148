//! Tells, before anything runs, whether a WGSL module is valid, and whether naga can translate it
//! to the targets it is meant for.
//!
//! [`Checker`] is the entry: it takes a text and returns a [`FileReport`] with typed findings.
//! Every finding carries the code of a [`Rule`], whose page `wgslcheck explain CODE` prints.
//!
//! Invariants: nothing here reads files, prints, or panics on a text; the same text with the same
//! options gives the same report. Deliberately absent: walking directories and output formats,
//! which are the program's.

mod analysis;
mod checker;
mod host_layout;
mod isolation;
mod limits;
mod naga_stage;
mod report;
pub mod rules;
mod sema;
mod source;
mod spirv_val;
mod syntax;
mod translate;

pub use checker::{Checker, Options};
pub use host_layout::{FieldLayout, LayoutError, Layouts, Mismatch, compare, layouts};
pub use isolation::serve;
pub use limits::Limits;
pub use report::{FileReport, Finding, Position, Severity, Target, Verdict};
pub use rules::Rule;
