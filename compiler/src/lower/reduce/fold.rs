//! The reductions of a group as the table describes them.

use preheat_format::{DType, NodeKind, Signature};
use preheat_ops::op::{ComponentType, Reduction};
use preheat_ops::template::{constant_holes, fill, wgsl_type};
use preheat_ops::{Kind, OpDef};

use super::super::{LowerError, body, scope};

/// One reduction of the group.
pub(super) struct Fold {
    /// Its node.
    pub(super) node: u32,
    /// Its operand's node.
    pub(super) operand: u32,
    /// Its operand's type.
    pub(super) dtype: DType,
    /// Its result's type.
    result: DType,
    pub(super) def: &'static Reduction,
}

/// The accumulator of one component of one reduction: `a0_1`, or `a0_1_2` where an invocation has
/// several results.
pub(super) fn accumulator(number: usize, part: usize, result: Option<u32>) -> String {
    match result {
        None => format!("a{number}_{part}"),
        Some(result) => format!("a{number}_{part}_{result}"),
    }
}

impl Fold {
    pub(super) fn component_type(&self, component: usize) -> DType {
        match self.def.accumulator.get(component).map(|part| part.dtype) {
            Some(ComponentType::Element) | None => self.dtype,
            Some(ComponentType::Index) => DType::U32,
            Some(ComponentType::Flag) => DType::Bool,
        }
    }

    /// An expression of the table with its holes filled; `b{number}_{part}` is the second
    /// accumulator.
    pub(super) fn fill(
        &self,
        text: &str,
        number: usize,
        result: Option<u32>,
        extra: &[(&str, &str)],
    ) -> String {
        let left: Vec<(String, String)> =
            (0..4).map(|part| (format!("a{part}"), accumulator(number, part, result))).collect();
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

/// The reductions of a group.
pub(super) fn folds(signature: &Signature) -> Result<Vec<Fold>, LowerError> {
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
