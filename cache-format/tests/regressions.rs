//! Replays the seeds of the fuzz targets, and the inputs that once failed, as ordinary tests.

#![expect(clippy::unwrap_used, reason = "a test; its helpers are outside `#[test]` functions")]

use std::path::{Path, PathBuf};

use preheat_format::{
    ArchiveBuilder, ArchiveError, ArchiveView, Artifact, ArtifactInput, ArtifactPreimage, AxisRole,
    DType, Features, GroupKey, KernelKey, KernelPreimage, NodeKind, NumericMode, OpId, Pass,
    Provenance, ShapeExpr, ShapeOp, Signature, SignatureBuilder, Target, View,
};

#[path = "../fuzz/reseal.rs"]
mod reseal;
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
fn archive_open() {
    replay("archive_open", |data| {
        let Some((mode, bytes)) = data.split_first() else {
            return;
        };
        let mut bytes = bytes.to_vec();
        if mode & 1 != 0 {
            reseal::reseal_rows(&mut bytes);
        }
        if mode & 2 != 0 {
            reseal::reseal_header(&mut bytes);
        }
        let _ = walk::walk(&bytes, &[GroupKey([0; 32])]);
    });
}

#[test]
fn signature_decode() {
    replay("signature_decode", |data| {
        if let Ok(signature) = Signature::decode(data) {
            assert_eq!(signature.encode(), data, "one signature has one encoding");
        }
    });
}

/// The seeds are archives of this version: a changed layout needs new ones.
#[test]
fn seeds_are_sound() {
    if std::env::var_os("UPDATE_FUZZ_SEEDS").is_some() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        for (count, mode) in [(0usize, 3u8), (1, 0), (2, 1), (2, 2), (3, 3)] {
            let mut seed = vec![mode];
            seed.extend(archive(count));
            std::fs::write(corpus.join(format!("archive_open/seed_{count}_{mode}")), seed).unwrap();
        }
        for length in 0..3 {
            let path = corpus.join(format!("signature_decode/seed_{length}"));
            std::fs::write(path, signature(length).encode()).unwrap();
        }
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
}

fn replay_seeds(target: &str, run: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    for path in files(&folder, "seed_") {
        run(&std::fs::read(path).unwrap());
    }
}

fn signature(length: usize) -> Signature {
    let roles = vec![AxisRole::Kept, AxisRole::Reduced];
    let mut builder = SignatureBuilder::new(NumericMode::Precise, roles);
    let source = builder.source(DType::F32);
    let view = builder.view(View::identity(2));
    let mut node = builder.node(DType::F32, NodeKind::Load { source, view });
    for _ in 0..length {
        let exp = NodeKind::Apply { op: OpId::new("exp"), operands: vec![node] };
        node = builder.node(DType::F32, exp);
    }
    let sum = builder.node(DType::F32, NodeKind::Reduce { op: OpId::new("sum"), operand: node });
    builder.output(sum, None);
    builder.finish().unwrap().0
}

fn archive(count: usize) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for length in 0..count {
        let signature = signature(length);
        let kernel = KernelPreimage {
            group: signature.key(),
            variant: "generic".to_owned(),
            guard: vec![0],
            generator: [0; 32],
        };
        for target in [Target::Spirv, Target::Wgsl] {
            let text = String::new();
            let translation = ArtifactPreimage {
                kernel: kernel.key(),
                target,
                translator: text.clone(),
                options: text.clone(),
                limits: text,
            };
            let artifact = Artifact {
                group_key: signature.key().0,
                kernel_key: kernel.key().0,
                artifact_key: translation.key().0,
                target,
                variant: "generic".to_owned(),
                rank: 0,
                guard: ShapeExpr::constant(1),
                features: Features::default(),
                scratch: vec![ShapeExpr::op(ShapeOp::Kept)],
                uniform: Vec::new(),
                uniform_size_bytes: 0,
                passes: vec![Pass {
                    entry_point: "main".to_owned(),
                    workgroup_size: [64, 1, 1],
                    bindings: Vec::new(),
                    workgroup_count: ShapeExpr::op(ShapeOp::All).div_ceil(64),
                }],
                op_count: 1,
            };
            let (signature, kernel, translation) = (&signature, &kernel, &translation);
            let (artifact, module) = (&artifact, [0u8; 8].as_slice());
            let input = ArtifactInput { artifact, module, signature, kernel, translation };
            builder.add(&input).unwrap();
        }
        let (group_key, script, text) = (signature.key(), "a.m", "sum(exp(x), 2)");
        let row = Provenance { group_key, script, line_first: 1, line_last: 1, text };
        builder.add_provenance(row).unwrap();
    }
    builder.finish().unwrap().bytes
}
