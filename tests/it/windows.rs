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
