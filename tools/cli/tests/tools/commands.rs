//! diff, stats, prune, delta, apply, list, show, explain.

use std::fs;

use crate::place::Place;
use crate::{done, ended, file, groups, json, len, refused};

const SCRIPTS: [(&str, &str); 3] = [
    ("image/scale.m", "x = linspace(0, 1, 100); y = x * 2 + 1; fprintf('%g\\n', sum(y));\n"),
    ("waves.m", "x = linspace(0, 1, 100);\ny = sin(x) .* exp(-x);\ndisp(max(y))\n"),
    ("spread.m", "x = linspace(0, 1, 100);\ny = (x - mean(x)) ./ std(x);\ndisp(y)\n"),
];

fn built() -> Place {
    let place = Place::new();
    for (name, text) in SCRIPTS {
        place.write(&format!("scripts/{name}"), text);
    }
    done(&place, &["build", "scripts", "-o", "a.preheat"]);
    place
}

/// The archive after one operation of one script became another.
fn changed() -> Place {
    let place = built();
    place.write("scripts/waves.m", &SCRIPTS[1].1.replace("sin(x)", "cos(x)"));
    done(&place, &["build", "scripts", "-o", "b.preheat"]);
    place
}

#[test]
fn diff_names_the_field_that_changed() {
    let place = changed();
    let same = done(&place, &["diff", "a.preheat", "a.preheat"]);
    assert!(same.starts_with("the same; "), "{same}");
    let text = ended(&place, 1, &["diff", "a.preheat", "b.preheat"]);
    assert!(text.contains("became") && text.contains("(waves.m)"), "{text}");
    assert!(text.contains("operation: sin -> cos"), "{text}");
    let found = json(&ended(&place, 1, &["diff", "a.preheat", "b.preheat", "--json"]));
    let differences = &found["differences"];
    assert_eq!(len(&differences["removed"]), len(&differences["added"]));
    let field = &differences["became"][0]["fields"][0];
    assert_eq!((&field["old"], &field["new"]), (&"sin".into(), &"cos".into()), "{found}");
    assert_eq!(found["same"], false);
    // A signature is not content.
    done(&place, &["keygen", "acme", "-o", "acme"]);
    fs::copy(place.folder.path().join("a.preheat"), place.folder.path().join("c.preheat"))
        .expect("a copy");
    done(&place, &["sign", "c.preheat", "--key", "acme.key", "--generation", "2"]);
    let text = done(&place, &["diff", "a.preheat", "c.preheat"]);
    assert!(text.contains("the same content, other signatures"), "{text}");
}

#[test]
fn stats_add_up() {
    let place = built();
    let stats = json(&done(&place, &["stats", "a.preheat", "--json"]));
    let listed = json(&done(&place, &["list", "a.preheat", "--json"]));
    assert_eq!(stats["bytes"], listed["bytes"]);
    assert_eq!(stats["groups"].as_u64(), Some(len(&listed["groups"]) as u64));
    let sum = |name: &str| -> u64 {
        let targets = stats["targets"].as_object().expect("targets").values();
        targets.map(|target| target[name].as_u64().expect("a number")).sum()
    };
    assert_eq!(Some(sum("artifacts")), stats["artifacts"].as_u64());
    let module_bytes: u64 = listed["groups"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["module_bytes"].as_u64().expect("a number"))
        .sum();
    assert_eq!(sum("bytes") + sum("saved_bytes"), module_bytes);
    let sections = stats["sections"].as_array().expect("a list").iter();
    let sections: u64 = sections.map(|row| row["bytes"].as_u64().expect("a number")).sum();
    assert!(Some(sections) < stats["bytes"].as_u64() && sections > module_bytes / 2);
    assert!(stats["scripts"]["image/scale.m"]["groups"].as_u64() >= Some(1), "{stats}");
    let text = done(&place, &["stats", "a.preheat"]);
    assert!(text.contains("modules spirv") && text.contains("equal modules save"), "{text}");
}

#[test]
fn list_filters_by_operation_script_target_and_size() {
    let place = built();
    let all = groups(&place, "a.preheat");
    let list = |args: &[&str]| {
        let args = [&["list", "a.preheat", "--json"], args].concat();
        json(&done(&place, &args))["groups"].as_array().expect("a list").clone()
    };
    let sin = list(&["--op", "sin"]);
    assert!(!sin.is_empty() && sin.len() < all.len());
    assert!(sin.iter().all(|row| row["places"][0]["script"] == "waves.m"), "{sin:?}");
    assert!(list(&["--op", "sin", "--op", "tanh"]).is_empty());
    let image = list(&["--script", "image"]);
    assert!(image.iter().all(|row| row["places"][0]["script"] == "image/scale.m"));
    assert_eq!(list(&["--script", "image/*.m"]), image);
    assert_eq!(
        image.len() + list(&["--script", "waves.m", "--script", "spread.m"]).len(),
        all.len()
    );
    let wgsl = list(&["--target", "wgsl"]);
    assert_eq!(wgsl.len(), all.len());
    assert!(wgsl.iter().all(|row| row["targets"] == serde_json::json!(["wgsl"])));
    assert!(list(&["--target", "msl"]).is_empty());
    let sizes: Vec<u64> =
        list(&[]).iter().map(|row| row["module_bytes"].as_u64().expect("bytes")).collect();
    let largest = sizes.iter().max().expect("groups");
    let count = sizes.iter().filter(|size| *size == largest).count();
    assert_eq!(list(&["--min-size", &largest.to_string()]).len(), count);
    assert_eq!(list(&["--max-size", &(largest - 1).to_string()]).len(), all.len() - count);
    let said = refused(&place, 2, &["list", "a.preheat", "--script", "["]);
    assert!(said.contains("C055"), "{said}");
    refused(&place, 2, &["list", "a.preheat", "--min-size", "large"]);
}

#[test]
fn show_takes_keys_and_places_and_disassembles() {
    let place = built();
    let group = &groups(&place, "a.preheat")[0];
    let shown = done(&place, &["show", "a.preheat", &group[..12]]);
    assert!(shown.contains(group.as_str()), "{shown}");
    assert!(shown.contains("OpEntryPoint GLCompute") && shown.contains("@compute"), "{shown}");
    assert!(shown.contains("guard") && shown.contains("always"), "{shown}");
    let wave = json(&done(&place, &["list", "a.preheat", "--op", "sin", "--json"]));
    let at = format!("waves.m:{}", wave["groups"][0]["places"][0]["line_first"]);
    let shown = json(&done(&place, &["show", "a.preheat", &at, "--json", "--target", "spirv"]));
    assert_eq!(shown["group"], wave["groups"][0]["group"]);
    let artifacts = shown["artifacts"].as_array().expect("a list");
    assert!(artifacts.iter().all(|one| one["target"] == "spirv") && !artifacts.is_empty());
    let text = artifacts[0]["text"].as_str().expect("a text");
    assert!(text.starts_with("; SPIR-V"), "{text}");
    let said = refused(&place, 2, &["show", "a.preheat", "spread.m"]);
    assert!(said.contains("groups of `a.preheat` are named `spread.m`"), "{said}");
    assert!(refused(&place, 2, &["show", "a.preheat", "nobody"]).contains("C053"));
    assert!(refused(&place, 2, &["show", "a.preheat", "f00f00f00f00"]).contains("C012"));
}

#[test]
fn a_delta_makes_the_new_file_of_the_old_one() {
    let place = changed();
    let made = done(&place, &["delta", "a.preheat", "b.preheat", "-o", "d", "--json"]);
    let (delta, new) = (file(&place, "d"), file(&place, "b.preheat"));
    assert_eq!(json(&made)["bytes"].as_u64(), Some(delta.len() as u64));
    assert!(delta.len() < new.len(), "{} of {} bytes", delta.len(), new.len());
    done(&place, &["apply", "a.preheat", "d", "-o", "c.preheat"]);
    assert!(file(&place, "c.preheat") == new);
    // In place.
    done(&place, &["apply", "a.preheat", "d", "-o", "a.preheat"]);
    assert!(file(&place, "a.preheat") == new);
    let said = refused(&place, 2, &["apply", "b.preheat", "d", "-o", "c.preheat"]);
    assert!(said.contains("the delta is for the archive with root hash"), "{said}");
    let mut damaged = delta;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(place.folder.path().join("d"), damaged).expect("a file");
    let said = refused(&place, 2, &["apply", "a.preheat", "d", "-o", "c.preheat"]);
    assert!(said.contains("C052"), "{said}");
    assert!(file(&place, "c.preheat") == new, "the target stays as it was");
}

#[test]
fn prune_drops_targets_and_keeps_named_scripts() {
    let place = built();
    let before = file(&place, "a.preheat");
    let dry = ["prune", "a.preheat", "--target", "spirv", "--dry-run", "--json"];
    let said = json(&done(&place, &dry));
    assert!(file(&place, "a.preheat") == before, "a dry run writes nothing");
    done(&place, &["prune", "a.preheat", "--target", "spirv", "-o", "wgsl.preheat"]);
    assert_eq!(said["bytes_after"].as_u64(), Some(file(&place, "wgsl.preheat").len() as u64));
    done(&place, &["build", "scripts", "--targets", "wgsl", "-o", "expected.preheat"]);
    done(&place, &["diff", "wgsl.preheat", "expected.preheat"]);
    let max = (before.len() / 2).to_string();
    let args = ["prune", "a.preheat", "--max-size", &max, "--keep-scripts", "waves.m"];
    let text = done(&place, &[&args[..], &["-o", "small.preheat"]].concat());
    assert!(text.contains("dropped") && text.contains("no use on record"), "{text}");
    assert!(file(&place, "small.preheat").len() <= before.len() / 2);
    done(&place, &["verify", "small.preheat"]);
    done(&place, &["run", "scripts/waves.m", "--archive", "small.preheat", "--device", "cpu"]);
    let waves = |archive: &str| {
        len(&json(&done(&place, &["list", archive, "--script", "waves.m", "--json"]))["groups"])
    };
    assert_eq!(waves("small.preheat"), waves("a.preheat"));
    let tiny = [&args[..3], &["1000", "--keep-scripts", "waves.m"]].concat();
    assert!(refused(&place, 2, &tiny).contains("C058"));
    assert!(refused(&place, 2, &["prune", "a.preheat"]).contains("C057"));
    assert!(file(&place, "a.preheat") == before);
}

#[test]
fn prune_goes_by_the_last_use() {
    let place = built();
    let unused = ["prune", "a.preheat", "--unused-since", "2026-01-01"];
    assert!(refused(&place, 2, &unused).contains("no use of a group is on record"));
    let all = groups(&place, "a.preheat");
    // 2026-06-15 and 2025-06-15.
    let journal = format!("1781481600 {}\n1749945600 {}\n", all[0], all[1]);
    place.write("cache/preheat/usage.journal", &journal);
    let found = json(&done(&place, &[&unused[..], &["--dry-run", "--json"]].concat()));
    let dropped = found["dropped_groups"].as_array().expect("a list");
    assert_eq!(dropped.len(), all.len() - 1);
    let old = dropped.iter().find(|one| one["group"] == all[1]).expect("it is old");
    assert_eq!(old["last_use"], "2025-06-15");
    done(&place, &unused);
    assert_eq!(groups(&place, "a.preheat"), all[..1]);
    refused(&place, 2, &["prune", "a.preheat", "--unused-since", "yesterday"]);
}

#[test]
fn a_miss_is_explained_by_the_nearest_group() {
    let place = built();
    place.write("other.m", &SCRIPTS[1].1.replace("sin(x)", "tan(x)"));
    let args = ["explain", "other.m", "--archive", "a.preheat"];
    let text = done(&place, &args);
    assert!(text.contains(", miss") && text.contains("nearest in a.preheat: "), "{text}");
    assert!(text.contains("of waves.m:"), "{text}");
    assert!(text.contains("operation: expected tan, found sin"), "{text}");
    let found = json(&done(&place, &[&args[..], &["--json"]].concat()));
    let missed = found["groups"].as_array().expect("a list").iter();
    let missed: Vec<_> = missed.filter(|group| group["hit"] == false).collect();
    assert!(!missed.is_empty());
    let nearest = &missed[0]["nearest"];
    assert_eq!(nearest["archive"], "a.preheat");
    assert_eq!(nearest["differences"][0]["found"], "sin", "{nearest}");
    // Not the shortest group, whatever else differs, and not one that stands for a kernel's name.
    place.write("long.m", &SCRIPTS[1].1.replace("exp(-x)", "exp(-x) .* sqrt(cos(x) + 3)"));
    place.write("k.wgsl", "@compute @workgroup_size(1) fn main() {}\n");
    done(&place, &["build", "k.wgsl", "-o", "k.preheat"]);
    let args = ["explain", "long.m", "--archive", "a.preheat", "--archive", "k.preheat", "--json"];
    let found = json(&done(&place, &args));
    let missed = found["groups"].as_array().expect("a list").iter();
    let nearest = missed.filter(|group| group["hit"] == false).map(|group| &group["nearest"]);
    let nearest: Vec<_> = nearest.collect();
    assert!(!nearest.is_empty(), "{found}");
    assert!(nearest.iter().all(|one| one["archive"] == "a.preheat"), "{nearest:?}");
    assert_eq!(nearest[0]["places"][0]["script"], "waves.m", "{nearest:?}");
    let only = ["explain", "long.m", "--archive", "k.preheat", "--json"];
    assert!(json(&done(&place, &only))["groups"][0]["nearest"].is_null());
    // A hit needs no explanation.
    let hit =
        json(&done(&place, &["explain", "scripts/waves.m", "--archive", "a.preheat", "--json"]));
    assert!(hit["groups"][0]["nearest"].is_null() && hit["groups"][0]["hit"] == true);
}

#[test]
fn every_command_helps_with_an_example_and_refuses_other_files() {
    let place = built();
    place.write("foreign", "#!/bin/sh\nexit 0\n");
    for args in [
        &["diff", "a.preheat", "foreign"][..],
        &["diff", "foreign", "a.preheat"],
        &["stats", "foreign"],
        &["prune", "foreign", "--max-size", "1MB"],
        &["delta", "foreign", "a.preheat", "-o", "d"],
        &["delta", "a.preheat", "foreign", "-o", "d"],
        &["apply", "foreign", "foreign", "-o", "d"],
        &["apply", "a.preheat", "foreign", "-o", "d"],
        &["list", "foreign", "--op", "sin"],
        &["show", "foreign", "abc"],
        &["export", "foreign", "folder"],
        &["import", "foreign", "-o", "d"],
        &["import", "scripts", "-o", "d"],
        &["explain", "scripts/waves.m", "--archive", "foreign"],
    ] {
        refused(&place, 2, args);
        assert!(!place.folder.path().join("d").exists(), "{args:?}");
        let help = done(&place, &[args[0], "--help"]);
        assert!(help.contains("Example:\n  preheat "), "{help}");
    }
}

/// The misses of the last run, of a file of counters, and of none.
#[test]
fn a_recorded_miss_is_explained_without_its_script() {
    let place = Place::new();
    let waves = "x = linspace(0, 1, 100);\ny = sin(x) + x; disp(y)\n";
    place.write("waves.m", waves);
    done(&place, &["build", "waves.m", "-o", "a.preheat"]);
    let said = refused(&place, 2, &["explain", "--recorded"]);
    assert!(said.contains("C030"), "{said}");
    place.write("other.m", &waves.replace("sin", "cos"));
    let run = ["run", "other.m", "--archive", "a.preheat", "--stats", "run.json"];
    let ran = place.preheat(&run);
    assert_eq!(ran.status.code(), Some(0));
    let counters = json(&String::from_utf8_lossy(&file(&place, "run.json")));
    if len(&counters["misses"]) == 0 {
        // Without a device nothing is looked up.
        return;
    }
    let group = counters["misses"][0]["key"].as_str().expect("a key").to_owned();
    fs::remove_file(place.folder.path().join("other.m")).expect("the script is gone");
    for recorded in ["--recorded", "--recorded=run.json"] {
        let words = ["explain", recorded, "--archive", "a.preheat", "--json"];
        let explained = json(&done(&place, &words));
        let miss = &explained["misses"][0];
        assert_eq!((&miss["group"], &miss["hit"]), (&group.clone().into(), &false.into()));
        let differences = miss["nearest"]["differences"].as_array().expect("a list");
        assert!(
            differences.iter().any(|one| {
                one["field"].as_str().is_some_and(|field| field.ends_with(": operation"))
                    && one["expected"] == "cos"
                    && one["found"] == "sin"
            }),
            "{explained:#}"
        );
    }
    let text = done(&place, &["explain", "--recorded", "--archive", "a.preheat"]);
    assert!(text.contains("expected cos, found sin") && text.contains("not_in_archive"), "{text}");
    // Counters that someone edited.
    let edited = counters.to_string().replacen(&group[..4], "0000", 1);
    place.write("edited.json", &edited);
    let said = refused(&place, 2, &["explain", "--recorded=edited.json", "--archive", "a.preheat"]);
    assert!(said.contains("has another key"), "{said}");
    place.write("wrong.json", "{\"misses\": 3}");
    assert!(refused(&place, 2, &["explain", "--recorded=wrong.json"]).contains("C063"));
}
