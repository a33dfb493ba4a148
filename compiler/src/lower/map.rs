//! Element-wise groups: one invocation per element, or per 16 bytes where addresses allow.

use std::collections::BTreeSet;

use preheat_format::{AxisAccess, DType, NodeKind, Pass, ShapeExpr, ShapeOp, Signature, ViewForm};
use preheat_ops::template::{Int64, fill};

use super::scope::{self, Storage};
use super::uniform::Uniform;
use super::{Kernel, LowerError, access, body, module};

pub(super) const TEMPLATE: &str = include_str!("../../../shaders/wgsl/kernels/map.wgsl.in");

const WORKGROUP_SIZE: u32 = 256;

/// Operations up to which four items in flight fit the registers.
const SHORT_OPS: u32 = 8;

pub(super) const LANE_NAMES: [&str; 4] = ["x", "y", "z", "w"];

/// Variants of an element-wise group.
pub(super) fn lower(signature: &Signature, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
    let kernel = |lanes, guarded, rank| kernel(signature, Form { lanes, guarded, rank, int64 });
    match vector_form(signature) {
        Some(Vector { lanes, guarded: false }) => Ok(vec![kernel(lanes, false, 0)?]),
        Some(Vector { lanes, guarded: true }) => {
            Ok(vec![kernel(lanes, true, 0)?, kernel(1, false, 1)?])
        }
        None => Ok(vec![kernel(1, false, 0)?]),
    }
}

/// How several elements per invocation are possible.
pub(super) struct Vector {
    pub(super) lanes: u32,
    pub(super) guarded: bool,
}

pub(super) fn vector_form(signature: &Signature) -> Option<Vector> {
    let rank = signature.roles.len();
    if rank == 0 || signature.outputs.iter().any(|output| output.view.is_some()) {
        return None;
    }
    let wide = |dtype: &DType| dtype.size_bytes() == 8;
    let output_wide =
        |output: &preheat_format::Output| wide(&scope::output_dtype(signature, output.node));
    let is_wide = signature.sources.iter().any(wide) || signature.outputs.iter().any(output_wide);
    let lanes = if is_wide { 2 } else { 4 };
    let simple = rank == 1
        || signature.views.iter().all(|view| {
            view.is_identity() || view.axes.iter().all(|axis| *axis == AxisAccess::One)
        });
    Some(Vector { lanes, guarded: !simple })
}

/// One variant.
struct Form {
    lanes: u32,
    guarded: bool,
    rank: u32,
    int64: Int64,
}

/// True for elements, or groups of `lanes` elements along the fastest axis, that stay in a row.
pub(super) fn guard(lanes: u32, guarded: bool) -> ShapeExpr {
    match guarded {
        true => ShapeExpr::op(ShapeOp::Extent(0))
            .with(ShapeOp::Rem, ShapeExpr::constant(lanes.into()))
            .with(ShapeOp::Equal, ShapeExpr::constant(0)),
        false => ShapeExpr::constant(1),
    }
}

fn kernel(signature: &Signature, form: Form) -> Result<Kernel, LowerError> {
    let Form { lanes, guarded, rank, int64 } = form;
    let mut uniform = Uniform::default();
    let items = match lanes {
        1 => ShapeExpr::op(ShapeOp::All),
        lanes => ShapeExpr::op(ShapeOp::All).div_ceil(lanes.into()),
    };
    uniform.shape("item_count", items.clone());
    let roots: Vec<u32> = signature.outputs.iter().map(|output| output.node).collect();
    let leaves = body::leaves(signature, &roots, &BTreeSet::new());
    let element = body::function(signature, &mut uniform, "element", &leaves, &roots)?;
    let mut storage = scope::sources(signature);
    let mut writer = Writer { signature, uniform: &mut uniform, lanes, leaves: &leaves };
    let text = match lanes {
        1 => writer.scalar_body()?,
        _ => writer.vector_body(&mut storage)?,
    };
    let mut outputs = scope::outputs(signature);
    for output in &mut outputs {
        output.lanes = lanes;
    }
    storage.extend(outputs);
    let (declarations, bindings) = scope::declarations(&storage, &uniform)?;
    let random = if body::has_random(signature) { body::RANDOM_COUNTER } else { "" };
    let element = format!("{random}{element}");
    let repeats = repeats(signature, lanes);
    let wgsl = fill_template([&declarations, &element, &text], (WORKGROUP_SIZE, repeats));
    let wgsl = module(&wgsl, int64);
    let (fields, uniform_size_bytes) = uniform.layout();
    Ok(Kernel {
        variant: if lanes == 1 { "generic".to_owned() } else { format!("vec{lanes}") },
        rank,
        guard: guard(lanes, guarded),
        features: scope::features(&wgsl),
        scratch: Vec::new(),
        uniform: fields,
        uniform_size_bytes,
        passes: vec![Pass {
            entry_point: "main".to_owned(),
            workgroup_size: [WORKGROUP_SIZE, 1, 1],
            bindings,
            workgroup_count: items.div_ceil((WORKGROUP_SIZE * repeats).into()),
        }],
        wgsl,
        op_count: scope::op_count(signature),
    })
}

/// Items that an invocation computes, a workgroup's size apart.
///
/// Kernels that read no array are bound by instructions, some of which are shared so; those that
/// read one gain nothing (docs/performance.md).
fn repeats(signature: &Signature, lanes: u32) -> u32 {
    match (signature.sources.is_empty(), lanes) {
        (false, _) | (true, 1) => 1,
        (true, 4) if scope::op_count(signature) <= SHORT_OPS => 4,
        (true, _) => 2,
    }
}

/// The template with declarations, the function of one element, and the body.
pub(super) fn fill_template(parts: [&str; 3], (workgroup_size, repeats): (u32, u32)) -> String {
    let [declarations, element, body] = parts;
    let size = workgroup_size.to_string();
    let span = (workgroup_size * repeats).to_string();
    let calls: String = (0..repeats)
        .map(|number| {
            let item = match number * workgroup_size {
                0 => "first".to_owned(),
                offset => format!("first + {offset}u"),
            };
            format!(
                "    if {item} >= params.item_count {{\n        return;\n    }}\n    \
                 compute({item});\n"
            )
        })
        .collect();
    let holes = [
        ("declarations", declarations),
        ("element", element),
        ("body", body),
        ("workgroup", &size),
        ("span", &span),
        ("calls", &calls),
    ];
    fill(TEMPLATE, &holes)
}

pub(super) struct Writer<'a> {
    pub(super) signature: &'a Signature,
    pub(super) uniform: &'a mut Uniform,
    pub(super) lanes: u32,
    pub(super) leaves: &'a [u32],
}

impl Writer<'_> {
    /// Coordinates of `linear`, if some view needs them.
    pub(super) fn coordinates(&mut self, linear: &str) -> String {
        let needs = |view: &preheat_format::View| {
            !view.is_identity() && view.axes.contains(&AxisAccess::Full)
        };
        if !self.signature.views.iter().any(needs) {
            return String::new();
        }
        let axes: Vec<usize> = (0..self.signature.roles.len()).collect();
        access::coordinates(self.uniform, linear, &axes, "    ")
    }

    fn scalar_body(&mut self) -> Result<String, LowerError> {
        let mut text = self.coordinates("item");
        for leaf in self.leaves {
            let value = body::leaf_value(self.signature, self.uniform, *leaf, "item")?;
            text += &format!("    let v{leaf} = {value};\n");
        }
        text += &format!("    let result = element({});\n", arguments(self.leaves));
        for (number, output) in self.signature.outputs.iter().enumerate() {
            let place = match output.view {
                Some(view) => access::index(self.signature, self.uniform, view),
                None => "item".to_owned(),
            };
            let value = scope::stored(self.signature, number);
            text += &format!("    out{number}[{place}] = {value};\n");
        }
        Ok(text)
    }

    fn vector_body(&mut self, storage: &mut [Storage]) -> Result<String, LowerError> {
        let lanes = self.lanes;
        let mut text = format!("    let base = item * {lanes}u;\n");
        text += &self.coordinates("base");
        let mut per_lane = Vec::new();
        for leaf in self.leaves {
            match self.shared_leaf(*leaf, storage)? {
                Some((statement, form)) => {
                    text += &statement;
                    per_lane.push(form);
                }
                None => per_lane.push(LaneForm::Own),
            }
        }
        for (number, output) in self.signature.outputs.iter().enumerate() {
            let dtype = scope::storage_type(scope::output_dtype(self.signature, output.node));
            text += &format!("    var y{number}: vec{lanes}<{dtype}>;\n");
        }
        for (lane, lane_name) in LANE_NAMES.iter().enumerate().take(lanes as usize) {
            text += &self.lane(lane, lane_name, &per_lane)?;
        }
        for number in 0..self.signature.outputs.len() {
            text += &format!("    out{number}[item] = y{number};\n");
        }
        Ok(text)
    }

    /// A leaf that all lanes get at once: its statement, and how a lane takes its part.
    pub(super) fn shared_leaf(
        &mut self,
        leaf: u32,
        storage: &mut [Storage],
    ) -> Result<Option<(String, LaneForm)>, LowerError> {
        let Some(node) = self.signature.nodes.get(leaf as usize) else {
            return Ok(None);
        };
        let Some(view) = body::view_of(self.signature, leaf) else {
            return Ok(None);
        };
        let Some(spec) = self.signature.views.get(view as usize) else {
            return Ok(None);
        };
        let moves = spec.axes.first() == Some(&AxisAccess::Full);
        let lanes = self.lanes;
        match &node.kind {
            NodeKind::Load { source, .. } if moves && spec.form == ViewForm::Dense => {
                if !self.loads_are_vectors(*source) {
                    return Ok(None);
                }
                let index = match spec.is_identity() {
                    true => "item".to_owned(),
                    false => {
                        let index = access::index(self.signature, self.uniform, view);
                        format!("({index}) / {lanes}u")
                    }
                };
                if let Some(array) = storage.get_mut(*source as usize) {
                    array.lanes = lanes;
                }
                let is_bool = node.dtype == DType::Bool;
                let statement = format!("    let w{leaf} = in{source}[{index}];\n");
                Ok(Some((statement, LaneForm::Component { leaf, is_bool })))
            }
            NodeKind::Load { .. } if !moves => {
                let value = body::leaf_value(self.signature, self.uniform, leaf, "base")?;
                Ok(Some((format!("    let v{leaf} = {value};\n"), LaneForm::Same { leaf })))
            }
            NodeKind::Apply { op, operands } if spec.is_identity() => {
                if body::block_lanes(node.dtype) != lanes {
                    return Ok(None);
                }
                let block = body::random_block(self.signature, self.uniform, operands, "item")?;
                let function = body::random_function(self.signature.mode, *op, node.dtype)?;
                let statement = format!("    let w{leaf} = {function}({block});\n");
                Ok(Some((statement, LaneForm::Component { leaf, is_bool: false })))
            }
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Apply { .. }
            | NodeKind::Reduce { .. }
            | NodeKind::Contract { .. }
            | NodeKind::Scan { .. }
            | NodeKind::Gather { .. } => Ok(None),
        }
    }

    /// A source is read as vectors only if every load of it is.
    fn loads_are_vectors(&self, source: u32) -> bool {
        if self.signature.is_gathered(source) {
            return false;
        }
        self.signature.loads().filter(|(known, _)| *known == source).all(|(_, view)| {
            self.signature.views.get(view as usize).is_some_and(|spec| {
                spec.form == ViewForm::Dense && spec.axes.first() == Some(&AxisAccess::Full)
            })
        })
    }

    fn lane(
        &mut self,
        lane: usize,
        lane_name: &str,
        forms: &[LaneForm],
    ) -> Result<String, LowerError> {
        let mut text = String::new();
        let mut names = Vec::new();
        let mut own = String::new();
        for (leaf, form) in self.leaves.iter().zip(forms) {
            names.push(match form {
                LaneForm::Component { leaf, is_bool: true } => format!("w{leaf}.{lane_name} != 0u"),
                LaneForm::Component { leaf, is_bool: false } => format!("w{leaf}.{lane_name}"),
                LaneForm::Same { leaf } => format!("v{leaf}"),
                LaneForm::Own => {
                    let at = format!("(base + {lane}u)");
                    let value = body::leaf_value(self.signature, self.uniform, *leaf, &at)?;
                    own += &format!("        let v{leaf} = {value};\n");
                    format!("v{leaf}")
                }
            });
        }
        text += "    {\n";
        if own.contains("c0") {
            text += &format!("        let lane_c0 = c0 + {lane}u;\n");
            own = rename_coordinate(&own);
        }
        text += &own;
        text += &format!("        let result = element({});\n", names.join(", "));
        for number in 0..self.signature.outputs.len() {
            let value = scope::stored(self.signature, number);
            text += &format!("        y{number}.{lane_name} = {value};\n");
        }
        Ok(text + "    }\n")
    }
}

/// How a lane takes a leaf.
pub(super) enum LaneForm {
    /// A component of `w{leaf}`.
    Component { leaf: u32, is_bool: bool },
    /// `v{leaf}` for all lanes.
    Same { leaf: u32 },
    /// Computed in the lane.
    Own,
}

/// Index expressions of a lane use its own coordinate along the fastest axis.
pub(super) fn rename_coordinate(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        result += if word == "c0" { "lane_c0" } else { &word };
        word.clear();
        if c != '\0' {
            result.push(c);
        }
    }
    result
}

fn arguments(leaves: &[u32]) -> String {
    let names: Vec<String> = leaves.iter().map(|leaf| format!("v{leaf}")).collect();
    names.join(", ")
}
