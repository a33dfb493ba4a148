//! Any bytes as the text of a script. Parsing needs `syntax` and `diagnostic` alone, so the rest of
//! the compiler is not built.

#![no_main]
#![allow(dead_code, reason = "programs are read here, not run")]

use libfuzzer_sys::fuzz_target;

#[path = "../../src/diagnostic.rs"]
mod diagnostic;
#[path = "../survives.rs"]
mod survives;
#[path = "../../src/syntax/mod.rs"]
mod syntax;

fuzz_target!(|data: &[u8]| survives::text(&String::from_utf8_lossy(data)));
