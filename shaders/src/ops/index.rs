//! Arithmetic of positions: `U32`, modulo 2^32.

use preheat_format::OpId;

use super::word;
use crate::eval::Eval;
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const fn op(id: &str, wgsl: Wgsl, eval: Eval, doc: &'static str) -> OpDef {
    let kind = Kind::Elementwise { arity: 2, wgsl, eval };
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max: 0, doc }
}

fn add(xs: &[u32], ys: &[u32], results: &mut [u32]) {
    let pairs = xs.iter().zip(ys);
    results.iter_mut().zip(pairs).for_each(|(result, (x, y))| *result = x.wrapping_add(*y));
}

fn multiply(xs: &[u32], ys: &[u32], results: &mut [u32]) {
    let pairs = xs.iter().zip(ys);
    results.iter_mut().zip(pairs).for_each(|(result, (x, y))| *result = x.wrapping_mul(*y));
}

pub(super) const OPS: &[OpDef] = &[
    op("index_add", word("{0} + {1}"), Eval::Logic2(add), "Sum of two positions."),
    op("index_mul", word("{0} * {1}"), Eval::Logic2(multiply), "A position times a distance."),
];
