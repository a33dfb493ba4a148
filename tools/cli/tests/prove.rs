//! Certificates: kernels that agree with the reference get one, and one that does not is caught.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a failed expectation is a failed test; a skipped one says so"
)]

mod device;
mod place;

use std::fs;
use std::sync::Arc;

use device::has_gpu;
use place::{Place, stderr, stdout};
use preheat_compiler::pack::{self, PackOptions};
use preheat_format::{
    ArchiveBuilder, ArtifactInput, AxisRole, DType, NodeKind, NumericMode, OpId, Provenance,
    Signature, SignatureBuilder, View,
};

/// A map, a reduction with a map before it, a scan.
const SCRIPT: &str = "x = linspace(0, 1, 100)';
y = exp(-x) .* sin(3 * x) + floor(4 * x);
z = cumsum(y) ./ 3;
fprintf('%g %g %g\\n', max(y), std(y), sum(z));
";

#[test]
fn kernels_are_proved_when_they_are_built() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    place.write("many.m", SCRIPT);
    let args = ["build", "many.m", "-o", "a.preheat", "--json"];
    let built = place.preheat(&[&args[..], &["--prove", "always"]].concat());
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    let json: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
    assert_eq!(json["unproved"], 0, "{json}");
    assert_eq!(json["proved"], json["kernels"], "{json}");
    let required = place.preheat(&["verify", "a.preheat", "--quick", "--require-proved"]);
    assert_eq!(required.status.code(), Some(0), "{}", stdout(&required));
    let groups = place.preheat(&["list", "a.preheat", "--json"]);
    let key = stdout(&groups);
    let key = key.split('"').find(|word| word.len() == 64).expect("a key");
    let shown = stdout(&place.preheat(&["show", "a.preheat", key]));
    assert!(shown.contains("certificate") && shown.contains("over"), "{shown}");
    // Same device, same certificates; and what was proved is known where there is no device.
    let first = fs::read(place.folder.path().join("a.preheat")).expect("an archive");
    assert!(
        place.preheat(&[&args[..], &["--no-store", "--prove", "always"]].concat()).status.success()
    );
    assert!(fs::read(place.folder.path().join("a.preheat")).expect("an archive") == first);
    let words = [&args[..3], &["b.preheat", "--json", "--prove", "auto"]].concat();
    let mut later = place.command(&words);
    let later = later.env("VK_DRIVER_FILES", "/none").output().expect("the program runs");
    let json: serde_json::Value = serde_json::from_slice(&later.stdout).expect("JSON");
    assert_eq!((&json["proved"], &json["unproved"]), (&json["kernels"], &0.into()), "{json}");
    assert!(fs::read(place.folder.path().join("b.preheat")).expect("an archive") == first);
}

/// A sum over values of which some are outside a domain is NaN whatever the kernel does.
#[test]
fn sums_over_narrow_domains_are_proved_with_values_inside() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    place.write("narrow.m", "x = linspace(1, 2, 3000);\nfprintf('%g\\n', sum(acosh(x * 1.5)));\n");
    let built =
        place.preheat(&["build", "narrow.m", "-o", "a.preheat", "--prove", "always", "--json"]);
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    let json: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
    assert_eq!((&json["unproved"], &json["wrong"]), (&0.into(), &0.into()), "{json}");
}

#[test]
fn proofs_are_kept_and_there_is_an_end_to_proving() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    place.write("many.m", SCRIPT);
    let root = std::cell::RefCell::new(Vec::new());
    let build = |more: &[&str]| {
        let args = ["build", "many.m", "-o", "a.preheat", "--json"];
        let built = place.preheat(&[&args[..], more].concat());
        assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
        let json: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
        root.borrow_mut().push(json["root_hash"].clone());
        let count = |what: &str| json[what].as_u64().expect("a number");
        (count("proved"), count("unproved"), count("untried"))
    };
    let (proved, unproved, untried) = build(&["--prove", "auto", "--prove-seconds", "0"]);
    assert!(proved == 0 && unproved == untried && untried > 2, "{proved} {unproved} {untried}");
    let kernels = untried;
    // Without a store nothing is remembered; with one it is, whatever the archive.
    let seconds = ["--prove", "auto", "--prove-seconds", "600"];
    assert_eq!(build(&[&seconds[..], &["--no-store"]].concat()), (kernels, 0, 0));
    assert_eq!(build(&["--prove", "auto", "--prove-seconds", "0"]), (0, kernels, kernels));
    assert_eq!(build(&seconds), (kernels, 0, 0));
    assert_eq!(build(&["--prove", "auto", "--prove-seconds", "0"]), (kernels, 0, 0));
    let script = format!("{SCRIPT}w = x + 2; disp(w');\n");
    place.write("many.m", &script);
    let (proved, _, untried) = build(&["--prove", "auto", "--prove-seconds", "0"]);
    assert!(proved >= kernels && untried > 0, "the others are known: {proved}, {untried} new");
    place.write("many.m", SCRIPT);
    // A damaged store is no proof.
    damage(&place.folder.path().join("cache/preheat/store"));
    let (proved, _, untried) = build(&["--prove", "auto", "--prove-seconds", "0"]);
    assert_eq!((proved, untried), (0, kernels));
    let roots = root.into_inner();
    assert!(roots[..5].iter().all(|root| *root == roots[0]), "proofs are no content");
}

/// Changes a byte of every file below a folder.
fn damage(folder: &std::path::Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            damage(&path);
            continue;
        }
        let mut bytes = fs::read(&path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).expect("a file");
    }
}

#[test]
fn unproved_kernels_are_named_and_proved_later() {
    let place = Place::new();
    place.write("one.m", "x = linspace(0, 1, 10);\ny = x .* 2 + 1;\nfprintf('%g\\n', sum(y));\n");
    let args = ["build", "one.m", "-o", "a.preheat", "--prove", "never"];
    let built = place.preheat(&args);
    assert!(built.status.success(), "{}", stderr(&built));
    let verify = || place.preheat(&["verify", "a.preheat", "--quick", "--require-proved"]);
    let found = verify();
    let text = stdout(&found);
    assert_eq!(found.status.code(), Some(1), "{text}");
    assert!(text.contains("is unproved") && text.contains("one.m:"), "{text}");
    if !has_gpu(&place) {
        let without = place.preheat(&[&args[..5], &["always"]].concat());
        assert_eq!(without.status.code(), Some(2), "{}", stderr(&without));
        return;
    }
    let proved = place.preheat(&["prove", "a.preheat"]);
    assert_eq!(proved.status.code(), Some(0), "{}", stderr(&proved));
    let found = verify();
    assert_eq!(found.status.code(), Some(0), "{}", stdout(&found));
    // The content is what it was, and this user's signature covers what is new.
    let text = stdout(&found);
    assert!(text.contains("local@1, generation 0: local"), "{text}");
    // The next build knows it, and starts no kernel.
    let words = ["build", "one.m", "-o", "b.preheat", "--prove", "auto", "--prove-seconds", "0"];
    let built = place.preheat(&words);
    assert!(built.status.success(), "{}", stderr(&built));
    let read = |name: &str| fs::read(place.folder.path().join(name)).expect("an archive");
    assert!(read("a.preheat") == read("b.preheat"), "the same certificates");
}

/// A difference whose operands may both be off: what it may be off by follows from moving them
/// apart. Moved together they cancel, and the device's last digits would be called wrong.
#[test]
fn a_difference_may_be_off_by_both_of_its_operands() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    let script = "A = sin((1:300)' * 0.7 + (1:20));
fprintf('%g\\n', sum(range(A)), sum(range(A, 2)));
B = cos((1:9)' + 3 * (1:7)); C = 2 + sin((1:7)' .* (1:5));
P = B * C; Q = P .* ((1:9)' - (1:5));
fprintf('%g %g\\n', sum(P(:)), sum(Q(:)));
";
    place.write("apart.m", script);
    let args = ["build", "apart.m", "-o", "a.preheat", "--json", "--prove", "always"];
    let built = place.preheat(&args);
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    let json: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
    assert_eq!((&json["unproved"], &json["proved"]), (&0.into(), &json["kernels"]), "{json}");
}

/// A map of one operation.
fn map(op: &str) -> Arc<Signature> {
    let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let source = builder.source(DType::F64);
    let view = builder.view(View::identity(1));
    let load = builder.node(DType::F64, NodeKind::Load { source, view });
    let apply = NodeKind::Apply { op: OpId::new(op), operands: vec![load] };
    let node = builder.node(DType::F64, apply);
    builder.output(node, None);
    Arc::new(builder.finish().expect("a valid group").0)
}

/// An archive in which kernels of `stated` do what those of `done` do.
fn archive(stated: &str, done: &str) -> Vec<u8> {
    let compile = |op| pack::compile(&map(op), &PackOptions::default()).expect("it compiles");
    let (stated, done) = (compile(stated), compile(done));
    let mut builder = ArchiveBuilder::new();
    for (artifact, other) in stated.artifacts.iter().zip(&done.artifacts) {
        let input = ArtifactInput {
            artifact: &artifact.artifact,
            module: &other.module,
            signature: &stated.signature,
            kernel: &artifact.kernel,
            translation: &artifact.translation,
        };
        builder.add(&input).expect("the format knows nothing of meaning");
    }
    let group_key = stated.signature.key();
    let (script, text) = ("waves.m", "one");
    let row = Provenance { group_key, script, line_first: 7, line_last: 7, text };
    builder.add_provenance(row).expect("a sound row");
    builder.finish().expect("a small archive").bytes
}

#[test]
fn a_wrong_kernel_is_caught() {
    let place = Place::new();
    if !has_gpu(&place) {
        return;
    }
    // The two differ at large arguments, at the edges, or by a little.
    for (stated, done) in [("sin", "cos"), ("exp", "expm1"), ("floor", "fix"), ("neg", "abs")] {
        let path = place.folder.path().join("wrong.preheat");
        let bytes = archive(stated, done);
        fs::write(&path, &bytes).expect("a file");
        let proved = place.preheat(&["prove", "wrong.preheat"]);
        let text = stderr(&proved);
        assert_eq!(proved.status.code(), Some(1), "{stated} that does {done}: {text}");
        assert!(text.contains("waves.m:7") && text.contains("is wrong on this device"), "{text}");
        assert!(text.contains("the reference has"), "{text}");
        assert!(fs::read(&path).expect("a file") == bytes, "nothing is attached to it");
    }
    let path = place.folder.path().join("right.preheat");
    fs::write(&path, archive("sin", "sin")).expect("a file");
    let proved = place.preheat(&["prove", "right.preheat"]);
    assert_eq!(proved.status.code(), Some(0), "{}", stderr(&proved));
}
