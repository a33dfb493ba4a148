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

/// Places of the table that [`find`] looks in, a power of two a few times the number of rows.
const PLACES: usize = 1024;

/// Where an id's row is, or the first of the places from which on it is.
fn place_of(id: OpId) -> usize {
    let [low, high] = id.words();
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 54) as usize % PLACES
}

/// The row of an id.
pub fn find(id: OpId) -> Option<&'static OpDef> {
    static ROWS: OnceLock<Vec<Option<&'static OpDef>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut rows = vec![None; PLACES];
        for row in table() {
            let mut place = place_of(row.id);
            while rows[place].is_some() {
                place = (place + 1) % PLACES;
            }
            rows[place] = Some(row);
        }
        rows
    });
    let mut place = place_of(id);
    while let Some(row) = rows[place] {
        if row.id == id {
            return Some(row);
        }
        place = (place + 1) % PLACES;
    }
    None
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
