//! The rows, one family a file.

mod arith;
mod compare;
mod convert;
mod explog;
mod index;
mod random;
mod reduce;
mod round;
mod special;
mod trig;

use std::sync::OnceLock;

use preheat_format::OpId;

use crate::op::{OpDef, Wgsl};

/// Every family's rows.
const FAMILIES: &[&[OpDef]] = &[
    arith::OPS,
    round::OPS,
    explog::OPS,
    index::OPS,
    trig::OPS,
    special::OPS,
    compare::OPS,
    convert::OPS,
    random::OPS,
    reduce::OPS,
];

/// All rows, family by family.
pub fn table() -> impl Iterator<Item = &'static OpDef> {
    FAMILIES.iter().copied().flatten()
}

/// The row of an id.
pub fn find(id: OpId) -> Option<&'static OpDef> {
    static SORTED: OnceLock<Vec<&'static OpDef>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let mut rows: Vec<_> = table().collect();
        rows.sort_unstable_by_key(|op| op.id);
        rows
    });
    let at = sorted.binary_search_by_key(&id, |op| op.id).ok()?;
    sorted.get(at).copied()
}

/// WGSL that differs between the float types and the fast mode.
const fn floats(f64: &'static str, f32: &'static str, f32_fast: &'static str) -> Wgsl {
    Wgsl { f64, f32, f32_fast, word: "" }
}

/// WGSL that is the same for both float types in every mode.
const fn same(text: &'static str) -> Wgsl {
    floats(text, text, "")
}

/// WGSL of `bool`s.
const fn word(text: &'static str) -> Wgsl {
    Wgsl { f64: "", f32: "", f32_fast: "", word: text }
}
