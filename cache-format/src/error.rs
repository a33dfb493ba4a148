//! Errors of this crate. Each names what was expected and what was found.

use thiserror::Error;

/// Bytes that are not a signature, a key preimage or another hand-encoded record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end inside a field.
    #[error("`{field}` needs {needed} bytes at offset {offset}, {available} are left")]
    Truncated { field: &'static str, offset: usize, needed: usize, available: usize },
    /// A field holds a code that this version does not know.
    #[error("`{field}` holds {found}, which is not a known code")]
    UnknownCode { field: &'static str, found: u64 },
    /// A count is beyond the limit of the format.
    #[error("`{field}` counts {found}, the limit is {limit}")]
    LimitExceeded { field: &'static str, found: u64, limit: u64 },
    /// A version other than ours.
    #[error("`{field}` is version {found}, this program reads version {expected}")]
    Version { field: &'static str, found: u32, expected: u32 },
    /// Bytes after the end of the record.
    #[error("{count} bytes follow the end of `{field}`")]
    TrailingBytes { field: &'static str, count: usize },
    /// The record is well formed and breaks a rule of signatures.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// A group that is not a valid signature.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// More of something than the format allows.
    #[error("a signature holds at most {limit} {what}, this one has {found}")]
    TooMany { what: &'static str, found: usize, limit: usize },
    /// A node refers to a node at or after its own place, or out of the list.
    #[error("node {node} names {what} {index}, which does not come before it")]
    BadReference { node: usize, what: &'static str, index: u32 },
    /// A view's access list is not as long as the domain's rank.
    #[error("view {view} has {found} axes, the domain has {expected}")]
    ViewRank { view: usize, found: usize, expected: usize },
    /// A signature without outputs computes nothing.
    #[error("a signature needs at least one output")]
    NoOutputs,
    /// A reduction of a value that is already reduced, or in a domain without a reduced axis.
    #[error("node {node} reduces a value that has no reduced axis")]
    NothingToReduce { node: usize },
}

/// Sizes or operands of a call that do not fit its signature.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CallError {
    /// A list of the call is not as long as the signature's.
    #[error("the call has {found} {what}, its signature has {expected}")]
    Count { what: &'static str, found: usize, expected: usize },
    /// A view reaches outside its buffer.
    #[error("view {view} reaches element {element}, its buffer holds {len}")]
    OutOfBounds { view: usize, element: i128, len: u64 },
    /// A shape expression over- or underflows, divides by zero or is malformed.
    #[error("a size of the kernel cannot be evaluated: {reason}")]
    Shape { reason: &'static str },
    /// A value does not fit the 32-bit field of the kernel's parameters.
    #[error("`{what}` is {value}, a kernel's parameters hold 32-bit values")]
    TooLarge { what: &'static str, value: i128 },
}
