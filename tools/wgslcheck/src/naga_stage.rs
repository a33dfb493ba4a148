//! naga's parser and validator behind one function that neither panics nor loses a position.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use naga::valid::{
    Capabilities, ModuleInfo, ShaderStages, SubgroupOperationSet, ValidationFlags, Validator,
};

/// A module that naga accepts, with what its validator learned.
pub(crate) struct ValidModule {
    pub(crate) module: naga::Module,
    pub(crate) info: ModuleInfo,
}

/// Why naga refuses a module.
pub(crate) struct NagaError {
    /// naga knows the construct but says that it does not handle it.
    pub(crate) not_implemented: bool,
    pub(crate) message: String,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) help: Option<String>,
}

impl NagaError {
    fn panicked(stage: &str, payload: &(dyn std::any::Any + Send)) -> Self {
        Self {
            not_implemented: true,
            message: format!("naga panicked in {stage}: {}", panic_message(payload)),
            span: None,
            help: None,
        }
    }
}

/// The text of a panic's payload.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

/// Parses and validates `source` with every capability that naga has.
pub(crate) fn parse_and_validate(source: &str) -> Result<ValidModule, NagaError> {
    let parsed = catch_unwind(|| naga::front::wgsl::parse_str(source))
        .map_err(|payload| NagaError::panicked("its parser", payload.as_ref()))?;
    let module = parsed.map_err(|error| parse_error(&error))?;
    let info = catch_unwind(AssertUnwindSafe(|| validate(&module)))
        .map_err(|payload| NagaError::panicked("its validator", payload.as_ref()))??;
    Ok(ValidModule { module, info })
}

/// Validates `module` with every capability that naga has.
pub(crate) fn validate(module: &naga::Module) -> Result<ModuleInfo, NagaError> {
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::all());
    validator.subgroup_stages(ShaderStages::all()).subgroup_operations(SubgroupOperationSet::all());
    validator.validate(module).map_err(|error| {
        let mut spans = error.spans();
        NagaError {
            not_implemented: false,
            message: chain(error.as_inner()),
            span: spans.next().and_then(|(span, _)| span.to_range()),
            help: None,
        }
    })
}

fn parse_error(error: &naga::front::wgsl::ParseError) -> NagaError {
    let notes: Vec<&str> = error.notes().collect();
    NagaError {
        not_implemented: is_not_implemented(error.message())
            || notes.iter().any(|note| is_not_implemented(note)),
        message: error.message().to_owned(),
        span: error.labels().next().and_then(|(span, _)| span.to_range()),
        help: (!notes.is_empty()).then(|| notes.join("; ")),
    }
}

/// naga has no typed answer for "known but not handled", only these phrases.
pub(crate) fn is_not_implemented(message: &str) -> bool {
    const PHRASES: [&str; 6] = [
        "internal wgsl front end error",
        "not implemented",
        "not yet implemented",
        "unimplemented",
        "not supported in naga",
        "not yet supported",
    ];
    let message = message.to_ascii_lowercase();
    PHRASES.iter().any(|phrase| message.contains(phrase))
}

/// The messages of an error and its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
