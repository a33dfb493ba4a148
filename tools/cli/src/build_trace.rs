//! Tracing the scripts of a build, or taking what an earlier build traced.

use std::collections::{BTreeMap, BTreeSet};

use preheat_compiler::diagnostic::{Diagnostic, SourceMap};
use preheat_compiler::pack::GroupSet;
use preheat_compiler::session;
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::Define;
use preheat_format::NumericMode;
use rayon::prelude::*;

use crate::args::{Numeric, numeric_mode};
use crate::build::{BuildArgs, progress};
use crate::build_scripts::{KeptScript, ScriptStore};
use crate::failure::Failure;
use crate::inputs::Case;
use crate::reads::Reads;
use crate::report::ScriptReport;
use crate::script::{self, LoadError, ScriptFile, Start, Traced};

/// What one script asks for.
pub(crate) enum Asked {
    /// It was traced.
    Traced {
        groups: GroupSet,
        /// What tracing it depended on.
        reads: Box<Reads>,
        /// The name of its tracing in the store.
        action: [u8; 32],
    },
    /// An earlier build traced it.
    Kept(KeptScript),
}

/// What is known of one script of a build.
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) asked: Asked,
    /// Why it has no plan.
    pub(crate) no_plan: Option<String>,
    /// Its error, whether meant or not.
    pub(crate) report: Option<ScriptReport>,
    pub(crate) notes: Vec<(SourceMap, Diagnostic)>,
    /// Why this is a finding.
    pub(crate) finding: Option<String>,
    /// It is a file of functions, found in a folder: scripts call it, nobody starts it.
    pub(crate) is_skipped: bool,
}

/// Traces every script, or takes what the store has of it; in the order of the scripts.
///
/// # Errors
/// [`Failure`] if a script cannot be read.
pub(crate) fn trace_all(
    cases: &[Case],
    args: &BuildArgs,
    store: &ScriptStore,
) -> Result<Vec<Outcome>, Failure> {
    let bar = progress(cases.len(), "tracing");
    // Of scripts of one name the last one's plan holds, so all of them have to be seen.
    let mut names = BTreeSet::new();
    let all = cases.iter().map(|case| case.name.as_str());
    let twins: BTreeSet<&str> = all.filter(|name| !names.insert(*name)).collect();
    let outcomes = cases.par_iter().map(|case| {
        let outcome = one(case, args, store, !twins.contains(case.name.as_str()));
        bar.inc(1);
        outcome
    });
    let outcomes = outcomes.collect();
    bar.finish_and_clear();
    outcomes
}

fn one(
    case: &Case,
    args: &BuildArgs,
    store: &ScriptStore,
    may_recall: bool,
) -> Result<Outcome, Failure> {
    let bytes = std::fs::read(&case.path).map_err(Failure::reading(&case.path))?;
    let defines = merged(&case.defines, &args.defines);
    let action = store.action(case, &defines, &bytes);
    if may_recall && let Some(outcome) = store.recall(case, &action) {
        return Ok(outcome);
    }
    let outcome = script::on_own_stack(|| trace(case, args, &defines, bytes))?;
    Ok(outcome?.with_action(action))
}

fn trace(
    case: &Case,
    args: &BuildArgs,
    defines: &[(String, Define)],
    bytes: Vec<u8>,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::new(case);
    let folder = script::folder_of(&case.path);
    match script::parsed(&case.name, &script::decode(bytes), folder) {
        Ok(file) if case.is_found && file.script.program.is_function_file => {
            outcome.is_skipped = true;
        }
        Ok(file) => outcome.trace(&file, case, args, defines),
        Err(LoadError::Syntax(report)) => outcome.end(case, Some(report)),
        Err(LoadError::Failure(failure)) => return Err(*failure),
    }
    Ok(outcome)
}

/// `heat.m`, and for other numbers than the default `heat.m@f32`, `heat.m@fast`.
pub(crate) fn plan_name(script: &str, options: GraphOptions) -> String {
    let precision = if options.demote_double { "@f32" } else { "" };
    let mode = match options.mode {
        NumericMode::Precise => "",
        NumericMode::Fast => "@fast",
    };
    format!("{script}{precision}{mode}")
}

impl Outcome {
    fn new(case: &Case) -> Outcome {
        let (groups, reads, action) = (GroupSet::default(), Box::default(), [0; 32]);
        Outcome {
            name: case.name.clone(),
            asked: Asked::Traced { groups, reads, action },
            no_plan: None,
            report: None,
            notes: Vec::new(),
            finding: None,
            is_skipped: false,
        }
    }

    /// The groups, if it was traced now.
    pub(crate) fn groups(&self) -> Option<&GroupSet> {
        match &self.asked {
            Asked::Traced { groups, .. } => Some(groups),
            Asked::Kept(_) => None,
        }
    }

    /// What an earlier build kept.
    pub(crate) fn kept(&self) -> Option<&KeptScript> {
        match &self.asked {
            Asked::Traced { .. } => None,
            Asked::Kept(kept) => Some(kept),
        }
    }

    fn with_action(mut self, of_this: [u8; 32]) -> Outcome {
        if let Asked::Traced { action, .. } = &mut self.asked {
            *action = of_this;
        }
        self
    }

    fn trace(
        &mut self,
        file: &ScriptFile,
        case: &Case,
        args: &BuildArgs,
        defines: &[(String, Define)],
    ) {
        let sources = &file.script.sources;
        let warnings = file.warnings.iter().map(|warning| (sources.clone(), warning.clone()));
        self.notes.extend(warnings);
        let mut set = GroupSet::default();
        for numeric in distinct(&args.numeric) {
            let (mode, demote_double) = (numeric_mode(args.fast_math), numeric == Numeric::F32);
            let options = GraphOptions { mode, demote_double };
            let start = Start { options, defines, folders: &args.folders };
            let Traced { script, groups, notes, report } = file.trace(start);
            set.extend(session::group_set(&script, &groups));
            if !args.no_plans && report.is_none() {
                match file.plan(start) {
                    Ok(plan) => set.add_plan(plan_name(&case.name, options), plan),
                    Err(obstacle) => self.no_plan = Some(obstacle.to_string()),
                }
            }
            if self.report.is_none() {
                for note in notes {
                    // Each kind of numbers has the same to say.
                    if self.notes.iter().all(|(_, known)| *known != note) {
                        self.notes.push((script.sources.clone(), note));
                    }
                }
                self.end(case, report);
            }
        }
        self.asked = Asked::Traced { groups: set, reads: Box::new(file.reads()), action: [0; 32] };
    }

    fn end(&mut self, case: &Case, report: Option<ScriptReport>) {
        self.finding = match (&case.expect_error, &report) {
            (None, None) => None,
            (None, Some(report)) => Some(report.summary()),
            (Some(text), Some(report)) if report.mentions(text) => None,
            (Some(text), Some(_)) => {
                Some(format!("the script should end with an error that says `{text}`"))
            }
            (Some(text), None) => {
                Some(format!("the script should end with the error `{text}`, and does not"))
            }
        };
        self.report = report;
    }
}

/// Values of `first`, replaced and completed by those of `second`.
fn merged(first: &[(String, Define)], second: &[(String, Define)]) -> Vec<(String, Define)> {
    let all: BTreeMap<_, _> = first.iter().chain(second).cloned().collect();
    all.into_iter().collect()
}

pub(crate) fn distinct(numeric: &[Numeric]) -> Vec<Numeric> {
    let mut list = numeric.to_vec();
    list.sort();
    list.dedup();
    list
}
