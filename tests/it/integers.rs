//! Lazy arrays of integer classes: the same numbers as the host's own arithmetic gives, which the
//! conformance table holds to Octave's.

use std::fmt::Write;

use preheat_runtime::DeviceChoice;

use super::differential::runtime;
use super::harness;

const CLASSES: [&str; 6] = ["int8", "int16", "int32", "uint8", "uint16", "uint32"];

/// Values about the ends of every class and about halves.
const VALUES: &str = "[0 1 -1 2.5 -2.5 3.49 -7 99.5 127 128 -128 -129 255 256 200.5 1000 -1000 \
                      32767 32768 -32769 65535 70000 2147483647 -2147483648 4294967295 5e9 -5e9 \
                      1e300 Inf -Inf NaN]";

/// Other operands: scalars, and a column that expands.
const OPERANDS: [&str; 12] = [
    "0",
    "1",
    "-3",
    "0.5",
    "-2.5",
    "1e10",
    "Inf",
    "single(0.1)",
    "true",
    "C(7)",
    "[2; -0.75; 300]",
    "C([1; -2; 100])",
];

/// `X` is an operand, `x` the array; a class's own name is `C`.
const OPERATIONS: [&str; 35] = [
    "x + X",
    "x - X",
    "X - x",
    "x .* X",
    "x ./ X",
    "X ./ x",
    "x .\\ X",
    "x < X",
    "x >= X",
    "x == X",
    "x ~= X",
    "mod(x, X)",
    "rem(x, X)",
    "mod(X, x)",
    "max(x, X)",
    "min(X, x)",
    "x .^ 2 + X",
    "-x + X",
    "abs(x) - X",
    "cummax(x) - X",
    "cummin(x, 2) + X",
    "sign(x) .* X",
    "double(x) * 2 + double(X)",
    "[x; x](2, :) + X",
    "int16(x) + int16(X)",
    "uint32(x) .* uint32(X)",
    "x' + C(1)",
    "xor(x, X)",
    "bitand(x, X(1))",
    "bitor(X(1), x)",
    "bitxor(x, flip(x, 2))",
    "idivide(x, X)",
    "idivide(x, X, 'floor')",
    "idivide(X, x, 'ceil')",
    "idivide(x, X, 'round')",
];

/// Operations on `x` alone.
const ALONE: [&str; 31] = [
    "~x",
    "x .^ 0",
    "x .^ 3",
    "x .^ 7",
    "x(3:9)",
    "x(end:-2:1)'",
    "repmat(x, 2, 3)",
    "[x, C(5)]",
    "[x, 0.5]",
    "reshape(x(1:30), 5, 6)",
    "permute(x, [2 1])",
    "sum(x)",
    "mean(x)",
    "max(x)",
    "min(x)",
    "cumsum(x)",
    "any(x)",
    "all(x)",
    "nnz(x)",
    "isnan(x)",
    "bitshift(x, 1)",
    "bitshift(x, 5)",
    "bitshift(x, 40)",
    "bitshift(x, -2)",
    "bitshift(x, -40)",
    "bitshift(double(x) * 1048577, 7)",
    "bitshift(double(x) + 0.5, -3)",
    "bitshift(single(x), 9)",
    "bitand(double(x) * 1048577.5, 1e15)",
    "bitor(double(x) * 1e12, 123456789012)",
    "bitxor(single(x), x > 3)",
];

/// Statements that write into `y`, a copy of `x`.
const WRITES: [&str; 7] = [
    "y(2:4) = 7.5;",
    "y(:) = 3.2;",
    "y(1:3) = single([1.5 2.5 -3.5]);",
    "y(5:6) = x(1:2);",
    "y(end) = 1e9;",
    "y(1:2:7) = -x(1:4);",
    "y = [y; x]; y(2, :) = 0.5;",
];

/// Prints each statement's results for arrays on the host and for lazy ones, where they differ.
fn script(class: &str) -> String {
    let mut text = String::from("same = @(a, b) isequal(class(a), class(b)) && isequal(a, b);\n");
    let mut compare = |what: &str, statement: &str| {
        // The host's array first: a literal; then a lazy one of the same elements.
        writeln!(
            text,
            "x = {class}({VALUES}); y = x; {statement} a = r;\n\
             x = {class}({VALUES} + zeros(1, n)); y = x; {statement} b = gather(r);\n\
             total = total + 1;\n\
             if ~same(a, b), fprintf('%s\\n', '{class}: {}'); end",
            what.replace('\'', "''")
        )
        .expect("a text takes any");
    };
    for operation in OPERATIONS {
        for operand in OPERANDS {
            let operation = operation.replace('X', operand);
            let operation = operation.replace("C(", &format!("{class}("));
            compare(&operation, &format!("r = {operation};"));
        }
    }
    for operation in ALONE {
        let operation = operation.replace("C(", &format!("{class}("));
        compare(&operation, &format!("r = {operation};"));
    }
    for statement in WRITES {
        compare(statement, &format!("{statement} r = y;"));
    }
    let count = "fprintf('%d compared\\n', total);";
    format!("n = numel({VALUES}); total = 0;\n{text}{count}\n")
}

fn check(device: DeviceChoice) {
    let runtime = runtime(device);
    let count = OPERATIONS.len() * OPERANDS.len() + ALONE.len() + WRITES.len();
    for class in CLASSES {
        let found = harness::run_text(&script(class), &runtime);
        assert_eq!(found, format!("{count} compared\n"));
    }
}

#[test]
fn lazy_integers_are_the_hosts_on_the_cpu() {
    check(DeviceChoice::Cpu);
}

#[test]
fn lazy_integers_are_the_hosts_on_vulkan() {
    if harness::has_gpu() {
        check(DeviceChoice::Vulkan);
    }
}

#[test]
fn lazy_integers_are_recorded() {
    let script = |class: &str| {
        format!(
            "n = 5; x = {class}(zeros(1, n) + 3.5); y = (x + 7) .* x; y(2:3) = 300;\n\
             z = max([y; x], [], 1)'; fprintf('%d\\n', z);"
        )
    };
    let [of_double, of_integer] =
        ["double", "uint8"].map(|class| harness::trace_text("integers.m", &script(class)).len());
    assert_eq!(of_integer, of_double, "as many groups as for numbers of class double");
}
