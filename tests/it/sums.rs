//! Sums of many numbers keep their digits, and their bits from run to run.

use preheat_runtime::DeviceChoice;
use preheat_tests::sums;

use super::differential::runtime;
use super::harness;

/// Enough for several tasks on the host and several workgroups on a device, and no power of 2;
/// `cargo xtask sums` does the same for 10^8.
const POINTS: u32 = 300_007;

fn check(device: DeviceChoice) {
    let text = format!("N = {POINTS};\n{}", sums::SCRIPT);
    let first = harness::run_text(&text, &runtime(device));
    let errors = sums::errors(&first, POINTS).expect("numbers");
    assert_eq!(errors.len(), 3, "{first}");
    assert!(errors.iter().all(|error| *error <= sums::MOST), "{first}: off by {errors:?}");
    assert_eq!(first, harness::run_text(&text, &runtime(device)));
}

#[test]
fn sums_of_single_numbers_are_right_and_repeatable() {
    check(DeviceChoice::Cpu);
    if harness::has_gpu() {
        check(DeviceChoice::Vulkan);
    }
}
