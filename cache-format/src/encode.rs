//! The bytes of a signature: fixed widths, little-endian, length before list. FORMAT.md,
//! "Signature", is the normative description.

use crate::error::DecodeError;
use crate::key::SIGNATURE_VERSION;
use crate::signature::NODES_MAX;
use crate::signature::{
    AxisAccess, AxisRole, Carry, Node, NodeKind, OPERANDS_MAX, OUTPUTS_MAX, Output, PARAMS_MAX,
    RANK_MAX, SOURCES_MAX, Signature, VIEWS_MAX, View, ViewForm,
};
use crate::types::{DType, NumericMode, OpId};

/// Stands for "no view" in an output.
const NO_VIEW: u32 = u32::MAX;

impl Signature {
    /// The bytes that are hashed and stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.nodes.len() * 16);
        put_u32(&mut out, SIGNATURE_VERSION);
        out.push(self.mode.code());
        put_list(&mut out, &self.roles, |out, role| out.push(*role as u8));
        put_list(&mut out, &self.sources, |out, dtype| out.push(dtype.code()));
        put_list(&mut out, &self.params, |out, dtype| out.push(dtype.code()));
        put_list(&mut out, &self.views, |out, view| {
            out.push(view.form as u8);
            out.extend(view.axes.iter().map(|access| *access as u8));
        });
        put_list(&mut out, &self.nodes, put_node);
        put_list(&mut out, &self.outputs, |out, output| {
            put_u32(out, output.node);
            put_u32(out, output.view.unwrap_or(NO_VIEW));
        });
        if !self.carries.is_empty() {
            put_list(&mut out, &self.carries, |out, carry| {
                put_u32(out, carry.source);
                put_u32(out, carry.output);
            });
        }
        out
    }

    /// Reads what [`Signature::encode`] wrote; the bytes may come from anywhere.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not exactly one valid signature of this version.
    pub fn decode(bytes: &[u8]) -> Result<Signature, DecodeError> {
        let mut reader = Reader::new(bytes);
        let version = reader.u32("signature version")?;
        if version != SIGNATURE_VERSION {
            let expected = SIGNATURE_VERSION;
            return Err(DecodeError::Version { field: "signature", found: version, expected });
        }
        let mode = reader.code("numeric mode", NumericMode::from_code)?;
        let roles = reader.list("roles", RANK_MAX, |reader| reader.code("axis role", role))?;
        let rank = roles.len();
        let dtype = |reader: &mut Reader<'_>| reader.code("element type", DType::from_code);
        let sources = reader.list("sources", SOURCES_MAX, dtype)?;
        let params = reader.list("parameters", PARAMS_MAX, dtype)?;
        let views = reader.list("views", VIEWS_MAX, |reader| {
            let form = reader.code("view form", form)?;
            let axes = (0..rank).map(|_| reader.code("axis access", access));
            Ok(View { form, axes: axes.collect::<Result<_, _>>()? })
        })?;
        let nodes = reader.list("nodes", NODES_MAX, node)?;
        let outputs = reader.list("outputs", OUTPUTS_MAX, |reader| {
            let node = reader.u32("output node")?;
            let view = reader.u32("output view")?;
            Ok(Output { node, view: (view != NO_VIEW).then_some(view) })
        })?;
        let carries = match reader.is_at_end() {
            true => Vec::new(),
            false => reader.list("carries", SOURCES_MAX, |reader| {
                Ok(Carry { source: reader.u32("source")?, output: reader.u32("output")? })
            })?,
        };
        reader.end("signature")?;
        let signature = Signature { mode, roles, sources, params, views, nodes, outputs, carries };
        // An empty list is left out, so that a signature has one encoding.
        if signature.encode().len() != bytes.len() {
            let (field, count) = ("signature", 4);
            return Err(DecodeError::TrailingBytes { field, count });
        }
        signature.check()?;
        Ok(signature)
    }
}

pub(crate) fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_list<T>(out: &mut Vec<u8>, list: &[T], mut put: impl FnMut(&mut Vec<u8>, &T)) {
    // Whoever encodes bounds every list far below `u32::MAX`.
    put_u32(out, list.len() as u32);
    list.iter().for_each(|item| put(out, item));
}

fn put_op(out: &mut Vec<u8>, op: OpId) {
    let name = op.as_str().as_bytes();
    out.push(name.len() as u8);
    out.extend_from_slice(name);
}

fn put_node(out: &mut Vec<u8>, node: &Node) {
    out.push(node.dtype.code());
    match &node.kind {
        NodeKind::Load { source, view } => {
            out.push(1);
            put_u32(out, *source);
            put_u32(out, *view);
        }
        NodeKind::Index { view } => {
            out.push(2);
            put_u32(out, *view);
        }
        NodeKind::Param { param } => {
            out.push(3);
            put_u32(out, *param);
        }
        NodeKind::Constant { bits } => {
            out.push(4);
            out.extend_from_slice(&bits.to_le_bytes());
        }
        NodeKind::Apply { op, operands } => {
            out.push(5);
            put_op(out, *op);
            put_list(out, operands, |out, operand| put_u32(out, *operand));
        }
        NodeKind::Reduce { op, operand } => {
            out.push(6);
            put_op(out, *op);
            put_u32(out, *operand);
        }
        NodeKind::Contract { left, right } => {
            out.push(7);
            put_u32(out, *left);
            put_u32(out, *right);
        }
        NodeKind::Scan { op, operand } => {
            out.push(8);
            put_op(out, *op);
            put_u32(out, *operand);
        }
        NodeKind::Gather { source, index } => {
            out.push(9);
            put_u32(out, *source);
            put_u32(out, *index);
        }
    }
}

fn role(code: u8) -> Option<AxisRole> {
    [AxisRole::Kept, AxisRole::Reduced].get(usize::from(code)).copied()
}

fn access(code: u8) -> Option<AxisAccess> {
    [AxisAccess::One, AxisAccess::Full].get(usize::from(code)).copied()
}

fn form(code: u8) -> Option<ViewForm> {
    [ViewForm::Dense, ViewForm::Strided].get(usize::from(code)).copied()
}

fn node(reader: &mut Reader<'_>) -> Result<Node, DecodeError> {
    let dtype = reader.code("element type", DType::from_code)?;
    let kind = match reader.u8("node kind")? {
        1 => NodeKind::Load { source: reader.u32("source")?, view: reader.u32("view")? },
        2 => NodeKind::Index { view: reader.u32("view")? },
        3 => NodeKind::Param { param: reader.u32("parameter")? },
        4 => NodeKind::Constant { bits: u64::from_le_bytes(reader.take("constant")?) },
        5 => NodeKind::Apply {
            op: reader.op()?,
            operands: reader.list("operands", OPERANDS_MAX, |reader| reader.u32("operand"))?,
        },
        6 => NodeKind::Reduce { op: reader.op()?, operand: reader.u32("operand")? },
        7 => NodeKind::Contract { left: reader.u32("operand")?, right: reader.u32("operand")? },
        8 => NodeKind::Scan { op: reader.op()?, operand: reader.u32("operand")? },
        9 => NodeKind::Gather { source: reader.u32("source")?, index: reader.u32("operand")? },
        found => {
            return Err(DecodeError::UnknownCode { field: "node kind", found: found.into() });
        }
    };
    Ok(Node { dtype, kind })
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, offset: 0 }
    }

    /// Bytes that were read.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    pub(crate) fn slice(
        &mut self,
        field: &'static str,
        needed: usize,
    ) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let found = rest.get(..needed).ok_or(DecodeError::Truncated {
            field,
            offset: self.offset,
            needed,
            available: rest.len(),
        })?;
        self.offset += needed;
        Ok(found)
    }

    pub(crate) fn take<const N: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<[u8; N], DecodeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.slice(field, N)?);
        Ok(out)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, DecodeError> {
        Ok(u8::from_le_bytes(self.take(field)?))
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.take(field)?))
    }

    pub(crate) fn code<T>(
        &mut self,
        field: &'static str,
        from: impl FnOnce(u8) -> Option<T>,
    ) -> Result<T, DecodeError> {
        let found = self.u8(field)?;
        from(found).ok_or(DecodeError::UnknownCode { field, found: found.into() })
    }

    fn op(&mut self) -> Result<OpId, DecodeError> {
        let len = usize::from(self.u8("operation name")?);
        let name = self.slice("operation name", len)?;
        let found = len as u64;
        OpId::from_bytes(name).ok_or(DecodeError::UnknownCode { field: "operation name", found })
    }

    pub(crate) fn list<T>(
        &mut self,
        field: &'static str,
        limit: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let count = self.u32(field)?;
        if count as usize > limit {
            let (found, limit) = (count.into(), limit as u64);
            return Err(DecodeError::LimitExceeded { field, found, limit });
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn is_at_end(&self) -> bool {
        self.offset >= self.bytes.len()
    }

    pub(crate) fn end(&self, field: &'static str) -> Result<(), DecodeError> {
        let count = self.bytes.len().saturating_sub(self.offset);
        if count == 0 { Ok(()) } else { Err(DecodeError::TrailingBytes { field, count }) }
    }
}
