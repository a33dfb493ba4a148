//! The rows, one family a file.

mod arith;
mod bits;
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

/// Every family's rows, with its title.
pub(crate) const FAMILIES: &[(&str, &[OpDef])] = &[
    ("Arithmetic", arith::OPS),
    ("Rounding and remainders", round::OPS),
    ("Exponentials, logarithms, hyperbolic functions", explog::OPS),
    ("Trigonometric functions", trig::OPS),
    ("Error and gamma functions", special::OPS),
    ("Comparison, classification, logic", compare::OPS),
    ("Bits", bits::OPS),
    ("Choice and conversion", convert::OPS),
    ("Positions", index::OPS),
    ("Random numbers", random::OPS),
    ("Reductions", reduce::OPS),
];

/// All rows, family by family.
pub fn table() -> impl Iterator<Item = &'static OpDef> {
    FAMILIES.iter().flat_map(|(_, rows)| rows.iter())
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
    Wgsl { f64, f32, f32_fast, word: "", never_nan: "" }
}

/// WGSL that is the same for both float types in every mode.
const fn same(text: &'static str) -> Wgsl {
    floats(text, text, "")
}

/// WGSL that is the same for both float types in every mode, and what it comes to where one operand
/// is known not to be NaN.
const fn guarded(text: &'static str, never_nan: &'static str) -> Wgsl {
    Wgsl { f64: text, f32: text, f32_fast: "", word: "", never_nan }
}

/// WGSL of `bool`s, or of integers.
const fn word(text: &'static str) -> Wgsl {
    Wgsl { f64: "", f32: "", f32_fast: "", word: text, never_nan: "" }
}
