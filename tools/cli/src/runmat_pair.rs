//! A pair of files of RunMat's warm-up folders, as bytes: names, text, description.
//!
//! This file touches no other file: the fuzz target `runmat_import` gives it any bytes.

use serde::Deserialize;

/// The longest description that is read.
pub(crate) const DESCRIPTION_LEN_MAX: u64 = 1 << 20;
/// Digits of a file's stem.
const STEM_LEN: usize = 16;

/// What RunMat says of a text; nothing of it is needed to compile it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Description {
    #[serde(default)]
    pub(crate) label: String,
    pub(crate) layout_tag: Option<String>,
    pub(crate) workgroup_size: Option<u32>,
    pub(crate) version: Option<u32>,
    pub(crate) precision: Option<String>,
}

/// The stem of a file of a pair; `None` for any other file.
pub(crate) fn stem(name: &str) -> Option<&str> {
    let (stem, "wgsl" | "json") = name.rsplit_once('.')? else { return None };
    let is_one = stem.len() == STEM_LEN && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then_some(stem)
}

/// The text of a kernel.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "its text is not UTF-8".to_owned())
}

/// What a description says.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn description(bytes: &[u8]) -> Result<Description, String> {
    serde_json::from_slice(bytes)
        .map_err(|error| format!("its description cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What the fuzz target `runmat_import` keeps, and what once failed there.
    #[test]
    fn kept_inputs_of_the_fuzz_target_are_read() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cache-format/fuzz");
        let (mut described, mut texts) = (0, 0);
        for folder in ["corpus/runmat_import", "regressions/runmat_import"] {
            for entry in std::fs::read_dir(fuzz.join(folder)).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                let Some((kind, rest)) = bytes.split_first() else { continue };
                match kind % 3 {
                    0 => described += usize::from(description(rest).is_ok()),
                    1 => texts += usize::from(text(rest.to_vec()).is_ok()),
                    _ => drop(stem(&String::from_utf8_lossy(rest)).map(str::to_owned)),
                }
            }
        }
        assert!(described >= 2 && texts >= 1, "the seeds are there");
    }

    #[test]
    fn only_pairs_have_stems() {
        for name in ["0123456789abcdef.wgsl", "0123456789ABCDEF.json"] {
            assert_eq!(stem(name), Some(&name[..16]));
        }
        for name in ["", ".wgsl", "0123456789abcdef", "0123456789abcdef.txt", "x.wgsl.json"] {
            assert_eq!(stem(name), None, "{name}");
        }
        assert_eq!(stem("0123456789abcdeg.wgsl"), None);
        assert_eq!(stem("../3456789abcdef.wgsl"), None);
    }
}
