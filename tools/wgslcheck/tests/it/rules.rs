//! Every rule's page: the bad example yields its code, the good one does not.

use std::collections::BTreeMap;

use wgslcheck::{Checker, FileReport, Options, Severity, Target, rules};

/// Examples say in a first comment what options they need: `// targets: msl`, `// define: n=1`,
/// `// limits: webgpu` or `// layout: JSON`.
fn check(source: &str) -> FileReport {
    let mut options = Options::default();
    let first = source.lines().next().unwrap_or("");
    if let Some(list) = first.strip_prefix("// targets: ") {
        options.targets = list.split(',').filter_map(Target::from_name).collect();
    }
    if let Some((name, value)) =
        first.strip_prefix("// define: ").and_then(|define| define.split_once('='))
    {
        options.defines = BTreeMap::from([(name.to_owned(), value.parse().unwrap())]);
    }
    if let Some(json) = first.strip_prefix("// layout: ") {
        options.layouts = Some(serde_json::from_str(json).unwrap());
    }
    if let Some(profile) = first.strip_prefix("// limits: ") {
        options.limits = wgslcheck::Limits::profile(profile);
    }
    Checker::new(options).check_source("example", source)
}

fn codes(report: &FileReport) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn bad_examples_yield_their_code_and_good_ones_do_not() {
    for rule in rules::ALL {
        let bad = check(rule.bad);
        assert!(codes(&bad).contains(&rule.code), "{} bad: {:?}", rule.code, bad.findings);
        let good = check(rule.good);
        let errors: Vec<_> =
            good.findings.iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{} good: {errors:?}", rule.code);
        assert!(!codes(&good).contains(&rule.code), "{} good: {:?}", rule.code, good.findings);
    }
}

#[test]
fn codes_and_names_are_unique_and_sorted() {
    let codes: Vec<&str> = rules::ALL.iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let mut names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rules::ALL.len());
}
