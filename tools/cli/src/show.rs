//! `preheat show`: one group of an archive in full.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::certificate::{self, Certificate};
use preheat_format::{
    ArchiveView, Artifact, ArtifactKey, AxisAccess, AxisRole, BindTarget, Binding, EntryRef,
    GroupKey, KernelKey, NodeKind, Pass, Signature, Target, UniformField, UniformValue, View,
    ViewForm,
};
use preheat_runtime::RuntimeError;
use serde_json::{Value, json};

use crate::Status;
use crate::failure::Failure;
use crate::list::{Place, places};
use crate::run::open_archive;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat show warm.preheat 3f9a")]
pub(crate) struct ShowArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The first digits of a group, kernel or artifact key
    pub(crate) key: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Shows the group that a key's first digits name.
pub(crate) fn show(args: &ShowArgs) -> Result<Status, Failure> {
    let failed = |source: RuntimeError| Failure::Archive { path: args.file.clone(), source };
    let archive = open_archive(&args.file)?;
    let view = archive.view().map_err(|error| failed(error.into()))?;
    let group = find(&view, args).map_err(|error| error.unwrap_or_else(failed))?;
    let shown = Shown::read(&view, group).map_err(failed)?;
    let out = &mut io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", shown.json())?;
    } else {
        shown.write(out)?;
    }
    Ok(Status::Done)
}

/// Either kind of failure of [`find`].
enum FindError {
    Archive(RuntimeError),
    Other(Failure),
}

impl FindError {
    fn unwrap_or_else(self, archive: impl FnOnce(RuntimeError) -> Failure) -> Failure {
        match self {
            FindError::Archive(error) => archive(error),
            FindError::Other(failure) => failure,
        }
    }
}

/// The one group of which a key starts with the given digits.
fn find(view: &ArchiveView<'_>, args: &ShowArgs) -> Result<GroupKey, FindError> {
    let archive = |error: preheat_format::ArchiveError| FindError::Archive(error.into());
    let prefix = args.key.to_ascii_lowercase();
    let mut found: Vec<GroupKey> = Vec::new();
    for entry in view.entries() {
        let entry = entry.map_err(archive)?;
        let artifact = entry.to_artifact().map_err(archive)?;
        let keys = [
            entry.row().group_key.to_string(),
            KernelKey(artifact.kernel_key).to_string(),
            entry.row().artifact_key.to_string(),
        ];
        let group = entry.row().group_key;
        if keys.iter().any(|key| key.starts_with(&prefix)) && !found.contains(&group) {
            found.push(group);
        }
    }
    let (path, prefix) = (args.file.clone(), args.key.clone());
    match found.as_slice() {
        [] => Err(FindError::Other(Failure::NoKey { path, prefix })),
        [group] => Ok(*group),
        many => Err(FindError::Other(Failure::ManyKeys { path, prefix, count: many.len() })),
    }
}

/// All that an archive says of a group.
struct Shown {
    group: GroupKey,
    places: Vec<Place>,
    signature: Option<Signature>,
    variants: Vec<Variant>,
}

/// One artifact, with what its keys are made of.
struct Variant {
    artifact: Artifact,
    module_len_bytes: u64,
    /// The module, where it is text.
    text: Option<String>,
    generator: Option<String>,
    translator: Option<String>,
    options: Option<String>,
    limits: Option<String>,
    certificate: Option<Certificate>,
}

impl Shown {
    fn read(view: &ArchiveView<'_>, group: GroupKey) -> Result<Shown, RuntimeError> {
        let entries = Target::ALL.into_iter().flat_map(|target| view.lookup(group, target));
        let variants = entries.map(|entry| Variant::read(view, &entry));
        Ok(Shown {
            group,
            places: places(view, group)?,
            signature: view.signature(group)?,
            variants: variants.collect::<Result<_, _>>()?,
        })
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "group {}", self.group)?;
        for place in &self.places {
            writeln!(out, "  from {}: {}", place.name(), place.operations)?;
        }
        if let Some(signature) = &self.signature {
            writeln!(out, "\nsignature")?;
            signature_lines(signature).iter().try_for_each(|line| writeln!(out, "  {line}"))?;
        }
        self.variants.iter().try_for_each(|variant| variant.write(out))
    }

    fn json(&self) -> Value {
        json!({
            "group": self.group.to_string(),
            "places": self.places,
            "signature": self.signature.as_ref().map(signature_lines),
            "artifacts": self.variants.iter().map(Variant::json).collect::<Vec<_>>(),
        })
    }
}

impl Variant {
    fn read(view: &ArchiveView<'_>, entry: &EntryRef<'_>) -> Result<Variant, RuntimeError> {
        let artifact = entry.to_artifact()?;
        let module = entry.module()?;
        let is_text = artifact.target != Target::Spirv;
        let kernel = view.kernel(KernelKey(artifact.kernel_key))?;
        let translation = view.translation(ArtifactKey(artifact.artifact_key))?;
        let generator = kernel.map(|kernel| hexadecimal(&kernel.generator));
        let (translator, options, limits) = match translation {
            Some(made) => (Some(made.translator), Some(made.options), Some(made.limits)),
            None => (None, None, None),
        };
        let certificates = certificate::certificates(view)?;
        let own = |one: &Certificate| one.artifact_key == entry.row().artifact_key;
        Ok(Variant {
            certificate: certificates.into_iter().find(own),
            artifact,
            module_len_bytes: module.len() as u64,
            text: is_text.then(|| String::from_utf8_lossy(module).into_owned()),
            generator,
            translator,
            options,
            limits,
        })
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let artifact = &self.artifact;
        let none = || "unknown".to_owned();
        writeln!(out, "\nvariant {} as {}", text::printable(&artifact.variant), artifact.target)?;
        text::pairs(
            out,
            2,
            &[
                ("artifact key", ArtifactKey(artifact.artifact_key).to_string()),
                ("kernel key", KernelKey(artifact.kernel_key).to_string()),
                ("generator", self.generator.clone().unwrap_or_else(none)),
                ("translator", text::printable(&self.translator.clone().unwrap_or_else(none))),
                ("options", text::printable(&self.options.clone().unwrap_or_else(none))),
                ("limits", text::printable(&self.limits.clone().unwrap_or_else(none))),
                ("rank", artifact.rank.to_string()),
                ("guard", format!("{:?}", artifact.guard.0)),
                ("features", format!("{:#b}", artifact.features.0)),
                ("operations", artifact.op_count.to_string()),
                ("certificate", certificate_line(self.certificate.as_ref())),
                ("module", text::bytes(self.module_len_bytes)),
            ],
        )?;
        artifact
            .passes
            .iter()
            .flat_map(pass_lines)
            .try_for_each(|line| writeln!(out, "  {line}"))?;
        if !artifact.uniform.is_empty() {
            writeln!(out, "  uniform, {} bytes", artifact.uniform_size_bytes)?;
        }
        artifact.uniform.iter().map(field_line).try_for_each(|line| writeln!(out, "    {line}"))?;
        match &self.text {
            Some(module) => writeln!(out, "\n{}", module.trim_end()),
            None => Ok(()),
        }
    }

    fn json(&self) -> Value {
        let artifact = &self.artifact;
        json!({
            "variant": artifact.variant,
            "target": artifact.target.name(),
            "artifact_key": ArtifactKey(artifact.artifact_key).to_string(),
            "kernel_key": KernelKey(artifact.kernel_key).to_string(),
            "generator": self.generator,
            "translator": self.translator,
            "options": self.options,
            "limits": self.limits,
            "rank": artifact.rank,
            "guard": format!("{:?}", artifact.guard.0),
            "features": artifact.features.0,
            "op_count": artifact.op_count,
            "module_bytes": self.module_len_bytes,
            "passes": artifact.passes.iter().map(pass_lines).collect::<Vec<_>>(),
            "uniform_size_bytes": artifact.uniform_size_bytes,
            "uniform": artifact.uniform.iter().map(field_line).collect::<Vec<_>>(),
            "text": self.text,
        })
    }
}

fn pass_lines(pass: &Pass) -> Vec<String> {
    let [x, y, z] = pass.workgroup_size;
    let name = text::printable(&pass.entry_point);
    let count = &pass.workgroup_count.0;
    let head = format!("pass {name}, workgroup {x}x{y}x{z}, count {count:?}");
    let bindings = pass.bindings.iter().enumerate();
    let line = |(number, binding): (usize, &Binding)| {
        let access = if binding.writable { "read, write" } else { "read" };
        let dtype = binding.dtype;
        format!("  binding {number}: {}, {dtype}, {access}", bound(binding.target))
    };
    std::iter::once(head).chain(bindings.map(line)).collect()
}

fn bound(target: BindTarget) -> String {
    match target {
        BindTarget::Source(index) => format!("source {index}"),
        BindTarget::Output(index) => format!("output {index}"),
        BindTarget::Scratch(index) => format!("scratch {index}"),
        BindTarget::Uniform => "uniform".to_owned(),
        BindTarget::Table => "table".to_owned(),
    }
}

fn field_line(field: &UniformField) -> String {
    let value = match &field.value {
        UniformValue::Shape(shape) => format!("{:?}", shape.0),
        UniformValue::ViewOffset(view) => format!("offset of view {view}"),
        UniformValue::ViewStride(view, axis) => format!("stride of view {view} along axis {axis}"),
        UniformValue::Scalar(param, dtype) => format!("parameter {param}, {dtype}"),
        UniformValue::Trips => "number of trips".to_owned(),
        UniformValue::TablePlace(param) => format!("place of parameter {param} in the table"),
    };
    format!("{} at {}: {value}", text::printable(&field.name), field.offset_bytes)
}

/// The signature, one thing a line.
fn signature_lines(signature: &Signature) -> Vec<String> {
    let roles = signature.roles.iter().map(|role| match role {
        AxisRole::Kept => "kept",
        AxisRole::Reduced => "reduced",
    });
    let roles: Vec<&str> = roles.collect();
    let mut lines = vec![format!("{:?}, axes [{}]", signature.mode, roles.join(" "))];
    let typed = |what: &str, list: &[preheat_format::DType], lines: &mut Vec<String>| {
        let numbered = list.iter().enumerate();
        lines.extend(numbered.map(|(index, dtype)| format!("{what} {index}: {dtype}")));
    };
    typed("source", &signature.sources, &mut lines);
    typed("parameter", &signature.params, &mut lines);
    let views = signature.views.iter().enumerate();
    lines.extend(views.map(|(index, view)| format!("view {index}: {}", view_text(view))));
    for (index, node) in signature.nodes.iter().enumerate() {
        lines.push(format!("%{index}: {} = {}", node.dtype, node_text(&node.kind)));
    }
    lines.extend(signature.outputs.iter().map(|output| match output.view {
        None => format!("output %{}", output.node),
        Some(view) => format!("update %{} through view {view}", output.node),
    }));
    lines
}

fn view_text(view: &View) -> String {
    let form = match view.form {
        ViewForm::Dense => "dense",
        ViewForm::Strided => "strided",
    };
    let axes = view.axes.iter().map(|axis| match axis {
        AxisAccess::One => "one",
        AxisAccess::Full => "full",
    });
    format!("{form} [{}]", axes.collect::<Vec<_>>().join(" "))
}

fn node_text(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Load { source, view } => format!("load source {source} through view {view}"),
        NodeKind::Index { view } => format!("index through view {view}"),
        NodeKind::Param { param } => format!("parameter {param}"),
        NodeKind::Constant { bits } => format!("constant {bits:#x}"),
        NodeKind::Apply { op, operands } => {
            let operands = operands.iter().map(|operand| format!(" %{operand}"));
            format!("{op}{}", operands.collect::<String>())
        }
        NodeKind::Reduce { op, operand } => format!("{op} %{operand}"),
        NodeKind::Contract { left, right } => format!("contract %{left} %{right}"),
        NodeKind::Scan { op, operand } => format!("scan {op} %{operand}"),
        NodeKind::Gather { source, index } => format!("gather in{source} %{index}"),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `at most 1.5 ULP from the reference (4 allowed) over 96 values, ..`
fn certificate_line(certificate: Option<&Certificate>) -> String {
    let Some(one) = certificate else {
        return "none for this translation".to_owned();
    };
    let undecided = match one.undecided {
        0 => String::new(),
        count => format!(" ({count} undecided)"),
    };
    let error = match one.error_ulp {
        0.0 => "equal to the reference".to_owned(),
        error => {
            format!("at most {error:.1} ULP from the reference ({:.1} allowed)", one.bound_ulp)
        }
    };
    let (values, policy) = (text::grouped(one.compared), one.policy.text());
    let (device, driver) = (text::printable(&one.device), text::printable(&one.driver));
    format!("{error} over {values} values{undecided}; {policy}; {device}, {driver}")
}
