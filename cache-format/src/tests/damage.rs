//! Damaged, cut, forged and foreign files: a typed error or a finding, never a panic.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::reseal::{reseal_header, reseal_rows};
use super::walk::walk;
use super::{archive, chain};
use crate::archive::HEADER_LEN;
use crate::{ArchiveError, ArchiveView, GroupKey, Part, SectionId, Target};

fn sample_bytes() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| archive(6))
}

fn groups() -> Vec<GroupKey> {
    (0..8).map(|length| chain(length).key()).collect()
}

/// Opens changed bytes; the message has to hold every one of the words.
fn check_open(change: impl FnOnce(&mut Vec<u8>), words: &[&str]) {
    let mut bytes = sample_bytes().to_vec();
    change(&mut bytes);
    let error = ArchiveView::open(&bytes).unwrap_err().to_string();
    words.iter().for_each(|word| assert!(error.contains(word), "`{word}` is not in `{error}`"));
}

fn put_u32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn put_u64(bytes: &mut [u8], at: usize, value: u64) {
    bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

/// Place in the file of the table row of a section.
fn table_row(id: SectionId) -> usize {
    let view = ArchiveView::open(sample_bytes()).unwrap();
    128 + 64 * view.sections().position(|section| section.id == id).unwrap()
}

fn section_offset(id: SectionId) -> usize {
    let view = ArchiveView::open(sample_bytes()).unwrap();
    view.sections().find(|section| section.id == id).unwrap().offset_bytes as usize
}

#[test]
fn an_empty_file() {
    check_open(Vec::clear, &["header", "4096", "has 0"]);
}

#[test]
fn a_file_that_ends_in_the_header() {
    check_open(|bytes| bytes.truncate(100), &["header", "4096", "has 100"]);
    check_open(|bytes| bytes.truncate(12), &["header", "4096", "has 12"]);
}

#[test]
fn a_cut_file() {
    let len = sample_bytes().len();
    let (expected, found) = (len.to_string(), (len - 64).to_string());
    check_open(|bytes| bytes.truncate(len - 64), &[&expected, &found]);
    let found = (len + 1).to_string();
    check_open(|bytes| bytes.push(0), &[&expected, &found]);
}

#[test]
fn a_foreign_file() {
    check_open(
        |bytes| bytes[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\0"),
        &["not a preheat archive", "\\x7fELF", "PREHEAT"],
    );
}

#[test]
fn a_file_of_the_other_byte_order() {
    check_open(|bytes| bytes[8..12].reverse(), &["0x04030201", "0x01020304"]);
}

#[test]
fn a_file_of_another_version() {
    check_open(|bytes| put_u32(bytes, 12, 2), &["version 2", "version 1"]);
}

#[test]
fn a_file_of_another_kind() {
    check_open(
        |bytes| {
            put_u32(bytes, 28, 2);
            reseal_header(bytes);
        },
        &["kind 2", "kind 1"],
    );
}

#[test]
fn a_file_that_says_it_is_huge() {
    check_open(|bytes| put_u64(bytes, 16, u64::MAX), &["18446744073709551615", "1099511627776"]);
    check_open(|bytes| put_u64(bytes, 16, 1 << 40), &["1099511627776"]);
}

#[test]
fn sections_that_do_not_fit() {
    let row = table_row(SectionId::ENTRIES);
    let check = |at: usize, value: u64, word: &str| {
        let change = |bytes: &mut Vec<u8>| {
            put_u64(bytes, row + at, value);
            reseal_header(bytes);
        };
        check_open(change, &[word, "expected"]);
    };
    check(8, 4096, "begins at 4096");
    check(8, 1, "begins at 1");
    check(8, u64::MAX, "begins at 18446744073709551615");
    let change = |bytes: &mut Vec<u8>| {
        put_u64(bytes, row + 16, u64::MAX);
        reseal_header(bytes);
    };
    check_open(change, &["entries", "ends at 18446744073709551615"]);
}

#[test]
fn sections_out_of_order_missing_or_unknown() {
    let row = table_row(SectionId::ENTRIES);
    let check = |id: u32, flags: u32, words: &[&str]| {
        let change = |bytes: &mut Vec<u8>| {
            put_u32(bytes, row, id);
            put_u32(bytes, row + 4, flags);
            reseal_header(bytes);
        };
        check_open(change, words);
    };
    check(2, 1, &["index pages", "follows", "ascending"]);
    check(9, 1, &["ascending"]);
    check(3, 2, &["flags 0x2", "expected"]);
    let last = table_row(SectionId::modules(Target::Wgsl));
    let change = |flags: u32| {
        move |bytes: &mut Vec<u8>| {
            put_u32(bytes, last, 0x77);
            put_u32(bytes, last + 4, flags);
            reseal_header(bytes);
        }
    };
    check_open(change(1), &["unknown (0x77)", "required"]);
    let mut bytes = sample_bytes().to_vec();
    change(0)(&mut bytes);
    let view = ArchiveView::open(&bytes).unwrap();
    assert!(view.section_bytes(SectionId(0x77)).is_some());
    let entry = view.lookup(chain(1).key(), Target::Wgsl).next().unwrap();
    assert!(matches!(entry.module(), Err(ArchiveError::Bounds { .. })));
    // A table that ends early lacks the sections that should follow.
    let change = |bytes: &mut Vec<u8>| {
        let end = section_offset(SectionId::PREIMAGES);
        bytes.truncate(end);
        put_u32(bytes, 24, 3);
        bytes[128 + 3 * 64..HEADER_LEN - 32].fill(0);
        reseal_header(bytes);
    };
    check_open(change, &["preimages", "missing"]);
}

#[test]
fn row_counts_that_do_not_fit() {
    let rows =
        [SectionId::INDEX, SectionId::INDEX_PAGES, SectionId::PREIMAGES, SectionId::PROVENANCE];
    for id in rows {
        for count in [1000, 1 << 23] {
            let change = |bytes: &mut Vec<u8>| {
                put_u64(bytes, table_row(id) + 24, count);
                reseal_header(bytes);
            };
            check_open(change, &["expected", "rows"]);
        }
    }
}

#[test]
fn an_unaligned_address() {
    let mut shifted = vec![0u8; sample_bytes().len() + 16];
    let base = shifted.as_ptr().addr() % 16;
    let start = (16 - base) % 16 + 1;
    let end = start + sample_bytes().len();
    shifted[start..end].copy_from_slice(sample_bytes());
    let error = ArchiveView::open(&shifted[start..end]).unwrap_err();
    assert!(matches!(error, ArchiveError::Misaligned { align: 16, remainder: 1 }), "{error}");
}

#[test]
fn a_changed_entry_or_module_is_refused_when_it_is_read() {
    let key = chain(2).key();
    let row =
        *ArchiveView::open(sample_bytes()).unwrap().lookup(key, Target::Wgsl).next().unwrap().row();
    let mut bytes = sample_bytes().to_vec();
    bytes[section_offset(SectionId::ENTRIES) + row.entry.offset_bytes as usize + 5] ^= 1;
    let modules = SectionId::modules(Target::Wgsl);
    bytes[section_offset(modules) + row.module.offset_bytes as usize + 5] ^= 1;
    let view = ArchiveView::open(&bytes).unwrap();
    let entry = view.lookup(key, Target::Wgsl).next().unwrap();
    view.authenticate(&entry).unwrap();
    let is_of = |error: ArchiveError, wanted: Part| match error {
        ArchiveError::Hash { part, .. } => part == wanted,
        _ => false,
    };
    assert!(is_of(entry.artifact().unwrap_err(), Part::Entry(row.artifact_key)));
    assert!(is_of(entry.module().unwrap_err(), Part::Module(row.artifact_key)));
}

#[test]
fn a_forged_row_is_found_out() {
    let offset = section_offset(SectionId::INDEX);
    // Rank, then artifact key, then target of the first row.
    for (at, field) in [(36, "rank"), (72, "artifact key"), (32, "target")] {
        let mut bytes = sample_bytes().to_vec();
        bytes[offset + at] ^= 3;
        let view = ArchiveView::open(&bytes).unwrap();
        let entry = view.entries().next().unwrap().unwrap();
        let error = entry.artifact().unwrap_err();
        assert!(matches!(error, ArchiveError::Field { field: found, .. } if found == field));
        assert!(view.authenticate(&entry).is_err());
    }
}

#[test]
fn two_entries_swapped_with_all_hashes_right() {
    let offset = section_offset(SectionId::INDEX);
    let mut bytes = sample_bytes().to_vec();
    let (first, second) = bytes[offset..offset + 2 * 192].split_at_mut(192);
    first[40..56].swap_with_slice(&mut second[40..56]);
    reseal_rows(&mut bytes);
    reseal_header(&mut bytes);
    let view = ArchiveView::open(&bytes).unwrap();
    let entry = view.entries().next().unwrap().unwrap();
    view.authenticate(&entry).unwrap();
    assert!(matches!(entry.artifact(), Err(ArchiveError::Field { .. })));
    assert!(!view.verify_all().is_empty());
}

/// Changes one thing, makes all hashes right, and looks for the finding.
fn check_finding(change: impl Fn(&mut Vec<u8>), is_wanted: fn(&ArchiveError) -> bool) {
    let mut bytes = sample_bytes().to_vec();
    change(&mut bytes);
    reseal_rows(&mut bytes);
    reseal_header(&mut bytes);
    let findings = walk(&bytes, &groups()).unwrap();
    assert!(findings.iter().any(is_wanted), "{findings:?}");
}

#[test]
fn every_rule_is_verified_behind_right_hashes() {
    use ArchiveError as E;
    let index = section_offset(SectionId::INDEX);
    let preimages = section_offset(SectionId::PREIMAGES);
    let provenance = section_offset(SectionId::PROVENANCE);
    let provenance_heap = provenance + 64 * 12;
    let spirv = section_offset(SectionId::modules(Target::Spirv));
    let flags = table_row(SectionId::PREIMAGES) + 4;
    check_finding(|b| put_u32(b, flags, 0), |e| matches!(e, E::SectionFlags { found: 0, .. }));
    check_finding(|b| b[index + 191] = 1, |e| matches!(e, E::Reserved { .. }));
    check_finding(|b| b[spirv - 1] = 1, |e| matches!(e, E::Reserved { .. }));
    check_finding(|b| b[spirv + 191] = 1, |e| matches!(e, E::Reserved { .. }));
    check_finding(
        |b| b[index..index + 384].rotate_left(192),
        |e| matches!(e, E::Unsorted { part: Part::IndexRow(1) }),
    );
    check_finding(
        |b| b.copy_within(index..index + 192, index + 192),
        |e| matches!(e, E::Duplicate { .. }),
    );
    check_finding(|b| put_u32(b, index + 32, 7), |e| matches!(e, E::UnknownCode { .. }));
    check_finding(
        |b| put_u64(b, index + 40, 16),
        |e| matches!(e, E::Place { part: Part::Entry(_), .. }),
    );
    check_finding(
        |b| put_u64(b, index + 56, 64),
        |e| matches!(e, E::Place { part: Part::Module(_), .. }),
    );
    check_finding(|b| put_u64(b, index + 40, 1 << 50), |e| matches!(e, E::Bounds { .. }));
    check_finding(|b| put_u32(b, preimages + 32, 7), |e| matches!(e, E::UnknownCode { .. }));
    check_finding(|b| b[preimages] ^= 1, |e| matches!(e, E::MissingPreimage { .. }));
    check_finding(|b| b[preimages + 40] ^= 1, |e| matches!(e, E::Place { .. }));
    check_finding(
        |b| b[preimages + 48 * 30..].iter_mut().take(4000).for_each(|byte| *byte ^= 1),
        |e| matches!(e, E::Preimage { .. }),
    );
    check_finding(|b| b[provenance_heap] = b'/', |e| matches!(e, E::ScriptName { .. }));
    check_finding(|b| b[provenance_heap] = 0xff, |e| matches!(e, E::Text { .. }));
    check_finding(|b| b[provenance + 52] -= 1, |e| matches!(e, E::Place { .. }));
}

#[test]
fn every_byte_of_the_header_counts() {
    for at in 0..HEADER_LEN {
        let mut bytes = sample_bytes().to_vec();
        bytes[at] ^= 1 << (at % 8);
        assert!(ArchiveView::open(&bytes).is_err(), "byte {at}");
    }
}

#[test]
fn the_sound_archive_has_no_findings_after_resealing() {
    let mut bytes = sample_bytes().to_vec();
    reseal_rows(&mut bytes);
    reseal_header(&mut bytes);
    assert_eq!(bytes, sample_bytes());
    assert!(walk(&bytes, &groups()).unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_flipped_byte_is_found(at in HEADER_LEN..sample_bytes().len(), flip in 1..=255u8) {
        let mut bytes = sample_bytes().to_vec();
        bytes[at] ^= flip;
        let findings = walk(&bytes, &groups()).unwrap();
        prop_assert!(!findings.is_empty());
    }

    #[test]
    fn a_cut_file_is_refused(len in 0..sample_bytes().len()) {
        prop_assert!(walk(&sample_bytes()[..len], &groups()).is_err());
    }

    /// With right hashes everywhere, so that every check behind them has to hold by itself.
    #[test]
    fn a_forged_file_does_no_harm(
        edits in proptest::collection::vec((0..1usize << 20, any::<u8>(), 0..4u8), 1..6),
        rows in any::<bool>(),
    ) {
        let mut bytes = sample_bytes().to_vec();
        for (at, value, how) in edits {
            let at = at % bytes.len();
            match how {
                0 => bytes[at] = value,
                1 => bytes[at] ^= 1 << (value % 8),
                2 => bytes[at] = 0xff,
                _ => put_u64(&mut bytes, at.min(sample_bytes().len() - 8), value.into()),
            }
        }
        if rows {
            reseal_rows(&mut bytes);
        }
        reseal_header(&mut bytes);
        let _ = walk(&bytes, &groups());
    }
}
