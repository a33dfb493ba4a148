//! How many kernels and dispatches a script needs, as its header says: `% groups N` counts distinct
//! fusion groups, `% dispatches N` kernel launches at the small sizes.

use std::collections::BTreeSet;
use std::fs;

use preheat_compiler::lower;
use preheat_compiler::session::TracedGroup;

use super::harness;

/// The patterns for which other systems have a rule of their own, and loops that roll or do not;
/// each must say its numbers.
const PATTERNS: [&str; 13] = [
    "elementwise/mandelbrot.m",
    "finance/gbm_montecarlo.m",
    "image/normalize.m",
    "planner/explained_variance.m",
    "planner/folded_producers.m",
    "planner/matmul_epilogue.m",
    "planner/power_step.m",
    "planner/several_outputs.m",
    "signal/heat.m",
    "signal/iir_batch.m",
    "statistics/covariance.m",
    "traps/loop_statements.m",
    "traps/row_covariance.m",
];

/// The number behind `% name ` in a line of its own.
fn stated(text: &str, name: &str) -> Option<usize> {
    let start = format!("% {name} ");
    text.lines().find_map(|line| line.strip_prefix(&start)?.parse().ok())
}

/// Passes of the variant that a device with every feature takes.
fn dispatches(group: &TracedGroup) -> usize {
    let kernels = lower::lower(&group.signature).expect("it lowers");
    let (roles, extents) = (&group.signature.roles, &group.extents);
    let holds = |kernel: &&lower::Kernel| kernel.guard.evaluate(roles, extents) != Ok(0);
    let taken = kernels.iter().find(holds).expect("the last guard always holds");
    let is_run = |pass: &&preheat_format::Pass| {
        pass.workgroup_count.evaluate(roles, extents).expect("a count") > 0
    };
    taken.passes.iter().filter(is_run).count()
}

#[test]
fn headers_state_groups_and_dispatches() {
    let mut wrong = Vec::new();
    for (path, case) in harness::parsed_cases() {
        let script = harness::root().join("corpus").join(&path);
        let text = fs::read_to_string(script).expect("a script");
        let expected = (stated(&text, "groups"), stated(&text, "dispatches"));
        if expected == (None, None) {
            assert!(!PATTERNS.contains(&path.as_str()), "{path} must state its numbers");
            continue;
        }
        let groups = harness::trace(&case, &case.small).0;
        let keys: BTreeSet<_> = groups.iter().map(|group| group.key).collect();
        let found = (Some(keys.len()), Some(groups.iter().map(dispatches).sum()));
        if expected != found {
            wrong.push(format!("{path}: the header says {expected:?}, the planner {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
