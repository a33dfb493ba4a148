//! Sums that a driver would simplify.
//!
//! Vulkan lets a driver treat `(a + b) - a` as `b`, `a - a` as 0 and `a * b + a * c` as
//! `a * (b + c)`; Mesa's drivers do. None of it is right for rounded, infinite or undefined
//! numbers, and users write sums whose rounding is the point (compensated summation). WGSL has no
//! word to forbid it, so an operand that completes such a pattern goes through the prelude's
//! `opaque`, which hides where it comes from. Other sums stay as they are: a driver may still fuse
//! `a * b + c`.

use preheat_format::{DType, Node, NodeKind, Signature};

/// True if the operand of `node` at `place` must be hidden from the driver there.
pub(super) fn must_hide(signature: &Signature, node: &Node, place: usize) -> bool {
    let NodeKind::Apply { op, operands } = &node.kind else {
        return false;
    };
    let &[left, right] = operands.as_slice() else {
        return false;
    };
    let is_float = |id: u32| {
        let dtype = signature.nodes.get(id as usize).map(|node| node.dtype);
        matches!(dtype, Some(DType::F32 | DType::F64))
    };
    if !is_float(left) || !is_float(right) {
        return false;
    }
    let terms = Terms { signature };
    match op.as_str() {
        // Twice a value.
        "add" if left == right => false,
        // Hiding one side is enough; a sum is hidden rather than what it is made of.
        "add" | "sub" => terms.hidden_place(left, right) == Some(place),
        "lt" | "le" | "gt" | "ge" | "eq" | "ne" => {
            terms.sum_holds(left, right) && place == 0 || terms.sum_holds(right, left) && place == 1
        }
        _ => false,
    }
}

/// What sums are made of.
struct Terms<'a> {
    signature: &'a Signature,
}

impl Terms<'_> {
    /// The operand of a sum or difference to hide.
    fn hidden_place(&self, left: u32, right: u32) -> Option<usize> {
        let shares = |a: &[u32], b: &[u32]| a.iter().any(|term| b.contains(term));
        let (left, right) = (self.stripped(left), self.stripped(right));
        let products = shares(self.operands(left, &["mul"]), self.operands(right, &["mul"]));
        let sums = shares(self.sum_terms(left).as_slice(), self.sum_terms(right).as_slice());
        if self.sum_holds(left, right) {
            return Some(0);
        }
        (left == right || self.sum_holds(right, left) || products || sums).then_some(1)
    }

    /// True if `sum` is a sum or difference with the term `other`, whatever its sign.
    fn sum_holds(&self, sum: u32, other: u32) -> bool {
        self.sum_terms(self.stripped(sum)).contains(&self.stripped(other))
    }

    fn sum_terms(&self, id: u32) -> Vec<u32> {
        self.operands(id, &["add", "sub"]).iter().map(|term| self.stripped(*term)).collect()
    }

    /// The operands of a node if it is one of some operations.
    fn operands(&self, id: u32, ops: &[&str]) -> &[u32] {
        match self.signature.nodes.get(id as usize).map(|node| &node.kind) {
            Some(NodeKind::Apply { op, operands }) if ops.contains(&op.as_str()) => operands,
            _ => &[],
        }
    }

    /// The node below any change of sign.
    fn stripped(&self, mut id: u32) -> u32 {
        while let [inner] = self.operands(id, &["neg"]) {
            id = *inner;
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use preheat_format::{AxisRole, NumericMode, OpId, SignatureBuilder, View};

    use super::*;

    /// The hidden places of the last of some operations over two sources `x` (0) and `y` (1); the
    /// operations are nodes 2, 3, ..
    fn hidden(ops: &[(&str, &[u32])]) -> Vec<usize> {
        let mut builder = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept]);
        let view = builder.view(View::identity(1));
        for _ in 0..2 {
            let source = builder.source(DType::F32);
            builder.node(DType::F32, NodeKind::Load { source, view });
        }
        let mut last = 0;
        for (op, operands) in ops {
            let op = OpId::from_bytes(op.as_bytes()).unwrap();
            let kind = NodeKind::Apply { op, operands: operands.to_vec() };
            last = builder.node(DType::F32, kind);
        }
        builder.output(last, None);
        let (signature, _) = builder.finish().unwrap();
        let last = signature.nodes.last().unwrap();
        (0..2).filter(|place| must_hide(&signature, last, *place)).collect()
    }

    #[test]
    fn sums_that_a_driver_would_simplify_are_hidden() {
        assert_eq!(hidden(&[("add", &[0, 1]), ("sub", &[2, 1])]), [0]);
        assert_eq!(hidden(&[("add", &[0, 1]), ("sub", &[1, 2])]), [1]);
        assert_eq!(hidden(&[("sub", &[0, 0])]), [1]);
        assert_eq!(hidden(&[("neg", &[0]), ("add", &[2, 0])]), [1]);
        assert_eq!(hidden(&[("neg", &[0]), ("sub", &[1, 2]), ("add", &[3, 0])]), [0]);
        assert_eq!(hidden(&[("mul", &[0, 1]), ("mul", &[0, 0]), ("sub", &[2, 3])]), [1]);
        assert_eq!(hidden(&[("add", &[0, 1]), ("sub", &[0, 1]), ("sub", &[2, 3])]), [1]);
        assert_eq!(hidden(&[("add", &[0, 1]), ("gt", &[2, 0])]), [0]);
    }

    #[test]
    fn other_sums_stay_open_to_fusing() {
        assert_eq!(hidden(&[("add", &[0, 1])]), [0; 0]);
        assert_eq!(hidden(&[("add", &[0, 0])]), [0; 0]);
        assert_eq!(hidden(&[("mul", &[0, 0]), ("add", &[2, 1])]), [0; 0]);
        assert_eq!(hidden(&[("add", &[0, 1]), ("mul", &[2, 1])]), [0; 0]);
    }
}
