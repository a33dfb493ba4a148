//! `preheat build`: hand-written kernels through the shader checker before they are compiled.

use std::collections::BTreeMap;

use preheat_compiler::limits::Limits;
use rayon::prelude::*;
use serde_json::{Value, json};
use wgslcheck::{Checker, FileReport, Finding, Options, Severity, Target};

use crate::args::TargetName;
use crate::build::BuildArgs;
use crate::build_store::BuildStore;
use crate::kernels::KernelText;
use crate::limits::for_checker;
use crate::report;

/// What the checker says of the shaders of a build.
pub(crate) struct ShaderReports {
    checked: Vec<(FileReport, String)>,
    /// Modules that naga was given for it; 0 if every report was known.
    pub(crate) naga_calls: usize,
}

/// Checks each shader once for each of its sets of overrides.
pub(crate) fn check(
    kernels: &[KernelText],
    args: &BuildArgs,
    limits: &Limits,
    store: &BuildStore,
) -> ShaderReports {
    let mut distinct: BTreeMap<(String, String), &KernelText> = BTreeMap::new();
    for kernel in kernels {
        distinct.insert((kernel.path.display().to_string(), kernel.overrides_text()), kernel);
    }
    let targets: Vec<Target> = args.targets.iter().map(|target| checked_target(*target)).collect();
    let names: Vec<&str> = targets.iter().map(|target| target.name()).collect();
    let setting = format!("{} {:?}", names.join(","), for_checker(limits));
    let program = store.exact_program();
    let one = |((path, overrides), kernel): (&(String, String), &&KernelText)| {
        let options = Options {
            targets: targets.clone(),
            defines: kernel.overrides(),
            limits: Some(for_checker(limits)),
            ..Options::default()
        };
        let check = || Checker::new(options).check_source(path, &kernel.source);
        let (report, is_new) = match &program {
            Some(program) => {
                let parts = ["shader check", program, &setting, overrides, path, &kernel.source];
                store.remembered(&parts, check)
            }
            None => (check(), true),
        };
        ((report, kernel.source.clone()), usize::from(is_new))
    };
    let found: Vec<_> = distinct.par_iter().map(one).collect();
    // Parsed once, and written for each target.
    let naga_calls = found.iter().map(|(_, is_new)| is_new).sum::<usize>() * (1 + targets.len());
    ShaderReports { checked: found.into_iter().map(|(one, _)| one).collect(), naga_calls }
}

fn checked_target(target: TargetName) -> Target {
    match target {
        TargetName::Spirv => Target::Spirv,
        TargetName::Wgsl => Target::Wgsl,
        TargetName::Msl => Target::Msl,
        TargetName::Hlsl => Target::Hlsl,
    }
}

impl ShaderReports {
    /// Says every finding with its place.
    pub(crate) fn say(&self) {
        for (report, source) in &self.checked {
            for finding in &report.findings {
                report::shader(&report.path, source, finding);
            }
        }
    }

    /// Shaders with an error.
    pub(crate) fn failed(&self) -> usize {
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        self.checked.iter().filter(|(report, _)| report.findings.iter().any(is_error)).count()
    }

    /// Number of shaders that were checked.
    pub(crate) fn len(&self) -> usize {
        self.checked.len()
    }

    /// Every finding.
    pub(crate) fn json(&self) -> Vec<Value> {
        let findings = self.checked.iter().flat_map(|(report, _)| {
            report.findings.iter().map(|finding| {
                json!({
                    "file": report.path,
                    "line": finding.start.map(|start| start.line),
                    "column": finding.start.map(|start| start.column),
                    "code": finding.code,
                    "severity": finding.severity.name(),
                    "message": finding.message,
                    "help": finding.help,
                    "target": finding.target.map(Target::name),
                })
            })
        });
        findings.collect()
    }
}
