//! A change of meaning changes exactly the keys that depend on it; nothing else changes any.

use std::collections::BTreeSet;
use std::fs;

use crate::place::Place;
use crate::{done, ended, file, groups, json, len};

/// Three groups; the second line is the one that is changed.
const LINES: [&str; 4] = [
    "x = linspace(0, 1, 60); A = reshape(x, 6, 10);",
    "y = sin(A) .* 3 - A; disp(y)",
    "z = exp(A) + 1; disp(z)",
    "s = sum(A .* A, 1); disp(s)",
];

fn with(line: usize, text: &str) -> String {
    let mut lines = LINES;
    lines[line] = text;
    lines.join("\n") + "\n"
}

fn keys(place: &Place, text: &str, args: &[&str]) -> BTreeSet<String> {
    place.write("wave.m", text);
    done(place, &[&["build", "wave.m", "-o", "wave.preheat"], args].concat());
    groups(place, "wave.preheat").into_iter().collect()
}

#[test]
fn each_change_of_meaning_changes_the_key_of_its_group_alone() {
    let place = Place::new();
    let base = keys(&place, &with(0, LINES[0]), &[]);
    assert_eq!(base.len(), 3);
    for (line, text) in [
        (1, "y = cos(A) .* 3 - A; disp(y)"),
        (1, "y = A - sin(A) .* 3; disp(y)"),
        (1, "y = sin(A) .* 3 + A; disp(y)"),
        (1, "y = sin(A) ./ 3 - A; disp(y)"),
        (1, "y = sin(A) .* 3 - reshape(A', 6, 10); disp(y)"),
        (1, "y = sin(single(A)) .* 3 - A; disp(y)"),
        (1, "y = sin(A) .* A(:, 1) - A; disp(y)"),
        (1, "y = (sin(A) .* 3 - A) > 0; disp(y)"),
        (1, "y = sum(sin(A) .* 3 - A, 1); disp(y)"),
        (1, "y = max(sin(A) .* 3 - A, [], 2); disp(y)"),
        (3, "s = sum(A .* A, 2); disp(s)"),
        (3, "s = prod(A .* A, 1); disp(s)"),
        (3, "s = mean(A .* A, 1); disp(s)"),
        (3, "s = cumsum(A .* A, 1); disp(s)"),
        (3, "s = A' * A; disp(s)"),
    ] {
        let changed = keys(&place, &with(line, text), &[]);
        let gone = base.difference(&changed).count();
        assert_eq!(gone, 1, "{text}: {gone} keys went");
        assert!(changed.difference(&base).count() >= 1, "{text}: no key came");
    }
    for args in [&["--fast-math"][..], &["--numeric", "f32"]] {
        let changed = keys(&place, &with(0, LINES[0]), args);
        assert!(base.is_disjoint(&changed), "{args:?} is part of every group's meaning");
    }
}

#[test]
fn names_layout_and_values_change_no_key() {
    let place = Place::new();
    let base = keys(&place, &with(0, LINES[0]), &[]);
    let text = with(0, LINES[0]);
    for (what, text) in [
        ("names", text.replace('A', "matrix").replace('y', "result")),
        ("comments", text.replace("; disp", "; % a comment\n\n   disp")),
        ("spaces", text.replace(" .* ", "  .*  ").replace("; ", ";\n")),
        ("scalars", text.replace(".* 3", ".* 4.5").replace("+ 1", "+ 0.25")),
        ("sizes", text.replace("60", "84").replace("6, 10", "7, 12")),
        ("order", [LINES[0], LINES[3], LINES[2], LINES[1]].join("\n")),
    ] {
        assert_eq!(keys(&place, &text, &[]), base, "{what}");
    }
}

/// The bytes themselves: same file name, another everything else.
#[test]
fn folder_environment_locale_and_threads_change_no_byte() {
    let place = Place::new();
    keys(&place, &with(0, LINES[0]), &["--no-store"]);
    let expected = file(&place, "wave.preheat");
    let root = place.folder.path();
    let other = root.join("some where/é/deep");
    fs::create_dir_all(&other).expect("a folder");
    fs::copy(root.join("wave.m"), other.join("wave.m")).expect("the script");
    for (jobs, name, value) in [
        ("1", "LC_ALL", "tr_TR.UTF-8"),
        ("2", "LANG", "de_DE.UTF-8"),
        ("5", "TZ", "Pacific/Kiritimati"),
        ("8", "USER", "somebody"),
        ("3", "RAYON_NUM_THREADS", "7"),
        ("2", "COLUMNS", "20"),
    ] {
        for input in ["wave.m", "../deep/wave.m", "./wave.m"] {
            let words = ["build", input, "-o", "b.preheat", "--jobs", jobs, "--no-store"];
            let output = place
                .command(&words)
                .current_dir(&other)
                .env("XDG_CONFIG_HOME", root.join("config"))
                .env("XDG_CACHE_HOME", root.join("another cache"))
                .env(name, value)
                .output()
                .expect("the program runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let found = fs::read(other.join("b.preheat")).expect("an archive");
            assert!(found == expected, "{name}={value}, {jobs} jobs, {input}");
        }
    }
}

/// Limits decide about modules, not about what a group or a kernel is.
#[test]
fn limits_change_artifact_keys_alone() {
    let place = Place::new();
    let base = keys(&place, &with(0, LINES[0]), &[]);
    fs::rename(place.folder.path().join("wave.preheat"), place.folder.path().join("a.preheat"))
        .expect("renamed");
    assert_eq!(keys(&place, &with(0, LINES[0]), &["--limits", "native"]), base);
    let found = json(&ended(&place, 1, &["diff", "a.preheat", "wave.preheat", "--json"]));
    let found = &found["differences"];
    let changed = found["changed"].as_array().expect("a list");
    assert!(changed.len() >= 6, "{found}");
    for one in changed {
        assert_eq!(len(&one["fields"]), 1, "{one}");
        let field = &one["fields"][0];
        assert_eq!(field["field"], "limits");
        assert_eq!((&field["old"], &field["new"]), (&"webgpu".into(), &"native".into()));
    }
    for list in ["added", "removed", "added_artifacts", "removed_artifacts", "added_places"] {
        assert_eq!(len(&found[list]), 0, "{list}: {found}");
    }
}
