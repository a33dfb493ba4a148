//! Rolled element-wise groups: the body once, in a loop whose trip count comes with the call.
//!
//! What does not change from trip to trip is read before the loop; carried sources are variables
//! that take the outputs of the trip before; outputs are stored once, after the last trip. A state
//! has one binding: the runtime puts its first value into the array of its output. A scalar is a
//! variable too: if the call says that it changes, each trip reads it from the table. The seed of a
//! random stream stays, and its counter steps evenly (`stream`), by the table's first two values.

use std::collections::BTreeSet;

use preheat_format::{BindTarget, DType, NodeKind, Pass, ShapeExpr, ShapeOp, Signature};
use preheat_ops::template::Int64;

use super::map::{self, LANE_NAMES, LaneForm, Vector};
use super::scope::{self, Storage};
use super::uniform::{Uniform, field_type};
use super::{Kernel, LowerError, body, module};
use crate::stream::Streams;

/// Small, as its invocations run for long: the last workgroups of a dispatch then end together.
const WORKGROUP_SIZE: u32 = 64;

/// Variants of a rolled group.
pub(super) fn lower(signature: &Signature, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
    match map::vector_form(signature) {
        Some(Vector { lanes, guarded: false }) => {
            Ok(vec![kernel(signature, lanes, ShapeExpr::constant(1), int64)?])
        }
        Some(Vector { lanes, guarded: true }) => {
            let vector = kernel(signature, lanes, map::guard(lanes, true), int64)?;
            let scalar = kernel(signature, 1, ShapeExpr::constant(1), int64)?;
            Ok(vec![vector, Kernel { rank: 1, ..scalar }])
        }
        None => Ok(vec![kernel(signature, 1, ShapeExpr::constant(1), int64)?]),
    }
}

fn kernel(
    signature: &Signature,
    lanes: u32,
    guard: ShapeExpr,
    int64: Int64,
) -> Result<Kernel, LowerError> {
    let mut uniform = Uniform::rolled();
    let items = match lanes {
        1 => ShapeExpr::op(ShapeOp::All),
        lanes => ShapeExpr::op(ShapeOp::All).div_ceil(lanes.into()),
    };
    uniform.shape("item_count", items.clone());
    let roots: Vec<u32> = signature.outputs.iter().map(|output| output.node).collect();
    let leaves = body::leaves(signature, &roots, &BTreeSet::new());
    let mut storage = scope::sources(signature);
    let mut writer = Writer {
        signature,
        map: map::Writer { signature, uniform: &mut uniform, lanes, leaves: &leaves },
    };
    let element = writer.element(&roots)?;
    let text = writer.body(&mut storage)?;
    // A state is read from the array that it is written to in the end.
    let is_carried = |array: &Storage| {
        signature.carries.iter().any(|carry| array.target == BindTarget::Source(carry.source))
    };
    storage.retain(|array| !is_carried(array));
    storage.extend(scope::outputs(signature).into_iter().map(|output| Storage { lanes, ..output }));
    if !signature.params.is_empty() {
        storage.push(Storage {
            target: BindTarget::Table,
            name: "table".to_owned(),
            dtype: DType::U32,
            lanes: 1,
            writable: false,
        });
    }
    let (declarations, bindings) = scope::declarations(&storage, &uniform)?;
    let random = if body::has_random(signature) { body::RANDOM_COUNTER } else { "" };
    let element = format!("{random}{element}");
    let wgsl = map::fill_template([&declarations, &element, &text], (WORKGROUP_SIZE, 1));
    let wgsl = module(&wgsl, int64);
    let (fields, uniform_size_bytes) = uniform.layout();
    Ok(Kernel {
        variant: if lanes == 1 { "generic".to_owned() } else { format!("vec{lanes}") },
        rank: 0,
        guard,
        features: scope::features(&wgsl),
        scratch: Vec::new(),
        uniform: fields,
        uniform_size_bytes,
        passes: vec![Pass {
            entry_point: "main".to_owned(),
            workgroup_size: [WORKGROUP_SIZE, 1, 1],
            bindings,
            workgroup_count: items.div_ceil(WORKGROUP_SIZE.into()),
        }],
        wgsl,
        op_count: scope::op_count(signature),
    })
}

struct Writer<'a> {
    signature: &'a Signature,
    map: map::Writer<'a>,
}

/// Statements outside and inside of the loop.
#[derive(Default)]
struct Text {
    before: String,
    trip: String,
    after: String,
}

impl Writer<'_> {
    /// The function of one element: its leaves and every scalar to its outputs.
    fn element(&mut self, roots: &[u32]) -> Result<String, LowerError> {
        let signature = self.signature;
        let given: BTreeSet<u32> = self.map.leaves.iter().copied().collect();
        let statements = body::statements(signature, self.map.uniform, roots, &given)?;
        let leaf = |leaf: &u32| format!("v{leaf}: {}", body::type_of(signature, *leaf));
        let scalar = |(param, dtype): (usize, &DType)| format!("p{param}: {}", field_type(*dtype));
        let mut parameters: Vec<String> = self.map.leaves.iter().map(leaf).collect();
        parameters.extend(signature.params.iter().enumerate().map(scalar));
        let parameters = parameters.join(", ");
        let mut fields = String::new();
        let mut values = Vec::new();
        for (place, root) in roots.iter().enumerate() {
            fields += &format!("    r{place}: {},\n", body::type_of(signature, *root));
            values.push(body::name(signature, self.map.uniform, *root));
        }
        let values = values.join(", ");
        Ok(match roots {
            [root] => {
                let result = body::type_of(signature, *root);
                format!(
                    "fn element({parameters}) -> {result} {{\n{statements}    \
                     return {values};\n}}\n"
                )
            }
            _ => format!(
                "struct Result_element {{\n{fields}}}\nfn element({parameters}) -> Result_element \
                 {{\n{statements}    return Result_element({values});\n}}\n"
            ),
        })
    }

    fn body(&mut self, storage: &mut [Storage]) -> Result<String, LowerError> {
        let mut text = Text::default();
        self.scalars(&mut text);
        match self.map.lanes {
            1 => self.scalar_body(&mut text)?,
            _ => self.vector_body(&mut text, storage)?,
        }
        let trips = self.map.uniform.trips();
        let Text { before, trip, after } = text;
        Ok(format!(
            "{before}    for (var trip = 0u; trip < {trips}; trip++) {{\n{trip}    }}\n{after}"
        ))
    }

    /// Every scalar as a variable, read anew in each trip if it changes.
    fn scalars(&mut self, text: &mut Text) {
        let streams = Streams::of(self.signature);
        for (param, dtype) in (0u32..).zip(&self.signature.params) {
            if streams.seeds.contains(&param) {
                let value = self.map.uniform.first(param, *dtype);
                text.before += &format!("    let p{param} = {value};\n");
                continue;
            }
            let [first, place] = self.map.uniform.changing(param, *dtype);
            if streams.counters.contains(&param) {
                text.before += &format!(
                    "    var p{param}_step = 0u;\n    if {place} != 0u {{\n        p{param}_step = \
                     table[{place} + 1u] - table[{place}];\n    }}\n"
                );
                text.trip += &format!("        let p{param} = {first} + trip * p{param}_step;\n");
                continue;
            }
            text.before += &format!("    var p{param} = {first};\n");
            let value = match dtype {
                DType::F64 => {
                    let at = format!("{place} + 2u * trip");
                    format!("bitcast<f64>(u64(table[{at}]) | (u64(table[{at} + 1u]) << 32u))")
                }
                DType::U32 | DType::Bool | DType::U8 | DType::U16 => {
                    format!("table[{place} + trip]")
                }
                DType::F32 | DType::I32 | DType::I8 | DType::I16 => {
                    format!("bitcast<{}>(table[{place} + trip])", field_type(*dtype))
                }
            };
            text.trip += &format!(
                "        if {place} != 0u {{\n            p{param} = {value};\n        }}\n"
            );
        }
    }

    fn arguments(&self, mut leaves: Vec<String>) -> String {
        leaves.extend((0..self.signature.params.len()).map(|param| format!("p{param}")));
        leaves.join(", ")
    }

    /// The output that a leaf's source takes after each trip.
    fn carried(&self, leaf: u32) -> Option<u32> {
        let NodeKind::Load { source, .. } = self.signature.nodes.get(leaf as usize)?.kind else {
            return None;
        };
        let carry = self.signature.carries.iter().find(|carry| carry.source == source)?;
        Some(carry.output)
    }

    fn is_random(&self, leaf: u32) -> bool {
        let kind = self.signature.nodes.get(leaf as usize).map(|node| &node.kind);
        matches!(kind, Some(NodeKind::Apply { .. }))
    }

    fn scalar_body(&mut self, text: &mut Text) -> Result<(), LowerError> {
        text.before += &self.map.coordinates("item");
        let mut carries = String::new();
        for leaf in self.map.leaves.iter().copied() {
            if let Some(output) = self.carried(leaf) {
                let is_bool = body::type_of(self.signature, leaf) == "bool";
                let value = if is_bool { "[item] != 0u" } else { "[item]" };
                text.before += &format!("    var v{leaf} = out{output}{value};\n");
                let result = result(self.signature, output);
                carries += &format!("        v{leaf} = {result};\n");
                continue;
            }
            let value = body::leaf_value(self.signature, self.map.uniform, leaf, "item")?;
            if self.is_random(leaf) {
                text.trip += &format!("        let v{leaf} = {value};\n");
            } else {
                text.before += &format!("    let v{leaf} = {value};\n");
            }
        }
        let names = self.map.leaves.iter().map(|leaf| format!("v{leaf}")).collect();
        text.trip += &format!("        let result = element({});\n", self.arguments(names));
        for number in 0..self.signature.outputs.len() {
            let dtype = self.stored_type(number);
            let value = scope::stored(self.signature, number);
            text.before += &format!("    var y{number}: {dtype};\n");
            text.trip += &format!("        y{number} = {value};\n");
            text.after += &format!("    out{number}[item] = y{number};\n");
        }
        text.trip += &carries;
        Ok(())
    }

    fn stored_type(&self, output: usize) -> &'static str {
        let node = self.signature.outputs.get(output).map_or(0, |output| output.node);
        scope::storage_type(scope::output_dtype(self.signature, node))
    }

    fn vector_body(&mut self, text: &mut Text, storage: &mut [Storage]) -> Result<(), LowerError> {
        let lanes = self.map.lanes;
        text.before += &format!("    let base = item * {lanes}u;\n");
        text.before += &self.map.coordinates("base");
        let mut forms = Vec::new();
        let mut carries = String::new();
        for leaf in self.map.leaves.iter().copied() {
            let Some((statement, form)) = self.map.shared_leaf(leaf, storage)? else {
                forms.push(LaneForm::Own);
                continue;
            };
            if let Some(output) = self.carried(leaf) {
                text.before += &format!("    var w{leaf} = out{output}[item];\n");
                carries += &format!("        w{leaf} = y{output};\n");
            } else if self.is_random(leaf) {
                text.trip += &format!("    {statement}");
            } else {
                text.before += &statement;
            }
            forms.push(form);
        }
        for number in 0..self.signature.outputs.len() {
            let dtype = self.stored_type(number);
            text.before += &format!("    var y{number}: vec{lanes}<{dtype}>;\n");
            text.after += &format!("    out{number}[item] = y{number};\n");
        }
        for lane in 0..lanes as usize {
            self.lane(lane, &forms, text)?;
        }
        text.trip += &carries;
        Ok(())
    }

    fn lane(&mut self, lane: usize, forms: &[LaneForm], text: &mut Text) -> Result<(), LowerError> {
        let lane_name = LANE_NAMES[lane];
        let mut names = Vec::new();
        let mut own = String::new();
        for (leaf, form) in self.map.leaves.iter().copied().zip(forms) {
            names.push(match form {
                LaneForm::Component { leaf, is_bool: true } => format!("w{leaf}.{lane_name} != 0u"),
                LaneForm::Component { leaf, is_bool: false } => format!("w{leaf}.{lane_name}"),
                LaneForm::Same { leaf } => format!("v{leaf}"),
                LaneForm::Own => {
                    let at = format!("(base + {lane}u)");
                    let value = body::leaf_value(self.signature, self.map.uniform, leaf, &at)?;
                    let value = self.own_coordinate(&value, lane);
                    match self.is_random(leaf) {
                        true => own += &format!("            let v{leaf} = {value};\n"),
                        false => text.before += &format!("    let v{leaf}_{lane} = {value};\n"),
                    }
                    if self.is_random(leaf) {
                        format!("v{leaf}")
                    } else {
                        format!("v{leaf}_{lane}")
                    }
                }
            });
        }
        text.trip += &format!("        {{\n{own}");
        text.trip += &format!("            let result = element({});\n", self.arguments(names));
        for number in 0..self.signature.outputs.len() {
            let value = scope::stored(self.signature, number);
            text.trip += &format!("            y{number}.{lane_name} = {value};\n");
        }
        text.trip += "        }\n";
        Ok(())
    }

    /// An index expression of a lane uses the lane's coordinate along the fastest axis.
    fn own_coordinate(&self, value: &str, lane: usize) -> String {
        map::rename_coordinate(value).replace("lane_c0", &format!("(c0 + {lane}u)"))
    }
}

/// The value of an output of the function of one element.
fn result(signature: &Signature, output: u32) -> String {
    match signature.outputs.len() {
        1 => "result".to_owned(),
        _ => format!("result.r{output}"),
    }
}
