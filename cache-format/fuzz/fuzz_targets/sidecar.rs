//! Opens any bytes as a device sidecar and reads all of it. What it does is in `targets.rs`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use preheat_format::{ArchiveError, ArchiveView, GroupKey, KernelKey, Target};

#[path = "../reseal.rs"]
mod reseal;
#[path = "../sample.rs"]
mod sample;
#[path = "../targets.rs"]
#[allow(dead_code, reason = "each target is one of these functions")]
mod targets;
#[path = "../walk.rs"]
mod walk;

fuzz_target!(|data: &[u8]| targets::sidecar(data));
