//! The signature of a hand-written kernel: nothing but its name.
//!
//! A kernel that a person wrote has no meaning that we know, so its group is named by the name
//! that its manifest gives it. The signature is one that no script makes: two operations whose
//! names hold 112 bits of the name's blake3, over a constant. So archives, keys, merging and trust
//! need no second kind of entry. FORMAT.md, "Hand-written kernels".

use crate::archive::ContentHash;
use crate::signature::{AxisRole, NodeKind, Signature, SignatureBuilder};
use crate::types::{DType, NumericMode, OpId};

/// How operations that stand for a name begin; the op table has none.
const PREFIX: &[u8] = b"k_";
const DIGITS: usize = OpId::LEN_MAX - PREFIX.len();

/// The signature of a hand-written kernel.
pub fn named_signature(name: &str) -> Signature {
    let hash = ContentHash::of(name.as_bytes()).to_string();
    let (first, rest) = hash.split_at(DIGITS);
    let mut group = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
    let mut node = group.node(DType::U32, NodeKind::Constant { bits: 0 });
    for digits in [first, rest.get(..DIGITS).unwrap_or_default()] {
        let id = [PREFIX, digits.as_bytes()].concat();
        if let Some(op) = OpId::from_bytes(&id) {
            node = group.node(DType::U32, NodeKind::Apply { op, operands: vec![node] });
        }
    }
    group.output(node, None);
    #[expect(clippy::expect_used, reason = "three nodes in order, whatever the name")]
    let (signature, _) = group.finish().expect("a signature of a name is valid");
    signature
}

/// True for a signature that stands for a name.
pub fn is_named(signature: &Signature) -> bool {
    signature.sources.is_empty()
        && signature.nodes.iter().any(|node| match &node.kind {
            NodeKind::Apply { op, operands: _ } => op.as_str().as_bytes().starts_with(PREFIX),
            NodeKind::Load { .. }
            | NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Reduce { .. }
            | NodeKind::Scan { .. }
            | NodeKind::Gather { .. }
            | NodeKind::Contract { .. } => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let names = ["saxpy", "saxpy2", "", "a/b", "ünï"];
        for (place, name) in names.iter().enumerate() {
            let signature = named_signature(name);
            assert!(is_named(&signature) && signature.check().is_ok());
            assert_eq!(Signature::decode(&signature.encode()).unwrap(), signature);
            for other in &names[..place] {
                assert_ne!(named_signature(other).key(), signature.key());
            }
        }
    }
}
