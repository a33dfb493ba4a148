//! Reads any bytes as the journal of a device cache. The code is the runtime's own file, which
//! needs nothing else of that crate.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

use preheat_format::{ContentHash, DeviceKey};

#[path = "../../../runtime/src/blobs/journal.rs"]
#[allow(dead_code, reason = "nothing is written or read from files here")]
mod journal;

/// As in the runtime.
type Loose = BTreeMap<DeviceKey, journal::Record>;

const HEAD_LEN: usize = 84;

fuzz_target!(|data: &[u8]| {
    let Some((mode, bytes)) = data.split_first() else { return };
    let mut bytes = bytes.to_vec();
    if mode & 1 != 0 {
        reseal(&mut bytes);
    }
    let mut loose = Loose::new();
    journal::read_bytes(&bytes, &mut loose);
    for (key, record) in &loose {
        let found = preheat_format::sidecar::device_key(record.artifact, &record.description);
        assert_eq!(*key, found);
    }
    let len: usize = loose.values().map(|one| one.description.len() + one.blob.len()).sum();
    assert!(len <= bytes.len(), "records are read, not made up");
});

/// Makes magic, hashes and checks of records right, as far as their lengths point to something.
fn reseal(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(head) = bytes.get_mut(at..at + HEAD_LEN) {
        head[..4].copy_from_slice(b"PHJ1");
        let len =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let len = len(4) as usize + len(8) as usize;
        let start = at + HEAD_LEN;
        if let Some(body) = bytes.get(start..start + len) {
            let hash = ContentHash::of(body).0;
            bytes[at + 44..at + 76].copy_from_slice(&hash);
        }
        let check = ContentHash::of(&bytes[at..at + 76]).0;
        bytes[at + 76..start].copy_from_slice(&check[..8]);
        at = start + len;
    }
}
