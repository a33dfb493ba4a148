//! Leaves of a reduction's prologue, loaded as vectors where that is possible.

use preheat_format::{AxisAccess, DType, NodeKind, Signature, Space, View, ViewForm};

use super::super::uniform::Uniform;
use super::super::{LowerError, access, body};
use super::{Form, Vector};

const LANE_NAMES: [&str; 4] = ["x", "y", "z", "w"];

/// A leaf in all lanes: a statement before the lanes, and the value in each.
pub(super) struct VectorLeaf {
    pub(super) statement: String,
    pub(super) values: Vec<String>,
}

/// True if some leaf over the whole domain gives neighbouring results a vector of `lanes`.
pub(super) fn has_kept_vectors(signature: &Signature, lanes: u32) -> bool {
    let spaces = signature.spaces();
    signature.nodes.iter().enumerate().any(|(id, node)| {
        spaces.get(id) == Some(&Space::Full)
            && match &node.kind {
                NodeKind::Load { source, .. } => loads_are_vectors(signature, *source),
                NodeKind::Apply { op, .. } => {
                    body::is_random(*op)
                        && body::block_lanes(node.dtype) == lanes
                        && view_of(signature, id as u32).is_some_and(View::is_identity)
                }
                _ => false,
            }
    })
}

fn view_of(signature: &Signature, leaf: u32) -> Option<&View> {
    signature.views.get(body::view_of(signature, leaf)? as usize)
}

fn moves_densely(view: &View) -> bool {
    view.form == ViewForm::Dense && view.axes.first() == Some(&AxisAccess::Full)
}

/// A source is read as vectors of neighbours along the first axis only if every load of it is one
/// over the whole domain that moves densely along that axis.
fn loads_are_vectors(signature: &Signature, source: u32) -> bool {
    let spaces = signature.spaces();
    let all = |(id, node): (usize, &preheat_format::Node)| match &node.kind {
        NodeKind::Load { source: known, view } if *known == source => {
            spaces.get(id) == Some(&Space::Full)
                && signature.views.get(*view as usize).is_some_and(moves_densely)
        }
        _ => true,
    };
    !signature.is_gathered(source) && signature.nodes.iter().enumerate().all(all)
}

/// True if the kernel declares a source as an array of vectors.
pub(super) fn is_vector_source(signature: &Signature, form: Form, source: u32) -> bool {
    match form.vector {
        Vector::None => false,
        Vector::Reduced => signature.loads().any(|(known, view)| {
            let is_identity = signature.views.get(view as usize).is_some_and(View::is_identity);
            known == source && is_identity
        }),
        Vector::Kept => loads_are_vectors(signature, source),
    }
}

/// A leaf over the whole domain for all lanes of a load. Coordinates `c{axis}` and `linear` of the
/// first lane are in scope.
pub(super) fn vector_leaf(
    signature: &Signature,
    uniform: &mut Uniform,
    form: Form,
    leaf: u32,
) -> Result<VectorLeaf, LowerError> {
    let lanes = form.lanes;
    let Some((node, view)) = signature.nodes.get(leaf as usize).zip(view_of(signature, leaf))
    else {
        return Err(LowerError::Unsupported { what: "a leaf without a view" });
    };
    let vector = |value: String| {
        let suffix = if node.dtype == DType::Bool { " != 0u" } else { "" };
        let names = LANE_NAMES.iter().take(lanes as usize);
        VectorLeaf {
            statement: format!("let w{leaf} = {value};\n"),
            values: names.map(|lane| format!("w{leaf}.{lane}{suffix}")).collect(),
        }
    };
    match &node.kind {
        NodeKind::Load { source, .. }
            if view.is_identity() && is_vector_source(signature, form, *source) =>
        {
            return Ok(vector(format!("in{source}[linear / {lanes}u]")));
        }
        NodeKind::Load { source, view: number }
            if form.vector == Vector::Kept && is_vector_source(signature, form, *source) =>
        {
            let index = access::index(signature, uniform, *number);
            return Ok(vector(format!("in{source}[({index}) / {lanes}u]")));
        }
        NodeKind::Apply { op, operands }
            if body::block_lanes(node.dtype) == lanes && view.is_identity() =>
        {
            let block =
                body::random_block(signature, uniform, operands, &format!("linear / {lanes}u"))?;
            let function = body::random_function(signature.mode, *op, node.dtype)?;
            return Ok(vector(format!("{function}({block})")));
        }
        _ => {}
    }
    if view.axes.first() != Some(&AxisAccess::Full) {
        let value = body::leaf_value(signature, uniform, leaf, "linear")?;
        let values = vec![format!("w{leaf}"); lanes as usize];
        return Ok(VectorLeaf { statement: format!("let w{leaf} = {value};\n"), values });
    }
    let mut values = Vec::new();
    for lane in 0..lanes {
        let value = body::leaf_value(signature, uniform, leaf, &format!("(linear + {lane}u)"))?;
        values.push(access::shifted(&value, lane));
    }
    Ok(VectorLeaf { statement: String::new(), values })
}
