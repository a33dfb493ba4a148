//! What a check yields: findings with positions, and a verdict per module and per target.
//!
//! Invariant: a report whose verdict is [`Verdict::Valid`] holds no finding of
//! [`Severity::Error`]. Deliberately absent: any rendering, which is the program's affair.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::source::LineIndex;

/// A place in a source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// Offset from the start of the text, in bytes.
    pub offset: u32,
}

impl Position {
    /// The position of the byte at `offset` of `text`, clamped to the text.
    pub fn in_text(text: &str, offset: usize) -> Self {
        LineIndex::new(text).position(offset)
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Information that asks for no action.
    Note,
    /// A lint: the module stays valid.
    Warning,
    /// The module, or its translation to a requested target, is broken.
    Error,
}

impl Severity {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The answer for a module or a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything that was asked for holds.
    Valid,
    /// The checker or naga cannot decide; a finding says because of what.
    Unsupported,
    /// At least one error.
    Invalid,
}

impl Verdict {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Unsupported => "unsupported",
            Self::Invalid => "invalid",
        }
    }
}

/// A language that naga translates to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// SPIR-V, for Vulkan.
    Spirv,
    /// Metal Shading Language.
    Msl,
    /// HLSL, for Direct3D 12.
    Hlsl,
    /// GLSL, for OpenGL.
    Glsl,
    /// WGSL, for WebGPU.
    Wgsl,
}

impl Target {
    /// Every target, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Spirv, Self::Msl, Self::Hlsl, Self::Glsl, Self::Wgsl];

    /// The word of the command line and of JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spirv => "spirv",
            Self::Msl => "msl",
            Self::Hlsl => "hlsl",
            Self::Glsl => "glsl",
            Self::Wgsl => "wgsl",
        }
    }

    /// The target of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }
}

/// One thing that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The stable code of the rule, explained by `wgslcheck explain CODE`.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in lower case, literals in backticks.
    pub message: String,
    /// First character concerned; absent when the finding is about the whole file.
    pub start: Option<Position>,
    /// Just after the last character concerned.
    pub end: Option<Position>,
    /// What to do about it.
    pub help: Option<String>,
    /// The target it holds for; absent when it holds for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

/// The result for one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The path as it was given.
    pub path: String,
    /// The answer for the module and all requested targets together.
    pub verdict: Verdict,
    /// The answer per requested target.
    pub targets: BTreeMap<Target, Verdict>,
    /// What was found, by position.
    pub findings: Vec<Finding>,
}
