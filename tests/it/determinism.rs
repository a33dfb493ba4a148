//! Same input, same bytes.

use std::sync::Arc;

use preheat_compiler::pack::{GroupSet, PackOptions, pack};
use preheat_compiler::session;

use super::harness;

fn corpus_set(reverse: bool) -> GroupSet {
    let mut cases: Vec<_> = harness::parsed_cases().into_values().collect();
    if reverse {
        cases.reverse();
    }
    let mut set = GroupSet::default();
    for case in cases {
        let script = harness::script(&case).expect("it parsed before");
        let (groups, _) = harness::trace(&case, &case.small);
        set.extend(session::group_set(&script, &groups));
    }
    set
}

fn build(reverse: bool, threads: usize) -> Vec<u8> {
    let set = corpus_set(reverse);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    let packed = pool.install(|| pack(&set, &PackOptions::default(), || {}));
    packed.expect("the corpus compiles").archive.bytes
}

/// One thread in order, and eight threads with the scripts in reverse.
#[test]
fn archive_bytes_depend_on_the_scripts_alone() {
    let (one, eight) = (build(false, 1), build(true, 8));
    assert!(!one.is_empty());
    assert!(one == eight, "{} and {} bytes differ", one.len(), eight.len());
}

/// Keys are blake3 of the signature and nothing else: a signature that went through its bytes has
/// the same key.
#[test]
fn keys_survive_encoding() {
    let set = corpus_set(false);
    assert!(set.len() > 50, "the corpus has {} groups", set.len());
    for (key, signature, _) in set.iter() {
        let bytes = signature.encode();
        let decoded = preheat_format::Signature::decode(&bytes).expect("our own bytes decode");
        assert_eq!(Arc::new(decoded).key(), *key);
    }
}
