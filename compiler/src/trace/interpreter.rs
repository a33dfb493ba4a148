//! Walks the syntax tree: frames, variables, functions, and how a script is started.
//!
//! Invariants
//! - The running frame is [`Interpreter::frame`]; those of its callers are on a stack.
//! - A variable lives in its slot, or, when it is global, persistent or shared with a nested
//!   function, in a cell that its slot links to; never in both.
//! - Building and running record and cut alike: nothing here asks which of the two it is, except
//!   to leave out values that no one has computed.
//! - A host array of one element is a [`Value::Number`], wherever a value is stored.

mod access;
mod anonymous;
pub(super) mod arith;
mod assign;
mod bits;
mod bytecode;
mod call;
mod complex;
mod concat;
mod contexts;
mod delete;
mod dense;
mod display;
mod divide;
pub(crate) mod domain;
mod elements;
mod expression;
mod force;
pub(crate) mod form;
mod gather;
mod hints;
mod index;
mod integers;
mod loops;
mod map;
mod operator;
pub(crate) mod positive;
mod resize;
pub(crate) mod small;
mod spread;
mod statement;
mod store;
mod subscript;
mod traceback;
mod wait;
pub(crate) mod wide;
mod wording;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use preheat_format::OpId;
use preheat_ops::op::OpDef;

use crate::diagnostic::{Diagnostic, FileId, Span};
use crate::syntax::ast::{Function, Interner, Name, Program, Scope, Slot};
use crate::trace::builtins::{Builtin, Settings};
use crate::trace::error::ScriptError;
use crate::trace::files::{DiskFn, OpenFiles};
use crate::trace::graph::Graph;
use crate::trace::record::RandomSource;
use crate::trace::twister::Twister;
use crate::trace::value::{Class, Value};

pub(crate) use arith::{
    binary_host, collect_numbers, convert_number, is_no_truth, nan_as_truth, narrow, result_class,
    to_complex,
};
pub(crate) use call::is_library;
pub(crate) use complex::Complex;
pub(crate) use concat::TEXT_ROWS;
pub(crate) use contexts::{Context, Ended};
pub(crate) use force::{described, operand_type, refuse_nan};
pub(crate) use hints::{is_refused, nearest};
pub(crate) use index::{Site, gather};
pub(crate) use operator::{PLACE_BYTES, has_room, is_host_held, is_host_only, sized, too_long};
pub(crate) use resize::LIST_LEN_MAX;
pub(crate) use store::Marks;
pub(crate) use subscript::Subscript;
pub(crate) use traceback::argument_texts;
pub(crate) use wording::is_file_in_octave;

/// Script calls that may be active at once.
const DEPTH_MAX: usize = 256;

/// What a script gets from outside. The interpreter opens no file and reads no environment.
pub struct Host<'h> {
    /// Takes what the script prints.
    pub print: &'h mut dyn FnMut(&str),
    /// Takes warnings and notes.
    pub note: &'h mut dyn FnMut(Diagnostic),
    /// An environment variable.
    pub env: &'h dyn Fn(&str) -> Option<String>,
    /// The whole path of the folder that the script is in.
    pub folder: &'h dyn Fn() -> String,
    /// The parsed file of a function or script that is called by name, if there is one.
    /// A name with a `/` is the path of a file.
    pub load: &'h mut dyn FnMut(&str) -> Option<Result<Program, Diagnostic>>,
    /// Takes the folders in which files are looked for after the script's own, in order.
    pub search: &'h dyn Fn(&[String]),
    /// What a path names.
    pub path: &'h dyn Fn(&str) -> Option<PathKind>,
    /// Reads and changes files.
    pub disk: &'h DiskFn<'h>,
    /// Seconds since 1970.
    pub clock: &'h dyn Fn() -> f64,
}

/// What may be at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file.
    File,
    /// A folder.
    Folder,
}

impl Host<'_> {
    /// The same for a shorter time.
    fn reborrow(&mut self) -> Host<'_> {
        Host {
            print: &mut *self.print,
            note: &mut *self.note,
            env: self.env,
            folder: self.folder,
            load: &mut *self.load,
            search: self.search,
            path: self.path,
            disk: self.disk,
            clock: self.clock,
        }
    }
}

/// A variable that is set before the script starts (`-D name=value`).
#[derive(Clone, Debug, PartialEq)]
pub enum Define {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

/// Runs a script: host things at once, array operations into the graph.
///
/// A script call takes up to 32 KiB of stack (in a build without optimisation); 256 of them may be
/// active, so the caller gives the thread at least 16 MiB.
///
/// # Errors
/// What the script or the engine stumbles over. What was printed before has been printed.
pub fn run(
    program: &Program,
    graph: &mut Graph,
    mut host: Host<'_>,
    defines: &[(String, Define)],
) -> Result<(), ScriptError> {
    let mut interpreter = Interpreter::new(graph, host.reborrow());
    let file = interpreter.add_file(program);
    interpreter.frame = Frame::new(Arc::clone(&program.names), &program.scope, file);
    for (name, value) in defines {
        interpreter.define(name, value);
    }
    let result = match program.functions.first() {
        Some(function) if program.is_function_file && program.body.is_empty() => {
            interpreter.call_function(function, Vec::new(), 0, function.name_span).map(drop)
        }
        Some(_) | None => interpreter.body(&program.body).map(drop),
    };
    interpreter.frame.slots.clear();
    interpreter.globals.clear();
    interpreter.run_ended();
    interpreter.flush_files();
    interpreter.graph.finish();
    interpreter.note_round_trips();
    match result {
        Err(error) if error.is_exit() => Ok(()),
        result => result,
    }
}

/// A variable that several frames see.
type Shared = Rc<RefCell<Option<Value>>>;

/// Values by slot.
type Slots = Vec<Option<Value>>;

/// The variables of a running call.
pub(crate) struct Frame {
    /// Values by slot.
    slots: Slots,
    /// Cells by slot, where a variable is linked; empty if none is.
    links: Vec<Option<Shared>>,
    /// Variables that the text does not show (`eval`, `assignin`).
    extra: Option<BTreeMap<String, Value>>,
    /// Names by slot.
    scope: Scope,
    /// Texts of names.
    names: Arc<Interner>,
    /// Which of the interpreter's files.
    file: usize,
    /// The running function, if it is one.
    function: Option<Arc<Function>>,
    /// The text of the call.
    call: Span,
    nargin: usize,
    nargout: usize,
    /// Per result, that it was not asked for with `~`; empty: none.
    ignored: Vec<bool>,
    /// That of a text or a script which runs among the variables of the call below.
    is_text: bool,
}

impl Frame {
    /// The value of a variable.
    fn value(&self, name: &str) -> Option<Value> {
        let Some(slot) = self.slot(name) else {
            return self.extra.as_ref()?.get(name).cloned();
        };
        match &self.slots[slot.index()] {
            Some(value) => Some(value.clone()),
            None => self.links.get(slot.index())?.as_ref()?.borrow().clone(),
        }
    }

    fn new(names: Arc<Interner>, scope: &Scope, file: usize) -> Frame {
        Frame::with((names, scope), file, Vec::new())
    }

    /// The same over an empty list that has room.
    fn with((names, scope): (Arc<Interner>, &Scope), file: usize, slots: Slots) -> Frame {
        let mut slots = slots;
        slots.resize(scope.names.len(), None);
        Frame {
            slots,
            links: Vec::new(),
            extra: None,
            scope: scope.clone(),
            names,
            file,
            function: None,
            call: Span::default(),
            nargin: 0,
            nargout: 0,
            ignored: Vec::new(),
            is_text: false,
        }
    }

    /// The slot of a name.
    pub(crate) fn slot(&self, name: &str) -> Option<Slot> {
        let name = self.names.get(name)?;
        let index = self.scope.names.iter().position(|known| *known == name)?;
        Some(Slot(index as u32))
    }

    /// Names of variables that have a value.
    fn variables(&self) -> impl Iterator<Item = String> + '_ {
        let texts = self.scope.names.iter().map(|name| self.text(*name).to_owned());
        let set = texts.filter(|name| self.value(name).is_some());
        set.chain(self.extra.iter().flat_map(|extra| extra.keys().cloned()))
    }

    /// Forgets a variable. A global one keeps its value for whoever declares it next.
    fn forget(&mut self, name: &str) {
        if let Some(slot) = self.slot(name) {
            let link = self.links.get_mut(slot.index());
            if link.and_then(Option::take).is_none() {
                self.slots[slot.index()] = None;
            }
        }
        self.extra.as_mut().and_then(|extra| extra.remove(name));
    }

    /// Forgets all variables.
    fn forget_all(&mut self) {
        self.slots.fill(None);
        self.links.clear();
        self.extra = None;
    }

    /// The first variable whose value is of a kind.
    fn holder(&self, is_it: impl Fn(&Value) -> bool) -> Option<String> {
        let at = self.slots.iter().position(|slot| slot.as_ref().is_some_and(&is_it))?;
        self.scope.names.get(at).map(|name| self.names.text(*name).to_owned())
    }

    /// The text of a name.
    fn text(&self, name: Name) -> &str {
        self.names.text(name)
    }
}

/// What a name without value calls.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    /// A row of the table.
    Builtin(&'static Builtin),
    /// A function of a file.
    User(Arc<Function>),
    /// A script file, run in the caller's variables.
    Script(Arc<Program>),
}

/// One file with its functions.
struct FileScope {
    id: FileId,
    /// Its path as the user gave it.
    path: String,
    /// What was parsed.
    text: Arc<str>,
    functions: BTreeMap<String, Arc<Function>>,
    /// Variables that the script's statements assign somewhere.
    assigned: BTreeSet<Slot>,
    /// What names of the file call, by name, as far as known.
    callees: Vec<Option<Callee>>,
}

/// What `end` means in an index.
#[derive(Clone, Debug)]
pub(crate) enum EndOf {
    /// A variable of the running frame.
    Slot(Slot),
    /// Another value.
    Value(Value),
}

/// State of the random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RandomState {
    /// Philox key.
    pub(crate) seed: u64,
    /// Next block.
    pub(crate) block: u64,
}

/// A running script.
pub struct Interpreter<'h> {
    pub(crate) graph: &'h mut Graph,
    pub(crate) host: Host<'h>,
    pub(crate) settings: Settings,
    pub(crate) random: RandomState,
    /// The Mersenne twister with its seed, while it is chosen.
    pub(crate) twister: Option<(u32, Twister)>,
    /// When `tic` was called.
    pub(crate) tic: Option<f64>,
    /// Functions of `onCleanup` that are to be called now.
    ended: Ended,
    /// Environment variables that the script has set.
    pub(crate) env: BTreeMap<String, String>,
    /// When the script started.
    pub(crate) started: f64,
    /// The last error that `try` caught.
    pub(crate) last_error: String,
    /// Its identifier.
    pub(crate) last_error_id: String,
    /// Message and identifier of the last warning.
    pub(crate) last_warning: (String, String),
    /// What `warning` has turned on and off, the newest last.
    pub(crate) warning_states: Vec<(String, String)>,
    /// What `evalc` collects, innermost last.
    pub(crate) captured: Vec<String>,
    /// Files that are open.
    pub(crate) files_open: OpenFiles,
    /// Folders of functions besides the script's own, as `addpath` has set them.
    search_path: Vec<String>,
    /// True once the note about drawing functions was given.
    pub(crate) noted_drawing: bool,
    frame: Frame,
    callers: Vec<Frame>,
    /// Calls above those whose variables `evalin` has made the running ones.
    set_aside: Vec<Vec<Frame>>,
    files: Vec<FileScope>,
    globals: BTreeMap<String, Shared>,
    /// By file, start of the function, and slot.
    persistents: BTreeMap<(FileId, u32, Slot), Shared>,
    /// For the next call: per result, that it is not asked for with `~`.
    ignored: Vec<bool>,
    /// Innermost last: the value, 0-based position and number of indices.
    ends: Vec<(EndOf, usize, usize)>,
    /// Variables that loop bodies assign, by address of the body; programs outlive the run.
    loop_slots: BTreeMap<usize, Rc<[Slot]>>,
    /// Programs made at run time, kept because of `loop_slots`.
    programs: Vec<Arc<Program>>,
    ops: BTreeMap<OpId, Option<&'static OpDef>>,
    /// Compiled code.
    codes: bytecode::Codes,
    /// Arguments and results of compiled code.
    stack: Vec<Value>,
    /// Instructions of compiled code that did more than compute numbers.
    walked: u64,
    /// Lists of ended frames, for their room.
    spare: Vec<Slots>,
}

impl<'h> Interpreter<'h> {
    fn new(graph: &'h mut Graph, host: Host<'h>) -> Interpreter<'h> {
        let started = (host.clock)();
        Interpreter {
            graph,
            host,
            settings: Settings::default(),
            random: RandomState::default(),
            twister: None,
            tic: None,
            ended: Ended::default(),
            env: BTreeMap::new(),
            started,
            last_error: String::new(),
            last_error_id: String::new(),
            last_warning: Default::default(),
            warning_states: Vec::new(),
            captured: Vec::new(),
            files_open: OpenFiles::default(),
            search_path: Vec::new(),
            noted_drawing: false,
            frame: Frame::new(Arc::new(Interner::default()), &Scope::default(), 0),
            callers: Vec::new(),
            set_aside: Vec::new(),
            files: Vec::new(),
            globals: BTreeMap::new(),
            persistents: BTreeMap::new(),
            ignored: Vec::new(),
            ends: Vec::new(),
            loop_slots: BTreeMap::new(),
            programs: Vec::new(),
            ops: BTreeMap::new(),
            codes: bytecode::Codes::default(),
            stack: Vec::new(),
            walked: 0,
            spare: Vec::new(),
        }
    }

    /// Keeps what `lasterr` gives.
    pub(crate) fn note_error(&mut self, error: &ScriptError) {
        error.message().clone_into(&mut self.last_error);
        error.id().clone_into(&mut self.last_error_id);
    }

    /// Folders of functions besides the script's own.
    pub(crate) fn search_path(&self) -> &[String] {
        &self.search_path
    }

    /// Sets them. Names may call something else from now on.
    pub(crate) fn set_search_path(&mut self, folders: Vec<String>) {
        (self.host.search)(&folders);
        self.search_path = folders;
        for file in &mut self.files {
            file.callees.fill(None);
        }
        self.codes = bytecode::Codes::default();
    }

    fn add_file(&mut self, program: &Program) -> usize {
        let functions = program
            .functions
            .iter()
            .map(|function| (function.names.text(function.name).to_owned(), Arc::clone(function)))
            .collect();
        let callees = vec![None; program.names.len()];
        self.files.push(FileScope {
            id: program.file,
            path: program.path.clone(),
            text: Arc::clone(&program.text),
            functions,
            assigned: crate::syntax::liveness::assigned_in(&program.body),
            callees,
        });
        self.files.len() - 1
    }

    fn file_of(&self, span: Span) -> usize {
        self.files.iter().position(|file| file.id == span.file).unwrap_or(0)
    }

    fn define(&mut self, name: &str, value: &Define) {
        let value = match value {
            Define::Number(number) => Value::from(*number),
            Define::Text(text) => Value::from(text.as_str()),
        };
        match self.frame.slot(name) {
            Some(slot) => self.store(slot, value),
            None => {
                let message = format!("the script has no variable `{name}` to define");
                (self.host.note)(Diagnostic::warning("M130", message));
            }
        }
    }

    /// Prints, or keeps it for the `evalc` that is active.
    pub(crate) fn print(&mut self, text: &str) {
        match self.captured.last_mut() {
            Some(captured) => captured.push_str(text),
            None => (self.host.print)(text),
        }
    }

    /// Arguments and results of the running call.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.frame.nargin, self.frame.nargout)
    }

    /// The name of the running function, for errors.
    pub(crate) fn function_name(&self) -> Option<&str> {
        self.frame.function.as_ref().map(|function| function.names.text(function.name))
    }

    /// True in a function of the script that runs.
    pub(crate) fn is_in_script(&self) -> bool {
        self.frame.file == 0 && self.frame.function.is_some()
    }

    /// The next part of the random stream, for `len` elements of a class.
    pub(crate) fn draw(&mut self, class: Class, len: u64) -> RandomSource {
        let source = RandomSource { seed: self.random.seed, block: self.random.block };
        self.random.block = source.block.wrapping_add(RandomSource::blocks(class, len));
        source
    }

    /// The row of an operation; looked up once.
    pub(crate) fn op(&mut self, id: OpId) -> Option<&'static OpDef> {
        *self.ops.entry(id).or_insert_with(|| preheat_ops::find(id))
    }
}
