//! Variables of other calls, and what happens when a variable goes away.

use crate::trace::builtins::arguments::one;
use crate::trace::builtins::functional::eval;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::interpreter::Context;
use crate::trace::map::Map;
use crate::trace::value::Value;

type Outcome = Result<Vec<Value>, ScriptError>;

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("evalin", (2, 3, ANY), evalin, "Runs a text in the variables of the caller."),
    Builtin::nodes("assignin", (3, 3, 0), assignin, "Sets a variable of the caller."),
    Builtin::values("isglobal", (1, 1, 1), is_global, "True for the name of a global variable."),
    Builtin::values(
        "onCleanup",
        (1, 1, 1),
        on_cleanup,
        "An object that calls a function when nothing holds it any more.",
    ),
];

impl Call<'_, '_> {
    /// The first argument, taken away, as the call whose variables are meant.
    fn context(&mut self) -> Result<Context, ScriptError> {
        let context = self.text(0)?;
        self.args.remove(0);
        match context.as_str() {
            "base" => Ok(Context::Base),
            "caller" => Ok(Context::Caller),
            _ => {
                let message = "CONTEXT must be \"caller\" or \"base\"";
                Err(self.error("M113", format!("{}: {message}", self.builtin.name)))
            }
        }
    }
}

/// `evalin(context, text)` and `evalin(context, text, on_error)`.
fn evalin(call: &mut Call<'_, '_>) -> Outcome {
    let context = call.context()?;
    call.interpreter.enter_context(context);
    let result = eval(call);
    call.interpreter.leave_context();
    result
}

/// `assignin(context, name, value)`.
fn assignin(call: &mut Call<'_, '_>) -> Outcome {
    let context = call.context()?;
    let name = call.text(0)?;
    if !super::system::is_variable_name(&name) {
        return Err(call.error("M113", format!("assignin: invalid variable name '{name}'")));
    }
    let value = call.take(1)?;
    call.interpreter.enter_context(context);
    call.interpreter.store_name(&name, value);
    call.interpreter.leave_context();
    Ok(Vec::new())
}

fn is_global(call: &mut Call<'_, '_>) -> Outcome {
    let Some(name) = call.get(0).filter(|value| value.is_char()).and_then(Value::to_text) else {
        return Err(call.error("M113", "isglobal: NAME must be a string"));
    };
    one(call.interpreter.marks(&name).is_global)
}

fn on_cleanup(call: &mut Call<'_, '_>) -> Outcome {
    match call.take(0)? {
        Value::Function(function) => {
            let ended = call.interpreter.ended();
            one(Value::Map(Map::cleanup(function, ended)))
        }
        _ => Err(call.error("M113", "onCleanup: argument must be a function handle")),
    }
}
