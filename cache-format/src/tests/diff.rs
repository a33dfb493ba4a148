//! Whatever differs between two archives is named, and nothing else.

use super::{Sample, provenance, samples};
use crate::diff::diff;
use crate::{ArchiveBuilder, ArchiveView};

fn built<'a>(samples: impl IntoIterator<Item = &'a Sample>, script: &str) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    for sample in samples {
        builder.add(&sample.input()).unwrap();
        builder.add_provenance(provenance(sample.group_key(), script, 1)).unwrap();
    }
    builder.finish().unwrap().bytes
}

fn of(old: &[u8], new: &[u8]) -> crate::diff::Diff {
    diff(&ArchiveView::open(old).unwrap(), &ArchiveView::open(new).unwrap()).unwrap()
}

#[test]
fn equal_archives_do_not_differ() {
    let all = samples(5);
    let one = built(&all, "a.m");
    assert!(of(&one, &one).is_empty());
}

#[test]
fn what_one_lacks_is_named_with_its_size() {
    let all = samples(6);
    let gone = all[3].group_key();
    let rest: Vec<Sample> =
        all.iter().filter(|sample| sample.group_key() != gone).cloned().collect();
    let (whole, part) = (built(&all, "a.m"), built(&rest, "a.m"));
    let there = of(&whole, &part);
    let of_gone = all.iter().filter(|sample| sample.group_key() == gone).count();
    assert_eq!(there.removed.len(), 1);
    assert_eq!((there.removed[0].group, there.removed[0].artifacts), (gone, of_gone));
    assert!(there.removed[0].bytes > 0 && there.added.is_empty() && there.changed.is_empty());
    assert_eq!(there.removed_places.len(), 1);
    let back = of(&part, &whole);
    assert_eq!((back.added, back.added_places), (there.removed, there.removed_places));
    assert!(back.removed.is_empty());
}

#[test]
fn the_field_that_changed_is_named() {
    let all = samples(3);
    let old = built(&all, "a.m");
    let check = |change: fn(&mut Sample), field: &str| {
        let mut other = all.clone();
        let changed = &mut other[0];
        change(changed);
        changed.artifact.kernel_key = changed.kernel.key().0;
        changed.translation.kernel = changed.kernel.key();
        changed.artifact.artifact_key = changed.translation.key().0;
        let found = of(&old, &built(&other, "a.m"));
        let fields: Vec<&str> = found
            .changed
            .iter()
            .flat_map(|one| &one.differences)
            .map(|one| one.field.as_str())
            .collect();
        assert_eq!(fields, [field]);
        assert!(found.removed_artifacts.is_empty() && found.added_artifacts.is_empty());
    };
    check(|sample| sample.kernel.generator = [9; 32], "generator");
    check(|sample| sample.translation.translator = "naga 31".to_owned(), "translator");
    check(|sample| sample.translation.options = "fast".to_owned(), "options");
    check(|sample| sample.translation.limits = "native".to_owned(), "limits");
    check(|sample| sample.artifact.op_count += 1, "operations");
    check(|sample| sample.module.extend([0; 4]), "module");
}

#[test]
fn places_that_moved_are_named() {
    let all = samples(2);
    let found = of(&built(&all, "a.m"), &built(&all, "b.m"));
    assert!(found.removed.is_empty() && found.changed.is_empty());
    assert!(found.removed_places.iter().all(|place| place.script == "a.m"));
    assert_eq!(found.removed_places.len(), found.added_places.len());
    assert!(!found.removed_places.is_empty());
}

/// A change of a preimage changes its own key and those below it, and no other.
#[test]
fn a_change_flips_exactly_the_keys_below_it() {
    let base = &samples(1)[0];
    let keys = |sample: &Sample| {
        let mut kernel = sample.kernel.clone();
        kernel.group = sample.signature.key();
        let mut translation = sample.translation.clone();
        translation.kernel = kernel.key();
        (kernel.group, translation.kernel, translation.key())
    };
    let before = keys(base);
    let check = |change: fn(&mut Sample), expected: [bool; 3]| {
        let mut other = base.clone();
        change(&mut other);
        let after = keys(&other);
        let flipped = [before.0 != after.0, before.1 != after.1, before.2 != after.2];
        assert_eq!(flipped, expected, "{:?} {:?}", other.kernel, other.translation);
    };
    check(|sample| sample.signature = super::chain(9), [true; 3]);
    check(|sample| sample.kernel.variant.push('x'), [false, true, true]);
    check(|sample| sample.kernel.guard.push(1), [false, true, true]);
    check(|sample| sample.kernel.generator[31] ^= 1, [false, true, true]);
    check(|sample| sample.translation.target = crate::Target::Hlsl, [false, false, true]);
    check(|sample| sample.translation.translator = "naga 30.0.2".to_owned(), [false, false, true]);
    check(|sample| sample.translation.options.push('x'), [false, false, true]);
    check(|sample| sample.translation.limits = "native".to_owned(), [false, false, true]);
    // What only dispatches a kernel is in no key.
    check(|sample| sample.artifact.op_count += 1, [false; 3]);
    check(|sample| sample.module.push(0), [false; 3]);
}
