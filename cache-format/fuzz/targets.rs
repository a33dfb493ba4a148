//! What each fuzz target does with an input: the targets and the test that replays kept inputs
//! include this file. The includer has `reseal`, `sample` and `walk` beside it.
//!
//! The first byte of most inputs says which hashes are made right before the rest is read: without
//! that, no change would get past the outermost hash.

use preheat_format::delta::Delta;
use preheat_format::sign::{PublicKey, SecretKey, TrustPolicy, decode_detached};
use preheat_format::{
    ArchiveView, ArtifactPreimage, DeviceDescription, GroupKey, KernelPreimage, SidecarView,
    Signature,
};

use super::{reseal, sample, walk};

/// Opens any bytes as an archive, looks everything up, reads it, verifies it.
pub(super) fn archive_open(data: &[u8]) {
    let Some((mode, bytes)) = data.split_first() else { return };
    let mut bytes = bytes.to_vec();
    if mode & 1 != 0 {
        reseal::reseal_rows(&mut bytes);
    }
    if mode & 2 != 0 {
        reseal::reseal_header(&mut bytes);
    }
    let _ = walk::walk(&bytes, &[GroupKey([0; 32])]);
}

/// Opens any bytes as a device sidecar and reads every blob and description.
pub(super) fn sidecar(data: &[u8]) {
    let Some((mode, bytes)) = data.split_first() else { return };
    let mut bytes = bytes.to_vec();
    if mode & 1 != 0 {
        reseal::reseal_sidecar_rows(&mut bytes);
    }
    if mode & 2 != 0 {
        reseal::reseal_header(&mut bytes);
    }
    let Ok(view) = SidecarView::open(&bytes) else { return };
    for row in view.rows().take(64) {
        let _ = view.find(row.device_key);
        let _ = view.blob(&row);
        let Ok(description) = view.description(&row) else { continue };
        if let Ok(decoded) = DeviceDescription::decode(description) {
            assert_eq!(decoded.encode(), description, "one description has one encoding");
            assert_eq!(decoded.key(row.artifact_key), row.device_key, "the key is its own");
        }
    }
    assert!(TrustPolicy::default().check_sidecar(&view, &[]).is_err(), "nobody is trusted");
}

/// Decodes any bytes as a signature; what decodes encodes to the same bytes.
pub(super) fn signature_decode(data: &[u8]) {
    let Ok(signature) = Signature::decode(data) else { return };
    assert_eq!(signature.encode(), data, "one signature has one encoding");
    let _ = signature.spaces();
    let _ = signature.key();
}

/// Reads any bytes as detached signatures, as key files and as preimages of keys.
pub(super) fn keys_decode(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    match kind % 4 {
        0 => {
            let Ok((_, list)) = decode_detached(bytes) else { return };
            let archive = sample::archive(1);
            let view = ArchiveView::open(&archive).expect("a sound archive");
            assert!(TrustPolicy::default().check(&view, &list).is_err(), "nobody is trusted");
            list.iter().for_each(|one| drop(one.claimed_key().to_string()));
        }
        1 => {
            let text = String::from_utf8_lossy(bytes);
            if let Ok(key) = PublicKey::parse(&text) {
                assert_eq!(PublicKey::parse(&key.to_string()).ok(), Some(key));
            }
            let _ = SecretKey::parse(&text).map(|key| key.public());
        }
        2 => {
            if let Ok(kernel) = KernelPreimage::decode(bytes) {
                assert_eq!(kernel.encode(), bytes, "one preimage has one encoding");
            }
        }
        _ => {
            if let Ok(translation) = ArtifactPreimage::decode(bytes) {
                assert_eq!(translation.encode(), bytes, "one preimage has one encoding");
            }
        }
    }
}

/// Applies any bytes as a delta to an archive of two groups; what comes out is what was promised.
pub(super) fn delta_apply(data: &[u8]) {
    let Some((mode, bytes)) = data.split_first() else { return };
    let base = sample::archive(2);
    let view = ArchiveView::open(&base).expect("a sound archive");
    let mut bytes = bytes.to_vec();
    reseal::reseal_delta(&mut bytes, *mode, view.root_hash().0);
    let Ok(delta) = Delta::decode(&bytes) else { return };
    let mut sink = std::io::Cursor::new(Vec::new());
    let Ok(written) = delta.apply(&view, &mut sink) else { return };
    assert_eq!(written.root_hash, delta.new_root);
    let made = sink.into_inner();
    let made = ArchiveView::open(&made).expect("what a delta makes can be opened");
    assert_eq!(made.root_hash(), delta.new_root);
}
