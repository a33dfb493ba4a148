//! Arrays of a few elements whose shape the script's text decides are computed at once: the same
//! values as by recorded operations, and no group at any size.

use std::collections::BTreeSet;

use preheat_format::GroupKey;
use preheat_runtime::DeviceChoice;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::differential::runtime;
use super::harness;

/// Scripts that record nothing.
const FIXED: [&str; 10] = [
    "a = [1 2 3]; for k = 1:5, a = a + [0.1 0.2 0.3]; end, b = sum(a .* a);",
    "T = eye(3); S = [1 2 3; 5 6 7; 9 1 2]; for k = 1:3, T = T * S / 9; end, T(1:2, 3)",
    "x = [1; 2; 3]; x(2) = 7; x(:) = x + 1; y = norm(x) * x'; disp(y);",
    "z = zeros(2, 3); z(1, :) = [1 2 3]; w = z' - ones(3, 2); m = max(w), any(w > 0), mean(w, 2)",
    "c = cos([0.1 0.2]) .^ 2; d = mod(-c, 0.3) > 0.1; e = ~d | c < 0.5;",
    "s.p = [0 1]; for k = 1:4, s.p = s.p + 0.5 * [1 1]; end, t = {s.p, -s.p}; u = t{1} - t{2};",
    "f = @(t, y) [y(2); -y(1)]; y = [1; 0]; for k = 1:4, y = y + 0.1 * f(0, y); end",
    "A = [4 1; 2 3]; b = A \\ [1; 2]; c = A * b - [1; 2];",
    "v = [3 1 2]; w = v([2 1 3]) * 2; r = v(:)' + w(end:-1:1);",
    "v = [3 1]; for k = 1:4, v = [v(1) + v(2), v(end) - k]; end, w = v .* 2;",
];

/// Scripts whose array grows or shrinks `n` times: the same kernels whatever `n`.
const RESIZED: [&str; 13] = [
    "x = []; for k = 1:n, x = [x k]; end, y = x .* 2 + 1;",
    "x = 4; for k = 1:n, x = [k; x]; end, y = x .* 2 + 1;",
    "x = [1 2 3]; for k = 1:n, x(end + 1) = k; end, y = x .* 2 + 1;",
    "x = [1 2 3 4 5 6 7 8 9]; for k = 1:n - 2, x(end) = []; end, y = x .* 2 + 1;",
    "function r = cut(x, n), for k = 1:n, x(1) = ''; end, r = x .* 2 + 1; end\n\
     y = cut([1 2 3 4 5 6 7 8 9], n - 2);",
    "x = zeros(1, 3); for k = 1:n, x(k) = k; end, x = [x 1]; y = x .* 2 + 1;",
    "x = [1 2]; for k = 1:n, x(1 + end) = k; end, y = x .* 2 + 1;",
    "x = [1 2]; for k = 1:n, [x(end + 1), q] = max([k 1]); end, y = x .* 2 + 1;",
    "x = [1; 2]; for k = 1:n, x = [x' k]'; end, y = x .* 2 + 1;",
    "x = [1 2]; for k = 1:n, x = cat(2, x, k); end, y = x .* 2 + 1;",
    "x = [1 2]; for k = 1:n, x(numel(x) + 1) = k; end, y = x .* 2 + 1;",
    "x = [1 2]; for k = 1:n, t = x; t(end + 1) = k; x = t; end, y = x .* 2 + 1;",
    "x = [1 2]; for k = 1:n, x = [x(1) k x(2:end)]; end, y = x .* 2 + 1;",
];

#[test]
fn what_grows_or_shrinks_asks_for_the_same_kernels_at_every_size() {
    let keys = |script: &str, n: u32| -> BTreeSet<GroupKey> {
        let text = format!("1;\nn = {n};\n{script}\nfprintf('%g\\n', y);");
        harness::trace_text("small.m", &text).iter().map(|group| group.key).collect()
    };
    for script in RESIZED {
        let first = keys(script, 2);
        assert!(!first.is_empty(), "{script}");
        for n in [3, 4, 7] {
            assert_eq!(keys(script, n), first, "{script} at {n}");
        }
    }
}

#[test]
fn few_values_at_equal_distance_are_counted_from_both_ends() {
    let text = "x = linspace(-1, 1, 7); printf('%d', x + fliplr(x) == 0);\
                printf(' %d', linspace(0, 1, 11) * 10 == 0:10);";
    let found = harness::run_known(text, &runtime(DeviceChoice::Cpu));
    // As Octave 7.3 prints it.
    assert_eq!(found, "1111111 1 1 1 0 1 1 1 1 1 1 1");
}

/// Scripts that record, for a size comes from the host.
const OPEN: [&str; 6] = [
    "n = 3; a = zeros(1, n); b = a + 1;",
    "a = []; for k = 1:5, a = [a k]; end, b = a .* 2;",
    "a = zeros(1, 2); for k = 1:5, a(k) = k; end, b = a .* 2;",
    "a = [1 2 3 4]; b = a(a > 1) * 2;",
    "a = [1 2 3]; k = 2; b = a(1:k) .* 2;",
    "a = 1:9; b = a' .* a;",
];

#[test]
fn what_the_text_fixes_records_nothing() {
    for script in FIXED {
        let groups = harness::trace_text("small.m", script);
        assert!(groups.is_empty(), "{script}: {} groups", groups.len());
    }
    for script in OPEN {
        let groups = harness::trace_text("small.m", &format!("{script}\nfprintf('%g\\n', b);"));
        assert!(!groups.is_empty(), "{script}");
    }
}

/// An expression over `A` and `B` (2x3), `r` (1x3), `c` (2x1), `k` and numbers, all small whole
/// numbers, so that sums are exact in any order.
struct Writer(u64);

impl Writer {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % end
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// An expression that is 2x3, 1x3, 2x1 or one number.
    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.pick(&["A", "B", "r", "c", "k", "3", "A(:, 1)", "B(2, :)"]).to_owned();
        }
        let (a, b) = (self.expression(depth - 1), self.expression(depth - 1));
        match self.below(9) {
            0 | 1 => {
                let op = self.pick(&["+", "-", ".*"]);
                format!("mod(({a}) {op} ({b}), 11)")
            }
            2 => match self.pick(&["<", "<=", "==", "~=", ">=", ">", "&", "|"]) {
                // NaN is no truth value: operands are compared first.
                op @ ("&" | "|") => format!("((({a}) > 0) {op} (({b}) < 2))"),
                op => format!("(({a}) {op} ({b}))"),
            },
            3 => {
                format!("{}({a}, {b})", self.pick(&["max", "min", "rem", "mod", "times", "minus"]))
            }
            4 => {
                let [open, close] = [
                    ["abs(", ")"],
                    ["-(", ")"],
                    ["floor(", ")"],
                    ["~(0 < ", ")"],
                    ["sign(", ")"],
                    ["isnan(", ")"],
                ][self.below(6)];
                format!("{open}{a}{close}")
            }
            5 => format!("mod(({a}){}, 7)", self.pick(&[".^2", ".^3", ".^4"])),
            6 => {
                format!("mod({}({a}), 13)", self.pick(&["sum", "prod", "max", "min", "any", "all"]))
            }
            7 => format!("(({a})')'"),
            _ => format!("({a}) ./ 4"),
        }
    }
}

/// What a script prints about an expression.
fn shown(expression: &str) -> String {
    // The sign of a zero is not compared: recorded `mod(x, x)` has the divisor's.
    let shown = "printf('%s %d %d:', class(x), size(x)); printf(' %.17g', x + 0);";
    format!("x = {expression};\n{shown}\n")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn values_are_those_of_recorded_operations(seed in any::<u64>()) {
        let mut writer = Writer(seed);
        let lines: String = (0..12).map(|_| shown(&writer.expression(3))).collect();
        let literals = "A = [1 -2 3; 0 5 -6]; B = [2 2 -1; 4 0 9]; r = [3 -1 0]; \
                        c = [-2; 6]; k = 2;\n";
        // A range up to a variable has a size that the text does not fix.
        let opened = "n = 3; A = A(:, 1:n); B = B(:, 1:n); r = r(1:n); m = 2; c = c(1:m);\n";
        let runtime = runtime(DeviceChoice::Cpu);
        let fixed = harness::run_text(&format!("{literals}{lines}"), &runtime);
        let recorded = harness::run_text(&format!("{literals}{opened}{lines}"), &runtime);
        prop_assert_eq!(fixed, recorded, "{}", lines);
    }
}
