//! The commands on archives, from outside: what each prints, writes and ends with.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod commands;
mod exchange;
mod keys;
#[path = "../place/mod.rs"]
mod place;
mod shaders;
mod store;

use std::fs;

use place::{Place, stderr, stdout};
use serde_json::Value;

/// The output of a command that ends with this status.
fn ended(place: &Place, status: i32, args: &[&str]) -> String {
    let output = place.preheat(args);
    let found = output.status.code();
    let (text, errors) = (stdout(&output), stderr(&output));
    assert_eq!(found, Some(status), "{args:?}:\n{text}\n{errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    text
}

fn done(place: &Place, args: &[&str]) -> String {
    ended(place, 0, args)
}

/// What it says on stderr.
fn refused(place: &Place, status: i32, args: &[&str]) -> String {
    let output = place.preheat(args);
    assert_eq!(output.status.code(), Some(status), "{args:?}: {}", stderr(&output));
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    stderr(&output)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn file(place: &Place, name: &str) -> Vec<u8> {
    fs::read(place.folder.path().join(name)).expect(name)
}

/// Length of a list.
fn len(value: &Value) -> usize {
    value.as_array().map_or(usize::MAX, Vec::len)
}

/// Keys of an archive's groups.
fn groups(place: &Place, archive: &str) -> Vec<String> {
    let listed = json(&done(place, &["list", archive, "--json"]));
    let groups = listed["groups"].as_array().expect("a list").iter();
    groups.map(|row| row["group"].as_str().expect("a key").to_owned()).collect()
}
