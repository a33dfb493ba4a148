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

/// Groups of a script that both reduce and store what they reduce, and all of its groups.
fn stores_on_the_way(body: &str) -> (usize, usize) {
    let start = "x = cumsum(rand(20, 10)); v = cumsum(rand(1, 10)); wait(gpuDevice);\n";
    let groups = harness::trace_text("stores.m", &format!("{start}{body}\n"));
    let before = harness::trace_text("stores.m", start).len();
    let is_both = |group: &&TracedGroup| {
        let signature = &group.signature;
        let spaces = signature.spaces();
        let reduces = signature
            .nodes
            .iter()
            .any(|node| matches!(node.kind, preheat_format::NodeKind::Reduce { .. }));
        let stores = signature
            .outputs
            .iter()
            .any(|output| spaces[output.node as usize] == preheat_format::Space::Full);
        reduces && stores
    };
    (groups.iter().filter(is_both).count(), groups.len() - before)
}

#[test]
fn a_map_is_stored_by_the_reductions_that_read_it_first() {
    let print = "printf('%g\\n', sum(s(:))); printf('%g\\n', y(2));";
    let found = |body: &str| stores_on_the_way(&format!("y = exp(x) + v; {body} {print}"));
    assert_eq!(found("s = sum(y);").0, 1);
    assert_eq!(found("s = max(y .* 2, [], 2);").0, 1);
    assert_eq!(found("s = mean(abs(y - x), 'all');").0, 1);
    assert_eq!(found("y = exp(x) - x; s = norm(y(:));").0, 1);
    // Two reductions of one pass.
    let (stores, groups) = found("s = sum(y) + max(y);");
    assert_eq!(stores, 1);
    assert_eq!(groups, found("s = sum(y);").1);
}

#[test]
fn a_map_that_is_read_elsewhere_first_is_stored_by_itself() {
    let print = "printf('%g\\n', sum(s(:))); printf('%g\\n', y(2));";
    let found = |body: &str| stores_on_the_way(&format!("y = exp(x) + v; {body} {print}")).0;
    // Elements of other places: mirrored, turned, picked.
    assert_eq!(found("s = sum(y .* y(end:-1:1, :));"), 0);
    assert_eq!(found("s = sum(reshape(y, 10, 20)' .* y);"), 0);
    assert_eq!(found("s = sum(y(:, [2 1 3]));"), 0);
    // The column of an array that expands another one has another order of steps.
    assert_eq!(found("s = sum(y(:));"), 0);
    // A product reads it many times.
    assert_eq!(found("s = y' * y;"), 0);
}
