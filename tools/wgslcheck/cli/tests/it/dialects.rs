//! naga_oil and WESL: what is expanded, and that findings lie in the files they come from.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dialects").join(name);
    for (file, text) in files {
        let file = path.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    path
}

fn check(folder: &Path, args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_wgslcheck"))
        .args(["--format", "json", "--no-config", "--in-process"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let document = serde_json::from_slice(&output.stdout);
    assert!(document.is_ok(), "{shown}");
    document.unwrap()
}

/// Path, verdict, and each finding as `code line:column-line:column`.
fn summary(document: &Value) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let place = |value: &Value| format!("{}:{}", value["line"], value["column"]);
    let findings = |file: &Value| -> Vec<String> {
        let list = file["findings"].as_array().unwrap();
        let line = |one: &Value| {
            format!("{} {}-{}", text(&one["code"]), place(&one["start"]), place(&one["end"]))
        };
        list.iter().map(line).collect()
    };
    let files = document["files"].as_array().unwrap();
    files.iter().map(|f| (text(&f["path"]), text(&f["verdict"]), findings(f))).collect()
}

fn expect(found: &Value, expected: &[(&str, &str, &[&str])]) {
    let owned: Vec<(String, String, Vec<String>)> = expected
        .iter()
        .map(|(path, verdict, findings)| {
            let findings = findings.iter().map(|one| (*one).to_owned()).collect();
            ((*path).to_owned(), (*verdict).to_owned(), findings)
        })
        .collect();
    assert_eq!(summary(found), owned, "{found:#}");
}

const OIL_MAIN: &str = "\
#import shapes::{area, Square}
#import shapes as s

@group(0) @binding(0) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(#{SIZE})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
#ifdef WIDE
    let wide: u32 = 1.5;
#endif
    if id.x < 4u { out[id.x] = area(Square(2.0)) + s::unit(); }
}
";

const OIL_SHAPES: &str = "\
enable f16;
#define_import_path shapes

struct Square { side: f32 }

const side = 1.0;

fn area(square: Square) -> f32 {
#ifdef BROKEN
    let wrong: i32 = side;
#endif
    return square.side * square.side;
}

fn unit() -> f32 { return area(Square(side)) + f32(1.0h); }
";

#[test]
fn imports_and_defs_of_naga_oil_are_expanded() {
    let files = [("main.wgsl", OIL_MAIN), ("lib/shapes.wgsl", OIL_SHAPES)];
    let folder = folder("oil", &files);
    let found = check(&folder, &["--shader-def", "SIZE=32", "main.wgsl", "lib"]);
    expect(&found, &[("main.wgsl", "valid", &[]), ("lib/shapes.wgsl", "valid", &[])]);
    let found = check(&folder, &["--shader-def", "SIZE=32", "--modules", "lib", "main.wgsl"]);
    expect(&found, &[("main.wgsl", "valid", &[])]);
}

#[test]
fn a_finding_lies_in_the_file_and_line_that_it_comes_from() {
    let files = [("main.wgsl", OIL_MAIN), ("lib/shapes.wgsl", OIL_SHAPES)];
    let folder = folder("oil-findings", &files);
    let args = ["--modules", "lib", "main.wgsl", "--shader-def", "SIZE=32"];
    let found = check(&folder, &[args.as_slice(), &["--shader-def", "WIDE"]].concat());
    expect(&found, &[("main.wgsl", "invalid", &["W003 9:21-9:24"])]);
    let found = check(&folder, &[args.as_slice(), &["--shader-def", "BROKEN=true"]].concat());
    let module: &[&str] = &["W003 10:22-10:26"];
    expect(&found, &[("main.wgsl", "invalid", &[]), ("lib/shapes.wgsl", "invalid", module)]);
    let message = found["files"][1]["findings"][0]["message"].as_str().unwrap();
    assert!(!message.contains("naga_oil"), "{message}");
}

#[test]
fn what_is_missing_makes_a_module_unsupported_and_says_what() {
    let folder = folder("oil-missing", &[("main.wgsl", OIL_MAIN), ("open.wgsl", "#ifdef A\n")]);
    let found = check(&folder, &["--shader-def", "SIZE=32", "main.wgsl"]);
    let finding = &found["files"][0]["findings"][0];
    assert_eq!(found["files"][0]["verdict"], "unsupported");
    assert_eq!(finding["message"], "no file here defines `shapes`, which is imported");
    let found = check(&folder, &["open.wgsl"]);
    assert_eq!(found["files"][0]["verdict"], "invalid");
    assert_eq!(found["files"][0]["findings"][0]["code"], "W001");
}

const WESL_MAIN: &str = "\
import package::util::{scale, Params};

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    @if(wide) let wide: u32 = 1.5;
    if id.x < 4u {
        out[id.x] = scale(params.factor);
    }
}
";

const WESL_UTIL: &str = "\
struct Params { factor: f32 }

// scales
fn scale(x: f32) -> f32 {
    @if(broken)
    let wrong: i32 = x;
    return x * 2.0;
}
";

#[test]
fn imports_and_conditions_of_wesl_are_expanded() {
    let folder = folder("wesl", &[("main.wesl", WESL_MAIN), ("util.wesl", WESL_UTIL)]);
    expect(&check(&folder, &["main.wesl"]), &[("main.wesl", "valid", &[])]);
    let found = check(&folder, &["--shader-def", "wide", "main.wesl"]);
    expect(&found, &[("main.wesl", "invalid", &["W003 8:31-8:34"])]);
    let found = check(&folder, &["--shader-def", "broken", "."]);
    let module: &[&str] = &["W003 6:22-6:23"];
    expect(&found, &[("main.wesl", "invalid", &[]), ("util.wesl", "invalid", module)]);
}

#[test]
fn a_missing_module_of_wesl_and_bad_grammar_are_told_apart() {
    let bad = "fn f( { }\n";
    let folder = folder("wesl-bad", &[("main.wesl", WESL_MAIN), ("bad.wesl", bad)]);
    assert_eq!(check(&folder, &["main.wesl"])["files"][0]["verdict"], "unsupported");
    let found = check(&folder, &["bad.wesl"]);
    assert_eq!(found["files"][0]["verdict"], "invalid");
    assert_eq!(found["files"][0]["findings"][0]["start"]["line"], 1);
}
