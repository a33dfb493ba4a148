//! The rows, one family a file.

mod arith;

use preheat_format::OpId;

use crate::op::OpDef;

/// Every family's rows.
const FAMILIES: &[&[OpDef]] = &[arith::OPS];

/// All rows, family by family.
pub fn table() -> impl Iterator<Item = &'static OpDef> {
    FAMILIES.iter().copied().flatten()
}

/// The row of an id.
pub fn find(id: OpId) -> Option<&'static OpDef> {
    table().find(|op| op.id == id)
}
