//! SPIR-V as text, through rspirv.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rspirv::binary::Disassemble;

/// The instructions of a module, one a line; why there are none if it cannot be read.
///
/// Modules may come from anywhere, and rspirv was not written for that: its panics are caught.
pub(crate) fn disassemble(module: &[u8]) -> String {
    let read = || rspirv::dr::load_bytes(module).map(|module| module.disassemble());
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => format!("; not valid SPIR-V: {error}"),
        Err(_) => "; not valid SPIR-V: it names what it does not define".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_module_is_said_to_be_none() {
        for bytes in [&b""[..], b"abc", &[0; 64]] {
            assert!(disassemble(bytes).starts_with("; not valid SPIR-V"), "{bytes:?}");
        }
        let mut head = vec![0x0723_0203u32, 0x0001_0300, 0, 5, 0];
        head.extend([0x0003_000e, 0, 1]);
        let bytes: Vec<u8> = head.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert!(disassemble(&bytes).contains("OpMemoryModel Logical GLSL450"));
    }
}
