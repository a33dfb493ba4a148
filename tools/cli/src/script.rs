//! A script on disk: reading it, finding the functions that it calls, tracing or running it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use preheat_compiler::diagnostic::{Diagnostic, Severity, SourceMap};
use preheat_compiler::plan::{self, Log, Obstacle};
use preheat_compiler::session::{self, Script, TracedGroup};
use preheat_compiler::syntax::{self, ast::Program};
use preheat_compiler::trace::engine::Engine;
use preheat_compiler::trace::error::ScriptError;
use preheat_compiler::trace::files::Disk;
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::{Define, Host};
use preheat_format::Plan;

use crate::args::is_identifier;
use crate::disk::{self, Changes};
use crate::failure::Failure;
use crate::reads::{Reads, path_kind};
use crate::report::ScriptReport;

/// Deep recursion of a script recurses here; memory is taken only as it is touched.
const STACK_BYTES: usize = 512 << 20;
/// Whole numbers up to here are exact.
const SIZE_MAX: f64 = 9e15;

/// A script that was read and parsed.
pub(crate) struct ScriptFile {
    pub(crate) script: Script,
    /// What the parser has to say besides errors.
    pub(crate) warnings: Vec<Diagnostic>,
    /// Where functions of other files are looked for.
    folder: PathBuf,
    /// What it asked for besides its text, in all of its traces.
    reads: Mutex<Reads>,
}

/// A script that cannot be started.
pub(crate) enum LoadError {
    /// It cannot be read.
    Failure(Box<Failure>),
    /// It cannot be parsed.
    Syntax(ScriptReport),
}

/// Reads and parses a script; `name` is what it is called in messages and archives.
///
/// # Errors
/// [`LoadError`].
pub(crate) fn load(path: &Path, name: &str) -> Result<ScriptFile, LoadError> {
    let failed = |error| LoadError::Failure(Box::new(error));
    let bytes = fs::read(path).map_err(Failure::reading(path)).map_err(failed)?;
    parsed(name, &decode(bytes), folder_of(path))
}

/// Parses the text of a script whose functions are looked for in a folder.
///
/// # Errors
/// [`LoadError::Syntax`].
pub(crate) fn parsed(name: &str, text: &str, folder: PathBuf) -> Result<ScriptFile, LoadError> {
    let (script, warnings) = session::parse(name, text)
        .map_err(|(sources, found)| LoadError::Syntax(ScriptReport::new(sources, found)))?;
    Ok(ScriptFile { script, warnings, folder, reads: Mutex::default() })
}

/// Where the functions that a script calls are looked for.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_path_buf()
}

/// Parses a script that is in this program; it calls no other files.
///
/// # Errors
/// [`LoadError::Syntax`].
pub(crate) fn from_text(name: &str, text: &str) -> Result<ScriptFile, LoadError> {
    // A name that no file can have.
    parsed(name, text, PathBuf::from("\0"))
}

/// The whole path of a folder, links followed; as it is if the system does not know it.
pub(crate) fn whole_path(folder: &Path) -> String {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    whole.to_string_lossy().into_owned()
}

/// Old MATLAB files are in Latin-1, whose bytes are the first code points of Unicode.
pub(crate) fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

/// Texts of a script and of the files that it calls, which grow while it runs.
pub(crate) type SharedSources = Rc<RefCell<SourceMap>>;

/// How a script is started.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub(crate) options: GraphOptions,
    pub(crate) defines: &'a [(String, Define)],
    /// Folders of functions besides the script's own.
    pub(crate) folders: &'a [PathBuf],
}

/// What a script says while it runs.
pub(crate) struct Sinks<'a> {
    pub(crate) print: &'a mut dyn FnMut(&str),
    pub(crate) note: &'a mut dyn FnMut(&SourceMap, Diagnostic),
}

impl ScriptFile {
    /// Its texts, for [`ScriptFile::run`].
    pub(crate) fn sources(&self) -> SharedSources {
        Rc::new(RefCell::new(self.script.sources.clone()))
    }

    /// Runs the script on an engine; an error comes with all that is needed to show it.
    pub(crate) fn run(
        &self,
        engine: Box<dyn Engine>,
        start: Start<'_>,
        sources: &SharedSources,
        sinks: Sinks<'_>,
    ) -> Result<u64, (ScriptError, Vec<Diagnostic>)> {
        let surroundings = Surroundings::real(&now, start.folders);
        let (result, broken) = self.with_host(sources, sinks, surroundings, |host| {
            session::run(&self.script, engine, start.options, host, start.defines)
        });
        result.map_err(|error| (error, broken))
    }

    /// Traces the script without running its groups.
    pub(crate) fn trace(&self, start: Start<'_>) -> Traced {
        let sources = self.sources();
        let mut notes = Vec::new();
        let sinks = Sinks { print: &mut |_| {}, note: &mut |_, note| notes.push(note) };
        let clock = steady_clock(0);
        let ((groups, result), broken) = self.with_host(
            &sources,
            sinks,
            Surroundings::in_memory(&clock, start.folders),
            |host| session::trace(&self.script, start.options, host, start.defines),
        );
        let sources = sources.borrow().clone();
        let report =
            result.err().map(|error| ScriptReport::of_error(sources.clone(), broken, error));
        let (name, program) = (self.script.name.clone(), self.script.program.clone());
        Traced { script: Script { name, sources, program }, groups, notes, report }
    }

    /// Traces the script for its plan, as if it were another day each time.
    fn record(&self, start: Start<'_>, day: u32) -> Log {
        let sources = self.sources();
        let sinks = Sinks { print: &mut |_| {}, note: &mut |_, _| {} };
        let clock = steady_clock(day);
        let surroundings = Surroundings::in_memory(&clock, start.folders);
        let (log, _) = self.with_host(&sources, sinks, surroundings, |host| {
            session::record(&self.script, start.options, host, start.defines)
        });
        log
    }

    /// The plan of the script. Its sizes are the variables that are set to whole numbers.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn plan(&self, start: Start<'_>) -> Result<Plan, Obstacle> {
        let number = |value: &Define| match value {
            Define::Number(number) if *number >= 1.0 && number.trunc() == *number => {
                (*number < SIZE_MAX).then_some(*number as u64)
            }
            Define::Number(_) | Define::Text(_) => None,
        };
        // The last of several values of a variable holds, as it does in a run.
        let sizes: BTreeMap<&String, u64> =
            start.defines.iter().filter_map(|(name, value)| Some((name, number(value)?))).collect();
        let sizes: Vec<(String, u64)> =
            sizes.into_iter().map(|(name, value)| (name.clone(), value)).collect();
        // What depends on the time differs from trace to trace, and is not taken for fixed.
        let mut day = 0u32;
        plan::make(&sizes, &mut |values| {
            let mut defines = start.defines.to_vec();
            for ((name, _), value) in sizes.iter().zip(values) {
                for (_, known) in defines.iter_mut().filter(|(known, _)| known == name) {
                    *known = Define::Number(*value as f64);
                }
            }
            day = day.wrapping_mul(5).wrapping_add(1) % 8191;
            self.record(Start { defines: &defines, ..start }, day)
        })
    }

    /// Gives `work` a host, and its result with the errors of files that could not be parsed.
    fn with_host<T>(
        &self,
        sources: &SharedSources,
        sinks: Sinks<'_>,
        surroundings: Surroundings<'_>,
        work: impl FnOnce(Host<'_>) -> T,
    ) -> (T, Vec<Diagnostic>) {
        let mut library = Library::new(self, Rc::clone(sources));
        let given: Vec<String> = surroundings
            .folders
            .iter()
            .map(|folder| folder.to_string_lossy().into_owned())
            .collect();
        library.search.clone_from(&given);
        let library = RefCell::new(library);
        let result = work(Host {
            print: sinks.print,
            note: &mut |note| (sinks.note)(&sources.borrow(), note),
            env: &|name| {
                let value = std::env::var(name).ok();
                self.noted().note_variable(name, value.as_deref());
                value
            },
            folder: &|| {
                let folder = whole_path(&self.folder);
                self.noted().note_folder(&folder);
                folder
            },
            load: &mut |name| library.borrow_mut().load(name),
            search: &|folders| {
                library.borrow_mut().search = [folders, given.as_slice()].concat();
            },
            path: &|path| match &surroundings.changes {
                Some(changes) if changes.knows(path) => changes.kind(path),
                Some(_) | None => {
                    let kind = path_kind(path);
                    self.noted().note_path(path, kind);
                    kind
                }
            },
            disk: &|path, wish| match &surroundings.changes {
                Some(changes) => {
                    let known = |path: &str| changes.knows(path);
                    match wish {
                        Disk::Read | Disk::List | Disk::Size if !known(path) => {
                            let found = disk::real(path, wish);
                            self.noted().note_data(path, found.ok().as_deref());
                        }
                        Disk::Append(_) | Disk::Copy(_) | Disk::Rename(_) if !known(path) => {
                            let found = disk::real(path, Disk::Read);
                            self.noted().note_data(path, found.ok().as_deref());
                        }
                        // Whether it can be done depends on what is there.
                        _ if !known(path) => self.noted().note_path(path, path_kind(path)),
                        _ => {}
                    }
                    changes.apply(path, wish)
                }
                None => disk::real(path, wish),
            },
            clock: surroundings.clock,
        });
        let library = library.into_inner();
        self.noted().extend(library.reads);
        (result, library.broken)
    }

    /// What the script asked for besides its text, in all that was traced so far.
    pub(crate) fn reads(&self) -> Reads {
        self.noted().clone()
    }

    fn noted(&self) -> MutexGuard<'_, Reads> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a script meets outside of its text.
struct Surroundings<'s> {
    clock: &'s dyn Fn() -> f64,
    /// What it changes on the disk, where that stays in memory.
    changes: Option<Changes>,
    /// Folders of functions besides the script's own.
    folders: &'s [PathBuf],
}

impl<'s> Surroundings<'s> {
    /// The real ones.
    fn real(clock: &'s dyn Fn() -> f64, folders: &'s [PathBuf]) -> Surroundings<'s> {
        Surroundings { clock, changes: None, folders }
    }

    /// Those of a trace, which leaves nothing behind.
    fn in_memory(clock: &'s dyn Fn() -> f64, folders: &'s [PathBuf]) -> Surroundings<'s> {
        Surroundings { clock, changes: Some(Changes::default()), folders }
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0.0, |since| since.as_secs_f64())
}

/// A clock for tracing: an archive must not depend on when it is built. It starts at one moment
/// and moves on whenever it is read, so that a script that waits comes to an end; faster on later
/// days, so that differences of times differ too.
fn steady_clock(day: u32) -> impl Fn() -> f64 {
    /// 2026-01-01.
    const START: f64 = 1_767_225_600.0;
    const STEP: f64 = 1.0 / 64.0;
    let day = f64::from(day);
    let now = std::cell::Cell::new(START + 86_400.0 * day + 0.377 * day);
    move || now.replace(now.get() + STEP * (1.0 + day / 64.0))
}

/// A traced script.
pub(crate) struct Traced {
    /// The script with the texts of all files that it called.
    pub(crate) script: Script,
    /// Its groups in order, those before an error too.
    pub(crate) groups: Vec<TracedGroup>,
    /// What tracing had to say.
    pub(crate) notes: Vec<Diagnostic>,
    /// The error that ended it.
    pub(crate) report: Option<ScriptReport>,
}

/// The files of a script's folder, of the folder `private` in it, and of the search path, by the
/// name under which a script calls them.
struct Library {
    folder: PathBuf,
    /// Folders besides the script's own.
    search: Vec<String>,
    /// What goes before a file's name in messages.
    prefix: String,
    sources: SharedSources,
    parsed: BTreeMap<String, Program>,
    /// What was asked for.
    reads: Reads,
    /// Errors of files that could not be parsed.
    broken: Vec<Diagnostic>,
}

impl Library {
    fn new(file: &ScriptFile, sources: SharedSources) -> Library {
        let prefix = match file.script.name.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/"),
            None => String::new(),
        };
        Library {
            folder: file.folder.clone(),
            search: Vec::new(),
            prefix,
            sources,
            parsed: BTreeMap::new(),
            reads: Reads::default(),
            broken: Vec::new(),
        }
    }

    fn load(&mut self, name: &str) -> Option<Result<Program, Diagnostic>> {
        let (shown, bytes) = match name.contains('/') {
            true => self.file_at(name)?,
            false => self.file_of(name)?,
        };
        if let Some(program) = self.parsed.get(&shown) {
            return Some(Ok(program.clone()));
        }
        let text = decode(bytes);
        let file = self.sources.borrow_mut().add(shown.clone(), text.as_str());
        let (mut program, found) = syntax::parse(file, &text);
        program.path.clone_from(&shown);
        let errors = found.into_iter().filter(|found| found.severity == Severity::Error);
        let errors: Vec<Diagnostic> = errors.collect();
        if let Some(first) = errors.first().cloned() {
            self.broken.extend(errors);
            return Some(Err(first));
        }
        self.parsed.insert(shown, program.clone());
        Some(Ok(program))
    }

    /// The file of a function: its path in messages, and its bytes.
    fn file_of(&mut self, name: &str) -> Option<(String, Vec<u8>)> {
        let bytes = function_file(&self.folder, name);
        self.reads.note_file(name, bytes.as_deref());
        if let Some(bytes) = bytes {
            return Some((format!("{}{name}.m", self.prefix), bytes));
        }
        let private = self.folder.join("private").to_string_lossy().into_owned();
        let kind = path_kind(&private);
        self.reads.note_path(&private, kind);
        let private = kind.is_some().then_some(private);
        let folders: Vec<String> = self.search.iter().cloned().chain(private).collect();
        folders.into_iter().find_map(|folder| {
            let bytes = function_file(Path::new(&folder), name);
            let path = format!("{folder}/{name}.m");
            self.reads.note_data(&path, bytes.as_deref());
            Some((path, bytes?))
        })
    }

    /// The file at a path, from where the program runs or else from the script's folder.
    fn file_at(&mut self, path: &str) -> Option<(String, Vec<u8>)> {
        let beside = self.folder.join(path).to_string_lossy().into_owned();
        [path.to_owned(), beside].into_iter().find_map(|path| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if folder.ends_with("/private") {
                // Asked for with every name that a function beside the folder calls.
                let kind = path_kind(folder);
                self.reads.note_path(folder, kind);
                kind?;
            }
            let bytes = fs::read(&path).ok();
            self.reads.note_data(&path, bytes.as_deref());
            Some((path, bytes?))
        })
    }
}

/// The file of a function that a script calls by name, if the folder has one of that very name.
pub(crate) fn function_file(folder: &Path, name: &str) -> Option<Vec<u8>> {
    if !is_identifier(name) {
        return None;
    }
    let bytes = fs::read(folder.join(format!("{name}.m"))).ok()?;
    (!ignores_case() || stems(folder).contains(name)).then_some(bytes)
}

/// Systems that may find `Area.m` by the name `area.m`.
fn ignores_case() -> bool {
    cfg!(any(windows, target_vendor = "apple"))
}

/// Stems of a folder's `.m` files.
pub(crate) fn stems(folder: &Path) -> BTreeSet<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let stem =
        |entry: fs::DirEntry| Some(entry.file_name().to_str()?.strip_suffix(".m")?.to_owned());
    entries.filter_map(stem).collect()
}

/// Runs `work` on a thread with room for deep recursion, and waits for it.
///
/// # Errors
/// [`Failure::Thread`] if there is no thread, [`Failure::Output`] if `work` was unwound because
/// nobody reads its output, [`Failure::Bug`] if it panicked.
pub(crate) fn on_own_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    on_own_stack_beside(work, || ())
}

/// The same, while this thread does something else.
pub(crate) fn on_own_stack_beside<T: Send>(
    work: impl FnOnce() -> T + Send,
    beside: impl FnOnce(),
) -> Result<T, Failure> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("preheat-script".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map_err(Failure::Thread)?;
        beside();
        thread.join().map_err(Failure::unwound)
    })
}
