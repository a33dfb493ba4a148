//! Manifests: the scripts and hand-written kernels that a `.toml` file lists.
//!
//! The heads of `corpus/corpus.toml` and `kernels.rs` say what the tables mean. What building does
//! not need is left alone, so that a manifest may say more.
//!
//! [`parse`] touches no file: the fuzz target `manifest` gives it any text.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

/// Everything that a manifest lists.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    #[serde(rename = "case", default)]
    pub(crate) cases: Vec<Case>,
    #[serde(rename = "kernel", default)]
    pub(crate) kernels: Vec<Kernel>,
}

/// A script.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) path: String,
    pub(crate) expect_error: Option<String>,
    #[serde(default)]
    pub(crate) small: BTreeMap<String, toml::Value>,
}

/// A hand-written kernel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kernel {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) entry_point: Option<String>,
    #[serde(default)]
    pub(crate) overrides: BTreeMap<String, f64>,
}

/// The value of a variable of a script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setting {
    Number(f64),
    Text(String),
}

impl Case {
    /// True if the path stays below the manifest's folder, on any system.
    pub(crate) fn is_below(&self) -> bool {
        let mut parts = Path::new(&self.path).components();
        let is_below = parts.all(|part| matches!(part, Component::Normal(_)));
        is_below && !self.path.is_empty() && !self.path.contains('\\')
    }
}

/// The setting that a value is, if it is one.
pub(crate) fn setting(value: &toml::Value) -> Option<Setting> {
    match value {
        toml::Value::Integer(number) => Some(Setting::Number(*number as f64)),
        toml::Value::Float(number) => Some(Setting::Number(*number)),
        toml::Value::String(text) => Some(Setting::Text(text.clone())),
        _ => None,
    }
}

/// Reads a manifest's text.
///
/// # Errors
/// What TOML or its tables are not.
pub(crate) fn parse(text: &str) -> Result<Manifest, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the fuzz target `manifest` keeps, and what once failed there.
    #[test]
    fn kept_inputs_of_the_fuzz_target_are_read() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cache-format/fuzz");
        let mut cases = 0;
        for folder in ["corpus/manifest", "regressions/manifest"] {
            for entry in std::fs::read_dir(fuzz.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
                if let Ok(manifest) = parse(&text) {
                    cases += manifest.cases.len() + manifest.kernels.len();
                }
            }
        }
        assert!(cases >= 3, "the seeds are there");
    }

    #[test]
    fn paths_stay_below_the_manifest() {
        let case =
            |path: &str| Case { path: path.to_owned(), expect_error: None, small: BTreeMap::new() };
        for good in ["a.m", "b/c.m", "..m"] {
            assert!(case(good).is_below(), "{good}");
        }
        for bad in ["", "/a.m", "../a.m", "b/../../a.m", "b\\a.m"] {
            assert!(!case(bad).is_below(), "{bad}");
        }
    }
}
