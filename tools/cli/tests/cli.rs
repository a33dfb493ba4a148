//! The program from outside: exit codes, what goes to which stream, files.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a failed expectation is a failed test; a skipped one says so"
)]

mod device;
mod place;
mod plans;

use std::fs;
use std::path::Path;

use device::has_gpu;
use place::{Place, stderr, stdout};

const SCRIPT: &str =
    "N = 1000;\nx = linspace(0, 1, N);\ny = x .* 2 + 1;\nfprintf('%.6g\\n', sum(y));\n";

#[test]
fn an_archive_serves_its_script_strictly() {
    let place = Place::new();
    place.write("wave.m", SCRIPT);
    let built = place.preheat(&["build", "wave.m", "-o", "wave.preheat"]);
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    let args = ["run", "wave.m", "--archive", "wave.preheat", "--strict", "--device", "cpu"];
    let ran = place.preheat(&args);
    assert_eq!((ran.status.code(), stdout(&ran).as_str()), (Some(0), "2000\n"));
    // Another size, which the archive has not seen.
    let ran = place.preheat(&[&args[..], &["-D", "N=77"]].concat());
    assert_eq!(ran.status.code(), Some(0), "{}", stderr(&ran));
}

#[test]
fn a_missing_kernel_is_named_with_its_line() {
    let place = Place::new();
    place.write("wave.m", SCRIPT);
    place.write("other.m", "n = 3; x = ones(1, n);\ny = cos(x);\ndisp(y)\n");
    assert!(place.preheat(&["build", "wave.m", "-o", "wave.preheat"]).status.success());
    let args = ["run", "other.m", "--archive", "wave.preheat", "--strict", "--device", "cpu"];
    let missed = place.preheat(&args);
    let text = stderr(&missed);
    assert_eq!(missed.status.code(), Some(1), "{text}");
    assert!(text.contains("cos"), "{text}");
    assert!(text.contains("other.m:2") || text.contains("other.m:3"), "{text}");
}

/// Functions beside the script, in `private`, on the path that the script or the command line sets.
#[test]
fn functions_are_found_on_the_path() {
    let place = Place::new();
    for folder in ["work/private", "work/lib/deep", "work/lib/.hidden", "more"] {
        fs::create_dir_all(place.folder.path().join(folder)).expect("a folder");
    }
    place.write("work/private/own.m", "function r = own(x), r = x + 1; end\n");
    place.write("work/lib/first.m", "function r = first(x), r = 2 * x; end\n");
    place.write("work/lib/deep/second.m", "function r = second(x), r = 3 * x; end\n");
    place.write("work/lib/.hidden/third.m", "function r = third(x), r = 4 * x; end\n");
    place.write("more/given.m", "function r = given(x), r = 5 * x; end\n");
    place.write("work/other.m", "y = y + 100;\n");
    let script = "disp(own(1))\naddpath(genpath('lib'));\ndisp([first(1) second(1)])\ny = 1;\n\
                  run('other'); source('other.m');\ndisp(y)\ndisp(exist('first'))\n\
                  disp(exist('third'))\nrmpath('lib');\n\
                  disp([exist('first') exist('second')])\ndisp(given(2))\n";
    place.write("work/main.m", script);
    let args = ["run", "work/main.m", "--path", "more", "--device", "cpu"];
    let ran = place.preheat(&args);
    let wanted = "2\n   2   3\n201\n2\n0\n   0   2\n10\n";
    assert_eq!((ran.status.code(), stdout(&ran).as_str()), (Some(0), wanted), "{}", stderr(&ran));
    // A build follows what is on the path, and notices when it changes.
    let build = ["build", "work/main.m", "-o", "a.preheat", "--path", "more"];
    assert!(place.preheat(&build).status.success());
    let checked = place.preheat(&["check", "work/main.m", "--path", "more"]);
    assert!(!stdout(&checked).contains("first"), "{}", stdout(&checked));
    let lost = place.preheat(&["run", "work/main.m", "--device", "cpu"]);
    assert!(stderr(&lost).contains("'given' undefined"), "{}", stderr(&lost));
}

#[test]
fn a_folder_of_the_path_brings_its_private_functions_scripts_and_files() {
    let place = Place::new();
    fs::create_dir_all(place.folder.path().join("kit/private")).expect("a folder");
    place.write("kit/shown.m", "function r = shown(x), r = aid(x) + 1; end\n");
    place.write("kit/private/aid.m", "function r = aid(x), r = deeper(x) * 10; end\n");
    place.write("kit/private/deeper.m", "function r = deeper(x), r = x + 1; end\n");
    place.write("kit/numbers.m", "first = 7; list = [1 2 3];\n");
    place.write("kit/norm.m", "function r = norm(x), r = -builtin('norm', x); end\n");
    place.write("kit/words.txt", "a word");
    let script = "addpath('kit');\ndisp(shown(4))\ndisp(uses_numbers())\ndisp(norm([3 4]))\n\
                  disp(fileread('words.txt'))\n\
                  disp([exist('words.txt') exist('shown.m', 'file')])\n\
                  disp(isempty(which('aid')))\naid(1)\nfunction r = uses_numbers()\n  numbers;\n\
                  shift = @(t) t + first - 7;\n  r = shift(first + list(end));\nend\n";
    place.write("main.m", script);
    let ran = place.preheat(&["run", "main.m", "--device", "cpu"]);
    assert_eq!(stdout(&ran), "51\n10\n-5\na word\n   2   2\n1\n", "{}", stderr(&ran));
    assert!(stderr(&ran).contains("'aid' undefined"), "{}", stderr(&ran));
}

#[test]
fn what_is_compiled_once_is_kept() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    place.write("wave.m", SCRIPT);
    let first = place.preheat(&["run", "wave.m", "--device", "vulkan"]);
    assert!(stderr(&first).contains("compiled"), "{}", stderr(&first));
    let second = place.preheat(&["run", "wave.m", "--device", "vulkan", "--stats", "s.json"]);
    assert!(!stderr(&second).contains("compiled"), "{}", stderr(&second));
    assert_eq!(stdout(&first), stdout(&second));
    let text = fs::read_to_string(place.folder.path().join("s.json")).expect("the statistics");
    let stats: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(stats["rungs"]["compile"], 0);
    assert_eq!(stats["frontend_compiles"], 0);
}

fn stats(place: &Place) -> serde_json::Value {
    let text = fs::read_to_string(place.folder.path().join("s.json")).expect("the statistics");
    serde_json::from_str(&text).expect("JSON")
}

/// Each compiled group is a file first; many files become one.
#[test]
fn a_cache_of_many_groups_is_one_file() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    let mut text = "x = linspace(0, 1, 64);\n".to_owned();
    for number in 0..130 {
        let steps: String =
            (0..8).map(|bit| if number >> bit & 1 == 0 { " + 2" } else { " .* x" }).collect();
        text.push_str(&format!("y = x{steps}; fprintf('%.12g\\n', y(3));\n"));
    }
    place.write("many.m", &text);
    let run = || {
        let output = place.preheat(&["run", "many.m", "--device", "vulkan", "--stats", "s.json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        (stdout(&output), stats(&place)["rungs"]["compile"].as_u64())
    };
    let files = || {
        let caches = fs::read_dir(place.folder.path().join("cache/preheat")).expect("a cache");
        let groups = caches.flatten().map(|entry| entry.path());
        let mut groups = groups.filter(|path| path.to_string_lossy().contains("groups-"));
        let folder = groups.next().expect("a folder of groups");
        let names = fs::read_dir(folder).expect("the folder").flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(".preheat")).collect::<Vec<String>>()
    };
    let (printed, compiled) = run();
    assert_eq!((compiled, files().len()), (Some(130), 130));
    for _ in 0..2 {
        assert_eq!(run(), (printed.clone(), Some(0)));
        assert_eq!(files(), ["merged.preheat"]);
    }
}

/// Left to choose, the program calls no group for a few elements, opens no device for some more,
/// and uses it for many.
#[test]
fn a_device_is_opened_for_what_is_worth_it() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    let run = |sizes: &str| {
        place.write("s.m", &format!("n = {sizes}; x = linspace(0, 1, n); disp(sum(x .* x + 1));"));
        let output = place.preheat(&["run", "s.m", "--stats", "s.json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        stats(&place)
    };
    let few = run("100");
    assert_eq!((&few["engine"], &few["calls"]), (&"cpu".into(), &0.into()), "{few}");
    let small = run("2100");
    assert_eq!((&small["engine"], &small["dispatches"]), (&"cpu".into(), &0.into()), "{small}");
    assert_eq!(
        (&small["time_ms"]["instance"], &small["rungs"]["compile"]),
        (&0.0.into(), &0.into())
    );
    assert!(small["calls"].as_u64() > Some(0), "{small}");
    let large = run("1000000");
    assert_eq!(large["engine"], "vulkan", "{large}");
    assert!(large["dispatches"].as_u64() > Some(0) && large["rungs"]["cpu"] == 0, "{large}");
}

#[test]
fn folder_and_number_of_jobs_do_not_change_the_archive() {
    let (one, two) = (Place::new(), Place::new());
    one.write("wave.m", SCRIPT);
    two.write("wave.m", SCRIPT);
    assert!(one.preheat(&["build", "wave.m", "-o", "a", "--jobs", "1"]).status.success());
    // The same user: what a build is signed with is the user's own.
    let key = |place: &Place| place.folder.path().join("config/preheat/local.key");
    fs::create_dir_all(two.folder.path().join("config/preheat")).expect("a folder");
    fs::copy(key(&one), key(&two)).expect("the key");
    assert!(two.preheat(&["build", "wave.m", "-o", "b", "--jobs", "8"]).status.success());
    let bytes = |place: &Place, name| fs::read(place.folder.path().join(name)).expect("an archive");
    assert!(bytes(&one, "a") == bytes(&two, "b"));
}

#[test]
fn what_is_no_archive_is_refused() {
    let place = Place::new();
    place.write("wave.m", SCRIPT);
    assert!(place.preheat(&["build", "wave.m", "-o", "whole"]).status.success());
    let whole = fs::read(place.folder.path().join("whole")).expect("an archive");
    let damaged: [(&str, &[u8]); 3] =
        [("empty", b""), ("cut", &whole[..whole.len() / 2]), ("foreign", b"#!/bin/sh\nexit 0\n")];
    for (name, bytes) in damaged {
        fs::write(place.folder.path().join(name), bytes).expect("a file");
        for args in [&["verify", name][..], &["run", "wave.m", "--archive", name]] {
            let output = place.preheat(args);
            assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
            assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
        }
    }
    let mut flipped = whole;
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    fs::write(place.folder.path().join("flipped"), flipped).expect("a file");
    assert_eq!(place.preheat(&["verify", "flipped"]).status.code(), Some(1));
    assert_eq!(place.preheat(&["verify", "whole"]).status.code(), Some(0));
}

/// Script text, what it prints first, and what the error says.
const ERRORS: [(&str, &str, &str); 6] = [
    ("disp('a')\ny = frobnicate(3);", "a\n", "frobnicate"),
    ("disp('a')\nx = zeros(2, 3) + zeros(3, 2);", "a\n", "2x3"),
    ("disp('a')\nx = [1 2 3]; x(7)", "a\n", "out of bound"),
    ("disp('a')\ny = weight + 1;", "a\n", "weight"),
    ("disp('a')\nerror('my:id', 'no %d', 5)", "a\n", "no 5"),
    ("x = (1 + 2;", "", "syntax error"),
];

#[test]
fn errors_show_the_place_and_keep_what_was_printed() {
    let place = Place::new();
    for (text, printed, message) in ERRORS {
        place.write("bad.m", text);
        let output = place.preheat(&["run", "bad.m", "--device", "cpu"]);
        let errors = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert_eq!(stdout(&output), printed, "{text}");
        assert!(errors.contains(message) && errors.contains("bad.m:"), "{text}\n{errors}");
    }
}

#[test]
fn json_is_json() {
    let place = Place::new();
    place.write("wave.m", SCRIPT);
    assert!(place.preheat(&["build", "wave.m", "-o", "wave.preheat"]).status.success());
    for args in [
        &["list", "wave.preheat", "--json"][..],
        &["verify", "wave.preheat", "--json"],
        &["info", "--json"],
        &["explain", "wave.m", "--archive", "wave.preheat", "--json"],
    ] {
        let output = place.preheat(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&output.stdout);
        assert!(parsed.is_ok(), "{args:?}: {}", stdout(&output));
    }
    let explained = stdout(&place.preheat(&["explain", "wave.m"]));
    assert!(explained.contains("red_sum") && explained.contains("wave.m"), "{explained}");
}

/// The corpus manifest of the repository is a valid input, and every expected error is expected.
#[test]
fn the_corpus_builds() {
    let place = Place::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let corpus = corpus.to_string_lossy();
    let built = place.preheat(&["build", &corpus, "-o", "warm.preheat", "--json"]);
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    let json: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
    assert!(json["groups"].as_u64().is_some_and(|groups| groups > 100), "{json}");
}

#[test]
fn check_finds_what_cannot_run_without_running_it() {
    let place = Place::new();
    place.write("good/main.m", "x = helper(3) + zeros(2);\nprintf('%d\\n', x);\n");
    place.write("good/helper.m", "function r = helper(a)\nr = a;\nend\n");
    let good = place.preheat(&["check", "good"]);
    assert_eq!((good.status.code(), stdout(&good)), (Some(0), found_none()), "{}", stderr(&good));
    place.write("bad/one.m", "y = 1;\nz = helper(y);\n[t, q] = fmincon(@(t) t^2, 1);\n");
    let bad = place.preheat(&["check", "bad", "good"]);
    assert_eq!(bad.status.code(), Some(1));
    let text = stdout(&bad);
    assert!(text.contains("bad/one.m:2:5: error M141: `helper` is not defined"), "{text}");
    assert!(text.contains("bad/one.m:3:10: error M140: `fmincon` is not supported"), "{text}");
    assert!(text.ends_with("3 scripts, 2 findings, 1 with errors\n"), "{text}");
    let json = place.preheat(&["check", "bad", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["findings"][0]["line"], 2);
    assert_eq!(json["scripts_with_errors"], 1);
}

fn found_none() -> String {
    "2 scripts, 0 findings, 0 with errors\n".to_owned()
}

#[test]
fn explain_names_the_line_of_a_round_trip() {
    let place = Place::new();
    let script = "n = 100; x = ones(n, 1);\nx = sin(x);\nx(1) = 0;\ny = x .* 2;\ndisp(sum(y))\n";
    place.write("trip.m", script);
    let output = place.preheat(&["explain", "trip.m"]);
    let notes = String::from_utf8_lossy(&output.stderr);
    assert!(notes.contains("back to the device here, once"), "{notes}");
    assert!(notes.contains("trip.m:4"), "{notes}");
}
