//! W001: The text does not follow WGSL's grammar.

use super::Rule;
use crate::report::Severity;

/// The text does not follow WGSL's grammar.
pub(crate) const RULE: Rule = Rule {
    code: "W001",
    name: "syntax",
    severity: Severity::Error,
    summary: "The text does not follow WGSL's grammar.",
    doc: "\
The grammar of the WGSL specification has no reading of this text. Operators of different
families, such as `&` and `==`, need parentheses; reserved words cannot be names.",
    bad: include_str!("syntax.bad.wgsl"),
    good: include_str!("syntax.good.wgsl"),
};
