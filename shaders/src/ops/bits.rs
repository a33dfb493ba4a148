//! Bits of words. An integer of fewer than 32 bits has its sign, or zeros, in the rest of its word,
//! and so has the result.

use preheat_format::OpId;

use super::word;
use crate::eval::{Eval, map2};
use crate::op::{DTypeRule, Kind, OpDef};

const fn op(id: &str, wgsl: &'static str, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity: 2, wgsl: word(wgsl), eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max: 0, doc }
}

pub(super) const OPS: &[OpDef] = &[
    op(
        "bitand",
        "{0} & {1}",
        Eval::Logic2(map2!(u32 => u32, |x, y| x & y)),
        "Bits that both integers have.",
    ),
    op(
        "bitor",
        "{0} | {1}",
        Eval::Logic2(map2!(u32 => u32, |x, y| x | y)),
        "Bits that either integer has.",
    ),
    op(
        "bitxor",
        "{0} ^ {1}",
        Eval::Logic2(map2!(u32 => u32, |x, y| x ^ y)),
        "Bits that just one of the integers has.",
    ),
];
