//! Calls: what a name means, functions of files, builtins.

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, FileId, Span};
use crate::syntax::ast::{Function, Ident, Name, Param, Program};
use crate::trace::builtins::{self, ANY, Builtin, Call, Needs};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::force::{has_unknown, lazies};
use crate::trace::interpreter::form::sparse_results;
use crate::trace::interpreter::wording::{COMPILED, WRITTEN, named};
use crate::trace::interpreter::{Callee, DEPTH_MAX, Frame, Interpreter, hints};
use crate::trace::library;
use crate::trace::value::{Deferred, Form, FunctionValue, HostArray, Lazy, Value};

/// Ids of the library's functions; texts of `eval` have ids below.
const LIBRARY_FILES: u32 = 3 << 30;

/// True for a function that is written in the language itself.
pub(crate) fn is_library(function: &Function) -> bool {
    function.span.file.0 >= LIBRARY_FILES
}

impl Interpreter<'_> {
    /// What a name calls in the running frame.
    pub(crate) fn resolve(&mut self, name: Name) -> Option<Callee> {
        let nests = |frame: &Frame| {
            frame.function.as_ref().is_some_and(|function| !function.nested.is_empty())
        };
        let is_anonymous = self.frame.function.is_none();
        if nests(&self.frame) || is_anonymous && self.callers.iter().any(nests) {
            let text = self.frame.text(name).to_owned();
            return self.resolve_written(&text);
        }
        let known = self.files.get(self.frame.file).and_then(|file| file.callees.get(name.index()));
        if let Some(Some(callee)) = known {
            return Some(callee.clone());
        }
        let text = self.frame.text(name).to_owned();
        let callee = self.resolve_written(&text)?;
        let file = self.files.get_mut(self.frame.file);
        if let Some(place) = file.and_then(|file| file.callees.get_mut(name.index())) {
            *place = Some(callee.clone());
        }
        Some(callee)
    }

    /// What a name calls that is written in the running function: in one of the library first what
    /// its family has, so that a file of the script does not stand in its way.
    pub(crate) fn resolve_written(&mut self, name: &str) -> Option<Callee> {
        match self.is_of_running_family(name) {
            true => self.library_function(name),
            false => self.resolve_text(name),
        }
    }

    /// What a text calls in the running frame: nested functions, functions of the file, other
    /// files, builtins.
    pub(crate) fn resolve_text(&mut self, name: &str) -> Option<Callee> {
        let named = |function: &&Arc<Function>| function.names.text(function.name) == name;
        if let Some(function) = &self.frame.function
            && let Some(nested) = function.nested.iter().find(named)
        {
            return Some(Callee::User(Arc::clone(nested)));
        }
        for frame in self.callers.iter().rev() {
            // An anonymous function sees what the functions of its file see that are being called.
            let is_inside = |outer: &Arc<Function>| match &self.frame.function {
                Some(inner) => is_within(inner, outer),
                None => frame.file == self.frame.file,
            };
            if let Some(function) = &frame.function
                && let Some(nested) = function.nested.iter().find(named)
                && is_inside(function)
            {
                return Some(Callee::User(Arc::clone(nested)));
            }
        }
        if let Some(function) =
            self.files.get(self.frame.file).and_then(|file| file.functions.get(name))
        {
            return Some(Callee::User(Arc::clone(function)));
        }
        if let Some(function) = self.private_function(name) {
            return Some(function);
        }
        // Functions of the script are seen in texts that are run, and in other files; in the
        // library, which may be given their names, after its own.
        let of_script = self.files.first().and_then(|file| file.functions.get(name));
        let of_script = of_script.map(|function| Callee::User(Arc::clone(function)));
        let is_library = self.running_library().is_some();
        if let Some(function) = of_script.clone().filter(|_| !is_library) {
            return Some(function);
        }
        if let Some(Ok(program)) = (self.host.load)(name) {
            return Some(self.loaded(program));
        }
        let builtin = builtins::find(name).map(Callee::Builtin);
        builtin.or_else(|| self.library_function(name)).or(of_script)
    }

    /// A function in the folder `private` beside the running file, or beside a private one. The
    /// host looks into that of the script's own folder itself.
    fn private_function(&mut self, name: &str) -> Option<Callee> {
        let file = self.files.get(self.frame.file).filter(|_| self.frame.file > 0)?;
        let (folder, _) = file.path.rsplit_once('/')?;
        let path = match folder.ends_with("/private") {
            true => format!("{folder}/{name}.m"),
            false => format!("{folder}/private/{name}.m"),
        };
        let program = (self.host.load)(&path)?.ok()?;
        Some(self.loaded(program))
    }

    /// The function of the library that runs, if one does.
    fn running_library(&self) -> Option<library::LibraryFunction> {
        let file = self.files.get(self.frame.file)?;
        library::at(file.id.0.checked_sub(LIBRARY_FILES)? as usize)
    }

    /// True while a function of the library runs.
    pub(crate) fn is_in_library(&self) -> bool {
        self.running_library().is_some()
    }

    /// True for a function of a file that is not the script.
    pub(crate) fn is_of_other_file(&self, function: &Function) -> bool {
        self.files.first().is_some_and(|script| script.id != function.span.file)
    }

    /// True if a function of the library runs, and its family has one of this name.
    fn is_of_running_family(&self, name: &str) -> bool {
        let running = self.running_library();
        let family = |function: library::LibraryFunction| function.family;
        running.is_some_and(|running| library::find(name).map(family) == Some(running.family))
    }

    /// A function that is written in the language itself.
    fn library_function(&mut self, name: &str) -> Option<Callee> {
        let found = library::find(name)?;
        let id = FileId(LIBRARY_FILES + found.number as u32);
        let known = self.files.iter().position(|file| file.id == id);
        let file = known.unwrap_or_else(|| {
            let (program, _) = crate::syntax::parse(id, found.text);
            self.add_file(&program)
        });
        let function = self.files.get(file)?.functions.get(name)?;
        Some(Callee::User(Arc::clone(function)))
    }

    /// Runs a file in the variables of the running frame, as a script even if it begins with a
    /// function.
    ///
    /// # Errors
    /// Those of its statements.
    pub(crate) fn run_file(&mut self, program: Program) -> Result<(), ScriptError> {
        match self.loaded(program) {
            Callee::Script(program) => self.run_inside(&program),
            Callee::User(_) | Callee::Builtin(_) => Ok(()),
        }
    }

    fn loaded(&mut self, mut program: Program) -> Callee {
        let known = self.files.iter().any(|file| file.id == program.file);
        if !known {
            self.add_file(&program);
        }
        match program.functions.first() {
            Some(function) if program.is_function_file => Callee::User(Arc::clone(function)),
            Some(_) | None => {
                crate::syntax::keep_variables(&mut program);
                let program = Arc::new(program);
                self.programs.push(Arc::clone(&program));
                Callee::Script(program)
            }
        }
    }

    /// The error for a name that is neither variable nor function.
    pub(crate) fn undefined(&mut self, ident: &Ident) -> ScriptError {
        if let Some(name) = self.lacks_argument(ident) {
            return fail("M107", format!("Invalid call to {name}"))
                .identifier("Octave:invalid-fun-call")
                .at(ident.span);
        }
        let name = self.frame.text(ident.name).to_owned();
        let is_assigned = ident.slot.is_some_and(|slot| match &self.frame.function {
            Some(function) => crate::syntax::liveness::assigned_in(&function.body).contains(&slot),
            None => {
                let file = self.files.get(self.frame.file);
                file.is_some_and(|file| file.assigned.contains(&slot))
            }
        });
        let error = self.undefined_name(&name, is_assigned);
        self.near(error, ident.span)
    }

    /// An error of an undefined name, whose message says where the name stands.
    fn near(&self, error: ScriptError, span: Span) -> ScriptError {
        let error = error.at(span);
        match self.position(span) {
            Some((line, column)) => error.told(format!(" near line {line}, column {column}")),
            None => error,
        }
    }

    /// If a name is an argument that the running function of the library was not given: the name
    /// of what the script called.
    fn lacks_argument(&self, ident: &Ident) -> Option<String> {
        let of_library = |frame: &&Frame| frame.function.as_deref().is_some_and(is_library);
        let own = self.frame.function.as_ref().filter(|function| is_library(function))?;
        let is_it = |param: &Param| matches!(param, Param::Named(own) if own.name == ident.name);
        if !own.params.iter().any(is_it) {
            return None;
        }
        let outer = self.callers.iter().rev().take_while(of_library).last();
        let function = outer.and_then(|frame| frame.function.as_ref()).unwrap_or(own);
        let name = function.names.text(function.name);
        Some(name.strip_prefix("forms__").unwrap_or(name).to_owned())
    }

    /// The same for a text.
    pub(crate) fn undefined_name(&mut self, name: &str, has_slot: bool) -> ScriptError {
        let error =
            fail("M101", format!("'{name}' undefined")).identifier("Octave:undefined-function");
        if hints::is_refused(name) {
            return fail("M114", format!("'{name}' undefined: preheat does not support it yet"))
                .identifier("Octave:undefined-function");
        }
        let file = self.files.get(self.frame.file);
        let functions = file.into_iter().flat_map(|file| file.functions.keys());
        let variables = self.variable_names();
        let candidates = functions
            .map(String::as_str)
            .chain(variables.iter().map(String::as_str))
            .chain(builtins::table().map(|builtin| builtin.name))
            .chain(library::functions().map(|function| function.name));
        match hints::nearest(name, candidates) {
            _ if has_slot => error.hint(format!(
                "`{name}` is set elsewhere in the script, but not on the way to this place"
            )),
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("no variable or function has this name"),
        }
    }

    /// An identifier that has no value, as a call.
    pub(crate) fn call_ident(
        &mut self,
        ident: &Ident,
        args: Vec<Value>,
        nargout: usize,
    ) -> Result<Vec<Value>, ScriptError> {
        self.call_ident_at(ident, args, (nargout, ident.span))
    }

    /// The same, for a longer text.
    pub(crate) fn call_ident_at(
        &mut self,
        ident: &Ident,
        args: Vec<Value>,
        (nargout, span): (usize, Span),
    ) -> Result<Vec<Value>, ScriptError> {
        if args.is_empty()
            && let Some(count) = self.count_of(ident.name)
        {
            return Ok(vec![count]);
        }
        match self.resolve(ident.name) {
            Some(callee) => self.call_callee(&callee, args, nargout, span),
            None => Err(self.undefined(ident)),
        }
    }

    /// Calls what a text names.
    pub(crate) fn call_name(
        &mut self,
        name: &str,
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        match self.resolve_text(name) {
            Some(callee) => self.call_callee(&callee, args, nargout, span),
            None => Err(self.undefined_name(name, false).at(span)),
        }
    }

    /// Calls a row of the table, or a function of the library, whatever the script calls so.
    pub(crate) fn call_original(
        &mut self,
        name: &str,
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        let builtin = builtins::find(name).map(Callee::Builtin);
        match builtin.or_else(|| self.library_function(name)) {
            Some(callee) => self.call_callee(&callee, args, nargout, span),
            None => {
                let message = format!("builtin: lookup for symbol `{name}' failed");
                Err(fail("M101", message).identifier("Octave:undefined-function").at(span))
            }
        }
    }

    fn call_callee(
        &mut self,
        callee: &Callee,
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        match callee {
            Callee::Builtin(builtin) => self.call_builtin(builtin, args, nargout, span),
            Callee::User(function) => self.call_function(function, args, nargout, span),
            Callee::Script(program) => self.run_inside(program).map(|()| Vec::new()),
        }
    }

    /// Calls a function value.
    ///
    /// # Errors
    /// Those of the function.
    pub(crate) fn call_value(
        &mut self,
        function: &FunctionValue,
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        match function {
            FunctionValue::Named(name) => self.call_name(name, args, nargout, span),
            FunctionValue::User(function) => self.call_function(function, args, nargout, span),
            FunctionValue::Anonymous { function, captures } => {
                self.call_anonymous((function, captures), args, nargout, span)
            }
        }
    }

    /// Calls a function of a file.
    ///
    /// # Errors
    /// Those of its statements; a wrong number of arguments; a result that was not set.
    pub(crate) fn call_function(
        &mut self,
        function: &Arc<Function>,
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        let name = function.names.text(function.name);
        let name = name.strip_prefix("forms__").unwrap_or(name);
        let wrong = |what: &str, hint: String| {
            let message = match what {
                "inputs" if is_library(function) && COMPILED.contains(&name) => {
                    format!("Invalid call to {name}")
                }
                _ => format!("{name}: function called with too many {what}"),
            };
            fail("M107", message).identifier("Octave:invalid-fun-call").hint(hint).at(span)
        };
        if args.len() > function.params.len() && function.varargin.is_none() {
            let (takes, given) = (function.params.len(), args.len());
            return Err(wrong("inputs", format!("`{name}` takes {takes}, not {given}")));
        }
        if nargout > function.outputs.len() && function.varargout.is_none() {
            let gives = function.outputs.len();
            return Err(wrong("outputs", format!("`{name}` gives {gives}, not {nargout}")));
        }
        let mut frame =
            Frame::new(Arc::clone(&function.names), &function.scope, self.file_of(function.span));
        frame.function = Some(Arc::clone(function));
        (frame.nargin, frame.nargout) = (args.len(), nargout);
        frame.ignored = std::mem::take(&mut self.ignored);
        fill_params(&mut frame, &function.params, function.varargin.as_ref(), args);
        self.link_nested(&mut frame, function);
        self.enter(frame, span)?;
        let result = self.function_body(function).and_then(|_| self.outputs(function, nargout));
        self.leave();
        result.map_err(|error| match is_library(function) {
            true => error.seen_from(span),
            false => error.called_from(name.to_owned(), span),
        })
    }

    /// Makes a frame the running one.
    pub(crate) fn enter(&mut self, frame: Frame, span: Span) -> Result<(), ScriptError> {
        if self.callers.len() >= DEPTH_MAX {
            let message =
                format!("max_recursion_depth exceeded: {DEPTH_MAX} calls are active at once");
            return Err(fail("M111", message).identifier("Octave:undefined-function").at(span));
        }
        self.callers.push(std::mem::replace(&mut self.frame, frame));
        self.frame.call = span;
        Ok(())
    }

    /// Goes back to the caller's frame.
    pub(crate) fn leave(&mut self) {
        if let Some(frame) = self.callers.pop() {
            let mut ended = std::mem::replace(&mut self.frame, frame);
            ended.slots.clear();
            self.spare.push(ended.slots);
        }
        if self.has_ended() {
            self.run_ended();
        }
    }

    /// Links the variables that a nested function shares with the active call of the function
    /// around it.
    fn link_nested(&mut self, frame: &mut Frame, function: &Arc<Function>) {
        if function.shared.is_empty() {
            return;
        }
        frame.links = vec![None; frame.slots.len()];
        let is_outer = |frame: &Frame| {
            let outer = frame.function.as_ref();
            outer.is_some_and(|outer| outer.nested.iter().any(|own| Arc::ptr_eq(own, function)))
        };
        let depth = match is_outer(&self.frame) {
            true => self.callers.len(),
            false => match self.callers.iter().rposition(is_outer) {
                Some(depth) => depth,
                None => return,
            },
        };
        for shared in &function.shared {
            let cell = if depth == self.callers.len() {
                self.share(shared.outer)
            } else {
                std::mem::swap(&mut self.frame, &mut self.callers[depth]);
                let cell = self.share(shared.outer);
                std::mem::swap(&mut self.frame, &mut self.callers[depth]);
                cell
            };
            let inner = shared.inner.index();
            if let Some(value) = frame.slots[inner].take() {
                *cell.borrow_mut() = Some(value);
            }
            frame.links[inner] = Some(cell);
        }
    }

    /// The results of the running function.
    pub(crate) fn outputs(
        &mut self,
        function: &Function,
        nargout: usize,
    ) -> Result<Vec<Value>, ScriptError> {
        let wanted = nargout.max(1);
        let mut values = Vec::with_capacity(wanted);
        for (index, output) in function.outputs.iter().take(wanted).enumerate() {
            let Some(value) = output.slot.and_then(|slot| self.take_slot(slot)) else {
                if self.frame.ignored.get(index) == Some(&true) {
                    values.push(Value::empty());
                    continue;
                }
                if nargout <= values.len() {
                    return Ok(values);
                }
                let name = function.names.text(output.name);
                let message = format!("'{name}' undefined");
                let hint = format!(
                    "`{}` ended without setting its result `{name}`",
                    function.names.text(function.name)
                );
                let error = fail("M110", message).identifier("Octave:undefined-function");
                return Err(self.near(error.hint(hint), output.span));
            };
            values.push(value);
        }
        if let Some(Value::Cell(cell)) =
            function.varargout.and_then(|rest| self.take_slot(rest.slot?))
        {
            let room = wanted.saturating_sub(values.len());
            values.extend(cell.values.iter().take(room).cloned());
        }
        Ok(values)
    }

    /// Calls a row of the table, its arguments read, cut or postponed as it needs.
    pub(crate) fn call_builtin(
        &mut self,
        builtin: &'static Builtin,
        mut args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        if let Err(error) = check_counts(builtin, args.len(), nargout, span) {
            return self.call_form(builtin.name, args, nargout, span).unwrap_or(Err(error));
        }
        match builtin.needs {
            Needs::Nodes => {
                for arg in &mut args {
                    if let Value::Deferred(_) = arg {
                        *arg = self.forced(std::mem::replace(arg, Value::empty()))?;
                    }
                }
            }
            Needs::Values => {
                self.make_all_known(&mut args)?;
                if args.iter().any(is_numeric_array) {
                    self.graph.computed_on_host(builtin.name);
                }
            }
            Needs::Output if args.iter().any(has_unknown) && writes_file(&args) => {
                self.make_all_known(&mut args)?;
            }
            Needs::Text | Needs::Output if args.iter().any(has_unknown) => {
                if !self.output_values(&mut args)? {
                    return Ok(postponed(builtin, args, nargout));
                }
            }
            Needs::Text | Needs::Output => {}
        }
        let sparse = sparse_results(builtin.name, &args, nargout);
        let mut call = Call { builtin, args, nargout, span, interpreter: self };
        let mut values =
            (builtin.run)(&mut call).map_err(|error| named(builtin.name, error).at(span))?;
        values.truncate(nargout.max(1));
        for value in values.iter_mut().take(sparse) {
            *value = std::mem::replace(value, Value::empty()).with_form(Form::Sparse);
        }
        for value in &mut values {
            if let Value::Array(array) = value
                && array.shape.is_scalar()
            {
                *value = Value::from(array.clone());
            }
        }
        Ok(values)
    }

    /// Calls what the library has for other forms of a call than the row of a name takes:
    /// `forms__NAME`. `None`: nothing.
    pub(crate) fn call_form(
        &mut self,
        name: &str,
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Option<Result<Vec<Value>, ScriptError>> {
        let form = format!("forms__{name}");
        crate::trace::library::find(&form)?;
        Some(self.call_name(&form, args, nargout, span))
    }

    /// Reads all lazy arrays of some values in one cut.
    fn make_all_known(&mut self, args: &mut [Value]) -> Result<(), ScriptError> {
        let mut found = Vec::new();
        args.iter().for_each(|arg| lazies(arg, &mut found));
        if found.len() > 1 {
            self.graph.settle(&found)?;
        }
        args.iter_mut().try_for_each(|arg| self.make_known(arg))
    }

    /// Cuts the Dag for output of some values and puts them in place; false if they stay unknown.
    fn output_values(&mut self, args: &mut [Value]) -> Result<bool, ScriptError> {
        let mut found = Vec::new();
        args.iter().for_each(|arg| lazies(arg, &mut found));
        let Some(arrays) = self.graph.output(&found)? else {
            found.iter().for_each(|lazy| self.graph.note_printed(lazy));
            return Ok(false);
        };
        let mut arrays = arrays.into_iter();
        args.iter_mut().for_each(|arg| put_known(arg, &mut arrays));
        // While building, a postponed value has no lazy array to wait for here.
        Ok(!args.iter().any(has_unknown))
    }

    /// A finding that does not end the script.
    pub(crate) fn warn(&mut self, diagnostic: Diagnostic) {
        if diagnostic.code != "M131" || self.is_warning_on("Octave:singular-matrix") {
            (self.host.note)(diagnostic);
        }
    }

    /// What `warning("on", ..)` and `warning("off", ..)` have set for an identifier.
    pub(crate) fn is_warning_on(&self, id: &str) -> bool {
        self.warning_state(id) != "off"
    }

    /// `on`, `off`, or `error` for one that ends the script.
    pub(crate) fn warning_state(&self, id: &str) -> &str {
        let mut states = self.warning_states.iter().rev();
        let found = states.find(|(name, _)| name == id || name == "all");
        found.map_or("on", |(_, state)| state)
    }
}

/// True for the arguments of output that goes to a file: the script may read it again.
fn writes_file(args: &[Value]) -> bool {
    matches!(args.first(), Some(Value::Number(number)) if number.to_f64() > 2.0)
}

/// True for several numbers or truth values.
fn is_numeric_array(value: &Value) -> bool {
    matches!(value, Value::Array(array) if array.len() > 1 && !value.is_char())
}

fn is_within(inner: &Arc<Function>, outer: &Arc<Function>) -> bool {
    Arc::ptr_eq(inner, outer) || outer.nested.iter().any(|nested| is_within(inner, nested))
}

fn fill_params(frame: &mut Frame, params: &[Param], varargin: Option<&Ident>, args: Vec<Value>) {
    let mut args = args.into_iter();
    for param in params {
        let Some(value) = args.next() else { break };
        if let Param::Named(Ident { slot: Some(slot), .. }) = param {
            frame.slots[slot.index()] = Some(value.open_in(&frame.scope, *slot));
        }
    }
    if let Some(slot) = varargin.and_then(|rest| rest.slot) {
        frame.slots[slot.index()] = Some(surplus(args.collect()));
    }
}

/// What `varargin` holds.
pub(crate) fn surplus(values: Vec<Value>) -> Value {
    match values.is_empty() {
        true => Value::Cell(crate::trace::value::CellArray::new(
            crate::shape::Shape::matrix(0, 0),
            values,
        )),
        false => Value::cell_row(values),
    }
}

/// Puts read arrays where the lazy ones were, in the order of [`lazies`].
fn put_known(value: &mut Value, arrays: &mut impl Iterator<Item = HostArray>) {
    match value {
        Value::Lazy(Lazy { .. }) => {
            if let Some(array) = arrays.next() {
                *value = Value::from(array);
            }
        }
        Value::Cell(cell) if cell.values.iter().any(has_unknown) => {
            Rc::make_mut(&mut cell.values).iter_mut().for_each(|value| put_known(value, arrays));
        }
        Value::Struct(array) if array.fields.values().flatten().any(has_unknown) => {
            let columns = Rc::make_mut(&mut array.fields).values_mut();
            columns.flatten().for_each(|value| put_known(value, arrays));
        }
        Value::Number(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::Cell(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => {}
    }
}

fn postponed(builtin: &'static Builtin, args: Vec<Value>, nargout: usize) -> Vec<Value> {
    if builtin.needs == Needs::Output && nargout == 0 {
        return Vec::new();
    }
    let deferred = |output_index| {
        let forced = std::cell::OnceCell::new();
        let (function, args) = (builtin.name, args.clone());
        Value::Deferred(Rc::new(Deferred { function, args, output_index, forced }))
    };
    (0..nargout.max(1)).map(deferred).collect()
}

fn check_counts(
    builtin: &Builtin,
    args: usize,
    nargout: usize,
    span: Span,
) -> Result<(), ScriptError> {
    let name = builtin.name;
    let too_many = builtin.args_max != ANY && args > usize::from(builtin.args_max);
    if args < usize::from(builtin.args_min) || too_many {
        let takes = match (builtin.args_min, builtin.args_max) {
            (low, ANY) => format!("{low} or more arguments"),
            (1, 1) => "1 argument".to_owned(),
            (low, high) if low == high => format!("{low} arguments"),
            (low, high) => format!("{low} to {high} arguments"),
        };
        let message = match name {
            "std" if too_many => "var: function called with too many inputs".to_owned(),
            name if too_many && WRITTEN.contains(&name) => {
                format!("{name}: function called with too many inputs")
            }
            name => format!("Invalid call to {name}"),
        };
        return Err(fail("M107", message)
            .identifier("Octave:invalid-fun-call")
            .hint(format!("`{name}` takes {takes}, not {args}"))
            .at(span));
    }
    if builtin.outputs_max != ANY && nargout > usize::from(builtin.outputs_max) {
        let gives = builtin.outputs_max;
        let error = match gives {
            0 => fail("M108", "value on the right hand side of the assignment not defined"),
            _ => fail("M108", format!("{name}: function called with too many outputs")),
        };
        return Err(error
            .identifier("Octave:invalid-fun-call")
            .hint(format!("`{name}` gives {gives} values, not {nargout}"))
            .at(span));
    }
    Ok(())
}
