//! Replays the seeds of the fuzz targets, and the inputs that once failed, as ordinary tests.

#![expect(clippy::unwrap_used, reason = "a test; its helpers are outside `#[test]` functions")]

use std::path::{Path, PathBuf};

use preheat_format::delta::{Delta, delta};
use preheat_format::sign::{KeyId, SecretKey};
use preheat_format::{
    ArchiveError, ArchiveView, ArtifactKey, DeviceDescription, GroupKey, KernelKey, SidecarBuilder,
    SidecarView, Signature, Target, sign,
};
use sample::{archive, signature};

#[path = "../fuzz/reseal.rs"]
mod reseal;
#[path = "../fuzz/sample.rs"]
#[expect(clippy::expect_used, reason = "samples are sound")]
mod sample;
#[path = "../fuzz/targets.rs"]
#[expect(clippy::expect_used, reason = "samples are sound")]
mod targets;
#[path = "../fuzz/walk.rs"]
mod walk;

/// Every kept input of a target, and how many there are.
fn replay(target: &str, run: impl Fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let seeds = files(&fuzz.join("corpus").join(target), "seed_");
    assert!(!seeds.is_empty(), "{target} has no seeds");
    for path in seeds.into_iter().chain(files(&fuzz.join("regressions").join(target), "")) {
        run(&std::fs::read(path).unwrap());
    }
}

fn files(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_kept = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(prefix) && !name.starts_with('.')
    };
    paths.filter(is_kept).collect()
}

#[test]
fn kept_inputs_are_survived() {
    replay("archive_open", targets::archive_open);
    replay("sidecar", targets::sidecar);
    replay("signature_decode", targets::signature_decode);
    replay("keys_decode", targets::keys_decode);
    replay("delta_apply", targets::delta_apply);
}

/// The seeds are archives of this version: a changed layout needs new ones.
#[test]
fn seeds_are_sound() {
    if std::env::var_os("UPDATE_FUZZ_SEEDS").is_some() {
        write_seeds(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus"));
    }
    let help = "run `UPDATE_FUZZ_SEEDS=1 cargo test -p preheat-format --test regressions`";
    replay_seeds("archive_open", |seed| {
        // A copy begins at an aligned address; what follows the first byte of the file does not.
        let bytes = seed.get(1..).unwrap().to_vec();
        let findings = ArchiveView::open(&bytes).map(|view| view.verify_all().len());
        assert_eq!(findings.unwrap(), 0, "{help}");
    });
    replay_seeds("signature_decode", |seed| {
        assert!(Signature::decode(seed).is_ok(), "{help}");
    });
    replay_seeds("sidecar", |seed| {
        assert!(SidecarView::open(seed.get(1..).unwrap()).is_ok(), "{help}");
    });
    replay_seeds("keys_decode", |seed| {
        let is_detached = sign::decode_detached(seed.get(1..).unwrap()).is_ok();
        assert!(seed.first() != Some(&0) || is_detached, "{help}");
    });
    replay_seeds("delta_apply", |seed| {
        assert!(Delta::decode(seed.get(1..).unwrap()).is_ok(), "{help}");
    });
}

fn write_seeds(corpus: &Path) {
    let put = |target: &str, name: &str, mode: Option<u8>, bytes: &[u8]| {
        let seed: Vec<u8> = mode.into_iter().chain(bytes.iter().copied()).collect();
        std::fs::write(corpus.join(target).join(format!("seed_{name}")), seed).unwrap();
    };
    for (count, mode) in [(0usize, 3u8), (1, 0), (2, 1), (2, 2), (3, 3)] {
        put("archive_open", &format!("{count}_{mode}"), Some(mode), &archive(count));
    }
    for length in 0..3 {
        put("signature_decode", &length.to_string(), None, &signature(length).encode());
    }
    for (count, mode) in [(0u8, 3u8), (1, 0), (3, 3)] {
        put("sidecar", &format!("{count}_{mode}"), Some(mode), &sidecar(count));
    }
    let bytes = archive(1);
    let view = ArchiveView::open(&bytes).unwrap();
    let key = SecretKey::new(KeyId::new("acme", 1).unwrap(), [1; 32]);
    let signed = key.sign(&sign::Covered::of(&view), 7);
    put("keys_decode", "detached", Some(0), &sign::encode_detached(view.root_hash(), vec![signed]));
    put("keys_decode", "public", Some(1), key.public().to_string().as_bytes());
    let entry = view.entries().next().unwrap().unwrap();
    let translation = view.translation(entry.row().artifact_key).unwrap().unwrap();
    let kernel = view.kernel(translation.kernel).unwrap().unwrap();
    put("keys_decode", "kernel", Some(2), &kernel.encode());
    put("keys_decode", "artifact", Some(3), &translation.encode());
    let base = archive(2);
    let base = ArchiveView::open(&base).unwrap();
    for (count, mode) in [(0usize, 1u8), (1, 3), (3, 7)] {
        let new = archive(count);
        let mut sink = std::io::Cursor::new(Vec::new());
        delta(&base, &ArchiveView::open(&new).unwrap(), &mut sink).unwrap();
        let bytes = sink.into_inner();
        put("delta_apply", &format!("{count}_{mode}"), Some(mode), &bytes);
    }
}

fn sidecar(count: u8) -> Vec<u8> {
    let text = |text: &str| text.to_owned();
    let description = DeviceDescription {
        interface: text("vulkan"),
        adapter: text("a GPU"),
        driver: text("driver"),
        driver_version: text("1.0"),
        pci: text("10de:2335"),
        wrapper: text("wgpu 30"),
        cache_header: [7; 64],
    };
    let mut builder = SidecarBuilder::new();
    for number in 0..count {
        let blob = vec![number; 40];
        builder.add(ArtifactKey([number; 32]), &description.encode(), &blob).unwrap();
    }
    builder.finish().unwrap()
}

fn replay_seeds(target: &str, run: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    for path in files(&folder, "seed_") {
        run(&std::fs::read(path).unwrap());
    }
}
