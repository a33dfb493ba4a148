//! Octave's own answers: `tests/*.txt` hold lines of a script after `>> `, each followed by what
//! GNU Octave 7.3 prints for it.

use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{Call, DType};

use crate::diagnostic::{FileId, Severity};
use crate::syntax;
use crate::trace::engine::{Buffer, Engine, EngineError, GroupOrigin};
use crate::trace::files::no_disk;
use crate::trace::graph::{Graph, GraphOptions};
use crate::trace::interpreter::{self, Host};
use crate::trace::planner::Planner;

/// Computes what the planner only keeps, so that arrays are shown.
struct Running(Planner);

impl Engine for Running {
    fn upload(&mut self, dtype: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        self.0.upload(dtype, column)
    }

    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        self.0.call(call, origin)
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        self.0.read(buffer)
    }

    fn is_planning(&self) -> bool {
        false
    }
}

/// What a script prints, with the message of the error that ended it.
fn printed(source: &str) -> String {
    let (program, diagnostics) = syntax::parse(FileId(0), source);
    if let Some(found) = diagnostics.iter().find(|found| found.severity == Severity::Error) {
        return format!("syntax error: {found}");
    }
    let mut out = String::new();
    let engine = Running(Planner::new(Box::new(|_, _| {})));
    let mut graph = Graph::new(Box::new(engine), GraphOptions::default());
    let host = Host {
        print: &mut |text| out.push_str(text),
        note: &mut |_| {},
        env: &|_| None,
        folder: &|| String::from("/home/scripts"),
        load: &mut |_| None,
        search: &|_| {},
        path: &|_| None,
        disk: &no_disk,
        clock: &|| 0.0,
    };
    let result = interpreter::run(&program, &mut graph, host, &[]);
    if let Err(error) = result {
        out.push_str(&format!("error: {}\n", error.message()));
    }
    out
}

fn check(cases: &str) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.strip_prefix(">> ").unwrap_or(cases).split("\n>> ") {
        let (source, expected) = case.split_once('\n').unwrap_or((case, ""));
        let mut found = printed(source);
        if !found.is_empty() && !found.ends_with('\n') {
            found.push_str("<no newline>");
        }
        count += 1;
        if found.trim_end_matches('\n') != expected.trim_end_matches('\n') {
            wrong.push(format!(">> {source}\nOctave:\n{expected}\nhere:\n{found}"));
        }
    }
    let failed = wrong.len();
    assert!(wrong.is_empty(), "{failed} of {count} differ\n{}", wrong.join("\n"));
}

#[test]
fn values_are_shown_as_octave_shows_them() {
    check(include_str!("tests/display.txt"));
}

#[test]
fn disp_shows_what_octave_shows() {
    check(include_str!("tests/disp.txt"));
}

#[test]
fn templates_are_filled_as_octave_fills_them() {
    check(include_str!("tests/printf.txt"));
}

#[test]
fn numbers_become_texts_and_back_as_in_octave() {
    check(include_str!("tests/convert.txt"));
}

#[test]
fn texts_cells_and_structs_are_handled_as_in_octave() {
    check(include_str!("tests/builtins.txt"));
}
