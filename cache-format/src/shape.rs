//! Sizes that a kernel needs at dispatch, as small postfix programs over the domain's extents.
//!
//! The compiler writes them, the runtime evaluates them: output lengths, workgroup counts, scratch
//! sizes, guards. No operation knowledge is needed to do so.

use crate::error::CallError;
use crate::signature::AxisRole;

/// One step of a [`ShapeExpr`]; operands come from a stack.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize,
)]
#[rkyv(derive(Debug))]
pub enum ShapeOp {
    /// Pushes a number.
    Const(u64),
    /// Pushes the extent of a domain axis.
    Extent(u8),
    /// Pushes the product of the kept extents.
    Kept,
    /// Pushes the product of the reduced extents.
    Reduced,
    /// Pushes the product of all extents.
    All,
    /// Adds the two topmost.
    Add,
    /// Multiplies the two topmost.
    Mul,
    /// Divides the second by the topmost, rounding up.
    DivCeil,
    /// Remainder of the second by the topmost.
    Rem,
    /// The smaller of the two topmost.
    Min,
    /// The larger of the two topmost.
    Max,
    /// 1 if the second is less than or equal to the topmost, else 0.
    AtMost,
    /// 1 if the two topmost are equal, else 0.
    Equal,
    /// 1 if both of the two topmost are not 0, else 0.
    And,
}

/// A size as a postfix program; one value is left on the stack.
#[derive(Clone, Debug, PartialEq, Eq, Hash, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
#[rkyv(derive(Debug))]
pub struct ShapeExpr(pub Vec<ShapeOp>);

/// The most steps of one expression.
pub const SHAPE_OPS_MAX: usize = 64;

impl ShapeExpr {
    /// A constant.
    pub fn constant(value: u64) -> ShapeExpr {
        ShapeExpr(vec![ShapeOp::Const(value)])
    }

    /// A single step, e.g. `ShapeOp::Kept`.
    pub fn op(op: ShapeOp) -> ShapeExpr {
        ShapeExpr(vec![op])
    }

    /// `self op other`.
    pub fn with(mut self, op: ShapeOp, other: ShapeExpr) -> ShapeExpr {
        self.0.extend(other.0);
        self.0.push(op);
        self
    }

    /// `ceil(self / divisor)`.
    pub fn div_ceil(self, divisor: u64) -> ShapeExpr {
        self.with(ShapeOp::DivCeil, ShapeExpr::constant(divisor))
    }

    /// The bytes that enter kernel keys: per step its code and, for `Const` and `Extent`, the
    /// number as a little-endian `u64`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * 9);
        for op in &self.0 {
            let (code, number) = match op {
                ShapeOp::Const(value) => (1, Some(*value)),
                ShapeOp::Extent(axis) => (2, Some(u64::from(*axis))),
                ShapeOp::Kept => (3, None),
                ShapeOp::Reduced => (4, None),
                ShapeOp::All => (5, None),
                ShapeOp::Add => (6, None),
                ShapeOp::Mul => (7, None),
                ShapeOp::DivCeil => (8, None),
                ShapeOp::Rem => (9, None),
                ShapeOp::Min => (10, None),
                ShapeOp::Max => (11, None),
                ShapeOp::AtMost => (12, None),
                ShapeOp::Equal => (13, None),
                ShapeOp::And => (14, None),
            };
            out.push(code);
            out.extend(number.into_iter().flat_map(u64::to_le_bytes));
        }
        out
    }

    /// The value for given extents.
    ///
    /// # Errors
    /// [`CallError::Shape`] on overflow, division by zero, an axis out of range or a malformed
    /// program; the program may come from a file.
    pub fn evaluate(&self, roles: &[AxisRole], extents: &[u64]) -> Result<u64, CallError> {
        evaluate(self.0.iter().copied(), roles, extents)
    }
}

/// Evaluates steps as [`ShapeExpr::evaluate`] does, without owning them.
pub fn evaluate(
    ops: impl Iterator<Item = ShapeOp>,
    roles: &[AxisRole],
    extents: &[u64],
) -> Result<u64, CallError> {
    let mut stack = Vec::with_capacity(8);
    for (step, op) in ops.enumerate() {
        if step >= SHAPE_OPS_MAX {
            return Err(CallError::Shape { reason: "the expression is too long" });
        }
        let value = match op {
            ShapeOp::Const(value) => value,
            ShapeOp::Extent(axis) => *extents
                .get(usize::from(axis))
                .ok_or(CallError::Shape { reason: "it names an axis that the domain lacks" })?,
            ShapeOp::Kept => product(roles, extents, Some(AxisRole::Kept))?,
            ShapeOp::Reduced => product(roles, extents, Some(AxisRole::Reduced))?,
            ShapeOp::All => product(roles, extents, None)?,
            ShapeOp::Add
            | ShapeOp::Mul
            | ShapeOp::DivCeil
            | ShapeOp::Rem
            | ShapeOp::Min
            | ShapeOp::Max
            | ShapeOp::AtMost
            | ShapeOp::Equal
            | ShapeOp::And => {
                let (Some(right), Some(left)) = (stack.pop(), stack.pop()) else {
                    return Err(CallError::Shape { reason: "an operand is missing" });
                };
                binary(op, left, right)?
            }
        };
        stack.push(value);
    }
    match stack.as_slice() {
        [value] => Ok(*value),
        _ => Err(CallError::Shape { reason: "the expression leaves no single value" }),
    }
}

/// Product of the extents with a role, or of all; 1 if there are none.
///
/// # Errors
/// [`CallError::Shape`] if it overflows.
pub fn product(
    roles: &[AxisRole],
    extents: &[u64],
    role: Option<AxisRole>,
) -> Result<u64, CallError> {
    let chosen = || {
        let axes = roles.iter().zip(extents);
        axes.filter(|(axis_role, _)| role.is_none_or(|role| role == **axis_role))
            .map(|(_, extent)| *extent)
    };
    // An empty array has no elements, however long its other axes are.
    if chosen().any(|extent| extent == 0) {
        return Ok(0);
    }
    chosen()
        .try_fold(1u64, u64::checked_mul)
        .ok_or(CallError::Shape { reason: "the number of elements overflows 64 bits" })
}

fn binary(op: ShapeOp, left: u64, right: u64) -> Result<u64, CallError> {
    let overflow = CallError::Shape { reason: "the value overflows 64 bits" };
    let zero = CallError::Shape { reason: "it divides by zero" };
    match op {
        ShapeOp::Add => left.checked_add(right).ok_or(overflow),
        ShapeOp::Mul => left.checked_mul(right).ok_or(overflow),
        ShapeOp::DivCeil if right == 0 => Err(zero),
        ShapeOp::DivCeil => Ok(left.div_ceil(right)),
        ShapeOp::Rem => left.checked_rem(right).ok_or(zero),
        ShapeOp::Min => Ok(left.min(right)),
        ShapeOp::Max => Ok(left.max(right)),
        ShapeOp::AtMost => Ok(u64::from(left <= right)),
        ShapeOp::Equal => Ok(u64::from(left == right)),
        ShapeOp::And => Ok(u64::from(left != 0 && right != 0)),
        ShapeOp::Const(_)
        | ShapeOp::Extent(_)
        | ShapeOp::Kept
        | ShapeOp::Reduced
        | ShapeOp::All => Err(CallError::Shape { reason: "a leaf has no operands" }),
    }
}
