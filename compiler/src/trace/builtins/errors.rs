//! Errors, warnings and checks.

use crate::diagnostic::Diagnostic;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::classes::equal;
use crate::trace::builtins::{ANY, Builtin, Call, Needs};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::{Callee, argument_texts};
use crate::trace::text::{function, printf};
use crate::trace::value::{Class, FunctionValue, Value};

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values(
        "error",
        (1, ANY, ANY),
        error,
        "Ends the script, or its `try`, with a message.",
    ),
    Builtin {
        name: "warning",
        args_min: 0,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Output,
        run: warning,
        doc: "Reports a warning on the diagnostics.",
    },
    Builtin::values("assert", (1, ANY, 0), assert, "An error unless a condition holds."),
    Builtin::values("rethrow", (1, 1, ANY), error, "Raises a caught error again."),
    Builtin::values("lasterr", (0, 2, 2), last_error, "Message and identifier of the last error."),
    Builtin::values("lastwarn", (0, 2, 2), last_warning, "Message and identifier of a warning."),
    Builtin::values("nargin", (1, 1, 1), declared, "How many arguments a function takes."),
    Builtin::values("nargout", (1, 1, 1), declared, "How many results a function gives."),
    Builtin::values(
        "inputname",
        (1, 2, 1),
        input_name,
        "The text of an argument of the running call.",
    ),
    Builtin::values("print_usage", (0, 0, ANY), usage, "The error for a wrong call."),
    Builtin::values("dbstack", (0, ANY, 2), stack, "The calls that are active."),
    Builtin::values("narginchk", (2, 2, 0), narginchk, "An error unless so many arguments came."),
    Builtin::values(
        "nargoutchk",
        (2, 2, 0),
        narginchk,
        "An error unless so many results are wanted.",
    ),
];

/// The id and message of an error's arguments.
fn message(call: &Call<'_, '_>) -> Result<(String, String), ScriptError> {
    let name = call.builtin.name;
    if let Some(Value::Struct(problem)) = call.get(0) {
        let field = |name| problem.field(name).and_then(Value::to_text).unwrap_or_default();
        return Ok((field("identifier"), field("message")));
    }
    let first = call.text(0)?;
    let is_id = first.contains(':')
        && !first.contains(char::is_whitespace)
        && !first.contains('%')
        && !first.ends_with(':');
    // One text alone is the message itself, but not if it reads as an identifier.
    if call.args.len() == 1 {
        if is_id && name == "error" {
            let message =
                format!("call to error with message identifier '{first}' requires message");
            return Err(fail("M100", message));
        }
        return Ok((String::new(), first));
    }
    let (id, at) = if is_id { (first, 1) } else { (String::new(), 0) };
    let Some(template) = call.get(at) else {
        return Err(call.invalid());
    };
    let rest = call.args.get(at + 1..).unwrap_or_default();
    Ok((id, printf::format(name, template, rest)?))
}

fn error(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (id, message) = message(call)?;
    // An empty message is no error.
    if message.is_empty() && call.args.len() == 1 {
        return Ok(Vec::new());
    }
    Err(fail("M100", message.trim_end_matches('\n')).identifier(id).at(call.span))
}

fn warning(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    if let Some(Value::Struct(states)) = call.get(0)
        && let (Some(ids), Some(settings)) =
            (states.fields.get("identifier"), states.fields.get("state"))
    {
        let text = |value: &Value| value.to_text().unwrap_or_default();
        let pairs: Vec<(String, String)> =
            ids.iter().zip(settings).map(|(id, state)| (text(id), text(state))).collect();
        call.interpreter.warning_states.extend(pairs);
        return Ok(Vec::new());
    }
    let first = call.get(0).and_then(Value::to_text).unwrap_or_default();
    let is_setting = matches!(first.as_str(), "on" | "off" | "error" | "query" | "");
    let id = call.get(1).and_then(Value::to_text).unwrap_or_else(|| "all".to_owned());
    let was = call.interpreter.warning_state(&id).to_owned();
    if is_setting {
        if first != "query" {
            call.interpreter.warning_states.push((id.clone(), first));
        }
    } else {
        let (id, message) = message(call)?;
        if !id.is_empty() && call.interpreter.warning_state(&id) == "error" {
            return Err(fail("M100", message).identifier(id).at(call.span));
        }
        if call.interpreter.is_warning_on(&id) {
            call.interpreter.last_warning = (message.clone(), id);
            call.note(Diagnostic::warning("M132", message));
        }
    }
    if call.nargout == 0 {
        return Ok(Vec::new());
    }
    let fields = [("identifier", Value::from(id.as_str())), ("state", Value::from(was.as_str()))];
    Ok(vec![Value::Struct(crate::trace::value::StructArray::single(
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)),
    ))])
}

/// `nargin(f)` and `nargout(f)`: negative if there may be more.
fn declared(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.builtin.name;
    let what = if name == "nargin" { "input" } else { "output" };
    let count = |fixed: usize, has_more: bool| match has_more {
        true => -(fixed as f64) - 1.0,
        false => fixed as f64,
    };
    let user = |function: &crate::syntax::ast::Function| match name {
        "nargin" => count(function.params.len(), function.varargin.is_some()),
        _ => count(function.outputs.len(), function.varargout.is_some()),
    };
    let text = match call.get(0) {
        Some(Value::Function(FunctionValue::Anonymous { function, .. })) => {
            let takes = count(function.params.len(), function.varargin.is_some());
            return one(if name == "nargin" { takes } else { 1.0 });
        }
        Some(Value::Function(FunctionValue::User(function))) => return one(user(function)),
        Some(Value::Function(FunctionValue::Named(text))) => text.to_string(),
        Some(_) | None => call.text(0)?,
    };
    match call.interpreter.resolve_text(&text) {
        Some(Callee::User(function)) => one(user(&function)),
        Some(Callee::Builtin(_)) => {
            let message = format!(
                "{name}: number of {what} arguments unavailable for built-in function objects"
            );
            Err(call.error("M113", message))
        }
        Some(Callee::Script(_)) | None => {
            Err(call.error("M113", format!("{name}: invalid function name: {text}")))
        }
    }
}

/// `lasterr()`, and `lasterr(message)`, which sets it.
fn last_error(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let known = call.interpreter.last_error.clone();
    if !call.args.is_empty() {
        call.interpreter.last_error = call.text(0)?;
        if call.nargout == 0 {
            return Ok(Vec::new());
        }
    }
    Ok(vec![Value::from(known.as_str()), Value::from(call.interpreter.last_error_id.as_str())])
}

fn last_warning(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (message, id) = call.interpreter.last_warning.clone();
    if !call.args.is_empty() {
        let new = call.text(0)?;
        let id = if call.args.len() > 1 { call.text(1)? } else { String::new() };
        call.interpreter.last_warning = (new, id);
        if call.nargout == 0 {
            return Ok(Vec::new());
        }
    }
    Ok(vec![Value::from(message.as_str()), Value::from(id.as_str())])
}

fn assert(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let condition = call.take(0)?;
    let is_test = condition.class() == Some(Class::Logical);
    let is_check = call.args.len() == 1 || is_test && call.get(1).is_some_and(Value::is_char);
    if is_check && !condition.is_char() {
        let span = call.span;
        if call.interpreter.truth(&condition, span)? {
            return Ok(Vec::new());
        }
        if call.args.len() == 1 {
            let text = call.spelled_arguments();
            return Err(call.error("M133", format!("assert ({text}) failed")));
        }
        call.args.remove(0);
        let (id, message) = message(call)?;
        return Err(fail("M133", message).identifier(id).at(call.span));
    }
    let expected = call.take(1)?;
    let tolerance = if call.args.len() > 2 { call.take(2)? } else { Value::empty() };
    let span = call.span;
    if condition.class_name() == expected.class_name() && equal(&condition, &expected) {
        return Ok(Vec::new());
    }
    let text = call.spelled_arguments();
    let args = vec![Value::from(text.as_str()), condition, expected, tolerance];
    let report = call.interpreter.call_name("errors__assert", args, 1, span)?;
    match report.first().and_then(Value::to_text).unwrap_or_default() {
        text if text.is_empty() => Ok(Vec::new()),
        text => Err(call.error("M133", text)),
    }
}

impl Call<'_, '_> {
    /// The arguments of this call as Octave spells them, without blanks after commas.
    fn spelled_arguments(&self) -> String {
        let texts = self.interpreter.source(self.span).map(argument_texts).unwrap_or_default();
        let spelled: Vec<String> = texts.iter().map(|text| function::spelled(text)).collect();
        spelled.join(",")
    }
}

/// `inputname(n)` and `inputname(n, ids_only)`: the name, or the text, of an argument.
fn input_name(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let index = call.number(0)?;
    let texts = call.interpreter.argument_texts();
    if index < 1.0 || index.fract() != 0.0 {
        return Err(call.error("M113", "inputname: N must be a positive integer"));
    }
    let Some(text) = texts.get(index as usize - 1) else {
        return Err(call.error("M113", "inputname: N out of range"));
    };
    let span = call.span;
    let only_names = match call.args.get(1).cloned() {
        Some(value) => call.interpreter.truth(&value, span)?,
        None => true,
    };
    let is_name = text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && !text.starts_with(|letter: char| letter.is_ascii_digit());
    one(if is_name || !only_names { text.as_str() } else { "" })
}

fn usage(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.interpreter.function_name().unwrap_or("script");
    let name = name.strip_prefix("forms__").unwrap_or(name).to_owned();
    // Octave looks for the help of a function, and functions of a script have none.
    if call.interpreter.is_in_script() {
        return Err(fail("M107", format!("print_usage: '{name}' not found")));
    }
    Err(fail("M107", format!("Invalid call to {name}")).identifier("Octave:invalid-fun-call"))
}

fn stack(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let stack = call.interpreter.call_stack(call.span);
    Ok(if call.nargout > 0 { vec![stack, Value::from(1.0)] } else { Vec::new() })
}

fn narginchk(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let (low, high) = (call.number(0)?, call.number(1)?);
    let (nargin, nargout) = call.interpreter.counts();
    let name = call.builtin.name;
    let (count, what) = match name {
        "narginchk" => (nargin as f64, "input"),
        _ => (nargout as f64, "output"),
    };
    // Octave spells the two differently.
    let [few, many] = match name {
        "narginchk" => ["not enough", "too many"],
        _ => ["Not enough", "Too many"],
    };
    if count < low {
        return Err(call.error("M107", format!("{name}: {few} {what} arguments")));
    }
    if count > high {
        return Err(call.error("M107", format!("{name}: {many} {what} arguments")));
    }
    Ok(Vec::new())
}
