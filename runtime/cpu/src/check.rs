//! What must hold before a call is run; later stages rely on it and do not fail for these reasons.

use std::sync::Arc;

use preheat_format::{Call, CallOutput, DType, Node, NodeKind, OpId, Signature};
use preheat_ops::Kind;
use preheat_ops::eval::Eval;
use preheat_ops::op::{HostReduce, OpDef, RandomDef};

use crate::Table;
use crate::column::{Column, Storage};
use crate::error::CpuError;

/// How a node is computed on the host.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Compute {
    /// A load, generator, scalar or product: the node itself says all.
    Leaf,
    Elementwise(Eval),
    Cast,
    Random(&'static RandomDef),
    /// A reduction, or the scan of one.
    Reduce(HostReduce),
    /// An element of this source.
    Gather(u32),
}

/// Checks a call whole and finds the row of each node.
///
/// # Errors
/// The first thing that does not fit.
pub(crate) fn check(call: &Call<Arc<Column>>, find: Table) -> Result<Vec<Compute>, CpuError> {
    call.signature.check()?;
    call.check(|column| column.len() as u64)?;
    check_buffers(call)?;
    let signature = &*call.signature;
    signature.nodes.iter().enumerate().map(|(id, _)| check_node(signature, id, find)).collect()
}

fn check_buffers(call: &Call<Arc<Column>>) -> Result<(), CpuError> {
    let signature = &call.signature;
    for (index, (column, dtype)) in call.sources.iter().zip(&signature.sources).enumerate() {
        if !column.stores(*dtype) {
            return Err(CpuError::Buffer { what: "source", index, expected: *dtype });
        }
    }
    for (param, (scalar, dtype)) in call.params.iter().zip(&signature.params).enumerate() {
        if scalar.dtype != *dtype {
            return Err(CpuError::Param { param, found: scalar.dtype, expected: *dtype });
        }
    }
    for (index, (output, spec)) in call.outputs.iter().zip(&signature.outputs).enumerate() {
        let dtype = signature.nodes[spec.node as usize].dtype;
        match output {
            CallOutput::New if spec.view.is_some() => {
                return Err(CpuError::NothingToUpdate { output: index });
            }
            CallOutput::Update(column) if !column.stores(dtype) => {
                return Err(CpuError::Buffer { what: "output", index, expected: dtype });
            }
            CallOutput::New | CallOutput::Update(_) => {}
        }
    }
    Ok(())
}

fn check_node(signature: &Signature, id: usize, find: Table) -> Result<Compute, CpuError> {
    let node = &signature.nodes[id];
    let leaf = |expected: DType| {
        let found = node.dtype;
        let leaf = Ok(Compute::Leaf);
        if found == expected { leaf } else { Err(CpuError::Leaf { node: id, found, expected }) }
    };
    match &node.kind {
        NodeKind::Load { source, .. } => leaf(signature.sources[*source as usize]),
        NodeKind::Index { .. } => leaf(DType::U32),
        NodeKind::Param { param } => leaf(signature.params[*param as usize]),
        NodeKind::Constant { .. } => Ok(Compute::Leaf),
        NodeKind::Contract { left, right } => {
            let product = OpId::new("contract");
            let float = |dtype: DType| {
                let wrong = CpuError::DType { node: id, what: product, dtype };
                if dtype.is_float() && dtype == node.dtype { Ok(()) } else { Err(wrong) }
            };
            float(signature.nodes[*left as usize].dtype)?;
            float(signature.nodes[*right as usize].dtype)?;
            Ok(Compute::Leaf)
        }
        NodeKind::Gather { source, .. } => {
            leaf(signature.sources[*source as usize])?;
            Ok(Compute::Gather(*source))
        }
        NodeKind::Reduce { op, .. } | NodeKind::Scan { op, .. } => match &row(*op, find)?.kind {
            Kind::Reduction(reduction) => Ok(Compute::Reduce(reduction.eval)),
            Kind::Elementwise { .. } | Kind::Cast | Kind::Random(_) => {
                Err(CpuError::Kind { op: *op, expected: "reduction" })
            }
        },
        NodeKind::Apply { op, operands } => {
            let dtypes: Vec<DType> =
                operands.iter().map(|operand| signature.nodes[*operand as usize].dtype).collect();
            check_apply(id, node, row(*op, find)?, &dtypes)
        }
    }
}

fn row(op: OpId, find: Table) -> Result<&'static OpDef, CpuError> {
    find(op).ok_or(CpuError::UnknownOp { op })
}

fn check_apply(
    id: usize,
    node: &Node,
    def: &'static OpDef,
    operands: &[DType],
) -> Result<Compute, CpuError> {
    let (arity, compute) = match &def.kind {
        Kind::Elementwise { arity, eval, .. } => (usize::from(*arity), Compute::Elementwise(*eval)),
        Kind::Cast => (1, Compute::Cast),
        Kind::Random(random) => (5, Compute::Random(random)),
        Kind::Reduction(_) => {
            return Err(CpuError::Kind { op: def.id, expected: "element-wise operation" });
        }
    };
    if operands.len() != arity {
        let (found, expected) = (operands.len(), arity);
        return Err(CpuError::Arity { op: def.id, node: id, found, expected });
    }
    let wrong = |dtype: DType| Err(CpuError::DType { node: id, what: def.id, dtype });
    let fits = match compute {
        Compute::Elementwise(eval) => fits(eval, node.dtype, operands),
        Compute::Random(_) if !node.dtype.is_float() => return wrong(node.dtype),
        Compute::Random(_) => Fits::operands(operands, |dtype| dtype == DType::U32),
        Compute::Leaf | Compute::Cast | Compute::Reduce(_) | Compute::Gather(_) => Fits::Yes,
    };
    match fits {
        Fits::Yes => Ok(compute),
        Fits::No(dtype) => wrong(dtype),
    }
}

/// Whether a form of evaluation takes the types at hand, or the first type that it does not.
pub(crate) enum Fits {
    Yes,
    No(DType),
}

impl Fits {
    fn operands(operands: &[DType], fits: impl Fn(DType) -> bool) -> Fits {
        operands.iter().find(|dtype| !fits(**dtype)).map_or(Fits::Yes, |dtype| Fits::No(*dtype))
    }
}

pub(crate) fn fits(eval: Eval, result: DType, operands: &[DType]) -> Fits {
    let first = operands.first().copied().unwrap_or(result);
    let arity = match eval {
        Eval::Float1 { .. } | Eval::Test1 { .. } | Eval::Logic1(_) => 1,
        Eval::Float2 { .. } | Eval::Test2 { .. } | Eval::Logic2(_) => 2,
        Eval::Float3 { .. } | Eval::Select => 3,
    };
    if operands.len() != arity {
        return Fits::No(result);
    }
    let is_word = |dtype: DType| Storage::of(dtype) == Storage::Word;
    match eval {
        Eval::Float1 { .. } | Eval::Float2 { .. } | Eval::Float3 { .. } => {
            if !result.is_float() {
                return Fits::No(result);
            }
            Fits::operands(operands, |dtype| dtype == result)
        }
        Eval::Test1 { .. } | Eval::Test2 { .. } => {
            if !is_word(result) {
                return Fits::No(result);
            }
            Fits::operands(operands, |dtype| dtype.is_float() && dtype == first)
        }
        Eval::Logic1(_) | Eval::Logic2(_) => {
            if !is_word(result) {
                return Fits::No(result);
            }
            Fits::operands(operands, is_word)
        }
        Eval::Select => {
            if !is_word(first) {
                return Fits::No(first);
            }
            Fits::operands(&operands[1..], |dtype| dtype == result)
        }
    }
}
