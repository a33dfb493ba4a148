//! The text of one variant.

use std::collections::BTreeSet;

use preheat_format::{AxisRole, BindTarget, DType, Pass, ShapeExpr, ShapeOp, Signature, Space};
use preheat_ops::template::{fill, wgsl_type};

use super::super::scope::{self, Storage};
use super::super::uniform::Uniform;
use super::super::{Kernel, LowerError, access, body, module};
use super::fold::{Fold, accumulator, folds};
use super::{Form, TEMPLATE, Tile, Vector, WORKGROUP, kept, leaf, reduced};

pub(super) struct Writer<'a> {
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

/// The parts of an entry point that differ.
struct Entry {
    name: &'static str,
    /// Its workgroups.
    group_count: String,
    /// Results of an invocation; `None` is one, whose accumulators need no number.
    results: Option<u32>,
    place: String,
    start: String,
    kept: String,
    body: String,
    finish: String,
}

/// The results of an invocation by number; one result has none.
fn each(results: Option<u32>) -> Vec<Option<u32>> {
    match results {
        None => vec![None],
        Some(count) => (0..count).map(Some).collect(),
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(signature: &'a Signature, form: Form) -> Result<Writer<'a>, LowerError> {
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

    pub(super) fn kernel(mut self, rank: u32, guard: ShapeExpr) -> Result<Kernel, LowerError> {
        let form = self.form;
        let functions = self.functions()?;
        let main = self.first_pass()?;
        let join = if form.split { Some(self.second_pass()?) } else { None };
        let scratch = self.scratch();
        let mut storage = scope::sources(self.signature);
        for array in &mut storage {
            if let BindTarget::Source(source) = array.target
                && leaf::is_vector_source(self.signature, form, source)
            {
                array.lanes = form.lanes;
            }
        }
        storage.extend(scratch.iter().map(|(array, _)| array.clone()));
        storage.extend(scope::outputs(self.signature));
        // The uniform struct is complete only here: both passes have added their fields.
        let (declarations, bindings) = scope::declarations(&storage, &self.uniform)?;
        let mut text = declarations + &functions + &self.shared() + &self.entry(&main);
        let pass = |entry: &Entry, workgroup_count| Pass {
            entry_point: entry.name.to_owned(),
            workgroup_size: [WORKGROUP, 1, 1],
            bindings: bindings.clone(),
            workgroup_count,
        };
        let groups = form.tiles(form.results()).with(ShapeOp::Mul, form.parts());
        let mut passes = vec![pass(&main, groups)];
        if let Some(join) = join {
            text += &self.entry(&join);
            // One part is its result.
            let groups = ShapeExpr::constant(2)
                .with(ShapeOp::AtMost, form.parts())
                .with(ShapeOp::Mul, form.tiles(1));
            passes.push(pass(&join, groups));
        }
        let wgsl = module(&text, form.int64);
        let (fields, uniform_size_bytes) = self.uniform.layout();
        Ok(Kernel {
            variant: form.name.to_owned(),
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

    /// Invocations with different results, and invocations that share one, as text.
    fn sizes(&self) -> [&'static str; 2] {
        match self.form.tile {
            Tile::Whole => ["256u", "1u"],
            Tile::One => ["1u", "256u"],
            Tile::Sized { .. } => ["params.tile", "params.lanes"],
        }
    }

    fn entry(&self, parts: &Entry) -> String {
        let [tile, lanes] = self.sizes();
        fill(
            TEMPLATE,
            &[
                ("entry", parts.name),
                ("group_count", &parts.group_count),
                ("tile", tile),
                ("lanes", lanes),
                ("place", &parts.place),
                ("start", &parts.start),
                ("kept", &parts.kept),
                ("unrolled", &self.unrolled(&parts.body)),
                ("body", &parts.body),
                ("tree", &self.tree(parts.results)),
                ("finish", &parts.finish),
            ],
        )
    }

    /// The strided loop over several steps at once, so that several loads are in flight; the
    /// template's loop does the rest.
    fn unrolled(&self, body: &str) -> String {
        let count = self.form.unroll;
        if count == 1 {
            return String::new();
        }
        let ahead = count - 1;
        let mut text =
            format!("        for (; at + {ahead}u * stride < last; at += {count}u * stride) {{\n");
        for number in 0..count {
            text += &format!(
                "            {{\n            let step = at + {number}u * stride;\n\
                 {body}            }}\n"
            );
        }
        text + "        }\n"
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
        if self.form.tile == Tile::Whole {
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
        let of_fold = |(number, fold): (usize, &Fold)| {
            (0..fold.def.accumulator.len())
                .map(|part| (number, part, fold.component_type(part)))
                .collect::<Vec<_>>()
        };
        self.folds.iter().enumerate().flat_map(of_fold).collect()
    }

    /// Which tile a workgroup has, and which result an invocation.
    fn place(&mut self, split: bool, results: u32) -> String {
        let form = self.form;
        if matches!(form.tile, Tile::Sized { .. }) {
            self.uniform.shape("tile", form.tile.size());
            let lanes = ShapeExpr::constant(WORKGROUP.into());
            self.uniform.shape("lanes", lanes.with(ShapeOp::DivCeil, form.tile.size()));
        }
        self.uniform.shape("kept_count", kept());
        let mut tile_index = "group".to_owned();
        let mut text = String::new();
        if split {
            let tiles = self.uniform.shape("kept_tiles", form.tiles(results));
            text += &format!("    let part = group / {tiles};\n");
            tile_index = format!("(group % {tiles})");
        }
        let [tile, _] = self.sizes();
        let index = match form.tile {
            Tile::One => tile_index,
            Tile::Whole | Tile::Sized { .. } => {
                format!("{tile_index} * {tile} + local_index % {tile}")
            }
        };
        text + &match results {
            1 => format!("    let kept_index = {index};\n"),
            many => format!("    let kept_index = ({index}) * {many}u;\n"),
        }
    }

    fn first_pass(&mut self) -> Result<Entry, LowerError> {
        let form = self.form;
        let results = (form.results() > 1).then_some(form.results());
        let groups = form.tiles(form.results()).with(ShapeOp::Mul, form.parts());
        let group_count = self.uniform.shape("group_count", groups);
        let mut place = self.place(form.split, form.results());
        let step_count = self.uniform.shape("step_count", form.steps());
        let [_, lanes] = self.sizes();
        // Parts take turns, so that all that run at once read neighbouring memory.
        place += &match form.split {
            true => {
                let parts = self.uniform.shape("part_count", form.parts());
                format!(
                    "    let first = part * {lanes} + lane;\n    let stride = {parts} * {lanes};\n"
                )
            }
            false => format!("    let first = lane;\n    let stride = {lanes};\n"),
        };
        place += &format!("    let last = {step_count};\n");
        let start = self.start(results);
        let mut kept = String::new();
        for result in each(results) {
            kept += &self.leaf_statements(&self.kept_leaves.clone(), "        ", result)?;
        }
        let body = match form.vector {
            Vector::None => self.scalar_body()?,
            Vector::Reduced => self.reduced_vector_body()?,
            Vector::Kept => self.kept_vector_body()?,
        };
        let mut finish = String::new();
        for result in each(results) {
            finish += &self.finish(result)?;
        }
        if form.split {
            let store = self.store_parts(results);
            finish = format!(
                "        if params.part_count > 1u {{\n{store}            return;\n        \
                 }}\n{finish}"
            );
        }
        Ok(Entry { name: "main", group_count, results, place, start, kept, body, finish })
    }

    /// Coordinates of the results, and empty accumulators.
    fn start(&mut self, results: Option<u32>) -> String {
        let kept_axes = self.kept_axes.clone();
        let mut text = access::coordinates(&mut self.uniform, "kept_index", &kept_axes, "    ");
        for result in each(results) {
            for (number, fold) in self.folds.iter().enumerate() {
                for (part, component) in fold.def.accumulator.iter().enumerate() {
                    let name = accumulator(number, part, result);
                    let dtype = wgsl_type(fold.component_type(part));
                    let value = fold.fill(component.identity, number, result, &[]);
                    text += &format!("    var {name}: {dtype} = {value};\n");
                }
            }
        }
        text
    }

    /// Values of leaves over the kept axes, by result.
    fn leaf_statements(
        &mut self,
        leaves: &[u32],
        indent: &str,
        result: Option<u32>,
    ) -> Result<String, LowerError> {
        let mut text = String::new();
        for leaf in leaves {
            let linear = self.linear();
            let value = body::leaf_value(self.signature, &mut self.uniform, *leaf, &linear)?;
            let value = access::shifted(&value, result.unwrap_or(0));
            text += &format!("{indent}let {} = {value};\n", kept_name(*leaf, result));
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
        text += &self.leaf_statements(&self.full_leaves.clone(), indent, None)?;
        let full: Vec<String> = self.full_leaves.iter().map(|leaf| format!("v{leaf}")).collect();
        text += &format!("{indent}let x = prologue({});\n", self.arguments(full, None));
        Ok(text + &self.join_element("step", indent, None))
    }

    /// Arguments of the prologue: the given values of the leaves over the domain, then the leaves
    /// over the kept axes.
    fn arguments(&self, mut full: Vec<String>, result: Option<u32>) -> String {
        full.extend(self.kept_leaves.iter().map(|leaf| kept_name(*leaf, result)));
        full.join(", ")
    }

    /// Element `x` joins every accumulator.
    fn join_element(&self, position: &str, indent: &str, result: Option<u32>) -> String {
        let mut text = String::new();
        let many = self.folds.len() > 1;
        for (number, fold) in self.folds.iter().enumerate() {
            let x = if many { format!("x.r{number}") } else { "x".to_owned() };
            for (part, component) in fold.def.accumulator.iter().enumerate() {
                let holes = [("x", x.as_str()), ("i", position)];
                let value = fold.fill(component.step, number, result, &holes);
                text += &format!("{indent}let n{number}_{part} = {value};\n");
            }
            for part in 0..fold.def.accumulator.len() {
                let name = accumulator(number, part, result);
                text += &format!("{indent}{name} = n{number}_{part};\n");
            }
        }
        text
    }

    /// A load whose lanes belong to one result.
    fn reduced_vector_body(&mut self) -> Result<String, LowerError> {
        let indent = "            ";
        let lanes = self.form.lanes;
        let mut text = format!("{indent}let element = step * {lanes}u;\n");
        let axes = self.reduced_axes.clone();
        text += &access::coordinates(&mut self.uniform, "element", &axes, indent);
        let position = |lane: u32| format!("(element + {lane}u)");
        text += &self.lanes(position, |_| None)?;
        Ok(text)
    }

    /// A load whose lanes belong to neighbouring results.
    fn kept_vector_body(&mut self) -> Result<String, LowerError> {
        let axes = self.reduced_axes.clone();
        let mut text = access::coordinates(&mut self.uniform, "step", &axes, "            ");
        text += &self.lanes(|_| "step".to_owned(), Some)?;
        Ok(text)
    }

    /// Every lane's element joins the accumulators of its result.
    fn lanes(
        &mut self,
        position: impl Fn(u32) -> String,
        result: impl Fn(u32) -> Option<u32>,
    ) -> Result<String, LowerError> {
        let indent = "            ";
        let linear = self.linear();
        let mut text = format!("{indent}let linear = {linear};\n");
        let mut values = Vec::new();
        for number in self.full_leaves.clone() {
            let form = self.form;
            let leaf = leaf::vector_leaf(self.signature, &mut self.uniform, form, number)?;
            if !leaf.statement.is_empty() {
                text += &format!("{indent}{}", leaf.statement);
            }
            values.push(leaf.values);
        }
        let inner = format!("{indent}    ");
        for lane in 0..self.form.lanes {
            let full = values.iter().filter_map(|lanes| lanes.get(lane as usize).cloned());
            let arguments = self.arguments(full.collect(), result(lane));
            text += &format!("{indent}{{\n{inner}let x = prologue({arguments});\n");
            text += &self.join_element(&position(lane), &inner, result(lane));
            text += &format!("{indent}}}\n");
        }
        Ok(text)
    }

    /// The tree over a result's invocations; several results, one after the other.
    fn tree(&self, results: Option<u32>) -> String {
        if self.form.tile == Tile::Whole {
            return String::new();
        }
        let [tile, lanes] = self.sizes();
        let mut text = String::new();
        for (place, result) in each(results).into_iter().enumerate() {
            if place > 0 {
                text += "    workgroupBarrier();\n";
            }
            text += &self.store_shared("    ", result);
            text += &format!(
                "    for (var span = {lanes} >> 1u; span > 0u; span = span >> 1u) {{\n        \
                 workgroupBarrier();\n        if lane < span {{\n            let other = \
                 local_index + span * {tile};\n"
            );
            for (number, part, dtype) in self.components() {
                let is_set = if dtype == DType::Bool { " != 0u" } else { "" };
                text += &format!(
                    "            let b{number}_{part} = s{number}_{part}[other]{is_set};\n"
                );
            }
            text += &self.join_accumulators("            ", result);
            text += &self.store_shared("            ", result);
            text += "        }\n    }\n";
        }
        text
    }

    fn store_shared(&self, indent: &str, result: Option<u32>) -> String {
        let line = |(number, part, dtype): (usize, usize, DType)| {
            let name = accumulator(number, part, result);
            let value = match dtype {
                DType::Bool => format!("select(0u, 1u, {name})"),
                _ => name,
            };
            format!("{indent}s{number}_{part}[local_index] = {value};\n")
        };
        self.components().into_iter().map(line).collect()
    }

    /// Accumulator `b` joins `a`.
    fn join_accumulators(&self, indent: &str, result: Option<u32>) -> String {
        let mut text = String::new();
        for (number, fold) in self.folds.iter().enumerate() {
            for (part, component) in fold.def.accumulator.iter().enumerate() {
                let value = fold.fill(component.combine, number, result, &[]);
                text += &format!("{indent}let n{number}_{part} = {value};\n");
            }
            for part in 0..fold.def.accumulator.len() {
                let name = accumulator(number, part, result);
                text += &format!("{indent}{name} = n{number}_{part};\n");
            }
        }
        text
    }

    /// A result through the epilogue to the outputs.
    fn finish(&mut self, result: Option<u32>) -> Result<String, LowerError> {
        let mut text = "        {\n".to_owned();
        let indent = "            ";
        for (number, fold) in self.folds.iter().enumerate() {
            let count = self.uniform.shape("reduced_count", reduced());
            let count = format!("{}({count})", wgsl_type(fold.dtype));
            let value = fold.fill(fold.def.finish, number, result, &[("n", &count)]);
            text += &format!("{indent}let v{} = {value};\n", fold.node);
        }
        // Leaves of the epilogue may have been loaded for the prologue, in an inner scope.
        for leaf in self.epilogue_leaves.clone() {
            let linear = self.linear();
            let value = body::leaf_value(self.signature, &mut self.uniform, leaf, &linear)?;
            let value = access::shifted(&value, result.unwrap_or(0));
            text += &format!("{indent}let v{leaf} = {value};\n");
        }
        let folds = self.folds.iter().map(|fold| format!("v{}", fold.node));
        let leaves = self.epilogue_leaves.iter().map(|leaf| format!("v{leaf}"));
        let arguments = folds.chain(leaves).collect::<Vec<_>>().join(", ");
        text += &format!("{indent}let result = epilogue({arguments});\n");
        let index = kept_place(result);
        for number in 0..self.signature.outputs.len() {
            let value = scope::stored(self.signature, number);
            text += &format!("{indent}out{number}[{index}] = {value};\n");
        }
        Ok(text + "        }\n")
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
                    .with(ShapeOp::Mul, self.form.parts())
                    .with(ShapeOp::Mul, ShapeExpr::constant(count as u64 * dtype.size_bytes()));
                arrays.push((array, bytes));
            }
        }
        arrays
    }

    /// For every component: reduction, component, its place in scratch, its type.
    fn scratch_places(&self, result: Option<u32>) -> Vec<(usize, usize, String, DType)> {
        let (mut words, mut doubles) = (0, 0);
        let mut places = Vec::new();
        let index = kept_place(result);
        for (number, part, dtype) in self.components() {
            let (array, place) = match scratch_dtype(dtype) {
                DType::F64 => ("doubles", &mut doubles),
                _ => ("words", &mut words),
            };
            let slot = format!(
                "{array}[({place}u * params.part_count + part) * params.kept_count + {index}]"
            );
            *place += 1;
            places.push((number, part, slot, dtype));
        }
        places
    }

    fn store_parts(&mut self, results: Option<u32>) -> String {
        self.uniform.shape("part_count", self.form.parts());
        let mut text = String::new();
        for result in each(results) {
            for (number, part, slot, dtype) in self.scratch_places(result) {
                let name = accumulator(number, part, result);
                let value = match dtype {
                    DType::F64 | DType::U32 => name,
                    DType::Bool => format!("select(0u, 1u, {name})"),
                    _ => format!("bitcast<u32>({name})"),
                };
                text += &format!("            {slot} = {value};\n");
            }
        }
        text
    }

    fn second_pass(&mut self) -> Result<Entry, LowerError> {
        let group_count = self.uniform.shape("join_count", self.form.tiles(1));
        let mut place = self.place(false, 1);
        let [_, lanes] = self.sizes();
        place += &format!(
            "    let first = lane;\n    let stride = {lanes};\n    let last = params.part_count;\n"
        );
        let start = self.start(None);
        let indent = "            ";
        let mut body = format!("{indent}let part = step;\n");
        for (number, part, slot, dtype) in self.scratch_places(None) {
            let value = match dtype {
                DType::F64 | DType::U32 => slot,
                DType::Bool => format!("({slot} != 0u)"),
                _ => format!("bitcast<{}>({slot})", wgsl_type(dtype)),
            };
            body += &format!("{indent}let b{number}_{part} = {value};\n");
        }
        body += &self.join_accumulators(indent, None);
        let finish = self.finish(None)?;
        let kept = String::new();
        Ok(Entry { name: "join", group_count, results: None, place, start, kept, body, finish })
    }
}

/// The name of a leaf over the kept axes.
fn kept_name(leaf: u32, result: Option<u32>) -> String {
    match result {
        None => format!("v{leaf}"),
        Some(result) => format!("v{leaf}_{result}"),
    }
}

/// The index of a result among the results.
fn kept_place(result: Option<u32>) -> String {
    match result {
        None | Some(0) => "kept_index".to_owned(),
        Some(result) => format!("kept_index + {result}u"),
    }
}

fn scratch_dtype(dtype: DType) -> DType {
    if dtype == DType::F64 { DType::F64 } else { DType::U32 }
}
