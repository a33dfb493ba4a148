//! GPU = CPU = the results recorded from Octave.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use preheat_compiler::pack::{self, PackOptions};
use preheat_format::Signature;
use preheat_format::write::ArchiveBuilder;
use preheat_runtime::{DeviceChoice, Runtime};
use preheat_tests::corpus::{self, Case};

use super::harness::{self, Outcome, RuntimeEngine};

/// Compiles a group into an archive of its own.
pub(crate) fn compile(signature: &Signature) -> Result<Vec<u8>, String> {
    let group = pack::compile(&Arc::new(signature.clone()), &PackOptions::default());
    let group = group.map_err(|error| error.to_string())?;
    let mut builder = ArchiveBuilder::new();
    pack::add(&mut builder, &group).map_err(|error| error.to_string())?;
    Ok(builder.finish().map_err(|error| error.to_string())?.bytes)
}

pub(crate) fn runtime(device: DeviceChoice) -> Arc<Runtime> {
    let builder = Runtime::builder().device(device).compile_hook(Box::new(compile));
    Arc::new(builder.build().expect("a runtime"))
}

fn agrees(case: &Case, outcome: &Outcome, expected: &corpus::Run) -> Result<(), String> {
    if !corpus::agree(case, &expected.stdout, &outcome.stdout) {
        let (expected, found) = (&expected.stdout, &outcome.stdout);
        return Err(format!("{}: expected\n{expected}\nfound\n{found}", case.path));
    }
    match (&case.expect_error, &outcome.error) {
        (None, None) => Ok(()),
        (Some(part), Some(error)) if error.to_lowercase().contains(&part.to_lowercase()) => Ok(()),
        (expected, found) => {
            Err(format!("{}: expected error {expected:?}, found {found:?}", case.path))
        }
    }
}

/// Which arrays groups compute.
#[derive(Clone, Copy, PartialEq)]
enum Computed {
    All,
    /// Those of a few elements are computed as they are recorded.
    Large,
}

fn check(device: DeviceChoice, computed: Computed) {
    let runtime = runtime(device);
    let mut failures = Vec::new();
    for case in harness::manifest().cases {
        let record = harness::record(&case);
        let keys = Rc::new(RefCell::new(Vec::new()));
        let engine = RuntimeEngine::new(&runtime, &keys);
        let engine = if computed == Computed::Large { engine.knowing() } else { engine };
        let outcome = harness::run(&case, &record.small.defines, engine);
        failures.extend(agrees(&case, &outcome, &record.small).err());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn cpu_agrees_with_octave() {
    check(DeviceChoice::Cpu, Computed::All);
}

#[test]
fn what_is_computed_at_once_agrees_with_octave() {
    check(DeviceChoice::Cpu, Computed::Large);
}

#[test]
fn vulkan_agrees_with_octave() {
    if !harness::has_gpu() {
        return;
    }
    check(DeviceChoice::Vulkan, Computed::All);
}
