//! Where a scan's elements come from and its values go: `element` and `store`.

use std::collections::BTreeSet;

use preheat_format::{AxisRole, DType, NodeKind, Space};
use preheat_ops::template::wgsl_type;

use super::Writer;
use crate::lower::{LowerError, access, body, scope};

pub(super) const LANE_NAMES: [&str; 4] = ["x", "y", "z", "w"];

/// The WGSL type of so many values.
pub(super) fn vector(dtype: DType, lanes: u32) -> String {
    match lanes {
        1 => wgsl_type(dtype).to_owned(),
        _ => format!("vec{lanes}<{}>", wgsl_type(dtype)),
    }
}

impl Writer<'_> {
    /// `element(line, at)`: elements of a line from `at`; `store(line, at, values)`: what becomes
    /// of their scanned values. With the functions that both call.
    pub(super) fn element_functions(&mut self) -> Result<String, LowerError> {
        let signature = self.signature;
        let (node, operand) = (self.scan.node, self.scan.operand);
        let roots: Vec<u32> = signature.outputs.iter().map(|output| output.node).collect();
        let before = body::leaves(signature, &[operand], &BTreeSet::new());
        let after = body::leaves(signature, &roots, &BTreeSet::from([node]));
        let random = if body::has_random(signature) { body::RANDOM_COUNTER } else { "" };
        let prologue =
            body::function(signature, &mut self.uniform, "prologue", &before, &[operand])?;
        let mut given = vec![node];
        given.extend(&after);
        let epilogue = body::function(signature, &mut self.uniform, "epilogue", &given, &roots)?;
        let element = self.element(&before)?;
        let store = self.store(&after)?;
        Ok(format!("{random}{prologue}{epilogue}{element}{store}"))
    }

    /// Coordinates of the element `at` of `line`, and its linear index.
    fn place(&mut self) -> String {
        let roles = &self.signature.roles;
        let kept: Vec<usize> =
            (0..roles.len()).filter(|axis| roles[*axis] == AxisRole::Kept).collect();
        let mut text = access::coordinates(&mut self.uniform, "line", &kept, "    ");
        let mut linear = String::new();
        for (axis, role) in roles.iter().enumerate().rev() {
            if *role == AxisRole::Reduced {
                text += &format!("    let c{axis} = at;\n");
            }
            linear = match linear.is_empty() {
                true => format!("c{axis}"),
                false => format!("(c{axis} + {} * {linear})", self.uniform.extent(axis)),
            };
        }
        text + &format!("    let linear = {linear};\n")
    }

    fn element(&mut self, leaves: &[u32]) -> Result<String, LowerError> {
        let lanes = self.form.lanes;
        let result = vector(self.scan.element, lanes);
        let mut text = format!("fn element(line: u32, at: u32) -> {result} {{\n") + &self.place();
        let values = self.leaf_lanes(leaves, &mut text)?;
        let lane = |lane: usize| format!("prologue({})", arguments(&values, lane));
        let all: Vec<String> = (0..lanes as usize).map(lane).collect();
        let all = all.join(", ");
        text += &match lanes {
            1 => format!("    return {all};\n}}\n"),
            _ => format!("    return {result}({all});\n}}\n"),
        };
        Ok(text)
    }

    fn store(&mut self, leaves: &[u32]) -> Result<String, LowerError> {
        let lanes = self.form.lanes;
        let values_type = vector(self.scan.result, lanes);
        let mut text = format!("fn store(line: u32, at: u32, values: {values_type}) {{\n");
        text += &self.place();
        let values = self.leaf_lanes(leaves, &mut text)?;
        let outputs = self.signature.outputs.len();
        let mut stored: Vec<Vec<String>> = vec![Vec::new(); outputs];
        for lane in 0..lanes as usize {
            let own = match lanes {
                1 => "values".to_owned(),
                _ => format!("values.{}", LANE_NAMES[lane]),
            };
            let mut all = vec![own];
            all.extend(values.iter().map(|lanes| lanes[lane].clone()));
            let name = format!("result{lane}");
            text += &format!("    let {name} = epilogue({});\n", all.join(", "));
            for (number, list) in stored.iter_mut().enumerate() {
                list.push(scope::stored(self.signature, number).replacen("result", &name, 1));
            }
        }
        for (number, output) in self.signature.outputs.iter().enumerate() {
            let list = stored[number].join(", ");
            let dtype = scope::storage_type(scope::output_dtype(self.signature, output.node));
            text += &match lanes {
                1 => format!("    out{number}[linear] = {list};\n"),
                _ => format!("    out{number}[linear / {lanes}u] = vec{lanes}<{dtype}>({list});\n"),
            };
        }
        Ok(text + "}\n")
    }

    /// The values of each leaf in each lane; statements that they need go to `text`.
    fn leaf_lanes(
        &mut self,
        leaves: &[u32],
        text: &mut String,
    ) -> Result<Vec<Vec<String>>, LowerError> {
        let spaces = self.signature.spaces();
        let lanes = self.form.lanes;
        let mut all = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let is_same = spaces.get(*leaf as usize) != Some(&Space::Full);
            if lanes == 1 || is_same {
                let value = body::leaf_value(self.signature, &mut self.uniform, *leaf, "linear")?;
                *text += &format!("    let v{leaf} = {value};\n");
                all.push(vec![format!("v{leaf}"); lanes as usize]);
            } else {
                all.push(self.vector_leaf(*leaf, text)?);
            }
        }
        Ok(all)
    }

    fn vector_leaf(&mut self, leaf: u32, text: &mut String) -> Result<Vec<String>, LowerError> {
        let (signature, lanes) = (self.signature, self.form.lanes);
        let component = |suffix: &str| -> Vec<String> {
            LANE_NAMES.iter().map(|lane| format!("w{leaf}.{lane}{suffix}")).collect()
        };
        match signature.nodes.get(leaf as usize).map(|node| (&node.kind, node.dtype)) {
            Some((NodeKind::Load { source, .. }, dtype)) => {
                *text += &format!("    let w{leaf} = in{source}[linear / {lanes}u];\n");
                Ok(component(if dtype == DType::Bool { " != 0u" } else { "" }))
            }
            Some((NodeKind::Apply { op, operands }, dtype))
                if body::block_lanes(dtype) == lanes =>
            {
                let offset = format!("linear / {lanes}u");
                let block = body::random_block(signature, &mut self.uniform, operands, &offset)?;
                let function = body::random_function(self.signature.mode, *op, dtype)?;
                *text += &format!("    let w{leaf} = {function}({block});\n");
                Ok(component(""))
            }
            _ => {
                let mut values = Vec::new();
                for lane in 0..lanes {
                    let at = format!("(linear + {lane}u)");
                    values.push(body::leaf_value(signature, &mut self.uniform, leaf, &at)?);
                }
                Ok(values)
            }
        }
    }
}

/// Arguments of a lane.
fn arguments(values: &[Vec<String>], lane: usize) -> String {
    let own: Vec<&str> = values.iter().map(|lanes| lanes[lane].as_str()).collect();
    own.join(", ")
}
