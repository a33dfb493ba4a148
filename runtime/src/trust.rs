//! What an archive's content may be given to.
//!
//! A driver runs the SPIR-V it is given without checks of its own: passing it on is code
//! execution, and a path proves nothing. So only archives that a pinned key signed
//! ([`TrustPolicy`](preheat_format::sign::TrustPolicy)), or that the program itself made, reach the
//! driver as they are; from all others WGSL text is taken, which wgpu parses and validates.

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
    pub(crate) const fn of(is_trusted: bool) -> Trust {
        if is_trusted { Trust::Trusted } else { Trust::Untrusted }
    }

    /// Languages to look for, best first; `passthrough` says whether the device takes SPIR-V.
    pub(crate) const fn targets(self, passthrough: bool) -> &'static [Target] {
        match (self, passthrough) {
            (Trust::Trusted, true) => &[Target::Spirv, Target::Wgsl],
            (Trust::Trusted, false) | (Trust::Untrusted, true | false) => &[Target::Wgsl],
        }
    }
}
