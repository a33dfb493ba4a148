//! Building and running cut the Dag at the same places, whatever the sizes.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use preheat_compiler::pack::{GroupSet, PackOptions, pack};
use preheat_compiler::session;
use preheat_format::GroupKey;
use preheat_runtime::{Archive, DeviceChoice, Runtime};
use preheat_tests::corpus::Case;

use super::harness::{self, RuntimeEngine};

fn planned(case: &Case, values: &preheat_tests::corpus::Defines) -> Vec<GroupKey> {
    harness::trace(case, values).0.iter().map(|group| group.key).collect()
}

/// The sequence of keys is the same when a script is planned and when it runs.
#[test]
fn building_and_running_ask_for_the_same_kernels_in_the_same_order() {
    let mut set = GroupSet::default();
    for case in harness::parsed_cases().into_values() {
        let script = harness::script(&case).expect("it parsed before");
        let (groups, _) = harness::trace(&case, &case.small);
        set.extend(session::group_set(&script, &groups));
    }
    let packed = pack(&set, &PackOptions::default(), || {}).expect("the corpus compiles");
    for case in harness::parsed_cases().into_values() {
        let archive = Archive::from_bytes(&packed.archive.bytes).expect("our own archive opens");
        let runtime = Runtime::builder()
            .archive(archive)
            .device(DeviceChoice::Cpu)
            .strict(true)
            .trusted(true)
            .build()
            .expect("a CPU runtime");
        let keys = Rc::new(RefCell::new(Vec::new()));
        let engine = RuntimeEngine::new(&Arc::new(runtime), &keys);
        let outcome = harness::run(&case, &case.small, engine);
        assert_eq!(outcome.error.is_some(), case.expect_error.is_some(), "{}", case.path);
        assert_eq!(*keys.borrow(), planned(&case, &case.small), "{}", case.path);
    }
}

/// A run that computes arrays of a few elements at once asks for some of the kernels of a build, in
/// the same order.
#[test]
fn what_is_computed_at_once_leaves_other_kernels_as_they_are() {
    let runtime = Runtime::builder().device(DeviceChoice::Cpu).build().expect("a CPU runtime");
    let runtime = Arc::new(runtime);
    let (mut asked, mut planned_keys) = (0, 0);
    for case in harness::parsed_cases().into_values() {
        for values in [case.small.clone(), preheat_tests::corpus::Defines::new()] {
            let keys = Rc::new(RefCell::new(Vec::new()));
            let engine = RuntimeEngine::new(&runtime, &keys).knowing();
            harness::run(&case, &values, engine);
            let planned = planned(&case, &values);
            let mut rest = planned.iter();
            for key in keys.borrow().iter() {
                let is_next = rest.any(|planned| planned == key);
                assert!(is_next, "{} at {values:?}: {}", case.path, key.short());
            }
            asked += keys.borrow().len();
            planned_keys += planned.len();
        }
    }
    assert!(asked > 0 && asked < planned_keys, "{asked} of {planned_keys}");
}

/// The archive built at the small sizes serves the default ones and 20 others.
#[test]
fn keys_carry_no_size() {
    for case in harness::parsed_cases().into_values() {
        let small: BTreeSet<GroupKey> = planned(&case, &case.small).into_iter().collect();
        let mut others = vec![preheat_tests::corpus::Defines::new()];
        if !case.random.is_empty() {
            others.extend((0..20).map(|seed| harness::random_sizes(&case, seed)));
        }
        for values in others {
            // A script whose control flow reads an array computes it while planning: keep the
            // default sizes to those that a debug build plans quickly.
            for key in planned(&case, &values) {
                let found = small.contains(&key);
                assert!(found, "{} at {values:?} needs {}", case.path, key.short());
            }
        }
    }
}
