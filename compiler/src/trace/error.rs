//! Errors of a running script.
//!
//! Messages are Octave's where a script can catch and print them; code, place and hint are ours.
//! Codes `M1xx` belong to the language and the array builtins, `M3xx` to text, cells and
//! structures.

use crate::diagnostic::{Diagnostic, Span};
use crate::shape::Shape;
use crate::trace::engine::EngineError;
use crate::trace::graph::GraphError;

/// One call on the way to an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackFrame {
    /// The function.
    pub function: String,
    /// Where it was when the error happened.
    pub span: Span,
}

/// An error of the running script, or of the engine below it.
#[derive(Debug)]
pub struct ScriptError(Box<ErrorData>);

#[derive(Debug)]
struct ErrorData {
    diagnostic: Diagnostic,
    /// The message with what a script sees behind it, where that is more.
    told: Option<String>,
    identifier: String,
    stack: Vec<StackFrame>,
    cause: Option<GraphError>,
}

impl ScriptError {
    /// With MATLAB's identifier, e.g. `Octave:undefined-function`.
    #[must_use]
    pub fn identifier(mut self, identifier: impl Into<String>) -> ScriptError {
        self.0.identifier = identifier.into();
        self
    }

    /// With a place, unless it has one.
    #[must_use]
    pub fn at(mut self, span: Span) -> ScriptError {
        self.0.diagnostic.span.get_or_insert(span);
        self
    }

    /// With words that only the script sees: people are shown the place itself.
    #[must_use]
    pub(crate) fn told(mut self, more: impl AsRef<str>) -> ScriptError {
        self.0.told = Some(self.0.diagnostic.message.clone() + more.as_ref());
        self
    }

    /// With advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> ScriptError {
        self.0.diagnostic.hint = Some(hint.into());
        self
    }

    /// With one more call around it.
    #[must_use]
    pub(crate) fn called_from(mut self, function: String, span: Span) -> ScriptError {
        self.0.stack.push(StackFrame { function, span });
        self
    }

    /// As the error of a call, not of what the called function does inside.
    #[must_use]
    pub(crate) fn seen_from(mut self, span: Span) -> ScriptError {
        self.0.stack.clear();
        self.0.diagnostic.span = Some(span);
        self
    }

    /// What is wrong, where, and what to do.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0.diagnostic
    }

    /// The same, taken out.
    pub fn into_diagnostic(self) -> Diagnostic {
        self.0.diagnostic
    }

    /// MATLAB's identifier, or an empty text.
    pub fn id(&self) -> &str {
        &self.0.identifier
    }

    /// The message, as `err.message` gives it.
    pub fn message(&self) -> &str {
        self.0.told.as_ref().unwrap_or(&self.0.diagnostic.message)
    }

    /// Calls around the error, innermost first.
    pub fn stack(&self) -> &[StackFrame] {
        &self.0.stack
    }

    /// What the graph or the engine said, if the error is theirs.
    pub fn cause(&self) -> Option<&GraphError> {
        self.0.cause.as_ref()
    }

    /// True if `try` must let it pass: the engine failed or refused, not the script.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self.0.cause, Some(GraphError::Engine(_) | GraphError::Group(_)))
            || matches!(self.0.diagnostic.code, EXIT | EXIT_FAILED)
    }

    /// True if it is no error: the script said `exit`.
    pub(crate) fn is_exit(&self) -> bool {
        self.0.diagnostic.code == EXIT
    }

    /// True if the engine refused a kernel under `--strict`.
    pub fn is_miss(&self) -> bool {
        matches!(self.0.cause, Some(GraphError::Engine(EngineError::Miss { .. })))
    }
}

impl From<Diagnostic> for ScriptError {
    fn from(diagnostic: Diagnostic) -> ScriptError {
        let (told, identifier, stack) = (None, String::new(), Vec::new());
        ScriptError(Box::new(ErrorData { diagnostic, told, identifier, stack, cause: None }))
    }
}

impl From<GraphError> for ScriptError {
    fn from(cause: GraphError) -> ScriptError {
        let (code, identifier) = match &cause {
            GraphError::Shapes { .. } => ("M103", "Octave:nonconformant-args"),
            GraphError::TooLarge { .. } => ("M120", "Octave:out-of-memory"),
            GraphError::Class { .. } => ("M104", "Octave:undefined-function"),
            GraphError::Group(_) | GraphError::Engine(_) | GraphError::Cpu(_) => ("M119", ""),
        };
        let mut error = fail(code, cause.to_string()).identifier(identifier);
        error.0.cause = Some(cause);
        error
    }
}

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.diagnostic.fmt(f)
    }
}

impl std::error::Error for ScriptError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}

/// Code of the end that `exit` asks for.
pub(crate) const EXIT: &str = "M143";

/// The same with a status that is not 0.
pub(crate) const EXIT_FAILED: &str = "M144";

/// An error with a code and a message.
pub(crate) fn fail(code: &'static str, message: impl Into<String>) -> ScriptError {
    ScriptError::from(Diagnostic::error(code, message))
}

/// Two operands whose sizes do not go together.
pub(crate) fn nonconformant(operation: &str, left: &Shape, right: &Shape) -> ScriptError {
    if operation == "xor" {
        return fail("M103", "xor: X and Y must be of compatible size or scalars");
    }
    let message = format!("{operation}: nonconformant arguments (op1 is {left}, op2 is {right})");
    fail("M103", message).identifier("Octave:nonconformant-args")
}
