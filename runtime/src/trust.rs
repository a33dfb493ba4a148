//! What an archive's content may be given to.
//!
//! A driver runs the SPIR-V it is given without checks of its own: passing it on is code
//! execution. So only archives that the program vouches for reach the driver as they are; from
//! all others WGSL text is taken, which wgpu parses and validates.

use preheat_format::Target;

/// Whether an archive's modules may reach the driver unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The program vouches for whoever made the archive.
    Trusted,
    /// Only WGSL text, validated again by wgpu, is used.
    Untrusted,
}

impl Trust {
    /// Languages to look for, best first; `passthrough` says whether the device takes SPIR-V.
    pub(crate) const fn targets(self, passthrough: bool) -> &'static [Target] {
        match (self, passthrough) {
            (Trust::Trusted, true) => &[Target::Spirv, Target::Wgsl],
            (Trust::Trusted, false) | (Trust::Untrusted, true | false) => &[Target::Wgsl],
        }
    }
}
