//! Keys: blake3 in `derive_key` mode, one context per kind of key.
//!
//! `GroupKey` (what is computed) -> `KernelKey` (how: variant, guard, generator) -> `ArtifactKey`
//! (for what: target, translator, options, limits) -> `DeviceKey` (on what: driver). All 256 bits
//! are compared. A change of any preimage's layout raises the version in its context.

use std::fmt;

use crate::types::Target;

/// Version of the signature encoding; part of every group key's context.
pub const SIGNATURE_VERSION: u32 = 1;

const GROUP_CONTEXT: &str = "preheat 2026-11 group key v1";
const KERNEL_CONTEXT: &str = "preheat 2026-11 kernel key v1";
const ARTIFACT_CONTEXT: &str = "preheat 2026-11 artifact key v1";
const DEVICE_CONTEXT: &str = "preheat 2026-11 device key v1";

macro_rules! key {
    ($(#[$doc:meta])* $name:ident, $context:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The key of a preimage.
            pub fn of(preimage: &[u8]) -> Self {
                $name(blake3::derive_key($context, preimage))
            }

            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The first 16 hexadecimal digits, for people.
            pub fn short(&self) -> String {
                self.to_string().chars().take(16).collect()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

key!(
    /// Names what a fusion group computes: the key of its encoded signature.
    GroupKey,
    GROUP_CONTEXT
);
key!(
    /// Names one variant's generated WGSL: group, variant, guard, generator.
    KernelKey,
    KERNEL_CONTEXT
);
key!(
    /// Names one translated module: kernel, target, translator version, options, limits profile.
    ArtifactKey,
    ARTIFACT_CONTEXT
);
key!(
    /// Names one driver's compilation of an artifact.
    DeviceKey,
    DEVICE_CONTEXT
);

/// What a [`KernelKey`] is derived from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelPreimage {
    /// The group.
    pub group: GroupKey,
    /// Name of the variant, e.g. `vec4`.
    pub variant: String,
    /// Encoded guard.
    pub guard: Vec<u8>,
    /// Hash of the generator: templates, preludes, op table, generator version.
    pub generator: [u8; 32],
}

impl KernelPreimage {
    /// The bytes that are hashed.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.group.0.to_vec();
        put_bytes(&mut out, self.variant.as_bytes());
        put_bytes(&mut out, &self.guard);
        out.extend_from_slice(&self.generator);
        out
    }

    /// The key.
    pub fn key(&self) -> KernelKey {
        KernelKey::of(&self.encode())
    }
}

/// What an [`ArtifactKey`] is derived from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactPreimage {
    /// The kernel.
    pub kernel: KernelKey,
    /// The language it was translated to.
    pub target: Target,
    /// Translator and its version, e.g. `naga 30.0.1`.
    pub translator: String,
    /// Writer options as stable text.
    pub options: String,
    /// Name of the limits profile, e.g. `webgpu`.
    pub limits: String,
}

impl ArtifactPreimage {
    /// The bytes that are hashed.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.kernel.0.to_vec();
        out.push(self.target.code());
        put_bytes(&mut out, self.translator.as_bytes());
        put_bytes(&mut out, self.options.as_bytes());
        put_bytes(&mut out, self.limits.as_bytes());
        out
    }

    /// The key.
    pub fn key(&self) -> ArtifactKey {
        ArtifactKey::of(&self.encode())
    }
}

/// Length before content, little-endian `u32`.
fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    // A preimage is far below 4 GiB: names, options and guards.
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}
