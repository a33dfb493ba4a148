//! Array scripts to fusion groups to GPU kernels to an archive.
//!
//! Reads as the list of its stages: `syntax` (text to tree), `trace` (tree to Dag), `fuse` (Dag to
//! groups with signatures), `lower` (signature to WGSL), `emit` (WGSL to the targets' languages),
//! `pack` (artifacts to an archive), `plan` (calls with open sizes). `session` runs them for a
//! script; `store` keeps what was compiled between builds.
//!
//! Stages do no I/O and read no environment; programs hand them texts, clocks, sinks and stores.

pub mod coverage;
pub mod dag;
pub mod diagnostic;
pub mod emit;
pub mod fuse;
pub mod handwritten;
pub mod limits;
pub mod lower;
pub mod pack;
pub mod plan;
pub mod reach;
pub mod session;
pub mod shape;
pub mod store;
mod stream;
pub mod syntax;
pub mod trace;
