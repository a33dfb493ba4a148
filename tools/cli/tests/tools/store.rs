//! What is compiled once is not compiled again, and a store decides nothing but time.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::{done, ended, file, json, refused};

/// Scripts with so many groups in all, no two alike: chains of four kinds of operation.
fn write_chains(place: &Place, scripts: usize, groups_each: usize) {
    for script in 0..scripts {
        let mut text = "x = linspace(0, 1, 64);\n".to_owned();
        for group in 0..groups_each {
            text.push_str(&chain(script * groups_each + group));
        }
        place.write(&format!("chains/chain{script:02}.m"), &text);
    }
}

/// The digits of a number in base 4 as operations.
fn chain(mut number: usize) -> String {
    let mut line = "y = x".to_owned();
    for _ in 0..6 {
        let step = [" + 2", " .* 3", " - x", " ./ 5"][number % 4];
        line = format!("{line}; y = y{step}");
        number /= 4;
    }
    format!("{line}; disp(y)\n")
}

fn built(place: &Place, output: &str, args: &[&str]) -> serde_json::Value {
    json(&done(place, &[&["build", "chains", "-o", output, "--json"], args].concat()))
}

#[test]
fn a_rebuild_without_a_change_calls_naga_not_once() {
    let place = Place::new();
    write_chains(&place, 16, 64);
    let first = built(&place, "a.preheat", &[]);
    let kernels = first["kernels"].as_u64().expect("a number");
    assert!(kernels >= 1000, "{kernels} kernels");
    assert!(first["naga_calls"].as_u64() >= Some(3 * kernels), "{first}");
    assert_eq!(first["reused_groups"], 0);
    let again = built(&place, "b.preheat", &["--jobs", "3"]);
    assert_eq!(again["naga_calls"], 0, "{again}");
    assert_eq!((&again["built_groups"], &again["reused_groups"]), (&0.into(), &first["groups"]));
    assert!(file(&place, "a.preheat") == file(&place, "b.preheat"));
    // One script with one more group.
    let path = place.folder.path().join("chains/chain03.m");
    let text = fs::read_to_string(&path).expect("a script");
    fs::write(&path, text + "y = cos(x) + 7; disp(y)\n").expect("a script");
    let changed = built(&place, "c.preheat", &[]);
    assert_eq!(changed["built_groups"], 1, "{changed}");
    assert_eq!(changed["reused_groups"], first["groups"]);
    let whole = built(&place, "d.preheat", &["--no-store"]);
    assert_eq!(whole["reused_groups"], 0);
    assert!(file(&place, "c.preheat") == file(&place, "d.preheat"));
}

#[test]
fn what_depends_on_an_option_is_built_for_it_and_the_rest_is_not() {
    let place = Place::new();
    write_chains(&place, 1, 4);
    let first = built(&place, "a.preheat", &["--store", "store"]);
    assert!(place.folder.path().join("store/v1/actions").is_dir());
    assert!(!place.folder.path().join("cache/preheat/store").exists());
    let wgsl = built(&place, "b.preheat", &["--store", "store", "--targets", "wgsl"]);
    assert_eq!(wgsl["naga_calls"], 0, "one target of two: {wgsl}");
    let native = built(&place, "b.preheat", &["--store", "store", "--limits", "native"]);
    assert_eq!(native["reused_groups"], 0, "{native}");
    assert_eq!(native["naga_calls"], first["naga_calls"]);
    let msl = ["--store", "store", "--targets", "spirv,wgsl,hlsl"];
    let more = built(&place, "b.preheat", &msl);
    assert!(more["naga_calls"].as_u64() < first["naga_calls"].as_u64(), "{more}");
    assert_eq!(built(&place, "b.preheat", &msl)["naga_calls"], 0);
}

/// Every file below a folder.
fn files(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(path) } else { vec![path] }).collect()
}

#[test]
fn a_damaged_store_is_made_again() {
    let place = Place::new();
    write_chains(&place, 1, 4);
    built(&place, "a.preheat", &["--store", "store"]);
    for (number, path) in files(place.folder.path().join("store")).iter().enumerate() {
        let mut bytes = fs::read(path).expect("a file");
        let middle = bytes.len() / 2;
        match number % 3 {
            0 => bytes[middle] ^= 1,
            1 => bytes.truncate(middle),
            _ => bytes = b"something else".to_vec(),
        }
        fs::write(path, bytes).expect("a file");
    }
    let again = built(&place, "b.preheat", &["--store", "store"]);
    assert!(again["naga_calls"].as_u64() > Some(0), "{again}");
    assert!(file(&place, "a.preheat") == file(&place, "b.preheat"));
    assert_eq!(built(&place, "b.preheat", &["--store", "store"])["naga_calls"], 0);
}

#[test]
fn a_store_that_cannot_be_written_is_a_warning() {
    let place = Place::new();
    write_chains(&place, 1, 2);
    place.write("store", "a file where a folder should be");
    let args = ["build", "chains", "-o", "a.preheat", "--store", "store"];
    let said = refused(&place, 0, &args);
    assert!(said.contains("the store cannot be written"), "{said}");
    done(&place, &["verify", "a.preheat", "--quick"]);
}

#[test]
fn a_check_rebuilds_and_says_what_differs() {
    let place = Place::new();
    write_chains(&place, 1, 3);
    built(&place, "a.preheat", &[]);
    let same = done(&place, &["build", "chains", "--check", "a.preheat"]);
    assert!(same.contains("is what its inputs make"), "{same}");
    place.write("chains/chain00.m", "x = linspace(0, 1, 64);\ny = x + 2; y = y - 3; disp(y)\n");
    let text = ended(&place, 1, &["build", "chains", "--check", "a.preheat"]);
    assert!(text.contains("differs from a rebuild") && text.contains("- group"), "{text}");
    let found = ended(&place, 1, &["build", "chains", "--check", "a.preheat", "--json"]);
    let found = json(&found);
    assert_eq!(found["same"], false);
    let gone = |list: &str| found["differences"][list].as_array().expect("a list").len();
    assert!(gone("removed") >= 2 && gone("added") == 1, "{found}");
    // The limits are part of what an archive is.
    let other = ["build", "chains", "--check", "a.preheat", "--limits", "native"];
    ended(&place, 1, &other);
    refused(&place, 2, &["build", "chains", "--check", "absent.preheat"]);
    refused(&place, 2, &["build", "chains"]);
}

#[test]
fn limits_come_from_profiles_and_files() {
    let place = Place::new();
    place.write("scale.m", "x = linspace(0, 1, 64); y = x * 2 + 1; disp(y)\n");
    let build = |limits: &'static str| ["build", "scale.m", "-o", "a.preheat", "--limits", limits];
    done(&place, &build("native"));
    let adapter = |invocations: u32| {
        format!(
            "{{\"adapters\": [{{\"name\": \"x\", \"max_binding_bytes\": 134217728, \
             \"max_storage_bindings\": 8, \"max_workgroups\": 65535, \
             \"max_invocations\": {invocations}, \"max_workgroup_bytes\": 16384}}]}}"
        )
    };
    place.write("large.json", &adapter(256));
    done(&place, &build("large.json"));
    let shown = done(&place, &["show", "a.preheat", "scale.m:1", "--target", "wgsl"]);
    assert!(shown.contains("limits        device "), "{shown}");
    place.write("small.json", &adapter(64));
    let said = refused(&place, 2, &build("small.json"));
    assert!(said.contains("256 invocations in a workgroup") && said.contains("has 64"), "{said}");
    place.write("none.json", "{\"adapters\": []}");
    assert!(refused(&place, 2, &build("none.json")).contains("no adapter"));
    place.write("wrong.json", "{\"adapters\": [{\"max_workgroups\": \"many\"}]}");
    assert!(refused(&place, 2, &build("wrong.json")).contains("C051"));
    refused(&place, 2, &build("absent.json"));
    // What `info --json` prints is such a file, if there is an adapter.
    let info = done(&place, &["info", "--json"]);
    if json(&info)["adapters"].as_array().is_some_and(|list| !list.is_empty()) {
        place.write("info.json", &info);
        done(&place, &build("info.json"));
    }
}
