//! What goes into an archive comes out, whatever the order.

use proptest::prelude::*;

use super::{Sample, archive, chain, provenance, samples};
use crate::archive::SECTION_ALIGN;
use crate::{
    ArchiveBuilder, ArchiveLayout, ArchiveView, ArtifactKey, BuildError, GroupKey, KernelKey,
    SectionId, Target,
};

fn built(samples: &[Sample]) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    samples.iter().for_each(|sample| builder.add(&sample.input()).unwrap());
    builder.finish().unwrap().bytes
}

#[test]
fn everything_that_went_in_comes_out() {
    let samples = samples(70);
    let bytes = archive(70);
    let view = ArchiveView::open(&bytes).unwrap();
    assert_eq!(view.entry_count(), samples.len() as u64);
    for sample in &samples {
        let group = sample.group_key();
        let mut found = view.lookup(group, sample.artifact.target);
        let entry = found.nth(sample.artifact.rank as usize).unwrap();
        assert_eq!(entry.to_artifact().unwrap(), sample.artifact);
        assert_eq!(entry.artifact().unwrap().variant, sample.artifact.variant);
        assert_eq!(entry.module().unwrap(), sample.module);
        assert_eq!(entry.row().module.offset_bytes % SECTION_ALIGN, 0);
        view.authenticate(&entry).unwrap();
        assert_eq!(view.signature(group).unwrap().unwrap(), sample.signature);
        let kernel_key = KernelKey(sample.artifact.kernel_key);
        assert_eq!(view.kernel(kernel_key).unwrap().unwrap(), sample.kernel);
        let key = ArtifactKey(sample.artifact.artifact_key);
        assert_eq!(view.translation(key).unwrap().unwrap(), sample.translation);
        let rows: Vec<_> = view.provenance(group).map(Result::unwrap).collect();
        let expected = [provenance(group, "chain.m", 1), provenance(group, "image/normalise.m", 3)];
        assert_eq!(rows, expected);
    }
    assert!(view.verify_all().is_empty(), "{:?}", view.verify_all());
}

#[test]
fn variants_come_in_rank_order() {
    let bytes = archive(5);
    let view = ArchiveView::open(&bytes).unwrap();
    let ranks: Vec<u32> =
        view.lookup(chain(3).key(), Target::Wgsl).map(|entry| entry.row().rank).collect();
    assert_eq!(ranks, [0, 1]);
}

#[test]
fn a_miss_is_an_empty_iterator() {
    let bytes = archive(5);
    let view = ArchiveView::open(&bytes).unwrap();
    assert_eq!(view.lookup(chain(99).key(), Target::Spirv).count(), 0);
    assert_eq!(view.lookup(chain(3).key(), Target::Msl).count(), 0);
    for key in [GroupKey([0; 32]), GroupKey([0xff; 32])] {
        assert_eq!(view.lookup(key, Target::Hlsl).count(), 0);
        assert_eq!(view.signature(key).unwrap(), None);
        assert_eq!(view.provenance(key).count(), 0);
    }
}

#[test]
fn an_empty_archive_is_an_archive() {
    let bytes = built(&[]);
    let view = ArchiveView::open(&bytes).unwrap();
    assert_eq!(view.entry_count(), 0);
    assert_eq!(view.entries().count(), 0);
    assert!(view.verify_all().is_empty());
}

#[test]
fn equal_modules_are_stored_once() {
    let bytes = archive(30);
    let view = ArchiveView::open(&bytes).unwrap();
    let wgsl = view.section_bytes(SectionId::modules(Target::Wgsl)).unwrap();
    // Three different texts, the last without padding.
    assert_eq!(wgsl.len(), 2 * 64 + samples(1)[1].module.len());
}

#[test]
fn a_layout_is_read_once_and_used_again() {
    let bytes = archive(3);
    let layout = ArchiveLayout::read(&bytes).unwrap();
    let view = ArchiveView::new(&bytes, layout).unwrap();
    assert_eq!(view.layout(), layout);
    assert_eq!(view.lookup(chain(1).key(), Target::Spirv).count(), 2);
    let other = archive(9);
    assert!(ArchiveView::new(&other, layout).is_err());
}

#[test]
fn the_same_key_with_other_bytes_is_a_conflict() {
    let sample = samples(1).remove(0);
    let check = |change: fn(&mut Sample), what: &str| {
        let mut other = sample.clone();
        change(&mut other);
        let mut builder = ArchiveBuilder::new();
        builder.add(&sample.input()).unwrap();
        let error = builder.add(&other.input()).unwrap_err();
        assert!(error.to_string().contains(&format!("two different {what}")), "{error}");
        builder.add(&sample.input()).unwrap();
        assert_eq!(builder.finish().unwrap().bytes, built(std::slice::from_ref(&sample)));
    };
    check(|sample| sample.module.extend([0; 4]), "modules");
    check(|sample| sample.artifact.op_count += 1, "entries");
    check(|sample| sample.artifact.rank += 1, "entries");
}

#[test]
fn keys_must_be_those_of_the_preimages() {
    let check = |change: fn(&mut Sample), field: &str| {
        let mut sample = samples(1).remove(0);
        change(&mut sample);
        let error = ArchiveBuilder::new().add(&sample.input()).unwrap_err();
        assert!(matches!(error, BuildError::Preimage { field: found, .. } if found == field));
    };
    check(|sample| sample.signature = chain(9), "group key");
    check(|sample| sample.artifact.group_key[0] ^= 1, "group key");
    check(|sample| sample.kernel.group.0[0] ^= 1, "group key of its kernel");
    check(|sample| sample.kernel.variant.push('x'), "kernel key");
    check(|sample| sample.translation.kernel.0[0] ^= 1, "kernel key of its translation");
    check(|sample| sample.translation.options.push('x'), "artifact key");
    check(|sample| sample.artifact.target = Target::Msl, "target");
}

#[test]
fn script_names_are_relative() {
    let mut builder = ArchiveBuilder::new();
    for script in ["", "/home/a/x.m", "C:\\x.m", "c:x.m", "a\\b.m"] {
        let error = builder.add_provenance(provenance(chain(1).key(), script, 1)).unwrap_err();
        assert!(matches!(error, BuildError::ScriptName { .. }), "{error}");
    }
}

#[test]
fn modules_have_the_form_of_their_target() {
    let mut spirv = samples(1).remove(0);
    spirv.module.push(0);
    let mut wgsl = samples(1).remove(1);
    wgsl.module.push(0xff);
    for sample in [spirv, wgsl] {
        let error = ArchiveBuilder::new().add(&sample.input()).unwrap_err();
        assert!(error.to_string().contains("expected"), "{error}");
    }
}

#[test]
fn the_root_hash_is_of_the_content() {
    let mut builder = ArchiveBuilder::new();
    samples(2).iter().for_each(|sample| builder.add(&sample.input()).unwrap());
    let built = builder.clone().finish().unwrap();
    assert_eq!(ArchiveView::open(&built.bytes).unwrap().root_hash(), built.root_hash);
    builder.add_provenance(provenance(chain(1).key(), "a.m", 1)).unwrap();
    assert_ne!(builder.finish().unwrap().root_hash, built.root_hash);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_do_not_depend_on_the_order(
        order in Just((0..24usize).collect::<Vec<_>>()).prop_shuffle(),
        again in proptest::collection::vec(0..24usize, 0..8),
    ) {
        let samples = samples(6);
        let mut builder = ArchiveBuilder::new();
        for index in order.into_iter().chain(again) {
            let sample = &samples[index];
            for (script, line) in [("chain.m", 1), ("image/normalise.m", 3)] {
                builder.add_provenance(provenance(sample.group_key(), script, line)).unwrap();
            }
            builder.add(&sample.input()).unwrap();
        }
        prop_assert_eq!(builder.finish().unwrap().bytes, archive(6));
    }
}
