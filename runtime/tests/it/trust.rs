//! Whose SPIR-V reaches the driver.

use std::fs;
use std::io::Cursor;

use preheat_format::sign::{KeyId, SecretKey, TrustPolicy, TrustedKey, sign_all};
use preheat_format::{ArchiveView, DType, Scalar, SignError, Target, attach};
use preheat_runtime::{Archive, DeviceChoice, Runtime, RuntimeBuilder, RuntimeError};

use crate::kernels::{archive_bytes, multiply_add};
use crate::{counting_f32, f32s, opened};

fn key(seed: u8) -> SecretKey {
    SecretKey::new(KeyId::new("acme", 1).unwrap(), [seed; 32])
}

fn policy(key: &SecretKey) -> TrustPolicy {
    TrustPolicy { keys: vec![TrustedKey { key: key.public(), generation_min: 0 }] }
}

fn signed(bytes: &[u8], key: &SecretKey) -> Vec<u8> {
    let archive = Archive::from_bytes(bytes).unwrap();
    let view: ArchiveView<'_> = archive.view().unwrap();
    let attachments = sign_all(view.root_hash(), Vec::new(), &[(key.clone(), 0)]);
    let mut sink = Cursor::new(Vec::new());
    attach::attach(&view, &attachments, &mut sink).unwrap();
    sink.into_inner()
}

/// An archive whose SPIR-V computes `a * s * b` where its WGSL, like its signature, says
/// `a * s + b`.
fn two_faced() -> Vec<u8> {
    let mut kernel = multiply_add(DType::F32);
    let honest = kernel.wgsl.clone();
    kernel.wgsl = honest.replace("p.s + b", "p.s * b");
    assert_ne!(kernel.wgsl, honest);
    let evil = archive_bytes(&[&kernel], &[Target::Spirv]);
    kernel.wgsl = honest;
    let good = archive_bytes(&[&kernel], &[Target::Wgsl]);
    let archives = [evil, good].map(|bytes| Archive::from_bytes(&bytes).unwrap());
    let views = archives.each_ref().map(|archive| archive.view().unwrap());
    let mut sink = Cursor::new(Vec::new());
    let merge = preheat_format::merge::Merge { views: &views, keep: &|_| true };
    merge.write(&mut sink, |_| Vec::new()).unwrap();
    sink.into_inner()
}

/// What the archive computes for 2, 2 and 5, and the counters of SPIR-V and WGSL.
fn computed(builder: RuntimeBuilder) -> Option<(f32, u64, u64)> {
    let runtime = opened(builder.device(DeviceChoice::Vulkan).build().unwrap())?;
    let kernel = multiply_add(DType::F32);
    let a = runtime.upload(DType::F32, counting_f32(10)).unwrap();
    let call = kernel.new_call(10, &[&a, &a], Scalar::f32(2.0));
    let outputs = runtime.call(call).unwrap();
    let value = f32s(&runtime.read(&outputs[0]).unwrap())[5];
    let rungs = runtime.telemetry().rungs;
    Some((value, rungs.spirv, rungs.wgsl))
}

#[test]
fn spirv_of_an_archive_that_nobody_trusted_signed_never_reaches_the_driver() {
    let bytes = two_faced();
    let (acme, other) = (key(1), key(2));
    let open = |bytes: &[u8]| Runtime::builder().archive(Archive::from_bytes(bytes).unwrap());
    // 5 * 2 + 5 by the WGSL, 5 * 2 * 5 by the SPIR-V.
    let Some(unsigned) = computed(open(&bytes).trust(policy(&acme))) else {
        return;
    };
    assert_eq!(unsigned, (15.0, 0, 1));
    let stranger = signed(&bytes, &other);
    assert_eq!(computed(open(&stranger).trust(policy(&acme))), Some((15.0, 0, 1)));
    assert_eq!(computed(open(&stranger)), Some((15.0, 0, 1)));
    let ours = signed(&bytes, &acme);
    assert_eq!(computed(open(&ours).trust(policy(&acme))), Some((50.0, 1, 0)));
}

#[test]
fn a_signature_in_a_file_beside_the_archive_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.preheat");
    let bytes = archive_bytes(&[&multiply_add(DType::F32)], &[Target::Spirv]);
    fs::write(&path, &bytes).unwrap();
    let acme = key(1);
    let reason = |archive: Archive| match archive.check_trust(&policy(&acme)) {
        Ok(signature) => Ok(signature.id.to_string()),
        Err(RuntimeError::Untrusted(reason)) => Err(reason),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(reason(Archive::open(&path).unwrap()), Err(SignError::Unsigned));
    let covered =
        preheat_format::sign::Covered::of(&Archive::from_bytes(&bytes).unwrap().view().unwrap());
    let file =
        preheat_format::sign::encode_detached(covered.root_hash, vec![acme.sign(&covered, 0)]);
    fs::write(folder.path().join("a.preheat.sig"), file).unwrap();
    assert_eq!(reason(Archive::open(&path).unwrap()), Ok("acme@1".to_owned()));
    fs::write(folder.path().join("a.preheat.sig"), b"PREHEATS and more").unwrap();
    assert_eq!(reason(Archive::open(&path).unwrap()), Err(SignError::Unsigned));
}

/// A mapped file that someone cuts takes a program down when it is touched.
#[cfg(unix)]
#[test]
fn a_file_that_others_can_cut_is_read_instead_of_mapped() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.preheat");
    let bytes = archive_bytes(&[&multiply_add(DType::F32)], &[Target::Spirv]);
    fs::write(&path, &bytes).unwrap();
    let mode = |path: &std::path::Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let is_mapped = |file: u32, parent: u32| {
        mode(&path, file);
        mode(folder.path(), parent);
        Archive::open(&path).unwrap().is_mapped()
    };
    assert!(is_mapped(0o644, 0o755));
    assert!(is_mapped(0o644, 0o1777), "nobody else can replace a file in a sticky folder");
    assert!(!is_mapped(0o664, 0o755));
    assert!(!is_mapped(0o646, 0o700));
    assert!(!is_mapped(0o644, 0o775));
    let archive = Archive::open(&path).unwrap();
    fs::OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
    assert!(archive.view().unwrap().verify_all().is_empty(), "it was read before it was cut");
}
