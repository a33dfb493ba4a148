//! Why a kernel was not served by the archive, as values.
//!
//! A miss is not an error: the runtime takes the next rung and counts it. Under `strict` the same
//! value becomes [`crate::RuntimeError::Miss`].

use std::fmt;
use std::sync::Arc;

use preheat_format::{Features, GroupKey, Signature};
use serde::{Serialize, Serializer};

/// A group that the archives did not serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Key of the group.
    #[serde(serialize_with = "hexadecimal")]
    pub key: GroupKey,
    /// What the key is of, so that the miss can be explained later; none for a hand-written kernel,
    /// whose signature stands for a name. Serialised encoded, in hexadecimal.
    #[serde(serialize_with = "encoded")]
    pub signature: Option<Arc<Signature>>,
    /// The nearest reason.
    pub reason: MissReason,
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no finished kernel for group {}: {}", self.key.short(), self.reason)
    }
}

fn hexadecimal<S: Serializer>(key: &GroupKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(key)
}

fn encoded<S: Serializer>(
    signature: &Option<Arc<Signature>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let bytes = signature.as_ref().map(|signature| signature.encode()).unwrap_or_default();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    serializer.serialize_str(&digits)
}

/// Why no archived kernel could be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MissReason {
    /// No opened archive holds the group.
    NotInArchive {
        /// Number of archives searched.
        archive_count: usize,
    },
    /// The group is there, in no language that this device takes without compilation.
    NoTarget {
        /// The language that the device takes.
        wanted: &'static str,
    },
    /// The group is there, in an archive that no trusted key covers.
    Untrusted,
    /// A kernel needs device features that are absent.
    MissingFeature {
        /// Names of the features.
        features: Vec<&'static str>,
    },
    /// No variant's guard holds for these sizes.
    NoVariant,
    /// A buffer or a dispatch is beyond what the device can bind or launch.
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// What the call needs.
        needed: u64,
        /// What the device gives.
        available: u64,
    },
    /// The device has no memory left for the call, nor for a part of it.
    OutOfMemory {
        /// What the memory was for.
        operation: &'static str,
    },
    /// The stored signature is not the one asked for, under the same key.
    SignatureDiffers,
    /// The archive's entry is damaged.
    Damaged {
        /// What the reader said.
        message: String,
    },
    /// The driver refused the module or its pipeline.
    DriverRefused {
        /// What the driver or its wrapper said.
        message: String,
    },
    /// The compiler that the program links could not build the group.
    CompileFailed {
        /// What the compiler said.
        message: String,
    },
}

impl fmt::Display for MissReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MissReason::NotInArchive { archive_count } => {
                write!(f, "not in any of {archive_count} archives")
            }
            MissReason::NoTarget { wanted } => write!(f, "archived, but not as `{wanted}`"),
            MissReason::Untrusted => {
                f.write_str("its archive is not trusted, so its WGSL would have to be compiled")
            }
            MissReason::MissingFeature { features } => {
                write!(f, "the device lacks {}", features.join(", "))
            }
            MissReason::NoVariant => f.write_str("no variant's guard holds for these sizes"),
            MissReason::TooLarge { what, needed, available } => {
                write!(f, "{what} needs {needed}, the device gives {available}")
            }
            MissReason::OutOfMemory { operation } => {
                write!(f, "the device is out of memory for {operation}")
            }
            MissReason::SignatureDiffers => {
                f.write_str("the stored signature differs under the same key")
            }
            MissReason::Damaged { message } => write!(f, "the entry is damaged: {message}"),
            MissReason::DriverRefused { message } => write!(f, "the driver refused it: {message}"),
            MissReason::CompileFailed { message } => {
                write!(f, "it could not be compiled: {message}")
            }
        }
    }
}

/// Names of the features in a set, for messages.
pub(crate) fn feature_names(features: Features) -> Vec<&'static str> {
    [
        (Features::F64, "shader_f64"),
        (Features::INT64, "shader_int64"),
        (Features::SUBGROUP, "subgroup"),
    ]
    .into_iter()
    .filter(|(feature, _)| feature.is_subset_of(features))
    .map(|(_, name)| name)
    .collect()
}
