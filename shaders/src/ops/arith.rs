//! Arithmetic.

use crate::op::OpDef;

pub(super) const OPS: &[OpDef] = &[];
