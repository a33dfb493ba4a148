//! Array scripts to fusion groups to GPU kernels to an archive.

pub mod diagnostic;
