//! What a call brings and yields: checks of operands, types and lengths of outputs.

use preheat_format::{AxisRole, Call, CallError, CallOutput, DType, Signature, Space, shape};

use crate::error::RuntimeError;
use crate::value::Buffer;

/// An output of a group: what its signature says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputSpec {
    pub(crate) dtype: DType,
    space: Space,
}

/// An output of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputShape {
    pub(crate) dtype: DType,
    /// Elements that are computed; those of a new buffer.
    pub(crate) len: u64,
}

impl OutputShape {
    pub(crate) fn len_bytes(&self) -> u64 {
        self.len.saturating_mul(self.dtype.size_bytes())
    }
}

/// What a signature says of its outputs; walks all nodes once.
pub(crate) fn output_specs(signature: &Signature) -> Vec<OutputSpec> {
    let spaces = signature.spaces();
    let spec = |node: u32| OutputSpec {
        dtype: output_dtype(signature, node),
        space: spaces.get(node as usize).copied().unwrap_or(Space::Kept),
    };
    signature.outputs.iter().map(|output| spec(output.node)).collect()
}

fn output_dtype(signature: &Signature, node: u32) -> DType {
    // Every signature that has a key was checked: its outputs are nodes.
    signature.nodes.get(node as usize).map_or(DType::F64, |node| node.dtype)
}

/// The outputs for given extents.
///
/// # Errors
/// [`CallError::Shape`] if a number of elements overflows.
pub(crate) fn output_shapes(
    specs: &[OutputSpec],
    roles: &[AxisRole],
    extents: &[u64],
) -> Result<Vec<OutputShape>, CallError> {
    let full = shape::product(roles, extents, None)?;
    let kept = shape::product(roles, extents, Some(AxisRole::Kept))?;
    let len = |space| match space {
        Space::Full => full,
        Space::Kept => kept,
    };
    let shape = |spec: &OutputSpec| OutputShape { dtype: spec.dtype, len: len(spec.space) };
    Ok(specs.iter().map(shape).collect())
}

/// Bytes of the largest buffer that a call binds.
pub(crate) fn largest_bytes(call: &Call<Buffer>, shapes: &[OutputShape]) -> u64 {
    let sources = call.sources.iter().map(Buffer::len_bytes);
    let outputs = call.outputs.iter().zip(shapes).map(|(output, shape)| match output {
        CallOutput::New => shape.len_bytes(),
        CallOutput::Update(buffer) => buffer.len_bytes(),
    });
    sources.chain(outputs).max().unwrap_or(0)
}

/// Checks counts, bounds and types; the kernels rely on them.
///
/// # Errors
/// [`RuntimeError::Call`], [`RuntimeError::OperandType`] or [`RuntimeError::OutputKind`].
pub(crate) fn check(call: &Call<Buffer>) -> Result<(), RuntimeError> {
    call.check(Buffer::len)?;
    let signature = &call.signature;
    let check = |what, index, expected: DType, found: DType| {
        if expected == found {
            Ok(())
        } else {
            Err(RuntimeError::OperandType { what, index, expected, found })
        }
    };
    for (index, (buffer, dtype)) in call.sources.iter().zip(&signature.sources).enumerate() {
        check("source", index, *dtype, buffer.dtype())?;
    }
    for (index, (scalar, dtype)) in call.params.iter().zip(&signature.params).enumerate() {
        check("parameter", index, *dtype, scalar.dtype)?;
    }
    for (index, (output, spec)) in call.outputs.iter().zip(&signature.outputs).enumerate() {
        match (output, spec.view) {
            (CallOutput::New, None) => {}
            (CallOutput::Update(buffer), Some(_)) => {
                let dtype = output_dtype(signature, spec.node);
                check("updated output", index, dtype, buffer.dtype())?;
            }
            (CallOutput::New, Some(_)) | (CallOutput::Update(_), None) => {
                return Err(RuntimeError::OutputKind { index });
            }
        }
    }
    Ok(())
}
