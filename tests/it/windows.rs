//! Arrays beyond what a device binds at once: the same results, window by window.

use std::sync::Arc;

use preheat_format::ArchiveBuilder;
use preheat_runtime::{Archive, DeviceChoice, Runtime, RuntimeBuilder};

use super::harness;

/// A strict runtime on the device that has the groups of a script.
fn device(
    text: &str,
    limited: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder,
) -> Option<Arc<Runtime>> {
    if !harness::has_gpu() {
        return None;
    }
    let mut builder = ArchiveBuilder::new();
    for group in harness::trace_text("test.m", text) {
        harness::add_group(&mut builder, &group.signature);
    }
    let archive = Archive::from_bytes(&builder.finish().expect("an archive").bytes);
    let builder = Runtime::builder().archive(archive.expect("it opens")).trusted(true);
    let builder = limited(builder.strict(true).device(DeviceChoice::Vulkan));
    let runtime = builder.build().expect("a runtime");
    Some(Arc::new(runtime))
}

const BINDING_BYTES: u64 = 64 << 10;

/// Runs a script whole, in windows, and in windows of arrays that no buffer holds; all print the
/// same.
fn check(text: &str, windows_min: u64) {
    let Some(whole) = device(text, |builder| builder) else { return };
    let expected = harness::run_text(text, &whole);
    assert_eq!(whole.telemetry().windows, 0, "{text}");
    for buffer_bytes in [u64::MAX, 2 * BINDING_BYTES] {
        let cut = device(text, |builder| {
            builder.binding_bytes_max(BINDING_BYTES).buffer_bytes_max(buffer_bytes)
        });
        let cut = cut.expect("the device opened just now");
        assert_eq!(harness::run_text(text, &cut), expected, "{text}");
        let telemetry = cut.telemetry();
        assert!(telemetry.windows >= windows_min, "{} windows: {text}", telemetry.windows);
        assert_eq!((telemetry.rungs.cpu, telemetry.fallback_bytes), (0, 0), "{text}");
    }
}

/// 100,003 single elements are 400,012 bytes: 7 windows. Printing one settles the array, so that
/// what follows reads it from memory.
const GIVEN: &str = "rng(5); x = rand(100003, 1, 'single'); fprintf('%.9g\\n', x(1));";

#[test]
fn random_numbers_are_the_same_however_they_are_cut() {
    let draws = "rng(5);
a = rand(100003, 1, 'single'); fprintf('%.9g ', a(1), a(2), a(16384), a(16385), a(100003));
b = randn(30001, 3); fprintf('%.17g ', b(1), b(2), b(8192), b(8193), b(30002), b(90003));
c = randn(7, 9001, 'single'); fprintf('%.9g ', c(1), c(16384), c(16386), c(63007));
d = rand(100003, 1, 'single') .* a; fprintf('%.9g\\n', d(1), d(65537), d(100003));";
    check(draws, 7 + 11 + 4 + 7);
}

#[test]
fn elementwise_work_and_whole_reductions_run_in_windows() {
    let line = "y = 2 * x + 1; fprintf('%.9g %.9g %.9g ', y(1), y(65537), y(end));
fprintf('%.9g %.9g %d %d\\n', max(x), min(y), any(x > 2), all(x < 1));";
    check(&format!("{GIVEN}\n{line}"), 2 * 7);
}

/// A sum in parts is another order of additions, so what is compared is whole numbers.
#[test]
fn sums_and_means_of_parts_are_those_of_the_whole() {
    let line =
        "k = floor(x * 16); fprintf('%d ', k(end)); fprintf('%.12g %.6g\\n', sum(k), mean(k));
m = floor(rand(20, 5000, 'single') * 8); fprintf('%d ', m(end));
fprintf('%d ', sum(m, 2)); fprintf('%d ', sum(sum(m, 1))); fprintf('\\n');";
    check(&format!("{GIVEN}\n{line}"), 7 + 7 + 7 + 7);
}

#[test]
fn products_and_scans_run_in_windows_of_columns() {
    let text = "rng(1); A = floor(rand(40, 60) * 4); B = floor(rand(60, 900) * 4);
fprintf('%d %d ', A(end), B(end)); C = A * B; fprintf('%d %d %d ', C(1), C(100), C(36000));
S = cumsum(B, 1); fprintf('%d %d %d\\n', S(1), S(60), S(54000));";
    check(text, 3);
}

#[test]
fn scans_along_the_axis_that_is_cut_go_on_from_window_to_window() {
    let text = "rng(1); x = floor(rand(30001, 1, 'single') * 8); fprintf('%d ', x(end));
s = cumsum(x); fprintf('%d %d %d ', s(1), s(16385), s(30001));
m = cummax(x - 20); fprintf('%d %d ', m(1), m(30001));
B = floor(rand(3, 9001) * 4) - 1; fprintf('%d ', B(end));
S = cumsum(B, 2); fprintf('%d %d %d %d\\n', S(1), S(3, 2731), S(2, 2732), S(3, 9001));";
    check(text, 2 + 2 + 4);
}

#[test]
fn what_is_picked_by_index_may_be_anywhere() {
    let text = "rng(1); x = floor(rand(5000, 1, 'single') * 100); fprintf('%d ', x(end));
k = floor(rand(40001, 1) * 5000) + 1; fprintf('%d ', k(end));
y = x(k) * 2; fprintf('%d %d %d\\n', y(1), y(16385), y(40001));";
    check(text, 5 + 3);
}

#[test]
fn indices_are_counted_from_the_start_of_the_array() {
    let text = "x = linspace(-1, 1, 100003); y = x .^ 2;
fprintf('%.17g ', y(1), y(8192), y(8193), y(1e5));
k = 3 * (1:100003) - 2; fprintf('%d ', k(1), k(8193), k(100003));
m = mod(single(0:100002), 7); fprintf('%d ', m(1), m(16385), m(100003), sum(m));
fprintf('%d ', max(k));
A = repmat((1:9001) * 2, 5, 1); fprintf('%d ', A(1, 1), A(5, 9001), sum(A(:)));
[X, Y] = meshgrid(1:300, 1:200); Z = 10 * X + Y; fprintf('%d %d %d ', Z(1), Z(200, 1), Z(end));
rng(3); r = rand(1, 50001) + (1:50001); fprintf('%.17g ', r(1), r(8193), r(50001));
fprintf('\\n');";
    check(text, 13 + 13 + 7 + 6 + 8 + 7);
}

#[test]
fn slices_of_one_array_see_their_neighbours_across_windows() {
    let line = "d = diff(x); fprintf('%.9g ', d(1), d(16383), d(16384), d(16385), d(100002));
e = x(3:end) - 2 * x(2:end-1) + x(1:end-2); fprintf('%.9g ', e(1), e(16384), e(16385), e(100001));
t = 2 * x(70001:end); fprintf('%.9g ', t(1), t(16384), t(16385), t(30003));
A = reshape(x(1:90000), 300, 300); B = A(2:299, 101:end) + 1;
fprintf('%.9g ', B(1), B(298, 200), B(5, 60)); C = A(:, 3:end) - A(:, 1:end-2);
fprintf('%.9g ', C(1), C(300, 298), C(7, 55)); fprintf('\\n');";
    check(&format!("{GIVEN}\n{line}"), 7 + 7 + 2 + 4 + 6);
}

#[test]
fn updates_change_their_pieces_and_nothing_else() {
    let line = "y = x; y(1001:60000) = 2 * x(1:59000) + 1;
fprintf('%.9g ', y(1), y(1000), y(1001), y(17384), y(17385), y(60000), y(60001), x(1001));
z = x; z(5:3:50000) = -1;
fprintf('%.9g ', z(4), z(5), z(6), z(8), z(49998), z(50000), z(50001), sum(z == -1));
A = floor(reshape(x(1:90000), 300, 300) * 100); fprintf('%d ', A(end)); B = A;
B(2:5, 31:290) = A(1:4, 1:260) + 1000;
fprintf('%d ', B(1), B(9002), B(9003), B(9005), B(9006), sum(B(:)));
B(:, 7) = 5; B(9, :) = 1:300; fprintf('%d ', sum(B(:, 7)), sum(B(9, :)), sum(B(:)), sum(A(:)));
fprintf('\\n');";
    check(&format!("{GIVEN}\n{line}"), 4 + 3 + 6 + 5);
}

#[test]
fn rolled_loops_run_all_their_trips_in_each_window() {
    let line = "s = x; for t = 1:50, s = 0.5 * s + t * x; end
fprintf('%.9g ', s(1), s(16384), s(16385), s(100003));
S = 100 * ones(60001, 1, 'single'); rng(7);
for t = 1:20, S = S .* exp(0.01 + 0.1 * randn(60001, 1, 'single')); end
fprintf('%.9g ', S(1), S(16384), S(16385), S(16386), S(60001)); fprintf('\\n');";
    check(&format!("{GIVEN}\n{line}"), 7 + 4);
}

/// Each array takes 512 KiB of the device. Where two do not fit one is made in windows; where none
/// does, all are.
#[test]
fn what_the_memory_of_the_device_does_not_hold_runs_in_windows() {
    let line = "y = 2 * x + 1; fprintf('%.9g %.9g %.9g ', y(1), y(65537), y(end));
fprintf('%.9g %.9g ', max(y), min(x)); s = cumsum(floor(x * 8)); fprintf('%d\\n', s(end));";
    let text = &format!("{GIVEN}\n{line}");
    let Some(whole) = device(text, |builder| builder) else { return };
    let expected = harness::run_text(text, &whole);
    for bytes in [900_000, 400_000, 100_000] {
        let small = device(text, |builder| builder.memory_bytes_max(bytes));
        let small = small.expect("the device opened just now");
        assert_eq!(harness::run_text(text, &small), expected, "{bytes} bytes");
        let telemetry = small.telemetry();
        assert!(telemetry.windows >= 2, "{} windows in {bytes} bytes", telemetry.windows);
        assert!(telemetry.buffer_pool.bytes_max <= bytes, "{:?}", telemetry.buffer_pool);
        assert_eq!((telemetry.rungs.cpu, telemetry.fallback_bytes), (0, 0), "{bytes} bytes");
    }
}

#[test]
fn without_any_memory_the_host_computes() {
    let text = &format!("{GIVEN}\ny = 2 * x + 1; fprintf('%.9g\\n', y(end));");
    let none = |builder: RuntimeBuilder| builder.memory_bytes_max(100);
    let Some(whole) = device(text, |builder| builder) else { return };
    let expected = harness::run_text(text, &whole);
    let free = device(text, |builder| none(builder).strict(false)).expect("the device opened");
    assert_eq!(harness::run_text(text, &free), expected);
    let telemetry = free.telemetry();
    assert!(telemetry.rungs.cpu >= 2 && telemetry.dispatches == 0, "{:?}", telemetry.rungs);
    let strict = device(text, none).expect("the device opened");
    let error = harness::run_outcome(text, &strict).error.unwrap_or_default();
    assert!(error.contains("the device is out of memory for a device buffer"), "{error}");
}
