//! W403: A workgroup size is no multiple of 32.

use super::{Rule, finding};
use crate::report::Severity;
use crate::sema::{Issue, Sema};

/// A workgroup size is no multiple of 32.
pub(crate) const RULE: Rule = Rule {
    code: "W403",
    name: "workgroup-multiple",
    severity: Severity::Warning,
    summary: "A workgroup size is no multiple of 32.",
    doc: "\
GPUs run invocations in groups of 32 or 64: the rest of the last group of each workgroup idles.",
    bad: include_str!("workgroup_multiple.bad.wgsl"),
    good: include_str!("workgroup_multiple.good.wgsl"),
};

/// The invocations that common GPUs run together.
const GROUP: u64 = 32;

/// Finds workgroups that leave lanes idle; a single invocation is meant.
pub(crate) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let mut issues = Vec::new();
    for info in &sema.functions {
        let known: Option<Vec<u32>> = info.workgroup_size.iter().copied().collect();
        let product: u64 = known.unwrap_or_default().iter().map(|size| u64::from(*size)).product();
        if product > 1 && !product.is_multiple_of(GROUP) {
            let message = format!("{product} invocations are no multiple of {GROUP}");
            issues.push(finding(&RULE, info.span, message));
        }
    }
    issues
}
