//! Opens any bytes as an archive, looks everything up, reads it, verifies it.
//!
//! The first byte says how far the hashes are made right before: without that, no change would
//! get past the header's hash.

#![no_main]

use libfuzzer_sys::fuzz_target;
use preheat_format::{ArchiveError, ArchiveView, GroupKey, KernelKey, Target};

#[path = "../reseal.rs"]
mod reseal;
#[path = "../walk.rs"]
mod walk;

fuzz_target!(|data: &[u8]| {
    let Some((mode, bytes)) = data.split_first() else { return };
    let mut bytes = bytes.to_vec();
    if mode & 1 != 0 {
        reseal::reseal_rows(&mut bytes);
    }
    if mode & 2 != 0 {
        reseal::reseal_header(&mut bytes);
    }
    let _ = walk::walk(&bytes, &[GroupKey([0; 32])]);
});
