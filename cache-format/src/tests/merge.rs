//! The laws of merging, and shards that no one coordinates.

use std::io::Cursor;

use proptest::prelude::*;

use super::{Sample, archive, provenance, samples};
use crate::archive::ContentHash;
use crate::merge::Merge;
use crate::shard::shard_of;
use crate::{ArchiveBuilder, ArchiveView, Attachment, BuildError, GroupKey, SectionId, attach};

fn merged(archives: &[&[u8]]) -> Result<Vec<u8>, BuildError> {
    let views: Vec<_> = archives.iter().map(|bytes| ArchiveView::open(bytes).unwrap()).collect();
    let mut sink = Cursor::new(Vec::new());
    Merge { views: &views, keep: &|_| true }.write(&mut sink, |_| Vec::new())?;
    Ok(sink.into_inner())
}

fn built<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for sample in samples {
        builder.add(&sample.input()).unwrap();
        for (script, line) in [("image/normalise.m", 3), ("chain.m", 1)] {
            builder.add_provenance(provenance(sample.group_key(), script, line)).unwrap();
        }
    }
    builder.finish().unwrap().bytes
}

#[test]
fn merging_an_archive_with_itself_or_nothing_changes_nothing() {
    let (one, empty) = (archive(5), built([]));
    assert_eq!(merged(&[&one]).unwrap(), one);
    assert_eq!(merged(&[&one, &one, &empty]).unwrap(), one);
    assert_eq!(merged(&[]).unwrap(), empty);
}

#[test]
fn a_conflict_is_an_error() {
    let sample = samples(1).remove(0);
    let check = |change: fn(&mut Sample), what: &str| {
        let mut other = sample.clone();
        change(&mut other);
        let error = merged(&[&built([&sample]), &built([&other])]).unwrap_err();
        assert!(error.to_string().contains(&format!("two different {what}")), "{error}");
    };
    check(|sample| sample.module.extend([0; 4]), "modules");
    check(|sample| sample.artifact.op_count += 1, "entries");
    check(|sample| sample.artifact.rank += 1, "entries");
}

#[test]
fn a_damaged_blob_is_not_taken() {
    let good = archive(3);
    for id in [0x11, 0x12, 3, 4] {
        let view = ArchiveView::open(&good).unwrap();
        let section = view.sections().find(|section| section.id == SectionId(id)).unwrap();
        let mut bytes = good.clone();
        // The last byte of a section is one of a blob or a preimage.
        bytes[(section.offset_bytes + section.len_bytes) as usize - 1] ^= 1;
        assert!(merged(&[&bytes]).is_err(), "section {id:#x}");
    }
}

#[test]
fn what_is_left_out_takes_its_preimages_and_provenance_along() {
    let samples = samples(4);
    let (gone, rest) = samples.split_at(4);
    let gone = gone[0].group_key();
    let bytes = built(&samples);
    let views = [ArchiveView::open(&bytes).unwrap()];
    let mut sink = Cursor::new(Vec::new());
    let merge = Merge { views: &views, keep: &|row| row.group_key != gone };
    let written = merge.write(&mut sink, |_| Vec::new()).unwrap();
    assert_eq!(written.artifact_count, rest.len() as u64);
    assert_eq!(sink.into_inner(), built(rest));
}

#[test]
fn attachments_come_and_go_without_a_trace() {
    let one = archive(3);
    let view = ArchiveView::open(&one).unwrap();
    let note = Attachment { id: SectionId(0x1fff), row_count: 0, bytes: b"a note".to_vec() };
    let mut sink = Cursor::new(Vec::new());
    let written = attach::attach(&view, std::slice::from_ref(&note), &mut sink).unwrap();
    let noted = sink.into_inner();
    assert_eq!(written.len_bytes, noted.len() as u64);
    let view = ArchiveView::open(&noted).unwrap();
    assert_eq!(view.root_hash(), ArchiveView::open(&one).unwrap().root_hash());
    assert_eq!(view.section_bytes(note.id), Some(note.bytes.as_slice()));
    assert!(view.verify_all().is_empty(), "{:?}", view.verify_all());
    assert_eq!(attach::attachments(&view, &[]), std::slice::from_ref(&note));
    assert!(attach::attachments(&view, &[note.id]).is_empty());
    let mut sink = Cursor::new(Vec::new());
    attach::attach(&view, &[], &mut sink).unwrap();
    assert_eq!(sink.into_inner(), one);
    let mut again = [note.clone(), note];
    assert!(attach::attach(&view, &again, &mut Cursor::new(Vec::new())).is_err());
    again[0].id = SectionId::PLANS;
    assert!(attach::attach(&view, &again[..1], &mut Cursor::new(Vec::new())).is_err());
}

#[test]
fn shards_are_about_equally_large_and_stay_when_one_is_added() {
    let keys: Vec<_> =
        (0..4000u32).map(|n| GroupKey(ContentHash::of(&n.to_le_bytes()).0)).collect();
    let mut counts = [0; 7];
    let mut moved = 0;
    for key in &keys {
        counts[shard_of(*key, 7) as usize] += 1;
        moved += usize::from(shard_of(*key, 8) != shard_of(*key, 7));
        assert!(matches!(shard_of(*key, 8), 7) || shard_of(*key, 8) == shard_of(*key, 7));
    }
    // 571 expected; five standard deviations are 111.
    assert!(counts.iter().all(|count| (460..=682).contains(count)), "{counts:?}");
    assert!((390..=610).contains(&moved), "{moved} of 4000 groups moved");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shards_merged_in_any_order_are_the_unsharded_archive(
        count in 0..40usize,
        shards in prop::sample::select(vec![1u32, 2, 7, 64]),
        seed in any::<u64>(),
    ) {
        let samples = samples(count);
        let mut parts: Vec<(u64, Vec<u8>)> = (0..shards)
            .map(|shard| {
                let own = samples.iter().filter(|one| shard_of(one.group_key(), shards) == shard);
                (seed.wrapping_mul(2 * u64::from(shard) + 1).rotate_left(17), built(own))
            })
            .collect();
        parts.sort_by_key(|(order, _)| *order);
        let parts: Vec<&[u8]> = parts.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        let whole = built(&samples);
        prop_assert_eq!(&merged(&parts).unwrap(), &whole);
        // Associative: two halves first.
        let (left, right) = parts.split_at(parts.len() / 2);
        let halves = [merged(left).unwrap(), merged(right).unwrap()];
        prop_assert_eq!(&merged(&[&halves[1], &halves[0]]).unwrap(), &whole);
    }
}
