//! Nodes as WGSL statements.
//!
//! *Leaves* (loads, indices, random numbers) are computed where coordinates are known and passed
//! into functions that hold the element-wise work, one `let v{node}` a line. A function is pure in
//! its arguments, the scalars of the uniform buffer and the sources that it reads by index.

use std::collections::BTreeSet;

use preheat_format::{AxisAccess, DType, Node, NodeKind, NumericMode, OpId, Signature, ViewForm};
use preheat_ops::template::{cast_wgsl, fill, wgsl_type};
use preheat_ops::{Kind, OpDef};

use super::LowerError;
use super::access;
use super::cancel;
use super::uniform::Uniform;

/// Helper for random leaves, put into modules that have one.
pub(super) const RANDOM_COUNTER: &str = "\
fn random_counter(low: u32, high: u32, offset: u32) -> vec4<u32> {
    let first = low + offset;
    return vec4<u32>(first, high + select(0u, 1u, first < low), 0u, 0u);
}
";

/// The row of an operation.
pub(super) fn definition(op: OpId) -> Result<&'static OpDef, LowerError> {
    preheat_ops::find(op).ok_or_else(|| LowerError::UnknownOp { op: op.to_string() })
}

/// True for nodes that are computed from coordinates: loads, indices, random numbers.
pub(super) fn is_leaf(signature: &Signature, node: u32) -> bool {
    match signature.nodes.get(node as usize).map(|node| &node.kind) {
        Some(NodeKind::Load { .. } | NodeKind::Index { .. }) => true,
        Some(NodeKind::Apply { op, .. }) => is_random(*op),
        _ => false,
    }
}

pub(crate) fn is_random(op: OpId) -> bool {
    preheat_ops::find(op).is_some_and(|def| matches!(def.kind, Kind::Random(_)))
}

/// Nodes that `roots` need, in order, not going past `stops` (which are included if reached).
pub(super) fn reachable(
    signature: &Signature,
    roots: &[u32],
    stops: impl Fn(u32) -> bool,
) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut stack = roots.to_vec();
    while let Some(node) = stack.pop() {
        if found.insert(node)
            && !stops(node)
            && let Some(node) = signature.nodes.get(node as usize)
        {
            stack.extend(node.kind.operands());
        }
    }
    found
}

/// The leaves that `roots` need, not going past `given` values, which are not included.
pub(super) fn leaves(signature: &Signature, roots: &[u32], given: &BTreeSet<u32>) -> Vec<u32> {
    let stops = |node: u32| is_leaf(signature, node) || given.contains(&node);
    reachable(signature, roots, stops)
        .into_iter()
        .filter(|node| is_leaf(signature, *node) && !given.contains(node))
        .collect()
}

/// WGSL type of a node's value.
pub(super) fn type_of(signature: &Signature, node: u32) -> &'static str {
    signature.nodes.get(node as usize).map_or("f32", |node| wgsl_type(node.dtype))
}

fn dtype_of(signature: &Signature, node: u32) -> DType {
    signature.nodes.get(node as usize).map_or(DType::F32, |node| node.dtype)
}

/// The expression that names a node's value.
pub(super) fn name(signature: &Signature, uniform: &mut Uniform, node: u32) -> String {
    match signature.nodes.get(node as usize).map(|node| (&node.kind, node.dtype)) {
        Some((NodeKind::Param { param }, dtype)) => uniform.scalar(*param, dtype),
        Some((NodeKind::Constant { bits }, dtype)) => literal(*bits, dtype),
        _ => format!("v{node}"),
    }
}

/// A structural constant as text. Infinite and NaN constants come from the prelude.
fn literal(bits: u64, dtype: DType) -> String {
    match dtype {
        DType::F64 => match f64::from_bits(bits) {
            value if value.is_nan() => "nan_f64()".to_owned(),
            value if value.is_infinite() && value > 0.0 => "inf_f64()".to_owned(),
            value if value.is_infinite() => "(-inf_f64())".to_owned(),
            value => format!("({value:?}lf)"),
        },
        DType::F32 => match f32::from_bits(bits as u32) {
            value if value.is_nan() => "nan_f32()".to_owned(),
            value if value.is_infinite() && value > 0.0 => "inf_f32()".to_owned(),
            value if value.is_infinite() => "(-inf_f32())".to_owned(),
            value => format!("({value:?}f)"),
        },
        DType::Bool => (bits != 0).to_string(),
        DType::U32 | DType::U8 | DType::U16 => format!("{}u", bits as u32),
        DType::I32 | DType::I8 | DType::I16 => format!("i32({}u)", bits as u32),
    }
}

/// Statements for everything between `given` values and `roots`, one line a node.
///
/// # Errors
/// [`LowerError`] if an operation has no form for its operands.
pub(super) fn statements(
    signature: &Signature,
    uniform: &mut Uniform,
    roots: &[u32],
    given: &BTreeSet<u32>,
) -> Result<String, LowerError> {
    let stops = |node: u32| given.contains(&node);
    let mut text = String::new();
    for id in reachable(signature, roots, stops) {
        let Some(node) = signature.nodes.get(id as usize) else {
            continue;
        };
        if given.contains(&id) {
            continue;
        }
        if let NodeKind::Gather { source, index } = &node.kind {
            let index = name(signature, uniform, *index);
            let is_set = if node.dtype == DType::Bool { " != 0u" } else { "" };
            text += &format!("    let v{id} = in{source}[{index}]{is_set}; // gather\n");
            continue;
        }
        let NodeKind::Apply { op, operands } = &node.kind else {
            continue;
        };
        let mut names: Vec<String> =
            operands.iter().map(|operand| name(signature, uniform, *operand)).collect();
        if signature.mode == NumericMode::Precise {
            for (place, name) in names.iter_mut().enumerate() {
                if cancel::must_hide(signature, node, place) {
                    let dtype =
                        operands.get(place).map_or(node.dtype, |id| dtype_of(signature, *id));
                    *name = format!("opaque_{}({name})", wgsl_type(dtype));
                }
            }
        }
        let from = operands.first().map_or(node.dtype, |first| dtype_of(signature, *first));
        let never_nan = operands.iter().any(|operand| is_never_nan(signature, *operand));
        let types = Types { mode: signature.mode, result: node.dtype, operands: from, never_nan };
        let value = expression(*op, types, &names)?;
        text += &format!("    let v{id} = {value}; // {op}\n");
    }
    Ok(text)
}

/// What chooses an operation's form.
struct Types {
    mode: NumericMode,
    result: DType,
    operands: DType,
    /// One operand is known not to be NaN.
    never_nan: bool,
}

fn expression(op: OpId, types: Types, names: &[String]) -> Result<String, LowerError> {
    let Types { mode, result, operands, never_nan } = types;
    let def = definition(op)?;
    let no_form = || LowerError::NoForm { op: op.to_string(), dtype: operands.name() };
    let wgsl = match &def.kind {
        Kind::Cast => {
            let value = names.first().map_or("", String::as_str);
            return Ok(cast_wgsl(operands, result, value));
        }
        Kind::Elementwise { wgsl, .. } => wgsl,
        Kind::Random(_) | Kind::Reduction(_) => return Err(no_form()),
    };
    // `select` chooses between values of the result's type by a `Bool`.
    let column = if op.as_str() == "select" { result } else { operands };
    let text = match wgsl.never_nan {
        text if never_nan && !text.is_empty() => text,
        _ => wgsl.of(column, mode).ok_or_else(no_form)?,
    };
    Ok(fill_operands(text, names, operands))
}

/// A template of the operation table with the names of its operands, which have one type.
fn fill_operands(template: &str, names: &[String], operand: DType) -> String {
    let places: Vec<String> = (0..names.len()).map(|place| place.to_string()).collect();
    let mut holes: Vec<(&str, &str)> =
        places.iter().map(String::as_str).zip(names.iter().map(String::as_str)).collect();
    holes.push(("T", wgsl_type(operand)));
    fill(template, &holes)
}

/// True for integers and truth values as floats, and for constants.
fn is_never_nan(signature: &Signature, node: u32) -> bool {
    let Some(Node { kind, dtype }) = signature.nodes.get(node as usize) else {
        return false;
    };
    match kind {
        NodeKind::Apply { op, operands } => {
            let is_cast = preheat_ops::find(*op).is_some_and(|def| matches!(def.kind, Kind::Cast));
            let from = operands.first().map(|operand| dtype_of(signature, *operand));
            is_cast && !matches!(from, None | Some(DType::F32 | DType::F64))
        }
        NodeKind::Constant { bits } => match dtype {
            DType::F64 => !f64::from_bits(*bits).is_nan(),
            DType::F32 => !f32::from_bits(*bits as u32).is_nan(),
            _ => true,
        },
        NodeKind::Load { .. }
        | NodeKind::Index { .. }
        | NodeKind::Param { .. }
        | NodeKind::Reduce { .. }
        | NodeKind::Contract { .. }
        | NodeKind::Scan { .. }
        | NodeKind::Gather { .. } => false,
    }
}

/// A function of `arguments` (nodes) that gives `roots`: one value, or a struct `Result{name}`.
///
/// # Errors
/// As [`statements`].
pub(super) fn function(
    signature: &Signature,
    uniform: &mut Uniform,
    name_text: &str,
    arguments: &[u32],
    roots: &[u32],
) -> Result<String, LowerError> {
    let given: BTreeSet<u32> = arguments.iter().copied().collect();
    let body = statements(signature, uniform, roots, &given)?;
    let parameters: Vec<String> =
        arguments.iter().map(|node| format!("v{node}: {}", type_of(signature, *node))).collect();
    let parameters = parameters.join(", ");
    if let [root] = roots {
        let result = type_of(signature, *root);
        let value = name(signature, uniform, *root);
        return Ok(format!(
            "fn {name_text}({parameters}) -> {result} {{\n{body}    return {value};\n}}\n"
        ));
    }
    let mut fields = String::new();
    let mut values = Vec::new();
    for (place, root) in roots.iter().enumerate() {
        fields += &format!("    r{place}: {},\n", type_of(signature, *root));
        values.push(name(signature, uniform, *root));
    }
    let values = values.join(", ");
    Ok(format!(
        "struct Result_{name_text} {{\n{fields}}}\nfn {name_text}({parameters}) -> \
         Result_{name_text} {{\n{body}    return Result_{name_text}({values});\n}}\n"
    ))
}

/// The value of a leaf where coordinates `c{axis}` and, for identity views, the linear index
/// `linear` are in scope.
pub(super) fn leaf_value(
    signature: &Signature,
    uniform: &mut Uniform,
    node: u32,
    linear: &str,
) -> Result<String, LowerError> {
    let unsupported = LowerError::Unsupported { what: "a random number without an index" };
    let Some(spec) = signature.nodes.get(node as usize) else {
        return Err(unsupported);
    };
    match &spec.kind {
        NodeKind::Load { source, view } => {
            let index = place(signature, uniform, *view, linear);
            let element = format!("in{source}[{index}]");
            let is_bool = spec.dtype == DType::Bool;
            Ok(if is_bool { format!("({element} != 0u)") } else { element })
        }
        NodeKind::Index { view } => {
            let index = place(signature, uniform, *view, linear);
            let spec = signature.views.get(*view as usize);
            // Windows of a larger call begin further on; strided views have an offset as it is.
            Ok(
                match spec.is_some_and(|spec| {
                    spec.form == ViewForm::Dense && spec.axes.contains(&AxisAccess::Full)
                }) {
                    true => format!("({index} + {})", uniform.offset(*view)),
                    false => index,
                },
            )
        }
        NodeKind::Apply { op, operands } => {
            let Some(index) = operands.first() else {
                return Err(unsupported);
            };
            // Windows move the counter of blocks, and not the index.
            let Some(view) = view_of(signature, *index) else {
                return Err(unsupported);
            };
            let index = place(signature, uniform, view, linear);
            let lanes = block_lanes(spec.dtype);
            let block =
                random_block(signature, uniform, operands, &format!("({index}) / {lanes}u"))?;
            let function = random_function(signature.mode, *op, spec.dtype)?;
            Ok(format!("{function}({block})[({index}) % {lanes}u]"))
        }
        NodeKind::Param { .. }
        | NodeKind::Constant { .. }
        | NodeKind::Reduce { .. }
        | NodeKind::Contract { .. }
        | NodeKind::Scan { .. }
        | NodeKind::Gather { .. } => Err(unsupported),
    }
}

/// Random numbers that one Philox block gives.
pub(super) fn block_lanes(dtype: DType) -> u32 {
    if dtype == DType::F64 { 2 } else { 4 }
}

/// The Philox block at `offset` of a random node's stream.
pub(super) fn random_block(
    signature: &Signature,
    uniform: &mut Uniform,
    operands: &[u32],
    offset: &str,
) -> Result<String, LowerError> {
    let [_, seed_low, seed_high, low, high] = operands else {
        return Err(LowerError::Unsupported { what: "a random number without its stream" });
    };
    let [seed_low, seed_high, low, high] =
        [seed_low, seed_high, low, high].map(|node| name(signature, uniform, *node));
    Ok(format!(
        "philox4x32_10(random_counter({low}, {high}, {offset}), vec2<u32>({seed_low}, {seed_high}))"
    ))
}

/// Prelude function of a distribution.
pub(super) fn random_function(
    mode: NumericMode,
    op: OpId,
    dtype: DType,
) -> Result<&'static str, LowerError> {
    match (&definition(op)?.kind, dtype) {
        (Kind::Random(random), DType::F64) => Ok(random.wgsl_f64),
        (Kind::Random(random), DType::F32) if mode == NumericMode::Fast => Ok(random.wgsl_f32_fast),
        (Kind::Random(random), DType::F32) => Ok(random.wgsl_f32),
        (_, _) => Err(LowerError::NoForm { op: op.to_string(), dtype: dtype.name() }),
    }
}

/// The element index of a view at the point in scope.
pub(super) fn place(
    signature: &Signature,
    uniform: &mut Uniform,
    view: u32,
    linear: &str,
) -> String {
    match signature.views.get(view as usize) {
        Some(spec) if spec.is_identity() && !spec.axes.is_empty() => linear.to_owned(),
        _ => access::index(signature, uniform, view),
    }
}

/// True if some node is a random number.
pub(super) fn has_random(signature: &Signature) -> bool {
    signature
        .nodes
        .iter()
        .any(|node| matches!(&node.kind, NodeKind::Apply { op, .. } if is_random(*op)))
}

/// The view of a leaf; of its index, for a random number.
pub(super) fn view_of(signature: &Signature, node: u32) -> Option<u32> {
    match &signature.nodes.get(node as usize)?.kind {
        NodeKind::Load { view, .. } | NodeKind::Index { view } => Some(*view),
        NodeKind::Apply { operands, .. } => view_of(signature, *operands.first()?),
        NodeKind::Param { .. }
        | NodeKind::Constant { .. }
        | NodeKind::Reduce { .. }
        | NodeKind::Contract { .. }
        | NodeKind::Scan { .. }
        | NodeKind::Gather { .. } => None,
    }
}
