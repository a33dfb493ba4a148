//! W004: A constant expression has no value.

use super::Rule;
use crate::report::Severity;

/// A constant expression has no value.
pub(crate) const RULE: Rule = Rule {
    code: "W004",
    name: "constants",
    severity: Severity::Error,
    summary: "A constant expression has no value.",
    doc: "\
An expression of constants is evaluated when the module is created. Overflow to infinity, division
by zero, an argument outside of a function's domain and an index out of bounds are errors then.",
    bad: include_str!("constants.bad.wgsl"),
    good: include_str!("constants.good.wgsl"),
};
