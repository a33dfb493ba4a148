//! W101: A writer of naga panics on the module.

use super::Rule;
use crate::report::Severity;

/// A writer of naga panics on the module.
pub(crate) const RULE: Rule = Rule {
    code: "W101",
    name: "translation-panic",
    severity: Severity::Error,
    summary: "A writer of naga panics on the module.",
    doc: "\
naga called the module valid, and then its writer for the named target stopped with a panic. In an
application that translates at run time the panic takes the process down.",
    bad: include_str!("translation_panic.bad.wgsl"),
    good: include_str!("translation_panic.good.wgsl"),
};
