//! Groups around a matrix product: register tiles with prologue and epilogue.
//!
//! The domain has three axes: rows and columns of the result, kept, and the inner axis, reduced.

use std::collections::BTreeSet;

use preheat_format::{AxisRole, DType, NodeKind, Pass, ShapeExpr, ShapeOp, Signature};
use preheat_ops::template::{Int64, constant_holes, fill, wgsl_type};

use super::scope;
use super::uniform::Uniform;
use super::{Kernel, LowerError, body, module};

pub(super) const TEMPLATE: &str = include_str!("../../../shaders/wgsl/kernels/contract.wgsl.in");

/// Rows and columns of a workgroup's tile.
const TILE: u64 = 64;
/// Rows and columns of an invocation's tile.
const REGISTERS: usize = 4;

/// The one variant of a product.
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
    Writer { signature, product, left, right, uniform: Uniform::default() }.kernel(int64)
}

struct Writer<'a> {
    signature: &'a Signature,
    product: u32,
    left: u32,
    right: u32,
    uniform: Uniform,
}

impl Writer<'_> {
    fn kernel(mut self, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
        let signature = self.signature;
        for axis in 0..3 {
            self.uniform.extent(axis);
        }
        let tiles = |axis: u8| ShapeExpr::op(ShapeOp::Extent(axis)).div_ceil(TILE);
        let groups = tiles(0).with(ShapeOp::Mul, tiles(1));
        self.uniform.shape("row_tiles", tiles(0));
        self.uniform.shape("group_count", groups.clone());
        let random = if body::has_random(signature) { body::RANDOM_COUNTER } else { "" };
        let functions = [
            random.to_owned(),
            self.operand("left", self.left, ["c0", "c2"])?,
            self.operand("right", self.right, ["c2", "c1"])?,
            self.epilogue()?,
        ]
        .concat();
        let mut storage = scope::sources(signature);
        storage.extend(scope::outputs(signature));
        let (declarations, bindings) = scope::declarations(&storage, &self.uniform)?;
        let dtype = scope::output_dtype(signature, self.product);
        let [element, _, _, zero, _] = constant_holes(dtype);
        let text = fill(
            TEMPLATE,
            &[
                ("declarations", &declarations),
                ("functions", &functions),
                ("accumulators", &accumulators(dtype, zero.1)),
                ("products", &products()),
                ("stores", &stores()),
                element,
                zero,
            ],
        );
        let wgsl = module(&text, int64);
        let (fields, uniform_size_bytes) = self.uniform.layout();
        Ok(vec![Kernel {
            variant: "tile64".to_owned(),
            rank: 0,
            guard: ShapeExpr::constant(1),
            features: scope::features(&wgsl),
            scratch: Vec::new(),
            uniform: fields,
            uniform_size_bytes,
            passes: vec![Pass {
                entry_point: "main".to_owned(),
                workgroup_size: [256, 1, 1],
                bindings,
                workgroup_count: groups,
            }],
            wgsl,
            op_count: scope::op_count(signature),
        }])
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

fn stores() -> String {
    let mut text = String::new();
    for (row, column) in each_register() {
        let (row_offset, column_offset) = (row * 16, column * 16);
        text += &format!(
            "    if row_base + local_row + {row_offset}u < params.e0 && column_base + \
             local_column + {column_offset}u < params.e1 {{\n        store(row_base + local_row \
             + {row_offset}u, column_base + local_column + {column_offset}u, a{row}{column});\n    \
             }}\n"
        );
    }
    text
}
