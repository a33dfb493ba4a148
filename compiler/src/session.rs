//! A script from text to groups: what `build`, `run` and `explain` have in common.

use std::sync::Arc;

use preheat_format::{Call, GroupKey, Signature};

use crate::diagnostic::{Diagnostic, Severity, SourceMap};
use crate::pack::{GroupSet, Origin};
use crate::plan::{Log, Obstacle, PlanRecorder};
use crate::syntax;
use crate::trace::engine::{Buffer, Engine, GroupOrigin};
use crate::trace::error::ScriptError;
use crate::trace::graph::{Graph, GraphOptions};
use crate::trace::interpreter::{self, Define, Host};
use crate::trace::planner::Planner;

/// A script that was read and parsed.
#[derive(Debug)]
pub struct Script {
    /// Name under which groups remember it: relative, with `/`.
    pub name: String,
    /// Its text and those of functions that it loads.
    pub sources: SourceMap,
    /// The tree.
    pub program: syntax::ast::Program,
}

/// Parses a script.
///
/// # Errors
/// Its diagnostics, if one is an error.
pub fn parse(
    name: &str,
    text: &str,
) -> Result<(Script, Vec<Diagnostic>), (SourceMap, Vec<Diagnostic>)> {
    let mut sources = SourceMap::default();
    let file = sources.add(name, text);
    let (mut program, diagnostics) = syntax::parse(file, text);
    name.clone_into(&mut program.path);
    if diagnostics.iter().any(|found| found.severity == Severity::Error) {
        return Err((sources, diagnostics));
    }
    Ok((Script { name: name.to_owned(), sources, program }, diagnostics))
}

/// Runs a script on an engine.
///
/// # Errors
/// What the script or the engine stumbles over.
pub fn run(
    script: &Script,
    engine: Box<dyn Engine>,
    options: GraphOptions,
    host: Host<'_>,
    defines: &[(String, Define)],
) -> Result<u64, ScriptError> {
    let mut graph = Graph::new(engine, options);
    interpreter::run(&script.program, &mut graph, host, defines)?;
    Ok(graph.recorded_count)
}

/// One group as the script asked for it.
#[derive(Clone, Debug)]
pub struct TracedGroup {
    /// What is computed.
    pub signature: Arc<Signature>,
    /// Its key.
    pub key: GroupKey,
    /// Extents at the traced sizes, fastest first.
    pub extents: Vec<u64>,
    /// Bytes read and written at the traced sizes.
    pub bytes: (u64, u64),
    /// Trips of a rolled loop; 1 for any other group.
    pub trips: u32,
    /// Where it comes from.
    pub origin: GroupOrigin,
}

/// Traces a script without running its groups, and gives them in order. Groups before an error
/// are given with it.
pub fn trace(
    script: &Script,
    options: GraphOptions,
    host: Host<'_>,
    defines: &[(String, Define)],
) -> (Vec<TracedGroup>, Result<u64, ScriptError>) {
    let groups = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let sink = std::rc::Rc::clone(&groups);
    let planner = Planner::new(Box::new(move |call: &Call<Buffer>, origin: &GroupOrigin| {
        sink.borrow_mut().push(TracedGroup {
            signature: Arc::clone(&call.signature),
            key: call.key,
            extents: call.extents.clone(),
            bytes: bytes(call),
            trips: call.roll.as_ref().map_or(1, |roll| roll.trips),
            origin: origin.clone(),
        });
    }));
    let result = run(script, Box::new(planner), options, host, defines);
    let groups = std::mem::take(&mut *groups.borrow_mut());
    (groups, result)
}

/// The calls of a script, for its plan.
pub fn record(
    script: &Script,
    options: GraphOptions,
    host: Host<'_>,
    defines: &[(String, Define)],
) -> Log {
    let (recorder, log) = PlanRecorder::new();
    let result = run(script, Box::new(recorder), options, host, defines);
    let mut log = std::mem::take(&mut *log.borrow_mut());
    if result.is_err() {
        log.obstacle.get_or_insert(Obstacle::Failed);
    }
    log
}

/// The pending Dag before each cut of a script, as text.
pub fn dags(script: &Script, host: Host<'_>, defines: &[(String, Define)]) -> Vec<String> {
    let texts = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let sink = std::rc::Rc::clone(&texts);
    let mut graph =
        Graph::new(Box::new(Planner::new(Box::new(|_, _| {}))), GraphOptions::default());
    graph.watch(Box::new(move |dag| sink.borrow_mut().push(dag.to_string())));
    // A script that fails has shown its Dags up to there.
    let _ = interpreter::run(&script.program, &mut graph, host, defines);
    drop(graph);
    std::mem::take(&mut *texts.borrow_mut())
}

/// Bytes that a call reads and writes if every view touches each of its elements once.
fn bytes<B>(call: &Call<B>) -> (u64, u64) {
    let signature = &call.signature;
    let read = signature.loads().map(|(source, view)| {
        let axes = signature.views.get(view as usize).map(|view| view.axes.as_slice());
        let len: u64 = axes
            .unwrap_or_default()
            .iter()
            .zip(&call.extents)
            .filter(|(access, _)| **access == preheat_format::AxisAccess::Full)
            .map(|(_, extent)| *extent)
            .product();
        let dtype = signature.sources.get(source as usize);
        len * dtype.map_or(0, |dtype| dtype.size_bytes())
    });
    let written = signature.outputs.iter().enumerate().map(|(number, output)| {
        let dtype = signature.nodes.get(output.node as usize).map(|node| node.dtype);
        call.output_len(number).unwrap_or(0) * dtype.map_or(0, |dtype| dtype.size_bytes())
    });
    (read.sum(), written.sum())
}

/// The traced groups as a set to pack.
pub fn group_set(script: &Script, groups: &[TracedGroup]) -> GroupSet {
    let mut set = GroupSet::default();
    for group in groups {
        let (line_first, line_last) = lines(&script.sources, &group.origin);
        let text = group.origin.ops.clone();
        let origin = Origin { script: script.name.clone(), line_first, line_last, text };
        set.add(&group.signature, group.key, origin);
    }
    set
}

/// First and last line of a group's places in the file of its first place, 1-based.
pub fn lines(sources: &SourceMap, origin: &GroupOrigin) -> (u32, u32) {
    let file = origin.spans.first().map(|span| span.file);
    let lines: Vec<u32> = origin
        .spans
        .iter()
        .filter(|span| Some(span.file) == file)
        .filter_map(|span| sources.line_column(*span).map(|(line, _)| line))
        .collect();
    let first = lines.iter().min().copied().unwrap_or(1);
    (first, lines.iter().max().copied().unwrap_or(first))
}
