//! Every kernel that the corpus lowers to passes the shader checker: the language, naga's
//! validation, its SPIR-V, and the limits that every WebGPU device has.

use std::collections::BTreeSet;

use preheat_compiler::lower;
use wgslcheck::{Checker, Limits, Options, Severity, Verdict};

use super::harness;

#[test]
fn generated_wgsl_has_no_findings_but_lints() {
    let checker = Checker::new(Options { limits: Some(Limits::default()), ..Options::default() });
    let mut seen = BTreeSet::new();
    for (path, case) in harness::parsed_cases() {
        for group in harness::trace(&case, &case.small).0 {
            if !seen.insert(group.key) {
                continue;
            }
            for kernel in lower::lower(&group.signature).expect("it lowers") {
                let name = format!("{path} {} {}", group.key.short(), kernel.variant);
                let report = checker.check_source(&name, &kernel.wgsl);
                let errors: Vec<_> =
                    report.findings.iter().filter(|f| f.severity == Severity::Error).collect();
                assert_eq!(report.verdict, Verdict::Valid, "{name}: {errors:?}");
            }
        }
    }
    assert!(seen.len() > 50, "only {} groups were seen", seen.len());
}
