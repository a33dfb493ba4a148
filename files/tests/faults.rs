//! Every step of writing fails, is cut short, or is the last: targets stay whole.
//!
//! `run` takes any range of case numbers; these are the ones of the normal test run.
#![allow(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use preheat_files::torture::{self, Tally};

/// Cases in the normal run.
const CASES: u64 = 100_000;

#[test]
fn a_hundred_thousand_faults_leave_nothing_torn() {
    let tally = torture::run(0, CASES).unwrap();
    let Tally { cases, faults, kills, old, new, stores, pairs } = tally;
    assert_eq!(cases, CASES);
    // Every kind of end was seen, often.
    for (what, count) in [
        ("faults", faults),
        ("kills", kills),
        ("old", old),
        ("new", new),
        ("stores", stores),
        ("pairs", pairs),
    ] {
        assert!(count > CASES / 50, "{what}: {count} of {CASES}");
    }
}
