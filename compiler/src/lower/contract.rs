//! Groups around a matrix product: register tiles with prologue and epilogue.
//!
//! The domain has three axes: rows and columns of the result, kept, and the inner axis, reduced.
//! Large products take 128 x 128 tiles with 8 x 8 values per invocation; small results of a long
//! inner axis (Gram matrices of tall data) split that axis over workgroups; the rest takes 64 x 64
//! tiles. Each order of operations is fixed by the extents: the same bits on every run.

use std::collections::BTreeSet;

use preheat_format::{AxisRole, BindTarget, DType, NodeKind, Pass, ShapeExpr, ShapeOp, Signature};
use preheat_ops::template::{Int64, constant_holes, fill, wgsl_type};

use super::scope::{self, Storage};
use super::uniform::Uniform;
use super::{Kernel, LowerError, body, module};

pub(super) const TEMPLATES: [&str; 3] = [TILE, LARGE, JOIN];

const TILE: &str = include_str!("../../../shaders/wgsl/kernels/contract.wgsl.in");
const LARGE: &str = include_str!("../../../shaders/wgsl/kernels/contract_large.wgsl.in");
const JOIN: &str = include_str!("../../../shaders/wgsl/kernels/contract_join.wgsl.in");

/// Rows and columns of an invocation's part of a 64 x 64 tile.
const REGISTERS: usize = 4;
/// 128 x 128 tiles from which on they keep a device busy.
const LARGE_TILES_MIN: u64 = 128;
/// A split inner axis: at most so many 64 x 64 tiles,
const SPLIT_TILES_MAX: u64 = 128;
/// workgroups to aim for,
const SPLIT_GROUPS_TARGET: u64 = 512;
/// and inner steps that a workgroup has at least.
const SPLIT_INNER_MIN: u64 = 256;

/// How one variant divides the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Large,
    Split,
    Tile,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Large => "tile128",
            Form::Split => "tile64_split",
            Form::Tile => "tile64",
        }
    }

    fn guard(self) -> ShapeExpr {
        match self {
            Form::Large => ShapeExpr::constant(LARGE_TILES_MIN).with(ShapeOp::AtMost, tiles(128)),
            Form::Split => {
                let long = ShapeExpr::constant(2 * SPLIT_INNER_MIN)
                    .with(ShapeOp::AtMost, ShapeExpr::op(ShapeOp::Extent(2)));
                let few = tiles(64).with(ShapeOp::AtMost, ShapeExpr::constant(SPLIT_TILES_MAX));
                long.with(ShapeOp::And, few)
            }
            Form::Tile => ShapeExpr::constant(1),
        }
    }

    /// Rows and columns of a workgroup's tile.
    fn tile(self) -> u64 {
        match self {
            Form::Large => 128,
            Form::Split | Form::Tile => 64,
        }
    }
}

fn tile_rows(tile: u64) -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Extent(0)).div_ceil(tile)
}

/// Workgroup tiles of the result.
fn tiles(tile: u64) -> ShapeExpr {
    tile_rows(tile).with(ShapeOp::Mul, ShapeExpr::op(ShapeOp::Extent(1)).div_ceil(tile))
}

/// Workgroups that share the inner axis of one tile.
fn parts() -> ShapeExpr {
    let wanted = ShapeExpr::constant(SPLIT_GROUPS_TARGET).with(ShapeOp::DivCeil, tiles(64));
    ShapeExpr::op(ShapeOp::Extent(2)).div_ceil(SPLIT_INNER_MIN).with(ShapeOp::Min, wanted)
}

/// Variants of a product.
pub(super) fn lower(signature: &Signature, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
    let roles = [AxisRole::Kept, AxisRole::Kept, AxisRole::Reduced];
    let unsupported = LowerError::Unsupported { what: "a product over other than three axes" };
    if signature.roles != roles || signature.outputs.iter().any(|output| output.view.is_some()) {
        return Err(unsupported);
    }
    let found = signature.nodes.iter().enumerate().find_map(|(id, node)| match node.kind {
        NodeKind::Contract { left, right } => Some((id as u32, left, right)),
        _ => None,
    });
    let Some((product, left, right)) = found else {
        return Err(unsupported);
    };
    let forms = [Form::Large, Form::Split, Form::Tile];
    let variant = |(rank, form): (usize, Form)| {
        let dtype = scope::output_dtype(signature, product);
        let uniform = Uniform::default();
        Writer { signature, product, left, right, dtype, form, uniform }.kernel(rank as u32, int64)
    };
    // Three, so that a random group has room for its variant without 64-bit integers.
    forms.into_iter().enumerate().map(variant).collect()
}

struct Writer<'a> {
    signature: &'a Signature,
    product: u32,
    left: u32,
    right: u32,
    /// Element type of the product.
    dtype: DType,
    form: Form,
    uniform: Uniform,
}

impl Writer<'_> {
    fn kernel(mut self, rank: u32, int64: Int64) -> Result<Kernel, LowerError> {
        let signature = self.signature;
        for axis in 0..3 {
            self.uniform.extent(axis);
        }
        let groups = self.groups();
        self.uniform.shape("row_tiles", tile_rows(self.form.tile()));
        self.uniform.shape("group_count", groups.clone());
        let random = if body::has_random(signature) { body::RANDOM_COUNTER } else { "" };
        let functions = [
            random.to_owned(),
            self.operand("left", self.left, ["c0", "c2"])?,
            self.operand("right", self.right, ["c2", "c1"])?,
            self.epilogue()?,
        ]
        .concat();
        let place = self.place();
        let scratch = self.scratch();
        let mut storage = scope::sources(signature);
        storage.extend(scratch.iter().map(|(array, _)| array.clone()));
        storage.extend(scope::outputs(signature));
        let (declarations, bindings) = scope::declarations(&storage, &self.uniform)?;
        let text = self.text(&declarations, &functions, &place);
        let wgsl = module(&text, int64);
        let (fields, uniform_size_bytes) = self.uniform.layout();
        let pass = |entry_point: &str, workgroup_count| Pass {
            entry_point: entry_point.to_owned(),
            workgroup_size: [256, 1, 1],
            bindings: bindings.clone(),
            workgroup_count,
        };
        let mut passes = vec![pass("main", groups)];
        if self.form == Form::Split {
            passes.push(pass("join", ShapeExpr::op(ShapeOp::Kept).div_ceil(256)));
        }
        Ok(Kernel {
            variant: self.form.name().to_owned(),
            rank,
            guard: self.form.guard(),
            features: scope::features(&wgsl),
            scratch: scratch.into_iter().map(|(_, size)| size).collect(),
            uniform: fields,
            uniform_size_bytes,
            passes,
            wgsl,
            op_count: scope::op_count(signature),
        })
    }

    fn groups(&self) -> ShapeExpr {
        let tiles = tiles(self.form.tile());
        match self.form {
            Form::Split => tiles.with(ShapeOp::Mul, parts()),
            Form::Large | Form::Tile => tiles,
        }
    }

    /// Sums of the parts, one after the other.
    fn scratch(&self) -> Option<(Storage, ShapeExpr)> {
        if self.form != Form::Split {
            return None;
        }
        let (target, name) = (BindTarget::Scratch(0), "parts".to_owned());
        let array = Storage { target, name, dtype: self.dtype, lanes: 1, writable: true };
        let bytes = ShapeExpr::op(ShapeOp::Kept)
            .with(ShapeOp::Mul, parts())
            .with(ShapeOp::Mul, ShapeExpr::constant(self.dtype.size_bytes()));
        Some((array, bytes))
    }

    /// Which tile and which steps of the inner axis a workgroup has.
    fn place(&mut self) -> String {
        if self.form != Form::Split {
            return "    let tile_index = group;\n    let first = 0u;\n    let last = params.e2;\n"
                .to_owned();
        }
        self.uniform.shape("kept_count", ShapeExpr::op(ShapeOp::Kept));
        let count = self.uniform.shape("part_count", parts());
        let inner = ShapeExpr::op(ShapeOp::Extent(2));
        let chunk = self.uniform.shape("chunk", inner.with(ShapeOp::DivCeil, parts()));
        format!(
            "    let tile_index = group / {count};\n    let part = group % {count};\n    let first \
             = part * {chunk};\n    let last = min(first + {chunk}, params.e2);\n"
        )
    }

    fn text(&self, declarations: &str, functions: &str, place: &str) -> String {
        let [element, _, _, zero, _] = constant_holes(self.dtype);
        let mut holes =
            vec![("declarations", declarations), ("functions", functions), element, zero];
        if self.form == Form::Large {
            let large = Large { dtype: self.dtype, zero: zero.1 };
            return large.fill(&holes);
        }
        let (accumulators, products) = (accumulators(self.dtype, zero.1), products());
        let (store, join) = match self.form {
            Form::Split => (
                "parts[part * params.kept_count + {row} + {column} * params.e0] = {value}",
                fill(JOIN, &[zero]),
            ),
            Form::Large | Form::Tile => ("store({row}, {column}, {value})", String::new()),
        };
        let stores = stores(store);
        holes.extend([
            ("place", place),
            ("accumulators", &accumulators),
            ("products", &products),
            ("stores", &stores),
            ("join", &join),
        ]);
        fill(TILE, &holes)
    }

    /// `{name}_value(..)`: an element of an operand at two of the three coordinates.
    fn operand(
        &mut self,
        name: &str,
        node: u32,
        coordinates: [&str; 2],
    ) -> Result<String, LowerError> {
        let signature = self.signature;
        let leaves = body::leaves(signature, &[node], &BTreeSet::new());
        let pure = body::function(
            signature,
            &mut self.uniform,
            &format!("{name}_element"),
            &leaves,
            &[node],
        )?;
        let mut text = String::new();
        for leaf in &leaves {
            let value = body::leaf_value(signature, &mut self.uniform, *leaf, "0u")?;
            text += &format!("    let v{leaf} = {value};\n");
        }
        let [first, second] = coordinates;
        let result = body::type_of(signature, node);
        let arguments: Vec<String> = leaves.iter().map(|leaf| format!("v{leaf}")).collect();
        let arguments = arguments.join(", ");
        Ok(format!(
            "{pure}fn {name}_value({first}: u32, {second}: u32) -> {result} {{\n{text}    return \
             {name}_element({arguments});\n}}\n"
        ))
    }

    /// `store(..)`: the epilogue on one value of the product and the stores of the outputs.
    fn epilogue(&mut self) -> Result<String, LowerError> {
        let signature = self.signature;
        let roots: Vec<u32> = signature.outputs.iter().map(|output| output.node).collect();
        let given = BTreeSet::from([self.product]);
        let leaves = body::leaves(signature, &roots, &given);
        let mut arguments = vec![self.product];
        arguments.extend(&leaves);
        let pure = body::function(signature, &mut self.uniform, "epilogue", &arguments, &roots)?;
        let mut text = String::new();
        for leaf in &leaves {
            let value = body::leaf_value(signature, &mut self.uniform, *leaf, "0u")?;
            text += &format!("    let v{leaf} = {value};\n");
        }
        let names: Vec<String> = arguments.iter().map(|node| format!("v{node}")).collect();
        text += &format!("    let result = epilogue({});\n", names.join(", "));
        for number in 0..signature.outputs.len() {
            let value = scope::stored(signature, number);
            text += &format!("    out{number}[c0 + c1 * params.e0] = {value};\n");
        }
        let (product, dtype) = (self.product, body::type_of(signature, self.product));
        Ok(format!("{pure}fn store(c0: u32, c1: u32, v{product}: {dtype}) {{\n{text}}}\n"))
    }
}

/// The parts of the 128 x 128 template that depend on how many elements a vector has.
struct Large {
    dtype: DType,
    zero: &'static str,
}

impl Large {
    /// Elements of a 16-byte vector.
    fn width(&self) -> u32 {
        if self.dtype == DType::F64 { 2 } else { 4 }
    }

    fn vector(&self) -> String {
        format!("vec{}<{}>", self.width(), wgsl_type(self.dtype))
    }

    /// Vectors of an invocation along either side of its 8 x 8 values.
    fn vectors(&self) -> u32 {
        8 / self.width()
    }

    fn fill(&self, holes: &[(&str, &str)]) -> String {
        let width = self.width();
        let (width_text, span) = (width.to_string(), (16 * width).to_string());
        let tile_len = (2048 / width).to_string();
        let texts = [self.accumulators(), self.loads(), self.keeps(), self.products()];
        let (phases, swizzles) = (self.phases(), self.swizzles());
        let mut holes = holes.to_vec();
        holes.extend([
            ("W", width_text.as_str()),
            ("span", span.as_str()),
            ("tile_len", tile_len.as_str()),
            ("phases", phases.as_str()),
            ("swizzles", swizzles.as_str()),
        ]);
        let names = ["accumulators", "loads", "keeps", "products"];
        holes.extend(names.into_iter().zip(texts.iter().map(String::as_str)));
        fill(LARGE, &holes)
    }

    /// `a{v}_{c}`: rows of vector `v` of the invocation's column `c`.
    fn accumulators(&self) -> String {
        let vector = self.vector();
        let mut text = String::new();
        for column in 0..8 {
            for rows in 0..self.vectors() {
                text += &format!("    var a{rows}_{column} = {vector}({});\n", self.zero);
            }
        }
        for number in 0..self.loads_per_side() {
            text += &format!("    var left{number} = {vector}({});\n", self.zero);
            text += &format!("    var right{number} = {vector}({});\n", self.zero);
        }
        text
    }

    /// Vectors of each operand's tile that an invocation loads.
    fn loads_per_side(&self) -> u32 {
        1024 / self.width() / 256
    }

    /// The next step's operands: without a look at the bounds where the whole tile is inside.
    fn loads(&self) -> String {
        format!(
            "    if is_inside && base + 8u <= params.e2 {{\n{}    }} else {{\n{}    }}\n",
            self.loads_by("left_value", "right_value"),
            self.loads_by("left_or_zero", "right_or_zero")
        )
    }

    /// Neighbours read neighbouring rows of the left operand, and neighbouring inner steps of the
    /// right one.
    fn loads_by(&self, left: &str, right: &str) -> String {
        let (width, entries) = (self.width(), 128 / self.width());
        let mut text = String::new();
        for number in 0..self.loads_per_side() {
            let at = format!("({}u + local_index)", number * 256);
            for lane in 0..width {
                let name = ["x", "y", "z", "w"][lane as usize];
                text += &format!(
                    "        left{number}.{name} = {left}(row_base + ({at} % {entries}u) * \
                     {width}u + {lane}u, base + {at} / {entries}u);\n"
                );
                text += &format!(
                    "        right{number}.{name} = {right}(base + {at} % 8u, column_base + \
                     ({at} / 8u) * {width}u + {lane}u);\n"
                );
            }
        }
        text
    }

    fn keeps(&self) -> String {
        let entries = 128 / self.width();
        let half = 8 * entries;
        let mut text = String::new();
        for number in 0..self.loads_per_side() {
            let at = format!("({}u + local_index)", number * 256);
            text += &format!("        tile[{at}] = left{number};\n");
            text += &format!(
                "        tile[{half}u + ({at} % 8u) * {entries}u + (({at} / 8u) ^ ({at} % 8u))] = \
                 right{number};\n"
            );
        }
        text
    }

    /// Where an invocation finds its entries of the right tile at each inner step.
    fn swizzles(&self) -> String {
        let half = 8 * 128 / self.width();
        let at =
            |inner: u32| format!("    let swizzle{inner} = {half}u + (local_column ^ {inner}u);\n");
        (0..8).map(at).collect()
    }

    /// The eight inner steps, written out.
    fn products(&self) -> String {
        let (vector, entries) = (self.vector(), 128 / self.width());
        let indent = "            ";
        let mut text = String::new();
        for inner in 0..8 {
            text += "        {\n";
            for number in 0..self.vectors() {
                let at = inner * entries + number * 16;
                text += &format!("{indent}let l{number} = tile[{at}u + local_row];\n");
                text += &format!("{indent}let r{number} = tile[{at}u + swizzle{inner}];\n");
            }
            for column in 0..8 {
                let (number, lane) = (column / self.width(), column % self.width());
                let right = format!("{vector}(r{number}.{})", ["x", "y", "z", "w"][lane as usize]);
                for rows in 0..self.vectors() {
                    let a = format!("a{rows}_{column}");
                    text += &format!("{indent}{a} = fma(l{rows}, {right}, {a});\n");
                }
            }
            text += "        }\n";
        }
        text
    }

    fn phases(&self) -> String {
        let entries = 128 / self.width();
        let mut text = String::new();
        for column in 0..8 {
            text += &format!("            case {column}u: {{\n");
            for rows in 0..self.vectors() {
                text += &format!(
                    "                tile[local_column * {entries}u + {}u + local_row] = \
                     a{rows}_{column};\n",
                    rows * 16
                );
            }
            text += "            }\n";
        }
        text
    }
}

fn each_register() -> impl Iterator<Item = (usize, usize)> {
    (0..REGISTERS).flat_map(|row| (0..REGISTERS).map(move |column| (row, column)))
}

fn accumulators(dtype: DType, zero: &str) -> String {
    each_register()
        .map(|(row, column)| format!("    var a{row}{column}: {} = {zero};\n", wgsl_type(dtype)))
        .collect()
}

fn products() -> String {
    let mut text = String::new();
    for at in 0..REGISTERS {
        let offset = at * 16;
        text += &format!(
            "            let left{at} = tile_left[inner * 64u + local_row + {offset}u];\n"
        );
        text += &format!(
            "            let right{at} = tile_right[inner * 64u + local_column + {offset}u];\n"
        );
    }
    for (row, column) in each_register() {
        text += &format!(
            "            a{row}{column} = fma(left{row}, right{column}, a{row}{column});\n"
        );
    }
    text
}

/// Stores of the invocation's values; `store` has holes for row, column and value.
fn stores(store: &str) -> String {
    let mut text = String::new();
    for (row, column) in each_register() {
        let row_text = format!("(row_base + local_row + {}u)", row * 16);
        let column_text = format!("(column_base + local_column + {}u)", column * 16);
        let value = format!("a{row}{column}");
        let statement =
            fill(store, &[("row", &row_text), ("column", &column_text), ("value", &value)]);
        text += &format!(
            "    if {row_text} < params.e0 && {column_text} < params.e1 {{\n        \
             {statement};\n    }}\n"
        );
    }
    text
}
