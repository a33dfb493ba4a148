//! `preheat show`: one group of an archive in full.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::certificate::{self, Certificate};
use preheat_format::named::named_signature;
use preheat_format::{
    ArchiveError, ArchiveView, Artifact, ArtifactKey, AxisAccess, AxisRole, BindTarget, Binding,
    EntryRef, GroupKey, KernelKey, NodeKind, Pass, ShapeOp, Signature, Target, UniformField,
    UniformValue, View, ViewForm,
};
use preheat_runtime::RuntimeError;
use serde_json::{Value, json};

use crate::Status;
use crate::args::TargetName;
use crate::disassemble::disassemble;
use crate::exchange::hexadecimal;
use crate::failure::Failure;
use crate::list::{Place, places};
use crate::run::open_archive;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat show warm.preheat heat.m:12 --target spirv")]
pub(crate) struct ShowArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The first digits of a group, kernel or artifact key; the name of a kernel of a manifest;
    /// or a place, `SCRIPT` or `SCRIPT:LINE`
    #[arg(value_name = "KEY|NAME")]
    pub(crate) key: String,
    /// Only modules of these targets
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub(crate) target: Vec<TargetName>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Shows the group that a key's first digits or a name stand for.
pub(crate) fn show(args: &ShowArgs) -> Result<Status, Failure> {
    let failed = |source: RuntimeError| Failure::Archive { path: args.file.clone(), source };
    let archive = open_archive(&args.file)?;
    let view = archive.view().map_err(|error| failed(error.into()))?;
    let group = find(&view, args)?;
    let shown = Shown::read(&view, group, &args.target).map_err(failed)?;
    let out = &mut io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", shown.json())?;
    } else {
        shown.write(out)?;
    }
    Ok(Status::Done)
}

/// The one group that is meant: what reads as the digits of a key is one if there is such a key.
fn find(view: &ArchiveView<'_>, args: &ShowArgs) -> Result<GroupKey, Failure> {
    let failed =
        |error: ArchiveError| Failure::Archive { path: args.file.clone(), source: error.into() };
    let (path, name) = (args.file.clone(), args.key.clone());
    let is_key = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let with_key = if is_key { by_key(view, &name).map_err(failed)? } else { BTreeSet::new() };
    let found = match with_key.is_empty() {
        true => by_name(view, &name).map_err(failed)?,
        false => with_key.clone(),
    };
    match (found.len(), found.first()) {
        (1, Some(group)) => Ok(*group),
        (0, _) | (_, None) if is_key => Err(Failure::NoKey { path, prefix: name }),
        (0, _) | (_, None) => Err(Failure::NoName { path, name }),
        (count, _) if with_key.is_empty() => Err(Failure::ManyNames { path, name, count }),
        (count, _) => Err(Failure::ManyKeys { path, prefix: name, count }),
    }
}

/// Groups of which a key starts with the given digits.
fn by_key(view: &ArchiveView<'_>, digits: &str) -> Result<BTreeSet<GroupKey>, ArchiveError> {
    let prefix = digits.to_ascii_lowercase();
    let mut found = BTreeSet::new();
    for entry in view.entries() {
        let entry = entry?;
        let kernel = KernelKey(entry.artifact()?.kernel_key);
        let (group, artifact) = (entry.row().group_key, entry.row().artifact_key);
        let keys = [group.to_string(), kernel.to_string(), artifact.to_string()];
        if keys.iter().any(|key| key.starts_with(&prefix)) {
            found.insert(group);
        }
    }
    Ok(found)
}

/// The group of a hand-written kernel, else those of a script or of a line of it.
fn by_name(view: &ArchiveView<'_>, name: &str) -> Result<BTreeSet<GroupKey>, ArchiveError> {
    let named = named_signature(name).key();
    let targets = Target::ALL.into_iter();
    if targets.clone().any(|target| view.lookup(named, target).next().is_some()) {
        return Ok(BTreeSet::from([named]));
    }
    let place = name.rsplit_once(':').and_then(|(script, line)| Some((script, line.parse().ok()?)));
    let mut found = BTreeSet::new();
    for row in view.provenance_all() {
        let row = row?;
        let is_at = |(script, line): (&str, u32)| {
            row.script == script && (row.line_first..=row.line_last).contains(&line)
        };
        if row.script == name || place.is_some_and(is_at) {
            found.insert(row.group_key);
        }
    }
    Ok(found)
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
    /// The module; SPIR-V is disassembled.
    text: String,
    generator: Option<String>,
    translator: Option<String>,
    options: Option<String>,
    limits: Option<String>,
    certificate: Option<Certificate>,
}

impl Shown {
    fn read(
        view: &ArchiveView<'_>,
        group: GroupKey,
        wanted: &[TargetName],
    ) -> Result<Shown, RuntimeError> {
        let wanted: Vec<Target> = wanted.iter().map(|name| (*name).into()).collect();
        let is_wanted = |target: &Target| wanted.is_empty() || wanted.contains(target);
        let targets = Target::ALL.into_iter().filter(is_wanted);
        let entries = targets.flat_map(|target| view.lookup(group, target));
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
        let text = match artifact.target {
            Target::Spirv => disassemble(module),
            Target::Wgsl | Target::Msl | Target::Hlsl => {
                String::from_utf8_lossy(module).into_owned()
            }
        };
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
            text,
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
                ("guard", guard(artifact)),
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
        writeln!(out)?;
        self.text.trim_end().lines().try_for_each(|line| writeln!(out, "{}", text::printable(line)))
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
            "guard": artifact.guard.to_string(),
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

/// When a variant is taken.
fn guard(artifact: &Artifact) -> String {
    match artifact.guard.0.as_slice() {
        [ShapeOp::Const(1..)] => "always".to_owned(),
        _ => artifact.guard.to_string(),
    }
}

fn pass_lines(pass: &Pass) -> Vec<String> {
    let [x, y, z] = pass.workgroup_size;
    let name = text::printable(&pass.entry_point);
    let count = &pass.workgroup_count;
    let head = format!("pass {name}, workgroup {x}x{y}x{z}, count {count}");
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
        UniformValue::Shape(shape) => shape.to_string(),
        UniformValue::ViewOffset(view) => format!("offset of view {view}"),
        UniformValue::ViewStride(view, axis) => format!("stride of view {view} along axis {axis}"),
        UniformValue::Scalar(param, dtype) => format!("parameter {param}, {dtype}"),
        UniformValue::Trips => "number of trips".to_owned(),
        UniformValue::TablePlace(param) => format!("place of parameter {param} in the table"),
    };
    format!("{} at {}: {value}", text::printable(&field.name), field.offset_bytes)
}

/// The signature, one thing a line.
pub(crate) fn signature_lines(signature: &Signature) -> Vec<String> {
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
