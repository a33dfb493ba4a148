//! The rules: one file each, with its page and its examples beside it.
//!
//! To add one: a file with `pub const RULE: Rule`, `NAME.bad.wgsl`, `NAME.good.wgsl`, and a line
//! in [`ALL`]. A test checks that the bad example yields the code and the good one does not.

use crate::report::Severity;

mod alias;
mod attributes;
mod behavior;
mod constants;
mod entry_points;
mod extensions;
mod names;
mod overrides;
mod syntax;
mod types;
mod uniformity;
mod variables;
pub(crate) mod f64_functions;
mod not_implemented;
mod translation;
mod translation_panic;
mod validation;

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
    &NOT_IMPLEMENTED,
];

/// The rule of that code or name.
pub fn find(code: &str) -> Option<&'static Rule> {
    ALL.iter()
        .copied()
        .find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}
