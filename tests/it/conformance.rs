//! Every row of the conformance table has the value that was recorded from Octave.

use std::fs;
use std::sync::Arc;

use preheat_runtime::{DeviceChoice, Runtime};
use preheat_tests::conformance::{self, Line, Row};

use super::differential::runtime;
use super::harness;

/// Rows of one script: an error in the harness then names a short list.
const ROWS_MAX: usize = 100;

#[test]
fn rows_have_the_recorded_values() {
    check(harness::run_text);
}

#[test]
fn rows_that_are_computed_at_once_have_the_recorded_values() {
    check(harness::run_known);
}

/// Runs all rows by a way of running a script.
fn check(run: impl Fn(&str, &Arc<Runtime>) -> String) {
    let folder = harness::root().join("tests/conformance");
    let helpers = fs::read_to_string(folder.join("show.m")).expect("the helpers");
    let runtime = runtime(DeviceChoice::Cpu);
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (family, lines) in conformance::families(&folder).expect("the table") {
        let rows: Vec<&Row> = conformance::rows(&lines).collect();
        for rows in rows.chunks(ROWS_MAX) {
            let script = conformance::script(&helpers, rows.iter().copied());
            let found = run(&script, &runtime);
            let found: Vec<&str> = found.lines().collect();
            assert_eq!(found.len(), rows.len(), "{family}: a line for each row");
            for (row, found) in rows.iter().zip(found) {
                count += 1;
                if conformance::agree(&row.value, found) == row.reason.is_some() {
                    let Row { expression, value, .. } = row;
                    wrong.push(format!("{family}: {expression}\n  {value}\n  {found}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 2000, "{count} rows");
}

#[test]
fn every_row_is_recorded_and_unique() {
    let folder = harness::root().join("tests/conformance");
    let mut known = std::collections::BTreeSet::new();
    for (family, lines) in conformance::families(&folder).expect("the table") {
        for line in lines {
            if let Line::Row(row) = line {
                assert!(!row.value.is_empty(), "{family}: {}", row.expression);
                assert!(known.insert(row.expression.clone()), "{family}: {}", row.expression);
            }
        }
    }
}
