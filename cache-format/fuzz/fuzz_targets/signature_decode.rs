//! Decodes any bytes as a signature; what decodes encodes to the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use preheat_format::Signature;

fuzz_target!(|data: &[u8]| {
    let Ok(signature) = Signature::decode(data) else { return };
    assert_eq!(signature.encode(), data, "one signature has one encoding");
    let _ = signature.spaces();
    let _ = signature.key();
});
