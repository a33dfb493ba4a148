//! Variables by name, the environment, time, and what has no meaning without a terminal.

use crate::diagnostic::Diagnostic;
use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{ANY, Builtin, Call, Run};
use crate::trace::error::{EXIT, EXIT_FAILED, ScriptError, fail};
use crate::trace::interpreter::{Callee, PathKind, is_file_in_octave, is_library};
use crate::trace::text::wildcard::fits;
use crate::trace::value::{CellArray, HostArray, HostData, IntClass, Number, Value};

const fn silent(name: &'static str) -> Builtin {
    let nothing: Run = |call| if call.nargout > 0 { one(false) } else { Ok(Vec::new()) };
    Builtin::nodes(name, (0, ANY, 1), nothing, "Accepted; does nothing.")
}

const fn drawing(name: &'static str) -> Builtin {
    Builtin::nodes(name, (0, ANY, 1), draw, "Accepted; draws nothing.")
}

const fn constant(name: &'static str, run: Run) -> Builtin {
    Builtin::nodes(name, (0, 1, 1), run, "About the system.")
}

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values(
        "which",
        (1, ANY, 1),
        which,
        "What a name stands for, or the path of its file.",
    ),
    Builtin::values("exist", (1, 2, 1), exist, "1 for a variable, 2, 5 or 103 for a function."),
    Builtin::values("isfile", (1, 1, 1), is_path, "True for the path of a file."),
    Builtin::values("isfolder", (1, 1, 1), is_path, "True for the path of a folder."),
    Builtin::values("isdir", (1, 1, 1), is_path, "True for the path of a folder."),
    Builtin::values("isvarname", (1, 1, 1), isvarname, "True for a name that can be a variable."),
    Builtin::values("clear", (0, ANY, 0), clear, "Forgets variables."),
    Builtin::values("clearvars", (0, ANY, 0), clear, "Forgets variables."),
    Builtin::values("setenv", (1, 2, 0), setenv, "Sets an environment variable for the script."),
    Builtin::values("putenv", (1, 2, 0), setenv, "Sets an environment variable for the script."),
    Builtin::values("getenv", (1, 1, 1), getenv, "An environment variable, or empty."),
    Builtin::nodes("tic", (0, 0, 1), tic, "Starts the stop watch."),
    Builtin::values("toc", (0, 1, 1), toc, "Seconds since `tic`."),
    Builtin::nodes("clock", (0, 0, 1), clock, "Date and time as six numbers."),
    Builtin::nodes(
        "time",
        (0, 0, 1),
        |call| {
            let now = (call.interpreter.host.clock)();
            one(now)
        },
        "Seconds since 1970.",
    ),
    Builtin::nodes(
        "now",
        (0, 0, 1),
        |call| {
            let now = (call.interpreter.host.clock)();
            one(now / 86_400.0 + 719_529.0)
        },
        "Days since year 0.",
    ),
    Builtin::nodes(
        "cputime",
        (0, 0, 1),
        |call| {
            let now = (call.interpreter.host.clock)();
            one(now - call.interpreter.started)
        },
        "Seconds since the script started.",
    ),
    Builtin::values("mfilename", (0, 1, 1), file_name, "The name, or path, of the running file."),
    constant("ispc", |_| one(false)),
    constant("isunix", |_| one(true)),
    constant("ismac", |_| one(false)),
    constant("isdeployed", |_| one(false)),
    constant("is_octave", |_| one(true)),
    constant("OCTAVE_VERSION", |_| one("7.3.0")),
    Builtin::nodes("version", (0, 0, 1), |_| one("7.3.0"), "The version of Octave."),
    constant("nproc", |_| one(1.0)),
    Builtin::values("exit", (0, 2, 0), quit, "Ends the script."),
    Builtin::values("quit", (0, 2, 0), quit, "Ends the script."),
    constant("argv", |_| Ok(vec![Value::Cell(CellArray::new(Shape::matrix(0, 0), Vec::new()))])),
    constant("program_name", |_| one("preheat")),
    constant("isieee", |_| one(true)),
    constant("isstudent", |_| one(false)),
    constant("isdebugmode", |_| one(false)),
    constant("isguirunning", |_| one(false)),
    constant("have_window_system", |_| one(false)),
    silent("clc"),
    silent("more"),
    silent("pkg"),
    silent("beep"),
    silent("page_screen_output"),
    silent("graphics_toolkit"),
    Builtin::nodes("stdout", (0, 0, 1), |_| one(1.0), "The output stream."),
    Builtin::nodes("stderr", (0, 0, 1), |_| one(2.0), "The diagnostics stream."),
    drawing("figure"),
    drawing("plot"),
    drawing("plot3"),
    drawing("hold"),
    drawing("title"),
    drawing("xlabel"),
    drawing("ylabel"),
    drawing("zlabel"),
    drawing("legend"),
    drawing("axis"),
    drawing("grid"),
    drawing("subplot"),
    drawing("close"),
    drawing("clf"),
    drawing("cla"),
    drawing("drawnow"),
    drawing("pause"),
    drawing("print"),
    drawing("saveas"),
    drawing("colorbar"),
    drawing("colormap"),
    drawing("surf"),
    drawing("mesh"),
    drawing("contour"),
    drawing("contourf"),
    drawing("imagesc"),
    drawing("imshow"),
    drawing("bar"),
    drawing("semilogx"),
    drawing("semilogy"),
    drawing("loglog"),
    drawing("errorbar"),
    drawing("scatter"),
    drawing("line"),
    drawing("text"),
    drawing("patch"),
    drawing("fill"),
    drawing("area"),
    drawing("stem"),
    drawing("stairs"),
    drawing("pcolor"),
    drawing("shading"),
    drawing("view"),
    drawing("xlim"),
    drawing("ylim"),
    drawing("zlim"),
    drawing("caxis"),
    drawing("set"),
    drawing("gca"),
    drawing("gcf"),
    drawing("waitbar"),
    drawing("surfc"),
    drawing("surfl"),
    drawing("meshc"),
    drawing("meshz"),
    drawing("contour3"),
    drawing("image"),
    drawing("hist3"),
    drawing("barh"),
    drawing("pie"),
    drawing("stem3"),
    drawing("polar"),
    drawing("rose"),
    drawing("quiver"),
    drawing("quiver3"),
    drawing("scatter3"),
    drawing("plotyy"),
    drawing("plotmatrix"),
    drawing("lighting"),
    drawing("camlight"),
    drawing("material"),
    drawing("light"),
    drawing("axes"),
    drawing("refresh"),
    drawing("hgsave"),
    drawing("savefig"),
    drawing("getframe"),
    drawing("movie"),
    drawing("annotation"),
    drawing("rectangle"),
    drawing("daspect"),
    drawing("pbaspect"),
    drawing("box"),
    drawing("comet"),
    drawing("comet3"),
    drawing("ribbon"),
    drawing("waterfall"),
    drawing("fplot"),
    drawing("ezplot"),
    drawing("ezsurf"),
    drawing("ezmesh"),
    drawing("ezcontour"),
    drawing("ezpolar"),
    drawing("trisurf"),
    drawing("trimesh"),
    drawing("triplot"),
    drawing("tetramesh"),
    drawing("spy"),
    drawing("gplot"),
    drawing("treeplot"),
    drawing("ellipsoid"),
    drawing("isosurface"),
    drawing("isonormals"),
    drawing("slice"),
    drawing("streamline"),
    drawing("brighten"),
    drawing("rgbplot"),
    drawing("findobj"),
    drawing("gcbo"),
    drawing("gco"),
    drawing("newplot"),
    drawing("reset"),
    drawing("allchild"),
    drawing("ancestor"),
    drawing("closereq"),
    drawing("copyobj"),
    drawing("gtext"),
    drawing("zoom"),
    drawing("pan"),
    drawing("rotate3d"),
    drawing("orient"),
    drawing("whitebg"),
    drawing("hgtransform"),
    drawing("hggroup"),
    drawing("datetick"),
    drawing("uicontrol"),
    drawing("uimenu"),
    drawing("linkaxes"),
    drawing("ishold"),
    drawing("sgtitle"),
    drawing("suptitle"),
    drawing("yyaxis"),
    drawing("histogram"),
    drawing("polarplot"),
    drawing("fsurf"),
    drawing("fmesh"),
    drawing("alpha"),
    drawing("clim"),
    drawing("movegui"),
    drawing("graphics_smoothing"),
    drawing("linkprop"),
    drawing("hidden"),
    drawing("sombrero"),
    drawing("surfnorm"),
    drawing("shrinkfaces"),
    drawing("colstyle"),
    drawing("xticks"),
    drawing("yticks"),
    drawing("zticks"),
    drawing("xticklabels"),
    drawing("yticklabels"),
    drawing("zticklabels"),
    drawing("xtickangle"),
    drawing("ytickangle"),
    drawing("ztickangle"),
    drawing("rticks"),
    drawing("thetaticks"),
    drawing("fill3"),
    drawing("pie3"),
    drawing("compass"),
    drawing("feather"),
    drawing("loglogerr"),
    drawing("semilogxerr"),
    drawing("semilogyerr"),
    drawing("ezplot3"),
    drawing("ezcontourf"),
    drawing("ezmeshc"),
    drawing("ezsurfc"),
    drawing("rotate"),
    drawing("camlookat"),
    drawing("camorbit"),
    drawing("camroll"),
    drawing("camzoom"),
    drawing("camtarget"),
    drawing("camup"),
    drawing("camva"),
    drawing("campos"),
    drawing("lightangle"),
    drawing("specular"),
    drawing("diffuse"),
    drawing("spinmap"),
    drawing("uipanel"),
    drawing("uicontextmenu"),
    drawing("uitable"),
    drawing("uiwait"),
    drawing("uiresume"),
    drawing("waitfor"),
    drawing("msgbox"),
    drawing("warndlg"),
    drawing("errordlg"),
    drawing("helpdlg"),
    drawing("openfig"),
    drawing("streamtube"),
    drawing("streamribbon"),
    drawing("clabel"),
    drawing("groot"),
    drawing("shg"),
    drawing("surface"),
    drawing("xline"),
    drawing("yline"),
    drawing("tiledlayout"),
    drawing("nexttile"),
    drawing("exportgraphics"),
    drawing("subtitle"),
    drawing("histogram2"),
    drawing("heatmap"),
    drawing("boxplot"),
    drawing("animatedline"),
    drawing("addpoints"),
    silent("home"),
    silent("page_output_immediately"),
    silent("dbclear"),
    silent("dbcont"),
    silent("debug_on_error"),
    silent("debug_on_warning"),
    silent("crash_dumps_octave_core"),
    silent("confirm_recursive_rmdir"),
    silent("beep_on_error"),
    silent("suppress_verbose_help_message"),
    silent("recycle"),
    silent("history_timestamp_format_string"),
    silent("diary"),
    silent("echo"),
    silent("dbstop"),
    silent("profile"),
    silent("mlock"),
    silent("munlock"),
    silent("rehash"),
    silent("sound"),
    silent("soundsc"),
    drawing("audioplayer"),
    drawing("play"),
    drawing("refreshdata"),
    drawing("propertyeditor"),
];

/// `exit` and `quit`: an error that nothing catches.
fn quit(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let has_status = call.get(0).is_some_and(|value| !value.is_char());
    let status = if has_status { call.number(0)? } else { 0.0 };
    let message = format!("the script ended itself with status {status}");
    let code = if status == 0.0 { EXIT } else { EXIT_FAILED };
    Err(fail(code, message).at(call.span))
}

/// Drawing has no effect; the first such call of a run says so.
fn draw(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.builtin.name;
    let is_quiet = matches!(name, "close" | "hold" | "pause" | "drawnow");
    if !is_quiet && !std::mem::replace(&mut call.interpreter.noted_drawing, true) {
        let message = format!("`{name}` and other drawing functions are accepted and draw nothing");
        call.note(Diagnostic::warning("M135", message));
    }
    if call.nargout > 0 { one(1.0) } else { Ok(Vec::new()) }
}

fn exist(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.text(0)?;
    let kind = if call.args.len() > 1 { call.text(1)? } else { String::new() };
    if matches!(kind.as_str(), "" | "var") && call.interpreter.load_name(&name).is_some() {
        return one(1.0);
    }
    let at_path = match kind.as_str() {
        "" | "file" | "dir" => on_path(call, &name),
        "builtin" => None,
        _ => return one(0.0),
    };
    if kind == "dir" {
        return one(if at_path == Some(PathKind::Folder) { 7.0 } else { 0.0 });
    }
    let stem = name.strip_suffix(".m").unwrap_or(&name);
    let found =
        match call.interpreter.resolve_text(stem) {
            Some(Callee::Builtin(builtin)) if is_file_in_octave(builtin.name) => {
                if kind == "builtin" { 0.0 } else { 2.0 }
            }
            Some(Callee::Builtin(_)) if kind != "file" && stem == name => 5.0,
            Some(Callee::User(function)) if is_library(&function) && kind != "builtin" => 2.0,
            Some(Callee::User(function)) if call.interpreter.is_of_other_file(&function) => 2.0,
            Some(Callee::User(_)) if kind.is_empty() => 103.0,
            Some(Callee::Script(_)) => 2.0,
            Some(Callee::Builtin(_) | Callee::User(_)) | None => 0.0,
        };
    one(match at_path {
        Some(PathKind::File) if found == 0.0 => 2.0,
        Some(PathKind::Folder) if found == 0.0 => 7.0,
        _ => found,
    })
}

/// What is at a path, or has a name in a folder of the search path.
fn on_path(call: &Call<'_, '_>, name: &str) -> Option<PathKind> {
    let path = call.interpreter.host.path;
    let folders = call.interpreter.search_path().iter();
    path(name).or_else(|| {
        let mut found = folders.filter_map(|folder| path(&format!("{folder}/{name}")));
        found.find(|kind| *kind == PathKind::File)
    })
}

/// `which name ..`: what names stand for, printed or as the path of a file.
fn which(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let names: Result<Vec<String>, ScriptError> =
        (0..call.args.len()).map(|index| call.text(index)).collect();
    let mut paths = Vec::new();
    for name in names? {
        let is_variable = call.interpreter.load_name(&name).is_some();
        let (path, kind) = match call.interpreter.resolve_text(&name) {
            _ if is_variable => ("variable".to_owned(), "a variable".to_owned()),
            Some(Callee::User(function)) if !is_library(&function) => {
                let path = call.interpreter.path_of(function.span);
                let kind = format!("a function from the file {path}");
                (path, kind)
            }
            Some(Callee::Script(program)) => {
                let path = program.path.clone();
                let kind = format!("a script from the file {path}");
                (path, kind)
            }
            Some(Callee::Builtin(_) | Callee::User(_)) => {
                ("built-in function".to_owned(), "a built-in function".to_owned())
            }
            None => (String::new(), String::new()),
        };
        if call.nargout == 0 && !kind.is_empty() {
            call.interpreter.print(&format!("'{name}' is {kind}\n"));
        }
        paths.push(Value::from(path.as_str()));
    }
    Ok(match (call.nargout, paths.len()) {
        (0, _) => Vec::new(),
        (_, 1) => paths,
        _ => vec![Value::cell_row(paths)],
    })
}

/// `isfile`, `isfolder` and `isdir`, of a text or a cell of them.
fn is_path(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.builtin.name;
    let kind = if name == "isfile" { PathKind::File } else { PathKind::Folder };
    let path = call.interpreter.host.path;
    let is_there = |value: &Value| match value.to_text().filter(|_| value.is_char()) {
        Some(text) => Ok(path(&text) == Some(kind)),
        None => {
            Err(call.error("M113", format!("{name}: F must be a string or cell array of strings")))
        }
    };
    match call.get(0) {
        Some(Value::Cell(cell)) => {
            let truths: Result<Vec<bool>, ScriptError> = cell.values.iter().map(is_there).collect();
            let data = HostData::Logical(truths?);
            Ok(vec![HostArray::new(cell.shape.clone(), data).into()])
        }
        Some(value) if name != "isdir" || value.is_char() => one(is_there(value)?),
        _ => one(false),
    }
}

fn isvarname(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.text(0)?;
    one(is_variable_name(&name) && !crate::syntax::is_keyword(&name))
}

/// True for a text that can name a variable.
pub(super) fn is_variable_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `clear name ..` with patterns, `clear -x ..` (all but those), `clear -regexp ..`.
fn clear(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let words: Vec<String> = call.args.iter().filter_map(Value::to_text).collect();
    let (flags, words): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| word.starts_with('-'));
    let is_kind = |word: &str| matches!(word, "all" | "variables" | "classes" | "functions");
    let has = |names: [&str; 2]| flags.iter().any(|flag| names.contains(&flag.as_str()));
    let (kinds, patterns): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| is_kind(word));
    if patterns.is_empty() {
        let only_functions = kinds.iter().any(|kind| kind == "functions");
        if !only_functions && !has(["-f", "-functions"]) {
            call.interpreter.clear(None);
        }
        if kinds.iter().any(|kind| kind == "all") || has(["-a", "-all"]) {
            call.interpreter.forget_globals();
        }
        return Ok(Vec::new());
    }
    let is_exclusive = has(["-x", "-exclusive"]) || flags.iter().any(|flag| flag == "-except");
    let is_regular = has(["-r", "-regexp"]);
    let only_global = has(["-g", "-global"]);
    for name in call.interpreter.variable_names() {
        let mut is_meant = false;
        for pattern in &patterns {
            is_meant |= match is_regular {
                true => found_by(call, pattern, &name)?,
                false => fits(pattern, &name),
            };
        }
        if is_meant != is_exclusive && (!only_global || call.interpreter.marks(&name).is_global) {
            call.interpreter.clear(Some(&name));
        }
    }
    Ok(Vec::new())
}

/// True if a regular expression is found in a text.
fn found_by(call: &mut Call<'_, '_>, rule: &str, text: &str) -> Result<bool, ScriptError> {
    let args = vec![Value::from(text), Value::from(rule), Value::from("once")];
    let span = call.span;
    let found = call.interpreter.call_name("regexp", args, 1, span)?;
    Ok(found.first().is_some_and(|start| !start.is_empty()))
}

fn file_name(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let option = if call.args.is_empty() { String::new() } else { call.text(0)? };
    let path = call.interpreter.running_path();
    let stem = path.strip_suffix(".m").unwrap_or(&path);
    match option.as_str() {
        "fullpathext" => one(path.as_str()),
        "fullpath" => one(stem),
        "" => one(stem.rsplit('/').next().unwrap_or_default()),
        _ => {
            let message = "mfilename: argument must be \"fullpath\" or \"fullpathext\"";
            Err(call.error("M113", message))
        }
    }
}

fn getenv(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let name = call.text(0)?;
    let value = match call.interpreter.env.get(&name) {
        Some(value) => value.clone(),
        None => (call.interpreter.host.env)(&name).unwrap_or_default(),
    };
    one(value.as_str())
}

/// `setenv(name)` and `setenv(name, value)`: for what the script asks later.
fn setenv(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let value = if call.args.len() > 1 { call.text(1)? } else { String::new() };
    let name = call.text(0)?;
    call.interpreter.env.insert(name, value);
    Ok(Vec::new())
}

fn tic(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let now = (call.interpreter.host.clock)();
    call.interpreter.tic = Some(now);
    let micros = Number::Int(IntClass::Uint64, (now * 1e6).floor() as i128);
    if call.nargout > 0 { one(micros) } else { Ok(Vec::new()) }
}

fn toc(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let now = (call.interpreter.host.clock)();
    let start = match call.args.is_empty() {
        true => call.interpreter.tic.unwrap_or(call.interpreter.started),
        false => call.number(0)? / 1e6,
    };
    let elapsed = now - start;
    if call.nargout > 0 {
        return one(elapsed);
    }
    call.print(&format!("Elapsed time is {elapsed:.6} seconds\n"));
    Ok(Vec::new())
}

/// Civil date of a day count, after Hinnant, "chrono-compatible low-level date algorithms".
fn clock(call: &mut Call<'_, '_>) -> Result<Vec<Value>, ScriptError> {
    let now = (call.interpreter.host.clock)();
    let days = (now / 86_400.0).floor();
    let seconds = now - days * 86_400.0;
    let z = days as i64 + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
    one(HostArray::row(vec![
        year as f64,
        month as f64,
        day as f64,
        hour,
        (rest / 60.0).floor(),
        rest % 60.0,
    ]))
}
