//! export and import: there and back again, and nothing that was not exported.

use std::fs;
use std::path::{Path, PathBuf};

use crate::place::Place;
use crate::{done, ended, file, json, len, refused};

fn exported() -> Place {
    let place = Place::new();
    place.write("scripts/a.m", "x = linspace(0, 1, 100); y = sin(x) + 2; disp(y)\n");
    place.write(
        "scripts/b.m",
        "A = rand(8, 9); disp(mean(A, 1)); disp(A' * A); disp(cumsum(A, 2))\n",
    );
    place.write(
        "scripts/k.wgsl",
        "@group(0) @binding(0) var<storage, read_write> y: array<f32>;\n\
         @compute @workgroup_size(64)\n\
         fn main(@builtin(global_invocation_id) id: vec3<u32>) {\n\
         if id.x < arrayLength(&y) { y[id.x] += 1.0; }\n}\n",
    );
    let targets = ["--targets", "spirv,wgsl,msl,hlsl"];
    let build = ["build", "scripts", "scripts/k.wgsl", "-o", "a.preheat"];
    done(&place, &[&build[..], &targets].concat());
    done(&place, &["export", "a.preheat", "folder"]);
    place
}

/// The first file below the folder of the groups with this end.
fn some_file(place: &Place, end: &str) -> PathBuf {
    fn search(folder: &Path, end: &str) -> Option<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("one").path()).collect();
        paths.sort();
        paths.into_iter().find_map(|path| match path.is_dir() {
            true => search(&path, end),
            false => path.to_string_lossy().ends_with(end).then_some(path),
        })
    }
    search(&place.folder.path().join("folder/groups"), end).expect(end)
}

#[test]
fn what_is_exported_comes_back_with_the_same_root_hash() {
    let place = exported();
    for end in [".wgsl", ".spv", ".spvasm", ".metal", ".hlsl", "group.json"] {
        some_file(&place, end);
    }
    let text = fs::read_to_string(some_file(&place, ".spvasm")).expect("text");
    assert!(text.contains("OpEntryPoint"), "{text}");
    done(&place, &["import", "folder", "-o", "b.preheat"]);
    assert!(file(&place, "b.preheat") == file(&place, "a.preheat"), "signatures come back too");
    // What is not the archive any more is another archive, by whoever imports it.
    fs::remove_dir_all(some_file(&place, "group.json").parent().expect("a folder")).expect("gone");
    ended(&place, 1, &["import", "folder", "-o", "less.preheat"]);
    let checked = done(&place, &["verify", "less.preheat"]);
    assert!(checked.contains("local"), "{checked}");
    let same = json(&done(&place, &["diff", "a.preheat", "b.preheat", "--json"]));
    assert_eq!(same["same"], true);
    done(&place, &["verify", "b.preheat"]);
    let said = refused(&place, 2, &["export", "a.preheat", "folder"]);
    assert!(said.contains("C059"), "{said}");
}

#[test]
fn what_was_edited_is_refused() {
    let place = exported();
    let change = |path: &Path, from: &str, to: &str| {
        let before = fs::read_to_string(path).expect("text");
        assert!(before.contains(from), "{from} in {before}");
        fs::write(path, before.replacen(from, to, 1)).expect("written");
        let said = refused(&place, 2, &["import", "folder", "-o", "b.preheat"]);
        fs::write(path, before).expect("written");
        assert!(!place.folder.path().join("b.preheat").exists());
        said
    };
    let wgsl = some_file(&place, ".wgsl");
    assert!(change(&wgsl, "fn ", "fn  ").contains("its hash differs"));
    let group = some_file(&place, "group.json");
    for (from, to, expected) in [
        ("\"file\": \"", "\"file\": \"../", "no name of a file beside it"),
        ("\"file\": \"", "\"file\": \"absent", "cannot read"),
        ("\"signature\": \"", "\"signature\": \"00", "cannot be imported"),
        ("\"signature\": \"", "\"signature\": \"xy", "hexadecimal"),
        ("\"generator\": \"", "\"generator\": \"00", "32 bytes"),
        ("\"target\": \"", "\"target\": \"x", "is no target"),
        ("\"workgroup_count\": \"", "\"workgroup_count\": \"sqrt ", "no step of a size"),
        ("\"uniform_size_bytes\": ", "\"uniform_size_bytes\": 1", "cannot be imported"),
        ("{", "[", "cannot be imported"),
    ] {
        let said = change(&group, from, to);
        assert!(said.contains(expected), "{from} -> {to}: {said}");
    }
    let archive = place.folder.path().join("folder/archive.json");
    let said = change(&archive, "export 1", "export 9");
    assert!(said.contains("C061") && said.contains("`preheat export 9`"), "{said}");
}

#[test]
fn a_group_that_is_missing_is_said() {
    let place = exported();
    let group = some_file(&place, "group.json");
    fs::remove_dir_all(group.parent().expect("its folder")).expect("removed");
    let found = json(&ended(&place, 1, &["import", "folder", "-o", "b.preheat", "--json"]));
    assert_ne!(found["root_hash"], found["exported_root_hash"]);
    done(&place, &["verify", "b.preheat"]);
}

#[test]
fn a_warm_up_folder_of_runmat_becomes_an_archive() {
    let place = Place::new();
    let kernel = |size: u32| {
        format!(
            "struct Tensor {{ data: array<f32> }}\nstruct Params {{ len: u32, offset: u32 }}\n\
             @group(0) @binding(0) var<storage, read> A: Tensor;\n\
             @group(0) @binding(1) var<storage, read_write> Out: Tensor;\n\
             @group(0) @binding(2) var<uniform> params: Params;\n\
             @compute @workgroup_size({size})\n\
             fn main(@builtin(global_invocation_id) gid: vec3<u32>) {{\n\
             let i = gid.x + params.offset;\n\
             if i >= params.len {{ return; }}\n\
             Out.data[i] = A.data[i] * 2.0;\n}}\n"
        )
    };
    let describe = |label: &str, size: u32| {
        format!(
            "{{\n  \"label\": \"{label}\",\n  \"layout_tag\": \"runmat-unary\",\n  \
             \"workgroup_size\": {size},\n  \"version\": 4,\n  \"precision\": \"f32\"\n}}"
        )
    };
    place.write("warm/00000000000000a1.wgsl", &kernel(256));
    place.write("warm/00000000000000a1.json", &describe("runmat-unary-double", 256));
    place.write("warm/00000000000000b2.wgsl", &kernel(512));
    place.write("warm/notes.txt", "not one of a pair");
    let found = json(&done(&place, &["import", "warm", "-o", "w.preheat", "--json"]));
    assert_eq!((&found["kind"], &found["artifacts"]), (&"runmat".into(), &4.into()));
    assert_eq!(found["kernels"][0]["label"], "runmat-unary-double");
    assert_eq!(found["kernels"][0]["workgroup_size"], 256);
    done(&place, &["verify", "w.preheat"]);
    let shown = done(&place, &["show", "w.preheat", "00000000000000a1"]);
    assert!(shown.contains("runmat-unary-double"), "{shown}");
    assert!(shown.contains("binding 2: uniform"), "{shown}");
    // What cannot be had is said, and the rest is there.
    place.write("warm/00000000000000c3.wgsl", "fn main( {");
    place.write("warm/00000000000000d4.json", &describe("lost", 64));
    place.write("warm/00000000000000b2.json", "{ torn");
    let args = ["import", "warm", "-o", "w.preheat", "--json", "--limits", "webgpu"];
    let found = json(&ended(&place, 1, &args));
    assert_eq!((len(&found["findings"]), len(&found["kernels"])), (3, 1), "{found}");
    let findings = found["findings"].to_string();
    for expected in [
        "b2: its description cannot be read",
        "c3: the kernel is not valid WGSL",
        "d4: its text is missing",
    ] {
        assert!(findings.contains(expected), "{findings}");
    }
    fs::remove_file(place.folder.path().join("warm/00000000000000b2.json")).expect("removed");
    let found = json(&ended(&place, 1, &args));
    assert!(found["findings"].to_string().contains("512 invocations"), "{found}");
}
