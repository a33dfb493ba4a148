//! Every kernel of the corpus: valid SPIR-V, few bindings.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use preheat_compiler::pack::{self, PackOptions};
use preheat_format::{BindTarget, Signature, Target};

use super::harness;

fn signatures() -> BTreeMap<preheat_format::GroupKey, Arc<Signature>> {
    let mut found = BTreeMap::new();
    for case in harness::parsed_cases().into_values() {
        for group in harness::trace(&case, &case.small).0 {
            found.insert(group.key, group.signature);
        }
    }
    found
}

/// spirv-val's verdict on every emitted module, for the environment that the runtime creates.
#[test]
fn spirv_val_accepts_every_module() {
    if Command::new("spirv-val").arg("--version").output().is_err() {
        let required = std::env::var_os("PREHEAT_REQUIRE_GPU").is_some_and(|value| value == "1");
        assert!(!required, "PREHEAT_REQUIRE_GPU=1 and spirv-val is not installed");
        println!("skipped: no spirv-val");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = 0;
    for signature in signatures().values() {
        let group = pack::compile(signature, &PackOptions::default()).expect("it compiles");
        for compiled in &group.artifacts {
            if compiled.artifact.target != Target::Spirv {
                continue;
            }
            let path = folder.path().join("module.spv");
            fs::write(&path, &compiled.module).expect("the module is written");
            let output = Command::new("spirv-val")
                .args(["--target-env", "vulkan1.2"])
                .arg(&path)
                .output()
                .expect("spirv-val runs");
            let text = String::from_utf8_lossy(&output.stderr);
            let variant = &compiled.artifact.variant;
            assert!(output.status.success(), "{variant} of {}: {text}", signature.key().short());
            files += 1;
        }
    }
    assert!(files > 50, "only {files} modules were checked");
}

/// WebGPU's default limits: 8 storage bindings, 256 invocations.
#[test]
fn kernels_stay_within_the_default_limits() {
    for signature in signatures().values() {
        let group = pack::compile(signature, &PackOptions::default()).expect("it compiles");
        let ranks: Vec<u32> = group.artifacts.iter().map(|found| found.artifact.rank).collect();
        assert!(ranks.iter().all(|rank| *rank < 4), "at most four variants");
        for pass in group.artifacts.iter().flat_map(|found| &found.artifact.passes) {
            let storage =
                pass.bindings.iter().filter(|binding| binding.target != BindTarget::Uniform);
            assert!(storage.count() <= 8);
            assert!(pass.workgroup_size.iter().product::<u32>() <= 256);
        }
    }
}
