//! Hand-written kernels are checked before they are compiled.

use crate::place::Place;
use crate::{done, json, len, refused};

const GOOD: &str = "@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&y) { y[id.x] = y[id.x] * 2.0; }
}
";

fn manifest(place: &Place, source: &str) {
    place.write("k/kernels.toml", "[[kernel]]\nname = \"double\"\nfile = \"double.wgsl\"\n");
    place.write("k/double.wgsl", source);
}

const BUILD: [&str; 4] = ["build", "k/kernels.toml", "-o", "k.preheat"];

#[test]
fn a_broken_shader_is_shown_with_file_and_line() {
    let place = Place::new();
    manifest(&place, &GOOD.replace("y[id.x] * 2.0", "y[id.x] * 2u"));
    let said = refused(&place, 2, &BUILD);
    assert!(said.contains("k/double.wgsl:4:"), "{said}");
    assert!(said.contains("1 of 1 shaders have errors"), "{said}");
    assert!(!place.folder.path().join("k.preheat").exists());
}

#[test]
fn warnings_are_shown_and_do_not_stop_the_build() {
    let place = Place::new();
    // `y[i] == 0.1` compares floats.
    let source = GOOD.replace("y[id.x] * 2.0", "select(1.0, 2.0, y[id.x] == 0.1)");
    manifest(&place, &source);
    let built = json(&done(&place, &[&BUILD[..], &["--json"]].concat()));
    assert_eq!(built["shaders"], 1);
    let finding = &built["shader_findings"][0];
    assert_eq!((&finding["line"], &finding["severity"]), (&4.into(), &"warning".into()));
    assert_eq!(finding["file"], "k/double.wgsl");
    // The next build knows the findings and asks naga nothing.
    let again = json(&done(&place, &[&BUILD[..], &["--json"]].concat()));
    assert_eq!(again["shader_findings"], built["shader_findings"]);
    assert_eq!((&again["naga_calls"], &again["reused_groups"]), (&0.into(), &1.into()));
    manifest(&place, GOOD);
    let good = json(&done(&place, &[&BUILD[..], &["--json"]].concat()));
    assert_eq!((len(&good["shader_findings"]), &good["built_groups"]), (0, &1.into()));
}

#[test]
fn shaders_keep_the_limits_profile() {
    let place = Place::new();
    manifest(&place, &GOOD.replace("workgroup_size(64)", "workgroup_size(512)"));
    let said = refused(&place, 2, &BUILD);
    assert!(said.contains("k/double.wgsl:3:") && said.contains("512"), "{said}");
    done(&place, &[&BUILD[..], &["--limits", "native"]].concat());
    let shown = done(&place, &["show", "k.preheat", "double", "--target", "spirv"]);
    assert!(shown.contains("OpEntryPoint GLCompute"), "{shown}");
    assert!(shown.contains("OpExecutionMode") && shown.contains("512 1 1"), "{shown}");
}
