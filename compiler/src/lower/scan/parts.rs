//! The accumulator of a scan as a WGSL structure with its functions, in registers, workgroup
//! memory and scratch.

use preheat_format::{BindTarget, DType, NodeKind, ShapeExpr, ShapeOp, Signature};
use preheat_ops::op::{ComponentType, Reduction};
use preheat_ops::template::{constant_holes, fill, wgsl_type};
use preheat_ops::{Kind, OpDef};

use crate::lower::scope::{self, Storage};
use crate::lower::{LowerError, body};

/// The scan of a group.
pub(super) struct Scan {
    /// Its node.
    pub(super) node: u32,
    /// Its operand's node.
    pub(super) operand: u32,
    /// Its operand's type.
    pub(super) element: DType,
    /// Its result's type.
    pub(super) result: DType,
    def: &'static Reduction,
    /// Types of the accumulator's components.
    components: Vec<DType>,
}

/// A scratch array with its length.
pub(super) struct ScratchArray {
    place: u32,
    name: &'static str,
    dtype: DType,
    pub(super) bytes: ShapeExpr,
}

impl ScratchArray {
    pub(super) fn storage(&self) -> Storage {
        let target = BindTarget::Scratch(self.place);
        let name = self.name.to_owned();
        Storage { target, name, dtype: self.dtype, lanes: 1, writable: true }
    }
}

impl Scan {
    /// The only scan of a group.
    ///
    /// # Errors
    /// [`LowerError`] if there are several or the operation has no scan.
    pub(super) fn of(signature: &Signature) -> Result<Scan, LowerError> {
        let mut scans =
            signature.nodes.iter().zip(0u32..).filter_map(|(node, id)| match node.kind {
                NodeKind::Scan { op, operand } => Some((id, op, operand, node.dtype)),
                _ => None,
            });
        let (Some((node, op, operand, result)), None) = (scans.next(), scans.next()) else {
            return Err(LowerError::Unsupported { what: "several scans in one group" });
        };
        let element = scope::output_dtype(signature, operand);
        let no_form = || LowerError::NoForm { op: op.to_string(), dtype: element.name() };
        let OpDef { kind: Kind::Reduction(def), .. } = body::definition(op)? else {
            return Err(no_form());
        };
        let component = |part: &preheat_ops::op::Component| match part.dtype {
            ComponentType::Element => Some(element),
            ComponentType::Index => Some(DType::U32),
            // A structure in workgroup memory with a truth value: no operation needs it.
            ComponentType::Flag => None,
        };
        let components: Option<Vec<DType>> = def.accumulator.iter().map(component).collect();
        let components = components.filter(|_| element.is_float()).ok_or_else(no_form)?;
        Ok(Scan { node, operand, element, result, def, components })
    }

    /// Bytes of an accumulator in workgroup memory.
    pub(super) fn part_bytes(&self) -> u32 {
        let align = self.components.iter().map(|dtype| dtype.size_bytes()).max().unwrap_or(4);
        let sum: u64 = self.components.iter().map(|dtype| dtype.size_bytes()).sum();
        sum.next_multiple_of(align) as u32
    }

    fn fill(&self, text: &str, extra: &[(&str, &str)]) -> String {
        let names: Vec<[String; 4]> = (0..self.components.len())
            .map(|part| {
                let of = |side: &str| format!("{side}{part}");
                let field = |side: &str| format!("{side}.c{part}");
                [of("a"), field("a"), of("b"), field("b")]
            })
            .collect();
        let mut holes: Vec<(&str, &str)> = extra.to_vec();
        holes.extend(constant_holes(self.element));
        holes.push(("R", wgsl_type(self.result)));
        for [a, a_field, b, b_field] in &names {
            holes.extend([(a.as_str(), a_field.as_str()), (b.as_str(), b_field.as_str())]);
        }
        fill(text, &holes)
    }

    /// The accumulator's structure, and what is done with it.
    pub(super) fn functions(&self) -> String {
        let element = wgsl_type(self.element);
        let parts = || self.def.accumulator.iter();
        let list = |values: Vec<String>| values.join(", ");
        let fields: String = self
            .components
            .iter()
            .enumerate()
            .map(|(part, dtype)| format!("    c{part}: {},\n", wgsl_type(*dtype)))
            .collect();
        let none = list(parts().map(|part| self.fill(part.identity, &[])).collect());
        let step = [("x", "x"), ("i", "i")];
        let step = list(parts().map(|part| self.fill(part.step, &step)).collect());
        let join = list(parts().map(|part| self.fill(part.combine, &[])).collect());
        let count = format!("{element}(i + 1u)");
        let finish = self.fill(self.def.finish, &[("n", &count)]);
        let result = wgsl_type(self.result);
        format!(
            "struct Part {{\n{fields}}}\n\
             fn no_part() -> Part {{\n    return Part({none});\n}}\n\
             fn add_element(a: Part, x: {element}, i: u32) -> Part {{\n    \
             return Part({step});\n}}\n\
             fn join_parts(a: Part, b: Part) -> Part {{\n    return Part({join});\n}}\n\
             fn value(a: Part, i: u32) -> {result} {{\n    return {finish};\n}}\n"
        )
    }

    /// One array for `f64` components, one for 4-byte words, each of all parts of all lines.
    pub(super) fn scratch(&self, parts: &ShapeExpr) -> Vec<ScratchArray> {
        let mut arrays = Vec::new();
        for (name, dtype) in [("words", DType::U32), ("doubles", DType::F64)] {
            let count = self.components.iter().filter(|of| is_double(**of) == is_double(dtype));
            let bytes = count.count() as u64 * dtype.size_bytes();
            if bytes > 0 {
                let bytes = ShapeExpr::op(ShapeOp::Kept)
                    .with(ShapeOp::Mul, parts.clone())
                    .with(ShapeOp::Mul, ShapeExpr::constant(bytes));
                arrays.push(ScratchArray { place: arrays.len() as u32, name, dtype, bytes });
            }
        }
        arrays
    }

    /// `load_part` and `save_part`.
    pub(super) fn part_functions(&self) -> String {
        let (mut words, mut doubles) = (0, 0);
        let (mut loads, mut saves) = (Vec::new(), String::new());
        for (part, dtype) in self.components.iter().enumerate() {
            let (array, place) = match is_double(*dtype) {
                true => ("doubles", &mut doubles),
                false => ("words", &mut words),
            };
            let slot = format!(
                "{array}[({place}u * params.part_count + part) * params.kept_count + line]"
            );
            *place += 1;
            match dtype {
                DType::F32 => {
                    loads.push(format!("bitcast<f32>({slot})"));
                    saves += &format!("    {slot} = bitcast<u32>(a.c{part});\n");
                }
                _ => {
                    loads.push(slot.clone());
                    saves += &format!("    {slot} = a.c{part};\n");
                }
            }
        }
        let loads = loads.join(", ");
        format!(
            "fn load_part(line: u32, part: u32) -> Part {{\n    return Part({loads});\n}}\n\
             fn save_part(line: u32, part: u32, a: Part) {{\n{saves}}}\n"
        )
    }
}

fn is_double(dtype: DType) -> bool {
    dtype == DType::F64
}
