//! The program: exit status, formats, workers, templates, layout.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const VALID: &str = "@compute @workgroup_size(32)\nfn main() {\n}\n";
const INVALID: &str = "fn f() -> i32 { return 1.5; }\n";

fn run(args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wgslcheck"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments may end before it reads.
    let written = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    assert!(written.is_ok() || written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe));
    child.wait_with_output().unwrap()
}

fn code(args: &[&str], stdin: &str) -> i32 {
    run(args, stdin).status.code().unwrap()
}

fn json(args: &[&str], stdin: &str) -> serde_json::Value {
    serde_json::from_slice(&run(args, stdin).stdout).unwrap()
}

fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).unwrap();
    for (file, text) in files {
        std::fs::write(path.join(file), text).unwrap();
    }
    path
}

#[test]
fn exit_status_tells_clean_findings_and_failure_apart() {
    assert_eq!(code(&["-"], VALID), 0);
    assert_eq!(code(&["-"], INVALID), 1);
    assert_eq!(code(&["no/such/file.wgsl"], ""), 2);
    assert_eq!(code(&["--targets", "cobol", "-"], VALID), 2);
    assert_eq!(code(&[], ""), 2);
    assert_eq!(code(&["--allow", "W999", "-"], VALID), 2);
    let path = directory("no-layouts", &[("bad.json", "{"), ("latin.wgsl", VALID)]);
    let output = run(&["--layout", path.join("bad.json").to_str().unwrap(), "-"], VALID);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("bad.json` holds no layouts"));
    std::fs::write(path.join("latin.wgsl"), b"// caf\xe9\n").unwrap();
    assert_eq!(code(&[path.join("latin.wgsl").to_str().unwrap()], ""), 2);
}

#[test]
fn an_unsupported_target_counts_when_denied() {
    // naga does not evaluate `transpose` of constants; the specification does.
    let source = "const m = transpose(mat2x3f(1, 2, 3, 4, 5, 6));\n";
    let document = json(&["--format", "json", "-"], source);
    assert_eq!(document["files"][0]["verdict"], "valid");
    assert_eq!(document["files"][0]["targets"]["spirv"], "unsupported");
    assert_eq!(code(&["-"], source), 0);
    assert_eq!(code(&["--deny", "unsupported", "-"], source), 1);
}

#[test]
fn json_has_the_documented_form() {
    let document = json(&["--format", "json", "-"], INVALID);
    assert_eq!(document["version"], 1);
    let file = &document["files"][0];
    assert_eq!(file["path"], "-");
    assert_eq!(file["verdict"], "invalid");
    let finding = &file["findings"][0];
    assert_eq!(finding["code"], "W003");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["start"]["line"], 1);
    assert_eq!(finding["start"]["column"], 24);
    assert_eq!(finding["end"]["column"], 27);
}

#[test]
fn a_panic_of_a_writer_is_a_finding_and_the_worker_goes_on() {
    let bad = "@group(0) @binding(0) var<storage, read_write> a: array<f64, 2>;\n\
               @compute @workgroup_size(32) fn main() { a[0] = a[1] + 1.0lf; }\n";
    let path = directory("panic", &[("a.wgsl", bad), ("b.wgsl", VALID), ("c.wgsl", bad)]);
    let path = path.to_str().unwrap();
    let document = json(&["--format", "json", "--targets", "spirv,msl", path], "");
    let verdicts: Vec<&str> = document["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["targets"]["msl"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["invalid", "valid", "invalid"]);
    assert_eq!(document["files"][0]["targets"]["spirv"], "valid");
}

#[test]
fn sarif_names_its_rules_and_places() {
    let document = json(&["--format", "sarif", "-"], INVALID);
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "W003");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 1);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
}

/// The types of `serde_sarif` are generated from the schema of SARIF 2.1.0: what they read and
/// write back unchanged has its properties, types and words, and no other property.
#[test]
fn sarif_keeps_the_schema() {
    let lint = "@compute @workgroup_size(48)\nfn main() {\n}\n";
    for source in [INVALID, VALID, lint, "enable nothing;"] {
        let document = json(&["--format", "sarif", "-"], source);
        let typed: serde_sarif::sarif::Sarif = serde_json::from_value(document.clone()).unwrap();
        assert_eq!(serde_json::to_value(&typed).unwrap(), document);
    }
}

#[test]
fn annotations_and_junit_escape_what_they_must() {
    let path = directory("escape", &[("a,b&c.wgsl", INVALID)]);
    let path = path.to_str().unwrap();
    let github = String::from_utf8(run(&["--format", "github", path], "").stdout).unwrap();
    assert!(github.starts_with("::error file="), "{github}");
    assert!(github.contains("a%2Cb&c.wgsl,line=1"), "{github}");
    let junit = String::from_utf8(run(&["--format", "junit", path], "").stdout).unwrap();
    assert!(junit.contains("a,b&amp;c.wgsl"), "{junit}");
    assert!(junit.contains("failures=\"1\""), "{junit}");
}

#[test]
fn templates_check_every_product() {
    let source = "@compute @workgroup_size(@WG@)\nfn main() {\n}\n";
    let args = ["--format", "json", "--template", "WG=32,0", "-"];
    let document = json(&args, source);
    assert_eq!(document["files"][0]["path"], "-[WG=32]");
    assert_eq!(document["files"][0]["verdict"], "valid");
    assert_eq!(document["files"][1]["verdict"], "invalid");
    // Annotations are about the file, whatever its placeholders are.
    let github = run(&["--format", "github", "--template", "WG=32,0", "-"], source);
    let github = String::from_utf8(github.stdout).unwrap();
    assert!(github.starts_with("::error file=-,line=1"), "{github}");
    assert!(github.trim_end().ends_with("(with WG=0)"), "{github}");
}

#[test]
fn a_kept_report_is_the_same_and_another_text_is_checked() {
    let lint = "@compute @workgroup_size(48)\nfn main() {\n}\n";
    let path = directory("cache", &[("a.wgsl", VALID), ("b.wgsl", INVALID), ("c.wgsl", lint)]);
    let cache = path.join("reports");
    drop(std::fs::remove_file(&cache));
    let (cache, path) = (cache.to_str().unwrap(), path.to_str().unwrap());
    let args = ["--format", "json", "--cache", cache, path];
    let first = run(&args, "");
    let written = std::fs::read(cache).unwrap();
    let second = run(&args, "");
    assert_eq!(first.status.code(), Some(1));
    assert_eq!((first.status, first.stdout), (second.status, second.stdout));
    // Other options have other reports.
    let other = json(&["--no-lints", "--format", "json", "--cache", cache, path], "");
    assert_eq!(other["files"][2]["findings"], serde_json::json!([]));
    std::fs::write(format!("{path}/b.wgsl"), VALID).unwrap();
    assert_eq!(code(&args, ""), 0);
    // A damaged cache is as good as none.
    std::fs::write(cache, &written[..written.len() - 1]).unwrap();
    assert_eq!(code(&args, ""), 0);
    assert_ne!(std::fs::read(cache).unwrap().len(), written.len() - 1);
}

#[test]
fn layout_is_printed_and_compared() {
    let shader = "struct P { a: vec3<f32>, b: f32 }\n\
                  @group(0) @binding(0) var<uniform> p: P;\n";
    let path = directory("layout", &[("a.wgsl", shader)]);
    let file = path.join("a.wgsl");
    let emitted = run(&["layout", file.to_str().unwrap()], "");
    let mut layout: serde_json::Value = serde_json::from_slice(&emitted.stdout).unwrap();
    assert_eq!(layout["P"][1]["offset"], 12);
    let host = path.join("host.json");
    let check = ["layout", "--check", host.to_str().unwrap(), file.to_str().unwrap()];
    std::fs::write(&host, layout.to_string()).unwrap();
    assert_eq!(code(&check, ""), 0);
    layout["P"][1]["offset"] = 16.into();
    std::fs::write(&host, layout.to_string()).unwrap();
    let output = run(&check, "");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("`b` is at offset 12 in the shader and 16 in the host"), "{text}");
}

#[test]
fn lints_warn_and_can_be_allowed() {
    let source = "@compute @workgroup_size(48)\nfn main() {\n}\n";
    let document = json(&["--format", "json", "-"], source);
    assert_eq!(document["files"][0]["verdict"], "valid");
    assert_eq!(document["files"][0]["findings"][0]["code"], "W403");
    assert_eq!(code(&["-"], source), 0);
    assert_eq!(code(&["--deny", "warnings", "-"], source), 1);
    assert_eq!(code(&["--deny", "warnings", "--allow", "W403", "-"], source), 0);
    let allowed = source.replace("fn main", "// wgslcheck: allow(W403)\nfn main");
    assert_eq!(code(&["--deny", "warnings", "-"], &allowed), 0);
}

#[test]
fn the_manual_is_fresh() {
    let output = run(&["explain", "--markdown"], "");
    let manual = String::from_utf8(output.stdout).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/wgslcheck.md");
    let written = std::fs::read_to_string(path).unwrap();
    assert!(written == manual, "run `wgslcheck explain --markdown > docs/wgslcheck.md`");
}

#[test]
fn every_rule_is_explained() {
    let list = String::from_utf8(run(&["explain"], "").stdout).unwrap();
    for line in list.lines() {
        let rule = line.split_whitespace().next().unwrap();
        assert_eq!(code(&["explain", rule], ""), 0, "{rule}");
    }
    assert_eq!(code(&["explain", "W999"], ""), 2);
}

/// The program in a folder of its own, where no configuration of this repository is found first.
fn run_in(folder: &std::path::Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wgslcheck")).args(args).current_dir(folder).output().unwrap()
}

fn paths(output: &Output) -> Vec<String> {
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = document["files"].as_array().unwrap();
    files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn globs_and_exclusions_choose_files() {
    let folder = directory("globs", &[("a.wgsl", VALID), ("b.wgsl", VALID), ("c.txt", "no")]);
    std::fs::create_dir_all(folder.join("inner")).unwrap();
    std::fs::write(folder.join("inner/d.wgsl"), VALID).unwrap();
    let found = |args: &[&str]| {
        let mut all = vec!["--format", "json"];
        all.extend(args);
        paths(&run_in(&folder, &all))
    };
    assert_eq!(found(&["[ab].wgsl"]), ["a.wgsl", "b.wgsl"]);
    assert_eq!(found(&["**/*.wgsl"]), ["a.wgsl", "b.wgsl", "inner/d.wgsl"]);
    assert_eq!(found(&["--exclude", "inner/**", "."]), ["a.wgsl", "b.wgsl"]);
    assert_eq!(run_in(&folder, &["nothing*.wgsl"]).status.code(), Some(2));
}

#[test]
fn a_configuration_says_what_the_command_line_does_not() {
    let lint = "@compute @workgroup_size(48)\nfn main() {\n}\n";
    let folder = directory("config", &[("a.wgsl", lint)]);
    let configure = |text: &str| std::fs::write(folder.join("wgslcheck.toml"), text).unwrap();
    let code = |args: &[&str]| run_in(&folder, args).status.code().unwrap();
    configure("deny = [\"warnings\"]\ntargets = [\"spirv\", \"msl\"]\n");
    assert_eq!(code(&["a.wgsl"]), 1);
    assert_eq!(code(&["--no-config", "a.wgsl"]), 0);
    configure("deny = [\"warnings\"]\nallow = [\"W403\"]\n");
    assert_eq!(code(&["a.wgsl"]), 0);
    configure("denny = []\n");
    assert_eq!(code(&["a.wgsl"]), 2);
}

#[test]
fn shaders_in_rust_strings_are_found_where_they_stand() {
    let source = "const A: &str = r#\"\nstruct S { a: i32 }\n@compute @workgroup_size(32)\n\
                  fn main() { let x: i32 = 1.5; }\n\"#;\n\
                  const B: &str = include_str!(\"b.wgsl\");\n";
    let folder = directory("rust", &[("a.rs", source), ("b.wgsl", VALID)]);
    let output = run_in(&folder, &["--format", "json", "--no-lints", "--rust", "."]);
    assert_eq!(paths(&output), ["a.rs", "b.wgsl"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &document["files"][0]["findings"][0];
    assert_eq!(finding["code"], "W003");
    assert_eq!((&finding["start"]["line"], &finding["start"]["column"]), (&4.into(), &26.into()));
}

#[test]
fn a_declared_layout_is_part_of_the_check() {
    let shader = "struct P { a: vec3<f32>, b: f32 }\n\
                  @group(0) @binding(0) var<uniform> p: P;\n";
    let host = "[[P]]\nname = \"a\"\noffset = 0\nsize = 12\n\
                [[P]]\nname = \"b\"\noffset = 16\nsize = 4\n";
    let folder = directory("declared", &[("a.wgsl", shader), ("host.toml", host)]);
    let output = run_in(&folder, &["--format", "json", "--layout", "host.toml", "a.wgsl"]);
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = document["files"][0]["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["code"] == "W301").unwrap();
    assert_eq!(finding["start"]["column"], 8);
    assert!(finding["help"].as_str().unwrap().contains("> "), "{finding}");
}

/// A stand-in shows that the SPIR-V reaches the program, and what becomes of its complaint.
#[cfg(unix)]
#[test]
fn the_verdict_of_spirv_val_is_a_finding() {
    use std::os::unix::fs::PermissionsExt;
    let script = "#!/bin/sh\ncat > \"$0.spv\"\necho 'error: line 1: no good' >&2\nexit 1\n";
    let folder = directory("spirv-val", &[("a.wgsl", VALID), ("spirv-val", script)]);
    let program = folder.join("spirv-val");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_wgslcheck"))
        .args(["--format", "json", "--spirv-val", "always", "a.wgsl"])
        .current_dir(&folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let file = &document["files"][0];
    assert_eq!((&file["verdict"], &file["targets"]["spirv"]), (&"valid".into(), &"invalid".into()));
    assert_eq!(output.status.code(), Some(1));
    let finding = &file["findings"][0];
    assert_eq!(finding["message"], "naga's SPIR-V is invalid: error: line 1: no good");
    let words = std::fs::read(folder.join("spirv-val.spv")).unwrap();
    assert_eq!(words.get(..4), Some(&0x0723_0203_u32.to_le_bytes()[..]));
}

#[test]
fn a_size_that_makes_naga_write_hundreds_of_megabytes_is_refused_first() {
    let source = "struct S { @size(134217728) a: u32, b: u32 }\n\
                  @group(0) @binding(0) var<storage, read_write> s: S;\n\
                  @compute @workgroup_size(32) fn main() { s.b = s.a; }\n";
    let document = json(&["--format", "json", "--targets", "hlsl,spirv", "-"], source);
    assert_eq!(document["files"][0]["targets"]["hlsl"], "invalid");
    assert_eq!(document["files"][0]["targets"]["spirv"], "valid");
}

#[test]
fn a_define_that_no_module_knows_is_said() {
    let source = "override size: u32 = 4u;\n@compute @workgroup_size(size) fn main() {}\n";
    let of = |define: &str| {
        let output = run(&["--no-lints", "--define", define, "-"], source);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(of("size=8"), "");
    assert!(of("sized=8").contains("no module has an override `sized`"));
}

#[test]
fn a_placeholder_without_a_value_is_recognised() {
    for text in ["let x = ${N};", "let x = {{N}};", "let x = @N@;"] {
        let document = json(&["--format", "json", "-"], &format!("fn f() {{ {text} }}\n"));
        let finding = &document["files"][0]["findings"][0];
        assert_eq!(finding["code"], "W001", "{text}");
        assert!(finding["help"].as_str().is_some_and(|help| help.contains("--template")), "{text}");
    }
}
