//! Plans of the corpus: what they say of other sizes is what a trace at those sizes does.

use preheat_compiler::plan::{self, Log, Obstacle};
use preheat_compiler::session;
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::Define;
use preheat_format::{ArchiveBuilder, Call, Plan};
use preheat_runtime::{Archive, DeviceChoice, ReplayError, ReplayInputs, Runtime, RuntimeError};

use super::harness;

/// A trace of a script for its plan.
fn log(script: &session::Script, sizes: &[(String, u64)]) -> Log {
    let defines: Vec<_> =
        sizes.iter().map(|(name, value)| (name.clone(), Define::Number(*value as f64))).collect();
    harness::record_calls(script, GraphOptions::default(), &defines)
}

fn plan_of(script: &session::Script, sizes: &[(String, u64)]) -> Result<Plan, Obstacle> {
    plan::make(sizes, &mut |values| {
        let names = sizes.iter().map(|(name, _)| name.clone());
        log(script, &names.zip(values.iter().copied()).collect::<Vec<_>>())
    })
}

/// A few sizes in the range of each, the same in every run.
fn other_sizes(plan: &Plan) -> Vec<Vec<(String, u64)>> {
    let mut state = 88_172_645_463_325_252u64;
    let mut next = |min: u64, max: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        min + state % (max - min + 1)
    };
    let mut draw = || {
        let sizes = plan.sizes.iter();
        sizes.map(|size| (size.name.clone(), next(size.min, size.max))).collect()
    };
    (0..6).map(|_| draw()).collect()
}

#[test]
fn plans_say_what_traces_at_other_sizes_do() {
    let (mut planned, mut open, mut compared) = (0, 0, 0);
    for case in harness::manifest().cases {
        let Ok(script) = harness::script(&case) else { continue };
        let mut sizes: Vec<(String, u64)> =
            case.small.iter().map(|(name, value)| (name.clone(), value.unsigned_abs())).collect();
        sizes.sort();
        let Ok(plan) = plan_of(&script, &sizes) else { continue };
        planned += 1;
        open += usize::from(plan.sizes.iter().any(|size| size.min < size.max));
        for sizes in other_sizes(&plan) {
            let log = log(&script, &sizes);
            assert!(log.is_made_by(&plan, &sizes), "{} at {sizes:?}", case.path);
            compared += 1;
        }
    }
    println!("{planned} scripts with a plan, {open} with open sizes, {compared} traces compared");
    assert!(planned >= 20 && open >= 12, "{planned} plans, {open} of them with open sizes");
}

const MONTE_CARLO: &str = "
rng(3);
S = 100 * ones(M, 1, 'single');
for t = 1:12
    S = S .* exp(single(0.01) + single(0.1) * randn(M, 1, 'single'));
end
x = linspace(-1, 1, N);
total = sum(S);
middle = sum(x .* x) / N;
fprintf('%g %g\\n', total, middle);
";

fn sizes_of(values: [u64; 2]) -> Vec<(String, u64)> {
    ["M", "N"].map(str::to_owned).into_iter().zip(values).collect()
}

/// A runtime on the CPU whose archive holds the groups' signatures and the plan.
fn runtime(script: &session::Script, plan: &Plan, calls: &[Call<u32>]) -> Runtime {
    let mut builder = ArchiveBuilder::new();
    for call in calls {
        harness::add_group(&mut builder, &call.signature);
    }
    builder.add_plan(&script.name, plan).expect("a sound plan");
    let archive = Archive::from_bytes(&builder.finish().expect("an archive").bytes);
    let builder = Runtime::builder().archive(archive.expect("it opens")).trusted(true);
    builder.device(DeviceChoice::Cpu).build().expect("a runtime")
}

#[test]
fn a_plan_replays_its_script_at_other_sizes() {
    let (script, _) = session::parse("walk.m", MONTE_CARLO).expect("it parses");
    let recorded = sizes_of([50, 40]);
    let plan = plan_of(&script, &recorded).expect("a plan");
    let names: Vec<&str> = plan.outputs.iter().map(|output| output.name.as_str()).collect();
    assert_eq!(names, ["total", "middle"]);
    assert_eq!(plan.seed(), Some(3));
    let calls = log(&script, &recorded).calls();
    let runtime = runtime(&script, &plan, &calls);
    for values in [[50, 40], [77, 111], [403, 2]] {
        let inputs = ReplayInputs::new().size("M", values[0]).size("N", values[1]);
        let outputs = runtime.replay("walk.m", &inputs).expect("it runs");
        let text: Vec<String> = outputs
            .iter()
            .map(|output| match &*runtime.read(&output.array).expect("elements") {
                preheat_cpu::Column::F64(values) => format!("{:.4}", values[0]),
                preheat_cpu::Column::F32(values) => format!("{:.4}", values[0]),
                preheat_cpu::Column::Word(values) => format!("{}", values[0]),
            })
            .collect();
        let printed = MONTE_CARLO.replace("%g %g", "%.4f %.4f");
        let defined = format!("M = {}; N = {};{printed}", values[0], values[1]);
        let host = Runtime::builder().device(DeviceChoice::Cpu).build().expect("a runtime");
        let expected = harness::run_text(&defined, &std::sync::Arc::new(host));
        assert_eq!(text.join(" ") + "\n", expected, "{values:?}");
    }
    let other_seed = ReplayInputs::new().seed(4);
    let read = |inputs: &ReplayInputs| {
        let outputs = runtime.replay("walk.m", inputs).expect("it runs");
        runtime.read(&outputs[0].array).expect("elements")
    };
    assert!(*read(&other_seed) != *read(&ReplayInputs::new()));
    assert!(*read(&ReplayInputs::new().seed(3)) == *read(&ReplayInputs::new()));
    let beyond = runtime.replay("walk.m", &ReplayInputs::new().size("M", 404));
    let Err(RuntimeError::Replay { source, .. }) = beyond else { panic!("not covered") };
    assert!(matches!(*source, ReplayError::Plan(_)), "{source}");
    assert!(source.to_string().contains("the plan covers 2 to 403"), "{source}");
}

#[test]
fn a_script_that_looks_at_its_values_has_no_plan() {
    let check = |text: &str, expected: Obstacle| {
        let (script, _) = session::parse("test.m", text).expect("it parses");
        assert_eq!(plan_of(&script, &[]).unwrap_err(), expected, "{text}");
    };
    check("x = rand(1, 9); if sum(x) > 3, disp(x), end", Obstacle::ValueNeeded);
    check("x = 3; fprintf('%d\\n', x);", Obstacle::NoCalls);
    check("x = rand(3); y = x + ones(4);", Obstacle::Failed);
}

/// What decides the calls otherwise than a polynomial does is not left open.
#[test]
fn a_size_that_cannot_be_followed_is_fixed() {
    let check = |text: &str, expected: &[(u64, u64)]| {
        let (script, _) = session::parse("test.m", text).expect("it parses");
        let plan = plan_of(&script, &sizes_of([12, 30])).expect("a plan");
        let ranges: Vec<(u64, u64)> = plan.sizes.iter().map(|size| (size.min, size.max)).collect();
        assert_eq!(ranges, expected, "{text}");
    };
    let with = |line: &str| format!("x = rand(M, N); {line}, disp(sum(x(:)))");
    check(&with(""), &[(2, 99), (2, 243)]);
    check(&with("x = x * sqrt(N);"), &[(2, 99), (30, 30)]);
    check(&with("for i = 1:M, x = x(:, end:-1:1) .* x; end"), &[(12, 12), (2, 243)]);
    check(&with("x = x * (2 / (N - 1)) + M;"), &[(2, 99), (2, 243)]);
    check(&with("if N > 100, x = x + 1; end"), &[(2, 99), (2, 60)]);
}
