//! Groups around reductions.
//!
//! One template serves every layout: a workgroup of 256 invocations computes `kept_tile` adjacent
//! results with `256 / kept_tile` invocations each, by a strided loop and a tree in workgroup
//! memory. Where results are few and elements many, the elements are split over workgroups, whose
//! accumulators go to scratch and are joined by a second pass. After Harris, "Optimizing parallel
//! reduction in CUDA", steps 3 to 7. Every order of operations is fixed by the extents, so results
//! are the same bits on every run.

use std::collections::BTreeSet;

use preheat_format::{
    AxisAccess, AxisRole, BindTarget, DType, NodeKind, Pass, ShapeExpr, ShapeOp, Signature, Space,
};
use preheat_ops::op::{ComponentType, Reduction};
use preheat_ops::template::{Int64, constant_holes, fill, wgsl_type};
use preheat_ops::{Kind, OpDef};

use super::scope::{self, Storage};
use super::uniform::Uniform;
use super::{Kernel, LowerError, access, body, module};

pub(super) const TEMPLATE: &str = include_str!("../../../shaders/wgsl/kernels/reduce.wgsl.in");

/// Invocations of a workgroup.
const WORKGROUP: u32 = 256;
/// Elements per part when a reduction is split over workgroups: 16 per invocation.
const PART_ELEMS: u64 = 4096;
/// Workgroups to aim for when a reduction is split.
const PARTS_TARGET: u64 = 2048;

/// Layout of one variant.
#[derive(Clone, Copy, Debug)]
struct Form {
    name: &'static str,
    /// Adjacent results per workgroup.
    kept_tile: u32,
    /// Elements per load.
    lanes: u32,
    /// Elements split over workgroups.
    split: bool,
    /// How 64-bit products are made.
    int64: Int64,
}

/// Variants of a group around reductions.
pub(super) fn lower(signature: &Signature, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
    let spaces = signature.spaces();
    let is_full = |node: u32| spaces.get(node as usize) == Some(&Space::Full);
    if signature.outputs.iter().any(|output| is_full(output.node) || output.view.is_some()) {
        return Err(LowerError::Unsupported { what: "an output over the reduced axes" });
    }
    let kept_first = signature.roles.first() == Some(&AxisRole::Kept);
    let lanes = vector_lanes(signature);
    let mut forms = Vec::new();
    let few = at_most(ShapeOp::Reduced, 64);
    if kept_first {
        let many = ShapeExpr::constant(65_536).with(ShapeOp::AtMost, kept());
        let column = Form { name: "column", kept_tile: 256, lanes: 1, split: false, int64 };
        forms.push((column, few.with(ShapeOp::Max, many)));
        let tile = Form { name: "tile_split", kept_tile: 16, lanes: 1, split: true, int64 };
        forms.push((tile, ShapeExpr::constant(1)));
    } else {
        let has_kept = signature.roles.contains(&AxisRole::Kept);
        // Random groups have a variant more; four are the limit.
        if has_kept && !body::has_random(signature) {
            let many = ShapeExpr::constant(1024).with(ShapeOp::AtMost, kept());
            let column = Form { name: "column", kept_tile: 256, lanes: 1, split: false, int64 };
            let short = at_most(ShapeOp::Reduced, 32);
            forms.push((column, short.with(ShapeOp::And, many)));
        }
        let short = at_most(ShapeOp::Reduced, 16_384);
        let many = ShapeExpr::constant(512).with(ShapeOp::AtMost, kept());
        let row = Form { name: "row", kept_tile: 1, lanes: 1, split: false, int64 };
        if lanes > 1 {
            let vector = Form { name: "row_split_vec", kept_tile: 1, lanes, split: true, int64 };
            let whole = ShapeExpr::op(ShapeOp::Extent(0))
                .with(ShapeOp::Rem, ShapeExpr::constant(lanes.into()))
                .with(ShapeOp::Equal, ShapeExpr::constant(0));
            let long = ShapeExpr::constant(PART_ELEMS).with(ShapeOp::AtMost, reduced());
            forms.push((vector, whole.with(ShapeOp::And, long)));
        }
        forms.push((row, short.with(ShapeOp::Max, many)));
        let split = Form { name: "row_split", kept_tile: 1, lanes: 1, split: true, int64 };
        forms.push((split, ShapeExpr::constant(1)));
    }
    forms
        .into_iter()
        .enumerate()
        .map(|(rank, (form, guard))| Writer::new(signature, form)?.kernel(rank as u32, guard))
        .collect()
}

fn kept() -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Kept)
}

fn reduced() -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Reduced)
}

fn at_most(size: ShapeOp, limit: u64) -> ShapeExpr {
    ShapeExpr::op(size).with(ShapeOp::AtMost, ShapeExpr::constant(limit))
}

/// Elements per load if every array over the reduced axes is contiguous in domain order.
fn vector_lanes(signature: &Signature) -> u32 {
    let reduces = |axis: usize| signature.roles.get(axis) == Some(&AxisRole::Reduced);
    let fits = |view: &preheat_format::View| {
        let over = view
            .axes
            .iter()
            .enumerate()
            .any(|(axis, access)| *access == AxisAccess::Full && reduces(axis));
        !over || view.is_identity()
    };
    // An array that is read as vectors cannot be read by elements too.
    let identity = |view: u32| {
        signature.views.get(view as usize).is_some_and(preheat_format::View::is_identity)
    };
    let mixed = |source: u32| {
        let of_source = |(known, _): &(u32, u32)| *known == source;
        let views: Vec<u32> = signature.loads().filter(of_source).map(|(_, view)| view).collect();
        views.iter().any(|view| identity(*view))
            && (signature.is_gathered(source) || !views.iter().all(|view| identity(*view)))
    };
    let sources = signature.sources.len() as u32;
    if !signature.views.iter().all(fits) || (0..sources).any(mixed) {
        return 1;
    }
    let wide = |dtype: &DType| dtype.size_bytes() == 8;
    if signature.sources.iter().any(wide) { 2 } else { 4 }
}

/// One reduction of the group.
struct Fold {
    /// Its node.
    node: u32,
    /// Its operand's node.
    operand: u32,
    /// Its operand's type.
    dtype: DType,
    /// Its result's type.
    result: DType,
    def: &'static Reduction,
}

impl Fold {
    fn component_type(&self, component: usize) -> DType {
        match self.def.accumulator.get(component).map(|part| part.dtype) {
            Some(ComponentType::Element) | None => self.dtype,
            Some(ComponentType::Index) => DType::U32,
            Some(ComponentType::Flag) => DType::Bool,
        }
    }

    /// An expression of the table with its holes filled; `right` names the second accumulator.
    fn fill(&self, text: &str, number: usize, extra: &[(&str, &str)]) -> String {
        let left: Vec<(String, String)> =
            (0..4).map(|part| (format!("a{part}"), format!("a{number}_{part}"))).collect();
        let right: Vec<(String, String)> =
            (0..4).map(|part| (format!("b{part}"), format!("b{number}_{part}"))).collect();
        let mut holes: Vec<(&str, &str)> = extra.to_vec();
        holes.extend(constant_holes(self.dtype));
        holes.push(("R", wgsl_type(self.result)));
        let pairs = left.iter().chain(&right);
        holes.extend(pairs.map(|(hole, value)| (hole.as_str(), value.as_str())));
        fill(text, &holes)
    }
}

struct Writer<'a> {
    signature: &'a Signature,
    form: Form,
    folds: Vec<Fold>,
    kept_axes: Vec<usize>,
    reduced_axes: Vec<usize>,
    /// Leaves of the prologue over the whole domain, and those over the kept axes only.
    full_leaves: Vec<u32>,
    kept_leaves: Vec<u32>,
    /// Leaves of the epilogue.
    epilogue_leaves: Vec<u32>,
    uniform: Uniform,
}

impl<'a> Writer<'a> {
    fn new(signature: &'a Signature, form: Form) -> Result<Writer<'a>, LowerError> {
        let axes = |role: AxisRole| {
            let with_role = |(axis, found): (usize, &AxisRole)| (*found == role).then_some(axis);
            signature.roles.iter().enumerate().filter_map(with_role).collect::<Vec<usize>>()
        };
        let folds = folds(signature)?;
        let operands: Vec<u32> = folds.iter().map(|fold| fold.operand).collect();
        let given: BTreeSet<u32> = folds.iter().map(|fold| fold.node).collect();
        let spaces = signature.spaces();
        let (full_leaves, kept_leaves) = body::leaves(signature, &operands, &BTreeSet::new())
            .into_iter()
            .partition(|leaf| spaces.get(*leaf as usize) == Some(&Space::Full));
        let roots: Vec<u32> = signature.outputs.iter().map(|output| output.node).collect();
        let epilogue_leaves = body::leaves(signature, &roots, &given);
        Ok(Writer {
            signature,
            form,
            folds,
            kept_axes: axes(AxisRole::Kept),
            reduced_axes: axes(AxisRole::Reduced),
            full_leaves,
            kept_leaves,
            epilogue_leaves,
            uniform: Uniform::default(),
        })
    }

    /// Steps of the strided loop: elements, or loads of several.
    fn steps(&self) -> ShapeExpr {
        match self.form.lanes {
            1 => reduced(),
            lanes => reduced().div_ceil(lanes.into()),
        }
    }

    fn kept_tiles(&self) -> ShapeExpr {
        kept().div_ceil(self.form.kept_tile.into())
    }

    /// Workgroups that share the elements of one result.
    fn parts(&self) -> ShapeExpr {
        if !self.form.split {
            return ShapeExpr::constant(1);
        }
        let wanted = ShapeExpr::constant(PARTS_TARGET).with(ShapeOp::DivCeil, self.kept_tiles());
        let per_part = match self.form.kept_tile {
            1 => PART_ELEMS,
            tile => PART_ELEMS / u64::from(tile),
        };
        let useful = reduced().div_ceil(per_part);
        let parts = useful.with(ShapeOp::Min, wanted);
        parts.with(ShapeOp::Max, ShapeExpr::constant(1))
    }

    fn kernel(mut self, rank: u32, guard: ShapeExpr) -> Result<Kernel, LowerError> {
        let functions = self.functions()?;
        let main = self.first_pass()?;
        let join = if self.form.split { Some(self.second_pass()?) } else { None };
        let scratch = self.scratch();
        let mut storage = scope::sources(self.signature);
        if self.form.lanes > 1 {
            storage
                .iter_mut()
                .filter(|array| self.reads_vectors(array.target))
                .for_each(|array| array.lanes = self.form.lanes);
        }
        storage.extend(scratch.iter().map(|(array, _)| array.clone()));
        storage.extend(scope::outputs(self.signature));
        // The uniform struct is complete only here: both passes have added their fields.
        let (declarations, bindings) = scope::declarations(&storage, &self.uniform)?;
        let mut text = declarations + &functions + &self.shared() + &self.entry(&main, "main");
        let mut passes = vec![Pass {
            entry_point: "main".to_owned(),
            workgroup_size: [WORKGROUP, 1, 1],
            bindings: bindings.clone(),
            workgroup_count: self.kept_tiles().with(ShapeOp::Mul, self.parts()),
        }];
        if let Some(join) = join {
            text += &self.entry(&join, "join");
            passes.push(Pass {
                entry_point: "join".to_owned(),
                workgroup_size: [WORKGROUP, 1, 1],
                bindings,
                workgroup_count: self.kept_tiles(),
            });
        }
        let wgsl = module(&text, self.form.int64);
        let (fields, uniform_size_bytes) = self.uniform.layout();
        Ok(Kernel {
            variant: self.form.name.to_owned(),
            rank,
            guard,
            features: scope::features(&wgsl),
            scratch: scratch.into_iter().map(|(_, size)| size).collect(),
            uniform: fields,
            uniform_size_bytes,
            passes,
            wgsl,
            op_count: scope::op_count(self.signature),
        })
    }

    /// A source is read as vectors if its views run over the reduced axes.
    fn reads_vectors(&self, target: BindTarget) -> bool {
        let BindTarget::Source(source) = target else {
            return false;
        };
        self.signature.loads().any(|(known, view)| {
            known == source && !access::is_constant_along(self.signature, view, &self.reduced_axes)
        })
    }

    fn entry(&self, parts: &Entry, name: &str) -> String {
        let lanes = (WORKGROUP / self.form.kept_tile).to_string();
        let kept_tile = self.form.kept_tile.to_string();
        fill(
            TEMPLATE,
            &[
                ("entry", name),
                ("kept_tile", &kept_tile),
                ("lanes", &lanes),
                ("place", &parts.place),
                ("start", &parts.start),
                ("kept", &parts.kept),
                ("body", &parts.body),
                ("tree", &self.tree()),
                ("finish", &parts.finish),
            ],
        )
    }

    /// The prologue and the epilogue.
    fn functions(&mut self) -> Result<String, LowerError> {
        let signature = self.signature;
        let operands: Vec<u32> = self.folds.iter().map(|fold| fold.operand).collect();
        let mut arguments = self.full_leaves.clone();
        arguments.extend(&self.kept_leaves);
        let prologue =
            body::function(signature, &mut self.uniform, "prologue", &arguments, &operands)?;
        let roots: Vec<u32> = signature.outputs.iter().map(|output| output.node).collect();
        let mut given: Vec<u32> = self.folds.iter().map(|fold| fold.node).collect();
        given.extend(&self.epilogue_leaves);
        let epilogue = body::function(signature, &mut self.uniform, "epilogue", &given, &roots)?;
        let random = if body::has_random(signature) { body::RANDOM_COUNTER } else { "" };
        Ok(format!("{random}{prologue}{epilogue}"))
    }

    /// Workgroup arrays, one per accumulator component; none if an invocation has a result alone.
    fn shared(&self) -> String {
        let mut text = String::new();
        if self.form.kept_tile == WORKGROUP {
            return text;
        }
        for (number, part, dtype) in self.components() {
            // NVIDIA's driver (580.159) mixes up neighbours of a workgroup array of `bool`.
            let element = if dtype == DType::Bool { "u32" } else { wgsl_type(dtype) };
            text += &format!("var<workgroup> s{number}_{part}: array<{element}, {WORKGROUP}>;\n");
        }
        text
    }

    /// Every accumulator component: reduction, component, type.
    fn components(&self) -> Vec<(usize, usize, DType)> {
        let parts = |(number, fold): (usize, &Fold)| {
            (0..fold.def.accumulator.len())
                .map(|part| (number, part, fold.component_type(part)))
                .collect::<Vec<_>>()
        };
        self.folds.iter().enumerate().flat_map(parts).collect()
    }

    fn place(&mut self, split: bool) -> String {
        let tile = self.form.kept_tile;
        let tiles = self.kept_tiles();
        let tiles = self.uniform.shape("kept_tiles", tiles);
        self.uniform.shape("kept_count", kept());
        let mut text = match split {
            true => format!("    let part = group / {tiles};\n"),
            false => String::new(),
        };
        let tile_index = if split { format!("(group % {tiles})") } else { "group".to_owned() };
        text += &match tile {
            1 => format!("    let kept_index = {tile_index};\n"),
            _ => format!("    let kept_index = {tile_index} * {tile}u + local_index % {tile}u;\n"),
        };
        text
    }

    fn first_pass(&mut self) -> Result<Entry, LowerError> {
        let split = self.form.split;
        let groups = self.kept_tiles().with(ShapeOp::Mul, self.parts());
        self.uniform.shape("group_count", groups);
        let mut place = self.place(split);
        let steps = self.steps();
        let step_count = self.uniform.shape("step_count", steps.clone());
        if split {
            let chunk = steps.with(ShapeOp::DivCeil, self.parts());
            let chunk = self.uniform.shape("chunk", chunk);
            place += &format!("    let first = part * {chunk};\n");
            place += &format!("    let last = min(first + {chunk}, {step_count});\n");
        } else {
            place += &format!("    let first = 0u;\n    let last = {step_count};\n");
        }
        let kept_axes = self.kept_axes.clone();
        let mut start = access::coordinates(&mut self.uniform, "kept_index", &kept_axes, "    ");
        start += &self.identities();
        let kept = self.leaf_statements(&self.kept_leaves.clone(), "        ")?;
        let body = match self.form.lanes {
            1 => self.scalar_body()?,
            _ => self.vector_body()?,
        };
        let finish = if split { self.store_parts() } else { self.finish()? };
        Ok(Entry { place, start, kept, body, finish })
    }

    fn identities(&self) -> String {
        let mut text = String::new();
        for (number, fold) in self.folds.iter().enumerate() {
            for (part, component) in fold.def.accumulator.iter().enumerate() {
                let dtype = wgsl_type(fold.component_type(part));
                let value = fold.fill(component.identity, number, &[]);
                text += &format!("    var a{number}_{part}: {dtype} = {value};\n");
            }
        }
        text
    }

    fn leaf_statements(&mut self, leaves: &[u32], indent: &str) -> Result<String, LowerError> {
        let mut text = String::new();
        for leaf in leaves {
            let linear = self.linear();
            let value = body::leaf_value(self.signature, &mut self.uniform, *leaf, &linear)?;
            text += &format!("{indent}let v{leaf} = {value};\n");
        }
        Ok(text)
    }

    /// The linear index of the domain from its coordinates.
    fn linear(&mut self) -> String {
        let mut text = String::new();
        for axis in (0..self.signature.roles.len()).rev() {
            text = match text.is_empty() {
                true => format!("c{axis}"),
                false => format!("(c{axis} + {} * {text})", self.uniform.extent(axis)),
            };
        }
        if text.is_empty() { "0u".to_owned() } else { text }
    }

    fn scalar_body(&mut self) -> Result<String, LowerError> {
        let indent = "            ";
        let axes = self.reduced_axes.clone();
        let mut text = access::coordinates(&mut self.uniform, "step", &axes, indent);
        text += &self.leaf_statements(&self.full_leaves.clone(), indent)?;
        text += &format!("{indent}let x = prologue({});\n", self.prologue_arguments(None));
        text += &self.join_element("step", indent);
        Ok(text)
    }

    fn prologue_arguments(&self, lane: Option<&str>) -> String {
        let full = self.full_leaves.iter().map(|leaf| match lane {
            Some(lane) => format!("l{leaf}_{lane}"),
            None => format!("v{leaf}"),
        });
        let kept = self.kept_leaves.iter().map(|leaf| format!("v{leaf}"));
        full.chain(kept).collect::<Vec<_>>().join(", ")
    }

    /// Element `x` joins every accumulator.
    fn join_element(&self, position: &str, indent: &str) -> String {
        let mut text = String::new();
        let many = self.folds.len() > 1;
        for (number, fold) in self.folds.iter().enumerate() {
            let x = if many { format!("x.r{number}") } else { "x".to_owned() };
            for (part, component) in fold.def.accumulator.iter().enumerate() {
                let holes = [("x", x.as_str()), ("i", position)];
                let value = fold.fill(component.step, number, &holes);
                text += &format!("{indent}let n{number}_{part} = {value};\n");
            }
            for part in 0..fold.def.accumulator.len() {
                text += &format!("{indent}a{number}_{part} = n{number}_{part};\n");
            }
        }
        text
    }

    fn vector_body(&mut self) -> Result<String, LowerError> {
        let indent = "            ";
        let lanes = self.form.lanes;
        let mut text = format!("{indent}let element = step * {lanes}u;\n");
        let axes = self.reduced_axes.clone();
        text += &access::coordinates(&mut self.uniform, "element", &axes, indent);
        let linear = self.linear();
        text += &format!("{indent}let linear = {linear};\n");
        let mut lane_values = Vec::new();
        for leaf in self.full_leaves.clone() {
            let (statement, values) = self.vector_leaf(leaf)?;
            text += &statement;
            lane_values.push((leaf, values));
        }
        for (lane, name) in ["x", "y", "z", "w"].iter().enumerate().take(lanes as usize) {
            text += &format!("{indent}{{\n");
            let inner = format!("{indent}    ");
            for (leaf, values) in &lane_values {
                text += &format!("{inner}let l{leaf}_{name} = {};\n", values[lane]);
            }
            let arguments = self.prologue_arguments(Some(name));
            text += &format!("{inner}let x = prologue({arguments});\n");
            text += &self.join_element(&format!("(element + {lane}u)"), &inner);
            text += &format!("{indent}}}\n");
        }
        Ok(text)
    }

    /// A leaf over the reduced axes for all lanes: a statement, and the value in each lane.
    fn vector_leaf(&mut self, leaf: u32) -> Result<(String, Vec<String>), LowerError> {
        let indent = "            ";
        let lanes = self.form.lanes;
        let Some(node) = self.signature.nodes.get(leaf as usize) else {
            return Err(LowerError::Unsupported { what: "a missing leaf" });
        };
        let component = |suffix: &str| -> Vec<String> {
            ["x", "y", "z", "w"].iter().map(|lane| format!("w{leaf}.{lane}{suffix}")).collect()
        };
        match &node.kind {
            NodeKind::Load { source, .. } => {
                let statement = format!("{indent}let w{leaf} = in{source}[linear / {lanes}u];\n");
                let suffix = if node.dtype == DType::Bool { " != 0u" } else { "" };
                Ok((statement, component(suffix)))
            }
            NodeKind::Apply { op, operands } if body::block_lanes(node.dtype) == lanes => {
                let offset = format!("linear / {lanes}u");
                let block =
                    body::random_block(self.signature, &mut self.uniform, operands, &offset)?;
                let function = body::random_function(*op, node.dtype)?;
                let statement = format!("{indent}let w{leaf} = {function}({block});\n");
                Ok((statement, component("")))
            }
            _ => {
                let mut values = Vec::new();
                for lane in 0..lanes {
                    let at = format!("(linear + {lane}u)");
                    values.push(body::leaf_value(self.signature, &mut self.uniform, leaf, &at)?);
                }
                Ok((String::new(), values))
            }
        }
    }

    /// The tree over a result's invocations.
    fn tree(&self) -> String {
        let tile = self.form.kept_tile;
        if tile == WORKGROUP {
            return String::new();
        }
        let store = |indent: &str| -> String {
            let line = |(number, part, dtype): (usize, usize, DType)| {
                let value = match dtype {
                    DType::Bool => format!("select(0u, 1u, a{number}_{part})"),
                    _ => format!("a{number}_{part}"),
                };
                format!("{indent}s{number}_{part}[local_index] = {value};\n")
            };
            self.components().into_iter().map(line).collect()
        };
        let mut text = store("    ");
        let half = WORKGROUP / tile / 2;
        text += &format!("    for (var span = {half}u; span > 0u; span = span >> 1u) {{\n");
        text += "        workgroupBarrier();\n        if lane < span {\n";
        text += &format!("            let other = local_index + span * {tile}u;\n");
        for (number, part, dtype) in self.components() {
            let is_set = if dtype == DType::Bool { " != 0u" } else { "" };
            text +=
                &format!("            let b{number}_{part} = s{number}_{part}[other]{is_set};\n");
        }
        text += &self.join_accumulators("            ");
        text += &store("            ");
        text + "        }\n    }\n"
    }

    /// Accumulator `b` joins `a`.
    fn join_accumulators(&self, indent: &str) -> String {
        let mut text = String::new();
        for (number, fold) in self.folds.iter().enumerate() {
            for (part, component) in fold.def.accumulator.iter().enumerate() {
                let value = fold.fill(component.combine, number, &[]);
                text += &format!("{indent}let n{number}_{part} = {value};\n");
            }
            for part in 0..fold.def.accumulator.len() {
                text += &format!("{indent}a{number}_{part} = n{number}_{part};\n");
            }
        }
        text
    }

    fn finish(&mut self) -> Result<String, LowerError> {
        let mut text = String::new();
        for (number, fold) in self.folds.iter().enumerate() {
            let count = self.uniform.shape("reduced_count", reduced());
            let count = format!("{}({count})", wgsl_type(fold.dtype));
            let value = fold.fill(fold.def.finish, number, &[("n", &count)]);
            text += &format!("        let v{} = {value};\n", fold.node);
        }
        // Leaves of the epilogue may have been loaded for the prologue, in an inner scope.
        text += &self.leaf_statements(&self.epilogue_leaves.clone(), "        ")?;
        let folds = self.folds.iter().map(|fold| format!("v{}", fold.node));
        let leaves = self.epilogue_leaves.iter().map(|leaf| format!("v{leaf}"));
        let arguments = folds.chain(leaves).collect::<Vec<_>>().join(", ");
        text += &format!("        let result = epilogue({arguments});\n");
        for number in 0..self.signature.outputs.len() {
            let value = scope::stored(self.signature, number);
            text += &format!("        out{number}[kept_index] = {value};\n");
        }
        Ok(text)
    }

    /// Scratch arrays with their byte lengths: one for `f64` components, one for 4-byte words.
    fn scratch(&self) -> Vec<(Storage, ShapeExpr)> {
        if !self.form.split {
            return Vec::new();
        }
        let mut arrays = Vec::new();
        for (name, dtype) in [("words", DType::U32), ("doubles", DType::F64)] {
            let count =
                self.components().iter().filter(|(_, _, of)| scratch_dtype(*of) == dtype).count();
            if count > 0 {
                let target = BindTarget::Scratch(arrays.len() as u32);
                let name = name.to_owned();
                let array = Storage { target, name, dtype, lanes: 1, writable: true };
                let bytes = kept()
                    .with(ShapeOp::Mul, self.parts())
                    .with(ShapeOp::Mul, ShapeExpr::constant(count as u64 * dtype.size_bytes()));
                arrays.push((array, bytes));
            }
        }
        arrays
    }

    /// For every component: its scratch array, its place among that array's, its type.
    fn scratch_places(&self) -> Vec<(String, String, DType)> {
        let (mut words, mut doubles) = (0, 0);
        let mut places = Vec::new();
        for (number, part, dtype) in self.components() {
            let (array, place) = match scratch_dtype(dtype) {
                DType::F64 => ("doubles", &mut doubles),
                _ => ("words", &mut words),
            };
            let slot = format!(
                "{array}[({place}u * params.part_count + part) * params.kept_count + kept_index]"
            );
            *place += 1;
            places.push((format!("{number}_{part}"), slot, dtype));
        }
        places
    }

    fn store_parts(&mut self) -> String {
        let parts = self.parts();
        self.uniform.shape("part_count", parts);
        let mut text = String::new();
        for (component, slot, dtype) in self.scratch_places() {
            let value = match dtype {
                DType::F64 | DType::U32 => format!("a{component}"),
                DType::Bool => format!("select(0u, 1u, a{component})"),
                _ => format!("bitcast<u32>(a{component})"),
            };
            text += &format!("        {slot} = {value};\n");
        }
        text
    }

    fn second_pass(&mut self) -> Result<Entry, LowerError> {
        let mut place = self.place(false);
        place += "    let first = 0u;\n    let last = params.part_count;\n";
        let kept_axes = self.kept_axes.clone();
        let mut start = access::coordinates(&mut self.uniform, "kept_index", &kept_axes, "    ");
        start += &self.identities();
        let indent = "            ";
        let mut body = format!("{indent}let part = step;\n");
        for (component, slot, dtype) in self.scratch_places() {
            let value = match dtype {
                DType::F64 | DType::U32 => slot,
                DType::Bool => format!("({slot} != 0u)"),
                _ => format!("bitcast<{}>({slot})", wgsl_type(dtype)),
            };
            body += &format!("{indent}let b{component} = {value};\n");
        }
        body += &self.join_accumulators(indent);
        let finish = self.finish()?;
        Ok(Entry { place, start, kept: String::new(), body, finish })
    }
}

fn scratch_dtype(dtype: DType) -> DType {
    if dtype == DType::F64 { DType::F64 } else { DType::U32 }
}

/// The reductions of a group.
fn folds(signature: &Signature) -> Result<Vec<Fold>, LowerError> {
    let mut folds = Vec::new();
    for (node, spec) in signature.nodes.iter().enumerate() {
        let NodeKind::Reduce { op, operand } = &spec.kind else {
            continue;
        };
        let no_form = || LowerError::NoForm { op: op.to_string(), dtype: spec.dtype.name() };
        let OpDef { kind: Kind::Reduction(def), .. } = body::definition(*op)? else {
            return Err(no_form());
        };
        let dtype = scope::output_dtype(signature, *operand);
        folds.push(Fold { node: node as u32, operand: *operand, dtype, result: spec.dtype, def });
    }
    Ok(folds)
}

/// The parts of an entry point that differ.
struct Entry {
    place: String,
    start: String,
    kept: String,
    body: String,
    finish: String,
}
