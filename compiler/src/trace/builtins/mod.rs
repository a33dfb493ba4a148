//! Functions that every script can call: one row each, one family a file.
//!
//! A row says how its arguments reach it ([`Needs`]); the driver in `interpreter/call.rs` reads,
//! cuts or postpones accordingly, so that no function asks whether the script is built or run.
//!
//! Deliberately absent: the operators (`interpreter/arith.rs`) and anything that a row of the
//! operation table says.

mod arguments;
mod binary;
mod bits;
mod cells;
mod classes;
mod constants;
mod contexts;
mod derived;
mod device;
mod elementwise;
mod errors;
mod factor;
mod files;
mod functional;
mod gallery;
mod integers;
mod json;
mod linalg;
mod maps;
mod output;
mod path;
mod random;
mod reduce;
mod rows;
mod running;
mod scan;
mod search;
mod sets;
mod shape;
mod signal;
mod size;
mod spread;
mod strings;
mod structs;
mod system;
mod tables;
mod traced;
mod workspace;

pub(crate) use arguments::class_of;
pub(crate) use constants::MISSING;

use crate::diagnostic::{Diagnostic, Span};
use crate::trace::error::{ScriptError, fail};
use crate::trace::graph::Graph;
use crate::trace::interpreter::{Interpreter, TEXT_ROWS};
use crate::trace::text::Format;
use crate::trace::text::display::Printer;
use crate::trace::value::{FunctionValue, HostArray, Lazy, Value};

/// How the arguments of a function reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// As they are, lazy arrays included: the function records, or looks at sizes and classes.
    Nodes,
    /// Values, read from the engine before the call: control flow and data-dependent shapes.
    Values,
    /// Values, and the function is pure: while building the call is postponed and gives
    /// [`Value::Deferred`] if an argument is not known.
    Text,
    /// Values that only output needs: while building nothing happens if one is not known.
    Output,
}

/// A function's body.
pub type Run = fn(&mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError>;

/// One function.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Name in scripts.
    pub name: &'static str,
    /// Fewest arguments.
    pub args_min: u8,
    /// Most arguments; [`ANY`] without limit.
    pub args_max: u8,
    /// Most results; [`ANY`] without limit. 0: it has no value.
    pub outputs_max: u8,
    /// How arguments reach it.
    pub needs: Needs,
    /// What it does.
    pub run: Run,
    /// One sentence for docs/language.md.
    pub doc: &'static str,
}

impl Builtin {
    /// A row whose arguments come as they are. `counts`: fewest and most arguments, most results.
    pub(crate) const fn nodes(
        name: &'static str,
        counts: (u8, u8, u8),
        run: Run,
        doc: &'static str,
    ) -> Builtin {
        let (args_min, args_max, outputs_max) = counts;
        Builtin { name, args_min, args_max, outputs_max, needs: Needs::Nodes, run, doc }
    }

    /// A row whose arguments are read first.
    pub(crate) const fn values(
        name: &'static str,
        counts: (u8, u8, u8),
        run: Run,
        doc: &'static str,
    ) -> Builtin {
        let (args_min, args_max, outputs_max) = counts;
        Builtin { name, args_min, args_max, outputs_max, needs: Needs::Values, run, doc }
    }
}

/// No limit on arguments or results.
pub const ANY: u8 = u8::MAX;

/// Every family's rows.
const FAMILIES: &[&[Builtin]] = &[
    constants::BUILTINS,
    size::BUILTINS,
    classes::BUILTINS,
    elementwise::BUILTINS,
    reduce::BUILTINS,
    spread::BUILTINS,
    derived::BUILTINS,
    integers::BUILTINS,
    running::BUILTINS,
    scan::BUILTINS,
    shape::BUILTINS,
    search::BUILTINS,
    sets::BUILTINS,
    linalg::BUILTINS,
    factor::BUILTINS,
    signal::BUILTINS,
    bits::BUILTINS,
    gallery::BUILTINS,
    random::BUILTINS,
    output::BUILTINS,
    strings::BUILTINS,
    cells::BUILTINS,
    structs::BUILTINS,
    maps::BUILTINS,
    functional::BUILTINS,
    contexts::BUILTINS,
    path::BUILTINS,
    errors::BUILTINS,
    system::BUILTINS,
    files::BUILTINS,
    binary::BUILTINS,
    rows::BUILTINS,
    json::BUILTINS,
    workspace::BUILTINS,
    device::BUILTINS,
    tables::BUILTINS,
    &[TEXT_ROWS],
];

/// All rows, family by family.
pub fn table() -> impl Iterator<Item = &'static Builtin> {
    FAMILIES.iter().copied().flatten()
}

/// The row of a name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    table().find(|builtin| builtin.name == name)
}

/// What Octave says where a function is given no text.
const NO_TEXT: &[(&str, &str)] = &[
    ("do_string_escapes", "do_string_escapes: STRING argument must be of type string"),
    ("eval", "eval: TRY must be a string"),
    ("exist", "exist: NAME must be a string"),
    ("format", "format: all arguments must be strings"),
    ("lasterr", "lasterr: all arguments must be strings"),
    ("lastwarn", "lastwarn: all arguments must be strings"),
    ("mfilename", "mfilename: option argument must be a string"),
    ("nargin", "nargin: FCN must be a string or function handle"),
    ("nargout", "nargout: FCN must be a string or function handle"),
    ("putenv", "setenv: VAR must be a string"),
    ("setenv", "setenv: VAR must be a string"),
    ("undo_string_escapes", "undo_string_escapes: S argument must be a string"),
];

/// What `format` and the like have set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// How numbers are shown.
    pub format: Format,
    /// Without blank lines.
    pub is_compact: bool,
    /// What `struct_levels_to_print` has set.
    pub struct_levels: Option<usize>,
}

impl Settings {
    /// What prints values so.
    pub(crate) fn printer(&self) -> Printer {
        Printer { format: self.format, struct_levels: self.struct_levels }
    }
}

/// One call of a builtin.
pub struct Call<'c, 'h> {
    /// The function.
    pub builtin: &'static Builtin,
    /// Arguments, comma lists already spread. Under [`Needs::Values`], [`Needs::Text`] and
    /// [`Needs::Output`] no lazy array and no deferred value is among them, cells and structures
    /// included.
    pub args: Vec<Value>,
    /// Results asked for; 0 for a statement `f(x)`.
    pub nargout: usize,
    /// The call's text.
    pub span: Span,
    /// The running script.
    pub interpreter: &'c mut Interpreter<'h>,
}

impl Call<'_, '_> {
    /// The pending Dag.
    pub fn graph(&mut self) -> &mut Graph {
        self.interpreter.graph
    }

    /// Prints.
    pub fn print(&mut self, text: &str) {
        self.interpreter.print(text);
    }

    /// Reports a warning or note.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        (self.interpreter.host.note)(diagnostic.at(self.span));
    }

    /// What `format` has set.
    pub fn settings(&mut self) -> &mut Settings {
        &mut self.interpreter.settings
    }

    /// Argument `index`, if it was given.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.args.get(index)
    }

    /// Argument `index`, taken out; an empty array in its place.
    ///
    /// # Errors
    /// If it was not given.
    pub fn take(&mut self, index: usize) -> Result<Value, ScriptError> {
        match self.args.get_mut(index) {
            Some(value) => Ok(std::mem::replace(value, Value::empty())),
            None => Err(self.invalid()),
        }
    }

    /// Argument `index` as host elements: numbers, truth values, characters. A sync point if it
    /// is lazy.
    ///
    /// # Errors
    /// If it was not given or is no array.
    pub fn array(&mut self, index: usize) -> Result<HostArray, ScriptError> {
        let value = self.args.get(index).cloned().ok_or_else(|| self.invalid())?;
        self.interpreter.host_array(&value, self.span)
    }

    /// Argument `index` as a node of the Dag.
    ///
    /// # Errors
    /// If it was not given or cannot be recorded.
    pub fn lazy(&mut self, index: usize) -> Result<Lazy, ScriptError> {
        let value = self.take(index)?;
        self.interpreter.lazy(value, self.span)
    }

    /// Argument `index` as a text: a row of characters (or an empty array).
    ///
    /// # Errors
    /// If it was not given or is no text.
    pub fn text(&self, index: usize) -> Result<String, ScriptError> {
        let value = self.args.get(index).ok_or_else(|| self.invalid())?;
        let name = self.builtin.name;
        let message = || match NO_TEXT.iter().find(|(known, _)| *known == name) {
            Some((_, message)) => (*message).to_owned(),
            None => format!("{name}: argument {} must be a string", index + 1),
        };
        value.to_text().ok_or_else(|| self.error("M113", message()))
    }

    /// Argument `index` as one real number. A sync point if it is lazy.
    ///
    /// # Errors
    /// If it was not given or is not one number.
    pub fn number(&mut self, index: usize) -> Result<f64, ScriptError> {
        let array = self.array(index)?;
        let message = format!("{}: argument {} must be a number", self.builtin.name, index + 1);
        array.first().ok_or_else(|| self.error("M113", message))
    }

    /// Calls a function value.
    ///
    /// # Errors
    /// Those of the function.
    pub fn call(
        &mut self,
        function: &FunctionValue,
        args: Vec<Value>,
        nargout: usize,
    ) -> Result<Vec<Value>, ScriptError> {
        self.interpreter.call_value(function, args, nargout, self.span)
    }

    /// The results of the library's function for other forms of this call.
    ///
    /// # Errors
    /// If it has none, and those of the function.
    pub(crate) fn by_form(&mut self) -> Result<Vec<Value>, ScriptError> {
        let (args, span) = (std::mem::take(&mut self.args), self.span);
        let form = self.interpreter.call_form(self.builtin.name, args, self.nargout, span);
        form.unwrap_or_else(|| Err(self.invalid()))
    }

    /// An error at this call.
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> ScriptError {
        fail(code, message).at(self.span)
    }

    /// The error for arguments that the function cannot take.
    pub fn invalid(&self) -> ScriptError {
        self.error("M113", format!("Invalid call to {}", self.builtin.name))
            .identifier("Octave:invalid-fun-call")
    }
}
