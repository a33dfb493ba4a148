//! WGSL to the targets' languages. The only module that names naga.
//!
//! A kernel is parsed and validated once, then written for every target asked for. naga's MSL
//! writer panics on some valid modules (`f64`); a panic is caught and reported like any error.

mod contraction;
mod demand;
mod reflect;

use std::panic::{AssertUnwindSafe, catch_unwind};

use naga::back::{hlsl, msl, spv, wgsl};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use preheat_format::Target;
use thiserror::Error;

use crate::limits::LimitError;

pub use demand::Demand;
pub use reflect::{Reflected, entry_points, reflect};

/// Translator and its version, as part of artifact keys.
pub const TRANSLATOR: &str = "naga 30.0.1";
/// Writer options, as part of artifact keys; change it with the options below.
pub const OPTIONS: &str =
    "spirv 1.3, bounds restrict, no debug, no zero-init, no contraction if precise";

/// Whether a driver may join a product and a sum into one operation with one rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contraction {
    /// As the target's language has it.
    Allowed,
    /// Not in SPIR-V; the other languages cannot say so.
    Forbidden,
}

/// A kernel that could not be translated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EmitError {
    /// Not WGSL.
    #[error("the kernel is not valid WGSL: {message}")]
    Parse {
        /// naga's message with the place.
        message: String,
    },
    /// Parsed, but breaks a rule.
    #[error("the kernel does not validate: {message}")]
    Validate {
        /// naga's message with the place.
        message: String,
    },
    /// Valid, but no host could dispatch it.
    #[error("the kernel cannot be used: {message}")]
    Reflect {
        /// What is wrong.
        message: String,
    },
    /// Valid, but the target's writer refuses it.
    #[error("the kernel cannot be written as {target}: {message}")]
    Write {
        /// The target.
        target: Target,
        /// naga's message.
        message: String,
    },
    /// Valid, but more than the limits profile has.
    #[error(transparent)]
    Limit(#[from] Box<LimitError>),
}

/// A parsed and validated module.
#[derive(Debug)]
pub struct ValidModule {
    module: naga::Module,
    info: ModuleInfo,
}

/// Parses and validates WGSL.
///
/// # Errors
/// [`EmitError::Parse`] or [`EmitError::Validate`].
pub fn validate(source: &str) -> Result<ValidModule, EmitError> {
    let module = naga::front::wgsl::parse_str(source)
        .map_err(|error| EmitError::Parse { message: error.emit_to_string(source) })?;
    let capabilities = Capabilities::FLOAT64 | Capabilities::SHADER_INT64;
    let info = Validator::new(ValidationFlags::all(), capabilities)
        .validate(&module)
        .map_err(|error| EmitError::Validate { message: error.emit_to_string(source) })?;
    Ok(ValidModule { module, info })
}

/// The module in a target's language: SPIR-V words as little-endian bytes, or text.
///
/// # Errors
/// [`EmitError::Write`] if the writer refuses the module or panics.
pub fn write(
    valid: &ValidModule,
    target: Target,
    contraction: Contraction,
) -> Result<Vec<u8>, EmitError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| match target {
        Target::Spirv => write_spirv(valid, contraction),
        Target::Wgsl => wgsl::write_string(&valid.module, &valid.info, wgsl::WriterFlags::empty())
            .map(String::into_bytes)
            .map_err(|error| error.to_string()),
        Target::Msl => write_msl(valid),
        Target::Hlsl => write_hlsl(valid),
    }));
    match outcome {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(message)) => Err(EmitError::Write { target, message }),
        Err(_) => {
            let message = "the writer panicked; it does not support a type of this kernel (f64 \
                           in MSL, for one)"
                .to_owned();
            Err(EmitError::Write { target, message })
        }
    }
}

fn write_spirv(valid: &ValidModule, contraction: Contraction) -> Result<Vec<u8>, String> {
    let policies = naga::proc::BoundsCheckPolicies {
        index: naga::proc::BoundsCheckPolicy::Restrict,
        buffer: naga::proc::BoundsCheckPolicy::Restrict,
        image_load: naga::proc::BoundsCheckPolicy::Restrict,
        binding_array: naga::proc::BoundsCheckPolicy::Restrict,
    };
    let options = spv::Options {
        lang_version: (1, 3),
        flags: spv::WriterFlags::empty(),
        bounds_check_policies: policies,
        zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
        force_loop_bounding: false,
        ..spv::Options::default()
    };
    let words = spv::write_vec(&valid.module, &valid.info, &options, None)
        .map_err(|error| error.to_string())?;
    let words = match contraction {
        Contraction::Allowed => words,
        Contraction::Forbidden => {
            contraction::forbid(&words).ok_or("the module that was written has no types")?
        }
    };
    Ok(words.into_iter().flat_map(u32::to_le_bytes).collect())
}

fn write_msl(valid: &ValidModule) -> Result<Vec<u8>, String> {
    let (options, pipeline) = (msl::Options::default(), msl::PipelineOptions::default());
    msl::write_string(&valid.module, &valid.info, &options, &pipeline)
        .map(|(text, _)| text.into_bytes())
        .map_err(|error| error.to_string())
}

fn write_hlsl(valid: &ValidModule) -> Result<Vec<u8>, String> {
    let options =
        hlsl::Options { shader_model: hlsl::ShaderModel::V6_0, ..hlsl::Options::default() };
    let pipeline = hlsl::PipelineOptions::default();
    let mut text = String::new();
    hlsl::Writer::new(&mut text, &options, &pipeline)
        .write(&valid.module, &valid.info, None)
        .map_err(|error| error.to_string())?;
    Ok(text.into_bytes())
}
