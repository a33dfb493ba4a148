//! A delta makes the new archive, byte for byte, or nothing.

use std::io::Cursor;

use proptest::prelude::*;

use super::{Sample, archive, provenance, sample, samples};
use crate::delta::{Delta, delta};
use crate::sign::{KeyId, SecretKey, sign_all};
use crate::{ArchiveBuilder, ArchiveView, BuildError, Target, attach};

fn built(samples: &[Sample], script: &str, is_signed: bool) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for sample in samples {
        builder.add(&sample.input()).unwrap();
        builder.add_provenance(provenance(sample.group_key(), script, 1)).unwrap();
    }
    let key = SecretKey::new(KeyId::new("acme", 1).unwrap(), [5; 32]);
    let signers = if is_signed { vec![(key, 1)] } else { Vec::new() };
    let built = builder.finish_with(|root_hash| sign_all(root_hash, Vec::new(), &signers));
    built.unwrap().bytes
}

fn applied(old: &[u8], delta: &[u8]) -> Result<Vec<u8>, BuildError> {
    let old = ArchiveView::open(old).unwrap();
    let mut sink = Cursor::new(Vec::new());
    Delta::decode(delta).unwrap().apply(&old, &mut sink)?;
    Ok(sink.into_inner())
}

fn delta_of(old: &[u8], new: &[u8]) -> Vec<u8> {
    let (old, new) = (ArchiveView::open(old).unwrap(), ArchiveView::open(new).unwrap());
    // Behind something else, which stays.
    let mut sink = Cursor::new(vec![7; 24]);
    sink.set_position(24);
    let len = delta(&old, &new, &mut sink).unwrap();
    let bytes = sink.into_inner();
    assert_eq!(bytes[..24], [7; 24]);
    assert_eq!(len, bytes.len() as u64 - 24);
    bytes[24..].to_vec()
}

#[test]
fn one_changed_kernel_of_ten_thousand_is_small() {
    let mut all = Vec::new();
    for (group, rank) in (0..25).flat_map(|group| (0..200).map(move |rank| (group, rank))) {
        for target in [Target::Spirv, Target::Wgsl] {
            all.push(sample(group, rank, &format!("variant {rank}"), target));
        }
    }
    assert_eq!(all.len(), 10_000);
    let old = built(&all, "a.m", true);
    // Another generator: other kernel and artifact keys, and another module.
    let changed = &mut all[4000];
    assert_eq!(changed.artifact.target, Target::Spirv);
    changed.kernel.generator = [9; 32];
    changed.artifact.kernel_key = changed.kernel.key().0;
    changed.translation.kernel = changed.kernel.key();
    changed.artifact.artifact_key = changed.translation.key().0;
    changed.module = vec![3; 16_000];
    let new = built(&all, "a.m", true);
    let bytes = delta_of(&old, &new);
    assert!(bytes.len() <= 64 << 10, "{} bytes", bytes.len());
    assert!(applied(&old, &bytes).unwrap() == new);
    let back = delta_of(&new, &old);
    assert!(applied(&new, &back).unwrap() == old);
}

#[test]
fn a_delta_is_for_one_archive_only() {
    let (old, new, other) = (archive(3), archive(5), archive(4));
    let bytes = delta_of(&old, &new);
    assert!(matches!(applied(&other, &bytes), Err(BuildError::Base { .. })));
}

#[test]
fn a_damaged_delta_is_refused() {
    let bytes = delta_of(&archive(2), &archive(3));
    for at in (0..bytes.len()).step_by(37).chain(0..120) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 4;
        assert!(Delta::decode(&damaged).is_err(), "byte {at}");
        assert!(Delta::decode(&bytes[..at]).is_err(), "{at} bytes");
    }
}

/// Attached sections are shipped whole.
#[test]
fn a_signature_alone_is_a_delta() {
    let one = archive(2);
    let view = ArchiveView::open(&one).unwrap();
    let key = SecretKey::new(KeyId::new("acme", 1).unwrap(), [5; 32]);
    let attachments = sign_all(view.root_hash(), Vec::new(), &[(key, 1)]);
    let mut sink = Cursor::new(Vec::new());
    attach::attach(&view, &attachments, &mut sink).unwrap();
    let signed = sink.into_inner();
    assert_eq!(applied(&one, &delta_of(&one, &signed)).unwrap(), signed);
    assert_eq!(applied(&signed, &delta_of(&signed, &one)).unwrap(), one);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_archive_leads_to_any_other(
        old in proptest::collection::btree_set(0..24usize, 0..24),
        new in proptest::collection::btree_set(0..24usize, 0..24),
        scripts in any::<(bool, bool)>(),
        is_signed in any::<(bool, bool)>(),
    ) {
        let all = samples(6);
        let pick = |set: &std::collections::BTreeSet<usize>| -> Vec<Sample> {
            set.iter().map(|at| all[*at].clone()).collect()
        };
        let name = |is_first| if is_first { "a.m" } else { "b.m" };
        let old = built(&pick(&old), name(scripts.0), is_signed.0);
        let new = built(&pick(&new), name(scripts.1), is_signed.1);
        let bytes = delta_of(&old, &new);
        prop_assert_eq!(applied(&old, &bytes).unwrap(), new);
    }
}
