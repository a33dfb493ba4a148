//! Folders in which functions are looked for, and files that are run by their paths.

use crate::diagnostic::Diagnostic;
use crate::trace::builtins::{ANY, Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::files::Disk;
use crate::trace::interpreter::PathKind;
use crate::trace::value::{HostArray, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

const SEPARATOR: char = ':';
/// Folders within folders that `genpath` looks into.
const DEPTH_MAX: usize = 32;

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("addpath", (1, ANY, 1), add, "Adds folders to the path of functions."),
    Builtin::values("rmpath", (1, ANY, 1), remove, "Takes folders off the path of functions."),
    Builtin::values("path", (0, ANY, 1), path, "The path of functions, or another one."),
    Builtin::values("genpath", (1, ANY, 1), below, "A folder and those below it, as a path."),
    Builtin::values("run", (1, 1, 0), run, "Runs a script by its path."),
    Builtin::values("source", (1, 2, 0), run, "Runs a script by its path."),
];

/// Folders of a text, without a separator at their ends.
fn folders(text: &str) -> impl Iterator<Item = String> {
    text.split(SEPARATOR).filter(|folder| !folder.is_empty()).map(|folder| {
        match folder.trim_end_matches('/') {
            "" => "/".to_owned(),
            folder => folder.to_owned(),
        }
    })
}

fn joined(folders: &[String]) -> String {
    let separator = SEPARATOR.to_string();
    let all: Vec<&str> = std::iter::once(".").chain(folders.iter().map(String::as_str)).collect();
    all.join(&separator)
}

impl Call<'_, '_> {
    /// A folder as it is found from where the program runs, or else from the script's folder.
    fn found_folder(&self, folder: &str) -> Option<String> {
        let is_folder = |path: &str| (self.interpreter.host.path)(path) == Some(PathKind::Folder);
        if is_folder(folder) {
            return Some(folder.to_owned());
        }
        let beside = format!("{}/{folder}", (self.interpreter.host.folder)());
        (!folder.starts_with('/') && is_folder(&beside)).then_some(beside)
    }

    /// All arguments as folders; options are numbers and words with a sign.
    fn folder_args(&mut self, options: &mut Vec<String>) -> Result<Vec<String>, ScriptError> {
        let mut found = Vec::new();
        for index in 0..self.args.len() {
            if !self.args[index].is_char() && self.args[index].shape().is_scalar() {
                options.push(format!("{}", self.number(index)?));
                continue;
            }
            let text = self.text(index)?;
            match text.starts_with('-') {
                true => options.push(text),
                false => found.extend(folders(&text)),
            }
        }
        Ok(found)
    }

    fn say_warning(&mut self, message: String) {
        let warning = Diagnostic::warning("M133", format!("warning: {message}")).at(self.span);
        self.interpreter.warn(warning);
    }

    fn set_path(&mut self, folders: Vec<String>) -> Outcome {
        let before = joined(self.interpreter.search_path());
        self.interpreter.set_search_path(folders);
        Ok(if self.nargout > 0 { vec![Value::from(before.as_str())] } else { Vec::new() })
    }
}

/// `addpath(folder, ..)`, `addpath(.., "-end")`.
fn add(call: &mut Call<'_, '_>) -> Outcome {
    let mut options = Vec::new();
    let mut added = Vec::new();
    for folder in call.folder_args(&mut options)? {
        match call.found_folder(&folder) {
            Some(_) if folder == "." => {}
            Some(found) => added.push(found),
            None => call.say_warning(format!("addpath: {folder}: No such file or directory")),
        }
    }
    let at_end = options.iter().any(|option| matches!(option.as_str(), "-end" | "-END" | "1"));
    let mut rest = call.interpreter.search_path().to_vec();
    rest.retain(|folder| !added.contains(folder));
    call.set_path(if at_end { [rest, added].concat() } else { [added, rest].concat() })
}

/// `rmpath(folder, ..)`.
fn remove(call: &mut Call<'_, '_>) -> Outcome {
    let mut rest = call.interpreter.search_path().to_vec();
    for folder in call.folder_args(&mut Vec::new())? {
        let found = call.found_folder(&folder).unwrap_or_else(|| folder.clone());
        let before = rest.len();
        rest.retain(|known| *known != folder && *known != found);
        if rest.len() == before {
            call.say_warning(format!("rmpath: {folder}: not found"));
        }
    }
    call.set_path(rest)
}

/// `path()` and `path(folders, ..)`.
fn path(call: &mut Call<'_, '_>) -> Outcome {
    if call.args.is_empty() {
        return Ok(vec![Value::from(joined(call.interpreter.search_path()).as_str())]);
    }
    let mut all = call.folder_args(&mut Vec::new())?;
    all.retain(|folder| folder != ".");
    call.set_path(all)
}

/// `genpath(folder, skipped, ..)`: no folders that are hidden, private, or of classes and packages.
fn below(call: &mut Call<'_, '_>) -> Outcome {
    let top = call.text(0)?;
    let mut skipped = vec!["private".to_owned(), "CVS".to_owned()];
    for index in 1..call.args.len() {
        skipped.push(call.text(index)?);
    }
    let Some(top) = call.found_folder(top.trim_end_matches('/')) else {
        return Ok(vec![Value::from("")]);
    };
    let mut found = Vec::new();
    let mut left = vec![(top, 0)];
    while let Some((folder, depth)) = left.pop() {
        let names = call.interpreter.disk(&folder, Disk::List).unwrap_or_default();
        let names = String::from_utf8_lossy(&names).into_owned();
        // The last is taken first.
        for name in names.split('\0').rev() {
            let inner = format!("{folder}/{name}");
            let is_plain = !name.is_empty() && !name.starts_with(['.', '@', '+']);
            if is_plain
                && depth < DEPTH_MAX
                && !skipped.iter().any(|skipped| skipped == name)
                && (call.interpreter.host.path)(&inner) == Some(PathKind::Folder)
            {
                left.push((inner, depth + 1));
            }
        }
        found.push(folder);
    }
    Ok(vec![HostArray::from_text(&found.join(&SEPARATOR.to_string())).into()])
}

/// `run(script)` and `source(file)`, in the variables of the caller.
fn run(call: &mut Call<'_, '_>) -> Outcome {
    let path = call.text(0)?;
    let name = call.builtin.name;
    let candidates = match name {
        "run" if !path.ends_with(".m") => [format!("{path}.m"), path.clone()],
        _ => [path.clone(), format!("{path}.m")],
    };
    for candidate in candidates {
        // A path, where a name would be looked for among functions.
        let candidate = if candidate.contains('/') { candidate } else { format!("./{candidate}") };
        if let Some(loaded) = (call.interpreter.host.load)(&candidate) {
            let span = call.span;
            let program = loaded.map_err(|found| call.error("M101", found.message))?;
            call.interpreter.run_file(program).map_err(|error| error.at(span))?;
            return Ok(Vec::new());
        }
    }
    Err(call
        .error("M105", format!("{name}: file SCRIPT must exist and be a valid Octave scriptfile")))
}
