//! The rules: one file each, with its page and its examples beside it.
//!
//! To add one: a file with `pub const RULE: Rule`, `NAME.bad.wgsl`, `NAME.good.wgsl`, and a line
//! in [`ALL`]. A test checks that the bad example yields the code and the good one does not.

use crate::report::Severity;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::Span;

mod alias;
mod array_of_vec3;
mod attributes;
mod behavior;
mod binding_gap;
mod bounds_guard;
mod constants;
mod entry_points;
mod extensions;
pub(crate) mod f64_functions;
mod float_equality;
mod index_overflow;
mod large_uniform;
pub(crate) mod layout;
pub(crate) mod limits;
mod names;
mod nan_test;
mod never_read;
mod never_written;
mod not_implemented;
mod overrides;
mod pow_base;
mod stride;
mod subnormal;
mod syntax;
mod translation;
pub(crate) mod translation_limit;
mod translation_panic;
mod types;
mod uniformity;
mod unreachable_binding;
mod unused_binding;
mod unused_function;
mod validation;
mod variables;
mod workgroup_multiple;

pub(crate) use alias::RULE as ALIAS;
pub(crate) use attributes::RULE as ATTRIBUTES;
pub(crate) use behavior::RULE as BEHAVIOR;
pub(crate) use constants::RULE as CONSTANTS;
pub(crate) use entry_points::RULE as ENTRY_POINTS;
pub(crate) use extensions::RULE as EXTENSIONS;
pub(crate) use f64_functions::RULE as F64_FUNCTIONS;
pub(crate) use names::RULE as NAMES;
pub(crate) use not_implemented::RULE as NOT_IMPLEMENTED;
pub(crate) use overrides::RULE as OVERRIDES;
pub(crate) use syntax::RULE as SYNTAX;
pub(crate) use translation::RULE as TRANSLATION;
pub(crate) use translation_limit::RULE as TRANSLATION_LIMIT;
pub(crate) use translation_panic::RULE as TRANSLATION_PANIC;
pub(crate) use types::RULE as TYPES;
pub(crate) use uniformity::RULE as UNIFORMITY;
pub(crate) use validation::RULE as VALIDATION;
pub(crate) use variables::RULE as VARIABLES;

/// A rule: what `explain` prints and what its findings share.
#[derive(Debug)]
pub struct Rule {
    /// The stable code.
    pub code: &'static str,
    /// The name, also of the rule's file.
    pub name: &'static str,
    /// What a finding of it weighs.
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// Why it matters and what to do.
    pub doc: &'static str,
    /// A module that breaks it.
    pub bad: &'static str,
    /// The module put right.
    pub good: &'static str,
}

impl Rule {
    /// The rule's page, as `explain` prints it and as the manual holds it.
    pub fn page(&self) -> String {
        format!(
            "{} {} ({})\n\n{}\n\n{}\n\nBad:\n\n{}\nGood:\n\n{}",
            self.code,
            self.name,
            self.severity.name(),
            self.summary,
            self.doc.trim(),
            indent(self.bad),
            indent(self.good)
        )
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Every rule, by code.
pub const ALL: &[&Rule] = &[
    &SYNTAX,
    &NAMES,
    &TYPES,
    &CONSTANTS,
    &ATTRIBUTES,
    &ENTRY_POINTS,
    &BEHAVIOR,
    &ALIAS,
    &UNIFORMITY,
    &VARIABLES,
    &EXTENSIONS,
    &VALIDATION,
    &OVERRIDES,
    &TRANSLATION_PANIC,
    &TRANSLATION,
    &F64_FUNCTIONS,
    &TRANSLATION_LIMIT,
    &NOT_IMPLEMENTED,
    &limits::RULE,
    &layout::RULE,
    &unused_binding::RULE,
    &unused_function::RULE,
    &workgroup_multiple::RULE,
    &never_written::RULE,
    &never_read::RULE,
    &nan_test::RULE,
    &float_equality::RULE,
    &pow_base::RULE,
    &bounds_guard::RULE,
    &stride::RULE,
    &subnormal::RULE,
    &array_of_vec3::RULE,
    &binding_gap::RULE,
    &large_uniform::RULE,
    &unreachable_binding::RULE,
    &index_overflow::RULE,
];

/// The rule of that code or name.
pub fn find(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}

/// A lint: its rule and how it is found.
type Lint = (&'static Rule, fn(&Sema<'_>) -> Vec<Issue>);

/// Every lint.
const LINTS: &[Lint] = &[
    (&unused_binding::RULE, unused_binding::check),
    (&unused_function::RULE, unused_function::check),
    (&workgroup_multiple::RULE, workgroup_multiple::check),
    (&never_written::RULE, never_written::check),
    (&never_read::RULE, never_read::check),
    (&nan_test::RULE, nan_test::check),
    (&float_equality::RULE, float_equality::check),
    (&pow_base::RULE, pow_base::check),
    (&bounds_guard::RULE, bounds_guard::check),
    (&stride::RULE, stride::check),
    (&subnormal::RULE, subnormal::check),
    (&array_of_vec3::RULE, array_of_vec3::check),
    (&binding_gap::RULE, binding_gap::check),
    (&large_uniform::RULE, large_uniform::check),
    (&unreachable_binding::RULE, unreachable_binding::check),
    (&index_overflow::RULE, index_overflow::check),
];

/// An issue of `rule`.
pub(crate) fn finding(rule: &'static Rule, span: Span, message: impl Into<String>) -> Issue {
    Issue { rule, message: message.into(), span, help: None }
}

/// Whether a line has `// wgslcheck: allow(CODE, ..)` with this code.
fn allows(line: &str, code: &str) -> bool {
    let list = line.split_once("wgslcheck: allow(").and_then(|(_, rest)| rest.split_once(')'));
    list.is_some_and(|(codes, _)| codes.split(',').any(|one| one.trim() == code))
}

/// Runs every lint, but for what `// wgslcheck: allow(CODE)` on the line or the one above allows.
pub(crate) fn lint(sema: &Sema<'_>, source: &str) -> Vec<Issue> {
    let issues: Vec<Issue> = LINTS.iter().flat_map(|(_, check)| check(sema)).collect();
    if issues.is_empty() || !source.contains("wgslcheck: allow(") {
        return issues;
    }
    let allowed = |issue: &Issue| {
        let at = (issue.span.start as usize).min(source.len());
        let before = source.get(..at).unwrap_or("").matches('\n').count() + 1;
        let line = |number: usize| source.lines().nth(number).unwrap_or("");
        let here = [before.checked_sub(2).map_or("", line), line(before - 1)];
        here.iter().any(|text| allows(text, issue.rule.code))
    };
    issues.into_iter().filter(|issue| !allowed(issue)).collect()
}
