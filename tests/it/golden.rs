//! Golden text of every corpus case at its small sizes: the groups in order, and every kernel's
//! WGSL once.

use std::collections::BTreeSet;
use std::fmt::Write;

use preheat_compiler::{lower, session};

use super::harness;

fn groups_text(case: &preheat_tests::corpus::Case) -> String {
    let script = harness::script(case).expect("it parsed before");
    let (groups, _) = harness::trace(case, &case.small);
    let mut text = String::new();
    for (number, group) in groups.iter().enumerate() {
        let (first, last) = session::lines(&script.sources, &group.origin);
        let (key, ops) = (group.key.short(), &group.origin.ops);
        let boundary = &group.origin.boundary;
        writeln!(text, "group {number} {key} lines {first}-{last}: {ops}\n  ends: {boundary}")
            .expect("writing to a string");
        for line in group.signature.to_string().lines() {
            writeln!(text, "  {line}").expect("writing to a string");
        }
    }
    text
}

/// Groups of every script: what is fused, what is cut, and why.
#[test]
fn groups() {
    for (path, case) in harness::parsed_cases() {
        let name = format!("groups_{}", path.trim_end_matches(".m").replace('/', "_"));
        insta::with_settings!({ snapshot_path => "../golden", prepend_module_to_snapshot => false,
            omit_expression => true }, {
            insta::assert_snapshot!(name, groups_text(&case));
        });
    }
}

/// The Dag before each cut, for scripts with few of them.
#[test]
fn dags() {
    for path in ["elementwise/chain.m", "image/normalize.m", "ml/softmax_rows.m"] {
        let case = harness::parsed_cases().remove(path).expect("a required script");
        let text = harness::dags(&case, &case.small).join("-- cut\n");
        let name = format!("dag_{}", path.trim_end_matches(".m").replace('/', "_"));
        insta::with_settings!({ snapshot_path => "../golden", prepend_module_to_snapshot => false,
            omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

/// WGSL of the required scripts' groups, each kernel once.
#[test]
fn wgsl() {
    let shown = [
        "elementwise/chain.m",
        "finance/gbm_montecarlo.m",
        "image/normalize.m",
        "statistics/pca_power.m",
        "ml/softmax_rows.m",
        "signal/iir_batch.m",
    ];
    let mut seen = BTreeSet::new();
    for path in shown {
        let case = harness::parsed_cases().remove(path).expect("a required script");
        for group in harness::trace(&case, &case.small).0 {
            if !seen.insert(group.key) {
                continue;
            }
            for kernel in lower::lower(&group.signature).expect("it lowers") {
                let name = format!("wgsl_{}_{}", group.key.short(), kernel.variant);
                insta::with_settings!({ snapshot_path => "../golden",
                    prepend_module_to_snapshot => false, omit_expression => true }, {
                    insta::assert_snapshot!(name, kernel.wgsl);
                });
            }
        }
    }
}
