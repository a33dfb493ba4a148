//! Errors of this crate. Each names the thing and the limit that it does not fit.

use preheat_format::{CallError, DType, OpId, SignatureError};
use thiserror::Error;

/// A call that cannot be run on the host.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CpuError {
    /// The operation is not in the table.
    #[error("operation `{op}` is not known")]
    UnknownOp { op: OpId },
    /// The operation is used as another kind of computation than it is.
    #[error("operation `{op}` is no {expected}")]
    Kind { op: OpId, expected: &'static str },
    /// The operation takes another number of operands.
    #[error("operation `{op}` takes {expected} operands, node {node} gives it {found}")]
    Arity { op: OpId, node: usize, found: usize, expected: usize },
    /// A value's element type is not one that its computation can have.
    #[error("node {node} (`{what}`) cannot work on or yield `{dtype}`")]
    DType { node: usize, what: OpId, dtype: DType },
    /// A load, generator or scalar states another element type than it yields.
    #[error("node {node} states `{found}`, its operand is `{expected}`")]
    Leaf { node: usize, found: DType, expected: DType },
    /// A buffer's storage is not that of its element type.
    #[error("{what} {index} holds other elements than `{expected}`")]
    Buffer { what: &'static str, index: usize, expected: DType },
    /// A scalar of the call has another type than the signature says.
    #[error("parameter {param} is `{found}`, the signature says `{expected}`")]
    Param { param: usize, found: DType, expected: DType },
    /// An output with a view needs a buffer to update.
    #[error("output {output} has a view and no buffer to update")]
    NothingToUpdate { output: usize },
    /// A buffer to update whole has another length than its output.
    #[error("the buffer to update holds {found} elements, the output has {expected}")]
    Length { found: u64, expected: u64 },
    /// Memory for a column cannot be had.
    #[error("{elements} elements of `{dtype}` do not fit into memory")]
    Memory { elements: u64, dtype: DType },
    /// The call does not fit its signature.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The signature breaks a rule of signatures.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}
