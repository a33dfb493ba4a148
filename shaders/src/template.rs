//! WGSL templates and preludes.
