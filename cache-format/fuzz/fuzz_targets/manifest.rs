//! Reads any text as a manifest of scripts and kernels. The code is the program's own file, which
//! needs nothing else of it.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../../tools/cli/src/manifest.rs"]
#[allow(dead_code, reason = "nothing is built here")]
mod manifest;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(found) = manifest::parse(text) else { return };
    for case in &found.cases {
        let joined = std::path::Path::new("/folder").join(&case.path);
        assert!(!case.is_below() || joined.starts_with("/folder"), "{}", case.path);
        case.small.values().for_each(|value| drop(manifest::setting(value)));
    }
});
