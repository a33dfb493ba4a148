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
