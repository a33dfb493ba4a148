//! The stages of a check, in order, and how their answers make a verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::analysis;
use crate::host_layout::Layouts;
use crate::isolation::{Lost, Pool, Request};
use crate::limits::Limits;
use crate::naga_stage::{self, NagaError};
use crate::report::{FileReport, Finding, Severity, Target, Verdict};
use crate::rules::{self, Rule};
use crate::sema::{self, Issue, Sema, Settings};
use crate::source::LineIndex;
use crate::syntax::ast::{Module, Span};
use crate::syntax::{self, Certainty};
use crate::translate;

/// What to check beyond the language itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// The languages that naga must be able to translate the module to.
    pub targets: Vec<Target>,
    /// Values for pipeline-overridable constants, by name or by decimal id.
    pub defines: BTreeMap<String, f64>,
    /// The extensions that the device offers to `enable`; `None` is all.
    pub extensions: Option<BTreeSet<String>>,
    /// The limits that the module must keep; `None` checks none.
    pub limits: Option<Limits>,
    /// The layouts that the host declares; structures of the same name must agree.
    pub layouts: Option<Layouts>,
    /// The program `spirv-val`, to be run on the SPIR-V that naga writes.
    pub spirv_val: Option<PathBuf>,
    /// Whether lints are reported.
    pub lints: bool,
    /// The codes of lints that are not reported.
    pub allow: BTreeSet<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            targets: vec![Target::Spirv],
            defines: BTreeMap::new(),
            extensions: None,
            limits: None,
            layouts: None,
            spirv_val: None,
            lints: true,
            allow: BTreeSet::new(),
        }
    }
}

/// Checks texts, all with the same options.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    options: Options,
    workers: Option<Arc<Pool>>,
}

impl Checker {
    /// A checker with these options.
    pub fn new(options: Options) -> Self {
        Self { options, workers: None }
    }

    /// The same checker with naga in processes of their own, so that its panics, hangs, stack
    /// overflows and blow-ups become findings. `program args..` must call [`crate::serve`].
    #[must_use]
    pub fn with_worker(mut self, program: PathBuf, args: Vec<String>) -> Self {
        self.workers = Some(Arc::new(Pool::new(program, args)));
        self
    }

    /// Checks one module by the specification alone: naga is not asked, so nothing is translated
    /// and modules of naga's dialect stay unsupported. `path` only names it in the report.
    pub fn check_language(&self, path: &str, source: &str) -> FileReport {
        let mut sink = Sink::new(source, &[]);
        let judged = self.judge(source, &mut sink);
        if judged.decision == Decision::Undecided {
            let construct = judged.doubt.unwrap_or_else(|| "a construct of naga's".to_owned());
            let message = format!("{construct} is not judged here");
            sink.push(Draft::new(&rules::NOT_IMPLEMENTED, message));
        }
        sink.into_report(path)
    }

    /// Checks one module. `path` only names it in the report.
    pub fn check_source(&self, path: &str, source: &str) -> FileReport {
        let mut sink = Sink::new(source, &self.options.targets);
        // A mistake of this checker must not end a run over thousands of files.
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(source, &mut sink)));
        let judged = judged.unwrap_or_else(|payload| {
            let what = naga_stage::panic_message(payload.as_ref());
            let message = format!("the checker itself fails on this module: {what}");
            sink.push(Draft::new(&rules::NOT_IMPLEMENTED, message));
            Judged::undecided(source.to_owned(), Some("this module".to_owned()))
        });
        if judged.decision == Decision::Invalid {
            return sink.into_report(path);
        }
        let request = Request {
            source: judged.for_naga,
            targets: self.options.targets.clone(),
            defines: self.options.defines.clone(),
            trusted: judged.decision == Decision::Valid,
            doubt: judged.doubt,
            spirv_val: self.options.spirv_val.clone(),
        };
        let answer = match &self.workers {
            Some(pool) => self.ask_worker(pool, &request),
            None => ask_naga(&request),
        };
        for draft in answer.drafts.into_iter().filter_map(WireDraft::into_draft) {
            sink.push(draft);
        }
        sink.into_report(path)
    }

    /// The report of a text without findings.
    pub fn clean_report(&self, path: &str) -> FileReport {
        Sink::new("", &self.options.targets).into_report(path)
    }

    /// A worker that gives no answer is a finding of the target that it was lost on.
    fn ask_worker(&self, pool: &Pool, request: &Request) -> NagaAnswer {
        let lost = match pool.ask(request) {
            Ok(answer) => return answer,
            Err(Lost::Unavailable) => return ask_naga(request),
            Err(lost) => lost,
        };
        if let [target] = request.targets.as_slice() {
            return NagaAnswer::lost(*target, &lost);
        }
        // One target at a time shows which of them it is.
        let mut answer = NagaAnswer::default();
        for target in &request.targets {
            let single = Request {
                source: request.source.clone(),
                targets: vec![*target],
                defines: request.defines.clone(),
                trusted: request.trusted,
                doubt: request.doubt.clone(),
                spirv_val: request.spirv_val.clone(),
            };
            let own = pool.ask(&single).unwrap_or_else(|lost| NagaAnswer::lost(*target, &lost));
            answer.drafts.extend(own.drafts);
        }
        answer
    }

    /// Checks the module by the specification.
    fn judge(&self, source: &str, sink: &mut Sink<'_>) -> Judged {
        let invalid =
            || Judged { decision: Decision::Invalid, for_naga: String::new(), doubt: None };
        let module = match syntax::parse(source) {
            Ok(module) => module,
            Err(error) => {
                let doubt = match error.certainty {
                    Certainty::Wrong => {
                        let range = error.span.range();
                        let mut draft = Draft::new(&rules::SYNTAX, error.message).at(range.clone());
                        if is_placeholder(source, range.start) {
                            draft =
                                draft.help("a placeholder gets values with `--template NAME=..`");
                        }
                        sink.push(draft);
                        return invalid();
                    }
                    Certainty::Dialect => None,
                    Certainty::TooLarge => Some(error.message),
                };
                return Judged::undecided(source.to_owned(), doubt);
            }
        };
        let mut settings =
            Settings { overrides: None, extensions: self.options.extensions.clone() };
        let mut checked = sema::check(&module, settings.clone());
        // What is wrong whatever the overrides are comes first; then everything again with values.
        if !self.options.defines.is_empty() && checked.issues.is_empty() {
            settings.overrides = Some(self.options.defines.clone());
            checked = sema::check(&module, settings);
            checked.forget_unreached_issues();
            checked.check_reached_overrides();
        }
        if let Some((_, construct)) = checked.undecided.take() {
            // What only naga has, naga decides; what it may not know either stays in doubt.
            let doubt = (!construct.starts_with("naga's")).then_some(construct);
            return Judged::undecided(without_directives(source, &module), doubt);
        }
        let issues = if checked.issues.is_empty() {
            analysis::run(&checked)
        } else {
            std::mem::take(&mut checked.issues)
        };
        if !issues.is_empty() {
            sink.issues(issues);
            return invalid();
        }
        if let Some(limits) = &self.options.limits {
            sink.issues(self.over_limits(&module, &checked, limits));
        }
        if let Some(declared) = &self.options.layouts {
            sink.issues(rules::layout::check(&checked, declared));
        }
        if self.options.lints {
            let mut found = rules::lint(&checked, source);
            found.retain(|issue| !self.options.allow.contains(issue.rule.code));
            sink.issues(found);
        }
        Judged {
            decision: Decision::Valid,
            for_naga: without_directives(source, &module),
            doubt: None,
        }
    }
}

impl Checker {
    /// Sizes that overrides decide have the values given, else those of the declarations.
    fn over_limits(&self, module: &Module<'_>, checked: &Sema<'_>, limits: &Limits) -> Vec<Issue> {
        if checked.overrides.is_empty() || !self.options.defines.is_empty() {
            return rules::limits::check(checked, limits);
        }
        let settings = Settings {
            overrides: Some(BTreeMap::new()),
            extensions: self.options.extensions.clone(),
        };
        let valued = sema::check(module, settings);
        let sound = if valued.issues.is_empty() { &valued } else { checked };
        rules::limits::check(sound, limits)
    }
}

/// Has naga parse, validate and translate a module, in this process.
pub(crate) fn ask_naga(request: &Request) -> NagaAnswer {
    let mut answer = NagaAnswer::default();
    let mut push = |draft: Draft| answer.drafts.push(WireDraft::new(draft));
    match naga_stage::parse_and_validate(&request.source) {
        Ok(module) => translate::check_targets(&module, request, &mut push),
        Err(error) => refusal(error, request, &mut push),
    }
    answer
}

/// naga refuses a module; what that means depends on what the specification says.
fn refusal(error: NagaError, request: &Request, push: &mut impl FnMut(Draft)) {
    let rule = if error.not_implemented || request.trusted || request.doubt.is_some() {
        &rules::NOT_IMPLEMENTED
    } else {
        &rules::VALIDATION
    };
    let mut draft = Draft::new(rule, error.message);
    draft.span = error.span;
    draft.help = error.help;
    if !request.trusted {
        if let Some(construct) = &request.doubt {
            draft.message =
                format!("{construct} is not judged here, and naga says: {}", draft.message);
        }
        push(draft);
        return;
    }
    // The module is valid WGSL; it is the translations that cannot be had.
    if !error.not_implemented {
        draft.message = format!("naga refuses this valid module: {}", draft.message);
    }
    for target in &request.targets {
        push(draft.clone().on(*target));
    }
}

/// What naga has to say about a module.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct NagaAnswer {
    drafts: Vec<WireDraft>,
}

impl NagaAnswer {
    fn lost(target: Target, lost: &Lost) -> Self {
        let why = match lost {
            Lost::Hung => "takes longer than 10 s",
            Lost::Died | Lost::Unavailable => "overflows the stack or takes too much memory",
        };
        let message = format!("naga {why} on this module, for {}", target.name());
        let draft = Draft::new(&rules::TRANSLATION_LIMIT, message).on(target);
        Self { drafts: vec![WireDraft::new(draft)] }
    }
}

/// A finding on its way between processes.
#[derive(Debug, Serialize, Deserialize)]
struct WireDraft {
    code: String,
    message: String,
    span: Option<Range<usize>>,
    help: Option<String>,
    target: Option<Target>,
    naga_only: bool,
}

impl WireDraft {
    fn new(draft: Draft) -> Self {
        Self {
            code: draft.rule.code.to_owned(),
            message: draft.message,
            span: draft.span,
            help: draft.help,
            target: draft.target,
            naga_only: draft.naga_only,
        }
    }

    fn into_draft(self) -> Option<Draft> {
        Some(Draft {
            rule: rules::find(&self.code)?,
            message: self.message,
            span: self.span,
            help: self.help,
            target: self.target,
            naga_only: self.naga_only,
        })
    }
}

/// What the checker's own rules say about a module.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Valid,
    Invalid,
    /// A construct that only naga can judge.
    Undecided,
}

struct Judged {
    decision: Decision,
    /// The text for naga, of the same length, so that places stay true.
    for_naga: String,
    /// The construct that naga's refusal would not settle.
    doubt: Option<String>,
}

impl Judged {
    fn undecided(for_naga: String, doubt: Option<String>) -> Self {
        Self { decision: Decision::Undecided, for_naga, doubt }
    }
}

/// The text with those directives and attributes blanked that naga does not know and that the
/// checker has judged already.
fn without_directives(source: &str, module: &Module<'_>) -> String {
    let mut bytes = source.as_bytes().to_vec();
    let directives = &module.directives;
    let unknown = |span: &&Span| {
        let text = source.get(span.range()).unwrap_or("");
        text.contains("subgroups") || text.starts_with("requires")
    };
    let extensions = directives.extension_spans.iter().filter(unknown);
    let filters = directives.filters.iter().map(|filter| &filter.span);
    for span in extensions.chain(filters).chain(&module.diagnostic_spans) {
        if let Some(range) = bytes.get_mut(span.range()) {
            range.fill(b' ');
        }
    }
    // Whole tokens were replaced by spaces, so the text is still UTF-8.
    String::from_utf8(bytes).unwrap_or_else(|_| source.to_owned())
}

/// Collects findings and keeps the verdicts in step with them.
pub(crate) struct Sink<'a> {
    lines: LineIndex<'a>,
    findings: Vec<Finding>,
    module: Verdict,
    targets: BTreeMap<Target, Verdict>,
    /// The worst that the module's own translations show.
    worst_target: Verdict,
}

/// One finding before its place is resolved.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) help: Option<String>,
    pub(crate) target: Option<Target>,
    /// A mistake of naga's: it spoils the target and leaves the module as it is.
    pub(crate) naga_only: bool,
}

impl Draft {
    /// A finding of `rule`, without a place.
    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            span: None,
            help: None,
            target: None,
            naga_only: false,
        }
    }

    /// The same finding at `span`.
    pub(crate) fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same finding with advice.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding, for one target only.
    pub(crate) fn on(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }
}

impl<'a> Sink<'a> {
    fn new(source: &'a str, targets: &[Target]) -> Self {
        Self {
            lines: LineIndex::new(source),
            findings: Vec::new(),
            module: Verdict::Valid,
            targets: targets.iter().map(|target| (*target, Verdict::Valid)).collect(),
            worst_target: Verdict::Valid,
        }
    }

    /// Adds a finding; an error makes its target, or the whole module, invalid.
    pub(crate) fn push(&mut self, draft: Draft) {
        let severity = draft.rule.severity;
        if severity == Severity::Error {
            self.lower(&draft, Verdict::Invalid);
        } else if draft.rule.code == rules::NOT_IMPLEMENTED.code {
            self.lower(&draft, Verdict::Unsupported);
        }
        let place = draft.span.map(|span| self.lines.range(&span));
        self.findings.push(Finding {
            code: draft.rule.code.to_owned(),
            severity,
            message: draft.message,
            start: place.map(|(start, _)| start),
            end: place.map(|(_, end)| end),
            help: draft.help,
            target: draft.target,
        });
    }

    fn issues(&mut self, issues: Vec<Issue>) {
        for issue in issues {
            let mut draft = Draft::new(issue.rule, issue.message);
            draft.span = (issue.span != Span::default()).then(|| issue.span.range());
            draft.help = issue.help;
            self.push(draft);
        }
    }

    fn lower(&mut self, draft: &Draft, verdict: Verdict) {
        match draft.target {
            Some(target) => {
                let entry = self.targets.entry(target).or_insert(Verdict::Valid);
                *entry = (*entry).max(verdict);
                if !draft.naga_only {
                    self.worst_target = self.worst_target.max(verdict);
                }
            }
            None => self.module = self.module.max(verdict),
        }
    }

    fn into_report(mut self, path: &str) -> FileReport {
        self.findings.sort_by(|a, b| {
            (a.start, &a.code, &a.message, a.target).cmp(&(b.start, &b.code, &b.message, b.target))
        });
        self.findings.dedup();
        for verdict in self.targets.values_mut() {
            *verdict = (*verdict).max(self.module);
        }
        let verdict = match (self.module, self.worst_target) {
            // A target that naga cannot translate to does not make the module doubtful.
            (Verdict::Valid, Verdict::Unsupported) => Verdict::Valid,
            (module, target) => module.max(target),
        };
        FileReport {
            path: path.to_owned(),
            verdict,
            targets: self.targets,
            findings: self.findings,
        }
    }
}

/// True if a placeholder of a template begins here: `${NAME}`, `@NAME@`, `{{NAME}}`.
fn is_placeholder(source: &str, at: usize) -> bool {
    let rest = source.get(at..).unwrap_or_default();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let name_ends = |rest: &str| rest.trim_start_matches(word).starts_with('@');
    rest.starts_with("${")
        || rest.starts_with("{{")
        || rest.strip_prefix('@').is_some_and(name_ends)
}
