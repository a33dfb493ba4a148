//! Loops whose iterations differ in scalars only become one call with a number of trips.

use preheat_runtime::DeviceChoice;

use super::differential::runtime;
use super::harness;

/// A loop in three parts: what is before it, its body over `k`, what is printed after it.
struct Loop {
    before: &'static str,
    body: &'static str,
    after: &'static str,
}

impl Loop {
    fn rolled(&self, trips: u32) -> String {
        let Loop { before, body, after } = self;
        format!("{before}\nfor k = 1:{trips}\n{body}\nend\n{after}\n")
    }

    /// The same without a loop.
    fn unrolled(&self, trips: u32) -> String {
        let body = |k: u32| format!("k = {k};\n{}\n", self.body);
        format!("{}\n{}{}\n", self.before, (1..=trips).map(body).collect::<String>(), self.after)
    }

    /// Trips of every call of a rolled group.
    fn trips(&self, trips: u32) -> Vec<u32> {
        let groups = harness::trace_text("rolling.m", &self.rolled(trips));
        let rolled = groups.iter().filter(|group| group.signature.is_rolled());
        rolled.map(|group| group.trips).collect()
    }
}

const PRINT: &str = "fprintf('%.17g\\n', S);";

const LOOPS: [Loop; 11] = [
    // One state; numbers anew in each trip; scalars that stay.
    Loop {
        before: "rng(7); S = 100 * ones(37, 1, 'single');",
        body: "Z = randn(37, 1, 'single'); S = S .* exp(single(0.01) + single(0.2) * Z);",
        after: PRINT,
    },
    // Two draws in double, one uniform.
    Loop {
        before: "rng(3); n = 5; S = zeros(n, 4);",
        body: "S = 0.5 * S + randn(5, 4) .* rand(5, 4);",
        after: PRINT,
    },
    // Several states that need each other, one only added to.
    Loop {
        before: "n = 21; x = linspace(0, 1, n); v = 1 - x; S = zeros(1, n);",
        body: "a = -x; v = v + 0.1 * a; x = x + 0.1 * v; S = S + x;",
        after: "fprintf('%.17g %.17g %.17g\\n', [x; v; S]);",
    },
    // Four states, more than a group of its own stores.
    Loop {
        before: "n = 50; S = (1:n)' / n; high = zeros(n, 1); total = high + 1; above = high - 1;",
        body: "S = S .* (1 + 0.05 * sin(k)); high = max(high, S); total = total + S; \
               above = above + (S > 0.5); S = S - 0.01;",
        after: "fprintf('%.17g %.17g %.17g %.17g\\n', [S high total above]');",
    },
    // Scalars of the host that are no affine function of the counter; logical and whole ones.
    Loop {
        before: "S = single(1:9);",
        body: "c = cos(k) / k; S = S * c + single(mod(k, 3) == 0);",
        after: PRINT,
    },
    // A state of class logical.
    Loop {
        before: "S = (1:9) > 4; T = (1:9) / 2;",
        body: "T = T + k; S = xor(S, T > 5);",
        after: "fprintf('%d %.17g\\n', [S; T]);",
    },
    // An array that stays, broadcast along an axis.
    Loop {
        before: "n = 6; c = (1:n)'; d = c / 7 + 1; S = zeros(n, 5) + (1:5);",
        body: "S = S ./ d + c * k;",
        after: PRINT,
    },
    // States in fields.
    Loop {
        before: "n = 8; s.x = (1:n) / 3; s.y = zeros(1, n);",
        body: "s.x = s.x * 1.5 - k; s.y = s.y + s.x;",
        after: "fprintf('%.17g %.17g\\n', [s.x; s.y]);",
    },
    // States in a cell, written twice.
    Loop {
        before: "C = cell(1, 2); C{1} = (1:8) / 3; C{2} = (1:8)';",
        body: "C{1} = C{1} * 0.5; C{1} = C{1} + k; C{2} = sqrt(C{2}) + k;",
        after: "fprintf('%.17g\\n', C{1}); fprintf('%.17g\\n', C{2});",
    },
    // Arrays of the host that stay.
    Loop {
        before: "n = 5; c = [1 2 3 4 5]; c = c(1:n); d = [0.5; 0.25]; S = zeros(2, n);",
        body: "S = (S + c) .* d - c / k;",
        after: PRINT,
    },
    // Single elements: nothing but scalars on the device.
    Loop { before: "S = sum(1:10);", body: "S = S * 0.5 + k;", after: PRINT },
];

fn check(device: DeviceChoice) {
    let runtime = runtime(device);
    for case in &LOOPS {
        for trips in [1, 2, 7] {
            let rolled = harness::run_text(&case.rolled(trips), &runtime);
            let unrolled = harness::run_text(&case.unrolled(trips), &runtime);
            assert_eq!(rolled, unrolled, "{trips} trips of {}", case.body);
        }
    }
}

/// On each engine the bits of a rolled loop are those of the statements one by one.
#[test]
fn rolled_loops_give_the_bits_of_unrolled_ones() {
    check(DeviceChoice::Cpu);
    if harness::has_gpu() {
        check(DeviceChoice::Vulkan);
    }
}

/// All trips are in one call, and the groups do not depend on their number.
#[test]
fn one_call_holds_all_trips() {
    for case in &LOOPS[..10] {
        let calls = case.trips(7);
        assert!(
            !calls.is_empty() && calls.iter().all(|trips| *trips == 7),
            "{calls:?} of {}",
            case.body
        );
        let keys = |trips| {
            let groups = harness::trace_text("rolling.m", &case.rolled(trips));
            groups.iter().map(|group| group.key).collect::<Vec<_>>()
        };
        let seven = keys(7);
        for trips in [1, 2, 300] {
            assert_eq!(keys(trips), seven, "{trips} trips of {}", case.body);
        }
    }
}

/// A loop that reads neighbours is one call of a cached kernel per iteration; the buffers and bind
/// groups of its first iterations serve all others.
#[test]
fn a_stencil_needs_no_new_buffers_after_its_first_steps() {
    if !harness::has_gpu() {
        return;
    }
    let counts = |steps: u32| {
        let text = format!(
            "u = (1:40)' * (1:30) / 7; w = u; for k = 1:{steps}
             u(2:end-1, :) = u(2:end-1, :) + 0.1 * (u(1:end-2, :) + u(3:end, :));
             w = 0.5 * w + 0.5 * w([2:end 1], :); end
             fprintf('%g\\n', sum(u, 'all') + sum(w, 'all'));"
        );
        let runtime = runtime(DeviceChoice::Vulkan);
        harness::run_text(&text, &runtime);
        let counts = runtime.telemetry();
        (counts.buffer_pool.misses, counts.bind_group_cache.misses, counts.dispatches)
    };
    let (few, many) = (counts(20), counts(400));
    assert_eq!((few.0, few.1), (many.0, many.1), "buffers and bind groups");
    assert!(many.2 > few.2 + 2 * 380 - 1, "{} and {} dispatches", few.2, many.2);
}

/// A long loop is planned in bounded memory: no call holds more than 4,096 trips.
#[test]
fn a_long_loop_is_a_few_calls() {
    let case = Loop { before: "S = (1:4) / 3;", body: "S = S * 0.5 + k;", after: PRINT };
    let calls = case.trips(100_000);
    assert_eq!(calls.len(), 25);
    assert_eq!(calls.iter().sum::<u32>(), 100_000);
}
