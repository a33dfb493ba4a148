//! An archive as a folder of readable files: the JSON forms that `export` writes and `import`
//! reads.
//!
//! ```text
//! archive.json               what the folder is, and the root hash of the archive
//! groups/KEY/group.json      signature, places in scripts, artifacts with what their keys are of
//! groups/KEY/0-vec4.wgsl     a module; `.spv` has its disassembly beside it, for reading only
//! plans/0.plan               the bytes of a plan; `archive.json` has the names in this order
//! attached/00001002          a section that is no content (signatures, certificates), as it is
//! ```
//!
//! Sizes are postfix formulas (`x0 4 % 0 ==`). A module that was edited has another hash than
//! `group.json` says and is refused: its key would name what it is not.

use preheat_format::key::{ArtifactPreimage, KernelPreimage};
use preheat_format::{
    Artifact, ArtifactKey, BindTarget, Binding, DType, Features, GroupKey, KernelKey, Pass,
    ShapeExpr, ShapeOp, Target, UniformField, UniformValue,
};
use serde::{Deserialize, Serialize};

/// What `archive.json` says the folder is.
pub(crate) const FORMAT: &str = "preheat export 1";
/// Name of the file that says so.
pub(crate) const ARCHIVE_FILE: &str = "archive.json";
/// Folder of the groups.
pub(crate) const GROUPS_FOLDER: &str = "groups";
/// Folder of the plans.
pub(crate) const PLANS_FOLDER: &str = "plans";
/// Folder of what follows the content.
pub(crate) const ATTACHED_FOLDER: &str = "attached";
/// Name of a group's file.
pub(crate) const GROUP_FILE: &str = "group.json";

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ArchiveFile {
    pub(crate) format: String,
    pub(crate) root_hash: String,
    pub(crate) artifacts: u64,
    /// Names of the plans, in the order of their files.
    #[serde(default)]
    pub(crate) plans: Vec<String>,
    /// Sections that follow the content, ascending.
    #[serde(default)]
    pub(crate) attached: Vec<AttachedFile>,
}

/// A section that is no content.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AttachedFile {
    pub(crate) id: u32,
    pub(crate) rows: usize,
}

impl AttachedFile {
    /// Its file, below the folder.
    pub(crate) fn file(&self) -> String {
        format!("{ATTACHED_FOLDER}/{:08x}", self.id)
    }
}

/// The file of a plan, below the folder.
pub(crate) fn plan_file(number: usize) -> String {
    format!("{PLANS_FOLDER}/{number}.plan")
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct GroupFile {
    /// Key of the group.
    pub(crate) group: String,
    /// Encoded, in hexadecimal; what the key is of.
    pub(crate) signature: Option<String>,
    /// The same for people; not read back.
    pub(crate) signature_text: Vec<String>,
    pub(crate) places: Vec<PlaceFile>,
    pub(crate) artifacts: Vec<ArtifactFile>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PlaceFile {
    pub(crate) script: String,
    pub(crate) line_first: u32,
    pub(crate) line_last: u32,
    pub(crate) text: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ArtifactFile {
    /// Name of the module's file, beside this one.
    pub(crate) file: String,
    /// blake3 of it.
    pub(crate) module_hash: String,
    /// For people; follows from the rest.
    pub(crate) artifact_key: String,
    pub(crate) variant: String,
    pub(crate) target: String,
    pub(crate) rank: u32,
    pub(crate) guard: String,
    pub(crate) features: u32,
    pub(crate) op_count: u32,
    pub(crate) scratch: Vec<String>,
    pub(crate) uniform_size_bytes: u32,
    pub(crate) uniform: Vec<FieldFile>,
    pub(crate) passes: Vec<PassFile>,
    pub(crate) kernel: KernelFile,
    pub(crate) translation: TranslationFile,
}

/// What the kernel key is of, besides the group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KernelFile {
    pub(crate) variant: String,
    pub(crate) guard: String,
    pub(crate) generator: String,
}

/// What the artifact key is of, besides kernel and target.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TranslationFile {
    pub(crate) translator: String,
    pub(crate) options: String,
    pub(crate) limits: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FieldFile {
    pub(crate) name: String,
    pub(crate) offset_bytes: u32,
    pub(crate) value: ValueFile,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ValueFile {
    Size(String),
    ViewOffset(u32),
    ViewStride { view: u32, axis: u32 },
    Scalar { parameter: u32, dtype: String },
    Trips,
    TablePlace(u32),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PassFile {
    pub(crate) entry_point: String,
    pub(crate) workgroup_size: [u32; 3],
    pub(crate) workgroup_count: String,
    pub(crate) bindings: Vec<BindingFile>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BindingFile {
    pub(crate) shows: ShowsFile,
    pub(crate) writable: bool,
    pub(crate) dtype: String,
    pub(crate) size_min_bytes: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShowsFile {
    Source(u32),
    Output(u32),
    Scratch(u32),
    Uniform,
    Table,
}

/// An artifact with the preimages of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) artifact: Artifact,
    pub(crate) kernel: KernelPreimage,
    pub(crate) translation: ArtifactPreimage,
}

impl ArtifactFile {
    /// The form of an artifact whose module is in a file.
    pub(crate) fn new(one: &Described, file: String, module_hash: String) -> ArtifactFile {
        let Described { artifact, kernel, translation } = one;
        ArtifactFile {
            file,
            module_hash,
            artifact_key: ArtifactKey(artifact.artifact_key).to_string(),
            variant: artifact.variant.clone(),
            target: artifact.target.name().to_owned(),
            rank: artifact.rank,
            guard: postfix(&artifact.guard),
            features: artifact.features.0,
            op_count: artifact.op_count,
            scratch: artifact.scratch.iter().map(postfix).collect(),
            uniform_size_bytes: artifact.uniform_size_bytes,
            uniform: artifact.uniform.iter().map(FieldFile::new).collect(),
            passes: artifact.passes.iter().map(PassFile::new).collect(),
            kernel: KernelFile {
                variant: kernel.variant.clone(),
                guard: hexadecimal(&kernel.guard),
                generator: hexadecimal(&kernel.generator),
            },
            translation: TranslationFile {
                translator: translation.translator.clone(),
                options: translation.options.clone(),
                limits: translation.limits.clone(),
            },
        }
    }

    /// The artifact of a group, its keys computed anew.
    ///
    /// # Errors
    /// What cannot be read.
    pub(crate) fn read(&self, group: GroupKey) -> Result<Described, String> {
        let target = target(&self.target)?;
        let generator = bytes(&self.kernel.generator, "generator")?;
        let kernel = KernelPreimage {
            group,
            variant: self.kernel.variant.clone(),
            guard: bytes(&self.kernel.guard, "guard of the kernel")?,
            generator: generator.try_into().map_err(|_| "the generator has not 32 bytes")?,
        };
        let translation = ArtifactPreimage {
            kernel: kernel.key(),
            target,
            translator: self.translation.translator.clone(),
            options: self.translation.options.clone(),
            limits: self.translation.limits.clone(),
        };
        let (KernelKey(kernel_key), ArtifactKey(artifact_key)) = (kernel.key(), translation.key());
        let scratch = self.scratch.iter().map(|text| formula(text));
        let artifact = Artifact {
            group_key: group.0,
            kernel_key,
            artifact_key,
            target,
            variant: self.variant.clone(),
            rank: self.rank,
            guard: formula(&self.guard)?,
            features: Features(self.features),
            scratch: scratch.collect::<Result<_, _>>()?,
            uniform: self.uniform.iter().map(FieldFile::read).collect::<Result<_, _>>()?,
            uniform_size_bytes: self.uniform_size_bytes,
            passes: self.passes.iter().map(PassFile::read).collect::<Result<_, _>>()?,
            op_count: self.op_count,
        };
        Ok(Described { artifact, kernel, translation })
    }
}

impl FieldFile {
    fn new(field: &UniformField) -> FieldFile {
        let value = match &field.value {
            UniformValue::Shape(shape) => ValueFile::Size(postfix(shape)),
            UniformValue::ViewOffset(view) => ValueFile::ViewOffset(*view),
            UniformValue::ViewStride(view, axis) => {
                ValueFile::ViewStride { view: *view, axis: *axis }
            }
            UniformValue::Scalar(parameter, dtype) => {
                ValueFile::Scalar { parameter: *parameter, dtype: dtype.name().to_owned() }
            }
            UniformValue::Trips => ValueFile::Trips,
            UniformValue::TablePlace(parameter) => ValueFile::TablePlace(*parameter),
        };
        FieldFile { name: field.name.clone(), offset_bytes: field.offset_bytes, value }
    }

    fn read(&self) -> Result<UniformField, String> {
        let value = match &self.value {
            ValueFile::Size(text) => UniformValue::Shape(formula(text)?),
            ValueFile::ViewOffset(view) => UniformValue::ViewOffset(*view),
            ValueFile::ViewStride { view, axis } => UniformValue::ViewStride(*view, *axis),
            ValueFile::Scalar { parameter, dtype: name } => {
                UniformValue::Scalar(*parameter, dtype(name)?)
            }
            ValueFile::Trips => UniformValue::Trips,
            ValueFile::TablePlace(parameter) => UniformValue::TablePlace(*parameter),
        };
        Ok(UniformField { name: self.name.clone(), offset_bytes: self.offset_bytes, value })
    }
}

impl PassFile {
    fn new(pass: &Pass) -> PassFile {
        let binding = |binding: &Binding| BindingFile {
            shows: match binding.target {
                BindTarget::Source(number) => ShowsFile::Source(number),
                BindTarget::Output(number) => ShowsFile::Output(number),
                BindTarget::Scratch(number) => ShowsFile::Scratch(number),
                BindTarget::Uniform => ShowsFile::Uniform,
                BindTarget::Table => ShowsFile::Table,
            },
            writable: binding.writable,
            dtype: binding.dtype.name().to_owned(),
            size_min_bytes: binding.size_min_bytes,
        };
        PassFile {
            entry_point: pass.entry_point.clone(),
            workgroup_size: pass.workgroup_size,
            workgroup_count: postfix(&pass.workgroup_count),
            bindings: pass.bindings.iter().map(binding).collect(),
        }
    }

    fn read(&self) -> Result<Pass, String> {
        let binding = |binding: &BindingFile| {
            let target = match binding.shows {
                ShowsFile::Source(number) => BindTarget::Source(number),
                ShowsFile::Output(number) => BindTarget::Output(number),
                ShowsFile::Scratch(number) => BindTarget::Scratch(number),
                ShowsFile::Uniform => BindTarget::Uniform,
                ShowsFile::Table => BindTarget::Table,
            };
            let (writable, size_min_bytes) = (binding.writable, binding.size_min_bytes);
            Ok(Binding { target, writable, dtype: dtype(&binding.dtype)?, size_min_bytes })
        };
        Ok(Pass {
            entry_point: self.entry_point.clone(),
            workgroup_size: self.workgroup_size,
            workgroup_count: formula(&self.workgroup_count)?,
            bindings: self.bindings.iter().map(binding).collect::<Result<_, String>>()?,
        })
    }
}

fn target(name: &str) -> Result<Target, String> {
    let found = Target::ALL.into_iter().find(|target| target.name() == name);
    found.ok_or_else(|| format!("`{name}` is no target"))
}

fn dtype(name: &str) -> Result<DType, String> {
    let found = DType::ALL.into_iter().find(|dtype| dtype.name() == name);
    found.ok_or_else(|| format!("`{name}` is no element type"))
}

/// Steps that are one word.
const WORDS: [(&str, ShapeOp); 12] = [
    ("kept", ShapeOp::Kept),
    ("reduced", ShapeOp::Reduced),
    ("all", ShapeOp::All),
    ("+", ShapeOp::Add),
    ("*", ShapeOp::Mul),
    ("/up", ShapeOp::DivCeil),
    ("%", ShapeOp::Rem),
    ("min", ShapeOp::Min),
    ("max", ShapeOp::Max),
    ("<=", ShapeOp::AtMost),
    ("==", ShapeOp::Equal),
    ("&&", ShapeOp::And),
];

/// A size, one word a step.
fn postfix(shape: &ShapeExpr) -> String {
    let word = |op: &ShapeOp| match op {
        ShapeOp::Const(number) => number.to_string(),
        ShapeOp::Extent(axis) => format!("x{axis}"),
        op => {
            let known = WORDS.iter().find(|(_, known)| known == op);
            known.map(|(word, _)| (*word).to_owned()).unwrap_or_default()
        }
    };
    shape.0.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn formula(text: &str) -> Result<ShapeExpr, String> {
    let step = |word: &str| {
        if let Some((_, op)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Ok(*op);
        }
        let axis = word.strip_prefix('x').and_then(|axis| axis.parse().ok());
        let number = || word.parse().ok().map(ShapeOp::Const);
        let op = axis.map(ShapeOp::Extent).or_else(number);
        op.ok_or_else(|| format!("`{word}` is no step of a size"))
    };
    text.split_whitespace().map(step).collect::<Result<_, _>>().map(ShapeExpr)
}

/// Two digits a byte.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits; `what` names them in the error.
///
/// # Errors
/// If they are something else.
pub(crate) fn bytes(digits: &str, what: &str) -> Result<Vec<u8>, String> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let value = |[high, low]: &[u8; 2]| {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        // Two digits of 4 bits.
        Some((digit(*high)? << 4 | digit(*low)?) as u8)
    };
    let bytes: Option<Vec<u8>> = pairs.iter().map(value).collect();
    let bytes = bytes.filter(|_| rest.is_empty());
    bytes.ok_or_else(|| format!("the {what} is not in hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        let ops = WORDS.iter().map(|(_, op)| *op);
        let all: Vec<ShapeOp> =
            ops.chain([ShapeOp::Const(u64::MAX), ShapeOp::Extent(7), ShapeOp::Const(0)]).collect();
        let shape = ShapeExpr(all);
        assert_eq!(formula(&postfix(&shape)), Ok(shape));
        for wrong in ["y0", "-1", "x", "x256", "18446744073709551616"] {
            assert!(formula(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bytes_are_read_as_they_are_written() {
        let some: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes(&hexadecimal(&some), "text"), Ok(some));
        for wrong in ["0", "0g", "é0"] {
            assert!(bytes(wrong, "text").is_err(), "{wrong}");
        }
    }
}
