//! What is done to archives, from outside: shards, merging, and what each tool says.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod place;

use std::fs;

use place::{Place, stderr, stdout};

/// Scripts with a handful of groups each.
fn write_scripts(place: &Place) {
    for (name, body) in [
        ("scale.m", "y = x * 2 + 1; fprintf('%g\\n', sum(y));"),
        ("waves.m", "y = sin(x) .* exp(-x); z = cos(y) + x; fprintf('%g %g\\n', max(y), min(z));"),
        ("spread.m", "y = (x - mean(x)) ./ std(x); fprintf('%g\\n', norm(y));"),
    ] {
        place.write(&format!("scripts/{name}"), &format!("x = linspace(0, 1, 100);\n{body}\n"));
    }
}

fn done(place: &Place, args: &[&str]) -> String {
    let output = place.preheat(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn file(place: &Place, name: &str) -> Vec<u8> {
    fs::read(place.folder.path().join(name)).expect(name)
}

#[test]
fn shards_merge_to_the_whole_archive() {
    let place = Place::new();
    write_scripts(&place);
    done(&place, &["build", "scripts", "-o", "whole.preheat"]);
    let whole = file(&place, "whole.preheat");
    for count in [1, 2, 7, 64] {
        let names: Vec<String> = (1..=count).map(|n| format!("shard-{n}.preheat")).collect();
        for (name, number) in names.iter().zip(1..) {
            let shard = format!("{number}/{count}");
            done(&place, &["build", "scripts", "-o", name, "--shard", &shard]);
        }
        let mut args = vec!["merge", "-o", "merged.preheat"];
        // From the last to the first.
        args.extend(names.iter().rev().map(String::as_str));
        done(&place, &args);
        assert!(file(&place, "merged.preheat") == whole, "{count} shards");
    }
    for wrong in ["0/2", "3/2", "1", "a/b", "1/0"] {
        let output = place.preheat(&["build", "scripts", "-o", "x.preheat", "--shard", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}
